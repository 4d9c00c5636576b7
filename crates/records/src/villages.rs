//! What happens to a village, as one act with a date and a decision (domain.md §8.3): another name, going on in another
//! village, being divided, going to another commune, ending.
//!
//! An act changes records of villages (R74) alone. No book of a village is touched: a device that does not know yet goes
//! on writing in the old one, and whoever reads both counts what it wrote where the village goes on.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::kinds::Village;
use crate::kinds::village::{Origin, OriginForm, Share, VillageName, VillageType};
use crate::problem::{Code, Place, Problem, day};
use crate::raw::RawRecord;
use crate::raw::{Edit, RecordId, RecordKey};
use crate::record::{Record as _, differences};
use crate::text::{fold, tidy_line};

/// Names of what an act is asked for, as problems name them.
pub mod asks {
    /// The name.
    pub const NAME: &str = "name";
    /// The first day.
    pub const FROM: &str = "from";
    /// The decision.
    pub const DECISION: &str = "decision";
    /// The other village.
    pub const INTO: &str = "into";
    /// The other commune.
    pub const COMMUNE: &str = "commune";
    /// The households.
    pub const HOUSEHOLDS: &str = "households";
}

/// What happens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// Đổi tên: it has another name, or is another kind of place, from that day on.
    Rename {
        /// The name or number.
        name: String,
        /// The kind of place, where that changes too.
        type_of: Option<VillageType>,
    },
    /// Sáp nhập: its last day is the day before, and it goes on in another village.
    Merge {
        /// The village in which it goes on.
        into: RecordKey,
        /// What that village is called from that day on, where the name changes.
        name: Option<String>,
    },
    /// Chia tách, điều chỉnh: some of its households go to another village.
    Split {
        /// Where they go.
        to: SplitTo,
        /// The households.
        households: Vec<RecordKey>,
    },
    /// Giải thể: its last day is the day before. What of it is shared out to no other village is listed until it is.
    Dissolve,
    /// Chuyển về xã khác: its last day here is the day before.
    Leave {
        /// The commune.
        commune: String,
    },
}

/// To which village households go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SplitTo {
    /// One that is there.
    Existing(RecordKey),
    /// One that begins.
    New {
        /// Its name or number.
        name: String,
        /// Its fixed code: the scope of its book.
        code: String,
    },
}

/// An act on a village.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Act {
    /// The village.
    pub village: RecordKey,
    /// The first day on which it is so.
    pub from: NaiveDate,
    /// The decision: number and date.
    pub decision: String,
    /// What happens.
    pub event: Event,
}

