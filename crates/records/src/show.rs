//! A record in words: its title, its rows for a page or a table, what it refers to, and what a change changed.

use chrono::NaiveDate;
use serde::Serialize;

use crate::civil;
use crate::collate;
use crate::common;
use crate::datum::{self, Datum};
use crate::kind::{Field, FieldType, Kind, Told};
use crate::label::{Lang, Words};
use crate::problem::{Place, day, number};
use crate::raw::{Fields, RawRecord, RecordKey, SubKey, Value};
use crate::settings::choices::Changeable;
use crate::text;
use crate::validate::is_key_of;

/// Gives the title of another record, for references. `None`: not readable here.
pub type Titles<'a> = &'a dyn Fn(&RecordKey) -> Option<String>;

/// Knows no other record: references are shown as kind and the beginning of the id.
pub fn no_titles(_: &RecordKey) -> Option<String> {
    None
}

/// One field of a record, as shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Row {
    /// Where it is.
    pub place: Place,
    /// Its label; for what this version does not know, its key.
    pub label: Words,
    /// Its value in words; empty where nothing is there.
    pub value: Words,
    /// Whether (part of) the value is not understood, and shown as it is.
    pub flagged: bool,
}

/// A record as a page shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Page {
    /// Its title.
    pub title: Words,
    /// Whether it is voided.
    pub voided: bool,
    /// Its fields in the order of the form, empty ones too; then what this version does not know.
    pub rows: Vec<Row>,
    /// Its sub-records, list by list.
    pub parts: Vec<Part>,
}

/// A sub-record as a page shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Part {
    /// Its key.
    pub key: SubKey,
    /// The label of its list.
    pub label: Words,
    /// Whether it is voided.
    pub voided: bool,
    /// Its fields.
    pub rows: Vec<Row>,
}

/// A record's page. Hidden fields (sealed parts, keys) are not on it.
pub fn page(kind: &Kind, raw: &RawRecord, titles: Titles<'_>) -> Page {
    let fields: Vec<&Field> = kind.all_fields().collect();
    let mut parts = Vec::new();
    for list in kind.all_lists() {
        let fields: Vec<&Field> = list.all_fields().collect();
        for (key, values) in raw.subs.iter().filter(|(key, _)| key.kind == list.name) {
            parts.push(Part {
                key: key.clone(),
                label: list.label.into(),
                voided: common::is_voided(values),
                rows: rows(&fields, values, Some(key), titles),
            });
        }
    }
    for (key, values) in raw.subs.iter().filter(|(key, _)| kind.list(&key.kind).is_none()) {
        parts.push(Part {
            key: key.clone(),
            label: Words::same(&key.kind),
            voided: common::is_voided(values),
            rows: rows(&[], values, Some(key), titles),
        });
    }
    Page {
        title: title(kind, raw, titles),
        voided: common::is_voided(&raw.fields),
        rows: rows(&fields, &raw.fields, None, titles),
        parts,
    }
}

fn rows(declared: &[&Field], values: &Fields, sub: Option<&SubKey>, titles: Titles<'_>) -> Vec<Row> {
    let place = |field: &str| Place {
        sub: sub.cloned(),
        field: field.to_owned(),
    };
    let mut rows: Vec<Row> = declared
        .iter()
        .filter(|field| !field.is_hidden())
        .map(|field| {
            let (value, flagged) = in_words(field, values, titles);
            Row {
                place: place(field.name),
                label: field.label.into(),
                value,
                flagged,
            }
        })
        .collect();
    let unknown = values
        .iter()
        .filter(|(key, _)| !declared.iter().any(|field| is_key_of(field, key)));
    rows.extend(unknown.map(|(key, value)| Row {
        place: place(key),
        label: Words::same(key),
        value: Words::same(datum::shown(value)),
        flagged: true,
    }));
    rows
}

