//! The files that pages load: style sheets, scripts, pictures of the theme, under names that change with what is in them.
//!
//! `style.css` becomes `style.1a2b3c4d5e.css`, so that a portal may let browsers keep it for ever, and no reader sees a new
//! page with an old style sheet. A file keeps its name where another one mentions it (`url(logo.svg)` in a style sheet),
//! where it is only passed on from the disk (fonts, photographs), and in the preview, which swaps style sheets by name.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::names::UrlPath;
use crate::output::File;
use crate::source::Content;

/// How files of `assets/` are called in the site.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Naming {
    /// With a piece of their digest.
    #[default]
    ByContent,
    /// As in the theme.
    AsInTheme,
}

/// A file of the theme that goes into the site.
#[derive(Debug)]
struct Asset {
    content: Content,
    /// Below `assets/` of the site.
    published: String,
    /// `sha256-…` as in an `integrity` attribute; empty for files that stay on disk.
    digest: String,
}

/// All files below `assets/`, by their names in the theme.
#[derive(Debug, Default)]
pub struct Assets {
    files: BTreeMap<String, Asset>,
}

impl Assets {
    pub(super) fn of(files: BTreeMap<String, Content>, naming: Naming) -> Assets {
        let mentioned: Vec<String> = match naming {
            Naming::AsInTheme => files.keys().cloned().collect(),
            Naming::ByContent => files.keys().filter(|name| is_mentioned(name, &files)).cloned().collect(),
        };
        let asset = |(name, content): (String, Content)| {
            let digest: Option<[u8; 32]> = bytes(&content).map(|bytes| Sha256::digest(bytes).into());
            let published = match &digest {
                Some(digest) if !mentioned.contains(&name) => with_digest(&name, digest),
                _ => name.clone(),
            };
            let digest = digest.map_or_else(String::new, |digest| format!("sha256-{}", base64(&digest)));
            (name, Asset { content, published, digest })
        };
        Assets { files: files.into_iter().map(asset).collect() }
    }

    /// The address of a file below the site's top.
    pub(super) fn address(&self, name: &str) -> Option<String> {
        self.files.get(name).map(|asset| format!("assets/{}", asset.published))
    }

    /// Its digest, as browsers check it.
    pub(super) fn digest(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(|asset| asset.digest.as_str())
    }

    /// What pages know of the files: how they are called, and their digests if they stand there.
    pub(super) fn names(&self, digests: bool) -> impl Iterator<Item = (&str, &str, &str)> {
        let digest = move |asset: &'_ Asset| if digests { asset.digest.len() } else { 0 };
        self.files.iter().map(move |(name, asset)| (name.as_str(), asset.published.as_str(), &asset.digest[..digest(asset)]))
    }

    /// Every file, at its address.
    pub(super) fn files(&self) -> impl Iterator<Item = File<'static>> + '_ {
        self.files.values().filter_map(|asset| {
            let url = UrlPath::new(format!("assets/{}", asset.published));
            match &asset.content {
                Content::OnDisk { path, .. } => Some(File::copy(url, path.clone())),
                content => Some(File::new(url, bytes(content)?)),
            }
        })
    }
}

fn bytes(content: &Content) -> Option<&[u8]> {
    match content {
        Content::Text(text) => Some(text.as_bytes()),
        Content::InMemory(bytes) => Some(bytes),
        Content::OnDisk { .. } | Content::NotUtf8 { .. } | Content::Link => None,
    }
}

/// Whether another file loads this one by its name, or seems to.
fn is_mentioned(name: &str, files: &BTreeMap<String, Content>) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    let texts = files.iter().filter(|(other, _)| *other != name && [".css", ".js", ".mjs", ".svg"].iter().any(|end| other.ends_with(end)));
    texts.into_iter().filter_map(|(_, content)| std::str::from_utf8(bytes(content)?).ok()).any(|text| without_comments(text).contains(last))
}

/// What stands between `/*` and `*/` loads nothing.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// `css/style.css` → `css/style.1a2b3c4d5e.css`.
fn with_digest(name: &str, digest: &[u8; 32]) -> String {
    let piece: String = digest[..5].iter().map(|byte| format!("{byte:02x}")).collect();
    let start = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[start..].rfind('.').filter(|&dot| dot > 0) {
        Some(dot) => format!("{}.{piece}{}", &name[..start + dot], &name[start + dot..]),
        None => format!("{name}.{piece}"),
    }
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().enumerate().fold(0u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= three.len() { digit as char } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets(files: &[(&str, &str)], naming: Naming) -> Assets {
        Assets::of(files.iter().map(|(name, text)| (name.to_string(), Content::Text((*text).into()))).collect(), naming)
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        for (text, expected) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(text.as_bytes()), expected);
        }
        assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
    }

    #[test]
    fn a_name_changes_with_what_is_in_the_file_and_only_then() {
        let name = |text: &str| assets(&[("css/style.css", text)], Naming::ByContent).address("css/style.css").expect("it is there");
        assert_eq!(name("a{}"), name("a{}"));
        assert_ne!(name("a{}"), name("b{}"));
        assert!(name("a{}").starts_with("assets/css/style.") && name("a{}").ends_with(".css"), "{}", name("a{}"));
        assert_eq!(name("a{}").len(), "assets/css/style.0123456789.css".len());
        assert_eq!(assets(&[("style.css", "")], Naming::AsInTheme).address("style.css").as_deref(), Some("assets/style.css"));
    }

    #[test]
    fn a_file_that_another_mentions_keeps_its_name() {
        let all = assets(&[("style.css", "a { background: url(img/logo.svg) }"), ("img/logo.svg", "<svg/>")], Naming::ByContent);
        assert_eq!(all.address("img/logo.svg").as_deref(), Some("assets/img/logo.svg"));
        assert_ne!(all.address("style.css").as_deref(), Some("assets/style.css"));
        assert_eq!(all.address("gone.css"), None);
        let told = assets(&[("style.css", "/* a comment on b.css */ a {}"), ("b.css", "b {}")], Naming::ByContent);
        assert_ne!(told.address("b.css").as_deref(), Some("assets/b.css"));
    }
}
