//! An open book in the thread that owns it: the device, the merged picture, and what a person asks of both.
//!
//! The commands themselves are in files of their own (`form`, `books`, `commune`, …) as methods of [`Desk`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, mpsc};

use chrono::NaiveDate;
use getrandom::SysRng;
use rand_core::UnwrapErr;
use sothon_archive::Archive;
use sothon_book::{ActId, ActorId};
use sothon_ledger::register::{OpenBook, RoleSpan};
use sothon_ledger::{BookId, BookKind, DeviceId, Right, Role, Root, Scope, TransportKey};
use sothon_net::{Changes, FromPeer, Host, StoreReport};
use sothon_overview::{BookRef, Change, Freshness, Place, View};
use sothon_records::{Kind, Lang, RawRecord, RecordKey, Words, problem, show};
use sothon_replica::{CourierIn, CourierOut, DeviceHost, Event, Meant, Replica, Slot, Told};
use sothon_sync::{PeerHints, PeerRole, Rights, Wants};

use crate::api;
use crate::app::Parts;
use crate::clock::Clock;
use crate::exchange::{Carried, Ways};
use crate::fault::{Done, Fault};
use crate::words;

/// The randomness of the operating system.
pub(crate) type Rng = UnwrapErr<SysRng>;
/// The device, unlocked.
pub(crate) type Device = Replica<Rng>;

/// How many records the picture takes in at a time.
const BATCH: usize = 4_096;

/// An open book.
pub(crate) struct Desk {
    host: DeviceHost<Rng, Clock>,
    /// The merged picture.
    pub view: View,
    /// The language of the screens.
    pub lang: Lang,
    /// Whether this is the practice commune.
    pub practice: bool,
    /// What the owner calls the commune.
    pub commune: String,
    parts: Arc<Parts>,
    events: mpsc::Receiver<Event>,
    /// The books whose records are in the picture.
    loaded: BTreeSet<BookId>,
    /// What the sessions are to be told after the present command.
    changes: Changes,
    /// Records that came from others while the book was open.
    pub fresh: BTreeSet<RecordKey>,
    /// Whether a record of the present turn was written here.
    writing: bool,
    /// When freshness was last worked out, in unix seconds.
    freshness_at: Option<i64>,
    /// What was written since the book was opened, the last first, and when.
    pub written: Vec<(RecordKey, i64)>,
    /// The same of the time before; none until it is first asked for.
    pub past: Option<Vec<(RecordKey, i64)>>,
    /// Of each book asked about: the records that the commune does not have whole, until that may read differently.
    pub on_the_way: std::cell::RefCell<BTreeMap<BookId, BTreeMap<RecordKey, sothon_replica::Delivery>>>,
    /// The orders of lists that were made.
    pub orders: crate::orders::Orders,
    /// Questions of the review that were looked at while the book is open.
    pub looked: BTreeSet<String>,
    /// Guarded pages whose opening was recorded since the book is open, and when last.
    pub looks: BTreeMap<RecordKey, i64>,
    /// Whether files have come that may be waited for.
    pub files_came: bool,
    /// Of a sheet that was just printed: what is to be typed back.
    pub sheet: Vec<String>,
    /// The table that is looked at before it is taken in.
    pub table: Option<crate::import::OpenTable>,
    /// What two people wrote differently, as far as it was told.
    pub questions: crate::notices::Questions,
}

impl Desk {
    /// Takes an unlocked device to the desk: everything that it can read is in the picture when this returns.
    pub fn new(
        mut device: Device,
        parts: Arc<Parts>,
        told: mpsc::Sender<Told>,
        practice: bool,
        commune: String,
    ) -> Desk {
        if practice {
            device.play_all_offices();
        }
        let events = device.subscribe();
        let clock = parts.options.clock;
        let mut desk = Desk {
            host: DeviceHost::new(device, clock, Some(told)),
            view: View::new(),
            lang: parts.lang(),
            practice,
            commune,
            parts,
            events,
            loaded: BTreeSet::new(),
            changes: Changes::default(),
            fresh: BTreeSet::new(),
            writing: false,
            freshness_at: None,
            written: Vec::new(),
            past: None,
            on_the_way: std::cell::RefCell::default(),
            orders: crate::orders::Orders::default(),
            looked: BTreeSet::new(),
            looks: BTreeMap::new(),
            // While the book was closed, too.
            files_came: true,
            sheet: Vec::new(),
            table: None,
            questions: crate::notices::Questions::default(),
        };
        desk.load_books();
        if let Err(fault) = desk.sweep_photos() {
            tracing::error!(
                code = fault.code,
                "photos of drafts that are gone could not be dropped"
            );
        }
        desk.know_questions();
        desk.refresh();
        desk
    }

