//! Files of records: attached offline, carried after everything else, read by whoever reads the record and by nobody else.

use rand_core::Rng as _;
use sothon_ledger::{BookId, BookKind, Compartment, Envelope, Kind, Role, Scope};
use sothon_replica::{
    Delivery, FileError, FileKey, FileRead, FileRef, MAX_FILE, Meant, ReplicaError, WrongFile,
};
use sothon_vault::NoKeyStore;

use crate::common::wire::{Part, Relay, meet, session, session_until, session_with};
use crate::common::{
    Commune, Device, NOW, YEAR, act, attach, household, naming, passphrase, rng, set, village_book,
};

fn commune() -> (Commune, Relay, BookId) {
    let mut commune = Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("thon2", Role::VillageHead, Scope::Village(2)),
        ("police", Role::PoliceChief, Scope::Commune),
    ]);
    let mut relay = Relay::new(&mut commune);
    let book = village_book(commune.get("thon1"), 1);
    commune.writes("thon1", book, "Lò Văn Ún");
    meet(&mut commune, &mut relay);
    commune.sync("thon2", &mut relay);
    (commune, relay, book)
}

fn photo(bytes: usize) -> Vec<u8> {
    let mut photo = vec![0; bytes];
    rng().fill_bytes(&mut photo);
    photo
}

fn read(device: &Device, book: &BookId, file: &FileRef) -> Option<Vec<u8>> {
    match device.file(book, file).expect("reads") {
        FileRead::Held(bytes) => Some(bytes.to_vec()),
        FileRead::NotHere => None,
    }
}

fn far(device: &Device, book: &BookId, file: &FileRef) -> Option<Delivery> {
    device.file_delivery(book, file).expect("reads")
}

/// The types of the frames of a direction, in order.
fn frames(mut bytes: &[u8]) -> Vec<i64> {
    let mut types = Vec::new();
    while !bytes.is_empty() {
        let mut outer = minicbor::Decoder::new(bytes);
        let frame = outer.bytes().expect("a frame");
        let mut inner = minicbor::Decoder::new(frame);
        inner.array().expect("an array");
        types.push(inner.i64().expect("a type"));
        bytes = &bytes[outer.position()..];
    }
    types
}

const ENTRY: i64 = 4;
const PAYLOAD: i64 = 18;
const WANT_PAYLOADS: i64 = 17;

#[test]
fn a_photo_attached_offline_comes_to_another_reader_by_the_relay_byte_for_byte() {
    let (mut commune, mut relay, book) = commune();
    let bytes = photo(300_000);
    let file = attach(commune.get("thon1"), book, &bytes).expect("attaches");
    commune.writes("thon1", book, "Vi Thị Ơn");
    assert_eq!(read(commune.get("thon1"), &book, &file), Some(bytes.clone()));
    assert_eq!(far(commune.get("thon1"), &book, &file), Some(Delivery::OnDevice));
    assert_eq!(far(commune.get("police"), &book, &file), None);
    commune.sync("thon1", &mut relay);
    assert_eq!(far(commune.get("thon1"), &book, &file), Some(Delivery::AtRelay));
    assert_eq!(read(commune.get("police"), &book, &file), None);
    commune.sync("police", &mut relay);
    assert_eq!(read(commune.get("police"), &book, &file), Some(bytes.clone()));
    meet(&mut commune, &mut relay);
    assert_eq!(far(commune.get("thon1"), &book, &file), Some(Delivery::AtCommune));
    commune.restart("police");
    assert_eq!(read(commune.get("police"), &book, &file), Some(bytes));
}

#[test]
fn a_photo_that_is_at_the_relay_stays_so_when_something_is_written_in_the_open_session() {
    let (mut commune, mut relay, book) = commune();
    let device = commune.get("thon1");
    let file = attach(device, book, &photo(30_000)).expect("attaches");
    device.publish(NOW, YEAR).expect("publishes");
    let mut seen = Vec::new();
    let mut next = |part: &mut Part<'_>| {
        let Part::Device(device) = part else { return None };
        seen.push(far(device, &book, &file));
        if seen.len() > 2 {
            return None;
        }
        let (_, create) = household("Vi Thị Ơn");
        device.edit(book, &[create], &act()).expect("saves");
        let published = device.publish(NOW, YEAR).expect("publishes");
        Some(device.changed_by(&published))
    };
    session_with(
        &mut Part::Device(device),
        &mut Part::Relay(&mut relay),
        &|_, _| false,
        &mut next,
    );
    assert_eq!(seen, [Some(Delivery::AtRelay); 3]);
}

