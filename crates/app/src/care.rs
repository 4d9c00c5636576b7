//! "Người trong diện": who is managed and helped, where each stands today, the next contact. Who may not read the files
//! has the contacts to which they are assigned.

use chrono::NaiveDate;
use sothon_overview::care::{Card, InCare};
use sothon_records::civil::YearOrDate;
use sothon_records::kind::ChoiceSet;
use sothon_records::kinds::person::State;
use sothon_records::problem::day;
use sothon_records::standing::{LACKS_BASIS, TERM_OVER, Term};
use sothon_records::{Shelf, Words, collate};

use crate::api::{CareList, CareRow, ListFilter, RowState, Tone};
use crate::app::App;
use crate::desk::Desk;
use crate::fault::{Done, Fault};

/// Lists of persons: slug and name.
const LISTS: [(&str, &str, &str); 5] = [
    ("users", "Người sử dụng", "Users"),
    ("addicted", "Người nghiện", "Addicted"),
    ("after-care", "Quản lý sau cai", "After-care"),
    ("over", TERM_OVER.vi, TERM_OVER.en),
    ("other", "Khác", "Other"),
];
/// Lists of contacts to be made.
const CONTACTS: [(&str, &str, &str); 3] = [
    ("late", "Quá hạn", "Late"),
    ("next", "Sắp tới", "Coming"),
    ("none", "Không còn hẹn", "None left"),
];

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn care(&self) -> Done<CareList> {
        self.at_desk(|desk| desk.care()).await
    }
}

impl Desk {
    fn care(&self) -> Done<CareList> {
        let today = self.today();
        if self.view.reads_any(Shelf::CareFiles) {
            let mut persons = self.view.in_care(today);
            // Who is off every list is not under management.
            persons.retain(|person| person.standing.is_none_or(|standing| standing.state != State::E0));
            persons.sort_by_cached_key(|person| {
                let until = person.standing.and_then(|standing| standing.until);
                (until.is_none(), until, name_key(person.person.name.as_deref()))
            });
            let rows: Vec<CareRow> = persons.iter().map(|person| self.person_row(person)).collect();
            return Ok(self.care_list(&LISTS, rows));
        }
        if self.view.reads_any(Shelf::CareAssignments) {
            let mut cards = self.view.cards(today);
            cards.sort_by_cached_key(|card| {
                (
                    card.next.is_none(),
                    card.next,
                    name_key(card.card.name.as_deref()),
                )
            });
            let rows: Vec<CareRow> = cards.iter().map(|card| self.card_row(card)).collect();
            return Ok(self.care_list(&CONTACTS, rows));
        }
        Err(Fault::new(
            "not_allowed",
            "Phần này chỉ người có quyền quản lý, giúp đỡ được xem.",
            "Only those who manage and help may see this.",
        ))
    }

    fn care_list(&self, lists: &[(&str, &str, &str)], rows: Vec<CareRow>) -> CareList {
        let counts = lists.iter().map(|(slug, vi, en)| ListFilter {
            slug: (*slug).to_owned(),
            label: self.t(vi, en).to_owned(),
            count: rows.iter().filter(|row| row.list == *slug).count(),
        });
        CareList {
            counts: counts.filter(|filter| filter.count > 0).collect(),
            rows,
        }
    }

    fn person_row(&self, person: &InCare<'_>) -> CareRow {
        let standing = person.standing.as_ref();
        let mut state = standing.map_or_else(
            || self.t("Chưa rõ trạng thái", "State unknown").to_owned(),
            |standing| standing.state.label().get(self.lang).to_owned(),
        );
        if standing.is_some() && !person.has_basis {
            state += &format!(" · {}", LACKS_BASIS.inside(self.lang));
        }
        let list = match standing {
            None => "other",
            Some(standing) if matches!(standing.term, Term::Over(_)) => "over",
            Some(standing) if standing.lists.after_care => "after-care",
            Some(standing) if standing.lists.addicted => "addicted",
            Some(standing) if standing.lists.users => "users",
            Some(_) => "other",
        };
        let left = standing.and_then(|standing| match standing.term {
            Term::Over(_) => Some(RowState {
                tone: Tone::Late,
                word: TERM_OVER.get(self.lang).to_owned(),
            }),
            Term::Running => standing.until.map(|until| self.term_left(until)),
        });
        let born = person.person.born.map(|born| match born {
            YearOrDate::Date(date) => day(date),
            YearOrDate::Year(year) => year.to_string(),
        });
        let born = born.map(|born| format!("{} {born}", self.t("Sinh", "Born")));
        let detail: Vec<String> = born.into_iter().chain([self.place_name(person.place)]).collect();
        CareRow {
            key: person.key.to_string(),
            name: person.person.name.clone().unwrap_or_default(),
            detail: detail.join(" · "),
            state,
            left,
            next: person.next.map(|next| self.deadline(next)),
            assigned: person.assigned.iter().cloned().collect::<Vec<_>>().join(", "),
            list: list.to_owned(),
        }
    }

    /// The time that is left of a term, warned of as the law's terms are.
    fn term_left(&self, until: NaiveDate) -> RowState {
        let first = sothon_overview::due::WARNINGS
            .into_iter()
            .max()
            .unwrap_or_default();
        let mut state = self.deadline(until);
        let warned = (until - self.today()).num_days() <= i64::from(first);
        state.tone = if warned { Tone::Warn } else { Tone::Plain };
        state
    }

    fn card_row(&self, card: &Card<'_>) -> CareRow {
        let list = match card.next {
            Some(next) if next < self.today() => "late",
            Some(_) => "next",
            None => "none",
        };
        let until = card.card.until.map(|until| {
            let until = day(until);
            let says = Words::new(
                format!("Phân công đến {until}"),
                format!("Assigned until {until}"),
            );
            RowState {
                tone: Tone::Plain,
                word: self.w(&says),
            }
        });
        CareRow {
            key: card.key.to_string(),
            name: card.card.name.clone().unwrap_or_default(),
            detail: card.card.address.clone().unwrap_or_default(),
            state: card.card.duties.clone().unwrap_or_default(),
            left: until,
            next: card.next.map(|next| self.deadline(next)),
            assigned: card.card.assignee.clone().unwrap_or_default(),
            list: list.to_owned(),
        }
    }
}

fn name_key(name: Option<&str>) -> Vec<u8> {
    collate::name_key(name.unwrap_or_default())
}
