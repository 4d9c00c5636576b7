//! The first reading: is the file whole?

use std::io::Read;

use sha2::{Digest as _, Sha256};
use sothon_courier::{Head, Part, Place, Reader, Seal};

use crate::courier::fault::CourierError;

/// How much is read at a time, in bytes.
const BLOCK: usize = 1 << 20;

/// A file that was read to its end and is whole: its seal fits. A hash of each block is kept, so that what is taken in
/// is what was seen, should the file be swapped in between.
#[derive(Debug)]
pub struct Seen {
    seal: Seal,
    blocks: Vec<[u8; 32]>,
}

impl Seen {
    /// Reads a file to its end; `look` sees its parts, none of which is to be believed yet.
    ///
    /// # Errors
    /// [`CourierError::Read`], [`CourierError::Io`].
    pub fn read(mut file: impl Read, mut look: impl FnMut(&Part)) -> Result<Seen, CourierError> {
        let mut reader = Reader::new();
        let mut blocks = Vec::new();
        let mut block = Vec::new();
        while fill(&mut file, &mut block)? {
            blocks.push(Sha256::digest(&block).into());
            reader.push(&block);
            while let Some(part) = reader.next_part()? {
                look(&part);
            }
        }
        let seal = reader.finish()?;
        Ok(Seen { seal, blocks })
    }

    /// What the file says of itself.
    pub fn head(&self) -> &Head {
        &self.seal.head
    }

    /// The seal.
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    /// Reads the same file again.
    pub(super) fn again<R: Read>(&self, file: R) -> Again<'_, R> {
        Again {
            file,
            blocks: self.blocks.iter(),
            reader: Reader::new(),
            block: Vec::new(),
        }
    }
}

/// The second reading.
pub(super) struct Again<'s, R> {
    file: R,
    blocks: std::slice::Iter<'s, [u8; 32]>,
    reader: Reader,
    block: Vec<u8>,
}

impl<R: Read> Again<'_, R> {
    /// The next part, and where it begins.
    pub(super) fn next(&mut self) -> Result<Option<(Part, Place)>, CourierError> {
        loop {
            let place = self.reader.place();
            if let Some(part) = self.reader.next_part()? {
                return Ok(Some((part, place)));
            }
            if !fill(&mut self.file, &mut self.block)? {
                let whole = self.blocks.next().is_none();
                return if whole {
                    Ok(None)
                } else {
                    Err(CourierError::Changed)
                };
            }
            if self.blocks.next() != Some(&Sha256::digest(&self.block).into()) {
                return Err(CourierError::Changed);
            }
            self.reader.push(&self.block);
        }
    }
}

/// Reads a whole block, or what is left. Says whether anything was.
fn fill(file: &mut impl Read, block: &mut Vec<u8>) -> Result<bool, CourierError> {
    block.clear();
    let mut limited = file.take(BLOCK as u64);
    limited.read_to_end(block).map_err(CourierError::Io)?;
    Ok(!block.is_empty())
}
