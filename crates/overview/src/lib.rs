//! The merged, read-only picture over all books that a device may read: figures, what is due, what is twice, search and
//! pages. Pure: no I/O, no clock (today is an argument), and no rights: what a device may not read it does not have.
//!
//! - [`change`] is what the replica tells the view; [`view`] keeps the picture up at the cost of the change.
//! - [`mod@indicator`] says what an indicator is, [`indicators`] declares them, one file each; [`period`] is what they are
//!   asked for; [`table`] puts figures in rows and columns.
//! - [`due`] is what is to be done; [`board`], [`care`] and [`inbox`] are tasks, persons and tips as lists have them; [`search`] finds records; [`roll`] is off what lists are ticked; [`money`] is the budget; [`page`] is a record with all that concerns it;
//!   [`acting`] says who acts for whom, [`levels`] what the commune is called and who is above it; [`identity`] says which of a record's copies counts.

pub mod acting;
pub mod alike;
mod ask;
pub mod board;
pub mod care;
pub mod change;
pub mod closing;
mod completeness;
pub mod due;
mod facts;
mod follow;
pub mod identity;
pub mod inbox;
pub mod indicator;
pub mod indicators;
pub mod levels;
mod merging;
pub mod money;
pub mod page;
pub mod period;
pub mod roll;
pub mod search;
mod settle;
mod stays;
pub mod table;
mod tally;
mod territory;
pub mod view;

pub use change::{BookRef, Change, Freshness, OpenBook, Place};
pub use due::{Due, DueKind, Who};
pub use indicator::{Compartment, Completeness, Figure, Indicator, Source, Value};
pub use period::{Period, Span};
pub use table::Table;
pub use view::View;
