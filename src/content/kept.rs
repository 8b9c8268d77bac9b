//! Reports and units as they are written down for the next run of the program, so that a file that did not change is not parsed
//! again, nor read.
//!
//! In: a [`Report`] or [`Unit`] and what was found in it. Out: bytes, and the same from them, given its file and the forms.
//! Forms are written by name, texts without the path of their file: both are at hand when it is read again. Plain pages are few and
//! soon read, and not written down.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::cells::Cells;
use super::front_matter::{File, ReportOrPage};
use super::{Acknowledged, Body, Covers, Indicator, Metadata, Report, TableFigures, Text, Unit};
use crate::cache::{Fingerprint, Keep};
use crate::contact::{Contact, Entry, Field};
use crate::diagnostic::Diagnostics;
use crate::forms::{Catalog, Form};
use crate::markdown::Outline;
use crate::names::Year;
use crate::source::{Place, Span};

/// A text and where it stands in the file.
type Said<'a> = (Cow<'a, str>, Span);

#[derive(Serialize, Deserialize)]
struct KeptUnit<'a> {
    title: Cow<'a, str>,
    short: Option<Cow<'a, str>>,
    slug: Option<Said<'a>>,
    level: Option<Said<'a>>,
    order: Option<i64>,
    since: Option<Year>,
    covers: Covers,
    contact: Vec<(Field, Said<'a>)>,
    aliases: Vec<Said<'a>>,
    draft: bool,
    body: KeptBody<'a>,
}

#[derive(Serialize, Deserialize)]
struct KeptBody<'a> {
    at: Span,
    fingerprint: Fingerprint,
    outline: Cow<'a, Outline>,
}

#[derive(Serialize, Deserialize)]
struct KeptReport<'a> {
    year: Year,
    year_at: Span,
    title: Option<Said<'a>>,
    form: Option<Cow<'a, str>>,
    published: Option<(Date, Span)>,
    published_at: Option<Time>,
    metadata: Vec<(Metadata, Said<'a>)>,
    contact: Vec<(Field, Said<'a>)>,
    tables: Vec<Table<'a>>,
    indicators: Cow<'a, [Indicator]>,
    acknowledged: Vec<Note<'a>>,
    aliases: Vec<Said<'a>>,
    draft: bool,
    body: KeptBody<'a>,
}

#[derive(Serialize, Deserialize)]
struct Table<'a> {
    form: Cow<'a, str>,
    number: usize,
    cells: Cow<'a, Cells>,
    at: Span,
}

#[derive(Serialize, Deserialize)]
struct Note<'a> {
    code: Cow<'a, str>,
    note: Cow<'a, str>,
    about: Option<Cow<'a, str>>,
    at: Span,
}

impl Keep<(&File<'_>, &Catalog)> for (ReportOrPage, Diagnostics) {
    fn write_down(&self) -> Option<Vec<u8>> {
        match &self.0 {
            ReportOrPage::Report(report) => postcard::to_stdvec(&(KeptReport::of(report), &self.1)).ok(),
            ReportOrPage::Page(_) => None,
        }
    }

    fn read_again(bytes: &[u8], (file, catalog): (&File, &Catalog)) -> Option<Self> {
        let (kept, found): (KeptReport, Diagnostics) = postcard::from_bytes(bytes).ok()?;
        Some((ReportOrPage::Report(Arc::new(kept.report(file, catalog)?)), found))
    }
}

impl Keep<&File<'_>> for (Arc<Unit>, Diagnostics) {
    fn write_down(&self) -> Option<Vec<u8>> {
        postcard::to_stdvec(&(KeptUnit::of(&self.0), &self.1)).ok()
    }

    fn read_again(bytes: &[u8], file: &File) -> Option<Self> {
        let (kept, found): (KeptUnit, Diagnostics) = postcard::from_bytes(bytes).ok()?;
        Some((Arc::new(kept.unit(file)), found))
    }
}

