//! CSV for spreadsheets: UTF-8 with a byte order mark, and no text that a spreadsheet would run as a formula.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{digits, status, year_headings};
use crate::archive::{Archive, Point, Report, Series, Unit, series};
use crate::content::{Figure, Indicator};
use crate::forms::Catalog;
use crate::plan;

/// So that Excel reads the file as UTF-8.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// Lines of CSV into memory.
struct Lines {
    writer: csv::Writer<Vec<u8>>,
}

impl Lines {
    fn new(start: &[u8]) -> Lines {
        Lines { writer: csv::Writer::from_writer(start.to_vec()) }
    }

    fn line<'a>(&mut self, fields: impl IntoIterator<Item = Cow<'a, str>>) {
        let fields: Vec<Cow<str>> = fields.into_iter().collect();
        self.writer
            .write_record(fields.iter().map(|field| field.as_bytes()))
            .expect("memory takes every line, and each has as many fields as the first");
    }

    fn finish(self) -> Vec<u8> {
        self.writer.into_inner().expect("memory takes every line")
    }
}

/// A text of an author. What begins like a formula gets an apostrophe before it, as spreadsheets themselves mark text
/// (OWASP, CSV injection).
fn text(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) { format!("'{text}").into() } else { text.into() }
}

/// Every cell of a report's official tables, one a line, then its indicators.
pub fn tables_csv(report: &Report) -> Vec<u8> {
    let mut lines = Lines::new(BOM);
    lines.line(["table", "row", "column", "table_label", "row_label", "column_label", "value", "status", "remark", "unit"].map(Cow::from));
    for figures in &report.tables {
        let table = figures.table();
        for row in &table.rows {
            for (at, (column, cell)) in figures.row(row).enumerate() {
                lines.line([
                    Cow::from(&table.id),
                    (&row.id).into(),
                    (&column.id).into(),
                    text(&table.label),
                    text(&row.full_label),
                    text(&column.label),
                    digits(cell).into(),
                    status(cell).into(),
                    text(cell.and_then(|cell| cell.remark()).unwrap_or_default()),
                    table.unit_of(row.first_cell + at).map_or(Cow::from(""), text),
                ]);
            }
        }
    }
    for indicator in &report.indicators {
        let (value, status) = of_indicator(indicator);
        let remark = text(indicator.remark.as_deref().unwrap_or_default());
        let empty = || Cow::from("");
        lines.line([
            "indicators".into(),
            text(&indicator.name),
            empty(),
            empty(),
            text(&indicator.name),
            empty(),
            value.into(),
            status.into(),
            remark,
            text(&indicator.unit),
        ]);
    }
    lines.finish()
}

fn of_indicator(indicator: &Indicator) -> (String, &'static str) {
    match indicator.figure {
        Figure::Blank => (String::new(), "blank"),
        Figure::NotApplicable => (String::new(), "not_applicable"),
        Figure::Unreadable => (String::new(), "unreadable"),
        figure => (figure.to_string(), ""),
    }
}

/// A unit's series, one a line with a column for each year. In a year's column stands the number, or
/// `blank`, `not_applicable`, `missing`, `no_table`, `not_on_form`, `no_report`; `breaks` names the years before which a series breaks.
pub fn series_csv(unit: &Unit, catalog: &Catalog) -> Vec<u8> {
    let years = unit.years();
    let mut lines = Lines::new(BOM);
    let first = ["table", "row", "column", "table_label", "row_label", "column_label", "unit"].map(String::from);
    lines.line(first.into_iter().chain(year_headings(&years)).chain(["breaks".into()]).map(Cow::from));
    for lineage in &catalog.lineages {
        for one in series(unit, lineage, &years) {
            let line = one.line;
            let names = [Cow::from(&line.table), (&line.row).into(), (&line.column).into()];
            let labels =
                [text(&line.table_label), text(&line.row_label), text(&line.column_label), text(line.unit.as_deref().unwrap_or_default())];
            let points = one.points.iter().map(|point| Cow::from(of_point(point)));
            lines.line(names.into_iter().chain(labels).chain(points).chain([breaks(&one, &years).into()]));
        }
    }
    let mut names: Vec<&str> = vec![];
    for indicator in unit.reports.iter().rev().flat_map(|report| &report.indicators) {
        if !names.contains(&indicator.name.as_str()) {
            names.push(&indicator.name);
        }
    }
    for name in names {
        indicator_line(unit, name, &years, &mut lines);
    }
    lines.finish()
}

