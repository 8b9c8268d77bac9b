//! The front matter of units, reports and pages: keys into fields.
//!
//! An unknown key is an error with the nearest known one, for a misspelt key would otherwise be a figure lost.

use std::sync::Arc;

use jiff::civil::{Date, Time};

use super::prose::{Body, Within, name_of};
use super::{
    Acknowledged, Covers, Metadata, Page, Reader, Report, Scope, Text, Unit, indicator, no_such_form, said, statistics, suggestion,
};
use crate::cache::Fingerprint;
use crate::characters;
use crate::contact::Contact;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::forms::{Catalog, Form};
use crate::names::{Words, Year};
use crate::source::{FileText, Span};
use crate::yaml::{self, Key, Node};

/// A Markdown file cut in two.
struct Parts {
    yaml: std::ops::Range<usize>,
    body: Span,
}

impl Parts {
    /// `body`: where it begins; it goes on to the end of the text.
    fn of(text: &str, yaml: std::ops::Range<usize>, body: usize, line: u32) -> Parts {
        Parts { yaml, body: Span { start: body as u32, end: text.len() as u32, line } }
    }
}

/// Cuts a file at its `---` lines. Without them all of it is body.
fn cut(text: &str, reader: &mut Reader) -> Parts {
    let mut lines = characters::lines(text);
    let first = lines.next().unwrap_or("");
    if first.trim_end() != "---" {
        return Parts::of(text, 0..0, 0, 1);
    }
    let (mut at, mut line) = (first.len(), 1);
    for one in lines {
        line += 1;
        if matches!(one.trim_end(), "---" | "...") {
            return Parts::of(text, first.len()..at, at + one.len(), line + 1);
        }
        at += one.len();
    }
    unclosed(text, first.len(), reader)
}

/// What lacks its second `---` is read as far as it looks like data, so that its own findings are not hidden by a
/// crowd of others.
fn unclosed(text: &str, data: usize, reader: &mut Reader) -> Parts {
    let (mut start, mut line) = (data, 2);
    for one in text[data..].split_inclusive('\n').take_while(|one| !looks_like_prose(one)) {
        start += one.len();
        line += 1;
    }
    let here = Words::new("开头在这里", "opened here");
    let mut diagnostic = Diagnostic::error(
        "G901",
        reader.place(Span { start: 0, end: 3, line: 1 }),
        Words::new("开头的“---”没有对应的结尾“---”", "the opening `---` has no closing `---`"),
    )
    .with_here(here)
    .with_help(Words::new("在数据部分的最后一行下面单独写一行 ---，再写正文。", "Put a line `---` between the data and the text."));
    if let Some(prose) = text[start..].lines().next() {
        let place = reader.place(Span { start: start as u32, end: (start + prose.len()) as u32, line });
        diagnostic = diagnostic
            .with_label(place, Words::new("正文像是从这里开始，上面缺一行 ---", "the text seems to begin here, without a `---` above"));
    }
    reader.push(diagnostic);
    Parts::of(text, data..start, start, line)
}

/// A heading, or a line at the margin that is no `key:`, comment, list or end of one.
fn looks_like_prose(line: &str) -> bool {
    let is_data = line.starts_with([' ', '\t', '#', '-', ']', '}', '\r', '\n']) || line.contains([':', '：']);
    line.starts_with("## ") || !is_data
}

/// The keys of a front matter, each taken once.
struct Keys<'n, 'a> {
    entries: Vec<Option<&'n (Key<'a>, Node<'a>)>>,
    known: Vec<&'static str>,
}

impl<'n, 'a> Keys<'n, 'a> {
    fn of(node: Option<&'n Node<'a>>, reader: &mut Reader) -> Keys<'n, 'a> {
        let entries = match node.map(|node| (node, node.map())) {
            Some((_, Some(entries))) => entries.iter().map(Some).collect(),
            Some((node, None)) if !node.is_null() => {
                reader.push(
                    Diagnostic::error(
                        "G901",
                        reader.place(node.span),
                        Words::new("数据部分应一行写一项，如“title: 标题”", "the front matter holds one `key: value` a line"),
                    )
                    .with_help(Words::new("名称后面用半角冒号加一个空格。", "After the key stand a colon and a space.")),
                );
                vec![]
            }
            _ => vec![],
        };
        Keys { entries, known: vec![] }
    }

