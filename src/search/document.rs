//! What a document says, in the order of its page, and where on the page.
//!
//! Titles, headings, prose, notes, indicators, the lines of the metadata table, contact lines of a unit, names of
//! attachments. The cells of official tables are left out: a row reads the same in every report.
//! Prose is read from its HTML, which is our own: every `<` in it begins a tag.

use memchr::memchr2;

use super::{Document, Kind};
use crate::archive::{Archive, Report, Unit};
use crate::cache::{Cache, Fingerprint, Mixer};
use crate::content::{Attachment, Indicator, Page};
use crate::markdown::{Outline, Prose};

/// Is told what a document says.
pub trait Listener {
    /// A part of the page begins. `anchor` is its id, empty for the top; without a heading it is one of the page's own parts.
    fn part(&mut self, anchor: &str, heading: &str);
    fn text(&mut self, text: &str);
    /// What follows stands in another line.
    fn line(&mut self);
}

/// Both are told.
impl<A: Listener, B: Listener> Listener for (A, B) {
    fn part(&mut self, anchor: &str, heading: &str) {
        self.0.part(anchor, heading);
        self.1.part(anchor, heading);
    }

    fn text(&mut self, text: &str) {
        self.0.text(text);
        self.1.text(text);
    }

    fn line(&mut self) {
        self.0.line();
        self.1.line();
    }
}

/// The documents of a unit: its own page, its plain pages, its reports.
pub fn of_unit(unit: &Unit, cache: &Cache) -> Vec<Document> {
    let pages = unit.pages.iter().enumerate().map(|(number, page)| (Kind::Page(number), page.fingerprint, &page.attachments));
    let reports = unit.reports.iter().map(|report| (Kind::Report(report.year), report.document.fingerprint, &report.attachments));
    let all = std::iter::once((Kind::Unit, unit.document.fingerprint, &unit.attachments)).chain(pages).chain(reports);
    all.map(|(kind, inputs, attachments)| {
        let title = title(kind, unit);
        let inputs = attachments.iter().fold(Mixer::new(title).fingerprint(inputs), |mixer, one| mixer.text(&one.file)).finish();
        // The inputs tell more than is said: the catalog of forms, for one.
        let fingerprint = *cache.get("search document", inputs, || of_all_said(kind, unit, attachments));
        Document { unit: unit.id, kind, fingerprint }
    })
    .collect()
}

/// Of everything that [`tell`] tells, and the title.
fn of_all_said(kind: Kind, unit: &Unit, attachments: &[Attachment]) -> Fingerprint {
    let mut mixer = Mixer::new(title(kind, unit)).fingerprint(outline(kind, unit).shown);
    attachments.iter().for_each(|one| mixer.add_text(name(one)));
    match kind {
        Kind::Unit => unit.contact.lines().for_each(|(_, entry)| mixer.add_text(&entry.text)),
        Kind::Page(_) => {}
        Kind::Report(year) => {
            let report = report(unit, year);
            report.metadata.iter().for_each(|(_, text)| mixer.add_text(&text.text));
            report.acknowledged.iter().for_each(|one| mixer.add_text(&one.note));
            for one in &report.indicators {
                let remark = one.remark.as_deref().unwrap_or_default();
                [&*one.name, &*one.unit, remark, &*one.figure.to_string()].into_iter().for_each(|text| mixer.add_text(text));
            }
        }
    }
    mixer.finish()
}

pub fn outline(kind: Kind, unit: &Unit) -> &Outline {
    match kind {
        Kind::Unit => &unit.outline,
        Kind::Page(number) => &unit.pages[number].outline,
        Kind::Report(year) => &report(unit, year).document.outline,
    }
}

pub fn title(kind: Kind, unit: &Unit) -> &str {
    match kind {
        Kind::Unit => &unit.title,
        Kind::Page(number) => &unit.pages[number].title,
        Kind::Report(year) => &report(unit, year).title,
    }
}

fn report(unit: &Unit, year: crate::names::Year) -> &Report {
    unit.report(year).expect("documents are numbered from the reports that are there")
}

/// Tells all but the title.
pub fn tell(document: &Document, archive: &Archive, listener: &mut impl Listener) {
    let unit = archive.unit(document.unit);
    match document.kind {
        Kind::Unit => of_body(unit, listener),
        Kind::Page(number) => of_page(&unit.pages[number], listener),
        Kind::Report(year) => of_report(report(unit, year), listener),
    }
}

fn of_body(unit: &Unit, listener: &mut impl Listener) {
    listener.part("", "");
    of_prose(&unit.prose(), listener);
    if unit.contact.lines().next().is_some() {
        listener.part("page-contact", "");
        unit.contact.lines().for_each(|(_, entry)| line(&entry.text, listener));
    }
    names(&unit.attachments, listener);
}

fn of_page(page: &Page, listener: &mut impl Listener) {
    listener.part("", "");
    of_prose(&page.prose(), listener);
    names(&page.attachments, listener);
}

