//! G801–G803: how much of a report was said before, by the same unit last time or by other units this year?
//!
//! Source: the score sheets of municipal inspections (年报与上年重复率超过50%扣分), and the notices against 敷衍、雷同.
//!
//! 1. [`shingles`]: each report becomes a set of short passages, and a sketch of it;
//! 2. reports whose sketches share enough are [`candidates`]: by index, never every report with every other;
//! 3. [`passages`]: for these alone the share is counted, and the longest passages are found.
//!
//! Headings, tables, figures, `{{ name }}`s and statutory phrases (`statutory.yaml`) do not count. Silent about reports
//! with less than [`SHORT`] characters to compare, where chance and custom say more than copying.

mod candidates;
mod passages;
mod shingles;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Subject;
use super::plain::Plain;
use crate::archive::{Report, Unit};
use crate::cache::{Cache, Mixer};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names::{Words, Year};
use crate::source::Sources;
use candidates::Sketched;
use passages::{Known, Shared};
use shingles::{Shingles, count};

/// Told from this share on, in thousandths.
const MUCH: usize = 500;
/// The same for sections about problems, which are short and must be new.
const NEARLY_ALL: usize = 800;
/// Passages below which a report or section is not compared.
const SHORT: usize = 200;
const SHORT_SECTION: usize = 50;

/// A report ready for comparison.
pub(super) struct Prepared<'a> {
    report: &'a Report,
    text: &'a str,
    plain: Plain,
    shingles: Shingles,
}

/// A unit's reports, each compared with the one before as they come, oldest first.
#[derive(Default)]
pub(super) struct History<'a> {
    before: Option<(Prepared<'a>, Vec<u64>)>,
    sketches: Sketches,
}

/// Of the reports of one unit, by their years.
pub(super) type Sketches = Vec<Sketched<Year>>;

impl Sketched<Year> {
    /// The same of the report itself.
    pub(super) fn within<'a>(&self, unit: &'a Unit) -> Option<Sketched<&'a Report>> {
        Some(Sketched { of: unit.report(self.of)?, sketch: self.sketch.clone() })
    }
}

impl<'a> History<'a> {
    /// G801 and G803 for one more report.
    pub(super) fn add(&mut self, report: &'a Report, text: &'a str, plain: Plain, found: &mut Diagnostics) {
        let shingles = Shingles::of(&plain.text);
        let prepared = Prepared { report, text, plain, shingles };
        let sketch = prepared.shingles.sketch();
        if let Some((earlier, earlier_sketch)) = &self.before {
            found.extend(again(&prepared, earlier, candidates::share(&sketch, earlier_sketch)));
        }
        if count(&prepared.shingles.hashes) >= SHORT {
            self.sketches.push(Sketched { of: report.year, sketch: sketch.as_slice().into() });
        }
        self.before = Some((prepared, sketch));
    }

    /// What is needed to compare with other units; the texts are let go.
    pub(super) fn sketches(self) -> Sketches {
        self.sketches
    }
}

/// G802 for the reports of all units, each year for itself.
pub(super) fn check(subject: Subject, sketches: Vec<Sketched<&Report>>, cache: &Cache, found: &mut Diagnostics) {
    let mut years: BTreeMap<Year, Vec<Sketched<&Report>>> = BTreeMap::new();
    for one in sketches {
        years.entry(one.of.year).or_default().push(one);
    }
    let with_names = |mixer, one: &Sketched<&Report>| with_text(mixer, one.of).text(subject.archive.unit(one.of.unit).name());
    let of_year = |reports: &Vec<_>| {
        let inputs = reports.iter().fold(Mixer::new("year"), with_names).finish();
        cache.get("repetition", inputs, || between_units(subject, reports, cache))
    };
    let of_years: Vec<_> = years.into_values().collect::<Vec<_>>().par_iter().map(of_year).collect();
    of_years.iter().for_each(|answers| found.share(answers));
}

/// All that is compared or told of a report: a change to its figures alone makes no difference.
fn with_text(mixer: Mixer, report: &Report) -> Mixer {
    mixer.text(&report.file).number(report.year.number().into()).fingerprint(report.body.fingerprint)
}

impl<'a> Prepared<'a> {
    fn of(report: &'a Report, sources: &'a Sources) -> Option<Prepared<'a>> {
        let text = sources.text(&report.file)?;
        let plain = Plain::of(text, report.body.span.start as usize..report.body.span.end as usize);
        let shingles = Shingles::of(&plain.text);
        Some(Prepared { report, text, plain, shingles })
    }

    /// The section about problems (五).
    fn problems(&self) -> Option<&[u64]> {
        let form = self.report.form.as_ref()?;
        let section = form.sections.iter().find(|section| section.id == "problems")?;
        let range = self.plain.section(|heading| section.accepts(heading))?;
        Some(self.shingles.within(range))
    }
}

