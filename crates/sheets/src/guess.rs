//! Where the heads of a table stand, and what they mean: by the labels of the form, by the names that such tables use, by
//! what somebody said of the same head before.

use std::collections::BTreeMap;

use sothon_records::text::folded_words;

use crate::sheet::{Cell, Row, Sheet};
use crate::subject::{Subject, Target, VILLAGE};

/// What the columns of a table mean.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Mapping {
    /// The number of the row with the heads, as Excel shows it.
    pub head: u32,
    /// The columns that have a head or anything below it.
    pub columns: Vec<Column>,
}

/// A column.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    /// From 0.
    pub at: usize,
    /// What stands in its head.
    pub head: String,
    /// The first value below it.
    pub sample: String,
    /// What it holds; none: it is not used.
    pub into: Option<Target>,
}

/// What was said of heads before: a head, folded, and the slug of what it holds; empty: not used.
pub type Known = BTreeMap<String, String>;

/// The heads are among so many rows from the top.
const HEADS_WITHIN: usize = 40;

/// Names of columns beside the labels of the form.
const NAMES: &[(Subject, &str, &[&str])] = &[
    (
        Subject::Households,
        "number",
        &["Số hộ", "Hộ số", "Số thứ tự hộ", "Mã hộ", "Số TT hộ"],
    ),
    (
        Subject::Households,
        "head",
        &[
            "Tên chủ hộ",
            "Họ và tên chủ hộ",
            "Họ tên chủ hộ",
            "Chủ hộ gia đình",
        ],
    ),
    (
        Subject::Households,
        "address",
        &[
            "Địa chỉ",
            "Số nhà",
            "Nơi ở",
            "Chỗ ở",
            "Nơi ở hiện nay",
            "Nơi thường trú",
            "Ngõ",
            "Ngõ, số nhà",
            "Xóm",
        ],
    ),
    (
        Subject::Households,
        "residence",
        &["Cư trú", "Thường trú/tạm trú", "Loại hộ"],
    ),
    (
        Subject::Households,
        "group",
        &["Tổ tự quản", "Nhóm tự quản", "Tổ liên gia", "Nhóm hộ", "Liên gia"],
    ),
    (
        Subject::Households,
        "cultured",
        &["Gia đình văn hóa", "GĐVH", "Năm đạt gia đình văn hóa"],
    ),
    (
        Subject::Households,
        "phone",
        &["Số điện thoại", "Số ĐT", "ĐT", "Di động", "Điện thoại chủ hộ"],
    ),
    (Subject::Households, "note", &["Ghi chú"]),
    (
        Subject::Households,
        "members/name",
        &[
            "Họ tên",
            "Tên",
            "Họ và tên thành viên",
            "Tên thành viên",
            "Nhân khẩu",
        ],
    ),
    (
        Subject::Households,
        "members/born",
        &[
            "Năm sinh",
            "Ngày sinh",
            "Ngày tháng năm sinh",
            "Ngày, tháng, năm sinh",
            "NS",
            "Sinh năm",
            "Ngày/tháng/năm sinh",
        ],
    ),
    (
        Subject::Households,
        "members/sex",
        &["Giới tính", "Giới", "Nam/nữ", "Phái"],
    ),
    (
        Subject::Households,
        "members/relation",
        &["Quan hệ", "QH với chủ hộ", "Quan hệ với CH", "Quan hệ chủ hộ"],
    ),
    (Subject::Households, "members/occupation", &["Nghề", "Công việc"]),
    (
        Subject::Households,
        "members/works_at",
        &["Nơi làm việc", "Nơi học", "Nơi công tác"],
    ),
    (
        Subject::Persons,
        "name",
        &["Họ tên", "Tên", "Họ tên đối tượng", "Họ và tên đối tượng"],
    ),
    (
        Subject::Persons,
        "born",
        &["Ngày tháng năm sinh", "NTNS", "NS", "Ngày, tháng, năm sinh"],
    ),
    (
        Subject::Persons,
        "address",
        &["Nơi cư trú hiện nay", "Chỗ ở", "Nơi thường trú", "HKTT"],
    ),
    (Subject::Persons, "sex", &["Giới", "Nam/nữ"]),
    (Subject::Persons, "residence", &["Nơi cư trú ổn định"]),
    (
        Subject::Persons,
        "episodes/state",
        &[
            "Diện đối tượng",
            "Diện quản lý",
            "Diện",
            "Loại đối tượng",
            "Trạng thái quản lý",
        ],
    ),
    (
        Subject::Persons,
        "episodes/from",
        &["Ngày đưa vào diện", "Ngày vào diện", "Ngày đưa vào", "Từ ngày"],
    ),
    (
        Subject::Persons,
        "episodes/until",
        &["Thời hạn quản lý", "Hết hạn", "Đến ngày", "Ngày hết hạn"],
    ),
    (
        Subject::Persons,
        "identity",
        &[
            "CCCD",
            "Số CCCD",
            "CMND",
            "CCCD/CMND",
            "CMND/CCCD",
            "Số định danh",
            "Số định danh cá nhân",
        ],
    ),
    (
        Subject::Persons,
        "standing",
        &["Trạng thái", "Tình trạng", "Tình trạng quản lý"],
    ),
    (
        Subject::Pledges,
        "household/head",
        &[
            "Chủ hộ",
            "Họ tên chủ hộ",
            "Tên chủ hộ",
            "Họ và tên",
            "Họ tên",
            "Hộ gia đình",
        ],
    ),
    (
        Subject::Pledges,
        "household/number",
        &["Số hộ", "Hộ số", "STT hộ", "Mã hộ"],
    ),
    (
        Subject::Pledges,
        "household/address",
        &["Địa chỉ", "Số nhà", "Nơi ở"],
    ),
    (Subject::Pledges, "year", &["Năm", "Năm ký"]),
    (
        Subject::Pledges,
        "signed_on",
        &["Ngày ký cam kết", "Ký ngày", "Ngày"],
    ),
    (
        Subject::Pledges,
        "signer",
        &["Người đại diện ký", "Đại diện hộ ký", "Người ký cam kết"],
    ),
    (Subject::Pledges, "unsigned_reason", &["Lý do chưa ký", "Chưa ký"]),
];

