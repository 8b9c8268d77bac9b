//! Official tables as lines of CSV, as far as they are the same for every report: made once, filled many times.
//!
//! In: tables of forms. Out: the first line, and for each of their rows the beginning of its line, and which of its cells
//! stands in which column. What stands in a cell is left to `csv`.

use super::csv::{head, put, put_all};
use crate::content::TableFigures;
use crate::forms::{self, Column, Form, Table};

/// The tables of some forms side by side: a column for each column that any of them has.
#[derive(Default)]
pub struct Sheet<'a> {
    /// The first line.
    pub head: String,
    /// Ids, each once, in the order of the forms.
    columns: Vec<&'a str>,
    /// By form and number of the table.
    tables: Vec<((&'a str, usize), Vec<Row<'a>>)>,
}

/// A row of a form as a line.
pub struct Row<'a> {
    /// Lines that stand before it: the names of its columns, where they are not those of the row before.
    pub heading: String,
    pub start: String,
    /// Its cells in the order of the sheet, each with the commas before it; those of columns that it lacks too.
    pub cells: Vec<(String, usize)>,
    /// The commas of the columns after its last cell.
    pub end: String,
    pub columns: &'a [Column],
    pub first_cell: usize,
}

impl Row<'_> {
    /// The first line of the archive's file on which a figure of the row stands.
    pub fn line(&self, figures: &TableFigures) -> Option<u32> {
        let cells = figures.cells.of_row(self.first_cell, self.columns.len());
        cells.flatten().map(|cell| cell.span.line).min()
    }
}

impl<'a> Sheet<'a> {
    /// `ours`: the columns before the figures, and those behind; `start`: what stands before the figures of a row.
    pub fn of(tables: &[(&'a Form, usize)], ours: [&[&str]; 2], start: impl Fn(&Form, &Table, &forms::Row) -> String) -> Sheet<'a> {
        let mut columns: Vec<&str> = vec![];
        for column in tables.iter().flat_map(|(form, number)| form.tables[*number].columns.iter().flatten()) {
            if !columns.contains(&column.id.as_str()) {
                columns.push(&column.id);
            }
        }
        let mut sheet = Sheet { head: head(ours, &columns), columns, tables: vec![] };
        for (form, number) in tables {
            let rows = sheet.lines(form, &form.tables[*number], &start);
            sheet.tables.push(((&form.id, *number), rows));
        }
        sheet
    }

    pub fn width(&self) -> usize {
        self.columns.len()
    }

    pub fn rows(&self, form: &str, table: usize) -> &[Row<'a>] {
        self.tables.iter().find(|(key, _)| *key == (form, table)).map_or(&[], |(_, rows)| rows)
    }

    fn lines(&self, form: &Form, table: &'a Table, start: &impl Fn(&Form, &Table, &forms::Row) -> String) -> Vec<Row<'a>> {
        let mut named = None;
        let mut rows = vec![];
        for row in &table.rows {
            let columns = table.columns_of(row);
            let heading = if named == Some(columns) { String::new() } else { self.heading(table, columns) };
            named = Some(columns);
            let (mut cells, mut end) = (vec![], String::new());
            for id in &self.columns {
                end.push(',');
                if let Some(at) = columns.iter().position(|column| column.id == *id) {
                    cells.push((std::mem::take(&mut end), row.first_cell + at));
                }
            }
            rows.push(Row { heading, start: start(form, table, row), cells, end, columns, first_cell: row.first_cell });
        }
        rows
    }

    /// A line of labels: that of the table, and those of its columns where their figures stand.
    fn heading(&self, table: &Table, columns: &[Column]) -> String {
        let mut out = String::new();
        put_all(&mut out, [table.id.as_str(), "", &table.label, ""]);
        for id in &self.columns {
            out.push(',');
            put(&mut out, columns.iter().find(|column| column.id == *id).map_or("", |column| &column.label));
        }
        out.push_str(",,,\n");
        out
    }
}
