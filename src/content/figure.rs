//! A figure as the unit published it, and how it is read.
//!
//! Blank, not applicable and zero tell a reader different things, so nothing here turns one into another;
//! a cell that was not written at all is `None` where cells are kept.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Reader;
use crate::forms::CellKind;
use crate::names::Words;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// What stands in a cell.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub enum Figure {
    /// A whole number, in the cell's unit.
    Count(i64),
    /// A decimal number with as many places as were written.
    Amount(#[serde(with = "rust_decimal::serde::str")] Decimal),
    /// On the form, left empty.
    Blank,
    /// On the form, struck out: the unit has nothing of the kind.
    NotApplicable,
    /// Written, but not understood; an error says so.
    Unreadable,
}

impl Figure {
    /// The number, if it is one.
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Figure::Count(count) => Some(Decimal::from(*count)),
            Figure::Amount(amount) => Some(*amount),
            _ => None,
        }
    }

    pub fn is_number(&self) -> bool {
        matches!(self, Figure::Count(_) | Figure::Amount(_))
    }

    /// A number as a figure of its kind.
    pub fn of(number: Decimal, kind: CellKind) -> Figure {
        match (kind, i64::try_from(number)) {
            (CellKind::Count | CellKind::Signed, Ok(count)) if number.is_integer() => Figure::Count(count),
            _ => Figure::Amount(number),
        }
    }
}

impl fmt::Display for Figure {
    /// Digits as in data files; `—` for not applicable, nothing for blank.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Figure::Count(count) => count.fmt(f),
            Figure::Amount(amount) => amount.fmt(f),
            Figure::Blank => Ok(()),
            Figure::NotApplicable => f.write_str("—"),
            Figure::Unreadable => f.write_str("?"),
        }
    }
}

/// A figure, where it stands, and what was written beside it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Cell<'a> {
    pub figure: Figure,
    /// Left out by the author and added up by us.
    pub computed: bool,
    pub span: Span,
    pub(super) beside: Option<&'a Beside>,
}

/// Rare beside a figure.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Beside {
    written: Option<Box<str>>,
    remark: Option<Box<str>>,
}

impl<'a> Cell<'a> {
    pub fn given(figure: Figure, span: Span) -> Cell<'a> {
        Cell { figure, computed: false, span, beside: None }
    }

    /// The remark published beside the figure.
    pub fn remark(&self) -> Option<&'a str> {
        self.beside?.remark.as_deref()
    }

    /// The text as published where it differs from the plain number (`+12`).
    pub fn written(&self) -> Option<&'a str> {
        self.beside?.written.as_deref()
    }
}

/// A cell that was just read, to be put among the others of its table.
pub(super) struct Entry {
    pub figure: Figure,
    pub computed: bool,
    pub span: Span,
    pub beside: Option<Beside>,
}

impl Entry {
    pub(super) fn given(figure: Figure, span: Span) -> Entry {
        Entry { figure, computed: false, span, beside: None }
    }

    pub(super) fn computed(figure: Figure, span: Span) -> Entry {
        Entry { figure, computed: true, span, beside: None }
    }

    #[cfg(test)]
    pub(super) fn noted(figure: Figure, span: Span) -> Entry {
        Entry::given(figure, span).with_written(Some("+1")).with_remark(Some("含上年"))
    }

    fn with_written(mut self, written: Option<&str>) -> Entry {
        if let Some(written) = written {
            self.beside.get_or_insert_default().written = Some(written.into());
        }
        self
    }

    fn with_remark(mut self, remark: Option<&str>) -> Entry {
        if let Some(remark) = remark {
            self.beside.get_or_insert_default().remark = Some(remark.into());
        }
        self
    }
}

/// Signs that stand for "not applicable" on published forms.
pub fn is_not_applicable(text: &str) -> bool {
    matches!(text, "—" | "——" | "–" | "－" | "-" | "--" | "/" | "／" | "\\")
}

/// Reads a cell: a figure, `~`, `—`, or `{value: …, remark: …}`.
pub(super) fn read(node: &Node, kind: CellKind, reader: &mut Reader) -> Entry {
    match &node.value {
        Value::Map(entries) => with_remark(node, entries, kind, reader),
        Value::List(_) => {
            reader.error("G910", node.span, Words::new("这一格应只写一个数", "one figure belongs here, not a list"));
            Entry::given(Figure::Unreadable, node.span)
        }
        Value::Scalar { text, quoted } => {
            if node.is_null() || (*quoted && text.trim().is_empty()) {
                return Entry::given(Figure::Blank, node.span);
            }
            scalar(text.trim(), kind, node.span, reader)
        }
    }
}

fn with_remark(node: &Node, entries: &[(crate::yaml::Key, Node)], kind: CellKind, reader: &mut Reader) -> Entry {
    let mut cell = None;
    let mut remark = None;
    for (key, value) in entries {
        match key.text.as_ref() {
            "value" | "数" => cell = Some(read(value, kind, reader)),
            "remark" | "备注" => remark = value.text(),
            other => {
                reader.error(
                    "G903",
                    key.span,
                    Words::new(
                        format!("带备注的数只能写 value 和 remark，没有“{other}”"),
                        format!("a figure with a remark has `value` and `remark`, not `{other}`"),
                    ),
                );
            }
        }
    }
    let Some(cell) = cell else {
        reader.error("G910", node.span, Words::new("这里有备注，但没有写数（value）", "there is a remark here but no `value`"));
        return Entry::given(Figure::Unreadable, node.span);
    };
    cell.with_remark(remark)
}

