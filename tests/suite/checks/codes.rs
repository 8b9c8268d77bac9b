//! Every code: once where it speaks, once where it nearly does.

use std::collections::BTreeSet;

use gongkai::cache::Cache;
use gongkai::checks::catalogue::Catalogue;
use gongkai::content::Scope;
use gongkai::diagnostic::{self, Diagnostics};
use gongkai::names::Lang;
use gongkai::output::Memory;
use gongkai::pipeline::Site;

use super::good::{with, years, years_of_2019};
use crate::support::{PORTAL, TestSite, site, whole_site};

struct Case {
    code: &'static str,
    wrong: TestSite,
    /// As close to it as can be without being wrong.
    near: TestSite,
}

fn case(code: &'static str, wrong: TestSite, near: TestSite) -> Case {
    Case { code, wrong, near }
}

/// One edit to the good report of 2022 that is wrong, and one that is not.
fn edit(code: &'static str, at: &str, wrong: &str, near: &str) -> Case {
    case(code, with(&[(at, wrong)]), with(&[(at, near)]))
}

/// A file that is wrong, and one that is not.
fn file(code: &'static str, path: &str, wrong: &str, near: &str) -> Case {
    case(code, site().file(path, wrong), site().file(path, near))
}

fn unit(front: &str) -> String {
    format!("---\ntitle: 云岭县富源街街道办事处\n{front}\n---\n")
}

fn figures() -> Vec<Case> {
    let requests = |rows: &str| site().report("", 2022, &format!("statistics:\n  requests:\n{rows}"));
    vec![
        edit(
            "G101",
            "carried_forward: [1, 1, 0, 0, 0, 0, 2]",
            "carried_forward: [1, 0, 0, 0, 0, 0]",
            "carried_forward: [1, ~, 0, 0, 0, 0]",
        ),
        edit("G102", "granted: [2, 0, 0, 0, 0, 0, 2]", "granted: [1, 0, 0, 0, 0, 0, 1]", "granted: [~, 0, 0, 0, 0, 0, 2]"),
        edit("G103", "received: [3, 1, 0, 0, 0, 0, 4]", "received: [3, 1, 0, 0, 0, 0, 5]", "received: [3, 1, —, 0, 0, 0, 4]"),
        edit("G104", "reconsideration: [1, 0, 0, 0, 1]", "reconsideration: [1, 0, 0, 0, 0]", "reconsideration: [1, 0, 0, ~, 1]"),
        case("G105", requests("    received: [3件, 0, 0, 0, 0, 0]"), requests("    received: [{value: 3, remark: 件}, 0, 0, 0, 0, 0]")),
        case(
            "G106",
            site().report("", 2020, "statistics: {proactive: {licences: [-1, 0, 0]}}"),
            site().report("", 2020, "statistics: {proactive: {licences: [3, -1, 0]}}"),
        ),
        case("G107", with(&[("regulations: 0", "regulations: [5, 0, 5]")]), {
            with(&[("regulations: 0", "regulations: [5, 0, 5]")]).replaced("content/_index.md", "level: county", "level: city")
        }),
        edit("G108", "coercion: 2", "coercion: ~", "coercion: —"),
        edit("G109", "normative_documents: [3, 1, 14]", "normative_documents: [3, 1, 1]", "normative_documents: [3, 1, 2]"),
    ]
}

fn between_years() -> Vec<Case> {
    let of_2020 = |licences: &str| years_of_2019().replaced("content/2020.md", "licences: [4, 0, 38]", licences);
    let later = |title: &str| with(&[("title: 云岭县人民政府2022年", title)]);
    vec![
        edit(
            "G201",
            "brought_forward: [1, 0, 0, 0, 0, 0, 1]",
            "brought_forward: [0, 1, 0, 0, 0, 0, 1]",
            "brought_forward: [~, ~, ~, ~, ~, ~, ~]",
        ),
        edit("G202", "normative_documents: [3, 1, 14]", "normative_documents: [3, 1, 13]", "normative_documents: [3, 1, ~]"),
        case("G203", of_2020("licences: [3, 0, 38]"), of_2020("licences: [~, 0, 38]")),
        edit("G204", "licences: 40", "licences: 176", "licences: 175"),
        case(
            "G205",
            years().report("", 2024, "title: 云岭县人民政府2024年政府信息公开工作年度报告\nyear: 2024"),
            years().replaced("content/_index.md", "level: county", "level: county\nsince: 2021"),
        ),
        case("G206", later("title: 云岭县2022年"), later("title: 云岭县 人民政府 2022 年")),
    ]
}

