//! One official form, ready for use: what a form file says, with names turned into numbers.
//!
//! In: a [`FormFile`]. Out: a [`Form`], or the name in the file that fits nothing.

use std::sync::Arc;

use serde::Deserialize;

use super::file::{BetweenFile, BlockFile, ColumnFile, FormFile, Per, RelationFile, RowFile, TableFile};
use super::keys::{Keys, Target};
use super::layout::{Block, Parts, Tree};
use super::lineage::Crosswalk;
use super::section::Section;
use crate::diagnostic::Severity;
use crate::names::{Words, Year};

/// What may stand in a cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CellKind {
    /// A whole number, not negative.
    #[default]
    Count,
    /// A whole number that may be negative: an increase or decrease.
    Signed,
    /// A decimal number, not negative, kept exactly as written.
    Amount,
}

/// How the two sides of a relation must stand to each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    #[default]
    Equal,
    /// The left side is at most the right.
    AtMost,
}

/// An official form. Source: the instrument it names.
#[derive(Debug)]
pub struct Form {
    pub id: Arc<str>,
    pub title: String,
    /// The document that prescribes the form.
    pub instrument: String,
    pub language: String,
    /// First and last report year in force; open where `None`.
    pub from: Option<Year>,
    pub to: Option<Year>,
    /// The official shape of a report's title, with `{unit}` and `{year}`.
    pub report_title: String,
    pub sections: Vec<Section>,
    pub tables: Vec<Table>,
    pub between_years: Vec<Between>,
    /// What a section says that says nothing ("无"), normalised.
    pub says_nothing: Vec<String>,
    /// The days on which the report's period begins and ends, as its preamble writes them.
    pub period: Option<(String, String)>,
    /// Citations of instruments that this form's replaces (`〔2019〕60号`).
    pub supersedes: Vec<String>,
    /// Cells shown first on overviews: table and cell numbers.
    pub key_figures: Vec<(usize, usize)>,
    pub(super) crosswalk: Option<Crosswalk>,
    /// The keys of its tables: ids, labels, headings of their sections.
    pub table_keys: Keys,
    /// The file it was read from, for messages.
    pub(super) file: Arc<str>,
}

/// A table of a form: rows of cells, numbered one after the other.
#[derive(Debug)]
pub struct Table {
    pub id: String,
    pub label: String,
    /// What the counts count, where all of them count the same ("件").
    pub unit: Option<String>,
    pub rows: Vec<Row>,
    /// Sets of columns; each row has one of them.
    pub columns: Vec<Vec<Column>>,
    pub relations: Vec<Relation>,
    pub blocks: Vec<Block>,
    /// The keys of its rows.
    pub keys: Keys,
    /// For each set of columns, the keys of its columns.
    pub column_keys: Vec<Keys>,
    /// How many cells it has.
    pub cells: usize,
}

/// A row of figures.
#[derive(Debug)]
pub struct Row {
    /// `received`, `refused.state_secret`.
    pub id: String,
    /// Its own label, as on the form.
    pub label: String,
    /// With the labels of the groups it stands in: `（三）不予公开 1.属于国家秘密`.
    pub full_label: String,
    pub unit: Option<String>,
    /// The levels of public body that can have figures here; empty: all.
    pub levels: Vec<String>,
    /// Which set of columns.
    pub columns: usize,
    /// The number of its first cell.
    pub first_cell: usize,
}

/// A column of figures.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    pub id: String,
    pub label: String,
    pub kind: CellKind,
    pub unit: Option<String>,
}

/// A relation between cells of one table that must hold, in every row or column it speaks of.
#[derive(Debug)]
pub struct Relation {
    pub id: String,
    pub code: String,
    pub severity: Severity,
    pub compare: Compare,
    /// The right side is one cell that is the total of the left: computed where it is left out.
    pub total: bool,
    pub instances: Vec<Instance>,
}

/// A relation in one row or column: cell numbers on both sides.
#[derive(Debug)]
pub struct Instance {
    pub along: Along,
    pub left: Vec<usize>,
    pub right: Vec<usize>,
}

