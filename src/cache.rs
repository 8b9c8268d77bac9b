//! Remembers by fingerprint what was made before, and forgets what nobody asked for again.
//!
//! In: the name of a kind of thing, a fingerprint of everything it is made from, and how to make it.
//! Out: the thing, made now or remembered; what it is the cache does not know.
//! Some things are kept for the next run of the program too ([`Cache::write_down`]); where they lie is left to others.
//! The same call with an empty cache is a cold build, so nothing can come out of a warm one that a cold one would not make.

use std::any::Any;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};

use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Stands for everything a thing is made from: equal fingerprints, equal thing. 128 bits of XXH3; the same on every machine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Fingerprint(u128);

impl Fingerprint {
    pub fn of(bytes: &[u8]) -> Fingerprint {
        Fingerprint(xxhash_rust::xxh3::xxh3_128(bytes))
    }

    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Takes a fingerprint of several things, one after the other. Each text is set off from the next by its length.
#[derive(Default)]
pub struct Mixer(Vec<u8>);

impl Mixer {
    pub fn new(kind: &str) -> Mixer {
        Mixer::with_room(kind, 128)
    }

    /// For about so many bytes.
    pub fn with_room(kind: &str, bytes: usize) -> Mixer {
        Mixer(Vec::with_capacity(bytes)).text(kind)
    }

    pub fn text(mut self, text: &str) -> Mixer {
        self.add_text(text);
        self
    }

    pub fn number(mut self, number: u64) -> Mixer {
        self.add_number(number);
        self
    }

    pub fn fingerprint(mut self, fingerprint: Fingerprint) -> Mixer {
        self.add(fingerprint);
        self
    }

    /// Whatever can be shown for debugging, all of its fields: settings, mostly. A field added later is in it by itself.
    pub fn shown(self, value: &impl fmt::Debug) -> Mixer {
        self.text(&format!("{value:?}"))
    }

    pub fn add_text(&mut self, text: &str) {
        self.add_number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    pub fn add_number(&mut self, number: u64) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub fn add(&mut self, fingerprint: Fingerprint) {
        self.0.extend_from_slice(&fingerprint.0.to_le_bytes());
    }

    pub fn finish(self) -> Fingerprint {
        Fingerprint::of(&self.0)
    }
}

/// A fingerprint is spread well already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, number: u128) {
        self.0 ^= (number >> 64) as u64 ^ number as u64;
    }
}

type Map<V> = HashMap<Fingerprint, V, BuildHasherDefault<AsItIs>>;

/// Something remembered, and whether it was asked for since the last [`Cache::forget_unused`].
struct Entry {
    value: Arc<dyn Any + Send + Sync>,
    used: bool,
    /// How to write it down, where it may be kept for the next run of the program.
    encode: Option<Encode>,
}

type Encode = fn(&(dyn Any + Send + Sync)) -> Option<Vec<u8>>;

/// What may be kept for the next run of the program. `With`: what reading takes beside the bytes.
pub trait Keep<With>: Any + Send + Sync + Sized {
    /// `None` for what is not worth it, and made again by each run.
    fn write_down(&self) -> Option<Vec<u8>>;
    /// `None` where these are not the bytes of such a thing.
    fn read_again(bytes: &[u8], with: With) -> Option<Self>;
}

impl<T: Any + Send + Sync + Serialize + DeserializeOwned> Keep<()> for T {
    fn write_down(&self) -> Option<Vec<u8>> {
        postcard::to_stdvec(self).ok()
    }

    fn read_again(bytes: &[u8], (): ()) -> Option<T> {
        postcard::from_bytes(bytes).ok()
    }
}

fn encode<With, T: Keep<With>>(value: &(dyn Any + Send + Sync)) -> Option<Vec<u8>> {
    value.downcast_ref::<T>()?.write_down()
}

/// What earlier runs of the program wrote down, read piece by piece as it is asked for.
#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    places: Map<Range<usize>>,
}

/// What of a cache is to be written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pieces {
    /// Beside what is written down already.
    New,
    /// Instead of it.
    All,
}

impl Kept {
    fn get(&self, key: Fingerprint) -> Option<&[u8]> {
        Some(&self.bytes[self.places.get(&key)?.clone()])
    }
}

/// So many pieces are written down together.
const AT_ONCE: usize = 512;

/// What earlier builds made.
#[derive(Default)]
pub struct Cache {
    entries: Mutex<Map<Entry>>,
    kept: Kept,
}

