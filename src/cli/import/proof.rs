//! The archive as it would be, checked before anything is written.
//!
//! A report whose published figures contradict each other would stop every build. It is saved as a draft, which a build
//! leaves out and `check` shows, until a person has looked at it.

use std::collections::BTreeMap;

use super::place::{Fate, Taken};
use crate::cache::Cache;
use crate::content::Scope;
use crate::diagnostic::Severity;
use crate::import;
use crate::names::Words;
use crate::pipeline::Site;
use crate::source::{Content, Sources};

/// Marks reports with errors as drafts; a unit that may not be made leaves its report out.
pub(super) fn prove(taken: &mut [Taken], sources: &Sources) {
    let errors = errors(taken, sources);
    for one in taken {
        let Fate::Made(new) = &mut one.fate else { continue };
        if let Some((_, why)) = new.unit.as_ref().and_then(|(path, _)| errors.get(path)?.first()) {
            one.fate = Fate::Left(why.message.clone(), why.help.clone());
            continue;
        }
        let Some(found) = errors.get(&new.path) else { continue };
        new.reasons = found.iter().map(|(code, error)| (code.clone(), error.about.clone())).collect();
        new.reasons.dedup();
        new.text = import::draft(&new.text, &new.reasons);
    }
}

struct Found {
    message: Words,
    help: Words,
    about: Option<String>,
}

/// Errors of the files to be made, by path.
fn errors(taken: &[Taken], sources: &Sources) -> BTreeMap<String, Vec<(String, Found)>> {
    let mut with = sources.clone();
    for one in taken {
        let Fate::Made(new) = &one.fate else { continue };
        let folder = new.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (name, bytes) in &new.beside {
            with = with.with(&format!("{folder}/{name}"), Content::InMemory(bytes.as_slice().into()));
        }
        for (path, text) in new.unit.iter().map(|(path, text)| (path, text)).chain([(&new.path, &new.text)]) {
            with = with.with(path, Content::Text(text.as_str().into()));
        }
    }
    let site = Site::read(&with, Scope::WithDrafts, &Cache::default());
    let mut errors: BTreeMap<String, Vec<(String, Found)>> = BTreeMap::new();
    for one in site.diagnostics.iter().filter(|one| one.severity == Severity::Error) {
        let Some(place) = &one.place else { continue };
        let found = Found {
            message: one.message.clone(),
            help: one.help.clone().unwrap_or_default(),
            about: one.all_concerns().next().map(str::to_string),
        };
        errors.entry(place.file.to_string()).or_default().push((one.code.to_string(), found));
    }
    errors
}
