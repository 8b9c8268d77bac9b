//! Real reports, read from beside the repository where they are there.

use gongkai::contact::Field;
use gongkai::import;

use super::import_support::{catalog, import, reread, sample};

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '#')).collect()
}

#[test]
fn the_seed_comes_out_whole() {
    let Some(bytes) = sample("000_90b599f5afc7c4ca.txt") else { return };
    let catalog = catalog();
    let imported = import(&bytes, "seed.txt", &catalog);
    let text = import::write(&imported);
    let (report, found) = reread(&text, &catalog);
    assert!(found.is_empty(), "{found:?}");
    let report = report.expect("it has a year");
    assert_eq!(report.year.number(), 2020);
    assert_eq!(report.form.as_ref().map(|form| &*form.id), Some("cn-2019"));
    assert_eq!(report.published.as_ref().map(|(date, _)| date.to_string()).as_deref(), Some("2021-01-22"));
    let source = String::from_utf8(bytes).expect("it is UTF-8");
    for field in [Field::Office, Field::Address, Field::Phone, Field::Email] {
        let value = report.contact.text(field).unwrap_or_default();
        assert!(!value.is_empty() && squeezed(&source).contains(&squeezed(value)), "{field:?} {value}");
    }
    let zero = rust_decimal::Decimal::ZERO;
    let counts: Vec<usize> = report
        .tables
        .iter()
        .map(|figures| figures.cells.iter().flatten().filter(|cell| cell.figure.number() == Some(zero)).count())
        .collect();
    assert_eq!(counts, [22, 161, 15]);
    assert_eq!(imported.body.matches("**").count(), 10, "five bold spans");
    // Every character of the prose is in the result or in the list of what was dropped.
    let mut result = squeezed(&imported.body);
    for one in &imported.dropped {
        result.push_str(&squeezed(&one.text));
    }
    for line in source.lines().filter(|line| !line.contains('\t') && !line.starts_with("---")) {
        assert!(result.contains(&squeezed(line)), "lost: {line}");
    }
    assert!(imported.body.contains("全年公开信息量为3643 余条") || imported.body.contains("全年公开信息量为 3643 余条"));
    assert!(imported.body.contains("政府信息公开专栏内容"));
}

/// Every cell of the truth file, by the labels of the official form.
fn equals_the_truth(name: &str) {
    let (Some(bytes), Some(truth)) = (sample(&format!("reports/{name}")), sample("reports/huaian-2024.truth.json")) else { return };
    let truth: serde_json::Value = serde_json::from_slice(&truth).expect("it is JSON");
    let catalog = catalog();
    let text = import::write(&import(&bytes, name, &catalog));
    let (report, found) = reread(&text, &catalog);
    assert!(found.is_empty(), "{found:?}");
    let report = report.expect("it has a year");
    let mut cells = 0;
    for figures in &report.tables {
        let table = figures.table();
        for row in &table.rows {
            for (at, column) in table.columns_of(row).iter().enumerate() {
                let wanted = find(&truth, &table.id, &row.label, &column.label);
                let found = figures.cell(row.first_cell + at).and_then(|cell| cell.figure.number()).map(|number| number.to_string());
                assert_eq!(found, Some(wanted), "{}.{}.{}", table.id, row.id, column.id);
                cells += 1;
            }
        }
    }
    println!("{name}: {cells} cells equal the truth");
    assert_eq!(cells, 10 + 175 + 15);
}

fn find(truth: &serde_json::Value, table: &str, label: &str, column: &str) -> String {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let key = match table {
        "proactive" => "table2",
        "requests" => "table3",
        _ => "table4",
    };
    let groups: Vec<&serde_json::Value> = match key {
        "table2" => truth[key].as_object().expect("a map").values().collect(),
        _ => vec![&truth[key]],
    };
    let same = |known: &str| {
        let own = plain(known.rsplit('/').next().unwrap_or(known));
        plain(label) == own || plain(label).starts_with(&format!("{own}区分处理"))
    };
    let mut found = None;
    for group in groups {
        for (known, row) in group.as_object().expect("a map") {
            if same(known) {
                found = Some(row[column].to_string());
            }
        }
    }
    found.unwrap_or_else(|| panic!("no {label} / {column} in the truth"))
}

#[test]
fn a_citys_report_as_text_equals_the_truth() {
    equals_the_truth("huaian-2024.txt");
}

#[cfg(feature = "import")]
#[test]
fn a_citys_report_as_pdf_equals_the_truth() {
    equals_the_truth("huaian-2024.pdf");
}
