//! The official tables of a document: which form each is on, and what stands in its cells.
//!
//! 1. every grid and torn table is searched for the rows of every table of every form;
//! 2. for each table the form that explains most is kept;
//! 3. rows found twice, near a label or torn are settled, or left out with a doubt.

use std::sync::Arc;

use super::cells::{Item, Piece};
use super::document::At;
use super::doubt::{Certainty, Doubt, DoubtKind};
use super::figure::{self, Value};
use super::grid::{self, Candidate, Findings, Slots, Stray};
use super::labels::{Match, Names};
use super::torn;
use crate::forms::{Catalog, CellKind, Form, Table};
use crate::names::{Words, Year};

/// No official table is longer.
const MOST_ROWS: usize = 2000;

/// A cell as it is to be written.
#[derive(Clone, PartialEq, Debug)]
pub struct ImportedCell {
    /// `12`, `+12`, `96171.6`, `~` for blank, `—` for not applicable.
    pub text: String,
    pub remark: Option<String>,
    pub at: At,
    /// The source text.
    pub source: String,
    pub certainty: Certainty,
}

/// A row of the source that the form lacks.
#[derive(Clone, PartialEq, Debug)]
pub struct Remainder {
    pub label: String,
    pub figures: Vec<String>,
    pub at: At,
}

/// A table of a form, filled from a document.
#[derive(Clone, Debug)]
pub struct ImportedTable {
    pub form: Arc<Form>,
    /// Its number in the form.
    pub number: usize,
    /// By cell number; `None`: not in the source, or not safe to read.
    pub cells: Vec<Option<ImportedCell>>,
    /// What stands in the source for rows that were not safe to read: row number and text.
    pub unread: Vec<(usize, String)>,
    pub remainders: Vec<Remainder>,
}

impl ImportedTable {
    pub fn table(&self) -> &Table {
        &self.form.tables[self.number]
    }
}

/// The forms of a catalog with the names of their tables.
pub(super) struct Forms<'a> {
    pub all: Vec<(&'a Arc<Form>, Vec<Names>)>,
}

impl<'a> Forms<'a> {
    pub fn of(catalog: &'a Catalog) -> Forms<'a> {
        let names = |form: &Arc<Form>| form.tables.iter().map(Names::of).collect();
        Forms { all: catalog.forms().map(|form| (form, names(form))).collect() }
    }

    fn ids(&self) -> Vec<&'a str> {
        let mut ids: Vec<&str> = vec![];
        for table in self.all.iter().flat_map(|(form, _)| &form.tables) {
            if !ids.contains(&table.id.as_str()) {
                ids.push(&table.id);
            }
        }
        ids
    }
}

/// The tables found, and which items of the document they were found in.
pub(super) struct Recognised {
    pub tables: Vec<ImportedTable>,
    /// Where the figures of every row stand that was matched, whether or not they were safe to read.
    matched: Vec<At>,
    pub claimed: Vec<bool>,
    pub doubts: Vec<Doubt>,
}

/// One table of one form, looked for everywhere.
struct Try<'a> {
    form: &'a Arc<Form>,
    number: usize,
    found: Findings,
    claimed: Vec<bool>,
}

impl Try<'_> {
    fn score(&self) -> i64 {
        let rows = |how: Match| if how == Match::Near { 1 } else { 4 };
        let explained: i64 = self.found.candidates.iter().map(|one| rows(one.how) * self.columns(one.row)).sum();
        explained * 2 + self.found.headings as i64 - 6 * self.found.strays.len() as i64
    }

    fn columns(&self, row: usize) -> i64 {
        let table = &self.form.tables[self.number];
        table.columns_of(&table.rows[row]).len() as i64
    }
}

pub(super) fn recognise(items: &[Item], forms: &Forms, year: Option<Year>) -> Recognised {
    let mut recognised = Recognised { tables: vec![], matched: vec![], claimed: vec![false; items.len()], doubts: vec![] };
    for id in forms.ids() {
        let tries = forms.all.iter().filter_map(|(form, names)| {
            let (number, table) = form.table(id)?;
            Some(look(items, form, number, table, &names[number]))
        });
        // Some rows are the same on two forms: then the form of the year tells, or that of the tables before.
        let others = recognised.tables.first().map(|table| table.form.id.clone());
        let in_force = |form: &Form| match year {
            Some(year) => form.in_force(year),
            None => others.as_ref() == Some(&form.id),
        };
        let best = tries.max_by_key(|one| (one.score(), in_force(one.form), one.form.from));
        // Two forms may have rows of the same names; without a single heading nothing tells what their figures mean.
        let tells = |best: &Try| best.form.tables[best.number].columns.len() == 1 || best.found.headings > 0;
        let Some(best) = best.filter(|best| !best.found.candidates.is_empty() && tells(best)) else { continue };
        for (claimed, also) in recognised.claimed.iter_mut().zip(&best.claimed) {
            *claimed |= also;
        }
        recognised.matched.extend(best.found.candidates.iter().flat_map(|one| one.slots.pieces()).map(|piece| piece.at));
        let table = settle(best, &mut recognised.doubts);
        recognised.tables.push(table);
    }
    recognised.extra_rows();
    recognised
}