/// Heads of the column that says the village, whatever the table is of.
const VILLAGES: &[&str] = &[
    "Thôn",
    "Tên thôn",
    "Thôn, xóm",
    "Thôn, bản",
    "Bản",
    "Làng",
    "Khu phố",
    "Tổ dân phố",
    "Tiểu khu",
    "Thôn, khu phố",
    "Thôn, tổ dân phố",
    "Khu dân cư",
];

/// Heads that number the rows: used for the number of a household where nothing else is.
const ROW_NUMBER: &[&str] = &["stt", "tt", "so tt", "so thu tu"];

/// Finds the heads and what they mean. What is not recognised is left to the person.
pub fn guess(sheet: &Sheet, subject: Subject, known: &Known) -> Mapping {
    let guesses = |row: &Row| {
        row.cells
            .iter()
            .filter(|cell| meant(subject, &cell.typed(), known).is_some())
            .count()
    };
    let among = sheet.rows.iter().take(HEADS_WITHIN);
    // Of rows that say as much the lowest: over it stands a head that spans several columns.
    let best = among
        .enumerate()
        .max_by_key(|(at, row)| (guesses(row), *at))
        .filter(|(_, row)| guesses(row) >= 2);
    let at = best.map_or(0, |(at, _)| at);
    let Some(row) = sheet.rows.get(at) else {
        return Mapping::default();
    };
    let below = sheet.rows.get(at + 1..).unwrap_or_default();
    let width = below
        .iter()
        .map(|row| row.cells.len())
        .max()
        .unwrap_or_default()
        .max(row.cells.len());
    let sample = |column: usize| {
        let mut cells = below
            .iter()
            .filter(|row| !is_numbering(row))
            .map(|row| row.cell(column));
        cells
            .find(|cell| !cell.is_empty())
            .map(Cell::typed)
            .unwrap_or_default()
    };
    let mut columns: Vec<Column> = (0..width)
        .map(|at| Column {
            at,
            head: row.cell(at).typed(),
            sample: sample(at),
            into: None,
        })
        .filter(|column| !column.head.is_empty() || !column.sample.is_empty())
        .collect();
    let mut used: Vec<String> = Vec::new();
    for column in &mut columns {
        let found = meant(subject, &column.head, known).flatten();
        column.into = found.filter(|target| !used.contains(&target.slug()));
        used.extend(column.into.map(|target| target.slug()));
    }
    if subject == Subject::Households {
        settle_households(&mut columns);
    }
    Mapping {
        head: row.number,
        columns,
    }
}

