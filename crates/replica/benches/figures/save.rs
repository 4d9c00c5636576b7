//! Row 3: saving one record durably, beside a bare fsynced write of the same size, in turns.

use std::fs::File;
use std::io::Write as _;
use std::time::Instant;

use sothon_records::Edit;

use crate::stage::{Stage, act};
use crate::{line, percentile};

const TIMES: usize = 600;

pub fn run(stage: &mut Stage) {
    println!("\nRow 3: saving a record, durable (goal: p99 at most 1.5 x a bare fsynced write)");
    stage.head_on_disk();
    let mut head = stage.head();
    let size = sealed_size(stage, &mut head);
    let mut bare = File::create(stage.disk.path().join("bare")).expect("creates");
    let (mut saves, mut writes) = (Vec::new(), Vec::new());
    let bytes = vec![0x5a; size];
    for _ in 0..TIMES {
        let (key, record) = stage.more.next().expect("there are more");
        let began = Instant::now();
        head.edit(stage.book, &[Edit::Create { key, record }], &act())
            .expect("saves");
        saves.push(began.elapsed().as_micros());
        let began = Instant::now();
        bare.write_all(&bytes).expect("writes");
        bare.sync_all().expect("syncs");
        writes.push(began.elapsed().as_micros());
    }
    saves.sort_unstable();
    writes.sort_unstable();
    line("bytes of the sealed change", &size.to_string());
    for (name, at) in [("p50", 500), ("p99", 990)] {
        let (save, write) = (percentile(&saves, at), percentile(&writes, at));
        line(
            &format!("{name}: save / bare write"),
            &format!("{save} / {write} µs"),
        );
        line(
            &format!("{name}: ratio"),
            &format!("{:.2}", save as f64 / write as f64),
        );
    }
    stage.head = Some(head);
}

/// How many bytes a saved record is in the store.
fn sealed_size(stage: &mut Stage, head: &mut crate::stage::Device) -> usize {
    let (key, record) = stage.more.next().expect("there are more");
    head.edit(stage.book, &[Edit::Create { key, record }], &act())
        .expect("saves");
    let unpublished = head.station().store().unpublished().expect("reads");
    unpublished.last().map_or(0, |one| one.sealed.0.len())
}
