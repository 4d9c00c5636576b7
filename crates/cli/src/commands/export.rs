//! Export: a table, JSON, or a whole book as plain Automerge. Each is recorded before the file is made.

use std::io::Write as _;
use std::path::Path;

use serde_json::json;
use sothon_ledger::Scope;
use sothon_ledger::register::OpenBook;
use sothon_records::kind::{Field, List};
use sothon_records::kinds::access::{Access, Deed};
use sothon_records::record::Record as _;
use sothon_records::{Fields, Kind, RawRecord, RecordKey, common, show};

use super::access;
use crate::args::{self, Format};
use crate::context::{Context, Device};
use crate::fault::{Done, Exit, Fault};
use crate::{lookup, words};

/// `export`.
pub fn export(context: &Context, export: &args::Export) -> Done {
    let reason = access::reason(Some(&export.reason))?;
    if export.out.exists() {
        return Err(exists(&export.out));
    }
    let mut device = context.open()?;
    let (bytes, count, what) = match export.format {
        Format::Automerge => automerge(&device, export)?,
        Format::Csv => csv(context, &device, export)?,
        Format::Json => records_as_json(context, &device, export)?,
    };
    let access = Access {
        scope: Some(what.chars().take(200).collect()),
        count: i64::try_from(count).ok(),
        ..access::access(context, Deed::Export, reason)
    };
    device.log_access(access.write(), context.clock.now())?;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&export.out)
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => exists(&export.out),
            _ => cannot_write(&export.out, &error),
        })?;
    if let Err(error) = file.write_all(&bytes).and_then(|()| file.sync_all()) {
        // Half a file would look like a whole one.
        let _ = std::fs::remove_file(&export.out);
        return Err(cannot_write(&export.out, &error));
    }
    let out = &context.out;
    out.object(&json!({
        "file": export.out.display().to_string(),
        "records": count,
        "bytes": bytes.len(),
        "recorded": true,
    }));
    out.line(format!(
        "{} {}: {count} {}. {}",
        out.t("Đã xuất", "Exported to"),
        export.out.display(),
        out.t("bản ghi", "records"),
        out.t(
            "Tệp này không niêm phong: ai có tệp đều đọc được. Lần xuất đã ghi vào nhật ký.",
            "The file is not sealed: whoever has it can read it. The export is in the log.",
        )
    ));
    Ok(Exit::Done)
}

