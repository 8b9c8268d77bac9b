//! A made-up report as tab text, torn text, pipe Markdown, Word's HTML, a portal's page, a Word file, an Excel file.

#![cfg_attr(not(feature = "import"), allow(dead_code, reason = "some shapes are files that only the feature reads"))]

use std::fmt::Write;

use gongkai::forms::Form;

use super::import_support::{Dice, Drawn, Made, drawn};

/// What was done to a report before it was written down.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Harm {
    None,
    /// A character of some labels is another.
    Typos,
    /// Some rows are gone.
    MissingRows,
    /// Remarks, signs, separators, full-width digits.
    Remarks,
    /// Some cells are empty, struck out or 无.
    Blanks,
}

pub const HARMS: [Harm; 5] = [Harm::None, Harm::Typos, Harm::MissingRows, Harm::Remarks, Harm::Blanks];

/// The tables of a report as drawn, harmed; `truth` follows where what is published changes.
pub fn harmed(form: &Form, made: &Made, harm: Harm, dice: &mut Dice) -> (Vec<Vec<Vec<Drawn>>>, Vec<Vec<String>>) {
    let mut truth = made.cells.clone();
    if harm == Harm::Blanks {
        for text in truth.iter_mut().flatten() {
            if dice.one_in(12) {
                *text = ["", "", "—", "/", "无"][dice.below(5) as usize].to_string();
            }
        }
    }
    let mut tables: Vec<Vec<Vec<Drawn>>> = form.tables.iter().zip(&truth).map(|(table, cells)| drawn(table, cells)).collect();
    for row in tables.iter_mut().flatten() {
        for cell in row.iter_mut() {
            match harm {
                Harm::Typos if cell.figure.is_none() && dice.one_in(8) => cell.text = typo(&cell.text, dice),
                Harm::Remarks if cell.figure.is_some() && dice.one_in(6) => cell.text = dressed(&cell.text, dice),
                _ => {}
            }
        }
    }
    if harm == Harm::MissingRows {
        for table in &mut tables {
            // Only rows without a label beside several rows, so that the rest stays a table.
            table.retain(|row| {
                !(row.iter().all(|cell| cell.rows == 1) && row.iter().any(|cell| cell.figure.is_some()) && row.len() < 12 && dice.one_in(6))
            });
        }
    }
    (tables, truth)
}

fn typo(text: &str, dice: &mut Dice) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = dice.below(chars.len() as u64) as usize;
    if chars.len() > 3 {
        match dice.below(3) {
            0 => drop(chars.remove(at)),
            1 => chars.insert(at, '的'),
            _ => chars[at] = '某',
        }
    }
    chars.into_iter().collect()
}

fn dressed(text: &str, dice: &mut Dice) -> String {
    let whole = text.bytes().all(|b| b.is_ascii_digit());
    match dice.below(4) {
        0 if whole => text.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap_or(c)).collect(),
        1 if whole && text.len() > 3 => format!("{},{}", &text[..text.len() - 3], &text[text.len() - 3..]),
        2 if whole => format!("{text}（其中网络申请1件）"),
        _ => format!(" {text}\u{a0}"),
    }
}

const HEADINGS: [&str; 3] = ["二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况"];

/// The prose of a report: heading and paragraphs of each section; tables stand after sections 2, 3 and 4.
pub fn prose(year: u16) -> Vec<(String, Vec<String>)> {
    let period = format!(
        "本报告根据《中华人民共和国政府信息公开条例》编制，所列数据的统计期限自{year}年1月1日至{year}年12月31日。如有疑问，请与云岭县教育局办公室联系（地址：云岭县书院路8号，邮编：750000，电话：0000-8061234，电子邮箱：jyj@example.org）。"
    );
    let overview =
        format!("{year}年，我局通过政府网站发布政府信息195条，通过政务微信发布信息222条。工作中坚持“先审查、后公开”，没有出现失误。");
    vec![
        (String::new(), vec![period]),
        ("一、总体情况".into(), vec![overview, "（一）主动公开。及时更新各栏目，方便群众查询。".into()]),
        (HEADINGS[0].into(), vec![]),
        (HEADINGS[1].into(), vec![]),
        (HEADINGS[2].into(), vec![]),
        ("五、存在的主要问题及改进情况".into(), vec!["公开的时效有待提高。下一步将加强培训，完善制度。".into()]),
        ("六、其他需要报告的事项".into(), vec![format!("{year}年度没有收取信息处理费。")]),
    ]
}

