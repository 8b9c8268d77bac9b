//! What the authors wrote: units, reports and plain pages, each read on its own.
//!
//! 1. every Markdown file below `content/` gets its kind from its name and place ([`discover`]);
//! 2. its front matter becomes a [`Unit`], [`Report`] or [`Page`], its text a [`Body`];
//! 3. every other file is an [`Attachment`] of the report or unit it stands beside.
//!
//! In: sources and the catalog of forms. Out: [`Documents`]. How units hang together and what years mean is left
//! to `archive`; addresses to `plan`.

mod cells;
mod discover;
mod figure;
mod front_matter;
mod indicator;
mod kept;
mod prose;
mod statistics;

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::cache::Fingerprint;
use crate::contact::Contact;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::forms::{Catalog, Form};
use crate::markdown::Folded;
use crate::names::{Words, Year};
use crate::source::{Place, Span};

pub use cells::Cells;
pub use discover::{Scope, discover};
pub use figure::{Cell, Figure, is_not_applicable};
pub use indicator::Indicator;
pub use prose::Body;
pub(crate) use prose::relative;
pub use statistics::TableFigures;

/// All that stands below `content/`.
#[derive(Default, Debug)]
pub struct Documents {
    pub units: Vec<Arc<Unit>>,
    pub reports: Vec<Arc<Report>>,
    pub pages: Vec<Arc<Page>>,
    pub attachments: Vec<Attachment>,
}

/// A text and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub text: String,
    pub place: Place,
}

/// `_index.md`: a public body.
#[derive(Debug)]
pub struct Unit {
    pub file: Arc<str>,
    /// Of everything it was read from.
    pub fingerprint: Fingerprint,
    /// Its directory below `content/`, empty for the root unit.
    pub directory: String,
    pub title: String,
    /// A short name for lists and charts.
    pub short: Option<String>,
    /// Its name in addresses, if it is not its directory's.
    pub slug: Option<Text>,
    /// province, city, county, department, town, subdistrict …
    pub level: Option<Text>,
    /// Place among its siblings; those without come after, by directory.
    pub order: Option<i64>,
    /// The first year it owes a report for.
    pub since: Option<Year>,
    pub covers: Covers,
    pub contact: Contact,
    pub aliases: Vec<Text>,
    pub draft: bool,
    pub body: Body,
}

/// Whose figures a unit's reports hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Covers {
    /// Only its own.
    #[default]
    Own,
    /// Those of the units below it too, which must not be added to a sum again.
    Below,
}

/// A yearly report.
#[derive(Debug)]
pub struct Report {
    pub file: Arc<str>,
    /// Of everything it was read from.
    pub fingerprint: Fingerprint,
    /// The directory of the unit that it belongs to, below `content/`.
    pub directory: String,
    /// The folder it has for itself and its attachments, below `content/`.
    pub folder: Option<String>,
    pub year: Year,
    pub year_place: Place,
    /// As given; where it is left out, the form's official title stands in.
    pub title: Option<Text>,
    /// The report's form: named, or in force for the year.
    pub form: Option<Arc<Form>>,
    pub published: Option<(Date, Place)>,
    /// The time of that day, where it was given.
    pub published_at: Option<Time>,
    /// 索引号, 文号 and the like, in the order of the metadata table.
    pub metadata: Vec<(Metadata, Text)>,
    /// Overrides the unit's.
    pub contact: Contact,
    /// The tables given, in the order of the form.
    pub tables: Vec<TableFigures>,
    pub indicators: Vec<Indicator>,
    pub acknowledged: Vec<Acknowledged>,
    pub aliases: Vec<Text>,
    pub draft: bool,
    pub body: Body,
}

/// A page that is not a report: a guide, a notice.
#[derive(Clone, Debug)]
pub struct Page {
    pub file: Arc<str>,
    /// Of everything it was read from.
    pub fingerprint: Fingerprint,
    pub directory: String,
    pub folder: Option<String>,
    /// Its name in addresses.
    pub slug: Text,
    pub title: String,
    pub order: Option<i64>,
    pub aliases: Vec<Text>,
    pub draft: bool,
    pub body: Body,
    /// In its folder; found when the archive is put together.
    pub attachments: Vec<Attachment>,
}

/// A file that is passed on as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    pub file: Arc<str>,
    pub size: u64,
}

/// One line of a report's metadata table. Source: portals' disclosure catalogues (政府信息公开目录).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Metadata {
    IndexNumber,
    DocumentNumber,
    Publisher,
    Created,
    Topic,
    Disclosure,
    Validity,
    Keywords,
    Source,
    Author,
    Description,
}

