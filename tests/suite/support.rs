//! The one place that knows how a site is made for a test: a few strings in, findings and files out.

#![allow(dead_code, reason = "each test module uses its own part")]

use std::collections::BTreeMap;

use gongkai::archive::{self, Archive};
use gongkai::cache::Cache;
use gongkai::checks;
use gongkai::config::Config;
use gongkai::content::{self, Scope};
use gongkai::diagnostic::{self, Diagnostics};
use gongkai::forms::Catalog;
use gongkai::names::{Lang, UrlPath};
use gongkai::output::Memory;
use gongkai::pipeline::Site;
use gongkai::plan;
use gongkai::source::Sources;

/// The files of a site by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Makes all files of a site; no template may fail.
pub fn files_of(site: &Site, sources: &Sources) -> Files {
    let memory = Memory::default();
    let found = site.files(sources, &memory).expect("memory takes every file");
    let messages: Vec<&str> = found.iter().map(|one| &*one.message.en).collect();
    assert!(found.is_empty(), "templates: {}", messages.join("\n"));
    memory.into_files()
}

/// An archive written down in a test.
#[derive(Clone, Default)]
pub struct TestSite {
    files: BTreeMap<String, String>,
    /// Beginnings of the codes that a test is about; empty: all.
    codes: Vec<&'static str>,
}

/// What a test's report may lack without being told: it holds only what the test is about.
const INCOMPLETE: &str = "checks: {G108: off, G403: off, G406: off, G409: off, G410: off, G507: off, G509: off, G513: off}\n";

/// All that a portal may ask for.
pub const PORTAL: &str = "portal:\n  site_name: 云岭县人民政府门户网站\n  site_id: \"0000000000\"\n  column: {name: 政府信息公开年报, type: 信息公开年报, description: 历年报告, keywords: 年报}\n  icp: 云ICP备00000000号\n  police: 云公网安备00000000000000号\n";

/// A site with a `site.yaml` and a root unit (a county), and nothing else. Reports may be incomplete.
pub fn site() -> TestSite {
    whole_site().file("site.yaml", &format!("title: 云岭县政府信息公开年报\nbase_url: https://www.example.org/xxgk/\n{INCOMPLETE}"))
}

/// The same, with every check at work.
pub fn whole_site() -> TestSite {
    let contact = "contact: {office: 办公室, address: 云岭县云岭大道1号, phone: 0000-8060001, email: office@example.org}";
    TestSite::default()
        .file("site.yaml", &format!("title: 云岭县政府信息公开年报\nbase_url: https://www.example.org/xxgk/\n{PORTAL}"))
        .file("content/_index.md", &format!("---\ntitle: 云岭县人民政府\nlevel: county\n{contact}\n---\n"))
}

impl TestSite {
    /// Adds or replaces a file.
    pub fn file(mut self, path: &str, text: &str) -> TestSite {
        self.files.insert(path.to_string(), text.to_string());
        self
    }

