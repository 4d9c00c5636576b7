//! Looking: list, find, show, acts.

use serde_json::{Map, Value as Json, json};
use sothon_book::HistoryStep;
use sothon_ledger::register::OpenBook;
use sothon_ledger::{BookId, Scope};
use sothon_records::search::{SearchIndex, SearchText};
use sothon_records::{Fields, Kind, RawRecord, RecordKey, Value, common, problem, show};

use super::access;
use crate::context::{Context, Device};
use crate::fault::{Done, Exit};
use crate::{lookup, words};

/// A value for machines.
pub fn plain(value: &Value) -> Json {
    match value {
        Value::Bool(yes) => (*yes).into(),
        Value::Int(n) => (*n).into(),
        Value::Text(text) | Value::Long(text) | Value::Unknown(text) => text.as_str().into(),
        Value::Bytes(bytes) => format!("({} byte)", bytes.len()).into(),
    }
}

/// Fields for machines.
pub fn plain_fields(fields: &Fields) -> Json {
    Json::Object(
        fields
            .iter()
            .map(|(name, value)| (name.clone(), plain(value)))
            .collect(),
    )
}

/// A record for machines, without its hidden fields.
pub fn record_object(
    context: &Context,
    device: &Device,
    open: &OpenBook,
    key: &RecordKey,
    raw: &RawRecord,
) -> Json {
    let shown = Kind::by_slug(&key.kind).map_or_else(|| raw.clone(), |kind| show::exportable(kind, raw));
    let subs: Map<String, Json> = shown
        .subs
        .iter()
        .map(|(sub, fields)| (sub.to_string(), plain_fields(fields)))
        .collect();
    json!({
        "key": key.to_string(),
        "kind": key.kind,
        "title": lookup::title(device, key, raw, context.out.lang).get(context.out.lang),
        "book": words::book_object(open),
        "voided": common::is_voided(&raw.fields),
        "state": device.delivery(&open.book, key).map(|state| words::delivery(state).0),
        "fields": plain_fields(&shown.fields),
        "subs": subs,
    })
}

struct Line {
    sort: Vec<u8>,
    open: OpenBook,
    key: RecordKey,
    raw: RawRecord,
}

fn tell_lines(context: &Context, device: &Device, lines: &[Line], total: usize) {
    let out = &context.out;
    let objects: Vec<Json> = if out.json {
        lines
            .iter()
            .map(|line| record_object(context, device, &line.open, &line.key, &line.raw))
            .collect()
    } else {
        Vec::new()
    };
    out.object(&json!({"total": total, "records": objects}));
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let kind = Kind::by_slug(&line.key.kind);
            let happened = kind.and_then(|kind| show::happened(kind, &line.raw));
            let state = device.delivery(&line.open.book, &line.key).map(words::delivery);
            let mut title = out
                .w(&lookup::title(device, &line.key, &line.raw, out.lang))
                .to_owned();
            if common::is_voided(&line.raw.fields) {
                title.push_str(out.t(" (đã hủy)", " (voided)"));
            }
            vec![
                words::short_key(&line.key),
                title,
                happened.map(problem::day).unwrap_or_default(),
                out.w(&words::scope(line.open.scope)).to_owned(),
                state.map(|(_, said)| out.w(&said).to_owned()).unwrap_or_default(),
            ]
        })
        .collect();
    out.table(
        &[
            out.t("Mã", "Id"),
            out.t("Tên", "Title"),
            out.t("Ngày", "Date"),
            out.t("Nơi", "Place"),
            out.t("Tình trạng", "State"),
        ],
        &rows,
    );
    if total > lines.len() {
        out.line(format!("{}/{total}", lines.len()));
    } else if !context.out.json {
        out.line(format!("{total} {}", out.t("bản ghi", "records")));
    }
}

