//! Phrases with a number in them, as `text-patterns.yaml` writes them.
//!
//! `(甲|乙)` is one of several, `?` after it: or nothing, `*`: any number of them; `{name}` is a list of words given
//! once for all; `#` is the number. A phrase holds from the beginning of its clause. No regular expressions: the
//! phrases are few and short, are tried only beside a number, and an office that adds one should not need to learn them.

use std::collections::BTreeMap;

/// A phrase ready for use.
#[derive(Debug)]
pub(super) struct Phrase {
    before: Vec<Part>,
    after: Vec<Part>,
    /// What the clause before the number may begin and end with, if it must hold something.
    first: Option<Vec<char>>,
    pub last: Option<Vec<char>>,
}

#[derive(Debug)]
struct Part {
    words: Vec<String>,
    optional: bool,
    many: bool,
    /// What the words end with, and what their first characters end with: most texts differ in that.
    ends: Ends,
    starts: Ends,
    /// What a text may begin with that holds this and the parts after it.
    begins: Characters,
}

/// The last bytes of some characters, which differ from one Chinese character to the next: side by side, and as bits.
#[derive(Debug)]
struct Ends {
    bytes: Vec<u8>,
    bits: u64,
}

impl Ends {
    fn new(bytes: Vec<u8>) -> Ends {
        Ends { bits: bytes.iter().fold(0, |bits, byte| bits | Ends::bit(*byte)), bytes }
    }

    fn bit(byte: u8) -> u64 {
        1 << (byte % 64)
    }

    /// The numbers of those that are this byte.
    fn like(&self, byte: Option<u8>) -> impl Iterator<Item = usize> {
        let byte = byte.filter(|byte| self.bits & Ends::bit(*byte) != 0);
        byte.into_iter().flat_map(|byte| memchr::memchr_iter(byte, &self.bytes))
    }
}

/// Stands for a byte that is not there; no text holds it.
const NO_BYTE: u8 = 0xff;

impl Part {
    fn new(words: Vec<String>, optional: bool, many: bool) -> Part {
        let ends = words.iter().map(|word| word.bytes().last().unwrap_or(NO_BYTE)).collect();
        let starts = words.iter().map(|word| word.as_bytes().get(2).copied().unwrap_or(NO_BYTE)).collect();
        Part { words, optional, many, ends: Ends::new(ends), starts: Ends::new(starts), begins: Characters::ALL }
    }

    /// What is left of a text that ends with one of the words, for each of these.
    fn before<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        self.ends.like(text.bytes().last()).filter_map(|at| text.strip_suffix(self.words[at].as_str()))
    }

    /// The same of one that begins with them. These words are Chinese, three bytes a character.
    fn after<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        self.starts.like(text.as_bytes().get(2).copied()).filter_map(|at| text.strip_prefix(self.words[at].as_str()))
    }
}

/// Words that a text is searched for all at once.
pub(super) struct Vocabulary {
    /// Each with its first character.
    words: Vec<(char, String)>,
    first: Characters,
}

impl Vocabulary {
    pub(super) fn new(words: Vec<String>) -> Vocabulary {
        let words: Vec<_> = words.into_iter().filter_map(|word| Some((word.chars().next()?, word))).collect();
        Vocabulary { first: Characters::of(words.iter().map(|(first, _)| *first)), words }
    }

    /// Those that stand in a text.
    pub(super) fn within<'t>(&'t self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let begun = text.char_indices().filter(|(_, c)| self.first.may_be(*c));
        begun.flat_map(move |(at, c)| {
            let words = self.words.iter().filter(move |(first, word)| *first == c && text[at..].starts_with(word));
            words.map(|(_, word)| word.as_str())
        })
    }
}

/// Some characters, as bits: a quick answer for nearly all others.
#[derive(Debug, Clone)]
struct Characters([u64; 16]);

impl Characters {
    const ALL: Characters = Characters([u64::MAX; 16]);

    fn of(all: impl Iterator<Item = char>) -> Characters {
        let mut bits = [0; 16];
        all.for_each(|c| bits[c as usize / 64 % 16] |= 1 << (c as usize % 64));
        Characters(bits)
    }

    fn and(&self, others: &Characters) -> Characters {
        Characters(std::array::from_fn(|at| self.0[at] | others.0[at]))
    }

    fn may_be(&self, c: char) -> bool {
        self.0[c as usize / 64 % 16] & (1 << (c as usize % 64)) != 0
    }
}

/// Steps after which a text is given up as not matching.
const FUEL: u32 = 4000;

impl Phrase {
    /// `None` where brackets do not match, or stand in brackets, or a list is unknown.
    pub(super) fn new(written: &str, lists: &BTreeMap<String, Vec<String>>) -> Option<Phrase> {
        let (before, after) = written.split_once('#').unwrap_or((written, ""));
        let (before, after) = (parts(before, lists)?, parts(after, lists)?);
        Some(Phrase { first: first_characters(&before), last: last_characters(&before), before, after })
    }

    /// Whether the clause before the number and the text after its unit fit.
    pub(super) fn fits(&self, before: &str, after: &str) -> bool {
        let begins = self.first.as_ref().is_none_or(|all| before.chars().next().is_some_and(|c| all.binary_search(&c).is_ok()));
        begins && back(&self.before, before, &mut FUEL.clone()) && ahead(&self.after, after, &mut FUEL.clone()).is_some()
    }

