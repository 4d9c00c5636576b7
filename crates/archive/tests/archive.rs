//! What gets in, what is left out, and that what was not stored is not known.

#[path = "../../net/tests/common/commune.rs"]
mod commune;

use commune::*;
use sothon_archive::{Archive, Gate, Taken};
use sothon_ledger::slip::{InvitationSecret, InviteSlip, Knock, RequestSlip, RootSlip};
use sothon_ledger::{DeviceId, Envelope, EpochSecret, Height, Operation, Receiver, Role, Root, Scope, Wrap};
use sothon_store::{Batch as StoreBatch, Store};
use sothon_sync::{Batch, BatchId, Holdings as _, NotNowReason, ReceivedEntry, StoreOutcome, WrapScope};

fn empty(root: Root) -> Archive {
    Archive::open(Store::in_memory(root).unwrap()).unwrap()
}

/// An archive that has the whole register.
fn ready(registrar: &Registrar) -> Archive {
    let mut archive = empty(registrar.root());
    let batch = StoreBatch {
        operations: registrar.operations(),
        ..StoreBatch::default()
    };
    archive.add(batch).unwrap();
    archive
}

fn batch(operations: Vec<Operation>, entries: Vec<(Envelope, Vec<u8>)>) -> Batch {
    let received = |(envelope, payload)| ReceivedEntry {
        envelope,
        payload: Some(payload),
    };
    Batch {
        operations,
        entries: entries.into_iter().map(received).collect(),
        ..Batch::empty(BatchId(0))
    }
}

fn take(archive: &mut Archive, batches: Vec<Batch>, gate: &mut Gate<'_>) -> Taken {
    archive.take_in(batches, &mut || None, None, gate)
}

fn entries(archive: &Archive) -> u64 {
    archive.store().index().all().map(|log| log.entries()).sum()
}

#[test]
fn a_register_begins_with_the_root_s_own_operation_and_no_other() {
    let (registrar, other) = (Registrar::new(1), Registrar::new(2));
    let mut archive = empty(registrar.root());
    take(
        &mut archive,
        vec![batch(other.operations(), Vec::new())],
        &mut |_, _, _| None,
    );
    assert!(archive.register().is_none());
    assert_eq!(archive.store().operations(Height(1)).unwrap(), Vec::new());
    let taken = take(
        &mut archive,
        vec![batch(registrar.operations(), Vec::new())],
        &mut |_, _, _| None,
    );
    assert!(taken.register_grew && taken.changed.register);
    assert_eq!(archive.register().unwrap().head(), registrar.head());
    let again = take(
        &mut archive,
        vec![batch(registrar.operations(), Vec::new())],
        &mut |_, _, _| None,
    );
    assert!(!again.register_grew && !again.changed.register);
}

#[test]
fn what_was_stored_is_known_again_when_the_store_is_opened() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store.db");
    let registrar = Registrar::new(1);
    let mut archive = Archive::open(Store::create(&path, registrar.root()).unwrap()).unwrap();
    let written = Author::new(HEAD).write(VILLAGE, registrar.head(), 100);
    let id = written.0.id();
    let whole = batch(registrar.operations(), vec![written]);
    assert_eq!(
        take(&mut archive, vec![whole], &mut |_, _, _| None).outcomes,
        [StoreOutcome::Stored]
    );
    drop(archive);
    let archive = Archive::open(Store::open(&path, registrar.root()).unwrap()).unwrap();
    assert_eq!(archive.register().unwrap().head(), registrar.head());
    assert!(archive.known_device(&device(HEAD)).unwrap());
    let place = archive.place(&id).unwrap().unwrap();
    assert_eq!(archive.log(&place.log).unwrap().unwrap().tips[0].id, id);
}

#[test]
fn an_entry_of_a_device_that_was_never_admitted_is_left_out_alone() {
    let mut registrar = Registrar::new(1);
    let mut archive = ready(&registrar);
    let known = Author::new(HEAD).write(VILLAGE, registrar.head(), 10);
    let unknown = Author::new(9).write(VILLAGE, registrar.head(), 10);
    let taken = take(
        &mut archive,
        vec![batch(Vec::new(), vec![unknown.clone(), known])],
        &mut |_, _, _| None,
    );
    let StoreOutcome::StoredExcept { logs: left_out, .. } = &taken.outcomes[0] else {
        panic!("{:?}", taken.outcomes);
    };
    assert_eq!(
        (left_out[0].log.device, left_out[0].reason),
        (device(9), NotNowReason::UnknownDevice)
    );
    assert_eq!(entries(&archive), 1);

    let admitted = registrar.admit(9, Role::VillageHead, Scope::Village(3));
    take(
        &mut archive,
        vec![batch(vec![admitted], vec![unknown])],
        &mut |_, _, _| None,
    );
    assert_eq!(entries(&archive), 2, "with its admission before it, it is taken");
}

