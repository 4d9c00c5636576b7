//! Signed, sealed logs; the register; keys; verdicts. Pure: no I/O, no clock, no randomness of its own, and nothing of
//! what a record is.

pub mod announced;
pub mod cbor;
pub mod entry;
pub mod epoch;
pub mod file;
pub mod hpke;
pub mod ids;
pub mod outside;
pub mod payload;
pub mod people;
pub mod register;
pub mod seal;
pub mod serving;
pub mod sign;
pub mod slip;
pub mod suspension;
pub mod verdict;
pub mod words;

pub use entry::{Encoding, Envelope, Header, InvalidEntry, Kind, Suite};
pub use epoch::{EpochSecret, Receiver, Wrap, WrapError};
pub use ids::*;
pub use people::*;
pub use register::{Added, Operation, Register};
