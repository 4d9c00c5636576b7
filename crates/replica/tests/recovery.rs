//! What is lost and what comes back: backups, copied disks, old registers, damage on a disk. Everything travels by file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::common::{Commune, NOW, YEAR, act, passphrase, record, rng, text, village_book};
use sothon_ledger::{BookId, Compartment, EntryId, Role, Scope};
use sothon_records::RecordKey;
use sothon_replica::{CourierIn, CourierOut, Delivery, Folder, Meant, Replica};
use sothon_store::LogState;
use sothon_vault::NoKeyStore;

fn commune() -> Commune {
    Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("thon2", Role::VillageHead, Scope::Village(2)),
        ("police", Role::PoliceChief, Scope::Commune),
    ])
}

/// What a test does with a commune beside meeting.
trait Courier {
    fn path(&self, name: &str) -> PathBuf;
    fn out(&mut self, from: &str, name: &str, meant: Meant) -> CourierOut;
    fn take(&mut self, to: &str, name: &str) -> CourierIn;
    fn save(&mut self, device: &str, book: BookId, head: &str) -> RecordKey;
    /// Copies a device's folder as it lies on the disk while the device is closed.
    fn back_up(&mut self, device: &str, to: &str);
    /// Opens the device of a folder under a name, in place of what had that name.
    fn open_as(&mut self, folder: &str, name: &str);
    /// Turns a bit of one payload on a device's disk, that of this device's entry at a place of its longest log.
    fn damage(&mut self, device: &str, seq: u64) -> EntryId;
    /// Takes a file from one device to another.
    fn send(&mut self, from: &str, to: &str, meant: Meant) -> CourierIn;
}

impl Courier for Commune {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn out(&mut self, from: &str, name: &str, meant: Meant) -> CourierOut {
        let path = self.path(name);
        self.get(from)
            .courier_out(&path, meant, NOW, YEAR)
            .expect("a file")
    }

    fn take(&mut self, to: &str, name: &str) -> CourierIn {
        let path = self.path(name);
        self.get(to).courier_in(&path, NOW, YEAR).expect("takes it in")
    }

    fn save(&mut self, device: &str, book: BookId, head: &str) -> RecordKey {
        let (key, create) = record("household", &[("head", text(head))]);
        self.get(device).edit(book, &[create], &act()).expect("saves");
        key
    }

    fn back_up(&mut self, device: &str, to: &str) {
        let open = self.devices.remove(device).expect("a device");
        let folder = open.station().folder().clone();
        drop(open.lock());
        copy(folder.path(), &self.path(to));
        self.open_as(device, device);
    }

    fn open_as(&mut self, folder: &str, name: &str) {
        if let Some(open) = self.devices.remove(name) {
            drop(open.lock());
        }
        let folder = Folder::new(self.path(folder));
        let device = Replica::open(folder, &passphrase(), &NoKeyStore, rng()).expect("opens");
        self.devices.insert(name.to_owned(), device);
    }

    fn damage(&mut self, device: &str, seq: u64) -> EntryId {
        let open = self.devices.remove(device).expect("a device");
        let own = |log: &&LogState| log.key().device == open.device();
        let store = open.station().store();
        let longest = store.index().all().filter(own).max_by_key(|log| log.entries());
        let log = longest.expect("it has written").key();
        let found = store.entries_of_log(&log, seq, 1).expect("reads").remove(0);
        let payload = found.payload.held().expect("is here");
        let file = open.station().folder().store();
        drop(open.lock());
        let mut bytes = std::fs::read(&file).expect("reads");
        let within = &payload[payload.len() / 2..][..32];
        let at: Vec<usize> = (0..bytes.len() - 32)
            .filter(|at| bytes[*at..].starts_with(within))
            .collect();
        assert_eq!(at.len(), 1, "the payload lies in one place");
        bytes[at[0]] ^= 1;
        std::fs::write(&file, bytes).expect("written");
        self.open_as(device, device);
        found.envelope.id()
    }

    fn send(&mut self, from: &str, to: &str, meant: Meant) -> CourierIn {
        let name = format!("{from} to {to}.sothon");
        let _ = std::fs::remove_file(self.path(&name));
        self.out(from, &name, meant);
        self.take(to, &name)
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("reads") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copies");
    }
}

#[test]
fn a_restored_backup_takes_its_own_entries_back_from_a_file_and_goes_on_in_a_new_log() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let old = commune.save("thon1", book, "Nguyễn Văn An");
    commune.send("thon1", "office", Meant::Commune);
    commune.back_up("thon1", "backup");
    let since = commune.save("thon1", book, "Trần Thị Bình");
    commune.send("thon1", "office", Meant::Commune);
    let lost = commune.save("thon1", book, "Lê Văn Cường");

    commune.open_as("backup", "thon1");
    // Before it hears of what it has forgotten it goes on, and is right to.
    let new = commune.save("thon1", book, "Phạm Thị Dung");
    commune.send("thon1", "office", Meant::Commune);
    let me = commune.get("thon1").device();
    let taken = commune.send("office", "thon1", Meant::Device(me));
    assert!(taken.entries > 0, "{taken:?}");
    let after = commune.save("thon1", book, "Đỗ Văn Giang");
    commune.send("thon1", "office", Meant::Commune);
    commune.send("office", "thon1", Meant::Device(me));
    for name in ["thon1", "office"] {
        let device = commune.get(name);
        for key in [&old, &since, &new, &after] {
            assert!(device.record(&book, key).is_some(), "{name}: {key}");
        }
        // Saved on the disk that is gone, and nowhere else.
        assert!(device.record(&book, &lost).is_none(), "{name}");
        assert_eq!(device.check_seals().expect("reads").aside, Vec::new(), "{name}");
        assert!(device.conflicts().is_empty(), "{name}");
    }
    for key in [&old, &since, &new, &after] {
        let state = commune.get("thon1").delivery(&book, key);
        assert_eq!(state, Some(Delivery::AtCommune), "{key}");
    }
}