    /// How much of the beginning of a text the phrase (which has no number) covers.
    pub(super) fn begins(&self, text: &str) -> Option<usize> {
        ahead(&self.before, text, &mut FUEL.clone()).map(|rest| text.len() - rest.len())
    }
}

/// The characters that a text of these parts may begin with; `None` where it may be empty.
fn first_characters(parts: &[Part]) -> Option<Vec<char>> {
    let needed = parts.iter().position(|part| !part.optional)?;
    let words = parts[..=needed].iter().flat_map(|part| &part.words);
    Some(sorted(words.filter_map(|word| word.chars().next())))
}

/// The same at its end.
fn last_characters(parts: &[Part]) -> Option<Vec<char>> {
    let needed = parts.iter().rposition(|part| !part.optional)?;
    let words = parts[needed..].iter().flat_map(|part| &part.words);
    Some(sorted(words.filter_map(|word| word.chars().next_back())))
}

fn sorted(characters: impl Iterator<Item = char>) -> Vec<char> {
    let mut all: Vec<char> = characters.collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn parts(written: &str, lists: &BTreeMap<String, Vec<String>>) -> Option<Vec<Part>> {
    let (mut parts, mut rest) = (vec![], written);
    while let Some(first) = rest.chars().next() {
        let (words, after) = match first {
            '(' => {
                let end = rest.find(')')?;
                // Brackets in brackets are more than the phrases need.
                let words = Some(rest[1..end].split('|')).filter(|_| !rest[1..end].contains('('))?;
                (words.map(|word| expanded(word, lists)).collect::<Option<Vec<_>>>()?.concat(), &rest[end + 1..])
            }
            '{' => {
                let end = rest.find('}')?;
                (lists.get(&rest[1..end])?.clone(), &rest[end + 1..])
            }
            _ => {
                let end = rest.find(['(', '{']).unwrap_or(rest.len());
                (vec![rest[..end].to_string()], &rest[end..])
            }
        };
        let (optional, many) = (after.starts_with(['?', '*']), after.starts_with('*'));
        rest = if optional { &after[1..] } else { after };
        parts.push(Part::new(words, optional, many));
    }
    let mut begins = Characters::ALL;
    for part in parts.iter_mut().rev() {
        let own = Characters::of(part.words.iter().filter_map(|word| word.chars().next()));
        begins = if part.optional { begins.and(&own) } else { own };
        part.begins = begins.clone();
    }
    Some(parts)
}

fn expanded(word: &str, lists: &BTreeMap<String, Vec<String>>) -> Option<Vec<String>> {
    match word.strip_prefix('{') {
        Some(name) => lists.get(name.strip_suffix('}')?).cloned(),
        None => Some(vec![word.to_string()]),
    }
}

/// Whether the parts are the whole text, looked at from its end.
fn back(parts: &[Part], text: &str, fuel: &mut u32) -> bool {
    let Some((last, before)) = parts.split_last() else { return text.is_empty() };
    if *fuel == 0 {
        return false;
    }
    *fuel -= 1;
    for rest in last.before(text) {
        if (last.many && back(parts, rest, fuel)) || back(before, rest, fuel) {
            return true;
        }
    }
    last.optional && back(before, text, fuel)
}

/// What is left of a text that begins with the parts.
fn ahead<'t>(parts: &[Part], text: &'t str, fuel: &mut u32) -> Option<&'t str> {
    let Some((first, after)) = parts.split_first() else { return Some(text) };
    if text.chars().next().is_some_and(|c| !first.begins.may_be(c)) {
        return None;
    }
    *fuel = fuel.checked_sub(1)?;
    for rest in first.after(text) {
        let more = if first.many { ahead(parts, rest, fuel) } else { None };
        if let Some(rest) = more.or_else(|| ahead(after, rest, fuel)) {
            return Some(rest);
        }
    }
    if first.optional { ahead(after, text, fuel) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(written: &str) -> Phrase {
        let lists = BTreeMap::from([("of".to_string(), vec!["政府信息公开".to_string(), "的".to_string()])]);
        Phrase::new(written, &lists).expect("well formed")
    }

    #[test]
    fn a_phrase_is_the_whole_clause() {
        let phrase = phrase("(全年|共)*(收到|受理){of}*申请(共)?#");
        for clause in ["收到申请", "全年共受理政府信息公开申请共", "受理的政府信息公开的申请"] {
            assert!(phrase.fits(clause, ""), "{clause}");
        }
        for clause in ["收到", "收到信用修复申请", "网络收到申请", ""] {
            assert!(!phrase.fits(clause, ""), "{clause}");
        }
    }

    #[test]
    fn words_may_stand_after_the_number() {
        let phrase = phrase("(另有)?#(申请)?(顺延|结转)(到|至)?(下年度|下年)");
        assert!(phrase.fits("另有", "顺延到下年度答复"));
        assert!(!phrase.fits("另有", "不予公开"));
    }

    #[test]
    fn a_text_made_to_be_slow_is_given_up() {
        let phrase = phrase("(的|的的|的的的)*(的|的的)*(的)*x#");
        assert!(!phrase.fits(&"的".repeat(2000), ""));
    }
}
