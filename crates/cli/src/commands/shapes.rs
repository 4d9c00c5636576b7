//! Kinds of records and their fields.

use serde_json::json;
use sothon_records::Kind;
use sothon_records::kind::{Field, FieldType, Needed};

use crate::context::Context;
use crate::fault::{Done, Exit};
use crate::lookup;

/// `kinds`.
pub fn kinds(context: &Context) -> Done {
    let out = &context.out;
    let objects: Vec<_> = Kind::all()
        .iter()
        .map(|kind| {
            json!({
                "code": kind.code,
                "slug": kind.slug,
                "label": kind.label.get(out.lang),
                "shelf": kind.shelf,
            })
        })
        .collect();
    out.object(&json!({"kinds": objects}));
    let rows: Vec<Vec<String>> = Kind::all()
        .iter()
        .map(|kind| {
            vec![
                kind.code.to_owned(),
                kind.slug.to_owned(),
                kind.label.get(out.lang).to_owned(),
            ]
        })
        .collect();
    out.table(
        &[
            out.t("Mã", "Code"),
            out.t("Tên lệnh", "Slug"),
            out.t("Loại", "Kind"),
        ],
        &rows,
    );
    Ok(Exit::Done)
}

/// `form`.
pub fn form(context: &Context, text: &str) -> Done {
    let kind = lookup::kind(text)?;
    let form = kind.form();
    let out = &context.out;
    if let Ok(object) = serde_json::to_value(&form) {
        out.object(&object);
    }
    out.line(format!(
        "{} {} ({})",
        kind.code,
        kind.label.get(out.lang),
        kind.slug
    ));
    out.line(kind.purpose.get(out.lang));
    out.line("");
    out.table(&heads(context), &rows(context, form.fields.iter().copied()));
    for list in &form.lists {
        out.line("");
        let least = if list.least > 0 {
            out.t(" (ít nhất một)", " (at least one)")
        } else {
            ""
        };
        out.line(format!("{}: {}{least}", list.name, list.label.get(out.lang)));
        out.table(&heads(context), &rows(context, list.fields.iter()));
    }
    Ok(Exit::Done)
}

fn heads(context: &Context) -> [&'static str; 4] {
    match context.out.lang {
        sothon_records::Lang::Vi => ["Mục", "Nhãn", "Ghi gì", "Cần"],
        sothon_records::Lang::En => ["Field", "Label", "Holds", "Needed"],
    }
}

fn rows<'a>(context: &Context, fields: impl Iterator<Item = &'a Field>) -> Vec<Vec<String>> {
    let out = &context.out;
    fields
        .filter(|field| !field.is_hidden())
        .map(|field| {
            let needed = match field.needed {
                Needed::Always => out.t("có", "yes").to_owned(),
                Needed::When(label) => label.get(out.lang).to_owned(),
                Needed::No => String::new(),
            };
            vec![
                field.name.to_owned(),
                field.label.get(out.lang).to_owned(),
                holds(context, field),
                needed,
            ]
        })
        .collect()
}

fn holds(context: &Context, field: &Field) -> String {
    let out = &context.out;
    let choices = |choices: &[sothon_records::kind::Choice]| {
        choices
            .iter()
            .map(|choice| choice.slug)
            .collect::<Vec<_>>()
            .join(" | ")
    };
    match &field.holds {
        FieldType::Text { max } => format!("{} ≤ {max}", out.t("chữ", "text")),
        FieldType::Long { .. } => out.t("đoạn văn", "long text").to_owned(),
        FieldType::Whole { min, max } => format!("{} {min}–{max}", out.t("số", "number")),
        FieldType::Money => out.t("tiền (đồng)", "money (đồng)").to_owned(),
        FieldType::YesNo => out.t("có | không", "yes | no").to_owned(),
        FieldType::Date(_) => out.t("ngày/tháng/năm", "day/month/year").to_owned(),
        FieldType::YearOrDate => out
            .t("năm hoặc ngày/tháng/năm", "year or day/month/year")
            .to_owned(),
        FieldType::Instant(_) => out
            .t("ngày/tháng/năm giờ:phút", "day/month/year hour:minute")
            .to_owned(),
        FieldType::Phone => out.t("điện thoại", "telephone").to_owned(),
        FieldType::Choice(list) => choices(list),
        FieldType::Choices(list) => format!("{}: {}", out.t("nhiều", "several"), choices(list)),
        FieldType::Reference(kinds) => format!("→ {}", kinds.join(" | ")),
        FieldType::Sealed(_) | FieldType::Bytes => String::new(),
    }
}
