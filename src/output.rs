//! Files of the site, and the folder that they are put into.
//!
//! In: [`File`]s, in any order, from any thread. Out: a folder that changes from one whole site to the next.
//!
//! 1. what differs from the folder is written into a staging folder beside it, everything else is left untouched;
//! 2. [`Folder::commit`] moves the staged files into place one by one, removes what the last build made and this one
//!    did not, and writes `manifest.json` last;
//! 3. dropped without a commit, the staging folder goes away and the site stays as it was.
//!
//! A file that gongkai did not make is never removed or overwritten. What the last build left there, and what it was made
//! from, may be given along ([`Folder::knowing`]): then it need not be made, nor read, to be left as it is; and of large files
//! only those pieces are made that differ.

mod known;
mod pieces;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::cache::Fingerprint;
use crate::error::Error;
use crate::names::UrlPath;
use crate::source::Stamp;

pub use known::{Known, Outputs, all_untouched};
pub use pieces::Piece;

use pieces::{Last, Lengths};

/// The list of all files of the site, in the site.
pub const MANIFEST: &str = "manifest.json";

/// In the staging folder while its files are put in place.
const JOURNAL: &str = ".gongkai-commit";

/// What a file holds.
pub enum Body<'a> {
    Bytes(Vec<u8>),
    /// Passed on from the archive's disk.
    Copy(PathBuf),
    /// Made when it is wanted, and the same each time.
    Made(Box<dyn Fn() -> Vec<u8> + Send + Sync + 'a>),
    /// Too large to hold: made piece by piece, and only those that the last build did not leave there.
    Pieces(Vec<Piece<'a>>),
}

impl Body<'_> {
    /// Writes all of it. The error is the writer's, or that of the file copied.
    pub fn write_to(&self, writer: &mut dyn Write) -> io::Result<()> {
        self.write_with(None, writer).map(|_| ())
    }

    fn write_with(&self, last: Option<Last>, writer: &mut dyn Write) -> io::Result<Lengths> {
        match self {
            Body::Bytes(bytes) => writer.write_all(bytes)?,
            Body::Copy(path) => io::copy(&mut fs::File::open(path)?, writer).map(|_| ())?,
            Body::Made(make) => writer.write_all(&make())?,
            Body::Pieces(pieces) => return pieces::write(pieces, last, writer),
        }
        Ok(vec![])
    }
}

/// A file of the site.
pub struct File<'a> {
    pub url: UrlPath,
    pub body: Body<'a>,
    /// Of everything that it is made from, where that is known.
    pub inputs: Option<Fingerprint>,
}

impl File<'_> {
    pub fn new(url: UrlPath, bytes: impl Into<Vec<u8>>) -> File<'static> {
        File { url, body: Body::Bytes(bytes.into()), inputs: None }
    }

    /// A file passed on from the archive's disk.
    pub fn copy(url: UrlPath, path: PathBuf) -> File<'static> {
        File { url, body: Body::Copy(path), inputs: None }
    }
}

impl<'a> File<'a> {
    /// With a body that is held, if it is one that can be.
    fn made(self) -> File<'a> {
        match self.body {
            Body::Made(make) => File { body: Body::Bytes(make()), ..self },
            _ => self,
        }
    }
}

/// What takes the files of a build as they are made.
pub trait Sink: Sync {
    /// Whether the file of this address is there already, made from the same inputs, and stays. If not it has to be put.
    fn keep(&self, _url: &UrlPath, _inputs: Fingerprint) -> bool {
        false
    }

