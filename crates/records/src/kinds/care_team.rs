//! R30 Phân công giúp đỡ, Tổ quản lý: who manages and helps a person.

use chrono::NaiveDate;

use crate::declare::{kind, sub};
use crate::kind::{Chapter, Shelf, date, kind, list, long, money, refers, text};
use crate::kinds::{Assignment, Person};
use crate::label::Words;
use crate::record::Record as _;
use crate::raw::RecordKey;

sub! {
    /// A member of the team: family, a respected person, a union's, a social worker.
    TeamMember {
        /// Full name.
        name: Option<String> = text("Họ và tên", "Full name", 100).required(),
        /// Role.
        role: Option<String> = text("Vai trò", "Role", 100),
    }
}

kind! {
    /// The team that manages and helps a person (NĐ 105/2021, Điều 42.2c; Luật 120/2025/QH15, Điều 24.3). The card for the village head is R36.
    CareTeam = kind(Chapter::Care, "R30", "care-team", "Phân công giúp đỡ, Tổ quản lý", "Assignment of helpers")
        .purpose("Phân công người quản lý, giúp đỡ từng người", "To say who helps each person")
        .on(Shelf::CareFiles)
        .titled(&["person", "decision"])
        .happened("from")
        .feeds(&["I16", "I19"]);
    fields {
        /// Person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// Decision no.
        decision: Option<String> = text("Quyết định số", "Decision no.", 120),
        /// Leader (police).
        leader: Option<String> = text("Tổ trưởng (Công an xã)", "Leader (police)", 100),
        /// Deputy (the village).
        deputy: Option<String> = text("Tổ phó (đại diện thôn)", "Deputy (the village)", 100),
        /// Counsellor.
        counsellor: Option<String> = text("Người tư vấn trực tiếp", "Counsellor", 100).required(),
        /// Duties.
        duties: Option<String> = long("Nhiệm vụ", "Duties"),
        /// From.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
        /// Pay a month.
        pay: Option<i64> = money("Thù lao một tháng", "Pay a month"),
    }
    lists {
        /// The members of the team.
        members: TeamMember = list("Tổ viên", "Members"),
    }
}

/// Somebody of a team who is no police, and what of it he is: who gets an assignment card (R36).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Helper {
    /// Full name.
    pub name: String,
    /// What he is in the team.
    pub role: Words,
}

impl CareTeam {
    /// Those of the team who are no police, each once, in the order of the form.
    pub fn helpers(&self) -> Vec<Helper> {
        let role = |name: &str| {
            let label = CareTeam::KIND.field(name).map(|field| field.label);
            label.map_or_else(|| Words::new("", ""), |label| Words::new(label.vi, label.en))
        };
        let one = |name: &Option<String>, role: Words| {
            let name = name.clone()?;
            Some(Helper { name, role })
        };
        let members = self.members.values().map(|member| {
            let role = member.role.clone().map_or_else(
                || Words::new("Tổ viên", "Member"),
                |role| Words::new(role.clone(), role),
            );
            one(&member.name, role)
        });
        let all = [
            one(&self.deputy, role("deputy")),
            one(&self.counsellor, role("counsellor")),
        ];
        let mut helpers: Vec<Helper> = Vec::new();
        for helper in all.into_iter().chain(members).flatten() {
            if !helpers.iter().any(|known| known.name == helper.name) {
                helpers.push(helper);
            }
        }
        helpers
    }

    /// The card of one of them: name and address of the person, what to do and until when. Nothing else of the file
    /// (NĐ 105/2021, Điều 42.2c).
    pub fn card(&self, person: &Person, assignee: &str) -> Assignment {
        Assignment {
            person: self.person.clone(),
            name: person.name.clone(),
            address: person.address.clone(),
            assignee: Some(assignee.to_owned()),
            duties: self.duties.clone(),
            from: self.from,
            until: self.until,
            basis: self.decision.clone(),
            ..Assignment::default()
        }
    }
}
