//! What rendering has at hand for all files: fonts and theme that are made ready once, threads, and the
//! memory of what was made before.

use super::world::{self, Shared};
use super::{Input, brand};
use crate::error;
use crate::model::memory::{Key, Memory};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use typst::syntax::Source;

/// Fonts and theme, threads, and the memory; may be kept from one build to the next.
#[derive(Default)]
pub struct Workshop {
    memory: Option<Arc<dyn Memory>>,
    jobs: Option<NonZeroUsize>,
    shared: Mutex<Option<Arc<Shared>>>,
    ages: Mutex<Ages>,
    /// The main files of PDFs that are made again and again, by path in the bundle, as they were the last time.
    mains: Mutex<BTreeMap<String, Source>>,
}

/// When what is being laid out was begun, told in how often was forgotten before.
#[derive(Default)]
struct Ages {
    /// How often what was not used of late was forgotten.
    forgotten: usize,
    /// For each that is not finished, how often was forgotten when it was begun.
    begun: Vec<usize>,
}

/// What becomes of that which was memoised for a PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reuse {
    /// Each PDF is made once: the next one needs no more of it than the theme.
    Once,
    /// The same ones are made again and again; who looks at a document may look at another one in between.
    Again,
}

impl Reuse {
    /// How often has to be forgotten at least until what is not used is.
    fn kept(self) -> usize {
        match self {
            Self::Once => 1,
            Self::Again => 2,
        }
    }
}

impl Ages {
    fn begin(&mut self) -> usize {
        self.begun.push(self.forgotten);
        self.forgotten
    }

    /// One is finished; for how often forgetting what was not used is kept. The layout of a document goes over it
    /// several times: what it memoised stays until it is finished, whatever others do meanwhile.
    fn end(&mut self, begun: usize, reuse: Reuse) -> usize {
        if let Some(at) = self.begun.iter().position(|known| *known == begun) {
            self.begun.swap_remove(at);
        }
        self.forgotten += 1;
        let oldest = self.begun.iter().min();
        oldest.map_or(reuse.kept(), |oldest| reuse.kept().max(self.forgotten - oldest))
    }
}

impl Workshop {
    /// A workshop with a memory, if there is one, that does so many things at once; as many as there are cores
    /// if nothing else is asked for.
    #[must_use]
    pub fn new(memory: Option<Arc<dyn Memory>>, jobs: Option<NonZeroUsize>) -> Self {
        Self { memory, jobs, ..Self::default() }
    }

    /// How many things are done at once.
    pub(super) fn workers(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.jobs.map_or_else(cores, NonZeroUsize::get)
    }

    /// Fonts, theme and brand for PDFs, made ready once.
    pub(super) fn shared(&self, input: &Input<'_>) -> error::Result<Arc<Shared>> {
        let brand = brand::print_files(input);
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*shared
            && known.made_from() == Shared::stamp(input.theme, &brand)
        {
            return Ok(Arc::clone(known));
        }
        let new = Arc::new(Shared::new(input.theme, &brand)?);
        *shared = Some(Arc::clone(&new));
        Ok(new)
    }

    /// What is made from all that a key tells: as the memory has it, or made now and remembered.
    pub(super) fn remembered<T: Serialize + DeserializeOwned, E>(
        &self,
        key: impl FnOnce() -> Key,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let Some(memory) = &self.memory else { return make() };
        let key = key();
        if let Some(known) = memory.recall(key).and_then(|bytes| postcard::from_bytes(&bytes).ok()) {
            return Ok(known);
        }
        let made = make()?;
        // What cannot be written is made again the next time.
        if let Ok(bytes) = postcard::to_extend(&made, Vec::new()) {
            memory.remember(key, &bytes);
        }
        Ok(made)
    }

    /// Lays something out; what is memoised meanwhile is forgotten in time.
    pub(super) fn lay_out<R>(&self, reuse: Reuse, work: impl FnOnce() -> R) -> R {
        let ages = || self.ages.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = ages().begin();
        let result = work();
        let kept = ages().end(begun, reuse);
        comemo::evict(kept);
        result
    }

    /// The main file of a PDF that is made again and again. What is as it was the last time keeps its place in the
    /// file, by which Typst knows it again, so that it need not be laid out anew.
    pub(super) fn main_again(&self, path: &str, text: &str) -> error::Result<Source> {
        let mut mains = self.mains.lock().unwrap_or_else(PoisonError::into_inner);
        let main = match mains.remove(path) {
            Some(mut known) => {
                known.replace(text);
                known
            }
            None => world::main(text)?,
        };
        mains.insert(path.to_owned(), main.clone());
        Ok(main)
    }

    /// Works on all pieces, several at once, those with the most work first; the results have the order of
    /// the pieces, whatever the number of threads.
    ///
    /// What a piece does in parallel by itself stays in a pool of its own, so that no piece waits for another:
    /// of one thread, unless there are fewer pieces than threads.
    pub(super) fn each<T: Sync, R: Send>(
        &self,
        pieces: &[T],
        weight: impl Fn(&T) -> usize,
        work: impl Fn(&T) -> R + Sync,
    ) -> Vec<R> {
        if pieces.is_empty() {
            return Vec::new();
        }
        let threads = self.workers() / self.workers().min(pieces.len());
        let queue = Queue::new(pieces, weight);
        std::thread::scope(|scope| {
            for _ in 0..self.workers().min(pieces.len()) {
                scope.spawn(|| queue.take(threads, &work));
            }
        });
        queue.results()
    }

