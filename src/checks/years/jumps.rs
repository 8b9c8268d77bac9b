//! G204: is a figure many times what it was the year before?
//!
//! Source: practice of inspectors (more than five times, or less than a fifth); thresholds in `site.yaml` under `checks: {jump: …}`.
//! Compared are the totals of rows, or every column of rows without one, on comparable series only; told once for a table.
//! Silent where both figures are small; where one is zero unless the other is large, for something begun or ended is no
//! slip; and on rows that only repeat what the year before handed over.

use rust_decimal::Decimal;

use super::number;
use crate::archive::Report;
use crate::config::Jump;
use crate::content::{Cell, TableFigures};
use crate::diagnostic::{Also, Diagnostic, Diagnostics};
use crate::forms::{Along, Catalog, Form, Line, Lineage, Source, Table};
use crate::names::Words;

/// For each two forms of a lineage, the lines that can be compared between them.
pub(in super::super) struct Comparable<'a> {
    pairs: Vec<Pair<'a>>,
}

struct Pair<'a> {
    earlier: &'a str,
    later: &'a str,
    lines: Vec<Compared<'a>>,
}

struct Compared<'a> {
    line: &'a Line,
    earlier: &'a Source,
    later: &'a Source,
}

impl<'a> Comparable<'a> {
    /// Worked out once for all units.
    pub(in super::super) fn of(catalog: &'a Catalog) -> Comparable<'a> {
        Comparable { pairs: catalog.lineages.iter().flat_map(pairs).collect() }
    }

    fn between(&self, earlier: &Form, later: &Form) -> &[Compared<'a>] {
        let pair = self.pairs.iter().find(|pair| *pair.earlier == *earlier.id && *pair.later == *later.id);
        pair.map_or(&[], |pair| &pair.lines)
    }
}

fn pairs(lineage: &Lineage) -> Vec<Pair<'_>> {
    let forms = &lineage.forms;
    let both = (0..forms.len()).flat_map(|earlier| (earlier..forms.len()).map(move |later| (earlier, later)));
    both.map(|(earlier, later)| {
        let comparable = |line: &&Line| line.breaks[earlier + 1..=later].iter().flatten().all(|one| one.comparable);
        let lines = lineage.lines.iter().filter(comparable).filter_map(|line| {
            let (before, now) = (line.sources[earlier].as_ref()?, line.sources[later].as_ref()?);
            (!is_part_of_a_total(&forms[later], now) && !is_handed_over(&forms[later], line)).then_some(Compared {
                line,
                earlier: before,
                later: now,
            })
        });
        Pair { earlier: &forms[earlier].id, later: &forms[later].id, lines: lines.collect() }
    })
    .collect()
}

/// Whether the cell is added up along its row: then the total speaks for it.
fn is_part_of_a_total(form: &Form, source: &Source) -> bool {
    let (table, cell) = match source {
        Source::Cell(table, cell) => (*table, *cell),
        Source::Sum(table, cells) => (*table, cells[0]),
    };
    let table: &Table = &form.tables[table];
    let totals = table.relations.iter().filter(|relation| relation.total).flat_map(|relation| &relation.instances);
    totals.into_iter().any(|one| matches!(one.along, Along::Row(_)) && one.left.contains(&cell))
}

/// Whether the row is last year's figure under another name: a jump was told then.
fn is_handed_over(form: &Form, line: &Line) -> bool {
    let mut down_columns = form.between_years.iter().filter(|between| between.per_column);
    down_columns.any(|between| between.later.iter().any(|term| term.name.split_once('.') == Some((&line.table, &line.row))))
}

/// All jumps from one report to the next.
pub(in super::super) fn check(comparable: &Comparable, jump: &Jump, earlier: &Report, later: &Report, found: &mut Diagnostics) {
    for now in &later.tables {
        let Some(before) = earlier.table(&now.table().id) else { continue };
        let of_table = |compared: &&Compared| compared.line.table == now.table().id;
        let jumps: Vec<Jumped> = comparable
            .between(&before.form, &now.form)
            .iter()
            .filter(of_table)
            .filter_map(|compared| jumped(compared, jump, before, now))
            .collect();
        found.extend(tell(&jumps, earlier, later));
    }
}

