//! Sessions between devices, and with a relay, in memory: the real protocol over the real stores.

use rand_core::Rng as _;
use sothon_archive::{Archive, rights_of, role_of};
use sothon_ledger::serving::Party;
use sothon_ledger::{Register, TransportKey};
use sothon_store::Store;
use sothon_sync::{
    Changed, Event, Limits, NotNowReason, PeerHints, PeerRole, Session, SessionConfig, SessionSalt,
    StoreOutcome, Wants,
};

use super::{Commune, Device, NOW, YEAR, rng};

/// A relay of the commune, with nothing but its store.
pub struct Relay {
    pub archive: Archive,
    pub key: TransportKey,
    /// The largest entry that it has room for.
    pub room: u64,
}

impl Relay {
    /// A relay that the registrar has named.
    pub fn new(commune: &mut Commune) -> Relay {
        let key = TransportKey([77; 32]);
        let office = commune.get("office");
        let relay = sothon_ledger::register::Relay {
            key,
            addresses: Vec::new(),
        };
        office.set_relays(vec![relay], NOW).expect("names it");
        let store = Store::in_memory(office.root()).expect("a store");
        let archive = Archive::open(store).expect("opens");
        let room = u64::MAX;
        Relay { archive, key, room }
    }
}

/// Who takes part in a session.
pub enum Part<'a> {
    Device(&'a mut Device),
    Relay(&'a mut Relay),
}

impl Part<'_> {
    fn archive(&self) -> &Archive {
        match self {
            Part::Device(device) => device.station().archive(),
            Part::Relay(relay) => &relay.archive,
        }
    }

    fn key(&self) -> TransportKey {
        match self {
            Part::Device(device) => device.station().transport_key(),
            Part::Relay(relay) => relay.key,
        }
    }

    fn party(&self) -> Party {
        match self {
            Part::Device(device) => Party::Device(device.device()),
            Part::Relay(_) => Party::Relay,
        }
    }

    fn wants(&self) -> Wants {
        match self {
            Part::Device(device) => device.wants(),
            Part::Relay(relay) => Wants {
                files: relay.archive.store().files_to_ask(100).expect("reads"),
                ..Wants::default()
            },
        }
    }

    fn register(&self) -> Option<&Register> {
        self.archive().register()
    }

    fn take(&mut self, batch: sothon_sync::Batch) -> (StoreOutcome, bool, Changed) {
        match self {
            Part::Device(device) => {
                let taken = device.take_in(vec![batch], NOW).expect("takes");
                let mut changed = taken.changed;
                let owed = device.publish_owed(NOW, YEAR).expect("owes");
                let more = device.changed_by(&owed);
                changed.books.extend(more.books);
                changed.wraps.extend(more.wraps);
                let outcome = taken.outcomes.into_iter().next().expect("an outcome");
                (outcome, taken.register_grew, changed)
            }
            Part::Relay(relay) => {
                let room = relay.room;
                let taken = relay
                    .archive
                    .take_in(vec![batch], &mut || None, None, &mut |_, _, size| {
                        (size > room).then_some((NotNowReason::Quota, 3600))
                    });
                let outcome = taken.outcomes.into_iter().next().expect("an outcome");
                (outcome, taken.register_grew, taken.changed)
            }
        }
    }
}

struct Side<'a, 'b> {
    part: &'a mut Part<'b>,
    peer: TransportKey,
    session: Session,
}

impl<'a, 'b> Side<'a, 'b> {
    fn new(part: &'a mut Part<'b>, peer: TransportKey, initiator: bool, salt: [u8; 32]) -> Self {
        let role = match part.register() {
            Some(register) => role_of(register, part.party()),
            None => match part.party() {
                Party::Device(device) => PeerRole::Device(device),
                Party::Relay => PeerRole::Relay,
            },
        };
        let config = SessionConfig {
            role,
            root: part.archive().root(),
            initiator,
            salt: SessionSalt(salt),
            limits: Limits::default(),
            peer,
            knock: None,
        };
        let rights = rights_of(part.archive(), part.party(), &peer);
        let hints = PeerHints::default();
        let mut session = Session::new(config, rights, hints, part.archive(), 0).expect("opens");
        session.wants(part.wants(), part.archive(), 0).expect("asks");
        Side { part, peer, session }
    }

