//! How long each question takes, on an archive of one's own choice:
//! `GONGKAI_ARCHIVE=… RAYON_NUM_THREADS=1 cargo test --release --lib -- --ignored --nocapture times`.

use std::path::Path;
use std::time::Instant;

use super::plain::Plain;
use super::repetition::{self, History};
use super::years::{coverage, jumps};
use super::{Asked, Subject, contact, levels, links, metadata, personal, relations, sections, stale, tables, text, years};
use crate::archive;
use crate::cache::Cache;
use crate::config::Config;
use crate::content::{self, Scope};
use crate::diagnostic::Diagnostics;
use crate::forms::Catalog;
use crate::plan;
use crate::source::Sources;

#[test]
#[ignore = "a measurement; it has no right answer"]
fn times() {
    let Ok(root) = std::env::var("GONGKAI_ARCHIVE") else { return };
    let mut found = Diagnostics::default();
    let sources = Sources::read(Path::new(&root)).expect("the archive can be read");
    let config = Config::parse(&sources, &mut found);
    let catalog = Catalog::parse(&sources, &mut found);
    let archive = archive::assemble(content::discover(&sources, &catalog, Scope::Published, &Cache::default(), &mut found), &mut found);
    let plan = plan::site(&archive, &mut found);
    let subject = Subject { archive: &archive, catalog: &catalog, config: &config, sources: &sources, plan: &plan };
    let reports = archive.reports().count();
    println!("{} units, {reports} reports", archive.units.len());
    let measure = |name: &str, ask: &dyn Fn(&mut Diagnostics)| {
        // The best of five: what else the machine does is not our subject.
        let once = || {
            let mut told = Diagnostics::default();
            let start = Instant::now();
            ask(&mut told);
            (start.elapsed(), told)
        };
        let (took, told) = (0..5).map(|_| once()).min_by_key(|one| one.0).expect("five");
        println!(
            "{name:15} {:8.1} ms {:6.1} µs a report, {} findings",
            took.as_secs_f64() * 1e3,
            took.as_secs_f64() * 1e6 / reports as f64,
            told.iter().count()
        );
    };
    let plain = |report: &crate::archive::Report| {
        let text = sources.text(&report.file).expect("it was read");
        (text, Plain::of(text, report.body.span.start as usize..report.body.span.end as usize))
    };
    let of_reports = |ask: &dyn Fn(Asked, &mut Diagnostics), told: &mut Diagnostics| {
        for (unit, report) in archive.units.iter().flat_map(|unit| unit.reports.iter().map(move |report| (unit, report))) {
            ask(Asked { subject, unit, report, text: sources.text(&report.file).expect("it was read") }, told);
        }
    };
    let neighbours = || archive.units.iter().flat_map(|unit| unit.reports.windows(2));
    let comparable = jumps::Comparable::of(&catalog);
    measure("relations", &|told| of_reports(&|asked, told| relations::check(asked.report, told), told));
    measure("tables", &|told| of_reports(&tables::check, told));
    measure("levels", &|told| of_reports(&levels::check, told));
    measure("sections", &|told| of_reports(&sections::check, told));
    measure("stale", &|told| of_reports(&stale::check, told));
    measure("metadata", &|told| of_reports(&metadata::check, told));
    measure("contact", &|told| of_reports(&contact::check, told));
    measure("years", &|told| neighbours().for_each(|pair| years::check(&pair[0], &pair[1], told)));
    measure("jumps", &|told| {
        neighbours().for_each(|pair| jumps::check(&comparable, &config.checks.jump, &pair[0], &pair[1], told));
    });
    measure("coverage", &|told| archive.units.iter().for_each(|unit| coverage::check(unit, told)));
    measure("plain", &|_| archive.reports().for_each(|report| drop(plain(report))));
    measure("plain, text", &|told| {
        for (unit, report) in archive.units.iter().flat_map(|unit| unit.reports.iter().map(move |report| (unit, report))) {
            let (text, plain) = plain(report);
            let previous = unit.report(report.year.previous());
            text::check(text::Beside { unit, report, previous, catalog: &catalog, text }, &plain, told);
        }
    });
    let histories = |told: &mut Diagnostics| {
        let mut all = vec![];
        for unit in &archive.units {
            let mut history = History::default();
            unit.reports.iter().for_each(|report| {
                let (text, plain) = plain(report);
                history.add(report, text, plain, told);
            });
            all.extend(history.sketches().iter().filter_map(|one| one.within(unit)));
        }
        all
    };
    measure("plain, G801", &|told| drop(histories(told)));
    measure("the same, G802", &|told| repetition::check(subject, histories(told), &Cache::default(), told));
    measure("personal", &|told| personal::check(subject, &Cache::default(), told));
    measure("links", &|told| links::check(subject, &Cache::default(), told));
    measure("all", &|told| super::run(subject, &Cache::default(), told));
}