struct Jumped<'a> {
    line: &'a Line,
    before: (Decimal, Cell<'a>),
    now: (Decimal, Cell<'a>),
}

fn jumped<'a>(compared: &Compared<'a>, jump: &Jump, before: &'a TableFigures, now: &'a TableFigures) -> Option<Jumped<'a>> {
    let (before, now) = (figure(before, compared.earlier)?, figure(now, compared.later)?);
    is_jump(before.0, now.0, jump).then_some(Jumped { line: compared.line, before, now })
}

/// One diagnostic for a table: a year that was different was different in many rows.
fn tell(jumps: &[Jumped], earlier: &Report, later: &Report) -> Option<Diagnostic> {
    let first = jumps.first()?;
    let mut diagnostic = Diagnostic::warning("G204", later.at(first.now.1.span), first.message())
        .with_here(Words::new(format!("{}年", later.year), later.year.to_string()))
        .with_label(earlier.at(first.before.1.span), Words::new(format!("{}年", earlier.year), earlier.year.to_string()))
        .with_help(Words::new(
            "先看是不是多打或少打了一位、填错了行、换了统计口径。数没有错的，在 acknowledged 里写一句原因，读者也想知道。",
            "Look for a digit too many or too few, a wrong row, another way of counting. If it is right, say why under `acknowledged`: readers will ask.",
        ))
        .concerning([first.line.id()]);
    for one in &jumps[1..] {
        diagnostic.also.push(Also { code: "G204".into(), message: one.message(), concerns: vec![one.line.id()] });
    }
    Some(diagnostic)
}

impl Jumped<'_> {
    fn message(&self) -> Words {
        let (line, before, now) = (self.line, self.before.0, self.now.0);
        let (zh, en) = match line.column.as_str() {
            // Only a total goes without its name.
            "total" => (format!("“{}”", line.row_label), format!("`{}`", line.row)),
            _ => (format!("“{}”的“{}”", line.row_label, line.column_label), format!("`{}.{}`", line.row, line.column)),
        };
        let direction = if now > before { ("猛增", "up") } else { ("猛降", "down") };
        Words::new(
            format!("{zh}从上年的 {before} {}到 {now}，请确认", direction.0),
            format!("{en} is {} from {before} to {now}; please confirm", direction.1),
        )
    }
}

/// The larger is `factor` times the smaller; a zero is taken for the floor.
fn is_jump(before: Decimal, now: Decimal, jump: &Jump) -> bool {
    let (floor, factor) = (Decimal::from(jump.floor), Decimal::from(jump.factor));
    let (small, large) = (before.min(now), before.max(now));
    let base = if small.is_zero() { floor } else { small };
    small >= Decimal::ZERO && large >= floor && base.checked_mul(factor).is_some_and(|limit| large > limit)
}

fn first_cell(source: &Source) -> usize {
    match source {
        Source::Cell(_, cell) => *cell,
        Source::Sum(_, cells) => cells[0],
    }
}

/// The number of a source and its first cell, for a place.
fn figure<'a>(figures: &'a TableFigures, source: &Source) -> Option<(Decimal, Cell<'a>)> {
    let first = figures.cell(first_cell(source))?;
    let sum = match source {
        Source::Cell(..) => first.figure.number()?,
        Source::Sum(_, cells) => {
            let numbers = cells.iter().map(|&cell| figures.cell(cell).and_then(number));
            numbers.sum::<Option<Decimal>>()?
        }
    };
    Some((sum, first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_do_not_jump_and_zero_counts_as_small() {
        let jumps = |before: i64, now: i64| is_jump(before.into(), now.into(), &Jump::default());
        assert_eq!([jumps(550, 9487), jumps(9487, 550), jumps(10, 50), jumps(10, 51)], [true, true, false, true]);
        assert_eq!([jumps(1, 19), jumps(0, 19), jumps(0, 100), jumps(0, 101), jumps(101, 0)], [false, false, false, true, true]);
    }
}
