//! `gongkai schema`: the schemas say what the reader accepts, and a checker that we did not write agrees.
//!
//! The checker is ajv, with the YAML reader that editors use (npm `ajv`, `yaml`, in `GONGKAI_TOOLS`; `.ci/run` installs them).

use std::collections::BTreeSet;
use std::path::Path;

use gongkai::diagnostic::Diagnostics;
use gongkai::forms::{Catalog, Keys, Target};
use gongkai::schema::{self, Kind};
use gongkai::source::Sources;
use serde_json::{Value, json};

use crate::support::{TestSite, node, site, tool_or_skip, tools};

fn catalog() -> Catalog {
    Catalog::parse(&Sources::default(), &mut Diagnostics::default())
}

/// The keys that a finding about an unknown one names: `Known here: a, b.` or ``expected one of `a`, `b` ``.
fn known(site: &TestSite) -> BTreeSet<String> {
    let (_, _, found) = site.archive();
    let texts =
        found.iter().flat_map(|one| [one.message.en.to_string(), one.help.as_ref().map_or_else(String::new, |help| help.en.to_string())]);
    let list = |text: String| {
        let start = ["Known here: ", "expected one of "].iter().find_map(|start| Some(text.find(start)? + start.len()))?;
        Some(text[start..].trim_end_matches('.').split(", ").map(|name| name.trim_matches('`').to_string()).collect())
    };
    texts.filter_map(list).next().unwrap_or_else(|| panic!("nothing is said of keys:\n{}", site.headlines()))
}

fn properties(schema: &Value) -> BTreeSet<String> {
    schema["properties"].as_object().expect("there are properties").keys().cloned().collect()
}

#[test]
fn every_key_that_the_reader_knows_is_in_the_schema_and_no_other() {
    let settings = |lines: &str| site().file("site.yaml", &format!("title: 网站\n{lines}\n"));
    let of_site = schema::schema(Kind::Site, &catalog());
    let inside = |path: &str| of_site.pointer(path).expect("it is there");
    assert_eq!(known(&settings("zzzzzzzz: 1")), properties(&of_site));
    assert_eq!(known(&settings("portal: {zzzzzzzz: 1}")), properties(inside("/properties/portal")));
    assert_eq!(known(&settings("portal: {column: {zzzzzzzz: 1}}")), properties(inside("/properties/portal/properties/column")));
    assert_eq!(known(&settings("appearance: {zzzzzzzz: 1}")), properties(inside("/properties/appearance")));
    let unit = site().file("content/a/_index.md", "---\ntitle: 单位\nzzzzzzzz: 1\n---\n");
    assert_eq!(known(&unit), properties(&schema::schema(Kind::Unit, &catalog())));
    let report = site().report("", 2021, "zzzzzzzz: 1");
    assert_eq!(known(&report), properties(&schema::schema(Kind::Report, &catalog())));
    let contact = site().report("", 2021, "contact: {zzzzzzzz: 1}");
    let ids = known_contact(&contact);
    let in_schema = properties(&schema::schema(Kind::Report, &catalog())["$defs"]["contact"]);
    assert!(ids.is_subset(&in_schema) && in_schema.contains("电话"), "{ids:?}");
}

fn known_contact(site: &TestSite) -> BTreeSet<String> {
    let (_, _, found) = site.archive();
    let help = found.iter().find_map(|one| one.help.as_ref()?.en.strip_prefix("It may hold: ").map(str::to_string));
    help.expect("it is told").trim_end_matches('.').split(", ").map(str::to_string).collect()
}

