//! One page for the person who imports: the source on the left, the result on the right, doubts marked.
//!
//! In: an import. Out: a whole HTML page that needs nothing else: no script, no other file.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::document::{At, Block, Grid, plain};
use super::doubt::{Certainty, Doubt};
use super::front::{Imported, ImportedTable};
use crate::names::Lang;

const STYLE: &str = "body{margin:0;font:15px/1.6 system-ui,sans-serif;color:#1a1a1a}header{padding:1rem 1.5rem;border-bottom:1px solid #ccc}\
h1{font-size:1.2rem;margin:0}h2{font-size:1rem;margin:1.5rem 0 .5rem}main{display:grid;grid-template-columns:1fr 1fr}main>section{padding:0 1.5rem 3rem;min-width:0;overflow-x:auto}\
main>section+section{border-left:1px solid #ccc}table{border-collapse:collapse;font-size:13px;margin:.5rem 0}td,th{border:1px solid #bbb;padding:.15rem .4rem;text-align:left;font-weight:normal}\
td.n{text-align:right}mark{background:#ffe28a;color:inherit}.likely{background:#fff3cd}.missing{background:#f8d0cf}ol.doubts li{margin:.3rem 0}.q{color:#595959}p{margin:.4rem 0}\
a{color:#0b4f9e}:target{outline:3px solid #c40}@media(max-width:60rem){main{display:block}main>section+section{border-left:0}}";

/// The review page.
pub fn review(imported: &Imported, lang: Lang) -> String {
    let page = Page { imported, lang, marks: marks(&imported.doubts) };
    let mut out = String::new();
    let words = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    let tag = if lang == Lang::Zh { "zh-CN" } else { "en" };
    let title = format!("{} {}", words("导入核对：", "Import review:"), escape(&imported.name));
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{tag}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\n<body><header><h1>{title}</h1>"
    );
    page.doubts(&mut out);
    let _ = writeln!(out, "</header>\n<main><section><h2>{}</h2>", words("原件", "Source"));
    page.source(&mut out);
    let _ = writeln!(out, "</section>\n<section><h2>{}</h2>", words("结果", "Result"));
    page.result(&mut out);
    out.push_str("</section></main></body></html>\n");
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
    marks: BTreeMap<At, Vec<usize>>,
}

impl Page<'_> {
    fn say(&self, zh: &'static str, en: &'static str) -> &'static str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    fn doubts(&self, out: &mut String) {
        if self.imported.doubts.is_empty() {
            let _ = write!(out, "<p>{}</p>", self.say("没有疑问。", "No doubts."));
            return;
        }
        out.push_str("<ol class=\"doubts\">\n");
        for (number, doubt) in self.imported.doubts.iter().enumerate() {
            let _ = write!(out, "<li id=\"d{}\">{}", number + 1, escape(doubt.message.get(self.lang)));
            if !doubt.source.is_empty() {
                let _ = write!(out, " <mark>{}</mark>", escape(&doubt.source));
            }
            if let Some(at) = doubt.at {
                let _ = write!(out, " <a href=\"#s{}\">{}</a>", anchor(at), escape(self.imported.source.place(at).get(self.lang)));
            }
            out.push_str("</li>\n");
        }
        out.push_str("</ol>\n");
    }

    fn noted(&self, at: At, out: &mut String) {
        for number in self.marks.get(&at).into_iter().flatten() {
            let _ = write!(out, " <a href=\"#d{number}\">[{number}]</a>");
        }
    }

    fn source(&self, out: &mut String) {
        for block in &self.imported.source.blocks {
            match block {
                Block::Line(line) => {
                    let text = escape(&plain(&line.text));
                    let text = if self.marks.contains_key(&line.at) { format!("<mark>{text}</mark>") } else { text };
                    let _ = write!(out, "<p id=\"s{}\">{text}", anchor(line.at));
                    self.noted(line.at, out);
                    out.push_str("</p>\n");
                }
                Block::Grid(grid) => self.grid(grid, out),
            }
        }
    }

    fn grid(&self, grid: &Grid, out: &mut String) {
        let _ = writeln!(out, "<table id=\"s{}\">", anchor(grid.at));
        for row in 0..grid.rows() {
            out.push_str("<tr>");
            for cell in grid.row(row) {
                let doubtful = if self.marks.contains_key(&cell.at) { " class=\"likely\"" } else { "" };
                let _ = write!(
                    out,
                    "<td id=\"s{}\" rowspan=\"{}\" colspan=\"{}\"{doubtful}>{}",
                    anchor(cell.at),
                    cell.rows,
                    cell.columns,
                    escape(&cell.text)
                );
                self.noted(cell.at, out);
                out.push_str("</td>");
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</table>\n");
    }

    fn result(&self, out: &mut String) {
        let imported = self.imported;
        let mut lines: Vec<(String, String)> = vec![];
        let mut add = |key: &str, value: Option<String>| lines.push((key.to_string(), value.unwrap_or_default()));
        add("title", imported.title.as_ref().map(|one| one.value.clone()));
        add("year", imported.year.as_ref().map(|one| one.value.to_string()));
        add("published", imported.published.as_ref().map(|one| one.value.to_string()));
        for (field, one) in &imported.contact {
            add(field.id(), Some(one.value.clone()));
        }
        out.push_str("<table>\n");
        for (key, value) in lines {
            let missing = if value.is_empty() { " class=\"missing\"" } else { "" };
            let _ = writeln!(out, "<tr><th>{key}</th><td{missing}>{}</td></tr>", escape(&value));
        }
        out.push_str("</table>\n");
        for table in &imported.tables {
            self.table(table, out);
        }
        for paragraph in imported.body.split("\n\n") {
            let _ = writeln!(out, "<p>{}</p>", escape(paragraph).replace('\n', "<br>"));
        }
        let _ = writeln!(out, "<h2>{}</h2>\n<ul>", self.say("未保留的文字", "Left out on purpose"));
        for one in &imported.dropped {
            let _ = writeln!(out, "<li>{} <span class=\"q\">{}</span></li>", escape(&one.text), escape(one.why.get(self.lang)));
        }
        out.push_str("</ul>\n");
    }

    /// The table as drawn on its form, each figure linked to its place in the source.
    fn table(&self, imported: &ImportedTable, out: &mut String) {
        let table = imported.table();
        let _ = writeln!(out, "<h2>{} <span class=\"q\">{}</span></h2>\n<table>", escape(&table.label), escape(&imported.form.id));
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
                        write!(out, "<td class=\"{class}\"{spans}><a href=\"#s{}\">{}</a>{remark}</td>", anchor(one.at), escape(&one.text))
                    }
                };
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</table>\n");
    }
}

fn anchor(at: At) -> String {
    let cell = at.cell.map_or(String::new(), |(row, column)| format!("-{row}-{column}"));
    format!("{}-{}{cell}", at.part, at.line)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
