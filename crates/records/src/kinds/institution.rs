//! R72 Cơ quan, trường học, đơn vị: bodies of the area that take part.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{
    Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, phone, refers, text, whole,
    yes_no,
};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// Types of bodies.
    InstitutionType: Source::Own => {
        Agency = "agency", "Cơ quan", "Agency";
        School = "school", "Trường học", "School";
        Company = "company", "Doanh nghiệp, hợp tác xã", "Company or cooperative";
        Organisation = "organisation", "Tổ chức xã hội, tôn giáo", "Social or religious organisation";
        Other = "other", "Khác", "Other";
    }
}

kind! {
    /// An agency, school or unit of the area that is to take part (plan II.1.a-5, II.1.d-3).
    Institution = kind(
            Chapter::Commune,
            "R72",
            "institution",
            "Cơ quan, trường học, đơn vị",
            "Agency, school or unit",
        )
        .purpose(
            "Biết cơ quan, trường học trên địa bàn để tuyên truyền, ký cam kết, kiểm tra",
            "To know the agencies and schools of the area for outreach, pledges and checks",
        )
        .on(Shelf::Commune)
        .titled(&["name"])
        .happened("from")
        .feeds(&["I22"])
        .unique(&[Unique {
            name: "institution-same-name",
            label: Label::new("Hai cơ quan, đơn vị cùng tên", "Two bodies with one name"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Folded("name")] },
        }]);
    fields {
        /// Name.
        name: Option<String> = text("Tên cơ quan, đơn vị", "Name", 200).required().searchable(),
        /// Type.
        type_of: Option<InstitutionType> = choice::<InstitutionType>("Loại", "Type"),
        /// Headed by.
        head: Option<String> = text("Người đứng đầu", "Headed by", 100).searchable(),
        /// Telephone.
        phone: Option<String> = phone("Điện thoại", "Telephone"),
        /// The village in which it lies.
        village: Option<RecordKey> = refers(&["village"], "Thôn", "Village"),
        /// Number of people.
        people: Option<i64> = whole("Số người", "Number of people", 0, 100_000),
        /// Has pledged.
        pledged: Option<bool> = yes_no("Đã ký cam kết", "Has pledged"),
        /// From.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
    }
}