fn of_point(point: &Point) -> String {
    match point {
        Point::NoReport => "no_report".into(),
        Point::NoTable => "no_table".into(),
        Point::NotOnForm => "not_on_form".into(),
        Point::Absent => "missing".into(),
        Point::Sum(sum) => sum.to_string(),
        Point::Given(cell) if cell.figure.number().is_some() => cell.figure.to_string(),
        Point::Given(cell) => status(Some(cell)).into(),
    }
}

fn breaks(series: &Series, years: &[crate::names::Year]) -> String {
    let broken = series.breaks.iter().zip(years).filter(|(one, _)| one.is_some_and(|one| !one.comparable));
    broken.map(|(_, year)| year.to_string()).collect::<Vec<_>>().join(" ")
}

/// An indicator's line; its unit is that of the latest report that has it, and a year with another unit says so.
fn indicator_line(unit: &Unit, name: &str, years: &[crate::names::Year], lines: &mut Lines) {
    let find = |year| unit.report(year).map(|report| report.indicators.iter().find(|one| one.name == name));
    let of_unit = years.iter().rev().find_map(|&year| find(year).flatten()).map_or("", |one| one.unit.as_str());
    let value = |&year: &crate::names::Year| match find(year) {
        None => "no_report".to_string(),
        Some(None) => "missing".to_string(),
        Some(Some(one)) => match of_indicator(one) {
            (_, status) if !status.is_empty() => status.to_string(),
            (value, _) if one.unit == of_unit => value,
            (value, _) => format!("{value} {}", one.unit),
        },
    };
    let head = [Cow::from("indicators"), text(name), "".into(), "".into(), text(name), "".into(), text(of_unit)];
    lines.line(head.into_iter().chain(years.iter().map(|year| Cow::from(value(year)))).chain([Cow::from("")]));
}

/// Every figure of the archive, one a line, with the file and line that it comes from; written report by report.
pub fn figures_csv(archive: &Archive, out: &mut dyn Write) -> io::Result<()> {
    let mut head = Lines::new(BOM);
    head.line(
        ["unit", "year", "form", "table", "row", "column", "value", "status", "remark", "measure", "address", "file", "line"]
            .map(Cow::from),
    );
    out.write_all(&head.finish())?;
    for unit in &archive.units {
        for report in &unit.reports {
            out.write_all(&figures_of(unit, report))?;
        }
    }
    Ok(())
}

fn figures_of(unit: &Unit, report: &Report) -> Vec<u8> {
    let mut lines = Lines::new(b"");
    let year = report.year.to_string();
    let address = plan::report_url(unit, report.year);
    for figures in &report.tables {
        let table = figures.table();
        for row in &table.rows {
            for (at, (column, cell)) in figures.row(row).enumerate() {
                lines.line([
                    text(unit.path.as_str()),
                    (&year).into(),
                    Cow::from(&*figures.form.id),
                    (&table.id).into(),
                    (&row.id).into(),
                    (&column.id).into(),
                    digits(cell).into(),
                    status(cell).into(),
                    text(cell.and_then(|cell| cell.remark()).unwrap_or_default()),
                    table.unit_of(row.first_cell + at).map_or(Cow::from(""), text),
                    text(address.as_str()),
                    text(&report.file),
                    cell.map_or(Cow::from(""), |cell| cell.span.line.to_string().into()),
                ]);
            }
        }
    }
    for indicator in &report.indicators {
        let (value, status) = of_indicator(indicator);
        let (empty, line) = (|| Cow::from(""), indicator.span.line.to_string());
        lines.line([
            text(unit.path.as_str()),
            (&year).into(),
            empty(),
            "indicators".into(),
            text(&indicator.name),
            empty(),
            value.into(),
            status.into(),
            text(indicator.remark.as_deref().unwrap_or_default()),
            text(&indicator.unit),
            text(address.as_str()),
            text(&report.file),
            line.into(),
        ]);
    }
    lines.finish()
}
