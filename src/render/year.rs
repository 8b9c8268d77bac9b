//! A year over the units below one: who reported, their key figures side by side, the sums and who is in them.
//!
//! The sums are of the units' own reports; the upper unit's report is another thing, and the page says so. Whoever is not
//! in a sum is named beside it, with the reason.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::archive::{Standing, Sum, Sums, Unit, UnitId, Without, sums};
use crate::content::Figure;
use crate::diagnostic::Diagnostic;
use crate::forms::{Form, Source};
use crate::names::Year;
use crate::plan;
use crate::theme::Wording;

use super::figure::{Gap, Shown};
use super::html::{Html, escaped, put};
use super::json_ld::Graph;
use super::key::{KeyFigures, KeyName};
use super::link::Links;
use super::table::{Figures, put_notes};
use super::{Renderer, contact, view};

impl Renderer<'_> {
    pub(super) fn year_page(&self, unit: &Unit, year: Year, links: &Links) -> Result<Vec<u8>, Diagnostic> {
        let words = self.words();
        let sums = sums(self.archive, &self.catalog.lineages, unit.id, year);
        let title = words.say("year_title", &[("unit", &unit.title), ("year", &year)]);
        let mut head = self.head(links, "year", &title, Some(unit));
        head.description = title.clone();
        head.tags = self.tags.of_column(&head.description);
        head.json_ld = Some(Graph::new(self, links, unit, &unit.contact, Some(&title)).finish());
        let years = self.years_below(unit);
        let to_year = |other: Option<&Year>| {
            other.map(|&other| view::Link::new(words.say("year_of", &[("year", &other)]), links.to(&plan::year_url(unit, other))))
        };
        let to_unit = |one: &Standing| view::Link::new(&one.unit.title, links.to(&plan::unit_url(one.unit)));
        let missing = sums.standings.iter().filter(|standing| standing.report.is_none());
        let covered = sums.standings.iter().filter(|standing| standing.covered && standing.report.is_some());
        let view = view::Year {
            unit: view::Link::new(&unit.title, links.to(&plan::unit_url(unit))),
            year: year.number(),
            lead: lead(&sums, words),
            missing: missing.map(to_unit).collect(),
            covered: covered.map(to_unit).collect(),
            figures: Side { renderer: self, sums: &sums, above: unit, links }.table(),
            tables: self.summed_tables(&sums),
            contact: contact::lines(&unit.contact, words),
            previous: to_year(years.iter().rev().find(|&&other| other < year)),
            next: to_year(years.iter().find(|&&other| other > year)),
            own: unit.report(year).map(|report| view::Link::new(&report.title, links.to(&plan::report_url(unit, year)))),
        };
        self.fill("year.html", head, &view)
    }

    /// The official tables of the prevailing form with the sums in their cells.
    fn summed_tables(&self, sums: &Sums) -> Vec<view::Detail> {
        let Some(form) = form_of(sums) else { return vec![] };
        let Some(drawn) = self.tables.get(&form.id) else { return vec![] };
        let reported = sums.standings.iter().filter(|standing| standing.report.is_some()).count();
        let table = |(number, drawn): (usize, &super::Drawn)| {
            let mut figures = Summed { renderer: self, sums, reported, cells: cells_of(sums, number), notes: NoteBook::default() };
            let mut out = String::with_capacity(24 * 1024);
            drawn.put(&mut out, &self.marks, &mut figures);
            put_notes(&mut out, &drawn.id, figures.notes.all.into_iter());
            view::Detail { id: drawn.id.clone(), label: form.tables[number].label.clone(), html: out.into() }
        };
        drawn.iter().enumerate().map(table).collect()
    }

    /// Who is not in a sum and why, for one reason after the other; those without a report and those
    /// counted already are named once for the page.
    fn without(&self, sum: &Sum) -> Option<String> {
        let words = self.words();
        let mut by_reason: BTreeMap<Gap, Vec<UnitId>> = BTreeMap::new();
        for &(unit, why) in sum.without.iter().filter(|one| !matches!(one.1, Without::NoReport | Without::Covered)) {
            by_reason.entry(Gap::from(why)).or_default().push(unit);
        }
        let reason = |(gap, units): (&Gap, &Vec<UnitId>)| {
            let names = words.list(units.iter().map(|&unit| self.archive.unit(unit).name()));
            words.say("not_in_sum", &[("units", &names), ("why", &words.get(gap.key()))])
        };
        let reasons: Vec<String> = by_reason.iter().map(reason).collect();
        (!reasons.is_empty()).then(|| reasons.join(words.get("sentence_separator")))
    }
}