/// A field's value in words, and whether part of it is not understood.
pub fn in_words(field: &Field, values: &Fields, titles: Titles<'_>) -> (Words, bool) {
    if field.is_hidden() {
        return (Words::default(), false);
    }
    let reading = datum::read(field, values);
    let mut words = reading
        .datum
        .as_ref()
        .map(|datum| datum_in_words(field, datum, values, titles))
        .unwrap_or_default();
    for fault in &reading.faults {
        for text in [&mut words.vi, &mut words.en] {
            if !text.is_empty() {
                text.push_str(", ");
            }
            text.push_str(&fault.shown);
        }
    }
    (words, !reading.faults.is_empty())
}

fn datum_in_words(field: &Field, datum: &Datum, beside: &Fields, titles: Titles<'_>) -> Words {
    match datum {
        Datum::Text(digits) if field.holds == FieldType::Phone => Words::same(text::group_phone(digits)),
        Datum::Text(text) => named_by(field, text, beside).unwrap_or_else(|| Words::same(text)),
        Datum::Whole(n) if field.holds == FieldType::Money => Words::new(
            format!("{} đồng", number(*n, Lang::Vi)),
            format!("{} đồng", number(*n, Lang::En)),
        ),
        Datum::Whole(n) if is_year(field) => Words::same(n.to_string()),
        Datum::Whole(n) => Words::new(number(*n, Lang::Vi), number(*n, Lang::En)),
        Datum::YesNo(true) => Words::new("Có", "Yes"),
        Datum::YesNo(false) => Words::new("Không", "No"),
        Datum::Date(date) | Datum::YearOrDate(civil::YearOrDate::Date(date)) => Words::same(day(*date)),
        Datum::YearOrDate(civil::YearOrDate::Year(year)) => Words::same(year.to_string()),
        Datum::Instant(instant) => {
            let local = civil::local(*instant);
            Words::same(format!("{} {}", day(local.date()), local.format("%H:%M")))
        }
        Datum::Choice(choice) => choice.label.into(),
        Datum::Added { words, .. } => Words::same(words),
        Datum::Choices(ticked) => {
            let join = |lang| {
                ticked
                    .iter()
                    .map(|choice| choice.label.get(lang))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            Words::new(join(Lang::Vi), join(Lang::En))
        }
        Datum::Reference(key) => reference(key, titles),
        Datum::Sealed(_) | Datum::Bytes(_) => Words::default(),
    }
}

/// What a text names, in words; `None`: it names nothing that this version knows.
fn named_by(field: &Field, text: &str, beside: &Fields) -> Option<Words> {
    match field.told {
        Told::AsWritten => None,
        Told::FieldOfForms => Changeable::named(text).map(|of| of.whole_label()),
        Told::ValueOf(name) => {
            let Some(Value::Text(path)) = beside.get(name) else {
                return None;
            };
            Changeable::named(path)?.words(text)
        }
    }
}

/// Whether a whole number is a year. Years are not grouped: "2025", not "2.025".
pub fn is_year(field: &Field) -> bool {
    matches!(field.holds, FieldType::Whole { min, max } if min >= 1900 && max <= 2100)
}

/// A record that is referred to: its title, or its kind and the beginning of its id.
pub fn reference(key: &RecordKey, titles: Titles<'_>) -> Words {
    if let Some(title) = titles(key) {
        return Words::same(title);
    }
    let id: String = key.id.to_string().chars().take(8).collect();
    match Kind::by_slug(&key.kind) {
        Some(kind) => Words::new(
            format!("{} {id}", kind.label.vi),
            format!("{} {id}", kind.label.en),
        ),
        None => Words::same(format!("{} {id}", key.kind)),
    }
}

/// A record's title: the name of a household's head, of a person, the subject of a plan. Never from hidden fields.
pub fn title(kind: &Kind, raw: &RawRecord, titles: Titles<'_>) -> Words {
    let made = kind.titled_by.and_then(|title| title(raw));
    let words = made.unwrap_or_else(|| {
        let parts: Vec<Words> = kind
            .title
            .iter()
            .filter_map(|name| kind.field(name))
            .map(|field| in_words(field, &raw.fields, titles).0)
            .filter(|words| !words.vi.is_empty())
            .collect();
        let join = |lang| {
            parts
                .iter()
                .map(|words| words.get(lang))
                .collect::<Vec<_>>()
                .join(" – ")
        };
        Words::new(join(Lang::Vi), join(Lang::En))
    });
    if words.vi.is_empty() {
        return Words::new(
            format!("{} chưa ghi tên", kind.label.vi),
            format!("{} without a name", kind.label.en),
        );
    }
    words
}

/// The bytes by which lists of a kind sort: a person's name by its last word, else the title.
pub fn sort_key(kind: &Kind, raw: &RawRecord) -> Vec<u8> {
    let first = kind
        .title
        .first()
        .and_then(|name| kind.field(name))
        .filter(|field| field.is_name);
    match first.map(|field| in_words(field, &raw.fields, &no_titles).0) {
        Some(name) => collate::name_key(&name.vi),
        None => collate::key(&title(kind, raw, &no_titles).vi),
    }
}

/// When a record happened: the civil date in Vietnam.
pub fn happened(kind: &Kind, raw: &RawRecord) -> Option<NaiveDate> {
    kind.field(kind.happened)
        .and_then(|field| crate::validate::day_of(field, &raw.fields))
}

/// When a record happened if the field that says so held this: the civil date in Vietnam.
pub fn happened_by(kind: &Kind, value: &Value) -> Option<NaiveDate> {
    let field = kind.field(kind.happened)?;
    let held = Fields::from([(field.name.to_owned(), value.clone())]);
    crate::validate::day_of(field, &held)
}

/// The other records that a record names, with the place of each, sub-records included.
pub fn references(kind: &Kind, raw: &RawRecord) -> Vec<(Place, RecordKey)> {
    let mut found = Vec::new();
    let mut look =
        |declared: &mut dyn Iterator<Item = &'static Field>, values: &Fields, sub: Option<&SubKey>| {
            for field in declared.filter(|field| matches!(field.holds, FieldType::Reference(_))) {
                if let Some(Datum::Reference(key)) = datum::read(field, values).datum {
                    found.push((
                        Place {
                            sub: sub.cloned(),
                            field: field.name.to_owned(),
                        },
                        key,
                    ));
                }
            }
        };
    look(&mut kind.all_fields(), &raw.fields, None);
    for (key, values) in &raw.subs {
        if let Some(list) = kind.list(&key.kind) {
            look(&mut list.all_fields(), values, Some(key));
        }
    }
    found
}

