//! The prose of a report as Markdown: sections with their headings, paragraphs, lists, tables that are not official ones.
//!
//! In: the items of a document. Out: [`Made`]. What moves to the front matter, and what is no part of the report, is
//! listed as dropped.

use super::cells::{Item, Run};
use super::document::{At, Document, Grid, Kind, Line, LineKind, escaped, plain};
use super::doubt::{Doubt, DoubtKind};
use super::lines::{self, Width};
use crate::names::Words;

/// A text of the source that is not in the result's prose.
#[derive(Clone, PartialEq, Debug)]
pub struct Dropped {
    pub text: String,
    pub at: At,
    pub why: Words,
}

/// What the body is made from.
pub(super) struct Body<'a> {
    pub document: &'a Document,
    pub items: &'a [Item<'a>],
    pub claimed: &'a [bool],
    pub width: &'a Width,
    pub is_section: &'a dyn Fn(&str) -> bool,
    /// Places of the lines that make the title.
    pub title_lines: &'a [At],
}

/// The prose, and what was taken from it.
pub(super) struct Made {
    pub markdown: String,
    /// All paragraphs that were kept, in order; `true`: before the first section.
    pub paragraphs: Vec<(Line, bool)>,
    pub signature: Option<(String, At)>,
    pub date: Option<(String, At)>,
    pub dropped: Vec<Dropped>,
}

/// A paragraph or table of the body.
enum Part {
    Text(Line),
    Table(String),
}

pub(super) fn make(body: &Body, doubts: &mut Vec<Doubt>) -> Made {
    let mut made = Made { markdown: String::new(), paragraphs: vec![], signature: None, date: None, dropped: vec![] };
    let mut parts = vec![];
    for (item, claimed) in body.items.iter().zip(body.claimed) {
        match item {
            Item::Prose(found) => parts.extend(lines::paragraphs(found, body.width).into_iter().map(Part::Text)),
            _ if *claimed => {}
            Item::Grid(grid) => other_table(grid, &mut parts, doubts),
            Item::Torn(runs, found) => torn_prose(runs, found, body.width, &mut parts, doubts),
        }
    }
    made.take_title(body, &mut parts);
    made.take_furniture(body, &mut parts);
    made.take_signature(body, &mut parts);
    let mut before = true;
    for part in parts {
        match part {
            Part::Table(table) => put(&mut made.markdown, &table),
            Part::Text(line) => {
                before &= !(body.is_section)(&line.text);
                put(&mut made.markdown, &markdown(&line, body));
                made.paragraphs.push((line, before));
            }
        }
    }
    made
}

fn put(out: &mut String, block: &str) {
    let item = |text: &str| text.starts_with("- ");
    let tight = item(block) && out.lines().last().is_some_and(item);
    if !out.is_empty() {
        out.push_str(if tight { "\n" } else { "\n\n" });
    }
    out.push_str(block);
}

fn markdown(line: &Line, body: &Body) -> String {
    let text = line.text.replace("{{", "&#123;&#123;");
    let text = text.split('\n').map(str::trim).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\\\n");
    if (body.is_section)(&line.text) {
        return format!("## {}", plain(&text));
    }
    match &line.kind {
        LineKind::Heading(level) if !lines::begins_anew(&text) => format!("{} {text}", "#".repeat(usize::from(*level).clamp(3, 5))),
        LineKind::Heading(_) => format!("### {}", plain(&text)),
        LineKind::Item(marker) => format!("{marker} {text}"),
        LineKind::Image => text,
        // A section of its own that no form knows: its number says that it is one.
        _ if lines::is_heading(&text) => {
            let own_section = !plain(&text).starts_with(['（', '(']);
            format!("{} {}", if own_section { "##" } else { "###" }, plain(&text))
        }
        _ => paragraph(&text, body.document.kind),
    }
}

/// A paragraph must not become a heading, a quotation or a list by its first sign.
fn paragraph(text: &str, kind: Kind) -> String {
    let first = text.chars().next().unwrap_or(' ');
    let mark = matches!(first, '#' | '>' | '+' | '=') || (matches!(first, '-') && kind != Kind::Text);
    let year = text
        .split_once('.')
        .is_some_and(|(digits, rest)| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()) && rest.starts_with(' '));
    match () {
        () if mark => format!("\\{text}"),
        () if year => text.replacen('.', "\\.", 1),
        () => text.to_string(),
    }
}

/// A table that is not an official one stays a table.
fn other_table(grid: &Grid, parts: &mut Vec<Part>, doubts: &mut Vec<Doubt>) {
    let columns = grid.columns();
    if columns < 2 {
        let lines = grid.cells.iter().filter(|cell| !cell.text.trim().is_empty());
        return parts.extend(lines.map(|cell| Part::Text(Line::whole(cell.text.trim().to_string(), cell.at))));
    }
    let mut out = String::new();
    for row in 0..grid.rows() {
        let mut cells = vec![String::new(); columns];
        for cell in grid.row(row) {
            cells[cell.column] = escaped(cell.text.trim()).replace('\n', " ").replace("{{", "&#123;&#123;");
        }
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
        if row == 0 {
            out.push_str(&format!("|{}\n", " --- |".repeat(columns)));
        }
    }
    let message = Words::new(
        "这张表不是规定的统计表，已作为正文中的表格保留",
        "this table is not an official one; it was kept as a table of the text",
    );
    doubts.push(
        Doubt::new(DoubtKind::Text, message)
            .source(grid.cells.iter().take(6).map(|cell| cell.text.trim()).collect::<Vec<_>>().join(" "), grid.at),
    );
    parts.push(Part::Table(out.trim_end().to_string()));
}

