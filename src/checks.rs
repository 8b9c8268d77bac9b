//! The checks: each asks one question of the archive, and says when it is silent.
//!
//! In: an [`Archive`] and the catalog of forms. Out: diagnostics. How they are shown, and whether they stop a build,
//! is left to others. Checks that need only one report run beside each other.

mod links;
mod personal;
mod plain;
mod relations;
mod repetition;
mod text;
#[cfg(test)]
mod times;

use rayon::prelude::*;

use crate::archive::{Archive, Unit};
use crate::config::Config;
use crate::diagnostic::Diagnostics;
use crate::forms::Catalog;
use crate::plan::SitePlan;
use crate::source::Sources;
use plain::Plain;
use repetition::{History, Sketches};

/// What the questions are asked of.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    pub archive: &'a Archive,
    pub catalog: &'a Catalog,
    pub config: &'a Config,
    /// The texts, for what stands in the prose.
    pub sources: &'a Sources,
    /// What will stand at which address, for what links to it.
    pub plan: &'a SitePlan,
}

/// Asks every question.
pub fn run(subject: Subject, found: &mut Diagnostics) {
    let of_units = subject.archive.units.par_iter().map(|unit| {
        let mut found = Diagnostics::default();
        let sketches = of_unit(subject, unit, &mut found);
        (found, sketches)
    });
    let mut sketches = vec![];
    for (its_own, of_unit) in of_units.collect::<Vec<_>>() {
        found.extend(its_own);
        sketches.extend(of_unit);
    }
    repetition::check(subject, sketches, found);
    personal::check(subject, found);
    links::check(subject, found);
}

/// The questions about a unit's reports, oldest first. What is left of their texts is for comparison with other units.
fn of_unit<'a>(subject: Subject<'a>, unit: &'a Unit, found: &mut Diagnostics) -> Sketches<'a> {
    let mut history = History::default();
    for report in &unit.reports {
        relations::check(report, found);
        let Some(text) = subject.sources.text(&report.file) else { continue };
        let plain = Plain::of(text, report.body.start as usize..report.body.end as usize);
        let previous = unit.report(report.year.previous()).filter(|previous| previous.year != report.year);
        text::check(text::Beside { unit, report, previous, catalog: subject.catalog, text }, &plain, found);
        history.add(report, text, plain, found);
    }
    history.sketches()
}
