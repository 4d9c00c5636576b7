//! Checkpoints by real processes over a real relay: one device makes one, a new device starts from it; and kills while that
//! goes on.
#![allow(missing_docs)]

mod common;
#[path = "common/relay.rs"]
mod relay;

use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::atomic::Ordering;
use std::time::Instant;

use common::link::{Link, Weather};
use common::{HOUSEHOLD, World};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use relay::{RelayAt, copy};
use serde_json::{Value, json};
use sothon_ledger::{BookId, Digest};
use sothon_replica::{Folder, Station};

/// How many entries the village's book has: enough that a save is worth more than they are.
const ENTRIES: usize = 10;
/// How many households are in one of them.
const AT_ONCE: usize = 10;
/// Characters of a household's note, of so many that nothing packs them much: so a save comes in two parts of 256 KiB at most.
const NOTE: usize = 2_000;

/// So slow that a kill by what has passed comes while more is under way, and fast enough for a test.
const WEATHER: Weather = Weather {
    lost: 0,
    doubled: 0,
    late: 0,
    rate: Some(300_000),
    cut: None,
};

/// An office and two heads of village 1 who have met at a relay; what is in the village's book is written by the first.
struct Village {
    world: World,
    founded: Value,
    /// Between all devices and the relay.
    link: Link,
    /// Served as long as the test goes on.
    _relay: RelayAt,
    book: String,
}

impl Village {
    fn new() -> Village {
        let world = World::new();
        let mut relay = RelayAt::new(world.path("relay"));
        let (key, address) = relay.place.split_once('@').expect("a place");
        let link = Link::new(address.parse().expect("an address"), WEATHER, 10);
        let place = format!("{key}@{}", link.address);
        let founded = world.ask(
            "office",
            &["found", "--villages", "2", "--year", "2025", "--relay", &place],
        );
        relay.add(founded["slip"].as_str().expect("a slip"));
        world.admit(&founded, "thon1", &["--role", "village-head", "--village", "1"]);
        let village = Village {
            book: String::new(),
            world,
            founded,
            link,
            _relay: relay,
        };
        village.sync(&["office", "thon1", "office", "thon1"]);
        let mut rng = StdRng::seed_from_u64(10);
        for _ in 0..ENTRIES {
            let mut note = || -> String {
                (0..NOTE)
                    .map(|_| rng.random_range('\u{4e00}'..='\u{9fa5}'))
                    .collect()
            };
            let items: Vec<Value> = (0..AT_ONCE)
                .map(|n| {
                    json!({"kind": "household", "fields": {
                        "number": n.to_string(), "head": "Nguyễn Văn An", "address": "Ngõ 5", "note": note()}})
                })
                .collect();
            let file = village.world.path("items.json");
            std::fs::write(&file, json!(items).to_string()).expect("writes");
            let file = file.to_str().expect("a name");
            village.world.ask("thon1", &["add", "--file", file]);
            village.sync(&["thon1"]);
        }
        village.sync(&["office", "thon1"]);
        let books = village.world.ask("thon1", &["books"]);
        let mut books = books["books"].as_array().expect("books").iter();
        let full = books
            .find(|book| book["records"] == ENTRIES * AT_ONCE)
            .expect("the village's book");
        let book = full["id"].as_str().expect("its id").to_owned();
        Village { book, ..village }
    }

    fn sync(&self, devices: &[&str]) {
        for device in devices {
            let synced = self.world.ask(device, &["sync"]);
            assert_eq!(synced["up_to_date"], true, "{device}: {synced}");
        }
    }

    /// What `books` says of the village's book.
    fn of_book(&self, device: &str) -> Value {
        let books = self.world.ask(device, &["books"]);
        let mut books = books["books"].as_array().expect("books").iter();
        let found = books.find(|book| book["id"] == self.book.as_str());
        found.expect("the village's book").clone()
    }

    /// The entries of the village's book of which a device has no payload.
    fn spared(&self, device: &str) -> usize {
        let station = self.station(device);
        let missing = station.archive().store().missing_payloads(Some(&self.id()));
        missing.expect("reads").len()
    }

    /// The save of the book's last checkpoint that is whole on a device, and its bytes.
    fn save(&self, device: &str) -> Option<(Digest, u64)> {
        let saves = self.station(device).archive().saves(&self.id()).expect("reads");
        saves.last().map(|save| (save.digest, save.size))
    }

    /// How much of the save that the first head's device made is on a device and not whole.
    fn fetched(&self, device: &str) -> u64 {
        let (save, _) = self.save("thon1").expect("a save");
        let station = self.station(device);
        station.archive().store().blob_progress(&save).expect("reads")
    }

    fn station(&self, device: &str) -> Station {
        Station::open(Folder::new(self.world.path(device))).expect("opens")
    }

    fn id(&self) -> BookId {
        self.book.parse().expect("an id")
    }

    /// Admits the village head's deputy: it holds the book's entries and has the keys waiting at the relay, and has read nothing.
    fn admit_deputy(&self) {
        let deputy = ["--role", "deputy-village-head", "--village", "1"];
        self.world.admit(&self.founded, "deputy", &deputy);
        // Who has the keys gives them to the new device when it has said its own.
        self.sync(&["office", "deputy", "thon1"]);
    }