/// Every spelling below some keys must be found in the properties of what stands there in the schema.
fn spellings_are_in(keys: &Keys, at: &Value, root: &Value, count: &mut usize) {
    let resolved = |value: &Value| match value["$ref"].as_str() {
        Some(reference) => {
            let name = decoded(reference.strip_prefix("#/$defs/").expect("references are to definitions"));
            root["$defs"][name].clone()
        }
        None => value.clone(),
    };
    let rows = at["anyOf"].as_array().map_or(at, |ways| ways.iter().find(|way| way.get("properties").is_some()).expect("rows are a map"));
    for (spelling, target) in keys.spellings() {
        let one = &rows["properties"][spelling];
        assert!(one.is_object(), "`{spelling}` is not in the schema");
        *count += 1;
        if let Target::Group(inner) = target {
            spellings_are_in(inner, &resolved(one), root, count);
        }
    }
}

fn decoded(text: &str) -> String {
    let mut bytes = vec![];
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        match (first, after) {
            (b'%', [a, b, after @ ..]) => {
                let hex = std::str::from_utf8(&[*a, *b]).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
                bytes.push(hex.expect("it was encoded"));
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).expect("names are text")
}

#[test]
fn every_spelling_of_a_table_row_and_column_is_in_the_schema() {
    let catalog = catalog();
    let schema = schema::schema(Kind::Report, &catalog);
    let mut count = 0;
    for form in catalog.forms() {
        for (spelling, _) in form.table_keys.spellings() {
            let tables = &schema["$defs"][format!("statistics of {}", form.id)]["properties"];
            assert!(tables[spelling].is_object(), "{spelling} of {}", form.id);
        }
        for table in &form.tables {
            let name = format!("{} of {}", table.id, form.id);
            spellings_are_in(&table.keys, &schema["$defs"][&name], &schema, &mut count);
            for (at, keys) in table.column_keys.iter().enumerate() {
                spellings_are_in(keys, &schema["$defs"][format!("columns {at} of {name}")], &schema, &mut count);
            }
        }
    }
    assert!(count > 400, "only {count} spellings");
}

/// A file as ajv is asked about it: its kind, its YAML, whether it should fit.
fn case(kind: &str, yaml: &str, fits: bool) -> Value {
    json!({"kind": kind, "yaml": yaml, "fits": fits})
}

fn of_the_demo(directory: &Path, cases: &mut Vec<Value>) {
    for entry in std::fs::read_dir(directory).expect("it can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            of_the_demo(&path, cases);
        } else if path.extension().is_some_and(|end| end == "md") && !path.ends_with("guide.md") {
            let text = std::fs::read_to_string(&path).expect("it is text");
            let front = text.split("---\n").nth(1).expect("it has front matter");
            cases.push(case(if path.ends_with("_index.md") { "unit" } else { "report" }, front, true));
        }
    }
}

