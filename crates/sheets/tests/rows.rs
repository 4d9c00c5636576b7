//! Rows as records: days in three forms, and the village of each row.

use std::collections::BTreeMap;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use sothon_records::kinds::choice::Offer;
use sothon_records::kinds::{ChoiceRule, Household};
use sothon_records::record::Record as _;
use sothon_records::settings::choices::Offers;
use sothon_records::{Context, RecordId, Value, Words};
use sothon_sheets::guess::Known;
use sothon_sheets::{Found, Given, Made, Subject, Why, guess, open, read};

fn made(book: &mut Workbook, subject: Subject) -> Made {
    made_with(book, subject, &Offers::default())
}

fn made_with(book: &mut Workbook, subject: Subject, offers: &Offers) -> Made {
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
        offers,
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

/// A list of persons: village, card, name, year, state, since, standing.
const PERSONS: &[&str] = &[
    "Thôn",
    "CCCD",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Nơi cư trú",
    "Diện",
    "Từ ngày",
    "Trạng thái",
];

fn person<'a>(card: &'a str, name: &'a str, born: &'a str, state: &'a str, from: &'a str) -> Vec<&'a str> {
    vec![
        "Thôn 1",
        card,
        name,
        born,
        "Nam",
        "Ổn định",
        state,
        from,
        "Đang quản lý",
    ]
}

fn persons(people: &[Vec<&str>]) -> Made {
    let mut table = vec![PERSONS];
    table.extend(people.iter().map(Vec::as_slice));
    let mut book = Workbook::new();
    rows(&mut book, &table);
    made(&mut book, Subject::Persons)
}

