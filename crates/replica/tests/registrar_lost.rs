//! The registrar's machine is lost, copied or stolen: the sheet in the commune's safe names another (threats A7).

use crate::common::wire::{Part, Relay, session};
use crate::common::{Commune, Device, NOW, YEAR, act, record, text, village_book};
use sothon_ledger::{BookId, Compartment, Register, Role, Scope};
use sothon_records::RecordKey;
use sothon_replica::{Delivery, Folder, Lock, RegistrarError, ReplicaError};
use sothon_vault::{Cost, NoKeyStore};
use zeroize::Zeroizing;

fn writes(device: &mut Device, book: BookId, name: &str) -> RecordKey {
    let (key, create) = record("household", &[("head", text(name))]);
    device.edit(book, &[create], &act()).expect("saves");
    key
}

fn commune() -> (Commune, Zeroizing<[u8; 32]>) {
    Commune::with_sheet(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
    ])
}

fn refused(result: Result<(), ReplicaError>) -> RegistrarError {
    match result {
        Err(ReplicaError::Registrar(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_new_machine_becomes_the_registrar_by_the_sheet_and_the_lost_one_orders_nothing_more() {
    let (mut commune, sheet) = commune();
    let passphrase = crate::common::passphrase();
    let lock = Lock {
        passphrase: &passphrase,
        cost: Cost::LOWEST,
        key_store: &NoKeyStore,
    };
    let mut lost = commune.devices.remove("office").expect("is there");
    let slip = commune.get("police").root_slip().expect("has a register");
    let folder = Folder::new(commune.folder.path().join("new"));
    let new = Device::join(folder, &lock, slip, crate::common::rng()).expect("joins");
    commune.devices.insert("new".into(), new);
    commune.carry("police", "new");
    let new = commune.get("new");
    assert!(matches!(
        refused(new.recover(&[9; 32], None, NOW)),
        RegistrarError::NotTheSheet
    ));
    assert!(!new.is_registrar());
    new.recover(&sheet, None, NOW).expect("takes over");
    assert!(new.is_registrar());
    commune.restart("new");
    commune.meet_all();
    // It keeps everything, as the office does, and cuts the old machine by what it holds.
    let old = lost.device();
    let new = commune.get("new");
    assert!(new.may(&village_book(new, 1), sothon_ledger::Right::Read));
    new.cut_device(old, NOW).expect("cuts");
    commune.meet_all();
    // Whoever has the old machine signs on, at the same heights.
    lost.still_current(NOW).expect("it does not know");
    lost.open_books(Compartment::General, YEAR + 1, &[1], &[], NOW)
        .expect("opens");
    commune.devices.insert("lost".into(), lost);
    for name in ["new", "police", "thon1"] {
        commune.carry("lost", name);
        let register = commune.get(name).register().expect("is there").clone();
        assert_eq!(register.frozen(), None, "{name}");
        assert!(
            register
                .rights()
                .book(&village_book(commune.get("new"), 1))
                .is_some()
        );
        let next = register
            .rights()
            .books()
            .find(|(_, info)| info.open.year == YEAR + 1);
        assert!(next.is_none(), "{name}");
    }
    commune.carry("new", "lost");
    let lost = commune.get("lost");
    assert!(!lost.is_registrar());
    assert!(matches!(
        refused(lost.still_current(NOW)),
        RegistrarError::NotRegistrar
    ));
}

#[test]
fn a_fork_freezes_the_register_alarms_and_is_decided_by_the_sheet_and_who_wrote_meanwhile_goes_on() {
    let (mut commune, sheet) = commune();
    let book = village_book(commune.get("thon1"), 1);
    let before = writes(commune.get("thon1"), book, "Nguyễn Văn An");
    commune.meet_all();
    commune.copy("office", "clone");
    commune.get("office").still_current(NOW).expect("signs");
    commune.get("clone").still_current(NOW + 1).expect("signs");
    // The village head knows one of the two, and writes at its height.
    commune.carry("clone", "thon1");
    let meanwhile = writes(commune.get("thon1"), book, "Trần Thị Bình");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    commune.carry("office", "thon1");
    for from in ["clone", "thon1"] {
        commune.carry(from, "police");
        commune.carry(from, "office");
    }
    for name in ["thon1", "police", "office"] {
        let device = commune.get(name);
        assert!(device.register().expect("is there").frozen().is_some(), "{name}");
        assert_eq!(device.branches().expect("is there").len(), 2, "{name}");
    }
    let refusal = commune.get("office").still_current(NOW + 2);
    assert!(matches!(refused(refusal), RegistrarError::Frozen));
    // What names a dead height waits; what was known before is there.
    assert!(commune.get("police").record(&book, &before).is_some());
    assert!(commune.get("police").record(&book, &meanwhile).is_none());
    let police = commune.get("police");
    let RegistrarError::Branches(branches) = refused(police.recover(&sheet, None, NOW)) else {
        panic!("there is something to choose");
    };
    assert_eq!(branches.len(), 2);
    let tip = |device: &Device| {
        device
            .station()
            .store()
            .operations(sothon_ledger::Height(1))
            .expect("reads")
    };
    let known_to_office = tip(commune.get("office"));
    let offices = branches
        .iter()
        .find(|(height, id)| {
            known_to_office
                .iter()
                .any(|op| op.id() == *id && op.height() == *height && op.time() == NOW)
        })
        .expect("the office's own");
    commune
        .get("police")
        .recover(&sheet, Some(offices.1), NOW)
        .expect("chooses");
    commune.devices.remove("clone");
    commune.meet_all();
    for name in ["thon1", "police", "office"] {
        let device = commune.get(name);
        assert_eq!(device.register().expect("is there").frozen(), None, "{name}");
        for key in [&before, &meanwhile] {
            assert!(device.record(&book, key).is_some(), "{name}");
        }
        assert_eq!(device.records_of(&book).count(), 2, "{name}");
    }
    let far = commune.get("thon1").delivery(&book, &meanwhile);
    assert_eq!(far, Some(Delivery::AtCommune));
    assert!(commune.get("police").is_registrar() && !commune.get("office").is_registrar());
}

/// Whoever has the sheet takes over on a new machine, which has the register from somebody.
fn takes_over(commune: &mut Commune, sheet: &[u8; 32], from: &str) {
    let passphrase = crate::common::passphrase();
    let lock = Lock {
        passphrase: &passphrase,
        cost: Cost::LOWEST,
        key_store: &NoKeyStore,
    };
    let slip = commune.get(from).root_slip().expect("has a register");
    let folder = Folder::new(commune.folder.path().join("new"));
    let new = Device::join(folder, &lock, slip, crate::common::rng()).expect("joins");
    commune.devices.insert("new".into(), new);
    commune.carry(from, "new");
    commune.get("new").recover(sheet, None, NOW).expect("takes over");
}

#[test]
fn who_takes_over_is_heard_by_a_relay_that_knows_more_of_what_the_lost_machine_ordered() {
    for more in [1, 5] {
        let (mut commune, sheet) = commune();
        let mut relay = Relay::new(&mut commune);
        for name in ["office", "police", "thon1", "office"] {
            commune.sync(name, &mut relay);
        }
        // The last that the machine did: the relay alone heard of it.
        for time in 0..more {
            commune.get("office").still_current(NOW + time).expect("signs");
        }
        commune.sync("office", &mut relay);
        let mut lost = commune.devices.remove("office").expect("is there");
        takes_over(&mut commune, &sheet, "police");
        commune.sync("new", &mut relay);
        let registrar = |register: Option<&Register>| register.map(Register::registrar);
        let new = registrar(commune.get("new").register().ok());
        assert_eq!(registrar(relay.archive.register()), new, "{more}");
        // And by whoever meets the relay, though it knows the longer branch by then.
        commune.carry_operations(&lost, "thon1");
        for name in ["thon1", "police", "new", "thon1"] {
            commune.sync(name, &mut relay);
        }
        for name in ["thon1", "police", "new"] {
            let register = commune.get(name).register().expect("is there").clone();
            assert_eq!(
                (register.frozen(), Some(register.registrar())),
                (None, new),
                "{name}"
            );
            assert_eq!(commune.get(name).is_registrar(), name == "new");
        }
        // Whoever has the lost one tells nobody anything by it.
        lost.publish(NOW, YEAR).expect("publishes");
        session(&mut Part::Device(&mut lost), &mut Part::Relay(&mut relay));
        assert_eq!(registrar(relay.archive.register()), new);
    }
}

#[test]
fn a_machine_restored_from_before_it_stated_its_keys_is_given_the_secrets_again() {
    let (mut commune, _) = commune();
    let id = commune.admit("thon2", Role::VillageHead, Scope::Village(2));
    commune.carry("office", "thon2");
    // The backup of its first day, before it stated any key.
    let folder = commune.get("thon2").station().folder().clone();
    commune.copy("thon2", "backup");
    drop(commune.devices.remove("backup").map(Device::lock));
    commune.meet_all();
    commune.meet_all();
    let book = village_book(commune.get("thon2"), 2);
    let key = writes(commune.get("thon2"), book, "Nguyễn Văn An");
    commune.meet_all();
    assert!(commune.get("police").record(&book, &key).is_some());
    drop(commune.devices.remove("thon2").map(Device::lock));
    std::fs::remove_dir_all(folder.path()).expect("removes");
    std::fs::rename(commune.folder.path().join("backup"), folder.path()).expect("restores");
    let restored = Device::open(
        folder,
        &crate::common::passphrase(),
        &NoKeyStore,
        crate::common::rng(),
    );
    commune.devices.insert("thon2".into(), restored.expect("opens"));
    assert_eq!(commune.get("thon2").device(), id);
    // Its neighbours know two keys of it, and cannot tell which it has.
    for name in ["office", "police"] {
        commune.restart(name);
    }
    commune.meet_all();
    commune.meet_all();
    assert!(commune.get("thon2").record(&book, &key).is_some());
    let more = writes(commune.get("thon2"), book, "Trần Thị Bình");
    commune.meet_all();
    assert!(commune.get("police").record(&book, &more).is_some());
}

#[test]
fn what_a_restored_machine_wrote_on_the_longer_branch_that_was_not_chosen_it_writes_again() {
    for more in [0, 1, 6] {
        let (mut commune, sheet) = commune();
        commune.meet_all();
        commune.copy("office", "restored");
        let office = commune.get("office");
        let books = office.register().expect("is there").rights().books();
        let general = books.filter(|(_, info)| info.open.kind == sothon_ledger::BookKind::Commune);
        let [book] = general.map(|(book, _)| *book).collect::<Vec<_>>()[..] else {
            panic!("one book of the commune");
        };
        // On the one branch it orders much, and writes.
        for time in 0..=more {
            commune.get("office").still_current(NOW + time).expect("signs");
        }
        let key = writes(commune.get("office"), book, "Nguyễn Văn An");
        commune.get("office").publish(NOW, YEAR).expect("publishes");
        commune.carry("office", "police");
        let known = commune.get("police").register().expect("is there").head();
        // Its backup knows nothing of it, and orders once.
        drop(commune.devices.remove("office").map(Device::lock));
        commune.get("restored").still_current(NOW + 100).expect("signs");
        commune.meet_all();
        let branches = commune.get("restored").branches().expect("is there");
        let own = branches.iter().find(|(_, id)| *id != known.1).expect("two").1;
        commune
            .get("restored")
            .recover(&sheet, Some(own), NOW + 200)
            .expect("chooses");
        commune.meet_all();
        commune.meet_all();
        for name in ["restored", "police"] {
            let device = commune.get(name);
            assert_eq!(device.register().expect("is there").frozen(), None);
            assert!(device.record(&book, &key).is_some(), "{name}, {more}: it is lost");
            assert_eq!(
                device.records_of(&book).count(),
                1,
                "{name}, {more}: it is in twice"
            );
        }
    }
}
