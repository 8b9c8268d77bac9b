//! The checks: each asks one question of the archive, and says when it is silent.
//!
//! In: an [`Archive`] and the catalog of forms. Out: diagnostics. How they are shown, and whether they stop a build,
//! is left to others. Checks that need only one report run beside each other.

mod relations;

use rayon::prelude::*;

use crate::archive::Archive;
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
pub fn run(subject: Subject, found: &mut Diagnostics) {
    let archive = subject.archive;
    let per_unit = archive.units.par_iter().map(|unit| {
        let mut found = Diagnostics::default();
        for report in &unit.reports {
            relations::check(report, &mut found);
        }
        found
    });
    for its_own in per_unit.collect::<Vec<_>>() {
        found.extend(its_own);
    }
}
