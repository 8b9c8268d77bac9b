//! Every kind of page of both themes as people meet it: with the rules of accessibility checked by axe-core, with the
//! keyboard alone, over links, and in the time a slow line takes.
//!
//! axe-core and linkinator are npm packages below `GONGKAI_TOOLS` (`.ci/run` installs them).

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::chromium::Browser;
use crate::portal::{PATH, Portal};
use crate::support::tool_or_skip;
use crate::themes::demo_in;

/// One page of each kind, and those that have something of their own.
const PAGES: [&str; 11] = [
    "index.html",
    "fuyuan/index.html",
    "2025/index.html",
    "2024/index.html",
    "fuyuan/2021/index.html",
    "compare/index.html",
    "years/2022/index.html",
    "guide/index.html",
    "sitemap/index.html",
    "search/index.html?q=%E4%BF%A1%E6%81%AF%E5%85%AC%E5%BC%80",
    "404.html",
];

/// A share of the window that nobody sees move. Chromium counts less than this now and then when the machine is busy.
const LEAST: f64 = 0.001;

/// A program of npm below the folder of tools.
fn tool(path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("GONGKAI_TOOLS").unwrap_or_else(|| "target/tools".into());
    let tool = Path::new(&folder).join("node_modules").join(path);
    tool_or_skip(path, tool.is_file())?;
    Some(tool)
}

/// How a page is looked at.
struct Look {
    name: &'static str,
    width: u32,
    media: Value,
    /// What a reader chose in the display control.
    chosen: &'static str,
}

fn looks() -> [Look; 5] {
    let scheme = |scheme: &str| json!([{"name": "prefers-color-scheme", "value": scheme}]);
    let forced = json!([{"name": "forced-colors", "value": "active"}, {"name": "prefers-contrast", "value": "more"}]);
    [
        Look { name: "light, wide", width: 1280, media: scheme("light"), chosen: "" },
        Look { name: "light, 360 px", width: 360, media: scheme("light"), chosen: "" },
        Look { name: "dark", width: 1280, media: scheme("dark"), chosen: "" },
        Look { name: "high contrast", width: 1280, media: scheme("light"), chosen: "contrast" },
        Look { name: "forced colours, 360 px", width: 360, media: forced, chosen: "" },
    ]
}

