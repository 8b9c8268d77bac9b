//! The whole path: an archive in, a site out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use gongkai::cache::Cache;
use gongkai::content::Scope;
use gongkai::diagnostic::Severity;
use gongkai::output::Memory;
use gongkai::pipeline::Site;
use gongkai::source::Sources;

use crate::support::{Files, files_of, site};

/// The project's own archive.
fn demo() -> (Site, Files) {
    let sources = Sources::read(Path::new(".")).expect("the demo archive can be read");
    built(&sources)
}

fn built(sources: &Sources) -> (Site, Files) {
    let site = Site::read(sources, Scope::Published, &Cache::default());
    let files = files_of(&site, sources);
    (site, files)
}

#[test]
fn the_demo_archive_has_no_finding_but_the_one_it_acknowledges() {
    let (site, _) = demo();
    let lines: Vec<String> = site.diagnostics.iter().map(|one| format!("{} {} {:?}", one.code, one.message.zh, one.place)).collect();
    let serious = site.diagnostics.count(Severity::Error) + site.diagnostics.count(Severity::Warning);
    assert_eq!(serious, 0, "{}", lines.join("\n"));
}

#[test]
fn the_same_archive_elsewhere_gives_the_same_bytes() {
    let (_, here) = demo();
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let mut paths = vec![];
    collect(Path::new("content"), &mut paths);
    collect(Path::new("themes"), &mut paths);
    paths.push("site.yaml".into());
    // In another order than the disk's own.
    for path in paths.iter().rev() {
        let target = temporary.path().join(path);
        fs::create_dir_all(target.parent().expect("it is below the folder")).expect("it can be made");
        fs::copy(path, target).expect("it can be copied");
    }
    let (_, there) = built(&Sources::read(temporary.path()).expect("the copy can be read"));
    assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>());
    for (path, bytes) in &here {
        assert!(there[path] == *bytes, "{path} differs");
    }
}

fn collect(directory: &Path, paths: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(directory).expect("it can be read").flatten() {
        match entry.path().is_dir() {
            true => collect(&entry.path(), paths),
            false => paths.push(entry.path()),
        }
    }
}

/// The values of an attribute in a page.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.match_indices(&start).filter_map(|(at, _)| html[at + start.len()..].split('"').next()).collect()
}

fn decoded(link: &str) -> String {
    let mut bytes = vec![];
    let mut rest = link.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex =
            (first == b'%').then(|| after.get(..2)).flatten().and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(hex.unwrap_or(first));
        rest = if hex.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).expect("links are UTF-8")
}

/// Where a relative link of a page leads: a path of the site, and an anchor.
fn target(page: &str, link: &str) -> (String, Option<String>) {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(decoded(anchor))));
    if path.is_empty() {
        return (page.to_string(), anchor);
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => assert!(parts.pop().is_some(), "{page} links out of the site: {link}"),
            "." => {}
            part => parts.push(part),
        }
    }
    (decoded(&parts.join("/")), anchor)
}

