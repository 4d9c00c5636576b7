//! Workbooks as they come from anywhere: odd, broken, made to break what reads them.

use std::io::{Cursor, Write as _};

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use sothon_sheets::open::{Limit, open};
use sothon_sheets::{OpenError, Sheet};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn read(bytes: &[u8]) -> Result<Vec<Sheet>, OpenError> {
    open(bytes, &mut |_| true)
}

fn typed(sheet: &Sheet) -> Vec<Vec<String>> {
    let cells = sheet.rows.iter().map(|row| row.cells.iter());
    cells
        .map(|cells| cells.map(sothon_sheets::Cell::typed).collect())
        .collect()
}

/// A workbook with one sheet, its cells as XML, and other parts beside it.
fn workbook(sheet: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let types = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>"#;
    let rels = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let book = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let book_rels = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{sheet}</worksheet>"#
    );
    let own: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", rels.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", book_rels.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    zipped(own.iter().chain(more).copied())
}

fn zipped<'a>(parts: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(name, packed).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn merged_cells_formulas_hidden_rows_and_dates_are_read_as_a_person_sees_them() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    sheet
        .merge_range(0, 0, 0, 3, "DANH SÁCH", &Format::new())
        .unwrap();
    sheet.merge_range(1, 0, 3, 0, "12", &Format::new()).unwrap();
    sheet.write_string(1, 1, "An").unwrap();
    sheet.write_string(2, 1, "Bình").unwrap();
    sheet.write_string(3, 1, "Cúc").unwrap();
    sheet
        .write_formula(1, 2, Formula::new("=1900+70").set_result("1970"))
        .unwrap();
    sheet
        .write_with_format(1, 3, ExcelDateTime::from_ymd(2026, 1, 5).unwrap(), &date)
        .unwrap();
    sheet.write_string(2, 3, "5/1/2026").unwrap();
    sheet.write_string(3, 3, "2026-01-05").unwrap();
    sheet.set_row_hidden(2).unwrap();
    let hidden = book.add_worksheet();
    hidden.write_string(0, 0, "ẩn").unwrap();
    hidden.set_hidden(true);
    let sheets = read(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(sheets.len(), 1, "a sheet that nobody sees is not read");
    let rows = typed(&sheets[0]);
    assert_eq!(
        rows[0],
        ["DANH SÁCH"],
        "a title over all columns is in the first alone"
    );
    assert_eq!(rows[1], ["12", "An", "1970", "05/01/2026"]);
    assert_eq!(rows[2], ["12", "Bình", "", "5/1/2026"]);
    assert_eq!(rows[3], ["12", "Cúc", "", "2026-01-05"]);
    assert_eq!(sheets[0].rows[3].number, 4);
    // A formula without a result.
    let broken = r#"<sheetData><row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData>"#;
    assert_eq!(typed(&read(&workbook(broken, &[])).unwrap()[0]), [["#DIV/0!"]]);
}

