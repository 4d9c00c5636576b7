//! What the commune's LAN key proves: that an announcement, or a dial, is by a device of this commune (A32).
//!
//! An announcement carries `salt ‖ HMAC(key, "sothon/nearby/1" ‖ salt)`. A dial carries in the connection id of its first
//! packet, which everybody may choose, `nonce ‖ HMAC(key, "sothon/dial/1" ‖ nonce)`, shortened; a listener that gets
//! something else does not answer at all, so that a prober learns neither that somebody listens nor whose key it is. This
//! is no authentication (whoever heard a dial may repeat it after the listener has restarted), and nothing rests on it but
//! silence: who the peer is, TLS says.

use std::collections::{HashSet, VecDeque};

use hmac::{Hmac, KeyInit, Mac};
use quinn::ConnectionId;
use rand_core::Rng;
use sha2::{Digest, Sha256};
use sothon_ledger::Root;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes of salt in an announcement.
pub const SALT: usize = 16;
/// Bytes of an announcement's proof.
pub const PROOF: usize = 32;
const NONCE: usize = 8;
const SHORT_PROOF: usize = 12;
/// How many nonces a listener remembers.
const REMEMBERED: usize = 4096;

/// The key that the devices of a commune share to recognize each other nearby, or that by which they recognize a relay.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct LanKey([u8; 32]);

impl LanKey {
    /// Takes the key's bytes.
    pub fn new(bytes: [u8; 32]) -> LanKey {
        LanKey(bytes)
    }

    /// The key by which relays of this commune are recognized: SHA-256("sothon/nearby-relay/1" ‖ root). A relay cannot
    /// open the commune's own LAN key; the root is known to members and relays only.
    pub fn of_relay(root: &Root) -> LanKey {
        let hash = Sha256::new()
            .chain_update(b"sothon/nearby-relay/1")
            .chain_update(root.0)
            .finalize();
        LanKey(hash.into())
    }

    /// The proof for an announcement with this salt.
    pub fn announcement(&self, salt: &[u8; SALT]) -> [u8; PROOF] {
        self.mac(b"sothon/nearby/1", salt).finalize().into_bytes().into()
    }

    /// Whether an announcement was made with this key. Takes the same time for every wrong proof.
    pub fn announced(&self, salt: &[u8], proof: &[u8]) -> bool {
        salt.len() == SALT && self.mac(b"sothon/nearby/1", salt).verify_slice(proof).is_ok()
    }

    /// The connection id for a new dial.
    pub fn dial(&self, rng: &mut impl Rng) -> ConnectionId {
        let mut id = [0; NONCE + SHORT_PROOF];
        let (nonce, proof) = id.split_at_mut(NONCE);
        rng.fill_bytes(nonce);
        let whole = self.mac(b"sothon/dial/1", nonce).finalize().into_bytes();
        proof.copy_from_slice(&whole[..SHORT_PROOF]);
        ConnectionId::new(&id)
    }

    fn dialed(&self, id: &[u8]) -> Option<[u8; NONCE]> {
        if id.len() != NONCE + SHORT_PROOF {
            return None;
        }
        let (nonce, proof) = id.split_at(NONCE);
        self.mac(b"sothon/dial/1", nonce)
            .verify_truncated_left(proof)
            .ok()?;
        nonce.try_into().ok()
    }

    fn mac(&self, purpose: &[u8], about: &[u8]) -> Hmac<Sha256> {
        // HMAC pads a short key with zeros to its block (RFC 2104 §2).
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.0);
        let mac = Hmac::<Sha256>::new((&block).into());
        block.zeroize();
        mac.chain_update(purpose).chain_update(about)
    }
}

/// Hides the key.
impl std::fmt::Debug for LanKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LanKey(..)")
    }
}

/// A listener's memory of the dials that it has answered, so that one that was overheard cannot be repeated to it.
#[derive(Debug)]
pub struct Doorkeeper {
    key: LanKey,
    seen: HashSet<[u8; NONCE]>,
    order: VecDeque<[u8; NONCE]>,
}

impl Doorkeeper {
    /// Answers to dials that this key proves.
    pub fn new(key: LanKey) -> Doorkeeper {
        Doorkeeper {
            key,
            seen: HashSet::new(),
            order: VecDeque::new(),
        }
    }

    /// Whether a dial with this connection id bears the proof; it is not remembered yet.
    pub fn knows(&self, id: &ConnectionId) -> bool {
        self.key
            .dialed(id)
            .is_some_and(|nonce| !self.seen.contains(&nonce))
    }

    /// Whether to let a dial with this connection id in. Every id is let in once.
    pub fn admit(&mut self, id: &ConnectionId) -> bool {
        let Some(nonce) = self.key.dialed(id) else {
            return false;
        };
        if !self.seen.insert(nonce) {
            return false;
        }
        self.order.push_back(nonce);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn an_announcement_is_known_by_the_key_alone() {
        let (ours, other) = (LanKey::new([1; 32]), LanKey::new([2; 32]));
        let salt = [7; SALT];
        let proof = ours.announcement(&salt);
        assert!(ours.announced(&salt, &proof));
        assert!(!other.announced(&salt, &proof));
        assert!(!ours.announced(&[8; SALT], &proof));
        assert!(!ours.announced(&salt, &proof[..31]));
        assert!(!ours.announced(&[], &proof));
    }

    #[test]
    fn relays_are_known_by_a_key_that_only_the_root_gives() {
        let key = LanKey::of_relay(&Root([7; 32]));
        // By another implementation of SHA-256.
        let hash = "682175e936cf42319ab954b1b7f1e43bcf517f9b06d82daa05237f8990c200f8";
        assert_eq!(key.0.map(|byte| format!("{byte:02x}")).concat(), hash);
        let (salt, proof) = ([1; SALT], key.announcement(&[1; SALT]));
        assert!(LanKey::of_relay(&Root([7; 32])).announced(&salt, &proof));
        assert!(!LanKey::of_relay(&Root([8; 32])).announced(&salt, &proof));
        assert!(!LanKey::new([7; 32]).announced(&salt, &proof));
    }

    #[test]
    fn a_dial_is_let_in_once_and_only_with_the_key() {
        let mut rng = StdRng::seed_from_u64(1);
        let ours = LanKey::new([1; 32]);
        let mut door = Doorkeeper::new(ours.clone());
        let id = ours.dial(&mut rng);
        assert!(door.knows(&id));
        assert!(door.admit(&id));
        assert!(!door.knows(&id));
        assert!(!door.admit(&id));
        assert!(!door.admit(&LanKey::new([2; 32]).dial(&mut rng)));
        assert!(!door.admit(&ConnectionId::new(&[0; 20])));
        assert!(!door.admit(&ConnectionId::new(&[0; 8])));
        assert!(door.admit(&ours.dial(&mut rng)));
    }

    #[test]
    fn the_memory_of_dials_is_bounded() {
        let mut rng = StdRng::seed_from_u64(1);
        let ours = LanKey::new([1; 32]);
        let mut door = Doorkeeper::new(ours.clone());
        for _ in 0..REMEMBERED + 10 {
            assert!(door.admit(&ours.dial(&mut rng)));
        }
        assert_eq!(door.seen.len(), REMEMBERED);
    }
}
