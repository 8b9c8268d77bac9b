//! Numbers in running Chinese text.
//!
//! In: plain text. Out: every number with its place and how exactly it is meant. `约`, `余`, `多`, `万` make it
//! approximate; a range (`3至5件`) is no number; `三件` is one, `第三件` and `这一件` are not.

use std::ops::Range;

use rust_decimal::Decimal;

use super::sentence::{ends_clause, ends_sentence};
use crate::characters::Steps;
use crate::checks::plain::{FIGURE, Plain};

/// A number in the text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Number {
    pub range: Range<usize>,
    /// Where the clause begins that it stands in.
    pub clause: usize,
    pub value: Value,
    /// Digits after the point.
    pub places: u32,
}

/// What a number says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Exact(Decimal),
    /// Rounded, or part of a range.
    About,
    /// A `{{ name }}`: the number of it among the figures of the text.
    Figure(usize),
}

/// Said before a number that is not exact.
const ABOUT_BEFORE: [&str; 14] = ["约", "近", "超", "逾", "超过", "至少", "不足", "大约", "将近", "接近", "第", "不少于", "不低于", "达到"];
/// Said after it.
const ABOUT_AFTER: [&str; 9] = ["余", "多", "万", "亿", "来件", "左右", "以上", "以下", "千"];
const RANGE: [char; 8] = ['-', '~', '～', '至', '—', '－', '到', '–'];

/// What the questions begin at.
pub(super) struct Scanned {
    pub numbers: Vec<Number>,
    /// All places of `未`, `没` and `无`, in order.
    pub denials: Vec<usize>,
    /// What ends the sentences.
    pub ends: Vec<Range<usize>>,
}

/// The characters at which [`scan`] looks closer: digits, what ends clauses, and [`FIGURE`].
const PERHAPS_SPECIAL: Steps = Steps::past_all_but(b"0123456789(),;:\n\xe2\xe3\xef");

pub(super) fn scan(plain: &Plain) -> Scanned {
    let text = plain.text.as_str();
    let (mut numbers, mut ends, mut at, mut figure, mut clause) = (vec![], vec![], 0, 0, 0);
    while let Some(next) = PERHAPS_SPECIAL.next(text.as_bytes(), at) {
        at = next;
        match text[at..].chars().next().unwrap_or(' ') {
            '0'..='9' => {
                let number = digits(text, at, clause);
                at = number.range.end;
                numbers.push(number);
            }
            FIGURE => {
                let range = at..at + FIGURE.len_utf8();
                at = range.end;
                numbers.push(Number { range, clause, value: Value::Figure(figure), places: 0 });
                figure += 1;
            }
            c => {
                let end = at + c.len_utf8();
                if ends_clause(c) {
                    clause = end;
                }
                if ends_sentence(c) {
                    ends.push(at..end);
                }
                at = end;
            }
        }
    }
    add_chinese(text, &mut numbers);
    Scanned { numbers, denials: denials(text.as_bytes()), ends }
}

/// Puts those in their places that Chinese numerals write.
fn add_chinese(text: &str, numbers: &mut Vec<Number>) {
    for end in memchr::memmem::find_iter(text.as_bytes(), "件") {
        let Some((range, value)) = chinese(text, end) else { continue };
        let place = numbers.partition_point(|number| number.range.end <= range.start);
        let clause = text[..range.start].char_indices().rfind(|(_, c)| ends_clause(*c)).map_or(0, |(at, c)| at + c.len_utf8());
        // A comma in a number ends no clause.
        let clause = numbers[..place].last().filter(|before| before.range.end > clause).map_or(clause, |before| before.clause);
        numbers.insert(place, Number { range, clause, value: Value::Exact(Decimal::from(value)), places: 0 });
    }
}

fn denials(text: &[u8]) -> Vec<usize> {
    let mut all: Vec<usize> = ["未", "没", "无"].iter().flat_map(|word| memchr::memmem::find_iter(text, word)).collect();
    all.sort_unstable();
    all
}

/// Digits with thousands separators and decimals, from the first one on.
fn digits(text: &str, start: usize, clause: usize) -> Number {
    let bytes = text.as_bytes();
    let run = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = start + run(start);
    while end - start <= 15 && bytes.get(end) == Some(&b',') && run(end + 1) == 3 {
        end += 4;
    }
    let places = if bytes.get(end) == Some(&b'.') { run(end + 1) } else { 0 };
    end += if places > 0 { places + 1 } else { 0 };
    let exact = (!is_about(text, start..end)).then(|| exactly(&text[start..end], places)).flatten();
    let value = exact.map_or(Value::About, Value::Exact);
    Number { range: start..end, clause, value, places: places as u32 }
}

