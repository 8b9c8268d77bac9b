//! G301–G312: does the prose of a report say the same as its tables?
//!
//! Source: inspectors compare them (互联网+督查, 年报抽查); the phrases are those of published reports and stand in
//! `text-patterns.yaml`. A finding is always "to be confirmed": the text may count another scope than the table.
//!
//! 1. [`number`] finds the numbers of the text, [`sentence`] the clauses before them;
//! 2. [`phrase`] and [`claims`] say which cells a clause with a number speaks of;
//! 3. [`compared`] (with last year), [`share`] (percentages) and [`list`] (parts of a total) check numbers by each other.
//!
//! Silent where the number is rounded (约, 余, 万) or a `{{ name }}`, where the sentence names another year, a part of
//! the year, or a smaller or larger body (全市, 办公室, 所属), in headings, tables and quotations, and where a cell
//! that it would be compared with is blank.

mod claims;
mod compared;
mod list;
mod number;
mod phrase;
mod sentence;
mod share;

use rust_decimal::Decimal;

use super::plain::Plain;
use crate::archive::{Report, Unit};
use crate::content::Figure;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::forms::Catalog;
use crate::names::Words;
use crate::source::Place;
use claims::{Claim, PATTERNS, Sum, sum};
use number::{Number, Scanned, Value};
use sentence::{Own, Sentence, ends_clause, sentences};

/// What a text is compared with.
#[derive(Clone, Copy)]
pub(super) struct Beside<'a> {
    pub unit: &'a Unit,
    pub report: &'a Report,
    /// The report of the year before.
    pub previous: Option<&'a Report>,
    pub catalog: &'a Catalog,
    /// The file of the report.
    pub text: &'a str,
}

/// Every number of the prose of one report.
pub(super) fn check(beside: Beside, plain: &Plain, found: &mut Diagnostics) {
    let scanned = number::scan(plain);
    let reading = Reading { beside, plain, numbers: &scanned.numbers, own: Own::of(beside.unit, beside.report) };
    for sentence in sentences(&plain.text, &scanned) {
        reading.sentence(&sentence, found);
    }
    for at in &scanned.denials {
        found.extend(reading.denial(&scanned, *at));
    }
}

/// A text being read.
struct Reading<'a> {
    beside: Beside<'a>,
    plain: &'a Plain,
    numbers: &'a [Number],
    own: Own<'a>,
}

/// What a number of a sentence was understood to count.
enum Subject<'a> {
    Claim(&'a Claim),
    /// The indicator of this name.
    Indicator(&'a str),
}

/// A number that was understood.
struct Understood<'a> {
    /// Which of the numbers of the text.
    number: usize,
    subject: Subject<'a>,
}

impl<'a> Reading<'a> {
    fn sentence(&self, sentence: &Sentence, found: &mut Diagnostics) {
        let mut understood: Vec<Understood> = vec![];
        let before = found.iter().len();
        for at in sentence.numbers.clone() {
            if self.after(at).starts_with('%') {
                found.extend(share::check(self, sentence, at));
            } else if let Some(subject) = self.subject(sentence, at) {
                found.extend(self.disagreement(&subject, at));
                understood.push(Understood { number: at, subject });
                continue;
            }
            found.extend(compared::check(self, sentence, &understood, at));
        }
        // A number that the table contradicts is told once, and not again by the sum it is in.
        if found.iter().len() == before {
            found.extend(list::check(self, sentence));
        }
    }