impl<'a> KeptUnit<'a> {
    fn of(unit: &'a Unit) -> KeptUnit<'a> {
        KeptUnit {
            title: Cow::Borrowed(&unit.title),
            short: unit.short.as_deref().map(Cow::Borrowed),
            slug: unit.slug.as_ref().map(said),
            level: unit.level.as_ref().map(said),
            order: unit.order,
            since: unit.since,
            covers: unit.covers,
            contact: said_in(&unit.contact),
            aliases: unit.aliases.iter().map(said).collect(),
            draft: unit.draft,
            body: KeptBody::of(&unit.body),
        }
    }

    fn unit(self, file: &File) -> Unit {
        let text = |said| text(said, file);
        Unit {
            file: file.path.clone(),
            fingerprint: file.fingerprint,
            directory: file.directory.clone(),
            title: self.title.into_owned(),
            short: self.short.map(Cow::into_owned),
            slug: self.slug.map(text),
            level: self.level.map(text),
            order: self.order,
            since: self.since,
            covers: self.covers,
            contact: contact(self.contact, file),
            aliases: self.aliases.into_iter().map(text).collect(),
            draft: self.draft,
            body: self.body.body(file, false),
        }
    }
}

impl<'a> KeptBody<'a> {
    fn of(body: &'a Body) -> KeptBody<'a> {
        KeptBody { at: body.span, fingerprint: body.fingerprint, outline: Cow::Borrowed(&body.outline) }
    }

    fn body(self, file: &File, one_deeper: bool) -> Body {
        Body::remembered(file.text, self.at, one_deeper, self.fingerprint, self.outline.into_owned())
    }
}

impl<'a> KeptReport<'a> {
    fn of(report: &'a Report) -> KeptReport<'a> {
        let table = |figures: &'a TableFigures| Table {
            form: Cow::Borrowed(&figures.form.id),
            number: figures.number,
            cells: Cow::Borrowed(&figures.cells),
            at: figures.span,
        };
        let note = |one: &'a Acknowledged| Note {
            code: Cow::Borrowed(&one.code),
            note: Cow::Borrowed(&one.note),
            about: one.at.as_deref().map(Cow::Borrowed),
            at: one.place.span,
        };
        KeptReport {
            year: report.year,
            year_at: report.year_place.span,
            title: report.title.as_ref().map(said),
            form: report.form.as_ref().map(|form| Cow::Borrowed(&*form.id)),
            published: report.published.as_ref().map(|(date, place)| (*date, place.span)),
            published_at: report.published_at,
            metadata: report.metadata.iter().map(|(field, text)| (*field, said(text))).collect(),
            contact: said_in(&report.contact),
            tables: report.tables.iter().map(table).collect(),
            indicators: Cow::Borrowed(&report.indicators),
            acknowledged: report.acknowledged.iter().map(note).collect(),
            aliases: report.aliases.iter().map(said).collect(),
            draft: report.draft,
            body: KeptBody::of(&report.body),
        }
    }

    /// `None` where a form is not there: then it is another catalog.
    fn report(self, file: &File, catalog: &Catalog) -> Option<Report> {
        let place = |span: Span| Place { file: file.path.clone(), span };
        let text = |said| text(said, file);
        let form = |name: &str| -> Option<Arc<Form>> { catalog.get(name).cloned() };
        let table =
            |one: Table| Some(TableFigures { form: form(&one.form)?, number: one.number, cells: one.cells.into_owned(), span: one.at });
        let note = |one: Note| Acknowledged {
            code: one.code.into_owned(),
            note: one.note.into_owned(),
            at: one.about.map(Cow::into_owned),
            place: place(one.at),
        };
        Some(Report {
            file: file.path.clone(),
            fingerprint: file.fingerprint,
            directory: file.directory.clone(),
            folder: file.folder.clone(),
            year: self.year,
            year_place: place(self.year_at),
            title: self.title.map(text),
            form: match self.form {
                Some(name) => Some(form(&name)?),
                None => None,
            },
            published: self.published.map(|(date, at)| (date, place(at))),
            published_at: self.published_at,
            metadata: self.metadata.into_iter().map(|(field, said)| (field, text(said))).collect(),
            contact: contact(self.contact, file),
            tables: self.tables.into_iter().map(table).collect::<Option<_>>()?,
            indicators: self.indicators.into_owned(),
            acknowledged: self.acknowledged.into_iter().map(note).collect(),
            aliases: self.aliases.into_iter().map(text).collect(),
            draft: self.draft,
            body: self.body.body(file, file.folder.is_none()),
        })
    }
}

fn said(text: &Text) -> Said<'_> {
    (Cow::Borrowed(&text.text), text.place.span)
}

fn text((text, span): Said, file: &File) -> Text {
    Text { text: text.into_owned(), place: Place { file: file.path.clone(), span } }
}

