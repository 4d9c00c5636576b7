//! Work on many things that say nothing of each other, shared among the processor's cores: what a start reads.

use std::num::NonZero;
use std::thread;

/// From so many things on a thread costs less than it spares.
const WORTH_A_THREAD: usize = 512;
/// More are seldom free, and each has a stack.
const MOST: usize = 4;

/// What `f` makes of each thing, in their order. A panic in `f` goes on in the caller.
pub fn map<T: Sync, U: Send>(things: &[T], f: impl Fn(&T) -> U + Sync) -> Vec<U> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get).min(MOST);
    if cores == 1 || things.len() < WORTH_A_THREAD {
        return things.iter().map(f).collect();
    }
    thread::scope(|scope| {
        let f = &f;
        let parts: Vec<_> = things
            .chunks(things.len().div_ceil(cores))
            .map(|part| scope.spawn(move || -> Vec<U> { part.iter().map(f).collect() }))
            .collect();
        let made = parts.into_iter().flat_map(|part| match part.join() {
            Ok(made) => made,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        made.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_come_back_in_their_order() {
        for count in [0, 1, WORTH_A_THREAD - 1, WORTH_A_THREAD, 10_007] {
            let things: Vec<usize> = (0..count).collect();
            let doubled: Vec<usize> = things.iter().map(|thing| thing * 2).collect();
            assert_eq!(map(&things, |thing| thing * 2), doubled);
        }
    }

    #[test]
    #[should_panic(expected = "at 700")]
    fn a_panic_is_not_lost() {
        let things: Vec<usize> = (0..1_000).collect();
        map(&things, |thing| assert_ne!(*thing, 700, "at 700"));
    }
}
