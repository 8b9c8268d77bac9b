//! Pages in a real browser, from a disk: nothing but tables scrolls sideways, choices are remembered, tables are sorted,
//! the contents follow; and the pictures of `docs/images` (`docs/screenshots` takes them).

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::chromium::Browser;
use crate::support::Files;
use crate::themes::demo_in;

/// One page of each kind.
const PAGES: [&str; 8] = [
    "index.html",
    "fuyuan/index.html",
    "2025/index.html",
    "market/2022/index.html",
    "compare/index.html",
    "songping/compare/index.html",
    "years/2022/index.html",
    "guide/index.html",
];

/// The demo on a disk.
struct OnDisk {
    folder: tempfile::TempDir,
}

fn on_disk(files: &Files) -> OnDisk {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, bytes) in files {
        let target = folder.path().join(path);
        fs::create_dir_all(target.parent().expect("it is below the folder")).expect("it can be made");
        fs::write(target, bytes).expect("it can be written");
    }
    OnDisk { folder }
}

impl OnDisk {
    fn url(&self, page: &str) -> String {
        format!("file://{}/{page}", self.folder.path().display())
    }
}

fn size(browser: &mut Browser, width: u32, height: u32, mobile: bool) {
    let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile});
    browser.command("Emulation.setDeviceMetricsOverride", metrics);
}

#[test]
fn only_tables_scroll_sideways_on_a_phone_and_with_large_text() {
    for theme in ["default", "plain"] {
        let demo = on_disk(&demo_in(theme));
        let Some(mut browser) = Browser::open("about:blank") else { return };
        for (width, text) in [(360, "100%"), (360, "200%"), (1280, "200%")] {
            size(&mut browser, width, 740, width < 500);
            for page in PAGES {
                browser.go(&demo.url(page));
                browser.value(&format!("document.documentElement.style.fontSize = '{text}'; document.querySelectorAll('details').forEach((one) => one.open = true)"));
                let wide = browser.value("document.documentElement.scrollWidth");
                let widest = "[...document.querySelectorAll('main *, header *, footer *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.table-scroll, svg, .display')).map((one) => one.outerHTML.slice(0, 90))[0] ?? ''";
                let fits = wide.as_u64().is_some_and(|wide| wide <= u64::from(width));
                assert!(fits, "{theme} {page} at {width} and {text} is {wide} wide: {}", browser.value(widest));
            }
        }
    }
}

#[test]
fn how_pages_are_shown_is_chosen_and_remembered_without_cookies() {
    let demo = on_disk(&demo_in("default"));
    let Some(mut browser) = Browser::open(&demo.url("index.html")) else { return };
    browser.wait("document.readyState === 'complete' && document.querySelector('.display').hidden === false");
    let ground = "getComputedStyle(document.body).backgroundColor";
    let light = browser.value(ground);
    browser.value(
        "document.querySelector('.display input[value=contrast]').click(); document.querySelector('.display input[value=larger]').click()",
    );
    assert_eq!(browser.value(ground), "rgb(0, 0, 0)");
    browser.go(&demo.url("2025/index.html"));
    assert_eq!(browser.value(ground), "rgb(0, 0, 0)", "the next page is shown alike");
    assert_eq!(browser.value("getComputedStyle(document.documentElement).fontSize"), "24px");
    assert_eq!(browser.value("document.querySelector('.display input[value=contrast]').checked"), true);
    assert_eq!(browser.value("document.cookie"), "");
    browser.value("document.querySelectorAll('.display input[value=\"\"]').forEach((one) => one.click())");
    assert_eq!(browser.value(ground), light);
    browser.command("Emulation.setEmulatedMedia", json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]}));
    assert_ne!(browser.value(ground), light, "the system's wish counts where nothing is chosen");
}

#[test]
fn the_table_of_units_is_sorted_and_put_back() {
    let demo = on_disk(&demo_in("default"));
    let Some(mut browser) = Browser::open(&demo.url("years/2025/index.html")) else { return };
    browser.wait("document.querySelector('.sortable button') !== null");
    let figures = "[...document.querySelectorAll('.sortable tbody tr')].map((row) => row.cells[2].textContent).join(' ')";
    let as_it_stands = browser.value(figures);
    let press = "document.querySelectorAll('.sortable button')[2].click()";
    browser.value(press);
    assert_eq!(browser.value(figures), "31 18 10 8 7 7 2");
    assert_eq!(browser.value("document.querySelectorAll('.sortable th')[2].getAttribute('aria-sort')"), "descending");
    browser.value(press);
    assert_eq!(browser.value(figures), "2 7 7 8 10 18 31");
    browser.value(press);
    assert_eq!(browser.value(figures), as_it_stands);
}

