//! Where each cell of an official table lies on its grid, and the short names of figures that follow from it.

use crate::forms::{Along, Block, GridCell, Part, Table};

/// A cell of a block with its place; rows of the body follow those of the head.
pub struct Placed<'a> {
    pub cell: &'a GridCell,
    pub row: usize,
    pub column: usize,
    pub in_head: bool,
}

impl Placed<'_> {
    pub fn covers_column(&self, column: usize) -> bool {
        (self.column..self.column + self.cell.columns).contains(&column)
    }

    pub fn covers_row(&self, row: usize) -> bool {
        (self.row..self.row + self.cell.rows).contains(&row)
    }

    pub fn is_figure(&self) -> bool {
        matches!(self.cell.part, Part::Figure(_))
    }
}

/// Lays the cells of a block on its grid, as a browser does: each in the first free column of its row.
pub fn placed(block: &Block) -> Vec<Placed<'_>> {
    let mut all = vec![];
    let mut busy_until: Vec<usize> = vec![];
    let rows = block.head.iter().map(|row| (row, true)).chain(block.body.iter().map(|row| (row, false)));
    for (number, (row, in_head)) in rows.enumerate() {
        let mut column = 0;
        for cell in row {
            while busy_until.get(column).is_some_and(|&until| until > number) {
                column += 1;
            }
            let end = column + cell.columns;
            if busy_until.len() < end {
                busy_until.resize(end, 0);
            }
            busy_until[column..end].fill(number + cell.rows);
            all.push(Placed { cell, row: number, column, in_head });
            column = end;
        }
    }
    all
}

/// A table with its blocks laid out, to be asked for the names of many cells.
pub struct Laid<'a> {
    table: &'a Table,
    grids: Vec<Vec<Placed<'a>>>,
}

impl<'a> Laid<'a> {
    pub fn of(table: &'a Table) -> Laid<'a> {
        Laid { table, grids: table.blocks.iter().map(placed).collect() }
    }

    /// The grid on which a cell lies, and the cell there.
    fn figure(&self, cell: usize) -> Option<(&[Placed<'a>], &Placed<'a>)> {
        self.grids.iter().find_map(|grid| Some((&grid[..], grid.iter().find(|one| one.cell.part == Part::Figure(cell))?)))
    }

    /// Whether a cell is the total of its row, as a relation of the form says.
    pub fn is_row_total(&self, cell: usize) -> bool {
        let totals = self.table.relations.iter().filter(|relation| relation.total).flat_map(|relation| &relation.instances);
        totals.into_iter().any(|one| matches!(one.along, Along::Row(_)) && one.right == [cell])
    }

    /// A figure's name in few words: the labels of its row and column without their numbers; a total goes by its row alone.
    pub fn short(&self, cell: usize) -> String {
        let Some((grid, figure)) = self.figure(cell) else { return self.table.row_of(cell).0.label.clone() };
        let beside = grid.iter().filter(|one| !one.in_head && !one.is_figure() && one.covers_row(figure.row));
        let mut names: Vec<&str> = beside.map(|one| one.cell.text.as_str()).collect();
        let above = grid.iter().filter(|one| one.in_head && one.covers_column(figure.column));
        let mut above: Vec<&str> =
            above.filter(|one| matches!(one.cell.part, Part::Column | Part::ColumnGroup)).map(|one| one.cell.text.as_str()).collect();
        let across = names.is_empty();
        let column = above.pop().filter(|_| !self.is_row_total(cell));
        if across {
            names = above;
        }
        names.extend(column);
        names.into_iter().map(bare).collect::<Vec<_>>().join(" · ")
    }

    /// The labels of a cell's row, its groups first. Labels written downwards are left out: they name most of a table.
    pub fn row_path(&self, cell: usize) -> Vec<&'a str> {
        let Some((grid, figure)) = self.figure(cell) else { return vec![] };
        let beside = |one: &&Placed| matches!(one.cell.part, Part::Label | Part::RowGroup) && one.covers_row(figure.row);
        let beside: Vec<&str> = grid.iter().filter(beside).map(|one| one.cell.text.as_str()).collect();
        if !beside.is_empty() {
            return beside;
        }
        let above = |one: &&Placed| one.cell.part == Part::ColumnGroup && one.covers_column(figure.column);
        grid.iter().filter(above).map(|one| one.cell.text.as_str()).collect()
    }
}

/// A label without its number ("三、", "（三）", "3.") and without an explanation in brackets at its end.
pub fn bare(label: &str) -> &str {
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let opened = label.trim_start_matches(['（', '(']);
    let rest = opened.trim_start_matches(numeral);
    let numbered = rest.len() < opened.len() && rest.starts_with(['、', '.', '．', '）', ')']);
    let bare = if numbered { rest.trim_start_matches(['、', '.', '．', '）', ')']).trim_start() } else { label };
    match bare.find(['（', '(']) {
        Some(open) if open > 0 && bare.ends_with(['）', ')']) => bare[..open].trim_end(),
        _ => bare,
    }
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn a_label_loses_its_number_and_its_explanation() {
        assert_eq!(bare("三、本年度办理结果"), "本年度办理结果");
        assert_eq!(bare("（七）总计"), "总计");
        assert_eq!(bare("1.属于国家秘密"), "属于国家秘密");
        assert_eq!(bare("（二）部分公开（区分处理的，只计这一情形，不计其他情形）"), "部分公开");
        assert_eq!(bare("本年收费金额（单位：万元）"), "本年收费金额");
        assert_eq!(bare("Received"), "Received");
    }
}
