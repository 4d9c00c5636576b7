//! One device's books: open, edit, publish, take in, subscribe.
//!
//! The two foundations, what is written (records, book) and how it travels (ledger, store, sync), meet here and
//! nowhere else. A [`Station`] is what works while the device is locked; a [`Replica`] is the device unlocked.

mod absorb;
mod aside;
mod checkpoints;
mod confirming;
mod courier;
mod delivery;
mod dropping;
mod edit;
mod ending;
mod epochs;
mod freshness;
mod going_on;
mod handing_over;
mod heads;
mod host;
mod invitations;
mod joined;
mod joining;
mod keeping;
mod kept;
mod live;
mod locked;
mod looking;
mod losing;
mod nearby;
mod noticed;
mod office;
mod opening_to;
mod ordering;
mod own_tips;
mod paper;
mod pending;
mod publish;
mod reading;
mod recovery;
mod registrar;
mod replica;
mod replies;
mod rolling;
mod sealed_part;
mod secrets;
#[cfg(test)]
mod simulated;
mod slots;
mod snapshot;
mod station;
mod suspending;
pub mod table;
mod tips;
mod undoing;
mod unwrapping;

pub use sothon_archive::CourierError;
pub use sothon_courier::{Meant, Place, ReadError, ReadFault};
pub use sothon_ledger::slip;
pub use sothon_ledger::words;

pub use aside::{Branch, RivalChanges, SetAside, WhyOut, why_aside};
pub use courier::{CourierIn, CourierOut, Left};
pub use delivery::{Delivery, Unsent};
pub use edit::{Saved, divide};
pub use freshness::Came;
pub use heads::NotNamed;
pub use host::{Clock, DeviceHost, Told};
pub use invitations::{Asked, Invitation, InvitationError, InvitationState};
pub use joining::SlipCheck;
pub use kept::Kept;
pub use locked::LockedHost;
pub use looking::{Holding, Seals};
pub use losing::{Ended, HadOnIt};
pub use office::ReadingKey;
pub use ordering::Ordered;
pub use own_tips::{OwnPart, OwnTip, TipState};
pub use paper::OpenedByPaper;
pub use publish::Published;
pub use registrar::RegistrarError;
pub use replica::{Event, Founded, Lock, Replica, ReplicaError};
pub use slots::{LastSlots, Slot};
pub use station::{Folder, Station, StationError, Taken};
pub use tips::{SentIn, TipFit, tip_fit};
pub use undoing::UndoneDevice;
