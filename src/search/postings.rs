//! Which documents of a volume have which grams.
//!
//! A file holds the grams of its share of the 16 bits, ascending; of each, as numbers (`code`): the distance from the gram
//! before, doubled, plus one where the documents listed are those that do *not* have it; then the distances between the
//! documents, and `!`. What every report says costs two characters that way.

use super::code;
use super::document::Listener;
use super::grams::{self, Grams};

/// Documents for each file of postings, about: makes files of some 20 KB.
const DOCUMENTS_A_FILE: usize = 16;
const MOST_FILES: usize = 128;

/// In how many files the postings of so many documents stand: a power of two.
pub fn files(documents: usize) -> usize {
    (documents / DOCUMENTS_A_FILE).next_power_of_two().min(MOST_FILES)
}

/// The postings of a volume: the documents of each gram, ascending, one gram after the other.
#[derive(Debug)]
pub struct Postings {
    documents: Vec<u16>,
    /// For each gram where its documents begin; one more at the end.
    starts: Vec<u32>,
    /// How many documents there are.
    count: usize,
}

impl Postings {
    /// Of all documents of a volume, some at a time.
    pub fn of<'r>(parts: impl Iterator<Item = &'r Read>) -> Postings {
        let (mut all, mut ends) = (vec![], vec![]);
        for part in parts {
            ends.extend(part.ends.iter().map(|end| all.len() + end));
            all.extend_from_slice(&part.grams);
        }
        Postings::sorted(&all, &ends)
    }

    /// Adds a file's postings as a string.
    pub fn put(&self, file: usize, out: &mut Vec<u8>) {
        let share = grams::COUNT / files(self.count);
        out.push(b'"');
        self.put_share(file * share..(file + 1) * share, out);
        out.push(b'"');
    }

    /// By counting. `ends`: for each document where its grams end in `all`.
    fn sorted(all: &[u16], ends: &[usize]) -> Postings {
        let mut starts = vec![0_u32; grams::COUNT + 1];
        for &gram in all {
            starts[usize::from(gram) + 1] += 1;
        }
        for gram in 0..grams::COUNT {
            starts[gram + 1] += starts[gram];
        }
        let mut next = starts.clone();
        let mut documents = vec![0_u16; all.len()];
        let mut start = 0;
        for (document, &end) in ends.iter().enumerate() {
            for &gram in &all[start..end] {
                let at = &mut next[usize::from(gram)];
                documents[*at as usize] = document as u16;
                *at += 1;
            }
            start = end;
        }
        Postings { documents, starts, count: ends.len() }
    }

    fn put_share(&self, share: std::ops::Range<usize>, out: &mut Vec<u8>) {
        let mut expected = share.start;
        for gram in share {
            let documents = &self.documents[self.starts[gram] as usize..self.starts[gram + 1] as usize];
            if documents.is_empty() {
                continue;
            }
            let is_common = documents.len() > self.count / 2;
            code::put((gram - expected) as u32 * 2 + u32::from(is_common), out);
            if is_common {
                put_distances(&self.without(documents), out);
            } else {
                put_distances(documents, out);
            }
            out.push(code::END);
            expected = gram + 1;
        }
    }

    /// All documents but these.
    fn without(&self, documents: &[u16]) -> Vec<u16> {
        let mut others = Vec::with_capacity(self.count - documents.len());
        let mut next = 0;
        for &document in documents {
            others.extend(next..document);
            next = document + 1;
        }
        others.extend(next..self.count as u16);
        others
    }
}

/// The grams of some documents.
#[derive(Debug, Default)]
pub struct Read {
    grams: Vec<u16>,
    /// For each document where its grams end.
    ends: Vec<usize>,
}

/// Takes the grams of what is told.
pub struct Reader {
    grams: Grams,
    read: Read,
}

impl Reader {
    pub fn new() -> Reader {
        Reader { grams: Grams::new(), read: Read::default() }
    }

    /// What it is told until [`Reader::end`] is a document of this title.
    pub fn begin(&mut self, title: &str) {
        self.grams.read(title);
        self.grams.end();
    }

    pub fn end(&mut self) {
        self.grams.finish(|found| self.read.grams.extend_from_slice(found));
        self.read.ends.push(self.read.grams.len());
    }

    pub fn finish(self) -> Read {
        self.read
    }
}

impl Listener for Reader {
    fn part(&mut self, _: &str, heading: &str) {
        self.grams.end();
        self.grams.read(heading);
        self.grams.end();
    }

    fn text(&mut self, text: &str) {
        self.grams.read(text);
    }

    fn line(&mut self) {
        self.grams.divide();
    }
}

fn put_distances(documents: &[u16], out: &mut Vec<u8>) {
    let mut expected = 0;
    for &document in documents {
        code::put(u32::from(document) - expected, out);
        expected = u32::from(document) + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gram_lists_its_documents_or_those_without_it() {
        // Gram 5 in documents 0 and 3 of four; gram 6 in all but 1; gram 9 in 2.
        let all = [5, 6, 9, 6, 6, 5];
        let mut out = vec![];
        Postings::sorted(&all, &[2, 2, 4, 6]).put_share(4..12, &mut out);
        let file = String::from_utf8(out).expect("it is ASCII");
        // 1 after 4 doubled, 0, 2 · 0 doubled and one, without 1 · 2 doubled, 2
        assert_eq!(file, "%#%!$$!'%!");
    }

    #[test]
    fn files_grow_in_number_with_the_documents() {
        assert_eq!([1, 20, 60, 1430, 2048].map(files), [1, 1, 4, 128, 128]);
    }
}