/// A record without its hidden fields: what an export may hold.
pub fn exportable(kind: &Kind, raw: &RawRecord) -> RawRecord {
    let open = |declared: Vec<&'static Field>, values: &Fields| -> Fields {
        let hidden = |key: &str| {
            declared
                .iter()
                .any(|field| field.is_hidden() && is_key_of(field, key))
        };
        values
            .iter()
            .filter(|(key, _)| !hidden(key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    };
    let subs = raw.subs.iter().map(|(key, values)| {
        let declared = kind
            .list(&key.kind)
            .map(|list| list.all_fields().collect())
            .unwrap_or_default();
        (key.clone(), open(declared, values))
    });
    RawRecord {
        fields: open(kind.all_fields().collect(), &raw.fields),
        subs: subs.collect(),
    }
}

/// One changed field, old and new in words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Change {
    /// Where.
    pub place: Place,
    /// The field's label; inside a sub-record with the list's in front ("Thành viên: Năm sinh").
    pub label: Words,
    /// What was there; empty for nothing.
    pub before: Words,
    /// What is there now; empty for nothing.
    pub after: Words,
    /// Whether it is a hidden field: that it changed is all that is said.
    pub hidden: bool,
}

impl Change {
    /// The change as one line of the history: "Ngày ký 03/01/2026 → 05/01/2026".
    pub fn line(&self, lang: Lang) -> String {
        let label = self.label.get(lang);
        let (before, after) = (self.before.get(lang), self.after.get(lang));
        let empty = if lang == Lang::Vi { "chưa ghi" } else { "empty" };
        match (self.hidden, before.is_empty(), after.is_empty()) {
            (true, ..) if lang == Lang::Vi => format!("{label}: đã ghi"),
            (true, ..) => format!("{label}: written"),
            (_, true, true) => label.to_owned(),
            (_, true, false) => format!("{label}: {after}"),
            (_, false, true) => format!("{label} {before} → {empty}"),
            (_, false, false) => format!("{label} {before} → {after}"),
        }
    }
}

