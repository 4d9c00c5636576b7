//! Files within records: photos and signed papers, each sealed under a key of its own (design.md §5).
//!
//! What is sealed is the payload of an entry of kind *file*, so the hash that the entry's envelope signs is the file's name.
//! The record holds name, key and size; who has no such record cannot open a byte.

use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::ids::{BookId, Digest};
use crate::seal::{self, TooLarge};

/// The most bytes that a file may have.
pub const MAX_FILE: usize = 512 << 10;

/// The most bytes that a sealed file has: [`MAX_FILE`] and the end mark filled up (Padmé), nonce and tag.
pub const MAX_SEALED_FILE: u64 = 540_712;

/// The key of one file.
#[derive(Clone, PartialEq, Eq)]
pub struct FileKey(Zeroizing<[u8; 32]>);

impl FileKey {
    /// Takes the bytes that a record holds.
    pub fn new(bytes: [u8; 32]) -> FileKey {
        FileKey(Zeroizing::new(bytes))
    }

    /// The bytes, for a record.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileKey")
    }
}

/// A file as a record holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileRef {
    /// Its name: SHA-256 of the sealed bytes.
    pub hash: Digest,
    /// What opens it.
    pub key: FileKey,
    /// How many bytes it has, opened.
    pub size: u32,
}

/// Why sealed bytes are not the file that a record means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WrongFile {
    /// They are others than the record names.
    #[error("the file is another than the record names")]
    Hash,
    /// They do not open with the record's key in this book.
    #[error("the file does not open with the record's key")]
    Key,
    /// They have another size than the record says, or are filled up otherwise.
    #[error("the file has another size than the record says")]
    Size,
}

/// Seals a file for a book under a new key.
///
/// # Errors
/// [`TooLarge`] for more than [`MAX_FILE`] bytes.
pub fn seal_file(
    bytes: &[u8],
    book: &BookId,
    rng: &mut impl CryptoRng,
) -> Result<(FileRef, Vec<u8>), TooLarge> {
    let size = u32::try_from(bytes.len()).map_err(|_| TooLarge(bytes.len()))?;
    if bytes.len() > MAX_FILE {
        return Err(TooLarge(bytes.len()));
    }
    let padded = seal::pad(bytes, seal::padme(bytes.len() + 1));
    let mut key = Zeroizing::new([0; 32]);
    rng.fill_bytes(key.as_mut());
    let key = FileKey(key);
    let sealed = seal::seal_bytes(key.bytes(), &aad(book), &padded, rng);
    let file = FileRef {
        hash: Digest(Sha256::digest(&sealed).into()),
        key,
        size,
    };
    Ok((file, sealed))
}

/// Opens what [`seal_file`] sealed.
///
/// # Errors
/// [`WrongFile`].
pub fn open_file(sealed: &[u8], book: &BookId, file: &FileRef) -> Result<Zeroizing<Vec<u8>>, WrongFile> {
    if Sha256::digest(sealed).as_slice() != file.hash.0 {
        return Err(WrongFile::Hash);
    }
    let mut plain = seal::open_bytes(file.key.bytes(), &aad(book), sealed).ok_or(WrongFile::Key)?;
    let size = usize::try_from(file.size).map_err(|_| WrongFile::Size)?;
    let last = plain.iter().rposition(|byte| *byte != 0);
    let marked = last == Some(size) && plain.get(size) == Some(&0x80);
    if size > MAX_FILE || !marked || plain.len() != seal::padme(size + 1) {
        return Err(WrongFile::Size);
    }
    plain.truncate(size);
    Ok(plain)
}

fn aad(book: &BookId) -> Vec<u8> {
    [b"sothon/file/1".as_slice(), book.as_ref()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: BookId = BookId([3; 16]);

    fn sealed(bytes: &[u8]) -> (FileRef, Vec<u8>) {
        seal_file(bytes, &BOOK, &mut rand_core::UnwrapErr(getrandom::SysRng)).expect("fits")
    }

    #[test]
    fn a_file_opens_by_what_its_record_says_and_by_nothing_else() {
        let (file, bytes) = sealed(b"a signed paper");
        assert_eq!(
            open_file(&bytes, &BOOK, &file).expect("opens").as_slice(),
            b"a signed paper"
        );
        let other = FileRef {
            hash: Digest([0; 32]),
            ..file.clone()
        };
        assert_eq!(open_file(&bytes, &BOOK, &other), Err(WrongFile::Hash));
        let other = FileRef {
            key: FileKey::new([0; 32]),
            ..file.clone()
        };
        assert_eq!(open_file(&bytes, &BOOK, &other), Err(WrongFile::Key));
        assert_eq!(open_file(&bytes, &BookId([4; 16]), &file), Err(WrongFile::Key));
        for size in [0, 13, 15, 16, 17, u32::MAX] {
            let other = FileRef { size, ..file.clone() };
            assert_eq!(open_file(&bytes, &BOOK, &other), Err(WrongFile::Size), "{size}");
        }
    }

    #[test]
    fn of_a_files_length_only_what_padme_leaves_is_seen_and_two_copies_of_one_differ() {
        let (one, a) = sealed(&[7; 100_000]);
        let (other, b) = sealed(&[7; 100_000]);
        assert_ne!(one.hash, other.hash);
        assert_eq!(a.len(), b.len());
        assert_eq!(sealed(&[7; 100_001]).1.len(), a.len());
        assert_eq!(format!("{one:?}").matches("FileKey").count(), 1);
    }

    #[test]
    fn a_file_above_the_bound_is_not_sealed_and_one_at_the_bound_fits_an_entry() {
        let (file, bytes) = sealed(&vec![1; MAX_FILE]);
        assert_eq!(bytes.len() as u64, MAX_SEALED_FILE);
        assert_eq!(open_file(&bytes, &BOOK, &file).expect("opens").len(), MAX_FILE);
        let refused = seal_file(
            &vec![1; MAX_FILE + 1],
            &BOOK,
            &mut rand_core::UnwrapErr(getrandom::SysRng),
        );
        assert_eq!(refused, Err(TooLarge(MAX_FILE + 1)));
    }
}
