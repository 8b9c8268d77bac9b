//! What the documents say, as data for excerpts: for each document a list of anchor, heading and text, part after part.
//!
//! A few documents a file, those of one year that stand beside each other: results are listed in that order.

use std::ops::Range;

use super::Document;
use super::document::{self, Listener};
use super::postings::{Read, Reader};
use crate::archive::Archive;
use crate::characters::{Steps, WIDTHS};

/// A file is closed behind a document once it holds about so many bytes …
const MOST: usize = 64 * 1024;
/// … or at half of that behind a document that is a milestone: then one more document moves few others to other files.
const ENOUGH: usize = MOST / 2;

/// For each file its first document, and the number of documents at the end.
pub fn files(documents: &[Document], archive: &Archive) -> Vec<usize> {
    let mut starts = vec![0];
    let mut size = 0;
    for (number, document) in documents.iter().enumerate() {
        size += length(document, archive);
        let is_full = size >= MOST || size >= ENOUGH && is_milestone(document, archive);
        if is_full && number + 1 < documents.len() {
            starts.push(number + 1);
            size = 0;
        }
    }
    starts.push(documents.len());
    starts
}

fn length(document: &Document, archive: &Archive) -> usize {
    document::outline(document.kind, archive.unit(document.unit)).length
}

/// Every second unit, by its path alone.
fn is_milestone(document: &Document, archive: &Archive) -> bool {
    archive.unit(document.unit).path.as_str().bytes().map(u32::from).sum::<u32>() % 2 == 0
}

/// Adds the documents as a list of lists. What they can be found by is taken along: telling a document means making its HTML.
pub fn put(documents: &[Document], archive: &Archive, out: &mut Vec<u8>) -> Read {
    let mut reader = Reader::new();
    out.push(b'[');
    for (number, document) in documents.iter().enumerate() {
        out.extend_from_slice(if number == 0 { b"[" } else { b",\n[" });
        let mut both = (Writer { out, state: State::Nothing }, reader);
        both.1.begin(document::title(document.kind, archive.unit(document.unit)));
        document::tell(document, archive, &mut both);
        both.0.end_part();
        reader = both.1;
        reader.end();
        out.push(b']');
    }
    out.push(b']');
    reader.finish()
}

/// Writes what is told as strings.
struct Writer<'o> {
    out: &'o mut Vec<u8>,
    state: State,
}

enum State {
    Nothing,
    /// In the text of a part; what was in `out` before the part, to take it back if it stays empty.
    Part {
        before: Option<usize>,
        line: Line,
    },
}

#[derive(Clone, Copy, PartialEq)]
enum Line {
    /// The first of its part, still empty.
    First,
    /// Empty, and others before it.
    Next,
    Begun,
}

impl Writer<'_> {
    fn end_part(&mut self) {
        if let State::Part { before, .. } = std::mem::replace(&mut self.state, State::Nothing) {
            match before {
                Some(length) => self.out.truncate(length),
                None => self.out.push(b'"'),
            }
        }
    }
}

impl Listener for Writer<'_> {
    fn part(&mut self, anchor: &str, heading: &str) {
        self.end_part();
        let before = self.out.len();
        if !self.out.ends_with(b"[") {
            self.out.push(b',');
        }
        string(anchor, self.out);
        self.out.push(b',');
        string(heading, self.out);
        self.out.extend_from_slice(b",\"");
        // A heading alone can be found.
        self.state = State::Part { before: heading.is_empty().then_some(before), line: Line::First };
    }

    fn text(&mut self, text: &str) {
        let State::Part { before, line } = &mut self.state else { return };
        // Line breaks of the HTML between two tags say nothing.
        let text = if *line == Line::Begun { text } else { text.trim_start_matches('\n') };
        if text.is_empty() {
            return;
        }
        if *line == Line::Next {
            self.out.extend_from_slice(b"\\n");
        }
        (*before, *line) = (None, Line::Begun);
        escape(text, self.out);
    }

    fn line(&mut self) {
        if let State::Part { line: line @ Line::Begun, .. } = &mut self.state {
            *line = Line::Next;
        }
    }
}

fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    escape(text, out);
    out.push(b'"');
}

/// Adds a text between the quotation marks of a script's string.
pub fn escape(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut written = 0;
    let mut write = |range: Range<usize>, instead: &str, out: &mut Vec<u8>| {
        out.extend_from_slice(&bytes[written..range.start]);
        out.extend_from_slice(instead.as_bytes());
        written = range.end;
    };
    let mut from = 0;
    while let Some(at) = PERHAPS_SPECIAL.next(bytes, from) {
        from = at + WIDTHS.at(bytes[at]);
        match bytes[at] {
            b'"' => write(at..from, "\\\"", out),
            b'\\' => write(at..from, "\\\\", out),
            // U+2028 and U+2029 end a line in scripts of old browsers.
            0xe2 if matches!(bytes[at..], [_, 0x80, 0xa8 | 0xa9, ..]) => write(at..from, " ", out),
            0xe2 => {}
            // As in HTML, a line break within a line is a space.
            _ => write(at..from, " ", out),
        }
    }
    out.extend_from_slice(&bytes[written..]);
}

/// The characters that are not written as they are, or may not be.
const PERHAPS_SPECIAL: Steps = Steps::past_all_but(b"\"\\\xe2").nor_controls();

#[cfg(test)]
mod tests {
    use super::*;

    fn written(tell: impl FnOnce(&mut Writer)) -> String {
        let mut out = b"[".to_vec();
        let mut writer = Writer { out: &mut out, state: State::Nothing };
        tell(&mut writer);
        writer.end_part();
        out.push(b']');
        String::from_utf8(out).expect("it came from texts")
    }

    #[test]
    fn parts_are_three_strings_each_and_empty_ones_are_left_out() {
        let data = written(|writer| {
            writer.part("", "");
            writer.line();
            writer.part("一", "一、总体情况");
            writer.text("甲");
            writer.line();
            writer.line();
            writer.text("乙");
            writer.line();
            writer.part("二", "二、空");
        });
        assert_eq!(data, r#"["一","一、总体情况","甲\n乙","二","二、空",""]"#);
    }

    #[test]
    fn no_text_ends_its_string() {
        let mut out = vec![];
        escape("\"\\\u{2028}</script>\n\u{0}“甲”", &mut out);
        assert_eq!(String::from_utf8_lossy(&out), "\\\"\\\\ </script>  “甲”");
    }
}
