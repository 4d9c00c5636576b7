//! A table that somebody keeps in Excel: looked at, taken in as one act, undone as one. Through the commands, as a window asks.

use std::path::Path;

use crate::common::people::{admitted, founded};
use crate::common::{App, ask, fault, practice};
use calamine::Reader as _;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

/// A workbook among the downloads.
pub fn workbook(base: &Path, name: &str, rows: &[Vec<&str>]) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(cells) {
            match text.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) => sheet.write_string(row, column, *text).unwrap(),
            };
        }
    }
    book.save(base.join(name)).unwrap();
}

pub async fn open(app: &App, name: &str, kind: &str) -> Value {
    let file = format!("downloads/{name}");
    ask(
        app,
        "open_table",
        json!({"file": file, "kind": kind, "place": "village:3"}),
    )
    .await
}

pub async fn found(app: &App, kind: &str, typed: &str) -> Vec<Value> {
    let ask_for = json!({"ask": {"kinds": [kind], "typed": typed, "sort": "", "voided": false, "from": 0, "count": 50}});
    ask(app, "list", ask_for).await["rows"]
        .as_array()
        .unwrap()
        .clone()
}

fn into<'a>(seen: &'a Value, head: &str) -> &'a str {
    let columns = seen["columns"].as_array().unwrap();
    let column = columns.iter().find(|column| column["head"] == head).unwrap();
    column["into"].as_str().unwrap()
}

#[tokio::test]
async fn a_list_of_members_becomes_households_in_one_act_that_is_undone_as_one() {
    let (base, app) = practice().await;
    workbook(
        base.path(),
        "nhan khau.xlsx",
        &[
            vec!["DANH SÁCH NHÂN KHẨU"],
            vec![
                "STT",
                "Số hộ",
                "Họ và tên",
                "Năm sinh",
                "Giới tính",
                "Quan hệ với chủ hộ",
                "SĐT",
            ],
            vec![
                "1",
                "901",
                "Phùng Thế Quyến",
                "1970",
                "Nam",
                "Chủ hộ",
                "912345678",
            ],
            vec!["2", "901", "Đàm Thị Nhạn", "1972", "Nữ", "Vợ", ""],
            vec!["3", "901", "Phùng Thế Quyền", "12/6/2001", "Nam", "Con trai", ""],
            vec!["4", "902", "Kiều Văn Thược", "1980", "Nam", "CH", ""],
            vec!["Tổng cộng", "2", "", "", "", "", ""],
        ],
    );
    let listed = ask(&app, "tables", json!({})).await;
    assert_eq!(listed["files"][0]["name"], "nhan khau.xlsx");
    let seen = open(&app, "nhan khau.xlsx", "household").await;
    assert_eq!(
        (
            seen["records"].as_u64(),
            seen["fresh"].as_u64(),
            seen["wrong"].as_u64(),
            seen["passed"].as_u64()
        ),
        (Some(2), Some(2), Some(0), Some(1)),
        "{seen}"
    );
    assert_eq!(seen["waits"], Value::Null);
    // Nothing is saved by looking.
    assert!(found(&app, "household", "Phùng Thế Quyến").await.is_empty());
    let imported = ask(&app, "import_table", json!({})).await;
    assert_eq!(imported["records"], 2);
    let rows = found(&app, "household", "Phùng Thế Quyến").await;
    let page = ask(&app, "record", json!({"key": rows[0]["key"]})).await;
    assert_eq!(page["parts"].as_array().unwrap().len(), 3, "{page}");
    assert!(page.to_string().contains("0912 345 678"));
    assert_eq!(found(&app, "household", "Kiều Văn Thược").await.len(), 1);
    ask(&app, "undo", json!({"act": imported["act"]})).await;
    assert!(found(&app, "household", "Phùng Thế Quyến").await.is_empty());
    assert!(found(&app, "household", "Kiều Văn Thược").await.is_empty());
}

