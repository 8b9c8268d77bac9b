//! The preview over HTTP: what is answered, to whom, and that no request ever sees half a build.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use gongkai::serve::{self, Options};
use gongkai::watch::Watcher;

use crate::preview::{Answer, LONG, Previewed, get, preview, request};

type Texts = BTreeMap<String, String>;

pub fn report(year: u16, figure: u64) -> String {
    format!(
        "---\nyear: {year}\npublished: {}-01-20\nstatistics:\n  requests:\n    received: [{figure}, 0, 0, 0, 0, 0]\n    brought_forward: 0\n    granted: [{figure}, 0, 0, 0, 0, 0]\n    carried_forward: 0\n  disputes: 0\n---\n## 一、总体情况\n\n合共{figure}件。\n",
        year + 1
    )
}

pub fn archive() -> Texts {
    let mut texts = Texts::new();
    let mut add = |path: &str, text: String| drop(texts.insert(path.to_string(), text));
    add("site.yaml", "title: 云岭县政府信息公开年报\nbase_url: https://www.example.org/xxgk/\n".into());
    add("content/_index.md", "---\ntitle: 云岭县人民政府\nlevel: county\ncontact: {phone: 0000-8060001}\n---\n".into());
    add("content/富源/_index.md", "---\ntitle: 富源街道\nlevel: subdistrict\ncontact: {phone: 0000-8065938}\n---\n".into());
    add("content/富源/2020.md", report(2020, 3));
    add("content/富源/2021/index.md", report(2021, 4));
    add("content/富源/2021/附件 1.pdf", "%PDF-0123456789".into());
    texts
}

/// Percent-encoded, as a browser sends it.
const UNIT: &str = "/xxgk/%E5%AF%8C%E6%BA%90/";

