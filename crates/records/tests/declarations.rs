//! Every declaration is sound: what the macro and the types cannot promise.

use std::collections::BTreeSet;

use sothon_records::kind::{Given, Needed, Once, Part, Source};
use sothon_records::{Field, FieldType, Kind, Label, Shelf, enter};

fn every_field() -> impl Iterator<Item = (&'static Kind, &'static Field)> {
    Kind::all().iter().flat_map(|kind| {
        let own = kind.all_fields();
        own.chain(kind.all_lists().flat_map(|list| list.all_fields()))
            .map(move |field| (*kind, field))
    })
}

fn is_written(label: Label) -> bool {
    !label.vi.trim().is_empty() && !label.en.trim().is_empty()
}

#[test]
fn kinds_have_codes_slugs_labels_and_a_purpose_of_their_own() {
    let mut seen = BTreeSet::new();
    for kind in Kind::all() {
        assert!(
            seen.insert(kind.code) && seen.insert(kind.slug),
            "{} is declared twice",
            kind.slug
        );
        let slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(kind.slug.chars().all(slug), "{}", kind.slug);
        assert!(kind.code.starts_with('R'), "{}", kind.code);
        assert!(
            is_written(kind.label) && is_written(kind.purpose),
            "{}",
            kind.slug
        );
        assert_eq!(Kind::by_slug(kind.slug), Some(*kind));
        assert_eq!(Kind::by_code(&kind.code.to_lowercase()), Some(*kind));
        assert!(
            kind.titled_by.is_some() || !kind.title.is_empty(),
            "{} has no title",
            kind.slug
        );
    }
    assert!(
        Kind::all().is_sorted_by_key(|kind| kind.code),
        "in the order of the codes"
    );
    let codes: Vec<&str> = Kind::all().iter().map(|kind| kind.code).collect();
    for code in asked() {
        assert!(codes.contains(&code.as_str()), "{code} is missing");
    }
}

/// The codes of domain.md §7.1, whose gaps mean nothing, and the parts that are records of their own since somebody else
/// writes them.
fn asked() -> Vec<String> {
    let gaps = [11, 15, 19, 37, 38, 39, 42, 48, 49];
    let lines = (1..=74).filter(|n| !gaps.contains(n)).map(|n| format!("R{n:02}"));
    let parts = [
        "R51.1", "R57.1", "R60.1", "R60.2", "R61.1", "R64.1", "R68.1", "R68.2",
    ];
    lines.chain(parts.map(str::to_owned)).collect()
}

#[test]
fn fields_have_keys_that_a_book_can_keep_and_labels_in_both_languages() {
    for (kind, field) in every_field() {
        let key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let at = format!("{}.{}", kind.slug, field.name);
        assert!(!field.name.is_empty() && field.name.chars().all(key), "{at}");
        assert!(is_written(field.label), "{at}");
        assert!(
            !field.label.vi.contains('*') && !field.label.vi.ends_with(':'),
            "{at}"
        );
        if field.sensitive {
            assert!(is_written(field.purpose), "{at} is sensitive without a purpose");
        }
        if let Needed::When(when) = field.needed {
            assert!(is_written(when), "{at}");
        }
        if let FieldType::Choice(choices) | FieldType::Choices(choices) = field.holds {
            let slugs: BTreeSet<_> = choices.iter().map(|choice| choice.slug).collect();
            assert_eq!(slugs.len(), choices.len(), "{at} has a choice twice");
            assert!(choices.iter().all(|choice| is_written(choice.label)), "{at}");
            assert!(
                choices
                    .iter()
                    .all(|choice| choice.slug.is_ascii() && !choice.slug.contains('/')),
                "{at}"
            );
        }
        if let FieldType::Reference(kinds) = field.holds {
            assert!(!kinds.is_empty());
            for slug in kinds {
                assert!(Kind::by_slug(slug).is_some(), "{at} refers to {slug}");
            }
        }
    }
}

#[test]
fn no_key_is_used_twice_in_one_map() {
    for kind in Kind::all() {
        let mut seen = BTreeSet::new();
        assert!(
            kind.all_fields().all(|field| seen.insert(field.name)),
            "{}",
            kind.slug
        );
        for list in kind.all_lists() {
            assert!(seen.insert(list.name), "{}: {}", kind.slug, list.name);
            let mut seen = BTreeSet::new();
            assert!(
                list.all_fields().all(|field| seen.insert(field.name)),
                "{}: {}",
                kind.slug,
                list.name
            );
            let slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(
                list.name.chars().all(slug),
                "{}: a sub-record's key is a slug",
                list.name
            );
        }
    }
}

