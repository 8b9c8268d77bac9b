//! The contact lines of a report: in its preamble, at its end, or in the fields of its page.
//!
//! In: paragraphs. Out: contact fields with the words they were taken from. The sentence stays in the text.

use super::body::Made;
use super::document::{At, Document, plain};
use super::doubt::{Doubt, DoubtKind, Found};
use crate::contact::Field;
use crate::names::Words;

const LABELS: [(Field, &[&str]); 8] = [
    (Field::Address, &["联系地址", "办公地址", "通讯地址", "通信地址", "地址"]),
    (Field::Postcode, &["邮政编码", "邮编"]),
    (Field::Fax, &["传真号码", "传真电话", "传真"]),
    (Field::Phone, &["联系电话", "咨询电话", "办公电话", "电话号码", "电话"]),
    (Field::Email, &["电子邮箱", "电子邮件", "电子信箱", "邮箱地址", "邮箱", "E-mail", "Email", "e-mail", "email", "EMAIL"]),
    (Field::Website, &["网站地址", "网址", "门户网站"]),
    (Field::Hours, &["办公时间", "工作时间"]),
    (Field::Office, &["办公室", "联系部门", "联系科室", "联系单位", "受理机构"]),
];

pub(super) fn find(made: &Made, document: &Document, agency: Option<&str>, doubts: &mut Vec<Doubt>) -> Vec<(Field, Found<String>)> {
    let mut found: Vec<(Field, Found<String>)> = vec![];
    let paragraphs: Vec<_> = made.paragraphs.iter().collect();
    let preamble = paragraphs.iter().filter(|(_, before)| *before);
    let tail = paragraphs.iter().rev().take(4).filter(|(line, before)| !before && line.text.contains("联系"));
    for (line, _) in preamble.chain(tail) {
        let text: String = plain(&line.text).replace(['\u{a0}', '\u{3000}'], " ");
        for (field, value) in contacts(&text, agency) {
            add(&mut found, field, value, line.at, &text, doubts);
        }
    }
    for (key, value) in &document.fields {
        let text = format!("{key}：{value}");
        for (field, value) in contacts(&text, agency) {
            if !found.iter().any(|(one, _)| *one == field) {
                add(&mut found, field, value, At::default(), &text, doubts);
            }
        }
    }
    found.sort_by_key(|(field, _)| *field);
    found
}

fn add(found: &mut Vec<(Field, Found<String>)>, field: Field, value: String, at: At, source: &str, doubts: &mut Vec<Doubt>) {
    match found.iter().find(|(one, _)| *one == field) {
        Some((_, first)) if first.value != value => {
            let message = Words::new(
                format!("联系方式有两种写法：{}、{value}", first.value),
                format!("two values for `{}`: {} and {value}", field.id(), first.value),
            );
            doubts.push(Doubt::new(DoubtKind::Contact, message).source(source, at));
        }
        Some(_) => {}
        None => found.push((field, Found::certain(value, at, source))),
    }
}

/// Every labelled contact in a text.
fn contacts(text: &str, agency: Option<&str>) -> Vec<(Field, String)> {
    let mut found: Vec<(Field, String)> = vec![];
    for (field, names) in LABELS {
        let value = names.iter().find_map(|name| labelled(text, name, field));
        if let Some(value) = value {
            found.push((field, value));
        }
    }
    if !found.is_empty() && !found.iter().any(|(field, _)| *field == Field::Office) {
        found.extend(office(text, agency).map(|office| (Field::Office, office)));
    }
    found
}

/// What stands behind a label and its colon, as far as its field reaches.
fn labelled(text: &str, name: &str, field: Field) -> Option<String> {
    text.match_indices(name).find_map(|(at, _)| {
        let rest = text[at + name.len()..].trim_start();
        let rest = rest.strip_prefix("号码").unwrap_or(rest);
        let colon = rest.strip_prefix([':', '：', '为', '是']).map(str::trim_start);
        let digits_at_once = matches!(field, Field::Phone | Field::Fax | Field::Postcode) && rest.starts_with(|c: char| c.is_ascii_digit());
        let value = colon.or(digits_at_once.then_some(rest))?;
        value_of(value, field)
    })
}

fn value_of(text: &str, field: Field) -> Option<String> {
    let while_in = |fits: &dyn Fn(char) -> bool| text.chars().take_while(|c| fits(*c)).collect::<String>();
    let value = match field {
        Field::Postcode => while_in(&|c| c.is_ascii_digit()),
        Field::Phone | Field::Fax => {
            let value = while_in(&|c| {
                c.is_ascii_digit() || matches!(c, '-' | '—' | '－' | '–' | '(' | ')' | '（' | '）' | '/' | '转' | '、' | ' ')
            });
            value.trim_end_matches(['、', '（', '(', '/', ' ', '-', '—']).to_string()
        }
        Field::Email => while_in(&|c| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '+')),
        Field::Website => while_in(&|c| c.is_ascii_graphic() && !matches!(c, ')' | '(' | ',' | ';')),
        Field::Hours => while_in(&|c| !matches!(c, '；' | '。' | '）' | '\n')),
        Field::Address | Field::Office => {
            let value = while_in(&|c| !matches!(c, '，' | '；' | '。' | '）' | ')' | ';' | ',' | '\n' | '、'));
            // "邮编：" may follow without a stop.
            let end = LABELS
                .iter()
                .flat_map(|(_, names)| *names)
                .filter_map(|name| value.find(&format!("{name}：")).or_else(|| value.find(&format!("{name}:"))))
                .min();
            end.map_or(value.clone(), |end| value[..end].to_string())
        }
    };
    let value = tidy(value.trim(), field);
    let good = match field {
        Field::Postcode => value.len() == 6,
        Field::Phone | Field::Fax => value.chars().filter(char::is_ascii_digit).count() >= 7 && balanced(&value),
        Field::Email => value.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.ends_with('.')),
        Field::Website => value.contains('.') && value.len() > 5,
        Field::Address => (3..=60).contains(&value.chars().count()),
        Field::Office | Field::Hours => (2..=40).contains(&value.chars().count()),
    };
    good.then_some(value)
}

fn balanced(text: &str) -> bool {
    text.matches(['(', '（']).count() == text.matches([')', '）']).count()
}

/// Chinese addresses are written without spaces; a phone number's closing bracket belongs to the sentence.
fn tidy(value: &str, field: Field) -> String {
    match field {
        Field::Address | Field::Office => value.chars().filter(|c| !c.is_whitespace()).collect(),
        Field::Phone | Field::Fax if !balanced(value) => value.trim_end_matches([')', '）']).trim().to_string(),
        Field::Email | Field::Website => value.trim_end_matches(['.', '-']).to_string(),
        _ => value.to_string(),
    }
}

/// The office in "请与…办公室联系", without the name of the body.
fn office(text: &str, agency: Option<&str>) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let end = ["联系（", "联系(", "联系。", "联系，", "联系：", "联系:", "反映", "咨询"].iter().filter_map(|word| text.find(word)).min()?;
    let before = &text[..end];
    let start = ["请直接与", "请与", "请于", "请向", "可与", "请联系", "可向", "请致电", "敬请与", "请同"]
        .iter()
        .filter_map(|word| before.rfind(word).map(|at| at + word.len()))
        .max()?;
    let name = before[start..].trim_matches(['，', '。', '“', '”']);
    let own = agency.and_then(|agency| name.strip_prefix(agency)).filter(|rest| rest.chars().count() >= 3).unwrap_or(name);
    ((3..=30).contains(&own.chars().count()) && !own.contains(['，', '。', '、'])).then(|| own.to_string())
}
