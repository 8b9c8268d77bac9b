//! Word files: paragraphs with their automatic numbers, lists, tables with merged cells, pictures.
//!
//! Tracked changes are accepted: what was inserted stays, what was deleted goes. Headers, footers and comments are no
//! part of the report. Macros and fields are never run, linked pictures never fetched.

use std::collections::HashMap;

use super::Unreadable;
use super::beside::{PICTURES, extension};
use super::document::{At, Before, Block, Document, Kind, Line, LineKind, Placing, escaped};
use super::doubt::{Doubt, DoubtKind};
use super::figure::RAISED;
use super::numbering::Numbering;
use super::zipped::{Element, Package, relations};
use crate::names::Words;

const MAIN: &str = "word/document.xml";

pub(super) fn read(bytes: &[u8], name: &str) -> Result<Document, Unreadable> {
    let mut package = Package::open(bytes)?;
    let Some(tree) = package.xml(MAIN)? else {
        return Err(Unreadable::new("不是 Word 文件（.docx）", "this is not a Word file (.docx)"));
    };
    let relations = relations(&mut package, MAIN)?.into_iter().collect();
    let numbering = Numbering::of(package.xml("word/numbering.xml")?.as_ref());
    let levels = package.xml("word/styles.xml")?.map_or_else(HashMap::new, |styles| heading_styles(styles.root()));
    let mut reader = Reader { document: Document::new(name, Kind::Word), package, relations, numbering, levels, paragraph: 0, tables: 0 };
    if let Some(body) = tree.root().at(&["document", "body"]) {
        reader.blocks(body)?;
    }
    reader.not_for_readers(tree.root());
    Ok(reader.document)
}

/// Styles that are headings, by id: their level from 1.
fn heading_styles(root: Element) -> HashMap<String, u8> {
    let level = |style: Element| {
        let outline = style.value(&["pPr", "outlineLvl"]).and_then(|level| level.parse::<u8>().ok()).map(|level| level + 1);
        let named = style.value(&["name"]).and_then(|name| name.to_ascii_lowercase().strip_prefix("heading ")?.trim().parse().ok());
        Some((style.attribute("styleId")?.to_string(), outline.or(named).filter(|level| (1..=6).contains(level))?))
    };
    root.below().filter(|one| one.name() == "style").filter_map(level).collect()
}

struct Reader<'a> {
    document: Document,
    package: Package<'a>,
    relations: HashMap<String, String>,
    numbering: Numbering,
    levels: HashMap<String, u8>,
    paragraph: u32,
    tables: u32,
}

/// Parts of a text that a reader does not see, or sees twice.
fn is_unseen(name: &str) -> bool {
    matches!(
        name,
        "del"
            | "moveFrom"
            | "Fallback"
            | "instrText"
            | "delText"
            | "fldData"
            | "footnoteReference"
            | "endnoteReference"
            | "commentReference"
            | "pPr"
            | "rPr"
            | "sdtPr"
            | "tblPr"
    )
}

