//! The last build, written down beside the archive, so that the next one need not do again what it did.
//!
//! In `.gongkai/` below the archive's root. Anybody may delete it at any time: then the next build does everything.
//!
//! 1. [`Record::open`] reads what was written down; whatever is odd about it, it is as if there were nothing;
//! 2. [`Record::still_holds`] says whether nothing at all has changed since, in the archive and in the output folder;
//! 3. else the folder is given the files that the record knows, and keeps those whose inputs are the same;
//! 4. [`Record::write`] writes down the new state, whole or not at all;
//! 5. beside it stands what was read in each report and what the checks answered ([`Answers`]), so that only what changed is
//!    read and asked about; what is new is added at its end.
//!
//! What a record is good for is checked, never assumed: the format's version, this very program, the archive's and the
//! output's place, the options, and a checksum. Files are told by size, times and number; what may have changed
//! without showing it is read again (see [`Stamp`]). No comparison asks which of two times is the later one.

use std::fs;
use std::io::{self, BufWriter, Seek, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cache::{Cache, Fingerprint, Pieces};
use crate::diagnostic::Overview;
use crate::output::{Outputs, Written, all_untouched};
use crate::source::{Remembered, Stamp};

/// Below the archive's root.
pub const FOLDER: &str = ".gongkai";
const BUILD: &str = "build";
const ANSWERS: &str = "answers";

/// Raised with every change to what is written down.
const VERSION: &[u8; 16] = b"gongkai build 8\n";

/// The program's own file: another build of the same version may make other pages, and find other things.
type Program = (String, Option<Stamp>);

fn program() -> Program {
    let own = std::env::current_exe().ok().and_then(|path| fs::metadata(path).ok());
    (env!("CARGO_PKG_VERSION").to_string(), own.as_ref().map(Stamp::of))
}

/// What a record is about: it holds for no other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct About {
    program: Program,
    root: PathBuf,
    /// As named on the command line.
    out: Option<PathBuf>,
    /// Of the options of the command line.
    options: String,
}

impl About {
    pub fn new(root: &Path, out: Option<&Path>, options: &impl std::fmt::Debug) -> About {
        let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        About { program: program(), root: whole(root), out: out.map(whole), options: format!("{options:?}") }
    }
}

/// A build that ended well.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Record {
    pub about: About,
    /// The archive as it was read.
    pub sources: Remembered,
    /// The folder, and what was left in it.
    pub out: PathBuf,
    pub outputs: Outputs,
    pub findings: Overview,
    pub files: usize,
}

impl Record {
    /// The record of an archive, if there is one that is whole, of this format, and about the same.
    pub fn open(root: &Path, about: &About) -> Option<Record> {
        let bytes = fs::read(root.join(FOLDER).join(BUILD)).ok()?;
        let (body, end) = part(&bytes, VERSION.len()).filter(|_| bytes.starts_with(VERSION))?;
        let record: Record = postcard::from_bytes(bytes.get(body).filter(|_| end == bytes.len())?).ok()?;
        (record.about == *about && about.program.1.is_some()).then_some(record)
    }

    /// Whether a build now would find everything as it was and change nothing.
    pub fn still_holds(&self, root: &Path) -> bool {
        // An archive that cannot be listed is for the build to complain of.
        self.sources.is_unchanged(root).unwrap_or(false) && all_untouched(&self.out, &self.outputs)
    }

    /// What such a build would have done.
    pub fn nothing_done(&self) -> Written {
        Written { files: self.files, changed: 0, removed: 0 }
    }

    /// Writes the record. That it cannot be written is no failure of the build: the next one takes longer.
    pub fn write(&self, root: &Path) {
        write(root, BUILD, |out| {
            out.write_all(VERSION)?;
            put_part(out, &postcard::to_stdvec(self).map_err(io::Error::other)?)
        });
    }
}

/// What this very program read in the archive's files and what its checks answered the last times, by fingerprints of all that
/// it was made from: so it does not matter which archive that was.
pub struct Answers {
    pub cache: Cache,
    path: PathBuf,
    /// How long the file was, and how much of it is whole; `None` where there is none of this program.
    known: Option<(u64, u64)>,
}

