//! What holds of every kind of record: one program, as each program links all of it anew.
#![allow(missing_docs)]

mod declarations;
mod finding;
mod plan;
mod rules;
mod saying;
mod values;