#[tokio::test]
async fn one_wrong_cell_is_told_by_row_and_column_and_then_nothing_is_saved() {
    let (base, app) = practice().await;
    let long = "a".repeat(10_000);
    workbook(
        base.path(),
        "ho.xlsx",
        &[
            vec!["Số hộ", "Chủ hộ", "Địa chỉ", "Cư trú"],
            vec!["911", "Thạch Văn Nhẫm", "ngõ 1", "Thường trú"],
            vec!["912", &long, "ngõ 2", "Thường trú"],
            vec!["913", "Thạch Thị Nhị", "ngõ 3", "Ở nhờ"],
            vec!["914", "", "ngõ 4", ""],
        ],
    );
    let seen = open(&app, "ho.xlsx", "household").await;
    let wrongs = seen["wrongs"].as_array().unwrap();
    let at: Vec<(u64, &str)> = wrongs
        .iter()
        .map(|wrong| (wrong["row"].as_u64().unwrap(), wrong["column"].as_str().unwrap()))
        .collect();
    assert_eq!(
        at,
        [(3, "B, Chủ hộ"), (4, "D, Cư trú"), (5, "B, Chủ hộ")],
        "{wrongs:?}"
    );
    assert!(wrongs[2]["says"].as_str().unwrap().starts_with("Nhập"));
    assert!(seen.to_string().len() < 20_000, "a long cell is not shown whole");
    assert_eq!(fault(&app, "import_table", json!({})).await, "table_waits");
    assert!(found(&app, "household", "Thạch Văn Nhẫm").await.is_empty());
}

#[tokio::test]
async fn what_is_in_the_register_or_twice_in_the_table_is_passed_over() {
    let (base, app) = practice().await;
    workbook(
        base.path(),
        "mot.xlsx",
        &[
            vec!["Số hộ", "Họ và tên", "Năm sinh", "Quan hệ"],
            vec!["921", "Lường Văn Phóng", "1966", "Chủ hộ"],
        ],
    );
    open(&app, "mot.xlsx", "household").await;
    ask(&app, "import_table", json!({})).await;
    workbook(
        base.path(),
        "hai.xlsx",
        &[
            vec!["Số hộ", "Họ và tên", "Năm sinh", "Quan hệ"],
            vec!["921", "LUONG VAN PHONG", "1966", "Chủ hộ"],
            vec!["922", "Phóng Lường V.", "1966", "Chủ hộ"],
            vec!["923", "Lường Thị Xoan", "1990", "Chủ hộ"],
            vec!["923", "Xoan Lường Thị", "1991", "Chủ hộ"],
            vec!["925", "Luong Thi Xoan", "1990", "Chủ hộ"],
            vec!["924", "Lường Văn Phóng", "1999", "Chủ hộ"],
        ],
    );
    let seen = open(&app, "hai.xlsx", "household").await;
    let twices = seen["twices"].as_array().unwrap();
    assert_eq!(
        (
            seen["fresh"].as_u64(),
            seen["twice"].as_u64(),
            seen["likely"].as_u64()
        ),
        (Some(2), Some(2), Some(2)),
        "{twices:?}"
    );
    let likely = ask(
        &app,
        "see_table",
        json!({"ask": {"columns": [], "values": {}, "likely": true}}),
    )
    .await;
    assert_eq!(likely["fresh"], 4);
}

#[tokio::test]
async fn what_a_column_means_is_said_once_and_remembered() {
    let (base, app) = practice().await;
    workbook(
        base.path(),
        "a.xlsx",
        &[
            vec!["Số hộ", "Gia chủ", "Địa chỉ"],
            vec!["931", "Tòng Văn Lả", "ngõ 1"],
        ],
    );
    let seen = open(&app, "a.xlsx", "household").await;
    assert_eq!(into(&seen, "Gia chủ"), "");
    assert_eq!(seen["wrong"], 1);
    let columns = json!({"ask": {"columns": [{"at": 1, "into": "head"}], "values": {}, "likely": false}});
    let seen = ask(&app, "see_table", columns).await;
    assert_eq!(
        (into(&seen, "Gia chủ"), seen["wrong"].as_u64()),
        ("head", Some(0))
    );
    ask(&app, "import_table", json!({})).await;
    workbook(
        base.path(),
        "b.xlsx",
        &[vec!["SO HO", "GIA CHU"], vec!["932", "Tòng Thị Mai"]],
    );
    assert_eq!(into(&open(&app, "b.xlsx", "household").await, "GIA CHU"), "head");
    // Only sealed: nothing of it is in a file that can be read.
    let told = walk(base.path())
        .into_iter()
        .filter(|path| !path.to_string_lossy().ends_with(".xlsx"));
    for path in told {
        let bytes = std::fs::read(&path).unwrap();
        assert!(
            !bytes.windows(7).any(|window| window == b"gia chu"),
            "{}",
            path.display()
        );
    }
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] })
        .collect()
}

