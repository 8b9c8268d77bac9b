//! Series over the years and sums over units say what is known, and no more.

use gongkai::archive::{Point, series, sums};
use gongkai::names::Year;

use crate::support::{TestSite, site};

fn year(number: u16) -> Year {
    Year::new(number).expect("a plausible year")
}

/// The series of a line of the root unit, with its changes: `2019 3 | 2020 5 (+2, 66.7%) | …`.
fn line(site: &TestSite, id: &str) -> String {
    let (archive, catalog, _) = site.archive();
    let unit = archive.root();
    let years = unit.years();
    let lineage = catalog.lineages.iter().find(|lineage| lineage.line(id).is_some()).expect("a line of the official forms");
    let all = series(unit, lineage, &years);
    let one = all.iter().find(|one| one.line.id() == id).expect("a line of the unit");
    let point = |at: usize| {
        let what = match &one.points[at] {
            Point::Given(cell) => cell.figure.to_string(),
            Point::Sum(sum) => format!("sum {sum}"),
            other => format!("{other:?}"),
        };
        let change = one.change(at).map_or(String::new(), |change| {
            format!(" ({}, {})", change.difference, change.percent.map_or("no percentage".into(), |percent| format!("{percent}%")))
        });
        let broken = one.breaks[at].map_or("", |one| if one.comparable { "~ " } else { "| " });
        format!("{broken}{} {what}{change}", years[at])
    };
    (0..years.len()).map(point).collect::<Vec<_>>().join("; ")
}

fn received(numbers: &[(u16, &str)]) -> TestSite {
    let report = |site: TestSite, (year, number): &(u16, &str)| {
        site.report("", *year, &format!("statistics: {{requests: {{received: [{number}, 0, 0, 0, 0, 0]}}}}"))
    };
    numbers.iter().fold(site(), report)
}

#[test]
fn a_series_runs_through_a_change_of_form_that_left_the_row_as_it_was() {
    let site = received(&[(2019, "3"), (2020, "5"), (2021, "5"), (2022, "0"), (2023, "2")]);
    assert_eq!(
        line(&site, "requests.received.total"),
        "2019 3; 2020 5 (2, 66.7%); 2021 5 (0, 0.0%); 2022 0 (-5, -100.0%); 2023 2 (2, no percentage)"
    );
}

#[test]
fn a_missing_year_is_a_gap_and_nothing_is_compared_across_it() {
    let site = received(&[(2021, "3"), (2023, "6")]);
    assert_eq!(line(&site, "requests.received.total"), "2021 3; 2022 NoReport; 2023 6");
}

#[test]
fn figures_before_and_after_a_break_are_not_compared() {
    let site = site().report("", 2020, "statistics: {proactive: {penalties: [3, 0, 90], normative_documents: [1, 1, 50]}}").report(
        "",
        2021,
        "statistics: {proactive: {penalties: [120], normative_documents: [2, 0, 52]}}",
    );
    assert_eq!(line(&site, "proactive.penalties.decisions"), "2020 90; | 2021 120");
    assert_eq!(line(&site, "proactive.normative_documents.in_force"), "2020 NotOnForm; | 2021 52");
    assert_eq!(line(&site, "proactive.normative_documents.disclosed_total"), "2020 50; 2021 NotOnForm");
    assert_eq!(line(&site, "proactive.normative_documents.made"), "2020 1; 2021 2 (1, 100.0%)");
}

#[test]
fn a_row_that_a_new_form_divides_goes_on_as_the_sum_of_its_parts() {
    let site = site().report("", 2020, "statistics: {requests: {other: [4, 0, 0, 0, 0, 0]}}").report(
        "",
        2021,
        "statistics: {requests: {other: {not_corrected: [1, 0, 0, 0, 0, 0], fee_unpaid: 0, miscellaneous: [2, 0, 0, 0, 0, 0]}}}",
    );
    assert_eq!(line(&site, "requests.other.total"), "2020 4; ~ 2021 sum 3 (-1, -25.0%)");
}

#[test]
fn a_table_on_last_years_form_stays_on_its_own_form() {
    let site = site().report("", 2021, "statistics: {requests: {form: cn-2019, other: [4, 0, 0, 0, 0, 0]}, disputes: 0}");
    let (archive, ..) = site.archive();
    let report = archive.root().latest().expect("it was read");
    let forms: Vec<&str> = report.tables.iter().map(|table| &*table.form.id).collect();
    assert_eq!(forms, ["cn-2019", "cn-2021"]);
    assert_eq!(line(&site, "requests.other.total"), "2021 4");
}

#[test]
fn a_sum_names_who_is_in_it_and_who_is_not() {
    let requests = |number: &str| format!("statistics: {{requests: {{received: [{number}, 0, 0, 0, 0, 0]}}}}");
    let site = ["a", "b", "c", "d", "e"].iter().fold(site(), |site, unit| site.unit(unit, unit));
    let site = site
        .unit("e/f", "f")
        .report("a", 2022, &requests("3"))
        .report("b", 2022, &requests("~"))
        .report("c", 2021, &requests("7"))
        .report("d", 2022, "statistics: {disputes: 0}")
        .report("e/f", 2022, &requests("4"));
    let (archive, catalog, _) = site.archive();
    let sums = sums(&archive, &catalog.lineages, archive.root().id, year(2022));
    let sum = sums.line("requests.received.natural_persons").expect("a line of the form");
    assert_eq!((sum.total.map(|total| total.to_string()), sum.included), (Some("7".into()), 2));
    let without: Vec<String> = sum.without.iter().map(|(unit, why)| format!("{} {why:?}", archive.unit(*unit).title)).collect();
    assert_eq!(without, ["b NoFigure", "c NoReport", "d NoTable"]);
    let missing: Vec<&str> = sums.standings.iter().filter(|one| one.report.is_none()).map(|one| one.unit.title.as_str()).collect();
    assert_eq!(missing, ["c"], "a unit that never reported owes nothing that we know of");
}

#[test]
fn a_change_of_a_negative_figure_has_no_percentage() {
    let licences = |change: &str| format!("statistics: {{proactive: {{licences: [80, {change}, 5]}}}}");
    let site = site().report("", 2019, &licences("-14")).report("", 2020, &licences("-6"));
    assert_eq!(line(&site, "proactive.licences.change"), "2019 -14; 2020 -6 (8, no percentage)");
}
