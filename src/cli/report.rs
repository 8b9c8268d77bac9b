//! What a person sees on the terminal. Everything goes to standard error.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use crate::archive::Archive;
use crate::checks::Readiness;
use crate::diagnostic::{self, Diagnostic, Overview};
use crate::error::Error;
use crate::names::Lang;
use crate::output::Written;
use crate::source::Sources;

/// A line to standard error. Where nobody reads it any more (a closed window, a pipe that ended), work goes on.
macro_rules! put {
    ($($part:tt)*) => {
        drop(std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{}\n", format_args!($($part)*))))
    };
}

/// A terminal with a language.
#[derive(Clone, Copy)]
pub(super) struct Terminal {
    pub lang: Lang,
    colour: bool,
}

impl Terminal {
    pub(super) fn new(lang: Lang) -> Terminal {
        Terminal { lang, colour: super::wants_colour() }
    }

    pub(super) fn say(&self, zh: impl Display, en: impl Display) {
        match self.lang {
            Lang::Zh => put!("{zh}"),
            Lang::En => put!("{en}"),
        }
    }

    /// The findings, drawn, and how many there are.
    pub(super) fn findings(&self, found: &Overview, sources: &Sources) {
        found.shown.iter().for_each(|one| self.finding(one, sources));
        for (code, more) in &found.more {
            self.say(
                format!("[{code}] 另有 {more} 处没有列出；gongkai check --format json 列出全部。"),
                format!("[{code}] {more} more are not shown; `gongkai check --format json` gives all."),
            );
        }
        let Overview { errors, warnings, notes, .. } = *found;
        match (errors, warnings) {
            (0, 0) if notes > 0 => self.say(format!("没有发现问题；另有说明 {notes} 条。"), format!("No problems found. Notes: {notes}.")),
            (0, 0) => self.say("没有发现问题。", "No problems found."),
            _ => self.say(format!("错误 {errors} 处，提醒 {warnings} 处。"), format!("Errors: {errors}. Warnings: {warnings}.")),
        }
    }

    /// One finding, drawn.
    pub(super) fn finding(&self, one: &Diagnostic, sources: &Sources) {
        put!("{}", diagnostic::draw(one, sources, self.lang, self.colour));
    }

    /// Which reports still have something against them, and how many are ready.
    pub(super) fn readiness(&self, archive: &Archive, reports: &[Readiness]) {
        for one in reports.iter().filter(|one| one.errors + one.warnings > 0) {
            let unit = archive.unit(one.unit).name();
            let (year, errors, warnings) = (one.year, one.errors, one.warnings);
            let (zh, en) = if one.is_ready() {
                ("可以发布，请先看一遍提醒", "ready, with warnings")
            } else {
                ("不能发布", "not ready")
            };
            self.say(
                format!("  {unit} {year}年：错误 {errors}，提醒 {warnings}，{zh}"),
                format!("  {unit} {year}: errors {errors}, warnings {warnings}, {en}"),
            );
        }
        let ready = reports.iter().filter(|one| one.is_ready()).count();
        let all = reports.len();
        self.say(format!("共 {all} 份报告，可以发布 {ready} 份。"), format!("{ready} of {all} reports are ready to be published."));
    }

    pub(super) fn not_written(&self) {
        self.say("有错误，没有生成网站；上一次生成的结果没有改动。", "Nothing was written; what was built before is unchanged.");
    }

    pub(super) fn written(&self, written: Written, out: &Path) {
        let Written { files, changed, removed } = written;
        self.say(
            format!("已生成到 {}：共 {files} 个文件，更新 {changed} 个，删除 {removed} 个。", out.display()),
            format!("Built {}: {files} files, {changed} changed, {removed} removed.", out.display()),
        );
    }

    pub(super) fn made(&self, files: &[PathBuf], root: &Path) {
        for file in files {
            let shown = file.strip_prefix(root).unwrap_or(file);
            self.say(format!("新建 {}", shown.display()), format!("Made {}", shown.display()));
        }
    }

    pub(super) fn failure(&self, error: &Error) {
        self.say(format!("出错：{error}"), format!("error: {error}"));
    }
}
