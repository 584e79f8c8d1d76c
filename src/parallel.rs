//! The same done to many pieces: by several threads where that is worth their while, else by one. Knows nothing
//! about what is done.

use rayon::prelude::*;

/// Does something to each piece, on all cores if there is much to do. The results have the order of the pieces.
pub fn each<P, T, R>(is_much: bool, pieces: P, work: impl Fn(T) -> R + Sync + Send) -> Vec<R>
where
    P: IntoIterator<Item = T> + IntoParallelIterator<Item = T, Iter: IndexedParallelIterator>,
    T: Send,
    R: Send,
{
    if is_much {
        pieces.into_par_iter().with_max_len(1).map(work).collect()
    } else {
        pieces.into_iter().map(work).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_the_order_of_the_pieces() {
        let twice = |is_much| each(is_much, (0..100).collect::<Vec<i32>>(), |number| number * 2);
        assert_eq!(twice(true), (0..100).map(|number| number * 2).collect::<Vec<_>>());
        assert_eq!(twice(true), twice(false));
    }

    #[test]
    fn little_stays_on_its_thread() {
        let here = std::thread::current().id();
        assert!(each(false, vec![(); 100], |()| std::thread::current().id()).iter().all(|id| *id == here));
    }
}
