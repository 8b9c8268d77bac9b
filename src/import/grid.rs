//! The rows of a drawn table, matched with the rows and columns of a form.
//!
//! In: a grid and a table of a form. Out: [`Candidate`]s: a row of the form with the cells of the source that stand in its
//! columns. Columns are found by their headings; where those are torn from the figures, by their number; and where that
//! is not right either, the figures are handed on loose.

use super::cells::Piece;
use super::document::{At, Grid, GridCell};
use super::figure;
use super::labels::{Match, Names, folded};
use crate::forms::{CellKind, Part, Table};

/// A row of the source that means a row of the form.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub row: usize,
    pub how: Match,
    pub slots: Slots,
    pub label: String,
    pub at: At,
    /// The unit of money that the heading of its amount prints, where the form prints none.
    pub unit: Option<&'static str>,
    /// Put together from lines: how many figures there are says what they are, so the arithmetic must agree.
    pub torn: bool,
}

/// The cells of a row.
#[derive(Clone, Debug)]
pub(super) enum Slots {
    /// One for each column of the form.
    Placed(Vec<Piece>),
    /// One for each column but the last, which the source lacks or leaves doubtful.
    WithoutLast(Vec<Piece>),
    /// Figures whose columns are not known.
    Loose(Vec<Piece>),
}

impl Slots {
    pub fn pieces(&self) -> &[Piece] {
        match self {
            Slots::Placed(pieces) | Slots::WithoutLast(pieces) | Slots::Loose(pieces) => pieces,
        }
    }
}

/// A row with figures that no row of the form means.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Stray {
    pub label: String,
    pub figures: Vec<Piece>,
    pub at: At,
}

/// What a table of a form finds in a document.
#[derive(Default, Debug)]
pub(super) struct Findings {
    pub candidates: Vec<Candidate>,
    pub strays: Vec<Stray>,
    /// Column headings of the form that were seen.
    pub headings: usize,
}

/// Whether the table's rows stand side by side over one line of figures.
pub(super) fn is_across(table: &Table) -> bool {
    let labels = |block: &crate::forms::Block| block.body.iter().flatten().any(|cell| cell.part == Part::Label);
    table.blocks.iter().all(|block| block.body.len() == 1 && !labels(block))
}

/// One row of a grid.
struct Row<'a> {
    cells: Vec<&'a GridCell>,
    /// Those that are no figures, before the first figure.
    labels: Vec<&'a GridCell>,
    figures: usize,
}

impl<'a> Row<'a> {
    fn of(grid: &'a Grid, row: usize) -> Row<'a> {
        let cells = grid.row(row);
        let is_figure = |cell: &&GridCell| figure::is_figure(&cell.text);
        let first = cells.iter().position(is_figure).unwrap_or(cells.len());
        let labels = cells[..first].iter().copied().filter(|cell| !cell.text.trim().is_empty()).collect();
        let figures = cells.iter().copied().filter(|cell| is_figure(cell)).count();
        Row { cells, labels, figures }
    }

    fn label(&self) -> String {
        self.labels.iter().map(|cell| cell.text.trim()).collect::<Vec<_>>().join(" ")
    }

    fn texts(&self) -> Vec<&str> {
        self.labels.iter().map(|cell| cell.text.as_str()).collect()
    }

    /// The cells behind the last label.
    fn values(&self) -> Vec<&'a GridCell> {
        let after = self.labels.last().map_or(0, |cell| cell.column + cell.columns);
        self.cells.iter().copied().filter(|cell| cell.column >= after).collect()
    }

    fn at(&self) -> At {
        self.labels.last().or(self.cells.first()).map_or(At::default(), |cell| cell.at)
    }
}

/// Looks for the rows of a table in a grid.
pub(super) fn search(grid: &Grid, table: &Table, names: &Names, found: &mut Findings) {
    if is_across(table) {
        return super::across::search(grid, table, names, found);
    }
    let mut search = Search { grid, table, names, header: vec![], in_data: false, aligned: vec![] };
    for number in 0..grid.rows() {
        search.row(&Row::of(grid, number), found);
    }
    search.finish(found);
}

struct Search<'a> {
    grid: &'a Grid,
    table: &'a Table,
    names: &'a Names,
    /// Headings above the rows that follow.
    header: Vec<&'a GridCell>,
    in_data: bool,
    /// Rows placed by their headings, and whether they have empty cells; final only when all rows are.
    aligned: Vec<(Candidate, bool)>,
}

