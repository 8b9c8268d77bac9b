//! A page of our own, saved and imported again, gives the same figures.

use std::path::Path;

use gongkai::cache::Cache;
use gongkai::content::Scope;
use gongkai::import;
use gongkai::pipeline::Site;
use gongkai::source::Sources;

use super::import_shapes::{Harm, Pipes, compose, harmed};
use super::import_support::{Dice, Tally, catalog, compare, import, made, reread};
use super::support::{files_of, site};

#[test]
fn every_report_of_the_demo_comes_back_from_its_own_page() {
    let sources = Sources::read(Path::new(".")).expect("the demo archive can be read");
    let site = Site::read(&sources, Scope::Published, &Cache::default());
    let files = files_of(&site, &sources);
    let catalog = catalog();
    let (mut cells, mut wrong) = (0, vec![]);
    for report in site.archive.reports() {
        let unit = site.archive.unit(report.unit);
        let path =
            if unit.path.is_root() { format!("{}/index.html", report.year) } else { format!("{}/{}/index.html", unit.path, report.year) };
        let page = &files[&path];
        if let Ok(directory) = std::env::var("IMPORT_DUMP") {
            let _ = std::fs::write(format!("{directory}/own-{}", path.replace('/', "-")), page);
        }
        let text = import::write(&import(page, &path, &catalog));
        let (again, found) = reread(&text, &catalog);
        assert!(!found.iter().any(|one| one.starts_with("G9")), "{path}: {found:?}\n{text}");
        let Some(again) = again else { panic!("{path}: no report\n{text}") };
        let mut differ = |what: String| wrong.push(format!("{path}: {what}"));
        if again.year != report.year {
            differ(format!("year {}", again.year));
        }
        if again.title.as_ref().map(|title| title.text.as_str()) != Some(report.title.as_str()) {
            differ(format!("title {:?}, not {}", again.title, report.title));
        }
        if again.published.as_ref().map(|one| one.0) != report.published.as_ref().map(|one| one.0) {
            differ(format!("published {:?}", again.published));
        }
        for figures in &report.tables {
            let table = figures.table();
            let other = again.table(&table.id).filter(|other| other.form.id == figures.form.id);
            for cell in 0..table.cells {
                cells += 1;
                let (before, after) =
                    (figures.cell(cell).map(|one| one.figure), other.and_then(|other| other.cell(cell)).map(|one| one.figure));
                let same = before == after
                    || before.zip(after).is_some_and(|(before, after)| before.number().is_some() && before.number() == after.number());
                if !same {
                    let (row, column) = table.row_of(cell);
                    differ(format!("{}.{}.{}: {before:?} came back as {after:?}", table.id, row.id, column.id));
                }
            }
        }
    }
    println!("{cells} cells of the demo's pages compared");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}

/// Reports made up in both forms, written, built into pages, and imported from the pages.
#[test]
fn made_up_reports_come_back_from_their_pages() {
    let catalog = catalog();
    let mut archive = site();
    let mut truths = vec![];
    for number in 0..30u64 {
        let form = catalog.get(if number % 2 == 0 { "cn-2019" } else { "cn-2021" }).expect("it is embedded");
        let made = made(form, &mut Dice(number));
        let (tables, truth) = harmed(form, &made, if number % 3 == 0 { Harm::Blanks } else { Harm::None }, &mut Dice(number));
        let mut shape = Pipes::default();
        compose(&mut shape, made.year, &tables);
        let text = import::write(&import(shape.0.as_bytes(), "a.md", &catalog));
        archive = archive.unit(&format!("u{number}"), "云岭县教育局").file(&format!("content/u{number}/{}.md", made.year), &text);
        truths.push((format!("u{number}/{}/index.html", made.year), form.clone(), truth));
    }
    let sources = archive.sources();
    let built = Site::read(&sources, Scope::Published, &Cache::default());
    let files = files_of(&built, &sources);
    let (mut wrong, mut all) = (vec![], Tally::default());
    for (path, form, truth) in truths {
        let text = import::write(&import(&files[&path], &path, &catalog));
        let (again, found) = reread(&text, &catalog);
        assert!(!found.iter().any(|one| one.starts_with("G9")), "{path}: {found:?}");
        all.add(compare(again.as_deref(), &form, &truth, &mut wrong));
    }
    println!("{} right, {} left, {} wrong", all.right, all.left, all.wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
