//! What happens, and how a seed makes a list of it.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::world::{DEVICES, HONEST, HOSTILE};

/// One thing that happens. Devices by their places.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// An honest edit: saved, and published or not.
    Edit { by: usize, what: u8, publish: bool },
    /// What was saved is published.
    Publish { by: usize },
    /// A device at the commune says what it holds.
    Receipt { by: usize },
    /// Two meet; `part`: how many entries get through each way.
    Meet {
        one: usize,
        other: usize,
        part: Option<usize>,
    },
    /// A device is closed and opened: it reads all again, and writes under a new actor.
    Restart { by: usize },
    /// Its disk is kept.
    Keep { by: usize },
    /// Its disk is what it was when it was kept.
    SetBack { by: usize },
    /// The office cuts a device at what the office holds.
    Cut { of: usize },
    /// Its role changes.
    Role { of: usize },
    /// It is admitted again.
    Admit { of: usize },
    /// The n-th entry that does not stand by right is let in.
    LetIn { n: usize },
    /// The n-th entry that is aside is anchored.
    Anchor { n: usize },
    /// The office says that its register is still current.
    Current,
    /// A reader says yes to another.
    Yes { by: usize, to: usize },
    /// A hostile device signs something.
    Hostile {
        by: usize,
        lie: Lie,
        on: [usize; 3],
        old: bool,
    },
    /// The hostile devices tell each other everything.
    Collude,
    /// What a hostile device had held back comes.
    LetGo,
}

/// What a hostile device does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lie {
    /// None but, perhaps, in what it says to know.
    Write,
    /// The same in a log that nobody has seen.
    NewLog,
    /// A second change at the place of an own one.
    Rival,
    /// A second entry with the same change.
    Again,
    /// A change that stands on what is not named.
    Uncovered,
    /// Somebody else's change as its own.
    Stolen,
    /// A change with a byte that is other than it should be.
    Mangled,
    /// A payload that is none.
    Garbage,
    /// A payload that is much when it is unpacked.
    Bomb,
    /// An epoch for readers of a height that is not so.
    Epoch,
    /// A yes for its friend.
    Yes,
    /// A receipt for what is not there.
    Receipt,
    /// A place in the log that does not follow.
    Place,
    /// A register that nobody has.
    Register,
    /// An entry whose payload it keeps to itself.
    Withheld,
    /// A drop where there are none.
    Drop,
    /// A kind, or a checkpoint, that says nothing.
    Other,
}

const LIES: [Lie; 17] = [
    Lie::Write,
    Lie::NewLog,
    Lie::Rival,
    Lie::Again,
    Lie::Uncovered,
    Lie::Stolen,
    Lie::Mangled,
    Lie::Garbage,
    Lie::Bomb,
    Lie::Epoch,
    Lie::Yes,
    Lie::Receipt,
    Lie::Place,
    Lie::Register,
    Lie::Withheld,
    Lie::Drop,
    Lie::Other,
];

/// The steps of a seed.
pub(super) fn steps(seed: u64) -> Vec<Step> {
    let mut rng = StdRng::seed_from_u64(seed);
    let count = rng.random_range(10..45);
    // Some communes are peaceful, some have nothing but liars.
    let hostility = [0, 20, 40, 60][rng.random_range(0..4usize)];
    let mut out = if rng.random_bool(0.8) { begun() } else { Vec::new() };
    out.extend((0..count).map(|_| one(&mut rng, hostility)));
    out
}

/// Something is written, everybody may read, and all know it.
pub(super) fn begun() -> Vec<Step> {
    let edit = |by, what| Step::Edit {
        by,
        what,
        publish: true,
    };
    let meet = |one, other| Step::Meet {
        one,
        other,
        part: None,
    };
    let mut out = vec![edit(1, 0), edit(1, 3)];
    out.extend((2..DEVICES).map(|to| Step::Yes { by: 1, to }));
    out.push(Step::Publish { by: 1 });
    out.extend((0..DEVICES).map(|other| meet(1, other)));
    out.push(edit(3, 4));
    out.extend((0..DEVICES).map(|other| meet(3, other)));
    out
}

fn one(rng: &mut StdRng, hostility: u32) -> Step {
    let by = HONEST[rng.random_range(0..HONEST.len())];
    let bad = HOSTILE[rng.random_range(0..HOSTILE.len())];
    let n = rng.random_range(0..6);
    if rng.random_ratio(hostility, 100) {
        return match rng.random_range(0..20) {
            0..12 => Step::Hostile {
                by: bad,
                lie: if rng.random_bool(0.5) {
                    [Lie::Write, Lie::Write, Lie::NewLog, Lie::Rival][rng.random_range(0..4usize)]
                } else {
                    LIES[rng.random_range(0..LIES.len())]
                },
                on: [0; 3].map(|_| rng.random_range(0..1 << 20)),
                old: rng.random_bool(0.3),
            },
            12..14 => Step::Collude,
            14 => Step::LetGo,
            15..17 => Step::Cut { of: bad },
            17 => Step::Admit { of: bad },
            18 => Step::LetIn { n },
            _ => Step::Anchor { n },
        };
    }
    match rng.random_range(0..100) {
        0..34 => Step::Edit {
            by,
            what: rng.random(),
            publish: rng.random_bool(0.8),
        },
        34..40 => Step::Publish { by },
        40..44 => Step::Receipt { by },
        44..80 => Step::Meet {
            one: rng.random_range(0..DEVICES),
            other: rng.random_range(0..DEVICES),
            part: rng.random_bool(0.3).then(|| rng.random_range(1..5)),
        },
        80..84 => Step::Restart { by },
        84..87 => Step::Keep { by },
        87..90 => Step::SetBack { by },
        90..92 => Step::Role { of: by },
        92..93 => Step::Cut { of: by },
        93..95 => Step::Admit { of: by },
        95..96 => Step::LetIn { n },
        96..97 => Step::Current,
        _ => Step::Yes {
            by,
            to: rng.random_range(0..DEVICES),
        },
    }
}
