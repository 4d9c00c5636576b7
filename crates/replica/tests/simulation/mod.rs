//! A whole commune in memory under a list of operations: edits, lost and doubled deliveries, restarts, set-back disks.
//!
//! Everything is a function of the seed that made the operations and of the operations themselves, so that a failing
//! list can be made shorter. An operation that is not possible where it stands does nothing.
#![allow(dead_code, missing_docs)]

mod checks;
mod op;

pub use op::{How, Op, ops};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use sothon_archive::Archive;
use sothon_book::{Act, ActId};
use sothon_ledger::serving::{Party, Service, Shared, served_books, shared_books};
use sothon_ledger::{
    BookId, BookKind, Compartment, DeviceId, EntryId, Height, Receiver, Register, Right, Role, Root, Scope,
    TransportKey, Wrap,
};
use sothon_records::{Edit, RawRecord, RecordId, RecordKey, Value};
use sothon_replica::slip::RequestSlip;
use sothon_replica::{Folder, Lock, Replica, ReplicaError};
use sothon_store::Store;
use sothon_sync::{Batch, BatchId, ReceivedEntry};
use sothon_vault::{Cost, NoKeyStore, Passphrase};
use tempfile::TempDir;
use uuid::Uuid;

pub type Device = Replica<StdRng>;

pub const NOW: i64 = 1_749_520_800;
pub const YEAR: u32 = 2025;
/// The places of the devices.
pub fn everybody() -> std::ops::Range<usize> {
    0..ROLES.len()
}

/// In every text that is written: no file may hold it.
pub const MARK: &str = "Bí mật thôn";

/// Who there is; the last one asks to be admitted and is admitted when an operation says so.
pub const ROLES: [(&str, Role, Scope); 8] = [
    ("office", Role::Office, Scope::Commune),
    ("chief", Role::PoliceChief, Scope::Commune),
    ("health", Role::Health, Scope::Unit(1)),
    ("chair", Role::Chair, Scope::Commune),
    ("thon1", Role::VillageHead, Scope::Village(1)),
    ("thon2", Role::VillageHead, Scope::Village(2)),
    ("leader", Role::Leader, Scope::Commune),
    ("police", Role::Police, Scope::Commune),
];
/// The place of the relay, beside the devices.
pub const RELAY: usize = ROLES.len();
pub const OFFICE: usize = 0;
pub const CHIEF: usize = 1;
pub const LATE: usize = 7;
/// Whose disk may be set back: what only they knew is theirs alone, and no key of care or tips is made by them.
const MAY_BE_SET_BACK: [usize; 3] = [4, 5, 6];

/// An edit that was acknowledged.
pub struct Saved {
    pub by: usize,
    pub act: ActId,
    pub records: Vec<(BookId, RecordKey)>,
    /// The value that it wrote, which nothing else writes.
    pub value: Option<String>,
    /// The entries that carried it, by book.
    pub carried: BTreeMap<BookId, Vec<EntryId>>,
    /// Whether it may be missing, since the only disk that held it was set back.
    pub may_be_lost: bool,
}

/// A drop that was acknowledged.
pub struct Dropped {
    pub by: usize,
    pub book: BookId,
    pub text: String,
    pub entry: Option<EntryId>,
    pub may_be_lost: bool,
}

pub struct World {
    pub folder: TempDir,
    pub devices: Vec<Option<Device>>,
    pub ids: Vec<DeviceId>,
    pub relay: Archive,
    pub relay_key: TransportKey,
    pub saved: Vec<Saved>,
    pub dropped: Vec<Dropped>,
    pub records: Vec<(BookId, RecordKey)>,
    pub said_yes: Vec<BookId>,
    snapshot: Option<(usize, PathBuf, usize, usize)>,
    pub set_back: bool,
    rng: StdRng,
    seed: u64,
    count: u64,
}

fn passphrase() -> Passphrase {
    Passphrase::new("lúa xanh sông dài").expect("long enough")
}

fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        TempDir::new_in(memory).expect("a folder")
    } else {
        TempDir::new().expect("a folder")
    }
}

