//! Merged cells: what was written once for several rows holds for each of them.

use crate::open::{Counted, OpenError};
use crate::sheet::{Cell, Row};

/// A region of merged cells: rows and columns from 0, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Region {
    pub top: u32,
    pub bottom: u32,
    pub left: u32,
    pub right: u32,
}

/// The most rows that one region fills.
const TALLEST: u32 = 1_000;

/// Writes into each row what stands in the first row of its region. Across columns nothing is filled: a title over the
/// whole table is no value of each column.
///
/// # Errors
/// What is filled counts against the limit of cells.
pub(crate) fn fill(rows: &mut [Row], regions: &[Region], counted: &mut Counted<'_>) -> Result<(), OpenError> {
    for region in regions {
        let column = usize::try_from(region.left).unwrap_or(usize::MAX);
        if region.bottom <= region.top || region.bottom - region.top > TALLEST {
            continue;
        }
        let first = rows.partition_point(|row| row.number <= region.top);
        let Some(value) = rows
            .get(first)
            .filter(|row| row.number == region.top + 1)
            .map(|row| row.cell(column).clone())
            .filter(|cell| !cell.is_empty())
        else {
            continue;
        };
        let below = rows.get_mut(first + 1..).unwrap_or_default();
        // Only rows in which something stands: a region does not make rows.
        for row in below.iter_mut().take_while(|row| row.number <= region.bottom + 1) {
            if row.cell(column).is_empty() {
                counted.cells(1, column)?;
                if row.cells.len() <= column {
                    row.cells.resize(column + 1, Cell::Empty);
                }
                if let Some(cell) = row.cells.get_mut(column) {
                    *cell = value.clone();
                }
            }
        }
    }
    Ok(())
}
