//! The checks: each asks one question of the archive, and says when it is silent.
//!
//! In: an [`Archive`] and the catalog of forms. Out: diagnostics. How they are shown, and whether they stop a build,
//! is left to others. Checks that need only one report run beside each other.

mod relations;

use rayon::prelude::*;

use crate::archive::{Archive, Unit};
use crate::cache::{Cache, Mixer};
use crate::config::Config;
use crate::diagnostic::Diagnostics;
use crate::forms::Catalog;
use crate::source::Sources;

/// What the questions are asked of.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    pub archive: &'a Archive,
    pub catalog: &'a Catalog,
    pub config: &'a Config,
    /// The texts, for what stands in the prose.
    pub sources: &'a Sources,
}

/// Asks every question.
pub fn run(subject: Subject, cache: &Cache, found: &mut Diagnostics) {
    let settings = Mixer::new("checks").shown(subject.config).fingerprint(subject.catalog.fingerprint).finish();
    let per_unit = subject.archive.units.par_iter().map(|unit| {
        let inputs = Mixer::new("unit").fingerprint(settings).fingerprint(unit.whole).finish();
        cache.get("checks", inputs, || of_unit(unit))
    });
    for its_own in per_unit.collect::<Vec<_>>() {
        found.extend(its_own.iter().cloned());
    }
}

/// The questions that need nothing but a unit, its reports and what stands above it: their answers are remembered
/// until one of those changes. A question that looks at other units does not belong here.
fn of_unit(unit: &Unit) -> Diagnostics {
    let mut found = Diagnostics::default();
    for report in &unit.reports {
        relations::check(report, &mut found);
    }
    found
}