/// The commune as it stands when every list of operations begins: founded, admitted, all compartments open.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<TempDir> = OnceLock::new();
    TEMPLATE
        .get_or_init(|| {
            let folder = folder();
            found(folder.path());
            folder
        })
        .path()
}

fn found(path: &Path) {
    let passphrase = passphrase();
    let lock = Lock {
        passphrase: &passphrase,
        cost: Cost::LOWEST,
        key_store: &NoKeyStore,
    };
    let rng = |place: usize| StdRng::seed_from_u64(1000 + place as u64);
    let founded = Device::found(
        Folder::new(path.join("office")),
        &lock,
        Role::Office,
        vec![Scope::Commune],
        NOW,
        rng(OFFICE),
    )
    .expect("founds");
    let mut office = founded.replica;
    let root = office.root();
    let mut devices = Vec::new();
    for (place, (name, role, scope)) in ROLES.iter().enumerate().skip(1) {
        let device = Device::join(Folder::new(path.join(name)), &lock, root, rng(place)).expect("joins");
        let request = RequestSlip::from_text(&device.request()).expect("a request");
        if place != LATE {
            office
                .admit(&request, *role, vec![*scope], None, NOW)
                .expect("admits");
        }
        devices.push(device);
    }
    for compartment in [Compartment::Commune, Compartment::General] {
        office
            .open_books(compartment, YEAR, &[1, 2], &[1], NOW)
            .expect("opens");
    }
    let operations = office.station().store().operations(Height(1)).expect("reads");
    let chief = &mut devices[0];
    chief
        .take_in(
            vec![Batch {
                operations,
                ..batch()
            }],
            NOW,
        )
        .expect("takes");
    for compartment in [Compartment::Care, Compartment::Tips] {
        let key = chief
            .make_reading_key(compartment, YEAR)
            .expect("the chief makes it");
        office.enter_reading_key(&key.slip, NOW).expect("enters");
        office
            .open_books(compartment, YEAR, &[1, 2], &[1], NOW)
            .expect("opens");
    }
    Store::create(&path.join("relay.db"), root).expect("creates");
}

fn batch() -> Batch {
    Batch {
        id: BatchId(0),
        operations: Vec::new(),
        entries: Vec::new(),
        payloads: Vec::new(),
        wraps: Vec::new(),
        blobs: Vec::new(),
    }
}

impl World {
    pub fn new(seed: u64) -> World {
        let folder = folder();
        let path = folder.path();
        let from = template();
        let mut devices = Vec::new();
        for (place, (name, ..)) in ROLES.iter().enumerate() {
            std::fs::create_dir(path.join(name)).expect("a folder");
            for file in std::fs::read_dir(from.join(name)).expect("reads") {
                let file = file.expect("reads");
                std::fs::copy(file.path(), path.join(name).join(file.file_name())).expect("copies");
            }
            devices.push(Some(open(path, place, seed)));
        }
        std::fs::copy(from.join("relay.db"), path.join("relay.db")).expect("copies");
        let ids: Vec<DeviceId> = devices
            .iter()
            .flatten()
            .map(|device: &Device| device.device())
            .collect();
        let root: Root = devices[OFFICE].as_ref().expect("is open").root();
        let relay = Archive::open(Store::open(&path.join("relay.db"), root).expect("opens")).expect("opens");
        World {
            folder,
            devices,
            ids,
            relay,
            relay_key: TransportKey([7; 32]),
            saved: Vec::new(),
            dropped: Vec::new(),
            records: Vec::new(),
            said_yes: Vec::new(),
            snapshot: None,
            set_back: false,
            rng: StdRng::seed_from_u64(seed ^ 0x5eed),
            seed,
            count: 0,
        }
    }

    pub fn device(&self, place: usize) -> &Device {
        self.devices[place].as_ref().expect("is open")
    }

    pub fn device_mut(&mut self, place: usize) -> &mut Device {
        self.devices[place].as_mut().expect("is open")
    }

    fn text(&mut self) -> String {
        self.count += 1;
        format!("{MARK} {}", self.count)
    }

    fn key(&mut self, kind: &str) -> RecordKey {
        let mut id = [0; 16];
        self.rng.fill(&mut id);
        RecordKey {
            kind: kind.into(),
            id: RecordId(Uuid::from_bytes(id)),
        }
    }

