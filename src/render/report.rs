//! The page of a report.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::archive::{Change, Report, Unit};
use crate::content::{Attachment, Indicator, Metadata};
use crate::diagnostic::Diagnostic;
use crate::markdown::LinkKind;
use crate::names::{UrlPath, Year};
use crate::plan;

use super::figure::{Gap, Shown, open_cell, put_change};
use super::html::{Html, escape, escaped, put};
use super::json_ld::Graph;
use super::link::Links;
use super::table::cell_name;
use super::tags::Article;
use super::{Renderer, contact, sections, view};

impl Renderer<'_> {
    pub(super) fn report_page(&self, unit: &Unit, report: &Report, links: &Links) -> Result<Vec<u8>, Diagnostic> {
        self.fill("report.html", self.report_head(unit, report, links), &self.report_view(unit, report, links))
    }

    pub(super) fn report_head(&self, unit: &Unit, report: &Report, links: &Links) -> view::Page {
        let url = plan::report_url(unit, report.year);
        let mut head = self.head(links, "report", &report.title, Some(unit));
        head.description = self.words().say("report_description", &[("title", &report.title)]);
        let said = metadata(report, Metadata::Description);
        if !said.is_empty() {
            head.description = said.into();
        }
        head.published = published(report);
        head.tags = self.article_tags(unit, report, &head, links);
        let mut graph = Graph::new(self, links, unit, &report.contact, Some(&report.title));
        graph.report(report, &head.description, [(url.join("report.json"), "application/json"), (url.join("tables.csv"), "text/csv")]);
        head.json_ld = Some(graph.finish());
        head
    }

    pub(super) fn report_view(&self, unit: &Unit, report: &Report, links: &Links) -> view::Report {
        let words = self.words();
        let url = plan::report_url(unit, report.year);
        let prose = report.html().unfolded(&report.body.outline);
        let (parts, mut contents) = sections::of(self, report, prose.sections);
        let indicators = self.indicators(unit, report);
        if indicators.is_some() {
            contents.push(view::Entry { id: "page-indicators".into(), text: words.get("indicators").into(), below: vec![] });
        }
        if !report.acknowledged.is_empty() {
            contents.push(view::Entry { id: "page-notes".into(), text: words.get("data_notes").into(), below: vec![] });
        }
        let neighbour = |other: Option<&Report>| {
            other
                .map(|other| view::Link::new(words.say("year_of", &[("year", &other.year)]), links.to(&plan::report_url(unit, other.year))))
        };
        let download = |name: &str, label: &str, kind: &str| view::Download {
            label: words.get(label).into(),
            url: links.to(&url.join(name)),
            kind: kind.into(),
            size: String::new(),
        };
        view::Report {
            unit: view::Link::new(&unit.title, links.to(&plan::unit_url(unit))),
            title: cut_title(&report.title, &unit.title),
            year: report.year.number(),
            draft: report.draft,
            fields: self.fields(unit, report),
            contents,
            prose: view::Prose { preamble: prose.preamble.into(), sections: parts, footnotes: prose.footnotes.into() },
            indicators: indicators.unwrap_or_default(),
            acknowledged: report.acknowledged.iter().map(|one| note(report, one)).collect(),
            contact: contact::lines(&report.contact, words),
            attachments: attachments(&report.attachments, &report.body.outline, |one| {
                links.to(&plan::attachment_url(unit, Some(report), one))
            }),
            downloads: vec![download("tables.csv", "tables_csv", "CSV"), download("report.json", "report_json", "JSON")],
            previous: neighbour(unit.reports.iter().rev().find(|other| other.year < report.year)),
            next: neighbour(unit.reports.iter().find(|other| other.year > report.year)),
            compare: view::Link::new(words.get("compare"), links.to(&plan::compare_url(unit))),
        }
    }

    fn article_tags(&self, unit: &Unit, report: &Report, head: &view::Page, links: &Links) -> Html {
        let sources = [metadata(report, Metadata::Source), &self.tags.source, metadata(report, Metadata::Publisher), &unit.title];
        let image = first_image(unit, report).and_then(|url| links.absolute(&url));
        self.tags.of_article(&Article {
            title: &report.title,
            published: published(report),
            source: sources.into_iter().find(|source| !source.is_empty()).unwrap_or_default(),
            keywords: metadata(report, Metadata::Keywords),
            author: metadata(report, Metadata::Author),
            description: &head.description,
            image: image.as_deref().unwrap_or_default(),
            url: head.canonical.as_deref().unwrap_or_default(),
        })
    }

    /// The metadata table. Source: disclosure catalogues of portals.
    fn fields(&self, unit: &Unit, report: &Report) -> Vec<view::Field> {
        let words = self.words();
        let mut fields = vec![];
        let mut field = |id: &'static str, value: String| {
            if !value.is_empty() {
                fields.push(view::Field { id, label: words.get(&format!("field_{id}")).to_string(), value });
            }
        };
        field("index_number", metadata(report, Metadata::IndexNumber).to_string());
        field("name", report.title.clone());
        field("unit", unit.title.clone());
        field("publisher", metadata(report, Metadata::Publisher).to_string());
        field("created", metadata(report, Metadata::Created).to_string());
        field("published", published(report));
        for kind in Metadata::ALL {
            let shown_above = [Metadata::IndexNumber, Metadata::Publisher, Metadata::Created].contains(&kind);
            if !shown_above {
                field(kind.id(), metadata(report, kind).to_string());
            }
        }
        field("year", report.year.to_string());
        let form = report.form.as_ref().map(|form| match form.instrument.as_str() {
            "" => form.title.clone(),
            instrument => words.say("form_with_instrument", &[("form", &form.title), ("instrument", &instrument)]),
        });
        field("form", form.unwrap_or_default());
        fields
    }

    /// The table of a report's own indicators, with those of the year before beside them.
    fn indicators(&self, unit: &Unit, report: &Report) -> Option<Html> {
        if report.indicators.is_empty() {
            return None;
        }
        let words = self.words();
        let before = unit.report(report.year.previous()).filter(|before| before.year < report.year);
        let remarks = report.indicators.iter().any(|one| one.remark.is_some());
        let mut out = String::with_capacity(4096);
        out.push_str("<div class=\"table-scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"page-indicators\">\n<table class=\"list-table indicators\">\n<thead><tr>");
        let year = report.year.to_string();
        let earlier = before.map(|before| before.year.to_string());
        let columns = [
            ("", Some(words.get("indicator"))),
            ("figure", Some(year.as_str())),
            ("measure", Some(words.get("unit_of_measure"))),
            ("figure", earlier.as_deref()),
            ("figure", earlier.as_ref().map(|_| words.get("change"))),
            ("remark", remarks.then(|| words.get("remark"))),
        ];
        for (class, heading) in columns.into_iter().filter_map(|(class, heading)| Some((class, heading?))) {
            put!(&mut out, "<th scope=\"col\" class=\"{class}\">{}</th>", escaped(heading));
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for one in &report.indicators {
            self.indicator(&mut out, one, before, remarks);
        }
        out.push_str("</tbody></table></div>\n");
        Some(out.into())
    }

    fn indicator(&self, out: &mut String, one: &Indicator, before: Option<&Report>, remarks: bool) {
        put!(out, "<tr><th scope=\"row\">{}</th>", escaped(&one.name));
        self.figure_cell(out, &Shown::figure(one.figure));
        put!(out, "<td class=\"measure\">{}</td>", escaped(&one.unit));
        if let Some(before) = before {
            let earlier = before.indicators.iter().find(|other| other.name == one.name);
            match earlier {
                Some(earlier) if earlier.unit != one.unit => {
                    put!(out, "<td class=\"figure\">{} {}</td>", earlier.figure, escaped(&earlier.unit));
                }
                Some(earlier) => self.figure_cell(out, &Shown::figure(earlier.figure)),
                None => self.figure_cell(out, &Shown::Gap(Gap::NotOnForm)),
            }
            out.push_str("<td class=\"figure\">");
            if let Some(change) = earlier.and_then(|earlier| change_of(earlier, one)) {
                put_change(out, &change);
            }
            out.push_str("</td>");
        }
        if remarks {
            put!(out, "<td class=\"remark\">{}</td>", escaped(one.remark.as_deref().unwrap_or_default()));
        }
        out.push_str("</tr>\n");
    }

    pub(super) fn figure_cell(&self, out: &mut String, shown: &Shown) {
        open_cell(out, shown);
        out.push_str("\">");
        self.marks.put(out, shown);
        out.push_str("</td>");
    }
}

