//! What a hostile device signs, on whatever it holds.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use sothon_book::{ActorId, Book, ChangeFacts, Gate};
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::payload::{self, ActorNonce, Changes};
use sothon_ledger::register::LogHead;
use sothon_ledger::{Envelope, EpochId, EpochSecret, Header, Kind, OperationTag, cbor, seal};
use sothon_store::{Batch as StoreBatch, LogKey};

use super::law::Yes;
use super::rogue::{Claim, Rogue};
use super::*;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// None but, perhaps, in what it says to know.
    Write,
    /// The same in a log that nobody has seen.
    NewLog,
    /// As if nothing had been ordered since the book was opened.
    Old,
    /// A second change at the place of an own one.
    Rival,
    /// A change that stands on what is not named.
    Uncovered,
    /// Somebody else's change as its own.
    Stolen,
    /// A change with a byte that is other than it should be.
    Mangled,
    /// A payload that is none.
    Garbage,
    /// An epoch for readers of a height that is not so, whose secret nobody is given.
    Epoch,
    /// A wrap of another secret than the epoch's.
    Wrap,
    /// A yes for somebody.
    Yes,
    /// A receipt for what is not there.
    Receipt,
    /// A register that nobody has.
    Register,
    /// An entry whose payload it keeps to itself.
    Withheld,
    /// In a book where it has no right.
    NoRight,
    /// Many entries.
    Flood,
    /// That somebody is suspended, or no more: no entry.
    Suspend,
    /// A checkpoint that leaves out, alters or adds, or is as it should be.
    Checkpoint,
}

pub const LIES: [Lie; 18] = [
    Lie::Write,
    Lie::NewLog,
    Lie::Old,
    Lie::Rival,
    Lie::Uncovered,
    Lie::Stolen,
    Lie::Mangled,
    Lie::Garbage,
    Lie::Epoch,
    Lie::Wrap,
    Lie::Yes,
    Lie::Receipt,
    Lie::Register,
    Lie::Withheld,
    Lie::NoRight,
    Lie::Flood,
    Lie::Suspend,
    Lie::Checkpoint,
];

impl Rogue {
    /// Signs one lie, if what is held allows it. `records`: what there is to write over; `people`: whom to name.
    pub fn lie(&mut self, lie: Lie, on: [usize; 3], records: &[(BookId, RecordKey)], people: &[DeviceId]) {
        if lie == Lie::Flood {
            for n in 0..20 {
                self.tell(Lie::Write, [on[0], on[1] + n, on[2]], records, people);
            }
        } else {
            self.tell(lie, on, records, people);
        }
    }

