//! Suspension notes in a session: both sides tell each other those that they hold (design.md §3.5, B10). They are few, small
//! and verified; whether one counts, the register says.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};
use sothon_ledger::suspension::{MAX_NOTE, Note};

use crate::frame::Frame;
use crate::holdings::Holdings;
use crate::session::{Session, Step};

/// So many notes of a peer are looked at between two ticks: each is a signature to verify.
const MOST_NOTES: usize = 512;

/// Notes in a session.
#[derive(Debug)]
pub(crate) struct Noting {
    /// There may be some that the peer was not told of.
    to_tell: bool,
    /// Those that the peer knows, by the hash of their bytes.
    known: BTreeSet<[u8; 32]>,
    /// How many the peer has told.
    taken: usize,
}

impl Default for Noting {
    fn default() -> Self {
        Noting {
            to_tell: true,
            known: BTreeSet::new(),
            taken: 0,
        }
    }
}

impl Noting {
    /// There may be new ones.
    pub(crate) fn look_again(&mut self) {
        self.to_tell = true;
    }

    pub(crate) fn tick(&mut self) {
        self.taken = 0;
    }
}

impl Session {
    pub(crate) fn on_note(&mut self, bytes: &[u8]) -> Step {
        self.noting.taken += 1;
        // A stranger says nothing of anybody, and nobody says more than there may be.
        if self.peer_role.is_none() || self.noting.taken > MOST_NOTES {
            return Ok(());
        }
        match Note::parse(bytes) {
            Ok(note) if note.root() == self.config.root => {
                self.noting.known.insert(hash(&note));
                self.receiving.note(note);
                Ok(())
            }
            _ => self.strike_invalid(),
        }
    }

    /// Appends a note that the peer was not told of, if there is one.
    pub(crate) fn write_note(&mut self, holdings: &impl Holdings, out: &mut Vec<u8>) -> Step<bool> {
        if !self.noting.to_tell || !self.is_ready() || self.peer_role.is_none() {
            return Ok(false);
        }
        let new = |note: &Note| !self.noting.known.contains(&hash(note));
        let Some(note) = holdings.notes()?.into_iter().find(new) else {
            self.noting.to_tell = false;
            return Ok(false);
        };
        self.noting.known.insert(hash(&note));
        debug_assert!(note.bytes().len() <= MAX_NOTE);
        Frame::Note(note.bytes().to_vec()).write(out);
        Ok(true)
    }
}

fn hash(note: &Note) -> [u8; 32] {
    Sha256::digest(note.bytes()).into()
}
