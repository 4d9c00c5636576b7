//! Each duty of the plan (the second table of docs/coverage.md) has records that whoever has the duty enters, and that come
//! to others who may read them.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::people::{Person, admitted, commune, rows};
use crate::coverage::{Entered, enter_all, filled_by, has, input, list, rights};
use serde_json::{Value, json};
use sothon_records::kind::ShelfRule;
use sothon_records::kinds::Tip;
use sothon_records::{Kind, Record as _, Shelf};

/// Who in the test stands for the letters of the second table of docs/coverage.md, and the kind whose book comes last.
const ROLES: [(&str, &str, &str); 8] = [
    ("TT", "head-1", "contact"),
    ("CA", "police", "hotspot"),
    ("YT", "health", "checkup"),
    ("LĐ", "chair", "figure"),
    ("VP", "office", "plan"),
    ("QS", "military", "outreach"),
    ("VH", "culture", "outreach"),
    ("MT", "front", "outreach"),
];

/// Those of them who are units beside the one that every such commune has, and the places of their books.
const UNITS: [(&str, &str, &str); 3] = [
    ("military", "Đinh Công Tráng", "unit:4"),
    ("culture", "Lò Thị Mây", "unit:5"),
    ("front", "Quàng Văn Sơn", "unit:6"),
];

/// Duties whose record lies in a book of others, and to whom it is handed on: whoever has the duty writes in the own book, as
/// progress on the plan's task (R51.1), what was done; police or office read it there and enter the record (design.md §4;
/// domain.md §7.2: the Front has no key to care, and names nobody).
const HANDED_ON: [(&str, &str); 10] = [
    ("S27 YT", "police"),
    ("S41 MT", "police"),
    ("S43 MT", "police"),
    ("S44 MT", "police"),
    ("S45 MT", "police"),
    ("S48 MT", "police"),
    ("S83 TT", "office"),
    ("S83 VH", "office"),
    ("S90 MT", "police"),
    ("S94 MT", "office"),
];

/// A duty: its number, who has it, the slugs of the kinds that carry it.
fn duties(page: &str) -> Vec<(&str, Vec<&str>, Vec<String>)> {
    let rows = page.lines().filter(|line| line.starts_with("| S"));
    let rows = rows.map(|line| {
        let cells: Vec<&str> = line.split(" | ").collect();
        let (_, who) = cells[1].rsplit_once('(').expect("who has the duty");
        let who = ROLES
            .iter()
            .filter(|(letters, ..)| who.contains(letters) || who.starts_with("all"));
        let files = cells[2].split('`').skip(1).step_by(2);
        let slugs =
            files.filter_map(|file| Some(file.rsplit_once('/')?.1.strip_suffix(".rs")?.replace('_', "-")));
        (
            cells[0].trim_start_matches("| "),
            who.map(|(letters, ..)| *letters).collect(),
            slugs.collect(),
        )
    });
    rows.collect()
}

