//! What is said where the prose and the tables differ, and where nothing is said.

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{TestSite, sample, site};

/// A small county report of 2022: 21 received, 3 brought forward, 20 concluded, 4 carried forward.
const FRONT: &str = "year: 2022
statistics:
  proactive: {regulations: 0, normative_documents: [2, 1, 7], licences: [40], penalties: [10], coercion: [0], charges: [1.5]}
  requests:
    received: [20, 1, 0, 0, 0, 0]
    brought_forward: [3, 0, 0, 0, 0, 0]
    granted: [8, 1, 0, 0, 0, 0]
    granted_in_part: [2, 0, 0, 0, 0, 0]
    refused: {state_secret: 0, prohibited_by_law: 0, three_securities: 0, third_party_rights: [2, 0, 0, 0, 0, 0], internal_affairs: 0, process_information: [1, 0, 0, 0, 0, 0], enforcement_files: 0, administrative_queries: 0}
    unavailable: {not_held: [3, 0, 0, 0, 0, 0], not_ready_made: 0, unclear_after_correction: 0}
    not_processed: {petition: [2, 0, 0, 0, 0, 0], repeated: 0, publication: 0, excessive: 0, confirmation: 0}
    other: {not_corrected: [1, 0, 0, 0, 0, 0], fee_unpaid: 0, miscellaneous: 0}
    carried_forward: [4, 0, 0, 0, 0, 0]
  disputes:
    reconsideration: [2, 1, 0, 0]
    litigation: [1, 0, 0, 0]
    litigation_after_reconsideration: [0, 0, 0, 1]
indicators:
  政府网站发布政府信息: 195 条";

const LAST_YEAR: &str = "year: 2021
statistics: {requests: {received: [14, 0, 0, 0, 0, 0], carried_forward: [3, 0, 0, 0, 0, 0]}}
indicators:
  政府网站发布政府信息: 150 条";

fn two_years(body: &str) -> TestSite {
    let body = format!("\n## 一、总体情况\n\n### （二）依申请公开\n\n{body}\n");
    site().report("", 2021, LAST_YEAR).report_with_body("", 2022, FRONT, &body)
}

/// The findings about the text, without their place: the code, and the message in Chinese.
fn about_text(site: &TestSite) -> String {
    let of_text = |line: &&str| line.contains("[G3");
    let message = |line: &str| line.split_once(' ').and_then(|(code, rest)| Some(format!("{code} {}", rest.split_once(' ')?.1)));
    site.headlines_zh().lines().filter(of_text).filter_map(message).collect::<Vec<_>>().join("\n")
}

fn silent(body: &str) {
    assert_eq!(about_text(&two_years(body)), "", "{body}");
}

fn told(body: &str, code: &str) {
    let said = about_text(&two_years(body));
    assert!(said.lines().count() == 1 && said.contains(code), "{body}\n{said}");
}

#[test]
fn numbers_that_agree_in_any_accepted_reading_are_not_told() {
    silent("全年共收到政府信息公开申请21件，上年结转3件，办结20件，结转下年度4件。");
    silent("2022年，我县各级行政机关共收到政府信息公开申请24件，全部为书面申请。");
    silent("新收申请２１件，加上年结转的三件，共应办理24件，办结二十件，余4件结转至下年度。");
    silent("予以公开9件，部分公开2件，不予公开3件，无法提供3件，不予处理2件，其他处理1件。");
    silent("因政府信息公开被申请行政复议3件，其中结果维持2件，结果纠正1件；行政诉讼2件，其中结果维持1件，尚未审结1件。");
    silent("制发行政规范性文件2件，废止1件，现行有效7件；作出行政许可决定40件、行政处罚10件。政府网站发布政府信息共195条。");
    silent("新收{{ requests.received.total }}件，办结{{ requests.received.total }}件。");
}

