//! The list of all documents: what stands in the result list, and in which files each is found.
//!
//! One object: `units` (path and title), `titles` (patterns: 0 is the title of the unit, 1 the year, the rest as it is),
//! `pages` (name and title of the plain pages) and `volumes`. A volume has `v`, which changes with what it says; `g`, the
//! number of its files of postings; `n`, its documents; and `of`, for each year (0: no year) the documents as numbers
//! (`code`): how many units on, then twice the pattern of the title, plus one where a file of texts begins.
//! Without a year the pattern is 0 for a unit's own page, 1 for the next of the plain pages.

use std::collections::HashMap;

use super::text::escape;
use super::{Document, Kind, Volume, code, document, postings, script};
use crate::archive::Archive;
use crate::plan;

pub fn file(archive: &Archive, volumes: &[Volume]) -> Vec<u8> {
    let mut titles = Titles::default();
    let mut pages = vec![];
    let mut of_volumes = vec![];
    for (number, volume) in volumes.iter().enumerate() {
        of_volumes.extend_from_slice(if number == 0 { b"\n" } else { b",\n" });
        put_volume(volume, archive, &mut titles, &mut pages, &mut of_volumes);
    }
    script("catalog", |out| {
        out.extend_from_slice(b"{\"units\":[");
        for (number, unit) in archive.units.iter().enumerate() {
            let address = plan::unit_url(unit);
            put_pair(address.as_str().trim_end_matches('/'), &unit.title, number, out);
        }
        out.extend_from_slice(b"],\n\"titles\":[");
        out.extend_from_slice(titles.patterns.join(",").as_bytes());
        out.extend_from_slice(b"],\n\"pages\":[");
        pages.iter().enumerate().for_each(|(number, (slug, title))| put_pair(slug, title, number, out));
        out.extend_from_slice(b"],\n\"volumes\":[");
        out.extend_from_slice(&of_volumes);
        out.extend_from_slice(b"]}");
    })
}

fn put_pair(first: &str, second: &str, number: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(if number == 0 { b"[\"" } else { b",\n[\"" });
    escape(first, out);
    out.extend_from_slice(b"\",\"");
    escape(second, out);
    out.extend_from_slice(b"\"]");
}

fn put_volume<'a>(volume: &Volume, archive: &'a Archive, titles: &mut Titles, pages: &mut Vec<(&'a str, &'a str)>, out: &mut Vec<u8>) {
    let (count, version) = (volume.documents.len(), volume.fingerprint.to_string());
    let start = format!("{{\"v\":\"{}\",\"g\":{},\"n\":{count},\"of\":[", &version[..8], postings::files(count));
    out.extend_from_slice(start.as_bytes());
    let mut open = None;
    let mut unit = 0;
    for (number, document) in volume.documents.iter().enumerate() {
        let year = document.kind.year().map_or(0, |year| year.number());
        if open != Some(year) {
            out.extend_from_slice(if open.is_some() { b"\"],[" } else { b"[" });
            out.extend_from_slice(format!("{year},\"").as_bytes());
            (open, unit) = (Some(year), 0);
        }
        code::put((document.unit.0 - unit) as u32, out);
        unit = document.unit.0;
        let pattern = match document.kind {
            Kind::Unit => 0,
            Kind::Page(number) => {
                let page = &archive.unit(document.unit).pages[number];
                pages.push((&page.slug.text, &page.title));
                1
            }
            Kind::Report(_) => titles.number(document, archive),
        };
        let begins = volume.texts.binary_search(&number).is_ok();
        code::put(pattern * 2 + u32::from(begins), out);
    }
    out.extend_from_slice(b"\"]]}");
}

/// Titles of reports with the unit and the year taken out: most are the same.
#[derive(Default)]
struct Titles {
    numbers: HashMap<String, u32>,
    /// As lists of the script.
    patterns: Vec<String>,
}

impl Titles {
    fn number(&mut self, document: &Document, archive: &Archive) -> u32 {
        let year = document.kind.year().map_or_else(String::new, |year| year.to_string());
        let unit = archive.unit(document.unit);
        let pattern = pattern(document::title(document.kind, unit), &unit.title, &year);
        if let Some(number) = self.numbers.get(&pattern) {
            return *number;
        }
        let number = self.patterns.len() as u32;
        self.numbers.insert(pattern.clone(), number);
        self.patterns.push(pattern);
        number
    }
}

fn pattern(title: &str, unit: &str, year: &str) -> String {
    let mut out = b"[".to_vec();
    let (before, after) = if unit.is_empty() { ("", title) } else { title.split_once(unit).unwrap_or(("", title)) };
    put_text(before, &mut out);
    if after.len() != title.len() {
        put_piece(b"0", &mut out);
    }
    match after.split_once(year) {
        Some((before, after)) if !year.is_empty() => {
            put_text(before, &mut out);
            put_piece(b"1", &mut out);
            put_text(after, &mut out);
        }
        _ => put_text(after, &mut out),
    }
    out.push(b']');
    String::from_utf8(out).expect("it came from texts, cut where texts are")
}

fn put_piece(piece: &[u8], out: &mut Vec<u8>) {
    if !out.ends_with(b"[") {
        out.push(b',');
    }
    out.extend_from_slice(piece);
}

fn put_text(text: &str, out: &mut Vec<u8>) {
    if !text.is_empty() {
        put_piece(b"\"", out);
        escape(text, out);
        out.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_of_a_report_is_a_pattern_of_unit_and_year() {
        assert_eq!(pattern("富源街道2020年年度报告", "富源街道", "2020"), r#"[0,1,"年年度报告"]"#);
        assert_eq!(pattern("关于“富源街道 2020”\"", "富源街道", "2020"), r#"["关于“",0," ",1,"”\""]"#);
        assert_eq!(pattern("年度报告", "富源街道", "2020"), r#"["年度报告"]"#);
    }
}
