//! What templates are given. They display it; everything is counted, worded and formatted before.
//!
//! `docs/themes.md` describes each field to the authors of themes; change it with this file.

use serde::Serialize;

use super::contact;
use super::html::Html;
use crate::config::{Config, Line, Portal, Target};
use crate::names::UrlPath;
use crate::theme::Wording;

/// `site`: the same on every page.
#[derive(Serialize)]
pub struct Site {
    pub title: String,
    pub language: String,
    pub description: String,
    pub base_url: String,
    /// What a page may load and do, for browsers.
    pub policy: Html,
    /// Who answers for the portal; `None` without `portal:`.
    pub foot: Option<Foot>,
    /// A file of the theme's assets, or empty.
    pub logo: String,
    /// Links beside the title.
    pub header: Vec<SiteLine>,
    /// Lines at the foot.
    pub footer: Vec<SiteLine>,
}

/// A line of `appearance.header` or `appearance.footer`.
#[derive(Serialize)]
pub struct SiteLine {
    pub label: String,
    /// Empty for a text without a link.
    pub url: String,
    /// Whether `url` is a path of the site, to be put behind `page.root`.
    pub own: bool,
}

impl SiteLine {
    fn of(line: &Line) -> SiteLine {
        let (url, own) = match line.target() {
            Some(Target::Outside(url)) => (url.to_string(), false),
            Some(Target::Own(path)) => (path.from_page(&UrlPath::new("")), true),
            None => (String::new(), false),
        };
        SiteLine { label: line.label.clone(), url, own }
    }
}

/// Everything comes from the site itself; nothing that an author wrote can run, frame or send anything.
/// The same, and what only a server can say, is in `docs/security.md`.
pub const POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'";

/// The lines that the foot of a portal's page must have. What is empty is not known.
#[derive(Serialize)]
pub struct Foot {
    /// Label and text.
    pub lines: Vec<Field>,
    pub site_id: String,
    pub icp: Option<Link>,
    pub police: Option<Link>,
    pub notice: String,
}

