//! A device as the sessions with its peers see it: what it holds, what it takes in, what it tells.

use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc;

use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use sothon_archive::{Archive, rights_of, role_of};
use sothon_courier::Meant;
use sothon_ledger::serving::Party;
use sothon_ledger::{BookId, DeviceId, Digest, EntryId, Height, LogId, Root, Seq, TransportKey, cbor, seal};
use sothon_net::hub::Changes;
use sothon_net::{FromPeer, Host, StoreReport};
use sothon_store::{Batch, Local, LogKey, Sealed, Shelf};
use sothon_sync::{
    Changed, Event, LogName, LogState, PAYLOADS_OF_EACH, PeerHints, PeerRole, Rights, Tip, Wants,
};

use crate::courier::{CourierIn, CourierOut};
use crate::publish::Published;
use crate::replica::{Replica, ReplicaError};

/// What a session told, for whoever shows it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The peer.
    pub peer: TransportKey,
    /// What it told.
    pub event: Event,
}

/// Where now comes from: unix seconds, and the civil year in UTC+7.
pub trait Clock: Send + 'static {
    /// Unix milliseconds.
    fn now_ms(&self) -> u64;

    /// Unix seconds.
    fn now(&self) -> i64 {
        i64::try_from(self.now_ms() / 1000).unwrap_or(i64::MAX)
    }

    /// The civil year in UTC+7.
    fn year(&self) -> u32;
}

/// An unlocked device in the thread that runs its sessions.
pub struct DeviceHost<R, C> {
    /// The device.
    pub replica: Replica<R>,
    /// Where now comes from.
    pub clock: C,
    hints: HashMap<TransportKey, PeerHints>,
    told: Option<mpsc::Sender<Told>>,
}

impl<R: CryptoRng, C: Clock> DeviceHost<R, C> {
    /// Takes a device into the thread that runs its sessions; `told` hears what sessions tell.
    pub fn new(mut replica: Replica<R>, clock: C, told: Option<mpsc::Sender<Told>>) -> Self {
        replica.hear_kept_knocks(clock.now());
        DeviceHost {
            replica,
            clock,
            hints: HashMap::new(),
            told,
        }
    }

    /// Publishes what was saved and what a reader owes, and says what of it is new for the peers.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn publish(&mut self) -> Result<(Published, Changes), ReplicaError> {
        let (now, year) = (self.clock.now(), self.clock.year());
        let published = self.replica.publish(now, year)?;
        let changes = Changes {
            changed: self.replica.changed_by(&published),
            register_grew: published.register,
        };
        Ok((published, changes))
    }

    /// Makes a courier file as [`Replica::courier_out_with`] does, and says what of what was published is new for the peers.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn courier_out(
        &mut self,
        path: &Path,
        meant: Meant,
        files: bool,
    ) -> Result<(CourierOut, Changes), ReplicaError> {
        let (now, year) = (self.clock.now(), self.clock.year());
        let made = self.replica.courier_out_with(path, meant, files, now, year)?;
        let changes = Changes {
            changed: self.replica.changed_by(&made.published),
            register_grew: made.published.register,
        };
        Ok((made, changes))
    }

    /// Takes a courier file in as [`Replica::courier_in`] does, and says what is new for the peers.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn courier_in(&mut self, path: &Path) -> Result<(CourierIn, Changes), ReplicaError> {
        let (now, year) = (self.clock.now(), self.clock.year());
        let mut taken = self.replica.courier_in(path, now, year)?;
        let changes = std::mem::take(&mut taken.changes);
        Ok((taken, changes))
    }

    fn all_has_come(&mut self) {
        if let Err(error) = self.replica.all_has_come() {
            tracing::error!(%error, "a book could not be read again");
        }
    }

    fn party(&self) -> Party {
        Party::Device(self.replica.device())
    }

    /// Takes what strangers ask with. The registrar's device looks at whether it answers an invitation of its own; any
    /// other carries on what was said to it.
    fn hear_knocks(&mut self, batches: &[FromPeer], now: i64) -> bool {
        if !self.replica.is_registrar() {
            return self.replica.station.carry_knocks(batches, now);
        }
        for knock in batches.iter().flat_map(|from| &from.batch.knocks) {
            self.replica.hear_knock(knock.bytes(), now);
        }
        false
    }
}

impl<R: CryptoRng> Replica<R> {
    /// What a publication changed for the sessions with peers.
    pub fn changed_by(&self, published: &Published) -> Changed {
        let mut books: Vec<BookId> = Vec::new();
        for id in &published.entries {
            if let Ok(Some(envelope)) = self.station.store().envelope(id) {
                books.push(envelope.header().book);
            }
        }
        books.sort_unstable();
        books.dedup();
        Changed {
            register: published.register,
            books,
            wraps: published.wraps.clone(),
            payloads: Vec::new(),
            knocks: false,
        }
    }

