//! Rows that the end of a page cut in two: `（四 | 1.本 | 0` above, `）无法提供 | 机关不掌握相关政府信息` below.
//!
//! In: a document whose tables go on over pages. Out: the same with such rows put together, if the two halves together
//! are the label of a row of a form, neither is one alone, and no column has a figure in both.

use super::document::{Block, Document, Grid, GridCell};
use super::figure;
use super::labels::{Match, Names};

/// The document with its cut rows joined; `None` where there are none.
pub(super) fn joined(document: &Document, names: &[&Names]) -> Option<Document> {
    let mut whole: Option<Document> = None;
    for at in 1..document.blocks.len() {
        let current = whole.as_ref().unwrap_or(document);
        let (Block::Grid(above), Block::Grid(below)) = (&current.blocks[at - 1], &current.blocks[at]) else { continue };
        if let Some((above, below)) = join(above, below, names) {
            let document = whole.get_or_insert_with(|| document.clone());
            document.blocks[at - 1] = Block::Grid(above);
            document.blocks[at] = Block::Grid(below);
        }
    }
    whole
}

fn join(above: &Grid, below: &Grid, names: &[&Names]) -> Option<(Grid, Grid)> {
    let last = above.rows().checked_sub(1)?;
    let apart = above.at.part != below.at.part && above.exact && below.exact && above.columns() == below.columns();
    let (upper, lower) = (above.row(last), below.row(0));
    if !apart || is_row(&texts(&upper), names) || is_row(&texts(&lower), names) {
        return None;
    }
    let merged: Vec<String> = upper.iter().map(|cell| together(cell, &lower)).collect::<Option<_>>()?;
    let labels: Vec<&str> = merged.iter().map(String::as_str).filter(|text| is_label(text)).collect();
    if upper.len() != lower.len() || !is_row(&labels, names) {
        return None;
    }
    let mut above = above.clone();
    let from = above.cells.len() - upper.len();
    for (cell, text) in above.cells[from..].iter_mut().zip(merged) {
        cell.text = text;
    }
    Some((above, without_first_row(below)))
}

fn texts<'g>(cells: &[&'g GridCell]) -> Vec<&'g str> {
    cells.iter().map(|cell| cell.text.as_str()).filter(|text| is_label(text)).collect()
}

fn is_label(text: &str) -> bool {
    !text.trim().is_empty() && !figure::is_figure(text)
}

fn is_row(labels: &[&str], names: &[&Names]) -> bool {
    !labels.is_empty() && names.iter().any(|names| names.row(labels).is_some_and(|(_, how)| how == Match::Exact))
}

/// A cell with what stands below it on the next page; `None` where both hold a figure, or the columns are others.
fn together(upper: &GridCell, lower: &[&GridCell]) -> Option<String> {
    let lower = lower.iter().find(|cell| cell.column == upper.column && cell.columns == upper.columns)?;
    match (upper.text.trim(), lower.text.trim()) {
        (text, "") | ("", text) => Some(text.to_string()),
        (one, two) => (is_label(one) && is_label(two)).then(|| format!("{one}\n{two}")),
    }
}

/// The grid from its second row on; cells that reach further down keep their place, without their text.
fn without_first_row(grid: &Grid) -> Grid {
    let mut rest = grid.clone();
    rest.cells.retain(|cell| cell.row > 0 || cell.rows > 1);
    for cell in &mut rest.cells {
        match cell.row {
            0 => (cell.rows, cell.text) = (cell.rows - 1, String::new()),
            _ => cell.row -= 1,
        }
    }
    rest.cells.sort_by_key(|cell| (cell.row, cell.column));
    rest
}

#[cfg(test)]
mod tests {
    use super::super::document::{At, Kind, Placing};
    use super::super::tables::Forms;
    use super::*;
    use crate::diagnostic::Diagnostics;
    use crate::forms::Catalog;
    use crate::source::Sources;

    fn grid(page: u32, rows: &[&[&str]]) -> Grid {
        let mut placing = Placing::at(At { part: page, line: 1, cell: None });
        placing.grid.exact = true;
        for row in rows {
            row.iter().for_each(|text| placing.put(text.to_string(), 1, 1, placing.grid.at));
            placing.next_row();
        }
        placing.grid
    }

    fn texts_after(below: &[&str]) -> Vec<String> {
        let catalog = Catalog::parse(&Sources::default(), &mut Diagnostics::default());
        let forms = Forms::of(&catalog);
        let names: Vec<&Names> = forms.all.iter().flat_map(|(_, names)| names).collect();
        let mut document = Document::new("a.pdf", Kind::Pdf);
        document.blocks = vec![Block::Grid(grid(1, &[&["（四", "1.本", "0", "7"]])), Block::Grid(grid(2, &[below]))];
        let joined = joined(&document, &names).unwrap_or(document);
        let Block::Grid(above) = &joined.blocks[0] else { panic!("it was a grid") };
        above.cells.iter().map(|cell| cell.text.replace('\n', "")).collect()
    }

    #[test]
    fn a_row_cut_by_the_end_of_a_page_is_one_row() {
        assert_eq!(
            texts_after(&["）无法提供", "机关不掌握相关政府信息", "", ""]),
            ["（四）无法提供", "1.本机关不掌握相关政府信息", "0", "7"]
        );
    }

    #[test]
    fn halves_with_figures_in_both_or_that_make_no_label_stay_apart() {
        assert_eq!(texts_after(&["）无法提供", "机关不掌握相关政府信息", "3", ""])[1], "1.本");
        assert_eq!(texts_after(&["", "2.没有现成信息需要另行制作", "", ""])[1], "1.本");
    }
}
