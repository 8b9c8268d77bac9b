//! A saved page, or HTML pasted from Word: the report found among the navigation, its tables with merged cells.
//!
//! In: the page's text. Out: a [`Document`] of what stands in the part of the page that holds the report, and the fields
//! that the page gives about it. Nothing is fetched; scripts, styles, forms and hidden parts are not looked at.

use super::Unreadable;
use super::beside::{ATTACHED, PICTURES, extension, file_name};
use super::document::{At, Before, Block, Document, Kind, Line, LineKind, Placing, escaped};
use super::dom::{self, Data, Dom, Id};
use super::doubt::{Doubt, DoubtKind};
use super::figure::RAISED;
use super::page::{article, fields, flat, is_skipped};
use crate::names::Words;

pub(super) fn read(text: &str, name: &str) -> Result<Document, Unreadable> {
    let dom = dom::parse(text)?;
    let mut document = Document::new(name, Kind::Html);
    fields(&dom, &mut document);
    let root = article(&dom);
    let mut reader = Reader { dom: &dom, document, text: String::new(), paragraph: 0, tables: 0, bold: 0, list: vec![] };
    reader.headings_outside(root);
    reader.walk(root);
    reader.end();
    Ok(reader.document)
}

struct Reader<'a> {
    dom: &'a Dom,
    document: Document,
    /// The paragraph being read.
    text: String,
    paragraph: u32,
    tables: u32,
    bold: usize,
    /// Markers of the lists that are open: `None` for bullets, the next number.
    list: Vec<Option<u32>>,
}

/// What is left to do: enter a node, or leave it.
enum Step {
    Enter(Id),
    Leave(Id),
}