    /// The device.
    pub fn device(&self) -> &Device {
        &self.host.replica
    }

    /// The device, to write with. What is written is told as this person's own.
    pub fn device_mut(&mut self) -> &mut Device {
        self.writing = true;
        &mut self.host.replica
    }

    /// What every part of the app has.
    pub fn parts(&self) -> &Arc<Parts> {
        &self.parts
    }

    /// Now, in unix seconds.
    pub fn now(&self) -> i64 {
        self.clock().now()
    }

    /// The clock.
    pub fn clock(&self) -> Clock {
        self.parts.options.clock
    }

    /// Today in Vietnam.
    pub fn today(&self) -> NaiveDate {
        self.clock().today()
    }

    /// What validation is told.
    pub fn context(&self) -> problem::Context {
        problem::Context { today: self.today() }
    }

    /// One of two texts.
    pub fn t<'a>(&self, vi: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// Words in the language of the screens.
    pub fn w(&self, words: &Words) -> String {
        words.get(self.lang).to_owned()
    }

    /// The register was written here: the sessions are to know.
    pub fn register_grew(&mut self) {
        self.changes.register_grew = true;
        self.changes.changed.register = true;
    }

    /// Publishes what was saved and what is owed.
    ///
    /// # Errors
    /// The store.
    pub fn publish(&mut self) -> Done {
        let (_, changes) = self.host.publish()?;
        self.note(changes);
        Ok(())
    }

    /// Makes a courier file.
    ///
    /// # Errors
    /// The disk; nothing is at the path then.
    pub fn courier_to(&mut self, path: &Path, meant: Meant, photos: bool) -> Done<CourierOut> {
        let (made, changes) = self.host.courier_out(path, meant, photos)?;
        self.note(changes);
        Ok(made)
    }

    /// Takes a courier file in.
    ///
    /// # Errors
    /// What is wrong with the file; nothing was taken then.
    pub fn courier_from(&mut self, path: &Path) -> Done<CourierIn> {
        let (taken, changes) = self.host.courier_in(path)?;
        self.note(changes);
        Ok(taken)
    }

