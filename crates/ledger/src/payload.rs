//! What entries carry, in plain: the bodies of each kind (docs/format.md, "Payloads").

use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};

use crate::announced::Announced;
use crate::ids::{Actor, AgreeKey, BookId, DeviceId, Digest, EntryId, EpochId, Height};
use crate::people::Compartment;
use crate::register::LogHead;

/// The random part of an Automerge actor id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(transparent)]
pub struct ActorNonce(#[n(0)] ByteArray<16>);

impl ActorNonce {
    /// Takes 16 random bytes.
    pub fn new(random: [u8; 16]) -> Self {
        ActorNonce(random.into())
    }

    /// The bytes, to be kept sealed.
    pub fn bytes(&self) -> [u8; 16] {
        self.0.into()
    }

    /// The actor of a device in a book: the first 16 bytes of `SHA-256("sothon/actor/1" ‖ book ‖ device ‖ r)`. It
    /// belongs to the device, since nobody else can name an r for it (A2).
    pub fn actor(&self, book: &BookId, device: &DeviceId) -> Actor {
        let hash = Sha256::new()
            .chain_update(b"sothon/actor/1")
            .chain_update(book)
            .chain_update(device)
            .chain_update(self.bytes())
            .finalize();
        let mut actor = [0; 16];
        actor.copy_from_slice(&hash[..16]);
        Actor(actor)
    }
}

/// Kind *changes*: Automerge changes. Also kinds *drop* and *reply*, with exactly one chunk, or none in a dummy.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
#[cbor(map)]
pub struct Changes {
    /// When the device published it, in unix seconds by its own clock; 0 = unknown (clock outside 2020 to 2099).
    #[n(0)]
    pub time: i64,
    /// The random parts of the actors that are used here for the first time.
    #[cbor(n(1), encode_with = "minicbor::Encode::encode", is_nil = "none_or_empty")]
    pub actors: Option<Vec<ActorNonce>>,
    /// Plain Automerge change chunks, in an order in which they can be applied.
    #[n(2)]
    pub chunks: Vec<ByteVec>,
    /// The entries of this device, or by the registrar's order of another, that are written again here (§3.4, going on).
    #[cbor(n(3), encode_with = "minicbor::Encode::encode", is_nil = "none_or_empty")]
    pub replaces: Option<Vec<EntryId>>,
}

/// An empty list is left out, so that one meaning has one encoding.
fn none_or_empty<T>(list: &Option<Vec<T>>) -> bool {
    list.as_ref().is_none_or(Vec::is_empty)
}

/// Kind *checkpoint*: a full save of the book, and what it covers (design.md §3.7). The save is a blob beside the log.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Checkpoint {
    /// When the device made it, as in [`Changes`].
    #[n(0)]
    pub time: i64,
    /// SHA-256 of the sealed save.
    #[n(1)]
    pub blob: Digest,
    /// Length of the sealed save in bytes.
    #[n(2)]
    pub size: u64,
    /// The covered heads, as whole envelopes, in ascending order of their ids.
    #[n(3)]
    pub heads: Vec<ByteVec>,
    /// Whose the actors in the save are, in ascending order.
    #[n(4)]
    pub actors: Vec<ActorOwner>,
}

/// An actor, and what shows that it is a device's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct ActorOwner {
    /// The actor.
    #[n(0)]
    pub actor: Actor,
    /// Whose it is.
    #[n(1)]
    pub device: DeviceId,
    /// Its random part.
    #[n(2)]
    pub nonce: ActorNonce,
}

/// What is in a checkpoint's blob: every change of the book, said of the entry that carries it. They are not Automerge's own
/// save but whole changes, so that the gate judges each as if it came in its entry.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
#[cbor(map)]
pub struct Save {
    /// The covered entries that carry changes, so ordered that each change comes after those that it builds on.
    #[n(0)]
    pub entries: Vec<SavedEntry>,
}

/// A covered entry, and what it carries.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct SavedEntry {
    /// The entry.
    #[n(0)]
    pub entry: EntryId,
    /// Its changes, in the order in which it carries them.
    #[n(1)]
    pub changes: Vec<SavedChange>,
}

/// A change without what those before it say: 36 bytes of hashes in each would be more than half of a save, since nothing
/// packs them.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct SavedChange {
    /// How many changes before it those are which it builds on, in its own order; 1 is the one right before it, also where
    /// that is an earlier entry's.
    #[n(0)]
    pub back: Vec<u32>,
    /// The body of its chunk after the list of hashes. `None`: it is no new change, but the one that is so far back.
    #[n(1)]
    pub rest: Option<ByteVec>,
}

/// Kind *epoch*: the epoch itself is named in the header.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Epoch {
    /// The register height whose readers it is for.
    #[n(0)]
    pub height: Height,
    /// The public half of the key that drops are sealed to.
    #[n(1)]
    pub drop_key: AgreeKey,
}

impl Epoch {
    /// What this says of the epoch that the header names.
    pub fn announces(&self, epoch: EpochId) -> Announced {
        Announced {
            epoch,
            height: self.height,
            drop_key: self.drop_key,
        }
    }
}

/// Kind *yes*: this device may count as a reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Yes {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
}

/// One of a device's agree keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct PublishedKey {
    /// The compartment whose volumes it opens.
    #[n(0)]
    pub compartment: Compartment,
    /// The year of the volumes.
    #[n(1)]
    pub year: u32,
    /// The public half.
    #[n(2)]
    pub key: AgreeKey,
}

/// Kind *keys*: a device's agree keys for this year and the next.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Keys {
    /// The keys.
    #[n(0)]
    pub keys: Vec<PublishedKey>,
}

/// Kind *receipt*: the device holds these heads of this book.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Receipt {
    /// The heads, sorted.
    #[n(0)]
    pub heads: Vec<LogHead>,
}

/// Kind *final*: the device writes nothing more in this volume.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
#[cbor(map)]
pub struct Final {}
