//! The border to the engine: it calls one function with an input, which goes to the target that the environment
//! names.

#![no_main]

use handoff_fuzz::{ENTRIES, Entry};
use std::sync::LazyLock;

/// The target that is run, from `HANDOFF_FUZZ_TARGET`. A panic ends the program at once, so that the engine keeps the
/// input.
static TARGET: LazyLock<Entry> = LazyLock::new(|| {
    let shown = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        shown(panic);
        std::process::abort();
    }));
    let wanted = std::env::var("HANDOFF_FUZZ_TARGET").unwrap_or_default();
    match ENTRIES.iter().find(|(name, _)| *name == wanted) {
        Some((_, entry)) => *entry,
        None => panic!("HANDOFF_FUZZ_TARGET names no target; there are {:?}", ENTRIES.map(|(name, _)| name)),
    }
});

/// What the engine calls.
#[expect(unsafe_code, reason = "the engine is C++ and gives a pointer and a length")]
#[unsafe(no_mangle)]
extern "C" fn LLVMFuzzerTestOneInput(data: *const u8, size: usize) -> i32 {
    let data = if size == 0 { &[] } else { unsafe { std::slice::from_raw_parts(data, size) } };
    TARGET(data);
    0
}
