//! A unit's figures over its years.
//!
//! For each official table: rows by years, each figure with its change below it; years without a report, breaks in a
//! series and cells without a figure are marked. Where the form adds up its columns, the total stands for the row and the
//! columns are given one by one below. Then the unit's own indicators, by name.

mod indicators;
mod rows;

use rust_decimal::Decimal;

use crate::archive::{Series, Unit, series};
use crate::diagnostic::Diagnostic;
use crate::forms::{Catalog, CellKind, Lineage, Source};
use crate::names::Year;
use crate::plan;
use crate::theme::Wording;

use super::chart::Chart;
use super::figure::{direction, percent, signed, weight};
use super::html::{Html, id_part};
use super::json_ld::{self, Dataset, Graph};
use super::label::Laid;
use super::link::Links;
use super::{Renderer, contact, view};

pub use rows::Grid;

/// How many of the largest changes are shown before the tables.
const CHANGES: usize = 6;

/// How a line of a lineage is shown; the same for all units, so it is made once.
#[derive(Debug)]
pub struct LineName {
    /// The heading it stands under; may be empty.
    pub group: String,
    pub label: String,
    /// How it is called where it stands alone.
    pub short: String,
    pub role: Role,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Role {
    /// A line of the table itself.
    Main,
    /// Adds up to a main line: shown apart, with the others of its column.
    Part { column: String },
}

/// The names of all lines, by lineage.
pub fn names(catalog: &Catalog) -> Vec<Vec<LineName>> {
    catalog.lineages.iter().map(names_of).collect()
}

fn names_of(lineage: &Lineage) -> Vec<LineName> {
    let laid: Vec<Vec<Laid>> = lineage.forms.iter().map(|form| form.tables.iter().map(Laid::of).collect()).collect();
    // The newest form that has the cell gives its names.
    let cells: Vec<_> = lineage
        .lines
        .iter()
        .map(|line| {
            let newest = laid.iter().zip(&line.sources).rev();
            newest.into_iter().find_map(|(tables, source)| match source {
                Some(Source::Cell(table, cell)) => Some((&tables[*table], *cell)),
                _ => None,
            })
        })
        .collect();
    let is_total: Vec<bool> = cells.iter().map(|cell| cell.is_some_and(|(table, cell)| table.is_row_total(cell))).collect();
    let same_row = |a: usize, b: usize| lineage.lines[a].table == lineage.lines[b].table && lineage.lines[a].row == lineage.lines[b].row;
    let near = |at: usize| (at.saturating_sub(40)..(at + 40).min(cells.len())).filter(move |&other| same_row(at, other));
    let name = |at: usize| {
        let line = &lineage.lines[at];
        let path: Vec<&str> = cells[at].map_or_else(Vec::new, |(table, cell)| table.row_path(cell));
        let (row, groups) = path.split_last().map_or((line.row_label.as_str(), &[][..]), |(row, groups)| (*row, groups));
        let group = groups.last().copied().unwrap_or_default().to_string();
        let short = cells[at].map_or_else(|| line.row_label.clone(), |(table, cell)| table.short(cell));
        if near(at).any(|other| is_total[other]) {
            let role = if is_total[at] { Role::Main } else { Role::Part { column: line.column_label.clone() } };
            return LineName { group, label: row.to_string(), short, role };
        }
        if near(at).count() == 1 {
            return LineName { group, label: format!("{row} · {}", line.column_label), short, role: Role::Main };
        }
        // Of a row that goes by two names the newer one, so that its lines stay together.
        let newest = near(at).max_by_key(|&other| (lineage.lines[other].sources.iter().rposition(is_cell), std::cmp::Reverse(other)));
        let row = newest.map_or(row, |other| lineage.lines[other].row_label.as_str());
        LineName { group: row.to_string(), label: line.column_label.clone(), short, role: Role::Main }
    };
    (0..cells.len()).map(name).collect()
}

fn is_cell(source: &Option<Source>) -> bool {
    matches!(source, Some(Source::Cell(..)))
}

/// A line of a unit with its names.
pub struct Named<'s> {
    pub series: &'s Series<'s>,
    pub name: &'s LineName,
}

