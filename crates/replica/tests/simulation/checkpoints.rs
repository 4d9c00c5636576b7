//! Checkpoints: honest ones, those that hostile devices make of what they can read and lie in, and who starts from them (A9).

use std::collections::{BTreeSet, HashMap};

use sha2::{Digest as _, Sha256};
use sothon_book::{ActorId, Book, ChangeFacts, ChangeHash, split_chunk};
use sothon_ledger::payload::{ActorNonce, ActorOwner, Changes, Checkpoint, Save, SavedChange, SavedEntry};
use sothon_ledger::{Digest, Envelope, EpochId, Header, Kind, LogId, seal};
use sothon_store::{Batch as StoreBatch, Blob, Payload};

use super::rogue::Rogue;
use super::*;

/// How many ways there are in which a hostile device's checkpoint is what it should not be, and one in which it is as it should be.
const WAYS: usize = 13;

/// Beside these: of the last entry by somebody else it says what that never said, and makes a payload that would vouch for it.
const VOUCHED: usize = WAYS;

/// What a hostile device says in a checkpoint.
struct Said {
    save: Save,
    heads: Vec<Envelope>,
    actors: Vec<ActorOwner>,
    /// Whose the entries in the save are.
    authors: HashMap<EntryId, DeviceId>,
}

impl Said {
    /// An actor that is said to be a device's, and a change by it that nobody signed, said to be the last of the save.
    fn forge(&mut self, book: &BookId, by: DeviceId, rng: &mut StdRng) -> Option<()> {
        let nonce = ActorNonce::new(rng.random());
        let actor = nonce.actor(book, &by);
        let mut forged = Book::new();
        forged.set_actor(ActorId(actor.0));
        let key = RecordKey {
            kind: "household".into(),
            id: RecordId(Uuid::from_bytes(rng.random())),
        };
        let record = alone("field0", "mạo danh");
        let act = Act::of_one_change("edit", None);
        let chunk = forged.edit(&[Edit::Create { key, record }], &act).ok()?.bytes;
        let (_, rest) = split_chunk(&chunk).ok()?;
        self.actors.push(ActorOwner {
            actor,
            device: by,
            nonce,
        });
        self.save.entries.last_mut()?.changes.push(SavedChange {
            back: Vec::new(),
            rest: Some(rest.to_vec().into()),
        });
        Some(())
    }

    /// Says what is not so.
    fn lies(&mut self, way: usize, header: &Header, rogue: &mut Rogue) -> Option<()> {
        let (me, last) = (rogue.id(), self.save.entries.len().checked_sub(1)?);
        match way {
            // Left out.
            1 => drop(self.save.entries[last].changes.pop()),
            2 => drop(self.save.entries.remove(0)),
            // Altered.
            3 => {
                let (first, other) = (self.save.entries[0].entry, self.save.entries[last].entry);
                (self.save.entries[0].entry, self.save.entries[last].entry) = (other, first);
            }
            4 => {
                let change = self.save.entries[last].changes.last_mut()?;
                change.rest = Some(vec![1, 2, 3].into());
            }
            5 => self.actors.first_mut()?.device = me,
            // Of its own last entry it says something else.
            6 => {
                let own = |entry: &SavedEntry| self.authors.get(&entry.entry) == Some(&me);
                let at = self.save.entries.iter().rposition(own)?;
                self.save.entries.truncate(at + 1);
                self.save.entries[at].changes.clear();
                self.forge(&header.book, me, &mut rogue.rng)?;
            }
            // Added.
            7 => self.forge(&header.book, me, &mut rogue.rng)?,
            8 => {
                let author = *self.authors.get(&self.save.entries[last].entry)?;
                self.forge(&header.book, author, &mut rogue.rng)?;
            }
            9 => {
                let header = Header {
                    log: LogId(rogue.rng.random()),
                    seq: 0,
                    backlink: None,
                    ..header.clone()
                };
                self.heads.push(Envelope::sign(&header, b"nothing", &rogue.sign));
            }
            10 => self.heads.clear(),
            _ => {}
        }
        Some(())
    }
}

/// Changes, each after those that it builds on.
#[derive(Clone, Default)]
struct Places {
    of: HashMap<ChangeHash, u32>,
    count: u32,
}

