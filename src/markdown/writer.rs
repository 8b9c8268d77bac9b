//! The parser's events as HTML, cut into sections.
//!
//! Blocks, headings and links are written here; what happens to characters is decided by `text` and `html`,
//! what may be linked to by `links`. The HTML is set aside while a heading (its id is made from its text) or a
//! footnote (shown at the end) is written.

use std::fmt::Write;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Tag, TagEnd};

use super::anchors::Anchors;
use super::emphasis::{MARKER_TEXT, Marked};
use super::footnotes::Footnotes;
use super::html::{escape, escape_address};
use super::levels::Levels;
use super::links::{Destination, classify, trimmed};
use super::table::Table;
use super::text::Text;
use super::{Heading, Link, LinkKind, Problem, ProblemKind, Prose, Section, is_escaped, parser};

/// A list that counts from here or later is a year with a dot.
const FIRST_YEAR: u64 = 1900;

pub(super) fn write(source: &Marked, resolve: &dyn Fn(LinkKind, &str) -> String) -> Prose {
    let mut writer = Writer::new(source, resolve);
    for (event, range) in parser(&source.text).into_offset_iter() {
        writer.event(event, range);
    }
    writer.finish()
}

struct Writer<'a> {
    source: &'a Marked<'a>,
    resolve: &'a dyn Fn(LinkKind, &str) -> String,
    prose: Prose,
    text: Text,
    set_aside: Vec<String>,
    /// Lists, quotations and notes that are open. A heading within them begins no section.
    containers: usize,
    lists: Vec<List>,
    /// The paragraph that stands for an item of a list of years, until its first block ends it.
    has_open_year: bool,
    heading: OpenHeading,
    table: Table,
    links: Vec<OpenLink>,
    /// Notes being written, innermost last.
    notes: Vec<String>,
    /// The last run of asterisks that are text.
    asterisks: Range<usize>,
    anchors: Anchors,
    levels: Levels,
    footnotes: Footnotes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Bulleted,
    Numbered,
    Years,
}

/// What is written at the end of a heading but known at its beginning.
#[derive(Default)]
struct OpenHeading {
    level: u8,
    id: Option<String>,
    /// It ends in `{…}` without an id: text that looks like attributes, and nothing else of it would be left.
    has_braces: bool,
}

/// A link or image whose text is being read.
struct OpenLink {
    kind: LinkKind,
    /// Its index in `Prose::links`; `None` where only the text is published.
    published: Option<usize>,
    /// On another site: such a picture is linked to, not loaded.
    elsewhere: bool,
    address: String,
    title: String,
}

