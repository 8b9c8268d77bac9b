//! Official tables as HTML, drawn like the form.
//!
//! 1. for each table of a form everything that no report changes is made once: caption, merged headings, labels ([`Drawn`]);
//! 2. for each report the figures are put between the pieces.
//!
//! In: a form's blocks, and a figure for each cell. Out: a `<table>` in a box that scrolls by itself, and the notes below it.
//! Headings span with `colspan` and `rowspan` and have `scope="col"` or `scope="row"`: by the algorithm of HTML a
//! spanning heading then belongs to all it spans, while `colgroup` and `rowgroup` would reach too far.
//! Tables of several blocks name the headings of each figure (`headers`), for those of an earlier block do not concern it.
//! Such ids stand on the page by the hundred, so they are as short as can be: `t2:15`, a table and a cell of it. No other id
//! has a colon: those of prose and forms hold letters, digits, `-`, `_` and `.`.

use crate::content::TableFigures;
use crate::forms::{Block, Form, GridCell, Part, Table};
use crate::theme::Wording;

use super::figure::{Marks, Shown};
use super::html::{escape, escaped, id_part, put};
use super::label::{Placed, placed};

/// The part of a table that is the same for every report.
pub struct Drawn {
    /// Of its caption; those of its notes begin with it.
    pub id: String,
    open: String,
    slots: Vec<Slot>,
    close: String,
    /// About how long it is with its figures.
    length: usize,
}

/// The place of a figure: what stands before it, up to the attributes of its own cell.
struct Slot {
    before: String,
    cell: usize,
}

/// The figures of a table, for [`Drawn::put`].
pub trait Figures {
    /// What stands in a cell, and the number of the note that belongs to it; notes are given once the whole table is drawn.
    fn shown(&mut self, cell: usize) -> (Shown<'_>, Option<usize>);
}

impl Drawn {
    /// `number`: of the table among all that can stand on one page.
    pub fn new(form: &Form, table: &Table, number: usize, words: &Wording) -> Drawn {
        let id = table_id(form, table);
        let mut drawing = Drawing { number, cells: 0, pending: String::new(), slots: vec![], several: table.blocks.len() > 1 };
        let width = table.blocks.iter().map(width).max().unwrap_or(0);
        table.blocks.iter().for_each(|block| drawing.block(block, width));
        let (open, slots, close) = (opening(&id, table, words), drawing.slots, format!("{}</table></div>\n", drawing.pending));
        let length = open.len() + close.len() + slots.iter().map(|slot| slot.before.len() + 24).sum::<usize>();
        Drawn { id, open, slots, close, length }
    }

    /// Adds the table with these figures.
    pub fn put(&self, out: &mut String, marks: &Marks, figures: &mut impl Figures) {
        out.reserve(self.length);
        out.push_str(&self.open);
        for slot in &self.slots {
            out.push_str(&slot.before);
            let (shown, note) = figures.shown(slot.cell);
            if !shown.class().is_empty() {
                out.push_str(" class=\"");
                out.push_str(shown.class());
                out.push('"');
            }
            out.push('>');
            marks.put(out, &shown);
            if let Shown::Number { computed: true, .. } = shown {
                out.push_str(&marks.computed);
            }
            if let Some(number) = note {
                put!(out, "<sup class=\"mark\"><a href=\"#{}-note-{number}\">{number}</a></sup>", self.id);
            }
        }
        out.push_str(&self.close);
    }
}

/// The id of a form's table on a report's page.
pub fn table_id(form: &Form, table: &Table) -> String {
    format!("page-{}-{}", id_part(&form.id), id_part(&table.id))
}

fn opening(id: &str, table: &Table, words: &Wording) -> String {
    let class = id_part(&table.id);
    let label = escaped(&table.label);
    let mut out = format!("<div class=\"table-scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{id}\">\n");
    put!(&mut out, "<table class=\"form-table form-{class} labels-{}\">\n<caption id=\"{id}\">{label}", labels(table));
    if let Some(unit) = &table.unit {
        put!(&mut out, "<span class=\"table-unit\">{}</span>", escaped(&words.say("in_unit", &[("unit", unit)])));
    }
    out.push_str("</caption>\n");
    out
}

/// How many columns hold labels.
fn labels(table: &Table) -> usize {
    let of = |block: &Block| placed(block).iter().filter(|one| !one.in_head && one.is_figure()).map(|one| one.column).min().unwrap_or(0);
    table.blocks.iter().map(of).max().unwrap_or(0)
}

fn width(block: &Block) -> usize {
    placed(block).iter().map(|one| one.column + one.cell.columns).max().unwrap_or(0)
}

/// A table being drawn; `pending` is what has been written since the last figure.
struct Drawing {
    number: usize,
    /// How many cells the blocks before have.
    cells: usize,
    pending: String,
    slots: Vec<Slot>,
    several: bool,
}

impl Drawing {
    /// HTML allows one `thead`; where there are several blocks each is a `tbody` with its headings at its beginning.
    fn block(&mut self, block: &Block, width: usize) {
        let grid = placed(block);
        let (head, body) = if self.several { ("tbody", "") } else { ("thead", "tbody") };
        put!(&mut self.pending, "<{head}>\n");
        let mut row = 0;
        for (at, one) in grid.iter().enumerate() {
            let first = at == 0 || grid[at - 1].row != one.row;
            if first && at > 0 {
                self.end_row(&grid[at - 1], width);
            }
            if first && !one.in_head && (at == 0 || grid[at - 1].in_head) && !body.is_empty() {
                put!(&mut self.pending, "</{head}>\n<{body}>\n");
            }
            if first {
                self.pending.push_str("<tr>");
                row = one.row;
            }
            self.cell(at, &grid);
        }
        if let Some(last) = grid.last().filter(|last| last.row == row) {
            self.end_row(last, width);
        }
        put!(&mut self.pending, "</{}>\n", if body.is_empty() { head } else { body });
        self.cells += grid.len();
    }