fn scalar(text: &str, kind: CellKind, span: Span, reader: &mut Reader) -> Entry {
    if let Some(count) = plain_count(text).filter(|_| kind != CellKind::Amount) {
        return Entry::given(Figure::Count(count), span);
    }
    if is_not_applicable(text) {
        return Entry::given(Figure::NotApplicable, span);
    }
    match number(text) {
        Ok(number) => typed(number, text, kind, span, reader),
        Err(slip) => {
            slip.tell(text, span, reader);
            Entry::given(Figure::Unreadable, span)
        }
    }
}

/// Digits as they are printed: what nearly every cell holds, and no kind of cell for counts refuses.
fn plain_count(text: &str) -> Option<i64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain)
}

/// A number of the right kind for its cell, or an error and an unreadable figure.
fn typed(number: Decimal, text: &str, kind: CellKind, span: Span, reader: &mut Reader) -> Entry {
    let refuse = |code: &'static str, what: Words, help: Words, reader: &mut Reader| {
        reader.push(crate::diagnostic::Diagnostic::error(code, reader.place(span), what).with_help(help));
        Entry::given(Figure::Unreadable, span)
    };
    if number.is_sign_negative() && !number.is_zero() && kind != CellKind::Signed {
        return refuse(
            "G106",
            Words::new(format!("这一格不能是负数：{text}"), format!("this cell cannot be negative: {text}")),
            Words::new("只有“本年增/减”一栏可以写负数。请核对原件。", "Only an increase or decrease may be negative; check the original."),
            reader,
        );
    }
    if kind == CellKind::Amount {
        return Entry::given(Figure::Amount(number), span).with_written(text.starts_with('+').then_some(text));
    }
    let whole = !text.contains('.');
    match i64::try_from(number) {
        Ok(count) if whole => {
            let written = (count.to_string() != text).then_some(text);
            Entry::given(Figure::Count(count), span).with_written(written)
        }
        _ => refuse(
            "G105",
            Words::new(format!("这一格是件数，只能写整数：{text}"), format!("this cell is a count and takes a whole number: {text}")),
            Words::new(
                "件数没有小数。请核对原件；如果是金额，请看是否填错了行。",
                "Counts have no decimals; check the original, and whether it is an amount in the wrong row.",
            ),
            reader,
        ),
    }
}

/// Why a text is not a number, as far as we can tell.
pub(super) enum Slip {
    FullWidth(String),
    Thousands(String),
    Unit(String, String),
    LeadingZero,
    TooLarge,
    Other,
}

/// Reads ASCII digits with an optional sign and decimals, and nothing else: no exponent, no octal, no underscore.
pub(super) fn number(text: &str) -> Result<Decimal, Slip> {
    if !is_digits(text) {
        return Err(slip(text));
    }
    let whole = text.trim_start_matches(['+', '-']).split('.').next().unwrap_or_default();
    if whole.len() > 1 && whole.starts_with('0') {
        return Err(Slip::LeadingZero);
    }
    Decimal::from_str_exact(text.strip_prefix('+').unwrap_or(text)).map_err(|_| Slip::TooLarge)
}

/// Digits, one sign before them, one point among them.
fn is_digits(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, decimals].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

fn slip(text: &str) -> Slip {
    let half: String = text.chars().map(half_width).collect();
    if half != text && is_digits(&half) {
        return Slip::FullWidth(half);
    }
    let plain: String = half.chars().filter(|c| !matches!(c, ',' | '_' | ' ' | '\u{a0}')).collect();
    if plain != half && is_digits(&plain) {
        return Slip::Thousands(plain);
    }
    let end = plain.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(plain.len());
    if end > 0 && !plain[end..].starts_with(|c: char| c.is_ascii_alphanumeric()) && is_digits(&plain[..end]) {
        return Slip::Unit(plain[..end].to_string(), plain[end..].to_string());
    }
    Slip::Other
}

/// The ordinary form of a full-width character, or of a mathematical minus.
fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '−' => '-',
        c => c,
    }
}

impl Slip {
    pub(super) fn tell(self, text: &str, span: Span, reader: &mut Reader) {
        let what = Words::new(format!("“{text}”不是可以识别的数"), format!("`{text}` is not a number"));
        let help = match self {
            Slip::FullWidth(half) => Words::new(format!("请改用半角字符：{half}"), format!("Use ordinary characters: {half}")),
            Slip::Thousands(plain) => {
                Words::new(format!("不要写千位分隔符：{plain}"), format!("Leave out the thousands separators: {plain}"))
            }
            Slip::Unit(number, rest) => Words::new(
                format!("这里只写数：{number}。说明文字请写成 {{value: {number}, remark: {rest}}}；单位由表格自己带。"),
                format!("Write the number alone: {number}. A remark is written {{value: {number}, remark: {rest}}}."),
            ),
            Slip::LeadingZero => Words::new("数的前面不要写 0。请核对是不是打错了。", "A number does not begin with 0; check for a slip."),
            Slip::TooLarge => Words::new("这个数太大，请核对。", "This number is too large; check it."),
            Slip::Other => Words::new(
                "这里写数字；原件留空的写 ~，不适用的写 —，确实没有的写 0。",
                "Write a number; `~` for a cell left blank, `—` for not applicable, `0` for none.",
            ),
        };
        reader.push(crate::diagnostic::Diagnostic::error("G105", reader.place(span), what).with_help(help));
    }
}