#[test]
fn the_relay_and_who_may_not_read_the_book_can_read_no_byte_of_a_photo() {
    let (mut commune, mut relay, book) = commune();
    let bytes = [b"So giay ra vao cua ho nay".as_slice(); 4_000].concat();
    let file = attach(commune.get("thon1"), book, &bytes).expect("attaches");
    commune.sync("thon1", &mut relay);
    commune.sync("thon2", &mut relay);
    let sealed = relay
        .archive
        .store()
        .file(&book, &file.hash)
        .expect("reads")
        .expect("is there");
    let words = bytes.windows(16).take(26);
    let seen = words.filter(|word| sealed.windows(16).any(|window| window == *word));
    assert_eq!(seen.take(1).count(), 0);
    assert!(
        sealed.len() > bytes.len(),
        "it is not packed: by its length it would tell what is in it"
    );
    assert_eq!(read(commune.get("thon2"), &book, &file), None);
    // It may carry the book's entries, and asks for no file.
    assert_eq!(
        commune
            .get("thon2")
            .station()
            .store()
            .file(&book, &file.hash)
            .expect("reads"),
        None
    );
}

#[test]
fn files_come_after_all_entries_of_all_books_whenever_they_were_attached() {
    let (mut commune, mut relay, book) = commune();
    let mut files = Vec::new();
    for head in ["Vi Thị Ơn", "Hà Thị Ước", "Mùa A Sử"] {
        let bytes = photo(200_000);
        files.push((
            attach(commune.get("police"), book, &bytes).expect("attaches"),
            bytes,
        ));
        commune.writes("police", book, head);
        let other = village_book(commune.get("police"), 2);
        commune.writes("police", other, head);
        commune.get("police").publish(NOW, YEAR).expect("publishes");
    }
    let mut police = commune.devices.remove("police").expect("is there");
    let (there, _) = session(&mut Part::Device(&mut police), &mut Part::Relay(&mut relay));
    commune.devices.insert("police".to_owned(), police);
    let after = |bytes: &[u8]| {
        let frames = frames(bytes);
        let entry = frames.iter().rposition(|of| *of == ENTRY).expect("entries");
        let payload = frames.iter().position(|of| *of == PAYLOAD).expect("payloads");
        assert_eq!(frames.iter().filter(|of| **of == PAYLOAD).count(), files.len());
        assert!(entry < payload, "{frames:?}");
    };
    after(&there);
    let thon1 = commune.get("thon1");
    let (_, back) = session(&mut Part::Device(thon1), &mut Part::Relay(&mut relay));
    after(&back);
    for (file, bytes) in files {
        assert_eq!(read(commune.get("thon1"), &book, &file), Some(bytes));
    }
}

#[test]
fn what_a_broken_line_left_is_fetched_by_the_next_session_and_nothing_else() {
    let (mut commune, mut relay, book) = commune();
    let files: Vec<(FileRef, Vec<u8>)> = (0..12)
        .map(|_| {
            let bytes = photo(400_000);
            (
                attach(commune.get("thon1"), book, &bytes).expect("attaches"),
                bytes,
            )
        })
        .collect();
    let key = commune.writes("thon1", book, "Vi Thị Ơn");
    let thon1 = commune.get("thon1");
    thon1.publish(NOW, YEAR).expect("publishes");
    let half = |there: &[u8], _: &[u8]| there.len() > 2_000_000;
    session_until(&mut Part::Device(thon1), &mut Part::Relay(&mut relay), &half);
    let lacking = relay.archive.store().files_to_ask(100).expect("reads").len();
    assert!(lacking > 0 && lacking < files.len(), "{lacking}");
    // What is written was there long before.
    assert_eq!(
        commune.get("thon1").delivery(&book, &key),
        Some(Delivery::AtRelay)
    );
    assert_eq!(
        far(commune.get("thon1"), &book, &files[0].0),
        Some(Delivery::OnDevice)
    );
    let (there, _) = session(
        &mut Part::Device(commune.get("thon1")),
        &mut Part::Relay(&mut relay),
    );
    let sent = frames(&there).iter().filter(|of| **of == PAYLOAD).count();
    assert_eq!(sent, lacking);
    commune.sync("police", &mut relay);
    for (file, bytes) in files {
        assert_eq!(far(commune.get("thon1"), &book, &file), Some(Delivery::AtRelay));
        assert_eq!(read(commune.get("police"), &book, &file), Some(bytes));
    }
}

