//! Power loss: the file and its write-ahead log as they may be found afterwards.

use std::path::Path;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sothon_store::{Batch, Local, Sealed, Store};

use crate::author::{Author, ROOT};
use crate::picture::{Picture, log_of};

/// A write-ahead log is a header of 32 bytes, then frames of 24 bytes and a page.
const HEADER: usize = 32;
const FRAME: usize = 24 + 4096;

/// A store that was killed after each of some batches: its file, its log, and what was acknowledged at which length.
struct Killed {
    file: Vec<u8>,
    log: Vec<u8>,
    acknowledged: Vec<(usize, Picture)>,
    /// The file once the whole log has been moved into it.
    settled: Vec<u8>,
}

impl Killed {
    fn after_some_batches(seed: u64) -> Killed {
        let mut rng = StdRng::seed_from_u64(seed);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.store");
        let mut store = Store::create(&path, ROOT).unwrap();
        let length = || std::fs::metadata(log_of(&path)).map_or(0, |meta| meta.len() as usize);
        let mut authors = [Author::new(1, 1), Author::new(2, 1), Author::new(1, 2)];
        let mut late = Vec::new();
        let mut unpublished = Vec::new();
        let mut acknowledged = vec![(length(), Picture::of(&store))];
        for _ in 0..12 {
            let mut batch = Batch {
                day: Some(1),
                ..Batch::default()
            };
            for _ in 0..rng.random_range(1..6) {
                let (envelope, payload) =
                    authors[rng.random_range(0..3)].write_some(rng.random_range(1..6000));
                if rng.random_bool(0.2) {
                    late.push((envelope.id(), payload));
                    batch.entries.push((envelope, None));
                } else {
                    batch.entries.push((envelope, Some(payload)));
                }
            }
            if rng.random_bool(0.3) {
                batch.payloads.extend(late.pop());
            }
            batch.local.extend(unpublished.pop().map(Local::Published));
            batch.local.push(Local::Unpublished {
                book: authors[0].book(),
                sealed: Sealed(vec![7; 300]),
            });
            unpublished = store.put(batch).unwrap().unpublished;
            acknowledged.push((length(), Picture::of(&store)));
        }
        let (file, log) = (
            std::fs::read(&path).unwrap(),
            std::fs::read(log_of(&path)).unwrap(),
        );
        store.settle_log().unwrap();
        let settled = std::fs::read(&path).unwrap();
        assert!(acknowledged.is_sorted_by(|a, b| a.0 < b.0), "the log only grew");
        Killed {
            file,
            log,
            acknowledged,
            settled,
        }
    }

    /// What must be there if the log is good up to `length`.
    fn at(&self, length: usize) -> &Picture {
        &self
            .acknowledged
            .iter()
            .rev()
            .find(|(end, _)| *end <= length)
            .unwrap_or(&self.acknowledged[0])
            .1
    }
}

fn found(folder: &Path, file: &[u8], log: &[u8]) -> Picture {
    let path = folder.join("found.store");
    std::fs::write(&path, file).unwrap();
    std::fs::write(log_of(&path), log).unwrap();
    let store = Store::open(&path, ROOT).unwrap();
    assert_eq!(store.verify(|_, _| ()), []);
    Picture::of(&store)
}

#[test]
fn a_log_cut_anywhere_leaves_all_that_was_acknowledged_before_the_cut() {
    let killed = Killed::after_some_batches(1);
    let mut rng = StdRng::seed_from_u64(2);
    let folder = tempfile::tempdir().unwrap();
    let frames = (killed.log.len() - HEADER) / FRAME;
    assert!(frames > 60, "{frames}");
    for frame in 0..=frames {
        let boundary = HEADER + frame * FRAME;
        let inside = boundary + rng.random_range(1..FRAME);
        for cut in [boundary - 1, boundary, inside.min(killed.log.len())] {
            assert_eq!(
                &found(folder.path(), &killed.file, &killed.log[..cut]),
                killed.at(cut),
                "cut at {cut}"
            );
        }
    }
}

#[test]
fn a_log_with_a_torn_sector_leaves_all_that_was_acknowledged_before_it() {
    let killed = Killed::after_some_batches(3);
    let mut rng = StdRng::seed_from_u64(4);
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..60 {
        let at = rng.random_range(0..killed.log.len());
        let mut log = killed.log.clone();
        if rng.random_bool(0.5) {
            log[at] ^= 1 << rng.random_range(0..8);
        } else {
            // A sector that was never written: still what the disk had there before.
            let end = (at / 512 * 512 + 512).min(log.len());
            log[at..end].iter_mut().for_each(|byte| *byte = !*byte);
        }
        assert_eq!(
            &found(folder.path(), &killed.file, &log),
            killed.at(at),
            "torn at {at}"
        );
    }
}

#[test]
fn a_kill_while_the_log_is_moved_into_the_file_loses_nothing() {
    let killed = Killed::after_some_batches(5);
    let mut rng = StdRng::seed_from_u64(6);
    let folder = tempfile::tempdir().unwrap();
    let last = &killed.acknowledged.last().unwrap().1;
    for _ in 0..40 {
        let mut file = killed.file.clone();
        file.resize(rng.random_range(file.len()..=killed.settled.len()), 0);
        for (page, settled) in file.chunks_mut(4096).zip(killed.settled.chunks(4096)) {
            if rng.random_bool(0.5) {
                let len = page.len().min(settled.len());
                page[..len].copy_from_slice(&settled[..len]);
            }
        }
        assert_eq!(&found(folder.path(), &file, &killed.log), last);
    }
}
