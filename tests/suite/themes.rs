//! Themes: both that come with the program show every page, their words are complete, and `docs/themes.md` names all
//! that a template is given.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use gongkai::cache::Cache;
use gongkai::content::Scope;
use gongkai::diagnostic::Diagnostics;
use gongkai::pipeline::Site;
use gongkai::source::Sources;
use gongkai::theme::{Naming, Theme};

use crate::support::{Files, TestSite, files_of, site};

/// The demo archive in a theme.
pub fn demo_in(theme: &str) -> Files {
    let sources = Sources::read(Path::new(".")).expect("the demo archive can be read");
    let mut site = Site::read(&sources, Scope::Published, &Cache::default());
    let mut found = Diagnostics::default();
    site.config.theme = theme.into();
    site.theme = Arc::new(Theme::parse(&sources, &site.config, Naming::AsInTheme, &mut found));
    assert!(found.is_empty(), "there is a theme {theme}");
    files_of(&site, &sources)
}

fn templates_of(theme: &str) -> Vec<(String, String)> {
    let folder = format!("themes/{theme}/templates");
    let read = |path: &Path| fs::read_to_string(path).expect("templates are text");
    let files = fs::read_dir(folder).expect("it is there").flatten();
    files.map(|entry| (entry.file_name().to_string_lossy().into_owned(), read(&entry.path()))).collect()
}

#[test]
fn every_field_of_a_view_is_described() {
    let page = fs::read_to_string("docs/themes.md").expect("it is there");
    let mut missing = BTreeSet::new();
    for file in ["src/render/view.rs", "src/render/contact.rs"] {
        let code = fs::read_to_string(file).expect("it is there");
        let fields = code.lines().filter_map(|line| line.strip_prefix("    pub ")?.split_once(':').map(|(name, _)| name.to_string()));
        missing.extend(
            fields
                .filter(|name| !name.contains(['(', ' ']) && !page.contains(&format!("`{name}`")) && !page.contains(&format!(".{name}`"))),
        );
    }
    assert!(missing.is_empty(), "docs/themes.md does not name {missing:?}");
}

#[test]
fn every_template_and_class_that_is_described_is_there() {
    let page = fs::read_to_string("docs/themes.md").expect("it is there");
    let names: BTreeSet<String> = templates_of("default").into_iter().map(|(name, _)| name).collect();
    let named = page.split('`').filter_map(|part| part.strip_prefix("templates/")).filter(|name| name.ends_with(".html"));
    for name in named {
        assert!(names.contains(name), "there is no template {name}");
    }
    let sheet = fs::read_to_string("themes/default/assets/style.css").expect("it is there");
    for property in page.split('`').filter(|part| part.starts_with("--")) {
        assert!(sheet.contains(property) || property == "--on-accent", "the style sheet does not use {property}");
    }
}

#[test]
fn every_word_is_shown_somewhere_and_every_word_shown_is_there() {
    let keys = |lang: &str| -> BTreeSet<String> {
        let text = fs::read_to_string(format!("themes/default/words/{lang}.yaml")).expect("it is there");
        text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(':').map(|(key, _)| key.to_string())).collect()
    };
    let (zh, en) = (keys("zh"), keys("en"));
    assert_eq!(zh, en);
    let mut text: String = ["default", "plain"].iter().flat_map(|theme| templates_of(theme)).map(|(_, text)| text).collect();
    let used = text
        .split("words.")
        .skip(1)
        .map(|rest| rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default().to_string());
    let missing: Vec<String> = used.filter(|key| !zh.contains(key)).collect();
    assert!(missing.is_empty(), "no words for {missing:?}");
    add_code(Path::new("src"), &mut text);
    // Made of a part that says what, and the id of a field.
    let composed = |key: &str| ["field_", "contact_"].iter().any(|start| key.starts_with(start));
    let unused: Vec<&String> = zh
        .iter()
        .filter(|key| !composed(key) && !text.contains(&format!("words.{key}")) && !text.contains(&format!("\"{key}\"")))
        .collect();
    assert!(unused.is_empty(), "nothing shows {unused:?}");
}

