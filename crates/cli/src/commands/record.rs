//! Recording one thing: add, edit, void, undo.

use serde_json::{Value, json};
use sothon_book::{ActId, EditError};
use sothon_ledger::BookId;
use sothon_records::kind::Kind;
use sothon_records::record::differences;
use sothon_records::unique::{self, UniqueKey};
use sothon_records::{Edit, Problem, RawRecord, RecordKey, SubKey, common};
use sothon_replica::Saved;

use super::behalf;
use crate::args;
use crate::context::{Context, Device};
use crate::fault::{self, Done, Exit, Fault};
use crate::place::{self, Said};
use crate::{lookup, typed, words};

/// `add` of one record.
pub fn add(context: &Context, add: &args::Add) -> Done {
    let kind = lookup::kind(add.kind.as_deref().unwrap_or_default())?;
    let fields = add
        .fields
        .iter()
        .map(|text| typed::assignment(text))
        .collect::<Done<Vec<_>>>()?;
    let subs = add
        .sub
        .iter()
        .map(|text| typed::sub(text))
        .collect::<Done<Vec<_>>>()?;
    let mut device = context.open()?;
    let mut rng = context.rng();
    let (mut record, notices) = typed::record(context, Some(&device), kind, &fields, &subs, &mut rng)?;
    let said = Said {
        village: add.village,
        unit: add.unit,
    };
    let book = place::book_for(context, &device, kind, &record, said)?;
    let key = RecordKey {
        kind: kind.slug.to_owned(),
        id: typed::fresh_id(&mut rng),
    };
    super::tips::seal_teller(context, &mut device, &book, &key, &mut record, add)?;
    let notices = [notices, typed::check(kind, &record, None, context)?].concat();
    let alike = alike(&device, &book, kind, &key, &record);
    let edit = Edit::Create {
        key: key.clone(),
        record,
    };
    let act = behalf::act(context, &device, "add", add.behalf.said.as_deref())?;
    let saved = device.edit(book, &[edit], &act)?;
    tell(context, &device, &saved, &notices, &alike);
    Ok(Exit::Done)
}

/// Other records with which a new or changed one would be there twice: the rule's words and the record.
pub fn alike(
    device: &Device,
    book: &BookId,
    kind: &Kind,
    key: &RecordKey,
    record: &RawRecord,
) -> Vec<(&'static str, RecordKey)> {
    let Some(scope) = device.book_info(book).map(|open| open.scope) else {
        return Vec::new();
    };
    let ours: Vec<UniqueKey<_>> = unique::unique_keys(kind, &scope, record);
    if ours.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (open, other, raw) in device.records() {
        if other.kind != key.kind || other == *key {
            continue;
        }
        for shared in unique::unique_keys(kind, &open.scope, &raw) {
            if ours.contains(&shared) {
                found.push((shared.rule, other.clone()));
            }
        }
    }
    found.dedup();
    found
}

