//! What version 1 of the formats wrote opens for ever: two devices (vault, store with log and register) and a courier file.
//!
//! `SOTHON_WRITE_FIXTURES=1 cargo test -p sothon-replica --test fixtures` makes those of a version that has none yet;
//! those that are there are never made anew.
#![allow(missing_docs)]

mod common;

use std::path::{Path, PathBuf};

use common::{Commune, Device, NOW, YEAR, act, passphrase, record, rng, text, village_book};
use sothon_ledger::{Height, Role, Scope};
use sothon_records::RecordKey;
use sothon_replica::{Delivery, Folder, Meant, Replica};
use sothon_vault::NoKeyStore;
use tempfile::TempDir;

const DEVICES: [&str; 2] = ["office", "thon1"];

fn fixtures(version: u32) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/v{version}"))
}

/// Makes a commune of an office and a village head. The office holds one household, the courier file brings a second,
/// and a third was saved on the village's device and never published.
fn make(to: &Path) {
    let mut commune = Commune::new(&[("thon1", Role::VillageHead, Scope::Village(1))]);
    let book = village_book(commune.get("thon1"), 1);
    let mut keys = Vec::new();
    let mut save = |commune: &mut Commune, head: &str| {
        let (key, create) = record("household", &[("head", text(head))]);
        commune.get("thon1").edit(book, &[create], &act()).expect("saves");
        keys.push(key.to_string());
    };
    save(&mut commune, "Nguyễn Văn An");
    commune.meet_all();
    save(&mut commune, "Trần Thị Bình");
    std::fs::create_dir_all(to).expect("a folder");
    commune
        .get("thon1")
        .courier_out(&to.join("thon1.sothon"), Meant::Everybody, NOW, YEAR)
        .expect("a file");
    save(&mut commune, "Lê Văn Cường");
    for name in DEVICES {
        let device = commune.devices.remove(name).expect("a device");
        let folder = device.station().folder().clone();
        drop(device.lock());
        copy(folder.path(), &to.join(name));
    }
    std::fs::write(to.join("households"), keys.join("\n") + "\n").expect("written");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("reads") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copies");
    }
}

fn open(folder: &TempDir, name: &str) -> Device {
    let folder = Folder::new(folder.path().join(name));
    Replica::open(folder, &passphrase(), &NoKeyStore, rng()).expect("opens")
}

#[test]
fn vault_store_log_register_and_courier_file_of_version_1_open() {
    let kept = fixtures(1);
    if std::env::var_os("SOTHON_WRITE_FIXTURES").is_some() && !kept.exists() {
        make(&kept);
    }
    let folder = TempDir::new().expect("a folder");
    for name in DEVICES {
        copy(&kept.join(name), &folder.path().join(name));
    }
    let names = std::fs::read_to_string(kept.join("households")).expect("reads");
    let keys: Vec<RecordKey> = names.lines().map(|key| key.parse().expect("a key")).collect();
    let (mut office, mut village) = (open(&folder, "office"), open(&folder, "thon1"));
    let book = village_book(&office, 1);
    let reads = |device: &Device| {
        keys.iter()
            .filter(|key| device.record(&book, key).is_some())
            .count()
    };
    assert_eq!((reads(&office), reads(&village)), (1, 3));
    for device in [&office, &village] {
        let store = device.station().store();
        assert!(store.verify(|_, _| {}).is_empty());
        assert_eq!(
            store.operations(Height(1)).expect("reads").len() as u64,
            device.register().expect("is there").height().0
        );
        assert!(device.check_seals().expect("reads").aside.is_empty());
    }
    let file = kept.join("thon1.sothon");
    let taken = office.courier_in(&file, NOW, YEAR).expect("takes it in");
    assert!(taken.entries > 0 && taken.left.is_empty(), "{taken:?}");
    assert_eq!(reads(&office), 2);
    // And the village goes on where it was.
    let next = folder.path().join("next.sothon");
    village
        .courier_out(&next, Meant::Commune, NOW, YEAR)
        .expect("a file");
    office.courier_in(&next, NOW, YEAR).expect("takes it in");
    assert_eq!(reads(&office), 3);
    let back = folder.path().join("back.sothon");
    let device = village.device();
    office
        .courier_out(&back, Meant::Device(device), NOW, YEAR)
        .expect("a file");
    village.courier_in(&back, NOW, YEAR).expect("takes it in");
    for key in &keys {
        assert_eq!(village.delivery(&book, key), Some(Delivery::AtCommune));
    }
}