impl Places {
    /// What an entry carries, if all that it builds on was before it.
    fn take(&mut self, chunks: &[Vec<u8>]) -> Option<Vec<SavedChange>> {
        let mut then = self.clone();
        let mut saved = Vec::new();
        for chunk in chunks {
            let hash = ChangeFacts::read(chunk).ok()?.hash;
            let back = |of: &ChangeHash| Some(then.count - then.of.get(of)?);
            saved.push(match back(&hash) {
                Some(back) => SavedChange {
                    back: vec![back],
                    rest: None,
                },
                None => {
                    let (deps, rest) = split_chunk(chunk).ok()?;
                    SavedChange {
                        back: deps.iter().map(back).collect::<Option<_>>()?,
                        rest: Some(rest.to_vec().into()),
                    }
                }
            });
            then.of.entry(hash).or_insert(then.count);
            then.count += 1;
        }
        *self = then;
        Some(saved)
    }
}

impl Rogue {
    /// Signs a checkpoint of what it holds and can open of a book, in which something may be wrong, and keeps its save.
    pub(super) fn checkpoint(
        &mut self,
        header: &Header,
        held: &[Envelope],
        epoch: EpochId,
        way: usize,
    ) -> Option<()> {
        let way = if self.vouches { VOUCHED } else { way % WAYS };
        let mut said = match way {
            VOUCHED => self.vouched(held)?,
            _ => self.said(held),
        };
        said.lies(way, header, self)?;
        let secret = self.secrets.get(&epoch)?.clone();
        let mut sealed = seal::seal_save(&said.save, &header.book, &epoch, &secret, &mut self.rng).ok()?;
        if way == 11 {
            *sealed.last_mut()? ^= 1;
        }
        said.actors.sort_unstable_by_key(|owner| owner.actor);
        said.heads.sort_unstable_by_key(Envelope::id);
        let blob = Digest(Sha256::digest(&sealed).into());
        let checkpoint = Checkpoint {
            time: NOW,
            blob,
            size: sealed.len() as u64,
            heads: said
                .heads
                .iter()
                .map(|head| head.bytes().to_vec().into())
                .collect(),
            actors: said.actors,
        };
        let payload = seal::seal_checkpoint(&checkpoint, &header.encode(), &secret, &mut self.rng).ok()?;
        let entry = self.put(header, Some(payload.clone()), &payload)?;
        self.checkpoints += 1;
        // Kept back.
        if way == 12 {
            return Some(());
        }
        let blob = Blob {
            id: blob,
            book: header.book,
            by: None,
            of: Some(entry),
            bytes: sealed,
        };
        let save = StoreBatch {
            blobs: vec![blob],
            ..StoreBatch::default()
        };
        self.archive.add(save).ok().map(drop)
    }

    /// The same, in which the last entry by somebody else carries another change of the same place.
    fn vouched(&mut self, held: &[Envelope]) -> Option<Said> {
        let said = self.said(held);
        let entry = said.save.entries.last()?.entry;
        let of = held.iter().find(|envelope| envelope.id() == entry)?;
        let header = of.header();
        let [chunk] = self.read.get(&entry)?.as_slice() else {
            return None;
        };
        if header.device == self.id() {
            return None;
        }
        let below = self.below(held, header.after.iter().chain(&header.backlink));
        let mut base = lies::book_of(&below);
        base.set_actor(ChangeFacts::read(chunk).ok()?.actor);
        let key = RecordKey {
            kind: "household".into(),
            id: RecordId(Uuid::from_bytes(self.rng.random())),
        };
        let record = alone("field0", "mạo danh");
        let act = Act::of_one_change("edit", None);
        let forged = base.edit(&[Edit::Create { key, record }], &act).ok()?.bytes;
        let changes = Changes {
            time: NOW,
            actors: self.nonces.get(&entry).cloned(),
            chunks: vec![forged.clone().into()],
            replaces: Some(Vec::new()),
        };
        let secret = self.secrets.get(&header.epoch?)?.clone();
        let payload = seal::seal_changes(&changes, &header.encode(), &secret, &mut self.rng).ok()?;
        let real = self.read.insert(entry, vec![forged])?;
        let said = self.said(held);
        self.read.insert(entry, real);
        self.vouching.push((entry, payload));
        Some(said)
    }

    /// What an honest checkpoint of what it can read says.
    fn said(&self, held: &[Envelope]) -> Said {
        let named = held.iter().flat_map(|envelope| {
            let header = envelope.header();
            header.after.iter().chain(&header.backlink)
        });
        let named: BTreeSet<&EntryId> = named.collect();
        let heads = held.iter().filter(|envelope| !named.contains(&envelope.id()));
        let mut said = Said {
            save: Save::default(),
            heads: heads.cloned().collect(),
            actors: Vec::new(),
            authors: HashMap::new(),
        };
        let mut places = Places::default();
        let mut waiting: Vec<&Envelope> = held.iter().collect();
        let mut before = usize::MAX;
        while waiting.len() < before {
            before = waiting.len();
            waiting.retain(|envelope| {
                let (entry, device) = (envelope.id(), envelope.header().device);
                let changes = self.read.get(&entry).and_then(|chunks| places.take(chunks));
                let Some(changes) = changes else { return true };
                said.save.entries.push(SavedEntry { entry, changes });
                said.authors.insert(entry, device);
                for nonce in self.nonces.get(&entry).into_iter().flatten() {
                    let actor = nonce.actor(&envelope.header().book, &device);
                    said.actors.push(ActorOwner {
                        actor,
                        device,
                        nonce: *nonce,
                    });
                }
                false
            });
        }
        said.actors.sort_unstable_by_key(|owner| owner.actor);
        said.actors.dedup_by_key(|owner| owner.actor);
        said
    }
}

