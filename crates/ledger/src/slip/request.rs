//! A new device's request to be admitted: its keys, signed by itself, and the proof that it was invited, if it was.

use ed25519_dalek::SigningKey;
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use super::invite::{InvitationSecret, InviteSlip, PROOF};
use super::{SlipError, read, write};
use crate::cbor;
use crate::ids::{DeviceId, InvitationId, Root, TransportKey};
use crate::sign::{self, Signed};
use crate::words::{self, Words};

/// The most bytes of a signed request.
pub const MAX_REQUEST: usize = 1024;

/// What a new device asks with.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct RequestSlip {
    #[n(0)]
    version: u8,
    /// The commune that it asks.
    #[n(1)]
    pub root: Root,
    /// Its signing key.
    #[n(2)]
    pub device: DeviceId,
    /// Its transport key.
    #[n(3)]
    pub transport: TransportKey,
    /// The invitation that it answers; in version 2.
    #[n(4)]
    pub answer: Option<Answer>,
}

/// That a request was made by who has read an invitation's slip.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Answer {
    /// Which invitation.
    #[n(0)]
    pub invitation: InvitationId,
    #[n(1)]
    proof: ByteArray<PROOF>,
}

impl RequestSlip {
    /// Makes a request.
    pub fn new(root: Root, transport: TransportKey, key: &SigningKey) -> Self {
        RequestSlip {
            version: 1,
            root,
            device: DeviceId(key.verifying_key().to_bytes()),
            transport,
            answer: None,
        }
    }

    /// Makes the request that answers an invitation.
    pub fn answering(slip: &InviteSlip, transport: TransportKey, key: &SigningKey) -> Self {
        let mut request = RequestSlip::new(slip.root, transport, key);
        request.version = 2;
        let proof = slip.secret.proof(&slip.root, &request.device, &transport);
        request.answer = Some(Answer {
            invitation: slip.id(),
            proof: proof.into(),
        });
        request
    }

    /// Whether it proves that its device has read the slip with this secret.
    pub fn is_proved_by(&self, secret: &InvitationSecret) -> bool {
        self.answer.as_ref().is_some_and(|answer| {
            answer.invitation == secret.id()
                && secret.proves(&self.root, &self.device, &self.transport, &answer.proof)
        })
    }

    /// The words that the device and the registrar compare.
    pub fn words(&self) -> Words {
        let invitation = self.answer.as_ref().map(|answer| &answer.invitation);
        words::of(&self.root, &self.device, &self.transport, invitation)
    }

    /// Signed, as bytes.
    pub fn to_bytes(&self, key: &SigningKey) -> Vec<u8> {
        sign::sign(sign::REQUEST, &cbor::encode(self), key)
    }

    /// Reads the bytes and verifies that the device signed them.
    ///
    /// # Errors
    /// [`SlipError::Form`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SlipError> {
        if bytes.len() > MAX_REQUEST {
            return Err(SlipError::Form);
        }
        let signed = Signed::parse(bytes).map_err(|_| SlipError::Form)?;
        let slip: RequestSlip = cbor::decode(signed.payload).map_err(|_| SlipError::Form)?;
        if slip.version != 1 + u8::from(slip.answer.is_some()) {
            return Err(SlipError::Form);
        }
        signed
            .verify(sign::REQUEST, &slip.device.0)
            .map_err(|_| SlipError::Form)?;
        Ok(slip)
    }

    /// As text, signed.
    pub fn to_text(&self, key: &SigningKey) -> String {
        Self::bytes_to_text(&self.to_bytes(key))
    }

    /// Reads the text and verifies that the device signed it.
    ///
    /// # Errors
    /// [`SlipError`].
    pub fn from_text(text: &str) -> Result<Self, SlipError> {
        Self::from_bytes(&Self::read_bytes(text)?)
    }

    /// Signed bytes as text, not looked at.
    pub fn bytes_to_text(signed: &[u8]) -> String {
        write('Q', signed)
    }

    /// The signed bytes in a text, not looked at.
    ///
    /// # Errors
    /// [`SlipError::Kind`] or [`SlipError::Mistyped`].
    pub fn read_bytes(text: &str) -> Result<Vec<u8>, SlipError> {
        read('Q', text)
    }
}

