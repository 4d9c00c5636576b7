//! Starting from snapshots: they are a cache, and the log is the only truth.

use std::path::PathBuf;

use crate::common::picture::picture;
use crate::common::{Commune, Device, NOW, YEAR, act, passphrase, record, rng, set, text, village_book};
use sothon_ledger::{BookId, Height, Kind, Role, Root, Scope};
use sothon_records::{Edit, RecordKey};
use sothon_replica::{Folder, Station};
use sothon_store::{Batch, Local, Row, Sealed, Store};
use sothon_sync::{Batch as FromPeer, BatchId, ReceivedEntry};
use sothon_vault::NoKeyStore;

fn commune() -> Commune {
    Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
    ])
}

fn household(name: &str) -> (RecordKey, Edit) {
    record("household", &[("head", text(name)), ("note", text("hộ mới về"))])
}

/// A device that is closed.
struct Closed {
    folder: PathBuf,
    root: Root,
}

impl Closed {
    fn store(&self) -> Store {
        Store::open(&self.folder.join("store.db"), self.root).expect("opens")
    }

    fn put(&self, local: Local) {
        let batch = Batch {
            local: vec![local],
            ..Batch::default()
        };
        self.store().put(batch).expect("stores");
    }

    fn open(&self) -> Device {
        Device::open(Folder::new(&self.folder), &passphrase(), &NoKeyStore, rng()).expect("opens")
    }
}

/// Keeps snapshots of all books of a device and closes it.
fn close(commune: &mut Commune, name: &str) -> Closed {
    let mut device = commune.devices.remove(name).expect("is open");
    device.keep_snapshots(1);
    let closed = Closed {
        folder: device.station().folder().path().to_owned(),
        root: device.root(),
    };
    drop(device.lock());
    closed
}

/// Opens it as it is, and again without any snapshot: both must say the same. How many books came from snapshots.
fn opens_as_the_log_says(closed: &Closed) -> usize {
    let device = closed.open();
    let (seen, resumed) = (picture(&device), device.from_snapshots());
    let books: Vec<BookId> = (device.register().expect("is admitted").rights().books())
        .map(|(book, _)| *book)
        .collect();
    drop(device);
    books
        .into_iter()
        .map(Local::NoSnapshot)
        .for_each(|local| closed.put(local));
    let device = closed.open();
    assert_eq!(device.from_snapshots(), 0);
    assert!(
        seen == picture(&device),
        "a snapshot says something else than the log"
    );
    resumed
}

/// Village 1's book with three households of the head and one of the police, who edited one of the head's.
fn filled() -> (Commune, BookId, Vec<RecordKey>) {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let mut keys = Vec::new();
    for (name, head) in [
        ("thon1", "Lò Văn Ún"),
        ("thon1", "Vi Thị Ơn"),
        ("thon1", "Hà Thị Ước"),
        ("police", "Mùa A Sử"),
    ] {
        let (key, create) = household(head);
        commune.get(name).edit(book, &[create], &act()).expect("saves");
        keys.push(key);
    }
    commune.meet_all();
    let edit = set(&keys[0], "head", "Lò Văn Un");
    commune.get("police").edit(book, &[edit], &act()).expect("saves");
    commune.meet_all();
    (commune, book, keys)
}

#[test]
fn a_device_opens_from_its_snapshots_as_from_its_log() {
    let (mut commune, book, keys) = filled();
    // Saved and in no entry: in the document, and in its snapshot.
    let (unpublished, create) = household("Quàng Thị Ín");
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    let closed = close(&mut commune, "thon1");
    let mut device = closed.open();
    assert!(device.from_snapshots() > 0);
    assert_eq!(device.unpublished(), 1);
    assert!(device.record(&book, &unpublished).is_some());
    // It is written on as if it had never been closed.
    let edit = set(&keys[0], "head", "Lò Văn Út");
    device.edit(book, &[edit], &act()).expect("saves");
    device.publish(NOW, YEAR).expect("publishes");
    commune.devices.insert("thon1".into(), device);
    commune.meet_all();
    for name in ["thon1", "police"] {
        let device = commune.get(name);
        let head = device.record(&book, &keys[0]).expect("is there").fields["head"].clone();
        assert_eq!(head, text("Lò Văn Út"));
        assert!(device.record(&book, &unpublished).is_some());
        let closed = close(&mut commune, name);
        assert!(opens_as_the_log_says(&closed) > 0);
        commune.devices.insert(name.into(), closed.open());
    }
}

#[test]
fn what_came_after_a_snapshot_is_read_from_the_log() {
    let (mut commune, book, keys) = filled();
    let closed = close(&mut commune, "police");
    let edit = set(&keys[1], "head", "Vi Thị Ớt");
    commune.get("thon1").edit(book, &[edit], &act()).expect("saves");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    take_in_while_locked(&closed, commune.get("thon1"));
    assert!(opens_as_the_log_says(&closed) > 0);
    let head = closed.open().record(&book, &keys[1]).expect("is there").fields["head"].clone();
    assert_eq!(head, text("Vi Thị Ớt"));
}

