//! The system's word that something may have changed. Never believed further than that.
//!
//! In: the archive's directory. Out: "look now", and for single files whether their writer is known to be done.
//! Directories are watched, never files: a watch on a file dies when the file is replaced.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant, SystemTime};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::source::{PARTS, is_dropping};

/// Watched with all that is below them, beside the root itself.
const DIRECTORIES: [&str; 3] = ["content", "forms", "themes"];

enum Message {
    /// A path, and what became known of it.
    Path(PathBuf, Writer),
    /// Something happened, or hints were lost: what was known of writers may be old.
    Look,
    Stop,
}

/// What is known of whoever wrote a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Writer {
    /// Something happened to the file.
    Unknown,
    /// Has written, and not closed the file since.
    AtWork,
    /// Closed the file, or moved it into place whole.
    Done,
}

/// Only there does the system say when a file is closed after writing; elsewhere a writer would seem at work for ever.
const TELLS_OF_CLOSING: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// Files that hints were about since they were last read, by name, and their writers.
pub(super) type Evidence = HashMap<String, Writer>;

/// Ends a watch.
#[derive(Clone)]
pub struct Stopper(Sender<Message>);

impl Stopper {
    pub fn stop(&self) {
        // Where nobody listens the watch has ended.
        let _ = self.0.send(Message::Stop);
    }
}

pub(super) struct Hints {
    root: PathBuf,
    sender: Sender<Message>,
    receiver: Receiver<Message>,
    /// Came before it was waited for.
    early: Option<Message>,
    evidence: Evidence,
    /// Something may have happened that no name was told of.
    anything: bool,
    /// The system's watcher, and which directories it was given.
    watcher: Option<(RecommendedWatcher, Vec<Identity>)>,
}

/// Tells a directory from another of the same path.
type Identity = Option<(u64, Option<SystemTime>)>;

