//! The archive's files in memory, and places in them.
//!
//! In: a directory (or, in tests, pairs of path and text). Out: [`Sources`], sorted by path.
//! This is the only module that reads the author's disk. What a file means is left to others;
//! files that are only passed on (attachments, images, fonts) stay on disk and are named here.
//!
//! [`Sources::read`] and [`Sources::read_again`] are one function: the second has something to compare with, and
//! opens only what looks different (`look`).

mod look;
mod text;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::cache::{Fingerprint, Mixer};
use crate::error::Error;

pub use look::{Change, Extent, Look, PARTS, Remembered, Sighting, Stamp};
pub use text::FileText;

/// A range of bytes in a file, with the line (from 1) on which it begins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
    pub line: u32,
}

/// A range in a file of the archive: where a figure stands, what a message is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Place {
    /// Path below the archive's root, with forward slashes.
    pub file: Arc<str>,
    pub span: Span,
}

/// Line and column, both from 1; columns count characters, full-width ones too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineColumn {
    pub line: usize,
    pub column: usize,
}

/// What a file of the archive holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// UTF-8, byte order mark removed.
    Text(FileText),
    /// Should be text but is not UTF-8; `valid` bytes of it are.
    NotUtf8 { valid: usize },
    /// Passed on as it is, and read only when it is written out.
    OnDisk { path: PathBuf, size: u64 },
    /// The same for bytes that are not on a disk (tests, embedded files), and for small attachments that are text,
    /// which are checked before they are passed on.
    InMemory(Arc<[u8]>),
    /// A symbolic link: never followed, so that nothing outside the archive is published by mistake.
    Link,
}

/// All files of an archive, by path below its root. A clone shares the texts.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    root: PathBuf,
    files: BTreeMap<Arc<str>, Arc<Held>>,
}

/// A file in memory.
#[derive(Debug)]
struct Held {
    content: Content,
    /// Of the bytes; of a file that stays on disk only its size.
    fingerprint: Fingerprint,
    /// How it looked on disk when it was read.
    seen: Option<look::Seen>,
}

impl Held {
    fn new(content: Content, seen: Option<look::Seen>) -> Held {
        let fingerprint = match &content {
            Content::Text(text) => Fingerprint::of(text.as_bytes()),
            Content::InMemory(bytes) => Fingerprint::of(bytes),
            Content::NotUtf8 { valid } => Mixer::new("not UTF-8").number(*valid as u64).finish(),
            Content::OnDisk { size, .. } => Mixer::new("on disk").number(*size).finish(),
            Content::Link => Mixer::new("link").finish(),
        };
        Held { content, fingerprint, seen }
    }
}

impl Sources {
    /// Reads `site.yaml`, `content/`, `forms/` and `themes/` below `root`.
    ///
    /// Fails where a directory or file cannot be read; a missing directory is not a failure.
    pub fn read(root: &Path) -> Result<Sources, Error> {
        Sources::none(root).read_now()
    }

    /// The same, but of the texts that were `known` and still look as they did, only those that are asked for.
    /// [`Sources::is_torn`] says whether that went well.
    pub fn read_knowing(known: &Remembered, root: &Path) -> Result<Sources, Error> {
        known.unread(root).read_now()
    }

    fn read_now(&self) -> Result<Sources, Error> {
        let look = self.read_again(Extent::Everything, &|_| false, &mut |_| false);
        look.unreadable.into_iter().next().map_or(Ok(look.sources), Err)
    }

    /// Whether a text was asked for when its file no longer held it: what was made of these sources is worth nothing.
    pub fn is_torn(&self) -> bool {
        self.files.values().any(|held| matches!(&held.content, Content::Text(text) if text.is_torn()))
    }

    /// Nothing yet, to be read from `root`.
    pub fn none(root: &Path) -> Sources {
        Sources { root: root.to_path_buf(), files: BTreeMap::new() }
    }

    /// An archive written down in a test.
    pub fn from_texts<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Sources {
        let file = |(name, text): (&str, &str)| {
            let content = if is_text(name) { Content::Text(without_bom(text).into()) } else { Content::InMemory(text.as_bytes().into()) };
            (Arc::from(name), Arc::new(Held::new(content, None)))
        };
        Sources { root: PathBuf::new(), files: files.into_iter().map(file).collect() }
    }

    /// With one more file, or with other contents of one that is there: what the archive would be.
    pub fn with(mut self, path: &str, content: Content) -> Sources {
        self.files.insert(path.into(), Arc::new(Held::new(content, None)));
        self
    }

