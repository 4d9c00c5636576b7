//! An invented commune, seeded and reproducible: what its people wrote down, in the order in which they wrote it.
//!
//! [`Commune::generate`] gives a history of [`Event`]s, each by one [`Author`]. Demo, tests and benchmarks replay it
//! through real devices, each author's share with [`Commune::by_author`]; [`replay`] says what must come out of it.
//! [`bulk`] makes many alike records quickly, for measuring; [`every`] fills in the form of each kind. Same parameters, same
//! output, in every release of `rand`: nothing here uses more of it than the ChaCha stream itself ([`mod@dice`] does the
//! rest).
//!
//! Nobody here exists: names are put together from parts, telephone numbers begin with 010, which is not assigned.

pub mod bulk;
mod calendar;
mod care;
mod commune;
pub mod dice;
mod divisions;
mod duties;
mod event;
pub mod every;
mod faults;
mod home;
mod life;
mod names;
mod office;
mod outreach;
mod pledges;
pub mod replay;
mod said;
mod story;
mod tips;
mod village;
mod words;

pub use commune::{Commune, Parameters, UnitOf, VillageOf};
pub use event::{Author, Event, Mistake, Place, Secret};
