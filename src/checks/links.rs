//! G701–G706: does every link inside the site lead somewhere, and does somebody link to every attachment?
//!
//! Source: 《政府网站与政务新媒体检查指标》 counts links that lead nowhere. A link is read as the site will publish it: against
//! the address of its page and the addresses that are planned. Silent about other sites, about addresses that begin with
//! a slash (the portal's, not ours) or lead out of the site's folder, unless they name a content file, about anchors on pages that have no prose, and about
//! the anchors that pages make themselves (`page-…`, `fn…`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::Subject;
use super::plain::span_of;
use crate::archive::{Report, Unit};
use crate::cache::{Cache, Fingerprint, Mixer};
use crate::content;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::markdown::{Link, LinkKind, Outline};
use crate::names::{UrlPath, Words};
use crate::plan::{self, Kind, SitePlan};
use crate::source::{Place, Span};

/// The answers about a unit's own links are remembered while it, the addresses of the site and the anchors on its
/// pages stay the same.
pub(super) fn check(subject: Subject, cache: &Cache, found: &mut Diagnostics) {
    let base_url = &subject.config.base_url;
    let addresses = Mixer::new("addresses").text(base_url).fingerprint(subject.plan.fingerprint).finish();
    let site = OnceLock::new();
    let site = || &**site.get_or_init(|| cache.get("addresses", addresses, || Site::of(subject.plan, base_url)));
    let units = &subject.archive.units;
    let anchors = Anchors { units, pages: OnceLock::new() };
    let inputs = Mixer::new("links").fingerprint(addresses).fingerprint(anchors.fingerprint()).finish();
    let answers = units.par_iter().map(|unit| {
        let inputs = Mixer::new("unit").fingerprint(inputs).fingerprint(unit.whole).finish();
        cache.get_kept("links", inputs, || of_unit(subject, unit, site(), &anchors))
    });
    let mut linked = BTreeSet::new();
    let answers: Vec<_> = answers.collect();
    for answer in &answers {
        found.share(&answer.0);
        linked.extend(answer.1.iter().map(String::as_str));
    }
    found.extend(unlinked(subject.plan, &linked));
}

/// The findings about a unit's links, and what they lead to.
fn of_unit(subject: Subject, unit: &Unit, site: &Site, anchors: &Anchors) -> (Diagnostics, BTreeSet<String>) {
    let (mut found, mut linked) = (Diagnostics::default(), BTreeSet::new());
    for page in pages(unit).filter(|page| !page.outline.links.is_empty()) {
        for link in &page.outline.links {
            if let Some(wrong) = look_up(&page, link, site, anchors, &mut linked) {
                found.push(tell(subject, &page, link, wrong));
            }
        }
    }
    (found, linked)
}

/// The anchors on the pages with prose.
struct Anchors<'a> {
    units: &'a [Unit],
    /// By the paths of their files; made for the first link that names an anchor.
    pages: OnceLock<BTreeMap<String, &'a Outline>>,
}

impl Anchors<'_> {
    fn fingerprint(&self) -> Fingerprint {
        let of_page = |mut mixer: Mixer, page: Page| {
            mixer.add_text(page.url.as_str());
            ids(page.outline).for_each(|id| mixer.add_text(id));
            mixer
        };
        let of_units = self.units.par_iter().map(|unit| pages(unit).fold(Mixer::new("anchors"), of_page).finish());
        of_units.collect::<Vec<_>>().into_iter().fold(Mixer::new("anchors"), Mixer::fingerprint).finish()
    }

    /// Whether a page has prose and no such anchor in it.
    fn are_without(&self, file: &str, anchor: &str) -> bool {
        let all = || self.units.iter().flat_map(pages).map(|page| (page.url.file(), page.outline)).collect();
        self.pages.get_or_init(all).get(file).is_some_and(|outline| !ids(outline).any(|id| id == anchor))
    }
}

/// A page with prose, and where it will stand.
struct Page<'a> {
    url: UrlPath,
    file: &'a Arc<str>,
    one_deeper: bool,
    outline: &'a Outline,
}

fn pages(unit: &Unit) -> impl Iterator<Item = Page<'_>> {
    let own = Page { url: plan::unit_url(unit), file: &unit.file, one_deeper: false, outline: &unit.body.outline };
    let reports = unit.reports.iter().map(|report| of_report(unit, report));
    std::iter::once(own).chain(reports).chain(unit.pages.iter().map(|page| of_page(unit, page)))
}

fn of_report<'a>(unit: &Unit, report: &'a Report) -> Page<'a> {
    Page {
        url: plan::report_url(unit, report.year),
        file: &report.file,
        one_deeper: report.folder.is_none(),
        outline: &report.body.outline,
    }
}

