//! Every kind of record: its form opens, who has the duty enters it, it comes to another role that may read it and is
//! listed there, and who has no right to it neither writes it nor has a byte of it. Docs/coverage.md names these tests.

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::people::{Person, UNIT, commune, rows};
use crate::common::{App, ask, practice};
use chrono::NaiveDate;
use serde_json::{Value, json};
use sothon_generator::dice::Dice;
use sothon_generator::every::{self, Filled};
use sothon_records::kind::{Field, FieldType, List, Needed, Office, ShelfRule};
use sothon_records::kinds::{Delegation, Official, Person as Managed};
use sothon_records::{Kind, Record as _, RecordKey, Shelf};

/// Who has to do with the records of a shelf (design.md §4).
pub(crate) struct Rights {
    /// Who enters one, and where.
    pub writer: &'static str,
    pub place: &'static str,
    /// A role beside the writer's that reads it.
    pub reader: &'static str,
    /// Who may not write it.
    pub no_writer: &'static str,
    /// Who may not read it; everybody reads the books of commune and units.
    pub no_readers: &'static [&'static str],
}

pub(crate) fn rights(shelf: Shelf) -> Rights {
    let (writer, place, reader, no_writer, no_readers): (_, _, _, _, &[&str]) = match shelf {
        Shelf::Village => ("head-1", "village:1", "office", "head-2", &["head-2", "women"]),
        Shelf::Unit => ("women", UNIT, "head-2", "head-1", &[]),
        Shelf::Commune => ("office", "commune", "head-2", "head-1", &[]),
        Shelf::CareFiles => (
            "police",
            "village:1",
            "chair",
            "health",
            &["head-1", "head-2", "women", "office"],
        ),
        Shelf::CareHealth => (
            "health",
            "village:1",
            "chair",
            "police",
            &["head-1", "head-2", "women", "office"],
        ),
        Shelf::CareAssignments => (
            "police",
            "village:1",
            "head-1",
            "chair",
            &["head-2", "women", "office", "health"],
        ),
        Shelf::CareContacts => (
            "head-1",
            "village:1",
            "health",
            "chair",
            &["head-2", "women", "office"],
        ),
        Shelf::Tips | Shelf::TipsPolice => (
            "police",
            "commune",
            "chief",
            "chair",
            &["head-1", "head-2", "women", "office", "health", "chair"],
        ),
        Shelf::TipsAccess => ("head-1", "commune", "chief", "chief", &[]),
    };
    Rights {
        writer,
        place,
        reader,
        no_writer,
        no_readers,
    }
}

/// Who enters a kind on a shelf: of what is one office's, that office.
pub(crate) fn writer_of(kind: &Kind, shelf: Shelf) -> &'static str {
    match kind.office {
        Some(Office::Police) => "police",
        Some(Office::Chair) => "chair",
        None => rights(shelf).writer,
    }
}

/// On which shelves the test enters a kind; a contact where its person has an assignment card.
fn shelves(kind: &Kind) -> Vec<Shelf> {
    match kind.shelf {
        ShelfRule::Only(shelf) | ShelfRule::ByAssignment { assigned: shelf, .. } => vec![shelf],
        ShelfRule::OfWriter { village, unit } => vec![village, unit],
    }
}

/// The kinds that somebody enters, each after those that it must name. What was looked at is recorded by looking.
fn entered() -> Vec<&'static Kind> {
    let mut left: Vec<&Kind> = Kind::all()
        .iter()
        .copied()
        .filter(|kind| shelves(kind) != [Shelf::TipsAccess])
        .collect();
    let mut order: Vec<&'static Kind> = Vec::new();
    while !left.is_empty() {
        let known = |kind: &Kind| order.iter().any(|done| done.slug == kind.slug);
        let ready = |kind: &&Kind| {
            let parts = kind
                .lists
                .iter()
                .filter(|list| list.least > 0)
                .flat_map(|list| list.fields);
            let mut needed = kind
                .fields
                .iter()
                .chain(parts)
                .filter(|field| field.needed == Needed::Always);
            // A contact says under which card it took place.
            let card = kind.slug != "contact" || order.iter().any(|done| done.slug == "assignment");
            card && needed.all(|field| match field.holds {
                FieldType::Reference(kinds) => {
                    kinds.iter().any(|slug| Kind::by_slug(slug).is_some_and(known))
                }
                _ => true,
            })
        };
        let at = left.iter().position(ready).expect("no two kinds need each other");
        order.push(left.remove(at));
    }
    order
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 10).unwrap()
}

