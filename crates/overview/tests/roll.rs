//! Lists are ticked off what is recorded.

use crate::common::{commune, day, general, id, put, village};
use sothon_overview::{Place, View};
use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::committee::CommitteeMember;
use sothon_records::kinds::guard_team::GuardMember;
use sothon_records::kinds::self_group::{GroupMember, GroupType};
use sothon_records::kinds::training::Learner;
use sothon_records::kinds::{Committee, GuardTeam, Household, Official, SelfGroup, Training, Unit};
use sothon_records::{Fields, RawRecord, Record, RecordKey, SubKey};

fn learner(fields: &Fields) -> Learner {
    let key = SubKey {
        kind: "learners".to_owned(),
        id: id(1),
    };
    let mut raw = RawRecord::default();
    raw.subs.insert(key, fields.clone());
    Training::read(&raw).value.learners.remove(&id(1)).unwrap()
}

fn official(name: &str, position: &str, unit: RecordKey, until: Option<&str>) -> Official {
    Official {
        unit: Some(unit),
        name: Some(name.to_owned()),
        position: Some(position.to_owned()),
        from: Some(day("2020-01-01")),
        until: until.map(day),
        ..Official::default()
    }
}

fn picture() -> View {
    let unit = Unit {
        code: Some("cong-an".to_owned()),
        name: Some("Công an xã".to_owned()),
        actor: Some(Actor::Police),
        from: Some(day("2020-01-01")),
        ..Unit::default()
    };
    let member = |name: &str, until: Option<&str>| GuardMember {
        name: Some(name.to_owned()),
        until: until.map(day),
        ..GuardMember::default()
    };
    let team = GuardTeam {
        name: Some("Tổ bảo vệ Thôn 1".to_owned()),
        from: Some(day("2024-07-01")),
        members: [
            (id(1), member("Đàm Thế Sáng", None)),
            (id(2), member("Phùng Văn Cũ", Some("2025-01-31"))),
        ]
        .into(),
        ..GuardTeam::default()
    };
    let mut view = View::new();
    view.apply([
        village(1),
        put(commune(), 9, &unit),
        put(
            commune(),
            10,
            &official("Lê Văn Ân", "Công an viên", Unit::key(id(9)), None),
        ),
        put(
            commune(),
            11,
            &official(
                "Bùi Thị Ăn",
                "Trưởng thôn",
                RecordKey {
                    kind: "village".into(),
                    id: id(1),
                },
                None,
            ),
        ),
        put(
            commune(),
            12,
            &official(
                "Mai Thị Khác",
                "Thư ký",
                RecordKey {
                    kind: "village".into(),
                    id: id(1),
                },
                None,
            ),
        ),
        put(
            commune(),
            13,
            &official(
                "Tạ Đình Nghỉ",
                "Công an viên",
                Unit::key(id(9)),
                Some("2025-03-31"),
            ),
        ),
        put(general(1), 14, &team),
    ]);
    view
}

#[test]
fn who_holds_a_position_today_is_offered_with_force_and_unit_and_nobody_is_guessed() {
    let view = picture();
    let list = Training::KIND.list("learners").unwrap();
    let offered = view.roll(Training::KIND, list, None, day("2025-06-10"));
    let all = offered
        .iter()
        .map(|one| {
            let learner = learner(&one.fields);
            (one.title.vi.clone(), learner.force, learner.unit, learner.present)
        })
        .collect::<Vec<_>>();
    let row = |name: &str, force, unit: &str| (name.to_owned(), force, Some(unit.to_owned()), Some(true));
    assert_eq!(
        all,
        [
            row("Bùi Thị Ăn", Some(Actor::VillageHead), "1"),
            row("Lê Văn Ân", Some(Actor::Police), "Công an xã"),
            row("Mai Thị Khác", None, "1"),
            row("Đàm Thế Sáng", Some(Actor::SecurityForce), "Tổ bảo vệ Thôn 1"),
        ]
    );
    let under: Vec<&str> = offered.iter().map(|one| one.under.as_str()).collect();
    assert_eq!(under, ["1", "Công an xã", "1", "Tổ bảo vệ Thôn 1"]);
}

#[test]
fn of_a_place_only_what_lies_there_is_offered() {
    let view = picture();
    let list = Training::KIND.list("learners").unwrap();
    let offered = view.roll(Training::KIND, list, Some(Place::Village(1)), day("2025-06-10"));
    assert_eq!(offered.len(), 1);
    assert!(
        view.roll(Training::KIND, list, Some(Place::Village(2)), day("2025-06-10"))
            .is_empty()
    );
}

