//! R06 Tuyên truyền viên, người có uy tín: the network in villages and unions.

use chrono::NaiveDate;

use super::actor::Actor;
use crate::declare::{choices, kind};
use crate::kind::{
    Chapter, Once, Part, Shelf, ShelfRule, Source, Unique, Within, choice, date, kind, phone, text, yes_no,
};
use crate::label::Label;

choices! {
    /// What the person is (domain.md §7.1, R06).
    PropagandistRole: Source::Plan("mục II.1.d-2") => {
        Propagandist = "propagandist", "Tuyên truyền viên", "Propagandist";
        ClanElder = "clan-elder", "Người uy tín dòng họ", "Respected person of a clan";
        CoreMember = "core-member", "Hội viên nòng cốt", "Core member of a union";
    }
}

kind! {
    /// A person of the network who carries the message (plan II.1.d-2).
    Propagandist = kind(
            Chapter::Outreach,
            "R06",
            "propagandist",
            "Tuyên truyền viên, người có uy tín",
            "Propagandist or respected person",
        )
        .purpose(
            "Biết lực lượng tuyên truyền tại thôn, đoàn thể",
            "To know who carries the message in villages and unions",
        )
        .shelved(ShelfRule::OfWriter { village: Shelf::Village, unit: Shelf::Unit })
        .titled(&["name", "role"])
        .happened("from")
        .feeds(&["I26"])
        .unique(&[Unique {
            name: "propagandist-same-person",
            label: Label::new("Hai lần ghi một tuyên truyền viên", "One propagandist entered twice"),
            once: Once::Record { within: Within::Scope, parts: &[Part::Folded("name"), Part::Maybe("role")] },
        }]);
    fields {
        /// Full name.
        name: Option<String> = text("Họ và tên", "Full name", 100).required().name()
            .purpose("Biết người làm công tác tuyên truyền", "To know who carries the message"),
        /// Role.
        role: Option<PropagandistRole> = choice::<PropagandistRole>("Vai trò", "Role"),
        /// Union.
        union: Option<Actor> = choice::<Actor>("Đoàn thể", "Union"),
        /// Area.
        area: Option<String> = text("Địa bàn", "Area", 200).searchable(),
        /// Telephone.
        phone: Option<String> = phone("Điện thoại", "Telephone"),
        /// From.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
        /// Trained.
        trained: Option<bool> = yes_no("Đã tập huấn", "Trained"),
    }
}