/// Who is under management in the test.
const MANAGED: &str = "Giàng Seo Kín";

/// What nothing else says: it stands in the notes of the record.
fn mark(kind: &Kind, shelf: Shelf) -> String {
    format!("dau-{}-{shelf:?}-q7", kind.slug)
}

fn fill(kind: &Kind, mark: String, keys: &BTreeMap<&str, String>) -> Filled {
    let find = |kinds: &[&str]| -> Option<RecordKey> { keys.get(kinds.first()?)?.parse().ok() };
    let mut filled = every::form(kind, today(), &mut Dice::new(1, kind.slug), &find);
    filled.values.insert("note", mark);
    if kind.slug == Managed::KIND.slug {
        filled.values.insert("name", MANAGED.to_owned());
    }
    if kind.slug == "assignment" {
        // A contact is the village head's only while the card holds.
        for (field, day) in [("from", "01/01/2000"), ("until", "31/12/2026")] {
            filled.values.insert(field, day.to_owned());
        }
    }
    filled
}

/// The form as a person fills it in, who names others where a record of others is asked for.
pub(crate) async fn filled_by(
    person: &Person,
    kind: &Kind,
    mark: String,
    keys: &BTreeMap<&str, String>,
) -> Filled {
    let mut filled = fill(kind, mark, keys);
    if kind.slug == Delegation::KIND.slug {
        // Nobody acts for himself: the other one is of those who were admitted.
        let officials = person.ask("list", list(Official::KIND)).await;
        let mut others = rows(&officials, "rows")
            .iter()
            .map(|row| row["key"].as_str().unwrap());
        let other = others.find(|key| *key != keys["official"]).unwrap();
        filled.values.insert("deputy", other.to_owned());
    }
    filled
}

pub(crate) fn input(kind: &Kind, filled: &Filled, place: &str) -> Value {
    let subs: Vec<Value> = filled
        .parts
        .iter()
        .map(|(list, values)| json!({"list": list, "key": null, "values": values}))
        .collect();
    json!({"input": {"kind": kind.slug, "place": place, "values": filled.values, "subs": subs}})
}

pub(crate) fn list(kind: &Kind) -> Value {
    json!({"ask": {"kinds": [kind.slug], "typed": "", "sort": "", "voided": false, "from": 0, "count": 200}})
}

pub(crate) fn has(page: &Value, key: &str) -> bool {
    rows(page, "rows").iter().any(|row| row["key"] == key)
}

