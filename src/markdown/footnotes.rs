//! Footnotes: numbered in the order in which the text refers to them, shown together at the end.

use std::collections::HashMap;
use std::fmt::Write;
use std::ops::Range;

use super::{Problem, ProblemKind};

const WRITTEN: &str = "a String takes whatever is written to it";

/// Definitions and references met so far.
#[derive(Default)]
pub(super) struct Footnotes {
    /// Number by label; labels do not care for case.
    numbers: HashMap<String, usize>,
    /// References to the note with that number, less one.
    references: Vec<usize>,
    definitions: Vec<Definition>,
}

struct Definition {
    label: String,
    html: String,
    range: Range<usize>,
}

impl Footnotes {
    /// Appends a reference. It is a link itself, so the parser makes no link or image around it.
    pub(super) fn refer(&mut self, label: &str, html: &mut String) {
        let number = self.number(label);
        self.references[number - 1] += 1;
        let id = reference_id(number, self.references[number - 1]);
        write!(html, "<sup class=\"footnote-ref\"><a href=\"#fn-{number}\" id=\"{id}\" role=\"doc-noteref\">{number}</a></sup>")
            .expect(WRITTEN)
    }

    pub(super) fn define(&mut self, label: String, html: String, range: Range<usize>) {
        self.definitions.push(Definition { label, html, range });
    }

    fn number(&mut self, label: &str) -> usize {
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry(label.to_lowercase()).or_insert(next);
        self.references.resize(self.numbers.len(), 0);
        number
    }

    /// All notes as a list; those that nothing refers to come last and are a problem.
    pub(super) fn finish(mut self, problems: &mut Vec<Problem>) -> String {
        if self.definitions.is_empty() {
            return String::new();
        }
        let mut numbered: Vec<Option<Definition>> = self.references.iter().map(|_| None).collect();
        let mut unused = vec![];
        for definition in std::mem::take(&mut self.definitions) {
            match self.numbers.get(&definition.label.to_lowercase()) {
                Some(&number) if numbered[number - 1].is_none() => numbered[number - 1] = Some(definition),
                _ => unused.push(definition),
            }
        }
        let mut html = String::from("<div class=\"notes\" role=\"doc-endnotes\">\n<ol>\n");
        for (index, definition) in numbered.into_iter().enumerate() {
            let references = self.references[index];
            let definition = definition.map_or_else(String::new, |definition| definition.html);
            write_note(index + 1, &definition, references, &mut html);
        }
        for (index, definition) in unused.into_iter().enumerate() {
            write_note(self.references.len() + index + 1, &definition.html, 0, &mut html);
            problems.push(Problem { kind: ProblemKind::UnusedFootnote { label: definition.label }, range: definition.range });
        }
        html.push_str("</ol>\n</div>\n");
        html
    }
}

/// One note, with a way back to each of its references at the end of its last paragraph.
fn write_note(number: usize, note: &str, references: usize, html: &mut String) {
    let note = note.trim_end();
    let (body, end) = note.strip_suffix("</p>").map_or((note, ""), |body| (body, "</p>"));
    write!(html, "<li id=\"fn-{number}\">{body}").expect(WRITTEN);
    for reference in 1..=references {
        let id = reference_id(number, reference);
        write!(html, " <a href=\"#{id}\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"↩ {number}\">↩</a>").expect(WRITTEN);
    }
    html.push_str(end);
    html.push_str("</li>\n");
}

fn reference_id(number: usize, reference: usize) -> String {
    if reference == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{reference}") }
}
