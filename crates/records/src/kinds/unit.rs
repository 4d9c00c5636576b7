//! R68 Đơn vị: a unit of the commune.

use chrono::NaiveDate;

use super::actor::Actor;
use crate::declare::kind;
use crate::kind::{Chapter, Once, Part, Shelf, Unique, Within, choice, date, kind, phone, text};
use crate::label::Label;

kind! {
    /// A unit: police, health station, a union, a school.
    Unit = kind(Chapter::Commune, "R68", "unit", "Đơn vị", "Unit")
        .purpose("Biết đơn vị nào làm việc gì", "To know which unit does what")
        .on(Shelf::Commune)
        .titled(&["name"])
        .happened("from")
        .feeds(&["I39"])
        .unique(&[Unique {
            name: "unit-same-code",
            label: Label::new("Hai đơn vị cùng mã", "Two units with one code"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Exact("code")] },
        }]);
    fields {
        /// Its fixed code: the scope of its book.
        code: Option<String> = text("Mã cố định", "Fixed code", 40).required()
            .help("Giữ nguyên khi đổi tên.", "Stays when the name changes."),
        /// Its name.
        name: Option<String> = text("Đơn vị", "Unit", 200).required().searchable(),
        /// What it is in the plan.
        actor: Option<Actor> = choice::<Actor>("Vai trò trong kế hoạch", "Role in the plan").required(),
        /// Its telephone.
        phone: Option<String> = phone("Điện thoại", "Telephone"),
        /// Since.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
    }
}
