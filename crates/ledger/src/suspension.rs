//! Suspension: a signed note beside the register (design.md §3.5, B10).
//!
//! A phone is lost at night, and the registrar is asleep. The registrar or a police chief signs a note: relay and peers stop
//! serving the device, readers stop wrapping for it. It changes no verdict, and is no operation: two people who write it at
//! once fork nothing. The registrar turns it into a cut, or lifts it.
//!
//! A note ends with the term in which it was signed: a cut takes its place, and who is admitted again after that begins anew,
//! whether the two were heard of one by one or together.
//!
//! What counts is a function of the notes and the register: see [`Suspensions::holds`].

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use minicbor::{Decode, Encode};

use crate::cbor;
use crate::ids::{DeviceId, Height, MAX_NUMBER, OperationId, Root};
use crate::people::Role;
use crate::register::{Operation, Register, RoleSpan};
use crate::sign::{self, SignError, Signed};

/// The most bytes that a note may have.
pub const MAX_NOTE: usize = 512;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
struct Statement {
    #[n(0)]
    version: u64,
    #[n(1)]
    root: Root,
    #[n(2)]
    device: DeviceId,
    #[n(3)]
    height: Height,
    #[n(4)]
    operation: OperationId,
    #[n(5)]
    counter: u64,
    #[n(6)]
    begins: bool,
    /// The registrar key, or a police chief's device.
    #[n(7)]
    by: DeviceId,
}

/// A note whose form and signature are right. Whether it counts, the register says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    bytes: Vec<u8>,
    statement: Statement,
}

/// What a note says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Says {
    /// Of which device.
    pub device: DeviceId,
    /// Whether it is suspended from now on, or no more.
    pub begins: bool,
    /// Counts the notes about one device, as far as their signer knows them.
    pub counter: u64,
}

/// Why bytes are no note.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// Longer than [`MAX_NOTE`].
    #[error("the note has {0} bytes")]
    TooLong(usize),
    /// Form or signature.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// Not the fields of a note of this version.
    #[error("the note's fields")]
    Fields,
}

impl Note {
    /// Signs a note where the register is evaluated, by the registrar key or a police chief's device.
    pub fn sign(register: &Register, says: Says, key: &SigningKey) -> Note {
        let height = register.effective_height();
        let evaluated = register.operation(height).map(Operation::id);
        let operation = evaluated.unwrap_or(register.head().1);
        let Says {
            device,
            begins,
            counter,
        } = says;
        let statement = Statement {
            version: 1,
            root: register.root(),
            device,
            height,
            operation,
            counter,
            begins,
            by: DeviceId(key.verifying_key().to_bytes()),
        };
        Note {
            bytes: sign::sign(sign::SUSPENSION, &cbor::encode(&statement), key),
            statement,
        }
    }

    /// Reads a note and verifies that who it names signed it.
    ///
    /// # Errors
    /// [`NoteError`].
    pub fn parse(bytes: &[u8]) -> Result<Note, NoteError> {
        if bytes.len() > MAX_NOTE {
            return Err(NoteError::TooLong(bytes.len()));
        }
        let signed = Signed::parse(bytes)?;
        let statement: Statement = cbor::decode(signed.payload).map_err(|_| NoteError::Fields)?;
        let numbers = (1..=MAX_NUMBER).contains(&statement.height.0) && statement.counter <= MAX_NUMBER;
        if statement.version != 1 || !numbers {
            return Err(NoteError::Fields);
        }
        signed.verify(sign::SUSPENSION, &statement.by.0)?;
        Ok(Note {
            bytes: bytes.to_vec(),
            statement,
        })
    }

    /// The note as it travels and is stored.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The commune.
    pub fn root(&self) -> Root {
        self.statement.root
    }

    /// What it says.
    pub fn says(&self) -> Says {
        let Statement {
            device,
            begins,
            counter,
            ..
        } = self.statement;
        Says {
            device,
            begins,
            counter,
        }
    }

    /// Who signed it: the registrar key, or a device.
    pub fn by(&self) -> DeviceId {
        self.statement.by
    }

