//! What hostile devices sign: whatever their keys allow, on whatever they hold.

use std::collections::BTreeSet;

use rand::RngExt;
use sha2::{Digest, Sha256};
use sothon_book::{Act, ActorId, Book, ChangeFacts, Gate};
use sothon_ledger::payload::{self, ActorNonce, Changes};
use sothon_ledger::register::LogHead;
use sothon_ledger::{
    Encoding, EntryId, Envelope, EpochId, EpochSecret, Height, Kind, LogId, OperationTag, Suite, cbor, seal,
};
use sothon_records::{Edit, Value};

use super::honest::header_at;
use super::step::Lie;
use super::world::{BOOK, Entry, HOSTILE, World};

/// What a lie is about to be signed as.
struct Draft {
    place: (LogId, Option<(u64, EntryId)>),
    after: BTreeSet<EntryId>,
    height: (Height, OperationTag),
    kind: Kind,
    epoch: Option<EpochId>,
    payload: Vec<u8>,
    chunks: Vec<Vec<u8>>,
    withheld: bool,
}

impl World {
    /// Signs one lie, if what is held allows it.
    pub fn lie(&mut self, by: usize, lie: Lie, on: [usize; 3], old: bool) {
        let Some(draft) = self.draft(by, lie, on, old) else {
            return;
        };
        let Draft { place, height, .. } = draft;
        let after = draft
            .after
            .iter()
            .copied()
            .filter(|id| place.1.is_none_or(|(_, head)| head != *id));
        let mut header = header_at(
            self.devices[by].id,
            place,
            after.take(60).collect(),
            height,
            draft.kind,
            draft.epoch,
        );
        if let Kind::Unknown(_) = draft.kind {
            (header.suite, header.encoding) = (Suite::Clear, Encoding::Cbor);
        }
        let payload = match (
            draft.kind,
            draft.epoch.and_then(|epoch| self.secret_of(by, &epoch)),
        ) {
            (Kind::Changes | Kind::Checkpoint, Some(secret)) if lie != Lie::Garbage => {
                self.sealed(by, lie, &draft, &header.encode(), &secret)
            }
            _ => draft.payload,
        };
        let envelope = Envelope::sign(&header, &payload, &self.devices[by].sign);
        // What no store takes in is tried elsewhere.
        if Envelope::parse(envelope.bytes()).is_err() {
            return;
        }
        let head = Some((header.seq, envelope.id()));
        let entry = Entry {
            envelope,
            payload,
            chunks: draft.chunks,
            withheld: draft.withheld,
        };
        self.put(by, entry);
        if !matches!(lie, Lie::Rival | Lie::Place) {
            self.devices[by].disk.log = Some((header.log, head));
        }
    }

    fn sealed(&mut self, by: usize, lie: Lie, draft: &Draft, header: &[u8], secret: &EpochSecret) -> Vec<u8> {
        if lie == Lie::Bomb {
            let packed = zstd::bulk::compress(&vec![0; 40 << 20], 1).unwrap_or_default();
            let mut padded = packed;
            padded.push(0x80);
            return seal::seal_bytes(&secret.entry_key(), header, &padded, &mut self.rng);
        }
        let nonces: Vec<ActorNonce> = self.devices[by].nonce.into_iter().collect();
        let changes = Changes {
            time: 1,
            actors: Some(nonces),
            chunks: draft.chunks.iter().map(|chunk| chunk.clone().into()).collect(),
            replaces: None,
        };
        seal::seal_changes(&changes, header, secret, &mut self.rng).unwrap_or_default()
    }

    /// A secret that was wrapped for this one or for its friend.
    fn secret_of(&self, by: usize, epoch: &EpochId) -> Option<EpochSecret> {
        let of = self.devices[by].id;
        let friend = self.devices[HOSTILE[usize::from(by == HOSTILE[0])]].id;
        let has = |id| self.wraps.contains(&(*epoch, id));
        self.secrets
            .get(epoch)
            .filter(|_| has(of) || has(friend))
            .cloned()
    }

