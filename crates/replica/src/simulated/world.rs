//! The register, the devices, and what passes between them.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use sothon_book::ActId;
use sothon_ledger::payload::ActorNonce;
use sothon_ledger::register::{Action, Cut, CutOf, Grant, LogHead, OpenBook};
use sothon_ledger::verdict::Verdict;
use sothon_ledger::{
    BookId, BookKind, ChangeHash, DeviceId, EntryId, Envelope, EpochId, EpochSecret, LogId, Operation,
    Register, Right, Role, Scope, Selector, TransportKey,
};
use sothon_records::RecordKey;

use super::broken::Broken;
use super::step::Step;
use crate::live::Live;

/// The places of those who keep to the rules: the office, two village heads, police.
pub(super) const HONEST: [usize; 4] = [OFFICE, 1, 2, 3];
/// The places of those who do not: both may write.
pub(super) const HOSTILE: [usize; 2] = [4, 5];
pub(super) const DEVICES: usize = HONEST.len() + HOSTILE.len();
pub(super) const OFFICE: usize = 0;
pub(super) const BOOK: BookId = BookId([7; 16]);
const ROLES: [Role; DEVICES] = [
    Role::Office,
    Role::VillageHead,
    Role::DeputyVillageHead,
    Role::Police,
    Role::DeputyVillageHead,
    Role::Police,
];

/// An entry, whoever holds it.
pub(super) struct Entry {
    pub envelope: Envelope,
    pub payload: Vec<u8>,
    /// The changes in it, in clear.
    pub chunks: Vec<Vec<u8>>,
    /// Whether its author keeps the payload to itself.
    pub withheld: bool,
}

/// A change that was saved and is in no entry yet.
#[derive(Clone)]
pub(super) struct Unpublished {
    pub hash: ChangeHash,
    pub nonce: ActorNonce,
    pub chunk: Vec<u8>,
}

/// What is on a device's disk.
#[derive(Clone, Default)]
pub(super) struct Disk {
    pub held: BTreeSet<usize>,
    pub height: u64,
    /// The log that it writes to, and the last entry there.
    pub log: Option<(LogId, Option<(u64, EntryId)>)>,
    pub unpublished: Vec<Unpublished>,
}

pub(super) struct Device {
    pub sign: SigningKey,
    pub id: DeviceId,
    pub disk: Disk,
    pub live: Live,
    pub nonce: Option<ActorNonce>,
    kept: Option<(Disk, usize)>,
}

/// An honest edit.
pub(super) struct Saved {
    pub by: usize,
    pub act: ActId,
    pub record: RecordKey,
    pub hash: ChangeHash,
    /// Whether the only disk that held it was set back.
    pub lost: bool,
}

pub(super) struct World {
    pub rng: StdRng,
    registrar: SigningKey,
    /// By height - 1.
    pub registers: Vec<Register>,
    pub devices: Vec<Device>,
    pub entries: Vec<Entry>,
    numbers: BTreeMap<EntryId, usize>,
    pub secrets: BTreeMap<EpochId, EpochSecret>,
    /// For whom which epoch was wrapped.
    pub wraps: BTreeSet<(EpochId, DeviceId)>,
    pub saved: Vec<Saved>,
    pub records: Vec<RecordKey>,
    pub begin: u64,
    /// Honest devices that were cut or lost a role: what they wrote since may be aside.
    pub was_cut: BTreeSet<usize>,
    pub guarded: bool,
    /// The rule that is broken, if one is.
    pub broken: Option<Broken>,
    pub count: u64,
}

impl World {
    /// A commune with one book open, everybody admitted, nothing written. In half of them the book is one of care, whose
    /// readers count from another's yes.
    pub fn new(seed: u64) -> World {
        let mut rng = StdRng::seed_from_u64(seed ^ 0x5eed_0000);
        let registrar = SigningKey::from_bytes(&rng.random());
        let found = Action::Found {
            registrar: registrar.verifying_key().to_bytes(),
            recovery: [2; 32],
            nonce: [0; 16],
        };
        let found = Operation::sign(None, 0, found, &registrar);
        let register = Register::found(found).expect("a found operation");
        let guarded = rng.random_bool(0.4);
        let keys: Vec<SigningKey> = (0..DEVICES)
            .map(|_| SigningKey::from_bytes(&rng.random()))
            .collect();
        let ids = keys.iter().map(|key| DeviceId(key.verifying_key().to_bytes()));
        let ids: Vec<DeviceId> = ids.collect();
        let mut world = World {
            rng,
            registrar,
            registers: vec![register],
            devices: Vec::new(),
            entries: Vec::new(),
            numbers: BTreeMap::new(),
            secrets: BTreeMap::new(),
            wraps: BTreeSet::new(),
            saved: Vec::new(),
            records: Vec::new(),
            begin: 0,
            was_cut: BTreeSet::new(),
            guarded,
            broken: None,
            count: 0,
        };
        for (id, role) in ids.iter().zip(ROLES) {
            world.order(admit(*id, role));
        }
        let first = if guarded { &ids[..2] } else { &[] };
        let open = open(guarded, first);
        world.order(Action::Open(open.clone()));
        world.begin = world.height();
        for (sign, id) in keys.into_iter().zip(ids) {
            let disk = Disk {
                height: world.begin,
                ..Disk::default()
            };
            world.devices.push(Device {
                sign,
                id,
                disk,
                live: Live::new(open.clone()),
                nonce: None,
                kept: None,
            });
        }
        world
    }

