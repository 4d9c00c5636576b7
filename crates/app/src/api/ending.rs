//! What the registrar changes and ends for a device: its role; all that it may.

use super::data;

data! {
    /// Another role for a device.
    pub struct RoleInput {
        /// The device's id.
        pub device: String,
        /// The role's slug.
        pub role: String,
        /// The place, as [`super::FormPlace::place`].
        pub place: String,
    }

    /// What another role ends and begins, before it is given.
    pub struct RoleChange {
        /// Whose device: the person's name, else the role.
        pub person: String,
        /// What it is: "Điện thoại".
        pub what: String,
        /// The beginning of its id.
        pub short: String,
        /// The role and place until now.
        pub from: String,
        /// The role and place from now on.
        pub to: String,
        /// What it may no more.
        pub ends: Vec<RoleLine>,
        /// What it may from now on.
        pub begins: Vec<RoleLine>,
        /// Whether among what begins there is reading that somebody has to say yes to first.
        pub asks: bool,
    }

    /// A part of what a role ends or begins.
    pub struct RoleLine {
        /// "Không nhận thêm".
        pub says: String,
        /// The books: "Sổ thôn (Thôn 3)".
        pub books: Vec<String>,
    }
}
