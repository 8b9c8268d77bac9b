//! The checks: each asks one question of the archive, and says when it is silent.
//!
//! 1. every question is asked, those about one unit beside those about others;
//! 2. what an author has explained becomes a note (`acknowledged`);
//! 3. `site.yaml` has the last word on what counts (`settings`).
//!
//! In: an [`Archive`] and the catalog of forms. Out: diagnostics. How they are shown, and whether they stop a build,
//! is left to others. What each code asks, and why, is in the [`catalogue`].

mod acknowledged;
mod attachments;
pub mod catalogue;
mod contact;
pub mod levels;
mod links;
mod metadata;
mod personal;
mod plain;
mod portal;
mod relations;
mod repetition;
mod sections;
mod settings;
mod stale;
mod summary;
mod tables;
mod text;
#[cfg(test)]
mod times;
mod years;

use rayon::prelude::*;

use crate::archive::{Archive, Report, Unit};
use crate::cache::{Cache, Mixer};
use crate::config::Config;
use crate::diagnostic::Diagnostics;
use crate::forms::Catalog;
use crate::plan::SitePlan;
use crate::source::{Place, Sources, Span, newlines};
use plain::Plain;
use repetition::{History, Sketches};
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
    /// What will stand at which address, for what links to it.
    pub plan: &'a SitePlan,
}

/// Asks every question; the answers about a unit or a file are remembered until that, or what else they depend on, changes.
pub fn run(subject: Subject, cache: &Cache, found: &mut Diagnostics) {
    let comparable = Comparable::of(subject.catalog);
    let settings = Mixer::new("checks").shown(subject.config).fingerprint(subject.catalog.fingerprint).finish();
    let of_units = subject.archive.units.par_iter().map(|unit| {
        let inputs = Mixer::new("unit").fingerprint(settings).fingerprint(unit.whole).finish();
        let answers = cache.get_kept("checks", inputs, || {
            let mut found = Diagnostics::default();
            let sketches = of_unit(subject, unit, &comparable, &mut found);
            // Sorted here, the findings of all are long sorted runs, and soon sorted.
            (found.sorted(), sketches)
        });
        (unit, answers)
    });
    let mut sketches = vec![];
    for (unit, answers) in of_units.collect::<Vec<_>>() {
        found.share(&answers.0);
        sketches.extend(answers.1.iter().filter_map(|one| one.within(unit)));
    }
    repetition::check(subject, sketches, cache, found);
    personal::check(subject, cache, found);
    links::check(subject, cache, found);
    attachments::check(subject, found);
    portal::check(subject, found);
    acknowledged::apply(subject.archive, found);
    settings::apply(subject, found);
}

/// The questions about a unit and its reports, oldest first. What is left of their texts is for comparison with other units.
/// Nothing here may look at another unit, but for those above.
fn of_unit(subject: Subject, unit: &Unit, comparable: &Comparable, found: &mut Diagnostics) -> Sketches {
    contact::check_unit(unit, found);
    levels::check_unit(unit, found);
    years::coverage::check(unit, found);
    let mut history = History::default();
    for report in &unit.reports {
        of_report(subject, unit, report, &mut history, found);
    }
    for pair in unit.reports.windows(2).filter(|pair| pair[0].year.next() == pair[1].year) {
        years::check(&pair[0], &pair[1], found);
        years::jumps::check(comparable, &subject.config.checks.jump, &pair[0], &pair[1], found);
    }
    history.sketches()
}

/// The questions about one report's figures, sections, front matter and prose.
fn of_report<'a>(subject: Subject<'a>, unit: &'a Unit, report: &'a Report, history: &mut History<'a>, found: &mut Diagnostics) {
    let Some(text) = subject.sources.text(&report.file) else { return };
    let asked = Asked { subject, unit, report, text };
    relations::check(report, found);
    levels::check(asked, found);
    tables::check(asked, found);
    sections::check(asked, found);
    stale::check(asked, found);
    contact::check(asked, found);
    metadata::check(asked, found);
    let plain = Plain::of(text, report.body.span.start as usize..report.body.span.end as usize);
    let previous = unit.report(report.year.previous()).filter(|previous| previous.year != report.year);
    text::check(text::Beside { unit, report, previous, catalog: subject.catalog, text }, &plain, found);
    history.add(report, text, plain, found);
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
        self.report.at(Span { start: range.start as u32, end: range.end as u32, line: newlines(before) + 1 })
    }
}
