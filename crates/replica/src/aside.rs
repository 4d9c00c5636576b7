//! What does not count, and why; what was written twice at one place; and the registrar's two acts about it: to let an
//! entry in, and to choose between rivals (design.md §3.4).

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use rand_core::CryptoRng;
use sothon_book::ChangeFacts;
use sothon_ledger::payload::Changes;
use sothon_ledger::verdict::{Aside, EntryView, Verdict};
use sothon_ledger::{BookId, ChangeHash, DeviceId, EntryId, Kind, seal};
use sothon_records::{Edit, Words};

use crate::going_on::is_lost;
use crate::live::Live;
use crate::ordering::{is_in_book, missing, writes_there};
use crate::registrar::RegistrarError;
use crate::replica::{Replica, ReplicaError};

/// An entry that does not count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetAside {
    /// The book.
    pub book: BookId,
    /// The entry.
    pub entry: EntryId,
    /// Who wrote it.
    pub device: DeviceId,
    /// What it is.
    pub kind: Kind,
    /// Why it does not count.
    pub why: WhyOut,
    /// How many of its changes are nowhere in the book; `None` where the book cannot be read here.
    pub missing: Option<usize>,
    /// Whether its author, or others whom the registrar told to, wrote it again.
    pub written_again: bool,
    /// Whether the registrar has ordered that others write it again: then it is never let in.
    pub ordered: bool,
    /// Whether the registrar may order that: it holds records, and its author may not write there any more, or not these.
    pub may_be_ordered: bool,
}

/// Why an entry does not count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WhyOut {
    /// By its verdict.
    Aside(Aside),
    /// It names an operation on a branch of the register that was not chosen: it waits for ever, and cannot be let in.
    DeadBranch,
}

/// Changes of one device that exclude each other, of which one counts (B3). Two signatures are the proof.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RivalChanges {
    /// The book.
    pub book: BookId,
    /// Whose changes.
    pub device: DeviceId,
    /// The change that counts, then the others.
    pub branches: Vec<Branch>,
}

impl RivalChanges {
    /// Whether the registrar has chosen one of them.
    pub fn is_chosen(&self) -> bool {
        self.branches.iter().any(|branch| branch.anchored)
    }
}

/// One of several rivals.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Branch {
    /// The change.
    pub change: ChangeHash,
    /// The entries that carry it, ascending.
    pub entries: Vec<EntryId>,
    /// Whether it counts.
    pub counts: bool,
    /// Whether an anchor holds it.
    pub anchored: bool,
}

impl<R: CryptoRng> Replica<R> {
    /// The entries of all books in which somebody said something and which do not count, in the order of books and devices.
    /// What devices write without being asked (receipts, keys) is not among them: they write it again.
    ///
    /// # Errors
    /// [`ReplicaError`] where the store cannot be read.
    pub fn set_aside(&self) -> Result<Vec<SetAside>, ReplicaError> {
        let mut found = Vec::new();
        let Some(register) = self.station.register() else {
            return Ok(found);
        };
        for (book, live) in &self.books {
            let mut again: HashMap<DeviceId, HashSet<EntryId>> = HashMap::new();
            for view in live.judge.set().iter() {
                let why = match live.judge.verdict(&view.id) {
                    Some(Verdict::Aside(why)) => WhyOut::Aside(*why),
                    _ if is_lost(register, live, &view.id) => WhyOut::DeadBranch,
                    _ => continue,
                };
                let of_itself = matches!(view.header.kind, Kind::Receipt | Kind::Keys | Kind::Epoch);
                // A file is read whether or not its entry counts.
                if of_itself || view.header.kind == Kind::File {
                    continue;
                }
                let device = view.header.device;
                let named = match again.entry(device) {
                    Entry::Occupied(named) => named.into_mut(),
                    Entry::Vacant(none) => none.insert(self.said_again(book, &device)?),
                };
                let missing = missing(live, &view.id);
                let written_again = named.contains(&view.id) || is_in_book(live, &view.id);
                let ordered = register.rights().replaced(&view.id).is_some();
                let is_open =
                    view.header.kind == Kind::Changes && missing != Some(0) && !written_again && !ordered;
                let may_be_ordered = is_open
                    && (!writes_there(register, &device, book) || self.is_left_by_its_author(book, view)?);
                found.push(SetAside {
                    book: *book,
                    entry: view.id,
                    device,
                    kind: view.header.kind,
                    why,
                    missing,
                    written_again,
                    ordered,
                    may_be_ordered,
                });
            }
        }
        found.sort_by_key(|one| (one.book, one.device, one.entry));
        Ok(found)
    }

