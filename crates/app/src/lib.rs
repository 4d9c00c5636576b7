//! The app's core without a window: one device, as the person in front of it uses it.
//!
//! [`App`] is started with a base folder and asked by the names of [`commands`]; what is asked and answered is plain data
//! of [`api`]. An open book lives in a thread of its own (`desk`), together with its sessions; everything else waits for
//! it there. A window has no rule of the domain or of the protocol, and neither has this crate: it asks `records`,
//! `replica` and `overview`, and puts their answers into the words and the order of a screen.

// A fault is made once, for a person to read: its size costs nothing that anybody waits for.
#![allow(clippy::result_large_err)]
#![cfg_attr(
    not(test),
    warn(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

mod access;
mod accounts;
mod acting;
mod answering;
pub mod api;
mod app;
mod aside;
pub mod behalf;
pub mod bindings;
mod books;
mod cards;
mod care;
mod charts;
mod choices;
pub mod clock;
mod closing;
pub mod commands;
mod commune;
pub mod courier;
mod courier_fault;
mod days_off;
mod desk;
mod drafts;
mod due;
mod duties;
mod ending;
mod exchange;
mod exchange_page;
mod export;
mod fault;
mod files;
mod folders;
mod form;
mod gaps;
mod handle;
mod helper;
mod history;
mod import;
mod invites;
mod late;
mod leaving;
mod levels;
mod lost;
mod making;
mod matters;
mod merging;
mod moving;
mod notices;
mod office;
mod orders;
mod own_plans;
mod page;
mod paper;
mod passwords;
mod people;
mod photos;
pub mod place;
mod practice;
mod qr;
mod questions;
mod renewing;
mod review;
mod roll;
mod save;
mod saying;
mod secret;
mod session;
mod settings;
mod sharing;
mod sheets;
mod shelves;
mod stack;
mod start;
mod status;
mod tasks;
mod telling;
mod tips;
mod today;
mod typing;
mod unfinished;
mod usage;
mod village;
mod villages;
mod weighing;
pub mod words;

pub use app::{App, Options};
pub use fault::{Done, Fault, FaultTold, ProblemTold};

/// A fresh random id for a record.
fn fresh_id(rng: &mut impl rand_core::Rng) -> sothon_records::RecordId {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    sothon_records::RecordId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}
