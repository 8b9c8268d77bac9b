//! Looks at the disk, compares with what is in memory, and reads what differs.
//!
//! 1. every file's name and [`Stamp`] are listed, in parallel; droppings and what is not ours is passed over;
//! 2. a file whose stamp differs, or could not be told from an earlier one, or of which somebody says that it changed,
//!    is read;
//! 3. a file that looks as if somebody were still writing it may be left as it was: the caller says ([`Sighting`]);
//! 4. what cannot be read stays as it was, and is told.
//!
//! A look takes in everything, or a few files that somebody was told about ([`Extent`]).
//!
//! In: the sources before. Out: a [`Look`]. When to look, and how long to wait for a writer, is left to `watch`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use super::{Content, FileText, Held, READ_UP_TO, Sources, is_dropping, is_looked_into, is_text, without_bom};
use crate::cache::Fingerprint;
use crate::error::Error;

/// The parts of an archive, below its root.
pub const PARTS: [&str; 4] = ["site.yaml", "content", "forms", "themes"];

/// Some file systems keep times no finer than this (FAT: 2 s). A file written so shortly before it was read may be
/// written again without any sign of it, and is read again the next time.
const GRAIN: Duration = Duration::from_secs(2);

/// What is known of a file without opening it. Two equal stamps, both older than `GRAIN`, mean equal bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stamp {
    pub size: u64,
    modified: Option<SystemTime>,
    /// Where the system keeps them: the file's number, and when its entry last changed. A renamed or restored file
    /// can have an old time of modification, but not these.
    identity: (u64, i64, i64),
    is_link: bool,
}

impl Stamp {
    pub fn of(metadata: &Metadata) -> Stamp {
        Stamp { size: metadata.len(), modified: metadata.modified().ok(), identity: identity(metadata), is_link: metadata.is_symlink() }
    }

    /// Whether the disk keeps parts of a second, so that a later change of the file shows in its times.
    pub fn is_fine(&self) -> bool {
        let since = self.modified.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        since.is_some_and(|since| since.subsec_nanos() != 0)
    }

    /// Whether the file might have changed again unseen after it was read at `when`.
    fn is_recent(&self, when: SystemTime) -> bool {
        let near = |time: SystemTime| match when.duration_since(time) {
            Ok(age) => age < GRAIN,
            Err(ahead) => ahead.duration() < GRAIN,
        };
        let (_, seconds, nanoseconds) = self.identity;
        let entry = Duration::new(seconds.max(0) as u64, nanoseconds.clamp(0, 999_999_999) as u32);
        self.modified.is_none_or(near) || near(SystemTime::UNIX_EPOCH + entry)
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, i64, i64) {
    (0, 0, 0)
}

/// How a file looked when it was read.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) stamp: Stamp,
    /// It may have changed since without a sign.
    pub(super) recent: bool,
}

/// What happened to a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    Added,
    Modified,
    Removed,
}

/// A file that changed, before the change is believed.
#[derive(Debug)]
pub struct Sighting<'a> {
    pub name: &'a str,
    pub change: Change,
    /// As it stands on disk; `None` where it is gone.
    pub stamp: Option<Stamp>,
    /// Empty, cut off in the middle of a character, or not to be read at all.
    pub looks_unfinished: bool,
}

/// What a look takes in.
#[derive(Clone, Copy)]
pub enum Extent<'a> {
    Everything,
    /// These files alone, by name. What is known of all others is taken to be still so.
    Files(&'a BTreeSet<String>),
}

impl Extent<'_> {
    /// What to look at for a hint about these names; everything where one of them is, or was, a directory, or is not
    /// told by its name alone.
    fn narrowed(self, sources: &Sources) -> Self {
        let is_plain = |name: &String| {
            let below = format!("{name}/");
            let was_directory = sources.below(&below).next().is_some();
            !was_directory && !name.contains(char::REPLACEMENT_CHARACTER) && !sources.root.join(name).is_dir()
        };
        match self {
            Extent::Files(names) if !names.iter().all(is_plain) => Extent::Everything,
            extent => extent,
        }
    }
}

/// What a look at the disk found.
#[derive(Debug)]
pub struct Look {
    /// As they are now.
    pub sources: Sources,
    /// What differs from the sources before, by path.
    pub changes: BTreeMap<Arc<str>, Change>,
    /// Files left as they were, because the caller waits for their writers.
    pub held: Vec<Arc<str>>,
    /// Files and directories that are there and cannot be read. They are left as they were, too.
    pub unreadable: Vec<Error>,
    /// Whether everything was looked at.
    pub is_whole: bool,
}

