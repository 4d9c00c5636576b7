//! R24 Xác định tình trạng nghiện: what a health facility found.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, refers, text};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// What was found.
    AddictionResult: Source::Law("Luật 73/2021/QH14, Điều 27; Luật 120/2025/QH15, Điều 31") => {
        Addicted = "addicted", "Nghiện ma túy", "Addicted";
        NotAddicted = "not-addicted", "Không nghiện", "Not addicted";
        Pending = "pending", "Chưa có kết quả", "No result yet";
    }
}

kind! {
    /// The request for a finding on addiction and its answer (Luật 120/2025/QH15, Điều 31; NĐ 109/2021).
    AddictionFinding = kind(
            Chapter::Care,
            "R24",
            "addiction-finding",
            "Xác định tình trạng nghiện",
            "Finding on addiction",
        )
        .purpose(
            "Theo dõi đề nghị và kết quả xác định tình trạng nghiện",
            "To follow requests and findings on addiction",
        )
        .on(Shelf::CareFiles)
        .titled(&["person", "requested_on"])
        .happened("requested_on")
        .feeds(&["I10", "I11"])
        .unique(&[Unique {
            name: "addiction-finding-same-request",
            label: Label::new("Hai đề nghị của một người trong một ngày", "Two requests for one person on one day"),
            once: Once::Record {
                within: Within::Commune,
                parts: &[Part::Exact("person"), Part::Exact("requested_on")],
            },
        }]);
    fields {
        /// Person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// Requested on.
        requested_on: Option<NaiveDate> = date("Ngày đề nghị", "Requested on").required().past(),
        /// Health facility.
        facility: Option<String> = text("Cơ sở y tế", "Health facility", 200).required(),
        /// Result.
        result: Option<AddictionResult> = choice::<AddictionResult>("Kết quả", "Result").required()
            .sensitive("Áp dụng biện pháp theo luật", "The law's measures depend on it"),
        /// Date of the result.
        found_on: Option<NaiveDate> = date("Ngày kết quả", "Date of the result").past()
            .not_before("requested_on"),
        /// Slip no.
        slip: Option<String> = text("Phiếu số", "Slip no.", 60),
        /// Valid until.
        expires_on: Option<NaiveDate> = date("Hết giá trị", "Valid until").not_before("found_on"),
    }
}