fn add_code(directory: &Path, text: &mut String) {
    for entry in fs::read_dir(directory).expect("it can be read").flatten() {
        match entry.path() {
            path if path.is_dir() => add_code(&path, text),
            path => text.push_str(&fs::read_to_string(path).expect("code is text")),
        }
    }
}

#[test]
fn both_themes_show_every_page_with_every_figure_and_load_nothing_from_elsewhere() {
    let (default, plain) = (demo_in("default"), demo_in("plain"));
    assert_eq!(
        default.keys().filter(|path| path.ends_with(".html")).collect::<Vec<_>>(),
        plain.keys().filter(|path| path.ends_with(".html")).collect::<Vec<_>>()
    );
    let cells = |page: &[u8]| -> Vec<String> {
        let text = String::from_utf8_lossy(page).into_owned();
        let mut cells: Vec<String> =
            text.split("<td").skip(1).filter_map(|cell| cell.split_once("</td>").map(|(cell, _)| cell.to_string())).collect();
        cells.sort(); // A theme may show the parts of a page in an order of its own.
        cells
    };
    for (path, page) in plain.iter().filter(|(path, _)| path.ends_with(".html")) {
        let text = String::from_utf8_lossy(page);
        assert!(!text.contains(" style=\"") && !text.contains("<style") && !text.contains("<script>"), "{path}");
        assert!(text.contains("http-equiv=\"refresh\"") || text.contains("colours") && text.contains("style"), "{path} has no style sheet");
        assert_eq!(cells(page), cells(&default[path]), "the figures of {path}");
    }
    assert_ne!(default["index.html"], plain["index.html"]);
}

/// What no site in English shows.
fn is_chinese(c: char) -> bool {
    ('\u{3000}'..='\u{9fff}').contains(&c) || ('\u{ff00}'..='\u{ffef}').contains(&c)
}

#[test]
fn a_site_in_english_has_no_chinese_on_any_page() {
    let report = |year: u16, received: u32| {
        let front = format!(
            "form: foia\npublished: {}-03-01\nstatistics:\n  requests:\n    headquarters: [5, {received}, {received}, 5]\n    field_offices: [1, 9, 8, 2]\n  costs: {{agency: [4, 120500.50]}}\nindicators:\n  Web pages: 12 pages",
            year + 1
        );
        (year, front)
    };
    let with =
        |site: TestSite, unit: &str, all: &[(u16, String)]| all.iter().fold(site, |site, (year, front)| site.report(unit, *year, front));
    let mut english = site()
        .file("site.yaml", "title: Bureau of Example Affairs\nlanguage: en\nbase_url: https://www.example.org/foia/\nchecks: {G403: off, G409: off, G505: off}\n")
        .file("content/_index.md", "---\ntitle: Bureau of Example Affairs\ncontact: {phone: 000-555-0100, email: foia@example.org}\n---\nThe bureau answers requests.\n")
        .file("content/lakes/_index.md", "---\ntitle: Office of Lakes\nsince: 2020\n---\n")
        .file("content/guide.md", "---\ntitle: How to ask\n---\nWrite to us.\n")
        .file("forms/foia.yaml", crate::forms::FOIA);
    english = with(english, "", &[report(2020, 20), report(2021, 55), report(2023, 60)]);
    english = with(english, "lakes", &[report(2021, 3), report(2022, 4)]);
    for (path, bytes) in english.files().iter().filter(|(path, _)| path.ends_with(".html")) {
        let page = String::from_utf8_lossy(bytes);
        assert!(page.contains("<html lang=\"en\""), "{path}");
        let chinese: String = page.lines().filter(|line| line.contains(is_chinese)).take(3).collect();
        assert!(chinese.is_empty(), "{path}: {chinese}");
    }
    let page = english.page("");
    for sentence in ["69 requests in 2023.", "No report for 2022.", "The most since 2020.", "Latest report", "Compare all figures"] {
        assert!(page.contains(sentence), "{sentence} in {page}");
    }
    assert!(english.page("compare/").contains("2020 to 2023; reports: 3. No report for 2022."));
    let heading = "<h1><span>Bureau of Example Affairs: </span><span>FOIA Report for Fiscal Year 2023</span></h1>";
    assert!(english.page("2023/").contains(heading));
}