/// Where an instance of a relation runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Along {
    /// Within the row of this number.
    Row(usize),
    /// Down the column of this number, counted in its set.
    Column(usize),
}

/// A relation between a report and the one of the year before: the sum of `later` equals the sum of `earlier`.
#[derive(Debug)]
pub struct Between {
    pub id: String,
    pub code: String,
    pub severity: Severity,
    /// Each runs down every column, or over the rows named.
    pub per_column: bool,
    /// `table.row` of the rows compared, where it runs over rows.
    pub rows: Vec<String>,
    /// With `per_column`: `table.row`; else column ids.
    pub later: Vec<Term>,
    pub earlier: Vec<Term>,
}

/// A cell or row named in a relation, added or taken away.
#[derive(Clone, Debug)]
pub struct Term {
    pub name: String,
    pub minus: bool,
}

/// A name in a form file that fits nothing, and the part of the file it stands in.
#[derive(Debug)]
pub(super) struct Misfit {
    pub part: &'static str,
    pub name: String,
    pub why: Words,
}

impl Misfit {
    pub(super) fn new(part: &'static str, name: &str, zh: &str, en: &str) -> Misfit {
        Misfit { part, name: name.to_string(), why: Words::new(format!("“{name}”{zh}"), format!("`{name}` {en}")) }
    }
}

impl Form {
    pub(super) fn compile(file: FormFile, path: Arc<str>) -> Result<Form, Misfit> {
        let tables = file.tables.iter().map(Table::compile).collect::<Result<Vec<_>, _>>()?;
        distinct("tables", file.tables.iter().map(|table| table.id.as_str()))?;
        distinct("sections", file.sections.iter().map(|section| section.id.as_str()))?;
        let sections = file.sections.iter().map(|section| Section::compile(section, &tables)).collect::<Result<Vec<_>, _>>()?;
        let mut table_keys = Keys::default();
        for (at, table) in file.tables.iter().enumerate() {
            let headings = file.sections.iter().filter(|section| section.table.as_ref() == Some(&table.id));
            let also = headings.flat_map(|section| std::iter::once(&section.heading).chain(&section.also)).chain(&table.also);
            table_keys.add(&table.id, &table.label, &also.cloned().collect::<Vec<_>>(), Target::Leaf(at));
        }
        let mut form = Form {
            id: file.id.as_str().into(),
            title: file.title,
            instrument: file.instrument,
            language: file.language,
            from: file.years.from,
            to: file.years.to,
            report_title: file.report_title,
            sections,
            tables,
            between_years: vec![],
            says_nothing: file.says_nothing.iter().map(|text| super::normalised(text)).collect(),
            period: file.period.as_ref().map(|period| (period.from.clone(), period.to.clone())),
            supersedes: file.supersedes,
            key_figures: vec![],
            crosswalk: file.crosswalk.as_ref().map(Crosswalk::compile),
            table_keys,
            file: path,
        };
        form.between_years = file.between_years.iter().map(|between| form.between(between)).collect::<Result<_, _>>()?;
        for path in &file.key_figures {
            let cell =
                form.cell(path).ok_or_else(|| Misfit::new("key_figures", path, "不是这个格式里的一格", "is not a cell of this form"))?;
            form.key_figures.push(cell);
        }
        let unknown = |path: &&str| form.cells_at(path).is_empty() && !form.is_group(path);
        let misfit = form
            .crosswalk
            .iter()
            .flat_map(Crosswalk::paths)
            .find(unknown)
            .map(|path| Misfit::new("crosswalk", path, "不是这个格式里的表、行或格", "is not a table, row or cell of this form"));
        misfit.map_or(Ok(form), Err)
    }

    /// Whether the form is in force for the reports of a year.
    pub fn in_force(&self, year: Year) -> bool {
        self.from.is_none_or(|from| from <= year) && self.to.is_none_or(|to| year <= to)
    }

