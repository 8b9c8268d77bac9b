//! Texts that want to be more than text, in every place where somebody may write one: the pages in a real browser run
//! nothing, ask for nothing, have the elements of a harmless site and show the text as it is; data files hold it.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::{Value, json};

use crate::chromium::Browser;
use crate::portal::Portal;
use crate::support::{Files, TestSite, site};

/// Every list of texts, put into harmless surroundings in several ways.
fn payloads() -> Vec<String> {
    let mut all: Vec<String> =
        include_str!("hostile.txt").lines().filter(|line| !line.is_empty() && !line.starts_with("## ")).map(unescaped).collect();
    all.push("长".repeat(20_000));
    all.push("<b>".repeat(5_000));
    all.push(format!("{}{}", "e", "\u{301}".repeat(2_000)));
    all
}

/// `\u{…}` as the character.
fn unescaped(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("\\u{") {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let (hex, after) = after[3..].split_once('}').expect("the list is well formed");
        out.push(char::from_u32(u32::from_str_radix(hex, 16).expect("the list is well formed")).expect("it is a character"));
        rest = after;
    }
    out + rest
}

/// A text in double quotes, as YAML reads it.
fn quoted(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() || "\u{2028}\u{2029}\u{feff}\u{fffe}\u{ffff}".contains(c) => format!("\\u{:04x}", c as u32),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// A name that a file can have.
fn file_name(text: &str) -> String {
    let name: String = text.chars().filter(|&c| !c.is_control() && !"/\\".contains(c)).take(60).collect();
    format!("附件{}.pdf", name.trim_matches(['.', ' ']))
}

/// A small archive with the text in every field; in prose it stands in headings, paragraphs, lists, tables, links and notes.
fn archive(text: &str) -> TestSite {
    let q = quoted(text);
    // YAML allows keys of 1024 characters.
    let key = quoted(&text.chars().take(100).collect::<String>());
    let line: String = text.chars().filter(|&c| c != '\n' && c != '\r' && c != '\0').collect();
    let body = format!(
        "首段{line}段尾\n\n## 一、总体情况{line}\n\n- 列{line}\n\n| 甲{line} | 乙 |\n|---|---|\n| 丙{line} | 1 |\n\n[链{line}](https://www.example.org/) ![图{line}](a.png) `码{line}`[^1]\n\n### （一）小节{line}\n\n文末{line}\n\n[^1]: 注{line}\n"
    );
    let contact =
        format!("contact: {{office: {q}, address: {q}, postcode: {q}, phone: {q}, fax: {q}, email: {q}, website: {q}, hours: {q}}}");
    let report = |year: u16| {
        format!(
            "title: {q}\nyear: {year}\npublished: {}-01-20\n{contact}\nindex_number: {q}\ndocument_number: {q}\npublisher: {q}\nvalidity: {q}\nkeywords: {q}\ndescription: {q}\nstatistics:\n  requests:\n    received: [{{value: 31, remark: {q}}}, 2, 0, 0, 0, 0]\n    brought_forward: 0\n    granted: [33, 0, 0, 0, 0, 0]\n    carried_forward: 0\n  disputes: 0\nindicators:\n  {key}: {{value: 195 条, remark: {q}}}\n  发文: {{value: 7, unit: {q}}}\nacknowledged:\n  - {{code: G104, note: {q}}}\naliases: [{q}]",
            year + 1
        )
    };
    let settings = format!(
        "title: {q}\ndescription: {q}\nbase_url: https://www.example.org/xxgk/\nappearance: {{header: [{{label: {q}, url: guide/}}], footer: [{{label: {q}}}]}}\nportal: {{site_name: {q}, site_domain: {q}, site_id: {q}, column: {{name: {q}, type: {q}, description: {q}, keywords: {q}}}, source: {q}, organiser: {q}, operator: {q}, contact: {q}, icp: {q}, police: {q}, notice: {q}}}\n"
    );
    site()
        .file("site.yaml", &settings)
        .file("content/_index.md", &format!("---\ntitle: {q}\nshort: {q}\nlevel: county\n{contact}\n---\n{body}"))
        .file("content/u/_index.md", &format!("---\ntitle: {q}\nshort: {q}\nlevel: town\n{contact}\naliases: [{q}]\n---\n{body}"))
        .file("content/guide.md", &format!("---\ntitle: {q}\n---\n{body}"))
        .report_with_body("", 2020, &report(2020), &body)
        .report_with_body("u", 2020, &report(2020), &body)
        .file("content/u/2021/index.md", &format!("---\n{}\n---\n{body}", report(2021)))
        .file(&format!("content/u/2021/{}", file_name(text)), "%PDF")
}

/// What no page may have: found by looking at what the browser's own parser makes of it.
const SKELETON: &str = "(async (base, pages) => { const out = {}; for (const page of pages) { const text = await (await fetch(base + page)).text(); const doc = new DOMParser().parseFromString(text, 'text/html'); const bad = []; let names = []; for (const one of doc.querySelectorAll('*')) { for (const { name, value } of one.attributes) { if (/^on/i.test(name) || name === 'srcdoc' || name === 'style') bad.push(name); if (['href', 'src', 'action', 'formaction', 'xlink:href', 'data'].includes(name) && /^[\\s\\u0000-\\u0020]*(javascript|data|vbscript|file):/i.test(value)) bad.push(value.slice(0, 80)); if (one.localName === 'meta' && name === 'http-equiv' && !/content-security-policy|refresh/i.test(value)) bad.push(value); } if (['script', 'iframe', 'object', 'embed', 'base', 'form', 'frame', 'template', 'portal', 'audio', 'video', 'math', 'style', 'link', 'meta', 'input', 'textarea', 'select', 'button'].includes(one.localName) || !one.closest('.prose, .contents')) names.push(one.localName); } const data = [...doc.querySelectorAll('script[type=\"application/ld+json\"]')].map((one) => { try { JSON.parse(one.textContent); return true; } catch { return false; } }); out[page] = { names: names.join(' '), bad, data: data.every(Boolean), shows: doc.body.textContent }; } return out; })";

/// Text as it is compared: what does not show left out, spaces as one.
fn visible(text: &str) -> String {
    let mut out = String::new();
    for c in text
        .chars()
        .filter(|&c| !c.is_control() || c.is_whitespace())
        .filter(|&c| !matches!(c as u32 & 0xffff, 0xfffe | 0xffff) && !('\u{fdd0}'..='\u{fdef}').contains(&c))
    {
        if c.is_whitespace() && out.ends_with(' ') {
            continue;
        }
        out.push(if c.is_whitespace() { ' ' } else { c });
    }
    out.trim().to_string()
}

/// All sites side by side, each below a number.
fn all_sites(payloads: &[String]) -> (Files, Vec<Files>) {
    let sites: Vec<Files> = payloads.par_iter().map(|text| archive(text).files()).collect();
    let below = |(number, files): (usize, &Files)| {
        files.iter().map(move |(path, bytes)| (format!("{number}/{path}"), bytes.clone())).collect::<Vec<_>>()
    };
    (sites.iter().enumerate().flat_map(below).collect(), sites)
}

const SHOWN: [&str; 10] = [
    "index.html",
    "u/index.html",
    "u/2020/index.html",
    "u/2021/index.html",
    "u/compare/index.html",
    "years/2020/index.html",
    "guide/index.html",
    "search/index.html",
    "sitemap/index.html",
    "404.html",
];

/// The texts that a browser is shown: all where `GONGKAI_HOSTILE=all` asks for the minutes that takes, else each seventh.
fn shown() -> Vec<String> {
    let all = payloads();
    assert!(all.len() > 200, "{} texts", all.len());
    let step = if std::env::var("GONGKAI_HOSTILE").is_ok_and(|wanted| wanted == "all") { 1 } else { 7 };
    all.into_iter().step_by(step).collect()
}

#[test]
fn no_text_is_anything_but_text_in_a_browser() {
    let texts: Vec<String> = std::iter::once("无害的文字".to_string()).chain(shown()).collect();
    let Some(mut browser) = Browser::open("about:blank") else { return };
    let (files, _) = all_sites(&texts);
    let portal = Portal::of(&files);
    browser.listen();
    browser.command("Page.addScriptToEvaluateOnNewDocument", json!({"source": "for (const name of ['alert', 'confirm', 'prompt', 'eval', 'trap']) window[name] = () => console.error('something ran');"}));
    browser.go(&portal.url("0/index.html"));
    let mut harmless = Value::Null;
    let mut wrong: Vec<String> = vec![];
    for (number, text) in texts.iter().enumerate() {
        let short: String = text.chars().take(60).collect();
        let skeletons = browser.value(&format!("{SKELETON}({}, {})", json!(portal.url(&format!("{number}/"))), json!(SHOWN)));
        if number == 0 {
            harmless = skeletons.clone();
        }
        let wanted = visible(text);
        for page in SHOWN {
            let (here, there) = (&skeletons[page], &harmless[page]);
            if here["bad"] != json!([]) {
                wrong.push(format!("{short:?}: {page} has {}", here["bad"]));
            }
            if here["data"] != true {
                wrong.push(format!("{short:?}: the structured data of {page} are broken"));
            }
            let shows = visible(here["shows"].as_str().unwrap_or_default());
            if !shows.contains(&wanted) {
                wrong.push(format!("{short:?}: {page} does not show it"));
            }
            let elements = |skeleton: &Value| elements(skeleton["names"].as_str().unwrap_or_default());
            let (mine, theirs) = (elements(here), elements(there));
            let more: Vec<&String> = mine
                .iter()
                .filter(|(name, count)| theirs.get(*name).is_none_or(|usual| *count > usual) && !EXTRA.contains(&name.as_str()))
                .map(|(name, _)| name)
                .collect();
            if !more.is_empty() {
                wrong.push(format!("{short:?}: {page} has more of {more:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n"));
    // Opened as a reader would.
    browser.events();
    for (number, text) in texts.iter().enumerate() {
        let question: String = text.chars().take(300).collect();
        browser.go(&portal.url(&format!("{number}/u/2021/index.html")));
        let search = browser.value(&format!(
            "{} + '?q=' + encodeURIComponent({})",
            json!(portal.url(&format!("{number}/search/index.html"))),
            json!(question)
        ));
        browser.command("Page.navigate", json!({"url": search}));
        browser.wait("document.readyState === 'complete' && document.querySelector('#search-year option:nth-child(2)') !== null && !document.querySelector('.search-results').hasAttribute('aria-busy')");
        let found = browser.value("[...new Set([...document.querySelectorAll('.search-results *')].map((one) => one.localName))].filter((name) => !['li', 'h3', 'a', 'p', 'mark', 'span'].includes(name)).concat([document.querySelector('.search-form').elements.q.value, new URLSearchParams(location.search).get('q') ?? ''].map((one) => one.replace(/[\\r\\n]/g, '').trim()).every((one, _, all) => one === all[0]) ? [] : ['another question'])");
        assert_eq!(found, json!([]), "{question:?}");
        let events = browser.events();
        // The picture of the prose is not there, and browsers say so.
        let is_expected = |event: &Value| event["params"]["entry"]["url"].as_str().is_some_and(|url| url.ends_with("/a.png"));
        let complaint = events.iter().filter(|event| !is_expected(event)).find(|event| {
            ["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Page.javascriptDialogOpening"]
                .iter()
                .any(|one| event["method"] == *one)
        });
        assert!(complaint.is_none(), "{question:?}: {complaint:?}");
        let elsewhere = events
            .iter()
            .filter(|event| event["method"] == "Network.requestWillBeSent")
            .filter_map(|event| event["params"]["request"]["url"].as_str())
            // A browser asks every server for its icon by itself.
            .find(|url| !url.starts_with(&portal.url("")) && !url.ends_with("/favicon.ico"));
        assert!(elsewhere.is_none(), "{question:?} asks for {elsewhere:?}");
    }
}

/// Elements that depend on the text in a harmless way: numbers and addresses in contact lines become links, a title is cut.
const EXTRA: [&str; 2] = ["a", "span"];

fn elements(names: &str) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    names.split(' ').for_each(|name| *count.entry(name.to_string()).or_default() += 1);
    count
}

/// The cells of all official tables of a page.
fn figures(page: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(page).into_owned();
    let tables =
        text.split("<table class=\"form-table").skip(1).filter_map(|rest| rest.split_once("</table>")).map(|(table, _)| table.to_string());
    let cells = |table: String| {
        table
            .split("<td")
            .skip(1)
            .map(|cell| cell.split('>').nth(1).unwrap_or_default().split('<').next().unwrap_or_default().to_string())
            .collect::<Vec<_>>()
    };
    tables.flat_map(cells).filter(|cell| cell.chars().all(|c| c.is_ascii_digit())).collect()
}

#[test]
fn data_files_hold_any_text_and_every_figure() {
    let harmless = archive("无害的文字").files();
    for text in payloads() {
        let short: String = text.chars().take(60).collect();
        let files = archive(&text).files();
        for (path, bytes) in &files {
            let parsed = match path.rsplit('.').next().unwrap_or_default() {
                "json" | "jsonld" => serde_json::from_slice::<Value>(bytes).map(drop).map_err(|error| error.to_string()),
                "xml" => xml(bytes),
                "csv" => csv_is_whole(bytes),
                _ => Ok(()),
            };
            assert!(parsed.is_ok(), "{short:?}: {path}: {parsed:?}");
        }
        let report: Value = serde_json::from_slice(&files["u/2020/report.json"]).expect("it was parsed");
        assert_eq!(report["title"].as_str().map(visible), Some(visible(&text)), "{short:?}");
        let usual = figures(&harmless["u/2020/index.html"]);
        assert!(usual.contains(&"33".to_string()) && usual.len() > 30, "{usual:?}");
        assert_eq!(figures(&files["u/2020/index.html"]), usual, "{short:?}");
    }
}

fn xml(bytes: &[u8]) -> Result<(), String> {
    let mut reader = quick_xml::Reader::from_reader(bytes);
    let mut depth = 0;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            quick_xml::events::Event::Eof => return if depth == 0 { Ok(()) } else { Err("it ends in the middle".into()) },
            quick_xml::events::Event::Start(_) => depth += 1,
            quick_xml::events::Event::End(_) => depth -= 1,
            _ => {}
        }
    }
}

/// Every line has as many fields as the first, and none begins a formula.
fn csv_is_whole(bytes: &[u8]) -> Result<(), String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes));
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        if let Some(formula) =
            record.iter().find(|field| field.starts_with(['=', '+', '-', '@', '\t', '\r']) && field.parse::<f64>().is_err())
        {
            return Err(format!("a formula: {formula}"));
        }
    }
    Ok(())
}
