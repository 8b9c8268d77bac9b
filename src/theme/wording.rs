//! The words that a site's pages show, in its language.
//!
//! In: the `words/*.yaml` of a theme's layers. Out: a [`Wording`]; nothing that a page says is written in Rust.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};
use std::sync::Arc;

use crate::diagnostic::Diagnostics;
use crate::names::Lang;
use crate::source::FileText;

/// Words by key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wording {
    words: BTreeMap<String, String>,
    lang: Lang,
}

impl Wording {
    /// Lays the files of one language over each other, key by key.
    pub(super) fn parse(files: &[(Arc<str>, FileText)], lang: Lang, found: &mut Diagnostics) -> Wording {
        let mut words = BTreeMap::new();
        for (file, text) in files.iter().filter(|(file, _)| super::is_of(file, lang)) {
            words.extend(super::read_words(file, text, found));
        }
        Wording { words, lang }
    }

    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The words of a key; the key itself where a theme lacks them, so that the gap is seen.
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// The words of a key with every `{name}` in them filled in.
    pub fn say(&self, key: &str, names: &[(&str, &dyn Display)]) -> String {
        let mut rest = self.get(key);
        let mut out = String::with_capacity(rest.len() + 16);
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, after)) = after.split_once('}') else { break };
            if let Some((_, value)) = names.iter().find(|(known, _)| *known == name) {
                write!(out, "{value}").expect("memory takes every text");
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// Names one after the other, as the language lists them.
    pub fn list<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> String {
        names.into_iter().collect::<Vec<_>>().join(self.get("list_separator"))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.words.iter().map(|(key, text)| (key.as_str(), text.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces_are_filled_in_and_others_left_out() {
        let words = Wording { words: [("n".to_string(), "共{count}个，{unknown}完".to_string())].into(), lang: Lang::Zh };
        assert_eq!(words.say("n", &[("count", &3)]), "共3个，完");
        assert_eq!(words.get("nothing"), "nothing");
    }
}