    fn draft(&mut self, by: usize, lie: Lie, on: [usize; 3], old: bool) -> Option<Draft> {
        let held: Vec<usize> = self.devices[by].disk.held.iter().copied().collect();
        let height = self.known_height(by, lie, old);
        if lie == Lie::NewLog || self.devices[by].disk.log.is_none() {
            self.devices[by].disk.log = Some((LogId(self.rng.random()), None));
            self.devices[by].nonce = None;
        }
        let nonce = match self.devices[by].nonce {
            Some(nonce) => nonce,
            None => ActorNonce::new(self.rng.random()),
        };
        self.devices[by].nonce = Some(nonce);
        let mut draft = Draft {
            place: self.devices[by].disk.log?,
            after: BTreeSet::new(),
            height,
            kind: Kind::Changes,
            epoch: None,
            payload: Vec::new(),
            chunks: Vec::new(),
            withheld: lie == Lie::Withheld,
        };
        // A few of the entries held, mostly the newest, and the epoch's.
        for (at, n) in on.iter().enumerate().take(1 + on[0] % 3) {
            let newest = held.len().saturating_sub(3 * (at + 1));
            let from = if n % 4 == 0 { 0 } else { newest };
            if let Some(number) = held.get(from + n % (held.len() - from).max(1)) {
                draft.after.insert(self.entries[*number].envelope.id());
            }
        }
        self.choose_epoch(by, &held, &mut draft);
        match lie {
            Lie::Write | Lie::NewLog | Lie::Place | Lie::Register | Lie::Withheld | Lie::Bomb => {
                draft.chunks = self.write(by, nonce, &draft, false)?;
                if lie == Lie::Place {
                    let (log, head) = draft.place;
                    let (seq, _) = head?;
                    let other = held.get(on[1] % held.len().max(1))?;
                    draft.place = (
                        log,
                        Some((seq + (on[2] % 3) as u64, self.entries[*other].envelope.id())),
                    );
                }
            }
            Lie::Uncovered => {
                draft.chunks = self.write(by, nonce, &draft, true)?;
                draft
                    .after
                    .retain(|id| Some(*id) == self.epoch_entry(draft.epoch));
            }
            Lie::Rival => self.rival(by, &held, on[1], &mut draft)?,
            Lie::Again => {
                let own = self.own_with_changes(by, &held);
                let number = own.get(on[1] % own.len().max(1))?;
                draft.chunks = self.entries[*number].chunks.clone();
                draft
                    .after
                    .extend(self.entries[*number].envelope.header().after.iter());
            }
            Lie::Stolen => {
                let others = held.iter().filter(|n| !self.entries[**n].chunks.is_empty());
                let others: Vec<&usize> = others.collect();
                let number = others.get(on[1] % others.len().max(1))?;
                draft.chunks = self.entries[**number].chunks.clone();
            }
            Lie::Mangled => {
                draft.chunks = self.write(by, nonce, &draft, false)?;
                let chunk = draft.chunks.last_mut()?;
                mangle(chunk, on[1], on[2] as u8);
            }
            Lie::Garbage => draft.payload = vec![on[1] as u8; on[2] % 500],
            Lie::Epoch => {
                let secret = EpochSecret::from_bytes(self.rng.random());
                let of = Height([0, 1, height.0.0, height.0.0 + 5, u64::MAX][on[1] % 5]);
                let epoch = secret.commit(&BOOK, of);
                let drop_key = secret.drop_key().public();
                self.secrets.insert(epoch, secret);
                self.wraps.extend(HOSTILE.map(|by| (epoch, self.devices[by].id)));
                draft.payload = cbor::encode(&payload::Epoch { height: of, drop_key });
                // Or another's epoch under another height.
                let known = draft.epoch.filter(|_| on[2].is_multiple_of(4));
                (draft.kind, draft.epoch) = (Kind::Epoch, Some(known.unwrap_or(epoch)));
            }
            Lie::Yes => {
                let device = self.devices[on[1] % self.devices.len()].id;
                draft.payload = cbor::encode(&payload::Yes { device });
                (draft.kind, draft.epoch) = (Kind::Yes, None);
            }
            Lie::Receipt => {
                let number = held.get(on[1] % held.len().max(1))?;
                let header = self.entries[*number].envelope.header();
                let heads = vec![LogHead {
                    log: header.log,
                    seq: header.seq + (on[2] % 3) as u64,
                    id: self.entries[*number].envelope.id(),
                }];
                draft.payload = cbor::encode(&payload::Receipt { heads });
                (draft.kind, draft.epoch) = (Kind::Receipt, None);
            }
            Lie::Drop => {
                draft.payload = vec![3; seal::DROP_SIZE + sothon_ledger::hpke::OVERHEAD];
                draft.kind = Kind::Drop;
            }
            Lie::Other => {
                draft.kind = [Kind::Checkpoint, Kind::Final, Kind::Keys, Kind::Unknown(77)][on[1] % 4];
                if draft.kind != Kind::Checkpoint {
                    draft.epoch = None;
                }
                draft.payload = cbor::encode(&payload::Final {});
            }
        }
        if matches!(draft.kind, Kind::Changes | Kind::Drop | Kind::Checkpoint) && draft.epoch.is_none() {
            return None;
        }
        Some(draft)
    }

    /// What the liar says that it knows of the register.
    fn known_height(&mut self, by: usize, lie: Lie, old: bool) -> (Height, OperationTag) {
        let mut height = self.devices[by].disk.height;
        if old {
            height = self.begin;
        }
        if lie == Lie::Register {
            let far = [height + 1, height + 5, height + 900, height][self.rng.random_range(0..4usize)];
            return (Height(far), OperationTag([9; 8]));
        }
        let named = self.newest().operation(Height(height));
        (
            Height(height),
            named.map_or(OperationTag([0; 8]), |op| op.id().tag()),
        )
    }

    fn epoch_entry(&self, epoch: Option<EpochId>) -> Option<EntryId> {
        let made = |entry: &&Entry| {
            entry.envelope.header().kind == Kind::Epoch && entry.envelope.header().epoch == epoch
        };
        self.entries.iter().find(made).map(|entry| entry.envelope.id())
    }

