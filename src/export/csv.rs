//! CSV for spreadsheets: UTF-8 with a byte order mark, and no text that a spreadsheet would run as a formula.
//!
//! Figures stand as on the forms, a row of the form on a line ([`Sheet`](super::sheet::Sheet)). In a cell stands the number,
//! the word of its [`status`], or nothing where the row has no such column.

use std::borrow::Cow;

use super::{Exporter, put_figure, status};
use crate::archive::{Point, Report, Series, Unit, series};
use crate::cache::{Fingerprint, Mixer};
use crate::characters;
use crate::content::{Cell, Indicator, TableFigures};
use crate::forms::{Form, Line, Table};
use crate::names::Year;
use crate::output::Piece;

/// So that Excel reads the file as UTF-8.
pub(super) const BOM: &str = "\u{feff}";

/// A text of an author. What begins like a formula gets an apostrophe before it, as spreadsheets themselves mark text
/// (OWASP, CSV injection).
fn text(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) { format!("'{text}").into() } else { text.into() }
}

/// Adds a text as a field, in quotes where it needs them (RFC 4180).
pub(super) fn put(out: &mut String, field: &str) {
    let field = text(field);
    if characters::first(&field, |byte| (byte == b'"') | (byte == b',') | (byte == b'\n') | (byte == b'\r')).is_none() {
        return out.push_str(&field);
    }
    out.push('"');
    out.push_str(&field.replace('"', "\"\""));
    out.push('"');
}

/// Adds fields, each but the first after a comma.
pub(super) fn put_all<'f>(out: &mut String, fields: impl IntoIterator<Item = &'f str>) {
    for (at, field) in fields.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        put(out, field);
    }
}

/// The columns of `tables.csv` before its figures, and those behind.
pub(super) const IN_REPORT: [&[&str]; 2] = [&["table", "row", "label", "unit"], &["value", "computed", "remarks"]];
/// The same of `figures.csv`.
pub(super) const IN_ALL: [&[&str]; 2] =
    [&["unit", "year", "form", "table", "row"], &["value", "computed", "remarks", "measure", "file", "line"]];

/// The first line: columns before the figures, the figures' own, those behind. One of a form that is called like a column of
/// ours says that it holds figures.
pub(super) fn head([before, behind]: [&[&str]; 2], columns: &[&str]) -> String {
    let mut out = String::from(BOM);
    put_all(&mut out, before.iter().copied());
    for column in columns {
        let is_ours = before.contains(column) || behind.contains(column);
        out.push(',');
        put(&mut out, &if is_ours { format!("figure_{column}") } else { column.to_string() });
    }
    behind.iter().for_each(|heading| out.extend([",", heading]));
    out.push('\n');
    out
}

/// Adds a cell: its number, or the word of its status.
fn put_cell(out: &mut String, cell: Option<Cell>) {
    match cell {
        Some(cell) if cell.figure.is_number() => put_figure(out, cell.figure),
        cell => out.push_str(status(cell)),
    }
}

/// `computed` and `remarks`, filled for a row.
fn put_beside(out: &mut String, row: &super::sheet::Row, figures: &TableFigures) {
    let cells = row.columns.iter().zip(figures.cells.of_row(row.first_cell, row.columns.len()));
    // Nothing for most rows; then nothing is held either.
    let (mut computed, mut remarks) = (String::new(), String::new());
    for (column, cell) in cells.filter_map(|(column, cell)| Some((column, cell?))) {
        if cell.computed {
            computed.extend([if computed.is_empty() { "" } else { " " }, &column.id]);
        }
        if let Some(remark) = cell.remark() {
            remarks.extend([if remarks.is_empty() { "" } else { "; " }, &column.id, ": ", remark]);
        }
    }
    if computed.is_empty() && remarks.is_empty() {
        return out.push(',');
    }
    put(out, &computed);
    out.push(',');
    put(out, &remarks);
}

/// Adds the figures of a row, and what stands behind them.
fn put_row(out: &mut String, row: &super::sheet::Row, figures: &TableFigures) {
    for (commas, cell) in &row.cells {
        out.push_str(commas);
        put_cell(out, figures.cell(*cell));
    }
    // Then an empty `value`, which is for indicators.
    out.push_str(&row.end);
    out.push_str(",,");
    put_beside(out, row, figures);
}

