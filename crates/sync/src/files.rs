//! Files of records in a session (design.md §5): their entries go without payloads, as others do, and the payloads are asked
//! for a few at a time when nothing else is lacking. So photos never stand in the way of what is written, however many there
//! are and however weak the line is.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Bound;

use sothon_ledger::{BookId, DeviceId, EntryId};

use crate::event::Event;
use crate::frame::Frame;
use crate::holdings::{Held, Holdings};
use crate::session::{Session, Step};

/// How many are asked for at a time: what is new waits for no more than these.
const AT_ONCE: usize = 4;
/// How many of an author at a time, beside those, after one of whose files the peer did not have: what nobody has costs both no
/// more than its id.
const IN_DOUBT: usize = 16;
/// How many of one author the peer may lack before no more of that author's are asked for in this session: who announces files
/// that do not exist holds up nobody's photos but its own (A27). Those that the peer was asked for come when it has them.
const MOST_LACKING: usize = 256;
/// How many that are not here a peer is owed, of one author at most [`MOST_LACKING`]: it asks for the others again in the next
/// session.
const MOST_OWED: usize = 10_000;

/// Files in a session.
#[derive(Debug, Default)]
pub(crate) struct Filing {
    /// What is lacking here and has not been put into its author's row yet.
    named: VecDeque<EntryId>,
    /// What is in that, in a row, or not for this peer: it is looked up once, however often it is said to be lacking.
    known: BTreeSet<EntryId>,
    authors: BTreeMap<DeviceId, Author>,
    /// Whose turn was last.
    turn: Option<DeviceId>,
    asked: BTreeSet<EntryId>,
    /// Asked for, and neither came nor are lacking there.
    awaited: BTreeMap<EntryId, DeviceId>,
    /// Asked for, and lacking there too.
    lacking: BTreeMap<EntryId, DeviceId>,
    /// Lacking here, of which the peer is served nothing, or which are not for us.
    not_its: Vec<EntryId>,
    /// What the peer asked for and has not come here either.
    owed: BTreeMap<EntryId, DeviceId>,
    owed_of: BTreeMap<DeviceId, usize>,
    /// Whether the peer says *filed* at all: one of an earlier release does not.
    pub(crate) peer_files: bool,
    /// Whether the peer has not been told yet that nothing is lacking here.
    to_say: bool,
    /// Whether it was ever told; whether it has ever said so itself, so that it waits for an answer.
    said: bool,
    heard: bool,
    /// Whether an entry that is a file was sent since the peer said so last: of that it has said nothing.
    sent_since: bool,
    /// Whether the peer has said so, since an entry was sent to it that is a file.
    peer_has: bool,
    /// Whether it was told that no file is on its way.
    told: bool,
}

/// What is lacking of one author.
#[derive(Debug, Default)]
struct Author {
    /// In the order in which it is wanted.
    to_ask: VecDeque<EntryId>,
    awaited: usize,
    lacking: usize,
    /// Whether the last answer about a file of its was that the peer lacks it.
    in_doubt: bool,
}

impl Author {
    /// Whether the next one may be asked for, while so many are awaited of those who are not in doubt.
    fn is_ready(&self, awaited: usize) -> bool {
        let room = match self.in_doubt {
            true => self.awaited < IN_DOUBT,
            false => awaited < AT_ONCE,
        };
        !self.to_ask.is_empty() && self.lacking + self.awaited < MOST_LACKING && room
    }

    /// Whether nothing more is asked for, whatever the answers are.
    fn is_done(&self) -> bool {
        self.to_ask.is_empty() || self.lacking >= MOST_LACKING
    }
}

impl Filing {
    /// What is lacking, beside what was said before: whether that is here by now is looked at when its turn comes.
    pub(crate) fn want(&mut self, files: &[EntryId]) {
        for id in files {
            if !self.asked.contains(id) && self.known.insert(*id) {
                self.named.push_back(*id);
            }
        }
    }

    /// Entries came without their files.
    pub(crate) fn announced(&mut self, files: &[EntryId]) {
        self.to_say |= !files.is_empty();
        self.want(files);
    }

