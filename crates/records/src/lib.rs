//! What a village keeps: record kinds, their fields and rules. Pure: no I/O, no clock, no randomness, no Automerge.
//!
//! - [`raw`] is how a book hands records over: keys and plain values.
//! - [`kind`], [`field`], [`shelf`] and [`chapter`] are the vocabulary of declarations; [`kinds`] has the declarations
//!   themselves, one file each; [`record`] is what a typed struct can do.
//! - From a declaration and a raw record: [`mod@validate`], [`show`] (titles, rows, the words of a change), [`enter`]
//!   (what a person typed), [`search`], [`unique`], [`alike`] (what may be there twice).
//! - [`files`]: of which records photographs are kept.
//! - [`roll`] says off what the parts of a list can be ticked, and adds them up.
//! - [`plan`] is the commune's plan as data; [`standing`] says where a person under management stands on a day.
//! - [`settings`] is what a commune may set, the choices of forms among it; [`added`] is a value that it added to one;
//!   [`holidays`] is its calendar.
//! - [`civil`] counts time as the law does; [`text`] and [`collate`] compare Vietnamese.

pub mod added;
pub mod alike;
pub mod chapter;
pub mod civil;
pub mod collate;
pub mod common;
pub mod cores;
pub mod datum;
mod declare;
pub mod enter;
pub mod field;
pub mod files;
pub mod form;
pub mod holidays;
pub mod kind;
pub mod kinds;
pub mod label;
pub mod moving;
pub mod plan;
pub mod problem;
pub mod raw;
pub mod record;
pub mod roll;
pub mod search;
pub mod settings;
pub mod shelf;
pub mod show;
pub mod standing;
pub mod text;
pub mod unique;
pub mod validate;
pub mod villages;

pub use datum::{Datum, Sealed};
pub use kind::{ChoiceSet, Field, FieldType, Kind, List, Shelf, ShelfFacts, ShelfRule};
pub use label::{Label, Lang, Words};
pub use problem::{Code, Context, Place, Problem, Weight};
pub use raw::{BadKey, Edit, Fields, RawRecord, RecordId, RecordKey, SubKey, Value};
pub use record::{Record, Typed};
pub use validate::validate;
