//! Units as a tree, their reports by year, series over the years, sums over the units below.
//!
//! In: [`Documents`](content::Documents) and the catalog of forms. Out: an [`Archive`]. Nothing here knows HTML, addresses of pages or files.

mod assemble;
mod series;
mod sums;

use std::sync::Arc;

use crate::cache::{Fingerprint, Mixer};
use crate::contact::Contact;
use crate::content::{self, Attachment, Page};
use crate::names::{UnitPath, Year};

pub use assemble::assemble;
pub use series::{Change, Point, Series, change, series};
pub use sums::{Standing, Sum, Sums, Without, sums};

/// The number of a unit in [`Archive::units`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UnitId(pub(crate) usize);

/// All units and what belongs to them. There is always a root unit.
#[derive(Debug)]
pub struct Archive {
    /// In the order of the tree: each before its children, siblings by `order:` and directory.
    pub units: Vec<Unit>,
}

/// A public body with its reports.
#[derive(Debug)]
pub struct Unit {
    pub id: UnitId,
    /// Its place in the tree, which is also its address.
    pub path: UnitPath,
    /// What its file says.
    pub document: Arc<content::Unit>,
    /// Of what it and the units above it say of themselves.
    pub line: Fingerprint,
    /// Of that and all that belongs to it: reports, pages, attachments. Units below are not in it.
    pub whole: Fingerprint,
    pub parent: Option<UnitId>,
    pub children: Vec<UnitId>,
    /// Oldest first, one a year.
    pub reports: Vec<Report>,
    pub pages: Vec<Arc<Page>>,
    /// Beside its `_index.md`.
    pub attachments: Vec<Attachment>,
}

/// A report in its place.
#[derive(Debug)]
pub struct Report {
    pub unit: UnitId,
    /// What its file says.
    pub document: Arc<content::Report>,
    /// As given, or the official title of its form.
    pub title: String,
    /// The unit's contact with the report's own lines over it.
    pub contact: Contact,
    /// In its folder.
    pub attachments: Vec<Attachment>,
}

impl std::ops::Deref for Report {
    type Target = content::Report;
    fn deref(&self) -> &content::Report {
        &self.document
    }
}

impl std::ops::Deref for Unit {
    type Target = content::Unit;
    fn deref(&self) -> &content::Unit {
        &self.document
    }
}

impl Archive {
    pub fn root(&self) -> &Unit {
        &self.units[0]
    }

    pub fn unit(&self, id: UnitId) -> &Unit {
        &self.units[id.0]
    }

    pub fn reports(&self) -> impl Iterator<Item = &Report> {
        self.units.iter().flat_map(|unit| &unit.reports)
    }

    /// The unit and those it stands below, the root first.
    pub fn line_of(&self, id: UnitId) -> Vec<&Unit> {
        let mut line = vec![self.unit(id)];
        while let Some(parent) = line.last().and_then(|unit| unit.parent) {
            line.push(self.unit(parent));
        }
        line.reverse();
        line
    }

    /// All units below one, at any depth, in the order of the tree.
    pub fn below(&self, id: UnitId) -> impl Iterator<Item = &Unit> {
        let depth = self.unit(id).path.depth();
        self.units[id.0 + 1..].iter().take_while(move |unit| unit.path.depth() > depth)
    }
}

impl Unit {
    /// Of all that is said of it below those above: see [`Unit::whole`].
    fn of_all(&self) -> Fingerprint {
        let mut mixer = Mixer::new("whole").fingerprint(self.line);
        for report in &self.reports {
            mixer.add(report.document.fingerprint);
            add_attachments(&mut mixer, &report.attachments);
        }
        for page in &self.pages {
            mixer.add(page.fingerprint);
            add_attachments(&mut mixer, &page.attachments);
        }
        add_attachments(&mut mixer, &self.attachments);
        mixer.finish()
    }

    /// The short name where there is one.
    pub fn name(&self) -> &str {
        self.short.as_deref().unwrap_or(&self.title)
    }

    pub fn report(&self, year: Year) -> Option<&Report> {
        let at = self.reports.binary_search_by_key(&year, |report| report.year).ok()?;
        Some(&self.reports[at])
    }

    pub fn latest(&self) -> Option<&Report> {
        self.reports.last()
    }

    /// Every year from its first report to its last, those without a report included.
    pub fn years(&self) -> Vec<Year> {
        let (Some(first), Some(last)) = (self.reports.first(), self.reports.last()) else { return vec![] };
        (first.year.number()..=last.year.number()).filter_map(Year::new).collect()
    }
}

fn add_attachments(mixer: &mut Mixer, attachments: &[Attachment]) {
    mixer.add_number(attachments.len() as u64);
    for one in attachments {
        mixer.add_text(&one.file);
        mixer.add_number(one.size);
    }
}
