//! What does not count, and why; what was written twice at one place; and the registrar's two acts about it: to let an
//! entry in, and to choose between rivals (design.md §3.4).

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use rand_core::CryptoRng;
use sothon_ledger::verdict::{Aside, Verdict};
use sothon_ledger::{BookId, ChangeHash, DeviceId, EntryId, Kind, Right, seal};
use sothon_records::Words;

use crate::live::Live;
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
    pub why: Aside,
    /// How many of its changes are nowhere in the book; `None` where the book cannot be read here.
    pub missing: Option<usize>,
    /// Whether its author, or others by name, wrote it again: then it is not let in.
    pub written_again: bool,
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
        for (book, live) in &self.books {
            let mut again: HashMap<DeviceId, HashSet<EntryId>> = HashMap::new();
            for view in live.judge.set().iter() {
                let Some(Verdict::Aside(why)) = live.judge.verdict(&view.id) else {
                    continue;
                };
                let of_itself = matches!(view.header.kind, Kind::Receipt | Kind::Keys | Kind::Epoch);
                if of_itself {
                    continue;
                }
                let device = view.header.device;
                let named = match again.entry(device) {
                    Entry::Occupied(named) => named.into_mut(),
                    Entry::Vacant(none) => none.insert(self.replaced_by_author(book, &device)?),
                };
                let named = named.contains(&view.id);
                found.push(SetAside {
                    book: *book,
                    entry: view.id,
                    device,
                    kind: view.header.kind,
                    why: *why,
                    missing: missing(live, &view.id),
                    written_again: named || self.is_written_again(live, &view.id),
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
        let device = view.header.device;
        if view.header.kind == Kind::Changes {
            let named = self.replaced_by_author(&book, &device)?.contains(&entry);
            if named || self.is_written_again(live, &entry) {
                return Err(RegistrarError::WrittenAgain.into());
            }
            let register = self.register()?;
            let goes_on = register
                .rights()
                .may(&device, &book, Right::Write, register.effective_height());
            if goes_on && missing(live, &entry).is_none() {
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

    /// Chooses the branch of rival changes that an entry carries: it counts from now on, whatever comes.
    ///
    /// # Errors
    /// [`RegistrarError::NoRival`] where what the entry carries has none: an anchor is made only when one is seen (B16).
    pub fn anchor(&mut self, book: BookId, entry: EntryId, time: i64) -> Result<(), ReplicaError> {
        self.must_be_registrar()?;
        let rivals = self.rivals();
        let mut branches = rivals
            .iter()
            .filter(|rivals| rivals.book == book)
            .flat_map(|rivals| &rivals.branches);
        if !branches.any(|branch| branch.entries.contains(&entry)) {
            return Err(RegistrarError::NoRival.into());
        }
        self.register_op(time, |registrar, _| registrar.anchor(book, entry))
    }

    fn is_written_again(&self, live: &Live, entry: &EntryId) -> bool {
        let by_name = self
            .station
            .register()
            .is_some_and(|register| register.rights().replaced(entry).is_some());
        let carries = live.carried(entry).is_some_and(|carried| !carried.is_empty());
        by_name || carries && missing(live, entry) == Some(0)
    }

    /// The entries that a device has named as written again, in those of its entries that can be read here and count.
    fn replaced_by_author(&self, book: &BookId, device: &DeviceId) -> Result<HashSet<EntryId>, ReplicaError> {
        let mut named = HashSet::new();
        let Some(live) = self.books.get(book) else {
            return Ok(named);
        };
        let counting = live.judge.admitted().filter(|view| view.header.device == *device);
        for view in counting.filter(|view| view.header.kind == Kind::Changes) {
            let secret = view.header.epoch.as_ref().and_then(|epoch| live.secret(epoch));
            let (Some(secret), Some(entry)) = (secret, self.station.store().entry(&view.id)?) else {
                continue;
            };
            let Some(payload) = entry.payload.held() else {
                continue;
            };
            if let Ok(changes) = seal::open_changes(&payload, entry.envelope.header_bytes(), secret) {
                named.extend(changes.replaces.into_iter().flatten());
            }
        }
        Ok(named)
    }
}

/// How many changes of an entry are nowhere in the book.
fn missing(live: &Live, entry: &EntryId) -> Option<usize> {
    let carried = live.carried(entry)?;
    Some(carried.iter().filter(|hash| !live.in_book(hash)).count())
}

/// Why an entry does not count, in words.
pub fn why_aside(why: &Aside) -> Words {
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
