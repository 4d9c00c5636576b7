//! Whatever a book holds can be read, validated, shown, searched and described; what is understood round-trips.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use sothon_records::civil::YearOrDate;
use sothon_records::kinds::*;
use sothon_records::raw::Fields;
use sothon_records::search::SearchText;
use sothon_records::unique::{inside, unique_keys};
use sothon_records::{
    Code, Context, Datum, Edit, Field, FieldType, Kind, RawRecord, Record, RecordId, RecordKey, Sealed,
    SubKey, Value, Weight, datum, enter, show, validate,
};
use uuid::Uuid;

fn any_date() -> impl Strategy<Value = chrono::NaiveDate> {
    (1900i32..2100, 1u32..366).prop_map(|(year, day)| chrono::NaiveDate::from_yo_opt(year, day).unwrap())
}

fn any_id() -> impl Strategy<Value = RecordId> {
    any::<u128>().prop_map(|n| RecordId(Uuid::from_u128(n)))
}

fn any_line() -> impl Strategy<Value = String> {
    "[A-Za-zĐđÀ-ỹ0-9 ,./]{0,12}".prop_map(|text| sothon_records::text::tidy_line(&text))
}

/// A datum that a field can hold, or nothing.
fn any_datum(field: &'static Field) -> BoxedStrategy<Option<Datum>> {
    let some = |datum: BoxedStrategy<Datum>| proptest::option::of(datum).boxed();
    match field.holds {
        FieldType::Text { .. } => some(
            any_line()
                .prop_filter("not empty", |text| !text.is_empty())
                .prop_map(Datum::Text)
                .boxed(),
        ),
        FieldType::Long { .. } => {
            let text = any_line().prop_filter("not empty", |text| !text.is_empty());
            some(
                text.prop_map(|text| Datum::Text(format!("{text}\n{text}")))
                    .boxed(),
            )
        }
        FieldType::Whole { min, max } => some((min..=max).prop_map(Datum::Whole).boxed()),
        FieldType::Money => some((0i64..1_000_000_000).prop_map(Datum::Whole).boxed()),
        FieldType::YesNo => some(any::<bool>().prop_map(Datum::YesNo).boxed()),
        FieldType::Date(_) => some(any_date().prop_map(Datum::Date).boxed()),
        FieldType::YearOrDate => some(
            prop_oneof![
                (1900i32..2100).prop_map(|year| Datum::YearOrDate(YearOrDate::Year(year))),
                any_date().prop_map(|date| Datum::YearOrDate(YearOrDate::Date(date))),
            ]
            .boxed(),
        ),
        FieldType::Instant(_) => some(
            (0i64..4_000_000_000)
                .prop_map(|seconds| Datum::Instant(chrono::DateTime::from_timestamp(seconds, 0).unwrap()))
                .boxed(),
        ),
        FieldType::Phone => some("[0-9]{9,11}".prop_map(Datum::Text).boxed()),
        FieldType::Choice(choices) => some(
            proptest::sample::select(choices)
                .prop_map(|choice| {
                    Datum::Choice(choices.iter().find(|other| other.slug == choice.slug).unwrap())
                })
                .boxed(),
        ),
        FieldType::Choices(choices) => vec(any::<bool>(), choices.len())
            .prop_map(move |ticks| {
                let ticked: Vec<_> = choices
                    .iter()
                    .zip(ticks)
                    .filter(|(_, tick)| *tick)
                    .map(|(choice, _)| choice)
                    .collect();
                (!ticked.is_empty()).then_some(Datum::Choices(ticked))
            })
            .boxed(),
        FieldType::Reference(kinds) => some(
            (proptest::sample::select(kinds), any_id())
                .prop_map(|(kind, id)| {
                    Datum::Reference(RecordKey {
                        kind: kind.to_owned(),
                        id,
                    })
                })
                .boxed(),
        ),
        FieldType::Sealed(_) => some(
            vec(any::<u8>(), 1..20)
                .prop_map(|bytes| Datum::Sealed(Sealed(bytes)))
                .boxed(),
        ),
        FieldType::Bytes => some(vec(any::<u8>(), 1..20).prop_map(Datum::Bytes).boxed()),
    }
}

