//! A broken relation in the words of the form: table, row or column, both sides with their values, the difference.

use rust_decimal::Decimal;

use super::culprit::{Culprit, Group};
use super::{Broken, Side};
use crate::archive::Report;
use crate::content::TableFigures;
use crate::diagnostic::{Also, Diagnostic};
use crate::forms::{Along, Compare, Instance};
use crate::names::Words;
use crate::source::Span;

/// More figures than this at once explain nothing.
const MOST_LABELS: usize = 8;
/// More operands than this are told by the first and the last.
const MOST_NAMES: usize = 4;

pub(super) fn tell(report: &Report, figures: &TableFigures, group: &Group) -> Diagnostic {
    let first = &group.broken[0];
    let (place, here, help) = match &group.culprit {
        Some(culprit) => at_culprit(figures, group, culprit),
        None => at_total(figures, first),
    };
    let severity = group.broken.iter().map(|one| one.relation.severity).min().unwrap_or(first.relation.severity);
    let mut diagnostic =
        Diagnostic::new(severity, first.relation.code.clone(), Some(report.at(place)), in_table(figures, message(figures, first)))
            .with_here(here)
            .with_help(help)
            .concerning(paths(figures, first.instance));
    for one in &group.broken[1..] {
        diagnostic.also.push(Also {
            code: one.relation.code.clone().into(),
            message: message(figures, one),
            concerns: paths(figures, one.instance),
        });
    }
    for (span, text) in operands(figures, group, place) {
        diagnostic = diagnostic.with_label(report.at(span), text);
    }
    diagnostic
}

fn paths(figures: &TableFigures, instance: &Instance) -> Vec<String> {
    instance.left.iter().chain(&instance.right).map(|&cell| figures.table().path_of(cell)).collect()
}

fn at_culprit(figures: &TableFigures, group: &Group, culprit: &Culprit) -> (Span, Words, Words) {
    let (row, column) = figures.table().row_of(culprit.cell);
    let span = figures.cell(culprit.cell).map_or(figures.span, |cell| cell.span);
    let now = value(figures, culprit.cell);
    let (should_be, places) = (culprit.should_be, group.broken.len());
    let here = Words::new(
        format!("多半错在这一格：“{}”的“{}”现在是 {now}，改成 {should_be}，{places}处就都对上了", row.label, column.label),
        format!("likely here: `{}.{}` is {now}; {should_be} would settle all {places}", row.id, column.id),
    );
    let help = Words::new(
        format!(
            "先对照原件或台账核对这一格，不要只为了凑数改成 {should_be}。原件本来就这样印的，不改数，在 acknowledged 里写明编号和原因。"
        ),
        format!(
            "Check this cell against the original before making it {should_be}. If the original is wrong itself, keep it and say so under `acknowledged`."
        ),
    );
    (span, here, help)
}

fn at_total(figures: &TableFigures, broken: &Broken) -> (Span, Words, Words) {
    let at = total_of(figures, broken.instance);
    let span = figures.cell(at).map_or(figures.span, |cell| cell.span);
    let now = value(figures, at);
    let here = match broken.relation.total && broken.left.unknown == 0 {
        true => Words::new(
            format!("这里写 {now}，各项相加是 {}", broken.left.sum),
            format!("{now} here; the parts add up to {}", broken.left.sum),
        ),
        false => name_and_value(figures, broken.instance.along, at),
    };
    let help = Words::new(
        "对照原件或台账，把这一行（栏）逐格核对一遍，改正填错的一格。原件本来就这样印的，不改数，在 acknowledged 里写明编号和原因。",
        "Compare with the original, cell by cell, and correct the wrong one. If the original is wrong itself, keep it and say so under `acknowledged`.",
    );
    (span, here, help)
}

/// The total, or whatever of the right and left side was written by the author.
fn total_of(figures: &TableFigures, instance: &Instance) -> usize {
    let written = |cell: &&usize| figures.cell(**cell).is_some_and(|cell| !cell.computed);
    let cells = || instance.right.iter().chain(&instance.left);
    cells().find(written).or(cells().next()).copied().unwrap_or(0)
}

