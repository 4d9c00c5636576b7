//! Signed, sealed logs; the register; keys; verdicts. Pure: no I/O, no clock, no randomness of its own, and nothing of
//! what a record is.

pub mod cbor;
pub mod entry;
pub mod ids;
pub mod people;
pub mod register;
pub mod sign;

pub use entry::{Encoding, Envelope, Header, InvalidEntry, Kind, Suite};
pub use ids::*;
pub use people::*;
pub use register::{Added, Operation, Register};
