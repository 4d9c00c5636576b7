//! A household or person moves to another village: one act, in the old book and in the new one. What is written in the old
//! book afterwards, by somebody who did not know of it, is kept and shown until it is settled.

use sothon_book::HistoryStep;
use sothon_ledger::register::OpenBook;
use sothon_ledger::{BookId, BookKind, Scope};
use sothon_overview::{BookRef, Place};
use sothon_records::kinds::Pledge;
use sothon_records::record::{Record as _, differences};
use sothon_records::{Edit, Fields, Kind, RawRecord, RecordKey, Value, common, moving, show};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, key_of};
use crate::fault::{Done, Fault};
use crate::place::open_book;
use crate::words;

/// The kinds that move; what belongs to them goes with them.
const MOVES: [&str; 2] = ["household", "person"];
const MOVE: &str = "move";

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn moving(&self, key: String) -> Done<MovePage> {
        self.at_desk(move |desk| desk.moving(&key_of(&key)?)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn move_record(&self, key: String, to: String) -> Done<SavedAct> {
        self.at_desk(move |desk| {
            let Some(Scope::Village(to)) = words::parse_scope(&to) else {
                return Err(Fault::not_understood("move_record"));
            };
            desk.move_record(&key_of(&key)?, to)
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn settle_move(&self, id: String, take: bool) -> Done<SavedAct> {
        self.at_desk(move |desk| desk.settle_move(&id, take)).await
    }
}

/// A copy of a record that says it has gone, and where it goes on.
struct Gone {
    key: RecordKey,
    /// The old copy, and the book in which it lies.
    old: (BookId, RawRecord),
    from: Place,
    to: u32,
    on: GoesOn,
}

enum GoesOn {
    /// Nobody has taken it up in its new village: in this book it belongs, where there is one.
    Nowhere(Option<BookId>),
    /// In this book, where the record as it counts lies, and what was written in the old copy afterwards.
    Here {
        book: BookId,
        then: RawRecord,
        now: RawRecord,
        late: RawRecord,
    },
}

impl Desk {
    /// Whether a record can be moved by this person.
    pub(crate) fn can_move(&self, book: &BookId, key: &RecordKey) -> bool {
        MOVES.contains(&key.kind.as_str())
            && self.writes(book)
            && !self.view.is_voided(key)
            && matches!(self.scope_of_book(book), Some((_, Scope::Village(_))))
    }

    fn scope_of_book(&self, book: &BookId) -> Option<(BookKind, Scope)> {
        let open: &OpenBook = self.device().book_info(book)?;
        Some((open.kind, open.scope))
    }

    /// The book of a village beside one of another village.
    fn beside(&self, book: &BookId, village: u32) -> Option<BookId> {
        let (kind, _) = self.scope_of_book(book)?;
        open_book(self.device(), kind, Scope::Village(village), self.clock().year()).ok()
    }

    fn moving(&self, key: &RecordKey) -> Done<MovePage> {
        let (book, _) = self.placed(key)?;
        if !self.can_move(&book, key) {
            return Err(sothon_replica::ReplicaError::MayNotWrite.into());
        }
        let here = self.view.place_of(key);
        let other = |village: u32| {
            let place = Place::Village(village);
            // A move names the village's record.
            let there = self.view.is_there(village, self.today());
            let known = here != Some(place) && there && self.view.village_key(village).is_some();
            let there = self.beside(&book, village).filter(|_| known)?;
            Some(MoveTo {
                to: FormPlace {
                    place: words::scope_text(Scope::Village(village)),
                    label: self.place_name(place),
                },
                arrives: self.writes(&there),
            })
        };
        Ok(MovePage {
            key: key.to_string(),
            title: self.title(key),
            detail: self.detail(key),
            from: here.map(|place| self.place_name(place)).unwrap_or_default(),
            villages: self.view.villages().into_iter().filter_map(other).collect(),
            pledges: self.going_with(&book, key).len(),
        })
    }

    fn move_record(&mut self, key: &RecordKey, to: u32) -> Done<SavedAct> {
        let (book, _) = self.placed(key)?;
        let possible = self.moving(key)?.villages;
        let place = words::scope_text(Scope::Village(to));
        let village = self.view.village_key(to).cloned();
        let (Some(village), true) = (village, possible.iter().any(|other| other.to.place == place)) else {
            return Err(Fault::not_understood("move_record"));
        };
        let mut keys = vec![key.clone()];
        keys.extend(self.going_with(&book, key));
        let gone = |key: &RecordKey| Edit::Set {
            key: key.clone(),
            sub: None,
            fields: [(
                moving::MOVED_TO.to_owned(),
                Some(Value::Text(village.to_string())),
            )]
            .into(),
        };
        let mut edits = vec![(book, keys.iter().map(gone).collect())];
        if let Some(there) = self.beside(&book, to).filter(|there| self.writes(there)) {
            let come = keys
                .iter()
                .filter_map(|key| Some(self.arriving(key, &self.device().record(&book, key)?, &there)));
            edits.push((there, come.flatten().collect()));
        }
        self.write_in(&edits, MOVE, key.clone(), Vec::new())
    }

    /// The pledges that go with a household: those of its book that hold today or are for this year.
    fn going_with(&self, book: &BookId, key: &RecordKey) -> Vec<RecordKey> {
        let today = self.today();
        let year = i64::from(self.clock().year());
        let page = self.view.page(key);
        let of_it = page
            .iter()
            .flat_map(|page| &page.concerning)
            .filter(|some| some.kind == Pledge::KIND.slug);
        let goes = |key: &RecordKey| {
            let here = self
                .view
                .books_of(key)
                .first()
                .is_some_and(|open| BookId(open.book.0) == *book);
            let pledge = self.view.record(key).map(|raw| Pledge::read(raw).value);
            here && pledge.is_some_and(|pledge| {
                pledge.common.in_force() && (pledge.holds_on(today) || pledge.year >= Some(year))
            })
        };
        of_it
            .flat_map(|some| &some.records)
            .map(|link| &link.key)
            .filter(|key| goes(key))
            .cloned()
            .collect()
    }

    /// What a record becomes in the book of its new village, where it may have been before.
    fn arriving(&self, key: &RecordKey, raw: &RawRecord, there: &BookId) -> Vec<Edit> {
        let record = moving::carried(raw);
        match self.device().record(there, key) {
            Some(before) => differences(key, &before, &record),
            None => vec![Edit::Create {
                key: key.clone(),
                record,
            }],
        }
    }

    /// What moved and is not settled.
    pub(crate) fn moved_rows(&self) -> Vec<MovedRow> {
        let row = |gone: Gone| {
            let (decides, late) = match &gone.on {
                GoesOn::Nowhere(there) => (there.is_some_and(|there| self.writes(&there)), Vec::new()),
                GoesOn::Here { book, late, then, .. } => (
                    self.writes(book) && self.writes(&gone.old.0),
                    self.late_words(&gone, then, late),
                ),
            };
            MovedRow {
                id: gone.id(),
                key: gone.key.to_string(),
                title: self.open_title(&gone.key),
                from: self.place_name(gone.from),
                to: self.place_name(Place::Village(gone.to)),
                late,
                decides,
            }
        };
        self.all_gone().into_iter().map(row).collect()
    }

    fn all_gone(&self) -> Vec<Gone> {
        self.view
            .moved()
            .into_iter()
            .flat_map(|key| self.gone(key))
            .collect()
    }

    /// The copies of a record that left a village and are not settled.
    fn gone(&self, key: &RecordKey) -> Vec<Gone> {
        let Some(kind) = Kind::by_slug(&key.kind) else {
            return Vec::new();
        };
        let copies = self.view.copies(key);
        let counting = self.view.books_of(key).first().map(|open| open.book);
        let left = |copy: &sothon_overview::identity::Copy| {
            let to = self.view.village_number(&moving::moved_to(kind, &copy.raw)?)?;
            let old = BookId(copy.book.book.0);
            let next = copies.iter().filter(|next| {
                (next.book.place, next.book.shelf) == (Place::Village(to), copy.book.shelf)
                    && next.book.book != copy.book.book
            });
            let on = match next.max_by_key(|next| next.book.year) {
                None if counting == Some(copy.book.book) && !common::is_voided(&copy.raw.fields) => {
                    GoesOn::Nowhere(self.beside(&old, to))
                }
                None => return None,
                Some(next) => self.late_in(key, copy, next.book.book, counting?)?,
            };
            Some(Gone {
                key: key.clone(),
                old: (old, copy.raw.clone()),
                from: copy.book.place,
                to,
                on,
            })
        };
        copies.iter().filter_map(left).collect()
    }

    /// What was written in an old copy after the record had gone on in the `next` book.
    fn late_in(
        &self,
        key: &RecordKey,
        old: &sothon_overview::identity::Copy,
        next: BookRef,
        counting: BookRef,
    ) -> Option<GoesOn> {
        let then = self.as_it_came(&BookId(next.0), key);
        let now = self.view.record(key)?.clone();
        let late = moving::left_behind(&old.raw, &then, &now);
        (late != RawRecord::default()).then_some(GoesOn::Here {
            book: BookId(counting.0),
            then,
            now,
            late,
        })
    }

    /// A record as it was when it came into a book, at the last move.
    fn as_it_came(&self, book: &BookId, key: &RecordKey) -> RawRecord {
        let steps = self.device().history(book, key);
        let came = steps.iter().rposition(|step| step.what == MOVE).unwrap_or(0);
        let mut record = RawRecord::default();
        for step in steps.iter().take(came + 1) {
            replay(&mut record, step);
        }
        record
    }

    /// "Địa chỉ: Ngõ 7", "Thành viên: Nguyễn Thị Bình"; in care the labels alone.
    fn late_words(&self, gone: &Gone, then: &RawRecord, late: &RawRecord) -> Vec<String> {
        let Some(kind) = Kind::by_slug(&gone.key.kind) else {
            return Vec::new();
        };
        let guarded = self
            .view
            .books_of(&gone.key)
            .iter()
            .any(|open| open.shelf.is_sensitive());
        // Of a part that was there before the fields that changed are told, of a new one all.
        let known = then.subs.iter().filter(|(part, _)| late.subs.contains_key(*part));
        let before = RawRecord {
            subs: known
                .map(|(part, fields)| (part.clone(), fields.clone()))
                .collect(),
            ..RawRecord::default()
        };
        let mut after = late.clone();
        for (part, fields) in &before.subs {
            let late = after.subs.entry(part.clone()).or_default();
            let mut whole = fields.clone();
            whole.append(late);
            *late = whole;
        }
        let titles = |key: &RecordKey| self.view.title_words(key, self.lang);
        let changes = show::changes(kind, Some(&before), &after, &titles);
        let says = |change: &show::Change| match (guarded || change.hidden, self.w(&change.after)) {
            (false, value) if !value.is_empty() => format!("{}: {value}", self.w(&change.label)),
            _ => self.w(&change.label),
        };
        changes.iter().map(says).collect()
    }

    fn settle_move(&mut self, id: &str, take: bool) -> Done<SavedAct> {
        let found = self.all_gone().into_iter().find(|gone| gone.id() == id);
        let Some(gone) = found else {
            return Err(Fault::new(
                "decided",
                "Việc này đã có người giải quyết xong.",
                "Somebody has settled this already.",
            ));
        };
        let key = gone.key.clone();
        match gone.on {
            GoesOn::Nowhere(there) => {
                let there = there
                    .filter(|_| take)
                    .ok_or_else(|| Fault::not_understood("settle_move"))?;
                let come = self.arriving(&key, &gone.old.1, &there);
                self.write_in(&[(there, come)], MOVE, key, Vec::new())
            }
            GoesOn::Here {
                book,
                then,
                now,
                late,
            } => {
                let kind = self.kind(&key.kind)?;
                let reason = self.t("Đã giải quyết sau khi chuyển thôn", "Settled after the move");
                let mut edits = vec![(gone.old.0, set_back(&key, &then, &late, reason))];
                if take {
                    let mut after = now.clone();
                    after.fields.extend(late.fields);
                    for (sub, fields) in late.subs {
                        after.subs.entry(sub).or_default().extend(fields);
                    }
                    crate::typing::check(kind, &now, &after, &self.context())?;
                    edits.push((book, differences(&key, &now, &after)));
                }
                self.write_in(&edits, "settle-move", key, Vec::new())
            }
        }
    }
}

impl Gone {
    fn id(&self) -> String {
        format!("{}@{}", self.key, self.old.0)
    }
}

/// The edits by which an old copy says again what it said when its record went; the history keeps what it said between.
fn set_back(key: &RecordKey, then: &RawRecord, late: &RawRecord, reason: &str) -> Vec<Edit> {
    let back = |late: &Fields, then: &Fields| {
        late.keys()
            .map(|name| (name.clone(), then.get(name).cloned()))
            .collect()
    };
    let mut edits = Vec::new();
    if !late.fields.is_empty() {
        edits.push(Edit::Set {
            key: key.clone(),
            sub: None,
            fields: back(&late.fields, &then.fields),
        });
    }
    for (sub, fields) in &late.subs {
        edits.push(match then.subs.get(sub) {
            Some(then) => Edit::Set {
                key: key.clone(),
                sub: Some(sub.clone()),
                fields: back(fields, then),
            },
            None => common::void_part(key, sub, reason),
        });
    }
    edits
}

/// A record one step further in its history.
fn replay(record: &mut RawRecord, step: &HistoryStep) {
    for change in &step.fields {
        let fields = match &change.sub {
            Some(sub) => record.subs.entry(sub.clone()).or_default(),
            None => &mut record.fields,
        };
        match &change.new {
            Some(value) => fields.insert(change.field.clone(), value.clone()),
            None => fields.remove(&change.field),
        };
    }
}