fn of_page<'a>(unit: &Unit, page: &'a content::Page) -> Page<'a> {
    Page { url: plan::page_url(unit, page), file: &page.file, one_deeper: page.folder.is_none(), outline: &page.body.outline }
}

/// The ids that links may point at.
fn ids(outline: &Outline) -> impl Iterator<Item = &str> {
    outline
        .sections
        .iter()
        .flat_map(|section| std::iter::once(&section.heading).chain(&section.headings))
        .map(|heading| heading.id.as_str())
}

/// What the site will hold, by the paths of its files.
struct Site {
    files: BTreeSet<String>,
    /// The same without case: how it is really written. Made for the first link that leads nowhere.
    lower: OnceLock<BTreeMap<String, String>>,
    base_url: String,
}

impl Site {
    fn of(plan: &SitePlan, base_url: &str) -> Site {
        let mut files: BTreeSet<String> = plan.attachments.iter().map(|one| one.url.file()).collect();
        for page in &plan.pages {
            files.insert(page.url.file());
            let beside: &[&str] = match page.kind {
                Kind::Report(..) => &["report.json", "tables.csv"],
                Kind::Compare(_) => &["../series.csv"],
                _ => &[],
            };
            files.extend(beside.iter().filter_map(|name| joined(page.url.directory(), name)));
        }
        files.extend(
            [
                "data/figures.csv",
                "data/archive.json",
                "data/dictionary.csv",
                "data/catalog.jsonld",
                "sitemap.xml",
                "feed.xml",
                "robots.txt",
                "manifest.json",
            ]
            .map(String::from),
        );
        Site { files, lower: OnceLock::new(), base_url: base_url.to_string() }
    }

    /// A file of this name but for its case.
    fn written_otherwise(&self, file: &str) -> Option<&String> {
        let all = || self.files.iter().map(|file| (file.to_lowercase(), file.clone())).collect();
        self.lower.get_or_init(all).get(&file.to_lowercase())
    }
}

/// What is wrong with a link.
enum Wrong {
    NoFile,
    /// There is one, written otherwise.
    Case(String),
    NoAnchor(String),
    NoDescription,
}

fn look_up(page: &Page, link: &Link, site: &Site, anchors: &Anchors, linked: &mut BTreeSet<String>) -> Option<Wrong> {
    let without_alt = || (link.kind == LinkKind::Image && link.text.trim().is_empty()).then_some(Wrong::NoDescription);
    // No portal holds our sources: a `.md` that leads out of the site was meant for a page of it.
    let elsewhere = || if is_source(&link.destination) { Some(Wrong::NoFile) } else { without_alt() };
    let Some((path, anchor)) = target(page, &link.destination, &site.base_url) else { return elsewhere() };
    let file = match joined("", &path) {
        // A folder may be named with and without its slash.
        Some(file) if !site.files.contains(&file) && site.files.contains(&format!("{file}/index.html")) => format!("{file}/index.html"),
        Some(file) => file,
        None => return elsewhere(),
    };
    if !site.files.contains(&file) && !file.starts_with("assets/") {
        return match site.written_otherwise(&file) {
            Some(real) => {
                linked.insert(real.clone());
                Some(Wrong::Case(real.clone()))
            }
            None => Some(Wrong::NoFile),
        };
    }
    let own = |anchor: &str| anchor.is_empty() || anchor == "top" || ["page-", "fn"].iter().any(|start| anchor.starts_with(start));
    let lost = !own(&anchor) && anchors.are_without(&file, &anchor);
    linked.insert(file);
    if lost { Some(Wrong::NoAnchor(anchor)) } else { without_alt() }
}

/// Whether an address without a scheme names a content file.
fn is_source(destination: &str) -> bool {
    let path = destination.trim().split(['#', '?']).next().unwrap_or_default();
    path.ends_with(".md") && !path.contains(':')
}

/// The path below the site's root that a link leads to, and the anchor in it. `None` where it is not ours.
fn target(page: &Page, destination: &str, base_url: &str) -> Option<(String, String)> {
    let destination = destination.trim();
    let (path, anchor) = destination.split_once('#').unwrap_or((destination, ""));
    let path = path.split('?').next().unwrap_or(path);
    let anchor = decoded(anchor);
    if let Some(inside) = path.strip_prefix(base_url).filter(|_| !base_url.is_empty()) {
        return Some((with_index(&decoded(inside)), anchor));
    }
    if path.starts_with('/') || path.contains(':') {
        return None;
    }
    if path.is_empty() {
        return Some((page.url.file(), anchor));
    }
    let path = content::relative(&decoded(path), page.one_deeper);
    Some((format!("{}{}", page.url.directory(), with_index(&path)), anchor))
}