#[test]
fn a_photo_of_this_device_counts_as_on_its_way_until_the_commune_has_it_whatever_is_said_of_records() {
    let (mut commune, mut relay, book) = commune();
    let on_the_way = |device: &Device| {
        let files = device.own_files().expect("reads");
        (files.on_device, files.at_relay)
    };
    for _ in 0..3 {
        attach(commune.get("thon1"), book, &photo(400_000)).expect("attaches");
    }
    let thon1 = commune.get("thon1");
    assert_eq!(on_the_way(thon1), (3, 0));
    thon1.publish(NOW, YEAR).expect("publishes");
    assert_eq!(on_the_way(thon1), (3, 0));
    // The line breaks when the relay has everything but the photos.
    let half = |there: &[u8], _: &[u8]| frames(there).contains(&PAYLOAD);
    session_until(&mut Part::Device(thon1), &mut Part::Relay(&mut relay), &half);
    assert_eq!(thon1.delivery_counts()[0], 0, "what is written is there");
    assert_eq!(on_the_way(thon1), (3, 0));
    commune.sync("thon1", &mut relay);
    assert_eq!(on_the_way(commune.get("thon1")), (0, 3));
    // Those of others are not this device's to tell of.
    commune.sync("police", &mut relay);
    assert_eq!(on_the_way(commune.get("police")), (0, 0));
    meet(&mut commune, &mut relay);
    assert_eq!(on_the_way(commune.get("thon1")), (0, 0));
}

/// How many entries that are files a device holds, and how many attached files wait to be published.
fn carried(device: &Device, book: &BookId) -> (usize, usize) {
    let store = device.station().store();
    let all = store.to_read_since(Default::default(), usize::MAX >> 1);
    let all = all.expect("reads");
    let files = all
        .iter()
        .filter(|entry| entry.envelope.header().kind == Kind::File);
    (files.count(), store.attached(book).expect("reads").count)
}

#[test]
fn a_file_whose_edit_fails_or_names_it_nowhere_is_dropped_and_never_published() {
    let (mut commune, _, book) = commune();
    let device = commune.get("thon1");
    let not_ours = village_book(device, 2);
    let (unknown, _) = household("Nobody");
    // The record that names it would be saved, but the act as a whole is not.
    let refused = |device: &mut Device, beside: (BookId, Vec<sothon_records::Edit>)| {
        let file = device.attach(book, &photo(1_000)).expect("attaches");
        assert!(read(device, &book, &file).is_some());
        let edits = [(book, vec![naming(&file)]), beside];
        let failed = device.edit_all(&edits, &act());
        assert!(failed.is_err());
        assert_eq!(read(device, &book, &file), None, "{failed:?}");
    };
    refused(device, (not_ours, vec![household("Sùng A Páo").1]));
    refused(device, (book, vec![set(&unknown, "note", "x")]));
    // Of another act.
    let file = device.attach(book, &photo(1_000)).expect("attaches");
    let named = device.attach(book, &photo(1_000)).expect("attaches");
    device.edit(book, &[naming(&named)], &act()).expect("saves");
    assert_eq!(read(device, &book, &file), None);
    assert!(read(device, &book, &named).is_some());
    assert_eq!(carried(device, &book), (0, 1));
    device.publish(NOW, YEAR).expect("publishes");
    assert_eq!(carried(device, &book), (1, 0));
}

#[test]
fn a_file_attached_by_a_program_that_died_before_the_edit_was_saved_is_gone() {
    let (mut commune, _, book) = commune();
    let device = commune.get("thon1");
    let file = device.attach(book, &photo(1_000)).expect("attaches");
    let kept = attach(device, book, &photo(1_000)).expect("attaches");
    let lost = device.attach(book, &photo(1_000)).expect("attaches");
    // Whatever else is published meanwhile, it does not go with it.
    device.publish(NOW, YEAR).expect("publishes");
    assert_eq!(carried(device, &book), (1, 0));
    let folder = device.station().folder().clone();
    drop(commune.devices.remove("thon1"));
    let device = Device::open(folder, &passphrase(), &NoKeyStore, rng()).expect("opens");
    assert_eq!(read(&device, &book, &file), None);
    assert_eq!(read(&device, &book, &lost), None);
    assert!(read(&device, &book, &kept).is_some());
    assert_eq!(device.station().store().unnamed().expect("reads"), []);
}