impl Renderer<'_> {
    pub(super) fn compare_page(&self, unit: &Unit, links: &Links) -> Result<Vec<u8>, Diagnostic> {
        let words = self.words();
        let years = unit.years();
        let grid = Grid::new(self, unit, &years, links);
        let (mut tables, mut changed) = (vec![], vec![]);
        for (lineage, names) in self.catalog.lineages.iter().zip(&self.names) {
            let all = series(unit, lineage, &years);
            let lines = named(lineage, names, &all);
            tables.extend(self.compare_tables(&grid, &lines));
            changed.extend(lines.iter().filter_map(changed_much));
        }
        changed.sort_by(|(one, _), (other, _)| other.cmp(one));
        let changes: Vec<view::Changed> = changed.into_iter().take(CHANGES).map(|(_, changed)| changed).collect();
        let title = words.say("compare_title", &[("unit", &unit.title)]);
        let mut head = self.head(links, "compare", &title, Some(unit));
        head.description = title.clone();
        head.tags = self.tags.of_column(&title);
        head.json_ld = Some(self.structured_series(unit, links, &title, &years));
        let view = view::Compare {
            unit: view::Link::new(&unit.title, links.to(&plan::unit_url(unit))),
            lead: self.years_in_words(unit, &years),
            charts: self.charts(unit, &years, None),
            changes_title: changes_title(unit, &years, words),
            changes,
            tables,
            indicators: grid.indicators(unit),
            contact: contact::lines(&unit.contact, words),
            downloads: vec![self.series_csv(unit, links)],
        };
        self.fill("compare.html", head, &view)
    }

    fn structured_series(&self, unit: &Unit, links: &Links, title: &str, years: &[Year]) -> Html {
        let period = years.first().zip(years.last()).map_or_else(String::new, |(first, last)| json_ld::period(*first, *last));
        let description = self.words().say("series_description", &[("unit", &unit.title)]);
        let files = vec![(plan::unit_url(unit).join("series.csv"), "text/csv")];
        let mut graph = Graph::new(self, links, unit, &unit.contact, Some(title));
        graph.dataset(&Dataset { name: title, description: &description, period, files });
        graph.finish()
    }

    pub(super) fn series_csv(&self, unit: &Unit, links: &Links) -> view::Download {
        let url = links.to(&plan::unit_url(unit).join("series.csv"));
        view::Download { label: self.words().get("series_csv").into(), url, kind: "CSV".into(), size: String::new() }
    }

    /// One for each official table, in the order of the lineage.
    fn compare_tables(&self, grid: &Grid, all: &[Named]) -> Vec<view::CompareTable> {
        let tables = all.chunk_by(|a, b| a.series.line.table == b.series.line.table);
        let table = |lines: &[Named]| {
            let main: Vec<&Named> = lines.iter().filter(|one| one.name.role == Role::Main).collect();
            let first = lines.first()?.series.line;
            let id = format!("page-{}", id_part(&first.table));
            Some(view::CompareTable {
                html: grid.table(&id, &first.table_label, &main).into(),
                details: details(grid, lines),
                label: first.table_label.clone(),
                id,
            })
        };
        tables.filter_map(table).collect()
    }

    /// From which year to which, and for which of them there is no report.
    fn years_in_words(&self, unit: &Unit, years: &[Year]) -> String {
        let words = self.words();
        let (Some(first), Some(last)) = (years.first(), years.last()) else { return String::new() };
        let missing: Vec<String> = years.iter().filter(|&&year| unit.report(year).is_none()).map(Year::to_string).collect();
        let mut lead = words.say("compare_lead", &[("first", first), ("last", last), ("count", &unit.reports.len())]);
        if !missing.is_empty() {
            lead.push_str(&words.say("compare_missing", &[("years", &words.list(missing.iter().map(String::as_str)))]));
        }
        lead
    }

    /// The key figures of the form that the unit's latest report is on, as series over its years.
    /// `most`: of them are wanted, and then none that is zero in every year.
    pub(super) fn charts(&self, unit: &Unit, years: &[Year], most: Option<usize>) -> Html {
        let mut out = String::new();
        let Some(keys) = unit.latest().and_then(|report| self.keys_of(report)).filter(|_| years.len() > 1) else { return Html::default() };
        let all = keys.series(unit, years);
        let wanted = all.iter().filter(|(_, series)| most.is_none() || !rows::is_silent(series));
        for (number, (name, series)) in wanted.take(most.unwrap_or(usize::MAX)).enumerate() {
            let id = format!("page-chart-{}", number + 1);
            Chart { id, title: &name.label, unit: &name.unit, years, series }.put(&mut out, self);
        }
        out.into()
    }
}

/// Nothing where one of the two latest years has no report.
fn changes_title(unit: &Unit, years: &[Year], words: &Wording) -> String {
    let [.., before, year] = years else { return String::new() };
    if unit.report(*before).is_none() || unit.report(*year).is_none() {
        return String::new();
    }
    words.say("changes_title", &[("year", year), ("before", before)])
}

/// How far the latest change of a line is from chance, and what to say of it; nothing of one that chance would make.
fn changed_much(one: &Named) -> Option<(Decimal, view::Changed)> {
    let at = one.series.points.len().checked_sub(1).filter(|_| one.name.role == Role::Main && one.series.line.kind == CellKind::Count)?;
    let change = one.series.change(at)?;
    let (from, to) = (one.series.points[at - 1].number()?, one.series.points[at].number()?);
    let weight = weight(&change, to).filter(|weight| *weight > Decimal::ONE)?;
    let changed = view::Changed {
        label: one.name.short.clone(),
        from: from.to_string(),
        to: to.to_string(),
        unit: one.series.line.unit.clone().unwrap_or_default(),
        change: signed(change.difference),
        percent: percent(&change).unwrap_or_default(),
        direction: direction(&change),
    };
    Some((weight, changed))
}

/// Gives each series its name; both stand in the order of the lineage.
fn named<'s>(lineage: &Lineage, names: &'s [LineName], all: &'s [Series<'s>]) -> Vec<Named<'s>> {
    let mut lines = lineage.lines.iter().zip(names);
    let name = |series: &'s Series<'s>| lines.find(|(line, _)| std::ptr::eq(*line, series.line)).map(|(_, name)| Named { series, name });
    all.iter().filter_map(name).collect()
}

/// The columns that a total adds up, one table each.
fn details(grid: &Grid, lines: &[Named]) -> Vec<view::Detail> {
    let mut columns: Vec<&str> = vec![];
    for one in lines {
        match &one.name.role {
            Role::Part { column } if !columns.contains(&column.as_str()) => columns.push(column),
            _ => {}
        }
    }
    let of = |column: &str| -> Vec<&Named> {
        lines.iter().filter(|one| matches!(&one.name.role, Role::Part { column: own } if own == column)).collect()
    };
    let detail = |column: &str| {
        let lines = of(column);
        let line = lines.first().map(|one| one.series.line)?;
        let id = format!("page-{}-{}", id_part(&line.table), id_part(&line.column));
        Some(view::Detail { html: grid.values(&id, column, &lines).into(), label: column.to_string(), id })
    };
    columns.into_iter().filter_map(detail).collect()
}
