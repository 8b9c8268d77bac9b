//! What a site gives to machines, read by libraries that we did not write: the sitemap by its schema, the feed, the
//! catalogue by the shapes of DCAT-AP, structured data by the vocabulary of schema.org (`.ci/run` installs them).

use std::process::Command;

use serde_json::Value;

use crate::support::{Files, demo_files, run, site, tool_or_skip, tools};

fn written(files: &Files) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, bytes) in files {
        let target = folder.path().join(path);
        std::fs::create_dir_all(target.parent().expect("it is below the folder")).expect("it can be made");
        std::fs::write(target, bytes).expect("it can be written");
    }
    folder
}

#[test]
fn sitemap_feed_and_catalogue_of_the_demo_are_read_by_others() {
    let python = tools("py/bin/python");
    let Some(()) = tool_or_skip(
        "Python with its packages, and npm's sitemap (GONGKAI_TOOLS)",
        python.is_file() && tools("node_modules/sitemap").is_dir(),
    ) else {
        return;
    };
    let folder = written(&demo_files());
    let mut command = Command::new(python);
    command.arg("tests/suite/tools/machine.py").arg(folder.path()).arg(tools("")).arg("https://www.example.org/xxgk/");
    assert_eq!(run(&mut command, ""), "all as expected\n");
}

#[test]
fn structured_data_of_the_demo_keeps_to_the_vocabulary() {
    let there = tools("node_modules/schema-dts").is_dir() && tools("node_modules/typescript").is_dir();
    let Some(()) = tool_or_skip("npm's schema-dts and typescript (GONGKAI_TOOLS)", there) else { return };
    let folder = written(&demo_files());
    let mut command = Command::new("node");
    command.arg("tests/suite/tools/structured.mjs").arg(folder.path()).env("GONGKAI_TOOLS", tools(""));
    assert_eq!(run(&mut command, ""), "BreadcrumbList, Dataset, GovernmentOrganization, Report: all as expected\n");
}

fn texts(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::String(text) => all.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, all)),
        Value::Object(map) => map.values().for_each(|item| texts(item, all)),
        _ => {}
    }
}

