//! Real devices over links as they are in the hills.
#![allow(missing_docs)]

mod common;
#[path = "common/relay.rs"]
mod relay;

use std::sync::atomic::Ordering;

use common::World;
use common::link::{Link, Weather};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use relay::RelayAt;
use serde_json::{Value, json};

/// Records that do not pack, so that many datagrams carry them.
fn record(world: &World, device: &str, count: usize, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let items: Vec<Value> = (0..count)
        .map(|n| {
            let note: String = (0..700).map(|_| rng.random_range('a'..='z')).collect();
            let number = (1000 * seed as usize + n).to_string();
            json!({"kind": "household", "fields": {
                "number": number, "head": format!("Lê Văn An {number}"), "note": note}})
        })
        .collect();
    let path = world.path("items.json");
    std::fs::write(&path, json!(items).to_string()).expect("writes");
    world.ask(device, &["add", "--file", path.to_str().expect("a path")]);
}

fn titles(world: &World, device: &str) -> Vec<String> {
    let list = world.ask(device, &["list", "household"]);
    let records = list["records"].as_array().expect("a list").iter();
    let mut titles: Vec<String> = records.map(|record| record["title"].to_string()).collect();
    titles.sort();
    titles
}

/// Exchanges over a link until both have everything; what happened to the datagrams.
fn arrives(weather: Weather, seed: u64) -> Link {
    let world = World::commune();
    record(&world, "thon1", 60, seed);
    let serving = world.serve("office", &["--for", "120"]);
    let link = Link::new(serving.address.parse().expect("an address"), weather, seed);
    let address = link.address.to_string();
    let synced = world.ask("thon1", &["sync", "--peer", &address, "--key", &serving.key]);
    assert_eq!(synced["up_to_date"], true, "{weather:?}: {synced}");
    drop(serving);
    assert_eq!(titles(&world, "office"), titles(&world, "thon1"), "{weather:?}");
    assert_eq!(titles(&world, "office").len(), 60);
    for device in ["office", "thon1"] {
        assert_eq!(world.ask(device, &["verify"])["ok"], true);
    }
    link
}

#[test]
fn what_a_link_loses_doubles_and_turns_around_arrives_once() {
    let weather = Weather {
        lost: 12,
        doubled: 15,
        late: 15,
        ..Weather::default()
    };
    let link = arrives(weather, 3);
    for (what, count) in [
        ("lost", &link.passed.lost),
        ("doubled", &link.passed.doubled),
        ("overtaken", &link.passed.overtaken),
    ] {
        let count = count.load(Ordering::Relaxed);
        let all = link.passed.all.load(Ordering::Relaxed);
        assert!(
            count > 3,
            "{count} of {all} datagrams were {what}: too little was tried"
        );
    }
}

#[test]
fn a_link_that_is_cut_in_the_middle_goes_on_where_it_stopped() {
    let weather = Weather {
        cut: Some((40, 12)),
        ..Weather::default()
    };
    let link = arrives(weather, 4);
    assert!(link.passed.lost.load(Ordering::Relaxed) >= 12, "it was not cut");
}

#[test]
fn a_link_of_64_kilobits_brings_it_too() {
    let weather = Weather {
        rate: Some(8_000),
        late: 5,
        ..Weather::default()
    };
    arrives(weather, 5);
}

/// A village sends to a relay over a link, the office gets it over the same.
fn arrives_through_a_relay(weather: Weather, seed: u64) -> Link {
    let world = World::new();
    let mut relay = RelayAt::new(world.path("relay"));
    let (key, address) = relay.place.split_once('@').expect("a place");
    let link = Link::new(address.parse().expect("an address"), weather, seed);
    let place = format!("{key}@{}", link.address);
    let found = ["found", "--villages", "2", "--year", "2025", "--relay", &place];
    let founded = world.ask("office", &found);
    relay.add(founded["slip"].as_str().expect("a slip"));
    world.admit(&founded, "thon1", &["--role", "village-head", "--village", "1"]);
    for device in ["office", "thon1", "office"] {
        world.ask(device, &["sync", "--wait", "60"]);
    }
    record(&world, "thon1", 60, seed);
    for device in ["thon1", "office", "thon1"] {
        let synced = world.ask(device, &["sync", "--wait", "60"]);
        assert_eq!(synced["up_to_date"], true, "{device}, {weather:?}: {synced}");
    }
    assert_eq!(titles(&world, "office"), titles(&world, "thon1"), "{weather:?}");
    assert_eq!(titles(&world, "office").len(), 60);
    let counts = &world.ask("thon1", &["status"])["changes"];
    assert!(counts["at_commune"].as_u64() > Some(0), "{counts}");
    assert_eq!(
        (&counts["on_device"], &counts["at_relay"]),
        (&0.into(), &0.into()),
        "{counts}"
    );
    link
}

#[test]
fn a_relay_behind_a_link_that_loses_doubles_and_turns_around_gets_and_gives_everything_once() {
    let weather = Weather {
        lost: 10,
        doubled: 10,
        late: 10,
        ..Weather::default()
    };
    let link = arrives_through_a_relay(weather, 6);
    assert!(
        link.passed.lost.load(Ordering::Relaxed) > 10,
        "too little was lost"
    );
}

#[test]
fn a_relay_whose_link_is_cut_in_the_middle_gets_the_rest_afterwards() {
    let weather = Weather {
        cut: Some((120, 15)),
        ..Weather::default()
    };
    let link = arrives_through_a_relay(weather, 7);
    let all = link.passed.all.load(Ordering::Relaxed);
    assert!(
        link.passed.lost.load(Ordering::Relaxed) >= 15,
        "it was not cut in {all}"
    );
    println!("    cut after 120 of {all} datagrams");
}

#[test]
#[ignore = "a hundred links"]
fn soak_links() {
    for seed in 0..100 {
        let mut rng = StdRng::seed_from_u64(seed);
        let weather = Weather {
            lost: rng.random_range(0..30),
            doubled: rng.random_range(0..40),
            late: rng.random_range(0..60),
            rate: rng.random_bool(0.3).then(|| rng.random_range(8_000..100_000)),
            cut: rng
                .random_bool(0.3)
                .then(|| (rng.random_range(1..150), rng.random_range(1..20))),
        };
        println!("    {seed}: {weather:?}");
        arrives(weather, seed);
    }
}
