//! Makes `**bold**` and `~~deleted~~` work next to Chinese punctuation.
//!
//! CommonMark reads `**一是公开，**明确` as text: a run between punctuation and a letter may only open or only
//! close, and it knows no writing without spaces. The amendment "markdown-cjk-friendly" lets a run do both
//! where a neighbour is CJK. The released pulldown-cmark has no such option, so:
//!
//! 1. the runs that the amendment would treat otherwise are looked for in the text; mostly there are none;
//! 2. where the text has code, HTML or addresses, it is parsed once, to see which of them are delimiters;
//! 3. a marker that is punctuation to the parser, and shows nothing, goes to both sides of each of those.
//!
//! Emphasis with `_` stays as CommonMark has it. Repairing the events instead is not enough: a wrong pair
//! cannot be undone. When pulldown-cmark has the option, it replaces this module; the tests stay.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::cjk::{ends_in_cjk, is_cjk};
use super::{is_escaped, may_have_code, parser};

/// The character reference of U+0001. As an entity it cannot open, close or complete any other construct
/// (a comment or a tag could end an unfinished `<!…`), and HTML forbids the character, so no text misses it.
const MARKER: &str = "&#1;";

/// What the parser makes of a marker: a `Text` to be skipped.
pub(super) const MARKER_TEXT: &str = "\u{1}";

/// A text in which emphasis means what the amendment says, and the way back to the text as written.
pub(super) struct Marked<'a> {
    pub(super) text: Cow<'a, str>,
    /// Where the markers begin, in bytes of `text`, ascending.
    markers: Vec<usize>,
}

impl<'a> Marked<'a> {
    pub(super) fn new(text: &'a str) -> Marked<'a> {
        let candidates = candidates(text);
        let runs = if are_surely_delimiters(text, &candidates) { candidates } else { delimiters(text, candidates) };
        if runs.is_empty() {
            return Marked { text: Cow::Borrowed(text), markers: vec![] };
        }
        insert_markers(text, &runs)
    }

    /// The range of the text as written that a range of the marked text stands for.
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        self.offset(range.start)..self.offset(range.end)
    }

    fn offset(&self, offset: usize) -> usize {
        let before = self.markers.partition_point(|&marker| marker < offset);
        // Inside a marker (no event begins or ends there) counts as its beginning.
        let inside = before.checked_sub(1).map_or(0, |last| (self.markers[last] + MARKER.len()).saturating_sub(offset));
        offset + inside - before * MARKER.len()
    }
}

fn insert_markers<'a>(text: &str, runs: &[Range<usize>]) -> Marked<'a> {
    let mut marked = String::with_capacity(text.len() + runs.len() * 2 * MARKER.len());
    let mut markers = Vec::with_capacity(runs.len() * 2);
    let mut written = 0;
    for position in runs.iter().flat_map(|run| [run.start, run.end]) {
        marked.push_str(&text[written..position]);
        markers.push(marked.len());
        marked.push_str(MARKER);
        written = position;
    }
    marked.push_str(&text[written..]);
    Marked { text: Cow::Owned(marked), markers }
}

/// Runs of `*`, and `~~`, that have a CJK neighbour and no white space beside them, in the order of the text.
fn candidates(text: &str) -> Vec<Range<usize>> {
    let mut runs = vec![];
    collect_runs(text, b'*', &mut runs);
    collect_runs(text, b'~', &mut runs);
    runs.retain(|run| text.as_bytes()[run.start] == b'*' || run.len() == 2);
    runs.sort_unstable_by_key(|run| run.start);
    runs
}

fn collect_runs(text: &str, delimiter: u8, runs: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(found) = memchr::memchr(delimiter, &bytes[from..]) {
        let start = from + found;
        let end = bytes[start..].iter().position(|&byte| byte != delimiter).map_or(text.len(), |length| start + length);
        let run = start + usize::from(is_escaped(text, start))..end;
        if !run.is_empty() && is_misread(&text[..run.start], &text[run.end..]) {
            runs.push(run);
        }
        from = end;
    }
}

