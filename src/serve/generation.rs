//! One whole site in memory, as it is shown between one build and the next.
//!
//! Pages are held as bytes, shared with the generation before where nothing changed. Data files are made when somebody
//! asks, from the same archive as the pages; attachments stay on disk. A page is found by looking its address up, so
//! no address leads anywhere else.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;

use crate::cache::Fingerprint;
use crate::error::Error;
use crate::names::UrlPath;
use crate::output::{Body, File, Sink};
use crate::pipeline::Site;

/// A file that is shown.
#[derive(Clone, Debug)]
pub enum Shown {
    Bytes {
        bytes: Bytes,
        /// Of the bytes.
        print: Fingerprint,
        /// Of what they were made from, where that is known.
        inputs: Option<Fingerprint>,
    },
    OnDisk(PathBuf),
}

impl Shown {
    fn print(&self) -> Option<Fingerprint> {
        match self {
            Shown::Bytes { print, .. } => Some(*print),
            Shown::OnDisk(_) => None,
        }
    }
}

/// Files by their path below the site; pages by their `index.html`.
pub type Files = HashMap<Arc<str>, Shown>;

/// What is shown.
#[derive(Default)]
pub struct Generation {
    pub id: u64,
    /// Of the last build without errors.
    pub files: Arc<Files>,
    /// What those files were made from; `None` before the first such build.
    pub(super) site: Option<Arc<Site>>,
    /// What is wrong with the archive as it is now, for the browser.
    pub(super) problems: Arc<str>,
    /// Whether the files show the archive as it is now.
    pub is_current: bool,
}

impl Generation {
    /// The path that the site stands below, with a slash at both ends.
    pub fn base(&self) -> &str {
        let address = self.site.as_ref().map_or("", |site| site.config.base_url.as_str());
        let host = address.split_once("://").map_or("", |(_, host)| host);
        host.find('/').map_or("/", |slash| &host[slash..])
    }

    /// Whether there is anything to show yet.
    pub fn is_empty(&self) -> bool {
        self.site.is_none()
    }

    pub fn get(&self, path: &str) -> Option<&Shown> {
        self.files.get(path)
    }

    /// Of the page at an address, if there is one.
    pub(super) fn print(&self, path: &str) -> Option<Fingerprint> {
        self.get(path).and_then(Shown::print)
    }

    /// A data file, made now.
    pub fn data(&self, path: &str) -> Option<Vec<u8>> {
        let wanted = Wanted { path, found: Mutex::default() };
        // The sink is memory, which does not fail.
        self.site.as_ref()?.data(&wanted).ok()?;
        wanted.found.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// A sink that takes the one file that somebody asked for.
struct Wanted<'a> {
    path: &'a str,
    found: Mutex<Option<Vec<u8>>>,
}

impl Sink for Wanted<'_> {
    fn put(&self, file: File<'_>) -> Result<(), Error> {
        if file.url.as_str() == self.path {
            let bytes = bytes(file.body, self.path)?;
            *self.found.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(bytes);
        }
        Ok(())
    }
}

fn bytes(body: Body, path: &str) -> Result<Vec<u8>, Error> {
    match body {
        Body::Bytes(bytes) => Ok(bytes),
        body => {
            let mut bytes = vec![];
            let written = body.write_to(&mut bytes).and_then(|()| bytes.flush());
            written.map(|()| bytes).map_err(|cause| Error::new("make", &PathBuf::from(path), cause))
        }
    }
}

/// The files of the next generation while they are made.
pub(super) struct Filling {
    before: Arc<Files>,
    files: Mutex<Filled>,
}

#[derive(Default)]
pub(super) struct Filled {
    pub files: Files,
    /// How many of them differ from those before, or are new.
    pub changed: usize,
}

impl Filling {
    pub(super) fn after(before: Arc<Files>) -> Filling {
        let files = HashMap::with_capacity(before.len() + 16);
        Filling { before, files: Mutex::new(Filled { files, changed: 0 }) }
    }

    pub(super) fn finish(self) -> Filled {
        self.files.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Filled> {
        self.files.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Sink for Filling {
    fn keep(&self, url: &UrlPath, wanted: Fingerprint) -> bool {
        let path = url.file();
        let Some((path, shown)) = self.before.get_key_value(path.as_str()) else { return false };
        let is_same = matches!(shown, Shown::Bytes { inputs, .. } if *inputs == Some(wanted));
        if is_same {
            self.lock().files.insert(path.clone(), shown.clone());
        }
        is_same
    }

    fn put(&self, file: File<'_>) -> Result<(), Error> {
        let path: Arc<str> = file.url.file().into();
        let inputs = file.inputs;
        let mut shown = match file.body {
            Body::Copy(path) => Shown::OnDisk(path),
            body => {
                let bytes = bytes(body, &path)?;
                Shown::Bytes { print: Fingerprint::of(&bytes), bytes: bytes.into(), inputs }
            }
        };
        let before = self.before.get(&path);
        let differs = match (&mut shown, before) {
            (Shown::Bytes { bytes, print, .. }, Some(Shown::Bytes { bytes: old, print: old_print, .. })) if print == old_print => {
                *bytes = old.clone();
                false
            }
            (Shown::OnDisk(_), Some(Shown::OnDisk(_))) => false,
            _ => true,
        };
        let mut filled = self.lock();
        filled.changed += usize::from(differs);
        filled.files.insert(path, shown);
        Ok(())
    }
}