    /// Does two things, at the same time if there are threads for it.
    pub(super) fn both<A, B: Send>(&self, first: impl FnOnce() -> A, second: impl FnOnce() -> B + Send) -> (A, B) {
        if self.workers() == 1 {
            return (first(), second());
        }
        std::thread::scope(|scope| {
            let second = scope.spawn(second);
            let first = first();
            (first, second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    }
}

/// Does something with so many threads of its own.
pub(super) fn with_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// Pieces of work, and what has come of them.
struct Queue<'a, T, R> {
    pieces: &'a [T],
    /// Those with the most work first.
    order: Vec<usize>,
    next: AtomicUsize,
    done: Vec<Mutex<Option<R>>>,
}

impl<'a, T: Sync, R: Send> Queue<'a, T, R> {
    fn new(pieces: &'a [T], weight: impl Fn(&T) -> usize) -> Self {
        let mut order: Vec<usize> = (0..pieces.len()).collect();
        order.sort_by_key(|&index| std::cmp::Reverse(weight(&pieces[index])));
        Self { pieces, order, next: AtomicUsize::new(0), done: pieces.iter().map(|_| Mutex::new(None)).collect() }
    }

    /// Takes one piece after the other until none is left.
    fn take(&self, threads: usize, work: impl Fn(&T) -> R + Sync) {
        with_threads(threads, || {
            while let Some(&index) = self.order.get(self.next.fetch_add(1, Ordering::Relaxed)) {
                let result = work(&self.pieces[index]);
                *self.done[index].lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            }
        });
    }

    /// The results, in the order of the pieces.
    fn results(self) -> Vec<R> {
        let result = |place: Mutex<Option<R>>| place.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.done.into_iter().filter_map(result).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_the_order_of_the_pieces_whatever_the_number_of_threads() {
        let pieces: Vec<usize> = (0..50).collect();
        for jobs in [1, 2, 7, 100] {
            let workshop = Workshop::new(None, NonZeroUsize::new(jobs));
            assert_eq!(workshop.each(&pieces, |piece| piece % 7, |piece| piece * 2), {
                pieces.iter().map(|piece| piece * 2).collect::<Vec<_>>()
            });
        }
        assert_eq!(Workshop::default().each(&[], |(): &()| 0, |()| 0), Vec::<i32>::new());
    }

    #[test]
    fn what_is_being_laid_out_keeps_what_it_memoised() {
        let mut ages = Ages::default();
        let long = ages.begin();
        for forgotten in 1..5 {
            let short = ages.begin();
            assert_eq!(ages.end(short, Reuse::Again), forgotten.max(2));
        }
        let other = ages.begin();
        assert_eq!(ages.end(long, Reuse::Again), 2);
        assert_eq!(ages.end(other, Reuse::Once), 1);
    }

    #[test]
    fn what_did_not_change_keeps_its_place() {
        let workshop = Workshop::default();
        let text = |words: &str| format!("#par[#\"before\";];\n#par[#\"{words}\";];\n#par[#\"after\";];\n");
        let spans = |main: &Source| main.root().children().map(typst::syntax::SyntaxNode::span).collect::<Vec<_>>();
        let first = workshop.main_again("pdf/01-a.pdf", &text("one")).expect("a source");
        let second = workshop.main_again("pdf/01-a.pdf", &text("another")).expect("a source");
        assert_eq!(second.text(), text("another"));
        assert_eq!(spans(&first).last(), spans(&second).last());
        let anew = world::main(&format!("#par[];\n{}", text("another"))).expect("a source");
        assert_ne!(spans(&first).last(), spans(&anew).last());
    }

    #[test]
    fn one_thread_begins_with_the_most_work() {
        let seen = Mutex::new(Vec::new());
        let workshop = Workshop::new(None, NonZeroUsize::new(1));
        workshop.each(&[1, 9, 5], |piece| *piece, |piece| seen.lock().expect("no panic").push(*piece));
        assert_eq!(seen.into_inner().expect("no panic"), [9, 5, 1]);
    }

    #[test]
    fn two_things_are_done_at_once_where_there_are_threads() {
        let (send, receive) = std::sync::mpsc::channel();
        let workshop = Workshop::new(None, NonZeroUsize::new(2));
        // The first one would wait for ever if the second one came behind it.
        assert_eq!(workshop.both(|| receive.recv(), move || send.send(7)), (Ok(7), Ok(())));
        let order = Mutex::new(Vec::new());
        let tell = |what| order.lock().expect("no panic").push(what);
        Workshop::new(None, NonZeroUsize::new(1)).both(|| tell(1), || tell(2));
        assert_eq!(order.into_inner().expect("no panic"), [1, 2]);
    }

    #[test]
    fn a_single_piece_has_all_threads_for_itself() {
        let workshop = Workshop::new(None, NonZeroUsize::new(3));
        assert_eq!(workshop.each(&[()], |()| 0, |()| rayon::current_num_threads()), [3]);
        assert_eq!(workshop.each(&[(), (), ()], |()| 0, |()| rayon::current_num_threads()), [1, 1, 1]);
    }
}
