//! What a device keeps sealed in its vault, and what stays open while it is locked.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::payload::{Keys, PublishedKey};
use sothon_ledger::register::Relay;
use sothon_ledger::slip::{FirstTrust, RequestSlip};
use sothon_ledger::{
    AgreeKey, BookId, Compartment, DeviceId, EntryId, Kind, LogId, Register, Root, Seq, TransportKey,
};
use zeroize::Zeroizing;

/// The open part of the vault: sealed entries can move with it, nothing can be read or signed as the person.
#[derive(Clone, Encode, Decode)]
#[cbor(map)]
pub(crate) struct OpenPart {
    /// The commune that the device belongs to.
    #[n(0)]
    pub root: Root,
    /// The device.
    #[n(1)]
    pub device: DeviceId,
    /// The transport key's secret half.
    #[n(2)]
    transport: ByteArray<32>,
    /// What the times of arrival are sealed to.
    #[n(3)]
    pub held: AgreeKey,
    /// How a device that joined by a slip finds the commune and asks, until the register is here.
    #[n(4)]
    pub asking: Option<Asking>,
}

/// What a device that is not admitted does while it is locked, too. No secret is in it: not the invitation's, either.
#[derive(Clone, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Asking {
    /// The relays of the slip.
    #[n(0)]
    pub relays: Vec<Relay>,
    /// Who else may answer nearby.
    #[n(1)]
    pub door: Option<TransportKey>,
    /// Its signed request, if it was invited.
    #[n(2)]
    pub knock: Option<ByteVec>,
}

impl OpenPart {
    pub fn transport(&self) -> SigningKey {
        SigningKey::from_bytes(&self.transport.into())
    }

    pub fn transport_key(&self) -> TransportKey {
        TransportKey(self.transport().verifying_key().to_bytes())
    }
}