impl Recognised {
    /// Rows of the source that no table knows.
    fn extra_rows(&mut self) {
        for table in &mut self.tables {
            let matched = &mut self.matched;
            table.remainders.retain(|one| {
                let new = !matched.contains(&one.at);
                matched.push(one.at);
                new
            });
            for one in &table.remainders {
                let label = &table.form.tables[table.number].label;
                let message = Words::new(
                    format!("“{label}”里有表格没有的一行，或无法确定是哪一行：{}", one.label),
                    format!("a row of the source that the form lacks, or that is not safe to match: {}", one.label),
                );
                let source = format!("{} {}", one.label, one.figures.join(" "));
                let id = table.form.tables[table.number].id.clone();
                self.doubts.push(Doubt::new(DoubtKind::ExtraRow, message).source(source.trim(), one.at).cell(id));
            }
        }
    }
}

fn look<'a>(items: &[Item], form: &'a Arc<Form>, number: usize, table: &Table, names: &Names) -> Try<'a> {
    let mut one = Try { form, number, found: Findings::default(), claimed: vec![false; items.len()] };
    for (at, item) in items.iter().enumerate() {
        let mut found = Findings::default();
        match item {
            Item::Prose(_) => continue,
            Item::Grid(grid) if grid.rows() > MOST_ROWS => continue,
            Item::Grid(grid) => grid::search(grid, table, names, &mut found),
            Item::Torn(runs, _) => torn::search(runs, table, names, &mut found),
        }
        refuse_doubtful(&mut found);
        if at > 0 && matches!(items[at - 1], Item::Grid(_)) {
            join_pages(one.found.candidates.last_mut(), &mut found, table);
        }
        // Some other table may have a row of the same name; a table of the form has its headings or several rows.
        let placed = found.candidates.iter().any(|one| !matches!(one.slots, Slots::Loose(_)));
        let enough = (placed || found.headings > 0)
            && (found.candidates.len() >= 2 || (found.candidates.len() == 1 && (found.headings > 0 || table.rows.len() == 1)));
        if !enough {
            continue;
        }
        one.claimed[at] = true;
        one.found.candidates.extend(found.candidates);
        one.found.headings += found.headings;
        one.found.strays.extend(found.strays.into_iter().filter(|stray| !stray.figures.is_empty()));
    }
    one
}

/// A row that the end of a page cut in two: its label above, with nothing behind it, and its figures below.
fn join_pages(above: Option<&mut Candidate>, below: &mut Findings, table: &Table) {
    let Some(above) = above.filter(|above| above.slots.pieces().iter().all(|piece| piece.text.is_empty())) else { return };
    let columns = table.columns_of(&table.rows[above.row]).len();
    let first = below.candidates.iter().map(|one| one.at).min();
    let unnamed =
        |stray: &Stray| stray.label.trim().is_empty() && stray.figures.len() == columns && first.is_none_or(|first| stray.at < first);
    if let Some(at) = below.strays.iter().position(unnamed) {
        let stray = below.strays.remove(at);
        (above.slots, above.torn, above.at) = (Slots::Placed(stray.figures), true, stray.at);
    }
}

/// A label with a slip counts only where its neighbours are the form's neighbours, and no other row claims the same.
fn refuse_doubtful(found: &mut Findings) {
    let order: Vec<(usize, Match)> = found.candidates.iter().map(|one| (one.row, one.how)).collect();
    let fits = |at: usize| {
        let (row, how) = order[at];
        // The rest of a label, on the next page, has no figures of its own: its row is not a row of blanks.
        if how != Match::Exact && found.candidates[at].slots.pieces().iter().all(|piece| piece.text.is_empty()) {
            return false;
        }
        if how != Match::Near {
            return true;
        }
        let before = order[..at].iter().rev().find(|one| one.1 != Match::Near).is_none_or(|one| one.0 < row);
        let after = order[at + 1..].iter().find(|one| one.1 != Match::Near).is_none_or(|one| row < one.0);
        let alone = order.iter().filter(|one| one.0 == row).count() == 1;
        let anchored = order.iter().any(|one| one.1 != Match::Near);
        before && after && alone && anchored
    };
    let keep: Vec<bool> = (0..order.len()).map(fits).collect();
    let mut keep_each = keep.iter();
    let (kept, lost): (Vec<Candidate>, Vec<Candidate>) =
        std::mem::take(&mut found.candidates).into_iter().partition(|_| *keep_each.next().unwrap_or(&true));
    found.candidates = kept;
    found.strays.extend(lost.into_iter().map(|one| {
        let figures = one.slots.pieces().to_vec();
        Stray { label: one.label, figures, at: one.at }
    }));
}

