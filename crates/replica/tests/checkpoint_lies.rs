//! Whoever may write may make checkpoints, and say in them what is not so: nobody reads it (design.md §3.7, A9).

use crate::common::hostile::{Hostile, actor, besieged, entries, making, verdict};
use crate::common::picture::picture;
use crate::common::wire::{Relay, meet};
use crate::common::{Commune, NOW, act, record, rng, set, text};
use sha2::{Digest as _, Sha256};
use sothon_book::{ActorId, Book, split_chunk};
use sothon_ledger::payload::{ActorNonce, ActorOwner, Checkpoint, Save, SavedChange, SavedEntry};
use sothon_ledger::{
    BookId, DeviceId, Digest, EntryId, Envelope, EpochId, Header, Height, Kind, LogId, Role, Scope, seal,
};
use sothon_store::Blob;

/// What a maker of checkpoints says, and may say that is not so.
struct Said {
    checkpoint: Checkpoint,
    save: Save,
    /// The last of a log is here by its payload; this one, of another device, is not.
    covered: EntryId,
    owner: DeviceId,
    /// An entry of the liar's own, that goes with it.
    header: Header,
    beside: Option<(Envelope, Vec<u8>)>,
}

type Lie = fn(&mut Said, &Hostile);

/// A change that nobody signed, by an actor of the device that lies.
fn forged(by: &Hostile) -> Vec<u8> {
    making(actor(by, [3; 16]), None)
}

fn saved(chunk: &[u8], back: &[u32]) -> SavedChange {
    let (_, rest) = split_chunk(chunk).expect("is a chunk");
    SavedChange {
        back: back.to_vec(),
        rest: Some(rest.to_vec().into()),
    }
}

impl Said {
    fn owns(&mut self, device: DeviceId, nonce: [u8; 16]) {
        let nonce = ActorNonce::new(nonce);
        self.checkpoint.actors.push(ActorOwner {
            actor: nonce.actor(&self.header.book, &device),
            device,
            nonce,
        });
    }

    /// Says one more change of an entry; how many are in the save before it.
    fn says(&mut self, entry: EntryId, change: SavedChange) -> usize {
        let before = self.save.entries.iter().take_while(|saved| saved.entry != entry);
        let mut place: usize = before.map(|saved| saved.changes.len()).sum();
        let mut entries = self
            .save
            .entries
            .iter_mut()
            .skip_while(|saved| saved.entry != entry);
        let named = entries.next().expect("is in the save");
        place += named.changes.len();
        named.changes.push(change);
        // What comes after it builds on what was before it one place further back.
        for (since, change) in entries.flat_map(|saved| &mut saved.changes).enumerate() {
            let over = change.back.iter_mut().filter(|back| **back as usize > since);
            over.for_each(|back| *back += 1);
        }
        place
    }

    fn count(&self) -> usize {
        self.save.entries.iter().map(|entry| entry.changes.len()).sum()
    }

    fn last_change(&mut self) -> &mut SavedChange {
        let changing = self.save.entries.iter_mut().rev();
        let mut changes = changing.filter_map(|entry| entry.changes.last_mut());
        changes.next().expect("there are some")
    }
}