/// The kinds that a device writes, once the book that comes last has come.
async fn written_by(person: &Person, last: &str) -> Vec<String> {
    let written = |cards: &Value| -> Vec<String> {
        let cards = cards.as_array().unwrap().iter();
        cards
            .filter(|card| card["writes"] == true)
            .map(|card| card["kind"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = |cards: &Value| written(cards).iter().any(|kind| kind == last);
    written(&person.until("kinds", json!({}), all).await)
}

/// Who reads what somebody wrote at a place, somebody else than the writer.
fn reader_of(kind: &Kind, place: &str, writer: &str) -> &'static str {
    let shelf = match kind.shelf {
        ShelfRule::Only(shelf) | ShelfRule::ByAssignment { assigned: shelf, .. } => shelf,
        ShelfRule::OfWriter { village, .. } if place.starts_with("village") => village,
        ShelfRule::OfWriter { unit, .. } => unit,
    };
    let of = rights(shelf);
    match (of.reader, shelf) {
        (reader, _) if reader != writer => reader,
        (_, Shelf::Village) => "police",
        _ => of.writer,
    }
}

/// Tells the police, and sends it at once; the police find it.
async fn drop_a_tip(person: &Person, police: &Person, mark: &str) {
    person
        .until("own_tips", json!({}), |page| page["closed"] == Value::Null)
        .await;
    let values = json!({
        "channel": "other", "received_at": "10/06/2026 08:30", "content": mark, "place": mark, "urgent": "yes",
    });
    let teller = json!({"name": "", "contact": "", "secret": false});
    let tip = json!({"input": {"kind": Tip::KIND.slug, "subs": [], "values": values, "teller": teller}});
    person.ask("seal_tip", tip).await;
    let own = person.ask("own_tips", json!({})).await;
    let id = own["tips"][0]["id"].clone();
    person.ask("send_tip_now", json!({"tip": id})).await;
    let found = |page: &Value| page["total"] == 1;
    let ask = json!({"ask": {"kinds": [Tip::KIND.slug], "typed": mark, "sort": "", "voided": false, "from": 0, "count": 9}});
    police.until("list", ask, found).await;
}

/// Of each duty, everybody who has it enters a record of each kind that carries it and that they may write; it comes to
/// somebody else, who finds it in the list and reads it. Where nobody with the duty may write one, it is known.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_a_duty_enters_its_record_and_others_find_it() {
    let (_station, _dir, mut people) = commune().await;
    for (who, name, place) in UNITS {
        let unit = admitted(&people["chief"], name, "unit", place).await;
        people.insert(who, unit);
    }
    let Entered { keys, .. } = enter_all(&people).await;
    let mut writes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (letters, who, last) in ROLES {
        writes.insert(letters, written_by(&people[who], last).await);
    }
    let drops = |letters: &str| !writes[letters].iter().any(|kind| kind == Tip::KIND.slug);
    let duties = duties(include_str!("../../../docs/coverage.md"));
    assert_eq!(duties.len(), 108);
    let (mut lacking, mut to_enter) = (Vec::new(), BTreeSet::new());
    for (duty, who, kinds) in &duties {
        for letters in who {
            let may = kinds.iter().filter(|kind| {
                writes[letters].contains(kind) || (*kind == Tip::KIND.slug && letters != &"LĐ")
            });
            let may: Vec<(&str, String)> = may.map(|kind| (*letters, kind.clone())).collect();
            if may.is_empty() {
                lacking.push(format!("{duty} {letters}"));
            }
            to_enter.extend(may);
        }
    }
    assert_eq!(lacking, HANDED_ON.map(|(pair, _)| pair));

    let mut entered = Vec::new();
    for (letters, slug) in &to_enter {
        let (_, who, _) = ROLES.into_iter().find(|(role, ..)| role == letters).unwrap();
        let person = &people[who];
        let mark = format!("viec-{slug}-{who}-q8");
        if *slug == Tip::KIND.slug && drops(letters) {
            drop_a_tip(person, &people["police"], &mark).await;
            continue;
        }
        let kind = Kind::by_slug(slug).unwrap();
        let form = json!({"ask": {"kind": slug, "key": null, "draft": null, "values": {}, "reason": null}});
        let form = person.ask("form", form).await;
        let place = rows(&form, "places")
            .first()
            .map_or("", |at| at["place"].as_str().unwrap());
        let filled = filled_by(person, kind, mark.clone(), &keys).await;
        let saved = person.app.call("save", input(kind, &filled, place)).await;
        let saved = saved
            .unwrap_or_else(|fault| panic!("{who} {slug} at {place}: {} {:?}", fault.code, fault.problems));
        let key = saved["key"].as_str().unwrap().to_owned();
        entered.push((kind, reader_of(kind, place, who), key, mark));
    }
    for (kind, reader, key, mark) in &entered {
        let reader = &people[reader];
        reader.until("list", list(kind), |page| has(page, key)).await;
        let page = reader
            .ask("record", json!({"key": key, "reason": "Kiểm tra"}))
            .await;
        assert!(page.to_string().contains(mark.as_str()), "{mark}");
    }
    for (pair, to) in HANDED_ON {
        hand_on(&people, &duties, pair, to, &keys).await;
    }
}

/// Who has a duty and no right to its book says in the own book what was done, on the task that the office made of the duty; who
/// writes the record reads it there.
async fn hand_on(
    people: &BTreeMap<&'static str, Person>,
    duties: &[(&str, Vec<&str>, Vec<String>)],
    pair: &str,
    to: &str,
    keys: &BTreeMap<&'static str, String>,
) {
    let (duty, letters) = pair.split_once(' ').unwrap();
    let (_, who, _) = ROLES.into_iter().find(|(role, ..)| *role == letters).unwrap();
    let (_, _, kinds) = duties.iter().find(|(of, ..)| *of == duty).unwrap();
    let (person, receiver) = (&people[who], &people[to]);
    let cards = receiver.ask("kinds", json!({})).await;
    let writes = |kind: &String| {
        let mut cards = cards.as_array().unwrap().iter();
        cards.any(|card| card["kind"] == *kind && card["writes"] == true)
    };
    assert!(kinds.iter().any(writes), "{pair}: {to} enters the record");

    let progress = Kind::by_slug("progress").unwrap();
    let mark = format!("giao-lai-{}-q9", pair.to_lowercase().replace(' ', "-"));
    let mut filled = filled_by(person, progress, mark.clone(), keys).await;
    // Each on a due date of its own: two reports on one are a question.
    let day = HANDED_ON.iter().position(|(of, _)| *of == pair).unwrap() + 1;
    filled.values.insert("due", format!("{day:02}/12/2026"));
    let form = json!({"ask": {"kind": "progress", "key": null, "draft": null, "values": {}, "reason": null}});
    let form = person.ask("form", form).await;
    let place = rows(&form, "places")[0]["place"].as_str().unwrap();
    let saved = person.ask("save", input(progress, &filled, place)).await;
    let key = saved["key"].as_str().unwrap();
    receiver
        .until("list", list(progress), |page| has(page, key))
        .await;
    let page = receiver
        .ask("record", json!({"key": key, "reason": "Kiểm tra"}))
        .await;
    assert!(page.to_string().contains(&mark), "{pair}: {page:#}");
}
