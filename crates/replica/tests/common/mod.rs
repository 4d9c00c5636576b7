//! A small commune in memory: devices with real stores, who meet when a test says so.
#![allow(dead_code, missing_docs)]

pub mod hostile;
pub mod picture;
pub mod wire;

use std::collections::BTreeMap;

use getrandom::SysRng;
use rand_core::UnwrapErr;
use sothon_book::Act;
use sothon_ledger::{BookId, BookKind, Compartment, DeviceId, Height, Role, Scope, Wrap};
use sothon_records::{Edit, RawRecord, RecordId, RecordKey, SubKey, Value};
use sothon_replica::slip::RequestSlip;
use sothon_replica::{FileRef, Folder, Lock, Replica, ReplicaError};
use sothon_store::Row;
use sothon_sync::{Batch, BatchId, ReceivedEntry};
use sothon_vault::{Cost, NoKeyStore, Passphrase};
use tempfile::TempDir;
use uuid::Uuid;
use zeroize::Zeroizing;

pub type Device = Replica<UnwrapErr<SysRng>>;

pub const NOW: i64 = 1_749_520_800; // 10/06/2025 09:00 UTC+7
pub const YEAR: u32 = 2025;

pub fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

pub struct Commune {
    pub folder: TempDir,
    pub devices: BTreeMap<String, Device>,
}

pub fn passphrase() -> Passphrase {
    Passphrase::new("lúa xanh sông dài").expect("long enough")
}

impl Commune {
    /// An office that founds, and devices of these roles, admitted and wrapped for; two villages, one unit.
    pub fn new(others: &[(&str, Role, Scope)]) -> Commune {
        Self::with_sheet(others).0
    }

    /// The same, with the recovery sheet's key.
    pub fn with_sheet(others: &[(&str, Role, Scope)]) -> (Commune, Zeroizing<[u8; 32]>) {
        let folder = TempDir::new().expect("a folder");
        let passphrase = passphrase();
        let lock = Lock {
            passphrase: &passphrase,
            cost: Cost::LOWEST,
            key_store: &NoKeyStore,
        };
        let founded = Device::found(
            Folder::new(folder.path().join("office")),
            &lock,
            Role::Office,
            vec![Scope::Commune],
            NOW,
            rng(),
        )
        .expect("founds");
        let sheet = founded.recovery;
        let mut office = founded.replica;
        office
            .open_books(Compartment::Commune, YEAR, &[1, 2], &[1], NOW)
            .expect("opens");
        office
            .open_books(Compartment::General, YEAR, &[1, 2], &[1], NOW)
            .expect("opens");
        let mut devices = BTreeMap::new();
        for (name, role, scope) in others {
            let slip = office.root_slip().expect("founded");
            let device =
                Device::join(Folder::new(folder.path().join(name)), &lock, slip, rng()).expect("joins");
            let request = RequestSlip::from_text(&device.request()).expect("a request");
            office
                .admit(&request, *role, vec![*scope], None, NOW)
                .expect("admits");
            devices.insert((*name).to_owned(), device);
        }
        devices.insert("office".to_owned(), office);
        let mut commune = Commune { folder, devices };
        commune.meet_all();
        commune.meet_all();
        (commune, sheet)
    }

    /// A copy of a device's disk, opened beside it.
    pub fn copy(&mut self, name: &str, copy: &str) {
        let device = self.devices.remove(name).expect("a device of the test");
        let folder = device.station().folder().clone();
        drop(device.lock());
        let to = Folder::new(self.folder.path().join(copy));
        std::fs::create_dir_all(to.path()).expect("a folder");
        for file in std::fs::read_dir(folder.path()).expect("reads") {
            let file = file.expect("reads");
            std::fs::copy(file.path(), to.path().join(file.file_name())).expect("copies");
        }
        for (name, folder) in [(name, folder), (copy, to)] {
            let device = Device::open(folder, &passphrase(), &NoKeyStore, rng()).expect("opens");
            self.devices.insert(name.to_owned(), device);
        }
    }

    /// A device writes a household down.
    pub fn writes(&mut self, who: &str, book: BookId, name: &str) -> RecordKey {
        let (key, create) = household(name);
        self.get(who).edit(book, &[create], &act()).expect("saves");
        key
    }

    /// Two villages and a chief with the tips of the year open, all of whom have met at a relay.
    pub fn with_tips() -> (Commune, wire::Relay) {
        let mut commune = Commune::new(&[
            ("thon1", Role::VillageHead, Scope::Village(1)),
            ("thon2", Role::VillageHead, Scope::Village(2)),
            ("chief", Role::PoliceChief, Scope::Commune),
        ]);
        commune.open_tips();
        let mut relay = wire::Relay::new(&mut commune);
        for _ in 0..2 {
            for name in ["office", "chief", "thon1", "thon2"] {
                commune.sync(name, &mut relay);
            }
        }
        (commune, relay)
    }

    /// The office opens the tips of the year, the chief having made the sheet.
    pub fn open_tips(&mut self) {
        self.open_guarded("chief", Compartment::Tips);
    }

    /// The office opens care or tips for the year, with the sheet that the chief of police makes: its secret.
    pub fn open_guarded(&mut self, chief: &str, compartment: Compartment) -> [u8; 32] {
        let chief = self.get(chief);
        let key = chief.make_reading_key(compartment, YEAR).expect("makes");
        let office = self.get("office");
        office.enter_reading_key(&key.slip, NOW).expect("enters");
        office
            .open_books(compartment, YEAR, &[1, 2], &[1], NOW)
            .expect("opens");
        *key.secret
    }