    pub fn height(&self) -> u64 {
        self.registers.len() as u64
    }

    /// The register as a device knows it.
    pub fn register(&self, by: usize) -> &Register {
        &self.registers[self.devices[by].disk.height as usize - 1]
    }

    pub fn newest(&self) -> &Register {
        self.registers.last().expect("it was founded")
    }

    pub fn number(&self, id: &EntryId) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// Signs an operation; the office knows it at once.
    pub fn order(&mut self, action: Action) {
        let mut register = self.newest().clone();
        let operation = Operation::sign(Some(register.head()), 0, action, &self.registrar);
        if register.add(operation).is_ok() {
            self.registers.push(register);
        }
        let height = self.height();
        if let Some(office) = self.devices.get_mut(OFFICE) {
            office.disk.height = height;
        }
    }

    /// Puts an entry that somebody made where its author holds it.
    pub fn put(&mut self, by: usize, entry: Entry) -> EntryId {
        let id = entry.envelope.id();
        let number = match self.numbers.get(&id) {
            Some(number) => *number,
            None => {
                self.entries.push(entry);
                self.numbers.insert(id, self.entries.len() - 1);
                self.entries.len() - 1
            }
        };
        self.devices[by].disk.held.insert(number);
        let entry = &self.entries[number];
        let payload = (!entry.withheld).then(|| entry.payload.clone());
        self.devices[by].live.take(entry.envelope.clone(), payload);
        id
    }

    pub fn step(&mut self, step: &Step) -> Result<(), String> {
        match *step {
            Step::Edit { by, what, publish } => {
                self.edit(by, what)?;
                if publish { self.publish(by) } else { Ok(()) }
            }
            Step::Publish { by } => self.publish(by),
            Step::Receipt { by } => self.receipt(by),
            Step::Yes { by, to } => self.say_yes(by, to),
            Step::Meet { one, other, part } => self.meet(one, other, part),
            Step::Restart { by } => {
                self.reopen(by);
                self.settle(by)
            }
            Step::Keep { by } => {
                let saved = self.saved.len();
                let device = &mut self.devices[by];
                device.kept = Some((device.disk.clone(), saved));
                Ok(())
            }
            Step::SetBack { by } => self.set_back(by),
            Step::Cut { of } => {
                self.cut(of);
                self.settle(OFFICE)
            }
            Step::Role { of } => {
                let heads = self.heads_at_office(of);
                self.note_cut(of);
                self.order(Action::Role {
                    device: self.devices[of].id,
                    role: ROLES[of],
                    scopes: vec![Scope::Commune, Scope::Village(1)],
                    heads,
                });
                self.settle(OFFICE)
            }
            Step::Admit { of } => {
                let id = self.devices[of].id;
                let at = self.newest().effective_height();
                let info = self.newest().rights().device(&id);
                if info.is_some_and(|info| info.role_at(at).is_none()) {
                    self.order(admit(id, ROLES[of]));
                }
                self.settle(OFFICE)
            }
            Step::LetIn { n } => {
                if let Some(entry) = self.nth_at_office(n, |verdict| !verdict.is_by_right()) {
                    self.order(Action::LetIn { book: BOOK, entry });
                }
                self.settle(OFFICE)
            }
            Step::Anchor { n } => {
                if let Some(entry) = self.nth_at_office(n, |verdict| !verdict.is_admitted()) {
                    self.order(Action::Anchor { book: BOOK, entry });
                }
                self.settle(OFFICE)
            }
            Step::Current => {
                self.order(Action::StillCurrent);
                self.settle(OFFICE)
            }
            Step::Hostile { by, lie, on, old } => {
                self.lie(by, lie, on, old);
                Ok(())
            }
            Step::Collude => {
                let all: BTreeSet<usize> = HOSTILE
                    .iter()
                    .flat_map(|by| &self.devices[*by].disk.held)
                    .copied()
                    .collect();
                for by in HOSTILE {
                    self.devices[by].disk.held = all.clone();
                }
                Ok(())
            }
            Step::LetGo => self.let_go(),
        }
    }

    fn note_cut(&mut self, of: usize) {
        if HONEST.contains(&of) {
            self.was_cut.insert(of);
        }
    }

    fn cut(&mut self, of: usize) {
        if of == OFFICE {
            return;
        }
        self.note_cut(of);
        let heads = self.heads_at_office(of);
        let of = CutOf::Device(self.devices[of].id);
        self.order(Action::Cut(Cut { of, heads }));
    }