/// What changed from one state of a record to another (`None`: it was just made), in the order of the form.
pub fn changes(
    kind: &Kind,
    before: Option<&RawRecord>,
    after: &RawRecord,
    titles: Titles<'_>,
) -> Vec<Change> {
    let nothing = RawRecord::default();
    let before = before.unwrap_or(&nothing);
    let mut found = Vec::new();
    let own: Vec<&Field> = kind.all_fields().collect();
    compare(&own, None, (&before.fields, &after.fields), titles, &mut found);
    let none = Fields::new();
    let keys: std::collections::BTreeSet<&SubKey> = before.subs.keys().chain(after.subs.keys()).collect();
    for key in keys {
        let list = kind.list(&key.kind);
        if list == Some(&common::FILES) {
            found.extend(of_file(key, before.subs.get(key), after.subs.get(key)));
            continue;
        }
        let fields: Vec<&Field> = list.map(|list| list.all_fields().collect()).unwrap_or_default();
        let label = list.map_or_else(|| Words::same(&key.kind), |list| list.label.into());
        let states = (
            before.subs.get(key).unwrap_or(&none),
            after.subs.get(key).unwrap_or(&none),
        );
        compare(&fields, Some((key, &label)), states, titles, &mut found);
    }
    found
}

/// Of a file it is said that it came or went, never what else is kept of it.
fn of_file(key: &SubKey, before: Option<&Fields>, after: Option<&Fields>) -> Option<Change> {
    let there = |fields: Option<&Fields>| fields.is_some_and(|fields| !common::is_voided(fields));
    // A step of the history has of either side only the fields that it changed: so of a file that came the one side is empty.
    let named = |fields: Option<&Fields>| fields.is_some_and(|fields| fields.contains_key("hash"));
    let came = !named(before) && named(after);
    let label = match (came, there(before), there(after)) {
        (true, _, true) => Words::new("Thêm ảnh", "Photo added"),
        (_, true, false) => Words::new("Bỏ ảnh", "Photo taken away"),
        (_, false, true) => Words::new("Lấy lại ảnh", "Photo taken back"),
        _ => return None,
    };
    let name = match after.or(before).and_then(|fields| fields.get("name")) {
        Some(Value::Text(name)) => name.clone(),
        _ => String::new(),
    };
    Some(Change {
        place: Place::sub(key, "name"),
        label,
        before: Words::default(),
        after: Words::same(name),
        hidden: false,
    })
}

fn compare(
    declared: &[&Field],
    sub: Option<(&SubKey, &Words)>,
    (before, after): (&Fields, &Fields),
    titles: Titles<'_>,
    found: &mut Vec<Change>,
) {
    let place = |field: &str| Place {
        sub: sub.map(|(key, _)| key.clone()),
        field: field.to_owned(),
    };
    let labelled = |words: Words| match sub {
        Some((_, list)) => Words::new(
            format!("{}: {}", list.vi, words.vi),
            format!("{}: {}", list.en, words.en),
        ),
        None => words,
    };
    for field in declared {
        let hidden = field.is_hidden();
        let old = in_words(field, before, titles).0;
        let new = in_words(field, after, titles).0;
        let changed = if hidden {
            before.get(field.name) != after.get(field.name)
        } else {
            old != new
        };
        if changed {
            let label = labelled(field.label.into());
            found.push(Change {
                place: place(field.name),
                label,
                before: old,
                after: new,
                hidden,
            });
        }
    }
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for key in keys
        .into_iter()
        .filter(|key| !declared.iter().any(|field| is_key_of(field, key)))
    {
        let shown = |values: &Fields| {
            values
                .get(key)
                .map(datum::shown)
                .map(Words::same)
                .unwrap_or_default()
        };
        let (old, new) = (shown(before), shown(after));
        if before.get(key) != after.get(key) {
            let label = labelled(match key.as_str() {
                "" => Words::new("mục không tên", "a field without a name"),
                key => Words::same(key),
            });
            found.push(Change {
                place: place(key),
                label,
                before: old,
                after: new,
                hidden: false,
            });
        }
    }
}
