//! A whole commune in memory under a list of operations: edits, lost and doubled deliveries, restarts, set-back disks.
//!
//! Everything is a function of the seed that made the operations and of the operations themselves, so that a failing
//! list can be made shorter. An operation that is not possible where it stands does nothing.
#![allow(dead_code, missing_docs)]

mod broken;
mod carry;
mod checkpoints;
mod checks;
mod edits;
mod evenings;
mod hostility;
mod law;
mod lies;
mod meeting;
mod op;
mod orders;
mod quota;
mod registrars;
mod replies;
mod restart;
mod rogue;
mod roles;
mod suspensions;
mod trouble;
mod wire;

pub use broken::Broken;
pub use op::{How, Op, ops};
use trouble::RelayClock;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use sothon_archive::Archive;
use sothon_book::{Act, ActId};
use sothon_ledger::serving::{Party, Shared, shared_books};
use sothon_ledger::{
    BookId, BookKind, Compartment, DeviceId, EntryId, Height, Receiver, Register, Right, Role, Root, Scope,
    TransportKey, Wrap,
};
use sothon_records::{Edit, RawRecord, RecordId, RecordKey, Value};
use sothon_relay::commune::Commune;
use sothon_relay::folder::Quota;
use sothon_replica::slip::RequestSlip;
use sothon_replica::{Clock, DeviceHost, FileRef, Folder, Lock, RegistrarError, Replica, ReplicaError};
use sothon_store::Store;
use sothon_sync::{Batch, BatchId, ReceivedEntry};
use sothon_vault::{Cost, NoKeyStore, Passphrase};
use tempfile::TempDir;
use uuid::Uuid;

pub type Device = Replica<StdRng>;
pub type Opened = DeviceHost<StdRng, Watch>;
pub type Relay = Commune<Box<dyn Fn() -> u64 + Send>>;

pub const NOW: i64 = 1_749_520_800;
pub const YEAR: u32 = 2025;
/// The places of the devices.
pub fn everybody() -> std::ops::Range<usize> {
    0..ROLES.len()
}

/// The places of the hostile devices.
pub fn rogues() -> std::ops::RangeInclusive<usize> {
    RELAY + 1..=RELAY + ROGUES
}

/// In every text that is written: no file may hold it.
pub const MARK: &str = "Bí mật thôn";

/// Who there is; the last two ask to be admitted and are admitted when an operation says so.
pub const ROLES: [(&str, Role, Scope); 9] = [
    ("office", Role::Office, Scope::Commune),
    ("chief", Role::PoliceChief, Scope::Commune),
    ("health", Role::Health, Scope::Unit(1)),
    ("chair", Role::Chair, Scope::Commune),
    ("thon1", Role::VillageHead, Scope::Village(1)),
    ("thon2", Role::VillageHead, Scope::Village(2)),
    ("leader", Role::Leader, Scope::Commune),
    ("police", Role::Police, Scope::Commune),
    ("second", Role::Office, Scope::Commune),
];
/// The place of the relay, beside the devices.
pub const RELAY: usize = ROLES.len();
/// The key that the relay shows.
const RELAY_KEY: TransportKey = TransportKey([77; 32]);
/// How many hostile devices there are; their places come after the relay's.
pub const ROGUES: usize = 2;
pub const OFFICE: usize = 0;
pub const CHIEF: usize = 1;
/// A village head's device that hears of no cut, and a leader's that is given more than it should have, where that is tried.
const DEAF: usize = 4;
const LEADER: usize = 6;
pub const LATE: usize = 7;
/// The office's second machine, which may come to be the registrar's.
pub const SECOND: usize = 8;
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
    /// Whether its author was cut before the office held it: it waits until the author is admitted again.
    pub away: bool,
}

/// A drop that was acknowledged.
pub struct Dropped {
    pub by: usize,
    pub book: BookId,
    pub text: String,
    pub entry: Option<EntryId>,
    pub may_be_lost: bool,
}

/// A clock that somebody sets, right or wrong.
#[derive(Clone)]
pub struct Watch(Arc<AtomicI64>);