    /// The newest epoch that it can use; its entry is named, since without that nothing counts.
    fn choose_epoch(&self, by: usize, held: &[usize], draft: &mut Draft) {
        let made = held.iter().rev().map(|number| &self.entries[*number].envelope);
        let mut made = made.filter(|envelope| envelope.header().kind == Kind::Epoch);
        let usable = made.find(|envelope| {
            let epoch = envelope.header().epoch;
            epoch.is_some_and(|epoch| self.secret_of(by, &epoch).is_some())
        });
        if let Some(envelope) = usable {
            draft.epoch = envelope.header().epoch;
            draft.after.insert(envelope.id());
        }
    }

    /// The chunks below some entries, each after what it builds on.
    fn below(&self, of: impl IntoIterator<Item = EntryId>) -> Vec<Vec<u8>> {
        let mut todo: Vec<EntryId> = of.into_iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(id) = todo.pop() {
            let Some(number) = self.number(&id) else { continue };
            if seen.insert(number) {
                let header = self.entries[number].envelope.header();
                todo.extend(header.after.iter().chain(&header.backlink));
            }
        }
        seen.iter()
            .flat_map(|number| self.entries[*number].chunks.clone())
            .collect()
    }

    /// Changes on what the draft names, or on all that is held.
    fn write(&mut self, by: usize, nonce: ActorNonce, draft: &Draft, on_all: bool) -> Option<Vec<Vec<u8>>> {
        let named = draft.after.iter().copied().chain(draft.place.1.map(|(_, id)| id));
        let below = if on_all {
            let held = &self.devices[by].disk.held;
            held.iter()
                .flat_map(|number| self.entries[*number].chunks.clone())
                .collect()
        } else {
            self.below(named)
        };
        let base = book_of(&below);
        self.edits(by, nonce, base)
    }

    fn edits(&mut self, by: usize, nonce: ActorNonce, mut base: Book) -> Option<Vec<Vec<u8>>> {
        base.set_actor(ActorId(nonce.actor(&BOOK, &self.devices[by].id).0));
        let mut out = Vec::new();
        for _ in 0..self.rng.random_range(1..3) {
            self.count += 1;
            let some: u32 = self.rng.random();
            let key = self
                .records
                .get(some as usize % self.records.len().max(1))
                .cloned()?;
            let value = Some(Value::Text(format!("kẻ xấu {}", self.count)));
            let edit = Edit::Set {
                key,
                sub: None,
                fields: [(format!("field{}", some % 2), value)].into(),
            };
            let made = base.edit(&[edit], &Act::of_one_change("edit", None));
            out.extend(made.ok().map(|change| change.bytes));
        }
        (!out.is_empty()).then_some(out)
    }

    fn own_with_changes(&self, by: usize, held: &[usize]) -> Vec<usize> {
        let own = |number: &&usize| {
            let entry = &self.entries[**number];
            entry.envelope.header().device == self.devices[by].id && !entry.chunks.is_empty()
        };
        held.iter().filter(own).copied().collect()
    }

    /// Other changes at the place, in log and actor, of one of its own entries.
    fn rival(&mut self, by: usize, held: &[usize], n: usize, draft: &mut Draft) -> Option<()> {
        let own = self.own_with_changes(by, held);
        let number = own.get(own.len().checked_sub(1 + n % own.len().max(1))?)?;
        let entry = &self.entries[*number];
        let header = entry.envelope.header().clone();
        let first = ChangeFacts::read(entry.chunks.first()?).ok()?;
        let below = self.below(header.after.iter().copied().chain(header.backlink));
        // Under the nonce of that entry, if it is the one in use: else it is somebody else's actor.
        let nonce = self.devices[by].nonce?;
        if ActorId(nonce.actor(&BOOK, &self.devices[by].id).0) != first.actor {
            return None;
        }
        draft.chunks = self.edits(by, nonce, book_of(&below))?;
        draft.after = header.after.iter().copied().collect();
        draft.epoch = header.epoch;
        draft.height = (header.height, header.operation);
        draft.place = (
            header.log,
            header
                .backlink
                .map(|before| (header.seq.saturating_sub(1), before)),
        );
        Some(())
    }
}

/// A book with as many of these changes as fit together.
fn book_of(chunks: &[Vec<u8>]) -> Book {
    let mut book = Book::new();
    let mut gate = Gate::new();
    for chunk in chunks {
        if gate.check(chunk).is_ok() {
            let _ = book.apply(&[chunk]);
        }
    }
    book
}

/// Changes one byte of a chunk's body and makes its checksum right again.
fn mangle(chunk: &mut [u8], at: usize, by: u8) {
    let Some(body) = chunk.get(8..) else { return };
    let place = 8 + 3 + at % body.len().saturating_sub(3).max(1);
    if let Some(byte) = chunk.get_mut(place) {
        *byte ^= by.max(1);
    }
    let sum = Sha256::digest(chunk.get(8..).unwrap_or_default());
    if let Some(place) = chunk.get_mut(4..8) {
        place.copy_from_slice(&sum[..4]);
    }
}
