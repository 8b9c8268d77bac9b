//! Small bar charts of one series over the years, as SVG with real text.
//!
//! Zero-based. A year without a figure is a gap that says why; a break in the series is a line between the years, and
//! bars before it are hatched: they count something else. Columns stand side by side; where a text is too wide for its
//! column the bars lie below each other. Colours come from the style sheet by class. A sentence says what the chart
//! shows, and the same figures stand in a table under it.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::archive::{Change, Point, Series};
use crate::names::Year;
use crate::theme::Wording;

use super::Renderer;
use super::figure::{Gap, Shown, percent, put_change};
use super::html::{escape, escaped, put};

const WIDTH: f64 = 360.0;

/// A series with the words for it.
pub struct Chart<'a> {
    /// Unique on the page.
    pub id: String,
    pub title: &'a str,
    pub unit: &'a str,
    pub years: &'a [Year],
    pub series: &'a Series<'a>,
}

/// What stands for one year: a bar with its figure, or why there is none.
struct Bar {
    year: Year,
    text: String,
    /// Coordinates only: no figure that is shown passes through a float.
    value: Option<f64>,
    gap: Option<Gap>,
    /// Nothing before it can be compared with it.
    after_break: bool,
    /// Stands before the last break.
    other_basis: bool,
}

impl Chart<'_> {
    /// Adds the chart as a `figure`. Nothing where the series has no number at all.
    pub fn put(&self, out: &mut String, renderer: &Renderer) {
        if self.series.points.iter().all(|point| point.number().is_none()) {
            return;
        }
        let words = renderer.words();
        let bars = self.bars(words);
        let band = (WIDTH - 8.0) / bars.len() as f64;
        let side_by_side = bars.iter().all(|bar| width_of(&bar.text) + 3.0 <= band);
        let height = if side_by_side { 168 } else { 26 * bars.len() + 6 };
        let (id, title) = (self.id.as_str(), escaped(self.title));
        out.reserve(4 * 1024);
        out.extend(["<figure class=\"chart\">\n<figcaption><strong>", &title, "</strong> "]);
        escape(out, &self.sentence(words));
        put!(out, "</figcaption>\n<svg viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" ");
        out.extend(["aria-labelledby=\"", id, "-title ", id, "-text\"><title id=\"", id, "-title\">", &title, "</title>"]);
        out.extend(["<desc id=\"", id, "-text\">"]);
        escape(out, &self.in_words(&bars, words));
        out.push_str("</desc>");
        if bars.iter().any(|bar| bar.other_basis) {
            put!(out, "<pattern id=\"{}-hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">", self.id);
            out.push_str("<path class=\"hatch\" d=\"M-1 1 1-1M0 5 5 0M4 6 6 4\"/></pattern>");
        }
        match side_by_side {
            true => self.columns(out, &bars, band),
            false => self.rows(out, &bars),
        }
        out.push_str("</svg>\n");
        self.table(out, &title, renderer);
        out.push_str("</figure>\n");
    }

    fn bars(&self, words: &Wording) -> Vec<Bar> {
        let last_break = self.last_break().unwrap_or(0);
        let bar = |(at, (point, &year)): (usize, (&Point, &Year))| {
            let mut text = String::new();
            let gap = match Shown::point(point) {
                Shown::Number { digits, .. } => {
                    digits.put(&mut text);
                    None
                }
                Shown::Gap(gap) => {
                    text.push_str(words.get(gap.key()));
                    Some(gap)
                }
            };
            let value = point.number().and_then(|number| number.to_f64());
            let after_break = self.series.breaks[at].is_some_and(|one| !one.comparable);
            Bar { year, text, value, gap, after_break, other_basis: at < last_break }
        };
        self.series.points.iter().zip(self.years).enumerate().map(bar).collect()
    }

    fn last_break(&self) -> Option<usize> {
        self.series.breaks.iter().rposition(|one| one.is_some_and(|one| !one.comparable))
    }

    /// Bars that stand side by side.
    fn columns(&self, out: &mut String, bars: &[Bar], band: f64) {
        let scale = Scale::of(bars, 140.0, 24.0);
        let zero = scale.at(0.0);
        let short_years = band < 34.0;
        for (number, bar) in bars.iter().enumerate() {
            let left = 4.0 + band * number as f64;
            let (middle, width) = (left + band / 2.0, (band * 0.56).min(38.0));
            let corner = middle - width / 2.0;
            if bar.after_break {
                element(out, "line", "break", [("x1", left), ("x2", left), ("y1", 6.0), ("y2", 162.0)], "/>");
            }
            match bar.value {
                Some(value) => {
                    let end = scale.at(value);
                    let (top, height) = (zero.min(end), (zero - end).abs().max(1.0));
                    self.rectangle(out, bar, [corner, top, width, height]);
                    let under = if value < 0.0 { top + height + 14.0 } else { top - 6.0 };
                    let class = if number + 1 == bars.len() { "value latest-value" } else { "value" };
                    element(out, "text", class, [("x", middle), ("y", under)], ">");
                }
                None => {
                    element(out, "rect", "hole", [("x", corner), ("y", zero - 24.0), ("width", width), ("height", 24.0)], "/>");
                    element(out, "text", class_of_gap(bar), [("x", middle), ("y", zero - 30.0)], ">");
                }
            }
            escape(out, &bar.text);
            out.push_str("</text>");
            element(out, "text", "year", [("x", middle), ("y", 160.0)], ">");
            let year = bar.year.to_string();
            out.push_str(if short_years { &year[2..] } else { &year });
            out.push_str("</text>");
        }
        element(out, "line", "axis", [("x1", 4.0), ("x2", WIDTH - 4.0), ("y1", zero), ("y2", zero)], "/>");
    }

    /// Bars that lie below each other, for texts too wide for columns.
    fn rows(&self, out: &mut String, bars: &[Bar]) {
        let widest = bars.iter().map(|bar| width_of(&bar.text)).fold(0.0, f64::max);
        let scale = Scale::of(bars, 44.0, (WIDTH - widest - 10.0).max(120.0));
        let zero = scale.at(0.0);
        for (number, bar) in bars.iter().enumerate() {
            let top = 4.0 + 26.0 * number as f64;
            element(out, "text", "year start", [("x", 0.0), ("y", top + 15.0)], ">");
            put!(out, "{}</text>", bar.year);
            if bar.after_break {
                element(out, "line", "break", [("x1", 0.0), ("x2", WIDTH), ("y1", top - 2.0), ("y2", top - 2.0)], "/>");
            }
            match bar.value {
                Some(value) => {
                    let end = scale.at(value);
                    self.rectangle(out, bar, [zero.min(end), top + 3.0, (end - zero).abs().max(1.0), 15.0]);
                    let class = if number + 1 == bars.len() { "value start latest-value" } else { "value start" };
                    element(out, "text", class, [("x", zero.max(end) + 6.0), ("y", top + 15.0)], ">");
                }
                None => {
                    let class = if bar.gap == Some(Gap::NoReport) { "gap missing start" } else { "gap start" };
                    element(out, "text", class, [("x", zero + 6.0), ("y", top + 15.0)], ">");
                }
            }
            escape(out, &bar.text);
            out.push_str("</text>");
        }
        let bottom = 26.0 * bars.len() as f64 + 4.0;
        element(out, "line", "axis", [("x1", zero), ("x2", zero), ("y1", 2.0), ("y2", bottom)], "/>");
    }

    /// `place`: left, top, width, height.
    fn rectangle(&self, out: &mut String, bar: &Bar, [x, y, width, height]: [f64; 4]) {
        let place = [("x", x), ("y", y), ("width", width), ("height", height)];
        if bar.other_basis {
            put!(out, "<rect class=\"before\" fill=\"url(#{}-hatch)\"", self.id);
            put_places(out, place);
            out.push_str("/>");
        } else {
            element(out, "rect", "bar", place, "/>");
        }
    }

    /// The figures of the chart with their changes, to be opened.
    fn table(&self, out: &mut String, title: &str, renderer: &Renderer) {
        let words = renderer.words();
        out.push_str("<details><summary>");
        escape(out, words.get("chart_table"));
        out.extend(["<span class=\"visually-hidden\"> ", title, "</span></summary>\n<table class=\"list-table\">\n"]);
        out.push_str("<thead><tr><th scope=\"col\">");
        escape(out, words.get("year"));
        out.push_str("</th><th scope=\"col\" class=\"figure\">");
        escape(out, if self.unit.is_empty() { words.get("figure") } else { self.unit });
        out.push_str("</th><th scope=\"col\" class=\"figure\">");
        escape(out, words.get("change"));
        out.push_str("</th></tr></thead>\n<tbody>\n");
        for (at, (point, year)) in self.series.points.iter().zip(self.years).enumerate() {
            out.push_str("<tr><th scope=\"row\">");
            out.push_str(itoa::Buffer::new().format(year.number()));
            out.push_str("</th>");
            renderer.figure_cell(out, &Shown::point(point));
            out.push_str("<td class=\"figure\">");
            if let Some(change) = self.series.change(at) {
                put_change(out, &change);
            }
            out.push_str("</td></tr>\n");
        }
        out.push_str("</tbody></table></details>\n");
    }

    /// Every year with its figure, for those who do not see the chart.
    fn in_words(&self, bars: &[Bar], words: &Wording) -> String {
        let mut out = String::with_capacity(64 * bars.len());
        for (number, bar) in bars.iter().enumerate() {
            let value = if bar.gap.is_some() { bar.text.clone() } else { self.amount(&bar.text, words) };
            if number > 0 {
                out.push_str(words.get("chart_separator"));
            }
            out.push_str(&words.say("chart_value", &[("year", &bar.year), ("value", &value)]));
        }
        out
    }

    /// A number with its unit.
    fn amount(&self, number: &dyn std::fmt::Display, words: &Wording) -> String {
        let mut amount = words.say("amount", &[("value", number), ("unit", &self.unit)]);
        amount.truncate(amount.trim_end().len());
        amount
    }

    /// The latest figure and its change, and the highest, over the years after the last break; and what is missing.
    fn sentence(&self, words: &Wording) -> String {
        let start = self.last_break().unwrap_or(0);
        let with = |at: usize| self.series.points[at].number().map(|number| (at, number));
        let known: Vec<(usize, Decimal)> = (start..self.years.len()).filter_map(with).collect();
        let mut sentences = vec![];
        if let Some(&(at, number)) = known.last() {
            sentences.push(self.latest(at, number, words));
            sentences.extend(self.highest(&known, words));
        }
        let missing: Vec<String> = self.years_of(|point| *point == Point::NoReport);
        if !missing.is_empty() {
            sentences.push(words.say("chart_missing", &[("years", &words.list(missing.iter().map(String::as_str)))]));
        }
        if let Some(at) = self.last_break() {
            sentences.push(words.say("chart_break", &[("year", &self.years[at])]));
        }
        sentences.join(words.get("sentence_separator"))
    }

    fn latest(&self, at: usize, number: Decimal, words: &Wording) -> String {
        let (year, amount) = (self.years[at], self.amount(&number, words));
        let Some(change) = self.series.change(at) else { return words.say("chart_one", &[("year", &year), ("amount", &amount)]) };
        let key = match change.difference {
            difference if difference.is_zero() => "chart_same",
            difference if difference.is_sign_negative() => "chart_down",
            _ => "chart_up",
        };
        let difference = self.amount(&change.difference.abs(), words);
        let share = share(&change, words);
        words.say(key, &[("year", &year), ("amount", &amount), ("difference", &difference), ("share", &share)])
    }

    /// The year with the most, where there are enough years for it to mean something and one stands out.
    fn highest(&self, known: &[(usize, Decimal)], words: &Wording) -> Option<String> {
        let most = known.iter().map(|&(_, number)| number).max().filter(|_| known.len() > 2)?;
        let mut at_most = known.iter().filter(|&&(_, number)| number == most);
        let (at, _) = at_most.next().filter(|_| at_most.next().is_none())?;
        let (first, year, amount) = (self.years[known[0].0], self.years[*at], self.amount(&most, words));
        let key = if known.last().is_some_and(|(last, _)| last == at) { "chart_highest_now" } else { "chart_highest" };
        Some(words.say(key, &[("first", &first), ("year", &year), ("amount", &amount)]))
    }

    fn years_of(&self, wanted: impl Fn(&Point) -> bool) -> Vec<String> {
        self.series.points.iter().zip(self.years).filter(|(point, _)| wanted(point)).map(|(_, year)| year.to_string()).collect()
    }
}

/// `（+13.4%）`, or nothing.
fn share(change: &Change, words: &Wording) -> String {
    percent(change).map_or_else(String::new, |percent| words.say("in_brackets", &[("text", &percent)]))
}

fn class_of_gap(bar: &Bar) -> &'static str {
    if bar.gap == Some(Gap::NoReport) { "gap missing" } else { "gap" }
}