fn any_fields(fields: Vec<&'static Field>) -> BoxedStrategy<Fields> {
    let data: Vec<_> = fields.iter().map(|field| any_datum(field)).collect();
    data.prop_map(move |data| {
        let mut made = Fields::new();
        for (field, datum) in fields.iter().zip(data) {
            datum::write(field, datum, &mut made);
        }
        made
    })
    .boxed()
}

/// A record of a kind with values that its fields understand.
fn any_record(kind: &'static Kind) -> BoxedStrategy<RawRecord> {
    let own = any_fields(kind.all_fields().collect());
    let lists: Vec<_> = kind
        .all_lists()
        .map(|list| {
            btree_map(any_id(), any_fields(list.all_fields().collect()), 0..3).prop_map(|subs| {
                let key = |id| SubKey {
                    kind: list.name.to_owned(),
                    id,
                };
                subs.into_iter()
                    .map(|(id, fields)| (key(id), fields))
                    .collect::<Vec<_>>()
            })
        })
        .collect();
    (own, lists)
        .prop_map(|(fields, lists)| RawRecord {
            fields,
            subs: lists.into_iter().flatten().collect(),
        })
        .boxed()
}

/// Any value, good or bad.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<String>().prop_map(Value::Text),
        any::<String>().prop_map(Value::Long),
        vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        any::<String>().prop_map(Value::Unknown),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}".prop_map(Value::Text),
        "[a-z]{1,8}/[0-9a-f]{32}".prop_map(Value::Text),
    ]
}

/// Any fields, many of them at the names that the kind knows.
fn any_wild(fields: Vec<&'static Field>) -> impl Strategy<Value = Fields> {
    let mut names: Vec<String> = fields.iter().map(|field| field.name.to_owned()).collect();
    for field in &fields {
        if let FieldType::Choice(choices) | FieldType::Choices(choices) = field.holds {
            names.extend(
                choices
                    .iter()
                    .map(|choice| format!("{}/{}", field.name, choice.slug)),
            );
        }
        names.push(format!("{}/", field.name));
    }
    let name = prop_oneof![4 => proptest::sample::select(names), 1 => any::<String>()];
    btree_map(name, any_value(), 0..12)
}

fn any_wild_record(kind: &'static Kind) -> BoxedStrategy<RawRecord> {
    let mut lists: Vec<(String, Vec<&'static Field>)> = kind
        .all_lists()
        .map(|list| (list.name.to_owned(), list.all_fields().collect()))
        .collect();
    lists.push(("surprises".to_owned(), kind.all_fields().collect()));
    let sub = proptest::sample::select(lists).prop_flat_map(|(name, fields)| {
        (any_id(), any_wild(fields)).prop_map(move |(id, fields)| {
            (
                SubKey {
                    kind: name.clone(),
                    id,
                },
                fields,
            )
        })
    });
    (any_wild(kind.all_fields().collect()), vec(sub, 0..4))
        .prop_map(|(fields, subs)| RawRecord {
            fields,
            subs: subs.into_iter().collect(),
        })
        .boxed()
}

fn any_kind() -> impl Strategy<Value = &'static Kind> {
    proptest::sample::select(Kind::all())
}

