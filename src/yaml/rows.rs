//! Rows of figures, which are most of the front matter of a report.
//!
//! In: YAML. Out: the same for the parser, with a word in the place of each list of numbers that stands alone behind its key
//! (`received: [1, 0, ~]`), or in the place of all that stand below a key, where nothing else does; and what was taken out.
//!
//! A parser of all YAML takes thousands of instructions for a scalar, and the numbers of such a list can be told by anybody.
//! What is a value is still for the parser to say: in a quotation, or in a text of several lines, it finds no such word,
//! and then the YAML has to be parsed as it was written.

use std::ops::Range;

use crate::characters::lines;

/// The text for the parser, and what it has words for, in order.
pub(super) struct Rows {
    pub(super) text: String,
    pub(super) taken: Vec<Taken>,
    /// From these bytes of the text on, so many of the YAML are missing before.
    gaps: Vec<(usize, usize)>,
}

/// What was taken out. Ranges are bytes of the YAML.
pub(super) enum Taken {
    /// One row, brackets included.
    Row(Range<usize>),
    /// The rows below a key, line by line, and where that begins which follows them.
    Group { rows: Vec<Keyed>, end: usize },
}

/// A row and the key before it.
pub(super) struct Keyed {
    pub(super) key: Range<usize>,
    pub(super) row: Range<usize>,
}

impl Taken {
    /// All that its word stands for.
    pub(super) fn range(&self) -> Range<usize> {
        match self {
            Taken::Row(row) => row.clone(),
            Taken::Group { rows, .. } => rows[0].key.start..rows[rows.len() - 1].row.end,
        }
    }
}

/// Stands for what was taken out.
const WORD: &str = "x";

impl Rows {
    pub(super) fn of(yaml: &str) -> Rows {
        let mut at = 0;
        let line = |text| {
            let line = Line::of(text, at);
            at += text.len();
            line
        };
        let lines: Vec<Line> = lines(yaml).map(line).collect();
        // Within brackets over several lines other rules hold.
        let is_plain = lines.iter().all(|line| line.row.is_some() || memchr::memchr2(b'[', b'{', line.text.as_bytes()).is_none());
        let mut rows = Rows { text: String::with_capacity(yaml.len()), taken: vec![], gaps: vec![] };
        let mut rest = lines.as_slice();
        while let [line, after @ ..] = rest {
            rest = after;
            rows.line(line);
            if is_plain && let Some(group) = line.group(after) {
                let (lines, after) = after.split_at(group.len());
                rest = after;
                let end = after.first().map_or(yaml.len(), |next| next.at + next.indent);
                rows.group(lines, group, end);
            }
        }
        rows
    }

    /// All of it for the parser.
    pub(super) fn none(yaml: &str) -> Rows {
        Rows { text: yaml.to_string(), taken: vec![], gaps: vec![] }
    }

    /// Where a byte of the text stands in the YAML; behind a word, what that stands for has ended.
    pub(super) fn place(&self, at: usize) -> usize {
        let before = self.gaps.partition_point(|gap| gap.0 <= at);
        at + self.gaps[..before].last().map_or(0, |gap| gap.1)
    }

    fn line(&mut self, line: &Line) {
        let Some(row) = &line.row else { return self.text.push_str(line.text) };
        self.text.push_str(&line.text[..row.start]);
        self.take(Taken::Row(line.at + row.start..line.at + row.end));
        self.text.push_str(&line.text[row.end..]);
    }

    fn group(&mut self, lines: &[Line], rows: Vec<Keyed>, end: usize) {
        let ([first, ..], Some(Line { text, row: Some(row), .. })) = (lines, lines.last()) else { return };
        self.text.push_str(&first.text[..first.indent]);
        self.take(Taken::Group { rows, end });
        self.text.push_str(&text[row.end..]);
    }

    fn take(&mut self, taken: Taken) {
        self.text.push_str(WORD);
        let missing = taken.range().end - self.text.len();
        self.gaps.push((self.text.len(), missing));
        self.taken.push(taken);
    }
}

/// A line of the YAML, with its end.
struct Line<'a> {
    text: &'a str,
    at: usize,
    /// Spaces before it.
    indent: usize,
    /// Within the line.
    row: Option<Range<usize>>,
}