fn take_in_while_locked(closed: &Closed, from: &Device) {
    let source = from.station().store();
    let entries = source.since(Row::default(), usize::MAX >> 1).expect("reads");
    let batch = FromPeer {
        id: BatchId(0),
        operations: source.operations(Height(1)).expect("reads"),
        entries: (entries.into_iter())
            .map(|entry| ReceivedEntry {
                envelope: entry.envelope,
                payload: entry.payload.held(),
            })
            .collect(),
        payloads: Vec::new(),
        notices: Vec::new(),
        wraps: source.wraps().expect("reads"),
        blobs: Vec::new(),
        knocks: Vec::new(),
        notes: Vec::new(),
    };
    let mut station = Station::open(Folder::new(&closed.folder)).expect("opens");
    let taken = station.take_in(vec![batch], NOW, &mut rng());
    assert!(taken.fault.is_none() && !taken.is_empty());
}

#[test]
fn a_cut_that_came_after_a_snapshot_counts_and_the_book_is_read_from_the_log() {
    let (mut commune, book, keys) = filled();
    // What the office does not hold when it cuts lies past the cut.
    let (late, create) = household("Giàng A Tủa");
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.get("thon1").publish(NOW, YEAR).expect("publishes");
    commune.carry("thon1", "police");
    assert!(commune.get("police").record(&book, &late).is_some());
    let closed = close(&mut commune, "police");
    let cut = commune.get("thon1").device();
    commune.get("office").cut_device(cut, NOW).expect("cuts");
    take_in_while_locked(&closed, commune.get("office"));
    let device = closed.open();
    assert!(device.record(&book, &late).is_none(), "a snapshot outlived a cut");
    assert!(device.record(&book, &keys[0]).is_some());
    let others = device.from_snapshots();
    drop(device);
    assert_eq!(opens_as_the_log_says(&closed), others);
    assert!(closed.store().snapshot(&book).expect("reads").is_none());
}

#[test]
fn a_snapshot_that_is_damaged_or_anothers_is_passed_over() {
    let (mut commune, book, keys) = filled();
    let closed = close(&mut commune, "thon1");
    let good = closed.store().snapshot(&book).expect("reads").expect("was kept");
    let other = village_book(commune.get("police"), 2);
    let mut flipped = good.sealed.0.clone();
    flipped[100] ^= 1;
    let cases = [
        ("nothing", Vec::new()),
        ("cut off", good.sealed.0[..good.sealed.0.len() / 2].to_vec()),
        ("a bit", flipped),
        (
            "another's",
            close(&mut commune, "police")
                .store()
                .snapshot(&book)
                .expect("reads")
                .expect("was kept")
                .sealed
                .0,
        ),
    ];
    for (what, sealed) in cases {
        closed.put(Local::Snapshot {
            book,
            upto: good.upto,
            sealed: Sealed(sealed),
        });
        let device = closed.open();
        assert!(device.record(&book, &keys[0]).is_some(), "{what}");
        drop(device);
        assert!(
            closed.store().snapshot(&book).expect("reads").is_none(),
            "{what} was left"
        );
    }
    // One that is whole, and of another book.
    closed.put(Local::Snapshot {
        book: other,
        upto: good.upto,
        sealed: good.sealed,
    });
    assert_eq!(closed.open().records_of(&other).count(), 0);
    opens_as_the_log_says(&closed);
}

#[test]
fn what_the_store_holds_no_longer_comes_from_no_snapshot() {
    let (mut commune, book, keys) = filled();
    let device = commune.get("police").device();
    let closed = close(&mut commune, "thon1");
    let mut store = closed.store();
    let entries = store.since(Row::default(), usize::MAX >> 1).expect("reads");
    let of_police: Vec<_> = (entries.iter().map(|entry| &entry.envelope))
        .filter(|envelope| {
            let header = envelope.header();
            header.kind == Kind::Changes && header.book == book && header.device == device
        })
        .map(|envelope| envelope.id())
        .collect();
    assert!(store.drop_payloads(&of_police).expect("drops") > 0);
    drop(store);
    assert!(closed.open().record(&book, &keys[3]).is_none());
    opens_as_the_log_says(&closed);
}

#[test]
fn many_changes_make_a_snapshot_without_being_asked_and_few_make_none() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    for number in 0..1_030 {
        let (_, create) = household(&format!("Hộ {number}"));
        commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    }
    let kept = |device: &Device| device.station().store().snapshot(&book).expect("reads");
    // Saving makes none.
    assert!(kept(commune.get("thon1")).is_none());
    commune.restart("thon1");
    let first = kept(commune.get("thon1")).expect("was kept at lock");
    assert_eq!(commune.get("thon1").from_snapshots(), 1);
    commune.meet_all();
    assert!(kept(commune.get("police")).is_some());
    let (_, create) = household("một hộ");
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    commune.restart("thon1");
    assert_eq!(kept(commune.get("thon1")), Some(first));
}