fn said_in(contact: &Contact) -> Vec<(Field, Said<'_>)> {
    contact.lines().map(|(field, entry)| (field, (Cow::Borrowed(&*entry.text), entry.place.span))).collect()
}

fn contact(lines: Vec<(Field, Said)>, file: &File) -> Contact {
    Contact::of(lines.into_iter().map(|(field, said)| {
        let Text { text, place } = text(said, file);
        (field, Entry { text, place })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Scope, front_matter};
    use crate::source::{FileText, Sources};

    #[test]
    fn a_unit_is_the_same_after_it_was_written_down() {
        let text: FileText =
            "---\ntitle: 某局\nshort: 局\nslug: bu\nlevel: county\norder: 3\nsince: 2019\ncovers: below\ncontact:\n  phone: 0000-1\n\
            aliases: [old/1]\ndraft: true\nwrong: 1\n---\n一 <b>\n\n## 二\n"
                .into();
        let path: Arc<str> = "content/bu/_index.md".into();
        let fingerprint = Fingerprint::of(b"this one");
        let file = || File { path: &path, text: &text, fingerprint, directory: "bu".into(), folder: None, scope: Scope::Published };
        let mut found = Diagnostics::default();
        let made = (Arc::new(front_matter::unit(&file(), &mut found)), found);
        let bytes = made.write_down().expect("a unit is worth it");
        let again = <(Arc<Unit>, Diagnostics)>::read_again(&bytes, &file()).expect("the same");
        let shown = |(unit, found): &(Arc<Unit>, Diagnostics)| {
            format!("{unit:?} {found:?} {:?}", unit.html().unfolded(&unit.body.outline)).replace("Some(Folded)", "None")
        };
        assert!(shown(&again) == shown(&made));
        for part in ["G903", "G911", "short: Some(\"局\")", "covers: Below", "order: Some(3)", "<p>一"] {
            assert!(shown(&made).contains(part), "{part}");
        }
        for end in 0..bytes.len() {
            assert!(<(Arc<Unit>, Diagnostics)>::read_again(&bytes[..end], &file()).is_none(), "{end} bytes");
        }
    }

    #[test]
    fn a_report_is_the_same_after_it_was_written_down() {
        let text: FileText =
            "---\ntitle: 某局 2021 年报告\nyear: 2021\npublished: 2022-01-31 09:30\nindex_number: A-1\ncontact:\n  phone: 0000-1\n\
            aliases: [old/1, old/2]\nacknowledged:\n- {code: G101, note: 已核对, where: requests}\nindicators:\n  公开: 12 条\n\
            statistics:\n  requests: {received: [1, ~, —, 0, '+1', {value: 2, remark: 含上年}, 3]}\n  proactive: {charges: [1.10]}\n---\n\
            一 {{ 公开 }}\n\n## 一、总体\n\n见[甲](a.md)。\n\n### 小\n\n<b>\n"
                .into();
        let catalog = Catalog::parse(&Sources::default(), &mut Diagnostics::default());
        let fingerprint = Fingerprint::of(b"this one");
        let path: Arc<str> = "content/bu/2021.md".into();
        let file = || File { path: &path, text: &text, fingerprint, directory: "bu".into(), folder: None, scope: Scope::Published };
        let mut found = Diagnostics::default();
        let made = (front_matter::report_or_page(&file(), &catalog, &mut found), found);
        let bytes = made.write_down().expect("a report is worth it");
        let again = <(ReportOrPage, Diagnostics)>::read_again(&bytes, (&file(), &catalog)).expect("the same forms");
        let shown = |(one, found): &(ReportOrPage, Diagnostics)| match one {
            // Its HTML is not written down, and made again.
            ReportOrPage::Report(report) => {
                format!("{report:?} {found:?} {:?}", report.html().unfolded(&report.body.outline)).replace("Some(Folded)", "None")
            }
            ReportOrPage::Page(_) => unreachable!("it has a year"),
        };
        assert!(shown(&again) == shown(&made));
        for part in ["G911", "remark: Some(\"含上年\")", "Amount(1.10)", "written: Some(\"+1\")", "<p>一 12</p>"] {
            assert!(shown(&made).contains(part), "{part}");
        }
        for end in 0..bytes.len() {
            assert!(<(ReportOrPage, Diagnostics)>::read_again(&bytes[..end], (&file(), &catalog)).is_none(), "{end} bytes");
        }
    }
}