    /// Fails where the disk does.
    fn put(&self, file: File<'_>) -> Result<(), Error>;
}

/// All files by path: for tests and the preview.
#[derive(Default, Debug)]
pub struct Memory {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Memory {
    /// The files by path; pages by their `index.html`.
    pub fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.files.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Sink for Memory {
    fn put(&self, file: File<'_>) -> Result<(), Error> {
        let path = file.url.file();
        let mut bytes = vec![];
        file.body.write_to(&mut bytes).map_err(|cause| Error::new("make", Path::new(&path), cause))?;
        self.files.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(path, bytes);
        Ok(())
    }
}

/// One line of the manifest. Source for the need: portals take over only what changed.
#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    /// Bytes.
    size: u64,
    /// Lower-case hexadecimal.
    sha256: &'a str,
}

/// What is read of the `manifest.json` of an earlier build: whose it is, and the paths of its files.
#[derive(Deserialize)]
struct Manifest {
    generator: String,
    files: Vec<OldEntry>,
}

#[derive(Deserialize)]
struct OldEntry {
    path: String,
}

/// How many files a commit touched.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Written {
    pub files: usize,
    pub changed: usize,
    pub removed: usize,
}

/// An output folder being filled.
pub struct Folder {
    out: PathBuf,
    staging: PathBuf,
    /// Nothing was there: the staging folder itself becomes the site.
    fresh: bool,
    made_before: BTreeSet<String>,
    known: Outputs,
    done: Mutex<Done>,
}

#[derive(Default)]
struct Done {
    /// The files of the site, kept or staged.
    files: Vec<(String, Known)>,
    staged: Vec<String>,
    /// Below the staging folder, those that are there.
    directories: HashSet<String>,
}

impl Folder {
    /// Opens an output folder, which need not exist.
    ///
    /// Fails where it holds files and none of them is a manifest of ours: then it is not ours to fill.
    pub fn open(out: &Path) -> Result<Folder, Error> {
        let out = &std::path::absolute(out).map_err(|cause| Error::new("find", out, cause))?;
        let name = out.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| "site".into());
        let interrupted = remove_left_over(out, &name)?;
        let (mut made_before, fresh): (BTreeSet<String>, bool) = match read_manifest(out)? {
            Some(manifest) => (manifest.files.into_iter().map(|entry| entry.path).collect(), false),
            None if is_empty(out)? => (BTreeSet::new(), true),
            None => return Err(Error::new("use", out, "the folder holds files that gongkai did not make; choose an empty one")),
        };
        made_before.extend(interrupted);
        let staging = out.with_file_name(format!(".{name}.gongkai-{}", std::process::id()));
        create(&staging)?;
        let (known, done) = Default::default();
        Ok(Folder { out: out.to_path_buf(), staging, fresh, made_before, known, done })
    }

    /// With what the last build left in it. Of a folder that is not there any more nothing is known.
    pub fn knowing(mut self, outputs: Outputs) -> Folder {
        self.known = if self.fresh { Outputs::default() } else { outputs };
        self
    }

    /// Makes what was put the site. Each file changes at once; a crash in between leaves whole files.
    pub fn commit(self) -> Result<(Written, Outputs), Error> {
        let mut done = std::mem::take(&mut *self.lock());
        done.files.sort_by(|a, b| a.0.cmp(&b.0));
        let mut written = Written { files: done.files.len(), changed: done.staged.len(), removed: 0 };
        let manifest = manifest_bytes(&done.files);
        let mut outputs: Outputs = done.files.into_iter().collect();
        let staged_manifest = self.staging.join(MANIFEST);
        if self.fresh {
            fs::write(&staged_manifest, &manifest).map_err(|cause| Error::new("write", &staged_manifest, cause))?;
            self.become_site()?;
        } else {
            self.write_journal(&done.staged)?;
            for path in &done.staged {
                self.put_in_place(path)?;
                // Renaming shows in the file's times.
                if let (Some(known), Ok(now)) = (outputs.get_mut(path), fs::symlink_metadata(self.out.join(path))) {
                    known.stamp = Stamp::of(&now);
                }
            }
            for path in self.made_before.iter().filter(|path| !outputs.contains_key(*path)) {
                written.removed += usize::from(self.remove(path)?);
            }
            self.write_manifest(&manifest)?;
        }
        outputs.extend(self.known_manifest());
        Ok((written, outputs))
    }

