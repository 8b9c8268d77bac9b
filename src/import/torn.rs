//! Tables torn into lines, and rows whose figures do not say by themselves in which columns they stand.
//!
//! The relations of the form are evidence here: a row is put together if exactly one reading satisfies them. They never
//! make a figure: what the source lacks stays out.

use rust_decimal::Decimal;

use super::cells::{Piece, Run};
use super::figure;
use super::grid::{Candidate, Findings, Slots, Stray, is_across};
use super::labels::{Match, Names, folded};
use crate::forms::{Along, CellKind, Compare, Table};

/// Looks for the rows of a table in a torn one.
pub(super) fn search(runs: &[Run], table: &Table, names: &Names, found: &mut Findings) {
    if is_across(table) {
        return super::across::search_runs(runs, table, names, found);
    }
    let mut header = String::new();
    for run in runs {
        let texts: Vec<&str> = run.labels.iter().map(|piece| piece.text.as_str()).collect();
        let text = folded(&texts.concat());
        let headings: usize = (0..table.columns.len()).map(|set| names.columns_in(set, &text)).max().unwrap_or(0);
        found.headings += headings;
        // More than the label of a row: headings, known or not, that stand over what follows.
        if headings > 0 || !names.is_row(&text) {
            header = text;
        }
        if run.figures.is_empty() || join(run, table, found) || several(run, table, names, &header, found) {
            continue;
        }
        let at = run.labels.last().map_or(run.figures[0].at, |piece| piece.at);
        let label = texts.join(" ");
        // 总计 and 其他 are headings of columns too; without their number they name a row only over the right figures.
        let ambiguous = texts.last().is_some_and(|text| (0..table.columns.len()).any(|set| names.is_column(set, text)));
        let right = |row: usize| !ambiguous || run.figures.len() == table.columns_of(&table.rows[row]).len();
        match names.row(&texts) {
            Some((row, how)) if suits(table, names, row, &header) && right(row) => {
                let columns = table.columns_of(&table.rows[row]).len();
                let slots = match run.figures.len() == columns {
                    true => Slots::Placed(run.figures.clone()),
                    false => Slots::Loose(run.figures.clone()),
                };
                found.candidates.push(Candidate { row, how, slots, label, at, unit: unit(table, row, &header), torn: true });
            }
            _ => found.strays.push(Stray { label, figures: run.figures.clone(), at }),
        }
    }
}

fn suits(table: &Table, names: &Names, row: usize, header: &str) -> bool {
    let set = table.rows[row].columns;
    let known = names.columns_in(set, header);
    let own = table.columns[set].iter().find_map(|column| column.unit.as_deref());
    let other_unit = own.zip(figure::unit_in(header)).is_some_and(|(own, printed)| own != printed);
    table.columns.len() == 1 || !other_unit && (known > 0 && known * 2 >= table.columns[set].len())
}

/// The unit that stands in the headings over the amounts of a row.
fn unit(table: &Table, row: usize, header: &str) -> Option<&'static str> {
    let amounts = table.columns_of(&table.rows[row]).iter().any(|column| column.kind == CellKind::Amount);
    amounts.then(|| figure::unit_in(header)).flatten()
}

/// The second half of a row that a page cut in two.
fn join(run: &Run, table: &Table, found: &mut Findings) -> bool {
    let Some(Candidate { row, slots, .. }) = found.candidates.last_mut() else { return false };
    let Slots::Loose(figures) = slots else { return false };
    let all: Vec<Piece> = figures.iter().chain(&run.figures).cloned().collect();
    let fits = all.len() == table.columns_of(&table.rows[*row]).len() && holds(table, *row, &all) == Some(true);
    if fits {
        *slots = Slots::Placed(all);
    }
    fits
}

/// Labels of several rows, and behind them the figures of all.
fn several(run: &Run, table: &Table, names: &Names, header: &str, found: &mut Findings) -> bool {
    let exact = |piece: &Piece| names.row(&[&piece.text]).filter(|(_, how)| *how == Match::Exact).map(|(row, _)| (row, piece.clone()));
    let rows: Vec<(usize, Piece)> = run.labels.iter().filter_map(exact).collect();
    let columns = rows.first().map_or(0, |(row, _)| table.columns_of(&table.rows[*row]).len());
    let even = rows.len() > 1
        && rows.iter().all(|(row, _)| table.columns_of(&table.rows[*row]).len() == columns && suits(table, names, *row, header));
    if !even || run.figures.len() != rows.len() * columns {
        return false;
    }
    let sure = |((row, _), figures): (&(usize, Piece), &[Piece])| columns == 1 || holds(table, *row, figures) == Some(true);
    if !rows.iter().zip(run.figures.chunks(columns)).all(sure) {
        return false;
    }
    for ((row, label), figures) in rows.iter().zip(run.figures.chunks(columns)) {
        let slots = Slots::Placed(figures.to_vec());
        found.candidates.push(Candidate {
            row: *row,
            how: Match::Part,
            slots,
            label: label.text.clone(),
            at: label.at,
            unit: unit(table, *row, header),
            torn: true,
        });
    }
    true
}

fn numbers(pieces: &[Piece]) -> Option<Vec<Decimal>> {
    pieces.iter().map(|piece| figure::read(&piece.text, CellKind::Signed, None).ok()?.value.number()).collect()
}

/// Whether the arithmetic of a row holds; `None` where it has none, or a cell is no number.
pub(super) fn holds(table: &Table, row: usize, cells: &[Piece]) -> Option<bool> {
    let numbers = numbers(cells)?;
    let first = table.rows[row].first_cell;
    let mut held = None;
    for relation in table.relations.iter().filter(|relation| relation.compare == Compare::Equal) {
        for one in relation.instances.iter().filter(|one| one.along == Along::Row(row)) {
            let sum = |cells: &[usize]| cells.iter().map(|cell| numbers.get(cell - first)).sum::<Option<Decimal>>();
            held = Some(held.unwrap_or(true) && sum(&one.left)? == sum(&one.right)?);
        }
    }
    held
}

/// Whether the figures can only be those of all columns but the last, which is their total: no other column can be the
/// missing one, unless that makes no difference.
pub(super) fn lacks_only_total(table: &Table, row: usize, cells: &[Piece]) -> bool {
    let last = table.rows[row].first_cell + cells.len();
    let is_total =
        table.relations.iter().filter(|relation| relation.total).flat_map(|relation| &relation.instances).any(|one| one.right == [last]);
    let Some(numbers) = numbers(cells).filter(|numbers| is_total && !numbers.is_empty()) else { return false };
    let (stated, before) = (numbers[numbers.len() - 1], numbers[..numbers.len() - 1].iter().sum::<Decimal>());
    // Another reading: the last figure is the total, and some column before it is missing.
    let other_reading = stated >= before;
    !other_reading || (stated.is_zero() && before.is_zero())
}
