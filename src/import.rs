//! Brings existing reports in: a file as an office has it becomes a content file, with a list of doubts.
//!
//! 1. [`read`]: bytes → a [`Document`], one shape for text, HTML, Word, Excel and PDF;
//! 2. [`report`]: a document → an [`Imported`] report: title, year, contact, prose, and tables matched by the labels of
//!    the official forms; every value with its place in the source and how sure it is;
//! 3. [`write()`]: an imported report → the text of a content file; [`merge`] fills only what an existing report lacks.
//!
//! No figure is ever guessed: what is not certain is left out, with a comment and a [`Doubt`]. The arithmetic of a form
//! may decide between readings of a torn row; it never makes or alters a figure. Nothing here knows the site, opens
//! files or fetches anything.

mod across;
mod beside;
mod body;
mod cells;
mod contact;
mod decode;
mod document;
mod doubt;
mod fields;
mod figure;
mod front;
mod grid;
mod indicators;
mod json;
mod labels;
mod lines;
mod merge;
mod pages;
mod review;
mod tables;
mod text;
mod torn;
mod unit;
mod write;

#[cfg(feature = "import")]
mod docx;
#[cfg(feature = "import")]
mod dom;
#[cfg(feature = "import")]
mod html;
#[cfg(feature = "import")]
mod numbering;
#[cfg(feature = "import")]
mod page;
#[cfg(feature = "import")]
mod pdf;
#[cfg(feature = "import")]
mod xlsx;
#[cfg(feature = "import")]
mod zipped;

use std::borrow::Cow;

use crate::forms::Catalog;
use crate::names::{Words, Year};

pub use beside::safe_name;
pub use body::Dropped;
pub use document::{At, Beside, Block, Document, Grid, GridCell, Kind, Line, LineKind};
pub use doubt::{Certainty, Doubt, DoubtKind, Found};
pub use front::{Imported, ImportedTable};
pub use indicators::Proposal;
pub use json::{IMPORT_JSON_VERSION, json, json_value};
pub use merge::{Disagreement, Merged, merge};
pub use review::review;
pub use tables::{ImportedCell, Remainder};
pub use unit::{Guess, guess_unit};
pub use write::{draft, write};

/// Why a file could not be read at all; for people, in both languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreadable(pub Words);

impl Unreadable {
    fn new(zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Unreadable {
        Unreadable(Words::new(zh, en))
    }
}

/// Files above this size are refused before they are looked at.
pub const LARGEST_FILE: usize = 64 << 20;

/// More lines and tables than the longest report has.
const MOST_BLOCKS: usize = 20_000;

/// Bytes: more text than a hundred reports have.
const MOST_TEXT: usize = 4 << 20;

/// Rows by columns, of all tables: wide spans make a large table of a few cells.
const MOST_PLACES: usize = 1_000_000;

/// What the caller knows beforehand.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    pub year: Option<Year>,
    /// The unit's name, where the report does not say it.
    pub unit: Option<String>,
}

/// Reads a file of any known kind, told by its content and then by its name.
pub fn read(bytes: &[u8], name: &str) -> Result<Document, Unreadable> {
    if bytes.len() > LARGEST_FILE {
        return Err(too_large(bytes.len() as u64));
    }
    let mut document = match decode::kind(bytes, name)? {
        Kind::Text => text::read(&decode::text(bytes, None)?, name),
        other => formats(other, bytes, name)?,
    };
    fields::take(&mut document);
    if document.blocks.is_empty() {
        return Err(Unreadable::new("这个文件里没有文字", "no text in this file"));
    }
    if document.blocks.len() > MOST_BLOCKS || document.text_size() > MOST_TEXT || document.table_places() > MOST_PLACES {
        return Err(Unreadable::new("文件的内容太多，不像一份报告", "this file has more in it than a report can hold"));
    }
    Ok(document)
}

/// What is said about a file above [`LARGEST_FILE`], which need not be read to know it.
pub fn too_large(size: u64) -> Unreadable {
    Unreadable::new(
        format!("文件太大（{} MB），超过 64 MB 的上限", size >> 20),
        format!("this file is too large ({} MB; at most 64 MB)", size >> 20),
    )
}

#[cfg(feature = "import")]
fn formats(kind: Kind, bytes: &[u8], name: &str) -> Result<Document, Unreadable> {
    match kind {
        Kind::Html => html::read(&decode::html(bytes)?, name),
        Kind::Word => docx::read(bytes, name),
        Kind::Excel => xlsx::read(bytes, name),
        Kind::Pdf => pdf::read(bytes, name),
        Kind::Text => Ok(text::read(&decode::text(bytes, None)?, name)),
    }
}

#[cfg(not(feature = "import"))]
fn formats(kind: Kind, _: &[u8], _: &str) -> Result<Document, Unreadable> {
    let name = kind.id();
    Err(Unreadable::new(
        format!("这个版本的 gongkai 不能读 {name} 文件"),
        format!("this gongkai was built without `import` and cannot read {name} files"),
    ))
}

/// Matches a document with the official forms.
pub fn report(document: &Document, catalog: &Catalog, hints: &Hints) -> Imported {
    front::report(document, catalog, hints)
}
