//! What is due: "Việc đến hạn", from the records in the view. Rights are upstream: what is not readable is not here.
//!
//! One file for each thing that can be due; each gives rows, and here they are sifted and sorted.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use serde::Serialize;
use sothon_records::label::Words;
use sothon_records::problem::number;
use sothon_records::{Lang, RecordKey, Shelf};

use crate::change::Place;
use crate::view::View;

mod contact;
mod data;
mod episode;
mod home;
mod own_task;
mod pledge;
mod task;
mod tip;

pub(crate) use contact::{next_by_card, next_contacts};
pub use episode::WARNINGS;
pub use pledge::Pledge;
pub(crate) use tip::next_step;

/// What kind of thing is due.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DueKind {
    /// A tip to be passed on.
    TipPassOn,
    /// The answer to a tip.
    TipAnswer,
    /// An episode whose term is over: "Hết thời hạn, chờ quyết định".
    TermOver,
    /// An episode whose term ends soon.
    TermEnds,
    /// A state without its document: "Thiếu căn cứ".
    LacksBasis,
    /// A person's household went to another village, and their file is in the old one's book.
    HomeMoved,
    /// A contact with a person.
    Contact,
    /// A task of the plan.
    Task,
    /// What a village or unit has set itself.
    OwnTask,
    /// A household's pledge of this year.
    Pledge,
    /// That a request about data came in is to be said to whoever asked.
    DataReply,
    /// A request about data, or an incident.
    DataRequest,
}

/// One thing that is due.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due {
    /// By when; an office's deadline is already moved to a working day.
    pub date: NaiveDate,
    /// What kind of thing.
    pub kind: DueKind,
    /// The record that it is about.
    pub subject: RecordKey,
    /// Where it belongs.
    pub place: Place,
    /// What is to be done.
    pub what: Arc<Words>,
    /// How many days it is late; 0: not late.
    pub late_by_days: i64,
    /// For a term that ends: the warning that applies, the least of 30, 15, 7, 1 days that is not below what is left.
    pub warning: Option<u8>,
}

impl Due {
    /// When it is due, beside the row: "Quá hạn 3 ngày", "Hôm nay", "Còn 12 ngày".
    pub fn when(&self, today: NaiveDate, lang: Lang) -> String {
        when(self.date, today, lang)
    }
}

/// How a deadline stands on a day: "Quá hạn 3 ngày", "Hôm nay", "Còn 12 ngày".
pub fn when(date: NaiveDate, today: NaiveDate, lang: Lang) -> String {
    let left = (date - today).num_days();
    let days = number(left.abs(), lang);
    match (left.signum(), lang) {
        (-1, Lang::Vi) => format!("Quá hạn {days} ngày"),
        (-1, Lang::En) => format!("{days} days late"),
        (0, Lang::Vi) => "Hôm nay".to_owned(),
        (0, Lang::En) => "Today".to_owned(),
        (_, Lang::Vi) => format!("Còn {days} ngày"),
        (_, Lang::En) => format!("In {days} days"),
    }
}

/// For whom it is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Who {
    /// Only what belongs to these places; `None`: to any.
    pub places: Option<BTreeSet<Place>>,
    /// Only what is about records on these shelves; `None`: on any.
    pub shelves: Option<BTreeSet<Shelf>>,
    /// How many days ahead.
    pub ahead_days: u64,
}

/// How far ahead is looked if nothing else is said: as far as the first warning of a term that ends.
pub const AHEAD_DAYS: u64 = 30;

impl Default for Who {
    fn default() -> Self {
        Who {
            places: None,
            shelves: None,
            ahead_days: AHEAD_DAYS,
        }
    }
}

impl Who {
    /// A village's people: what belongs to their village.
    pub fn village(number: u32) -> Self {
        Who {
            places: Some([Place::Village(number)].into()),
            ..Who::default()
        }
    }
}

/// What the files of this folder work with.
struct Asked<'a> {
    view: &'a View,
    today: NaiveDate,
    /// The last day looked at.
    last: NaiveDate,
    who: &'a Who,
    found: Vec<Due>,
}

impl Asked<'_> {
    fn wants_place(&self, place: Place) -> bool {
        let today = |place: Place| self.view.place_on(place, self.today);
        if let Place::Village(number) = place
            && self.view.has_left_commune(number, self.today)
        {
            return false;
        }
        let wants = |places: &BTreeSet<Place>| places.iter().any(|wanted| today(*wanted) == today(place));
        self.who.places.as_ref().is_none_or(wants)
    }

    /// Notes something, if it is not too far ahead and for whom it is asked.
    fn note(&mut self, date: NaiveDate, kind: DueKind, subject: &RecordKey, place: Place, what: Words) {
        self.note_for(date, date, kind, subject, place, Arc::new(what));
    }

    /// The same for a deadline that has moved: `date` by the calendar, `deadline` as it binds.
    fn note_for(
        &mut self,
        date: NaiveDate,
        deadline: NaiveDate,
        kind: DueKind,
        subject: &RecordKey,
        place: Place,
        what: Arc<Words>,
    ) {
        let shelf = self
            .view
            .entries
            .get(subject)
            .and_then(|entry| entry.copy())
            .map(|copy| copy.book.shelf);
        let wanted = self.wants_place(place)
            && self
                .who
                .shelves
                .as_ref()
                .is_none_or(|shelves| shelf.is_some_and(|shelf| shelves.contains(&shelf)));
        if date > self.last || !wanted {
            return;
        }
        let left = (deadline - self.today).num_days();
        self.found.push(Due {
            date: deadline,
            kind,
            subject: subject.clone(),
            place: self.view.place_on(place, self.today),
            what,
            late_by_days: (-left).max(0),
            warning: None,
        });
    }
}

impl View {
    /// What is due on a day, what is late and what comes within the days asked for; the earliest first.
    pub fn due(&self, today: NaiveDate, who: &Who) -> Vec<Due> {
        let last = today.checked_add_days(Days::new(who.ahead_days)).unwrap_or(today);
        let mut asked = Asked {
            view: self,
            today,
            last,
            who,
            found: Vec::new(),
        };
        task::due(&mut asked);
        own_task::due(&mut asked);
        contact::due(&mut asked);
        episode::due(&mut asked);
        home::due(&mut asked);
        pledge::due(&mut asked);
        tip::due(&mut asked);
        data::due(&mut asked);
        let mut found = asked.found;
        let at = |due: &Due| (due.date, due.kind, due.place);
        let name = |due: &Due| self.search.order(&due.subject);
        found.sort_by(|a, b| {
            let by_name = || name(a).cmp(name(b)).then_with(|| a.subject.cmp(&b.subject));
            at(a).cmp(&at(b)).then_with(by_name)
        });
        found
    }
}
