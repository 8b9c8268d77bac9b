//! What a reader sees in a cell: a figure as published, or one of the ways of not having one.
//!
//! Blank, not applicable, never written, not on the form and no report look different, and are said in words
//! to those who do not see.

use rust_decimal::Decimal;

use super::html::{escape, escaped, put};
use crate::archive::{Change, Point, Without};
use crate::content::{Cell, Figure};
use crate::theme::Wording;

/// The ways of having no number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Gap {
    Blank,
    NotApplicable,
    Absent,
    Unreadable,
    NoTable,
    NotOnForm,
    NoReport,
    OtherForm,
    /// An amount of which the form does not say whether it is in yuan or in ten thousand.
    NoUnit,
    /// Counted already by a unit between.
    Covered,
}

impl Gap {
    pub const ALL: [Gap; 10] = [
        Gap::Blank,
        Gap::NotApplicable,
        Gap::Absent,
        Gap::Unreadable,
        Gap::NoTable,
        Gap::NotOnForm,
        Gap::NoReport,
        Gap::OtherForm,
        Gap::NoUnit,
        Gap::Covered,
    ];

    /// The class of its cell.
    pub fn class(self) -> &'static str {
        match self {
            Gap::Blank => "blank",
            Gap::NotApplicable => "na",
            Gap::Absent => "absent",
            Gap::Unreadable => "unreadable",
            Gap::NoTable => "no-table",
            Gap::NotOnForm => "not-on-form",
            Gap::NoReport => "no-report",
            Gap::OtherForm => "other-form",
            Gap::NoUnit => "no-unit",
            Gap::Covered => "covered",
        }
    }

    /// The key of the words that say it.
    pub fn key(self) -> &'static str {
        match self {
            Gap::Blank => "gap_blank",
            Gap::NotApplicable => "gap_not_applicable",
            Gap::Absent => "gap_absent",
            Gap::Unreadable => "gap_unreadable",
            Gap::NoTable => "gap_no_table",
            Gap::NotOnForm => "gap_not_on_form",
            Gap::NoReport => "gap_no_report",
            Gap::OtherForm => "gap_other_form",
            Gap::NoUnit => "gap_no_unit",
            Gap::Covered => "gap_covered",
        }
    }

    /// The sign that stands for it; `None` where the words themselves are shown.
    fn sign(self) -> Option<&'static str> {
        match self {
            Gap::Blank => Some(""),
            Gap::NotApplicable => Some("—"),
            Gap::Absent => Some("·"),
            Gap::Unreadable => Some("?"),
            Gap::NoTable | Gap::NotOnForm | Gap::NoReport | Gap::OtherForm | Gap::NoUnit | Gap::Covered => None,
        }
    }
}

impl From<Without> for Gap {
    fn from(why: Without) -> Gap {
        match why {
            Without::NoReport => Gap::NoReport,
            Without::NoTable => Gap::NoTable,
            Without::NoFigure => Gap::Blank,
            Without::NotApplicable => Gap::NotApplicable,
            Without::OtherForm => Gap::OtherForm,
            Without::NoUnit => Gap::NoUnit,
            Without::Covered => Gap::Covered,
        }
    }
}

/// The digits of a number.
#[derive(Clone, Copy, Debug)]
pub enum Digits<'a> {
    Of(Figure),
    /// As published, where that is another way (`+12`).
    Written(&'a str),
}

impl Digits<'_> {
    /// Adds them as they are, for a text that is not HTML yet.
    pub fn put(&self, out: &mut String) {
        match self {
            Digits::Of(Figure::Count(count)) => out.push_str(itoa::Buffer::new().format(*count)),
            Digits::Of(figure) => put!(out, "{figure}"),
            Digits::Written(text) => out.push_str(text),
        }
    }
}

/// What stands in a cell of a page.
#[derive(Clone, Debug)]
pub enum Shown<'a> {
    Number { digits: Digits<'a>, zero: bool, computed: bool },
    Gap(Gap),
}

impl<'a> Shown<'a> {
    pub fn cell(cell: Option<Cell<'a>>) -> Shown<'a> {
        let Some(cell) = cell else { return Shown::Gap(Gap::Absent) };
        match cell.figure {
            Figure::Blank => Shown::Gap(Gap::Blank),
            Figure::NotApplicable => Shown::Gap(Gap::NotApplicable),
            Figure::Unreadable => Shown::Gap(Gap::Unreadable),
            figure => {
                let digits = cell.written().map_or(Digits::Of(figure), Digits::Written);
                Shown::Number { digits, zero: is_zero(figure), computed: cell.computed }
            }
        }
    }

    pub fn figure(figure: Figure) -> Shown<'static> {
        match figure {
            Figure::Blank => Shown::Gap(Gap::Blank),
            Figure::NotApplicable => Shown::Gap(Gap::NotApplicable),
            Figure::Unreadable => Shown::Gap(Gap::Unreadable),
            figure => Shown::Number { digits: Digits::Of(figure), zero: is_zero(figure), computed: false },
        }
    }

    pub fn point(point: &Point<'a>) -> Shown<'a> {
        match point {
            Point::NoReport => Shown::Gap(Gap::NoReport),
            Point::NoTable => Shown::Gap(Gap::NoTable),
            Point::NotOnForm => Shown::Gap(Gap::NotOnForm),
            Point::Absent => Shown::Gap(Gap::Absent),
            Point::Given(cell) => Shown::cell(Some(*cell)),
            Point::Sum(sum) => Shown::number(*sum),
        }
    }

    pub fn number(number: Decimal) -> Shown<'static> {
        Shown::figure(Figure::Amount(number))
    }