    /// The codes that its relations have.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let relations = self.tables.iter().flat_map(|table| &table.relations).map(|relation| relation.code.as_str());
        relations.chain(self.between_years.iter().map(|between| between.code.as_str()))
    }

    /// The table of this id, with its number.
    pub fn table(&self, id: &str) -> Option<(usize, &Table)> {
        self.tables.iter().enumerate().find(|(_, table)| table.id == id)
    }

    fn is_group(&self, path: &str) -> bool {
        path.split_once('.').is_some_and(|(table, rest)| {
            self.table(table).is_some_and(|(_, table)| table.rows.iter().any(|row| row.id.starts_with(&format!("{rest}."))))
        })
    }

    fn between(&self, file: &BetweenFile) -> Result<Between, Misfit> {
        let per_column = file.per == Per::Column;
        if !per_column && file.rows.is_empty() {
            return Err(Misfit::new("between_years", &file.id, "没有写 rows", "names no rows"));
        }
        let terms = |names: &[String]| names.iter().map(|name| term(name)).collect::<Vec<_>>();
        let between = Between {
            id: file.id.clone(),
            code: file.code.clone(),
            severity: file.severity,
            per_column,
            rows: file.rows.clone(),
            later: terms(&file.later),
            earlier: terms(&file.earlier),
        };
        let known: Vec<String> = match per_column {
            true => between.later.iter().map(|term| term.name.clone()).collect(),
            false => between.rows.iter().flat_map(|row| between.later.iter().map(move |term| format!("{row}.{}", term.name))).collect(),
        };
        match known.iter().find(|path| self.cells_at(path).is_empty()) {
            Some(path) => Err(Misfit::new("between_years", path, "不是这个格式里的行或格", "is not a row or cell of this form")),
            None => Ok(between),
        }
    }
}

fn term(name: &str) -> Term {
    match name.strip_prefix('-') {
        Some(name) => Term { name: name.to_string(), minus: true },
        None => Term { name: name.to_string(), minus: false },
    }
}

fn distinct<'a>(part: &'static str, ids: impl Iterator<Item = &'a str>) -> Result<(), Misfit> {
    let mut seen = std::collections::BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(Misfit::new(part, id, "出现了两次", "is given twice"));
        }
    }
    Ok(())
}

/// A row while its table is being made.
struct Draft<'a> {
    file: &'a RowFile,
    id: String,
    full_label: String,
}

impl Table {
    fn compile(file: &TableFile) -> Result<Table, Misfit> {
        let of_its_own = !file.columns.is_empty() || !file.rows.is_empty();
        if !file.blocks.is_empty() && of_its_own {
            return Err(Misfit::new(
                "tables",
                &file.id,
                "既有 blocks，又有 columns 或 rows，只能用一种",
                "has blocks, and columns or rows beside them",
            ));
        }
        let single;
        let blocks: &[BlockFile] = if file.blocks.is_empty() {
            single = [BlockFile { heading: None, corner: file.corner.clone(), columns: file.columns.clone(), rows: file.rows.clone() }];
            &single
        } else {
            &file.blocks
        };
        let mut table = Table {
            id: file.id.clone(),
            label: file.label.clone(),
            unit: file.unit.clone(),
            rows: vec![],
            columns: vec![],
            relations: vec![],
            blocks: vec![],
            keys: Keys::default(),
            column_keys: vec![],
            cells: 0,
        };
        let parts = blocks.iter().map(|block| table.add_block(block, file.across)).collect::<Result<Vec<_>, _>>()?;
        distinct("tables", table.rows.iter().map(|row| row.id.as_str()))?;
        let width = parts.iter().map(Parts::width).max().unwrap_or(0);
        table.blocks = parts.into_iter().map(|part| part.draw(width)).collect();
        table.relations = file.relations.iter().map(|relation| table.relation(relation)).collect::<Result<_, _>>()?;
        Ok(table)
    }

    /// The columns of a row.
    pub fn columns_of(&self, row: &Row) -> &[Column] {
        &self.columns[row.columns]
    }

