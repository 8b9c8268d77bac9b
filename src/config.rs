//! `site.yaml`: what the archive is called, where it will stand, how it looks.
//!
//! In: the file's text. Out: a [`Config`], always complete; what is wrong is a diagnostic.

mod appearance;
mod checks;
mod portal;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names::{Lang, Words};
use crate::source::{Place, Sources, Span};
use crate::yaml;

pub use appearance::{Appearance, Colour, Line, Target};
pub use checks::{Checks, DayOfYear, Jump, Setting};
pub use portal::{Column, MANDATORY, Portal};

/// Where the settings stand.
pub const FILE: &str = "site.yaml";

/// The site's settings. Every key is optional but `title`.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub title: String,
    /// A language tag; the interface is Chinese for `zh…`, else English.
    #[serde(default = "default_language")]
    pub language: String,
    /// The address at which the folder will be reachable; ends in a slash. Empty: no feed, sitemap or canonical links.
    #[serde(default)]
    pub base_url: String,
    #[serde(default = "default_theme")]
    pub theme: String,
    /// What it changes of the theme.
    #[serde(default)]
    pub appearance: Appearance,
    /// A sentence for search engines.
    #[serde(default)]
    pub description: String,
    /// The output folder below the archive's root.
    #[serde(default = "default_out")]
    pub out: String,
    /// Which checks count for what, and where.
    #[serde(default)]
    pub checks: Checks,
    /// By level of unit: the last day to publish a report, where it is not the official one.
    #[serde(default)]
    pub deadlines: BTreeMap<String, DayOfYear>,
    /// The portal around the site: page tags and the foot of each page.
    #[serde(default)]
    pub portal: Option<Portal>,
}

fn default_language() -> String {
    "zh-CN".into()
}

fn default_theme() -> String {
    "default".into()
}

fn default_out() -> String {
    "public".into()
}

impl Default for Config {
    fn default() -> Config {
        Config {
            title: String::new(),
            language: default_language(),
            base_url: String::new(),
            theme: default_theme(),
            appearance: Appearance::default(),
            description: String::new(),
            out: default_out(),
            checks: Checks::default(),
            deadlines: BTreeMap::new(),
            portal: None,
        }
    }
}

impl Config {
    /// Reads `site.yaml`. Where it cannot be read the defaults stand in, beside an error.
    pub fn parse(sources: &Sources, found: &mut Diagnostics) -> Config {
        let file: std::sync::Arc<str> = FILE.into();
        let start = Place { file: file.clone(), span: Span { start: 0, end: 0, line: 1 } };
        let Some(text) = sources.text(FILE) else {
            found.push(if sources.get(FILE).is_some() { not_utf8(start) } else { missing(start) });
            return Config::default();
        };
        let Some(mut config) = yaml::read::<Config>(&file, text, found) else { return Config::default() };
        config.check(text, &start, found);
        let base_url = std::mem::take(&mut config.base_url);
        config.at(&base_url)
    }

    /// The same site at another address.
    pub fn at(&self, base_url: &str) -> Config {
        let slash = if base_url.is_empty() || base_url.ends_with('/') { "" } else { "/" };
        Config { base_url: format!("{base_url}{slash}"), ..self.clone() }
    }

    /// The portal, with the host of `base_url` and the site's description where it says nothing of its own.
    pub fn portal(&self) -> Option<Portal> {
        Some(self.portal.clone()?.completed(&self.base_url, &self.description))
    }

    /// The accent colour, where a readable one is set.
    pub fn accent(&self) -> Option<Colour> {
        self.appearance.accent.as_deref().and_then(Colour::parse)
    }

    /// The language of the site's interface.
    pub fn lang(&self) -> Lang {
        Lang::of(&self.language)
    }

    fn check(&self, text: &str, start: &Place, found: &mut Diagnostics) {
        let at = |key: &str| Place { span: line_of_key(text, key), ..start.clone() };
        if !(self.base_url.is_empty() || self.base_url.starts_with("https://") || self.base_url.starts_with("http://")) {
            found.push(Diagnostic::error(
                "G905",
                at("base_url"),
                Words::new(
                    "base_url 应是以 https:// 或 http:// 开头的完整网址",
                    "`base_url` must be a whole address that begins with https:// or http://",
                ),
            ));
        }
        if self.appearance.accent.as_deref().is_some_and(|accent| Colour::parse(accent).is_none()) {
            found.push(Diagnostic::error(
                "G905",
                at("  accent"),
                Words::new("accent 应是像 \"#1b4f8f\" 这样的颜色，要加引号", "`accent` must be a colour such as \"#1b4f8f\", in quotes"),
            ));
        }
        let plain = |name: &str| !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\']);
        if !plain(&self.theme) {
            found.push(Diagnostic::error(
                "G905",
                at("theme"),
                Words::new("theme 应是 themes/ 下的一个文件夹名", "`theme` must be the name of a folder in themes/"),
            ));
        }
        let inside = !self.out.is_empty() && !self.out.starts_with('/') && self.out.split('/').all(|part| !matches!(part, ".." | "." | ""));
        let own = ["content", "themes", "forms", "src"].iter().any(|own| self.out.split('/').next() == Some(own));
        if !inside || own {
            found.push(Diagnostic::error(
                "G905",
                at("out"),
                Words::new(
                    "out 应是本目录下的一个单独的文件夹，例如 public",
                    "`out` must be a folder of its own below the archive, such as `public`",
                ),
            ));
        }
    }
}

fn missing(place: Place) -> Diagnostic {
    Diagnostic::new(crate::diagnostic::Severity::Error, "G905", Some(place), Words::new("没有找到 site.yaml", "there is no site.yaml"))
        .with_help(Words::new(
            "运行 gongkai init 可以新建一个，里面至少要有一行 title: 网站名称。",
            "`gongkai init` makes one; it holds at least `title: …`.",
        ))
}

fn not_utf8(place: Place) -> Diagnostic {
    Diagnostic::error("G909", place, Words::new("site.yaml 不是 UTF-8 编码，读不了", "site.yaml is not UTF-8"))
        .with_help(Words::new("用记事本打开，“另存为”时把编码选为 UTF-8。", "Save it again as UTF-8."))
}

/// The line that begins with a key, its indentation included.
fn line_of_key(text: &str, key: &str) -> Span {
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if line.starts_with(key) {
            return Span { start: at as u32, end: (at + line.trim_end().len()) as u32, line: index as u32 + 1 };
        }
        at += line.len();
    }
    Span { start: 0, end: 0, line: 1 }
}
