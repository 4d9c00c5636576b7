//! A commune to measure on: office, village head, police and a relay's archive, with a book full of records.

use std::path::{Path, PathBuf};
use std::time::Instant;

use ed25519_dalek::SigningKey;
use getrandom::SysRng;
use rand_core::UnwrapErr;
use sothon_archive::Archive;
use sothon_book::Act;
use sothon_ledger::register::Relay;
use sothon_ledger::slip::RequestSlip;
use sothon_ledger::{BookId, BookKind, Compartment, Height, Role, Scope, TransportKey, Wrap};
use sothon_records::{Edit, RawRecord, RecordKey};
use sothon_replica::{Folder, Lock, Replica};
use sothon_store::{Row, Store};
use sothon_sync::{Batch, BatchId, ReceivedEntry};
use sothon_vault::{Cost, NoKeyStore, Passphrase};
use tempfile::TempDir;

pub type Device = Replica<UnwrapErr<SysRng>>;

pub const NOW: i64 = 1_749_520_800;
pub const YEAR: u32 = 2025;
const SEED: u64 = 1;
/// How many changes an entry holds while the book is filled.
const BATCH: usize = 40;

pub fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

pub fn passphrase() -> Passphrase {
    Passphrase::new("lúa xanh sông dài").expect("long enough")
}

pub fn relay_identity() -> SigningKey {
    SigningKey::from_bytes(&[42; 32])
}

pub fn relay_key() -> TransportKey {
    TransportKey(relay_identity().verifying_key().to_bytes())
}

/// Devices and what they share.
pub struct Stage {
    /// Where it was built: in memory, since building is not measured.
    pub built: TempDir,
    /// On the disk.
    pub disk: TempDir,
    pub head: Option<Device>,
    /// Who admits, and who reads all villages.
    pub office: Option<Device>,
    pub police: Option<Device>,
    pub relay: Archive,
    pub book: BookId,
    /// More records of the same kind.
    pub more: Box<dyn Iterator<Item = (RecordKey, RawRecord)>>,
}

fn memory() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        TempDir::new_in(memory).expect("a folder")
    } else {
        TempDir::new().expect("a folder")
    }
}

pub fn act() -> Act {
    Act::of_one_change("edit", Some(NOW))
}

/// Office, police and the head of village 1, all admitted; books of these years and villages are open.
pub fn commune(path: &Path, years: &[u32], villages: &[u32]) -> (Device, Device, Device) {
    let passphrase = passphrase();
    let lock = Lock {
        passphrase: &passphrase,
        cost: Cost::LOWEST,
        key_store: &NoKeyStore,
    };
    let founded = Device::found(
        Folder::new(path.join("office")),
        &lock,
        Role::Office,
        vec![Scope::Commune],
        NOW,
        rng(),
    )
    .expect("founds");
    let mut office = founded.replica;
    let mut join = |name: &str, role, scope| {
        let slip = office.root_slip().expect("founded");
        let device = Device::join(Folder::new(path.join(name)), &lock, slip, rng()).expect("joins");
        let request = RequestSlip::from_text(&device.request()).expect("a request");
        office
            .admit(&request, role, vec![scope], None, NOW)
            .expect("admits");
        device
    };
    let mut police = join("police", Role::PoliceChief, Scope::Commune);
    let mut head = join("head", Role::VillageHead, Scope::Village(1));
    office
        .open_books(Compartment::Commune, YEAR, villages, &[1], NOW)
        .expect("opens");
    for year in years {
        office
            .open_books(Compartment::General, *year, villages, &[1], NOW)
            .expect("opens");
    }
    let relays = vec![Relay {
        key: relay_key(),
        addresses: vec!["127.0.0.1:4433".into()],
    }];
    office.set_relays(relays, NOW).expect("names");
    for _ in 0..2 {
        carry(&office, &mut police);
        carry(&office, &mut head);
        for year in years {
            for device in [&mut office, &mut police, &mut head] {
                device.publish(NOW, *year).expect("publishes");
            }
        }
        carry(&police, &mut office);
        carry(&head, &mut office);
    }
    carry(&office, &mut police);
    carry(&office, &mut head);
    (office, police, head)
}

/// All that a store holds, as one batch.
pub fn all_of(store: &Store) -> Batch {
    let entries = store.since(Row::default(), usize::MAX >> 1).expect("reads");
    let wraps = store.wraps().expect("reads");
    Batch {
        operations: store.operations(Height(1)).expect("reads"),
        entries: entries
            .into_iter()
            .map(|entry| ReceivedEntry {
                envelope: entry.envelope,
                payload: entry.payload.held(),
            })
            .collect(),
        wraps: wraps
            .iter()
            .filter_map(|wrap| Wrap::parse(wrap.bytes()).ok())
            .collect(),
        ..Batch::empty(BatchId(0))
    }
}

pub fn carry(from: &Device, to: &mut Device) {
    to.take_in(vec![all_of(from.station().store())], NOW)
        .expect("takes");
}

/// A village's book of `records` records, held by the head, police, office and relay.
pub fn village(records: usize) -> Stage {
    let built = memory();
    let began = Instant::now();
    let (mut office, mut police, mut head) = commune(built.path(), &[YEAR], &[1]);
    let book = head
        .find_book(BookKind::Village, Scope::Village(1), YEAR)
        .expect("is open");
    let mut more: Box<dyn Iterator<Item = _>> = Box::new(sothon_generator::bulk::records(SEED, records * 2));
    for at in 0..records {
        let (key, record) = more.next().expect("there are more");
        head.edit(book, &[Edit::Create { key, record }], &act())
            .expect("saves");
        if at % BATCH == BATCH - 1 || at + 1 == records {
            head.publish(NOW, YEAR).expect("publishes");
        }
    }
    for _ in 0..2 {
        for device in [&mut office, &mut police] {
            carry(&head, device);
            device.publish(NOW, YEAR).expect("publishes");
            carry(device, &mut head);
        }
    }
    carry(&office, &mut police);
    let relay = Store::create(&built.path().join("relay.db"), office.root()).expect("creates");
    let mut relay = Archive::open(relay).expect("opens");
    relay.take_in(
        vec![all_of(office.station().store())],
        &mut || None,
        None,
        &mut |_, _, _| None,
    );
    println!("  (built in {:.0} s)", began.elapsed().as_secs_f64());
    Stage {
        built,
        disk: TempDir::new_in(target()).expect("a folder"),
        head: Some(head),
        office: Some(office),
        police: Some(police),
        relay,
        book,
        more,
    }
}

/// A folder on the disk that the build uses.
fn target() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

impl Stage {
    /// Copies the head's files to the disk and opens the device there.
    pub fn head_on_disk(&mut self) -> PathBuf {
        let folder = self.disk.path().join("head");
        if !folder.exists() {
            drop(self.head.take().map(Device::lock));
            std::fs::create_dir(&folder).expect("a folder");
            let from = self.built.path().join("head");
            for file in std::fs::read_dir(from).expect("reads") {
                let file = file.expect("reads");
                std::fs::copy(file.path(), folder.join(file.file_name())).expect("copies");
            }
        }
        folder
    }

    /// The head's device, in memory or, once it was copied, on the disk.
    pub fn head(&mut self) -> Device {
        match self.head.take() {
            Some(head) => head,
            None => open(&self.disk.path().join("head")),
        }
    }
}

pub fn open(folder: &Path) -> Device {
    Device::open(Folder::new(folder), &passphrase(), &NoKeyStore, rng()).expect("opens")
}
