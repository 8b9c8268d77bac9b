//! Every single cell of a valid report changed, left out and blanked; neighbouring rows and columns swapped. Each mutation
//! that breaks relations is told as exactly those, at its place, and nothing else is told.
//!
//! What must break is worked out here from the form's relations alone: a relation is broken if no number
//! in its unknown cells makes it hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gongkai::archive;
use gongkai::cache::Cache;
use gongkai::checks::{self, Subject};
use gongkai::config::Config;
use gongkai::content::{self, Scope};
use gongkai::diagnostic::{Diagnostic, Diagnostics};
use gongkai::forms::{Catalog, CellKind, Compare, Form, Instance, Table};
use gongkai::names::Year;
use gongkai::source::{Sources, Span};

/// What is written in a cell. Figures have two decimals at most, so cents will do.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Written {
    Cents(i64),
    Blank,
    LeftOut,
}

/// The cells of each table of a form.
type Report = Vec<Vec<Written>>;

/// A valid report with a figure other than zero in every cell.
fn valid(form: &Form) -> Report {
    form.tables.iter().map(valid_table).collect()
}

fn valid_table(table: &Table) -> Vec<Written> {
    let mut cells = vec![0; table.cells];
    let columns: Vec<&str> = table.columns_of(&table.rows[0]).iter().map(|column| column.id.as_str()).collect();
    for (number, row) in table.rows.iter().enumerate() {
        for (at, column) in table.columns_of(row).iter().enumerate() {
            cells[row.first_cell + at] = match (column.id.as_str(), column.kind) {
                // A part of the next one, and of this year's.
                ("made" | "disclosed", _) => 3 + number as i64,
                ("in_force" | "disclosed_total", _) => 20 + 3 * number as i64,
                (_, CellKind::Signed) => -1 - at as i64,
                _ => 1 + ((number * 7 + at * 3) % 5) as i64,
            };
        }
    }
    let row = |id: &str| table.rows.iter().find(|row| row.id == id).map(|row| row.first_cell);
    let total = columns.iter().position(|column| *column == "total");
    if let (Some(received), Some(brought), Some(concluded), Some(carried)) =
        (row("received"), row("brought_forward"), row("concluded"), row("carried_forward"))
    {
        for column in 0..columns.len() - 1 {
            let details =
                table.rows.iter().map(|row| row.first_cell).filter(|first| ![received, brought, concluded, carried].contains(first));
            cells[concluded + column] = details.map(|first| cells[first + column]).sum();
            cells[received + column] = cells[concluded + column] + cells[carried + column] - cells[brought + column];
        }
    }
    if let Some(total) = total {
        for row in &table.rows {
            cells[row.first_cell + total] = cells[row.first_cell..row.first_cell + total].iter().sum();
        }
    }
    let kind = |cell: usize| table.row_of(cell).1.kind;
    cells
        .iter()
        .enumerate()
        .map(|(cell, &value)| Written::Cents(if kind(cell) == CellKind::Amount { value * 100 + 25 } else { value * 100 }))
        .collect()
}

/// The report as its author would write it: rows as maps, so that a cell can be left out.
fn text(form: &Form, report: &Report, year: u16) -> String {
    let mut out = format!("---\ntitle: 云岭市{year}年政府信息公开工作年度报告\nyear: {year}\npublished: {}-01-20\nstatistics:\n", year + 1);
    for (table, cells) in form.tables.iter().zip(report) {
        out.push_str(&format!("  {}:\n", table.id));
        let mut group = "";
        for row in &table.rows {
            let (above, id) = row.id.rsplit_once('.').unwrap_or(("", &row.id));
            if above != group && !above.is_empty() {
                out.push_str(&format!("    {above}:\n"));
            }
            group = above;
            let written = table.columns_of(row).iter().zip(&cells[row.first_cell..]).filter_map(|(column, cell)| match cell {
                Written::Cents(cents) if column.kind == CellKind::Amount => {
                    Some(format!("{}: {}.{:02}", column.id, cents / 100, cents % 100))
                }
                Written::Cents(cents) => Some(format!("{}: {}", column.id, cents / 100)),
                Written::Blank => Some(format!("{}: ~", column.id)),
                Written::LeftOut => None,
            });
            let written: Vec<String> = written.collect();
            if written.is_empty() {
                continue;
            }
            let indent = if above.is_empty() { "    " } else { "      " };
            out.push_str(&format!("{indent}{id}: {{{}}}\n", written.join(", ")));
        }
    }
    out.push_str("---\n");
    out
}

