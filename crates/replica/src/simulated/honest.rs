//! What honest devices do: as `Replica` does it, without its disk.

use std::collections::BTreeMap;

use rand::RngExt;
use sothon_book::{Act, ActId, ActorId, EditError};
use sothon_ledger::payload::{self, ActorNonce, Changes};
use sothon_ledger::register::{CutOf, LogHead};
use sothon_ledger::verdict::{Pending, Verdict};
use sothon_ledger::{
    ChangeHash, DeviceId, EntryId, Envelope, EpochId, EpochSecret, Header, Height, Kind, LogId, OperationTag,
    Right, cbor, seal,
};
use sothon_records::{Edit, RawRecord, RecordId, RecordKey, Value};
use uuid::Uuid;

use super::world::{BOOK, Disk, Entry, Saved, Unpublished, World};
use crate::live::{Live, was_at_commune};

const NOW: i64 = 1_749_520_800;

impl World {
    fn text(&mut self) -> String {
        self.count += 1;
        format!("Nguyễn Văn {}", self.count)
    }

    fn some_key(&mut self, kind: &str) -> RecordKey {
        RecordKey {
            kind: kind.into(),
            id: RecordId(Uuid::from_bytes(self.rng.random())),
        }
    }

    /// Saves an edit, if the device may write and can read.
    pub fn edit(&mut self, by: usize, what: u8) -> Result<(), String> {
        let register = self.register(by);
        let id = self.devices[by].id;
        let may = register
            .rights()
            .may(&id, &BOOK, Right::Write, register.effective_height());
        let live = &self.devices[by].live;
        let counts = live.counting_readers(register).contains(&id);
        if !may || !(live.is_readable() || live.is_new() && counts) {
            return Ok(());
        }
        let edit = self.some_edit(what);
        let nonce = match self.devices[by].nonce {
            Some(nonce) => nonce,
            None => ActorNonce::new(self.rng.random()),
        };
        let device = &mut self.devices[by];
        device.nonce = Some(nonce);
        device
            .live
            .book
            .set_actor(ActorId(nonce.actor(&BOOK, &device.id).0));
        let record = match &edit {
            Edit::Create { key, .. } | Edit::Set { key, .. } | Edit::AddSub { key, .. } => key.clone(),
        };
        let act = Act::of_one_change("edit", Some(NOW));
        let Some((act, hash)) = self.make(by, nonce, &edit, &act)? else {
            return Ok(());
        };
        self.saved.push(Saved {
            by,
            act,
            record: record.clone(),
            hash,
            lost: false,
        });
        if let Some((edit, act)) = self.again(by, &record, act) {
            self.make(by, nonce, &edit, &act)?;
        }
        Ok(())
    }

    /// Writes a change into the own document and onto the disk; `None` where there is nothing to write.
    fn make(
        &mut self,
        by: usize,
        nonce: ActorNonce,
        edit: &Edit,
        act: &Act,
    ) -> Result<Option<(ActId, ChangeHash)>, String> {
        let device = &mut self.devices[by];
        let change = match device.live.book.edit(std::slice::from_ref(edit), act) {
            Ok(change) => change,
            Err(EditError::NoRecord(_) | EditError::NothingToWrite) => return Ok(None),
            Err(error) => return Err(format!("{by} cannot edit: {error}")),
        };
        let id = device.id;
        device
            .live
            .made_here(&change.bytes, id)
            .map_err(|error| format!("{by}'s own change: {error}"))?;
        let hash = ChangeHash(change.facts.hash.0);
        device.disk.unpublished.push(Unpublished {
            hash,
            nonce,
            chunk: change.bytes,
        });
        Ok(Some((ActId::of_change(change.facts.hash), hash)))
    }

