//! Calls into crates that may panic on input that they did not foresee.
//!
//! Knows nothing of what is called. Only for crates that draw or read what an author wrote: our own code has
//! errors, not panics.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether this thread is inside a call whose panic is told as a finding.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What the work gives, or nothing if it panics; nothing is printed then.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |info| {
            if !GUARDED.get() {
                usual(info);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work)).ok();
    GUARDED.set(outer);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_nothing_and_the_next_call_works() {
        assert_eq!(guarded(|| -> u8 { panic!("not foreseen") }), None);
        assert_eq!(guarded(|| 7), Some(7));
        assert!(!GUARDED.get());
    }
}