#[test]
fn a_device_killed_between_saving_a_record_with_a_file_and_publishing_loses_nothing() {
    let (mut commune, mut relay, book) = commune();
    let bytes = photo(50_000);
    let device = commune.get("thon1");
    let file = attach(device, book, &bytes).expect("attaches");
    let folder = device.station().folder().clone();
    // Without a word: nothing is locked, nothing published.
    drop(commune.devices.remove("thon1"));
    let device = Device::open(folder, &passphrase(), &NoKeyStore, rng()).expect("opens");
    assert_eq!(read(&device, &book, &file), Some(bytes.clone()));
    commune.devices.insert("thon1".to_owned(), device);
    commune.sync("thon1", &mut relay);
    commune.sync("police", &mut relay);
    assert_eq!(read(commune.get("police"), &book, &file), Some(bytes));
}

#[test]
fn a_device_whose_vault_or_disk_was_set_back_goes_on_and_every_file_is_read() {
    let (mut commune, mut relay, book) = commune();
    let one = photo(10_000);
    let first = attach(commune.get("thon1"), book, &one).expect("attaches");
    commune.sync("thon1", &mut relay);
    // The disk of a week ago beside the one of today, both in use.
    commune.copy("thon1", "thon1 of last week");
    let mut files = vec![(first, one)];
    for name in ["thon1", "thon1 of last week", "thon1", "thon1 of last week"] {
        let bytes = photo(10_000);
        files.push((attach(commune.get(name), book, &bytes).expect("attaches"), bytes));
        commune.get(name).publish(NOW, YEAR).expect("publishes");
    }
    // And a vault that is older than its store.
    let folder = commune.get("thon1").station().folder().clone();
    let vault = std::fs::read(folder.vault()).expect("reads");
    let bytes = photo(10_000);
    files.push((
        attach(commune.get("thon1"), book, &bytes).expect("attaches"),
        bytes,
    ));
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    drop(commune.devices.remove("thon1"));
    std::fs::write(folder.vault(), vault).expect("writes");
    let device = Device::open(folder, &passphrase(), &NoKeyStore, rng()).expect("opens");
    commune.devices.insert("thon1".to_owned(), device);
    let bytes = photo(10_000);
    files.push((
        attach(commune.get("thon1"), book, &bytes).expect("attaches"),
        bytes,
    ));
    for name in ["thon1", "thon1 of last week", "police", "thon1"] {
        commune.sync(name, &mut relay);
    }
    for (file, bytes) in files {
        assert_eq!(read(commune.get("police"), &book, &file), Some(bytes.clone()));
        assert_eq!(read(commune.get("thon1"), &book, &file), Some(bytes));
    }
}

#[test]
fn a_record_that_lies_of_hash_key_or_size_is_told_apart() {
    let (mut commune, _, book) = commune();
    let file = attach(commune.get("thon1"), book, &photo(1_000)).expect("attaches");
    let device = commune.get("thon1");
    let wrong = |file: &FileRef| match device.file(&book, file) {
        Err(ReplicaError::OfFile(FileError::Wrong(wrong))) => wrong,
        other => panic!("{:?}", other.map(|_| ())),
    };
    let of_key = FileRef {
        key: FileKey::new([7; 32]),
        ..file.clone()
    };
    assert_eq!(wrong(&of_key), WrongFile::Key);
    let of_size = FileRef {
        size: file.size - 1,
        ..file.clone()
    };
    assert_eq!(wrong(&of_size), WrongFile::Size);
    let mut of_hash = file.clone();
    of_hash.hash.0[0] ^= 1;
    assert_eq!(read(device, &book, &of_hash), None);
    let other = village_book(device, 2);
    assert_eq!(read(device, &other, &file), None);
}

