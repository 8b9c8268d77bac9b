//! G309, first part: `新收153件，比上年增长19.5%`: does it fit last year's report?
//!
//! The subject is the number right before, in the clause before. Silent where there is no report of the year before, where
//! the forms cannot be compared in that row, where last year was zero, and where the subject was not understood.
//! A percentage may be rounded or cut off.

use rust_decimal::Decimal;

use super::claims::{Sum, sum};
use super::sentence::Sentence;
use super::{Reading, Subject, Understood};
use crate::archive::Report;
use crate::content::Cell;
use crate::diagnostic::Diagnostic;
use crate::forms::{Catalog, Source};
use crate::names::Words;
use crate::source::Place;

/// Said before a comparison with the year before.
const THAN_LAST_YEAR: [&str; 20] = [
    "比上年同期",
    "较上年同期",
    "与上年同期相比",
    "比去年同期",
    "较去年同期",
    "比上年度",
    "较上年度",
    "比上一年度",
    "较上一年度",
    "比上一年",
    "较上一年",
    "比上年",
    "较上年",
    "与上年相比",
    "比去年",
    "较去年",
    "与去年相比",
    "同比",
    "较之上年",
    "与上年比",
];
const MORE: [&str; 8] = ["增长", "增加", "上升", "提高", "增", "多", "增多", "上涨"];
const LESS: [&str; 8] = ["减少", "下降", "降低", "减", "少", "下滑", "回落", "降"];

/// Which way a clause says it went; `None` if it compares nothing. `chained`: the clause before did, so that this need not.
fn direction(clause: &str, chained: bool) -> Option<bool> {
    let clause = clause.trim_end_matches(['了', '约']);
    let than = THAN_LAST_YEAR.iter().find_map(|than| clause.strip_prefix(than));
    let way = than.or(chained.then_some(clause))?;
    let way = way.strip_prefix("同期").unwrap_or(way);
    let more = MORE.contains(&way);
    (more || LESS.contains(&way)).then_some(more)
}

pub(super) fn check(reading: &Reading, sentence: &Sentence, understood: &[Understood], number: usize) -> Option<Diagnostic> {
    let subject = understood.last()?;
    let chained = number == subject.number + 2 && direction(reading.clause(number - 1), false).is_some();
    let more = direction(reading.clause(number), chained)?;
    if !(chained || number == subject.number + 1) || !follows(reading, number - 1, number) || !sentence.numbers.contains(&subject.number) {
        return None;
    }
    let said = match reading.numbers[number].value {
        super::Value::Exact(said) => said,
        _ => return None,
    };
    let (now, before) = (reading.value(subject.number)?, last_year(reading, subject)?);
    let difference = now.checked_sub(before.total)?;
    let signed = if more { said } else { -said };
    let percent = reading.after(number).starts_with('%');
    if !percent && !same_unit(reading, subject.number, number) {
        return None;
    }
    let actual = if percent { difference.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(before.total)? } else { difference };
    let tolerance = if percent { Decimal::new(1, reading.numbers[number].places) } else { Decimal::ZERO };
    if (actual - signed).abs() <= tolerance && (percent || actual == signed) {
        return None;
    }
    Some(
        tell(reading, number, &Told { now, before: before.total, actual, said: signed, percent })
            .with_label(before.place, Words::new(format!("上年是 {}", before.total), format!("{} last year", before.total))),
    )
}

/// Whether only the unit and one delimiter stand between a number and the clause of the next.
fn follows(reading: &Reading, first: usize, second: usize) -> bool {
    let text = &reading.plain.text;
    let clause = reading.numbers[second].range.start - reading.clause(second).len();
    let between = text.get(reading.numbers[first].range.end..clause).unwrap_or("。");
    between.chars().count() <= 5 && between.ends_with(['，', '、', '（', '(', ',']) && !between.contains(['。', '；'])
}

fn same_unit(reading: &Reading, first: usize, second: usize) -> bool {
    let unit = |number: usize| reading.after(number).chars().next();
    unit(first) == unit(second)
}

struct LastYear {
    total: Decimal,
    place: Place,
}

/// The same figure in the report of the year before; `None` where it is zero, missing or not comparable.
fn last_year(reading: &Reading, subject: &Understood) -> Option<LastYear> {
    let previous = reading.beside.previous?;
    let found = match subject.subject {
        Subject::Claim(claim) => {
            let now = reading.value(subject.number)?;
            let report = reading.beside.report;
            let meant = claim.readings.iter().find(|one| sum(report, &one.sum).is_some_and(|sum| sum.total == now))?;
            let (here, there) = (sum(report, &meant.sum)?, sum(previous, &meant.sum)?);
            if !comparable(reading.beside.catalog, &here, &there) {
                return None;
            }
            LastYear { total: there.total, place: previous.at(there.figures().next()?.2.span) }
        }
        Subject::Indicator(name) => indicator(previous, name)?,
    };
    (!found.total.is_zero()).then_some(found)
}

fn indicator(previous: &Report, name: &str) -> Option<LastYear> {
    let one = previous.indicators.iter().find(|one| one.name == name)?;
    Some(LastYear { total: one.figure.number()?, place: previous.at(one.span) })
}

/// On one form, or in rows that the newer form says continue the older one's.
fn comparable(catalog: &Catalog, here: &Sum, there: &Sum) -> bool {
    let same_form = here.cells.iter().zip(&there.cells).all(|(a, b)| a.0.form.id == b.0.form.id);
    same_form || here.figures().all(|one| continues(catalog, one, there))
}

fn continues(catalog: &Catalog, (figures, cell, _): (&crate::content::TableFigures, usize, Cell), there: &Sum) -> bool {
    let continued = || {
        let lineage = catalog.lineage(&figures.form)?;
        let (now, then) = (lineage.position(&figures.form)?, lineage.position(&there.cells.first()?.0.form)?);
        let line = lineage.lines.iter().find(|line| line.sources[now] == Some(Source::Cell(figures.number, cell)))?;
        let whole = line.breaks[then.min(now) + 1..=then.max(now)].iter().flatten().all(|one| one.comparable);
        (whole && line.sources[then].is_some()).then_some(())
    };
    continued().is_some()
}

struct Told {
    now: Decimal,
    before: Decimal,
    actual: Decimal,
    said: Decimal,
    percent: bool,
}

fn tell(reading: &Reading, number: usize, told: &Told) -> Diagnostic {
    let shown = |value: Decimal| {
        let places = if told.percent { reading.numbers[number].places + 1 } else { 0 };
        let value = value.round_dp(places);
        let (zh, en) = if value.is_sign_negative() { ("减少", "down") } else { ("增加", "up") };
        let sign = if told.percent { "%" } else { "" };
        (format!("{zh} {}{sign}", value.abs()), format!("{en} {}{sign}", value.abs()))
    };
    let (said, actual) = (shown(told.said), shown(told.actual));
    let message = Words::new(
        format!("请核对：正文写比上年{}；上年 {}，本年 {}，算出来是{}", said.0, told.before, told.now, actual.0),
        format!("to be confirmed: the text says {} on last year; from {} to {} it is {}", said.1, told.before, told.now, actual.1),
    );
    reading.finding("G309", number..number + 1, message).with_help(Words::new(
        "用两年的数重新算一遍，改正正文；如果上年的报告本身有误，请先核对上年的数。",
        "Work it out again from both years and correct the text, or last year's figure if that is the wrong one.",
    ))
}
