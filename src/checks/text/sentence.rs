//! Sentences and clauses, and whether they speak of this body and this year at all.
//!
//! In: plain text. Out: sentences with their numbers; for a place in one, the clause before it. A sentence about
//! another year, a part of the year, or a smaller or larger body is one that the other modules keep silent about.

use std::borrow::Cow;
use std::ops::Range;

use super::claims::PATTERNS;
use super::number::Scanned;
use crate::archive::{Report, Unit};

/// A sentence of the text.
pub(super) struct Sentence {
    pub range: Range<usize>,
    /// The paragraph or list item it stands in.
    pub paragraph: Range<usize>,
    /// Its numbers among those of the text.
    pub numbers: Range<usize>,
}

/// What ends a clause.
pub(super) fn ends_clause(c: char) -> bool {
    matches!(c, '，' | '、' | '；' | '：' | '（' | '）' | '(' | ')' | '“' | '”' | '《' | '》' | ',' | ';' | ':' | '〔' | '〕')
        || ends_sentence(c)
}

/// What ends a sentence; a line break ends a paragraph too.
pub(super) fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '\n')
}

/// The sentences that hold numbers.
pub(super) fn sentences(text: &str, scanned: &Scanned) -> Vec<Sentence> {
    let (numbers, ends) = (&scanned.numbers, &scanned.ends);
    let ends_paragraph = |end: &&Range<usize>| text.as_bytes()[end.start] == b'\n';
    let (mut all, mut number, mut next, mut paragraph) = (vec![], 0, 0, 0);
    while number < numbers.len() {
        // The ends before the first number of the sentence.
        let before = ends[next..].iter().take_while(|end| end.start < numbers[number].range.start).count();
        let passed = &ends[next..next + before];
        paragraph = passed.iter().rfind(ends_paragraph).map_or(paragraph, |end| end.end);
        next += before;
        let start = next.checked_sub(1).map_or(0, |last| ends[last].end);
        let range = start..ends.get(next).map_or(text.len(), |end| end.start);
        let count = numbers[number..].iter().take_while(|number| number.range.start < range.end).count().max(1);
        let paragraph = paragraph..ends[next..].iter().find(ends_paragraph).map_or(text.len(), |end| end.start);
        all.push(Sentence { range, paragraph, numbers: number..number + count });
        number += count;
    }
    all
}

/// The sentence around a place.
pub(super) fn around(text: &str, scanned: &Scanned, at: usize) -> Range<usize> {
    let (before, after) = scanned.ends.split_at(scanned.ends.partition_point(|end| end.start < at));
    before.last().map_or(0, |end| end.end)..after.first().map_or(text.len(), |end| end.start)
}

/// Whose report it is, in the words it uses for itself.
pub(super) struct Own<'a> {
    year: String,
    /// The year as clauses write it.
    this_year: [String; 2],
    title: &'a str,
    names: Vec<&'a str>,
    /// The `市` of `全市`, where the report speaks for all of it.
    place: Option<char>,
}

const BODIES: [&str; 22] = [
    "街道办事处",
    "办事处",
    "街道",
    "机关",
    "单位",
    "部门",
    "中心",
    "局",
    "县",
    "市",
    "区",
    "镇",
    "乡",
    "委",
    "办",
    "院",
    "厅",
    "省",
    "旗",
    "所",
    "州",
    "站",
];

impl<'a> Own<'a> {
    pub(super) fn of(unit: &'a Unit, report: &Report) -> Own<'a> {
        let names: Vec<&str> = std::iter::once(unit.title.as_str()).chain(unit.short.as_deref()).filter(|name| !name.is_empty()).collect();
        let place = unit.title.strip_suffix("人民政府").or(unit.title.strip_suffix("政府")).and_then(|place| place.chars().next_back());
        let place = place.or_else(|| unit.title.contains("街道").then_some('街'));
        let year = report.year.to_string();
        Own { this_year: [format!("{year}年度"), format!("{year}年")], year, title: &unit.title, names, place }
    }

    /// Whether a word for bodies means this one.
    fn is_own(&self, scope: &str) -> bool {
        self.title.contains(scope) || scope.strip_prefix('全').is_some_and(|rest| rest.chars().next() == self.place)
    }

    /// A clause without the words by which the body speaks of itself and of its year.
    pub(super) fn bare<'t>(&self, clause: &'t str) -> Cow<'t, str> {
        let mut bare = Cow::Borrowed(clause);
        for own in self.this_year.iter().map(String::as_str).chain(self.names.iter().copied()) {
            if bare.contains(own) {
                bare = bare.replace(own, "").into();
            }
        }
        if bare.contains(['我', '本', '全']) { self.without_we(&bare).into() } else { bare }
    }

    fn without_we(&self, clause: &str) -> String {
        let (mut out, mut rest) = (String::with_capacity(clause.len()), clause);
        while let Some(c) = rest.chars().next() {
            let after = &rest[c.len_utf8()..];
            let skip = match c {
                '我' | '本' => BODIES.iter().find(|body| after.starts_with(**body)).map(|body| body.len()),
                '全' => self.place.filter(|place| after.starts_with(*place)).map(char::len_utf8),
                _ => None,
            };
            match skip {
                Some(skip) => rest = &after[skip..],
                None => {
                    out.push(c);
                    rest = after;
                }
            }
        }
        out
    }

    /// Whether what was said so far in a sentence makes it one about another year, a part of the year or another body.
    pub(super) fn is_elsewhere(&self, before: &str) -> bool {
        self.names_another_year(before)
            || PATTERNS.scopes.within(before).any(|scope| !self.is_own(scope))
            || is_quoted(before)
            || has_other_time(before)
    }

    fn names_another_year(&self, text: &str) -> bool {
        text.match_indices('年').any(|(at, _)| {
            let year = at.checked_sub(4).and_then(|start| text.get(start..at));
            year.is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()) && year != self.year)
        })
    }
}

/// Inside quotation marks that are still open.
fn is_quoted(before: &str) -> bool {
    let are_open = |open: char, close: char| before.contains(open) && before.matches(open).count() > before.matches(close).count();
    are_open('“', '”') || are_open('《', '》') || are_open('「', '」')
}

/// A short clause such as `上半年` or `去年同期`, which sets the time for what follows. Comparisons set none.
fn has_other_time(before: &str) -> bool {
    let sets = |clause: &str| {
        let short = clause.chars().count() <= 8;
        let compares =
            ["比", "较", "与", "同比"].iter().any(|word| clause.starts_with(word)) || clause.contains("结转") || clause.contains("转入");
        short && !compares && PATTERNS.times.within(clause).next().is_some()
    };
    if PATTERNS.times.within(before).next().is_none() {
        return false;
    }
    let mut clauses: Vec<&str> = before.split(ends_clause).collect();
    clauses.pop();
    clauses.into_iter().any(sets)
}
