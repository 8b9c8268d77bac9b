//! `checks:` and `deadlines:` of `site.yaml`.

use super::good::with;
use crate::support::{TestSite, site};

const LATE: (&str, &str) = ("published: 2023-03-28", "published: 2023-04-10");

fn settings(lines: &str) -> TestSite {
    with(&[LATE]).file("site.yaml", &format!("title: 网站\n{lines}\n"))
}

#[test]
fn a_check_can_be_weighed_or_switched_off() {
    let severity = |setting: &str| settings(&format!("checks: {{G505: {setting}}}")).headlines();
    assert_eq!(severity("off"), "");
    for setting in ["note", "warning", "error"] {
        assert!(severity(setting).starts_with(&format!("{setting}[G505]")), "{}", severity(setting));
    }
}

#[test]
fn a_setting_holds_for_a_unit_and_those_below_it_and_the_nearest_counts() {
    let report = |unit: &str| format!("title: 云岭县{unit}2022年政府信息公开工作年度报告\nyear: 2022\npublished: 2023-06-01");
    let of = |site: TestSite, path: &str| site.unit(path, path).report(path, 2022, &report(path));
    let many = of(of(of(site(), "market"), "market/station"), "fuyuan");
    let quiet = "checks: {G409: off, G403: off, G505: off, units: {market: {G505: warning}, market/station: {G505: note}}}";
    let found = many.file("site.yaml", &format!("title: 网站\n{quiet}\n")).headlines();
    let heads: Vec<&str> = found.lines().map(|line| line.split(':').next().unwrap_or("")).collect();
    assert_eq!(
        heads,
        ["note[G505] content/market/station/2022.md", "warning[G505] content/market/2022.md"]
            .map(String::from)
            .as_slice()
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
    );
}

#[test]
fn names_that_mean_nothing_are_told_where_they_stand() {
    let lines = "checks:\n  G2O4: off\n  G903: off\n  units:\n    fuyaun: {G505: off}\n    '': {G99: note}\ndeadlines: {village: 01-31}";
    insta::assert_snapshot!(settings(lines).drawn(gongkai::names::Lang::Zh));
}

#[test]
fn a_local_deadline_comes_before_the_official_one() {
    assert_eq!(settings("deadlines: {county: 04-10}").headlines(), "");
    assert!(
        settings("deadlines: {county: 02-20}").headlines_zh().contains("公布晚了49天"),
        "{}",
        settings("deadlines: {county: 02-20}").headlines_zh()
    );
}

#[test]
fn a_day_that_does_not_exist_is_an_error() {
    assert!(settings("deadlines: {county: 02-30}").headlines().contains("[G901]"));
}

#[test]
fn what_a_jump_is_can_be_set() {
    let site = with(&[("licences: 40", "licences: 80")]).file("site.yaml", "title: 网站\nchecks: {jump: {factor: 2}}\n");
    assert!(site.headlines().starts_with("warning[G204] content/2022.md:9:15"), "{}", site.headlines());
}

#[test]
fn a_link_of_the_header_or_the_foot_leads_somewhere() {
    let lines = |url: &str| {
        let site = with(&[]).file("content/guide.md", "---\ntitle: 指南\n---\n正文\n");
        site.file("site.yaml", &format!("title: 网站\nappearance:\n  header:\n  - {{label: 指南, url: '{url}'}}\n")).headlines()
    };
    for good in ["guide/", "/guide/", "https://www.example.org/", "mailto:a@example.org", "data/figures.csv"] {
        assert_eq!(lines(good), "", "{good}");
    }
    for wrong in ["guides/", "javascript:alert(1)", "//www.example.org/"] {
        assert!(lines(wrong).starts_with("error[G905] site.yaml:3"), "{wrong}: {}", lines(wrong));
    }
}
