//! What a hostile look at a device among its peers found: each test is one finding.

use crate::common::{Commune, Device, NOW, YEAR, act, record, text, village_book};
use sothon_ledger::register::Relay;
use sothon_ledger::{
    BookId, BookKind, Compartment, DeviceId, Encoding, Envelope, EpochSecret, Header, Height, Kind, LogId,
    Role, Scope, Suite, TransportKey, cbor, payload,
};
use sothon_records::{Edit, RawRecord, RecordKey, Value};
use sothon_replica::slip::RequestSlip;
use sothon_replica::{Delivery, ReplicaError};
use sothon_store::Row;
use sothon_sync::{Batch, BatchId, ReceivedEntry};

fn commune() -> Commune {
    Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
    ])
}

fn noise(bytes: usize) -> Vec<u8> {
    use rand_core::Rng as _;
    let mut out = vec![0; bytes];
    crate::common::rng().fill_bytes(&mut out);
    out
}

fn household(name: &str) -> (RecordKey, Edit) {
    record("household", &[("head", text(name))])
}

/// What one holds, as batches: its register, its entries, its wraps.
fn holdings(device: &Device) -> Batch {
    let store = device.station().store();
    let entries = store.since(Row::default(), usize::MAX >> 1).expect("reads");
    Batch {
        operations: store.operations(Height(1)).expect("reads"),
        entries: entries
            .into_iter()
            .map(|entry| ReceivedEntry {
                envelope: entry.envelope,
                payload: entry.payload.held(),
            })
            .collect(),
        wraps: store.wraps().expect("reads"),
        ..Batch::empty(BatchId(0))
    }
}

#[test]
fn what_came_before_its_book_was_known_is_there_when_the_book_is_opened_with_more_of_it() {
    let mut commune = commune();
    commune
        .get("office")
        .open_books(Compartment::General, YEAR + 1, &[1], &[], NOW)
        .expect("opens");
    commune.carry("office", "thon1");
    let book = commune
        .get("thon1")
        .find_book(BookKind::Village, Scope::Village(1), YEAR + 1)
        .expect("is open");
    let (first, create) = household("Nguyễn Văn An");
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    let mut early = holdings(commune.get("thon1"));
    early.operations.clear();
    commune.get("police").take_in(vec![early], NOW).expect("takes");
    let (second, create) = household("Trần Thị Bình");
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.meet_all();
    for key in [first, second] {
        assert!(commune.get("police").record(&book, &key).is_some());
    }
}

#[test]
fn books_of_a_year_that_is_past_can_be_written_and_read() {
    let mut commune = commune();
    commune
        .get("office")
        .open_books(Compartment::General, YEAR - 3, &[1], &[], NOW)
        .expect("opens");
    commune.meet_all();
    let device = commune.get("thon1");
    let past = device
        .find_book(BookKind::Village, Scope::Village(1), YEAR - 3)
        .expect("is open");
    let (key, create) = household("Lê Văn Cường");
    device.edit(past, &[create], &act()).expect("saves");
    commune.meet_all();
    assert!(commune.get("police").record(&past, &key).is_some());
}

#[test]
fn who_is_cut_and_admitted_again_begins_a_new_log_and_what_it_writes_counts() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let (before, create) = household("Phạm Thị Dung");
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.meet_all();
    let device = commune.get("thon1").device();
    let request = RequestSlip::from_text(&commune.get("thon1").request()).expect("a request");
    let office = commune.get("office");
    office.cut_device(device, NOW).expect("cuts");
    let scopes = vec![Scope::Village(1)];
    office
        .admit(&request, Role::VillageHead, scopes, None, NOW)
        .expect("admits");
    commune.meet_all();
    let (after, create) = household("Đỗ Văn Giang");
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.meet_all();
    for key in [&before, &after] {
        assert!(commune.get("police").record(&book, key).is_some());
        let delivery = commune.get("thon1").delivery(&book, key);
        assert_eq!(delivery, Some(Delivery::AtCommune));
    }
}

