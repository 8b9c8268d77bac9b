//! The one place that knows the template engine's settings, and turns its errors into diagnostics.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior};

use super::Wording;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::names::Words;
use crate::source::{Place, Span};

/// Work that one page may do: far above the largest page, far below forever.
const FUEL: u64 = 50_000_000;

/// Compiles all templates. One with a slip is left out, and told.
pub(super) fn environment(
    templates: &BTreeMap<String, (Arc<str>, Arc<str>)>,
    words: &Wording,
    assets: BTreeSet<String>,
    found: &mut Diagnostics,
) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_fuel(Some(FUEL));
    environment.set_debug(true); // for the place of an error
    environment.set_syntax(syntax());
    environment.add_global("words", words.iter().map(|(key, text)| (key.to_string(), Value::from(text))).collect::<BTreeMap<_, _>>());
    environment.add_function("asset", move |state: &State, name: &str| asset(state, name, &assets));
    for (name, (file, text)) in templates {
        if let Err(error) = environment.add_template_owned(name.clone(), text.to_string()) {
            found.push(explain(&error, |_| Some(file.clone())));
        }
    }
    environment
}

/// A line that holds only a tag leaves no line behind.
fn syntax() -> SyntaxConfig {
    SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().expect("the delimiters are the engine's own")
}

/// The link from this page to a file of `assets/`.
fn asset(state: &State, name: &str, assets: &BTreeSet<String>) -> Result<String, Error> {
    if !assets.contains(name) {
        return Err(Error::new(ErrorKind::InvalidOperation, format!("the theme has no assets/{name}")));
    }
    let root = state.lookup("page").and_then(|page| page.get_attr("root").ok()).unwrap_or_default();
    Ok(format!("{root}assets/{}", crate::names::encoded(name)))
}

/// An error of the engine, at its place in the file of the template.
pub(super) fn explain(error: &Error, file_of: impl Fn(&str) -> Option<Arc<str>>) -> Diagnostic {
    let error = innermost(error);
    let file = error.name().and_then(file_of);
    let line = error.line().unwrap_or(1) as u32;
    let range = error.range().unwrap_or(0..0);
    let place = file.map(|file| Place { file, span: Span { start: range.start as u32, end: range.end as u32, line } });
    let said = error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
    let message = Words::new(format!("模板出错：{said}"), format!("the template fails: {said}"));
    Diagnostic::new(Severity::Error, "G918", place, message)
        .with_help(Words::new("模板里可以用哪些内容，见 docs/themes.md。", "What a template is given: docs/themes.md."))
}

/// An error in an included template is wrapped once for each template around it; the author needs the place inside.
fn innermost(error: &Error) -> &Error {
    let inner = std::error::Error::source(error).and_then(|source| source.downcast_ref::<Error>());
    inner.map_or(error, innermost)
}
