//! Publishing: what was saved since the last entry becomes one signed, sealed entry per book (design.md §3.11).

use std::collections::BTreeSet;

use rand_core::CryptoRng;
use sothon_ledger::entry::MAX_AFTER;
use sothon_ledger::payload::{self, ActorNonce, Changes, PublishedKey};
use sothon_ledger::register::{CutOf, LogHead};
use sothon_ledger::verdict::{Pending, Verdict};
use sothon_ledger::{
    BookId, EntryId, Envelope, EpochId, EpochSecret, Header, Height, Kind, LogId, Right, WrapId, cbor, seal,
};
use sothon_store::{Batch, Local, LogKey, UnpublishedId};

use crate::live::was_at_commune;
use crate::pending::Pending as Waiting;
use crate::replica::{Replica, ReplicaError};
use crate::secrets::{OwnHead, OwnLog, random};

/// The most heads that one receipt covers: far below what a payload may have.
const MOST_HEADS: usize = 4096;

/// What was published.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Published {
    /// The new entries.
    pub entries: Vec<EntryId>,
    /// Books with saved changes that wait: no epoch that this device may make or use is here yet.
    pub waiting: Vec<BookId>,
    /// Wraps made for readers who lacked them.
    pub wraps: Vec<WrapId>,
    /// Whether the register was signed as still current.
    pub register: bool,
    /// Whether something of what was to be published could not be, after this was: it is an error where nothing was.
    pub failed: bool,
}

impl Published {
    /// Whether there is anything new to send.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.wraps.is_empty() && !self.register
    }
}

impl<R: CryptoRng> Replica<R> {
    /// Publishes everything that was saved, and does what a reader owes: keys, epochs, wraps, receipts; the registrar's
    /// machine signs weekly that the register is current. `now` is in unix seconds, `year` the civil year in UTC+7.
    ///
    /// # Errors
    /// [`ReplicaError`] where nothing could be published; what is on the disk is whole at any moment.
    pub fn publish(&mut self, now: i64, year: u32) -> Result<Published, ReplicaError> {
        self.publishing_what_goes(|replica, published| {
            published.register = replica.keep_current(now)?;
            replica.owe(now, year, published)?;
            published.entries.extend(replica.drop_accesses(now)?);
            let books: Vec<BookId> = replica.books.keys().copied().collect();
            for book in &books {
                let before = published.entries.len();
                replica.publish_changes(book, now, published)?;
                if published.entries.len() > before {
                    replica.make_due_checkpoint(book, now, published)?;
                }
            }
            published.wraps.extend(replica.wrap_missing()?);
            for book in &books {
                replica.publish_receipt(book, now, published)?;
            }
            // Last, and each book's for itself: for a photo the disk has no room first, and nothing else waits for it.
            let mut done = Ok(());
            for book in &books {
                done = done.and(replica.publish_files(book, published));
            }
            done
        })
    }

    /// Publishes until nothing is left: for who tells nobody in between, and whose work is done only with all of it.
    ///
    /// # Errors
    /// [`ReplicaError`] where something could not be published; what was published before it is in the logs.
    pub fn publish_whole(&mut self, now: i64, year: u32) -> Result<Published, ReplicaError> {
        let mut whole = self.publish(now, year)?;
        while whole.failed {
            // An error where it publishes nothing, so this comes to an end.
            let more = self.publish(now, year)?;
            whole.entries.extend(more.entries);
            whole.wraps.extend(more.wraps);
            whole.waiting = more.waiting;
            whole.register |= more.register;
            whole.failed = more.failed;
        }
        Ok(whole)
    }

    /// Only what others wait for: agree keys, epochs of books into which others drop, wraps; and what waited for one of
    /// these to be sealed to.
    ///
    /// # Errors
    /// [`ReplicaError`].
    pub fn publish_owed(&mut self, now: i64, year: u32) -> Result<Published, ReplicaError> {
        self.publishing_what_goes(|replica, published| {
            replica.owe(now, year, published)?;
            published.entries.extend(replica.drop_accesses(now)?);
            Ok(())
        })
    }

