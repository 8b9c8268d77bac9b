//! JSON for programs, written straight from the archive.

use serde::ser::{SerializeMap, SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

use super::status;
use crate::archive::{Archive, Report, Unit};
use crate::contact::Contact;
use crate::content::{Cell, Figure, Indicator, TableFigures};
use crate::forms::{Catalog, Column, Form, Row, Table};
use crate::plan;

/// A report: its metadata, `statistics` as in the front matter, and `tables` with labels, places and what stands beside the figures.
pub fn report_json(unit: &Unit, report: &Report) -> Vec<u8> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'a str,
        unit: OfUnit<'a>,
        #[serde(flatten)]
        about: About<'a>,
        form: Option<OfForm<'a>>,
        contact: Lines<'a>,
        statistics: Statistics<'a>,
        tables: List<'a, TableFigures, DetailedTable<'a>>,
        indicators: List<'a, Indicator, OfIndicator<'a>>,
        acknowledged: Vec<Note<'a>>,
        attachments: Vec<Passed>,
    }
    let attachment = |one| Passed { path: plan::attachment_url(unit, Some(report), one).as_str().to_string(), size: one.size };
    bytes(&Document {
        schema: "gongkai/report/1",
        unit: OfUnit::new(unit),
        about: About::new(report),
        form: report.form.as_deref().map(|form| OfForm { id: &form.id, title: &form.title, instrument: &form.instrument }),
        contact: Lines(&report.contact),
        statistics: Statistics(&report.tables),
        tables: List(&report.tables, DetailedTable),
        indicators: List(&report.indicators, OfIndicator),
        acknowledged: report.acknowledged.iter().map(|one| Note { code: &one.code, note: &one.note, at: one.at.as_deref() }).collect(),
        attachments: report.attachments.iter().map(attachment).collect(),
    })
}

/// All units and reports, with every figure in the order of its form's rows and columns (`forms` names them).
pub fn archive_json(archive: &Archive, catalog: &Catalog, title: &str) -> Vec<u8> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'a str,
        title: &'a str,
        forms: Vec<WholeForm<'a>>,
        units: Vec<WholeUnit<'a>>,
    }
    #[derive(Serialize)]
    struct WholeUnit<'a> {
        #[serde(flatten)]
        unit: OfUnit<'a>,
        parent: Option<&'a str>,
        contact: Lines<'a>,
        reports: Vec<Brief<'a>>,
    }
    let is_used = |form: &&std::sync::Arc<Form>| archive.reports().flat_map(|report| &report.tables).any(|table| table.form.id == form.id);
    fn whole<'a>(archive: &'a Archive, unit: &'a Unit) -> WholeUnit<'a> {
        WholeUnit {
            parent: unit.parent.map(|parent| archive.unit(parent).path.as_str()),
            contact: Lines(&unit.contact),
            reports: unit.reports.iter().map(|report| Brief::new(unit, report)).collect(),
            unit: OfUnit::new(unit),
        }
    }
    bytes(&Document {
        schema: "gongkai/archive/1",
        title,
        forms: catalog.forms().filter(is_used).map(|form| WholeForm::new(form)).collect(),
        units: archive.units.iter().map(|unit| whole(archive, unit)).collect(),
    })
}

fn bytes(document: &impl Serialize) -> Vec<u8> {
    let mut out = serde_json::to_vec(document).expect("every key is a text, and memory takes every byte");
    out.push(b'\n');
    out
}

#[derive(Serialize)]
struct OfUnit<'a> {
    path: &'a str,
    title: &'a str,
    short: Option<&'a str>,
    level: Option<&'a str>,
}

impl<'a> OfUnit<'a> {
    fn new(unit: &'a Unit) -> OfUnit<'a> {
        let level = unit.level.as_ref().map(|level| level.text.as_str());
        OfUnit { path: unit.path.as_str(), title: &unit.title, short: unit.short.as_deref(), level }
    }
}

#[derive(Serialize)]
struct OfForm<'a> {
    id: &'a str,
    title: &'a str,
    instrument: &'a str,
}

#[derive(Serialize)]
struct Note<'a> {
    code: &'a str,
    note: &'a str,
    #[serde(rename = "where")]
    at: Option<&'a str>,
}

#[derive(Serialize)]
struct Passed {
    path: String,
    size: u64,
}

/// What is known of a report beside its figures.
#[derive(Serialize)]
struct About<'a> {
    year: u16,
    title: &'a str,
    published: Option<String>,
    metadata: Metadata<'a>,
    draft: bool,
    source: Source<'a>,
}

