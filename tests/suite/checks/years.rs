//! Between years: neighbours only, on whatever forms, and what cannot be compared is left alone.

use super::good::{with, years, years_of_2019};
use crate::support::site;

#[test]
fn what_is_carried_over_is_compared_across_a_change_of_form() {
    let old = "year: 2020\nstatistics:\n  requests: {carried_forward: [2, 0, 0, 0, 0, 0]}";
    let new = "year: 2021\nstatistics:\n  requests: {brought_forward: [1, 0, 0, 0, 0, 0]}";
    insta::assert_snapshot!(site().report("", 2020, old).report("", 2021, new).headlines_zh());
}

#[test]
fn a_year_without_a_report_is_told_and_nothing_is_compared_across_it() {
    let gone = with(&[
        ("brought_forward: [1, 0, 0, 0, 0, 0, 1]", "brought_forward: 0"),
        ("received: [3, 1", "received: [4, 1"),
        ("0, 0, 0, 0, 4]", "0, 0, 0, 0, 5]"),
    ])
    .without("content/2021.md")
    .report(
        "",
        2020,
        "title: 云岭县人民政府2020年政府信息公开工作年度报告\nyear: 2020\nstatistics: {requests: {carried_forward: [9, 0, 0, 0, 0, 0]}}",
    );
    let codes: Vec<String> = gone.headlines().lines().filter(|line| line.contains("2022.md")).map(|line| line[..13].to_string()).collect();
    assert_eq!(codes, ["warning[G205]"]);
}

#[test]
fn counts_of_documents_are_not_compared_with_those_of_the_form_before() {
    let old = years_of_2019();
    let both = old.report("", 2021, "title: 云岭县人民政府2021年政府信息公开工作年度报告\nyear: 2021\npublished: 2022-03-24\nstatistics: {proactive: {normative_documents: [1, 0, 400], licences: 4000}}");
    let found = both.headlines();
    assert!(!found.contains("[G202]") && !found.contains("[G204]"), "{found}");
}

#[test]
fn a_jump_of_several_rows_is_one_finding_for_the_table() {
    let site = with(&[("licences: 40", "licences: 4000"), ("penalties: 12", "penalties: 1200")]);
    insta::assert_snapshot!(site.drawn(gongkai::names::Lang::Zh));
}

#[test]
fn since_says_from_when_on_reports_are_due() {
    let younger = years().replaced("content/_index.md", "level: county", "level: county\nsince: 2019");
    assert_eq!(younger.headlines_zh(), "warning[G205] content/2021.md:3:7 缺少2019年至2020年的报告");
}
