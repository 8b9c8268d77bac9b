//! What every reader makes of its file: blocks of text and grids of cells, each with its place in the source.

use crate::names::Words;

/// The kinds of files that can be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Text,
    Html,
    Word,
    Excel,
    Pdf,
}

impl Kind {
    pub fn id(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Html => "html",
            Kind::Word => "docx",
            Kind::Excel => "xlsx",
            Kind::Pdf => "pdf",
        }
    }
}

/// A place in the source. What the numbers count depends on the kind of file, see [`Document::place`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct At {
    /// Page or sheet, from 1; 0 where there is none.
    pub part: u32,
    /// Line, paragraph or block, from 1.
    pub line: u32,
    /// Row and column of a grid, from 1.
    pub cell: Option<(u32, u32)>,
}

/// A file, read.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file's name, without directories.
    pub name: String,
    pub kind: Kind,
    pub blocks: Vec<Block>,
    /// Fields given about the document: `<meta>` names, lines of metadata tables.
    pub fields: Vec<(String, String)>,
    pub images: Vec<Beside>,
    /// Files that the report links to.
    pub attachments: Vec<Beside>,
    /// What the reader itself left out, and why.
    pub dropped: Vec<super::Dropped>,
    /// What the reader itself is not sure of.
    pub doubts: Vec<super::Doubt>,
    /// Why the file itself is not to be handed to readers; `None` where it may stand beside its report.
    pub held_back: Option<Words>,
}

#[derive(Clone, Debug)]
pub enum Block {
    Line(Line),
    Grid(Grid),
}

/// A paragraph, or a line that may be a part of one. `text` is Markdown.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    pub text: String,
    pub at: At,
    pub kind: LineKind,
    pub before: Before,
    /// Begins with an indentation, as paragraphs do.
    pub indented: bool,
}

/// What a line is, as far as its file says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LineKind {
    /// Perhaps broken by the width of a page.
    Wrapped,
    /// A whole paragraph.
    Whole,
    Heading(u8),
    /// An item of a list, with its marker: `-`, `1.`.
    Item(String),
    /// A picture: its Markdown.
    Image,
    /// An empty cell of a table that was written one cell a line.
    EmptyCell,
}

/// What stands between a line and the one before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Before {
    Line,
    Blank,
    Page,
}

/// A table as drawn. Merged cells stand once, at their first row and column.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    pub at: At,
    /// By row, then column.
    pub cells: Vec<GridCell>,
    /// Cells are explicit in the source, so that an empty one is known to be empty.
    pub exact: bool,
    /// Empty cells may have been left out, so that only a full row says what stands where.
    pub sparse: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub struct GridCell {
    pub row: usize,
    pub column: usize,
    pub rows: usize,
    pub columns: usize,
    pub text: String,
    pub at: At,
}

/// A file that belongs beside the report: a picture in its text, or an attachment.
#[derive(Clone, PartialEq, Debug)]
pub struct Beside {
    /// A file name of its own, that of no other file beside the report.
    pub name: String,
    /// `None` where the file only refers to it: nothing is fetched.
    pub bytes: Option<Vec<u8>>,
    /// What the source calls it.
    pub source: String,
}

impl Document {
    pub fn new(name: &str, kind: Kind) -> Document {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_string();
        let held_back =
            matches!(kind, Kind::Text | Kind::Html).then(|| Words::new("不是给读者看的版式文件", "it is no document for readers"));
        Document {
            name,
            kind,
            blocks: vec![],
            fields: vec![],
            images: vec![],
            attachments: vec![],
            dropped: vec![],
            doubts: vec![],
            held_back,
        }
    }

    /// Bytes of text in lines and cells.
    pub(super) fn text_size(&self) -> usize {
        let size = |block: &Block| match block {
            Block::Line(line) => line.text.len(),
            Block::Grid(grid) => grid.cells.iter().map(|cell| cell.text.len()).sum(),
        };
        self.blocks.iter().map(size).sum()
    }

    /// Rows by columns, of all tables.
    pub(super) fn table_places(&self) -> usize {
        let places = |block: &Block| match block {
            Block::Line(_) => 0,
            Block::Grid(grid) => grid.rows().saturating_mul(grid.columns()),
        };
        self.blocks.iter().map(places).fold(0, usize::saturating_add)
    }

