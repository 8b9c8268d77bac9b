//! The preview in a real browser.

use std::fs;
use std::time::Duration;

use gongkai::serve::Options;
use gongkai::watch::Watcher;

use crate::chromium::Browser;
use crate::preview::{Previewed, preview};
use crate::serve::{archive, report};

/// What the preview says over the page.
const SAID: &str = "(document.querySelector('gongkai-preview')?.shadowRoot.textContent ?? '')";
const PANEL: &str = "document.querySelector('gongkai-preview')?.shadowRoot.querySelector('section')";

fn long_report(figure: u64, wrong: bool) -> String {
    let text = report(2020, figure) + &"这是一段很长的正文，好让页面可以滚动。\n\n".repeat(80);
    if wrong { text.replace("carried_forward: 0", "carried_forward: [1, 0, 0, 0, 0, 0, 9]") } else { text }
}

fn page(it: &Previewed) -> String {
    format!("http://{}/xxgk/%E5%AF%8C%E6%BA%90/2020/", it.address())
}

#[test]
fn a_wrong_figure_shows_a_panel_and_a_mended_one_changes_the_page_in_place() {
    let mut texts = archive();
    texts.insert("content/富源/2020.md".into(), long_report(3, false));
    let it = preview(&texts, Watcher::Auto);
    let Some(mut browser) = Browser::open(&page(&it)) else { return };
    browser.wait("document.readyState === 'complete' && document.body.textContent.includes('合共3件')");
    // What a reload would lose: a mark on the window, the scroll position, the focus.
    browser.value("window.mark = 1; scrollTo({top: 900, behavior: 'instant'}); document.querySelector('.neighbours a').focus({preventScroll: true}); window.held = document.activeElement");
    let scrolled = browser.value("scrollY");
    assert!(scrolled.as_f64().is_some_and(|y| y > 100.0), "the page is long enough to scroll: {scrolled}");

    let path = it.path("content/富源/2020.md");
    fs::write(&path, long_report(5, true)).expect("it can be written");
    browser.wait(&format!("{PANEL}?.textContent.includes('2020.md') === true"));
    let panel = browser.value(&format!("{PANEL}.textContent"));
    let panel = panel.as_str().expect("it is a text");
    assert!(panel.contains("content/富源/2020.md:") && panel.contains("carried_forward"), "place and line: {panel}");
    assert_eq!(browser.value(&format!("{PANEL}.querySelector('a[href*=\"2020/\"]') !== null")), true, "a link to the place");
    assert_eq!(browser.value("document.body.textContent.includes('合共3件')"), true, "the last good page stays");

    fs::write(&path, long_report(8, false)).expect("it can be written");
    browser.wait(&format!("{PANEL} == null"));
    browser.wait("document.body.textContent.includes('合共8件')");
    assert_eq!(
        browser.value("[...document.querySelectorAll('.form-requests td')].some((cell) => cell.textContent === '8')"),
        true,
        "the table too"
    );
    assert_eq!(browser.value("window.mark"), 1, "no reload");
    assert_eq!(browser.value("scrollY"), scrolled);
    assert_eq!(browser.value("document.activeElement === window.held"), true, "the focus stays");
}

#[test]
fn style_sheets_are_swapped_and_pages_not_concerned_stay_untouched() {
    let mut texts = archive();
    texts.insert("site.yaml".into(), format!("{}theme: own\n", texts["site.yaml"]));
    texts.insert("themes/own/assets/style.css".into(), "body { margin-top: 10px }\n".into());
    let it = preview(&texts, Watcher::Auto);
    let Some(mut browser) = Browser::open(&page(&it)) else { return };
    browser.wait("document.readyState === 'complete' && getComputedStyle(document.body).marginTop === '10px'");
    browser.wait("performance.getEntriesByType('resource').some((one) => one.name.includes('/__gongkai/events')) || document.readyState === 'complete'");
    browser.value("window.mark = 1; window.changes = 0; new MutationObserver((all) => window.changes += all.length).observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true})");
    std::thread::sleep(Duration::from_millis(300));
    fs::write(it.path("themes/own/assets/style.css"), "body { margin-top: 33px }\n").expect("it can be written");
    browser.wait("getComputedStyle(document.body).marginTop === '33px'");
    let before = it.builds();
    fs::write(it.path("content/富源/2021/index.md"), report(2021, 9)).expect("it can be written");
    it.wait("a build", |it| it.builds() > before);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(browser.value("window.mark"), 1);
}