    /// The books that a device may write in, with the kind that is written there in these tests.
    fn writable(&self, by: usize) -> Vec<(BookId, &'static str)> {
        let device = self.device(by);
        let Ok(register) = device.register() else {
            return Vec::new();
        };
        register
            .rights()
            .books()
            .filter(|(book, _)| device.may(book, Right::Write))
            .map(|(book, info)| {
                let kind = match info.open.kind {
                    BookKind::Village | BookKind::Unit => "household",
                    BookKind::Commune => "task",
                    BookKind::Tips | BookKind::TipsPolice => "handling",
                    _ => "person",
                };
                (*book, kind)
            })
            .collect()
    }

    fn book_of(&self, by: usize, choice: u8) -> Option<(BookId, &'static str)> {
        let books = self.writable(by);
        let at = usize::from(choice) % books.len().max(1);
        books.get(at).copied()
    }

    /// Does one operation. `Err`: what was promised does not hold.
    pub fn apply(&mut self, op: &Op) -> Result<(), String> {
        match *op {
            Op::Create { by, book } => {
                let Some((book, kind)) = self.book_of(by, book) else {
                    return Ok(());
                };
                let (edit, value) = self.create(book, kind);
                self.save(by, &[(book, vec![edit])], Some(value))
            }
            Op::Both { by, book } => {
                let (Some(one), Some(other)) = (self.book_of(by, book), self.book_of(by, book + 1)) else {
                    return Ok(());
                };
                if one.0 == other.0 {
                    return Ok(());
                }
                let (first, _) = self.create(one.0, one.1);
                let (second, _) = self.create(other.0, other.1);
                self.save(by, &[(one.0, vec![first]), (other.0, vec![second])], None)
            }
            Op::Set { by, record, field } => {
                let Some((book, key)) = self.record(record) else {
                    return Ok(());
                };
                let value = self.text();
                let name = format!("field{}", field % 3);
                let fields = [(name, Some(Value::Text(value.clone())))].into();
                let edit = Edit::Set {
                    key,
                    sub: None,
                    fields,
                };
                self.save(by, &[(book, vec![edit])], Some(value))
            }
            Op::AddSub { by, record } => {
                let Some((book, key)) = self.record(record) else {
                    return Ok(());
                };
                let value = self.text();
                let sub = self.key("visits");
                let fields = [("note".to_owned(), Value::Text(value.clone()))].into();
                let edit = Edit::AddSub { key, sub, fields };
                self.save(by, &[(book, vec![edit])], Some(value))
            }
            Op::Void { by, record } => {
                let Some((book, key)) = self.record(record) else {
                    return Ok(());
                };
                let reason = self.text();
                let fields = [
                    ("voided".to_owned(), Some(Value::Bool(true))),
                    ("void_reason".to_owned(), Some(Value::Text(reason.clone()))),
                ]
                .into();
                let edit = Edit::Set {
                    key,
                    sub: None,
                    fields,
                };
                self.save(by, &[(book, vec![edit])], Some(reason))
            }
            Op::Undo { by } => self.undo(by),
            Op::Drop { by } => self.drop_tip(by),
            Op::Access { by } => self.access(by),
            Op::Publish { by, clock } => self
                .publish(by, CLOCKS[usize::from(clock) % CLOCKS.len()])
                .map(|_| ()),
            Op::Carry { from, to, how } => {
                self.carry(from, to, how)?;
                self.check_holds(to)
            }
            Op::Restart { by } => {
                self.close(by);
                self.open(by);
                Ok(())
            }
            Op::Snapshot { by } => self.take_snapshot(by),
            Op::SetBack => {
                self.go_back();
                Ok(())
            }
            Op::Admit => self.admit(),
            Op::Yes { by } => self.yes(by),
        }
    }

    fn record(&self, choice: u16) -> Option<(BookId, RecordKey)> {
        self.records
            .get(usize::from(choice) % self.records.len().max(1))
            .cloned()
    }

