//! How the exchange stands, from what was tried and what answered; never from what the system says of the network.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Weak};

use sothon_ledger::{Height, TransportKey};
use sothon_net::{Peer, SessionEnd};
use sothon_records::Words;
use sothon_sync::{CloseReason, Event, Progress};

use crate::api;
use crate::exchange_page::{behind, forked};

/// Lines of the log that are kept, in memory alone.
const LOG: usize = 200;

/// A way of the exchange.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Way {
    /// The commune's relay.
    Relay,
    /// A device nearby.
    Nearby,
}

/// What is noted while devices exchange.
pub(crate) enum Note {
    /// A session told something.
    Told(sothon_replica::Told),
    /// Something was saved here.
    Saved,
    /// Which ways there are.
    Ways {
        relays: usize,
        was_admitted: bool,
        nearby: bool,
    },
    /// A way is tried.
    Trying(Way),
    /// A connection is there.
    Connected(Way),
    /// Nobody answered as expected; why, for the helper.
    NoAnswer { way: Way, why: String },
    /// A connection is over: bytes sent and received with all headers.
    Over {
        way: Way,
        end: SessionEnd,
        bytes: (u64, u64),
    },
    /// The system has no socket for us.
    NoSocket,
}

impl Note {
    /// Whether the device may have other ways now.
    pub fn changes_ways(&self) -> bool {
        matches!(self, Note::Told(told) if matches!(told.event, Event::PeerRegister { .. } | Event::UpToDate { .. }))
            || matches!(self, Note::Saved)
    }

    /// Whether something may wait to be published: what was saved, a receipt, a key for somebody.
    pub fn asks_to_publish(&self) -> bool {
        matches!(self, Note::Saved | Note::Connected(_))
            || matches!(self, Note::Told(told) if matches!(told.event, Event::Progress(p) if p.received > 0))
            // A photo that has come may have to follow its record.
            || matches!(self, Note::Told(told) if matches!(told.event, Event::FilesSettled))
    }
}

#[derive(Default)]
struct WayState {
    trying: bool,
    open: usize,
    last: Option<i64>,
    failed: Option<(i64, String)>,
    refused: bool,
}

#[derive(Default)]
struct PeerState {
    progress: Progress,
    up_to_date: bool,
    /// How many logs one of both did not take when both were last equal.
    left_out: usize,
    /// Whether no photo is on its way since then.
    settled: bool,
}

/// How the exchange stands.
#[derive(Default)]
pub(crate) struct Status {
    relays: usize,
    was_admitted: bool,
    looks_around: bool,
    ways: HashMap<Way, WayState>,
    peers: HashMap<TransportKey, PeerState>,
    /// When a peer and this device last held the same.
    pub agreed: Option<i64>,
    /// When anybody was last met.
    pub met: Option<i64>,
    /// The highest operation of the register that an entry named which came, and that neither side had (A23).
    pub named: Height,
    /// The register has two branches.
    pub forked: bool,
    no_socket: bool,
    /// Bytes of connections that are over.
    over_bytes: u64,
    /// Connections that are open.
    open: Vec<Weak<Peer>>,
    log: VecDeque<api::LogLine>,
    lang: sothon_records::Lang,
}

impl Status {
    /// Nothing is known yet.
    pub fn new(lang: sothon_records::Lang) -> Status {
        Status {
            lang,
            ..Status::default()
        }
    }

    /// Takes a note; gives what the window is to hear.
    pub fn take(&mut self, note: Note, now: i64) -> Vec<api::Told> {
        match note {
            Note::Told(told) => return self.told(told, now),
            Note::Saved => return Vec::new(),
            Note::Ways {
                relays,
                was_admitted,
                nearby,
            } => {
                let changed =
                    (self.relays, self.was_admitted, self.looks_around) != (relays, was_admitted, nearby);
                (self.relays, self.was_admitted, self.looks_around) = (relays, was_admitted, nearby);
                if !changed {
                    return Vec::new();
                }
            }
            Note::Trying(way) => self.way(way).trying = true,
            Note::Connected(way) => {
                let state = self.way(way);
                (state.trying, state.failed, state.refused) = (false, None, false);
                state.open += 1;
                state.last = Some(now);
                self.met = Some(now);
                let says = match way {
                    Way::Relay => Words::new("Đã nối được với trạm chuyển.", "Connected to the relay."),
                    Way::Nearby => {
                        Words::new("Đã nối được với một máy ở gần.", "Connected to a device nearby.")
                    }
                };
                self.say(now, says, String::new());
            }
            Note::NoAnswer { way, why } => {
                let state = self.way(way);
                state.trying = false;
                let first = state.failed.is_none();
                state.failed = Some((now, why.clone()));
                if first {
                    let says = match way {
                        Way::Relay => Words::new(
                            "Trạm chuyển chưa trả lời. Sẽ tự thử lại.",
                            "The relay does not answer. It is tried again.",
                        ),
                        Way::Nearby => Words::new(
                            "Chưa tìm được máy ở gần. Sẽ tự thử lại.",
                            "No device nearby. It is tried again.",
                        ),
                    };
                    self.say(now, says, why);
                }
            }
            Note::Over { way, end, bytes } => {
                self.over_bytes += bytes.0 + bytes.1;
                let refused =
                    matches!(&end, SessionEnd::Ended(ended) if ended.reason == CloseReason::NotAdmitted);
                let state = self.way(way);
                state.trying = false;
                state.open = state.open.saturating_sub(1);
                state.refused = refused;
                if refused {
                    // The other side answers alike whom it has not heard of and whose right has ended.
                    let says = if self.was_admitted {
                        Words::new(
                            "Bên kia chưa nhận máy này: có thể chưa hay tin xã đã duyệt máy, hoặc xã đã dừng máy.",
                            "The other side does not take this device: it has not heard that it was admitted, or it was ended.",
                        )
                    } else {
                        Words::new(
                            "Bên kia chưa biết máy này: đang chờ xã duyệt.",
                            "The other side does not know this device yet: waiting to be admitted.",
                        )
                    };
                    self.say(now, says, end.to_string());
                }
            }
            Note::NoSocket => self.no_socket = true,
        }
        vec![api::Told::Exchange]
    }