/// `list`.
pub fn list(context: &Context, kind: &str, village: Option<u32>, voided: bool) -> Done {
    let kind = lookup::kind(kind)?;
    let device = context.open()?;
    let mut lines: Vec<Line> = device
        .records()
        .filter(|(open, key, raw)| {
            key.kind == kind.slug
                && village.is_none_or(|n| open.scope == Scope::Village(n))
                && (voided || !common::is_voided(&raw.fields))
        })
        .map(|(open, key, raw)| Line {
            sort: show::sort_key(kind, &raw),
            open: open.clone(),
            key,
            raw,
        })
        .collect();
    lines.sort_by(|a, b| (a.open.scope, &a.sort, &a.key).cmp(&(b.open.scope, &b.sort, &b.key)));
    let total = lines.len();
    if total == 0 {
        context.out.remark(
            format!(
                "Chưa có bản ghi “{}” nào. Ghi bản đầu tiên bằng add {}.",
                kind.label.vi, kind.slug
            ),
            format!(
                "There is no {} yet. Add the first with add {}.",
                kind.label.en, kind.slug
            ),
        );
    }
    tell_lines(context, &device, &lines, total);
    Ok(Exit::Done)
}

/// `find`.
pub fn find(context: &Context, typed: &str, most: usize) -> Done {
    let device = context.open()?;
    let mut index: SearchIndex<(RecordKey, BookId)> = SearchIndex::new();
    for (open, key, raw) in device.records() {
        if let Some(kind) = Kind::by_slug(&key.kind)
            && !common::is_voided(&raw.fields)
        {
            index.put((key, open.book), SearchText::of(kind, &raw));
        }
    }
    let found = index.find(typed, most, |_| true);
    let lines: Vec<Line> = found
        .hits
        .into_iter()
        .filter_map(|hit| {
            let (key, book) = hit.key;
            Some(Line {
                sort: Vec::new(),
                open: device.book_info(&book)?.clone(),
                raw: device.record(&book, &key)?,
                key,
            })
        })
        .collect();
    if lines.is_empty() {
        context.out.remark(
            format!("Không thấy “{typed}”. Xem thử: bỏ dấu, hoặc chỉ gõ tên."),
            format!("Nothing found for “{typed}”. Try without marks, or only the name."),
        );
    }
    tell_lines(context, &device, &lines, found.total);
    Ok(Exit::Done)
}

/// `show`.
pub fn show(context: &Context, text: &str, history: bool, reason: Option<&str>) -> Done {
    let mut device = context.open()?;
    let (book, key, raw) = lookup::placed(&device, text)?;
    access::page(context, &mut device, &book, &key, reason)?;
    let Some(open) = device.book_info(&book).cloned() else {
        return Err(sothon_replica::ReplicaError::NoBook.into());
    };
    let out = &context.out;
    let mut object = record_object(context, &device, &open, &key, &raw);
    let titles = |key: &RecordKey| lookup::title_of(&device, key, out.lang);
    let kind = super::record::known_kind(&key)?;
    let page = show::page(kind, &raw, &titles);
    out.line(format!("{} · {}", out.w(&page.title), kind.label.get(out.lang)));
    let state = device.delivery(&book, &key).map(words::delivery);
    out.line(format!(
        "{} · {}{}",
        out.w(&words::book(&open)),
        state.map(|(_, said)| out.w(&said).to_owned()).unwrap_or_default(),
        if page.voided {
            out.t(" · ĐÃ HỦY", " · VOIDED")
        } else {
            ""
        }
    ));
    out.line(key.to_string());
    out.line("");
    let empty = out.t("Chưa ghi", "Empty");
    let tell_rows = |rows: &[show::Row], indent: &str| {
        for row in rows {
            let value = out.w(&row.value);
            let voiding = [common::VOIDED, common::VOID_REASON].contains(&row.place.field.as_str());
            if value.is_empty() && (voiding || row.place.sub.is_some()) {
                continue;
            }
            let mark = if row.flagged { " (?)" } else { "" };
            let value = if value.is_empty() { empty } else { value };
            out.line(format!("{indent}{}: {value}{mark}", out.w(&row.label)));
        }
    };
    tell_rows(&page.rows, "");
    if super::tips::has_teller(&key, &raw) {
        out.line(out.t(
            "Phần kín: có, mở bằng lệnh teller",
            "Sealed part: there is one, see teller",
        ));
    }
    for part in &page.parts {
        out.line("");
        let voided = if part.voided {
            out.t(" (đã hủy)", " (voided)")
        } else {
            ""
        };
        out.line(format!(
            "{} {}{voided}",
            out.w(&part.label),
            words::short_key(&part.key)
        ));
        tell_rows(&part.rows, "  ");
    }
    if history {
        let steps = device.history(&book, &key);
        let view = super::picture::view(context, &device)?;
        let behalf = super::behalf::asked(context, &device, &view);
        let told: Vec<Json> = steps
            .iter()
            .rev()
            .map(|step| {
                let mut object = step_object(context, &device, &book, kind, step);
                let said = behalf.words(&book, step);
                if let Some(object) = object.as_object_mut().filter(|_| !said.is_empty()) {
                    object.insert("behalf".into(), said.into());
                }
                object
            })
            .collect();
        out.line("");
        out.line(out.t("Ai đã ghi, ai đã sửa", "Who wrote what"));
        for step in steps.iter().rev() {
            let mut who = super::books::author(context, &device, &book, &step.actor).1;
            let said = behalf.words(&book, step);
            if !said.is_empty() {
                who = format!("{who}, {said}");
            }
            for line in lines_of(context, &device, kind, step) {
                out.line(format!("{} · {who}: {line}", out.w(&words::time(step.time))));
            }
        }
        if let Some(object) = object.as_object_mut() {
            object.insert("history".into(), told.into());
        }
    }
    out.object(&object);
    Ok(Exit::Done)
}

