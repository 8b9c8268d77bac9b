//! The archive on disk, looked at again and again: what changed since the last look, once it has settled.
//!
//! 1. a hint arrives from the system (`hints`), or a while passes without one; then a short quiet is waited for;
//! 2. the disk is looked at ([`Sources::read_again`]) and compared with what was read. Only this says what changed;
//! 3. a file that somebody is still writing keeps its old version for a while (`patience`);
//! 4. hints that do not come are noticed, because a slow look runs beside them: then the looks alone go on, more often.
//!
//! In: the archive's directory. Out: [`Event`]s, one at a time. What the files mean is left to others.

mod hints;
mod patience;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::names::Words;
use crate::source::{Change, Sources};

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
    /// The archive as it is now, and what differs from the last event.
    Changed(Sources, BTreeMap<Arc<str>, Change>),
    /// The disk cannot be read; the watch goes on.
    Unreadable(Error),
    /// Something about the watching itself.
    Notice(Words),
}

/// Nothing more has come for so long: whoever saved has saved.
const QUIET: Duration = Duration::from_millis(12);
/// The longest that a stream of hints puts off a look.
const LONGEST: Duration = Duration::from_millis(400);
/// Between looks beside the hints.
const SAFETY: Duration = Duration::from_secs(2);
/// Until files that were held are looked at again.
const SETTLE: Duration = Duration::from_millis(40);
/// A look may take at most this part of the time between looks: half a hundredth.
const IDLE_PART: u32 = 200;
/// So many looks in a row found what no hint had told: the watcher is deaf.
const DEAF: u32 = 3;

/// A watch over one archive.
pub struct Watch {
    root: PathBuf,
    options: Options,
    sources: Sources,
    hints: Hints,
    patience: Patience,
    /// How long the last look took.
    look_took: Duration,
    /// The system's hints are not asked for, or no longer.
    without_hints: bool,
    /// Looks in a row that found something unannounced.
    missed: u32,
    /// The last failure told, so that it is told once.
    failure: Option<String>,
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
        match self.patience.is_waiting() {
            true => SETTLE,
            false if self.hints.are_on() => SAFETY.max(self.look_took * IDLE_PART),
            false => self.options.poll_interval.max(self.look_took * IDLE_PART / 2),
        }
    }

    fn look(&mut self, hinted: bool) -> Option<Event> {
        let was_waiting = self.patience.is_waiting();
        if !self.hints.are_on() || self.hints.have_moved() {
            self.arm();
        }
        let start = Instant::now();
        let evidence = self.hints.evidence();
        self.patience.begin();
        let look = self.sources.read_again(&mut |sighting| self.patience.hold(sighting, evidence));
        self.look_took = start.elapsed();
        let look = match look {
            Ok(look) => look,
            Err(error) => return self.tell_failure(error),
        };
        self.failure = None;
        let waits = self.patience.end();
        if !hinted && !was_waiting && self.hints.are_on() {
            self.judge_hints(!look.changes.is_empty() || !look.held.is_empty());
        } else if !look.changes.is_empty() {
            self.missed = 0;
        }
        if waits.for_all {
            return None;
        }
        self.hints.forget(look.changes.keys());
        self.sources = look.sources;
        (!look.changes.is_empty()).then(|| Event::Changed(self.sources.clone(), look.changes))
    }

    fn tell_failure(&mut self, error: Error) -> Option<Event> {
        let told = error.to_string();
        let is_new = self.failure.as_ref() != Some(&told);
        self.failure = Some(told);
        is_new.then_some(Event::Unreadable(error))
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
