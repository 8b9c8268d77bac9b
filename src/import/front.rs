//! A document becomes a report: title, unit, year, date, tables, prose.
//!
//! In: a document and the forms. Out: an [`Imported`] report with everything found, and every doubt.

use std::sync::Arc;

use jiff::civil::Date;

use super::body::{self, Body, Dropped};
use super::cells::{self, Item};
use super::contact;
use super::document::{At, Beside, Block, Document, Kind, Line, plain};
use super::doubt::{Doubt, DoubtKind, Found};
use super::indicators::{self, Proposal};
use super::lines::{self, Width};
use super::tables::{self, Forms};
use super::{Hints, labels, pages};
use crate::contact::Field;
use crate::content::Metadata;
use crate::forms::{Catalog, Form};
use crate::names::{Words, Year};

pub use super::tables::ImportedTable;

/// A report as it was found in a document.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The file it came from.
    pub name: String,
    pub kind: Kind,
    pub title: Option<Found<String>>,
    /// The public body's name.
    pub agency: Option<Found<String>>,
    pub year: Option<Found<Year>>,
    /// The form of the year, or that of its tables where the year has none.
    pub form: Option<Arc<Form>>,
    pub published: Option<Found<Date>>,
    pub metadata: Vec<(Metadata, Found<String>)>,
    pub contact: Vec<(Field, Found<String>)>,
    pub tables: Vec<ImportedTable>,
    pub indicators: Vec<Proposal>,
    /// Markdown.
    pub body: String,
    pub images: Vec<Beside>,
    pub attachments: Vec<Beside>,
    pub doubts: Vec<Doubt>,
    pub dropped: Vec<Dropped>,
    /// The source as read, for the review page: text and place of every block.
    pub source: Document,
}

/// A field of a PDF file: how many of its characters no table of the file explains.
pub(super) const UNKNOWN_CHARACTERS: &str = "unknown-characters";

/// Text that stands before the first section, in order, with the number of its item.
struct Opening {
    title: Option<(String, At, Vec<At>)>,
}

pub(super) fn report(document: &Document, catalog: &Catalog, hints: &Hints) -> Imported {
    let forms = Forms::of(catalog);
    let names: Vec<&labels::Names> = forms.all.iter().flat_map(|(_, names)| names).collect();
    let is_section = |text: &str| is_section(&forms, text);
    let joined = pages::joined(document, &names);
    let document = joined.as_ref().unwrap_or(document);
    let items = cells::items(document, &names, &is_section);
    let prose: Vec<&Line> =
        items.iter().filter_map(|item| if let Item::Prose(lines) = item { Some(lines) } else { None }).flatten().copied().collect();
    let width = Width::of(&prose);
    let opening = opening(document, &is_section);
    let mut doubts = document.doubts.clone();
    let year = year(document, &opening, hints, &mut doubts);
    let recognised = tables::recognise(&items, &forms, year.as_ref().map(|year| year.value));
    doubts.extend(recognised.doubts);
    let title_lines = opening.title.as_ref().map_or(&[][..], |(.., lines)| lines);
    let made = body::make(
        &Body { document, items: &items, claimed: &recognised.claimed, width: &width, is_section: &is_section, title_lines },
        &mut doubts,
    );
    let title = opening.title.map(|(text, at, _)| Found::certain(text.clone(), at, text)).or_else(|| field_title(document));
    let agency = agency(title.as_ref(), &made, document, hints);
    let form = year
        .as_ref()
        .and_then(|year| catalog.in_force(year.value))
        .cloned()
        .or_else(|| recognised.tables.first().map(|table| table.form.clone()));
    let contact = contact::find(&made, document, agency.as_ref().map(|agency| agency.value.as_str()), &mut doubts);
    let mut imported = Imported {
        name: document.name.clone(),
        kind: document.kind,
        published: published(document, &made, year.as_ref(), &mut doubts),
        metadata: metadata(document),
        title,
        agency,
        year,
        form,
        contact,
        tables: recognised.tables,
        indicators: indicators::propose(&made.paragraphs),
        body: made.markdown,
        images: document.images.clone(),
        attachments: document.attachments.clone(),
        doubts,
        dropped: document.dropped.iter().cloned().chain(made.dropped).collect(),
        source: document.clone(),
    };
    missing(&mut imported);
    imported
}