    /// What was published, or why not all of it was.
    pub(crate) fn publishing(
        &mut self,
        work: impl FnOnce(&mut Self, &mut Published) -> Result<(), ReplicaError>,
    ) -> Result<Published, ReplicaError> {
        let (published, done) = self.publishing_some(work);
        done.map(|()| published)
    }

    /// What was published, also where the rest could not be: it is in the logs, and whoever is connected is to be told of it.
    fn publishing_what_goes(
        &mut self,
        work: impl FnOnce(&mut Self, &mut Published) -> Result<(), ReplicaError>,
    ) -> Result<Published, ReplicaError> {
        match self.publishing_some(work) {
            (published, Ok(())) => Ok(published),
            (published, Err(error)) if published.is_empty() => Err(error),
            (mut published, Err(error)) => {
                tracing::error!(%error, "not all could be published");
                published.failed = true;
                Ok(published)
            }
        }
    }

    fn publishing_some(
        &mut self,
        work: impl FnOnce(&mut Self, &mut Published) -> Result<(), ReplicaError>,
    ) -> (Published, Result<(), ReplicaError>) {
        let mut published = std::mem::take(&mut self.untold);
        if self.station.register().is_none() {
            return (published, Ok(()));
        }
        let before = self.secrets.all_logs();
        let done = work(self, &mut published);
        self.vault_behind |= before != self.secrets.all_logs();
        if self.vault_behind {
            match self.save_vault() {
                Ok(()) => self.vault_behind = false,
                Err(error) => return (published, Err(error)),
            }
        }
        (published, done)
    }

    fn owe(&mut self, now: i64, year: u32, published: &mut Published) -> Result<(), ReplicaError> {
        self.publish_keys(year, now, published)?;
        let books: Vec<BookId> = self.books.keys().copied().collect();
        for book in &books {
            self.found_epoch(book, now, published)?;
            self.go_on(book, now, published)?;
        }
        published.wraps.extend(self.wrap_missing()?);
        Ok(())
    }

    /// How many saved changes are in no entry yet.
    pub fn unpublished(&self) -> usize {
        self.pending.values().map(Vec::len).sum()
    }

    /// States this device's agree keys in the commune book, unless they are stated: for this year and the next, and for
    /// the years of all books that it may read, whenever they were opened.
    fn publish_keys(&mut self, year: u32, now: i64, published: &mut Published) -> Result<(), ReplicaError> {
        let Some(book) = self.commune_book() else {
            return Ok(());
        };
        if !self.may(&book, Right::Read) {
            return Ok(());
        }
        let mut years = BTreeSet::from([year, year.saturating_add(1)]);
        if let Some(register) = self.station.register() {
            let books = register.rights().books();
            let standing = books.filter(|(_, info)| info.erased.is_none());
            years.extend(
                standing
                    .filter(|(id, _)| self.may(id, Right::Read))
                    .map(|(_, info)| info.open.year),
            );
        }
        let mut made = false;
        for year in years {
            made |= self.secrets.make_agree_keys(year, &mut self.rng);
        }
        if made {
            // The secret half is on the disk before anybody can wrap for it.
            self.save_vault()?;
        }
        let ours = self.secrets.published_keys();
        let stated: Vec<PublishedKey> = (self.books.values())
            .filter(|live| live.open.kind == sothon_ledger::BookKind::Commune)
            .flat_map(|live| live.keys_of(self.device()))
            .flat_map(|keys| keys.keys.iter().copied())
            .collect();
        if ours.keys.iter().all(|key| stated.contains(key)) {
            return Ok(());
        }
        let payload = cbor::encode(&ours);
        let id = self.write_clear(&book, Kind::Keys, None, payload, now)?;
        published.entries.push(id);
        Ok(())
    }

    /// The commune's book of the latest year.
    pub(crate) fn commune_book(&self) -> Option<BookId> {
        let rights = self.station.register()?.rights();
        rights
            .books()
            .filter(|(_, info)| info.open.kind == sothon_ledger::BookKind::Commune && info.erased.is_none())
            .max_by_key(|(_, info)| info.open.year)
            .map(|(id, _)| *id)
    }