fn form_of<'a>(sums: &Sums<'a>) -> Option<&'a Form> {
    sums.lineage.map(|lineage| &*lineage.forms[sums.form])
}

fn lead(sums: &Sums, words: &Wording) -> String {
    let reported = sums.standings.iter().filter(|standing| standing.report.is_some()).count();
    words.say("year_lead", &[("owed", &sums.standings.len()), ("reported", &reported), ("missing", &(sums.standings.len() - reported))])
}

/// The sums of one table of the form, by its cells.
fn cells_of<'s, 'a>(sums: &'s Sums<'a>, number: usize) -> BTreeMap<usize, &'s Sum<'a>> {
    let of = |sum: &'s Sum<'a>| match &sum.line.sources[sums.form] {
        Some(Source::Cell(table, cell)) if *table == number => Some((*cell, sum)),
        _ => None,
    };
    sums.lines.iter().filter_map(of).collect()
}

/// Notes, each once.
#[derive(Default)]
struct NoteBook {
    all: Vec<String>,
}

impl NoteBook {
    fn number(&mut self, note: String) -> usize {
        let known = self.all.iter().position(|one| *one == note);
        known.unwrap_or_else(|| {
            self.all.push(note);
            self.all.len() - 1
        }) + 1
    }
}

/// Sums as the figures of an official table.
struct Summed<'s, 'a> {
    renderer: &'s Renderer<'s>,
    sums: &'s Sums<'a>,
    reported: usize,
    cells: BTreeMap<usize, &'s Sum<'a>>,
    notes: NoteBook,
}

impl Figures for Summed<'_, '_> {
    fn shown(&mut self, cell: usize) -> (Shown<'_>, Option<usize>) {
        let Some(&sum) = self.cells.get(&cell) else { return (Shown::Gap(Gap::Blank), None) };
        let lacks_some = sum.included < self.reported && !self.sums.standings.is_empty();
        let note = lacks_some.then(|| self.renderer.without(sum)).flatten();
        (sum.total.map_or(Shown::Gap(Gap::Blank), Shown::number), note.map(|note| self.notes.number(note)))
    }
}

/// The key figures of all units side by side.
struct Side<'s, 'a> {
    renderer: &'s Renderer<'s>,
    sums: &'s Sums<'a>,
    above: &'s Unit,
    links: &'s Links<'s>,
}

impl Side<'_, '_> {
    fn table(&self) -> Html {
        let Some(form) = form_of(self.sums) else { return Html::default() };
        let words = self.renderer.words();
        let names = self.renderer.keys.get(&form.id).map_or(&[][..], KeyFigures::names);
        let columns: Vec<(&KeyName, &Sum)> = names.iter().filter_map(|name| Some((name, self.sum_of(name.cell)?))).collect();
        let mut out = String::with_capacity(self.sums.standings.len() * 400);
        out.push_str("<div class=\"table-scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"page-figures\">\n<table class=\"list-table side-by-side sortable\">\n<thead><tr>");
        put!(
            &mut out,
            "<th scope=\"col\">{}</th><th scope=\"col\">{}</th>",
            escaped(words.get("unit")),
            escaped(words.get("field_published"))
        );
        for (name, _) in &columns {
            put!(&mut out, "<th scope=\"col\" class=\"figure\">{}", escaped(&name.label));
            if !name.unit.is_empty() {
                put!(&mut out, " <span class=\"measure\">{}</span>", escaped(&name.unit));
            }
            out.push_str("</th>");
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for standing in &self.sums.standings {
            self.row(&mut out, standing, columns.iter().map(|(_, sum)| *sum));
        }
        out.push_str("</tbody>\n");
        self.foot(&mut out, columns.iter().map(|(_, sum)| *sum));
        out.into()
    }

    fn sum_of(&self, (table, cell): (usize, usize)) -> Option<&Sum<'_>> {
        self.sums.lines.iter().find(|sum| sum.line.sources[self.sums.form] == Some(Source::Cell(table, cell)))
    }