fn form_and_sections() -> Vec<Case> {
    let problems = "部分乡镇的公开目录更新不及时，明年起按季度通报；答复书的说理不够充分，年内组织一次培训。";
    let citation = "国办公开办函〔2021〕30号";
    let period = "自2022年1月1日起";
    let disputes = "  disputes:\n    reconsideration: [1, 0, 0, 0, 1]\n    litigation: 0\n    litigation_after_reconsideration: 0\n";
    vec![
        edit("G401", "year: 2022\n", "year: 2022\nform: cn-2020\n", "year: 2022\nform: cn-2021\n"),
        case(
            "G402",
            years_of_2019().replaced("content/2020.md", "requests: 0", "requests: {form: cn-2021, received: 0}"),
            years_of_2019().replaced("content/2020.md", "requests: 0", "requests: {form: cn-2019, received: 0}"),
        ),
        edit("G403", "## 五、存在的主要问题及改进情况", "### 问题", "## 五、政府信息公开工作存在的主要问题及改进情况"),
        edit("G404", problems, "无。", "主要问题是公开目录更新不及时。"),
        edit("G405", "## 六、其他", "## 七、其他", "## 6. 其他"),
        edit("G406", "本年度没有收取信息处理费。", "无其他需要报告的事项。", "信息处理 费收取0元。"),
        edit("G407", period, "自2021年1月1日起", "同2021年相比，自2022年1月1日起"),
        edit("G408", citation, "国办公开办函[2019] 60号", "国办公开办函〔2021〕30号（取代〔2019〕60号）"),
        edit("G409", disputes, "", "  disputes: 0\n"),
        edit("G410", disputes, "  disputes: ~\n", "  disputes: —\n"),
    ]
}

fn portal() -> Vec<Case> {
    let front = "title: 云岭县人民政府2022年政府信息公开工作年度报告\nyear: 2022\npublished: 2023-01-13";
    let with = |lines: &str| {
        site().report("", 2022, front).file("site.yaml", &format!("title: 网站\nbase_url: https://www.example.org/\n{lines}"))
    };
    let whole = |from: &str, to: &str| with(&PORTAL.replacen(from, to, 1));
    vec![
        case("G511", whole("  site_name: 云岭县人民政府门户网站\n", ""), with(PORTAL)),
        case("G512", whole("0000000000", "000000000"), whole("\"0000000000\"", "1234567890")),
        case("G513", with(""), site().report("", 2022, front).file("site.yaml", "title: 网站\n")),
    ]
}

fn contact_and_metadata() -> Vec<Case> {
    let of_unit = |front: &str| {
        let report = "title: 云岭县富源街街道办事处2022年政府信息公开工作年度报告\nyear: 2022\npublished: 2023-01-13";
        site().file("content/fuyuan/_index.md", &unit(front)).report("fuyuan", 2022, report)
    };
    let published = "published: 2023-03-28";
    vec![
        case("G501", of_unit("contact: {address: 云岭县美洁巷1号}"), of_unit("contact: {address: 云岭县美洁巷1号, 电话: 0000-8065938}")),
        case("G502", of_unit("contact: {phone: 0000-8065938}"), {
            of_unit("contact: {phone: 0000-8065938}").replaced(
                "content/fuyuan/2022.md",
                "year: 2022",
                "year: 2022\ncontact: {address: 云岭县美洁巷1号}",
            )
        }),
        file(
            "G503",
            "content/fuyuan/_index.md",
            &unit("contact: {phone: 0000-806593}"),
            &unit("contact: {phone: 0000-8065938转801、12345}"),
        ),
        file(
            "G504",
            "content/fuyuan/_index.md",
            &unit("contact: {email: office＠example.org}"),
            &unit("contact: {email: office@example.org}"),
        ),
        edit("G505", published, "published: 2023-04-01", "published: 2023-03-31"),
        case("G506", site().file("content/2022.md", "---\nyear: 2021\n---\n"), site().file("content/nianbao.md", "---\nyear: 2021\n---\n")),
        edit(
            "G507",
            "title: 云岭县人民政府2022年政府信息公开工作年度报告",
            "title: 云岭县人民政府2022年度政府信息公开年报",
            "title: 云岭县人民政府 2022 年政府信息公开工作年度报告",
        ),
        file("G508", "content/fuyuan/_index.md", &unit("level: 街道办公室"), &unit("level: 街道")),
        edit("G509", published, "published: 2022-12-31", "published: 2023-01-01"),
        edit("G510", "year: 2022\n", "year: 2022\nacknowledged: [{code: G104, note: 原件如此}]\n", "year: 2022\nacknowledged: []\n"),
    ]
}

/// Front matter and body of a report beside the root unit.
fn report(front: &str, body: &str) -> String {
    format!("---\nyear: 2022\n{front}\n---\n{body}")
}

