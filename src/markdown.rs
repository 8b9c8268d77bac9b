//! Markdown to HTML, with Chinese done right.
//!
//! In: the body of a document. Out: [`Prose`], cut at its second-level headings, safe to be put on a page as it is;
//! its [`Outline`], which says what there is without the HTML; and the HTML [`Folded`], to be shown later.
//!
//! 1. [`fill()`] puts figures in the place of `{{ name }}`;
//! 2. `emphasis` makes `**` work next to Chinese punctuation;
//! 3. `writer` turns the parser's events into HTML: raw HTML becomes text, addresses are vetted, headings get ids,
//!    lines of Chinese are joined without a space.
//!
//! Whether a link leads anywhere, which sections a report needs and how a problem is put into words is left to others.

mod anchors;
mod cjk;
mod emphasis;
mod fill;
mod folded;
mod footnotes;
mod html;
mod levels;
mod links;
mod outline;
mod table;
mod text;
mod writer;

use std::ops::Range;

use pulldown_cmark::{Options, Parser};
use serde::{Deserialize, Serialize};

pub use fill::{Filled, Unknown, fill};
pub use folded::Folded;
pub use outline::{Outline, Part};

/// A body as HTML. All ranges are bytes of the text that was rendered.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Prose {
    /// Before the first section.
    pub preamble: String,
    /// In the order of the text; a report's official sections are among them.
    pub sections: Vec<Section>,
    /// The notes, as a numbered list to stand after the last section; empty where there are none.
    pub footnotes: String,
    /// What is published of links and images, in the order of the text.
    pub links: Vec<Link>,
    /// In the order in which they were noticed.
    pub problems: Vec<Problem>,
}

/// A second-level heading and all that follows it up to the next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    pub heading: Heading,
    /// Without the heading itself; sub-headings with their ids included.
    pub html: String,
    /// The sub-headings, for a list of contents.
    pub headings: Vec<Heading>,
    /// From the heading to the next one.
    pub range: Range<usize>,
}

/// A heading as it is shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Heading {
    /// 2 to 6. No level is left out on the way down, so it may be less than the number of `#`; `#` counts as `##`.
    pub level: u8,
    /// Unique on the page. Never begins with `page-`, which is free for the page's own ids.
    pub id: String,
    /// Without markup.
    pub text: String,
    /// The inline markup within the heading.
    pub html: String,
    pub range: Range<usize>,
}

/// A link or an image that is published.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Link {
    pub kind: LinkKind,
    /// As the author wrote it, entities and backslashes decoded; `mailto:` added to `<a@b.c>`.
    pub destination: String,
    /// The text of the link, or the description of the image.
    pub text: String,
    pub range: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum LinkKind {
    Link,
    Image,
}

/// Something in the text that is not shown as its author may expect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    pub kind: ProblemKind,
    pub range: Range<usize>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ProblemKind {
    /// HTML, comments too: shown as text. One problem for each tag in a line, or for each block.
    RawHtml,
    /// An address that is not published (`javascript:`, `file:`, `//host`, …): the text is kept, the link is not.
    RefusedLink { destination: String },
    /// A link or image without an address: the text is kept.
    EmptyLink,
    /// A line that begins `2020. ` would be an item of a list that counts from 2020: shown as a paragraph.
    ListFromYear,
    /// `**` that found no partner: shown as asterisks.
    StrayAsterisks,
    /// A heading without text: not shown.
    EmptyHeading,
    /// `{#id}` with an id that is not allowed: another one is made from the text.
    RefusedId { id: String },
    /// Text in a table's row beyond its last column: Markdown drops it.
    ExtraCells,
    /// A note that nothing refers to, or a second one of the same name: shown as the last.
    UnusedFootnote { label: String },
}

/// Renders a text.
///
/// `resolve` gives the address on the page for an address within the site; other permitted addresses
/// (`http`, `https`, `mailto`, `tel`) are written as they are.
pub fn render(text: &str, resolve: &dyn Fn(LinkKind, &str) -> String) -> Prose {
    writer::write(&emphasis::Marked::new(text), resolve)
}

/// No smart punctuation (“” are typed in Chinese), no sub- and superscript (`1~3月` is a range), no mathematics.
fn parser(text: &str) -> Parser<'_> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_STRIKETHROUGH;
    Parser::new_ext(text, options)
}

/// True where an odd number of backslashes stands before the position.
fn is_escaped(text: &str, position: usize) -> bool {
    text.as_bytes()[..position].iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1
}

/// False where no parser is needed to tell that there is no code: no backticks, no fence of tildes, nothing indented.
fn may_have_code(text: &str) -> bool {
    // Searched for by one character: the standard library is slow with strings of equal characters.
    let repeats = |c: char, run: &str| text.match_indices(c).any(|(at, _)| text[at..].starts_with(run));
    text.contains('`') || text.contains('\t') || repeats('~', "~~~") || repeats(' ', "    ")
}
