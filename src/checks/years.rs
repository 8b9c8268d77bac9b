//! G201–G203: does what one year hands over arrive in the next?
//!
//! Source: the forms (结转 of one year and the next are the same applications; documents in force; items listed), as
//! relations in the form files. Compared are reports of neighbouring years, each table on its own form; where the earlier form
//! lacks a row or column, as in force documents before 2021, nothing is said. Silent where a cell is not a number.
//! A year without a report is the subject of [`coverage`].

pub(super) mod coverage;
pub(super) mod jumps;

use rust_decimal::Decimal;

use crate::archive::Report;
use crate::content::{Cell, Figure, TableFigures};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::forms::{Between, Row, Term};
use crate::names::Words;
use crate::source::Span;

const MOST_LABELS: usize = 8;

/// All relations between a report and that of the year before.
pub(super) fn check(earlier: &Report, later: &Report, found: &mut Diagnostics) {
    for figures in &later.tables {
        for between in figures.form.between_years.iter().filter(|between| is_about(between, figures)) {
            match between.per_column {
                true => found.extend(per_column(between, earlier, later)),
                false => found.extend(between.rows.iter().filter_map(|row| per_row(between, row, earlier, later))),
            }
        }
    }
}

/// A relation belongs to the table of its first row; the tables of one report may be on different forms.
fn is_about(between: &Between, figures: &TableFigures) -> bool {
    let first = if between.per_column { between.later.first().map(|term| &term.name) } else { between.rows.first() };
    first.and_then(|path| path.split_once('.')).is_some_and(|(table, _)| table == figures.table().id)
}

/// A row of a report's table, by `table.row`.
fn row<'a>(report: &'a Report, path: &str) -> Option<(&'a TableFigures, &'a Row)> {
    let (table, row) = path.split_once('.')?;
    let figures = report.table(table)?;
    Some((figures, figures.table().rows.iter().find(|one| one.id == row)?))
}

fn cell_of<'a>(figures: &'a TableFigures, row: &'a Row, column: &str) -> Option<Cell<'a>> {
    figures.row(row).find(|(one, _)| one.id == column)?.1
}

/// A struck-out cell adds nothing; one that is no number is not known.
fn number(cell: Cell) -> Option<Decimal> {
    match cell.figure {
        Figure::NotApplicable => Some(Decimal::ZERO),
        figure => figure.number(),
    }
}

/// One side in one column or row: its sum, and what it is made of.
struct Side<'a> {
    sum: Decimal,
    operands: Vec<Operand<'a>>,
}

struct Operand<'a> {
    cell: Cell<'a>,
    label: &'a str,
    id: &'a str,
    minus: bool,
}

/// Adds up named cells of a report; `None` where one is not known. `find`: the cell of a term, its label and id.
fn side<'a>(terms: &[Term], find: impl Fn(&Term) -> Option<(Cell<'a>, &'a str, &'a str)>) -> Option<Side<'a>> {
    let mut side = Side { sum: Decimal::ZERO, operands: Vec::with_capacity(terms.len()) };
    for term in terms {
        let (cell, label, id) = find(term)?;
        let number = number(cell)?;
        side.sum = if term.minus { side.sum.checked_sub(number)? } else { side.sum.checked_add(number)? };
        side.operands.push(Operand { cell, label, id, minus: term.minus });
    }
    Some(side)
}

impl Operand<'_> {
    /// `year`: before the label in Chinese, where it is not the report's own.
    fn words(&self, year: &str) -> Words {
        Words::new(format!("{year}{}：{}", self.label, self.cell.figure), format!("{}: {}", self.id, self.cell.figure))
    }
}

impl Side<'_> {
    /// `“现行有效件数”13减“本年制发件数”3得 10`.
    fn words(&self) -> Words {
        let mut words = Words::default();
        for (at, Operand { cell, label, id, minus }) in self.operands.iter().enumerate() {
            let (zh, en) = match (at, minus) {
                (0, _) => ("", ""),
                (_, true) => ("减", " − "),
                (_, false) => ("加", " + "),
            };
            words.zh.to_mut().push_str(&format!("{zh}“{label}”{}", cell.figure));
            words.en.to_mut().push_str(&format!("{en}`{id}` {}", cell.figure));
        }
        if self.operands.len() > 1 {
            words.zh.to_mut().push_str(&format!("得 {}", self.sum));
            words.en.to_mut().push_str(&format!(" = {}", self.sum));
        }
        words
    }

    fn names(&self) -> Words {
        let zh: Vec<_> = self.operands.iter().map(|one| format!("“{}”", one.label)).collect();
        let en: Vec<_> = self.operands.iter().map(|one| format!("`{}`", one.id)).collect();
        Words::new(zh.join("、"), en.join(", "))
    }
}

