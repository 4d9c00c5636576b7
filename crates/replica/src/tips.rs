//! Tips of this device: sealed when they are saved, so that from then on nobody here can open them; sent one a slot, or at
//! once if the author wants; followed by what relay, receipts and replies say (design.md §3.6).
//!
//! What the device keeps of a tip is when it was saved, the sealed drops that still wait, and which entries they are. The
//! drops that wait continue the device's log in the tips book in the order in which they were sealed: a dummy is made
//! only when none waits.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use sothon_ledger::payload::{ActorNonce, Changes};
use sothon_ledger::{BookId, BookKind, DeviceId, EntryId, Envelope, LogId, Right, Seq, cbor, seal};
use sothon_records::kinds::tip_parts::{self, MOST_PARTS, Measure, TipId, TooLong};
use sothon_records::{RawRecord, Value};
use sothon_store::{Batch, Local, Sealed, Shelf};

use crate::dropping::{Before, after, alone};
use crate::replica::{Event, Replica, ReplicaError};
use crate::sealed_part;
use crate::secrets::random;
use crate::slots::{LastSlots, Slot};

/// How a drop left this device.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
pub enum SentIn {
    /// In the day's slot at unlocking.
    #[n(0)]
    Unlock,
    /// In a slot at locking.
    #[n(1)]
    Lock,
    /// At once, since the author wanted it.
    #[n(2)]
    AtOnce,
}

/// A tip of this device, as it is kept.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct KeptTip {
    /// Its place among the tips of this device.
    #[n(0)]
    pub order: u64,
    #[n(1)]
    pub book: BookId,
    /// When it was sealed, by this device's clock.
    #[n(2)]
    pub saved: i64,
    #[n(3)]
    pub parts: Vec<KeptPart>,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct KeptPart {
    #[n(0)]
    pub entry: EntryId,
    #[n(1)]
    pub log: LogId,
    #[n(2)]
    pub seq: Seq,
    /// Envelope and payload, until it is sent.
    #[n(3)]
    pub waiting: Option<Waiting>,
    #[n(4)]
    pub sent: Option<Sent>,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Waiting {
    #[n(0)]
    envelope: ByteVec,
    #[n(1)]
    payload: ByteVec,
}

#[derive(Clone, Copy, Debug, Encode, Decode)]
#[cbor(array)]
pub(crate) struct Sent {
    #[n(0)]
    pub slot: SentIn,
    /// By this device's clock.
    #[n(1)]
    pub at: i64,
}

/// How much of a tip fits, for a form that asks while somebody types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TipFit {
    /// Into so many parts.
    pub parts: u32,
    /// How full the last part is, in percent.
    pub percent: u8,
}

/// Into how many drops a tip goes. `teller` is how many bytes the sealed part about the teller has in plain, 0 for none.
/// Asks neither device nor book.
///
/// # Errors
/// [`TooLong`].
pub fn tip_fit(record: &RawRecord, teller: usize) -> Result<TipFit, TooLong> {
    let mut record = record.clone();
    if teller > 0 {
        record.fields.insert(
            TELLER.to_owned(),
            Value::Bytes(noise(sealed_part::dropped_len(teller))),
        );
    }
    let parts = tip_parts::divide(&record, TipId([0xa5; 16]), &MEASURE)?;
    let last = parts.last().map_or(0, trial_len);
    Ok(TipFit {
        parts: parts.len() as u32,
        percent: u8::try_from(last.min(ROOM) * 100 / ROOM).unwrap_or(100),
    })
}

/// The name of the sealed field.
const TELLER: &str = "teller";
/// What a part may take. A few bytes are left, since how well the real ids can be packed is chance.
const ROOM: usize = seal::DROP_SIZE - 32;

const MEASURE: Measure<'static> = Measure {
    len: &trial_len,
    room: ROOM,
};

/// What a part takes of a drop, under ids that nobody has.
fn trial_len(part: &RawRecord) -> usize {
    let mut nonce = [0; 16];
    nonce.copy_from_slice(&noise(16));
    let nobody = DeviceId([0; 32]);
    alone(
        ActorNonce::new(nonce),
        &BookId([0; 16]),
        &nobody,
        "tip",
        part.clone(),
        0,
    )
    .map_or(usize::MAX, |(_, changes)| seal::drop_len(&changes))
}

/// Bytes that cannot be packed, always the same.
fn noise(len: usize) -> Vec<u8> {
    use sha2::{Digest as _, Sha256};
    let blocks = (0u64..).map(|n| Sha256::digest(n.to_be_bytes()));
    blocks.flatten().take(len).collect()
}

impl<R: CryptoRng> Replica<R> {
    /// The book into which this device drops tips, where it may.
    pub fn tips_book(&self) -> Option<BookId> {
        self.open_to_drop(BookKind::Tips)
            .filter(|book| self.may(book, Right::Drop))
    }