/// The number of an indicator, or the word of its status.
fn of_indicator(indicator: &Indicator) -> String {
    let mut out = String::new();
    put_cell(&mut out, Some(Cell::given(indicator.figure, indicator.span)));
    out
}

impl Exporter<'_> {
    /// A report's official tables as on their forms, each with lines that name its columns, then its indicators.
    pub fn tables_csv(&self, report: &Report) -> Vec<u8> {
        let mut out = String::with_capacity(6 * 1024);
        let sheet = self.sheet(report);
        out.push_str(&sheet.head);
        for figures in &report.tables {
            for row in sheet.rows(&figures.form.id, figures.number) {
                out.push_str(&row.heading);
                out.push_str(&row.start);
                put_row(&mut out, row, figures);
                out.push('\n');
            }
        }
        for one in &report.indicators {
            put_all(&mut out, ["indicators", &one.name, &one.name, &one.unit]);
            (0..sheet.width()).for_each(|_| out.push(','));
            put_all(&mut out, ["", &of_indicator(one), "", one.remark.as_deref().unwrap_or_default()]);
            out.push('\n');
        }
        out.into_bytes()
    }

    /// Every figure of the archive, a row of a form on a line, with the file and line that it comes from.
    /// `of_all`: of what every file depends on.
    pub fn figures_csv(&self, of_all: Fingerprint) -> Vec<Piece<'_>> {
        // The columns depend on the forms in use, and all lines on the columns.
        let of_lines = Mixer::new("figures").fingerprint(of_all).text(&self.all.head).finish();
        let lines = self.archive.units.iter().map(|unit| {
            let inputs = Mixer::new("unit").fingerprint(of_lines).fingerprint(unit.whole).finish();
            Piece::made(inputs, || self.lines_of(unit).into_bytes())
        });
        std::iter::once(Piece::of(self.all.head.clone().into_bytes())).chain(lines).collect()
    }

    fn lines_of(&self, unit: &Unit) -> String {
        let mut out = String::with_capacity(unit.reports.len() * 4 * 1024);
        for report in &unit.reports {
            let mut start = String::new();
            put(&mut start, unit.path.as_str());
            start.push(',');
            start.push_str(itoa::Buffer::new().format(report.year.number()));
            let mut file = String::new();
            put(&mut file, &report.file);
            for figures in &report.tables {
                for row in self.all.rows(&figures.form.id, figures.number) {
                    out.push_str(&start);
                    out.push_str(&row.start);
                    put_row(&mut out, row, figures);
                    out.push_str(",,");
                    out.push_str(&file);
                    out.push(',');
                    if let Some(line) = row.line(figures) {
                        out.push_str(itoa::Buffer::new().format(line));
                    }
                    out.push('\n');
                }
            }
            for one in &report.indicators {
                out.push_str(&start);
                put_all(&mut out, ["", "", "indicators", &one.name]);
                (0..self.all.width()).for_each(|_| out.push(','));
                put_all(&mut out, ["", &of_indicator(one), "", one.remark.as_deref().unwrap_or_default(), &one.unit]);
                out.push(',');
                out.push_str(&file);
                out.push_str(&format!(",{}\n", one.span.line));
            }
        }
        out
    }

    /// What each row and column of the forms in use is called, one a line.
    pub fn dictionary_csv(&self) -> Vec<u8> {
        let mut out = format!("{BOM}form,table,row,column,table_label,row_label,column_label,unit\n");
        for (form, table) in self.forms.iter().flat_map(|form| form.tables.iter().map(move |table| (form, table))) {
            let columns = table.rows.iter().flat_map(|row| table.columns_of(row).iter().enumerate().map(move |one| (row, one)));
            for (row, (at, column)) in columns {
                let ids = [&*form.id, table.id.as_str(), &row.id, &column.id];
                let labels = [table.label.as_str(), &row.full_label, &column.label];
                put_all(&mut out, ids.into_iter().chain(labels).chain(table.unit_of(row.first_cell + at).or(Some(""))));
                out.push('\n');
            }
        }
        out.into_bytes()
    }

    /// A unit's series, one a line with a column for each year. In a year's column stands the number, or
    /// `blank`, `not_applicable`, `missing`, `no_table`, `not_on_form`, `no_report`; `breaks` names the years before which a
    /// series breaks.
    pub fn series_csv(&self, unit: &Unit) -> Vec<u8> {
        let years = unit.years();
        let mut out = String::with_capacity(32 * 1024);
        out.push_str(BOM);
        out.push_str("table,row,column,row_label,column_label,unit");
        years.iter().for_each(|year| out.push_str(&format!(",{year}")));
        out.push_str(",breaks\n");
        for (lineage, starts) in self.catalog.lineages.iter().zip(&self.series) {
            let all = series(unit, lineage, &years);
            out.reserve(all.len() * (64 + 16 * years.len()));
            let mut starts = lineage.lines.iter().zip(starts);
            for one in &all {
                // Both stand in the order of the lineage.
                let Some((_, start)) = starts.find(|(line, _)| std::ptr::eq(*line, one.line)) else { continue };
                out.push_str(start);
                one.points.iter().for_each(|point| put_point(&mut out, point));
                out.push(',');
                put_breaks(&mut out, one, &years);
                out.push('\n');
            }
        }
        let mut names: Vec<&str> = vec![];
        for indicator in unit.reports.iter().rev().flat_map(|report| &report.indicators) {
            if !names.contains(&indicator.name.as_str()) {
                names.push(&indicator.name);
            }
        }
        names.iter().for_each(|name| indicator_line(unit, name, &years, &mut out));
        out.into_bytes()
    }
}

