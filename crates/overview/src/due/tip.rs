//! Tips to be passed on and answered. The limits are of criminal procedure and are not moved here.

use chrono::NaiveDate;
use sothon_records::RecordKey;
use sothon_records::kinds::tip_handling::{Step, step_due};
use sothon_records::label::Words;

use super::{Asked, DueKind};
use crate::facts::{Facts, TipFacts};
use crate::indicators::{handlings, passed_on};
use crate::view::View;

pub(super) fn due(asked: &mut Asked<'_>) {
    let view = asked.view;
    for (key, entry) in view.entries_of("tip") {
        let Facts::Tip(tip) = &entry.facts else { continue };
        let Some((step, Some(date))) = next_step(view, key, tip) else {
            continue;
        };
        let (kind, what) = match step {
            Step::Transferred if tip.urgent => (
                DueKind::TipPassOn,
                Words::new("Chuyển tin khẩn (24 giờ)", "Pass on the urgent tip (24 hours)"),
            ),
            Step::Transferred => (
                DueKind::TipPassOn,
                Words::new("Chuyển tin (7 ngày)", "Pass on the tip (7 days)"),
            ),
            _ => (
                DueKind::TipAnswer,
                Words::new("Trả lời người tố giác", "Answer the teller"),
            ),
        };
        asked.note(date, kind, key, entry.place, what);
    }
}

/// The step that a tip waits for, with its limit: to be passed on, then the answer; `None`: it is settled.
pub(crate) fn next_step(view: &View, key: &RecordKey, tip: &TipFacts) -> Option<(Step, Option<NaiveDate>)> {
    let settled = handlings(view, key).any(|handling| matches!(handling.step, Step::Answered | Step::Filed));
    if settled {
        return None;
    }
    let step = match passed_on(view, key) {
        None => Step::Transferred,
        Some(_) => Step::Answered,
    };
    let set = handlings(view, key)
        .filter(|handling| handling.step == step)
        .find_map(|handling| handling.due);
    Some((step, set.or_else(|| step_due(step, tip.received, tip.urgent))))
}
