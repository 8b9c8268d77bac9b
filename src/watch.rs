//! The archive on disk, looked at again and again: what changed since the last look, once it has settled.
//!
//! 1. a hint arrives from the system (`hints`), or a while passes without one; then a short quiet is waited for;
//! 2. the disk is looked at ([`Sources::read_again`]) and compared with what was read. Only this says what changed.
//!    Where the hints name a few files these are looked at, and soon after everything, so that nothing depends on it;
//! 3. a file that somebody is still writing keeps its old version for a while (`patience`);
//! 4. hints that do not come are noticed, because a slow look runs beside them: then the looks alone go on, more often.
//!
//! In: the archive's directory. Out: [`Event`]s, one at a time. What the files mean is left to others.

mod hints;
mod patience;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::names::Words;
use crate::source::{Change, Extent, Look, Sources};

use hints::Hints;
use patience::Patience;

pub use hints::Stopper;

/// Where news of changes comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Watcher {
    /// The system's, and looking again and again where that proves deaf.
    #[default]
    Auto,
    Native,
    Poll,
}

#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub watcher: Watcher,
    /// Between two looks, where no hints come.
    pub poll_interval: Duration,
}

impl Default for Options {
    fn default() -> Options {
        Options { watcher: Watcher::Auto, poll_interval: Duration::from_millis(500) }
    }
}

/// What a watch has to say.
#[derive(Debug)]
pub enum Event {
    /// The archive as it is now.
    Changed(Changed),
    /// Something about the watching itself.
    Notice(Words),
}

/// The archive as it is now, and what differs from the last time.
#[derive(Debug)]
pub struct Changed {
    pub sources: Sources,
    pub changes: BTreeMap<Arc<str>, Change>,
    /// Something is there and cannot be read; what was known of it still stands in the sources.
    pub failure: Option<Arc<Error>>,
}

/// Nothing more has come for so long: whoever saved has saved.
const QUIET: Duration = Duration::from_millis(12);
/// The longest that a stream of hints puts off a look.
const LONGEST: Duration = Duration::from_millis(400);
/// Between looks beside the hints.
const SAFETY: Duration = Duration::from_secs(2);
/// Until files that were held are looked at again.
const SETTLE: Duration = Duration::from_millis(40);
/// After a look that a hint called for, until everything is looked at.
const AFTER_A_HINT: Duration = Duration::from_millis(500);
/// More files than this are not looked at one by one.
const FEW: usize = 64;
/// Where nothing happens, looks may take this part of the time: on two processors two three-hundredths of one.
const IDLE_PART: u32 = 300;
/// Where somebody is at work and nothing tells of it, a tenth, so that he need not wait.
const BUSY_PART: u32 = 10;
/// Somebody is, until nothing has changed for so long.
const BUSY: Duration = Duration::from_secs(60);
/// The longest between two looks, however long one takes (a slow network drive).
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// So many looks in a row found what no hint had told: the watcher is deaf.
const DEAF: u32 = 3;

/// A watch over one archive.
pub struct Watch {
    root: PathBuf,
    options: Options,
    sources: Sources,
    hints: Hints,
    patience: Patience,
    /// How long a look at everything takes that finds nothing new, and when the last one was.
    look_took: Duration,
    looked_at: Instant,
    /// When something changed last.
    changed_at: Option<Instant>,
    /// Something was hinted at since.
    owes_a_look: bool,
    /// The system's hints are not asked for, or no longer.
    without_hints: bool,
    /// Looks in a row that found something unannounced.
    missed: u32,
    /// The failure told last; another, or none, is news.
    failure: Option<Arc<Error>>,
    pending: Vec<Event>,
}

impl Watch {
    /// Watches from now on. The first event is the archive as it is.
    pub fn new(root: &Path, options: Options) -> Watch {
        let mut watch = Watch {
            root: root.to_path_buf(),
            options,
            sources: Sources::none(root),
            hints: Hints::new(root),
            patience: Patience::default(),
            look_took: Duration::ZERO,
            looked_at: Instant::now(),
            changed_at: None,
            owes_a_look: false,
            without_hints: options.watcher == Watcher::Poll,
            missed: 0,
            failure: None,
            pending: vec![],
        };
        watch.arm();
        watch.hints.look_now();
        watch
    }

    /// Ends the watch from another thread: [`Watch::next`] then returns `None`.
    pub fn stopper(&self) -> Stopper {
        self.hints.stopper()
    }