fn any_today() -> impl Strategy<Value = Context> {
    any_date().prop_map(|today| Context { today })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_kind_round_trips_between_typed_and_raw(
        (kind, raw) in any_kind().prop_flat_map(|kind| (Just(kind), any_record(kind)))
    ) {
        let again = (kind.reread)(&raw);
        prop_assert_eq!(again.problems, vec![]);
        prop_assert_eq!(again.value, raw);
    }

    #[test]
    fn whatever_a_book_holds_is_read_validated_shown_and_searched(
        (kind, raw, other) in any_kind().prop_flat_map(|kind| (Just(kind), any_wild_record(kind), any_wild_record(kind))),
        context in any_today(),
    ) {
        let key = RecordKey { kind: kind.slug.to_owned(), id: RecordId(Uuid::nil()) };
        for problem in validate(kind, &raw, &context) {
            prop_assert!(!problem.says.vi.is_empty() && !problem.says.en.is_empty());
        }
        let page = show::page(kind, &raw, &show::no_titles);
        prop_assert!(!page.title.vi.is_empty());
        for change in show::changes(kind, Some(&other), &raw, &show::no_titles) {
            prop_assert!(!change.line(Default::default()).is_empty());
        }
        show::references(kind, &raw);
        show::happened(kind, &raw);
        SearchText::of(kind, &raw);
        unique_keys(kind, &1, &raw);
        inside(kind, &key, &raw);
        let person = Person::read(&raw).value;
        person.standing(context.today);
        Task::read(&raw).value.next_due(context.today);
    }

    #[test]
    fn what_is_understood_of_a_broken_record_stays_the_same_when_written_and_read_again(
        (kind, raw) in any_kind().prop_flat_map(|kind| (Just(kind), any_wild_record(kind)))
    ) {
        let once = (kind.reread)(&raw);
        let twice = (kind.reread)(&once.value);
        prop_assert_eq!(twice.problems, vec![]);
        prop_assert_eq!(twice.value, once.value);
    }

    #[test]
    fn every_value_of_a_record_is_on_its_page_or_hidden(
        (kind, raw) in any_kind().prop_flat_map(|kind| (Just(kind), any_wild_record(kind)))
    ) {
        let page = show::page(kind, &raw, &show::no_titles);
        for key in raw.fields.keys() {
            let shown = page.rows.iter().any(|row| {
                row.place.field == *key || key.starts_with(&format!("{}/", row.place.field))
            });
            let hidden = kind.field(key).is_some_and(|field| field.is_hidden());
            prop_assert!(shown || hidden, "{}", key);
        }
        prop_assert_eq!(page.parts.len(), raw.subs.len());
    }

    #[test]
    fn whatever_is_typed_is_understood_or_answered(
        (kind, typed) in (any_kind(), any::<String>()),
        numeric in "[0-9 ./,-]{0,12}",
    ) {
        for field in kind.all_fields() {
            for text in [&typed, &numeric] {
                let mut fields = Fields::new();
                match enter::enter(field, text, &mut fields) {
                    Ok(()) => prop_assert!(datum::read(field, &fields).faults.is_empty()),
                    Err(problem) => prop_assert!(!problem.says.vi.is_empty()),
                }
            }
        }
    }

    #[test]
    fn what_is_shown_of_a_value_can_be_typed_again(
        (kind, raw) in any_kind().prop_flat_map(|kind| (Just(kind), any_record(kind)))
    ) {
        for field in kind.all_fields() {
            if field.is_hidden() || matches!(field.holds, FieldType::Reference(_)) {
                continue;
            }
            let (words, _) = show::in_words(field, &raw.fields, &show::no_titles);
            let typed = enter::understand(field, &words.vi).map_err(|problem| {
                TestCaseError::fail(format!("{}: {} <- {}", field.name, problem.says.vi, words.vi))
            })?;
            let kept = datum::read(field, &raw.fields).datum;
            if let (FieldType::Instant(_), Some(Datum::Instant(instant))) = (field.holds, &kept) {
                let Some(Datum::Instant(again)) = typed else { panic!() };
                prop_assert_eq!(again.timestamp() / 60, instant.timestamp() / 60);
            } else {
                prop_assert_eq!(typed, kept);
            }
        }
    }
}