    /// The value of a key, null included.
    fn take(&mut self, name: &'static str) -> Option<&'n (Key<'a>, Node<'a>)> {
        self.known.push(name);
        let at = self.entries.iter().position(|entry| entry.is_some_and(|(key, _)| key.text == name))?;
        self.entries[at].take()
    }

    fn node(&mut self, name: &'static str) -> Option<&'n Node<'a>> {
        self.take(name).map(|(_, node)| node)
    }

    fn text(&mut self, name: &'static str, reader: &mut Reader) -> Option<Text> {
        let (_, node) = self.take(name)?;
        if node.is_null() {
            return None;
        }
        match node.text() {
            Some(text) => Some(Text { text: text.trim().to_string(), place: reader.place(node.span) }),
            None => {
                let message = Words::new(format!("{name} 应是一行文字"), format!("`{name}` is one line of text"));
                let help = match node.list() {
                    Some(_) => Words::new(
                        format!("这里写成了几项；删去方括号或行首的“- ”，冒号后面只写一项，如“{name}: …”。"),
                        format!("This is a list: delete the brackets or hyphens and write one thing behind the colon, as in `{name}: …`."),
                    ),
                    None => Words::new(
                        format!("这里又分了小项；直接写在冒号后面，如“{name}: …”，下一行不要缩进。"),
                        format!("This has keys of its own: write the text behind the colon, as in `{name}: …`."),
                    ),
                };
                reader.push(Diagnostic::error("G904", reader.place(node.span), message).with_help(help));
                None
            }
        }
    }

    fn flag(&mut self, name: &'static str, reader: &mut Reader) -> bool {
        let Some(text) = self.text(name, reader) else { return false };
        match text.text.as_str() {
            "true" | "是" => true,
            "false" | "否" => false,
            _ => {
                reader.push(Diagnostic::error(
                    "G904",
                    text.place,
                    Words::new(format!("{name} 只能写 true 或 false"), format!("`{name}` is `true` or `false`")),
                ));
                false
            }
        }
    }

    fn number(&mut self, name: &'static str, reader: &mut Reader) -> Option<i64> {
        let text = self.text(name, reader)?;
        let number = text.text.parse().ok();
        if number.is_none() {
            reader.push(Diagnostic::error(
                "G904",
                text.place,
                Words::new(format!("{name} 应是整数"), format!("`{name}` is a whole number")),
            ));
        }
        number
    }

    fn year(&mut self, name: &'static str, reader: &mut Reader) -> Option<(Year, Text)> {
        let text = self.text(name, reader)?;
        match Year::parse(&text.text) {
            Some(year) => Some((year, text)),
            None => {
                let message = Words::new(
                    format!("“{}”不是年份，应写四位数字，如 2020", text.text),
                    format!("`{}` is not a year of four digits", text.text),
                );
                reader.push(Diagnostic::error("G904", text.place, message));
                None
            }
        }
    }

    /// A text or a list of texts.
    fn texts(&mut self, name: &'static str, reader: &mut Reader) -> Vec<Text> {
        let Some(node) = self.node(name) else { return vec![] };
        let items = node.list().unwrap_or(std::slice::from_ref(node));
        let text = |item: &Node, reader: &mut Reader| match item.text() {
            Some(text) => Some(Text { text: text.trim().to_string(), place: reader.place(item.span) }),
            None if item.is_null() => None,
            None => {
                reader.error("G904", item.span, Words::new(format!("{name} 里应是文字"), format!("`{name}` holds texts")));
                None
            }
        };
        items.iter().filter_map(|item| text(item, reader)).collect()
    }

    /// Whatever nobody took is a slip.
    fn finish(self, reader: &mut Reader) {
        for (key, _) in self.entries.into_iter().flatten() {
            let near = |name: &&&'static str| strsim::normalized_damerau_levenshtein(name, &key.text);
            let nearest = self.known.iter().max_by(|a, b| near(a).total_cmp(&near(b))).filter(|name| near(name) >= 0.5);
            let help = suggestion(nearest.map(|name| (*name, "")), || self.known.iter().map(|name| name.to_string()).collect());
            let message = Words::new(format!("不认识“{}”这一项", key.text), format!("unknown key `{}`", key.text));
            reader.push(Diagnostic::error("G903", reader.place(key.span), message).with_help(help));
        }
    }
}

/// Everything about a file that its kind's reader needs.
pub(super) struct File<'a> {
    pub path: &'a Arc<str>,
    pub text: &'a FileText,
    /// Of everything that its reader is given.
    pub fingerprint: Fingerprint,
    /// The unit's directory below `content/`.
    pub directory: String,
    /// Its own folder below `content/`, if it is an `index.md`.
    pub folder: Option<String>,
    /// What it is read for.
    pub scope: Scope,
}