#[tokio::test]
async fn a_list_of_pledges_finds_its_households_and_leaves_the_unsigned() {
    let (base, app) = practice().await;
    workbook(
        base.path(),
        "ho.xlsx",
        &[
            vec!["Số hộ", "Chủ hộ", "Địa chỉ"],
            vec!["941", "Mùa A Súa", "ngõ 1"],
            vec!["942", "Mùa A Dơ", "ngõ 2"],
            vec!["943", "Mùa A Dơ", "ngõ 3"],
            vec!["944", "Mùa A Chống", "ngõ 4"],
        ],
    );
    open(&app, "ho.xlsx", "household").await;
    ask(&app, "import_table", json!({})).await;
    let heads = vec!["STT", "Chủ hộ", "Địa chỉ", "Ngày ký"];
    workbook(
        base.path(),
        "cam ket.xlsx",
        &[
            heads.clone(),
            vec!["1", "mua a sua", "", "5/3/2026"],
            vec!["2", "Mùa A Dơ", "ngõ 3", "2026-03-06"],
            vec!["3", "Mùa A Chống", "", ""],
        ],
    );
    let seen = open(&app, "cam ket.xlsx", "pledge").await;
    assert_eq!(seen["asked"][0]["name"], "year");
    assert_eq!(seen["wrong"], 2, "the year is in no column: {}", seen["wrongs"]);
    let said = json!({"ask": {"columns": [], "values": {"year": "2026"}, "likely": false}});
    let seen = ask(&app, "see_table", said).await;
    assert_eq!(
        (seen["fresh"].as_u64(), seen["passed"].as_u64()),
        (Some(2), Some(1)),
        "{}",
        seen["wrongs"]
    );
    ask(&app, "import_table", json!({})).await;
    let rows = found(&app, "household", "Mùa A Súa").await;
    assert_eq!(rows[0]["state"]["word"], "Đã ký 2026");
    // Twice is once; a namesake and a stranger are told.
    workbook(
        base.path(),
        "nua.xlsx",
        &[
            heads,
            vec!["1", "Mùa A Súa", "", "5/3/2026"],
            vec!["2", "Mùa A Dơ", "", "6/3/2026"],
            vec!["3", "Vừ A Páo", "", "6/3/2026"],
        ],
    );
    open(&app, "nua.xlsx", "pledge").await;
    let said = json!({"ask": {"columns": [], "values": {"year": "2026"}, "likely": false}});
    let seen = ask(&app, "see_table", said).await;
    assert_eq!(
        (seen["twice"].as_u64(), seen["wrong"].as_u64()),
        (Some(1), Some(2)),
        "{seen}"
    );
    assert!(seen["wrongs"][0]["says"].as_str().unwrap().contains("2 hộ"));
}

#[tokio::test]
async fn persons_are_taken_as_the_polices_tables_have_them_and_an_identity_number_is_kept_nowhere() {
    let (base, app) = practice().await;
    let heads = vec![
        "CCCD",
        "Họ và tên",
        "Ngày sinh",
        "Giới tính",
        "Nơi ở hiện nay",
        "Diện đối tượng",
        "Ngày đưa vào diện",
        "Trạng thái",
    ];
    workbook(
        base.path(),
        "doi tuong.xlsx",
        &[
            heads,
            vec![
                "38090001234",
                "Sùng A Lềnh",
                "12/6/1990",
                "Nam",
                "ngõ 1",
                "Sử dụng trái phép",
                "01/03/2026",
                "Đang quản lý",
            ],
            vec![
                "038090001234",
                "Sùng A Lềng",
                "1990",
                "Nam",
                "ngõ 1",
                "Nghiện",
                "01/04/2026",
                "Đang quản lý",
            ],
            vec![
                "",
                "Sùng A Tủa",
                "1985",
                "Nam",
                "ngõ 2",
                "Cai bắt buộc",
                "01/01/2025",
                "Đã kết thúc",
            ],
        ],
    );
    let seen = open(&app, "doi tuong.xlsx", "person").await;
    assert_eq!(seen["asked"][0]["name"], "residence");
    let said = json!({"ask": {"columns": [], "values": {"residence": "stable"}, "likely": false}});
    let seen = ask(&app, "see_table", said).await;
    assert_eq!(
        (
            seen["fresh"].as_u64(),
            seen["twice"].as_u64(),
            seen["passed"].as_u64(),
            seen["wrong"].as_u64()
        ),
        (Some(1), Some(0), Some(1), Some(0)),
        "{seen}"
    );
    assert_eq!(seen["told"], 1, "the name is written otherwise: {seen}");
    assert_eq!(seen["passes"][0]["says"], "Đã kết thúc quản lý");
    assert_eq!(seen["passes"][0]["title"], "Sùng A Tủa");
    let notices = seen["notices"].to_string();
    assert!(notices.contains("1 người có nhiều dòng"), "{notices}");
    assert!(
        notices.contains("2 trạng thái theo Luật 73/2021/QH14"),
        "{notices}"
    );
    let imported = ask(&app, "import_table", json!({})).await;
    assert_eq!(imported["records"], 1);
    let rows = found(&app, "person", "Sùng A Lềnh").await;
    let page = ask(
        &app,
        "record",
        json!({"key": rows[0]["key"], "reason": "Đối chiếu"}),
    )
    .await;
    assert!(!page.to_string().contains("38090001234"), "{page}");
    let episodes = page["episodes"].as_array().unwrap();
    let states: Vec<(&str, bool)> = episodes
        .iter()
        .map(|one| (one["state"].as_str().unwrap(), one["current"].as_bool().unwrap()))
        .collect();
    // The newer state says where the person stands: nobody addicted enters as a user.
    assert_eq!(states.len(), 2, "{states:?}");
    assert!(
        states
            .iter()
            .all(|(state, current)| *current == state.contains("Người nghiện")),
        "{states:?}"
    );
}