    /// The text after a number.
    fn after(&self, number: usize) -> &'a str {
        &self.plain.text[self.numbers[number].range.end..]
    }

    /// The clause before a number, in the same sentence.
    fn clause(&self, number: usize) -> &'a str {
        &self.plain.text[self.numbers[number].clause..self.numbers[number].range.start]
    }

    /// What a number is: as written, or what its `{{ name }}` stands for. `None` where it is rounded or unknown.
    fn value(&self, number: usize) -> Option<Decimal> {
        match &self.numbers[number].value {
            Value::Exact(value) => Some(*value),
            Value::About => None,
            Value::Figure(at) => {
                let name = self.plain.figures.get(*at)?;
                let indicator = self.beside.report.indicators.iter().find(|one| one.name == *name);
                indicator.map(|one| one.figure).or_else(|| Some(self.beside.report.cell(name)?.figure))?.number()
            }
        }
    }

    fn is_elsewhere(&self, sentence: &Sentence, number: usize) -> bool {
        self.own.is_elsewhere(&self.plain.text[sentence.range.start..self.numbers[number].range.start])
    }

    /// What a number counts, if a phrase or an indicator's name stands before it.
    fn subject(&self, sentence: &Sentence, number: usize) -> Option<Subject<'a>> {
        let (clause, after) = (self.clause(number), self.after(number));
        if clause.len() > 240 {
            return None;
        }
        let subject = self
            .claim(sentence, number, clause, after)
            .map(Subject::Claim)
            .or_else(|| self.indicator(clause, after).map(Subject::Indicator))?;
        (!self.is_elsewhere(sentence, number)).then_some(subject)
    }

    fn claim(&self, sentence: &Sentence, number: usize, clause: &str, after: &str) -> Option<&'static Claim> {
        if !after.starts_with(PATTERNS.units.as_slice()) {
            return None;
        }
        let mut claims = PATTERNS.claims_for(clause).filter_map(|claim| Some((claim, unit(&claim.units, after)?))).peekable();
        claims.peek()?;
        let bare = self.own.bare(clause);
        let at = self.numbers[number].range.start;
        let before = &self.plain.text[sentence.range.start..at];
        let fitting = claims.filter(|(claim, rest)| claim.phrases.iter().any(|phrase| phrase.fits(&bare, rest)));
        fitting.map(|(claim, _)| claim).find(|claim| self.is_about(claim, sentence.paragraph.clone(), before))
    }

    /// Whether the surroundings of a phrase are those of its claim.
    fn is_about(&self, claim: &Claim, paragraph: std::ops::Range<usize>, before: &str) -> bool {
        let has = |text: &str, words: &[String]| words.iter().any(|word| text.contains(word.as_str()));
        let heading = self.plain.heading_at(paragraph.start).map_or("", |heading| heading.text.as_str());
        let in_context = claim.context.is_empty() || has(heading, &claim.context) || has(&self.plain.text[paragraph], &claim.context);
        in_context
            && !has(before, &claim.never)
            && (claim.within.is_empty() || topic(before).is_some_and(|topic| claim.within.iter().any(|word| word == topic)))
    }

    fn indicator(&self, clause: &str, after: &str) -> Option<&'a str> {
        let indicators = self.beside.report.indicators.iter();
        if indicators.len() == 0 {
            return None;
        }
        let bare = clause.trim_end_matches(['共', '为', '达', '计', '总', '了', '有', '是']);
        let mut named = indicators.filter(|one| {
            !one.name.is_empty() && bare.ends_with(one.name.as_str()) && !one.unit.is_empty() && after.starts_with(one.unit.as_str())
        });
        let one = named.next()?;
        let rest = bare.strip_suffix(one.name.as_str())?;
        let narrower = ["其中", "月", "季度", "半年", "新增", "涉及", "每", "各", "人均", "日均"];
        (!narrower.iter().any(|word| rest.contains(word))).then_some(one.name.as_str())
    }

    fn disagreement(&self, subject: &Subject, number: usize) -> Option<Diagnostic> {
        let Value::Exact(said) = self.numbers[number].value else { return None };
        match subject {
            Subject::Claim(claim) => self.against_cells(claim, number, said),
            Subject::Indicator(name) => self.against_indicator(name, number, said),
        }
    }

    fn against_cells(&self, claim: &Claim, number: usize, said: Decimal) -> Option<Diagnostic> {
        let sums = claim.readings.iter().map(|reading| sum(self.beside.report, &reading.sum)).collect::<Option<Vec<_>>>()?;
        if sums.iter().any(|sum| sum.total == said) {
            return None;
        }
        let accepted: Vec<_> = claim.readings.iter().zip(&sums).collect();
        let zh: Vec<_> = accepted.iter().map(|(reading, sum)| format!("{}（{}）", sum.total, reading.zh)).collect();
        let en: Vec<_> = accepted.iter().map(|(reading, sum)| format!("{} ({})", sum.total, reading.en)).collect();
        let message = Words::new(
            format!("请核对：正文写{} {said}，表格里是 {}", claim.about.zh, zh.join("或 ")),
            format!("to be confirmed: the text says {said} {}; the table has {}", claim.about.en, en.join(" or ")),
        );
        Some(self.with_cells(self.finding(&claim.code, number..number + 1, message), &sums).with_help(same_thing()))
    }

    fn against_indicator(&self, name: &str, number: usize, said: Decimal) -> Option<Diagnostic> {
        let indicator = self.beside.report.indicators.iter().find(|one| one.name == name)?;
        let value = indicator.figure.number().filter(|value| *value != said)?;
        let message = Words::new(
            format!("请核对：正文写“{name}”{said}{unit}，indicators 里是 {value}{unit}", unit = indicator.unit),
            format!("to be confirmed: the text says {said} for `{name}`; `indicators` has {value}"),
        );
        let label = Words::new(format!("这里是 {value}"), format!("{value} here"));
        let help = Words::new(
            format!("查原始记录，把错的一处改正。正文里写成 {{{{ {name} }}}}，数就由程序填，不会再不一致。"),
            format!("Check the records and correct one of the two. Written as `{{{{ {name} }}}}`, the text cannot disagree again."),
        );
        Some(self.finding("G312", number..number + 1, message).with_label(self.beside.report.at(indicator.span), label).with_help(help))
    }

    /// `未收到…申请` and the like, where the table has some.
    fn denial(&self, scanned: &Scanned, at: usize) -> Option<Diagnostic> {
        let text = &self.plain.text;
        let mut begun = PATTERNS.denials().filter_map(|(claim, phrase)| Some((claim, phrase.begins(&text[at..])?)));
        let (claim, length) = begun.find(|(_, length)| ends_a_denial(&text[at + length..]))?;
        let sentence = sentence::around(text, scanned, at);
        let before = &text[sentence.start..at];
        if self.own.is_elsewhere(before) || claim.never.iter().any(|word| before.contains(word.as_str())) {
            return None;
        }
        let sum = sum(self.beside.report, &claim.readings.first()?.sum).filter(|sum| !sum.total.is_zero())?;
        let written = &text[at..at + length];
        let message = Words::new(
            format!("请核对：正文写“{written}”，表格里{}是 {}", claim.readings[0].zh, sum.total),
            format!("to be confirmed: the text says there was none (“{written}”); the table has {} ({})", sum.total, claim.readings[0].en),
        );
        let place = self.place(at..at + length);
        let diagnostic = Diagnostic::warning(claim.code.clone(), place, message).with_here(Words::new("正文说没有", "none, says the text"));
        Some(self.with_cells(diagnostic, &[sum]).with_help(same_thing()))
    }

    fn place(&self, part: std::ops::Range<usize>) -> Place {
        self.beside.report.at(self.plain.span(part, self.beside.text))
    }

    /// A warning at a run of numbers, from the first to the last.
    fn finding(&self, code: &str, numbers: std::ops::Range<usize>, message: Words) -> Diagnostic {
        let last = numbers.end.max(numbers.start + 1) - 1;
        let place = self.place(self.numbers[numbers.start].range.start..self.numbers[last].range.end);
        Diagnostic::warning(code.to_string(), place, message).with_here(Words::new("正文里的数", "in the text"))
    }

    /// The cells of every sum as labels, each once; zeros explain nothing unless there is nothing else.
    fn with_cells(&self, mut diagnostic: Diagnostic, sums: &[Sum]) -> Diagnostic {
        let mut shown = vec![];
        let all_zero = sums.iter().all(|sum| sum.total.is_zero());
        for (figures, number, cell) in sums.iter().flat_map(Sum::figures) {
            let zero = matches!(cell.figure, Figure::Count(0));
            if shown.contains(&cell.span) || (zero && !(all_zero && shown.is_empty())) || shown.len() == 6 {
                continue;
            }
            shown.push(cell.span);
            let (row, _) = figures.table().row_of(number);
            let label = Words::new(format!("表格：{} {}", row.full_label, cell.figure), format!("table: `{}` is {}", row.id, cell.figure));
            diagnostic = diagnostic.with_label(self.beside.report.at(cell.span), label);
        }
        diagnostic
    }
}

