//! Made-up reports in every shape and with every harm: no figure may come out wrong.

#[cfg(feature = "import")]
use super::import_office::*;
use super::import_shapes::*;
use super::import_support::*;
use gongkai::forms::Form;
use gongkai::import;

const SHAPES: [&str; 11] = [
    "tabs",
    "tabs as copied",
    "pipes",
    "bars",
    "bars filled up",
    "bars, blanks lost",
    "cell a line",
    "cell a line, blanks lost",
    "lines",
    "spaces",
    "torn text",
];

fn written(shape: &str, year: u16, tables: &[Vec<Vec<Drawn>>]) -> (Vec<u8>, &'static str) {
    fn text<S: Shape + Default>(year: u16, tables: &[Vec<Vec<Drawn>>], take: impl Fn(S) -> String) -> Vec<u8> {
        let mut shape = S::default();
        compose(&mut shape, year, tables);
        take(shape).into_bytes()
    }
    match shape {
        "tabs" => (text::<Tabs>(year, tables, |shape| shape.0), "a.txt"),
        "tabs as copied" => (text::<Copied>(year, tables, |shape| shape.0), "a.txt"),
        "pipes" => (text::<Pipes>(year, tables, |shape| shape.0), "a.md"),
        "bars" | "bars filled up" | "bars, blanks lost" | "cell a line" | "cell a line, blanks lost" => {
            let mut shape =
                Bars { padded: shape != "bars", torn: shape.starts_with("cell"), drops: shape.ends_with("lost"), ..Bars::default() };
            compose(&mut shape, year, tables);
            (shape.text.into_bytes(), "a.txt")
        }
        "lines" => (text::<Loose>(year, tables, |shape| shape.0), "a.txt"),
        "spaces" => (text::<Spaces>(year, tables, |shape| shape.0), "a.txt"),
        "torn text" => (text::<Torn>(year, tables, |shape| shape.text), "a.txt"),
        #[cfg(feature = "import")]
        "word html" => (text::<WordHtml>(year, tables, |shape| shape.0), "a.html"),
        #[cfg(feature = "import")]
        "portal html" => (text::<WordHtml>(year, tables, |shape| portal(&shape.0, year)), "a.html"),
        #[cfg(feature = "import")]
        "docx" => {
            let mut shape = Word::default();
            compose(&mut shape, year, tables);
            (shape.finish(), "a.docx")
        }
        #[cfg(feature = "import")]
        "xlsx" => {
            let mut shape = Excel::default();
            compose(&mut shape, year, tables);
            (shape.finish(), "a.xlsx")
        }
        #[cfg(feature = "import")]
        "pdf" => {
            let mut shape = Pdf::default();
            compose(&mut shape, year, tables);
            (shape.finish(), "a.pdf")
        }
        other => panic!("no shape {other}"),
    }
}

fn shapes() -> Vec<&'static str> {
    let mut all = SHAPES.to_vec();
    if cfg!(feature = "import") {
        all.extend(["word html", "portal html", "docx", "xlsx", "pdf"]);
    }
    all
}

fn forms(catalog: &gongkai::forms::Catalog) -> Vec<std::sync::Arc<Form>> {
    ["cn-2019", "cn-2021"].iter().filter_map(|id| catalog.get(id).cloned()).collect()
}

/// What was made up, written in a shape, imported, written and read again, against what was made up.
fn tried(shape: &str, harm: Harm, catalog: &gongkai::forms::Catalog, wrong: &mut Vec<String>) -> Tally {
    let mut tally = Tally::default();
    for (number, form) in forms(catalog).iter().enumerate() {
        for round in 0..rounds() {
            let mut dice = Dice(round * 7919 + number as u64);
            let made = made(form, &mut dice);
            let (tables, truth) = harmed(form, &made, harm, &mut dice);
            let (bytes, name) = written(shape, made.year, &tables);
            if let Ok(directory) = std::env::var("IMPORT_DUMP") {
                let _ = std::fs::write(format!("{directory}/{shape}-{harm:?}-{}-{round}-{name}", form.id), &bytes);
            }
            let imported = import(&bytes, name, catalog);
            let text = import::write(&imported);
            let (report, found) = reread(&text, catalog);
            assert!(!found.iter().any(|one| one.starts_with("G9")), "{shape} {harm:?}: {found:?}\n{text}");
            let mut its = vec![];
            tally.add(compare(report.as_deref(), form, &truth, &mut its));
            wrong.extend(its.into_iter().map(|one| format!("{shape}, {harm:?}, {}, {round}: {one}", form.id)));
            if harm == Harm::None {
                let report = report.expect("a report with a year is a report");
                assert_eq!(report.title.as_ref().map(|title| title.text.clone()), Some(title(made.year)), "{shape}");
                assert!(report.published.is_some(), "{shape}: no date");
            }
        }
    }
    tally
}

#[test]
fn no_shape_and_no_harm_makes_a_figure_wrong() {
    let catalog = catalog();
    let mut wrong: Vec<String> = vec![];
    let mut table = String::from(
        "| written as | untouched | labels with slips | rows missing | remarks, separators | blanks, dashes |\n|---|---|---|---|---|---|\n",
    );
    for shape in shapes() {
        table.push_str(&format!("| {shape} |"));
        for harm in HARMS {
            let tally = tried(shape, harm, &catalog, &mut wrong);
            table.push_str(&format!(" {} / {} / {} |", tally.right, tally.left, tally.wrong));
            if harm == Harm::None && tally.share() < 98.0 {
                wrong.push(format!("{shape}: only {:.2} % right", tally.share()));
            }
        }
        table.push('\n');
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
    if rounds() == ROUNDS && cfg!(feature = "import") {
        let page = std::fs::read_to_string("docs/import.md").expect("it is in the repository");
        let kept = page.split("<!-- variants -->\n").nth(1).and_then(|rest| rest.split("<!-- /variants -->").next());
        assert_eq!(kept.map(str::trim), Some(table.trim()), "docs/import.md keeps this table");
    }
}

/// So many reports on each form.
const ROUNDS: u64 = 2;

/// More with `IMPORT_ROUNDS`.
fn rounds() -> u64 {
    std::env::var("IMPORT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS)
}
