//! One commune's sessions, on one thread of their own.
//!
//! The thread owns the [`Host`] and all its sessions, so store, register and sessions are always looked at together and
//! nothing is locked. It is the single writer: whatever arrived while a transaction was written goes into the next one
//! together. A session has few things waiting here (a chunk that came, a few that are to go), so a peer that floods waits
//! for its own turns, and one that does not read costs no memory. One commune's thread never waits for another's.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use sothon_ledger::TransportKey;
use sothon_sync::{
    BatchId, Changed, CloseReason, Event, Session, SessionConfig, SessionError, SessionSalt, StoreOutcome,
    Wants,
};
use tokio::sync::{Semaphore, mpsc as channel, oneshot};

use crate::host::{FromPeer, Host};

/// How many outputs of a session may wait for its connection.
const OUTPUTS: usize = 2;
/// How many commands are taken before what they brought is stored.
const TURN: usize = 256;
/// How often the clock is looked at.
const TICK: Duration = Duration::from_secs(5);
/// How many sessions one key may have. Two are ordinary: the old one after a change of network, and the new one.
const PER_PEER: usize = 4;
/// How long a peer that dialed us may take to be somebody whom the register knows: long enough for the register of years
/// over a weak link, and for a registrar who is about to say yes. Who knocked dials again after it.
const UNKNOWN_FOR: Duration = Duration::from_secs(120);

/// Names a session of this hub.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SessionId(u64);

/// What has happened so far, for whoever watches. Counts only grow, but for the first.
#[derive(Debug, Default)]
pub struct Counters {
    /// Sessions that are open now.
    pub open: AtomicU64,
    /// Sessions that were opened.
    pub opened: AtomicU64,
    /// Bytes of sessions that came.
    pub received: AtomicU64,
    /// Bytes of sessions that went.
    pub sent: AtomicU64,
    /// Transactions for what came.
    pub stores: AtomicU64,
    /// Sessions closed because the register does not know the peer, or knows it no more.
    pub not_admitted: AtomicU64,
    /// Sessions closed because the peer did not keep to the protocol or its limits.
    pub misbehaved: AtomicU64,
}

impl Counters {
    fn count(&self, reason: CloseReason) {
        let counter = match reason {
            CloseReason::NotAdmitted => &self.not_admitted,
            CloseReason::Protocol | CloseReason::Invalid | CloseReason::Flood => &self.misbehaved,
            _ => return,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// How a session ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ended {
    /// Why.
    pub reason: CloseReason,
    /// Whether the peer ended it.
    pub by_peer: bool,
}

/// What a connection needs to carry a session.
#[derive(Debug)]
pub(crate) struct Wires {
    pub(crate) id: SessionId,
    /// What is to be sent; ends with the session.
    pub(crate) outputs: channel::Receiver<Vec<u8>>,
    /// A permit for each chunk that may be handed in.
    pub(crate) credit: Arc<Semaphore>,
    /// How it ended.
    pub(crate) ended: oneshot::Receiver<Ended>,
}

/// With whom a session is opened.
pub(crate) struct Opening {
    pub(crate) peer: TransportKey,
    pub(crate) initiator: bool,
    pub(crate) salt: [u8; 32],
}

enum Command<H> {
    Open(Opening, oneshot::Sender<Wires>),
    Bytes(SessionId, Vec<u8>),
    /// The connection has taken an output.
    Room(SessionId),
    Gone(SessionId),
    With(Box<dyn FnOnce(&mut H) -> Changes + Send>),
    Stop,
}

/// What a piece of work on the host has changed.
#[derive(Debug, Default)]
pub struct Changes {
    /// What is new here.
    pub changed: Changed,
    /// Whether anybody's rights may have changed.
    pub register_grew: bool,
}

/// The thread is gone, and with it the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sessions of this commune have been stopped")]
pub struct Stopped;

/// Speaks to a hub's thread. The thread ends when it is stopped, or when the last handle is gone.
pub struct Hub<H> {
    commands: mpsc::Sender<Command<H>>,
    counters: Arc<Counters>,
    finished: Arc<Finished>,
}

impl<H> Clone for Hub<H> {
    fn clone(&self) -> Self {
        Hub {
            commands: self.commands.clone(),
            counters: self.counters.clone(),
            finished: self.finished.clone(),
        }
    }
}

impl<H> std::fmt::Debug for Hub<H> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub")
            .field("counters", &self.counters)
            .finish_non_exhaustive()
    }
}

