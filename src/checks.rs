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
use crate::cache::{Cache, Mixer};
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

/// Asks every question; the answers about a unit or a file are remembered until that, or what else they depend on, changes.
pub fn run(subject: Subject, cache: &Cache, found: &mut Diagnostics) {
    let settings = Mixer::new("checks").shown(subject.config).fingerprint(subject.catalog.fingerprint).finish();
    let of_units = subject.archive.units.par_iter().map(|unit| {
        let inputs = Mixer::new("unit").fingerprint(settings).fingerprint(unit.whole).finish();
        let answers = cache.get("checks", inputs, || {
            let mut found = Diagnostics::default();
            let sketches = of_unit(subject, unit, &mut found);
            (found, sketches)
        });
        (unit, answers)
    });
    let mut sketches = vec![];
    for (unit, answers) in of_units.collect::<Vec<_>>() {
        found.extend(answers.0.iter().cloned());
        sketches.extend(answers.1.iter().filter_map(|one| one.within(unit)));
    }
    repetition::check(subject, sketches, cache, found);
    personal::check(subject, cache, found);
    links::check(subject, found);
}

/// The questions about a unit's reports, oldest first. What is left of their texts is for comparison with other units.
/// Nothing here may look at another unit, but for those above.
fn of_unit(subject: Subject, unit: &Unit, found: &mut Diagnostics) -> Sketches {
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
