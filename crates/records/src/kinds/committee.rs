//! R53 Ban Chỉ đạo, Tổ giúp việc, quy chế: who directs, and for which area.

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{
    Chapter, Covers, Given, Once, Part, Roll, Shelf, Source, Unique, Within, choice, date, kind, list, long,
    refers, text,
};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// What a member is.
    CommitteeRole: Source::Own => {
        Head = "head", "Trưởng ban", "Head";
        StandingDeputy = "standing-deputy", "Phó Trưởng ban thường trực", "Standing deputy";
        Deputy = "deputy", "Phó Trưởng ban", "Deputy";
        Member = "member", "Ủy viên", "Member";
        TeamLeader = "team-leader", "Tổ trưởng", "Team leader";
        TeamMember = "team-member", "Tổ viên", "Team member";
    }
}

sub! {
    /// A member of the body.
    CommitteeMember {
        /// Full name.
        name: Option<String> = text("Họ và tên", "Full name", 100).required().name(),
        /// Position.
        position: Option<String> = text("Chức vụ", "Position", 120),
        /// Role.
        role: Option<CommitteeRole> = choice::<CommitteeRole>("Vai trò", "Role"),
        /// The village for which the member answers.
        village: Option<RecordKey> = refers(&["village"], "Địa bàn phụ trách", "Area"),
    }
}

sub! {
    /// A session of the body.
    CommitteeSession {
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Content.
        content: Option<String> = text("Nội dung", "Content", 500).required(),
        /// Conclusion.
        conclusion: Option<String> = text("Kết luận", "Conclusion", 500),
    }
}

/// Who holds a position in the commune. The role in the body, and the village that somebody answers for, are the decision's.
const ROLLS: &[Roll] = &[Roll {
    kind: "official",
    list: "",
    fills: &[("name", Given::Field("name")), ("position", Given::Field("position"))],
    under: Given::TitleOf("unit"),
}];

const VILLAGES: Covers = Covers {
    field: "village",
    kind: "village",
    missing: Label::new("Thôn chưa ai phụ trách", "Villages that nobody answers for"),
};

kind! {
    /// A steering committee, helper team or similar body, with its members, rules and sessions (plan II.2, Bước 3).
    Committee = kind(
            Chapter::Plan,
            "R53",
            "committee",
            "Ban Chỉ đạo, Tổ giúp việc, quy chế",
            "Steering committee and its rules",
        )
        .purpose("Biết ai chỉ đạo, phụ trách địa bàn nào", "To know who directs what, and for which area")
        .on(Shelf::Commune)
        .titled(&["name"])
        .happened("date")
        .feeds(&["I40"])
        .unique(&[Unique {
            name: "committee-same-decision",
            label: Label::new("Hai bản ghi của một quyết định", "Two records of one decision"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Folded("decision")] },
        }]);
    fields {
        /// Name.
        name: Option<String> = text("Tên", "Name", 200).required().searchable(),
        /// Decision no.
        decision: Option<String> = text("Quyết định số", "Decision no.", 120).required(),
        /// Date of the decision.
        date: Option<NaiveDate> = date("Ngày quyết định", "Date of the decision").required().past(),
        /// Working rules.
        rules: Option<String> = long("Quy chế làm việc", "Working rules"),
        /// Valid from.
        valid_from: Option<NaiveDate> = date("Hiệu lực từ", "Valid from"),
        /// Valid until.
        valid_until: Option<NaiveDate> = date("Hiệu lực đến", "Valid until").not_before("valid_from"),
    }
    lists {
        /// Its members.
        members: CommitteeMember = list("Thành viên", "Members").at_least_one()
            .ticked_off(ROLLS).totals(&["role"]).covering(VILLAGES),
        /// Its sessions.
        sessions: CommitteeSession = list("Phiên họp", "Sessions"),
    }
}