    fn create(&mut self, book: BookId, kind: &str) -> (Edit, String) {
        let key = self.key(kind);
        let value = self.text();
        let long = Value::Long(self.text());
        self.records.push((book, key.clone()));
        let fields = [
            ("field0".to_owned(), Value::Text(value.clone())),
            ("note".to_owned(), long),
        ]
        .into();
        let record = RawRecord {
            fields,
            subs: BTreeMap::new(),
        };
        (Edit::Create { key, record }, value)
    }

    fn save(
        &mut self,
        by: usize,
        edits: &[(BookId, Vec<Edit>)],
        value: Option<String>,
    ) -> Result<(), String> {
        let act = Act::of_one_change("edit", Some(NOW));
        let device = self.device_mut(by);
        let may = edits.iter().all(|(book, _)| device.may(book, Right::Write));
        match device.edit_all(edits, &act) {
            Ok(_) if !may => Err(format!("{} wrote where it may not", ROLES[by].0)),
            Ok(saved) => {
                self.note_saved(by, saved, value);
                Ok(())
            }
            Err(error) => expected(by, error),
        }
    }

    fn note_saved(&mut self, by: usize, saved: sothon_replica::Saved, value: Option<String>) {
        self.saved.push(Saved {
            by,
            act: saved.act,
            records: saved.records,
            value,
            carried: BTreeMap::new(),
            may_be_lost: false,
        });
    }

    fn undo(&mut self, by: usize) -> Result<(), String> {
        let own: Vec<ActId> = self
            .saved
            .iter()
            .filter(|saved| saved.by == by)
            .map(|saved| saved.act)
            .collect();
        let Some(act) = own.choose_with(&mut self.rng) else {
            return Ok(());
        };
        match self.device_mut(by).undo(act, MARK, Some(NOW)) {
            Ok(saved) => {
                if !saved.records.is_empty() {
                    self.note_saved(by, saved, None);
                }
                Ok(())
            }
            Err(error) => expected(by, error),
        }
    }

    fn drop_tip(&mut self, by: usize) -> Result<(), String> {
        let text = self.text();
        let device = self.device_mut(by);
        let Ok(book) = device.find_book(BookKind::Tips, Scope::Commune, YEAR) else {
            return Ok(());
        };
        let may = device.may(&book, Right::Drop);
        match device.drop_record(book, alone("text", &text), NOW) {
            Ok(_) if !may => Err(format!("{} dropped where it may not", ROLES[by].0)),
            Ok(entry) => {
                self.dropped.push(Dropped {
                    by,
                    book,
                    text,
                    entry: Some(entry),
                    may_be_lost: false,
                });
                Ok(())
            }
            Err(error) => expected(by, error),
        }
    }

    fn access(&mut self, by: usize) -> Result<(), String> {
        let text = self.text();
        let device = self.device_mut(by);
        let Ok(book) = device.find_book(BookKind::TipsAccess, Scope::Commune, YEAR) else {
            return Ok(());
        };
        match device.log_access(alone("why", &text), NOW) {
            Ok(()) => {
                self.dropped.push(Dropped {
                    by,
                    book,
                    text,
                    entry: None,
                    may_be_lost: false,
                });
                Ok(())
            }
            Err(error) => expected(by, error),
        }
    }

    /// Publishes; says whether anything was new.
    fn publish(&mut self, by: usize, now: i64) -> Result<bool, String> {
        let device = self.device_mut(by);
        let before = device.unpublished();
        let published = device
            .publish(now, YEAR)
            .map_err(|error| format!("{} does not publish: {error}", ROLES[by].0))?;
        let mut by_book: BTreeMap<BookId, Vec<EntryId>> = BTreeMap::new();
        for id in &published.entries {
            let envelope = device.station().store().envelope(id);
            let Ok(Some(envelope)) = envelope else {
                return Err("a published entry is not in the store".into());
            };
            by_book.entry(envelope.header().book).or_default().push(*id);
        }
        if device.unpublished() > 0 && published.waiting.is_empty() {
            return Err(format!("{before} changes wait and no book is named"));
        }
        for saved in self.saved.iter_mut().filter(|saved| saved.by == by) {
            for (book, _) in &saved.records {
                if !published.waiting.contains(book)
                    && let Some(ids) = by_book.get(book)
                {
                    saved.carried.entry(*book).or_insert_with(|| ids.clone());
                }
            }
        }
        Ok(!published.is_empty())
    }

