//! Rows as records: days in three forms, and the village of each row.

use std::collections::BTreeMap;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use sothon_records::{Context, RecordId, Value, Words};
use sothon_sheets::guess::Known;
use sothon_sheets::{Found, Given, Made, Subject, guess, open, read};

fn made(book: &mut Workbook, subject: Subject) -> Made {
    let bytes = book.save_to_buffer().unwrap();
    let sheets = open(&bytes, &mut |_| true).unwrap();
    let mapping = guess(&sheets[0], subject, &Known::new());
    let values = BTreeMap::new();
    let mut next = 0;
    let village = |said: &str| match said {
        "Thôn 1" => Ok(1),
        "Thôn 2" => Ok(2),
        other => Err(Words::same(format!("không có {other}"))),
    };
    let mut given = Given {
        context: Context {
            today: "2026-06-10".parse().unwrap(),
        },
        values: &values,
        village: &village,
        household: &|sought| match sought.village {
            Some(1) => Found::One("household/00000000000000000000000000000001".parse().unwrap()),
            _ => Found::Nothing,
        },
        fresh: &mut || {
            next += 1;
            RecordId(uuid::Uuid::from_u128(next))
        },
        watch: &mut |_| true,
    };
    read(&sheets[0], subject, &mapping, &mut given).unwrap()
}

fn rows(book: &mut Workbook, rows: &[&[&str]]) {
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*cells) {
            sheet.write_string(row, column, *text).unwrap();
        }
    }
}

#[test]
fn a_day_is_the_same_day_whether_it_is_a_date_or_a_text_in_either_form() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, head) in (0..).zip(["Chủ hộ", "Năm", "Ngày ký", "Thôn"]) {
        sheet.write_string(0, column, head).unwrap();
    }
    for row in 1..=4 {
        sheet.write_string(row, 0, "Nguyễn Văn An").unwrap();
        sheet.write_number(row, 1, 2026).unwrap();
        sheet.write_string(row, 3, "Thôn 1").unwrap();
    }
    let shown = Format::new().set_num_format("d-mmm-yy");
    let day = ExcelDateTime::from_ymd(2026, 1, 5).unwrap();
    sheet.write_with_format(1, 2, day, &shown).unwrap();
    sheet.write_string(2, 2, "5/1/2026").unwrap();
    sheet.write_string(3, 2, "2026-01-05").unwrap();
    sheet.write_string(4, 2, "05.01.2026").unwrap();
    let made = made(&mut book, Subject::Pledges);
    assert_eq!(made.wrong, []);
    let days: Vec<&Value> = made
        .lines
        .iter()
        .map(|line| &line.record.fields["signed_on"])
        .collect();
    assert_eq!(days, [&Value::Text("2026-01-05".to_owned()); 4]);
}

#[test]
fn one_number_in_two_villages_is_two_households_and_members_need_not_say_it_again() {
    let mut book = Workbook::new();
    rows(
        &mut book,
        &[
            &["Thôn", "Số hộ", "Họ và tên", "Quan hệ"],
            &["Thôn 1", "5", "Nguyễn Văn An", ""],
            &["", "5", "Nguyễn Thị Bình", "Vợ"],
            &["Thôn 2", "5", "Lê Văn Cường", ""],
        ],
    );
    let made = made(&mut book, Subject::Households);
    let villages: Vec<(Option<u32>, usize)> = made
        .lines
        .iter()
        .map(|line| (line.village, line.record.subs.len()))
        .collect();
    assert_eq!(villages, [(Some(1), 2), (Some(2), 1)]);
}

#[test]
fn a_village_that_is_unknown_or_missing_is_told_once_by_row_and_column() {
    let mut book = Workbook::new();
    rows(
        &mut book,
        &[
            &["Chủ hộ", "Năm", "Ngày ký", "Khu phố"],
            &["Nguyễn Văn An", "2026", "5/1/2026", "Thôn 7"],
            &["Nguyễn Văn Bình", "2026", "5/1/2026", ""],
            &["Nguyễn Văn Cúc", "2026", "5/1/2026", "Thôn 2"],
            &["Nguyễn Văn Dũng", "2026", "5/1/2026", "Thôn 1"],
        ],
    );
    let made = made(&mut book, Subject::Pledges);
    let at: Vec<(u32, Option<usize>, &str)> = made
        .wrong
        .iter()
        .map(|wrong| (wrong.row, wrong.column, wrong.says.vi.as_str()))
        .collect();
    assert_eq!(at.len(), 3, "{at:?}");
    assert_eq!(at[0], (2, Some(3), "không có Thôn 7"));
    assert_eq!(at[1], (3, Some(3), "Ghi tên thôn ở dòng này."));
    assert_eq!(
        (at[2].0, at[2].1),
        (4, Some(0)),
        "in that village there is no such household"
    );
}