impl Reader<'_> {
    /// Titles and dates often stand beside the article, not in it.
    fn headings_outside(&mut self, root: Id) {
        let inside: std::collections::HashSet<Id> = self.dom.below(root).collect();
        for id in self.dom.below(0) {
            if self.dom.name(id) == "table" && !inside.contains(&id) && !self.is_layout(id) {
                let grid = self.grid(id, At::default());
                self.document.fields.extend(super::fields::of_grid(&grid).unwrap_or_default());
            }
            if self.dom.attribute(id, "aria-labelledby") == Some("page-contact") {
                self.contact(id);
            }
            let heading = matches!(self.dom.name(id), "h1" | "h2" | "h3");
            if heading && !inside.contains(&id) {
                let text = flat(self.dom, id);
                if super::lines::is_title(&text) && text.contains("公开") {
                    self.document.fields.push(("ArticleTitle".into(), text));
                }
            }
            if let Data::Text(text) = &self.dom.nodes[id].data {
                for label in ["发布时间", "发布日期", "公开日期", "信息来源"] {
                    let Some(rest) = text.trim().strip_prefix(label).and_then(|rest| rest.trim_start().strip_prefix(['：', ':'])) else {
                        continue;
                    };
                    let value = rest.trim().to_string();
                    if !value.is_empty() {
                        self.document.fields.push((label.to_string(), value));
                    }
                }
            }
        }
    }

    fn walk(&mut self, root: Id) {
        let mut steps = vec![Step::Enter(root)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Leave(id) => self.leave(id),
                Step::Enter(id) if is_skipped(self.dom, id) => {}
                Step::Enter(id) => {
                    if self.enter(id) {
                        steps.push(Step::Leave(id));
                        steps.extend(self.dom.nodes[id].children.iter().rev().map(|&child| Step::Enter(child)));
                    }
                }
            }
        }
    }

    /// Whether the children are to be walked.
    fn enter(&mut self, id: Id) -> bool {
        if let Data::Text(text) = &self.dom.nodes[id].data {
            self.push(text);
            return false;
        }
        match self.dom.name(id) {
            "table" => {
                self.end();
                self.table(id);
                return false;
            }
            "br" => self.text.push('\n'),
            "img" => self.image(id),
            "a" => self.link(id),
            "b" | "strong" => self.mark(true),
            "ul" | "menu" => self.list.push(None),
            "ol" => self.list.push(Some(1)),
            "li" => {
                self.end();
                if let Some(Some(number)) = self.list.last_mut() {
                    *number += 1;
                }
            }
            name if is_block(name) => self.end(),
            _ => {}
        }
        true
    }

    fn leave(&mut self, id: Id) {
        match self.dom.name(id) {
            "b" | "strong" => self.mark(false),
            "ul" | "ol" | "menu" => {
                self.end();
                self.list.pop();
            }
            "li" => {
                let marker = match self.list.last() {
                    Some(Some(next)) => format!("{}.", next - 1),
                    _ => "-".to_string(),
                };
                self.end_as(LineKind::Item(marker));
            }
            "h1" => self.end_as(LineKind::Heading(1)),
            name if name.len() == 2 && name.starts_with('h') && name.as_bytes()[1].is_ascii_digit() => {
                self.end_as(LineKind::Heading(name.as_bytes()[1] - b'0'))
            }
            name if is_block(name) => self.end(),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        let text: String = text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t' | '\u{a0}') { ' ' } else { c }).collect();
        let mut out = String::new();
        for c in escaped(&text).chars() {
            // A run of spaces on a page is one.
            if !(c == ' ' && (out.ends_with(' ') || (out.is_empty() && (self.text.is_empty() || self.text.ends_with([' ', '\n']))))) {
                out.push(c);
            }
        }
        self.text.push_str(&out);
    }

    /// Bold begins or ends; Word marks every scrap of a word by itself.
    fn mark(&mut self, begins: bool) {
        let at_edge = if begins { self.bold == 0 } else { self.bold == 1 };
        self.bold = if begins { self.bold + 1 } else { self.bold.saturating_sub(1) };
        if at_edge {
            self.text.push_str("**");
        }
    }

    fn end(&mut self) {
        self.end_as(LineKind::Whole);
    }

    /// Closes the paragraph; line breaks in it stand for paragraphs on pages made by hand.
    fn end_as(&mut self, kind: LineKind) {
        if self.bold > 0 {
            self.text.push_str("**");
        }
        let text = std::mem::take(&mut self.text);
        for part in text.split('\n') {
            let part = tidy_bold(part);
            let bare = part.trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}');
            if bare.is_empty() {
                continue;
            }
            self.paragraph += 1;
            let at = At { part: 0, line: self.paragraph, cell: None };
            let kind = match &kind {
                LineKind::Heading(level) => LineKind::Heading(*level),
                other => other.clone(),
            };
            self.document.blocks.push(Block::Line(Line { text: bare.to_string(), at, kind, before: Before::Blank, indented: false }));
        }
        if self.bold > 0 {
            self.text.push_str("**");
        }
    }

    fn image(&mut self, id: Id) {
        let Some(source) = self.dom.attribute(id, "src").map(str::trim).filter(|source| !source.is_empty()) else { return };
        let alt: String =
            self.dom.attribute(id, "alt").unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ").replace(['[', ']'], "");
        if source.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
            return self.picture_within(alt);
        }
        let name = file_name(source);
        // Icons of the page (打印, 收藏) are links or scripts; a picture of the report stands by itself.
        if !PICTURES.contains(&extension(&name).as_str()) {
            return;
        }
        let Some(name) = self.document.picture(source, &name, None) else { return };
        self.end();
        self.paragraph += 1;
        let at = At { part: 0, line: self.paragraph, cell: None };
        let line = Line { text: format!("![{alt}]({name})"), at, kind: LineKind::Image, before: Before::Blank, indented: false };
        self.document.blocks.push(Block::Line(line));
    }

    /// A picture written into the page itself, as it comes from Word by way of the clipboard.
    fn picture_within(&mut self, alt: String) {
        let message = Words::new(
            "网页里嵌了一张图片，没有导入；请在网页上点右键另存这张图片，放在报告旁边",
            "a picture is written into the page itself and was not imported; save it from the page, beside the report",
        );
        let at = At { part: 0, line: self.paragraph + 1, cell: None };
        self.document.doubts.push(Doubt::new(DoubtKind::Text, message).source(alt, at));
    }

    /// A link to a document.
    fn link(&mut self, id: Id) {
        let Some(address) = self.dom.attribute(id, "href").map(str::trim) else { return };
        let name = file_name(address);
        if ATTACHED.contains(&extension(&name).as_str()) {
            self.document.attachment(address, &name);
        }
    }

    fn table(&mut self, table: Id) {
        if self.is_layout(table) {
            return self.layout(table);
        }
        self.tables += 1;
        let at = At { part: 0, line: self.tables, cell: None };
        let grid = self.grid(table, at);
        if !grid.cells.is_empty() {
            self.document.blocks.push(Block::Grid(grid));
        }
    }

    fn grid(&self, table: Id, at: At) -> super::Grid {
        let mut placing = Placing::at(at);
        placing.grid.exact = true;
        for row in self.within(table, &["tr"]) {
            for cell in self.within(row, &["td", "th"]) {
                let span = |name: &str| self.dom.attribute(cell, name).and_then(|text| text.trim().parse().ok()).unwrap_or(1usize);
                placing.put(self.cell(cell), span("rowspan"), span("colspan"), at);
            }
            placing.next_row();
        }
        placing.grid
    }

    /// The contact block of a page of our own.
    fn contact(&mut self, section: Id) {
        let mut label = String::new();
        for id in self.dom.below(section) {
            match self.dom.name(id) {
                "dt" => label = flat(self.dom, id),
                "dd" => self.document.fields.push((label.clone(), flat(self.dom, id))),
                _ => {}
            }
        }
    }

    /// The nearest elements of these names, not those of tables inside.
    fn within(&self, id: Id, names: &[&str]) -> Vec<Id> {
        let mut found = vec![];
        let mut stack: Vec<Id> = self.dom.nodes[id].children.iter().rev().copied().collect();
        while let Some(one) = stack.pop() {
            match self.dom.name(one) {
                name if names.contains(&name) => found.push(one),
                "table" => {}
                _ => stack.extend(self.dom.nodes[one].children.iter().rev()),
            }
        }
        found
    }

    /// A table that only arranges the page: it holds other tables, or whole paragraphs in a single column.
    fn is_layout(&self, table: Id) -> bool {
        let inner = self.dom.below(table).skip(1).any(|id| self.dom.name(id) == "table");
        let cells = self.within(table, &["tr"]).into_iter().map(|row| self.within(row, &["td", "th"]).len()).max().unwrap_or(0);
        inner || cells <= 1
    }

    fn layout(&mut self, table: Id) {
        for row in self.within(table, &["tr"]) {
            for cell in self.within(row, &["td", "th"]) {
                for child in self.dom.nodes[cell].children.clone() {
                    self.walk_nested(child);
                }
                self.end();
            }
        }
    }

    /// Tables in tables in tables are as deep as [`dom::parse`] lets them be.
    fn walk_nested(&mut self, id: Id) {
        self.walk(id);
    }

    /// The text of a cell; paragraphs in it on lines of their own, raised digits kept apart.
    fn cell(&self, id: Id) -> String {
        let mut out = String::new();
        let mut steps = vec![Step::Enter(id)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Enter(one) if one != id && is_skipped(self.dom, one) => {}
                Step::Enter(one) => {
                    let name = self.dom.name(one);
                    if let Data::Text(text) = &self.dom.nodes[one].data {
                        out.extend(text.chars().map(|c| if c.is_whitespace() || c == '\u{a0}' { ' ' } else { c }));
                        continue;
                    }
                    match name {
                        // Our own marks: a note's number, a total that was added up.
                        "sup" if self.dom.attribute(one, "class").is_some_and(|class| class.split(' ').any(|class| class == "mark")) => {
                            continue;
                        }
                        "sup" => out.push(RAISED.0),
                        "br" | "p" | "div" if !out.is_empty() => out.push('\n'),
                        _ => {}
                    }
                    steps.push(Step::Leave(one));
                    steps.extend(self.dom.nodes[one].children.iter().rev().map(|&child| Step::Enter(child)));
                }
                Step::Leave(one) if self.dom.name(one) == "sup" => out.push(RAISED.1),
                Step::Leave(_) => {}
            }
        }
        out.split('\n')
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "main"
            | "header"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "ul"
            | "ol"
            | "li"
            | "dl"
            | "dt"
            | "dd"
            | "blockquote"
            | "pre"
            | "center"
            | "fieldset"
            | "figure"
            | "figcaption"
            | "hr"
            | "address"
            | "td"
            | "tr"
            | "form"
            | "caption"
    )
}

/// Joins bold scraps that touch, and takes away empty ones.
fn tidy_bold(text: &str) -> String {
    let text = text.replace("****", "");
    let marks = text.matches("**").count();
    if marks % 2 == 1 || text.replace("**", "").trim().is_empty() { text.replace("**", "") } else { text }
}
