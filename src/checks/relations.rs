//! G101–G104, G109: does the arithmetic inside a report's tables hold?
//!
//! The relations come from the form (source: the form's own note 勾稽关系, and its rows and columns named 总计).
//! Silent where an operand is blank, missing or unreadable: then the relation cannot be assessed.
//! A struck-out cell (—) counts as nothing. Totals that we computed ourselves hold by construction.

use rust_decimal::Decimal;

use crate::archive::Report;
use crate::content::{Figure, TableFigures};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::forms::{Along, Compare, Instance, Relation};
use crate::names::Words;
use crate::source::Span;

/// Every relation of every table of one report.
pub(super) fn check(report: &Report, found: &mut Diagnostics) {
    for figures in &report.tables {
        for relation in &figures.table().relations {
            for instance in &relation.instances {
                if let Some(broken) = broken(figures, relation, instance) {
                    found.push(tell(report, figures, relation, instance, &broken));
                }
            }
        }
    }
}

/// Both sides of a relation that does not hold.
struct Broken {
    left: Decimal,
    right: Decimal,
}

fn broken(figures: &TableFigures, relation: &Relation, instance: &Instance) -> Option<Broken> {
    let left = sum(figures, &instance.left)?;
    let right = sum(figures, &instance.right)?;
    let holds = match relation.compare {
        Compare::Equal => left == right,
        Compare::AtMost => left <= right,
    };
    (!holds).then_some(Broken { left, right })
}

/// `None` where a cell is not known.
fn sum(figures: &TableFigures, cells: &[usize]) -> Option<Decimal> {
    let mut total = Decimal::ZERO;
    for &cell in cells {
        match figures.cell(cell)?.figure {
            Figure::NotApplicable => {}
            figure => total = total.checked_add(figure.number()?)?,
        }
    }
    Some(total)
}

fn tell(report: &Report, figures: &TableFigures, relation: &Relation, instance: &Instance, broken: &Broken) -> Diagnostic {
    let table = figures.table();
    let along = match instance.along {
        Along::Row(row) => Words::new(format!("“{}”一行", table.rows[row].full_label), format!("row `{}`", table.rows[row].id)),
        Along::Column(column) => {
            let (_, column) = table.row_of(table.rows[0].first_cell + column);
            Words::new(format!("“{}”一栏", column.label), format!("column `{}`", column.id))
        }
    };
    let (left, right) = (side(figures, instance, &instance.left), side(figures, instance, &instance.right));
    let difference = (broken.left - broken.right).abs();
    let sign = if relation.compare == Compare::AtMost { ("应不大于", "should be at most") } else { ("应等于", "should equal") };
    let message = Words::new(
        format!(
            "{}：{along}，{} {} {}，现在是 {} 和 {}，相差 {difference}",
            table.label,
            left.zh,
            sign.0,
            right.zh,
            broken.left,
            broken.right,
            along = along.zh
        ),
        format!(
            "{}, {}: {} {} {}; they are {} and {}, {difference} apart",
            table.id, along.en, left.en, sign.1, right.en, broken.left, broken.right
        ),
    );
    let at = *instance.right.first().unwrap_or(&0);
    let span = figures.cell(at).map_or(figures.span, |cell| cell.span);
    let here = figures.cell(at).map_or_else(Words::default, |cell| match cell.computed {
        true => Words::new(format!("没有写，系统相加得 {}", cell.figure), format!("left out; added up, it is {}", cell.figure)),
        false => Words::same(cell.figure.to_string()),
    });
    let mut diagnostic = Diagnostic::new(relation.severity, relation.code.clone(), Some(report.at(span)), message).with_here(here);
    for &cell in instance.left.iter().chain(instance.right.iter().skip(1)).filter(|&&cell| is_worth_showing(figures, cell, span)) {
        let Some(cell) = figures.cell(cell) else { continue };
        diagnostic = diagnostic.with_label(report.at(cell.span), Words::same(cell.figure.to_string()));
    }
    diagnostic.with_help(Words::new(
        "对照原件逐格核对。原件本身印错的，保留原样，并在 acknowledged 里写明。",
        "Compare with the original, cell by cell. If the original itself is wrong, keep it and say so under `acknowledged`.",
    ))
}

/// Zeros explain nothing, and one place is not shown twice.
fn is_worth_showing(figures: &TableFigures, cell: usize, at: Span) -> bool {
    figures.cell(cell).is_some_and(|cell| cell.span != at && cell.figure.number().is_some_and(|number| !number.is_zero()))
}

/// A side in words: the labels of its rows or columns.
fn side(figures: &TableFigures, instance: &Instance, cells: &[usize]) -> Words {
    let table = figures.table();
    let name = |&cell: &usize| {
        let (row, column) = table.row_of(cell);
        match instance.along {
            Along::Row(_) => (column.label.clone(), column.id.clone()),
            Along::Column(_) => (row.label.clone(), row.id.clone()),
        }
    };
    let names: Vec<(String, String)> = cells.iter().map(name).collect();
    match names.len() {
        0..=6 => {
            let zh: Vec<_> = names.iter().map(|(zh, _)| format!("“{zh}”")).collect();
            let en: Vec<_> = names.iter().map(|(_, en)| format!("`{en}`")).collect();
            Words::new(zh.join("加"), en.join(" + "))
        }
        many => {
            let ((first, first_id), (last, last_id)) = (&names[0], &names[many - 1]);
            Words::new(format!("“{first}”到“{last}”{many}项之和"), format!("the {many} from `{first_id}` to `{last_id}`"))
        }
    }
}