#[test]
fn hostile_texts_are_texts() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let long = "ế".repeat(10_000);
    let names = [
        "=cmd()",
        "<w:p>&amp;",
        "\u{202e}nA\u{202c} \u{200f}Lê",
        &long,
        "+84",
        "@x",
    ];
    for (row, name) in (0..).zip(names) {
        sheet.write_string(row, 0, name).unwrap();
    }
    let sheets = read(&book.save_to_buffer().unwrap()).unwrap();
    let rows = typed(&sheets[0]).concat();
    assert_eq!(rows[..3], ["=cmd()", "<w:p>&amp;", "nA Lê"]);
    assert_eq!(rows[3], long);
    assert_eq!(rows[4..], ["+84", "@x"]);
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked_whole() {
    let zeros = vec![b' '; 30 << 20];
    let bombs: Vec<(String, &[u8])> = (0..4).map(|n| (format!("xl/media/{n}.bin"), &*zeros)).collect();
    let more: Vec<(&str, &[u8])> = bombs
        .iter()
        .map(|(name, bytes)| (name.as_str(), *bytes))
        .collect();
    let bomb = workbook("<sheetData/>", &more);
    assert!(
        bomb.len() < 1 << 20,
        "it is small while it is packed: {}",
        bomb.len()
    );
    assert_eq!(read(&bomb), Err(OpenError::TooLarge(Limit::Unpacked)));

    // One that says that it is small: the size in both its heads is a lie.
    let mut liar = bomb;
    let size = u32::try_from(zeros.len()).unwrap().to_le_bytes();
    let places: Vec<usize> = (0..liar.len() - 4)
        .filter(|at| liar[*at..at + 4] == size)
        .collect();
    assert!(places.len() >= 4);
    for at in places {
        liar[at..at + 4].copy_from_slice(&9u32.to_le_bytes());
    }
    assert!(matches!(
        read(&liar),
        Err(OpenError::TooLarge(_) | OpenError::Damaged)
    ));

    let names: Vec<String> = (0..2_100).map(|n| format!("xl/{n}")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(
        read(&workbook("<sheetData/>", &parts)),
        Err(OpenError::TooLarge(Limit::Unpacked))
    );
    assert_eq!(read(&vec![b'P'; 21 << 20]), Err(OpenError::TooLarge(Limit::File)));
}

#[test]
fn a_cell_in_the_last_corner_costs_one_cell() {
    let corner = r#"<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="B1048576"><v>2</v></c></row></sheetData>"#;
    let sheets = read(&workbook(corner, &[])).unwrap();
    assert_eq!(sheets[0].rows.len(), 2);
    assert_eq!(sheets[0].rows[1].number, 1_048_576);
    let wide = r#"<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData>"#;
    assert_eq!(read(&workbook(wide, &[])), Err(OpenError::TooLarge(Limit::Cells)));
}

#[test]
fn fifty_thousand_rows_are_read_and_more_are_not() {
    let rows = |count: u32| {
        let row = |n| format!(r#"<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>"#);
        let rows: String = (1..=count).map(row).collect();
        workbook(&format!("<sheetData>{rows}</sheetData>"), &[])
    };
    let mut told = 0;
    let sheets = open(&rows(50_000), &mut |rows| {
        told = rows;
        true
    });
    assert_eq!((sheets.unwrap()[0].rows.len(), told), (50_000, 50_000));
    assert_eq!(read(&rows(50_200)), Err(OpenError::TooLarge(Limit::Rows)));
    assert_eq!(
        open(&rows(5_000), &mut |rows| rows < 1_000),
        Err(OpenError::Stopped)
    );
}

#[test]
fn locks_macros_other_programs_and_damage_are_told_apart() {
    let mut locked = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    locked.extend([0; 600]);
    assert_eq!(read(&locked), Err(OpenError::OldForm));
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(read(&locked), Err(OpenError::Locked));
    // Macros are not looked at.
    let cell = r#"<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>"#;
    let macros = workbook(cell, &[("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Auto_Open")]);
    assert_eq!(typed(&read(&macros).unwrap()[0]), [["1"]]);
    let kind = &b"application/vnd.oasis.opendocument.spreadsheet"[..];
    assert_eq!(
        read(&zipped([("mimetype", kind)].into_iter())),
        Err(OpenError::OtherProgram)
    );
    assert_eq!(
        read(&zipped([("a.txt", &b"a"[..])].into_iter())),
        Err(OpenError::NotATable)
    );
    assert_eq!(read(b"PK"), Err(OpenError::Damaged));
    let backwards = r#"<sheetData><row r="9"><c r="A9"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row></sheetData>"#;
    assert_eq!(read(&workbook(backwards, &[])), Err(OpenError::Damaged));
}

#[test]
fn whatever_byte_is_changed_or_cut_reading_ends() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for row in 0..20 {
        sheet.write_string(row, 0, "Nguyễn Văn An").unwrap();
        sheet.write_number(row, 1, f64::from(row)).unwrap();
    }
    let whole = book.save_to_buffer().unwrap();
    let step = (whole.len() / 400).max(1);
    for at in (0..whole.len()).step_by(step) {
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        let _ = read(&changed);
        let _ = read(&whole[..at]);
    }
    // Damage inside what is packed again, which the zip's own sums do not notice.
    let cells = r#"<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="9"><v>1e400</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>"#;
    for at in 0..cells.len() {
        let _ = read(&workbook(&cells[..at], &[]));
        for with in ["9", "<", "\"", ":", "-"] {
            let _ = read(&workbook(
                &format!("{}{with}{}", &cells[..at], &cells[at + 1..]),
                &[],
            ));
        }
    }
}