impl Cache {
    /// Remembers what [`Cache::write_down`] of earlier runs handed on, which stands in these `parts` of the bytes. Where a part
    /// is not whole, what can be read.
    pub fn of_bytes(bytes: Vec<u8>, parts: impl IntoIterator<Item = Range<usize>>) -> Cache {
        let mut places = Map::default();
        for part in parts {
            let number = |at: usize| Some(u64::from_le_bytes(bytes[..part.end].get(at..at + 8)?.try_into().ok()?) as usize);
            let mut at = part.start;
            while let (Some(key), Some(length)) = (bytes[..part.end].get(at..at + 16), number(at + 16)) {
                let start = at + 24;
                let end = start.saturating_add(length);
                if end > part.end {
                    break;
                }
                places.insert(Fingerprint(u128::from_le_bytes(key.try_into().expect("sixteen bytes"))), start..end);
                at = end;
            }
        }
        Cache { entries: Mutex::default(), kept: Kept { bytes, places } }
    }

    /// What is to be written down: of what was asked for and may be kept that which is new, or all where more than a fourth of
    /// what is written down was not asked for; `None` where all is there.
    pub fn unwritten(&self) -> Option<Pieces> {
        let (mut is_new, mut used) = (false, 0);
        for key in self.lock().iter().filter(|(_, entry)| entry.used && entry.encode.is_some()).map(|(key, _)| key) {
            match self.kept.places.get(key) {
                Some(place) => used += place.len(),
                None => is_new = true,
            }
        }
        let written: usize = self.kept.places.values().map(Range::len).sum();
        if used < written - written / 4 || (is_new && written == 0) { Some(Pieces::All) } else { is_new.then_some(Pieces::New) }
    }

    /// Hands on what was asked for and may be kept, in the order of the fingerprints, a part after the other. The error is that of
    /// `part`.
    pub fn write_down(&self, pieces: Pieces, part: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let entries = self.lock();
        let wanted = |key| pieces == Pieces::All || !self.kept.places.contains_key(key);
        let used = entries.iter().filter(|(key, entry)| entry.used && wanted(*key));
        let mut used: Vec<(&Fingerprint, &Entry, Encode)> = used.filter_map(|(key, entry)| Some((key, entry, entry.encode?))).collect();
        used.sort_by_key(|(key, ..)| **key);
        // An empty piece stands for what is not worth it, or it would be new each time.
        let piece = |(key, entry, encode): &(&Fingerprint, &Entry, Encode)| -> Cow<[u8]> {
            self.kept.get(**key).map_or_else(|| encode(&*entry.value).unwrap_or_default().into(), Cow::Borrowed)
        };
        let mut bytes = vec![];
        for some in used.chunks(AT_ONCE) {
            let pieces: Vec<_> = some.par_iter().map(piece).collect();
            bytes.clear();
            for ((key, ..), piece) in some.iter().zip(pieces) {
                bytes.extend_from_slice(&key.to_bytes());
                bytes.extend_from_slice(&(piece.len() as u64).to_le_bytes());
                bytes.extend_from_slice(&piece);
            }
            part(&bytes)?;
        }
        Ok(())
    }

    /// The thing of this fingerprint: remembered, or made now and remembered. `kind` keeps things apart that are made
    /// from the same.
    ///
    /// Two threads that ask at once may both make it; they make the same.
    pub fn get<T: Any + Send + Sync>(&self, kind: &'static str, fingerprint: Fingerprint, make: impl FnOnce() -> T) -> Arc<T> {
        self.remembered(kind, fingerprint, |_| make(), None)
    }

    /// The same for what is worth writing down for the next run of the program.
    pub fn get_kept<T: Keep<()>>(&self, kind: &'static str, fingerprint: Fingerprint, make: impl FnOnce() -> T) -> Arc<T> {
        self.get_kept_with(kind, fingerprint, (), make)
    }

    /// The same for what is read `with` something.
    pub fn get_kept_with<T: Keep<With>, With>(
        &self,
        kind: &'static str,
        fingerprint: Fingerprint,
        with: With,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let read_or_make = |key| self.kept.get(key).and_then(|bytes| T::read_again(bytes, with)).unwrap_or_else(make);
        self.remembered(kind, fingerprint, read_or_make, Some(encode::<With, T>))
    }

    fn remembered<T: Any + Send + Sync>(
        &self,
        kind: &str,
        fingerprint: Fingerprint,
        make: impl FnOnce(Fingerprint) -> T,
        encode: Option<Encode>,
    ) -> Arc<T> {
        let key = Mixer::new(kind).fingerprint(fingerprint).finish();
        let remembered = self.lock().get_mut(&key).and_then(|entry| {
            let value = entry.value.clone().downcast::<T>().ok()?;
            entry.used = true;
            Some(value)
        });
        remembered.unwrap_or_else(|| {
            let value = Arc::new(make(key));
            self.lock().insert(key, Entry { value: value.clone(), used: true, encode });
            value
        })
    }

    /// Forgets what was not asked for since the last call. After each build, memory is that of one build.
    pub fn forget_unused(&self) {
        self.lock().retain(|_, entry| std::mem::take(&mut entry.used));
    }