    /// The directory that the archive was read from.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn get(&self, path: &str) -> Option<&Content> {
        self.files.get(path).map(|held| &held.content)
    }

    /// Of what a file holds.
    pub fn fingerprint(&self, path: &str) -> Option<Fingerprint> {
        self.files.get(path).map(|held| held.fingerprint)
    }

    /// Of a file that stays on disk, as it looked when it was listed; `None` where it may have changed since without a sign.
    pub fn look_of(&self, path: &str) -> Option<Fingerprint> {
        let held = self.files.get(path)?;
        let seen = held.seen.filter(|seen| !seen.recent)?;
        Some(Mixer::new("look").fingerprint(held.fingerprint).shown(&seen.stamp).finish())
    }

    /// Reads some files of an archive and no others, for showing what stands in them. One that cannot be read is left out.
    pub fn some<'a>(root: &Path, names: impl IntoIterator<Item = &'a str>) -> Sources {
        let file = |name: &'a str| {
            let text = std::fs::read_to_string(root.join(name)).ok()?;
            Some((Arc::from(name), Arc::new(Held::new(Content::Text(without_bom(&text).into()), None))))
        };
        Sources { root: root.to_path_buf(), files: names.into_iter().filter_map(file).collect() }
    }

    /// Of the names and contents of all files whose path begins with `prefix`.
    pub fn fingerprint_below(&self, prefix: &str) -> Fingerprint {
        let mut mixer = Mixer::new(prefix);
        for (path, held) in self.range(prefix) {
            mixer.add_text(path);
            mixer.add(held.fingerprint);
        }
        mixer.finish()
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    pub fn text(&self, path: &str) -> Option<&str> {
        match &self.files.get(path)?.content {
            Content::Text(text) => text.whole(),
            Content::InMemory(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// All files whose path begins with `prefix`, in the order of their paths.
    pub fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a Arc<str>, &'a Content)> {
        self.range(prefix).map(|(path, held)| (path, &held.content))
    }

    fn range<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a Arc<str>, &'a Arc<Held>)> {
        self.files.range::<str, _>((Bound::Included(prefix), Bound::Unbounded)).take_while(move |(path, _)| path.starts_with(prefix))
    }

    /// Where a place begins, counted in the file.
    pub fn line_column(&self, place: &Place) -> LineColumn {
        let line_alone = LineColumn { line: place.span.line.max(1) as usize, column: 1 };
        self.text(&place.file).map_or(line_alone, |text| line_column(text, place.span.start as usize))
    }

    /// Where a place ends (the column after its last character), counted in the file.
    pub fn end_line_column(&self, place: &Place) -> LineColumn {
        self.text(&place.file).map_or(LineColumn { line: 1, column: 1 }, |text| line_column(text, place.span.end as usize))
    }
}

/// How many lines end in a part of a file.
pub fn newlines(text: &[u8]) -> u32 {
    memchr::memchr_iter(b'\n', text).count() as u32
}

/// Line and column of a byte offset; offsets past the end or inside a character are moved back.
pub fn line_column(text: &str, offset: usize) -> LineColumn {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    LineColumn { line: newlines(before.as_bytes()) as usize + 1, column: before[line_start..].chars().count() + 1 }
}

/// Droppings of editors, office programs and operating systems, and hidden files.
pub fn is_dropping(name: &str) -> bool {
    name.starts_with(['.', '#'])
        || name.starts_with("~$")
        || name.ends_with(['~', '#'])
        || name == "4913"
        || name.eq_ignore_ascii_case("thumbs.db")
        || name.eq_ignore_ascii_case("desktop.ini")
        || [".tmp", ".swp", ".swx", ".bak", ".bck"].iter().any(|end| name.to_ascii_lowercase().ends_with(end))
}

/// What we read ourselves: Markdown of the content, YAML of forms and site, texts of themes.
fn is_text(name: &str) -> bool {
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    if name.starts_with("content/") {
        return ends(&[".md"]);
    }
    ends(&[".yaml", ".yml", ".html", ".xml", ".css", ".js", ".svg", ".txt"])
}

/// Attachments larger than this are not looked into.
const READ_UP_TO: u64 = 2 << 20;

/// Attachments that are text, whatever its encoding.
pub fn is_plain_text(name: &str) -> bool {
    [".csv", ".tsv", ".txt", ".htm", ".html"].iter().any(|end| name.to_ascii_lowercase().ends_with(end))
}

/// Attachments that are read before they are passed on: text, and pictures that are text.
pub fn is_looked_into(name: &str) -> bool {
    is_plain_text(name) || name.to_ascii_lowercase().ends_with(".svg")
}

fn without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let at = |offset| line_column("---\n年份: 2020\n", offset);
        assert_eq!(at(4), LineColumn { line: 2, column: 1 });
        assert_eq!(at("---\n年份: ".len()), LineColumn { line: 2, column: 5 });
        assert_eq!(at(5), LineColumn { line: 2, column: 1 });
        assert_eq!(at(999), LineColumn { line: 3, column: 1 });
    }

    #[test]
    fn droppings_of_word_and_vim_are_not_content() {
        for name in ["~$2020.md", ".2020.md.swp", "2020.md~", "#2020.md#", "4913", ".DS_Store", "Thumbs.db", "a.tmp"] {
            assert!(is_dropping(name), "{name}");
        }
        for name in ["2020.md", "_index.md", "扫描件.pdf"] {
            assert!(!is_dropping(name), "{name}");
        }
    }
}
