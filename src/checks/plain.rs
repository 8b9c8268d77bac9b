//! The prose of a file as a reader takes it in: without markup, white space and headings, each character with its place.
//!
//! In: the text of a file and the range of its body. Out: [`Plain`]. Full-width digits and `％` are made half-width;
//! a line break stands for the end of a paragraph or list item; a `{{ name }}` is one [`FIGURE`].
//! Left out: headings (kept apart), tables, block quotes, code, images, addresses of links.

use std::ops::Range;

use crate::characters::{Steps, WIDTHS, lines};
use crate::source::{Span, newlines};

/// Stands in the text for a `{{ name }}`.
pub(super) const FIGURE: char = '\u{fffc}';

/// A body without markup.
#[derive(Debug, Default)]
pub(super) struct Plain {
    pub text: String,
    pub headings: Vec<Heading>,
    /// The names in the `{{ name }}`s, in order.
    pub figures: Vec<String>,
    /// From `at` in the text on, a byte stands at `file` (and so on) in the file.
    jumps: Vec<Jump>,
    /// Where full-width characters were made half-width.
    wide: Vec<usize>,
}

/// A heading, which is no part of the text.
#[derive(Debug)]
pub(super) struct Heading {
    /// How much of the text stands before it.
    pub at: usize,
    pub level: usize,
    pub text: String,
}

#[derive(Debug, Clone, Copy)]
struct Jump {
    at: usize,
    file: usize,
}

impl Plain {
    pub(super) fn of(file: &str, body: Range<usize>) -> Plain {
        let mut plain = Plain::default();
        plain.text.reserve(body.len());
        let (mut at, mut fence) = (body.start, None);
        for line in lines(file.get(body).unwrap_or_default()) {
            plain.line(line, at, &mut fence);
            at += line.len();
        }
        plain
    }

    /// Where a part of the text stands in the file.
    pub(super) fn range(&self, part: Range<usize>) -> Range<usize> {
        let start = self.file_offset(part.start);
        let end = if part.end > part.start { self.file_offset_of_end(part.end) } else { start };
        start..end.max(start)
    }

    /// The same with its line.
    pub(super) fn span(&self, part: Range<usize>, file: &str) -> Span {
        span_of(file.as_bytes(), self.range(part))
    }

    /// The nearest heading above a place of the text.
    pub(super) fn heading_at(&self, at: usize) -> Option<&Heading> {
        let after = self.headings.partition_point(|heading| heading.at <= at);
        self.headings[..after].last()
    }

    /// The text below a second-level heading that `wanted` accepts, sub-headings apart.
    pub(super) fn section(&self, wanted: impl Fn(&str) -> bool) -> Option<Range<usize>> {
        let first = self.headings.iter().position(|heading| heading.level == 2 && wanted(&heading.text))?;
        let next = self.headings[first + 1..].iter().find(|heading| heading.level <= 2);
        Some(self.headings[first].at..next.map_or(self.text.len(), |heading| heading.at))
    }

    fn file_offset(&self, at: usize) -> usize {
        let after = self.jumps.partition_point(|jump| jump.at <= at);
        self.jumps[..after].last().map_or(0, |jump| jump.file + at - jump.at)
    }

    /// The end of the character before, so that what was left out after it stays out.
    fn file_offset_of_end(&self, end: usize) -> usize {
        let last = self.text[..end].char_indices().next_back().map_or(0, |(at, _)| at);
        let start = self.file_offset(last);
        match self.text[last..end].chars().next() {
            Some(FIGURE) => self.figure_end(last).unwrap_or(start),
            Some(_) if self.wide.binary_search(&last).is_ok() => start + '０'.len_utf8(),
            Some(c) => start + c.len_utf8(),
            None => start,
        }
    }

    fn figure_end(&self, at: usize) -> Option<usize> {
        let next = self.jumps.partition_point(|jump| jump.at <= at);
        self.jumps.get(next).map(|jump| jump.file)
    }