#[test]
fn what_declarations_name_exists() {
    for kind in Kind::all() {
        assert!(
            kind.field(kind.happened).is_some(),
            "{}: {}",
            kind.slug,
            kind.happened
        );
        for name in kind.title {
            assert!(
                kind.field(name).is_some_and(|field| !field.is_hidden()),
                "{}: {name}",
                kind.slug
            );
        }
        for rule in kind.unique {
            assert!(rule.name.starts_with(kind.slug) && is_written(rule.label));
            match rule.once {
                Once::Record { parts, .. } | Once::Among { parts, .. } => {
                    for part in parts {
                        let (Part::Exact(name) | Part::Maybe(name) | Part::Folded(name) | Part::Year(name)) =
                            part;
                        assert!(kind.field(name).is_some(), "{}: {name}", rule.name);
                    }
                }
                Once::OpenSub { list, closed_by } => {
                    let list = kind.list(list).expect("the list of the rule");
                    assert!(list.field(closed_by).is_some(), "{}: {closed_by}", rule.name);
                }
                Once::SameSub { list, by } => {
                    let list = kind.list(list).expect("the list of the rule");
                    assert!(list.field(by).is_some(), "{}: {by}", rule.name);
                }
            }
            if let Once::Among {
                list,
                field,
                closed_by,
                ..
            } = rule.once
            {
                let list = kind.list(list).expect("the list of the rule");
                assert!(
                    list.field(field).is_some() && list.field(closed_by).is_some(),
                    "{}",
                    rule.name
                );
            }
        }
        let mut maps: Vec<Vec<&Field>> = vec![kind.all_fields().collect()];
        maps.extend(kind.all_lists().map(|list| list.all_fields().collect::<Vec<_>>()));
        for fields in maps {
            for field in fields.iter().filter(|field| !field.not_before.is_empty()) {
                assert!(
                    fields.iter().any(|other| other.name == field.not_before),
                    "{}",
                    field.name
                );
            }
        }
        for indicator in kind.feeds {
            assert!(
                indicator.len() == 3 && indicator.starts_with('I'),
                "{}: {indicator}",
                kind.slug
            );
        }
    }
}

#[test]
fn what_a_list_is_ticked_off_and_adds_up_exists_and_fits() {
    for (kind, list) in Kind::all()
        .iter()
        .flat_map(|kind| kind.lists.iter().map(move |list| (*kind, list)))
    {
        let told = format!("{}.{}", kind.slug, list.name);
        for roll in list.rolls {
            let of = Kind::by_slug(roll.kind).unwrap_or_else(|| panic!("{told}: {}", roll.kind));
            let declared = |name: &str| match roll.list {
                "" => of.field(name),
                inner => of
                    .list(inner)
                    .unwrap_or_else(|| panic!("{told}: {inner}"))
                    .field(name),
            };
            let given = roll.fills.iter().map(|(field, given)| {
                assert!(list.field(field).is_some(), "{told}: {field}");
                given
            });
            for given in given.chain([&roll.under]) {
                match given {
                    Given::Field(name) => assert!(declared(name).is_some(), "{told}: {name}"),
                    Given::TitleOf(name) | Given::Through(name, _) => {
                        let named = declared(name).map(|field| field.holds);
                        assert!(matches!(named, Some(FieldType::Reference(_))), "{told}: {name}");
                    }
                    Given::Said(name, _) => {
                        let said = declared(name).map(|field| field.holds);
                        assert!(matches!(said, Some(FieldType::Text { .. })), "{told}: {name}");
                    }
                    Given::Itself | Given::Title | Given::Is(_) => {}
                }
            }
            for (name, given) in roll.fills {
                let field = list.field(name).unwrap();
                let values: Vec<&str> = match given {
                    Given::Is(value) => vec![value],
                    Given::Said(_, values) => values.iter().map(|(_, value)| *value).collect(),
                    _ => Vec::new(),
                };
                for value in values {
                    assert!(enter::understand(field, value).is_ok(), "{told}.{name}: {value}");
                }
            }
        }
        for name in list.totals {
            let holds = list.field(name).map(|field| field.holds);
            let adds = matches!(
                holds,
                Some(FieldType::Choice(_) | FieldType::YesNo | FieldType::Money)
            );
            assert!(adds, "{told}: {name}");
        }
        if let Some(covers) = list.covers {
            let named = list.field(covers.field).map(|field| field.holds);
            let fits = matches!(named, Some(FieldType::Reference(kinds)) if kinds.contains(&covers.kind));
            assert!(fits && is_written(covers.missing), "{told}: {}", covers.field);
        }
    }
}

