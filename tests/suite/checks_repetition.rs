//! Reports that say what was said before.

use insta::assert_snapshot;

use crate::support::{TestSite, site};

fn repeated(site: &TestSite) -> String {
    site.headlines_zh().lines().filter(|line| line.contains("[G8")).collect::<Vec<_>>().join("\n")
}

/// So many sentences, each different from all others.
fn sentences(from: u32, to: u32) -> String {
    let character = |seed: u32| char::from_u32(0x4e00 + seed % 20000).expect("a Chinese character");
    let sentence =
        |number: u32| (0..30).map(|at| character(number.wrapping_mul(7919).wrapping_add(at * at * 31 + at * 977))).collect::<String>();
    (from..to).map(|number| format!("{}，共{number}件。", sentence(number))).collect::<Vec<_>>().join("\n\n")
}

fn report(site: TestSite, unit: &str, year: u16, overview: &str, problems: &str) -> TestSite {
    let body = format!(
        "\n## 一、总体情况\n\n{overview}\n\n## 五、存在的主要问题及改进情况\n\n{problems}\n\n## 六、其他需要报告的事项\n\n无其他需要报告的事项。\n"
    );
    site.report_with_body(unit, year, "", &body)
}

#[test]
fn more_than_half_of_last_years_text_is_told_with_both_places() {
    let site = report(site(), "", 2022, &sentences(0, 20), &sentences(100, 104));
    let site = report(site, "", 2023, &format!("{}\n\n{}", sentences(0, 15), sentences(50, 55)), &sentences(110, 114));
    assert_snapshot!(repeated(&site));
    assert_snapshot!(
        site.about(&["G8"])
            .drawn(gongkai::names::Lang::Zh)
            .lines()
            .filter(|line| line.contains("2022.md") || line.contains("段"))
            .collect::<Vec<_>>()
            .join("\n")
    );
}

#[test]
fn less_than_half_is_not_told() {
    let site = report(site(), "", 2022, &sentences(0, 20), &sentences(100, 104));
    let site = report(site, "", 2023, &format!("{}\n\n{}", sentences(0, 9), sentences(50, 62)), &sentences(110, 114));
    assert_eq!(repeated(&site), "");
}

#[test]
fn figures_headings_and_statutory_phrases_do_not_count() {
    let law = "根据《中华人民共和国政府信息公开条例》第四十九条、第五十条的规定。\n\n".repeat(30);
    let site = report(site(), "", 2022, &format!("{law}{}", sentences(0, 12)), &sentences(100, 104));
    let site = report(site, "", 2023, &format!("{law}{}", sentences(20, 32)), &sentences(110, 114));
    assert_eq!(repeated(&site), "");
}

#[test]
fn changed_figures_do_not_hide_a_copy() {
    let site = report(site(), "", 2022, &sentences(0, 20), &sentences(100, 104));
    let site = report(site, "", 2023, &sentences(0, 20).replace("共", "共 9"), &sentences(110, 114));
    assert!(repeated(&site).contains("G801"));
}

#[test]
fn a_copy_of_another_unit_is_told_to_both() {
    let site = site().unit("a", "甲镇人民政府").unit("b", "乙镇人民政府").unit("c", "丙镇人民政府");
    let site = report(site, "a", 2023, &sentences(0, 20), &sentences(100, 104));
    let site = report(site, "b", 2023, &format!("{}\n\n{}", sentences(0, 14), sentences(30, 33)), &sentences(110, 114));
    let site = report(site, "c", 2023, &format!("{}\n\n{}", sentences(0, 5), sentences(60, 75)), &sentences(120, 124));
    assert_snapshot!(repeated(&site));
}

#[test]
fn the_same_problems_two_years_running_are_told() {
    let site = report(site(), "", 2022, &sentences(0, 20), &sentences(100, 104));
    let site = report(site, "", 2023, &sentences(20, 40), &sentences(100, 104));
    assert_snapshot!(repeated(&site));
}

#[test]
fn new_problems_and_short_sections_are_not_told() {
    let first = report(site(), "", 2022, &sentences(0, 20), &sentences(100, 104));
    assert_eq!(repeated(&report(first, "", 2023, &sentences(20, 40), &sentences(102, 108))), "");
    let first = report(site(), "", 2022, &sentences(0, 20), &sentences(100, 101));
    assert_eq!(repeated(&report(first, "", 2023, &sentences(20, 40), &sentences(100, 101))), "");
}
