//! Courier files from hostile hands: each is whole and well sealed, and what is wrong is in it.
#![allow(missing_docs)]

#[path = "../../net/tests/common/commune.rs"]
mod commune;

use std::collections::BTreeMap;
use std::io::Cursor;

use commune::*;
use sothon_archive::{Archive, Brought, CourierError, Seen};
use sothon_courier::{Head, Meant, Writer};
use sothon_ledger::register::Action;
use sothon_ledger::serving::Party;
use sothon_ledger::suspension::{Note, Says};
use sothon_ledger::{Envelope, Height, Operation, Role, Scope};
use sothon_store::{Batch, Store};

/// What a file is made of.
#[derive(Default)]
struct File {
    operations: Vec<Vec<u8>>,
    notes: Vec<Vec<u8>>,
    requests: Vec<Vec<u8>>,
    entries: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl File {
    fn with(registrar: &Registrar, entries: Vec<(Envelope, Vec<u8>)>) -> File {
        let operations = registrar.operations();
        let bytes = |(envelope, payload): (Envelope, Vec<u8>)| (envelope.bytes().to_vec(), Some(payload));
        File {
            operations: operations.iter().map(|op| op.bytes().to_vec()).collect(),
            notes: Vec::new(),
            requests: Vec::new(),
            entries: entries.into_iter().map(bytes).collect(),
        }
    }

    /// The file, by device `n` of a commune.
    fn by(&self, n: u8, registrar: &Registrar) -> Vec<u8> {
        let head = Head {
            root: registrar.root(),
            device: device(n),
            register: Some(registrar.head()),
            made: 0,
            meant: Meant::Everybody,
        };
        let mut out = Vec::new();
        let mut writer = Writer::begin(&head, &mut out);
        for operation in &self.operations {
            writer.operation(operation, &mut out).unwrap();
        }
        for note in &self.notes {
            writer.suspension(note, &mut out).unwrap();
        }
        for request in &self.requests {
            writer.request(request, &mut out).unwrap();
        }
        for (envelope, payload) in &self.entries {
            writer.entry(envelope, payload.as_deref(), &mut out).unwrap();
        }
        writer.seal(&signing(n), &mut out).unwrap();
        out
    }
}

/// The office's archive with the whole register.
fn office(registrar: &Registrar) -> Archive {
    let mut archive = Archive::open(Store::in_memory(registrar.root()).unwrap()).unwrap();
    let operations = registrar.operations();
    archive
        .add(Batch {
            operations,
            ..Batch::default()
        })
        .unwrap();
    archive
}

fn take(archive: &mut Archive, n: u8, file: &[u8]) -> Brought {
    let seen = Seen::read(Cursor::new(file), |_| {}).unwrap();
    let mut brought = Brought::default();
    archive
        .take_courier(
            Cursor::new(file),
            &seen,
            Party::Device(device(n)),
            &mut || None,
            &mut brought,
        )
        .unwrap();
    brought
}

fn held(archive: &Archive) -> u64 {
    archive.store().index().all().map(|log| log.entries()).sum()
}

#[test]
fn an_entry_of_a_device_that_the_register_does_not_know_even_then_is_not_stored() {
    let registrar = Registrar::new(1);
    let mut archive = office(&registrar);
    let known = Author::new(HEAD).write(VILLAGE, registrar.head(), 100);
    let unknown = Author::new(9).write(VILLAGE, registrar.head(), 100);
    let file = File::with(&registrar, vec![unknown.clone(), known]).by(HEAD, &registrar);
    let brought = take(&mut archive, OFFICE, &file);
    assert_eq!((brought.entries.len(), brought.unknown), (1, 1));
    assert!(!archive.store().has(&unknown.0.id()).unwrap());
    // Once the register that comes with it knows the author, the same entry is taken.
    let mut later = registrar.clone();
    later.admit(9, Role::VillageHead, Scope::Village(2));
    let file = File::with(&later, vec![unknown]).by(HEAD, &later);
    let brought = take(&mut archive, OFFICE, &file);
    assert_eq!((brought.operations, brought.entries.len()), (1, 1));
}

#[test]
fn entries_out_of_order_wait_for_those_before_them_and_doubled_ones_are_once() {
    let registrar = Registrar::new(1);
    let mut archive = office(&registrar);
    let mut author = Author::new(HEAD);
    let mut entries: Vec<_> = (0..3)
        .map(|_| author.write(VILLAGE, registrar.head(), 50))
        .collect();
    entries.swap(0, 1);
    entries.push(entries[1].clone());
    let file = File::with(&registrar, entries).by(HEAD, &registrar);
    // 1, 0, 2, 0: the first finds nothing before it, and so the third.
    let brought = take(&mut archive, OFFICE, &file);
    assert_eq!((brought.entries.len(), brought.lacking, brought.known), (1, 2, 1));
    assert_eq!(held(&archive), 1);
    let brought = take(&mut archive, OFFICE, &file);
    assert_eq!((brought.entries.len(), brought.lacking), (2, 0));
    assert!(take(&mut archive, OFFICE, &file).entries.is_empty());
    assert_eq!(held(&archive), 3);
}

#[test]
fn a_fork_of_the_register_inside_is_kept_as_evidence_and_freezes_it() {
    let registrar = Registrar::new(1);
    let mut archive = office(&registrar);
    let (mut one, mut other) = (registrar.clone(), registrar.clone());
    one.admit(8, Role::Office, Scope::Commune);
    other.admit(9, Role::Police, Scope::Commune);
    let mut file = File::with(&one, Vec::new());
    let beside: Vec<Operation> = other.operations();
    file.operations.push(beside.last().unwrap().bytes().to_vec());
    let brought = take(&mut archive, OFFICE, &file.by(HEAD, &registrar));
    assert_eq!(brought.operations, 2);
    let register = archive.register().unwrap();
    assert_eq!(register.frozen(), Some(registrar.height()));
    assert_eq!(archive.store().register_tips().unwrap().len(), 2);
    // What the registers share is as it was: entries go on being taken.
    let entry = Author::new(HEAD).write(VILLAGE, registrar.head(), 10);
    let file = File::with(&registrar, vec![entry]).by(HEAD, &registrar);
    assert_eq!(take(&mut archive, OFFICE, &file).entries.len(), 1);
}

#[test]
fn of_a_stranger_s_file_only_register_and_requests_are_looked_at() {
    let registrar = Registrar::new(1);
    let mut archive = office(&registrar);
    let mut later = registrar.clone();
    later.order(Action::StillCurrent);
    let entry = Author::new(HEAD).write(VILLAGE, registrar.head(), 100);
    let mut file = File::with(&later, vec![entry]);
    file.requests.push(registrar.asks(9));
    let brought = take(&mut archive, OFFICE, &file.by(9, &later));
    assert!(brought.stranger);
    assert_eq!((brought.operations, brought.requests.len()), (1, 1));
    assert_eq!(
        (brought.entries.len(), brought.unknown, held(&archive)),
        (0, 1, 0)
    );
}

#[test]
fn what_is_damaged_inside_a_whole_file_is_named_by_its_place_and_the_rest_is_taken() {
    let registrar = Registrar::new(1);
    let mut archive = office(&registrar);
    let (mut head, mut neighbour) = (Author::new(HEAD), Author::new(NEIGHBOUR));
    let good: Vec<_> = (0..2)
        .map(|_| head.write(VILLAGE, registrar.head(), 50))
        .collect();
    let bad = neighbour.write(VILLAGE, registrar.head(), 50);
    let mut file = File::with(&registrar, good);
    let (mut envelope, payload) = (bad.0.bytes().to_vec(), bad.1);
    // The last byte is of the signature.
    *envelope.last_mut().unwrap() ^= 1;
    file.entries.insert(1, (envelope, Some(payload)));
    file.entries.push((b"no envelope".to_vec(), None));
    file.entries[3].1 = None;
    file.operations.push(b"no operation".to_vec());
    file.requests.push(b"no request".to_vec());
    let bytes = file.by(HEAD, &registrar);
    let brought = take(&mut archive, OFFICE, &bytes);
    assert_eq!((brought.entries.len(), brought.invalid), (2, 4));
    let first = brought.first_invalid.unwrap();
    let operations = registrar.operations().len() as u64;
    assert_eq!(first.part, 1 + operations);
    let at = usize::try_from(first.at).unwrap();
    assert!(
        bytes[at..at + 20]
            .windows(12)
            .any(|window| window == b"no operation")
    );
}

#[test]
fn a_payload_that_is_not_the_signed_one_is_not_taken_and_the_right_one_is_later() {
    let registrar = Registrar::new(1);
    let mut archive = office(&registrar);
    let (envelope, payload) = Author::new(HEAD).write(VILLAGE, registrar.head(), 50);
    let mut other = payload.clone();
    other[7] ^= 1;
    let file = File::with(&registrar, vec![(envelope.clone(), other)]).by(HEAD, &registrar);
    assert_eq!(take(&mut archive, OFFICE, &file).invalid, 1);
    let mut file = File::with(&registrar, Vec::new());
    file.entries.push((envelope.bytes().to_vec(), None));
    assert_eq!(
        take(&mut archive, OFFICE, &file.by(HEAD, &registrar))
            .entries
            .len(),
        1
    );
    let file = File::with(&registrar, vec![(envelope.clone(), payload.clone())]).by(HEAD, &registrar);
    let brought = take(&mut archive, OFFICE, &file);
    assert_eq!(brought.entries, [envelope.id()]);
    // Who asked for it in a session that is open gets it now.
    assert_eq!(brought.changed.payloads, [envelope.id()]);
    let stored = archive.store().payload(&envelope.id()).unwrap().unwrap();
    assert_eq!(stored.held(), Some(payload));
}

#[test]
fn a_height_far_above_ours_and_a_log_of_too_many_branches_are_not_for_now() {
    let registrar = Registrar::new(1);
    let mut archive = office(&registrar);
    let (height, id) = registrar.head();
    let far = Author::new(NEIGHBOUR).write(VILLAGE, (Height(height.0 + 1001), id), 10);
    let mut entries = vec![far];
    // A first entry again and again, each another one.
    for len in 0..40 {
        entries.push(Author::new(HEAD).write(VILLAGE, registrar.head(), 10 + len));
    }
    let file = File::with(&registrar, entries.clone()).by(HEAD, &registrar);
    let brought = take(&mut archive, OFFICE, &file);
    assert_eq!((brought.entries.len(), brought.not_now), (32, 9));
    assert_eq!(take(&mut archive, OFFICE, &file).entries, []);
    // Who brings others' branches may have built on them.
    let file = File::with(&registrar, entries).by(POLICE, &registrar);
    let brought = take(&mut archive, OFFICE, &file);
    assert_eq!((brought.entries.len(), brought.not_now), (8, 1));
}

#[test]
fn what_waits_for_the_register_is_taken_up_to_a_thousand_of_a_device_and_the_rest_counted() {
    let registrar = Registrar::new(1);
    let mut archive = office(&registrar);
    let (height, id) = registrar.head();
    let mut author = Author::new(HEAD);
    let entries = (0..1_100).map(|_| author.write(VILLAGE, (Height(height.0 + 1), id), 10));
    let file = File::with(&registrar, entries.collect()).by(HEAD, &registrar);
    let brought = take(&mut archive, OFFICE, &file);
    assert_eq!((brought.entries.len(), brought.not_now), (1_000, 100));
}

#[test]
fn a_device_takes_what_it_is_served_and_the_rest_is_counted_by_book() {
    let registrar = Registrar::new(1);
    let general = Author::new(POLICE).write(VILLAGE, registrar.head(), 10);
    let mut care = Author::new(POLICE);
    let guarded = [0; 2].map(|_| care.write(CARE, registrar.head(), 10));
    let mut entries = guarded.to_vec();
    entries.push(general.clone());
    let file = File::with(&registrar, entries).by(POLICE, &registrar);
    let mut archive = office(&registrar);
    let brought = take(&mut archive, NEIGHBOUR, &file);
    assert_eq!(brought.entries, [general.0.id()]);
    assert_eq!(brought.left, BTreeMap::from([(CARE, 2)]));
    assert_eq!(held(&archive), 1);
}

const CHIEF: u8 = 9;
/// Whose key is the registrar's.
const REGISTRAR: u8 = 200;

fn note(archive: &Archive, of: u8, counter: u64, by: u8) -> Vec<u8> {
    let says = Says {
        device: device(of),
        begins: true,
        counter,
    };
    let register = archive.register().unwrap();
    Note::sign(register, says, &signing(by)).bytes().to_vec()
}

#[test]
fn however_many_suspensions_a_file_has_one_by_each_signer_about_each_device_is_kept() {
    let mut registrar = Registrar::new(1);
    registrar.admit(CHIEF, Role::PoliceChief, Scope::Commune);
    let mut archive = office(&registrar);
    // A stolen chief's phone says it of everybody, thousands of times; a village head says it too, who may not.
    let mut file = File::with(&registrar, Vec::new());
    for counter in 1..=1000 {
        for of in [HEAD, NEIGHBOUR, OFFICE] {
            file.notes.push(note(&archive, of, counter, CHIEF));
        }
        file.notes.push(note(&archive, NEIGHBOUR, counter, HEAD));
        // And of somebody whom nobody knows.
        file.notes.push(note(&archive, 77, counter, CHIEF));
    }
    let broken = vec![1; 400];
    file.notes.push(broken);
    let brought = take(&mut archive, OFFICE, &file.by(HEAD, &registrar));
    assert_eq!((brought.suspensions, brought.invalid), (3, 1));
    assert!(brought.register_grew && brought.changed.register);
    assert_eq!(archive.suspensions().iter().count(), 3);
    assert_eq!(archive.store().suspensions().unwrap().len(), 3);
    assert!(
        archive
            .suspensions()
            .iter()
            .all(|note| note.says().counter == 1000)
    );
    // Twice is once.
    let again = take(&mut archive, OFFICE, &file.by(HEAD, &registrar));
    assert_eq!((again.suspensions, again.register_grew), (0, false));
}

#[test]
fn a_stranger_s_file_suspends_nobody() {
    let registrar = Registrar::new(1);
    let mut archive = office(&registrar);
    let mut file = File::with(&registrar, Vec::new());
    file.notes.push(note(&archive, HEAD, 1, REGISTRAR));
    assert!(take(&mut archive, OFFICE, &file.by(88, &registrar)).stranger);
    assert_eq!(archive.suspensions().iter().count(), 0);
    // By hand of somebody of the commune it is heard.
    assert_eq!(
        take(&mut archive, OFFICE, &file.by(NEIGHBOUR, &registrar)).suspensions,
        1
    );
    assert!(archive.is_suspended(&device(HEAD)));
}

#[test]
fn a_file_of_another_commune_is_refused_though_it_is_whole() {
    let (ours, theirs) = (Registrar::new(1), Registrar::new(2));
    let mut archive = office(&ours);
    let file = File::with(&theirs, Vec::new()).by(HEAD, &theirs);
    let seen = Seen::read(Cursor::new(&file), |_| {}).unwrap();
    let us = Party::Device(device(OFFICE));
    let taken = archive.take_courier(
        Cursor::new(&file),
        &seen,
        us,
        &mut || None,
        &mut Brought::default(),
    );
    let root = theirs.root();
    assert!(matches!(taken, Err(CourierError::OtherCommune { found }) if found == root));
}

#[test]
fn a_file_that_is_swapped_between_the_two_readings_is_not_taken_further() {
    let registrar = Registrar::new(1);
    let mut author = Author::new(HEAD);
    let entries: Vec<_> = (0..4)
        .map(|_| author.write(VILLAGE, registrar.head(), 400_000))
        .collect();
    let seen_file = File::with(&registrar, entries).by(HEAD, &registrar);
    let mut other = Author::new(NEIGHBOUR);
    let swapped = vec![other.write(VILLAGE, registrar.head(), 400_000)];
    let swapped = File::with(&registrar, swapped).by(HEAD, &registrar);
    let longer = [&seen_file[..], &[0; 10]].concat();
    let mut late = seen_file.clone();
    *late.last_mut().unwrap() ^= 1;
    for file in [&swapped[..], &longer, &late, &seen_file[..1 << 20], &[]] {
        let mut archive = office(&registrar);
        let seen = Seen::read(Cursor::new(&seen_file), |_| {}).unwrap();
        let us = Party::Device(device(OFFICE));
        let taken = archive.take_courier(
            Cursor::new(file),
            &seen,
            us,
            &mut || None,
            &mut Brought::default(),
        );
        assert!(
            matches!(taken, Err(CourierError::Changed)),
            "{} bytes",
            file.len()
        );
        // Nothing of the other file is here.
        let swapped = archive
            .store()
            .index()
            .all()
            .any(|log| log.key().device == device(NEIGHBOUR));
        assert!(!swapped);
    }
}
