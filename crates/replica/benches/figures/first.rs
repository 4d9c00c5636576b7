//! Row 1: the first sync of a new device, from the log and from a checkpoint, beside Automerge's own save and sync.

use std::time::{Duration, Instant};

use automerge::Automerge;
use automerge::sync::State;
use sothon_ledger::slip::RequestSlip;
use sothon_ledger::{Role, Scope};
use sothon_replica::{DeviceHost, Folder, Lock};
use sothon_vault::{Cost, NoKeyStore};

use crate::line;
use crate::stage::{Device, NOW, Stage, carry, passphrase, relay_key, rng};
use crate::sync::{Head, pump};
use crate::wire::{Blind, Fixed, exchange};

pub fn run(stage: &mut Stage) {
    println!(
        "\nRow 1: first sync of a new device (goal: bytes at most 1.15 x a full save; rights and keys included)"
    );
    let empty = sothon_store::Store::in_memory(stage.relay.root()).expect("opens");
    let archive = std::mem::replace(
        &mut stage.relay,
        sothon_archive::Archive::open(empty).expect("opens"),
    );
    let mut relay = Blind::new(archive);
    let police = stage.police.take().expect("is there");
    let police_key = police.station().transport_key();
    let mut police = DeviceHost::new(police, Fixed, None);
    exchange((&mut police, police_key), (&mut relay, relay_key()));

    let save = police.replica.export_automerge(&stage.book).expect("saves");
    line("Automerge's own save of the book", &format!("{} B", save.len()));
    let began = Instant::now();
    let whole = Automerge::load(&save).expect("loads");
    line("   loading it", &millis(began.elapsed()));
    let began = Instant::now();
    let (mut one, mut two) = (whole, Automerge::new());
    let (bytes, messages) = pump(&mut one, &mut two, &mut State::new(), &mut State::new());
    line(
        &format!("Automerge's own sync to an empty one ({messages} messages)"),
        &format!("{bytes} B"),
    );
    line("   both sides together", &millis(began.elapsed()));
    drop((one, two));

    let log = starts(stage, "log", &mut police, &mut relay);
    report("from the log", &log, save.len());

    let began = Instant::now();
    police.replica.make_checkpoint(&stage.book, NOW).expect("makes");
    line("making a checkpoint", &millis(began.elapsed()));
    exchange((&mut police, police_key), (&mut relay, relay_key()));
    let made = relay.archive.saves(&stage.book).expect("reads");
    let size = made.last().expect("is held").size;
    line(
        "   its save, beside Automerge's",
        &format!("{size} B = {:.2}", size as f64 / save.len() as f64),
    );
    let again = exchange((&mut police, police_key), (&mut relay, relay_key()));
    line(
        "   a session of its maker afterwards, in which nothing is new",
        &format!("{} B", again.there + again.back),
    );
    let checkpoint = starts(stage, "checkpoint", &mut police, &mut relay);
    report("from the checkpoint", &checkpoint, save.len());
    stage.relay = relay.archive;
}

struct First {
    bytes: usize,
    took: Duration,
    records: usize,
}

/// A new device of the police asks, is admitted, given the keys, and reads the book. What it costs it: two sessions.
fn starts(stage: &mut Stage, name: &str, police: &mut Head, relay: &mut Blind) -> First {
    let passphrase = passphrase();
    let lock = Lock {
        passphrase: &passphrase,
        cost: Cost::LOWEST,
        key_store: &NoKeyStore,
    };
    let office = stage.office.as_mut().expect("is there");
    let slip = office.root_slip().expect("founded");
    let device = Device::join(Folder::new(stage.disk.path().join(name)), &lock, slip, rng()).expect("joins");
    let request = RequestSlip::from_text(&device.request()).expect("a request");
    office
        .admit(&request, Role::Police, vec![Scope::Commune], None, NOW)
        .expect("admits");
    carry(office, &mut police.replica);
    let police_key = police.replica.station().transport_key();
    exchange((police, police_key), (relay, relay_key()));
    let key = device.station().transport_key();
    let mut device = DeviceHost::new(device, Fixed, None);
    let (mut bytes, mut took) = (0, Duration::ZERO);
    // It says its keys in the first session; once it was given those of the books, it reads.
    for _ in 0..2 {
        let began = Instant::now();
        device.publish().expect("publishes");
        let wired = exchange((&mut device, key), (relay, relay_key()));
        took += began.elapsed();
        bytes += wired.there + wired.back;
        exchange((police, police_key), (relay, relay_key()));
    }
    First {
        bytes,
        took,
        records: device.replica.records_of(&stage.book).count(),
    }
}

fn report(what: &str, first: &First, save: usize) {
    let First { bytes, took, records } = first;
    line(
        &format!("{what}: {records} records, all bytes of its sessions, beside the save"),
        &format!("{bytes} B = {:.2}", *bytes as f64 / save as f64),
    );
    line("   device and relay together, on disk", &millis(*took));
}

fn millis(took: Duration) -> String {
    format!("{} ms", took.as_millis())
}