/// Whether a line is the heading of a section of some form.
fn is_section(forms: &Forms, text: &str) -> bool {
    let text = plain(text);
    let text = text.trim().trim_end_matches(['。', '：', ':']);
    let close = |form: &Form| form.sections.iter().any(|section| section.accepts(text));
    text.chars().count() <= 50 && (forms.all.iter().any(|(form, _)| close(form)) || is_section_of_its_own(forms, text))
}

/// A numbered heading in other words than the form's ("五、存在问题及改进措施"), which is no row of a table either.
fn is_section_of_its_own(forms: &Forms, text: &str) -> bool {
    let speaks = ["情况", "问题", "事项", "概述", "措施"].iter().any(|word| text.contains(word));
    let is_row = || forms.all.iter().flat_map(|(_, names)| names).any(|names| names.is_row(&labels::folded(text)));
    speaks && lines::is_heading(text) && !text.starts_with(['（', '(']) && !is_row()
}

fn opening(document: &Document, is_section: &dyn Fn(&str) -> bool) -> Opening {
    let before: Vec<&Line> = document
        .blocks
        .iter()
        .map_while(|block| match block {
            Block::Line(line) if is_section(&line.text) => None,
            Block::Line(line) => Some(Some(line)),
            Block::Grid(_) => Some(None),
        })
        .flatten()
        .collect();
    let joined = |from: usize, count: usize| {
        before.get(from..from + count).map(|lines| lines.iter().map(|line| compact(&line.text)).collect::<String>())
    };
    let mut found: Vec<(String, At, Vec<At>)> = vec![];
    for from in 0..before.len() {
        for count in 1..=4 {
            let Some(text) = joined(from, count) else { break };
            let short = before[from..from + count].iter().all(|line| plain(&line.text).chars().count() <= 50);
            let parts = before[from..from + count - 1]
                .iter()
                .all(|line| !lines::is_title(&line.text) && !line.text.contains(['：', ':', '，', '。', '>']));
            if short && parts && lines::is_title(&text) && labels::in_simplified(&text).contains("公开") {
                found.push((text, before[from].at, before[from..from + count].iter().map(|line| line.at).collect()));
            }
        }
    }
    // The last whole title before the text; of those that end on one line, the one that names the body.
    let named = |text: &str| agency_of(text).is_some_and(|agency| agency.chars().count() >= 2);
    let last = found.iter().filter(|one| named(&one.0) && year_in(&one.0).is_some()).min_by_key(|one| one.2.len());
    let title = last.or_else(|| found.iter().find(|one| named(&one.0))).or(found.first()).cloned();
    Opening { title }
}

/// Without white space.
fn compact(text: &str) -> String {
    plain(text).chars().filter(|c| !c.is_whitespace()).collect()
}

fn field<'a>(document: &'a Document, names: &[&str]) -> Option<&'a str> {
    let field =
        |name: &&str| document.fields.iter().find(|(key, value)| compact(key).eq_ignore_ascii_case(name) && !value.trim().is_empty());
    names.iter().find_map(field).map(|(_, value)| value.trim())
}

fn field_title(document: &Document) -> Option<Found<String>> {
    let title = field(document, &["ArticleTitle", "名称", "标题", "title"])?;
    let title = compact(title.split(['_', '|']).next().unwrap_or(title));
    title.contains("公开").then(|| Found::likely(title.clone(), At::default(), title))
}

/// A year of four digits before 年.
pub(super) fn year_in(text: &str) -> Option<Year> {
    let text: String = compact(text).chars().map(half_width).collect();
    text.match_indices('年').find_map(|(at, _)| {
        let digits: String = text[..at].chars().rev().take_while(char::is_ascii_digit).collect::<Vec<_>>().into_iter().rev().collect();
        Year::parse(&digits)
    })
}

fn half_width(c: char) -> char {
    if ('０'..='９').contains(&c) { char::from_u32(c as u32 - 0xfee0).unwrap_or(c) } else { c }
}

