//! A file's bytes as sheets: what it is, whether it keeps within the limits, then its cells.

use crate::sheet::Sheet;
use crate::{csv, xlsx};

/// The largest file that is looked at, in bytes.
pub const FILE: usize = 20 << 20;
/// The most that a workbook may have unpacked, in bytes, all its parts together.
pub const UNPACKED: u64 = 100 << 20;
/// The most parts that a workbook may have.
pub const PARTS: usize = 2_000;
/// The most rows in which something stands, in all sheets together.
pub const ROWS: usize = 50_100;
/// The most cells in which something stands, in all sheets together.
pub const CELLS: usize = 2_000_000;
/// The widest table, in columns.
pub const COLUMNS: usize = 200;

/// Why a file cannot be opened. Nothing of it was used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// It is no table that is known here.
    #[error("the file is no workbook and no table of text")]
    NotATable,
    /// It is of Excel 97 to 2003.
    #[error("the file is of the old form of Excel")]
    OldForm,
    /// It is locked with a password.
    #[error("the file is locked with a password")]
    Locked,
    /// It is of another program.
    #[error("the file is of another program than Excel")]
    OtherProgram,
    /// It has more than is looked at: bytes, parts, rows or cells.
    #[error("the file is larger than {0:?} allow")]
    TooLarge(Limit),
    /// It is damaged.
    #[error("the file is damaged")]
    Damaged,
    /// Its letters are of an old code, before Unicode.
    #[error("the letters of the file are not Unicode")]
    Letters,
    /// Nothing stands in it.
    #[error("nothing stands in the file")]
    Empty,
    /// Whoever asked wants no more of it.
    #[error("stopped")]
    Stopped,
}

/// Which limit a file goes beyond.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// [`FILE`].
    File,
    /// [`UNPACKED`] or [`PARTS`].
    Unpacked,
    /// [`ROWS`].
    Rows,
    /// [`CELLS`] or [`COLUMNS`].
    Cells,
}

/// Who is told how many rows were read; what it says is whether to go on.
pub type Watch<'a> = &'a mut dyn FnMut(usize) -> bool;

/// The visible sheets of a file, those without anything left out.
///
/// # Errors
/// [`OpenError`].
pub fn open(bytes: &[u8], watch: Watch<'_>) -> Result<Vec<Sheet>, OpenError> {
    const ZIP: &[u8] = b"PK";
    const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    if bytes.len() > FILE {
        return Err(OpenError::TooLarge(Limit::File));
    }
    let mut counted = Counted {
        rows: 0,
        cells: 0,
        watch,
    };
    let mut sheets = if bytes.starts_with(ZIP) {
        xlsx::sheets(bytes, &mut counted)?
    } else if bytes.starts_with(OLE) {
        return Err(if is_locked(bytes) {
            OpenError::Locked
        } else {
            OpenError::OldForm
        });
    } else {
        vec![csv::sheet(bytes, &mut counted)?]
    };
    sheets.retain(|sheet| !sheet.rows.is_empty());
    if sheets.is_empty() {
        return Err(OpenError::Empty);
    }
    Ok(sheets)
}

/// Whether a file of parts in the old manner holds a locked workbook: the part has a name of its own, in UTF-16.
fn is_locked(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    bytes.windows(name.len()).any(|window| window == name)
}

/// What was read so far, against the limits.
pub(crate) struct Counted<'a> {
    rows: usize,
    cells: usize,
    watch: Watch<'a>,
}

impl Counted<'_> {
    /// A row in which something stands.
    ///
    /// # Errors
    /// It is one too many, or nobody wants more.
    pub fn row(&mut self) -> Result<(), OpenError> {
        self.rows += 1;
        if self.rows > ROWS {
            return Err(OpenError::TooLarge(Limit::Rows));
        }
        if self.rows.is_multiple_of(500) && !(self.watch)(self.rows) {
            return Err(OpenError::Stopped);
        }
        Ok(())
    }

    /// Cells in which something stands, the last in this column.
    ///
    /// # Errors
    /// They are too many, or too far to the right.
    pub fn cells(&mut self, more: usize, column: usize) -> Result<(), OpenError> {
        self.cells = self.cells.saturating_add(more);
        if self.cells > CELLS || column >= COLUMNS {
            return Err(OpenError::TooLarge(Limit::Cells));
        }
        Ok(())
    }
}
