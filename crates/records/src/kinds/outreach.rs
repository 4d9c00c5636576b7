//! R04 Hoạt động tuyên truyền, văn hóa: meetings, talks, contests, and the visit to one household.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::actor::Actor;
use crate::declare::{choices, kind};
use crate::kind::{
    Chapter, Shelf, ShelfRule, Source, choice, choices as any_of, date, kind, long, money, refers, text,
    whole,
};
use crate::problem::Problem;
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;
use crate::validate::needs;

choices! {
    /// Forms of outreach.
    Form: Source::Own => {
        VillageMeeting = "village-meeting", "Họp thôn", "Village meeting";
        Talk = "talk", "Nói chuyện chuyên đề", "Talk on a theme";
        Exchange = "exchange", "Giao lưu", "Exchange";
        Direct = "direct", "Tuyên truyền trực tiếp", "Direct outreach";
        Contest = "contest", "Hội thi, cuộc thi", "Contest";
        Show = "show", "Hội diễn", "Amateur show";
        MobileInformation = "mobile-information", "Thông tin lưu động", "Mobile information";
        Arts = "arts", "Văn nghệ", "Arts evening";
        Sport = "sport", "Thể thao", "Sport";
        HouseholdVisit = "household-visit", "Vận động cá biệt (thăm hộ)", "Visit to one household";
    }
}

choices! {
    /// Themes (plan II.1.d-1, II.1.f-1).
    Theme: Source::Own => {
        PolicyAndLaw = "policy-and-law", "Chủ trương, chính sách, pháp luật", "Policy and law";
        Harm = "harm", "Tác hại của ma túy", "Harm of drugs";
        Signs = "signs", "Nhận biết người nghiện", "Signs of addiction";
        Prevention = "prevention", "Cách phòng, chống", "How to prevent";
        CitizensDuty = "citizens-duty", "Trách nhiệm công dân", "A citizen's duty";
        Plants = "plants", "Cây có chứa chất ma túy", "Plants containing narcotics";
        NoStigma = "no-stigma", "Không kỳ thị", "No stigma";
    }
}

choices! {
    /// Whom it was for. Numbers only, never names.
    Audience: Source::Own => {
        Everybody = "everybody", "Toàn dân", "Everybody";
        Youth = "youth", "Thanh thiếu niên", "Young people";
        Pupils = "pupils", "Học sinh", "Pupils";
        AtRisk = "at-risk", "Nhóm nguy cơ", "People at risk";
        UnionMembers = "union-members", "Hội viên", "Members of unions";
        Propagandists = "propagandists", "Cán bộ tuyên truyền", "Propagandists";
        InRehab = "in-rehab", "Người đang cai nghiện", "People in rehab";
    }
}

kind! {
    /// One activity of propaganda, culture or sport; with the form "vận động cá biệt" the visit to a household.
    Outreach = kind(Chapter::Outreach, "R04", "outreach", "Hoạt động tuyên truyền, văn hóa", "Outreach")
        .purpose(
            "Theo dõi công tác tuyên truyền, vận động theo kế hoạch",
            "To follow the outreach that the plan asks for",
        )
        .shelved(ShelfRule::OfWriter { village: Shelf::Village, unit: Shelf::Unit })
        .titled(&["form", "household", "place"])
        .happened("date")
        .feeds(&["I23", "I24", "I25", "I45"])
        .checked_by(check);
    fields {
        /// The form.
        form: Option<Form> = choice::<Form>("Loại hoạt động", "Form").required().columns(&["Loại"]),
        /// The household visited.
        household: Option<RecordKey> = refers(&["household"], "Hộ", "Household")
            .required_when("khi vận động cá biệt", "for a visit to one household"),
        /// The themes.
        theme: BTreeSet<Theme> = any_of::<Theme>("Chủ đề", "Themes").required(),
        /// The day.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// The place.
        place: Option<String> = text("Nơi", "Place", 200).searchable()
            .required_when("trừ khi thăm hộ", "unless it is a visit to a household"),
        /// Who led it.
        lead: Option<Actor> = choice::<Actor>("Đơn vị chủ trì", "Led by").required().columns(&["Chủ trì"]),
        /// Who took part in holding it.
        partners: BTreeSet<Actor> = any_of::<Actor>("Phối hợp", "Together with"),
        /// Who spoke.
        speaker: Option<String> = text("Báo cáo viên", "Speaker", 200).searchable(),
        /// Whom it was for.
        audience: BTreeSet<Audience> = any_of::<Audience>("Đối tượng", "Audience").required()
            .help("Chỉ ghi nhóm, không ghi tên người.", "Groups only, no names of people."),
        /// How many came.
        attendance: Option<i64> = whole("Số người", "Number of people", 0, 100_000).required(),
        /// What was handed out.
        handed_out: Option<String> = text("Tài liệu đã phát", "Handed out", 200),
        /// The result.
        result: Option<String> = long("Kết quả", "Result"),
        /// The cost.
        cost: Option<i64> = money("Kinh phí", "Cost"),
    }
}

impl Outreach {
    /// Whether it is a visit to one household.
    pub fn is_visit(&self) -> bool {
        self.form == Some(Form::HouseholdVisit)
    }
}

fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    let name = if Outreach::read(raw).value.is_visit() { "household" } else { "place" };
    needs(Outreach::KIND, name, raw, problems);
}
