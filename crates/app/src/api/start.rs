//! Before a book is open: whose books are on this machine, founding, joining, the practice commune, unlocking.

use super::{asked, data};
use crate::secret::Secret;

data! {
    /// A language of the screens.
    #[derive(Copy, Eq, Default)]
    pub enum Language {
        /// Vietnamese.
        #[default]
        Vi,
        /// English.
        En,
    }

    /// What the first screen needs.
    pub struct Welcome {
        /// The settings of this machine; no secrets and no names.
        pub settings: super::Settings,
        /// Whether the language was chosen once.
        pub language_chosen: bool,
        /// Whose books are on this machine.
        pub folders: Vec<FolderCard>,
        /// The folder whose book is open now, if one is.
        pub open: Option<String>,
        /// The name of a courier file that the system handed over and that waits to be taken in.
        pub brought: Option<String>,
        /// The version of the program.
        pub version: String,
    }

    /// How a device stands with its commune, by the register as far as it has come here.
    #[derive(Copy, Eq)]
    pub enum Standing {
        /// The commune has not admitted it yet.
        Waiting,
        /// It is one of the commune's.
        Admitted,
        /// It was, and its right has ended.
        Ended,
    }

    /// One person's books on this machine, before unlocking: readable by whoever holds the machine, so no names of people
    /// but what its owner chose to call it.
    pub struct FolderCard {
        /// Names the folder in commands.
        pub id: String,
        /// What its owner calls it, or role and place as the register has them: "Trưởng thôn, Thôn 3".
        pub title: String,
        /// The commune's name as its owner typed it at the beginning; may be empty.
        pub commune: String,
        /// Whether it is the practice commune.
        pub practice: bool,
        /// How this device stands; `null`: its folder cannot be read.
        pub standing: Option<Standing>,
        /// After wrong passphrases: until when no other is tried, in unix seconds.
        pub wait_until: Option<i64>,
        /// One sentence where the folder cannot be opened: damaged, of a newer version, open elsewhere.
        pub trouble: Option<String>,
    }

    /// The recovery sheet: kept sealed until some of it was typed back, then forgotten by the machine.
    pub struct RecoverySheet {
        /// The commune's name.
        pub commune: String,
        /// The commune's root, in groups of letters.
        pub root: Vec<String>,
        /// The recovery key in numbered groups of letters.
        pub groups: Vec<String>,
        /// The same as a QR code, for the paper.
        pub qr: QrCode,
        /// Which groups are to be typed back, counted from 0.
        pub ask: Vec<usize>,
        /// The day, `2025-06-10`.
        pub date: String,
    }

    /// A QR code: rows of dark and light modules, without the quiet zone.
    pub struct QrCode {
        /// How many modules a side has.
        pub size: usize,
        /// The path of its dark modules, for an SVG with a view box of `size` by `size`.
        pub path: String,
    }

    /// An invitation that was read.
    pub struct InviteSeen {
        /// "Phó trưởng thôn, Thôn 3".
        pub role: String,
        /// The commune's root, shortened.
        pub commune_mark: String,
        /// Until when it can be used, in unix seconds.
        pub until: i64,
        /// Whether it can be used now by this machine's clock.
        pub expired: bool,
    }

    /// A device that waits to be admitted, or whose right has ended.
    pub struct Waiting {
        /// The folder.
        pub folder: String,
        /// The eight words that the registrar sees too.
        pub words: Vec<String>,
        /// The role that was offered.
        pub role: String,
        /// The request, to be shown or sent where there is no connection.
        pub request: String,
        /// The same as a QR code.
        pub request_qr: QrCode,
        /// How this device stands.
        pub standing: Standing,
        /// How far the first exchange has come.
        pub progress: Option<Progress>,
        /// One sentence: how the connection stands.
        pub line: String,
    }

    /// How far something long has come.
    #[derive(Copy, Eq, Default)]
    pub struct Progress {
        /// Done.
        pub done: u64,
        /// Of so many, as far as is known.
        pub of: u64,
    }

    /// Whose book is open and what that person can do here.
    pub struct Me {
        /// The folder.
        pub folder: String,
        /// The person's name, where the commune's book has it.
        pub person: String,
        /// "Trưởng thôn".
        pub role: String,
        /// For code: `village-head`, `police`, …
        pub role_slug: String,
        /// "Thôn 3"; "Xã".
        pub place: String,
        /// The commune's name.
        pub commune: String,
        /// The head of pages that are printed today.
        pub head: super::DocumentHead,
        /// The villages that this person works for, by number; all of the commune's for the commune's people.
        pub villages: Vec<VillageName>,
        /// Whether this person works for the whole commune.
        pub commune_wide: bool,
        /// Today, `2025-06-10`.
        pub today: String,
        /// Whether this is the practice commune.
        pub practice: bool,
        /// How this device stands; only what was admitted has more than [`Waiting`].
        pub standing: Standing,
        /// The places of the frame, in their order.
        pub places: Vec<FramePlace>,
        /// Whether this is the registrar's device.
        pub registrar: bool,
        /// Whether the commune's recovery sheet is still to be printed and typed back; before that only it is there.
        pub sheet_waits: bool,
        /// One sentence where the clock of this machine cannot be right.
        pub clock_trouble: Option<String>,
    }

    /// A village by number and name.
    pub struct VillageName {
        /// Its number.
        pub number: u32,
        /// Its name.
        pub name: String,
    }

    /// A place of the frame that this person has.
    #[derive(Copy, Eq)]
    pub enum FramePlace {
        /// Hôm nay.
        Today,
        /// Hộ.
        Households,
        /// Sổ.
        Books,
        /// Toàn xã.
        Commune,
        /// Nhiệm vụ.
        Tasks,
        /// Người trong diện.
        Care,
        /// Tin báo.
        Tips,
        /// Người và máy.
        People,
        /// Gửi nhận.
        Exchange,
        /// Trợ giúp.
        Help,
    }
}

asked! {
    /// How a commune is founded.
    pub struct FoundInput {
        /// The commune's name.
        pub commune: String,
        /// The villages' names, in their order; their numbers are 1, 2, 3 …
        pub villages: Vec<String>,
        /// The person's name.
        pub person: String,
        /// The person's role: one of `office`, `police`, `police-chief`, `chair`.
        pub role: String,
        /// The passphrase.
        pub passphrase: Secret,
        /// The commune's relay, as its machine printed it: `KEY@HOST:PORT`; may be empty and can be set later.
        pub relay: String,
    }
}

asked! {
    /// How a new device joins.
    pub struct JoinInput {
        /// The invitation's text.
        pub slip: String,
        /// What the owner calls the book on this machine; may be empty.
        pub title: String,
        /// The passphrase.
        pub passphrase: Secret,
    }
}
