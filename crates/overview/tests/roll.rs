//! Lists are ticked off what is recorded.

mod common;

use common::{commune, day, general, id, put, village};
use sothon_overview::{Place, View};
use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::guard_team::GuardMember;
use sothon_records::kinds::training::Learner;
use sothon_records::kinds::{GuardTeam, Official, Training, Unit};
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
    let offered = view.roll(list, None, day("2025-06-10"));
    let all: Vec<(String, Option<Actor>, Option<String>, Option<bool>)> = offered
        .iter()
        .map(|one| {
            let learner = learner(&one.fields);
            (one.title.vi.clone(), learner.force, learner.unit, learner.present)
        })
        .collect();
    let row = |name: &str, force, unit: &str| (name.to_owned(), force, Some(unit.to_owned()), Some(true));
    assert_eq!(
        all,
        [
            row("Bùi Thị Ăn", Some(Actor::VillageHead), "Thôn 1"),
            row("Lê Văn Ân", Some(Actor::Police), "Công an xã"),
            row("Mai Thị Khác", None, "Thôn 1"),
            row("Đàm Thế Sáng", Some(Actor::SecurityForce), "Tổ bảo vệ Thôn 1"),
        ]
    );
    let under: Vec<&str> = offered.iter().map(|one| one.under.as_str()).collect();
    assert_eq!(under, ["Thôn 1", "Công an xã", "Thôn 1", "Tổ bảo vệ Thôn 1"]);
}

#[test]
fn of_a_place_only_what_lies_there_is_offered() {
    let view = picture();
    let list = Training::KIND.list("learners").unwrap();
    let offered = view.roll(list, Some(Place::Village(1)), day("2025-06-10"));
    assert_eq!(offered.len(), 1);
    assert!(
        view.roll(list, Some(Place::Village(2)), day("2025-06-10"))
            .is_empty()
    );
}