#[test]
fn every_link_of_the_demo_is_relative_and_leads_somewhere() {
    let (_, files) = demo();
    let mut wrong = BTreeSet::new();
    for (page, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html") && *path != "404.html") {
        let html = String::from_utf8_lossy(bytes);
        let links = attributes(&html, "href").into_iter().chain(attributes(&html, "src"));
        for link in links.filter(|link| !["http:", "https:", "tel:", "mailto:"].iter().any(|scheme| link.starts_with(scheme))) {
            let (path, anchor) = target(page, &link.replace("&amp;", "&"));
            let Some(found) = files.get(&path) else {
                wrong.insert(format!("{page}: {link}"));
                continue;
            };
            let has = |anchor: &String| String::from_utf8_lossy(found).contains(&format!(" id=\"{anchor}\""));
            if anchor.as_ref().is_some_and(|anchor| !has(anchor)) {
                wrong.insert(format!("{page}: {link} (no such anchor)"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().take(30).collect::<Vec<_>>().join("\n"));
}

#[test]
fn no_page_loads_anything_from_elsewhere_or_carries_code_or_style() {
    let (_, files) = demo();
    for (page, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = String::from_utf8_lossy(bytes);
        for source in attributes(&html, "src") {
            assert!(!source.contains("//"), "{page} loads {source}");
        }
        assert!(!html.contains(" style=\"") && !html.contains("<style"), "{page} has a style of its own");
        assert!(!html.contains(" onclick=") && !html.contains("<script>"), "{page} has a script of its own");
    }
}

/// A report in which every cell of a form has a number of its own, as front matter.
fn all_different(year: u16) -> (String, BTreeMap<String, String>) {
    let (_, catalog, _) = site().archive();
    let form = catalog.in_force(gongkai::names::Year::new(year).expect("a year")).expect("a form");
    let mut next = 100_003;
    let mut figures = BTreeMap::new();
    let mut front = String::from("statistics:\n");
    for table in &form.tables {
        front.push_str(&format!("  {}:\n", table.id));
        let mut group = "";
        for row in &table.rows {
            let (outer, name) = row.id.rsplit_once('.').unwrap_or(("", &row.id));
            if outer != group {
                group = outer;
                if !outer.is_empty() {
                    front.push_str(&format!("    {outer}:\n"));
                }
            }
            let cells: Vec<String> = table
                .columns_of(row)
                .iter()
                .map(|column| {
                    next += 7;
                    let decimals = if column.kind == gongkai::forms::CellKind::Amount { ".50" } else { "" };
                    let figure = format!("{next}{decimals}");
                    figures.insert(format!("{}.{}.{}", table.id, row.id, column.id), figure.clone());
                    figure
                })
                .collect();
            let indentation = if outer.is_empty() { "    " } else { "      " };
            front.push_str(&format!("{indentation}{name}: [{}]\n", cells.join(", ")));
        }
    }
    (front, figures)
}

#[test]
fn every_cell_of_both_forms_arrives_on_the_page_in_json_and_in_csv() {
    for year in [2020, 2023] {
        let (front, figures) = all_different(year);
        let files = site().report("", year, &front).files();
        let text = |path: &str| String::from_utf8(files[path].clone()).expect("text");
        let (page, csv, all) = (text(&format!("{year}/index.html")), text(&format!("{year}/tables.csv")), text("data/figures.csv"));
        let json: serde_json::Value = serde_json::from_str(&text(&format!("{year}/report.json"))).expect("JSON");
        assert!(figures.len() > 180, "both forms have 161 or 175 cells in one table alone");
        for (path, figure) in &figures {
            assert!(page.contains(&format!(">{figure}<")), "{path} {figure} on the page of {year}");
            let (table, rest) = path.split_once('.').expect("table, row, column");
            let (row, column) = rest.rsplit_once('.').expect("row and column");
            assert_eq!(figure_in(&json, table, row, column).as_deref(), Some(figure.as_str()), "{path} in report.json of {year}");
            assert_eq!(cell_of(&csv, &[table, row], column).as_deref(), Some(figure.as_str()), "{path} in tables.csv of {year}");
            let form = if year == 2020 { "cn-2019" } else { "cn-2021" };
            let start = ["", &year.to_string(), form, table, row];
            assert_eq!(cell_of(&all, &start, column).as_deref(), Some(figure.as_str()), "{path} in figures.csv of {year}");
            let known = text("data/dictionary.csv").contains(&format!("{form},{table},{row},{column},"));
            assert!(known, "{path} in the dictionary");
        }
    }
}

/// A figure of `report.json`, by the ids of its table, row and column.
fn figure_in(json: &serde_json::Value, table: &str, row: &str, column: &str) -> Option<String> {
    let table = json["tables"].as_array()?.iter().find(|one| one["id"] == table)?;
    table["blocks"].as_array()?.iter().find_map(|block| {
        let row = block["rows"].as_array()?.iter().find(|one| one["id"] == row)?;
        let at = block["columns"].as_array()?.iter().position(|one| one["id"] == column)?;
        Some(row["figures"][at].to_string())
    })
}

/// What stands in a column of the line that begins with these fields. No field of the archive has a comma.
fn cell_of(csv: &str, start: &[&str], column: &str) -> Option<String> {
    let at = csv.lines().next()?.split(',').position(|heading| heading == column)?;
    let line = csv.lines().find(|line| line.split(',').take(start.len()).eq(start.iter().copied()))?;
    line.split(',').nth(at).map(String::from)
}

#[test]
fn ways_of_not_having_a_number_stay_apart_in_every_data_file() {
    let front = "indicators: {甲: ~, 乙: 0 条}\nstatistics:\n  disputes:\n    litigation: {upheld: 0, corrected: ~, other: —}\n    reconsideration: [1, 2, {value: 3, remark: 含一件}, 4]";
    let files = site().report("", 2023, front).files();
    let text = |path: &str| String::from_utf8(files[path].clone()).expect("text");
    let json: serde_json::Value = serde_json::from_str(&text("2023/report.json")).expect("JSON");
    let (csv, all, series) = (text("2023/tables.csv"), text("data/figures.csv"), text("series.csv"));
    for (row, column, value) in [
        ("litigation", "upheld", "0"),
        ("litigation", "corrected", "blank"),
        ("litigation", "other", "not_applicable"),
        ("litigation", "pending", "missing"),
        ("litigation_after_reconsideration", "total", "missing"),
        ("reconsideration", "total", "10"),
    ] {
        let shown = figure_in(&json, "disputes", row, column).map(|figure| figure.trim_matches('"').to_string());
        assert_eq!(shown.as_deref(), Some(value), "{row} {column} in report.json");
        assert_eq!(cell_of(&csv, &["disputes", row], column).as_deref(), Some(value), "{row} {column} in tables.csv");
        assert_eq!(cell_of(&all, &["", "2023", "cn-2021", "disputes", row], column).as_deref(), Some(value), "in figures.csv");
        assert_eq!(cell_of(&series, &["disputes", row, column], "2023").as_deref(), Some(value), "in series.csv");
    }
    for (column, value) in [("computed", "total"), ("remarks", "other: 含一件"), ("value", "")] {
        assert_eq!(cell_of(&csv, &["disputes", "reconsideration"], column).as_deref(), Some(value), "{column}");
    }
    assert_eq!(cell_of(&all, &["", "2023", "", "indicators", "甲"], "value").as_deref(), Some("blank"));
    assert_eq!(cell_of(&all, &["", "2023", "", "indicators", "乙"], "measure").as_deref(), Some("条"));
    assert_eq!(json["tables"][0]["blocks"][0]["rows"][0]["remarks"]["other"], "含一件");
}

#[test]
fn text_of_authors_is_text_in_every_file() {
    let hostile = "<script>alert(1)</script>\"'&{{1234*4321}}";
    let contact = format!("contact: {{phone: {0}, address: {0}}}", serde_json::to_string(hostile).expect("text"));
    let front = format!(
        "title: {0}\n{contact}\nindicators: {{{0}: 3 条, '=1+1': 4}}\nstatistics: {{disputes: {{litigation: [{{value: 1, remark: {0}}}, 0, 0, 0]}}}}",
        serde_json::to_string(hostile).expect("text")
    );
    let files = site().report_with_body("", 2023, &front, "## 一、总体情况\n\n<img src=x onerror=alert(1)>\n").files();
    for (path, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        if path.ends_with(".html") || path.ends_with(".xml") {
            assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{path}");
            assert!(!text.contains("5332114"), "a template in an author's text is run in {path}");
        }
        if path.ends_with(".csv") {
            assert!(!text.lines().any(|line| line.contains(",=1+1")), "{path} holds a formula");
        }
    }
    let json: serde_json::Value = serde_json::from_slice(&files["2023/report.json"]).expect("JSON whatever the texts are");
    assert_eq!(json["title"], hostile);
}

#[test]
fn a_build_with_errors_writes_nothing_and_keeps_the_last_good_site() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let out = temporary.path().join("public");
    let good = site().report("", 2023, "statistics: {disputes: 0}");
    let options = gongkai::pipeline::Options::default();
    let publish = |sources: &Sources| gongkai::pipeline::publish(sources, Some(&out), &options).expect("the disk works");
    assert!(publish(&good.sources()).written.is_some());
    let before = fs::read(out.join("2023/index.html")).expect("it was written");
    let broken = good.report("", 2023, "statistics: {disputes: {litigation: [1, 0, 0, 0, 3]}}");
    let published = publish(&broken.sources());
    assert!(published.written.is_none() && published.diagnostics.has_errors());
    assert_eq!(fs::read(out.join("2023/index.html")).expect("still there"), before);
}

#[test]
fn drafts_are_for_their_author_only() {
    let draft =
        site().report("", 2022, "statistics: {disputes: 0}").report("", 2023, "draft: true\nstatistics: {disputes: {litigation: [x]}}");
    assert!(!draft.files().contains_key("2023/index.html"));
    assert_eq!(draft.clone().about(&["G9", "G1"]).headlines(), "", "what is wrong with a draft does not stop the others");
    let sources = draft.sources();
    let site = Site::read(&sources, Scope::WithDrafts, &Cache::default());
    assert!(site.diagnostics.has_errors());
    assert!(site.files(&sources, &Memory::default()).is_ok());
}
