//! Courier files between real devices: what goes out, what comes in, what is left and for whom.

use std::path::PathBuf;

use crate::common::{Commune, Device, NOW, YEAR, act, passphrase, record, rng, text, village_book};
use sothon_courier::Part;
use sothon_ledger::slip::InviteSlip;
use sothon_ledger::{BookKind, Compartment, Envelope, Role, Scope};
use sothon_records::Edit;
use sothon_replica::{CourierIn, CourierOut, Delivery, Folder, Lock, Meant, ReplicaError};
use sothon_vault::{Cost, NoKeyStore};

fn commune() -> Commune {
    Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("thon2", Role::VillageHead, Scope::Village(2)),
        ("police", Role::PoliceChief, Scope::Commune),
    ])
}

fn file(commune: &Commune, name: &str) -> PathBuf {
    commune.folder.path().join(name)
}

fn out(commune: &mut Commune, from: &str, name: &str, meant: Meant) -> CourierOut {
    let path = file(commune, name);
    let device = commune.get(from);
    device.courier_out(&path, meant, NOW, YEAR).expect("a file")
}

fn take(commune: &mut Commune, to: &str, name: &str) -> CourierIn {
    let path = file(commune, name);
    commune.get(to).courier_in(&path, NOW, YEAR).expect("takes it in")
}

#[test]
fn a_file_brings_what_the_commune_lacks_and_changes_no_tick_until_the_receipt_comes_back() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let (key, create) = record("household", &[("head", text("Nguyễn Văn An"))]);
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    let made = out(&mut commune, "thon1", "out.sothon", Meant::Commune);
    assert!(!made.published.entries.is_empty());
    assert!(made.entries >= 1 && made.bytes > 0);
    let state = |commune: &mut Commune| commune.get("thon1").delivery(&book, &key);
    assert_eq!(state(&mut commune), Some(Delivery::OnDevice));
    assert_eq!(commune.get("thon1").carried_out(&book, &key), Some(NOW));
    let (other, create) = record("household", &[("head", text("Ghi sau"))]);
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    assert_eq!(commune.get("thon1").carried_out(&book, &other), None);

    let taken = take(&mut commune, "office", "out.sothon");
    assert!(taken.entries >= 1 && taken.left.is_empty(), "{taken:?}");
    assert_eq!(
        commune
            .get("office")
            .record(&book, &key)
            .expect("reads it")
            .fields["head"],
        text("Nguyễn Văn An")
    );
    let again = take(&mut commune, "office", "out.sothon");
    assert!(
        again.is_nothing_new() && again.known == taken.entries + taken.known,
        "{again:?}"
    );

    let thon1 = commune.get("thon1").device();
    out(&mut commune, "office", "back.sothon", Meant::Device(thon1));
    take(&mut commune, "thon1", "back.sothon");
    assert_eq!(state(&mut commune), Some(Delivery::AtCommune));
    out(&mut commune, "thon1", "later.sothon", Meant::Commune);
    let later = entries(&file(&commune, "later.sothon"));
    let of_book = later.iter().filter(|entry| entry.header().book == book);
    assert_eq!(of_book.count(), 1, "only what was saved since");
}

/// The entries of a file.
fn entries(path: &std::path::Path) -> Vec<Envelope> {
    let mut reader = sothon_courier::Reader::new();
    reader.push(&std::fs::read(path).expect("reads"));
    let mut found = Vec::new();
    while let Some(part) = reader.next_part().expect("is whole") {
        if let Part::Entry { envelope, .. } = part {
            found.push(Envelope::parse(&envelope).expect("an entry"));
        }
    }
    found
}

#[test]
fn a_neighbour_carries_a_village_s_book_and_does_not_read_it() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let (key, create) = record("household", &[("head", text("Trần Thị Bình"))]);
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    out(&mut commune, "thon1", "one.sothon", Meant::Everybody);
    take(&mut commune, "thon2", "one.sothon");
    assert!(commune.get("thon2").record(&book, &key).is_none());
    out(&mut commune, "thon2", "two.sothon", Meant::Commune);
    take(&mut commune, "police", "two.sothon");
    assert!(commune.get("police").record(&book, &key).is_some());
}

