//! What the commune is called on a day, under which code, what it was before, and who stands above it then (R75): data with
//! dates, no level of it known to the code.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sothon_records::kinds::Commune;
use sothon_records::kinds::commune::{Superior, SuperiorRole};
use sothon_records::text::folded_words;
use sothon_records::{Record as _, RecordKey};

use crate::view::View;

/// A commune that is this one, or became it or a part of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// The record that says so.
    pub key: RecordKey,
    /// Its name, as recorded.
    pub name: String,
    /// Its code.
    pub code: Option<String>,
    /// Its last day under that name; `None`: it bears it still.
    pub until: Option<NaiveDate>,
}

impl View {
    /// The records of the commune in force, those that begin first before the others.
    pub fn communes(&self) -> Vec<(RecordKey, Commune)> {
        let read = |key: &RecordKey| Some((key.clone(), Commune::read(self.record(key)?).value));
        let mut all: Vec<_> = self.of_kind(Commune::KIND.slug).filter_map(read).collect();
        all.retain(|(_, commune)| commune.common.in_force());
        all.sort_by_key(|(key, commune)| (commune.from, key.clone()));
        all
    }

    /// The commune as it is called on a day: of several the one that began last; before all of them the first.
    pub fn commune_on(&self, day: NaiveDate) -> Option<(RecordKey, Commune)> {
        let all = self.communes();
        let held = all.iter().rfind(|(_, commune)| commune.holds_on(day));
        held.or_else(|| {
            all.iter()
                .rfind(|(_, commune)| commune.from.is_some_and(|from| from <= day))
        })
        .or(all.first())
        .cloned()
    }

    /// The names of who stands above the commune on a day in a role, in the order recorded.
    pub fn superiors_on(&self, role: SuperiorRole, day: NaiveDate) -> Vec<String> {
        let held = self.levels_on(role, day).into_iter();
        held.filter_map(|one| one.body).collect()
    }

    /// Who stands above the commune on a day in a role, in the order recorded.
    pub fn levels_on(&self, role: SuperiorRole, day: NaiveDate) -> Vec<Superior> {
        let all = self.communes().into_iter();
        let superiors = all.flat_map(|(_, commune)| commune.superiors.into_values());
        let mut held: Vec<Superior> = superiors
            .filter(|one| one.role == Some(role) && one.holds_on(day) && one.body.is_some())
            .collect();
        held.sort_by_key(|one| (one.order.unwrap_or(i64::MAX), one.from, one.body.clone()));
        // The same may be recorded with two names of the commune.
        let mut names = BTreeSet::new();
        held.retain(|one| names.insert(one.body.clone()));
        held
    }

    /// All names and codes that the commune has and had, and those of the communes that became it.
    pub fn known_communes(&self) -> Vec<Known> {
        let mut known: Vec<Known> = Vec::new();
        for (key, commune) in self.communes() {
            let own = commune.name.map(|name| Known {
                key: key.clone(),
                name,
                code: commune.code,
                until: commune.until,
            });
            let formers = commune.formers.into_values().filter(|former| former.in_force());
            let formers = formers.filter_map(|former| {
                Some(Known {
                    key: key.clone(),
                    name: former.called?,
                    code: former.code,
                    until: former.until,
                })
            });
            for one in own.into_iter().chain(formers) {
                let bare = Commune::bare(&one.name);
                let same =
                    |other: &&mut Known| other.until == one.until && Commune::bare(&other.name) == bare;
                // The commune under its former name may also be recorded among those that became it.
                match known.iter_mut().find(same) {
                    Some(other) => other.code = other.code.take().or(one.code),
                    None => known.push(one),
                }
            }
        }
        known
    }

    /// The communes that a text names, by name or code, today's and former ones.
    pub fn communes_named(&self, text: &str) -> Vec<Known> {
        let words = folded_words(text);
        let stands =
            |sought: &[String]| !sought.is_empty() && words.windows(sought.len()).any(|some| some == sought);
        let mut known = self.known_communes();
        known.retain(|one| {
            let code = one.code.as_deref().map(folded_words).unwrap_or_default();
            stands(&Commune::bare(&one.name)) || stands(&code)
        });
        known
    }
}
