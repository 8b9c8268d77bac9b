//! Relations inside a report: blanks in view, and the one cell that explains several.

use super::good::with;

fn messages(edits: &[(&str, &str)]) -> String {
    with(edits).headlines_zh()
}

#[test]
fn parts_that_exceed_their_total_are_wrong_whatever_belongs_in_the_blank() {
    let received = "received: [3, 1, 0, 0, 0, 0, 4]";
    insta::assert_snapshot!(messages(&[(received, "received: [3, 2, ~, 0, 0, 0, 4]")]));
    let fewer = messages(&[(received, "received: [3, 0, ~, 0, 0, 0, 4]")]);
    assert!(!fewer.contains("[G103]"), "{fewer}");
}

#[test]
fn a_total_that_is_blank_in_the_original_is_told_and_nothing_is_made_up() {
    let found = messages(&[("granted: [2, 0, 0, 0, 0, 0, 2]", "granted: [2, 0, 0, 0, 0, 0, ~]")]);
    assert_eq!(found, "warning[G108] content/2022.md:16:33 “收到和处理政府信息公开申请情况”表有1格没填：“（一）予以公开”的“总计”");
}

#[test]
fn a_struck_out_cell_adds_nothing() {
    assert_eq!(messages(&[("litigation: 0\n", "litigation: —\n"), ("granted_in_part: 0", "granted_in_part: —")]), "");
}

#[test]
fn two_wrong_cells_are_two_findings() {
    let found = messages(&[
        ("received: [3, 1, 0, 0, 0, 0, 4]", "received: [3, 1, 0, 0, 0, 7, 4]"),
        ("reconsideration: [1, 0, 0, 0, 1]", "reconsideration: [1, 0, 0, 0, 2]"),
    ]);
    insta::assert_snapshot!(found);
}

#[test]
fn figures_that_two_cells_explain_equally_well_blame_neither() {
    // Their totals are left out, so either of the two outcomes may be the wrong one.
    let edits = [
        ("granted: [2, 0, 0, 0, 0, 0, 2]", "granted: [1, 0, 0, 0, 0, 0]"),
        ("not_held: [1, 0, 0, 0, 0, 0, 1]", "not_held: [1, 0, 0, 0, 0, 0]"),
    ];
    let found = with(&edits).drawn(gongkai::names::Lang::Zh);
    assert!(found.contains("[G102]") && !found.contains("多半"), "{found}");
}

#[test]
fn a_row_that_is_missing_altogether_is_named_once() {
    let found = messages(&[("    granted_in_part: 0\n", "")]);
    assert_eq!(
        found,
        "warning[G108] content/2022.md:13:3 “收到和处理政府信息公开申请情况”表有6格没填：“（二）部分公开（区分处理的，只计这一情形，不计其他情形）”整行"
    );
}

#[test]
fn a_table_on_the_form_before_is_checked_by_its_own_relations() {
    // The 2019 form has one row of other outcomes, and six columns of applicants all the same.
    let old = "  requests:\n    form: cn-2019\n    received: [1, 0, 0, 0, 0, 0]\n    brought_forward: 0\n    granted: [1, 0, 0, 0, 0, 0]\n    granted_in_part: 0\n    refused: 0\n    unavailable: 0\n    not_processed: 0\n    other: [1, 0, 0, 0, 0, 0]\n    concluded: [1, 0, 0, 0, 0, 0]\n    carried_forward: 0\n";
    let site = crate::support::site().report("", 2022, &format!("year: 2022\nstatistics:\n{old}"));
    let found = site.headlines_zh();
    assert!(found.contains("[G402]") && found.contains("“（一）予以公开”到“（六）其他处理”19项相加是 2"), "{found}");
}
