//! Large files that are made piece by piece, each from inputs of its own.
//!
//! In: the pieces, and the same file of the last build. Out: the file, whose unchanged pieces were taken over and not made
//! again. A piece that cannot be taken over, for whatever reason, is made.

use std::collections::HashMap;
use std::fs;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;

use crate::cache::Fingerprint;

/// How many are made at a time, by all threads together: they are held until they are written.
const AT_A_TIME: usize = 64;

/// A part of a file, which ends where the next one begins.
pub struct Piece<'a> {
    inputs: Fingerprint,
    make: Box<dyn Fn() -> Vec<u8> + Send + Sync + 'a>,
}

impl<'a> Piece<'a> {
    /// `inputs`: of everything that it is made from, its place in the file included if that matters.
    pub fn made(inputs: Fingerprint, make: impl Fn() -> Vec<u8> + Send + Sync + 'a) -> Piece<'a> {
        Piece { inputs, make: Box::new(make) }
    }

    pub fn of(bytes: Vec<u8>) -> Piece<'a> {
        Piece::made(Fingerprint::of(&bytes), move || bytes.clone())
    }
}

/// The inputs and the length of each piece, in their order.
pub type Lengths = Vec<(Fingerprint, u64)>;

/// The file of the last build.
pub(super) struct Last {
    file: BufReader<fs::File>,
    at: u64,
    places: HashMap<Fingerprint, Range<u64>>,
}

impl Last {
    /// `None` if it cannot be opened.
    pub(super) fn open(path: &Path, lengths: &Lengths) -> Option<Last> {
        let mut end = 0;
        let place = |&(inputs, length): &(Fingerprint, u64)| {
            end += length;
            (inputs, end - length..end)
        };
        let places = lengths.iter().map(place).collect();
        Some(Last { file: BufReader::with_capacity(1 << 18, fs::File::open(path).ok()?), at: 0, places })
    }

    fn read(&mut self, inputs: Fingerprint) -> Option<Vec<u8>> {
        let place = self.places.get(&inputs)?.clone();
        if place.start != self.at {
            self.file.seek(SeekFrom::Start(place.start)).ok()?;
        }
        // Where reading fails it stands nowhere known.
        self.at = u64::MAX;
        let mut bytes = vec![0; usize::try_from(place.end - place.start).ok()?];
        self.file.read_exact(&mut bytes).ok()?;
        self.at = place.end;
        Some(bytes)
    }
}

/// Writes all pieces. The error is the writer's.
pub(super) fn write(pieces: &[Piece], mut last: Option<Last>, out: &mut dyn Write) -> io::Result<Lengths> {
    let mut lengths = Vec::with_capacity(pieces.len());
    for some in pieces.chunks(AT_A_TIME) {
        let is_there = |piece: &Piece| last.as_ref().is_some_and(|last| last.places.contains_key(&piece.inputs));
        let made: Vec<Option<Vec<u8>>> = some.par_iter().map(|piece| (!is_there(piece)).then(|| (piece.make)())).collect();
        for (piece, made) in some.iter().zip(made) {
            let bytes = made.or_else(|| last.as_mut()?.read(piece.inputs)).unwrap_or_else(|| (piece.make)());
            out.write_all(&bytes)?;
            lengths.push((piece.inputs, bytes.len() as u64));
        }
    }
    Ok(lengths)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn pieces_of_the_last_file_are_taken_over_wherever_they_stood() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let made = AtomicUsize::new(0);
        let piece = |text: &'static str| {
            let made = &made;
            Piece::made(Fingerprint::of(text.as_bytes()), move || {
                made.fetch_add(1, Ordering::Relaxed);
                text.into()
            })
        };
        let file = |texts: &[&'static str], last: Option<Last>| {
            let pieces: Vec<Piece> = texts.iter().map(|text| piece(text)).collect();
            let mut out = vec![];
            let lengths = write(&pieces, last, &mut out).expect("memory takes all");
            assert_eq!(String::from_utf8(out.clone()).expect("text"), texts.concat());
            (out, lengths, made.swap(0, Ordering::Relaxed))
        };
        let (bytes, lengths, count) = file(&["head ", "one ", "two ", "three"], None);
        assert_eq!(count, 4);
        fs::write(&path, &bytes).expect("written");
        let last = || Last::open(&path, &lengths);
        assert_eq!(file(&["head ", "one ", "2 ", "three"], last()).2, 1, "one changed");
        assert_eq!(file(&["three", "two ", "head ", "head "], last()).2, 0, "another order");
        fs::write(&path, "head o").expect("cut off");
        assert_eq!(file(&["head ", "one ", "two "], last()).2, 2, "what is not there is made");
        fs::remove_file(&path).expect("removed");
        assert_eq!(file(&["head ", "one "], last()).2, 2);
    }
}
