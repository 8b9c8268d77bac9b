//! What two texts share, exactly: how much of one, and the longest passages, with their places in both.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use super::shingles::{LENGTH, NONE, Shingles, covered};

/// A passage that stands in both texts.
#[derive(Debug, PartialEq)]
pub(super) struct Passage {
    pub here: Range<usize>,
    pub there: Range<usize>,
    /// Chinese characters.
    pub length: usize,
}

/// How much of a text stands in another.
pub(super) struct Shared {
    /// Of the first text, in thousandths.
    pub thousandths: usize,
    /// The runs that both share: first passage here, first passage there, how many.
    runs: Vec<(usize, usize, usize)>,
}

/// A hash of a hash is the hash itself.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only u64 keys are hashed here")
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A text that others are compared with: where each of its passages stands first.
pub(super) struct Known {
    hashes: Vec<u64>,
    first: HashMap<u64, u32, BuildHasherDefault<Same>>,
}

impl Known {
    pub(super) fn of(shingles: &Shingles) -> Known {
        let mut first = HashMap::with_capacity_and_hasher(shingles.hashes.len(), Default::default());
        for (at, hash) in shingles.hashes.iter().enumerate().rev().filter(|(_, hash)| **hash != NONE) {
            first.insert(*hash, at as u32);
        }
        Known { hashes: shingles.hashes.clone(), first }
    }

    /// Compares a text with this one, from its first passage on; at each the run that begins at its first place is taken.
    pub(super) fn shared(&self, here: &Shingles) -> Shared {
        let (mut runs, mut at, mut within, mut shared_to) = (vec![], 0, 0, 0);
        while at < here.hashes.len() {
            let hash = here.hashes[at];
            let Some(start) = self.first.get(&hash).filter(|_| hash != NONE) else {
                at += 1;
                continue;
            };
            let start = *start as usize;
            let same = here.hashes[at..].iter().zip(&self.hashes[start..]).take_while(|(a, b)| **a != NONE && a == b).count();
            let end = at + same + LENGTH - 1;
            within += end - shared_to.max(at);
            shared_to = end;
            runs.push((at, start, same));
            at += same;
        }
        Shared { thousandths: (within * 1000).checked_div(characters(here)).unwrap_or(0).min(1000), runs }
    }
}

/// How many characters of a text stand in some passage that counts.
fn characters(text: &Shingles) -> usize {
    let (mut counted, mut to) = (0, 0);
    for at in (0..text.hashes.len()).filter(|&at| text.hashes[at] != NONE) {
        counted += at + LENGTH - to.max(at);
        to = at + LENGTH;
    }
    counted
}

impl Shared {
    /// The longest passages, at most three, in the order of the text.
    pub(super) fn longest(&self, here: &str, there: &str) -> Vec<Passage> {
        let mut runs = self.runs.clone();
        runs.sort_by_key(|&(at, _, length)| (std::cmp::Reverse(length), at));
        // Beside a long one the short ones say nothing.
        let least = runs.first().map_or(0, |longest| longest.2 / 3);
        runs.retain(|run| run.2 >= least);
        runs.truncate(3);
        runs.sort_unstable();
        let here = covered(here, runs.iter().map(|&(at, _, length)| at..at + length));
        let there = covered(there, runs.iter().map(|&(_, start, length)| start..start + length));
        let both = runs.iter().zip(here).zip(there);
        both.map(|((run, here), there)| Passage { here, there, length: run.2 + LENGTH - 1 }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_of_the_characters_that_count() {
        let here = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉";
        let there = "前言甲乙丙丁戊己庚辛壬癸";
        let found = Known::of(&Shingles::of(there)).shared(&Shingles::of(here));
        assert_eq!(found.thousandths, 500);
        assert_eq!(found.longest(here, there).len(), 1);
        assert_eq!(&there[found.longest(here, there)[0].there.clone()], "甲乙丙丁戊己庚辛壬癸");
    }

    #[test]
    fn texts_with_nothing_to_compare_share_nothing() {
        assert_eq!(Known::of(&Shingles::of("甲乙")).shared(&Shingles::of("")).thousandths, 0);
    }
}
