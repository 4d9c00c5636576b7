//! The courier file.

use super::Choice;

super::data! {
    /// Where courier files are made and found.
    pub struct Courier {
        /// The places where one can be made: the folder for downloads, sticks that are in.
        pub places: Vec<Choice>,
        /// The name of a file that the system handed over; taken in as `brought`.
        pub brought: Option<String>,
        /// Files that lie there, the newest first; at most twenty.
        pub files: Vec<CourierFile>,
        /// The other devices, for one of which a file can be made.
        pub devices: Vec<Choice>,
        /// Whether this device is admitted: else a file asks for that.
        pub admitted: bool,
    }

    /// A courier file that lies somewhere.
    pub struct CourierFile {
        /// By which it is taken in.
        pub id: String,
        /// Its name.
        pub name: String,
        /// Where it lies.
        pub place: String,
        /// "12 KB".
        pub size: String,
        /// When it was written there, in unix seconds.
        pub at: i64,
    }

    /// The photos that could go along with a file.
    pub struct CourierPhotos {
        /// How many.
        pub count: u32,
        /// How much longer they make the file: "1,4 MB".
        pub size: String,
    }

    /// A file that was made.
    pub struct CourierMade {
        /// Its name.
        pub name: String,
        /// Where it lies, in words.
        pub place: String,
        /// The same as a path.
        pub path: String,
        /// "12 KB".
        pub size: String,
        /// What a person should know of it.
        pub says: Vec<String>,
    }

    /// A file that was taken in.
    pub struct CourierTaken {
        /// Whether anything in it was new here.
        pub fresh: bool,
        /// What was taken, and what was not and why.
        pub says: Vec<String>,
        /// What was left, and for whom.
        pub left: Vec<String>,
        /// Whether somebody answers an invitation by it and waits for a yes.
        pub asked: bool,
        /// Whether this device is admitted now.
        pub admitted: bool,
    }
}