#[test]
fn a_broken_value_is_shown_as_it_is_flagged_and_kept() {
    let mut raw = Household {
        head: Some("Lê Thị Mẫu".into()),
        ..Household::default()
    }
    .write();
    raw.fields
        .insert("residence".into(), Value::Text("floating".into()));
    raw.fields
        .insert("cultured".into(), Value::Text("năm ngoái".into()));
    raw.fields.insert("colour".into(), Value::Int(7));
    let typed = Household::read(&raw);
    assert_eq!(typed.value.head.as_deref(), Some("Lê Thị Mẫu"));
    assert_eq!(typed.value.residence, None);
    assert_eq!(typed.problems.len(), 2);
    let page = show::page(Household::KIND, &raw, &show::no_titles);
    let row = |name: &str| page.rows.iter().find(|row| row.place.field == name).unwrap();
    assert_eq!(
        (row("residence").value.vi.as_str(), row("residence").flagged),
        ("floating", true)
    );
    assert_eq!(
        (row("cultured").value.vi.as_str(), row("cultured").flagged),
        ("năm ngoái", true)
    );
    assert_eq!(
        (row("colour").value.vi.as_str(), row("colour").flagged),
        ("7", true)
    );

    let changed = Household {
        head: Some("Lê Thị Mận".into()),
        ..typed.value
    };
    let edits = changed.edits(RecordId(Uuid::nil()), &raw);
    let [
        Edit::Set {
            fields, sub: None, ..
        },
    ] = edits.as_slice()
    else {
        panic!("{edits:?}")
    };
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["head"]);
}

#[test]
fn a_choice_of_a_later_release_is_kept_beside_those_known() {
    let mut raw = RawRecord::default();
    raw.fields.insert("theme/harm".into(), Value::Bool(true));
    raw.fields.insert("theme/plants".into(), Value::Bool(false));
    raw.fields.insert("theme/new-drugs".into(), Value::Bool(true));
    let typed = Outreach::read(&raw);
    assert_eq!(typed.value.theme, [outreach::Theme::Harm].into());
    assert_eq!(typed.problems.len(), 1);
    let field = Outreach::KIND.field("theme").unwrap();
    let (words, flagged) = show::in_words(field, &raw.fields, &show::no_titles);
    assert_eq!(
        (words.vi.as_str(), flagged),
        ("Tác hại của ma túy, new-drugs", true)
    );
}

#[test]
fn a_value_that_a_commune_added_is_other_to_what_reckons_and_has_its_words_wherever_it_is_shown() {
    let mut raw = Business::KIND.blank();
    let field = Business::KIND.field("type_of").unwrap();
    enter::enter(field, "other:  Tiệm   xăm", &mut raw.fields).unwrap();
    assert_eq!(
        raw.fields.get("type_of"),
        Some(&Value::Text("other: Tiệm xăm".into()))
    );
    let typed = Business::read(&raw);
    assert_eq!(typed.problems, []);
    assert_eq!(typed.value.type_of, Some(business::BusinessType::Other));
    let words = sothon_records::Words::same("Tiệm xăm");
    assert_eq!(
        show::in_words(field, &raw.fields, &show::no_titles),
        (words.clone(), false)
    );
    assert_eq!(show::title(Business::KIND, &raw, &show::no_titles), words);
    let changes = show::changes(Business::KIND, None, &raw, &show::no_titles);
    assert_eq!(changes[0].line(Default::default()), "Loại: Tiệm xăm");
    let context = Context {
        today: chrono::NaiveDate::from_ymd_opt(2025, 6, 10).unwrap(),
    };
    let said = validate(Business::KIND, &raw, &context);
    assert!(
        said.iter().all(|problem| problem.place.field != "type_of"),
        "{said:?}"
    );
    // A change of something else leaves the words.
    let changed = Business {
        name: Some("Mực Đen".into()),
        ..typed.value
    };
    let edits = changed.edits(RecordId(Uuid::nil()), &raw);
    let [Edit::Set { fields, .. }] = edits.as_slice() else {
        panic!("{edits:?}")
    };
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["name"]);
}

#[test]
fn where_nothing_can_be_added_or_the_words_are_none_it_is_said_and_kept() {
    let context = Context {
        today: chrono::NaiveDate::from_ymd_opt(2025, 6, 10).unwrap(),
    };
    // A law's values, those of a field without “Khác”, and words that turn a line around.
    for (kind, name, kept, weight) in [
        (DrugTest::KIND, "result", "other: không rõ", Weight::Notice),
        (Outreach::KIND, "form", "other: Múa rối", Weight::Notice),
        (Business::KIND, "type_of", "other: \u{202e}mặt", Weight::Blocks),
        (Business::KIND, "type_of", "other: ", Weight::Blocks),
    ] {
        let field = kind.field(name).unwrap();
        let mut raw = kind.blank();
        raw.fields.insert(name.into(), Value::Text(kept.into()));
        let said = validate(kind, &raw, &context);
        let said: Vec<_> = said
            .iter()
            .filter(|problem| problem.place.field == name)
            .collect();
        assert_eq!(said.len(), 1, "{kept}: {said:?}");
        assert_eq!(
            (said[0].code, said[0].weight),
            (Code::NotAllowed, weight),
            "{kept}"
        );
        let (words, flagged) = show::in_words(field, &raw.fields, &show::no_titles);
        assert_eq!((words.vi.as_str(), flagged), (kept, true));
        let typed = enter::understand(field, kept).unwrap_err();
        assert_eq!(typed.weight, Weight::Blocks, "{kept}");
    }
}