#[tokio::test]
async fn a_file_that_is_no_table_or_lies_elsewhere_is_refused_in_words() {
    let (base, app) = practice().await;
    std::fs::write(base.path().join("anh.xlsx"), b"\x89PNG\0\0").unwrap();
    std::fs::write(
        base.path().join("cu.xls"),
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0],
    )
    .unwrap();
    let said = |file: &str| json!({"file": file, "kind": "household", "place": null});
    assert_eq!(
        fault(&app, "open_table", said("downloads/anh.xlsx")).await,
        "table_damaged"
    );
    assert_eq!(
        fault(&app, "open_table", said("downloads/cu.xls")).await,
        "table_old"
    );
    assert_eq!(
        fault(&app, "open_table", said("downloads/../vault")).await,
        "table_gone"
    );
    assert_eq!(
        fault(&app, "open_table", said("downloads/settings.json")).await,
        "table_gone"
    );
    assert_eq!(fault(&app, "import_table", json!({})).await, "no_table");
}

/// What is to be put right: row, column, sentence.
fn wrongs(seen: &Value) -> Vec<(u64, String, String)> {
    let wrong = |wrong: &Value| {
        (
            wrong["row"].as_u64().unwrap(),
            wrong["column"].as_str().unwrap().to_owned(),
            wrong["says"].as_str().unwrap().to_owned(),
        )
    };
    seen["wrongs"].as_array().unwrap().iter().map(wrong).collect()
}

async fn found_in(app: &App, place: &str, typed: &str) -> usize {
    let ask_for = json!({"ask": {"kinds": ["household"], "typed": typed, "place": place, "sort": "", "voided": false, "from": 0, "count": 50}});
    let page = ask(app, "list", ask_for).await;
    page["rows"].as_array().unwrap().len()
}