    fn line(&mut self, line: &str, at: usize, fence: &mut Option<u8>) {
        let bare = line.trim_start_matches(is_space);
        let indent = line.len() - bare.len();
        let mark = match bare.as_bytes() {
            [mark @ (b'`' | b'~'), second, third, ..] if second == mark && third == mark => Some(*mark),
            _ => None,
        };
        match (*fence, mark) {
            (Some(open), Some(mark)) if open == mark => *fence = None,
            (Some(_), _) => {}
            (None, Some(mark)) => *fence = Some(mark),
            (None, None) => return self.block(bare, at + indent),
        }
        self.end_block();
    }

    fn block(&mut self, bare: &str, at: usize) {
        let hashes = bare.bytes().take_while(|&byte| byte == b'#').count();
        if (1..=6).contains(&hashes) && bare[hashes..].starts_with(is_space) {
            self.end_block();
            let text = bare[hashes..].trim().trim_end_matches('#').trim();
            let heading = Heading { at: self.text.len(), level: hashes, text: text.to_string() };
            return self.headings.push(heading);
        }
        if bare.trim_end().is_empty() || bare.starts_with(['>', '|']) || is_rule(bare) {
            return self.end_block();
        }
        let marker = list_marker(bare);
        if marker > 0 {
            self.end_block();
        }
        self.inline(&bare[marker..], at + marker);
    }

    fn end_block(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            let end = self.text.len();
            let wide = if self.wide.last() == Some(&(end - 1)) { '０'.len_utf8() - 1 } else { 0 };
            let after = self.jumps.last().map_or(0, |jump| jump.file + end - jump.at + wide);
            self.push("\n", after);
        }
    }

    fn push(&mut self, part: &str, file: usize) {
        let at = self.text.len();
        if self.jumps.last().is_none_or(|jump| jump.file + at - jump.at != file) {
            self.jumps.push(Jump { at, file });
        }
        self.text.push_str(part);
    }

    fn inline(&mut self, line: &str, file: usize) {
        let bytes = line.as_bytes();
        let (mut plain_from, mut at) = (0, 0);
        while let Some(next) = PERHAPS_SPECIAL.next(bytes, at) {
            at = next;
            let Some((skip, instead)) = special(line, at) else {
                at += WIDTHS.at(bytes[at]);
                continue;
            };
            if at > plain_from {
                self.push(&line[plain_from..at], file + plain_from);
            }
            match instead {
                Instead::Nothing => {}
                Instead::Digit(digit) => {
                    self.wide.push(self.text.len());
                    self.push(digit, file + at);
                }
                Instead::Figure(name) => {
                    self.figures.push(name.to_string());
                    self.push(FIGURE.encode_utf8(&mut [0; 4]), file + at);
                    // So that its end is known.
                    self.jumps.push(Jump { at: self.text.len(), file: file + at + skip });
                }
            }
            at += skip;
            plain_from = at;
        }
        if plain_from < line.len() {
            self.push(&line[plain_from..], file + plain_from);
        }
    }
}

/// A range of a file with its line.
pub(super) fn span_of(file: &[u8], range: Range<usize>) -> Span {
    let before = &file[..range.start.min(file.len())];
    let line = newlines(before) + 1;
    Span { start: range.start as u32, end: range.end as u32, line }
}