#[test]
fn of_a_log_nothing_is_taken_after_an_entry_that_is_left_out() {
    let registrar = Registrar::new(1);
    let mut archive = ready(&registrar);
    let mut head = Author::new(HEAD);
    let mut all: Vec<_> = (0..5)
        .map(|_| head.write(VILLAGE, registrar.head(), 10))
        .collect();
    all.push(Author::new(POLICE).write(VILLAGE, registrar.head(), 10));
    let third = all[2].0.id();
    let mut asked = 0;
    let taken = take(
        &mut archive,
        vec![batch(Vec::new(), all)],
        &mut |_, envelope, _| {
            asked += 1;
            (envelope.id() == third).then_some((NotNowReason::Quota, 60))
        },
    );
    assert_eq!(asked, 4);
    assert!(
        matches!(&taken.outcomes[0], StoreOutcome::StoredExcept { logs, .. } if logs.len() == 1 && logs[0].seconds == 60)
    );
    assert_eq!(entries(&archive), 3);
}

#[test]
fn a_batch_that_cannot_be_stored_takes_no_other_with_it_and_leaves_no_trace() {
    let mut registrar = Registrar::new(1);
    let mut archive = ready(&registrar);
    let before = registrar.head();
    let good = Author::new(POLICE).write(VILLAGE, before, 10);
    let (envelope, _) = Author::new(HEAD).write(VILLAGE, before, 10);
    let spoiled = (envelope, b"not what was signed".to_vec());
    let admits = [7, 8].map(|n| registrar.admit(n, Role::Unit, Scope::Unit(n.into())));
    let [first, second] = admits;
    let batches = vec![
        batch(vec![first.clone()], vec![spoiled]),
        batch(vec![second.clone()], Vec::new()),
        batch(Vec::new(), vec![good]),
    ];
    let taken = take(&mut archive, batches, &mut |_, _, _| None);
    let failed = StoreOutcome::Failed;
    assert_eq!(taken.outcomes, [failed.clone(), failed, StoreOutcome::Stored]);
    assert!(taken.fault.is_some() && !taken.register_grew);
    assert_eq!(entries(&archive), 1);
    assert_eq!(archive.register().unwrap().head(), before);
    assert!(!archive.known_device(&device(7)).unwrap());

    let again = take(
        &mut archive,
        vec![batch(vec![first, second], Vec::new())],
        &mut |_, _, _| None,
    );
    assert_eq!(again.outcomes, [StoreOutcome::Stored]);
    assert_eq!(archive.register().unwrap().head(), registrar.head());
}

#[test]
fn wraps_are_found_by_whom_they_concern_and_only_taken_from_devices() {
    let registrar = Registrar::new(1);
    let mut archive = ready(&registrar);
    let secret = EpochSecret::from_bytes([4; 32]);
    let to = |n: u8| Receiver::Device(device(n));
    let key = sothon_ledger::hpke::AgreeSecret([6; 32]).public();
    let mut rng: rand::rngs::StdRng = rand::SeedableRng::seed_from_u64(1);
    let epoch = secret.commit(&VILLAGE, Height(3));
    let mut wrap = |by: u8, receiver| {
        Wrap::seal(
            &registrar.root(),
            VILLAGE,
            epoch,
            &secret,
            receiver,
            key,
            &signing(by),
            &mut rng,
        )
        .unwrap()
    };
    let wraps = [
        wrap(POLICE, to(HEAD)),
        wrap(POLICE, to(OFFICE)),
        wrap(9, to(HEAD)),
    ];
    let mut received = batch(Vec::new(), Vec::new());
    received.wraps = wraps.to_vec();
    let taken = take(&mut archive, vec![received], &mut |_, _, _| None);
    assert_eq!(
        taken.changed.wraps.len(),
        2,
        "the last is by nobody whom the register knows"
    );
    let of = |n| archive.wrap_ids(&VILLAGE, WrapScope::Of(device(n))).unwrap();
    assert_eq!(of(HEAD), [wraps[0].id()]);
    assert_eq!(of(POLICE).len(), 2);
    assert_eq!(archive.wraps_of(&epoch, WrapScope::All).unwrap().len(), 2);
    assert_eq!(of(NEIGHBOUR), Vec::new());
}

fn knock(registrar: &Registrar, n: u8) -> Knock {
    Knock::parse(&registrar.asks(n)).unwrap()
}