    fn some_edit(&mut self, what: u8) -> Edit {
        let known = self
            .records
            .get(usize::from(what) % self.records.len().max(1))
            .cloned();
        let value = self.text();
        let Some(key) = known.filter(|_| !what.is_multiple_of(3)) else {
            let key = self.some_key("household");
            self.records.push(key.clone());
            let fields = [
                ("field0".to_owned(), Value::Text(value.clone())),
                ("note".to_owned(), Value::Long(value)),
            ];
            let record = RawRecord {
                fields: fields.into(),
                subs: BTreeMap::new(),
            };
            return Edit::Create { key, record };
        };
        if what.is_multiple_of(11) {
            let sub = self.some_key("visits");
            let fields = [("note".to_owned(), Value::Text(value))].into();
            return Edit::AddSub { key, sub, fields };
        }
        let field = if what.is_multiple_of(5) {
            ("note".to_owned(), Some(Value::Long(value)))
        } else {
            (format!("field{}", what % 2), Some(Value::Text(value)))
        };
        Edit::Set {
            key,
            sub: None,
            fields: [field].into(),
        }
    }

    /// Publishes what was saved and is in the document, under a fresh epoch.
    pub fn publish(&mut self, by: usize) -> Result<(), String> {
        self.wrap_missing(by);
        let Some(_) = self.fitting(by).next() else {
            return Ok(());
        };
        let register = self.register(by).clone();
        let at = register.effective_height();
        let id = self.devices[by].id;
        if !register.rights().may(&id, &BOOK, Right::Write, at) {
            return Ok(());
        }
        let live = &self.devices[by].live;
        let epoch = match self.any_key(by).or(live.usable_epoch(&register)) {
            Some(epoch) => epoch,
            None if live.counting_readers(&register).contains(&id) => self.make_epoch(by)?,
            None => return Ok(()),
        };
        let Some(secret) = self.devices[by].live.secret(&epoch).cloned() else {
            return Err(format!("{by} made an epoch that it cannot use"));
        };
        let fitting: Vec<Unpublished> = self.fitting(by).cloned().collect();
        let gone: Vec<ChangeHash> = fitting.iter().map(|change| change.hash).collect();
        if self.is_dropped(by, &gone) {
            return Ok(());
        }
        let mut actors: Vec<ActorNonce> = Vec::new();
        for change in &fitting {
            if !actors.contains(&change.nonce) {
                actors.push(change.nonce);
            }
        }
        let changes = Changes {
            time: NOW,
            actors: Some(actors),
            chunks: fitting.iter().map(|change| change.chunk.clone().into()).collect(),
            replaces: None,
        };
        let header = self.header(by, Kind::Changes, Some(epoch));
        let payload = seal::seal_changes(&changes, &header.encode(), &secret, &mut self.rng);
        let payload = payload.map_err(|error| error.to_string())?;
        let chunks = fitting.iter().map(|change| change.chunk.clone()).collect();
        self.sign(by, &header, payload, chunks);
        self.devices[by]
            .disk
            .unpublished
            .retain(|change| !gone.contains(&change.hash));
        self.settle(by)
    }

    fn fitting(&self, by: usize) -> impl Iterator<Item = &Unpublished> {
        let device = &self.devices[by];
        let unpublished = device.disk.unpublished.iter();
        unpublished.filter(|change| device.live.in_book(&change.hash))
    }

    fn make_epoch(&mut self, by: usize) -> Result<EpochId, String> {
        let secret = EpochSecret::from_bytes(self.rng.random());
        let height = self.register(by).effective_height();
        let epoch = secret.commit(&BOOK, height);
        let body = payload::Epoch {
            height,
            drop_key: secret.drop_key().public(),
        };
        self.secrets.insert(epoch, secret.clone());
        self.wraps.insert((epoch, self.devices[by].id));
        self.devices[by].live.add_secret(epoch, secret);
        self.write_clear(by, Kind::Epoch, Some(epoch), cbor::encode(&body))?;
        self.wrap_missing(by);
        Ok(epoch)
    }