    pub(crate) fn publish_changes(
        &mut self,
        book: &BookId,
        now: i64,
        published: &mut Published,
    ) -> Result<(), ReplicaError> {
        if self.fitting(book) == 0 {
            return Ok(());
        }
        if !self.may(book, Right::Write) {
            published.waiting.push(*book);
            return Ok(());
        }
        let Some((epoch, secret)) = self.epoch_for(book, now, published)? else {
            published.waiting.push(*book);
            return Ok(());
        };
        loop {
            let (count, as_of) = self.next_to_publish(book);
            if count == 0 {
                return Ok(());
            }
            let id = self.publish_some(book, epoch, &secret, count, as_of, now)?;
            published.entries.push(id);
        }
    }

    /// How many of the oldest saved changes are published next, and as of which height of the register, if not of today's.
    ///
    /// What was saved as an office that this device holds no more would count for nothing, published as of today. So it is
    /// published as it would have been before this device heard: as of the last height at which it held that. It waits aside
    /// then, where everybody sees it, and counts as what it was written as when the registrar lets it in. What stands on it is
    /// said again beside it.
    fn next_to_publish(&self, book: &BookId) -> (usize, Option<Height>) {
        let of_before: Vec<Option<Height>> = (self.fit(book))
            .map(|change| self.held_office_until(book, &change.hash))
            .collect();
        match of_before.iter().position(Option::is_some) {
            None => (of_before.len(), None),
            Some(0) => {
                let last = of_before.iter().rposition(Option::is_some);
                (
                    last.map_or(1, |last| last + 1),
                    of_before.first().copied().flatten(),
                )
            }
            Some(first) => (first, None),
        }
    }

    /// How many saved changes of a book can be published: those that are in the document. What stands on a change that
    /// does not count any more would be refused everywhere: it stays here, held back.
    fn fitting(&self, book: &BookId) -> usize {
        self.fit(book).count()
    }

    fn fit(&self, book: &BookId) -> impl Iterator<Item = &Waiting> {
        let live = self.books.get(book);
        let pending = self.pending.get(book).into_iter().flatten();
        pending.filter(move |change| live.is_some_and(|live| live.in_book(&change.hash)))
    }

    /// The first of them that one entry may carry, at most so many: readers refuse an entry of more operations as a whole.
    fn fit_one_entry(&self, book: &BookId, most: usize) -> Vec<&Waiting> {
        let mut operations = 0;
        let fits = |change: &&Waiting| {
            let first = operations == 0;
            operations += change.operations;
            first || operations <= sothon_book::MAX_OPS as u64
        };
        self.fit(book).take(most).take_while(fits).collect()
    }

    /// How many saved changes are held back, since they stand on something that does not count or is not here.
    pub(crate) fn held_back(&self) -> usize {
        let fitting: usize = self.pending.keys().map(|book| self.fitting(book)).sum();
        self.unpublished() - fitting
    }

