//! The driver of the courier file: what of this commune goes into one, and what of one is taken in.
//!
//! The bytes are `sothon_courier`'s; here they meet the store. A file is read twice: once to the end, to see that it is
//! whole, and only then to take it in, block by block as it was seen.

mod export;
mod fault;
mod import;
mod seen;

pub use export::{Cargo, Written};
pub use fault::CourierError;
pub use import::Brought;
pub use seen::Seen;
