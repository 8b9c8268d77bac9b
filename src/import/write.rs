//! An imported report as a content file, written for people: labels beside the ids, aligned columns, what is missing said.

use std::fmt::Write;

use super::doubt::{Certainty, DoubtKind};
use super::front::Imported;
use super::tables::{ImportedCell, ImportedTable};
use crate::forms::{Row, Table};

/// Appends a formatted line; a `String` takes everything.
macro_rules! line {
    ($out:expr, $($part:tt)*) => {
        let _ = writeln!($out, $($part)*);
    };
}

/// The text of the file.
pub fn write(imported: &Imported) -> String {
    let mut out = String::from("---\n");
    doubts(imported, &mut out);
    front(imported, &mut out);
    contact(imported, &mut out);
    statistics(imported, &mut out);
    indicators(imported, &mut out);
    out.push_str("---\n");
    if !imported.body.is_empty() {
        out.push('\n');
        out.push_str(&imported.body);
        out.push('\n');
    }
    out
}

/// The same text as a draft: it says why, and how an error of the source itself is explained.
///
/// `reasons`: the code of a finding, and the dotted path of the row or cell it is about, if it is about one.
pub fn draft(text: &str, reasons: &[(String, Option<String>)]) -> String {
    let Some(rest) = text.strip_prefix("---\n") else { return text.to_string() };
    let mut codes: Vec<&str> = reasons.iter().map(|(code, _)| code.as_str()).collect();
    codes.dedup();
    let mut out = format!(
        "---\n# 检查出错误（{}），先存为草稿。对照原件核对，读错的改正，然后删去下面这一行，报告才会发布。\ndraft: true\n",
        codes.join("、")
    );
    let sums: Vec<_> = reasons.iter().filter(|(code, _)| code.starts_with("G1")).collect();
    if !sums.is_empty() {
        out.push_str("# 原件本来就是这样印的，数不要改，去掉下面几行行首的“# ”，写明情况：\n# acknowledged:\n");
    }
    for (code, at) in sums {
        let at = at.as_ref().map_or(String::new(), |at| format!(", where: {at}"));
        line!(out, "#   - {{code: {code}{at}, note: 原件如此。}}");
    }
    out + rest
}

/// What a person has to look at, above everything else. Rows and cells that were left out say so where they belong.
fn doubts(imported: &Imported, out: &mut String) {
    let at_home = |kind: DoubtKind| matches!(kind, DoubtKind::Figure | DoubtKind::Row | DoubtKind::ExtraRow);
    let mut number = 0;
    for one in imported.doubts.iter().filter(|one| !at_home(one.kind)) {
        if number == 0 {
            line!(out, "# 从“{}”导入。请对照原件看一看下面几处，看过就可以删去这几行：", comment(&imported.name));
        }
        number += 1;
        let place = one.at.map_or(String::new(), |at| format!("（{}）", imported.source.place(at).zh));
        line!(out, "# {number}. {}{place}", comment(&one.message.zh));
    }
}

fn front(imported: &Imported, out: &mut String) {
    match &imported.title {
        Some(title) => {
            line!(out, "title: {}", scalar(&title.value));
        }
        None => {
            line!(out, "# title:                        # 原件里没有找到标题");
        }
    }
    if let Some(year) = &imported.year {
        line!(out, "year: {}", year.value);
    }
    if let Some(form) = &imported.form {
        line!(out, "form: {}", form.id);
    }
    if let Some(date) = &imported.published {
        line!(out, "published: {}", date.value);
    }
    for (metadata, found) in &imported.metadata {
        line!(out, "{}: {}", metadata.id(), scalar(&found.value));
    }
}

fn contact(imported: &Imported, out: &mut String) {
    if imported.contact.is_empty() {
        return;
    }
    out.push_str("contact:\n");
    for (field, found) in &imported.contact {
        line!(out, "  {}: {}", field.id(), scalar(&found.value));
    }
}

fn statistics(imported: &Imported, out: &mut String) {
    if imported.tables.is_empty() {
        return;
    }
    out.push_str("statistics:\n");
    for table in &imported.tables {
        let own_form = imported.form.as_ref().is_none_or(|form| form.id != table.form.id);
        write_table(table, own_form, out);
    }
}

pub(super) fn write_table(imported: &ImportedTable, own_form: bool, out: &mut String) {
    let table = imported.table();
    line!(out, "  {}:  # {}", table.id, table.label);
    if own_form {
        line!(out, "    form: {}", imported.form.id);
    }
    let width = table.rows.iter().map(|row| 2 * row.id.matches('.').count() + last(&row.id).len() + 1).max().unwrap_or(0);
    let (mut group, mut set) = (String::new(), usize::MAX);
    let mut written = false;
    for (number, row) in table.rows.iter().enumerate() {
        if row.columns != set {
            set = row.columns;
            let labels: Vec<&str> = table.columns_of(row).iter().map(|column| column.label.as_str()).collect();
            line!(out, "    # 依次是：{}", labels.join("、"));
        }
        let own_group = row.id.rsplit_once('.').map_or("", |(group, _)| group);
        if own_group != group {
            group = own_group.to_string();
            // A group without a row that was read must not be an empty key.
            let any =
                table.rows.iter().enumerate().any(|(at, one)| one.id.starts_with(&format!("{own_group}.")) && has_cells(imported, at));
            if !own_group.is_empty() {
                line!(out, "    {}{own_group}:", if any { "" } else { "# " });
            }
        }
        written |= write_row(imported, number, row, width, out);
    }
    if !written {
        // A table key without a row below it would read as "everything blank".
        let from = out.rfind(&format!("  {}:  #", table.id)).unwrap_or(out.len());
        let block = out.split_off(from);
        for text in block.lines() {
            line!(out, "  # {}", text.trim_start_matches("  ").trim_start_matches("# "));
        }
    }
    for one in &imported.remainders {
        line!(out, "    # 原件另有一行：{} {}", comment(&one.label), comment(&one.figures.join(" ")));
    }
}

