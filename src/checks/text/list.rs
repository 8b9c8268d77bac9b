//! G310: `共20736条。其中网站7412条，微信11436条，……`: do the parts add up?
//!
//! Parts that come to more than their total are told wherever `其中` stands; parts that come to less only after `分别为`
//! or a colon, where the list is meant to be whole. Silent where a number is rounded, where the parts reach the total
//! exactly at some point (what follows is another subject), where units differ, and beyond words such as 办结, 另, 比上年.

use rust_decimal::Decimal;

use super::sentence::{Sentence, ends_clause};
use super::{Reading, Value};
use crate::diagnostic::Diagnostic;
use crate::names::Words;

/// Words at which a list is over, or a number is no part.
const OTHER: [&str; 29] = [
    "办结", "答复", "结转", "新收", "收到", "受理", "同比", "比", "较", "另", "此外", "还", "全年", "累计", "合计", "共", "平均", "其中",
    "总计", "占", "增", "减", "上年", "去年", "分别", "含", "至", "有效", "年末",
];

/// How a list begins.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Perhaps not all parts are named.
    Some,
    /// All of them are.
    Whole,
}

pub(super) fn check(reading: &Reading, sentence: &Sentence) -> Option<Diagnostic> {
    // Of a total and one part nothing can be said.
    let totals = sentence.numbers.start..sentence.numbers.end.saturating_sub(2);
    { totals }.find_map(|total| from(reading, sentence, total))
}

fn from(reading: &Reading, sentence: &Sentence, total: usize) -> Option<Diagnostic> {
    let (unit, opening) = opening(reading, total)?;
    if reading.is_elsewhere(sentence, total) {
        return None;
    }
    let whole = reading.value(total)?;
    let mut parts: Vec<usize> = vec![];
    let mut sum = Decimal::ZERO;
    for part in total + 1..sentence.numbers.end {
        let between = &reading.plain.text[reading.numbers[part - 1].range.end..reading.numbers[part].range.start];
        let clause = reading.clause(part);
        if between.contains('；') || (part > total + 1 && OTHER.iter().any(|word| between.contains(word))) {
            break;
        }
        let lead = clause.strip_prefix("其中").unwrap_or(clause);
        // A number without a name, in brackets or of another unit: the list is not one that we understand.
        let lead = lead
            .strip_prefix("分别为")
            .or(lead.strip_prefix("分别是"))
            .or(lead.strip_prefix("包括"))
            .filter(|_| part == total + 1)
            .unwrap_or(lead);
        if lead.is_empty()
            || OTHER.iter().any(|word| lead.contains(word))
            || between.contains(['（', '(', '“'])
            || !reading.after(part).starts_with(unit)
            || !ends_there(reading.after(part), unit)
        {
            return None;
        }
        let value = reading.value(part)?;
        // More than all of it, and not the first: the sentence has gone on to something else.
        if value > whole && !parts.is_empty() {
            break;
        }
        sum = sum.checked_add(value)?;
        parts.push(part);
        if sum == whole {
            return None;
        }
    }
    let last = *parts.last()?;
    let closed = reading.after(last)[unit.len()..].starts_with(['。', '；', '\n', '）']);
    let wrong = parts.len() >= 2 && (sum > whole || (opening == Kind::Whole && closed && sum < whole));
    wrong.then(|| tell(reading, total, &parts, whole, sum))
}

/// The unit after a total that a list of parts follows, and what kind of list.
fn opening<'t>(reading: &Reading<'t>, total: usize) -> Option<(&'t str, Kind)> {
    let after = reading.after(total);
    let (end, _) = after.char_indices().take(4).find(|(_, c)| ends_clause(*c)).filter(|(_, c)| matches!(c, '，' | '：' | '（'))?;
    let unit = &after[..end];
    if unit.is_empty() || unit.contains(|c: char| c.is_ascii_digit() || c == '%') {
        return None;
    }
    let rest = &after[end..];
    let kind = match rest {
        _ if ["，分别为", "，分别是", "：", "，包括："].iter().any(|start| rest.starts_with(start))
            && states_a_total(reading.clause(total)) =>
        {
            Kind::Whole
        }
        _ if rest.starts_with("，其中") || rest.starts_with("（其中") || rest.starts_with("，其中：") => Kind::Some,
        _ => return None,
    };
    Some((unit, kind))
}

fn states_a_total(clause: &str) -> bool {
    ["共", "共计", "合计", "总计", "总数为", "总数", "总量为", "总量"].iter().any(|word| clause.ends_with(word))
}

/// Whether the clause of a part ends with its unit.
fn ends_there(after: &str, unit: &str) -> bool {
    after[unit.len()..].chars().next().is_none_or(ends_clause)
}

fn tell(reading: &Reading, total: usize, parts: &[usize], whole: Decimal, sum: Decimal) -> Diagnostic {
    let shown: Vec<String> = parts.iter().filter_map(|&part| reading.value(part)).map(|value| value.to_string()).collect();
    let message = Words::new(
        format!("请核对：正文写总数 {whole}，后面各项 {} 加起来是 {sum}，相差 {}", shown.join("+"), (whole - sum).abs()),
        format!("to be confirmed: the text says {whole} in all; the parts {} make {sum}, {} apart", shown.join(" + "), (whole - sum).abs()),
    );
    let last = parts[parts.len() - 1];
    let place = reading.place(reading.numbers[parts[0]].range.start..reading.numbers[last].range.end);
    let exact = matches!(reading.numbers[total].value, Value::Exact(_));
    let here = if exact { Words::new("总数", "the total") } else { Words::new("总数（由程序填）", "the total (filled in)") };
    reading
        .finding("G310", total..total + 1, message)
        .with_here(here)
        .with_label(place, Words::new(format!("各项之和 {sum}"), format!("the parts make {sum}")))
        .with_help(Words::new(
            "逐项核对，改正总数或者其中一项；有重复统计的（同一件计入两项），在句子里说明。",
            "Check each part and correct the total or a part; if the parts overlap, let the sentence say so.",
        ))
}
