//! What holds of a book and of the gate before it: one program, as each program links all of it anew.
#![allow(missing_docs)]

mod again;
mod book;
mod common;
mod conflicts;
mod convergence;
mod history;
mod honest;
mod released_formats;
