//! How a site looks: templates, words and assets of the built-in theme, overlaid file by file with the archive's.
//!
//! 1. the embedded default theme, then an embedded theme of the name in `site.yaml`, then `themes/<name>/…` of the archive;
//!    a later file takes the place of an earlier one, and of `words/*.yaml` only the keys that it has;
//! 2. templates are compiled, and a slip in one is a diagnostic at its line;
//! 3. assets are handed on as they are, style sheets without comments and space (`compact`), beside `colours.css`, which is made from the site's accent colour (`colours`).
//!
//! What a template is given is left to `render`.

#![allow(clippy::result_large_err, reason = "a template fails once in a site's life; every page succeeds")]

mod assets;
mod colours;
mod compact;
mod templates;
mod wording;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use assets::Assets;
use minijinja::Environment;

use crate::cache::{Fingerprint, Mixer};
use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::embedded;
use crate::names::{Lang, Words};
use crate::output::File;
use crate::source::{Content, FileText, Place, Sources, Span};
use crate::yaml;

pub use assets::Naming;
pub use templates::{escape, for_one_page};
pub use wording::Wording;

/// The theme that every other is laid over.
const DEFAULT: &str = "default";

/// A theme, ready for use.
#[derive(Debug)]
pub struct Theme {
    environment: Environment<'static>,
    /// For each template the file that it was read from.
    files: BTreeMap<String, Arc<str>>,
    pub words: Wording,
    /// The words as templates get them.
    pub shown: minijinja::Value,
    assets: Arc<Assets>,
    /// For each template of itself and all that it uses.
    fingerprints: BTreeMap<String, Fingerprint>,
    /// Of the words, and how assets are called.
    shared: Fingerprint,
}

/// The files of a theme while they are laid over each other, by their path below the theme.
#[derive(Default)]
struct Layers {
    templates: BTreeMap<String, (Arc<str>, FileText)>,
    words: Vec<(Arc<str>, FileText)>,
    assets: BTreeMap<String, Content>,
    names: BTreeSet<String>,
}

impl Theme {
    /// Reads the theme that `config` names. Where there is none of that name the default theme stands in, beside an error.
    pub fn parse(sources: &Sources, config: &Config, naming: Naming, found: &mut Diagnostics) -> Theme {
        let mut layers = Layers::of(sources, &config.theme);
        if !layers.names.contains(&config.theme) {
            found.push(no_theme(config, &layers.names, sources));
        }
        layers.assets.entry("colours.css".into()).or_insert_with(|| colours_of(config, sources, found));
        if let Some(logo) = config.appearance.logo.as_ref().filter(|logo| !layers.assets.contains_key(*logo)) {
            found.push(no_logo(logo, config, sources));
        }
        let words = Wording::parse(&layers.words, config.lang(), found);
        let assets = Arc::new(Assets::of(layers.assets, naming));
        let integrity = naming == Naming::ByContent && config.portal.as_ref().is_some_and(|portal| portal.integrity);
        let files = layers.templates.iter().map(|(name, (file, _))| (name.clone(), file.clone())).collect();
        let shared = Mixer::new("theme").shown(&words).shown(&assets.names(integrity).collect::<Vec<_>>()).finish();
        let fingerprints = templates::fingerprints(&layers.templates);
        let environment = templates::environment(&layers.templates, (assets.clone(), integrity), found);
        let shown = words.iter().map(|(key, text)| (key.to_string(), minijinja::Value::from(text))).collect::<BTreeMap<_, _>>();
        Theme { environment, files, words, shown: shown.into(), assets, fingerprints, shared }
    }

    /// Of everything that [`Theme::parse`] reads.
    pub fn fingerprint_of(sources: &Sources, config: &Config, naming: Naming) -> Fingerprint {
        let embedded =
            embedded::THEMES.iter().fold(Mixer::new("theme"), |mixer, (path, bytes)| mixer.text(path).fingerprint(Fingerprint::of(bytes)));
        let site = sources.fingerprint(config::FILE).unwrap_or_default();
        embedded.shown(config).shown(&naming).fingerprint(site).fingerprint(sources.fingerprint_below("themes/")).finish()
    }

    /// Of everything that a template shows by itself, whatever it is given.
    pub fn fingerprint(&self, template: &str) -> Fingerprint {
        let own = self.fingerprints.get(template).copied().unwrap_or_default();
        Mixer::new(template).fingerprint(self.shared).fingerprint(own).finish()
    }

    /// Every file below `assets/`, at its address.
    pub fn assets(&self) -> impl Iterator<Item = File<'static>> + '_ {
        self.assets.files()
    }

    /// Fills a template in. What a template does wrong is a diagnostic at its place.
    pub fn render(&self, template: &str, context: minijinja::Value) -> Result<Vec<u8>, Diagnostic> {
        // Most pages fit, so that none has to move while it grows.
        let mut page = Vec::with_capacity(64 * 1024);
        let filled = self.environment.get_template(template).and_then(|template| template.render_captured_to(context, &mut page).map(drop));
        filled.map(|()| page).map_err(|error| templates::explain(&error, |name| self.files.get(name).cloned()))
    }
}

