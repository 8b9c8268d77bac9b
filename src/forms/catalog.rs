//! All forms that an archive may use: the embedded ones and the site's own, which win.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::file::FormFile;
use super::form::{Form, Misfit};
use super::lineage::Lineage;
use crate::cache::{Fingerprint, Mixer};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::embedded;
use crate::names::{Words, Year};
use crate::source::{Content, Place, Sources, Span};
use crate::yaml::{self, Node, Value};

/// The forms by id, and the lineages that they make.
#[derive(Debug, Default)]
pub struct Catalog {
    forms: BTreeMap<Arc<str>, Arc<Form>>,
    own: Vec<Arc<str>>,
    /// Of all form files.
    pub fingerprint: Fingerprint,
    pub lineages: Vec<Lineage>,
}

impl Catalog {
    /// The embedded forms, and `forms/*.yaml` of the archive. A form file that does not fit is a diagnostic and left out.
    pub fn parse(sources: &Sources, found: &mut Diagnostics) -> Catalog {
        let mut catalog = Catalog::default();
        for (path, bytes) in embedded::FORMS {
            let text = std::str::from_utf8(bytes).expect("our own form files are UTF-8");
            if let Some(form) = compile(&Arc::from(*path), text, found) {
                catalog.forms.insert(form.id.clone(), Arc::new(form));
            }
        }
        for (path, content) in sources.below("forms/") {
            if !path.ends_with(".yaml") && !path.ends_with(".yml") {
                continue;
            }
            let Content::Text(text) = content else {
                let place = Place { file: path.clone(), span: Span { start: 0, end: 0, line: 1 } };
                found.push(Diagnostic::error("G909", place, Words::new("这个格式文件不是 UTF-8 编码", "this form file is not UTF-8")));
                continue;
            };
            if let Some(form) = compile(path, text, found) {
                catalog.own.push(form.id.clone());
                catalog.forms.insert(form.id.clone(), Arc::new(form));
            }
        }
        catalog.fingerprint = Catalog::fingerprint_of(sources);
        catalog.check_crosswalks(sources, found);
        catalog.lineages = catalog.lineages();
        catalog
    }

    /// Of all form files, before they are read.
    pub fn fingerprint_of(sources: &Sources) -> Fingerprint {
        let embedded =
            embedded::FORMS.iter().fold(Mixer::new("forms"), |mixer, (path, bytes)| mixer.text(path).fingerprint(Fingerprint::of(bytes)));
        embedded.fingerprint(sources.fingerprint_below("forms/")).finish()
    }

    pub fn get(&self, id: &str) -> Option<&Arc<Form>> {
        self.forms.get(id)
    }

    pub fn forms(&self) -> impl Iterator<Item = &Arc<Form>> {
        self.forms.values()
    }

    /// The form in force for the reports of a year; the site's own forms come before the embedded ones.
    pub fn in_force(&self, year: Year) -> Option<&Arc<Form>> {
        let fits = |form: &&Arc<Form>| form.in_force(year);
        let own = self.own.iter().filter_map(|id| self.forms.get(id)).find(fits);
        own.or_else(|| self.forms.values().find(fits))
    }

    /// The lineage that a form belongs to.
    pub fn lineage(&self, form: &Form) -> Option<&Lineage> {
        self.lineages.iter().find(|lineage| lineage.position(form).is_some())
    }

    fn check_crosswalks(&self, sources: &Sources, found: &mut Diagnostics) {
        for form in self.forms.values() {
            let Some(crosswalk) = &form.crosswalk else { continue };
            if !self.forms.contains_key(crosswalk.follows.as_str()) {
                let misfit = Misfit {
                    part: "crosswalk",
                    name: crosswalk.follows.clone(),
                    why: Words::new(format!("没有“{}”这个格式", crosswalk.follows), format!("there is no form `{}`", crosswalk.follows)),
                };
                let text = sources.text(&form.file).unwrap_or_default();
                found.push(misfit_diagnostic(&form.file, text, &misfit));
            }
        }
    }

    /// One lineage for each form that no other follows.
    fn lineages(&self) -> Vec<Lineage> {
        let followed = |id: &Arc<str>| self.forms.values().any(|form| form.crosswalk.as_ref().is_some_and(|c| *c.follows == **id));
        let mut lineages: Vec<Lineage> = vec![];
        for tip in self.forms.values().filter(|form| !followed(&form.id)) {
            // Where two forms follow one, the second begins a lineage of its own.
            let free = |form: &Arc<Form>| !lineages.iter().any(|lineage| lineage.position(form).is_some());
            let chain = self.chain(tip).into_iter().filter(free).collect();
            lineages.push(Lineage::new(chain));
        }
        lineages
    }

    /// A form and those it follows, oldest first; a circle ends where it closes.
    fn chain(&self, tip: &Arc<Form>) -> Vec<Arc<Form>> {
        let mut chain = vec![tip.clone()];
        while let Some(before) = chain.last().and_then(|form| form.crosswalk.as_ref()).and_then(|c| self.forms.get(c.follows.as_str())) {
            if chain.iter().any(|form| form.id == before.id) {
                break;
            }
            chain.push(before.clone());
        }
        chain.reverse();
        chain
    }
}

fn compile(path: &Arc<str>, text: &str, found: &mut Diagnostics) -> Option<Form> {
    let file = yaml::read::<FormFile>(path, text, found)?;
    match Form::compile(file, path.clone()) {
        Ok(form) => Some(form),
        Err(misfit) => {
            found.push(misfit_diagnostic(path, text, &misfit));
            None
        }
    }
}

fn misfit_diagnostic(path: &Arc<str>, text: &str, misfit: &Misfit) -> Diagnostic {
    let tree = yaml::parse(path, text, 0..text.len(), &mut Diagnostics::default());
    let span = tree.and_then(|tree| locate(&tree, misfit.part, &misfit.name, false)).unwrap_or(Span { start: 0, end: 0, line: 1 });
    Diagnostic::error("G906", Place { file: path.clone(), span }, misfit.why.clone())
        .with_help(Words::new("各项的写法见 docs/forms.md。", "What each key means: docs/forms.md."))
}

/// The last scalar that ends in `name` below the key `part`: of two equal ids the second is the slip.
fn locate(node: &Node, part: &str, name: &str, inside: bool) -> Option<Span> {
    match &node.value {
        Value::Scalar { text, .. } => {
            (inside && !name.is_empty() && (name == text || name.ends_with(&format!(".{text}")))).then_some(node.span)
        }
        Value::List(items) => items.iter().rev().find_map(|item| locate(item, part, name, inside)),
        Value::Map(entries) => entries.iter().rev().find_map(|(key, value)| locate(value, part, name, inside || key.text == part)),
    }
}
