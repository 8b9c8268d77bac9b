//! What published reports taught: each case is made up, its shape is not.

use gongkai::import::{self, Imported};

use super::import_support::{catalog, import, reread};

fn text(text: &str) -> Imported {
    import(text.as_bytes(), "a.txt", &catalog())
}

/// The figures of a row as they are written, or the comment in its place.
fn row(imported: &Imported, key: &str) -> String {
    let written = import::write(imported);
    let line = written.lines().find(|line| line.trim_start().trim_start_matches("# ").starts_with(&format!("{key}:")));
    let line = line.unwrap_or_else(|| panic!("no {key}\n{written}")).trim();
    line.split_once(": ").map_or(String::new(), |(_, rest)| rest.split("  #").next().unwrap_or("").trim().to_string())
}

const TITLE: &str = "云岭县教育局2020年政府信息公开工作年度报告\n一、总体情况\n全年公开信息。\n二、主动公开政府信息情况\n";
const REQUESTS: &str = "三、收到和处理政府信息公开申请情况\n(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和) | 申请人情况 | ||||||||\n自然人 | 法人或其他组织 | 总计 | |||||||\n商业 企业 | 科研 机构 | 社会公益组织 | 法律服务机构 | 其他 | |||||\n";

#[test]
fn bars_at_the_end_of_a_row_are_no_cells_and_lost_cells_are_not_guessed() {
    let table = format!(
        "{TITLE}{REQUESTS}一、本年新收政府信息公开申请数量 | 7 | 1 | 8 | ||||||\n二、上年结转政府信息公开申请数量 | 0 | | | | | | 0 | ||\n四、结转下年度继续办理 | 3 | 0 | 0 | 0 | 0 | 0 | 3 | ||\n"
    );
    let imported = text(&table);
    assert_eq!(row(&imported, "carried_forward"), "[3, 0, 0, 0, 0, 0, 3]");
    assert_eq!(row(&imported, "brought_forward"), "[0, ~, ~, ~, ~, ~, 0]");
    let written = import::write(&imported);
    assert!(written.contains("# received:") && written.contains("原文：7 1 8"), "{written}");
}

#[test]
fn a_cell_a_line_with_bars_keeps_its_empty_cells_only_inside_a_whole_row() {
    let cells =
        |cells: &[&str], padding: &str| cells.iter().map(|cell| format!("{cell} |\n")).collect::<String>().replace("\n |", "\n|") + padding;
    let mut table = format!("{TITLE}三、收到和处理政府信息公开申请情况\n");
    table += &cells(&["自然人", "法人或其他组织", "总计"], "|||||||\n");
    table += &cells(&["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"], "|||||\n");
    table += "一、本年新收政府信息公开申请数量 |\n|\n|\n|\n|\n|\n|\n4 |\n||\n";
    table += "二、上年结转政府信息公开申请数量 |\n|\n0 |\n|||||||\n";
    table += &cells(&["四、结转下年度继续办理", "1", "0", "0", "0", "0", "2", "3"], "||\n");
    let imported = text(&table);
    assert_eq!(row(&imported, "received"), "[~, ~, ~, ~, ~, ~, 4]");
    assert_eq!(row(&imported, "carried_forward"), "[1, 0, 0, 0, 0, 2, 3]");
    assert!(import::write(&imported).contains("# brought_forward:"));
}

#[test]
fn changes_in_words_are_signed_and_explained_headings_are_headings() {
    let table = format!(
        "{TITLE}第二十条第（五）项 | |||\n信息内容 | 上一年项目数量（指2019年事项数） | 本年增/减（减用负值表示，如-8） | 处理决定数量（指2020年办件量） |\n行政许可 | 37 | 减3 | 1125 |\n其他对外管理服务事项（含公共服务事项） | 5 | 增2 | 0 |\n"
    );
    let imported = text(&table);
    assert_eq!(row(&imported, "licences"), "[37, -3, 1125]");
    assert_eq!(row(&imported, "other_services"), "[5, +2, 0]");
}

#[test]
fn years_and_bodies_are_found_where_reports_say_them() {
    let cases = [
        ("2020年云岭县教育局政府信息公开工作年度报告\n一、总体情况\n无。\n", Some(2020), Some("云岭县教育局")),
        ("雲嶺縣教育局2020年政府信息公開工作年度報告\n一、總體情況\n無。\n", Some(2020), Some("雲嶺縣教育局")),
        ("根据有关规定，现公布云岭县统计局2022年政府信息公开工作年度报告。\n一、总体情况\n无。\n", Some(2022), Some("云岭县统计局")),
        ("根据有关规定，现公布我局2022年政府信息公开工作年度报告。\n一、总体情况\n无。\n", Some(2022), None),
        (
            "名 称: 富源街道2022年政府信息公开工作年度报告 索 引 号: 0/2023-1 发布日期: 2023-01-17 发布机构: 富源街道\n一、总体情况\n无。\n",
            Some(2022),
            Some("富源街道"),
        ),
    ];
    for (source, year, agency) in cases {
        let imported = text(source);
        assert_eq!(imported.year.as_ref().map(|year| year.value.number()), year, "{source}");
        assert_eq!(imported.agency.as_ref().map(|agency| agency.value.as_str()), agency, "{source}");
    }
}

