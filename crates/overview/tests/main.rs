//! What holds of the picture over all books: one program, as each program links all of it anew.
#![allow(missing_docs)]

mod care;
mod common;
mod due;
mod figures;
mod identity;
mod incremental;
mod lists;
mod means;
mod roll;
mod villages;