impl World {
    /// An honest device makes a checkpoint.
    pub(super) fn checkpoint(&mut self, by: usize, book: u8) -> Result<(), String> {
        let Some((book, _)) = self.book_of(by, book) else {
            return Ok(());
        };
        self.checkpoint_of(by, &book)
    }

    pub(super) fn checkpoint_of(&mut self, by: usize, book: &BookId) -> Result<(), String> {
        match self.device_mut(by).make_checkpoint(book, NOW) {
            Ok(published) => {
                self.note_carried(by, &published)?;
                self.note_trouble("checkpoints");
                Ok(())
            }
            Err(ReplicaError::NotWhole | ReplicaError::OfDrops) => Ok(()),
            Err(error) => expected(by, error),
        }
    }

    /// Somebody who has read nothing yet comes where there are checkpoints.
    pub(super) fn come_late(&mut self) -> Result<(), String> {
        let made = ["checkpoints", "checkpoints by liars"];
        if made.iter().any(|made| self.troubles.contains_key(made)) {
            self.admit()?;
        }
        Ok(())
    }

    /// What a device reads that started from a checkpoint: its payloads are elsewhere.
    pub(super) fn elsewhere(&self, place: usize) -> Result<Vec<(EntryId, Vec<u8>)>, String> {
        let missing = self.store(place).missing_payloads(None);
        let mut elsewhere = Vec::new();
        for id in missing.map_err(|e| e.to_string())? {
            let entry = self.relay().store().entry(&id).map_err(|e| e.to_string())?;
            let changes = entry.filter(|entry| entry.envelope.header().kind == Kind::Changes);
            elsewhere.extend(changes.and_then(|entry| Some((id, Payload::held(entry.payload)?))));
        }
        Ok(elsewhere)
    }

    /// The late device takes what a liar made for the payload of an entry, though it is not what the entry's author signed.
    pub(super) fn believe(&mut self) -> Result<(), String> {
        if !self.is_broken(Broken::Believing) {
            return Ok(());
        }
        let made = rogues().flat_map(|rogue| self.rogue(rogue).vouching.clone());
        let missing = self
            .store(LATE)
            .missing_payloads(None)
            .map_err(|e| e.to_string())?;
        let made: BTreeMap<_, _> = made.filter(|(entry, _)| missing.contains(entry)).collect();
        if made.is_empty() {
            return Ok(());
        }
        self.close(LATE);
        let disk = self.folder.path().join(ROLES[LATE].0).join("store.db");
        let disk = rusqlite::Connection::open(disk).map_err(|e| e.to_string())?;
        for (entry, payload) in made {
            let row = "(SELECT row FROM entries WHERE id = ?1)";
            let put = format!("INSERT INTO payloads (row, bytes) VALUES ({row}, ?2)");
            disk.execute(&put, rusqlite::params![entry.0, payload])
                .map_err(|e| e.to_string())?;
            let came = format!("DELETE FROM missing WHERE row = {row}");
            disk.execute(&came, [entry.0]).map_err(|e| e.to_string())?;
        }
        drop(disk);
        self.open(LATE);
        Ok(())
    }

    /// Whether a device reads a book from a checkpoint.
    pub(super) fn started(&self, place: usize, book: &BookId) -> bool {
        let device = self.device(place);
        let hollow = device.station().store().missing_payloads(Some(book));
        device.records_of(book).next().is_some()
            && hollow.is_ok_and(|hollow| {
                let relay = self.relay().store();
                let held = |id: &EntryId| matches!(relay.payload(id), Ok(Some(Payload::Held(_))));
                hollow.iter().any(held)
            })
    }

    /// Whether the late device has started from checkpoints.
    pub fn note_started(&mut self) {
        let books = self.device(LATE).readable();
        let has_started = books.into_iter().any(|open| self.started(LATE, &open.book));
        if has_started {
            self.note_trouble("started from a checkpoint");
        }
    }
}
