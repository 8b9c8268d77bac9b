//! G101–G104, G109: does the arithmetic inside a report's tables hold?
//!
//! 1. every relation of the form is looked at in every row or column it speaks of;
//! 2. broken ones that a single wrong cell explains are told together, at that cell ([`culprit`]);
//! 3. each is put into the words of the form ([`wording`]).
//!
//! Source: the note on the form (勾稽关系), and its rows and columns named 总计; all of it in the form files.
//! Silent where an operand is blank, absent or unreadable, unless the known operands alone are too much already:
//! counts are not negative. A struck-out cell (—) counts as nothing. Totals that we added up ourselves hold by construction.

mod culprit;
mod wording;

use rust_decimal::Decimal;

use crate::archive::Report;
use crate::content::{Figure, TableFigures};
use crate::diagnostic::Diagnostics;
use crate::forms::{CellKind, Compare, Instance, Relation};

/// Every relation of every table of one report.
pub(super) fn check(report: &Report, found: &mut Diagnostics) {
    for figures in &report.tables {
        let broken = broken_in(figures);
        if broken.is_empty() {
            continue;
        }
        for group in culprit::groups(figures, broken) {
            found.push(wording::tell(report, figures, &group));
        }
    }
}

/// A relation that does not hold in one row or column.
#[derive(Clone, Debug)]
struct Broken<'a> {
    relation: &'a Relation,
    instance: &'a Instance,
    left: Side,
    right: Side,
}

/// One side of a relation: what its known cells add up to, and how many are not known.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Side {
    sum: Decimal,
    unknown: usize,
    /// Whether an unknown cell may be negative.
    may_sink: bool,
}

impl Broken<'_> {
    /// Left minus right; only where all cells are known.
    fn difference(&self) -> Option<Decimal> {
        (self.left.unknown == 0 && self.right.unknown == 0).then(|| self.left.sum.checked_sub(self.right.sum))?
    }
}

fn broken_in(figures: &TableFigures) -> Vec<Broken<'_>> {
    let relations = figures.table().relations.iter();
    let instances = relations.flat_map(|relation| relation.instances.iter().map(move |instance| (relation, instance)));
    instances.filter_map(|(relation, instance)| broken(figures, relation, instance)).collect()
}

fn broken<'a>(figures: &TableFigures, relation: &'a Relation, instance: &'a Instance) -> Option<Broken<'a>> {
    let (left, right) = (Side::of(figures, &instance.left)?, Side::of(figures, &instance.right)?);
    let is_broken = match relation.compare {
        Compare::Equal => left.differs_from(&right),
        Compare::AtMost => left.is_surely_more_than(&right),
    };
    is_broken.then_some(Broken { relation, instance, left, right })
}

impl Side {
    /// `None` where the sum is too large to be held.
    fn of(figures: &TableFigures, cells: &[usize]) -> Option<Side> {
        let mut side = Side { sum: Decimal::ZERO, unknown: 0, may_sink: false };
        for &cell in cells {
            match figures.cell(cell).map(|cell| (cell.figure, cell.figure.number())) {
                Some((Figure::NotApplicable, _)) => {}
                Some((_, Some(number))) => side.sum = side.sum.checked_add(number)?,
                _ => {
                    side.unknown += 1;
                    side.may_sink |= figures.table().row_of(cell).1.kind == CellKind::Signed;
                }
            }
        }
        Some(side)
    }

    /// Whatever stands in the unknown cells.
    fn differs_from(&self, other: &Side) -> bool {
        match (self.unknown, other.unknown) {
            (0, 0) => self.sum != other.sum,
            _ => self.is_surely_more_than(other) || other.is_surely_more_than(self),
        }
    }

    fn is_surely_more_than(&self, other: &Side) -> bool {
        other.unknown == 0 && !self.may_sink && self.sum > other.sum
    }
}