    /// Runs a command and kills it when it is time, if it still runs then.
    fn killed(&self, device: &str, arguments: &[&str], mut is_time: impl FnMut() -> bool) {
        let mut command = self.world.command(device, arguments);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        while !is_time() && child.try_wait().expect("can be asked").is_none() {
            std::thread::yield_now();
        }
        child.kill().expect("is killed");
        child.wait().expect("has ended");
    }

    /// How many datagrams have passed to and from the relay.
    fn passed(&self) -> u64 {
        self.link.passed.all.load(Ordering::Relaxed)
    }

    /// All see the same households, so many, and are sound.
    fn agree(&self, households: usize) {
        let all = self.households("thon1");
        assert_eq!(all.len(), households);
        for device in ["thon1", "deputy"] {
            assert_eq!(self.households(device), all, "{device}");
            assert_eq!(self.world.ask(device, &["verify"])["ok"], true);
        }
    }

    fn households(&self, device: &str) -> BTreeSet<String> {
        self.world.ask(device, &["list", "household"])["records"]
            .as_array()
            .expect("records")
            .iter()
            .map(|record| record["key"].to_string())
            .collect()
    }
}

#[test]
fn a_new_device_starts_from_a_checkpoint_that_the_relay_keeps() {
    let village = Village::new();
    let world = &village.world;
    let made = world.ask("thon1", &["checkpoint", &village.book]);
    let save = village.save("thon1").expect("its save is here");
    assert_eq!(made["bytes"], save.1);
    village.sync(&["thon1"]);
    village.admit_deputy();
    village.sync(&["deputy"]);

    // Of the one log the last payload vouches for the others, and these never come.
    assert_eq!(village.spared("deputy"), ENTRIES - 1);
    assert_eq!(village.save("deputy"), Some(save));
    let of_book = village.of_book("deputy");
    assert_eq!(
        (&of_book["readable"], &of_book["records"], &of_book["missing"]),
        (&true.into(), &(ENTRIES * AT_ONCE).into(), &0.into()),
        "{of_book}"
    );
    assert_eq!(village.households("deputy"), village.households("thon1"));
    // Both write on.
    world.ask("deputy", &HOUSEHOLD);
    world.ask("thon1", &HOUSEHOLD);
    village.sync(&["deputy", "thon1", "deputy"]);
    village.agree(ENTRIES * AT_ONCE + 2);
    assert_eq!(village.spared("deputy"), ENTRIES - 1);
}

#[test]
fn a_device_that_is_killed_while_it_makes_a_checkpoint_has_it_whole_or_not_at_all() {
    let village = Village::new();
    let world = &village.world;
    let began = Instant::now();
    world.ask("thon1", &["checkpoint", &village.book]);
    let whole = began.elapsed();
    let mut rng = StdRng::seed_from_u64(11);
    let (mut before, mut after) = (0, 0);
    let mut last = village.save("thon1");
    for _ in 0..12 {
        let instant = Instant::now() + whole.mul_f64(rng.random_range(0.1..1.1));
        let arguments = ["checkpoint", &village.book];
        village.killed("thon1", &arguments, || Instant::now() >= instant);
        let save = village.save("thon1");
        assert!(save.is_some(), "the one before it is kept until there is another");
        match save == last {
            true => before += 1,
            false => after += 1,
        }
        last = save;
        assert_eq!(world.ask("thon1", &["verify"])["ok"], true);
    }
    println!("{before} killed before the checkpoint was there, {after} after");
    assert!(before > 2, "the kills came too late: {before}");
    // What was made goes its way.
    village.sync(&["thon1"]);
    village.admit_deputy();
    village.sync(&["deputy"]);
    assert_eq!(village.spared("deputy"), ENTRIES - 1);
    village.agree(ENTRIES * AT_ONCE);
}

#[test]
fn a_device_that_is_killed_while_it_starts_from_a_checkpoint_goes_on_and_sees_the_same() {
    let village = Village::new();
    let world = &village.world;
    world.ask("thon1", &["checkpoint", &village.book]);
    village.sync(&["thon1"]);
    village.admit_deputy();
    // As it stands before the save is fetched.
    let (deputy, kept) = (world.path("deputy"), world.path("the deputy before"));
    copy(&deputy, &kept);
    let began = village.passed();
    village.sync(&["deputy"]);
    let whole = village.passed() - began;
    let mut rng = StdRng::seed_from_u64(12);
    let (mut without, mut partly, mut with) = (0, 0, 0);
    for _ in 0..10 {
        std::fs::remove_dir_all(&deputy).expect("removes");
        copy(&kept, &deputy);
        let until = village.passed() + rng.random_range(whole / 5..whole);
        village.killed("deputy", &["sync"], || village.passed() >= until);
        match (village.save("deputy"), village.fetched("deputy")) {
            (Some(_), _) => with += 1,
            (None, 0) => without += 1,
            (None, _) => partly += 1,
        }
        assert_eq!(world.ask("deputy", &["verify"])["ok"], true);
        village.sync(&["deputy"]);
        assert_eq!(village.spared("deputy"), ENTRIES - 1);
        assert_eq!(village.households("deputy"), village.households("thon1"));
    }
    println!("killed {without} times before the save came, {partly} while it came, {with} after");
    assert!(
        without > 0 && partly > 0,
        "{without}, {partly}: too little was tried"
    );
    village.agree(ENTRIES * AT_ONCE);
}