    fn admit(&mut self) -> Result<(), String> {
        let request = RequestSlip::from_text(&self.device(LATE).request()).map_err(|e| e.to_string())?;
        let (_, role, scope) = ROLES[LATE];
        let office = self.device_mut(OFFICE);
        let known = office
            .register()
            .is_ok_and(|r| r.rights().device(&request.device).is_some());
        if known {
            return Ok(());
        }
        office
            .admit(&request, role, vec![scope], None, NOW)
            .map_err(|e| e.to_string())
    }

    fn yes(&mut self, by: usize) -> Result<(), String> {
        for (book, device) in self.device(by).readers_waiting() {
            match self.device_mut(by).say_yes(&book, device, NOW) {
                Ok(_) => self.said_yes.push(book),
                Err(ReplicaError::CannotRead) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(())
    }

    fn close(&mut self, place: usize) {
        drop(self.devices[place].take().map(Replica::lock));
    }

    fn open(&mut self, place: usize) {
        self.count += 1;
        let seed = self.seed.wrapping_add(self.count << 8);
        self.devices[place] = Some(open(self.folder.path(), place, seed));
    }

    fn take_snapshot(&mut self, by: usize) -> Result<(), String> {
        if self.snapshot.is_some() || !MAY_BE_SET_BACK.contains(&by) {
            return Ok(());
        }
        let path = self.folder.path().join("snapshot.db");
        self.device(by)
            .station()
            .store()
            .backup(&path)
            .map_err(|e| e.to_string())?;
        self.snapshot = Some((by, path, self.saved.len(), self.dropped.len()));
        Ok(())
    }

    /// The disk of a device is as it was at the snapshot; its vault is not (A15).
    fn go_back(&mut self) {
        let Some((by, path, saved, dropped)) = self.snapshot.clone() else {
            return;
        };
        self.set_back = true;
        self.close(by);
        let store = self.folder.path().join(ROLES[by].0).join("store.db");
        for end in ["", "-wal", "-shm"] {
            let file = PathBuf::from(format!("{}{end}", store.display()));
            if file.exists() {
                std::fs::remove_file(file).expect("removes");
            }
        }
        std::fs::copy(&path, &store).expect("copies");
        let relay = self.relay.store();
        let kept = |ids: &[EntryId]| {
            !ids.is_empty()
                && ids.iter().all(|id| {
                    let held = relay.envelope(id).ok().flatten();
                    held.is_some_and(|envelope| match envelope.header().epoch {
                        Some(epoch) => relay.wraps_of(&epoch).is_ok_and(|wraps| !wraps.is_empty()),
                        None => true,
                    })
                })
        };
        for lost in self.saved.iter_mut().skip(saved).filter(|saved| saved.by == by) {
            let safe = !lost.carried.is_empty()
                && lost
                    .records
                    .iter()
                    .all(|(book, _)| lost.carried.get(book).is_some_and(|ids| kept(ids)));
            lost.may_be_lost |= !safe;
        }
        for lost in self.dropped.iter_mut().skip(dropped).filter(|d| d.by == by) {
            lost.may_be_lost |= !lost.entry.is_some_and(|id| kept(&[id]));
        }
        self.open(by);
    }

    fn party(&self, place: usize, register: &Register) -> Option<Party> {
        if place == RELAY {
            return Some(Party::Relay);
        }
        let device = self.ids[place];
        let role = register
            .rights()
            .device(&device)?
            .role_at(register.effective_height())?;
        let _ = role;
        Some(Party::Device(device))
    }

    fn store(&self, place: usize) -> &Store {
        if place == RELAY {
            self.relay.store()
        } else {
            self.device(place).station().store()
        }
    }

    fn register_of(&self, place: usize) -> Option<&Register> {
        if place == RELAY {
            self.relay.register()
        } else {
            self.device(place).station().register()
        }
    }

    fn take(&mut self, place: usize, batches: Vec<Batch>) -> Result<bool, String> {
        if place == RELAY {
            let taken = self.relay.take_in(batches, &mut || None, None, &mut |_, _| None);
            return match taken.fault {
                Some(fault) => Err(format!("the relay: {fault}")),
                None => Ok(taken.register_grew
                    || !taken.put.entries.is_empty()
                    || !taken.put.wraps.is_empty()
                    || !taken.put.payloads.is_empty()),
            };
        }
        let device = self.device_mut(place);
        let taken = device.take_in(batches, NOW).map_err(|e| e.to_string())?;
        if let Some(fault) = &taken.fault {
            return Err(format!("{}: {fault}", ROLES[place].0));
        }
        device.publish_owed(NOW, YEAR).map_err(|e| e.to_string())?;
        Ok(!taken.is_empty())
    }

    /// The higher register first, whoever has it.
    fn carry_register(&mut self, one: usize, other: usize) -> Result<bool, String> {
        let height = |place| self.register_of(place).map_or(Height(0), Register::height);
        let (from, to) = if height(one) >= height(other) {
            (one, other)
        } else {
            (other, one)
        };
        let from_height = height(to).0 + 1;
        let operations = self
            .store(from)
            .operations(Height(from_height))
            .map_err(|e| e.to_string())?;
        if operations.is_empty() {
            return Ok(false);
        }
        self.take(
            to,
            vec![Batch {
                operations,
                ..batch()
            }],
        )
    }

    /// Carries what the rule of serving allows, as a session would, with the losses that `how` says.
    pub fn carry(&mut self, from: usize, to: usize, how: How) -> Result<bool, String> {
        if from == to {
            return Ok(false);
        }
        let mut new = self.carry_register(from, to)?;
        let Some(register) = self.register_of(to).cloned() else {
            return Ok(new);
        };
        let (Some(giver), Some(taker)) = (self.party(from, &register), self.party(to, &register)) else {
            return Ok(new);
        };
        let shared = shared_books(&register, giver, taker);
        let mut rng = StdRng::seed_from_u64(self.rng.random());
        let mut logs = self.lacking(from, to, &shared, how)?;
        logs.shuffle(&mut rng);
        let mut wraps: Vec<Wrap> = self.store(from).wraps().map_err(|e| e.to_string())?;
        let keeps_all = taker.keeps_all(&register);
        wraps.retain(|wrap| {
            shared.iter().any(|s| s.book == wrap.book())
                && (keeps_all
                    || Party::Device(
                        self.ids
                            .iter()
                            .copied()
                            .find(|id| wrap.to() == Receiver::Device(*id))
                            .unwrap_or(DeviceId([0; 32])),
                    ) == taker)
        });
        wraps.shuffle(&mut rng);
        if let How::Prefix = how {
            for log in &mut logs {
                let keep = rng.random_range(0..=log.len());
                log.truncate(keep);
            }
            let keep = rng.random_range(0..=wraps.len());
            wraps.truncate(keep);
        }
        if let How::Bare = how {
            for entry in logs.iter_mut().flatten() {
                if rng.random_bool(0.4) {
                    entry.payload = None;
                }
            }
        }
        let mut batches = Vec::new();
        let mut whole = batch();
        for entry in logs.into_iter().flatten() {
            whole.entries.push(entry);
            if matches!(how, How::Pieces) && rng.random_bool(0.5) {
                batches.push(std::mem::replace(&mut whole, batch()));
            }
        }
        whole.wraps = wraps;
        batches.push(whole);
        if let How::Pieces = how {
            for one in batches.clone() {
                new |= self.take(to, vec![one])?;
            }
        } else {
            new |= self.take(to, batches.clone())?;
        }
        if let How::Twice = how
            && self.take(to, batches)?
        {
            return Err("what came twice was new twice".into());
        }
        if to == RELAY && matches!(how, How::Whole | How::Twice) {
            let index = self.relay.store().index();
            let held: Vec<_> = index
                .all()
                .filter_map(|log| {
                    let key = log.key();
                    let (seq, _) = log.tips().next_back()?;
                    Some((key.book, key.log, seq))
                })
                .collect();
            self.device_mut(from).relay_holds(held);
        }
        Ok(new)
    }

    /// By log, what one holds, the other may hold, and does not (or all of it, where things are to come twice).
    fn lacking(
        &self,
        from: usize,
        to: usize,
        shared: &[Shared],
        how: How,
    ) -> Result<Vec<Vec<ReceivedEntry>>, String> {
        let (source, target) = (self.store(from), self.store(to));
        let error = |fault: sothon_store::Fault| fault.to_string();
        let bare = target.missing_payloads(None).map_err(error)?;
        let mut logs = Vec::new();
        for Shared { book, only, .. } in shared {
            for log in source.index().logs(book) {
                let mut entries = Vec::new();
                for entry in source
                    .entries_of_log(&log.key(), 0, usize::MAX >> 1)
                    .map_err(error)?
                {
                    let id = entry.envelope.id();
                    let header = entry.envelope.header();
                    let is_own = |id: &EntryId| {
                        let envelope = source.envelope(id).ok().flatten();
                        only.is_some_and(|only| envelope.is_some_and(|e| e.header().device == only))
                    };
                    if only.is_some_and(|only| !Service::Own.covers(header, &only, is_own)) {
                        continue;
                    }
                    let held = target.has(&id).map_err(error)? && !bare.contains(&id);
                    if held && !matches!(how, How::Twice) {
                        continue;
                    }
                    entries.push(ReceivedEntry {
                        envelope: entry.envelope,
                        payload: entry.payload.held(),
                    });
                }
                if !entries.is_empty() {
                    logs.push(entries);
                }
            }
        }
        Ok(logs)
    }

    /// Everybody publishes and gets everything from everybody, until nothing is new.
    pub fn meet(&mut self) -> Result<(), String> {
        for _ in 0..MOST_ROUNDS {
            let mut new = false;
            for place in everybody() {
                new |= self.publish(place, NOW)?;
            }
            for to in (0..=RELAY).rev() {
                for from in 0..=RELAY {
                    new |= self.carry(from, to, How::Whole)?;
                }
            }
            if !new {
                return Ok(());
            }
        }
        Err(format!("after {MOST_ROUNDS} rounds there is still something new"))
    }

    /// Whether a device is served a book at all.
    fn served(&self, place: usize) -> BTreeMap<BookId, Service> {
        match self.register_of(place) {
            Some(register) => match self.party(place, register) {
                Some(party) => served_books(register, party),
                None => BTreeMap::new(),
            },
            None => BTreeMap::new(),
        }
    }
}

const MOST_ROUNDS: usize = 12;
const CLOCKS: [i64; 4] = [NOW, NOW + 1, 0, 4_102_444_800];

trait ChooseWith<T: Copy> {
    fn choose_with(&self, rng: &mut StdRng) -> Option<T>;
}

impl<T: Copy> ChooseWith<T> for Vec<T> {
    fn choose_with(&self, rng: &mut StdRng) -> Option<T> {
        if self.is_empty() {
            None
        } else {
            Some(self[rng.random_range(0..self.len())])
        }
    }
}

fn open(path: &Path, place: usize, seed: u64) -> Device {
    let rng = StdRng::seed_from_u64(seed.wrapping_mul(31).wrapping_add(place as u64));
    Device::open(
        Folder::new(path.join(ROLES[place].0)),
        &passphrase(),
        &NoKeyStore,
        rng,
    )
    .expect("opens")
}

fn alone(field: &str, text: &str) -> RawRecord {
    RawRecord {
        fields: [(field.to_owned(), Value::Text(text.to_owned()))].into(),
        subs: BTreeMap::new(),
    }
}

/// Errors that an honest device may well get: it knows less than the operation wants.
fn expected(by: usize, error: ReplicaError) -> Result<(), String> {
    match error {
        ReplicaError::MayNotWrite
        | ReplicaError::CannotRead
        | ReplicaError::NoBook
        | ReplicaError::NoEpoch
        | ReplicaError::NotAdmitted
        | ReplicaError::Undo(_)
        | ReplicaError::Edit(
            sothon_book::EditError::NoRecord(_)
            | sothon_book::EditError::NoSub { .. }
            | sothon_book::EditError::NothingToWrite,
        ) => Ok(()),
        error => Err(format!("{}: {error}", ROLES[by].0)),
    }
}