#[test]
fn long_texts_come_only_with_their_kind_or_list() {
    for kind in Kind::all() {
        for field in kind
            .all_fields()
            .filter(|field| matches!(field.holds, FieldType::Long { .. }))
        {
            assert_eq!(field.since, kind.since, "{}.{}", kind.slug, field.name);
        }
        for list in kind.all_lists() {
            for field in list
                .all_fields()
                .filter(|field| matches!(field.holds, FieldType::Long { .. }))
            {
                assert_eq!(field.since, list.since, "{}.{}", list.name, field.name);
            }
        }
    }
}

#[test]
fn all_kinds_but_those_of_tips_take_files_and_no_tip_has_an_open_name_of_who_told() {
    for kind in Kind::all() {
        let tips = [Shelf::Tips, Shelf::TipsPolice, Shelf::TipsAccess];
        let of_tips = kind.shelf.shelves().iter().any(|shelf| tips.contains(shelf));
        assert_eq!(kind.files, !of_tips, "{}", kind.slug);
    }
    let tip = Kind::by_code("R40").unwrap();
    let teller = tip.field("teller").unwrap();
    assert!(matches!(teller.holds, FieldType::Sealed(_)) && !teller.searchable && teller.is_hidden());
    for name in ["name", "contact", "wants_secrecy"] {
        assert!(tip.field(name).is_none(), "{name} lies only in the sealed part");
    }
}

#[test]
fn the_words_never_blame_or_plead() {
    let never = [
        "không hợp lệ",
        "bắt buộc",
        "vui lòng",
        "lỗi",
        "xin lỗi",
        "thất bại",
    ];
    for (kind, field) in every_field() {
        for text in [field.label.vi, field.help.vi] {
            let small = text.to_lowercase();
            // "Cai nghiện bắt buộc", "cơ sở giáo dục bắt buộc" are names in the law.
            let small = small
                .replace("cai nghiện bắt buộc", "")
                .replace("giáo dục bắt buộc", "");
            assert!(
                never.iter().all(|word| !small.contains(word)),
                "{}.{}: {text}",
                kind.slug,
                field.name
            );
        }
    }
}

#[test]
fn declarations_are_data_that_a_form_can_be_drawn_from() {
    let household = serde_json::to_value(Kind::by_code("R01").unwrap().form()).unwrap();
    assert_eq!(household["slug"], "household");
    assert_eq!(household["shelf"]["only"], "village");
    assert_eq!(household["fields"][0]["name"], "number");
    assert_eq!(household["fields"][0]["needed"], "always");
    assert_eq!(household["fields"][0]["holds"]["text"]["max"], 20);
    let last = household["fields"].as_array().unwrap().last().unwrap();
    assert_eq!(last["label"]["vi"], "Ghi chú");
    assert_eq!(household["columns"], serde_json::json!(["head", "occurred"]));
    assert_eq!(household["lists"][0]["fields"][0]["label"]["vi"], "Họ và tên");
}

