//! An import for machines: every value with its place, its source text and its certainty, and every doubt.

use serde_json::{Map, Value, json};

use super::document::{At, Beside, Document};
use super::doubt::Found;
use super::front::{Imported, ImportedTable};

/// The format of [`json()`]; raised when a key changes its meaning.
pub const IMPORT_JSON_VERSION: u32 = 1;

/// One import as JSON, in one line.
pub fn json(imported: &Imported) -> String {
    json_value(imported).to_string()
}

/// The same as a value, to be put into something larger.
pub fn json_value(imported: &Imported) -> Value {
    let document = &imported.source;
    let found = |one: &Found<String>| value(document, &one.value, one.at, &one.source, one.certainty.id());
    let text = |one: &Option<Found<String>>| one.as_ref().map_or(Value::Null, found);
    let contact: Map<String, Value> = imported.contact.iter().map(|(field, one)| (field.id().to_string(), found(one))).collect();
    let metadata: Map<String, Value> = imported.metadata.iter().map(|(field, one)| (field.id().to_string(), found(one))).collect();
    let tables: Map<String, Value> = imported.tables.iter().map(|one| (one.table().id.clone(), table(document, one))).collect();
    let doubts: Vec<Value> = imported
        .doubts
        .iter()
        .map(|one| {
            let at = one.at.map_or(Value::Null, |at| place(document, at));
            json!({"kind": one.kind.id(), "leaves_out": one.kind.leaves_out(), "message": {"zh": one.message.zh, "en": one.message.en}, "cell": one.cell, "source": one.source, "at": at})
        })
        .collect();
    let dropped: Vec<Value> = imported
        .dropped
        .iter()
        .map(|one| json!({"text": one.text, "why": {"zh": one.why.zh, "en": one.why.en}, "at": place(document, one.at)}))
        .collect();
    let indicators: Vec<Value> = imported
        .indicators
        .iter()
        .map(|one| json!({"name": one.name, "value": one.value, "source": one.source, "at": place(document, one.at)}))
        .collect();
    let beside = |all: &[Beside]| -> Vec<Value> {
        all.iter().map(|one| json!({"name": one.name, "source": one.source, "included": one.bytes.is_some()})).collect()
    };
    json!({
        "version": IMPORT_JSON_VERSION,
        "file": imported.name,
        "kind": imported.kind.id(),
        "title": text(&imported.title),
        "agency": text(&imported.agency),
        "year": imported.year.as_ref().map(|year| year.value.number()),
        "form": imported.form.as_ref().map(|form| form.id.to_string()),
        "published": imported.published.as_ref().map(|date| date.value.to_string()),
        "metadata": metadata,
        "contact": contact,
        "tables": tables,
        "indicators": indicators,
        "body": imported.body,
        "images": beside(&imported.images),
        "attachments": beside(&imported.attachments),
        "doubts": doubts,
        "dropped": dropped,
    })
}

fn value(document: &Document, text: &str, at: At, source: &str, certainty: &str) -> Value {
    json!({"value": text, "certainty": certainty, "source": source, "at": place(document, at)})
}

fn place(document: &Document, at: At) -> Value {
    let words = document.place(at);
    json!({"part": at.part, "line": at.line, "row": at.cell.map(|cell| cell.0), "column": at.cell.map(|cell| cell.1), "zh": words.zh, "en": words.en})
}

fn table(document: &Document, imported: &ImportedTable) -> Value {
    let table = imported.table();
    let mut cells = Map::new();
    for row in &table.rows {
        for (at, column) in table.columns_of(row).iter().enumerate() {
            let Some(cell) = &imported.cells[row.first_cell + at] else { continue };
            let mut one = value(document, &cell.text, cell.at, &cell.source, cell.certainty.id());
            if let Some(remark) = &cell.remark {
                one["remark"] = json!(remark);
            }
            cells.insert(format!("{}.{}", row.id, column.id), one);
        }
    }
    let remainders: Vec<Value> =
        imported.remainders.iter().map(|one| json!({"label": one.label, "figures": one.figures, "at": place(document, one.at)})).collect();
    json!({"form": imported.form.id.to_string(), "cells": cells, "extra_rows": remainders})
}
