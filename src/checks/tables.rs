//! G108, G402, G409, G410: are the tables there, on the right form, and filled in?
//!
//! Source: the forms have no rule for an empty cell, and readers take it for zero, for "does not concern us" or for
//! forgotten; inspectors count empty tables and tables on the form of other years as faults. Silent on totals that were
//! left out and could not be added up: then the cells that they lack are told.

use std::collections::BTreeSet;

use super::Asked;
use crate::archive::Report;
use crate::content::{Figure, TableFigures};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::forms::{Form, Row};
use crate::names::Words;
use crate::source::Span;

/// More names than this in one message are not read.
const MOST_NAMES: usize = 5;
const MOST_LABELS: usize = 8;

pub(super) fn check(asked: Asked, found: &mut Diagnostics) {
    let report = asked.report;
    found.extend(missing(report));
    for figures in &report.tables {
        found.extend(empty_cells(report, figures));
    }
    let forms = match report.tables[..] {
        [] => report.form.iter().map(|form| &**form).collect::<Vec<_>>(),
        _ => report.tables.iter().map(|figures| &*figures.form).collect(),
    };
    let mut seen = BTreeSet::new();
    for form in forms.into_iter().filter(|form| !form.in_force(report.year) && seen.insert(form.id.clone())) {
        found.push(wrong_form(asked, form));
    }
}

/// G409, for all tables that are missing.
fn missing(report: &Report) -> Option<Diagnostic> {
    let form = report.form.as_ref()?;
    let missing: Vec<_> = form.tables.iter().filter(|table| report.table(&table.id).is_none()).collect();
    if missing.is_empty() {
        return None;
    }
    let zh: Vec<String> = missing.iter().map(|table| format!("“{}”", table.label)).collect();
    let en: Vec<String> = missing.iter().map(|table| format!("`{}`", table.id)).collect();
    let message = match missing.len() == form.tables.len() {
        true => Words::new("报告没有统计表（statistics）", "the report has no statistics"),
        false => Words::new(format!("缺少{}", zh.join("、")), format!("missing: {}", en.join(", "))),
    };
    let place = report.tables.first().map_or_else(|| report.year_place.clone(), |figures| report.at(figures.span));
    let ids: Vec<String> = missing.iter().map(|table| format!("“{}: 0”", table.id)).collect();
    let here = Words::new("统计表里没有它", "not among the tables");
    Some(Diagnostic::warning("G409", place, message).with_here(here).concerning(missing.iter().map(|table| table.id.clone())).with_help(
        Words::new(
            format!(
                "缺的表不会按零处理，网页上会写明“缺”。请补上{}；确实全部为零的，在 statistics 下面写一行{}。",
                zh.join("、"),
                ids.join("、")
            ),
            format!("A missing table is never taken for zeros. Add {}; where all is zero, one line `table: 0` will do.", en.join(", ")),
        ),
    ))
}

/// G402.
fn wrong_form(asked: Asked, form: &Form) -> Diagnostic {
    let (report, year) = (asked.report, asked.report.year);
    let tables: Vec<&TableFigures> = report.tables.iter().filter(|figures| figures.form.id == form.id).collect();
    let place = tables.first().map_or_else(|| report.year_place.clone(), |figures| report.at(figures.span));
    let help = match asked.subject.catalog.in_force(year) {
        Some(right) => Words::new(
            format!(
                "{year}年应当用{}格式（{}）。年份和 form 写对了没有？原件确实用了旧表的，保留原样，在 acknowledged 里写明。",
                right.id, right.instrument
            ),
            format!(
                "The form for {year} is {} ({}). Check the year and `form:`; if it was really published on this form, keep it and acknowledge it.",
                right.id, right.instrument
            ),
        ),
        None => Words::new(format!("{year}年没有收录的格式，请核对年份。"), format!("No form is known for {year}; check the year.")),
    };
    let message = Words::new(
        format!("{year}年的报告用了{}格式，这个格式{}", form.id, years(form).zh),
        format!("this report for {year} is on form {}, which is {}", form.id, years(form).en),
    );
    let mut diagnostic = Diagnostic::warning("G402", place, message).with_here(Words::new("这张表", "this table")).with_help(help);
    for figures in &tables {
        diagnostic.concerns.push(figures.table().id.clone());
    }
    for figures in tables.iter().skip(1) {
        diagnostic = diagnostic.with_label(report.at(figures.span), Words::new("这张表也是", "and this table"));
    }
    diagnostic
}