fn same_thing() -> Words {
    Words::new(
        "说的是同一件事，就查台账，把错的一处改正；正文说的是别的范围（如只算办公室自身），请在句子里写明。",
        "If both mean the same, check the records and correct one; if the text counts another scope, let the sentence say so.",
    )
}

/// The text after the unit of a number, if it is one of these. `件次` is not `件`.
fn unit<'t>(units: &[String], after: &'t str) -> Option<&'t str> {
    let rest = units.iter().find_map(|unit| after.strip_prefix(unit.as_str()))?;
    (!rest.starts_with(['次', '套', '均'])).then_some(rest)
}

/// The last thing that a sentence spoke of; of two that end together the longer.
fn topic(before: &str) -> Option<&'static str> {
    let ends = PATTERNS.topics.iter().filter_map(|topic| Some((before.rfind(topic.as_str())? + topic.len(), topic.len(), topic.as_str())));
    ends.max().map(|(.., topic)| topic)
}

/// Whether a denial stops here: `未收到申请。`, not `没有申请行政复议的`.
fn ends_a_denial(rest: &str) -> bool {
    let goes_on = ["的情况", "的情形", "的案件", "的事项", "的现象", "情况", "情形", "案件", "事项", "件", "和", "或", "及", "申请"];
    let after = goes_on.iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
    after.is_empty() || after.starts_with(ends_clause) || (after.len() < rest.len() && !after.starts_with("人"))
}
