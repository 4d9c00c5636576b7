//! Where the parts of the generator put what happens: events until the last day, and how one is put together.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use sothon_records::kinds::tip::Teller;
use sothon_records::record::differences;
use sothon_records::{Edit, Record, RecordId, RecordKey, Shelf};

use crate::calendar;
use crate::dice::Dice;
use crate::event::{Author, Event, Mistake, Place, Secret};

/// What has been written so far.
pub(crate) struct Story {
    /// The first day.
    pub from: NaiveDate,
    /// The last day; what would be recorded later is left out.
    pub until: NaiveDate,
    /// In no order yet.
    pub events: Vec<Event>,
    /// How many conflicts there are.
    pub conflicts: u32,
}

impl Story {
    pub fn new(from: NaiveDate, until: NaiveDate) -> Self {
        Story {
            from,
            until,
            events: Vec::new(),
            conflicts: 0,
        }
    }

    /// Adds an event, unless it is after the last day or says nothing.
    pub fn tell(&mut self, event: Event) {
        if event.day() <= self.until && !event.edits.is_empty() {
            self.events.push(event);
        }
    }

    /// Two events that write the same while neither author knows of the other.
    pub fn tell_conflict(&mut self, mut one: Event, mut other: Event, offline_until: DateTime<Utc>) {
        for event in [&mut one, &mut other] {
            event.offline_until = Some(offline_until);
            event.conflict = Some(self.conflicts);
        }
        if other.day() <= self.until && one.day() <= self.until {
            self.conflicts += 1;
            self.tell(one);
            self.tell(other);
        }
    }
}

/// The beginnings of an event.
pub(crate) fn event(
    at: DateTime<Utc>,
    author: Author,
    (shelf, place): (Shelf, Place),
    what: &'static str,
    edits: Vec<Edit>,
) -> Event {
    Event {
        at,
        author,
        shelf,
        place,
        edits,
        what,
        late_by: None,
        offline_until: None,
        conflict: None,
        mistake: None,
        secret: None,
    }
}

impl Event {
    /// Says how late it is, against the day on which it happened: late is from two weeks on.
    pub(crate) fn of(mut self, happened: NaiveDate) -> Self {
        let days = (self.day() - happened).num_days();
        self.late_by = u32::try_from(days).ok().filter(|days| *days >= 14);
        self
    }

    /// Marks it as a slip.
    pub(crate) fn slip(mut self, mistake: Mistake) -> Self {
        self.mistake = Some(mistake);
        self
    }

    /// Gives it what is to be sealed.
    pub(crate) fn with_teller(mut self, key: RecordKey, teller: Option<Teller>) -> Self {
        self.secret = teller.map(|teller| Secret {
            key,
            field: "teller",
            teller,
        });
        self
    }
}

/// The edits that turn a record into another.
pub(crate) fn change<R: Record>(id: RecordId, before: &R, after: &R) -> Vec<Edit> {
    differences(&R::key(id), &before.write(), &after.write())
}

/// When a village head writes down what happened on a day: mostly the same evening, one in twenty weeks later.
pub(crate) fn noted(dice: &mut Dice, day: NaiveDate) -> DateTime<Utc> {
    let late = if dice.percent(5) {
        dice.between(15, 60)
    } else if dice.percent(30) {
        dice.between(1, 4)
    } else {
        0
    };
    calendar::evening(dice, calendar::after_tet(calendar::plus(day, late)))
}

/// Not before this.
pub(crate) fn no_earlier(at: DateTime<Utc>, than: DateTime<Utc>) -> DateTime<Utc> {
    at.max(than.checked_add_signed(Duration::seconds(75)).unwrap_or(than))
}
