//! A build for the preview: the one build there is, into memory, with what the last one made at hand.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::cache::Cache;
use crate::content::Scope;
use crate::diagnostic::{Diagnostics, Severity};
use crate::error::Error;
use crate::names::Lang;
use crate::pipeline::Site;
use crate::source::{Change, Sources};
use crate::watch::Changed;

use super::generation::{Filled, Filling, Generation};
use super::problems;

/// What came of a build, for the terminal.
#[derive(Debug)]
pub struct Built {
    pub generation: u64,
    pub changes: BTreeMap<Arc<str>, Change>,
    /// Pages and assets whose bytes differ from before; `None` where errors kept everything as it was.
    pub changed: Option<usize>,
    /// All pages and assets shown.
    pub files: usize,
    pub diagnostics: Diagnostics,
    pub sources: Sources,
    pub took: Duration,
    /// The machine failed on the way.
    pub failure: Option<Arc<Error>>,
}

impl Built {
    pub fn errors(&self) -> usize {
        self.diagnostics.count(Severity::Error)
    }

    pub fn warnings(&self) -> usize {
        self.diagnostics.count(Severity::Warning)
    }
}

/// Builds one generation after the other.
pub(super) struct Builder {
    lang: Lang,
    cache: Cache,
    last: Generation,
}

impl Builder {
    pub(super) fn new(lang: Lang) -> Builder {
        Builder { lang, cache: Cache::default(), last: Generation::default() }
    }

    pub(super) fn build(&mut self, changed: Changed) -> (Generation, Built) {
        let Changed { sources, changes, failure: unread } = changed;
        let start = Instant::now();
        let mut site = Site::read(&sources, Scope::WithDrafts, &self.cache);
        self.cache.forget_unused();
        let found = std::mem::take(&mut site.diagnostics);
        let made = match found.has_errors() {
            true => Ok((None, Diagnostics::default())),
            false => self.files(&site, &sources),
        };
        let (filled, unmade, of_templates) = match made {
            Ok((filled, found)) => (filled, None, found),
            Err(error) => (None, Some(Arc::new(error)), Diagnostics::default()),
        };
        let failure = unmade.or(unread);
        let diagnostics = found.into_iter().chain(of_templates).collect::<Diagnostics>().sorted();
        let problems = problems::json(&diagnostics, &sources, &site, self.lang, failure.as_deref()).into();
        let changed = filled.as_ref().map(|filled| filled.changed + gone(filled, &self.last));
        let id = self.last.id + 1;
        // What cannot be read may have changed.
        let is_current = failure.is_none();
        self.last = match filled {
            Some(filled) => Generation { id, files: Arc::new(filled.files), site: Some(Arc::new(site)), problems, is_current },
            None => Generation { id, problems, is_current: false, ..self.last.share() },
        };
        let files = self.last.files.len();
        let built = Built { generation: id, changes, changed, files, diagnostics, sources, took: start.elapsed(), failure };
        (self.last.share(), built)
    }

    /// The files, unless a template fails.
    fn files(&self, site: &Site, sources: &Sources) -> Result<(Option<Filled>, Diagnostics), Error> {
        let filling = Filling::after(self.last.files.clone());
        let found = site.pages(&filling)?;
        if found.has_errors() {
            return Ok((None, found));
        }
        site.passed(sources, &filling)?;
        Ok((Some(filling.finish()), found))
    }
}

impl Generation {
    /// The same, sharing all of it.
    fn share(&self) -> Generation {
        let Generation { id, files, site, problems, is_current } = self;
        Generation { id: *id, files: files.clone(), site: site.clone(), problems: problems.clone(), is_current: *is_current }
    }
}

fn gone(filled: &Filled, last: &Generation) -> usize {
    last.files.keys().filter(|path| !filled.files.contains_key(*path)).count()
}
