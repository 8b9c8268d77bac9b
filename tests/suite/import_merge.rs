//! Merging an import into a report that is there.

use gongkai::import;

use super::import_shapes::{Tabs, compose, title};
use super::import_support::{Dice, catalog, drawn, import, made, reread};

fn imported(catalog: &gongkai::forms::Catalog) -> (import::Imported, Vec<Vec<String>>) {
    let form = catalog.get("cn-2021").expect("it is embedded");
    let made = made(form, &mut Dice(11));
    let tables: Vec<_> = form.tables.iter().zip(&made.cells).map(|(table, cells)| drawn(table, cells)).collect();
    let mut shape = Tabs::default();
    compose(&mut shape, made.year, &tables);
    (import(shape.0.as_bytes(), "a.txt", catalog), made.cells)
}

#[test]
fn only_what_is_empty_is_filled_and_nothing_is_lost() {
    let catalog = catalog();
    let (imported, _) = imported(&catalog);
    let existing = "---\n# 手写的说明\ntitle: 我写的标题\nyear: 2023\nstatistics:\n  requests:\n    received: [9, 9, 9, 9, 9, 9, 54]   # 核对过\n    refused:\n      state_secret: [0, 0, 0, 0, 0, 0]\n---\n## 一、总体情况\n\n我写的正文。\n";
    let merged = import::merge(existing, &imported, &catalog);
    for line in existing.lines() {
        assert!(merged.text.contains(line), "lost: {line}\n{}", merged.text);
    }
    let (report, found) = reread(&merged.text, &catalog);
    assert!(found.is_empty(), "{found:?}\n{}", merged.text);
    let report = report.expect("it is a report");
    assert_eq!(report.title.as_ref().map(|title| title.text.as_str()), Some("我写的标题"));
    assert_eq!(report.cell("requests.received.total").map(|cell| cell.figure.to_string()).as_deref(), Some("54"));
    assert!(report.cell("requests.refused.prohibited_by_law.total").is_some());
    assert!(report.table("proactive").is_some() && report.table("disputes").is_some());
    assert!(report.contact.text(gongkai::contact::Field::Phone).is_some());
    let paths: Vec<&str> = merged.disagreements.iter().map(|one| one.path.as_str()).collect();
    assert!(paths.contains(&"title") && paths.contains(&"requests.received.natural_persons"), "{paths:?}");
    assert!(!merged.text.contains(&title(2023)));
}

#[test]
fn merging_twice_changes_nothing_more() {
    let catalog = catalog();
    let (imported, _) = imported(&catalog);
    let once = import::merge("---\nyear: 2023\n---\n", &imported, &catalog);
    let twice = import::merge(&once.text, &imported, &catalog);
    assert_eq!(once.text, twice.text);
    assert!(twice.filled.is_empty() && twice.disagreements.is_empty(), "{:?}", twice.disagreements);
}

#[test]
fn the_review_page_stands_alone_and_links_doubts_to_their_places() {
    let catalog = catalog();
    let text = "云岭县教育局2020年政府信息公开工作年度报告\n一、总体情况\n二、主动公开政府信息情况\n第二十条第（一）项\t\t\t\n信息内容\t本年新制作数量\t本年新公开数量\t对外公开总数量\n规章\t0\t0\t0\n规范性文件\t约3\t0\t7\n";
    let imported = import(text.as_bytes(), "a.txt", &catalog);
    let page = import::review(&[&imported], gongkai::names::Lang::Zh);
    assert!(
        page.contains("<mark>约3</mark>") && page.contains("href=\"#d") && !page.contains("<script") && !page.contains("http"),
        "{page}"
    );
    let written = import::write(&imported);
    assert!(
        written.contains("normative_documents: {disclosed: 0, disclosed_total: 7}")
            && written.contains("未读入，原文：本年新制作数量：约3"),
        "{written}"
    );
}

#[test]
fn a_report_is_given_to_the_unit_of_its_name() {
    let units = [("", "云岭县人民政府", None), ("education", "云岭县教育局", Some("县教育局")), ("fuyuan", "云岭县富源街街道办事处", None)];
    let guess = |name: &str| import::guess_unit(name, units.iter().copied());
    assert_eq!(guess("云岭县教育局"), import::Guess::Certain("education".into()));
    assert_eq!(guess("县教育局"), import::Guess::Certain("education".into()));
    assert_eq!(guess("云岭县富源街街道"), import::Guess::Likely("fuyuan".into()));
    assert_eq!(guess("云岭县卫生局"), import::Guess::Unknown);
}
