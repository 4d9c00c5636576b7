//! R29 Người trở về địa phương: from prison or an institution.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{
    Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, long, refers, text, yes_no,
};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// From where (domain.md §7.1, R29).
    ReturnedFrom: Source::Plan("mục II.1.e-2") => {
        Prison = "prison", "Trại giam", "Prison";
        Educational = "educational", "Cơ sở giáo dục bắt buộc", "Compulsory educational institution";
        ReformSchool = "reform-school", "Trường giáo dưỡng", "Reform school";
        Rehab = "rehab", "Cơ sở cai nghiện", "Rehab facility";
    }
}

kind! {
    /// A person who came back from prison, an institution or rehab (plan II.1.e-2).
    Returnee = kind(Chapter::Care, "R29", "returnee", "Người trở về địa phương", "Person who came back")
        .purpose("Gặp gỡ, giúp đỡ người trở về, phòng tái nghiện, tái phạm", "To meet and help those who come back")
        .on(Shelf::CareFiles)
        .titled(&["person", "returned_on"])
        .happened("returned_on")
        .feeds(&["I13"])
        .unique(&[Unique {
            name: "returnee-same-return",
            label: Label::new("Một lần trở về ghi hai lần", "One return entered twice"),
            once: Once::Record {
                within: Within::Commune,
                parts: &[Part::Exact("person"), Part::Exact("returned_on")],
            },
        }]);
    fields {
        /// Person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// From.
        returned_from: Option<ReturnedFrom> = choice::<ReturnedFrom>("Từ đâu", "From").required()
            .sensitive("Chọn cách giúp đỡ phù hợp", "To choose how to help"),
        /// Returned on.
        returned_on: Option<NaiveDate> = date("Ngày về", "Returned on").required().past(),
        /// Reported on.
        reported_on: Option<NaiveDate> = date("Ngày trình báo", "Reported on").not_before("returned_on"),
        /// Papers.
        papers: Option<String> = text("Giấy tờ", "Papers", 300),
        /// Related to drugs.
        drug_related: Option<bool> = yes_no("Liên quan ma túy", "Related to drugs")
            .sensitive("Chọn cách giúp đỡ phù hợp", "To choose how to help"),
        /// Met.
        met: Option<bool> = yes_no("Đã tiếp xúc", "Met"),
        /// Plan to help.
        help_plan: Option<String> = long("Kế hoạch giúp đỡ", "Plan to help")
            .sensitive("Tổ chức giúp đỡ", "To organise help"),
    }
}
