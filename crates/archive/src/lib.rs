//! What a replica or relay holds of one commune, as sessions read it and add to it: the store, and in memory beside it
//! the register and an index of the wraps.
//!
//! Storing is not judging (design.md §3.1): every well-formed entry of a device that was ever admitted is kept; only
//! limits of the moment (a quota) leave one out, and then its author is told until when.

mod archive;
mod courier;
mod holdings;
mod knocks;
mod notices;
mod rights;
mod saves;
mod suspensions;
mod waiting;
mod wraps;

pub use archive::{Archive, ArchiveError, Gate, Taken, log_name};
pub use courier::{Brought, Cargo, CourierError, Seen, Written};
pub use knocks::MOST_KNOCKS;
pub use rights::{rights_of, role_of};
