//! Texts as sets of short passages, so that what two of them share can be counted.
//!
//! In: plain text. Out: a hash for every [`LENGTH`] Chinese characters in a row; digits, punctuation, Latin letters and
//! statutory phrases do not count. [`sketch`] keeps a fixed part of them, the same for every text: what two sketches
//! share is what the texts share, give or take, at a small part of the cost.

use std::ops::Range;
use std::sync::LazyLock;

/// Characters in one passage.
pub(super) const LENGTH: usize = 10;

/// One passage in so many goes into a sketch.
const SPARSE: u64 = 24;

/// The passages of a text, one for each character that it may begin with: [`NONE`] for one that is (part of) a statutory
/// phrase or goes on in the next paragraph.
#[derive(Default)]
pub(super) struct Shingles {
    pub hashes: Vec<u64>,
    /// Where the characters that count stand in the text.
    places: Vec<u32>,
}

/// No passage. Hardly one in 2⁶⁴ has this hash, and such a one is not missed.
pub(super) const NONE: u64 = 0;

impl Shingles {
    pub(super) fn of(text: &str) -> Shingles {
        let statutory = &*STATUTORY;
        Shingles::without(text, |hash| statutory.contains(hash))
    }

    /// Rabin and Karp's rolling hash over the Chinese characters of each paragraph. No passage begins with its last few.
    fn without(text: &str, is_left_out: impl Fn(u64) -> bool) -> Shingles {
        let most = text.len() / 3;
        let mut shingles = Shingles { hashes: Vec::with_capacity(most), places: Vec::with_capacity(most) };
        let mut window = Window::default();
        let mut rest = text.as_bytes();
        loop {
            rest = match rest {
                [first @ 0xe0..=0xef, second, third, after @ ..] => {
                    let c = code_of([*first, *second, *third]);
                    if CHINESE.contains(&c) {
                        shingles.places.push((text.len() - rest.len()) as u32);
                        if let Some(passage) = window.moved(c) {
                            shingles.hashes.push(if is_left_out(passage) { NONE } else { passage });
                        }
                    }
                    after
                }
                [b'\n', after @ ..] => {
                    window = Window::default();
                    shingles.hashes.resize(shingles.places.len(), NONE);
                    after
                }
                [_, after @ ..] => after,
                [] => break,
            }
        }
        shingles.hashes.resize((shingles.places.len() + 1).saturating_sub(LENGTH), NONE);
        shingles
    }

    /// The passages of whole paragraphs.
    pub(super) fn within(&self, part: Range<usize>) -> &[u64] {
        let number = |place: usize| self.places.partition_point(|&at| (at as usize) < place);
        let (first, end) = (number(part.start), number(part.end));
        // A part that is shorter than a passage has none.
        self.hashes.get(first..(end + 1).saturating_sub(LENGTH)).unwrap_or_default()
    }

    /// The part of the text that a run of passages covers.
    pub(super) fn covered(&self, run: Range<usize>) -> Range<usize> {
        self.places[run.start] as usize..self.places[run.end + LENGTH - 2] as usize + '一'.len_utf8()
    }

    /// Every so many-th, by the size of its mixed hash: sorted, each once.
    pub(super) fn sketch(&self) -> Vec<u64> {
        let mut kept: Vec<u64> = self.hashes.iter().map(|hash| mixed(*hash)).filter(|hash| is_kept(*hash)).collect();
        kept.sort_unstable();
        kept.dedup();
        kept
    }
}

/// The last characters of a paragraph, and the hash of so many of them as make a passage.
#[derive(Default)]
struct Window {
    /// Each at its number, from the beginning again after the sixteenth.
    characters: [u64; 16],
    count: usize,
    hash: u64,
}