/// The name of the public body in a title, before its year or behind it.
fn agency_of(title: &str) -> Option<&str> {
    let digits = title.char_indices().find(|(at, c)| half_width(*c).is_ascii_digit() && year_in(&title[*at..]).is_some()).map(|(at, _)| at);
    let title = match digits {
        Some(0) => title.split_once('年').map(|(_, rest)| rest.strip_prefix('度').unwrap_or(rest))?,
        Some(at) => &title[..at],
        None => title,
    };
    // Simplified script has the same number of bytes, character by character.
    let simple = labels::in_simplified(title);
    let end = ["政府信息公开", "信息公开", "政务公开"].iter().filter_map(|word| simple.find(word)).min().unwrap_or(title.len());
    let end = if title.is_char_boundary(end) { end } else { title.len() };
    let agency = title[..end].trim_start_matches("关于").trim_end_matches(['关', '于']).trim();
    (!agency.is_empty()).then_some(agency)
}

fn year(document: &Document, opening: &Opening, hints: &Hints, doubts: &mut Vec<Doubt>) -> Option<Found<Year>> {
    let title = opening.title.as_ref().and_then(|(text, at, _)| Some(Found::certain(year_in(text)?, *at, text)));
    let period = document.blocks.iter().find_map(|block| match block {
        Block::Line(line) if line.text.contains("1月1日") || compact(&line.text).contains("年1月1日") => {
            let text = compact(&line.text);
            let at = text.find("年1月1日")?;
            let from = text[..at].char_indices().rev().nth(3)?.0;
            Some(Found::likely(Year::parse(&text[from..at])?, line.at, plain(&line.text)))
        }
        _ => None,
    });
    let fields = field_title(document).and_then(|title| Some(Found::likely(year_in(&title.value)?, At::default(), title.source)));
    if let Some((title, period)) = title.as_ref().zip(period.as_ref()).filter(|(title, period)| title.value != period.value) {
        let message = Words::new(
            format!("标题是{}年，正文的统计期限是{}年，请核对", title.value, period.value),
            format!("the title says {}, the period in the text {}", title.value, period.value),
        );
        doubts.push(Doubt::new(DoubtKind::Front, message).source(period.source.clone(), period.at));
    }
    let found = title
        .or(period)
        .or(fields)
        .or_else(|| if hints.year.is_none() { said_year(document).or_else(|| named_year(document, doubts)) } else { None });
    match (hints.year, found) {
        (Some(year), Some(found)) if found.value != year => {
            let message = Words::new(
                format!("指定的年份是{year}，原件写的是{}", found.value),
                format!("{year} was asked for, the source says {}", found.value),
            );
            doubts.push(Doubt::new(DoubtKind::Front, message).source(found.source.clone(), found.at));
            Some(Found { value: year, ..found })
        }
        (Some(year), None) => Some(Found::certain(year, At::default(), "")),
        (_, found) => found,
    }
}

/// A sentence that names the report: 现公布云岭县教育局2022年政府信息公开工作年度报告.
fn sentence(document: &Document) -> Option<(String, &Line)> {
    let lines = document.blocks.iter().filter_map(|block| if let Block::Line(line) = block { Some(line) } else { None });
    lines.take(20).find_map(|line| {
        let text = labels::in_simplified(&compact(&line.text));
        let word =
            ["政府信息公开工作年度报告", "政府信息公开年度报告", "政府信息公开工作报告"].iter().find(|word| text.contains(**word))?;
        let end = text.find(word)?;
        let start =
            text[..end].rfind(['。', '，', ',', '；', '：']).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
        let named = &text[start..end];
        let verbs = ["公布", "编制", "公开", "发布", "将", "形成"];
        let from = verbs.iter().filter_map(|verb| named.rfind(verb).map(|at| at + verb.len())).max().unwrap_or(0);
        let named = named[from..].trim_start_matches(['了', '《', '〈']);
        year_in(named)?;
        Some((format!("{named}{word}"), line))
    })
}

fn said_year(document: &Document) -> Option<Found<Year>> {
    let (named, line) = sentence(document)?;
    Some(Found::likely(year_in(&named)?, line.at, plain(&line.text)))
}

/// The body in such a sentence; 我局 and 本机关 name nobody.
fn said_agency(document: &Document) -> Option<Found<String>> {
    let (named, line) = sentence(document)?;
    let agency = agency_of(&named)?.to_string();
    let names_one = agency.chars().count() >= 3 && !["我", "本", "该"].iter().any(|own| agency.starts_with(own));
    names_one.then(|| Found::likely(agency, line.at, plain(&line.text)))
}