    /// Publishes up to `count` of the oldest saved changes of a book in one entry; fewer if they would be too many. `as_of` is
    /// the height that it names, in a log of its own, if not today's.
    fn publish_some(
        &mut self,
        book: &BookId,
        epoch: EpochId,
        secret: &EpochSecret,
        mut count: usize,
        as_of: Option<Height>,
        now: i64,
    ) -> Result<EntryId, ReplicaError> {
        let mut header = self.header(book, Kind::Changes, Some(epoch), now)?;
        if let Some(height) = as_of {
            if header.backlink.is_some() {
                // What the log names already may be higher.
                self.new_log(book, Kind::Changes);
                header = self.header(book, Kind::Changes, Some(epoch), now)?;
            }
            let operation = self.register()?.operation(height);
            header.operation = operation.ok_or(ReplicaError::NotAdmitted)?.id().tag();
            header.height = height;
        }
        let header_bytes = header.encode();
        loop {
            let batch = self.fit_one_entry(book, count);
            let carried = batch.len();
            let mut actors: Vec<ActorNonce> = Vec::new();
            for change in &batch {
                if !actors.contains(&change.actor) {
                    actors.push(change.actor);
                }
            }
            let ids: BTreeSet<UnpublishedId> = batch.iter().map(|change| change.id).collect();
            let replaces: BTreeSet<EntryId> = batch
                .iter()
                .flat_map(|change| change.replaces.iter().copied())
                .collect();
            let changes = Changes {
                time: trusted(now),
                actors: Some(actors),
                chunks: batch.iter().map(|change| change.chunk.clone().into()).collect(),
                replaces: Some(replaces.into_iter().collect()),
            };
            match seal::seal_changes(&changes, &header_bytes, secret, &mut self.rng) {
                Ok(payload) => {
                    let local = ids.iter().map(|id| Local::Published(*id)).collect();
                    let envelope = Envelope::sign(&header, &payload, &self.secrets.sign);
                    let id = self.store_own(envelope, payload, local)?;
                    if let Some(pending) = self.pending.get_mut(book) {
                        pending.retain(|change| !ids.contains(&change.id));
                    }
                    match as_of {
                        None => self.settle([*book].into())?,
                        // It never counted, so nothing tells the document that it does not: what is saved on top would be
                        // published as if it did.
                        Some(_) => self.rebuild(&[*book])?,
                    }
                    return Ok(id);
                }
                Err(_) if carried > 1 => count = carried / 2,
                Err(_) => return Err(ReplicaError::TooLarge),
            }
        }
    }

    /// A receipt for what is here and not yet covered by one, where this device's receipts count.
    fn publish_receipt(
        &mut self,
        book: &BookId,
        now: i64,
        published: &mut Published,
    ) -> Result<(), ReplicaError> {
        let device = self.device();
        let at_commune = self
            .station
            .register()
            .is_some_and(|register| was_at_commune(register, &device, register.effective_height()));
        if !at_commune
            || !self.counts_as_reader(book)
            || !self.books.get(book).is_some_and(|l| l.is_readable())
        {
            return Ok(());
        }
        let heads = self.uncovered_heads(book)?;
        if heads.is_empty() {
            return Ok(());
        }
        let body = payload::Receipt { heads };
        let id = self.write_clear(book, Kind::Receipt, None, cbor::encode(&body), now)?;
        published.entries.push(id);
        Ok(())
    }

    /// The heads of other devices' logs in which something other than a receipt is not covered yet (B23).
    fn uncovered_heads(&self, book: &BookId) -> Result<Vec<LogHead>, ReplicaError> {
        let Some(live) = self.books.get(book) else {
            return Ok(Vec::new());
        };
        let mut heads = Vec::new();
        for log in self.station.store().index().logs(book) {
            let key = log.key();
            if key.device == self.device() {
                continue;
            }
            let from = live.received_below(&key.device, &key.log);
            let mut places = self.station.store().places_in_log(&key, from, usize::MAX >> 1)?;
            // A receipt is for what is here: of a log of files, for what stands before the first that is not.
            let lacking = self.station.store().first_lacking_file(&key)?;
            if let Some(lacking) = lacking {
                places.retain(|place| place.seq < lacking);
            }
            let news = places.iter().any(|place| {
                let held = live.view(&place.id);
                held.is_some_and(|view| view.header.kind != Kind::Receipt && !live.is_received(view))
            });
            let head = |seq, id| LogHead {
                log: key.log,
                seq,
                id,
            };
            match lacking {
                _ if !news => {}
                None => heads.extend(log.tips().map(|(seq, id)| head(seq, id))),
                Some(_) => {
                    let last = places.iter().map(|place| place.seq).max();
                    let last = places.iter().filter(|place| Some(place.seq) == last);
                    heads.extend(last.map(|place| head(place.seq, place.id)));
                }
            }
        }
        // What one receipt cannot say, the next does.
        heads.truncate(MOST_HEADS);
        heads.sort_unstable();
        Ok(heads)
    }

