//! Work on many things that say nothing of each other, shared among the processor's cores: what a start reads.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// From so many small things on a thread costs less than it spares.
const WORTH_A_THREAD: usize = 512;
/// More are seldom free, and each has a stack.
const MOST: usize = 4;

/// What `f` makes of each of many small things, in their order. A panic in `f` goes on in the caller.
pub fn map<T: Sync, U: Send>(things: &[T], f: impl Fn(&T) -> U + Sync) -> Vec<U> {
    if things.len() < WORTH_A_THREAD {
        return things.iter().map(f).collect();
    }
    let parts = things.chunks(things.len().div_ceil(cores())).collect();
    let made = each(parts, |part| part.iter().map(&f).collect::<Vec<U>>());
    made.into_iter().flatten().collect()
}

/// What `f` makes of each of a few things that are work for a thread each, in their order. The first is done by the thread
/// that asks, so that what the largest leaves behind, if it stands first, lies in that thread's share of memory. A panic in
/// `f` goes on in the caller.
pub fn each<T: Send, U: Send>(things: Vec<T>, f: impl Fn(T) -> U + Sync) -> Vec<U> {
    let threads = cores().min(things.len());
    if threads <= 1 {
        return things.into_iter().map(f).collect();
    }
    let mut things = things.into_iter().enumerate();
    let first = things.next();
    let queue = Mutex::new(things);
    // Nothing panics while it holds the lock.
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = |first: Option<(usize, T)>| -> Vec<(usize, U)> {
        let mine = first.into_iter().chain(std::iter::from_fn(next));
        mine.map(|(place, thing)| (place, f(thing))).collect()
    };
    let mut made: Vec<(usize, U)> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| work(None))).collect();
        let mut made = work(first);
        for other in others {
            match other.join() {
                Ok(theirs) => made.extend(theirs),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    });
    made.sort_unstable_by_key(|(place, _)| *place);
    made.into_iter().map(|(_, made)| made).collect()
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).min(MOST)
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
            assert_eq!(each(things, |thing| thing * 2), doubled);
        }
    }

    #[test]
    #[should_panic(expected = "at 700")]
    fn a_panic_is_not_lost() {
        let things: Vec<usize> = (0..1_000).collect();
        map(&things, |thing| assert_ne!(*thing, 700, "at 700"));
    }
}
