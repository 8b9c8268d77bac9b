//! The official tables of a report: front matter into cells.
//!
//! In: the node below `statistics:`, and the forms. Out: [`TableFigures`], one for each table given.
//! Totals that were left out are added up here, where every operand is known; totals that were given
//! are kept as published. Whether the figures agree is left to `checks`.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::cells::Cells;
use super::figure::{self, Cell, Entry, Figure, is_not_applicable};
use super::{Reader, suggestion};
use crate::diagnostic::Diagnostic;
use crate::forms::{Catalog, Column, Form, Keys, Row, Table, Target};
use crate::names::Words;
use crate::source::Span;
use crate::yaml::{Key, Node, Value};

/// One official table of a report, on its own form.
#[derive(Clone, Debug)]
pub struct TableFigures {
    pub form: Arc<Form>,
    /// Its number in the form.
    pub number: usize,
    pub cells: Cells,
    /// Where its key stands.
    pub span: Span,
}

impl TableFigures {
    /// The table of the form that these figures fill.
    pub fn table(&self) -> &Table {
        &self.form.tables[self.number]
    }

    /// `None` for a cell that was not written.
    pub fn cell(&self, cell: usize) -> Option<Cell<'_>> {
        self.cells.get(cell)
    }

    /// The cells of a row with their columns.
    pub fn row<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = (&'a Column, Option<Cell<'a>>)> {
        let columns = self.table().columns_of(row);
        columns.iter().zip(self.cells.of_row(row.first_cell, columns.len()))
    }
}

impl PartialEq for TableFigures {
    fn eq(&self, other: &Self) -> bool {
        self.form.id == other.form.id && self.number == other.number && self.cells == other.cells
    }
}

/// Reads all tables. `form` is the report's; a table may name its own with `form:`.
pub(super) fn parse(node: &Node, form: Option<&Arc<Form>>, catalog: &Catalog, reader: &mut Reader) -> Vec<TableFigures> {
    let Value::Map(entries) = &node.value else {
        if !node.is_null() {
            let help = form.map(|form| table_names(&form.table_keys)).unwrap_or_default();
            reader.push(
                Diagnostic::error(
                    "G910",
                    reader.place(node.span),
                    Words::new("“statistics”下面应分表填写", "`statistics` holds one table each"),
                )
                .with_help(help),
            );
        }
        return vec![];
    };
    let mut tables: BTreeMap<String, TableFigures> = BTreeMap::new();
    for (key, value) in entries {
        let Some(form) = own_form(value, catalog, reader).or_else(|| form.cloned()) else {
            reader.error(
                "G401",
                key.span,
                Words::new("这一年没有适用的报告格式，无法识别表格", "no form is in force for this year, so its tables cannot be read"),
            );
            continue;
        };
        let Some(Target::Leaf(number)) = form.table_keys.find(&key.text) else {
            unknown_key(
                key,
                &form.table_keys,
                &Words::new(format!("{}格式里没有", form.id), format!("form {} has no table", form.id)),
                reader,
            );
            continue;
        };
        let table = &form.tables[*number];
        let mut figures = TableFigures { form: form.clone(), number: *number, cells: Cells::none(table.cells), span: key.span };
        Filling { table, cells: &mut figures.cells, reader: &mut *reader }.group(&table.keys, value, key.span);
        add_up(&mut figures);
        if let Some(first) = tables.get(&table.id) {
            let message = Words::new(format!("“{}”填了两次", table.label), format!("table `{}` is given twice", table.id));
            let first = reader.place(first.span);
            reader.push(
                Diagnostic::error("G902", reader.place(key.span), message)
                    .with_label(first, Words::new("第一次填在这里", "first given here")),
            );
            continue;
        }
        tables.insert(table.id.clone(), figures);
    }
    let mut filled: Vec<TableFigures> = tables.into_values().collect();
    filled.sort_by_key(|figures| figures.number);
    filled
}

/// `form:` inside a table.
fn own_form(node: &Node, catalog: &Catalog, reader: &mut Reader) -> Option<Arc<Form>> {
    let (_, value) = node.map()?.iter().find(|(key, _)| key.text == "form")?;
    let name = value.text()?;
    let form = catalog.get(name);
    if form.is_none() {
        reader.push(super::no_such_form(name, reader.place(value.span), catalog));
    }
    form.cloned()
}

fn table_names(keys: &Keys) -> Words {
    let named = || keys.iter().filter(|(id, ..)| !id.is_empty());
    let zh: Vec<_> = named().map(|(id, label, _)| format!("{id}（{label}）")).collect();
    let en: Vec<_> = named().map(|(id, ..)| id).collect();
    Words::new(format!("可以填写：{}。", zh.join("、")), format!("Known here: {}.", en.join(", ")))
}