    fn told(&mut self, told: sothon_replica::Told, now: i64) -> Vec<api::Told> {
        let peer = self.peers.entry(told.peer).or_default();
        match told.event {
            Event::Progress(progress) => {
                let received = progress.received != peer.progress.received;
                peer.progress = progress;
                (peer.up_to_date, peer.settled) = (false, false);
                if received {
                    vec![api::Told::Waiting, api::Told::Exchange]
                } else {
                    vec![api::Told::Exchange, api::Told::Delivery]
                }
            }
            Event::UpToDate { left_out } => {
                (peer.up_to_date, peer.left_out) = (true, left_out.len());
                if left_out.is_empty() {
                    self.forked = false;
                }
                vec![api::Told::Exchange, api::Told::Delivery, api::Told::Waiting]
            }
            // Only now: photos go when nothing else is lacking.
            Event::FilesSettled => {
                let Progress { sent, received, .. } = peer.progress;
                let fresh = !std::mem::replace(&mut peer.settled, true);
                let left_out = peer.left_out;
                if left_out == 0 {
                    self.agreed = Some(now);
                }
                if fresh {
                    let says = Words::new(
                        format!("Đã gửi {sent}, đã nhận {received} mục. Hai bên khớp nhau."),
                        format!("Sent {sent}, received {received} entries. Both sides hold the same."),
                    );
                    let detail = match left_out {
                        0 => String::new(),
                        some => format!("left out: {some}"),
                    };
                    self.say(now, says, detail);
                }
                vec![api::Told::Exchange, api::Told::Delivery]
            }
            Event::PeerHas(_) => vec![api::Told::Delivery],
            Event::RegisterBehind { named, ours } => {
                self.named = self.named.max(named);
                self.say(now, behind(), format!("named {}, ours {}", named.0, ours.0));
                vec![api::Told::Exchange]
            }
            Event::RegisterFork { common } => {
                self.forked = true;
                self.say(now, forked(), format!("common {}", common.0));
                vec![api::Told::Exchange, api::Told::Register]
            }
            Event::Closed { .. } => {
                self.peers.remove(&told.peer);
                vec![api::Told::Exchange]
            }
            _ => Vec::new(),
        }
    }

    /// Counts the bytes of a connection for as long as it is open.
    pub fn meter(&mut self, peer: &Arc<Peer>) {
        self.open.retain(|open| open.strong_count() > 0);
        self.open.push(Arc::downgrade(peer));
    }

    /// The bytes exchanged since the beginning, those of open connections included.
    pub fn bytes(&self) -> u64 {
        let open = self
            .open
            .iter()
            .filter_map(Weak::upgrade)
            .map(|peer| peer.bytes());
        open.fold(self.over_bytes, |sum, (out, back)| sum + out + back)
    }

    fn way(&mut self, way: Way) -> &mut WayState {
        self.ways.entry(way).or_default()
    }

    fn say(&mut self, at: i64, says: Words, detail: String) {
        self.log.push_front(api::LogLine {
            at,
            says: says.get(self.lang).to_owned(),
            detail,
        });
        self.log.truncate(LOG);
    }

    /// Whether a peer is connected now.
    pub fn connected(&self) -> bool {
        self.ways.values().any(|way| way.open > 0)
    }

    /// Whether the relay answered that it does not know this device.
    pub fn refused(&self) -> bool {
        let relay = self.ways.get(&Way::Relay);
        relay.is_some_and(|state| state.refused && state.open == 0)
    }

    /// Whether something is tried now.
    pub fn busy(&self) -> bool {
        self.ways.values().any(|way| way.trying) || self.progress().is_some()
    }

