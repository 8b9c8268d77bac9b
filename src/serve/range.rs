//! The part of a file that a request asks for (RFC 9110, 14.2): one range of bytes, or all.

use std::ops::RangeInclusive;

/// What to send.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// No range, or none that we understand, or several: all of it is a right answer too.
    Whole,
    Bytes(RangeInclusive<u64>),
    /// Nothing of what was asked for is there.
    OutOfRange,
}

pub(super) fn part(header: Option<&str>, size: u64) -> Part {
    let Some(range) = header.and_then(|header| header.trim().strip_prefix("bytes=")) else { return Part::Whole };
    let Some((first, last)) = range.split_once('-').filter(|_| !range.contains(',')) else { return Part::Whole };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..=last.min(size.saturating_sub(1)),
        (Some(first), None) if last.trim().is_empty() => first..=size.saturating_sub(1),
        // The last so many bytes.
        (None, Some(length)) if first.trim().is_empty() => {
            if length == 0 {
                return Part::OutOfRange;
            }
            size.saturating_sub(length)..=size.saturating_sub(1)
        }
        _ => return Part::Whole,
    };
    if *range.start() >= size { Part::OutOfRange } else { Part::Bytes(range) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_of_bytes_is_understood_and_anything_else_is_all() {
        let of = |header| part(Some(header), 1000);
        assert_eq!(of("bytes=0-99"), Part::Bytes(0..=99));
        assert_eq!(of("bytes=900-"), Part::Bytes(900..=999));
        assert_eq!(of("bytes=-100"), Part::Bytes(900..=999));
        assert_eq!(of("bytes=990-2000"), Part::Bytes(990..=999));
        assert_eq!(of("bytes=1000-"), Part::OutOfRange);
        assert_eq!(of("bytes=-0"), Part::OutOfRange);
        for whole in ["", "bytes=", "bytes=5-1", "bytes=0-1,4-5", "lines=1-2", "bytes=a-b"] {
            assert_eq!(of(whole), Part::Whole, "{whole}");
        }
        assert_eq!(part(Some("bytes=0-"), 0), Part::OutOfRange);
    }
}