    /// Uses the slot at unlocking or locking, if one is due: a tip that waits goes, or a dummy. Nothing is held up by it, and
    /// what stands in its way is logged without a word of what waits.
    pub fn use_slot(&mut self, slot: Slot) {
        let now = self.now();
        match self.host.replica.use_slot(slot, now) {
            Ok(Some(_)) => self.wrote_drop(),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, ?slot, "a slot could not be used"),
        }
    }

    /// A drop of this device is new for its peers.
    pub fn wrote_drop(&mut self) {
        self.changes.changed.books.extend(self.host.replica.tips_book());
    }

    /// An answer to a tip is new for this device's peers.
    pub fn wrote_answer(&mut self, book: BookId) {
        self.changes.changed.books.push(book);
    }

    /// Leaves what makes the next start fast; before the book is locked.
    pub fn close(&mut self) {
        self.host.replica.keep_snapshots_at_lock();
    }

    fn note(&mut self, more: Changes) {
        self.changes.register_grew |= more.register_grew;
        self.changes.changed.register |= more.changed.register;
        self.changes.changed.books.extend(more.changed.books);
        self.changes.changed.wraps.extend(more.changed.wraps);
        self.changes.changed.payloads.extend(more.changed.payloads);
        self.changes.changed.knocks |= more.changed.knocks;
    }

    /// What the sessions are to be told, once. The picture follows first.
    pub fn take_changes(&mut self) -> Changes {
        self.follow();
        std::mem::take(&mut self.changes)
    }

    /// Lets the picture follow what the device told.
    pub fn follow(&mut self) {
        let mut touched: BTreeMap<BookId, BTreeSet<RecordKey>> = BTreeMap::new();
        let (mut books, mut register, mut delivery) = (false, false, false);
        while let Ok(event) = self.events.try_recv() {
            match event {
                Event::Records { book, keys } => touched.entry(book).or_default().extend(keys),
                Event::Books => books = true,
                Event::Register | Event::Invitations => register = true,
                Event::Delivery => delivery = true,
                // A photograph that was waited for may be among them.
                Event::Files(_) => (delivery, self.files_came) = (true, true),
                _ => {}
            }
        }
        if delivery || register || books || !touched.is_empty() {
            self.on_the_way.get_mut().clear();
        }
        let foreign = !std::mem::take(&mut self.writing);
        if books || register {
            self.load_books();
        }
        self.note_questions(&touched, foreign);
        let keys: BTreeSet<RecordKey> = touched.values().flatten().cloned().collect();
        let changes: Vec<Change> = touched
            .into_iter()
            .filter(|(book, _)| self.loaded.contains(book))
            .flat_map(|(book, keys)| keys.into_iter().map(move |key| (book, key)))
            .filter_map(|(book, key)| self.change(&book, key))
            .collect();
        self.view.apply(changes);
        if books {
            self.orders.forget();
        } else {
            self.orders.follow(&self.view, &keys);
        }
        if !keys.is_empty() {
            if foreign {
                self.freshness_at = None;
                self.fresh.extend(keys.iter().cloned());
            } else {
                self.note_written(&keys);
            }
            let keys = keys.iter().take(200).map(ToString::to_string).collect();
            self.parts.tell(api::Told::Records { keys, foreign });
        } else if books {
            self.parts.tell(api::Told::Records {
                keys: Vec::new(),
                foreign: true,
            });
        }
        if register {
            self.parts.tell(api::Told::Register);
        }
        if delivery {
            self.parts.tell(api::Told::Delivery);
        }
    }

    fn change(&self, book: &BookId, key: RecordKey) -> Option<Change> {
        let open = book_of(self.device().book_info(book)?)?;
        let record = self.device().record(book, &key);
        Some(change_of(open, key, record))
    }

    /// Takes books into the picture that can be shown now, and drops those that no longer can.
    fn load_books(&mut self) {
        let readable: BTreeMap<BookId, sothon_overview::OpenBook> = self
            .device()
            .shown()
            .filter_map(|open| Some((open.book, book_of(open)?)))
            .collect();
        for gone in self.loaded.iter().filter(|id| !readable.contains_key(id)) {
            self.view.close_book(BookRef(gone.0));
        }
        let fresh: Vec<(BookId, sothon_overview::OpenBook)> = readable
            .iter()
            .filter(|(id, _)| !self.loaded.contains(id))
            .map(|(id, open)| (*id, *open))
            .collect();
        self.view.open_books(fresh.iter().map(|(_, open)| *open));
        let device = &self.host.replica;
        // Some at a time: what is made on the way from the document to the picture is not held for all.
        for (id, open) in &fresh {
            let mut changes = device
                .records_of(id)
                .map(|(key, record)| change_of(*open, key, Some(record)))
                .peekable();
            while changes.peek().is_some() {
                self.view.apply(changes.by_ref().take(BATCH));
            }
        }
        self.loaded = readable.into_keys().collect();
    }

    /// Works out how fresh each village's data are, if something came since.
    pub fn refresh(&mut self) {
        let now = self.now();
        if self.freshness_at.is_some_and(|at| now - at < 60) {
            return;
        }
        let (Ok(heard), Ok(waiting)) = (self.device().heard_from(now), self.device().entries_waiting())
        else {
            tracing::error!("freshness cannot be read from the store");
            return;
        };
        let mut villages: BTreeSet<u32> = heard.keys().copied().collect();
        let mut pending: BTreeMap<u32, u64> = BTreeMap::new();
        for open in self.device().readable() {
            if let (BookKind::Village, Scope::Village(number)) = (open.kind, open.scope) {
                villages.insert(number);
                *pending.entry(number).or_default() += waiting.get(&open.book).copied().unwrap_or_default();
            }
        }
        // The practice commune has no villages that send: what it has was made here.
        let ours = self.practice.then_some(now);
        let fresh = villages.into_iter().map(|village| Freshness {
            village,
            last_received: heard.get(&village).copied().or(ours),
            pending: pending.get(&village).copied().unwrap_or_default(),
        });
        let fresh: Vec<Freshness> = fresh.collect();
        self.view.set_freshness(fresh);
        self.freshness_at = Some(now);
    }

    /// What this device is now: role and scopes.
    pub fn own_span(&self) -> Option<&RoleSpan> {
        words::own_span(self.device().station())
    }

    /// The role of this device; none before it is admitted.
    pub fn role(&self) -> Option<Role> {
        self.own_span().map(|span| span.role)
    }

    /// For which villages and units this device works.
    pub fn own_scopes(&self) -> Vec<Scope> {
        self.own_span()
            .map(|span| span.scopes.clone())
            .unwrap_or_default()
    }

    /// Whether this person works for the commune as a whole.
    pub fn is_commune_wide(&self) -> bool {
        self.own_scopes().contains(&Scope::Commune)
    }

    /// The villages of this person: their own, else all.
    pub fn own_villages(&self) -> Vec<u32> {
        let own: Vec<u32> = self
            .own_scopes()
            .into_iter()
            .filter_map(|scope| match scope {
                Scope::Village(n) => Some(n),
                _ => None,
            })
            .collect();
        if own.is_empty() {
            self.view.villages().into_iter().collect()
        } else {
            own
        }
    }

    /// What the commune is called: by its own book, else as its founder typed it on this machine; empty where neither says.
    pub fn commune_name(&self) -> String {
        self.commune_name_on(self.today())
    }

    /// What it was called on a day.
    pub fn commune_name_on(&self, day: NaiveDate) -> String {
        let named = self.view.commune_on(day).and_then(|(_, commune)| commune.name);
        named.unwrap_or_else(|| self.commune.clone())
    }

    /// A village's name on the screens; its number where no record of it is here.
    pub fn village_name(&self, number: u32) -> String {
        self.place_name(Place::Village(number))
    }

    /// Whether a record belongs to a place today: a village that goes on in another is that one.
    pub fn is_in(&self, key: &RecordKey, place: Place) -> bool {
        let today = self.today();
        self.view.place_of_on(key, today) == Some(self.view.place_on(place, today))
    }

    /// The places whose records belong to a place today.
    pub fn places_of(&self, place: Place) -> BTreeSet<Place> {
        match self.view.place_on(place, self.today()) {
            Place::Village(number) => {
                let all = self.view.territory(number, self.today()).into_iter();
                all.map(Place::Village).collect()
            }
            one => [one].into(),
        }
    }

    /// The name of the place to which a record belongs, as it was called when that happened.
    pub fn place_name_of(&self, key: &RecordKey) -> String {
        let kind = Kind::by_slug(&key.kind).zip(self.view.record(key));
        let happened = kind.and_then(|(kind, raw)| show::happened(kind, raw));
        let day = happened.map_or(self.today(), |day| day.min(self.today()));
        let place = self.view.place_of_on(key, day);
        place.map_or_else(String::new, |place| self.w(&self.view.place_name(place, day)))
    }

    /// A place's name on the screens.
    pub fn place_name(&self, place: Place) -> String {
        self.w(&self.view.place_name(place, self.today()))
    }

    /// A kind by its slug.
    ///
    /// # Errors
    /// This version does not know it.
    pub fn kind(&self, slug: &str) -> Done<&'static Kind> {
        Kind::by_slug(slug).ok_or_else(|| Fault::unknown_kind(slug))
    }

    /// A record, and the book where it counts: of several that hold it the one that the picture goes by.
    ///
    /// # Errors
    /// It is not here.
    pub fn placed(&self, key: &RecordKey) -> Done<(BookId, RawRecord)> {
        let counting = self.view.books_of(key).first().map(|open| BookId(open.book.0));
        let book = counting.or_else(|| self.device().books_with(key).first().copied());
        book.and_then(|book| Some((book, self.device().record(&book, key)?)))
            .ok_or_else(|| {
                Fault::new(
                    "no_record",
                    "Không thấy bản ghi này trên máy. Có thể nó ở sổ mà máy này không đọc được.",
                    "The record is not on this device. It may be in a book that cannot be read here.",
                )
            })
    }

    /// Whether this person may write in a book.
    pub fn writes(&self, book: &BookId) -> bool {
        self.device().may(book, Right::Write)
    }

    /// Whether this person may read an open book of one of these kinds.
    pub fn may_read(&self, kinds: &[BookKind]) -> bool {
        let device = self.device();
        device.register().is_ok_and(|register| {
            let mut books = register.rights().books();
            books.any(|(book, info)| kinds.contains(&info.open.kind) && device.may(book, Right::Read))
        })
    }

    /// A record's title on the screens.
    pub fn title(&self, key: &RecordKey) -> String {
        self.view.title_words(key, self.lang).unwrap_or_default()
    }

    /// A role and where it works, as the commune calls its villages and units: "Trưởng thôn, Thôn Đông".
    pub fn role_words(&self, role: Role, scopes: &[Scope]) -> String {
        let called = |scope| match place_of(scope) {
            Some(place) => self.view.place_name(place, self.today()),
            None => words::scope(scope),
        };
        self.w(&words::role_where(role, scopes, called))
    }

    /// Who a device is: the person's name where the commune's book has it, with the role; else role and place.
    pub fn who(&self, device: Option<DeviceId>) -> String {
        let Some(device) = device else {
            return self.t("Chưa rõ", "Unknown").to_owned();
        };
        let span = self.span_of(&device);
        let role = span.map(|span| self.role_words(span.role, &span.scopes));
        match (self.person_of(&device), role) {
            (Some((name, _)), Some(role)) => format!("{name}, {}", lower_first(&role)),
            (Some((name, _)), None) => name,
            (None, Some(role)) => role,
            (None, None) => format!("{} {}", self.t("Máy", "Device"), words::short(device)),
        }
    }

    /// Who wrote under an actor of a book.
    pub fn author(&self, book: &BookId, actor: &ActorId) -> String {
        self.who(self.device().author(book, actor))
    }

    /// A device's role, also of one that has none any more.
    pub fn span_of(&self, device: &DeviceId) -> Option<&RoleSpan> {
        let register = self.device().register().ok()?;
        let info = register.rights().device(device)?;
        info.role_at(register.effective_height()).or(info.roles.last())
    }

    /// The person whose device it is, and the record that says so.
    pub fn person_of(&self, device: &DeviceId) -> Option<(String, RecordKey)> {
        self.officials_of(device).into_iter().next()
    }

    /// The same for all positions that the person holds.
    pub fn officials_of(&self, device: &DeviceId) -> Vec<(String, RecordKey)> {
        self.behalves().officials_of(device)
    }

    /// The act of an id as text.
    ///
    /// # Errors
    /// It is none.
    pub fn act(&self, text: &str) -> Done<ActId> {
        ActId::parse(text).ok_or_else(|| Fault::not_understood("act"))
    }
}