#[derive(Serialize)]
struct Source<'a> {
    file: &'a str,
}

impl<'a> About<'a> {
    fn new(report: &'a Report) -> About<'a> {
        About {
            year: report.year.number(),
            title: &report.title,
            published: report.published.as_ref().map(|(date, _)| date.to_string()),
            metadata: Metadata(report),
            draft: report.draft,
            source: Source { file: &report.file },
        }
    }
}

struct Metadata<'a>(&'a Report);

impl Serialize for Metadata<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.metadata.iter().map(|(field, text)| (field.id(), &text.text)))
    }
}

struct Lines<'a>(&'a Contact);

impl Serialize for Lines<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.lines().map(|(field, entry)| (field.id(), &entry.text)))
    }
}

/// A slice whose items are shown through a wrapper.
struct List<'a, T, W>(&'a [T], fn(&'a T) -> W);

impl<T, W: Serialize> Serialize for List<'_, T, W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(self.1))
    }
}

/// A number with exactly its digits; null for blank; `"—"` for not applicable.
struct Number(Figure);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Figure::Count(count) => serializer.serialize_i64(count),
            // By way of its digits, not of a float.
            Figure::Amount(amount) => match serde_json::from_str::<serde_json::Number>(&amount.to_string()) {
                Ok(number) => number.serialize(serializer),
                Err(_) => serializer.collect_str(&amount),
            },
            Figure::NotApplicable => serializer.serialize_str("—"),
            Figure::Blank | Figure::Unreadable => serializer.serialize_none(),
        }
    }
}

/// Table, group, row and column ids, nested as in the front matter; cells never written are left out.
struct Statistics<'a>(&'a [TableFigures]);

impl Serialize for Statistics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|figures| (&figures.table().id, Rows { figures, rows: &figures.table().rows, prefix: 0 })))
    }
}

/// Rows whose ids are alike up to `prefix`; a group's rows stand together on a form.
struct Rows<'a> {
    figures: &'a TableFigures,
    rows: &'a [Row],
    prefix: usize,
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut rest = self.rows;
        while let Some(first) = rest.first() {
            let id = &first.id[self.prefix..];
            let Some((group, _)) = id.split_once('.') else {
                map.serialize_entry(id, &Cells(self.figures, first))?;
                rest = &rest[1..];
                continue;
            };
            let end = self.prefix + group.len() + 1;
            let together = rest.iter().take_while(|row| row.id.get(..end) == first.id.get(..end)).count();
            map.serialize_entry(group, &Rows { figures: self.figures, rows: &rest[..together], prefix: end })?;
            rest = &rest[together..];
        }
        map.end()
    }
}

struct Cells<'a>(&'a TableFigures, &'a Row);

impl Serialize for Cells<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.row(self.1).filter_map(|(column, cell)| Some((&column.id, Number(cell?.figure)))))
    }
}

struct DetailedTable<'a>(&'a TableFigures);

impl Serialize for DetailedTable<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (figures, table) = (self.0, self.0.table());
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &table.id)?;
        map.serialize_entry("label", &table.label)?;
        map.serialize_entry("form", &*figures.form.id)?;
        map.serialize_entry("unit", &table.unit)?;
        map.serialize_entry("line", &figures.span.line)?;
        map.serialize_entry("rows", &DetailedRows(figures))?;
        map.end()
    }
}

struct DetailedRows<'a>(&'a TableFigures);

impl Serialize for DetailedRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.table().rows.iter().map(|row| DetailedRow(self.0, row)))
    }
}

struct DetailedRow<'a>(&'a TableFigures, &'a Row);

impl Serialize for DetailedRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (figures, row) = (self.0, self.1);
        let line = figures.row(row).filter_map(|(_, cell)| cell).map(|cell| cell.span.line).min();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &row.id)?;
        map.serialize_entry("label", &row.full_label)?;
        map.serialize_entry("line", &line)?;
        map.serialize_entry("cells", &DetailedCells(figures, row))?;
        map.end()
    }
}

struct DetailedCells<'a>(&'a TableFigures, &'a Row);

impl Serialize for DetailedCells<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let table = self.0.table();
        let cells = self.0.row(self.1).enumerate();
        serializer.collect_seq(cells.map(|(at, (column, cell))| DetailedCell { table, at: self.1.first_cell + at, column, cell }))
    }
}

struct DetailedCell<'a> {
    table: &'a Table,
    at: usize,
    column: &'a Column,
    cell: Option<&'a Cell>,
}