/// A file below a unit is a report if it has a year, else a page.
#[derive(Clone)]
pub(super) enum ReportOrPage {
    Report(Arc<Report>),
    Page(Arc<Page>),
}

pub(super) fn unit(file: &File, found: &mut Diagnostics) -> Unit {
    let reader = &mut Reader::new(file.path, found);
    let parts = cut(file.text, reader);
    let node = yaml::parse(file.path, file.text, parts.yaml.clone(), reader.found);
    let mut keys = Keys::of(node.as_ref(), reader);
    let title = keys.text("title", reader).map(|title| title.text);
    let body = Body::plain(file.text, parts.body, false, reader);
    let unit = Unit {
        title: title.unwrap_or_else(|| untitled(file, node.is_some(), reader)),
        short: keys.text("short", reader).map(|short| short.text),
        slug: keys.text("slug", reader),
        level: keys.text("level", reader),
        order: keys.number("order", reader),
        since: keys.year("since", reader).map(|(year, _)| year),
        covers: covers(&mut keys, reader),
        contact: contact(keys.node("contact"), reader),
        aliases: keys.texts("aliases", reader),
        draft: keys.flag("draft", reader),
        body,
        file: file.path.clone(),
        fingerprint: file.fingerprint,
        directory: file.directory.clone(),
    };
    keys.finish(reader);
    unit
}

fn covers(keys: &mut Keys, reader: &mut Reader) -> Covers {
    let Some(text) = keys.text("covers", reader) else { return Covers::Own };
    match text.text.as_str() {
        "own" => Covers::Own,
        "below" => Covers::Below,
        _ => {
            let message = Words::new("covers 只能写 own（只含本单位）或 below（含所属单位）", "`covers` is `own` or `below`");
            reader.push(Diagnostic::error("G904", text.place, message));
            Covers::Own
        }
    }
}

fn contact(node: Option<&Node>, reader: &mut Reader) -> Contact {
    let Some(node) = node else { return Contact::default() };
    let file = reader.file.clone();
    Contact::parse(node, &|span| crate::source::Place { file: file.clone(), span }, reader.found)
}

/// The stem of its name stands in for a missing title.
fn untitled(file: &File, readable: bool, reader: &mut Reader) -> String {
    if readable {
        reader.push(
            Diagnostic::error(
                "G904",
                reader.place(Span { start: 0, end: 0, line: 1 }),
                Words::new("缺少标题（title）", "the title is missing"),
            )
            .with_help(Words::new("在开头的数据部分加一行 title: 名称。", "Add `title: …` to the front matter.")),
        );
    }
    let name = if file.directory.is_empty() { name_of(file.path) } else { &file.directory };
    name.to_string()
}

