//! The search index: files that a script in the browser asks, so that search needs no server.
//!
//! 1. every report, unit and plain page is a document; documents stand in *volumes*, reports oldest year first, so that
//!    a new year changes the last volume only ([`Index::of`]);
//! 2. `document` tells what a document says, part by part, with the anchor of each part;
//! 3. `postings` holds for every pair of characters, number and word (`grams`) the documents of a volume that have it,
//!    cut into files by hash: a question loads only those of its own characters;
//! 4. `text` holds what the documents say, a few documents a file: the script looks there whether the whole phrase is
//!    in them, and takes the excerpts;
//! 5. `catalog` lists all documents and is the only file that every question needs.
//!
//! Each file is a script that calls one function with its name and its data, because pages opened from a disk may load
//! scripts but nothing else. The other half is `themes/default/assets/search.js`.
//! In: the archive. Out: files, into a sink. How results look is left to the theme.

mod catalog;
mod code;
mod document;
mod grams;
mod postings;
mod text;

use std::sync::{Arc, OnceLock, Weak};

use rayon::prelude::*;

use crate::archive::{Archive, UnitId};
use crate::cache::{Cache, Fingerprint, Mixer};
use crate::error::Error;
use crate::names::{UrlPath, Year};
use crate::output::{Body, File, Sink};

use postings::{Postings, Read};

/// A volume is closed at the end of a year once it has so many documents …
const ENOUGH: usize = 256;
/// … and in any case at so many, which keeps the gaps between document numbers short.
const MOST: usize = 2048;

/// Where the files stand, and the page that asks them.
pub const FOLDER: &str = "search/";

/// A page of the site that can be found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Document {
    unit: UnitId,
    kind: Kind,
    /// Of all that it says.
    fingerprint: Fingerprint,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Unit,
    /// The plain page of this number of the unit.
    Page(usize),
    Report(Year),
}

impl Kind {
    /// Pages that belong to no year stand together.
    fn year(self) -> Option<Year> {
        match self {
            Kind::Report(year) => Some(year),
            Kind::Unit | Kind::Page(_) => None,
        }
    }
}

/// Documents whose postings stand together.
#[derive(Debug)]
struct Volume {
    documents: Vec<Document>,
    /// For each file of texts its first document; the last entry is the number of documents.
    texts: Vec<usize>,
    fingerprint: Fingerprint,
    /// Made when somebody asks, and kept by the cache as long as no document changes; let go where there is no cache any more.
    postings: Weak<OnceLock<Postings>>,
}

/// All that can be found.
#[derive(Debug)]
pub struct Index {
    volumes: Vec<Volume>,
    catalog: Vec<u8>,
    /// Of the catalog, and through it of every other file.
    pub version: Fingerprint,
}

impl Index {
    /// Numbers the documents. What they say is read when the files are made.
    pub fn of(archive: &Archive, cache: &Cache) -> Index {
        let volumes = volumes(archive, cache);
        let catalog = catalog::file(archive, &volumes);
        let version = Fingerprint::of(&catalog);
        Index { volumes, catalog, version }
    }

    /// Makes every file that the sink does not keep.
    ///
    /// Fails where the sink does.
    pub fn put(&self, archive: &Archive, sink: &dyn Sink) -> Result<(), Error> {
        let catalog = Body::Made(Box::new(|| self.catalog.clone()));
        put(UrlPath::new(FOLDER).join("catalog.js"), catalog, self.version, sink)?;
        self.volumes.iter().enumerate().try_for_each(|(number, volume)| volume.put(number, archive, sink))
    }
}

fn put(url: UrlPath, body: Body, inputs: Fingerprint, sink: &dyn Sink) -> Result<(), Error> {
    if sink.keep(&url, inputs) { Ok(()) } else { sink.put(File { url, body, inputs: Some(inputs) }) }
}

impl Volume {
    fn new(documents: Vec<Document>, archive: &Archive, cache: &Cache) -> Volume {
        let texts = text::files(&documents, archive);
        let fingerprint = of_all(&documents);
        let postings = cache.get("search postings", fingerprint, OnceLock::new);
        Volume { documents, texts, fingerprint, postings: Arc::downgrade(&postings) }
    }

    /// The texts first: who writes them reads the grams too.
    fn put(&self, number: usize, archive: &Archive, sink: &dyn Sink) -> Result<(), Error> {
        let read: Vec<OnceLock<Read>> = self.texts[1..].iter().map(|_| OnceLock::new()).collect();
        let text = |file: usize| text::put(self.documents_of(file), archive, &mut vec![]);
        (0..read.len()).into_par_iter().with_max_len(1).try_for_each(|file| {
            let name = format!("{number}/t{file}");
            let made = || {
                script(&name, |out| {
                    let _ = read[file].set(text::put(self.documents_of(file), archive, out));
                })
            };
            put(address(&name), Body::Made(Box::new(made)), of_all(self.documents_of(file)), sink)
        })?;
        let kept = self.postings.upgrade().unwrap_or_default();
        let postings = || Postings::of(read.iter().enumerate().map(|(file, read)| read.get_or_init(|| text(file))));
        (0..postings::files(self.documents.len())).into_par_iter().try_for_each(|file| {
            let name = format!("{number}/g{file}");
            let made = || script(&name, |out| kept.get_or_init(postings).put(file, out));
            put(address(&name), Body::Made(Box::new(made)), self.fingerprint, sink)
        })
    }

    /// Those whose texts stand in a file.
    fn documents_of(&self, file: usize) -> &[Document] {
        &self.documents[self.texts[file]..self.texts[file + 1]]
    }
}

/// Of all that documents say, in their order. Numbers of units are not in it.
fn of_all(documents: &[Document]) -> Fingerprint {
    let mixer = Mixer::new(concat!("search ", env!("CARGO_PKG_VERSION")));
    documents.iter().fold(mixer, |mixer, document| mixer.fingerprint(document.fingerprint)).finish()
}

fn address(name: &str) -> UrlPath {
    UrlPath::new(FOLDER).join(&format!("{name}.js"))
}

/// A file: a call with its name and its data.
fn script(name: &str, data: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::with_capacity(48 * 1024);
    out.extend_from_slice(format!("gongkaiSearch(\"{name}\",").as_bytes());
    data(&mut out);
    out.extend_from_slice(b");\n");
    out
}

/// Units and their plain pages, then reports by year, in the order of the tree.
fn volumes(archive: &Archive, cache: &Cache) -> Vec<Volume> {
    let mut documents: Vec<Document> = archive.units.par_iter().flat_map_iter(|unit| document::of_unit(unit, cache)).collect();
    documents.sort_by_key(|document| document.kind.year());
    let mut volumes = vec![];
    let mut open: Vec<Document> = vec![];
    for document in documents {
        let is_new_year = open.last().is_some_and(|last| last.kind.year() != document.kind.year());
        let is_first_report = is_new_year && open.last().is_some_and(|last| last.kind.year().is_none());
        if open.len() == MOST || is_first_report || is_new_year && open.len() >= ENOUGH {
            volumes.push(Volume::new(std::mem::take(&mut open), archive, cache));
        }
        open.push(document);
    }
    volumes.push(Volume::new(open, archive, cache));
    volumes
}
