//! Tasks of the plan: the next due date of each, and of those missed the newest, with how many before it are open too.

use std::sync::Arc;

use sothon_records::label::Words;
use sothon_records::problem::day;

use super::{Asked, DueKind};
use crate::change::Place;
use crate::facts::Facts;
use crate::indicators::expectations;

pub(super) fn due(asked: &mut Asked<'_>) {
    let view = asked.view;
    for (key, entry) in view.entries_of("task") {
        let Facts::Task(task) = &entry.facts else { continue };
        let open = expectations(view, key, task)
            .into_iter()
            .filter(|expected| expected.done.is_none() && expected.due <= asked.last);
        let mut by_place: std::collections::BTreeMap<Place, Vec<_>> = std::collections::BTreeMap::new();
        for expected in open.filter(|expected| asked.wants_place(expected.place)) {
            // Of a village that nothing is known of, nothing is known to be late.
            let known = match expected.place {
                Place::Village(number) => view.has_heard(number),
                _ => true,
            };
            if known {
                by_place.entry(expected.place).or_default().push(expected.due);
            }
        }
        for (place, dues) in by_place {
            let late = |due: &chrono::NaiveDate| view.holidays().roll_forward(*due) < asked.today;
            let missed = dues.iter().filter(|due| late(due)).count();
            let shown = dues.iter().skip(missed.saturating_sub(1));
            for (index, due) in shown.enumerate() {
                let mut what = Words::new(
                    format!("Báo tiến độ, hạn {}", day(*due)),
                    format!("Report progress, due {}", day(*due)),
                );
                if index == 0 && missed > 1 {
                    what.vi += &format!(" (còn {} kỳ trước chưa xong)", missed - 1);
                    what.en += &format!(" ({} earlier ones open)", missed - 1);
                }
                asked.note_for(
                    *due,
                    view.holidays().roll_forward(*due),
                    DueKind::Task,
                    key,
                    place,
                    Arc::new(what),
                );
            }
        }
    }
}