/// What was entered: of each kind and shelf the record, and of each kind the first one for others to name.
pub(crate) struct Entered {
    pub written: Vec<(&'static Kind, Shelf, String)>,
    pub keys: BTreeMap<&'static str, String>,
}

/// Somebody with the right enters a record of every kind on each of its shelves, after somebody without it was refused.
pub(crate) async fn enter_all(people: &BTreeMap<&'static str, Person>) -> Entered {
    let person = |who: &str| &people[who];
    let all = entered()
        .into_iter()
        .flat_map(|kind| shelves(kind).into_iter().map(move |shelf| (kind, shelf)));
    let mut done = Entered {
        written: Vec::new(),
        keys: BTreeMap::new(),
    };
    for (kind, shelf) in all {
        let keys = &mut done.keys;
        let rights = rights(shelf);
        let writer = person(writer_of(kind, shelf));
        // The book has come, and with it the right; a contact waits for the card that the police wrote.
        let writes = |cards: &Value| {
            cards
                .as_array()
                .unwrap()
                .iter()
                .any(|card| card["kind"] == kind.slug && card["writes"] == true)
        };
        writer.until("kinds", json!({}), writes).await;
        if kind.slug == "contact" {
            let card = Kind::by_slug("assignment").unwrap();
            writer
                .until("list", list(card), |page| has(page, &keys["assignment"]))
                .await;
        }
        let filled = filled_by(writer, kind, mark(kind, shelf), keys).await;
        let input = input(kind, &filled, rights.place);
        let refused = person(rights.no_writer).app.call("save", input.clone()).await;
        let refused = refused.expect_err("who has no right does not write");
        assert!(
            ["may_not_write", "no_book", "cannot_read", "no_card"].contains(&refused.code),
            "{}: {} {} {:?}",
            kind.slug,
            refused.code,
            refused.says.en,
            refused.problems
        );
        if kind.office.is_some() {
            // The book is the office's too, and the record is not.
            let refused = person(rights.writer).app.call("save", input.clone()).await;
            assert_eq!(refused.expect_err("another office's").code, "may_not_write");
        }
        let saved = writer.ask("save", input).await;
        let key = saved["key"].as_str().unwrap().to_owned();
        keys.entry(kind.slug).or_insert_with(|| key.clone());
        done.written.push((kind, shelf, key));
    }
    done
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_reaches_who_may_read_it_and_nobody_else() {
    let (_station, _dir, people) = commune().await;
    let person = |who: &str| &people[who];
    let Entered { written, .. } = enter_all(&people).await;
    for (kind, shelf, key) in &written {
        let rights = rights(*shelf);
        let reader = person(rights.reader);
        reader.until("list", list(kind), |page| has(page, key)).await;
        let page = reader
            .ask("record", json!({"key": key, "reason": "Kiểm tra"}))
            .await;
        assert!(page.to_string().contains(&mark(kind, *shelf)), "{}", kind.slug);
        for who in rights.no_readers {
            let listed = person(who).ask("list", list(kind)).await;
            assert!(!has(&listed, key), "{who}: {}", kind.slug);
            let look = person(who)
                .app
                .call("record", json!({"key": key, "reason": "Kiểm tra"}))
                .await;
            assert!(look.is_err(), "{who}: {}", kind.slug);
            let out = taken_out(person(who), kind).await;
            assert!(!out.contains(&mark(kind, *shelf)), "{who}: {}", kind.slug);
        }
        let out = taken_out(reader, kind).await;
        assert!(out.contains(&mark(kind, *shelf)), "{}", kind.slug);
    }
    let finds = |typed: &str| json!({"ask": {"kinds": ["person", "assignment", "contact"], "typed": typed, "sort": "", "voided": true, "from": 0, "count": 9}});
    let found = person("chair").ask("list", finds(MANAGED)).await;
    assert!(
        rows(&found, "rows")
            .iter()
            .any(|row| row.to_string().contains(MANAGED))
    );
    for who in rights(Shelf::CareAssignments)
        .no_readers
        .iter()
        .filter(|who| **who != "health")
    {
        let found = person(who).ask("list", finds(MANAGED)).await;
        assert_eq!(found["total"], 0, "{who}");
        for page in [
            "today",
            "all_due",
            "review",
            "late_entries",
            "closings",
            "gaps",
            "care",
            "tips",
            "matters",
            "villages",
        ] {
            // Some are not for everybody; what is answered names nobody.
            let said = person(who).app.call(page, json!({})).await.unwrap_or_default();
            assert!(!said.to_string().contains(MANAGED), "{who}: {page}: {said:#}");
        }
    }
    let marks: Vec<String> = written
        .iter()
        .map(|(kind, shelf, _)| mark(kind, *shelf))
        .collect();
    for (who, person) in &people {
        let helper = person.ask("helper_file", json!({})).await.to_string();
        assert_eq!(
            told_in(&helper.into_bytes(), &marks),
            None,
            "{who}: the helper's file"
        );
        person.app.quit().await;
        search(person.base.path(), &marks);
    }
}

/// What a file says that somebody takes out of the list of a kind; nothing, where there is nothing for them.
async fn taken_out(person: &Person, kind: &Kind) -> String {
    let ask = json!({"ask": {"what": {"type": "list", "list": list(kind)["ask"]}, "form": "csv", "place": "downloads", "reason": "Kiểm tra"}});
    match person.app.call("export_list", ask).await {
        Ok(made) => {
            let path = Path::new(made["path"].as_str().unwrap());
            let text = std::fs::read_to_string(path).unwrap();
            std::fs::remove_file(path).unwrap();
            text
        }
        Err(fault) => {
            assert!(
                ["may_not_read", "export_empty"].contains(&fault.code),
                "{}: {}",
                kind.slug,
                fault.code
            );
            String::new()
        }
    }
}

/// No file of a device says what a record says, of whomever.
fn search(at: &Path, marks: &[String]) {
    for entry in std::fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, marks);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            assert_eq!(told_in(&bytes, marks), None, "{}", path.display());
        }
    }
}

fn told_in<'m>(bytes: &[u8], marks: &'m [String]) -> Option<&'m String> {
    let text = String::from_utf8_lossy(bytes);
    // What all marks have in common is looked for once.
    text.contains("-q7")
        .then(|| marks.iter().find(|mark| text.contains(mark.as_str())))?
}

