//! Many records at once: an import as one act, all or nothing; and acts replayed one by one.

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead as _;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value as Json, json};
use sothon_book::{Act, ActId, EditError};
use sothon_ledger::{BookId, Scope};
use sothon_records::unique::{self, UniqueKey};
use sothon_records::{Edit, Kind, RawRecord, RecordKey, Shelf};
use sothon_replica::{ReplicaError, Saved, divide};

use super::behalf;
use crate::context::{Context, Device};
use crate::fault::{Done, Exit, Fault};
use crate::place::{self, Said};
use crate::typed::{Typed, TypedSub};
use crate::{lookup, typed, words};

/// One record of an import, its values as people type them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    kind: String,
    /// `village:3`, `unit:1`, `commune`; left out: where this device works.
    #[serde(default)]
    place: Option<String>,
    /// `kind/uuid`, for others of the same file that name it.
    #[serde(default)]
    key: Option<RecordKey>,
    #[serde(default)]
    fields: BTreeMap<String, Json>,
    #[serde(default)]
    subs: Vec<SubItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubItem {
    list: String,
    fields: BTreeMap<String, Json>,
}

fn unreadable(path: &Path, why: impl std::fmt::Display) -> Fault {
    Fault::input(
        "file",
        format!("Không đọc được tệp {}: {why}. Chưa lưu gì.", path.display()),
        format!("Cannot read {}: {why}. Nothing was saved.", path.display()),
    )
}

