//! Reports in which nothing is wrong, to be spoilt by tests.

use crate::support::{TestSite, whole_site};

const FRONT_2021: &str = "\
title: 云岭县人民政府2021年政府信息公开工作年度报告
year: 2021
published: 2022-03-24
statistics:
  proactive:
    regulations: 0
    normative_documents: [2, 0, 12]
    licences: 35
    penalties: 10
    coercion: 2
    charges: 150.2
  requests:
    received: [2, 0, 0, 0, 0, 0, 2]
    brought_forward: 0
    granted: [1, 0, 0, 0, 0, 0, 1]
    granted_in_part: 0
    refused: 0
    unavailable: 0
    not_processed: 0
    other: 0
    concluded: [1, 0, 0, 0, 0, 0, 1]
    carried_forward: [1, 0, 0, 0, 0, 0, 1]
  disputes: 0";

const FRONT_2022: &str = "\
title: 云岭县人民政府2022年政府信息公开工作年度报告
year: 2022
published: 2023-03-28
statistics:
  proactive:
    regulations: 0
    normative_documents: [3, 1, 14]
    licences: 40
    penalties: 12
    coercion: 2
    charges: 160.5964
  requests:
    received: [3, 1, 0, 0, 0, 0, 4]
    brought_forward: [1, 0, 0, 0, 0, 0, 1]
    granted: [2, 0, 0, 0, 0, 0, 2]
    granted_in_part: 0
    refused: 0
    unavailable:
      not_held: [1, 0, 0, 0, 0, 0, 1]
      not_ready_made: 0
      unclear_after_correction: 0
    not_processed: 0
    other: 0
    concluded: [3, 0, 0, 0, 0, 0, 3]
    carried_forward: [1, 1, 0, 0, 0, 0, 2]
  disputes:
    reconsideration: [1, 0, 0, 0, 1]
    litigation: 0
    litigation_after_reconsideration: 0";

const BODY: &str = "
按照国办公开办函〔2021〕30号规定的格式，现公布云岭县YEAR年政府信息公开工作年度报告，统计时间自YEAR年1月1日起至YEAR年12月31日止。

## 一、总体情况

全县各级行政机关按时公开政府信息，及时答复申请，网站专栏每月核对一次，发现的问题当月改正。

## 二、主动公开政府信息情况

## 三、收到和处理政府信息公开申请情况

## 四、政府信息公开行政复议、行政诉讼情况

## 五、存在的主要问题及改进情况

部分乡镇的公开目录更新不及时，明年起按季度通报；答复书的说理不够充分，年内组织一次培训。

## 六、其他需要报告的事项

本年度没有收取信息处理费。
";

/// Two years of the county's reports in which nothing is wrong.
pub fn years() -> TestSite {
    whole_site().report_with_body("", 2021, FRONT_2021, &BODY.replace("YEAR", "2021")).report_with_body(
        "",
        2022,
        FRONT_2022,
        &BODY.replace("YEAR", "2022"),
    )
}

/// The same with the form before: two years on the 2019 form, all zero but for what is listed.
pub fn years_of_2019() -> TestSite {
    let report = |year: u16, licences: &str| {
        let front = format!(
            "title: 云岭县人民政府{year}年政府信息公开工作年度报告\nyear: {year}\npublished: {}-03-25\nstatistics:\n  proactive:\n    regulations: 0\n    normative_documents: [2, 2, 9]\n    licences: {licences}\n    other_services: 0\n    penalties: 0\n    coercion: 0\n    charges: 0\n    procurement: [3, 96.5]\n  requests: 0\n  disputes: 0",
            year + 1
        );
        let body = BODY.replace("YEAR", &year.to_string()).replace("〔2021〕30号", "〔2019〕60号");
        (year, front, body)
    };
    [report(2019, "[3, 1, 40]"), report(2020, "[4, 0, 38]")]
        .into_iter()
        .fold(whole_site(), |site, (year, front, body)| site.report_with_body("", year, &front, &body))
}

/// The good reports with pieces of the one for 2022 replaced.
pub fn with(edits: &[(&str, &str)]) -> TestSite {
    edits.iter().fold(years(), |site, (from, to)| site.replaced("content/2022.md", from, to))
}

#[test]
fn nothing_is_wrong_with_good_reports() {
    assert_eq!(years().headlines_zh(), "");
    assert_eq!(years_of_2019().headlines_zh(), "");
}
