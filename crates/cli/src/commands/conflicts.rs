//! "Cần xem lại": what two people wrote differently, and what is there twice; choosing.

use serde_json::{Value as Json, json};
use sothon_book::{Act, Book, ConflictKind};
use sothon_records::enter::enter;
use sothon_records::kind::Field;
use sothon_records::unique::{self, Placed};
use sothon_records::{Fields, Kind, RawRecord, RecordKey, Value, datum, show};

use crate::context::{Context, Device};
use crate::fault::{Done, Exit, Fault};
use crate::{lookup, words};

/// `conflicts`.
pub fn list(context: &Context, check: bool) -> Done {
    let device = context.open()?;
    let out = &context.out;
    let conflicts = device.conflicts();
    let mut objects = Vec::new();
    for (book, conflict) in &conflicts {
        let raw = device.record(book, &conflict.key).unwrap_or_default();
        let title = lookup::title(&device, &conflict.key, &raw, out.lang);
        let label = label(context, &conflict.key, conflict.sub.as_ref(), &conflict.field);
        out.line(match conflict.kind {
            ConflictKind::VoidedWhileEdited => format!(
                "{}: {} · {}",
                out.t("Bên này hủy, bên kia sửa", "Voided here, edited there"),
                out.w(&title),
                words::short_key(&conflict.key)
            ),
            _ => format!(
                "{}: {label}, {} · {} {}",
                out.t("Hai người ghi khác nhau", "Written differently"),
                out.w(&title),
                words::short_key(&conflict.key),
                conflict.field
            ),
        });
        let mut sides = Vec::new();
        for side in &conflict.sides {
            let (author, said) = super::books::author(context, &device, book, &side.author.actor);
            let value = shown(
                context,
                &device,
                &conflict.key,
                side.sub.as_ref(),
                &side.field,
                side.value.as_ref(),
            );
            let field = self::label(context, &conflict.key, side.sub.as_ref(), &side.field);
            out.line(format!(
                "  {field}: “{value}” · {said} · {} ({})",
                out.w(&words::time(side.author.time)),
                out.t("theo giờ máy", "by the device's clock")
            ));
            sides.push(json!({
                "field": side.field,
                "sub": side.sub.as_ref().map(ToString::to_string),
                "value": side.value.as_ref().map(super::finding::plain),
                "value_words": value,
                "by": author,
                "by_words": said,
                "time": (side.author.time != 0).then_some(side.author.time),
            }));
        }
        objects.push(json!({
            "key": conflict.key.to_string(),
            "title": out.w(&title),
            "sub": conflict.sub.as_ref().map(ToString::to_string),
            "field": conflict.field,
            "kind": match conflict.kind {
                ConflictKind::VoidedWhileEdited => "voided_while_edited",
                _ => "field",
            },
            "sides": sides,
        }));
    }
    let twice = tell_twice(context, &device);
    let any = !objects.is_empty() || !twice.is_empty();
    if !any {
        out.line(out.t("Không có gì cần xem lại.", "Nothing to be looked at."));
    }
    out.object(&json!({"conflicts": objects, "twice": twice}));
    Ok(if check && any { Exit::Found } else { Exit::Done })
}

fn tell_twice(context: &Context, device: &Device) -> Vec<Json> {
    let out = &context.out;
    let records: Vec<_> = device
        .records()
        .map(|(open, key, raw)| (open.scope, key, raw))
        .collect();
    let placed = records.iter().map(|(scope, key, raw)| Placed { key, scope, raw });
    let mut objects = Vec::new();
    for breach in unique::breaches(placed) {
        out.line(breach.rule.label.get(out.lang));
        for key in &breach.records {
            let title = lookup::title_of(device, key, out.lang).unwrap_or_default();
            out.line(format!("  {} · {title}", words::short_key(key)));
        }
        for sub in &breach.subs {
            out.line(format!("    {}", words::short_key(sub)));
        }
        objects.push(json!({
            "rule": breach.rule.name,
            "label": breach.rule.label.get(out.lang),
            "records": breach.records.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "subs": breach.subs.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }));
    }
    objects
}