#[test]
fn an_edit_that_no_entry_could_carry_is_refused_and_what_follows_does_not_stand_on_it() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let device = commune.get("thon1");
    let (large, create) = record("household", &[("head", Value::Bytes(noise(1_500_000)))]);
    let refused = device.edit(book, &[create], &act());
    assert!(matches!(refused, Err(ReplicaError::TooLarge)), "{refused:?}");
    assert!(device.record(&book, &large).is_none());
    assert_eq!(device.unpublished(), 0);
    let (small, create) = household("Nguyễn Văn An");
    device.edit(book, &[create], &act()).expect("saves");
    commune.meet_all();
    assert!(commune.get("police").record(&book, &small).is_some());
}

#[test]
fn a_reason_too_long_for_the_access_log_is_refused_and_keeps_nobody_from_publishing() {
    let mut commune = commune();
    commune
        .get("office")
        .open_books(Compartment::Tips, YEAR, &[], &[], NOW)
        .unwrap_err();
    let book = village_book(commune.get("thon1"), 1);
    let long: String = noise(4000).iter().map(|byte| format!("{byte:02x}")).collect();
    let access = RawRecord {
        fields: [("why".to_owned(), text(&long))].into(),
        ..RawRecord::default()
    };
    let device = commune.get("thon1");
    let refused = device.log_access(access, NOW);
    assert!(matches!(refused, Err(ReplicaError::TooLarge)), "{refused:?}");
    let (key, create) = household("Trần Thị Bình");
    device.edit(book, &[create], &act()).expect("saves");
    commune.meet_all();
    assert!(commune.get("police").record(&book, &key).is_some());
}

#[test]
fn what_stands_on_a_change_that_counts_no_more_is_said_again_and_not_held_back() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let (key, create) = household("Nguyễn Văn An");
    commune
        .get("police")
        .edit(book, &[create], &act())
        .expect("saves");
    commune.get("police").publish(NOW, YEAR).expect("publishes");
    commune.carry("police", "thon1");
    let edit = crate::common::set(&key, "head", "Nguyễn Văn Ân");
    commune.get("thon1").edit(book, &[edit], &act()).expect("saves");
    let police = commune.get("police").device();
    commune.get("office").cut_device(police, NOW).expect("cuts");
    commune.carry("office", "thon1");
    commune.restart("thon1");
    let device = commune.get("thon1");
    assert_eq!((device.unpublished(), device.delivery_counts()[3]), (1, 1));
    device.publish(NOW, YEAR).expect("publishes");
    assert_eq!((device.unpublished(), device.delivery_counts()[3]), (0, 0));
    commune.carry("thon1", "office");
    let seen = commune.get("office").record(&book, &key).expect("is there");
    assert_eq!(seen.fields["head"], text("Nguyễn Văn Ân"));
    for _ in 0..2 {
        commune.restart("thon1");
        let again = commune.get("thon1").publish(NOW, YEAR).expect("publishes");
        assert!(again.is_empty(), "{again:?}");
    }
}

#[test]
fn a_wrap_by_who_does_not_read_the_book_keeps_no_reader_from_its_secret() {
    use ed25519_dalek::SigningKey;
    use sothon_ledger::hpke::AgreeSecret;
    use sothon_ledger::{DeviceId, EpochSecret, Receiver, TransportKey, Wrap};

    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let (key, create) = household("Nguyễn Văn An");
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.meet_all();
    let root = commune.get("office").root();
    let admit = |commune: &mut Commune, request: &RequestSlip, role, scope| {
        let office = commune.get("office");
        office
            .admit(request, role, vec![scope], None, NOW)
            .expect("admits");
    };
    let hostile = SigningKey::from_bytes(&noise(32).try_into().expect("32 bytes"));
    let transport = TransportKey(DeviceId(hostile.verifying_key().to_bytes()).0);
    let request = RequestSlip::new(root, transport, &hostile);
    admit(&mut commune, &request, Role::VillageHead, Scope::Village(2));
    let lock = sothon_replica::Lock {
        passphrase: &crate::common::passphrase(),
        cost: sothon_vault::Cost::LOWEST,
        key_store: &sothon_vault::NoKeyStore,
    };
    let folder = sothon_replica::Folder::new(commune.folder.path().join("leader"));
    let slip = commune.get("office").root_slip().expect("founded");
    let leader = Device::join(folder, &lock, slip, crate::common::rng()).expect("joins");
    let request = RequestSlip::from_text(&leader.request()).expect("a request");
    admit(&mut commune, &request, Role::Leader, Scope::Commune);
    let epochs: std::collections::BTreeSet<_> = holdings(commune.get("office"))
        .entries
        .iter()
        .filter(|entry| entry.envelope.header().book == book)
        .filter_map(|entry| entry.envelope.header().epoch)
        .collect();
    let wraps = epochs.into_iter().map(|epoch| {
        let mut rng = crate::common::rng();
        let secret = EpochSecret::generate(&mut rng);
        let key = AgreeSecret::generate(&mut rng).public();
        let to = Receiver::Device(leader.device());
        Wrap::seal(&root, book, epoch, &secret, to, key, &hostile, &mut rng).expect("seals")
    });
    let mut forged = holdings(commune.get("office"));
    forged.entries.clear();
    forged.wraps = wraps.collect();
    for name in ["office", "police", "thon1"] {
        let batch = forged.clone();
        commune.get(name).take_in(vec![batch], NOW).expect("takes");
    }
    commune.devices.insert("leader".into(), leader);
    commune.meet_all();
    assert!(commune.get("leader").record(&book, &key).is_some());
}

