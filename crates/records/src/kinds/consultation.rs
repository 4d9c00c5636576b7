//! R16 Họp thôn, lấy ý kiến: what a village was asked and said.

use chrono::NaiveDate;

use crate::declare::kind;
use crate::kind::{Chapter, Shelf, date, kind, long, text, whole};
use crate::problem::{Code, Place, Problem};
use crate::raw::RawRecord;
use crate::record::Record;

kind! {
    /// A village meeting at which people are asked for their opinion (plan II.2, Bước 2).
    Consultation = kind(
            Chapter::Outreach,
            "R16",
            "consultation",
            "Họp thôn, lấy ý kiến",
            "Village meeting, consultation",
        )
        .purpose("Theo dõi việc lấy ý kiến nhân dân về mô hình", "To follow how people were consulted on the model")
        .on(Shelf::Village)
        .titled(&["content", "date"])
        .happened("date")
        .feeds(&["I42"])
        .checked_by(check);
    fields {
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// What was asked.
        content: Option<String> = text("Nội dung", "What was asked", 300).required().searchable(),
        /// Households invited.
        invited: Option<i64> = whole("Số hộ mời", "Households invited", 0, 100_000).required(),
        /// Households that came.
        attended: Option<i64> = whole("Số hộ dự", "Households that came", 0, 100_000).required(),
        /// In favour.
        for_it: Option<i64> = whole("Số hộ đồng ý", "In favour", 0, 100_000),
        /// Against.
        against: Option<i64> = whole("Số hộ không đồng ý", "Against", 0, 100_000),
        /// Other opinions.
        other: Option<i64> = whole("Số hộ có ý kiến khác", "Other opinions", 0, 100_000),
        /// Opinions.
        opinions: Option<String> = long("Ý kiến", "Opinions"),
        /// Conclusion.
        conclusion: Option<String> = long("Kết luận", "Conclusion"),
        /// Minutes no.
        minutes: Option<String> = text("Biên bản số", "Minutes no.", 60),
        /// Chaired by.
        chair: Option<String> = text("Người chủ trì", "Chaired by", 100),
        /// Secretary.
        secretary: Option<String> = text("Thư ký", "Secretary", 100),
    }
}

fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    let meeting = Consultation::read(raw).value;
    let said = [meeting.for_it, meeting.against, meeting.other];
    let said: i64 = said.into_iter().flatten().sum();
    if meeting.attended.is_some_and(|attended| said > attended) {
        problems.push(Problem::new(
            Place::field("for_it"),
            Code::OutOfRange,
            "Số hộ cho ý kiến nhiều hơn số hộ dự. Xem lại các số này.",
            "More households gave an opinion than came. Look at these numbers again.",
        ));
    }
}
