//! The checks: each asks one question of the archive, and says when it is silent.
//!
//! 1. every question is asked, those about one unit beside those about others;
//! 2. what an author has explained becomes a note (`acknowledged`);
//! 3. `site.yaml` has the last word on what counts (`settings`).
//!
//! In: an [`Archive`] and the catalog of forms. Out: diagnostics. How they are shown, and whether they stop a build,
//! is left to others. What each code asks, and why, is in the [`catalogue`].

mod acknowledged;
pub mod catalogue;
mod contact;
pub mod levels;
mod metadata;
mod relations;
mod sections;
mod settings;
mod stale;
mod summary;
mod tables;
mod years;

use rayon::prelude::*;

use crate::archive::{Archive, Report, Unit};
use crate::config::Config;
use crate::diagnostic::Diagnostics;
use crate::forms::Catalog;
use crate::source::{Place, Sources, Span};
use years::jumps::Comparable;

pub use summary::{Readiness, summary};

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
    let comparable = Comparable::of(subject.catalog);
    let per_unit = subject.archive.units.par_iter().map(|unit| {
        let mut found = Diagnostics::default();
        contact::check_unit(unit, &mut found);
        levels::check_unit(unit, &mut found);
        years::coverage::check(unit, &mut found);
        for report in &unit.reports {
            of_report(subject, unit, report, &mut found);
        }
        for pair in unit.reports.windows(2).filter(|pair| pair[0].year.next() == pair[1].year) {
            years::check(&pair[0], &pair[1], &mut found);
            years::jumps::check(&comparable, &subject.config.checks.jump, &pair[0], &pair[1], &mut found);
        }
        found
    });
    for its_own in per_unit.collect::<Vec<_>>() {
        found.extend(its_own);
    }
    acknowledged::apply(subject.archive, found);
    settings::apply(subject, found);
}

/// The questions about one report's figures, sections and front matter.
fn of_report(subject: Subject, unit: &Unit, report: &Report, found: &mut Diagnostics) {
    let text = subject.sources.text(&report.file).unwrap_or_default();
    let asked = Asked { subject, unit, report, text };
    relations::check(report, found);
    levels::check(asked, found);
    tables::check(asked, found);
    sections::check(asked, found);
    stale::check(asked, found);
    contact::check(asked, found);
    metadata::check(asked, found);
}

/// A report that questions are asked of.
#[derive(Clone, Copy)]
struct Asked<'a> {
    subject: Subject<'a>,
    unit: &'a Unit,
    report: &'a Report,
    /// Its whole file.
    text: &'a str,
}

impl Asked<'_> {
    /// A range of the file, in bytes.
    fn place(&self, range: std::ops::Range<usize>) -> Place {
        let before = &self.text.as_bytes()[..range.start.min(self.text.len())];
        let line = before.iter().filter(|&&byte| byte == b'\n').count() as u32 + 1;
        self.report.at(Span { start: range.start as u32, end: range.end as u32, line })
    }
}
