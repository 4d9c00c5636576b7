//! R09 Tuần tra, canh gác, trực: one shift.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, ShelfRule, choices as any_of, instant, kind, long, text, whole};
use crate::problem::{Place, Problem};
use crate::raw::RawRecord;
use crate::record::Record;

choices! {
    /// Who goes on patrol (domain.md §7.1, R09).
    PatrolForce {
        Police = "police", "Công an", "Police";
        Military = "military", "Ban Chỉ huy quân sự", "Military command";
        SecurityTeam = "security-team", "Tổ bảo vệ an ninh, trật tự", "Security team";
        SelfManaged = "self-managed", "Tự quản", "Self-management group";
    }
}

kind! {
    /// A shift of patrol, watch or duty, with its hand-over (plan II.1.a-4, III.2).
    Patrol = kind(Chapter::Order, "R09", "patrol", "Tuần tra, canh gác, trực", "Patrol, watch or duty")
        .purpose("Theo dõi tuần tra, canh gác và bàn giao ca", "To follow patrols and their hand-over")
        .shelved(ShelfRule::OfWriter { village: Shelf::Village, unit: Shelf::Unit })
        .titled(&["area", "begins"])
        .happened("begins")
        .feeds(&["I30"])
        .checked_by(check);
    fields {
        /// Begins.
        begins: Option<DateTime<Utc>> = instant("Bắt đầu", "Begins").required().past(),
        /// Ends.
        ends: Option<DateTime<Utc>> = instant("Kết thúc", "Ends").required().not_before("begins"),
        /// Forces.
        forces: BTreeSet<PatrolForce> = any_of::<PatrolForce>("Lực lượng", "Forces").required(),
        /// Who took part.
        members: Option<String> = text("Người tham gia", "Who took part", 500),
        /// Number of persons.
        count: Option<i64> = whole("Số người tham gia", "Number of persons", 0, 1_000),
        /// Together with other villages.
        villages: Option<String> = text("Phối hợp liên thôn", "Together with other villages", 200),
        /// Area or route.
        area: Option<String> = text("Khu vực, tuyến", "Area or route", 200).required().searchable(),
        /// Situation.
        situation: Option<String> = long("Tình hình", "Situation").required(),
        /// Found.
        found: Option<String> = text("Phát hiện", "Found", 500),
        /// What was done.
        handled: Option<String> = text("Xử lý", "What was done", 500),
        /// Handed over to.
        handed_to: Option<String> = text("Bàn giao ca cho", "Handed over to", 100),
        /// What was handed over.
        handed_note: Option<String> = text("Nội dung bàn giao", "What was handed over", 500),
    }
}

/// A shift may begin and end on one day; the declaration compares days, this the hours.
fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    let patrol = Patrol::read(raw).value;
    let (Some(begins), Some(ends)) = (patrol.begins, patrol.ends) else {
        return;
    };
    let same_day = crate::civil::date_in_vietnam(begins) == crate::civil::date_in_vietnam(ends);
    let kind = Patrol::KIND;
    if same_day
        && ends <= begins
        && let (Some(later), Some(earlier)) = (kind.field("ends"), kind.field("begins"))
    {
        problems.push(Problem::order(Place::field("ends"), later, earlier));
    }
}