    /// Whether it says anything. The operation that it names is the register's; from there until now the device that it is
    /// about has had a role, and its signer was the registrar or a police chief, both without a gap. What stopped to count
    /// never counts again, so it does not matter who heard of the end by itself.
    fn counts(&self, register: &Register) -> bool {
        let Statement { root, height, by, .. } = self.statement;
        let until = register.effective_height();
        let names = register.operation(height).map(Operation::id);
        let throughout = |device: &DeviceId, is: fn(&RoleSpan) -> bool| {
            let info = register.rights().device(device);
            info.is_some_and(|info| info.has_throughout(height, until, is))
        };
        root == register.root()
            && height <= until
            && names == Some(self.statement.operation)
            && throughout(&self.statement.device, |_| true)
            && (self.is_registrars(register) || throughout(&by, |span| span.role == Role::PoliceChief))
    }

    fn is_registrars(&self, register: &Register) -> bool {
        register.registrar_since(self.statement.height) == Some(self.statement.by.0)
    }

    /// Of one signer's notes about a device the greatest counts.
    fn order(&self) -> (Height, u64, bool, &[u8]) {
        let Statement {
            height,
            counter,
            begins,
            ..
        } = self.statement;
        (height, counter, begins, &self.bytes)
    }
}

/// The notes that are held: of each signer about each device the last one. The register bounds how many there can be: who
/// has a role, times the registrar and the police chiefs.
#[derive(Clone, Debug, Default)]
pub struct Suspensions {
    notes: BTreeMap<(DeviceId, DeviceId), Note>,
}

impl Suspensions {
    /// Takes a note; whether it is new. One that does not count by this register is not taken.
    pub fn take(&mut self, register: &Register, note: Note) -> bool {
        let place = (note.says().device, note.by());
        let held = self.notes.get(&place);
        let is_new = held.is_none_or(|held| held.order() < note.order());
        let takes = is_new && note.counts(register);
        if takes {
            self.notes.insert(place, note);
        }
        takes
    }

    /// Lets go of what says nothing any more: notes about devices that were cut, and by who may not say so.
    pub fn settle(&mut self, register: &Register) {
        self.notes.retain(|_, note| note.counts(register));
    }

    /// Whether a device is suspended. A chief's notes count while the registrar has not suspended the chief's own device;
    /// the registrar's word outweighs a chief's that names no greater register height.
    pub fn holds(&self, register: &Register, device: &DeviceId) -> bool {
        self.deciding(register, device)
            .is_some_and(|note| note.says().begins)
    }

    /// The note by which a device is suspended or was let go.
    pub fn deciding(&self, register: &Register, device: &DeviceId) -> Option<&Note> {
        let about = self.about(device).filter(|note| note.counts(register));
        let heard =
            about.filter(|note| note.is_registrars(register) || !self.by_registrar(register, &note.by()));
        heard.max_by_key(|note| {
            let (height, counter, begins, bytes) = note.order();
            (height, note.is_registrars(register), counter, begins, bytes)
        })
    }

    fn by_registrar(&self, register: &Register, device: &DeviceId) -> bool {
        let own = self.about(device).find(|note| note.is_registrars(register));
        own.is_some_and(|note| note.counts(register) && note.says().begins)
    }

    fn about(&self, device: &DeviceId) -> impl Iterator<Item = &Note> {
        let from = (*device, DeviceId([0; 32]));
        self.notes
            .range(from..=(*device, DeviceId([255; 32])))
            .map(|(_, note)| note)
    }

    /// The counter of a signer's next note about a device: above those that are held, so that of two chiefs who name the same
    /// height the one that knew the other's word is heard. The registrar is heard anyway, and counts its own alone: nobody
    /// else can use its numbers up.
    pub fn next_counter(&self, register: &Register, device: &DeviceId, by: &DeviceId) -> u64 {
        let counts_alone = by.0 == register.registrar();
        let known = self.about(device);
        let known = known.filter(|note| !counts_alone || note.by() == *by);
        let highest = known.map(|note| note.says().counter).max().unwrap_or(0);
        highest.saturating_add(1).min(MAX_NUMBER)
    }

    /// All notes that are held.
    pub fn iter(&self) -> impl Iterator<Item = &Note> {
        self.notes.values()
    }
}
