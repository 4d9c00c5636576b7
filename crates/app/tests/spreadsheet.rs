//! What another program makes of our tables, and ours of that program's: real LibreOffice reads what the app takes out, and
//! the app takes in what LibreOffice saved. Without it (`soffice`, Debian's libreoffice-calc) the tests fail.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{App, ask, practice};
use calamine::{Data, Reader as _, Xlsx};
use serde_json::{Value, json};

/// The form of CSV: commas, quotes, UTF-8, cells as they are shown, each sheet in a file of its own.
const CSV: &str = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1";

/// Lets LibreOffice write files in another form, into a folder.
fn converts(files: &[&Path], into: &str, folder: &Path) {
    let profile = folder.join("profile");
    let done = Command::new("soffice")
        .arg("--headless")
        .arg(format!("-env:UserInstallation=file://{}", profile.display()))
        .args(["--convert-to", into, "--outdir"])
        .arg(folder)
        .args(files)
        .output()
        .expect("soffice of libreoffice-calc is needed");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{said}");
}

/// What a converted file is called.
fn converted(file: &Path, folder: &Path, more: &str) -> PathBuf {
    folder.join(format!("{}{more}", file.file_stem().unwrap().to_str().unwrap()))
}

/// The cells of a table of text (RFC 4180).
fn cells(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                row.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            c => row.last_mut().unwrap().push(c),
        }
    }
    rows.pop();
    rows
}

/// A cell of ours as a spreadsheet shows it, in which thousands are set apart.
fn shown(cell: &Data) -> String {
    match cell {
        Data::DateTime(at) => {
            let (year, month, day, hour, minute, ..) = at.to_ymd_hms_milli();
            let date = format!("{day:02}/{month:02}/{year}");
            match at.as_f64().fract() == 0.0 {
                true => date,
                false => format!("{date} {hour:02}:{minute:02}"),
            }
        }
        other => other.to_string(),
    }
}

async fn take(app: &App, kind: &str) -> PathBuf {
    let list = json!({"kinds": [kind], "typed": "", "place": null, "filter": null, "sort": "", "voided": false, "from": 0, "count": 1});
    let ask_for = json!({"ask": {"what": {"type": "list", "list": list}, "form": "xlsx", "place": "downloads", "reason": "Nộp cho Ủy ban"}});
    PathBuf::from(ask(app, "export_list", ask_for).await["path"].as_str().unwrap())
}

