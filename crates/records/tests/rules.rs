//! What one field of a kind asks of another: the rules that declarations of single fields cannot say.

use sothon_records::enter::enter;
use sothon_records::{Context, Kind, RawRecord, civil, validate};

fn record(kind: &Kind, typed: &[(&str, &str)]) -> RawRecord {
    let mut record = kind.blank();
    for (name, typed) in typed {
        let field = kind.field(name).expect("a field of the kind");
        enter(field, typed, &mut record.fields).expect("is understood");
    }
    record
}

/// Whether something is to be said of a field when these were typed.
fn wants(slug: &str, typed: &[(&str, &str)], field: &str) -> bool {
    let kind = Kind::by_slug(slug).expect("declared");
    let today = civil::parse_date("2026-06-10").expect("a date");
    let problems = validate(kind, &record(kind, typed), &Context { today });
    problems.iter().any(|problem| problem.place.field == field)
}

#[test]
fn what_one_field_says_another_has_to_be_filled_in() {
    for (slug, said, lets_be, field, value) in [
        (
            "inspection",
            ("result", "minuted"),
            ("result", "clean"),
            "minutes",
            "05/BB",
        ),
        (
            "inspection",
            ("result", "fined"),
            ("result", "reminded"),
            "minutes",
            "05/BB",
        ),
        (
            "plant-check",
            ("result", "found"),
            ("result", "none"),
            "plant",
            "poppy",
        ),
        (
            "tip-box",
            ("type_of", "box"),
            ("type_of", "hotline"),
            "place",
            "Cổng nhà văn hóa",
        ),
        (
            "tip-box",
            ("type_of", "hotline"),
            ("type_of", "box"),
            "phone",
            "0101234567",
        ),
        (
            "drug-test",
            ("result", "positive"),
            ("result", "negative"),
            "substances",
            "heroin",
        ),
        (
            "rehab-stage",
            ("result", "broken-off"),
            ("result", "completed"),
            "broken_off_on",
            "1/6/2026",
        ),
        (
            "hotspot",
            ("state", "removed"),
            ("state", "there"),
            "removed_on",
            "1/6/2026",
        ),
        (
            "review-confirmation",
            ("confirmed", "other-opinion"),
            ("confirmed", "agreed"),
            "opinion",
            "Thiếu một hộ",
        ),
    ] {
        assert!(wants(slug, &[said], field), "{slug}.{field}");
        assert!(!wants(slug, &[lets_be], field), "{slug}.{field} without need");
        assert!(
            !wants(slug, &[said, (field, value)], field),
            "{slug}.{field} is there"
        );
    }
}

#[test]
fn a_shift_ends_after_it_begins_also_on_one_day() {
    let shift = |begins, ends| wants("patrol", &[("begins", begins), ("ends", ends)], "ends");
    assert!(shift("9/6/2026 22:00", "9/6/2026 21:00"));
    assert!(shift("9/6/2026 22:00", "9/6/2026 22:00"));
    assert!(shift("9/6/2026 22:00", "8/6/2026 23:00"));
    assert!(!shift("9/6/2026 22:00", "9/6/2026 23:00"));
    assert!(!shift("9/6/2026 22:00", "10/6/2026 02:00"));
}

#[test]
fn no_more_households_give_an_opinion_than_came() {
    let meeting = |for_it| {
        wants(
            "consultation",
            &[
                ("attended", "120"),
                ("for_it", for_it),
                ("against", "8"),
                ("other", "5"),
            ],
            "for_it",
        )
    };
    assert!(meeting("108"));
    assert!(!meeting("107"));
}

#[test]
fn a_box_is_opened_by_two_and_what_is_needed_of_each_is_asked() {
    let kind = Kind::by_slug("box-opening").expect("declared");
    let openers = kind.list("openers").expect("declared");
    let mut opening = record(kind, &[]);
    let mut lacks = |count: u128| {
        let key = sothon_records::SubKey {
            kind: "openers".to_owned(),
            id: sothon_records::RecordId(uuid::Uuid::from_u128(count)),
        };
        let mut fields = openers.blank();
        enter(
            openers.field("name").expect("declared"),
            ["Bùi Thị Lan", "Lê Văn Ân"][usize::from(count > 1)],
            &mut fields,
        )
        .expect("is understood");
        opening.subs.insert(key, fields);
        let today = civil::parse_date("2026-06-10").expect("a date");
        let problems = validate(kind, &opening, &Context { today });
        problems.iter().any(|problem| problem.place.field == "openers")
    };
    assert!(lacks(1), "one alone does not open it");
    assert!(!lacks(2));
}

#[test]
fn a_point_of_the_law_is_not_guessed_where_marks_are_left_out() {
    let kind = Kind::by_slug("compulsory-file").expect("declared");
    let ground = kind.field("ground").expect("declared");
    let typed = |text: &str| {
        let mut record = kind.blank();
        enter(ground, text, &mut record.fields).map(|()| record.fields.get("ground").cloned())
    };
    let kept = |slug: &str| Ok(Some(sothon_records::Value::Text(slug.to_owned())));
    assert_eq!(typed("Điểm d"), kept("d"));
    assert_eq!(typed("Điểm đ"), kept("dd"));
    assert_eq!(typed("diem c"), kept("c"));
    assert!(typed("diem d").is_err(), "d or đ: nobody knows");
}