/// The only year in the file's name, or the one that the first sentence of the text begins with; both are told.
fn named_year(document: &Document, doubts: &mut Vec<Doubt>) -> Option<Found<Year>> {
    let stem = document.name.rsplit_once('.').map_or(document.name.as_str(), |(stem, _)| stem);
    let numbers: Vec<Year> =
        stem.split(|c: char| !c.is_ascii_digit()).filter_map(Year::parse).filter(|year| year.number() >= 2008).collect();
    if let [year] = numbers[..] {
        let message = Words::new(
            format!("原件里没有写明年份，{year}年取自文件名，请核对"),
            format!("the source does not say its year; {year} is from its name"),
        );
        doubts.push(Doubt::new(DoubtKind::Front, message));
        return Some(Found::likely(year, At::default(), document.name.clone()));
    }
    let lines = document.blocks.iter().filter_map(|block| if let Block::Line(line) = block { Some(line) } else { None });
    let first = lines.take(30).find(|line| compact(&line.text).chars().count() >= 20 && starts_with_year(&compact(&line.text)))?;
    let year = year_in(&first.text)?;
    let message = Words::new(
        format!("原件里没有写明年份，{year}年取自正文的第一句，请核对"),
        format!("the source does not say its year; {year} is from its first sentence"),
    );
    doubts.push(Doubt::new(DoubtKind::Front, message).source(plain(&first.text), first.at));
    Some(Found::likely(year, first.at, plain(&first.text)))
}

fn starts_with_year(text: &str) -> bool {
    text.split_once('年').is_some_and(|(digits, _)| Year::parse(&digits.chars().map(half_width).collect::<String>()).is_some())
}

fn agency(title: Option<&Found<String>>, made: &body::Made, document: &Document, hints: &Hints) -> Option<Found<String>> {
    let named = title.and_then(|title| Some(Found { value: agency_of(&title.value)?.to_string(), ..title.clone() }));
    let signed = || made.signature.as_ref().map(|(text, at)| Found::likely(compact(text), *at, text.clone()));
    let publisher = || {
        field(document, &["发布机构", "发布单位", "公开机构", "信息来源", "来源", "ContentSource", "publisher"])
            .map(|text| Found::likely(compact(text), At::default(), text))
    };
    let hinted = || hints.unit.as_ref().map(|unit| Found::certain(unit.clone(), At::default(), ""));
    named.or_else(signed).or_else(hinted).or_else(|| said_agency(document)).or_else(publisher)
}

fn published(document: &Document, made: &body::Made, year: Option<&Found<Year>>, doubts: &mut Vec<Doubt>) -> Option<Found<Date>> {
    let fields = [
        "发布日期",
        "发布时间",
        "公开日期",
        "发文日期",
        "信息提供日期",
        "PubDate",
        "publishdate",
        "published",
        "成文日期",
        "生成日期",
        "日期",
        "时间",
    ];
    // A label may stand there without its date.
    let stated =
        fields.iter().find_map(|name| field(document, &[name]).and_then(|text| Some(Found::certain(date(text)?, At::default(), text))));
    let signed = made.date.as_ref().and_then(|(text, at)| Some(Found::certain(date(text)?, *at, text.clone())));
    let found = stated.or(signed)?;
    let late = year.is_some_and(|year| found.value.year() != i16::try_from(year.value.number() + 1).unwrap_or(i16::MAX));
    if late {
        let message = Words::new(
            format!("公开日期 {} 不在报告年度的下一年，请核对", found.value),
            format!("the date {} is not in the year after the report's", found.value),
        );
        doubts.push(Doubt::new(DoubtKind::Front, message).source(found.source.clone(), found.at));
    }
    Some(found)
}

/// A date anywhere at the beginning of a text: `2021年1月22日`, `2021-01-22 10:00`, `二〇二一年一月二十二日`.
pub(super) fn date(text: &str) -> Option<Date> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
    let text = text.trim_start_matches(['（', '(', '【', '[']);
    let mut parts = text.split(['年', '月', '日', '-', '/', '.', '－']).map(number);
    let year = i16::try_from(parts.next()??).ok().filter(|year| (1990..2200).contains(year))?;
    let month = i8::try_from(parts.next()??).ok()?;
    let day = parts.next()?.or_else(|| number(&text.split(['-', '/', '.']).nth(2)?.chars().take(2).collect::<String>()))?;
    Date::new(year, month, i8::try_from(day).ok()?).ok()
}

