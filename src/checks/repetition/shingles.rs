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
        let (characters, places, ends) = chinese(text);
        let mut hashes = Vec::with_capacity(characters.len());
        let mut start = 0;
        for end in ends {
            let (paragraph, mut hash) = (&characters[start..end], 0_u64);
            let (first, others) = paragraph.split_at(paragraph.len().min(LENGTH - 1));
            first.iter().for_each(|&c| hash = hash.wrapping_mul(BASE).wrapping_add(c.into()));
            let mut leaving = 0;
            hashes.extend(others.iter().zip(paragraph).map(|(&newest, &oldest)| {
                hash = hash.wrapping_mul(BASE).wrapping_add(newest.into()).wrapping_sub(leaving);
                leaving = OLDEST.wrapping_mul(oldest.into());
                if is_left_out(hash) { NONE } else { hash }
            }));
            // But for the last paragraph's, which nothing follows.
            if end < characters.len() {
                hashes.resize(end, NONE);
            }
            start = end;
        }
        hashes.resize((characters.len() + 1).saturating_sub(LENGTH), NONE);
        Shingles { hashes, places }
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

/// The Chinese characters of a text, where each stands, and for each paragraph how many there are up to its end.
fn chinese(text: &str) -> (Vec<u16>, Vec<u32>, Vec<usize>) {
    let most = text.len() / 3;
    let (mut characters, mut places, mut ends) = (Vec::with_capacity(most), Vec::with_capacity(most), vec![]);
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [first @ 0xe0..=0xef, second, third, after @ ..] => {
                let c = code_of([*first, *second, *third]);
                if CHINESE.contains(&c) {
                    characters.push(c);
                    places.push((text.len() - rest.len()) as u32);
                }
                after
            }
            [b'\n', after @ ..] => {
                ends.push(characters.len());
                after
            }
            [_, after @ ..] => after,
            [] => break,
        }
    }
    ends.push(characters.len());
    (characters, places, ends)
}

/// How many of these passages count.
pub(super) fn count(hashes: &[u64]) -> usize {
    hashes.iter().filter(|hash| **hash != NONE).count()
}

fn is_kept(hash: u64) -> bool {
    hash < u64::MAX / SPARSE && hash != NONE
}

/// The Chinese characters. In UTF-8 they have three bytes.
const CHINESE: std::ops::RangeInclusive<u16> = '\u{4e00}' as u16..='\u{9fff}' as u16;

/// The number of a character of three bytes, `1110xxxx 10xxxxxx 10xxxxxx`.
fn code_of([first, second, third]: [u8; 3]) -> u16 {
    u16::from(first) << 12 | u16::from(second & 0x3f) << 6 | u16::from(third & 0x3f)
}

const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
/// What the first character of a passage counts once one more has come behind it.
const OLDEST: u64 = BASE.wrapping_pow(LENGTH as u32);

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