/// A request that answers an invitation, as it travels: signed, and read once.
///
/// It introduces nothing: who takes one in trusts no root, admits nobody, and learns two keys and an invitation's public
/// name (A33).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Knock {
    bytes: Vec<u8>,
    request: RequestSlip,
    invitation: InvitationId,
}

impl Knock {
    /// Reads the bytes and verifies that the device signed them. Whether the proof is right, only the registrar can say.
    ///
    /// # Errors
    /// [`SlipError::Form`], also for a request that answers no invitation.
    pub fn parse(bytes: &[u8]) -> Result<Self, SlipError> {
        let request = RequestSlip::from_bytes(bytes)?;
        let invitation = request.answer.as_ref().ok_or(SlipError::Form)?.invitation;
        Ok(Knock {
            bytes: bytes.to_vec(),
            request,
            invitation,
        })
    }

    /// The signed bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it asks.
    pub fn request(&self) -> &RequestSlip {
        &self.request
    }

    /// The invitation that it answers.
    pub fn invitation(&self) -> InvitationId {
        self.invitation
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Height, OperationId};
    use crate::people::Role;
    use crate::slip::RootSlip;

    fn invitation(secret: u8) -> InviteSlip {
        let trust = RootSlip::new(Root([1; 32]), Height(3), OperationId([9; 32]), Vec::new());
        let secret = InvitationSecret::new([secret; 16]);
        InviteSlip::new(&trust, TransportKey([8; 32]), Role::Office, Vec::new(), 0, secret)
    }

    #[test]
    fn a_request_is_by_the_device_that_it_names() {
        let key = SigningKey::from_bytes(&[3; 32]);
        let (plain, invited) = (
            RequestSlip::new(Root([1; 32]), TransportKey([2; 32]), &key),
            RequestSlip::answering(&invitation(5), TransportKey([2; 32]), &key),
        );
        let other = SigningKey::from_bytes(&[4; 32]);
        for slip in [plain, invited] {
            assert_eq!(RequestSlip::from_text(&slip.to_text(&key)), Ok(slip.clone()));
            assert_eq!(
                RequestSlip::from_text(&slip.to_text(&other)),
                Err(SlipError::Form)
            );
        }
    }

    #[test]
    fn a_request_proves_the_invitation_that_it_answers_and_no_other() {
        let key = SigningKey::from_bytes(&[3; 32]);
        let slip = invitation(5);
        let request = RequestSlip::answering(&slip, TransportKey([2; 32]), &key);
        assert!(request.is_proved_by(&slip.secret));
        assert!(!request.is_proved_by(&invitation(6).secret));
        assert!(!RequestSlip::new(slip.root, TransportKey([2; 32]), &key).is_proved_by(&slip.secret));
        // Somebody who has seen the request signs it with keys of their own.
        let thief = SigningKey::from_bytes(&[4; 32]);
        let mut stolen = RequestSlip::new(slip.root, TransportKey([2; 32]), &thief);
        (stolen.version, stolen.answer) = (2, request.answer.clone());
        let stolen = RequestSlip::from_text(&stolen.to_text(&thief)).expect("well signed");
        assert!(!stolen.is_proved_by(&slip.secret));
        assert_ne!(stolen.words(), request.words());
    }

    #[test]
    fn a_version_that_does_not_say_what_is_there_is_refused() {
        let key = SigningKey::from_bytes(&[3; 32]);
        let mut plain = RequestSlip::new(Root([1; 32]), TransportKey([2; 32]), &key);
        let mut invited = RequestSlip::answering(&invitation(5), TransportKey([2; 32]), &key);
        (plain.version, invited.version) = (2, 1);
        for slip in [plain, invited] {
            assert_eq!(RequestSlip::from_text(&slip.to_text(&key)), Err(SlipError::Form));
        }
    }
}
