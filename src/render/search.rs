//! The page where the archive is searched. Without its script it lists units and years.

use crate::diagnostic::Diagnostic;
use crate::plan;

use super::link::Links;
use super::{Renderer, view};

impl Renderer<'_> {
    pub(super) fn search_page(&self, links: &Links) -> Result<Vec<u8>, Diagnostic> {
        let words = self.words();
        let root = self.archive.root();
        let mut head = self.head(links, "search", words.get("search"), Some(root));
        head.description = words.get("search_description").to_string();
        head.tags = self.tags.of_column(&head.description);
        let units = self.archive.units.iter().map(|unit| view::SearchUnit {
            label: unit.title.clone(),
            url: links.to(&plan::unit_url(unit)),
            depth: unit.path.depth().min(6),
        });
        let version = self.search.to_string();
        let view = view::Search { version: version[..8].to_string(), units: units.collect(), years: self.years(links) };
        self.fill("search.html", head, &view)
    }

    /// The pages of each year over all units; where there is only the root unit, its reports.
    fn years(&self, links: &Links) -> Vec<view::Link> {
        let root = self.archive.root();
        let link = |year, url| view::Link::new(self.words().say("year_of", &[("year", year)]), links.to(&url));
        match self.years_below(root) {
            [] => root.reports.iter().rev().map(|report| link(&report.year, plan::report_url(root, report.year))).collect(),
            years => years.iter().rev().map(|year| link(year, plan::year_url(root, *year))).collect(),
        }
    }
}