impl Layers {
    fn of(sources: &Sources, name: &str) -> Layers {
        let mut layers = Layers::default();
        for layer in [DEFAULT, name] {
            for (path, bytes) in embedded::THEMES {
                layers.add(layer, &Arc::from(*path), &embedded_content(path, bytes));
            }
            if name == DEFAULT {
                break;
            }
        }
        for (path, content) in sources.below("themes/") {
            layers.add(name, path, content);
        }
        layers
    }

    /// Takes a file of the theme `layer`; notes the names of all themes on the way.
    fn add(&mut self, layer: &str, path: &Arc<str>, content: &Content) {
        let Some((theme, below)) = path.strip_prefix("themes/").and_then(|path| path.split_once('/')) else { return };
        self.names.insert(theme.to_string());
        if theme != layer {
            return;
        }
        match (below.split_once('/'), content) {
            (Some(("templates", name)), Content::Text(text)) => {
                self.templates.insert(name.to_string(), (path.clone(), text.clone()));
            }
            (Some(("words", _)), Content::Text(text)) => self.words.push((path.clone(), text.clone())),
            (Some(("assets", name)), Content::Text(text)) if name.ends_with(".css") => {
                self.assets.insert(name.to_string(), Content::Text(compact::css(text).into()));
            }
            (Some(("assets", name)), content) => {
                let script = text_of(content).filter(|_| name.ends_with(".js")).and_then(compact::js);
                self.assets.insert(name.to_string(), script.map_or_else(|| content.clone(), |script| Content::Text(script.into())));
            }
            _ => {}
        }
    }
}

fn text_of(content: &Content) -> Option<&str> {
    match content {
        Content::Text(text) => Some(text),
        Content::InMemory(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

fn embedded_content(path: &str, bytes: &'static [u8]) -> Content {
    match std::str::from_utf8(bytes) {
        Ok(text) if !path.contains("/assets/") || path.ends_with(".css") => Content::Text(text.into()),
        _ => Content::InMemory(bytes.into()),
    }
}

/// The style sheet of the accent colour; one that cannot be read is told, and darkened.
fn colours_of(config: &Config, sources: &Sources, found: &mut Diagnostics) -> Content {
    let accent = config.accent().unwrap_or(colours::DEFAULT);
    if let Some(shade) = colours::readable(accent) {
        let message = Words::new(
            format!("主题色 {accent} 在白底上看不清，网页上改用 {shade}"),
            format!("the accent {accent} cannot be read on white; pages show {shade}"),
        );
        found.push(Diagnostic::warning("G925", place_of("  accent:", sources), message).with_help(Words::new(
            format!("把 accent 改成 \"{shade}\" 或更深的颜色。"),
            format!("Set `accent: \"{shade}\"`, or a darker colour."),
        )));
    }
    Content::InMemory(colours::sheet(accent).into_bytes().into())
}

fn no_logo(logo: &str, config: &Config, sources: &Sources) -> Diagnostic {
    let folder = format!("themes/{}/assets/", config.theme);
    Diagnostic::error(
        "G905",
        place_of("  logo:", sources),
        Words::new(format!("没有找到标志图片 {folder}{logo}"), format!("there is no logo {folder}{logo}")),
    )
    .with_help(Words::new(format!("把图片放进 {folder}，文件名要一致。"), format!("Put the picture into {folder}.")))
}

/// The line of `site.yaml` that begins with `start`.
fn place_of(start: &str, sources: &Sources) -> Place {
    Place { file: config::FILE.into(), span: line_of(sources.text(config::FILE).unwrap_or_default(), start) }
}

fn no_theme(config: &Config, names: &BTreeSet<String>, sources: &Sources) -> Diagnostic {
    let place = place_of("theme:", sources);
    let (zh, en): (Vec<_>, Vec<_>) = names.iter().map(|name| (name.as_str(), name.as_str())).unzip();
    Diagnostic::error("G917", place, Words::new(format!("没有“{}”这个主题", config.theme), format!("there is no theme `{}`", config.theme)))
        .with_help(Words::new(
            format!("可用的主题：{}。自己的主题放在 themes/{}/ 下面。", zh.join("、"), config.theme),
            format!("Themes: {}. One of your own stands in themes/{}/.", en.join(", "), config.theme),
        ))
}

/// The line that begins with `start`, or the beginning of the text.
fn line_of(text: &str, start: &str) -> Span {
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if line.starts_with(start) {
            return Span { start: at as u32, end: (at + line.trim_end().len()) as u32, line: index as u32 + 1 };
        }
        at += line.len();
    }
    Span { start: 0, end: 0, line: 1 }
}

/// A words file as it stands on disk: flat, every value a text.
fn read_words(file: &Arc<str>, text: &str, found: &mut Diagnostics) -> BTreeMap<String, String> {
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return BTreeMap::new();
    }
    yaml::read(file, text, found).unwrap_or_default()
}

/// `words/zh.yaml` holds the words of this language.
fn is_of(file: &str, lang: Lang) -> bool {
    file.ends_with(match lang {
        Lang::Zh => "/words/zh.yaml",
        Lang::En => "/words/en.yaml",
    })
}