    /// Takes what came, stores, and says what is to go.
    fn turn(&mut self, bytes: &[u8]) -> Vec<u8> {
        if !bytes.is_empty() {
            self.session
                .handle(bytes, self.part.archive(), 0)
                .expect("handles");
        }
        let mut out = Vec::new();
        loop {
            self.ask();
            while let Some(event) = self.session.poll_event() {
                match event {
                    Event::Store(batch) => self.store(batch),
                    Event::PeerHas(heads) => {
                        if let (Part::Device(device), TransportKey([77, ..])) = (&mut *self.part, self.peer) {
                            device.relay_holds(heads.iter().flat_map(|state| {
                                let tips = state.tips.iter();
                                tips.map(|tip| (state.log.book, state.log.log, tip.seq))
                            }));
                        }
                    }
                    Event::PeerHasFiles => {
                        if let (Part::Device(device), TransportKey([77, ..])) = (&mut *self.part, self.peer) {
                            device.relay_holds_files();
                        }
                    }
                    Event::UpToDate { left_out } => {
                        let rights = rights_of(self.part.archive(), self.part.party(), &self.peer);
                        if let Part::Device(device) = &mut *self.part {
                            device.all_has_come().expect("reads");
                            // By the name under which `relay_holds` keeps what it says.
                            device.found_equal(&TransportKey([0; 32]), &rights, &left_out);
                        }
                    }
                    Event::Closed { reason, .. } => panic!("the session was closed: {reason:?}"),
                    _ => {}
                }
            }
            match self.session.poll_output(self.part.archive()).expect("reads") {
                Some(bytes) => out.extend(bytes),
                None => return out,
            }
        }
    }

    fn store(&mut self, batch: sothon_sync::Batch) {
        let id = batch.id;
        let (outcome, grew, changed) = self.part.take(batch);
        let rights = rights_of(self.part.archive(), self.part.party(), &self.peer);
        let archive = self.part.archive();
        if grew {
            self.session.rights_changed(&rights, archive, 0).expect("looks");
        }
        self.session.stored(id, outcome, archive, 0).expect("stores");
        self.session.local_changed(&changed, archive, 0).expect("tells");
        self.ask();
    }

    /// Says what is lacking now.
    fn ask(&mut self) {
        let wants = self.part.wants();
        self.session.wants(wants, self.part.archive(), 0).expect("asks");
    }
}

/// Runs a session until both are silent. Gives the bytes that went each way.
pub fn session(one: &mut Part<'_>, other: &mut Part<'_>) -> (Vec<u8>, Vec<u8>) {
    session_until(one, other, &|_, _| false)
}

/// The same, until the line breaks: what `breaks` says of what went each way.
pub fn session_until(
    one: &mut Part<'_>,
    other: &mut Part<'_>,
    breaks: &dyn Fn(&[u8], &[u8]) -> bool,
) -> (Vec<u8>, Vec<u8>) {
    session_with(one, other, breaks, &mut |_| None)
}

/// The same; whenever both are silent, what `next` does on the side of who opened is new in the open session.
pub fn session_with(
    one: &mut Part<'_>,
    other: &mut Part<'_>,
    breaks: &dyn Fn(&[u8], &[u8]) -> bool,
    next: &mut dyn FnMut(&mut Part<'_>) -> Option<Changed>,
) -> (Vec<u8>, Vec<u8>) {
    let mut salt = [0; 32];
    rng().fill_bytes(&mut salt);
    let (one_key, other_key) = (one.key(), other.key());
    let mut opener = Side::new(one, other_key, true, salt);
    let mut answerer = Side::new(other, one_key, false, salt);
    let (mut there, mut back) = (Vec::new(), Vec::new());
    let mut bytes = Vec::new();
    loop {
        let sent = opener.turn(&bytes);
        let answer = answerer.turn(&sent);
        there.extend_from_slice(&sent);
        back.extend_from_slice(&answer);
        if breaks(&there, &back) {
            return (there, back);
        }
        if sent.is_empty() && answer.is_empty() {
            assert!(opener.session.is_idle() && answerer.session.is_idle());
            let Some(changed) = next(&mut *opener.part) else {
                return (there, back);
            };
            let archive = opener.part.archive();
            opener.session.local_changed(&changed, archive, 0).expect("tells");
        }
        bytes = answer;
    }
}

impl Commune {
    /// A device publishes and meets the relay.
    pub fn sync(&mut self, name: &str, relay: &mut Relay) {
        let device = self.get(name);
        device.publish(NOW, YEAR).expect("publishes");
        session(&mut Part::Device(device), &mut Part::Relay(relay));
    }

    /// Two devices meet nearby.
    pub fn meet(&mut self, one: &str, other: &str) {
        let mut first = self.devices.remove(one).expect("a device of the test");
        let second = self.get(other);
        session(&mut Part::Device(&mut first), &mut Part::Device(second));
        self.devices.insert(one.to_owned(), first);
    }
}

/// The office, the village and the police exchange all at the relay.
pub fn meet(commune: &mut Commune, relay: &mut Relay) {
    for _ in 0..2 {
        for name in ["office", "thon1", "police"] {
            commune.sync(name, relay);
        }
    }
}
