//! One page for the person who imports: the source on the left, the result on the right, doubts marked.
//!
//! In: imports. Out: a whole HTML page that needs nothing else: no script, no other file.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::document::{At, Block, Grid, plain};
use super::doubt::{Certainty, Doubt};
use super::front::{Imported, ImportedTable};
use crate::contact::Field;
use crate::content::Metadata;
use crate::names::Lang;

const STYLE: &str = include_str!("review.css");

/// The review page of one import or of several.
pub fn review(all: &[&Imported], lang: Lang) -> String {
    let words = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    let tag = if lang == Lang::Zh { "zh-CN" } else { "en" };
    let title = match all {
        [one] => format!("{}{}", words("导入核对：", "Import review: "), escape(&one.name)),
        many => format!("{}{}", words("导入核对，份数：", "Import review, reports: "), many.len()),
    };
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\n<body><header><h1>{title}</h1>\n<p class=\"key\"><span class=\"likely\">{}</span> <span class=\"missing\">{}</span> {}</p>\n",
        words("请核对", "to be checked"),
        words("没有读入", "left empty"),
        words(
            "~ 是原件空白，— 是不适用。点右边的数，左边跳到它在原件里的位置；点左边的编号，跳到疑问。",
            "~ is blank in the source, — is not applicable. A figure on the right leads to its place in the source; a number on the left leads to its doubt."
        ),
    );
    let pages: Vec<Page> = all
        .iter()
        .enumerate()
        .map(|(number, imported)| Page { imported, lang, number: number + 1, marks: marks(&imported.doubts) })
        .collect();
    if pages.len() > 1 {
        out.push_str("<ol class=\"reports\">\n");
        pages.iter().for_each(|page| page.entry(&mut out));
        out.push_str("</ol>\n");
    }
    out.push_str("</header>\n");
    for page in &pages {
        page.whole(&mut out, pages.len() > 1);
    }
    out.push_str("</body></html>\n");
    out
}

/// The numbers of doubts by the place they are about.
fn marks(doubts: &[Doubt]) -> BTreeMap<At, Vec<usize>> {
    let mut marks: BTreeMap<At, Vec<usize>> = BTreeMap::new();
    for (number, doubt) in doubts.iter().enumerate() {
        if let Some(at) = doubt.at {
            marks.entry(at).or_default().push(number + 1);
        }
    }
    marks
}

struct Page<'a> {
    imported: &'a Imported,
    lang: Lang,
    /// Which of the reports of the page it is, from 1.
    number: usize,
    marks: BTreeMap<At, Vec<usize>>,
}

