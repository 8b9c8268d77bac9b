//! A report as it is written down for the next run of the program, so that a file that did not change is not parsed again.
//!
//! In: a [`Report`] and what was found in it. Out: bytes, and the same report from them, given its file and the forms.
//! Forms are written by name, texts without the path of their file: both are at hand when it is read again. Units and plain
//! pages are few and soon read, and not written down.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::cells::Cells;
use super::front_matter::{File, ReportOrPage};
use super::{Acknowledged, Body, Indicator, Metadata, Report, TableFigures, Text};
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
struct Kept<'a> {
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
    body: Span,
    /// Of the body.
    fingerprint: Fingerprint,
    outline: Cow<'a, Outline>,
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
            ReportOrPage::Report(report) => postcard::to_stdvec(&(Kept::of(report), &self.1)).ok(),
            ReportOrPage::Page(_) => None,
        }
    }

    fn read_again(bytes: &[u8], (file, catalog): (&File, &Catalog)) -> Option<Self> {
        let (kept, found): (Kept, Diagnostics) = postcard::from_bytes(bytes).ok()?;
        Some((ReportOrPage::Report(Arc::new(kept.report(file, catalog)?)), found))
    }
}

impl<'a> Kept<'a> {
    fn of(report: &'a Report) -> Kept<'a> {
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
        Kept {
            year: report.year,
            year_at: report.year_place.span,
            title: report.title.as_ref().map(said),
            form: report.form.as_ref().map(|form| Cow::Borrowed(&*form.id)),
            published: report.published.as_ref().map(|(date, place)| (*date, place.span)),
            published_at: report.published_at,
            metadata: report.metadata.iter().map(|(field, text)| (*field, said(text))).collect(),
            contact: report.contact.lines().map(|(field, entry)| (field, (Cow::Borrowed(&*entry.text), entry.place.span))).collect(),
            tables: report.tables.iter().map(table).collect(),
            indicators: Cow::Borrowed(&report.indicators),
            acknowledged: report.acknowledged.iter().map(note).collect(),
            aliases: report.aliases.iter().map(said).collect(),
            draft: report.draft,
            body: report.body.span,
            fingerprint: report.body.fingerprint,
            outline: Cow::Borrowed(&report.body.outline),
        }
    }

    /// `None` where a form is not there: then it is another catalog.
    fn report(self, file: &File, catalog: &Catalog) -> Option<Report> {
        let place = |span: Span| Place { file: file.path.clone(), span };
        let text = |(text, at): Said| Text { text: text.into_owned(), place: place(at) };
        let entry = |(text, at): Said| Entry { text: text.into_owned(), place: place(at) };
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
            contact: Contact::of(self.contact.into_iter().map(|(field, said)| (field, entry(said)))),
            tables: self.tables.into_iter().map(table).collect::<Option<_>>()?,
            indicators: self.indicators.into_owned(),
            acknowledged: self.acknowledged.into_iter().map(note).collect(),
            aliases: self.aliases.into_iter().map(text).collect(),
            draft: self.draft,
            body: Body::remembered(file.text, self.body, file.folder.is_none(), self.fingerprint, self.outline.into_owned()),
        })
    }
}

fn said(text: &Text) -> Said<'_> {
    (Cow::Borrowed(&text.text), text.place.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Scope, front_matter};
    use crate::source::{FileText, Sources};

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