/// What the reader refuses, and what it takes though it looks odd.
fn odd_ones() -> Vec<Value> {
    let report = |front: &str, fits| case("report", front, fits);
    let in_2021 = |table: &str, fits| case("report", &format!("year: 2021\nstatistics:\n{table}"), fits);
    vec![
        report("titel: 年报", false),
        report("year: 21", false),
        report("year: '2021'\npublished: 2022年1月20日 09:30\ndraft: 是\nkeywords: 2021", true),
        report("published: 22年1月", false),
        report("form: cn-2020", false),
        report("acknowledged: [{code: G104}]", false),
        report("indicators: {微信: 222 条, 网站: {数: 3, 单位: 条}, 微博: ~, 会议: 4.5}", true),
        report("indicators: {微信: {unit: 条}}", false),
        report("contact: {电话: 0000-8060001, postcode: 100000}", true),
        report("contact: {电台: 1}", false),
        in_2021("  requests: {received: [1, 0, 0, 0, 0, 0], refused: 0, 予以公开: {自然人: 2, businesses: —}}", true),
        in_2021("  requests: {received: [1, 0, 0, 0, 0]}", false),
        in_2021("  requests: {received: [1, 0, 0, 0, 0, 0, 1, 1]}", false),
        in_2021("  requests: {received: [1.5, 0, 0, 0, 0, 0]}", false),
        in_2021("  requests: {received: [-1, 0, 0, 0, 0, 0]}", false),
        in_2021("  requests: {received: [{value: 22, remark: 其中2件}, ~, /, '', '+3', 0]}", true),
        in_2021("  requests: {received: [3件, 0, 0, 0, 0, 0]}", false),
        in_2021("  requests: {recieved: 0}", false),
        in_2021("  requests: {other: {not_corrected: 0, 其他: 0}}", true),
        in_2021("  requests: {form: cn-2019, other: [0, 0, 0, 0, 0, 0]}", true),
        in_2021("  proactive: {regulations: [0, 0, 0], licences: 3, charges: 12.50}", true),
        in_2021("  proactive: {regulations: [0, 0]}", false),
        in_2021("  proactive: {procurement: [1, 2]}", false),
        report("form: cn-2019\nyear: 2021\nstatistics: {proactive: {procurement: [1, 2.5], licences: [3, -1, 4]}}", true),
        report("statistics: {requests: {received: 全部为零}}", false),
        report("statistics: {主动公开政府信息情况: 0, disputes: —}", true),
        case("unit", "short: 县政府", false),
        case("unit", "title: 单位\nlevel: 街道\ncovers: below\norder: 3", true),
        case("unit", "title: 单位\nlevel: 街道办公室", false),
        case("unit", "title: 单位\ncovers: all", false),
        case("site", "title: 网站\nchecks: {G204: off, units: {fuyuan: {G505: note}}, jump: {factor: 2}}\ndeadlines: {town: 01-21}", true),
        case("site", "title: 网站\nchecks: {G204: maybe}", false),
        case("site", "title: 网站\ndeadlines: {town: 1月21日}", false),
        case("site", "title: 网站\ndeadlines: {village: 01-21}", false),
        case("site", "title: 网站\nbase_url: www.example.org", false),
        case("site", "title: 网站\nportal: {site_id: 1234567890, column: {name: 年报}, integrity: true}", true),
        case("site", "title: 网站\nportal: {site_code: 1}", false),
        case("site", "description: 没有名称", false),
    ]
}

#[test]
fn a_checker_of_others_takes_the_demo_and_refuses_what_the_reader_refuses() {
    let Some(()) =
        tool_or_skip("npm's ajv and yaml (GONGKAI_TOOLS)", tools("node_modules/ajv").is_dir() && tools("node_modules/yaml").is_dir())
    else {
        return;
    };
    let mut cases = odd_ones();
    of_the_demo(Path::new("content"), &mut cases);
    cases.push(case("site", &std::fs::read_to_string("site.yaml").expect("the demo has one"), true));
    let schemas: serde_json::Map<String, Value> =
        Kind::ALL.iter().map(|kind| (kind.id().to_string(), schema::schema(*kind, &catalog()))).collect();
    let said = node("tests/suite/tools/schema.mjs", &json!({"schemas": schemas, "cases": cases}).to_string());
    assert_eq!(said, format!("{} cases as expected\n", cases.len()));
    assert!(cases.len() > 100, "{}", cases.len());
}

/// The same questions put to the reader, so that the two lists cannot drift apart.
#[test]
fn the_reader_says_the_same_of_the_odd_ones() {
    for case in odd_ones() {
        let (kind, yaml) = (case["kind"].as_str().expect("text"), case["yaml"].as_str().expect("text"));
        let archive = match kind {
            "site" => site().file("site.yaml", yaml).unit("fuyuan", "单位"),
            "unit" => site().file("content/a/_index.md", &format!("---\n{yaml}\n---\n")),
            _ => site().file("content/2021.md", &format!("---\n{yaml}\n---\n")),
        };
        let (_, _, found) = archive.archive();
        let is_about_shape = |code: &str| code.starts_with("G9") || ["G105", "G106", "G401", "G508", "G505"].contains(&code);
        let refused = found.iter().any(|one| is_about_shape(&one.code) && !(one.code == "G505" || one.code == "G916"));
        assert_eq!(!refused, case["fits"].as_bool().expect("yes or no"), "{yaml}\n{}", archive.headlines());
    }
}