fn settle(best: Try, doubts: &mut Vec<Doubt>) -> ImportedTable {
    let form = best.form.clone();
    let table = &form.tables[best.number];
    let mut imported =
        ImportedTable { form: form.clone(), number: best.number, cells: vec![None; table.cells], unread: vec![], remainders: vec![] };
    let first = doubts.len();
    for row in 0..table.rows.len() {
        let candidates: Vec<&Candidate> = best.found.candidates.iter().filter(|one| one.row == row).collect();
        Settling { table, row, imported: &mut imported, doubts }.row(&candidates);
    }
    together(table, doubts, first);
    imported.remainders = best
        .found
        .strays
        .iter()
        .map(|stray| Remainder {
            label: stray.label.clone(),
            figures: texts(&stray.figures),
            at: stray.figures.first().map_or(stray.at, |piece| piece.at),
        })
        .collect();
    imported
}

/// Many rows put together in one way are one question, not one each.
fn together(table: &Table, doubts: &mut Vec<Doubt>, first: usize) {
    let (torn, others): (Vec<Doubt>, Vec<Doubt>) = doubts.drain(first..).partition(|one| one.kind == DoubtKind::Torn);
    doubts.extend(others);
    let [one, _, _, ..] = &torn[..] else { return doubts.extend(torn) };
    let count = torn.len();
    let message = Words::new(
        format!("“{}”有{count}行缺最后一栏（总计），其余各栏按次序填入；从这一行起", table.label),
        format!("{count} rows of `{}` lack their last column (the total); the others were taken in order, from this row on", table.id),
    );
    doubts.push(Doubt { message, cell: Some(table.id.clone()), ..one.clone() });
}

fn texts(pieces: &[Piece]) -> Vec<String> {
    pieces.iter().map(|piece| piece.text.clone()).collect()
}

/// A row of the form while its cells are being decided.
struct Settling<'a> {
    table: &'a Table,
    row: usize,
    imported: &'a mut ImportedTable,
    doubts: &'a mut Vec<Doubt>,
}