    /// Wraps what this device can open for every reader that counts as far as it knows.
    fn wrap_missing(&mut self, by: usize) {
        let mut readers = self.devices[by].live.counting_readers(self.register(by));
        if self.gives_away() {
            readers = self.devices.iter().map(|device| device.id).collect();
        }
        let live = &self.devices[by].live;
        let held = live.epochs.keys().filter(|epoch| live.secret(epoch).is_some());
        let new: Vec<(EpochId, _)> = held
            .flat_map(|epoch| readers.iter().map(move |id| (*epoch, *id)))
            .collect();
        self.wraps.extend(new);
    }

    /// A device at the commune says what it holds.
    pub fn receipt(&mut self, by: usize) -> Result<(), String> {
        let register = self.register(by);
        let device = &self.devices[by];
        let counts = was_at_commune(register, &device.id, register.effective_height())
            && device.live.counting_readers(register).contains(&device.id);
        if !counts || !device.live.is_readable() {
            return Ok(());
        }
        let mut heads: BTreeMap<LogId, LogHead> = BTreeMap::new();
        for number in &device.disk.held {
            let envelope = &self.entries[*number].envelope;
            let header = envelope.header();
            if header.device != device.id && header.kind != Kind::Receipt {
                let head = LogHead {
                    log: header.log,
                    seq: header.seq,
                    id: envelope.id(),
                };
                heads.insert(header.log, head);
            }
        }
        if heads.is_empty() {
            return Ok(());
        }
        let mut heads: Vec<LogHead> = heads.into_values().collect();
        heads.sort_unstable();
        self.write_clear(by, Kind::Receipt, None, cbor::encode(&payload::Receipt { heads }))
    }

    /// A reader that counts says yes to another, in care.
    pub fn say_yes(&mut self, by: usize, to: usize) -> Result<(), String> {
        let device = self.devices[to].id;
        let counts = self.devices[by].live.counting_readers(self.register(by));
        if !self.guarded || !counts.contains(&self.devices[by].id) || counts.contains(&device) {
            return Ok(());
        }
        self.write_clear(by, Kind::Yes, None, cbor::encode(&payload::Yes { device }))
    }

    fn write_clear(
        &mut self,
        by: usize,
        kind: Kind,
        epoch: Option<EpochId>,
        payload: Vec<u8>,
    ) -> Result<(), String> {
        let header = self.header(by, kind, epoch);
        self.sign(by, &header, payload, Vec::new());
        self.settle(by)
    }

    fn sign(&mut self, by: usize, header: &Header, payload: Vec<u8>, chunks: Vec<Vec<u8>>) -> EntryId {
        let envelope = Envelope::sign(header, &payload, &self.devices[by].sign);
        let id = self.put(
            by,
            Entry {
                envelope,
                payload,
                chunks,
                withheld: false,
            },
        );
        self.devices[by].disk.log = Some((header.log, Some((header.seq, id))));
        id
    }

    fn header(&mut self, by: usize, kind: Kind, epoch: Option<EpochId>) -> Header {
        let (log, head) = self.own_log(by);
        let mut after = self.devices[by].live.outermost();
        after.retain(|id| head.is_none_or(|(_, head)| head != *id));
        after.sort_unstable();
        let register = self.register(by);
        let height = register.effective_height();
        let place = (log, head);
        let tag = register
            .operation(height)
            .map_or(OperationTag([0; 8]), |op| op.id().tag());
        header_at(self.devices[by].id, place, after, (height, tag), kind, epoch)
    }