pub(super) fn report_or_page(file: &File, catalog: &Catalog, found: &mut Diagnostics) -> ReportOrPage {
    let reader = &mut Reader::new(file.path, found);
    let parts = cut(file.text, reader);
    let node = yaml::parse(file.path, file.text, parts.yaml.clone(), reader.found);
    let mut keys = Keys::of(node.as_ref(), reader);
    let name = match &file.folder {
        Some(folder) => folder.rsplit('/').next().unwrap_or(folder),
        None => name_of(file.path).trim_end_matches(".md"),
    };
    let named = Year::parse(name);
    let start = Span { start: 0, end: 0, line: 1 };
    let has_year = keys.entries.iter().flatten().any(|(key, _)| key.text == "year");
    match (keys.year("year", reader), named) {
        (Some((year, text)), named) => {
            if named.is_some_and(|named| named != year) {
                reader.push(
                    Diagnostic::warning(
                        "G506",
                        text.place.clone(),
                        Words::new(
                            format!("文件名是 {name}，这里写的年份是 {year}"),
                            format!("the file is named {name}, but the year given is {year}"),
                        ),
                    )
                    .with_help(Words::new(
                        "核对是哪一年的报告。如果是从上一年复制来的，请改正年份。",
                        "Check which year the report is for.",
                    )),
                );
            }
            ReportOrPage::Report(Arc::new(report(file, parts, keys, (year, text.place), catalog, reader)))
        }
        (None, Some(year)) => {
            let place = reader.place(start);
            ReportOrPage::Report(Arc::new(report(file, parts, keys, (year, place), catalog, reader)))
        }
        (None, None) => {
            let slug = Text { text: name.to_string(), place: reader.place(start) };
            if has_year {
                // An unreadable year has been told; what else a report would have is no slip.
                keys.entries.retain(|entry| entry.is_some_and(|(key, _)| PAGE_KEYS.contains(&key.text.as_ref())));
            }
            ReportOrPage::Page(Arc::new(page(file, parts, keys, slug, node.is_some(), reader)))
        }
    }
}

const PAGE_KEYS: [&str; 5] = ["title", "slug", "order", "aliases", "draft"];

fn page(file: &File, parts: Parts, mut keys: Keys, name: Text, readable: bool, reader: &mut Reader) -> Page {
    if keys.entries.iter().flatten().any(|(key, _)| key.text == "statistics") {
        let place = name.place.clone();
        reader.push(
            Diagnostic::error("G904", place, Words::new("有统计表，但没有写年份", "this file has statistics but no year")).with_help(
                Words::new(
                    "在开头的数据部分加一行 year: 年份，或把文件名改为年份，如 2020.md。",
                    "Add `year:`, or name the file after its year.",
                ),
            ),
        );
        keys.take("statistics");
    }
    let title = keys.text("title", reader).map(|title| title.text);
    let body = Body::plain(file.text, parts.body, file.folder.is_none(), reader);
    let page = Page {
        title: title.unwrap_or_else(|| untitled(file, readable, reader)),
        slug: keys.text("slug", reader).unwrap_or(name),
        order: keys.number("order", reader),
        aliases: keys.texts("aliases", reader),
        draft: keys.flag("draft", reader),
        body,
        attachments: vec![],
        file: file.path.clone(),
        fingerprint: file.fingerprint,
        directory: file.directory.clone(),
        folder: file.folder.clone(),
    };
    keys.finish(reader);
    page
}

