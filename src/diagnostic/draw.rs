//! A diagnostic as text, like a compiler's: message, place, the lines it concerns, what to do.
//!
//! In: one diagnostic and the sources it points into. Out: text, with or without colour.
//! Widths of full-width characters are ariadne's business; words and places are ours.

use ariadne::{CharSet, Color, Config, IndexType, Label as Mark, Report, ReportKind, Source};

use super::{Diagnostic, Severity};
use crate::names::{Lang, Words};
use crate::source::{Place, Sources};

type Range = (String, std::ops::Range<usize>);

/// Draws one diagnostic, ending in a newline.
pub fn draw(diagnostic: &Diagnostic, sources: &Sources, lang: Lang, colour: bool) -> String {
    let Some(place) = shown(diagnostic.place.as_ref(), sources) else { return without_place(diagnostic, sources, lang) };
    let kind = ReportKind::Custom(diagnostic.severity.word(lang), tint(diagnostic.severity));
    let here = diagnostic.here.clone().unwrap_or_else(|| Words::new("这里", "here"));
    let config = Config::default().with_color(colour).with_index_type(IndexType::Char).with_char_set(CharSet::Unicode).with_compact(false);
    let mut report =
        Report::build(kind, place.clone()).with_config(config).with_code(&diagnostic.code).with_message(diagnostic.whole_message(lang));
    let labels = diagnostic.labels.iter().filter_map(|label| Some((shown(Some(&label.place), sources)?, &label.text, Color::Cyan)));
    let mut marks: Vec<_> = std::iter::once((place.clone(), &here, tint(diagnostic.severity))).chain(labels).collect();
    // In the order of the file, or ariadne shows its lines in several pieces; the finding's own file first.
    marks.sort_by_key(|((file, range), ..)| (*file != place.0, file.clone(), range.start));
    for (place, text, colour) in marks {
        report.add_label(mark(place, text, lang, colour));
    }
    if let Some(help) = &diagnostic.help {
        report.set_help(help.get(lang));
    }
    let mut out = vec![];
    let cache = Texts { sources, open: Default::default() };
    // Writing into memory does not fail; should it, the message alone still gets out.
    match report.finish().write(cache, &mut out) {
        Ok(()) => in_language(plain(String::from_utf8_lossy(&out).into_owned(), colour), lang),
        Err(_) => without_place(diagnostic, sources, lang),
    }
}

/// ariadne colours its first word whatever its configuration says.
fn plain(drawn: String, colour: bool) -> String {
    if colour { drawn } else { anstream::adapter::strip_str(&drawn).to_string() }
}

/// ariadne has one English word of its own.
fn in_language(drawn: String, lang: Lang) -> String {
    match (lang, drawn.rfind("Help:")) {
        (Lang::Zh, Some(at)) => format!("{}办法:{}", &drawn[..at], &drawn[at + "Help:".len()..]),
        _ => drawn,
    }
}

/// One line, for places that hold no text: `error[G902] content/a.png: message`.
fn without_place(diagnostic: &Diagnostic, sources: &Sources, lang: Lang) -> String {
    let mut out = format!("[{}] {}: {}\n", diagnostic.code, diagnostic.severity.word(lang), diagnostic.whole_message(lang));
    if let Some(place) = &diagnostic.place {
        let at = sources.line_column(place);
        out.push_str(&format!("   ─ {}:{}:{}\n", place.file, at.line, at.column));
    }
    if let Some(help) = &diagnostic.help {
        let word = if lang == Lang::Zh { "办法" } else { "Help" };
        out.push_str(&format!("   {word}: {}\n", help.get(lang)));
    }
    out
}

fn tint(severity: Severity) -> Color {
    match severity {
        Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
        Severity::Note => Color::Blue,
    }
}

fn mark(place: Range, text: &Words, lang: Lang, colour: Color) -> Mark<Range> {
    Mark::new(place).with_color(colour).with_message(text.get(lang))
}

/// The range to draw, in characters; `None` where there is no text to show.
///
/// ariadne can count bytes, but mixes them up with characters where a finding concerns two files (0.6.0).
fn shown(place: Option<&Place>, sources: &Sources) -> Option<Range> {
    // An empty place at the start means the file as a whole, of which there is nothing to show.
    let place = place.filter(|place| place.span.end > 0)?;
    let text = sources.text(&place.file)?;
    let boundary = |offset: u32| {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let (start, end) = (boundary(place.span.start), boundary(place.span.end.max(place.span.start)));
    let before = text[..start].chars().count();
    Some((place.file.to_string(), before..before + text[start..end].chars().count()))
}

/// Sources as ariadne wants them, each split into lines once.
struct Texts<'a> {
    sources: &'a Sources,
    open: std::collections::BTreeMap<String, Source<String>>,
}

impl ariadne::Cache<String> for Texts<'_> {
    type Storage = String;

    fn fetch(&mut self, file: &String) -> Result<&Source<String>, impl std::fmt::Debug> {
        let sources = self.sources;
        Ok::<_, std::convert::Infallible>(
            self.open.entry(file.clone()).or_insert_with(|| Source::from(sources.text(file).unwrap_or_default().to_string())),
        )
    }

    fn display<'b>(&self, file: &'b String) -> Option<impl std::fmt::Display + 'b> {
        Some(file)
    }
}