/// True where the amendment lets a run between the two texts both open and close, and CommonMark may not.
fn is_misread(before: &str, after: &str) -> bool {
    let (Some(last), Some(next)) = (before.chars().next_back(), after.chars().next()) else { return false };
    let is_inside_a_word = last.is_alphanumeric() && next.is_alphanumeric();
    let has_space = last.is_whitespace() || next.is_whitespace();
    !is_inside_a_word && !has_space && (is_cjk(next) || ends_in_cjk(before))
}

/// True where no parser is needed to tell. Most reports are such, and it saves them a third of their time.
fn are_surely_delimiters(text: &str, candidates: &[Range<usize>]) -> bool {
    if candidates.is_empty() {
        return true;
    }
    // What may hold asterisks that are no text: code, HTML, autolinks, a heading's `{#id}`, definitions.
    let may_be_verbatim = may_have_code(text) || ['<', '{'].iter().any(|&c| text.contains(c)) || text.contains("]:");
    // The edges of cells and of a quotation's lines are white space in all but the bytes.
    let is_at_edge = |run: &Range<usize>| text[..run.start].ends_with(['|', '>']) || text[run.end..].starts_with('|');
    // A link's address and title end before the next blank line.
    let is_in = |range: Range<usize>| candidates.iter().any(|run| range.contains(&run.start));
    let blank_line = |start: usize| text[start..].find("\n\n").map_or(text.len(), |length| start + length);
    let brackets = text.match_indices(']').filter(|(at, _)| text[at + 1..].starts_with('('));
    let mut links = brackets.map(|(start, _)| start..blank_line(start));
    !(may_be_verbatim || candidates.iter().any(is_at_edge) || links.any(is_in))
}

/// Those of the runs that are delimiters: emphasis, or text that might have been.
fn delimiters(text: &str, candidates: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut runs = Runs { is_delimiter: vec![false; candidates.len()], is_excluded: vec![false; candidates.len()], candidates };
    let mut is_at_line_start = true;
    for (event, range) in parser(text).into_offset_iter() {
        if is_at_line_start {
            runs.exclude(range.start..range.start + 1);
        }
        is_at_line_start = !is_inline(&event);
        match event {
            Event::Text(_) => runs.confirm(range),
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough) => {
                runs.confirm(range.start..range.start + 1);
                runs.confirm(range.end - 1..range.end);
            }
            Event::Start(Tag::CodeBlock(_)) => runs.exclude(range),
            Event::Start(Tag::Table(_)) => runs.exclude_cell_edges(text, range),
            Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) if is_by_its_text(link_type) => runs.exclude(range),
            _ => {}
        }
    }
    runs.into_delimiters()
}

/// What is known so far about each candidate.
struct Runs {
    candidates: Vec<Range<usize>>,
    is_delimiter: Vec<bool>,
    is_excluded: Vec<bool>,
}

impl Runs {
    fn confirm(&mut self, range: Range<usize>) {
        let touched = self.touched(&range);
        self.is_delimiter[touched].fill(true);
    }

    /// The beginning of a line (of a paragraph, a cell, a quotation) counts as white space, whatever stands before it
    /// in the file; code stays code.
    fn exclude(&mut self, range: Range<usize>) {
        let touched = self.touched(&range);
        self.is_excluded[touched].fill(true);
    }

    fn exclude_cell_edges(&mut self, text: &str, table: Range<usize>) {
        for index in self.touched(&table) {
            self.is_excluded[index] |= text[self.candidates[index].end..].starts_with('|');
        }
    }

    /// The candidates that share a byte with the range.
    fn touched(&self, range: &Range<usize>) -> Range<usize> {
        let first = self.candidates.partition_point(|run| run.end <= range.start);
        let count = self.candidates[first..].iter().take_while(|run| run.start < range.end).count();
        first..first + count
    }

    fn into_delimiters(self) -> Vec<Range<usize>> {
        let known = self.is_delimiter.into_iter().zip(self.is_excluded);
        self.candidates.into_iter().zip(known).filter(|(_, known)| *known == (true, false)).map(|(run, _)| run).collect()
    }
}

