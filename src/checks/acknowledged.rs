//! G510: an author's explanations: what they cover counts no more, and what covers nothing is told.
//!
//! A published error stays as published; its explanation under `acknowledged:` of the report is shown to readers. It covers the
//! findings of its code in that report's file, with `where:` only those about that table, row or cell. Findings that mean a
//! figure could not be read at all (`fixed` in the catalogue) cannot be explained away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::catalogue::Catalogue;
use crate::archive::{Archive, Report};
use crate::content::Acknowledged;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::names::Words;

/// An explanation, the cells that it is about, and whether it covered anything.
struct Explained<'a> {
    written: &'a Acknowledged,
    paths: BTreeSet<String>,
    used: bool,
}

pub(super) fn apply(archive: &Archive, found: &mut Diagnostics) {
    let with_some = archive.reports().filter(|report| !report.acknowledged.is_empty());
    let mut by_file: BTreeMap<&str, Vec<Explained>> = with_some.map(|report| (&*report.document.file, of_report(report))).collect();
    if by_file.is_empty() {
        return;
    }
    found.retain_mut(|one| {
        let file = one.place.as_ref().map(|place| place.file.clone());
        if let Some(all) = file.and_then(|file| by_file.get_mut(&*file)) {
            settle(one, all);
        }
        true
    });
    let unused = by_file.into_values().flatten().filter(|one| !one.used);
    found.extend(unused.map(|one| covers_nothing(&one)));
}

fn of_report(report: &Report) -> Vec<Explained<'_>> {
    let paths = |at: &Option<String>| {
        let Some(at) = at else { return BTreeSet::new() };
        let forms = report.tables.iter().map(|figures| &figures.form).chain(&report.form);
        let cells = forms.flat_map(|form| form.cells_named(at).into_iter().map(|(table, cell)| form.tables[table].path_of(cell)));
        cells.collect()
    };
    report.acknowledged.iter().map(|written| Explained { written, paths: paths(&written.at), used: false }).collect()
}

/// Makes a note of a finding that one of the explanations covers.
fn settle(one: &mut Arc<Diagnostic>, explained: &mut [Explained]) {
    if Catalogue::is_fixed(&one.code) {
        return;
    }
    let Some(covering) = explained.iter_mut().find(|explained| explained.covers(one)) else { return };
    covering.used = true;
    let note = &covering.written.note;
    let one = Arc::make_mut(one);
    one.severity = Severity::Note;
    one.acknowledged = Some(note.clone());
    one.help = Some(Words::new(format!("已说明：{note}"), format!("Acknowledged: {note}")));
}

impl Explained<'_> {
    fn covers(&self, one: &Diagnostic) -> bool {
        let same_code = one.codes().any(|code| code.eq_ignore_ascii_case(&self.written.code));
        same_code && self.written.at.as_ref().is_none_or(|at| one.all_concerns().any(|concern| self.is_about(at, concern)))
    }

    fn is_about(&self, at: &str, concern: &str) -> bool {
        let below = concern.strip_prefix(at).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        below || self.paths.contains(concern)
    }
}

fn covers_nothing(explained: &Explained) -> Diagnostic {
    let Acknowledged { code, at, .. } = explained.written;
    let catalogue = Catalogue::get();
    let (message, help) = match catalogue.entry(code) {
        None => (Words::new(format!("没有“{code}”这个编号"), format!("there is no code `{code}`")), catalogue.suggestion(code)),
        Some(entry) if entry.fixed => (
            Words::new(format!("{code} 这类问题不能用说明代替改正"), format!("{code} cannot be acknowledged, only corrected")),
            Words::new(
                "这类问题是数据没有读进来，网页上会缺这个数。请改正后删去这条说明。",
                "It means that something could not be read and is lost. Correct it and delete this line.",
            ),
        ),
        Some(_) => {
            let about = at.as_ref().map_or_else(Words::default, |at| Words::new(format!("（{at}）"), format!(" at `{at}`")));
            (
                Words::new(
                    format!("这份报告{}没有 {code} 这个问题，这条说明用不上", about.zh),
                    format!("this report has no finding {code}{}", about.en),
                ),
                Words::new(
                    "问题已经改正的，把这条说明删去；还在的，核对编号和 where 写对了没有。",
                    "Delete it if the error has been corrected; else check the code and `where`.",
                ),
            )
        }
    };
    Diagnostic::warning("G510", explained.written.place.clone(), message).with_help(help)
}