fn with_index(path: &str) -> String {
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_string() }
}

/// A path without `.` and `..`; `None` where it leads out of the site.
fn joined(directory: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = vec![];
    for part in directory.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Without percent-encoding; bytes that make no UTF-8 are left as they were written.
fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_string();
    }
    let (bytes, mut out, mut at) = (text.as_bytes(), vec![], 0);
    while at < bytes.len() {
        let hex = |at: usize| bytes.get(at).and_then(|byte| (*byte as char).to_digit(16));
        match (bytes[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_string())
}

fn tell(subject: Subject, page: &Page, link: &Link, wrong: Wrong) -> Diagnostic {
    let text = subject.sources.text(page.file).unwrap_or_default();
    let place = Place { file: page.file.clone(), span: span_of(text.as_bytes(), link.range.clone()) };
    let to = &link.destination;
    match (wrong, link.kind) {
        (Wrong::NoFile, LinkKind::Link) => Diagnostic::error("G701", place, Words::new(format!("链接的目标不存在：{to}"), format!("this link leads nowhere: {to}"))).with_help(Words::new(
            "检查文件名和文件夹是否写对、附件是否已经放进来；目标不再提供的，去掉链接、保留文字。",
            "Check the name and the folder, and whether the attachment was put in; if it is no longer offered, keep the text and drop the link.",
        )),
        (Wrong::NoFile, LinkKind::Image) => Diagnostic::error("G703", place, Words::new(format!("图片不存在：{to}"), format!("there is no such image: {to}"))).with_help(Words::new(
            "把图片文件放到报告所在的文件夹里，并核对文件名（包括扩展名）。",
            "Put the image beside the report and check its name, ending included.",
        )),
        (Wrong::Case(real), _) => Diagnostic::error("G706", place, Words::new(format!("大小写与文件名不一致：写的是 {to}，网站上是 {real}"), format!("written {to}, but the site has {real}: the case differs")))
            .with_help(Words::new("Windows 上能打开，放到网站服务器上就打不开。把链接改成和文件名完全一样。", "It opens on Windows and not on a web server. Write the link exactly like the file's name.")),
        (Wrong::NoAnchor(anchor), _) => Diagnostic::warning("G702", place, Words::new(format!("那个页面上没有“{anchor}”这一处"), format!("that page has no place called `{anchor}`"))).with_help(Words::new(
            "“#”后面应是那个页面上的一个标题。核对标题的文字，或去掉“#”和后面的部分，链接到整个页面。",
            "After `#` stands a heading of that page. Check its words, or link to the whole page.",
        )),
        (Wrong::NoDescription, _) => Diagnostic::warning("G704", place, Words::new(format!("图片没有文字说明：{to}"), format!("this image has no description: {to}"))).with_help(Words::new(
            "在方括号里写一句话说明图上有什么，供看不见图的人了解，如 ![各渠道公开信息数量](图.png)。",
            "Say between the brackets what the image shows, for those who cannot see it.",
        )),
    }
}

/// Attachments that no text of the site links to.
fn unlinked(plan: &SitePlan, linked: &BTreeSet<&str>) -> impl Iterator<Item = Diagnostic> {
    let alone = plan.attachments.iter().filter(|one| !linked.contains(one.url.file().as_str()));
    alone.map(|one| {
        let place = Place { file: one.file.clone(), span: Span { start: 0, end: 0, line: 1 } };
        let name = one.file.rsplit('/').next().unwrap_or(&one.file);
        let message =
            Words::new(format!("附件 {name} 会发布，但没有一处文字链接到它"), format!("{name} is published, but no text links to it"));
        Diagnostic::new(Severity::Note, "G705", Some(place), message).with_help(Words::new(
            "要给人看的，在正文里加上链接，如 [附件](文件名)；放错的，从文件夹里移走。",
            "If it is meant to be read, link to it from the text; if it is here by mistake, move it away.",
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_as_browsers_do() {
        assert_eq!(joined("a/b/", "../c.pdf").as_deref(), Some("a/c.pdf"));
        assert_eq!(joined("", "./a//b.pdf").as_deref(), Some("a/b.pdf"));
        assert_eq!(joined("a/", "../../b.pdf"), None);
    }

    #[test]
    fn percent_signs_are_decoded_where_they_can_be() {
        assert_eq!(decoded("%E9%99%84%E4%BB%B6%201.pdf"), "附件 1.pdf");
        assert_eq!(decoded("100%.pdf"), "100%.pdf");
        assert_eq!(decoded("%ff.pdf"), "%ff.pdf");
    }
}
