//! Small bar charts of one series over the years, as SVG with real text.
//!
//! Zero-based; a year without a figure is a gap that says why; a break in the series is a line between the years.
//! Colours come from the style sheet by class. The same figures stand in a table of the page, and a sentence under
//! the chart says what it shows.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::archive::{Point, Series};
use crate::names::Year;
use crate::theme::Wording;

use super::figure::{Gap, Shown};
use super::html::{escape, escaped, put};

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 172.0;
/// Of the tallest bar, and of the line below the bars; above and below is room for text.
const TOP: f64 = 26.0;
const FOOT: f64 = 140.0;

/// A series with the words for it.
pub struct Chart<'a> {
    /// Unique on the page.
    pub id: String,
    pub title: &'a str,
    pub unit: &'a str,
    pub years: &'a [Year],
    pub series: &'a Series<'a>,
}

impl Chart<'_> {
    /// Adds the chart as a `figure`. Nothing where the series has no number at all.
    pub fn put(&self, out: &mut String, words: &Wording) {
        if self.series.points.iter().all(|point| point.number().is_none()) {
            return;
        }
        put!(
            out,
            "<figure class=\"chart\">\n<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{0}-title {0}-text\">",
            self.id
        );
        put!(out, "<title id=\"{}-title\">{}</title>", self.id, escaped(self.title));
        put!(out, "<desc id=\"{}-text\">{}</desc>", self.id, escaped(&self.in_words(words)));
        self.bars(out, words);
        put!(
            out,
            "</svg>\n<figcaption><strong>{}</strong> {}</figcaption>\n</figure>\n",
            escaped(self.title),
            escaped(&self.sentence(words))
        );
    }

    fn bars(&self, out: &mut String, words: &Wording) {
        let band = (WIDTH - 8.0) / self.years.len() as f64;
        let scale = Scale::of(self.series);
        put!(out, "<line class=\"axis\" x1=\"4\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>", WIDTH - 4.0, y = scale.height_of(0.0));
        for (at, (point, year)) in self.series.points.iter().zip(self.years).enumerate() {
            let left = 4.0 + band * at as f64;
            let middle = left + band / 2.0;
            if self.series.breaks[at].is_some_and(|one| !one.comparable) {
                put!(out, "<line class=\"break\" x1=\"{left:.1}\" x2=\"{left:.1}\" y1=\"8\" y2=\"{}\"/>", FOOT + 18.0);
            }
            match point.number() {
                Some(number) => bar(out, &scale, number, middle, (band * 0.58).min(40.0), point),
                None => gap(out, point, middle, words),
            }
            let label = if band < 32.0 { format!("{:02}", year.number() % 100) } else { year.to_string() };
            put!(out, "<text class=\"year\" x=\"{middle:.1}\" y=\"{}\">{label}</text>", FOOT + 20.0);
        }
    }

    /// Every year with its figure, for those who do not see the chart.
    fn in_words(&self, words: &Wording) -> String {
        let one = |(point, year): (&Point, &Year)| {
            let value = match Shown::point(point) {
                Shown::Number { digits, .. } => format!("{digits}{}", self.unit),
                Shown::Gap(gap) => words.get(gap.key()).to_string(),
            };
            words.say("chart_value", &[("year", year), ("value", &value)])
        };
        self.series.points.iter().zip(self.years).map(one).collect::<Vec<_>>().join(words.get("chart_separator"))
    }

    /// From what to what, over the years after the last break; and what is missing.
    fn sentence(&self, words: &Wording) -> String {
        let broken = self.series.breaks.iter().rposition(|one| one.is_some_and(|one| !one.comparable));
        let start = broken.unwrap_or(0);
        let with = |at: &usize| self.series.points[*at].number().map(|number| (self.years[*at], number));
        let known: Vec<(Year, Decimal)> = (start..self.years.len()).filter_map(|at| with(&at)).collect();
        let said = match known[..] {
            [] => String::new(),
            [(year, value)] => words.say("chart_one", &[("year", &year), ("value", &value), ("unit", &self.unit)]),
            [(first, from), .., (last, to)] => {
                words.say("chart_from_to", &[("first", &first), ("from", &from), ("last", &last), ("to", &to), ("unit", &self.unit)])
            }
        };
        let missing: Vec<String> = self.years_of(|point| *point == Point::NoReport);
        let mut sentences = vec![said];
        if !missing.is_empty() {
            sentences.push(words.say("chart_missing", &[("years", &words.list(missing.iter().map(String::as_str)))]));
        }
        if broken.is_some() {
            sentences.push(words.say("chart_break", &[("year", &self.years[start])]));
        }
        sentences.retain(|sentence| !sentence.is_empty());
        sentences.join(words.get("sentence_separator"))
    }

    fn years_of(&self, wanted: impl Fn(&Point) -> bool) -> Vec<String> {
        self.series.points.iter().zip(self.years).filter(|(point, _)| wanted(point)).map(|(_, year)| year.to_string()).collect()
    }
}

fn bar(out: &mut String, scale: &Scale, number: Decimal, middle: f64, width: f64, point: &Point) {
    let value = number.to_f64().unwrap_or(0.0);
    let (zero, end) = (scale.height_of(0.0), scale.height_of(value));
    let (top, height) = (zero.min(end), (zero - end).abs().max(1.0));
    put!(out, "<rect class=\"bar\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>", middle - width / 2.0);
    let below = if value < 0.0 { top + height + 14.0 } else { top - 6.0 };
    put!(out, "<text class=\"value\" x=\"{middle:.1}\" y=\"{below:.1}\">");
    if let Shown::Number { digits, .. } = Shown::point(point) {
        escape(out, &digits.to_string());
    }
    out.push_str("</text>");
}

fn gap(out: &mut String, point: &Point, middle: f64, words: &Wording) {
    let Shown::Gap(gap) = Shown::point(point) else { return };
    let class = if gap == Gap::NoReport { "gap missing" } else { "gap" };
    put!(out, "<text class=\"{class}\" x=\"{middle:.1}\" y=\"{}\">{}</text>", FOOT - 8.0, escaped(words.get(gap.key())));
}

/// From figures to heights. Coordinates only: no figure that is shown passes through a float.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// Always with zero in it.
    fn of(series: &Series) -> Scale {
        let values = series.points.iter().filter_map(|point| point.number()?.to_f64());
        let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        if low == high { Scale { low: 0.0, high: 1.0 } } else { Scale { low, high } }
    }

    fn height_of(&self, value: f64) -> f64 {
        TOP + (self.high - value) / (self.high - self.low) * (FOOT - TOP)
    }
}
