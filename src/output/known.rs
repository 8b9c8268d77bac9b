//! What the folder holds since the last build, so far as it can be told without opening a file.
//!
//! In: each file as it was written. Out: whether it still looks the same. Nothing is believed that looks different in any way,
//! or could have changed without a sign: then the bytes are compared, as if nothing were known.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::cache::Fingerprint;
use crate::source::Stamp;

use super::pieces::Lengths;

/// A file that a build left in the folder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Known {
    pub size: u64,
    pub sha256: String,
    /// Of what it was made from, where that is known.
    pub inputs: Option<Fingerprint>,
    /// Of a file that is made piece by piece.
    pub pieces: Lengths,
    /// How it looked when it was written.
    pub stamp: Stamp,
}

impl Known {
    /// Whether the file is as it was left.
    pub fn is_untouched(&self, path: &Path) -> bool {
        self.stamp.is_fine() && fs::symlink_metadata(path).is_ok_and(|now| Stamp::of(&now) == self.stamp)
    }
}

/// Files by their path below the folder.
pub type Outputs = BTreeMap<String, Known>;

/// Whether all of them are as they were left.
pub fn all_untouched(out: &Path, outputs: &Outputs) -> bool {
    let all: Vec<(&String, &Known)> = outputs.iter().collect();
    all.par_iter().all(|(path, known)| known.is_untouched(&out.join(path)))
}
