//! A unit's figures over the years: one series for each row and column of its forms.
//!
//! In: a unit and a lineage of forms. Out: [`Series`], with every gap and break in view.
//! Figures are never carried over a gap; a change is only given between neighbouring, comparable years.

use rust_decimal::Decimal;

use super::{Report, Unit};
use crate::content::{Cell, Figure, TableFigures};
use crate::forms::{Break, Line, Lineage, Source};
use crate::names::Year;

/// What a series has for one year.
#[derive(Clone, Debug, PartialEq)]
pub enum Point<'a> {
    /// There is no report for the year.
    NoReport,
    /// The report lacks the table.
    NoTable,
    /// The form of that year lacks the row or column.
    NotOnForm,
    /// On the form, but not written in the report.
    Absent,
    Given(Cell<'a>),
    /// The form divides the row; this is the sum of its parts.
    Sum(Decimal),
}

impl Point<'_> {
    /// The number, if there is one.
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Point::Given(cell) => cell.figure.number(),
            Point::Sum(sum) => Some(*sum),
            _ => None,
        }
    }
}

/// The difference to the year before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    pub difference: Decimal,
    /// Of the year before, to one decimal place; `None` where that was zero or negative, of which nothing is a share.
    pub percent: Option<Decimal>,
}

/// One row and column over the years.
#[derive(Clone, Debug)]
pub struct Series<'a> {
    pub line: &'a Line,
    /// One for each year asked for.
    pub points: Vec<Point<'a>>,
    /// For each year: what changed since the last report with the table.
    pub breaks: Vec<Option<&'a Break>>,
}

impl Series<'_> {
    /// The change from the year before, where both are numbers and comparable.
    pub fn change(&self, at: usize) -> Option<Change> {
        let before = self.points.get(at.checked_sub(1)?)?.number()?;
        let now = self.points[at].number()?;
        if self.breaks[at].is_some_and(|one| !one.comparable) {
            return None;
        }
        change(before, now)
    }

    /// Whether any year has a number other than zero, or a break worth seeing.
    pub fn is_all_zero(&self) -> bool {
        self.points.iter().all(|point| point.number().is_some_and(|number| number.is_zero()))
    }
}

/// The difference of two numbers, and how much of the first it is.
pub fn change(before: Decimal, now: Decimal) -> Option<Change> {
    let difference = now.checked_sub(before)?;
    let is_share = before > Decimal::ZERO;
    let percent = is_share.then(|| difference.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(before)).flatten();
    let rounded = |percent: Decimal| {
        let mut rounded = percent.round_dp_with_strategy(1, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
        rounded.rescale(1);
        rounded
    };
    Some(Change { difference, percent: percent.map(rounded) })
}

/// All series of a unit over the given years, in the order of the lineage; lines that no report of the unit
/// could have are left out.
pub fn series<'a>(unit: &'a Unit, lineage: &'a Lineage, years: &[Year]) -> Vec<Series<'a>> {
    let reports: Vec<Option<&Report>> = years.iter().map(|&year| unit.report(year)).collect();
    let mut all = vec![];
    // Lines of one table follow each other, so that it is looked up once for all of them.
    for lines in lineage.lines.chunk_by(|a, b| a.table == b.table) {
        let years = of_table(&reports, lineage, &lines[0].table);
        all.extend(lines.iter().filter_map(|line| of_line(line, &years)));
    }
    all
}

/// What a year has of a table.
enum Given<'a> {
    NoReport,
    NoTable,
    /// The figures, and the place of their form in the lineage.
    Table(&'a TableFigures, usize),
}

fn of_table<'a>(reports: &[Option<&'a Report>], lineage: &Lineage, table: &str) -> Vec<Given<'a>> {
    let given = |report: &Option<&'a Report>| {
        let Some(report) = report else { return Given::NoReport };
        let figures = report.table(table);
        figures.and_then(|figures| Some(Given::Table(figures, lineage.position(&figures.form)?))).unwrap_or(Given::NoTable)
    };
    reports.iter().map(given).collect()
}

/// One line over the years; `None` where no report could have it.
fn of_line<'a>(line: &'a Line, years: &[Given<'a>]) -> Option<Series<'a>> {
    let mut one = Series { line, points: Vec::with_capacity(years.len()), breaks: Vec::with_capacity(years.len()) };
    let mut last_form: Option<usize> = None;
    let mut on_some_form = false;
    for given in years {
        let form = match given {
            Given::Table(_, form) => Some(*form),
            _ => None,
        };
        one.points.push(match given {
            Given::NoReport => Point::NoReport,
            Given::NoTable => Point::NoTable,
            Given::Table(figures, form) => point(line.sources[*form].as_ref(), |cell| figures.cell(cell)),
        });
        on_some_form |= form.is_some_and(|form| line.sources[form].is_some());
        one.breaks.push(form.and_then(|form| break_between(line, last_form, form)));
        last_form = form.or(last_form);
    }
    on_some_form.then_some(one)
}

/// What one form has for a line.
pub(super) fn point<'a>(source: Option<&Source>, cell: impl Fn(usize) -> Option<Cell<'a>>) -> Point<'a> {
    match source {
        None => Point::NotOnForm,
        Some(Source::Cell(_, at)) => cell(*at).map_or(Point::Absent, Point::Given),
        Some(Source::Sum(_, cells)) => sum(cells.iter().map(|&at| cell(at))).map_or(Point::Absent, Point::Sum),
    }
}

/// The sum of cells that are all known; a struck-out cell adds nothing.
fn sum<'a>(cells: impl Iterator<Item = Option<Cell<'a>>>) -> Option<Decimal> {
    let mut total = Decimal::ZERO;
    for cell in cells {
        match cell?.figure {
            Figure::NotApplicable => {}
            figure => total = total.checked_add(figure.number()?)?,
        }
    }
    Some(total)
}

/// The break that lies between the form of an earlier report and that of a later one.
fn break_between(line: &Line, earlier: Option<usize>, later: usize) -> Option<&Break> {
    let earlier = earlier?;
    let (low, high) = (earlier.min(later), earlier.max(later));
    line.breaks[low + 1..=high].iter().flatten().find(|one| !one.comparable).or_else(|| line.breaks[low + 1..=high].iter().flatten().next())
}
