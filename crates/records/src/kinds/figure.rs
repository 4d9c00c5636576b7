//! R70 Số liệu công bố: a figure that the police have published; all that leaders see of care and tips.

use chrono::NaiveDate;

use crate::declare::kind;
use crate::kind::{Chapter, Once, Part, Shelf, Unique, Within, date, kind, refers, text, whole};
use crate::label::Label;
use crate::problem::{Code, Context, Place, Problem};
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;

kind! {
    /// A published figure, frozen with the version of its definition. A rate is kept as its two whole numbers.
    Figure = kind(Chapter::Figures, "R70", "figure", "Số liệu công bố", "Published figure")
        .purpose("Lãnh đạo, các ngành xem số liệu mà không xem hồ sơ", "So that leaders see figures and not files")
        .on(Shelf::Commune)
        .titled(&["indicator", "village", "until"])
        .feeds(&["I02", "I03", "I04", "I34"])
        .unique(&[Unique {
            name: "figure-same-period",
            label: Label::new("Hai số liệu công bố của một chỉ tiêu, một kỳ", "Two figures of one indicator and period"),
            once: Once::Record {
                within: Within::Commune,
                parts: &[
                    Part::Exact("indicator"),
                    Part::Exact("from"),
                    Part::Exact("until"),
                    Part::Maybe("village"),
                    Part::Maybe("breakdown"),
                ],
            },
        }])
        .checked_by(check);
    fields {
        /// The indicator's code (`I02`).
        indicator: Option<String> = text("Chỉ tiêu", "Indicator", 10).required().searchable()
            .help("Mã chỉ tiêu, ví dụ I02.", "The indicator's code, for example I02."),
        /// The first day of the period; for an as-of figure the same as the last.
        from: Option<NaiveDate> = date("Kỳ từ ngày", "From").required(),
        /// The last day of the period.
        until: Option<NaiveDate> = date("Kỳ đến ngày", "Until").required().not_before("from"),
        /// The village; empty for the commune.
        village: Option<RecordKey> = refers(&["village"], "Thôn", "Village"),
        /// For a part of it: by sex, age, form of rehab.
        breakdown: Option<String> = text("Phân tổ", "Breakdown", 60),
        /// The value; in a rate what is above the line.
        value: Option<i64> = whole("Giá trị", "Value", 0, 1_000_000_000).required(),
        /// In a rate what is below the line.
        out_of: Option<i64> = whole("Trên tổng số", "Out of", 0, 1_000_000_000),
        /// The version of the indicator's definition.
        definition: Option<i64> = whole("Phiên bản định nghĩa", "Version of the definition", 1, 1_000),
        /// Who published it.
        published_by: Option<String> = text("Công bố bởi", "Published by", 200).required(),
    }
}

fn check(raw: &RawRecord, _: &Context, problems: &mut Vec<Problem>) {
    let figure = Figure::read(raw).value;
    let is_code = |text: &String| {
        let digits = text.strip_prefix('I').unwrap_or("");
        digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit())
    };
    if figure.indicator.as_ref().is_some_and(|text| !is_code(text)) {
        problems.push(Problem::new(
            Place::field("indicator"),
            Code::Broken,
            "Chỉ tiêu phải là mã như I02.",
            "The indicator must be a code like I02.",
        ));
    }
}
