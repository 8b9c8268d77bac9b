//! The figures as data: beside each page, and for the whole archive. The schema is `docs/data.md`.
//!
//! In: the archive and the plan. Out: JSON ([`report_json`], [`archive_json`]), CSV ([`tables_csv`], [`series_csv`],
//! [`figures_csv`]) the files for machines ([`sitemap`], [`feed`], [`robots`]) and a catalogue of all data ([`catalog`]).
//! Blank, not applicable and missing cells stay apart in each of them; decimals are written digit by digit.

mod csv;
mod dcat;
mod json;
mod machine;

use crate::content::{Cell, Figure};
use crate::names::Year;

pub use csv::{figures_csv, series_csv, tables_csv};
pub use dcat::{CATALOG, catalog};
pub use json::{archive_json, report_json};
pub use machine::{feed, robots, sitemap};

/// What a cell is, beside its number, in every data file.
fn status(cell: Option<&Cell>) -> &'static str {
    match cell {
        None => "missing",
        Some(cell) => match cell.figure {
            Figure::Blank => "blank",
            Figure::NotApplicable => "not_applicable",
            Figure::Unreadable => "unreadable",
            _ if cell.computed => "computed",
            _ => "",
        },
    }
}

/// The number of a cell as digits; empty where there is none.
fn digits(cell: Option<&Cell>) -> String {
    cell.filter(|cell| cell.figure.number().is_some()).map_or_else(String::new, |cell| cell.figure.to_string())
}

/// The column headings of years.
fn year_headings(years: &[Year]) -> impl Iterator<Item = String> {
    years.iter().map(|year| year.to_string())
}
