//! What a page is, as schema.org describes it: for search engines, maps and catalogues of data.
//!
//! One graph a page: the body whose page it is (`GovernmentOrganization`), the way to the page (`BreadcrumbList`), and
//! on some the `Report` or the `Dataset`. Addresses are whole where the site's is known, else relative to the page.
//! In: archive and links. Out: JSON that can stand in a `script` element.

use crate::archive::{Report, Unit};
use crate::contact::{Contact, Field};
use crate::content::Metadata;
use crate::json::Object;
use crate::names::UrlPath;
use crate::plan;

use super::Renderer;
use super::html::Html;
use super::link::Links;

/// A file of data: its address, its media type.
type File<'f> = (UrlPath, &'f str);

/// Figures that a page is about.
pub struct Dataset<'d> {
    pub name: &'d str,
    pub description: &'d str,
    /// `2019-01-01/2021-12-31`
    pub period: String,
    pub files: Vec<File<'d>>,
}

/// The graph of one page.
pub struct Graph<'r, 'a> {
    renderer: &'r Renderer<'a>,
    links: &'r Links<'r>,
    unit: &'r Unit,
    /// The address of the page.
    page: String,
    /// The id of the body whose page it is.
    body: String,
    out: String,
}

impl<'r, 'a> Graph<'r, 'a> {
    /// A unit's page or one below it. `last`: what the page itself is called, where it is not the unit's own.
    pub fn new(renderer: &'r Renderer<'a>, links: &'r Links<'r>, unit: &'r Unit, contact: &Contact, last: Option<&str>) -> Self {
        let (page, body) = (address(links, links.page()), id_of(links, unit));
        let mut graph = Graph { renderer, links, unit, page, body, out: String::with_capacity(4096) };
        graph.out.push_str("{\"@context\":\"https://schema.org\",\"@graph\":[");
        graph.organization(contact);
        graph.out.push(',');
        graph.crumbs(last);
        graph
    }

    pub fn finish(mut self) -> Html {
        self.out.push_str("]}");
        self.out.into()
    }

    fn organization(&mut self, contact: &Contact) {
        let url = address(self.links, &plan::unit_url(self.unit));
        let parent = self.unit.parent.map(|parent| id_of(self.links, self.renderer.archive.unit(parent))).unwrap_or_default();
        let text = |field| contact.text(field).unwrap_or_default();
        Object::put(&mut self.out, |body| {
            body.text("@type", "GovernmentOrganization");
            body.text("@id", &self.body);
            body.text("name", &self.unit.title);
            body.text("url", &url);
            body.reference("parentOrganization", &parent);
            for (key, field) in [("telephone", Field::Phone), ("faxNumber", Field::Fax), ("email", Field::Email)] {
                body.text(key, text(field));
            }
            if !text(Field::Address).is_empty() {
                body.object("address", |address| {
                    address.text("@type", "PostalAddress");
                    address.text("addressCountry", "CN");
                    address.text("streetAddress", text(Field::Address));
                    address.text("postalCode", text(Field::Postcode));
                });
            }
            if !text(Field::Office).is_empty() {
                body.object("contactPoint", |point| {
                    point.text("@type", "ContactPoint");
                    point.text("name", text(Field::Office));
                    point.text("telephone", text(Field::Phone));
                });
            }
        });
    }

    fn crumbs(&mut self, last: Option<&str>) {
        let line = self.renderer.archive.line_of(self.unit.id);
        let mut steps: Vec<(&str, String)> = line.iter().map(|unit| (unit.name(), address(self.links, &plan::unit_url(unit)))).collect();
        steps.extend(last.map(|last| (last, self.page.clone())));
        Object::put(&mut self.out, |list| {
            list.text("@type", "BreadcrumbList");
            list.list("itemListElement", steps.iter().enumerate(), |out, (at, (name, url))| {
                Object::put(out, |item| {
                    item.text("@type", "ListItem");
                    item.number("position", at as u64 + 1);
                    item.text("name", name);
                    item.text("item", url);
                });
            });
        });
    }

    /// The report of the page, and its tables as data.
    pub fn report(&mut self, report: &Report, description: &str, files: [File; 2]) {
        let of = |kind: Metadata| report.metadata.iter().find(|(one, _)| *one == kind).map_or("", |(_, text)| text.text.as_str());
        let period = period(report.year, report.year);
        self.out.push(',');
        Object::put(&mut self.out, |one| {
            one.text("@type", "Report");
            one.text("@id", &[&self.page, "#report"].concat());
            one.text("name", &report.title);
            one.text("url", &self.page);
            one.text("inLanguage", &self.renderer.config.language);
            one.text("temporalCoverage", &period);
            one.text("datePublished", &published(report));
            one.text("identifier", of(Metadata::IndexNumber));
            one.text("reportNumber", of(Metadata::DocumentNumber));
            one.text("keywords", of(Metadata::Keywords));
            one.reference("publisher", &self.body);
        });
        let name = self.renderer.words().say("dataset_name", &[("title", &report.title)]);
        self.dataset(&Dataset { name: &name, description, period, files: files.into() });
    }

    pub fn dataset(&mut self, dataset: &Dataset) {
        let files: Vec<(String, &str)> = dataset.files.iter().map(|(url, kind)| (address(self.links, url), *kind)).collect();
        self.out.push(',');
        Object::put(&mut self.out, |one| {
            one.text("@type", "Dataset");
            one.text("@id", &[&self.page, "#dataset"].concat());
            one.text("name", dataset.name);
            one.text("description", dataset.description);
            one.text("url", &self.page);
            one.text("inLanguage", &self.renderer.config.language);
            one.text("temporalCoverage", &dataset.period);
            one.reference("creator", &self.body);
            one.list("distribution", &files, |out, (url, kind)| {
                Object::put(out, |file| {
                    file.text("@type", "DataDownload");
                    file.text("contentUrl", url);
                    file.text("encodingFormat", kind);
                });
            });
        });
    }
}

fn address(links: &Links, url: &UrlPath) -> String {
    links.absolute(url).unwrap_or_else(|| links.to(url))
}

fn id_of(links: &Links, unit: &Unit) -> String {
    address(links, &plan::unit_url(unit)) + "#organization"
}

/// From the first day of a year to the last of another (ISO 8601).
pub fn period(from: crate::names::Year, to: crate::names::Year) -> String {
    format!("{from}-01-01/{to}-12-31")
}

/// The day of publication, or the minute, which is one in China.
fn published(report: &Report) -> String {
    match (&report.published, report.published_at) {
        (Some((date, _)), Some(time)) => format!("{date}T{:02}:{:02}:00+08:00", time.hour(), time.minute()),
        (Some((date, _)), None) => date.to_string(),
        (None, _) => String::new(),
    }
}
