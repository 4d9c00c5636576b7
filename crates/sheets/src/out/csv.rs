//! A list as CSV: UTF-8 with the mark by which Excel knows it, commas, lines ended as RFC 4180 has them.

use super::{Book, Cell, List, WriteError, watched};

/// What makes a program reckon with a cell.
const BEGINS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Writes the first list of a book; its parts have no place in one table.
///
/// # Errors
/// [`WriteError::Stopped`].
pub fn csv(book: &Book, watch: &mut dyn FnMut(usize) -> bool) -> Result<Vec<u8>, WriteError> {
    let mut out = String::from('\u{feff}');
    for says in std::iter::once(&book.title).chain(&book.marks) {
        line(&mut out, std::iter::once(quoted(says)));
    }
    line(&mut out, std::iter::empty());
    let empty = List::default();
    let list = book.lists.first().unwrap_or(&empty);
    line(&mut out, list.heads.iter().map(|head| quoted(head)));
    for (at, row) in list.rows.iter().enumerate() {
        watched(at, watch)?;
        line(&mut out, row.iter().map(shown));
    }
    Ok(out.into_bytes())
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(&cell);
    }
    out.push_str("\r\n");
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => quoted(text),
        other => other.shown(),
    }
}

/// A text between quotes, with a mark wherever a program could begin to reckon. Also after what divides cells elsewhere: Excel
/// where lists are divided by `;` cuts a text there, quotes or not.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut begins = true;
    for c in text.chars() {
        if begins && BEGINS.contains(&c) {
            out.push('\'');
        }
        begins = match c {
            ';' | ',' | '\n' | '\t' => true,
            '"' | '\'' | ' ' | '\u{a0}' => begins,
            _ => false,
        };
        if c == '"' {
            out.push('"');
        }
        out.push(c);
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_begins_what_a_program_would_reckon() {
        for (text, written) in [
            ("An", "\"An\""),
            ("=cmd()", "\"'=cmd()\""),
            (" +84 912", "\" '+84 912\""),
            ("\"=1\"", "\"\"\"'=1\"\"\""),
            ("a;=1+1", "\"a;'=1+1\""),
            ("a\n-b", "\"a\n'-b\""),
            ("＝1", "\"'＝1\""),
            ("1-2", "\"1-2\""),
        ] {
            assert_eq!(quoted(text), written);
        }
    }
}