    /// All else is equal again, or an entry came that is a file.
    pub(crate) fn say_again(&mut self) {
        self.to_say = true;
    }

    /// What is told of files is told again. Whether the peer has said that it lacks none, of all that was sent.
    pub(crate) fn tell_again(&mut self) -> bool {
        self.told = false;
        self.peer_has
    }

    /// An entry that is a file goes to the peer, who will ask for it.
    pub(crate) fn sent(&mut self) {
        (self.peer_has, self.sent_since) = (false, true);
    }

    /// What both share has changed.
    pub(crate) fn look_again(&mut self) {
        self.named.extend(self.not_its.drain(..));
    }

    pub(crate) fn asked(&self, entry: &EntryId) -> bool {
        self.asked.contains(entry)
    }

    /// A file is here, from the peer or from elsewhere.
    pub(crate) fn came(&mut self, entry: &EntryId) {
        if let Some(author) = self
            .awaited
            .remove(entry)
            .and_then(|of| self.authors.get_mut(&of))
        {
            author.awaited = author.awaited.saturating_sub(1);
            author.in_doubt = false;
        } else if let Some(author) = self
            .lacking
            .remove(entry)
            .and_then(|of| self.authors.get_mut(&of))
        {
            author.lacking = author.lacking.saturating_sub(1);
            author.in_doubt = false;
        }
    }

    pub(crate) fn lacking(&mut self, files: &[EntryId]) {
        for id in files {
            let Some(of) = self.awaited.remove(id) else {
                continue;
            };
            self.lacking.insert(*id, of);
            if let Some(author) = self.authors.get_mut(&of) {
                author.awaited = author.awaited.saturating_sub(1);
                author.lacking += 1;
                author.in_doubt = true;
            }
        }
    }

    /// Whether the peer asked for a file that was not here, or was asked for one.
    pub(crate) fn concerns(&self, entry: &EntryId) -> bool {
        self.owed.contains_key(entry) || self.lacking.contains_key(entry) || self.awaited.contains_key(entry)
    }

    /// Notes what the peer asked for and is not here.
    fn owe(&mut self, entry: EntryId, of: DeviceId) {
        let owed = self.owed_of.entry(of).or_default();
        if *owed < MOST_LACKING && self.owed.len() < MOST_OWED && self.owed.insert(entry, of).is_none() {
            *owed += 1;
        }
    }

    /// Whether the peer was owed it, and is no more.
    fn pays(&mut self, entry: &EntryId) -> bool {
        let Some(of) = self.owed.remove(entry) else {
            return false;
        };
        if let Some(owed) = self.owed_of.get_mut(&of) {
            *owed = owed.saturating_sub(1);
        }
        true
    }

    /// Whether all that is lacking has come, as far as the peer has it, and as far as it is asked for in this session.
    pub(crate) fn is_idle(&self) -> bool {
        self.awaited.is_empty() && self.named.is_empty() && self.authors.values().all(Author::is_done)
    }

    /// The next one to ask for: of each author one in turn.
    fn next(&mut self) -> Option<(EntryId, DeviceId)> {
        let good = self.authors.values().filter(|author| !author.in_doubt);
        let awaited: usize = good.map(|author| author.awaited).sum();
        let after = self.turn.map_or(Bound::Unbounded, Bound::Excluded);
        let later = self.authors.range((after, Bound::Unbounded));
        let mut in_turn = later.chain(&self.authors);
        let (of, _) = in_turn.find(|(_, author)| author.is_ready(awaited))?;
        let of = *of;
        self.turn = Some(of);
        let id = self.authors.get_mut(&of)?.to_ask.pop_front()?;
        self.known.remove(&id);
        Some((id, of))
    }

    fn ask(&mut self, id: EntryId, of: DeviceId) {
        self.asked.insert(id);
        self.awaited.insert(id, of);
        self.authors.entry(of).or_default().awaited += 1;
    }
}