/// The lists that a form has: not those that are written by an act of their own.
fn asked_for(kind: &Kind) -> impl Iterator<Item = &'static List> {
    kind.lists.iter().filter(|list| !list.is_by_act())
}

/// Gives the labels of a form that are empty, and the fields that have no control of their declaration.
fn wanting(kind: &Kind, form: &Value) -> Vec<String> {
    let groups = rows(form, "groups")
        .iter()
        .flat_map(|group| rows(group, "fields"));
    let shown: Vec<&Value> = groups.collect();
    let mut wanting = Vec::new();
    let declared = kind.all_fields().filter(|field| !field.is_hidden());
    for field in declared.filter(|field| !["voided", "void_reason"].contains(&field.name)) {
        match shown.iter().find(|shown| shown["name"] == field.name) {
            Some(shown) if !is_drawn(field.holds, shown) => {
                wanting.push(format!("{}.{}", kind.slug, field.name))
            }
            Some(_) if field.by_act => wanting.push(format!("{}.{} is shown", kind.slug, field.name)),
            None if !field.by_act => wanting.push(format!("{}.{} is not shown", kind.slug, field.name)),
            Some(_) | None => {}
        }
    }
    for (list, shown) in asked_for(kind).zip(rows(form, "lists")) {
        // A part that is a record of its own asks for fields of that one.
        let asked: Vec<&Field> = match list.makes {
            Some(makes) => {
                let kind = Kind::by_slug(makes.kind).unwrap();
                makes.asks.iter().map(|name| kind.field(name).unwrap()).collect()
            }
            None => list.fields.iter().filter(|field| !field.is_hidden()).collect(),
        };
        for (field, shown) in asked.into_iter().zip(rows(shown, "fields")) {
            if shown["name"] != field.name || !is_drawn(field.holds, shown) {
                wanting.push(format!("{}.{}.{}", kind.slug, list.name, field.name));
            }
        }
    }
    wanting
}

/// Whether a field has a label, and the control that its type asks for with a label for each choice.
fn is_drawn(holds: FieldType, shown: &Value) -> bool {
    let control = match holds {
        FieldType::Text { .. } => "line",
        FieldType::Long { .. } => "long",
        FieldType::Whole { .. } | FieldType::Money => "number",
        FieldType::YesNo => "yesNo",
        FieldType::Date(_) | FieldType::YearOrDate => "date",
        FieldType::Instant(_) => "instant",
        FieldType::Phone => "phone",
        FieldType::Choice(_) => "choice",
        FieldType::Choices(_) => "choices",
        FieldType::Reference(_) => "record",
        FieldType::Sealed(_) | FieldType::Bytes => return false,
    };
    let labels = |of: &Value| {
        of.as_array()
            .is_none_or(|of| of.iter().all(|one| one["label"] != ""))
    };
    shown["label"] != "" && shown["control"]["type"] == control && labels(&shown["control"]["choices"])
}

async fn forms_of_all_kinds(app: &App) -> Vec<String> {
    let mut wanting_all = Vec::new();
    for kind in Kind::all() {
        let form = ask(
            app,
            "form",
            json!({"ask": {"kind": kind.slug, "key": null, "draft": null, "values": {}, "reason": null}}),
        )
        .await;
        assert!(form["title"] != "" && form["purpose"] != "", "{}", kind.slug);
        assert_eq!(
            rows(&form, "lists").len(),
            asked_for(kind).count(),
            "{}",
            kind.slug
        );
        wanting_all.extend(wanting(kind, &form));
    }
    wanting_all
}

#[tokio::test]
async fn the_form_of_every_kind_is_drawn_in_both_languages() {
    let (_base, app) = practice().await;
    assert_eq!(forms_of_all_kinds(&app).await, [] as [String; 0]);
    let cards = ask(&app, "kinds", json!({})).await;
    let chapters: Vec<&Value> = cards
        .as_array()
        .unwrap()
        .iter()
        .map(|card| &card["chapter"])
        .collect();
    let mut once = chapters.clone();
    once.dedup();
    let sorted: std::collections::BTreeSet<String> = once.iter().map(ToString::to_string).collect();
    assert_eq!(sorted.len(), once.len(), "a chapter is not torn apart: {once:?}");
    let settings = ask(&app, "welcome", json!({})).await["settings"].clone();
    let mut english = settings;
    english["language"] = json!("en");
    ask(&app, "keep_settings", json!({ "settings": english })).await;
    assert_eq!(forms_of_all_kinds(&app).await, [] as [String; 0]);
}
