//! Suspension notes: who may say so, whose word outweighs whose, and what a note never does (threats B10).
#![allow(missing_docs)]

use ed25519_dalek::SigningKey;
use sothon_ledger::register::Action;
use sothon_ledger::suspension::{Note, Says, Suspensions};
use sothon_ledger::{DeviceId, Operation, Register, Role, Scope, TransportKey};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn device(seed: u8) -> DeviceId {
    DeviceId(key(seed).verifying_key().to_bytes())
}

const REGISTRAR: u8 = 1;
const CHIEF: u8 = 2;
const OTHER_CHIEF: u8 = 3;
const PHONE: u8 = 4;

fn register() -> Register {
    let found = Action::Found {
        registrar: device(REGISTRAR).0,
        recovery: [9; 32],
        nonce: [7; 16],
    };
    let mut register = Register::found(Operation::sign(None, 0, found, &key(REGISTRAR))).expect("founds");
    for (seed, role, scope) in [
        (CHIEF, Role::PoliceChief, Scope::Commune),
        (OTHER_CHIEF, Role::PoliceChief, Scope::Commune),
        (PHONE, Role::VillageHead, Scope::Village(1)),
    ] {
        order(&mut register, admit(seed, role, scope));
    }
    register
}

fn admit(seed: u8, role: Role, scope: Scope) -> Action {
    Action::Admit {
        device: device(seed),
        transport: TransportKey([seed; 32]),
        role,
        scopes: vec![scope],
        until: None,
    }
}

fn order(register: &mut Register, action: Action) {
    let operation = Operation::sign(Some(register.head()), 0, action, &key(REGISTRAR));
    register.add(operation).expect("follows");
}

fn note(register: &Register, of: u8, begins: bool, counter: u64, by: u8) -> Note {
    let says = Says {
        device: device(of),
        begins,
        counter,
    };
    let signed = Note::sign(register, says, &key(by));
    Note::parse(signed.bytes()).expect("is a note")
}

#[test]
fn registrar_and_chief_may_suspend_and_nobody_else() {
    let register = register();
    for (by, may) in [(REGISTRAR, true), (CHIEF, true), (PHONE, false), (8, false)] {
        let mut notes = Suspensions::default();
        let note = note(&register, PHONE, true, 1, by);
        assert_eq!(notes.take(&register, note), may, "{by}");
        assert_eq!(notes.holds(&register, &device(PHONE)), may, "{by}");
    }
}

#[test]
fn a_changed_byte_or_another_commune_is_no_note() {
    let register = register();
    let good = note(&register, PHONE, true, 1, CHIEF);
    for at in 0..good.bytes().len() {
        let mut bad = good.bytes().to_vec();
        bad[at] ^= 1;
        assert!(Note::parse(&bad).is_err(), "byte {at}");
    }
    assert!(Note::parse(&[0; 600]).is_err());
    let found = Action::Found {
        registrar: device(REGISTRAR).0,
        recovery: [9; 32],
        nonce: [8; 16],
    };
    let other = Register::found(Operation::sign(None, 0, found, &key(REGISTRAR))).expect("founds");
    let foreign = note(&other, PHONE, true, 1, REGISTRAR);
    assert!(!Suspensions::default().take(&register, foreign));
}

#[test]
fn the_registrar_lifts_what_a_chief_said_and_the_chief_says_it_again_only_of_a_later_register() {
    let mut register = register();
    let mut notes = Suspensions::default();
    // However high a counter the chief signs.
    let said = note(&register, PHONE, true, 1 << 62, CHIEF);
    assert!(notes.take(&register, said.clone()));
    assert!(notes.take(&register, note(&register, PHONE, false, 1, REGISTRAR)));
    assert!(!notes.holds(&register, &device(PHONE)));
    assert!(!notes.take(&register, said), "it was there");
    order(&mut register, Action::StillCurrent);
    assert!(notes.take(&register, note(&register, PHONE, true, 1, CHIEF)));
    assert!(notes.holds(&register, &device(PHONE)));
}

#[test]
fn notes_say_the_same_in_any_order_and_an_older_one_comes_back_in_vain() {
    let register = register();
    let all = [
        note(&register, PHONE, true, 1, CHIEF),
        note(&register, PHONE, false, 2, CHIEF),
        note(&register, PHONE, true, 1, OTHER_CHIEF),
        note(&register, PHONE, true, 3, CHIEF),
        note(&register, PHONE, false, 4, CHIEF),
    ];
    for turn in 0..all.len() {
        let mut order = all.to_vec();
        order.rotate_left(turn);
        let mut notes = Suspensions::default();
        for note in order.iter().chain(&all) {
            notes.take(&register, note.clone());
        }
        assert_eq!(notes.iter().count(), 2);
        assert_eq!(notes.next_counter(&device(PHONE), &device(CHIEF)), 5);
        // At one height the higher counter counts, of whichever chief.
        assert!(!notes.holds(&register, &device(PHONE)));
    }
}

#[test]
fn a_stolen_chief_s_phone_suspends_nobody_once_it_is_suspended_or_cut() {
    let mut register = register();
    let mut notes = Suspensions::default();
    assert!(notes.take(&register, note(&register, PHONE, true, 1, CHIEF)));
    assert!(notes.take(&register, note(&register, CHIEF, true, 1, REGISTRAR)));
    assert!(!notes.holds(&register, &device(PHONE)));
    assert!(notes.holds(&register, &device(CHIEF)));
    let role = Action::Role {
        device: device(CHIEF),
        role: Role::Police,
        scopes: vec![Scope::Commune],
        heads: Vec::new(),
    };
    order(&mut register, role);
    notes.settle(&register);
    assert!(notes.iter().all(|note| note.says().device == device(CHIEF)));
}