impl Reader<'_> {
    /// What a finished document does not have: it may say more than its authors want readers to see.
    fn not_for_readers(&mut self, root: Element) {
        let is = |names: &[&str]| root.below().any(|one| names.contains(&one.name()));
        let words = match () {
            () if self.package.has("word/vbaProject.bin") => Words::new("里面有宏", "it has macros"),
            () if is(&["ins", "del", "moveFrom", "moveTo"]) => Words::new("里面有修订痕迹", "it has tracked changes"),
            () if self.package.has("word/comments.xml") => Words::new("里面有批注", "it has comments"),
            () if is(&["vanish"]) => Words::new("里面有隐藏的文字", "it has hidden text"),
            () => return self.note(root),
        };
        self.document.held_back = Some(words);
        self.note(root);
    }

    /// What a Word file may hold and content has no place for.
    fn note(&mut self, root: Element) {
        if root.below().any(|one| matches!(one.name(), "footnoteReference" | "endnoteReference")) {
            let message = Words::new("文中有脚注，脚注没有导入，请对照原件补上", "the text has footnotes, which were not imported");
            self.document.doubts.push(Doubt::new(DoubtKind::Text, message));
        }
    }

    fn blocks(&mut self, parent: Element) -> Result<(), Unreadable> {
        for child in parent.children() {
            match child.name() {
                "p" => self.paragraph(child)?,
                "tbl" => self.table(child)?,
                name if is_unseen(name) => {}
                // Content controls, insertions and custom markup around blocks.
                _ => self.blocks(child)?,
            }
        }
        Ok(())
    }

    fn paragraph(&mut self, element: Element) -> Result<(), Unreadable> {
        self.paragraph += 1;
        let at = At { part: 0, line: self.paragraph, cell: None };
        let style = element.value(&["pPr", "pStyle"]);
        let outline = element
            .value(&["pPr", "outlineLvl"])
            .and_then(|level| level.parse::<u8>().ok())
            .filter(|level| *level < 6)
            .map(|level| level + 1);
        let level = outline.or_else(|| self.levels.get(style?).copied());
        let number = self.numbering.next(element, style);
        let mut text = String::new();
        let mut images = vec![];
        runs(element, true, &mut text, &mut images);
        let text = text.replace("****", "");
        let bare = text.trim();
        if !bare.is_empty() {
            let (text, kind) = match (level, number) {
                (Some(level), number) => (number.unwrap_or_default() + bare, LineKind::Heading(level)),
                (None, Some(number)) if number.is_empty() => (bare.to_string(), LineKind::Item("-".into())),
                (None, Some(number)) => (number + bare, LineKind::Whole),
                (None, None) => (bare.to_string(), LineKind::Whole),
            };
            self.document.blocks.push(Block::Line(Line { text, at, kind, before: Before::Blank, indented: false }));
        }
        images.into_iter().try_for_each(|id| self.image(&id, at))
    }

    fn image(&mut self, id: &str, at: At) -> Result<(), Unreadable> {
        let Some(path) = self.relations.get(id).cloned() else { return Ok(()) };
        let name = path.rsplit('/').next().unwrap_or("").to_string();
        // A drawing may hold scripts; Word keeps a picture beside it.
        if !PICTURES.contains(&extension(&name).as_str()) || extension(&name) == "svg" {
            let message = Words::new(
                format!("图片“{name}”的格式网页不能显示，没有导入；请在 Word 里把它另存为 PNG 图片，放在报告旁边"),
                format!("the picture `{name}` is of a kind that browsers do not show; save it as PNG beside the report"),
            );
            self.document.doubts.push(Doubt::new(DoubtKind::Text, message).source(path, at));
            return Ok(());
        }
        let Some(bytes) = self.package.part(&path)? else { return Ok(()) };
        let Some(name) = self.document.picture(&path, &name, Some(bytes)) else { return Ok(()) };
        let line = Line { text: format!("![]({name})"), at, kind: LineKind::Image, before: Before::Blank, indented: false };
        self.document.blocks.push(Block::Line(line));
        Ok(())
    }

    fn table(&mut self, table: Element) -> Result<(), Unreadable> {
        let rows = rows(table);
        let single = rows.iter().all(|row| cells(*row).len() <= 1);
        if single || rows.iter().flat_map(|row| cells(*row)).any(|cell| cell.child("tbl").is_some()) {
            // A table that only arranges the page, or a box around text.
            return rows.into_iter().flat_map(cells).try_for_each(|cell| self.blocks(cell));
        }
        self.tables += 1;
        let at = At { part: 0, line: self.tables, cell: None };
        let merged = merged(&rows);
        let mut placing = Placing::at(at);
        placing.grid.exact = true;
        for row in merged {
            for cell in row {
                placing.put_at(cell.column, text_of(cell.element), cell.rows, cell.columns, at);
            }
            placing.next_row();
        }
        if !placing.grid.cells.is_empty() {
            self.document.blocks.push(Block::Grid(placing.grid));
        }
        Ok(())
    }
}

