//! Forks of the register: frozen until the recovery key chooses, and the same whatever came first (threats A7).
#![allow(missing_docs)]

use ed25519_dalek::SigningKey;
use sothon_ledger::register::{Action, Cut, CutOf, OpenBook};
use sothon_ledger::{
    BookId, BookKind, DeviceId, EntryId, Height, Operation, Register, Role, Scope, TransportKey,
};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn public(seed: u8) -> [u8; 32] {
    key(seed).verifying_key().to_bytes()
}

const REGISTRAR: u8 = 1;
const RECOVERY: u8 = 2;
const NEW: u8 = 3;
const OTHER: u8 = 4;

fn found() -> Operation {
    let action = Action::Found {
        registrar: public(REGISTRAR),
        recovery: public(RECOVERY),
        nonce: [7; 16],
    };
    Operation::sign(None, 0, action, &key(REGISTRAR))
}

fn after(before: &Operation, by: u8, action: Action) -> Operation {
    Operation::sign(Some((before.height(), before.id())), 0, action, &key(by))
}

fn admit(device: u8) -> Action {
    Action::Admit {
        device: DeviceId([device; 32]),
        transport: TransportKey([device; 32]),
        role: Role::Office,
        scopes: vec![Scope::Commune],
        until: None,
    }
}

fn recover(registrar: u8, counter: u64) -> Action {
    Action::Recover {
        registrar: public(registrar),
        counter,
    }
}

/// What a register says: all that depends on it asks no more.
fn says(register: &Register) -> (Height, Option<Height>, Vec<DeviceId>, Option<[u8; 32]>) {
    let devices = register.rights().devices().map(|(id, _)| *id).collect();
    // Beyond a fork that nobody decided there is no registrar.
    let registrar = register.frozen().is_none().then(|| register.registrar());
    (register.effective_height(), register.frozen(), devices, registrar)
}

/// Takes operations in, in an order in which each comes after the one before it.
fn taken(operations: &[Operation]) -> Register {
    let mut waiting = operations.to_vec();
    let mut register = Register::found(found()).expect("founds");
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(|operation| register.add(operation.clone()).is_err());
        assert!(waiting.len() < before, "all fit");
    }
    register
}

/// All orders of a few operations give one answer: it.
fn in_any_order(operations: &[Operation]) -> Register {
    let register = taken(operations);
    let mut order = operations.to_vec();
    // Each operation once at the front, once at the back, and all backwards.
    for at in 0..operations.len() {
        order.rotate_left(at);
        assert_eq!(says(&taken(&order)), says(&register));
        order.reverse();
        assert_eq!(says(&taken(&order)), says(&register));
    }
    register
}

#[test]
fn a_fork_freezes_the_register_before_it_for_everybody_alike() {
    let root = found();
    let (one, other) = (
        after(&root, REGISTRAR, admit(10)),
        after(&root, REGISTRAR, admit(11)),
    );
    let more = after(&one, REGISTRAR, admit(12));
    let register = in_any_order(&[one, other, more]);
    assert_eq!(register.frozen(), Some(Height(1)));
    assert_eq!(register.effective_height(), Height(1));
    assert_eq!(register.rights().devices().count(), 0);
    assert_eq!(register.tips().len(), 2);
}

#[test]
fn the_recovery_key_chooses_a_branch_and_what_follows_it_counts() {
    let root = found();
    let stolen = after(&root, REGISTRAR, admit(10));
    let stolen_on = after(&stolen, REGISTRAR, admit(12));
    let honest = after(&root, REGISTRAR, admit(11));
    let chosen = after(&honest, RECOVERY, recover(NEW, 1));
    let goes_on = after(&chosen, NEW, admit(13));
    let late = after(&stolen_on, REGISTRAR, admit(14));
    let register = in_any_order(&[stolen, honest.clone(), stolen_on, chosen, goes_on, late]);
    assert_eq!((register.frozen(), register.height()), (None, Height(4)));
    assert_eq!(register.registrar(), public(NEW));
    assert_eq!(
        register.operation(Height(2)).map(Operation::id),
        Some(honest.id())
    );
    let devices: Vec<_> = register.rights().devices().map(|(id, _)| id.0[0]).collect();
    assert_eq!(devices, [11, 13]);
}

#[test]
fn a_recovery_below_the_head_leaves_what_the_lost_machine_ordered_since() {
    let root = found();
    let known = after(&root, REGISTRAR, admit(10));
    let unknown = after(&known, REGISTRAR, admit(11));
    let chosen = after(&known, RECOVERY, recover(NEW, 1));
    let register = in_any_order(&[known, unknown, chosen.clone()]);
    assert_eq!((register.frozen(), register.head().1), (None, chosen.id()));
}

