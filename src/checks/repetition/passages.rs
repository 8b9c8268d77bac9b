//! What two texts share, exactly: how much of one, and the longest passages, with their places in both.

use std::ops::Range;

use super::shingles::{LENGTH, NONE, Shingles};

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

/// A text that others are compared with: where each of its passages stands first.
pub(super) struct Known<'a> {
    hashes: &'a [u64],
    /// The numbers of first passages, each at the slot of its hash or at the next that was free.
    first: Vec<u32>,
}

/// A slot without a passage.
const FREE: u32 = u32::MAX;

impl<'a> Known<'a> {
    pub(super) fn of(hashes: &'a [u64]) -> Known<'a> {
        let mut known = Known { hashes, first: vec![FREE; (hashes.len() * 2).next_power_of_two()] };
        for (at, hash) in hashes.iter().enumerate().filter(|(_, hash)| **hash != NONE) {
            let (slot, first) = known.find(*hash);
            if first == FREE {
                known.first[slot] = at as u32;
            }
        }
        known
    }

    /// The first passage of this hash.
    fn first(&self, hash: u64) -> Option<usize> {
        let first = if hash == NONE { FREE } else { self.find(hash).1 };
        (first != FREE).then_some(first as usize)
    }

    /// Where the first passage of this hash is noted, or would be, and what is there. Half of the slots are free, so the
    /// search ends.
    fn find(&self, hash: u64) -> (usize, u32) {
        let last = self.first.len() - 1;
        // The upper half depends on all characters of the passage.
        let mut slot = (hash >> 32) as usize & last;
        loop {
            let first = self.first[slot];
            if first == FREE || self.hashes[first as usize] == hash {
                return (slot, first);
            }
            slot = (slot + 1) & last;
        }
    }

    /// Compares a text with this one, from its first passage on; at each the run that begins at its first place is taken.
    pub(super) fn shared(&self, here: &[u64]) -> Shared {
        let (mut runs, mut at, mut within, mut shared_to) = (vec![], 0, 0, 0);
        while at < here.len() {
            let Some(start) = self.first(here[at]) else {
                at += 1;
                continue;
            };
            let same = here[at..].iter().zip(&self.hashes[start..]).take_while(|(a, b)| **a != NONE && a == b).count();
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
fn characters(hashes: &[u64]) -> usize {
    let (mut counted, mut others_before) = (0, LENGTH);
    for hash in hashes {
        if *hash == NONE {
            others_before += 1;
        } else {
            counted += 1 + others_before.min(LENGTH - 1);
            others_before = 0;
        }
    }
    counted
}

impl Shared {
    /// The longest passages, at most three, in the order of the text.
    pub(super) fn longest(&self, here: &Shingles, there: &Shingles) -> Vec<Passage> {
        // Beside a long one the short ones say nothing.
        let least = self.runs.iter().map(|run| run.2).max().unwrap_or(0) / 3;
        let mut runs: Vec<_> = self.runs.iter().copied().filter(|run| run.2 >= least).collect();
        runs.sort_unstable_by_key(|&(at, _, length)| (std::cmp::Reverse(length), at));
        runs.truncate(3);
        runs.sort_unstable();
        let passage = |(at, start, length): (usize, usize, usize)| Passage {
            here: here.covered(at..at + length),
            there: there.covered(start..start + length),
            length: length + LENGTH - 1,
        };
        runs.into_iter().map(passage).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_of_the_characters_that_count() {
        let there = "前言甲乙丙丁戊己庚辛壬癸";
        let (here, known) = (Shingles::of("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"), Shingles::of(there));
        let found = Known::of(&known.hashes).shared(&here.hashes);
        assert_eq!(found.thousandths, 500);
        let longest = found.longest(&here, &known);
        assert_eq!(longest.len(), 1);
        assert_eq!(&there[longest[0].there.clone()], "甲乙丙丁戊己庚辛壬癸");
    }

    #[test]
    fn texts_with_nothing_to_compare_share_nothing() {
        assert_eq!(Known::of(&Shingles::of("甲乙").hashes).shared(&[]).thousandths, 0);
    }
}