/// Somebody who is admitted and writes entries by hand.
struct Hostile {
    sign: ed25519_dalek::SigningKey,
}

impl Hostile {
    fn admitted(commune: &mut Commune, role: Role, scope: Scope) -> Hostile {
        let sign = ed25519_dalek::SigningKey::from_bytes(&noise(32).try_into().expect("32 bytes"));
        let office = commune.get("office");
        let transport = TransportKey(sign.verifying_key().to_bytes());
        let request = RequestSlip::new(office.root(), transport, &sign);
        office
            .admit(&request, role, vec![scope], None, NOW)
            .expect("admits");
        Hostile { sign }
    }

    fn device(&self) -> DeviceId {
        DeviceId(self.sign.verifying_key().to_bytes())
    }

    /// An epoch that nobody else knows, at this place.
    fn epoch(&self, by: &Device, book: BookId, log: LogId, before: Option<&Envelope>) -> (Envelope, Vec<u8>) {
        let register = by.register().expect("has one");
        let (height, operation) = register.head();
        let mut rng = crate::common::rng();
        let secret = EpochSecret::generate(&mut rng);
        let payload = cbor::encode(&payload::Epoch {
            height,
            drop_key: secret.drop_key().public(),
        });
        let header = Header {
            version: sothon_ledger::entry::VERSION,
            book,
            device: self.device(),
            log,
            seq: before.map_or(0, |before| before.header().seq + 1),
            backlink: before.map(Envelope::id),
            after: Vec::new(),
            height,
            operation: operation.tag(),
            kind: Kind::Epoch,
            epoch: Some(secret.commit(&book, height)),
            suite: Suite::Clear,
            encoding: Encoding::Cbor,
            unknown_critical: false,
        };
        (Envelope::sign(&header, &payload, &self.sign), payload)
    }
}

fn entries_alone(entries: Vec<(Envelope, Vec<u8>)>) -> Batch {
    let entries = entries.into_iter().map(|(envelope, payload)| ReceivedEntry {
        envelope,
        payload: Some(payload),
    });
    Batch {
        entries: entries.collect(),
        ..Batch::empty(BatchId(0))
    }
}

#[test]
fn a_receipt_for_anothers_log_of_the_same_id_says_nothing_of_ours() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let hostile = Hostile::admitted(&mut commune, Role::Police, Scope::Commune);
    let (_, create) = household("Trần Thị Bình");
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.meet_all();
    let (key, create) = household("Nguyễn Văn An");
    let device = commune.get("thon1");
    device.edit(book, &[create], &act()).expect("saves");
    device.publish(NOW, YEAR).expect("publishes");
    let own = device.device();
    let logs = device.station().store().index().logs(&book);
    let log = logs
        .map(|log| log.key())
        .find(|key| key.device == own)
        .expect("ours")
        .log;
    let mut forged: Vec<(Envelope, Vec<u8>)> = Vec::new();
    for _ in 0..12 {
        let before = forged.last().map(|(envelope, _)| envelope);
        let next = hostile.epoch(commune.get("office"), book, log, before);
        forged.push(next);
    }
    let office = commune.get("office");
    office.take_in(vec![entries_alone(forged)], NOW).expect("takes");
    office.publish(NOW, YEAR).expect("publishes");
    commune.carry("office", "thon1");
    let delivery = commune.get("thon1").delivery(&book, &key);
    assert_eq!(delivery, Some(Delivery::OnDevice));
    commune.meet_all();
    let delivery = commune.get("thon1").delivery(&book, &key);
    assert_eq!(delivery, Some(Delivery::AtCommune));
}

