//! Findings for the browser: errors first, each with its lines and the place on the site where it shows.

use std::collections::HashMap;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::error::Error;
use crate::names::{Lang, encoded};
use crate::pipeline::Site;
use crate::source::{Place, Sources};

/// More than this nobody reads in a panel; the terminal and `gongkai check` have them all.
const SHOWN: usize = 60;

#[derive(Serialize)]
struct Problems<'a> {
    errors: usize,
    warnings: usize,
    /// What the machine failed at.
    failure: Option<String>,
    shown: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Problem<'a> {
    severity: &'a str,
    word: &'a str,
    code: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    places: Vec<Excerpt<'a>>,
    /// Where it shows, below the site's top.
    url: Option<String>,
}

/// A place and the line it stands on, cut where it begins and ends.
#[derive(Serialize)]
struct Excerpt<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    before: &'a str,
    marked: &'a str,
    after: &'a str,
    text: &'a str,
}

pub(super) fn json(diagnostics: &Diagnostics, sources: &Sources, site: &Site, lang: Lang, failure: Option<&Error>) -> String {
    let mut worst: Vec<&Diagnostic> = diagnostics.iter().filter(|one| one.severity != Severity::Note).collect();
    worst.sort_by_key(|one| one.severity);
    worst.truncate(SHOWN);
    let files = worst.iter().filter_map(|one| one.place.as_ref()).map(|place| &*place.file).collect();
    let pages = site.addresses(&files);
    let problems = Problems {
        errors: diagnostics.count(Severity::Error),
        warnings: diagnostics.count(Severity::Warning),
        failure: failure.map(Error::to_string),
        shown: worst.into_iter().map(|one| problem(one, sources, lang, url(one, site, &pages))).collect(),
    };
    serde_json::to_string(&problems).expect("texts and numbers always serialise")
}

fn url(one: &Diagnostic, site: &Site, pages: &HashMap<&str, crate::names::UrlPath>) -> Option<String> {
    let place = one.place.as_ref()?;
    let page = encoded(pages.get(&*place.file)?.as_str()).into_owned();
    Some(match site.anchor(place) {
        Some(anchor) => format!("{page}#{}", encoded(&anchor)),
        None => page,
    })
}

fn problem<'a>(one: &'a Diagnostic, sources: &'a Sources, lang: Lang, url: Option<String>) -> Problem<'a> {
    let here = one.place.iter().map(|place| (place, one.here.as_ref().map_or("", |here| here.get(lang))));
    let others = one.labels.iter().map(|label| (&label.place, label.text.get(lang)));
    Problem {
        severity: one.severity.id(),
        word: one.severity.word(lang),
        code: &one.code,
        message: one.message.get(lang),
        help: one.help.as_ref().map(|help| help.get(lang)),
        places: here.chain(others).map(|(place, text)| excerpt(place, text, sources)).collect(),
        url,
    }
}

fn excerpt<'a>(place: &'a Place, text: &'a str, sources: &'a Sources) -> Excerpt<'a> {
    let at = sources.line_column(place);
    let (before, marked, after) = sources.text(&place.file).map_or(("", "", ""), |whole| cut(whole, place));
    Excerpt { file: &place.file, line: at.line, column: at.column, before, marked, after, text }
}

/// The line of a place in three parts; a place of several lines ends with its first.
fn cut<'a>(whole: &'a str, place: &Place) -> (&'a str, &'a str, &'a str) {
    let boundary = |offset: u32| {
        let mut offset = (offset as usize).min(whole.len());
        while !whole.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let start = boundary(place.span.start);
    let line_start = whole[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = whole[start..].find('\n').map_or(whole.len(), |newline| start + newline);
    let end = boundary(place.span.end).clamp(start, line_end);
    (&whole[line_start..start], &whole[start..end], &whole[end..line_end])
}