/// The change of an indicator, where both figures are numbers of one unit.
pub fn change_of(before: &Indicator, now: &Indicator) -> Option<Change> {
    if before.unit != now.unit {
        return None;
    }
    let (before, now) = (before.figure.number()?, now.figure.number()?);
    let difference = now.checked_sub(before)?;
    let percent = difference.checked_mul(Decimal::ONE_HUNDRED).and_then(|hundredfold| hundredfold.checked_div(before));
    let rounded = |percent: Decimal| percent.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
    Some(Change { difference, percent: percent.map(rounded) })
}

/// A line of the metadata table; empty where it was not given.
fn metadata(report: &Report, kind: Metadata) -> &str {
    report.metadata.iter().find(|(one, _)| *one == kind).map_or("", |(_, text)| text.text.as_str())
}

/// `2021-01-22`, or `2021-01-22 09:30` where the time is known; empty where not even the day is.
fn published(report: &Report) -> String {
    match (&report.published, report.published_at) {
        (Some((date, _)), Some(time)) => format!("{date} {:02}:{:02}", time.hour(), time.minute()),
        (Some((date, _)), None) => date.to_string(),
        (None, _) => String::new(),
    }
}

/// The first picture of the text that lies beside the report.
fn first_image(unit: &Unit, report: &Report) -> Option<UrlPath> {
    let image = report.body.outline.links.iter().find(|link| link.kind == LinkKind::Image)?;
    let file = report.attachments.iter().find(|one| one.file.rsplit('/').next() == Some(image.destination.as_str()))?;
    Some(plan::attachment_url(unit, Some(report), file))
}

