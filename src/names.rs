//! The words that every other module shares: years, languages, unit paths, addresses on the site.
//!
//! Nothing here knows what a report is; each type holds one rule about what may be said.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

/// A calendar year, 1900 to 2199; anything else is a slip of the keyboard.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub struct Year(u16);

impl Year {
    /// `None` outside 1900 to 2199.
    pub fn new(number: u16) -> Option<Year> {
        (1900..2200).contains(&number).then_some(Year(number))
    }

    /// Four digits and nothing else.
    pub fn parse(text: &str) -> Option<Year> {
        (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok().and_then(Year::new)).flatten()
    }

    /// The number itself.
    pub fn number(self) -> u16 {
        self.0
    }

    /// The year before; saturates at 1900.
    pub fn previous(self) -> Year {
        Year(self.0.saturating_sub(1).max(1900))
    }

    /// The year after; saturates at 2199.
    pub fn next(self) -> Year {
        Year((self.0 + 1).min(2199))
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Year {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Year, D::Error> {
        let number = u16::deserialize(deserializer)?;
        Year::new(number).ok_or_else(|| serde::de::Error::custom(format!("{number} is not a year")))
    }
}

/// The languages that messages and the site's interface are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    Zh,
    #[default]
    En,
}

impl Lang {
    /// From a language tag (`zh-CN`) or a locale (`zh_CN.UTF-8`): Chinese if it begins with `zh`, else English.
    pub fn of(tag: &str) -> Lang {
        if tag.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("zh")) { Lang::Zh } else { Lang::En }
    }
}

/// One thing said in both languages. Which one is shown is decided where it is shown.
///
/// In YAML: one string for both, or `{zh: …, en: …}`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Words {
    pub zh: Said,
    pub en: Said,
}

/// What to do about a finding is the same text each time, and not copied.
type Said = Cow<'static, str>;

impl Words {
    pub fn new(zh: impl Into<Said>, en: impl Into<Said>) -> Words {
        Words { zh: zh.into(), en: en.into() }
    }

    /// For names, which are the same in every language.
    pub fn same(text: impl Into<Said>) -> Words {
        let text = text.into();
        Words { zh: text.clone(), en: text }
    }

    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Words, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Both {
            zh: String,
            en: String,
        }
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Words;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a map with `zh` and `en`")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Words, E> {
                Ok(Words::same(text.to_string()))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Words, A::Error> {
                let both = Both::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(Words::new(both.zh, both.en))
            }
        }
        match deserializer.is_human_readable() {
            true => deserializer.deserialize_any(Visitor),
            false => Both::deserialize(deserializer).map(|both| Words::new(both.zh, both.en)),
        }
    }
}

/// Where a unit stands in the tree: directory names joined by `/`; empty for the root unit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UnitPath(Arc<str>);

impl UnitPath {
    pub fn root() -> UnitPath {
        UnitPath("".into())
    }

    pub fn new(path: &str) -> UnitPath {
        UnitPath(path.trim_matches('/').into())
    }

    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `None` for the root.
    pub fn parent(&self) -> Option<UnitPath> {
        if self.is_root() {
            return None;
        }
        Some(self.0.rsplit_once('/').map_or_else(UnitPath::root, |(parent, _)| UnitPath(parent.into())))
    }

    pub fn child(&self, name: &str) -> UnitPath {
        if self.is_root() { UnitPath(name.into()) } else { UnitPath(format!("{}/{name}", self.0).into()) }
    }

    /// 0 for the root, 1 for a unit directly below it.
    pub fn depth(&self) -> usize {
        if self.is_root() { 0 } else { self.0.split('/').count() }
    }
}

impl fmt::Display for UnitPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address below the site's root, without a leading slash: `""`, `fuyuan/2020/`, `data/figures.csv`.
/// Written as on disk; percent-encoding happens where a link is made.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UrlPath(Arc<str>);

impl UrlPath {
    pub fn new(path: impl AsRef<str>) -> UrlPath {
        UrlPath(path.as_ref().trim_start_matches('/').into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The file that holds this address: a directory's is its `index.html`.
    pub fn file(&self) -> String {
        if self.is_directory() { [&*self.0, "index.html"].concat() } else { self.0.to_string() }
    }

    fn is_directory(&self) -> bool {
        self.0.is_empty() || self.0.ends_with('/')
    }

    /// An address inside this directory.
    pub fn join(&self, name: &str) -> UrlPath {
        UrlPath([self.directory(), name].concat().into())
    }

    /// Up to and with the last slash; empty for the root.
    pub fn directory(&self) -> &str {
        self.0.rfind('/').map_or("", |end| &self.0[..=end])
    }

    /// The relative, percent-encoded link from a page to this address. Directories are named by their
    /// `index.html`, so that the site also works from a disk.
    pub fn from_page(&self, page: &UrlPath) -> String {
        let (from, to) = (page.directory(), &*self.0);
        let shared = shared_directories(from, to);
        let mut link = String::with_capacity(from.len() + to.len() + 16);
        from[shared..].bytes().filter(|&byte| byte == b'/').for_each(|_| link.push_str("../"));
        link.push_str(&encoded(&to[shared..]));
        if self.is_directory() {
            link.push_str("index.html");
        }
        link
    }

    /// This address below `base` (which ends in a slash), for feeds, sitemaps and canonical links.
    pub fn absolute(&self, base: &str) -> String {
        [base, &encoded(&self.0)].concat()
    }
}

impl fmt::Display for UrlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Length of the longest run of whole directories that two addresses begin with.
fn shared_directories(a: &str, b: &str) -> usize {
    let same = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    a.as_bytes()[..same].iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1)
}

/// Percent-encodes everything that is not unreserved in RFC 3986, slashes apart.
pub fn encoded(path: &str) -> Cow<'_, str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'/');
    if path.bytes().all(plain) {
        return Cow::Borrowed(path);
    }
    let mut out = String::with_capacity(path.len() * 3);
    for byte in path.bytes() {
        if plain(byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_climb_only_as_far_as_they_must() {
        let link = |from: &str, to: &str| UrlPath::new(to).from_page(&UrlPath::new(from));
        assert_eq!(link("", "fuyuan/2020/"), "fuyuan/2020/index.html");
        assert_eq!(link("fuyuan/2020/", ""), "../../index.html");
        assert_eq!(link("fuyuan/2020/", "fuyuan/2021/"), "../2021/index.html");
        assert_eq!(link("fuyuan/2020/", "fuyuan/2020/report.json"), "report.json");
        assert_eq!(link("fuyuan/", "fuyuan-north/"), "../fuyuan-north/index.html");
        assert_eq!(link("404.html", "assets/style.css"), "assets/style.css");
    }

    #[test]
    fn chinese_and_spaces_are_percent_encoded_in_links() {
        assert_eq!(UrlPath::new("富源/附件 1.pdf").from_page(&UrlPath::new("富源/2020/")), "../%E9%99%84%E4%BB%B6%201.pdf");
    }

    #[test]
    fn a_year_has_four_digits_and_is_plausible() {
        assert_eq!(Year::parse("2020").map(Year::number), Some(2020));
        for slip in ["20", "20200", "２０２０", "1066", "+202", ""] {
            assert_eq!(Year::parse(slip), None, "{slip}");
        }
    }
}
