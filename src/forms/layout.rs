//! The official table as it is drawn: merged header cells, merged label cells, places for figures.
//!
//! In: the trees of columns and rows of a form file. Out: [`Block`]s of [`GridCell`]s, made once for a form;
//! a page only walks them.

use super::file::{ColumnFile, RowFile};

/// What a cell of the drawn table is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The first cell of the header, over the label columns.
    Corner,
    /// A heading over the whole block ("第二十条第（一）项").
    Heading,
    /// A heading over one column.
    Column,
    /// A heading over several columns.
    ColumnGroup,
    /// The label of one row.
    Label,
    /// A label beside several rows.
    RowGroup,
    /// Such a label, written downwards.
    RowGroupVertical,
    /// The figure of this cell of the table.
    Figure(usize),
}

/// A cell as drawn. `text` is empty for figures.
#[derive(Clone, Debug)]
pub struct GridCell {
    pub part: Part,
    pub text: String,
    pub columns: usize,
    pub rows: usize,
}

/// A part of a table with headers of its own.
#[derive(Clone, Debug)]
pub struct Block {
    pub head: Vec<Vec<GridCell>>,
    pub body: Vec<Vec<GridCell>>,
}

/// Columns or rows as a tree of labels; leaves are numbered in order.
pub(super) struct Tree {
    label: String,
    span: usize,
    vertical: bool,
    children: Vec<Tree>,
}

impl Tree {
    pub(super) fn of_columns(columns: &[ColumnFile]) -> Vec<Tree> {
        let tree = |c: &ColumnFile| Tree { label: c.label.clone(), span: c.span, vertical: false, children: Tree::of_columns(&c.columns) };
        columns.iter().map(tree).collect()
    }

    pub(super) fn of_rows(rows: &[RowFile]) -> Vec<Tree> {
        let tree = |r: &RowFile| Tree { label: r.label.clone(), span: 1, vertical: r.vertical, children: Tree::of_rows(&r.rows) };
        rows.iter().map(tree).collect()
    }

    fn depth(trees: &[Tree]) -> usize {
        trees.iter().map(|tree| 1 + Tree::depth(&tree.children)).max().unwrap_or(0)
    }

    fn width(&self) -> usize {
        if self.children.is_empty() { self.span } else { self.children.iter().map(Tree::width).sum() }
    }

    fn leaves(&self) -> usize {
        if self.children.is_empty() { 1 } else { self.children.iter().map(Tree::leaves).sum() }
    }
}

/// What one block of a table is drawn from. `cells[row][column]` are numbers of cells of the table.
pub(super) struct Parts<'a> {
    pub heading: Option<&'a str>,
    pub corner: &'a str,
    pub columns: Vec<Tree>,
    pub rows: Vec<Tree>,
    pub cells: Vec<Vec<usize>>,
    /// Spans of the leaf columns, in order.
    pub spans: Vec<usize>,
    pub across: bool,
}

impl Parts<'_> {
    /// Grid columns that this block takes.
    pub(super) fn width(&self) -> usize {
        let figures: usize = self.spans.iter().sum();
        if self.across { figures * self.cells.len() } else { Tree::depth(&self.rows) + figures }
    }

    /// `width`: grid columns of the whole table, which the heading spans.
    pub(super) fn draw(self, width: usize) -> Block {
        if self.across { self.draw_across() } else { self.draw_down(width) }
    }

    fn draw_down(self, width: usize) -> Block {
        let (labels, height) = (Tree::depth(&self.rows), Tree::depth(&self.columns));
        let mut head: Vec<Vec<GridCell>> = vec![vec![]; height];
        if let Some(first) = head.first_mut() {
            first.push(GridCell { part: Part::Corner, text: self.corner.to_string(), columns: labels, rows: height });
        }
        headings(&self.columns, 0, &mut head);
        if let Some(heading) = self.heading {
            head.insert(0, vec![GridCell { part: Part::Heading, text: heading.to_string(), columns: width, rows: 1 }]);
        }
        let mut body = vec![vec![]; self.cells.len()];
        row_labels(&self.rows, 0, labels, 0, &mut body);
        for (row, cells) in body.iter_mut().zip(&self.cells) {
            row.extend(cells.iter().zip(&self.spans).map(|(&cell, &span)| figure(cell, span)));
        }
        Block { head, body }
    }

    /// Groups of columns side by side over one line of figures.
    fn draw_across(self) -> Block {
        let mut trees = self.rows;
        hang(&mut trees, &self.columns);
        let mut head = vec![vec![]; Tree::depth(&trees)];
        headings(&trees, 0, &mut head);
        let line = self.cells.iter().flat_map(|row| row.iter().zip(&self.spans)).map(|(&cell, &span)| figure(cell, span));
        Block { head, body: vec![line.collect()] }
    }
}

fn figure(cell: usize, columns: usize) -> GridCell {
    GridCell { part: Part::Figure(cell), text: String::new(), columns, rows: 1 }
}

/// Hangs the columns below every leaf of the rows.
fn hang(rows: &mut [Tree], columns: &[Tree]) {
    for row in rows {
        if row.children.is_empty() {
            row.children = columns.iter().map(copy).collect();
        } else {
            hang(&mut row.children, columns);
        }
    }
}

fn copy(tree: &Tree) -> Tree {
    Tree { label: tree.label.clone(), span: tree.span, vertical: tree.vertical, children: tree.children.iter().map(copy).collect() }
}

/// Heading cells, level by level; a leaf reaches down to the last level.
fn headings(trees: &[Tree], level: usize, head: &mut [Vec<GridCell>]) {
    let below = head.len() - level;
    for tree in trees {
        let leaf = tree.children.is_empty();
        head[level].push(GridCell {
            part: if leaf { Part::Column } else { Part::ColumnGroup },
            text: tree.label.clone(),
            columns: tree.width(),
            rows: if leaf { below } else { 1 },
        });
        if !leaf {
            headings(&tree.children, level + 1, head);
        }
    }
}

/// Label cells, put on the row where each begins; a leaf reaches right to the figures.
fn row_labels(trees: &[Tree], level: usize, labels: usize, mut row: usize, body: &mut [Vec<GridCell>]) {
    for tree in trees {
        let leaf = tree.children.is_empty();
        let part = match (leaf, tree.vertical) {
            (true, _) => Part::Label,
            (false, false) => Part::RowGroup,
            (false, true) => Part::RowGroupVertical,
        };
        body[row].push(GridCell { part, text: tree.label.clone(), columns: if leaf { labels - level } else { 1 }, rows: tree.leaves() });
        row_labels(&tree.children, level + 1, labels, row, body);
        row += tree.leaves();
    }
}