    /// The next event, waited for.
    #[allow(clippy::should_implement_trait, reason = "it waits, and nobody wants to map over it")]
    pub fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.pending.pop() {
                return Some(event);
            }
            let hinted = self.hints.wait(self.interval(), QUIET, LONGEST)?;
            if let Some(event) = self.look(hinted) {
                return Some(event);
            }
        }
    }

    /// Until the next look, if no hint comes before.
    fn interval(&self) -> Duration {
        let part = |part: u32| (self.look_took * part).min(LONGEST_PAUSE);
        let is_busy = self.changed_at.is_some_and(|at| at.elapsed() < BUSY);
        match (self.patience.is_waiting(), self.hints.are_on()) {
            (true, _) => SETTLE,
            (_, true) if self.owes_a_look => AFTER_A_HINT.max(part(BUSY_PART)),
            (_, true) => SAFETY.max(part(IDLE_PART)),
            (_, false) if is_busy => self.options.poll_interval.max(part(BUSY_PART)),
            (_, false) => self.options.poll_interval.max(part(IDLE_PART)),
        }
    }

    /// The few files to look at; `None` for everything, also because that has not been done for long.
    fn few(&self) -> Option<BTreeSet<String>> {
        let is_due = self.looked_at.elapsed() > SAFETY.max((self.look_took * IDLE_PART).min(LONGEST_PAUSE));
        if !self.hints.are_on() || self.hints.are_about_anything() || is_due {
            return None;
        }
        let names: BTreeSet<String> = self.hints.evidence().keys().chain(self.patience.names()).cloned().collect();
        (1..=FEW).contains(&names.len()).then_some(names)
    }

    fn look(&mut self, hinted: bool) -> Option<Event> {
        let was_waiting = self.patience.is_waiting();
        if !self.hints.are_on() || self.hints.have_moved() {
            self.arm();
        }
        let look = self.look_at_disk(hinted);
        let waits = self.patience.end();
        if !hinted && !was_waiting && self.hints.are_on() {
            self.judge_hints(!look.changes.is_empty() || !look.held.is_empty());
        } else if hinted && !look.changes.is_empty() {
            self.missed = 0;
        }
        if waits.for_all {
            return None;
        }
        self.hints.forget_all_but(&look.held);
        if !look.changes.is_empty() {
            self.changed_at = Some(Instant::now());
        }
        self.sources = look.sources;
        let is_news = self.note_failure(look.unreadable, look.is_whole);
        let (sources, failure) = (self.sources.clone(), self.failure.clone());
        (is_news || !look.changes.is_empty()).then(|| Event::Changed(Changed { sources, changes: look.changes, failure }))
    }

    /// Whether something else cannot be read than before, or all can be again.
    fn note_failure(&mut self, unreadable: Vec<Error>, is_whole: bool) -> bool {
        // A look at a few files says nothing of what could not be read elsewhere.
        if unreadable.is_empty() && !is_whole {
            return false;
        }
        let first = unreadable.into_iter().next().map(Arc::new);
        let before = std::mem::replace(&mut self.failure, first);
        before.map(|error| error.to_string()) != self.failure.as_ref().map(|error| error.to_string())
    }

    fn look_at_disk(&mut self, hinted: bool) -> Look {
        let few = self.few();
        let extent = few.as_ref().map_or(Extent::Everything, Extent::Files);
        let start = Instant::now();
        let (sources, evidence, patience) = (&self.sources, self.hints.evidence(), &mut self.patience);
        patience.begin();
        let doubt = |name: &str| evidence.contains_key(name);
        let mut look = sources.read_again(extent, &doubt, &mut |sighting| patience.hold(sighting, evidence));
        // A hint can come before all that it is about: files into a new folder that is not watched yet.
        self.owes_a_look = hinted || !look.is_whole;
        if look.is_whole {
            self.looked_at = Instant::now();
            // What was read anew is not what a look takes when nothing happens.
            if look.changes.is_empty() && look.held.is_empty() {
                self.look_took = start.elapsed();
            }
        }
        look.held.sort_unstable();
        look
    }

    /// A look that nobody called for found something: did the hint only come late, or never?
    fn judge_hints(&mut self, found: bool) {
        if !found || self.hints.come_within(Duration::from_millis(50)) {
            return;
        }
        self.missed += 1;
        if self.missed < DEAF || self.options.watcher == Watcher::Native {
            self.arm();
            return;
        }
        self.give_hints_up();
        self.pending.push(Event::Notice(Words::new(
            "系统没有报告文件的改动（常见于网络盘、同步盘）；改为定时查看。",
            "the system does not report changes here (network and synchronised drives do not); looking at intervals instead",
        )));
    }

    fn give_hints_up(&mut self) {
        self.hints.turn_off();
        self.without_hints = true;
    }

    /// Asks the system for hints, anew. While the archive itself is gone there is nothing to ask for.
    fn arm(&mut self) {
        if self.without_hints {
            return;
        }
        let Err(cause) = self.hints.turn_on() else { return };
        if !self.root.is_dir() {
            return;
        }
        self.give_hints_up();
        self.pending.push(Event::Notice(Words::new(
            format!("系统不能监视这个文件夹（{cause}）；改为定时查看。"),
            format!("the system cannot watch this folder ({cause}); looking at intervals instead"),
        )));
    }
}