/// The devices whose requests are kept, the oldest first.
fn kept(archive: &Archive) -> Vec<DeviceId> {
    let knocks = archive.knocks().unwrap();
    knocks.iter().map(|knock| knock.request().device).collect()
}

#[test]
fn a_flood_of_knocks_takes_little_room_and_who_knocks_again_is_kept() {
    let registrar = Registrar::new(1);
    let mut archive = ready(&registrar);
    assert!(archive.take_knocks(vec![knock(&registrar, 10)], 1).unwrap());
    let flood: Vec<Knock> = (11..=155).map(|n| knock(&registrar, n)).collect();
    for some in flood.chunks(40) {
        assert!(archive.take_knocks(some.to_vec(), 1).unwrap());
    }
    assert_eq!(archive.knock_count(), sothon_archive::MOST_KNOCKS);
    assert!(!kept(&archive).contains(&device(10)));
    assert!(archive.take_knocks(vec![knock(&registrar, 10)], 1).unwrap());
    assert_eq!(kept(&archive).last(), Some(&device(10)));
    assert_eq!(archive.knock_count(), sothon_archive::MOST_KNOCKS);
    assert_eq!(
        archive.store().knocks().unwrap().len(),
        sothon_archive::MOST_KNOCKS
    );
    assert!(
        !archive.take_knocks(vec![knock(&registrar, 10)], 2).unwrap(),
        "once is enough"
    );
}

#[test]
fn of_one_invitation_and_transport_key_the_last_request_is_kept() {
    let registrar = Registrar::new(1);
    let mut archive = ready(&registrar);
    let other = {
        let trust = RootSlip::new(registrar.root(), Height(1), registrar.head().1, Vec::new());
        let secret = InvitationSecret::new([7; 16]);
        let slip = InviteSlip::new(
            &trust,
            transport(OFFICE),
            Role::VillageHead,
            vec![Scope::Village(1)],
            0,
            secret,
        );
        // Another device key under the same transport key.
        let request = RequestSlip::answering(&slip, transport(10), &signing(11));
        Knock::parse(&request.to_bytes(&signing(11))).unwrap()
    };
    archive
        .take_knocks(vec![knock(&registrar, 10), other], 1)
        .unwrap();
    assert_eq!(kept(&archive), [device(11)]);
    archive.take_knocks(vec![knock(&registrar, 10)], 1).unwrap();
    assert_eq!(kept(&archive), [device(10)]);
}

#[test]
fn knocks_outlive_a_restart_and_end_with_admission_or_after_a_month() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store.db");
    let mut registrar = Registrar::new(1);
    let mut archive = Archive::open(Store::create(&path, registrar.root()).unwrap()).unwrap();
    take(
        &mut archive,
        vec![batch(registrar.operations(), Vec::new())],
        &mut |_, _, _| None,
    );
    let knocks = [10, 11, 12].map(|n| knock(&registrar, n));
    archive.take_knocks(knocks[..2].to_vec(), 100).unwrap();
    archive.take_knocks(knocks[2..].to_vec(), 120).unwrap();
    drop(archive);
    let mut archive = Archive::open(Store::open(&path, registrar.root()).unwrap()).unwrap();
    assert_eq!(kept(&archive), [10, 11, 12].map(device));
    let admitted = registrar.admit(11, Role::VillageHead, Scope::Village(3));
    take(
        &mut archive,
        vec![batch(vec![admitted], Vec::new())],
        &mut |_, _, _| None,
    );
    assert_eq!(kept(&archive), [10, 12].map(device));
    assert!(
        !archive.take_knocks(vec![knocks[1].clone()], 120).unwrap(),
        "it is admitted"
    );
    archive.forget_old_knocks(130).unwrap();
    assert_eq!(kept(&archive), [10, 12].map(device));
    archive.forget_old_knocks(131).unwrap();
    assert_eq!(kept(&archive), [device(12)]);
    drop(archive);
    let archive = Archive::open(Store::open(&path, registrar.root()).unwrap()).unwrap();
    assert_eq!(kept(&archive), [device(12)]);
}

#[test]
fn a_knock_introduces_no_root_and_one_for_another_commune_is_not_kept() {
    let (registrar, other) = (Registrar::new(1), Registrar::new(2));
    let mut archive = empty(registrar.root());
    assert!(!archive.take_knocks(vec![knock(&other, 10)], 1).unwrap());
    assert!(archive.take_knocks(vec![knock(&registrar, 10)], 1).unwrap());
    assert!(archive.register().is_none());
    assert!(archive.store().operations(Height(1)).unwrap().is_empty());
}
