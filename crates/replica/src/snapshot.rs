//! Snapshots: a book as it stood, sealed into the store, so that a start does not read the whole log again
//! (docs/decisions/0007-snapshots.md).
//!
//! A snapshot is a cache; the log is the only truth. It holds what reading payloads cost: the document, what the gate
//! knows, and which changes each entry carried. It holds no verdict: every entry is judged at every start, by the
//! register as it is then. What the document holds must then be carried by entries that count, or be saved here and in
//! no entry yet; else the book is read from the log.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use minicbor::bytes::ByteSlice;
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use sothon_book::{Book, Resumed, SNAPSHOT_VERSION};
use sothon_ledger::register::OpenBook;
use sothon_ledger::verdict::ChangeFact;
use sothon_ledger::{Actor, BookId, ChangeHash, EntryId, cbor, seal};
use sothon_records::cores;
use sothon_store::{Batch, Local, Sealed};
use zeroize::Zeroizing;

use crate::live::Live;
use crate::replica::Replica;

/// So many changes beyond the snapshot make a new one worth its while when a book was opened or a batch taken in: to
/// apply fewer from the log takes a tenth of a second.
pub(crate) const DUE: usize = 1_024;
/// The same when the device is locked, where nobody waits.
const DUE_AT_LOCK: usize = 128;
/// zstd's level: fast, and as small as Automerge's own packing.
const LEVEL: i32 = 3;

/// What is sealed.
#[derive(Encode, Decode)]
#[cbor(array)]
struct Body<'a> {
    /// The entries whose changes are in the document.
    #[n(0)]
    entries: Vec<Covered>,
    /// The document and its gate.
    #[b(1)]
    book: &'a ByteSlice,
}

/// An entry, and its changes by their places in the document.
#[derive(Encode, Decode)]
#[cbor(array)]
struct Covered {
    #[n(0)]
    entry: EntryId,
    #[n(1)]
    changes: Vec<u32>,
}

/// What a snapshot knows of entries that have not come from the store yet.
#[derive(Default)]
pub(crate) struct Known {
    changes: Vec<ChangeFact>,
    entries: HashMap<EntryId, Vec<u32>>,
}

impl Known {
    /// What each entry carries, by the places of the changes.
    pub fn new(changes: Vec<ChangeFact>, entries: HashMap<EntryId, Vec<u32>>) -> Known {
        Known { changes, entries }
    }

    /// What is in an entry's payload, asked once.
    pub fn take(&mut self, entry: &EntryId) -> Option<Vec<ChangeFact>> {
        let places = self.entries.remove(entry)?;
        let fact = |place: &u32| self.changes.get(*place as usize).cloned();
        places.iter().map(fact).collect()
    }

