//! The checks: each asks one question of the archive, and says when it is silent.
//!
//! In: an [`Archive`] and the catalog of forms. Out: diagnostics. How they are shown, and whether they stop a build,
//! is left to others. Checks that need only one report run beside each other.

mod relations;

use rayon::prelude::*;

use crate::archive::Archive;
use crate::diagnostic::Diagnostics;

/// Asks every question.
pub fn run(archive: &Archive, found: &mut Diagnostics) {
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
