//! Slips: short signed or checked texts that people carry from one device to another, on paper, as a QR code or by
//! any messenger (design.md §3.5, first trust; A33).
//!
//! `ST<letter>-` and then Base32 (RFC 4648 §6, no padding) of CBOR and four bytes of its SHA-256, so that a mistyped
//! letter is noticed. Upper and lower case, spaces and hyphens make no difference.

mod invite;
mod request;

use data_encoding::BASE32_NOPAD;
use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};

pub use self::invite::{InvitationSecret, InviteSlip};
pub use self::request::{Answer, Knock, MAX_REQUEST, RequestSlip};
use crate::cbor;
use crate::ids::{AgreeKey, Height, OperationId, Root};
use crate::people::Compartment;
use crate::register::Relay;

/// Why a text is not the slip that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SlipError {
    /// Another kind of slip, or none.
    #[error("not a slip of this kind")]
    Kind,
    /// A letter is wrong or missing.
    #[error("a letter of the slip is wrong or missing")]
    Mistyped,
    /// Of a version or form that this version does not know, or not signed by the device that it names.
    #[error("not a slip of a form known here")]
    Form,
}

/// What the commune gives to a new device: which register to trust, and where to find the relay.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct RootSlip {
    #[n(0)]
    version: u8,
    /// The commune.
    #[n(1)]
    pub root: Root,
    /// A height of the register that exists …
    #[n(2)]
    pub height: Height,
    /// … and the operation there.
    #[n(3)]
    pub operation: OperationId,
    /// The relays, as the register named them when the slip was made.
    #[n(4)]
    pub relays: Vec<Relay>,
}

impl std::str::FromStr for RootSlip {
    type Err = SlipError;

    fn from_str(text: &str) -> Result<Self, SlipError> {
        Self::from_text(text)
    }
}

impl RootSlip {
    /// Makes a slip.
    pub fn new(root: Root, height: Height, operation: OperationId, relays: Vec<Relay>) -> Self {
        RootSlip {
            version: 1,
            root,
            height,
            operation,
            relays,
        }
    }

    /// As text.
    pub fn to_text(&self) -> String {
        write('R', &cbor::encode(self))
    }

    /// Reads the text.
    ///
    /// # Errors
    /// [`SlipError`].
    pub fn from_text(text: &str) -> Result<Self, SlipError> {
        let slip: RootSlip = cbor::decode(&read('R', text)?).map_err(|_| SlipError::Form)?;
        if slip.version == 1 {
            Ok(slip)
        } else {
            Err(SlipError::Form)
        }
    }
}

/// What a new device learns the commune's root from: the commune's slip, or an invitation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FirstTrust {
    /// The commune's slip, for anybody.
    Root(RootSlip),
    /// An invitation, for one person's device.
    Invite(InviteSlip),
}

impl std::str::FromStr for FirstTrust {
    type Err = SlipError;

    fn from_str(text: &str) -> Result<Self, SlipError> {
        Self::from_text(text)
    }
}

impl From<RootSlip> for FirstTrust {
    fn from(slip: RootSlip) -> Self {
        FirstTrust::Root(slip)
    }
}

impl From<InviteSlip> for FirstTrust {
    fn from(slip: InviteSlip) -> Self {
        FirstTrust::Invite(slip)
    }
}

impl FirstTrust {
    /// Reads either slip.
    ///
    /// # Errors
    /// [`SlipError`].
    pub fn from_text(text: &str) -> Result<Self, SlipError> {
        match RootSlip::from_text(text) {
            Err(SlipError::Kind) => InviteSlip::from_text(text).map(FirstTrust::Invite),
            read => read.map(FirstTrust::Root),
        }
    }

    /// As text.
    pub fn to_text(&self) -> String {
        match self {
            FirstTrust::Root(slip) => slip.to_text(),
            FirstTrust::Invite(slip) => slip.to_text(),
        }
    }

    /// The commune.
    pub fn root(&self) -> Root {
        match self {
            FirstTrust::Root(slip) => slip.root,
            FirstTrust::Invite(slip) => slip.root,
        }
    }

    /// The relays, as the register named them when the slip was made.
    pub fn relays(&self) -> &[Relay] {
        match self {
            FirstTrust::Root(slip) => &slip.relays,
            FirstTrust::Invite(slip) => &slip.relays,
        }
    }

    /// The invitation, if it is one.
    pub fn invitation(&self) -> Option<&InviteSlip> {
        match self {
            FirstTrust::Root(_) => None,
            FirstTrust::Invite(slip) => Some(slip),
        }
    }

