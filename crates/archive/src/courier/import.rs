//! What of a file is taken in.
//!
//! The rule is that of a session (docs/format-session.md §3): what is well-formed, of a device ever admitted, of a book
//! that this replica may hold, and follows what is held. What is left is counted by why, so that a person can be told
//! where to carry the file next.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use sothon_courier::{Part, Place};
use sothon_ledger::serving::{Party, Service, served_books};
use sothon_ledger::slip::RequestSlip;
use sothon_ledger::suspension::Note;
use sothon_ledger::{BookId, DeviceId, EntryId, Envelope, Height, Operation, Seq, Wrap};
use sothon_store::Stamp;
use sothon_sync::{Batch, BatchId, Changed, Limits, LogName, ReceivedEntry, StoreOutcome};

use crate::archive::{Archive, log_name};
use crate::courier::fault::CourierError;
use crate::courier::seen::Seen;

/// How many bytes of entries and wraps are stored together.
const FULL: usize = 4 << 20;

/// What a file brought, and what was left of it. All that was taken is on the disk.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    /// New operations of the register.
    pub operations: u64,
    /// Whether the register grew.
    pub register_grew: bool,
    /// New entries, and known ones whose payload came.
    pub entries: Vec<EntryId>,
    /// New wraps.
    pub wraps: usize,
    /// New notices: entries out of their logs, of books into which this replica only drops.
    pub notices: usize,
    /// New suspensions: notes beside the register.
    pub suspensions: usize,
    /// Entries that were here already.
    pub known: u64,
    /// Entries of books that this replica does not carry, by book.
    pub left: BTreeMap<BookId, u64>,
    /// Entries whose author the register does not know, even now.
    pub unknown: u64,
    /// Whether the register does not know who made the file, even now: then only operations and requests are looked at.
    pub stranger: bool,
    /// Entries that need earlier ones of their log, which neither the file nor this replica has.
    pub lacking: u64,
    /// Entries that are not taken for now: they name a register far above ours, or their log has too many branches.
    pub not_now: u64,
    /// Parts that are not what they should be, as a whole file of an honest device has none.
    pub invalid: u64,
    /// Where the first of them is.
    pub first_invalid: Option<Place>,
    /// Signed requests to be admitted to this commune.
    pub requests: Vec<Vec<u8>>,
    /// What is new, for sessions with others.
    pub changed: Changed,
}

/// What becomes of an entry.
enum Fit {
    New,
    Known,
    /// Out of its log, and our concern.
    Notice,
    Left,
    Unknown,
    Lacking,
    NotNow,
    Invalid,
}

impl Archive {
    /// Takes in what it may hold of a file that was read before and is read again now, as this party of the commune.
    /// `stamp` is as for [`Archive::take_in`].
    ///
    /// # Errors
    /// [`CourierError`]; what had been stored until then is in `brought`, is whole, and comes to the same when the file is
    /// taken in again.
    pub fn take_courier(
        &mut self,
        file: impl Read,
        seen: &Seen,
        us: Party,
        stamp: &mut dyn FnMut() -> Option<Stamp>,
        brought: &mut Brought,
    ) -> Result<(), CourierError> {
        if seen.head().root != self.root() {
            let found = seen.head().root;
            return Err(CourierError::OtherCommune { found });
        }
        let mut importing = Importing {
            archive: self,
            us,
            by: seen.head().device,
            limits: Limits::default(),
            served: None,
            stamp,
            batch: empty(),
            bytes: 0,
            pending: HashMap::new(),
            tips: HashMap::new(),
            brought,
        };
        let mut again = seen.again(file);
        while let Some((part, place)) = again.next()? {
            importing.part(part, place, seen)?;
        }
        importing.after_register(seen)?;
        importing.store()
    }
}

struct Importing<'a> {
    archive: &'a mut Archive,
    us: Party,
    /// Who made the file.
    by: DeviceId,
    limits: Limits,
    /// What this replica may hold, once the register of the file was taken in.
    served: Option<BTreeMap<BookId, Service>>,
    stamp: &'a mut dyn FnMut() -> Option<Stamp>,
    batch: Batch,
    bytes: usize,
    /// Entries of the batch, and the tips that their logs will have.
    pending: HashMap<EntryId, (LogName, Seq)>,
    tips: HashMap<LogName, Vec<(Seq, EntryId)>>,
    brought: &'a mut Brought,
}

