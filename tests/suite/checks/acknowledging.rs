//! Explanations: what they cover, and what is told about them.

use gongkai::checks::{self, Readiness};
use gongkai::diagnostic::{self, Severity};
use gongkai::names::Lang;

use super::good::with;
use crate::support::TestSite;

const WRONG: (&str, &str) = ("reconsideration: [1, 0, 0, 0, 1]", "reconsideration: [1, 0, 0, 0, 0]");

fn acknowledged(entry: &str) -> TestSite {
    with(&[WRONG, ("year: 2022\n", &format!("year: 2022\nacknowledged:\n  - {entry}\n"))])
}

#[test]
fn an_explained_finding_is_a_note_with_its_explanation() {
    let site = acknowledged("{code: G104, note: 原件总计印为0。}");
    let (_, _, found) = site.archive();
    assert_eq!((found.count(Severity::Error), found.count(Severity::Note)), (0, 1));
    insta::assert_snapshot!(site.drawn(Lang::Zh));
}

#[test]
fn an_explanation_may_say_which_row_or_cell_it_is_about_in_ids_or_words() {
    let places = [
        "disputes",
        "disputes.reconsideration",
        "disputes.reconsideration.total",
        "disputes.行政复议",
        "四、政府信息公开行政复议、行政诉讼情况.行政复议.总计",
    ];
    for at in places {
        let found = acknowledged(&format!("{{code: g104, note: 原件如此, where: {at}}}")).headlines();
        assert!(found.starts_with("note[G104]") && found.lines().count() == 1, "{at}: {found}");
    }
}

#[test]
fn an_explanation_of_something_else_leaves_the_error_and_is_told_itself() {
    for entry in
        ["{code: G104, note: 原件如此, where: disputes.litigation}", "{code: G103, note: 原件如此}", "{code: G1O4, note: 原件如此}"]
    {
        let found = acknowledged(entry).headlines();
        assert!(found.contains("error[G104]") && found.contains("warning[G510]"), "{entry}: {found}");
    }
}

#[test]
fn several_broken_relations_with_one_cause_need_one_explanation() {
    let site = with(&[
        ("received: [3, 1, 0, 0, 0, 0, 4]", "received: [3, 1, 0, 0, 0, 0, 5]"),
        ("year: 2022\n", "year: 2022\nacknowledged: [{code: G103, note: 原件总计印为5。}]\n"),
    ]);
    let (_, _, found) = site.archive();
    assert_eq!((found.count(Severity::Error), found.count(Severity::Warning), found.count(Severity::Note)), (0, 0, 1));
}

#[test]
fn what_could_not_be_read_cannot_be_explained_away() {
    let site = with(&[("coercion: 2", "coercion: 两件"), ("year: 2022\n", "year: 2022\nacknowledged: [{code: G105, note: 原件如此}]\n")]);
    let found = site.headlines_zh();
    assert!(found.contains("error[G105]") && found.contains("G105 这类问题不能用说明代替改正"), "{found}");
}

#[test]
fn a_missing_year_is_explained_in_the_first_report_after_it() {
    let last = "title: 云岭县人民政府2022年政府信息公开工作年度报告";
    let site = with(&[(last, &format!("{last}\nacknowledged: [{{code: G205, note: 2021年报告只有纸质本。}}]"))]);
    let site = site.without("content/2021.md").replaced("content/_index.md", "level: county", "level: county\nsince: 2021");
    assert_eq!(site.headlines_zh(), "note[G205] content/2022.md:4:7 缺少2021年的报告");
}

#[test]
fn machines_are_told_what_was_acknowledged() {
    let site = acknowledged("{code: G104, note: 原件总计印为0。}");
    let (sources, (_, _, found)) = (site.sources(), site.archive());
    insta::assert_snapshot!(diagnostic::json(&found, &sources, Lang::En));
    assert!(diagnostic::sarif(&found, &sources, Lang::En).contains("\"suppressions\""));
}

#[test]
fn a_summary_says_which_reports_are_ready() {
    let (archive, _, found) =
        acknowledged("{code: G104, note: 原件总计印为0。}").replaced("content/2021.md", "licences: 35", "licences: ~").archive();
    let lines: Vec<(u16, [usize; 3], bool)> = checks::summary(&archive, &found)
        .iter()
        .map(|one: &Readiness| (one.year.number(), [one.errors, one.warnings, one.acknowledged], one.is_ready()))
        .collect();
    assert_eq!(lines, [(2021, [0, 1, 0], true), (2022, [0, 0, 1], true)]);
    let (archive, _, found) = with(&[WRONG]).archive();
    assert!(!checks::summary(&archive, &found)[1].is_ready());
}
