//! Where panels stand: from left to right, and on a new line where the next does not fit.

use super::model::{Board, Row};

/// Columns of the grid.
pub(crate) const COLUMNS: u32 = 24;

/// A rectangle of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// A row's line, and a place for each of its panels.
#[derive(Debug)]
pub(crate) struct PlacedRow<'a> {
    pub(crate) row: &'a Row,
    pub(crate) y: u32,
    pub(crate) places: Vec<Place>,
}

/// Panels below their row. A closed row takes one line; its panels are placed as if it were open.
pub(crate) fn places(board: &Board) -> Vec<PlacedRow<'_>> {
    let mut rows = Vec::new();
    let mut y = 0;
    for row in &board.rows {
        let below = y + 1;
        let (places, end) = flow(row, below);
        rows.push(PlacedRow { row, y, places });
        y = if row.collapsed { below } else { end };
    }
    rows
}

fn flow(row: &Row, start: u32) -> (Vec<Place>, u32) {
    let (mut x, mut y, mut tallest) = (0, start, 0);
    let mut places = Vec::new();
    for panel in &row.panels {
        let width = panel.width.min(COLUMNS);
        if x + width > COLUMNS {
            (x, y, tallest) = (0, y + tallest, 0);
        }
        places.push(Place {
            x,
            y,
            width,
            height: panel.height,
        });
        x += width;
        tallest = tallest.max(panel.height);
    }
    (places, y + tallest)
}
