//! A build that remembers an earlier one makes the same site as one that remembers nothing, byte for byte, whatever
//! was edited in between.

use std::collections::BTreeMap;
use std::sync::Mutex;

use gongkai::cache::{Cache, Fingerprint};
use gongkai::content::Scope;
use gongkai::error::Error;
use gongkai::names::UrlPath;
use gongkai::output::{File, Memory, Sink};
use gongkai::pipeline::Site;
use gongkai::source::Sources;

use crate::support::Dice;

/// Keeps what it has been given before, as the preview does.
#[derive(Default)]
struct Keeping {
    before: BTreeMap<String, (Vec<u8>, Fingerprint)>,
    kept: Mutex<BTreeMap<String, Fingerprint>>,
    made: Mutex<BTreeMap<String, Fingerprint>>,
    memory: Memory,
}

impl Sink for Keeping {
    fn keep(&self, url: &UrlPath, inputs: Fingerprint) -> bool {
        let path = url.file();
        let keeps = self.before.get(&path).is_some_and(|(_, before)| *before == inputs);
        if keeps {
            self.kept.lock().unwrap().insert(path, inputs);
        }
        keeps
    }

    fn put(&self, file: File<'_>) -> Result<(), Error> {
        if let Some(inputs) = file.inputs {
            self.made.lock().unwrap().insert(file.url.file(), inputs);
        }
        self.memory.put(file)
    }
}

pub type Texts = BTreeMap<String, String>;
type Pages = BTreeMap<String, (Vec<u8>, Fingerprint)>;