/// A line of `figures.csv` behind its unit and year, before its figures.
pub(super) fn start_in_all(form: &Form, table: &Table, row: &crate::forms::Row) -> String {
    let mut out = String::new();
    put_all(&mut out, ["", &form.id, &table.id, &row.id]);
    out
}

/// A line of `tables.csv` before its figures.
pub(super) fn start_in_report(_: &Form, table: &Table, row: &crate::forms::Row) -> String {
    let mut out = String::new();
    let columns = table.columns_of(row).len();
    let units: Vec<&str> = (0..columns).map(|at| table.unit_of(row.first_cell + at).unwrap_or_default()).collect();
    let first = units.first().copied().unwrap_or_default();
    let unit = if units.iter().all(|unit| *unit == first) { first.to_string() } else { units.join("/") };
    put_all(&mut out, [table.id.as_str(), &row.id, &row.full_label, &unit]);
    out
}

/// A line of `series.csv` before its years.
pub(super) fn start_of_series(line: &Line) -> String {
    let mut out = String::new();
    let unit = line.unit.as_deref().unwrap_or_default();
    put_all(&mut out, [line.table.as_str(), &line.row, &line.column, &line.row_label, &line.column_label, unit]);
    out
}

fn put_point(out: &mut String, point: &Point) {
    out.push(',');
    match point {
        Point::NoReport => out.push_str("no_report"),
        Point::NoTable => out.push_str("no_table"),
        Point::NotOnForm => out.push_str("not_on_form"),
        Point::Absent => out.push_str("missing"),
        Point::Sum(sum) => out.push_str(&sum.to_string()),
        Point::Given(cell) => put_cell(out, Some(*cell)),
    }
}

fn put_breaks(out: &mut String, series: &Series, years: &[Year]) {
    let broken = series.breaks.iter().zip(years).filter(|(one, _)| one.is_some_and(|one| !one.comparable));
    for (at, (_, year)) in broken.enumerate() {
        if at > 0 {
            out.push(' ');
        }
        out.push_str(&year.to_string());
    }
}

/// An indicator's line; its unit is that of the latest report that has it, and a year with another unit says so.
fn indicator_line(unit: &Unit, name: &str, years: &[Year], out: &mut String) {
    let find = |year| unit.report(year).map(|report| report.indicators.iter().find(|one| one.name == name));
    let of_unit = years.iter().rev().find_map(|&year| find(year).flatten()).map_or("", |one| one.unit.as_str());
    put_all(out, ["indicators", name, "", name, "", of_unit]);
    for &year in years {
        out.push(',');
        match find(year) {
            None => out.push_str("no_report"),
            Some(None) => out.push_str("missing"),
            Some(Some(one)) if one.unit == of_unit || !one.figure.is_number() => out.push_str(&of_indicator(one)),
            Some(Some(one)) => put(out, &format!("{} {}", one.figure, one.unit)),
        }
    }
    out.push_str(",\n");
}
