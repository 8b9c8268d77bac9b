//! Characters on their way into HTML: line breaks, indentation, and copies without markup.
//!
//! In: text, breaks and inline tags, in order. Out: `html`, and plain text for whoever asked to capture it.
//! Which tags there are is left to the writer.

use super::cjk::joins;
use super::html::escape;

/// Spaces that stand for the indentation of a paragraph, which is the style sheet's business.
const INDENTATION: [char; 5] = ['\u{3000}', '\u{a0}', '\u{2002}', '\u{2003}', ' '];

/// HTML being written, and what has to be known of its last line.
#[derive(Default)]
pub(super) struct Text {
    pub(super) html: String,
    /// The last character shown in this block.
    last: Option<char>,
    /// Where a line was broken and it is not known yet whether the break is a space.
    line_break: Option<usize>,
    /// Nothing but indentation so far.
    is_at_start: bool,
    /// In a `<p>`, which a line with an indentation of its own may end.
    is_in_paragraph: bool,
    /// Inline elements that are open.
    inline: usize,
    /// Plain text wanted by headings, links, images; each part of the one before.
    captures: Vec<String>,
    /// Within an image's description, which is text and no HTML.
    is_hidden: bool,
}

impl Text {
    /// Begins a line of text within a block.
    pub(super) fn begin(&mut self) {
        self.last = None;
        self.line_break = None;
        self.is_at_start = true;
        self.is_in_paragraph = false;
    }

    pub(super) fn begin_paragraph(&mut self) {
        self.begin();
        self.is_in_paragraph = true;
        self.html.push_str("<p>");
    }

    /// Ends a paragraph; one that was nothing but indentation is not shown.
    pub(super) fn end_paragraph(&mut self) {
        if self.html.ends_with("<p>") {
            self.html.truncate(self.html.len() - "<p>".len());
        } else {
            self.html.push_str("</p>\n");
        }
    }

    /// Writes a block's tag at the beginning of a line of the HTML.
    pub(super) fn block(&mut self, tag: &str) {
        if !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
        self.html.push_str(tag);
    }

    /// Writes text that shows.
    pub(super) fn push(&mut self, text: &str) {
        if self.is_new_paragraph(text) {
            self.end_paragraph();
            self.begin_paragraph();
        }
        let text = if self.is_at_start { text.trim_start_matches(INDENTATION) } else { text };
        let Some(first) = text.chars().next() else { return };
        self.settle_line_break(first);
        self.is_at_start = false;
        self.last = text.chars().next_back();
        if let Some(capture) = self.captures.last_mut() {
            capture.push_str(text);
        }
        if !self.is_hidden {
            escape(text, &mut self.html);
        }
    }

    /// Writes code, where spaces count.
    pub(super) fn push_verbatim(&mut self, text: &str) {
        self.is_at_start = false;
        self.push(text);
    }

    /// A line with full-width indentation begins a paragraph in Chinese typing, with or without a blank line.
    fn is_new_paragraph(&self, text: &str) -> bool {
        let is_plain = self.is_in_paragraph && self.inline == 0 && !self.is_hidden;
        is_plain && self.line_break == Some(self.html.len()) && text.starts_with('\u{3000}')
    }

    pub(super) fn soft_break(&mut self) {
        if !self.is_at_start {
            self.line_break = Some(self.html.len());
        }
    }

    pub(super) fn hard_break(&mut self) {
        self.line_break = None;
        self.last = None;
        self.is_at_start = true;
        if let Some(capture) = self.captures.last_mut() {
            capture.push(' ');
        }
        if !self.is_hidden {
            self.html.push_str("<br>\n");
        }
    }

    /// Decides about the last line break, now that the character after it is known.
    fn settle_line_break(&mut self, next: char) {
        let Some(at) = self.line_break.take() else { return };
        if self.last.is_some_and(|last| joins(last, next)) {
            return;
        }
        if let Some(capture) = self.captures.last_mut() {
            capture.push(' ');
        }
        if !self.is_hidden {
            self.html.insert(at, '\n');
        }
    }

    pub(super) fn open(&mut self, tag: &str) {
        self.inline += 1;
        self.tag(tag);
    }

    pub(super) fn close(&mut self, tag: &str) {
        self.inline -= 1;
        self.tag(tag);
    }

    fn tag(&mut self, tag: &str) {
        if !self.is_hidden {
            self.html.push_str(tag);
        }
    }

    /// From here on text is also kept without markup, until [`Text::captured`].
    pub(super) fn capture(&mut self) {
        self.captures.push(String::new());
    }

    pub(super) fn captured(&mut self) -> String {
        let captured = self.captures.pop().unwrap_or_default();
        if let Some(outer) = self.captures.last_mut() {
            outer.push_str(&captured);
        }
        captured
    }

    /// Begins an image: what follows is its description.
    pub(super) fn hide(&mut self) {
        self.settle_line_break('\u{fffc}');
        self.is_at_start = false;
        self.last = None;
        self.is_hidden = true;
        self.capture();
    }

    /// Ends it and gives the description. What follows the image joins nothing.
    pub(super) fn show(&mut self) -> String {
        self.is_hidden = false;
        self.line_break = None;
        self.last = Some('\u{fffc}');
        self.captured()
    }

    pub(super) fn is_hidden(&self) -> bool {
        self.is_hidden
    }
}
