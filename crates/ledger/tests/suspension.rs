//! Suspension notes: who may say so, whose word outweighs whose, and what a note never does (threats B10).
#![allow(missing_docs)]

use ed25519_dalek::SigningKey;
use sothon_ledger::register::{Action, Cut, CutOf};
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
        assert_eq!(notes.next_counter(&register, &device(PHONE), &device(CHIEF)), 5);
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

fn cut(seed: u8) -> Action {
    Action::Cut(Cut {
        of: CutOf::Device(device(seed)),
        heads: Vec::new(),
    })
}

fn role(seed: u8, role: Role) -> Action {
    Action::Role {
        device: device(seed),
        role,
        scopes: vec![Scope::Commune],
        heads: Vec::new(),
    }
}

#[test]
fn a_note_ends_with_the_term_in_which_it_was_signed() {
    let mut register = register();
    let mut notes = Suspensions::default();
    let said = note(&register, PHONE, true, 1, CHIEF);
    assert!(notes.take(&register, said.clone()));
    // What it was before is no matter: a change of role leaves no gap.
    order(&mut register, role(PHONE, Role::DeputyVillageHead));
    order(&mut register, admit(PHONE, Role::VillageHead, Scope::Village(2)));
    notes.settle(&register);
    assert!(notes.holds(&register, &device(PHONE)));
    // Who hears of both in one knows what who heard of one by one knows.
    order(&mut register, cut(PHONE));
    order(&mut register, admit(PHONE, Role::VillageHead, Scope::Village(1)));
    assert!(!notes.holds(&register, &device(PHONE)));
    notes.settle(&register);
    assert_eq!(notes.iter().count(), 0);
    assert!(!notes.take(&register, said), "it comes again in vain");
    // The chief says it of the register as it is now.
    assert!(notes.take(&register, note(&register, PHONE, true, 1, CHIEF)));
    assert!(notes.holds(&register, &device(PHONE)));
}

#[test]
fn what_a_chief_or_registrar_said_before_a_gap_of_its_own_counts_no_more() {
    let mut register = register();
    let by_chief = note(&register, PHONE, true, 1, CHIEF);
    let by_registrar = note(&register, PHONE, true, 1, REGISTRAR);
    let mut chiefless = register.clone();
    order(&mut chiefless, role(CHIEF, Role::Police));
    order(&mut chiefless, role(CHIEF, Role::PoliceChief));
    assert!(!Suspensions::default().take(&chiefless, by_chief.clone()));
    assert!(Suspensions::default().take(&chiefless, by_registrar.clone()));
    // The office gives its key to another machine, and is given it back.
    let hand_over = |register: &mut Register, from: u8, to: u8| {
        let to = Action::HandOver {
            registrar: device(to).0,
        };
        let operation = Operation::sign(Some(register.head()), 0, to, &key(from));
        register.add(operation).expect("follows");
    };
    hand_over(&mut register, REGISTRAR, 20);
    assert!(!Suspensions::default().take(&register, by_registrar.clone()));
    assert!(Suspensions::default().take(&register, note(&register, PHONE, true, 1, 20)));
    hand_over(&mut register, 20, REGISTRAR);
    assert!(!Suspensions::default().take(&register, by_registrar));
    assert!(Suspensions::default().take(&register, by_chief));
}

/// What is held in the end: of whom, by whom, and of whom it holds.
fn held(notes: &Suspensions, register: &Register) -> (Vec<Vec<u8>>, Vec<bool>) {
    let of = [CHIEF, OTHER_CHIEF, PHONE];
    (
        notes.iter().map(|note| note.bytes().to_vec()).collect(),
        of.map(|seed| notes.holds(register, &device(seed))).to_vec(),
    )
}

#[test]
fn in_whatever_order_notes_and_operations_come_the_same_holds() {
    let mut register = register();
    let mut registers = vec![register.clone()];
    let mut notes = vec![
        note(&register, PHONE, true, 1, CHIEF),
        note(&register, PHONE, false, 9, OTHER_CHIEF),
    ];
    let operations = [
        cut(PHONE),
        role(OTHER_CHIEF, Role::Police),
        admit(PHONE, Role::VillageHead, Scope::Village(1)),
        role(OTHER_CHIEF, Role::PoliceChief),
        role(PHONE, Role::DeputyVillageHead),
    ];
    for (at, action) in operations.into_iter().enumerate() {
        order(&mut register, action);
        registers.push(register.clone());
        match at {
            2 => notes.push(note(&register, PHONE, true, 2, REGISTRAR)),
            3 => notes.push(note(&register, PHONE, false, 1, OTHER_CHIEF)),
            4 => notes.push(note(&register, CHIEF, true, 1, OTHER_CHIEF)),
            _ => {}
        }
    }
    let mut expected = None;
    // Each note comes after so many operations, and those come one by one or some of them together.
    for when in 0..6_usize.pow(5) {
        for together in 0..registers.len() {
            let mut kept = Suspensions::default();
            for (height, known) in registers.iter().enumerate() {
                let comes = |n: u32| when / 6_usize.pow(n) % 6 == height;
                if height >= together {
                    kept.settle(known);
                }
                for (_, note) in (0..).zip(&notes).filter(|(n, _)| comes(*n)) {
                    kept.take(known, note.clone());
                }
            }
            // Whoever holds one says it again in the next session.
            for note in notes.iter().rev() {
                kept.take(&register, note.clone());
            }
            let now = held(&kept, &register);
            assert_eq!(
                *expected.get_or_insert_with(|| now.clone()),
                now,
                "{when} {together}"
            );
        }
    }
    let ended = expected.map(|(notes, holds)| (notes.len(), holds));
    assert_eq!(ended, Some((3, vec![true, false, false])));
}

#[test]
fn while_the_register_is_forked_a_note_names_what_stands() {
    let mut register = register();
    let other = Operation::sign(Some(register.head()), 1, Action::StillCurrent, &key(REGISTRAR));
    order(&mut register, Action::StillCurrent);
    register.add(other).expect("a fork");
    assert!(register.frozen().is_some());
    let mut notes = Suspensions::default();
    assert!(notes.take(&register, note(&register, PHONE, true, 1, CHIEF)));
    assert!(notes.holds(&register, &device(PHONE)));
}

#[test]
fn nobody_crowds_out_the_registrar_s_word() {
    let mut register = register();
    let mut notes = Suspensions::default();
    for seed in 10..=255 {
        order(&mut register, admit(seed, Role::VillageHead, Scope::Village(1)));
    }
    // A stolen chief's phone suspends everybody, with the highest number that there is, and another chief's helps.
    for of in 10..=255 {
        for by in [CHIEF, OTHER_CHIEF] {
            assert!(notes.take(&register, note(&register, of, true, i64::MAX as u64, by)));
        }
    }
    let counter = notes.next_counter(&register, &device(10), &device(REGISTRAR));
    assert_eq!(counter, 1);
    for of in 10..=255 {
        assert!(notes.take(&register, note(&register, of, false, counter, REGISTRAR)));
        assert!(!notes.holds(&register, &device(of)));
    }
    assert!(notes.take(&register, note(&register, CHIEF, true, 1, REGISTRAR)));
    assert!(notes.holds(&register, &device(CHIEF)));
}
