//! Which reports are ready to be published.

use std::collections::BTreeMap;

use crate::archive::{Archive, UnitId};
use crate::diagnostic::{Diagnostics, Severity};
use crate::names::Year;

/// What still stands against a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Readiness {
    pub unit: UnitId,
    pub year: Year,
    pub errors: usize,
    pub warnings: usize,
    /// Errors and warnings that the author has explained.
    pub acknowledged: usize,
}

impl Readiness {
    /// Nothing stops it; warnings may remain.
    pub fn is_ready(&self) -> bool {
        self.errors == 0
    }
}

/// One line for each report, in the order of the tree and the years. Counted is what stands in the report's own file;
/// what is wrong with its unit or with the site is not.
pub fn summary(archive: &Archive, diagnostics: &Diagnostics) -> Vec<Readiness> {
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for one in diagnostics.iter() {
        let Some(place) = &one.place else { continue };
        let at = match one.severity {
            _ if one.acknowledged.is_some() => 2,
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Note => continue,
        };
        counts.entry(&place.file).or_default()[at] += 1;
    }
    let readiness = |report: &crate::archive::Report| {
        let [errors, warnings, acknowledged] = counts.get(&*report.file).copied().unwrap_or_default();
        Readiness { unit: report.unit, year: report.year, errors, warnings, acknowledged }
    };
    archive.reports().map(readiness).collect()
}
