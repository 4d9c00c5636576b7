//! The registrar's invitations: made for one person's device, asked by it, said yes to by a person (design.md §3.5).
//!
//! Each is kept sealed in the registrar's store. What the slip says is only shown; what is admitted is what is kept here.
//! A slip admits nobody: whoever has read it can ask, and the registrar compares eight words with the person whom they
//! invited before saying yes. The yes ends the invitation, in one transaction with the operation.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use sothon_ledger::slip::{InvitationSecret, InviteSlip, RequestSlip};
use sothon_ledger::words::Words;
use sothon_ledger::{DeviceId, InvitationId, Role, Scope, TransportKey, cbor, seal};
use sothon_store::{Batch, Local, Sealed, Shelf};
use sothon_sync::Holdings as _;

use crate::registrar::RegistrarError;
use crate::replica::{Event, Replica, ReplicaError};
use crate::secrets::random;
use crate::table;

/// How many devices may answer one invitation: more than one is a slip in wrong hands.
const MOST_ASKED: usize = 8;

/// Why an invitation cannot be made, or a request not be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvitationError {
    /// A village head needs a village, a unit's device a unit.
    #[error("the role needs another place to work for")]
    Place,
    /// The invitation would have ended already.
    #[error("an invitation ends after it is made")]
    Past,
    /// The request is for another commune.
    #[error("the request is for another commune")]
    ForeignCommune,
    /// The request answers no invitation.
    #[error("the request answers no invitation")]
    NotInvited,
    /// The request answers an invitation, and is admitted by it.
    #[error("the request answers an invitation")]
    Invited,
    /// No such invitation was made on this device.
    #[error("there is no such invitation")]
    Unknown,
    /// A device was admitted by it.
    #[error("the invitation was used")]
    Used,
    /// Its time is over, by this device's clock.
    #[error("the invitation is no longer valid")]
    Expired,
    /// The registrar withdrew it.
    #[error("the invitation was withdrawn")]
    Withdrawn,
    /// Whoever made the request has not read the slip.
    #[error("the request does not prove that it was invited")]
    Proof,
    /// Too many devices have answered it.
    #[error("too many devices have answered the invitation")]
    TooMany,
    /// The registrar has said no to this device.
    #[error("the device was refused")]
    Refused,
    /// This device has not answered it.
    #[error("the device has not answered the invitation")]
    NotAsked,
    /// The text is no request.
    #[error(transparent)]
    Slip(#[from] sothon_ledger::slip::SlipError),
}

/// How an invitation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvitationState {
    /// Nobody has answered it.
    Open,
    /// A device, or several, wait for the registrar's word. What was asked in time can be answered later.
    Asked,
    /// This device was admitted by it.
    Used(DeviceId),
    /// Its time is over.
    Expired,
    /// The registrar withdrew it.
    Withdrawn,
}

/// A device that has answered an invitation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// Which.
    pub invitation: InvitationId,
    /// The device.
    pub device: DeviceId,
    /// Its transport key.
    pub transport: TransportKey,
    /// What its screen shows, if it is the person's device.
    pub words: Words,
    /// When this device heard of it (Unix seconds).
    pub at: i64,
}

/// An invitation as the registrar sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    /// Its public name.
    pub id: InvitationId,
    /// For whom, in the registrar's words. Kept sealed, on this device alone.
    pub note: String,
    /// As what the device will be admitted.
    pub role: Role,
    /// For whom it will work.
    pub scopes: Vec<Scope>,
    /// When it was made (Unix seconds).
    pub made: i64,
    /// Until when it may be answered (Unix seconds).
    pub expires: i64,
    /// How it stands.
    pub state: InvitationState,
    /// Who waits for an answer, in the order in which they came.
    pub asked: Vec<Asked>,
    /// The slip's text.
    pub slip: String,
}

/// An invitation as it is kept.
#[derive(Encode, Decode)]
#[cbor(array)]
struct Kept {
    #[n(0)]
    slip: InviteSlip,
    #[n(1)]
    note: String,
    #[n(2)]
    made: i64,
    #[n(3)]
    asked: Vec<KeptAsk>,
    #[n(4)]
    end: Option<End>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct KeptAsk {
    /// As the device signed it.
    #[n(0)]
    request: ByteVec,
    #[n(1)]
    at: i64,
    #[n(2)]
    refused: bool,
}

#[derive(Encode, Decode)]
enum End {
    #[n(0)]
    Used(#[n(0)] DeviceId),
    #[n(1)]
    Withdrawn,
}

impl Kept {
    fn state(&self, now: i64) -> InvitationState {
        match &self.end {
            Some(End::Used(device)) => InvitationState::Used(*device),
            Some(End::Withdrawn) => InvitationState::Withdrawn,
            None if self.asked.iter().any(|ask| !ask.refused) => InvitationState::Asked,
            None if self.slip.expires <= now => InvitationState::Expired,
            None => InvitationState::Open,
        }
    }

