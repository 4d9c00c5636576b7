//! Hello and the register: root, (height, tag), the operations that one side lacks, forks. Before any entry (B8).

use std::collections::BTreeSet;

use sothon_ledger::register::Operation;
use sothon_ledger::{Height, OperationId};

use crate::event::{CloseReason, Event};
use crate::frame::{Frame, Hello, LOWEST, SAYS_FILED, VERSION};
use crate::holdings::{Held, Holdings};
use crate::limits::FULL;
use crate::session::{Fault, Session, Step};
use crate::tags::Tag;

/// About how many bytes of operations go into one frame.
const FRAME: usize = 48 << 10;

/// How often a peer may ask for all from a fork on.
const MAX_LOCATORS: u32 = 3;

/// How far the exchange of registers has come.
#[derive(Debug, Default)]
pub(crate) struct RegisterExchange {
    /// The peer's hello has come.
    pub(crate) heard: bool,
    /// Both have the same register, or each knows that the other cannot take its own.
    pub(crate) settled: bool,
    peer: Option<(Height, Tag)>,
    told: Option<(Height, Tag)>,
    /// Operations above this height are to be sent, up to the second, all branches.
    sending: Option<(Height, Height)>,
    /// Operations that the peer brought or was sent: none goes twice.
    exchanged: BTreeSet<OperationId>,
    /// Everything up to our height was sent at this register.
    sent_at: Option<(Height, Tag)>,
    located: bool,
    /// Locators of the peer that were answered.
    locators: u32,
    fork_told: bool,
    /// Bytes of operations taken in this session, and operations those not stored yet.
    taken: u64,
    pub(crate) unstored: Vec<OperationId>,
    /// The last operation that the peer has for us was received.
    last_came: bool,
}

impl Session {
    /// Speaks first: hello, and a summary by what is known.
    pub(crate) fn open(&mut self, holdings: &impl Holdings) -> Step {
        let (height, register) = self.our_register(holdings)?;
        self.say_hello(height, register);
        self.knock();
        if self.peer_role.is_some() {
            self.compare.start();
            self.say_noticed(holdings)?;
            if self.hints.register == Some(height) {
                self.push_by_hints(holdings)?;
            }
        }
        Ok(())
    }

    pub(crate) fn on_hello(&mut self, hello: Hello, holdings: &impl Holdings) -> Step {
        if self.register.heard {
            return Err(Fault::Close(CloseReason::Protocol));
        }
        if hello.version < LOWEST {
            return Err(Fault::Close(CloseReason::Version));
        }
        if hello.root.is_some_and(|root| root != self.config.root) {
            return Err(Fault::Close(CloseReason::OtherCommune));
        }
        if !self.config.initiator && hello.root.is_none() {
            return Err(Fault::Close(CloseReason::Protocol));
        }
        self.register.heard = true;
        self.knocking.expected = hello.knocks;
        self.filing.peer_files = hello.version >= SAYS_FILED;
        if !self.config.initiator {
            let (height, register) = self.our_register(holdings)?;
            self.say_hello(height, register);
        }
        self.relate(hello.height, hello.register, holdings)
    }

    /// The peer's register as it is now: after it stored operations, or because it grew.
    pub(crate) fn on_register(&mut self, height: Height, register: Tag, holdings: &impl Holdings) -> Step {
        let (ours, tag) = self.our_register(holdings)?;
        // An answer to all that we had: what it has not taken by now, it does not take.
        let answered = self
            .register
            .sent_at
            .is_some_and(|at| at == (ours, tag) || self.register.located);
        self.relate(height, register, holdings)?;
        if answered && self.register.sending.is_none() && height <= ours {
            self.settle(holdings)?;
        }
        self.retry_after_register(holdings)
    }

    pub(crate) fn on_operations(
        &mut self,
        last: bool,
        operations: Vec<Vec<u8>>,
        holdings: &impl Holdings,
    ) -> Step {
        self.register.settled = false;
        for bytes in operations {
            self.register.taken += 32 + bytes.len() as u64;
            if self.register.taken > self.config.limits.operation_bytes {
                return Err(Fault::Close(CloseReason::Flood));
            }
            let Ok(operation) = Operation::parse(&bytes) else {
                self.strike_invalid()?;
                continue;
            };
            let id = operation.id();
            self.register.exchanged.insert(id);
            if holdings.operation_ids(operation.height())?.contains(&id)
                || self.register.unstored.contains(&id)
            {
                continue;
            }
            self.receive_bytes(bytes.len() as u64)?;
            self.register.unstored.push(id);
            self.receiving.operation(operation);
        }
        self.register.last_came |= last;
        self.after_operations(holdings)
    }