impl<'a> Writer<'a> {
    fn new(source: &'a Marked, resolve: &'a dyn Fn(LinkKind, &str) -> String) -> Writer<'a> {
        let mut text = Text::default();
        text.html.reserve(source.text.len());
        Writer {
            source,
            resolve,
            prose: Prose::default(),
            text,
            set_aside: vec![],
            containers: 0,
            lists: vec![],
            has_open_year: false,
            heading: OpenHeading::default(),
            table: Table::default(),
            links: vec![],
            notes: vec![],
            asterisks: 0..0,
            anchors: Anchors::default(),
            levels: Levels::default(),
            footnotes: Footnotes::default(),
        }
    }

    fn event(&mut self, event: Event, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => self.characters(&text, range),
            Event::Code(code) => {
                self.text.open("<code>");
                self.text.push_verbatim(&code);
                self.text.close("</code>");
            }
            Event::InlineHtml(html) => {
                self.problem(ProblemKind::RawHtml, range);
                self.text.push(&html);
            }
            Event::Html(html) => self.text.push(&html),
            Event::SoftBreak => self.text.soft_break(),
            Event::HardBreak => self.text.hard_break(),
            Event::Rule => {
                self.begin_block();
                self.text.block("<hr>\n");
            }
            Event::FootnoteReference(label) => self.footnotes.refer(&label, &mut self.text.html),
            // The options for these are off.
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag, range: Range<usize>) {
        match tag {
            Tag::Emphasis => self.text.open("<em>"),
            Tag::Strong => self.text.open("<strong>"),
            Tag::Strikethrough if self.is_single_tilde(&range) => self.text.push("~"),
            Tag::Strikethrough => self.text.open("<del>"),
            Tag::Link { link_type, dest_url, title, .. } => self.start_link(LinkKind::Link, link_type, &dest_url, &title, range),
            Tag::Image { link_type, dest_url, title, .. } => self.start_link(LinkKind::Image, link_type, &dest_url, &title, range),
            // The year stands in a paragraph already; the item's first one goes on in it.
            Tag::Paragraph if std::mem::take(&mut self.has_open_year) => {}
            Tag::TableHead => self.table.begin_head(&mut self.text),
            Tag::TableRow => self.table.begin_row(&mut self.text),
            Tag::TableCell => self.table.begin_cell(&mut self.text),
            _ => {
                self.begin_block();
                self.start_block(tag, range);
            }
        }
    }

    fn start_block(&mut self, tag: Tag, range: Range<usize>) {
        match tag {
            Tag::Paragraph => self.text.begin_paragraph(),
            Tag::Heading { level, id, classes, attrs } => {
                let has_braces = id.is_none() && !(classes.is_empty() && attrs.is_empty());
                self.heading = OpenHeading { level: level as u8, id: id.map(CowStr::into_string), has_braces };
                self.set_aside();
                self.text.capture();
            }
            Tag::BlockQuote(_) => self.start_container("<blockquote>\n"),
            Tag::CodeBlock(kind) => self.start_code_block(&kind),
            Tag::HtmlBlock => {
                self.problem(ProblemKind::RawHtml, range);
                self.text.html.push_str("<p class=\"raw-html\">");
            }
            Tag::List(number) => self.start_list(number, range),
            Tag::Item => self.start_item(&range),
            Tag::FootnoteDefinition(label) => {
                self.containers += 1;
                self.notes.push(label.into_string());
                self.set_aside();
            }
            Tag::Table(alignments) => self.table = Table::begin(alignments, &mut self.text),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Emphasis => self.text.close("</em>"),
            TagEnd::Strong => self.text.close("</strong>"),
            TagEnd::Strikethrough if self.is_single_tilde(&range) => self.text.push("~"),
            TagEnd::Strikethrough => self.text.close("</del>"),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.text.end_paragraph(),
            TagEnd::Heading(_) => self.end_heading(range),
            TagEnd::BlockQuote(_) => self.end_container("</blockquote>\n"),
            TagEnd::CodeBlock => self.text.html.push_str("</code></pre>\n"),
            TagEnd::List(_) => self.end_list(),
            TagEnd::Item => self.end_item(),
            TagEnd::FootnoteDefinition => self.end_note(range),
            TagEnd::TableHead => self.end_row(range, Table::end_head),
            TagEnd::TableRow => self.end_row(range, Table::end_row),
            TagEnd::TableCell => self.table.end_cell(range, &mut self.text),
            TagEnd::Table => self.table.end(&mut self.text),
            _ => {}
        }
    }

    fn finish(mut self) -> Prose {
        let end = self.source.text.len();
        self.end_section(self.source.original(end..end).end);
        self.prose.footnotes = self.footnotes.finish(&mut self.prose.problems);
        self.prose
    }

    fn problem(&mut self, kind: ProblemKind, range: Range<usize>) {
        self.prose.problems.push(Problem { kind, range: self.source.original(range) });
    }

    // Characters

    fn characters(&mut self, text: &str, range: Range<usize>) {
        match text {
            MARKER_TEXT => return,
            "*" if !is_escaped(&self.source.text, range.start) => self.note_asterisk(range),
            _ => {}
        }
        self.text.push(text);
    }

    /// Asterisks that open or close nothing arrive one by one; from the second on they are a problem.
    fn note_asterisk(&mut self, range: Range<usize>) {
        let is_first = self.asterisks.end != range.start;
        self.asterisks = if is_first { range } else { self.asterisks.start..range.end };
        let run = self.source.original(self.asterisks.clone());
        match self.asterisks.len() {
            1 => {}
            2 => self.prose.problems.push(Problem { kind: ProblemKind::StrayAsterisks, range: run }),
            _ => {
                if let Some(problem) = self.prose.problems.last_mut() {
                    problem.range = run;
                }
            }
        }
    }

    /// `~text~`: only two tildes strike out, as one is common in ranges (1~3月).
    fn is_single_tilde(&self, range: &Range<usize>) -> bool {
        !self.source.text[range.clone()].starts_with("~~")
    }

    // Blocks

    fn begin_block(&mut self) {
        if std::mem::take(&mut self.has_open_year) {
            self.text.html.push_str("</p>");
        }
        self.text.begin();
        self.text.block("");
    }

    fn start_container(&mut self, tag: &str) {
        self.containers += 1;
        self.text.html.push_str(tag);
    }

    fn end_container(&mut self, tag: &str) {
        self.containers -= 1;
        self.text.block(tag);
    }

    fn start_code_block(&mut self, kind: &CodeBlockKind) {
        let language = match kind {
            CodeBlockKind::Fenced(info) => info.split_whitespace().next(),
            CodeBlockKind::Indented => None,
        };
        self.text.html.push_str("<pre><code");
        if let Some(language) = language {
            self.text.html.push_str(" class=\"language-");
            escape(language, &mut self.text.html);
            self.text.html.push('"');
        }
        self.text.html.push('>');
        self.text.push_verbatim("");
    }

    fn start_list(&mut self, number: Option<u64>, range: Range<usize>) {
        let list = match number {
            None => List::Bulleted,
            Some(FIRST_YEAR..) => List::Years,
            Some(_) => List::Numbered,
        };
        self.lists.push(list);
        self.containers += 1;
        match number {
            None => self.text.html.push_str("<ul>\n"),
            Some(FIRST_YEAR..) => self.problem(ProblemKind::ListFromYear, range),
            Some(1) => self.text.html.push_str("<ol>\n"),
            Some(number) => self.push_format(format_args!("<ol start=\"{number}\">\n")),
        }
    }

    fn end_list(&mut self) {
        match self.lists.pop() {
            Some(List::Bulleted) => self.end_container("</ul>\n"),
            Some(List::Numbered) => self.end_container("</ol>\n"),
            Some(List::Years) | None => self.end_container(""),
        }
    }

    /// An item of a list of years is a paragraph that begins with its number.
    fn start_item(&mut self, range: &Range<usize>) {
        if self.lists.last() != Some(&List::Years) {
            return self.text.html.push_str("<li>");
        }
        let item = self.source.text[range.clone()].trim_start();
        let number = item.find(['.', ')']).map_or(item, |end| &item[..=end]);
        self.text.begin_paragraph();
        self.text.push(number);
        self.text.push(" ");
        self.has_open_year = true;
    }

    fn end_item(&mut self) {
        if std::mem::take(&mut self.has_open_year) {
            self.text.html.push_str("</p>\n");
        }
        if self.lists.last() != Some(&List::Years) {
            self.text.html.push_str("</li>\n");
        }
    }

    fn end_row(&mut self, range: Range<usize>, end: fn(&mut Table, &mut Text)) {
        if let Some(beyond) = self.table.beyond(&self.source.text, range) {
            self.problem(ProblemKind::ExtraCells, beyond);
        }
        end(&mut self.table, &mut self.text);
    }

    fn end_note(&mut self, range: Range<usize>) {
        self.containers -= 1;
        let html = self.take_back();
        let label = self.notes.pop().unwrap_or_default();
        self.footnotes.define(label, html, self.source.original(range));
    }

    fn set_aside(&mut self) {
        self.set_aside.push(std::mem::take(&mut self.text.html));
    }

    /// What was written since the HTML was set aside.
    fn take_back(&mut self) -> String {
        std::mem::replace(&mut self.text.html, self.set_aside.pop().unwrap_or_default())
    }

    fn push_format(&mut self, html: std::fmt::Arguments) {
        self.text.html.write_fmt(html).expect("a String takes whatever is written to it");
    }

    // Headings and sections

    fn end_heading(&mut self, range: Range<usize>) {
        let open = std::mem::take(&mut self.heading);
        if open.has_braces {
            let source = &self.source.text[range.clone()];
            let braces = source.rfind('{').map_or("", |start| source[start..].trim_end());
            self.text.push(&format!(" {braces}"));
        }
        let html = self.take_back();
        let text = self.text.captured().trim().to_string();
        let range = self.source.original(range);
        if html.trim().is_empty() {
            return self.prose.problems.push(Problem { kind: ProblemKind::EmptyHeading, range });
        }
        if !self.notes.is_empty() {
            // Notes are shown apart from their place, where no level would be right.
            return self.push_format(format_args!("<p><strong>{html}</strong></p>\n"));
        }
        let id = self.anchor(open.id, &text, &range);
        let is_top = self.containers == 0;
        let level = self.levels.level(if is_top { open.level } else { open.level.max(3) });
        let heading = Heading { level, id, text, html, range };
        if is_top && level == 2 { self.begin_section(heading) } else { self.push_heading(heading) }
    }

    fn anchor(&mut self, id: Option<String>, text: &str, range: &Range<usize>) -> String {
        let Some(id) = id else { return self.anchors.for_text(text) };
        self.anchors.explicit(&id).unwrap_or_else(|| {
            self.prose.problems.push(Problem { kind: ProblemKind::RefusedId { id }, range: range.clone() });
            self.anchors.for_text(text)
        })
    }

    fn push_heading(&mut self, heading: Heading) {
        let Heading { level, id, html, .. } = &heading;
        self.push_format(format_args!("<h{level} id=\"{id}\">{html}</h{level}>\n"));
        if let Some(section) = self.prose.sections.last_mut() {
            section.headings.push(heading);
        }
    }

    fn begin_section(&mut self, heading: Heading) {
        self.end_section(heading.range.start);
        let range = heading.range.clone();
        self.prose.sections.push(Section { heading, html: String::new(), headings: vec![], range });
    }

    fn end_section(&mut self, end: usize) {
        let html = self.text.html.as_str().to_string();
        self.text.html.clear();
        match self.prose.sections.last_mut() {
            Some(section) => {
                section.html = html;
                section.range.end = end;
            }
            None => self.prose.preamble = html,
        }
    }

    // Links and images

    fn start_link(&mut self, kind: LinkKind, link_type: LinkType, destination: &str, title: &str, range: Range<usize>) {
        let mut link = OpenLink { kind, published: None, elsewhere: false, address: String::new(), title: title.to_string() };
        // Links do not stand in links, and a description is text.
        let is_only_text = self.text.is_hidden() || (kind == LinkKind::Link && self.is_in_link());
        if !is_only_text {
            let mail = if link_type == LinkType::Email { "mailto:" } else { "" };
            self.publish(&mut link, format!("{mail}{destination}"), range);
        }
        self.links.push(link);
    }

    /// Decides about a link; where it may be published, begins it.
    fn publish(&mut self, link: &mut OpenLink, destination: String, range: Range<usize>) {
        let class = classify(&destination);
        match class {
            Destination::Empty => return self.problem(ProblemKind::EmptyLink, range),
            Destination::Refused => return self.problem(ProblemKind::RefusedLink { destination }, range),
            Destination::Relative => escape_address(&(self.resolve)(link.kind, trimmed(&destination)), &mut link.address),
            Destination::External | Destination::Contact => escape_address(trimmed(&destination), &mut link.address),
        }
        link.elsewhere = class == Destination::External;
        match link.kind {
            LinkKind::Link => self.open_anchor(link, class),
            LinkKind::Image => self.text.hide(),
        }
        link.published = Some(self.prose.links.len());
        let range = self.source.original(range);
        self.prose.links.push(Link { kind: link.kind, destination, text: String::new(), range });
    }

    fn open_anchor(&mut self, link: &OpenLink, class: Destination) {
        self.text.open("<a href=\"");
        self.text.html.push_str(&link.address);
        self.text.html.push('"');
        self.push_title(&link.title);
        let rel = if class == Destination::External { " rel=\"noopener noreferrer\">" } else { ">" };
        self.text.html.push_str(rel);
        self.text.capture();
    }

    fn end_link(&mut self) {
        let Some(OpenLink { kind, published: Some(index), elsewhere, address, title }) = self.links.pop() else { return };
        let text = match kind {
            LinkKind::Link => self.text.captured(),
            LinkKind::Image => self.text.show(),
        };
        let text = text.trim();
        match kind {
            LinkKind::Link => self.text.close("</a>"),
            LinkKind::Image if elsewhere => self.push_far_image(&address, text),
            LinkKind::Image => self.push_image(&address, text, &title),
        }
        self.prose.links[index].text = text.to_string();
    }

    fn push_image(&mut self, address: &str, description: &str, title: &str) {
        let html = &mut self.text.html;
        html.push_str("<img src=\"");
        html.push_str(address);
        html.push_str("\" alt=\"");
        escape(description, html);
        html.push('"');
        self.push_title(title);
        self.text.html.push_str(" loading=\"lazy\">");
    }

    /// Pages ask no other site for anything; a reader may.
    fn push_far_image(&mut self, address: &str, description: &str) {
        let mut escaped = String::with_capacity(description.len());
        escape(description, &mut escaped);
        let escaped = if escaped.is_empty() { address } else { &escaped };
        if self.is_in_link() {
            return self.text.html.push_str(escaped);
        }
        let html = &mut self.text.html;
        html.push_str(&format!("<a href=\"{address}\" rel=\"noopener noreferrer\">{escaped}</a>"));
    }

    fn push_title(&mut self, title: &str) {
        if !title.is_empty() {
            self.text.html.push_str(" title=\"");
            escape(title, &mut self.text.html);
            self.text.html.push('"');
        }
    }

    fn is_in_link(&self) -> bool {
        self.links.iter().any(|link| link.kind == LinkKind::Link && link.published.is_some())
    }
}