/// What is said in place of something that is not plain text.
enum Instead<'a> {
    Nothing,
    Digit(&'static str),
    Figure(&'a str),
}

/// The characters at which [`special`] looks closer.
const PERHAPS_SPECIAL: Steps = Steps::past_all_but(b" \t\r\n*_`[]\\!{\xc2\xe3\xef");

/// How many bytes at `at` are not plain text, and what stands for them.
fn special(line: &str, at: usize) -> Option<(usize, Instead<'_>)> {
    let bytes = line.as_bytes();
    match bytes[at] {
        b' ' | b'\t' | b'\r' | b'\n' | b'*' | b'_' | b'`' | b'[' | b'\\' => Some((1, Instead::Nothing)),
        b']' if bytes.get(at + 1) == Some(&b'(') => Some((line[at..].find(')').map_or(1, |end| end + 1), Instead::Nothing)),
        b']' => Some((1, Instead::Nothing)),
        b'!' if bytes.get(at + 1) == Some(&b'[') => Some((image(&line[at..]), Instead::Nothing)),
        b'{' if bytes.get(at + 1) == Some(&b'{') => {
            let end = line[at..].find("}}")?;
            Some((end + 2, Instead::Figure(line[at + 2..at + end].trim())))
        }
        0xc2 if bytes.get(at + 1) == Some(&0xa0) => Some((2, Instead::Nothing)),
        0xe3 if matches!(bytes[at..], [_, 0x80, 0x80, ..]) => Some((3, Instead::Nothing)),
        0xef => full_width(bytes, at),
        _ => None,
    }
}

fn image(text: &str) -> usize {
    let closed = text.find("](").and_then(|middle| Some(middle + text[middle..].find(')')?));
    closed.map_or(1, |end| end + 1)
}

/// `０` to `９` and `％`, in UTF-8 `EF BC 90` to `99` and `EF BC 85`.
fn full_width(bytes: &[u8], at: usize) -> Option<(usize, Instead<'static>)> {
    const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    match (bytes.get(at + 1)?, bytes.get(at + 2)?) {
        (0xbc, digit @ 0x90..=0x99) => Some((3, Instead::Digit(DIGITS[usize::from(digit - 0x90)]))),
        (0xbc, 0x85) => Some((3, Instead::Digit("%"))),
        _ => None,
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{3000}' | '\u{a0}')
}

/// A line of dashes, asterisks or equals signs.
fn is_rule(bare: &str) -> bool {
    let is_made_of = |text: &str, mark: u8| text.len() >= 3 && text.bytes().all(|byte| byte == mark || byte == b' ');
    let mark = bare.bytes().next().filter(|first| matches!(first, b'-' | b'=' | b'*' | b'_'));
    mark.is_some_and(|mark| is_made_of(bare.trim_end(), mark))
}

/// The length of `- `, `* `, `1. ` and the like.
fn list_marker(bare: &str) -> usize {
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match bare[digits..].chars().next() {
        Some('-' | '*' | '+') if digits == 0 => 1,
        Some('.' | ')') if (1..=3).contains(&digits) => digits + 1,
        _ => return 0,
    };
    bare[mark..].chars().next().filter(|c| is_space(*c)).map_or(0, |space| mark + space.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Plain {
        Plain::of(text, 0..text.len())
    }

    #[test]
    fn markup_and_white_space_are_gone_and_places_stay() {
        let text = "# 题\n\n**新收 １２ 件**，\n办结[9件](a.md)。\n\n- 甲\n1. 乙 {{ 数 }}条\n| 表 | 1 |\n> 引文\n";
        let plain = plain(text);
        assert_eq!(plain.text, format!("新收12件，办结9件。\n甲\n乙{FIGURE}条\n"));
        for (part, written) in [("12", "１２"), ("12件", "１２ 件"), ("9件", "9件"), ("甲", "甲"), ("\u{fffc}", "{{ 数 }}"), ("乙", "乙")]
        {
            let at = plain.text.find(part).expect("in the text");
            assert_eq!(&text[plain.range(at..at + part.len())], written);
        }
    }

    #[test]
    fn a_wide_space_may_follow_a_list_marker() {
        assert_eq!(plain("-\u{3000}甲\n1.\u{a0}乙\n").text, "甲\n乙");
    }

    #[test]
    fn a_paragraph_goes_on_after_a_line_break() {
        assert_eq!(plain("答\n复3050 件。\n\n另").text, "答复3050件。\n另");
    }

    #[test]
    fn sections_are_found_by_their_headings() {
        let plain = plain("## 五、问题\n一二\n### 小\n三\n## 六、其他\n四\n");
        let section = plain.section(|heading| heading.contains("问题")).expect("there");
        assert_eq!(&plain.text[section], "一二\n三\n");
    }
}