pub fn title(year: u16) -> String {
    format!("云岭县教育局{year}年政府信息公开工作年度报告")
}

pub fn signature(year: u16) -> (String, String) {
    ("云岭县教育局".into(), format!("{}年1月20日", year + 1))
}

/// A writer of one kind of document: paragraphs and tables in order.
pub trait Shape {
    fn paragraph(&mut self, text: &str);
    fn table(&mut self, table: &[Vec<Drawn>]);
}

pub fn compose(shape: &mut dyn Shape, year: u16, tables: &[Vec<Vec<Drawn>>]) {
    shape.paragraph(&title(year));
    for (heading, paragraphs) in prose(year) {
        if !heading.is_empty() {
            shape.paragraph(&heading);
        }
        for text in paragraphs {
            shape.paragraph(&text);
        }
        if let Some(at) = HEADINGS.iter().position(|one| *one == heading) {
            shape.table(&tables[at]);
        }
    }
    let (agency, date) = signature(year);
    shape.paragraph(&agency);
    shape.paragraph(&date);
}

/// Merged cells stand once; the places they cover are empty.
pub fn padded(table: &[Vec<Drawn>]) -> Vec<Vec<String>> {
    let mut out: Vec<Vec<Option<String>>> = vec![];
    for (at, row) in table.iter().enumerate() {
        let mut column = 0;
        for cell in row {
            let width = |row: &Vec<Option<String>>, column: usize| row.get(column).is_some_and(Option::is_some);
            while out.get(at).is_some_and(|row| width(row, column)) {
                column += 1;
            }
            for down in 0..cell.rows {
                if out.len() <= at + down {
                    out.resize(at + down + 1, vec![]);
                }
                let row = &mut out[at + down];
                if row.len() < column + cell.columns {
                    row.resize(column + cell.columns, None);
                }
                for across in 0..cell.columns {
                    row[column + across] = Some(if down == 0 && across == 0 { cell.text.clone() } else { String::new() });
                }
            }
            column += cell.columns;
        }
    }
    let width = out.iter().map(Vec::len).max().unwrap_or(0);
    out.into_iter()
        .map(|mut row| {
            row.resize(width, None);
            row.into_iter().map(Option::unwrap_or_default).collect()
        })
        .collect()
}

/// Tab-separated, merged cells padded.
#[derive(Default)]
pub struct Tabs(pub String);

impl Shape for Tabs {
    fn paragraph(&mut self, text: &str) {
        let _ = write!(self.0, "{text}\n\n");
    }
    fn table(&mut self, table: &[Vec<Drawn>]) {
        for row in padded(table) {
            let _ = writeln!(self.0, "{}", row.join("\t"));
        }
        self.0.push('\n');
    }
}

/// Tab-separated as Word copies it: a merged cell is one cell.
#[derive(Default)]
pub struct Copied(pub String);

impl Shape for Copied {
    fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.0, "{text}");
    }
    fn table(&mut self, table: &[Vec<Drawn>]) {
        let mut covered: Vec<(usize, usize)> = vec![];
        for (at, row) in table.iter().enumerate() {
            covered.retain(|(end, _)| *end > at);
            let above: usize = covered.iter().map(|(_, cells)| cells).sum();
            let cells: Vec<&str> = std::iter::repeat_n("", above).chain(row.iter().map(|cell| cell.text.as_str())).collect();
            let _ = writeln!(self.0, "{}", cells.join("\t"));
            covered.extend(row.iter().filter(|cell| cell.rows > 1).map(|cell| (at + cell.rows, 1)));
        }
    }
}