/// Tries reports, reading the forms once.
struct Bench {
    catalog: Catalog,
    config: Config,
}

struct Tried {
    found: Diagnostics,
    /// Where the cells stand, by table and cell.
    spans: BTreeMap<(usize, usize), Span>,
}

impl Bench {
    fn new() -> Bench {
        let sources = Sources::from_texts([("site.yaml", "title: 网站\nchecks: {G403: off, G404: off}\n")]);
        let mut found = Diagnostics::default();
        let bench = Bench { catalog: Catalog::parse(&sources, &mut found), config: Config::parse(&sources, &mut found) };
        assert!(found.is_empty());
        bench
    }

    fn form(&self, year: u16) -> Arc<Form> {
        self.catalog.in_force(Year::new(year).expect("a year")).expect("there is a form").clone()
    }

    fn of(&self, form: &Form, report: &Report, year: u16) -> Tried {
        let unit = "---\ntitle: 云岭市\nlevel: city\ncontact: {phone: 0000-8060001, address: 云岭大道1号}\n---\n";
        let path = format!("content/{year}.md");
        let sources = Sources::from_texts([("content/_index.md", unit), (path.as_str(), text(form, report, year).as_str())]);
        let mut found = Diagnostics::default();
        let documents = content::discover(&sources, &self.catalog, Scope::Published, &Cache::default(), &mut found);
        let archive = archive::assemble(documents, &mut found);
        let plan = gongkai::plan::site(&archive, &mut found);
        checks::run(
            Subject { archive: &archive, catalog: &self.catalog, config: &self.config, sources: &sources, plan: &plan },
            &Cache::default(),
            &mut found,
        );
        let tables = archive.reports().flat_map(|report| &report.tables);
        let cells = tables
            .flat_map(|figures| (0..figures.table().cells).filter_map(|cell| Some(((figures.number, cell), figures.cell(cell)?.span))));
        let spans = cells.collect();
        Tried { found, spans }
    }
}

/// What stands in the cells once totals that were left out are added up; `None` where nobody knows.
fn known(table: &Table, cells: &[Written]) -> Vec<Option<i64>> {
    let mut known: Vec<Option<i64>> = cells.iter().map(|cell| if let Written::Cents(cents) = cell { Some(*cents) } else { None }).collect();
    let totals: Vec<&Instance> =
        table.relations.iter().filter(|relation| relation.total).flat_map(|relation| &relation.instances).collect();
    for _ in 0..3 {
        for one in &totals {
            let total = one.right[0];
            if cells[total] == Written::LeftOut && known[total].is_none() {
                known[total] = one.left.iter().map(|&cell| known[cell]).sum();
            }
        }
    }
    known
}

/// The cells of every relation that no number in the unknown cells can make hold, by table, with the relation's code.
fn broken(form: &Form, report: &Report) -> BTreeSet<(String, BTreeSet<String>)> {
    let mut broken = BTreeSet::new();
    for (table, cells) in form.tables.iter().zip(report) {
        let known = known(table, cells);
        for relation in &table.relations {
            for one in &relation.instances {
                if !can_hold(table, &known, relation.compare, one) {
                    let paths = one.left.iter().chain(&one.right).map(|&cell| table.path_of(cell)).collect();
                    broken.insert((relation.code.clone(), paths));
                }
            }
        }
    }
    broken
}

fn can_hold(table: &Table, known: &[Option<i64>], compare: Compare, one: &Instance) -> bool {
    let side = |cells: &[usize]| cells.iter().filter_map(|&cell| known[cell]).sum::<i64>();
    let unknown = |cells: &[usize]| cells.iter().copied().filter(|&cell| known[cell].is_none()).collect::<Vec<_>>();
    let (left, right) = (side(&one.left), side(&one.right));
    let (on_left, on_right) = (unknown(&one.left), unknown(&one.right));
    let holds = |left: i64, right: i64| if compare == Compare::Equal { left == right } else { left <= right };
    let most = left.max(right).abs() + 100;
    let candidates = |cells: &[usize]| -> Vec<i64> {
        match cells {
            [] => vec![0],
            [cell] if table.row_of(*cell).1.kind == CellKind::Signed => (-most..=most).step_by(25).collect(),
            _ => (0..=most).step_by(25).collect(),
        }
    };
    candidates(&on_left).iter().any(|more| candidates(&on_right).iter().any(|and| holds(left + more, right + and)))
}

