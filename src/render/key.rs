//! The key figures of each form: their names, and the lines of its lineage that they lie on.
//!
//! Made once. A lineage cut down to these few lines gives a unit's series without going through all the others.

use crate::archive::{Series, Unit, series};
use crate::forms::{Catalog, Form, Lineage, Source};
use crate::names::Year;

use super::label::Laid;

/// The key figures of one form.
pub struct KeyFigures {
    /// The lineage of the form, with one line for each figure.
    lineage: Lineage,
    names: Vec<KeyName>,
}

/// How a key figure is called.
pub struct KeyName {
    /// Table and cell number in the form.
    pub cell: (usize, usize),
    pub label: String,
    /// What is counted; may be empty.
    pub unit: String,
}

impl KeyFigures {
    pub fn of(form: &Form, catalog: &Catalog) -> KeyFigures {
        let (mut lines, mut names) = (vec![], vec![]);
        let lineage = catalog.lineage(form);
        let position = lineage.and_then(|lineage| lineage.position(form));
        for &(table, cell) in &form.key_figures {
            let source = Some(Source::Cell(table, cell));
            let line = lineage.zip(position).and_then(|(lineage, at)| lineage.lines.iter().find(|line| line.sources[at] == source));
            let Some(line) = line else { continue };
            lines.push(line.clone());
            let unit = form.tables[table].unit_of(cell).unwrap_or_default().to_string();
            names.push(KeyName { cell: (table, cell), label: Laid::of(&form.tables[table]).short(cell), unit });
        }
        let forms = lineage.map_or_else(Vec::new, |lineage| lineage.forms.clone());
        KeyFigures { lineage: Lineage { forms, lines }, names }
    }

    pub fn names(&self) -> &[KeyName] {
        &self.names
    }

    /// A unit's series with their names, in the order of the form; without those that none of its reports could have.
    pub fn series<'s>(&'s self, unit: &'s Unit, years: &[Year]) -> Vec<(&'s KeyName, Series<'s>)> {
        let mut lines = self.lineage.lines.iter().zip(&self.names);
        let mut name = |line| lines.find(|(one, _)| std::ptr::eq(*one, line)).map(|(_, name)| name);
        series(unit, &self.lineage, years).into_iter().filter_map(|series| Some((name(series.line)?, series))).collect()
    }
}