fn report(file: &File, parts: Parts, mut keys: Keys, year: (Year, crate::source::Place), catalog: &Catalog, reader: &mut Reader) -> Report {
    let (year, year_place) = year;
    let form = form(&mut keys, year, catalog, reader);
    let tables = match keys.node("statistics") {
        Some(node) => statistics::parse(node, form.as_ref(), catalog, reader),
        None => vec![],
    };
    let title = keys.text("title", reader);
    let (published, published_at) = match published(&mut keys, reader) {
        Some((date, time, place)) => (Some((date, place)), time),
        None => (None, None),
    };
    let indicators = keys.node("indicators").map(|node| indicator::parse(node, reader)).unwrap_or_default();
    let names: Vec<String> = indicators.iter().map(|one| one.name.clone()).collect();
    let within = Within::of(file.text, parts.body, file.folder.is_none()).read_for(file.scope);
    let body = Body::read(within, &|name| said(&indicators, &tables, name), &names, reader);
    let report = Report {
        directory: file.directory.clone(),
        folder: file.folder.clone(),
        year,
        year_place,
        title,
        form,
        published,
        published_at,
        metadata: Metadata::ALL.into_iter().filter_map(|field| Some((field, keys.text(field.id(), reader)?))).collect(),
        contact: contact(keys.node("contact"), reader),
        tables,
        indicators,
        acknowledged: acknowledged(keys.node("acknowledged"), reader),
        aliases: keys.texts("aliases", reader),
        draft: keys.flag("draft", reader),
        body,
        file: file.path.clone(),
        fingerprint: file.fingerprint,
    };
    keys.finish(reader);
    report
}

fn form(keys: &mut Keys, year: Year, catalog: &Catalog, reader: &mut Reader) -> Option<Arc<Form>> {
    let Some(name) = keys.text("form", reader) else { return catalog.in_force(year).cloned() };
    let form = catalog.get(&name.text).cloned();
    if form.is_none() {
        reader.push(no_such_form(&name.text, name.place, catalog));
    }
    form
}

/// A date as `2021-01-22`, or as it stands on paper: `2021年1月22日`; behind it, if somebody wrote it down, the time of day.
fn published(keys: &mut Keys, reader: &mut Reader) -> Option<(Date, Option<Time>, crate::source::Place)> {
    let text = keys.text("published", reader)?;
    let (day, time) = match text.text.rsplit_once([' ', 'T']) {
        Some((day, clock)) if clock.contains(':') => (day, Some(clock)),
        _ => (text.text.as_str(), None),
    };
    let plain: String = day.chars().filter(|c| !c.is_whitespace()).collect();
    let date = plain.parse::<Date>().ok().filter(|_| plain.len() == 10).or_else(|| Date::strptime("%Y年%m月%d日", &plain).ok());
    let time = time.map(|clock| Time::strptime("%H:%M", clock).or_else(|_| Time::strptime("%H:%M:%S", clock)).ok());
    match (date, time) {
        (Some(date), None) => Some((date, None, text.place)),
        (Some(date), Some(Some(time))) => Some((date, Some(time), text.place)),
        _ => {
            reader.push(
                Diagnostic::error(
                    "G904",
                    text.place,
                    Words::new(format!("“{}”不是可以识别的日期", text.text), format!("`{}` is not a date", text.text)),
                )
                .with_help(Words::new(
                    "请写成 2021-01-22 这样的形式；知道几点几分的，写成 2021-01-22 09:30。",
                    "Write it like 2021-01-22, or 2021-01-22 09:30 where the time is known.",
                )),
            );
            None
        }
    }
}

fn acknowledged(node: Option<&Node>, reader: &mut Reader) -> Vec<Acknowledged> {
    let Some(node) = node.filter(|node| !node.is_null()) else { return vec![] };
    let Some(items) = node.list() else {
        let message = Words::new("acknowledged 下面每条以“- ”开头，写 code 和 note", "`acknowledged` is a list of `{code, note}`");
        reader.error("G910", node.span, message);
        return vec![];
    };
    items.iter().filter_map(|item| one_acknowledged(item, reader)).collect()
}

fn one_acknowledged(item: &Node, reader: &mut Reader) -> Option<Acknowledged> {
    let mut keys = Keys::of(Some(item), reader);
    let (code, note, at) = (keys.text("code", reader), keys.text("note", reader), keys.text("where", reader));
    keys.finish(reader);
    let (Some(code), Some(note)) = (code, note) else {
        let message = Words::new("每条说明都要有 code（编号）和 note（说明）", "each entry needs `code` and `note`");
        reader.error("G910", item.span, message);
        return None;
    };
    Some(Acknowledged { code: code.text, note: note.text, at: at.map(|at| at.text), place: code.place })
}