#[test]
fn pages_data_and_attachments_are_answered_below_the_path_of_the_site() {
    let it = preview(&archive(), Watcher::Auto);
    let home = it.get("/xxgk/");
    assert_eq!((home.status, home.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(home.header("cache-control"), Some("no-store"));
    assert!(home.text().contains("/__gongkai/client.js"), "the script is put in");
    assert_eq!((it.get("/").status, it.get("/").header("location")), (307, Some("/xxgk/")));
    assert_eq!(it.get(&format!("{UNIT}2020/")).status, 200);
    assert_eq!(it.get(&format!("{UNIT}2020/index.html")).status, 200, "as links on the pages are written");
    assert_eq!(it.get(&format!("{UNIT}2020")).header("location"), Some(&*format!("{UNIT}2020/")));
    let json = it.get(&format!("{UNIT}2020/report.json"));
    assert_eq!((json.status, json.header("content-type")), (200, Some("application/json; charset=utf-8")));
    assert_eq!(it.get("/xxgk/data/figures.csv").status, 200);
    let pdf = it.get(&format!("{UNIT}2021/%E9%99%84%E4%BB%B6%201.pdf"));
    assert_eq!((pdf.status, pdf.header("content-type"), pdf.text().as_str()), (200, Some("application/pdf"), "%PDF-0123456789"));
    let missing = it.get("/xxgk/nothing/");
    assert_eq!((missing.status, missing.header("content-type")), (404, Some("text/html; charset=utf-8")));
}

#[test]
fn a_part_of_an_attachment_can_be_asked_for() {
    let it = preview(&archive(), Watcher::Auto);
    let ask = |range| get(it.address(), &format!("{UNIT}2021/%E9%99%84%E4%BB%B6%201.pdf"), &[("Range", range)]);
    let part = ask("bytes=5-8");
    assert_eq!((part.status, part.header("content-range"), part.text().as_str()), (206, Some("bytes 5-8/15"), "0123"));
    assert_eq!(ask("bytes=-2").text(), "89");
    assert_eq!((ask("bytes=99-").status, ask("bytes=99-").header("content-range").map(str::to_string)), (416, Some("bytes */15".into())));
}

#[test]
fn nothing_outside_the_site_can_be_reached_and_nobody_else_is_answered() {
    let it = preview(&archive(), Watcher::Auto);
    for path in ["/xxgk/../site.yaml", "/../../etc/passwd", "/xxgk/%2e%2e/site.yaml", "/xxgk/..%2fsite.yaml", "/xxgk/%ff", "/site.yaml"] {
        assert_eq!(it.get(path).status, 404, "{path}");
    }
    let from = |headers: &[(&str, &str)]| get(it.address(), "/xxgk/", headers).status;
    assert_eq!(from(&[("Host", "evil.example")]), 421);
    assert_eq!(from(&[("Host", "localhost:1234")]), 200);
    assert_eq!(from(&[("Origin", "http://evil.example")]), 403);
    assert_eq!(from(&[("Origin", "null")]), 403);
    assert_eq!(from(&[("Origin", &format!("http://{}", it.address()))]), 200);
    assert_eq!(request(it.address(), "POST", "/xxgk/", &[]).status, 405);
    assert_eq!(request(it.address(), "HEAD", "/xxgk/", &[]).body.len(), 0);
}

#[test]
fn the_next_free_port_is_taken() {
    let it = preview(&archive(), Watcher::Poll);
    let options = Options { port: it.address().port(), ..Options::default() };
    let other = serve::start(&it.root, &options, |_| {}).expect("some port is free");
    assert_ne!(other.address().port(), it.address().port());
    other.stop();
}

#[test]
fn an_error_keeps_the_last_good_site_and_shows_the_problem() {
    let it = preview(&archive(), Watcher::Auto);
    let path = it.path("content/富源/2020.md");
    fs::write(&path, report(2020, 3).replace("carried_forward: 0", "carried_forward: [1, 0, 0, 0, 0, 0, 9]")).expect("it can be written");
    it.wait("the error", |it| it.builds() == 2);
    assert!(it.get(&format!("{UNIT}2020/")).text().contains("合共3件"));
    let event = first_event(&it, &format!("{UNIT}2020/"));
    assert!(event.contains("\"current\":false") && event.contains("G1") && event.contains("2020.md"), "{event}");
    fs::write(&path, report(2020, 8)).expect("it can be written");
    it.wait("the mended page", |it| it.get(&format!("{UNIT}2020/")).text().contains("合共8件"));
    assert!(first_event(&it, "/xxgk/").contains("\"errors\":0"));
}

#[test]
fn a_site_that_never_was_good_shows_its_problems_until_it_is() {
    let mut texts = archive();
    texts.insert("site.yaml".into(), "titel: 错\n".into());
    let it = preview(&texts, Watcher::Auto);
    let answer = it.get("/anything/");
    assert_eq!(answer.status, 503);
    assert!(answer.text().contains("/__gongkai/client.js"));
    assert!(first_event(&it, "/").contains("G90"));
    fs::write(it.path("site.yaml"), archive()["site.yaml"].clone()).expect("it can be written");
    it.wait("the site", |it| it.get("/xxgk/").status == 200);
}

/// The program as a user who may not read everything, and where it listens.
#[cfg(unix)]
fn as_nobody(root: &std::path::Path) -> (std::process::Child, SocketAddr) {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    let mut command = crate::preview::gongkai(root, &["--lang", "en", "serve", "--port", "0"]);
    if fs::metadata(root).expect("it is there").uid() == 0 {
        command.uid(65534).gid(65534);
    }
    let mut program = command.stderr(std::process::Stdio::piped()).spawn().expect("the program starts");
    let mut lines = BufReader::new(program.stderr.take().expect("it was asked for")).lines().map_while(Result::ok);
    let address = lines.find_map(|line| line.strip_prefix("Preview: http://")?.split('/').next()?.parse().ok()).expect("it says where");
    // What more it says must not block it.
    std::thread::spawn(move || lines.for_each(drop));
    (program, address)
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_shown_and_keeps_no_other_edit_back() {
    use std::os::unix::fs::PermissionsExt;
    let (temporary, root) = crate::preview::on_disk(&archive());
    let allow = |path: &std::path::Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    allow(temporary.path(), 0o755);
    let (mut program, address) = as_nobody(&root);
    let wait = |what: &str, is_so: &dyn Fn() -> bool| {
        let start = std::time::Instant::now();
        while !is_so() {
            assert!(start.elapsed() < LONG, "waited too long for {what}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    let page = |path: &str| get(address, path, &[]).text();
    wait("the site", &|| page("/xxgk/").contains("富源"));
    let (hidden, other) = (root.join("content/富源/2020.md"), root.join("content/富源/2021/index.md"));
    allow(&hidden, 0o000);
    wait("the failure", &|| first_event_at(address, "/xxgk/").contains("\"failure\":\"cannot read"));
    fs::write(&other, report(2021, 44)).expect("it can be written");
    wait("the other edit", &|| page(&format!("{UNIT}2021/")).contains("合共44件"));
    assert!(page(&format!("{UNIT}2020/")).contains("合共3件"), "what was known of it stays");
    assert!(first_event_at(address, "/xxgk/").contains("\"failure\":\"cannot read"), "it is still told");
    allow(&hidden, 0o644);
    wait("the end of the failure", &|| first_event_at(address, "/xxgk/").contains("\"failure\":null"));
    allow(&root.join("content/富源/2021"), 0o000);
    wait("the failure of a folder", &|| first_event_at(address, "/xxgk/").contains("\"failure\":\"cannot read"));
    assert!(page(&format!("{UNIT}2021/")).contains("合共44件"), "what was in it stays");
    allow(&root.join("content/富源/2021"), 0o755);
    program.kill().and_then(|()| program.wait()).expect("it can be ended");
}

#[cfg(unix)]
#[test]
fn pipes_links_that_go_in_circles_and_names_that_are_not_utf8_harm_nothing() {
    use std::os::unix::ffi::OsStrExt;
    let it = preview(&archive(), Watcher::Auto);
    let made = std::process::Command::new("mkfifo").arg(it.path("content/富源/2022.md")).status();
    assert!(made.is_ok_and(|status| status.success()), "a pipe can be made");
    std::os::unix::fs::symlink(it.path("content"), it.path("content/富源/circle")).expect("a link can be made");
    for (byte, figure) in [(0xfe, 5), (0xff, 6)] {
        let name = [&b"content/"[..], &[byte], b".pdf"].concat();
        fs::write(it.root.join(std::ffi::OsStr::from_bytes(&name)), "x".repeat(figure)).expect("it can be written");
    }
    it.wait("the names to be told", |it| first_event(it, "/xxgk/").contains("G909"));
    let before = it.builds();
    std::thread::sleep(std::time::Duration::from_millis(2500));
    assert!(it.builds() <= before + 1, "nothing changes any more, {} builds before and {} after", before, it.builds());
    fs::write(it.path("content/富源/2020.md"), report(2020, 3)).expect("it can be written");
    for name in
        fs::read_dir(it.path("content")).expect("it is there").flatten().map(|entry| entry.path()).filter(|path| path.to_str().is_none())
    {
        fs::remove_file(name).expect("it can be removed");
    }
    it.wait("the site without them", |it| it.difference().is_none() && it.running().generation().is_current);
}

/// The `data:` of the first event for a page.
fn first_event(it: &Previewed, page: &str) -> String {
    first_event_at(it.address(), page)
}

fn first_event_at(address: SocketAddr, page: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(LONG)).expect("a time is allowed");
    let page = page.replace('%', "%25");
    write!(stream, "GET /__gongkai/events?page={page} HTTP/1.1\r\nHost: {address}\r\n\r\n").expect("the server reads");
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    lines.into_iter().find_map(|line| line.strip_prefix("data: ").map(str::to_string)).expect("there is an event")
}

/// Rebuilds under requests: every answer is whole, and all answers of one generation are of one edit.
pub fn rebuild_under_requests(rebuilds: u64) {
    let it = preview(&archive(), Watcher::Auto);
    let seen = Seen::default();
    let (done, asked) = (AtomicBool::new(false), AtomicU64::new(0));
    let pages = ["/xxgk/".to_string(), format!("{UNIT}2020/"), UNIT.to_string(), format!("{UNIT}compare/"), "/xxgk/years/2020/".into()];
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    for path in &pages {
                        seen.note(path, &it.get(path));
                        asked.fetch_add(1, Ordering::SeqCst);
                    }
                    let pdf = it.get(&format!("{UNIT}2021/%E9%99%84%E4%BB%B6%201.pdf"));
                    assert_eq!((pdf.status, pdf.text().as_str()), (200, "%PDF-0123456789"));
                }
            });
        }
        for figure in 0..rebuilds {
            let before = it.builds();
            fs::write(it.path("content/富源/2020.md"), report(2020, edit(figure))).expect("it can be written");
            it.wait("a build", |it| it.builds() > before);
        }
        done.store(true, Ordering::SeqCst);
    });
    let (asked, generations) = (asked.load(Ordering::SeqCst), seen.figures.lock().unwrap().len());
    println!("{rebuilds} rebuilds under {asked} requests, which saw {generations} generations");
    assert!(asked > rebuilds);
}