    /// The log to go on in, or a new one: as `Replica::own_log`.
    fn own_log(&mut self, by: usize) -> (LogId, Option<(u64, EntryId)>) {
        if let Some((log, head)) = self.devices[by].disk.log {
            let device = &self.devices[by];
            let own = device
                .disk
                .held
                .iter()
                .map(|number| &self.entries[*number].envelope);
            let own = own.filter(|e| e.header().device == device.id && e.header().log == log);
            let own: Vec<&Envelope> = own.collect();
            let named: Vec<EntryId> = own.iter().filter_map(|e| e.header().backlink).collect();
            let tips: Vec<EntryId> = own
                .iter()
                .map(|e| e.id())
                .filter(|id| !named.contains(id))
                .collect();
            let stands = |id: &EntryId| match device.live.judge.verdict(id) {
                None => true,
                Some(Verdict::Pending(why)) => !matches!(why, Pending::Height(_) | Pending::Operation(_)),
                Some(verdict) => verdict.is_by_right(),
            };
            let began = own
                .iter()
                .find(|e| e.header().seq == 0)
                .map(|e| e.header().height);
            let goes_on = match tips.as_slice() {
                [] => head.is_none(),
                [tip] => head.is_some_and(|(_, id)| id == *tip) && stands(tip),
                _ => false,
            };
            if goes_on && began.is_none_or(|began| !self.is_cut_since(by, began)) {
                return (log, head);
            }
        }
        let new = (LogId(self.rng.random()), None);
        self.devices[by].disk.log = Some(new);
        self.devices[by].nonce = None;
        new
    }

    fn is_cut_since(&self, by: usize, began: Height) -> bool {
        let register = self.register(by);
        let mut cuts = register.rights().cuts(register.effective_height());
        cuts.any(|(height, cut)| cut.of == CutOf::Device(self.devices[by].id) && began < *height)
    }

    /// Judges, opens what can be opened, and does it again where a secret came.
    pub fn settle(&mut self, by: usize) -> Result<(), String> {
        let register = self.believed(by);
        for _ in 0..20 {
            let device = &mut self.devices[by];
            let unpublished: Vec<_> = device
                .disk
                .unpublished
                .iter()
                .map(|c| (c.hash, c.chunk.clone()))
                .collect();
            let moved = device.live.settle(&register, &unpublished, device.id);
            if moved.rebuilt {
                device.nonce = None;
            }
            if moved.lost {
                return Err(format!("{by}: Automerge panicked"));
            }
            let new: Vec<EpochId> = device.live.lacking_secrets().collect();
            let mut found = false;
            for epoch in new {
                if self.wraps.contains(&(epoch, device.id))
                    && let Some(secret) = self.secrets.get(&epoch)
                {
                    device.live.add_secret(epoch, secret.clone());
                    found = true;
                }
            }
            if !found {
                self.has_judged(by);
                return Ok(());
            }
        }
        Err(format!("{by} does not come to rest"))
    }

    /// The device as it is after it was closed and opened: all is read again.
    pub fn reopen(&mut self, by: usize) {
        let fresh = self.read_anew(&self.devices[by].disk, by);
        let device = &mut self.devices[by];
        device.live = fresh;
        device.nonce = None;
    }

    /// A book that has taken all that is on a disk, in a new order, and judged nothing yet.
    pub fn read_anew(&self, disk: &Disk, by: usize) -> Live {
        let mut live = Live::new(self.devices[by].live.open.clone());
        for number in &disk.held {
            let entry = &self.entries[*number];
            let payload = (!entry.withheld).then(|| entry.payload.clone());
            live.take(entry.envelope.clone(), payload);
        }
        live
    }
}

/// A header with what its kind is sealed and encoded with.
pub(super) fn header_at(
    device: DeviceId,
    (log, head): (LogId, Option<(u64, EntryId)>),
    after: Vec<EntryId>,
    (height, operation): (Height, OperationTag),
    kind: Kind,
    epoch: Option<EpochId>,
) -> Header {
    let (suite, encoding) = kind.sealing();
    Header {
        version: sothon_ledger::entry::VERSION,
        book: BOOK,
        device,
        log,
        seq: head.map_or(0, |(seq, _)| seq + 1),
        backlink: head.map(|(_, id)| id),
        after,
        height,
        operation,
        kind,
        epoch,
        suite,
        encoding,
        unknown_critical: false,
    }
}
