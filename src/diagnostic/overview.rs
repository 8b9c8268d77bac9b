//! What is shown of findings that may be very many: how many there are, and enough of each code to know what is wrong.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Diagnostic, Diagnostics, Severity};

/// How many findings with one code are shown.
const SHOWN: usize = 50;

/// The first findings of each code, in the order given, and the numbers of all.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Overview {
    pub shown: Vec<Diagnostic>,
    /// By code: how many more there are.
    pub more: BTreeMap<String, usize>,
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
}

impl Overview {
    pub fn of(diagnostics: &Diagnostics) -> Overview {
        let mut overview = Overview {
            errors: diagnostics.count(Severity::Error),
            warnings: diagnostics.count(Severity::Warning),
            notes: diagnostics.count(Severity::Note),
            ..Overview::default()
        };
        let mut of_code: BTreeMap<&str, usize> = BTreeMap::new();
        for one in diagnostics.iter() {
            let count = of_code.entry(&one.code).or_default();
            *count += 1;
            if *count <= SHOWN {
                overview.shown.push(one.clone());
            }
        }
        let more = of_code.into_iter().filter(|(_, count)| *count > SHOWN);
        overview.more = more.map(|(code, count)| (code.to_string(), count - SHOWN)).collect();
        overview
    }

    /// With others after them.
    pub fn and(mut self, others: Overview) -> Overview {
        self.shown.extend(others.shown);
        others.more.into_iter().for_each(|(code, more)| *self.more.entry(code).or_default() += more);
        self.errors += others.errors;
        self.warnings += others.warnings;
        self.notes += others.notes;
        self
    }

    /// The files that those shown point into.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let places = self.shown.iter().flat_map(|one| one.place.iter().chain(one.labels.iter().map(|label| &label.place)));
        places.map(|place| &*place.file)
    }
}