/// G801, or else G803.
fn again(now: &Prepared, earlier: &Prepared, likely: usize) -> Option<Diagnostic> {
    if likely >= candidates::LIKELY && count(&now.shingles.hashes) >= SHORT {
        let shared = Known::of(&earlier.shingles.hashes).shared(&now.shingles.hashes);
        if shared.thousandths >= MUCH {
            return Some(tell_again(now, earlier, &shared));
        }
    }
    problems_again(now, earlier)
}

fn problems_again(now: &Prepared, earlier: &Prepared) -> Option<Diagnostic> {
    let (here, there) = (now.problems()?, earlier.problems()?);
    if count(here) < SHORT_SECTION {
        return None;
    }
    let share = Known::of(there).shared(here).thousandths;
    if share < NEARLY_ALL {
        return None;
    }
    let form = now.report.form.as_ref()?;
    let section = form.sections.iter().find(|section| section.id == "problems")?;
    let (range, before) = (now.plain.section(|one| section.accepts(one))?, earlier.plain.section(|one| section.accepts(one))?);
    let trimmed = |plain: &Plain, range: Range<usize>| range.start..range.start + plain.text[range].trim_end().len();
    let place = now.report.at(now.plain.span(trimmed(&now.plain, range), now.text));
    let there = earlier.report.at(earlier.plain.span(trimmed(&earlier.plain, before), earlier.text));
    let (year, last) = (now.report.year, earlier.report.year);
    let message = Words::new(
        format!("“存在的主要问题及改进情况”与{last}年的有 {} 相同", percent(share)),
        format!("{} of the section on problems stands in the report of {last} already", percent(share)),
    );
    Some(
        Diagnostic::warning("G803", place, message)
            .with_here(Words::new(format!("{year}年"), year.to_string()))
            .with_label(there, Words::new(format!("{last}年"), last.to_string()))
            .with_help(Words::new(
                "写今年实际遇到的问题和已经做的改进；去年的问题解决了没有，也交代一句。",
                "Say what this year's problems were, what was done, and whether last year's are solved.",
            )),
    )
}

fn tell_again(now: &Prepared, earlier: &Prepared, shared: &Shared) -> Diagnostic {
    let last = earlier.report.year;
    let message = Words::new(
        format!("正文有 {} 与{last}年的报告相同", percent(shared.thousandths)),
        format!("{} of the text stands in the report of {last} already", percent(shared.thousandths)),
    );
    let help = Words::new(
        "上级检查时重复超过一半要扣分。先改标出的几段：写今年的做法、数据和例子；每年不变的内容可以删短。",
        "Inspectors mark down more than half. Begin with the passages shown: this year's work, figures and examples.",
    );
    with_passages("G801", now, earlier, shared, message, format!("{last}年")).with_help(help)
}

fn percent(thousandths: usize) -> String {
    format!("{}%", (thousandths + 5) / 10)
}

/// The longest passages: the first at the finding's own place, each with its place in the other file.
fn with_passages(code: &'static str, now: &Prepared, other: &Prepared, shared: &Shared, message: Words, there: String) -> Diagnostic {
    let passages = shared.longest(&now.shingles, &other.shingles);
    let place = |one: &Prepared, range: Range<usize>| one.report.at(one.plain.span(beginning(&one.plain.text, range), one.text));
    let here = passages.first().map_or_else(|| now.report.at(now.report.body.span), |first| place(now, first.here.clone()));
    let mut diagnostic = Diagnostic::warning(code, here, message);
    for (number, passage) in passages.iter().enumerate().map(|(at, passage)| (at + 1, passage)) {
        let label = Words::new(
            format!("相同的第{number}段，从这里起{}字", passage.length),
            format!("passage {number}: {} characters from here", passage.length),
        );
        diagnostic = match number {
            1 => diagnostic.with_here(label),
            _ => diagnostic.with_label(place(now, passage.here.clone()), label),
        };
    }
    for (number, passage) in passages.iter().enumerate().map(|(at, passage)| (at + 1, passage)) {
        let label = Words::new(format!("{there}的第{number}段"), format!("passage {number} there"));
        diagnostic = diagnostic.with_label(place(other, passage.there.clone()), label);
    }
    diagnostic
}

/// Enough of a passage to find it by; whole paragraphs would fill the screen.
fn beginning(text: &str, range: Range<usize>) -> Range<usize> {
    let end = text[range.clone()].char_indices().nth(24).map_or(range.end, |(at, _)| range.start + at);
    range.start..end
}