#[test]
fn what_a_device_may_not_carry_is_left_and_said_for_whom() {
    let mut commune = commune();
    commune.open_guarded("police", Compartment::Tips);
    commune.meet_all();
    commune.meet_all();
    let book = commune
        .get("police")
        .find_book(BookKind::Tips, Scope::Commune, YEAR)
        .expect("is open");
    let (_, create) = record("tip", &[("content", text("Có người lạ ở cuối thôn"))]);
    commune
        .get("police")
        .edit(book, &[create], &act())
        .expect("saves");
    out(&mut commune, "police", "all.sothon", Meant::Everybody);
    let before = commune.get("thon1").entry_counts().expect("reads");
    let taken = take(&mut commune, "thon1", "all.sothon");
    let tips: Vec<_> = taken
        .left
        .iter()
        .filter(|left| left.kind == Some(BookKind::Tips))
        .collect();
    assert_eq!(tips.len(), 1, "{:?}", taken.left);
    assert_eq!(tips[0].readers, [Role::Police, Role::PoliceChief]);
    assert!(tips[0].entries > 0);
    assert_eq!(commune.get("thon1").entry_counts().expect("reads"), before);
    // The same file serves the office, which carries everything and reads none of it.
    assert!(take(&mut commune, "office", "all.sothon").entries > 0);
}

#[test]
fn who_only_drops_gets_its_keys_by_file_and_what_it_drops_arrives_by_file() {
    let mut commune = Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("chief", Role::PoliceChief, Scope::Commune),
    ]);
    commune.open_tips();
    for (from, to) in [("office", "chief"), ("chief", "office")] {
        out(&mut commune, from, &format!("{from}.sothon"), Meant::Everybody);
        take(&mut commune, to, &format!("{from}.sothon"));
    }
    let log = commune
        .get("chief")
        .find_book(BookKind::TipsAccess, Scope::Commune, YEAR)
        .expect("is open");
    // For this device alone, or the file with everything: what it may know of those books is in both.
    let thon1 = commune.get("thon1").device();
    for (name, meant) in [
        ("one.sothon", Meant::Device(thon1)),
        ("all.sothon", Meant::Everybody),
    ] {
        let made = out(&mut commune, "chief", name, meant);
        assert_eq!(made.notices > 0, meant != Meant::Everybody);
        let taken = take(&mut commune, "thon1", name);
        assert_eq!(taken.notices > 0, name == "one.sothon", "{taken:?}");
    }
    let (_, edit) = record("access", &[("why", text("mở trang Nguyễn Văn An"))]);
    let Edit::Create { record: looked, .. } = edit else {
        panic!("a record is made");
    };
    commune.get("thon1").log_access(looked, NOW).expect("records");
    let made = out(&mut commune, "thon1", "dropped.sothon", Meant::Commune);
    assert!(made.entries > 0, "{made:?}");
    take(&mut commune, "chief", "dropped.sothon");
    assert_eq!(commune.get("chief").records_of(&log).count(), 1);
    assert_eq!(commune.get("thon1").records_of(&log).count(), 0);
}

#[test]
fn a_new_device_asks_is_admitted_and_writes_by_files_alone() {
    let mut commune = commune();
    let now = NOW;
    let invitation = commune
        .get("office")
        .invite(
            Role::VillageHead,
            vec![Scope::Village(2)],
            now + 86_400,
            "Bà Hoa",
            now,
        )
        .expect("invites");
    let slip = InviteSlip::from_text(&invitation.slip).expect("a slip");
    let passphrase = passphrase();
    let lock = Lock {
        passphrase: &passphrase,
        cost: Cost::LOWEST,
        key_store: &NoKeyStore,
    };
    let folder = Folder::new(commune.folder.path().join("new"));
    let new = Device::join(folder, &lock, slip, rng()).expect("joins");
    let words = new.request_words();
    commune.devices.insert("new".to_owned(), new);
    let asked = out(&mut commune, "new", "request.sothon", Meant::Commune);
    assert_eq!((asked.requests, asked.entries, asked.operations), (1, 0, 0));
    // A neighbour carries the request on, though it can do nothing with it.
    take(&mut commune, "thon1", "request.sothon");
    out(&mut commune, "thon1", "carried.sothon", Meant::Commune);
    let heard = take(&mut commune, "office", "carried.sothon");
    assert_eq!(heard.asked.len(), 1, "{heard:?}");
    assert_eq!(heard.asked[0].words, words);
    let device = heard.asked[0].device;
    commune
        .get("office")
        .admit_asked(&invitation.id, &device, None, now)
        .expect("admits");

    out(&mut commune, "office", "admitted.sothon", Meant::Device(device));
    let taken = take(&mut commune, "new", "admitted.sothon");
    assert!(
        taken.admitted && taken.operations > 0 && taken.entries > 0,
        "{taken:?}"
    );
    let book = village_book(commune.get("new"), 2);
    let (key, create) = record("household", &[("head", text("Lê Văn Cường"))]);
    commune.get("new").edit(book, &[create], &act()).expect("saves");
    out(&mut commune, "new", "first.sothon", Meant::Commune);
    let taken = take(&mut commune, "office", "first.sothon");
    assert!(taken.entries > 0, "{taken:?}");
    assert!(commune.get("office").record(&book, &key).is_some());
    // Its keys came with the file, so what others wrote opens after one more.
    out(&mut commune, "office", "keys.sothon", Meant::Device(device));
    take(&mut commune, "new", "keys.sothon");
    let commune_book = commune
        .get("new")
        .find_book(BookKind::Commune, Scope::Commune, YEAR)
        .expect("is open");
    let lacks = commune.get("new").wants().wraps;
    assert!(lacks.is_empty(), "{lacks:?} of {commune_book:?}");
}