/// A table of the commune has several villages: each row goes to the book of its own, as one act.
#[tokio::test]
async fn a_column_says_the_village_of_each_row_by_its_name_a_former_one_or_its_code() {
    let (base, app) = practice().await;
    let renamed = json!({"input": {"number": 2, "what": "rename", "from": "01/06/2026", "decision": "QĐ 12", "name": "Đông"}});
    ask(&app, "do_village_act", renamed).await;
    workbook(
        base.path(),
        "ca xa.xlsx",
        &[
            vec!["Thôn", "Số hộ", "Họ và tên", "Năm sinh", "Quan hệ với chủ hộ"],
            vec!["Thôn 1", "951", "Giàng Seo Mốc", "1970", "Chủ hộ"],
            vec!["", "951", "Giàng Thị Mốc", "1972", "Vợ"],
            vec!["thon dong", "951", "Giàng Seo Hai", "1970", "Chủ hộ"],
            vec!["Thôn 2", "952", "Giàng Seo Ba", "1971", "Chủ hộ"],
            vec!["3", "951", "Giàng Seo Tư", "1970", "Chủ hộ"],
            vec!["THÔN 03", "952", "Giàng Seo Mốc", "1970", "Chủ hộ"],
        ],
    );
    let seen = open(&app, "ca xa.xlsx", "household").await;
    assert_eq!(into(&seen, "Thôn"), "village");
    assert_eq!(seen["places"], json!([]), "nothing is to be chosen");
    assert_eq!(
        (
            seen["fresh"].as_u64(),
            seen["wrong"].as_u64(),
            seen["likely"].as_u64()
        ),
        (Some(5), Some(0), Some(0)),
        "one number and one name in two villages are two households: {seen}"
    );
    let says = seen["notices"].to_string();
    assert!(
        says.contains("Thôn 1: 1 dòng; Thôn Đông: 2 dòng; Thôn 3: 2 dòng"),
        "{says}"
    );
    let imported = ask(&app, "import_table", json!({})).await;
    assert_eq!(imported["records"], 5);
    for (place, count) in [
        ("village:1", 1),
        ("village:2", 2),
        ("village:3", 2),
        ("village:4", 0),
    ] {
        assert_eq!(found_in(&app, place, "Giàng Seo").await, count, "{place}");
    }
    ask(&app, "undo", json!({"act": imported["act"]})).await;
    for place in ["village:1", "village:2", "village:3"] {
        assert_eq!(found_in(&app, place, "Giàng Seo").await, 0, "{place}");
    }
}

#[tokio::test]
async fn a_village_that_is_not_there_or_not_said_is_told_by_row_and_then_nothing_is_saved() {
    let (base, app) = practice().await;
    workbook(
        base.path(),
        "ca xa.xlsx",
        &[
            vec!["Thôn", "Số hộ", "Chủ hộ"],
            vec!["Thôn 1", "961", "Vàng Văn Nhất"],
            vec!["Thôn 77", "962", "Vàng Văn Nhì"],
            vec!["", "963", "Vàng Văn Tam"],
        ],
    );
    let seen = open(&app, "ca xa.xlsx", "household").await;
    let wrongs = wrongs(&seen);
    assert_eq!(wrongs.len(), 2, "{wrongs:?}");
    assert_eq!((wrongs[0].0, wrongs[0].1.as_str()), (3, "A, Thôn"));
    assert!(wrongs[0].2.contains("không có thôn “Thôn 77”"), "{wrongs:?}");
    assert_eq!(
        (wrongs[1].0, wrongs[1].2.as_str()),
        (4, "Ghi tên thôn ở dòng này.")
    );
    assert_eq!(fault(&app, "import_table", json!({})).await, "table_waits");
    assert!(found(&app, "household", "Vàng Văn Nhất").await.is_empty());
    // The column can be left out; then the village is said once.
    let columns = json!({"ask": {"columns": [{"at": 0, "into": ""}], "place": "village:1", "values": {}, "likely": false}});
    let seen = ask(&app, "see_table", columns).await;
    assert_eq!(
        (seen["fresh"].as_u64(), seen["wrong"].as_u64()),
        (Some(3), Some(0)),
        "{seen}"
    );
}

