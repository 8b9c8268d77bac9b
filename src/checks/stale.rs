//! G407, G408: does anything remain from the report that this one was copied from?
//!
//! Source: errors seen in published reports (last year's number in the title or the period; the instrument of the form before).
//! The words of the period and the citations are in the form files. Silent on other years anywhere else in the text, and
//! on an old citation beside the current one.

use std::ops::Range;

use super::Asked;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::forms::Form;
use crate::names::{Words, Year};

pub(super) fn check(asked: Asked, found: &mut Diagnostics) {
    found.extend(title(asked));
    let Some(form) = asked.report.form.as_deref() else { return };
    found.extend(period(asked, form));
    found.extend(citation(asked, form));
}

/// The years that a text names with the character after them ("2020年").
pub(super) fn years_named(text: &str) -> Vec<Year> {
    let plain: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let named = (4..plain.len()).filter(|&at| plain[at] == '年').filter_map(|at| year_ending(&plain, at));
    named.collect()
}

/// Four digits, and no fifth, before a position.
fn year_ending(text: &[char], end: usize) -> Option<Year> {
    let start = end.checked_sub(4)?;
    let alone = start == 0 || !text[start - 1].is_ascii_digit();
    alone.then(|| Year::parse(&text[start..end].iter().collect::<String>()))?
}

fn help() -> Words {
    Words::new(
        "多半是从上一年的报告复制来的。请把标题、统计时间和正文里的年份都核对一遍。",
        "Probably copied from last year's report: check the years in the title, the period and the text.",
    )
}

/// G407 in the title.
fn title(asked: Asked) -> Option<Diagnostic> {
    let (report, year) = (asked.report, asked.report.year);
    let title = report.document.title.as_ref()?;
    let named = years_named(&title.text);
    let other = named.first().filter(|_| !named.contains(&year))?;
    let message =
        Words::new(format!("{year}年的报告，标题写的是{other}年"), format!("this is the report for {year}, but its title says {other}"));
    Some(Diagnostic::warning("G407", title.place.clone(), message).with_help(help()).concerning(["title"]))
}

/// G407 in the preamble: the first period that is not the year's.
fn period(asked: Asked, form: &Form) -> Option<Diagnostic> {
    let report = asked.report;
    let (from, to) = form.period.as_ref()?;
    let end = report.body.outline.sections.first().map_or(report.body.span.end as usize, |section| section.range.start);
    let preamble = Preamble::of(asked.text, report.body.span.start as usize..end)?;
    let (range, year) = preamble.periods(from, to).find(|(_, year)| *year != report.year)?;
    let message = Words::new(
        format!("{}年的报告，统计时间写的是{year}年", report.year),
        format!("this is the report for {}, but its period is said to be in {year}", report.year),
    );
    Some(Diagnostic::warning("G407", asked.place(range), message).with_help(help()).concerning(["period"]))
}

/// The text before the first section without white space: its characters, and where each stood.
struct Preamble(Vec<(usize, char)>);

impl Preamble {
    fn of(text: &str, range: Range<usize>) -> Option<Preamble> {
        let kept = text.get(range.clone())?.char_indices().filter(|(_, c)| !c.is_whitespace());
        Some(Preamble(kept.map(|(at, c)| (range.start + at, c)).collect()))
    }

    /// The years written directly before the days that a period begins and ends with, and where.
    fn periods<'a>(&'a self, from: &str, to: &str) -> impl Iterator<Item = (Range<usize>, Year)> + 'a {
        /// Between the two days stand a year and a few words ("起至同年").
        const FURTHEST: usize = 20;
        let ends = self.find(to);
        let starts = self.find(from);
        let pairs = ends.into_iter().filter_map(move |end| {
            let start = starts.iter().rev().find(|&&start| start < end && end - start <= FURTHEST)?;
            Some([*start, end])
        });
        pairs.flatten().filter_map(|day| self.year_before(day))
    }

    /// Where the words stand, and not as the end of a longer number ("11月1日").
    fn find(&self, words: &str) -> Vec<usize> {
        let windows = self.0.windows(words.chars().count()).enumerate();
        let found = windows.filter(|(_, window)| words.chars().eq(window.iter().map(|(_, c)| *c))).map(|(at, _)| at);
        found.filter(|&at| at == 0 || !self.0[at - 1].1.is_ascii_digit()).collect()
    }

    fn year_before(&self, day: usize) -> Option<(Range<usize>, Year)> {
        let mark = day.checked_sub(1).filter(|&at| self.0[at].1 == '年')?;
        let before: Vec<char> = self.0[mark.saturating_sub(5)..mark].iter().map(|(_, c)| *c).collect();
        let year = year_ending(&before, before.len())?;
        Some((self.0[mark - 4].0..self.0[mark].0 + '年'.len_utf8(), year))
    }
}

/// G408.
fn citation(asked: Asked, form: &Form) -> Option<Diagnostic> {
    let body = asked.report.body.span.start as usize..asked.report.body.span.end as usize;
    let text = asked.text.get(body.clone())?;
    let (old, range) = form.supersedes.iter().find_map(|old| Some((old, cited(text, old)?)))?;
    if cited(text, &form.instrument).is_some() {
        return None;
    }
    let range = body.start + range.start..body.start + range.end;
    let message = Words::new(
        format!("引用的{old}已经不适用，现行的是{}", form.instrument),
        format!("{old} is out of date; the instrument in force is {}", form.instrument),
    );
    let help = Words::new(
        format!("改为{}，再看看其他依据是不是也要更新。", form.instrument),
        format!("Cite {}, and see whether other references are out of date too.", form.instrument),
    );
    Some(Diagnostic::warning("G408", asked.place(range), message).with_help(help))
}

/// Where a document number stands, whatever brackets and spaces are used: the year, then the number, then 号.
fn cited(text: &str, citation: &str) -> Option<Range<usize>> {
    let mut numbers = citation.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let (year, number) = (numbers.next()?, numbers.next()?);
    memchr::memmem::find_iter(text.as_bytes(), year).find_map(|at| {
        let rest = text[at + year.len()..].trim_start_matches(|c: char| c.is_whitespace() || "〕]】﹞)）".contains(c));
        let rest = rest.strip_prefix(number)?.trim_start().strip_prefix('号')?;
        Some(at..text.len() - rest.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_number_is_found_in_any_brackets() {
        for text in ["国办公开办函〔2019〕60号", "国办公开办函[2019]60号", "国办公开办函（2019） 60 号"] {
            assert!(cited(text, "〔2019〕60号").is_some(), "{text}");
        }
        for text in ["2019年第60号", "〔2019〕61号", "〔2019〕160号", "〔2020〕60号"] {
            assert!(cited(text, "〔2019〕60号").is_none(), "{text}");
        }
    }

    #[test]
    fn a_period_is_two_days_with_years() {
        let years = |text: &str| {
            let preamble = Preamble::of(text, 0..text.len()).expect("the whole text");
            preamble.periods("1月1日", "12月31日").map(|(range, year)| (text[range].to_string(), year.number())).collect::<Vec<_>>()
        };
        assert_eq!(years("自2019年1月1日起至 2020 年12月31日止"), [("2019年".to_string(), 2019), ("2020 年".to_string(), 2020)]);
        assert_eq!(years("2020年1月1日至同年12月31日"), [("2020年".to_string(), 2020)]);
        assert_eq!(years("2023年全年（1月1日至12月31日）"), []);
        assert_eq!(years("自2019年1月1日起施行的办法"), []);
        assert_eq!(years("2019年11月1日至2019年12月31日"), []);
    }
}