/// Where the device stands in its own log of a book.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct OwnLog {
    #[n(0)]
    pub log: LogId,
    /// The last entry that was published, if one was.
    #[n(1)]
    pub head: Option<OwnHead>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct OwnHead {
    #[n(0)]
    pub seq: Seq,
    #[n(1)]
    pub id: EntryId,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Sealed {
    #[n(0)]
    sign: ByteArray<32>,
    #[n(1)]
    held: ByteArray<32>,
    #[n(2)]
    local: ByteArray<32>,
    #[n(3)]
    agree: Vec<SealedAgree>,
    #[n(4)]
    logs: Vec<SealedLog>,
    #[n(5)]
    registrar: Option<ByteArray<32>>,
    #[n(6)]
    joined_by: Option<String>,
    #[n(7)]
    recovery: Option<ByteArray<32>>,
    #[n(8)]
    file_logs: Option<Vec<SealedLog>>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct SealedAgree {
    #[n(0)]
    compartment: Compartment,
    #[n(1)]
    year: u32,
    #[n(2)]
    secret: ByteArray<32>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct SealedLog {
    #[n(0)]
    book: BookId,
    #[n(1)]
    own: OwnLog,
}

/// The sealed part of the vault. Dropped, and its keys zeroized, on lock.
pub(crate) struct Secrets {
    pub sign: SigningKey,
    /// Opens the times at which entries were first held.
    pub held: AgreeSecret,
    /// Seals what only this device reads: unpublished changes, drafts, settings.
    pub local: Zeroizing<[u8; 32]>,
    /// The agree keys, by compartment and year.
    pub agree: BTreeMap<(Compartment, u32), AgreeSecret>,
    /// Where the device stands in its own logs: stands in for a peer's height where there is no peer (§3.11).
    pub logs: BTreeMap<BookId, OwnLog>,
    /// The same of the logs in which its files are: nothing waits for one there, and whoever has no room for files takes the
    /// other logs all the same.
    pub file_logs: BTreeMap<BookId, OwnLog>,
    /// The registrar key, on the one machine that has it.
    pub registrar: Option<SigningKey>,
    /// The slip by which the device joined; none on the device that founded.
    pub joined_by: Option<FirstTrust>,
    /// The recovery key, on the device that founded and for as long as nobody has shown that it is on paper.
    pub recovery: Option<Zeroizing<[u8; 32]>>,
}

impl Secrets {
    /// Where the device stands in the logs that carry entries of a kind.
    pub fn logs_of(&mut self, kind: Kind) -> &mut BTreeMap<BookId, OwnLog> {
        match kind {
            Kind::File => &mut self.file_logs,
            _ => &mut self.logs,
        }
    }

    /// Where the device stands in all its own logs.
    pub fn all_logs(&self) -> [BTreeMap<BookId, OwnLog>; 2] {
        [self.logs.clone(), self.file_logs.clone()]
    }

    /// Makes a device's keys.
    pub fn generate(rng: &mut impl CryptoRng) -> Secrets {
        Secrets {
            sign: SigningKey::from_bytes(&random(rng)),
            held: AgreeSecret::generate(rng),
            local: random(rng),
            agree: BTreeMap::new(),
            logs: BTreeMap::new(),
            file_logs: BTreeMap::new(),
            registrar: None,
            joined_by: None,
            recovery: None,
        }
    }

    /// The open part that goes with them.
    pub fn open_part(&self, root: Root, rng: &mut impl CryptoRng) -> Vec<u8> {
        let transport = ByteArray::from(*random(rng));
        let mut open = OpenPart {
            root,
            device: self.device(),
            transport,
            held: self.held.public(),
            asking: None,
        };
        open.asking = self.joined_by.as_ref().map(|slip| {
            let invitation = slip.invitation();
            let request =
                invitation.map(|slip| RequestSlip::answering(slip, open.transport_key(), &self.sign));
            Asking {
                relays: slip.relays().to_vec(),
                door: invitation.map(|slip| slip.door),
                knock: request.map(|request| request.to_bytes(&self.sign).into()),
            }
        });
        sothon_ledger::cbor::encode(&open)
    }

    /// The registrar key, if it is here and in force: another machine may have taken over. To whom it was handed over, the
    /// device's own key is.
    pub fn registrar_of(&self, register: &Register) -> Option<&SigningKey> {
        let named = register.registrar();
        let mut keys = self.registrar.iter().chain([&self.sign]);
        keys.find(|key| key.verifying_key().to_bytes() == named)
    }

    pub fn device(&self) -> DeviceId {
        DeviceId(self.sign.verifying_key().to_bytes())
    }

    /// Makes the agree keys for a year where they are missing. Says whether any was.
    pub fn make_agree_keys(&mut self, year: u32, rng: &mut impl CryptoRng) -> bool {
        let mut made = false;
        for compartment in Compartment::ALL {
            self.agree.entry((compartment, year)).or_insert_with(|| {
                made = true;
                AgreeSecret::generate(rng)
            });
        }
        made
    }

    /// The public halves, as a *keys* entry states them.
    pub fn published_keys(&self) -> Keys {
        let keys = self
            .agree
            .iter()
            .map(|((compartment, year), secret)| PublishedKey {
                compartment: *compartment,
                year: *year,
                key: secret.public(),
            })
            .collect();
        Keys { keys }
    }

    /// For the vault.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let agree = self
            .agree
            .iter()
            .map(|((compartment, year), secret)| SealedAgree {
                compartment: *compartment,
                year: *year,
                secret: secret.0.into(),
            })
            .collect();
        let sealed = |logs: &BTreeMap<BookId, OwnLog>| -> Vec<SealedLog> {
            let logs = logs.iter();
            logs.map(|(book, own)| SealedLog {
                book: *book,
                own: *own,
            })
            .collect()
        };
        Zeroizing::new(sothon_ledger::cbor::encode(&Sealed {
            sign: self.sign.to_bytes().into(),
            held: self.held.0.into(),
            local: (*self.local).into(),
            agree,
            logs: sealed(&self.logs),
            registrar: self.registrar.as_ref().map(|key| key.to_bytes().into()),
            joined_by: self.joined_by.as_ref().map(FirstTrust::to_text),
            recovery: self.recovery.as_ref().map(|key| (**key).into()),
            file_logs: (!self.file_logs.is_empty()).then(|| sealed(&self.file_logs)),
        }))
    }

    /// From the vault.
    pub fn decode(bytes: &[u8]) -> Option<Secrets> {
        let sealed: Sealed = sothon_ledger::cbor::decode(bytes).ok()?;
        let joined_by = sealed.joined_by.map(|text| FirstTrust::from_text(&text));
        Some(Secrets {
            sign: SigningKey::from_bytes(&sealed.sign.into()),
            held: AgreeSecret(sealed.held.into()),
            local: Zeroizing::new(sealed.local.into()),
            agree: sealed
                .agree
                .into_iter()
                .map(|a| ((a.compartment, a.year), AgreeSecret(a.secret.into())))
                .collect(),
            logs: sealed.logs.into_iter().map(|l| (l.book, l.own)).collect(),
            file_logs: (sealed.file_logs.into_iter().flatten())
                .map(|l| (l.book, l.own))
                .collect(),
            registrar: sealed.registrar.map(|seed| SigningKey::from_bytes(&seed.into())),
            joined_by: joined_by.transpose().ok()?,
            recovery: sealed.recovery.map(|key| Zeroizing::new(key.into())),
        })
    }
}

pub(crate) fn random<const N: usize>(rng: &mut impl CryptoRng) -> Zeroizing<[u8; N]> {
    let mut out = Zeroizing::new([0; N]);
    rng.fill_bytes(out.as_mut());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_key_is_sealed_until_it_is_forgotten_and_vaults_without_one_open() {
        let mut secrets = Secrets::generate(&mut rand::rng());
        let without = secrets.encode();
        assert!(Secrets::decode(&without).unwrap().recovery.is_none());
        secrets.recovery = Some(Zeroizing::new([0xa7; 32]));
        let with = secrets.encode();
        let read = Secrets::decode(&with).unwrap();
        assert_eq!(read.recovery.as_deref(), Some(&[0xa7; 32]));
        secrets.recovery = None;
        assert_eq!(secrets.encode(), without, "nothing of it is left");
    }
}