/// A value of JSON as a person would type it.
fn as_typed(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        Json::Bool(true) => "có".to_owned(),
        Json::Bool(false) => "không".to_owned(),
        Json::Array(all) => all.iter().map(as_typed).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

fn as_fields(fields: &BTreeMap<String, Json>) -> Vec<Typed> {
    fields
        .iter()
        .map(|(name, value)| (name.clone(), as_typed(value)))
        .collect()
}

fn said(place: Option<&str>) -> Done<Said> {
    match place {
        None => Ok(Said::default()),
        Some(text) => words::parse_scope(text).map(Said::at).ok_or_else(|| {
            Fault::input(
                "place",
                format!("Nơi viết là village:3, unit:1 hoặc commune, không phải “{text}”."),
                format!("A place is village:3, unit:1 or commune, not “{text}”."),
            )
        }),
    }
}

/// `add --file`.
pub fn add(context: &Context, path: &Path, on_behalf: Option<&str>) -> Done {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
    let items: Vec<Item> = serde_json::from_str(&text).map_err(|error| unreadable(path, error))?;
    let mut device = context.open()?;
    let out = &context.out;
    let mut rng = context.rng();
    let mut by_book: BTreeMap<BookId, Vec<Edit>> = BTreeMap::new();
    let mut sharing = Sharing::of(&device);
    let mut twice = Vec::new();
    let all = items.len() as u64;
    for (at, item) in items.iter().enumerate() {
        let made = import_one(context, &device, item, &mut rng).map_err(|fault| fault.at_item(at + 1))?;
        let (book, key, record) = made;
        if let (Some(kind), Some(open)) = (Kind::by_slug(&key.kind), device.book_info(&book)) {
            twice.extend(sharing.add(kind, open.scope, &key, &record));
        }
        by_book
            .entry(book)
            .or_default()
            .push(Edit::Create { key, record });
        out.progress(("Đã đọc", "Read"), at as u64 + 1, all);
    }
    if by_book.is_empty() {
        return Err(unreadable(
            path,
            out.t("tệp không có bản ghi nào", "it has no records"),
        ));
    }
    let steps = by_book
        .into_iter()
        .flat_map(|(book, edits)| divide(edits).into_iter().map(move |edits| (book, edits)))
        .collect::<Vec<_>>();
    let act = Act {
        id: Some(ActId(*typed::fresh_id(&mut rng).0.as_bytes())),
        ..behalf::act(context, &device, "import", on_behalf)?
    };
    let saved = device.edit_all(&steps, &act)?;
    out.object(&json!({
        "act": saved.act.to_string(),
        "count": saved.records.len(),
        "records": saved.records.iter().map(|(book, key)| json!({
            "key": key.to_string(),
            "book": book.to_string(),
        })).collect::<Vec<_>>(),
        "state": "on_device",
        "alike": twice.iter().map(|(rule, a, b)| json!({
            "rule": rule,
            "keys": [a.to_string(), b.to_string()],
        })).collect::<Vec<_>>(),
    }));
    out.line(format!(
        "{}: {} · {} {}",
        out.t("Đã lưu trên máy này", "Saved on this device"),
        saved.records.len(),
        out.t("hoàn tác: sothon undo", "undo: sothon undo"),
        words::short(saved.act)
    ));
    for (rule, a, b) in twice.iter().take(20) {
        let label = unique::rule(rule).map_or("", |rule| rule.label.get(out.lang));
        let line = format!("  {label}: {}, {}", words::short_key(a), words::short_key(b));
        out.remark(&line, &line);
    }
    Ok(Exit::Done)
}

fn import_one(
    context: &Context,
    device: &Device,
    item: &Item,
    rng: &mut crate::context::Rng,
) -> Done<(BookId, RecordKey, RawRecord)> {
    let kind = lookup::kind(&item.kind)?;
    let subs: Vec<TypedSub> = item
        .subs
        .iter()
        .map(|sub| (sub.list.clone(), as_fields(&sub.fields)))
        .collect();
    // References are whole keys here, also to records of the same file.
    let (record, _) = typed::record(context, None, kind, &as_fields(&item.fields), &subs, rng)?;
    let book = place::book_for(context, device, kind, &record, said(item.place.as_deref())?)?;
    let key = match &item.key {
        Some(key) if key.kind == kind.slug => key.clone(),
        Some(key) => {
            return Err(Fault::input(
                "key",
                format!("Mã “{key}” không thuộc loại {}.", kind.slug),
                format!("The key “{key}” is not of kind {}.", kind.slug),
            ));
        }
        None => RecordKey {
            kind: kind.slug.to_owned(),
            id: typed::fresh_id(rng),
        },
    };
    Ok((book, key, record))
}

/// Who shares a unique key, for finding what is there twice in one pass.
struct Sharing(HashMap<UniqueKey<Scope>, RecordKey>);

impl Sharing {
    fn of(device: &Device) -> Sharing {
        let mut sharing = Sharing(HashMap::new());
        for (open, key, raw) in device.records() {
            if let Some(kind) = Kind::by_slug(&key.kind) {
                sharing.add(kind, open.scope, &key, &raw);
            }
        }
        sharing
    }

    fn add(
        &mut self,
        kind: &Kind,
        scope: Scope,
        key: &RecordKey,
        raw: &RawRecord,
    ) -> Vec<(&'static str, RecordKey, RecordKey)> {
        let mut twice = Vec::new();
        for shared in unique::unique_keys(kind, &scope, raw) {
            let rule = shared.rule;
            match self.0.get(&shared) {
                Some(other) if other != key => twice.push((rule, other.clone(), key.clone())),
                Some(_) => {}
                None => {
                    self.0.insert(shared, key.clone());
                }
            }
        }
        twice
    }
}

/// One act of a replay: in which book, what, when.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replayed {
    /// The book's row in the table, as [`words::shelf_of`] has it.
    shelf: String,
    /// `village:3`, `unit:1`, `commune`.
    place: String,
    edits: Vec<Edit>,
    /// The act's code.
    #[serde(default)]
    what: Option<String>,
    /// When, in unix seconds.
    #[serde(default)]
    at: Option<i64>,
}

/// The shelf that is written so: `care_files` or `care-files`.
fn shelf(text: &str) -> Option<Shelf> {
    const ALL: [Shelf; 10] = [
        Shelf::Village,
        Shelf::Unit,
        Shelf::Commune,
        Shelf::CareFiles,
        Shelf::CareHealth,
        Shelf::CareAssignments,
        Shelf::CareContacts,
        Shelf::Tips,
        Shelf::TipsPolice,
        Shelf::TipsAccess,
    ];
    let text = text.replace('_', "-");
    ALL.into_iter()
        .find(|shelf| words::book_kind(words::kind_of(*shelf)).0 == text)
}