/// What a step changed, in words.
fn lines_of(context: &Context, device: &Device, kind: &Kind, step: &HistoryStep) -> Vec<String> {
    let lang = context.out.lang;
    let (before, after) = step.sides();
    let titles = |key: &RecordKey| lookup::title_of(device, key, lang);
    let lines: Vec<String> = show::changes(kind, Some(&before), &after, &titles)
        .iter()
        .map(|change| change.line(lang))
        .collect();
    let what = words::act(&step.what);
    if step.created {
        return vec![format!("{}: {}", what.get(lang), lines.join("; "))];
    }
    if lines.is_empty() {
        vec![what.get(lang).to_owned()]
    } else {
        lines
    }
}

fn step_object(context: &Context, device: &Device, book: &BookId, kind: &Kind, step: &HistoryStep) -> Json {
    let (author, said) = super::books::author(context, device, book, &step.actor);
    let state = device.change_delivery(book, &sothon_ledger::ChangeHash(step.change.0));
    json!({
        "change": step.change.to_string(),
        "act": step.act.to_string(),
        "what": step.what,
        "time": (step.time != 0).then_some(step.time),
        "by": author,
        "by_words": said,
        "state": words::delivery(state).0,
        "created": step.created,
        "changes": lines_of(context, device, kind, step),
    })
}

/// `acts`.
pub fn acts(context: &Context, most: usize) -> Done {
    let device = context.open()?;
    let out = &context.out;
    let mut all = device.acts();
    all.sort_by_key(|(_, act)| std::cmp::Reverse(act.time));
    // An act over several books is one act.
    let mut seen: Vec<(Vec<BookId>, sothon_book::ActSummary, usize)> = Vec::new();
    for (book, act) in all {
        let records = device.records_touched(&book, &act.changes).len();
        if let Some((books, _, count)) = seen.iter_mut().find(|(_, known, _)| known.id == act.id) {
            books.push(book);
            *count += records;
        } else if seen.len() < most {
            seen.push((vec![book], act, records));
        }
    }
    let mut rows = Vec::new();
    let mut objects = Vec::new();
    for (books, act, records) in &seen {
        let Some(book) = books.first() else { continue };
        let (author, said) = super::books::author(context, &device, book, &act.actor);
        objects.push(json!({
            "act": act.id.to_string(),
            "what": act.what,
            "undoes": act.undoes.map(|act| act.to_string()),
            "time": (act.time != 0).then_some(act.time),
            "by": author,
            "books": books.iter().filter_map(|book| device.book_info(book)).map(words::book_object).collect::<Vec<_>>(),
            "records": records,
        }));
        let place = device.book_info(book).map(words::book).unwrap_or_default();
        rows.push(vec![
            words::short(act.id),
            out.w(&words::time(act.time)).to_owned(),
            out.w(&words::act(&act.what)).to_owned(),
            records.to_string(),
            out.w(&place).to_owned(),
            said,
        ]);
    }
    out.object(&json!({"acts": objects}));
    out.table(
        &[
            out.t("Mã", "Id"),
            out.t("Lúc", "At"),
            out.t("Việc", "What"),
            out.t("Bản ghi", "Records"),
            out.t("Sổ", "Book"),
            out.t("Ai", "Who"),
        ],
        &rows,
    );
    Ok(Exit::Done)
}