/// The states of a line with their days, in the order of their ids.
fn states(line: &sothon_sheets::Line) -> Vec<(String, String)> {
    let said = |fields: &sothon_records::Fields, name: &str| match &fields[name] {
        Value::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    let subs = line.record.subs.values();
    subs.map(|fields| (said(fields, "state"), said(fields, "from")))
        .collect()
}

#[test]
fn the_rows_of_one_person_are_one_record_with_an_episode_for_each_state() {
    let made = persons(&[
        person("038090001234", "Sùng A Lềnh", "12/6/1990", "Nghiện", "01/04/2026"),
        person("", "Sùng A Tủa", "1985", "Sau cai", "01/02/2026"),
        person(
            "038090001234",
            "Sùng A Lềnh",
            "1990",
            "Sử dụng trái phép",
            "01/03/2026",
        ),
        person("", "SUNG A TUA", "1985", "Cai bắt buộc", "01/01/2025"),
        // Twice word by word, and a namesake of another card.
        person("", "Sùng A Tủa", "1985", "Sau cai", "01/02/2026"),
        person("038090009999", "Sùng A Lềnh", "1990", "Nghiện", "01/05/2026"),
    ]);
    assert_eq!(made.wrong, []);
    assert_eq!(made.told, []);
    let lines: Vec<(u32, &[u32], Option<u32>)> = made
        .lines
        .iter()
        .map(|line| (line.row, line.more.as_slice(), line.again))
        .collect();
    assert_eq!(
        lines,
        [
            (2, [4].as_slice(), None),
            (3, &[5], None),
            (6, &[], Some(3)),
            (7, &[], None)
        ]
    );
    let as_said = |state: &str, from: &str| (state.to_owned(), from.to_owned());
    assert_eq!(
        states(&made.lines[0]),
        [as_said("u1", "2026-03-01"), as_said("a1", "2026-04-01")]
    );
    assert_eq!(
        states(&made.lines[1]),
        [as_said("c2", "2025-01-01"), as_said("h1", "2026-02-01")]
    );
    assert!(
        made.lines
            .iter()
            .flat_map(|line| line.record.subs.values())
            .all(|fields| !fields.contains_key("ended")),
        "where one state ends is not made up"
    );
    // The day of birth is more than the year.
    assert_eq!(
        made.lines[0].record.fields["born"],
        Value::Text("1990-06-12".into())
    );
}

#[test]
fn two_people_of_one_name_and_year_with_other_days_of_birth_are_not_made_one() {
    let made = persons(&[
        person("", "Sùng A Lềnh", "12/6/1990", "Nghiện", "01/04/2026"),
        person("", "Sùng A Lềnh", "13/7/1990", "Sau cai", "01/03/2026"),
        person("", "Sùng A Lềnh", "13/7/1990", "Cai bắt buộc", "01/03/2025"),
    ]);
    let lines: Vec<(u32, usize)> = (made.lines.iter())
        .map(|line| (line.row, line.record.subs.len()))
        .collect();
    assert_eq!((lines, made.wrong.len()), (vec![(2, 1), (3, 2)], 0));
}

#[test]
fn nobody_addicted_becomes_a_user() {
    use sothon_records::Record as _;
    use sothon_records::kinds::{Person, person::State};
    let standing = |made: &Made| {
        let person = Person::read(&made.lines[0].record).value;
        person.standing("2026-06-10".parse().unwrap()).unwrap().state
    };
    for addicted_first in [true, false] {
        let mut both = vec![
            person("1", "Sùng A Lềnh", "1990", "Nghiện", "01/04/2026"),
            person("1", "Sùng A Lềnh", "1990", "Sử dụng trái phép", "01/04/2026"),
        ];
        if !addicted_first {
            both.reverse();
        }
        let made = persons(&both);
        assert_eq!((made.wrong.len(), made.lines.len()), (0, 1));
        assert_eq!(standing(&made), State::A1, "of one day");
    }
    let made = persons(&[
        person("", "Sùng A Lềnh", "1990", "Nghiện", "01/04/2026"),
        person("", "Sùng A Lềnh", "1990", "Sử dụng trái phép", "01/05/2026"),
    ]);
    let at: Vec<(u32, Option<usize>)> = made.wrong.iter().map(|wrong| (wrong.row, wrong.column)).collect();
    assert_eq!(at, [(3, Some(6))], "that is to be put right");
}

#[test]
fn what_a_later_row_of_a_person_says_otherwise_is_told_and_one_card_of_two_people_is_to_be_put_right() {
    let made = persons(&[
        person(
            "038090001234",
            "Sùng A Lềnh",
            "1990",
            "Sử dụng trái phép",
            "01/03/2026",
        ),
        person("038090001234", "Sùng A Lềng", "1990", "Nghiện", "01/04/2026"),
        person("038090001234", "Lò Thị Xuyến", "1977", "Nghiện", "01/04/2026"),
    ]);
    let told: Vec<(u32, Option<usize>)> = made.told.iter().map(|told| (told.row, told.column)).collect();
    assert_eq!(told, [(3, Some(2))]);
    assert!(
        made.told[0].says.vi.contains("Dòng 2 ghi “Sùng A Lềnh”"),
        "{:?}",
        made.told
    );
    let wrong: Vec<(u32, Option<usize>)> = made.wrong.iter().map(|wrong| (wrong.row, wrong.column)).collect();
    assert_eq!(wrong, [(4, Some(1))]);
}

#[test]
fn notes_of_later_members_are_joined_and_another_phone_or_address_is_told() {
    let mut book = Workbook::new();
    rows(
        &mut book,
        &[
            &[
                "Số hộ",
                "Họ và tên",
                "Quan hệ",
                "Điện thoại",
                "Địa chỉ",
                "Ghi chú",
                "Năm sinh",
            ],
            &[
                "5",
                "Nguyễn Văn An",
                "Chủ hộ",
                "0912345678",
                "Ngõ 5",
                "Hộ nghèo",
                "1970",
            ],
            &[
                "5",
                "Nguyễn Thị Bình",
                "Vợ",
                "0912345679",
                "ngõ 5",
                "Đi làm xa",
                "1972",
            ],
            &[
                "5",
                "Nguyễn Văn Cúc",
                "Con",
                "0912345678",
                "Ngõ 7",
                "hộ nghèo",
                "2001",
            ],
            &["5", "Nguyễn Văn Dũng", "Con", "", "", "", "2003"],
        ],
    );
    let made = made(&mut book, Subject::Households);
    assert_eq!((made.wrong.len(), made.lines.len()), (0, 1), "{:?}", made.wrong);
    let fields = &made.lines[0].record.fields;
    assert_eq!(fields["note"], Value::Long("Hộ nghèo\nĐi làm xa".into()));
    assert_eq!(fields["address"], Value::Text("Ngõ 5".into()));
    let told: Vec<(u32, Option<usize>)> = made.told.iter().map(|told| (told.row, told.column)).collect();
    assert_eq!(told, [(3, Some(3)), (4, Some(4))]);
    assert!(
        made.told[1].says.vi.contains("Dòng 2 ghi “Ngõ 5”"),
        "{:?}",
        made.told
    );
}

#[test]
fn rows_that_are_passed_over_have_their_number_and_why() {
    let mut people = vec![
        person("", "Sùng A Lềnh", "1990", "Nghiện", "01/04/2026"),
        person("", "Sùng A Tủa", "1985", "Nghiện", "01/04/2026"),
    ];
    people[0][8] = "Chưa kết thúc";
    people[1][8] = "Đã kết thúc";
    people.push(vec!["Tổng cộng", "", "", "", "", "", "2", "", ""]);
    let made = persons(&people);
    let passed: Vec<(u32, &str, Why)> = (made.passed.iter())
        .map(|passed| (passed.row, passed.named.as_str(), passed.why))
        .collect();
    assert_eq!(
        passed,
        [(3, "Sùng A Tủa", Why::Ended), (4, "Tổng cộng", Why::Beside)]
    );
    assert_eq!(made.lines.len(), 1);
}

#[test]
fn the_law_of_an_episode_is_that_of_its_day_and_is_told_where_no_column_says_it() {
    use sothon_records::kinds::person::Regime;
    let made = persons(&[person("", "Sùng A Lềnh", "1990", "Nghiện", "01/04/2026")]);
    let by_day: Vec<_> = made.lines[0].parts.values().map(|stands| stands.by_day).collect();
    assert_eq!(by_day, [Some(Regime::A)]);
    let fields = made.lines[0].record.subs.values().next().unwrap();
    assert_eq!(fields["regime"], Value::Text("a".into()));
}

#[test]
fn rows_that_the_file_hides_are_read_and_counted() {
    let mut book = Workbook::new();
    rows(
        &mut book,
        &[
            &["Số hộ", "Chủ hộ"],
            &["1", "Nguyễn Văn An"],
            &["2", "Nguyễn Văn Bình"],
            &["Tổng cộng", ""],
        ],
    );
    let sheet = book.worksheet_from_index(0).unwrap();
    sheet.set_row_hidden(2).unwrap();
    sheet.set_row_hidden(3).unwrap();
    let made = made(&mut book, Subject::Households);
    assert_eq!((made.lines.len(), made.hidden), (2, 1));
}

#[test]
fn a_cell_that_says_what_the_commune_has_added_is_that_choice_and_no_other_word_is() {
    let mut book = Workbook::new();
    rows(
        &mut book,
        &[
            &[
                "Thôn",
                "Số hộ",
                "Địa chỉ",
                "Họ và tên",
                "Năm sinh",
                "Quan hệ với chủ hộ",
            ],
            &["Thôn 1", "12", "Ngõ 5", "Nguyễn Văn An", "1970", "Chủ hộ"],
            &["Thôn 1", "12", "Ngõ 5", "Lê Thị Mận", "1995", "khach tro"],
            &["Thôn 1", "12", "Ngõ 5", "Lê Văn Tám", "1996", "Người làm"],
        ],
    );
    let rule = ChoiceRule {
        of: Some("household/members/relation".into()),
        words: Some("Khách trọ".into()),
        offer: Some(Offer::Offered),
        from: "2026-01-01".parse().ok(),
        ..ChoiceRule::default()
    };
    let made = made_with(&mut book, Subject::Households, &Offers::new([&rule]));
    let said: Vec<_> = made.wrong.iter().map(|wrong| wrong.says.vi.as_str()).collect();
    assert!(
        matches!(said.as_slice(), [says] if says.contains("“Người làm”")),
        "{said:?}"
    );
    let household = Household::read(&made.lines[0].record);
    let guest = made.lines[0]
        .record
        .subs
        .values()
        .filter_map(|member| member.get("relation"));
    let added = Value::Text("other: Khách trọ".into());
    assert_eq!(guest.filter(|relation| **relation == added).count(), 1);
    assert_eq!(household.problems, []);
}