#[test]
fn a_page_that_went_away_says_so_and_a_server_that_is_gone_too() {
    let mut it = preview(&archive(), Watcher::Auto);
    let Some(mut browser) = Browser::open(&page(&it)) else { return };
    browser.wait("document.readyState === 'complete' && document.body.textContent.includes('合共3件')");
    std::thread::sleep(Duration::from_millis(200));
    fs::remove_file(it.path("content/富源/2020.md")).expect("it can be removed");
    browser.wait(&format!("{SAID}.includes('no longer part of the site')"));
    fs::write(it.path("content/富源/2020.md"), report(2020, 4)).expect("it can be written");
    browser.wait("document.body.textContent.includes('合共4件')");
    browser.wait(&format!("!{SAID}.includes('no longer part of the site')"));
    it.running.take().expect("it runs").stop();
    browser.wait(&format!("{SAID}.includes('reconnecting')"));
}

#[test]
fn what_a_reader_opened_stays_open_and_a_template_changes_in_place() {
    let mut texts = archive();
    texts.insert("site.yaml".into(), format!("{}theme: own\n", texts["site.yaml"]));
    texts.insert("themes/own/templates/footer.html".into(), "<p>页脚</p>\n".into());
    let it = preview(&texts, Watcher::Auto);
    let Some(mut browser) = Browser::open(&format!("http://{}/xxgk/%E5%AF%8C%E6%BA%90/compare/", it.address())) else { return };
    browser.wait("document.readyState === 'complete' && document.querySelector('details') !== null");
    browser.value("window.mark = 1; document.querySelector('details').open = true");
    fs::write(it.path("content/富源/2020.md"), report(2020, 7654)).expect("it can be written");
    browser.wait("[...document.querySelectorAll('td')].some((cell) => cell.textContent.includes('7654'))");
    assert_eq!(browser.value("document.querySelector('details').open"), true);
    crate::preview::write(&it.path("themes/own/templates/footer.html"), "<p id=\"new-footer\">{{ site.title }}</p>\n");
    browser.wait("document.querySelector('#new-footer') !== null");
    assert_eq!(browser.value("document.querySelector('details').open && window.mark === 1"), true, "no reload");
}

#[test]
fn what_authors_write_is_text_in_the_panel_and_warnings_are_quiet() {
    let it = preview(&archive(), Watcher::Auto);
    let Some(mut browser) = Browser::open(&page(&it)) else { return };
    let quiet = "document.querySelector('gongkai-preview')?.shadowRoot.querySelector('button.quiet')";
    browser.wait(&format!("{quiet} != null && {PANEL} == null"));
    browser.value(&format!("{quiet}.click()"));
    browser.wait(&format!("{PANEL}?.querySelector('.warning') != null"));
    let bad = report(2020, 3).replace("disputes: 0", "disputes: \"<img src=x onerror='window.hacked = 1'>\"");
    fs::write(it.path("content/富源/2020.md"), bad).expect("it can be written");
    browser.wait(&format!("{PANEL}?.querySelector('.error')?.textContent.includes('<img src=x') === true"));
    assert_eq!(browser.value(&format!("{PANEL}.querySelector('img') === null && window.hacked === undefined")), true);
}

#[test]
fn a_page_catches_up_with_a_server_that_comes_back() {
    let mut it = preview(&archive(), Watcher::Auto);
    let Some(mut browser) = Browser::open(&page(&it)) else { return };
    browser.wait("document.readyState === 'complete' && document.body.textContent.includes('合共3件')");
    browser.value("window.mark = 1");
    let address = it.address();
    it.running.take().expect("it runs").stop();
    browser.wait(&format!("{SAID}.includes('reconnecting')"));
    fs::write(it.path("content/富源/2020.md"), report(2020, 6)).expect("it can be written");
    let options = Options { port: address.port(), ..Options::default() };
    it.running = Some(gongkai::serve::start(&it.root, &options, |_| {}).expect("the port is free again"));
    assert_eq!(it.address(), address);
    browser.wait("document.body.textContent.includes('合共6件')");
    browser.wait(&format!("!{SAID}.includes('reconnecting')"));
    assert_eq!(browser.value("window.mark"), 1, "no reload");
}
