//! The one place that knows the template engine's settings, and turns its errors into diagnostics.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Enumerator, Object, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};

use super::assets::Assets;
use crate::cache::{Fingerprint, Mixer};
use crate::characters;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::names::Words;
use crate::source::{FileText, Place, Span};

/// Work that one page may do: far above the largest page, far below forever.
const FUEL: u64 = 50_000_000;

/// Compiles all templates. One with a slip is left out, and told.
pub(super) fn environment(
    templates: &BTreeMap<String, (Arc<str>, FileText)>,
    (assets, integrity): (Arc<Assets>, bool),
    found: &mut Diagnostics,
) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_fuel(Some(FUEL));
    environment.set_debug(true); // for the place of an error
    environment.set_syntax(syntax());
    environment.set_formatter(print);
    let with_digests = assets.clone();
    environment.add_function("asset", move |state: &State, name: &str| asset(state, name, &assets));
    environment.add_function("integrity", move |name: &str| digest(name, &with_digests, integrity));
    for (name, (file, text)) in templates {
        if let Err(error) = environment.add_template_owned(name.clone(), text.to_string()) {
            found.push(explain(&error, |_| Some(file.clone())));
        }
    }
    environment
}

/// What all pages share, as one page holds it. The engine counts who holds a value, for each word that it shows; threads that
/// count at one place wait for each other.
#[derive(Debug)]
struct OnePage(Value);

pub fn for_one_page(shared: &Value) -> Value {
    Value::from_object(OnePage(shared.clone()))
}

impl Object for OnePage {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get_item(key).ok().filter(|value| !value.is_undefined())
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        self.0.get_attr(key).ok().filter(|value| !value.is_undefined())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.try_iter().into_iter().flatten().collect())
    }
}

/// Where the first character stands that means something in HTML.
fn special(text: &str) -> Option<usize> {
    characters::first(text, |byte| (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == b'"') | (byte == b'\''))
}

/// Adds a text of an author, for content and for attributes in double quotes.
pub fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = special(rest) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// Escapes what a template prints with [`escape`], so that Rust and templates write alike, and addresses stay readable.
fn print(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    match value.as_str().filter(|_| matches!(state.auto_escape(), AutoEscape::Html)) {
        Some(text) if value.is_safe() || special(text).is_none() => out.write_str(text).map_err(Error::from),
        Some(text) => {
            let mut escaped = String::with_capacity(text.len() + 8);
            escape(&mut escaped, text);
            out.write_str(&escaped).map_err(Error::from)
        }
        None => minijinja::escape_formatter(out, state, value),
    }
}

/// A line that holds only a tag leaves no line behind.
fn syntax() -> SyntaxConfig {
    SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().expect("the delimiters are the engine's own")
}

/// For each template the fingerprint of itself and of every template that it uses, through others too.
///
/// A template uses those whose names stand in its text. One that is named by a variable could be any, so a template
/// with such a tag uses all.
pub(super) fn fingerprints(templates: &BTreeMap<String, (Arc<str>, FileText)>) -> BTreeMap<String, Fingerprint> {
    let uses = |text: &str| -> Vec<&String> {
        let any = names_one_by_variable(text);
        templates.keys().filter(|name| any || text.contains(name.as_str())).collect()
    };
    let used: BTreeMap<&String, Vec<&String>> = templates.iter().map(|(name, (_, text))| (name, uses(text))).collect();
    let with_all = |name: &String| {
        let mut all = BTreeSet::from([name]);
        let mut open = vec![name];
        while let Some(next) = open.pop() {
            open.extend(used[next].iter().filter(|one| all.insert(one)));
        }
        let text = |name: &&String| templates[*name].1.as_bytes();
        all.iter().fold(Mixer::new(name), |mixer, one| mixer.text(one).fingerprint(Fingerprint::of(text(one)))).finish()
    };
    templates.keys().map(|name| (name.clone(), with_all(name))).collect()
}

/// Whether a tag takes its template from something else than a text.
fn names_one_by_variable(text: &str) -> bool {
    ["include", "extends", "import", "from"].iter().any(|tag| {
        text.match_indices(tag).any(|(at, _)| {
            let is_tag = text[..at].trim_end().trim_end_matches(['-', '+']).ends_with("{%");
            is_tag && !text[at + tag.len()..].trim_start().starts_with(['"', '\''])
        })
    })
}

/// The link from this page to a file of `assets/`.
fn asset(state: &State, name: &str, assets: &Assets) -> Result<String, Error> {
    let address = assets.address(name).ok_or_else(|| no_asset(name))?;
    let root = state.lookup("page").and_then(|page| page.get_attr("root").ok()).unwrap_or_default();
    Ok([root.as_str().unwrap_or_default(), &crate::names::encoded(&address)].concat())
}

/// ` integrity="sha256-…"` where the site wants it, else nothing.
fn digest(name: &str, assets: &Assets, integrity: bool) -> Result<Value, Error> {
    let digest = assets.digest(name).ok_or_else(|| no_asset(name))?;
    let wanted = integrity && !digest.is_empty();
    Ok(Value::from_safe_string(if wanted { format!(" integrity=\"{digest}\"") } else { String::new() }))
}

fn no_asset(name: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("the theme has no assets/{name}"))
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
