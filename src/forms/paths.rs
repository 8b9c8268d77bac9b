//! Cells by name: dotted paths of ids or official labels, and back.

use super::form::{Form, Row, Table};
use super::keys::{Keys, Target};

impl Form {
    /// The cell that a dotted path of ids or labels names (`requests.received.total`): table and cell number.
    pub fn cell(&self, path: &str) -> Option<(usize, usize)> {
        let (table, rest) = path.split_once('.')?;
        match self.table_keys.find(table)? {
            Target::Leaf(at) => Some((*at, self.tables[*at].cell(rest)?)),
            Target::Group(_) => None,
        }
    }

    /// All cells below a path of ids: of a table, a group of rows, a row, or one cell.
    pub fn cells_at(&self, path: &str) -> Vec<(usize, usize)> {
        let (table, rest) = path.split_once('.').unwrap_or((path, ""));
        let Some((at, table)) = self.table(table) else { return vec![] };
        let cells = table.rows.iter().flat_map(|row| table.columns_of(row).iter().enumerate().map(move |(i, column)| (row, i, column)));
        let below = |id: &str| rest.is_empty() || id == rest || id.strip_prefix(rest).is_some_and(|more| more.starts_with('.'));
        cells
            .filter(|(row, _, column)| below(&row.id) || below(&format!("{}.{}", row.id, column.id)))
            .map(|(row, i, _)| (at, row.first_cell + i))
            .collect()
    }

    /// The same by ids or labels, as an author may write them (`disputes.行政复议`).
    pub fn cells_named(&self, path: &str) -> Vec<(usize, usize)> {
        let (table, rest) = path.split_once('.').unwrap_or((path, ""));
        let Some(Target::Leaf(at)) = self.table_keys.find(table) else { return vec![] };
        let table = &self.tables[*at];
        let cells = if rest.is_empty() { (0..table.cells).collect() } else { table.cells_named(&table.keys, rest) };
        cells.into_iter().map(|cell| (*at, cell)).collect()
    }
}

impl Table {
    /// The cell of a dotted path below the table, by ids or labels.
    pub fn cell(&self, path: &str) -> Option<usize> {
        let mut keys = &self.keys;
        let mut rest = path;
        loop {
            let (target, after) = first_part(keys, rest)?;
            match target {
                Target::Group(inner) => (keys, rest) = (inner, after),
                Target::Leaf(row) => {
                    let row = &self.rows[*row];
                    return match self.column_keys[row.columns].find(after)? {
                        Target::Leaf(column) => Some(row.first_cell + column),
                        Target::Group(_) => None,
                    };
                }
            }
        }
    }

    /// `table.row.column` of a cell, in ids.
    pub fn path_of(&self, cell: usize) -> String {
        let (row, column) = self.row_of(cell);
        format!("{}.{}.{}", self.id, row.id, column.id)
    }

    fn cells_named(&self, keys: &Keys, path: &str) -> Vec<usize> {
        if let Some(target) = keys.find(path) {
            return self.cells_of(target);
        }
        match first_part(keys, path) {
            Some((Target::Group(inner), after)) => self.cells_named(inner, after),
            _ => self.cell(path).into_iter().collect(),
        }
    }

    fn cells_of(&self, target: &Target) -> Vec<usize> {
        let of_row = |row: &Row| row.first_cell..row.first_cell + self.columns_of(row).len();
        match target {
            Target::Leaf(row) => of_row(&self.rows[*row]).collect(),
            Target::Group(inner) => inner.iter().flat_map(|(_, _, target)| self.cells_of(target)).collect(),
        }
    }
}

/// What the first part of a path names, and the rest. A label may hold a dot ("1.属于国家秘密"), so every cut is tried, the shortest first.
fn first_part<'k, 'p>(keys: &'k Keys, path: &'p str) -> Option<(&'k Target, &'p str)> {
    let mut cuts = path.match_indices('.').map(|(at, _)| at);
    cuts.find_map(|at| Some((keys.find(&path[..at])?, &path[at + 1..])))
}