/// The relations that a diagnostic tells, as [`broken`] names them.
fn told(one: &Diagnostic) -> Vec<(String, BTreeSet<String>)> {
    let first = (one.code.to_string(), one.concerns.iter().cloned().collect());
    std::iter::once(first).chain(one.also.iter().map(|also| (also.code.to_string(), also.concerns.iter().cloned().collect()))).collect()
}

const RELATIONS: [&str; 5] = ["G101", "G102", "G103", "G104", "G109"];

/// A line of the table.
#[derive(Default)]
struct Tally {
    tried: usize,
    breaking: usize,
    found: usize,
    located: usize,
    several: usize,
    named: usize,
    emptied: usize,
    told_empty: usize,
    wrong: Vec<String>,
}

/// One mutation: which cells of which table it touched, and the report it made.
struct Mutation {
    what: String,
    table: usize,
    cells: Vec<usize>,
    report: Report,
}

impl Tally {
    fn add(&mut self, bench: &Bench, form: &Form, year: u16, mutation: &Mutation) {
        self.tried += 1;
        let expected = broken(form, &mutation.report);
        let tried = bench.of(form, &mutation.report, year);
        let about_relations: Vec<&Diagnostic> = tried.found.iter().filter(|one| RELATIONS.contains(&&*one.code)).collect();
        let mut said: Vec<_> = about_relations.iter().flat_map(|one| told(one)).collect();
        said.sort();
        if !expected.is_empty() {
            self.breaking += 1;
            self.located += usize::from(about_relations.iter().all(|one| is_at_home(form, mutation, &tried, one)));
            if expected.len() > 1 && mutation.cells.len() == 1 {
                self.several += 1;
                self.named += usize::from(
                    about_relations.len() == 1 && tried.spans.get(&(mutation.table, mutation.cells[0])) == span(about_relations[0]),
                );
            }
        }
        match said == expected.iter().cloned().collect::<Vec<_>>() {
            true => self.found += usize::from(!expected.is_empty()),
            false => self.wrong.push(format!("{}: {} relations break, {} are told", mutation.what, expected.len(), said.len())),
        }
        self.empties(form, mutation, &tried);
    }

    /// A cell that is empty is told as such; a total that was left out is not empty. Nothing else is told.
    fn empties(&mut self, form: &Form, mutation: &Mutation, tried: &Tried) {
        let table = &form.tables[mutation.table];
        let known = known(table, &mutation.report[mutation.table]);
        let empty: Vec<String> = (0..table.cells)
            .filter(|&cell| mutation.report[mutation.table][cell] == Written::Blank || (known[cell].is_none() && !table.is_total(cell)))
            .map(|cell| table.path_of(cell))
            .collect();
        self.emptied += usize::from(!empty.is_empty());
        for one in tried.found.iter().filter(|one| !RELATIONS.contains(&&*one.code)) {
            match one.code == "G108" && one.concerns == empty && !empty.is_empty() {
                true => self.told_empty += 1,
                false => self.wrong.push(format!("{}: {} {}", mutation.what, one.code, one.message.en)),
            }
        }
    }

    fn line(&self, form: &Form, what: &str) -> String {
        let Tally { tried, breaking, found, located, several, named, emptied, told_empty, wrong } = self;
        format!(
            "| {} | {what} | {tried} | {breaking} | {found} | {located} | {named} of {several} | {told_empty} of {emptied} | {} |\n",
            form.id,
            wrong.len()
        )
    }
}

fn span(one: &Diagnostic) -> Option<&Span> {
    one.place.as_ref().map(|place| &place.span)
}

/// At a cell that was changed, or at the right side of a relation that one of them stands in.
fn is_at_home(form: &Form, mutation: &Mutation, tried: &Tried, one: &Diagnostic) -> bool {
    let table = &form.tables[mutation.table];
    let instances = table.relations.iter().flat_map(|relation| &relation.instances);
    let touched = instances.filter(|one| mutation.cells.iter().any(|cell| one.left.contains(cell) || one.right.contains(cell)));
    let rights = touched.flat_map(|one| one.right.iter());
    let mut homes = mutation.cells.iter().chain(rights).filter_map(|&cell| tried.spans.get(&(mutation.table, cell)));
    homes.any(|home| Some(home) == span(one))
}

/// Each cell by itself, changed by `change`.
fn each_cell(form: &Form, change: impl Fn(Written) -> Written) -> Vec<Mutation> {
    let valid = valid(form);
    let cells = form.tables.iter().enumerate().flat_map(|(number, table)| (0..table.cells).map(move |cell| (number, table, cell)));
    cells
        .map(|(number, table, cell)| {
            let mut report = valid.clone();
            report[number][cell] = change(report[number][cell]);
            Mutation { what: table.path_of(cell), table: number, cells: vec![cell], report }
        })
        .collect()
}

