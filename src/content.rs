//! What a file of a bundle holds while it waits to be written: in memory and, where there is very much of it, on
//! disk.
//!
//! Knows nothing of what the bytes say or where they go.

use crate::error::{Error, Result};
use crate::hash::sha256;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The bytes of a file, and their hash.
#[derive(Debug, Clone)]
pub struct Content {
    place: Place,
    /// Worked out once, asked for often.
    sha256: OnceLock<String>,
}

#[derive(Debug, Clone)]
enum Place {
    Memory(Vec<u8>),
    Disk { file: Arc<Mutex<File>>, start: u64, length: usize },
}

impl Content {
    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.place {
            Place::Memory(bytes) => bytes.len(),
            Place::Disk { length, .. } => *length,
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes.
    ///
    /// # Errors
    /// If the disk does not give back what was laid by there.
    pub fn bytes(&self) -> Result<Cow<'_, [u8]>> {
        match &self.place {
            Place::Memory(bytes) => Ok(bytes.into()),
            Place::Disk { file, start, length } => {
                read(&mut lock(file), *start, *length).map(Cow::Owned).map_err(|error| lost(&error))
            }
        }
    }

    /// The same, taken out.
    ///
    /// # Errors
    /// As [`Content::bytes`].
    pub fn into_bytes(self) -> Result<Vec<u8>> {
        match self.place {
            Place::Memory(bytes) => Ok(bytes),
            Place::Disk { .. } => self.bytes().map(Cow::into_owned),
        }
    }

    /// The SHA-256 of the bytes in lower-case hexadecimal digits.
    ///
    /// # Errors
    /// As [`Content::bytes`].
    pub fn sha256(&self) -> Result<&str> {
        if let Some(known) = self.sha256.get() {
            return Ok(known);
        }
        let hash = sha256(self.bytes()?);
        Ok(self.sha256.get_or_init(|| hash))
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self { place: Place::Memory(bytes), sha256: OnceLock::new() }
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(file: &mut File, start: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn lost(error: &io::Error) -> Error {
    Error::new("what was made cannot be read back from the folder for temporary files")
        .why(error.to_string())
        .help("see to it that the disk is well, or set `TMPDIR` to a folder on another one")
}

/// So many bytes wait in memory. A bundle of the usual size touches no disk before it is written.
const HELD: usize = 4 << 20;

/// Where finished files wait: in memory until there are many bytes, then in a file that has no name and is gone
/// with the program, however that ends.
#[derive(Debug)]
pub struct Shelf {
    laid_by: Mutex<LaidBy>,
    begin: fn() -> io::Result<File>,
}

#[derive(Debug)]
struct LaidBy {
    /// How many bytes wait in memory.
    held: usize,
    file: Option<Arc<Mutex<File>>>,
    /// How many bytes wait in the file.
    end: u64,
}

impl Default for Shelf {
    fn default() -> Self {
        Self::new()
    }
}

impl Shelf {
    /// An empty shelf.
    #[must_use]
    pub const fn new() -> Self {
        Self::with(tempfile::tempfile)
    }

    const fn with(begin: fn() -> io::Result<File>) -> Self {
        Self { laid_by: Mutex::new(LaidBy { held: 0, file: None, end: 0 }), begin }
    }

    /// Lays a finished file by. Where the disk takes nothing, memory has to do.
    #[must_use]
    pub fn lay_by(&self, bytes: impl Into<Vec<u8>>) -> Content {
        let mut bytes = bytes.into();
        let mut laid_by = lock(&self.laid_by);
        if laid_by.held + bytes.len() > HELD {
            drop(laid_by);
            let hash = sha256(&bytes);
            laid_by = lock(&self.laid_by);
            if let Ok(place) = laid_by.write(&bytes, self.begin) {
                return Content { place, sha256: hash.into() };
            }
        }
        laid_by.held += bytes.len();
        drop(laid_by);
        // It waits for all others, without the room in which it grew.
        bytes.shrink_to_fit();
        bytes.into()
    }
}

impl LaidBy {
    fn write(&mut self, bytes: &[u8], begin: fn() -> io::Result<File>) -> io::Result<Place> {
        let file = match &self.file {
            Some(file) => Arc::clone(file),
            None => Arc::clone(self.file.insert(Arc::new(Mutex::new(begin()?)))),
        };
        let start = self.end;
        {
            let mut file = lock(&file);
            file.seek(SeekFrom::Start(start))?;
            file.write_all(bytes)?;
        }
        self.end += bytes.len() as u64;
        Ok(Place::Disk { file, start, length: bytes.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half of what is held, with bytes of its own.
    fn half(number: u8) -> Vec<u8> {
        (0..=u8::MAX).cycle().map(|byte| byte ^ number).take(HELD / 2).collect()
    }

    fn is_on_disk(content: &Content) -> bool {
        matches!(content.place, Place::Disk { .. })
    }

    #[test]
    fn what_is_much_waits_on_disk_and_comes_back_as_it_was() {
        let shelf = Shelf::default();
        let contents: Vec<Content> = (0..5).map(|number| shelf.lay_by(half(number))).collect();
        assert_eq!(contents.iter().map(is_on_disk).collect::<Vec<_>>(), [false, false, true, true, true]);
        // In another order than that in which they came.
        for (number, content) in (0..5).zip(&contents).rev() {
            assert_eq!(content.bytes().expect("readable"), half(number));
            assert_eq!(content.sha256().expect("readable"), sha256(half(number)));
            assert_eq!(content.len(), HELD / 2);
        }
        let last = contents.into_iter().next_back().expect("five of them");
        drop(shelf);
        assert_eq!(last.into_bytes().expect("the file lives as long as what is in it"), half(4));
    }

    #[test]
    fn where_the_disk_takes_nothing_memory_has_to_do() {
        let shelf = Shelf::with(|| Err(io::ErrorKind::StorageFull.into()));
        let contents: Vec<Content> = (0..3).map(|number| shelf.lay_by(half(number))).collect();
        assert!(!contents.iter().any(is_on_disk));
        assert_eq!(contents[2].bytes().expect("in memory"), half(2));
    }

    #[test]
    fn a_disk_that_loses_what_was_laid_by_is_an_error_that_says_what_to_do() {
        let shelf = Shelf::default();
        let contents: Vec<Content> = (0..3).map(|number| shelf.lay_by(half(number))).collect();
        let Place::Disk { file, .. } = &contents[2].place else { panic!("much") };
        lock(file).set_len(7).expect("a file");
        let error = contents[2].bytes().expect_err("it is gone").to_string();
        assert!(error.contains("TMPDIR"), "{error}");
    }

    #[test]
    fn nothing_is_nothing() {
        assert!(Shelf::default().lay_by(Vec::new()).is_empty());
        assert_eq!(Content::from(String::from("abc")).sha256().expect("in memory"), sha256(b"abc"));
    }
}
