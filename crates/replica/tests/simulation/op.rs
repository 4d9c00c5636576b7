//! The operations, and how a seed makes a list of them.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::lies::{LIES, Lie};
use super::trouble::MAY_BE_CUT;
use super::{CHIEF, LATE, OFFICE, RELAY, ROGUES, ROLES};

/// How much of what could be carried arrives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// All of it.
    Whole,
    /// Of each log the beginning, of the wraps some.
    Prefix,
    /// Some entries without their payload.
    Bare,
    /// All, and all again.
    Twice,
    /// In small batches, one by one.
    Pieces,
}

/// What happens.
#[derive(Clone, Debug)]
pub enum Op {
    Create {
        by: usize,
        book: u8,
    },
    Both {
        by: usize,
        book: u8,
    },
    Set {
        by: usize,
        record: u16,
        field: u8,
    },
    AddSub {
        by: usize,
        record: u16,
    },
    Void {
        by: usize,
        record: u16,
    },
    Undo {
        by: usize,
    },
    Drop {
        by: usize,
    },
    Access {
        by: usize,
    },
    Publish {
        by: usize,
        clock: u8,
    },
    Carry {
        from: usize,
        to: usize,
        how: How,
    },
    /// A session of the real protocol; `cut`: the wire breaks after so many bytes.
    Session {
        one: usize,
        other: usize,
        cut: Option<u16>,
    },
    Crash {
        by: usize,
    },
    Restart {
        by: usize,
    },
    Keep {
        by: usize,
    },
    Snapshot {
        by: usize,
    },
    SetBack,
    /// A hostile device signs something.
    Lie {
        by: usize,
        lie: Lie,
        on: [usize; 3],
    },
    /// The hostile devices tell each other all that they hold and can open.
    Collude,
    /// The office cuts a hostile device, or admits it again.
    Cut {
        of: usize,
    },
    Readmit {
        of: usize,
    },
    /// The office lets the n-th entry in that is aside.
    LetIn {
        n: usize,
    },
    /// The office anchors one of rivals.
    Anchor {
        n: usize,
    },
    /// The office cuts an honest device, and admits it again.
    CutHonest {
        of: usize,
    },
    AdmitAgain {
        of: usize,
    },
    /// Office or chief suspends a device, or lets it go again.
    Suspend {
        by: usize,
        of: usize,
        begins: bool,
    },
    /// A session of a device that is locked meanwhile.
    Locked {
        by: usize,
        with: usize,
        cut: Option<u16>,
    },
    Courier {
        from: usize,
        to: usize,
        how: u8,
    },
    /// A device's clock is set, right or wrong.
    Clock {
        by: usize,
        clock: u8,
    },
    NextDay,
    /// The relay's disk is copied, and is as it was then.
    KeepRelay,
    SetRelayBack,
    Admit,
    /// An honest device makes a checkpoint.
    Checkpoint {
        by: usize,
        book: u8,
    },
    Yes {
        by: usize,
    },
    /// The registrar's machine hands over.
    HandOver {
        to: u8,
    },
    /// It is lost: by the recovery sheet another takes over, which chooses between the branches of a forked register; `told`
    /// before of all that was ordered.
    Recover {
        to: u8,
        branch: u8,
        cuts: bool,
        told: bool,
    },
    /// It is copied, and both order.
    Fork {
        to: usize,
    },
    /// Who was the registrar orders on.
    Deposed,
    /// A device gets another role.
    Role {
        of: usize,
        role: u8,
    },
    /// Somebody of the police answers the n-th tip.
    Reply {
        by: usize,
        n: u16,
    },
    /// The relay has so much room left; and has room again.
    Full {
        room: u16,
    },
    Lift,
    /// Many saves in one book, each published alone.
    Evening {
        by: u8,
        village: u8,
        saves: u8,
    },
    /// A checkpoint of a village's book.
    Save {
        by: u8,
        village: u8,
    },
}

