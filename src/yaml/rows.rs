//! Rows of figures, which are most of the front matter of a report.
//!
//! In: YAML. Out: the same for the parser, with each list of numbers that stands alone behind its key (`received: [1, 0, ~]`)
//! replaced by one word of as many bytes; and the rows themselves.
//!
//! A parser of all YAML takes thousands of instructions for a scalar, and the numbers of such a list can be told by anybody.
//! What is a value is still for the parser to say: in a quotation, or in a text of several lines, it finds no such word,
//! and then the YAML has to be parsed as it was written.

use std::ops::Range;

use crate::characters::lines;

/// The text for the parser, and the rows in it.
pub(super) struct Rows {
    pub(super) text: String,
    /// Bytes of the text, brackets included, in order.
    pub(super) rows: Vec<Range<usize>>,
}

impl Rows {
    pub(super) fn of(yaml: &str) -> Rows {
        let mut text = String::with_capacity(yaml.len());
        let mut rows = vec![];
        for line in lines(yaml) {
            let row = row(line).unwrap_or(line.len()..line.len());
            text.push_str(&line[..row.start]);
            if !row.is_empty() {
                rows.push(text.len()..text.len() + row.len());
                (0..row.len()).for_each(|_| text.push('x'));
            }
            text.push_str(&line[row.end..]);
        }
        Rows { text, rows }
    }

    /// All of it for the parser.
    pub(super) fn none(yaml: &str) -> Rows {
        Rows { text: yaml.to_string(), rows: vec![] }
    }
}

/// The items of a row, each with where it begins.
pub(super) fn items(row: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 1;
    row[1..row.len() - 1].split(',').map(move |item| {
        let start = next + item.len() - item.trim_start_matches(' ').len();
        next += item.len() + 1;
        (start, item.trim_matches(' '))
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
        assert_eq!(rows.text, "a:\n  b: xxxxxxxxxxxxxxxxxxxxx \n  c: [1, 'x']\n  # d: [1]\n  e: []\n  f: [1, , 2]\n  g: [1] # one\nh: xxx");
        assert_eq!(rows.rows.len(), 2);
        let found: Vec<_> = items("[1, 20,~ , -3, 1.10 ]").collect();
        assert_eq!(found, [(1, "1"), (4, "20"), (7, "~"), (11, "-3"), (15, "1.10")]);
    }
}
