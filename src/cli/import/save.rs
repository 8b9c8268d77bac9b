//! Each report put in its place whole, or not at all.
//!
//! A report in a folder of its own is made beside its place, under a name that is never read, and moved. What is there is
//! not replaced, even if it came there after it was looked for; only a merge replaces a file, with all that was in it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::place::{Fate, New, Taken};
use crate::error::Error;

/// Writes everything that is to be written below the archive's root.
pub(super) fn save(taken: &[Taken], root: &Path) -> Result<(), Error> {
    for one in taken {
        match &one.fate {
            Fate::Made(new) => make(new, &one.file, root)?,
            Fate::Merged { path, text, filled, .. } if !filled.is_empty() => replace(&root.join(path), text.as_bytes())?,
            _ => {}
        }
    }
    Ok(())
}

/// Writes a page that the command was asked for, over an older one.
pub(super) fn page(path: &Path, text: &str) -> Result<(), Error> {
    replace(path, text.as_bytes())
}

fn make(new: &New, file: &Path, root: &Path) -> Result<(), Error> {
    let target = root.join(&new.path);
    if let Some((path, text)) = &new.unit {
        let path = root.join(path);
        // Two reports of one new unit bring the same file.
        if !path.exists() {
            create(&path, text.as_bytes())?;
        }
    }
    match new.beside.is_empty() && new.original.is_none() {
        true => create(&target, new.text.as_bytes()),
        false => folder(new, file, &target),
    }
}

/// A report with its files.
fn folder(new: &New, file: &Path, index: &Path) -> Result<(), Error> {
    let target = parent(index);
    directory(parent(target))?;
    let staging = beside(target);
    let filled = fill(new, file, &staging);
    let moved = filled.and_then(|()| {
        // Moving a folder onto an empty one replaces it; one with something in it is a failure.
        fs::rename(&staging, target).map_err(|cause| Error::new("make", target, cause))
    });
    if moved.is_err() {
        let _ = fs::remove_dir_all(&staging);
    }
    moved
}

fn fill(new: &New, file: &Path, staging: &Path) -> Result<(), Error> {
    fs::create_dir(staging).map_err(|cause| Error::new("create", staging, cause))?;
    let put = |name: &str, bytes: &[u8]| {
        let path = staging.join(name);
        write_through(&path, bytes).map_err(|cause| Error::new("write", &path, cause))
    };
    put("index.md", new.text.as_bytes())?;
    new.beside.iter().try_for_each(|(name, bytes)| put(name, bytes))?;
    match &new.original {
        Some(name) => fs::copy(file, staging.join(name)).map(|_| ()).map_err(|cause| Error::new("copy", file, cause)),
        None => Ok(()),
    }
}

/// A new file, whole; fails where there is one.
fn create(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    directory(parent(path))?;
    let staging = beside(path);
    let fail = |cause: io::Error| Error::new("make", path, cause);
    let made = write_through(&staging, bytes).and_then(|()| match fs::hard_link(&staging, path) {
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Err(cause),
        Err(_) if path.exists() => Err(io::ErrorKind::AlreadyExists.into()),
        // Some file systems have no links.
        Err(_) => fs::rename(&staging, path),
        Ok(()) => Ok(()),
    });
    let _ = fs::remove_file(&staging);
    made.map_err(fail)
}

/// A file in the place of an older one.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    directory(parent(path))?;
    let staging = beside(path);
    let done = write_through(&staging, bytes).and_then(|()| fs::rename(&staging, path));
    if done.is_err() {
        let _ = fs::remove_file(&staging);
    }
    done.map_err(|cause| Error::new("write", path, cause))
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn directory(path: &Path) -> Result<(), Error> {
    if path.as_os_str().is_empty() {
        return Ok(());
    }
    fs::create_dir_all(path).map_err(|cause| Error::new("create", path, cause))
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// A hidden name beside a place, which nothing reads.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    path.with_file_name(format!(".{name}.import-{}.tmp", std::process::id()))
}
