//! What a village or unit has set itself (R81), until it says that it is done. Nobody but itself is reminded of it.

use std::sync::Arc;

use sothon_records::Record as _;
use sothon_records::kinds::OwnPlan;
use sothon_records::label::Words;

use super::{Asked, DueKind};

pub(super) fn due(asked: &mut Asked<'_>) {
    let view = asked.view;
    // The whole commune does not work off what a village has set itself.
    if asked.who.places.is_none() {
        return;
    }
    for (key, entry) in view.entries_of(OwnPlan::KIND.slug) {
        let Some(plan) = entry
            .raw()
            .filter(|_| !entry.voided)
            .map(|raw| OwnPlan::read(raw).value)
        else {
            continue;
        };
        for task in plan
            .tasks
            .values()
            .filter(|task| task.in_force() && !task.is_done())
        {
            if let (Some(due), Some(title)) = (task.due, &task.title) {
                let says = Words::new(title.clone(), title.clone());
                asked.note_for(due, due, DueKind::OwnTask, key, entry.place, Arc::new(says));
            }
        }
    }
}
