//! Excel files: every sheet a table, merged ranges resolved, text between tables as lines.
//!
//! Read cell by cell: a sheet that claims a million rows costs what it holds. Formulas are never computed; their last
//! stored value counts.

use std::collections::HashMap;

use super::Unreadable;
use super::document::{At, Block, Document, Grid, GridCell, Kind, Line, escaped};
use super::figure;
use super::zipped::{Element, Package, relations};
use crate::names::Words;

const MOST_CELLS: usize = 300_000;

pub(super) fn read(bytes: &[u8], name: &str) -> Result<Document, Unreadable> {
    let mut package = Package::open(bytes)?;
    let book = "xl/workbook.xml";
    let Some(tree) = package.xml(book)? else {
        return Err(Unreadable::new("不是 Excel 文件（.xlsx）", "this is not an Excel file (.xlsx)"));
    };
    let relations: HashMap<String, String> = relations(&mut package, book)?.into_iter().collect();
    let shared = package.xml("xl/sharedStrings.xml")?.map_or_else(Vec::new, |tree| {
        let strings = tree.root().below().filter(|one| one.name() == "si");
        strings.map(string).collect()
    });
    let mut document = Document::new(name, Kind::Excel);
    let sheets: Vec<String> = tree
        .root()
        .below()
        .filter(|one| one.name() == "sheet" && one.attribute("state").is_none_or(|state| state == "visible"))
        .filter_map(|one| relations.get(one.attribute("id")?).cloned())
        .collect();
    document.held_back = not_for_readers(&package, tree.root());
    for (number, path) in sheets.iter().enumerate() {
        if let Some(sheet) = package.xml(path)? {
            blocks(&rows(sheet.root(), &shared, number as u32 + 1)?, &mut document);
        }
    }
    Ok(document)
}

/// Why a workbook is not to be handed to readers as it is.
fn not_for_readers(package: &Package, book: Element) -> Option<Words> {
    let hidden = book.below().any(|one| one.name() == "sheet" && one.attribute("state").is_some_and(|state| state != "visible"));
    match () {
        () if package.has("xl/vbaProject.bin") => Some(Words::new("里面有宏", "it has macros")),
        () if hidden => Some(Words::new("里面有隐藏的工作表", "it has hidden sheets")),
        () if (1..=20).any(|number| package.has(&format!("xl/comments{number}.xml"))) => Some(Words::new("里面有批注", "it has comments")),
        () => None,
    }
}

/// The text of a shared or inline string; phonetic hints are not part of it.
fn string(element: Element) -> String {
    let mut out = String::new();
    for one in element.children() {
        match one.name() {
            "t" => out.push_str(&one.text()),
            "r" => out.extend(one.child("t").map(|text| text.text())),
            "is" => out.push_str(&string(one)),
            _ => {}
        }
    }
    out
}

/// All cells of a sheet with their spans, by row and column from 0.
fn rows(root: Element, shared: &[String], sheet: u32) -> Result<Vec<GridCell>, Unreadable> {
    let mut cells: Vec<GridCell> = vec![];
    let (mut row, mut column) = (0, 0);
    for element in root.below() {
        match element.name() {
            "row" => {
                row = element.attribute("r").and_then(|text| text.parse::<usize>().ok()).map_or(row + 1, |row| row);
                column = 0;
            }
            "c" => {
                let place = element.attribute("r").and_then(reference).unwrap_or((row.max(1) - 1, column));
                column = place.1 + 1;
                let at = At { part: sheet, line: place.0 as u32 + 1, cell: Some((place.0 as u32 + 1, place.1 as u32 + 1)) };
                cells.push(GridCell { row: place.0, column: place.1, rows: 1, columns: 1, text: value(element, shared), at });
            }
            _ => {}
        }
        if cells.len() > MOST_CELLS {
            return Err(Unreadable::new("工作表太大，不能导入", "this sheet has too many cells to import"));
        }
    }
    merge(root, &mut cells);
    Ok(cells)
}

fn merge(root: Element, cells: &mut Vec<GridCell>) {
    let ranges = root.below().filter(|one| one.name() == "mergeCell").filter_map(|one| {
        let (from, to) = one.attribute("ref")?.split_once(':')?;
        Some((reference(from)?, reference(to)?))
    });
    for ((top, left), (bottom, right)) in ranges.take(5000) {
        if bottom < top || right < left || bottom - top > 2000 || right - left > 500 {
            continue;
        }
        let inside = |cell: &GridCell| (top..=bottom).contains(&cell.row) && (left..=right).contains(&cell.column);
        cells.retain(|cell| !inside(cell) || (cell.row == top && cell.column == left));
        if let Some(first) = cells.iter_mut().find(|cell| cell.row == top && cell.column == left) {
            (first.rows, first.columns) = (bottom - top + 1, right - left + 1);
        }
    }
}

