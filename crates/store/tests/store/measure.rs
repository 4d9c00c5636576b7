//! Figures, by hand: `cargo test -p sothon-store --release -- --ignored --nocapture measure`.

use std::time::Instant;

use sothon_store::{Batch, Store};

use crate::author::{Author, ROOT};

#[test]
#[ignore = "a measurement"]
fn measure_100_000_entries() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.store");
    let mut store = Store::create(&path, ROOT).unwrap();
    let mut authors: Vec<_> = (0..20u8)
        .flat_map(|device| (0..5u8).map(move |book| Author::new(device, book)))
        .collect();
    let mut writing = Vec::new();
    for _ in 0..100 {
        let entries = (0..1000)
            .map(|n| authors[n % 100].write_some(700))
            .map(|(e, p)| (e, Some(p)))
            .collect();
        let batch = Batch {
            entries,
            ..Batch::default()
        };
        let start = Instant::now();
        store.put(batch).unwrap();
        writing.push(start.elapsed());
    }
    writing.sort();
    println!(
        "put of 1,000 entries: median {:?}, longest {:?}",
        writing[50], writing[99]
    );
    let single = authors[0].write_some(700);
    let start = Instant::now();
    store
        .put(Batch {
            entries: vec![(single.0, Some(single.1))],
            ..Batch::default()
        })
        .unwrap();
    println!("put of one: {:?}", start.elapsed());
    drop(store);
    println!("file: {} MB", std::fs::metadata(&path).unwrap().len() >> 20);
    let start = Instant::now();
    let store = Store::open(&path, ROOT).unwrap();
    println!("open with quick_check and index: {:?}", start.elapsed());
    let start = Instant::now();
    let found = store.integrity_check().unwrap().len();
    println!("integrity check: {:?}, {found} findings", start.elapsed());
    let start = Instant::now();
    let found = store.verify(|_, _| ()).len();
    println!("verify: {:?}, {found} findings", start.elapsed());
}