#[test]
fn a_hundred_heads_that_name_nothing_keep_nobody_from_publishing() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let (before, create) = household("Nguyễn Văn An");
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    let hostile = Hostile::admitted(&mut commune, Role::Police, Scope::Commune);
    commune.meet_all();
    let office = commune.get("office");
    let heads = (0..150).map(|_| {
        let log = LogId(noise(16).try_into().expect("16 bytes"));
        hostile.epoch(office, book, log, None)
    });
    let forged = entries_alone(heads.collect());
    office.take_in(vec![forged], NOW).expect("takes");
    // From here on nobody has an epoch that is fresh enough.
    office.cut_device(hostile.device(), NOW).expect("cuts");
    commune.carry("office", "thon1");
    let (after, create) = household("Trần Thị Bình");
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    commune.meet_all();
    for name in ["office", "police"] {
        for key in [&before, &after] {
            assert!(commune.get(name).record(&book, key).is_some());
        }
    }
    for key in [&before, &after] {
        let delivery = commune.get("thon1").delivery(&book, key);
        assert_eq!(delivery, Some(Delivery::AtCommune));
    }
}

struct Still;

impl sothon_replica::Clock for Still {
    fn now_ms(&self) -> u64 {
        u64::try_from(NOW).expect("after 1970") * 1000
    }

    fn year(&self) -> u32 {
        YEAR
    }
}

#[test]
fn what_a_relay_does_not_take_is_not_said_to_be_there() {
    use sothon_net::Host as _;
    use sothon_sync::{Event, LogName};

    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let relay = TransportKey([7; 32]);
    commune
        .get("office")
        .set_relays(
            vec![Relay {
                key: relay,
                addresses: Vec::new(),
            }],
            NOW,
        )
        .expect("names it");
    commune.meet_all();
    let (key, create) = household("Nguyễn Văn An");
    let mut device = commune.devices.remove("thon1").expect("is there");
    device.edit(book, &[create], &act()).expect("saves");
    device.publish(NOW, YEAR).expect("publishes");
    let own = device.device();
    let index = device.station().store().index();
    let ours = index
        .logs(&book)
        .map(|log| log.key())
        .filter(|key| key.device == own);
    let left_out: Vec<LogName> = ours
        .map(|key| LogName {
            book: key.book,
            device: key.device,
            log: key.log,
        })
        .collect();
    let mut host = sothon_replica::DeviceHost::new(device, Still, None);
    host.told(&relay, &Event::UpToDate { left_out });
    assert_eq!(host.replica.delivery(&book, &key), Some(Delivery::OnDevice));
    host.told(&relay, &Event::UpToDate { left_out: Vec::new() });
    assert_eq!(host.replica.delivery(&book, &key), Some(Delivery::AtRelay));
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for file in std::fs::read_dir(from).expect("reads") {
        let file = file.expect("reads");
        std::fs::copy(file.path(), to.join(file.file_name())).expect("copies");
    }
}

fn logs_of(device: &Device, book: &BookId) -> usize {
    let own = device.device();
    let index = device.station().store().index();
    index.logs(book).filter(|log| log.key().device == own).count()
}

