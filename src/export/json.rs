//! JSON for programs.

use serde_json::{Map, Value, json};

use crate::archive::{Archive, Report, Unit};
use crate::contact::Contact;
use crate::content::{Cell, Figure, TableFigures};
use crate::forms::{Catalog, Row};
use crate::plan;

use super::status;

/// A report: its metadata, `statistics` as in the front matter, and `tables` with labels, places and what stands beside the figures.
pub fn report_json(unit: &Unit, report: &Report) -> Vec<u8> {
    let mut top = Map::new();
    top.insert("schema".into(), json!("gongkai/report/1"));
    top.insert("unit".into(), unit_json(unit));
    top.extend(about(report));
    top.insert("contact".into(), contact_json(&report.contact));
    top.insert("statistics".into(), statistics(report));
    top.insert("tables".into(), report.tables.iter().map(table_json).collect());
    top.insert("indicators".into(), indicators(report));
    top.insert("acknowledged".into(), report.acknowledged.iter().map(|one| json!({"code": one.code, "note": one.note, "where": one.at})).collect());
    let attachments = report.attachments.iter().map(|one| json!({"path": plan::attachment_url(unit, Some(report), one).as_str(), "size": one.size}));
    top.insert("attachments".into(), attachments.collect());
    bytes(&Value::Object(top))
}

/// All units and reports, with every figure in the order of its form's rows and columns (`forms` names them).
pub fn archive_json(archive: &Archive, catalog: &Catalog, title: &str) -> Vec<u8> {
    let forms = catalog.forms().filter(|form| archive.reports().flat_map(|report| &report.tables).any(|table| table.form.id == form.id));
    let units = archive.units.iter().map(|unit| {
        let mut one = unit_json(unit);
        one["parent"] = json!(unit.parent.map(|parent| archive.unit(parent).path.as_str()));
        one["contact"] = contact_json(&unit.contact);
        one["reports"] = unit.reports.iter().map(|report| brief(unit, report)).collect();
        one
    });
    bytes(&json!({
        "schema": "gongkai/archive/1",
        "title": title,
        "forms": forms.map(|form| form_json(form)).collect::<Vec<_>>(),
        "units": units.collect::<Vec<_>>(),
    }))
}

fn bytes(value: &Value) -> Vec<u8> {
    let mut out = serde_json::to_vec(value).expect("maps with text keys always serialise");
    out.push(b'\n');
    out
}

fn unit_json(unit: &Unit) -> Value {
    json!({"path": unit.path.as_str(), "title": unit.title, "short": unit.short, "level": unit.level.as_ref().map(|level| &level.text)})
}

fn about(report: &Report) -> Map<String, Value> {
    let mut about = Map::new();
    about.insert("year".into(), json!(report.year.number()));
    about.insert("title".into(), json!(report.title));
    let form = report.form.as_ref().map(|form| json!({"id": &*form.id, "title": form.title, "instrument": form.instrument}));
    about.insert("form".into(), json!(form));
    about.insert("published".into(), json!(report.published.as_ref().map(|(date, _)| date.to_string())));
    let metadata: Map<String, Value> = report.metadata.iter().map(|(field, text)| (field.id().to_string(), json!(text.text))).collect();
    about.insert("metadata".into(), Value::Object(metadata));
    about.insert("draft".into(), json!(report.draft));
    about.insert("source".into(), json!({"file": &*report.file}));
    about
}

fn contact_json(contact: &Contact) -> Value {
    Value::Object(contact.lines().map(|(field, entry)| (field.id().to_string(), json!(entry.text))).collect())
}

/// A number with exactly its digits; null for blank; `"—"` for not applicable.
fn figure(figure: Figure) -> Value {
    match figure {
        Figure::Count(count) => json!(count),
        Figure::Amount(amount) => number(&amount.to_string()),
        Figure::NotApplicable => json!("—"),
        Figure::Blank | Figure::Unreadable => Value::Null,
    }
}

/// Digits as a JSON number, not by way of a float.
fn number(digits: &str) -> Value {
    serde_json::from_str(digits).unwrap_or_else(|_| json!(digits))
}

