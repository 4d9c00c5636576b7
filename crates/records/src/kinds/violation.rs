//! R33 Biên bản vi phạm, nhắc nhở, kiểm điểm: breaches during rehab, counted.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{
    Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, refers, text, whole,
};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// What followed (Luật 120/2025/QH15, Điều 47).
    ViolationMeasure: Source::Own => {
        Reminder = "reminder", "Nhắc nhở", "Reminder";
        Review = "review", "Kiểm điểm", "Review";
        Compulsory = "compulsory", "Lập hồ sơ cai nghiện bắt buộc", "File for compulsory rehab";
    }
}

kind! {
    /// A breach while in rehab or substitution, and what followed: reminder, review, compulsory rehab (Luật 120/2025/QH15, Điều 47).
    Violation = kind(
            Chapter::Care,
            "R33",
            "violation",
            "Biên bản vi phạm, nhắc nhở, kiểm điểm",
            "Minutes of a breach",
        )
        .purpose("Đếm đúng số lần vi phạm theo luật", "To count breaches as the law does")
        .on(Shelf::CareFiles)
        .titled(&["person", "date"])
        .happened("date")
        .feeds(&["I08", "I20"])
        .unique(&[Unique {
            name: "violation-same-day",
            label: Label::new("Hai biên bản của một người trong một ngày", "Two minutes of one person on one day"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Exact("person"), Part::Exact("date")] },
        }]);
    fields {
        /// Person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// What was done.
        deed: Option<String> = text("Hành vi", "What was done", 300).required()
            .sensitive("Xử lý theo luật", "To act as the law says"),
        /// How many times, this one included.
        nth: Option<i64> = whole("Lần thứ", "Time", 1, 20).required(),
        /// Measure.
        measure: Option<ViolationMeasure> = choice::<ViolationMeasure>("Hình thức", "Measure").required()
            .sensitive("Xử lý theo luật", "To act as the law says"),
        /// Minutes no.
        minutes: Option<String> = text("Biên bản số", "Minutes no.", 60),
        /// Made by.
        made_by: Option<String> = text("Người lập", "Made by", 100),
    }
}
