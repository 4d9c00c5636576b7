//! R67 Khảo sát thực trạng: what was asked and found.

use chrono::NaiveDate;

use crate::declare::kind;
use crate::kind::{Chapter, Shelf, date, kind, long, text};

kind! {
    /// A survey of the situation, with what is proposed (plan III.1-5).
    Survey = kind(Chapter::Figures, "R67", "survey", "Khảo sát thực trạng", "Survey")
        .purpose("Khảo sát, đánh giá thực trạng, đề xuất biện pháp", "To survey the situation and propose measures")
        .on(Shelf::Commune)
        .titled(&["scope", "until"])
        .happened("until")
        .feeds(&["I50"]);
    fields {
        /// From.
        from: Option<NaiveDate> = date("Kỳ từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Kỳ đến ngày", "Until").required().not_before("from"),
        /// Scope.
        scope: Option<String> = text("Phạm vi", "Scope", 300).searchable(),
        /// Method.
        method: Option<String> = text("Phương pháp", "Method", 500),
        /// Result.
        result: Option<String> = long("Kết quả", "Result"),
        /// Proposals.
        proposal: Option<String> = long("Đề xuất", "Proposals"),
    }
}
