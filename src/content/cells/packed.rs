//! Cells as they are written down for the next run of the program: one byte for most of them.
//!
//! In: small cells. Out: bytes, and the same cells from them; nothing from bytes that are no such cells. A count that stands two
//! bytes behind the cell before, as in `[0, 3, 12]`, is one byte; any other cell is all of its bytes behind [`OTHER`]. How many there are
//! stands before them.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

use super::{ABSENT, Kind, Small};

/// From here on a byte is no count.
const MOST: u8 = 250;
const NOT_WRITTEN: u8 = 254;
const OTHER: u8 = 255;

pub(super) fn serialize<S: Serializer>(cells: &[Small], to: S) -> Result<S::Ok, S::Error> {
    let mut bytes = Vec::with_capacity(cells.len() * 5);
    bytes.extend_from_slice(&(cells.len() as u32).to_le_bytes());
    let mut before = ABSENT;
    for cell in cells {
        match u8::try_from(cell.count) {
            _ if *cell == ABSENT => bytes.push(NOT_WRITTEN),
            Ok(count) if count < MOST && *cell == next(before, count) => bytes.push(count),
            _ => {
                bytes.push(OTHER);
                bytes.extend_from_slice(&cell.to_bytes());
            }
        }
        before = *cell;
    }
    to.serialize_bytes(&bytes)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Small>, D::Error> {
    cells(<&[u8]>::deserialize(from)?).ok_or_else(|| D::Error::custom("these are no cells"))
}

fn cells(bytes: &[u8]) -> Option<Vec<Small>> {
    let (count, mut bytes) = bytes.split_first_chunk()?;
    let count = u32::from_le_bytes(*count) as usize;
    let mut cells = Vec::with_capacity(count.min(bytes.len()));
    let mut before = ABSENT;
    while let [first, rest @ ..] = bytes {
        bytes = rest;
        before = match *first {
            count @ ..MOST => next(before, count),
            NOT_WRITTEN => ABSENT,
            OTHER => {
                let (cell, rest) = rest.split_first_chunk()?;
                bytes = rest;
                Small::of_bytes(*cell)?
            }
            _ => return None,
        };
        cells.push(before);
    }
    (cells.len() == count).then_some(cells)
}

/// A count as it mostly stands behind another cell.
fn next(before: Small, count: u8) -> Small {
    let length = if count < 10 {
        1
    } else if count < 100 {
        2
    } else {
        3
    };
    let start = before.start.wrapping_add(u32::from(before.length) + 2);
    Small { start, line: before.line, count: count.into(), length, kind: Kind::Count, computed: false }
}

impl Small {
    fn to_bytes(self) -> [u8; 16] {
        let Small { start, line, count, length, kind, computed } = self;
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&start.to_le_bytes());
        bytes[4..8].copy_from_slice(&line.to_le_bytes());
        bytes[8..12].copy_from_slice(&count.to_le_bytes());
        bytes[12..14].copy_from_slice(&length.to_le_bytes());
        bytes[14] = kind as u8;
        bytes[15] = computed.into();
        bytes
    }

    fn of_bytes([a, b, c, d, e, f, g, h, i, j, k, l, m, n, kind, computed]: [u8; 16]) -> Option<Small> {
        Some(Small {
            start: u32::from_le_bytes([a, b, c, d]),
            line: u32::from_le_bytes([e, f, g, h]),
            count: i32::from_le_bytes([i, j, k, l]),
            length: u16::from_le_bytes([m, n]),
            kind: *Kind::ALL.get(usize::from(kind))?,
            computed: match computed {
                0 => false,
                1 => true,
                _ => return None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Serialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Cells(#[serde(with = "super")] Vec<Small>);

    fn small() -> impl Strategy<Value = Small> {
        let kind = prop::sample::select(&Kind::ALL[..]);
        (0..4_u32, 0..3_u32, prop_oneof![0..300, any::<i32>()], 0..4_u16, kind, any::<bool>(), any::<bool>()).prop_map(
            |(start, line, count, length, kind, computed, is_absent)| {
                if is_absent { ABSENT } else { Small { start, line, count, length, kind, computed } }
            },
        )
    }

    proptest! {
        #[test]
        fn cells_are_the_same_after_they_were_written_down(mut cells in prop::collection::vec(small(), 0..20), counts in prop::collection::vec(any::<u8>(), 0..20)) {
            for count in counts {
                cells.push(next(cells.last().copied().unwrap_or(ABSENT), count));
            }
            let cells = Cells(cells);
            let bytes = postcard::to_stdvec(&cells).expect("memory takes all");
            prop_assert_eq!(postcard::from_bytes::<Cells>(&bytes).expect("the same"), cells);
        }
    }

    #[test]
    fn a_row_of_counts_takes_a_byte_for_each_but_the_first() {
        let first = Small { start: 120, line: 9, ..next(ABSENT, 7) };
        let row = Cells(vec![first, next(first, 0), next(next(first, 0), 249), ABSENT]);
        assert_eq!(postcard::to_stdvec(&row).expect("memory takes all").len(), 1 + 4 + 17 + 1 + 1 + 1);
    }

    #[test]
    fn bytes_that_are_no_cells_are_refused() {
        let other = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0];
        for (count, bytes) in
            [(1, &[MOST][..]), (1, &[OTHER]), (2, &[0, OTHER, 1, 2]), (1, &[&[OTHER], &other[..]].concat()), (3, &[0, 0]), (1, &[0, 0])]
        {
            assert_eq!(cells(&[&u32::to_le_bytes(count), bytes].concat()), None, "{count} {bytes:?}");
        }
        assert_eq!(cells(&[2, 0, 0, 0, 0, 0]).map(|cells| cells.len()), Some(2));
    }
}
