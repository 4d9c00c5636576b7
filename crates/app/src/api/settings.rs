//! Settings of this machine, and what the web view hears.

use super::{Language, data};

data! {
    /// Settings of this machine: kept open, so no secrets and no names are in them.
    #[serde(default)]
    pub struct Settings {
        /// The language of the screens.
        pub language: Language,
        /// The text size in percent: 100, 125, 150, 200.
        pub text: u16,
        /// Light, dark, or as the system has it.
        pub theme: Theme,
        /// After how many idle minutes the book is locked.
        pub lock_minutes: u16,
        /// After how many days without contact it is said.
        pub silent_days: u16,
    }

    /// The look.
    #[derive(Copy, Eq, Default)]
    pub enum Theme {
        /// As the system has it.
        #[default]
        System,
        /// Light.
        Light,
        /// Dark.
        Dark,
    }

    /// The file for the helper: versions, codes, heights; no names.
    pub struct HelperFile {
        /// The text, to be read before it is sent.
        pub text: String,
        /// What it would be called.
        pub name: String,
    }

    /// What the program says of itself.
    pub struct About {
        /// The version.
        pub version: String,
        /// Licences of what it is built on: name, version, licence.
        pub parts: Vec<(String, String, String)>,
    }

    /// What the web view hears without asking. No names, no contents.
    #[serde(tag = "type", rename_all_fields = "camelCase")]
    pub enum Told {
        /// Records changed; those that came from others are named, to be marked as new.
        Records {
            /// The keys.
            keys: Vec<String>,
            /// Whether they came from others.
            foreign: bool,
        },
        /// How far records have come may read differently.
        Delivery,
        /// The register grew: people, books, rights.
        Register,
        /// The exchange stands differently.
        Exchange,
        /// The book was locked.
        Locked {
            /// Whether because nobody touched it.
            idle: bool,
        },
        /// The book will be locked in so many seconds unless somebody stays.
        LockSoon {
            /// Seconds.
            seconds: u32,
        },
        /// The device was admitted, or its first exchange goes on.
        Waiting,
        /// The system handed over a courier file.
        Brought,
        /// So many rows of a table were read or written.
        Table {
            /// Rows; records where they are being saved.
            rows: usize,
            /// Where they are being saved: of how many.
            of: Option<usize>,
        },
        /// Something for a native notification.
        Notify {
            /// The sentence, without names.
            says: String,
        },
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            language: Language::Vi,
            text: 100,
            theme: Theme::System,
            lock_minutes: 15,
            silent_days: 7,
        }
    }
}
