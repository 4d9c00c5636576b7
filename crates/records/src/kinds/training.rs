//! R55 Tập huấn: who learned what.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::actor::Actor;
use crate::declare::{choices, kind, sub};
use crate::kind::{
    Chapter, Given, Roll, Shelf, Source, choice, choices as any_of, date, kind, list, text, yes_no,
};

choices! {
    /// The five groups of content (plan II.1.c; S27).
    TrainingTopic: Source::Plan("mục II.1.c") => {
        Law = "law", "Pháp luật, kiến thức về ma túy", "Law and knowledge of drugs";
        Detecting = "detecting", "Phát hiện tội phạm, rà soát người nghiện", "Detecting offenders, counting the addicted";
        Mobilising = "mobilising", "Kỹ năng vận động quần chúng", "Mobilising people";
        Propaganda = "propaganda", "Kỹ năng tuyên truyền", "Outreach";
        Managing = "managing", "Quản lý, giáo dục, giúp đỡ người cai nghiện", "Managing, teaching and helping people in rehab";
    }
}

sub! {
    /// A person who learned.
    Learner {
        /// Full name.
        name: Option<String> = text("Họ và tên", "Full name", 100).required().name(),
        /// Force.
        force: Option<Actor> = choice::<Actor>("Lực lượng", "Force"),
        /// Unit.
        unit: Option<String> = text("Đơn vị", "Unit", 200),
        /// Present.
        present: Option<bool> = yes_no("Có mặt", "Present"),
        /// Passed.
        passed: Option<bool> = yes_no("Đạt yêu cầu", "Passed"),
    }
}

/// Whoever is ticked was there. What somebody is in the plan is taken from the unit; in a village from the position, as far
/// as it is one of those that the plan names.
const ROLLS: &[Roll] = &[
    Roll {
        kind: "official",
        list: "",
        fills: &[
            ("name", Given::Field("name")),
            ("force", Given::Through("unit", "actor")),
            (
                "force",
                Given::Said(
                    "position",
                    &[
                        ("truong thon", "village-head"),
                        ("pho truong thon", "village-head"),
                        ("bi thu chi bo", "party-cell"),
                    ],
                ),
            ),
            ("unit", Given::TitleOf("unit")),
            ("present", Given::Is("yes")),
        ],
        under: Given::TitleOf("unit"),
    },
    Roll {
        kind: "guard-team",
        list: "members",
        fills: &[
            ("name", Given::Field("name")),
            ("force", Given::Is("security-force")),
            ("unit", Given::Title),
            ("present", Given::Is("yes")),
        ],
        under: Given::Title,
    },
    Roll {
        kind: "propagandist",
        list: "",
        fills: &[
            ("name", Given::Field("name")),
            ("force", Given::Field("union")),
            ("unit", Given::Field("area")),
            ("present", Given::Is("yes")),
        ],
        under: Given::Field("role"),
    },
];

kind! {
    /// A training, with those who learned (plan II.1.c).
    Training = kind(Chapter::Plan, "R55", "training", "Tập huấn", "Training")
        .purpose("Theo dõi tập huấn theo nội dung, lực lượng", "To follow trainings by content and force")
        .on(Shelf::Commune)
        .titled(&["name", "date"])
        .happened("date")
        .feeds(&["I27"]);
    fields {
        /// Name.
        name: Option<String> = text("Tên lớp", "Name", 200).required().searchable(),
        /// Content.
        topics: BTreeSet<TrainingTopic> = any_of::<TrainingTopic>("Nội dung", "Content").required(),
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Place.
        place: Option<String> = text("Nơi", "Place", 200),
        /// Teacher.
        teacher: Option<String> = text("Giảng viên", "Teacher", 200),
        /// Test.
        test: Option<String> = text("Kiểm tra", "Test", 300),
        /// Material.
        material: Option<String> = text("Tài liệu", "Material", 300),
    }
    lists {
        /// Who learned.
        learners: Learner = list("Học viên", "Learners").at_least_one()
            .ticked_off(ROLLS).totals(&["force", "present", "passed"]),
    }
}