/// What there is on disk.
#[derive(Default)]
struct Listing {
    /// Sorted by name, each name once.
    files: Vec<Listed>,
    /// Beginnings of the names of what may be there unseen.
    hidden: Vec<(String, Error)>,
}

/// A file on disk.
struct Listed {
    name: String,
    /// Where its name is not UTF-8.
    path: Option<PathBuf>,
    stamp: Stamp,
}

impl Listed {
    fn path(&self, root: &Path) -> PathBuf {
        self.path.clone().unwrap_or_else(|| root.join(&self.name))
    }
}

/// A file just read.
struct Loaded {
    name: Arc<str>,
    stamp: Stamp,
    held: Result<Held, Error>,
    looks_unfinished: bool,
}

impl Sources {
    /// Looks at the disk again and reads what changed; the texts of other files are shared with these sources.
    ///
    /// `doubt` is asked for each file whether to read it although it looks the same; `hold`, for each that changed,
    /// whether to leave it as it was for now.
    pub fn read_again(&self, extent: Extent, doubt: &dyn Fn(&str) -> bool, hold: &mut dyn FnMut(&Sighting) -> bool) -> Look {
        let extent = extent.narrowed(self);
        let Listing { files, hidden } = match extent {
            Extent::Everything => list(&self.root),
            Extent::Files(names) => list_of(names, &self.root),
        };
        let (mut gone, differing) = match extent {
            Extent::Everything => compare(self.files.iter(), &files, doubt),
            Extent::Files(names) => compare(names.iter().filter_map(|name| self.files.get_key_value(name.as_str())), &files, doubt),
        };
        gone.retain(|name| !hidden.iter().any(|(beginning, _)| name.starts_with(beginning.as_str())));
        let loaded: Vec<Loaded> = differing.into_par_iter().filter_map(|one| load(one, &self.root)).collect();
        let is_whole = matches!(extent, Extent::Everything);
        let mut look = Look { sources: self.clone(), changes: BTreeMap::new(), held: vec![], unreadable: vec![], is_whole };
        for name in gone {
            if hold(&Sighting { name, change: Change::Removed, stamp: None, looks_unfinished: false }) {
                look.held.push(name.clone());
            } else {
                look.sources.files.remove(name);
                look.changes.insert(name.clone(), Change::Removed);
            }
        }
        for one in loaded {
            self.take(one, &mut look, hold);
        }
        look.unreadable.extend(hidden.into_iter().map(|(_, error)| error));
        look
    }

    fn take(&self, one: Loaded, look: &mut Look, hold: &mut dyn FnMut(&Sighting) -> bool) {
        let Loaded { name, stamp, held, looks_unfinished } = one;
        let before = self.files.get(&name);
        let is_same = held.as_ref().is_ok_and(|held| before.is_some_and(|before| before.is_same(held)));
        let change = if before.is_some() { Change::Modified } else { Change::Added };
        if !is_same && hold(&Sighting { name: &name, change, stamp: Some(stamp), looks_unfinished }) {
            look.held.push(name);
            return;
        }
        let mut held = match held {
            Ok(held) => held,
            Err(error) => return look.unreadable.push(error),
        };
        if let Some(before) = before.filter(|_| is_same) {
            held.content = before.content.clone();
        } else {
            look.changes.insert(name.clone(), change);
        }
        look.sources.files.insert(name, Arc::new(held));
    }
}

/// The names that are no longer listed, and the files that are new or look different. Everything is sorted by name.
fn compare<'a>(
    known: impl Iterator<Item = (&'a Arc<str>, &'a Arc<Held>)>,
    listed: &'a [Listed],
    doubt: &dyn Fn(&str) -> bool,
) -> (Vec<&'a Arc<str>>, Vec<&'a Listed>) {
    let (mut gone, mut differing) = (vec![], vec![]);
    let mut known = known.peekable();
    for one in listed {
        while let Some((name, _)) = known.next_if(|(name, _)| ***name < *one.name) {
            gone.push(name);
        }
        let seen = known.next_if(|(name, _)| ***name == *one.name).and_then(|(_, held)| held.seen);
        if seen.is_none_or(|seen| seen.recent || seen.stamp != one.stamp) || doubt(&one.name) {
            differing.push(one);
        }
    }
    gone.extend(known.map(|(name, _)| name));
    (gone, differing)
}

/// The files of an archive by name and look, without what is in them.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Remembered {
    /// Sorted by name.
    files: Vec<(Arc<str>, Seen, Fingerprint)>,
}

impl Remembered {
    /// `None` for sources that were not read from a disk.
    pub fn of(sources: &Sources) -> Option<Remembered> {
        let file = |(name, held): (&Arc<str>, &Arc<Held>)| Some((name.clone(), held.seen?, held.fingerprint));
        Some(Remembered { files: sources.files.iter().map(file).collect::<Option<_>>()? })
    }

