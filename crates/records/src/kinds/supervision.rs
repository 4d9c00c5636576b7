//! R63 Kiểm tra, đôn đốc, giám sát: by government, Party committee or Front.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, Source, choice, date, kind, long, refers, text, yes_no};
use crate::raw::RecordKey;

choices! {
    /// By whom (domain.md §7.1, R63).
    SupervisionType: Source::Plan("mục II.1.a, III.1-7, III.5-3") => {
        Government = "government", "Ủy ban nhân dân kiểm tra", "People's committee";
        Party = "party", "Cấp ủy giám sát", "Party committee";
        Front = "front", "MTTQ giám sát", "Fatherland Front";
    }
}

kind! {
    /// A check or supervision of a village, agency or school (plan II.1.a, III.1-7, III.5-3).
    Supervision = kind(Chapter::Plan, "R63", "supervision", "Kiểm tra, đôn đốc, giám sát", "Check and supervision")
        .purpose(
            "Theo dõi kiểm tra, kiến nghị và việc khắc phục",
            "To follow checks, recommendations and what was put right",
        )
        .on(Shelf::Commune)
        .titled(&["type_of", "subject", "date"])
        .happened("date")
        .feeds(&["I40"]);
    fields {
        /// Type.
        type_of: Option<SupervisionType> = choice::<SupervisionType>("Loại", "Type").required(),
        /// Of whom.
        subject: Option<String> = text("Đối tượng", "Of whom", 200).required().searchable()
            .help("Thôn, cơ quan, trường học được kiểm tra.", "The village, agency or school."),
        /// Village or unit.
        place: Option<RecordKey> = refers(&["village", "unit", "institution"], "Thôn, đơn vị", "Village or unit"),
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Who took part.
        team: Option<String> = text("Thành phần đoàn", "Who took part", 300).required(),
        /// Result.
        result: Option<String> = long("Kết quả", "Result"),
        /// Recommendation.
        recommendation: Option<String> = text("Kiến nghị", "Recommendation", 500),
        /// To be put right by.
        due: Option<NaiveDate> = date("Hạn khắc phục", "To be put right by").not_before("date"),
        /// Put right.
        fixed: Option<bool> = yes_no("Đã khắc phục", "Put right"),
        /// How it was put right.
        fixed_how: Option<String> = text("Kết quả khắc phục", "How it was put right", 500),
    }
}