    /// Makes an entry count, and with it what it builds on.
    ///
    /// # Errors
    /// [`RegistrarError::NotAside`]; [`RegistrarError::WrittenAgain`], since what it says would be in the book twice;
    /// [`RegistrarError::Unreadable`] where that cannot be seen and its author could have done it.
    pub fn let_in(&mut self, book: BookId, entry: EntryId, time: i64) -> Result<(), ReplicaError> {
        self.must_be_registrar()?;
        let live = self.books.get(&book).ok_or(ReplicaError::NoBook)?;
        let view = live.view(&entry).ok_or(RegistrarError::NotAside)?;
        if !matches!(live.judge.verdict(&entry), Some(Verdict::Aside(_))) {
            return Err(RegistrarError::NotAside.into());
        }
        let register = self.register()?;
        let set = live.judge.set();
        let ordered = |view: &&EntryView| {
            register.rights().replaced(&view.id).is_some()
                && !live.judge.verdict(&view.id).is_some_and(Verdict::is_admitted)
        };
        let comes_with_it = |view: &EntryView| view.id == entry || set.builds_on(&entry, &view.id);
        // What is written again by order does not come back below what builds on it, either.
        if set.iter().filter(ordered).any(comes_with_it) {
            return Err(RegistrarError::WrittenAgain.into());
        }
        let device = view.header.device;
        if view.header.kind == Kind::Changes {
            let named = self.said_again(&book, &device)?.contains(&entry);
            if named || is_in_book(live, &entry) {
                return Err(RegistrarError::WrittenAgain.into());
            }
            if writes_there(register, &device, &book) && missing(live, &entry).is_none() {
                return Err(RegistrarError::Unreadable.into());
            }
        }
        self.register_op(time, |registrar, _| registrar.let_in(book, entry))
    }

    /// The changes that have rivals, in the order of books.
    pub fn rivals(&self) -> Vec<RivalChanges> {
        let anchored = |entry: &EntryId| {
            let register = self.station.register();
            register.is_some_and(|register| register.rights().anchored(entry).is_some())
        };
        let mut found = Vec::new();
        for (book, live) in &self.books {
            let mut by_winner: BTreeMap<ChangeHash, Vec<ChangeHash>> = BTreeMap::new();
            for (lost, won) in live.judge.losers() {
                by_winner.entry(won).or_default().push(lost);
            }
            for (won, lost) in by_winner {
                let branch = |change: ChangeHash| {
                    let mut entries: Vec<EntryId> = self.carriers(book, &change).collect();
                    entries.sort_unstable();
                    Branch {
                        counts: change == won,
                        anchored: entries.iter().any(anchored),
                        change,
                        entries,
                    }
                };
                let branches: Vec<Branch> = std::iter::once(won).chain(lost).map(branch).collect();
                let author = branches.iter().flat_map(|branch| &branch.entries).next();
                if let Some(view) = author.and_then(|entry| live.view(entry)) {
                    found.push(RivalChanges {
                        book: *book,
                        device: view.header.device,
                        branches,
                    });
                }
            }
        }
        found
    }

    /// What an entry of changes says, whether or not it counts: edits on the book as its author saw it. Empty where it cannot be
    /// read here, or says nothing that this version can write.
    ///
    /// # Errors
    /// [`ReplicaError`] where the store cannot be read.
    pub fn says(&self, book: &BookId, entry: &EntryId) -> Result<Vec<Edit>, ReplicaError> {
        let live = self.books.get(book);
        let Some((live, view)) = live.and_then(|live| Some((live, live.view(entry)?))) else {
            return Ok(Vec::new());
        };
        let Some(changes) = self.opened(live, view)? else {
            return Ok(Vec::new());
        };
        let chunks: Vec<Vec<u8>> = changes.chunks.into_iter().map(Into::into).collect();
        let facts: Vec<ChangeFacts> = (chunks.iter())
            .filter_map(|chunk| ChangeFacts::read(chunk).ok())
            .collect();
        let said = live.book.again(&live.below(facts.iter()), &[], &chunks);
        Ok(said.map(|said| said.edits).unwrap_or_default())
    }

