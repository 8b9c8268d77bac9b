//! Forms are data: another country's form is another file.

use insta::assert_snapshot;

use crate::support::{TestSite, site};

/// A form after the yearly FOIA reports of US agencies, shortened: its own sections, tables, columns and arithmetic.
pub const FOIA: &str = r#"
id: foia
title: Annual Freedom of Information Act Report
instrument: 5 U.S.C. 552(e)
language: en
years: {from: 2008}
report_title: "{unit}: FOIA Report for Fiscal Year {year}"
sections:
  - {id: basics, heading: 1. Basic Information}
  - {id: requests, heading: 2. FOIA Requests, also: [Requests Received and Processed], table: requests}
  - {id: costs, heading: 3. FOIA Personnel and Costs, table: costs}
tables:
  - id: requests
    label: Received, Processed and Pending FOIA Requests
    unit: requests
    corner: Agency component
    columns:
      - {id: pending_at_start, label: Pending at Start of Year}
      - {id: received, label: Received}
      - {id: processed, label: Processed}
      - {id: pending_at_end, label: Pending at End of Year}
    rows:
      - {id: headquarters, label: Headquarters}
      - {id: field_offices, label: Field Offices}
      - {id: overall, label: Agency Overall}
    relations:
      - {id: flow, code: F101, per: row, left: [pending_at_start, received], right: [processed, pending_at_end]}
      - {id: components, code: F102, per: column, left: [headquarters, field_offices], right: [overall], total: true}
  - id: costs
    label: FOIA Personnel and Costs
    across: true
    columns:
      - {id: staff, label: Full-Time Staff}
      - {id: cost, label: Processing Costs, kind: amount, unit: USD}
    rows:
      - {id: agency, label: Agency}
between_years:
  - {id: pending, code: F201, per: row, rows: [requests.overall], later: [pending_at_start], earlier: [pending_at_end]}
key_figures: [requests.overall.received, costs.agency.cost]
"#;

fn agency(form: &str) -> TestSite {
    site()
        .file("site.yaml", "title: Bureau of Example Affairs\nlanguage: en\n")
        .file("content/_index.md", "---\ntitle: Bureau of Example Affairs\ncontact: {phone: 000-555-0100}\n---\n")
        .file("forms/foia.yaml", form)
        .about(&["F", "G9"])
}

const REPORT: &str = "form: foia
statistics:
  Received, Processed and Pending FOIA Requests:
    Headquarters: [5, 20, 22, 3]
    field_offices: {pending_at_start: 1, Received: 9, processed: 8, pending_at_end: 2}
  costs: {agency: [4, 120500.50]}";

#[test]
fn a_form_of_ones_own_is_read_drawn_added_up_and_exported() {
    let site = agency(FOIA).report_with_body("", 2023, REPORT, "## Requests Received and Processed\n\nAs follows.\n");
    assert_eq!(site.headlines(), "");
    let page = site.page("2023/");
    for text in [
        "Agency Overall",
        ">29<",
        "120500.50",
        "Bureau of Example Affairs: FOIA Report for Fiscal Year 2023",
        "3. FOIA Personnel and Costs",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let csv = String::from_utf8(site.files()["2023/tables.csv"].clone()).expect("text");
    let overall = csv.lines().find(|line| line.starts_with("requests,overall,")).expect("a line for the row");
    assert!(overall.contains(",29,") && overall.contains("pending_at_start received"), "the total and what it is: {overall}");
}

#[test]
fn the_relations_of_such_a_form_are_checked() {
    let wrong = REPORT.replace("[5, 20, 22, 3]", "[5, 20, 22, 4]");
    assert_snapshot!(agency(FOIA).report("", 2023, &wrong).headlines());
}

#[test]
fn a_malformed_form_is_told_at_its_line() {
    for (name, wrong) in [
        ("unknown key", FOIA.replace("instrument:", "instrumnt:")),
        ("unknown row", FOIA.replace("left: [headquarters, field_offices]", "left: [headquarters, feild_offices]")),
        ("unknown column", FOIA.replace("right: [processed, pending_at_end]", "right: [processed, pending]")),
        ("unknown table", FOIA.replace("table: costs", "table: cost")),
        ("unknown cell", FOIA.replace("key_figures: [requests.overall.received", "key_figures: [requests.overall.recieved")),
        ("row twice", FOIA.replace("id: field_offices", "id: headquarters")),
        ("kind", FOIA.replace("kind: amount", "kind: money")),
    ] {
        // A report on a form that is not there would add its own message.
        assert_snapshot!(name.replace(' ', "_"), agency(&wrong).headlines());
    }
}

#[test]
fn the_official_forms_have_all_their_cells() {
    let (_, catalog, _) = site().archive();
    let cells = |id: &str| catalog.get(id).expect("embedded").tables.iter().map(|table| table.cells).collect::<Vec<_>>();
    assert_eq!(cells("cn-2019"), [22, 161, 15]);
    assert_eq!(cells("cn-2021"), [10, 175, 15]);
}

#[test]
fn the_official_tables_are_drawn_with_the_merged_cells_of_the_form() {
    use gongkai::forms::Part;
    let (_, catalog, _) = site().archive();
    let form = catalog.get("cn-2021").expect("embedded");
    let (_, requests) = form.table("requests").expect("on the form");
    let block = &requests.blocks[0];
    let shape = |row: &Vec<gongkai::forms::GridCell>| row.iter().map(|c| format!("{}×{}", c.columns, c.rows)).collect::<Vec<_>>().join(" ");
    assert_eq!(block.head.iter().map(shape).collect::<Vec<_>>(), ["3×3 7×1", "1×2 5×1 1×2", "1×1 1×1 1×1 1×1 1×1"]);
    assert_eq!(block.body.len(), 25);
    let vertical = block.body[2].iter().find(|cell| cell.part == Part::RowGroupVertical).expect("三、本年度办理结果");
    assert_eq!((vertical.columns, vertical.rows), (1, 22));
    let (_, disputes) = form.table("disputes").expect("on the form");
    assert_eq!(disputes.blocks[0].head.iter().map(shape).collect::<Vec<_>>()[0], "5×1 10×1");
    assert_eq!(disputes.blocks[0].body[0].len(), 15);
}