impl Hints {
    pub(super) fn new(root: &Path) -> Hints {
        let (sender, receiver) = channel();
        // The system names files by whole paths.
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_path_buf());
        Hints { root, sender, receiver, early: None, evidence: Evidence::new(), anything: true, watcher: None }
    }

    pub(super) fn stopper(&self) -> Stopper {
        Stopper(self.sender.clone())
    }

    pub(super) fn look_now(&self) {
        // The receiver is ours and still there.
        let _ = self.sender.send(Message::Look);
    }

    pub(super) fn are_on(&self) -> bool {
        self.watcher.is_some()
    }

    pub(super) fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Waits for a hint, and then until none came for `quiet`. Whether there was one; `None` to stop.
    pub(super) fn wait(&mut self, at_most: Duration, quiet: Duration, longest: Duration) -> Option<bool> {
        let first = self.early.take().map_or_else(|| self.receiver.recv_timeout(at_most), Ok);
        match first {
            Ok(message) => self.note(message)?,
            Err(RecvTimeoutError::Timeout) => return Some(false),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
        let start = Instant::now();
        while start.elapsed() < longest {
            match self.receiver.recv_timeout(quiet) {
                Ok(message) => self.note(message)?,
                Err(_) => break,
            }
        }
        Some(true)
    }

    /// Whether a hint comes within a while; it stays to be waited for.
    pub(super) fn come_within(&mut self, at_most: Duration) -> bool {
        self.early = self.early.take().or_else(|| self.receiver.recv_timeout(at_most).ok());
        self.early.is_some()
    }

    fn note(&mut self, message: Message) -> Option<()> {
        match message {
            Message::Stop => return None,
            Message::Look => {
                self.anything = true;
                self.evidence.values_mut().for_each(|writer| *writer = Writer::Unknown);
            }
            Message::Path(path, writer) => {
                // The system may know the archive by another path than we do.
                let Ok(below) = path.strip_prefix(&self.root) else { return self.note(Message::Look) };
                let name = below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
                match writer {
                    // A change of its times or rights says nothing of what it holds.
                    Writer::Unknown => drop(self.evidence.entry(name).or_insert(writer)),
                    _ => drop(self.evidence.insert(name, writer)),
                }
            }
        }
        Some(())
    }

    /// Whether a look at the files named is not enough. Systems other than Linux do not name all.
    pub(super) fn are_about_anything(&self) -> bool {
        self.anything || !TELLS_OF_CLOSING
    }

    /// What was known is spent, but of files that were not read yet.
    pub(super) fn forget_all_but(&mut self, held: &[Arc<str>]) {
        self.anything = false;
        self.evidence.retain(|name, _| held.binary_search_by(|one| (**one).cmp(name)).is_ok());
    }

    /// Watches the root and the parts that there are. A watcher there was is replaced.
    pub(super) fn turn_on(&mut self) -> notify::Result<()> {
        self.watcher = None;
        let identities = self.identities();
        let sender = self.sender.clone();
        let root = self.root.clone();
        let settings = notify::Config::default().with_follow_symlinks(false);
        let mut watcher = RecommendedWatcher::new(move |event| tell(event, &root, &sender), settings)?;
        watcher.watch(&self.root, RecursiveMode::NonRecursive)?;
        for directory in DIRECTORIES.map(|name| self.root.join(name)) {
            if directory.is_dir() {
                watcher.watch(&directory, RecursiveMode::Recursive)?;
            }
        }
        self.watcher = Some((watcher, identities));
        Ok(())
    }

    pub(super) fn turn_off(&mut self) {
        self.watcher = None;
    }

    /// Whether a directory was replaced or came anew: a watch on it is then dead, and silent.
    pub(super) fn have_moved(&self) -> bool {
        self.watcher.as_ref().is_some_and(|(_, watched)| *watched != self.identities())
    }

    fn identities(&self) -> Vec<Identity> {
        let root = std::iter::once(self.root.clone());
        root.chain(DIRECTORIES.map(|name| self.root.join(name))).map(|path| identity(&path)).collect()
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Identity {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.ino(), metadata.created().ok()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Identity {
    Some((0, fs::metadata(path).ok()?.created().ok()))
}

/// Passes an event on, unless it is about reading (our own reads would never end) or a dropping.
fn tell(event: notify::Result<notify::Event>, root: &Path, sender: &Sender<Message>) {
    // A watch that has ended hears nothing more.
    let look = || drop(sender.send(Message::Look));
    let Ok(event) = event else { return look() };
    if event.need_rescan() {
        return look();
    }
    let is_ours = |path: &&PathBuf| {
        let part = path.strip_prefix(root).ok().and_then(|below| below.components().next());
        part.is_none_or(|part| PARTS.iter().any(|name| part.as_os_str() == *name))
            && !path.file_name().is_some_and(|name| is_dropping(&name.to_string_lossy()))
    };
    let Some(writer) = writer(event.kind) else { return };
    for path in event.paths.into_iter().filter(|path| is_ours(&path)) {
        let _ = sender.send(Message::Path(path, writer));
    }
}

/// What an event says of a file's writer; `None` where somebody only read it.
fn writer(kind: EventKind) -> Option<Writer> {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Writer::Done),
        EventKind::Access(_) => None,
        _ if !TELLS_OF_CLOSING => Some(Writer::Unknown),
        EventKind::Modify(ModifyKind::Name(_)) => Some(Writer::Done),
        EventKind::Modify(ModifyKind::Data(_)) | EventKind::Create(CreateKind::File) => Some(Writer::AtWork),
        _ => Some(Writer::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_of_an_archive_named_by_a_relative_path_names_its_file() {
        let mut hints = Hints::new(Path::new("archive"));
        hints.anything = false;
        let path = std::env::current_dir().expect("there is one").join("archive/content/2020.md");
        hints.note(Message::Path(path, Writer::Done));
        assert!(hints.evidence().contains_key("content/2020.md"));
        assert!(!hints.anything);
    }

    #[test]
    fn a_hint_by_a_path_that_is_not_ours_is_about_anything() {
        let mut hints = Hints::new(Path::new("/archive"));
        hints.anything = false;
        hints.note(Message::Path(PathBuf::from("/elsewhere/content/2020.md"), Writer::Done));
        assert!(hints.anything && hints.evidence().is_empty());
    }
}
