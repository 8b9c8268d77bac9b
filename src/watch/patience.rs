//! How long a change is waited for until it is believed.
//!
//! - A file that is empty, cut off in the middle of a character, not to be read, or whose writer has not closed it,
//!   keeps its old version; at most [`WRITER`].
//! - Where the system does not say that the writer is done, two looks [`STILL`] apart must see the file the same.
//! - A file that is gone may be about to be replaced (editors put the old one aside first). Until [`GONE`] has passed
//!   nothing at all is believed, or a renamed report would be there twice for a moment; at most [`ALL`].

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::hints::{Evidence, Writer};
use crate::source::{Change, Sighting, Stamp};

const WRITER: Duration = Duration::from_secs(2);
const STILL: Duration = Duration::from_millis(60);
const GONE: Duration = Duration::from_millis(120);
const ALL: Duration = Duration::from_millis(600);

/// A file being waited for.
struct Waiting {
    since: Instant,
    stamp: Option<Stamp>,
    /// Since when the stamp has been the same.
    same_since: Instant,
    /// Seen in the look that is going on.
    seen: bool,
    /// Believed, unless the whole look is put off.
    settled: bool,
    /// Waited for in vain: it still looks unfinished.
    in_vain: bool,
}

/// What a look ends in.
pub(super) struct Waits {
    /// Nothing that this look found should be believed yet.
    pub for_all: bool,
}

#[derive(Default)]
pub(super) struct Patience {
    waiting: HashMap<String, Waiting>,
    /// Something gone was held in this look, and since when something has been.
    gone: bool,
    all_since: Option<Instant>,
    /// The very first look has nothing to compare with, and waits for nobody.
    has_looked: bool,
}

impl Patience {
    pub(super) fn is_waiting(&self) -> bool {
        self.waiting.values().any(|one| !one.in_vain)
    }

    /// The files that are waited for.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.waiting.keys()
    }

    pub(super) fn begin(&mut self) {
        self.gone = false;
        self.waiting.values_mut().for_each(|one| one.seen = false);
    }

    /// Whether a file is left as it was for now.
    pub(super) fn hold(&mut self, sighting: &Sighting, evidence: &Evidence) -> bool {
        if !self.has_looked {
            return false;
        }
        let now = Instant::now();
        let new = || Waiting { since: now, stamp: sighting.stamp, same_since: now, seen: true, settled: false, in_vain: false };
        let one = self.waiting.entry(sighting.name.to_string()).or_insert_with(new);
        one.seen = true;
        if one.stamp != sighting.stamp {
            (one.stamp, one.same_since) = (sighting.stamp, now);
        }
        let (waited, same) = (now - one.since, now - one.same_since);
        let hold = match (sighting.change, evidence.get(sighting.name)) {
            (Change::Removed, _) => same < GONE,
            _ if waited >= WRITER => false,
            _ if sighting.looks_unfinished => true,
            (_, Some(Writer::Done)) => false,
            (_, Some(Writer::AtWork)) => true,
            (_, None | Some(Writer::Unknown)) => same < STILL,
        };
        self.gone |= hold && sighting.change == Change::Removed;
        one.settled = !hold;
        // What cannot be read is found again in every look, and must not be waited for anew each time.
        one.in_vain = !hold && sighting.looks_unfinished;
        hold
    }

    /// Forgets files that changed back, or are as they should be.
    pub(super) fn end(&mut self) -> Waits {
        self.has_looked = true;
        let since = self.gone.then(|| *self.all_since.get_or_insert_with(Instant::now));
        let for_all = since.is_some_and(|since| since.elapsed() < ALL);
        self.all_since = since;
        self.waiting.retain(|_, one| one.seen && (for_all || !one.settled || one.in_vain));
        Waits { for_all }
    }
}
