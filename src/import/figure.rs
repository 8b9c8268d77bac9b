//! What stands in a cell of a published table: a figure, a remark beside it, a sign for "nothing", or something else.
//!
//! In: the text of a cell and the kind of figure that belongs there. Out: a [`Reading`] as it is to be written, or why
//! it is not safe to read. Nothing is rounded, converted or completed here.

use std::str::FromStr;

use rust_decimal::Decimal;

use crate::forms::CellKind;
use crate::names::Words;

/// A cell, read.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Reading {
    pub value: Value,
    pub remark: Option<String>,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value {
    /// As it is to be written: `12`, `+12`, `-8`, `96171.6`.
    Number(String),
    Blank,
    NotApplicable,
    /// Our own page says that nobody filled it in.
    Absent,
}

impl Value {
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Value::Number(digits) => Decimal::from_str(digits.trim_start_matches('+')).ok(),
            _ => None,
        }
    }
}

/// Around a superscript: its digits are not digits of the figure.
pub(super) const RAISED: (char, char) = ('\u{e000}', '\u{e001}');

/// Words that count things, which may stand behind a count.
const COUNTED: [&str; 18] =
    ["件", "项", "个", "条", "份", "宗", "次", "人", "篇", "部", "家", "户", "例", "起", "件次", "人次", "项次", "条次"];
const MONEY: [&str; 5] = ["万元", "亿元", "元", "元整", "万元整"];

/// The unit of money that a heading prints: `采购总金额（万元）`.
pub(super) fn unit_in(heading: &str) -> Option<&'static str> {
    ["万元", "亿元", "元"].into_iter().find(|unit| heading.contains(unit))
}

/// Full-width signs made ordinary, white space at the ends and between signs taken away.
fn plain(text: &str) -> String {
    let half = |c: char| match c {
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '−' | '﹣' | '‐' | '‑' => '-',
        '\u{a0}' | '\u{3000}' | '\u{2002}'..='\u{200b}' | '\u{feff}' | '\u{202f}' => ' ',
        '。' => '.',
        '萬' => '万',
        '億' => '亿',
        c => c,
    };
    text.chars().map(half).collect::<String>().trim().to_string()
}

fn is_struck_out(text: &str) -> bool {
    let dashes = |c: char| matches!(c, '-' | '—' | '–' | '―' | '─' | '一' | '/' | '\\' | '|' | '_' | '·' | '.');
    let count = text.chars().count();
    match text {
        "." | "·" | "|" | "_" => false,
        // A lone 一 is the numeral one as often as a dash.
        _ if text.contains('一') => false,
        _ => (1..=4).contains(&count) && text.chars().all(dashes) && !text.starts_with(['.', '|', '_', '·']),
    }
}

/// Reads a cell. `unit`: what the form prints for amounts there.
pub(super) fn read(text: &str, kind: CellKind, unit: Option<&str>) -> Result<Reading, Words> {
    let plain_text = plain(text);
    let simple = |value| Ok(Reading { value, remark: None });
    // Our own pages say in hidden words what a sign means.
    let plain_text =
        plain_text.strip_suffix("不适用").map(str::trim).filter(|sign| is_struck_out(sign)).map_or(plain_text.clone(), str::to_string);
    match plain_text.as_str() {
        "" | "空白" => return simple(Value::Blank),
        "未填" => return simple(Value::Absent),
        "无" | "無" | "没有" | "不适用" | "无此项" => {
            return Ok(Reading { value: Value::NotApplicable, remark: Some(plain_text) });
        }
        text if is_struck_out(text) => return simple(Value::NotApplicable),
        _ => {}
    }
    let plain_text = if kind == CellKind::Signed { signed(&plain_text) } else { plain_text };
    let (digits, rest) = number_at_start(&plain_text).ok_or_else(|| unreadable(text))?;
    let remark = remark(rest, kind, unit).ok_or_else(|| unreadable(text))??;
    let number = Decimal::from_str(digits.trim_start_matches('+')).map_err(|_| unreadable(text))?;
    check(&digits, number, kind, text)?;
    Ok(Reading { value: Value::Number(digits), remark })
}

/// `减3` as -3, `增加5` as +5: how a change is written where it is not written as a sign.
fn signed(text: &str) -> String {
    let digits = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    let after = |words: &[&str]| words.iter().find_map(|word| text.strip_prefix(word).map(str::trim_start).filter(|rest| digits(rest)));
    match (after(&["减少", "减", "減少", "減"]), after(&["增加", "新增", "增"])) {
        (Some(rest), _) => format!("-{rest}"),
        (None, Some(rest)) => format!("+{rest}"),
        (None, None) => text.to_string(),
    }
}

/// `30`, `57` on two lines of a narrow cell as 3057; whether it is one figure is for the arithmetic to say.
pub(super) fn unwrapped(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.trim().split('\n').map(str::trim).collect();
    let digits = |line: &&str| !line.is_empty() && line.len() <= 6 && line.bytes().all(|b| b.is_ascii_digit());
    (lines.len() >= 2 && lines.iter().all(digits)).then(|| lines.concat())
}

/// Whether a text could be a figure of a table (and so is no label).
pub(super) fn is_figure(text: &str) -> bool {
    if unwrapped(text).is_some() {
        return true;
    }
    let text = plain(text);
    !text.is_empty() && (read(&text, CellKind::Amount, None).is_ok() || read(&text, CellKind::Signed, None).is_ok())
}

