//! JSON for programs, written straight from the archive.
//!
//! What a table has in common with those of other reports, ids and labels, is made once for each form ([`Outline`]).

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::{Exporter, put_count, put_figure, status};
use crate::archive::{Report, Unit};
use crate::cache::{Fingerprint, Mixer};
use crate::contact::Contact;
use crate::content::{Cell, Figure, Indicator, TableFigures};
use crate::forms::{Column, Form, Row, Table};
use crate::output::Piece;
use crate::plan;

impl Exporter<'_> {
    /// A report: its metadata, contact and indicators, and its tables with labels, places and what stands beside the figures.
    pub fn report_json(&self, unit: &Unit, report: &Report) -> Vec<u8> {
        #[derive(Serialize)]
        struct Document<'a> {
            schema: &'a str,
            unit: OfUnit<'a>,
            #[serde(flatten)]
            about: About<'a>,
            form: Option<OfForm<'a>>,
            contact: Lines<'a>,
            indicators: List<'a, Indicator, OfIndicator<'a>>,
            acknowledged: Vec<Note<'a>>,
            attachments: Vec<Passed>,
        }
        let attachment = |one| Passed { path: plan::attachment_url(unit, Some(report), one).as_str().to_string(), size: one.size };
        let mut out = text(&Document {
            schema: "gongkai/report/1",
            unit: OfUnit::new(unit),
            about: About::new(report),
            form: report.form.as_deref().map(|form| OfForm { id: &form.id, title: &form.title, instrument: &form.instrument }),
            contact: Lines(&report.contact),
            indicators: List(&report.indicators, OfIndicator),
            acknowledged: report.acknowledged.iter().map(|one| Note { code: &one.code, note: &one.note, at: one.at.as_deref() }).collect(),
            attachments: report.attachments.iter().map(attachment).collect(),
        });
        // The tables come last, written by hand: they are nearly all of the file.
        out.pop();
        out.reserve(8 * 1024);
        out.push_str(",\"tables\":[");
        for (at, figures) in report.tables.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            if let Some(outline) = self.outline(figures) {
                outline.put(&mut out, figures);
            }
        }
        out.push_str("]}\n");
        out.into_bytes()
    }

    /// All units and reports, with every figure in the order of its form's rows and columns (`forms` names them).
    /// `of_all`: of what every file depends on.
    pub fn archive_json(&self, title: &str, of_all: Fingerprint) -> Vec<Piece<'_>> {
        let forms: Vec<WholeForm> = self.forms.iter().map(|form| WholeForm::new(form)).collect();
        let head = format!("{{\"schema\":\"gongkai/archive/1\",\"title\":{},\"forms\":{},\"units\":[", text(title), text(&forms));
        let units = self.archive.units.iter().enumerate().map(|(number, unit)| {
            let separator = if number == 0 { "" } else { "," };
            let inputs = Mixer::new("unit").fingerprint(of_all).fingerprint(unit.whole).text(separator).finish();
            Piece::made(inputs, move || format!("{separator}{}", self.whole_unit(unit)).into_bytes())
        });
        std::iter::once(Piece::of(head.into_bytes())).chain(units).chain([Piece::of(b"]}\n".to_vec())]).collect()
    }

    fn whole_unit(&self, unit: &Unit) -> String {
        #[derive(Serialize)]
        struct Whole<'a> {
            #[serde(flatten)]
            unit: OfUnit<'a>,
            parent: Option<&'a str>,
            contact: Lines<'a>,
        }
        let parent = unit.parent.map(|parent| self.archive.unit(parent).path.as_str());
        let mut out = text(&Whole { unit: OfUnit::new(unit), parent, contact: Lines(&unit.contact) });
        out.pop();
        out.reserve(unit.reports.len() * 4 * 1024);
        out.push_str(",\"reports\":[");
        for (at, report) in unit.reports.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            self.put_brief(&mut out, unit, report);
        }
        out.push_str("]}");
        out
    }

    /// A report in `archive.json`: figures as lists, with the words of [`status`] where there is no number.
    fn put_brief(&self, out: &mut String, unit: &Unit, report: &Report) {
        #[derive(Serialize)]
        struct Brief<'a> {
            #[serde(flatten)]
            about: About<'a>,
            form: Option<&'a str>,
            address: &'a str,
        }
        let address = plan::report_url(unit, report.year);
        let form = report.form.as_ref().map(|form| &*form.id);
        out.push_str(&text(&Brief { about: About::new(report), form, address: address.as_str() }));
        out.pop();
        out.push_str(",\"tables\":[");
        for (at, figures) in report.tables.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            if let Some(outline) = self.outline(figures) {
                outline.put_brief(out, figures);
            }
        }
        out.push_str("],\"indicators\":");
        out.push_str(&text(&List(&report.indicators, OfIndicator)));
        out.push('}');
    }
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

/// A table of a form as JSON, as far as it is the same for every report.
pub(super) struct Outline {
    /// Up to the line on which the table begins.
    open: String,
    /// The beginning of the shorter table of `archive.json`.
    brief: String,
    rows: Vec<RowOutline>,
}

struct RowOutline {
    /// From the row before up to the row's line.
    open: String,
    /// The row's id as a key, for the shorter table.
    key: String,
    first_cell: usize,
    /// The ids of its columns.
    columns: Vec<String>,
}