fn last(id: &str) -> &str {
    id.rsplit('.').next().unwrap_or(id)
}

fn cells<'a>(imported: &'a ImportedTable, row: &Row) -> Vec<Option<&'a ImportedCell>> {
    let columns = imported.table().columns_of(row).len();
    imported.cells[row.first_cell..row.first_cell + columns].iter().map(Option::as_ref).collect()
}

fn has_cells(imported: &ImportedTable, row: usize) -> bool {
    cells(imported, &imported.table().rows[row]).iter().any(Option::is_some)
}

/// Writes a row, or a comment in its place. Whether it has figures.
fn write_row(imported: &ImportedTable, number: usize, row: &Row, width: usize, out: &mut String) -> bool {
    let table = imported.table();
    let depth = row.id.matches('.').count();
    let indent = " ".repeat(4 + 2 * depth);
    let cells = cells(imported, row);
    let unread: Vec<&str> = imported.unread.iter().filter(|(row, _)| *row == number).map(|(_, text)| text.as_str()).collect();
    let note = match unread.is_empty() {
        true => String::new(),
        false => format!("；未读入，原文：{}", comment(&unread.join("；"))),
    };
    let key = format!("{}:", last(&row.id));
    let pad = " ".repeat((width + 1).saturating_sub(2 * depth + key.len()).max(1));
    let label = comment(&row.label);
    let Some(figures) = figures(table, row, &cells) else {
        let missing = if unread.is_empty() { "；原件里没有找到" } else { "" };
        line!(out, "{indent}# {key}{pad}  # {label}{missing}{note}");
        return false;
    };
    let likely = cells.iter().flatten().any(|cell| cell.certainty == Certainty::Likely);
    let likely = if likely { "；请核对" } else { "" };
    line!(out, "{indent}{key}{pad}{figures}  # {label}{likely}{note}");
    true
}

/// The figures of a row as they are to be written; `None` where it has none.
pub(super) fn row_figures(imported: &ImportedTable, number: usize) -> Option<String> {
    let row = &imported.table().rows[number];
    figures(imported.table(), row, &cells(imported, row))
}

/// The cells as a list; as a map where one in the middle is not known. `None`: none is known.
fn figures(table: &Table, row: &Row, cells: &[Option<&ImportedCell>]) -> Option<String> {
    let known = cells.iter().flatten().count();
    let total_left_out =
        known + 1 == cells.len() && cells.last().is_some_and(|cell| cell.is_none()) && is_total(table, row.first_cell + cells.len() - 1);
    if known == 0 {
        return None;
    }
    if known == cells.len() || total_left_out {
        let texts: Vec<String> = cells.iter().flatten().map(|cell| figure(cell)).collect();
        return Some(format!("[{}]", texts.join(", ")));
    }
    let columns = table.columns_of(row);
    let texts = cells.iter().zip(columns).filter_map(|(cell, column)| Some(format!("{}: {}", column.id, figure((*cell)?))));
    Some(format!("{{{}}}", texts.collect::<Vec<_>>().join(", ")))
}

fn is_total(table: &Table, cell: usize) -> bool {
    let totals = table.relations.iter().filter(|relation| relation.total);
    totals.flat_map(|relation| &relation.instances).any(|one| one.right == [cell])
}

fn figure(cell: &ImportedCell) -> String {
    match &cell.remark {
        Some(remark) => format!("{{value: {}, remark: {}}}", cell.text, quoted(remark)),
        None => cell.text.clone(),
    }
}

fn indicators(imported: &Imported, out: &mut String) {
    if imported.indicators.is_empty() {
        return;
    }
    out.push_str("# 正文里的数，可以作为指标逐年比较。要用的去掉行首的“# ”，名称与往年一致：\n# indicators:\n");
    for one in &imported.indicators {
        line!(out, "#   {}: {}", scalar(&one.name), one.value);
    }
}

/// On one line, so that it stays a comment.
fn comment(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as a YAML value: as it is where that is safe.
pub(super) fn scalar(text: &str) -> String {
    let text = comment(text);
    let plain = |c: char| {
        c.is_alphanumeric()
            || matches!(
                c,
                '（' | '）' | '〔' | '〕' | '、' | '，' | '。' | '-' | '_' | '.' | '@' | '/' | ' ' | '《' | '》' | '“' | '”' | '：'
            )
    };
    let starts = text.starts_with(|c: char| c.is_alphabetic() || c.is_ascii_digit() || matches!(c, '（' | '《' | '“'));
    let safe = !text.is_empty()
        && starts
        && text.chars().all(plain)
        && !matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off");
    if safe { text } else { quoted(&text) }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in comment(text).chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
