//! Figures, by hand: `cargo test -p sothon-store --release -- --ignored --nocapture measure`.

use std::io::Write;
use std::time::{Duration, Instant};

use sothon_store::{Batch, Local, Sealed, Store};

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
    let book = authors[0].book();
    let save = || Batch {
        local: vec![Local::Unpublished {
            book,
            sealed: Sealed(vec![7; 450]),
        }],
        ..Batch::default()
    };
    let publish = (0..1000).map(|_| authors[0].write_some(700)).collect::<Vec<_>>();
    let mut publish = publish.into_iter().map(|(e, p)| Batch {
        entries: vec![(e, Some(p))],
        ..Batch::default()
    });
    let mut file = std::fs::File::create(folder.path().join("bare")).unwrap();
    let mut kinds = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..1000 {
        kinds[0].push(timed(|| {
            file.write_all(&[7; 450]).unwrap();
            file.sync_data().unwrap();
        }));
        kinds[1].push(timed(|| drop(store.put(save()).unwrap())));
        kinds[2].push(timed(|| drop(store.put(publish.next().unwrap()).unwrap())));
    }
    for (what, mut times) in ["bare append with fdatasync", "a saved change", "an entry"]
        .iter()
        .zip(kinds)
    {
        times.sort();
        println!(
            "{what}: median {:?}, p99 {:?}, longest {:?}",
            times[500], times[990], times[999]
        );
    }
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

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}