    /// What this device lacks beside entries: wraps of epochs whose secret it may hold, payloads that did not come.
    pub fn wants(&self) -> Wants {
        let mut wraps = Vec::new();
        for (id, live) in &self.books {
            if self.may(id, sothon_ledger::Right::Read) {
                wraps.extend(live.lacking_secrets());
            }
        }
        let mut payloads = self
            .station
            .store()
            .payloads_to_ask(PAYLOADS_OF_EACH)
            .unwrap_or_default();
        let spared = self.spared_payloads();
        payloads.retain(|id| !spared.contains(id));
        let files = self.station.store().files_to_ask(PAYLOADS_OF_EACH);
        Wants {
            wraps,
            payloads,
            files: files.unwrap_or_default(),
            saves: self.wanted_saves(),
        }
    }

    /// What is remembered of a peer, and whether it held all files of what it held.
    fn load_hints(&self, peer: &TransportKey) -> Option<(PeerHints, bool)> {
        let sealed = self.station.store().kept(Shelf::Hint, &peer.0).ok()??;
        let plain = seal::open_bytes(&self.secrets.local, &hint_aad(peer), &sealed.0)?;
        let kept: KeptHints = cbor::decode(&plain).ok()?;
        let hints = PeerHints {
            register: Some(kept.register),
            heads: unflatten(kept.heads),
            complete: kept.complete,
            saves: kept.saves.unwrap_or_default(),
            ..PeerHints::default()
        };
        Some((hints, kept.files == Some(true)))
    }

    /// What the relays said at the end of the last session, for a device that was just opened.
    pub(crate) fn recall_relays(&mut self) {
        let relays: Vec<TransportKey> = match self.station.register() {
            Some(register) => register.rights().relays().iter().map(|relay| relay.key).collect(),
            None => return,
        };
        for relay in relays {
            if let Some((hints, files)) = self.load_hints(&relay) {
                self.relay_says(&relay, places(&hints.heads));
                if files {
                    self.relay_has_files(&relay);
                }
            }
        }
    }

    fn keep_hints(&mut self, peer: &TransportKey, hints: &PeerHints, files: bool) {
        let kept = KeptHints {
            register: hints.register.unwrap_or_default(),
            heads: hints.heads.iter().flat_map(KeptHead::of).collect(),
            complete: hints.complete,
            files: files.then_some(true),
            saves: Some(hints.saves.clone()),
        };
        let sealed = seal::seal_bytes(
            &self.secrets.local,
            &hint_aad(peer),
            &cbor::encode(&kept),
            &mut self.rng,
        );
        let keep = Local::Keep {
            shelf: Shelf::Hint,
            key: peer.0.to_vec(),
            sealed: Sealed(sealed),
        };
        // Only a hint: a disk that is full costs bytes on the wire later.
        let _ = self.station.archive.add(Batch {
            local: vec![keep],
            ..Batch::default()
        });
    }

    /// A peer was found to hold the same, but of the logs that are left out: what it holds. A relay's word of before no longer
    /// counts then.
    pub fn found_equal(
        &mut self,
        peer: &TransportKey,
        rights: &Rights,
        left_out: &[LogName],
    ) -> Vec<LogState> {
        let mut heads = self.heads_shared_with(rights);
        // Of what one of both does not take, nothing was found equal.
        heads.retain(|state| !left_out.contains(&state.log));
        if rights.peer == Some(PeerRole::Relay) {
            // All that it holds, so that a relay set back to an old copy takes ticks away again (A23).
            self.relay_forgets(peer, |log| left_out.iter().any(|left| key(left) == *log));
            self.relay_says(peer, places(&heads));
        }
        heads
    }

    /// All that both hold now, since they just found each other equal.
    fn heads_shared_with(&self, rights: &Rights) -> Vec<LogState> {
        let index = self.station.store().index();
        let logs = rights.shared.iter().flat_map(|shared| index.logs(&shared.book));
        logs.map(|log| LogState {
            log: LogName {
                book: log.key().book,
                device: log.key().device,
                log: log.key().log,
            },
            tips: log.tips().map(|(seq, id)| Tip { seq, id }).collect(),
        })
        .collect()
    }
}

