//! Reading with a key on paper (B7): when no device is left that could hand on a compartment's keys, the sheet in the
//! service's safe opens them on a new one.

use rand_core::CryptoRng;
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::{AgreeKey, BookId, Compartment, EpochId, EpochSecret, Height, Receiver, Wrap};
use sothon_store::Batch;

use crate::replica::{Replica, ReplicaError};

/// What a reading key opened.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OpenedByPaper {
    /// The books that can be read now.
    pub books: Vec<BookId>,
    /// How many keys of these books were opened.
    pub keys: usize,
    /// How many keys of these books no sheet was made for, or whose wrap for the sheet is not here.
    pub without: usize,
}

impl<R: CryptoRng> Replica<R> {
    /// Opens the keys of a compartment's books of a year with the secret of its reading key, and keeps them for this
    /// device. It reads then what it holds; it writes there only as far as its role and another reader's *yes* let it.
    ///
    /// # Errors
    /// [`ReplicaError::NotTheKey`] where the register names another key, or none.
    pub fn read_by_paper(
        &mut self,
        compartment: Compartment,
        year: u32,
        secret: [u8; 32],
    ) -> Result<OpenedByPaper, ReplicaError> {
        let paper = AgreeSecret(secret);
        let register = self.register()?;
        if register.rights().reading_key(compartment, year) != Some(paper.public()) {
            return Err(ReplicaError::NotTheKey);
        }
        // What is opened is wrapped for this device, so that it opens at the next start.
        if self.secrets.make_agree_keys(year, &mut self.rng) {
            self.save_vault()?;
        }
        let own = self.secrets.agree.get(&(compartment, year));
        let own = own.map(AgreeSecret::public).ok_or(ReplicaError::Secrets)?;
        let of_it: Vec<BookId> = (self.books.iter())
            .filter(|(_, live)| (live.open.kind.compartment(), live.open.year) == (compartment, year))
            .map(|(book, _)| *book)
            .collect();
        let mut opened = OpenedByPaper::default();
        for book in of_it {
            let lacking: Vec<(EpochId, Height)> = match self.books.get(&book) {
                Some(live) => live.unopened().collect(),
                None => continue,
            };
            let mut wraps = Vec::new();
            for (epoch, height) in lacking {
                match self.open_paper_wrap(epoch, height, &paper)? {
                    Some(secret) => wraps.extend(self.wrap_for_itself(book, epoch, &secret, own)),
                    None => opened.without += 1,
                }
            }
            if wraps.is_empty() {
                continue;
            }
            opened.keys += wraps.len();
            opened.books.push(book);
            self.station.archive.add(Batch {
                wraps,
                ..Batch::default()
            })?;
            self.settle([book].into())?;
        }
        Ok(opened)
    }

    fn open_paper_wrap(
        &self,
        epoch: EpochId,
        height: Height,
        paper: &AgreeSecret,
    ) -> Result<Option<EpochSecret>, ReplicaError> {
        let root = self.root();
        let wraps = self.station.store().wraps_of(&epoch)?;
        let mut for_paper = wraps
            .iter()
            .filter(|wrap| matches!(wrap.to(), Receiver::Paper(..)) && wrap.key() == paper.public());
        Ok(for_paper.find_map(|wrap| wrap.open(&root, height, paper).ok()))
    }

    fn wrap_for_itself(
        &mut self,
        book: BookId,
        epoch: EpochId,
        secret: &EpochSecret,
        key: AgreeKey,
    ) -> Option<Wrap> {
        let to = Receiver::Device(self.device());
        let (root, rng) = (self.root(), &mut self.rng);
        Wrap::seal(&root, book, epoch, secret, to, key, &self.secrets.sign, rng).ok()
    }
}