impl Window {
    /// The passage that ends with one more character.
    fn moved(&mut self, newest: u64) -> Option<u64> {
        const OLDEST: u64 = BASE.wrapping_pow(LENGTH as u32);
        let leaving = self.characters[self.count.wrapping_sub(LENGTH) % 16];
        self.hash = self.hash.wrapping_mul(BASE).wrapping_add(newest).wrapping_sub(leaving.wrapping_mul(OLDEST));
        self.characters[self.count % 16] = newest;
        self.count += 1;
        (self.count >= LENGTH).then_some(self.hash)
    }
}

/// How many of these passages count.
pub(super) fn count(hashes: &[u64]) -> usize {
    hashes.iter().filter(|hash| **hash != NONE).count()
}

fn is_kept(hash: u64) -> bool {
    hash < u64::MAX / SPARSE && hash != NONE
}

/// The Chinese characters. In UTF-8 they have three bytes.
const CHINESE: std::ops::RangeInclusive<u64> = '\u{4e00}' as u64..='\u{9fff}' as u64;

/// The number of a character of three bytes, `1110xxxx 10xxxxxx 10xxxxxx`.
fn code_of(bytes: [u8; 3]) -> u64 {
    const MARKS: u64 = (0xe0 << 12) + (0x80 << 6) + 0x80;
    (u64::from(bytes[0]) << 12) + (u64::from(bytes[1]) << 6) + u64::from(bytes[2]) - MARKS
}

const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The end of splitmix64, by which the size of a hash is arbitrary. Zero stays zero.
fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// The passages of the statutory phrases, with a quick answer for nearly all others.
struct Statutory {
    hashes: Vec<u64>,
    bits: [u64; 1024],
}

static STATUTORY: LazyLock<Statutory> = LazyLock::new(|| {
    let phrases: Vec<String> = serde_yaml::from_str(include_str!("statutory.yaml")).expect("our own list of phrases is a list of texts");
    let mut hashes: Vec<u64> = phrases.iter().flat_map(|phrase| Shingles::without(phrase, |_| false).hashes).collect();
    hashes.sort_unstable();
    let mut bits = [0; 1024];
    for hash in &hashes {
        bits[(hash >> 6) as usize % 1024] |= 1 << (hash % 64);
    }
    Statutory { hashes, bits }
});

impl Statutory {
    fn contains(&self, hash: u64) -> bool {
        self.bits[(hash >> 6) as usize % 1024] & (1 << (hash % 64)) != 0 && self.hashes.binary_search(&hash).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_punctuation_do_not_make_a_difference() {
        let (a, b) = (Shingles::of("全年公开信息12条，接待群众查询3人次。"), Shingles::of("全年公开信息 345 条；接待群众查询 6 人次"));
        assert_eq!(a.hashes, b.hashes);
        assert_eq!(count(&a.hashes), 15 - LENGTH + 1);
    }

    #[test]
    fn a_part_holds_the_passages_that_it_would_have_by_itself() {
        let text = "一二三四五六七八九十甲乙\n丙丁\n子丑寅卯辰巳午未申酉戌亥";
        let (whole, first, last) = (Shingles::of(text), text.find('丙').expect("there"), text.find('子').expect("there"));
        for part in [0..first, first..last, last..text.len(), 0..last, 0..text.len()] {
            assert_eq!(whole.within(part.clone()), Shingles::of(&text[part]).hashes);
        }
        assert!(Shingles::of("甲\n乙").within(4..7).is_empty());
    }

    #[test]
    fn statutory_phrases_do_not_count() {
        let text = "根据《中华人民共和国政府信息公开条例》第四十九条、第五十条的规定";
        assert_eq!(count(&Shingles::of(text).hashes), 0);
    }

    #[test]
    fn runs_of_passages_are_found_in_the_text_again() {
        let text = "一二三四五六，七八九十甲乙";
        let shingles = Shingles::of(text);
        assert_eq!([1..2, 0..2].map(|run| &text[shingles.covered(run)]), ["二三四五六，七八九十甲", "一二三四五六，七八九十甲"]);
    }
}