/// The declaration of the field that a key of a book belongs to.
fn declared(key: &RecordKey, sub: Option<&RecordKey>, field: &str) -> Option<&'static Field> {
    let kind = Kind::by_slug(&key.kind)?;
    let name = field.split('/').next().unwrap_or(field);
    match sub {
        Some(sub) => kind.list(&sub.kind)?.field(name),
        None => kind.field(name),
    }
}

fn label(context: &Context, key: &RecordKey, sub: Option<&RecordKey>, field: &str) -> String {
    let lang = context.out.lang;
    declared(key, sub, field).map_or_else(|| field.to_owned(), |field| field.label.get(lang).to_owned())
}

/// A value in words.
fn shown(
    context: &Context,
    device: &Device,
    key: &RecordKey,
    sub: Option<&RecordKey>,
    field: &str,
    value: Option<&Value>,
) -> String {
    let Some(value) = value else { return String::new() };
    let fields: Fields = [(field.to_owned(), value.clone())].into();
    match declared(key, sub, field) {
        Some(of) if of.is_hidden() => "…".to_owned(),
        Some(of) if of.name == field => {
            let titles = |key: &RecordKey| lookup::title_of(device, key, context.out.lang);
            context.out.w(&show::in_words(of, &fields, &titles).0).to_owned()
        }
        _ => datum::shown(value),
    }
}

/// `resolve`.
pub fn resolve(context: &Context, text: &str, field: &str, typed: &str, sub: Option<&str>) -> Done {
    let mut device = context.open()?;
    let (book, key, raw) = lookup::placed(&device, text)?;
    let sub = sub.map(|text| super::record::sub_key(&raw, text)).transpose()?;
    let value = value_of(&device, &key, sub.as_ref(), field, typed)?;
    check(context, &key, &raw, sub.as_ref(), field, value.as_ref())?;
    let edit = Book::resolve(&key, sub.as_ref(), field, value);
    let act = Act::of_one_change("resolve", Some(context.clock.now()));
    let saved = device.edit(book, &[edit], &act)?;
    super::record::tell(context, &device, &saved, &[], &[]);
    Ok(Exit::Done)
}

fn value_of(
    device: &Device,
    key: &RecordKey,
    sub: Option<&RecordKey>,
    field: &str,
    typed: &str,
) -> Done<Option<Value>> {
    let unknown = || {
        Fault::input(
            "field",
            format!("Bản ghi không có mục “{field}”. Xem lệnh conflicts."),
            format!("The record has no field “{field}”. See conflicts."),
        )
    };
    let of = declared(key, sub, field).ok_or_else(unknown)?;
    if of.is_hidden() {
        return Err(unknown());
    }
    if of.name != field {
        // One box of a choice of several.
        return match typed.trim().to_lowercase().as_str() {
            "có" | "co" | "yes" | "true" | "1" => Ok(Some(Value::Bool(true))),
            "" | "không" | "khong" | "no" | "false" | "0" => Ok(None),
            _ => Err(unknown()),
        };
    }
    let typed = match lookup::record(device, typed.trim()) {
        Ok(found) if matches!(of.holds, sothon_records::kind::FieldType::Reference(_)) => found.to_string(),
        _ => typed.to_owned(),
    };
    let mut fields = Fields::new();
    enter(of, &typed, &mut fields).map_err(|problem| Fault::fields(vec![problem]))?;
    Ok(fields.remove(field))
}

/// The record with the value chosen must be one that can be saved.
fn check(
    context: &Context,
    key: &RecordKey,
    raw: &RawRecord,
    sub: Option<&RecordKey>,
    field: &str,
    value: Option<&Value>,
) -> Done<()> {
    let kind = super::record::known_kind(key)?;
    let mut after = raw.clone();
    let fields = match sub {
        Some(sub) => after.subs.entry(sub.clone()).or_default(),
        None => &mut after.fields,
    };
    match value {
        Some(value) => fields.insert(field.to_owned(), value.clone()),
        None => fields.remove(field),
    };
    crate::typed::check(kind, &after, Some(raw), context).map(|_| ())
}
