//! Search and uniqueness over invented households and persons.

use proptest::prelude::*;
use sothon_records::alike::{Known, Likeness, Namesakes, spelling};
use sothon_records::civil::YearOrDate;
use sothon_records::kinds::household::Member;
use sothon_records::kinds::person::{Episode, Regime, State};
use sothon_records::kinds::{Household, Person, Pledge};
use sothon_records::search::{Fit, SearchIndex, SearchText};
use sothon_records::text::fold;
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

/// A household of a head who is one of its members, born in a year.
fn headed(head: &str, number: &str, born: Option<i32>) -> RawRecord {
    let member = Member {
        name: Some(head.to_owned()),
        born: born.map(YearOrDate::Year),
        ..Member::default()
    };
    Household {
        number: Some(number.to_owned()),
        head: Some(head.to_owned()),
        members: [(id(1), member)].into(),
        ..Household::default()
    }
    .write()
}

fn likeness(a: &RawRecord, b: &RawRecord) -> Option<Likeness> {
    let known = |raw| Known::of(Household::KIND, raw).unwrap();
    let (a, b) = (known(a), known(b));
    let found = a.likeness(&b);
    assert_eq!(found, b.likeness(&a), "whoever is asked first");
    found
}

#[test]
fn a_name_is_the_same_in_any_order_without_marks_and_with_a_word_shortened_and_year_and_house_weigh() {
    use Likeness::{Likely, Named};
    let known = headed("Nguyễn Văn An", "12", Some(1980));
    for (head, number, born, expected) in [
        ("An Nguyễn Văn", "7", None, Some(Named)),
        ("nguyen van an", "7", None, Some(Named)),
        ("Nguyễn V. An", "7", None, Some(Named)),
        ("N.V. An", "7", None, Some(Named)),
        ("An Nguyễn Văn", "7", Some(1980), Some(Likely)),
        ("Nguyễn V. An", "12", None, Some(Likely)),
        // By the other calendar, or as people count their years.
        ("Nguyễn Văn An", "7", Some(1981), Some(Named)),
        ("Nguyễn Văn An", "12", Some(1981), Some(Likely)),
        // The grandson has the name and the house.
        ("Nguyễn Văn An", "12", Some(2010), None),
        ("Nguyễn Văn An", "7", Some(1982), None),
        ("N. V. A.", "12", Some(1980), None),
        ("Nguyễn Văn Anh", "12", Some(1980), None),
        ("Nguyễn An", "12", Some(1980), None),
        ("Nguyễn Văn Văn An", "12", Some(1980), None),
        ("Ngô Văn An", "12", Some(1980), None),
    ] {
        assert_eq!(
            likeness(&known, &headed(head, number, born)),
            expected,
            "{head} {number} {born:?}"
        );
    }
    let nobody = Household::default().write();
    assert_eq!(Known::of(Household::KIND, &nobody), None);
    assert_eq!(spelling(Household::KIND, &nobody), 0);
}

const WORDS: &[&str] = &[
    "Nguyễn", "Đỗ", "Thị", "Văn", "Ngọc", "Thúy", "Ước", "Yến", "An", "Ân", "Đức", "Hoà",
];

#[test]
fn of_two_members_with_the_heads_name_the_elder_is_compared_whatever_the_order_of_the_parts() {
    let two = |first: i32, second: i32| {
        let member = |year| Member {
            name: Some("Nguyễn Văn Sơn".into()),
            born: Some(YearOrDate::Year(year)),
            ..Member::default()
        };
        let household = Household {
            members: [(id(1), member(first)), (id(2), member(second))].into(),
            ..household("Nguyễn Văn Sơn", "Ngõ 5", "")
        };
        Known::of(Household::KIND, &household.write()).unwrap()
    };
    assert_eq!(two(1950, 1978), two(1978, 1950));
    assert_eq!(
        two(1978, 1950)
            .likeness(&Known::of(Household::KIND, &headed("Nguyễn Văn Sơn", "7", Some(1950))).unwrap()),
        Some(Likeness::Likely)
    );
}

/// A name of three or four words, and the same as somebody else writes it: in another order, perhaps without marks, perhaps
/// with one word as a letter.
fn name_and_spelling() -> impl Strategy<Value = (String, String)> {
    let word = proptest::sample::select(WORDS);
    proptest::collection::vec(word, 3..=4).prop_flat_map(|words| {
        let name = words.join(" ");
        let shuffled = Just(words).prop_shuffle();
        (
            Just(name),
            shuffled,
            any::<bool>(),
            proptest::option::of(0..3_usize),
        )
            .prop_map(|(name, mut words, plain, short)| {
                let mut letter = String::new();
                if let Some(word) = short.and_then(|at| words.get_mut(at)) {
                    letter.extend(word.chars().next());
                    *word = &letter;
                }
                let spelled = words.join(" ");
                (name, if plain { fold(&spelled) } else { spelled })
            })
    })
}

proptest! {
    #[test]
    fn no_order_of_words_no_lost_mark_and_no_shortened_word_hides_who_is_there_twice_and_years_apart_are_silent(
        (name, spelled) in name_and_spelling(),
        born in 1930..2020_i32,
        apart in 2..60_i32,
    ) {
        let known = headed(&name, "12", Some(born));
        let twin = headed(&spelled, "7", Some(born));
        prop_assert_eq!(likeness(&known, &twin), Some(Likeness::Likely));
        prop_assert_eq!(likeness(&known, &headed(&spelled, "12", None)), Some(Likeness::Likely));
        prop_assert_eq!(likeness(&known, &headed(&spelled, "12", Some(born + apart))), None);
        // Among others it is found by what all its spellings have in common.
        let mut named = Namesakes::default();
        for (n, head) in ["Trần Thị Bình", &name, "Lê Văn Cường"].into_iter().enumerate() {
            named.put(Known::of(Household::KIND, &headed(head, "12", Some(born))).unwrap(), n);
        }
        let found: Vec<_> = named.like(&Known::of(Household::KIND, &twin).unwrap()).collect();
        prop_assert_eq!(found, [(Likeness::Likely, &1)]);
    }
}

#[test]
fn a_household_entered_twice_under_a_name_in_another_order_is_a_breach() {
    let one = (
        Household::key(id(1)),
        "village-1",
        household("Nguyễn Văn An", "Ngõ 5", "").write(),
    );
    let two = (
        Household::key(id(2)),
        "village-1",
        household("An Nguyen Van", "ngo 5", "").write(),
    );
    assert_eq!(rules(&[one, two]).len(), 2, "by the address and by the number");
}
