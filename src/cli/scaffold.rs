//! New files for authors: an archive that builds, and a report with every row of its form ready to fill in.
//!
//! Nothing that exists is ever overwritten.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::archive::{Report, Unit};
use crate::content::{Cell, TableFigures};
use crate::error::Error;
use crate::forms::{Column, Form, Row, Table};
use crate::names::{UnitPath, Year};
use crate::pipeline::Site;

const SITE: &str = "\
# 网站设置。各项的意思见 docs/site.md。
title: 某某单位政府信息公开年报
language: zh-CN
# 网站将来的网址，以 / 结尾；不填也能生成，只是没有订阅和站点地图。
base_url: \"\"
theme: default
";

/// What the root unit of a new archive is called until somebody names it.
pub(super) const NOBODY: &str = "某某单位";

const ROOT_UNIT: &str = "\
---
title: 某某单位
# 单位类别：province 省、city 市、county 县、department 部门、town 乡镇、subdistrict 街道
level: department
contact:
  office: 办公室
  address: 某某路1号
  phone: 0000-0000000
  email: office@example.org
  hours: 工作日 9:00—17:00
---
";

/// Writes `site.yaml` and the root unit. Fails where either is there already.
pub(super) fn init(directory: &Path) -> Result<Vec<PathBuf>, Error> {
    let files = [(directory.join("site.yaml"), SITE), (directory.join("content/_index.md"), ROOT_UNIT)];
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(Error::new("make", path, "it is there already / 文件已经存在，没有改动"));
    }
    for (path, text) in &files {
        create(path, text)?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

/// The unit that a person means: `.` for the root, with or without `content/`, with either slash.
pub(super) fn unit_named(text: &str) -> UnitPath {
    UnitPath::new(text.replace('\\', "/").trim_start_matches("content/").trim_matches(['.', '/']))
}

/// Writes the report of a unit for a year. Fails where there is one.
pub(super) fn new_report(root: &Path, site: &Site, unit: &str, year: Year) -> Result<PathBuf, Error> {
    let unit = find_unit(root, site, unit)?;
    if let Some(report) = unit.report(year) {
        return Err(Error::new("make", &root.join(&*report.file), "this year's report is there already / 这一年的报告已经有了"));
    }
    let Some(form) = site.catalog.in_force(year) else {
        return Err(Error::new("make", root, format!("no form is in force for {year} / {year}年没有适用的报告格式")));
    };
    let path = root.join("content").join(&unit.directory).join(format!("{year}.md"));
    create(&path, &report_text(unit, form, year))?;
    Ok(path)
}

/// The unit of a path below `content/`; fails where there is none.
pub(super) fn find_unit<'s>(root: &Path, site: &'s Site, name: &str) -> Result<&'s Unit, Error> {
    let wanted = unit_named(name);
    let units = &site.archive.units;
    units.iter().find(|one| one.path == wanted || one.directory == wanted.as_str()).ok_or_else(|| {
        let known: Vec<&str> = units.iter().map(|one| if one.path.is_root() { "." } else { one.path.as_str() }).collect();
        let cause = format!("no such unit; there are: {} / 没有这个单位，已有：{}", known.join(", "), known.join("、"));
        Error::new("find", &root.join("content").join(wanted.as_str()), cause)
    })
}

fn create(path: &Path, text: &str) -> Result<(), Error> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(|cause| Error::new("create", directory, cause))?;
    }
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|cause| Error::new("make", path, cause))
}

/// A report with everything that is known already; `~` stands where a figure is still to be filled in.
fn report_text(unit: &Unit, form: &Form, year: Year) -> String {
    let last = unit.report(year.previous());
    let title = form.report_title.replace("{unit}", &unit.title).replace("{year}", &year.to_string());
    let mut out = format!(
        "---\n# 各格填数字；没有的填 0；原件留空的留 ~；不适用的填 —。合计不必填，由系统相加。\ntitle: {}\nyear: {year}\nform: {}\n\
         draft: true   # 填写、核对完毕后删去这一行，报告才会发布\npublished: ~  # 发布日期，如 {}-01-20\n",
        quoted(&title),
        form.id,
        year.next()
    );
    contact(last, unit, &mut out);
    out.push_str("statistics:\n");
    for table in &form.tables {
        let earlier = last.and_then(|report| report.table(&table.id));
        table_text(form, table, earlier, &mut out);
    }
    out.push_str("indicators:\n");
    for indicator in last.map(|report| report.indicators.as_slice()).unwrap_or_default() {
        out.push_str(&format!("  {}: ~  # 单位：{}，上一年 {}\n", quoted(&indicator.name), indicator.unit, indicator.figure));
    }
    out.push_str("---\n");
    for section in &form.sections {
        out.push_str(&format!("\n## {}\n", section.heading));
    }
    out
}