#[derive(Default)]
pub struct Pipes(pub String);

impl Shape for Pipes {
    fn paragraph(&mut self, text: &str) {
        let _ = write!(self.0, "{text}\n\n");
    }
    fn table(&mut self, table: &[Vec<Drawn>]) {
        for (at, row) in padded(table).iter().enumerate() {
            let _ = writeln!(self.0, "| {} |", row.join(" | "));
            if at == 0 {
                let _ = writeln!(self.0, "|{}", " --- |".repeat(row.len()));
            }
        }
        self.0.push('\n');
    }
}

/// Tables as programs write them that make text of web pages: bars between cells and at the end of a row, merged cells
/// once, the row filled up with bars at its end.
#[derive(Default)]
pub struct Bars {
    pub text: String,
    /// Bars for the cells that merging takes away.
    pub padded: bool,
    /// Every cell on a line of its own.
    pub torn: bool,
    /// Empty cells are left out.
    pub drops: bool,
}

impl Shape for Bars {
    fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.text, "{text}");
    }
    fn table(&mut self, table: &[Vec<Drawn>]) {
        let columns = padded(table).first().map_or(0, Vec::len);
        let end = if self.torn { "\n" } else { "" };
        for row in table {
            let cells: Vec<&str> = row.iter().map(|cell| cell.text.trim()).filter(|text| !(self.drops && text.is_empty())).collect();
            for cell in &cells {
                let space = if cell.is_empty() { "" } else { " " };
                let _ = write!(self.text, "{cell}{space}|{}", if self.torn { "\n" } else { " " });
            }
            if self.padded && columns > cells.len() {
                let _ = write!(self.text, "{}{end}", "|".repeat(columns - cells.len()));
            }
            if !self.torn {
                self.text = format!("{}\n", self.text.trim_end_matches(' '));
            }
        }
    }
}

/// One cell a line with nothing between but empty lines, as copied from a page; labels keep the lines they had.
#[derive(Default)]
pub struct Loose(pub String);

impl Shape for Loose {
    fn paragraph(&mut self, text: &str) {
        let _ = write!(self.0, "{text}\n\n");
    }
    fn table(&mut self, table: &[Vec<Drawn>]) {
        for cell in table.iter().flatten().filter(|cell| !cell.text.trim().is_empty()) {
            let half = cell.text.char_indices().nth(3).map_or(0, |(at, _)| at);
            match cell.figure.is_none() && cell.columns == 1 && cell.text.starts_with("本年新") && half > 0 {
                true => {
                    let _ = write!(self.0, "{}\n\n{}\n\n", &cell.text[..half], &cell.text[half..]);
                }
                false => {
                    let _ = write!(self.0, " {}\n\n", cell.text);
                }
            }
        }
    }
}

/// Rows with spaces between cells, as text is taken out of a PDF.
#[derive(Default)]
pub struct Spaces(pub String);

impl Shape for Spaces {
    fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.0, "{text}");
    }
    fn table(&mut self, table: &[Vec<Drawn>]) {
        for row in table {
            let cells: Vec<&str> = row.iter().map(|cell| cell.text.trim()).filter(|text| !text.is_empty()).collect();
            let _ = writeln!(self.0, "{}", cells.join(" "));
        }
    }
}

/// One cell a line, labels torn by narrow columns, pages with numbers, sentences broken at 28 characters.
#[derive(Default)]
pub struct Torn {
    pub text: String,
    lines: usize,
    page: usize,
}