#[test]
fn a_file_of_another_commune_or_another_register_is_not_taken_in() {
    let (mut ours, mut theirs) = (commune(), commune());
    out(&mut theirs, "thon1", "theirs.sothon", Meant::Everybody);
    let path = file(&theirs, "theirs.sothon");
    let error = ours
        .get("thon1")
        .courier_in(&path, NOW, YEAR)
        .expect_err("foreign");
    let root = theirs.get("thon1").root();
    assert!(
        matches!(error, ReplicaError::Courier(sothon_replica::CourierError::OtherCommune { found }) if found == root),
        "{error:?}"
    );
}

#[test]
fn a_file_is_made_wholly_or_not_at_all_and_never_over_another() {
    let mut commune = commune();
    let path = file(&commune, "there.sothon");
    std::fs::write(&path, "mine").expect("written");
    let error = commune
        .get("thon1")
        .courier_out(&path, Meant::Commune, NOW, YEAR)
        .expect_err("is there");
    assert!(matches!(error, ReplicaError::Courier(_)), "{error:?}");
    assert_eq!(std::fs::read(&path).expect("reads"), b"mine");
    let nowhere = file(&commune, "no folder").join("x.sothon");
    commune
        .get("thon1")
        .courier_out(&nowhere, Meant::Commune, NOW, YEAR)
        .expect_err("no folder");
    let names: Vec<_> = std::fs::read_dir(commune.folder.path())
        .expect("reads")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".part"))
        .collect();
    assert!(names.is_empty(), "{names:?}");
}

#[test]
fn a_file_that_is_cut_off_or_changed_anywhere_is_refused_as_a_whole() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let (key, create) = record("household", &[("head", text("Phạm Thị Dung"))]);
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    out(&mut commune, "thon1", "whole.sothon", Meant::Commune);
    let whole = std::fs::read(file(&commune, "whole.sothon")).expect("reads");
    let before = commune.get("office").entry_counts().expect("reads");
    let mut refuse = |bytes: Vec<u8>, what: &str| {
        let mut from = std::io::Cursor::new(bytes);
        let taken = commune.get("office").courier_in_from(&mut from, NOW, YEAR);
        assert!(
            matches!(
                taken,
                Err(ReplicaError::Courier(sothon_replica::CourierError::Read(_)))
            ),
            "{what}: {taken:?}"
        );
    };
    for len in (0..whole.len()).step_by(97).chain(whole.len() - 90..whole.len()) {
        refuse(whole[..len].to_vec(), &format!("cut at {len}"));
    }
    for at in (0..whole.len()).step_by(101) {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        refuse(changed, &format!("changed at {at}"));
    }
    refuse([&whole[..], b"\0"].concat(), "something after it");
    refuse([&whole[..], &whole[..]].concat(), "twice in one");
    assert_eq!(commune.get("office").entry_counts().expect("reads"), before);
    take(&mut commune, "office", "whole.sothon");
    assert!(commune.get("office").record(&book, &key).is_some());
}
