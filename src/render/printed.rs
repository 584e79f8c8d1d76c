//! A PDF as it is remembered: how many pages it has, and its bytes.

/// How many bytes tell the number of pages.
const PAGES: usize = size_of::<u64>();

/// What is remembered of a PDF.
pub(super) fn write(pages: usize, bytes: &[u8]) -> Vec<u8> {
    [&(pages as u64).to_le_bytes()[..], bytes].concat()
}

/// The number of pages and the PDF, if it is one.
pub(super) fn read(mut remembered: Vec<u8>) -> Option<(usize, Vec<u8>)> {
    let (pages, pdf) = remembered.split_first_chunk::<PAGES>()?;
    let pages = usize::try_from(u64::from_le_bytes(*pages)).ok()?;
    if !pdf.starts_with(b"%PDF-") {
        return None;
    }
    remembered.drain(..PAGES);
    Some((pages, remembered))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        assert_eq!(read(write(7, b"%PDF-1.7 x")), Some((7, b"%PDF-1.7 x".to_vec())));
        assert_eq!(read(write(7, b"something else")), None);
        assert_eq!(read(vec![1, 2, 3]), None);
    }
}
