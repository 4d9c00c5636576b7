//! What the sessions told, counted.

use std::collections::HashMap;

use sothon_ledger::TransportKey;
use sothon_net::SessionEnd;
use sothon_replica::Told;
use sothon_sync::{CloseReason, Event, Progress};

use crate::context::Context;
use crate::fault::{Exit, Fault};

/// What is noted while devices exchange.
pub enum Note {
    /// A session told something.
    Told(Told),
    /// A dial led to a connection.
    Connected,
    /// A dial led to nothing.
    NoAnswer {
        /// Whether it is to one of those asked for.
        asked: bool,
        /// Why, for the helper.
        why: String,
    },
    /// A dialed connection is over: bytes sent and received with all headers.
    Over {
        /// How.
        end: SessionEnd,
        /// On the wire.
        bytes: (u64, u64),
    },
}

#[derive(Clone, Copy, Default)]
struct Peer {
    open: bool,
    up_to_date: bool,
    /// No photo is on its way either.
    filed: bool,
    unresolved: bool,
    progress: Progress,
    left_out: usize,
    /// Its last word was that it does not know this device.
    turned_us_away: bool,
    /// Whether its register is ours, as it last said; none of one that has none yet.
    same_register: Option<bool>,
}

/// Why not all was exchanged with everybody.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Why {
    /// The registers differ, and neither side takes the other's.
    Registers,
    /// Both hold something else, and an exchange cannot change it now.
    Unresolved,
    /// It ended the session before.
    Left,
    /// The time was over before.
    Time,
    /// Somebody who was to be met was not.
    NotMet,
}

impl Why {
    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Why::Registers => "registers_differ",
            Why::Unresolved => "unresolved",
            Why::Left => "peer_left",
            Why::Time => "time_over",
            Why::NotMet => "not_met",
        }
    }

    /// What a person is told, in Vietnamese and English.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Why::Registers => (
                "Chưa khớp hết: danh bạ hai bên khác nhau và không bên nào nhận được của bên kia. Nhờ người giữ danh bạ xem lại; những gì đã ghi vẫn trên máy.",
                "Not all is exchanged: the two sides have different registers and neither takes the other's. Ask the registrar to look at it; what was saved is here.",
            ),
            Why::Unresolved => (
                "Chưa khớp hết: hai bên còn giữ những mục khác nhau mà lúc này chưa bên nào nhận được. Lần sau gửi nhận sẽ thử lại.",
                "Not all is exchanged: the two sides hold different entries that neither can take now. The next sync tries again.",
            ),
            Why::Left => (
                "Chưa khớp hết: bên kia đã ngắt giữa chừng. Lần sau gửi nhận tiếp từ chỗ này.",
                "Not all is exchanged: the other side left in the middle. The next sync goes on from here.",
            ),
            Why::Time => (
                "Chưa khớp hết: đã hết thời gian chờ. Lần sau gửi nhận tiếp từ chỗ này.",
                "Not all is exchanged: the time was over. The next sync goes on from here.",
            ),
            Why::NotMet => (
                "Chưa khớp hết: có nơi cần gặp mà chưa gặp được. Mời gửi nhận lại sau.",
                "Not all is exchanged: somebody who was to be met was not. Sync again later.",
            ),
        }
    }
}

/// The counts.
pub struct Meter {
    /// Our own transport key; marks of our own are told under it.
    pub me: TransportKey,
    peers: HashMap<TransportKey, Peer>,
    /// How many are to be met.
    wanted: usize,
    dialed_open: usize,
    failures: usize,
    sessions: u64,
    before: (u64, u64),
    wire: (u64, u64),
    moved: bool,
    news: bool,
    said: (u64, u64),
    why_not: Option<String>,
    refused: Option<CloseReason>,
    heard: bool,
    /// Marks of our own that are on their way to us: until they are here, what is up to date is not known.
    marks: usize,
}

impl Meter {
    /// Nothing was told yet; `wanted` peers were asked for by address.
    pub fn new(me: TransportKey, wanted: usize) -> Meter {
        Meter {
            me,
            peers: HashMap::new(),
            wanted,
            dialed_open: 0,
            failures: 0,
            sessions: 0,
            before: (0, 0),
            wire: (0, 0),
            moved: false,
            news: false,
            said: (0, 0),
            why_not: None,
            refused: None,
            heard: false,
            marks: 0,
        }
    }

    /// Takes a note.
    pub fn take(&mut self, note: Note) {
        match note {
            Note::Told(told) => self.told(told),
            Note::Connected => {
                self.dialed_open += 1;
                self.moved = true;
            }
            Note::NoAnswer { asked, why } => {
                self.failures += usize::from(asked);
                self.why_not = Some(why);
            }
            Note::Over { end, bytes } => {
                self.dialed_open = self.dialed_open.saturating_sub(1);
                self.wire.0 += bytes.0;
                self.wire.1 += bytes.1;
                if let SessionEnd::Ended(ended) = &end
                    && ended.reason != CloseReason::Bye
                {
                    self.refused = Some(ended.reason);
                }
            }
        }
    }

