//! What stops the program: the disk, the network port, the command line.
//!
//! An author's mistake is never an [`Error`]; it is a [`Diagnostic`](crate::diagnostic::Diagnostic).

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A failure of the machine: what we were doing, to which path, because of what.
#[derive(Debug)]
pub struct Error {
    doing: &'static str,
    path: PathBuf,
    cause: Box<dyn std::error::Error + Send + Sync>,
}

impl Error {
    /// `doing` is an infinitive without "to": "read", "create", "rename".
    pub fn new(doing: &'static str, path: &Path, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error { doing, path: path.to_path_buf(), cause: cause.into() }
    }

    /// The path that the failing call was about.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// True where the path does not exist: often the user's slip, with a hint of its own.
    pub fn is_not_found(&self) -> bool {
        self.cause.downcast_ref::<io::Error>().is_some_and(|cause| cause.kind() == io::ErrorKind::NotFound)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} {}: {}", self.doing, self.path.display(), self.cause)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.cause)
    }
}
