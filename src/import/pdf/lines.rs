//! Characters into lines of text, top to bottom.

use super::Glyph;
use crate::import::Dropped;
use crate::import::document::{At, Before, Line, LineKind};
use crate::import::text::is_page_number;
use crate::names::Words;

/// Glyphs of one line of text, left to right.
pub(super) fn rows(glyphs: &[Glyph]) -> Vec<Vec<Glyph>> {
    let mut sorted: Vec<Glyph> = glyphs.to_vec();
    sorted.sort_by(|a, b| b.y.total_cmp(&a.y).then(a.x.total_cmp(&b.x)));
    let mut rows: Vec<Vec<Glyph>> = vec![];
    for glyph in sorted {
        match rows.last_mut().filter(|row| row.first().is_some_and(|first| (first.y - glyph.y).abs() < 0.45 * glyph.size.max(first.size))) {
            Some(row) => row.push(glyph),
            None => rows.push(vec![glyph]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.x.total_cmp(&b.x));
        // The same character twice at one place is drawn bold, not written twice.
        row.dedup_by(|next, last| {
            next.c == last.c && (next.x - last.x).abs() < 0.3 * last.width.abs().max(0.1) && (next.y - last.y).abs() < 1.0
        });
    }
    rows
}

/// The text of a line, with spaces where words or columns stand apart.
pub(super) fn text(row: &[Glyph]) -> String {
    let mut out = String::new();
    let mut last: Option<&Glyph> = None;
    for glyph in row {
        if let Some(last) = last {
            let gap = (glyph.x - last.x - last.width) / glyph.size.max(last.size).max(0.1);
            let words = glyph.c.is_ascii() && last.c.is_ascii();
            let raised = (glyph.size < 0.75 * last.size && glyph.y > last.y + 0.15 * last.size)
                && glyph.c.is_ascii_digit()
                && last.c.is_ascii_digit();
            if gap > if words { 0.2 } else { 0.6 } || raised {
                out.push(' ');
            }
        }
        out.push(if glyph.c == '\u{a0}' { ' ' } else { glyph.c });
        last = Some(glyph);
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The lines of a page with their heights. Page numbers at its edges are dropped.
pub(super) fn lines(glyphs: &[Glyph], page: u32, dropped: &mut Vec<Dropped>) -> Vec<(f64, Line)> {
    let rows: Vec<Vec<Glyph>> = rows(glyphs).into_iter().filter(|row| row.iter().any(|glyph| !glyph.c.is_whitespace())).collect();
    let left = |row: &Vec<Glyph>| row.iter().find(|glyph| !glyph.c.is_whitespace()).map_or(0.0, |glyph| glyph.x);
    let margin = rows.iter().map(left).fold(f64::INFINITY, f64::min);
    let mut out: Vec<(f64, Line)> = vec![];
    for (number, row) in rows.iter().enumerate() {
        let (text, at) = (text(row), At { part: page, line: number as u32 + 1, cell: None });
        let edge = number == 0 || number + 1 == rows.len();
        if is_page_number(&text, edge.then_some(page)) {
            dropped.push(Dropped { text, at, why: Words::new("页码", "page number") });
            continue;
        }
        let above = number.checked_sub(1).map(|above| rows[above][0].y - row[0].y);
        let before = match above {
            _ if out.is_empty() => Before::Page,
            Some(gap) if gap > 2.6 * row[0].size => Before::Blank,
            _ => Before::Line,
        };
        let indented = left(row) > margin + 1.3 * row[0].size;
        let line = Line { text: crate::import::document::escaped(&text), at, kind: LineKind::Wrapped, before, indented };
        out.push((row[0].y, line));
    }
    out
}