/// Closed once the thread has ended.
type Finished = Semaphore;

impl<H: Host> Hub<H> {
    /// Starts the thread.
    ///
    /// # Errors
    /// What the system says if it has no thread to give.
    pub fn start(host: H) -> std::io::Result<Hub<H>> {
        let (commands, received) = mpsc::channel();
        let counters = Arc::new(Counters::default());
        let finished = Arc::new(Semaphore::new(0));
        let desk = Desk {
            host,
            sessions: HashMap::new(),
            by_peer: HashMap::new(),
            next: 0,
            wants: Wants::default(),
            counters: counters.clone(),
            ticked: Instant::now(),
        };
        let done = finished.clone();
        std::thread::Builder::new()
            .name("sessions".into())
            .spawn(move || {
                // Also closed when the thread panics, so that nobody waits for it for ever.
                let _done = CloseOnDrop(done);
                // Gone before that is said: whoever stopped us may open the same store next.
                let mut desk = desk;
                desk.run(&received);
            })?;
        Ok(Hub {
            commands,
            counters,
            finished,
        })
    }

    /// What has happened so far.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.counters
    }

    /// Runs `work` on the hub's thread, between two transactions, and tells the sessions what it changed.
    ///
    /// # Errors
    /// [`Stopped`].
    pub async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut H) -> (T, Changes) + Send + 'static,
    ) -> Result<T, Stopped> {
        let (answer, answered) = oneshot::channel();
        self.send(with(work, answer))?;
        answered.await.map_err(|_| Stopped)
    }

    /// [`Hub::with`] for callers outside of async code.
    ///
    /// # Errors
    /// [`Stopped`].
    pub fn with_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut H) -> (T, Changes) + Send + 'static,
    ) -> Result<T, Stopped> {
        let (answer, answered) = oneshot::channel();
        self.send(with(work, answer))?;
        answered.blocking_recv().map_err(|_| Stopped)
    }

    /// Ends all sessions in order, after what came has been stored, and then the thread.
    pub async fn stop(&self) {
        // If the thread is gone already, it has stopped.
        let _ = self.send(Command::Stop);
        let _ = self.finished.acquire().await;
    }

    pub(crate) async fn open(&self, opening: Opening) -> Result<Wires, Stopped> {
        let (answer, answered) = oneshot::channel();
        self.send(Command::Open(opening, answer))?;
        answered.await.map_err(|_| Stopped)
    }

    /// Hands in what came. Each chunk needs a permit of the session's credit, which comes back when it is dealt with.
    pub(crate) fn bytes(&self, id: SessionId, bytes: Vec<u8>) -> Result<(), Stopped> {
        self.counters
            .received
            .fetch_add(bytes.len() as u64, Ordering::Relaxed);
        self.send(Command::Bytes(id, bytes))
    }

    pub(crate) fn room(&self, id: SessionId, sent: usize) -> Result<(), Stopped> {
        self.counters.sent.fetch_add(sent as u64, Ordering::Relaxed);
        self.send(Command::Room(id))
    }

    pub(crate) fn gone(&self, id: SessionId) {
        // If the thread is gone, so is the session.
        let _ = self.send(Command::Gone(id));
    }

    fn send(&self, command: Command<H>) -> Result<(), Stopped> {
        self.commands.send(command).map_err(|_| Stopped)
    }
}

struct CloseOnDrop(Arc<Finished>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn with<H, T: Send + 'static>(
    work: impl FnOnce(&mut H) -> (T, Changes) + Send + 'static,
    answer: oneshot::Sender<T>,
) -> Command<H> {
    Command::With(Box::new(move |host| {
        let (out, changes) = work(host);
        // Whoever asked may have gone; the work is done all the same.
        let _ = answer.send(out);
        changes
    }))
}

/// A session and its connection.
struct Line {
    peer: TransportKey,
    session: Session,
    /// `None` once nothing more will be sent.
    outputs: Option<channel::Sender<Vec<u8>>>,
    credit: Arc<Semaphore>,
    ended: Option<oneshot::Sender<Ended>>,
    /// Until when the register must know the peer.
    known_by: Option<Instant>,
}

