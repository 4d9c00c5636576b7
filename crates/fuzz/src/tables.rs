//! Tables of others: workbooks, the sheets in them, CSV.

use std::io::{Cursor, Read as _, Write as _};

use sothon_sheets::guess::Known;
use sothon_sheets::open::ROWS;
use sothon_sheets::out::{self, Book, Cell, List};
use sothon_sheets::{Sheet, Subject, guess, open};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::Target;

pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "workbook",
        about: "a workbook as it lies there",
        seeds: workbooks,
        run: table,
        rounds: 400,
    },
    Target {
        name: "sheet",
        about: "a sheet, in a workbook whose lengths and checksums fit",
        seeds: || vec![part(SHEET)],
        run: sheet,
        rounds: 400,
    },
    Target {
        name: "shared-strings",
        about: "the texts of a workbook whose lengths and checksums fit",
        seeds: || vec![part(STRINGS)],
        run: strings,
        rounds: 400,
    },
    Target {
        name: "csv",
        about: "a table of text",
        seeds: texts,
        run: table,
        rounds: 4_000,
    },
];

const SHEET: &str = "xl/worksheets/sheet1.xml";
const STRINGS: &str = "xl/sharedStrings.xml";

fn honest() -> Book {
    let row = |number, name: &str| {
        vec![
            Cell::Plain(number),
            Cell::text(name),
            Cell::Day(Default::default()),
            Cell::text("=1+1"),
        ]
    };
    Book {
        title: "Hộ gia đình".to_owned(),
        marks: vec!["Chứa dữ liệu cá nhân.".to_owned()],
        foot: String::new(),
        author: String::new(),
        made: Default::default(),
        lists: vec![List {
            name: "Hộ".to_owned(),
            heads: ["Số hộ", "Chủ hộ", "Ngày ký", "Ghi chú"]
                .map(str::to_owned)
                .to_vec(),
            rows: vec![row(12, "Lường Văn Phóng"), row(13, "Kiều Thị Nhạn\nhai dòng")],
        }],
    }
}

fn workbooks() -> Vec<Vec<u8>> {
    out::xlsx(&honest(), &mut |_| true).into_iter().collect()
}

fn texts() -> Vec<Vec<u8>> {
    let csv = out::csv(&honest(), &mut |_| true).unwrap_or_default();
    let wide: Vec<u8> = "\u{feff}a\tb\r\n1\t2\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    vec![csv, wide, b"a;b\n\"1;2\";\"\"\"\"\n".to_vec()]
}

/// The parts of the honest workbook, one of them taken from elsewhere.
fn with(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let whole = workbooks().pop()?;
    let mut from = ZipArchive::new(Cursor::new(whole)).ok()?;
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut part = from.by_index(at).ok()?;
        let mut own = Vec::new();
        part.read_to_end(&mut own).ok()?;
        let named = part.name().ok()?.into_owned();
        let bytes = if named == name { bytes } else { &own };
        to.start_file(named, SimpleFileOptions::default()).ok()?;
        to.write_all(bytes).ok()?;
    }
    Some(to.finish().ok()?.into_inner())
}

fn part(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for whole in workbooks() {
        let mut zip = ZipArchive::new(Cursor::new(whole)).ok();
        let part = zip.as_mut().and_then(|zip| zip.by_name(name).ok());
        part.and_then(|mut part| part.read_to_end(&mut bytes).ok());
    }
    bytes
}

fn sheet(bytes: &[u8]) -> bool {
    with(SHEET, bytes).is_some_and(|whole| table(&whole))
}

fn strings(bytes: &[u8]) -> bool {
    with(STRINGS, bytes).is_some_and(|whole| table(&whole))
}

/// Opens a table and guesses what its columns mean.
fn table(bytes: &[u8]) -> bool {
    let Ok(sheets) = open(bytes, &mut |_| true) else {
        return false;
    };
    assert!(sheets.iter().map(|sheet| sheet.rows.len()).sum::<usize>() <= ROWS);
    for kind in ["household", "person", "pledge"] {
        let Some(subject) = Subject::of(kind) else {
            continue;
        };
        for sheet in &sheets {
            guess(sheet, subject, &Known::default());
        }
    }
    sheets.iter().any(|sheet: &Sheet| !sheet.rows.is_empty())
}
