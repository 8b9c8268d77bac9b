//! Tables whose rows stand side by side over one line of figures (行政复议、行政诉讼).
//!
//! In: a grid, or the runs of a torn table. Out: one [`Candidate`] for each group of columns, where the headings or the
//! number of figures leave no choice.

use super::cells::{Piece, Run};
use super::document::{At, Grid, GridCell};
use super::figure;
use super::grid::{Candidate, Findings, Slots, Stray, piece};
use super::labels::{Match, Names, folded};
use super::torn;
use crate::forms::Table;

/// Looks for the line of figures in a grid.
pub(super) fn search(grid: &Grid, table: &Table, names: &Names, found: &mut Findings) {
    let mut header: Vec<&GridCell> = vec![];
    for number in 0..grid.rows() {
        let cells = grid.row(number);
        let filled = |cell: &&&GridCell| !cell.text.trim().is_empty();
        let figures = cells.iter().filter(|cell| figure::is_figure(&cell.text)).count();
        let labels = cells.iter().filter(filled).count() - figures;
        let empty_line = figures == 0 && labels == 0 && grid.exact && cells.len() >= table.cells;
        match figures > 0 && labels <= 1 || empty_line {
            true => line(grid, &cells, &std::mem::take(&mut header), table, names, found),
            false => header.extend(cells.iter().copied().filter(|cell| !cell.text.trim().is_empty())),
        }
    }
}

/// Headings of columns, left to right: the column of the form, and that of the grid.
fn leaves(header: &[&GridCell], names: &Names) -> Vec<(usize, usize)> {
    let leaf = |cell: &&GridCell| Some((cell.column, names.column(0, &cell.text)?));
    let mut leaves: Vec<(usize, usize)> = header.iter().filter_map(leaf).collect();
    leaves.sort_unstable();
    leaves.dedup();
    leaves.into_iter().map(|(at, column)| (column, at)).collect()
}

/// The rows of the form that the headings name, in the order of the grid; all of them where none is named.
fn groups(header: &[&GridCell], table: &Table, names: &Names) -> Option<Vec<usize>> {
    let mut named: Vec<(usize, usize)> = header
        .iter()
        .filter_map(|cell| names.row(&[&cell.text]).filter(|(_, how)| *how == Match::Exact).map(|(row, _)| (cell.column, row)))
        .collect();
    named.sort_unstable();
    let rows: Vec<usize> = named.into_iter().map(|(_, row)| row).collect();
    match rows.len() {
        0 => Some((0..table.rows.len()).collect()),
        _ if rows.windows(2).all(|pair| pair[0] < pair[1]) => Some(rows),
        _ => None,
    }
}

fn line(grid: &Grid, cells: &[&GridCell], header: &[&GridCell], table: &Table, names: &Names, found: &mut Findings) {
    let columns = table.columns[0].len();
    let leaves = leaves(header, names);
    found.headings += leaves.len();
    if leaves.len() < columns {
        return;
    }
    let in_order = leaves.iter().enumerate().all(|(at, (column, _))| *column == at % columns);
    let at = cells.first().map_or(At::default(), |cell| cell.at);
    let groups = groups(header, table, names).filter(|groups| in_order && groups.len() * columns == leaves.len());
    let whole = in_order && leaves.len() == table.cells || !grid.exact && all_in_turn(header, table, names);
    let rows = groups.or_else(|| whole.then(|| (0..table.rows.len()).collect()));
    let placed = rows.and_then(|rows| {
        let values = under(grid, cells, &leaves).or_else(|| by_count(grid, cells, rows.len() * columns))?;
        Some((rows, values))
    });
    match placed {
        Some((rows, values)) => put(&rows, &values, columns, false, at, table, found),
        None => {
            let figures = cells.iter().copied().filter(|cell| figure::is_figure(&cell.text)).map(piece).collect();
            found.strays.push(Stray { label: table.label.clone(), figures, at });
        }
    }
}

