//! A report's sections in the order in which they are shown: the author's, with the official tables in their places.
//!
//! 1. each heading of the prose is matched to a section of the form, in any accepted wording;
//! 2. a section of the form that has a table but no heading in the prose gets its official heading, before the next one there is;
//! 3. tables go to the end of their section; a table that the report lacks is said to be missing, never drawn as zeros.

use crate::archive::Report;
use crate::content::TableFigures;
use crate::forms::{Form, Section, section_name};
use crate::markdown;
use crate::source::Span;

use super::Renderer;
use super::html::{escape, escaped, id_part, put};
use super::table::{put_given, table_id};
use super::view;

/// A section to be shown.
struct Placed<'a> {
    prose: Option<markdown::Section>,
    section: Option<(usize, &'a Section)>,
    tables: Vec<&'a TableFigures>,
}

/// The sections of a report and its list of contents.
pub fn of(renderer: &Renderer, report: &Report, prose: Vec<markdown::Section>) -> (Vec<view::Section>, Vec<view::Entry>) {
    let placed = place(report, prose);
    let entries = placed.iter().map(entry).collect();
    let sections = placed.into_iter().map(|one| section(renderer, report, one)).collect();
    (sections, entries)
}

/// The id of what shows a span of a report's file: an official table, or a section of the prose.
pub fn anchor(report: &Report, span: Span) -> Option<String> {
    let holds = |start: u32, end: u32| start <= span.start && span.start < end;
    let table = report.tables.iter().find(|figures| holds(figures.span.start, figures.span.end));
    let in_prose = |section: &&markdown::Part| holds(section.range.start as u32, section.range.end as u32);
    let heading = || report.body.outline.sections.iter().find(in_prose).map(|section| section.heading.id.clone());
    table.map(|figures| table_id(&figures.form, figures.table())).or_else(heading)
}

fn place(report: &Report, prose: Vec<markdown::Section>) -> Vec<Placed<'_>> {
    let form = report.form.as_deref();
    let mut placed = in_prose(prose, form);
    let mut left: Vec<&TableFigures> = report.tables.iter().collect();
    for (number, section) in form.iter().flat_map(|form| form.sections.iter().enumerate()) {
        let Some(table) = section.table.and_then(|table| form?.tables.get(table)) else { continue };
        let (tables, others) = left.into_iter().partition(|figures| figures.table().id == table.id);
        left = others;
        match placed.iter_mut().find(|one| one.is(number)) {
            Some(one) => one.tables = tables,
            None => {
                let before = placed.iter().position(|one| one.section.is_some_and(|(other, _)| other > number)).unwrap_or(placed.len());
                placed.insert(before, Placed { prose: None, section: Some((number, section)), tables });
            }
        }
    }
    // Tables of a form that has nothing to do with the report's stand last, under the headings of their own form.
    for figures in left {
        let own = figures.form.sections.iter().enumerate().find(|(_, section)| section.table == Some(figures.number));
        placed.push(Placed { prose: None, section: own, tables: vec![figures] });
    }
    placed
}

/// The sections of the prose as they stand; the first heading that a section of the form accepts is its own.
fn in_prose(prose: Vec<markdown::Section>, form: Option<&Form>) -> Vec<Placed<'_>> {
    let mut taken = vec![];
    let mut find = |heading: &str| {
        let name = section_name(heading);
        let sections = form.iter().flat_map(|form| form.sections.iter().enumerate());
        let found = sections.into_iter().find(|(number, section)| !taken.contains(number) && section.is_called(&name));
        taken.extend(found.map(|(number, _)| number));
        found
    };
    prose.into_iter().map(|one| Placed { section: find(&one.heading.text), prose: Some(one), tables: vec![] }).collect()
}

impl Placed<'_> {
    fn is(&self, number: usize) -> bool {
        self.section.is_some_and(|(own, _)| own == number)
    }

    fn id(&self) -> String {
        match (&self.prose, self.section, self.tables.first()) {
            (Some(prose), ..) => prose.heading.id.clone(),
            (None, Some((_, section)), Some(figures)) => format!("page-section-{}-{}", id_part(&figures.form.id), id_part(&section.id)),
            (None, Some((_, section)), None) => format!("page-section-{}", id_part(&section.id)),
            (None, None, figures) => format!("page-section-{}", figures.map_or_else(String::new, |one| id_part(&one.table().id))),
        }
    }

    fn heading(&self) -> &str {
        match (&self.prose, self.section, self.tables.first()) {
            (Some(prose), ..) => &prose.heading.text,
            (None, Some((_, section)), _) => &section.heading,
            (None, None, figures) => figures.map_or("", |figures| &figures.table().label),
        }
    }
}

fn entry(one: &Placed) -> view::Entry {
    let below = one.prose.as_ref().map_or(&[][..], |prose| &prose.headings);
    let top = below.iter().map(|heading| heading.level).min();
    let below = below.iter().filter(|heading| Some(heading.level) == top);
    view::Entry {
        id: one.id(),
        text: one.heading().to_string(),
        below: below.map(|heading| view::Entry { id: heading.id.clone(), text: heading.text.clone(), below: vec![] }).collect(),
    }
}

fn section(renderer: &Renderer, report: &Report, one: Placed) -> view::Section {
    let (id, tables) = (one.id(), tables(renderer, report, &one));
    let (heading, html) = match one.prose {
        Some(prose) => (prose.heading.html, prose.html),
        None => (escaped(one.heading()), String::new()),
    };
    view::Section { id, heading: heading.into(), html: html.into(), tables: tables.into() }
}

fn tables(renderer: &Renderer, report: &Report, one: &Placed) -> String {
    let words = renderer.words();
    let mut out = String::new();
    for figures in &one.tables {
        let Some(drawn) = renderer.tables.get(&figures.form.id).and_then(|tables| tables.get(figures.number)) else { continue };
        out.reserve(24 * 1024);
        if report.form.as_ref().is_some_and(|form| form.id != figures.form.id) {
            let own = words.say("other_form_note", &[("form", &figures.form.title), ("instrument", &figures.form.instrument)]);
            put!(&mut out, "<p class=\"table-note\">{}</p>\n", escaped(&own));
        }
        put_given(&mut out, drawn, figures, &renderer.marks, words);
    }
    let has_table = one.section.is_some_and(|(_, section)| section.table.is_some());
    if has_table && one.tables.is_empty() {
        out.push_str("<p class=\"missing-table\">");
        escape(&mut out, words.get("missing_table"));
        out.push_str("</p>\n");
    }
    out
}
