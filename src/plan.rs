//! Every page and file of the site: its address, what it shows, what stands above it. Nothing is rendered here.
//!
//! In: the archive. Out: a [`SitePlan`]; two things at one address are a diagnostic.
//! Addresses are functions of what they address ([`unit_url`], [`report_url`], …), so that links need no look-up.

use std::collections::HashMap;
use std::sync::Arc;

use crate::archive::{Archive, Report, Unit, UnitId};
use crate::cache::{Fingerprint, Mixer};
use crate::content::{Attachment, Page, Text};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names::{UrlPath, Words, Year};
use crate::source::{Place, Span};

/// What a page shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    Unit(UnitId),
    Report(UnitId, Year),
    /// A unit's figures over its years.
    Compare(UnitId),
    /// A year over the units below a unit.
    Year(UnitId, Year),
    /// The plain page of this number of the unit.
    Page(UnitId, usize),
    /// Where a script asks the search index.
    Search,
    /// Every unit with its years, for people.
    Sitemap,
    NotFound,
    /// An old address that leads to a new one.
    Alias(UrlPath),
}

/// A page of the site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Planned {
    pub url: UrlPath,
    pub kind: Kind,
}

/// A file passed on: from which source to which address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passed {
    pub url: UrlPath,
    pub file: Arc<str>,
    pub size: u64,
}

/// All pages and all files passed on, each address once.
#[derive(Debug, Default)]
pub struct SitePlan {
    /// Units in the order of the tree, each followed by its reports and other pages.
    pub pages: Vec<Planned>,
    pub attachments: Vec<Passed>,
    /// Of everything that it was made from.
    pub fingerprint: Fingerprint,
}

/// `/<unit>/`; the root unit's is the home page.
pub fn unit_url(unit: &Unit) -> UrlPath {
    if unit.path.is_root() { UrlPath::new("") } else { UrlPath::new([unit.path.as_str(), "/"].concat()) }
}

/// `/<unit>/<year>/`
pub fn report_url(unit: &Unit, year: Year) -> UrlPath {
    unit_url(unit).join(&format!("{year}/"))
}

/// `/<unit>/compare/`
pub fn compare_url(unit: &Unit) -> UrlPath {
    unit_url(unit).join("compare/")
}

/// `/<unit>/years/<year>/`
pub fn year_url(unit: &Unit, year: Year) -> UrlPath {
    unit_url(unit).join(&format!("years/{year}/"))
}

/// `/search/`
pub fn search_url() -> UrlPath {
    UrlPath::new("search/")
}

/// `/<unit>/<page>/`
pub fn page_url(unit: &Unit, page: &Page) -> UrlPath {
    unit_url(unit).join(&format!("{}/", page.slug.text))
}

/// Beside its report, or below its unit, where it lies below them on disk.
pub fn attachment_url(unit: &Unit, report: Option<&Report>, attachment: &Attachment) -> UrlPath {
    match report {
        Some(report) => beside(report_url(unit, report.year), report.folder.as_deref().unwrap_or(&unit.directory), attachment),
        None => beside(unit_url(unit), &unit.directory, attachment),
    }
}

/// The way from a directory of `content/` to a file below it, taken from an address.
fn beside(url: UrlPath, directory: &str, attachment: &Attachment) -> UrlPath {
    let below = attachment.file.strip_prefix("content/").unwrap_or(&attachment.file);
    url.join(below.strip_prefix(directory).unwrap_or(below).trim_start_matches('/'))
}

/// `/sitemap/`
pub fn sitemap_url() -> UrlPath {
    UrlPath::new("sitemap/")
}

/// The years for which any unit below has a report, oldest first.
pub fn years_below(archive: &Archive, unit: UnitId) -> Vec<Year> {
    let years: std::collections::BTreeSet<Year> =
        archive.below(unit).flat_map(|unit| unit.reports.iter().map(|report| report.year)).collect();
    years.into_iter().collect()
}

