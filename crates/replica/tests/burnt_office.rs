//! The office burns down: relay and all devices of the commune are gone. The recovery sheet and six villages rebuild
//! everything that they may hold, by files alone, and what is lost is named.

use crate::common::{Commune, Device, NOW, YEAR, act, passphrase, record, rng, text, village_book};
use sothon_ledger::{BookId, BookKind, Compartment, Role, Scope};
use sothon_records::RecordKey;
use sothon_replica::slip::RootSlip;
use sothon_replica::{CourierIn, Delivery, Folder, Holding, Lock, Meant};
use sothon_vault::{Cost, NoKeyStore};

const VILLAGES: u32 = 6;

fn village(number: u32) -> String {
    format!("thon{number}")
}

fn save(commune: &mut Commune, device: &str, book: BookId, head: &str) -> RecordKey {
    let (key, create) = record("household", &[("head", text(head))]);
    commune.get(device).edit(book, &[create], &act()).expect("saves");
    key
}

fn send(commune: &mut Commune, from: &str, to: &str, meant: Meant) -> CourierIn {
    let path = commune.folder.path().join(format!("{from} to {to}.sothon"));
    let _ = std::fs::remove_file(&path);
    commune
        .get(from)
        .courier_out(&path, meant, NOW, YEAR)
        .expect("a file");
    commune.get(to).courier_in(&path, NOW, YEAR).expect("takes it in")
}

/// Everybody brings the office what it lacks, and gets what is served to them: as in sessions, nobody holds more.
fn exchange(commune: &mut Commune) {
    let others: Vec<String> = commune
        .devices
        .keys()
        .filter(|name| *name != "office")
        .cloned()
        .collect();
    for name in others {
        send(commune, &name, "office", Meant::Commune);
        let device = commune.get(&name).device();
        send(commune, "office", &name, Meant::Device(device));
    }
}

fn join(commune: &mut Commune, name: &str, slip: RootSlip) {
    let passphrase = passphrase();
    let lock = Lock {
        passphrase: &passphrase,
        cost: Cost::LOWEST,
        key_store: &NoKeyStore,
    };
    let folder = Folder::new(commune.folder.path().join(name));
    let device = Device::join(folder, &lock, slip, rng()).expect("joins");
    commune.devices.insert(name.to_owned(), device);
}

/// How many entries each open book of a device has, and what of it is missing.
fn holdings(device: &Device, kind: BookKind) -> Vec<Holding> {
    let register = device.register().expect("is there");
    let books = register
        .rights()
        .books()
        .filter(|(_, info)| info.open.kind == kind);
    books
        .map(|(book, _)| device.holding(book).expect("reads"))
        .collect()
}

