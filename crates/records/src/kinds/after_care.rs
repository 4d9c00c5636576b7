//! R28 Quản lý sau cai nghiện: the term after rehab.

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, list, refers, text};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// How long (Luật 120/2025/QH15, Điều 42.1–42.2).
    AfterCareTerm: Source::Law("Luật 73/2021/QH14, Điều 40; Luật 120/2025/QH15, Điều 42.1, 42.2") => {
        OneYear = "one-year", "1 năm", "1 year";
        TwoYears = "two-years", "2 năm", "2 years";
    }
}

sub! {
    /// An unreported absence (NĐ 116/2021, Điều 79.1b).
    AfterCareAbsence {
        /// From.
        from: Option<NaiveDate> = date("Từ ngày", "From").required().past(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
        /// Reason.
        reason: Option<String> = text("Lý do", "Reason", 300),
    }
}

kind! {
    /// After-care at the place of residence (Luật 120/2025/QH15, Điều 42; NĐ 116/2021, Điều 77–81).
    AfterCare = kind(Chapter::Care, "R28", "after-care", "Quản lý sau cai nghiện", "After-care")
        .purpose(
            "Quản lý, giúp đỡ sau cai nghiện, phòng tái nghiện",
            "To manage and help after rehab, against relapse",
        )
        .on(Shelf::CareFiles)
        .titled(&["person", "decision"])
        .happened("completed_on")
        .feeds(&["I09"])
        .unique(&[Unique {
            name: "after-care-same-decision",
            label: Label::new("Hai bản ghi của một quyết định", "Two records of one decision"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Exact("person"), Part::Folded("decision")] },
        }]);
    fields {
        /// Person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// Rehab completed on.
        completed_on: Option<NaiveDate> = date("Ngày hoàn thành cai nghiện", "Rehab completed on").required().past(),
        /// Decision no.
        decision: Option<String> = text("Quyết định số", "Decision no.", 120).required(),
        /// Term.
        term: Option<AfterCareTerm> = choice::<AfterCareTerm>("Thời hạn", "Term").required(),
        /// Assigned to.
        assigned: Option<String> = text("Người được phân công", "Assigned to", 100).required(),
        /// What tests were agreed; each is a record of its own (R23).
        tests: Option<String> = text("Xét nghiệm", "Tests", 300),
        /// Certificate.
        certificate: Option<RecordKey> = refers(&["document"], "Giấy chứng nhận", "Certificate"),
    }
    lists {
        /// Absences that do not count towards the term (regime A).
        absences: AfterCareAbsence = list("Vắng mặt không báo", "Unreported absences"),
    }
}
