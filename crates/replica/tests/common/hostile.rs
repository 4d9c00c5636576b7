//! A device that was admitted and signs what it likes.
#![allow(dead_code, missing_docs)]

use super::{Commune, Device, NOW, YEAR, act, record, text, village_book};
use ed25519_dalek::SigningKey;
use sothon_book::{ActorId, Book};
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::payload::{ActorNonce, Changes, Keys, PublishedKey};
use sothon_ledger::slip::RequestSlip;
use sothon_ledger::verdict::Verdict;
use sothon_ledger::{
    BookId, BookKind, Compartment, DeviceId, EntryId, Envelope, EpochId, EpochSecret, Header, Height, Kind,
    LogId, Receiver, Role, Scope, TransportKey, cbor, seal,
};
use sothon_sync::{Batch, BatchId, ReceivedEntry, StoreOutcome};

/// A hand-made device: it holds keys like any other and signs what it likes.
pub struct Hostile {
    pub sign: SigningKey,
    pub agree: AgreeSecret,
    pub book: BookId,
    pub epoch: EpochId,
    pub secret: EpochSecret,
}

pub fn batch() -> Batch {
    Batch::empty(BatchId(0))
}

/// A clear or sealed header at the register's head.
pub fn header(device: &Device, by: &SigningKey, book: BookId, kind: Kind, epoch: Option<EpochId>) -> Header {
    let register = device.register().expect("is there");
    let height = register.effective_height();
    Header {
        version: sothon_ledger::entry::VERSION,
        book,
        device: DeviceId(by.verifying_key().to_bytes()),
        log: LogId([9; 16]),
        seq: 0,
        backlink: None,
        after: Vec::new(),
        height,
        operation: register.operation(height).expect("is there").id().tag(),
        kind,
        epoch,
        suite: kind.sealing().0,
        encoding: kind.sealing().1,
        unknown_critical: false,
    }
}

pub fn give(commune: &mut Commune, to: &str, envelope: &Envelope, payload: &[u8]) -> Vec<StoreOutcome> {
    let entry = ReceivedEntry {
        envelope: envelope.clone(),
        payload: Some(payload.to_vec()),
    };
    let whole = Batch {
        entries: vec![entry],
        ..batch()
    };
    commune
        .get(to)
        .take_in(vec![whole], NOW)
        .expect("takes in")
        .outcomes
}

/// A commune with two honest readers of village 1, a record in its book, and a hostile deputy who reads it too.
pub fn besieged() -> (Commune, Hostile, sothon_records::RecordKey) {
    let mut commune = Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::PoliceChief, Scope::Commune),
    ]);
    let sign = SigningKey::from_bytes(&[5; 32]);
    let agree = AgreeSecret::derive(&[6; 32]);
    let root = commune.get("office").root();
    let request = RequestSlip::new(root, TransportKey([8; 32]), &sign);
    commune
        .get("office")
        .admit(
            &request,
            Role::DeputyVillageHead,
            vec![Scope::Village(1)],
            None,
            NOW,
        )
        .expect("admits");
    let book = village_book(commune.get("thon1"), 1);
    let (key, create) = record("household", &[("head", text("Nguyễn Văn An"))]);
    commune.get("thon1").edit(book, &[create], &act()).expect("saves");
    let shared = commune
        .get("office")
        .find_book(BookKind::Commune, Scope::Commune, YEAR)
        .expect("is open");
    let keys = Keys {
        keys: vec![PublishedKey {
            compartment: Compartment::General,
            year: YEAR,
            key: agree.public(),
        }],
    };
    let payload = cbor::encode(&keys);
    let stated = header(commune.get("office"), &sign, shared, Kind::Keys, None);
    let stated = Envelope::sign(&stated, &payload, &sign);
    give(&mut commune, "office", &stated, &payload);
    commune.meet_all();
    commune.meet_all();
    let me = Receiver::Device(DeviceId(sign.verifying_key().to_bytes()));
    let wraps = commune
        .get("thon1")
        .station()
        .store()
        .wraps_of_book(&book)
        .expect("reads");
    let wrap = wraps
        .iter()
        .find(|wrap| wrap.to() == me)
        .expect("an honest reader wrapped for the new deputy");
    let heights = (0..200).map(Height);
    let secret = heights
        .filter_map(|height| wrap.open(&root, height, &agree).ok())
        .next()
        .expect("opens");
    let hostile = Hostile {
        epoch: wrap.epoch(),
        sign,
        agree,
        book,
        secret,
    };
    (commune, hostile, key)
}

impl Hostile {
    pub fn device(&self) -> DeviceId {
        DeviceId(self.sign.verifying_key().to_bytes())
    }

    pub fn header(&self, commune: &mut Commune) -> Header {
        let mut header = header(
            commune.get("office"),
            &self.sign,
            self.book,
            Kind::Changes,
            Some(self.epoch),
        );
        // All that is here is named, as an honest device would.
        header.after = entries(commune.get("thon1"), &self.book)
            .into_iter()
            .map(|envelope| envelope.id())
            .collect();
        header.after.sort_unstable();
        header
    }

    /// Signs an entry with these changes.
    pub fn changes(&self, header: &Header, nonce: [u8; 16], chunks: Vec<Vec<u8>>) -> (Envelope, Vec<u8>) {
        let changes = Changes {
            time: NOW,
            actors: Some(vec![ActorNonce::new(nonce)]),
            chunks: chunks.into_iter().map(Into::into).collect(),
            replaces: None,
        };
        let payload = seal::seal_changes(&changes, &header.encode(), &self.secret, &mut super::rng())
            .expect("is small enough");
        (Envelope::sign(header, &payload, &self.sign), payload)
    }
}

pub fn entries(device: &Device, book: &BookId) -> Vec<Envelope> {
    let store = device.station().store();
    let logs = store.index().logs(book);
    logs.flat_map(|log| {
        store
            .entries_of_log(&log.key(), 0, 1000)
            .expect("reads")
            .into_iter()
            .map(|entry| entry.envelope)
    })
    .collect()
}

pub fn verdict(commune: &mut Commune, at: &str, book: &BookId, id: &EntryId) -> Verdict {
    *commune
        .get(at)
        .verdicts(book)
        .expect("is open")
        .get(id)
        .expect("is held")
}

/// A change by an actor of our choice that makes a household.
pub fn making(actor: ActorId, base: Option<&[u8]>) -> Vec<u8> {
    let mut book = Book::new();
    if let Some(base) = base {
        book = Book::load(base).expect("loads");
    }
    book.set_actor(actor);
    let (_, create) = record("household", &[("head", text("Kẻ Mạo Danh"))]);
    book.edit(&[create], &act()).expect("edits").bytes
}

pub fn actor(hostile: &Hostile, nonce: [u8; 16]) -> ActorId {
    ActorId(ActorNonce::new(nonce).actor(&hostile.book, &hostile.device()).0)
}
