//! What holds of sessions between two who hold different things: one program, as each program links all of it anew.
#![allow(missing_docs)]

mod convergence;
mod exchange;
mod extras;
mod files;
mod harness;
mod knocks;
mod limits;
mod notices;
mod register;
mod strangers;