    fn tell(
        &mut self,
        lie: Lie,
        on: [usize; 3],
        records: &[(BookId, RecordKey)],
        people: &[DeviceId],
    ) -> Option<()> {
        let book = self.choose_book(lie, on[0])?;
        let held = self.held(&book);
        if lie == Lie::NewLog {
            self.logs.remove(&book);
        }
        let kind = match lie {
            Lie::Epoch => Kind::Epoch,
            Lie::Yes => Kind::Yes,
            Lie::Receipt => Kind::Receipt,
            Lie::Checkpoint => Kind::Checkpoint,
            _ => Kind::Changes,
        };
        let epoch = self.usable(&held);
        let mut header = self.header(
            book,
            kind,
            epoch
                .as_ref()
                .map(|(epoch, _)| *epoch)
                .filter(|_| matches!(kind, Kind::Changes | Kind::Checkpoint)),
        )?;
        let newest = held.iter().rev().take(6).map(Envelope::id).collect::<Vec<_>>();
        let mut after: BTreeSet<EntryId> = (0..on[1] % 3)
            .filter_map(|n| newest.get((on[2] + n) % newest.len().max(1)).copied())
            .collect();
        after.extend(epoch.as_ref().map(|(_, entry)| *entry));
        self.at_height(lie, &book, on[1], &mut header)?;
        let nonce = self.logs.get(&book)?.2;
        let mut chunks = Vec::new();
        match lie {
            Lie::Epoch => return self.epoch(header, on[1]),
            Lie::Checkpoint => {
                after.retain(|id| header.backlink != Some(*id));
                header.after = after.into_iter().collect();
                return self.checkpoint(&header, &held, epoch?.0, on[2]);
            }
            Lie::Wrap => return self.wrap(book, epoch?.0, *people.get(on[1] % people.len().max(1))?),
            Lie::Yes => {
                let device = *people.get(on[1] % people.len().max(1))?;
                let body = cbor::encode(&payload::Yes { device });
                let entry = self.put(&header, Some(body.clone()), &body)?;
                self.yeses.push(Yes {
                    book,
                    by: self.id(),
                    to: device,
                    height: header.height,
                    entry,
                });
                return Some(());
            }
            Lie::Receipt => {
                let of = held.get(on[1] % held.len().max(1))?;
                let heads = vec![LogHead {
                    log: of.header().log,
                    seq: of.header().seq + (on[2] % 3) as u64,
                    id: of.id(),
                }];
                let claims = heads.iter().map(|head| Claim {
                    log: LogKey {
                        book,
                        device: of.header().device,
                        log: head.log,
                    },
                    upto: head.seq,
                });
                self.claims.extend(claims);
                let body = cbor::encode(&payload::Receipt { heads });
                return self.put(&header, Some(body.clone()), &body).map(drop);
            }
            Lie::Stolen => {
                let mut others = held.iter().filter(|e| e.header().device != self.id());
                chunks = others.find_map(|e| self.read.get(&e.id()).cloned())?;
            }
            Lie::Rival => {
                let me = self.id();
                let own: Vec<&Envelope> = held
                    .iter()
                    .filter(|e| e.header().device == me && self.read.contains_key(&e.id()))
                    .collect();
                let of = own
                    .get(own.len().checked_sub(1 + on[1] % own.len().max(1))?)?
                    .header();
                let below = self.below(&held, of.after.iter().chain(&of.backlink));
                (header.log, header.seq, header.backlink) = (of.log, of.seq, of.backlink);
                (header.height, header.operation, header.epoch) = (of.height, of.operation, of.epoch);
                after = of.after.iter().copied().collect();
                chunks.extend(self.edit(book, nonce, book_of(&below), records));
            }
            _ => {
                let all: Vec<EntryId> = self.read.keys().copied().collect();
                let named: Vec<EntryId> = after.iter().copied().chain(header.backlink).collect();
                let from = if lie == Lie::Uncovered { all } else { named };
                let below = self.below(&held, from.iter());
                chunks.extend(self.edit(book, nonce, book_of(&below), records));
                if lie == Lie::Mangled {
                    mangle(chunks.last_mut()?, on[1], on[2] as u8);
                }
                if lie == Lie::Uncovered {
                    after.retain(|id| epoch.as_ref().is_some_and(|(_, entry)| entry == id));
                }
            }
        }
        after.retain(|id| header.backlink != Some(*id));
        header.after = after.into_iter().collect();
        let secret = self.secrets.get(&header.epoch?)?.clone();
        let changes = Changes {
            time: NOW,
            actors: Some(vec![nonce]),
            chunks: chunks.iter().map(|chunk| chunk.clone().into()).collect(),
            replaces: None,
        };
        let payload = match lie {
            Lie::Garbage => vec![on[1] as u8; 40 + on[2] % 500],
            _ => seal::seal_changes(&changes, &header.encode(), &secret, &mut self.rng).ok()?,
        };
        let kept = (lie != Lie::Withheld).then(|| payload.clone());
        self.put(&header, kept, &payload).map(drop)
    }

    /// A book in which it may write, or one where it may not.
    fn choose_book(&mut self, lie: Lie, n: usize) -> Option<BookId> {
        let books = self.books(lie)?;
        for book in &books {
            self.learn(book);
        }
        // Mostly one that it can read: in others it can only say what is in clear.
        let open = books.iter().copied();
        let open: Vec<BookId> = open
            .filter(|book| self.usable(&self.held(book)).is_some())
            .collect();
        let from = if open.is_empty() || n.is_multiple_of(8) {
            books
        } else {
            open
        };
        from.get(n % from.len().max(1)).copied()
    }

    fn books(&self, lie: Lie) -> Option<Vec<BookId>> {
        let rights = self.archive.register()?.rights();
        let at = self.archive.register()?.effective_height();
        let once = |book: &BookId| !rights.grants(&self.id(), book, Right::Write, at).is_empty();
        let books = rights.books().map(|(book, _)| *book);
        // A checkpoint is of any.
        let fits = |book: &BookId| lie == Lie::Checkpoint || once(book) != (lie == Lie::NoRight);
        Some(books.filter(fits).collect())
    }

    fn at_height(&self, lie: Lie, book: &BookId, n: usize, header: &mut Header) -> Option<()> {
        let register = self.archive.register()?;
        match lie {
            Lie::Old => {
                // The lowest height at which it might write.
                let grants =
                    register
                        .rights()
                        .grants(&self.id(), book, Right::Write, register.effective_height());
                header.height = *grants.first()?;
                header.operation = register.operation(header.height)?.id().tag();
            }
            Lie::Register => {
                header.height = Height(header.height.0 + [1, 5, 900, 0][n % 4]);
                header.operation = OperationTag([9; 8]);
            }
            _ => {}
        }
        Some(())
    }

