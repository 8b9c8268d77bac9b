//! The map of the site (网站地图): every unit with its years and pages, on one page that needs no script.
//!
//! Thousands of links: written by Rust as one piece.

use crate::archive::Unit;
use crate::diagnostic::Diagnostic;
use crate::names::UrlPath;
use crate::plan;

use super::html::{escape, escaped, put};
use super::link::Links;
use super::{Renderer, view};

impl Renderer<'_> {
    pub(super) fn sitemap_page(&self, links: &Links) -> Result<Vec<u8>, Diagnostic> {
        let words = self.words();
        let root = self.archive.root();
        let title = words.get("sitemap");
        let mut head = self.head(links, "sitemap", title, Some(root));
        head.tags = self.tags.of_column(title);
        let view = view::Sitemap { units: self.all_units(links).into(), files: self.machine_files(links) };
        self.fill("sitemap.html", head, &view)
    }

    /// Nested lists like the tree of units.
    fn all_units(&self, links: &Links) -> String {
        let mut out = String::with_capacity(self.archive.units.len() * 640);
        let mut depth = 0;
        out.push_str("<ul class=\"site-map\">\n");
        for (at, unit) in self.archive.units.iter().enumerate() {
            let here = unit.path.depth();
            match here.cmp(&depth) {
                std::cmp::Ordering::Greater => out.push_str("\n<ul>\n"),
                std::cmp::Ordering::Equal if at > 0 => out.push_str("</li>\n"),
                std::cmp::Ordering::Equal => {}
                std::cmp::Ordering::Less => (here..depth).for_each(|_| out.push_str("</li>\n</ul>")),
            }
            if here < depth {
                out.push_str("</li>\n");
            }
            depth = here;
            self.one_unit(&mut out, unit, links);
        }
        (0..depth).for_each(|_| out.push_str("</li>\n</ul>"));
        out.push_str("</li>\n</ul>\n");
        out
    }

    /// A unit, and on a line of its own what there is of it. The item stays open for the units below.
    fn one_unit(&self, out: &mut String, unit: &Unit, links: &Links) {
        out.push_str("<li>");
        link(out, &unit.title, &links.to(&plan::unit_url(unit)));
        let years = self.years_below(unit);
        if unit.reports.is_empty() && unit.pages.is_empty() && years.is_empty() {
            return;
        }
        out.push_str("\n<div class=\"site-map-pages\">");
        for report in unit.reports.iter().rev() {
            link(out, &report.year.to_string(), &links.to(&plan::report_url(unit, report.year)));
            out.push(' ');
        }
        if !unit.reports.is_empty() {
            link(out, self.words().get("compare"), &links.to(&plan::compare_url(unit)));
            out.push(' ');
        }
        for year in years.iter().rev() {
            let label = self.words().say("sums_of_year", &[("year", year)]);
            link(out, &label, &links.to(&plan::year_url(unit, *year)));
            out.push(' ');
        }
        for page in &unit.pages {
            link(out, &page.title, &links.to(&plan::page_url(unit, page)));
            out.push(' ');
        }
        out.push_str("</div>");
    }

    fn machine_files(&self, links: &Links) -> Vec<view::Download> {
        let feed = (!self.config.base_url.is_empty()).then_some(("feed", "feed.xml", "Atom"));
        let files = [("archive_json", "data/archive.json", "JSON"), ("figures_csv", "data/figures.csv", "CSV")];
        let all = files.into_iter().chain([("data_catalog", "data/catalog.jsonld", "DCAT")]).chain(feed);
        all.map(|(label, url, kind)| view::Download {
            label: self.words().get(label).into(),
            url: links.to(&UrlPath::new(url)),
            kind: kind.into(),
            size: String::new(),
        })
        .collect()
    }
}

fn link(out: &mut String, label: &str, url: &str) {
    put!(out, "<a href=\"{}\">", escaped(url));
    escape(out, label);
    out.push_str("</a>");
}