impl Outline {
    pub(super) fn of(form: &Form, table: &Table) -> Outline {
        let open = format!(
            "{{\"id\":{},\"label\":{},\"form\":{},\"unit\":{},\"line\":",
            text(&table.id),
            text(&table.label),
            text(&*form.id),
            text(&table.unit)
        );
        let brief = format!("{{\"id\":{},\"form\":{},\"rows\":{{", text(&table.id), text(&*form.id));
        let mut rows: Vec<RowOutline> = vec![];
        let mut columns = None;
        for row in &table.rows {
            let mut open = String::from(match columns {
                None => ",\"blocks\":[",
                Some(before) if before == row.columns => ",",
                Some(_) => "]},",
            });
            if columns != Some(row.columns) {
                let shown: Vec<WholeColumn> = table.columns_of(row).iter().map(WholeColumn::new).collect();
                open.push_str(&format!("{{\"columns\":{},\"rows\":[", text(&shown)));
            }
            columns = Some(row.columns);
            open.push_str(&format!("{{\"id\":{},\"label\":{}", text(&row.id), text(&row.full_label)));
            if let Some(unit) = &row.unit {
                open.push_str(&format!(",\"unit\":{}", text(unit)));
            }
            open.push_str(",\"line\":");
            let key = format!("{}:", text(&row.id));
            let columns = table.columns_of(row).iter().map(|column| column.id.clone()).collect();
            rows.push(RowOutline { open, key, first_cell: row.first_cell, columns });
        }
        Outline { open, brief, rows }
    }

    fn put(&self, out: &mut String, figures: &TableFigures) {
        out.push_str(&self.open);
        put_count(out, i64::from(figures.span.line));
        for row in &self.rows {
            out.push_str(&row.open);
            let (mut line, mut has_more) = (u32::MAX, false);
            for cell in row.cells(figures).flatten() {
                line = line.min(cell.span.line);
                has_more |= cell.computed || cell.written().is_some() || cell.remark().is_some();
            }
            match line {
                u32::MAX => out.push_str("null"),
                line => put_count(out, i64::from(line)),
            }
            out.push_str(",\"figures\":");
            put_figures(out, row.cells(figures));
            if has_more {
                row.put_beside(out, figures);
            }
            out.push('}');
        }
        out.push_str(if self.rows.is_empty() { ",\"blocks\":[]}" } else { "]}]}" });
    }

    fn put_brief(&self, out: &mut String, figures: &TableFigures) {
        out.push_str(&self.brief);
        for (at, row) in self.rows.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(&row.key);
            put_figures(out, row.cells(figures));
        }
        out.push_str("}}");
    }
}

impl RowOutline {
    fn cells<'f>(&self, figures: &'f TableFigures) -> impl Iterator<Item = Option<Cell<'f>>> + Clone {
        figures.cells.of_row(self.first_cell, self.columns.len())
    }

    /// What stands beside the figures, by column.
    fn put_beside(&self, out: &mut String, figures: &TableFigures) {
        let given = || self.columns.iter().zip(self.cells(figures)).filter_map(|(column, cell)| Some((column, cell?)));
        let mut before = ",\"computed\":[";
        for (column, _) in given().filter(|(_, cell)| cell.computed) {
            out.extend([before, &text(column)]);
            before = ",";
        }
        if before == "," {
            out.push(']');
        }
        put_texts(out, "written", given().filter_map(|(column, cell)| Some((column, cell.written()?))));
        put_texts(out, "remarks", given().filter_map(|(column, cell)| Some((column, cell.remark()?))));
    }
}

/// Texts by column, in the order of the ids; nothing where there are none.
fn put_texts<'c>(out: &mut String, key: &str, texts: impl Iterator<Item = (&'c String, &'c str)>) {
    let mut texts: Vec<_> = texts.collect();
    texts.sort_unstable();
    for (at, (column, own)) in texts.iter().enumerate() {
        match at {
            0 => out.extend([",\"", key, "\":{"]),
            _ => out.push(','),
        }
        out.extend([&text(column), ":", &text(own)]);
    }
    if !texts.is_empty() {
        out.push('}');
    }
}

/// Anything of ours as JSON.
fn text(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("every key is a text, and memory takes every byte")
}

/// The figures of a row as a list, each a number or the word of its status.
fn put_figures<'c>(out: &mut String, cells: impl Iterator<Item = Option<Cell<'c>>>) {
    out.push('[');
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        match cell.filter(|cell| cell.figure.is_number()) {
            Some(cell) => put_figure(out, cell.figure),
            None => {
                out.push('"');
                out.push_str(status(cell));
                out.push('"');
            }
        }
    }
    out.push(']');
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

impl<'a> WholeColumn<'a> {
    fn new(column: &'a Column) -> WholeColumn<'a> {
        WholeColumn { id: &column.id, label: &column.label, unit: column.unit.as_deref() }
    }
}

impl<'a> WholeForm<'a> {
    fn new(form: &'a Form) -> WholeForm<'a> {
        let row = |table: &'a Table, row: &'a Row| WholeRow {
            id: &row.id,
            label: &row.full_label,
            unit: row.unit.as_deref(),
            columns: table.columns_of(row).iter().map(WholeColumn::new).collect(),
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
