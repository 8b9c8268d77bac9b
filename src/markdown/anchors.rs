//! The ids of headings: readable in Chinese, unique on the page.

use std::collections::HashMap;

/// Ids that begin so belong to the page and to its footnotes; no heading gets one.
const RESERVED: [&str; 3] = ["page-", "fn-", "fnref-"];

/// The ids given so far, with how often each was asked for.
#[derive(Default)]
pub(super) struct Anchors {
    given: HashMap<String, usize>,
}

impl Anchors {
    /// An id from a heading's text: letters and digits of any script, Latin in lower case, `-` for all between.
    pub(super) fn for_text(&mut self, text: &str) -> String {
        let mut id = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\u{4e00}'..='\u{9fff}' => id.push(c), // most of them; the next line would do, slower
                _ if c.is_alphanumeric() => id.extend(c.to_lowercase()),
                _ if id.is_empty() || id.ends_with('-') => {}
                _ => id.push('-'),
            }
        }
        id.truncate(id.trim_end_matches('-').len());
        if id.is_empty() || is_reserved(&id) {
            id.insert_str(0, if id.is_empty() { "section" } else { "section-" });
        }
        self.unique(id)
    }

    /// The id that the author asks for, or `None` where it is not one we give.
    pub(super) fn explicit(&mut self, id: &str) -> Option<String> {
        let is_safe = !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
        (is_safe && !is_reserved(id)).then(|| self.unique(id.to_string()))
    }

    /// The id itself the first time, then with `-2`, `-3`, … after it.
    fn unique(&mut self, id: String) -> String {
        let Some(mut count) = self.given.get(&id).copied() else {
            self.given.insert(id.clone(), 1);
            return id;
        };
        let numbered = loop {
            count += 1;
            let numbered = format!("{id}-{count}");
            if !self.given.contains_key(&numbered) {
                break numbered;
            }
        };
        self.given.insert(id, count);
        self.given.insert(numbered.clone(), 1);
        numbered
    }
}

fn is_reserved(id: &str) -> bool {
    RESERVED.iter().any(|prefix| id.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_chinese_and_join_by_single_hyphens() {
        let id = |text| Anchors::default().for_text(text);
        assert_eq!(id("一、总体情况"), "一-总体情况");
        assert_eq!(id("（一）政府信息  主动公开（2020）"), "一-政府信息-主动公开-2020");
        assert_eq!(id("About US & You"), "about-us-you");
        assert_eq!(id("！？"), "section");
        assert_eq!(id("fn 1"), "section-fn-1");
    }

    #[test]
    fn the_same_heading_again_is_numbered_past_ids_already_given() {
        let mut anchors = Anchors::default();
        let ids = ["甲", "甲-2", "甲", "甲", "甲-2"].map(|text| anchors.for_text(text));
        assert_eq!(ids, ["甲", "甲-2", "甲-3", "甲-4", "甲-2-2"]);
    }

    #[test]
    fn explicit_ids_are_taken_only_where_they_are_safe() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.explicit("Part_1.a"), Some("Part_1.a".into()));
        assert_eq!(anchors.explicit("Part_1.a"), Some("Part_1.a-2".into()));
        for bad in ["", "a b", "x\"y", "fn-1", "page-menu"] {
            assert_eq!(anchors.explicit(bad), None, "{bad:?}");
        }
    }
}