    /// The newest epoch that it can open, and its entry.
    fn usable(&self, held: &[Envelope]) -> Option<(EpochId, EntryId)> {
        let mut made = held.iter().rev().filter(|e| e.header().kind == Kind::Epoch);
        made.find_map(|e| {
            let epoch = e.header().epoch?;
            self.secrets.contains_key(&epoch).then(|| (epoch, e.id()))
        })
    }

    fn epoch(&mut self, mut header: Header, n: usize) -> Option<()> {
        let secret = EpochSecret::from_bytes(self.rng.random());
        let height = Height([0, 1, header.height.0, header.height.0 + 5, u64::MAX][n % 5]);
        let epoch = secret.commit(&header.book, height);
        let drop_key = secret.drop_key().public();
        self.secrets.insert(epoch, secret);
        header.epoch = Some(epoch);
        let body = cbor::encode(&payload::Epoch { height, drop_key });
        self.put(&header, Some(body.clone()), &body).map(drop)
    }

    fn wrap(&mut self, book: BookId, epoch: EpochId, to: DeviceId) -> Option<()> {
        let key = AgreeSecret::generate(&mut self.rng).public();
        let secret = EpochSecret::from_bytes(self.rng.random());
        let root = self.archive.root();
        let to = Receiver::Device(to);
        let wrap = Wrap::seal(&root, book, epoch, &secret, to, key, &self.sign, &mut self.rng).ok()?;
        let wraps = StoreBatch {
            wraps: vec![wrap],
            ..StoreBatch::default()
        };
        self.archive.add(wraps).ok().map(drop)
    }

    /// The chunks below some entries, as they came.
    pub(super) fn below<'a>(&self, held: &[Envelope], of: impl Iterator<Item = &'a EntryId>) -> Vec<Vec<u8>> {
        let mut todo: Vec<EntryId> = of.copied().collect();
        let mut seen = BTreeSet::new();
        while let Some(id) = todo.pop() {
            if seen.insert(id)
                && let Some(envelope) = held.iter().find(|e| e.id() == id)
            {
                todo.extend(envelope.header().after.iter().chain(&envelope.header().backlink));
            }
        }
        let below = held.iter().filter(|e| seen.contains(&e.id()));
        below
            .filter_map(|e| self.read.get(&e.id()))
            .flatten()
            .cloned()
            .collect()
    }

    /// A change over something that is there, or a new record.
    fn edit(
        &mut self,
        book: BookId,
        nonce: ActorNonce,
        mut base: Book,
        records: &[(BookId, RecordKey)],
    ) -> Option<Vec<u8>> {
        base.set_actor(ActorId(nonce.actor(&book, &self.id()).0));
        let some: usize = self.rng.random_range(0..1000);
        let here: Vec<&RecordKey> = records
            .iter()
            .filter(|(of, _)| *of == book)
            .map(|(_, key)| key)
            .collect();
        let text = Value::Text(format!("kẻ xấu {some}"));
        let act = Act::of_one_change("edit", None);
        if let Some(key) = here.get(some % here.len().max(1)) {
            let fields = [(format!("field{}", some % 3), Some(text.clone()))].into();
            let set = Edit::Set {
                key: (*key).clone(),
                sub: None,
                fields,
            };
            if let Ok(change) = base.edit(&[set], &act) {
                return Some(change.bytes);
            }
        }
        let key = RecordKey {
            kind: "household".into(),
            id: RecordId(Uuid::from_bytes(self.rng.random())),
        };
        let record = RawRecord {
            fields: [("field0".to_owned(), text)].into(),
            subs: BTreeMap::new(),
        };
        base.edit(&[Edit::Create { key, record }], &act)
            .ok()
            .map(|change| change.bytes)
    }
}

/// A book with as many of these changes as fit together.
pub(super) fn book_of(chunks: &[Vec<u8>]) -> Book {
    let mut book = Book::new();
    let mut gate = Gate::new();
    for chunk in chunks {
        if ChangeFacts::read(chunk).is_ok() && gate.check(chunk).is_ok() {
            let _ = book.apply(&[chunk]);
        }
    }
    book
}

/// Changes one byte of a chunk's body and makes its checksum right again.
fn mangle(chunk: &mut [u8], at: usize, by: u8) {
    let Some(body) = chunk.get(8..) else { return };
    let place = 8 + 3 + at % body.len().saturating_sub(3).max(1);
    if let Some(byte) = chunk.get_mut(place) {
        *byte ^= by.max(1);
    }
    let sum = Sha256::digest(chunk.get(8..).unwrap_or_default());
    if let Some(place) = chunk.get_mut(4..8) {
        place.copy_from_slice(&sum[..4]);
    }
}