#[test]
fn each_number_that_differs_is_told_once() {
    told("全年共收到政府信息公开申请22件。", "G301");
    told("新收申请24件。", "G301");
    told("新收申请21件，上年结转2件。", "G302");
    told("全年办结21件。", "G303");
    told("全年办结20件，另有5件结转下年度继续办理。", "G304");
    told("结转下年度继续办理3件。", "G304");
    told("予以公开9件，部分公开2件，不予公开2件。", "G305");
    told("行政复议4件。", "G306");
    told("行政复议3件，其中结果维持1件。", "G306");
    told("行政诉讼3件。", "G306");
    told("制发行政规范性文件3件。", "G307");
    told("全年作出行政处罚决定11件。", "G307");
    told("本年未收到政府信息公开申请。", "G308");
    told("没有发生因政府信息公开引起的行政复议。", "G306");
    told("新收申请21件，比上年增长60%。", "G309");
    told("新收申请21件，比上年增加7件，下降50%。", "G309");
    told("予以公开9件，占办结数的40%。", "G309");
    told("全年发布解读文章共12篇，其中图解8篇，短片6篇。", "G310");
    told("收到意见建议共12条，分别为网络5条，来信6条。", "G310");
    told("全年通过政府网站发布政府信息198条。", "G312");
}

#[test]
fn another_scope_another_time_or_a_rounded_number_is_not_compared() {
    for body in [
        "县政府办公室收到申请5件。",
        "2021年新收申请14件。",
        "上半年，新收申请12件。",
        "约收到申请30件，近20件办结。",
        "通过网络收到申请8件，自然人申请20件。",
        "不予公开的3件中，保护第三方合法权益不予公开2件。",
        "办结投诉举报50件，收到人大建议30件，办结30件。",
        "有的材料写着“新收申请99件”，已经更正。",
        "没有申请行政复议的申请人提出新申请。",
        "没有申请人要求听证。",
        "全年收取信息处理费1500元。",
        "新收申请21件次。",
        "收到政府信息公开申请20至30件。",
    ] {
        silent(body);
    }
}

#[test]
fn headings_tables_and_quotations_are_not_read() {
    silent("#### 新收申请99件\n\n> 新收申请98件。\n\n| 新收申请97件 | 1 |\n| --- | --- |\n| 办结96件 | 2 |");
}

#[test]
fn blank_cells_leave_nothing_to_compare() {
    let site = site().report_with_body("", 2022, "statistics: {requests: {received: [~, 0, 0, 0, 0, 0]}}", "\n收到申请5件。办结3件。\n");
    assert_eq!(about_text(&site), "");
}

#[test]
fn percentages_may_be_rounded_or_cut_off() {
    silent("予以公开9件，部分公开2件，两项合计占办结数的55%。予以公开9件，占办结数的45.0%。");
    silent("新收申请21件，比上年增加7件，增长50%。政府网站发布政府信息195条，同比增长30.0%。");
    silent("共办结20件，其中当年申请17件，占85%。");
}

#[test]
fn lists_that_name_only_some_parts_may_come_to_less() {
    silent("全年公开信息共100条，其中图解20条，短片30条。");
    silent("收到意见共10条，其中网络4条，来信6条，办结20条，采纳8条。");
    silent("共开展培训3次，其中线上1次，参加20人。");
}

#[test]
fn the_messages_say_what_to_compare() {
    let body = "全年共收到政府信息公开申请22件，不予公开4件，政府网站发布政府信息198条。本年未制发规范性文件。予以公开9件，占办结数的40%。新收申请21件，比上年增长60%。";
    assert_snapshot!(about_text(&two_years(body)));
    assert_snapshot!(two_years("全年共收到政府信息公开申请22件。").about(&["G3"]).drawn(gongkai::names::Lang::Zh));
}

#[test]
fn a_published_report_agrees_with_itself() {
    let Some((text, figures)) = published() else { return };
    assert_eq!(about_text(&published_report(&figures, &published_prose(&text))), "");
}