/// Whether the headings, line by line, are those of every group in turn: merged cells are not padded in some texts, so
/// that headings do not stand over their figures.
fn all_in_turn(header: &[&GridCell], table: &Table, names: &Names) -> bool {
    let columns = table.columns[0].len();
    let turn: Vec<usize> = header.iter().filter_map(|cell| names.column(0, &cell.text)).collect();
    turn.len() == table.cells && turn.iter().enumerate().all(|(at, column)| *column == at % columns)
}

/// One cell below each heading, and no figure elsewhere.
fn under(grid: &Grid, cells: &[&GridCell], leaves: &[(usize, usize)]) -> Option<Vec<Piece>> {
    let values: Option<Vec<&GridCell>> =
        leaves.iter().map(|(_, column)| cells.iter().copied().find(|cell| cell.column == *column && cell.columns == 1)).collect();
    let values = values?;
    let elsewhere = cells.iter().any(|cell| figure::is_figure(&cell.text) && !values.iter().any(|value| value.column == cell.column));
    let empty = values.iter().any(|cell| cell.text.trim().is_empty());
    (!elsewhere && !grid.sparse && (grid.exact || !empty)).then(|| values.into_iter().map(piece).collect())
}

fn by_count(grid: &Grid, cells: &[&GridCell], count: usize) -> Option<Vec<Piece>> {
    let filled: Vec<Piece> = cells.iter().copied().filter(|cell| figure::is_figure(&cell.text)).map(piece).collect();
    let first = cells.iter().position(|cell| figure::is_figure(&cell.text));
    let last = cells.iter().rposition(|cell| figure::is_figure(&cell.text));
    // An empty cell among the figures may stand for one of them.
    if filled.len() == count && first.zip(last).is_some_and(|(first, last)| last + 1 - first == count) {
        return Some(filled);
    }
    let all: Vec<Piece> =
        cells.iter().copied().filter(|cell| cell.text.trim().is_empty() || figure::is_figure(&cell.text)).map(piece).collect();
    (grid.exact && all.len() == count && cells.len() == count).then_some(all)
}

fn put(rows: &[usize], values: &[Piece], columns: usize, torn: bool, at: At, table: &Table, found: &mut Findings) {
    for (row, cells) in rows.iter().zip(values.chunks(columns)) {
        let label = table.rows[*row].full_label.clone();
        found.candidates.push(Candidate {
            row: *row,
            how: Match::Exact,
            slots: Slots::Placed(cells.to_vec()),
            label,
            at,
            unit: None,
            torn,
        });
    }
}

/// Looks for the line of figures in a torn table.
pub(super) fn search_runs(runs: &[Run], table: &Table, names: &Names, found: &mut Findings) {
    let columns = table.columns[0].len();
    let rows: Vec<usize> = (0..table.rows.len()).collect();
    let mut text = String::new();
    for run in runs {
        let labels: Vec<&str> = run.labels.iter().map(|piece| piece.text.as_str()).collect();
        text.push_str(&folded(&labels.concat()));
        let headed = names.columns_in(0, &text) == columns;
        let fits = run.figures.len() == table.cells;
        // Headings torn beyond reading: the name of a group and the arithmetic of all of them must do.
        let adds_up = || rows.iter().zip(run.figures.chunks(columns)).all(|(row, cells)| torn::holds(table, *row, cells) == Some(true));
        match run.figures.first() {
            Some(first) if fits && (headed || names.rows_in(&text) > 0 && adds_up()) => {
                found.headings += columns;
                put(&rows, &run.figures, columns, true, first.at, table, found);
            }
            Some(first) if headed => {
                found.headings += columns;
                found.strays.push(Stray { label: table.label.clone(), figures: run.figures.clone(), at: first.at });
            }
            Some(_) => {}
            None => continue,
        }
        text.clear();
    }
}
