//! Suspension: a signed note beside the register (design.md §3.5, B10).
//!
//! A phone is lost at night, and the registrar is asleep. The registrar or a police chief signs a note: relay and peers stop
//! serving the device, readers stop wrapping for it. It changes no verdict, and is no operation: two people who write it at
//! once fork nothing. The registrar turns it into a cut, or lifts it.
//!
//! What counts is a function of the notes and the register: see [`Suspensions::holds`].

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use minicbor::{Decode, Encode};

use crate::cbor;
use crate::ids::{DeviceId, Height, MAX_NUMBER, OperationId, Root};
use crate::people::Role;
use crate::register::Register;
use crate::sign::{self, SignError, Signed};

/// The most bytes that a note may have.
pub const MAX_NOTE: usize = 512;
/// The most notes that are kept of a commune: two for each device that somebody has lost.
pub const MOST_NOTES: usize = 256;

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
    /// Counts the notes of one signer about one device.
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
    /// Signs a note at the register's head, by the registrar key or a police chief's device.
    pub fn sign(register: &Register, says: Says, key: &SigningKey) -> Note {
        let (height, operation) = register.head();
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

    /// Whether its signer may say so: the registrar in force, or a device that is a police chief's now and was at the
    /// height that it names. The operation that it names is the register's.
    fn counts(&self, register: &Register) -> bool {
        let Statement { root, height, by, .. } = self.statement;
        let names = register.operation(height).map(crate::register::Operation::id);
        let chief = |at: Height| {
            let info = register.rights().device(&by);
            info.and_then(|info| info.role_at(at))
                .is_some_and(|span| span.role == Role::PoliceChief)
        };
        root == register.root()
            && height <= register.effective_height()
            && names == Some(self.statement.operation)
            && (self.is_registrars(register) || chief(height) && chief(register.effective_height()))
    }

    fn is_registrars(&self, register: &Register) -> bool {
        self.statement.by.0 == register.registrar()
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

/// The notes that are held: of each signer about each device the last one.
#[derive(Clone, Debug, Default)]
pub struct Suspensions {
    notes: BTreeMap<(DeviceId, DeviceId), Note>,
}

impl Suspensions {
    /// Takes a note; whether it is new. One that does not count by this register is not taken, nor one about a device that
    /// has no role to lose.
    pub fn take(&mut self, register: &Register, note: Note) -> bool {
        let place = (note.says().device, note.by());
        let is_new = match self.notes.get(&place) {
            Some(held) => held.order() < note.order(),
            None => self.notes.len() < MOST_NOTES,
        };
        let takes = is_new && note.counts(register) && has_role(register, &place.0);
        if takes {
            self.notes.insert(place, note);
        }
        takes
    }

    /// Lets go of what says nothing any more: notes about devices that were cut, and by who may not say so.
    pub fn settle(&mut self, register: &Register) {
        self.notes
            .retain(|(device, _), note| has_role(register, device) && note.counts(register));
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

    /// The counter of the next note of a signer about a device.
    pub fn next_counter(&self, device: &DeviceId, by: &DeviceId) -> u64 {
        let held = self.notes.get(&(*device, *by));
        held.map_or(1, |note| note.says().counter.saturating_add(1))
    }

    /// All notes that are held.
    pub fn iter(&self) -> impl Iterator<Item = &Note> {
        self.notes.values()
    }
}

fn has_role(register: &Register, device: &DeviceId) -> bool {
    let info = register.rights().device(device);
    info.is_some_and(|info| info.role_at(register.effective_height()).is_some())
}
