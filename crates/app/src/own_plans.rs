//! What villages and units have set themselves (R81), beside the commune's plan that it carries out: on the board of its tasks.

use std::collections::{BTreeMap, BTreeSet};

use sothon_overview::Place;
use sothon_records::kinds::OwnPlan;
use sothon_records::kinds::own_plan::OwnTask;
use sothon_records::{Record as _, RecordKey, Words};

use crate::api::{OwnPlanRow, RowState, Tone};
use crate::desk::{Desk, scope_of};

/// A village's or unit's own plan.
pub(crate) struct Own {
    key: RecordKey,
    place: Place,
    plan: OwnPlan,
}

impl Own {
    fn tasks(&self) -> impl Iterator<Item = &OwnTask> {
        self.plan.tasks.values().filter(|task| task.in_force())
    }
}

impl Desk {
    /// The own plans that carry out a plan of the commune, or name none; of one place, or of all of them.
    pub(crate) fn own_plans(&self, of: Option<&RecordKey>, place: Option<Place>) -> Vec<Own> {
        let own = |key: &RecordKey| {
            let plan = OwnPlan::read(self.view.record(key)?).value;
            let here = self.view.place_of_on(key, self.today())?;
            let carries_out = plan.plan.is_none() || plan.plan.as_ref() == of;
            let asked = carries_out && place.is_none_or(|place| place == here);
            (asked && !self.view.is_voided(key)).then(|| Own {
                key: key.clone(),
                place: here,
                plan,
            })
        };
        let mut plans: Vec<Own> = self.view.of_kind(OwnPlan::KIND.slug).filter_map(own).collect();
        plans.sort_by_key(|own| (own.place, std::cmp::Reverse(own.plan.until), own.key.clone()));
        plans
    }

    pub(crate) fn own_plan_rows(&self, plans: &[Own]) -> Vec<OwnPlanRow> {
        let places = self.places_for(OwnPlan::KIND);
        // One that follows may stand on another board: under the commune's next plan.
        let read = |key: &RecordKey| Some(OwnPlan::read(self.view.record(key)?).value);
        let all = self.view.of_kind(OwnPlan::KIND.slug);
        let in_force = all.filter(|key| !self.view.is_voided(key)).filter_map(read);
        let renewed: BTreeSet<RecordKey> = in_force.filter_map(|plan| plan.previous).collect();
        let renews = |own: &Own| {
            places.contains(&scope_of(own.place)) && own.plan.until.is_some() && !renewed.contains(&own.key)
        };
        plans
            .iter()
            .map(|own| self.own_plan_row(own, renews(own)))
            .collect()
    }

    fn own_plan_row(&self, own: &Own, renews: bool) -> OwnPlanRow {
        let all = own.tasks().count();
        let done = own.tasks().filter(|task| task.is_done()).count();
        let late = own
            .tasks()
            .filter(|task| !task.is_done() && task.due.is_some_and(|due| due < self.today()));
        let late = late.count();
        let counted = Words::new(
            format!("{all} việc · {done} xong"),
            format!("{all} tasks · {done} done"),
        );
        let period = self.period_words(own.plan.from, own.plan.until);
        let says = [period, self.w(&counted)];
        let state = match (all, late) {
            (_, late) if late > 0 => (
                Tone::Late,
                Words::new(format!("Quá hạn {late} việc"), format!("{late} late")),
            ),
            (all, _) if all > 0 && all == done => (Tone::Ok, Words::new("Xong", "Done")),
            _ => (Tone::Plain, Words::new("Đang thực hiện", "Under way")),
        };
        OwnPlanRow {
            key: own.key.to_string(),
            title: format!("{}: {}", self.place_name(own.place), self.title(&own.key)),
            says: says
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            renews,
            state: RowState {
                tone: state.0,
                word: self.w(&state.1),
            },
        }
    }

    /// What is set under each task of the commune's plan: "Thôn 1: 2 việc riêng, 1 xong".
    pub(crate) fn own_by_task(&self, plans: &[Own]) -> BTreeMap<RecordKey, String> {
        let mut counts: BTreeMap<RecordKey, BTreeMap<Place, (usize, usize)>> = BTreeMap::new();
        for own in plans {
            for task in own.tasks() {
                if let Some(under) = &task.under {
                    let places = counts.entry(under.clone()).or_default();
                    let (all, done) = places.entry(own.place).or_default();
                    *all += 1;
                    *done += usize::from(task.is_done());
                }
            }
        }
        let said = |(place, (all, done)): (Place, (usize, usize))| {
            let name = self.place_name(place);
            self.w(&Words::new(
                format!("{name}: {all} việc riêng, {done} xong"),
                format!("{name}: {all} own tasks, {done} done"),
            ))
        };
        let words = |places: BTreeMap<Place, (usize, usize)>| {
            places.into_iter().map(said).collect::<Vec<_>>().join("; ")
        };
        counts
            .into_iter()
            .map(|(under, places)| (under, words(places)))
            .collect()
    }
}