    /// Only findings whose codes begin like one of these are shown: a short archive lacks much that a whole one has.
    pub fn about(mut self, codes: &[&'static str]) -> TestSite {
        self.codes = codes.to_vec();
        self
    }

    fn is_about(&self, one: &gongkai::diagnostic::Diagnostic) -> bool {
        self.codes.is_empty() || self.codes.iter().any(|code| one.code.starts_with(code))
    }

    /// Removes a file.
    pub fn without(mut self, path: &str) -> TestSite {
        self.files.remove(path);
        self
    }

    /// Replaces a piece of a file, which must be there.
    pub fn replaced(self, path: &str, from: &str, to: &str) -> TestSite {
        let text = self.files.get(path).unwrap_or_else(|| panic!("there is no {path}"));
        assert!(text.contains(from), "{path} has no {from:?}");
        let text = text.replacen(from, to, 1);
        self.file(path, &text)
    }

    /// A unit below the root: `content/<path>/_index.md`.
    pub fn unit(self, path: &str, title: &str) -> TestSite {
        let contact = "contact: {address: 云岭县美洁巷1号, phone: 0000-8065938}";
        self.file(&format!("content/{path}/_index.md"), &format!("---\ntitle: {title}\nlevel: subdistrict\n{contact}\n---\n"))
    }

    /// A report of a unit (`""` for the root): lines of front matter, and an empty body.
    pub fn report(self, unit: &str, year: u16, front: &str) -> TestSite {
        self.report_with_body(unit, year, front, "")
    }

    pub fn report_with_body(self, unit: &str, year: u16, front: &str, body: &str) -> TestSite {
        let path = if unit.is_empty() { format!("content/{year}.md") } else { format!("content/{unit}/{year}.md") };
        self.file(&path, &format!("---\n{}\n---\n{body}", front.trim_matches('\n')))
    }

    pub fn sources(&self) -> Sources {
        Sources::from_texts(self.files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
    }

    /// The archive, with all findings about it but those of templates.
    pub fn archive(&self) -> (Archive, Catalog, Diagnostics) {
        let sources = self.sources();
        let mut found = Diagnostics::default();
        let catalog = Catalog::parse(&sources, &mut found);
        let documents = content::discover(&sources, &catalog, Scope::Published, &Cache::default(), &mut found);
        let archive = archive::assemble(documents, &mut found);
        let config = Config::parse(&sources, &mut found);
        let plan = plan::site(&archive, &mut found);
        let subject = checks::Subject { archive: &archive, catalog: &catalog, config: &config, sources: &sources, plan: &plan };
        checks::run(subject, &Cache::default(), &mut found);
        (archive, catalog, found.sorted())
    }

    /// Every file of the site, whatever is wrong with the archive.
    pub fn files(&self) -> Files {
        let sources = self.sources();
        files_of(&Site::read(&sources, Scope::Published, &Cache::default()), &sources)
    }

    /// A page of the site.
    pub fn page(&self, url: &str) -> String {
        let files = self.files();
        let path = UrlPath::new(url).file();
        let bytes = files.get(&path).unwrap_or_else(|| panic!("there is no {path} among {:?}", files.keys()));
        String::from_utf8(bytes.clone()).expect("pages are UTF-8")
    }

    /// One line for each finding: `error[G101] content/2020.md:9:12 message`.
    pub fn headlines(&self) -> String {
        self.lines(Lang::En)
    }

    /// The same in Chinese.
    pub fn headlines_zh(&self) -> String {
        self.lines(Lang::Zh)
    }

    /// All findings as they are drawn on a terminal.
    pub fn drawn(&self, lang: Lang) -> String {
        let sources = self.sources();
        self.archive().2.iter().filter(|one| self.is_about(one)).map(|one| diagnostic::draw(one, &sources, lang, false)).collect()
    }

    fn lines(&self, lang: Lang) -> String {
        let sources = self.sources();
        let line = |one: &gongkai::diagnostic::Diagnostic| {
            let at = one.place.as_ref().map_or(String::new(), |place| {
                let at = sources.line_column(place);
                format!(" {}:{}:{}", place.file, at.line, at.column)
            });
            format!("{}[{}]{at} {}", one.severity.id(), one.code, one.message.get(lang))
        };
        self.archive().2.iter().filter(|one| self.is_about(one)).map(line).collect::<Vec<_>>().join("\n")
    }
}

/// `None`, with a printed line, where a tool that a test needs is not on this machine; with `GONGKAI_REQUIRE_TOOLS`
/// set (as in CI) that is a failure instead.
pub fn tool_or_skip(tool: &str, is_there: bool) -> Option<()> {
    if is_there {
        return Some(());
    }
    assert!(std::env::var_os("GONGKAI_REQUIRE_TOOLS").is_none(), "needs {tool}");
    eprintln!("skipped: needs {tool}");
    None
}

/// A real document for trying things on, from the folder `GONGKAI_SAMPLES` (else `../shared/samples`), which is not part of
/// the project. `None`, with a printed line, where there is none.
pub fn sample(name: &str) -> Option<String> {
    let bytes = sample_bytes(name)?;
    Some(String::from_utf8(bytes).expect("the sample is UTF-8"))
}

/// The same for documents that are not text.
pub fn sample_bytes(name: &str) -> Option<Vec<u8>> {
    let folder = std::env::var_os("GONGKAI_SAMPLES").unwrap_or_else(|| "../shared/samples".into());
    let path = std::path::Path::new(&folder).join(name);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        eprintln!("skipped: there is no {}", path.display());
    }
    bytes
}

/// Random numbers that are the same each time (xorshift64*).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// From 0 up to, but without, `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % end
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }
}

/// The files of the project's own archive.
pub fn demo_files() -> Files {
    let sources = Sources::read(std::path::Path::new(".")).expect("the demo archive can be read");
    files_of(&Site::read(&sources, Scope::Published, &Cache::default()), &sources)
}

/// A file of the tools that `.ci/run` installs, in `GONGKAI_TOOLS` (else `target/tools`).
pub fn tools(name: &str) -> std::path::PathBuf {
    let folder = std::env::var_os("GONGKAI_TOOLS").unwrap_or_else(|| "target/tools".into());
    std::path::absolute(std::path::Path::new(&folder)).expect("there is a current directory").join(name)
}

/// What a script of ours says when Node runs it with a text as standard input.
pub fn node(script: &str, input: &str) -> String {
    run(std::process::Command::new("node").arg(script).env("GONGKAI_TOOLS", tools("")), input)
}

/// What a program says, given a text as standard input; it must end well.
pub fn run(command: &mut std::process::Command, input: &str) -> String {
    use std::io::Write;
    use std::process::Stdio;
    let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = program.stdin.take().expect("it was asked for");
    let input = input.to_string();
    let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = program.wait_with_output().expect("it ends");
    // A program that reads nothing may be gone before all is written.
    let _ = writing.join();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it says text")
}
