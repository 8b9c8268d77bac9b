//! Documents into a tree of units.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::{Archive, Report, Unit, UnitId};
use crate::cache::{Fingerprint, Mixer};
use crate::content::{self, Attachment, Documents, Text};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names::{UnitPath, Words, Year};
use crate::source::{Place, Span};

/// First segments of addresses that the site needs itself.
const RESERVED: [&str; 8] = ["years", "compare", "data", "assets", "units", "index", "search", "sitemap"];

/// Puts every document in its place; what has none is a diagnostic.
pub fn assemble(documents: Documents, found: &mut Diagnostics) -> Archive {
    let Documents { units, reports, pages, attachments } = documents;
    let mut archive = tree(units, found);
    let by_directory: HashMap<String, UnitId> = archive.units.iter().map(|unit| (unit.directory.clone(), unit.id)).collect();
    // A unit left out as a draft takes everything below it along.
    let owner = |directory: &str| by_directory.get(directory).copied();
    for report in reports {
        if let Some(unit) = owner(&report.directory) {
            add_report(&mut archive.units[unit.0], report, found);
        }
    }
    for page in pages {
        if let Some(unit) = owner(&page.directory) {
            check_name(&page.slug, found);
            archive.units[unit.0].pages.push(page);
        }
    }
    for attachment in attachments {
        attach(&mut archive, &by_directory, attachment);
    }
    for unit in &mut archive.units {
        unit.pages.sort_by(|a, b| (a.order.unwrap_or(i64::MAX), &a.file).cmp(&(b.order.unwrap_or(i64::MAX), &b.file)));
        unit.whole = unit.of_all();
    }
    archive
}

/// Units in the order of the tree, numbered; a root is made up where there is none (an error says so).
fn tree(mut documents: Vec<Arc<content::Unit>>, found: &mut Diagnostics) -> Archive {
    documents.sort_by(|a, b| a.directory.cmp(&b.directory));
    let mut children: BTreeMap<String, Vec<Arc<content::Unit>>> = BTreeMap::new();
    let mut root = None;
    let known: BTreeSet<String> = documents.iter().map(|unit| unit.directory.clone()).collect();
    for unit in documents {
        if unit.directory.is_empty() {
            root = Some(unit);
            continue;
        }
        let parent = unit.directory.rsplit_once('/').map_or("", |(parent, _)| parent);
        // A folder without `_index.md` in between is an error told by discovery, a draft parent leaves its children out.
        if parent.is_empty() || known.contains(parent) {
            children.entry(parent.to_string()).or_default().push(unit);
        }
    }
    for siblings in children.values_mut() {
        siblings.sort_by(|a, b| (a.order.unwrap_or(i64::MAX), &a.directory).cmp(&(b.order.unwrap_or(i64::MAX), &b.directory)));
    }
    let mut archive = Archive { units: vec![] };
    place(root.unwrap_or_else(stand_in), None, UnitPath::root(), &mut children, &mut archive, found);
    archive
}

fn stand_in() -> Arc<content::Unit> {
    Arc::new(content::Unit {
        fingerprint: Fingerprint::default(),
        file: Arc::from("content/_index.md"),
        directory: String::new(),
        title: String::new(),
        short: None,
        slug: None,
        level: None,
        order: None,
        since: None,
        covers: Default::default(),
        contact: Default::default(),
        aliases: vec![],
        draft: false,
        body: content::Body::empty(),
    })
}

fn place(
    document: Arc<content::Unit>,
    parent: Option<UnitId>,
    path: UnitPath,
    children: &mut BTreeMap<String, Vec<Arc<content::Unit>>>,
    archive: &mut Archive,
    found: &mut Diagnostics,
) {
    let id = UnitId(archive.units.len());
    let directory = document.directory.clone();
    if let Some(parent) = parent {
        archive.units[parent.0].children.push(id);
    }
    let above = parent.map_or_else(Fingerprint::default, |parent| archive.unit(parent).line);
    let line = Mixer::new("line").fingerprint(above).fingerprint(document.fingerprint).text(path.as_str()).finish();
    archive.units.push(Unit {
        id,
        path: path.clone(),
        document,
        line,
        whole: line,
        parent,
        children: vec![],
        reports: vec![],
        pages: vec![],
        attachments: vec![],
    });
    for child in children.remove(&directory).unwrap_or_default() {
        let name = child.slug.clone().unwrap_or_else(|| directory_name(&child));
        check_name(&name, found);
        place(child, Some(id), path.child(&name.text), children, archive, found);
    }
}

