//! An invitation: what the registrar's device makes for one person's device, on a screen or on paper (design.md §3.5).

use hmac::{Hmac, KeyInit, Mac};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{SlipError, read, write};
use crate::cbor;
use crate::ids::{DeviceId, Height, InvitationId, OperationTag, Root, TransportKey};
use crate::people::{Role, Scope};
use crate::register::Relay;

/// How many bytes of the proof are shown.
pub(super) const PROOF: usize = 16;

/// What only registrar and invited know. Who has it can ask in the invitation's name, and nothing else: it admits nobody.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct InvitationSecret([u8; 16]);

impl std::fmt::Debug for InvitationSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InvitationSecret")
    }
}

impl<C> Encode<C> for InvitationSecret {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for InvitationSecret {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        ByteArray::<16>::decode(d, ctx).map(|bytes| Self(bytes.into()))
    }
}

impl InvitationSecret {
    /// From 16 random bytes.
    pub fn new(random: [u8; 16]) -> Self {
        InvitationSecret(random)
    }

    /// The invitation's public name: nobody finds the secret by it.
    pub fn id(&self) -> InvitationId {
        let hash: [u8; 32] = Sha256::new()
            .chain_update("sothon/invitation/1")
            .chain_update(self.0)
            .finalize()
            .into();
        let mut id = [0; 16];
        id.copy_from_slice(&hash[..16]);
        InvitationId(id)
    }

    /// What a device shows to prove that it has read the slip: of use for its own keys alone.
    pub fn proof(&self, root: &Root, device: &DeviceId, transport: &TransportKey) -> [u8; PROOF] {
        let mut proof = [0; PROOF];
        if let Some(mac) = self.mac(root, device, transport) {
            proof.copy_from_slice(&mac.finalize().into_bytes()[..PROOF]);
        }
        proof
    }

    /// Whether a proof is that of these keys.
    pub fn proves(
        &self,
        root: &Root,
        device: &DeviceId,
        transport: &TransportKey,
        proof: &[u8; PROOF],
    ) -> bool {
        self.mac(root, device, transport)
            .is_some_and(|mac| mac.verify_truncated_left(proof).is_ok())
    }

    /// `None` is never: HMAC takes keys of any length.
    fn mac(&self, root: &Root, device: &DeviceId, transport: &TransportKey) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(b"sothon/invited/1");
        mac.update(&root.0);
        mac.update(&device.0);
        mac.update(&transport.0);
        Some(mac)
    }
}

/// What the registrar gives to one person for a new device. No name of a person is in it.
///
/// It is no grant: role and scopes are shown to the person who holds it, and what the registrar admits is what the
/// registrar's own device has kept of the invitation. Short, so that it is a QR code that any camera reads.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct InviteSlip {
    #[n(0)]
    version: u8,
    /// The commune.
    #[n(1)]
    pub root: Root,
    /// A height of the register that exists …
    #[n(2)]
    pub height: Height,
    /// … and the beginning of the id of the operation there.
    #[n(3)]
    pub operation: OperationTag,
    /// The relays, as the register named them when the slip was made.
    #[n(4)]
    pub relays: Vec<Relay>,
    /// The transport key of the registrar's device: nearby, it may answer in place of a relay.
    #[n(5)]
    pub door: TransportKey,
    /// As what the device will be admitted.
    #[n(6)]
    pub role: Role,
    /// For whom it will work.
    #[n(7)]
    pub scopes: Vec<Scope>,
    /// Until when it may ask (Unix seconds, by the registrar's clock).
    #[n(8)]
    pub expires: i64,
    /// What its request is proved with.
    #[n(9)]
    pub secret: InvitationSecret,
}

impl std::str::FromStr for InviteSlip {
    type Err = SlipError;

    fn from_str(text: &str) -> Result<Self, SlipError> {
        Self::from_text(text)
    }
}

impl InviteSlip {
    /// Makes a slip of what the commune's slip says, the registrar's device, and what is invited.
    pub fn new(
        trust: &super::RootSlip,
        door: TransportKey,
        role: Role,
        scopes: Vec<Scope>,
        expires: i64,
        secret: InvitationSecret,
    ) -> Self {
        InviteSlip {
            version: 1,
            root: trust.root,
            height: trust.height,
            operation: trust.operation.tag(),
            relays: trust.relays.clone(),
            door,
            role,
            scopes,
            expires,
            secret,
        }
    }

    /// The invitation's public name.
    pub fn id(&self) -> InvitationId {
        self.secret.id()
    }

    /// As text: letters, digits and a hyphen of the QR alphanumeric mode alone.
    pub fn to_text(&self) -> String {
        write('I', &cbor::encode(self))
    }

    /// Reads the text.
    ///
    /// # Errors
    /// [`SlipError`].
    pub fn from_text(text: &str) -> Result<Self, SlipError> {
        let slip: InviteSlip = cbor::decode(&read('I', text)?).map_err(|_| SlipError::Form)?;
        if slip.version == 1 {
            Ok(slip)
        } else {
            Err(SlipError::Form)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::OperationId;
    use crate::slip::{FirstTrust, RootSlip};

    fn slip() -> InviteSlip {
        let relay = Relay {
            key: TransportKey([1; 32]),
            addresses: vec!["203.0.113.20:4433".into()],
        };
        let trust = RootSlip::new(Root([7; 32]), Height(300), OperationId([9; 32]), vec![relay]);
        let secret = InvitationSecret::new([5; 16]);
        InviteSlip::new(
            &trust,
            TransportKey([2; 32]),
            Role::VillageHead,
            vec![Scope::Village(3)],
            1_800_000_000,
            secret,
        )
    }

    #[test]
    fn an_invitation_is_short_and_survives_copying() {
        let text = slip().to_text();
        // A QR code of version 10 holds so many letters with the second least correction (M).
        assert!(text.len() <= 311, "{}", text.len());
        assert!(
            text.chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
        );
        let copied: String = text.to_lowercase().chars().flat_map(|c| [c, ' ']).collect();
        assert_eq!(InviteSlip::from_text(&copied), Ok(slip()));
        assert_eq!(FirstTrust::from_text(&text), Ok(FirstTrust::Invite(slip())));
        assert_eq!(RootSlip::from_text(&text), Err(SlipError::Kind));
        assert!(!format!("{:?}", slip()).contains("05"), "the secret is in no log");
    }

    #[test]
    fn a_proof_is_of_one_secret_and_one_pair_of_keys() {
        let secret = InvitationSecret::new([5; 16]);
        let (root, device, transport) = (Root([1; 32]), DeviceId([2; 32]), TransportKey([3; 32]));
        let proof = secret.proof(&root, &device, &transport);
        assert!(secret.proves(&root, &device, &transport, &proof));
        assert!(!secret.proves(&Root([9; 32]), &device, &transport, &proof));
        assert!(!secret.proves(&root, &DeviceId([9; 32]), &transport, &proof));
        assert!(!secret.proves(&root, &device, &TransportKey([9; 32]), &proof));
        assert!(!InvitationSecret::new([6; 16]).proves(&root, &device, &transport, &proof));
        assert!(!secret.proves(&root, &device, &transport, &[0; PROOF]));
    }
}
