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
use crate::markdown::{Folded, Outline};

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
        Kind::Unit => &unit.body.outline,
        Kind::Page(number) => &unit.pages[number].body.outline,
        Kind::Report(year) => &report(unit, year).document.body.outline,
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
    of_prose(&unit.html(), &unit.body.outline, listener);
    if unit.contact.lines().next().is_some() {
        listener.part("page-contact", "");
        unit.contact.lines().for_each(|(_, entry)| line(&entry.text, listener));
    }
    names(&unit.attachments, listener);
}

fn of_page(page: &Page, listener: &mut impl Listener) {
    listener.part("", "");
    of_prose(&page.html(), &page.body.outline, listener);
    names(&page.attachments, listener);
}

fn of_report(report: &Report, listener: &mut impl Listener) {
    listener.part("", "");
    report.metadata.iter().for_each(|(_, text)| line(&text.text, listener));
    of_prose(&report.html(), &report.document.body.outline, listener);
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

fn of_prose(html: &Folded, outline: &Outline, listener: &mut impl Listener) {
    let mut telling = Telling { listener, heading: None };
    telling.pieces(html.preamble());
    for (part, section) in outline.sections.iter().zip(html.sections()) {
        telling.listener.part(&part.heading.id, &part.heading.text);
        telling.pieces(section);
    }
    let mut notes = html.footnotes().peekable();
    if notes.peek().is_some_and(|(markup, _)| !markup.is_empty()) {
        telling.listener.part("fn-1", "");
        telling.pieces(notes);
    }
}

/// HTML being told.
struct Telling<'l, L> {
    listener: &'l mut L,
    /// The id and the text so far of the heading that is being read, which begins a part of its own.
    heading: Option<(String, String)>,
}

impl<L: Listener> Telling<'_, L> {
    fn pieces<'h>(&mut self, pieces: impl Iterator<Item = (&'h str, &'h str)>) {
        for (markup, text) in pieces {
            self.html(markup);
            self.text(text);
        }
    }

    fn html(&mut self, html: &str) {
        let mut rest = html;
        while let Some(at) = memchr2(b'<', b'&', rest.as_bytes()) {
            self.text(&rest[..at]);
            rest = &rest[at..];
            rest = if rest.starts_with('<') { self.after_tag(rest) } else { self.after_entity(rest) };
        }
        self.text(rest);
    }

    fn text(&mut self, text: &str) {
        match &mut self.heading {
            _ if text.is_empty() => {}
            Some((_, heading)) => heading.push_str(text),
            None => self.listener.text(text),
        }
    }

    fn line(&mut self) {
        match &mut self.heading {
            Some((_, heading)) => heading.push(' '),
            None => self.listener.line(),
        }
    }

    /// The characters that the writer of the HTML escapes.
    fn after_entity<'h>(&mut self, html: &'h str) -> &'h str {
        let entities = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'")];
        let entity = entities.into_iter().find(|(entity, _)| html.starts_with(entity)).unwrap_or(("&", "&"));
        self.text(entity.1);
        &html[entity.0.len()..]
    }

    /// A tag within a line, the end of a line, or the beginning or end of the heading of a part.
    fn after_tag<'h>(&mut self, html: &'h str) -> &'h str {
        let end = memchr::memchr(b'>', html.as_bytes()).map_or(html.len(), |end| end + 1);
        let (tag, rest) = html.split_at(end);
        let name = tag[1..].trim_start_matches('/');
        let name = &name[..name.find([' ', '>']).unwrap_or(name.len())];
        match name {
            "a" | "code" | "del" | "em" | "img" | "span" | "strong" | "sup" => {}
            "h2" | "h3" | "h4" | "h5" | "h6" => match self.heading.take() {
                Some((id, heading)) => self.listener.part(&id, &heading),
                None => self.heading = Some((id_of(tag).to_string(), String::new())),
            },
            _ => self.line(),
        }
        rest
    }
}

fn id_of(tag: &str) -> &str {
    tag.split_once(" id=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(id, _)| id)
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
        let prose = crate::markdown::render(text, &|_, address| address.to_string());
        let folded = Folded::new(&prose, &text.into(), 0);
        of_prose(&folded, &prose.outline(&|range| range), &mut told);
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
