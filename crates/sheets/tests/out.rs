//! Lists that are written, read back by another library, as Excel would have them.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use chrono::NaiveDate;
use sothon_sheets::out::{Book, Cell, List, WriteError, csv, xlsx};

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 5).unwrap()
}

fn book(rows: Vec<Vec<Cell>>) -> Book {
    Book {
        title: "Hộ gia đình".into(),
        marks: vec!["Xã Quang Trung & ai đó".into(), "Chứa dữ liệu cá nhân.".into()],
        foot: "Xã Quang Trung & ai đó".into(),
        author: "Trần Thị Thắm, trưởng thôn".into(),
        made: day().and_hms_opt(19, 50, 0).unwrap(),
        lists: vec![List {
            name: "Hộ gia đình".into(),
            heads: ["STT", "Chủ hộ", "Ngày ký", "Năm sinh", "SĐT"]
                .map(String::from)
                .to_vec(),
            rows,
        }],
    }
}

fn row(name: &str) -> Vec<Cell> {
    vec![
        Cell::Plain(1),
        Cell::text(name),
        Cell::Day(day()),
        Cell::Plain(1970),
        Cell::text("0912 345 678"),
    ]
}

fn sheets(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

/// A part of the file as it lies there.
fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    std::io::read_to_string(zip.by_name(name).unwrap()).unwrap()
}

#[test]
fn numbers_days_and_texts_come_back_as_what_they_were() {
    let bytes = xlsx(&book(vec![row("Nguyễn Văn Ẩn")]), &mut |_| true).unwrap();
    let range = sheets(bytes.clone()).worksheet_range("Hộ gia đình").unwrap();
    let head = range
        .rows()
        .position(|row| row[0] == Data::String("STT".into()))
        .unwrap();
    let cells = range.rows().nth(head + 1).unwrap();
    assert_eq!(cells[0], Data::Float(1.0));
    assert_eq!(cells[1], Data::String("Nguyễn Văn Ẩn".into()));
    let Data::DateTime(date) = &cells[2] else {
        panic!("a day is a day: {:?}", cells[2])
    };
    assert_eq!(date.as_f64(), 46_027.0);
    assert_eq!(cells[3], Data::Float(1970.0));
    assert_eq!(
        cells[4],
        Data::String("0912 345 678".into()),
        "a zero in front stays"
    );
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    for wanted in [
        "<autoFilter ",
        "state=\"frozen\"",
        "<pageSetup ",
        "orientation=\"landscape\"",
        "customWidth",
    ] {
        assert!(sheet.contains(wanted), "{wanted} is missing: {sheet}");
    }
    assert!(
        sheet.contains("&amp;&amp;"),
        "an ampersand of the foot is no order"
    );
    let workbook = part(&bytes, "xl/workbook.xml");
    assert!(
        workbook.contains("_xlnm.Print_Titles"),
        "heads come back on each printed page"
    );
}

#[test]
fn what_reads_like_a_formula_is_a_text_in_both_forms() {
    let hostile = [
        "=cmd|' /C calc'!A0",
        "+84 912",
        "-2+3",
        "@SUM(1)",
        "<w:p>&amp;]]>",
        "_x0041_",
        "dòng một\n=dòng hai",
    ];
    let rows: Vec<Vec<Cell>> = hostile.iter().map(|name| row(name)).collect();
    let bytes = xlsx(&book(rows.clone()), &mut |_| true).unwrap();
    assert!(!part(&bytes, "xl/worksheets/sheet1.xml").contains("<f>"));
    let mut read = sheets(bytes);
    let range = read.worksheet_range("Hộ gia đình").unwrap();
    let names: Vec<String> = range
        .rows()
        .rev()
        .take(hostile.len())
        .map(|row| row[1].to_string())
        .collect();
    let back: Vec<&str> = names.iter().rev().map(String::as_str).collect();
    assert_eq!(back, hostile);
    let text = String::from_utf8(csv(&book(rows), &mut |_| true).unwrap()).unwrap();
    assert!(text.starts_with('\u{feff}') && text.contains("\r\n"));
    for line in text.lines() {
        for cell in line.split(['"', ',', ';']) {
            assert!(
                !cell.starts_with(['=', '+', '-', '@']),
                "{cell:?} would be reckoned"
            );
        }
    }
}

#[test]
fn an_odd_name_of_10_000_letters_or_none_is_written_and_read() {
    let marks = "\u{202e}An\u{202c}\u{0}\u{7}";
    let long = "Ữ".repeat(40_000);
    let bytes = xlsx(&book(vec![row(marks), row(&long), row("")]), &mut |_| true).unwrap();
    let range = sheets(bytes).worksheet_range("Hộ gia đình").unwrap();
    let mut last = range.rows().rev();
    assert_eq!(last.next().unwrap()[1], Data::Empty);
    assert_eq!(last.next().unwrap()[1].to_string().chars().count(), 32_767);
    assert_eq!(last.next().unwrap()[1], Data::String("An".into()));
}

#[test]
fn sheets_of_one_name_or_of_a_forbidden_one_get_names_that_excel_takes() {
    let mut odd = book(vec![row("An")]);
    let list = odd.lists[0].clone();
    for name in ["Hộ gia đình", "[a]:*?/\\b", "", &"dài ".repeat(30), "'"] {
        odd.lists.push(List {
            name: name.into(),
            ..list.clone()
        });
    }
    let names = sheets(xlsx(&odd, &mut |_| true).unwrap()).sheet_names();
    assert_eq!(names.len(), 6, "{names:?}");
    assert_eq!(names[1], "Hộ gia đình 2");
    assert!(
        names
            .iter()
            .all(|name| name.chars().count() <= 31 && !name.contains(['[', '*', '/']))
    );
}

#[test]
fn what_is_stopped_gives_no_file() {
    let long = book(vec![row("An"); 2_000]);
    for stop_at in [0, 500, 1_500] {
        let mut told = Vec::new();
        let mut watch = |row| {
            told.push(row);
            row < stop_at
        };
        assert_eq!(xlsx(&long, &mut watch), Err(WriteError::Stopped));
        assert_eq!(told.last(), Some(&stop_at));
        assert_eq!(csv(&long, &mut |row| row < stop_at), Err(WriteError::Stopped));
    }
}

#[test]
fn a_list_that_was_written_can_be_taken_in_again() {
    let known = sothon_sheets::guess::Known::default();
    for bytes in [
        xlsx(&book(vec![row("Nguyễn Văn Ẩn")]), &mut |_| true).unwrap(),
        csv(&book(vec![row("Nguyễn Văn Ẩn")]), &mut |_| true).unwrap(),
    ] {
        let sheets = sothon_sheets::open(&bytes, &mut |_| true).unwrap();
        let subject = sothon_sheets::Subject::of("household").unwrap();
        let mapping = sothon_sheets::guess(&sheets[0], subject, &known);
        let used = mapping
            .columns
            .iter()
            .filter(|column| column.into.is_some())
            .count();
        assert!(used >= 2, "{mapping:?}");
    }
}