    /// How far the present exchange has come.
    pub fn progress(&self) -> Option<api::Progress> {
        let running = self.peers.values().filter(|peer| !peer.up_to_date);
        let (done, left) = running.fold((0, 0), |(done, left), peer| {
            let Progress {
                sent,
                received,
                to_send,
                to_receive,
            } = peer.progress;
            (done + sent + received, left + to_send + to_receive)
        });
        (left > 0).then_some(api::Progress {
            done,
            of: done + left,
        })
    }

    /// How far a first exchange is: entries received, and of how many; none when all are here.
    pub fn receiving(&self) -> Option<api::Progress> {
        let (done, left) = self.peers.values().fold((0, 0), |(done, left), peer| {
            (done + peer.progress.received, left + peer.progress.to_receive)
        });
        (left > 0).then_some(api::Progress {
            done,
            of: done + left,
        })
    }

    /// The log, newest first.
    pub fn log(&self) -> Vec<api::LogLine> {
        self.log.iter().cloned().collect()
    }

    /// The ways in words.
    pub fn ways(&self) -> Vec<api::WayRow> {
        let row = |way: Way, slug: &str, label: Words, says: Words| api::WayRow {
            way: slug.to_owned(),
            label: label.get(self.lang).to_owned(),
            says: says.get(self.lang).to_owned(),
            last: self.ways.get(&way).and_then(|state| state.last),
            connected: self.ways.get(&way).is_some_and(|state| state.open > 0),
        };
        let relay = match self.ways.get(&Way::Relay) {
            _ if self.no_socket => Words::new(
                "Máy không cho dùng mạng.",
                "This machine does not let us use the network.",
            ),
            _ if self.relays == 0 => Words::new("Xã chưa đặt trạm chuyển.", "The commune has no relay."),
            Some(state) if state.open > 0 => Words::new("Đang nối.", "Connected."),
            Some(state) if state.refused && self.was_admitted => Words::new(
                "Đã trả lời, nhưng chưa nhận máy này.",
                "It answered, and does not take this device.",
            ),
            Some(state) if state.refused => Words::new(
                "Đã trả lời: đang chờ xã duyệt máy này.",
                "It answered: this device waits to be admitted.",
            ),
            Some(state) if state.failed.is_some() => {
                Words::new("Chưa trả lời. Sẽ tự thử lại.", "No answer. It is tried again.")
            }
            Some(state) if state.trying => Words::new("Đang gọi.", "Being called."),
            _ => Words::new("Chưa gọi.", "Not called yet."),
        };
        let nearby = match self.ways.get(&Way::Nearby) {
            _ if !self.looks_around => Words::new("Không tìm máy ở gần.", "Not looking nearby."),
            Some(state) if state.open > 0 => {
                Words::new("Đang nối với máy ở gần.", "Connected to a device nearby.")
            }
            _ => Words::new(
                "Chưa thấy máy nào của xã ở gần.",
                "No device of the commune is near.",
            ),
        };
        vec![
            row(Way::Relay, "relay", Words::new("Trạm chuyển", "Relay"), relay),
            row(
                Way::Nearby,
                "nearby",
                Words::new("Máy gần đây", "Devices nearby"),
                nearby,
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use sothon_replica::Told;

    use super::*;

    fn hears(status: &mut Status, event: Event) {
        let peer = TransportKey([7; 32]);
        status.take(Note::Told(Told { peer, event }), 0);
    }

    #[test]
    fn the_operation_that_neither_side_had_stays_named_when_both_hold_the_same() {
        let mut status = Status::new(sothon_records::Lang::Vi);
        for named in [9, 7] {
            let (named, ours) = (Height(named), Height(6));
            hears(&mut status, Event::RegisterBehind { named, ours });
            let said = status.log.front().map(|line| line.says.as_str());
            assert_eq!(said, Some(behind().vi.as_str()));
        }
        let left_out = Vec::new();
        hears(&mut status, Event::UpToDate { left_out });
        assert_eq!(status.named, Height(9));
    }

    #[test]
    fn both_sides_are_said_to_hold_the_same_once_and_only_when_no_photo_is_on_its_way() {
        let mut status = Status::new(sothon_records::Lang::Vi);
        let equal = |left_out| Event::UpToDate { left_out };
        hears(&mut status, equal(Vec::new()));
        assert_eq!((status.agreed, status.log.len()), (None, 0));
        hears(&mut status, Event::FilesSettled);
        hears(&mut status, equal(Vec::new()));
        hears(&mut status, Event::FilesSettled);
        assert_eq!((status.agreed, status.log.len()), (Some(0), 1));
        assert!(
            status
                .log
                .front()
                .is_some_and(|line| line.says.ends_with("Hai bên khớp nhau."))
        );
        // What one of both does not take keeps them from being equal.
        let mut status = Status::new(sothon_records::Lang::Vi);
        let log = sothon_sync::LogName {
            book: sothon_ledger::BookId([1; 16]),
            device: sothon_ledger::DeviceId([2; 32]),
            log: sothon_ledger::LogId([3; 16]),
        };
        hears(&mut status, equal(vec![log]));
        hears(&mut status, Event::FilesSettled);
        assert_eq!(status.agreed, None);
    }
}