/// The operations of a seed.
pub fn ops(seed: u64) -> Vec<Op> {
    let mut rng = StdRng::seed_from_u64(seed);
    let count = rng.random_range(10..70);
    // At first keys and epochs get around, else most of what follows is refused.
    let mut out = Vec::new();
    if rng.random_bool(0.7) {
        for first in [true, false] {
            for one in (0..ROLES.len()).chain(RELAY + 1..=RELAY + ROGUES) {
                if one < RELAY {
                    if first {
                        out.push(Op::Create {
                            by: one,
                            book: rng.random_range(0..200),
                        });
                    }
                    out.push(Op::Publish { by: one, clock: 0 });
                }
                out.push(Op::Session {
                    one,
                    other: RELAY,
                    cut: None,
                });
            }
        }
    }
    let count = out.len() + count;
    // Some communes are peaceful, some have little but liars.
    let hostility = [0, 15, 30, 50][rng.random_range(0..4usize)];
    // In some it is the honest who are in trouble.
    let troubles = [0, 0, 10, 25][rng.random_range(0..4usize)];
    // In some it is the registrar's machine, or roles change.
    let orders = [0, 0, 0, 20][rng.random_range(0..4usize)];
    // In some a book is long when somebody comes.
    let evening = rng.random_bool(0.3).then(|| rng.random_range(out.len()..count));
    // In some a tip is answered.
    let tip = rng.random_bool(0.2).then(|| rng.random_range(out.len()..count));
    while out.len() < count {
        if tip == Some(out.len()) {
            out.extend(answered_tip(&mut rng));
            continue;
        }
        if evening == Some(out.len()) {
            out.extend(long_book(&mut rng, hostility > 0));
            continue;
        }
        out.push(if rng.random_ratio(orders, 100) {
            order(&mut rng)
        } else if rng.random_ratio(hostility, 100) {
            hostile(&mut rng)
        } else if rng.random_ratio(troubles, 100) {
            trouble(&mut rng)
        } else {
            one(&mut rng)
        });
    }
    out
}

fn long_book(rng: &mut StdRng, hostile: bool) -> Vec<Op> {
    let village = rng.random_range(0..2);
    let mut out: Vec<Op> = [0, 1]
        .map(|by| Op::Evening {
            by,
            village,
            saves: rng.random_range(2..5),
        })
        .into();
    // Sometimes there is room for the entry alone.
    if rng.random_bool(0.3) {
        out.push(Op::Full { room: 1200 });
    }
    out.push(Op::Save {
        by: rng.random_range(0..2),
        village,
    });
    // Who lies about a save last is looked at first.
    for by in (RELAY + 1..=RELAY + ROGUES).filter(|_| hostile) {
        let session = Op::Session {
            one: by,
            other: RELAY,
            cut: None,
        };
        out.push(session.clone());
        out.push(Op::Lie {
            by,
            lie: Lie::Checkpoint,
            on: [0; 3].map(|_| rng.random_range(0..1 << 16)),
        });
        out.push(session);
    }
    out
}

/// Somebody drops a tip, and the chief answers it.
fn answered_tip(rng: &mut StdRng) -> [Op; 5] {
    let session = |one| Op::Session {
        one,
        other: RELAY,
        cut: None,
    };
    let by = [2, 4, 5][rng.random_range(0..3usize)];
    [
        session(by),
        Op::Drop { by },
        session(by),
        session(CHIEF),
        Op::Reply {
            by: CHIEF,
            n: rng.random(),
        },
    ]
}

fn order(rng: &mut StdRng) -> Op {
    let to = rng.random();
    match rng.random_range(0..20) {
        0..7 => Op::Role {
            of: MAY_BE_CUT[rng.random_range(0..MAY_BE_CUT.len())],
            role: rng.random(),
        },
        7..11 => Op::HandOver { to },
        11..14 => {
            let branch: u8 = rng.random();
            Op::Recover {
                to,
                branch,
                cuts: rng.random_bool(0.6),
                told: !branch.is_multiple_of(4),
            }
        }
        14..18 => Op::Deposed,
        _ => Op::AdmitAgain { of: OFFICE },
    }
}