impl Metadata {
    pub const ALL: [Metadata; 11] = [
        Metadata::IndexNumber,
        Metadata::DocumentNumber,
        Metadata::Publisher,
        Metadata::Created,
        Metadata::Topic,
        Metadata::Disclosure,
        Metadata::Validity,
        Metadata::Keywords,
        Metadata::Source,
        Metadata::Author,
        Metadata::Description,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Metadata::IndexNumber => "index_number",
            Metadata::DocumentNumber => "document_number",
            Metadata::Publisher => "publisher",
            Metadata::Created => "created",
            Metadata::Topic => "topic",
            Metadata::Disclosure => "disclosure",
            Metadata::Validity => "validity",
            Metadata::Keywords => "keywords",
            Metadata::Source => "source",
            Metadata::Author => "author",
            Metadata::Description => "description",
        }
    }
}

/// A published error that stays as published, with its explanation.
#[derive(Clone, Debug, PartialEq)]
pub struct Acknowledged {
    pub code: String,
    pub note: String,
    /// The table, row or cell it is about, as a dotted path.
    pub at: Option<String>,
    pub place: Place,
}

impl Unit {
    /// The HTML of the body.
    pub fn html(&self) -> Cow<'_, Folded> {
        self.body.html(&|_| None)
    }
}

impl Page {
    /// The HTML of the body.
    pub fn html(&self) -> Cow<'_, Folded> {
        self.body.html(&|_| None)
    }
}

impl Report {
    /// The HTML of the body, with its figures.
    pub fn html(&self) -> Cow<'_, Folded> {
        self.body.html(&|name| said(&self.indicators, &self.tables, name))
    }

    /// The figures of a table of this id, on whichever form.
    pub fn table(&self, id: &str) -> Option<&TableFigures> {
        self.tables.iter().find(|figures| figures.table().id == id)
    }

    /// The cell of a dotted path of ids or labels (`requests.received.total`).
    pub fn cell(&self, path: &str) -> Option<Cell<'_>> {
        cell(&self.tables, path)
    }

    /// A place in the report's file.
    pub fn at(&self, span: Span) -> Place {
        Place { file: self.file.clone(), span }
    }
}

fn cell<'t>(tables: &'t [TableFigures], path: &str) -> Option<Cell<'t>> {
    tables.iter().find_map(|figures| {
        let (table, cell) = figures.form.cell(path)?;
        (table == figures.number).then(|| figures.cell(cell))?
    })
}

/// What `{{ name }}` stands for: an indicator's figure, or a cell's.
fn said(indicators: &[Indicator], tables: &[TableFigures], name: &str) -> Option<String> {
    if let Some(indicator) = indicators.iter().find(|one| one.name == name) {
        return Some(indicator.figure.to_string());
    }
    let cell = cell(tables, name)?;
    Some(cell.written().map_or_else(|| cell.figure.to_string(), str::to_string))
}

/// The file being read, and where findings about it go.
pub(crate) struct Reader<'f> {
    file: Arc<str>,
    found: &'f mut Diagnostics,
}

impl<'f> Reader<'f> {
    fn new(file: &Arc<str>, found: &'f mut Diagnostics) -> Reader<'f> {
        Reader { file: file.clone(), found }
    }

    fn place(&self, span: Span) -> Place {
        Place { file: self.file.clone(), span }
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    fn error(&mut self, code: &'static str, span: Span, message: Words) {
        let place = self.place(span);
        self.found.push(Diagnostic::error(code, place, message));
    }

    fn warning(&mut self, code: &'static str, span: Span, message: Words) {
        let place = self.place(span);
        self.found.push(Diagnostic::warning(code, place, message));
    }
}

/// "Did you mean …", or what there is to choose from. `nearest`: id and label.
fn suggestion(nearest: Option<(&str, &str)>, all: impl Fn() -> Vec<String>) -> Words {
    match nearest {
        Some((id, label)) if label.is_empty() || label == id => Words::new(format!("是不是 {id}？"), format!("Did you mean `{id}`?")),
        Some(("", label)) => Words::new(format!("是不是“{label}”？"), format!("Did you mean `{label}`?")),
        Some((id, label)) => Words::new(format!("是不是 {id}（{label}）？"), format!("Did you mean `{id}` ({label})?")),
        None => Words::new(format!("可以写：{}。", all().join("、")), format!("Known here: {}.", all().join(", "))),
    }
}

fn no_such_form(name: &str, place: Place, catalog: &Catalog) -> Diagnostic {
    let names: Vec<&str> = catalog.forms().map(|form| &*form.id).collect();
    Diagnostic::error("G401", place, Words::new(format!("没有“{name}”这个报告格式"), format!("there is no form `{name}`")))
        .with_help(Words::new(format!("可用的格式：{}。", names.join("、")), format!("Forms: {}.", names.join(", "))))
}
