//! R62 Hội nghị sơ kết, tổng kết: what was achieved and learned.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, Source, choice, date, kind, long, text};

choices! {
    /// Types.
    ConferenceType: Source::Own => {
        Interim = "interim", "Sơ kết", "Interim";
        Final = "final", "Tổng kết", "Final";
        Thematic = "thematic", "Chuyên đề", "On a theme";
    }
}

choices! {
    /// Whose conference (S13).
    ConferenceLevel: Source::Own => {
        Party = "party", "Cấp ủy", "Party committee";
        Government = "government", "Ủy ban nhân dân", "People's committee";
        SteeringCommittee = "steering-committee", "Ban Chỉ đạo", "Steering committee";
    }
}

kind! {
    /// A conference that sums up a stage or a year (plan II.1.a-1, III.1-7, V.2).
    Conference = kind(Chapter::Plan, "R62", "conference", "Hội nghị sơ kết, tổng kết", "Summing-up conference")
        .purpose("Theo dõi sơ kết, tổng kết, rút kinh nghiệm", "To follow summing-up and lessons")
        .on(Shelf::Commune)
        .titled(&["type_of", "date"])
        .happened("date")
        .feeds(&["I42"]);
    fields {
        /// Type.
        type_of: Option<ConferenceType> = choice::<ConferenceType>("Loại", "Type").required(),
        /// Level.
        level: Option<ConferenceLevel> = choice::<ConferenceLevel>("Cấp", "Level"),
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// From.
        from: Option<NaiveDate> = date("Kỳ từ ngày", "From"),
        /// Until.
        until: Option<NaiveDate> = date("Kỳ đến ngày", "Until").not_before("from"),
        /// Who took part.
        attendants: Option<String> = text("Thành phần", "Who took part", 500),
        /// Results.
        results: Option<String> = long("Kết quả", "Results"),
        /// Weaknesses.
        weaknesses: Option<String> = long("Tồn tại", "Weaknesses"),
        /// Lessons.
        lessons: Option<String> = long("Kinh nghiệm", "Lessons"),
        /// Conclusion.
        conclusion: Option<String> = long("Kết luận", "Conclusion"),
    }
}