    /// The texts of the content, of which none is read yet. Other files are soon read.
    pub(super) fn unread(&self, root: &Path) -> Sources {
        let whole: Arc<Path> = root.into();
        let is_text = |name: &str, seen: &Seen| {
            name.starts_with("content/") && name.ends_with(".md") && !name.contains(char::REPLACEMENT_CHARACTER) && !seen.stamp.is_link
        };
        let held = |(name, seen, fingerprint): &(Arc<str>, Seen, Fingerprint)| {
            let content = Content::Text(FileText::unread(&whole, name, seen.stamp.size, *fingerprint));
            (name.clone(), Arc::new(Held { content, fingerprint: *fingerprint, seen: Some(*seen) }))
        };
        Sources { root: root.to_path_buf(), files: self.files.iter().filter(|(name, seen, _)| is_text(name, seen)).map(held).collect() }
    }

    /// Whether the archive is as it was. Fails where a directory cannot be read.
    pub fn is_unchanged(&self, root: &Path) -> Result<bool, Error> {
        let Listing { files: listed, hidden } = list(root);
        if let Some((_, error)) = hidden.into_iter().next() {
            return Err(error);
        }
        let same = |(now, (name, seen, fingerprint)): (&Listed, &(Arc<str>, Seen, Fingerprint))| {
            *now.name == **name && now.stamp == seen.stamp && (!seen.recent || still_holds(now, root, *fingerprint))
        };
        Ok(listed.len() == self.files.len() && listed.par_iter().zip(&self.files).all(same))
    }
}

/// Whether a file that could have changed without a sign holds what it held. Of one that stays on disk nobody knows.
fn still_holds(listed: &Listed, root: &Path, fingerprint: Fingerprint) -> bool {
    let held = load(listed, root).and_then(|loaded| loaded.held.ok());
    held.is_some_and(|held| held.fingerprint == fingerprint && !matches!(held.content, Content::OnDisk { .. }))
}

impl Held {
    /// Whether nobody could tell the two apart. Files that stay on disk are told apart by their stamps.
    fn is_same(&self, other: &Held) -> bool {
        let on_disk = |held: &Held| matches!(held.content, Content::OnDisk { .. }).then(|| held.seen.map(|seen| seen.stamp));
        self.fingerprint == other.fingerprint
            && std::mem::discriminant(&self.content) == std::mem::discriminant(&other.content)
            && on_disk(self) == on_disk(other)
    }
}

