//! "Chưa đủ căn cứ": all that nobody could find in an official text (domain.md §9): what is missing, who fills it, what then
//! changes. Nothing is filled by guessing.

use chrono::Datelike;
use sothon_records::kind::ChoiceSet;
use sothon_records::kinds::{CriteriaSet, Setting};
use sothon_records::settings::Matter;
use sothon_records::{Record, RecordKey, Words, problem};

use crate::api::*;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::Done;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn gaps(&self) -> Done<Gaps> {
        self.at_desk(|desk| desk.gaps()).await
    }
}

impl Desk {
    /// The page.
    pub(crate) fn gaps(&self) -> Done<Gaps> {
        self.reads_commune()?;
        let slots = Matter::ALL.iter().filter(|matter| matter.is_slot());
        let known = |matter: &Matter| self.view.settings().recorded(*matter, self.today()).is_some();
        let (filled, open): (Vec<Matter>, Vec<Matter>) = slots.copied().partition(known);
        let rows = |matters: Vec<Matter>| matters.into_iter().map(|matter| self.gap(matter)).collect();
        let year = self.today().year();
        Ok(Gaps {
            open: rows(open),
            filled: rows(filled),
            sets_of_criteria: self.criteria_gaps(),
            codes: self.code_gaps(),
            days_off: self.years_without_days_off(year),
            fills: self.writes_kind(Setting::KIND),
        })
    }

    fn gap(&self, matter: Matter) -> GapRow {
        let declared = matter.declared();
        let recorded = self.view.settings().recorded(matter, self.today());
        GapRow {
            matter: matter.slug().to_owned(),
            label: matter.label().get(self.lang).to_owned(),
            missing: declared.source.get(self.lang).to_owned(),
            filled_by: declared.filled_by.get(self.lang).to_owned(),
            changes: declared.changes.get(self.lang).to_owned(),
            value: recorded
                .map(|(_, given)| self.w(&matter.form().words(given)))
                .unwrap_or_default(),
        }
    }

    /// How many things are not known enough.
    pub(crate) fn gap_count(&self) -> usize {
        let slots = Matter::ALL.iter().filter(|matter| matter.is_slot());
        let open = slots.filter(|matter| self.view.settings().recorded(**matter, self.today()).is_none());
        open.count()
            + self.code_gaps().len()
            + self.criteria_gaps().len()
            + self.years_without_days_off(self.today().year()).len()
    }

    /// This year's calendar is needed now, the next year's before its first deadline is set.
    fn years_without_days_off(&self, year: i32) -> Vec<String> {
        let unannounced = [year, year + 1]
            .into_iter()
            .filter(|year| self.is_unannounced(*year));
        unannounced.map(|year| self.unannounced_words(year)).collect()
    }

    /// The sets of criteria in force that have blanks.
    fn criteria_gaps(&self) -> Vec<CriteriaGap> {
        let today = self.today();
        let gap = |key: &RecordKey| {
            let set = CriteriaSet::read(self.view.record(key)?).value;
            let ended = set.until.is_some_and(|until| until < today);
            let blanks = set.blanks();
            let says = [
                (&blanks.texts, "chưa có nội dung", "have no text"),
                (&blanks.thresholds, "chưa có ngưỡng", "have no threshold"),
            ];
            let says: Vec<String> = says
                .into_iter()
                .filter(|(codes, ..)| !codes.is_empty())
                .map(|(codes, vi, en)| self.criteria_words(codes, blanks.of, vi, en))
                .collect();
            (!ended && !says.is_empty() && !self.view.is_voided(key)).then(|| CriteriaGap {
                key: key.to_string(),
                name: set.name.unwrap_or_default(),
                says,
            })
        };
        self.view
            .of_kind(CriteriaSet::KIND.slug)
            .filter_map(gap)
            .collect()
    }

    /// "7/10 tiêu chí chưa có nội dung: 4, 5, 6".
    fn criteria_words(&self, codes: &[String], of: usize, vi: &str, en: &str) -> String {
        let list = codes.join(", ");
        let count = |n: usize| problem::number(i64::try_from(n).unwrap_or(i64::MAX), self.lang);
        let (some, all) = (count(codes.len()), count(of));
        self.w(&Words::new(
            format!("{some}/{all} tiêu chí {vi}: {list}"),
            format!("{some} of {all} criteria {en}: {list}"),
        ))
    }
}