impl Importing<'_> {
    fn part(&mut self, part: Part, place: Place, seen: &Seen) -> Result<(), CourierError> {
        if !matches!(part, Part::Head(_) | Part::Operation(_)) {
            self.after_register(seen)?;
        }
        match part {
            Part::Head(_) | Part::Unknown => {}
            Part::Operation(bytes) => match Operation::parse(&bytes) {
                Ok(operation) => self.batch.operations.push(operation),
                Err(_) => self.invalid(place),
            },
            Part::Request(bytes) => match RequestSlip::from_bytes(&bytes) {
                Ok(request) if request.root == self.archive.root() => self.brought.requests.push(bytes),
                _ => self.invalid(place),
            },
            Part::Entry { envelope, payload } => self.entry(&envelope, payload, place)?,
            Part::Notice { envelope, payload } => match Envelope::parse_held(&envelope) {
                Ok(envelope) if self.is_notice(&envelope, Some(&payload))? => {
                    self.notice(envelope, payload);
                }
                Ok(_) => {}
                Err(_) => self.invalid(place),
            },
            Part::Suspension(bytes) => match Note::parse(&bytes) {
                // A stranger says nothing of anybody, as in a session.
                Ok(note) if note.root() == self.archive.root() => {
                    if !self.brought.stranger {
                        self.bytes += bytes.len();
                        self.batch.notes.push(note);
                    }
                }
                _ => self.invalid(place),
            },
            Part::Wrap(bytes) => match Wrap::parse(&bytes) {
                Ok(wrap) if !self.brought.stranger && self.serves(&wrap.book()).is_some() => {
                    self.bytes += bytes.len();
                    self.batch.wraps.push(wrap);
                }
                Ok(_) => {}
                Err(_) => self.invalid(place),
            },
        }
        if self.bytes >= FULL {
            self.store()?;
        }
        Ok(())
    }

    /// The register first: who is who, and what this replica may hold, is asked of the longer one.
    fn after_register(&mut self, seen: &Seen) -> Result<(), CourierError> {
        if self.served.is_some() {
            return Ok(());
        }
        self.store()?;
        self.brought.stranger = !self.archive.knows(&seen.head().device);
        let register = self.archive.register();
        self.served = Some(
            register
                .map(|register| served_books(register, self.us))
                .unwrap_or_default(),
        );
        Ok(())
    }

    fn serves(&self, book: &BookId) -> Option<Service> {
        self.served.as_ref()?.get(book).copied()
    }

    fn entry(&mut self, bytes: &[u8], payload: Option<Vec<u8>>, place: Place) -> Result<(), CourierError> {
        let Ok(envelope) = Envelope::parse_held(bytes) else {
            self.invalid(place);
            return Ok(());
        };
        match self.fit(&envelope, payload.as_deref())? {
            Fit::Notice => {
                if let Some(payload) = payload {
                    self.notice(envelope, payload);
                }
            }
            Fit::Left => *self.brought.left.entry(envelope.header().book).or_default() += 1,
            Fit::Unknown => self.brought.unknown += 1,
            Fit::Lacking => self.brought.lacking += 1,
            Fit::NotNow => self.brought.not_now += 1,
            Fit::Invalid => self.invalid(place),
            fit => {
                if matches!(fit, Fit::Known) {
                    self.brought.known += 1;
                } else {
                    self.take_note(&envelope);
                }
                // Of one that is here the payload may be new.
                self.bytes += bytes.len() + payload.as_ref().map_or(0, Vec::len);
                self.batch.entries.push(ReceivedEntry { envelope, payload });
            }
        }
        Ok(())
    }

    fn fit(&self, envelope: &Envelope, payload: Option<&[u8]>) -> Result<Fit, CourierError> {
        let header = envelope.header();
        let (log, id) = (log_name(envelope), envelope.id());
        let archive = &*self.archive;
        if self.brought.stranger {
            return Ok(Fit::Unknown);
        }
        let own = Party::Device(log.device) == self.us;
        match self.serves(&log.book) {
            Some(Service::All) => {}
            Some(Service::Own) if own => {}
            Some(Service::Own) if self.is_notice(envelope, payload)? => return Ok(Fit::Notice),
            _ => return Ok(Fit::Left),
        }
        if payload.is_some_and(|payload| envelope.check_payload(payload).is_err()) {
            return Ok(Fit::Invalid);
        }
        if self.pending.contains_key(&id) || archive.store().has(&id)? {
            return Ok(Fit::Known);
        }
        if !archive.knows(&log.device) {
            return Ok(Fit::Unknown);
        }
        if self.is_far_above(header.height) {
            return Ok(Fit::NotNow);
        }
        if let Some(before) = header.backlink {
            match self.stands_at(&before)? {
                Some((of, seq)) if of == log && seq.checked_add(1) == Some(header.seq) => {}
                Some(_) => return Ok(Fit::Invalid),
                None => return Ok(Fit::Lacking),
            }
        }
        let tips = self.tips(&log);
        let follows = tips.iter().any(|(_, tip)| Some(*tip) == header.backlink);
        if !follows && tips.len() >= self.limits.tips_by(log.device == self.by) {
            return Ok(Fit::NotNow);
        }
        match envelope.verify() {
            Ok(()) => Ok(Fit::New),
            Err(_) => Ok(Fit::Invalid),
        }
    }

    /// Whether an entry by another device of a book into which we only drop is our concern.
    fn is_notice(&self, envelope: &Envelope, payload: Option<&[u8]>) -> Result<bool, CourierError> {
        let header = envelope.header();
        let (Party::Device(us), Some(payload)) = (self.us, payload) else {
            return Ok(false);
        };
        if self.brought.stranger || header.device == us || self.serves(&header.book) != Some(Service::Own) {
            return Ok(false);
        }
        Ok(envelope.check_payload(payload).is_ok()
            && !self.is_far_above(header.height)
            && self.archive.knows(&header.device)
            && sothon_sync::concerns(envelope, payload, &us, &*self.archive)?
            && envelope.verify().is_ok())
    }

    fn notice(&mut self, envelope: Envelope, payload: Vec<u8>) {
        self.bytes += envelope.bytes().len() + payload.len();
        self.batch.notices.push(ReceivedEntry {
            envelope,
            payload: Some(payload),
        });
    }

    /// Whether a height is so far above ours that what names it is not taken for now (A28).
    fn is_far_above(&self, height: Height) -> bool {
        let ours = self
            .archive
            .register()
            .map_or(Height(0), |register| register.height());
        height.0 > ours.0.saturating_add(self.limits.height_ahead)
    }

    /// Where an entry stands that is held, or is in the batch.
    fn stands_at(&self, id: &EntryId) -> Result<Option<(LogName, Seq)>, CourierError> {
        if let Some(pending) = self.pending.get(id) {
            return Ok(Some(*pending));
        }
        let place = self.archive.store().place(id)?;
        Ok(place.map(|place| {
            let log = LogName {
                book: place.log.book,
                device: place.log.device,
                log: place.log.log,
            };
            (log, place.seq)
        }))
    }

    /// The tips of a log with what is in the batch.
    fn tips(&self, log: &LogName) -> Vec<(Seq, EntryId)> {
        if let Some(tips) = self.tips.get(log) {
            return tips.clone();
        }
        let key = sothon_store::LogKey {
            book: log.book,
            device: log.device,
            log: log.log,
        };
        let state = self.archive.store().index().log(&key);
        state.map(|state| state.tips().collect()).unwrap_or_default()
    }

    fn take_note(&mut self, envelope: &Envelope) {
        let header = envelope.header();
        let log = log_name(envelope);
        let mut tips = self.tips(&log);
        tips.retain(|(_, tip)| Some(*tip) != header.backlink);
        tips.push((header.seq, envelope.id()));
        self.tips.insert(log, tips);
        self.pending.insert(envelope.id(), (log, header.seq));
    }

    fn invalid(&mut self, place: Place) {
        self.brought.invalid += 1;
        self.brought.first_invalid.get_or_insert(place);
    }

    /// Stores the batch in one transaction.
    fn store(&mut self) -> Result<(), CourierError> {
        let batch = std::mem::replace(&mut self.batch, empty());
        self.bytes = 0;
        self.pending.clear();
        self.tips.clear();
        let sent: Vec<(LogName, EntryId)> = (batch.entries.iter())
            .map(|entry| (log_name(&entry.envelope), entry.envelope.id()))
            .collect();
        let taken = self
            .archive
            .take_in(vec![batch], &mut *self.stamp, None, &mut |_, _, _| None);
        if let Some(fault) = taken.fault {
            return Err(fault.into());
        }
        for outcome in &taken.outcomes {
            // Limits of the moment: what they left out may come again.
            if let StoreOutcome::StoredExcept { logs: left, .. } = outcome {
                let left_out = |(log, id): &&(LogName, EntryId)| {
                    left.iter().any(|left| left.log == *log) && !self.archive.store().has(id).unwrap_or(false)
                };
                self.brought.not_now += sent.iter().filter(left_out).count() as u64;
            }
        }
        let brought = &mut *self.brought;
        brought.operations += taken.put.operations.len() as u64;
        brought.register_grew |= taken.register_grew;
        brought.wraps += taken.put.wraps.len();
        brought.notices += taken.put.notices.len();
        brought.suspensions += taken.suspensions;
        let new = taken.put.entries.into_iter().map(|(_, id)| id);
        brought.entries.extend(new.chain(taken.put.payloads));
        brought.changed.register |= taken.changed.register;
        brought.changed.wraps.extend(taken.changed.wraps);
        brought.changed.payloads.extend(taken.changed.payloads);
        let books = taken.changed.books.into_iter();
        let new = books.filter(|book| !brought.changed.books.contains(book));
        let new: Vec<BookId> = new.collect();
        brought.changed.books.extend(new);
        Ok(())
    }
}

fn empty() -> Batch {
    Batch::empty(BatchId(0))
}
