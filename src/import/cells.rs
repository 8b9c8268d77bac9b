//! Where the tables of a document are, and the runs of labels and figures of tables that were torn into lines.
//!
//! In: a document and the labels of every form. Out: [`Item`]s in order: prose, grids, and torn tables as [`Run`]s.

use super::document::{At, Block, Document, Line, LineKind, plain};
use super::figure;
use super::labels::{Names, folded};
use super::lines;

/// A text and its place.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Piece {
    pub text: String,
    pub at: At,
}

/// Labels and the figures that follow them.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    pub labels: Vec<Piece>,
    pub figures: Vec<Piece>,
}

/// A part of a document.
pub(super) enum Item<'a> {
    Prose(Vec<&'a Line>),
    Grid(&'a super::Grid),
    Torn(Vec<Run>, Vec<&'a Line>),
}

/// What a line may be in a torn table.
#[derive(Clone, PartialEq)]
enum Sense {
    Figures(Vec<String>),
    /// A label with figures behind it.
    Both(String, Vec<String>),
    /// A label of a form, or a part of one.
    Label,
    /// Could be a label with a slip.
    Perhaps,
    Prose,
}

/// Cuts a document. `is_section`: whether a line is the heading of a section.
pub(super) fn items<'a>(document: &'a Document, names: &[&Names], is_section: &dyn Fn(&str) -> bool) -> Vec<Item<'a>> {
    let mut items = vec![];
    let mut lines: Vec<&Line> = vec![];
    for block in &document.blocks {
        match block {
            Block::Line(line) => lines.push(line),
            Block::Grid(grid) => {
                cut(&std::mem::take(&mut lines), names, is_section, &mut items);
                items.push(Item::Grid(grid));
            }
        }
    }
    cut(&lines, names, is_section, &mut items);
    items
}

fn cut<'a>(lines: &[&'a Line], names: &[&Names], is_section: &dyn Fn(&str) -> bool, items: &mut Vec<Item<'a>>) {
    let senses: Vec<Sense> = lines.iter().map(|line| sense(line, names, is_section)).collect();
    let mut prose = vec![];
    let mut at = 0;
    while at < lines.len() {
        match region(&senses, at) {
            Some(end) => {
                if !prose.is_empty() {
                    items.push(Item::Prose(std::mem::take(&mut prose)));
                }
                items.push(Item::Torn(runs(&lines[at..end], &senses[at..end]), lines[at..end].to_vec()));
                at = end;
            }
            None => {
                prose.push(lines[at]);
                at += 1;
            }
        }
    }
    if !prose.is_empty() {
        items.push(Item::Prose(prose));
    }
}

fn sense(line: &Line, names: &[&Names], is_section: &dyn Fn(&str) -> bool) -> Sense {
    match line.kind {
        LineKind::EmptyCell => return Sense::Figures(vec![String::new()]),
        LineKind::Image | LineKind::Heading(_) => return Sense::Prose,
        _ if is_section(&line.text) => return Sense::Prose,
        _ => {}
    }
    let text = plain(&line.text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let figures = words.iter().rev().take_while(|word| figure::is_figure(word)).count();
    let (label, behind) = words.split_at(words.len() - figures);
    let behind: Vec<String> = behind.iter().map(|word| word.to_string()).collect();
    if label.is_empty() && !behind.is_empty() {
        return Sense::Figures(behind);
    }
    let known = |text: &str| {
        let text = folded(text);
        names.iter().any(|names| names.has_piece(&text))
    };
    let label = label.concat();
    if !behind.is_empty() && (known(&label) || names.iter().any(|names| names.row(&[&label]).is_some())) {
        return Sense::Both(label, behind);
    }
    if known(&text) || known_words(&words, names) {
        return Sense::Label;
    }
    if behind.is_empty() && is_own_section(&text, names) {
        return Sense::Prose;
    }
    let short = folded(&text).chars().count() <= 45 && !text.ends_with('。') && !text.contains('；');
    if short { Sense::Perhaps } else { Sense::Prose }
}

/// A numbered heading that is no label of a form: the text between two tables goes on there.
fn is_own_section(text: &str, names: &[&Names]) -> bool {
    lines::is_heading(text) && !text.starts_with(['（', '(']) && names.iter().all(|names| names.row(&[text]).is_none())
}

/// A header line: several labels beside each other.
fn known_words(words: &[&str], names: &[&Names]) -> bool {
    words.len() >= 2 && words.iter().all(|word| names.iter().any(|names| names.has_piece(&folded(word))))
}

/// The end of the torn table that begins here, if one does.
fn region(senses: &[Sense], start: usize) -> Option<usize> {
    if !matches!(senses[start], Sense::Label | Sense::Both(..)) {
        return None;
    }
    let (mut end, mut figures, mut labels, mut doubtful) = (start, 0, 0, 0);
    for (at, sense) in senses.iter().enumerate().skip(start) {
        match sense {
            Sense::Figures(found) => figures += found.iter().filter(|text| !text.is_empty()).count(),
            Sense::Both(_, found) => (figures, labels) = (figures + found.len(), labels + 1),
            Sense::Label => labels += 1,
            Sense::Perhaps if doubtful < 4 => {
                doubtful += 1;
                continue;
            }
            Sense::Perhaps | Sense::Prose => break,
        }
        (end, doubtful) = (at + 1, 0);
    }
    (labels >= 2 && figures >= 3 || labels >= 8).then_some(end)
}

/// Labels up to the next figures, again and again.
fn runs(lines: &[&Line], senses: &[Sense]) -> Vec<Run> {
    let mut runs: Vec<Run> = vec![];
    let mut open = Run::default();
    let mut after_both = false;
    for (line, sense) in lines.iter().zip(senses) {
        let piece = |text: &str| Piece { text: text.to_string(), at: line.at };
        let (label, figures): (Option<String>, &[String]) = match sense {
            Sense::Figures(figures) => (None, figures),
            Sense::Both(label, figures) => (Some(label.clone()), figures),
            _ => (Some(plain(&line.text)), &[]),
        };
        if (label.is_some() || after_both) && !open.figures.is_empty() {
            runs.push(std::mem::take(&mut open));
        }
        after_both = label.is_some() && !figures.is_empty();
        open.labels.extend(label.map(|label| piece(&label)));
        open.figures.extend(figures.iter().map(|text| piece(text)));
    }
    if !open.figures.is_empty() || !open.labels.is_empty() {
        runs.push(open);
    }
    for run in &mut runs {
        // Empty cells at the end of a row may be no cells at all.
        let filled = run.figures.iter().rposition(|piece| !piece.text.is_empty()).map_or(0, |at| at + 1);
        run.figures.truncate(filled);
    }
    runs
}