#[test]
fn the_contents_mark_the_section_that_is_read_and_nothing_moves_while_a_page_loads() {
    let demo = on_disk(&demo_in("default"));
    let Some(mut browser) = Browser::open("about:blank") else { return };
    size(&mut browser, 1280, 900, false);
    browser.command("Page.enable", json!({}));
    browser.command(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({"source": "window.shifts = 0; new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifts += one.value }).observe({type: 'layout-shift', buffered: true})"}),
    );
    browser.go(&demo.url("2025/index.html"));
    browser.value("new Promise((done) => setTimeout(done, 300))");
    assert_eq!(browser.value("window.shifts"), 0);
    let current = "document.querySelector('.contents [aria-current]')?.textContent ?? ''";
    assert_eq!(browser.value(current), "");
    browser.value("document.getElementById('page-cn-2021-disputes').scrollIntoView({behavior: 'instant', block: 'start'})");
    browser.wait(&format!("({current}).startsWith('四、')"));
}

#[test]
fn the_first_load_of_every_report_is_below_60_kilobytes_and_below_24_as_servers_send_it() {
    for theme in ["default", "plain"] {
        let files = demo_in(theme);
        let of_year = |page: &&String| page.rsplit('/').nth(1).is_some_and(|part| part.parse::<u16>().is_ok());
        let reports: Vec<&String> =
            files.keys().filter(|page| page.ends_with("/index.html") && !page.contains("years/")).filter(of_year).collect();
        assert!(reports.len() > 50, "{reports:?}");
        for page in reports {
            let html = String::from_utf8_lossy(&files[page]);
            let loaded = html.split('"').filter_map(|part| Some(&part[part.find("assets/")?..])).collect::<std::collections::BTreeSet<_>>();
            assert!(loaded.len() >= 2, "{loaded:?}");
            let all = || loaded.iter().copied().chain([page.as_str()]);
            let (plain, sent): (usize, usize) = (all().map(|file| files[file].len()).sum(), all().map(|file| zipped(&files[file])).sum());
            assert!(sent < 24 * 1024 && plain < 60 * 1024, "{theme} {page}: {sent} bytes as servers send them, {plain} unpacked");
        }
    }
}

/// How long a file is as servers send it.
fn zipped(bytes: &[u8]) -> usize {
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, bytes).and_then(|()| encoder.finish()).expect("memory takes every file").len()
}

/// Takes a picture of what is in view, or of the whole page up to `height`.
fn picture(browser: &mut Browser, name: &str, width: u32, height: u32) {
    let clip = json!({"x": 0, "y": 0, "width": width, "height": height, "scale": 1});
    let answer = browser.command("Page.captureScreenshot", json!({"format": "png", "captureBeyondViewport": true, "clip": clip}));
    save(&format!("{name}.png"), &answer);
}

fn save(name: &str, answer: &Value) {
    let data = answer["data"].as_str().expect("the browser gives the file");
    let bytes = data_encoding::BASE64.decode(data.as_bytes()).expect("it is base64");
    let folder = Path::new("target/screenshots");
    fs::create_dir_all(folder).expect("it can be made");
    fs::write(folder.join(name), bytes).expect("it can be written");
}

#[test]
#[ignore = "takes the pictures of docs/images; docs/screenshots runs it"]
fn screenshots() {
    let demo = on_disk(&demo_in("default"));
    let mut browser = Browser::open("about:blank").expect("Chromium is there");
    let pages =
        [("home", "index.html"), ("report", "2025/index.html"), ("compare", "compare/index.html"), ("year", "years/2022/index.html")];
    for (name, page) in pages {
        let media = |scheme: &str| json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        for (mode, width, height, scheme) in [("wide", 1280, 1600, "light"), ("dark", 1280, 1000, "dark"), ("360", 360, 1200, "light")] {
            size(&mut browser, width, 900, width < 500);
            browser.command("Emulation.setEmulatedMedia", media(scheme));
            browser.go(&demo.url(page));
            if name == "report" && mode == "dark" {
                browser.value("document.querySelector('.form-requests').scrollIntoView({behavior: 'instant'})");
                let answer = browser.command("Page.captureScreenshot", json!({"format": "png"}));
                save(&format!("{name}-{mode}.png"), &answer);
                continue;
            }
            picture(&mut browser, &format!("{name}-{mode}"), width, height);
        }
        let answer = browser.command("Page.printToPDF", json!({"preferCSSPageSize": true}));
        save(&format!("{name}-print.pdf"), &answer);
    }
}