/// The text of runs, bold parts marked. `markdown`: for prose; cells are plain.
fn runs(parent: Element, markdown: bool, out: &mut String, images: &mut Vec<String>) {
    for child in parent.children() {
        match child.name() {
            "r" => run(child, markdown, out, images),
            name if is_unseen(name) => {}
            "tbl" => {}
            _ => runs(child, markdown, out, images),
        }
    }
}

fn is_on(run: Element, name: &str) -> bool {
    run.at(&["rPr", name]).is_some_and(|flag| !matches!(flag.attribute("val"), Some("0" | "false" | "off" | "none")))
}

fn run(run: Element, markdown: bool, out: &mut String, images: &mut Vec<String>) {
    if is_on(run, "vanish") {
        return;
    }
    let mut text = String::new();
    for part in run.below() {
        match part.name() {
            "t" => text.push_str(&part.text()),
            "tab" if part.attribute("val").is_none() => text.push(' '),
            "br" | "cr" => text.push('\n'),
            "noBreakHyphen" => text.push('-'),
            "blip" => images.extend(part.attribute("embed").map(str::to_string)),
            _ => {}
        }
    }
    let raised = run.value(&["rPr", "vertAlign"]) == Some("superscript");
    if raised && !markdown && !text.trim().is_empty() {
        out.extend([RAISED.0]);
        out.push_str(&text);
        return out.extend([RAISED.1]);
    }
    if !markdown {
        return out.push_str(&text);
    }
    let text = escaped(&text);
    let bold = is_on(run, "b") && !text.trim().is_empty();
    let inner = text.trim();
    match bold {
        true => out.push_str(&text.replacen(inner, &format!("**{inner}**"), 1)),
        false => out.push_str(&text),
    }
}

/// The plain text of a cell, its paragraphs on lines of their own.
fn text_of(cell: Element) -> String {
    let mut lines = vec![];
    for paragraph in cell.below().filter(|one| one.name() == "p") {
        let mut text = String::new();
        runs(paragraph, false, &mut text, &mut vec![]);
        lines.push(text.trim().to_string());
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// Children of a name, through content controls and accepted changes.
fn inside<'a>(parent: Element<'a>, name: &str, out: &mut Vec<Element<'a>>) {
    for child in parent.children() {
        match child.name() {
            found if found == name => out.push(child),
            "sdt" | "sdtContent" | "ins" | "customXml" | "moveTo" | "smartTag" => inside(child, name, out),
            _ => {}
        }
    }
}

fn rows(table: Element) -> Vec<Element> {
    let mut rows = vec![];
    inside(table, "tr", &mut rows);
    rows.retain(|row| row.at(&["trPr", "del"]).is_none());
    rows
}

fn cells(row: Element) -> Vec<Element> {
    let mut cells = vec![];
    inside(row, "tc", &mut cells);
    cells
}

/// A cell with its place and spans.
struct Merged<'a> {
    element: Element<'a>,
    column: usize,
    columns: usize,
    rows: usize,
}

/// `gridSpan` and `vMerge` resolved: continued cells become rows of the one that began.
fn merged<'a>(rows: &[Element<'a>]) -> Vec<Vec<Merged<'a>>> {
    let mut out: Vec<Vec<Merged>> = vec![];
    for row in rows {
        let number = |value: Option<&str>| value.and_then(|text| text.parse::<usize>().ok()).unwrap_or(0).min(500);
        let mut column = number(row.value(&["trPr", "gridBefore"]));
        let mut line = vec![];
        for cell in cells(*row) {
            let columns = number(cell.value(&["tcPr", "gridSpan"])).max(1);
            let merge = cell.at(&["tcPr", "vMerge"]).map(|merge| merge.attribute("val").unwrap_or("continue"));
            let above = (merge == Some("continue"))
                .then(|| out.iter_mut().rev().take(400).flatten().find(|one| one.column == column && one.columns == columns))
                .flatten();
            match above {
                Some(above) => above.rows += 1,
                None => line.push(Merged { element: cell, column, columns, rows: 1 }),
            }
            column += columns;
        }
        out.push(line);
    }
    out
}
