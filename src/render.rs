//! Pages: everything that the plan names, as HTML.
//!
//! 1. a [`Renderer`] is made once: official tables are drawn as far as they are the same for every report (`table`),
//!    and what all pages share becomes one value;
//! 2. [`Renderer::page`] builds the view of a page (`view`): counting, wording and figures happen there;
//! 3. a template of the theme displays it.
//!
//! Large tables are written by Rust as HTML and handed to the template whole, so that 10,000 reports take seconds.
//! In: theme, settings, archive, forms. Out: HTML as bytes. Knows no disk.

#![allow(clippy::result_large_err, reason = "a template fails once in a site's life; every page succeeds")]

mod chart;
mod compare;
mod contact;
mod figure;
mod fragment;
mod html;
mod inputs;
mod json_ld;
mod key;
mod label;
mod link;
mod report;
mod search;
mod sections;
mod sitemap;
mod table;
mod tags;
mod unit;
mod view;
mod year;

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use crate::archive::{Archive, Report, Unit, UnitId};
use crate::cache::Fingerprint;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::forms::Catalog;
use crate::names::Year;
use crate::plan::{self, Kind, Planned, SitePlan};
use crate::theme::{self, Theme, Wording};

pub use inputs::of_all as inputs_of_all;
pub use sections::anchor;

use figure::Marks;
use html::Html;
use json_ld::Graph;
use key::KeyFigures;
use link::Links;
use table::Drawn;
use tags::Tags;

/// Makes pages, from any thread.
pub struct Renderer<'a> {
    theme: &'a Theme,
    config: &'a Config,
    archive: &'a Archive,
    catalog: &'a Catalog,
    /// See [`inputs::of_all`].
    of_all: Fingerprint,
    /// Of the search index.
    search: Fingerprint,
    /// What all pages say of the site.
    site: Value,
    /// Page tags that all pages share.
    tags: Tags,
    /// What stands in a cell that has no number, in the site's words.
    marks: Marks,
    /// By form: its tables, in its order.
    tables: BTreeMap<Arc<str>, Vec<Drawn>>,
    /// By form.
    keys: BTreeMap<Arc<str>, KeyFigures>,
    /// By unit: the years that have a page over the units below it, oldest first.
    years: BTreeMap<UnitId, Vec<Year>>,
    /// By lineage: how its lines are named.
    names: Vec<Vec<compare::LineName>>,
}

