//! Tips to be passed on and answered. The limits are of criminal procedure and are not moved here.

use sothon_records::kinds::tip_handling::{Step, step_due};
use sothon_records::label::Words;

use super::{Asked, DueKind};
use crate::facts::Facts;
use crate::indicators::{handlings, passed_on};

pub(super) fn due(asked: &mut Asked<'_>) {
    let view = asked.view;
    for (key, entry) in view.entries_of("tip") {
        let Facts::Tip(tip) = &entry.facts else { continue };
        let set = |step| {
            handlings(view, key)
                .filter(|handling| handling.step == step)
                .find_map(|handling| handling.due)
        };
        let by = |step| set(step).or_else(|| step_due(step, tip.received, tip.urgent));
        let settled =
            handlings(view, key).any(|handling| matches!(handling.step, Step::Answered | Step::Filed));
        if settled {
            continue;
        }
        if passed_on(view, key).is_none() {
            if let Some(date) = by(Step::Transferred) {
                let what = if tip.urgent {
                    Words::new("Chuyển tin khẩn (24 giờ)", "Pass on the urgent tip (24 hours)")
                } else {
                    Words::new("Chuyển tin (7 ngày)", "Pass on the tip (7 days)")
                };
                asked.note(date, DueKind::TipPassOn, key, entry.place, what);
            }
        } else if let Some(date) = by(Step::Answered) {
            let what = Words::new("Trả lời người tố giác", "Answer the teller");
            asked.note(date, DueKind::TipAnswer, key, entry.place, what);
        }
    }
}