    fn known_manifest(&self) -> Option<(String, Known)> {
        let metadata = fs::symlink_metadata(self.out.join(MANIFEST)).ok()?;
        let (sha256, inputs, pieces) = Default::default();
        let known = Known { size: metadata.len(), sha256, inputs, pieces, stamp: Stamp::of(&metadata) };
        Some((MANIFEST.to_string(), known))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn become_site(&self) -> Result<(), Error> {
        if self.out.exists() {
            fs::remove_dir(&self.out).map_err(|cause| Error::new("replace", &self.out, cause))?;
        }
        fs::rename(&self.staging, &self.out).map_err(|cause| Error::new("create", &self.out, cause))
    }

    /// Names what is about to be put in place, so that the next build knows it as ours if this one is interrupted.
    fn write_journal(&self, staged: &[String]) -> Result<(), Error> {
        let path = self.staging.join(JOURNAL);
        let list = serde_json::to_vec(staged).expect("texts always serialise");
        fs::write(&path, list).map_err(|cause| Error::new("write", &path, cause))
    }

    fn put_in_place(&self, path: &str) -> Result<(), Error> {
        let target = self.out.join(path);
        if target.is_dir() {
            return Err(Error::new("write", &target, "a folder of this name is in the way"));
        }
        if let Some(directory) = target.parent() {
            create(directory)?;
        }
        fs::rename(self.staging.join(path), &target).map_err(|cause| Error::new("write", &target, cause))
    }

    /// Removes a file of the last build, and folders that it leaves empty.
    fn remove(&self, path: &str) -> Result<bool, Error> {
        if !is_inside(path) {
            return Ok(false);
        }
        let target = self.out.join(path);
        match fs::remove_file(&target) {
            Ok(()) => {}
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(cause) => return Err(Error::new("remove", &target, cause)),
        }
        let mut directory = target.parent();
        while let Some(empty) = directory.filter(|directory| *directory != self.out && fs::remove_dir(directory).is_ok()) {
            directory = empty.parent();
        }
        Ok(true)
    }

    fn write_manifest(&self, manifest: &[u8]) -> Result<(), Error> {
        let target = self.out.join(MANIFEST);
        if fs::read(&target).is_ok_and(|old| old == manifest) {
            return Ok(());
        }
        let staged = self.staging.join(MANIFEST);
        fs::write(&staged, manifest).map_err(|cause| Error::new("write", &staged, cause))?;
        fs::rename(&staged, &target).map_err(|cause| Error::new("write", &target, cause))
    }

    /// Writes a body into the staging folder.
    fn stage(&self, path: &str, body: &Body, last: Option<Last>) -> Result<Known, Error> {
        let staged = self.staging.join(path);
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let known = self.lock().directories.contains(directory);
        if !known {
            create(&self.staging.join(directory))?;
            self.lock().directories.insert(directory.to_string());
        }
        let failed = |cause| Error::new("write", &staged, cause);
        let mut writer = Digesting::new(fs::File::create(&staged).map_err(failed)?);
        let pieces = match body {
            Body::Bytes(bytes) => writer.write_all(bytes).map(|()| vec![]).map_err(failed)?,
            _ => {
                let mut buffered = io::BufWriter::with_capacity(1 << 18, &mut writer);
                let pieces = body.write_with(last, &mut buffered).map_err(failed)?;
                buffered.flush().map_err(failed)?;
                pieces
            }
        };
        let stamp = writer.inner.metadata().map(|now| Stamp::of(&now)).map_err(failed)?;
        Ok(writer.finish(pieces, stamp))
    }

    /// The same where the file of the last build is there to take pieces from; if nothing differs in the end, it stays.
    fn stage_again(&self, path: &str, body: &Body, known: &Known) -> Result<(Known, bool), Error> {
        let now = self.stage(path, body, Last::open(&self.out.join(path), &known.pieces))?;
        if now.sha256 != known.sha256 {
            return Ok((now, true));
        }
        let staged = self.staging.join(path);
        fs::remove_file(&staged).map_err(|cause| Error::new("remove", &staged, cause))?;
        Ok((Known { stamp: known.stamp, ..now }, false))
    }

    /// What is known of a file that lies there as it was left.
    fn left(&self, path: &str) -> Option<&Known> {
        let known = self.known.get(path).filter(|_| self.made_before.contains(path))?;
        known.is_untouched(&self.out.join(path)).then_some(known)
    }

    /// What is to be known of a body that our file of this path already holds. A file that somebody else put there is an error.
    fn unchanged(&self, path: &str, body: &Body) -> Result<Option<Known>, Error> {
        if self.fresh {
            return Ok(None);
        }
        let target = self.out.join(path);
        let Ok(old) = fs::File::open(&target) else { return Ok(None) };
        // Taken before the comparison: what is written into it later shows.
        let stamp = old.metadata().map(|now| Stamp::of(&now)).map_err(|cause| Error::new("read", &target, cause))?;
        if !self.made_before.contains(path) && target.is_file() {
            return Err(Error::new("overwrite", &target, "gongkai did not make this file; move it away"));
        }
        let mut comparing = Digesting::new(Comparing { old: io::BufReader::with_capacity(1 << 16, old), buffer: vec![], same: true });
        let pieces = body.write_with(None, &mut comparing).map_err(|cause| Error::new("read", &target, cause))?;
        let same = comparing.inner.is_same_to_the_end();
        Ok(same.then(|| comparing.finish(pieces, stamp)))
    }
}

impl Sink for Folder {
    fn keep(&self, url: &UrlPath, inputs: Fingerprint) -> bool {
        let path = url.file();
        // Asked first, for it costs least.
        let is_the_same = self.known.get(&path).is_some_and(|known| known.inputs == Some(inputs));
        let Some(known) = is_the_same.then(|| self.left(&path)).flatten().cloned() else { return false };
        self.lock().files.push((path, known));
        true
    }