fn hostile(rng: &mut StdRng) -> Op {
    let of = RELAY + 1 + rng.random_range(0..ROGUES);
    let n = rng.random_range(0..6);
    match rng.random_range(0..24) {
        0..12 => Op::Lie {
            by: of,
            lie: if rng.random_ratio(1, 10) {
                Lie::Checkpoint
            } else {
                LIES[rng.random_range(0..LIES.len())]
            },
            on: [0; 3].map(|_| rng.random_range(0..1 << 16)),
        },
        12..19 => Op::Session {
            one: of,
            other: if rng.random_bool(0.6) {
                RELAY
            } else {
                rng.random_range(0..RELAY)
            },
            cut: None,
        },
        19 => Op::Collude,
        20 | 21 => Op::Cut { of },
        22 => Op::Readmit { of },
        _ if rng.random_bool(0.5) => Op::LetIn { n },
        _ => Op::Anchor { n },
    }
}

fn trouble(rng: &mut StdRng) -> Op {
    let somebody = rng.random_range(1..RELAY);
    let of = MAY_BE_CUT[rng.random_range(0..MAY_BE_CUT.len())];
    let by = rng.random_range(0..RELAY);
    match rng.random_range(0..26) {
        0..4 => Op::CutHonest { of },
        4 => Op::AdmitAgain { of },
        5..8 => Op::Suspend {
            by: if rng.random_bool(0.5) { CHIEF } else { OFFICE },
            of: if rng.random_bool(0.6) {
                rng.random_range(0..RELAY)
            } else {
                RELAY + 1 + rng.random_range(0..ROGUES)
            },
            begins: rng.random_bool(0.6),
        },
        8..11 => Op::Locked {
            by,
            with: if rng.random_bool(0.7) { RELAY } else { somebody },
            cut: rng.random_bool(0.3).then(|| rng.random_range(0..8000)),
        },
        11..15 => Op::Courier {
            from: by,
            to: somebody,
            how: rng.random(),
        },
        15 | 16 => Op::Clock {
            by,
            clock: rng.random(),
        },
        17 => Op::NextDay,
        18 => Op::KeepRelay,
        19 => Op::SetRelayBack,
        20 | 21 => Op::Full {
            room: [0, 900, 4000][rng.random_range(0..3usize)],
        },
        22 => Op::Lift,
        23 => Op::Role {
            of,
            role: rng.random(),
        },
        _ => Op::Suspend {
            by: CHIEF,
            of: OFFICE,
            begins: true,
        },
    }
}

fn one(rng: &mut StdRng) -> Op {
    let by = rng.random_range(0..ROLES.len());
    let (book, record, field, clock) = (rng.random_range(0..200), rng.random(), rng.random(), rng.random());
    match rng.random_range(0..107) {
        0..11 => Op::Create { by, book },
        11..14 => Op::Keep { by },
        14..17 => Op::Both { by, book },
        17..32 => Op::Set { by, record, field },
        32..37 => Op::AddSub { by, record },
        37..41 => Op::Void { by, record },
        41..44 => Op::Undo { by },
        44..48 => Op::Drop { by },
        48..50 => Op::Access { by },
        50..62 => Op::Publish { by, clock },
        62..74 => Op::Session {
            one: rng.random_range(0..RELAY),
            other: if rng.random_bool(0.6) {
                RELAY
            } else {
                rng.random_range(0..RELAY)
            },
            cut: rng.random_bool(0.3).then(|| rng.random_range(0..8000)),
        },
        74..78 => Op::Crash { by },
        78..90 => Op::Carry {
            from: rng.random_range(0..=RELAY),
            to: rng.random_range(0..=RELAY),
            how: [
                How::Whole,
                How::Whole,
                How::Prefix,
                How::Bare,
                How::Twice,
                How::Pieces,
            ][rng.random_range(0..6)],
        },
        90..94 => Op::Restart { by },
        94..96 => Op::Snapshot { by },
        96..97 => Op::SetBack,
        97..98 => Op::Admit,
        98..100 => Op::Yes { by: CHIEF },
        100..103 => Op::Reply {
            by: if rng.random_bool(0.7) { CHIEF } else { LATE },
            n: record,
        },
        _ => Op::Checkpoint { by, book },
    }
}