    /// Says how our register stands, when all that the peer sent has been stored.
    pub(crate) fn after_operations(&mut self, holdings: &impl Holdings) -> Step {
        if !self.register.last_came || !self.register.unstored.is_empty() {
            return Ok(());
        }
        self.register.last_came = false;
        if self.peer_role.is_none() {
            return self.turn_away();
        }
        self.tell_register(holdings)?;
        // What others brought meanwhile is news to this peer: of its own alone our register would be as its is.
        if let Some((height, tag)) = self.register.peer {
            self.relate(height, tag, holdings)?;
        }
        if self.register.sending.is_none() {
            self.settle(holdings)?;
        }
        Ok(())
    }

    /// Points of the peer's register, because ours did not continue it or it did not continue ours.
    pub(crate) fn on_locator(&mut self, points: Vec<(Height, Tag)>, holdings: &impl Holdings) -> Step {
        self.register.locators += 1;
        if self.register.locators > MAX_LOCATORS {
            return Err(Fault::Close(CloseReason::Flood));
        }
        if self.peer_role.is_none() {
            // It is served nothing, and told where to begin: it may bring the branch on which it was admitted.
            return self.send_locator(holdings);
        }
        let mut common = Height(0);
        for (height, tag) in points {
            let ids = holdings.operation_ids(height)?;
            if height > common && ids.iter().any(|id| self.tagger.operation(id) == tag) {
                common = height;
            }
        }
        // Where branches part below that, the peer may lack one of them, however long the other is that it has.
        let common = straight(common, holdings)?;
        let (ours, _) = self.our_register(holdings)?;
        if !self.register.fork_told {
            self.register.fork_told = true;
            self.events.push_back(Event::RegisterFork { common });
        }
        self.send_locator(holdings)?;
        self.register.sending = Some((common, ours));
        Ok(())
    }

    /// Our register has grown, by our own operation or through another session.
    pub(crate) fn register_grew(&mut self, holdings: &impl Holdings) -> Step {
        if !self.register.heard {
            return Ok(());
        }
        let now = self.our_register(holdings)?;
        if self.register.told == Some(now) || self.peer_role.is_none() {
            return Ok(());
        }
        let Some((height, tag)) = self.register.peer else {
            return Ok(());
        };
        self.register.told = Some(now);
        if self.register.fork_told {
            // What grew may lie below what is being sent.
            self.register.sending = None;
        }
        self.relate(height, tag, holdings)
    }

    /// Appends a frame of operations, if any are to be sent.
    pub(crate) fn write_operations(&mut self, holdings: &impl Holdings, out: &mut Vec<u8>) -> Step<bool> {
        let Some((after, up_to)) = self.register.sending else {
            return Ok(false);
        };
        let mut operations = Vec::new();
        let mut bytes = 0;
        let mut at = after;
        while at < up_to && bytes < FRAME {
            at = Height(at.0 + 1);
            for id in holdings.operation_ids(at)? {
                if self.register.exchanged.contains(&id) {
                    continue;
                }
                let Some(operation) = holdings.operation(&id)? else {
                    continue;
                };
                self.register.exchanged.insert(id);
                // One alone always fits a frame; two may not.
                if bytes > 0 && bytes + operation.len() > FULL {
                    let operations = std::mem::take(&mut operations);
                    Frame::Operations {
                        last: false,
                        operations,
                    }
                    .write(out);
                    bytes = 0;
                }
                bytes += operation.len();
                operations.push(operation);
            }
        }
        let last = at >= up_to;
        self.register.sending = (!last).then_some((at, up_to));
        if last {
            self.register.sent_at = Some(self.our_register(holdings)?);
        }
        Frame::Operations { last, operations }.write(out);
        Ok(true)
    }

    /// The height of the register that we hold.
    pub(crate) fn our_height(&self, holdings: &impl Holdings) -> Held<Height> {
        Ok(holdings
            .register()?
            .iter()
            .map(|tip| tip.height)
            .max()
            .unwrap_or_default())
    }

    fn our_register(&self, holdings: &impl Holdings) -> Held<(Height, Tag)> {
        let tips = holdings.register()?;
        let height = tips.iter().map(|tip| tip.height).max().unwrap_or_default();
        Ok((height, self.tagger.register(&self.config.root, &tips)))
    }