    fn told(&mut self, Told { peer, event }: Told) {
        if peer == self.me {
            // Our own mark: something was published, and what was up to date is so no more.
            self.marks = self.marks.saturating_sub(1);
            (self.peers.values_mut()).for_each(|peer| (peer.up_to_date, peer.filed) = (false, false));
            self.moved = true;
            return;
        }
        let peer = self.peers.entry(peer).or_default();
        if !matches!(event, Event::Closed { .. }) && !peer.open {
            *peer = Peer {
                open: true,
                left_out: peer.left_out,
                ..Peer::default()
            };
        }
        match event {
            Event::Closed { reason, .. } => {
                // A peer that turned us away at once has had no session.
                let turned_us_away = matches!(reason, CloseReason::NotAdmitted | CloseReason::OtherCommune);
                if turned_us_away {
                    self.refused = Some(reason);
                }
                self.before.0 += peer.progress.sent;
                self.before.1 += peer.progress.received;
                *peer = Peer {
                    open: false,
                    progress: Progress::default(),
                    turned_us_away,
                    ..*peer
                };
            }
            Event::UpToDate { left_out } => {
                peer.up_to_date = true;
                peer.turned_us_away = false;
                peer.unresolved = false;
                peer.left_out = left_out.len();
                self.sessions = self.sessions.max(1);
                self.moved = true;
            }
            Event::FilesSettled => {
                peer.filed = true;
                self.moved = true;
            }
            Event::Unresolved => peer.unresolved = true,
            Event::KnockHeard => {
                // Now it can only wait, so it is done here.
                peer.unresolved = true;
                self.heard = true;
                self.moved = true;
            }
            Event::Progress(progress) => {
                self.news |= progress.received > peer.progress.received;
                self.moved |= progress != peer.progress;
                peer.progress = progress;
            }
            Event::PeerRegister { height, same } => {
                peer.same_register = (height.0 > 0).then_some(same);
                self.sessions += 1;
                self.moved = true;
                self.news = true;
            }
            _ => {}
        }
    }

    /// Whether every peer that is there holds the same, and every one asked for was met or could not be.
    pub fn is_done(&self) -> bool {
        let mut open = self.peers.values().filter(|peer| peer.open).peekable();
        let any = open.peek().is_some() || (self.sessions > 0 && self.dialed_open == 0);
        self.marks == 0
            && self.met_all()
            && any
            && open.all(|peer| peer.up_to_date && peer.filed || peer.unresolved)
    }

    /// Whether every one asked for was met, or could not be.
    fn met_all(&self) -> bool {
        self.peers.len() + self.failures / TRIES >= self.wanted
    }

    /// Why not all was exchanged; none where all that were met hold the same as this device, photos too.
    pub fn why_not_all(&self) -> Option<Why> {
        let of = |peer: &Peer| match (peer.same_register, peer.unresolved, peer.open) {
            (Some(false), _, _) => Why::Registers,
            (_, true, _) => Why::Unresolved,
            (_, _, false) => Why::Left,
            (_, _, true) => Why::Time,
        };
        // Who has no register yet, or does not know this device, has nothing to exchange.
        let met = (self.peers.values()).filter(|peer| peer.same_register.is_some() && !peer.turned_us_away);
        let why = met.filter(|peer| !(peer.up_to_date && peer.filed)).map(of).min();
        // Something was published, and nobody has said yet how it stands since.
        let why = why.or((self.marks > 0).then_some(Why::Time));
        why.or((self.sessions == 0 || !self.met_all()).then_some(Why::NotMet))
    }

    /// Whether all that were met do not know this device, or not any more.
    pub fn is_turned_away(&self) -> bool {
        !self.peers.is_empty() && self.peers.values().all(|peer| peer.turned_us_away)
    }

    /// Something was published: its mark comes.
    pub fn published(&mut self) {
        self.marks += 1;
    }

    /// Whether anything happened since the last call.
    pub fn take_moved(&mut self) -> bool {
        std::mem::take(&mut self.moved)
    }