impl Act {
    /// The edits of the villages' records, all in the commune's book.
    ///
    /// `villages`: the records of the villages in force, those that have ended too. `id` gives fresh ids.
    ///
    /// # Errors
    /// What is to be put right, by the names of [`asks`].
    pub fn edits(
        &self,
        villages: &BTreeMap<RecordKey, RawRecord>,
        mut id: impl FnMut() -> RecordId,
    ) -> Result<Vec<Edit>, Vec<Problem>> {
        let known: BTreeMap<&RecordKey, Village> = villages
            .iter()
            .map(|(key, raw)| (key, Village::read(raw).value))
            .collect();
        let Some(village) = known.get(&self.village) else {
            return Err(vec![unknown(asks::INTO)]);
        };
        let mut problems = self.problems(village, &known);
        let decision = tidy_line(&self.decision);
        if decision.is_empty() {
            problems.push(missing(
                asks::DECISION,
                "Nhập quyết định (số, ngày).",
                "Enter the decision (number, date).",
            ));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut changed: BTreeMap<RecordKey, Village> = BTreeMap::new();
        let mut created = Vec::new();
        let mut after = village.clone();
        let named = |village: &mut Village, id: RecordId, name: &str, type_of: Option<VillageType>| {
            let name = VillageName {
                name: Some(tidy_line(name)),
                from: Some(self.from),
                decision: Some(decision.clone()),
                type_of,
                ..VillageName::default()
            };
            village.names.insert(id, name);
        };
        match &self.event {
            Event::Rename { name, type_of } => named(&mut after, id(), name, *type_of),
            Event::Merge { into, name } => {
                self.end(&mut after, &decision);
                after.goes_on_in = Some(into.clone());
                let Some(mut other) = known.get(into).cloned() else {
                    return Err(vec![unknown(asks::INTO)]);
                };
                let origin = Origin {
                    village: Some(self.village.clone()),
                    form: Some(OriginForm::Merged),
                    ..Origin::default()
                };
                other.origins.insert(id(), origin);
                if let Some(name) = name {
                    named(&mut other, id(), name, None);
                }
                changed.insert(into.clone(), other);
            }
            Event::Split { to, households } => {
                let to = match to {
                    SplitTo::Existing(to) => to.clone(),
                    SplitTo::New { name, code } => {
                        let origin = Origin {
                            village: Some(self.village.clone()),
                            form: Some(OriginForm::Split),
                            ..Origin::default()
                        };
                        let mut begun = Village {
                            code: Some(code.clone()),
                            type_of: village.type_on(self.from),
                            former_commune: village.former_commune.clone(),
                            decision: Some(decision.clone()),
                            from: Some(self.from),
                            origins: [(id(), origin)].into(),
                            ..Village::default()
                        };
                        named(&mut begun, id(), name, None);
                        let key = id();
                        created.push(begun.create(key));
                        Village::key(key)
                    }
                };
                for household in households {
                    let share = Share {
                        household: Some(household.clone()),
                        to: Some(to.clone()),
                        from: Some(self.from),
                        decision: Some(decision.clone()),
                        ..Share::default()
                    };
                    after.shares.insert(id(), share);
                }
            }
            Event::Dissolve => self.end(&mut after, &decision),
            Event::Leave { commune } => {
                self.end(&mut after, &decision);
                after.left_to = Some(tidy_line(commune));
            }
        }
        changed.insert(self.village.clone(), after);
        let mut edits = created;
        for (key, after) in changed {
            if let Some(before) = known.get(&key) {
                edits.extend(differences(&key, &before.write(), &after.write()));
            }
        }
        Ok(edits)
    }

    fn end(&self, village: &mut Village, decision: &str) {
        village.until = self.from.pred_opt();
        village.end_decision = Some(decision.to_owned());
    }

    fn problems(&self, village: &Village, known: &BTreeMap<&RecordKey, Village>) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(began) = village.from.filter(|began| *began >= self.from) {
            let (vi, en) = (
                "Từ ngày phải sau ngày thôn bắt đầu",
                "From must be after the day on which the village began",
            );
            problems.push(Problem::new(
                Place::field(asks::FROM),
                Code::Order,
                format!("{vi} ({}).", day(began)),
                format!("{en} ({}).", day(began)),
            ));
        }
        let shares = matches!(self.event, Event::Split { .. });
        if let Some(until) = village.until.filter(|_| !shares) {
            // A village that has ended goes on as it was decided; that is taken back first.
            problems.push(Problem::new(
                Place::field(asks::FROM),
                Code::NotAllowed,
                format!(
                    "Thôn này đã chấm dứt từ sau ngày {}. Hoàn tác lần ghi đó trước.",
                    day(until)
                ),
                format!("This village has ended after {}. Undo that first.", day(until)),
            ));
        }
        match &self.event {
            Event::Rename { name, type_of } => {
                problems.extend(self.problem_of_name(name, Some(&self.village), known));
                let same = village
                    .name_on(Some(self.from))
                    .is_some_and(|now| fold(&now) == fold(&tidy_line(name)));
                if same && type_of.is_none_or(|type_of| village.type_on(self.from) == Some(type_of)) {
                    problems.push(Problem::new(
                        Place::field(asks::NAME),
                        Code::NotAllowed,
                        "Tên mới phải khác tên đang dùng.",
                        "The new name must differ from the one in use.",
                    ));
                }
            }
            Event::Merge { into, name } => {
                let other = known.get(into).filter(|_| *into != self.village);
                match other {
                    Some(other) if other.exists_on(self.from) && !goes_round(into, &self.village, known) => {}
                    _ => problems.push(unknown(asks::INTO)),
                }
                if let Some(name) = name {
                    problems.extend(self.problem_of_name(name, Some(into), known));
                }
            }
            Event::Split { to, households } => {
                match to {
                    SplitTo::Existing(to) => {
                        let there = known.get(to).filter(|_| *to != self.village);
                        if there.is_none_or(|there| !there.exists_on(self.from)) {
                            problems.push(unknown(asks::INTO));
                        }
                    }
                    SplitTo::New { name, .. } => problems.extend(self.problem_of_name(name, None, known)),
                }
                let several: BTreeSet<&RecordKey> = households.iter().collect();
                if several.is_empty() {
                    problems.push(missing(
                        asks::HOUSEHOLDS,
                        "Chọn các hộ chuyển sang thôn kia.",
                        "Choose the households that go to the other village.",
                    ));
                }
            }
            Event::Dissolve => {}
            Event::Leave { commune } => {
                if tidy_line(commune).is_empty() {
                    problems.push(missing(
                        asks::COMMUNE,
                        "Nhập tên xã mà thôn chuyển về.",
                        "Enter the commune.",
                    ));
                }
            }
        }
        problems
    }

    /// A name must be there, and no other village of the same former commune may bear it on that day.
    fn problem_of_name(
        &self,
        name: &str,
        of: Option<&RecordKey>,
        known: &BTreeMap<&RecordKey, Village>,
    ) -> Option<Problem> {
        let name = tidy_line(name);
        if name.is_empty() {
            return Some(missing(
                asks::NAME,
                "Nhập tên, số của thôn.",
                "Enter the village's name or number.",
            ));
        }
        let from = of.or(Some(&self.village)).and_then(|of| known.get(of));
        let commune = from.and_then(|village| village.former_commune.clone());
        // The village that ends with this act gives its name free.
        let ends = |key: &RecordKey| *key == self.village && matches!(self.event, Event::Merge { .. });
        let bears = known.iter().find(|(key, other)| {
            Some(**key) != of
                && !ends(key)
                && other.exists_on(self.from)
                && other.former_commune == commune
                && other
                    .name_on(Some(self.from))
                    .is_some_and(|other| fold(&other) == fold(&name))
        });
        bears.map(|_| {
            Problem::new(
                Place::field(asks::NAME),
                Code::NotAllowed,
                format!("Ngày {} đã có thôn tên {name}. Chọn tên khác.", day(self.from)),
                format!(
                    "On {} there is a village called {name}. Choose another name.",
                    day(self.from)
                ),
            )
        })
    }
}

/// Whether a village goes on, also through others, in another one.
fn goes_round(from: &RecordKey, to: &RecordKey, known: &BTreeMap<&RecordKey, Village>) -> bool {
    let mut seen = BTreeSet::new();
    let mut at = Some(from);
    while let Some(key) = at.filter(|key| seen.insert(*key)) {
        if key == to {
            return true;
        }
        at = known.get(key).and_then(|village| village.goes_on_in.as_ref());
    }
    false
}

fn missing(field: &str, vi: &str, en: &str) -> Problem {
    Problem::new(Place::field(field), Code::Missing, vi, en)
}

fn unknown(field: &str) -> Problem {
    missing(
        field,
        "Chọn một thôn khác đang có ngày đó.",
        "Choose another village that exists on that day.",
    )
}