#[test]
fn a_year_from_the_name_or_the_first_sentence_is_told() {
    let catalog = catalog();
    let source = "一、总体情况\n2019年我局政府信息公开工作运行良好，各项工作均得到顺利开展。\n";
    let imported = import(source.as_bytes(), "a.txt", &catalog);
    assert_eq!(imported.year.as_ref().map(|year| year.value.number()), Some(2019));
    assert!(imported.doubts.iter().any(|doubt| doubt.message.zh.contains("取自正文的第一句")));
    let named = import("一、总体情况\n工作运行良好。\n".as_bytes(), "教育局2021年报.txt", &catalog);
    assert_eq!(named.year.as_ref().map(|year| year.value.number()), Some(2021));
    assert!(named.doubts.iter().any(|doubt| doubt.message.zh.contains("取自文件名")));
}

#[test]
fn buttons_of_a_page_go_and_prose_stays() {
    let source = "- 设为首页\n您当前所在位置: 首页 > 年报\n云岭县教育局2020年政府信息公开工作年度报告\n[字体: ] 打印\n来源: 浏览次数: 发布时间: 2021-02-20 16:53\n本报告依据条例编制。\n\
                  一、总体情况\n2020年，在县政府的指导支持和我局\n各科室的配合下，做了工作。\n六、其他需要报告的事项\n没有收费。\n云岭县教育局\n2021年1月20日\n分享：\n";
    let imported = text(source);
    assert_eq!(imported.published.as_ref().map(|date| date.value.to_string()).as_deref(), Some("2021-02-20"));
    for gone in ["设为首页", "当前所在位置", "打印", "浏览次数", "分享"] {
        assert!(!imported.body.contains(gone), "{}", imported.body);
        assert!(imported.dropped.iter().any(|one| one.text.contains(gone)), "{gone} is listed");
    }
    for kept in ["本报告依据条例编制。", "2020年，在县政府的指导支持和我局", "没有收费。"] {
        assert!(imported.body.contains(kept), "{}", imported.body);
    }
}

#[test]
fn headings_in_other_words_are_sections_and_rows_of_tables_are_not() {
    let imported = text("云岭县教育局2020年政府信息公开工作年度报告\n一、概述\n无。\n五、存在问题及改进措施\n有待提高。\n");
    assert!(imported.body.contains("## 一、概述") && imported.body.contains("## 五、存在问题及改进措施"), "{}", imported.body);
}

#[cfg(feature = "import")]
#[test]
fn a_figure_broken_in_a_narrow_cell_counts_only_if_its_row_adds_up() {
    let leaves: String = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"].iter().map(|text| format!("<td>{text}")).collect();
    let table = |third: &str| {
        format!(
            "<p>云岭县教育局2020年政府信息公开工作年度报告</p><p>一、总体情况</p><p>无。</p><p>四、政府信息公开行政复议、行政诉讼情况</p>\
             <table><tr><td colspan=5>行政复议<td colspan=10>行政诉讼</tr><tr>{}<td colspan=5>未经复议直接起诉<td colspan=5>复议后起诉</tr><tr>{leaves}{leaves}</tr>\
             <tr><td>0<td>0<td>0<td>30<br>57<td>30<br>57{third}<td>0<td>0<td>0<td>0<td>0</tr></table>",
            leaves.replace("<td>", "<td rowspan=2>")
        )
    };
    let catalog = catalog();
    let imported = import(table("<td>12<td>0<td>0<td>0<td>12").as_bytes(), "a.html", &catalog);
    assert_eq!(row(&imported, "reconsideration"), "[0, 0, 0, 3057, 3057]");
    let imported = import(table("<td>1<br>2<td>0<td>0<td>0<td>13").as_bytes(), "a.html", &catalog);
    assert_eq!(row(&imported, "litigation"), "{corrected: 0, other: 0, pending: 0, total: 13}");
}

#[test]
fn what_has_no_separators_stays_text() {
    let imported = text(
        "云岭县教育局2020年政府信息公开工作年度报告\n一、总体情况\n无。\n二、主动公开政府信息情况\n信息内容本年新制作数量本年新公开数量对外公开总数量\n规章000\n规范性文件012\n",
    );
    assert!(imported.tables.is_empty());
    let (report, found) = reread(&import::write(&imported), &catalog());
    assert!(report.is_some() && found.is_empty(), "{found:?}");
}
