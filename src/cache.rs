//! Remembers by fingerprint what was made before, and forgets what nobody asked for again.
//!
//! In: the name of a kind of thing, a fingerprint of everything it is made from, and how to make it.
//! Out: the thing, made now or remembered; what it is the cache does not know.
//! The same call with an empty cache is a cold build, so nothing can come out of a warm one that a cold one would not make.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, Mutex, MutexGuard};

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
        Mixer(Vec::with_capacity(128)).text(kind)
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
}

/// What earlier builds made.
#[derive(Default)]
pub struct Cache {
    entries: Mutex<Map<Entry>>,
}

impl Cache {
    /// The thing of this fingerprint: remembered, or made now and remembered. `kind` keeps things apart that are made
    /// from the same.
    ///
    /// Two threads that ask at once may both make it; they make the same.
    pub fn get<T: Any + Send + Sync>(&self, kind: &'static str, fingerprint: Fingerprint, make: impl FnOnce() -> T) -> Arc<T> {
        let key = Mixer::new(kind).fingerprint(fingerprint).finish();
        let remembered = self.lock().get_mut(&key).and_then(|entry| {
            let value = entry.value.clone().downcast::<T>().ok()?;
            entry.used = true;
            Some(value)
        });
        remembered.unwrap_or_else(|| {
            let value = Arc::new(make());
            self.lock().insert(key, Entry { value: value.clone(), used: true });
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

    #[test]
    fn texts_do_not_run_into_each_other() {
        assert_ne!(Mixer::new("").text("ab").text("c").finish(), Mixer::new("").text("a").text("bc").finish());
    }
}