impl Answers {
    /// Reads what was written down, up to where it is no longer whole.
    pub fn open(root: &Path) -> Answers {
        let path = root.join(FOLDER).join(ANSWERS);
        let bytes = fs::read(&path).unwrap_or_default();
        let mut parts = vec![];
        let mut whole = VERSION.len();
        while let Some((body, end)) = part(&bytes, whole) {
            parts.push(body);
            whole = end;
        }
        let of = parts.first().and_then(|first| postcard::from_bytes::<Program>(&bytes[first.clone()]).ok());
        let is_ours = bytes.starts_with(VERSION) && of.is_some_and(|of| of == program() && of.1.is_some());
        if !is_ours {
            return Answers { cache: Cache::default(), path, known: None };
        }
        let known = Some((bytes.len() as u64, whole as u64));
        Answers { cache: Cache::of_bytes(bytes, parts.into_iter().skip(1)), path, known }
    }

    /// Writes down what was read and answered now and is not there yet. That it cannot be written is no failure: the next run takes
    /// longer.
    pub fn write(&self) {
        let Some(pieces) = self.cache.unwritten() else { return };
        if pieces == Pieces::New && self.add().is_ok() {
            return;
        }
        let Some(root) = self.path.parent().and_then(Path::parent) else { return };
        write(root, ANSWERS, |out| {
            out.write_all(VERSION)?;
            put_part(out, &postcard::to_stdvec(&program()).map_err(io::Error::other)?)?;
            self.cache.write_down(Pieces::All, &mut |part| put_part(out, part))
        });
    }

    /// At the end of the file, if it is still the one that was read. What is cut off there is no part, and is written over the
    /// next time.
    fn add(&self) -> io::Result<()> {
        let (length, whole) = self.known.ok_or(io::ErrorKind::NotFound)?;
        let mut file = fs::OpenOptions::new().write(true).open(&self.path)?;
        if file.metadata()?.len() != length {
            return Err(io::ErrorKind::InvalidData.into());
        }
        file.set_len(whole)?;
        file.seek(io::SeekFrom::End(0))?;
        self.cache.write_down(Pieces::New, &mut |part| put_part(&mut file, part))
    }
}

/// Its length, the part, its sum.
fn put_part(out: &mut dyn Write, part: &[u8]) -> io::Result<()> {
    out.write_all(&(part.len() as u64).to_le_bytes())?;
    out.write_all(part)?;
    out.write_all(&Fingerprint::of(part).to_bytes())
}

/// Where the part that begins here stands, and its end with the sum; `None` where there is no whole one.
fn part(bytes: &[u8], start: usize) -> Option<(Range<usize>, usize)> {
    let (length, rest) = bytes.get(start..)?.split_first_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (body, rest) = rest.split_at_checked(length)?;
    let start = start + size_of::<u64>();
    let sum = rest.first_chunk()?;
    (*sum == Fingerprint::of(body).to_bytes()).then_some((start..start + length, start + length + sum.len()))
}

/// Writes a file of ours, whole or not at all; then there is none.
fn write(root: &Path, name: &str, body: impl FnOnce(&mut BufWriter<fs::File>) -> io::Result<()>) {
    let folder = root.join(FOLDER);
    let staged = folder.join(format!("{name}.{}", std::process::id()));
    let whole = || {
        let mut out = BufWriter::with_capacity(1 << 18, fs::File::create(&staged)?);
        body(&mut out)?;
        out.flush()
    };
    let written = fs::create_dir_all(&folder)
        .and_then(|()| keep_out_of_git(&folder))
        .and_then(|()| whole())
        .and_then(|()| fs::rename(&staged, folder.join(name)));
    if written.is_err() {
        let _ = fs::remove_file(&staged);
        let _ = fs::remove_file(folder.join(name));
    }
}

/// The folder holds nothing of the archive.
fn keep_out_of_git(folder: &Path) -> io::Result<()> {
    match fs::OpenOptions::new().write(true).create_new(true).open(folder.join(".gitignore")) {
        Ok(mut file) => file.write_all(b"*\n"),
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(cause) => Err(cause),
    }
}
