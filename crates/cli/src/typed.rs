//! What a person typed, as a record: `field=value`, `list:field=value,field=value`.

use rand_core::Rng as _;
use sothon_records::enter::{self, enter};
use sothon_records::kind::{Field, FieldType, Kind, Needed};
use sothon_records::problem::Weight;
use sothon_records::{
    Code, Fields, Place, Problem, RawRecord, RecordId, RecordKey, SubKey, common, validate,
};

use crate::context::{Context, Device, Rng};
use crate::fault::{Done, Fault};
use crate::lookup;

/// One `field=value`.
pub type Typed = (String, String);

/// A sub-record as it is typed: its list and fields.
pub type TypedSub = (String, Vec<Typed>);

/// A fresh random id.
pub fn fresh_id(rng: &mut Rng) -> RecordId {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    RecordId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// Reads `field=value`.
///
/// # Errors
/// There is no `=`.
pub fn assignment(text: &str) -> Done<Typed> {
    text.split_once('=')
        .map(|(field, value)| (field.trim().to_owned(), value.to_owned()))
        .ok_or_else(|| {
            Fault::usage(
                format!("Viết mục=giá trị, không phải “{text}”."),
                format!("Write field=value, not “{text}”."),
            )
        })
}

/// Reads `list:field=value,field=value`; a comma inside a value may stand where no `field=` follows it.
///
/// # Errors
/// It is of another form.
pub fn sub(text: &str) -> Done<TypedSub> {
    let bad = || {
        Fault::usage(
            format!("Viết danh-sách:mục=giá trị,mục=giá trị, không phải “{text}”."),
            format!("Write list:field=value,field=value, not “{text}”."),
        )
    };
    let (list, fields) = text.split_once(':').ok_or_else(bad)?;
    let mut typed: Vec<Typed> = Vec::new();
    for part in fields.split(',') {
        match (part.split_once('='), typed.last_mut()) {
            (Some((field, value)), _) => typed.push((field.trim().to_owned(), value.to_owned())),
            (None, Some((_, value))) => {
                value.push(',');
                value.push_str(part);
            }
            (None, None) => return Err(bad()),
        }
    }
    Ok((list.trim().to_owned(), typed))
}

/// Puts what was typed into fields. All problems come together.
fn put(
    fields: &mut Fields,
    typed: &[Typed],
    declared: &dyn Fn(&str) -> Option<&'static Field>,
    place: &dyn Fn(&str) -> Place,
    device: Option<&Device>,
    problems: &mut Vec<Problem>,
) {
    for (name, value) in typed {
        let Some(field) = declared(name) else {
            problems.push(Problem::new(
                place(name),
                Code::UnknownField,
                format!("Không có mục “{name}”. Xem lệnh form."),
                format!("There is no field “{name}”. See form."),
            ));
            continue;
        };
        if field.is_hidden() {
            problems.push(Problem::new(
                place(field.name),
                Code::NotAllowed,
                "Mục này được niêm phong riêng, không ghi trực tiếp.",
                "This field is sealed apart and cannot be typed.",
            ));
            continue;
        }
        let typed = match (&field.holds, device) {
            (FieldType::Reference(_), Some(device)) if !value.trim().is_empty() => {
                match lookup::record(device, value.trim()) {
                    Ok(key) => key.to_string(),
                    Err(_) => value.clone(),
                }
            }
            _ => value.clone(),
        };
        if let Err(mut problem) = enter(field, &typed, fields) {
            problem.place = place(field.name);
            problems.push(problem);
        }
    }
}

fn field_of(kind: &'static Kind, name: &str) -> Option<&'static Field> {
    kind.field(name).or_else(|| enter::column(kind, name))
}

/// A new record of what was typed, today's date filled in where the form asks for the day.
///
/// # Errors
/// The fields to be put right.
pub fn record(
    context: &Context,
    device: Option<&Device>,
    kind: &'static Kind,
    typed: &[Typed],
    subs: &[TypedSub],
    rng: &mut Rng,
) -> Done<(RawRecord, Vec<Problem>)> {
    let mut raw = kind.blank();
    let mut problems = Vec::new();
    put(
        &mut raw.fields,
        typed,
        &|name| field_of(kind, name),
        &Place::field,
        device,
        &mut problems,
    );
    let today = kind
        .field(common::OCCURRED)
        .filter(|field| field.needed == Needed::Always && !typed.iter().any(|(name, _)| name == field.name));
    if let Some(field) = today {
        let _ = enter(field, &context.clock.today().to_string(), &mut raw.fields);
    }
    for (list, typed) in subs {
        match fresh_sub(kind, list, typed, device, rng) {
            Ok((key, fields)) => {
                raw.subs.insert(key, fields);
            }
            Err(more) => problems.extend(more),
        }
    }
    if !problems.is_empty() {
        // What else is missing is said in the same breath.
        let others = validate(kind, &raw, &context.today());
        let others = others.into_iter().filter(|other| {
            other.weight == Weight::Blocks && !problems.iter().any(|known| known.place == other.place)
        });
        let others: Vec<Problem> = others.collect();
        problems.extend(others);
        return Err(Fault::fields(problems));
    }
    check(kind, &raw, None, context).map(|notices| (raw, notices))
}

/// A new sub-record of what was typed.
///
/// # Errors
/// The fields to be put right.
pub fn fresh_sub(
    kind: &'static Kind,
    list: &str,
    typed: &[Typed],
    device: Option<&Device>,
    rng: &mut Rng,
) -> Result<(SubKey, Fields), Vec<Problem>> {
    let Some(list) = kind.list(list) else {
        return Err(vec![Problem::new(
            Place::field(list),
            Code::UnknownField,
            format!("Không có danh sách “{list}”. Xem lệnh form."),
            format!("There is no list “{list}”. See form."),
        )]);
    };
    let key = RecordKey {
        kind: list.name.to_owned(),
        id: fresh_id(rng),
    };
    let mut fields = list.blank();
    let mut problems = Vec::new();
    put(
        &mut fields,
        typed,
        &|name| list.field(name),
        &|name| Place::sub(&key, name),
        device,
        &mut problems,
    );
    if problems.is_empty() {
        Ok((key, fields))
    } else {
        Err(problems)
    }
}

/// A record changed by what was typed.
///
/// # Errors
/// The fields to be put right.
pub fn changed(
    context: &Context,
    device: &Device,
    kind: &'static Kind,
    before: &RawRecord,
    sub: Option<&SubKey>,
    typed: &[Typed],
) -> Done<RawRecord> {
    let mut after = before.clone();
    let mut problems = Vec::new();
    match sub {
        None => put(
            &mut after.fields,
            typed,
            &|name| field_of(kind, name),
            &Place::field,
            Some(device),
            &mut problems,
        ),
        Some(sub) => {
            let (Some(list), Some(fields)) = (kind.list(&sub.kind), after.subs.get_mut(sub)) else {
                return Err(no_sub(&sub.to_string()));
            };
            put(
                fields,
                typed,
                &|name| list.field(name),
                &|name| Place::sub(sub, name),
                Some(device),
                &mut problems,
            );
        }
    }
    if !problems.is_empty() {
        return Err(Fault::fields(problems));
    }
    check(kind, &after, Some(before), context)?;
    Ok(after)
}

/// Says that there is no such sub-record.
pub fn no_sub(text: &str) -> Fault {
    Fault::input(
        "no_sub",
        format!("Bản ghi không có phần “{text}”. Xem lệnh show."),
        format!("The record has no part “{text}”. See show."),
    )
}

/// What blocks saving, unless it was so before; else what is worth knowing.
pub fn check(
    kind: &Kind,
    raw: &RawRecord,
    before: Option<&RawRecord>,
    context: &Context,
) -> Done<Vec<Problem>> {
    let today = context.today();
    let known = before
        .map(|before| validate(kind, before, &today))
        .unwrap_or_default();
    let (blocking, notices): (Vec<Problem>, Vec<Problem>) = validate(kind, raw, &today)
        .into_iter()
        .filter(|problem| !known.contains(problem))
        .partition(|problem| problem.weight == Weight::Blocks);
    if blocking.is_empty() {
        Ok(notices)
    } else {
        Err(Fault::fields(blocking))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sub_record_may_have_commas_in_its_values() {
        let (list, typed) = sub("members:name=Lê Văn A,works_at=Xưởng gỗ, xã Quang Trung,born=1980").unwrap();
        assert_eq!(list, "members");
        assert_eq!(typed.len(), 3);
        assert_eq!(typed[1].1, "Xưởng gỗ, xã Quang Trung");
        assert!(sub("members").is_err());
        assert!(sub("members:Lê Văn A").is_err());
        assert!(assignment("không có dấu bằng").is_err());
    }
}