/// The choices all of whose values one document has: which, and where domain.md reads it so. What is not here is nobody's.
const CITED: [(&str, &str, &str); 24] = [
    (
        "data-request.type_of",
        "Luật 91/2025/QH15, Điều 4, 19.2, 23",
        "4.1",
    ),
    (
        "after-care.term",
        "Luật 73/2021/QH14, Điều 40; Luật 120/2025/QH15, Điều 42.1, 42.2",
        "3.3, T24",
    ),
    ("rehab-stage.stage", "Luật 120/2025/QH15, Điều 29.2", "3.9"),
    ("drug-test.result", "Luật 120/2025/QH15, Điều 23", "3.2"),
    ("suspicion.ground", "NĐ 105/2021/NĐ-CP, Điều 38", "3.2"),
    ("route.key_route", "QĐ 28/2025/QĐ-TTg, Điều 3, 4", "1.2"),
    ("classification.level", "QĐ 28/2025/QĐ-TTg, Điều 4, 7", "1.2"),
    (
        "addiction-finding.result",
        "Luật 73/2021/QH14, Điều 27; Luật 120/2025/QH15, Điều 31",
        "3.3, T8, T9",
    ),
    ("person.regime", "Luật 120/2025/QH15, Điều 56", "3.5"),
    ("person.residence", "NĐ 105/2021/NĐ-CP, Điều 41", "3.2"),
    ("returnee.returned_from", "mục II.1.e-2", "S49"),
    ("reward-proposal.proposed", "mục II.1.e-6, III.1-7", "S58, S78"),
    ("reward.rewarded", "mục II.1.e-6, III.1-7", "S58, S78"),
    ("propagandist.role", "mục II.1.d-2", "S30"),
    ("tip-box.type_of", "mục II.1.e-3", "S50, S51"),
    ("campaign.type_of", "mục II.1.d-3, II.1.e-1", "S34, S47"),
    (
        "supervision.type_of",
        "mục II.1.a, III.1-7, III.5-3",
        "S14, S16, S77, S94",
    ),
    ("material.form", "mục II.1.d-4", "S35"),
    ("budget.source", "mục IV.2", "S100, S101"),
    ("training.topics", "mục II.1.c", "S27"),
    ("checkup.type_of", "mục III.4", "S87, S88"),
    ("plan.step", "mục II.2", "S63 to S67"),
    ("task.step", "mục II.2", "S63 to S67"),
    ("task.work", "mục II.1.a-3, III.1-7", "S19, S77"),
];

/// Whether each document of a citation is named by its number and by an article of it.
fn names_articles(cite: &str) -> bool {
    let of_one = |one: &str| {
        let Some((document, articles)) = one.split_once(", Điều ") else {
            return false;
        };
        let number = document.split_once(' ').map_or("", |(_, number)| number);
        let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        let mut articles = articles.split(", ");
        ["Luật ", "NĐ ", "QĐ "]
            .iter()
            .any(|named| document.starts_with(named))
            && is_number(number)
            && !number.contains(' ')
            && articles
                .all(|article| article.chars().all(|c| c.is_ascii_digit() || c == '.') && is_number(article))
    };
    cite.split("; ").all(of_one)
}

/// Whether each section of a citation is one of a chapter of the plan.
fn names_sections(cite: &str) -> bool {
    let is_one = |section: &str| {
        let (chapter, rest) = section.split_once('.').unwrap_or((section, ""));
        ["I", "II", "III", "IV", "V"].contains(&chapter) && rest.starts_with(|c: char| c.is_ascii_digit())
    };
    let sections = cite.strip_prefix("mục ");
    sections.is_some_and(|sections| sections.split(", ").all(is_one))
}

#[test]
fn every_choice_that_cites_cites_the_article_or_section_that_has_all_its_values_and_no_other_cites() {
    for cite in [
        "Luật 120/2025/QH15 và Luật 73/2021/QH14",
        "NĐ 30/2020/NĐ-CP; văn bản của Đảng theo tên gọi",
        "Luật 120/2025/QH15, Điều 31; NĐ 109/2021/NĐ-CP",
        "TTLT 01/2017, TTLT 01/2021",
        "Luật 120/2025/QH15, Điều 29–34",
    ] {
        assert!(!names_articles(cite), "{cite}");
    }
    assert!(!names_sections("các đơn vị được giao việc và nơi nhận"));
    let mut citing = std::collections::BTreeMap::new();
    for (kind, field) in every_field() {
        let named = format!("{}.{}", kind.slug, field.name);
        let is_choice = matches!(field.holds, FieldType::Choice(_) | FieldType::Choices(_));
        assert_eq!(field.source.is_some(), is_choice, "{named}");
        let Some(source) = field.source else { continue };
        let words = source.words();
        let cite = match source {
            Source::Law(cite) => {
                assert!(names_articles(cite), "{named}: {cite}");
                cite
            }
            Source::Plan(cite) => {
                assert!(names_sections(cite), "{named}: {cite}");
                cite
            }
            Source::Own | Source::Reckoned => {
                assert_eq!(words, None, "{named}");
                continue;
            }
        };
        let words = words.unwrap();
        assert!(words.vi.contains(cite) && words.en.contains(cite), "{named}");
        citing.insert(named, cite);
    }
    let read = CITED.iter().map(|(named, cite, _)| ((*named).to_owned(), *cite));
    assert_eq!(citing, read.collect());
}
