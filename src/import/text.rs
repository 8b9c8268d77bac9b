//! Plain text and Markdown: lines, tab-separated and pipe tables, page marks.
//!
//! A table that was torn into one cell a line is left as lines here; only the official forms tell it from prose.
//!
//! Programs that make text of web pages write tables in ways of their own: `规章 | 0 | 0 | 0 |`, or every cell on a line
//! that ends in a bar; a row that is short by merged cells gets its missing bars at its end (`| 0 | ||`). Those bars are
//! no cells: some of these programs drop empty cells, so that only what is written is known to be there.

use super::Dropped;
use super::document::{At, Before, Block, Document, Kind, Line, LineKind, Placing};
use crate::names::Words;

pub(super) fn read(text: &str, name: &str) -> Document {
    let mut reader = Reader {
        document: Document::new(name, Kind::Text),
        page: 1,
        numbered: false,
        before: Before::Blank,
        open: None,
        cell_a_line: is_cell_a_line(text),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let body = without_front_matter(text);
    let first = text[..text.len() - body.len()].lines().count() as u32;
    for (number, line) in body.lines().enumerate() {
        reader.line(line.trim_end_matches('\r'), first + number as u32 + 1);
    }
    reader.close();
    reader.document
}

/// A content file of our own can be read again: its text is what counts here.
fn without_front_matter(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("---\n") else { return text };
    rest.find("\n---\n").map_or(text, |end| &rest[end + 5..])
}

struct Reader {
    document: Document,
    page: u32,
    /// The page's number was seen.
    numbered: bool,
    before: Before,
    open: Option<Placing>,
    /// Lines that end in a bar are cells, not rows.
    cell_a_line: bool,
}

impl Reader {
    fn line(&mut self, line: &str, number: u32) {
        let at = At { part: self.page, line: number, cell: None };
        let form_feed = line.starts_with('\u{c}');
        let trimmed = line.trim();
        if form_feed || is_page_mark(trimmed) {
            self.page += 1;
            self.numbered = false;
            self.before = Before::Page;
            if !form_feed {
                return self.drop(trimmed, at, Words::new("分页标记", "page mark"));
            }
        }
        if trimmed.is_empty() && line.matches('\t').count() < 2 {
            self.before = if self.before == Before::Page { Before::Page } else { Before::Blank };
            return;
        }
        let bare = (self.before == Before::Page && !self.numbered).then_some(self.page);
        if is_page_number(trimmed, bare) {
            self.numbered = true;
            return self.drop(trimmed, at, Words::new("页码", "page number"));
        }
        match self.cell_a_line.then(|| cell(trimmed)).flatten() {
            Some(Cell::Padding) => {}
            Some(Cell::Empty) => self.empty_cell(at),
            Some(Cell::Text(text)) => self.text(text, at),
            None => match row(line, self.open.is_some()) {
                Some(row) => self.row(&row, at),
                None => self.text(line, at),
            },
        }
        self.before = Before::Line;
    }

    fn empty_cell(&mut self, at: At) {
        self.close();
        let line = Line { text: String::new(), at, kind: LineKind::EmptyCell, before: self.before, indented: false };
        self.document.blocks.push(Block::Line(line));
    }

    fn drop(&mut self, text: &str, at: At, why: Words) {
        self.document.dropped.push(Dropped { text: text.to_string(), at, why });
    }

    fn row(&mut self, row: &Row, at: At) {
        let cells = &row.cells;
        // A line of bars alone ends a row in some programs; it is none.
        if cells.iter().all(String::is_empty) && self.open.is_none() {
            return;
        }
        if cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':' | '=' | '+' | ' ')))
            && cells.iter().any(|cell| cell.len() >= 3)
        {
            return;
        }
        let placing = self.open.get_or_insert_with(|| Placing::at(at));
        placing.grid.sparse |= row.sparse;
        for cell in cells {
            placing.put(cell.clone(), 1, 1, at);
        }
        placing.next_row();
    }

    fn close(&mut self) {
        if let Some(placing) = self.open.take() {
            self.document.blocks.push(Block::Grid(placing.grid));
        }
    }

    fn text(&mut self, line: &str, at: At) {
        self.close();
        let text = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let indented = line.starts_with(['\u{3000}', '\t']) || line.starts_with("  ");
        let hashes = text.bytes().take_while(|&b| b == b'#').count();
        let (kind, text) = match hashes {
            1..=6 if text[hashes..].starts_with(' ') => (LineKind::Heading(hashes as u8), text[hashes..].trim()),
            _ if text.starts_with("- ") || text.starts_with("* ") => (LineKind::Item("-".into()), text[2..].trim()),
            _ if text.starts_with("![") => (LineKind::Image, text),
            _ => (LineKind::Wrapped, text),
        };
        self.document.blocks.push(Block::Line(Line { text: text.to_string(), at, kind, before: self.before, indented }));
    }
}

