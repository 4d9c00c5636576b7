//! The relay: blind store-and-forward for several communes.
//!
//! It keeps what devices bring, sealed as it comes, and hands it on to whoever may hold it by the commune's own register.
//! It has no key that opens anything, and links nothing that could read a record. Each commune has its own file, thread
//! and quota, so that none can slow another.

pub mod commune;
pub mod folder;
pub mod health;
pub mod serve;