    /// The row of a cell, and which of its columns.
    pub fn row_of(&self, cell: usize) -> (&Row, &Column) {
        let at = self.rows.partition_point(|row| row.first_cell <= cell) - 1;
        let row = &self.rows[at];
        (row, &self.columns_of(row)[cell - row.first_cell])
    }

    /// What a cell's figure is measured in: the column's unit, the row's, the table's.
    pub fn unit_of(&self, cell: usize) -> Option<&str> {
        let (row, column) = self.row_of(cell);
        column.unit.as_deref().or(row.unit.as_deref()).or(if column.kind == CellKind::Amount { None } else { self.unit.as_deref() })
    }

    /// Whether a cell is the total of others, and may be left out.
    pub fn is_total(&self, cell: usize) -> bool {
        let totals = self.relations.iter().filter(|relation| relation.total);
        totals.flat_map(|relation| &relation.instances).any(|one| one.right == [cell])
    }

    fn add_block<'a>(&mut self, file: &'a BlockFile, across: bool) -> Result<Parts<'a>, Misfit> {
        let mut leaves = vec![];
        let keys = column_keys(&file.columns, &mut leaves);
        let columns: Vec<Column> = leaves
            .iter()
            .map(|leaf| {
                let id = leaf.id.clone().ok_or_else(|| Misfit::new("tables", &leaf.label, "缺少 id", "needs an id"))?;
                Ok(Column { id, label: leaf.label.clone(), kind: leaf.kind, unit: leaf.unit.clone() })
            })
            .collect::<Result<_, Misfit>>()?;
        distinct("tables", columns.iter().map(|column| column.id.as_str()))?;
        let set = self.columns.len();
        let mut drafts = vec![];
        let row_keys = self.row_keys(&file.rows, "", "", &mut drafts)?;
        self.keys.borrow_from(&row_keys);
        let mut cells = vec![];
        for draft in drafts {
            cells.push((self.cells..self.cells + columns.len()).collect());
            self.rows.push(Row {
                id: draft.id,
                label: draft.file.label.clone(),
                full_label: draft.full_label,
                unit: draft.file.unit.clone(),
                levels: draft.file.levels.clone(),
                columns: set,
                first_cell: self.cells,
            });
            self.cells += columns.len();
        }
        self.columns.push(columns);
        self.column_keys.push(keys);
        Ok(Parts {
            heading: file.heading.as_deref(),
            corner: &file.corner,
            columns: Tree::of_columns(&file.columns),
            rows: Tree::of_rows(&file.rows),
            cells,
            spans: leaves.iter().map(|leaf| leaf.span).collect(),
            across,
        })
    }

    fn row_keys<'a>(&self, rows: &'a [RowFile], prefix: &str, labels: &str, drafts: &mut Vec<Draft<'a>>) -> Result<Keys, Misfit> {
        let mut keys = Keys::default();
        for row in rows {
            let id = match &row.id {
                Some(id) => format!("{prefix}{id}"),
                None => String::new(),
            };
            if row.rows.is_empty() {
                if id.is_empty() {
                    return Err(Misfit::new("tables", &row.label, "缺少 id", "needs an id"));
                }
                let target = Target::Leaf(self.rows.len() + drafts.len());
                keys.add(&id[prefix.len()..], &row.label, &row.also, target);
                drafts.push(Draft { file: row, id, full_label: format!("{labels}{}", row.label) });
            } else if row.id.is_some() {
                let inner = self.row_keys(&row.rows, &format!("{id}."), &format!("{labels}{} ", row.label), drafts)?;
                keys.add(&id[prefix.len()..], &row.label, &row.also, Target::Group(inner));
            } else {
                // A heading without an id is drawn, but its rows' keys stand beside the others.
                let inner = self.row_keys(&row.rows, prefix, labels, drafts)?;
                keys.borrow_from(&inner);
                keys.add("", &row.label, &row.also, Target::Group(inner));
            }
        }
        Ok(keys)
    }

    fn relation(&self, file: &RelationFile) -> Result<Relation, Misfit> {
        let instances = match file.per {
            Per::Column => self.down_columns(file)?,
            Per::Row => self.along_rows(file)?,
        };
        if file.total && instances.iter().any(|one| one.right.len() != 1) {
            return Err(Misfit::new(
                "relations",
                &file.id,
                "标明是合计，但右边不是一格",
                "is marked as a total, but its right side is not one cell",
            ));
        }
        Ok(Relation {
            id: file.id.clone(),
            code: file.code.clone(),
            severity: file.severity,
            compare: file.compare,
            total: file.total,
            instances,
        })
    }

    fn down_columns(&self, file: &RelationFile) -> Result<Vec<Instance>, Misfit> {
        let (left, right) = (self.rows_named(&file.left)?, self.rows_named(&file.right)?);
        let set = right.first().or(left.first()).map_or(0, |row| row.columns);
        if left.iter().chain(&right).any(|row| row.columns != set) {
            return Err(Misfit::new("relations", &file.id, "里的行栏目不同，不能逐栏相加", "adds rows that have different columns"));
        }
        if let Some(name) = file.columns.iter().find(|name| !self.columns[set].iter().any(|column| column.id == **name)) {
            return Err(Misfit::new("relations", name, "不是这些行的栏", "is not a column of these rows"));
        }
        let instance = |column: usize| Instance {
            along: Along::Column(column),
            left: left.iter().map(|row| row.first_cell + column).collect(),
            right: right.iter().map(|row| row.first_cell + column).collect(),
        };
        let wanted = |column: &usize| file.columns.is_empty() || file.columns.contains(&self.columns[set][*column].id);
        Ok((0..self.columns[set].len()).filter(wanted).map(instance).collect())
    }

    fn along_rows(&self, file: &RelationFile) -> Result<Vec<Instance>, Misfit> {
        let unknown = |name: &String| Misfit::new("relations", name, "不是这张表里的栏", "is not a column of this table");
        for name in file.left.iter().chain(&file.right) {
            if !self.columns.iter().flatten().any(|column| column.id == *name) {
                return Err(unknown(name));
            }
        }
        let chosen: Vec<&Row> = if file.rows.is_empty() { self.rows.iter().collect() } else { self.rows_named(&file.rows)? };
        let cells = |row: &Row, names: &[String]| {
            let at = |name: &String| self.columns_of(row).iter().position(|column| column.id == *name).map(|i| row.first_cell + i);
            names.iter().map(at).collect::<Option<Vec<_>>>()
        };
        let number = |row: &Row| self.rows.iter().position(|one| one.id == row.id).unwrap_or(0);
        let instance =
            |row: &&Row| Some(Instance { along: Along::Row(number(row)), left: cells(row, &file.left)?, right: cells(row, &file.right)? });
        Ok(chosen.iter().filter_map(instance).collect())
    }

    /// Rows by id; a group's id stands for all its rows.
    fn rows_named(&self, names: &[String]) -> Result<Vec<&Row>, Misfit> {
        let mut rows = vec![];
        for name in names {
            let before = rows.len();
            rows.extend(self.rows.iter().filter(|row| row.id == *name || row.id.starts_with(&format!("{name}."))));
            if rows.len() == before {
                return Err(Misfit::new("relations", name, "不是这张表里的行", "is not a row of this table"));
            }
        }
        Ok(rows)
    }
}

/// The keys of the columns; headings over columns reach through to them.
fn column_keys<'a>(columns: &'a [ColumnFile], leaves: &mut Vec<&'a ColumnFile>) -> Keys {
    let mut keys = Keys::default();
    for column in columns {
        if column.columns.is_empty() {
            keys.add(column.id.as_deref().unwrap_or(""), &column.label, &column.also, Target::Leaf(leaves.len()));
            leaves.push(column);
        } else {
            let inner = column_keys(&column.columns, leaves);
            keys.borrow_from(&inner);
        }
    }
    keys
}