impl Session {
    /// Asks for the next files, if nothing else is lacking; tells the peer when there are none.
    pub(crate) fn ask_files(&mut self, holdings: &impl Holdings) -> Step {
        if !self.compare.is_over() || !self.extras.is_idle() {
            return Ok(());
        }
        while let Some(id) = self.filing.named.pop_front() {
            if let Some(place) = holdings.place(&id)? {
                let author = self.filing.authors.entry(place.log.device).or_default();
                author.to_ask.push_back(id);
            } else {
                self.filing.known.remove(&id);
            }
        }
        let mut files = Vec::new();
        while let Some((id, of)) = self.filing.next() {
            let lacks = holdings.file(&id)?.is_some_and(|file| !file.here);
            let place = holdings.place(&id)?.filter(|_| lacks && !self.filing.asked(&id));
            let Some(place) = place else { continue };
            if !self.is_shared_log(&place.log) || !self.keeps_files_of(&place.log.book, holdings)? {
                self.filing.known.insert(id);
                self.filing.not_its.push(id);
                continue;
            }
            self.filing.ask(id, of);
            files.push(id);
        }
        if !files.is_empty() {
            self.filing.to_say = true;
            self.control(Frame::WantPayloads(files));
        } else if self.filing.is_idle() && self.receiving.is_idle() {
            self.say_filed(holdings)?;
        }
        Ok(())
    }

    /// Nothing is lacking here: tells the peer, and who drives, once.
    fn say_filed(&mut self, holdings: &impl Holdings) -> Step {
        if !self.filing.to_say && self.filing.told {
            return Ok(());
        }
        let any = holdings.has_files()?;
        if std::mem::take(&mut self.filing.to_say) && (any || self.filing.heard) {
            self.filing.said = true;
            self.control(Frame::Filed);
        }
        // Of one that never says so nothing is waited for but what it has asked for.
        let silent = !self.filing.peer_files && self.sending.is_idle();
        let settled = self.filing.peer_has || !any || silent;
        if settled && !std::mem::replace(&mut self.filing.told, true) {
            self.events.push_back(Event::FilesSettled);
        }
        Ok(())
    }

    /// The peer says that it lacks no file: of the entries that it has acknowledged by now. While others are on their way it
    /// will say so again, when it has those.
    pub(crate) fn filed_came(&mut self) -> Step {
        self.filing.heard = true;
        self.filing.to_say |= !self.filing.said;
        if self.sending.has_files_under_way() {
            return Ok(());
        }
        self.filing.sent_since = false;
        self.defer(Frame::Filed)
    }

    /// What came before it is stored: the peer lacks no file that is held here, of the entries that it has acknowledged.
    pub(crate) fn on_filed(&mut self) {
        if !self.filing.sent_since {
            self.filing.peer_has = true;
            self.events.push_back(Event::PeerHasFiles);
        }
    }

    /// Whether the files of a book are kept here: who only carries it has no room for them.
    fn keeps_files_of(&self, book: &BookId, holdings: &impl Holdings) -> Held<bool> {
        match self.config.role.device() {
            Some(device) if !self.config.role.stores_all() => holdings.may_read(book, &device),
            _ => Ok(true),
        }
    }

    /// The peer asks for a payload. If it is a file's and here, it is sent; if it is not here, it is put with what is lacking.
    /// Whether it is a file's.
    pub(crate) fn on_want_file(
        &mut self,
        id: EntryId,
        lacking: &mut Vec<EntryId>,
        holdings: &impl Holdings,
    ) -> Held<bool> {
        let Some(file) = holdings.file(&id)? else {
            return Ok(false);
        };
        if file.here {
            self.sending.files.push_back(id);
            return Ok(true);
        }
        let place = holdings.place(&id)?;
        if let Some(place) = place.filter(|place| self.is_shared_log(&place.log)) {
            self.filing.owe(id, place.log.device);
        }
        lacking.push(id);
        Ok(true)
    }

    /// Files are here that were not: sends what the peer asked for, and waits no more for what it was asked for.
    pub(crate) fn files_came(&mut self, came: &[EntryId]) {
        for id in came {
            self.filing.came(id);
            if self.filing.pays(id) {
                self.sending.files.push_back(*id);
            }
        }
    }
}
