//! The page of a unit; the root unit's is the home page.

use crate::archive::{Archive, Report, Series, Unit};
use crate::diagnostic::Diagnostic;
use crate::names::UrlPath;
use crate::plan;

use super::figure::{Shown, direction, percent, signed};
use super::html::Html;
use super::json_ld::{self, Dataset, Graph};
use super::key::KeyName;
use super::link::Links;
use super::{Renderer, contact, report, view};

/// Charts shown on a unit's own page; the others stand on the comparison page.
const CHARTS: usize = 3;

impl Renderer<'_> {
    pub(super) fn unit_page(&self, unit: &Unit, links: &Links) -> Result<Vec<u8>, Diagnostic> {
        let words = self.words();
        let is_home = unit.path.is_root();
        let mut head = self.head(links, "unit", &unit.title, Some(unit));
        if !is_home || head.description.is_empty() {
            head.description = words.say("unit_description", &[("unit", &unit.title)]);
        }
        head.tags = self.tags.of_column(&head.description);
        head.json_ld = Some(self.structured_unit(unit, links, &head.description));
        let years = unit.years();
        let link = |label: &str, url: &UrlPath| view::Link::new(label, links.to(url));
        let years_below = self.years_below(unit).iter().rev();
        let view = view::Unit {
            is_home,
            draft: unit.draft,
            prose: view::Prose::of(unit.html().unfolded(&unit.body.outline)),
            latest: unit.latest().map(|latest| self.latest(unit, latest, links)),
            years: years.iter().rev().map(|&year| year_line(unit, year, links)).collect(),
            charts: self.charts(unit, &years, Some(CHARTS)),
            compare: (!unit.reports.is_empty()).then(|| link(words.get("compare"), &plan::compare_url(unit))),
            below: self.archive.below(unit.id).map(|below| self.below(unit, below, links)).collect(),
            below_figure: self.below_figure(unit),
            years_below: years_below.map(|year| link(&words.say("year_of", &[("year", year)]), &plan::year_url(unit, *year))).collect(),
            pages: unit.pages.iter().map(|page| link(&page.title, &plan::page_url(unit, page))).collect(),
            contact: contact::lines(&unit.contact, words),
            attachments: report::attachments(&unit.attachments, &unit.body.outline, |one| links.to(&plan::attachment_url(unit, None, one))),
            downloads: self.unit_data(unit, is_home, links),
        };
        self.fill("unit.html", head, &view)
    }

    /// The home page is about all the data of the site too.
    fn structured_unit(&self, unit: &Unit, links: &Links, description: &str) -> Html {
        let mut graph = Graph::new(self, links, unit, &unit.contact, None);
        if unit.path.is_root() {
            let years = || self.archive.reports().map(|report| report.year);
            let period = years().min().zip(years().max()).map_or_else(String::new, |(first, last)| json_ld::period(first, last));
            let files = vec![(UrlPath::new("data/archive.json"), "application/json"), (UrlPath::new("data/figures.csv"), "text/csv")];
            graph.dataset(&Dataset { name: &self.config.title, description, period, files });
        }
        graph.finish()
    }

    fn unit_data(&self, unit: &Unit, is_home: bool, links: &Links) -> Vec<view::Download> {
        let mut data = vec![];
        if !unit.reports.is_empty() {
            data.push(self.series_csv(unit, links));
        }
        if is_home {
            let of_all = [
                ("archive_json", "data/archive.json", "JSON"),
                ("figures_csv", "data/figures.csv", "CSV"),
                ("dictionary_csv", "data/dictionary.csv", "CSV"),
            ];
            for (label, url, kind) in of_all {
                let url = links.to(&UrlPath::new(url));
                data.push(view::Download { label: self.words().get(label).into(), url, kind: kind.into(), size: String::new() });
            }
        }
        data
    }

    fn latest(&self, unit: &Unit, latest: &Report, links: &Links) -> view::Latest {
        view::Latest {
            title: latest.title.clone(),
            url: links.to(&plan::report_url(unit, latest.year)),
            year: latest.year.number(),
            published: latest.published.as_ref().map_or_else(String::new, |(date, _)| date.to_string()),
            draft: latest.draft,
            figures: self.key_figures(unit, latest),
        }
    }

    /// The key figures of a report's form, with the change since the year before where both are on one form or comparable.
    fn key_figures(&self, unit: &Unit, report: &Report) -> Vec<view::KeyFigure> {
        let Some(keys) = self.keys_of(report) else { return vec![] };
        let years = [report.year.previous(), report.year];
        keys.series(unit, &years).iter().map(|(name, series)| self.key_figure(name, series)).collect()
    }

    /// `series`: of the year before and the year shown.
    fn key_figure(&self, name: &KeyName, series: &Series) -> view::KeyFigure {
        let shown = Shown::point(&series.points[1]);
        let change = series.change(1);
        let percent = change.as_ref().and_then(percent).map_or_else(String::new, |percent| format!(" ({percent})"));
        view::KeyFigure {
            label: name.label.clone(),
            value: self.shown(&shown),
            unit: if series.points[1].number().is_some() { name.unit.clone() } else { String::new() },
            state: if let Shown::Gap(gap) = &shown { gap.class() } else { "" },
            change: change.map_or_else(String::new, |change| format!("{}{percent}", signed(change.difference))),
            direction: change.as_ref().map_or("same", direction),
        }
    }

    fn shown(&self, shown: &Shown) -> Html {
        let mut out = String::new();
        self.marks.put(&mut out, shown);
        out.into()
    }

    fn below(&self, unit: &Unit, below: &Unit, links: &Links) -> view::Below {
        let latest = below.latest();
        let figure = latest.and_then(|latest| {
            let (table, cell) = self.keys_of(latest)?.names().first()?.cell;
            let form = latest.form.as_ref()?;
            let figures = latest.table(&form.tables[table].id).filter(|figures| figures.form.id == form.id)?;
            Some(self.shown(&Shown::cell(figures.cell(cell))))
        });
        view::Below {
            label: below.title.clone(),
            url: links.to(&plan::unit_url(below)),
            depth: (below.path.depth() - unit.path.depth()).min(6),
            draft: below.draft,
            year: latest.map_or(0, |latest| latest.year.number()),
            report: latest.map_or_else(String::new, |latest| links.to(&plan::report_url(below, latest.year))),
            figure: figure.unwrap_or_default(),
        }
    }

    /// What the figure beside each unit below counts: the first key figure of the newest report's form.
    fn below_figure(&self, unit: &Unit) -> String {
        let newest = newest_below(self.archive, unit).and_then(|report| self.keys_of(report));
        newest.and_then(|keys| keys.names().first()).map_or_else(String::new, |name| name.label.clone())
    }
}

fn newest_below<'a>(archive: &'a Archive, unit: &Unit) -> Option<&'a Report> {
    archive.below(unit.id).filter_map(Unit::latest).max_by_key(|report| report.year)
}

fn year_line(unit: &Unit, year: crate::names::Year, links: &Links) -> view::YearLine {
    let report = unit.report(year);
    view::YearLine {
        year: year.number(),
        url: report.map_or_else(String::new, |_| links.to(&plan::report_url(unit, year))),
        published: report.and_then(|report| report.published.as_ref()).map_or_else(String::new, |(date, _)| date.to_string()),
        draft: report.is_some_and(|report| report.draft),
    }
}
