//! R03 Cam kết thôn, tổ chức, cơ sở: what signs beside the households.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{
    Chapter, Once, Part, Shelf, ShelfRule, Source, Unique, Within, choice, date, kind, long, refers, text,
    whole,
};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// Who signs (domain.md §7.1, R03; plan II.1.b-3).
    PledgedBody: Source::Own => {
        Village = "village", "Thôn", "Village";
        Agency = "agency", "Cơ quan, đơn vị", "Agency";
        School = "school", "Trường học", "School";
        Union = "union", "Đoàn thể, tổ chức hội", "Union";
        Business = "business", "Cơ sở kinh doanh", "Business";
        Other = "other", "Khác", "Other";
    }
}

kind! {
    /// The pledge of a village, agency, school, union or business (plan II.1.b-3).
    GroupPledge = kind(
            Chapter::Homes,
            "R03",
            "group-pledge",
            "Cam kết thôn, tổ chức, cơ sở",
            "Pledge of a village, body or business",
        )
        .purpose(
            "Theo dõi thôn, cơ quan, trường học, cơ sở đã ký cam kết",
            "To follow which villages, agencies, schools and businesses have pledged",
        )
        .shelved(ShelfRule::OfWriter { village: Shelf::Village, unit: Shelf::Unit })
        .titled(&["name", "type_of"])
        .happened("signed_on")
        .feeds(&["I22"])
        .unique(&[Unique {
            name: "group-pledge-same-day",
            label: Label::new("Hai bản cam kết cùng tên đơn vị, cùng ngày", "Two pledges of one body on one day"),
            once: Once::Record { within: Within::Scope, parts: &[Part::Folded("name"), Part::Exact("signed_on")] },
        }]);
    fields {
        /// What signs.
        type_of: Option<PledgedBody> = choice::<PledgedBody>("Loại", "Type").required(),
        /// Name.
        name: Option<String> = text("Tên đơn vị", "Name", 200).required().searchable(),
        /// The business, where it is one of the list (R07).
        business: Option<RecordKey> = refers(&["business"], "Cơ sở", "Business"),
        /// The agency or school, where it is one of the list (R72).
        institution: Option<RecordKey> = refers(&["institution"], "Cơ quan, trường học", "Agency or school"),
        /// Who signs for it.
        representative: Option<String> = text("Người đại diện", "Represented by", 100).required().name(),
        /// The position of who signs.
        position: Option<String> = text("Chức vụ", "Position", 100),
        /// Signed on.
        signed_on: Option<NaiveDate> = date("Ngày ký", "Signed on").required().past(),
        /// Persons who pledged.
        pledged: Option<i64> = whole("Số người cam kết", "Persons who pledged", 0, 100_000),
        /// Witnessed by (committee, police).
        witness: Option<String> = text("Chứng kiến (BCĐ, Công an)", "Witnessed by (committee, police)", 200),
        /// Text of the pledge.
        content: Option<String> = long("Nội dung cam kết", "Text of the pledge"),
        /// Valid until.
        valid_until: Option<NaiveDate> = date("Hiệu lực đến", "Valid until").not_before("signed_on"),
    }
}