fn household(head: &str) -> Household {
    Household {
        head: Some(head.to_owned()),
        group: Some("Ngõ Sậy".to_owned()),
        ..Household::default()
    }
}

fn group(name: &str, type_of: GroupType, members: &[(u128, Option<&str>)]) -> SelfGroup {
    let member = |(household, until): &(u128, Option<&str>)| GroupMember {
        household: Some(Household::key(id(*household))),
        until: until.map(day),
        ..GroupMember::default()
    };
    SelfGroup {
        name: Some(name.to_owned()),
        type_of: Some(type_of),
        members: (1..).map(id).zip(members.iter().map(member)).collect(),
        ..SelfGroup::default()
    }
}

#[test]
fn a_household_is_in_one_group_of_a_type_at_a_time_and_those_in_none_are_told() {
    let households = [(1, "Đỗ Thị Én"), (2, "Cao Văn Dế"), (3, "Bạch Thị Cốc")];
    let mut view = View::new();
    view.apply([village(1), village(2)]);
    view.apply(households.map(|(n, head)| put(general(1), n, &household(head))));
    view.apply([
        put(general(2), 4, &household("Hồ Văn Gà")),
        put(
            general(1),
            20,
            &group(
                "Nhóm 1",
                GroupType::HouseholdGroup,
                &[(1, None), (2, Some("2025-03-31"))],
            ),
        ),
        put(
            general(1),
            21,
            &group("Dòng họ Đỗ", GroupType::Clan, &[(1, None)]),
        ),
    ]);
    let list = SelfGroup::KIND.list("members").unwrap();
    let here = Some(Place::Village(1));
    let today = day("2025-06-10");
    let (says, out) = view.left_out(SelfGroup::KIND, list, here, today).unwrap();
    assert_eq!(says.vi, "Hộ chưa vào nhóm nào");
    assert_eq!(
        out,
        [Household::key(id(3)), Household::key(id(2))],
        "Cốc before Dế; who has left is in none"
    );
    let (_, then) = view
        .left_out(SelfGroup::KIND, list, here, day("2025-03-31"))
        .unwrap();
    assert_eq!(then, [Household::key(id(3))]);
    assert!(
        view.breaches().is_empty(),
        "a group and a clan go together: {:?}",
        view.breaches()
    );
    let offered = view.roll(SelfGroup::KIND, list, here, today);
    let taken: Vec<(&str, usize)> = offered
        .iter()
        .map(|one| (one.title.vi.as_str(), one.named_in.len()))
        .collect();
    assert_eq!(taken, [("Bạch Thị Cốc", 0), ("Cao Văn Dế", 0), ("Đỗ Thị Én", 2)]);
    assert!(offered.iter().all(|one| one.under == "Ngõ Sậy"));

    view.apply([put(
        general(1),
        22,
        &group("Nhóm 2", GroupType::HouseholdGroup, &[(1, None), (2, None)]),
    )]);
    let twice = view.breaches();
    let names: Vec<&str> = twice.iter().map(|breach| breach.rule.name).collect();
    assert_eq!(names, ["self-group-same-household"]);
    assert_eq!(twice[0].records, [SelfGroup::key(id(20)), SelfGroup::key(id(22))]);
}

#[test]
fn the_villages_that_nobody_of_a_committee_in_force_answers_for_are_told() {
    let committee = |villages: &[u128], until: Option<&str>| {
        let member = |village: &u128| CommitteeMember {
            name: Some("Lê Văn Ân".to_owned()),
            village: Some(RecordKey {
                kind: "village".to_owned(),
                id: id(*village),
            }),
            ..CommitteeMember::default()
        };
        Committee {
            name: Some("Ban Chỉ đạo".to_owned()),
            valid_until: until.map(day),
            members: (1..).map(id).zip(villages.iter().map(member)).collect(),
            ..Committee::default()
        }
    };
    let mut view = View::new();
    view.apply([village(1), village(2), village(3)]);
    view.apply([
        put(commune(), 30, &committee(&[1], None)),
        put(commune(), 31, &committee(&[1, 2], Some("2025-05-31"))),
    ]);
    let list = Committee::KIND.list("members").unwrap();
    let out = |today: &str| {
        let (says, out) = view.left_out(Committee::KIND, list, None, day(today)).unwrap();
        assert_eq!(says.vi, "Thôn chưa ai phụ trách");
        out.iter().map(|key| view.title(key).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(out("2025-05-31"), ["3"]);
    assert_eq!(out("2025-06-10"), ["2", "3"]);
    assert_eq!(
        view.left_out(
            Training::KIND,
            Training::KIND.list("learners").unwrap(),
            None,
            day("2025-06-10")
        ),
        None
    );
}