    /// One more device, admitted at the office and not met yet.
    pub fn admit(&mut self, name: &str, role: Role, scope: Scope) -> DeviceId {
        let passphrase = passphrase();
        let lock = Lock {
            passphrase: &passphrase,
            cost: Cost::LOWEST,
            key_store: &NoKeyStore,
        };
        let folder = Folder::new(self.folder.path().join(name));
        let office = self.get("office");
        let slip = office.root_slip().expect("founded");
        let device = Device::join(folder, &lock, slip, rng()).expect("joins");
        let request = RequestSlip::from_text(&device.request()).expect("a request");
        office
            .admit(&request, role, vec![scope], None, NOW)
            .expect("admits");
        let id = device.device();
        self.devices.insert(name.to_owned(), device);
        id
    }

    pub fn get(&mut self, name: &str) -> &mut Device {
        self.devices.get_mut(name).expect("a device of the test")
    }

    /// Closes a device and opens it again.
    pub fn restart(&mut self, name: &str) {
        let device = self.devices.remove(name).expect("a device of the test");
        let folder = device.station().folder().clone();
        drop(device.lock());
        let device = Device::open(folder, &passphrase(), &NoKeyStore, rng()).expect("opens again");
        self.devices.insert(name.to_owned(), device);
    }

    /// Everybody publishes, then everybody gets everything from everybody, until nothing is new.
    pub fn meet_all(&mut self) {
        self.meet_all_at(NOW);
    }

    /// The same, when it is that late.
    pub fn meet_all_at(&mut self, now: i64) {
        loop {
            let mut new = false;
            for device in self.devices.values_mut() {
                new |= !device.publish(now, YEAR).expect("publishes").is_empty();
            }
            let names: Vec<String> = self.devices.keys().cloned().collect();
            for to in &names {
                for from in &names {
                    if from != to {
                        new |= self.carry(from, to);
                    }
                }
            }
            if !new {
                return;
            }
        }
    }

    /// Carries suspensions to another, as a session does.
    pub fn carry_notes(&mut self, from: &str, to: &str) {
        let archive = self.devices[from].station().archive();
        let batch = Batch {
            notes: archive.suspensions().iter().cloned().collect(),
            ..Batch::empty(BatchId(0))
        };
        self.get(to).take_in(vec![batch], NOW).expect("takes");
    }

    /// Shows somebody all operations of the register that a device knows.
    pub fn carry_operations(&mut self, from: &Device, to: &str) {
        let operations = from.station().store().operations(Height(1)).expect("reads");
        let batch = Batch {
            operations,
            ..Batch::empty(BatchId(0))
        };
        self.get(to).take_in(vec![batch], NOW).expect("takes");
    }

    /// Carries all that one holds to another, as a courier would. Says whether anything was new.
    pub fn carry(&mut self, from: &str, to: &str) -> bool {
        let source = self.devices[from].station().store();
        let operations = source.operations(Height(1)).expect("reads");
        let entries = source.since(Row::default(), usize::MAX >> 1).expect("reads");
        let entries = entries.into_iter().map(|e| ReceivedEntry {
            envelope: e.envelope,
            payload: e.payload.held(),
        });
        let wraps = source
            .wraps()
            .expect("reads")
            .iter()
            .filter_map(|w| Wrap::parse(w.bytes()).ok())
            .collect();
        let batch = Batch {
            operations,
            entries: entries.collect(),
            wraps,
            ..Batch::empty(BatchId(0))
        };
        !self.get(to).take_in(vec![batch], NOW).expect("takes").is_empty()
    }
}

fn random() -> [u8; 16] {
    use rand_core::Rng;
    let mut bytes = [0; 16];
    rng().fill_bytes(&mut bytes);
    bytes
}

pub fn household(name: &str) -> (RecordKey, Edit) {
    record("household", &[("head", text(name))])
}

pub fn record(kind: &str, fields: &[(&str, Value)]) -> (RecordKey, Edit) {
    let key = RecordKey {
        kind: kind.into(),
        id: RecordId(Uuid::from_bytes(random())),
    };
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    (
        key.clone(),
        Edit::Create {
            key,
            record: RawRecord {
                fields,
                subs: BTreeMap::new(),
            },
        },
    )
}

/// A device attaches a file and saves a record that names it.
pub fn attach(device: &mut Device, book: BookId, bytes: &[u8]) -> Result<FileRef, ReplicaError> {
    let file = device.attach(book, bytes)?;
    device.edit(book, &[naming(&file)], &act())?;
    Ok(file)
}

/// A record that names a file.
pub fn naming(file: &FileRef) -> Edit {
    let (key, mut edit) = household("Vàng A Sáng");
    if let Edit::Create { record, .. } = &mut edit {
        let sub = SubKey {
            kind: "files".to_owned(),
            id: key.id,
        };
        let hash = Value::Bytes(file.hash.0.to_vec());
        record.subs.insert(sub, [("hash".to_owned(), hash)].into());
    }
    edit
}

pub fn set(key: &RecordKey, field: &str, value: &str) -> Edit {
    let fields = [(field.to_owned(), Some(Value::Text(value.into())))].into();
    Edit::Set {
        key: key.clone(),
        sub: None,
        fields,
    }
}

pub fn text(value: &str) -> Value {
    Value::Text(value.into())
}

pub fn act() -> Act {
    Act::of_one_change("edit", Some(NOW))
}

pub fn village_book(device: &Device, village: u32) -> BookId {
    device
        .find_book(BookKind::Village, Scope::Village(village), YEAR)
        .expect("is open")
}