const LIES: [(&str, Lie); 15] = [
    (
        "a change that nobody signed, said to be an entry's",
        |said, by| {
            said.owns(by.device(), [3; 16]);
            said.says(said.covered, saved(&forged(by), &[]));
        },
    ),
    (
        "a change that nobody signed, by an actor that is said to be another's",
        |said, by| {
            said.owns(by.device(), [3; 16]);
            let last = said.checkpoint.actors.last_mut().expect("was pushed");
            last.device = said.owner;
            said.says(said.covered, saved(&forged(by), &[]));
        },
    ),
    (
        "a change that nobody signed, by an actor that could be another's",
        |said, by| {
            said.owns(said.owner, [3; 16]);
            let actor = ActorNonce::new([3; 16]).actor(&by.book, &said.owner);
            said.says(said.covered, saved(&making(ActorId(actor.0), None), &[]));
        },
    ),
    ("a change left out", |said, _| {
        let last = said.save.entries.last_mut().expect("there are some");
        last.changes.pop();
    }),
    ("an entry left out, on which others build", |said, _| {
        said.save.entries.remove(0);
    }),
    ("an entry named twice", |said, _| {
        let first = said.save.entries[0].entry;
        said.save.entries.push(SavedEntry {
            entry: first,
            changes: Vec::new(),
        });
    }),
    ("what two entries carry exchanged", |said, _| {
        let entries = &mut said.save.entries;
        let last = entries.len() - 1;
        (entries[0].entry, entries[last].entry) = (entries[last].entry, entries[0].entry);
    }),
    ("an actor that is another's", |said, by| {
        said.checkpoint.actors[0].device = by.device()
    }),
    ("a head that nobody signed", |said, by| {
        let head = Header {
            log: LogId([1; 16]),
            after: Vec::new(),
            ..said.header.clone()
        };
        let head = Envelope::sign(&head, b"nothing", &by.sign);
        said.checkpoint.heads.push(head.bytes().to_vec().into());
    }),
    ("heads that do not cover what it names", |said, _| {
        said.checkpoint.heads.clear()
    }),
    ("bytes that are no change", |said, _| {
        said.last_change().rest = Some(vec![1, 2, 3].into())
    }),
    ("a change that builds on itself", |said, _| {
        said.last_change().back = vec![0]
    }),
    ("a change that builds on one before all", |said, _| {
        said.last_change().back = vec![u32::MAX]
    }),
    ("the change of another device once more", |said, _| {
        let count = u32::try_from(said.count()).expect("few");
        let again = SavedChange {
            back: vec![count],
            rest: None,
        };
        let last = said.save.entries.last_mut().expect("there are some");
        last.changes.push(again);
    }),
    // By the log, the liar's own change waits for ever for the one that nobody wrote.
    (
        "a change that nobody signed, said to be another's, on which a signed one of the liar builds",
        |said, by| {
            let mut book = Book::new();
            let mut write = |actor| {
                book.set_actor(actor);
                let (_, create) = record("household", &[("head", text("Kẻ Mạo Danh"))]);
                book.edit(&[create], &act()).expect("edits").bytes
            };
            let others = ActorNonce::new([3; 16]).actor(&by.book, &said.owner);
            let (others, own) = (write(ActorId(others.0)), write(actor(by, [4; 16])));
            said.owns(said.owner, [3; 16]);
            said.owns(by.device(), [4; 16]);
            let place = said.says(said.covered, saved(&others, &[]));
            let back = u32::try_from(said.count() - place).expect("few");
            let header = Header {
                log: LogId([200; 16]),
                ..said.header.clone()
            };
            let (envelope, payload) = by.changes(&header, [4; 16], vec![own.clone()]);
            said.save.entries.push(SavedEntry {
                entry: envelope.id(),
                changes: vec![saved(&own, &[back])],
            });
            let heads = &mut said.checkpoint.heads;
            heads.push(envelope.bytes().to_vec().into());
            said.beside = Some((envelope, payload));
        },
    ),
];

/// A commune in which the police have made a checkpoint that is so, and what is in it.
struct Besieged {
    commune: Commune,
    relay: Relay,
    hostile: Hostile,
    /// The checkpoint's entry and its blob.
    honest: sothon_sync::SaveRef,
    epoch: EpochId,
    checkpoint: Checkpoint,
    save: Save,
    /// The first entry of the village head, who has written more.
    covered: EntryId,
    started: u8,
}

