//! The figures as data: beside each page, and for the whole archive. The schema is `docs/data.md`.
//!
//! In: the archive, the forms and the plan. Out: JSON and CSV by an [`Exporter`], and the files for machines ([`sitemap`],
//! [`feed`], [`robots`]) and the catalogue of all data ([`catalog`]).
//! Blank, not applicable and missing cells stay apart in each of them; decimals are written digit by digit.

mod csv;
mod dcat;
mod json;
mod machine;
mod sheet;

use std::fmt::Write as _;

use crate::archive::{Archive, Report};
use crate::content::{Cell, Figure, TableFigures};
use crate::forms::{Catalog, Form};

use json::Outline;
use sheet::Sheet;

pub use dcat::{CATALOG, catalog};
pub use machine::{feed, robots, sitemap};

/// Makes data files, from any thread. What is the same for all reports on a form is made once.
pub struct Exporter<'a> {
    archive: &'a Archive,
    catalog: &'a Catalog,
    /// The forms that some report has a table of.
    forms: Vec<&'a Form>,
    /// For a report with these tables, by form and number.
    sheets: Vec<(Vec<(&'a str, usize)>, Sheet<'a>)>,
    /// All tables of `forms`.
    all: Sheet<'a>,
    outlines: Vec<((&'a str, usize), Outline)>,
    /// By lineage: the lines of series without their years.
    series: Vec<Vec<String>>,
}

impl<'a> Exporter<'a> {
    pub fn new(archive: &'a Archive, catalog: &'a Catalog) -> Exporter<'a> {
        let mut sheets: Vec<(Vec<_>, Sheet)> = vec![];
        for report in archive.reports() {
            if !sheets.iter().any(|(tables, _)| fits(report, tables)) {
                let tables: Vec<(&Form, usize)> = report.tables.iter().map(|figures| (&*figures.form, figures.number)).collect();
                let ids = tables.iter().map(|(form, number)| (&*form.id, *number)).collect();
                sheets.push((ids, Sheet::of(&tables, csv::IN_REPORT, csv::start_in_report)));
            }
        }
        let is_used = |form: &&Form| sheets.iter().flat_map(|(tables, _)| tables).any(|(used, _)| *used == &*form.id);
        let forms: Vec<&Form> = catalog.forms().map(|form| &**form).filter(is_used).collect();
        let tables: Vec<(&Form, usize)> = forms.iter().flat_map(|form| (0..form.tables.len()).map(move |number| (*form, number))).collect();
        let outline = |&(form, number): &(&'a Form, usize)| ((&*form.id, number), Outline::of(form, &form.tables[number]));
        let of_lineage = |lineage: &crate::forms::Lineage| lineage.lines.iter().map(csv::start_of_series).collect();
        Exporter {
            archive,
            catalog,
            all: Sheet::of(&tables, csv::IN_ALL, csv::start_in_all),
            outlines: tables.iter().map(outline).collect(),
            series: catalog.lineages.iter().map(of_lineage).collect(),
            sheets,
            forms,
        }
    }

    fn sheet(&self, report: &Report) -> &Sheet<'a> {
        let found = self.sheets.iter().find(|(tables, _)| fits(report, tables));
        &found.expect("there is a sheet for each report of the archive").1
    }

    fn outline(&self, figures: &TableFigures) -> Option<&Outline> {
        self.outlines.iter().find(|(table, _)| *table == (&*figures.form.id, figures.number)).map(|(_, outline)| outline)
    }
}

/// Whether a report has just these tables.
fn fits(report: &Report, tables: &[(&str, usize)]) -> bool {
    report.tables.iter().map(|figures| (&*figures.form.id, figures.number)).eq(tables.iter().copied())
}

/// What a cell is where it has no number, in every data file.
fn status(cell: Option<Cell>) -> &'static str {
    match cell.map(|cell| cell.figure) {
        None => "missing",
        Some(Figure::Blank) => "blank",
        Some(Figure::NotApplicable) => "not_applicable",
        Some(Figure::Unreadable) => "unreadable",
        Some(Figure::Count(_) | Figure::Amount(_)) => "",
    }
}

fn put_count(out: &mut String, count: i64) {
    out.push_str(itoa::Buffer::new().format(count));
}

/// Adds a number with exactly its digits.
fn put_figure(out: &mut String, figure: Figure) {
    match figure {
        Figure::Count(count) => put_count(out, count),
        figure => write!(out, "{figure}").expect("memory takes every text"),
    }
}