#[test]
fn long_texts_are_made_with_their_record_and_emptied_not_removed() {
    let empty = Contact::default().write();
    assert_eq!(empty.fields.get("content"), Some(&Value::Long(String::new())));
    let written = Contact {
        content: Some("Đã gặp.".into()),
        ..Contact::default()
    }
    .write();
    let edits = Contact::default().edits(RecordId(Uuid::nil()), &written);
    let [Edit::Set { fields, .. }] = edits.as_slice() else {
        panic!("{edits:?}")
    };
    assert_eq!(fields.get("content"), Some(&Some(Value::Long(String::new()))));
}

#[test]
fn what_is_written_is_composed_and_tidy() {
    let raw = Household {
        head: Some("  Nguye\u{302}\u{303}n  Va\u{306}n An ".into()),
        ..Household::default()
    }
    .write();
    assert_eq!(raw.fields.get("head"), Some(&Value::Text("Nguyễn Văn An".into())));
}

#[test]
fn a_teller_opens_again_and_shows_nothing_of_itself() {
    let teller = tip::Teller {
        name: Some("Phạm Văn Kín".into()),
        contact: Some("0900000000".into()),
        wants_secrecy: Some(true),
    };
    assert_eq!(tip::Teller::from_plain(&teller.plain()), Ok(teller.clone()));
    assert_eq!(tip::Teller::from_plain(b"something else"), Err(tip::BadTeller));
    let debug = format!("{teller:?} {:?}", Sealed(teller.plain()));
    assert!(!debug.contains("Kín") && !debug.contains("0900"));
}

#[test]
fn a_teller_who_was_written_unsealed_comes_out_nowhere() {
    let mut raw = Tip::default().write();
    raw.fields
        .insert("teller".into(), Value::Text("Phạm Văn Kín".into()));
    let context = Context {
        today: chrono::NaiveDate::from_ymd_opt(2025, 6, 10).unwrap(),
    };
    let page = format!("{:?}", show::page(Tip::KIND, &raw, &show::no_titles));
    let problems = format!("{:?}", validate(Tip::KIND, &raw, &context));
    let changes = format!("{:?}", show::changes(Tip::KIND, None, &raw, &show::no_titles));
    let search = format!("{:?}", SearchText::of(Tip::KIND, &raw));
    for text in [page, problems, changes, search] {
        assert!(!text.contains("Phạm") && !text.contains("pham"), "{text}");
    }
}

#[test]
fn the_sealed_part_is_in_no_page_search_or_history() {
    let before = Tip {
        place: Some("Ngõ 3".into()),
        ..Tip::default()
    }
    .write();
    let after = Tip {
        teller: Some(Sealed(b"PHAM KIN".to_vec())),
        ..Tip::read(&before).value
    }
    .write();
    let page = format!("{:?}", show::page(Tip::KIND, &after, &show::no_titles));
    let search = format!("{:?}", SearchText::of(Tip::KIND, &after));
    let changes = show::changes(Tip::KIND, Some(&before), &after, &show::no_titles);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].line(Default::default()), "Phần kín: đã ghi");
    let json = serde_json::to_string(&changes).unwrap();
    let export = format!("{:?}", show::exportable(Tip::KIND, &after));
    for text in [page, search, json, export] {
        assert!(
            !text.to_lowercase().contains("pham kin") && !text.contains("PHAM") && !text.contains("80, 72")
        );
    }
}
