//! G309, second part: `予以公开67件，占办结数的43.8%`: does the percentage fit its parts?
//!
//! The part is the number right before (or, after `两项`, the sum of the two before); the whole is a number in the clause,
//! what its words say (办结数), or, where it says nothing, any total that could be meant. Silent where no whole is known.
//! A percentage may be rounded or cut off.

use rust_decimal::Decimal;

use super::claims::{PATTERNS, sum};
use super::sentence::Sentence;
use super::{Reading, Value};
use crate::diagnostic::Diagnostic;
use crate::names::Words;

pub(super) fn check(reading: &Reading, sentence: &Sentence, number: usize) -> Option<Diagnostic> {
    let Value::Exact(said) = reading.numbers[number].value else { return None };
    let clause = reading.clause(number);
    let (lead, base) = clause.rsplit_once('占')?;
    if reading.is_elsewhere(sentence, number) || lead.contains(['各', '均', '比']) {
        return None;
    }
    let part = part(reading, sentence, number, lead)?;
    let wholes = wholes(reading, sentence, number, base, &part)?;
    let percent = |whole: &Decimal| part.value.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(*whole);
    let all: Vec<(Decimal, Decimal)> = wholes.iter().filter_map(|whole| Some((*whole, percent(whole)?))).collect();
    let tolerance = Decimal::new(1, reading.numbers[number].places);
    if all.is_empty() || all.iter().any(|(_, percent)| (*percent - said).abs() <= tolerance) {
        return None;
    }
    let places = reading.numbers[number].places + 1;
    let zh: Vec<_> = all.iter().map(|(whole, percent)| format!("{}÷{whole}={}%", part.value, percent.round_dp(places))).collect();
    let message = Words::new(
        format!("请核对：正文写占 {said}%，按正文和表格里的数算是 {}", zh.join(" 或 ")),
        format!("to be confirmed: the text says {said}%; the numbers give {}", zh.join(" or ")),
    );
    let label = Words::new(format!("部分：{}", part.value), format!("the part: {}", part.value));
    let diagnostic =
        reading.finding("G309", number..number + 1, message).with_label(reading.place(reading.numbers[part.number].range.clone()), label);
    Some(diagnostic.with_help(Words::new(
        "重新算一遍，改正百分比，或改正用来算的数。",
        "Work it out again; correct the percentage, or the number that is wrong.",
    )))
}

struct Part {
    value: Decimal,
    /// The last number that is in it.
    number: usize,
    /// How many numbers it was added up from.
    count: usize,
}

/// What the percentage is of: the number in its clause or in the clause before, or two of them.
fn part(reading: &Reading, sentence: &Sentence, number: usize, lead: &str) -> Option<Part> {
    let mut earlier = (sentence.numbers.start..number).rev();
    let base_start = reading.numbers[number].range.start - (reading.clause(number).len() - lead.len());
    let last = earlier.find(|&one| reading.numbers[one].range.end <= base_start)?;
    let between = &reading.plain.text[reading.numbers[last].range.end..base_start];
    if reading.after(last).starts_with('%') || between.contains(['；', '：']) || between.chars().filter(|c| *c == '，').count() > 1 {
        return None;
    }
    let value = reading.value(last)?;
    let two = ["两项", "二者", "两者"].iter().any(|word| between.contains(word));
    if !two {
        // Anything else that is said in between would need to be understood.
        let plain = between.chars().count() <= 3 && lead.chars().count() <= 2;
        return plain.then_some(Part { value, number: last, count: 1 });
    }
    let before = last.checked_sub(1).filter(|&before| before >= sentence.numbers.start)?;
    Some(Part { value: value.checked_add(reading.value(before)?)?, number: last, count: 2 })
}

/// Everything the whole may be; `None` where its words are not known.
fn wholes(reading: &Reading, sentence: &Sentence, number: usize, base: &str, part: &Part) -> Option<Vec<Decimal>> {
    let report = reading.beside.report;
    if let Some(inside) = number.checked_sub(1).filter(|&inside| inside > part.number) {
        return Some(vec![reading.value(inside)?]);
    }
    let base = base.trim_end_matches(['的', '为', '了', '例', '比']);
    if let Some(known) = PATTERNS.bases.iter().find(|known| known.words.iter().any(|word| word == base)) {
        return known.readings.iter().map(|paths| sum(report, paths).map(|sum| sum.total)).collect();
    }
    if !matches!(base, "" | "总数" | "全部" | "总量") {
        return None;
    }
    let first_of_part = part.number + 1 - part.count;
    let earlier: Vec<Decimal> =
        (sentence.numbers.start..first_of_part).filter_map(|one| reading.value(one)).filter(|one| *one >= part.value).collect();
    let requests = reading.after(part.number).starts_with('件') && reading.plain.text[sentence.paragraph.clone()].contains("申请");
    let tables = ["requests.received.total", "requests.concluded.total"].map(|path| sum(report, &[path.to_string()]));
    let both = sum(report, &["requests.received.total".to_string(), "requests.brought_forward.total".to_string()]);
    let tables = tables.into_iter().chain([both]).flatten().map(|sum| sum.total).filter(|one| requests && *one >= part.value);
    let stated = earlier.len() == 1 && reading.clause(sentence.numbers.start).ends_with('共');
    let mut wholes: Vec<Decimal> = if requests || stated { earlier.into_iter().chain(tables).collect() } else { vec![] };
    wholes.sort();
    wholes.dedup();
    Some(wholes)
}