impl Besieged {
    fn new() -> Besieged {
        let (mut commune, hostile, key) = besieged();
        let mut relay = Relay::new(&mut commune);
        let book = hostile.book;
        for note in ["một", "hai", "ba"] {
            let edit = set(&key, "note", note);
            commune.get("thon1").edit(book, &[edit], &act()).expect("saves");
            meet(&mut commune, &mut relay);
            commune.writes("police", book, note);
            meet(&mut commune, &mut relay);
        }
        commune.get("police").make_checkpoint(&book, NOW).expect("makes");
        meet(&mut commune, &mut relay);
        let honest = relay.archive.saves(&book).expect("reads").remove(0);
        let store = relay.archive.store();
        let made = store.entry(&honest.entry).expect("reads").expect("is held");
        let payload = made.payload.held().expect("is held");
        let epoch = made.envelope.header().epoch.expect("is sealed");
        let header = made.envelope.header_bytes();
        let checkpoint = seal::open_checkpoint(&payload, header, &hostile.secret).expect("opens");
        let sealed = store.blob(&honest.digest).expect("reads").expect("is held");
        let save = seal::open_save(&sealed, &book, &epoch, &hostile.secret).expect("opens");
        let thon1 = commune.get("thon1").device();
        let mut of_thon1 = entries(commune.get("thon1"), &book);
        of_thon1.retain(|one| one.header().device == thon1 && one.header().kind == Kind::Changes);
        of_thon1.sort_unstable_by_key(|one| one.header().seq);
        Besieged {
            commune,
            relay,
            hostile,
            honest,
            epoch,
            checkpoint,
            save,
            covered: of_thon1[0].id(),
            started: 0,
        }
    }

    fn said(&mut self) -> Said {
        let header = self.header();
        Said {
            checkpoint: self.checkpoint.clone(),
            save: self.save.clone(),
            covered: self.covered,
            owner: self.commune.get("thon1").device(),
            header,
            beside: None,
        }
    }

    fn header(&mut self) -> Header {
        let mut header = self.hostile.header(&mut self.commune);
        header.log = LogId([self.started + 1; 16]);
        header
    }

    fn seal(&self, save: &Save, of: &BookId) -> Vec<u8> {
        seal::seal_save(save, of, &self.epoch, &self.hostile.secret, &mut rng()).expect("fits")
    }

    /// The liar signs a checkpoint of this blob, and both are at the relay, beside the honest one and those before.
    fn give(&mut self, said: Said, sealed: Vec<u8>, mut header: Header) -> (EntryId, Digest) {
        let mut checkpoint = said.checkpoint;
        checkpoint.blob = Digest(Sha256::digest(&sealed).into());
        checkpoint.size = sealed.len() as u64;
        header.kind = Kind::Checkpoint;
        let secret = &self.hostile.secret;
        let payload = seal::seal_checkpoint(&checkpoint, &header.encode(), secret, &mut rng()).expect("fits");
        let envelope = Envelope::sign(&header, &payload, &self.hostile.sign);
        let id = envelope.id();
        let blob = Blob {
            id: checkpoint.blob,
            book: self.hostile.book,
            by: None,
            of: None,
            bytes: sealed,
        };
        let beside = said.beside.map(|(envelope, payload)| (envelope, Some(payload)));
        let entries = beside.into_iter().chain([(envelope, Some(payload))]);
        let lied = sothon_store::Batch {
            entries: entries.collect(),
            blobs: vec![blob],
            ..Default::default()
        };
        self.relay.archive.add(lied).expect("stores");
        (id, checkpoint.blob)
    }

    /// One more device starts, and reads the honest checkpoint and what the log says.
    fn starts(&mut self, lie: &str, blob: &Digest) -> String {
        self.started += 1;
        let device = format!("new{}", self.started);
        let (commune, book) = (&mut self.commune, &self.hostile.book);
        commune.admit(&device, Role::Police, Scope::Commune);
        for name in ["office", &device, "office", "police", &device] {
            commune.sync(name, &mut self.relay);
        }
        commune.sync("police", &mut self.relay);
        let store = commune.get(&device).station().store();
        assert!(store.blob(blob).expect("reads").is_none(), "{lie}: it is used");
        assert!(
            store.blob(&self.honest.digest).expect("reads").is_some(),
            "{lie}: no other is asked for"
        );
        assert!(
            !store.missing_payloads(Some(book)).expect("reads").is_empty(),
            "{lie}: none is used"
        );
        let seen: Vec<_> = commune.get(&device).records_of(book).collect();
        let log: Vec<_> = commune.get("police").records_of(book).collect();
        assert!(seen == log, "{lie}: it says something else than the log");
        device
    }
}

