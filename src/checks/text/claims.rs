//! `text-patterns.yaml`: which phrases speak of which cells.
//!
//! In: the data file, and a report's tables. Out: [`Claim`]s, and the figures that each of their readings stands for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use rust_decimal::Decimal;
use serde::Deserialize;

use super::phrase::{Phrase, Vocabulary};
use crate::archive::Report;
use crate::content::{Cell, Figure, TableFigures};
use crate::diagnostic::Diagnostics;
use crate::names::Words;
use crate::yaml;

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternsFile {
    lists: BTreeMap<String, Vec<String>>,
    claims: Vec<ClaimFile>,
    bases: Vec<Base>,
    scopes: Vec<String>,
    times: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimFile {
    code: String,
    about: Words,
    readings: Vec<Reading>,
    #[serde(default)]
    phrases: Vec<String>,
    #[serde(default)]
    none: Vec<String>,
    #[serde(default = "pieces")]
    units: Vec<String>,
    #[serde(default)]
    context: Vec<String>,
    #[serde(default)]
    never: Vec<String>,
    #[serde(default)]
    within: Vec<String>,
}

fn pieces() -> Vec<String> {
    vec!["件".to_string()]
}

/// One thing that a number may rightly be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reading {
    pub sum: Vec<String>,
    pub zh: String,
    pub en: String,
}

/// What a percentage is a part of, in words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Base {
    pub words: Vec<String>,
    /// Each a sum of cells.
    pub readings: Vec<Vec<String>>,
}

/// Phrases that speak of the same cells.
pub(super) struct Claim {
    pub code: String,
    pub about: Words,
    pub readings: Vec<Reading>,
    pub phrases: Vec<Phrase>,
    pub units: Vec<String>,
    pub context: Vec<String>,
    pub never: Vec<String>,
    pub within: Vec<String>,
}

pub(super) struct Patterns {
    pub claims: Vec<Claim>,
    /// The phrases that say there was none, each with the number of its claim.
    none: Vec<(usize, Phrase)>,
    pub bases: Vec<Base>,
    pub scopes: Vocabulary,
    pub times: Vocabulary,
    /// The words of all `within` lists, the longest first.
    pub topics: Vec<String>,
    /// What the units of all claims begin with.
    pub units: Vec<char>,
    /// The claims by what the clause before the number ends with: nearly all are out at once.
    ending: HashMap<char, Vec<usize>>,
    /// Those whose clause may be empty; they are among the others too.
    open: Vec<usize>,
}

impl Patterns {
    /// The claims that a clause may be about, in their order.
    pub(super) fn claims_for(&self, clause: &str) -> impl Iterator<Item = &Claim> {
        let ending = clause.chars().next_back().and_then(|last| self.ending.get(&last));
        ending.unwrap_or(&self.open).iter().map(|number| &self.claims[*number])
    }

    /// The claims that there was none of something.
    pub(super) fn denials(&self) -> impl Iterator<Item = (&Claim, &Phrase)> {
        self.none.iter().map(|(number, phrase)| (&self.claims[*number], phrase))
    }
}

/// The patterns that come with the program.
pub(super) static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let name: Arc<str> = "text-patterns.yaml".into();
    let file = yaml::read::<PatternsFile>(&name, include_str!("../text-patterns.yaml"), &mut Diagnostics::default());
    file.and_then(compile).expect("our own pattern file is well formed; a test reads it")
});