#[test]
fn no_file_is_attached_in_tips_nor_where_one_may_not_write_nor_above_the_bound() {
    let (mut commune, _, book) = commune();
    let refused = attach(commune.get("thon2"), book, &[1]);
    assert!(matches!(
        refused,
        Err(ReplicaError::MayNotWrite | ReplicaError::NoBook)
    ));
    let refused = attach(commune.get("thon1"), book, &vec![1; MAX_FILE + 1]);
    assert!(matches!(
        refused,
        Err(ReplicaError::OfFile(FileError::TooLarge(bytes))) if bytes == MAX_FILE + 1
    ));
    commune.open_guarded("police", Compartment::Tips);
    commune.meet_all();
    for kind in [BookKind::Tips, BookKind::TipsPolice, BookKind::TipsAccess] {
        let police = commune.get("police");
        let tips = police.find_book(kind, Scope::Commune, YEAR).expect("is open");
        let refused = police.attach(tips, &[1]);
        assert!(
            matches!(refused, Err(ReplicaError::OfFile(FileError::InTips))),
            "{kind:?}"
        );
    }
}

#[test]
fn a_courier_file_carries_files_after_everything_else() {
    let (mut commune, _, book) = commune();
    let bytes = photo(100_000);
    let file = attach(commune.get("thon1"), book, &bytes).expect("attaches");
    commune.writes("thon1", book, "Vi Thị Ơn");
    let path = commune.folder.path().join("out.sothon");
    commune
        .get("thon1")
        .courier_out(&path, Meant::Commune, NOW, YEAR)
        .expect("a file");
    let mut parts = Vec::new();
    let mut reader = sothon_courier::Reader::new();
    reader.push(&std::fs::read(&path).expect("reads"));
    while let Some(part) = reader.next_part().expect("reads") {
        match part {
            sothon_courier::Part::Entry { envelope, .. } => {
                let envelope = Envelope::parse_held(&envelope).expect("an entry");
                parts.push(envelope.header().kind == Kind::File);
            }
            sothon_courier::Part::Wrap(_) => parts.push(false),
            _ => {}
        }
    }
    assert_eq!(parts.last(), Some(&true));
    assert_eq!(parts.iter().filter(|is_file| **is_file).count(), 1);
    commune
        .get("police")
        .courier_in(&path, NOW, YEAR)
        .expect("takes it in");
    assert_eq!(read(commune.get("police"), &book, &file), Some(bytes));
    assert_eq!(far(commune.get("thon1"), &book, &file), Some(Delivery::OnDevice));
}

#[test]
fn a_courier_file_for_one_device_or_of_everything_takes_photos_along_only_if_that_is_wanted() {
    let (mut commune, mut relay, book) = commune();
    let bytes = photo(100_000);
    let file = attach(commune.get("thon1"), book, &bytes).expect("attaches");
    let police = commune.get("police").device();
    let mut count = 0;
    let mut makes = |meant: Meant, photos: Option<bool>| {
        count += 1;
        let path = commune.folder.path().join(format!("{count}.sothon"));
        let thon1 = commune.get("thon1");
        let made = match photos {
            None => thon1.courier_out(&path, meant, NOW, YEAR),
            Some(photos) => thon1.courier_out_with(&path, meant, photos, NOW, YEAR),
        };
        (path, made.expect("a file"))
    };
    for meant in [Meant::Device(police), Meant::Everybody] {
        let (_, made) = makes(meant, None);
        assert_eq!(made.files_left, 1);
        assert!(made.bytes < 100_000);
        let (_, made) = makes(meant, Some(true));
        assert_eq!(made.files_left, 0);
        assert!(made.bytes > 100_000);
    }
    let (path, _) = makes(Meant::Device(police), Some(false));
    commune
        .get("police")
        .courier_in(&path, NOW, YEAR)
        .expect("takes it in");
    // It knows of the photo, and fetches it where there is a line.
    assert_eq!(read(commune.get("police"), &book, &file), None);
    assert_eq!(commune.get("police").wants().files.len(), 1);
    commune.sync("thon1", &mut relay);
    commune.sync("police", &mut relay);
    assert_eq!(read(commune.get("police"), &book, &file), Some(bytes));
}