impl Look {
    fn apply(&self, browser: &mut Browser) {
        let metrics = json!({"width": self.width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        browser.command("Emulation.setDeviceMetricsOverride", metrics);
        browser.command("Emulation.setEmulatedMedia", json!({"features": self.media}));
    }
}

/// Goes to a page and waits for what its scripts do.
fn go(browser: &mut Browser, url: &str) {
    browser.go(url);
    browser.wait("!document.querySelector('#page-search') || document.querySelectorAll('.search-results li').length > 0");
}

#[test]
fn axe_finds_nothing_on_any_kind_of_page_in_any_look() {
    let Some(axe) = tool("axe-core/axe.min.js") else { return };
    let axe = std::fs::read_to_string(axe).expect("it is text");
    let Some(mut browser) = Browser::open("about:blank") else { return };
    let mut wrong = vec![];
    for theme in ["default", "plain"] {
        let portal = Portal::of(&demo_in(theme));
        for look in looks() {
            look.apply(&mut browser);
            for page in PAGES {
                go(&mut browser, &portal.url(page));
                browser.value(&format!("document.documentElement.toggleAttribute('data-colours', false); if ('{0}') document.documentElement.setAttribute('data-colours', '{0}'); document.querySelectorAll('details').forEach((one) => one.open = true)", look.chosen));
                browser.value(&axe);
                let found = browser.value("axe.run(document, {resultTypes: ['violations'], rules: {'color-contrast-enhanced': {enabled: false}}}).then((all) => [all.passes.length, ...all.violations.map((one) => one.id + ': ' + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? node.all[0]?.message ?? '')).join(' / '))])");
                let found = found.as_array().unwrap_or_else(|| panic!("axe does not run on {page}"));
                assert!(found[0].as_u64() > Some(5), "axe looked at {page}");
                wrong.extend(found[1..].iter().map(|one| format!("{theme}, {}, {page}: {one}", look.name)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} violations:\n{}", wrong.len(), wrong.join("\n"));
}

/// What the keyboard can reach, in the order of the page: as a browser sees it, not as it should be.
const REACHABLE: &str = "[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({visibilityProperty: true, contentVisibilityAuto: false}) && !(one.type === 'radio' && !one.checked))";

#[test]
fn the_keyboard_reaches_everything_in_order_and_is_never_caught() {
    let Some(mut browser) = Browser::open("about:blank") else { return };
    for theme in ["default", "plain"] {
        let portal = Portal::of(&demo_in(theme));
        for page in PAGES {
            go(&mut browser, &portal.url(page));
            browser.value(&format!("window.order = {REACHABLE}; window.scrollTo(0, 0)"));
            let count = browser.value("window.order.length").as_u64().expect("it is a number");
            assert!(count > 3, "{theme} {page}");
            let step = "(() => { const now = document.activeElement; const style = getComputedStyle(now); const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none'; return [window.order.indexOf(now), seen, now.outerHTML.slice(0, 120)]; })()";
            for expected in 0..count {
                press(&mut browser, "Tab");
                let at = browser.value(step);
                assert_eq!(at[0], expected, "{theme} {page}: Tab number {expected} reaches {at}");
                assert_eq!(at[1], true, "{theme} {page}: the focus does not show on {at}");
            }
            press(&mut browser, "Tab");
            // A browser without a window has nothing else to go to, and begins again.
            let after = browser.value("window.order.indexOf(document.activeElement)");
            assert!(after == -1 || after == 0, "{theme} {page}: Tab leaves the page at its end, not to {after}");
            // The first stop skips the header.
            browser.value("document.activeElement.blur(); window.order[0].focus()");
            press(&mut browser, "Enter");
            browser.wait("location.hash === '#page-main'");
            press(&mut browser, "Tab");
            assert_eq!(browser.value("document.querySelector('main').contains(document.activeElement) || !document.querySelector('main a, main input, main [tabindex]')"), true, "{theme} {page}: the skip link leads into the page");
        }
    }
}

fn press(browser: &mut Browser, key: &str) {
    let code = if key == "Tab" { 9 } else { 13 };
    let text = if key == "Tab" { "" } else { "\r" };
    for kind in ["keyDown", "keyUp"] {
        browser.command("Input.dispatchKeyEvent", json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": if kind == "keyDown" { text } else { "" }}));
    }
}

#[test]
fn a_report_loads_in_60_kilobytes_without_moving_or_asking_elsewhere() {
    let Some(mut browser) = Browser::open("about:blank") else { return };
    browser.listen();
    browser.command("Network.setCacheDisabled", json!({"cacheDisabled": true}));
    let shifts = "window.shifts = 0; new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifts += one.value }).observe({type: 'layout-shift', buffered: true})";
    browser.command("Page.addScriptToEvaluateOnNewDocument", json!({"source": shifts}));
    for theme in ["default", "plain"] {
        let portal = Portal::of(&demo_in(theme));
        let here = [format!("http://{}{PATH}", portal.address), portal.on_disk("")];
        // The page for unknown addresses is for portals alone.
        for page in PAGES.into_iter().filter(|page| *page != "404.html") {
            for url in [portal.url(page), portal.on_disk(page)] {
                let mut moved = f64::NAN;
                // A busy machine paints before it has read all of a page; what comes then moves what was painted.
                for _ in 0..3 {
                    browser.events();
                    go(&mut browser, &url);
                    browser.value("new Promise((done) => setTimeout(done, 50))");
                    moved = browser.value("window.shifts").as_f64().unwrap_or(f64::NAN);
                    if moved < LEAST || page.starts_with("search/") {
                        break;
                    }
                }
                let events = browser.events();
                let of = |method: &'static str| events.iter().filter(move |event| event["method"] == method);
                let asked: Vec<&str> =
                    of("Network.requestWillBeSent").filter_map(|event| event["params"]["request"]["url"].as_str()).collect();
                let elsewhere: Vec<&&str> = asked
                    .iter()
                    .filter(|url| {
                        !here.iter().any(|here| url.starts_with(here.as_str()))
                            && !url.starts_with("data:")
                            && !url.ends_with("/favicon.ico")
                    })
                    .collect();
                assert!(!asked.is_empty() && elsewhere.is_empty(), "{url} asks for {elsewhere:?}");
                let complaints: Vec<String> = ["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"]
                    .into_iter()
                    .flat_map(of)
                    .map(Value::to_string)
                    .collect();
                assert!(complaints.is_empty(), "{url}: {complaints:?}");
                let is_picture = |id: &Value| {
                    of("Network.responseReceived").any(|event| event["params"]["requestId"] == *id && event["params"]["type"] == "Image")
                };
                let data = of("Network.dataReceived").map(|event| &event["params"]).filter(|data| !is_picture(&data["requestId"]));
                let size: u64 = data.filter_map(|data| data["dataLength"].as_u64()).sum();
                let is_report = page.split('/').rev().nth(1).is_some_and(|part| part.parse::<u16>().is_ok()) && !page.starts_with("years");
                if is_report && url.starts_with("http") {
                    println!("{theme} {page}: {size} bytes without its pictures, moved {moved}");
                    assert!((1000..60 * 1024).contains(&size), "{url}: {size} bytes");
                }
                // The results of a question in the address push what follows them down.
                assert!(moved < LEAST || page.starts_with("search/"), "{url} moves by {moved} while it loads");
            }
        }
    }
}

#[test]
fn every_link_and_anchor_of_the_demo_leads_somewhere_below_a_path() {
    let Some(linkinator) = tool("linkinator/build/src/cli.js") else { return };
    for theme in ["default", "plain"] {
        let portal = Portal::of(&demo_in(theme));
        let checked = Command::new("node")
            .arg(&linkinator)
            .args([&portal.url(""), "--recurse", "--check-fragments", "--format", "json", "--skip", r"^(?!http://127\.0\.0\.1)"])
            .output()
            .expect("node runs");
        let report: Value =
            serde_json::from_slice(&checked.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&checked.stderr)));
        let links = report["links"].as_array().expect("it lists the links");
        let broken: Vec<String> =
            links.iter().filter(|one| one["state"] == "BROKEN").map(|one| format!("{} on {}", one["url"], one["parent"])).collect();
        assert!(broken.is_empty(), "{theme}: {}", broken.join("\n"));
        let followed = links.iter().filter(|one| one["state"] == "OK").count();
        println!("{theme}: {followed} links");
        assert!(followed > 200, "{followed} links were followed");
    }
}
