//! A Markdown table as HTML: in a box that scrolls by itself and can be reached by keyboard.

use std::ops::Range;

use pulldown_cmark::Alignment;

use super::html::escape;
use super::text::Text;

/// The table being written. Tables do not stand in tables, so one is enough.
#[derive(Default)]
pub(super) struct Table {
    alignments: Vec<Alignment>,
    /// Where the table begins in the HTML: the box goes there as soon as the head, its name, is known.
    begin: usize,
    is_head: bool,
    has_rows: bool,
    column: usize,
    names: Vec<String>,
    /// Where the last cell ends in the source.
    cell_end: usize,
}

impl Table {
    pub(super) fn begin(alignments: Vec<Alignment>, text: &mut Text) -> Table {
        text.block("");
        let begin = text.html.len();
        text.html.push_str("<table>\n");
        Table { alignments, begin, ..Table::default() }
    }

    pub(super) fn begin_head(&mut self, text: &mut Text) {
        self.is_head = true;
        text.html.push_str("<thead>\n<tr>");
    }

    /// A region has to have a name; the head of the table is one in the table's own language.
    pub(super) fn end_head(&mut self, text: &mut Text) {
        self.is_head = false;
        text.html.push_str("</tr>\n</thead>\n");
        let name = std::mem::take(&mut self.names).join(", ");
        let mut open = String::from("<div class=\"table-scroll\" tabindex=\"0\"");
        if !name.is_empty() {
            open.push_str(" role=\"region\" aria-label=\"");
            escape(&name, &mut open);
            open.push('"');
        }
        open.push('>');
        text.html.insert_str(self.begin, &open);
    }

    pub(super) fn begin_row(&mut self, text: &mut Text) {
        text.html.push_str(if self.has_rows { "<tr>" } else { "<tbody>\n<tr>" });
        self.has_rows = true;
        self.column = 0;
    }

    pub(super) fn end_row(&mut self, text: &mut Text) {
        text.html.push_str("</tr>\n");
    }

    pub(super) fn begin_cell(&mut self, text: &mut Text) {
        text.begin();
        text.html.push_str(if self.is_head { "<th scope=\"col\"" } else { "<td" });
        text.html.push_str(match self.alignments.get(self.column) {
            Some(Alignment::Left) => " class=\"align-left\">",
            Some(Alignment::Center) => " class=\"align-center\">",
            Some(Alignment::Right) => " class=\"align-right\">",
            Some(Alignment::None) | None => ">",
        });
        self.column += 1;
        if self.is_head {
            text.capture();
        }
    }

    pub(super) fn end_cell(&mut self, source: Range<usize>, text: &mut Text) {
        self.cell_end = source.end;
        if !self.is_head {
            return text.html.push_str("</td>");
        }
        text.html.push_str("</th>");
        let name = text.captured();
        if !name.trim().is_empty() {
            self.names.push(name.trim().to_string());
        }
    }

    pub(super) fn end(&mut self, text: &mut Text) {
        text.html.push_str(if self.has_rows { "</tbody>\n</table></div>\n" } else { "</table></div>\n" });
    }

    /// What stands in a row beyond the last column, with its range: Markdown drops it.
    pub(super) fn beyond(&self, source: &str, row: Range<usize>) -> Option<Range<usize>> {
        let is_edge = |c: char| c == '|' || c.is_whitespace();
        let rest = source.get(self.cell_end..row.end)?;
        let beyond = rest.trim_matches(is_edge);
        let start = self.cell_end + (rest.len() - rest.trim_start_matches(is_edge).len());
        (!beyond.is_empty()).then(|| start..start + beyond.len())
    }
}