/// About how wide a text is drawn: Chinese characters are square, others about half as wide.
fn width_of(text: &str) -> f64 {
    text.chars().map(|c| if c < '\u{2e80}' { 7.8 } else { 12.5 }).sum()
}

/// Begins an element, with coordinates as attributes. `end`: of its tag.
fn element<const N: usize>(out: &mut String, tag: &str, class: &str, places: [(&str, f64); N], end: &str) {
    for text in ["<", tag, " class=\"", class, "\""] {
        out.push_str(text);
    }
    put_places(out, places);
    out.push_str(end);
}

/// Adds coordinates, to a tenth.
fn put_places<const N: usize>(out: &mut String, places: [(&str, f64); N]) {
    for (name, place) in places {
        let tenths = (place * 10.0).round() as i64;
        let mut digits = itoa::Buffer::new();
        out.push(' ');
        out.push_str(name);
        out.push_str(if tenths < 0 { "=\"-" } else { "=\"" });
        out.push_str(digits.format(tenths.unsigned_abs() / 10));
        if tenths % 10 != 0 {
            out.push('.');
            out.push_str(digits.format(tenths.unsigned_abs() % 10));
        }
        out.push('"');
    }
}

/// From figures to coordinates.
struct Scale {
    low: f64,
    high: f64,
    /// Where the lowest and the highest figure lie.
    from: f64,
    to: f64,
}

impl Scale {
    /// Always with zero in it.
    fn of(bars: &[Bar], from: f64, to: f64) -> Scale {
        let values = bars.iter().filter_map(|bar| bar.value);
        let (low, high) = values.fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let high = if low == high { 1.0 } else { high };
        // Room for the figure under a bar that goes down.
        let from = if low < 0.0 && from > to { from - 16.0 } else { from };
        Scale { low, high, from, to }
    }

    fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }
}