fn years(form: &Form) -> Words {
    match (form.from, form.to) {
        (Some(from), Some(to)) => Words::new(format!("适用于{from}至{to}年"), format!("for {from} to {to}")),
        (Some(from), None) => Words::new(format!("从{from}年起适用"), format!("for {from} and later")),
        (None, Some(to)) => Words::new(format!("只适用到{to}年"), format!("for years up to {to}")),
        (None, None) => Words::new("没有写明适用年份", "for no stated years"),
    }
}

/// G108, or G410 where nothing at all stands in the table.
fn empty_cells(report: &Report, figures: &TableFigures) -> Option<Diagnostic> {
    let table = figures.table();
    let is_blank = |cell: usize| figures.cell(cell).is_some_and(|cell| cell.figure == Figure::Blank);
    if (0..table.cells).all(|cell| figures.cell(cell).is_none() || is_blank(cell)) {
        return Some(all_blank(report, figures));
    }
    let empty: Vec<usize> = (0..table.cells).filter(|&cell| is_blank(cell) || figures.cell(cell).is_none()).collect();
    // The usual case, without looking for totals.
    if empty.is_empty() {
        return None;
    }
    let empty: Vec<usize> = empty.into_iter().filter(|&cell| is_blank(cell) || !table.is_total(cell)).collect();
    let mut spans: Vec<Span> = empty.iter().filter_map(|&cell| figures.cell(cell)).map(|cell| cell.span).collect();
    spans.dedup();
    let place = *spans.first().unwrap_or(&figures.span);
    let names = names(figures, &empty);
    let message = Words::new(
        format!("“{}”表有{}格没填：{}", table.label, empty.len(), names.zh),
        format!("table `{}` has {} empty cells: {}", table.id, empty.len(), names.en),
    );
    let mut diagnostic = Diagnostic::warning("G108", report.at(place), message)
        .with_here(Words::new("没填", "empty"))
        .concerning(empty.iter().map(|&cell| table.path_of(cell)))
        .with_help(Words::new(
            "空着的格不算零，合计也算不出来。没有发生的写 0，本单位没有这项职能的写 —；原件就空着的留 ~，在 acknowledged 里写明。",
            "An empty cell is not zero, and spoils the totals. Write `0` for none and `—` for not applicable; keep `~` where the original is blank, and acknowledge it.",
        ));
    for span in spans.iter().skip(1).take(MOST_LABELS) {
        diagnostic = diagnostic.with_label(report.at(*span), Words::new("没填", "empty"));
    }
    (!empty.is_empty()).then_some(diagnostic)
}

fn all_blank(report: &Report, figures: &TableFigures) -> Diagnostic {
    let table = figures.table();
    Diagnostic::warning(
        "G410",
        report.at(figures.span),
        Words::new(format!("“{}”表一格都没填", table.label), format!("table `{}` is blank in every cell", table.id)),
    )
    .concerning([table.id.clone()])
    .with_help(Words::new(
        format!("空表不等于零。全部为零的，写成 {}: 0；还没有数的，报出前要补齐。", table.id),
        format!("A blank table is not zero. Where all is zero write `{}: 0`; else fill it in.", table.id),
    ))
}

/// Rows that are empty throughout by their own name, others by row and column.
fn names(figures: &TableFigures, empty: &[usize]) -> Words {
    let table = figures.table();
    let mut zh: Vec<String> = vec![];
    let mut en: Vec<String> = vec![];
    for row in &table.rows {
        let cells: Vec<usize> = of_row(figures, row).filter(|cell| empty.contains(cell)).collect();
        let expected = of_row(figures, row).filter(|&cell| empty.contains(&cell) || figures.cell(cell).is_some()).count();
        if cells.is_empty() {
            continue;
        }
        if cells.len() == expected && expected > 1 {
            zh.push(format!("“{}”整行", row.full_label));
            en.push(format!("row `{}`", row.id));
            continue;
        }
        for cell in cells {
            let (row, column) = table.row_of(cell);
            zh.push(format!("“{}”的“{}”", row.full_label, column.label));
            en.push(format!("`{}.{}`", row.id, column.id));
        }
    }
    match zh.len() {
        0..=MOST_NAMES => Words::new(zh.join("、"), en.join(", ")),
        many => Words::new(
            format!("{}等{many}处", zh[..MOST_NAMES].join("、")),
            format!("{} and {} more", en[..MOST_NAMES].join(", "), many - MOST_NAMES),
        ),
    }
}

fn of_row(figures: &TableFigures, row: &Row) -> std::ops::Range<usize> {
    row.first_cell..row.first_cell + figures.table().columns_of(row).len()
}
