//! Lists on their way out: what a list holds, as a workbook of Excel or as CSV.
//!
//! Whoever calls decides who may have what; here it is only written. A text stays a text: what begins like a formula is none,
//! in Excel because its cell says so, in CSV because it gets a mark in front.

mod cells;
mod csv;
mod xlsx;

pub use cells::{Cell, cell};
pub use csv::csv;
pub use xlsx::xlsx;

use chrono::NaiveDateTime;

/// After so many rows somebody is told how far it is, and may stop it.
const BETWEEN: usize = 500;

/// What is written.
#[derive(Clone, PartialEq, Debug)]
pub struct Book {
    /// What stands over the list.
    pub title: String,
    /// Lines under it: whose it is, who took it out and when, how it is to be kept. Never empty: a file without them is not ours.
    pub marks: Vec<String>,
    /// What stands at the foot of each printed page.
    pub foot: String,
    /// Who took it out.
    pub author: String,
    /// When, as clocks in Vietnam show it.
    pub made: NaiveDateTime,
    /// The list, then the lists of its parts, each a sheet.
    pub lists: Vec<List>,
}

/// One sheet.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct List {
    /// Its name.
    pub name: String,
    /// What stands over the columns.
    pub heads: Vec<String>,
    /// The rows; each has as many cells as there are heads.
    pub rows: Vec<Vec<Cell>>,
}

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// Somebody stopped it.
    #[error("stopped")]
    Stopped,
    /// More rows or columns than a sheet of Excel has.
    #[error("more rows or columns than a sheet has")]
    TooLarge,
    /// The library that makes workbooks refused.
    #[error("the workbook cannot be made: {0}")]
    Workbook(String),
}

/// Asks after some rows whether to go on.
///
/// # Errors
/// [`WriteError::Stopped`].
fn watched(row: usize, watch: &mut dyn FnMut(usize) -> bool) -> Result<(), WriteError> {
    if row.is_multiple_of(BETWEEN) && !watch(row) {
        return Err(WriteError::Stopped);
    }
    Ok(())
}
