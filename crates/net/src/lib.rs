//! The thin drivers of `sync`: QUIC with raw public keys, reconnecting, and finding each other on the local network.
//!
//! Nothing here decides what is exchanged: the session in `sothon-sync` does, and a host says what is stored and who may
//! do what.

pub mod connect;
pub mod driver;
pub mod endpoint;
pub mod host;
pub mod hub;
pub mod lan;
pub mod limits;
pub mod nearby;
pub mod reconnect;
mod reset;
pub mod tls;

pub use driver::{Caller, SessionEnd, run};
pub use endpoint::{BindError, CloseCode, DialError, Endpoint, Peer};
pub use host::{FromPeer, Host, StoreReport};
pub use hub::{Changes, Counters, Ended, Hub, Stopped};
pub use lan::LanKey;
pub use limits::Limits;
pub use tls::{Expected, Identity};