impl Torn {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
        self.lines += 1;
        if self.lines.is_multiple_of(41) {
            self.page += 1;
            let _ = write!(self.text, "\n[[page {}]]\n- {} -\n", self.page + 1, self.page + 1);
        }
    }

    fn broken(&mut self, text: &str, width: usize) {
        let chars: Vec<char> = text.chars().collect();
        for part in chars.chunks(width) {
            self.line(&part.iter().collect::<String>());
        }
    }
}

impl Shape for Torn {
    fn paragraph(&mut self, text: &str) {
        self.broken(text, 28);
    }
    fn table(&mut self, table: &[Vec<Drawn>]) {
        for row in table {
            for cell in row {
                let width = match (cell.figure, cell.rows > 10) {
                    (Some(_), _) => usize::MAX,
                    (None, true) => 1,
                    (None, false) => 3 + 5 * cell.columns,
                };
                if !cell.text.trim().is_empty() {
                    self.broken(&cell.text, width.min(400));
                }
            }
        }
    }
}

/// What Word makes of a report when it is pasted into a page.
#[derive(Default)]
pub struct WordHtml(pub String);

fn spans(cell: &Drawn) -> String {
    let rows = if cell.rows > 1 { format!(" rowspan=\"{}\"", cell.rows) } else { String::new() };
    let columns = if cell.columns > 1 { format!(" colspan={}", cell.columns) } else { String::new() };
    rows + &columns
}

pub fn entity(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('\u{a0}', "&nbsp;")
}

impl Shape for WordHtml {
    fn paragraph(&mut self, text: &str) {
        let half = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
        let _ = writeln!(
            self.0,
            "<p class=MsoNormal style='text-indent:32.0pt'><span style='font-size:16.0pt'>{}<span lang=EN-US>{}</span><o:p></o:p></span></p>",
            entity(&text[..half]),
            entity(&text[half..])
        );
    }
    fn table(&mut self, table: &[Vec<Drawn>]) {
        self.0.push_str("<table class=MsoNormalTable border=1><tbody>\n");
        for row in table {
            self.0.push_str("<tr style='height:20pt'>");
            for cell in row {
                let text = if cell.text.is_empty() { "<o:p>&nbsp;</o:p>".to_string() } else { entity(&cell.text) };
                let _ = write!(
                    self.0,
                    "<td width=99{}><p class=MsoNormal align=center><span lang=EN-US><span style='font-family:仿宋'>{text}</span></span><o:p></o:p></p></td>",
                    spans(cell)
                );
            }
            self.0.push_str("</tr>\n");
        }
        self.0.push_str("</tbody></table>\n");
    }
}

/// The same between a portal's menus, with its fields above.
pub fn portal(inner: &str, year: u16) -> String {
    let links: String = (0..60).map(|at| format!("<li><a href='/c{at}/index.html'>栏目名称{at}</a></li>")).collect();
    format!(
        "<!DOCTYPE html><html><head><meta charset='gbk'><meta name='ArticleTitle' content='{title}'><meta name='PubDate' content='{next}-01-25 09:30'><title>{title}_云岭县人民政府</title>\
         <style>td{{color:red}}</style><script>var a='<table><tr><td>规章</td><td>9</td></tr></table>';</script></head><body><div class='top'><ul>{links}</ul><form><input><select><option>2019</option></select></form></div>\
         <div class='wrap'><div class='crumb'>当前位置：<a href='/'>首页</a> &gt; <a href='/x'>政府信息公开年报</a></div><table class='meta'><tr><td>索引号：</td><td>640122/{next}-00012</td><td>发布日期：</td><td>{next}-01-25</td></tr>\
         <tr><td>发布机构：</td><td>云岭县教育局</td><td>有效性：</td><td>有效</td></tr></table><div class='article'>{inner}</div><div class='tools'><a>打印</a><a>关闭</a></div></div><div class='foot'><p>主办单位：云岭县人民政府　网站标识码：0000000000</p></div></body></html>",
        title = title(year),
        next = year + 1,
    )
}