impl Serialize for DetailedCell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("column", &self.column.id)?;
        map.serialize_entry("label", &self.column.label)?;
        map.serialize_entry("value", &self.cell.map(|cell| Number(cell.figure)))?;
        let unit = self.table.unit_of(self.at).filter(|unit| Some(*unit) != self.table.unit.as_deref());
        let status = Some(status(self.cell)).filter(|status| !status.is_empty());
        let (written, remark) = (self.cell.and_then(Cell::written), self.cell.and_then(Cell::remark));
        for (key, text) in [("status", status), ("unit", unit), ("written", written), ("remark", remark)] {
            if let Some(text) = text {
                map.serialize_entry(key, text)?;
            }
        }
        map.end()
    }
}

struct OfIndicator<'a>(&'a Indicator);

impl Serialize for OfIndicator<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let one = self.0;
        let mut fields = serializer.serialize_struct("Indicator", 5)?;
        fields.serialize_field("name", &one.name)?;
        fields.serialize_field("value", &Number(one.figure))?;
        fields.serialize_field("unit", &one.unit)?;
        fields.serialize_field("remark", &one.remark)?;
        fields.serialize_field("line", &one.span.line)?;
        fields.end()
    }
}

/// A report in `archive.json`: figures as lists, with the words of [`status`] where there is no number.
#[derive(Serialize)]
struct Brief<'a> {
    #[serde(flatten)]
    about: About<'a>,
    form: Option<&'a str>,
    address: String,
    tables: List<'a, TableFigures, BriefTable<'a>>,
    indicators: List<'a, Indicator, OfIndicator<'a>>,
}

impl<'a> Brief<'a> {
    fn new(unit: &Unit, report: &'a Report) -> Brief<'a> {
        Brief {
            about: About::new(report),
            form: report.form.as_ref().map(|form| &*form.id),
            address: plan::report_url(unit, report.year).as_str().to_string(),
            tables: List(&report.tables, BriefTable),
            indicators: List(&report.indicators, OfIndicator),
        }
    }
}

struct BriefTable<'a>(&'a TableFigures);

impl Serialize for BriefTable<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.0.table().id)?;
        map.serialize_entry("form", &*self.0.form.id)?;
        map.serialize_entry("rows", &BriefRows(self.0))?;
        map.end()
    }
}

struct BriefRows<'a>(&'a TableFigures);

impl Serialize for BriefRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.table().rows.iter().map(|row| (&row.id, BriefCells(self.0, row))))
    }
}

struct BriefCells<'a>(&'a TableFigures, &'a Row);

impl Serialize for BriefCells<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for (_, cell) in self.0.row(self.1) {
            match cell.filter(|cell| cell.figure.number().is_some()) {
                Some(cell) => list.serialize_element(&Number(cell.figure))?,
                None => list.serialize_element(status(cell))?,
            }
        }
        list.end()
    }
}

#[derive(Serialize)]
struct WholeForm<'a> {
    id: &'a str,
    title: &'a str,
    instrument: &'a str,
    tables: Vec<WholeTable<'a>>,
}

#[derive(Serialize)]
struct WholeTable<'a> {
    id: &'a str,
    label: &'a str,
    unit: Option<&'a str>,
    rows: Vec<WholeRow<'a>>,
}

#[derive(Serialize)]
struct WholeRow<'a> {
    id: &'a str,
    label: &'a str,
    unit: Option<&'a str>,
    columns: Vec<WholeColumn<'a>>,
}

#[derive(Serialize)]
struct WholeColumn<'a> {
    id: &'a str,
    label: &'a str,
    unit: Option<&'a str>,
}

impl<'a> WholeForm<'a> {
    fn new(form: &'a Form) -> WholeForm<'a> {
        let column = |column: &'a Column| WholeColumn { id: &column.id, label: &column.label, unit: column.unit.as_deref() };
        let row = |table: &'a Table, row: &'a Row| WholeRow {
            id: &row.id,
            label: &row.full_label,
            unit: row.unit.as_deref(),
            columns: table.columns_of(row).iter().map(column).collect(),
        };
        let table = |table: &'a Table| WholeTable {
            id: &table.id,
            label: &table.label,
            unit: table.unit.as_deref(),
            rows: table.rows.iter().map(|one| row(table, one)).collect(),
        };
        WholeForm { id: &form.id, title: &form.title, instrument: &form.instrument, tables: form.tables.iter().map(table).collect() }
    }
}