/// Up to 18 digits; there are no larger figures in reports.
fn exactly(written: &str, places: usize) -> Option<Decimal> {
    let digits = written.bytes().filter(u8::is_ascii_digit);
    let number = digits.take(19).fold(0i64, |number, digit| number.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    (written.len() <= 18 && places <= 10).then(|| Decimal::new(number, places as u32))
}

fn is_about(text: &str, range: Range<usize>) -> bool {
    let (before, after) = (&text[..range.start], &text[range.end..]);
    let (last, next) = (before.chars().next_back().unwrap_or('\n'), after.chars().next().unwrap_or('\n'));
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    // Most numbers stand beside none of these characters, and the words need not be tried.
    (matches!(last, '约' | '近' | '超' | '逾' | '过' | '少' | '足' | '第' | '于' | '到')
        && ABOUT_BEFORE.iter().any(|about| before.ends_with(about)))
        || (matches!(next, '余' | '多' | '万' | '亿' | '来' | '左' | '以' | '千')
            && ABOUT_AFTER.iter().any(|about| after.starts_with(about)))
        || (RANGE.contains(&last) && digit(before[..before.len() - last.len_utf8()].chars().next_back()))
        || (RANGE.contains(&next) && digit(after[next.len_utf8()..].chars().next()))
}

/// `二十三` right before a `件` at `end`; nothing after `第`, `这`, `的一` and the like, which point at one of several.
fn chinese(text: &str, end: usize) -> Option<(Range<usize>, u32)> {
    let numeral = |c: char| "一二两三四五六七八九十百".contains(c);
    let start = text[..end].trim_end_matches(numeral).len();
    let written = &text[start..end];
    let value = numeral_value(written)?;
    let pointing = ["第", "这", "那", "每", "某", "唯", "同", "任", "另", "前", "后", "有", "最", "几", "数", "些", "各", "的"];
    if is_about(text, start..end)
        || (value == 1 && pointing.iter().any(|word| text[..start].ends_with(word)))
        || text[..start].ends_with(['第', '这', '那', '每', '前', '后'])
    {
        return None;
    }
    Some((start..end, value))
}

/// Up to 999.
fn numeral_value(written: &str) -> Option<u32> {
    let digit = |c: char| "一二三四五六七八九".chars().position(|d| d == c).map(|at| at as u32 + 1).or((c == '两').then_some(2));
    let (mut total, mut pending) = (0, None);
    for c in written.chars() {
        match (c, pending) {
            ('百', Some(hundreds)) if total == 0 => (total, pending) = (hundreds * 100, None),
            ('十', _) if total % 100 == 0 => (total, pending) = (total + pending.unwrap_or(1) * 10, None),
            (c, None) => pending = Some(digit(c)?),
            _ => return None,
        }
    }
    let total = total + pending.unwrap_or(0);
    (total > 0).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let plain = Plain::of(text, 0..text.len());
        let word = |number: &Number| match &number.value {
            Value::Exact(value) => value.to_string(),
            Value::About => "about".to_string(),
            Value::Figure(at) => format!("figure {at}"),
        };
        scan(&plain).numbers.iter().map(word).collect()
    }

    #[test]
    fn digits_of_every_kind_are_read() {
        assert_eq!(read("收到１２件、1,234件、3.5%、{{ 数 }}件"), ["12", "1234", "3.5", "figure 0"]);
    }

    #[test]
    fn rounded_numbers_and_ranges_are_not_exact() {
        for text in ["约12件", "3643余条", "300多件", "2.1万条", "3至5件", "1-6月", "近20件"] {
            assert!(read(text).iter().all(|number| number == "about"), "{text}");
        }
    }

    #[test]
    fn chinese_numerals_count_where_they_stand_for_a_number() {
        assert_eq!(read("新收三件、二十三件、两件、一百二十件"), ["3", "23", "2", "120"]);
        for text in ["第三件", "这一件", "结转的一件", "有一件申请", "十件件件"] {
            assert!(read(text).iter().all(|number| number == "10"), "{text}: {:?}", read(text));
        }
    }
}