    fn say_hello(&mut self, height: Height, register: Tag) {
        self.register.told = Some((height, register));
        let root = self.config.initiator.then_some(self.config.root);
        self.control(Frame::Hello(Hello {
            version: VERSION,
            height,
            register,
            root,
            knocks: self.config.knock.is_some(),
        }));
    }

    fn tell_register(&mut self, holdings: &impl Holdings) -> Step {
        let (height, register) = self.our_register(holdings)?;
        self.register.told = Some((height, register));
        if self.register.peer == Some((height, register)) {
            // What it sent has made ours the same.
            self.events.push_back(Event::PeerRegister { height, same: true });
        }
        self.control(Frame::Register { height, register });
        Ok(())
    }

    /// Compares the peer's register with ours and does what follows.
    fn relate(&mut self, height: Height, register: Tag, holdings: &impl Holdings) -> Step {
        let (ours, tag) = self.our_register(holdings)?;
        if self.register.peer != Some((height, register)) {
            self.register.peer = Some((height, register));
            self.events.push_back(Event::PeerRegister {
                height,
                same: register == tag,
            });
        }
        if register == tag {
            if self.peer_role.is_none() {
                return self.turn_away();
            }
            self.register.sending = None;
            return self.settle(holdings);
        }
        if self.peer_role.is_none() {
            // Whom our register does not know can only help us by a longer one, or by another branch: a machine that took
            // over by the recovery key knows less than this one, perhaps, of what the lost one ordered.
            if height > ours {
                return Ok(());
            }
            if self.peer_ended || self.continues(height, register, holdings)? {
                return self.turn_away();
            }
            return self.send_locator(holdings);
        }
        if height > ours {
            self.register.settled = false;
            return Ok(());
        }
        if self.register.sent_at == Some((ours, tag)) {
            return Ok(());
        }
        self.register.settled = false;
        if self.continues(height, register, holdings)? {
            self.register.sending = Some((height, ours));
            return Ok(());
        }
        if self.register.fork_told {
            // Points were exchanged, and a branch has grown since, or another came: the fork is known, where it ends is not.
            if self.register.sending.is_none() {
                self.register.sending = Some((straight(ours, holdings)?, ours));
            }
            return Ok(());
        }
        self.send_locator(holdings)
    }

    /// Whether our register is that of the peer and more, above its height alone.
    fn continues(&self, height: Height, register: Tag, holdings: &impl Holdings) -> Held<bool> {
        if height.0 == 0 {
            return Ok(self.tagger.register(&self.config.root, &[]) == register);
        }
        let [id] = holdings.operation_ids(height)?[..] else {
            return Ok(false);
        };
        // A branch that ends below that height says nothing of itself there.
        if holdings.register()?.len() > 1 && straight(height, holdings)? < height {
            return Ok(false);
        }
        let tip = crate::holdings::RegisterTip { height, id };
        Ok(self.tagger.register(&self.config.root, &[tip]) == register)
    }

    /// Sends points of our register: the newest ones, then ever further apart, down to the first. Once a session.
    fn send_locator(&mut self, holdings: &impl Holdings) -> Step {
        if std::mem::replace(&mut self.register.located, true) {
            return Ok(());
        }
        let mut points = Vec::new();
        for height in spread(self.our_height(holdings)?.0, 1) {
            let height = Height(height);
            for id in holdings.operation_ids(height)? {
                points.push((height, self.tagger.operation(&id)));
            }
        }
        self.control(Frame::Locator(points));
        Ok(())
    }

    fn settle(&mut self, holdings: &impl Holdings) -> Step {
        if !std::mem::replace(&mut self.register.settled, true) {
            self.enqueue_books(None, holdings)?;
        }
        Ok(())
    }
}

/// The greatest height, at most `top`, up to which the register has one branch.
fn straight(top: Height, holdings: &impl Holdings) -> Held<Height> {
    let mut straight = Height(0);
    while straight < top && holdings.operation_ids(Height(straight.0 + 1))?.len() == 1 {
        straight.0 += 1;
    }
    Ok(straight)
}

/// `top` and ever sparser numbers below it, down to `bottom`: top, -1, -2, -4, …
pub(crate) fn spread(top: u64, bottom: u64) -> Vec<u64> {
    let mut out = Vec::new();
    let mut back = 0u64;
    while let Some(at) = top.checked_sub(back).filter(|at| *at > bottom) {
        out.push(at);
        back = if back == 0 { 1 } else { back.saturating_mul(2) };
    }
    if top >= bottom {
        out.push(bottom);
    }
    out
}