/// `C7` as row and column from 0.
fn reference(text: &str) -> Option<(usize, usize)> {
    let text = text.trim_matches('$');
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let column = text[..digits]
        .bytes()
        .try_fold(0usize, |all, letter| letter.is_ascii_uppercase().then(|| all * 26 + usize::from(letter - b'A') + 1))?;
    let row: usize = text[digits..].parse().ok()?;
    ((1..=16_384).contains(&column) && (1..=1_048_576).contains(&row)).then(|| (row - 1, column - 1))
}

fn value(cell: Element, shared: &[String]) -> String {
    let raw = cell.child("v").map(|value| value.text()).unwrap_or_default();
    match cell.attribute("t") {
        Some("s") => raw.trim().parse::<usize>().ok().and_then(|at| shared.get(at).cloned()).unwrap_or_default(),
        Some("inlineStr") => cell.child("is").map(string).unwrap_or_default(),
        Some("str") => raw,
        Some("e") => format!("错误值 {raw}"),
        Some("b") => raw,
        _ => shortest(raw.trim()),
    }
}

/// A stored number as Excel shows it: 96171.600000000006 is 96171.6.
fn shortest(raw: &str) -> String {
    if raw.bytes().all(|b| b.is_ascii_digit()) {
        return raw.to_string();
    }
    match raw.parse::<f64>() {
        Ok(number) if number.is_finite() && number.abs() < 1e15 => format!("{number}"),
        _ => raw.to_string(),
    }
}

/// Rows with one cell of text are lines; the others are tables.
fn blocks(cells: &[GridCell], document: &mut Document) {
    let mut by_row: std::collections::BTreeMap<usize, Vec<&GridCell>> = std::collections::BTreeMap::new();
    for cell in cells {
        by_row.entry(cell.row).or_default().push(cell);
    }
    let mut grid = Grid { exact: true, ..Grid::default() };
    let mut reaches = 0;
    for (row, cells) in by_row {
        let filled: Vec<&&GridCell> = cells.iter().filter(|cell| !cell.text.trim().is_empty()).collect();
        let alone = filled.len() == 1 && cells.len() == 1 && row >= reaches && !figure::is_figure(&filled[0].text);
        if alone && is_text(filled[0], grid.cells.is_empty()) {
            close(&mut grid, document);
            let line = Line::whole(escaped(filled[0].text.trim()), filled[0].at);
            document.blocks.push(Block::Line(line));
            continue;
        }
        if filled.is_empty() && row >= reaches {
            continue;
        }
        for cell in cells {
            reaches = reaches.max(if cell.text.trim().is_empty() { 0 } else { cell.row + cell.rows });
            grid.at = if grid.cells.is_empty() { cell.at } else { grid.at };
            grid.cells.push(cell.clone());
        }
    }
    close(&mut grid, document);
}

/// Whether the only cell of a row is a line of text, not a row of a table with nothing in its other cells.
fn is_text(cell: &GridCell, outside: bool) -> bool {
    let text = cell.text.trim();
    !text.starts_with("第二十条")
        && (outside || text.chars().count() >= 24 || super::lines::is_heading(text) && (text.ends_with("情况") || text.ends_with("事项")))
}

/// Hands a table over, its rows counted from 0 again. A cell that is not stored is empty.
fn close(grid: &mut Grid, document: &mut Document) {
    let mut done = std::mem::replace(grid, Grid { exact: true, ..Grid::default() });
    let Some(first) = done.cells.iter().map(|cell| cell.row).min() else { return };
    let left = done.cells.iter().map(|cell| cell.column).min().unwrap_or(0);
    for cell in &mut done.cells {
        (cell.row, cell.column) = (cell.row - first, cell.column - left);
    }
    let (rows, columns) = (done.rows(), done.columns());
    if rows * columns <= MOST_CELLS {
        let mut covered = vec![false; rows * columns];
        for cell in &done.cells {
            for row in cell.row..cell.row + cell.rows {
                covered[row * columns + cell.column..row * columns + cell.column + cell.columns].fill(true);
            }
        }
        let sheet = done.at.part;
        let empty = |place: usize| {
            let (row, column) = (place / columns, place % columns);
            let at = At { part: sheet, line: (row + first) as u32 + 1, cell: Some(((row + first) as u32 + 1, (column + left) as u32 + 1)) };
            GridCell { row, column, rows: 1, columns: 1, text: String::new(), at }
        };
        done.cells.extend((0..covered.len()).filter(|&place| !covered[place]).map(empty));
    }
    done.cells.sort_by_key(|cell| (cell.row, cell.column));
    document.blocks.push(Block::Grid(done));
}