/// Each cell blank, and its neighbour so much larger that no number could make up for it.
fn too_much_already(form: &Form) -> Vec<Mutation> {
    let mut mutations = each_cell(form, |_| Written::Blank);
    mutations.retain_mut(|mutation| {
        let (table, cell) = (&form.tables[mutation.table], mutation.cells[0]);
        let (row, column) = table.row_of(cell);
        let last = row.first_cell + table.columns_of(row).len() - 1;
        let Some(Written::Cents(blanked)) = valid(form)[mutation.table].get(cell).copied() else { return false };
        let Some(Written::Cents(neighbour)) = mutation.report[mutation.table].get_mut(cell + 1) else { return false };
        *neighbour += blanked + 100;
        mutation.cells.push(cell + 1);
        cell + 1 < last && table.columns_of(row)[cell + 1 - row.first_cell].kind == column.kind && blanked > 0
    });
    mutations
}

/// Neighbouring rows with the same columns.
fn swapped_rows(form: &Form) -> Vec<Mutation> {
    let mut mutations = vec![];
    for (number, table) in form.tables.iter().enumerate() {
        for pair in table.rows.windows(2).filter(|pair| pair[0].columns == pair[1].columns) {
            let pairs = (0..table.columns_of(&pair[0]).len()).map(|column| (pair[0].first_cell + column, pair[1].first_cell + column));
            mutations.push(swap(form, number, pairs.collect(), format!("{} and {}", pair[0].id, pair[1].id)));
        }
    }
    mutations
}

/// Neighbouring columns of one kind, in every row that has them.
fn swapped_columns(form: &Form) -> Vec<Mutation> {
    let mut mutations = vec![];
    for (number, table) in form.tables.iter().enumerate() {
        for (set, columns) in table.columns.iter().enumerate() {
            for at in (1..columns.len()).filter(|&at| columns[at - 1].kind == columns[at].kind) {
                let rows = table.rows.iter().filter(|row| row.columns == set);
                let pairs = rows.map(|row| (row.first_cell + at - 1, row.first_cell + at));
                mutations.push(swap(form, number, pairs.collect(), format!("{} and {}", columns[at - 1].id, columns[at].id)));
            }
        }
    }
    mutations
}

fn swap(form: &Form, table: usize, pairs: Vec<(usize, usize)>, what: String) -> Mutation {
    let mut report = valid(form);
    for &(one, other) in &pairs {
        report[table].swap(one, other);
    }
    let cells = pairs.into_iter().filter(|&(one, other)| report[table][one] != report[table][other]).flat_map(|(one, other)| [one, other]);
    Mutation { what, table, cells: cells.collect(), report }
}

fn one_more(cell: Written) -> Written {
    match cell {
        Written::Cents(cents) => Written::Cents(cents + 100),
        other => other,
    }
}

#[test]
fn every_mutation_of_a_valid_report_is_found_at_its_place_and_nothing_else() {
    let bench = Bench::new();
    let mut page = String::from(
        "| form | mutation | tried | break something | found | located | named | empty | false |\n|---|---|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let mut wrong = vec![];
    for year in [2020, 2023] {
        let form = bench.form(year);
        let clean = bench.of(&form, &valid(&form), year);
        assert!(clean.found.is_empty(), "{:?}", clean.found.iter().map(|one| &one.message.en).collect::<Vec<_>>());
        let kinds = [
            ("one more", each_cell(&form, one_more)),
            ("left out", each_cell(&form, |_| Written::LeftOut)),
            ("blank", each_cell(&form, |_| Written::Blank)),
            ("blank, and too much beside it", too_much_already(&form)),
            ("rows swapped", swapped_rows(&form)),
            ("columns swapped", swapped_columns(&form)),
        ];
        for (what, mutations) in kinds {
            let mut tally = Tally::default();
            for mutation in &mutations {
                tally.add(&bench, &form, year, mutation);
            }
            assert_eq!(
                (tally.found, tally.located, tally.told_empty),
                (tally.breaking, tally.breaking, tally.emptied),
                "{what}: {:?}",
                tally.wrong
            );
            page.push_str(&tally.line(&form, what));
            wrong.extend(tally.wrong);
        }
    }
    println!("{page}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    super::page::keep_true("mutations", &page);
}