    /// What stands against taking or answering anything.
    fn ended(&self) -> Option<InvitationError> {
        self.end.as_ref().map(|end| match end {
            End::Used(_) => InvitationError::Used,
            End::Withdrawn => InvitationError::Withdrawn,
        })
    }

    fn ask_of(&mut self, device: &DeviceId) -> Option<(&mut KeptAsk, RequestSlip)> {
        self.asked.iter_mut().find_map(|ask| {
            let request = ask.read()?;
            (request.device == *device).then_some((ask, request))
        })
    }

    fn shown(self, now: i64) -> Invitation {
        let state = self.state(now);
        let waiting = self.asked.iter().filter(|ask| !ask.refused);
        let asked = match state {
            InvitationState::Asked => waiting.filter_map(|ask| asked(&ask.read()?, ask.at)).collect(),
            _ => Vec::new(),
        };
        Invitation {
            id: self.slip.id(),
            note: self.note,
            role: self.slip.role,
            scopes: self.slip.scopes.clone(),
            made: self.made,
            expires: self.slip.expires,
            state,
            asked,
            slip: self.slip.to_text(),
        }
    }
}

impl KeptAsk {
    fn read(&self) -> Option<RequestSlip> {
        RequestSlip::from_bytes(&self.request).ok()
    }
}

fn asked(request: &RequestSlip, at: i64) -> Option<Asked> {
    Some(Asked {
        invitation: request.answer.as_ref()?.invitation,
        device: request.device,
        transport: request.transport,
        words: request.words(),
        at,
    })
}

impl<R: CryptoRng> Replica<R> {
    /// Makes an invitation, on the registrar's device. `note` says for whom and stays here, sealed; `expires` is in Unix
    /// seconds.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn invite(
        &mut self,
        role: Role,
        scopes: Vec<Scope>,
        expires: i64,
        note: &str,
        now: i64,
    ) -> Result<Invitation, ReplicaError> {
        if !self.is_registrar() {
            return Err(RegistrarError::NotRegistrar.into());
        }
        if !table::works_for(role, &scopes) {
            return Err(InvitationError::Place.into());
        }
        if expires <= now {
            return Err(InvitationError::Past.into());
        }
        let secret = InvitationSecret::new(*random(&mut self.rng));
        let kept = Kept {
            slip: InviteSlip::new(
                &self.root_slip()?,
                self.station.transport_key(),
                role,
                scopes,
                expires,
                secret,
            ),
            note: note.to_owned(),
            made: now,
            asked: Vec::new(),
            end: None,
        };
        self.keep_invitation(&kept)?;
        Ok(kept.shown(now))
    }

    /// All invitations of this device, the newest first.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn invitations(&self, now: i64) -> Result<Vec<Invitation>, ReplicaError> {
        let kept = self.station.store().all_kept(Shelf::Invitation)?;
        let mut all = Vec::new();
        for (key, sealed) in kept {
            all.push(self.unseal(&key, &sealed)?.shown(now));
        }
        all.sort_by_key(|invitation| std::cmp::Reverse(invitation.made));
        Ok(all)
    }

    /// Ends an invitation: nobody is admitted by it any more.
    ///
    /// # Errors
    /// [`InvitationError::Unknown`], or [`InvitationError::Used`] once somebody was admitted.
    pub fn withdraw(&mut self, id: &InvitationId) -> Result<(), ReplicaError> {
        let mut kept = self.kept_invitation(id)?;
        match kept.ended() {
            Some(InvitationError::Withdrawn) => return Ok(()),
            Some(ended) => return Err(ended.into()),
            None => kept.end = Some(End::Withdrawn),
        }
        self.keep_invitation(&kept)
    }

    /// Takes a request that a person brought, and says which invitation it answers and what is to be compared.
    ///
    /// # Errors
    /// [`InvitationError`].
    pub fn look_at_request(&mut self, text: &str, now: i64) -> Result<Asked, ReplicaError> {
        let bytes = RequestSlip::read_bytes(text).map_err(InvitationError::from)?;
        self.take_request(&bytes, now)
    }

    /// Takes a request that came through a session. What answers no open invitation is dropped, and counted.
    pub fn hear_knock(&mut self, request: &[u8], now: i64) {
        match self.take_request(request, now) {
            Ok(_) => {}
            // It comes again with the next session.
            Err(ReplicaError::Put(_) | ReplicaError::Fault(_)) => {}
            Err(_) => self.unproved += 1,
        }
    }

    /// Takes what strangers asked with while the registrar's device was locked.
    pub(crate) fn hear_kept_knocks(&mut self, now: i64) {
        if self.is_registrar() {
            let kept = self.station.archive.knocks().unwrap_or_default();
            for knock in kept {
                self.hear_knock(knock.bytes(), now);
            }
        }
    }