/// Of everything that [`site`] reads. Figures and texts are not in it, so most edits leave the plan as it is.
pub fn fingerprint_of(archive: &Archive) -> Fingerprint {
    let mut mixer = Mixer::new("plan");
    for unit in &archive.units {
        mixer.add_text(unit.path.as_str());
        mixer.add_text(&unit.directory);
        mixer.add_text(&unit.file);
        add_aliases(&mut mixer, &unit.aliases);
        mixer.add_number(unit.reports.len() as u64);
        for report in &unit.reports {
            mixer.add_number(u64::from(report.year.number()));
            mixer.add_text(&report.file);
            mixer.add_text(report.folder.as_deref().unwrap_or_default());
            add_aliases(&mut mixer, &report.aliases);
            add_attachments(&mut mixer, &report.attachments);
        }
        mixer.add_number(unit.pages.len() as u64);
        for page in &unit.pages {
            mixer.add_text(&page.slug.text);
            mixer.add_text(&page.file);
            add_aliases(&mut mixer, &page.aliases);
            add_attachments(&mut mixer, &page.attachments);
        }
        add_attachments(&mut mixer, &unit.attachments);
    }
    mixer.finish()
}

fn add_aliases(mixer: &mut Mixer, aliases: &[Text]) {
    mixer.add_number(aliases.len() as u64);
    for Text { text, place } in aliases {
        mixer.add_text(text);
        for number in [place.span.start, place.span.end, place.span.line] {
            mixer.add_number(u64::from(number));
        }
    }
}

fn add_attachments(mixer: &mut Mixer, attachments: &[Attachment]) {
    mixer.add_number(attachments.len() as u64);
    for one in attachments {
        mixer.add_text(&one.file);
        mixer.add_number(one.size);
    }
}

/// Plans the whole site.
pub fn site(archive: &Archive, found: &mut Diagnostics) -> SitePlan {
    let mut planning =
        Planning { plan: SitePlan { fingerprint: fingerprint_of(archive), ..SitePlan::default() }, taken: HashMap::new(), found };
    for unit in &archive.units {
        planning.unit(archive, unit);
    }
    planning.page(search_url(), Kind::Search, &start_of(&archive.root().file));
    planning.page(sitemap_url(), Kind::Sitemap, &start_of(&archive.root().file));
    planning.page(UrlPath::new("404.html"), Kind::NotFound, &start_of(&archive.root().file));
    for unit in &archive.units {
        planning.aliases_of(unit);
    }
    planning.plan
}

fn start_of(file: &Arc<str>) -> Place {
    Place { file: file.clone(), span: Span { start: 0, end: 0, line: 1 } }
}

struct Planning<'f> {
    plan: SitePlan,
    /// Who has a file's path, compared without case: portals run on such disks too.
    taken: HashMap<String, Place>,
    found: &'f mut Diagnostics,
}