#[test]
fn of_two_recoveries_the_higher_counter_wins_and_equal_ones_stay_frozen() {
    let root = found();
    let (one, other) = (
        after(&root, RECOVERY, recover(NEW, 1)),
        after(&root, RECOVERY, recover(OTHER, 1)),
    );
    let register = in_any_order(&[one.clone(), other.clone()]);
    assert_eq!(register.frozen(), Some(Height(1)));
    assert_eq!(register.recoveries(), 1);
    let again = after(&other, RECOVERY, recover(OTHER, 2));
    let register = in_any_order(&[one, other, again.clone()]);
    assert_eq!((register.frozen(), register.head().1), (None, again.id()));
    assert_eq!(register.registrar(), public(OTHER));
}

#[test]
fn a_branch_forked_after_its_recovery_freezes_there() {
    let root = found();
    let dead = after(&root, REGISTRAR, admit(10));
    let chosen = after(&root, RECOVERY, recover(NEW, 1));
    let (one, other) = (after(&chosen, NEW, admit(11)), after(&chosen, NEW, admit(12)));
    let register = in_any_order(&[dead, chosen, one, other]);
    assert_eq!(register.frozen(), Some(Height(2)));
    assert_eq!(register.rights().devices().count(), 0);
}

#[test]
fn what_contradicts_its_own_branch_is_refused_there_too() {
    let root = found();
    let book = OpenBook {
        book: BookId([9; 16]),
        kind: BookKind::Commune,
        scope: Scope::Commune,
        year: 2025,
        grants: Vec::new(),
        first_readers: Vec::new(),
        previous: None,
    };
    let chain = after(&root, REGISTRAR, admit(10));
    let branch = after(&root, REGISTRAR, Action::Open(book.clone()));
    let twice = after(&branch, REGISTRAR, Action::Open(book));
    let mut register = taken(&[chain, branch]);
    assert!(register.add(twice).is_err());
}

fn cut(device: u8) -> Action {
    Action::Cut(Cut {
        of: CutOf::Device(DeviceId([device; 32])),
        heads: Vec::new(),
    })
}

fn open(book: u8) -> Action {
    Action::Open(OpenBook {
        book: BookId([book; 16]),
        kind: BookKind::Commune,
        scope: Scope::Commune,
        year: 2025,
        grants: Vec::new(),
        first_readers: Vec::new(),
        previous: None,
    })
}

fn let_in(entry: u8) -> Action {
    Action::LetIn {
        book: BookId([1; 16]),
        entry: EntryId([entry; 32]),
    }
}

/// What is left to be said again.
fn left(register: &Register) -> Vec<Action> {
    let unchosen = register.unchosen().into_iter();
    let open = unchosen.filter(|unchosen| !unchosen.settled);
    open.map(|unchosen| unchosen.operation.action().clone()).collect()
}

#[test]
fn what_was_ordered_on_a_branch_that_was_not_chosen_is_listed_until_it_is_said_again() {
    let before = after(&found(), REGISTRAR, admit(10));
    let known = after(&before, REGISTRAR, admit(11));
    // One machine admits, cuts, opens a book and lets an entry in; whom it admitted for a moment alone is nobody's business.
    let mut lost = vec![after(&known, REGISTRAR, admit(20))];
    for action in [
        admit(21),
        cut(21),
        cut(11),
        open(1),
        Action::StillCurrent,
        let_in(5),
    ] {
        let next = after(&lost[lost.len() - 1], REGISTRAR, action);
        lost.push(next);
    }
    // The other one does something else, and is chosen.
    let chosen = after(&known, REGISTRAR, Action::StillCurrent);
    let recovered = after(&chosen, RECOVERY, recover(NEW, 1));
    let mut all = vec![before, known, chosen];
    all.extend(lost.clone());
    let frozen = taken(&all);
    assert!(frozen.frozen().is_some() && frozen.unchosen().is_empty());
    all.push(recovered.clone());
    let register = in_any_order(&all);
    let heights: Vec<Height> = register
        .unchosen()
        .iter()
        .map(|unchosen| unchosen.operation.height())
        .collect();
    assert_eq!(heights.len(), 6, "all but what only dates the register");
    assert!(heights.is_sorted());
    assert_eq!(left(&register), [admit(20), cut(11), open(1), let_in(5)]);

    // Said again by the new registrar, in other words where those are random, each is settled; in whatever order it all came.
    for (action, rest) in [
        (admit(20), vec![cut(11), open(1), let_in(5)]),
        (cut(11), vec![open(1), let_in(5)]),
        (open(9), vec![let_in(5)]),
        (let_in(5), vec![]),
    ] {
        let next = after(&all[all.len() - 1], NEW, action);
        all.push(next);
        assert_eq!(left(&taken(&all)), rest);
    }
    let mut backwards = all.clone();
    backwards.reverse();
    assert_eq!(left(&taken(&backwards)), []);
    assert_eq!(taken(&backwards).unchosen().len(), 6);
}
