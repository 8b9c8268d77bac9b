//! The files to be read: those named, those of folders named, and what lies beside a saved page.

use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::error::Error;
use crate::import::Beside;
use crate::source::is_dropping;

/// What is taken from a folder; the old kinds too, so that they are told of.
const KINDS: [&str; 20] = [
    "txt", "md", "htm", "html", "shtml", "xhtml", "mht", "mhtml", "docx", "docm", "doc", "wps", "rtf", "xlsx", "xlsm", "xls", "et", "pdf",
    "ofd", "odt",
];

/// A picture or attachment larger than this stays where it is.
const LARGEST: u64 = 30 << 20;

/// Files in the order given, those of a folder by name; each once.
///
/// Fails where a named one does not exist, before anything is read.
pub(super) fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut files: Vec<PathBuf> = vec![];
    for path in named {
        let about = fs::metadata(path).map_err(|cause| Error::new("read", path, cause))?;
        if about.is_dir() { in_folder(path, &mut files)? } else { files.push(path.clone()) }
    }
    let mut seen = std::collections::BTreeSet::new();
    files.retain(|file| seen.insert(fs::canonicalize(file).unwrap_or_else(|_| file.clone())));
    if files.is_empty() {
        let cause = "no report in these folders (.txt .md .html .docx .xlsx .pdf) / 文件夹里没有可以导入的文件";
        return Err(Error::new("import", &named[0], cause));
    }
    Ok(files)
}

fn in_folder(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    // A browser saves the parts of a page into `…_files`, Word into `….files`.
    let of_a_page = |name: &str| name.ends_with("_files") || name.ends_with(".files");
    let name = |entry: &walkdir::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let skipped = |entry: &walkdir::DirEntry| is_dropping(&name(entry)) || entry.file_type().is_dir() && of_a_page(&name(entry));
    let walk = WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(|entry| entry.depth() == 0 || !skipped(entry));
    for entry in walk {
        let entry = entry.map_err(|cause| Error::new("read", folder, cause))?;
        let extension = entry.path().extension().map_or_else(String::new, |end| end.to_string_lossy().to_ascii_lowercase());
        if entry.file_type().is_file() && KINDS.contains(&extension.as_str()) {
            files.push(entry.into_path());
        }
    }
    Ok(())
}

/// A file that a saved page refers to, if it lies in the page's folder or below, and is what it says.
///
/// A page may name any address: nothing is fetched, and nothing outside the folder is read.
pub(super) fn beside(page: &Path, wanted: &Beside) -> Option<Vec<u8>> {
    let address = wanted.source.split(['?', '#']).next()?;
    let folder = fs::canonicalize(page.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))).ok()?;
    let relative = decoded(address).replace('\\', "/");
    if relative.contains(':') || relative.starts_with('/') {
        return None;
    }
    let path = fs::canonicalize(folder.join(&relative)).ok().filter(|path| path.starts_with(&folder))?;
    let about = fs::metadata(&path).ok()?;
    let bytes = (about.is_file() && about.len() <= LARGEST).then(|| fs::read(&path).ok()).flatten()?;
    is_what_it_says(&wanted.name, &bytes).then_some(bytes)
}

#[cfg(feature = "import")]
fn decoded(address: &str) -> String {
    percent_encoding::percent_decode_str(address).decode_utf8_lossy().into_owned()
}

#[cfg(not(feature = "import"))]
fn decoded(address: &str) -> String {
    address.to_string()
}

/// Whether a picture is one. A drawing with a script in it is none.
fn is_what_it_says(name: &str, bytes: &[u8]) -> bool {
    let end = name.rsplit_once('.').map_or(String::new(), |(_, end)| end.to_ascii_lowercase());
    match end.as_str() {
        "png" => bytes.starts_with(b"\x89PNG"),
        "jpg" | "jpeg" => bytes.starts_with(b"\xff\xd8\xff"),
        "gif" => bytes.starts_with(b"GIF8"),
        "webp" => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        "svg" => std::str::from_utf8(bytes).is_ok_and(|text| {
            let text = text.to_ascii_lowercase();
            text.contains("<svg") && ["<script", "javascript:", "<foreignobject", " on"].iter().all(|bad| !text.contains(bad))
        }),
        _ => !bytes.is_empty(),
    }
}