    /// The changes that an entry carries, as far as it is held and can be read here.
    pub(crate) fn opened(&self, live: &Live, view: &EntryView) -> Result<Option<Changes>, ReplicaError> {
        let secret = view.header.epoch.as_ref().and_then(|epoch| live.secret(epoch));
        let (Some(secret), Some(entry)) = (secret, self.station.store().entry(&view.id)?) else {
            return Ok(None);
        };
        let Some(sealed) = entry.payload.held() else {
            return Ok(None);
        };
        Ok(seal::open_changes(&sealed, entry.envelope.header_bytes(), secret).ok())
    }

    /// Chooses the branch of rival changes that an entry carries: it counts from now on, whatever comes.
    ///
    /// # Errors
    /// [`RegistrarError::NoRival`] where what the entry carries has none: an anchor is made only when one is seen (B16).
    /// [`RegistrarError::Chosen`] where one is chosen: with two of them, neither would decide.
    pub fn anchor(&mut self, book: BookId, entry: EntryId, time: i64) -> Result<(), ReplicaError> {
        self.must_be_registrar()?;
        let rivals = self.rivals();
        let carried = |rivals: &&RivalChanges| {
            let mut branches = rivals.branches.iter();
            rivals.book == book && branches.any(|branch| branch.entries.contains(&entry))
        };
        let rivals = rivals.iter().find(carried).ok_or(RegistrarError::NoRival)?;
        if rivals.is_chosen() {
            return Err(RegistrarError::Chosen.into());
        }
        self.register_op(time, |registrar, _| registrar.anchor(book, entry))
    }
}

/// Why an entry does not count, in words.
pub fn why_aside(why: &WhyOut) -> Words {
    let WhyOut::Aside(why) = why else {
        return Words::new(
            "Ghi theo một nhánh danh bạ không được chọn.",
            "It was written by a branch of the register that was not chosen.",
        );
    };
    let (vi, en) = match why {
        Aside::NoRight => (
            "Khi ghi, máy này không có quyền ghi vào sổ đó.",
            "The device had no right to write there.",
        ),
        Aside::PastCut(_) => (
            "Xã nhận được sau khi quyền của máy này đã dừng.",
            "It came after the device's right had ended.",
        ),
        Aside::Names(_) | Aside::HeightFalls(_) => (
            "Viết tiếp trên một phần không được tính.",
            "It goes on from something that does not count.",
        ),
        Aside::OnRefused(_) => (
            "Viết tiếp trên một phần sai quy cách.",
            "It goes on from something that is not in order.",
        ),
        Aside::OnLoser(_) => (
            "Viết tiếp trên một bản không được chọn.",
            "It goes on from a version that was not chosen.",
        ),
        Aside::Rival(..) | Aside::RivalsBelow(..) => (
            "Máy này đã ghi hai bản khác nhau ở cùng một chỗ; bản kia được tính.",
            "The device wrote two different things at one place; the other one counts.",
        ),
        Aside::EpochTooOld(..) | Aside::NoEpoch | Aside::EpochAhead(_) => (
            "Niêm phong bằng chìa không còn dùng.",
            "It is sealed with a key that is no longer in use.",
        ),
        Aside::NoYes => (
            "Chưa ai đồng ý cho máy này đọc ngăn đó.",
            "Nobody has said yes to the device as a reader there.",
        ),
        Aside::Alone => (
            "Người viết tiếp trên phần này cũng không được tính.",
            "Who went on from it does not count either.",
        ),
        // Form, payload, and what a later version may say.
        _ => ("Sai quy cách.", "It is not in order."),
    };
    Words::new(vi, en)
}
