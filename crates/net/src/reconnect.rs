//! When to try again: jittered exponential backoff, and the loop that keeps a session open for ever.
//!
//! What the operating system says about the network is never asked: it is wrong in the field often enough that the only
//! honest probe is to dial (design.md §3.9). The waiting is cut short when a person asks for it, or when something that
//! makes success likely has happened.

use std::future::Future;
use std::time::Duration;

use rand_core::Rng;
use tokio::sync::watch;
use tokio::time::Instant;

/// How long to wait between attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first failure, before jitter.
    pub first: Duration,
    /// The wait never grows beyond this, before jitter.
    pub longest: Duration,
    /// A connection that lived at least this long counts as success: the next wait is the first one again.
    pub lived: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Backoff {
            first: Duration::from_secs(1),
            longest: Duration::from_secs(300),
            lived: Duration::from_secs(30),
        }
    }
}

impl Backoff {
    /// The wait after `failures` attempts in a row that failed (1 or more): between half and the whole of
    /// `first · 2^(failures-1)`, at most `longest`. The jitter keeps the devices of a commune whose relay has come back
    /// from all dialing in one moment.
    pub fn wait(&self, failures: u32, rng: &mut impl Rng) -> Duration {
        let doublings = failures.saturating_sub(1).min(20);
        let whole = self.first.saturating_mul(1 << doublings).min(self.longest);
        let half = whole / 2;
        let share = f64::from(rng.next_u32()) / f64::from(u32::MAX);
        half + half.mul_f64(share)
    }
}

/// What the loop should do after an attempt has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum After {
    /// Try again after the backoff.
    Again,
    /// Trying again cannot help before a person or the register changes something: wait for a wake.
    Rest,
    /// End the loop.
    Stop,
}

/// Runs `attempt` again and again, waiting by `backoff` in between, until it answers [`After::Stop`] or `stop` is true.
///
/// `wake` is a counter: each change of it ends a wait at once and forgets the failures so far.
pub async fn keep_trying<F, Fut>(
    backoff: Backoff,
    mut rng: impl Rng,
    mut wake: watch::Receiver<u64>,
    mut stop: watch::Receiver<bool>,
    mut attempt: F,
) where
    F: FnMut() -> Fut,
    Fut: Future<Output = After>,
{
    let mut failures = 0;
    loop {
        if *stop.borrow_and_update() {
            return;
        }
        wake.mark_unchanged();
        let begun = Instant::now();
        let after = tokio::select! {
            after = attempt() => after,
            () = stopped(&mut stop) => return,
        };
        if begun.elapsed() >= backoff.lived {
            failures = 0;
        }
        let wait = match after {
            After::Stop => return,
            After::Rest => None,
            After::Again => {
                failures += 1;
                Some(backoff.wait(failures, &mut rng))
            }
        };
        tokio::select! {
            () = pause(wait) => {}
            () = woken(&mut wake) => failures = 0,
            () = stopped(&mut stop) => return,
        }
    }
}

async fn pause(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}

/// Ends at the next wake; never, if nobody can wake any more.
async fn woken(wake: &mut watch::Receiver<u64>) {
    if wake.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Ends when `stop` becomes true, or when nobody can stop any more.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone: whoever wanted the loop has ended.
    let _ = stop.wait_for(|stop| *stop).await;
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    const BACKOFF: Backoff = Backoff {
        first: Duration::from_secs(1),
        longest: Duration::from_secs(60),
        lived: Duration::from_secs(30),
    };

    #[test]
    fn waits_double_up_to_the_longest_and_are_jittered() {
        let mut rng = StdRng::seed_from_u64(1);
        let mut seen = std::collections::BTreeSet::new();
        for failures in 1..40 {
            let whole = Duration::from_secs(60.min(1 << (failures - 1).min(10)));
            let wait = BACKOFF.wait(failures, &mut rng);
            assert!(wait >= whole / 2 && wait <= whole, "{failures}: {wait:?}");
            seen.insert(wait);
        }
        assert!(seen.len() > 30);
    }

    #[tokio::test(start_paused = true)]
    async fn failures_are_tried_again_later_and_later_until_stopped() {
        let (_wake, wake) = watch::channel(0);
        let (stop, stopped) = watch::channel(false);
        let begun = Instant::now();
        let times = RefCell::new(Vec::new());
        keep_trying(BACKOFF, StdRng::seed_from_u64(2), wake, stopped, || async {
            times.borrow_mut().push(begun.elapsed().as_secs_f64());
            if times.borrow().len() == 12 {
                stop.send_replace(true);
            }
            After::Again
        })
        .await;
        let times = times.into_inner();
        assert_eq!(times.len(), 12);
        let waits: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
        assert!(
            waits[0] <= 1.0 && waits[5] >= 16.0 && waits[10] >= 30.0,
            "{waits:?}"
        );
        assert!(waits.iter().all(|w| *w <= 60.1), "{waits:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_lived_is_tried_again_at_once() {
        let (_wake, wake) = watch::channel(0);
        let (stop, stopped) = watch::channel(false);
        let begun = Instant::now();
        let ends = RefCell::new(Vec::new());
        let starts = RefCell::new(Vec::new());
        keep_trying(BACKOFF, StdRng::seed_from_u64(3), wake, stopped, || async {
            starts.borrow_mut().push(begun.elapsed());
            let count = starts.borrow().len();
            if count == 8 {
                tokio::time::sleep(Duration::from_secs(40)).await;
            }
            if count == 9 {
                stop.send_replace(true);
            }
            ends.borrow_mut().push(begun.elapsed());
            After::Again
        })
        .await;
        let wait = starts.borrow()[8] - ends.borrow()[7];
        assert!(wait <= Duration::from_millis(1100), "{wait:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wake_ends_a_rest() {
        let (wake, woken) = watch::channel(0);
        let (_stop, stopped) = watch::channel(false);
        let count = RefCell::new(0);
        let done = keep_trying(BACKOFF, StdRng::seed_from_u64(4), woken, stopped, || async {
            *count.borrow_mut() += 1;
            if *count.borrow() == 2 {
                After::Stop
            } else {
                After::Rest
            }
        });
        let waking = async {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            assert_eq!(*count.borrow(), 1);
            wake.send_modify(|n| *n += 1);
        };
        tokio::join!(done, waking);
        assert_eq!(*count.borrow(), 2);
    }
}