/// What a head means: nothing known; or what it holds, which may be nothing that is used.
fn meant(subject: Subject, head: &str, known: &Known) -> Option<Option<Target>> {
    let whole = folded(head);
    if whole.is_empty() || head.chars().count() > 100 {
        return None;
    }
    if let Some(slug) = known.get(&whole) {
        return Some(subject.target(slug));
    }
    // "Địa chỉ (thôn, xóm)" is "Địa chỉ".
    let bare = folded(head.split('(').next().unwrap_or_default());
    [whole, bare]
        .iter()
        .find_map(|head| named(subject, head))
        .map(Some)
}

fn named(subject: Subject, head: &str) -> Option<Target> {
    if head.is_empty() {
        return None;
    }
    let listed = |target: &Target| {
        let slug = target.slug();
        if slug == VILLAGE {
            return VILLAGES.iter().any(|name| folded(name) == head);
        }
        let mut names = NAMES.iter().filter(|(of, to, _)| *of == subject && *to == slug);
        names.any(|(_, _, names)| names.iter().any(|name| folded(name) == head))
    };
    let declared = |target: &Target| {
        target.field().is_some_and(|field| {
            let own = [field.label.vi, field.label.en, field.name];
            own.iter().chain(field.columns).any(|name| folded(name) == head)
        })
    };
    let targets = subject.targets();
    targets
        .iter()
        .find(|target| listed(target))
        .or_else(|| targets.iter().find(|target| declared(target)))
        .copied()
}

/// A head as it is compared and remembered.
pub fn folded(head: &str) -> String {
    folded_words(head).join(" ")
}

/// "Họ và tên" is the head's where a row is a household; "STT" numbers households where nothing else does.
fn settle_households(columns: &mut [Column]) {
    let subject = Subject::Households;
    let has = |columns: &[Column], slug: &str| {
        columns
            .iter()
            .any(|column| column.into.is_some_and(|target| target.slug() == slug))
    };
    if !has(columns, "head") && !has(columns, "members/relation") {
        let name = columns
            .iter_mut()
            .find(|c| c.into.is_some_and(|target| target.slug() == "members/name"));
        if let Some(column) = name {
            column.into = subject.target("head");
        }
    }
    if !has(columns, "number") && !has(columns, "members/name") {
        let counted = columns
            .iter_mut()
            .find(|c| c.into.is_none() && ROW_NUMBER.contains(&folded(&c.head).as_str()));
        if let Some(column) = counted {
            column.into = subject.target("number");
        }
    }
}

/// Whether a row numbers the columns, as paper forms do: "(1) (2) (3)".
pub(crate) fn is_numbering(row: &Row) -> bool {
    let said: Vec<String> = row
        .cells
        .iter()
        .filter(|cell| !cell.is_empty())
        .map(Cell::typed)
        .collect();
    let digits = |text: &String| text.trim_matches(['(', ')', ' ']).parse::<usize>().ok();
    said.len() >= 3
        && said
            .iter()
            .enumerate()
            .all(|(at, text)| digits(text) == Some(at + 1))
}

impl Mapping {
    /// What is to be remembered of it.
    pub fn known(&self) -> Known {
        let said = self.columns.iter().filter(|column| !column.head.is_empty());
        said.map(|column| {
            (
                folded(&column.head),
                column.into.map(|into| into.slug()).unwrap_or_default(),
            )
        })
        .collect()
    }

    /// The column that holds something.
    pub fn column(&self, slug: &str) -> Option<&Column> {
        self.columns
            .iter()
            .find(|column| column.into.is_some_and(|target| target.slug() == slug))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[&[&str]]) -> Sheet {
        let row = |(n, cells): (usize, &&[&str])| Row {
            number: u32::try_from(n).unwrap() + 1,
            cells: cells.iter().map(|text| Cell::text(text)).collect(),
        };
        Sheet {
            name: "Sheet1".into(),
            rows: rows.iter().enumerate().map(row).collect(),
            ..Sheet::default()
        }
    }