impl Settling<'_> {
    fn path(&self) -> String {
        format!("{}.{}", self.table.id, self.table.rows[self.row].id)
    }

    fn row(&mut self, candidates: &[&Candidate]) {
        let label = &self.table.rows[self.row].full_label;
        let Some(one) = self.only(candidates) else {
            if candidates.is_empty() {
                let message =
                    Words::new(format!("原件里没有找到“{label}”这一行"), format!("row `{}` was not found in the source", self.path()));
                self.doubts.push(Doubt::new(DoubtKind::Row, message).cell(self.path()));
            }
            return;
        };
        if one.how == Match::Near {
            let message = Words::new(format!("“{}”当作“{label}”", one.label), format!("`{}` was taken for `{label}`", one.label));
            self.doubts.push(Doubt::new(DoubtKind::Label, message).source(one.label.clone(), one.at).cell(self.path()));
        }
        if let Slots::Placed(pieces) = &one.slots
            && let Some(whole) = unwrapped(self.table, self.row, pieces)
        {
            return self.place(&Candidate { how: one.how.min(Match::Near), ..(*one).clone() }, &whole);
        }
        match &one.slots {
            Slots::Placed(pieces) if one.torn && torn::holds(self.table, self.row, pieces) == Some(false) => {
                self.refuse(
                    one,
                    pieces,
                    "各栏相加不等于总计，可能有数字错位",
                    "its columns do not add up to its total; a figure may be out of place",
                );
            }
            Slots::Placed(pieces) => self.place(one, pieces),
            Slots::WithoutLast(pieces) if torn::lacks_only_total(self.table, self.row, pieces) => {
                let message = Words::new(
                    format!("“{label}”缺最后一栏（总计），其余各栏按次序填入"),
                    format!("`{}` lacks its last column (the total); the others were taken in order", self.path()),
                );
                self.doubts.push(Doubt::new(DoubtKind::Torn, message).source(texts(pieces).join(" "), one.at).cell(self.path()));
                self.place(one, pieces);
            }
            Slots::WithoutLast(pieces) | Slots::Loose(pieces) => {
                self.refuse(
                    one,
                    pieces,
                    "数字的个数与栏数不符，不能确定各在哪一栏",
                    "the number of figures is not that of the columns, so their columns are not known",
                );
            }
        }
    }

    /// The one source row to take: an empty one gives way to one with figures, and equal ones are one.
    fn only<'c>(&mut self, candidates: &[&'c Candidate]) -> Option<&'c Candidate> {
        let pieces = |one: &Candidate| texts(one.slots.pieces());
        let filled: Vec<&&Candidate> = candidates.iter().filter(|one| pieces(one).iter().any(|text| !text.is_empty())).collect();
        match filled.len() {
            0 => candidates.first().copied(),
            _ if filled.iter().all(|one| pieces(one) == pieces(filled[0])) => filled.first().map(|one| **one),
            _ => {
                let label = &self.table.rows[self.row].full_label;
                for one in &filled {
                    let message = Words::new(
                        format!("“{label}”在原件里出现多次，数字不同"),
                        format!("`{}` stands in the source more than once, with different figures", self.path()),
                    );
                    self.doubts.push(Doubt::new(DoubtKind::Figure, message).source(pieces(one).join(" "), one.at).cell(self.path()));
                }
                let all: Vec<String> = filled.iter().map(|one| pieces(one).join(" ")).collect();
                self.imported.unread.push((self.row, all.join(" / ")));
                None
            }
        }
    }

    fn refuse(&mut self, one: &Candidate, pieces: &[Piece], zh: &str, en: &str) {
        let label = &self.table.rows[self.row].full_label;
        let source = texts(pieces).join(" ");
        let message = Words::new(format!("“{label}”留空：{zh}"), format!("`{}` was left out: {en}", self.path()));
        self.doubts.push(Doubt::new(DoubtKind::Figure, message).source(source.clone(), one.at).cell(self.path()));
        self.imported.unread.push((self.row, source));
    }

    fn place(&mut self, one: &Candidate, pieces: &[Piece]) {
        let row = &self.table.rows[self.row];
        let sure = if one.how == Match::Near || one.torn && one.how == Match::Part { Certainty::Likely } else { Certainty::Certain };
        for (at, (piece, column)) in pieces.iter().zip(self.table.columns_of(row)).enumerate() {
            let cell = row.first_cell + at;
            match figure::read(&piece.text, column.kind, column.unit.as_deref()) {
                Ok(mut reading) => {
                    // The form prints no unit here, the source does: it stays beside the figure.
                    if column.kind == CellKind::Amount
                        && column.unit.is_none()
                        && reading.remark.is_none()
                        && reading.value.number().is_some_and(|number| !number.is_zero())
                    {
                        reading.remark = one.unit.map(str::to_string);
                    }
                    self.imported.cells[cell] = imported_cell(reading, piece, sure);
                }
                Err(why) => {
                    let path = format!("{}.{}", self.path(), column.id);
                    let message = Words::new(
                        format!("“{} {}”留空：{}", row.full_label, column.label, why.zh),
                        format!("`{path}` was left out: {}", why.en),
                    );
                    self.doubts.push(Doubt::new(DoubtKind::Figure, message).source(piece.text.clone(), piece.at).cell(path));
                    self.imported.unread.push((self.row, format!("{}：{}", column.label, piece.text)));
                }
            }
        }
    }
}

/// The row with figures made whole that a narrow column broke into lines; only where the row then adds up.
fn unwrapped(table: &Table, row: usize, pieces: &[Piece]) -> Option<Vec<Piece>> {
    let whole: Vec<Piece> = pieces
        .iter()
        .map(|piece| Piece { text: figure::unwrapped(&piece.text).unwrap_or_else(|| piece.text.clone()), at: piece.at })
        .collect();
    (whole != pieces && torn::holds(table, row, &whole) == Some(true)).then_some(whole)
}

fn imported_cell(reading: figure::Reading, piece: &Piece, certainty: Certainty) -> Option<ImportedCell> {
    let text = match reading.value {
        Value::Number(digits) => digits,
        Value::Blank => "~".to_string(),
        Value::NotApplicable => "—".to_string(),
        Value::Absent => return None,
    };
    Some(ImportedCell { text, remark: reading.remark, at: piece.at, source: piece.text.clone(), certainty })
}
