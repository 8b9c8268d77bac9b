//! Which characters belong to Chinese, Japanese and Korean writing.
//!
//! Two questions are asked: whether a character counts as CJK for emphasis, and whether two
//! characters at a line break belong together without a space. Both are answered by code point.

/// True for the characters that the amendment "markdown-cjk-friendly" calls CJK, their punctuation included.
///
/// Source: the list of that amendment (East Asian wide and full-width characters that are not emoji).
/// Gaps that Unicode has not assigned are not cut out.
pub(super) fn is_cjk(c: char) -> bool {
    if c < '\u{1100}' {
        return false;
    }
    matches!(u32::from(c),
        0x1100..=0x11ff | 0x20a9 | 0x2329..=0x232a | 0x2630..=0x2637 | 0x268a..=0x268f
        | 0x2e80..=0x303e | 0x3041..=0x3247 | 0x3250..=0xa4c6 | 0xa960..=0xa97c | 0xac00..=0xd7fb
        | 0xf900..=0xfaff | 0xfe10..=0xfe19 | 0xfe30..=0xfe6b | 0xff01..=0xffee
        | 0x16fe0..=0x18df2 | 0x18e00..=0x191d2 | 0x1aff0..=0x1b2fb | 0x1d300..=0x1d376
        | 0x1f1ae | 0x1f200 | 0x1f202 | 0x1f210..=0x1f219 | 0x1f21b..=0x1f22e | 0x1f230..=0x1f231
        | 0x1f237 | 0x1f23b | 0x1f240..=0x1f248 | 0x1f260..=0x1f265 | 0x1f7da | 0x20000..=0x3fffd)
}

/// True where the text before a run of `*` ends in CJK, variation selectors looked through.
pub(super) fn ends_in_cjk(text: &str) -> bool {
    let mut backwards = text.chars().rev();
    let Some(last) = backwards.next() else { return false };
    let is_before = |rule: fn(char) -> bool| text.chars().rev().nth(1).is_some_and(rule);
    match last {
        '\u{e0100}'..='\u{e01ef}' => true,
        '\u{fe01}' => is_before(|c| is_cjk(c) || is_quote(c)),
        '\u{fe00}'..='\u{fe0e}' => is_before(is_cjk),
        _ => is_cjk(last),
    }
}

/// True where a line break between the two characters is only a line break and not a space between words.
///
/// One of them has to be Chinese or Japanese without doubt; the other may be a mark that Chinese shares
/// with other scripts (“ ” … —). Korean separates words by spaces, so Hangul joins nothing.
pub(super) fn joins(before: char, after: char) -> bool {
    let is_ours = |c| is_cjk(c) && !is_hangul(c);
    let may_be_ours = |c| is_ours(c) || is_quote(c) || matches!(c, '—' | '…' | '·');
    (is_ours(before) && may_be_ours(after)) || (may_be_ours(before) && is_ours(after))
}

fn is_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’')
}

fn is_hangul(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x11ff | 0x3131..=0x318e | 0xa960..=0xa97c | 0xac00..=0xd7fb | 0xffa0..=0xffdc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_punctuation_is_cjk_and_ascii_and_emoji_are_not() {
        assert!("中，。（）《》、：；？！　ｗ㈠𠮷".chars().all(is_cjk));
        assert!(!"a,.()<>“”—…·①🎉".chars().any(is_cjk));
    }

    #[test]
    fn a_line_break_between_chinese_and_a_shared_mark_joins() {
        assert!(joins('，', '中') && joins('中', '“') && joins('…', '中'));
        assert!(!joins('中', 'a') && !joins('”', '“') && !joins('한', '국') && !joins('0', '年'));
    }

    #[test]
    fn a_variation_selector_belongs_to_the_character_before_it() {
        assert!(ends_in_cjk("葛\u{e0100}") && ends_in_cjk("，\u{fe00}") && ends_in_cjk("”\u{fe01}"));
        assert!(!ends_in_cjk("”") && !ends_in_cjk("a\u{fe00}") && !ends_in_cjk(""));
    }
}