fn contact(last: Option<&Report>, unit: &Unit, out: &mut String) {
    let contact = last.map_or(&unit.contact, |report| &report.contact);
    if contact.is_empty() {
        return;
    }
    out.push_str("contact:       # 与上一年相同；有变化就改\n");
    for (field, entry) in contact.lines() {
        out.push_str(&format!("  {}: {}\n", field.id(), quoted(&entry.text)));
    }
}

/// As YAML needs it: JSON's quotes are YAML's too.
pub(super) fn quoted(text: &str) -> String {
    let plain = !text.is_empty()
        && text.chars().all(|c| c.is_alphanumeric() || "-_@.（）—－、，。：；“”《》".contains(c))
        && !text.starts_with(|c: char| c.is_ascii_digit() || "-@.".contains(c));
    if plain { text.to_string() } else { serde_json::to_string(text).unwrap_or_default() }
}

fn table_text(form: &Form, table: &Table, earlier: Option<&TableFigures>, out: &mut String) {
    let heading = form.sections.iter().find(|section| section.table.is_some_and(|at| form.tables[at].id == table.id));
    out.push_str(&format!("  {}:   # {}\n", table.id, heading.map_or(&table.label, |section| &section.heading)));
    let width = table.rows.iter().map(|row| row.id.rsplit('.').next().map_or(0, str::len)).max().unwrap_or(0) + 1;
    let mut open: Vec<&str> = vec![];
    let mut columns = usize::MAX;
    for row in &table.rows {
        let (groups, name) =
            row.id.rsplit_once('.').map_or((vec![], row.id.as_str()), |(groups, name)| (groups.split('.').collect(), name));
        if row.columns != columns {
            columns = row.columns;
            out.push_str(&format!("    # 依次：{}\n", column_names(table, row)));
        }
        let shared = open.iter().zip(&groups).take_while(|(a, b)| a == b).count();
        for (depth, group) in groups.iter().enumerate().skip(shared) {
            out.push_str(&format!("    {}{group}:\n", "  ".repeat(depth)));
        }
        let indentation = "  ".repeat(groups.len());
        if is_added_up(table, row) {
            out.push_str(&format!("    {indentation}# {name}：不必填，由系统相加  # {}\n", row.full_label));
            open = groups;
            continue;
        }
        let cells = cells(form, table, row, earlier);
        out.push_str(&format!("    {indentation}{:width$} [{cells}]  # {}\n", format!("{name}:"), row.full_label));
        open = groups;
    }
}

/// The cells that are added up where they are left out.
fn totals(table: &Table) -> Vec<usize> {
    table.relations.iter().filter(|one| one.total).flat_map(|one| &one.instances).flat_map(|one| one.right.clone()).collect()
}

/// Whether every cell of the row is.
fn is_added_up(table: &Table, row: &Row) -> bool {
    let totals = totals(table);
    (row.first_cell..row.first_cell + table.columns_of(row).len()).all(|cell| totals.contains(&cell))
}

/// The columns in order, those that are added up left out.
fn filled_in<'a>(table: &'a Table, row: &'a Row) -> impl Iterator<Item = (usize, &'a Column)> {
    let columns = table.columns_of(row);
    let last_is_total = columns.len() > 1 && totals(table).contains(&(row.first_cell + columns.len() - 1));

    columns.iter().enumerate().take(columns.len() - usize::from(last_is_total))
}

fn column_names(table: &Table, row: &Row) -> String {
    filled_in(table, row).map(|(_, column)| column.label.as_str()).collect::<Vec<_>>().join("、")
}

/// `~` for every cell, or what last year handed over.
fn cells(form: &Form, table: &Table, row: &Row, earlier: Option<&TableFigures>) -> String {
    let path = format!("{}.{}", table.id, row.id);
    let handed_over = form.between_years.iter().filter(|between| between.per_column).find_map(|between| {
        match (&between.later[..], &between.earlier[..]) {
            ([later], [from]) if later.name == path && !later.minus && !from.minus => from.name.strip_prefix(&format!("{}.", table.id)),
            _ => None,
        }
    });
    let brought = |column: &Column| -> Option<String> {
        let figures = earlier?;
        let cell: Cell = figures.cell(figures.table().cell(&format!("{}.{}", handed_over?, column.id))?)?;
        cell.figure.number().map(|_| cell.figure.to_string())
    };
    filled_in(table, row).map(|(_, column)| brought(column).unwrap_or_else(|| "~".into())).collect::<Vec<_>>().join(", ")
}