    fn row<'s>(&self, out: &mut String, standing: &Standing, columns: impl Iterator<Item = &'s Sum<'s>>) {
        let words = self.renderer.words();
        let unit = standing.unit;
        let depth = (unit.path.depth() - self.above.path.depth()).min(6);
        let Some(report) = standing.report else {
            let url = escaped(&self.links.to(&plan::unit_url(unit)));
            put!(
                out,
                "<tr class=\"no-report\"><th scope=\"row\" class=\"depth-{depth}\"><a href=\"{url}\">{}</a></th>",
                escaped(unit.name())
            );
            put!(out, "<td><span class=\"badge\">{}</span></td>", escaped(words.get("gap_no_report")));
            columns.for_each(|_| self.renderer.figure_cell(out, &Shown::Gap(Gap::NoReport)));
            out.push_str("</tr>\n");
            return;
        };
        let url = escaped(&self.links.to(&plan::report_url(unit, report.year)));
        let class = if standing.covered { " class=\"covered\"" } else { "" };
        put!(out, "<tr{class}><th scope=\"row\" class=\"depth-{depth}\"><a href=\"{url}\">{}</a>", escaped(unit.name()));
        if standing.covered {
            put!(out, " <span class=\"gap\">{}</span>", escaped(words.get("gap_covered")));
        }
        out.push_str("</th>");
        put!(out, "<td class=\"date\">{}</td>", report.published.as_ref().map_or_else(String::new, |(date, _)| date.to_string()));
        for sum in columns {
            self.renderer.figure_cell(out, &self.figure(standing, sum));
        }
        out.push_str("</tr>\n");
    }

    /// What one unit has for a line; a figure that counts something else is not shown among the others.
    fn figure<'s>(&self, standing: &Standing<'s>, sum: &Sum) -> Shown<'s> {
        let shown = || {
            let lineage = self.sums.lineage?;
            let figures = standing.report?.table(&sum.line.table)?;
            match sum.line.sources[lineage.position(&figures.form)?].as_ref()? {
                Source::Cell(_, cell) => Some(Shown::cell(figures.cell(*cell))),
                Source::Sum(_, cells) => {
                    let numbers = cells.iter().map(|&cell| match figures.cell(cell)?.figure {
                        Figure::NotApplicable => Some(Decimal::ZERO),
                        figure => figure.number(),
                    });
                    numbers.sum::<Option<Decimal>>().map(Shown::number)
                }
            }
        };
        match sum.without.iter().find(|(unit, _)| *unit == standing.unit.id) {
            Some((_, why @ (Without::NoTable | Without::OtherForm))) => Shown::Gap(Gap::from(*why)),
            _ => shown().unwrap_or(Shown::Gap(Gap::Absent)),
        }
    }

    fn foot<'s>(&self, out: &mut String, columns: impl Iterator<Item = &'s Sum<'s>>) {
        let words = self.renderer.words();
        let mut notes = NoteBook::default();
        put!(out, "<tfoot><tr><th scope=\"row\">{}</th><td></td>", escaped(words.get("sum")));
        for sum in columns {
            out.push_str("<td class=\"figure\">");
            let shown = sum.total.map_or(Shown::Gap(Gap::Blank), Shown::number);
            self.renderer.marks.put(out, &shown);
            if let Some(note) = self.renderer.without(sum) {
                let number = notes.number(note);
                put!(out, "<sup class=\"mark\"><a href=\"#page-figures-note-{number}\">{number}</a></sup>");
            }
            put!(out, "<span class=\"included\">{}</span></td>", escaped(&words.say("units_in_sum", &[("count", &sum.included)])));
        }
        out.push_str("</tr></tfoot></table></div>\n");
        put_notes(out, "page-figures", notes.all.into_iter());
    }
}