#[test]
fn a_checkpoint_that_lies_is_not_used_and_an_honest_one_is() {
    let mut besieged = Besieged::new();
    let book = besieged.hostile.book;
    let of_seals: [(&str, Lie); 2] = [("another book's", |_, _| {}), ("flipped", |_, _| {})];
    for (name, lie) in of_seals.into_iter().chain(LIES) {
        let mut said = besieged.said();
        lie(&mut said, &besieged.hostile);
        let of = if name == "another book's" {
            BookId([9; 16])
        } else {
            book
        };
        let mut sealed = besieged.seal(&said.save, &of);
        if name == "flipped" {
            sealed[100] ^= 1;
        }
        let header = besieged.header();
        let (entry, blob) = besieged.give(said, sealed, header);
        let device = besieged.starts(name, &blob);
        let verdict = verdict(&mut besieged.commune, &device, &book, &entry);
        assert!(
            verdict.is_by_right(),
            "{name}: it was refused for something else: {verdict:?}"
        );
    }
}

#[test]
fn a_checkpoint_by_who_had_no_right_when_it_was_signed_is_not_looked_at() {
    let mut besieged = Besieged::new();
    let book = besieged.hostile.book;
    // Before its author was admitted; and at a height that nobody else has heard of.
    for (name, height) in [("an old height", Height(2)), ("a height to come", Height(900))] {
        let said = besieged.said();
        let mut header = besieged.header();
        let register = besieged.commune.get("office").register().expect("is there");
        header.height = height;
        header.operation = match register.operation(height) {
            Some(operation) => operation.id().tag(),
            None => header.operation,
        };
        let sealed = besieged.seal(&said.save, &book);
        let (entry, blob) = besieged.give(said, sealed, header);
        let device = besieged.starts(name, &blob);
        assert!(!verdict(&mut besieged.commune, &device, &book, &entry).is_by_right());
    }
    // After it was cut; the heights that it names are those from before.
    let said = besieged.said();
    let header = besieged.header();
    let (device, office) = (besieged.hostile.device(), besieged.commune.get("office"));
    office.cut_device(device, NOW).expect("cuts");
    let sealed = besieged.seal(&said.save, &book);
    let (entry, blob) = besieged.give(said, sealed, header);
    let device = besieged.starts("after a cut", &blob);
    assert!(!verdict(&mut besieged.commune, &device, &book, &entry).is_by_right());
}

#[test]
fn however_many_saves_are_kept_back_who_starts_sees_what_the_log_says_after_a_few_sessions() {
    let mut besieged = Besieged::new();
    let book = besieged.hostile.book;
    for n in 100..120 {
        let said = besieged.said();
        let mut header = besieged.header();
        header.log = LogId([n; 16]);
        let sealed = besieged.seal(&said.save, &book);
        let (_, blob) = besieged.give(said, sealed, header);
        let relay = besieged.relay.archive.store_mut();
        relay.drop_blobs(&[blob]).expect("drops");
    }
    let Besieged { commune, relay, .. } = &mut besieged;
    commune.admit("new", Role::Police, Scope::Commune);
    for name in ["office", "new", "office", "police"] {
        commune.sync(name, relay);
    }
    for _ in 0..8 {
        commune.sync("new", relay);
    }
    let seen: Vec<_> = commune.get("new").records_of(&book).collect();
    let log: Vec<_> = commune.get("police").records_of(&book).collect();
    assert!(seen == log, "{} of {} records", seen.len(), log.len());
}

#[test]
fn a_payload_that_is_kept_back_empties_no_book_when_its_readers_are_started_again() {
    let mut besieged = Besieged::new();
    let (header, forged) = (besieged.header(), forged(&besieged.hostile));
    let (envelope, _) = besieged.hostile.changes(&header, [3; 16], vec![forged]);
    let kept_back = sothon_store::Batch {
        entries: vec![(envelope, None)],
        ..Default::default()
    };
    besieged.relay.archive.add(kept_back).expect("stores");
    let Besieged { commune, relay, .. } = &mut besieged;
    for name in ["police", "thon1"] {
        commune.sync(name, relay);
        let before = picture(commune.get(name));
        commune.restart(name);
        assert!(picture(commune.get(name)) == before, "{name}");
    }
}
