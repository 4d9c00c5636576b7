//! Wraps that open to nothing, as many as somebody likes to sign (A27).

use crate::common::hostile::{besieged, give, header};
use crate::common::{Commune, NOW, act, rng, set};
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::{
    AgreeKey, DeviceId, Envelope, EpochId, EpochSecret, Kind, Receiver, Wrap, cbor, payload,
};
use sothon_sync::{Batch, BatchId};

/// The key for which others wrap what a device is to read.
fn key_of(commune: &mut Commune, at: &str, device: DeviceId) -> AgreeKey {
    let store = commune.get(at).station().store();
    let wraps = store.wraps_for(&Receiver::Device(device)).expect("reads");
    wraps.last().expect("it reads").key()
}

fn takes(commune: &mut Commune, who: &str, wraps: Vec<Wrap>) {
    let batch = Batch {
        wraps,
        ..Batch::empty(BatchId(0))
    };
    commune.get(who).take_in(vec![batch], NOW).expect("takes");
}

#[test]
fn wraps_that_open_to_nothing_are_few_and_tried_once() {
    let (mut commune, hostile, key) = besieged();
    let book = hostile.book;
    // An epoch of which nobody gets the secret.
    let register = commune.get("office").register().expect("is there");
    let height = register.effective_height();
    let root = register.root();
    let secret = EpochSecret::generate(&mut rng());
    let epoch: EpochId = secret.commit(&book, height);
    let body = cbor::encode(&payload::Epoch {
        height,
        drop_key: secret.drop_key().public(),
    });
    let mut stated = header(
        commune.get("office"),
        &hostile.sign,
        book,
        Kind::Epoch,
        Some(epoch),
    );
    stated.after = hostile.header(&mut commune).after;
    let envelope = Envelope::sign(&stated, &body, &hostile.sign);
    give(&mut commune, "thon1", &envelope, &body);

    let thon1 = commune.get("thon1").device();
    let at = key_of(&mut commune, "police", thon1);
    let other = AgreeSecret::derive(&[9; 32]).public();
    let wrap = |to: AgreeKey| {
        let nothing = EpochSecret::generate(&mut rng());
        let for_it = Receiver::Device(thon1);
        Wrap::seal(
            &root,
            book,
            epoch,
            &nothing,
            for_it,
            to,
            &hostile.sign,
            &mut rng(),
        )
        .expect("seals")
    };
    let heap: Vec<Wrap> = (0..500)
        .map(|n| wrap(if n % 2 == 0 { at } else { other }))
        .collect();
    let before = commune.get("thon1").wraps_tried();
    for some in heap.chunks(100) {
        takes(&mut commune, "thon1", some.to_vec());
    }
    let device = commune.get("thon1");
    let held = device.station().store().wraps_of(&epoch).expect("reads");
    assert_eq!(held.len(), 16);
    let tried = device.wraps_tried() - before;
    assert_eq!(tried, 16);
    // Whatever comes then, they are not tried again.
    device
        .edit(book, &[set(&key, "phone", "0900 000 001")], &act())
        .expect("saves");
    commune.meet_all();
    assert!(commune.get("thon1").record(&book, &key).is_some());
    let device = commune.get("thon1");
    let ours = device.wraps_tried() - before;
    commune.meet_all();
    assert_eq!(commune.get("thon1").wraps_tried() - before, ours);
    assert!(ours < 32, "{ours}");
}