    /// Rows of a narrow block are filled up, so that all rows are equally wide.
    fn end_row(&mut self, last: &Placed, width: usize) {
        let missing = width.saturating_sub(last.column + last.cell.columns);
        let spans_down = last.in_head && last.cell.part == Part::Heading;
        if missing > 0 && !spans_down && last.is_figure() {
            put!(&mut self.pending, "<td class=\"filler\" colspan=\"{missing}\"></td>");
        }
        self.pending.push_str("</tr>\n");
    }

    fn cell(&mut self, at: usize, grid: &[Placed]) {
        let one = &grid[at];
        let GridCell { part, text, .. } = one.cell;
        if let Part::Figure(cell) = part {
            let headers = if self.several { self.headers(one, grid) } else { String::new() };
            let before = format!("{}<td{}{headers}", self.pending, spans(one.cell));
            self.slots.push(Slot { before, cell: *cell });
            self.pending = String::from("</td>");
            return;
        }
        let (tag, class, scope) = match part {
            Part::Corner if self.several => ("th", "corner".to_string(), "col"),
            Part::Corner => ("td", "corner".to_string(), ""),
            Part::Heading => ("th", "heading".to_string(), "col"),
            Part::ColumnGroup => ("th", "column-group".to_string(), "col"),
            Part::Column => ("th", "column".to_string(), "col"),
            Part::Label => ("th", format!("label at-{}", one.column), "row"),
            Part::RowGroup => ("th", format!("row-group at-{}", one.column), "row"),
            Part::RowGroupVertical => ("th", format!("row-group vertical at-{}", one.column), "row"),
            Part::Figure(_) => return,
        };
        put!(&mut self.pending, "<{tag} class=\"{class}\"");
        if !scope.is_empty() {
            put!(&mut self.pending, " scope=\"{scope}\"");
        }
        if self.several && grid.iter().any(|figure| figure.is_figure() && concerns(one, figure)) {
            let id = self.heading_id(at);
            put!(&mut self.pending, " id=\"{id}\"");
        }
        // What stands upright in a narrow column is turned in an element of its own.
        let (open, close) = match part {
            Part::RowGroup | Part::RowGroupVertical => ("<span>", "</span>"),
            _ => ("", ""),
        };
        put!(&mut self.pending, "{}>{open}{}{close}</{tag}>", spans(one.cell), escaped(text));
    }

    fn heading_id(&self, at: usize) -> String {
        format!("t{}:{}", self.number, self.cells + at)
    }

    fn headers(&self, figure: &Placed, grid: &[Placed]) -> String {
        let headings = grid.iter().enumerate().filter(|(_, one)| concerns(one, figure));
        let ids: Vec<String> = headings.map(|(at, _)| self.heading_id(at)).collect();
        format!(" headers=\"{}\"", ids.join(" "))
    }
}

/// Whether a cell is a heading of this figure.
fn concerns(one: &Placed, figure: &Placed) -> bool {
    !one.is_figure() && if one.in_head { one.covers_column(figure.column) } else { one.covers_row(figure.row) }
}

fn spans(cell: &GridCell) -> String {
    let mut out = String::new();
    if cell.columns > 1 {
        put!(&mut out, " colspan=\"{}\"", cell.columns);
    }
    if cell.rows > 1 {
        put!(&mut out, " rowspan=\"{}\"", cell.rows);
    }
    out
}

/// The figures that a report gives, with their remarks as notes.
struct Given<'a> {
    figures: &'a TableFigures,
    remarks: Vec<(usize, &'a str)>,
    computed: bool,
}

impl Figures for Given<'_> {
    fn shown(&mut self, cell: usize) -> (Shown<'_>, Option<usize>) {
        let given = self.figures.cell(cell);
        self.computed |= given.is_some_and(|given| given.computed);
        let note = given.and_then(|given| given.remark()).map(|remark| {
            self.remarks.push((cell, remark));
            self.remarks.len()
        });
        (Shown::cell(given), note)
    }
}

/// Adds a report's table and the notes under it.
pub fn put_given(out: &mut String, drawn: &Drawn, figures: &TableFigures, marks: &Marks, words: &Wording) {
    let mut given = Given { figures, remarks: vec![], computed: false };
    drawn.put(out, marks, &mut given);
    if given.computed {
        put!(out, "<p class=\"table-note\">{}</p>\n", escaped(words.get("computed_note")));
    }
    let table = figures.table();
    put_notes(
        out,
        &drawn.id,
        given.remarks.iter().map(|(cell, remark)| words.say("note_on_cell", &[("cell", &cell_name(table, *cell)), ("note", remark)])),
    );
}

/// Numbered notes under a table; their numbers stand in its cells.
pub fn put_notes(out: &mut String, id: &str, notes: impl Iterator<Item = String>) {
    let mut notes = notes.enumerate().peekable();
    if notes.peek().is_none() {
        return;
    }
    out.push_str("<ol class=\"table-notes\">\n");
    for (at, note) in notes {
        put!(out, "<li id=\"{id}-note-{}\">", at + 1);
        escape(out, &note);
        out.push_str("</li>\n");
    }
    out.push_str("</ol>\n");
}

/// A cell by the labels of its row and column.
pub fn cell_name(table: &Table, cell: usize) -> String {
    let (row, column) = table.row_of(cell);
    format!("{} · {}", row.full_label, column.label)
}
