//! R80 Nhật ký truy cập (a number of ours; domain.md has none): who opened whose page in care and tips, and who exported what, and why (design.md §4, access log; NĐ 356/2025 Điều 4.2).

use chrono::{DateTime, Utc};

use crate::kind::{Chapter, Shelf, Source, choice, instant, kind, text, whole};
use crate::declare::{choices, kind};

choices! {
    /// What was done.
    Deed: Source::Reckoned => {
        OpenPage = "open-page", "Mở trang người trong diện hoặc tin báo", "Opened a page in care or tips";
        OpenTeller = "open-teller", "Mở phần kín của tin báo", "Opened who told";
        Export = "export", "Xuất số liệu", "Exported data";
        Print = "print", "In", "Printed";
        Answer = "answer", "Trả lời người báo tin", "Answered who told";
    }
}

kind! {
    /// One look or export. Written as a drop: its author cannot read it again, so cannot see who else looked.
    Access = kind(Chapter::Commune, "R80", "access", "Nhật ký truy cập", "Access log")
        .purpose(
            "Giám sát việc xem, xuất dữ liệu cá nhân nhạy cảm (NĐ 356/2025 Điều 4.2)",
            "Watching over who sees and exports sensitive personal data",
        )
        .on(Shelf::TipsAccess)
        .titled(&["deed"])
        .happened("at")
        .without_files();
    fields {
        /// What was done.
        deed: Option<Deed> = choice::<Deed>("Việc", "Deed").required(),
        /// When.
        at: Option<DateTime<Utc>> = instant("Lúc", "At").required(),
        /// The record, as its key: no name is in the log.
        subject: Option<String> = text("Bản ghi", "Record", 100),
        /// What was exported, in words: kinds, villages, format.
        scope: Option<String> = text("Phạm vi, định dạng", "Scope and format", 200),
        /// How many records.
        count: Option<i64> = whole("Số bản ghi", "Records", 0, 10_000_000),
        /// Why.
        reason: Option<String> = text("Lý do", "Reason", 300).required(),
    }
}