fn sources(texts: &Texts) -> Sources {
    Sources::from_texts(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

/// Everything that a build makes, and its findings; the pages with their fingerprints; how many pages were made anew.
fn build(texts: &Texts, cache: &Cache, before: Pages) -> (BTreeMap<String, Vec<u8>>, String, Pages, usize) {
    let sources = sources(texts);
    let site = Site::read(&sources, Scope::WithDrafts, cache);
    cache.forget_unused();
    let sink = Keeping { before, ..Keeping::default() };
    let of_templates = site.files(&sources, &sink).expect("memory does not fail");
    let findings = format!("{:?} {:?}", site.diagnostics, of_templates);
    let Keeping { mut before, kept, made, memory } = sink;
    let (kept, made) = (kept.into_inner().unwrap(), made.into_inner().unwrap());
    let mut files = memory.into_files();
    let mut pages = Pages::new();
    for (path, inputs) in kept {
        let (bytes, _) = before.remove(&path).expect("it was kept from there");
        files.insert(path.clone(), bytes.clone());
        pages.insert(path, (bytes, inputs));
    }
    let count = made.keys().filter(|path| path.ends_with(".html")).count();
    for (path, inputs) in made {
        let bytes = files[&path].clone();
        pages.insert(path, (bytes, inputs));
    }
    (files, findings, pages, count)
}

/// A county with two levels below it, three years each, a page, a theme of its own and an attachment.
pub fn archive() -> Texts {
    let mut texts = Texts::new();
    let mut add = |path: &str, text: String| drop(texts.insert(path.to_string(), text));
    add("site.yaml", "title: 云岭县政府信息公开年报\nbase_url: https://www.example.org/xxgk/\ntheme: own\n".into());
    add("content/_index.md", "---\ntitle: 云岭县人民政府\nlevel: county\ncontact: {phone: 0000-8060001}\n---\n介绍。\n".into());
    add("content/guide.md", "---\ntitle: 指南\n---\n正文。\n".into());
    add("themes/own/templates/footer.html", "<p>页脚</p>\n".into());
    add("themes/own/assets/own.css", "p { color: red }\n".into());
    for year in 2020..2022 {
        add(&format!("content/{year}.md"), report(year, 3));
    }
    for unit in ["a", "b", "b/c", "d"] {
        add(&format!("content/{unit}/_index.md"), format!("---\ntitle: 单位{unit}\nlevel: town\ncontact: {{phone: 0000-8065938}}\n---\n"));
        for year in 2019..2022 {
            add(&format!("content/{unit}/{year}.md"), report(year, year as u64 % 7));
        }
    }
    add("content/d/2022/index.md", report(2022, 4));
    add("content/d/2022/附件.pdf", "%PDF".into());
    texts
}

fn report(year: u16, figure: u64) -> String {
    format!(
        "---\nyear: {year}\npublished: {}-01-20\nstatistics:\n  requests:\n    received: [{figure}, 0, 0, 0, 0, 0]\n    brought_forward: 0\n    granted: [{figure}, 0, 0, 0, 0, 0]\n    carried_forward: 0\n  disputes: 0\nindicators:\n  政务微信发布信息: {figure} 条\n---\n## 一、总体情况\n\n共{{{{ 政务微信发布信息 }}}}条。\n",
        year + 1
    )
}

/// One edit of somebody's, sensible or not.
pub fn edit(texts: &mut Texts, dice: &mut Dice) -> String {
    let names: Vec<String> = texts.keys().cloned().collect();
    let reports: Vec<String> = names.iter().filter(|name| name.ends_with(".md") && !name.ends_with("_index.md")).cloned().collect();
    let name = dice.pick(&reports).clone();
    let any = dice.pick(&names).clone();
    let units = ["a", "b", "b/c", "d", "e", "a/f"];
    let unit = *dice.pick(&units);
    let set = |texts: &mut Texts, path: &str, text: String| drop(texts.insert(path.to_string(), text));
    match dice.below(19) {
        0..4 => {
            let year = 2018 + dice.below(6) as u16;
            set(texts, &format!("content/{unit}/{year}.md"), report(year, dice.below(50)));
            format!("figure in {unit}/{year}")
        }
        4 => {
            let text = texts[&name].replace("一、总体情况", "总体情况");
            set(texts, &name, format!("{text}再写{}行。\n", dice.below(9)));
            format!("prose in {name}")
        }
        5 => {
            texts.remove(&any);
            format!("remove {any}")
        }
        6 => {
            let text = texts.remove(&name).expect("it is one of them");
            let to = format!("content/{unit}/{}.md", 2015 + dice.below(9));
            set(texts, &to, text);
            format!("move {name} to {to}")
        }
        7 => {
            let since = ["", "since: 2020\n", "slug: other\n", "short: 短\n", "draft: true\n", "order: 2\n"];
            let front = format!("title: 单位{}\n{}aliases: [old/{unit}/]\n", dice.below(5), dice.pick(&since));
            set(texts, &format!("content/{unit}/_index.md"), format!("---\n{front}contact: {{phone: 0000-{}}}\n---\n", dice.below(9999)));
            format!("unit {unit}")
        }
        8 => {
            let addresses = ["", "base_url: https://www.example.org/xxgk/\n", "base_url: https://other.example.org/\n"];
            let themes = ["", "theme: own\n", "theme: gone\n"];
            let text = format!("title: 年报{}\n{}{}", dice.below(3), dice.pick(&addresses), dice.pick(&themes));
            set(texts, "site.yaml", text);
            "site.yaml".into()
        }
        9 => {
            let template = *dice.pick(&["footer.html", "nav.html", "year.html", "contact.html", "report.html"]);
            let text = ["<p>{{ site.title }}</p>\n", "<p>{{ nothing.at.all }}</p>\n", "{% if %}", "{% include \"footer.html\" %}\n"];
            set(texts, &format!("themes/own/templates/{template}"), dice.pick(&text).to_string());
            format!("template {template}")
        }
        10 => {
            texts.retain(|name, _| !name.starts_with("themes/own/templates/"));
            "templates as built in".into()
        }
        11 => {
            set(texts, "themes/own/assets/own.css", format!("p {{ margin: {}px }}\n", dice.below(9)));
            "style sheet".into()
        }
        12 => {
            set(texts, "themes/own/words/zh.yaml", format!("home: 首页{}\nsum: 合计{}\n", dice.below(4), dice.below(4)));
            "words".into()
        }
        13 => {
            let bad = texts[&name].replacen("year:", ["year", "yaer:", "year: [", "form: cn-2021\nyear:"][dice.below(4) as usize], 1);
            set(texts, &name, bad);
            format!("break {name}")
        }
        14 => {
            set(texts, &format!("content/{unit}/2021/附件{}.pdf", dice.below(3)), "x".repeat(dice.below(3000) as usize));
            format!("attachment of {unit}")
        }
        15 => {
            texts.retain(|name, _| !name.starts_with(&format!("content/{unit}/")));
            format!("remove {unit} with all below")
        }
        16 => {
            let keys = ["short: 短", "order: 1", "covers: below", "level: department", "since: 2018", "slug: new", "draft: true"];
            let key = *dice.pick(&keys);
            let name = format!("content/{unit}/_index.md");
            if let Some(text) = texts.get_mut(&name) {
                *text = text.replacen("title:", &format!("{key}\ntitle:"), 1);
            }
            format!("{key} in {name}")
        }
        _ => {
            let keys = [
                "title: 报告甲",
                "title: 报告乙",
                "index_number: A-1",
                "publisher: 政务公开办",
                "contact: {office: 办公室, phone: 0000-8060002}",
                "form: cn-2019",
                "acknowledged: [{code: G801, note: 已核对}]",
                "aliases: [old/report/]",
                "draft: true",
            ];
            let key = *dice.pick(&keys);
            let text = texts[&name].replacen("year:", &format!("{key}\nyear:"), 1);
            let text = text.replacen("-01-20", &format!("-01-2{}", dice.below(9)), 1);
            set(texts, &name, text);
            format!("{key} in {name}")
        }
    }
}

/// Edits at random, and compares after each. `seed` makes it the same each time.
fn compare(seed: u64, steps: usize) {
    let mut dice = Dice::new(seed);
    let mut texts = archive();
    let cache = Cache::default();
    let mut pages = Pages::new();
    let mut log = vec![];
    for _ in 0..steps {
        let (warm, warm_found, now, _) = build(&texts, &cache, std::mem::take(&mut pages));
        pages = now;
        let (cold, cold_found, ..) = build(&texts, &Cache::default(), Pages::new());
        let last = log.iter().rev().take(3).cloned().collect::<Vec<String>>().join(" ← ");
        assert_eq!(warm_found, cold_found, "findings differ after {last} (seed {seed})");
        assert_eq!(warm.keys().collect::<Vec<_>>(), cold.keys().collect::<Vec<_>>(), "after {last} (seed {seed})");
        for (path, bytes) in &cold {
            assert!(warm[path] == *bytes, "{path} differs after {last} (seed {seed})");
        }
        if dice.below(12) == 0 {
            texts = archive();
            log.push("all as it was".into());
        }
        log.push(edit(&mut texts, &mut dice));
    }
}

#[test]
fn a_warm_build_equals_a_cold_one_after_any_edits() {
    for seed in 1..7 {
        compare(seed, 25);
    }
}

#[test]
#[ignore = "takes minutes: cargo test --release -- --ignored soak"]
fn soak_a_warm_build_equals_a_cold_one_after_thousands_of_edits() {
    for seed in 100..140 {
        compare(seed, 100);
    }
}

#[test]
fn only_what_an_edit_touches_is_made_again() {
    let mut texts = archive();
    let cache = Cache::default();
    let (.., pages, all) = build(&texts, &cache, Pages::new());
    let (.., pages, none) = build(&texts, &cache, pages);
    assert!(all > 30 && none == 0, "{all} pages, {none} of them again though nothing changed");
    let again = |texts: &Texts, pages: Pages| {
        let (.., pages, made) = build(texts, &cache, pages);
        (pages, made)
    };
    texts.insert("themes/own/assets/own.css".into(), "p { color: blue }\n".into());
    let (pages, made) = again(&texts, pages);
    assert_eq!(made, 0, "a style sheet is in no page");
    texts.insert("content/guide.md".into(), "---\ntitle: 指南\n---\n改了。\n".into());
    let (pages, made) = again(&texts, pages);
    assert!(made < 12, "{made} pages for one text of the root unit");
    texts.insert("content/a/2020.md".into(), report(2020, 6));
    let (pages, made) = again(&texts, pages);
    assert!((3..8).contains(&made), "{made} pages for one figure: the unit's, and the year's");
    texts.insert("themes/own/templates/year.html".into(), "<p>{{ page.title }}</p>\n".into());
    let (pages, made) = again(&texts, pages);
    let years = pages.keys().filter(|path| path.contains("years/")).count();
    assert_eq!(made, years, "a template's own pages");
    texts.insert("themes/own/templates/footer.html".into(), "<p>新页脚</p>\n".into());
    let (pages, made) = again(&texts, pages);
    let all = pages.keys().filter(|path| path.ends_with(".html")).count();
    assert!(made > all / 2, "the footer is on every page that has the frame: {made} of {all}");
}