/// What the events of a session were.
#[derive(Default)]
struct Told {
    any: bool,
    up_to_date: bool,
}

/// What the thread owns.
struct Desk<H> {
    host: H,
    sessions: HashMap<SessionId, Line>,
    by_peer: HashMap<TransportKey, BTreeSet<SessionId>>,
    next: u64,
    wants: Wants,
    counters: Arc<Counters>,
    ticked: Instant,
}

impl<H: Host> Desk<H> {
    fn run(&mut self, commands: &mpsc::Receiver<Command<H>>) {
        loop {
            let first = match commands.recv_timeout(TICK) {
                Ok(command) => Some(command),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let mut to_store = Vec::new();
            let mut stop = false;
            for command in first.into_iter().chain(commands.try_iter().take(TURN)) {
                match command {
                    Command::Stop => {
                        stop = true;
                        break;
                    }
                    command => self.obey(command, &mut to_store),
                }
            }
            self.store(to_store);
            if self.ticked.elapsed() >= TICK {
                self.tick();
            }
            if stop {
                self.close_all();
                return;
            }
        }
    }

    fn obey(&mut self, command: Command<H>, to_store: &mut Vec<(SessionId, BatchId, FromPeer)>) {
        match command {
            Command::Open(opening, answer) => {
                let peer = opening.peer;
                if let Some(id) = self.open(opening, answer) {
                    self.settle(id, to_store);
                }
                self.close_oldest(&peer, to_store);
            }
            Command::Bytes(id, bytes) => {
                let (host, now) = (&self.host, self.host.now_ms());
                let Some(line) = self.sessions.get_mut(&id) else {
                    return;
                };
                let done = host.read(|holdings| line.session.handle(&bytes, holdings, now));
                let credit = line.credit.clone();
                self.check(id, done);
                self.settle(id, to_store);
                // Last: who waits for it looks next at how the session ended.
                credit.add_permits(1);
            }
            Command::Room(id) => self.settle(id, to_store),
            Command::Gone(id) => self.forget(id, None),
            Command::With(work) => {
                let changes = work(&mut self.host);
                if changes.register_grew {
                    self.look_at_rights();
                }
                self.announce(&changes.changed, to_store);
                self.ask(to_store);
            }
            Command::Stop => {}
        }
    }

    fn open(&mut self, opening: Opening, answer: oneshot::Sender<Wires>) -> Option<SessionId> {
        let id = SessionId(self.next);
        self.next += 1;
        let now = self.host.now_ms();
        let rights = self.host.rights(&opening.peer);
        let stranger = rights.peer.is_none() && !opening.initiator;
        let known_by = stranger.then(|| Instant::now() + UNKNOWN_FOR);
        let config = SessionConfig {
            role: self.host.role(),
            root: self.host.root(),
            initiator: opening.initiator,
            salt: SessionSalt(opening.salt),
            limits: self.host.limits(),
            peer: opening.peer,
            knock: self.host.knock().filter(|_| opening.initiator),
        };
        let hints = self.host.hints(&opening.peer);
        let wants = self.host.wants();
        let made = self.host.read(|holdings| {
            let mut session = Session::new(config, rights, hints, holdings, now)?;
            session.wants(wants, holdings, now)?;
            Ok::<_, SessionError>(session)
        });
        let session = match made {
            Ok(session) => session,
            Err(error) => {
                tracing::error!(%error, "a session could not be opened");
                return None;
            }
        };
        let (outputs, receiver) = channel::channel(OUTPUTS);
        let (ended, when_ended) = oneshot::channel();
        let credit = Arc::new(Semaphore::new(1));
        let wires = Wires {
            id,
            outputs: receiver,
            credit: credit.clone(),
            ended: when_ended,
        };
        if answer.send(wires).is_err() {
            return None;
        }
        let line = Line {
            peer: opening.peer,
            session,
            outputs: Some(outputs),
            credit,
            ended: Some(ended),
            known_by,
        };
        self.by_peer.entry(line.peer).or_default().insert(id);
        self.sessions.insert(id, line);
        self.counters.open.fetch_add(1, Ordering::Relaxed);
        self.counters.opened.fetch_add(1, Ordering::Relaxed);
        Some(id)
    }

    /// Who opens more sessions than it can need loses the oldest.
    fn close_oldest(&mut self, peer: &TransportKey, to_store: &mut Vec<(SessionId, BatchId, FromPeer)>) {
        let Some(ids) = self.by_peer.get(peer).filter(|ids| ids.len() > PER_PEER) else {
            return;
        };
        if let Some(oldest) = ids.first().copied() {
            if let Some(line) = self.sessions.get_mut(&oldest) {
                line.session.close(CloseReason::Bye);
            }
            self.settle(oldest, to_store);
            self.forget(oldest, None);
        }
    }

    /// Takes from a session all that it has for us: events first, since what is stored may answer the peer, then output as
    /// far as the connection has room. What that was the last of, events say, and nobody may speak again for hours.
    fn settle(&mut self, id: SessionId, to_store: &mut Vec<(SessionId, BatchId, FromPeer)>) {
        let mut up_to_date = self.tell(id, to_store).up_to_date;
        loop {
            self.drain(id);
            let told = self.tell(id, to_store);
            up_to_date |= told.up_to_date;
            if !told.any {
                break;
            }
        }
        if up_to_date {
            self.ask(to_store);
        }
    }

    /// Takes the events of a session, and says which there were.
    fn tell(&mut self, id: SessionId, to_store: &mut Vec<(SessionId, BatchId, FromPeer)>) -> Told {
        let mut told = Told::default();
        let Some(line) = self.sessions.get_mut(&id) else {
            return told;
        };
        while let Some(event) = line.session.poll_event() {
            match event {
                Event::Store(batch) => {
                    let from = FromPeer {
                        peer: line.peer,
                        batch,
                    };
                    to_store.push((id, from.batch.id, from));
                }
                Event::Closed { reason, by_peer } => {
                    self.host.told(&line.peer, &Event::Closed { reason, by_peer });
                    self.counters.count(reason);
                    // Before the outputs end, after which the connection looks for it; or the connection has gone first.
                    if let Some(tell) = line.ended.take() {
                        let _ = tell.send(Ended { reason, by_peer });
                    }
                }
                event => {
                    // What no checkpoint was found for is lacking from now on.
                    told.up_to_date |= matches!(event, Event::UpToDate { .. });
                    self.host.told(&line.peer, &event);
                }
            }
            told.any = true;
        }
        told
    }

    /// Takes the output of a session as far as the connection has room.
    fn drain(&mut self, id: SessionId) {
        let Some(line) = self.sessions.get_mut(&id) else {
            return;
        };
        if let Some(outputs) = &line.outputs {
            let drained = self.host.read(|holdings| {
                while let Ok(place) = outputs.try_reserve() {
                    match line.session.poll_output(holdings)? {
                        Some(bytes) => place.send(bytes),
                        None => return Ok(true),
                    }
                }
                Ok::<_, SessionError>(false)
            });
            match drained {
                // What is closed says nothing more; the connection ends when it has sent what waits.
                Ok(true) if line.session.is_closed() => line.outputs = None,
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "what is held could not be read");
                    self.forget(id, Some(CloseReason::Storage));
                }
            }
        }
    }

    /// Stores what sessions brought, until they bring nothing more by themselves.
    fn store(&mut self, mut to_store: Vec<(SessionId, BatchId, FromPeer)>) {
        while !to_store.is_empty() {
            let (names, batches): (Vec<_>, Vec<_>) = to_store
                .drain(..)
                .map(|(id, batch, from)| ((id, batch), from))
                .unzip();
            let report = self.host.store(batches);
            self.counters.stores.fetch_add(1, Ordering::Relaxed);
            if report.register_grew {
                self.look_at_rights();
            }
            let now = self.host.now_ms();
            let mut outcomes = report.outcomes.into_iter();
            for (id, batch) in &names {
                let outcome = outcomes.next().unwrap_or(StoreOutcome::Failed);
                if let Some(line) = self.sessions.get_mut(id) {
                    let host = &self.host;
                    let done = host.read(|holdings| line.session.stored(*batch, outcome, holdings, now));
                    self.check(*id, done);
                }
            }
            self.announce(&report.changed, &mut to_store);
            self.ask(&mut to_store);
            for (id, _) in names {
                self.settle(id, &mut to_store);
            }
        }
    }

    /// Tells all sessions what is new here.
    fn announce(&mut self, changed: &Changed, to_store: &mut Vec<(SessionId, BatchId, FromPeer)>) {
        if changed.is_empty() {
            return;
        }
        let now = self.host.now_ms();
        let concerned = self.sessions.iter();
        let concerned = concerned.filter(|(_, line)| line.session.concerns(changed));
        let ids: Vec<SessionId> = concerned.map(|(id, _)| *id).collect();
        for id in ids {
            if let Some(line) = self.sessions.get_mut(&id) {
                let host = &self.host;
                let done = host.read(|holdings| line.session.local_changed(changed, holdings, now));
                self.check(id, done);
                self.settle(id, to_store);
            }
        }
    }

    /// Says to all sessions what is lacking here, if there is more than before: an epoch that came makes its wraps lacking.
    fn ask(&mut self, to_store: &mut Vec<(SessionId, BatchId, FromPeer)>) {
        let wants = self.host.wants();
        let news = wants.since(&self.wants);
        // Before anything is said, as what a session answers may lead here again.
        self.wants = wants;
        let Some(news) = news else { return };
        let now = self.host.now_ms();
        let ids: Vec<SessionId> = self.sessions.keys().copied().collect();
        for id in ids {
            if let Some(line) = self.sessions.get_mut(&id) {
                let host = &self.host;
                let done = host.read(|holdings| line.session.wants(news.clone(), holdings, now));
                self.check(id, done);
                self.settle(id, to_store);
            }
        }
    }

    /// Looks again at what the register says of every peer; whom it knows no more is closed (A17).
    fn look_at_rights(&mut self) {
        let now = self.host.now_ms();
        let ids: Vec<SessionId> = self.sessions.keys().copied().collect();
        for id in ids {
            if let Some(line) = self.sessions.get_mut(&id) {
                let host = &self.host;
                let rights = host.rights(&line.peer);
                if rights.peer.is_some() {
                    line.known_by = None;
                }
                let done = host.read(|holdings| line.session.rights_changed(&rights, holdings, now));
                self.check(id, done);
            }
        }
    }

    fn tick(&mut self) {
        self.ticked = Instant::now();
        let now = self.host.now_ms();
        let mut to_store = Vec::new();
        let ids: Vec<SessionId> = self.sessions.keys().copied().collect();
        for id in ids {
            if let Some(line) = self.sessions.get_mut(&id) {
                if line.known_by.is_some_and(|by| by <= self.ticked) {
                    line.session.close(CloseReason::NotAdmitted);
                }
                let host = &self.host;
                let done = host.read(|holdings| line.session.tick(holdings, now));
                self.check(id, done);
                self.settle(id, &mut to_store);
            }
        }
        self.store(to_store);
    }

    fn close_all(&mut self) {
        let mut to_store = Vec::new();
        let ids: Vec<SessionId> = self.sessions.keys().copied().collect();
        for id in ids {
            if let Some(line) = self.sessions.get_mut(&id) {
                line.session.close(CloseReason::Bye);
            }
            self.settle(id, &mut to_store);
        }
    }

    fn check(&mut self, id: SessionId, done: Result<(), SessionError>) {
        if let Err(error) = done {
            tracing::error!(%error, "what is held could not be read");
            self.forget(id, Some(CloseReason::Storage));
        }
    }

    fn forget(&mut self, id: SessionId, reason: Option<CloseReason>) {
        if let Some(mut line) = self.sessions.remove(&id) {
            if let Some(ids) = self.by_peer.get_mut(&line.peer) {
                ids.remove(&id);
                if ids.is_empty() {
                    self.by_peer.remove(&line.peer);
                }
            }
            self.counters.open.fetch_sub(1, Ordering::Relaxed);
            if let (Some(reason), Some(tell)) = (reason, line.ended.take()) {
                // The connection may have gone first.
                let _ = tell.send(Ended {
                    reason,
                    by_peer: false,
                });
            }
        }
    }
}