/// The figures that make up the sides: totals first, then what is not zero; no place twice.
fn operands(figures: &TableFigures, group: &Group, place: Span) -> Vec<(Span, Words)> {
    let mut shown: Vec<(Span, Words)> = vec![];
    let rights = group.broken.iter().flat_map(|one| one.instance.right.iter().map(move |&cell| (one, cell)));
    let lefts = group.broken.iter().flat_map(|one| one.instance.left.iter().map(move |&cell| (one, cell)));
    for (one, cell) in rights.chain(lefts) {
        let Some(written) = figures.cell(cell).filter(|cell| !cell.computed) else { continue };
        let is_zero = written.figure.number().is_none_or(|number| number.is_zero());
        let is_total = one.relation.total && one.instance.right.contains(&cell);
        if written.span == place || (is_zero && !is_total) || shown.iter().any(|(span, _)| *span == written.span) {
            continue;
        }
        shown.push((written.span, name_and_value(figures, one.instance.along, cell)));
        if shown.len() == MOST_LABELS {
            break;
        }
    }
    shown
}

fn message(figures: &TableFigures, broken: &Broken) -> Words {
    let table = figures.table();
    let along = match broken.instance.along {
        Along::Row(row) => Words::new(format!("“{}”这一行", table.rows[row].full_label), format!("row `{}`", table.rows[row].id)),
        Along::Column(_) => {
            let (_, column) = table.row_of(broken.instance.right.first().copied().unwrap_or(0));
            Words::new(format!("“{}”这一栏", column.label), format!("column `{}`", column.id))
        }
    };
    let left = side(figures, broken.instance, &broken.instance.left, &broken.left);
    let right = side(figures, broken.instance, &broken.instance.right, &broken.right);
    let difference =
        broken.left.sum.checked_sub(broken.right.sum).map_or_else(|| "?".to_string(), |difference| difference.abs().to_string());
    let unknown = broken.left.unknown + broken.right.unknown > 0;
    let (zh, en) = match broken.relation.compare {
        _ if unknown => (format!("没填完就已经多出 {difference}"), format!("{difference} too much already")),
        Compare::Equal => (format!("应当相等，相差 {difference}"), format!("they should be equal and are {difference} apart")),
        Compare::AtMost => {
            (format!("前者不应多于后者，多了 {difference}"), format!("the first should not be more; it is, by {difference}"))
        }
    };
    Words::new(
        format!("{}对不上：{}，{}，{zh}", along.zh, left.zh, right.zh),
        format!("{} does not add up: {}, {}; {en}", along.en, left.en, right.en),
    )
}

fn in_table(figures: &TableFigures, message: Words) -> Words {
    let table = figures.table();
    Words::new(format!("“{}”表{}", table.label, message.zh), format!("table `{}`, {}", table.id, message.en))
}

/// `“自然人”到“其他”6项合计 4`.
fn side(figures: &TableFigures, instance: &Instance, cells: &[usize], side: &Side) -> Words {
    let names: Vec<(&str, &str)> = cells.iter().map(|&cell| name(figures, instance.along, cell)).collect();
    let sum = side.sum;
    let mut words = match names[..] {
        [(zh, en)] => Words::new(format!("“{zh}”是 {sum}"), format!("`{en}` is {sum}")),
        [(first, first_id), .., (last, last_id)] if names.len() > MOST_NAMES => Words::new(
            format!("“{first}”到“{last}”{}项相加是 {sum}", names.len()),
            format!("the {} from `{first_id}` to `{last_id}` make {sum}", names.len()),
        ),
        _ => {
            let zh: Vec<_> = names.iter().map(|(zh, _)| format!("“{zh}”")).collect();
            let en: Vec<_> = names.iter().map(|(_, en)| format!("`{en}`")).collect();
            Words::new(format!("{}是 {sum}", zh.join("加")), format!("{} is {sum}", en.join(" + ")))
        }
    };
    if side.unknown > 0 {
        words.zh.to_mut().push_str(&format!("（还有{}格没填）", side.unknown));
        words.en.to_mut().push_str(&format!(" ({} not given)", side.unknown));
    }
    words
}

/// What a cell is called within its relation: by its column in a row, by its row in a column.
fn name(figures: &TableFigures, along: Along, cell: usize) -> (&str, &str) {
    let (row, column) = figures.table().row_of(cell);
    match along {
        Along::Row(_) => (&column.label, &column.id),
        Along::Column(_) => (&row.label, &row.id),
    }
}

fn name_and_value(figures: &TableFigures, along: Along, cell: usize) -> Words {
    let (zh, en) = name(figures, along, cell);
    let value = value(figures, cell);
    Words::new(format!("{zh}：{value}"), format!("{en}: {value}"))
}

fn value(figures: &TableFigures, cell: usize) -> String {
    figures.cell(cell).map_or_else(String::new, |cell| match cell.figure.number() {
        Some(number) if number == Decimal::ZERO => "0".to_string(),
        _ => cell.figure.to_string(),
    })
}