    /// Writes an entry whose payload is in clear.
    pub(crate) fn write_clear(
        &mut self,
        book: &BookId,
        kind: Kind,
        epoch: Option<EpochId>,
        payload: Vec<u8>,
        now: i64,
    ) -> Result<EntryId, ReplicaError> {
        let header = self.header(book, kind, epoch, now)?;
        let envelope = Envelope::sign(&header, &payload, &self.secrets.sign);
        let id = self.store_own(envelope, payload, Vec::new())?;
        self.settle([*book].into())?;
        Ok(id)
    }

    /// The header of this device's next entry in a book. What does not fit into `after` is named before it by entries
    /// that carry nothing, so that nobody is kept from publishing.
    pub(crate) fn header(
        &mut self,
        book: &BookId,
        kind: Kind,
        epoch: Option<EpochId>,
        now: i64,
    ) -> Result<Header, ReplicaError> {
        let own = self.own_log(book, kind)?;
        let mut after: Vec<EntryId> = self
            .books
            .get(book)
            .map(|live| live.names(kind))
            .unwrap_or_default();
        after.retain(|id| own.head.is_none_or(|head| head.id != *id));
        if after.len() > MAX_AFTER {
            let device = self.device();
            let live = self.books.get(book).ok_or(ReplicaError::NoBook)?;
            // Without these it would not count, whichever of the others it names.
            let mut names = live.must_build_on(kind, epoch, &device);
            names.retain(|id| own.head.is_none_or(|head| head.id != *id));
            after.retain(|id| !names.contains(id));
            names.extend(after);
            names.truncate(MAX_AFTER);
            if let (Kind::Changes, Some(epoch)) = (kind, epoch) {
                let before = self.books.get(book).map_or(0, |live| live.outermost().len());
                self.write_names(book, epoch, names, now)?;
                let left = self.books.get(book).map_or(0, |live| live.outermost().len());
                // Else it would go on for ever.
                if left >= before {
                    return Err(ReplicaError::Unusable);
                }
                return self.header(book, kind, Some(epoch), now);
            }
            // The others stand on nothing but these: the next entry names the rest.
            after = names;
        }
        after.sort_unstable();
        self.header_naming(book, kind, epoch, after)
    }

    fn write_names(
        &mut self,
        book: &BookId,
        epoch: EpochId,
        mut names: Vec<EntryId>,
        now: i64,
    ) -> Result<(), ReplicaError> {
        let live = self.books.get(book).ok_or(ReplicaError::NoBook)?;
        let secret = live.secret(&epoch).cloned().ok_or(ReplicaError::CannotRead)?;
        names.sort_unstable();
        let header = self.header_naming(book, Kind::Changes, Some(epoch), names)?;
        let changes = Changes {
            time: trusted(now),
            ..Changes::default()
        };
        let payload = seal::seal_changes(&changes, &header.encode(), &secret, &mut self.rng)
            .map_err(|_| ReplicaError::TooLarge)?;
        let envelope = Envelope::sign(&header, &payload, &self.secrets.sign);
        self.store_own(envelope, payload, Vec::new())?;
        self.settle([*book].into())
    }

    pub(crate) fn header_naming(
        &mut self,
        book: &BookId,
        kind: Kind,
        epoch: Option<EpochId>,
        after: Vec<EntryId>,
    ) -> Result<Header, ReplicaError> {
        let own = self.own_log(book, kind)?;
        let register = self.register()?;
        let height = register.effective_height();
        let operation = register
            .operation(height)
            .ok_or(ReplicaError::NotAdmitted)?
            .id()
            .tag();
        let (suite, encoding) = kind.sealing();
        Ok(Header {
            version: sothon_ledger::entry::VERSION,
            book: *book,
            device: self.device(),
            log: own.log,
            seq: own.head.map_or(0, |head| head.seq + 1),
            backlink: own.head.map(|head| head.id),
            after,
            height,
            operation,
            kind,
            epoch,
            suite,
            encoding,
            unknown_critical: false,
        })
    }

