//! The smallest histories of what was wrong once, each on many communes.

use super::run;
use super::step::{Lie, Step, begun};

const fn edit(by: usize, what: u8) -> Step {
    Step::Edit {
        by,
        what,
        publish: true,
    }
}

const fn meet(one: usize, other: usize) -> Step {
    Step::Meet {
        one,
        other,
        part: None,
    }
}

const fn lie(by: usize, lie: Lie, on: [usize; 3]) -> Step {
    Step::Hostile {
        by,
        lie,
        on,
        old: false,
    }
}

fn holds(steps: &[Step]) {
    for seed in 0..40 {
        if let Err(error) = run(seed, steps, None) {
            panic!("seed {seed}: {error}");
        }
    }
}

/// What builds on a change that cannot be opened was "waiting for its payload", or judged, as the secret came before it
/// or after.
#[test]
fn what_a_change_is_called_does_not_depend_on_when_a_secret_came() {
    holds(&[
        edit(2, 27),
        edit(1, 252),
        meet(2, 1),
        edit(2, 249),
        Step::Cut { of: 2 },
        lie(4, Lie::NewLog, [312_535, 51_080, 531_344]),
    ]);
}

/// A reader may make an epoch, and nobody can make it give the secret away. Nothing that honest devices wrote later, having
/// named what it wrote under it, was ever opened again, by anybody.
#[test]
fn a_writer_who_keeps_the_secret_of_its_epoch_shuts_nobody_elses_work() {
    let mut history = begun();
    history.extend([
        lie(4, Lie::Epoch, [0, 2, 1]),
        lie(4, Lie::Write, [1, 1, 1]),
        meet(4, 1),
        edit(1, 1),
        meet(1, 2),
        edit(2, 2),
    ]);
    holds(&history);
}
