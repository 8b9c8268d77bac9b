//! Sums over the units below one, for one year.
//!
//! In: the archive, a unit, a year. Out: [`Sums`]: who reported, and for each line the sum, who is in it and who is not.
//! A unit whose cell is blank, missing or on another form that cannot be compared is never counted as zero.

use rayon::prelude::*;
use rust_decimal::Decimal;

use super::series::{Point, point};
use super::{Archive, Report, Unit, UnitId};
use crate::content::{Covers, TableFigures};
use crate::forms::{CellKind, Line, Lineage};
use crate::names::Year;

/// A unit below, and its report for the year.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    pub unit: &'a Unit,
    pub report: Option<&'a Report>,
    /// The unit owed a report: it existed in that year (`since:`), or reported for an earlier one.
    pub owed: bool,
    /// A unit between this one and the sum counts its figures already.
    pub covered: bool,
}

/// Why a reporting unit is not in a sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Without {
    NoReport,
    NoTable,
    /// Blank, missing, or unreadable.
    NoFigure,
    NotApplicable,
    /// Its form counts something else there.
    OtherForm,
    /// The form prints no unit of money, and units report in different ones (万元, 元).
    NoUnit,
    /// The report of a unit between counts it already (`covers: below`).
    Covered,
}

/// The sum of one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Sum<'a> {
    pub line: &'a Line,
    /// `None` where nobody has a figure.
    pub total: Option<Decimal>,
    /// How many units are in it.
    pub included: usize,
    /// The units below that are not, and why.
    pub without: Vec<(UnitId, Without)>,
}

/// The units below a unit in one year.
#[derive(Debug)]
pub struct Sums<'a> {
    pub year: Year,
    pub standings: Vec<Standing<'a>>,
    /// The lineage that most of the reports use, and the form most of them are on.
    pub lineage: Option<&'a Lineage>,
    pub form: usize,
    /// In the order of the lineage: the lines on that form.
    pub lines: Vec<Sum<'a>>,
}

impl<'a> Sums<'a> {
    /// The sum of a line.
    pub fn line(&self, id: &str) -> Option<&Sum<'a>> {
        self.lines.iter().find(|sum| sum.line.id() == id)
    }
}

/// Adds up the units below `top`, at any depth, for one year. Source for the practice: county and city reports
/// that give the counts of their units and the sum.
pub fn sums<'a>(archive: &'a Archive, lineages: &'a [Lineage], top: UnitId, year: Year) -> Sums<'a> {
    let covers = |between: &Unit| between.covers == Covers::Below && between.report(year).is_some();
    let standing = |unit: &'a Unit| {
        let line = archive.line_of(unit.id);
        let covered = line.iter().rev().skip(1).take_while(|between| between.id != top).any(|between| covers(between));
        let report = unit.report(year);
        let began = unit.since.or_else(|| unit.reports.first().map(|report| report.year));
        Standing { unit, report, covered, owed: report.is_some() || began.is_some_and(|began| began <= year) }
    };
    let standings: Vec<Standing> = archive.below(top).map(standing).filter(|standing| standing.owed).collect();
    let Some((lineage, form)) = prevailing(&standings, lineages) else {
        return Sums { year, standings, lineage: None, form: 0, lines: vec![] };
    };
    // Lines of one table follow each other, so that it is looked up once for all of them.
    let tables: Vec<&[Line]> = lineage.lines.chunk_by(|a, b| a.table == b.table).collect();
    let lines = tables.par_iter().flat_map_iter(|lines| of_table(lines, lineage, form, &standings)).collect();
    Sums { year, standings, lineage: Some(lineage), form, lines }
}

/// What a unit has of one table: its figures and the place of their form in the lineage, or why nothing can be added.
fn given<'s>(standing: &Standing<'s>, lineage: &Lineage, table: &str) -> Result<(&'s TableFigures, usize), Without> {
    if standing.covered {
        return Err(Without::Covered);
    }
    let report = standing.report.ok_or(Without::NoReport)?;
    let figures = report.table(table).ok_or(Without::NoTable)?;
    Ok((figures, lineage.position(&figures.form).ok_or(Without::OtherForm)?))
}

/// The form that most tables of the year are on.
fn prevailing<'a>(standings: &[Standing], lineages: &'a [Lineage]) -> Option<(&'a Lineage, usize)> {
    let mut votes: std::collections::BTreeMap<(usize, usize), usize> = Default::default();
    for figures in standings.iter().filter_map(|standing| standing.report).flat_map(|report| &report.tables) {
        for (at, lineage) in lineages.iter().enumerate() {
            if let Some(form) = lineage.position(&figures.form) {
                *votes.entry((at, form)).or_default() += 1;
            }
        }
    }
    // Of two equally common forms the newer one.
    let ((lineage, form), _) = votes.into_iter().max_by_key(|((lineage, form), count)| (*count, *form, usize::MAX - lineage))?;
    Some((&lineages[lineage], form))
}

/// The sums of the lines of one table. One unit is added after the other: the figures of a report lie side by side in memory,
/// those of a line far apart.
fn of_table<'a>(lines: &'a [Line], lineage: &Lineage, form: usize, standings: &[Standing]) -> impl Iterator<Item = Sum<'a>> {
    let on_form = lines.iter().filter(|line| line.sources[form].is_some());
    let mut sums: Vec<Adding> = on_form.map(Adding::new).collect();
    for standing in standings {
        let given = given(standing, lineage, &lines[0].table);
        sums.iter_mut().for_each(|one| one.add(standing.unit.id, figure(one.sum.line, form, given)));
    }
    sums.into_iter().map(|one| one.sum)
}

/// A sum that is being added up.
struct Adding<'a> {
    sum: Sum<'a>,
    /// Past what 96 bits hold there is no sum to show.
    too_large: bool,
}

impl<'a> Adding<'a> {
    fn new(line: &'a Line) -> Adding<'a> {
        Adding { sum: Sum { line, total: None, included: 0, without: vec![] }, too_large: false }
    }

    fn add(&mut self, unit: UnitId, figure: Result<Decimal, Without>) {
        match figure {
            Err(why) => self.sum.without.push((unit, why)),
            Ok(_) if self.too_large => {}
            Ok(number) => {
                let total = self.sum.total.unwrap_or(Decimal::ZERO).checked_add(number);
                self.too_large = total.is_none();
                self.sum.included = if self.too_large { 0 } else { self.sum.included + 1 };
                self.sum.total = total;
            }
        }
    }
}

fn figure(line: &Line, form: usize, given: Result<(&TableFigures, usize), Without>) -> Result<Decimal, Without> {
    let has_no_unit = line.kind == CellKind::Amount && line.unit.is_none();
    let (figures, its_form) = match given {
        Err(why @ (Without::Covered | Without::NoReport)) => return Err(why),
        _ if has_no_unit => return Err(Without::NoUnit),
        given => given?,
    };
    let (low, high) = (form.min(its_form), form.max(its_form));
    if line.breaks[low + 1..=high].iter().flatten().any(|one| !one.comparable) {
        return Err(Without::OtherForm);
    }
    match point(line.sources[its_form].as_ref(), |cell| figures.cell(cell)) {
        Point::NotOnForm => Err(Without::OtherForm),
        Point::Given(cell) if cell.figure == crate::content::Figure::NotApplicable => Err(Without::NotApplicable),
        point => point.number().ok_or(Without::NoFigure),
    }
}
