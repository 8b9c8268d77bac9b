//! How long each stage of a build takes, on seven hundred reports made from those of the demo archive.
//!
//! `cargo bench` prints a line for each; `cargo bench -- parse` only some. What a whole build takes is measured by `bench/race`.

use std::collections::BTreeMap;
use std::sync::Arc;

use divan::{Bencher, counter::ItemsCount};
use gongkai::archive::{self, Archive};
use gongkai::cache::Cache;
use gongkai::checks::{self, Subject};
use gongkai::config::Config;
use gongkai::content::{self, Documents, Scope};
use gongkai::diagnostic::Diagnostics;
use gongkai::forms::Catalog;
use gongkai::output::{Folder, Memory};
use gongkai::pipeline::Site;
use gongkai::plan;
use gongkai::source::Sources;

fn main() {
    divan::main();
}

const UNITS: usize = 100;
/// The demo unit that all units are made from.
const MODEL: &str = "content/qingxi/";

type Texts = BTreeMap<String, String>;

/// As many units as wanted, each with the reports of the model in its own name.
fn texts() -> Texts {
    let demo = Sources::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the demo archive can be read");
    let mut texts = Texts::new();
    for top in ["site.yaml", "content/_index.md"] {
        texts.insert(top.into(), demo.text(top).expect("it is there").into());
    }
    for number in 0..UNITS {
        for (path, _) in demo.below(MODEL).filter(|(path, _)| path.ends_with(".md")) {
            let text = demo.text(path).expect("it is text").replace("清溪", &format!("清溪{number}"));
            texts.insert(path.replace(MODEL, &format!("content/unit-{number:03}/")), text);
        }
    }
    texts
}

fn sources(texts: &Texts) -> Sources {
    Sources::from_texts(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

fn reports(texts: &Texts) -> ItemsCount {
    ItemsCount::new(texts.keys().filter(|path| !path.ends_with("_index.md") && path.ends_with(".md")).count())
}

fn documents(sources: &Sources, catalog: &Catalog) -> Documents {
    content::discover(sources, catalog, Scope::Published, &Cache::default(), &mut Diagnostics::default())
}

fn assembled(sources: &Sources, catalog: &Catalog) -> Archive {
    archive::assemble(documents(sources, catalog), &mut Diagnostics::default())
}

#[divan::bench]
fn parse(bencher: Bencher) {
    let texts = texts();
    let sources = sources(&texts);
    let catalog = Catalog::parse(&sources, &mut Diagnostics::default());
    bencher.counter(reports(&texts)).bench_local(|| documents(&sources, &catalog));
}

#[divan::bench]
fn assemble(bencher: Bencher) {
    let texts = texts();
    let sources = sources(&texts);
    let catalog = Catalog::parse(&sources, &mut Diagnostics::default());
    let made = || documents(&sources, &catalog);
    bencher.counter(reports(&texts)).with_inputs(made).bench_local_values(|made| archive::assemble(made, &mut Diagnostics::default()));
}

#[divan::bench]
fn check(bencher: Bencher) {
    let texts = texts();
    let sources = sources(&texts);
    let catalog = Catalog::parse(&sources, &mut Diagnostics::default());
    let config = Config::parse(&sources, &mut Diagnostics::default());
    let archive = assembled(&sources, &catalog);
    let plan = Arc::new(plan::site(&archive, &mut Diagnostics::default()));
    let subject = Subject { archive: &archive, catalog: &catalog, config: &config, sources: &sources, plan: &plan };
    bencher.counter(reports(&texts)).bench_local(|| {
        let mut found = Diagnostics::default();
        checks::run(subject, &Cache::default(), &mut found);
        found
    });
}

#[divan::bench]
fn render(bencher: Bencher) {
    let texts = texts();
    let sources = sources(&texts);
    let site = Site::read(&sources, Scope::Published, &Cache::default());
    bencher.counter(reports(&texts)).bench_local(|| {
        let memory = Memory::default();
        site.pages(&memory).expect("memory does not fail");
        memory
    });
}

#[divan::bench]
fn export(bencher: Bencher) {
    let texts = texts();
    let sources = sources(&texts);
    let site = Site::read(&sources, Scope::Published, &Cache::default());
    bencher.counter(reports(&texts)).bench_local(|| {
        let memory = Memory::default();
        site.data(&memory).expect("memory does not fail");
        memory
    });
}

/// Pages and data files into a folder that is not there yet.
#[divan::bench]
fn write(bencher: Bencher) {
    let texts = texts();
    let sources = sources(&texts);
    let site = Site::read(&sources, Scope::Published, &Cache::default());
    let folder = || tempfile::tempdir().expect("a temporary folder");
    bencher.counter(reports(&texts)).with_inputs(folder).bench_local_values(|temporary| {
        let folder = Folder::open(&temporary.path().join("out")).expect("nothing is there");
        site.files(&sources, &folder).expect("the disk works");
        folder.commit().expect("the disk works");
        temporary
    });
}

/// What the preview waits for after one figure was changed, before any page is made.
#[divan::bench]
fn read_again(bencher: Bencher) {
    let mut texts = texts();
    let cache = Cache::default();
    Site::read(&sources(&texts), Scope::WithDrafts, &cache);
    let mut turn = 0;
    let edited = || {
        turn += 1;
        let report = texts.get_mut("content/unit-007/2023.md").expect("the model has it");
        *report = report.replacen("\n---\n", &format!("\nkeywords: {turn}\n---\n"), 1).replace(&format!("keywords: {}\n", turn - 1), "");
        sources(&texts)
    };
    bencher.with_inputs(edited).bench_local_values(|sources| {
        let site = Site::read(&sources, Scope::WithDrafts, &cache);
        cache.forget_unused();
        site
    });
}