/// Compares each cell of each sheet of a workbook with what LibreOffice shows; gives how many cells are days or moments.
fn compared(file: &Path, folder: &Path) -> usize {
    let mut book = Xlsx::new(Cursor::new(std::fs::read(file).unwrap())).unwrap();
    let mut days = 0;
    for name in book.sheet_names().to_owned() {
        let range = book.worksheet_range(&name).unwrap();
        let path = converted(file, folder, &format!("-{name}.csv"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        let theirs = cells(&text);
        assert_eq!(theirs.len(), range.height(), "{name}");
        for (row, (ours, theirs)) in range.rows().zip(&theirs).enumerate() {
            assert_eq!(ours.len(), theirs.len(), "{name}, row {row}");
            for (ours, theirs) in ours.iter().zip(theirs) {
                days += usize::from(matches!(ours, Data::DateTime(_)));
                let is_number = matches!(ours, Data::Float(_) | Data::Int(_));
                let theirs = if is_number {
                    theirs.replace(',', "")
                } else {
                    theirs.clone()
                };
                assert_eq!(theirs, shown(ours), "{name}, row {row}");
            }
        }
    }
    days
}

/// What the pages of a workbook say on paper.
fn pages(file: &Path, folder: &Path) -> Vec<String> {
    converts(&[file], "pdf", folder);
    let text = Command::new("pdftotext")
        .args(["-layout", "-enc", "UTF-8"])
        .arg(converted(file, folder, ".pdf"))
        .arg("-")
        .output()
        .expect("pdftotext of poppler-utils is needed");
    let text = String::from_utf8(text.stdout).unwrap();
    let pages = text.split('\u{c}').filter(|page| !page.trim().is_empty());
    pages.map(str::to_owned).collect()
}

/// The texts that a record holds: nothing of it may be reckoned, cut or turned.
const TEXTS: [(&str, &str); 4] = [
    ("place", "=HYPERLINK(\"http://example.org\";\"Nhà văn hóa\")"),
    ("speaker", "+84 912, Đặng Thị Hường"),
    ("handed_out", "-2+3 tờ, @SUM(A1)"),
    ("result", "=1+1\nNgười dân hỏi: “Ai chịu trách nhiệm?”"),
];

#[tokio::test]
async fn libre_office_reads_each_cell_as_it_was_written_none_as_a_formula_and_heads_each_page() {
    let (_base, app) = practice().await;
    let folder = tempfile::tempdir().unwrap();
    let mut values = json!({"form": "talk", "theme": "harm", "date": "05/01/2026", "lead": "police",
        "audience": "everybody", "attendance": "12345", "cost": "7500000"});
    for (field, text) in TEXTS {
        values[field] = json!(text);
    }
    let long = "Đường làng, ngõ xóm. ".repeat(400);
    for place in [TEXTS[0].1, "Nhà\u{202e} văn\u{202c} hóa \u{200f}Đông Sơn"] {
        values["place"] = json!(place);
        let input = json!({"kind": "outreach", "values": values, "subs": []});
        ask(&app, "save", json!({ "input": input })).await;
        values["result"] = json!(long.trim());
    }
    let outreach = take(&app, "outreach").await;
    let households = take(&app, "household").await;
    let lists = [outreach.as_path(), households.as_path()];

    converts(&lists, CSV, folder.path());
    let days = compared(&outreach, folder.path());
    assert!(days >= 2, "{days} days");
    compared(&households, folder.path());
    let sheet = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut sheets = sheet.filter(|path| path.extension().is_some_and(|ending| ending == "csv"));
    let of = |path: &PathBuf| {
        path.to_str()
            .unwrap()
            .contains(outreach.file_stem().unwrap().to_str().unwrap())
    };
    let text = std::fs::read_to_string(sheets.find(of).unwrap()).unwrap();
    let all: Vec<String> = cells(&text).concat();
    for (_, text) in TEXTS {
        assert!(all.iter().any(|cell| cell == text), "{text}: {all:?}");
    }
    for text in [
        long.trim(),
        "Nhà văn hóa Đông Sơn",
        "05/01/2026",
        "12,345",
        "7,500,000",
    ] {
        assert!(all.iter().any(|cell| cell == text), "{text}: {all:?}");
    }

    // What it took for days are days, and for formulas nothing.
    converts(&lists, "fods", folder.path());
    let flat = std::fs::read_to_string(converted(&outreach, folder.path(), ".fods")).unwrap();
    assert_eq!(flat.matches("office:value-type=\"date\"").count(), days);
    assert!(flat.contains("office:date-value=\"2026-01-05\""));
    assert!(!flat.contains("table:formula"));

    // On paper the heads stand over each page, and each page says which one it is.
    let pages = pages(&households, folder.path());
    assert!(pages.len() > 3, "{} pages", pages.len());
    for (at, page) in pages.iter().enumerate() {
        assert!(page.contains("STT"), "page {at}: {page}");
        assert!(
            page.contains(&format!("{} / {}", at + 1, pages.len())),
            "page {at}: {page}"
        );
    }
}

/// A cell of a flat document of LibreOffice: its attributes and what it shows.
fn cell(attributes: &str, says: &str) -> String {
    format!("<table:table-cell {attributes}><text:p>{says}</text:p></table:table-cell>")
}

fn text(says: &str) -> String {
    cell("office:value-type=\"string\"", says)
}

fn day(day: &str) -> String {
    cell(
        &format!("table:style-name=\"day\" office:value-type=\"date\" office:date-value=\"{day}\""),
        "",
    )
}

/// A cell over several rows and columns.
fn wide(rows: u8, columns: u8, says: &str) -> String {
    let over = format!("table:number-rows-spanned=\"{rows}\" table:number-columns-spanned=\"{columns}\"");
    cell(&format!("office:value-type=\"string\" {over}"), says)
}

/// A table as people keep it: a title over it, heads of two rows, a village and a number written once for several rows, days
/// that are days, a name and a number that are reckoned.
fn workbook() -> String {
    let under = || "<table:covered-table-cell/>".to_owned();
    let name =
        "table:formula=\"of:=&quot;Lường &quot;&amp;&quot;Văn Phóng&quot;\" office:value-type=\"string\"";
    let rows = [
        vec![
            wide(1, 5, "DANH SÁCH NHÂN KHẨU"),
            under(),
            under(),
            under(),
            under(),
        ],
        vec![
            wide(2, 1, "Thôn"),
            wide(2, 1, "Số hộ"),
            wide(1, 3, "Nhân khẩu"),
            under(),
            under(),
        ],
        vec![
            under(),
            under(),
            text("Họ và tên"),
            text("Ngày sinh"),
            text("Quan hệ với chủ hộ"),
        ],
        vec![
            wide(3, 1, "Thôn 2"),
            wide(2, 1, "971"),
            cell(name, ""),
            day("1966-03-05"),
            text("Chủ hộ"),
        ],
        vec![
            under(),
            under(),
            text("Lường Thị Xoan"),
            day("1970-11-30"),
            text("Vợ"),
        ],
        vec![
            under(),
            cell("table:formula=\"of:=[.B4]+1\" office:value-type=\"float\"", ""),
            text("Lò Văn Tấn"),
            day("1990-01-05"),
            text("Chủ hộ"),
        ],
    ];
    let rows: String = rows
        .iter()
        .map(|row| format!("<table:table-row>{}</table:table-row>", row.concat()))
        .collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
 xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:automatic-styles>
<number:date-style style:name="dmy"><number:day number:style="long"/><number:text>/</number:text><number:month
 number:style="long"/><number:text>/</number:text><number:year number:style="long"/></number:date-style>
<style:style style:name="day" style:family="table-cell" style:data-style-name="dmy"/>
</office:automatic-styles>
<office:body><office:spreadsheet><table:table table:name="Trang 1">{rows}</table:table></office:spreadsheet></office:body>
</office:document>"#
    )
}

#[tokio::test]
async fn what_libre_office_saved_is_taken_in_with_its_days_its_reckoned_cells_and_its_merged_ones() {
    let (base, app) = practice().await;
    let folder = tempfile::tempdir().unwrap();
    let flat = folder.path().join("nhan khau.fods");
    std::fs::write(&flat, workbook()).unwrap();
    converts(&[&flat], "xlsx", folder.path());
    std::fs::copy(
        folder.path().join("nhan khau.xlsx"),
        base.path().join("nhan khau.xlsx"),
    )
    .unwrap();

    let opened = json!({"file": "downloads/nhan khau.xlsx", "kind": "household", "place": null});
    let seen = ask(&app, "open_table", opened).await;
    assert_eq!(
        (&seen["headRow"], &seen["wrongs"]),
        (&json!(3), &json!([])),
        "{seen:#}"
    );
    let columns: Vec<[&Value; 3]> = seen["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| [&column["head"], &column["sample"], &column["into"]])
        .collect();
    let told = json!([
        ["Thôn", "Thôn 2", "village"],
        ["Số hộ", "971", "number"],
        ["Họ và tên", "Lường Văn Phóng", "members/name"],
        ["Ngày sinh", "05/03/1966", "members/born"],
        ["Quan hệ với chủ hộ", "Chủ hộ", "members/relation"],
    ]);
    assert_eq!(json!(columns), told);
    assert_eq!(seen["records"], 2, "{seen:#}");
    ask(&app, "import_table", json!({})).await;

    let found = async |typed: &str| {
        let list = json!({"ask": {"kinds": ["household"], "typed": typed, "place": "village:2", "sort": "", "voided": false, "from": 0, "count": 9}});
        ask(&app, "list", list).await["rows"].as_array().unwrap().clone()
    };
    let rows = found("Lường Văn Phóng").await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    let page = ask(&app, "record", json!({"key": rows[0]["key"], "reason": null}))
        .await
        .to_string();
    for says in ["971", "05/03/1966", "Lường Thị Xoan", "30/11/1970"] {
        assert!(page.contains(says), "{says}: {page}");
    }
    let rows = found("972").await;
    assert_eq!(rows[0]["title"], "Lò Văn Tấn", "{rows:?}");
}
