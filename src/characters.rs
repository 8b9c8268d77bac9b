//! Texts looked through for the few characters that matter, as fast as the others can be passed over.
//!
//! In: UTF-8, and the bytes that what is looked for begins with. Out: places. What is to be done there is left to others.
//! [`Steps`] suit Chinese prose, of which they look at every third byte; [`first`] suits short texts that mostly hold nothing.

/// A table to look bytes up in, the quickest way past those of no interest.
pub const fn these_bytes(bytes: &[u8]) -> [bool; 256] {
    let (mut table, mut at) = ([false; 256], 0);
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
}

/// By its first byte, how far it is from a character of UTF-8 to the next; nothing where it is one of interest.
pub struct Steps([u8; 256]);

/// How long characters are: none is of interest.
pub const WIDTHS: Steps = Steps::past_all_but(b"");

impl Steps {
    /// Those that begin with one of these bytes are of interest.
    pub const fn past_all_but(bytes: &[u8]) -> Steps {
        let (these, mut steps, mut byte) = (these_bytes(bytes), [0; 256], 0);
        while byte < 256 {
            steps[byte] = match byte {
                _ if these[byte] => 0,
                0xc0..0xe0 => 2,
                0xe0..0xf0 => 3,
                0xf0.. => 4,
                _ => 1,
            };
            byte += 1;
        }
        Steps(steps)
    }

    /// Nor past control characters, a tab and the end of a line among them.
    pub const fn nor_controls(mut self) -> Steps {
        let mut byte = 0;
        while byte < 0x20 {
            self.0[byte] = 0;
            byte += 1;
        }
        self.0[0x7f] = 0;
        self
    }

    /// From a character that begins so to the next one.
    pub fn at(&self, byte: u8) -> usize {
        self.0[usize::from(byte)].into()
    }

    /// Where the first character of interest stands, from one on.
    pub fn next(&self, text: &[u8], mut at: usize) -> Option<usize> {
        loop {
            // Four of Chinese at once: the second is looked for before it is known how long the first one is.
            while let Some(&[a, _, _, b, _, _, c, _, _, d]) = text.get(at..)?.first_chunk()
                && [a, b, c, d].iter().all(|first| self.at(*first) == 3)
            {
                at += 12;
            }
            for _ in 0..4 {
                match self.at(*text.get(at)?) {
                    0 => return Some(at),
                    step => at += step,
                }
            }
        }
    }
}

/// The lines of a text, each with its end.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let line = &rest[..memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end + 1)];
        start += line.len();
        Some(line)
    })
}

/// Where the first byte of a kind stands, in texts that mostly have none: sixteen are looked at together, which the processor
/// does in a few steps where `wanted` does not branch.
pub fn first(text: &str, wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let bytes = text.as_bytes();
    // No `any`: it would leave at the first, and so look at one after the other.
    let is_clean = |some: &[u8; 16]| !some.iter().fold(false, |found, &byte| found | wanted(byte));
    let clean = bytes.as_chunks().0.iter().take_while(|some| is_clean(some)).count() * 16;
    if bytes.len() - clean < 16 && bytes.last_chunk().is_some_and(is_clean) {
        return None;
    }
    bytes[clean..].iter().position(|&byte| wanted(byte)).map(|at| clean + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_interest_are_found_and_no_byte_within_another() {
        let text = "é中\u{20000}“a";
        let quotes = Steps::past_all_but(b"\xe2");
        assert_eq!(quotes.next(text.as_bytes(), 0), text.find('“'));
        assert_eq!(quotes.next(text.as_bytes(), text.len()), None);
        assert_eq!(Steps::past_all_but(b"a").nor_controls().next(b"bc\x1fa", 0), Some(2));
        assert_eq!(first(text, |byte| byte == b'a'), text.find('a'));
        assert_eq!(first("所有的字都不必看", |byte| byte == b'a'), None);
    }

    #[test]
    fn lines_keep_their_ends() {
        for text in ["", "\n", "甲\r\n\n乙", "甲\n"] {
            assert!(lines(text).eq(text.split_inclusive('\n')), "{text:?}");
        }
    }
}