/// A small number in Arabic or Chinese digits.
fn number(text: &str) -> Option<u32> {
    if text.is_empty() || text.chars().count() > 4 {
        return None;
    }
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let digit = |c: char| {
        "〇一二三四五六七八九"
            .chars()
            .position(|one| one == c)
            .or(matches!(c, '○' | 'Ｏ' | '零' | 'O').then_some(0))
            .map(|digit| digit as u32)
    };
    match text.split_once('十') {
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digit(tens.chars().next()?)? };
            let ones = if ones.is_empty() { 0 } else { digit(ones.chars().next()?)? };
            Some(tens * 10 + ones)
        }
        None => text.chars().map(digit).try_fold(0, |all, digit| Some(all * 10 + digit?)),
    }
}

fn metadata(document: &Document) -> Vec<(Metadata, Found<String>)> {
    let names: [(Metadata, &[&str]); 7] = [
        (Metadata::IndexNumber, &["索引号", "信息索引号", "索引号码"]),
        (Metadata::DocumentNumber, &["文号", "发文字号", "文件编号"]),
        (Metadata::Publisher, &["发布机构", "发布单位", "公开机构"]),
        (Metadata::Topic, &["主题分类"]),
        (Metadata::Disclosure, &["公开方式"]),
        (Metadata::Validity, &["有效性", "时效性"]),
        (Metadata::Keywords, &["关键词", "主题词"]),
    ];
    let found = names.into_iter().filter_map(|(metadata, names)| {
        let text = field(document, names).filter(|text| !matches!(*text, "无" | "-" | "—" | "/"))?;
        Some((metadata, Found::certain(text.to_string(), At::default(), text)))
    });
    found.collect()
}

/// What a report needs and the document does not say.
fn missing(imported: &mut Imported) {
    let mut doubt = |kind, zh: String, en: String| imported.doubts.push(Doubt::new(kind, Words::new(zh, en)));
    if imported.title.is_none() {
        doubt(DoubtKind::Front, "没有找到报告的标题".into(), "the report's title was not found".into());
    }
    if imported.year.is_none() {
        doubt(
            DoubtKind::Front,
            "没有找到报告的年份，请用 --year 指定".into(),
            "the report's year was not found; give it with --year".into(),
        );
    }
    if imported.published.is_none() {
        doubt(DoubtKind::Front, "没有找到公开日期".into(), "the date of publication was not found".into());
    }
    if let Some((_, count)) = imported.source.fields.iter().find(|(name, _)| name == UNKNOWN_CHARACTERS) {
        doubt(
            DoubtKind::Text,
            format!("有{count}个字符无法识别，正文可能缺字"),
            format!("{count} characters could not be read; the text may lack some"),
        );
    }
    let Some(form) = imported.form.clone() else { return };
    for table in &form.tables {
        if !imported.tables.iter().any(|one| one.table().id == table.id) {
            let message = Words::new(format!("没有找到“{}”这张表", table.label), format!("table `{}` was not found", table.id));
            imported.doubts.push(Doubt::new(DoubtKind::Table, message).cell(table.id.clone()));
        }
    }
    for table in imported.tables.iter().filter(|table| table.form.id != form.id) {
        let label = &table.form.tables[table.number].label;
        let message = Words::new(
            format!("“{label}”用的是 {} 格式，不是当年的 {}", table.form.id, form.id),
            format!("table `{}` is on form {}, not on {} of its year", table.table().id, table.form.id, form.id),
        );
        imported.doubts.push(Doubt::new(DoubtKind::Table, message).cell(table.table().id.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_officials_write_them() {
        let iso = |text: &str| date(text).map(|date| date.to_string());
        for text in [
            "2021年1月22日",
            "2021 年 1 月 22 日",
            "2021-01-22",
            "2021/1/22",
            "2021-01-22 10:30",
            "2021-01-22T10:30",
            "二〇二一年一月二十二日",
            "2021年01月22日 来源：办公室",
        ] {
            assert_eq!(iso(text).as_deref(), Some("2021-01-22"), "{text}");
        }
        for text in ["2021年", "1月22日", "2021年13月1日", "电话", ""] {
            assert_eq!(iso(text), None, "{text}");
        }
    }
}