    /// A place in words.
    pub fn place(&self, at: At) -> Words {
        if at.line == 0 {
            return Words::new("网页或文件自带的信息", "what the file says of itself");
        }
        let mut words = match self.kind {
            Kind::Text => Words::new(format!("第{}行", at.line), format!("line {}", at.line)),
            Kind::Pdf => Words::new(format!("第{}页第{}行", at.part, at.line), format!("page {}, line {}", at.part, at.line)),
            Kind::Excel => Words::new(format!("工作表{}第{}行", at.part, at.line), format!("sheet {}, row {}", at.part, at.line)),
            Kind::Html | Kind::Word if at.cell.is_some() => Words::new(format!("表{}", at.line), format!("table {}", at.line)),
            Kind::Html | Kind::Word => Words::new(format!("第{}段", at.line), format!("paragraph {}", at.line)),
        };
        if let Some((row, column)) = at.cell {
            words.zh.to_mut().push_str(&format!("（{row}行{column}列）"));
            words.en.to_mut().push_str(&format!(" (row {row}, column {column})"));
        }
        words
    }
}

impl Line {
    pub fn whole(text: String, at: At) -> Line {
        Line { text, at, kind: LineKind::Whole, before: Before::Blank, indented: false }
    }
}

impl Grid {
    pub fn rows(&self) -> usize {
        self.cells.iter().map(|cell| cell.row + cell.rows).max().unwrap_or(0)
    }

    pub fn columns(&self) -> usize {
        self.cells.iter().map(|cell| cell.column + cell.columns).max().unwrap_or(0)
    }

    /// The cells that begin in a row, left to right.
    pub fn row(&self, row: usize) -> Vec<&GridCell> {
        let from = self.cells.partition_point(|cell| cell.row < row);
        self.cells[from..].iter().take_while(|cell| cell.row == row).collect()
    }
}

/// Puts cells with spans into the first free places of a grid, row by row, as HTML does.
#[derive(Default)]
pub(super) struct Placing {
    pub grid: Grid,
    row: usize,
    column: usize,
    /// For each column, the first row that is free again.
    free: Vec<usize>,
}

/// More rows or columns than any table has; wilder spans are cut.
const MOST: usize = 2000;

impl Placing {
    pub fn at(at: At) -> Placing {
        Placing { grid: Grid { at, ..Grid::default() }, ..Placing::default() }
    }

    pub fn next_row(&mut self) {
        self.row += 1;
        self.column = 0;
    }

    pub fn is_full(&self) -> bool {
        self.grid.cells.len() > 200_000 || self.row > 50_000
    }

    pub fn put(&mut self, text: String, rows: usize, columns: usize, at: At) {
        if self.is_full() {
            return;
        }
        while self.free.get(self.column).is_some_and(|&row| row > self.row) {
            self.column += 1;
        }
        let (rows, columns) = (rows.clamp(1, MOST), columns.clamp(1, MOST.saturating_sub(self.column).max(1)));
        if self.free.len() < self.column + columns {
            self.free.resize(self.column + columns, 0);
        }
        self.free[self.column..self.column + columns].fill(self.row + rows);
        let at = At { cell: Some((self.row as u32 + 1, self.column as u32 + 1)), ..at };
        self.grid.cells.push(GridCell { row: self.row, column: self.column, rows, columns, text, at });
        self.column += columns;
    }

    /// A cell that knows its column.
    #[cfg(feature = "import")]
    pub fn put_at(&mut self, column: usize, text: String, rows: usize, columns: usize, at: At) {
        if self.is_full() {
            return;
        }
        let at = At { cell: Some((self.row as u32 + 1, column as u32 + 1)), ..at };
        self.grid.cells.push(GridCell { row: self.row, column, rows: rows.clamp(1, MOST), columns: columns.clamp(1, MOST), text, at });
    }
}

/// Text that is to stand in Markdown as it is.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '*' | '_' | '`' | '<' | '[' | ']' | '\\' | '~' | '|') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The characters of a Markdown line, without its marks.
pub(super) fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut chars = markdown.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => out.extend(chars.next()),
            '*' if chars.peek() == Some(&'*') => {
                chars.next();
            }
            other => out.push(other),
        }
    }
    out
}