/// What looked like a table and is none of the official ones.
fn torn_prose(_: &[Run], found: &[&Line], width: &Width, parts: &mut Vec<Part>, doubts: &mut Vec<Doubt>) {
    if let Some(first) = found.first() {
        let message = Words::new(
            "这里像是一张表，但不能确定是哪一张，已作为正文保留",
            "this looks like a table but is not safe to match; it was kept as text",
        );
        doubts.push(Doubt::new(DoubtKind::Text, message).source(plain(&first.text), first.at));
    }
    parts.extend(lines::paragraphs(found, width).into_iter().map(Part::Text));
}

impl Made {
    fn drop(&mut self, line: &Line, zh: &'static str, en: &'static str) {
        self.dropped.push(Dropped { text: plain(&line.text), at: line.at, why: Words::new(zh, en) });
    }

    fn take_title(&mut self, body: &Body, parts: &mut Vec<Part>) {
        let is_title = |line: &Line| body.title_lines.contains(&line.at);
        let first = parts.iter().position(|part| matches!(part, Part::Text(line) if is_title(line)));
        let whole: String = parts
            .iter()
            .filter_map(|part| if let Part::Text(line) = part { Some(line) } else { None })
            .filter(|line| is_title(line))
            .map(|line| compact(&line.text))
            .collect();
        let mut at = 0;
        parts.retain(|part| {
            at += 1;
            let Part::Text(line) = part else { return true };
            if is_title(line) {
                self.drop(line, "标题，已写入 title", "the title, now in `title`");
                return false;
            }
            // The same title again, at the head of a page or of the site.
            let again = first.is_some() && lines::is_title(&line.text) && compact(&line.text) == whole;
            let before = first.is_some_and(|first| at <= first) && !(body.is_section)(&line.text);
            if again || before {
                self.drop(line, "标题前的网页内容或重复的标题", "before the title on the page, or the title again");
            }
            !(again || before)
        });
    }

    /// What portals put around an article: before its first section, and behind its end.
    fn take_furniture(&mut self, body: &Body, parts: &mut Vec<Part>) {
        let is_section = |part: &Part| matches!(part, Part::Text(line) if (body.is_section)(&line.text));
        let first = parts.iter().position(is_section).unwrap_or(parts.len().min(10));
        let is_furniture = |part: &Part| matches!(part, Part::Text(line) if line.kind != LineKind::Image && super::fields::is_furniture(&plain(&line.text)));
        let end = parts.len() - parts.iter().rev().take(12).take_while(|part| is_furniture(part) || is_short(part)).count();
        let mut at = 0;
        parts.retain(|part| {
            at += 1;
            let around = at <= first || at > end.max(first);
            let keep = !(around && is_furniture(part));
            if let (false, Part::Text(line)) = (keep, part) {
                self.drop(line, "网页上的按钮、计数等", "buttons and counters of the page");
            }
            keep
        });
    }

    /// The last lines: who signs, when, and how the document may be used.
    fn take_signature(&mut self, body: &Body, parts: &mut Vec<Part>) {
        let last_heading =
            parts.iter().rposition(|part| matches!(part, Part::Text(line) if (body.is_section)(&line.text))).map_or(0, |at| at + 1);
        let candidate =
            |part: &Part| matches!(part, Part::Text(line) if line.kind != LineKind::Image && plain(&line.text).chars().count() <= 40);
        let mut end = parts.len();
        while end > last_heading && candidate(&parts[end - 1]) {
            end -= 1;
        }
        let mut kept = vec![];
        for part in parts.split_off(end) {
            let Part::Text(line) = &part else { continue };
            let text = plain(&line.text);
            let text = text.trim();
            if lines::is_date(text) && self.date.is_none() {
                self.date = Some((text.to_string(), line.at));
                self.drop(line, "落款日期，已写入 published", "the date of the signature, now in `published`");
            } else if is_release(text) {
                self.drop(line, "公开方式说明", "a note on how the document is released");
            } else if self.signature.is_none() && is_body_name(text) {
                self.signature = Some((text.to_string(), line.at));
                self.drop(line, "落款机关", "the signature");
            } else {
                kept.push(part);
            }
        }
        parts.extend(kept);
    }
}

/// A line that could be a signature, a date or a button.
fn is_short(part: &Part) -> bool {
    matches!(part, Part::Text(line) if plain(&line.text).chars().count() <= 40)
}

fn compact(text: &str) -> String {
    plain(text).chars().filter(|c| !c.is_whitespace()).collect()
}

fn is_release(text: &str) -> bool {
    let text = compact(text);
    let inner = text.trim_matches(['（', '）', '(', ')']);
    matches!(inner, "此件公开发布" | "此件主动公开" | "主动公开" | "此件依申请公开" | "公开属性：主动公开")
}

fn is_body_name(text: &str) -> bool {
    let text = compact(text);
    let ends = [
        "政府",
        "办公室",
        "办事处",
        "委员会",
        "局",
        "厅",
        "部",
        "院",
        "处",
        "中心",
        "所",
        "站",
        "办",
        "会",
        "社",
        "队",
        "行",
        "馆",
        "公司",
        "分局",
        "税务局",
        "署",
        "校",
    ];
    (4..=30).contains(&text.chars().count())
        && ends.iter().any(|end| text.ends_with(end))
        && !text.contains(|c: char| c.is_ascii_punctuation() || c.is_ascii_digit() || "，。、：；“".contains(c))
        && !["本", "我"].iter().any(|own| text.starts_with(own))
}