fn is_inline(event: &Event) -> bool {
    match event {
        Event::Start(tag) => {
            matches!(tag.to_end(), TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
        }
        Event::End(end) => matches!(end, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image),
        Event::SoftBreak | Event::HardBreak | Event::Rule | Event::Html(_) => false,
        _ => true,
    }
}

/// True where a marker in the text would change the address: for `<http://…>`, and for `[label]` and `[label][]`,
/// whose address is found by their text.
fn is_by_its_text(link_type: LinkType) -> bool {
    use LinkType::{Autolink, Collapsed, CollapsedUnknown, Email, Shortcut, ShortcutUnknown};
    matches!(link_type, Autolink | Email | Shortcut | ShortcutUnknown | Collapsed | CollapsedUnknown)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// The text as the parser gets it, with `▲` for a marker.
    fn marked(text: &str) -> String {
        Marked::new(text).text.replace(MARKER, "▲")
    }

    #[test]
    fn text_without_chinese_beside_a_run_is_not_copied() {
        for text in ["**bold** and *more*", "** 中 **", "中**文**字", "**一、**\n**二、**", "a ~ b ~~ c", ""] {
            assert!(matches!(Marked::new(text).text, Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn a_run_between_punctuation_and_a_letter_is_marked_on_both_sides() {
        assert_eq!(marked("**公开，**明确"), "**公开，▲**▲明确");
        assert_eq!(marked("~~公开，~~明确"), "~~公开，▲~~▲明确");
    }

    #[test]
    fn code_html_addresses_escapes_and_labels_are_left_alone() {
        for text in [
            "`，**文`",
            "```\n，**文\n```",
            "[a](，**文)",
            "<http://x/，**文>",
            "<b title=\"，**文\">",
            "，\\*文",
            "[a]: ，**文",
            "[，**文]\n\n[，**文]: /u",
        ] {
            assert_eq!(marked(text), text);
        }
    }

    #[test]
    fn an_escaped_backslash_does_not_escape_the_run_after_it() {
        assert_eq!(marked("**中\\\\**文"), "**中\\\\▲**▲文");
        assert_eq!(marked("**中\\***文"), "**中\\*▲**▲文");
    }

    #[test]
    fn the_edges_of_lines_and_cells_count_as_white_space() {
        for text in ["> 甲\n>**中**文", "|甲|\n|-|\n|**中**文|\n|中文，**|"] {
            assert_eq!(marked(text), text);
        }
    }

    fn settings() -> ProptestConfig {
        let rng_seed = proptest::test_runner::RngSeed::Fixed(2021);
        ProptestConfig { cases: 4_000, failure_persistence: None, rng_seed, ..ProptestConfig::default() }
    }

    proptest! {
        #![proptest_config(settings())]

        #[test]
        fn parsing_agrees_where_it_was_not_needed(pieces in vec(select(&PIECES[..]), 0..24)) {
            let text = pieces.concat();
            let candidates = candidates(&text);
            if are_surely_delimiters(&text, &candidates) {
                prop_assert_eq!(delimiters(&text, candidates.clone()), candidates, "{:?}", text);
            }
        }
    }

    #[rustfmt::skip]
    const PIECES: [&str; 31] = [
        "中", "，", "a", "1", " ", "\n", "\n\n", "*", "**", "***", "，**", "**文", "~~", "_", "\\", "[", "]", "](u)", "](", "[a]: ", "|", "\n|-|-|\n", "> ",
        "\n- ", "\n1. ", "\n# ", "---", "===", "&amp;", "!", "`",
    ];

    #[test]
    fn offsets_lead_back_to_the_text_as_written() {
        let text = "**公开，**明确**";
        let marked = Marked::new(text);
        let find = |needle: &str| marked.text.find(needle).unwrap();
        assert_eq!(marked.original(find("明")..find("确")), "**公开，**".len().."**公开，**明".len());
        assert_eq!(marked.original(0..marked.text.len()), 0..text.len());
        for offset in 0..=marked.text.len() {
            assert!(text.is_char_boundary(marked.offset(offset)) || !marked.text.is_char_boundary(offset));
        }
    }
}
