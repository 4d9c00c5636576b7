//! Short names and digests for one session: SHA-256 over the session's salt, cut to 8 bytes (4 for books).
//!
//! The salt comes from both sides, so nobody can prepare two heads with one tag (A22); and the tags of one session
//! say nothing to another.

use sha2::{Digest as _, Sha256};
use sothon_ledger::{BookId, EntryId, OperationId, Root, WrapId};

use crate::config::SessionSalt;
use crate::holdings::{LogName, LogState, RegisterTip};

macro_rules! tag {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub(crate) struct $name(pub(crate) [u8; $len]);

        impl $name {
            pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
                Some(Self(bytes.try_into().ok()?))
            }
        }
    };
}

tag! {
    /// Stands for a set: a register, a log's tips, a book, all books.
    Tag, 8
}
tag! {
    /// Names a log.
    LogRef, 8
}
tag! {
    /// Names a book.
    BookRef, 4
}

/// What is hashed; the first byte after the salt.
#[derive(Clone, Copy)]
enum Domain {
    Register = 1,
    Operation = 2,
    Book = 3,
    Log = 4,
    Entry = 5,
    Wrap = 6,
    Wraps = 7,
    BookState = 8,
    Closed = 9,
    Summary = 10,
    Notices = 11,
}

/// Makes the tags of one session.
#[derive(Clone, Debug)]
pub(crate) struct Tagger {
    salt: SessionSalt,
}

impl Tagger {
    pub(crate) fn new(salt: SessionSalt) -> Self {
        Tagger { salt }
    }

    fn hash(&self, domain: Domain) -> Sha256 {
        Sha256::new()
            .chain_update(self.salt.0)
            .chain_update([domain as u8])
    }

    /// The register: root and all tips.
    pub(crate) fn register(&self, root: &Root, tips: &[RegisterTip]) -> Tag {
        let mut tips = tips.to_vec();
        tips.sort();
        let mut hash = self.hash(Domain::Register).chain_update(root.0);
        for tip in tips {
            hash.update(tip.height.0.to_be_bytes());
            hash.update(tip.id.0);
        }
        Tag(cut(hash))
    }

    pub(crate) fn operation(&self, id: &OperationId) -> Tag {
        Tag(cut(self.hash(Domain::Operation).chain_update(id.0)))
    }

    pub(crate) fn book(&self, book: &BookId) -> BookRef {
        BookRef(cut(self.hash(Domain::Book).chain_update(book.0)))
    }

    pub(crate) fn log(&self, log: &LogName) -> LogRef {
        LogRef(cut(self
            .hash(Domain::Log)
            .chain_update(log.book.0)
            .chain_update(log.device.0)
            .chain_update(log.log.0)))
    }

    pub(crate) fn entry(&self, id: &EntryId) -> Tag {
        Tag(cut(self.hash(Domain::Entry).chain_update(id.0)))
    }

    pub(crate) fn wrap(&self, id: &WrapId) -> Tag {
        Tag(cut(self.hash(Domain::Wrap).chain_update(id.0)))
    }

    /// A set of wraps; the empty set has a tag like any other.
    pub(crate) fn wraps(&self, ids: &[WrapId]) -> Tag {
        let mut ids = ids.to_vec();
        ids.sort();
        let mut hash = self.hash(Domain::Wraps);
        for id in ids {
            hash.update(id.0);
        }
        Tag(cut(hash))
    }

    /// The notices that a device holds: by book, in order.
    pub(crate) fn notices(&self, books: &[(BookId, Vec<EntryId>)]) -> Tag {
        let mut hash = self.hash(Domain::Notices);
        for (book, ids) in books {
            let mut ids = ids.clone();
            ids.sort_unstable();
            hash.update(book.0);
            hash.update((ids.len() as u64).to_be_bytes());
            for id in ids {
                hash.update(id.0);
            }
        }
        Tag(cut(hash))
    }

    /// A book: all tips of all its logs, and its wraps. `None` where nothing is held.
    pub(crate) fn book_state(&self, book: &BookId, logs: &[LogState], wraps: &[WrapId]) -> Option<Tag> {
        if logs.is_empty() && wraps.is_empty() {
            return None;
        }
        let mut logs: Vec<&LogState> = logs.iter().collect();
        logs.sort_by_key(|state| state.log);
        let mut hash = self.hash(Domain::BookState).chain_update(book.0);
        for state in logs {
            hash.update(state.log.device.0);
            hash.update(state.log.log.0);
            let mut tips = state.tips.clone();
            tips.sort();
            hash.update((tips.len() as u64).to_be_bytes());
            for tip in tips {
                hash.update(tip.seq.to_be_bytes());
                hash.update(tip.id.0);
            }
        }
        hash.update(self.wraps(wraps).0);
        Some(Tag(cut(hash)))
    }

    /// All closed volumes as one; `None` where nothing is held.
    pub(crate) fn closed(&self, books: &[(BookId, Tag)]) -> Option<Tag> {
        (!books.is_empty()).then(|| Tag(self.over(Domain::Closed, books)))
    }

    /// Everything: the open books and the tag of the closed volumes.
    pub(crate) fn summary(&self, open: &[(BookId, Tag)], closed: Option<Tag>) -> Tag {
        let mut hash = self.hash(Domain::Summary);
        hash.update(self.over(Domain::Summary, open));
        if let Some(closed) = closed {
            hash.update(closed.0);
        }
        Tag(cut(hash))
    }

    fn over(&self, domain: Domain, books: &[(BookId, Tag)]) -> [u8; 8] {
        let mut books = books.to_vec();
        books.sort();
        let mut hash = self.hash(domain);
        for (book, tag) in books {
            hash.update(book.0);
            hash.update(tag.0);
        }
        cut(hash)
    }
}

fn cut<const N: usize>(hash: Sha256) -> [u8; N] {
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn tagger(salt: u8) -> Tagger {
        Tagger::new(SessionSalt([salt; 32]))
    }

    /// Of two heads that were made to look alike in one session, the next one sees that they differ. The shortest name
    /// is taken, since for it two of a kind can be found here and now (by the birthday paradox, in some 80,000 tries).
    #[test]
    fn two_things_that_were_made_to_look_alike_in_one_session_differ_in_the_next() {
        let one = tagger(1);
        let mut seen: HashMap<BookRef, BookId> = HashMap::new();
        let mut alike = None;
        for n in 0_u64..2_000_000 {
            let mut id = BookId([0; 16]);
            id.0[..8].copy_from_slice(&n.to_be_bytes());
            if let Some(other) = seen.insert(one.book(&id), id) {
                alike = Some((other, id));
                break;
            }
        }
        let (x, y) = alike.expect("2^32 names are few");
        assert_eq!(one.book(&x), one.book(&y));
        let next = tagger(2);
        assert_ne!(next.book(&x), next.book(&y));
    }

    /// Nobody who watches two sessions learns from the tags that both are about one head.
    #[test]
    fn a_head_has_another_tag_in_every_session() {
        let head = EntryId([7; 32]);
        assert_eq!(tagger(1).entry(&head), tagger(1).entry(&head));
        assert_ne!(tagger(1).entry(&head), tagger(2).entry(&head));
    }
}
