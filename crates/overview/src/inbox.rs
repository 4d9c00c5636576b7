//! Tips as an inbox has them: when each came, which step it is at, what is due. Nothing of what they say.

use chrono::{DateTime, NaiveDate, Utc};
use sothon_records::RecordKey;
use sothon_records::kinds::tip_handling::Step;

use crate::due::next_step;
use crate::facts::Facts;
use crate::indicators::handlings;
use crate::view::View;

/// A tip and how far it has been handled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TipStanding<'a> {
    /// The record.
    pub key: &'a RecordKey,
    /// When it came.
    pub received: DateTime<Utc>,
    /// The last step taken; `None`: none is written down.
    pub step: Option<Step>,
    /// The step that it waits for, with its limit; `None`: it is settled.
    pub next: Option<(Step, Option<NaiveDate>)>,
}

impl View {
    /// The tips in force that are readable here.
    pub fn tips(&self) -> Vec<TipStanding<'_>> {
        let tips = self.entries_of("tip").filter_map(|(key, entry)| {
            let Facts::Tip(tip) = &entry.facts else {
                return None;
            };
            let newest = handlings(self, key).max_by_key(|handling| (handling.date, handling.step));
            Some(TipStanding {
                key,
                received: tip.received,
                step: newest.map(|handling| handling.step),
                next: next_step(self, key, tip),
            })
        });
        tips.collect()
    }
}