#[test]
fn a_photo_left_out_of_a_file_for_the_commune_goes_with_a_later_one_though_the_receipt_came_back() {
    let (mut commune, _, book) = commune();
    let bytes = photo(100_000);
    let file = attach(commune.get("thon1"), book, &bytes).expect("attaches");
    let key = commune.writes("thon1", book, "Vi Thị Ơn");
    let thon1 = commune.get("thon1").device();
    let mut count = 0;
    let mut carries = |commune: &mut Commune, photos: bool| {
        count += 1;
        let names = [format!("{count}-out.sothon"), format!("{count}-back.sothon")];
        let [there, back] = names.map(|name| commune.folder.path().join(name));
        let head = commune.get("thon1");
        let made = head.courier_out_with(&there, Meant::Commune, photos, NOW, YEAR);
        let office = commune.get("office");
        office.courier_in(&there, NOW, YEAR).expect("takes it in");
        let receipt = office.courier_out(&back, Meant::Device(thon1), NOW, YEAR);
        receipt.expect("a file");
        let head = commune.get("thon1");
        head.courier_in(&back, NOW, YEAR).expect("takes it in");
        made.expect("a file").files_left
    };
    assert_eq!(carries(&mut commune, false), 1);
    let told = commune.get("thon1").delivery(&book, &key);
    assert_eq!(told, Some(Delivery::AtCommune));
    assert_eq!(far(commune.get("thon1"), &book, &file), Some(Delivery::OnDevice));
    assert_eq!(read(commune.get("office"), &book, &file), None);
    assert_eq!(carries(&mut commune, true), 0);
    assert_eq!(read(commune.get("office"), &book, &file), Some(bytes));
    assert_eq!(far(commune.get("thon1"), &book, &file), Some(Delivery::AtCommune));
}

#[test]
fn where_a_relay_has_no_room_for_a_file_the_records_go_on_and_the_file_when_there_is_room() {
    let (mut commune, mut relay, book) = commune();
    relay.room = 100_000;
    let bytes = photo(200_000);
    let file = attach(commune.get("thon1"), book, &bytes).expect("attaches");
    for head in ["Vi Thị Ơn", "Hà Thị Ước"] {
        let key = commune.writes("thon1", book, head);
        commune.sync("thon1", &mut relay);
        assert_eq!(
            commune.get("thon1").delivery(&book, &key),
            Some(Delivery::AtRelay)
        );
        commune.sync("police", &mut relay);
        assert!(commune.get("police").record(&book, &key).is_some());
    }
    assert_eq!(far(commune.get("thon1"), &book, &file), Some(Delivery::OnDevice));
    assert_eq!(read(commune.get("police"), &book, &file), None);
    relay.room = u64::MAX;
    commune.sync("thon1", &mut relay);
    commune.sync("police", &mut relay);
    assert_eq!(far(commune.get("thon1"), &book, &file), Some(Delivery::AtRelay));
    assert_eq!(read(commune.get("police"), &book, &file), Some(bytes));
}

#[test]
fn a_device_that_starts_from_a_checkpoint_gets_the_files() {
    let (mut commune, mut relay, book) = commune();
    let bytes = photo(100_000);
    let file = attach(commune.get("thon1"), book, &bytes).expect("attaches");
    let key = commune.writes("thon1", book, "Vi Thị Ơn");
    meet(&mut commune, &mut relay);
    let edit = set(&key, "note", "có ảnh");
    commune.get("police").edit(book, &[edit], &act()).expect("saves");
    meet(&mut commune, &mut relay);
    commune.get("police").make_checkpoint(&book, NOW).expect("makes");
    meet(&mut commune, &mut relay);
    commune.admit("police2", Role::Police, Scope::Commune);
    for name in ["office", "police2", "office", "police", "police2"] {
        commune.sync(name, &mut relay);
    }
    let device = commune.get("police2");
    let hollow = device
        .station()
        .store()
        .missing_payloads(Some(&book))
        .expect("reads");
    assert!(!hollow.is_empty(), "it read the log");
    assert_eq!(read(device, &book, &file), Some(bytes));
}

#[test]
fn a_receipt_is_for_files_that_are_here() {
    let (mut commune, mut relay, book) = commune();
    let bytes = photo(100_000);
    let file = attach(commune.get("thon1"), book, &bytes).expect("attaches");
    let key = commune.writes("thon1", book, "Vi Thị Ơn");
    commune.sync("thon1", &mut relay);
    // The line breaks when the entries are there, and the file is asked for.
    let police = commune.get("police");
    let asks = |there: &[u8], _: &[u8]| frames(there).contains(&WANT_PAYLOADS);
    session_until(&mut Part::Device(police), &mut Part::Relay(&mut relay), &asks);
    assert_eq!(read(police, &book, &file), None);
    police.publish(NOW, YEAR).expect("publishes");
    commune.carry("police", "thon1");
    assert_eq!(
        commune.get("thon1").delivery(&book, &key),
        Some(Delivery::AtCommune)
    );
    assert_eq!(far(commune.get("thon1"), &book, &file), Some(Delivery::AtRelay));
    commune.sync("police", &mut relay);
    commune.get("police").publish(NOW, YEAR).expect("publishes");
    commune.carry("police", "thon1");
    assert_eq!(far(commune.get("thon1"), &book, &file), Some(Delivery::AtCommune));
}

