//! Reports made up for the importer's tests, and the ugly shapes that real documents give them.

#![allow(dead_code, reason = "each test module uses its own part")]

use gongkai::cache::Cache;
use gongkai::content::{Figure, Report, Scope, discover};
use gongkai::diagnostic::Diagnostics;
use gongkai::forms::{Catalog, CellKind, Form, Part, Table};
use gongkai::import::{self, Hints, Imported};
use gongkai::source::Sources;

pub fn catalog() -> Catalog {
    Catalog::parse(&Sources::default(), &mut Diagnostics::default())
}

/// A sample outside the repository, if it is there.
pub fn sample(name: &str) -> Option<Vec<u8>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples").join(name);
    let other = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/samples").join(name);
    let bytes = std::fs::read(path).or_else(|_| std::fs::read(other)).ok();
    if bytes.is_none() {
        println!("skipped: no sample {name}");
    }
    bytes
}

pub fn import(bytes: &[u8], name: &str, catalog: &Catalog) -> Imported {
    let document = import::read(bytes, name).unwrap_or_else(|refused| panic!("{name}: {}", refused.0.en));
    import::report(&document, catalog, &Hints::default())
}

/// The report that a written content file holds, and what was found wrong with it.
pub fn reread(text: &str, catalog: &Catalog) -> (Option<std::sync::Arc<Report>>, Vec<String>) {
    let sources = Sources::from_texts([("content/_index.md", "---\ntitle: 云岭县人民政府\n---\n"), ("content/report.md", text)]);
    let mut found = Diagnostics::default();
    let mut documents = discover(&sources, catalog, Scope::WithDrafts, &Cache::default(), &mut found);
    (documents.reports.pop(), found.iter().map(|one| format!("{} {}", one.code, one.message.en)).collect())
}

/// Numbers without chance: the same on every machine.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % limit.max(1)
    }

    pub fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }
}

/// A report made up: for each table the text of every cell.
#[derive(Clone)]
pub struct Made {
    pub form: String,
    pub year: u16,
    pub cells: Vec<Vec<String>>,
}

/// Figures of a form that satisfy its relations.
pub fn made(form: &Form, dice: &mut Dice) -> Made {
    let cells = form.tables.iter().map(|table| figures(table, dice)).collect();
    Made { form: form.id.to_string(), year: if &*form.id == "cn-2019" { 2020 } else { 2023 }, cells }
}

fn figures(table: &Table, dice: &mut Dice) -> Vec<String> {
    let busy = dice.below(3);
    let mut numbers: Vec<i64> = (0..table.cells)
        .map(|cell| match table.row_of(cell).1.kind {
            _ if busy == 0 || dice.one_in(2) => 0,
            CellKind::Signed => dice.below(40) as i64 - 20,
            CellKind::Amount => dice.below(90_000) as i64,
            CellKind::Count => dice.below([1, 12, 4000][busy as usize]) as i64,
        })
        .collect();
    // Carried forward balances; totals are sums.
    if let Some(carried) = table.rows.iter().find(|row| row.id == "carried_forward") {
        for column in 0..7 {
            numbers[carried.first_cell + column] = 0;
        }
    }
    for _ in 0..4 {
        for relation in table.relations.iter().filter(|relation| relation.total) {
            for one in &relation.instances {
                numbers[one.right[0]] = one.left.iter().map(|&cell| numbers[cell]).sum();
            }
        }
        for one in table.relations.iter().filter(|relation| relation.id == "balance").flat_map(|relation| &relation.instances) {
            let (received, brought, concluded) = (one.left[0], one.left[1], one.right[0]);
            numbers[brought] = 0;
            numbers[received] = numbers[concluded] + numbers[one.right[1]];
        }
    }
    let text = |(cell, number): (usize, &i64)| match table.row_of(cell).1.kind {
        CellKind::Amount if number % 3 == 1 => format!("{}.{}", number / 100, number % 100 + 1),
        CellKind::Signed if *number > 0 && number % 2 == 0 => format!("+{number}"),
        _ => number.to_string(),
    };
    numbers.iter().enumerate().map(text).collect()
}

/// A cell as drawn.
#[derive(Clone)]
pub struct Drawn {
    pub text: String,
    pub rows: usize,
    pub columns: usize,
    pub figure: Option<usize>,
}

/// The official table with these figures, row by row.
pub fn drawn(table: &Table, cells: &[String]) -> Vec<Vec<Drawn>> {
    let rows = table.blocks.iter().flat_map(|block| block.head.iter().chain(&block.body));
    rows.map(|row| {
        row.iter()
            .map(|cell| {
                let figure = if let Part::Figure(at) = cell.part { Some(at) } else { None };
                let text = figure.map_or(cell.text.clone(), |at| cells[at].clone());
                Drawn { text, rows: cell.rows, columns: cell.columns, figure }
            })
            .collect()
    })
    .collect()
}

/// How cells came out.
#[derive(Default, Clone, Copy)]
pub struct Tally {
    pub right: usize,
    pub left: usize,
    pub wrong: usize,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.right += other.right;
        self.left += other.left;
        self.wrong += other.wrong;
    }

    pub fn share(&self) -> f64 {
        100.0 * self.right as f64 / (self.right + self.left + self.wrong).max(1) as f64
    }
}

/// Compares every cell of a written and reread report with what was made up.
pub fn compare(report: Option<&Report>, form: &Form, truth: &[Vec<String>], wrong: &mut Vec<String>) -> Tally {
    let mut tally = Tally::default();
    for (number, table) in form.tables.iter().enumerate() {
        let figures = report.and_then(|report| report.table(&table.id)).filter(|figures| figures.form.id == form.id);
        for (cell, expected) in truth[number].iter().enumerate() {
            let Some(found) = figures.and_then(|figures| figures.cell(cell)) else {
                tally.left += 1;
                continue;
            };
            // A total that the importer left out, and that is added up when the file is read.
            if found.computed && expected.is_empty() {
                tally.left += 1;
                continue;
            }
            match same(&found.figure, found.written(), expected) {
                true => tally.right += 1,
                false => {
                    let (row, column) = table.row_of(cell);
                    wrong.push(format!("{}.{}.{}: {:?} for `{expected}`", table.id, row.id, column.id, found.figure));
                    tally.wrong += 1;
                }
            }
        }
    }
    // A table read on the wrong form is wrong, cell by cell.
    for figures in report.iter().flat_map(|report| &report.tables).filter(|figures| figures.form.id != form.id) {
        let given = figures.cells.iter().flatten().count();
        if given > 0 {
            wrong.push(format!("{} on {}", figures.table().id, figures.form.id));
            tally.wrong += given;
        }
    }
    tally
}

fn same(figure: &Figure, _written: Option<&str>, expected: &str) -> bool {
    match expected {
        "" => *figure == Figure::Blank,
        "—" | "/" | "无" => *figure == Figure::NotApplicable,
        text => figure.number().is_some_and(|number| {
            let plain: String = text
                .chars()
                .take_while(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | ','))
                .filter(|c| *c != ',' && *c != '+')
                .collect();
            number.to_string() == plain
        }),
    }
}