    /// How many requests came through sessions and answered no open invitation, since the device was opened.
    pub fn unproved_knocks(&self) -> u64 {
        self.unproved
    }

    /// Admits the device that answered an invitation, as what it was invited. `until` reminds the registrar (days since
    /// 1970-01-01). The person has compared the words.
    ///
    /// # Errors
    /// [`InvitationError`], and what stands against the operation; nothing has changed then.
    pub fn admit_asked(
        &mut self,
        id: &InvitationId,
        device: &DeviceId,
        until: Option<i64>,
        time: i64,
    ) -> Result<(), ReplicaError> {
        let mut kept = self.kept_invitation(id)?;
        if let Some(ended) = kept.ended() {
            return Err(ended.into());
        }
        let (ask, request) = kept.ask_of(device).ok_or(InvitationError::NotAsked)?;
        if ask.refused {
            return Err(InvitationError::Refused.into());
        }
        if !request.is_proved_by(&kept.slip.secret) {
            return Err(InvitationError::Proof.into());
        }
        kept.end = Some(End::Used(*device));
        let (role, scopes) = (kept.slip.role, kept.slip.scopes.clone());
        let used = self.seal(&kept);
        self.register_op_with(time, vec![used], |registrar, _| {
            registrar.admit(&request, role, scopes, until)
        })
    }

    /// Says no to a device that answered an invitation. The invitation stands for others.
    ///
    /// # Errors
    /// [`InvitationError`].
    pub fn refuse_asked(&mut self, id: &InvitationId, device: &DeviceId) -> Result<(), ReplicaError> {
        let mut kept = self.kept_invitation(id)?;
        if let Some(ended) = kept.ended() {
            return Err(ended.into());
        }
        let (ask, _) = kept.ask_of(device).ok_or(InvitationError::NotAsked)?;
        ask.refused = true;
        self.keep_invitation(&kept)
    }

    /// Verifies a request against its invitation and remembers it there.
    pub(crate) fn take_request(&mut self, bytes: &[u8], now: i64) -> Result<Asked, ReplicaError> {
        if !self.is_registrar() {
            return Err(RegistrarError::NotRegistrar.into());
        }
        let request = RequestSlip::from_bytes(bytes).map_err(InvitationError::from)?;
        if request.root != self.root() {
            return Err(InvitationError::ForeignCommune.into());
        }
        let answer = request.answer.as_ref().ok_or(InvitationError::NotInvited)?;
        let mut kept = self.kept_invitation(&answer.invitation)?;
        if let Some(ended) = kept.ended() {
            return Err(ended.into());
        }
        if !request.is_proved_by(&kept.slip.secret) {
            return Err(InvitationError::Proof.into());
        }
        let unreadable = ReplicaError::Secrets;
        if let Some((ask, _)) = kept.ask_of(&request.device) {
            if ask.refused {
                return Err(InvitationError::Refused.into());
            }
            return asked(&request, ask.at).ok_or(unreadable);
        }
        if kept.slip.expires <= now {
            return Err(InvitationError::Expired.into());
        }
        if kept.asked.len() >= MOST_ASKED {
            return Err(InvitationError::TooMany.into());
        }
        kept.asked.push(KeptAsk {
            request: bytes.to_vec().into(),
            at: now,
            refused: false,
        });
        self.keep_invitation(&kept)?;
        self.tell(Event::Invitations);
        asked(&request, now).ok_or(unreadable)
    }

    fn kept_invitation(&self, id: &InvitationId) -> Result<Kept, ReplicaError> {
        let sealed = self.station.store().kept(Shelf::Invitation, &id.0)?;
        self.unseal(&id.0, &sealed.ok_or(InvitationError::Unknown)?)
    }

    fn unseal(&self, key: &[u8], sealed: &Sealed) -> Result<Kept, ReplicaError> {
        seal::open_bytes(&self.secrets.local, &aad(key), &sealed.0)
            .and_then(|plain| cbor::decode(&plain).ok())
            .ok_or(ReplicaError::Secrets)
    }

    fn seal(&mut self, kept: &Kept) -> Local {
        let key = kept.slip.id().0.to_vec();
        let plain = zeroize::Zeroizing::new(cbor::encode(kept));
        let sealed = seal::seal_bytes(&self.secrets.local, &aad(&key), &plain, &mut self.rng);
        Local::Keep {
            shelf: Shelf::Invitation,
            key,
            sealed: Sealed(sealed),
        }
    }

    fn keep_invitation(&mut self, kept: &Kept) -> Result<(), ReplicaError> {
        let local = vec![self.seal(kept)];
        self.station.archive.add(Batch {
            local,
            ..Batch::default()
        })?;
        Ok(())
    }
}

fn aad(key: &[u8]) -> Vec<u8> {
    [b"sothon/invitation-kept/1".as_slice(), key].concat()
}