/// A record's key as text.
///
/// # Errors
/// It is none.
pub(crate) fn key_of(text: &str) -> Done<RecordKey> {
    text.parse().map_err(|_| Fault::not_understood("key"))
}

/// A text as it stands inside a sentence.
pub(crate) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// A text as it begins a line.
pub(crate) fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// A scope as a place of the picture.
pub(crate) fn place_of(scope: Scope) -> Option<Place> {
    match scope {
        Scope::Commune => Some(Place::Commune),
        Scope::Village(n) => Some(Place::Village(n)),
        Scope::Unit(n) => Some(Place::Unit(n)),
        _ => None,
    }
}

/// A place of the picture as a scope.
pub(crate) fn scope_of(place: Place) -> Scope {
    match place {
        Place::Commune => Scope::Commune,
        Place::Village(n) => Scope::Village(n),
        Place::Unit(n) => Scope::Unit(n),
    }
}

fn book_of(open: &OpenBook) -> Option<sothon_overview::OpenBook> {
    Some(sothon_overview::OpenBook {
        book: BookRef(open.book.0),
        shelf: words::shelf_of(open.kind)?,
        place: place_of(open.scope)?,
        year: open.year,
    })
}

fn change_of(open: sothon_overview::OpenBook, key: RecordKey, record: Option<RawRecord>) -> Change {
    Change {
        book: open.book,
        shelf: open.shelf,
        place: open.place,
        year: open.year,
        key,
        record,
    }
}

