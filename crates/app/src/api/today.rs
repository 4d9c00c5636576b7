//! "Hôm nay": a person's home.

use super::{DraftCard, RowState, data};

data! {
    /// How far something has come: everywhere the same four.
    #[derive(Copy, Eq)]
    pub enum Delivered {
        /// Đã lưu trên máy.
        OnDevice,
        /// Đã gửi.
        AtRelay,
        /// Xã đã nhận.
        AtCommune,
        /// Cần xem lại.
        HeldBack,
    }

    /// A person's home.
    pub struct Today {
        /// "Thứ Ba, 10/06/2025".
        pub date: String,
        /// "Thôn 3, xã Quang Trung".
        pub place: String,
        /// One line on what is waiting and the connection.
        pub line: DeliveryLine,
        /// For whom this person acts today, and who acts for this person.
        pub acting: Vec<ActingRow>,
        /// What is due, the first ten.
        pub due: Vec<DueRow>,
        /// How many are due in all.
        pub due_total: usize,
        /// If nothing is due: the next one.
        pub next_due: Option<DueRow>,
        /// The four most used acts.
        pub tiles: Vec<TileAct>,
        /// Drafts, newest first.
        pub drafts: Vec<DraftCard>,
        /// How many questions are open.
        pub review: usize,
        /// How much was written late in a village's old book and is not settled, whoever settles it.
        pub late: usize,
        /// Files of persons in care that wait to go over to another village, for who writes them.
        pub files_to_move: Vec<FilesToMove>,
        /// The last five records of this device.
        pub recent: Vec<RecentRow>,
        /// What asks for this person's word: a device that asks in, a reader to say yes to.
        pub asks: usize,
    }

    /// Files in the book of a village that was divided.
    pub struct FilesToMove {
        /// The village.
        pub number: u32,
        /// "2 hồ sơ cần chuyển sang thôn mới".
        pub says: String,
        /// "Thôn 1 đã chia tách".
        pub from: String,
    }

    /// Somebody who acts for somebody else.
    pub struct ActingRow {
        /// The record of the delegation.
        pub key: String,
        /// "Đang thay mặt Lê Văn Hùng, trưởng thôn, đến hết 10/12/2026".
        pub says: String,
        /// What the register does not give for it; empty: nothing lacks.
        pub lacks: String,
    }

    /// One line on delivery that needs no understanding.
    pub struct DeliveryLine {
        /// The sentence.
        pub says: String,
        /// Whether all has come to the commune, by receipts.
        pub all_there: bool,
        /// How many records wait to be sent.
        pub waiting: usize,
        /// Whether a peer is connected now.
        pub connected: bool,
        /// Whether contact was lost for longer than the setting says.
        pub overdue: bool,
    }

    /// Something due.
    pub struct DueRow {
        /// The record that it is about; of a `lost-device` the device.
        pub key: String,
        /// The kind's slug, or `lost-device`.
        pub kind: String,
        /// Who; without a name where care or tips are concerned.
        pub who: String,
        /// What.
        pub what: String,
        /// "Quá hạn 3 ngày", "Hôm nay", "Còn 5 ngày, 15/06/2025".
        pub when: RowState,
        /// What is written to do it: a kind, and the field that names the record.
        pub write: Option<super::WriteFrom>,
        /// Where.
        pub place: String,
        /// "Việc của Lê Văn Hùng (thay mặt)"; empty: this person's own.
        pub behalf: String,
        /// The place of the frame where it is done; `null`: on the record's page.
        pub to: Option<super::FramePlace>,
    }

    /// A big button.
    pub struct TileAct {
        /// The kind that is written.
        pub kind: String,
        /// "Ghi bản cam kết".
        pub label: String,
        /// Whether it leads to this device's own tips, from where one is written.
        pub tells: bool,
        /// What is filled in by it.
        pub values: std::collections::BTreeMap<String, String>,
    }

    /// A record just written.
    pub struct RecentRow {
        /// The record.
        pub key: String,
        /// The kind's name.
        pub kind_label: String,
        /// The kind's slug.
        pub kind: String,
        /// Its title.
        pub title: String,
        /// When it was last written, in unix seconds; `null`: the clock was wrong.
        pub at: Option<i64>,
        /// How far it has come.
        pub delivery: Delivered,
    }
}