#[test]
fn the_sheet_and_six_villages_rebuild_what_they_may_hold_and_what_is_lost_is_named() {
    let names: Vec<String> = (1..=VILLAGES).map(village).collect();
    let mut roles: Vec<(&str, Role, Scope)> = names
        .iter()
        .zip(1..)
        .map(|(name, number)| (name.as_str(), Role::VillageHead, Scope::Village(number)))
        .collect();
    roles.push(("chief", Role::PoliceChief, Scope::Commune));
    let (mut commune, sheet) = Commune::with_sheet(&roles);
    let all: Vec<u32> = (1..=VILLAGES).collect();
    commune
        .get("office")
        .open_books(Compartment::General, YEAR, &all, &[1], NOW)
        .expect("opens");
    commune.open_tips();
    exchange(&mut commune);
    exchange(&mut commune);

    // A year's work: some of it went to the commune and some never did.
    let (mut arrived, mut unsent) = (Vec::new(), Vec::new());
    for number in all.iter().copied() {
        let book = village_book(commune.get("office"), number);
        arrived.push((
            book,
            save(
                &mut commune,
                &village(number),
                book,
                &format!("Hộ đã gửi {number}"),
            ),
        ));
    }
    let commune_book = commune
        .get("office")
        .find_book(BookKind::Commune, Scope::Commune, YEAR)
        .expect("is open");
    arrived.push((
        commune_book,
        save(&mut commune, "office", commune_book, "Sổ của xã"),
    ));
    let tips = commune
        .get("chief")
        .find_book(BookKind::Tips, Scope::Commune, YEAR)
        .expect("is open");
    save(&mut commune, "chief", tips, "Tin báo chỉ công an đọc");
    exchange(&mut commune);
    exchange(&mut commune);
    let before = commune.get("office").holding(&tips).expect("reads");
    assert!(before.entries > 0);
    for number in all.iter().copied() {
        let book = village_book(commune.get(&village(number)), number);
        unsent.push((
            book,
            save(
                &mut commune,
                &village(number),
                book,
                &format!("Hộ chưa gửi {number}"),
            ),
        ));
    }
    // What the office wrote this morning, nobody else has.
    let lost = save(&mut commune, "office", commune_book, "Sáng nay ở văn phòng");
    commune.get("office").publish(NOW, YEAR).expect("publishes");

    for gone in ["office", "chief"] {
        drop(commune.devices.remove(gone).expect("is there").lock());
    }

    // A new machine, the slip of any village, six files, and the sheet out of the safe.
    let slip = commune.get("thon1").root_slip().expect("has a register");
    join(&mut commune, "new", slip);
    for name in &names {
        let brought = send(&mut commune, name, "new", Meant::Everybody);
        assert_eq!((brought.invalid, brought.lacking), (0, 0), "{brought:?}");
    }
    commune.get("new").recover(&sheet, None, NOW).expect("takes over");
    // Now that it is the office's, it may hold what they bring.
    for name in &names {
        send(&mut commune, name, "new", Meant::Everybody);
    }
    let new = commune.get("new").device();
    commune.get("new").publish(NOW, YEAR).expect("publishes");
    for name in &names {
        let device = commune.get(name).device();
        send(&mut commune, "new", name, Meant::Device(device));
        send(&mut commune, name, "new", Meant::Device(new));
    }
    for (book, key) in arrived.iter().chain(&unsent) {
        let found = commune.get("new").record(book, key);
        assert!(found.is_some(), "{key} of {book:?} is there again");
    }
    assert!(commune.get("new").record(&commune_book, &lost).is_none());

    // What is lost is named: of the police's books there is nothing, of the villages' all.
    let device = commune.get("new");
    for holding in holdings(device, BookKind::Tips) {
        assert_eq!(holding.entries, 0, "{holding:?}");
    }
    for holding in holdings(device, BookKind::Village) {
        assert!(
            holding.entries > 0 && holding.missing == 0 && holding.hollow == 0,
            "{holding:?}"
        );
    }

    // And the work goes on: a new chief of police reads the villages, a village's next record is received.
    let police_slip = commune.get("new").root_slip().expect("has a register");
    join(&mut commune, "new chief", police_slip);
    let request = commune.get("new chief").request();
    let request = sothon_replica::slip::RequestSlip::from_text(&request).expect("a request");
    commune
        .get("new")
        .admit(&request, Role::PoliceChief, vec![Scope::Commune], None, NOW)
        .expect("admits");
    let chief = commune.get("new chief").device();
    for _ in 0..2 {
        send(&mut commune, "new", "new chief", Meant::Device(chief));
        send(&mut commune, "new chief", "new", Meant::Device(new));
    }
    let (book, _) = unsent[0];
    let next = save(&mut commune, "thon1", book, "Hộ sau đám cháy");
    send(&mut commune, "thon1", "new", Meant::Commune);
    send(&mut commune, "new", "new chief", Meant::Device(chief));
    assert!(commune.get("new chief").record(&book, &next).is_some());
    let thon1 = commune.get("thon1").device();
    send(&mut commune, "new", "thon1", Meant::Device(thon1));
    assert_eq!(
        commune.get("thon1").delivery(&book, &next),
        Some(Delivery::AtCommune)
    );
}
