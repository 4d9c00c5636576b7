//! "Người và máy": who has which device; invitations; readers of care and tips.

use super::{QrCode, RowState, data};

data! {
    /// People and devices.
    pub struct People {
        /// Whether this is the registrar's device.
        pub registrar: bool,
        /// "9 người, 10 máy".
        pub summary: String,
        /// Devices that ask to be admitted.
        pub asking: Vec<Asking>,
        /// Devices that want to read care or tips, for who may say yes.
        pub readers: Vec<ReaderAsk>,
        /// People with their devices.
        pub people: Vec<PersonRow>,
        /// Invitations that were made.
        pub invites: Vec<InviteRow>,
        /// The roles that can be invited, and their places.
        pub roles: Vec<RoleChoice>,
        /// The relays, as the register names them.
        pub relays: Vec<String>,
        /// The commune's slip, which a relay is given before it serves the commune; admits nobody.
        pub relay_slip: String,
        /// Compartments that are not open yet and why, for the registrar: care and tips.
        pub unopened: Vec<Unopened>,
        /// The years for which books are opened and reading keys are made now.
        pub years: Vec<u32>,
        /// What the paper has: the register's head, "mốc 14 · 3fa9c1".
        pub register: String,
        /// Whether a fork freezes the register, until the recovery sheet chooses.
        pub forked: bool,
        /// What was ordered on a branch of the register that was not chosen; empty: nothing ever was.
        pub unchosen: String,
    }

    /// A person with devices.
    pub struct PersonRow {
        /// The name; role and place where none is recorded.
        pub name: String,
        /// The role and place.
        pub role: String,
        /// For whom the person acts now, or who acts for them.
        pub acting: Vec<String>,
        /// `village` or `commune`, for the filter.
        pub group: String,
        /// The devices.
        pub devices: Vec<DeviceRow>,
    }

    /// A device.
    pub struct DeviceRow {
        /// Its id.
        pub id: String,
        /// The beginning of its id.
        pub short: String,
        /// What it is: "Điện thoại".
        pub what: String,
        /// Whether it is this one.
        pub this: bool,
        /// When anything of it last came, in unix seconds.
        pub seen: Option<i64>,
        /// The word of state: "Đang dùng", "12 ngày chưa gửi", "Đã dừng".
        pub state: RowState,
        /// Whether all that it may has ended.
        pub ended: bool,
        /// Since when it is admitted: the register's height.
        pub height: u64,
        /// How many entries of it are held.
        pub entries: u64,
        /// The official's record in the commune's book.
        pub official: Option<String>,
    }

    /// A device that asks to be admitted.
    pub struct Asking {
        /// The invitation.
        pub invite: String,
        /// The device's id.
        pub device: String,
        /// For whom the invitation was made: "Đỗ Thị Lan".
        pub person: String,
        /// "Phó trưởng thôn, Thôn 3".
        pub role: String,
        /// When it asked, in unix seconds.
        pub at: i64,
        /// The eight words.
        pub words: Vec<String>,
    }

    /// A device that wants to read care or tips.
    pub struct ReaderAsk {
        /// The device's id.
        pub device: String,
        /// Whose.
        pub person: String,
        /// Role and place.
        pub role: String,
        /// What it would read: "Ngăn quản lý, giúp đỡ".
        pub what: String,
        /// The books, for the answer.
        pub books: Vec<String>,
    }

    /// An invitation.
    pub struct InviteRow {
        /// Its id.
        pub id: String,
        /// For whom.
        pub person: String,
        /// The role and place.
        pub role: String,
        /// Until when, in unix seconds.
        pub until: i64,
        /// The word of state: "Chưa dùng", "Đã dùng", "Hết hạn", "Đã rút lại".
        pub state: RowState,
        /// Whether it can still be withdrawn or shown.
        pub open: bool,
    }

    /// A role to choose, with its places.
    pub struct RoleChoice {
        /// The role's slug.
        pub slug: String,
        /// "Trưởng thôn".
        pub label: String,
        /// The places to choose from; empty: the whole commune.
        pub places: Vec<super::FormPlace>,
    }

    /// An invitation to make.
    pub struct InviteInput {
        /// For whom.
        pub person: String,
        /// The role's slug.
        pub role: String,
        /// The place, as [`super::FormPlace::place`].
        pub place: String,
        /// For how many days.
        pub days: u32,
        /// What the device is: "Điện thoại".
        pub what: String,
    }

    /// An invitation's slip.
    pub struct InviteSlipSeen {
        /// The invitation's id.
        pub id: String,
        /// For whom.
        pub person: String,
        /// The role and place.
        pub role: String,
        /// The text.
        pub text: String,
        /// The same as a QR code.
        pub qr: QrCode,
        /// Until when, in unix seconds.
        pub until: i64,
        /// The commune's name, for the print.
        pub commune: String,
    }

    /// Books that are not open yet.
    pub struct Unopened {
        /// The compartment's slug.
        pub compartment: String,
        /// "Ngăn quản lý, giúp đỡ".
        pub label: String,
        /// What is lacking, in one sentence; empty: it can be opened now.
        pub lacks: String,
        /// The year.
        pub year: u32,
    }

    /// A reading key on paper, to be printed and then forgotten.
    pub struct ReadingKeySheet {
        /// "Ngăn quản lý, giúp đỡ, 2025".
        pub title: String,
        /// The secret in groups of letters.
        pub groups: Vec<String>,
        /// What the registrar is given.
        pub slip: String,
        /// Which groups are to be typed back, counted from 0.
        pub ask: Vec<usize>,
    }
}
