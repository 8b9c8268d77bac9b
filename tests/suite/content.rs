//! What authors write, and what they are told when it is wrong.

use insta::assert_snapshot;

use gongkai::content::Figure;

use crate::support::{self, TestSite};

/// A site whose findings about how things are written are shown.
fn site() -> TestSite {
    support::site().about(&["G9", "G105", "G106"])
}

/// The figure of a cell in the report of 2020, as text that keeps its kinds apart.
fn cell(front: &str, path: &str) -> String {
    let site = site().report("", 2020, front);
    let (archive, ..) = site.archive();
    let report = archive.root().latest().expect("the report was read");
    match report.cell(path) {
        None => "absent".to_string(),
        Some(cell) => match cell.figure {
            Figure::Count(count) if cell.computed => format!("computed {count}"),
            Figure::Count(count) => format!("count {count}"),
            Figure::Amount(amount) => format!("amount {amount}"),
            other => format!("{other:?}"),
        },
    }
}

#[test]
fn blank_not_applicable_zero_and_absent_stay_four_things() {
    let front = "statistics: {requests: {received: {natural_persons: 0, businesses: ~, research_institutions: —}}}";
    assert_eq!(cell(front, "requests.received.natural_persons"), "count 0");
    assert_eq!(cell(front, "requests.received.businesses"), "Blank");
    assert_eq!(cell(front, "requests.received.research_institutions"), "NotApplicable");
    assert_eq!(cell(front, "requests.received.others"), "absent");
    assert_eq!(cell(front, "requests.received.total"), "absent", "a total with unknown parts is not guessed");
}

#[test]
fn a_total_left_out_is_computed_and_a_total_given_is_kept() {
    assert_eq!(cell("statistics: {requests: {received: [3, 1, 0, 0, 0, 0]}}", "requests.received.total"), "computed 4");
    assert_eq!(cell("statistics: {requests: {received: [3, 1, 0, 0, 0, 0, 5]}}", "requests.received.total"), "count 5");
}

#[test]
fn zero_for_a_group_or_table_is_zero_in_every_cell() {
    assert_eq!(cell("statistics: {requests: {refused: 0}}", "requests.refused.internal_affairs.total"), "count 0");
    assert_eq!(cell("statistics: {disputes: 0}", "disputes.litigation.pending"), "count 0");
    assert_eq!(cell("statistics: {requests: 0}", "requests.concluded.others"), "count 0");
}

#[test]
fn keys_may_be_official_labels_full_or_short() {
    let front = "statistics:\n  收到和处理政府信息公开申请情况:\n    （三）不予公开:\n      属于国家秘密: {自然人: 2, 商业企业: 0, 科研机构: 0, 社会公益组织: 0, 法律服务机构: 0, 其他: 0}\n";
    assert_eq!(cell(front, "requests.refused.state_secret.total"), "computed 2");
}

#[test]
fn decimals_and_explicit_signs_are_kept_as_written() {
    assert_eq!(cell("statistics: {proactive: {procurement: [12, 1.10]}}", "proactive.procurement.amount"), "amount 1.10");
    assert_eq!(
        cell("statistics: {proactive: {procurement: [0, 12345678901234567.89]}}", "proactive.procurement.amount"),
        "amount 12345678901234567.89"
    );
    let site = site().report("", 2020, "statistics: {proactive: {licences: [3, +12, 0]}}");
    let (archive, ..) = site.archive();
    let cell = archive.root().latest().and_then(|report| report.cell("proactive.licences.change")).expect("given");
    assert_eq!((cell.figure, cell.written()), (Figure::Count(12), Some("+12")));
}

#[test]
fn slips_of_the_keyboard_are_explained_where_they_are() {
    let site = site().report(
        "",
        2020,
        "statistics:\n  requests:\n    received: [１２, 0, 0, 0, 0, 0]\n    brought_forward: [\"1,234\", 0, 0, 0, 0, 0]\n    granted: [-1, 0, 0, 0, 0, 0]\n    concluded: [1.5, 0, 0, 0, 0, 0]\n    carried_forward: [3件, 无, 007, 0, 0, 0]\n    recieved: 0",
    );
    assert_snapshot!(site.headlines_zh());
    assert_snapshot!(site.headlines());
}

#[test]
fn a_full_width_colon_a_tab_and_a_missing_bracket_are_named() {
    for (name, front) in [
        ("colon", "title：年报\nyear: 2020"),
        ("tab", "title: 年报\nstatistics:\n\tdisputes: 0"),
        ("bracket", "title: 年报\nstatistics:\n  disputes:\n    litigation: [0, 0\n    reconsideration: 0"),
        ("twice", "title: 年报\ntitle: 年报\nyear: 2020"),
    ] {
        assert_snapshot!(name, site().report("", 2020, front).drawn(gongkai::names::Lang::Zh));
    }
}

#[test]
fn too_few_and_too_many_figures_in_a_row_name_the_columns() {
    let site = site().report(
        "",
        2020,
        "statistics:\n  requests:\n    received: [1, 2, 3]\n    granted: [1,234, 0, 0, 0, 0, 0, 0]\n  disputes:\n    litigation: 3",
    );
    assert_snapshot!(site.headlines_zh());
}

#[test]
fn a_figure_may_carry_a_remark() {
    let site = site().report("", 2022, "statistics: {proactive: {normative_documents: [{value: 22, remark: 其中修订16件}, 0, 55]}}");
    let (archive, ..) = site.archive();
    let cell = archive.root().latest().and_then(|report| report.cell("proactive.normative_documents.made")).expect("given");
    assert_eq!((cell.figure, cell.remark()), (Figure::Count(22), Some("其中修订16件")));
    assert_eq!(site.headlines(), "");
}

#[test]
fn a_list_or_a_map_where_one_text_belongs_is_told_with_what_to_write_instead() {
    let text = "---\ntitle:\n  某局: 年报\nyear: [2020]\npublished:\n- 2021-01-20\n---\n正文。\n";
    let site = site().about(&["G904"]).file("content/2020.md", text);
    assert_snapshot!(site.drawn(gongkai::names::Lang::Zh));
}

#[test]
fn front_matter_that_is_not_closed_is_read_up_to_the_text() {
    let text = "---\nyear: 2020\npublished: 2021-01-20\nstatistics: {proactive: 0, requests: 0, disputes: 一}\n\n## 一、总体情况\n正文。\n";
    let site = site().about(&["G1", "G9", "G4"]).file("content/2020.md", text);
    assert_snapshot!(site.drawn(gongkai::names::Lang::Zh));
}