/// Says that something was saved, and what is worth knowing of it.
pub fn tell(
    context: &Context,
    device: &Device,
    saved: &Saved,
    notices: &[Problem],
    alike: &[(&'static str, RecordKey)],
) {
    let out = &context.out;
    let mut seen: Vec<&Problem> = Vec::new();
    for notice in notices {
        if !seen.contains(&notice) {
            seen.push(notice);
        }
    }
    let records: Vec<Value> = saved
        .records
        .iter()
        .map(|(book, key)| json!({"key": key.to_string(), "book": book.to_string()}))
        .collect();
    let twice: Vec<Value> = alike
        .iter()
        .map(|(rule, key)| json!({"rule": rule, "key": key.to_string()}))
        .collect();
    out.object(&json!({
        "act": saved.act.to_string(),
        "records": records,
        "state": "on_device",
        "notices": seen.iter().map(|n| json!({"field": n.place.field, "says": out.w(&n.says)})).collect::<Vec<_>>(),
        "alike": twice,
        "left": saved.left.len(),
    }));
    out.line(format!(
        "{} · {}",
        out.t("Đã lưu trên máy này", "Saved on this device"),
        out.t("hoàn tác: sothon undo ", "undo: sothon undo ").to_owned() + &words::short(saved.act)
    ));
    if let [(book, key)] = saved.records.as_slice()
        && let Some(raw) = device.record(book, key)
    {
        let place = device.book_info(book).map(words::book).unwrap_or_default();
        out.line(format!(
            "{}  {}  {}",
            words::short_key(key),
            out.w(&lookup::title(device, key, &raw, out.lang)),
            out.w(&place)
        ));
    }
    for notice in seen {
        out.remark(
            format!("  {}: {}", fault::place(notice), notice.says.vi),
            format!("  {}: {}", fault::place(notice), notice.says.en),
        );
    }
    for (rule, key) in alike {
        let label = unique::rule(rule).map_or("", |rule| rule.label.get(out.lang));
        let title = lookup::title_of(device, key, out.lang).unwrap_or_default();
        let line = format!("  {label}: {} “{title}”", words::short_key(key));
        out.remark(&line, &line);
    }
}

/// The sub-record that is meant by `list/beginning` or `beginning`.
///
/// # Errors
/// None or several.
pub fn sub_key(raw: &RawRecord, text: &str) -> Done<SubKey> {
    let found: Vec<&SubKey> = raw
        .subs
        .keys()
        .filter(|key| {
            let whole = key.to_string();
            whole.starts_with(text) || key.id.to_string().starts_with(text)
        })
        .collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        _ => Err(typed::no_sub(text)),
    }
}

/// `edit`.
pub fn edit(context: &Context, edit: &args::Edit) -> Done {
    let fields = edit
        .fields
        .iter()
        .map(|text| typed::assignment(text))
        .collect::<Done<Vec<_>>>()?;
    let mut device = context.open()?;
    let (book, key, before) = lookup::placed(&device, &edit.key)?;
    let kind = known_kind(&key)?;
    let after = match edit.sub.as_deref() {
        Some(list) if kind.list(list).is_some() => {
            let fresh = typed::fresh_sub(kind, list, &fields, Some(&device), &mut context.rng());
            let (sub, values) = fresh.map_err(Fault::fields)?;
            let mut after = before.clone();
            after.subs.insert(sub, values);
            typed::check(kind, &after, Some(&before), context)?;
            after
        }
        Some(text) => {
            let sub = sub_key(&before, text)?;
            typed::changed(context, &device, kind, &before, Some(&sub), &fields)?
        }
        None => typed::changed(context, &device, kind, &before, None, &fields)?,
    };
    let edits = differences(&key, &before, &after);
    if edits.is_empty() {
        return Err(EditError::NothingToWrite.into());
    }
    let alike = alike(&device, &book, kind, &key, &after);
    let act = behalf::act(context, &device, "edit", edit.behalf.said.as_deref())?;
    let saved = device.edit(book, &edits, &act)?;
    tell(context, &device, &saved, &[], &alike);
    Ok(Exit::Done)
}

/// The kind of a record.
///
/// # Errors
/// This version does not know it.
pub fn known_kind(key: &RecordKey) -> Done<&'static Kind> {
    Kind::by_slug(&key.kind).ok_or_else(|| sothon_app::Fault::unknown_kind(&key.kind).into())
}

/// `void`.
pub fn void(context: &Context, text: &str, reason: &str, sub: Option<&str>, on_behalf: Option<&str>) -> Done {
    let mut device = context.open()?;
    let (book, key, raw) = lookup::placed(&device, text)?;
    let kind = known_kind(&key)?;
    let mut edit = common::void(&key, reason);
    let mut after = raw.clone();
    if let Edit::Set { sub: of, fields, .. } = &mut edit {
        *of = sub.map(|text| sub_key(&raw, text)).transpose()?;
        let target = match of {
            Some(sub) => after.subs.get_mut(sub),
            None => Some(&mut after.fields),
        };
        if let Some(target) = target {
            let set = fields
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), value.clone()?)));
            target.extend(set);
        }
    }
    let empty = sothon_records::text::tidy_line(reason).is_empty();
    if empty {
        return Err(Fault::input(
            "reason",
            "Nhập lý do hủy (--reason).",
            "Enter the reason for voiding (--reason).",
        ));
    }
    typed::check(kind, &after, Some(&raw), context)?;
    let act = behalf::act(context, &device, "void", on_behalf)?;
    let saved = device.edit(book, &[edit], &act)?;
    tell(context, &device, &saved, &[], &[]);
    Ok(Exit::Done)
}

/// `undo`.
pub fn undo(context: &Context, text: &str, reason: &str) -> Done {
    let mut device = context.open()?;
    let act: ActId = lookup::act(&device, text)?;
    let saved = device.undo(act, reason, Some(context.clock.now()))?;
    if saved.records.is_empty() {
        return Err(EditError::NothingToWrite.into());
    }
    tell(context, &device, &saved, &[], &[]);
    if !saved.left.is_empty() {
        let out = &context.out;
        out.line(format!(
            "{} {}",
            saved.left.len(),
            out.t(
                "bản ghi để lại vì đã sửa sau đó",
                "records stay because they were changed since"
            )
        ));
    }
    Ok(Exit::Done)
}
