//! The courier file `.sothon` (design.md §3.9): register, requests, entries and wraps in one file, signed as a whole by
//! the device that made it. What is in it is sealed already, so any messenger or stick may carry it.
//!
//! Bytes in, parts out ([`Reader`]); parts in, bytes out ([`Writer`]): no files, no clock, no store. Neither holds more
//! than one part and what was just handed to it, however long the file is. The form is described in
//! docs/format-courier.md:
//!
//! ```text
//! magic | head | operations of the register | suspensions, requests, entries, wraps | seal
//!         \___ each a CBOR byte string _________________________________________/     signs all before it
//! ```
//!
//! The seal says that the file is whole and who made it, no more: every operation, entry and wrap in it has a signature
//! of its own, and is taken or left by that. So a reader goes through a file twice: once to see that it is whole, and
//! then to take it in.

mod fault;
mod part;
mod reader;
mod writer;

pub use fault::{Place, ReadError, ReadFault, WriteError};
pub use part::{Head, Meant, Part};
pub use reader::{Reader, Seal};
pub use writer::Writer;

/// What every courier file begins with. The line ends notice a carrier that takes the file for text.
pub const MAGIC: [u8; 8] = *b"\x89SoTh\r\n\x1a";
/// The version of the form that is written.
pub const VERSION: u64 = 1;
/// The most bytes that a part may have inside its byte string: an entry of the greatest size fits.
pub const MAX_PART: usize = (1 << 20) + (8 << 10);
/// The most bytes of operations in a file, as in a session.
pub const MAX_REGISTER: u64 = 32 << 20;
/// The most requests to be admitted in a file, as many as are kept of a commune.
pub const MAX_REQUESTS: usize = 64;
