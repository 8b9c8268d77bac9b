//! The text of a file: at hand, or still on disk and read when somebody first asks for it.
//!
//! In: a text; or what is known of a file from an earlier look, its size and the fingerprint of its text. Out: the text. A build
//! after a small change asks for few.
//!
//! Nobody is ever given another text than the one that is known: what was found in that one has its places there. If the file
//! changed since it was looked at, its text is torn ([`FileText::is_torn`]), and whoever made something of it has to do it again.

use std::fs;
use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::without_bom;
use crate::cache::Fingerprint;

/// The text of a file. A clone shares it.
#[derive(Clone, Debug)]
pub struct FileText(Arc<Held>);

#[derive(Debug)]
enum Held {
    AtHand(Box<str>),
    OnDisk { known: Known, read: OnceLock<Read> },
}

/// What is known of a file that was not opened.
#[derive(Debug)]
struct Known {
    root: Arc<Path>,
    name: Arc<str>,
    size: u64,
    fingerprint: Fingerprint,
}

#[derive(Debug)]
enum Read {
    Whole(Box<str>),
    /// As many spaces as the file had bytes, so that every place in it is one in this, too.
    Torn(Box<str>),
}

impl FileText {
    /// Of a file below `root` that had this size, and a text of this fingerprint.
    pub(super) fn unread(root: &Arc<Path>, name: &Arc<str>, size: u64, fingerprint: Fingerprint) -> FileText {
        let known = Known { root: root.clone(), name: name.clone(), size, fingerprint };
        FileText(Arc::new(Held::OnDisk { known, read: OnceLock::new() }))
    }

    fn at_hand(text: Box<str>) -> FileText {
        FileText(Arc::new(Held::AtHand(text)))
    }

    /// `None` where it is torn.
    pub(super) fn whole(&self) -> Option<&str> {
        let text: &str = self;
        (!self.is_torn()).then_some(text)
    }

    /// Whether it was asked for when it was no longer there.
    pub fn is_torn(&self) -> bool {
        matches!(&*self.0, Held::OnDisk { read, .. } if matches!(read.get(), Some(Read::Torn(_))))
    }
}

impl Known {
    fn read(&self) -> Read {
        let bytes = fs::read(self.root.join(&*self.name)).unwrap_or_default();
        let text = simdutf8::compat::from_utf8(&bytes).map(without_bom);
        match text {
            Ok(text) if Fingerprint::of(text.as_bytes()) == self.fingerprint => Read::Whole(text.into()),
            _ => Read::Torn(" ".repeat(self.size as usize).into()),
        }
    }
}

impl From<&str> for FileText {
    fn from(text: &str) -> FileText {
        FileText::at_hand(text.into())
    }
}

impl From<String> for FileText {
    fn from(text: String) -> FileText {
        FileText::at_hand(text.into())
    }
}

/// Reads it, if it was not read yet.
impl Deref for FileText {
    type Target = str;

    fn deref(&self) -> &str {
        match &*self.0 {
            Held::AtHand(text) => text,
            Held::OnDisk { known, read } => match read.get_or_init(|| known.read()) {
                Read::Whole(text) | Read::Torn(text) => text,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Remembered, Sources};
    use super::*;

    #[test]
    fn a_text_is_read_when_it_is_asked_for_and_never_taken_for_another() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("content/2020.md");
        fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
        fs::write(&path, "\u{feff}年报").expect("it can be written");
        let known = Remembered::of(&Sources::read(folder.path()).expect("it can be read")).expect("it is on a disk");
        let (asked, late, never) = (known.unread(folder.path()), known.unread(folder.path()), known.unread(folder.path()));
        assert_eq!(asked.text("content/2020.md"), Some("年报"));
        fs::write(&path, "月报").expect("it can be written");
        assert_eq!(asked.text("content/2020.md"), Some("年报"), "it is read once");
        let text = |sources: &Sources| match sources.get("content/2020.md") {
            Some(super::super::Content::Text(text)) => text.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(text(&late), " ".repeat(9), "places in it are places in this");
        assert_eq!(late.text("content/2020.md"), None);
        assert_eq!([&asked, &late, &never].map(|sources| sources.is_torn()), [false, true, false]);
        fs::remove_file(&path).expect("it is there");
        assert_eq!(never.text("content/2020.md"), None);
        assert!(never.is_torn());
    }
}
