//! That no bytes make the reader panic, or hold more than one part and what it was given.
#![allow(missing_docs)]

use ed25519_dalek::SigningKey;
use proptest::prelude::*;
use sothon_courier::{
    Head, MAX_PART, MAX_REGISTER, MAX_REQUESTS, Meant, Part, ReadFault, Reader, WriteError, Writer,
};
use sothon_ledger::{DeviceId, Root};

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn head() -> Head {
    Head {
        root: Root([1; 32]),
        device: DeviceId(key().verifying_key().to_bytes()),
        register: None,
        made: 0,
        meant: Meant::Everybody,
    }
}

fn file(entries: &[(Vec<u8>, Option<Vec<u8>>)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = Writer::begin(&head(), &mut out);
    for (envelope, payload) in entries {
        writer
            .entry(envelope, payload.as_deref(), &mut out)
            .expect("fits");
    }
    writer.seal(&key(), &mut out).expect("its key");
    out
}

/// Reads bytes in pieces; whether they were a whole file.
fn read(bytes: &[u8], steps: &[usize]) -> (Vec<Part>, bool) {
    let mut reader = Reader::new();
    let mut parts = Vec::new();
    let (mut rest, mut steps) = (bytes, steps.iter().cycle());
    while !rest.is_empty() {
        let step = steps
            .next()
            .map_or(rest.len(), |step| (*step).clamp(1, rest.len()));
        let (piece, after) = rest.split_at(step);
        rest = after;
        reader.push(piece);
        loop {
            match reader.next_part() {
                Ok(Some(part)) => parts.push(part),
                Ok(None) => break,
                Err(_) => return (parts, false),
            }
        }
    }
    (parts, reader.finish().is_ok())
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        after_magic in any::<bool>(),
        steps in proptest::collection::vec(1usize..50, 1..5),
    ) {
        let bytes = if after_magic { [&sothon_courier::MAGIC[..], &bytes].concat() } else { bytes };
        prop_assert!(!read(&bytes, &steps).1);
    }

    #[test]
    fn what_was_written_is_read_and_what_was_changed_is_refused(
        entries in proptest::collection::vec(
            (proptest::collection::vec(any::<u8>(), 0..60), proptest::option::of(proptest::collection::vec(any::<u8>(), 0..300))),
            0..8,
        ),
        steps in proptest::collection::vec(1usize..200, 1..5),
        at in any::<prop::sample::Index>(),
        bit in 0u8..8,
        cut in any::<prop::sample::Index>(),
    ) {
        let whole = file(&entries);
        let (parts, good) = read(&whole, &steps);
        prop_assert!(good);
        let written: Vec<Part> = std::iter::once(Part::Head(head()))
            .chain(entries.into_iter().map(|(envelope, payload)| Part::Entry { envelope, payload }))
            .collect();
        prop_assert_eq!(parts, written);
        let mut changed = whole.clone();
        changed[at.index(whole.len())] ^= 1 << bit;
        prop_assert!(!read(&changed, &steps).1);
        prop_assert!(!read(&whole[..cut.index(whole.len())], &steps).1);
    }
}

#[test]
fn an_entry_of_the_greatest_size_fits_and_nothing_longer() {
    let greatest = (vec![1; 4096], Some(vec![2; 1 << 20]));
    let (parts, whole) = read(&file(std::slice::from_ref(&greatest)), &[70_000]);
    assert!(whole && parts.len() == 2);
    let mut out = Vec::new();
    let mut writer = Writer::begin(&head(), &mut out);
    let before = out.len();
    let long = vec![0; MAX_PART];
    assert_eq!(
        writer.entry(&[], Some(&long), &mut out),
        Err(WriteError::TooLarge)
    );
    assert_eq!(out.len(), before);
}

#[test]
fn more_register_or_requests_than_a_file_may_have_are_neither_written_nor_read() {
    let mut out = Vec::new();
    let mut writer = Writer::begin(&head(), &mut out);
    let operation = vec![0; 1 << 18];
    for _ in 0..MAX_REGISTER >> 18 {
        writer.operation(&operation, &mut out).expect("fits");
    }
    assert_eq!(writer.operation(&[0], &mut out), Err(WriteError::TooLarge));
    for _ in 0..MAX_REQUESTS {
        writer.request(&[0], &mut out).expect("fits");
    }
    assert_eq!(writer.request(&[0], &mut out), Err(WriteError::TooLarge));
    assert_eq!(writer.operation(&[0], &mut out), Err(WriteError::Order));
    // One more by hand.
    out.extend_from_slice(&[0x44, 0x82, 0x02, 0x41, 0x00]);
    let mut reader = Reader::new();
    let fault = out.chunks(1 << 20).find_map(|piece| {
        reader.push(piece);
        loop {
            match reader.next_part() {
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(error) => return Some(error.fault),
            }
        }
    });
    assert_eq!(fault, Some(ReadFault::TooMany));
}

#[test]
fn a_file_is_sealed_by_the_device_that_its_head_names() {
    let mut out = Vec::new();
    let writer = Writer::begin(&head(), &mut out);
    let other = SigningKey::from_bytes(&[8; 32]);
    assert_eq!(writer.seal(&other, &mut out), Err(WriteError::Key));
}