    fn put(&self, file: File<'_>) -> Result<(), Error> {
        let path = file.url.file();
        let file = file.made();
        let last = if matches!(file.body, Body::Pieces(_)) { self.left(&path) } else { None };
        let (known, changed) = match last {
            Some(known) => self.stage_again(&path, &file.body, known)?,
            None => match self.unchanged(&path, &file.body)? {
                Some(known) => (known, false),
                None => (self.stage(&path, &file.body, None)?, true),
            },
        };
        let known = Known { inputs: file.inputs, ..known };
        let mut done = self.lock();
        if changed {
            done.staged.push(path.clone());
        }
        done.files.push((path, known));
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // After a commit it is empty or gone; after a failure it must not stay. Nothing can be done if it does.
        let _ = fs::remove_dir_all(&self.staging);
    }
}

/// The manifest as bytes: one entry a line, so that a diff of two manifests is the list of what changed.
fn manifest_bytes(files: &[(String, Known)]) -> Vec<u8> {
    let mut out = Vec::from(b"{\"generator\": \"gongkai\", \"files\": [\n");
    for (at, (path, known)) in files.iter().enumerate() {
        let entry = Line { path, size: known.size, sha256: &known.sha256 };
        serde_json::to_writer(&mut out, &entry).expect("texts and numbers always serialise");
        out.extend_from_slice(if at + 1 < files.len() { b",\n" } else { b"\n" });
    }
    out.extend_from_slice(b"]}\n");
    out
}

fn read_manifest(out: &Path) -> Result<Option<Manifest>, Error> {
    let path = out.join(MANIFEST);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(Error::new("read", &path, cause)),
    };
    match serde_json::from_slice::<Manifest>(&bytes) {
        Ok(manifest) if manifest.generator == "gongkai" => Ok(Some(manifest)),
        Ok(_) => Err(Error::new("use", out, "its manifest.json is not gongkai's; choose an empty folder")),
        Err(cause) => Err(Error::new("read", &path, cause)),
    }
}

fn is_empty(out: &Path) -> Result<bool, Error> {
    match fs::read_dir(out) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(cause) => Err(Error::new("read", out, cause)),
    }
}

/// Removes the staging folders of builds that were killed. The paths that one of them was putting in place.
fn remove_left_over(out: &Path, name: &str) -> Result<Vec<String>, Error> {
    let Some(parent) = out.parent().filter(|parent| parent.is_dir()) else { return Ok(vec![]) };
    let prefix = format!(".{name}.gongkai-");
    let entries = fs::read_dir(parent).map_err(|cause| Error::new("read", parent, cause))?;
    let mut interrupted = vec![];
    for entry in entries.flatten() {
        let left_over = entry.file_name().to_string_lossy().strip_prefix(&prefix).map(str::to_string);
        if left_over.is_some_and(|process| !is_running(&process)) {
            let journal = fs::read(entry.path().join(JOURNAL)).ok();
            interrupted.extend(journal.and_then(|list| serde_json::from_slice::<Vec<String>>(&list).ok()).unwrap_or_default());
            fs::remove_dir_all(entry.path()).map_err(|cause| Error::new("remove", &entry.path(), cause))?;
        }
    }
    Ok(interrupted)
}

/// Whether the process that made a staging folder still runs. Where that cannot be told it may.
fn is_running(process: &str) -> bool {
    if process == std::process::id().to_string() {
        return false;
    }
    let processes = Path::new("/proc");
    !processes.join("self").exists() || processes.join(process).exists()
}

fn create(directory: &Path) -> Result<(), Error> {
    fs::create_dir_all(directory).map_err(|cause| Error::new("create", directory, cause))
}

/// Counts and hashes on the way through.
struct Digesting<W> {
    inner: W,
    size: u64,
    hasher: Sha256,
}

impl<W> Digesting<W> {
    fn new(inner: W) -> Digesting<W> {
        Digesting { inner, size: 0, hasher: Sha256::new() }
    }

    /// What is to be known of the file, but for its inputs.
    fn finish(self, pieces: Lengths, stamp: Stamp) -> Known {
        let digit = |four: u8| char::from(b"0123456789abcdef"[usize::from(four)]);
        let sha256 = self.hasher.finalize().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        Known { size: self.size, sha256, inputs: None, pieces, stamp }
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Takes what is written and compares it with an old file, without holding either.
struct Comparing {
    old: io::BufReader<fs::File>,
    buffer: Vec<u8>,
    same: bool,
}

impl Comparing {
    fn is_same_to_the_end(&mut self) -> bool {
        self.same && self.old.fill_buf().is_ok_and(<[u8]>::is_empty)
    }
}

impl Write for Comparing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.same {
            self.buffer.resize(bytes.len(), 0);
            self.same = self.old.read_exact(&mut self.buffer).is_ok() && self.buffer == bytes;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A manifest is a file that anybody can edit: it never names anything outside its folder.
fn is_inside(path: &str) -> bool {
    !path.starts_with('/') && path.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.contains('\\'))
}