/// A line of a table.
struct Row {
    cells: Vec<String>,
    /// Written by a program that may leave empty cells out.
    sparse: bool,
}

/// The cells of a line of a table: between tabs or bars. `inside`: the line before was one.
fn row(line: &str, inside: bool) -> Option<Row> {
    let trimmed = line.trim();
    let tabs = line.matches('\t').count();
    if trimmed.contains('\t') || tabs >= 3 || (inside && tabs > 0) {
        let cells = line.split('\t').map(|cell| cell.trim().to_string()).collect();
        return Some(Row { cells, sparse: false });
    }
    let bars = trimmed.matches('|').count() - trimmed.matches("\\|").count();
    // "登录 | 注册" is no row.
    if !trimmed.starts_with('|') && bars < 2 && !(bars == 1 && trimmed.ends_with('|')) {
        return None;
    }
    let unpadded = unpadded(trimmed);
    let inner = unpadded.replace("\\|", "\u{1}");
    let inner = inner.strip_prefix('|').unwrap_or(&inner);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let cells = inner.split('|').map(|cell| cell.replace('\u{1}', "|").replace("<br>", "\n").trim().to_string()).collect();
    Some(Row { cells, sparse: !trimmed.starts_with('|') || unpadded.len() < trimmed.len() })
}

/// Without the bars at the end that stand for no cell: `行政许可 | 0 | ||` has two cells.
fn unpadded(line: &str) -> &str {
    let inner = line.trim_end_matches('|');
    let bars = line.len() - inner.len();
    match inner.trim_end().ends_with('|') && inner.ends_with(' ') && bars >= 2 {
        true => inner.trim_end(),
        false => line,
    }
}

/// A line of a table that was written one cell a line.
enum Cell<'l> {
    Text(&'l str),
    Empty,
    Padding,
}

/// `None` for a line that is no cell.
fn cell(line: &str) -> Option<Cell<'_>> {
    let text = line.trim_end_matches(['|', ' ']);
    match text {
        "" if line == "|" => Some(Cell::Empty),
        "" => Some(Cell::Padding),
        _ if line.ends_with('|') && !text.contains('|') => Some(Cell::Text(text)),
        _ => None,
    }
}

/// Whether the lines of a text that end in bars are cells rather than rows.
fn is_cell_a_line(text: &str) -> bool {
    let ends = || text.lines().map(str::trim).filter(|line| line.ends_with('|') && !line.starts_with('|'));
    let cells = ends().filter(|line| matches!(cell(line), Some(Cell::Text(_)))).count();
    let rows = ends().count() - cells;
    cells >= 8 && cells > rows
}

/// `[[page 3]]`, and what other programs put between pages.
fn is_page_mark(line: &str) -> bool {
    let inner = line.trim_start_matches('[').trim_end_matches(']');
    inner.len() < line.len()
        && inner.to_ascii_lowercase().strip_prefix("page").is_some_and(|rest| rest.trim().bytes().all(|b| b.is_ascii_digit()))
}

/// `- 3 -`, `— 3 —`, `第3页`, `第 3 页 共 6 页`. A bare number might be a figure: it counts only at the edge of a page, and
/// only if it is the number of the page that begins or the one that ended.
pub(super) fn is_page_number(line: &str, edge_of: Option<u32>) -> bool {
    let text: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let digits =
        |text: &str| (1..=3).contains(&text.chars().count()) && text.chars().all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c));
    let dash = ['-', '—', '－', '–', '―', '─', '•', '·', '~', '～'];
    let inner = text.trim_start_matches(dash).trim_end_matches(dash);
    // "-8" is a figure; a page number has its dashes on both sides.
    if text.starts_with(dash) && text.ends_with(dash) && digits(inner) {
        return true;
    }
    let page = |text: &str| text.strip_prefix('第').and_then(|rest| rest.strip_suffix('页')).is_some_and(digits);
    let of = |text: &str| text.strip_prefix('共').and_then(|rest| rest.strip_suffix('页')).is_some_and(digits);
    let pages = text.find('共').is_some_and(|at| page(text[..at].trim_end_matches(['，', ',', '/'])) && of(&text[at..]));
    page(&text) || pages || edge_of.is_some_and(|page| text == page.to_string() || text == (page - 1).to_string())
}