impl Page<'_> {
    fn say(&self, zh: &'static str, en: &'static str) -> &'static str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    /// A line of the list of reports.
    fn entry(&self, out: &mut String) {
        let doubts = self.imported.doubts.len();
        let said = match (self.lang, doubts) {
            (Lang::Zh, 0) => "没有疑问".to_string(),
            (Lang::Zh, _) => format!("疑问 {doubts} 处"),
            (Lang::En, _) => format!("doubts: {doubts}"),
        };
        let _ = writeln!(out, "<li><a href=\"#r{}\">{}</a> {said}</li>", self.number, escape(&self.imported.name));
    }

    fn whole(&self, out: &mut String, headed: bool) {
        let _ = writeln!(out, "<article id=\"r{}\">", self.number);
        if headed {
            let _ = writeln!(out, "<h2>{}</h2>", escape(&self.imported.name));
        }
        self.doubts(out);
        let _ = writeln!(out, "<div class=\"sides\"><section><h3>{}</h3>", self.say("原件", "Source"));
        self.source(out);
        let _ = writeln!(out, "</section>\n<section><h3>{}</h3>", self.say("结果", "Result"));
        self.result(out);
        out.push_str("</section></div></article>\n");
    }

    fn doubts(&self, out: &mut String) {
        if self.imported.doubts.is_empty() {
            let _ = writeln!(out, "<p class=\"doubts\">{}</p>", self.say("没有疑问。", "No doubts."));
            return;
        }
        out.push_str("<ol class=\"doubts\">\n");
        for (number, doubt) in self.imported.doubts.iter().enumerate() {
            let _ = write!(out, "<li id=\"d{}-{}\">{}", self.number, number + 1, escape(doubt.message.get(self.lang)));
            if !doubt.source.is_empty() {
                let _ = write!(out, " <mark>{}</mark>", escape(&doubt.source));
            }
            if let Some(at) = doubt.at {
                let place = escape(self.imported.source.place(at).get(self.lang));
                let _ = match at.line {
                    0 => write!(out, " <span class=\"q\">{place}</span>"),
                    _ => write!(out, " <a href=\"#{}\">{place}</a>", self.anchor(at)),
                };
            }
            out.push_str("</li>\n");
        }
        out.push_str("</ol>\n");
    }

    fn noted(&self, at: At, out: &mut String) {
        for number in self.marks.get(&at).into_iter().flatten() {
            let _ = write!(out, " <a class=\"note\" href=\"#d{}-{number}\">{number}</a>", self.number);
        }
    }

    fn source(&self, out: &mut String) {
        for block in &self.imported.source.blocks {
            match block {
                Block::Line(line) => {
                    let text = escape(&plain(&line.text));
                    let text = if self.marks.contains_key(&line.at) { format!("<mark>{text}</mark>") } else { text };
                    let _ = write!(out, "<p id=\"{}\">{text}", self.anchor(line.at));
                    self.noted(line.at, out);
                    out.push_str("</p>\n");
                }
                Block::Grid(grid) => self.grid(grid, out),
            }
        }
    }

    fn grid(&self, grid: &Grid, out: &mut String) {
        let _ = writeln!(out, "<div class=\"wide\"><table id=\"{}\">", self.anchor(grid.at));
        for row in 0..grid.rows() {
            out.push_str("<tr>");
            for cell in grid.row(row) {
                let doubtful = if self.marks.contains_key(&cell.at) { " class=\"likely\"" } else { "" };
                let _ = write!(
                    out,
                    "<td id=\"{}\" rowspan=\"{}\" colspan=\"{}\"{doubtful}>{}",
                    self.anchor(cell.at),
                    cell.rows,
                    cell.columns,
                    escape(&cell.text)
                );
                self.noted(cell.at, out);
                out.push_str("</td>");
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</table></div>\n");
    }

    fn result(&self, out: &mut String) {
        self.fields(out);
        for table in &self.imported.tables {
            self.table(table, out);
        }
        let _ = writeln!(out, "<h4>{}</h4>", self.say("正文", "Text"));
        for paragraph in self.imported.body.split("\n\n") {
            let heading = paragraph.trim_start_matches('#');
            let _ = match heading.len() < paragraph.len() {
                true => writeln!(out, "<p class=\"heading\">{}</p>", escape(heading.trim())),
                false => writeln!(out, "<p>{}</p>", escape(paragraph).replace('\n', "<br>")),
            };
        }
        if self.imported.dropped.is_empty() {
            return;
        }
        let _ = writeln!(out, "<h4>{}</h4>\n<ul class=\"dropped\">", self.say("没有放进正文的文字", "Left out of the text on purpose"));
        for one in &self.imported.dropped {
            let _ = writeln!(out, "<li>{} <span class=\"q\">{}</span></li>", escape(&one.text), escape(one.why.get(self.lang)));
        }
        out.push_str("</ul>\n");
    }

    /// What goes to the front matter, each with its key in the file.
    fn fields(&self, out: &mut String) {
        let imported = self.imported;
        out.push_str("<table class=\"fields\">\n");
        let mut row = |name: &str, key: &str, value: Option<(String, At)>| {
            let (class, shown) = match &value {
                None => (" class=\"missing\"", String::new()),
                Some((text, at)) if at.line == 0 => ("", escape(text)),
                Some((text, at)) => ("", format!("<a href=\"#{}\">{}</a>", self.anchor(*at), escape(text))),
            };
            let _ = writeln!(out, "<tr><th>{name} <span class=\"q\">{key}</span></th><td{class}>{shown}</td></tr>");
        };
        row(self.say("标题", "title"), "title", imported.title.as_ref().map(|one| (one.value.clone(), one.at)));
        row(self.say("机关", "body"), "", imported.agency.as_ref().map(|one| (one.value.clone(), one.at)));
        row(self.say("年份", "year"), "year", imported.year.as_ref().map(|one| (one.value.to_string(), one.at)));
        row(self.say("公开日期", "published"), "published", imported.published.as_ref().map(|one| (one.value.to_string(), one.at)));
        for (field, one) in &imported.contact {
            row(field_name(*field, self.lang), field.id(), Some((one.value.clone(), one.at)));
        }
        for (field, one) in &imported.metadata {
            row(metadata_name(*field, self.lang), field.id(), Some((one.value.clone(), one.at)));
        }
        out.push_str("</table>\n");
    }

    /// The table as drawn on its form, each figure linked to its place in the source.
    fn table(&self, imported: &ImportedTable, out: &mut String) {
        let table = imported.table();
        let _ = writeln!(
            out,
            "<h4>{} <span class=\"q\">{}</span></h4>\n<div class=\"wide\"><table class=\"official\">",
            escape(&table.label),
            escape(&imported.form.id)
        );
        for row in table.blocks.iter().flat_map(|block| block.head.iter().chain(&block.body)) {
            out.push_str("<tr>");
            for cell in row {
                let spans = format!(" rowspan=\"{}\" colspan=\"{}\"", cell.rows, cell.columns);
                let crate::forms::Part::Figure(number) = cell.part else {
                    let _ = write!(out, "<th{spans}>{}</th>", escape(&cell.text));
                    continue;
                };
                let _ = match &imported.cells[number] {
                    None => write!(out, "<td class=\"missing\"{spans}></td>"),
                    Some(one) => {
                        let class = if one.certainty == Certainty::Likely { "n likely" } else { "n" };
                        let remark =
                            one.remark.as_ref().map_or(String::new(), |remark| format!(" <span class=\"q\">{}</span>", escape(remark)));
                        write!(
                            out,
                            "<td class=\"{class}\"{spans}><a href=\"#{}\">{}</a>{remark}</td>",
                            self.anchor(one.at),
                            escape(&one.text)
                        )
                    }
                };
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</table></div>\n");
    }

    /// The id of a place of the source.
    fn anchor(&self, at: At) -> String {
        let cell = at.cell.map_or(String::new(), |(row, column)| format!("-{row}-{column}"));
        format!("s{}-{}-{}{cell}", self.number, at.part, at.line)
    }
}

fn field_name(field: Field, lang: Lang) -> &'static str {
    match (lang, field) {
        (Lang::En, field) => field.id(),
        (_, Field::Office) => "办公室",
        (_, Field::Address) => "地址",
        (_, Field::Postcode) => "邮编",
        (_, Field::Phone) => "电话",
        (_, Field::Fax) => "传真",
        (_, Field::Email) => "电子邮箱",
        (_, Field::Website) => "网址",
        (_, Field::Hours) => "办公时间",
    }
}

fn metadata_name(field: Metadata, lang: Lang) -> &'static str {
    match (lang, field) {
        (Lang::En, field) => field.id(),
        (_, Metadata::IndexNumber) => "索引号",
        (_, Metadata::DocumentNumber) => "文号",
        (_, Metadata::Publisher) => "发布机构",
        (_, Metadata::Created) => "成文日期",
        (_, Metadata::Validity) => "有效性",
        (_, Metadata::Keywords) => "关键词",
        (_, Metadata::Topic) => "主题分类",
        (_, Metadata::Disclosure) => "公开方式",
        (_, Metadata::Source) => "来源",
        (_, Metadata::Author) => "作者",
        (_, Metadata::Description) => "说明",
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
