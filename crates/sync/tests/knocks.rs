//! A device that is not admitted knocks: its request gets to who may admit it, and it waits for the operation that does.

use crate::harness::World;
use ed25519_dalek::SigningKey;
use sothon_ledger::register::Action;
use sothon_ledger::slip::{InvitationSecret, InviteSlip, RequestSlip, RootSlip};
use sothon_ledger::{Height, OperationId, Role, Root, TransportKey};
use sothon_sync::{Changed, CloseReason, Event};

/// The request of a device for a commune, with a transport key.
fn request(root: Root, transport: TransportKey, key: &SigningKey) -> Vec<u8> {
    let trust = RootSlip::new(root, Height(1), OperationId(root.0), Vec::new());
    let secret = InvitationSecret::new([5; 16]);
    let slip = InviteSlip::new(
        &trust,
        TransportKey([8; 32]),
        Role::VillageHead,
        Vec::new(),
        0,
        secret,
    );
    RequestSlip::answering(&slip, transport, key).to_bytes(key)
}

/// A device that nobody has admitted, which knocks.
fn stranger(world: &mut World) -> usize {
    let held = world.register.len();
    let new = world.device(&[1]);
    // Its admission is taken back: nobody holds it.
    world.register.truncate(held);
    let key = world.replicas[new].key.clone();
    let own = TransportKey(world.replicas[new].device().0);
    world.knocks.insert(new, request(world.root, own, &key));
    new
}

fn admit(world: &mut World, new: usize) {
    let device = world.replicas[new].device();
    world.operation(Action::Admit {
        device,
        transport: TransportKey(device.0),
        role: Role::VillageHead,
        scopes: vec![],
        until: None,
    });
}

fn closed(world: &World, link: usize, at: usize) -> Option<CloseReason> {
    world.links[link].sides[at]
        .events
        .iter()
        .find_map(|event| match event {
            Event::Closed { reason, .. } => Some(*reason),
            _ => None,
        })
}

#[test]
fn a_knock_reaches_the_registrar_through_the_relay_and_who_waits_gets_the_register_that_admits_it() {
    let mut world = World::new(50);
    let office = world.device(&[1]);
    let relay = world.relay(&[1]);
    world.inform(office);
    world.inform(relay);
    world.write(office, 1, 1, 300);
    let to_office = world.connect(office, relay);
    world.run();
    let new = stranger(&mut world);
    let link = world.connect(new, relay);
    world.run();
    assert!(world.told(link, 0, |event| *event == Event::KnockHeard));
    assert_eq!(world.replicas[office].store.knocks.len(), 1);
    assert_eq!(closed(&world, link, 1), None, "it may wait");
    assert!(
        world.replicas[new].store.operations.is_empty(),
        "nothing is served to it"
    );

    admit(&mut world, new);
    world.inform(office);
    let grown = Changed {
        register: true,
        ..Changed::default()
    };
    world.changed(office, &grown, None);
    world.run();
    world.assert_equal(new, relay);
    assert_eq!(
        world.replicas[new].store.height(),
        world.replicas[office].store.height()
    );
    assert!(world.up_to_date(link) && world.up_to_date(to_office));
}

#[test]
fn who_comes_back_after_it_was_admitted_gets_the_register() {
    let mut world = World::new(51);
    let relay = world.relay(&[1]);
    world.device(&[1]);
    world.inform(relay);
    let new = stranger(&mut world);
    world.connect(new, relay);
    world.run();
    world.links.clear();
    admit(&mut world, new);
    world.inform(relay);
    // It knows nothing of it and knocks again.
    let link = world.connect(new, relay);
    world.run();
    assert_eq!(
        world.replicas[new].store.height(),
        world.replicas[relay].store.height()
    );
    assert!(world.up_to_date(link));
}

#[test]
fn a_knock_is_told_to_who_comes_later_and_to_nobody_twice() {
    let mut world = World::new(52);
    let relay = world.relay(&[1]);
    let office = world.device(&[1]);
    world.inform(relay);
    world.inform(office);
    let new = stranger(&mut world);
    world.connect(new, relay);
    world.run();
    world.connect(office, relay);
    world.run();
    assert_eq!(world.replicas[office].store.knocks.len(), 1);
    let sent: u64 = world.links[1].sides.iter().map(|side| side.sent).sum();
    let knocked = Changed {
        knocks: true,
        ..Changed::default()
    };
    world.changed(relay, &knocked, None);
    world.changed(office, &knocked, None);
    world.run();
    let after: u64 = world.links[1].sides.iter().map(|side| side.sent).sum();
    assert_eq!(after, sent);
}

#[test]
fn a_knock_for_another_key_or_another_commune_or_without_form_ends_the_session() {
    for wrong in 0..4 {
        let mut world = World::new(53 + wrong);
        let relay = world.relay(&[1]);
        world.device(&[1]);
        world.inform(relay);
        let new = stranger(&mut world);
        let key = world.replicas[new].key.clone();
        let own = TransportKey(world.replicas[new].device().0);
        let knock = match wrong {
            // What somebody else sent, overheard.
            0 => request(world.root, TransportKey([9; 32]), &key),
            1 => request(Root([9; 32]), own, &key),
            2 => RequestSlip::new(world.root, own, &key).to_bytes(&key),
            _ => vec![0; 2000],
        };
        world.knocks.insert(new, knock);
        let link = world.connect(new, relay);
        world.run();
        assert_eq!(closed(&world, link, 1), Some(CloseReason::Protocol), "{wrong}");
        assert!(world.replicas[relay].store.knocks.is_empty());
    }
}

#[test]
fn a_stranger_knocks_once_in_a_session() {
    let mut world = World::new(60);
    let relay = world.relay(&[1]);
    world.device(&[1]);
    world.inform(relay);
    let new = stranger(&mut world);
    let link = world.connect(new, relay);
    // The frame once more, as it is on the wire: [24, request] in a byte string.
    let request = world.knocks[&new].clone();
    let body = [&[0x82, 0x18, 24, 0x58, request.len() as u8][..], &request].concat();
    let frame = [&[0x58, body.len() as u8][..], &body].concat();
    world.run();
    world.links[link].sides[0].wire.extend(frame);
    world.run();
    assert_eq!(closed(&world, link, 1), Some(CloseReason::Protocol));
}

#[test]
fn a_known_peer_that_tells_too_many_knocks_is_listened_to_again_after_a_while() {
    let mut world = World::new(61);
    let relay = world.relay(&[1]);
    let office = world.device(&[1]);
    world.inform(relay);
    world.inform(office);
    for n in 0..200u8 {
        let key = SigningKey::from_bytes(&[n; 32]);
        let knock = request(world.root, TransportKey(key.verifying_key().to_bytes()), &key);
        let knock = sothon_ledger::slip::Knock::parse(&knock).unwrap();
        world.replicas[relay].store.knocks.push(knock);
    }
    let link = world.connect(office, relay);
    world.run();
    assert_eq!(world.replicas[office].store.knocks.len(), 64);
    for expected in [128, 192, 200] {
        world.tick(link);
        world.run();
        assert_eq!(world.replicas[office].store.knocks.len(), expected);
    }
}
