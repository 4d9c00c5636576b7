//! Terms of management that end or are over, and states without their document.
//!
//! A term that binds a person ends on its plain corresponding day, in their favour, also on a day off (domain.md §3.3).

use sothon_records::kind::ChoiceSet;
use sothon_records::label::Words;
use sothon_records::problem::day;
use sothon_records::standing::{LACKS_BASIS, TERM_OVER, Term};

use super::{Asked, DueKind};
use crate::facts::Facts;
use crate::indicators::has_basis;

/// Warnings so many days before a term ends (domain.md §3.3).
pub const WARNINGS: [u8; 4] = [30, 15, 7, 1];

pub(super) fn due(asked: &mut Asked<'_>) {
    let view = asked.view;
    for (key, entry) in view.entries_of("person") {
        let Facts::Person(person) = &entry.facts else {
            continue;
        };
        let Some(standing) = person.standing(asked.today) else {
            continue;
        };
        let state = standing.state.label();
        match (standing.term, standing.until) {
            (Term::Over(until), _) => {
                let what = Words::new(
                    format!("{}: {}", TERM_OVER.vi, state.vi),
                    format!("{}: {}", TERM_OVER.en, state.en),
                );
                asked.note(until, DueKind::TermOver, key, entry.place, what);
            }
            (Term::Running, Some(until)) => {
                let left = (until - asked.today).num_days();
                let warning = WARNINGS.into_iter().rev().find(|days| left <= i64::from(*days));
                if warning.is_some() {
                    let what = Words::new(
                        format!("Hết thời hạn ngày {}: {}", day(until), state.vi),
                        format!("Term ends on {}: {}", day(until), state.en),
                    );
                    let before = asked.found.len();
                    asked.note(until, DueKind::TermEnds, key, entry.place, what);
                    for due in asked.found.iter_mut().skip(before) {
                        due.warning = warning;
                    }
                }
            }
            (Term::Running, None) => {}
        }
        if let (false, Some(from)) = (has_basis(view, &standing), standing.episode.from) {
            let what = Words::new(
                format!("{}: {}", LACKS_BASIS.vi, state.vi),
                format!("{}: {}", LACKS_BASIS.en, state.en),
            );
            asked.note(from, DueKind::LacksBasis, key, entry.place, what);
        }
    }
}