/// Whatever authors write stays one text, in every file for machines.
#[test]
fn nothing_breaks_out_of_structured_data_the_catalogue_and_the_feed() {
    let hostile = [
        "</script><script>alert(1)</script>",
        "\"}]}</ScRiPt>",
        "<!-- --> ]]> &amp; &lt;",
        "\\u003c\\\" \\",
        "甲\u{2028}\u{2029}\u{202e}\u{200b}乙",
        "{{ 7*7 }} {% raw %} ${x}",
    ];
    for text in hostile {
        // YAML would take the two for ends of lines.
        let quoted = serde_json::to_string(text).expect("texts serialise").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
        let front = format!(
            "title: {quoted}\nyear: 2021\npublished: 2022-01-20\nkeywords: {quoted}\nauthor: {quoted}\ndescription: {quoted}\ncontact: {{office: {quoted}, phone: {quoted}, address: {quoted}, email: {quoted}}}"
        );
        let yaml = format!(
            "title: {quoted}\nbase_url: https://www.example.org/\nportal: {{site_name: {quoted}, organiser: {quoted}, icp: {quoted}, column: {{name: {quoted}}}}}\n"
        );
        let unit = format!("---\ntitle: {quoted}\n---\n");
        let files = site().file("site.yaml", &yaml).file("content/_index.md", &unit).report("", 2021, &front).files();
        assert!(files.contains_key("feed.xml"), "site.yaml cannot be read: {yaml}");
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
            let html = String::from_utf8_lossy(bytes);
            assert!(!html.contains("<script>"), "{path} with {text:?}");
            for piece in html.split("<script type=\"application/ld+json\">").skip(1) {
                let graph: Value = serde_json::from_str(piece.split("</script>").next().expect("it ends")).expect("it is JSON");
                let mut all = vec![];
                texts(&graph, &mut all);
                assert!(all.iter().any(|one| one == text), "{path} lost {text:?}");
            }
        }
        let catalog: Value = serde_json::from_slice(&files["data/catalog.jsonld"]).expect("it is JSON");
        assert!(!files["data/catalog.jsonld"].windows(2).any(|two| two == b"</"));
        assert_eq!(catalog["dataset"].as_array().map(Vec::len), Some(3));
        let feed = String::from_utf8(files["feed.xml"].clone()).expect("it is text");
        let mut reader = quick_xml::Reader::from_str(&feed);
        let mut entries = 0;
        loop {
            match reader.read_event().expect("it is well-formed") {
                quick_xml::events::Event::Start(start) if start.name().as_ref() == "entry" => entries += 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(entries, 1, "{text:?}");
    }
}

#[test]
fn a_feed_knows_the_minute_where_the_report_does() {
    let with = |published: &str| {
        let files = site().report("", 2021, &format!("year: 2021\npublished: {published}")).files();
        String::from_utf8(files["feed.xml"].clone()).expect("it is text")
    };
    assert!(with("2022-01-20 09:05").contains("<updated>2022-01-20T09:05:00+08:00</updated>"));
    assert!(with("2022-01-20").contains("<updated>2022-01-20T12:00:00+08:00</updated>"));
}

#[test]
fn without_an_address_the_catalogue_counts_from_its_own_place() {
    let files = site().file("site.yaml", "title: 网站\n").report("", 2021, "year: 2021").files();
    let catalog: Value = serde_json::from_slice(&files["data/catalog.jsonld"]).expect("it is JSON");
    assert_eq!(catalog["@context"]["@base"], "../");
    assert_eq!(catalog["dataset"][2]["distribution"][1]["downloadURL"], "2021/tables.csv");
    assert!(files.contains_key("2021/tables.csv"));
}

/// A fragment has nothing that a portal's editor would refuse, run or load, and every figure of the page.
#[test]
fn a_fragment_stands_by_itself() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let fragment = |unit: &str, year: &str| {
        let out = folder.path().join("fragment.html");
        let output = Command::new(env!("CARGO_BIN_EXE_gongkai")).args(["export", "fragment", unit, year, "--out"]).arg(&out).output();
        assert!(output.expect("it runs").status.success());
        std::fs::read_to_string(out).expect("it was written")
    };
    for (unit, year) in [(".", "2025"), ("fuyuan", "2021"), ("market/fuyuan-station", "2019")] {
        let html = fragment(unit, year);
        for refused in [
            " class=",
            " id=",
            "<script",
            "<style",
            "<img",
            "<link",
            "<svg",
            " on",
            "aria-",
            "src=",
            "url(",
            "<section",
            "href=\"#",
            "href=\"..",
        ] {
            assert!(!html.contains(refused) || refused == " on" && !html.contains(" onclick"), "{refused} in {unit} {year}");
        }
        let count = |tag: &str| html.matches(&format!("<{tag}")).count();
        for tag in ["div", "table", "tbody", "tr", "td", "th", "ul", "li", "sup", "strong"] {
            let open = html.matches(&format!("<{tag} ")).count() + html.matches(&format!("<{tag}>")).count();
            assert_eq!(open, html.matches(&format!("</{tag}>")).count(), "{tag} of {unit} {year}");
        }
        assert!(count("table") >= 3 && html.contains("border:1px solid #000") && html.contains("联系方式"), "{unit} {year}");
    }
    let html = fragment("fuyuan", "2021");
    let page = String::from_utf8(demo_files()["fuyuan/2021/index.html"].clone()).expect("it is text");
    let cells = |html: &str| -> Vec<String> {
        let text = |cell: &str| {
            let mut out = String::new();
            let mut rest = cell.split("</td>").next().unwrap_or_default();
            while let Some((before, after)) = rest.split_once('<') {
                out.push_str(before);
                rest = after.split_once('>').map_or("", |(_, rest)| rest);
            }
            format!("{out}{rest}").trim().to_string()
        };
        html.split("<td")
            .skip(1)
            .filter_map(|cell| Some(text(cell.split_once('>')?.1)))
            .filter(|text| text.parse::<f64>().is_ok())
            .collect()
    };
    let start = page.find("form-table").expect("there are official tables");
    let figures = cells(&html);
    assert!(figures.len() > 200);
    assert_eq!(figures, cells(&page[start..]).into_iter().take(figures.len()).collect::<Vec<_>>());
}

#[test]
fn a_report_with_an_error_is_not_exported() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("below")).expect("it can be made");
        std::fs::write(path, text).expect("it can be written");
    };
    write("site.yaml", "title: 网站\n");
    write("content/_index.md", "---\ntitle: 单位\n---\n");
    write("content/2021.md", "---\nyear: 2021\npublished: 22年\n---\n");
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_gongkai"))
            .arg("--root")
            .arg(folder.path())
            .args(["export", "fragment"])
            .args(arguments)
            .output()
            .expect("it runs")
    };
    let refused = run(&[".", "2021"]);
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(1), 0));
    assert_eq!(run(&[".", "2020"]).status.code(), Some(2));
}