impl<R: CryptoRng + Send + 'static, C: Clock> Host for DeviceHost<R, C> {
    type Holdings = Archive;

    fn root(&self) -> Root {
        self.replica.root()
    }

    fn role(&self) -> PeerRole {
        match self.replica.station().register() {
            Some(register) => role_of(register, self.party()),
            None => PeerRole::Device(self.replica.device()),
        }
    }

    fn read<T>(&self, read: impl FnOnce(&Archive) -> T) -> T {
        read(self.replica.station().archive())
    }

    fn rights(&self, peer: &TransportKey) -> Rights {
        rights_of(self.replica.station().archive(), self.party(), peer)
    }

    fn store(&mut self, batches: Vec<FromPeer>) -> StoreReport {
        let now = self.clock.now();
        let knocks = self.hear_knocks(&batches, now);
        let batches = batches.into_iter().map(|from| from.batch).collect();
        let taken = match self.replica.take_in(batches, now) {
            Ok(taken) => taken,
            Err(error) => {
                tracing::error!(%error, "what came was stored and could not be read again");
                return StoreReport::default();
            }
        };
        let mut changed = taken.changed;
        changed.knocks = knocks;
        // Keys and wraps are owed at once, so that a new device waits for nobody.
        match self.replica.publish_owed(now, self.clock.year()) {
            Ok(owed) => {
                let owed = self.replica.changed_by(&owed);
                changed.books.extend(owed.books);
                changed.wraps.extend(owed.wraps);
            }
            Err(error) => tracing::error!(%error, "what this device owes could not be published"),
        }
        StoreReport {
            outcomes: taken.outcomes,
            changed,
            register_grew: taken.register_grew,
        }
    }

    fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    fn hints(&self, peer: &TransportKey) -> PeerHints {
        self.hints
            .get(peer)
            .cloned()
            .or_else(|| Some(self.replica.load_hints(peer)?.0))
            .unwrap_or_default()
    }

    fn wants(&self) -> Wants {
        self.replica.wants()
    }

    fn knock(&self) -> Option<Vec<u8>> {
        self.replica.station().knock()
    }

    fn told(&mut self, peer: &TransportKey, event: &Event) {
        self.replica.station.hear(peer, event);
        match event {
            Event::PeerHas(heads) => {
                if self.rights(peer).peer == Some(PeerRole::Relay) {
                    self.replica.relay_says(peer, places(heads));
                }
                let hints = self.hints.entry(*peer).or_default();
                let mut known: HashMap<LogName, Vec<Tip>> = hints
                    .heads
                    .drain(..)
                    .map(|state| (state.log, state.tips))
                    .collect();
                known.extend(heads.iter().map(|state| (state.log, state.tips.clone())));
                hints.heads = known
                    .into_iter()
                    .map(|(log, tips)| LogState { log, tips })
                    .collect();
            }
            Event::PeerNeedsNoSaves(saves) => {
                let hints = PeerHints {
                    saves: saves.clone(),
                    ..self.hints(peer)
                };
                self.hints.insert(*peer, hints);
            }
            Event::Closed { .. } => self.all_has_come(),
            Event::UpToDate { left_out } => {
                self.all_has_come();
                let rights = self.rights(peer);
                let heads = self.replica.found_equal(peer, &rights, left_out);
                let register = self
                    .replica
                    .station()
                    .register()
                    .map(|register| register.height());
                let hints = PeerHints {
                    register,
                    heads,
                    complete: left_out.is_empty(),
                    saves: self.hints(peer).saves,
                    ..PeerHints::default()
                };
                self.replica.keep_hints(peer, &hints, false);
                self.hints.insert(*peer, hints);
            }
            Event::PeerHasFiles if self.rights(peer).peer == Some(PeerRole::Relay) => {
                self.replica.relay_has_files(peer);
                if let Some(hints) = self.hints.get(peer) {
                    self.replica.keep_hints(peer, hints, true);
                }
            }
            _ => {}
        }
        if let Some(told) = &self.told {
            // Who listened may have gone.
            let _ = told.send(Told {
                peer: *peer,
                event: event.clone(),
            });
        }
    }
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct KeptHints {
    #[n(0)]
    register: Height,
    #[n(1)]
    heads: Vec<KeptHead>,
    #[n(2)]
    complete: bool,
    #[n(3)]
    files: Option<bool>,
    #[n(4)]
    saves: Option<Vec<Digest>>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct KeptHead {
    #[n(0)]
    book: BookId,
    #[n(1)]
    device: DeviceId,
    #[n(2)]
    log: LogId,
    #[n(3)]
    seq: Seq,
    #[n(4)]
    id: EntryId,
}

impl KeptHead {
    fn of(state: &LogState) -> impl Iterator<Item = KeptHead> + '_ {
        let LogName { book, device, log } = state.log;
        state.tips.iter().map(move |tip| KeptHead {
            book,
            device,
            log,
            seq: tip.seq,
            id: tip.id,
        })
    }
}

fn unflatten(heads: Vec<KeptHead>) -> Vec<LogState> {
    let mut logs: HashMap<LogName, Vec<Tip>> = HashMap::new();
    for KeptHead {
        book,
        device,
        log,
        seq,
        id,
    } in heads
    {
        logs.entry(LogName { book, device, log })
            .or_default()
            .push(Tip { seq, id });
    }
    logs.into_iter()
        .map(|(log, tips)| LogState { log, tips })
        .collect()
}

/// By log, the place up to which whoever holds these tips holds every branch.
fn places(heads: &[LogState]) -> impl Iterator<Item = (LogKey, Seq)> + '_ {
    heads.iter().filter_map(|state| {
        let lowest = state.tips.iter().map(|tip| tip.seq).min()?;
        Some((key(&state.log), lowest))
    })
}

fn key(log: &LogName) -> LogKey {
    LogKey {
        book: log.book,
        device: log.device,
        log: log.log,
    }
}

fn hint_aad(peer: &TransportKey) -> Vec<u8> {
    [b"sothon/hint/1".as_slice(), &peer.0].concat()
}
