//! A table of text: what Excel saves as CSV or as Unicode text, in whichever of its ways.

use crate::open::{Counted, OpenError};
use crate::sheet::{Cell, Row, Sheet};

/// Reads it.
///
/// # Errors
/// It is no text, or not Unicode; a limit.
pub(crate) fn sheet(bytes: &[u8], counted: &mut Counted<'_>) -> Result<Sheet, OpenError> {
    let text = text_of(bytes)?;
    let between = separator(&text);
    let mut sheet = Sheet::default();
    let mut rest = text.as_str();
    let mut number = 0;
    while !rest.is_empty() {
        number += 1;
        let (cells, after) = line(rest, between);
        rest = after;
        if cells.iter().all(Cell::is_empty) {
            continue;
        }
        counted.row()?;
        counted.cells(cells.len(), cells.len().saturating_sub(1))?;
        sheet.rows.push(Row { number, cells });
    }
    Ok(sheet)
}

fn text_of(bytes: &[u8]) -> Result<String, OpenError> {
    let wide = |bytes: &[u8], join: fn([u8; 2]) -> u16| {
        let (pairs, _) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| join(*pair)).collect();
        String::from_utf16(&units).map_err(|_| OpenError::NotATable)
    };
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return wide(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return wide(rest, u16::from_be_bytes);
    }
    // A text has no zero bytes; what has is a picture, a program, anything.
    if bytes.contains(&0) {
        return Err(OpenError::NotATable);
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    std::str::from_utf8(bytes)
        .map(str::to_owned)
        .map_err(|_| OpenError::Letters)
}

/// What stands between cells: of the three that are used the one that the first line has most of.
fn separator(text: &str) -> char {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let count = |c: char| first.matches(c).count();
    // The first of equals counts.
    let mut best = ',';
    for c in [';', '\t'] {
        if count(c) > count(best) {
            best = c;
        }
    }
    best
}

/// The cells of the first line (RFC 4180: quoted ones may hold lines), and what follows it.
fn line(text: &str, between: char) -> (Vec<Cell>, &str) {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        match c {
            '"' if quoted && letters.peek().is_some_and(|(_, next)| *next == '"') => {
                cell.push('"');
                letters.next();
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                quoted = true;
                cell.clear();
            }
            '\n' if !quoted => {
                cells.push(cell_of(&cell));
                return (cells, text.get(at + 1..).unwrap_or_default());
            }
            c if c == between && !quoted => {
                cells.push(cell_of(&cell));
                cell.clear();
            }
            c => cell.push(c),
        }
    }
    cells.push(cell_of(&cell));
    (cells, "")
}

/// An apostrophe before what a spreadsheet would take for a formula is how exports keep it from being one: it is no part
/// of the text.
fn cell_of(text: &str) -> Cell {
    let text = text.trim();
    let kept = text
        .strip_prefix('\'')
        .filter(|rest| rest.starts_with(['=', '+', '-', '@']));
    Cell::text(kept.unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::open;

    fn rows(bytes: &[u8]) -> Result<Vec<Vec<String>>, OpenError> {
        let sheets = open(bytes, &mut |_| true)?;
        let rows = sheets.iter().flat_map(|sheet| &sheet.rows);
        Ok(rows
            .map(|row| row.cells.iter().map(Cell::typed).collect())
            .collect())
    }

    #[test]
    fn whatever_stands_between_cells_a_table_reads_the_same() {
        let said = vec![
            vec!["Chủ hộ", "Số"],
            vec!["Lê \"An\"", "5, ngõ\n3"],
            vec!["=1+1", ""],
        ];
        let texts = [
            "Chủ hộ,Số\r\n\"Lê \"\"An\"\"\",\"5, ngõ\n3\"\r\n\r\n'=1+1,",
            "\u{feff}Chủ hộ;Số\n\"Lê \"\"An\"\"\";\"5, ngõ\n3\"\n'=1+1;\n",
            "Chủ hộ\tSố\n\"Lê \"\"An\"\"\"\t\"5, ngõ\n3\"\n'=1+1\t",
        ];
        for text in texts {
            assert_eq!(rows(text.as_bytes()).unwrap(), said);
            let mut wide = vec![0xff, 0xfe];
            let bare = text.trim_start_matches('\u{feff}');
            wide.extend(bare.encode_utf16().flat_map(u16::to_le_bytes));
            assert_eq!(rows(&wide).unwrap(), said);
        }
    }

    #[test]
    fn what_is_no_text_is_told_apart() {
        assert_eq!(rows(b""), Err(OpenError::Empty));
        assert_eq!(rows(b"\n \n;;"), Err(OpenError::Empty));
        assert_eq!(rows(b"\x89PNG\0\0"), Err(OpenError::NotATable));
        // "Hộ" in TCVN3.
        assert_eq!(rows(b"H\xe9"), Err(OpenError::Letters));
    }
}