    /// The log that this device writes entries of a kind to in a book now: files have one of their own. A new one when it writes there first; when vault and store do
    /// not know the same last entry, since then one of them was set back, or the power went between the two (A15); when
    /// the last entry does not stand by right or lies on a dead branch of the register; or when the device was cut since
    /// the log began, for such a log counts no further (§3.4).
    pub(crate) fn own_log(&mut self, book: &BookId, kind: Kind) -> Result<OwnLog, ReplicaError> {
        let device = self.device();
        if let Some(own) = self.secrets.logs_of(kind).get(book).copied() {
            let key = LogKey {
                book: *book,
                device,
                log: own.log,
            };
            let tips: Vec<OwnHead> = self
                .station
                .store()
                .index()
                .log(&key)
                .into_iter()
                .flat_map(|log| log.tips())
                .map(|(seq, id)| OwnHead { seq, id })
                .collect();
            let stored = match tips.as_slice() {
                [] => None,
                [tip] => Some(*tip),
                // Two branches of our own log: whoever wrote the other, we go on elsewhere.
                _ => return Ok(self.new_log(book, kind)),
            };
            let goes_on = own.head == stored
                && stored.is_none_or(|head| self.stands(book, &head.id))
                && !self.is_cut_since(&key)?;
            if goes_on {
                return Ok(own);
            }
        }
        Ok(self.new_log(book, kind))
    }

    fn stands(&self, book: &BookId, entry: &EntryId) -> bool {
        let verdict = self.books.get(book).and_then(|live| live.judge.verdict(entry));
        verdict.is_none_or(|verdict| match verdict {
            Verdict::Pending(why) => !matches!(why, Pending::Height(_) | Pending::Operation(_)),
            verdict => verdict.is_by_right(),
        })
    }

    /// Whether this device was cut after one of its logs began.
    fn is_cut_since(&self, key: &LogKey) -> Result<bool, ReplicaError> {
        let register = self.register()?;
        let cuts = register.rights().cuts(register.effective_height());
        let last = cuts
            .filter(|(_, cut)| match cut.of {
                CutOf::Device(device) => device == key.device,
                CutOf::DeviceInBook(device, book) => (device, book) == (key.device, key.book),
                _ => false,
            })
            .map(|(height, _)| *height)
            .max();
        let Some(last) = last else {
            return Ok(false);
        };
        let store = self.station.store();
        let Some(first) = store.places_in_log(key, 0, 1)?.pop() else {
            return Ok(false);
        };
        let began = store.envelope(&first.id)?.map(|first| first.header().height);
        Ok(began.is_none_or(|began| began < last))
    }

    fn new_log(&mut self, book: &BookId, kind: Kind) -> OwnLog {
        let own = OwnLog {
            log: LogId(*random(&mut self.rng)),
            head: None,
        };
        self.secrets.logs_of(kind).insert(*book, own);
        if kind != Kind::File {
            self.actors.remove(book);
        }
        own
    }

    pub(crate) fn store_own(
        &mut self,
        envelope: Envelope,
        payload: Vec<u8>,
        local: Vec<Local>,
    ) -> Result<EntryId, ReplicaError> {
        let beside = Batch {
            local,
            ..Batch::default()
        };
        self.store_own_beside(envelope, payload, beside)
    }

    /// Stores an own entry in one transaction with what goes beside it.
    pub(crate) fn store_own_beside(
        &mut self,
        envelope: Envelope,
        payload: Vec<u8>,
        beside: Batch,
    ) -> Result<EntryId, ReplicaError> {
        let id = envelope.id();
        let header = envelope.header();
        let book = header.book;
        let own = OwnLog {
            log: header.log,
            head: Some(OwnHead { seq: header.seq, id }),
        };
        let entries = vec![(envelope.clone(), Some(payload.clone()))];
        self.station.archive.add(Batch { entries, ..beside })?;
        self.secrets.logs_of(header.kind).insert(book, own);
        if let Some(live) = self.books.get_mut(&book) {
            live.take(envelope, Some(payload));
        }
        Ok(id)
    }
}

/// A time outside 2020 to 2099 is written as unknown.
pub(crate) fn trusted(now: i64) -> i64 {
    if (1_577_836_800..4_102_444_800).contains(&now) {
        now
    } else {
        0
    }
}
