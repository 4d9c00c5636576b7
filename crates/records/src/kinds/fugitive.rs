//! R46 Truy nã lẩn trốn: who is wanted for drug crime and hides in the area.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, Source, choice, date, kind, text};

choices! {
    /// What came of it.
    FugitiveResult: Source::Own => {
        Checking = "checking", "Đang xác minh", "Being checked";
        Arrested = "arrested", "Đã bắt", "Arrested";
        GaveUp = "gave-up", "Đã ra đầu thú", "Gave themselves up";
        NotHere = "not-here", "Không có tại địa bàn", "Not in the area";
    }
}

kind! {
    /// A person wanted for drug crime who hides in the area (QĐ 28/2025/QĐ-TTg, Điều 6.2).
    Fugitive = kind(Chapter::Tips, "R46", "fugitive", "Truy nã lẩn trốn", "Wanted person in hiding")
        .purpose(
            "Phát hiện, bắt người bị truy nã lẩn trốn trên địa bàn",
            "To find wanted persons who hide in the area",
        )
        .on(Shelf::TipsPolice)
        .titled(&["name", "found_on"])
        .happened("found_on")
        .without_files()
        .feeds(&["I37"]);
    fields {
        /// Person.
        name: Option<String> = text("Đối tượng", "Person", 100).name()
            .sensitive("Bắt người bị truy nã", "To arrest who is wanted"),
        /// Wanted notice.
        decision: Option<String> = text("Quyết định truy nã", "Wanted notice", 120),
        /// Found on.
        found_on: Option<NaiveDate> = date("Ngày phát hiện", "Found on").required().past(),
        /// Result.
        result: Option<FugitiveResult> = choice::<FugitiveResult>("Kết quả", "Result"),
        /// Detail.
        detail: Option<String> = text("Chi tiết", "Detail", 500)
            .sensitive("Bắt người bị truy nã", "To arrest who is wanted"),
    }
}
