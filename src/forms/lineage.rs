//! Which cell of one form continues which cell of the form before, and where a series breaks.
//!
//! In: forms that follow each other. Out: a [`Lineage`]: every row of every table once, with its source in each form.
//! Made once; comparing a unit's years is then only looking up numbers.

use std::sync::Arc;

use super::file::CrosswalkFile;
use super::form::{CellKind, Form};
use crate::names::Words;

/// What a form says about the form that it follows.
#[derive(Debug)]
pub(super) struct Crosswalk {
    pub follows: String,
    continues: Vec<String>,
    breaks: Vec<(Vec<String>, Break)>,
}

impl Crosswalk {
    pub(super) fn compile(file: &CrosswalkFile) -> Crosswalk {
        let breaks = file.breaks.iter().map(|one| (one.cells.clone(), Break { why: one.why.clone(), comparable: one.comparable }));
        Crosswalk {
            follows: file.follows.clone(),
            continues: file.continues.iter().flat_map(|one| one.cells.clone()).collect(),
            breaks: breaks.collect(),
        }
    }

    /// All paths it names in its own form.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.continues.iter().chain(self.breaks.iter().flat_map(|(cells, _)| cells)).map(String::as_str)
    }

    fn break_at(&self, path: &str) -> Option<&Break> {
        self.breaks.iter().find(|(cells, _)| cells.iter().any(|cell| is_below(path, cell))).map(|(_, one)| one)
    }

    fn continues(&self, path: &str) -> bool {
        self.continues.iter().any(|cell| is_below(path, cell))
    }
}

fn is_below(path: &str, top: &str) -> bool {
    path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Where a series changes its meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Break {
    pub why: Words,
    /// The figures on both sides count the same, though the form changed.
    pub comparable: bool,
}

/// Where the figure of a line stands in one form.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// Table and cell number.
    Cell(usize, usize),
    /// The form divides the row: the sum of these cells of a table.
    Sum(usize, Vec<usize>),
}

/// One row and column of a table over all forms of a lineage.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub table: String,
    pub row: String,
    pub column: String,
    pub table_label: String,
    pub row_label: String,
    pub column_label: String,
    pub unit: Option<String>,
    pub kind: CellKind,
    /// For each form of the lineage, oldest first; `None` where the form lacks the row or column.
    pub sources: Vec<Option<Source>>,
    /// For each form: what changed on coming to it from the form before.
    pub breaks: Vec<Option<Break>>,
}

impl Line {
    /// `requests.received.total`.
    pub fn id(&self) -> String {
        format!("{}.{}.{}", self.table, self.row, self.column)
    }
}

/// Forms that follow each other, and the lines that run through them.
#[derive(Debug)]
pub struct Lineage {
    /// Oldest first.
    pub forms: Vec<Arc<Form>>,
    /// In the order of the newest form, rows that only older forms have beside their neighbours there.
    pub lines: Vec<Line>,
}

impl Lineage {
    /// `forms`: oldest first, each following the one before.
    pub(super) fn new(forms: Vec<Arc<Form>>) -> Lineage {
        let lines = order(&forms).into_iter().map(|cell| line(cell, &forms)).collect();
        Lineage { forms, lines }
    }

    /// The place of a form in the lineage.
    pub fn position(&self, form: &Form) -> Option<usize> {
        self.forms.iter().position(|one| one.id == form.id)
    }

    /// The line of this id.
    pub fn line(&self, id: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.id() == id)
    }
}

/// Table and row ids, and the columns of the row.
type RowId = (String, String);

/// All rows of all forms with all their columns, in the order of the newest form; what only older forms have
/// stands beside its neighbours there.
fn order(forms: &[Arc<Form>]) -> Vec<(String, String, String)> {
    let mut rows: Vec<(RowId, Vec<String>)> = vec![];
    for form in forms.iter().rev() {
        let mut after = 0;
        for table in &form.tables {
            for row in &table.rows {
                let at = merge(&mut rows, &mut after, (table.id.clone(), row.id.clone()), |(id, _)| id, |id| (id, vec![]));
                let mut column_after = 0;
                for column in table.columns_of(row) {
                    merge(&mut rows[at].1, &mut column_after, column.id.clone(), |id| id, |id| id);
                }
            }
        }
    }
    let cells =
        rows.into_iter().flat_map(|((table, row), columns)| columns.into_iter().map(move |column| (table.clone(), row.clone(), column)));
    cells.collect()
}

/// Finds `id` in a list or puts it in after the last one found. Its place; `after` moves behind it.
fn merge<T, I: PartialEq>(list: &mut Vec<T>, after: &mut usize, id: I, of: impl Fn(&T) -> &I, make: impl Fn(I) -> T) -> usize {
    let at = list.iter().position(|one| *of(one) == id).unwrap_or_else(|| {
        list.insert(*after, make(id));
        *after
    });
    *after = at + 1;
    at
}

fn line((table, row, column): (String, String, String), forms: &[Arc<Form>]) -> Line {
    let sources: Vec<Option<Source>> = forms.iter().map(|form| source(form, &table, &row, &column)).collect();
    let path = format!("{table}.{row}.{column}");
    let breaks = (0..forms.len()).map(|at| break_on_coming_to(at, forms, &sources, &path)).collect();
    let (form, table_at, cell) = forms
        .iter()
        .zip(&sources)
        .rev()
        .find_map(|(form, source)| match source {
            Some(Source::Cell(table, cell)) => Some((form, *table, *cell)),
            _ => None,
        })
        .expect("every line was taken from a cell of one of the forms");
    let newest = &form.tables[table_at];
    let (its_row, its_column) = newest.row_of(cell);
    Line {
        table_label: newest.label.clone(),
        row_label: its_row.full_label.clone(),
        column_label: its_column.label.clone(),
        unit: newest.unit_of(cell).map(str::to_string),
        kind: its_column.kind,
        table,
        row,
        column,
        sources,
        breaks,
    }
}

fn source(form: &Form, table: &str, row: &str, column: &str) -> Option<Source> {
    let (at, table) = form.table(table)?;
    let cell = |one: &super::Row| {
        let column = table.columns_of(one).iter().position(|c| c.id == column)?;
        Some(one.first_cell + column)
    };
    if let Some(one) = table.rows.iter().find(|one| one.id == row) {
        return Some(Source::Cell(at, cell(one)?));
    }
    let inside: Option<Vec<usize>> = table.rows.iter().filter(|one| one.id.starts_with(&format!("{row}."))).map(cell).collect();
    inside.filter(|cells| !cells.is_empty()).map(|cells| Source::Sum(at, cells))
}

fn break_on_coming_to(at: usize, forms: &[Arc<Form>], sources: &[Option<Source>], path: &str) -> Option<Break> {
    sources[at].as_ref()?;
    let before = at.checked_sub(1)?;
    let crosswalk = forms[at].crosswalk.as_ref()?;
    if let Some(known) = crosswalk.break_at(path) {
        return Some(known.clone());
    }
    if sources[before].is_none() || crosswalk.continues(path) {
        return None;
    }
    let why = Words::new("报告格式有变化，前后年份不可比。", "The form changed; the years before and after cannot be compared.");
    Some(Break { why, comparable: false })
}