impl Watch {
    fn new() -> Watch {
        Watch(Arc::new(AtomicI64::new(NOW)))
    }

    fn set(&self, now: i64) {
        self.0.store(now, Ordering::Relaxed);
    }

    fn next_day(&self) {
        self.0.fetch_add(24 * 3600, Ordering::Relaxed);
    }
}

impl Clock for Watch {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.0.load(Ordering::Relaxed)).map_or(0, |now| now.saturating_mul(1000))
    }

    fn year(&self) -> u32 {
        YEAR
    }
}

pub struct World {
    pub folder: TempDir,
    devices: Vec<Option<Opened>>,
    watches: Vec<Watch>,
    pub ids: Vec<DeviceId>,
    relay: Option<Relay>,
    rogues: Vec<Option<rogue::Rogue>>,
    rogue_ids: Vec<DeviceId>,
    /// What they said to hold, as devices whose word counts.
    claims: Vec<rogue::Claim>,
    /// Who said yes to whom.
    yeses: Vec<law::Yes>,
    /// Who said of whom that it is suspended.
    words: Vec<suspensions::Word>,
    /// Who was admitted, cut, made something else, or the registrar.
    orders: law::Orders,
    /// Whether anything was ordered on a branch of the register that was not chosen.
    died: bool,
    /// By place, which relay it has heard.
    asked: BTreeMap<usize, registrars::Asked>,
    /// Whether the register was forked by somebody honest.
    forked: bool,
    /// By place, how much of books that it may hold no more it held when it heard of that.
    held_then: RefCell<BTreeMap<(usize, BookId), usize>>,
    replies: Vec<replies::Reply>,
    relay_clock: RelayClock,
    /// What happened to the honest, and how often.
    pub troubles: BTreeMap<&'static str, u64>,
    /// Whether the relay's disk was set back, and who has asked it since what it holds.
    relay_was_set_back: bool,
    asked_since: BTreeSet<usize>,
    /// The rule that is broken, if one is.
    pub broken: Option<Broken>,
    pub saved: Vec<Saved>,
    pub dropped: Vec<Dropped>,
    /// Files that honest devices attached to what they saved: by whom, where, and what is in each.
    pub files: Vec<(usize, BookId, FileRef, Vec<u8>)>,
    pub records: Vec<(BookId, RecordKey)>,
    snapshot: Option<(usize, PathBuf, usize, usize)>,
    pub set_back: bool,
    /// How many books came from snapshots.
    resumed: usize,
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
    founded().0.path()
}

/// The same, and the key of its recovery sheet.
fn founded() -> &'static (TempDir, [u8; 32]) {
    static TEMPLATE: OnceLock<(TempDir, [u8; 32])> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = folder();
        let sheet = found(folder.path());
        (folder, sheet)
    })
}

