//! What an author should know: code, severity, message, place, and what to do.
//!
//! In: findings of every module. Out: text for a terminal ([`draw`]), JSON ([`json`]), SARIF ([`sarif`]).
//! Says nothing about what is being checked. Language is chosen where a diagnostic is shown, never where it is made.

mod draw;
mod json;
mod overview;
mod sarif;

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::names::{Lang, Words};
use crate::source::Place;

pub use draw::draw;
pub use json::{JSON_SCHEMA_VERSION, json};
pub use overview::Overview;
pub use sarif::sarif;

/// How bad a finding is. Errors stop a build; warnings do not, unless `--strict`; notes never do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Note,
}

impl Severity {
    /// The word of the data formats and of the English messages.
    pub fn id(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }

    pub fn word(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Severity::Error, Lang::Zh) => "错误",
            (Severity::Warning, Lang::Zh) => "提醒",
            (Severity::Note, Lang::Zh) => "说明",
            (_, Lang::En) => self.id(),
        }
    }
}

/// A code of the catalogue: `G101`. Families: see `docs/checks.md`.
pub type Code = Cow<'static, str>;

/// Another place that a finding concerns, with a few words on it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Label {
    pub place: Place,
    pub text: Words,
}

/// A second finding with the same cause, told together with the first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Also {
    pub code: Code,
    pub message: Words,
    pub concerns: Vec<String>,
}

/// One finding. Made with [`Diagnostic::error`] or [`Diagnostic::warning`], completed by the `with_…` methods.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    pub message: Words,
    /// What the finding is about; `None` only where there is no file to point into.
    pub place: Option<Place>,
    /// Words to stand at the place itself, where the message alone does not say enough.
    pub here: Option<Words>,
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<Words>,
    /// The cells, sections or fields it is about, as dotted paths (`requests.received.total`); for acknowledging and for data.
    pub concerns: Vec<String>,
    /// What else the same cause explains.
    pub also: Vec<Also>,
    /// The author's explanation, where the finding is acknowledged: then it is a note and counts no more.
    pub acknowledged: Option<String>,
}

impl Diagnostic {
    pub fn new(severity: Severity, code: impl Into<Code>, place: Option<Place>, message: Words) -> Diagnostic {
        let (here, labels, help, concerns, also, acknowledged) = Default::default();
        Diagnostic { code: code.into(), severity, message, place, here, labels, help, concerns, also, acknowledged }
    }

    pub fn error(code: impl Into<Code>, place: Place, message: Words) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, Some(place), message)
    }

    pub fn warning(code: impl Into<Code>, place: Place, message: Words) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, Some(place), message)
    }

    pub fn with_here(mut self, text: Words) -> Diagnostic {
        self.here = Some(text);
        self
    }

    pub fn with_label(mut self, place: Place, text: Words) -> Diagnostic {
        self.labels.push(Label { place, text });
        self
    }

    pub fn with_help(mut self, help: Words) -> Diagnostic {
        self.help = Some(help);
        self
    }

    pub fn concerning(mut self, paths: impl IntoIterator<Item = impl Into<String>>) -> Diagnostic {
        self.concerns.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Its own code and those of what it tells along with itself.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.code.as_ref()).chain(self.also.iter().map(|one| one.code.as_ref()))
    }

    /// Everything it is about.
    pub fn all_concerns(&self) -> impl Iterator<Item = &str> {
        self.concerns.iter().chain(self.also.iter().flat_map(|one| &one.concerns)).map(String::as_str)
    }

    /// Its message, and a line for each thing told along with it.
    pub fn whole_message(&self, lang: Lang) -> String {
        let mut text = self.message.get(lang).to_string();
        for one in &self.also {
            let word = if lang == Lang::Zh { "同时" } else { "also" };
            text.push_str(&format!("\n  {word} [{}] {}", one.code, one.message.get(lang)));
        }
        text
    }
}

/// Findings in the order they were made; [`Diagnostics::sorted`] before showing. Each is shared with whoever remembers it.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub struct Diagnostics {
    all: Vec<Arc<Diagnostic>>,
}

impl Diagnostics {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.all.push(Arc::new(diagnostic));
    }

    pub fn extend(&mut self, others: impl IntoIterator<Item = impl Into<Arc<Diagnostic>>>) {
        others.into_iter().for_each(|one| self.all.push(one.into()));
    }

    /// Adds findings that are remembered elsewhere.
    pub fn share(&mut self, others: &Diagnostics) {
        self.all.extend(others.all.iter().cloned());
    }

    /// Changes some, and drops those for which `keep` is false. One that is changed is first made our own.
    pub fn retain_mut(&mut self, keep: impl FnMut(&mut Arc<Diagnostic>) -> bool) {
        self.all.retain_mut(keep);
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Diagnostic> + DoubleEndedIterator + Clone {
        self.all.iter().map(|one| &**one)
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn count(&self, severity: Severity) -> usize {
        self.all.iter().filter(|one| one.severity == severity).count()
    }

    pub fn has_errors(&self) -> bool {
        self.all.iter().any(|one| one.severity == Severity::Error)
    }

    /// By file and place, then code, so that the order does not depend on how the work was divided.
    pub fn sorted(mut self) -> Diagnostics {
        self.all.par_sort_by(|a, b| (&a.place, &a.code, &a.message.en).cmp(&(&b.place, &b.code, &b.message.en)));
        self
    }

    /// Every warning made an error (`--strict`).
    pub fn strict(mut self) -> Diagnostics {
        for one in &mut self.all {
            if one.severity == Severity::Warning {
                Arc::make_mut(one).severity = Severity::Error;
            }
        }
        self
    }
}

impl IntoIterator for Diagnostics {
    type Item = Arc<Diagnostic>;
    type IntoIter = std::vec::IntoIter<Arc<Diagnostic>>;
    fn into_iter(self) -> Self::IntoIter {
        self.all.into_iter()
    }
}

impl<D: Into<Arc<Diagnostic>>> FromIterator<D> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = D>>(all: I) -> Diagnostics {
        Diagnostics { all: all.into_iter().map(Into::into).collect() }
    }
}
