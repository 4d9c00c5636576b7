//! A device that nobody knows yet knocks: it delivers one signed request to be admitted, which relays and devices carry to
//! the registrar. Nothing is trusted, admitted or served by it (A33).

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};
use sothon_ledger::slip::{Knock, MAX_REQUEST};

use crate::event::CloseReason;
use crate::frame::Frame;
use crate::holdings::Holdings;
use crate::session::{Fault, Session, Step};

/// How many knocks are told to a peer between two ticks.
const TOLD: usize = 64;
/// How many of a known peer's are looked at between two ticks; our tick is not the peer's.
const TAKEN: usize = 2 * TOLD;

/// How many are remembered before those that are held no more are forgotten.
const MOST_KNOWN: usize = 1024;

/// Knocks in a session.
#[derive(Debug, Default)]
pub(crate) struct Knocking {
    /// The opener said in its hello that it knocks: it is not turned away before it has, and may wait after it.
    pub(crate) expected: bool,
    /// A stranger's knock has come.
    came: bool,
    /// Whether the peer is told of others' knocks.
    tells: bool,
    /// There may be some that the peer was not told of.
    to_tell: bool,
    /// Those that the peer knows, by the hash of their bytes.
    known: BTreeSet<[u8; 32]>,
    /// Since the last tick.
    told: usize,
    taken: usize,
}

impl Knocking {
    pub(crate) fn new(tells: bool) -> Self {
        Knocking {
            tells,
            to_tell: true,
            ..Knocking::default()
        }
    }

    /// The rights of the peer were looked at again.
    pub(crate) fn tells(&mut self, tells: bool) {
        self.tells = tells;
    }

    /// There may be new ones.
    pub(crate) fn look_again(&mut self) {
        self.to_tell = true;
    }

    pub(crate) fn tick(&mut self) {
        (self.told, self.taken) = (0, 0);
    }
}

impl Session {
    /// Delivers our own request, right after the hello.
    pub(crate) fn knock(&mut self) {
        if let Some(request) = self.config.knock.clone() {
            self.control(Frame::Knock(request));
        }
    }

    /// The register does not know the peer, and neither side has operations for the other. Who knocks may wait for the one
    /// that admits it, as long as both drivers let it.
    pub(crate) fn turn_away(&self) -> Step {
        if self.knocking.expected || self.config.knock.is_some() {
            Ok(())
        } else {
            Err(Fault::Close(CloseReason::NotAdmitted))
        }
    }

    pub(crate) fn on_knock(&mut self, request: &[u8]) -> Step {
        if self.peer_role.is_none() {
            return self.on_stranger(request);
        }
        self.knocking.taken += 1;
        if self.knocking.taken > TAKEN {
            return Ok(());
        }
        match self.read(request) {
            Some(knock) => {
                self.knocking.known.insert(hash(&knock));
                self.receiving.knock(knock);
                Ok(())
            }
            None => self.strike_invalid(),
        }
    }

    /// A stranger delivers one request, for the key that it has shown.
    fn on_stranger(&mut self, request: &[u8]) -> Step {
        self.receive_bytes(request.len() as u64)?;
        if !self.knocking.expected || std::mem::replace(&mut self.knocking.came, true) {
            return Err(Fault::Close(CloseReason::Protocol));
        }
        let own = |knock: &Knock| knock.request().transport == self.config.peer;
        match self.read(request).filter(own) {
            Some(knock) => {
                self.receiving.knock(knock);
                Ok(())
            }
            None => Err(Fault::Close(CloseReason::Protocol)),
        }
    }

    fn read(&self, request: &[u8]) -> Option<Knock> {
        if request.len() > MAX_REQUEST {
            return None;
        }
        let knock = Knock::parse(request).ok()?;
        (knock.request().root == self.config.root).then_some(knock)
    }

    /// What a stranger brought is on disk.
    pub(crate) fn knock_stored(&mut self) {
        if self.knocking.came {
            self.control(Frame::Heard);
        }
    }

    /// Appends a knock that the peer does not know, if there is one to be told.
    pub(crate) fn write_knock(&mut self, holdings: &impl Holdings, out: &mut Vec<u8>) -> Step<bool> {
        if !self.knocking.to_tell || !self.knocking.tells || !self.is_ready() || self.knocking.told >= TOLD {
            return Ok(false);
        }
        let held = holdings.knocks()?;
        if self.knocking.known.len() > MOST_KNOWN {
            let held: BTreeSet<_> = held.iter().map(hash).collect();
            self.knocking.known.retain(|known| held.contains(known));
        }
        let new = |knock: &Knock| !self.knocking.known.contains(&hash(knock));
        let Some(knock) = held.into_iter().find(new) else {
            self.knocking.to_tell = false;
            return Ok(false);
        };
        self.knocking.known.insert(hash(&knock));
        self.knocking.told += 1;
        Frame::Knock(knock.bytes().to_vec()).write(out);
        Ok(true)
    }
}

fn hash(knock: &Knock) -> [u8; 32] {
    Sha256::digest(knock.bytes()).into()
}