#[test]
fn each_number_of_a_published_report_is_missed_if_it_is_changed() {
    let Some((text, figures)) = published() else { return };
    let prose = published_prose(&text);
    for (written, code) in [
        ("申请3119 件", "G301"),
        ("复3050 件", "G303"),
        ("申请34 件", "G302"),
        ("另有103 件", "G304"),
        ("复议351\n件", "G306"),
        ("维持72 件", "G306"),
        ("纠正64 件", "G306"),
        ("结果178 件", "G306"),
        ("审结37 件", "G306"),
        ("诉讼46 件", "G306"),
        ("维持25\n件", "G306"),
        ("纠正5 件", "G306"),
        ("结果9 件", "G306"),
        ("审结7 件", "G306"),
        ("规章1 件", "G307"),
    ] {
        assert_eq!(prose.matches(written).count(), 1, "{written}");
        let number: u32 = written.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("a number");
        let changed = written.replace(&number.to_string(), &(number + 1).to_string());
        let said = about_text(&published_report(&figures, &prose.replace(written, &changed)));
        assert!(said.lines().count() == 1 && said.contains(code), "{changed}: {said}");
    }
}

/// A real report as text, and its figures. It is not ours to ship, so the test is skipped where it does not lie beside the project.
fn published() -> Option<(String, String)> {
    Some((sample("reports/huaian-2024.txt")?, sample("reports/huaian-2024.truth.json")?))
}

/// The prose as published, in Markdown: page marks and tables taken out, a section for each heading.
fn published_prose(text: &str) -> String {
    let (mut prose, mut in_table) = (String::new(), false);
    for line in text.lines() {
        let is_heading = ["一、总", "二、主", "三、收", "四、政", "五、存", "六、其"].iter().any(|start| line.starts_with(start));
        if is_heading {
            in_table = ["二", "三", "四"].iter().any(|number| line.starts_with(number));
            prose.push_str(&format!("\n## {line}\n\n"));
        } else if !in_table && !line.starts_with("[[") && !line.starts_with("- ") {
            prose.push_str(if line.starts_with('（') { "\n" } else { "" });
            prose.push_str(&format!("{line}\n"));
        }
    }
    prose
}

/// The report with its tables, from the sample's own list of figures.
fn published_report(figures: &str, prose: &str) -> TestSite {
    let truth: Value = serde_json::from_str(figures).expect("the sample is JSON");
    let mut front = "year: 2024\nstatistics:\n".to_string();
    for (table, blocks) in [("proactive", &truth["table2"]), ("requests", &truth["table3"]), ("disputes", &truth["table4"])] {
        front.push_str(&format!("  {table}:\n"));
        let mut open = String::new();
        for (label, row) in blocks.as_object().expect("rows") {
            if table == "proactive" {
                for (label, row) in row.as_object().expect("rows") {
                    front.push_str(&format!("    {label}: {}\n", cells(row)));
                }
                continue;
            }
            match label.split_once('/').filter(|_| table == "requests") {
                Some((group, row_label)) => {
                    if open != group {
                        front.push_str(&format!("    {group}:\n"));
                        open = group.to_string();
                    }
                    front.push_str(&format!("      {row_label}: {}\n", cells(row)));
                }
                None => front.push_str(&format!("    {}: {}\n", label.rsplit('/').next().unwrap_or(label), cells(row))),
            }
        }
    }
    let unit = "---\ntitle: 某市人民政府\nlevel: city\n---\n";
    site().file("content/_index.md", unit).report_with_body("", 2024, &front, prose)
}

fn cells(row: &Value) -> String {
    let cells: Vec<String> = row.as_object().expect("cells").values().map(Value::to_string).collect();
    format!("[{}]", cells.join(", "))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(20260102), ..ProptestConfig::with_cases(300) })]

    #[test]
    fn no_text_makes_the_checks_panic(parts in proptest::collection::vec(prop_oneof![
        "\\PC{0,12}",
        prop::sample::select(vec!["新收申请", "12", "１２", "件", "，", "。", "占", "%", "其中", "共", "比上年增长", "三", "\n", "\n\n", "## 五、存在的主要问题及改进情况\n", "{{ requests.received.total }}", "{{ ", "未收到", "申请", "“", "（", "**", "[", "](", "![", "13812345678", "11010519491231002X", "\u{feff}", "，其中", "2021年", "- ", "1. ", "|", "```\n"]).prop_map(String::from),
    ], 0..60)) {
        two_years(&parts.concat()).headlines_zh();
    }
}
