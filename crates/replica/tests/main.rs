//! What holds of a replica among others: one program, as each program links all of it anew.
#![allow(missing_docs)]

mod actors;
mod bad_input;
mod burnt_office;
mod checkpoint_lies;
mod checkpoints;
mod common;
mod copied;
mod courier;
mod drops;
mod ending;
mod files;
mod going_on;
mod handing_over;
mod invitations;
mod kept_secrets;
mod losing;
mod main_path;
mod many_logs;
mod offices;
mod opening_to;
mod ordering;
mod recovery;
mod registrar_lost;
mod review;
mod rights;
mod rolling;
mod snapshot;
mod suspending;
mod tips;
mod unwrapping;