/// All columns in which the sides differ, in one diagnostic: one wrong figure shows in its column and in the total.
fn per_column(between: &Between, earlier: &Report, later: &Report) -> Option<Diagnostic> {
    let (figures, first) = row(later, &between.later.first()?.name)?;
    let mut differing = vec![];
    for column in figures.table().columns_of(first) {
        let of = |report, terms: &[Term]| {
            side(terms, |term| {
                let (figures, row) = row(report, &term.name)?;
                Some((cell_of(figures, row, &column.id)?, row.label.as_str(), row.id.as_str()))
            })
        };
        let (Some(now), Some(before)) = (of(later, &between.later), of(earlier, &between.earlier)) else { continue };
        if now.sum != before.sum {
            differing.push((column, now, before));
        }
    }
    let (_, now, before) = differing.first()?;
    let zh: Vec<_> = differing
        .iter()
        .map(|(column, now, before)| format!("“{}”{}年写 {}，{}年写 {}", column.label, later.year, now.sum, earlier.year, before.sum))
        .collect();
    let en: Vec<_> = differing.iter().map(|(column, now, before)| format!("{} {} and {}", column.id, now.sum, before.sum)).collect();
    let message = Words::new(
        format!("{}和{}年报告的{}对不上：{}", now.names().zh, earlier.year, before.names().zh, zh.join("；")),
        format!("{} does not agree with {} of {}: {}", now.names().en, before.names().en, earlier.year, en.join("; ")),
    );
    let concerns = differing.iter().map(|(column, ..)| format!("{}.{}", between.later[0].name, column.id));
    let place = later.at(now.operands.first()?.cell.span);
    let mut diagnostic = Diagnostic::new(between.severity, between.code.clone(), Some(place), message)
        .with_here(Words::new(format!("{}年报告写 {}", later.year, now.sum), format!("{} in {}", now.sum, later.year)))
        .with_help(help(earlier))
        .concerning(concerns);
    let places =
        differing.iter().flat_map(|(column, _, before)| before.operands.iter().map(move |one| (one.cell.span, column, before.sum)));
    for (span, column, sum) in first_of_each(places).take(MOST_LABELS) {
        let text =
            Words::new(format!("{}年报告写 {sum}（{}）", earlier.year, column.label), format!("{sum} in {} ({})", earlier.year, column.id));
        diagnostic = diagnostic.with_label(earlier.at(span), text);
    }
    Some(diagnostic)
}

/// A row given as one `0` has all its cells in one place.
fn first_of_each<'a, T: 'a>(places: impl Iterator<Item = (Span, T, Decimal)> + 'a) -> impl Iterator<Item = (Span, T, Decimal)> + 'a {
    let mut seen = vec![];
    places.filter(move |(span, ..)| {
        let new = !seen.contains(span);
        seen.push(*span);
        new
    })
}

fn per_row(between: &Between, path: &str, earlier: &Report, later: &Report) -> Option<Diagnostic> {
    let of = |report, terms: &[Term]| {
        let (figures, row) = row(report, path)?;
        side(terms, |term| {
            let (column, cell) = figures.row(row).find(|(one, _)| one.id == term.name)?;
            Some((cell?, column.label.as_str(), column.id.as_str()))
        })
    };
    let (now, before) = (of(later, &between.later)?, of(earlier, &between.earlier)?);
    if now.sum == before.sum {
        return None;
    }
    let (_, row) = row(later, path)?;
    let difference = now.sum.checked_sub(before.sum)?.abs();
    let (then, today) = (before.words(), now.words());
    let message = Words::new(
        format!(
            "“{}”和{}年的报告接不上：{}年{}，{}年{}，相差 {difference}",
            row.label, earlier.year, later.year, today.zh, earlier.year, then.zh
        ),
        format!("`{}` does not follow from {}: {} now, {} then, {difference} apart", row.id, earlier.year, today.en, then.en),
    );
    let first = now.operands.first()?;
    let mut diagnostic = Diagnostic::new(between.severity, between.code.clone(), Some(later.at(first.cell.span)), message)
        .with_here(first.words(""))
        .with_help(help(earlier))
        .concerning(between.later.iter().map(|term| format!("{path}.{}", term.name)));
    for one in now.operands.iter().skip(1).filter(|one| one.cell.span != first.cell.span) {
        diagnostic = diagnostic.with_label(later.at(one.cell.span), one.words(""));
    }
    let year = format!("{}年", earlier.year);
    for one in &before.operands {
        diagnostic = diagnostic.with_label(earlier.at(one.cell.span), one.words(&year));
    }
    Some(diagnostic)
}

fn help(earlier: &Report) -> Words {
    Words::new(
        format!("打开{}年的报告核对是哪一年填错了。两年都没有填错的（如统计口径调整），在 acknowledged 里写明原因。", earlier.year),
        format!(
            "Look into the report for {} to see which of the two is wrong. If neither is, explain it under `acknowledged`.",
            earlier.year
        ),
    )
}
