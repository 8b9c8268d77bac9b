//! G501–G504: can a citizen reach the unit?
//!
//! Source: the form's preamble (联系方式); portal inspections (missing contact data). Told once for a unit, where its contact is
//! written, not for every report. Silent for a unit without reports, and where each report gives its own.

use super::Asked;
use crate::archive::Unit;
use crate::contact::{Contact, Entry, Field};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names::Words;
use crate::source::{Place, Span};

pub(super) fn check_unit(unit: &Unit, found: &mut Diagnostics) {
    for (field, code, zh) in [(Field::Phone, "G501", "联系电话"), (Field::Address, "G502", "联系地址")] {
        if unit.contact.get(field).is_none() && unit.reports.iter().any(|report| report.contact.get(field).is_none()) {
            found.push(lacking(unit, field, code, zh));
        }
    }
    check_written(&unit.contact, found);
}

pub(super) fn check(asked: Asked, found: &mut Diagnostics) {
    check_written(&asked.report.document.contact, found);
}

fn lacking(unit: &Unit, field: Field, code: &'static str, zh: &str) -> Diagnostic {
    let start = Place { file: unit.file.clone(), span: Span { start: 0, end: 0, line: 1 } };
    let place = unit.contact.lines().next().map_or(start, |(_, entry)| entry.place.clone());
    let example = if field == Field::Phone { "0000-8065938" } else { "云岭县美洁巷1号" };
    Diagnostic::warning(code, place, Words::new(format!("{}没有写{zh}", unit.title), format!("{} gives no {}", unit.title, field.id())))
        .with_here(Words::new(format!("这里缺一行{zh}"), format!("no {} here", field.id())))
        .with_help(Words::new(
            format!("在这个文件的 contact 下面加一行“{}: {example}”，换成本单位的。", field.id()),
            format!("Add a line `{}: {example}` (yours) below `contact:` of this file.", field.id()),
        ))
        .concerning([format!("contact.{}", field.id())])
}

fn check_written(contact: &Contact, found: &mut Diagnostics) {
    for (field, entry) in contact.lines() {
        match field {
            Field::Phone | Field::Fax => found.extend(parts(&entry.text).find_map(|part| malformed_phone(part, field, entry))),
            Field::Email => found.extend(parts(&entry.text).find(|part| !is_email(part)).map(|part| malformed_email(part, entry))),
            _ => {}
        }
    }
}

/// Several numbers or addresses in one line.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', ';', '；', '/', '／', ',', '，', '或']).map(str::trim).filter(|part| !part.is_empty())
}

fn malformed_phone(part: &str, field: Field, entry: &Entry) -> Option<Diagnostic> {
    let help = match Phone::of(part) {
        Phone::Good => return None,
        Phone::FullWidth(plain) => Words::new(format!("请改用半角数字：{plain}"), format!("Use ordinary digits: {plain}")),
        Phone::NoAreaCode => Words::new("外地读者打不通，请在前面加区号，如 0000-8065938。", "Add the area code, such as 0000-8065938."),
        Phone::Other => Words::new(
            "写成“区号-号码”，如 0000-8065938；有分机的写 0000-8065938转801；几个号码用“、”隔开。请数一数位数。",
            "Write area code, hyphen, number: 0000-8065938, with 转801 for an extension; several are separated by 、. Count the digits.",
        ),
    };
    let word = if field == Field::Fax { ("传真号码", "fax number") } else { ("电话号码", "phone number") };
    let message = Words::new(format!("“{part}”不像完整的{}", word.0), format!("`{part}` does not look like a whole {}", word.1));
    Some(Diagnostic::warning("G503", entry.place.clone(), message).with_help(help).concerning([format!("contact.{}", field.id())]))
}

#[derive(PartialEq, Debug)]
enum Phone {
    Good,
    FullWidth(String),
    NoAreaCode,
    Other,
}

impl Phone {
    /// Source: the national numbering plan: area code of 3 or 4 digits from 0 and 7 or 8 digits, mobile 11 digits from 1,
    /// service numbers 1xx to 1xxxx, 95xxx, 96xxx(x), 400 and 800.
    fn of(text: &str) -> Phone {
        let half: String =
            text.chars().map(|c| if ('０'..='９').contains(&c) { char::from_u32(c as u32 - 0xfee0).unwrap_or(c) } else { c }).collect();
        let kind = Phone::of_half_width(&half);
        if kind == Phone::Good && half != text { Phone::FullWidth(half) } else { kind }
    }