/// A number with an optional sign, decimals and thousands separators, and what follows it. `None` where the digits
/// could mean more than one number.
fn number_at_start(text: &str) -> Option<(String, &str)> {
    let sign_end = text.find(|c: char| !matches!(c, '+' | '-')).filter(|&end| end <= 1)?;
    let end = text[sign_end..].find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).map_or(text.len(), |at| at + sign_end);
    let (sign, body, rest) = (&text[..sign_end], &text[sign_end..end], text[end..].trim_start());
    let (whole, decimals) = body.split_once('.').map_or((body, None), |(whole, decimals)| (whole, Some(decimals)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let whole = if whole.contains(',') { ungrouped(whole)? } else { whole.to_string() };
    let plausible = digits(&whole) && decimals.is_none_or(digits) && (whole == "0" || !whole.starts_with('0')) && whole.len() <= 15;
    // "3 001": two numbers or one with a gap; nobody can tell.
    let alone = !rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '+' | '-'));
    let number = decimals.map_or(whole.clone(), |decimals| format!("{whole}.{decimals}"));
    (plausible && alone).then(|| (format!("{sign}{number}"), rest))
}

/// `1,234,567` without its separators; `None` if they do not stand at thousands.
fn ungrouped(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let fits = (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    fits.then(|| std::iter::once(first).chain(rest).collect())
}

/// What stands behind a figure: nothing, the unit it has anyway, or a remark in brackets. The outer `None`: something else.
fn remark(rest: &str, kind: CellKind, unit: Option<&str>) -> Option<Result<Option<String>, Words>> {
    if rest.is_empty() {
        return Some(Ok(None));
    }
    if rest.starts_with(RAISED.0) && rest.ends_with(RAISED.1) {
        return Some(Ok(Some(format!("注{}", rest.trim_matches([RAISED.0, RAISED.1])))));
    }
    let (word, bracket) = rest.split_at(rest.find(['(', '[']).unwrap_or(rest.len()));
    let word = word.trim();
    let inside = match bracket {
        "" => None,
        bracket => Some(bracket.strip_prefix('(')?.strip_suffix(')').filter(|inside| !inside.contains(['(', ')']))?.trim().to_string()),
    };
    // A narrow cell breaks its remark into lines; Chinese is written without spaces.
    let inside = inside.map(|inside| if inside.is_ascii() { inside } else { inside.chars().filter(|c| !c.is_whitespace()).collect() });
    if word.is_empty() {
        return Some(Ok(inside));
    }
    if MONEY.contains(&word) {
        return match (kind, unit) {
            (CellKind::Amount, Some(unit)) if unit == word => Some(Ok(inside)),
            (CellKind::Amount, None) => Some(Ok(Some(inside.map_or(word.to_string(), |inside| format!("{word}（{inside}）"))))),
            _ => Some(Err(Words::new(
                format!("原件写的单位是“{word}”，与表格的单位不同"),
                format!("the source says `{word}`, which is not the unit of this cell"),
            ))),
        };
    }
    (kind != CellKind::Amount && COUNTED.contains(&word)).then_some(Ok(inside))
}

fn check(digits: &str, number: Decimal, kind: CellKind, text: &str) -> Result<(), Words> {
    if kind != CellKind::Signed && digits.starts_with('-') && !number.is_zero() {
        return Err(Words::new(format!("这一格不会是负数：{text}"), format!("this cell cannot be negative: {text}")));
    }
    if kind != CellKind::Amount && digits.contains('.') {
        return Err(Words::new(format!("这一格是件数，不会有小数：{text}"), format!("this cell is a count and has no decimals: {text}")));
    }
    Ok(())
}

fn unreadable(text: &str) -> Words {
    Words::new(format!("“{text}”不能确定是什么数"), format!("`{text}` cannot safely be read as a figure"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, kind: CellKind, unit: Option<&str>) -> String {
        match read(text, kind, unit) {
            Ok(Reading { value: Value::Number(digits), remark }) => digits + &remark.map_or(String::new(), |remark| format!(" | {remark}")),
            Ok(reading) => format!("{:?}", reading.value),
            Err(_) => "?".into(),
        }
    }

    #[test]
    fn figures_of_real_tables_are_read_as_printed() {
        let count = |text| shown(text, CellKind::Count, None);
        assert_eq!(count(" １２ "), "12");
        assert_eq!(count("1,234"), "1234");
        assert_eq!(count("22（其中修订16件）"), "22 | 其中修订16件");
        assert_eq!(count("3件"), "3");
        assert_eq!(count("\u{a0}"), "Blank");
        assert_eq!(count("—"), "NotApplicable");
        assert_eq!(count("/"), "NotApplicable");
        assert_eq!(shown("+1036", CellKind::Signed, None), "+1036");
        assert_eq!(shown("−8", CellKind::Signed, None), "-8");
        assert_eq!(shown("减3", CellKind::Signed, None), "-3");
        assert_eq!(shown("增加 12项", CellKind::Signed, None), "+12");
        assert_eq!(shown("减3", CellKind::Count, None), "?");
        assert_eq!(shown("160.5964万元", CellKind::Amount, None), "160.5964 | 万元");
        assert_eq!(shown("96171.6万元", CellKind::Amount, Some("万元")), "96171.6");
    }

    #[test]
    fn what_could_mean_two_things_is_not_read() {
        for text in ["3 001", "12 34", "1,23", "007", "3.0", "-2", "约500", "O", "一", "12.", "1.2.3", "3/4", "251000元", "5*"] {
            assert_eq!(shown(text, CellKind::Count, None), "?", "{text}");
        }
        assert_eq!(shown("251000元", CellKind::Amount, Some("万元")), "?");
    }

    #[test]
    fn labels_are_no_figures() {
        for text in ["1.属于国家秘密", "3.其他", "2020年", "第二十条", "", "（一）", "1."] {
            assert!(!is_figure(text), "{text}");
        }
    }
}
