//! Search and uniqueness over invented households and persons.

use sothon_records::civil::YearOrDate;
use sothon_records::kinds::household::Member;
use sothon_records::kinds::person::{Episode, Regime, State};
use sothon_records::kinds::{Household, Person, Pledge};
use sothon_records::search::{Fit, SearchIndex, SearchText};
use sothon_records::unique::{Placed, breaches};
use sothon_records::{RawRecord, Record, RecordId, RecordKey};
use uuid::Uuid;

fn id(n: u128) -> RecordId {
    RecordId(Uuid::from_u128(n))
}

fn household(head: &str, address: &str, phone: &str) -> Household {
    Household {
        number: Some("12".into()),
        head: Some(head.into()),
        address: Some(address.into()),
        phone: Some(phone.into()),
        ..Household::default()
    }
}

fn index(households: &[Household]) -> SearchIndex<usize> {
    let mut index = SearchIndex::new();
    for (n, household) in households.iter().enumerate() {
        index.put(n, SearchText::of(Household::KIND, &household.write()));
    }
    index
}

fn found(index: &SearchIndex<usize>, typed: &str) -> Vec<usize> {
    index
        .find(typed, 20, |_| true)
        .hits
        .into_iter()
        .map(|hit| hit.key)
        .collect()
}

#[test]
fn a_name_is_found_without_marks_in_any_case_and_order_by_number_and_telephone() {
    let index = index(&[
        household("Nguyễn Văn Ân", "Ngõ 5, số 17", "0912345678"),
        household("Đỗ Thị Hòa", "Ngõ 7, số 3", "0987654321"),
    ]);
    for typed in [
        "nguyen van an",
        "AN NGUYEN",
        "Nguyễn Văn Ân",
        "Nguye\u{302}\u{303}n Va\u{306}n A\u{302}n",
        "nguy",
        "0912.345.678",
        "0912 345 678",
        "5678",
        "so 17",
        "ngõ 5 ân",
    ] {
        assert_eq!(found(&index, typed), [0], "{typed}");
    }
    for typed in ["do thi hoa", "hoà", "HÒA", "Đỗ", "đo", "7"] {
        assert!(found(&index, typed).contains(&1), "{typed}");
    }
    for typed in ["", "  ", "…", "tran", "nguyen hoa"] {
        assert!(found(&index, typed).is_empty(), "{typed}");
    }
}

#[test]
fn the_better_fit_comes_first_and_equals_come_by_name() {
    let index = index(&[
        household("Lê Hoan", "", ""),
        household("Trần An", "", ""),
        household("Bùi Ân", "", ""),
        household("Lê Anh", "", ""),
        household("Phạm An", "", ""),
    ]);
    assert_eq!(found(&index, "an"), [4, 1, 2, 3, 0]);
    assert_eq!(found(&index, "ân"), [2, 4, 1, 3, 0]);
    let fits: Vec<Fit> = index
        .find("an", 9, |_| true)
        .hits
        .iter()
        .map(|hit| hit.fit)
        .collect();
    assert_eq!(
        fits,
        [
            Fit::Exact,
            Fit::Exact,
            Fit::WithoutMarks,
            Fit::Begins,
            Fit::Inside
        ]
    );
    assert_eq!(index.find("an", 2, |_| true).total, 5);
    assert_eq!(index.find("an", 2, |_| true).hits.len(), 2);
    assert_eq!(index.find("an", 9, |key| *key != 4).total, 4);
}

#[test]
fn words_of_one_field_come_before_words_spread_over_several() {
    let mut spread = household("Lê Văn Bình", "", "");
    let member = Member {
        name: Some("Lê Thị An".into()),
        ..Member::default()
    };
    spread.members.insert(id(1), member);
    let index = index(&[spread, household("Bình An", "", "")]);
    assert_eq!(found(&index, "an binh"), [1, 0]);
    assert_eq!(found(&index, "le thi an"), [0]);
}