    pub fn class(&self) -> &'static str {
        match self {
            Shown::Number { zero: true, computed: true, .. } => "zero computed",
            Shown::Number { zero: true, .. } => "zero",
            Shown::Number { computed: true, .. } => "computed",
            Shown::Number { .. } => "",
            Shown::Gap(gap) => gap.class(),
        }
    }
}

fn is_zero(figure: Figure) -> bool {
    match figure {
        Figure::Count(count) => count == 0,
        figure => figure.number().is_some_and(|number| number.is_zero()),
    }
}

/// What stands in a cell without a number, made once in the site's words.
pub struct Marks {
    /// Stands behind a total that was added up here.
    pub computed: String,
    gaps: [String; Gap::ALL.len()],
}

impl Marks {
    pub fn of(words: &Wording) -> Marks {
        Marks {
            computed: format!("<sup class=\"mark\">{}</sup>", escaped(words.get("computed_mark"))),
            gaps: Gap::ALL.map(|gap| mark(gap, words)),
        }
    }

    pub fn of_gap(&self, gap: Gap) -> &str {
        &self.gaps[gap as usize]
    }

    /// Adds the content of a cell.
    pub fn put(&self, out: &mut String, shown: &Shown) {
        match shown {
            Shown::Number { digits: Digits::Written(text), .. } => escape(out, text),
            Shown::Number { digits, .. } => digits.put(out),
            Shown::Gap(gap) => out.push_str(self.of_gap(*gap)),
        }
    }
}

/// Begins a cell of a table of figures; more classes may follow.
pub fn open_cell(out: &mut String, shown: &Shown) {
    out.push_str("<td class=\"figure");
    if !shown.class().is_empty() {
        out.push(' ');
        out.push_str(shown.class());
    }
}

fn mark(gap: Gap, words: &Wording) -> String {
    let mut out = String::new();
    match gap.sign() {
        None => out.push_str("<span class=\"gap\">"),
        Some("") => out.push_str("<span class=\"visually-hidden\">"),
        Some(sign) => put!(&mut out, "<span aria-hidden=\"true\">{sign}</span><span class=\"visually-hidden\">"),
    }
    escape(&mut out, words.get(gap.key()));
    out.push_str("</span>");
    out
}

/// `+3`, `−8`, `±0`: the difference with its sign.
pub fn signed(number: Decimal) -> String {
    let mut out = String::with_capacity(12);
    put_signed(&mut out, number);
    out
}

fn put_signed(out: &mut String, number: Decimal) {
    if number.is_zero() {
        return out.push_str("±0");
    }
    out.push(if number.is_sign_negative() { '−' } else { '+' });
    match (u64::try_from(number.mantissa().unsigned_abs()), number.scale()) {
        (Ok(whole), 0) => out.push_str(itoa::Buffer::new().format(whole)),
        (Ok(tenths), 1) => {
            out.push_str(itoa::Buffer::new().format(tenths / 10));
            out.push('.');
            out.push_str(itoa::Buffer::new().format(tenths % 10));
        }
        _ => put!(out, "{}", number.abs()),
    }
}

/// `+3 (+33.3%)`, as a cell shows it.
pub fn put_change(out: &mut String, change: &Change) {
    out.push_str("<span class=\"change ");
    out.push_str(direction(change));
    out.push_str("\">");
    put_signed(out, change.difference);
    if let Some(percent) = percent(change) {
        out.push_str(" (");
        out.push_str(&percent);
        out.push(')');
    }
    out.push_str("</span>");
}

/// The direction of a change, as a class.
pub fn direction(change: &Change) -> &'static str {
    match change.difference {
        difference if difference.is_zero() => "same",
        difference if difference.is_sign_negative() => "down",
        _ => "up",
    }
}

/// `+33.3%`, always with one decimal; nothing where the year before was zero or nothing changed.
pub fn percent(change: &Change) -> Option<String> {
    let mut percent = change.percent.filter(|percent| !percent.is_zero())?;
    percent.rescale(1);
    Some(signed(percent) + "%")
}

/// Whether a count changed more than counts do by themselves: by a fifth at least, and by more than twice the square
/// root of both years together, which chance seldom exceeds. `now`: the count after the change.
pub fn is_notable(change: &Change, now: Decimal) -> bool {
    weight(change, now).is_some_and(|weight| weight >= Decimal::from(4))
        && change.percent.is_none_or(|percent| percent.abs() >= Decimal::from(20))
}

/// How far a change is from chance: its square by the sum of both years.
pub fn weight(change: &Change, now: Decimal) -> Option<Decimal> {
    let both = now.checked_add(now)?.checked_sub(change.difference)?;
    change.difference.checked_mul(change.difference)?.checked_div(both)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_its_sign() {
        assert_eq!(signed(Decimal::new(3, 0)), "+3");
        assert_eq!(signed(Decimal::new(-85, 1)), "−8.5");
        assert_eq!(signed(Decimal::ZERO), "±0");
    }

    #[test]
    fn small_counts_and_small_shares_are_not_notable() {
        let notable = |before: i64, now: i64| {
            let (before, now) = (Decimal::from(before), Decimal::from(now));
            crate::archive::change(before, now).is_some_and(|change| is_notable(&change, now))
        };
        assert!(notable(10, 27) && notable(27, 10) && notable(0, 5) && notable(550, 9487));
        assert!(!notable(1, 3) && !notable(0, 2) && !notable(152, 134) && !notable(59_000, 62_000) && !notable(0, 0));
    }
}