    fn of_half_width(text: &str) -> Phone {
        let text = without_remark(text);
        let (number, extension) = match text.split_once('转') {
            Some((number, extension)) => (number, Some(extension.trim())),
            None => (text.as_str(), None),
        };
        let is_extension = |text: &str| (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if extension.is_some_and(|extension| !is_extension(extension)) {
            return Phone::Other;
        }
        let groups: Vec<&str> = number.split(['-', '—', '–', '－', '(', ')', '（', '）', ' ']).filter(|group| !group.is_empty()).collect();
        let groups = groups.strip_prefix(&["+86"]).or(groups.strip_prefix(&["86"])).unwrap_or(&groups);
        if groups.is_empty() || groups.iter().any(|group| !group.bytes().all(|b| b.is_ascii_digit())) {
            return Phone::Other;
        }
        let of_length = |group: &str, lengths: std::ops::RangeInclusive<usize>| lengths.contains(&group.len());
        let joined = groups.concat();
        let local = |group: &str| of_length(group, 7..=8) && !group.starts_with('0');
        match groups {
            [area, number] if area.starts_with('0') && of_length(area, 3..=4) && local(number) => Phone::Good,
            [area, number, extension] if area.starts_with('0') && of_length(area, 3..=4) && local(number) && is_extension(extension) => {
                Phone::Good
            }
            _ if joined.starts_with('1') && joined.len() == 11 => Phone::Good,
            _ if (joined.starts_with("400") || joined.starts_with("800")) && joined.len() == 10 => Phone::Good,
            [number] if number.starts_with('0') && of_length(number, 10..=12) => Phone::Good,
            [number] if number.starts_with('1') && of_length(number, 3..=5) => Phone::Good,
            [number] if number.starts_with('9') && of_length(number, 5..=6) => Phone::Good,
            _ if of_length(&joined, 7..=8) && !joined.starts_with('0') => Phone::NoAreaCode,
            _ => Phone::Other,
        }
    }
}

/// "（办公室）" after a number says whose it is; an area code in brackets is left.
fn without_remark(text: &str) -> String {
    let open = text.find(['(', '（']).filter(|&open| text[open..].chars().nth(1).is_some_and(|c| !c.is_ascii_digit()));
    open.map_or(text, |open| &text[..open]).trim().to_string()
}

fn malformed_email(part: &str, entry: &Entry) -> Diagnostic {
    let message = Words::new(format!("“{part}”不是完整的电子邮箱地址"), format!("`{part}` is not a whole e-mail address"));
    Diagnostic::warning("G504", entry.place.clone(), message)
        .with_help(Words::new(
            "写成 office@example.org 这样：中间一个半角的 @，后面是带点的域名，不要有空格和汉字。",
            "Write it like office@example.org: one @, a domain with a dot, no spaces.",
        ))
        .concerning(["contact.email"])
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let last = domain.rsplit('.').next().unwrap_or("");
    !local.is_empty()
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"._%+-".contains(&b))
        && domain.contains('.')
        && domain.split('.').all(label)
        && last.len() >= 2
        && last.bytes().all(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_known_in_the_ways_they_are_written() {
        let good = [
            "0000-8065938",
            "010-12345678",
            "（0000）8065938",
            "00008065938",
            "0000-8065938-801",
            "0000-8065938转801",
            "12345",
            "13900000000",
            "139-0000-0000",
            "400-123-4567",
            "+86-0000-8065938",
            "0000—8065938（办公室）",
            "0000 8065938",
            "96166",
        ];
        for text in good {
            assert_eq!(Phone::of(text), Phone::Good, "{text}");
        }
        assert_eq!(Phone::of("8065938"), Phone::NoAreaCode);
        assert_eq!(Phone::of("００００-8065938"), Phone::FullWidth("0000-8065938".into()));
        for text in ["0000-806593", "0000-806593812", "951-8065938", "见首页", "0000-8065938转", "00", "1390000000", "0000-0065938"] {
            assert_eq!(Phone::of(text), Phone::Other, "{text}");
        }
    }

    #[test]
    fn an_email_has_one_at_and_a_domain() {
        for text in ["office@example.org", "a.b-c_1@x-y.gov.cn"] {
            assert!(is_email(text), "{text}");
        }
        for text in ["office", "office@example", "office＠example.org", "a@b@c.cn", "a b@c.cn", "@c.cn", "a@.cn", "a@c.c1"] {
            assert!(!is_email(text), "{text}");
        }
    }
}