impl Planning<'_> {
    fn unit(&mut self, archive: &Archive, unit: &Unit) {
        let here = start_of(&unit.file);
        self.page(unit_url(unit), Kind::Unit(unit.id), &here);
        for report in &unit.reports {
            let url = report_url(unit, report.year);
            for name in ["report.json", "tables.csv"] {
                self.take(&url.join(name), &start_of(&report.file));
            }
            self.page(url, Kind::Report(unit.id, report.year), &start_of(&report.file));
            for attachment in &report.attachments {
                self.pass(attachment_url(unit, Some(report), attachment), attachment);
            }
        }
        if !unit.reports.is_empty() {
            self.take(&unit_url(unit).join("series.csv"), &here);
            self.page(compare_url(unit), Kind::Compare(unit.id), &here);
        }
        for year in years_below(archive, unit.id) {
            self.page(year_url(unit, year), Kind::Year(unit.id, year), &here);
        }
        for (number, page) in unit.pages.iter().enumerate() {
            self.page(page_url(unit, page), Kind::Page(unit.id, number), &start_of(&page.file));
            for attachment in &page.attachments {
                self.pass(beside(page_url(unit, page), page.folder.as_deref().unwrap_or_default(), attachment), attachment);
            }
        }
        for attachment in &unit.attachments {
            self.pass(attachment_url(unit, None, attachment), attachment);
        }
    }

    fn aliases_of(&mut self, unit: &Unit) {
        self.aliases(&unit.aliases, &unit_url(unit));
        for report in &unit.reports {
            self.aliases(&report.aliases, &report_url(unit, report.year));
        }
        for page in &unit.pages {
            self.aliases(&page.aliases, &page_url(unit, page));
        }
    }

    fn aliases(&mut self, aliases: &[Text], target: &UrlPath) {
        for alias in aliases {
            match alias_url(&alias.text) {
                Some(url) => self.page(url, Kind::Alias(target.clone()), &alias.place),
                None => self.found.push(
                    Diagnostic::error(
                        "G914",
                        alias.place.clone(),
                        Words::new(format!("“{}”不能作旧网址", alias.text), format!("`{}` cannot be an old address", alias.text)),
                    )
                    .with_help(Words::new(
                        "写网站里面的路径，例如 xxgk/2020.html。",
                        "Write a path inside the site, such as `old/2020.html`.",
                    )),
                ),
            }
        }
    }

    fn page(&mut self, url: UrlPath, kind: Kind, place: &Place) {
        if self.take(&url, place) {
            self.plan.pages.push(Planned { url, kind });
        }
    }

    fn pass(&mut self, url: UrlPath, attachment: &Attachment) {
        if self.take(&url, &start_of(&attachment.file)) {
            self.plan.attachments.push(Passed { url, file: attachment.file.clone(), size: attachment.size });
        }
    }

    /// Whether the address was free.
    fn take(&mut self, url: &UrlPath, place: &Place) -> bool {
        let file = url.file().to_lowercase();
        let own = ["assets/", "data/"].iter().any(|own| file.starts_with(own)) || OWN_FILES.contains(&file.as_str());
        let first = self.taken.get(&file).cloned();
        if first.is_none() && !(own && place.file.starts_with("content/") && file != "404.html") {
            self.taken.insert(file, place.clone());
            return true;
        }
        let message = Words::new(format!("网址 /{url} 已经有别的内容"), format!("the address /{url} is already taken"));
        let mut diagnostic = Diagnostic::error("G916", place.clone(), message)
            .with_help(Words::new("给其中一个换个名称（slug 或文件名）。", "Give one of them another name (`slug:` or the file's name)."));
        if let Some(first) = first {
            diagnostic = diagnostic.with_label(first, Words::new("先占用这个网址的在这里", "taken here first"));
        }
        self.found.push(diagnostic);
        false
    }
}

/// Files at the top of the site that nothing else may be.
const OWN_FILES: [&str; 5] = ["sitemap.xml", "feed.xml", "robots.txt", "manifest.json", "404.html"];

/// An old address as a file: `old/` and `old` are `old/index.html`. `None` where it leads out of the site.
fn alias_url(alias: &str) -> Option<UrlPath> {
    let path = alias.trim().trim_start_matches('/');
    // A name of more than 255 bytes is none on most disks.
    let plain = |part: &str| {
        !matches!(part, "" | "." | "..") && part.len() <= 240 && !part.contains(['\\', '?', '#', '%', ':', '*', '"', '<', '>', '|'])
    };
    let bare = path.strip_suffix('/').unwrap_or(path);
    if !bare.split('/').all(plain) || bare.chars().any(char::is_control) {
        return None;
    }
    let last = bare.rsplit('/').next().unwrap_or(bare);
    let is_page = [".html", ".htm", ".shtml"].iter().any(|end| last.ends_with(end));
    Some(UrlPath::new(if is_page { bare.to_string() } else { format!("{bare}/") }))
}