fn compile(file: PatternsFile) -> Option<Patterns> {
    let phrases = |written: &[String]| written.iter().map(|one| Phrase::new(one, &file.lists)).collect::<Option<Vec<_>>>();
    let none = file.claims.iter().enumerate().flat_map(|(number, claim)| claim.none.iter().map(move |one| (number, one)));
    let none = none.map(|(number, one)| Some((number, Phrase::new(one, &file.lists)?))).collect::<Option<Vec<_>>>()?;
    let claim = |claim: ClaimFile| {
        Some(Claim {
            phrases: phrases(&claim.phrases)?,
            code: claim.code,
            about: claim.about,
            readings: claim.readings,
            units: claim.units,
            context: claim.context,
            never: claim.never,
            within: claim.within,
        })
    };
    let claims = file.claims.into_iter().map(claim).collect::<Option<Vec<_>>>()?;
    let mut topics: Vec<String> = claims.iter().flat_map(|claim| claim.within.clone()).collect();
    topics.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    topics.dedup();
    let mut units: Vec<char> = claims.iter().flat_map(|claim| &claim.units).filter_map(|unit| unit.chars().next()).collect();
    units.sort();
    units.dedup();
    let (mut ending, mut open): (HashMap<char, BTreeSet<usize>>, BTreeSet<usize>) = Default::default();
    for (number, phrase) in claims.iter().enumerate().flat_map(|(number, claim)| claim.phrases.iter().map(move |phrase| (number, phrase))) {
        match &phrase.last {
            Some(all) => all.iter().for_each(|last| _ = ending.entry(*last).or_default().insert(number)),
            None => _ = open.insert(number),
        }
    }
    let ending = ending.into_iter().map(|(last, numbers)| (last, numbers.union(&open).copied().collect())).collect();
    let open = open.into_iter().collect();
    let (scopes, times) = (Vocabulary::new(file.scopes), Vocabulary::new(file.times));
    Some(Patterns { none, ending, open, claims, bases: file.bases, scopes, times, topics, units })
}

/// A sum of cells and the cells it was added up from, in the order of the tables.
pub(super) struct Sum<'a> {
    pub total: Decimal,
    pub cells: Vec<(&'a TableFigures, usize)>,
}

impl<'a> Sum<'a> {
    /// The cells with their figures.
    pub fn figures(&self) -> impl Iterator<Item = (&'a TableFigures, usize, Cell<'a>)> {
        self.cells.iter().filter_map(|&(figures, cell)| Some((figures, cell, figures.cell(cell)?)))
    }
}

/// Adds up what paths of cells stand for. `None` where a form lacks a row, or a cell is not known.
pub(super) fn sum<'a>(report: &'a Report, paths: &[String]) -> Option<Sum<'a>> {
    let mut sum = Sum { total: Decimal::ZERO, cells: vec![] };
    for path in paths {
        let (figures, cells) = cells(report, path)?;
        for cell in cells {
            match figures.cell(cell)?.figure {
                Figure::NotApplicable => {}
                figure => sum.total = sum.total.checked_add(figure.number()?)?,
            }
            sum.cells.push((figures, cell));
        }
    }
    Some(sum)
}

/// The cells of `table.row.column` or `table.group.*.column`.
fn cells<'a>(report: &'a Report, path: &str) -> Option<(&'a TableFigures, Vec<usize>)> {
    let (table, rest) = path.split_once('.')?;
    let (row, column) = rest.rsplit_once('.')?;
    let (row, whole_group) = row.strip_suffix(".*").map_or((row, false), |group| (group, true));
    let figures = report.table(table)?;
    let inside = |id: &str| id == row || (whole_group && id.strip_prefix(row).is_some_and(|more| more.starts_with('.')));
    let table = figures.table();
    let rows = table.rows.iter().filter(|one| inside(&one.id));
    let cell = |one| table.columns_of(one).iter().position(|known| known.id == column).map(|at| one.first_cell + at);
    let cells = rows.map(cell).collect::<Option<Vec<_>>>()?;
    (!cells.is_empty()).then_some((figures, cells))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::Catalog;
    use crate::source::Sources;

    #[test]
    fn every_reading_is_a_cell_of_some_official_form() {
        let catalog = Catalog::parse(&Sources::default(), &mut Diagnostics::default());
        let known = |path: &str| {
            let (table, rest) = path.split_once('.').expect("a table");
            let (row, column) = rest.rsplit_once('.').expect("a column");
            let group = row.trim_end_matches(".*");
            catalog.forms().any(|form| {
                let Some((_, table)) = form.table(table) else { return false };
                let mut rows = table.rows.iter().filter(|one| one.id == group || one.id.starts_with(&format!("{group}.")));
                rows.any(|one| table.columns_of(one).iter().any(|known| known.id == column))
            })
        };
        let claims = PATTERNS.claims.iter().flat_map(|claim| &claim.readings).flat_map(|reading| &reading.sum);
        let bases = PATTERNS.bases.iter().flat_map(|base| base.readings.iter().flatten());
        for path in claims.chain(bases) {
            assert!(known(path), "{path}");
        }
    }
}
