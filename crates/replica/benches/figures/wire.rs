//! Two hosts and a session between them in memory: bytes counted, and how often the direction turned.

use std::collections::VecDeque;

use rand::Rng as _;
use sothon_archive::{Archive, rights_of};
use sothon_ledger::serving::Party;
use sothon_ledger::{Root, TransportKey};
use sothon_net::{FromPeer, Host, StoreReport};
use sothon_replica::Clock;
use sothon_sync::{Event, PeerHints, PeerRole, Rights, Session, SessionConfig, SessionSalt, StoreOutcome};

use crate::stage::{NOW, YEAR};

#[derive(Clone, Copy)]
pub struct Fixed;

impl Clock for Fixed {
    fn now_ms(&self) -> u64 {
        NOW as u64 * 1000
    }

    fn year(&self) -> u32 {
        YEAR
    }
}

/// A relay without its quotas and counters.
pub struct Blind {
    pub archive: Archive,
    pub up_to_date: usize,
    hints: std::collections::HashMap<TransportKey, PeerHints>,
}

impl Blind {
    pub fn new(archive: Archive) -> Blind {
        Blind {
            archive,
            up_to_date: 0,
            hints: Default::default(),
        }
    }
}

impl Host for Blind {
    type Holdings = Archive;

    fn root(&self) -> Root {
        self.archive.root()
    }

    fn role(&self) -> PeerRole {
        PeerRole::Relay
    }

    fn read<T>(&self, read: impl FnOnce(&Archive) -> T) -> T {
        read(&self.archive)
    }

    fn rights(&self, peer: &TransportKey) -> Rights {
        rights_of(&self.archive, Party::Relay, peer)
    }

    fn store(&mut self, batches: Vec<FromPeer>) -> StoreReport {
        let batches = batches.into_iter().map(|from| from.batch).collect();
        let taken = self
            .archive
            .take_in(batches, &mut || None, None, &mut |_, _, _| None);
        StoreReport {
            outcomes: taken.outcomes,
            changed: taken.changed,
            register_grew: taken.register_grew,
        }
    }

    fn now_ms(&self) -> u64 {
        Fixed.now_ms()
    }

    fn hints(&self, peer: &TransportKey) -> PeerHints {
        self.hints.get(peer).cloned().unwrap_or_default()
    }

    fn told(&mut self, _: &TransportKey, event: &Event) {
        if let Event::UpToDate { .. } = event {
            self.up_to_date += 1;
        }
    }
}

/// What went over the wire until both were equal and silent.
#[derive(Debug, Default)]
pub struct Wired {
    /// From the side that opened the session.
    pub there: usize,
    pub back: usize,
    /// How often the opener sent and then waited for an answer.
    pub round_trips: usize,
    /// Whether both said in the end that they hold the same.
    pub equal: bool,
    /// In which flight the last new entry was stored at the other side.
    pub stored_in: usize,
}

struct Side<'a, H> {
    host: &'a mut H,
    peer: TransportKey,
    session: Session,
    equal: bool,
    stored: bool,
}

impl<'a, H: Host> Side<'a, H> {
    fn new(host: &'a mut H, peer: TransportKey, initiator: bool, salt: [u8; 32]) -> Self {
        let config = SessionConfig {
            role: host.role(),
            root: host.root(),
            initiator,
            salt: SessionSalt(salt),
            limits: host.limits(),
            peer,
            knock: None,
        };
        let (rights, hints, wants, now) =
            (host.rights(&peer), host.hints(&peer), host.wants(), host.now_ms());
        let session = host.read(|holdings| {
            let mut session = Session::new(config, rights, hints, holdings, now).expect("opens");
            session.wants(wants, holdings, now).expect("asks");
            session
        });
        Side {
            host,
            peer,
            session,
            equal: false,
            stored: false,
        }
    }

    /// Takes what came, stores, and says what is to go.
    fn turn(&mut self, bytes: &[u8]) -> Vec<u8> {
        let now = self.host.now_ms();
        if !bytes.is_empty() {
            let session = &mut self.session;
            self.host
                .read(|holdings| session.handle(bytes, holdings, now))
                .expect("handles");
        }
        let mut out = Vec::new();
        loop {
            let mut batches = VecDeque::new();
            while let Some(event) = self.session.poll_event() {
                match event {
                    Event::Store(batch) => batches.push_back(batch),
                    event => {
                        if let Event::UpToDate { .. } = event {
                            self.equal = true;
                        }
                        self.host.told(&self.peer, &event);
                    }
                }
            }
            for batch in batches {
                self.stored = true;
                let id = batch.id;
                let report = self.host.store(vec![FromPeer {
                    peer: self.peer,
                    batch,
                }]);
                let rights = self.host.rights(&self.peer);
                let wants = self.host.wants();
                let session = &mut self.session;
                let outcome = report.outcomes.into_iter().next().unwrap_or(StoreOutcome::Failed);
                self.host.read(|holdings| {
                    if report.register_grew {
                        session.rights_changed(&rights, holdings, now).expect("looks");
                    }
                    session.stored(id, outcome, holdings, now).expect("stores");
                    session
                        .local_changed(&report.changed, holdings, now)
                        .expect("tells");
                    session.wants(wants, holdings, now).expect("asks");
                });
            }
            let session = &mut self.session;
            match self
                .host
                .read(|holdings| session.poll_output(holdings))
                .expect("reads")
            {
                Some(bytes) => out.extend(bytes),
                None => return out,
            }
        }
    }
}

/// Runs a session between two hosts until both are silent.
pub fn exchange<A: Host, B: Host>(
    (opener, opener_key): (&mut A, TransportKey),
    (other, other_key): (&mut B, TransportKey),
) -> Wired {
    let mut salt = [0; 32];
    rand::rng().fill_bytes(&mut salt);
    let mut one = Side::new(opener, other_key, true, salt);
    let mut two = Side::new(other, opener_key, false, salt);
    let mut wired = Wired::default();
    let mut to_one = Vec::new();
    loop {
        let to_two = one.turn(&to_one);
        wired.there += to_two.len();
        if to_two.is_empty() && wired.round_trips > 0 {
            break;
        }
        to_one = two.turn(&to_two);
        wired.back += to_one.len();
        wired.round_trips += 1;
        if std::mem::take(&mut two.stored) {
            wired.stored_in = wired.round_trips;
        }
        if to_one.is_empty() {
            break;
        }
    }
    wired.equal = one.equal && two.equal;
    wired
}