    pub fn len(&self) -> usize {
        self.lock().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, Map<Entry>> {
        // Entries are whole whenever the lock is free.
        self.entries.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_not_made_again() {
        let cache = Cache::default();
        let one = Fingerprint::of(b"one");
        assert_eq!(*cache.get("n", one, || 1), 1);
        assert_eq!(*cache.get("n", one, || 2), 1);
        assert_eq!(*cache.get("m", one, || 2), 2, "another kind of thing");
        assert_eq!(*cache.get("n", Fingerprint::of(b"two"), || 3), 3);
    }

    #[test]
    fn what_one_build_did_not_ask_for_is_forgotten() {
        let cache = Cache::default();
        let (one, two) = (Fingerprint::of(b"one"), Fingerprint::of(b"two"));
        cache.get("n", one, || 1);
        cache.get("n", two, || 2);
        cache.forget_unused();
        cache.get("n", one, || 9);
        cache.forget_unused();
        assert_eq!(cache.len(), 1);
        assert_eq!((*cache.get("n", one, || 9), *cache.get("n", two, || 9)), (1, 9));
    }

    /// All that `cache` hands on, in one part, behind what it has.
    fn written(cache: &Cache, pieces: Pieces) -> Vec<u8> {
        let mut out = if pieces == Pieces::New { cache.kept.bytes.clone() } else { vec![] };
        let mut part = |part: &[u8]| {
            out.extend_from_slice(part);
            Ok(())
        };
        cache.write_down(pieces, &mut part).expect("memory takes all");
        out
    }

    fn next(bytes: &[u8]) -> Cache {
        Cache::of_bytes(bytes.to_vec(), std::iter::once(0..bytes.len()))
    }

    #[test]
    fn what_was_written_down_is_read_and_not_made_again() {
        let (one, two) = (Fingerprint::of(b"one"), Fingerprint::of(b"two"));
        let text = |cache: &Cache, of, made: &str| cache.get_kept("text", of, || made.to_string()).to_string();
        let cache = Cache::default();
        text(&cache, one, "first");
        text(&cache, two, "second");
        cache.get("n", one, || 1);
        assert_eq!(cache.unwritten(), Some(Pieces::All));
        let bytes = written(&cache, Pieces::All);
        let again = next(&bytes);
        assert_eq!((text(&again, one, "?"), text(&again, two, "?")), ("first".into(), "second".into()));
        assert_eq!(*again.get("n", one, || 2), 2, "what may not be kept is made again");
        assert_eq!(again.unwritten(), None);
        assert_eq!(written(&again, Pieces::All), bytes);
        let parts = Cache::of_bytes([b"before", bytes.as_slice(), b"after"].concat(), std::iter::once(6..6 + bytes.len()));
        assert_eq!(text(&parts, two, "?"), "second");
        for end in 0..bytes.len() {
            assert!(["first", "made"].contains(&text(&next(&bytes[..end]), one, "made").as_str()), "{end} bytes");
        }
    }

    #[test]
    fn what_is_new_is_written_beside_the_rest_until_too_much_of_that_is_in_vain() {
        let cache = Cache::default();
        let ask = |cache: &Cache, numbers: std::ops::Range<u8>| {
            for number in numbers {
                let made = cache.get_kept("text", Fingerprint::of(&[number]), || "text".to_string());
                assert_eq!(*made, "text");
            }
        };
        ask(&cache, 0..8);
        let first = written(&cache, Pieces::All);
        let cache = next(&first);
        ask(&cache, 2..9);
        assert_eq!(cache.unwritten(), Some(Pieces::New));
        let second = written(&cache, Pieces::New);
        assert!(second.starts_with(&first) && second.len() == first.len() / 8 * 9);
        let cache = next(&second);
        ask(&cache, 2..9);
        assert_eq!(cache.unwritten(), None);
        let cache = next(&second);
        ask(&cache, 3..9);
        assert_eq!(cache.unwritten(), Some(Pieces::All));
        assert_eq!(written(&cache, Pieces::All).len(), first.len() / 8 * 6);
    }

    #[test]
    fn what_is_not_worth_it_is_made_again_and_nothing_is_written_down_for_it() {
        #[derive(PartialEq, Debug)]
        struct NotWorthIt(u8);
        impl Keep<bool> for NotWorthIt {
            fn write_down(&self) -> Option<Vec<u8>> {
                None
            }

            fn read_again(bytes: &[u8], _: bool) -> Option<NotWorthIt> {
                bytes.first().map(|first| NotWorthIt(*first))
            }
        }
        let one = Fingerprint::of(b"one");
        let cache = Cache::default();
        cache.get_kept_with("n", one, true, || NotWorthIt(1));
        let next = next(&written(&cache, Pieces::All));
        assert_eq!(*next.get_kept_with("n", one, true, || NotWorthIt(2)), NotWorthIt(2));
        assert_eq!(next.unwritten(), None);
    }

    #[test]
    fn texts_do_not_run_into_each_other() {
        assert_ne!(Mixer::new("").text("ab").text("c").finish(), Mixer::new("").text("a").text("bc").finish());
    }
}
