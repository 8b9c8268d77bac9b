//! Figures filled into text: `{{ name }}` becomes the figure of that name, before Markdown is read.
//!
//! - What is filled in is escaped: a figure, its unit or a remark never becomes markup, whatever it contains.
//! - In code spans and code blocks a placeholder stays as written, so that a page can explain placeholders.
//! - `\{{` is a literal `{{`. Both braces pairs stand on one line; a `{{` without its `}}` stays as text.
//! - A name that nobody knows stays visible as written, and is reported.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Tag};

/// A text with its figures, and the way back to the text as written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filled<'a> {
    pub text: Cow<'a, str>,
    /// Placeholders without a value, in order; ranges are bytes of the text as written.
    pub unknown: Vec<Unknown>,
    /// Each `{{` without a `}}` on its line; ranges are bytes of the text as written.
    pub unclosed: Vec<Range<usize>>,
    /// What was replaced, in order.
    pieces: Vec<Piece>,
}

/// A name that nobody knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unknown {
    /// Without the white space around it; may be empty.
    pub name: String,
    /// The placeholder, braces included.
    pub range: Range<usize>,
}

/// One replacement: a range of the text as written, and the range that stands for it.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Piece {
    original: Range<usize>,
    filled: Range<usize>,
}

impl Filled<'_> {
    /// The range of the text as written that a range of the filled text stands for.
    /// Where it begins or ends within a figure, the whole placeholder belongs to it.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        if range.is_empty() {
            let at = self.offset(range.start, |piece| piece.original.start);
            return at..at;
        }
        self.offset(range.start, |piece| piece.original.start)..self.offset(range.end, |piece| piece.original.end)
    }

    fn offset(&self, offset: usize, edge: fn(&Piece) -> usize) -> usize {
        let before = self.pieces.partition_point(|piece| piece.filled.end <= offset);
        match self.pieces.get(before) {
            Some(piece) if piece.filled.start < offset => edge(piece),
            _ => before.checked_sub(1).map_or(offset, |last| self.pieces[last].original.end + offset - self.pieces[last].filled.end),
        }
    }
}

/// Fills a text. `value` says what stands for a name; `None` where it knows no such name.
pub fn fill<'a>(text: &'a str, value: &dyn Fn(&str) -> Option<String>) -> Filled<'a> {
    let mut filling = Filling { text, filled: String::new(), written: 0, result: unchanged(text) };
    if !text.contains("{{") {
        return filling.result;
    }
    let code = code(text);
    let mut from = 0;
    while let Some(found) = text[from..].find("{{") {
        let start = from + found;
        from = match code.iter().find(|code| code.contains(&start)) {
            Some(code) => code.end,
            None => filling.at_braces(start, value),
        };
    }
    filling.finish()
}

fn unchanged(text: &str) -> Filled<'_> {
    Filled { text: Cow::Borrowed(text), unknown: vec![], unclosed: vec![], pieces: vec![] }
}

/// A text half filled.
struct Filling<'a> {
    text: &'a str,
    filled: String,
    /// Up to here the text as written is in `filled`.
    written: usize,
    result: Filled<'a>,
}

impl<'a> Filling<'a> {
    /// Deals with the `{{` at `start`; gives the place to look on from.
    fn at_braces(&mut self, start: usize, value: &dyn Fn(&str) -> Option<String>) -> usize {
        if super::is_escaped(self.text, start) {
            self.replace(start..start + 2, "{\\{");
            return start + 2;
        }
        let Some(end) = closing(self.text, start) else {
            self.result.unclosed.push(start..start + 2);
            return start + 2;
        };
        let name = self.text[start + 2..end - 2].trim();
        match value(name) {
            Some(value) => {
                let mut value = escaped(&value);
                if value.ends_with(|c: char| c.is_ascii_digit()) && self.would_number_a_list(start, end) {
                    value.push('\\');
                }
                self.replace(start..end, &value);
            }
            None => {
                self.replace(start..end, &escaped(&self.text[start..end]));
                self.result.unknown.push(Unknown { name: name.to_string(), range: start..end });
            }
        }
        end
    }

    /// True where the placeholder is followed by what would make a number before it the number of a list.
    /// A `)` may also close the address of a link; then its `(` stands before it.
    fn would_number_a_list(&self, start: usize, end: usize) -> bool {
        let line = self.text[..start].rsplit('\n').next().unwrap_or_default();
        let mut after = self.text[end..].chars();
        let is_delimiter = match after.next() {
            Some('.') => true,
            Some(')') => !line.contains('('),
            _ => false,
        };
        is_delimiter && after.next().is_none_or(char::is_whitespace)
    }

    fn replace(&mut self, original: Range<usize>, with: &str) {
        self.filled.push_str(&self.text[self.written..original.start]);
        let start = self.filled.len();
        self.filled.push_str(with);
        self.written = original.end;
        self.result.pieces.push(Piece { original, filled: start..self.filled.len() });
    }

    fn finish(mut self) -> Filled<'a> {
        if !self.result.pieces.is_empty() {
            self.filled.push_str(&self.text[self.written..]);
            self.result.text = Cow::Owned(self.filled);
        }
        self.result
    }
}

/// The end of the placeholder that begins at `start`: behind the first `}}` of its line, unless another `{{` comes first.
fn closing(text: &str, start: usize) -> Option<usize> {
    let line = text[start + 2..].lines().next()?;
    let end = line.find("}}")?;
    (!line[..end].contains("{{")).then_some(start + 2 + end + 2)
}

/// The value so that Markdown reads it as it is: on one line, and a backslash before every ASCII punctuation mark
/// but those between digits (`12.50`), which mean nothing there.
fn escaped(value: &str) -> String {
    let words = value.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let value = words.collect::<Vec<_>>().join(" ");
    let mut escaped = String::with_capacity(value.len() + 8);
    let mut last = ' ';
    for (at, c) in value.char_indices() {
        let next = value[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        let is_within_number = matches!(c, '.' | ',') && last.is_ascii_digit() && next.is_ascii_digit();
        match c {
            // In a table `\\|` is a pipe, so a backslash is better not left before what follows.
            '\\' => escaped.push_str("&#92;"),
            _ if c.is_ascii_punctuation() && !is_within_number => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
        last = c;
    }
    escaped
}

/// Where code stands. Parsed only where the text has something that may begin code.
fn code(text: &str) -> Vec<Range<usize>> {
    if !super::may_have_code(text) {
        return vec![];
    }
    let is_code = |event: &Event| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_)));
    super::parser(text).into_offset_iter().filter(|(event, _)| is_code(event)).map(|(_, range)| range).collect()
}
