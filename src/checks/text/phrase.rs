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
    /// What the clause before the number may end with, if it must end with something.
    pub last: Option<Vec<char>>,
}

#[derive(Debug, Clone)]
struct Part {
    words: Vec<String>,
    optional: bool,
    many: bool,
}

/// Steps after which a text is given up as not matching.
const FUEL: u32 = 4000;

impl Phrase {
    /// `None` where brackets do not match, or stand in brackets, or a list is unknown.
    pub(super) fn new(written: &str, lists: &BTreeMap<String, Vec<String>>) -> Option<Phrase> {
        let (before, after) = written.split_once('#').unwrap_or((written, ""));
        let (before, after) = (parts(before, lists)?, parts(after, lists)?);
        Some(Phrase { last: last_characters(&before), before, after })
    }

    /// Whether the clause before the number and the text after its unit fit.
    pub(super) fn fits(&self, before: &str, after: &str) -> bool {
        back(&self.before, before, &mut FUEL.clone()) && ahead(&self.after, after, &mut FUEL.clone()).is_some()
    }

    /// How much of the beginning of a text the phrase (which has no number) covers.
    pub(super) fn begins(&self, text: &str) -> Option<usize> {
        ahead(&self.before, text, &mut FUEL.clone()).map(|rest| text.len() - rest.len())
    }

    /// What the phrase may begin with.
    pub(super) fn first_words(&self) -> &[String] {
        self.before.first().map_or(&[], |part| &part.words)
    }
}

/// The characters that a text of these parts may end with; `None` where it may be empty.
fn last_characters(parts: &[Part]) -> Option<Vec<char>> {
    let needed = parts.iter().rposition(|part| !part.optional)?;
    let words = parts[needed..].iter().flat_map(|part| &part.words);
    let mut all: Vec<char> = words.filter_map(|word| word.chars().next_back()).collect();
    all.sort_unstable();
    all.dedup();
    Some(all)
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
        parts.push(Part { words, optional, many });
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
    let end = text.as_bytes().last();
    // The last bytes of Chinese characters differ, and one byte is quickly compared.
    let rests =
        last.words.iter().filter(|word| end.is_some() && word.as_bytes().last() == end).filter_map(|word| text.strip_suffix(word.as_str()));
    for rest in rests {
        if (last.many && back(parts, rest, fuel)) || back(before, rest, fuel) {
            return true;
        }
    }
    last.optional && back(before, text, fuel)
}

/// What is left of a text that begins with the parts. Words after a number are Chinese, three bytes a character.
fn ahead<'t>(parts: &[Part], text: &'t str, fuel: &mut u32) -> Option<&'t str> {
    let Some((first, after)) = parts.split_first() else { return Some(text) };
    *fuel = fuel.checked_sub(1)?;
    let start = text.as_bytes().get(2);
    let rests = first
        .words
        .iter()
        .filter(|word| start.is_some() && word.as_bytes().get(2) == start)
        .filter_map(|word| text.strip_prefix(word.as_str()));
    for rest in rests {
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
