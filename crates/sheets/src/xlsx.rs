//! A workbook of Excel 2007 and later.
//!
//! Such a file is a zip. How large its parts are is not believed: they are unpacked once into nothing, and what goes beyond
//! the limit ends it there, before anything is built. Only then is it read, cell by cell, never as a rectangle (one cell in
//! the last corner would make seventeen thousand million). Formulas are not reckoned, macros not looked at: what the workbook
//! says of a cell's value is taken.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{CellErrorType, DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use zip::ZipArchive;

use crate::hidden::Parts;
use crate::merged::{self, Region};
use crate::open::{Counted, Limit, OpenError, PARTS, UNPACKED};
use crate::sheet::{Cell, Row, Sheet};

/// The visible sheets.
///
/// # Errors
/// [`OpenError`].
pub(crate) fn sheets(bytes: &[u8], counted: &mut Counted<'_>) -> Result<Vec<Sheet>, OpenError> {
    measure(bytes)?;
    // The reader trusts more of its input than we do.
    let read = || read(bytes, counted);
    catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(OpenError::Damaged))
}

/// Whether it keeps within the limits when it is unpacked, and is a workbook.
fn measure(bytes: &[u8]) -> Result<(), OpenError> {
    let open = || ZipArchive::new(Cursor::new(bytes));
    let Ok(Ok(mut zip)) = catch_unwind(AssertUnwindSafe(open)) else {
        return Err(OpenError::Damaged);
    };
    if zip.len() > PARTS {
        return Err(OpenError::TooLarge(Limit::Unpacked));
    }
    let has = |zip: &ZipArchive<_>, name: &str| zip.index_for_name(name).is_some();
    if !has(&zip, "[Content_Types].xml") || !zip.file_names().flatten().any(|name| name.starts_with("xl/")) {
        return Err(if has(&zip, "mimetype") {
            OpenError::OtherProgram
        } else {
            OpenError::NotATable
        });
    }
    let mut left = UNPACKED;
    for at in 0..zip.len() {
        let part = zip.by_index(at).map_err(|_| OpenError::Damaged)?;
        let taken = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let taken = taken.map_err(|_| OpenError::Damaged)?;
        left = left
            .checked_sub(taken)
            .ok_or(OpenError::TooLarge(Limit::Unpacked))?;
    }
    Ok(())
}

fn read(bytes: &[u8], counted: &mut Counted<'_>) -> Result<Vec<Sheet>, OpenError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => OpenError::Locked,
        _ => OpenError::Damaged,
    })?;
    let is_shown =
        |sheet: &calamine::Sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet;
    let all = book.sheets_metadata();
    let of = all.len();
    let shown = all.iter().enumerate().filter(|(_, sheet)| is_shown(sheet));
    let shown: Vec<(usize, String)> = shown.map(|(at, sheet)| (at, sheet.name.clone())).collect();
    let mut parts = Parts::of(bytes, of);
    let mut sheets = Vec::with_capacity(shown.len());
    for (at, name) in shown {
        let hidden = parts.as_mut().and_then(|parts| parts.hidden_rows(at));
        let hidden = hidden.unwrap_or_default();
        sheets.push(sheet(&mut book, name, hidden, counted)?);
    }
    Ok(sheets)
}

fn sheet(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: String,
    hidden: BTreeSet<u32>,
    counted: &mut Counted<'_>,
) -> Result<Sheet, OpenError> {
    let mut rows = rows(book, &name, counted)?;
    let merged = book
        .merge_cells_by_sheet_name(&name)
        .map_err(|_| OpenError::Damaged)?;
    let region = |found: &calamine::Dimensions| Region {
        top: found.start.0,
        bottom: found.end.0,
        left: found.start.1,
        right: found.end.1,
    };
    let regions: Vec<Region> = merged.iter().map(region).collect();
    merged::fill(&mut rows, &regions, counted)?;
    Ok(Sheet { name, rows, hidden })
}

/// The rows in which something stands.
fn rows(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    counted: &mut Counted<'_>,
) -> Result<Vec<Row>, OpenError> {
    let damaged = |_: XlsxError| OpenError::Damaged;
    let mut rows = Vec::new();
    let mut cells = book.worksheet_cells_reader(name).map_err(damaged)?;
    let mut row = Row::default();
    while let Some(found) = cells.next_cell().map_err(damaged)? {
        let value = cell(found.get_value());
        if value.is_empty() {
            continue;
        }
        let (at, column) = found.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        counted.cells(1, column)?;
        // Rows that stand in a wrong order are no table that a program of ours could name by number.
        match (at + 1).cmp(&row.number) {
            std::cmp::Ordering::Less => return Err(OpenError::Damaged),
            std::cmp::Ordering::Equal => {}
            std::cmp::Ordering::Greater => {
                counted.row()?;
                let fresh = Row {
                    number: at + 1,
                    cells: Vec::with_capacity(row.cells.len()),
                };
                rows.push(std::mem::replace(&mut row, fresh));
            }
        }
        if row.cells.len() <= column {
            row.cells.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = row.cells.get_mut(column) {
            *place = value;
        }
    }
    rows.push(row);
    rows.retain(|row| !row.is_empty());
    Ok(rows)
}

fn cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        #[expect(clippy::cast_precision_loss, reason = "Excel has no other numbers")]
        DataRef::Int(n) => Cell::Number(*n as f64),
        DataRef::Float(n) => Cell::Number(*n),
        DataRef::Bool(yes) => Cell::YesNo(*yes),
        DataRef::String(text) | DataRef::DurationIso(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::DateTimeIso(text) => iso(text).unwrap_or_else(|| Cell::text(text)),
        DataRef::DateTime(at) if at.is_datetime() && at.as_f64() >= 1.0 => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            Cell::Date(year.into(), month.into(), day.into())
        }
        // A time of day, or a length of time: nothing that is asked for is one.
        DataRef::DateTime(at) => Cell::Number(at.as_f64()),
        DataRef::Error(kind) => Cell::Broken(says(kind)),
    }
}

fn iso(text: &str) -> Option<Cell> {
    let mut parts = text.get(..10)?.split('-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    Some(Cell::Date(year, month, day))
}

fn says(kind: &CellErrorType) -> &'static str {
    match kind {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        _ => "#…",
    }
}