    /// Whether something came, since the last call, that may ask for a receipt or a key.
    pub fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.news)
    }

    /// Dialed connections that are open.
    pub fn dialed_open(&self) -> usize {
        self.dialed_open
    }

    /// Whether somebody keeps our request for the registrar.
    pub fn is_heard(&self) -> bool {
        self.heard
    }

    /// How many sessions there were.
    pub fn sessions(&self) -> u64 {
        self.sessions
    }

    /// Entries sent and received.
    pub fn entries(&self) -> (u64, u64) {
        self.peers.values().fold(self.before, |sum, peer| {
            (sum.0 + peer.progress.sent, sum.1 + peer.progress.received)
        })
    }

    /// Bytes on the wire of the connections that were dialed, with all headers.
    pub fn wire(&self) -> (u64, u64) {
        self.wire
    }

    /// Logs that a peer does not take for now.
    pub fn left_out(&self) -> usize {
        self.peers.values().map(|peer| peer.left_out).sum()
    }

    /// Says how far long work has come.
    pub fn say(&mut self, context: &Context) {
        let now = self.entries();
        let moved = |now: u64, said: u64| now / 500 != said / 500;
        if moved(now.0, self.said.0) || moved(now.1, self.said.1) {
            self.said = now;
            let to_come: u64 = self.peers.values().map(|peer| peer.progress.to_receive).sum();
            let to_go: u64 = self.peers.values().map(|peer| peer.progress.to_send).sum();
            context.out.remark(
                format!(
                    "Đã gửi {} mục (còn {to_go}), đã nhận {} mục (còn {to_come})",
                    now.0, now.1
                ),
                format!(
                    "{} entries sent ({to_go} to go), {} received ({to_come} to come)",
                    now.0, now.1
                ),
            );
        }
    }

    /// Nobody was met.
    pub fn nobody(&self) -> Fault {
        if let Some(reason) = self.refused {
            let (vi, en) = match reason {
                CloseReason::NotAdmitted => (
                    "Bên kia chưa biết máy này: xã chưa duyệt, đã cắt, hoặc danh bạ bên kia còn cũ. Những gì đã ghi vẫn trên máy.",
                    "The other side does not know this device: not admitted, cut, or its register is old. What was saved is here.",
                ),
                CloseReason::OtherCommune => (
                    "Bên kia thuộc xã khác. Xem lại địa chỉ và khóa.",
                    "The other side belongs to another commune. Look at address and key.",
                ),
                _ => (
                    "Bên kia đã ngắt. Những gì đã ghi vẫn trên máy. Mời gửi lại sau.",
                    "The other side ended the session. What was saved is here. Try again later.",
                ),
            };
            return Fault::new(Exit::NoPeer, "refused", vi, en);
        }
        let why = self
            .why_not
            .as_deref()
            .map(|why| format!(" ({why})"))
            .unwrap_or_default();
        Fault::new(
            Exit::NoPeer,
            "no_peer",
            format!(
                "Chưa gặp được máy hay trạm nào{why}. Những gì đã ghi vẫn trên máy và sẽ đi khi có mạng."
            ),
            format!(
                "No device or relay was reached{why}. What was saved is here and goes when there is a way."
            ),
        )
    }
}

/// After so many failed dials nobody waits for a peer while others are done.
const TRIES: usize = 3;

#[cfg(test)]
mod tests {
    use sothon_ledger::Height;

    use super::*;

    const PEER: TransportKey = TransportKey([2; 32]);

    fn meter(events: impl IntoIterator<Item = Event>) -> Meter {
        let mut meter = Meter::new(TransportKey([1; 32]), 1);
        meter.take(Note::Connected);
        for event in events {
            meter.take(Note::Told(Told { peer: PEER, event }));
        }
        meter
    }

    fn register(same: bool) -> Event {
        Event::PeerRegister {
            height: Height(3),
            same,
        }
    }

    fn left() -> Event {
        Event::Closed {
            reason: CloseReason::Bye,
            by_peer: true,
        }
    }

    fn equal() -> Event {
        Event::UpToDate { left_out: vec![] }
    }

    #[test]
    fn who_leaves_when_both_hold_the_same_has_left_nothing_out() {
        let meter = meter([register(true), equal(), Event::FilesSettled, left()]);
        assert_eq!(meter.why_not_all(), None);
    }

    #[test]
    fn who_leaves_while_photos_are_on_their_way_is_not_said_to_hold_the_same() {
        let so_far = [register(true), equal()];
        assert_eq!(meter(so_far.clone()).why_not_all(), Some(Why::Time));
        assert!(!meter(so_far.clone()).is_done());
        let left = so_far.into_iter().chain([left()]);
        assert_eq!(meter(left).why_not_all(), Some(Why::Left));
    }

    #[test]
    fn who_leaves_in_the_middle_is_not_said_to_hold_the_same() {
        assert_eq!(meter([register(true), left()]).why_not_all(), Some(Why::Left));
        // Also where it was so in the session before, and where something was published since.
        let again = [
            register(true),
            equal(),
            Event::FilesSettled,
            left(),
            register(true),
            left(),
        ];
        assert_eq!(meter(again).why_not_all(), Some(Why::Left));
        let mut since = meter([register(true), equal(), Event::FilesSettled, left()]);
        since.published();
        since.take(Note::Told(Told {
            peer: since.me,
            event: Event::Unresolved,
        }));
        assert_eq!(since.why_not_all(), Some(Why::Left));
    }

    #[test]
    fn two_on_two_branches_are_told_that_their_registers_differ_whoever_leaves_first() {
        assert_eq!(meter([register(false)]).why_not_all(), Some(Why::Registers));
        assert_eq!(
            meter([register(false), left()]).why_not_all(),
            Some(Why::Registers)
        );
    }

    #[test]
    fn who_holds_something_else_that_cannot_be_exchanged_is_not_said_to_hold_the_same() {
        let meter = meter([register(true), Event::Unresolved]);
        assert_eq!(meter.why_not_all(), Some(Why::Unresolved));
    }
}