    fn heads_at_office(&self, of: usize) -> Vec<LogHead> {
        let mut heads: BTreeMap<LogId, LogHead> = BTreeMap::new();
        for number in &self.devices[OFFICE].disk.held {
            let envelope = &self.entries[*number].envelope;
            let header = envelope.header();
            let head = LogHead {
                log: header.log,
                seq: header.seq,
                id: envelope.id(),
            };
            if header.device == self.devices[of].id
                && heads.get(&head.log).is_none_or(|other| other.seq < head.seq)
            {
                heads.insert(head.log, head);
            }
        }
        heads.into_values().collect()
    }

    fn nth_at_office(&self, n: usize, of: impl Fn(&Verdict) -> bool) -> Option<EntryId> {
        let verdicts = self.devices[OFFICE].live.judge.verdicts();
        let mut found: Vec<EntryId> = verdicts
            .iter()
            .filter(|(_, v)| of(v))
            .map(|(id, _)| *id)
            .collect();
        found.sort_unstable();
        found.get(n % found.len().max(1)).copied()
    }

    /// Each gives the other what it lacks, or a part of it, in any order; the register comes first.
    fn meet(&mut self, one: usize, other: usize, part: Option<usize>) -> Result<(), String> {
        let new = |world: &World, from: usize, to: usize| -> Vec<usize> {
            let (from, to) = (&world.devices[from].disk.held, &world.devices[to].disk.held);
            from.difference(to).copied().collect()
        };
        let mut both = [(other, new(self, one, other)), (one, new(self, other, one))];
        let height = self.devices[one].disk.height.max(self.devices[other].disk.height);
        for (to, new) in &mut both {
            new.shuffle(&mut self.rng);
            new.truncate(part.unwrap_or(usize::MAX));
            let device = &mut self.devices[*to];
            device.disk.height = height;
            device.disk.held.extend(&*new);
            if HOSTILE.contains(to) {
                continue;
            }
            for number in new {
                let entry = &self.entries[*number];
                let payload = (!entry.withheld).then(|| entry.payload.clone());
                device.live.take(entry.envelope.clone(), payload);
            }
            self.settle(*to)?;
        }
        Ok(())
    }

    /// Payloads that were kept back reach everybody who has the entries.
    fn let_go(&mut self) -> Result<(), String> {
        let mut gone = BTreeSet::new();
        for (number, entry) in self.entries.iter_mut().enumerate() {
            if std::mem::take(&mut entry.withheld) {
                gone.insert(number);
            }
        }
        for by in HONEST {
            let held: Vec<usize> = self.devices[by].disk.held.intersection(&gone).copied().collect();
            for number in held {
                let entry = &self.entries[number];
                self.devices[by]
                    .live
                    .take(entry.envelope.clone(), Some(entry.payload.clone()));
            }
            self.settle(by)?;
        }
        Ok(())
    }

    fn set_back(&mut self, by: usize) -> Result<(), String> {
        let device = &mut self.devices[by];
        let Some((disk, saved)) = device.kept.clone() else {
            return Ok(());
        };
        let height = device.disk.height;
        device.disk = disk;
        // The register comes back with the next peer; a fork of the register is not tried here.
        device.disk.height = device.disk.height.min(height);
        for lost in self.saved.iter_mut().skip(saved).filter(|saved| saved.by == by) {
            lost.lost = true;
        }
        self.reopen(by);
        self.settle(by)
    }

    /// Everybody publishes and gets everything, until nothing is new.
    pub fn meet_all(&mut self) -> Result<(), String> {
        for _ in 0..8 {
            let before = self.entries.len();
            for by in HONEST {
                for other in 0..DEVICES {
                    self.meet(by, other, None)?;
                }
                self.publish(by)?;
            }
            // What only a disk held that was set back is nowhere any more.
            let disks = self.devices.iter().map(|device| &device.disk.held);
            let everything: BTreeSet<usize> = disks.flatten().copied().collect();
            let all_have = HONEST.iter().all(|by| self.devices[*by].disk.held == everything);
            if self.entries.len() == before && all_have {
                return Ok(());
            }
        }
        Err("after eight rounds there is still something new".to_owned())
    }
}

fn admit(device: DeviceId, role: Role) -> Action {
    Action::Admit {
        device,
        transport: TransportKey(device.0),
        role,
        scopes: vec![Scope::Commune, Scope::Village(1)],
        until: None,
    }
}

fn open(guarded: bool, first: &[DeviceId]) -> OpenBook {
    let everybody = [
        Role::Office,
        Role::VillageHead,
        Role::DeputyVillageHead,
        Role::Police,
    ];
    let grant = |right, role| Grant {
        right,
        to: Selector { role, scope: None },
    };
    let reads = everybody.into_iter().map(|role| grant(Right::Read, role));
    let writes = everybody.into_iter().map(|role| grant(Right::Write, role));
    OpenBook {
        book: BOOK,
        kind: if guarded {
            BookKind::CareFiles
        } else {
            BookKind::Village
        },
        scope: Scope::Village(1),
        year: 2025,
        grants: reads.chain(writes).collect(),
        first_readers: first.to_vec(),
        previous: None,
    }
}
