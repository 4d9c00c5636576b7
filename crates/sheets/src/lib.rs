//! Workbooks: the rows of what somebody keeps in Excel, as records with what is to be put right by row and column.
//!
//! - [`mod@open`] turns a file's bytes into [`sheet::Sheet`]s, within limits that are looked at before anything is unpacked.
//! - [`subject`] says what a table can be of, and which columns that has; [`mod@guess`] finds the heads and what they mean.
//! - [`mod@read`] makes records of the rows, all or nothing: each thing to be put right has its row and column.
//! - [`out`] writes a list as a workbook or as CSV.
//!
//! Pure: no files, no clock, no randomness of its own, and nothing of devices. A workbook comes from anywhere: whatever is in
//! it, reading ends, within bounds.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod csv;
pub mod guess;
mod hidden;
mod merged;
pub mod open;
pub mod out;
pub mod read;
pub mod sheet;
pub mod subject;
mod synonyms;
mod xlsx;

pub use guess::{Mapping, guess};
pub use open::{OpenError, open};
pub use read::{
    Ending, Found, Further, Given, Line, Made, Passed, Sought, Stands, Why, Wrong, further, read,
};
pub use sheet::{Cell, Row, Sheet};
pub use subject::{Subject, Target, VILLAGE};
