//! A unit's own indicators by name, over its years.

use crate::archive::{Report, Unit};
use crate::content::Indicator;

use super::super::figure::{Gap, Shown, open_cell, put_change};
use super::super::html::{Html, escaped, put};
use super::super::report::change_of;
use super::rows::{Grid, Notes};

impl Grid<'_> {
    /// Nothing where no report has an indicator.
    pub fn indicators(&self, unit: &Unit) -> Html {
        let names = names(unit);
        if names.is_empty() {
            return Html::default();
        }
        let mut out = String::new();
        let mut notes = Notes::default();
        self.open(&mut out, "page-indicators", self.renderer.words().get("indicators"), "compare-table");
        out.push_str("<tbody>\n");
        for name in names {
            self.indicator(&mut out, unit, name, &mut notes);
        }
        out.push_str("</tbody></table></div>\n");
        self.put_notes(&mut out, "page-indicators", notes);
        out.into()
    }

    fn indicator(&self, out: &mut String, unit: &Unit, name: &str, notes: &mut Notes) {
        let of = |report: Option<&'_ Report>| -> Option<Indicator> { report?.indicators.iter().find(|one| one.name == name).cloned() };
        let all: Vec<Option<Indicator>> = self.years.iter().map(|&year| of(unit.report(year))).collect();
        let measure = all.iter().rev().flatten().next().map_or("", |one| one.unit.as_str());
        put!(out, "<tr><th scope=\"row\">{}", escaped(name));
        if !measure.is_empty() {
            put!(out, " <span class=\"measure\">{}</span>", escaped(measure));
        }
        out.push_str("</th>");
        let mut last: Option<&Indicator> = None;
        for (at, one) in all.iter().enumerate() {
            let shown = match one {
                Some(one) => Shown::figure(one.figure),
                None if self.has_report(at) => Shown::Gap(Gap::NotOnForm),
                None => Shown::Gap(Gap::NoReport),
            };
            let changed = one.as_ref().zip(last).is_some_and(|(one, last)| one.unit != last.unit);
            open_cell(out, &shown);
            out.push_str(if changed { " break\">" } else { "\">" });
            self.renderer.marks.put(out, &shown);
            if let Some(one) = one {
                self.beside(out, one, last.filter(|_| changed), measure, notes, self.years[at]);
            }
            let before = at.checked_sub(1).and_then(|before| all[before].as_ref());
            if let Some(change) = before.zip(one.as_ref()).and_then(|(before, one)| change_of(before, one)) {
                put_change(out, &change);
            }
            out.push_str("</td>");
            last = one.as_ref().or(last);
        }
        out.push_str("</tr>\n");
    }

    /// The unit where it is not that of the line, and a note where it changed.
    fn beside(
        &self,
        out: &mut String,
        one: &Indicator,
        before: Option<&Indicator>,
        measure: &str,
        notes: &mut Notes,
        year: crate::names::Year,
    ) {
        if one.unit != measure && one.figure.number().is_some() {
            put!(out, " <span class=\"measure\">{}</span>", escaped(&one.unit));
        }
        if let Some(before) = before {
            let note = self
                .renderer
                .words()
                .say("unit_changed", &[("year", &year), ("name", &one.name), ("before", &before.unit), ("now", &one.unit)]);
            self.mark(out, "indicators", note, notes);
        }
    }
}

/// The names in the order of the latest report, then what only earlier ones have.
fn names(unit: &Unit) -> Vec<&str> {
    let mut names: Vec<&str> = vec![];
    for indicator in unit.reports.iter().rev().flat_map(|report| &report.indicators) {
        if !names.contains(&indicator.name.as_str()) {
            names.push(&indicator.name);
        }
    }
    names
}
