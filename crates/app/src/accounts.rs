//! "Bảng kinh phí": the budget against what was spent, a table for each year and source.

use sothon_overview::money;
use sothon_records::kinds::Budget;
use sothon_records::{ChoiceSet as _, Record as _, problem};

use crate::api::*;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::{Done, Fault};
use crate::words;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn accounts(&self) -> Done<Vec<Account>> {
        self.at_desk(|desk| desk.accounts()).await
    }
}

impl Desk {
    fn accounts(&mut self) -> Done<Vec<Account>> {
        self.refresh();
        let accounts = self.accounts_read()?;
        Ok(accounts.iter().map(|account| self.account(account)).collect())
    }

    /// The sums, if this person reads what they are of.
    pub(crate) fn accounts_read(&self) -> Done<Vec<money::Account>> {
        let shelves = words::shelves_of(Budget::KIND);
        if !shelves.iter().any(|shelf| self.view.reads_any(*shelf)) {
            return Err(Fault::not_understood("accounts"));
        }
        Ok(self.view.accounts())
    }

    /// Where the money of an account is from.
    pub(crate) fn source_words(&self, account: &money::Account) -> &'static str {
        account
            .source
            .map_or(self.t("Chưa ghi nguồn", "No source written"), |source| {
                source.label().get(self.lang)
            })
    }

    fn account(&self, account: &money::Account) -> Account {
        let source = self.source_words(account);
        let amount = |sum: Option<i128>| sum.map_or_else(String::new, |sum| problem::number(sum, self.lang));
        let line = |line: &money::AccountLine| AccountLine {
            key: line.key.to_string(),
            content: line.content.clone(),
            planned: amount(line.planned),
            spent: amount(line.spent),
            left: amount(line.left()),
            over: line.left().is_some_and(|left| left < 0),
        };
        Account {
            title: format!("{} {} · {source}", self.t("Năm", "Year"), account.year),
            lines: account.lines.iter().map(line).collect(),
            total: AccountLine {
                key: String::new(),
                content: self.t("Cộng", "In all").to_owned(),
                planned: amount(Some(account.planned())),
                spent: amount(Some(account.spent())),
                left: amount(Some(account.left())),
                over: account.left() < 0,
            },
        }
    }
}