    fn slugs(mapping: &Mapping) -> Vec<String> {
        mapping
            .columns
            .iter()
            .map(|c| c.into.map(|t| t.slug()).unwrap_or_default())
            .collect()
    }

    #[test]
    fn heads_are_found_below_a_title_with_and_without_marks() {
        let table = sheet(&[
            &["ỦY BAN NHÂN DÂN XÃ"],
            &["DANH SÁCH HỘ GIA ĐÌNH", "", "Năm 2026"],
            &[
                "STT",
                "HỌ TÊN\nCHỦ HỘ",
                "dia chi (thôn, xóm)",
                "Số ĐT",
                "Ghi chú",
                "Dân tộc",
            ],
            &["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
            &["1", "Lê Văn An", "ngõ 5", "0912345678", "", "Kinh"],
        ]);
        let mapping = guess(&table, Subject::Households, &Known::new());
        assert_eq!(mapping.head, 3);
        assert_eq!(
            slugs(&mapping),
            ["number", "head", "address", "phone", "note", ""]
        );
        assert_eq!(mapping.columns[1].sample, "Lê Văn An");
    }

    #[test]
    fn a_name_is_the_heads_where_a_row_is_a_household_and_a_members_where_it_is_a_person() {
        let plain = sheet(&[&["TT", "Họ và tên", "Địa chỉ"], &["1", "An", "ngõ 5"]]);
        assert_eq!(
            slugs(&guess(&plain, Subject::Households, &Known::new())),
            ["number", "head", "address"]
        );
        let members = sheet(&[
            &[
                "STT",
                "Số hộ",
                "Họ và tên",
                "Năm sinh",
                "Giới tính",
                "Quan hệ với chủ hộ",
            ],
            &["1", "12", "An", "1970", "Nam", "Chủ hộ"],
        ]);
        assert_eq!(
            slugs(&guess(&members, Subject::Households, &Known::new())),
            [
                "",
                "number",
                "members/name",
                "members/born",
                "members/sex",
                "members/relation"
            ]
        );
    }

    #[test]
    fn the_columns_of_a_list_of_persons_and_of_pledges_are_known() {
        let persons = sheet(&[&[
            "CCCD",
            "Họ và tên",
            "Ngày sinh",
            "Khu phố",
            "CSKV",
            "Diện đối tượng",
            "Ngày đưa vào diện",
            "Thời hạn quản lý",
            "Trạng thái",
        ]]);
        assert_eq!(
            slugs(&guess(&persons, Subject::Persons, &Known::new())),
            [
                "identity",
                "name",
                "born",
                "village",
                "",
                "episodes/state",
                "episodes/from",
                "episodes/until",
                "standing"
            ]
        );
        let pledges = sheet(&[&["STT", "Chủ hộ", "Số nhà", "Ngày ký", "Người ký"]]);
        assert_eq!(
            slugs(&guess(&pledges, Subject::Pledges, &Known::new())),
            ["", "household/head", "household/address", "signed_on", "signer"]
        );
    }

    #[test]
    fn what_was_said_of_a_head_before_counts_and_two_columns_never_hold_one_thing() {
        let table = sheet(&[&["Gia chủ", "Số hộ", "Hộ số", "SĐT"], &["An", "1", "1", "09"]]);
        let mut known = Known::from([("gia chu".to_owned(), "head".to_owned())]);
        let mapping = guess(&table, Subject::Households, &known);
        assert_eq!(slugs(&mapping), ["head", "number", "", "phone"]);
        known.insert("sdt".to_owned(), String::new());
        let mapping = guess(&table, Subject::Households, &known);
        assert_eq!(slugs(&mapping), ["head", "number", "", ""]);
        assert_eq!(mapping.known().get("gia chu").map(String::as_str), Some("head"));
        // What another version knew is nothing here.
        known.insert("sdt".to_owned(), "of-later".to_owned());
        assert_eq!(
            slugs(&guess(&table, Subject::Households, &known)),
            ["head", "number", "", ""]
        );
    }
}