impl Carried for Desk {
    fn ways(&self) -> Ways {
        let device = self.device();
        let mut ways = Ways::of(device.station());
        ways.lan = device.lan_key().map(|key| *key);
        if let Ok(register) = device.register() {
            let at = register.effective_height();
            let admitted = register.rights().devices();
            ways.devices = admitted
                .filter(|(_, info)| info.role_at(at).is_some())
                .map(|(_, info)| info.transport)
                .collect();
        }
        ways
    }

    fn publish_now(&mut self) -> Changes {
        if let Err(fault) = self.bring_photos() {
            tracing::error!(
                code = fault.code,
                "photos that have come could not follow their records"
            );
        }
        if let Err(fault) = self.publish() {
            tracing::error!(code = fault.code, "what was saved could not be published");
        }
        self.take_changes()
    }
}

impl Host for Desk {
    type Holdings = Archive;

    fn root(&self) -> Root {
        self.host.root()
    }

    fn role(&self) -> PeerRole {
        self.host.role()
    }

    fn read<T>(&self, read: impl FnOnce(&Archive) -> T) -> T {
        self.host.read(read)
    }

    fn rights(&self, peer: &TransportKey) -> Rights {
        self.host.rights(peer)
    }

    fn store(&mut self, batches: Vec<FromPeer>) -> StoreReport {
        let report = self.host.store(batches);
        self.follow();
        report
    }

    fn now_ms(&self) -> u64 {
        self.host.now_ms()
    }

    fn hints(&self, peer: &TransportKey) -> PeerHints {
        self.host.hints(peer)
    }

    fn wants(&self) -> Wants {
        self.host.wants()
    }

    fn knock(&self) -> Option<Vec<u8>> {
        self.host.knock()
    }

    fn told(&mut self, peer: &TransportKey, event: &sothon_sync::Event) {
        self.host.told(peer, event);
    }
}
