//! Notices of the system: what is due, once a day, and what two people wrote differently. They say how many and nothing
//! else, since whoever stands by the machine may read them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::PoisonError;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use sothon_ledger::BookId;
use sothon_overview::due::AHEAD_DAYS;
use sothon_records::{Lang, RecordKey, Words, civil};

use crate::api::Told;
use crate::app::Parts;
use crate::clock::Clock;
use crate::desk::Desk;
use crate::files;
use crate::questions;

/// On which day it was last looked what is due: an open file of one date.
const NAME: &str = "noticed.json";
/// A day begins at six, so that no machine speaks up in the night.
const SIX: i64 = 6 * 3600;
const DAY: i64 = 24 * 3600;
/// A machine that slept may have missed the morning: it is looked at least so often.
const LOOK: Duration = Duration::from_secs(600);

/// How far ahead a locked device knows what will be due.
pub(crate) const KNOWN_DAYS: u64 = 2 * AHEAD_DAYS;

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Noticed {
    /// `2025-06-10`.
    day: String,
}

/// Who was told what is due, and when.
#[derive(Default)]
pub(crate) struct Reminders {
    /// Beside the files, for a disk that cannot be written.
    looked: std::sync::Mutex<HashMap<String, NaiveDate>>,
}

impl Reminders {
    /// Whether it is looked for the first time today what is due in a folder. From now on it was.
    pub fn first_today(&self, parts: &Parts, folder: &str) -> bool {
        let today = waking_day(parts.options.clock);
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.insert(folder.to_owned(), today) == Some(today) {
            return false;
        }
        let Ok(path) = parts.folders.path(folder) else {
            return false;
        };
        let path = path.join(NAME);
        let kept = std::fs::read(&path)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Noticed>(&bytes).ok())
            .unwrap_or_default();
        let noticed = Noticed {
            day: today.to_string(),
        };
        if kept.day == noticed.day {
            return false;
        }
        if let Ok(text) = serde_json::to_vec(&noticed) {
            // Where it cannot be kept, the same is told once more after the next start.
            let _ = files::replace(&path, &text);
        }
        true
    }
}

/// Tells how much is due, if anything is.
pub(crate) fn tell_due(parts: &Parts, count: usize) {
    if count == 0 {
        return;
    }
    let says = Words::new(
        format!("Có {count} việc đến hạn hoặc sắp đến hạn. Xem ở trang Hôm nay."),
        match count {
            1 => "1 thing is due, or will be soon. See “Today”.".to_owned(),
            _ => format!("{count} things are due, or will be soon. See “Today”."),
        },
    );
    tell(parts, &says);
}

fn tell(parts: &Parts, says: &Words) {
    let lang: Lang = parts.lang();
    parts.tell(Told::Notify {
        says: says.get(lang).to_owned(),
    });
}

/// How many of these days are due or nearly so today.
pub(crate) fn due_by_now(days: &[NaiveDate], clock: Clock) -> usize {
    let last = clock.today().checked_add_days(Days::new(AHEAD_DAYS));
    days.iter()
        .filter(|day| last.is_none_or(|last| **day <= last))
        .count()
}

/// How long until it is looked again.
pub(crate) fn until_next_look(clock: Clock) -> Duration {
    let since_midnight = civil::local(clock.instant()).time();
    let seconds = chrono::Timelike::num_seconds_from_midnight(&since_midnight);
    let to_six = (SIX - i64::from(seconds)).rem_euclid(DAY);
    // At six exactly the day has begun already.
    let to_six = if to_six == 0 { DAY } else { to_six };
    LOOK.min(Duration::from_secs(to_six.unsigned_abs()))
}

fn waking_day(clock: Clock) -> NaiveDate {
    civil::date_in_vietnam(clock.instant() - chrono::TimeDelta::seconds(SIX))
}

/// What two people wrote differently, as far as it is known to whoever reads home.
#[derive(Default)]
pub(crate) struct Questions {
    open: BTreeMap<(BookId, RecordKey), BTreeSet<String>>,
    /// Told, and not looked at since: nobody is told again.
    told: bool,
}

impl Desk {
    /// Takes note of what is open when a book is unlocked: home says it.
    pub(crate) fn know_questions(&mut self) {
        let mut open: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        for (book, conflict) in self.device().conflicts() {
            let id = questions::id_of(&book, &conflict);
            open.entry((book, conflict.key)).or_default().insert(id);
        }
        self.questions.open = open;
    }

    /// Somebody looked at what is to be decided.
    pub(crate) fn questions_looked_at(&mut self) {
        self.questions.told = false;
    }

    /// Takes note of questions in records that changed, and tells of new ones that came from others and that this person
    /// decides.
    pub(crate) fn note_questions(&mut self, changed: &BTreeMap<BookId, BTreeSet<RecordKey>>, foreign: bool) {
        let mut fresh = 0;
        for (book, key) in changed
            .iter()
            .flat_map(|(book, keys)| keys.iter().map(move |key| (*book, key)))
        {
            let at = (book, key.clone());
            let before = self.questions.open.remove(&at).unwrap_or_default();
            if !self.device().is_disputed(&book, key) {
                continue;
            }
            let open = self.device().conflicts_of(&book, key);
            let open: BTreeSet<String> = open.iter().map(|of| questions::id_of(&book, of)).collect();
            if foreign && self.writes(&book) {
                fresh += open.difference(&before).count();
            }
            self.questions.open.insert(at, open);
        }
        if fresh == 0 || self.practice || std::mem::replace(&mut self.questions.told, true) {
            return;
        }
        let says = Words::new(
            format!("Có {fresh} chỗ hai người ghi khác nhau. Xem ở mục Cần xem lại."),
            match fresh {
                1 => "1 thing was written differently by two people. See “To review”.".to_owned(),
                _ => format!("{fresh} things were written differently by two people. See “To review”."),
            },
        );
        tell(self.parts(), &says);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    fn at(text: &str) -> Clock {
        Clock::new(Some(clock::parse(text).unwrap()))
    }

    #[test]
    fn a_day_of_notices_begins_at_six_in_the_morning() {
        assert_eq!(waking_day(at("2026-06-10T05:59")).to_string(), "2026-06-09");
        assert_eq!(waking_day(at("2026-06-10T06:00")).to_string(), "2026-06-10");
        assert_eq!(
            until_next_look(at("2026-06-10T05:55:00")),
            Duration::from_secs(300)
        );
        assert_eq!(until_next_look(at("2026-06-10T06:00:00")), LOOK);
        assert_eq!(until_next_look(at("2026-06-10T23:59:00")), LOOK);
    }

    #[test]
    fn what_is_due_later_is_counted_when_its_time_has_come() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let days = [day("2026-06-01"), day("2026-07-10"), day("2026-07-11")];
        assert_eq!(due_by_now(&days, at("2026-06-10T08:00")), 2);
        assert_eq!(due_by_now(&days, at("2026-06-11T08:00")), 3);
    }
}