impl Foot {
    fn of(portal: &Portal, words: &Wording) -> Foot {
        let lines = [("organiser", &portal.organiser), ("operator", &portal.operator), ("site_contact", &portal.contact)];
        let line = |(id, value): (&'static str, &String)| Field { id, label: words.get(id).into(), value: value.clone() };
        let digits: String = portal.police.chars().filter(char::is_ascii_digit).collect();
        Foot {
            lines: lines.into_iter().filter(|(_, value)| !value.is_empty()).map(line).collect(),
            site_id: portal.site_id.clone(),
            icp: (!portal.icp.is_empty()).then(|| Link::new(&portal.icp, ICP.into())),
            police: (!portal.police.is_empty()).then(|| Link::new(&portal.police, format!("{POLICE}{digits}"))),
            notice: portal.notice.clone(),
        }
    }
}

/// Where the Ministry of Industry and Information Technology shows what is registered.
const ICP: &str = "https://beian.miit.gov.cn/";
/// The same for the police's register, before the digits of the number.
const POLICE: &str = "https://beian.mps.gov.cn/#/query/webSearch?code=";

impl Site {
    pub fn of(config: &Config, words: &Wording) -> Site {
        let lines = |lines: &[Line]| lines.iter().map(SiteLine::of).collect();
        Site {
            policy: Html::from(POLICY.to_string()),
            foot: config.portal.as_ref().map(|portal| Foot::of(portal, words)),
            logo: config.appearance.logo.clone().unwrap_or_default(),
            header: lines(&config.appearance.header),
            footer: lines(&config.appearance.footer),
            title: config.title.clone(),
            language: config.language.clone(),
            description: config.description.clone(),
            base_url: config.base_url.clone(),
        }
    }
}

/// `page`: what the frame around every page needs.
#[derive(Serialize)]
pub struct Page {
    /// unit, report, compare, year, page, sitemap, search, 404, alias
    pub kind: &'static str,
    pub title: String,
    pub description: String,
    /// The portal's page tags and the description, as `meta` elements.
    pub tags: Html,
    /// The day on which a report was published; else empty.
    pub published: String,
    pub canonical: Option<String>,
    /// The way to the top of the site: empty, or `../../`.
    pub root: String,
    pub home: String,
    pub sitemap: String,
    /// The page where the archive is searched.
    pub search: String,
    /// Units from the root down.
    pub crumbs: Vec<Link>,
    pub json_ld: Option<Html>,
}

#[derive(Serialize, Clone)]
pub struct Link {
    pub label: String,
    pub url: String,
}

impl Link {
    pub fn new(label: impl Into<String>, url: String) -> Link {
        Link { label: label.into(), url }
    }
}

/// A file to take away.
#[derive(Serialize)]
pub struct Download {
    pub label: String,
    pub url: String,
    /// PDF, JSON, …
    pub kind: String,
    /// `1.2 MB`; empty for files made with the site.
    pub size: String,
}

/// An author's text.
#[derive(Serialize)]
pub struct Prose {
    pub preamble: Html,
    pub sections: Vec<Section>,
    /// Empty, or a list of notes.
    pub footnotes: Html,
}

#[derive(Serialize)]
pub struct Section {
    pub id: String,
    pub heading: Html,
    pub html: Html,
    /// The official tables that stand at its end.
    pub tables: Html,
}

impl Prose {
    pub fn of(prose: crate::markdown::Prose) -> Prose {
        let section = |one: crate::markdown::Section| Section {
            id: one.heading.id,
            heading: one.heading.html.into(),
            html: one.html.into(),
            tables: Html::default(),
        };
        Prose {
            preamble: prose.preamble.into(),
            sections: prose.sections.into_iter().map(section).collect(),
            footnotes: prose.footnotes.into(),
        }
    }
}

/// One line of the list of contents.
#[derive(Serialize)]
pub struct Entry {
    pub id: String,
    pub text: String,
    pub below: Vec<Entry>,
}

#[derive(Serialize)]
pub struct Field {
    /// `published`, `index_number`, …
    pub id: &'static str,
    pub label: String,
    pub value: String,
}

/// `view` of report.html.
#[derive(Serialize)]
pub struct Report {
    pub unit: Link,
    /// The title, cut behind the unit's name where it begins with it, so that it breaks there.
    pub title: Vec<String>,
    pub year: u16,
    pub draft: bool,
    pub fields: Vec<Field>,
    pub contents: Vec<Entry>,
    pub prose: Prose,
    pub indicators: Html,
    pub acknowledged: Vec<Note>,
    pub contact: Vec<contact::Line>,
    pub attachments: Vec<Download>,
    pub downloads: Vec<Download>,
    pub previous: Option<Link>,
    pub next: Option<Link>,
    pub compare: Link,
}

/// A published error that stays as published.
#[derive(Serialize)]
pub struct Note {
    pub code: String,
    /// What it is about, in the form's words; may be empty.
    pub about: String,
    pub note: String,
}

/// A figure worth seeing first.
#[derive(Serialize)]
pub struct KeyFigure {
    pub label: String,
    pub value: Html,
    pub unit: String,
    /// The class of `value`: empty for a number.
    pub state: &'static str,
    /// The change since the year before, or empty.
    pub change: String,
    /// up, down, same
    pub direction: &'static str,
}

#[derive(Serialize)]
pub struct Latest {
    pub title: String,
    pub url: String,
    pub year: u16,
    pub published: String,
    pub draft: bool,
    pub figures: Vec<KeyFigure>,
}

/// A year of a unit, with or without a report.
#[derive(Serialize)]
pub struct YearLine {
    pub year: u16,
    /// Empty where there is no report.
    pub url: String,
    pub published: String,
    pub draft: bool,
}

/// A unit below.
#[derive(Serialize)]
pub struct Below {
    pub label: String,
    pub url: String,
    /// 1 for a unit directly below, up to 6.
    pub depth: usize,
    pub draft: bool,
    /// Its latest report; the year is 0 and the address empty where it has none.
    pub year: u16,
    pub report: String,
    /// The first key figure of that report.
    pub figure: Html,
}

/// `view` of unit.html.
#[derive(Serialize)]
pub struct Unit {
    pub is_home: bool,
    pub draft: bool,
    pub prose: Prose,
    pub latest: Option<Latest>,
    pub years: Vec<YearLine>,
    pub charts: Html,
    pub compare: Option<Link>,
    pub below: Vec<Below>,
    /// What `figure` of the units below counts.
    pub below_figure: String,
    pub years_below: Vec<Link>,
    pub pages: Vec<Link>,
    pub contact: Vec<contact::Line>,
    pub attachments: Vec<Download>,
    pub downloads: Vec<Download>,
}

/// `view` of compare.html.
#[derive(Serialize)]
pub struct Compare {
    pub unit: Link,
    /// What years there are, and which are missing.
    pub lead: String,
    pub charts: Html,
    /// `2025年与2024年相比`; empty where there is no report for one of them.
    pub changes_title: String,
    /// What changed most between them, the largest first.
    pub changes: Vec<Changed>,
    pub tables: Vec<CompareTable>,
    pub indicators: Html,
    pub contact: Vec<contact::Line>,
    pub downloads: Vec<Download>,
}

/// A figure that changed much.
#[derive(Serialize)]
pub struct Changed {
    pub label: String,
    pub from: String,
    pub to: String,
    pub unit: String,
    pub change: String,
    /// `+57.1%`; empty where the year before was zero.
    pub percent: String,
    /// up or down
    pub direction: &'static str,
}

#[derive(Serialize)]
pub struct CompareTable {
    pub id: String,
    pub label: String,
    pub html: Html,
    /// The same by applicant, or whatever columns the total adds up.
    pub details: Vec<Detail>,
}

#[derive(Serialize)]
pub struct Detail {
    pub id: String,
    pub label: String,
    pub html: Html,
}

/// `view` of year.html.
#[derive(Serialize)]
pub struct Year {
    pub unit: Link,
    pub year: u16,
    /// How many units owed a report and how many gave one.
    pub lead: String,
    /// The units that owe a report, by name; empty if none does.
    pub missing: Vec<Link>,
    /// Units whose figures a report between counts already.
    pub covered: Vec<Link>,
    pub figures: Html,
    pub tables: Vec<Detail>,
    pub previous: Option<Link>,
    pub next: Option<Link>,
    pub own: Option<Link>,
    pub contact: Vec<contact::Line>,
}

/// `view` of page.html.
#[derive(Serialize)]
pub struct PlainPage {
    pub draft: bool,
    pub prose: Prose,
}

/// `view` of search.html.
#[derive(Serialize)]
pub struct Search {
    /// Changes with what there is to find.
    pub version: String,
    /// All units, in the order of the tree.
    pub units: Vec<SearchUnit>,
    /// Newest first.
    pub years: Vec<Link>,
}

#[derive(Serialize)]
pub struct SearchUnit {
    pub label: String,
    pub url: String,
    /// 0 for the root unit, up to 6.
    pub depth: usize,
}

/// `view` of sitemap.html.
#[derive(Serialize)]
pub struct Sitemap {
    pub units: Html,
    pub files: Vec<Download>,
}

/// `view` of alias.html.
#[derive(Serialize)]
pub struct Alias {
    pub target: String,
}