#[test]
fn files_are_of_no_weight_when_a_book_is_judged_again() {
    let (mut commune, mut relay, book) = commune();
    for _ in 0..3 {
        attach(commune.get("thon1"), book, &photo(100_000)).expect("attaches");
    }
    commune.sync("thon1", &mut relay);
    commune.sync("police", &mut relay);
    let device = commune.get("police");
    let read = device
        .station()
        .store()
        .to_read_since(Default::default(), usize::MAX >> 1);
    let files: Vec<_> = read
        .expect("reads")
        .into_iter()
        .filter(|entry| entry.envelope.header().kind == Kind::File)
        .collect();
    assert_eq!(files.len(), 3);
    for file in files {
        assert_eq!(file.payload.held(), None);
        let held = device
            .station()
            .store()
            .payload(&file.envelope.id())
            .expect("reads");
        assert!(held.and_then(sothon_store::Payload::held).is_some());
    }
}

#[test]
fn nothing_names_a_file_so_that_nothing_waits_for_one() {
    let (mut commune, mut relay, book) = commune();
    attach(commune.get("thon1"), book, &photo(1_000)).expect("attaches");
    commune.sync("thon1", &mut relay);
    commune.sync("police", &mut relay);
    commune.writes("police", book, "Vi Thị Ơn");
    commune.writes("thon1", book, "Hà Thị Ước");
    meet(&mut commune, &mut relay);
    let store = commune.get("police").station().store();
    let all = store
        .to_read_since(Default::default(), usize::MAX >> 1)
        .expect("reads");
    let headers = all
        .iter()
        .map(|entry| (entry.envelope.id(), entry.envelope.header()));
    let (files, others): (Vec<_>, Vec<_>) = headers.partition(|(_, header)| header.kind == Kind::File);
    assert_eq!(files.len(), 1);
    for (_, header) in others {
        let mut names = header.after.iter().chain(&header.backlink);
        assert!(names.all(|name| files.iter().all(|(id, _)| id != name)));
    }
}

#[test]
fn a_photo_that_cannot_be_published_holds_back_nothing_else() {
    let (mut commune, _, book) = commune();
    let key = commune.writes("thon1", book, "Vi Thị Ơn");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    commune.carry("thon1", "police");
    let police = commune.get("police");
    attach(police, book, &photo(30_000)).expect("attaches");
    let folder = police.station().folder().clone();
    drop(commune.devices.remove("police"));
    // No room for a photo.
    let disk = rusqlite::Connection::open(folder.store()).expect("opens");
    let full = "CREATE TRIGGER no_room BEFORE INSERT ON files BEGIN SELECT RAISE(ABORT, 'no room'); END";
    disk.execute(full, []).expect("makes it");
    drop(disk);
    let device = Device::open(folder, &passphrase(), &NoKeyStore, rng()).expect("opens");
    commune.devices.insert("police".to_owned(), device);
    let police = commune.get("police");
    let published = police.publish(NOW, YEAR).expect("publishes the rest");
    assert!(published.failed);
    // The record that names it, and a receipt: who is connected hears of both.
    assert_eq!(police.changed_by(&published).books, [book]);
    assert_eq!(police.unpublished(), 0);
    assert_eq!(police.own_files().expect("reads").on_device, 1);
    commune.carry("police", "thon1");
    assert_eq!(
        commune.get("thon1").delivery(&book, &key),
        Some(Delivery::AtCommune)
    );
    // With nothing else to publish it is an error; for who has to publish all of it, at once.
    let again = commune.get("police").publish(NOW, YEAR);
    assert!(matches!(again, Err(ReplicaError::Put(_))), "{again:?}");
    commune.writes("police", book, "Vi Thị Ơn");
    let police = commune.get("police");
    let out = police.station().folder().store().with_file_name("out.sothon");
    let made = police.courier_out(&out, Meant::Everybody, NOW, YEAR);
    assert!(matches!(made, Err(ReplicaError::Put(_))), "{made:?}");
    assert!(!out.exists());
}
