//! Lines into paragraphs: sentences broken by the width or the end of a page are joined again.
//!
//! In: the lines between two tables. Out: paragraphs, headings and items, in order, no character lost but white space.

use super::document::{Before, Line, LineKind, plain};
use super::labels::in_simplified;

/// Joins what belongs together.
pub(super) fn paragraphs(lines: &[&Line], width: &Width) -> Vec<Line> {
    let mut out: Vec<Line> = vec![];
    let mut last = 0;
    for line in lines {
        let joined = out.last_mut().filter(|open| belongs(open, last, line, width));
        last = columns(&line.text);
        match joined {
            Some(open) => append(&mut open.text, &line.text),
            None => out.push((*line).clone()),
        }
    }
    for line in &mut out {
        line.text = line.text.trim().to_string();
    }
    out.retain(|line| !line.text.is_empty());
    out
}

/// How wide the lines of a text are, where it was broken by width.
pub(super) struct Width {
    /// `None`: a line is a paragraph.
    full: Option<usize>,
    indents: bool,
}

impl Width {
    pub fn of(lines: &[&Line]) -> Width {
        let wrapped: Vec<&Line> = lines.iter().copied().filter(|line| line.kind == LineKind::Wrapped).collect();
        let followed = wrapped.windows(2).filter(|pair| pair[1].before == Before::Line).map(|pair| columns(&pair[0].text));
        let mut widths: Vec<usize> = followed.collect();
        widths.sort_unstable();
        let full = widths.get(widths.len() * 9 / 10).or(widths.last()).copied().unwrap_or(0);
        let near = widths.iter().filter(|&&width| width + 10 >= full && width <= full + 4).count();
        let broken = widths.len() >= 3 && (30..=130).contains(&full) && near * 2 >= widths.len();
        let indents = wrapped.iter().filter(|line| line.indented).count() * 8 >= wrapped.len().max(1);
        Width { full: broken.then_some(full), indents }
    }
}

/// Width on paper: a Chinese character takes two columns.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

fn belongs(open: &Line, last: usize, line: &Line, width: &Width) -> bool {
    let text = |line: &Line| matches!(line.kind, LineKind::Wrapped | LineKind::Whole);
    let goes_on = matches!(open.kind, LineKind::Item(_)) && line.before == Before::Line && line.kind == LineKind::Wrapped;
    if !text(line) || !(text(open) || goes_on) {
        return false;
    }
    if begins_anew(&line.text) || is_title(&open.text) || is_heading(&open.text) {
        return false;
    }
    let unfinished = !ends_sentence(&open.text);
    // A sentence that a page or a blank line cut in two.
    let cut = unfinished && columns(&open.text) >= 28 && open.text.contains(['，', '。', '、', '；', '：', ',']) && !is_date(&line.text);
    match (line.before, line.kind == LineKind::Wrapped && open.kind == LineKind::Wrapped) {
        (Before::Line, true) => match width.full {
            Some(_) if line.indented && width.indents => false,
            Some(full) if unfinished => last * 4 >= full * 3 || cut,
            Some(full) => last + 4 >= full && !begins_number(&line.text),
            None => false,
        },
        (Before::Page, true) if width.full.is_some() => {
            cut || (!line.indented && width.full.is_some_and(|full| last + 4 >= full) && !begins_number(&line.text))
        }
        (Before::Line, false) => false,
        _ => cut && !line.indented,
    }
}

/// Without a space between Chinese characters, with one between words, and as the text does it between the two.
pub(super) fn append(text: &mut String, more: &str) {
    let (Some(before), Some(after)) = (text.trim_end().chars().last(), more.trim_start().chars().next()) else {
        return text.push_str(more);
    };
    let word = |c: char| c.is_ascii_alphanumeric();
    let spaced = word(before) && word(after)
        || (before.is_ascii_digit() != after.is_ascii_digit() && is_ideograph(before) | is_ideograph(after) && spaces_figures(text));
    text.truncate(text.trim_end().len());
    if spaced {
        text.push(' ');
    }
    text.push_str(more.trim_start());
}

fn is_ideograph(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Whether a text writes "共 195 条" rather than "共195条".
fn spaces_figures(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(3).any(|three| is_ideograph(three[0]) && three[1] == ' ' && three[2].is_ascii_digit())
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['”', '’', '）', ')', '》', '*', '"', '\\'])
        .ends_with(['。', '！', '？', '；', '：', '.', '!', '?', ';', ':', '…'])
}

const NUMERALS: &str = "一二三四五六七八九十";

/// `一、`, `（一）`: a new paragraph whatever stands before.
pub(super) fn begins_anew(text: &str) -> bool {
    let text = plain(text);
    let text = text.trim_start();
    let bare = text.trim_start_matches(['（', '(']);
    let rest = bare.trim_start_matches(|c| NUMERALS.contains(c));
    let numbered = rest.len() < bare.len();
    let bracket = bare.len() < text.len();
    numbered && (if bracket { rest.starts_with(['）', ')']) } else { rest.starts_with('、') })
}

/// `1.`, `2、`, `（3）`: a new paragraph unless the line before is unfinished.
fn begins_number(text: &str) -> bool {
    let bare = text.trim_start_matches(['（', '(']);
    let rest = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < bare.len() && rest.starts_with(['.', '、', '．', '）', ')'])
}

/// A line that is only a heading: numbered, short, not a sentence.
pub(super) fn is_heading(text: &str) -> bool {
    let text = plain(text);
    let count = text.chars().count();
    begins_anew(&text)
        && count <= 45
        && !text.trim_end_matches('。').contains(['。', '；', '，', '：'])
        && !(text.ends_with('。') && count > 32)
}

pub(super) fn is_title(text: &str) -> bool {
    let text: String = in_simplified(&plain(text)).chars().filter(|c| !c.is_whitespace()).collect();
    let ends = ["报告", "年报", "年度报告（公开）"].iter().any(|end| text.ends_with(end));
    ends && !begins_anew(&text) && text.chars().count() <= 60 && !text.contains(['。', '，', '；', '：'])
}

/// `2021年1月22日` and its like.
pub(super) fn is_date(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    text.chars().count() <= 20 && super::front::date(&text).is_some()
}
