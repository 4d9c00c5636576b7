//! Changes bytes as chance, a bad disk or somebody hostile might.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

/// Heads of CBOR items and of runs that promise much, and the edges of numbers.
const TELLING: &[&[u8]] = &[
    &[0x00],
    &[0x17],
    &[0x18],
    &[0x1f],
    &[0x40],
    &[0x5f],
    &[0x7f],
    &[0x80],
    &[0x9f],
    &[0xa0],
    &[0xbf],
    &[0xf6],
    &[0xff],
    &[0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x1b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x5a, 0xff, 0xff, 0xff, 0xff],
    &[0x5b, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00],
    &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0xbb, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00],
    &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
    &[0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];

/// Makes bytes of honest ones, the same from the same seed.
pub struct Mutator {
    rng: StdRng,
    seeds: Vec<Vec<u8>>,
}

impl Mutator {
    /// Begins.
    pub fn new(seed: u64, seeds: Vec<Vec<u8>>) -> Mutator {
        Mutator {
            rng: StdRng::seed_from_u64(seed),
            seeds,
        }
    }

    /// The next bytes: one of the seeds after a few changes, now and then as it is, now and then nothing honest at all.
    pub fn next_bytes(&mut self) -> Vec<u8> {
        let Some(seed) = self.seeds.choose(&mut self.rng) else {
            return self.noise(64);
        };
        let mut bytes = seed.clone();
        match self.rng.random_range(0..50) {
            0 => return bytes,
            1 => return self.noise(300),
            _ => {}
        }
        let changes = 1 + self.rng.random_range(0..6u32) / 2 * self.rng.random_range(0..4);
        for _ in 0..changes.max(1) {
            self.change(&mut bytes);
        }
        bytes
    }

    fn noise(&mut self, most: usize) -> Vec<u8> {
        let length = self.rng.random_range(0..=most);
        (0..length).map(|_| self.rng.random()).collect()
    }

    /// A range in so many bytes, mostly a short one.
    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let at = self.rng.random_range(0..=length);
        let most = if self.rng.random_bool(0.8) { 8 } else { length };
        at..(at + self.rng.random_range(0..=most)).min(length)
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let range = self.range(bytes.len());
        match self.rng.random_range(0..10) {
            0 | 1 if !bytes.is_empty() => {
                let at = self.rng.random_range(0..bytes.len());
                bytes[at] ^= 1 << self.rng.random_range(0..8);
            }
            2 if !bytes.is_empty() => {
                let at = self.rng.random_range(0..bytes.len());
                let by = self.rng.random_range(1..=4u8);
                bytes[at] = if self.rng.random() {
                    bytes[at].wrapping_add(by)
                } else {
                    bytes[at].wrapping_sub(by)
                };
            }
            3 => {
                let telling = TELLING.choose(&mut self.rng).copied().unwrap_or_default();
                bytes.splice(
                    range.start..(range.start + 1).min(bytes.len()),
                    telling.iter().copied(),
                );
            }
            4 => bytes.truncate(range.start),
            5 => drop(bytes.drain(range)),
            6 => {
                let again = bytes[range.clone()].to_vec();
                bytes.splice(range.start..range.start, again);
            }
            7 => {
                let noise = self.noise(8);
                bytes.splice(range, noise);
            }
            // A piece of another honest one, at the same place or at any.
            8 => {
                let other = self.seeds.choose(&mut self.rng).cloned().unwrap_or_default();
                let piece = self.range(other.len());
                let at = if self.rng.random() {
                    piece.start
                } else {
                    range.start
                };
                let at = at.min(bytes.len());
                let to = (at + piece.len()).min(bytes.len());
                bytes.splice(at..to, other[piece].iter().copied());
            }
            _ => bytes[range].fill([0, 0xff, 0x80][self.rng.random_range(0..3usize)]),
        }
    }
}

/// Shorter bytes that break the same: pieces are left out while `breaks` holds.
pub fn shorten(mut bytes: Vec<u8>, breaks: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut piece = bytes.len() / 2;
    while piece > 0 {
        let mut at = 0;
        while at < bytes.len() {
            let mut shorter = bytes.clone();
            shorter.drain(at..(at + piece).min(bytes.len()));
            if breaks(&shorter) {
                bytes = shorter;
            } else {
                at += piece;
            }
        }
        piece /= 2;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_bytes() {
        let seeds = vec![b"honest".to_vec(), vec![7; 40]];
        let mut one = Mutator::new(3, seeds.clone());
        let mut other = Mutator::new(3, seeds);
        for _ in 0..200 {
            assert_eq!(one.next_bytes(), other.next_bytes());
        }
    }

    #[test]
    fn what_breaks_is_made_short() {
        let short = shorten((0..200).collect(), |bytes| {
            bytes.contains(&77) && bytes.contains(&150)
        });
        assert_eq!(short, [77, 150]);
    }
}
