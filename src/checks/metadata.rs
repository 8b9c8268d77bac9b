//! G505, G507, G509: when was the report published, and what is it called?
//!
//! Source: Regulations article 49 (departments by 31 January, governments at county level and above by 31 March); the title
//! prescribed by the form. Deadlines by level are in `levels.yaml`; `deadlines:` of `site.yaml` says otherwise.
//! G505 is silent where the unit has no level; G509 for drafts; G507 where the title bears another year (G407).

use jiff::civil::Date;

use super::Asked;
use super::levels::Level;
use super::stale::years_named;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names::{Words, Year};

pub(super) fn check(asked: Asked, found: &mut Diagnostics) {
    found.extend(late(asked));
    found.extend(undated(asked));
    found.extend(early(asked));
    found.extend(title(asked));
}

fn date_in(year: Year, month: i8, day: i8) -> Option<Date> {
    Date::new(i16::try_from(year.number()).ok()?, month, day).ok()
}

fn in_chinese(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// G505.
fn late(asked: Asked) -> Option<Diagnostic> {
    let level = Level::of(asked.unit)?;
    let deadline = asked.subject.config.deadlines.get(&level.id).copied().or(level.deadline)?;
    let (published, place) = asked.report.published.as_ref()?;
    let last = date_in(asked.report.year.next(), deadline.month, deadline.day)?;
    let days = (*published - last).get_days();
    if *published <= last {
        return None;
    }
    let message = Words::new(
        format!("公布晚了{days}天：{}年的报告，{}应当在{}以前公布", asked.report.year, level.zh, in_chinese(last)),
        format!("published {days} days late: a {} has until {last} for the report of {}", level.id, asked.report.year),
    );
    Some(Diagnostic::warning("G505", place.clone(), message).concerning(["published"]).with_help(Words::new(
        "日期写错的请改正。确实晚了的不要改日期，在 acknowledged 里写明；本地另有期限的，在 site.yaml 的 deadlines 里写明。",
        "Correct a slip. If it was late, keep the date and acknowledge it; a local deadline goes under `deadlines:` in site.yaml.",
    )))
}

/// G509 where there is no date.
fn undated(asked: Asked) -> Option<Diagnostic> {
    let report = asked.report;
    if report.published.is_some() || report.draft {
        return None;
    }
    let message = Words::new("没有写公布日期", "the date of publication is missing");
    Some(Diagnostic::warning("G509", report.year_place.clone(), message).concerning(["published"]).with_help(Words::new(
        format!("加一行“published: {}-01-20”，写实际公布的那一天。还没有定的，先写 draft: true。", report.year.next()),
        format!("Add `published: {}-01-20` with the day on which it was published; until then say `draft: true`.", report.year.next()),
    )))
}

/// G509 where the date lies before the end of the report's year.
fn early(asked: Asked) -> Option<Diagnostic> {
    let (published, place) = asked.report.published.as_ref()?;
    let year = asked.report.year;
    if *published >= date_in(year.next(), 1, 1)? {
        return None;
    }
    let message = Words::new(
        format!("公布日期{}在{year}年结束之前，这时还不会有全年的数", in_chinese(*published)),
        format!("published {published}, before {year} was over"),
    );
    Some(Diagnostic::warning("G509", place.clone(), message).concerning(["published"]).with_help(Words::new(
        "核对年份：公布日期一般在第二年的1月至3月。",
        "Check the year: a report appears in the first months of the next.",
    )))
}

/// G507.
fn title(asked: Asked) -> Option<Diagnostic> {
    let report = asked.report;
    let (title, form) = (report.document.title.as_ref()?, report.form.as_ref()?);
    let (unit, official_end) = form.report_title.split_once("{unit}")?;
    let end = official_end.replace("{year}", &report.year.to_string());
    let plain: String = title.text.chars().filter(|c| !c.is_whitespace()).collect();
    let is_official = plain.strip_suffix(&end).and_then(|name| name.strip_prefix(unit)).is_some_and(|name| !name.is_empty());
    let named = years_named(&title.text);
    if is_official || (!named.is_empty() && !named.contains(&report.year)) {
        return None;
    }
    let should_be = form.report_title.replace("{unit}", &asked.unit.title).replace("{year}", &report.year.to_string());
    let message =
        Words::new(format!("标题不是规定的写法，应为“{should_be}”"), format!("the title does not have the official shape `{should_be}`"));
    Some(Diagnostic::warning("G507", title.place.clone(), message).concerning(["title"]).with_help(Words::new(
        "标题由单位名称、年份和“年政府信息公开工作年度报告”组成，不加“年度”，不简写成“年报”。不写 title 这一行，就会自动用规定的标题。",
        "It is the body's name, the year and the official words. Without `title:` the official title is used.",
    )))
}
