//! R14 Tổ bảo vệ an ninh, trật tự: the force of Luật 30/2023/QH15 in a village.

use chrono::NaiveDate;

use crate::declare::{kind, sub};
use crate::kind::{Chapter, Once, Part, Shelf, Unique, Within, date, kind, list, long, text};
use crate::label::Label;

sub! {
    /// A member of the team.
    GuardMember {
        /// Full name.
        name: Option<String> = text("Họ và tên", "Full name", 100).required().name(),
        /// Position.
        position: Option<String> = text("Chức danh", "Position", 60),
        /// From.
        from: Option<NaiveDate> = date("Từ ngày", "From"),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
    }
}

kind! {
    /// The team that takes part in protecting security and order at the base (Luật 30/2023/QH15).
    GuardTeam = kind(Chapter::Order, "R14", "guard-team", "Tổ bảo vệ an ninh, trật tự", "Local security team")
        .purpose("Biết lực lượng an ninh, trật tự của thôn", "To know the village's security force")
        .on(Shelf::Village)
        .titled(&["name"])
        .happened("from")
        .feeds(&["I33"])
        .unique(&[Unique {
            name: "guard-team-same-name",
            label: Label::new("Hai tổ cùng tên", "Two teams with one name"),
            once: Once::Record { within: Within::Scope, parts: &[Part::Folded("name")] },
        }]);
    fields {
        /// Team.
        name: Option<String> = text("Tổ", "Team", 120).required().searchable(),
        /// Decision no.
        decision: Option<String> = text("Quyết định số", "Decision no.", 120),
        /// From.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
        /// Equipment.
        equipment: Option<String> = text("Trang bị", "Equipment", 500),
        /// Duty roster.
        schedule: Option<String> = long("Lịch trực", "Duty roster"),
    }
    lists {
        /// Its members.
        members: GuardMember = list("Thành viên", "Members").at_least_one(),
    }
}
