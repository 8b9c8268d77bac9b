//! A form file as it is written. Every key is explained in `docs/forms.md`.

use serde::Deserialize;

use crate::diagnostic::Severity;
use crate::names::{Words, Year};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FormFile {
    pub id: String,
    pub title: String,
    pub instrument: String,
    pub language: String,
    #[serde(default)]
    pub years: YearsInForce,
    pub report_title: String,
    #[serde(default)]
    pub sections: Vec<SectionFile>,
    #[serde(default)]
    pub says_nothing: Vec<String>,
    pub period: Option<PeriodFile>,
    #[serde(default)]
    pub supersedes: Vec<String>,
    pub tables: Vec<TableFile>,
    #[serde(default)]
    pub between_years: Vec<BetweenFile>,
    pub crosswalk: Option<CrosswalkFile>,
    #[serde(default)]
    pub key_figures: Vec<String>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(deny_unknown_fields)]
pub(super) struct YearsInForce {
    pub from: Option<Year>,
    pub to: Option<Year>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SectionFile {
    pub id: String,
    pub heading: String,
    #[serde(default)]
    pub also: Vec<String>,
    pub table: Option<String>,
    #[serde(default)]
    pub needs_text: bool,
    #[serde(default)]
    pub must_mention: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PeriodFile {
    pub from: String,
    pub to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableFile {
    pub id: String,
    pub label: String,
    #[serde(default)]
    pub also: Vec<String>,
    pub unit: Option<String>,
    #[serde(default)]
    pub across: bool,
    // Either blocks, each with columns and rows of its own, or one set of them.
    #[serde(default)]
    pub blocks: Vec<BlockFile>,
    #[serde(default)]
    pub corner: String,
    #[serde(default)]
    pub columns: Vec<ColumnFile>,
    #[serde(default)]
    pub rows: Vec<RowFile>,
    #[serde(default)]
    pub relations: Vec<RelationFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BlockFile {
    pub heading: Option<String>,
    #[serde(default)]
    pub corner: String,
    pub columns: Vec<ColumnFile>,
    pub rows: Vec<RowFile>,
}

/// A column, or a heading over several.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnFile {
    pub id: Option<String>,
    pub label: String,
    #[serde(default)]
    pub also: Vec<String>,
    #[serde(default)]
    pub kind: super::CellKind,
    pub unit: Option<String>,
    #[serde(default = "one")]
    pub span: usize,
    #[serde(default)]
    pub columns: Vec<ColumnFile>,
}

fn one() -> usize {
    1
}

/// A row, a group of rows with an id of its own, or (without an id) a heading over rows.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct RowFile {
    pub id: Option<String>,
    pub label: String,
    #[serde(default)]
    pub also: Vec<String>,
    pub unit: Option<String>,
    #[serde(default)]
    pub levels: Vec<String>,
    #[serde(default)]
    pub vertical: bool,
    #[serde(default)]
    pub rows: Vec<RowFile>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Per {
    Row,
    Column,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RelationFile {
    pub id: String,
    pub code: String,
    #[serde(default = "error")]
    pub severity: Severity,
    pub per: Per,
    #[serde(default)]
    pub rows: Vec<String>,
    #[serde(default)]
    pub columns: Vec<String>,
    pub left: Vec<String>,
    #[serde(default)]
    pub compare: super::Compare,
    pub right: Vec<String>,
    #[serde(default)]
    pub total: bool,
}

fn error() -> Severity {
    Severity::Error
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BetweenFile {
    pub id: String,
    pub code: String,
    #[serde(default = "error")]
    pub severity: Severity,
    pub per: Per,
    #[serde(default)]
    pub rows: Vec<String>,
    pub later: Vec<String>,
    pub earlier: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CrosswalkFile {
    pub follows: String,
    #[serde(default)]
    pub continues: Vec<ContinuesFile>,
    #[serde(default)]
    pub breaks: Vec<BreakFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContinuesFile {
    pub cells: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BreakFile {
    pub cells: Vec<String>,
    pub why: Words,
    #[serde(default)]
    pub comparable: bool,
}
