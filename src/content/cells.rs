//! The cells of a table in little memory: an archive has two hundred for each report, and nearly all are small counts.
//!
//! In: cells as they are read. Out: the same, by number. A cell that does not fit into sixteen bytes (an amount, a large
//! count, something written beside it) is kept whole, beside the others.

mod packed;

use serde::{Deserialize, Serialize};

use super::figure::{Beside, Cell, Entry, Figure};
use crate::source::Span;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// Not written.
    Absent,
    /// In `count`.
    Count,
    Blank,
    NotApplicable,
    Unreadable,
    /// In the list of those kept whole, at `count`.
    Whole,
}

impl Kind {
    /// By their numbers.
    const ALL: [Kind; 6] = [Kind::Absent, Kind::Count, Kind::Blank, Kind::NotApplicable, Kind::Unreadable, Kind::Whole];
}

/// A cell whose place and figure are small.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Small {
    start: u32,
    line: u32,
    count: i32,
    length: u16,
    kind: Kind,
    computed: bool,
}

const ABSENT: Small = Small { start: 0, line: 0, count: 0, length: 0, kind: Kind::Absent, computed: false };

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Whole {
    figure: Figure,
    span: Span,
    beside: Option<Beside>,
}

/// By number of the cell in its table.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Cells {
    #[serde(with = "packed")]
    small: Vec<Small>,
    whole: Vec<Whole>,
}

impl Cells {
    /// So many cells, none of them written.
    pub(super) fn none(count: usize) -> Cells {
        Cells { small: vec![ABSENT; count], whole: vec![] }
    }

    pub(super) fn set(&mut self, cell: usize, entry: Entry) {
        let Entry { figure, computed, span, beside } = entry;
        let small = match figure {
            Figure::Count(count) => i32::try_from(count).ok().map(|count| (Kind::Count, count)),
            Figure::Blank => Some((Kind::Blank, 0)),
            Figure::NotApplicable => Some((Kind::NotApplicable, 0)),
            Figure::Unreadable => Some((Kind::Unreadable, 0)),
            Figure::Amount(_) => None,
        };
        let length = span.end.checked_sub(span.start).and_then(|length| u16::try_from(length).ok());
        let (kind, count, length) = match (small, length, &beside) {
            (Some((kind, count)), Some(length), None) => (kind, count, length),
            _ => {
                self.whole.push(Whole { figure, span, beside });
                (Kind::Whole, self.whole.len() as i32 - 1, 0)
            }
        };
        self.small[cell] = Small { start: span.start, line: span.line, count, length, kind, computed };
    }

    /// `None` for a cell that was not written, or is not there.
    pub fn get(&self, cell: usize) -> Option<Cell<'_>> {
        self.cell(self.small.get(cell)?)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<Cell<'_>>> {
        self.small.iter().map(|small| self.cell(small))
    }

    /// Those of a row: `count` from `first` on, as far as they are there.
    pub fn of_row(&self, first: usize, count: usize) -> impl Iterator<Item = Option<Cell<'_>>> + Clone {
        let all = self.small.get(first..).unwrap_or_default();
        all[..count.min(all.len())].iter().map(|small| self.cell(small))
    }

    fn cell(&self, small: &Small) -> Option<Cell<'_>> {
        let figure = match small.kind {
            Kind::Absent => return None,
            Kind::Count => Figure::Count(i64::from(small.count)),
            Kind::Blank => Figure::Blank,
            Kind::NotApplicable => Figure::NotApplicable,
            Kind::Unreadable => Figure::Unreadable,
            Kind::Whole => {
                let whole = self.whole.get(small.count as usize)?;
                return Some(Cell { figure: whole.figure, computed: small.computed, span: whole.span, beside: whole.beside.as_ref() });
            }
        };
        let span = Span { start: small.start, end: small.start + u32::from(small.length), line: small.line };
        Some(Cell { figure, computed: small.computed, span, beside: None })
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    #[test]
    fn whatever_is_put_in_comes_out() {
        let figures = [
            Figure::Count(0),
            Figure::Count(-7),
            Figure::Count(i64::from(i32::MAX)),
            Figure::Count(i64::from(i32::MAX) + 1),
            Figure::Count(i64::MIN),
            Figure::Amount(Decimal::new(110, 2)),
            Figure::Amount(Decimal::MAX),
            Figure::Blank,
            Figure::NotApplicable,
            Figure::Unreadable,
        ];
        let spans = [
            Span { start: 7, end: 9, line: 3 },
            Span { start: u32::MAX - 1, end: u32::MAX, line: u32::MAX },
            Span { start: 0, end: 70_000, line: 1 },
        ];
        let entries = || {
            figures.iter().flat_map(|figure| {
                spans.iter().flat_map(|span| [Entry::given(*figure, *span), Entry::computed(*figure, *span), Entry::noted(*figure, *span)])
            })
        };
        let mut cells = Cells::none(entries().count() + 1);
        for (at, entry) in entries().enumerate() {
            cells.set(at, entry);
        }
        for (at, entry) in entries().enumerate() {
            let cell = cells.get(at).expect("it was put in");
            assert_eq!(
                (cell.figure, cell.computed, cell.span, cell.beside),
                (entry.figure, entry.computed, entry.span, entry.beside.as_ref())
            );
        }
        assert_eq!(cells.get(entries().count()), None, "not written");
        assert_eq!(cells.get(10_000), None, "not there");
        assert_eq!(cells.of_row(1, 2).collect::<Vec<_>>(), [cells.get(1), cells.get(2)]);
        assert_eq!(cells.of_row(9_999, 2).count(), 0);
        let again: Cells = postcard::from_bytes(&postcard::to_stdvec(&cells).expect("memory takes all")).expect("the same");
        assert_eq!(again, cells);
    }

    #[test]
    fn a_cell_takes_sixteen_bytes() {
        assert_eq!(size_of::<Small>(), 16);
    }
}