impl<'a> Line<'a> {
    fn of(text: &'a str, at: usize) -> Line<'a> {
        Line { text, at, indent: text.len() - text.trim_start_matches(' ').len(), row: row(text) }
    }

    /// A row behind a plain key and nothing else.
    fn keyed(&self) -> Option<Keyed> {
        let row = self.row.clone()?;
        let key = self.indent..row.start - ": ".len();
        is_key(&self.text[key.clone()])
            .then(|| Keyed { key: self.at + key.start..self.at + key.end, row: self.at + row.start..self.at + row.end })
    }

    /// The rows on the lines that follow, if they are all that stands below this key.
    fn group(&self, after: &[Line]) -> Option<Vec<Keyed>> {
        let key = self.text[self.indent..].trim_end_matches(['\n', '\r', ' ']).strip_suffix(':')?;
        let indent = after.first()?.indent;
        if !is_key(key) || indent <= self.indent {
            return None;
        }
        let rows: Vec<Keyed> = after.iter().take_while(|line| line.indent == indent).map_while(Line::keyed).collect();
        let ends = |next: &Line| next.indent <= self.indent && !next.text[next.indent..].starts_with(['#', '\n', '\r', '\t']);
        (!rows.is_empty() && after.get(rows.len()).is_none_or(ends)).then_some(rows)
    }
}

/// A word that can be nothing but a plain scalar.
fn is_key(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_'))
}

/// The items of a row, each with where it begins.
pub(super) fn items(row: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 1;
    row[1..row.len() - 1].split(',').map(move |item| {
        let before = item.bytes().position(|byte| byte != b' ').unwrap_or(item.len());
        let start = next + before;
        next += item.len() + 1;
        (start, item[before..].trim_end_matches(' '))
    })
}

/// Where in the line its row stands.
fn row(line: &str) -> Option<Range<usize>> {
    let start = memchr::memchr(b'[', line.as_bytes())?;
    let end = line.trim_end_matches(['\n', '\r', ' ']).len();
    if !line[..end].ends_with(']') || !line[..start].ends_with(": ") || line.trim_start_matches(' ').starts_with('#') {
        return None;
    }
    let within = &line.as_bytes()[start + 1..end - 1];
    // No other white space than these.
    let is_of_numbers = within.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'~' | b',' | b' ' | b'.' | b'+' | b'-'));
    let is_row = is_of_numbers && within.split(|&byte| byte == b',').all(|item| is_plain(item.trim_ascii()));
    is_row.then_some(start..end)
}

/// A number or `~`: what can be nothing but a plain scalar.
fn is_plain(item: &[u8]) -> bool {
    let number = if let [b'+' | b'-', number @ ..] = item { number } else { item };
    let is_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    item == b"~" || is_digits(number) || {
        let mut parts = number.split(|&byte| byte == b'.');
        parts.clone().count() == 2 && parts.all(is_digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_plain_numbers_are_taken_out() {
        let rows = Rows::of("a:\n  b: [1, 20,~ , -3, 1.10 ] \n  c: [1, 'x']\n  # d: [1]\n  e: []\n  f: [1, , 2]\n  g: [1] # one\nh: [7]");
        let text = "a:\n  b: x \n  c: [1, 'x']\n  # d: [1]\n  e: []\n  f: [1, , 2]\n  g: [1] # one\nh: x";
        assert_eq!((rows.text.as_str(), rows.taken.len()), (text, 2));
        let places = [0, 8, 9, 10, text.len()].map(|at| rows.place(at));
        assert_eq!(places, [0, 8, 29, 30, text.len() + 20 + 2], "behind a word what it stands for has ended");
        let found: Vec<_> = items("[1, 20,~ , -3, 1.10 ]").collect();
        assert_eq!(found, [(1, "1"), (4, "20"), (7, "~"), (11, "-3"), (15, "1.10")]);
    }

    #[test]
    fn rows_that_are_all_there_is_below_a_key_are_taken_out_together() {
        let text = |yaml: &str| Rows::of(yaml).text;
        assert_eq!(text("a:\n  b: [1]\n  c: [2] \r\nd:\n  e: [3]"), "a:\n  x \r\nd:\n  x");
        for mixed in ["a:\n  b: [1]\n  c: 2\n", "a:\n  b: [1]\n\n", "a:\n  b: [1]\n  # c\n", "a:\nb: [1]\n", "a: {\n  b:\n    c: [1]\n}"] {
            assert_eq!(text(mixed), mixed.replace("[1]", "x"));
        }
    }
}