impl<'a> Search<'a> {
    fn row(&mut self, row: &Row<'a>, found: &mut Findings) {
        let narrow = self.left_of_headings(row);
        let row = narrow.as_ref().unwrap_or(row);
        let matched = if self.is_heading(row) { None } else { self.names.row(&row.texts()) };
        match matched {
            Some((number, how)) if !row.values().is_empty() && self.suits(number, row) => {
                self.in_data = true;
                let candidate =
                    |slots| Candidate { row: number, how, slots, label: row.label(), at: row.at(), unit: self.unit(number), torn: false };
                match self.by_heading(number, row) {
                    Some(cells) => {
                        let blank = cells.iter().any(|cell| cell.text.trim().is_empty());
                        self.aligned.push((candidate(Slots::Placed(cells)), blank));
                    }
                    None => found.candidates.push(candidate(self.by_count(number, row))),
                }
            }
            _ if row.figures > 0 => {
                self.in_data = true;
                let figures = row.values().into_iter().filter(|cell| figure::is_figure(&cell.text));
                let figures = figures.map(piece).collect();
                found.strays.push(Stray { label: row.label(), figures, at: row.at() });
            }
            _ if !row.labels.is_empty() => {
                if std::mem::take(&mut self.in_data) {
                    self.header.clear();
                }
                self.header.extend(&row.labels);
                found.headings += row.labels.iter().filter(|cell| self.any_column(&cell.text)).count();
            }
            _ => {}
        }
    }

    /// The row with only what stands left of the headings as its label, where that is the label of a row: a cell that is
    /// no figure, under a heading, is a figure nobody can read.
    fn left_of_headings(&self, row: &Row<'a>) -> Option<Row<'a>> {
        let first = self.header.iter().filter(|cell| self.any_column(&cell.text)).map(|cell| cell.column).min()?;
        let labels: Vec<&GridCell> = row.labels.iter().copied().filter(|cell| cell.column < first).collect();
        let texts: Vec<&str> = labels.iter().map(|cell| cell.text.as_str()).collect();
        let known = self.names.row(&texts).is_some_and(|(_, how)| how == Match::Exact);
        (labels.len() < row.labels.len() && known && row.figures > 0).then(|| Row {
            cells: row.cells.clone(),
            labels,
            figures: row.figures,
        })
    }

    fn any_column(&self, text: &str) -> bool {
        (0..self.table.columns.len()).any(|set| self.names.column(set, text).is_some())
    }

    fn is_heading(&self, row: &Row) -> bool {
        let columns = row.labels.iter().filter(|cell| self.any_column(&cell.text)).count();
        row.figures == 0
            && (columns >= 2
                || (columns == 1 && row.labels.len() <= 2 && self.names.row(&row.texts()).is_none_or(|(_, how)| how != Match::Exact)))
    }

    /// Whether the headings above are those of the row: forms differ in what they ask for in rows of one name.
    fn suits(&self, number: usize, row: &Row) -> bool {
        let set = self.table.rows[number].columns;
        if self.table.columns.len() == 1 {
            return true;
        }
        let columns = self.table.columns[set].len();
        let seen = self.header.iter().filter(|cell| !is_block_heading(cell, self.names)).count();
        let known = self.header_columns(set).len();
        seen == 0 && row.values().len() >= columns || known * 2 >= columns && known > 0
    }

    /// The unit that stands in the heading over the amounts of a row.
    fn unit(&self, number: usize) -> Option<&'static str> {
        let set = self.table.rows[number].columns;
        let amounts = |cell: &&&GridCell| {
            self.names.column(set, &cell.text).is_some_and(|column| self.table.columns[set][column].kind == CellKind::Amount)
        };
        self.header.iter().find(amounts).and_then(|cell| figure::unit_in(&cell.text))
    }

    /// Column of the form and column of the grid, for every heading known and unambiguous.
    fn header_columns(&self, set: usize) -> Vec<(usize, usize)> {
        let mut columns: Vec<(usize, usize)> = vec![];
        for cell in &self.header {
            // "（单位：元）" over a column that counts in 万元 asks for something else.
            let unit = |column: usize| figure::unit_in(&cell.text).zip(self.table.columns[set][column].unit.as_deref());
            let other_unit = |column: &usize| unit(*column).is_some_and(|(printed, own)| printed != own);
            if let Some(column) = self.names.column(set, &cell.text).filter(|column| !other_unit(column)) {
                columns.push((column, cell.column));
            }
        }
        let once = |&(column, _): &(usize, usize)| columns.iter().filter(|one| one.0 == column).count() == 1;
        let mut known: Vec<_> = columns.iter().copied().filter(once).collect();
        known.sort_unstable();
        known
    }