/// `replay`: one act a line, each durable before the next; for machines each is told as it is saved.
pub fn replay(context: &Context, path: &Path) -> Done {
    let file = std::fs::File::open(path).map_err(|error| unreadable(path, error))?;
    let mut device = context.open()?;
    let out = &context.out;
    let (mut acts, mut unchanged, mut records) = (0u64, 0u64, 0usize);
    for (at, line) in std::io::BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|error| unreadable(path, error))?;
        if line.trim().is_empty() {
            continue;
        }
        let saved = replay_one(context, &mut device, &line).map_err(|fault| fault.at_item(at + 1))?;
        acts += 1;
        let touched = saved.as_ref().map_or(0, |saved| saved.records.len());
        records += touched;
        unchanged += u64::from(saved.is_none());
        out.object(&json!({
            "line": at + 1,
            "act": saved.map(|saved| saved.act.to_string()),
            "records": touched,
        }));
        if acts.is_multiple_of(500) {
            out.remark(format!("Đã ghi {acts} lần"), format!("{acts} acts saved"));
        }
    }
    out.object(&json!({
        "acts": acts,
        "unchanged": unchanged,
        "records": records,
        "state": "on_device",
    }));
    out.line(format!(
        "{}: {acts} {} ({records} {})",
        out.t("Đã lưu trên máy này", "Saved on this device"),
        out.t("lần ghi", "acts"),
        out.t("bản ghi", "records"),
    ));
    Ok(Exit::Done)
}

fn replay_one(context: &Context, device: &mut Device, line: &str) -> Done<Option<Saved>> {
    let bad = |why: String| {
        Fault::input(
            "file",
            format!("Dòng này không phải một lần ghi: {why}."),
            format!("The line is not an act: {why}."),
        )
    };
    let act: Replayed = serde_json::from_str(line).map_err(|error| bad(error.to_string()))?;
    let shelf = shelf(&act.shelf).ok_or_else(|| bad(act.shelf.clone()))?;
    let scope = words::parse_scope(&act.place).ok_or_else(|| bad(act.place.clone()))?;
    let book = place::open_book(context, device, words::kind_of(shelf), scope)?;
    let what = act.what.as_deref().unwrap_or("edit");
    let time = act.at.or(Some(context.clock.now()));
    let parts = divide(act.edits);
    if let [edits] = parts.as_slice() {
        return saved(device.edit(book, edits, &Act::of_one_change(what, time)));
    }
    let steps: Vec<(BookId, Vec<Edit>)> = parts.into_iter().map(|edits| (book, edits)).collect();
    let act = Act::of_one_change(what, time);
    saved(device.edit_all(&steps, &act))
}

/// An act after which all is as before is no fault: its book had it already.
fn saved(done: Result<Saved, ReplicaError>) -> Done<Option<Saved>> {
    match done {
        Err(ReplicaError::Edit(EditError::NothingToWrite)) => Ok(None),
        other => Ok(Some(other?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replayed_act_reads_as_it_is_documented() {
        let line = r#"{"shelf":"village","place":"village:1","what":"add","at":1749520800,"edits":[
            {"create":{"key":"household/00000000000000000000000000abcdef","record":{"fields":{"number":{"text":"5"},
            "note":{"long":""}},"subs":{"members/00000000000000000000000000abcdee":{"name":{"text":"Lê Văn An"}}}}}},
            {"set":{"key":"household/00000000000000000000000000abcdef","fields":{"phone":null}}}]}"#;
        let act: Replayed = serde_json::from_str(line).unwrap();
        assert_eq!(act.edits.len(), 2);
        assert_eq!(shelf("care_files"), Some(Shelf::CareFiles));
        assert_eq!(shelf("tips"), Some(Shelf::Tips));
        assert_eq!(shelf("khác"), None);
    }
}