    /// Whether every entry that the snapshot knows has come.
    pub fn is_used_up(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Live {
    /// The book as a snapshot; `None` where there is nothing to keep.
    fn snapshot(&self) -> Option<Zeroizing<Vec<u8>>> {
        let book = Zeroizing::new(self.snapshot_of_book()?);
        let places: HashMap<ChangeHash, u32> = (self.book.changes().iter())
            .map(|change| ChangeHash(change.hash.0))
            .zip(0..)
            .collect();
        let covered = self.judge.set().iter().filter_map(|view| {
            let changes = self.carried(&view.id)?.iter();
            Some(Covered {
                entry: view.id,
                changes: changes
                    .map(|hash| places.get(hash).copied())
                    .collect::<Option<_>>()?,
            })
        });
        let body = Zeroizing::new(cbor::encode(&Body {
            entries: covered.collect(),
            book: book.as_slice().into(),
        }));
        zstd::bulk::compress(&body, LEVEL).map(Zeroizing::new).ok()
    }

    /// The book as a snapshot has it, before its entries are taken.
    fn resume(open: OpenBook, packed: &[u8]) -> Option<Live> {
        // To the byte: a buffer that grows would stand, half empty, beside what the document takes to load.
        let size = zstd::zstd_safe::get_frame_content_size(packed).ok()??;
        let plain = zstd::bulk::decompress(packed, usize::try_from(size).ok()?);
        let plain = Zeroizing::new(plain.ok()?);
        let body: Body<'_> = minicbor::decode(&plain).ok()?;
        let Resumed { book, gate, changes } = Book::resume(body.book).ok()?;
        let changes = changes.into_iter().map(|change| ChangeFact {
            hash: ChangeHash(change.hash.0),
            actor: Actor(change.actor.0),
            seq: change.seq,
            deps: change.deps.iter().map(|dep| ChangeHash(dep.0)).collect(),
        });
        let known = Known {
            changes: changes.collect(),
            entries: (body.entries.into_iter())
                .map(|covered| (covered.entry, covered.changes))
                .collect(),
        };
        Some(Live::resumed(open, book, gate, known))
    }

    /// Whether the document that came from a snapshot is what the log says: each of its changes is carried by an entry
    /// that counts and can be opened, or is one of `saved`, which are in no entry yet.
    pub fn fits(&self, saved: impl IntoIterator<Item = ChangeHash>) -> bool {
        let counting = self.judge.admitted();
        let carried = counting.filter_map(|view| self.carried(&view.id)).flatten();
        let there: HashSet<ChangeHash> = (carried.copied().chain(saved))
            .filter(|hash| self.in_book(hash))
            .collect();
        self.is_whole() && there.len() == self.book.change_count()
    }
}

impl<R: CryptoRng> Replica<R> {
    /// Books from their snapshots, or with nothing in them yet.
    pub(crate) fn begin(&self, books: impl Iterator<Item = OpenBook>) -> Vec<Live> {
        let store = self.station.store();
        let kept = books.map(|open| {
            let kept = store.snapshot(&open.book).ok().flatten();
            (open, kept.map(|kept| kept.sealed))
        });
        let mut kept: Vec<(OpenBook, Option<Sealed>)> = kept.collect();
        // The largest first: while one thread loads it, the others have time for the rest.
        kept.sort_by_key(|(_, kept)| Reverse(kept.as_ref().map_or(0, |Sealed(bytes)| bytes.len())));
        let local = &self.secrets.local;
        // Loading its document is most of what a start costs.
        cores::each(kept, |(open, kept)| {
            let Some(Sealed(sealed)) = kept else {
                return Live::new(open);
            };
            let opened = seal::open_bytes(local, &aad(&open.book), &sealed);
            let resumed = opened.and_then(|packed| Live::resume(open.clone(), &packed));
            resumed.unwrap_or_else(|| Live::with_useless_snapshot(open))
        })
    }

    /// Keeps snapshots of the books that have at least `least` changes more or fewer than their last one. Locking does
    /// it, and so does taking in much; it changes nothing but how long the next start takes.
    pub fn keep_snapshots(&mut self, least: usize) {
        let books: Vec<BookId> = self.books.keys().copied().collect();
        for book in books {
            self.keep_snapshot(book, least);
        }
    }

    /// The same of one book.
    pub(crate) fn keep_snapshot(&mut self, book: BookId, least: usize) {
        let (Ok(upto), Some(live)) = (self.station.store().last_row(), self.books.get_mut(&book)) else {
            return;
        };
        let due = live.beyond_snapshot() >= least.max(1);
        // Whether or not it can be written: a full disk is not tried again with every batch.
        let local = if let Some(packed) = due.then(|| live.snapshot()).flatten() {
            live.snapshot_kept();
            let sealed = seal::seal_bytes(&self.secrets.local, &aad(&book), &packed, &mut self.rng);
            Local::Snapshot {
                book,
                upto,
                sealed: Sealed(sealed),
            }
        } else if live.has_useless_snapshot() {
            live.snapshot_gone();
            Local::NoSnapshot(book)
        } else {
            return;
        };
        let batch = Batch {
            local: vec![local],
            ..Batch::default()
        };
        if let Err(error) = self.station.archive.add(batch) {
            tracing::debug!(%error, "a snapshot was not kept");
        }
    }

    /// Keeps snapshots of the books that changed much since their last one, before the device is locked.
    pub fn keep_snapshots_at_lock(&mut self) {
        self.keep_snapshots(DUE_AT_LOCK);
    }

    /// How many books came from their snapshots, for measuring.
    pub fn from_snapshots(&self) -> usize {
        self.books.values().filter(|live| live.is_from_snapshot()).count()
    }
}

/// What a snapshot is bound to: the book, and everything that its bytes depend on in this program.
fn aad(book: &BookId) -> Vec<u8> {
    let version = SNAPSHOT_VERSION.to_be_bytes();
    let release = env!("CARGO_PKG_VERSION").as_bytes();
    [b"sothon/snapshot/1".as_slice(), &version, &book.0, release].concat()
}
