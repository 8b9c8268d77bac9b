//! Which row or column a key of the front matter means: by id, by official label, or by a short form of it.

use std::collections::BTreeMap;

/// What a key names.
#[derive(Clone, Debug)]
pub enum Target {
    /// A row of the table, or a column of a row: its number.
    Leaf(usize),
    /// Rows with an id together, or a heading over rows: their keys.
    Group(Keys),
}

/// The keys that are valid at one place, in the order of the form.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    entries: Vec<(String, String, Target)>,
    index: BTreeMap<String, usize>,
}

impl Keys {
    /// Adds a key: its id, its official label, further labels. The first to claim a spelling keeps it.
    pub(super) fn add(&mut self, id: &str, label: &str, also: &[String], target: Target) {
        let at = self.entries.len();
        self.entries.push((id.to_string(), label.to_string(), target));
        let short = [id.to_string(), normalised(label), without_number(label)];
        for spelling in short.into_iter().chain(also.iter().map(|label| normalised(label))) {
            if !spelling.is_empty() {
                self.index.entry(spelling).or_insert(at);
            }
        }
    }

    /// Reaches through a heading that has no id of its own, as its rows' keys are usually written.
    pub(super) fn borrow_from(&mut self, inner: &Keys) {
        for (number, entry) in inner.entries.iter().enumerate() {
            let free = |spelling: &&String| !self.index.contains_key(*spelling);
            let spellings: Vec<String> =
                inner.index.iter().filter(|(_, at)| **at == number).map(|(spelling, _)| spelling).filter(free).cloned().collect();
            if spellings.is_empty() {
                continue;
            }
            self.index.extend(spellings.into_iter().map(|spelling| (spelling, self.entries.len())));
            self.entries.push(entry.clone());
        }
    }

    /// What a key names, however it is spelt.
    pub fn find(&self, key: &str) -> Option<&Target> {
        self.known(key).map(|(_, target)| target)
    }

    /// The id that a key stands for.
    pub fn id(&self, key: &str) -> Option<&str> {
        self.known(key).map(|(id, _)| id)
    }

    /// The id that a key stands for, by which two spellings of one row are told, and what it names.
    pub fn known(&self, key: &str) -> Option<(&str, &Target)> {
        let exact = self.index.get(key);
        let at = exact.or_else(|| self.index.get(&normalised(key))).or_else(|| self.index.get(&without_number(key)))?;
        let (id, _, target) = &self.entries[*at];
        Some((id, target))
    }

    /// Ids and labels in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &Target)> {
        self.entries.iter().map(|(id, label, target)| (id.as_str(), label.as_str(), target))
    }

    /// Every spelling, its white space and punctuation left out, with what it names; in no order.
    pub fn spellings(&self) -> impl Iterator<Item = (&str, &Target)> {
        self.index.iter().map(|(spelling, &at)| (spelling.as_str(), &self.entries[at].2))
    }

    /// The valid key nearest to a misspelt one, if any is near, with its label.
    pub fn nearest(&self, key: &str) -> Option<(&str, &str)> {
        let wanted = normalised(key);
        let distance = |spelling: &str| strsim::normalized_damerau_levenshtein(&wanted, spelling);
        let (spelling, near) = self.index.keys().map(|s| (s, distance(s))).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(a.0)))?;
        let entry = &self.entries[self.index[spelling]];
        (near >= 0.5).then_some((&entry.0, &entry.1))
    }
}

/// A label without white space, punctuation and case, full-width letters and digits made half-width:
/// what two spellings of one label have in common.
pub fn normalised(label: &str) -> String {
    let mut out = String::with_capacity(label.len());
    for c in label.chars() {
        match c {
            // Nearly all of them, and none is white space, punctuation or a capital.
            '\u{4e00}'..='\u{9fff}' => out.push(c),
            c if c.is_whitespace() => {}
            c => out.extend(Some(half_width(c)).filter(|c| c.is_alphanumeric()).into_iter().flat_map(char::to_lowercase)),
        }
    }
    out
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// A label without its leading number ("（三）", "1.", "四、") and without a bracketed explanation.
fn without_number(label: &str) -> String {
    let label: String = label.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let bare = label.trim_start_matches('(').trim_start_matches(numeral);
    let numbered = bare.len() < label.len() && bare.starts_with([')', '、', '.', ',']);
    let bare = if numbered { bare.trim_start_matches([')', '、', '.', ',']) } else { &label };
    let bare = match bare.find('(') {
        Some(open) if open > 0 => &bare[..open],
        _ => bare,
    };
    normalised(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_known_with_and_without_its_number_and_remark() {
        let mut keys = Keys::default();
        keys.add("granted_in_part", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", &[], Target::Leaf(1));
        keys.add("state_secret", "1.属于国家秘密", &["国家秘密".into()], Target::Leaf(2));
        for spelling in
            ["granted_in_part", "（二）部分公开", "(二) 部分公开", "部分公开", "部分公开（区分处理的，只计这一情形，不计其他情形）"]
        {
            assert!(matches!(keys.find(spelling), Some(Target::Leaf(1))), "{spelling}");
        }
        for spelling in ["1．属于国家秘密", "1、属于国家秘密", "属于国家秘密", "国家秘密"] {
            assert!(matches!(keys.find(spelling), Some(Target::Leaf(2))), "{spelling}");
        }
        assert!(keys.find("商业秘密").is_none());
    }

    #[test]
    fn the_nearest_key_is_suggested_and_far_ones_are_not() {
        let mut keys = Keys::default();
        keys.add("received", "一、本年新收政府信息公开申请数量", &[], Target::Leaf(0));
        keys.add("brought_forward", "二、上年结转政府信息公开申请数量", &[], Target::Leaf(1));
        assert_eq!(keys.nearest("recieved").map(|(id, _)| id), Some("received"));
        assert_eq!(keys.nearest("本年新收政府信息公开申请件数").map(|(id, _)| id), Some("received"));
        assert_eq!(keys.nearest("xyz"), None);
    }
}