#[tokio::test]
async fn pledges_find_their_households_each_in_the_village_of_its_row() {
    let (base, app) = practice().await;
    workbook(
        base.path(),
        "ho.xlsx",
        &[
            vec!["Thôn", "Số hộ", "Chủ hộ"],
            vec!["Thôn 1", "971", "Sầm Văn Đôi"],
            vec!["Thôn 2", "971", "Sầm Văn Đôi"],
        ],
    );
    open(&app, "ho.xlsx", "household").await;
    ask(&app, "import_table", json!({})).await;
    workbook(
        base.path(),
        "cam ket.xlsx",
        &[
            vec!["Thôn", "Chủ hộ", "Năm", "Ngày ký"],
            vec!["Thôn 2", "sam van doi", "2026", "5/3/2026"],
            vec!["Thôn 3", "Sầm Văn Đôi", "2026", "5/3/2026"],
        ],
    );
    let seen = open(&app, "cam ket.xlsx", "pledge").await;
    let told = wrongs(&seen);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, 3, "in village 3 there is none: {told:?}");
    workbook(
        base.path(),
        "cam ket.xlsx",
        &[
            vec!["Thôn", "Chủ hộ", "Năm", "Ngày ký"],
            vec!["Thôn 2", "sam van doi", "2026", "5/3/2026"],
        ],
    );
    open(&app, "cam ket.xlsx", "pledge").await;
    ask(&app, "import_table", json!({})).await;
    let rows = found(&app, "household", "Sầm Văn Đôi").await;
    let words: Vec<(&str, &str)> = rows
        .iter()
        .map(|row| {
            (
                row["place"].as_str().unwrap(),
                row["state"]["word"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(words.contains(&("Thôn 2", "Đã ký 2026")), "{words:?}");
    assert!(words.contains(&("Thôn 1", "Chưa ký 2026")), "{words:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_writes_one_village_is_refused_the_rows_of_others_and_nothing_is_saved() {
    let (station, _dir, chief) = founded().await;
    let head = admitted(&chief, "Trịnh Thị Hạnh", "village-head", "village:1").await;
    workbook(
        head.base.path(),
        "ca xa.xlsx",
        &[
            vec!["Thôn", "Số hộ", "Chủ hộ"],
            vec!["Thôn 1", "981", "Lò Văn Một"],
            vec!["Thôn 2", "982", "Lò Văn Hai"],
        ],
    );
    let seen = open(&head.app, "ca xa.xlsx", "household").await;
    let told = wrongs(&seen);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].0, told[0].1.as_str()), (3, "A, Thôn"));
    assert!(told[0].2.contains("không được ghi ở Thôn 2"), "{told:?}");
    assert_eq!(fault(&head.app, "import_table", json!({})).await, "table_waits");
    assert!(found(&head.app, "household", "Lò Văn").await.is_empty());
    workbook(
        head.base.path(),
        "thon minh.xlsx",
        &[
            vec!["Thôn", "Số hộ", "Chủ hộ"],
            vec!["Thôn 1", "981", "Lò Văn Một"],
        ],
    );
    assert_eq!(open(&head.app, "thon minh.xlsx", "household").await["wrong"], 0);
    ask(&head.app, "import_table", json!({})).await;
    assert_eq!(found_in(&head.app, "village:1", "Lò Văn Một").await, 1);
    station.end().await;
}

/// Names that mean something to a program are names to us: taken in, shown, taken out, and nowhere reckoned or obeyed.
#[tokio::test]
async fn hostile_names_go_through_the_register_and_out_again_as_texts() {
    let (base, app) = practice().await;
    let names = ["=cmd()", "<w:p>&amp;]]>", "+84 912", "@SUM(1)"];
    let mut rows = vec![vec!["Số hộ", "Chủ hộ"]];
    let numbers = ["9911", "9912", "9913", "9914", "9915"];
    rows.extend(
        numbers
            .iter()
            .zip(names)
            .map(|(number, name)| vec![*number, name]),
    );
    // Turned by a mark that nobody sees it would read as another name.
    rows.push(vec![numbers[4], "\u{202e}nA n\u{103}V\u{202c} Lê"]);
    workbook(base.path(), "la.xlsx", &rows);
    let seen = open(&app, "la.xlsx", "household").await;
    assert_eq!(
        (seen["fresh"].as_u64(), seen["wrong"].as_u64()),
        (Some(5), Some(0)),
        "{seen}"
    );
    ask(&app, "import_table", json!({})).await;
    let turned = found(&app, "household", "9915").await;
    assert_eq!(turned[0]["title"], "nA năV Lê");
    let list = json!({"kinds": ["household"], "typed": "991", "place": "village:3", "filter": null, "sort": "", "voided": false, "from": 0, "count": 50});
    let take = |form: &str| json!({"ask": {"what": {"type": "list", "list": list}, "form": form, "place": "downloads", "reason": "Đối chiếu"}});
    let made = ask(&app, "export_list", take("xlsx")).await;
    let bytes = std::fs::read(made["path"].as_str().unwrap()).unwrap();
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let cells: Vec<String> = range.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    for name in names {
        assert!(cells.iter().any(|cell| cell == name), "{name}: {cells:?}");
    }
    let first = book.sheet_names()[0].clone();
    let formulas = book.worksheet_formula(&first).unwrap();
    assert!(formulas.is_empty(), "{formulas:?}");
    let made = ask(&app, "export_list", take("csv")).await;
    let text = std::fs::read_to_string(made["path"].as_str().unwrap()).unwrap();
    for cell in text.split(['"', ',', '\n']) {
        assert!(
            !cell.starts_with(['=', '+', '-', '@']),
            "{cell:?} would be reckoned"
        );
    }
}