fn syntax() -> Vec<Case> {
    let front = |code, wrong: &str, near: &str| file(code, "content/2022.md", &report(wrong, ""), &report(near, ""));
    let body = |code, wrong: &str, near: &str| file(code, "content/2022.md", &report("", wrong), &report("", near));
    let settings = |line: &str| site().file("site.yaml", &format!("title: 网站\n{line}\nchecks: {{G509: off}}\n"));
    let form = |left: &str| {
        let text = format!(
            "id: own\ntitle: 格式\ninstrument: 文件\nlanguage: zh\nreport_title: \"{{unit}}{{year}}\"\ntables:\n  - id: a\n    label: 表\n    columns: [{{id: n, label: 数}}]\n    rows: [{{id: x, label: 甲}}, {{id: y, label: 乙}}]\n    relations: [{{id: r, code: G101, per: column, left: [{left}], right: [y]}}]\n"
        );
        site().file("forms/own.yaml", &text)
    };
    let template = |text: &str| settings("theme: own").file("themes/own/templates/unit.html", text);
    vec![
        front("G901", "title：年报", "title: 年报：2022"),
        front("G902", "title: 年报\ntitle: 年报", "title: 年报\nform: cn-2021"),
        front("G903", "titel: 年报", "title: 年报"),
        front("G904", "published: 22年1月", "published: 2023年1月22日"),
        case("G905", settings("base_url: www.example.org"), settings("base_url: https://www.example.org")),
        case("G906", form("z"), form("x")),
        body("G907", "发布{{ 网站 }}条", "发布`{{ 网站 }}`条"),
        case("G908", site().file("content/fuyuan/2022.md", "正文"), site().file("content/fuyuan/scan.pdf", "")),
        case("G909", site().file("content/a\u{fffd}.pdf", ""), site().file("content/扫描件.pdf", "")),
        front("G910", "statistics: {requests: {received: [1, 2]}}", "statistics: {requests: {received: [1, 0, 0, 0, 0, 0]}}"),
        body("G911", "一<br>二", "一`<br>`二"),
        body("G912", "[办事](javascript:void)", "[办事](https://www.example.org/)"),
        body("G913", "2022. 全年", "全年2022. "),
        case("G914", site().unit("compare", "对比办"), site().unit("compared", "对比办")),
        case(
            "G915",
            site().report("", 2022, "year: 2022").file("content/2022/index.md", "---\nyear: 2022\n---\n"),
            site().report("", 2022, "year: 2022").file("content/2021/index.md", "---\nyear: 2021\n---\n"),
        ),
        case(
            "G916",
            site().report("", 2022, "year: 2022\naliases: [compare/]").report("", 2021, "year: 2021"),
            site().report("", 2022, "year: 2022\naliases: [old/]").report("", 2021, "year: 2021"),
        ),
        case("G917", settings("theme: blue"), settings("theme: default")),
        case("G925", settings("appearance: {accent: '#ffcc00'}"), settings("appearance: {accent: '#9c1c1c'}")),
        case("G918", template("{% for x in"), template("{% for x in [] %}{% endfor %}")),
        body("G919", "**一是加强领导", "一是**加强**领导"),
        body("G920", "## \n\n正文", "## 一\n\n正文"),
        body("G921", "| 渠道 | 条数 |\n|---|---|\n| 网站 | 195 | 222 |", "| 渠道 | 条数 |\n|---|---|\n| 网站 |"),
    ]
}

fn cases() -> Vec<Case> {
    [figures(), between_years(), form_and_sections(), contact_and_metadata(), portal(), syntax()].into_iter().flatten().collect()
}

/// All findings, those of templates included.
fn findings(site: &TestSite) -> Diagnostics {
    let sources = site.sources();
    let read = Site::read(&sources, Scope::WithDrafts, &Cache::default());
    let mut found = read.diagnostics.clone();
    if !found.has_errors() {
        found.extend(read.files(&sources, &Memory::default()).expect("memory takes every file"));
    }
    found
}

#[test]
fn every_code_speaks_where_it_should_and_is_silent_beside_it() {
    for Case { code, wrong, near } in cases() {
        let codes =
            |site: &TestSite| findings(site).iter().flat_map(|one| one.codes().map(str::to_string).collect::<Vec<_>>()).collect::<Vec<_>>();
        assert!(codes(&wrong).iter().any(|found| found == code), "{code} is not found, only {:?}", codes(&wrong));
        assert!(!codes(&near).iter().any(|found| found == code), "{code} speaks where nothing is wrong:\n{}", near.drawn(Lang::En));
    }
}

#[test]
fn every_code_of_the_catalogue_has_a_case() {
    let with_case: BTreeSet<&str> = cases().iter().map(|case| case.code).collect();
    let ours = ["G1", "G2", "G4", "G5", "G9"];
    let known: BTreeSet<&str> = Catalogue::get().iter().map(|(code, _)| code).filter(|code| ours.contains(&&code[..2])).collect();
    assert_eq!(with_case, known);
}

#[test]
fn the_severity_in_the_catalogue_is_that_of_the_finding() {
    for Case { code, wrong, .. } in cases() {
        let found = findings(&wrong);
        let one = found.iter().find(|one| one.codes().any(|found| found == code)).expect("it speaks");
        let entry = Catalogue::get().entry(code).expect("it has an entry");
        assert_eq!(one.severity, entry.severity, "{code}");
    }
}

/// What a clerk reads, word for word.
#[test]
fn every_message_says_what_to_do() {
    for Case { code, wrong, .. } in cases() {
        let sources = wrong.sources();
        let found = findings(&wrong);
        let one = found.iter().find(|one| one.codes().any(|found| found == code)).expect("it speaks");
        insta::assert_snapshot!(code, diagnostic::draw(one, &sources, Lang::Zh, false));
    }
}

#[test]
fn a_site_without_reports_is_not_asked_for_anything() {
    assert_eq!(whole_site().headlines(), "");
}