    /// The cells under the headings of the row's columns; `None` unless every column has its heading, in order, and at
    /// most one cell with something in it, and no figure stands outside.
    fn by_heading(&self, number: usize, row: &Row<'a>) -> Option<Vec<Piece>> {
        let set = self.table.rows[number].columns;
        let known = self.header_columns(set);
        let all = known.len() == self.table.columns[set].len() && known.windows(2).all(|pair| pair[0].1 < pair[1].1);
        let first = known.first()?.1;
        let label_end = row.labels.last().map_or(0, |cell| cell.column + cell.columns);
        if !all || label_end > first || row.cells.iter().any(|cell| cell.column < first && figure::is_figure(&cell.text)) {
            return None;
        }
        let ends = known.iter().skip(1).map(|one| one.1).chain([self.grid.columns().max(first + 1)]);
        known.iter().zip(ends).map(|(&(_, start), end)| only_cell(row, start, end)).collect()
    }

    /// By number of cells, where the headings do not tell.
    fn by_count(&self, number: usize, row: &Row<'a>) -> Slots {
        let columns = self.table.columns_of(&self.table.rows[number]).len();
        let values = row.values();
        let strange = values.iter().any(|cell| !cell.text.trim().is_empty() && !figure::is_figure(&cell.text));
        let filled: Vec<Piece> = values.iter().copied().filter(|cell| !cell.text.trim().is_empty()).map(piece).collect();
        // Bars after the last figure may stand for no cell; before it, they are empty cells.
        let whole = values.last().is_some_and(|cell| figure::is_figure(&cell.text)) && !strange;
        if values.len() == columns && (self.grid.exact || self.grid.sparse && whole) {
            return Slots::Placed(values.into_iter().map(piece).collect());
        }
        let first = values.iter().position(|cell| !cell.text.trim().is_empty());
        let last = values.iter().rposition(|cell| !cell.text.trim().is_empty());
        let (Some(first), Some(last)) = (first, last) else { return Slots::Loose(filled) };
        let inner: Vec<Piece> = values[first..=last].iter().copied().map(piece).collect();
        match inner.len() {
            // With more cells than columns, an empty one among the figures may be what is too many.
            count if count == columns && !strange && (filled.len() == columns || values.len() == columns) => Slots::Placed(inner),
            count if count + 1 == columns && first == 0 && !strange && !self.grid.exact && !self.grid.sparse => Slots::WithoutLast(inner),
            _ => Slots::Loose(filled),
        }
    }

    /// In a grid without explicit cells an empty cell is only sure where every row stands under its headings.
    fn finish(self, found: &mut Findings) {
        let sure = self.grid.exact || found.candidates.is_empty() && !self.grid.sparse;
        for (mut candidate, blank) in self.aligned {
            if blank && !sure {
                let Slots::Placed(cells) = &candidate.slots else { continue };
                let figures: Vec<Piece> = cells.iter().filter(|cell| !cell.text.trim().is_empty()).cloned().collect();
                let at_end = cells.iter().take_while(|cell| !cell.text.trim().is_empty()).count() == figures.len();
                candidate.slots = match figures.len() + 1 == cells.len() && at_end && !self.grid.sparse {
                    true => Slots::WithoutLast(figures),
                    false => Slots::Loose(figures),
                };
            }
            found.candidates.push(candidate);
        }
    }
}

/// The heading over a block, or the corner: not the heading of a column.
fn is_block_heading(cell: &GridCell, names: &Names) -> bool {
    let text = folded(&cell.text);
    cell.columns > 2 && text.starts_with("第") || text == "信息内容" || (text.starts_with("第二十条") && names.has_piece(&text))
}

fn only_cell(row: &Row, start: usize, end: usize) -> Option<Piece> {
    let cells: Vec<&&GridCell> = row.cells.iter().filter(|cell| cell.column < end && cell.column + cell.columns > start).collect();
    let mut filled = cells.iter().filter(|cell| !cell.text.trim().is_empty());
    match (filled.next(), filled.next()) {
        (Some(only), None) if only.column >= start => Some(piece(only)),
        (None, None) => cells.first().map(|cell| piece(cell)),
        _ => None,
    }
}

pub(super) fn piece(cell: &GridCell) -> Piece {
    Piece { text: cell.text.trim().to_string(), at: cell.at }
}
