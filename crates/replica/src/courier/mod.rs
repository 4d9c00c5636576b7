//! The courier file on this device: what goes out with it, and what comes in by it (design.md §3.9, §3.11).
//!
//! Any stick or messenger may carry the file, since all in it is sealed. To make one changes no tick: only what somebody
//! at the commune has signed for is known to have arrived.

mod incoming;
mod outgoing;

pub use incoming::{CourierIn, Left};
pub use outgoing::CourierOut;
