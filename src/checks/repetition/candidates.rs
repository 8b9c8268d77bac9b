//! Which reports of a year may share much, without comparing each with each.
//!
//! In: sketches. Out: for each the few others that share most of its sketch. A passage that many units use is
//! followed to [`FEW`] of them only, so the work grows with the number of reports and not with its square; where
//! many share the same text, a report is compared with the first of them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::cache::{Fingerprint, Mixer};

/// A sketch and whose it is.
#[derive(Serialize, Deserialize)]
pub(in crate::checks) struct Sketched<T> {
    pub of: T,
    #[serde(with = "as_bytes")]
    pub sketch: Arc<[u64]>,
}

/// A sketch as it is written down: eight bytes for each hash, which are read faster than numbers of any length.
mod as_bytes {
    use std::sync::Arc;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(sketch: &[u64], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(&sketch.iter().flat_map(|hash| hash.to_le_bytes()).collect::<Vec<_>>())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<[u64]>, D::Error> {
        match <&[u8]>::deserialize(from)?.as_chunks() {
            (hashes, []) => Ok(hashes.iter().map(|hash| u64::from_le_bytes(*hash)).collect()),
            _ => Err(D::Error::custom("these are no hashes")),
        }
    }
}

impl<T> Sketched<T> {
    /// Of the sketch, whosever it is.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        let mixer = Mixer::new("sketch").number(self.sketch.len() as u64);
        self.sketch.iter().fold(mixer, |mixer, hash| mixer.number(*hash)).finish()
    }
}

/// Reports that a passage leads to.
const FEW: usize = 16;
/// From this share on the most likely report is the one, and no second is looked at.
const CERTAIN: usize = 600;
/// From this share of a sketch on, in thousandths: three standard deviations of a sketch of a hundred below one half.
pub(super) const LIKELY: usize = 360;

/// How much of a sketch is in another, in thousandths; both sorted.
pub(super) fn share(one: &[u64], other: &[u64]) -> usize {
    let (mut at, mut common) = (0, 0);
    for hash in one {
        while other.get(at).is_some_and(|there| there < hash) {
            at += 1;
        }
        common += usize::from(other.get(at) == Some(hash));
    }
    (common * 1000).checked_div(one.len()).unwrap_or(0)
}

/// For each report the numbers of those that may share much with it, the most likely first.
pub(super) fn nearest<T>(reports: &[Sketched<T>]) -> Vec<Vec<usize>> {
    let mut index: Vec<(u64, u32)> =
        reports.iter().enumerate().flat_map(|(at, one)| one.sketch.iter().map(move |hash| (*hash, at as u32))).collect();
    index.sort_unstable();
    // For each report, the beginnings of the runs of its passages in the index.
    let mut runs: Vec<Vec<u32>> = reports.iter().map(|one| Vec::with_capacity(one.sketch.len())).collect();
    let mut start = 0;
    while start < index.len() {
        let end = start + index[start..].iter().take_while(|one| one.0 == index[start].0).count();
        if end - start > 1 {
            index[start..end].iter().for_each(|(_, report)| runs[*report as usize].push(start as u32));
        }
        start = end;
    }
    let mut counts = vec![0u32; reports.len()];
    runs.iter().enumerate().map(|(report, runs)| likely(report, runs, &index, reports[report].sketch.len(), &mut counts)).collect()
}

/// `counts` is all zero before and after.
fn likely(report: usize, runs: &[u32], index: &[(u64, u32)], size: usize, counts: &mut [u32]) -> Vec<usize> {
    let mut touched: Vec<u32> = vec![];
    for &start in runs {
        let hash = index[start as usize].0;
        for (_, other) in index[start as usize..].iter().take_while(|one| one.0 == hash).take(FEW) {
            if *other as usize != report {
                if counts[*other as usize] == 0 {
                    touched.push(*other);
                }
                counts[*other as usize] += 1;
            }
        }
    }
    let mut all: Vec<(u32, u32)> = touched.iter().map(|&other| (std::mem::take(&mut counts[other as usize]), other)).collect();
    all.retain(|(count, _)| *count as usize * 1000 >= size * LIKELY);
    all.sort_unstable_by_key(|&(count, other)| (std::cmp::Reverse(count), other));
    let certain = all.first().is_some_and(|(count, _)| *count as usize * 1000 >= size * CERTAIN);
    all.into_iter().take(if certain { 1 } else { 2 }).map(|(_, other)| other as usize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketched(sketches: &[&[u64]]) -> Vec<Sketched<()>> {
        sketches.iter().map(|sketch| Sketched { of: (), sketch: (*sketch).into() }).collect()
    }

    #[test]
    fn those_that_share_most_come_first() {
        let reports = sketched(&[&[1, 2, 3, 4], &[1, 2, 3, 9], &[1, 2, 7, 8], &[11, 12, 13, 14]]);
        assert_eq!(nearest(&reports), [vec![1], vec![0], vec![0, 1], vec![]]);
    }

    #[test]
    fn a_sketch_is_the_same_after_it_was_written_down() {
        for sketch in [&[][..], &[0, 1, u64::MAX]] {
            let bytes = postcard::to_stdvec(&sketched(&[sketch])[0]).expect("memory takes all");
            assert_eq!(*postcard::from_bytes::<Sketched<()>>(&bytes).expect("the same").sketch, *sketch);
        }
        assert!(postcard::from_bytes::<Sketched<()>>(&[3, 1, 2, 3]).is_err());
    }

    #[test]
    fn a_sketch_shares_all_with_itself_and_nothing_with_none() {
        assert_eq!(share(&[1, 5, 9], &[1, 5, 9]), 1000);
        assert_eq!(share(&[1, 5, 9], &[5]), 333);
        assert_eq!(share(&[], &[5]), 0);
    }
}
