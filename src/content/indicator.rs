//! Indicators: what a unit counts for itself, beside the official tables.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Reader;
use super::figure::{self, Figure, is_not_applicable};
use crate::names::Words;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// One indicator of a report: `政府网站发布政府信息: 195 条`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Indicator {
    pub name: String,
    pub figure: Figure,
    /// What is counted; empty where none was given.
    pub unit: String,
    pub remark: Option<String>,
    /// Where the value stands.
    pub span: Span,
}

/// Reads `indicators:`, in the order written.
pub(super) fn parse(node: &Node, reader: &mut Reader) -> Vec<Indicator> {
    let Value::Map(entries) = &node.value else {
        if !node.is_null() {
            reader.error(
                "G910",
                node.span,
                Words::new(
                    "“indicators”下面应一行写一个指标，如“微信发布信息: 222 条”",
                    "`indicators` holds one `name: number unit` a line",
                ),
            );
        }
        return vec![];
    };
    entries.iter().map(|(key, value)| one(&key.text, value, reader)).collect()
}

fn one(name: &str, node: &Node, reader: &mut Reader) -> Indicator {
    let mut indicator =
        Indicator { name: name.trim().to_string(), figure: Figure::Unreadable, unit: String::new(), remark: None, span: node.span };
    match &node.value {
        Value::Map(entries) => {
            if !entries.iter().any(|(key, _)| matches!(key.text.as_ref(), "value" | "数")) {
                reader.error("G910", node.span, Words::new("这个指标没有写数（value）", "this indicator has no `value`"));
            }
            for (key, value) in entries {
                match (key.text.as_ref(), value.text()) {
                    ("value" | "数", _) => (indicator.figure, indicator.unit, indicator.span) = read(value, reader),
                    ("unit" | "单位", text) => indicator.unit = text.unwrap_or_default().to_string(),
                    ("remark" | "备注", text) => indicator.remark = text.map(str::to_string),
                    (other, _) => {
                        let message = Words::new(
                            format!("指标只有 value、unit、remark，没有“{other}”"),
                            format!("an indicator has `value`, `unit` and `remark`, not `{other}`"),
                        );
                        reader.error("G903", key.span, message);
                    }
                }
            }
        }
        _ => (indicator.figure, indicator.unit, indicator.span) = read(node, reader),
    }
    indicator
}

/// The figure and the unit written after it.
fn read(node: &Node, reader: &mut Reader) -> (Figure, String, Span) {
    if node.is_null() || node.text().is_some_and(|text| text.trim().is_empty()) {
        return (Figure::Blank, String::new(), node.span);
    }
    let Some(text) = node.text().map(str::trim) else {
        reader.error("G910", node.span, Words::new("指标应写成“数 单位”", "an indicator is a number and a unit"));
        return (Figure::Unreadable, String::new(), node.span);
    };
    if is_not_applicable(text) {
        return (Figure::NotApplicable, String::new(), node.span);
    }
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(text.len());
    let (digits, unit) = (&text[..end], text[end..].trim_start());
    match figure::number(digits) {
        Ok(number) if !unit.starts_with(is_digit_or_separator) => {
            let kind = if digits.contains('.') { crate::forms::CellKind::Amount } else { crate::forms::CellKind::Signed };
            (Figure::of(number, kind), unit.to_string(), node.span)
        }
        _ => {
            let numeric: Cow<str> =
                text.chars().take_while(|&c| c.is_ascii_digit() || is_digit_or_separator(c) || c == '.').collect::<String>().into();
            let slip = figure::number(&numeric).err().unwrap_or(figure::Slip::Other);
            slip.tell(text, node.span, reader);
            (Figure::Unreadable, String::new(), node.span)
        }
    }
}

fn is_digit_or_separator(c: char) -> bool {
    matches!(c, '0'..='9' | ',' | '，' | '_' | '０'..='９' | '．')
}