fn directory_name(unit: &content::Unit) -> Text {
    let name = unit.directory.rsplit('/').next().unwrap_or_default();
    Text { text: name.to_string(), place: Place { file: unit.file.clone(), span: Span { start: 0, end: 0, line: 1 } } }
}

/// Names of units and pages must not be those of the site's own pages, nor lead elsewhere.
fn check_name(name: &Text, found: &mut Diagnostics) {
    let text = name.text.as_str();
    let message = if RESERVED.contains(&text) || Year::parse(text).is_some() {
        Words::new(format!("“{text}”这个名称网站自己要用"), format!("the site needs the name `{text}` itself"))
    } else if text.is_empty()
        || matches!(text, "." | "..")
        || text.contains(['/', '\\', '?', '#', '%', ':', '*', '"', '<', '>', '|'])
        || text.chars().any(char::is_control)
    {
        Words::new(format!("“{text}”不能用在网址里"), format!("`{text}` cannot stand in an address"))
    } else {
        return;
    };
    found.push(Diagnostic::error("G914", name.place.clone(), message).with_help(Words::new(
        "给文件夹换一个名称，或在 _index.md 里用 slug: 另起一个网址名，最好用小写字母。",
        "Rename the folder, or give `slug:` another name for its address.",
    )));
}

fn add_report(unit: &mut Unit, document: Arc<content::Report>, found: &mut Diagnostics) {
    if let Some(earlier) = unit.report(document.year) {
        found.push(
            Diagnostic::error(
                "G915",
                document.year_place.clone(),
                Words::new(format!("{}年的报告有两份", document.year), format!("there are two reports for {}", document.year)),
            )
            .with_label(earlier.year_place.clone(), Words::new("另一份在这里", "the other is here"))
            .with_help(Words::new("核对年份；每个单位每年只有一份报告。", "Check the years; a unit has one report a year.")),
        );
        return;
    }
    let official = || {
        let shape = document.form.as_ref().map_or("{unit} {year}", |form| form.report_title.as_str());
        shape.replace("{unit}", &unit.title).replace("{year}", &document.year.to_string())
    };
    let report = Report {
        unit: unit.id,
        title: document.title.as_ref().map_or_else(official, |title| title.text.clone()),
        contact: document.contact.over(&unit.contact),
        attachments: vec![],
        document,
    };
    let at = unit.reports.partition_point(|one| one.year < report.year);
    unit.reports.insert(at, report);
}

/// Gives an attachment to the report or page in whose folder it lies, or to the nearest unit above it.
fn attach(archive: &mut Archive, by_directory: &HashMap<String, UnitId>, attachment: Attachment) {
    let below = attachment.file.strip_prefix("content/").unwrap_or(&attachment.file);
    let mut directory = below.rsplit_once('/').map_or("", |(directory, _)| directory).to_string();
    loop {
        let parent = directory.rsplit_once('/').map_or("", |(parent, _)| parent).to_string();
        if let Some(unit) = by_directory.get(&parent).map(|id| id.0) {
            let own = |folder: &Option<String>| folder.as_deref() == Some(directory.as_str());
            let unit = &mut archive.units[unit];
            if let Some(report) = unit.reports.iter_mut().find(|report| own(&report.document.folder)) {
                return report.attachments.push(attachment);
            }
            if let Some(page) = unit.pages.iter_mut().find(|page| own(&page.folder)) {
                return Arc::make_mut(page).attachments.push(attachment);
            }
        }
        if let Some(unit) = by_directory.get(&directory) {
            archive.units[unit.0].attachments.push(attachment);
            return;
        }
        if directory.is_empty() {
            return;
        }
        directory = parent;
    }
}
