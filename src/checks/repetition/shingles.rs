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
    /// How many count.
    pub count: usize,
}

/// No passage. No hash is this: [`mixed`] gives it for zero alone, which no passage of Chinese characters adds up to.
pub(super) const NONE: u64 = 0;

impl Shingles {
    pub(super) fn of(text: &str) -> Shingles {
        let mut shingles = Shingles { hashes: Vec::with_capacity(text.len() / 3), count: 0 };
        let statutory = &*STATUTORY;
        rolling(text, |hash| {
            let hash = if statutory.contains(hash) { NONE } else { hash };
            shingles.count += usize::from(hash != NONE);
            shingles.hashes.push(hash);
        });
        shingles
    }

    /// Every so many-th, by value: sorted, each once.
    pub(super) fn sketch(&self) -> Vec<u64> {
        let mut kept: Vec<u64> = self.hashes.iter().copied().filter(|hash| is_kept(*hash)).collect();
        kept.sort_unstable();
        kept.dedup();
        kept
    }
}

fn is_kept(hash: u64) -> bool {
    hash < u64::MAX / SPARSE && hash != NONE
}

/// The parts of a text that runs of passages cover. The passage of number n begins at the n-th character that counts.
pub(super) fn covered(text: &str, runs: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let ends: Vec<[usize; 2]> = runs.map(|run| [run.start, run.end + LENGTH - 2]).collect();
    let mut wanted = ends.concat();
    wanted.sort_unstable();
    wanted.dedup();
    let mut counted = text.char_indices().filter(|(_, c)| counts(*c)).map(|(at, _)| at).enumerate();
    let places: Vec<usize> =
        wanted.iter().map(|wanted| counted.find(|(number, _)| number == wanted).map_or(text.len(), |(_, at)| at)).collect();
    let place = |number: usize| wanted.binary_search(&number).map_or(text.len(), |at| places[at]);
    ends.iter().map(|&[first, last]| place(first)..(place(last) + '一'.len_utf8()).min(text.len())).collect()
}

/// Chinese characters; all of these are three bytes in UTF-8.
fn counts(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Rabin and Karp's rolling hash over the characters that count, mixed at the end so that its size is arbitrary.
/// Gives [`NONE`] where the characters do not stand in one paragraph.
fn rolling(text: &str, mut each: impl FnMut(u64)) {
    let oldest = (0..LENGTH).fold(1u64, |power, _| power.wrapping_mul(BASE));
    let mut window = [0u64; LENGTH];
    let (mut hash, mut seen, mut paragraph) = (0u64, 0usize, 0usize);
    for c in text.chars() {
        if !counts(c) {
            paragraph = if c == '\n' { seen } else { paragraph };
            continue;
        }
        let slot = &mut window[seen % LENGTH];
        hash = hash.wrapping_mul(BASE).wrapping_add(u64::from(c as u32)).wrapping_sub(slot.wrapping_mul(oldest));
        *slot = u64::from(c as u32);
        seen += 1;
        if seen >= LENGTH {
            each(if seen - paragraph >= LENGTH { mixed(hash) } else { NONE });
        }
    }
}

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
    let mut statutory = Statutory { hashes: vec![], bits: vec![0; 1024] };
    for phrase in phrases {
        rolling(&phrase, |hash| statutory.hashes.push(hash));
    }
    statutory.hashes.sort_unstable();
    for hash in &statutory.hashes {
        statutory.bits[(hash >> 6) as usize % 1024] |= 1 << (hash % 64);
    }
    statutory
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
        assert_eq!(a.count, 15 - LENGTH + 1);
    }

    #[test]
    fn statutory_phrases_do_not_count() {
        assert_eq!(Shingles::of("根据《中华人民共和国政府信息公开条例》第四十九条、第五十条的规定").count, 0);
    }

    #[test]
    fn runs_of_passages_are_found_in_the_text_again() {
        let text = "一二三四五六，七八九十甲乙";
        let parts: Vec<&str> = covered(text, [1..2, 0..2].into_iter()).into_iter().map(|range| &text[range]).collect();
        assert_eq!(parts, ["二三四五六，七八九十甲", "一二三四五六，七八九十甲"]);
    }
}
