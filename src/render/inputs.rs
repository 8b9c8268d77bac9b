//! What a page is made from, as one fingerprint: while it stays the same, so does the page.
//!
//! Wider than need be where that is cheap: a unit's pages depend on everything of the unit, and on what the units
//! above say of themselves. Only pages over many units look closer, or each change would make all of them again.
//! Change this with the pages; `tests/suite/warm.rs` finds what was forgotten.

use super::Renderer;
use crate::archive::{Archive, Unit};
use crate::cache::{Fingerprint, Mixer};
use crate::config::Config;
use crate::forms::Catalog;
use crate::names::Year;
use crate::plan::{Kind, Planned};

/// What every file of a site depends on: settings, forms, and this program.
pub fn of_all(config: &Config, catalog: &Catalog) -> Fingerprint {
    Mixer::new(concat!("gongkai ", env!("CARGO_PKG_VERSION"))).shown(config).fingerprint(catalog.fingerprint).finish()
}

impl Renderer<'_> {
    /// Of everything that [`Renderer::page`] makes a page from.
    pub fn inputs(&self, planned: &Planned) -> Fingerprint {
        let template = self.theme.fingerprint(template(&planned.kind));
        let mut mixer = Mixer::new(planned.url.as_str()).fingerprint(self.of_all).fingerprint(template);
        let unit = |id| self.archive.unit(id);
        match &planned.kind {
            Kind::Unit(id) => {
                mixer.add(unit(*id).whole);
                self.archive.below(*id).for_each(|below| in_list(below, &mut mixer));
            }
            Kind::Report(id, _) | Kind::Compare(id) | Kind::Page(id, _) => mixer.add(unit(*id).whole),
            Kind::Year(id, year) => of_year(self.archive, unit(*id), *year, &mut mixer),
            Kind::Search => {
                mixer.add(self.search);
                mixer.add(unit(self.archive.root().id).whole);
                self.archive.units.iter().for_each(|unit| mixer.add(unit.line));
                self.years_below(self.archive.root()).iter().for_each(|year| mixer.add_number(u64::from(year.number())));
            }
            Kind::Sitemap => self.archive.units.iter().for_each(|unit| in_sitemap(unit, &mut mixer)),
            Kind::NotFound => mixer.add(self.archive.root().line),
            Kind::Alias(target) => {
                mixer.add(self.archive.root().line);
                mixer.add_text(target.as_str());
            }
        }
        mixer.finish()
    }
}

/// The template that shows a page of a kind.
pub(super) fn template(kind: &Kind) -> &'static str {
    match kind {
        Kind::Unit(_) => "unit.html",
        Kind::Report(..) => "report.html",
        Kind::Compare(_) => "compare.html",
        Kind::Year(..) => "year.html",
        Kind::Page(..) => "page.html",
        Kind::Search => "search.html",
        Kind::Sitemap => "sitemap.html",
        Kind::NotFound => "404.html",
        Kind::Alias(_) => "alias.html",
    }
}

/// What the page of a unit says of one below: its name, its years, its latest report.
fn in_list(below: &Unit, mixer: &mut Mixer) {
    mixer.add(below.line);
    add_years(below, mixer);
    mixer.add(below.latest().map_or_else(Fingerprint::default, |report| report.fingerprint));
}

/// What the map of the site says of a unit: its name, its years, its pages.
fn in_sitemap(unit: &Unit, mixer: &mut Mixer) {
    mixer.add(unit.line);
    add_years(unit, mixer);
    mixer.add_number(unit.pages.len() as u64);
    unit.pages.iter().for_each(|page| mixer.add(page.fingerprint));
}

/// Who owed a report for the year and what it says; which years there are beside it, and how the unit's own report is called.
fn of_year(archive: &Archive, unit: &Unit, year: Year, mixer: &mut Mixer) {
    mixer.add(unit.line);
    add_years(unit, mixer);
    mixer.add_text(unit.report(year).map_or("", |report| &report.title));
    for below in archive.below(unit.id) {
        mixer.add(below.line);
        add_years(below, mixer);
        mixer.add(below.report(year).map_or_else(Fingerprint::default, |report| report.fingerprint));
    }
}

fn add_years(unit: &Unit, mixer: &mut Mixer) {
    mixer.add_number(unit.reports.len() as u64);
    unit.reports.iter().for_each(|report| mixer.add_number(u64::from(report.year.number())));
}
