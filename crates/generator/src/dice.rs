//! Choices that stay the same for ever: the ChaCha stream of a seed and a topic, and sampling written down here.
//!
//! Sampling functions of `rand` may change what they give between releases; the stream of ChaCha cannot. Each topic has
//! a stream of its own, so that one more choice in one topic changes nothing in another.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};
use sha2::{Digest, Sha256};
use sothon_records::RecordId;

/// A source of choices.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The choices of a topic (`"village/3/pledges"`) under a seed.
    pub fn new(seed: u64, topic: &str) -> Self {
        let key = Sha256::new()
            .chain_update(b"sothon/generator/1/")
            .chain_update(seed.to_le_bytes())
            .chain_update(topic);
        Dice(ChaCha8Rng::from_seed(key.finalize().into()))
    }

    /// A whole number from 0 to below `n`; 0 where `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).saturating_add(1).max(1);
        low.saturating_add(self.below(span.unsigned_abs()) as i64)
    }

    /// Whether something happens that happens `n` times in a thousand.
    pub fn per_mille(&mut self, n: u64) -> bool {
        self.below(1_000) < n
    }

    /// Whether something happens that happens `n` times in a hundred.
    pub fn percent(&mut self, n: u64) -> bool {
        self.per_mille(n.saturating_mul(10))
    }

    /// How often something happens to `among` that happens to `n` of a thousand.
    pub fn times(&mut self, among: usize, n: u64) -> usize {
        let expected = among as u64 * n;
        (expected / 1_000) as usize + usize::from(self.per_mille(expected % 1_000))
    }

    /// One of these; the default where there is none.
    pub fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        let at = self.below(from.len() as u64) as usize;
        from.get(at).copied().unwrap_or_default()
    }

    /// One of these, if there is one.
    pub fn choose<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let at = self.below(from.len() as u64) as usize;
        from.get(at).copied()
    }

    /// One of these by weight; `other` where none has any.
    pub fn weighted<T: Copy>(&mut self, from: &[(T, u64)], other: T) -> T {
        let total = from.iter().map(|(_, weight)| weight).sum();
        let mut left = self.below(total);
        for (value, weight) in from {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        other
    }

    /// A record id: a UUID of version 4 whose bits are these choices.
    pub fn id(&mut self) -> RecordId {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        RecordId(uuid::Builder::from_random_bytes(bytes).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_of_a_seed_and_topic_never_changes() {
        let mut dice = Dice::new(1, "test");
        let drawn: Vec<u64> = (0..6).map(|_| dice.below(1_000)).collect();
        assert_eq!(drawn, PINNED);
        assert_eq!(dice.id().0.get_version_num(), 4);
    }

    const PINNED: [u64; 6] = [801, 26, 574, 740, 485, 944];

    #[test]
    fn draws_stay_within_their_bounds() {
        let mut dice = Dice::new(2, "test");
        for _ in 0..2_000 {
            assert!((-3..=5).contains(&dice.between(-3, 5)));
            assert!(dice.below(7) < 7);
        }
        assert_eq!(dice.below(0), 0);
        assert!(!dice.per_mille(0) && dice.per_mille(1_000));
        assert_eq!(dice.weighted(&[('a', 0), ('b', 3)], 'c'), 'b');
        assert_eq!(dice.weighted(&[], 'c'), 'c');
    }
}