fn of_report(report: &Report, listener: &mut impl Listener) {
    listener.part("", "");
    report.metadata.iter().for_each(|(_, text)| line(&text.text, listener));
    of_prose(&report.prose(), listener);
    if !report.indicators.is_empty() {
        listener.part("page-indicators", "");
        report.indicators.iter().for_each(|one| indicator(one, listener));
    }
    if !report.acknowledged.is_empty() {
        listener.part("page-notes", "");
        report.acknowledged.iter().for_each(|one| line(&one.note, listener));
    }
    names(&report.attachments, listener);
}

fn line(text: &str, listener: &mut impl Listener) {
    listener.text(text);
    listener.line();
}

fn indicator(one: &Indicator, listener: &mut impl Listener) {
    listener.text(&one.name);
    listener.text(" ");
    listener.text(&one.figure.to_string());
    listener.text(" ");
    listener.text(&one.unit);
    if let Some(remark) = &one.remark {
        listener.line();
        listener.text(remark);
    }
    listener.line();
}

fn names(attachments: &[Attachment], listener: &mut impl Listener) {
    if attachments.is_empty() {
        return;
    }
    listener.part("page-attachments", "");
    attachments.iter().for_each(|one| line(name(one), listener));
}

fn name(attachment: &Attachment) -> &str {
    attachment.file.rsplit('/').next().unwrap_or(&attachment.file)
}

fn of_prose(prose: &Prose, listener: &mut impl Listener) {
    of_html(&prose.preamble, listener);
    for section in &prose.sections {
        listener.part(&section.heading.id, &section.heading.text);
        of_html(&section.html, listener);
    }
    if !prose.footnotes.is_empty() {
        listener.part("fn-1", "");
        of_html(&prose.footnotes, listener);
    }
}

fn of_html(html: &str, listener: &mut impl Listener) {
    let mut rest = html;
    while let Some(at) = memchr2(b'<', b'&', rest.as_bytes()) {
        if at > 0 {
            listener.text(&rest[..at]);
        }
        rest = &rest[at..];
        rest = if rest.starts_with('<') { after_tag(rest, listener) } else { after_entity(rest, listener) };
    }
    if !rest.is_empty() {
        listener.text(rest);
    }
}

/// The characters that the writer of the HTML escapes.
fn after_entity<'h>(html: &'h str, listener: &mut impl Listener) -> &'h str {
    let entities = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'")];
    let entity = entities.into_iter().find(|(entity, _)| html.starts_with(entity)).unwrap_or(("&", "&"));
    listener.text(entity.1);
    &html[entity.0.len()..]
}

/// A tag within a line, the end of a line, or the heading of a part.
fn after_tag<'h>(html: &'h str, listener: &mut impl Listener) -> &'h str {
    let end = memchr::memchr(b'>', html.as_bytes()).map_or(html.len(), |end| end + 1);
    let (tag, rest) = html.split_at(end);
    let name = tag[1..].trim_start_matches('/');
    let name = &name[..name.find([' ', '>']).unwrap_or(name.len())];
    match name {
        "a" | "code" | "del" | "em" | "img" | "span" | "strong" | "sup" => rest,
        "h2" | "h3" | "h4" | "h5" | "h6" if !tag.starts_with("</") => after_heading(tag, rest, listener),
        _ => {
            listener.line();
            rest
        }
    }
}

/// A heading begins a part of its own.
fn after_heading<'h>(tag: &str, html: &'h str, listener: &mut impl Listener) -> &'h str {
    let id = tag.split_once(" id=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(id, _)| id);
    let end = html.find("</h").unwrap_or(html.len());
    let mut heading = Plain(String::new());
    of_html(&html[..end], &mut heading);
    listener.part(id, &heading.0);
    let after = html[end..].find('>').map_or(html.len(), |at| end + at + 1);
    &html[after..]
}

/// Keeps the text alone.
struct Plain(String);

impl Listener for Plain {
    fn part(&mut self, _: &str, _: &str) {}

    fn text(&mut self, text: &str) {
        self.0.push_str(text);
    }

    fn line(&mut self) {
        self.0.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything told, to be read.
    #[derive(Default)]
    struct Told(String);

    impl Listener for Told {
        fn part(&mut self, anchor: &str, heading: &str) {
            self.0.push_str(&format!("[{anchor}|{heading}]"));
        }

        fn text(&mut self, text: &str) {
            self.0.push_str(text);
        }

        fn line(&mut self) {
            self.0.push('/');
        }
    }

    fn told(text: &str) -> String {
        let mut told = Told::default();
        of_prose(&crate::markdown::render(text, &|_, address| address.to_string()), &mut told);
        told.0.replace('\n', "").replace("//", "/")
    }

    #[test]
    fn prose_is_told_by_headings_without_its_markup() {
        let text = "前言**重**点。\n\n## 一、总体情况\n\n[链接](https://www.example.org/?a=1&b=2)与 <b>\"A&B\"\n\n### （一）制度 `x`\n\n- 甲\n- 乙\n";
        assert_eq!(told(text), "/前言重点。/[一-总体情况|一、总体情况]/链接与 <b>\"A&B\"/[一-制度-x|（一）制度 x]/甲/乙/");
    }

    #[test]
    fn cells_of_a_table_stand_in_lines_of_their_own() {
        assert!(told("| 渠道 | 条 |\n|---|---|\n| 网站 | 195 |\n").contains("网站/195/"));
    }
}
