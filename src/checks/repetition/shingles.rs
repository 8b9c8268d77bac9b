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

/// No passage. No hash is this: [`mixed`] gives it for zero alone, which no passage of Chinese characters adds up to.
pub(super) const NONE: u64 = 0;

impl Shingles {
    pub(super) fn of(text: &str) -> Shingles {
        let statutory = &*STATUTORY;
        Shingles::without(text, |hash| statutory.contains(hash))
    }

    fn without(text: &str, is_left_out: impl Fn(u64) -> bool) -> Shingles {
        let most = text.len() / 3;
        let mut shingles = Shingles { hashes: Vec::with_capacity(most), places: Vec::with_capacity(most) };
        let mut characters = Vec::with_capacity(most);
        let (bytes, mut at) = (text.as_bytes(), 0);
        while at < bytes.len() {
            match bytes[at] {
                0xe0..=0xef => {
                    let c = code_of(&bytes[at..at + 3]);
                    if CHINESE.contains(&c) {
                        shingles.places.push(at as u32);
                        characters.push(c);
                    }
                    at += 3;
                }
                b'\n' => {
                    shingles.add(&mut characters, &is_left_out);
                    at += 1;
                }
                _ => at += 1,
            }
        }
        shingles.add(&mut characters, &is_left_out);
        shingles.hashes.truncate((shingles.places.len() + 1).saturating_sub(LENGTH));
        shingles
    }

    /// The passages of one more paragraph: Rabin and Karp's rolling hash over its characters, mixed at the end so that its
    /// size is arbitrary. No passage begins with its last few characters.
    fn add(&mut self, characters: &mut Vec<u64>, is_left_out: impl Fn(u64) -> bool) {
        let oldest = (0..LENGTH).fold(1u64, |power, _| power.wrapping_mul(BASE));
        let passage = |hash: u64| Some(mixed(hash)).filter(|hash| !is_left_out(*hash)).unwrap_or(NONE);
        let (first, rest) = characters.split_at(characters.len().min(LENGTH));
        if first.len() == LENGTH {
            let mut hash = first.iter().fold(0u64, |hash, c| hash.wrapping_mul(BASE).wrapping_add(*c));
            self.hashes.push(passage(hash));
            self.hashes.extend(rest.iter().zip(characters.iter()).map(|(newest, leaving)| {
                hash = hash.wrapping_mul(BASE).wrapping_add(newest.wrapping_sub(leaving.wrapping_mul(oldest)));
                passage(hash)
            }));
        }
        self.hashes.resize(self.places.len(), NONE);
        characters.clear();
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

    /// Every so many-th, by value: sorted, each once.
    pub(super) fn sketch(&self) -> Vec<u64> {
        let mut kept: Vec<u64> = self.hashes.iter().copied().filter(|hash| is_kept(*hash)).collect();
        kept.sort_unstable();
        kept.dedup();
        kept
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

/// The number of a character of three bytes.
fn code_of(bytes: &[u8]) -> u64 {
    u64::from(bytes[0] & 0x0f) << 12 | u64::from(bytes[1] & 0x3f) << 6 | u64::from(bytes[2] & 0x3f)
}

const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The end of splitmix64.
fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// The passages of the statutory phrases, with a quick answer for nearly all others.
struct Statutory {
    hashes: Vec<u64>,
    bits: Vec<u64>,
}

static STATUTORY: LazyLock<Statutory> = LazyLock::new(|| {
    let phrases: Vec<String> = serde_yaml::from_str(include_str!("statutory.yaml")).expect("our own list of phrases is a list of texts");
    let mut hashes: Vec<u64> = phrases.iter().flat_map(|phrase| Shingles::without(phrase, |_| false).hashes).collect();
    hashes.sort_unstable();
    let mut bits = vec![0; 1024];
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
