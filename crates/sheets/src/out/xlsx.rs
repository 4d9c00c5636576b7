//! A list as a workbook: types, widths, heads that stay on the screen and come back on each printed page, a filter.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::{Book, Cell, List, WriteError, watched};

/// Columns are between these wide, in digits of the usual font.
const WIDTHS: (usize, usize) = (6, 44);
/// Excel's number for A4.
const A4: u8 = 9;
/// The longest foot of a page that Excel takes, with what it says beside the text.
const FOOT: usize = 220;

/// Writes it.
///
/// # Errors
/// It was stopped; a list is larger than a sheet; the library's own.
pub fn xlsx(book: &Book, watch: &mut dyn FnMut(usize) -> bool) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    let mut properties = DocProperties::new()
        .set_title(&book.title)
        .set_author(&book.author)
        .set_comment(book.marks.join("\n"));
    if let Some(made) = moment(book.made) {
        properties = properties.set_creation_datetime(&made);
    }
    workbook.set_properties(&properties);
    let styles = Styles::new();
    let mut names = Vec::new();
    let mut before = 0;
    for list in &book.lists {
        let sheet = workbook.add_worksheet();
        let name = sheet_name(&list.name, &names);
        sheet.set_name(&name)?;
        names.push(name);
        let mut on = |row: usize| watch(before + row);
        fill(sheet, book, list, &styles, &mut on)?;
        before += list.rows.len();
    }
    Ok(workbook.save_to_buffer()?)
}

struct Styles {
    title: Format,
    mark: Format,
    head: Format,
    text: Format,
    whole: Format,
    plain: Format,
    day: Format,
    moment: Format,
}

impl Styles {
    fn new() -> Styles {
        let cell = || {
            Format::new()
                .set_align(FormatAlign::Top)
                .set_border(FormatBorder::Hair)
        };
        Styles {
            title: Format::new().set_bold().set_font_size(14),
            mark: Format::new(),
            head: cell().set_bold().set_text_wrap().set_background_color("E7ECEF"),
            // The form "@": Excel leaves a text alone also when somebody edits the cell.
            text: cell().set_text_wrap().set_num_format("@"),
            whole: cell().set_num_format("#,##0"),
            plain: cell().set_num_format("0"),
            day: cell().set_num_format("dd/mm/yyyy").set_align(FormatAlign::Left),
            moment: cell()
                .set_num_format("dd/mm/yyyy hh:mm")
                .set_align(FormatAlign::Left),
        }
    }
}

fn fill(
    sheet: &mut Worksheet,
    book: &Book,
    list: &List,
    styles: &Styles,
    watch: &mut dyn FnMut(usize) -> bool,
) -> Result<(), WriteError> {
    sheet.write_string_with_format(0, 0, &book.title, &styles.title)?;
    let mut row = 1;
    for mark in &book.marks {
        sheet.write_string_with_format(row, 0, mark, &styles.mark)?;
        row += 1;
    }
    // A row stays empty: without one, Excel takes the marks for part of the table when it sorts.
    let head = row + 1;
    for (column, text) in (0..).zip(&list.heads) {
        sheet.write_string_with_format(head, column, text, &styles.head)?;
    }
    let mut widths: Vec<usize> = list.heads.iter().map(|text| widest(text)).collect();
    for (at, cells) in list.rows.iter().enumerate() {
        watched(at, watch)?;
        let row = u32::try_from(at)
            .ok()
            .and_then(|at| at.checked_add(head + 1))
            .ok_or(WriteError::TooLarge)?;
        for (column, cell) in (0..).zip(cells) {
            put(sheet, row, column, cell, styles)?;
        }
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = (*width).max(widest(&cell.shown()));
        }
    }
    for (column, width) in (0..).zip(&widths) {
        let width = u16::try_from((width + 2).clamp(WIDTHS.0, WIDTHS.1)).unwrap_or_default();
        sheet.set_column_width(column, f64::from(width))?;
    }
    let last_row = u32::try_from(list.rows.len()).map_err(|_| WriteError::TooLarge)? + head;
    if let Some(last) = list.heads.len().checked_sub(1) {
        let last = u16::try_from(last).map_err(|_| WriteError::TooLarge)?;
        sheet.autofilter(head, 0, last_row, last)?;
    }
    sheet.set_repeat_rows(head, head)?;
    sheet.set_freeze_panes(head + 1, 0)?;
    sheet
        .set_landscape()
        .set_paper_size(A4)
        .set_print_fit_to_pages(1, 0);
    // An ampersand begins an order there.
    let foot: String = book.foot.chars().take(FOOT / 2).collect();
    sheet.set_footer(format!("&L&8{}&R&8&P / &N", foot.replace('&', "&&")));
    Ok(())
}

fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, styles: &Styles) -> Result<(), WriteError> {
    let number = |n: &i64| n.to_string().parse::<f64>().unwrap_or_default();
    match cell {
        Cell::Empty => sheet.write_blank(row, column, &styles.text)?,
        Cell::Text(text) => sheet.write_string_with_format(row, column, text, &styles.text)?,
        Cell::Whole(n) => sheet.write_number_with_format(row, column, number(n), &styles.whole)?,
        Cell::Plain(n) => sheet.write_number_with_format(row, column, number(n), &styles.plain)?,
        Cell::Day(day) => match date(*day) {
            Some(date) => sheet.write_datetime_with_format(row, column, &date, &styles.day)?,
            None => sheet.write_string_with_format(row, column, cell.shown(), &styles.text)?,
        },
        Cell::Moment(at) => match moment(*at) {
            Some(date) => sheet.write_datetime_with_format(row, column, &date, &styles.moment)?,
            None => sheet.write_string_with_format(row, column, cell.shown(), &styles.text)?,
        },
    };
    Ok(())
}

/// A day as Excel has it. It has none before 1900, and counts wrongly until March of that year.
fn date(day: NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok().filter(|year| *year > 1900)?;
    let month = u8::try_from(day.month()).ok()?;
    ExcelDateTime::from_ymd(year, month, u8::try_from(day.day()).ok()?).ok()
}

fn moment(at: NaiveDateTime) -> Option<ExcelDateTime> {
    let hour = u16::try_from(at.hour()).ok()?;
    let minute = u8::try_from(at.minute()).ok()?;
    date(at.date())?.and_hms(hour, minute, 0).ok()
}

/// The longest line of a text, in letters.
fn widest(text: &str) -> usize {
    text.lines()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or_default()
}

/// A name as Excel takes it for a sheet, that no sheet before it has.
fn sheet_name(wanted: &str, taken: &[String]) -> String {
    /// Excel's longest, less what a number needs.
    const LONGEST: usize = 27;
    let kept: String = wanted
        .chars()
        .map(|c| {
            let forbidden = matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') || c.is_control();
            if forbidden { ' ' } else { c }
        })
        .take(LONGEST)
        .collect();
    let kept = match kept.trim() {
        "" => "Danh sách".to_owned(),
        kept => kept.to_owned(),
    };
    let same = |name: &str| {
        taken
            .iter()
            .any(|known| known.to_lowercase() == name.to_lowercase())
    };
    std::iter::once(kept.clone())
        .chain((2..=99).map(|n| format!("{kept} {n}")))
        .find(|name| !same(name))
        .unwrap_or(kept)
}

impl From<XlsxError> for WriteError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::RowColumnLimitError => WriteError::TooLarge,
            other => WriteError::Workbook(other.to_string()),
        }
    }
}