    /// Whether a tip can be sealed now: this device may tell, and a key to seal it to has come.
    pub fn can_seal_tip(&self) -> bool {
        self.tips_book()
            .is_some_and(|book| self.epoch_to_drop_to(&book).is_some())
    }

    /// Seals a tip. From here on this device cannot open it; it waits for its slots, part after part. `teller` is the
    /// readable part about who told, sealed once more inside.
    ///
    /// # Errors
    /// [`ReplicaError::MayNotWrite`] for who may not tell, [`ReplicaError::NoEpoch`] as long as no reader's key is here,
    /// [`ReplicaError::TooLarge`] beyond [`MOST_PARTS`] parts. Nothing is kept then.
    pub fn seal_tip(
        &mut self,
        mut record: RawRecord,
        teller: Option<&[u8]>,
        now: i64,
    ) -> Result<TipId, ReplicaError> {
        let book = self.tips_book().ok_or(ReplicaError::MayNotWrite)?;
        let to = self.epoch_to_drop_to(&book).ok_or(ReplicaError::NoEpoch)?;
        let device = self.device();
        let first = ActorNonce::new(*random(&mut self.rng));
        if let Some(teller) = teller {
            let key = crate::dropping::drop_key("tip", &device, &first.actor(&book, &device));
            let sealed =
                sealed_part::seal_dropped(&book, &key, teller, &(to.epoch, to.drop_key), &mut self.rng)?;
            record.fields.insert(TELLER.to_owned(), Value::Bytes(sealed));
        }
        let id = TipId(*random(&mut self.rng));
        let parts = tip_parts::divide(&record, id, &MEASURE).map_err(|TooLong| ReplicaError::TooLarge)?;
        debug_assert!(parts.len() <= MOST_PARTS as usize);
        let mut before = self.before_next(&book)?;
        let mut kept = KeptTip {
            order: self.next_order()?,
            book,
            saved: now,
            parts: Vec::new(),
        };
        for (at, part) in parts.into_iter().enumerate() {
            let nonce = if at == 0 {
                first
            } else {
                ActorNonce::new(*random(&mut self.rng))
            };
            let (_, changes) = alone(nonce, &book, &device, "tip", part, 0)?;
            let (envelope, payload) = self.sealed_drop(&book, &changes, before)?;
            before = after(&envelope);
            kept.parts.push(KeptPart {
                entry: envelope.id(),
                log: envelope.header().log,
                seq: envelope.header().seq,
                waiting: Some(Waiting {
                    envelope: envelope.bytes().to_vec().into(),
                    payload: payload.into(),
                }),
                sent: None,
            });
        }
        let keep = self.keep_tip(id, &kept);
        self.station.archive.add(Batch {
            local: vec![keep],
            ..Batch::default()
        })?;
        // The log that it continues may be new: a dummy must continue the same.
        self.save_vault()?;
        self.tell(Event::Delivery);
        Ok(id)
    }

    /// Sends all of a tip now, and what was sealed before it and waits. In a small village the moment alone tells who
    /// told: the author is warned of that before.
    ///
    /// # Errors
    /// [`ReplicaError`]; what was sent until then is sent.
    pub fn send_tip_now(&mut self, id: TipId, now: i64) -> Result<Vec<EntryId>, ReplicaError> {
        let Some(last) = self.kept_tip(id)? else {
            return Err(ReplicaError::NoTip);
        };
        let mut made = Vec::new();
        for (tip, kept) in self.kept_tips()? {
            if kept.order > last.order {
                break;
            }
            for at in 0..kept.parts.len() {
                made.extend(self.send_part(tip, at, SentIn::AtOnce, now, Vec::new())?);
            }
        }
        self.tell(Event::Delivery);
        Ok(made)
    }