#[test]
fn a_changed_or_removed_record_is_found_as_it_is_now() {
    let mut index = index(&[household("Nguyễn Văn An", "", "")]);
    index.put(
        0,
        SearchText::of(Household::KIND, &household("Trần Văn Bình", "", "").write()),
    );
    assert!(found(&index, "nguyen").is_empty());
    assert_eq!(found(&index, "binh"), [0]);
    index.remove(&0);
    assert!(index.is_empty());
}

fn rules(records: &[(RecordKey, &str, RawRecord)]) -> Vec<(&'static str, usize)> {
    let placed = records.iter().map(|(key, scope, raw)| Placed { key, scope, raw });
    breaches(placed)
        .iter()
        .map(|breach| (breach.rule.name, breach.records.len()))
        .collect()
}

#[test]
fn a_household_entered_twice_in_one_village_is_a_breach_and_in_two_is_not() {
    let twice = |n, scope, head, number: &str| {
        let mut household = household(head, "Ngõ 5, số 17", "");
        household.number = Some(number.into());
        (Household::key(id(n)), scope, household.write())
    };
    let same_address = [("household-same-address", 2)];
    assert_eq!(
        rules(&[
            twice(1, "t1", "Nguyễn Văn An", "1"),
            twice(2, "t1", "nguyen van  an", "2")
        ]),
        same_address
    );
    assert_eq!(
        rules(&[
            twice(1, "t1", "Nguyễn Văn An", "1"),
            twice(2, "t2", "Nguyễn Văn An", "1")
        ]),
        []
    );
    assert_eq!(
        rules(&[
            twice(1, "t1", "Nguyễn Văn An", "1"),
            twice(2, "t1", "Nguyễn Văn Bình", "2")
        ]),
        []
    );
    let mut voided = twice(2, "t1", "Nguyễn Văn An", "1");
    voided
        .2
        .fields
        .insert("voided".into(), sothon_records::Value::Bool(true));
    assert_eq!(rules(&[twice(1, "t1", "Nguyễn Văn An", "1"), voided]), []);
}

#[test]
fn the_same_record_in_two_books_is_one_record() {
    let record = |scope| {
        (
            Household::key(id(1)),
            scope,
            household("Nguyễn Văn An", "Ngõ 5", "").write(),
        )
    };
    assert_eq!(rules(&[record("2025"), record("2026")]), []);
    assert_eq!(rules(&[record("2025"), record("2025")]), []);
}

#[test]
fn two_pledges_of_one_household_and_year_are_a_breach() {
    let pledge = |n, year| {
        let pledge = Pledge {
            household: Some(Household::key(id(7))),
            year: Some(year),
            ..Pledge::default()
        };
        (Pledge::key(id(n)), "t1", pledge.write())
    };
    assert_eq!(
        rules(&[pledge(1, 2025), pledge(2, 2025)]),
        [("pledge-same-year", 2)]
    );
    assert_eq!(rules(&[pledge(1, 2025), pledge(2, 2026)]), []);
}

#[test]
fn two_open_episodes_of_one_person_are_a_breach() {
    let episode = |ended: Option<&str>| Episode {
        state: Some(State::U1),
        regime: Some(Regime::A),
        ended: ended.and_then(|text| text.parse().ok()),
        ..Episode::default()
    };
    let person = |first, second| {
        let episodes = [(id(1), episode(first)), (id(2), episode(second))].into();
        let born = Some(YearOrDate::Year(1990));
        let person = Person {
            name: Some("Lê Văn Mẫu".into()),
            born,
            episodes,
            ..Person::default()
        };
        (Person::key(id(1)), "t1", person.write())
    };
    assert_eq!(rules(&[person(None, None)]), [("person-two-open-episodes", 1)]);
    assert_eq!(rules(&[person(Some("2025-01-01"), None)]), []);
}

#[test]
fn persons_sort_by_the_last_word_of_the_name_though_the_title_says_more() {
    let key = |name: &str, year| {
        let born = Some(YearOrDate::Year(year));
        let person = Person {
            name: Some(name.into()),
            born,
            ..Person::default()
        };
        sothon_records::show::sort_key(Person::KIND, &person.write())
    };
    assert!(key("Trần Văn An", 1990) < key("Lê Văn Bình", 1980));
    assert!(key("Lê Văn An", 1990) < key("Trần Văn An", 1980));
}