/// G802 for one year. Reports with the same likely neighbours follow each other, so that these are read once for all of them.
fn between_units(subject: Subject, reports: &[Sketched<&Report>], cache: &Cache) -> Diagnostics {
    let sketches = reports.iter().fold(Mixer::new("sketches"), |mixer, one| mixer.fingerprint(one.fingerprint())).finish();
    let nearest = cache.get_kept("nearest", sketches, || candidates::nearest(reports));
    let mut pairs: Vec<Likely> = nearest.iter().enumerate().filter_map(|(report, others)| Likely::of(report, others)).collect();
    pairs.sort_unstable();
    let groups = pairs.par_chunk_by(|a, b| a.first == b.first);
    let mut told: Vec<Told> = groups.flat_map_iter(|group| remembered(subject, reports, group, cache)).collect();
    told.sort_by_key(|one| one.report);
    told.into_iter().map(|one| one.diagnostic).collect()
}

/// A report, and the one or two that it may share much with.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Likely {
    first: usize,
    second: Option<usize>,
    report: usize,
}

impl Likely {
    fn of(report: usize, others: &[usize]) -> Option<Likely> {
        Some(Likely { first: *others.first()?, second: others.get(1).copied(), report })
    }
}

/// [`compared`], for the same reports not twice.
fn remembered(subject: Subject, reports: &[Sketched<&Report>], group: &[Likely], cache: &Cache) -> Vec<Told> {
    let add = |mixer: Mixer, at: usize| with_text(mixer.number(at as u64), reports[at].of);
    let named = |mixer: Mixer, at: usize| add(mixer, at).text(subject.archive.unit(reports[at].of.unit).name());
    let add_all = |mixer, one: &Likely| add(one.second.into_iter().fold(named(mixer, one.first), named), one.report);
    let inputs = group.iter().fold(Mixer::new("group"), add_all).finish();
    cache.get_kept("group", inputs, || compared(subject, reports, group)).to_vec()
}

/// What is said of a report.
#[derive(Clone, Serialize, Deserialize)]
struct Told {
    report: usize,
    diagnostic: Arc<Diagnostic>,
}

/// Reports with the same first neighbour, each told of once, with the neighbour that it shares most with.
fn compared(subject: Subject, reports: &[Sketched<&Report>], group: &[Likely]) -> Vec<Told> {
    let prepared = |at: usize| Some((at, Prepared::of(reports[at].of, subject.sources)?));
    let first = prepared(group[0].first);
    let first = first.as_ref().map(Neighbour::of);
    let mut told = vec![];
    for alike in group.chunk_by(|a, b| a.second == b.second) {
        let second = alike[0].second.and_then(prepared);
        let second = second.as_ref().map(Neighbour::of);
        let others: Vec<&Neighbour> = first.iter().chain(&second).collect();
        told.extend(alike.iter().filter_map(|one| beside(subject, reports, one.report, &others)));
    }
    told
}

/// A report that others are compared with.
struct Neighbour<'a> {
    at: usize,
    prepared: &'a Prepared<'a>,
    known: Known<'a>,
}

impl<'a> Neighbour<'a> {
    fn of((at, prepared): &'a (usize, Prepared<'a>)) -> Neighbour<'a> {
        Neighbour { at: *at, prepared, known: Known::of(&prepared.shingles.hashes) }
    }
}

fn beside(subject: Subject, reports: &[Sketched<&Report>], report: usize, others: &[&Neighbour]) -> Option<Told> {
    let now = Prepared::of(reports[report].of, subject.sources)?;
    let shared = others.iter().map(|other| (other.known.shared(&now.shingles.hashes), other));
    let (most, other) = shared.min_by_key(|(shared, other)| (std::cmp::Reverse(shared.thousandths), other.at))?;
    let diagnostic = || tell_elsewhere(subject, &now, other.prepared, &most).into();
    (most.thousandths >= MUCH).then(|| Told { report, diagnostic: diagnostic() })
}

fn tell_elsewhere(subject: Subject, now: &Prepared, other: &Prepared, shared: &Shared) -> Diagnostic {
    let name = subject.archive.unit(other.report.unit).name();
    let message = Words::new(
        format!("正文有 {} 与{name}{}年的报告相同", percent(shared.thousandths), now.report.year),
        format!("{} of the text stands in the {} report of {name}", percent(shared.thousandths), now.report.year),
    );
    let help = Words::new(
        "各单位的报告应写各自的情况。是套用了范本的，把标出的几段改成本单位实际做的事；是对方抄了本单位的，请联系对方。",
        "Each unit should report its own work. If both followed one model, rewrite the passages shown; if the other copied, talk to them.",
    );
    with_passages("G802", now, other, shared, message, name.to_string()).with_help(help)
}
