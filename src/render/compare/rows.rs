//! Rows by years, as HTML.

use crate::archive::{Change, Point, Series, Unit};
use crate::forms::{Break, CellKind};
use crate::names::Year;
use crate::plan;

use super::super::figure::{Gap, Shown, is_notable, open_cell, put_change};
use super::super::html::{escape, escaped, put};
use super::super::link::Links;
use super::super::table::put_notes;
use super::super::{Renderer, report};
use super::Named;

/// The years of a unit as columns.
pub struct Grid<'r> {
    pub renderer: &'r Renderer<'r>,
    pub years: &'r [Year],
    /// The heading cells of the years.
    head: String,
    /// For each year: whether there is a report.
    reported: Vec<bool>,
}

/// The explanations of breaks in a table, numbered in the order in which they are met.
#[derive(Default)]
pub struct Notes {
    all: Vec<String>,
}

impl Notes {
    pub fn number(&mut self, note: String) -> usize {
        let known = self.all.iter().position(|one| *one == note);
        known.unwrap_or_else(|| {
            self.all.push(note);
            self.all.len() - 1
        }) + 1
    }
}

impl<'r> Grid<'r> {
    pub fn new(renderer: &'r Renderer<'r>, unit: &Unit, years: &'r [Year], links: &Links) -> Grid<'r> {
        let words = renderer.words();
        let mut head = String::new();
        let mut reported = vec![];
        for &year in years {
            let newest = if Some(&year) == years.last() { " newest" } else { "" };
            let report = unit.report(year);
            reported.push(report.is_some());
            match report {
                Some(_) => {
                    let label = report::year_label(renderer, year);
                    put!(
                        &mut head,
                        "<th scope=\"col\" class=\"figure{newest}\"><a href=\"{}\">{label}</a></th>",
                        escaped(&links.to(&plan::report_url(unit, year)))
                    );
                }
                None => {
                    let missing = escaped(words.get("gap_no_report"));
                    put!(
                        &mut head,
                        "<th scope=\"col\" class=\"figure no-report\">{} <span class=\"badge\">{missing}</span></th>",
                        report::year_label(renderer, year)
                    );
                }
            }
        }
        Grid { renderer, years, head, reported }
    }

    /// A table with the change below each figure. `id`: of its heading on the page.
    pub fn table(&self, id: &str, caption: &str, lines: &[&Named]) -> String {
        let mut out = String::with_capacity(lines.len() * self.years.len() * 80);
        let mut notes = Notes::default();
        let measure = common_unit(lines);
        if let Some(unit) = measure {
            put!(&mut out, "<p class=\"table-unit\">{}</p>\n", escaped(&self.renderer.words().say("in_unit", &[("unit", &unit)])));
        }
        self.open(&mut out, id, caption, "compare-table");
        self.groups(&mut out, lines, measure, |out, one| {
            for at in 0..self.years.len() {
                self.cell(out, one, at, &mut notes);
            }
        });
        out.push_str("</table></div>\n");
        put_notes(&mut out, id, notes.all.into_iter());
        out
    }

    /// A table of figures alone; rows without anything but zeros are only counted. `id`: of the heading above it.
    pub fn values(&self, id: &str, caption: &str, lines: &[&Named]) -> String {
        let words = self.renderer.words();
        let mut out = String::with_capacity(lines.len() * self.years.len() * 40);
        let speaking: Vec<&Named> = lines.iter().copied().filter(|one| !is_silent(one.series)).collect();
        let silent = lines.len() - speaking.len();
        if !speaking.is_empty() {
            self.open(&mut out, id, caption, "compare-table values");
            self.groups(&mut out, &speaking, common_unit(lines), |out, one| {
                for point in &one.series.points {
                    self.renderer.figure_cell(out, &Shown::point(point));
                }
            });
            out.push_str("</table></div>\n");
        }
        if silent > 0 {
            put!(&mut out, "<p class=\"table-note\">{}</p>\n", escaped(&words.say("other_rows_zero", &[("count", &silent)])));
        }
        out
    }

    /// `id`: of the heading above the table, which says what the caption says.
    pub fn open(&self, out: &mut String, id: &str, caption: &str, class: &str) {
        let words = self.renderer.words();
        put!(out, "<div class=\"table-scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"{id}\">\n<table class=\"{class}\">\n");
        put!(out, "<caption class=\"visually-hidden\">{}</caption>\n<thead><tr>", escaped(caption));
        put!(out, "<th scope=\"col\" class=\"corner\">{}</th>{}</tr></thead>\n", escaped(words.get("item")), self.head);
    }

    /// The rows, each run of one group in a body of its own. `measure`: the unit that has been said already.
    fn groups(&self, out: &mut String, lines: &[&Named], measure: Option<&str>, mut cells: impl FnMut(&mut String, &Named)) {
        for run in lines.chunk_by(|a, b| a.name.group == b.name.group) {
            let group = &run[0].name.group;
            out.push_str("<tbody>\n");
            if !group.is_empty() {
                put!(
                    out,
                    "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{}\"><span>{}</span></th></tr>\n",
                    self.years.len() + 1,
                    escaped(group)
                );
            }
            for one in run {
                out.push_str("<tr><th scope=\"row\">");
                escape(out, &one.name.label);
                if let Some(unit) = one.series.line.unit.as_deref().filter(|unit| Some(*unit) != measure) {
                    put!(out, " <span class=\"measure\">{}</span>", escaped(unit));
                }
                out.push_str("</th>");
                cells(out, one);
                out.push_str("</tr>\n");
            }
            out.push_str("</tbody>\n");
        }
    }

    fn cell(&self, out: &mut String, one: &Named, at: usize, notes: &mut Notes) {
        let shown = Shown::point(&one.series.points[at]);
        open_cell(out, &shown);
        let broken = one.series.breaks[at];
        if let Some(broken) = broken {
            out.push_str(if broken.comparable { " break comparable" } else { " break" });
        }
        let still_nothing = matches!(shown, Shown::Number { zero: true, .. });
        let change = one.series.change(at).filter(|change| !(still_nothing && change.difference.is_zero()));
        if change.is_some_and(|change| is_worth_seeing(one.series, at, &change)) {
            out.push_str(" notable");
        }
        out.push_str("\">");
        self.renderer.marks.put(out, &shown);
        if let Some(broken) = broken {
            self.mark(out, &one.series.line.table, self.note_on(broken, self.years[at]), notes);
        }
        if let Some(change) = change {
            // A share of an increase or decrease says nothing.
            let percent = change.percent.filter(|_| one.series.line.kind != CellKind::Signed);
            put_change(out, &Change { percent, ..change });
        }
        out.push_str("</td>");
    }

    /// The number of a note, as a link to it.
    pub fn mark(&self, out: &mut String, table: &str, note: String, notes: &mut Notes) {
        let number = notes.number(note);
        let id = super::super::html::id_part(table);
        put!(out, "<sup class=\"mark\"><a href=\"#page-{id}-note-{number}\">{number}</a></sup>");
    }

    fn note_on(&self, broken: &Break, year: Year) -> String {
        let words = self.renderer.words();
        let why = broken.why.get(words.lang());
        let key = if broken.comparable { "break_comparable" } else { "break_from" };
        words.say(key, &[("year", &year), ("why", &why)])
    }

    pub fn has_report(&self, at: usize) -> bool {
        self.reported[at]
    }

    pub fn put_notes(&self, out: &mut String, id: &str, notes: Notes) {
        put_notes(out, id, notes.all.into_iter());
    }
}

/// Whether a change of a count is more than chance; amounts of money have no measure for that.
fn is_worth_seeing(series: &Series, at: usize, change: &Change) -> bool {
    series.line.kind == CellKind::Count && series.points[at].number().is_some_and(|now| is_notable(change, now))
}

/// What all lines are counted in, if it is the same.
fn common_unit<'s>(lines: &[&Named<'s>]) -> Option<&'s str> {
    let first = lines.first()?.series.line.unit.as_deref()?;
    lines.iter().all(|one| one.series.line.unit.as_deref() == Some(first)).then_some(first)
}

/// Nothing to see for a reader who looks for figures; a blank or a dash is worth seeing.
pub fn is_silent(series: &Series) -> bool {
    let silent = |point: &Point| match Shown::point(point) {
        Shown::Number { zero, .. } => zero,
        Shown::Gap(gap) => matches!(gap, Gap::NoReport | Gap::NoTable | Gap::NotOnForm),
    };
    series.points.iter().all(silent)
}