/// Every file of the archive.
fn list(root: &Path) -> Listing {
    let mut listing = Listing::default();
    let mut directories = vec![];
    for part in PARTS {
        let top = root.join(part);
        match present(fs::metadata(&top)) {
            Ok(None) => {}
            Ok(Some(metadata)) if metadata.is_dir() => walk(&top, &mut directories),
            Ok(Some(metadata)) if !metadata.is_file() => {}
            Ok(Some(metadata)) => listing.files.push(Listed { name: part.to_string(), path: None, stamp: Stamp::of(&metadata) }),
            Err(cause) => listing.hidden.push((part.to_string(), Error::new("read", &top, cause))),
        }
    }
    let files = |directory: &PathBuf| files_in(directory, root);
    let all = directories.par_iter().with_min_len(16).map(files).collect::<Vec<_>>();
    for (files, hidden) in all {
        listing.files.extend(files);
        listing.hidden.extend(hidden);
    }
    listing.files.par_sort_unstable_by(|a: &Listed, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    // Names that are not UTF-8 can become alike; one of them is enough to be told to rename it.
    listing.files.dedup_by(|a, b| a.name == b.name);
    listing
}

/// Those of these files that are there and could be ours, as [`list`] would list them.
fn list_of(names: &BTreeSet<String>, root: &Path) -> Listing {
    let mut listing = Listing::default();
    for name in names.iter().filter(|name| is_ours(name, root)) {
        let path = root.join(name);
        // What stands at the top may be a link; it is the author's own choice.
        let metadata = if PARTS.contains(&name.as_str()) { fs::metadata(&path) } else { fs::symlink_metadata(&path) };
        match present(metadata) {
            Ok(Some(metadata)) if metadata.is_file() || metadata.is_symlink() => {
                listing.files.push(Listed { name: name.clone(), path: None, stamp: Stamp::of(&metadata) });
            }
            Ok(_) => {}
            Err(cause) => listing.hidden.push((name.clone(), Error::new("read", &path, cause))),
        }
    }
    listing
}

/// Whether a file lies in one of the parts, with nothing but directories between.
fn is_ours(name: &str, root: &Path) -> bool {
    let is_in_part = PARTS.iter().any(|part| name.split('/').next() == Some(part));
    let above = |name: &str| name.rmatch_indices('/').map(|(at, _)| name[..at].to_string()).collect::<Vec<_>>();
    let is_directory = |above: &String| {
        let path = root.join(above);
        if PARTS.contains(&above.as_str()) { path.is_dir() } else { fs::symlink_metadata(path).is_ok_and(|one| one.is_dir()) }
    };
    is_in_part && !name.split('/').any(is_dropping) && above(name).iter().all(is_directory)
}

/// A directory and all below it, droppings left out. One that cannot be opened is among them: its files cannot be listed.
fn walk(top: &Path, directories: &mut Vec<PathBuf>) {
    let keep = |entry: &walkdir::DirEntry| {
        entry.depth() == 0 || (entry.file_type().is_dir() && !is_dropping(&entry.file_name().to_string_lossy()))
    };
    directories.extend(WalkDir::new(top).into_iter().filter_entry(keep).flatten().map(walkdir::DirEntry::into_path));
}

/// The files of one directory, and what of it stays hidden. Asked of its entries and not by their paths, which takes
/// the system half the time.
fn files_in(directory: &Path, root: &Path) -> (Vec<Listed>, Option<(String, Error)>) {
    let below = directory.strip_prefix(root).unwrap_or(directory);
    let prefix = below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/") + "/";
    let is_odd = below.to_str().is_none();
    let mut listed = vec![];
    let result = entries(directory, |entry, metadata| {
        let file_name = entry.file_name();
        let path = (is_odd || file_name.to_str().is_none()).then(|| entry.path());
        listed.push(Listed { name: format!("{prefix}{}", file_name.to_string_lossy()), path, stamp: Stamp::of(&metadata) });
    });
    let hidden = result.err().map(|cause| (prefix, Error::new("read", directory, cause)));
    (listed, hidden)
}

/// The files and links of a directory that could be ours. Pipes and devices are not: to read one may take forever.
fn entries(directory: &Path, mut each: impl FnMut(&fs::DirEntry, Metadata)) -> io::Result<()> {
    let Some(entries) = present(fs::read_dir(directory))? else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let Some(kind) = present(entry.file_type())? else { continue };
        if !(kind.is_file() || kind.is_symlink()) || is_dropping(&entry.file_name().to_string_lossy()) {
            continue;
        }
        if let Some(metadata) = present(entry.metadata())? {
            each(&entry, metadata);
        }
    }
    Ok(())
}

fn present<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(there) => Ok(Some(there)),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(cause),
    }
}

/// Reads a file. `None` if it vanished in the meantime: then it is gone, or the next look finds it.
fn load(listed: &Listed, root: &Path) -> Option<Loaded> {
    let path = listed.path(root);
    let when = SystemTime::now();
    let seen = Seen { stamp: listed.stamp, recent: listed.stamp.is_recent(when) };
    let name: Arc<str> = listed.name.as_str().into();
    let whole =
        |content| Loaded { name: name.clone(), stamp: listed.stamp, held: Ok(Held::new(content, Some(seen))), looks_unfinished: false };
    if listed.stamp.is_link {
        return Some(whole(Content::Link));
    }
    let is_small_text = is_looked_into(&listed.name) && listed.stamp.size <= READ_UP_TO;
    if !is_text(&listed.name) && !is_small_text {
        return Some(whole(Content::OnDisk { path, size: listed.stamp.size }));
    }
    match present(fs::read(&path)) {
        Ok(None) => None,
        Ok(Some(bytes)) if !is_text(&listed.name) => Some(whole(Content::InMemory(bytes.into()))),
        Ok(Some(bytes)) => {
            let moved = bytes.len() as u64 != listed.stamp.size;
            let (content, cut_off) = text(&bytes);
            let is_empty = matches!(&content, Content::Text(text) if text.is_empty());
            Some(Loaded { looks_unfinished: moved || cut_off || is_empty, ..whole(content) })
        }
        Err(cause) => {
            let held = Err(Error::new("read", &path, cause));
            Some(Loaded { name, stamp: listed.stamp, held, looks_unfinished: true })
        }
    }
}

/// The content of a text file, and whether it ends in the middle of a character.
fn text(bytes: &[u8]) -> (Content, bool) {
    // The standard library looks at Chinese text byte by byte.
    match simdutf8::compat::from_utf8(bytes) {
        Ok(text) => (Content::Text(without_bom(text).into()), false),
        Err(cause) => (Content::NotUtf8 { valid: cause.valid_up_to() }, cause.error_len().is_none()),
    }
}
