//! Fills what an existing report lacks from an import. Nothing that is there is changed, moved or lost.
//!
//! In: the text of a content file and an import. Out: the text with lines added, what was added, and every cell in which
//! the two disagree. The result is read again before it is handed out: if a figure that was there is not there any more,
//! the old text comes back.

use std::sync::Arc;

use super::document::At;
use super::front::Imported;
use super::write;
use crate::cache::Cache;
use crate::content::{self, Figure, Report, Scope};
use crate::diagnostic::Diagnostics;
use crate::forms::{Catalog, Target};
use crate::source::Sources;
use crate::yaml::{self, Node, Value};

/// A cell or field in which the report and the import differ.
#[derive(Clone, PartialEq, Debug)]
pub struct Disagreement {
    /// `requests.received.total`, `published`.
    pub path: String,
    pub existing: String,
    pub imported: String,
    /// Where the import found it.
    pub at: At,
}

/// A report with what it lacked.
#[derive(Clone, PartialEq, Debug)]
pub struct Merged {
    pub text: String,
    /// Paths of the lines that were added.
    pub filled: Vec<String>,
    pub disagreements: Vec<Disagreement>,
}

/// Merges an import into the text of a report.
pub fn merge(existing: &str, imported: &Imported, catalog: &Catalog) -> Merged {
    let unchanged = |disagreements| Merged { text: existing.to_string(), filled: vec![], disagreements };
    let Some(report) = parsed(existing, imported, catalog) else { return unchanged(vec![]) };
    let disagreements = disagreements(&report, imported);
    let mut insert = Insertions { text: existing, lines: vec![], filled: vec![] };
    insert.all(&report, imported);
    let (text, filled) = insert.done(&report, imported);
    let kept = parsed(&text, imported, catalog).is_some_and(|again| keeps(&report, &again));
    if kept { Merged { text, filled, disagreements } } else { unchanged(disagreements) }
}

fn parsed(text: &str, imported: &Imported, catalog: &Catalog) -> Option<Arc<Report>> {
    let year = imported.year.as_ref().map_or("report".to_string(), |year| year.value.to_string());
    let path = format!("content/{year}.md");
    let sources = Sources::from_texts([("content/_index.md", "---\ntitle: x\n---\n"), (path.as_str(), text)]);
    content::discover(&sources, catalog, Scope::WithDrafts, &Cache::default(), &mut Diagnostics::default()).reports.pop()
}

/// Whether everything that was given is still given.
fn keeps(before: &Report, after: &Report) -> bool {
    before.year == after.year
        && before.title.as_ref().is_none_or(|title| after.title.as_ref().is_some_and(|other| other.text == title.text))
        && before.tables.iter().all(|figures| {
            let Some(other) = after.tables.iter().find(|other| other.form.id == figures.form.id && other.number == figures.number) else {
                return false;
            };
            figures
                .cells
                .iter()
                .zip(other.cells.iter())
                .all(|(one, other)| one.is_none_or(|one| one.computed || other.is_some_and(|other| other.figure == one.figure)))
        })
}

fn disagreements(report: &Report, imported: &Imported) -> Vec<Disagreement> {
    let mut out = vec![];
    let mut field = |path: &str, existing: Option<String>, new: Option<(String, At)>| {
        if let Some((existing, (imported, at))) = existing.zip(new).filter(|(existing, (new, _))| existing != new) {
            out.push(Disagreement { path: path.to_string(), existing, imported, at });
        }
    };
    field("title", report.title.as_ref().map(|title| title.text.clone()), imported.title.as_ref().map(|one| (one.value.clone(), one.at)));
    field(
        "published",
        report.published.as_ref().map(|(date, _)| date.to_string()),
        imported.published.as_ref().map(|one| (one.value.to_string(), one.at)),
    );
    for (name, one) in &imported.contact {
        field(&format!("contact.{}", name.id()), report.contact.text(*name).map(str::to_string), Some((one.value.clone(), one.at)));
    }
    for table in &imported.tables {
        let Some(figures) = report.tables.iter().find(|one| one.form.id == table.form.id && one.number == table.number) else { continue };
        for (number, (old, new)) in figures.cells.iter().zip(&table.cells).enumerate() {
            let (Some(old), Some(new)) = (old, new) else { continue };
            let (row, column) = table.table().row_of(number);
            if !same(&old.figure, &new.text) {
                let path = format!("{}.{}.{}", table.table().id, row.id, column.id);
                out.push(Disagreement { path, existing: shown(&old.figure), imported: new.text.clone(), at: new.at });
            }
        }
    }
    out
}