/// The figure of an edit. No other number of the site is like it: axes of charts end in zeros, changes since the year before in 3.
fn edit(number: u64) -> u64 {
    500_000_007 + number * 1000
}

fn is_of_an_edit(number: &u64) -> bool {
    (500_000_000..600_000_000).contains(number) && number % 1000 == 7
}

/// What was seen of each generation.
#[derive(Default)]
struct Seen {
    /// The one edit that it shows.
    figures: std::sync::Mutex<BTreeMap<u64, u64>>,
    pages: std::sync::Mutex<BTreeMap<(u64, String), Vec<u8>>>,
}

impl Seen {
    fn note(&self, path: &str, answer: &Answer) {
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text().trim_end().ends_with("</html>"), "{path} is torn");
        let generation: u64 = answer.header("x-gongkai-generation").and_then(|id| id.parse().ok()).expect("it says which it is");
        let page = self.pages.lock().unwrap().entry((generation, path.to_string())).or_insert_with(|| answer.body.clone()).clone();
        assert!(page == answer.body, "{path} differs within generation {generation}");
        let text = answer.text();
        let numbers =
            text.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.trim_matches(|c: char| !c.is_ascii_digit()).parse().ok());
        let edits: std::collections::BTreeSet<u64> = numbers.filter(is_of_an_edit).collect();
        assert!(edits.len() <= 1, "{path} is of several edits: {edits:?}");
        let Some(&edit) = edits.first() else {
            assert!(generation == 1 || path == "/xxgk/" || path == UNIT, "{path} lacks the figure");
            return;
        };
        let known = *self.figures.lock().unwrap().entry(generation).or_insert(edit);
        assert_eq!(known, edit, "{path} is of another edit than other pages of generation {generation}");
    }
}

#[test]
fn no_request_sees_anything_but_whole_pages_during_rebuilds() {
    rebuild_under_requests(12);
}

#[test]
#[ignore = "takes minutes: cargo test --release -- --ignored soak"]
fn soak_no_request_sees_anything_but_whole_pages_during_a_thousand_rebuilds() {
    rebuild_under_requests(1000);
}
