//! Diagnostics as one JSON document. The schema is `docs/diagnostics.md`.

use serde::Serialize;

use super::{Diagnostic, Diagnostics, Severity};
use crate::names::Lang;
use crate::source::{Place, Sources};

/// Raised when a field changes its meaning or goes away; new fields do not raise it.
pub const JSON_SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    summary: Summary,
    diagnostics: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(flatten)]
    at: Option<At<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    here: Option<&'a str>,
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    concerns: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<Also<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledged: Option<&'a str>,
}

#[derive(Serialize)]
struct Also<'a> {
    code: &'a str,
    message: &'a str,
    concerns: &'a [String],
}

#[derive(Serialize)]
struct At<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    at: At<'a>,
    text: &'a str,
}

/// All diagnostics, in the order given, as pretty-printed JSON ending in a newline.
pub fn json(diagnostics: &Diagnostics, sources: &Sources, lang: Lang) -> String {
    let document = Document {
        version: JSON_SCHEMA_VERSION,
        summary: Summary {
            errors: diagnostics.count(Severity::Error),
            warnings: diagnostics.count(Severity::Warning),
            notes: diagnostics.count(Severity::Note),
        },
        diagnostics: diagnostics.iter().map(|one| entry(one, sources, lang)).collect(),
    };
    let mut out = serde_json::to_string_pretty(&document).expect("texts and numbers always serialise");
    out.push('\n');
    out
}

fn entry<'a>(one: &'a Diagnostic, sources: &Sources, lang: Lang) -> Entry<'a> {
    Entry {
        code: &one.code,
        severity: one.severity.id(),
        message: one.message.get(lang),
        at: one.place.as_ref().map(|place| at(place, sources)),
        here: one.here.as_ref().map(|here| here.get(lang)),
        related: one.labels.iter().map(|label| Related { at: at(&label.place, sources), text: label.text.get(lang) }).collect(),
        help: one.help.as_ref().map(|help| help.get(lang)),
        concerns: &one.concerns,
        also: one.also.iter().map(|also| Also { code: &also.code, message: also.message.get(lang), concerns: &also.concerns }).collect(),
        acknowledged: one.acknowledged.as_deref(),
    }
}

fn at<'a>(place: &'a Place, sources: &Sources) -> At<'a> {
    let (start, end) = (sources.line_column(place), sources.end_line_column(place));
    At { file: &place.file, line: start.line, column: start.column, end_line: end.line, end_column: end.column }
}
