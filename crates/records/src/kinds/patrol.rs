//! R09 Tuần tra, canh gác, trực: one shift.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::declare::{choices, kind, sub};
use crate::kind::{
    Chapter, Follows, Given, Roll, Shelf, ShelfRule, Source, choices as any_of, instant, kind, list, long,
    refers, text, whole,
};
use crate::label::Label;
use crate::problem::{Place, Problem};
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;

choices! {
    /// Who goes on patrol (domain.md §7.1, R09).
    PatrolForce: Source::Own => {
        Police = "police", "Công an", "Police";
        Military = "military", "Ban Chỉ huy quân sự", "Military command";
        SecurityTeam = "security-team", "Tổ bảo vệ an ninh, trật tự", "Security team";
        SelfManaged = "self-managed", "Tự quản", "Self-management group";
    }
}

sub! {
    /// Somebody who is on duty.
    Watcher {
        /// Full name.
        name: Option<String> = text("Họ và tên", "Full name", 100).required().name(),
        /// What they do in the shift.
        part: Option<String> = text("Việc trong ca", "Part in the shift", 100)
            .help("Trưởng ca, ghi sổ, lái xe", "Leader, keeps the book, drives"),
    }
}

/// The village's security team as it is today.
const ROLLS: &[Roll] = &[Roll {
    kind: "guard-team",
    list: "members",
    fills: &[("name", Given::Field("name")), ("part", Given::Field("position"))],
    under: Given::Title,
}];

/// What the next shift has to know of the one before.
const FOLLOWS: Follows = Follows {
    field: "takes_over",
    label: Label::new("Ca trước bàn giao", "Handed over by the shift before"),
    shows: &["handed_note", "handed_to", "situation", "found", "handled", "area", "begins", "ends"],
};

kind! {
    /// A shift of patrol, watch or duty, with its hand-over (plan II.1.a-4, III.2).
    Patrol = kind(Chapter::Order, "R09", "patrol", "Tuần tra, canh gác, trực", "Patrol, watch or duty")
        .purpose("Theo dõi tuần tra, canh gác và bàn giao ca", "To follow patrols and their hand-over")
        .shelved(ShelfRule::OfWriter { village: Shelf::Village, unit: Shelf::Unit })
        .titled(&["area", "begins"])
        .happened("begins")
        .feeds(&["I30"])
        .follows(FOLLOWS)
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
        /// The shift that was taken over from.
        takes_over: Option<RecordKey> = refers(&["patrol"], "Nhận bàn giao từ ca", "Takes over from"),
        /// Handed over to.
        handed_to: Option<String> = text("Bàn giao ca cho", "Handed over to", 100),
        /// What was handed over.
        handed_note: Option<String> = text("Nội dung bàn giao", "What was handed over", 500)
            .help("Ca sau thấy phần này khi bắt đầu ghi.", "The next shift sees this when it begins its record."),
    }
    lists {
        /// Who was on duty.
        watch: Watcher = list("Người trực", "On duty").ticked_off(ROLLS),
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