fn exists(path: &Path) -> Fault {
    Fault::input(
        "file_exists",
        format!("Đã có tệp {}. Không ghi đè; chọn tên khác.", path.display()),
        format!(
            "There is a file {} already. It is not overwritten; choose another name.",
            path.display()
        ),
    )
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Fault {
    Fault::input(
        "file",
        format!("Không ghi được tệp {} ({error}). Chọn chỗ khác.", path.display()),
        format!("Cannot write {} ({error}). Choose another place.", path.display()),
    )
}

type Made = (Vec<u8>, usize, String);

fn automerge(device: &Device, export: &args::Export) -> Done<Made> {
    let text = export.book.as_deref().ok_or_else(|| {
        Fault::usage(
            "Chọn sổ: --book (xem lệnh books), ví dụ village/village:1.",
            "Choose the book: --book (see books), for example village/village:1.",
        )
    })?;
    let open = lookup::book(device, text)?;
    let bytes = device.export_automerge(&open.book)?;
    let count = device.records_of(&open.book).count();
    Ok((bytes, count, format!("{}, automerge", words::book(&open).vi)))
}

struct Chosen {
    open: OpenBook,
    key: RecordKey,
    raw: RawRecord,
}

/// The records chosen, without what may not leave them.
fn chosen(device: &Device, kinds: &[&'static Kind], village: Option<u32>) -> Vec<Chosen> {
    let mut found: Vec<Chosen> = device
        .records()
        .filter(|(open, ..)| village.is_none_or(|n| open.scope == Scope::Village(n)))
        .filter_map(|(open, key, raw)| {
            let kind = kinds.iter().find(|kind| kind.slug == key.kind)?;
            Some(Chosen {
                open: open.clone(),
                raw: show::exportable(kind, &raw),
                key,
            })
        })
        .collect();
    found.sort_by(|a, b| (a.open.scope, &a.key).cmp(&(b.open.scope, &b.key)));
    found
}

fn kinds_of(export: &args::Export) -> Done<Vec<&'static Kind>> {
    let kinds = export
        .kind
        .iter()
        .map(|text| lookup::kind(text))
        .collect::<Done<Vec<_>>>()?;
    if kinds.is_empty() {
        return Err(Fault::usage("Chọn loại: --kind.", "Choose the kind: --kind."));
    }
    Ok(kinds)
}

fn scope_words(kinds: &[&'static Kind], village: Option<u32>, format: &str) -> String {
    let codes: Vec<&str> = kinds.iter().map(|kind| kind.code).collect();
    let place = village.map_or_else(|| "mọi nơi đọc được".to_owned(), |n| format!("thôn {n}"));
    format!("{}, {place}, {format}", codes.join(" "))
}

fn records_as_json(context: &Context, device: &Device, export: &args::Export) -> Done<Made> {
    let kinds = kinds_of(export)?;
    let found = chosen(device, &kinds, export.village);
    let objects: Vec<_> = found
        .iter()
        .map(|one| super::finding::record_object(context, device, &one.open, &one.key, &one.raw))
        .collect();
    let mut bytes = serde_json::to_vec_pretty(&objects).map_err(Fault::internal)?;
    bytes.push(b'\n');
    Ok((bytes, objects.len(), scope_words(&kinds, export.village, "json")))
}

fn csv(context: &Context, device: &Device, export: &args::Export) -> Done<Made> {
    let kinds = kinds_of(export)?;
    let [kind] = kinds.as_slice() else {
        return Err(Fault::usage(
            "Một bảng có đúng một loại: --kind một lần.",
            "A table has exactly one kind: --kind once.",
        ));
    };
    let list = export
        .list
        .as_deref()
        .map(|name| {
            kind.list(name).ok_or_else(|| {
                Fault::input(
                    "list",
                    format!("Loại {} không có danh sách “{name}”. Xem lệnh form.", kind.slug),
                    format!("Kind {} has no list “{name}”. See form.", kind.slug),
                )
            })
        })
        .transpose()?;
    let found = chosen(device, &kinds, export.village);
    // Excel knows UTF-8 by this mark only.
    let mut bytes = vec![0xef, 0xbb, 0xbf];
    let view = super::picture::view(context, device)?;
    let asked = super::behalf::asked(context, device, &view);
    let behalf: Vec<String> = found
        .iter()
        .map(|one| asked.made_for(&one.open.book, &one.key))
        .collect();
    let count = table(context, device, kind, list, &found, &behalf, &mut bytes);
    Ok((bytes, count, scope_words(&kinds, export.village, "csv")))
}

fn table(
    context: &Context,
    device: &Device,
    kind: &'static Kind,
    list: Option<&'static List>,
    found: &[Chosen],
    behalf: &[String],
    to: &mut Vec<u8>,
) -> usize {
    let out = &context.out;
    let fields: Vec<&'static Field> = match list {
        Some(list) => list.all_fields().filter(|field| !field.is_hidden()).collect(),
        None => kind.all_fields().filter(|field| !field.is_hidden()).collect(),
    };
    let titles = |key: &RecordKey| lookup::title_of(device, key, out.lang);
    let mut heads = vec![out.t("Mã", "Id").to_owned(), out.t("Nơi", "Place").to_owned()];
    if list.is_some() {
        heads.push(kind.label.get(out.lang).to_owned());
    }
    heads.extend(fields.iter().map(|field| field.label.get(out.lang).to_owned()));
    let counted: Vec<&List> = if list.is_none() {
        kind.all_lists().collect()
    } else {
        Vec::new()
    };
    heads.extend(counted.iter().map(|list| list.label.get(out.lang).to_owned()));
    // For whom the records were made; nothing is said where all were made for nobody else.
    let is_said = list.is_none() && behalf.iter().any(|said| !said.is_empty());
    if is_said {
        heads.push(out.t("Ghi thay mặt", "Made on behalf").to_owned());
    }
    write_row(&heads, to);
    let cells = |values: &Fields| -> Vec<String> {
        fields
            .iter()
            .map(|field| out.w(&show::in_words(field, values, &titles).0).to_owned())
            .collect()
    };
    let mut count = 0;
    let mut behalf = behalf.iter();
    for Chosen { open, key, raw } in found {
        let place = out.w(&words::scope(open.scope)).to_owned();
        match list {
            None => {
                let mut row = vec![key.to_string(), place];
                row.extend(cells(&raw.fields));
                row.extend(counted.iter().map(|list| {
                    let parts = raw
                        .subs
                        .iter()
                        .filter(|(sub, values)| sub.kind == list.name && !common::is_voided(values));
                    parts.count().to_string()
                }));
                row.extend(behalf.next().filter(|_| is_said).cloned());
                write_row(&row, to);
                count += 1;
            }
            Some(list) => {
                for (sub, values) in raw.subs.iter().filter(|(sub, _)| sub.kind == list.name) {
                    let title = out.w(&lookup::title(device, key, raw, out.lang)).to_owned();
                    let mut row = vec![sub.to_string(), place.clone(), title];
                    row.extend(cells(values));
                    write_row(&row, to);
                    count += 1;
                }
            }
        }
    }
    count
}

/// A row after RFC 4180. What a spreadsheet would run as a formula is kept from it by an apostrophe.
fn write_row(cells: &[String], to: &mut Vec<u8>) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            to.push(b',');
        }
        let number = cell.strip_prefix(['+', '-']).is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
        });
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number;
        let text = if formula { format!("'{cell}") } else { cell.clone() };
        if text.contains(['"', ',', '\n', '\r']) {
            to.push(b'"');
            to.extend_from_slice(text.replace('"', "\"\"").as_bytes());
            to.push(b'"');
        } else {
            to.extend_from_slice(text.as_bytes());
        }
    }
    to.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_and_never_a_formula() {
        let mut to = Vec::new();
        let cells = ["ngõ 5, số 3", "ông \"Tư\"", "=1+1", "-3", "+84912345678", "@x"];
        write_row(&cells.map(str::to_owned), &mut to);
        assert_eq!(
            String::from_utf8(to).unwrap(),
            "\"ngõ 5, số 3\",\"ông \"\"Tư\"\"\",'=1+1,-3,+84912345678,'@x\r\n"
        );
    }
}