/// Cut behind the unit's name and the mark that follows it, so that a title breaks there.
fn cut_title(title: &str, unit: &str) -> Vec<String> {
    let marks = |c: char| c.is_whitespace() || matches!(c, ':' | '：' | ',' | '，');
    match title.strip_prefix(unit).map(|rest| rest.trim_start_matches(marks)) {
        Some(rest) if !rest.is_empty() && !unit.is_empty() => vec![title[..title.len() - rest.len()].to_string(), rest.to_string()],
        _ => vec![title.to_string()],
    }
}

/// What an acknowledged finding is about, in the words of the form.
fn note(report: &Report, one: &crate::content::Acknowledged) -> view::Note {
    let about = one.at.as_deref().map(|at| {
        let cell = report.tables.iter().find_map(|figures| {
            let (table, cell) = figures.form.cell(at)?;
            (table == figures.number).then(|| cell_name(figures.table(), cell))
        });
        cell.unwrap_or_else(|| at.to_string())
    });
    view::Note { code: one.code.clone(), about: about.unwrap_or_default(), note: one.note.clone() }
}

/// The files that lie beside a text, but for pictures that the text itself shows.
pub fn attachments(all: &[Attachment], outline: &crate::markdown::Outline, url: impl Fn(&Attachment) -> String) -> Vec<view::Download> {
    let shown = |name: &str| outline.links.iter().any(|link| link.kind == LinkKind::Image && link.destination.ends_with(name));
    let name = |one: &Attachment| one.file.rsplit('/').next().unwrap_or(&one.file).to_string();
    let others = all.iter().filter(|one| !shown(&name(one)));
    others
        .map(|one| {
            let label = name(one);
            let kind = label.rsplit_once('.').map_or_else(String::new, |(_, end)| end.to_uppercase());
            view::Download { label, url: url(one), kind, size: size(one.size) }
        })
        .collect()
}

/// `823 B`, `12 KB`, `1.2 MB`
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", (bytes + 500) / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

/// The words of a year's label: `2020年`, `2020`.
pub fn year_label(renderer: &Renderer, year: Year) -> String {
    let mut out = String::new();
    escape(&mut out, &renderer.words().say("year_of", &[("year", &year)]));
    out
}