#[test]
fn store_and_vault_set_back_together_begin_a_new_log_once_the_old_entries_return() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let (first, create) = household("Nguyễn Văn An");
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.meet_all();
    let (second, create) = household("Trần Thị Bình");
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    let device = commune.devices.remove("thon1").expect("is there");
    let folder = device.station().folder().path().to_owned();
    drop(device.lock());
    let backup = commune.folder.path().join("backup");
    copy(&folder, &backup);
    let open = |path: &std::path::Path| {
        let folder = sothon_replica::Folder::new(path);
        let none = sothon_vault::NoKeyStore;
        Device::open(folder, &crate::common::passphrase(), &none, crate::common::rng()).expect("opens")
    };
    commune.devices.insert("thon1".into(), open(&folder));
    commune.meet_all();
    // The old machine is gone; what was saved is published here a second time, or comes back.
    commune.devices.remove("thon1").expect("is there");
    commune.devices.insert("thon1".into(), open(&backup));
    commune.carry("office", "thon1");
    let (third, create) = household("Lê Văn Cường");
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.meet_all();
    assert_eq!(logs_of(commune.get("thon1"), &book), 2);
    for name in ["thon1", "police", "office"] {
        assert_eq!(commune.get(name).records_of(&book).count(), 3, "{name}");
        assert!(commune.get(name).conflicts().is_empty(), "{name}");
    }
    for key in [&first, &second, &third] {
        let delivery = commune.get("thon1").delivery(&book, key);
        assert_eq!(delivery, Some(Delivery::AtCommune));
    }
}

#[test]
fn a_forked_register_makes_nobody_state_keys_again_and_again() {
    let mut commune = commune();
    let device = commune.devices.remove("office").expect("is there");
    let folder = device.station().folder().path().to_owned();
    drop(device.lock());
    let clone = commune.folder.path().join("clone");
    copy(&folder, &clone);
    for (name, path) in [("office", &folder), ("clone", &clone)] {
        let folder = sothon_replica::Folder::new(path);
        let none = sothon_vault::NoKeyStore;
        let device =
            Device::open(folder, &crate::common::passphrase(), &none, crate::common::rng()).expect("opens");
        commune.devices.insert(name.into(), device);
    }
    // Before the fork is seen, keys are stated by entries that name what lies past it.
    commune.get("office").still_current(NOW).expect("signs");
    commune
        .get("office")
        .open_books(Compartment::General, YEAR + 5, &[1], &[], NOW)
        .expect("opens");
    commune.carry("office", "thon1");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    commune.get("clone").still_current(NOW + 1).expect("signs");
    commune.carry("clone", "thon1");
    commune.restart("thon1");
    let device = commune.get("thon1");
    assert!(device.register().expect("is there").frozen().is_some());
    device.publish(NOW, YEAR).expect("publishes");
    for _ in 0..3 {
        let again = device.publish_owed(NOW, YEAR).expect("publishes");
        assert!(again.is_empty(), "{again:?}");
    }
    let book = village_book(device, 1);
    let (key, create) = household("Nguyễn Văn An");
    device.edit(book, &[create], &act()).expect("saves");
    device.publish(NOW, YEAR).expect("publishes");
    commune.carry("clone", "police");
    commune.carry("office", "police");
    commune.carry("thon1", "police");
    let seen = commune.get("thon1").delivery(&book, &key);
    assert_eq!(seen, Some(Delivery::OnDevice));
}

#[test]
fn what_names_an_operation_that_has_not_come_is_waited_for_until_it_comes_or_its_author_is_cut() {
    let mut commune = commune();
    commune.meet_all();
    let book = village_book(commune.get("thon1"), 1);
    // The police hear what somebody orders who is the registrar to nobody else, and write by it.
    commune.copy("office", "clone");
    for later in 1..3 {
        commune.get("clone").still_current(NOW + later).expect("signs");
    }
    let clone = commune.devices.remove("clone").expect("is there");
    let head = clone.register().expect("is there").height();
    commune.carry_operations(&clone, "police");
    commune.writes("police", book, "Lò Văn Xôm");
    commune.get("police").publish(NOW, YEAR).expect("publishes");
    let entries = Batch {
        operations: Vec::new(),
        ..holdings(commune.get("police"))
    };
    let police = commune.get("police").device();
    let head_of_village = commune.get("thon1");
    assert_eq!(head_of_village.height_waited_for(), None);
    head_of_village.take_in(vec![entries], NOW).expect("takes");
    assert_eq!(head_of_village.height_waited_for(), Some(head));
    // It says so after a start, too.
    commune.restart("thon1");
    assert_eq!(commune.get("thon1").height_waited_for(), Some(head));
    commune.get("office").cut_device(police, NOW).expect("cuts");
    let office = commune.devices.remove("office").expect("is there");
    commune.carry_operations(&office, "thon1");
    assert_eq!(commune.get("thon1").height_waited_for(), None);
}
