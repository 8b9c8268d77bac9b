//! G205, G206: is there a report for every year, and from the same body?
//!
//! Source: Regulations article 49 (a report every year); practice. What is told stands in the first report after the gap, so that
//! it can be acknowledged there. Silent on years after the last report: this program knows no calendar.

use crate::archive::{Report, Unit};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names::{Words, Year};

pub(in super::super) fn check(unit: &Unit, found: &mut Diagnostics) {
    let Some(first) = unit.reports.first() else { return };
    if let Some(since) = unit.since {
        found.extend(gap(since, first));
    }
    for pair in unit.reports.windows(2) {
        found.extend(gap(pair[0].year.next(), &pair[1]));
        found.extend(renamed(&pair[0], &pair[1]));
    }
}

/// G205: the years from `expected` up to that of the report.
fn gap(expected: Year, after: &Report) -> Option<Diagnostic> {
    let missing: Vec<String> = (expected.number()..after.year.number()).map(|year| year.to_string()).collect();
    let (first, last) = (missing.first()?, missing.last()?);
    let (zh, en) = match missing.len() {
        1 => (format!("{first}年"), format!("a report for {first}")),
        _ => (format!("{first}年至{last}年"), format!("reports for {first} to {last}")),
    };
    Some(
        Diagnostic::warning(
            "G205",
            after.year_place.clone(),
            Words::new(format!("缺少{zh}的报告"), format!("{en} should come before {}, but there is none", after.year)),
        )
        .with_here(Words::new("缺口后的第一份报告", "the first after the gap"))
        .with_help(Words::new(
            format!("把{zh}的报告补上。确实没有的，在这份报告的 acknowledged 里写明原因；单位是后来才成立的，在 _index.md 里用 since 写明从哪年起。"),
            "Add it. If there is none, say why under `acknowledged` of this report; if the body is younger, give its `since:`.",
        )),
    )
}

/// G206: what stands before the year in the two titles.
fn renamed(earlier: &Report, later: &Report) -> Option<Diagnostic> {
    let (before, now) = (name(earlier)?, name(later)?);
    if before == now {
        return None;
    }
    let place = later.document.title.as_ref().map_or_else(|| later.year_place.clone(), |title| title.place.clone());
    let mut diagnostic = Diagnostic::warning(
        "G206",
        place,
        Words::new(
            format!("标题里的单位名称和{}年不一样：现在是“{now}”，那时是“{before}”", earlier.year),
            format!("the title names `{now}`; that of {} named `{before}`", earlier.year),
        ),
    )
    .with_here(Words::new("这一年的名称", "the name this year"))
    .with_help(Words::new(
        "写错的请改正。单位确实改了名称的，在 acknowledged 里写明，让读者知道是同一个单位。",
        "Correct a slip. If the body was renamed, say so under `acknowledged`, so that readers know it is the same.",
    ));
    if let Some(title) = &earlier.document.title {
        diagnostic = diagnostic
            .with_label(title.place.clone(), Words::new(format!("{}年的名称", earlier.year), format!("the name in {}", earlier.year)));
    }
    Some(diagnostic)
}

/// Without white space; `None` where the title does not name its year, which is told by the check of titles.
fn name(report: &Report) -> Option<String> {
    let title: String = report.title.chars().filter(|c| !c.is_whitespace()).collect();
    let name = &title[..title.find(&report.year.to_string())?];
    (!name.is_empty()).then(|| name.to_string())
}
