//! What a window asks and hears: plain data, in the language that is set. Nothing here has behaviour.
//!
//! The same types are TypeScript's (`ui/src/lib/generated`), made by [`crate::bindings`]. Ids are text; dates are
//! `2025-06-10` (civil, UTC+7); instants are unix seconds. What a device may not read is absent, never greyed.

mod aside;
mod books;
mod cards;
mod choices;
mod closing;
mod commune;
mod courier;
mod ending;
mod exchange;
mod export;
mod form;
mod import;
mod lost;
mod matters;
mod moving;
mod people;
mod photos;
mod plans;
mod review;
mod settings;
mod stack;
mod start;
mod tips;
mod today;
mod villages;

pub use aside::*;
pub use books::*;
pub use cards::*;
pub use choices::*;
pub use closing::*;
pub use commune::*;
pub use courier::*;
pub use ending::*;
pub use exchange::*;
pub use export::*;
pub use form::*;
pub use import::*;
pub use lost::*;
pub use matters::*;
pub use moving::*;
pub use people::*;
pub use photos::*;
pub use plans::*;
pub use review::*;
pub use settings::*;
pub use stack::*;
pub use start::*;
pub use tips::*;
pub use today::*;
pub use villages::*;

/// Declares plain data of the interface: `Serialize`, `Deserialize`, TypeScript, camelCase.
macro_rules! data {
    ($($(#[$meta:meta])* pub $what:ident $name:ident $body:tt)*) => {
        $(
            #[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize, ts_rs::TS)]
            #[serde(rename_all = "camelCase")]
            $(#[$meta])*
            pub $what $name $body
        )*
    };
}

/// Declares what is only ever asked and holds a secret: `Deserialize`, TypeScript, camelCase.
macro_rules! asked {
    ($($(#[$meta:meta])* pub $what:ident $name:ident $body:tt)*) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Debug, serde::Deserialize, ts_rs::TS)]
            #[serde(rename_all = "camelCase")]
            pub $what $name $body
        )*
    };
}
pub(crate) use {asked, data};