/// Table, group, row and column ids, nested as in the front matter; cells never written are left out.
fn statistics(report: &Report) -> Value {
    let mut tables = Map::new();
    for figures in &report.tables {
        let mut table = Map::new();
        for row in &figures.table().rows {
            let cells: Map<String, Value> =
                figures.row(row).filter_map(|(column, cell)| Some((column.id.clone(), figure(cell?.figure)))).collect();
            put(&mut table, &row.id, Value::Object(cells));
        }
        tables.insert(figures.table().id.clone(), Value::Object(table));
    }
    Value::Object(tables)
}

/// `refused.state_secret` into the map of `refused`.
fn put(map: &mut Map<String, Value>, id: &str, value: Value) {
    match id.split_once('.') {
        None => {
            map.insert(id.to_string(), value);
        }
        Some((group, rest)) => {
            if let Value::Object(inner) = map.entry(group).or_insert_with(|| json!({})) {
                put(inner, rest, value);
            }
        }
    }
}

fn table_json(figures: &TableFigures) -> Value {
    let table = figures.table();
    json!({
        "id": table.id,
        "label": table.label,
        "form": &*figures.form.id,
        "unit": table.unit,
        "line": figures.span.line,
        "rows": table.rows.iter().map(|row| row_json(figures, row)).collect::<Vec<_>>(),
    })
}

fn row_json(figures: &TableFigures, row: &Row) -> Value {
    let table = figures.table();
    let cells = figures.row(row).enumerate().map(|(at, (column, cell))| {
        let mut one = Map::new();
        one.insert("column".into(), json!(column.id));
        one.insert("label".into(), json!(column.label));
        one.insert("value".into(), cell.map_or(Value::Null, |cell| figure(cell.figure)));
        if !status(cell).is_empty() {
            one.insert("status".into(), json!(status(cell)));
        }
        if let Some(unit) = table.unit_of(row.first_cell + at).filter(|unit| Some(*unit) != table.unit.as_deref()) {
            one.insert("unit".into(), json!(unit));
        }
        let beside = |get: fn(&Cell) -> Option<&str>| cell.and_then(get);
        for (key, text) in [("written", beside(Cell::written)), ("remark", beside(Cell::remark))] {
            if let Some(text) = text {
                one.insert(key.into(), json!(text));
            }
        }
        Value::Object(one)
    });
    let line = figures.row(row).filter_map(|(_, cell)| cell).map(|cell| cell.span.line).min();
    json!({"id": row.id, "label": row.full_label, "line": line, "cells": cells.collect::<Vec<_>>()})
}

fn indicators(report: &Report) -> Value {
    let one = |one: &crate::content::Indicator| json!({"name": one.name, "value": figure(one.figure), "unit": one.unit, "remark": one.remark, "line": one.span.line});
    report.indicators.iter().map(one).collect()
}

/// A report in `archive.json`: figures as lists, with the words of [`status`] where there is no number.
fn brief(unit: &Unit, report: &Report) -> Value {
    let tables = report.tables.iter().map(|figures| {
        let row = |row: &Row| {
            let cells = figures.row(row).map(|(_, cell)| match cell {
                Some(cell) if cell.figure.number().is_some() => figure(cell.figure),
                cell => json!(status(cell)),
            });
            (row.id.clone(), cells.collect())
        };
        let rows: Map<String, Value> = figures.table().rows.iter().map(row).collect();
        json!({"id": figures.table().id, "form": &*figures.form.id, "rows": rows})
    });
    let mut one = about(report);
    one.insert("form".into(), json!(report.form.as_ref().map(|form| &*form.id)));
    one.insert("address".into(), json!(plan::report_url(unit, report.year).as_str()));
    one.insert("tables".into(), tables.collect());
    one.insert("indicators".into(), indicators(report));
    Value::Object(one)
}

fn form_json(form: &crate::forms::Form) -> Value {
    let tables = form.tables.iter().map(|table| {
        let rows = table.rows.iter().map(|row| {
            let columns: Vec<Value> = table.columns_of(row).iter().map(|column| json!({"id": column.id, "label": column.label, "unit": column.unit})).collect();
            json!({"id": row.id, "label": row.full_label, "unit": row.unit, "columns": columns})
        });
        json!({"id": table.id, "label": table.label, "unit": table.unit, "rows": rows.collect::<Vec<_>>()})
    });
    json!({"id": &*form.id, "title": form.title, "instrument": form.instrument, "tables": tables.collect::<Vec<_>>()})
}