fn same(figure: &Figure, text: &str) -> bool {
    match figure.number() {
        Some(number) => text.trim_start_matches('+').parse().is_ok_and(|other: rust_decimal::Decimal| other == number),
        None => shown(figure) == text,
    }
}

fn shown(figure: &Figure) -> String {
    if *figure == Figure::Blank { "~".into() } else { figure.to_string() }
}

/// Lines to be put in, each after the line that ends at a byte of the text.
struct Insertions<'a> {
    text: &'a str,
    lines: Vec<(usize, String)>,
    filled: Vec<String>,
}

impl Insertions<'_> {
    fn all(&mut self, report: &Report, imported: &Imported) {
        let Some((start, end)) = front_matter(self.text) else { return };
        let file: Arc<str> = report.file.clone();
        let tree = yaml::parse(&file, self.text, start..end, &mut Diagnostics::default());
        let empty = vec![];
        let entries = match tree.as_ref().map(|tree| &tree.value) {
            Some(Value::Map(entries)) => entries,
            None => &empty,
            Some(_) => return,
        };
        let has = |name: &str| entries.iter().find(|(key, _)| key.text == name).map(|(_, node)| node);
        let mut top: Vec<(&str, Option<String>)> = vec![];
        top.push(("title", imported.title.as_ref().map(|one| write::scalar(&one.value))));
        top.push(("year", imported.year.as_ref().map(|one| one.value.to_string())));
        top.push(("published", imported.published.as_ref().map(|one| one.value.to_string())));
        top.extend(imported.metadata.iter().map(|(field, one)| (field.id(), Some(write::scalar(&one.value)))));
        for (name, value) in top {
            if let (None, Some(value)) = (has(name), value) {
                self.add(end, format!("{name}: {value}\n"), name.to_string());
            }
        }
        self.contact(has("contact"), imported, end);
        self.statistics(has("statistics"), imported, end);
    }

    fn add(&mut self, at: usize, text: String, path: String) {
        self.lines.push((at, text));
        self.filled.push(path);
    }

    fn contact(&mut self, node: Option<&Node>, imported: &Imported, end: usize) {
        let known = node.and_then(|node| node.map());
        if node.is_some_and(|node| !node.is_null() && (known.is_none() || self.is_flow(node))) {
            return;
        }
        let missing: Vec<_> = imported
            .contact
            .iter()
            .filter(|(field, _)| {
                !known.is_some_and(|known| known.iter().any(|(key, _)| crate::contact::Field::named(&key.text) == Some(*field)))
            })
            .collect();
        let lines: String = missing.iter().map(|(field, one)| format!("  {}: {}\n", field.id(), write::scalar(&one.value))).collect();
        if missing.is_empty() || (node.is_some() && known.is_none()) {
            return;
        }
        let (at, head) = node.map_or((end, "contact:\n"), |node| (self.line_end(last_byte(node)), ""));
        self.add(at, format!("{head}{lines}"), "contact".into());
    }

    fn statistics(&mut self, node: Option<&Node>, imported: &Imported, end: usize) {
        let known = node.and_then(|node| node.map());
        if node.is_some_and(|node| known.is_none() || self.is_flow(node)) {
            return;
        }
        let mut missing = String::new();
        let mut paths = vec![];
        for table in &imported.tables {
            let id = &table.table().id;
            match known
                .and_then(|known| known.iter().find(|(key, _)| matches!(table.form.table_keys.id(&key.text), Some(known) if known == id)))
            {
                None => {
                    let own_form = imported.form.as_ref().is_none_or(|form| form.id != table.form.id);
                    write::write_table(table, own_form, &mut missing);
                    paths.push(id.clone());
                }
                Some((_, node)) => self.rows(node, table),
            }
        }
        if missing.is_empty() {
            return;
        }
        let (at, head) = node.map_or((end, "statistics:\n"), |node| (self.line_end(last_byte(node)), ""));
        self.add(at, format!("{head}{missing}"), paths.join(", "));
    }

    /// Rows and groups of rows that a table lacks, each put at the end of its group or table.
    fn rows(&mut self, node: &Node, imported: &super::ImportedTable) {
        let table = imported.table();
        let Some(entries) = node.map().filter(|_| !self.is_flow(node)) else { return };
        let Some((first, _)) = entries.first() else { return };
        let indent = self.indent(first.span.start as usize);
        let mut lacking: Vec<(&str, String)> = vec![];
        for (number, row) in table.rows.iter().enumerate() {
            let Some(figures) = write::row_figures(imported, number) else { continue };
            let (group, last) = row.id.rsplit_once('.').unwrap_or(("", &row.id));
            let line = |indent: usize| format!("{}{last}: {figures}  # {}\n", " ".repeat(indent), row.label);
            let path = format!("{}.{}", table.id, row.id);
            if group.is_empty() {
                if !entries.iter().any(|(key, _)| table.keys.id(&key.text) == Some(last)) {
                    self.add(self.line_end(last_byte(node)), line(indent), path);
                }
                continue;
            }
            let Some((_, inner)) = entries.iter().find(|(key, _)| table.keys.id(&key.text) == Some(group)) else {
                if lacking.last().is_none_or(|(known, _)| *known != group) {
                    lacking.push((group, format!("{}{group}:\n", " ".repeat(indent))));
                }
                lacking.iter_mut().rev().take(1).for_each(|(_, block)| block.push_str(&line(indent + 2)));
                continue;
            };
            let (Some(Target::Group(keys)), Some(known)) = (table.keys.find(group), inner.map().filter(|_| !self.is_flow(inner))) else {
                continue;
            };
            let Some((first, _)) = known.first().filter(|_| !known.iter().any(|(key, _)| keys.id(&key.text) == Some(last))) else {
                continue;
            };
            self.add(self.line_end(last_byte(inner)), line(self.indent(first.span.start as usize)), path);
        }
        let end = self.line_end(last_byte(node));
        for (group, block) in lacking {
            self.add(end, block, format!("{}.{group}", table.id));
        }
    }

    /// How far a key stands from the beginning of its line.
    fn indent(&self, at: usize) -> usize {
        at - self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    fn is_flow(&self, node: &Node) -> bool {
        self.text[node.span.start as usize..].starts_with('{')
    }

    fn line_end(&self, byte: usize) -> usize {
        self.text[byte.min(self.text.len())..].find('\n').map_or(self.text.len(), |at| byte + at + 1)
    }

    /// The text with all lines put in, and the body where there is none.
    fn done(mut self, report: &Report, imported: &Imported) -> (String, Vec<String>) {
        // What stands deeper comes first, or it would leave its group.
        let depth = |line: &str| line.len() - line.trim_start().len();
        self.lines.sort_by_key(|(at, line)| (*at, std::cmp::Reverse(depth(line))));
        let (mut out, mut from) = (String::new(), 0);
        for (at, line) in &self.lines {
            out.push_str(&self.text[from..*at]);
            out.push_str(line);
            from = *at;
        }
        out.push_str(&self.text[from..]);
        let body = self.text.get(report.body.span.start as usize..).unwrap_or("");
        if body.trim().is_empty() && !imported.body.is_empty() && front_matter(self.text).is_some() {
            let text = format!("{}\n\n{}\n", out.trim_end(), imported.body);
            self.filled.push("body".into());
            return (text, self.filled);
        }
        (out, self.filled)
    }
}

/// The bytes between the `---` lines.
fn front_matter(text: &str) -> Option<(usize, usize)> {
    let start = text.strip_prefix("---")?.find('\n')? + 4;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((start, at));
        }
        at += line.len();
    }
    None
}

/// Where the last scalar of a node ends.
fn last_byte(node: &Node) -> usize {
    match &node.value {
        Value::Map(entries) => {
            entries.iter().map(|(key, value)| last_byte(value).max(key.span.end as usize)).max().unwrap_or(node.span.end as usize)
        }
        Value::List(_) | Value::Scalar { .. } => node.span.end as usize,
    }
}