fn found(path: &Path) -> [u8; 32] {
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
    let sheet = *founded.recovery;
    let mut office = founded.replica;
    let root = office.root();
    let mut devices = Vec::new();
    for (place, (name, role, scope)) in ROLES.iter().enumerate().skip(1) {
        let device = Device::join(
            Folder::new(path.join(name)),
            &lock,
            office.root_slip().expect("founded"),
            rng(place),
        )
        .expect("joins");
        let request = RequestSlip::from_text(&device.request()).expect("a request");
        if !law::comes_later(place) {
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
    office.set_relays(vec![relay()], NOW).expect("names it");
    Store::create(&path.join("relay.db"), root).expect("creates");
    sheet
}

/// As the register names it.
fn relay() -> sothon_ledger::register::Relay {
    sothon_ledger::register::Relay {
        key: RELAY_KEY,
        addresses: Vec::new(),
    }
}

fn batch() -> Batch {
    Batch::empty(BatchId(0))
}

impl World {
    pub fn new(seed: u64) -> World {
        let folder = folder();
        let path = folder.path();
        let from = template();
        let watches: Vec<Watch> = everybody().map(|_| Watch::new()).collect();
        let mut devices = Vec::new();
        for (place, (name, ..)) in ROLES.iter().enumerate() {
            std::fs::create_dir(path.join(name)).expect("a folder");
            for file in std::fs::read_dir(from.join(name)).expect("reads") {
                let file = file.expect("reads");
                std::fs::copy(file.path(), path.join(name).join(file.file_name())).expect("copies");
            }
            devices.push(Some(DeviceHost::new(
                open(path, place, seed),
                watches[place].clone(),
                None,
            )));
        }
        std::fs::copy(from.join("relay.db"), path.join("relay.db")).expect("copies");
        let ids: Vec<DeviceId> = devices
            .iter()
            .flatten()
            .map(|host| host.replica.device())
            .collect();
        let root: Root = devices[OFFICE].as_ref().expect("is open").replica.root();
        let relay = Archive::open(Store::open(&path.join("relay.db"), root).expect("opens")).expect("opens");
        let relay_clock = RelayClock::new(seed);
        let mut world = World {
            folder,
            devices,
            watches,
            ids,
            relay: Some(relay_clock.relay(relay)),
            relay_clock,
            rogues: Vec::new(),
            rogue_ids: Vec::new(),
            claims: Vec::new(),
            yeses: Vec::new(),
            words: Vec::new(),
            orders: law::Orders::first(),
            died: false,
            asked: BTreeMap::new(),
            forked: false,
            held_then: RefCell::default(),
            replies: Vec::new(),
            troubles: BTreeMap::new(),
            relay_was_set_back: false,
            asked_since: BTreeSet::new(),
            broken: None,
            saved: Vec::new(),
            dropped: Vec::new(),
            files: Vec::new(),
            records: Vec::new(),
            snapshot: None,
            set_back: false,
            resumed: 0,
            rng: StdRng::seed_from_u64(seed ^ 0x5eed),
            seed,
            count: 0,
        };
        world.admit_rogues();
        world
    }

    pub fn device(&self, place: usize) -> &Device {
        &self.devices[place].as_ref().expect("is open").replica
    }

    fn relay(&self) -> &Archive {
        self.relay.as_ref().expect("is not under way").archive()
    }

    pub fn device_mut(&mut self, place: usize) -> &mut Device {
        &mut self.devices[place].as_mut().expect("is open").replica
    }

    /// One of the devices.
    pub fn somebody(&mut self) -> usize {
        self.rng.random_range(everybody())
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
                let (mut edit, value) = self.create(book, kind);
                let (files, saved) = (self.files.len(), self.saved.len());
                self.attach(by, book, &mut edit)?;
                self.save(by, &[(book, vec![edit])], Some(value))?;
                if self.saved.len() == saved {
                    // What is not saved keeps no photo either.
                    self.files.truncate(files);
                }
                Ok(())
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
            Op::Session { one, other, cut } => {
                if one == other {
                    return Ok(());
                }
                let hostile = one.max(other) > RELAY;
                match cut {
                    None if hostile => self.session(one, other, None).map(drop)?,
                    Some(bytes) => self.session(one, other, Some(usize::from(bytes))).map(drop)?,
                    None => self.agree(one, other).map(drop)?,
                }
                for place in [one, other].into_iter().filter(|place| *place <= RELAY) {
                    self.check_holds(place)?;
                }
                Ok(())
            }
            Op::Lie { by, lie, on } => self.lie(by, lie, on),
            Op::Collude => {
                self.collude();
                Ok(())
            }
            Op::Cut { of } => self.cut(of),
            Op::Readmit { of } => self.admit_rogue(of),
            Op::LetIn { n } => self.let_in(n),
            Op::Anchor { n } => self.anchor(n),
            Op::Crash { by } => {
                self.crash(by);
                Ok(())
            }
            Op::Restart { by } => self.restart(by),
            Op::Keep { by } => {
                self.device_mut(by).keep_snapshots(1);
                Ok(())
            }
            Op::Snapshot { by } => self.take_snapshot(by),
            Op::SetBack => {
                self.go_back();
                Ok(())
            }
            Op::CutHonest { of } => self.cut_honest(of),
            Op::AdmitAgain { of } => self.admit_again(of),
            Op::Suspend { by, of, begins } => {
                let by = if by == OFFICE { self.registrar() } else { by };
                self.suspend(by, of, begins)
            }
            Op::Locked { by, with, cut } => self.locked_session(by, with, cut.map(usize::from)),
            Op::Courier { from, to, how } => self.courier(from, to, how),
            Op::Clock { by, clock } => {
                self.watches[by].set(CLOCKS[usize::from(clock) % CLOCKS.len()]);
                Ok(())
            }
            Op::NextDay => {
                self.next_day();
                Ok(())
            }
            Op::KeepRelay => self.keep_relay(),
            Op::SetRelayBack => self.set_relay_back(),
            Op::Admit => self.admit(),
            Op::Checkpoint { by, book } => self.checkpoint(by, book),
            Op::HandOver { to } => self.hand_over(to),
            Op::Recover {
                to,
                branch,
                cuts,
                told,
            } => self.recover(to, branch, cuts, told),
            Op::Fork { to } => self.fork(to),
            Op::Deposed => self.deposed_orders(),
            Op::Role { of, role } => self.change_role(of, role),
            Op::Reply { by, n } => self.reply(by, n),
            Op::Full { room } => self.fill_relay(room),
            Op::Lift => self.lift_quota(),
            Op::Evening { by, village, saves } => self.evening(by, village, saves),
            Op::Save { by, village } => self.save_book(by, village),
            Op::Yes { by } => self.yes(by),
        }
    }

    fn admit(&mut self) -> Result<(), String> {
        let request = RequestSlip::from_text(&self.device(LATE).request()).map_err(|e| e.to_string())?;
        let (_, role, scope) = ROLES[LATE];
        if self.is_admitted(LATE) {
            return Ok(());
        }
        let admitted = self
            .registrars_mut()
            .admit(&request, role, vec![scope], None, NOW);
        if self.ordered(admitted, |_| false)? {
            self.note_term(LATE, true);
            self.has_admitted();
        }
        Ok(())
    }

    fn yes(&mut self, by: usize) -> Result<(), String> {
        for (book, device) in self.device(by).readers_waiting() {
            match self.device_mut(by).say_yes(&book, device, NOW) {
                Ok(entry) => self.yeses.push(law::Yes {
                    book,
                    by: self.ids[by],
                    to: device,
                    height: self.register_of(by).map_or(Height(0), Register::effective_height),
                    entry,
                }),
                Err(ReplicaError::CannotRead) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(())
    }

    fn close(&mut self, place: usize) {
        drop(self.devices[place].take().map(|host| host.replica.lock()));
    }

    /// The program ends as it stands, and is started again.
    fn crash(&mut self, place: usize) {
        drop(self.devices[place].take());
        self.crashed(place);
        self.open(place);
    }

    fn open(&mut self, place: usize) {
        self.count += 1;
        let seed = self.seed.wrapping_add(self.count << 8);
        let device = open(self.folder.path(), place, seed);
        self.note_started_again(place);
        self.devices[place] = Some(DeviceHost::new(device, self.watches[place].clone(), None));
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
        // What only a relay held that was set back is nowhere.
        if self.relay_was_set_back {
            return;
        }
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
        let Some(held) = self.relay.take() else { return };
        let relay = held.archive().store();
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
        for reply in self
            .replies
            .iter_mut()
            .filter(|reply| reply.by == by || reply.to == by)
        {
            reply.may_be_lost |= reply.to == by || !kept(&[reply.entry]);
        }
        self.relay = Some(held);
        self.open(by);
    }
}

/// The name of a place.
pub fn name(place: usize) -> &'static str {
    ROLES
        .get(place)
        .map_or(if place == RELAY { "the relay" } else { "a liar" }, |role| role.0)
}

/// Right, three years ahead, four years behind, none, and beyond what is trusted.
const CLOCKS: [i64; 6] = [
    NOW,
    NOW + 1,
    NOW + 3 * 365 * 24 * 3600,
    NOW - 4 * 365 * 24 * 3600,
    0,
    4_102_444_800,
];

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