impl<'a> Renderer<'a> {
    pub fn new(
        theme: &'a Theme,
        config: &'a Config,
        archive: &'a Archive,
        catalog: &'a Catalog,
        plan: &SitePlan,
        search: Fingerprint,
    ) -> Renderer<'a> {
        let mut numbers = 0..;
        let drawn = |form: &Arc<crate::forms::Form>| {
            let tables =
                form.tables.iter().zip(&mut numbers).map(|(table, number)| Drawn::new(form, table, number, &theme.words)).collect();
            (form.id.clone(), tables)
        };
        Renderer {
            theme,
            config,
            archive,
            catalog,
            search,
            of_all: inputs::of_all(config, catalog),
            site: Value::from(Serde(view::Site::of(config, &theme.words))),
            tags: Tags::of(config),
            marks: Marks::of(&theme.words),
            tables: catalog.forms().map(drawn).collect(),
            keys: catalog.forms().map(|form| (form.id.clone(), KeyFigures::of(form, catalog))).collect(),
            names: compare::names(catalog),
            years: years_below(plan),
        }
    }

    /// One page of the site. What a template does wrong is a diagnostic at its place.
    pub fn page(&self, planned: &Planned) -> Result<Vec<u8>, Diagnostic> {
        let links = Links::of(planned, self.config);
        match &planned.kind {
            Kind::Unit(unit) => self.unit_page(self.archive.unit(*unit), &links),
            Kind::Report(unit, year) => {
                let unit = self.archive.unit(*unit);
                let report = unit.report(*year).expect("the plan has a page only for reports that are there");
                self.report_page(unit, report, &links)
            }
            Kind::Compare(unit) => self.compare_page(self.archive.unit(*unit), &links),
            Kind::Year(unit, year) => self.year_page(self.archive.unit(*unit), *year, &links),
            Kind::Page(unit, number) => self.plain_page(self.archive.unit(*unit), *number, &links),
            Kind::Search => self.search_page(&links),
            Kind::Sitemap => self.sitemap_page(&links),
            Kind::NotFound => self.not_found(&links),
            Kind::Alias(target) => self.alias_page(target, &links),
        }
    }

    fn words(&self) -> &'a Wording {
        &self.theme.words
    }

    fn years_below(&self, unit: &Unit) -> &[Year] {
        self.years.get(&unit.id).map_or(&[], Vec::as_slice)
    }

    /// The key figures of the form that a report is on.
    fn keys_of(&self, report: &Report) -> Option<&KeyFigures> {
        self.keys.get(&report.form.as_ref()?.id)
    }

    fn fill(&self, template: &str, page: view::Page, view: &impl Serialize) -> Result<Vec<u8>, Diagnostic> {
        let [site, words] = [&self.site, &self.theme.shown].map(theme::for_one_page);
        self.theme.render(template, context! { site, words, page => Value::from(Serde(page)), view => Value::from(Serde(view)) })
    }

    /// What every page says of itself; `unit`: whose page it is.
    fn head(&self, links: &Links, kind: &'static str, title: &str, unit: Option<&Unit>) -> view::Page {
        view::Page {
            kind,
            title: title.to_string(),
            description: self.config.description.clone(),
            tags: Html::default(),
            published: String::new(),
            canonical: links.canonical(),
            root: links.root(),
            search: links.to(&plan::search_url()),
            home: links.to(&plan::unit_url(self.archive.root())),
            sitemap: links.to(&plan::sitemap_url()),
            crumbs: unit.map_or_else(Vec::new, |unit| self.crumbs(unit, links)),
            json_ld: None,
        }
    }

    /// The units above, the page's own last; a page of the unit itself stands below it.
    fn crumbs(&self, unit: &Unit, links: &Links) -> Vec<view::Link> {
        self.archive.line_of(unit.id).into_iter().map(|unit| view::Link::new(unit.name(), links.to(&plan::unit_url(unit)))).collect()
    }

    fn plain_page(&self, unit: &Unit, number: usize, links: &Links) -> Result<Vec<u8>, Diagnostic> {
        let page = &unit.pages[number];
        let mut head = self.head(links, "page", &page.title, Some(unit));
        head.tags = self.tags.of_column(&self.config.description);
        head.json_ld = Some(Graph::new(self, links, unit, &unit.contact, Some(&page.title)).finish());
        self.fill(
            "page.html",
            head,
            &view::PlainPage { draft: page.draft, prose: view::Prose::of(page.html().unfolded(&page.body.outline)) },
        )
    }

    fn not_found(&self, links: &Links) -> Result<Vec<u8>, Diagnostic> {
        let mut head = self.head(links, "404", self.words().get("not_found"), None);
        head.tags = self.tags.of_site();
        self.fill("404.html", head, &())
    }

    fn alias_page(&self, target: &crate::names::UrlPath, links: &Links) -> Result<Vec<u8>, Diagnostic> {
        let mut head = self.head(links, "alias", self.words().get("moved"), None);
        head.canonical = links.absolute(target);
        self.fill("alias.html", head, &view::Alias { target: links.to(target) })
    }
}

fn years_below(plan: &SitePlan) -> BTreeMap<UnitId, Vec<Year>> {
    let mut years: BTreeMap<UnitId, Vec<Year>> = BTreeMap::new();
    for page in &plan.pages {
        if let Kind::Year(unit, year) = page.kind {
            years.entry(unit).or_default().push(year);
        }
    }
    years
}