fn unknown_key(key: &Key, keys: &Keys, what: &Words, reader: &mut Reader) {
    let message = Words::new(format!("{}“{}”这一项", what.zh, key.text), format!("{} `{}`", what.en, key.text));
    let help =
        suggestion(keys.nearest(&key.text), || keys.iter().filter(|(id, ..)| !id.is_empty()).map(|(id, ..)| id.to_string()).collect());
    reader.push(Diagnostic::error("G903", reader.place(key.span), message).with_help(help));
}

/// What a word written for a whole row, group or table means for each of its cells.
fn wholesale(node: &Node) -> Option<Figure> {
    if node.is_null() {
        return Some(Figure::Blank);
    }
    match node.text().map(str::trim) {
        Some("0") => Some(Figure::Count(0)),
        Some(text) if is_not_applicable(text) => Some(Figure::NotApplicable),
        _ => None,
    }
}

/// A table while its cells are being filled in.
struct Filling<'a, 'r, 'f> {
    table: &'a Table,
    cells: &'a mut Cells,
    reader: &'r mut Reader<'f>,
}

impl Filling<'_, '_, '_> {
    /// A table, a group of rows, or a heading over rows. `key`: where it is named.
    fn group(&mut self, keys: &Keys, node: &Node, key: Span) {
        if let Some(figure) = wholesale(node) {
            let span = if node.span.end > node.span.start { node.span } else { key };
            return self.every_cell(keys, figure, span);
        }
        let Value::Map(entries) = &node.value else {
            return self.reader.push(
                Diagnostic::error(
                    "G910",
                    self.reader.place(node.span),
                    Words::new(
                        "这里应分行填写；全部为零时可以只写一个 0",
                        "rows belong here, one a line; a single `0` says that all are zero",
                    ),
                )
                .with_help(table_names(keys)),
            );
        };
        let mut seen: Vec<(&str, Span)> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            if key.text == "form" && keys.find("form").is_none() {
                continue;
            }
            let Some((id, target)) = keys.known(&key.text) else {
                let what = Words::new(format!("“{}”里没有", self.table.label), format!("table `{}` has no row", self.table.id));
                unknown_key(key, keys, &what, self.reader);
                continue;
            };
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == id) {
                self.twice(key, *first);
                continue;
            }
            seen.push((id, key.span));
            match target {
                Target::Leaf(row) => self.row(*row, value, key.span),
                Target::Group(inner) => self.group(inner, value, key.span),
            }
        }
    }

    fn twice(&mut self, key: &Key, first: Span) {
        let message = Words::new(
            format!("“{}”填了两次，写法不同但是同一行", key.text),
            format!("`{}` is a second spelling of a row already given", key.text),
        );
        let place = self.reader.place(key.span);
        let first = self.reader.place(first);
        self.reader.push(Diagnostic::error("G902", place, message).with_label(first, Words::new("第一次填在这里", "first given here")));
    }

    fn every_cell(&mut self, keys: &Keys, figure: Figure, span: Span) {
        for (_, _, target) in keys.iter() {
            match target {
                Target::Leaf(row) => self.every_column(*row, figure, span),
                Target::Group(inner) => self.every_cell(inner, figure, span),
            }
        }
    }

    fn every_column(&mut self, row: usize, figure: Figure, span: Span) {
        let row = &self.table.rows[row];
        for column in 0..self.table.columns_of(row).len() {
            self.cells.set(row.first_cell + column, Entry::given(figure, span));
        }
    }

    fn row(&mut self, number: usize, node: &Node, key: Span) {
        let table = self.table;
        let row = &table.rows[number];
        let columns = table.columns_of(row);
        if let Some(figure) = wholesale(node) {
            let span = if node.span.end > node.span.start { node.span } else { key };
            return self.every_column(number, figure, span);
        }
        match &node.value {
            Value::List(items) => self.list(row, columns, items, node.span),
            Value::Map(entries) if columns.len() > 1 || table.column_keys[row.columns].find(first_key(entries)).is_some() => {
                self.map(row, columns, entries);
            }
            _ if columns.len() == 1 => {
                self.cells.set(row.first_cell, figure::read(node, columns[0].kind, self.reader));
            }
            _ => self.reader.push(
                Diagnostic::error(
                    "G910",
                    self.reader.place(node.span),
                    Words::new(
                        format!("“{}”有{}栏，一个数不够", row.label, columns.len()),
                        format!("row `{}` has {} columns; one number is not enough", row.id, columns.len()),
                    ),
                )
                .with_help(match node.text() {
                    Some(text) if text.starts_with(['［', '【', '（', '(']) => Words::new(
                        "一行的数要写在半角方括号里，如 [1, 2, 0]。",
                        "The figures of a row stand in square brackets: [1, 2, 0].",
                    ),
                    _ => order_of(columns),
                }),
            ),
        }
    }

    fn list(&mut self, row: &Row, columns: &[Column], items: &[Node], span: Span) {
        let total_left_out = items.len() + 1 == columns.len() && self.table.is_total(row.first_cell + columns.len() - 1);
        if items.len() != columns.len() && !total_left_out {
            let (wanted, got) = (columns.len(), items.len());
            let help = order_of(columns);
            let with_full_width = items.iter().any(|item| item.text().is_some_and(|text| text.contains(['，', '、', '；'])));
            let help = if with_full_width {
                Words::new(
                    "数与数之间要用半角逗号加空格隔开，如 [1, 2, 0]。",
                    "Figures are separated by an ordinary comma and a space: [1, 2, 0].",
                )
            } else if got > wanted {
                Words::new(format!("{}数中间不要写千位逗号。", help.zh), format!("{} Leave out thousands separators.", help.en))
            } else {
                help
            };
            return self.reader.push(
                Diagnostic::error(
                    "G910",
                    self.reader.place(span),
                    Words::new(
                        format!("“{}”应有{wanted}个数，这里写了{got}个", row.label),
                        format!("row `{}` has {wanted} columns, but {got} figures stand here", row.id),
                    ),
                )
                .with_help(help),
            );
        }
        for (at, (item, column)) in items.iter().zip(columns).enumerate() {
            self.cells.set(row.first_cell + at, figure::read(item, column.kind, self.reader));
        }
    }

    fn map(&mut self, row: &Row, columns: &[Column], entries: &[(Key, Node)]) {
        let keys = &self.table.column_keys[row.columns];
        for (key, value) in entries {
            let Some(Target::Leaf(at)) = keys.find(&key.text) else {
                let what = Words::new(format!("“{}”没有", row.label), format!("row `{}` has no column", row.id));
                unknown_key(key, keys, &what, self.reader);
                continue;
            };
            let cell = row.first_cell + at;
            if let Some(first) = self.cells.get(cell).map(|cell| cell.span) {
                self.twice(key, first);
                continue;
            }
            self.cells.set(cell, figure::read(value, columns[*at].kind, self.reader));
        }
    }
}