    /// The height of the register that the slip names.
    pub fn height(&self) -> Height {
        match self {
            FirstTrust::Root(slip) => slip.height,
            FirstTrust::Invite(slip) => slip.height,
        }
    }

    /// Whether the operation at [`FirstTrust::height`] is the one that the slip names.
    pub fn names(&self, operation: &OperationId) -> bool {
        match self {
            FirstTrust::Root(slip) => slip.operation == *operation,
            FirstTrust::Invite(slip) => slip.operation == operation.tag(),
        }
    }
}

/// The public half of a reading key on paper, from the service's head to the registrar.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct ReadingKeySlip {
    #[n(0)]
    version: u8,
    /// The compartment that it reads.
    #[n(1)]
    pub compartment: Compartment,
    /// The year whose volumes it reads.
    #[n(2)]
    pub year: u32,
    /// The public half.
    #[n(3)]
    pub key: AgreeKey,
}

impl ReadingKeySlip {
    /// Makes a slip.
    pub fn new(compartment: Compartment, year: u32, key: AgreeKey) -> Self {
        ReadingKeySlip {
            version: 1,
            compartment,
            year,
            key,
        }
    }

    /// As text.
    pub fn to_text(&self) -> String {
        write('K', &cbor::encode(self))
    }

    /// Reads the text.
    ///
    /// # Errors
    /// [`SlipError`].
    pub fn from_text(text: &str) -> Result<Self, SlipError> {
        let slip: ReadingKeySlip = cbor::decode(&read('K', text)?).map_err(|_| SlipError::Form)?;
        if slip.version == 1 {
            Ok(slip)
        } else {
            Err(SlipError::Form)
        }
    }
}

/// A secret on paper (recovery key, reading key): 32 bytes as text.
pub fn secret_to_text(secret: &[u8; 32]) -> String {
    group(&write('S', secret))
}

/// Reads a secret from paper.
///
/// # Errors
/// [`SlipError`].
pub fn secret_from_text(text: &str) -> Result<[u8; 32], SlipError> {
    read('S', text)?.try_into().map_err(|_| SlipError::Form)
}

fn write(kind: char, body: &[u8]) -> String {
    let mut bytes = body.to_vec();
    bytes.extend_from_slice(&check(kind, body));
    format!("ST{kind}-{}", BASE32_NOPAD.encode(&bytes))
}

fn read(kind: char, text: &str) -> Result<Vec<u8>, SlipError> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect::<String>()
        .to_ascii_uppercase();
    let body = plain
        .strip_prefix("ST")
        .and_then(|rest| rest.strip_prefix(kind))
        .ok_or(SlipError::Kind)?;
    let mut bytes = BASE32_NOPAD
        .decode(body.as_bytes())
        .map_err(|_| SlipError::Mistyped)?;
    let at = bytes.len().checked_sub(4).ok_or(SlipError::Mistyped)?;
    let sum = bytes.split_off(at);
    if sum == check(kind, &bytes) {
        Ok(bytes)
    } else {
        Err(SlipError::Mistyped)
    }
}

fn check(kind: char, body: &[u8]) -> [u8; 4] {
    let hash = Sha256::new()
        .chain_update("sothon/slip/1")
        .chain_update([kind as u8])
        .chain_update(body)
        .finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// Groups of four letters, for eyes and fingers.
fn group(text: &str) -> String {
    let (head, body) = text.split_once('-').unwrap_or(("", text));
    let groups: Vec<String> = body
        .as_bytes()
        .chunks(4)
        .map(|four| String::from_utf8_lossy(four).into_owned())
        .collect();
    format!("{head}-{}", groups.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::TransportKey;

    #[test]
    fn a_slip_survives_the_way_people_copy_it_and_notices_a_wrong_letter() {
        let slip = RootSlip::new(
            Root([7; 32]),
            Height(3),
            OperationId([9; 32]),
            vec![Relay {
                key: TransportKey([1; 32]),
                addresses: vec!["127.0.0.1:4433".into()],
            }],
        );
        let text = slip.to_text();
        let copied: String = text.to_lowercase().chars().flat_map(|c| [c, ' ']).collect();
        assert_eq!(RootSlip::from_text(&copied), Ok(slip));
        let at = text.len() - 12;
        let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
        let wrong = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        assert_eq!(RootSlip::from_text(&wrong), Err(SlipError::Mistyped));
        assert_eq!(ReadingKeySlip::from_text(&text), Err(SlipError::Kind));
        assert_eq!(secret_from_text(&secret_to_text(&[5; 32])), Ok([5; 32]));
    }
}
