//! "Gửi nhận": peers, what waits, the log in plain words.

use super::{Progress, RecentRow, data};

data! {
    /// How the exchange stands.
    pub struct Exchange {
        /// The sentence on top: "Máy này và xã khớp nhau lúc 19:40".
        pub says: String,
        /// Which books are read from a checkpoint that is being checked against their logs, and what that means.
        pub checking_words: Option<String>,
        /// Whether all has come to the commune, by receipts alone.
        pub all_there: bool,
        /// How many records written here stand where: on this device alone.
        pub on_device: usize,
        /// At the relay.
        pub at_relay: usize,
        /// Held back: how often something was saved that does not count yet.
        pub held_back: usize,
        /// Whether there are others, which are all at the commune.
        pub others_there: bool,
        /// The ways: relay, nearby, file.
        pub ways: Vec<WayRow>,
        /// How far the present exchange has come.
        pub progress: Option<Progress>,
        /// Bytes this month, out and in.
        pub month_bytes: u64,
        /// "1,2 MB trong tháng 6".
        pub month_words: String,
        /// How old the commune's register is that is here, by the registrar's last signature; nothing before it is here.
        pub register_words: String,
        /// How much of the disk the books take.
        pub disk_words: String,
        /// Records that wait to be sent, the latest first; at most twenty.
        pub waiting: Vec<RecentRow>,
        /// What happened, newest first.
        pub log: Vec<LogLine>,
        /// Whether something is being tried now.
        pub busy: bool,
    }

    /// A way of the exchange.
    pub struct WayRow {
        /// `relay`, `nearby`, `file`.
        pub way: String,
        /// "Trạm chuyển".
        pub label: String,
        /// One sentence: what was tried and what answered.
        pub says: String,
        /// When it last worked, in unix seconds.
        pub last: Option<i64>,
        /// Whether it is connected now.
        pub connected: bool,
    }

    /// A line of the log.
    pub struct LogLine {
        /// When, in unix seconds.
        pub at: i64,
        /// What, in plain words.
        pub says: String,
        /// The same for the helper: codes, no names.
        pub detail: String,
    }
}
