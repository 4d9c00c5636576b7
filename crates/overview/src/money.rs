//! The budget against what was spent: one table for each year and source (plan IV.2).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use sothon_records::kinds::Budget;
use sothon_records::kinds::budget::MoneySource;
use sothon_records::{Record as _, RecordKey};

use crate::view::View;

/// The lines of one year and source. Amounts are in đồng.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// The year.
    pub year: i64,
    /// The source; `None`: a line says none that this version knows.
    pub source: Option<MoneySource>,
    /// Its lines, in the order of lists.
    pub lines: Vec<AccountLine>,
}

/// A line of the budget.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountLine {
    /// The record.
    pub key: RecordKey,
    /// For what.
    pub content: String,
    /// What is planned; `None`: not written.
    pub planned: Option<i128>,
    /// What was spent; `None`: not written.
    pub spent: Option<i128>,
}

impl AccountLine {
    /// What is left of what is planned, below 0 where more was spent; `None` where nothing is planned.
    pub fn left(&self) -> Option<i128> {
        Some(self.planned? - self.spent.unwrap_or(0))
    }
}

impl Account {
    /// What is planned in all.
    pub fn planned(&self) -> i128 {
        self.lines.iter().filter_map(|line| line.planned).sum()
    }

    /// What was spent in all.
    pub fn spent(&self) -> i128 {
        self.lines.iter().filter_map(|line| line.spent).sum()
    }

    /// What is left in all; what was spent without a plan is taken off too.
    pub fn left(&self) -> i128 {
        self.planned() - self.spent()
    }
}

impl View {
    /// The accounts, the newest year first.
    pub fn accounts(&self) -> Vec<Account> {
        let mut by: BTreeMap<(Reverse<i64>, Option<MoneySource>), Vec<AccountLine>> = BTreeMap::new();
        for (key, entry) in self.entries_of("budget").filter(|(_, entry)| !entry.voided) {
            let Some(raw) = entry.raw() else { continue };
            let budget = Budget::read(raw).value;
            // A line that says no year belongs to none; its own list shows it.
            let Some(year) = budget.year else { continue };
            by.entry((Reverse(year), budget.source))
                .or_default()
                .push(AccountLine {
                    key: key.clone(),
                    planned: budget.planned.map(i128::from),
                    spent: budget.spent_in_all(),
                    content: budget.content.unwrap_or_default(),
                });
        }
        let sorted = |mut lines: Vec<AccountLine>| {
            lines.sort_by_cached_key(|line| self.search.order(&line.key).to_vec());
            lines
        };
        by.into_iter()
            .map(|((Reverse(year), source), lines)| Account {
                year,
                source,
                lines: sorted(lines),
            })
            .collect()
    }
}