fn first_key<'a>(entries: &'a [(Key, Node)]) -> &'a str {
    entries.first().map_or("", |(key, _)| &key.text)
}

fn order_of(columns: &[Column]) -> Words {
    let zh: Vec<_> = columns.iter().map(|column| column.label.as_str()).collect();
    let en: Vec<_> = columns.iter().map(|column| column.id.as_str()).collect();
    Words::new(format!("依次是：{}。", zh.join("、")), format!("In order: {}.", en.join(", ")))
}

/// Adds up totals that were left out, as long as one more becomes known.
///
/// A struck-out operand adds nothing; a blank, missing or unreadable one leaves the total unknown.
fn add_up(figures: &mut TableFigures) {
    let form = figures.form.clone();
    let table = &form.tables[figures.number];
    let totals: Vec<_> = table.relations.iter().filter(|relation| relation.total).flat_map(|relation| &relation.instances).collect();
    loop {
        let mut added = false;
        for one in &totals {
            let [total] = one.right[..] else { continue };
            if figures.cell(total).is_some() {
                continue;
            }
            if let Some((sum, span)) = sum(one.left.iter().map(|&cell| figures.cell(cell))) {
                let kind = table.row_of(total).1.kind;
                figures.cells.set(total, Entry::computed(Figure::of(sum, kind), span));
                added = true;
            }
        }
        if !added {
            return;
        }
    }
}

/// The sum of known cells and the place of the last of them; `None` if one is not known, or none is a number.
fn sum<'a>(cells: impl Iterator<Item = Option<Cell<'a>>>) -> Option<(Decimal, Span)> {
    let mut sum: Option<(Decimal, Span)> = None;
    for cell in cells {
        let cell = cell?;
        match cell.figure {
            Figure::NotApplicable => {}
            figure => sum = Some((sum.map_or(Decimal::ZERO, |(sum, _)| sum).checked_add(figure.number()?)?, cell.span)),
        }
    }
    sum
}