    /// Uses a slot, if one is due: sends the first drop that waits, or a dummy. To be called at each unlocking, and at
    /// each locking while the secrets are still here. `None`: no slot is due, or this device may not tell.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn use_slot(&mut self, slot: Slot, now: i64) -> Result<Option<EntryId>, ReplicaError> {
        let last = self.last_slots()?;
        let Some(book) = self.tips_book().filter(|_| last.is_due(slot, now)) else {
            return Ok(None);
        };
        if self.epoch_to_drop_to(&book).is_none() {
            return Ok(None);
        }
        let used = self.keep_slots(&last.with(slot, now));
        let sent = match slot {
            Slot::Unlock => SentIn::Unlock,
            Slot::Lock => SentIn::Lock,
        };
        for (tip, kept) in self.kept_tips()? {
            for at in 0..kept.parts.len() {
                if let Some(id) = self.send_part(tip, at, sent, now, vec![used.clone()])? {
                    self.tell(Event::Delivery);
                    return Ok(Some(id));
                }
            }
        }
        let before = self.last_in_log(&book)?;
        let (envelope, payload) = self.sealed_drop(&book, &Changes::default(), before)?;
        self.store_drop(envelope, payload, vec![used]).map(Some)
    }

    /// Sends one part, if it waits. One that continues a log of which this device does not know any more how it went on
    /// (it was set back) can never be sent: it is given up, and its author is told to write it again.
    fn send_part(
        &mut self,
        tip: TipId,
        at: usize,
        slot: SentIn,
        now: i64,
        mut local: Vec<Local>,
    ) -> Result<Option<EntryId>, ReplicaError> {
        let Some(mut kept) = self.kept_tip(tip)? else {
            return Ok(None);
        };
        let Some(part) = kept.parts.get_mut(at) else {
            return Ok(None);
        };
        let Some(waiting) = part.waiting.take() else {
            return Ok(None);
        };
        let envelope = Envelope::parse_held(&waiting.envelope).map_err(|_| ReplicaError::Unusable)?;
        let follows = match envelope.header().backlink {
            Some(before) => self.station.store().has(&before)?,
            None => true,
        };
        if follows {
            part.sent = Some(Sent { slot, at: now });
        }
        local.push(self.keep_tip(tip, &kept));
        if !follows {
            self.station.archive.add(Batch {
                local,
                ..Batch::default()
            })?;
            return Ok(None);
        }
        self.store_drop(envelope, waiting.payload.into(), local).map(Some)
    }

    /// What the next drop into the tips book follows: the last that waits, or the end of the log.
    fn before_next(&mut self, book: &BookId) -> Result<Before, ReplicaError> {
        let end = self.last_in_log(book)?;
        let waits = |part: &KeptPart| part.waiting.as_ref().map(|waiting| waiting.envelope.to_vec());
        let tips = self.kept_tips()?;
        let mut parts = tips.iter().flat_map(|(_, kept)| &kept.parts).rev();
        let last = parts.find_map(waits);
        let last = last.and_then(|bytes| Envelope::parse_held(&bytes).ok());
        // Where a new log was begun meanwhile, what waits ends the old one.
        let last = last.filter(|last| last.header().log == end.log.log && last.header().book == *book);
        Ok(last.map_or(end, |last| after(&last)))
    }

    fn next_order(&self) -> Result<u64, ReplicaError> {
        let tips = self.kept_tips()?;
        Ok(tips.last().map_or(0, |(_, kept)| kept.order.saturating_add(1)))
    }

    /// The tips of this device, in the order in which they were sealed.
    pub(crate) fn kept_tips(&self) -> Result<Vec<(TipId, KeptTip)>, ReplicaError> {
        let mut tips = Vec::new();
        for (key, sealed) in self.station.store().all_kept(Shelf::Setting)? {
            let Some(id) = key.strip_prefix(TIP_PREFIX).and_then(|id| id.try_into().ok()) else {
                continue;
            };
            if let Some(kept) = self.open_tip(&key, &sealed) {
                tips.push((TipId(id), kept));
            }
        }
        tips.sort_by_key(|(id, kept)| (kept.order, *id));
        Ok(tips)
    }

    fn kept_tip(&self, id: TipId) -> Result<Option<KeptTip>, ReplicaError> {
        let key = tip_key(id);
        let sealed = self.station.store().kept(Shelf::Setting, &key)?;
        Ok(sealed.and_then(|sealed| self.open_tip(&key, &sealed)))
    }

    fn open_tip(&self, key: &[u8], sealed: &Sealed) -> Option<KeptTip> {
        let plain = seal::open_bytes(&self.secrets.local, key, &sealed.0)?;
        cbor::decode(&plain).ok()
    }

    fn keep_tip(&mut self, id: TipId, kept: &KeptTip) -> Local {
        let key = tip_key(id);
        let sealed = seal::seal_bytes(&self.secrets.local, &key, &cbor::encode(kept), &mut self.rng);
        Local::Keep {
            shelf: Shelf::Setting,
            key,
            sealed: Sealed(sealed),
        }
    }

    fn last_slots(&self) -> Result<LastSlots, ReplicaError> {
        let sealed = self.station.store().kept(Shelf::Setting, SLOTS)?;
        let plain = sealed.and_then(|sealed| seal::open_bytes(&self.secrets.local, SLOTS, &sealed.0));
        Ok(plain
            .and_then(|plain| cbor::decode(&plain).ok())
            .unwrap_or_default())
    }

    fn keep_slots(&mut self, slots: &LastSlots) -> Local {
        let plain = cbor::encode(slots);
        let sealed = seal::seal_bytes(&self.secrets.local, SLOTS, &plain, &mut self.rng);
        Local::Keep {
            shelf: Shelf::Setting,
            key: SLOTS.to_vec(),
            sealed: Sealed(sealed),
        }
    }
}

const TIP_PREFIX: &[u8] = b"tip/";
const SLOTS: &[u8] = b"slots";

fn tip_key(id: TipId) -> Vec<u8> {
    [TIP_PREFIX, &id.0].concat()
}