#[test]
fn two_devices_of_one_disk_both_arrive_whichever_file_comes_first() {
    for first in ["thon1", "copy"] {
        let mut commune = commune();
        let book = village_book(commune.get("thon1"), 1);
        commune.save("thon1", book, "Nguyễn Văn An");
        commune.send("thon1", "office", Meant::Commune);
        commune.back_up("thon1", "copied disk");
        commune.open_as("copied disk", "copy");
        let one = commune.save("thon1", book, "Trần Thị Bình");
        let two = commune.save("copy", book, "Lê Văn Cường");
        let second = if first == "thon1" { "copy" } else { "thon1" };
        commune.send(first, "office", Meant::Commune);
        commune.send(second, "office", Meant::Commune);
        commune.send("office", "police", Meant::Everybody);
        for name in ["office", "police"] {
            let device = commune.get(name);
            assert!(device.record(&book, &one).is_some(), "{first} first, {name}");
            assert!(device.record(&book, &two).is_some(), "{first} first, {name}");
        }
        // Each goes on by itself once it has heard of the other.
        let me = commune.get("thon1").device();
        commune.send("office", "thon1", Meant::Device(me));
        commune.send("office", "copy", Meant::Device(me));
        let (three, four) = (
            commune.save("thon1", book, "Phạm Thị Dung"),
            commune.save("copy", book, "Đỗ Văn Giang"),
        );
        commune.send("thon1", "office", Meant::Commune);
        commune.send("copy", "office", Meant::Commune);
        for key in [&one, &two, &three, &four] {
            assert!(
                commune.get("office").record(&book, key).is_some(),
                "{first} first"
            );
        }
    }
}

#[test]
fn a_file_with_an_older_register_takes_nothing_back_and_a_newer_one_is_taken_whole() {
    let mut commune = commune();
    commune.out("thon2", "old.sothon", Meant::Everybody);
    let before = commune.get("office").register().expect("is there").head();
    commune
        .get("office")
        .open_books(Compartment::General, YEAR + 1, &[1, 2], &[1], NOW)
        .expect("opens");
    let now = commune.get("office").register().expect("is there").head();
    let taken = commune.take("office", "old.sothon");
    assert_eq!((taken.operations, taken.lacking), (0, 0));
    assert_eq!(commune.get("office").register().expect("is there").head(), now);
    let taken = commune.send("office", "thon2", Meant::Commune);
    assert_eq!(taken.operations, now.0.0 - before.0.0);
    assert_eq!(commune.get("thon2").register().expect("is there").head(), now);
}

#[test]
fn a_device_that_was_two_years_away_comes_back_with_one_file_and_its_own_work_is_taken() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let kept = commune.save("thon1", book, "Nguyễn Văn An");
    let (mut expected, mut time) = (Vec::new(), NOW);
    for year in [YEAR + 1, YEAR + 2] {
        time += 365 * 86_400;
        for compartment in [Compartment::General, Compartment::Commune] {
            commune
                .get("office")
                .open_books(compartment, year, &[1, 2], &[1], time)
                .expect("opens");
        }
        commune.get("office").publish(time, year).expect("publishes");
        let book = commune
            .get("office")
            .find_book(sothon_ledger::BookKind::Commune, Scope::Commune, year)
            .expect("is open");
        expected.push((book, commune.save("office", book, "Số liệu của xã")));
    }
    let me = commune.get("thon1").device();
    let taken = commune.send("office", "thon1", Meant::Device(me));
    assert!(taken.operations > 4 && taken.entries > 0, "{taken:?}");
    let back = commune.send("thon1", "office", Meant::Commune);
    assert!(back.entries > 0 && back.unknown == 0, "{back:?}");
    assert!(commune.get("office").record(&book, &kept).is_some());
    // Its keys of the new years went with that file; the answer opens what was written meanwhile.
    commune.send("office", "thon1", Meant::Device(me));
    for (book, key) in &expected {
        assert!(commune.get("thon1").record(book, key).is_some());
    }
}

#[test]
fn one_damaged_entry_among_a_thousand_stays_behind_alone_and_comes_from_somebody_else() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let mut keys = BTreeSet::new();
    for n in 0..1000 {
        keys.insert(commune.save("thon1", book, &format!("Hộ số {n}")));
        commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    }
    // A neighbour carries all of it; then a sector of the village's disk goes bad.
    commune.send("thon1", "thon2", Meant::Everybody);
    let damaged = commune.damage("thon1", 500);
    let made = commune.out("thon1", "thousand.sothon", Meant::Commune);
    assert_eq!(made.damaged, 1);
    let taken = commune.take("office", "thousand.sothon");
    assert_eq!((taken.invalid, taken.lacking), (0, 0), "{taken:?}");
    let there = |commune: &mut Commune| {
        let office = commune.get("office");
        keys.iter()
            .filter(|key| office.record(&book, key).is_some())
            .count()
    };
    // What stands after it names it, and waits: nothing of it is lost.
    assert!(there(&mut commune) < 1000);
    let missing = commune.get("office").station().store().missing_payloads(None);
    assert_eq!(missing.expect("reads"), [damaged]);
    let brought = commune.send("thon2", "office", Meant::Commune);
    assert_eq!(brought.entries, 1, "{brought:?}");
    assert_eq!(there(&mut commune), 1000);
}
