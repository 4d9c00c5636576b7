//! R45 Vụ việc, xử lý: what happened and what followed, in numbers.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, Source, choice, date, kind, refers, text, whole};
use crate::raw::RecordKey;

choices! {
    /// How it was dealt with.
    CaseCourse: Source::Own => {
        Criminal = "criminal", "Hình sự", "Criminal";
        Administrative = "administrative", "Hành chính", "Administrative";
    }
}

kind! {
    /// A case and how it was dealt with, in the numbers that figures need. Criminal files stay outside.
    Case = kind(Chapter::Tips, "R45", "case", "Vụ việc, xử lý", "Case")
        .purpose(
            "Thống kê vụ việc, đối tượng theo tiêu chí phân loại",
            "To count cases and offenders as the classification asks",
        )
        .on(Shelf::TipsPolice)
        .titled(&["deed", "date"])
        .happened("date")
        .without_files()
        .feeds(&["I35", "I32", "I49"]);
    fields {
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Place.
        place: Option<String> = text("Nơi", "Place", 200).required().searchable()
            .help("Không ghi nội dung thuộc danh mục bí mật nhà nước.", "Nothing on the list of state secrets."),
        /// Village.
        village: Option<RecordKey> = refers(&["village"], "Thôn", "Village"),
        /// Deed.
        deed: Option<String> = text("Hành vi", "Deed", 300).required()
            .sensitive("Thống kê, đề xuất biện pháp", "Figures and proposals"),
        /// Offenders who live in the commune.
        residents: Option<i64> =
                whole("Số đối tượng cư trú tại xã", "Offenders who live in the commune", 0, 10_000).required(),
        /// Offenders from elsewhere.
        others: Option<i64> = whole("Số đối tượng cư trú nơi khác", "Offenders from elsewhere", 0, 10_000).required(),
        /// Criminal or administrative.
        course: Option<CaseCourse> = choice::<CaseCourse>("Hình sự, hành chính", "Criminal or administrative"),
        /// Decision.
        decision: Option<String> = text("Quyết định", "Decision", 120),
        /// Forces.
        forces: Option<String> = text("Lực lượng", "Forces", 200),
        /// The tip that led to it, where one did.
        tip: Option<RecordKey> = refers(&["tip"], "Từ tin báo", "From a tip"),
    }
}
