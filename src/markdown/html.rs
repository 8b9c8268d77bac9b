//! Text and addresses written into HTML.
//!
//! Everything that comes from an author passes through here: characters that HTML reads as markup are
//! escaped, characters that HTML forbids are left out.

use std::fmt::Write;

use crate::characters::{Steps, WIDTHS};

/// Appends text so that it reads as itself, between tags as well as within quotation marks.
///
/// Left out: control characters other than tab and newline, and the code points that Unicode keeps free
/// (an HTML checker calls both an error; Word leaves U+000B behind). A `\r\n` becomes `\n`.
pub(super) fn escape(text: &str, html: &mut String) {
    let bytes = text.as_bytes();
    let mut written = 0;
    let mut from = 0;
    while let Some(at) = PERHAPS_SPECIAL.next(bytes, from) {
        from = at + WIDTHS.at(bytes[at]);
        if let Some(replacement) = replacement(&text[at..]) {
            html.push_str(&text[written..at]);
            html.push_str(replacement);
            written = from;
        }
    }
    html.push_str(&text[written..]);
}

/// The characters that need a look: those of HTML, control characters, and those that begin as the code points that Unicode
/// keeps free do (U+0080 to U+009F; U+FDD0 to U+FDEF, U+FFFE and U+FFFF; U+1FFFE and so on).
const PERHAPS_SPECIAL: Steps = Steps::past_all_but(b"&<>\"\xc2\xef\xf0\xf1\xf2\xf3\xf4").nor_controls();

/// What is written instead of the character that begins the text: `None` for itself.
fn replacement(text: &str) -> Option<&'static str> {
    match text.as_bytes() {
        [b'&', ..] => Some("&amp;"),
        [b'<', ..] => Some("&lt;"),
        [b'>', ..] => Some("&gt;"),
        [b'"', ..] => Some("&quot;"),
        // Full-width punctuation, every twentieth character of a report, goes the short way.
        [0xef, 0xbc | 0xbd, ..] => None,
        _ => text.starts_with(is_forbidden).then_some(""),
    }
}

fn is_forbidden(c: char) -> bool {
    let is_control = c.is_control() && !matches!(c, '\t' | '\n');
    is_control || matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

/// Appends an address, percent-encoding what may not stand in one; letters of any script stay readable.
pub(super) fn escape_address(address: &str, html: &mut String) {
    let path = address.find("://").map_or(0, |colon| colon + 3);
    let path = address[path..].find(['/', '?', '#']).map_or(if path == 0 { 0 } else { address.len() }, |slash| path + slash);
    let mut is_fragment = false;
    for (at, c) in address.char_indices() {
        match c {
            '&' => html.push_str("&amp;"),
            '\'' => html.push_str("&#39;"),
            '[' | ']' if at < path => html.push(c),
            '%' if is_percent_encoded(&address[at..]) => html.push(c),
            '#' if !is_fragment => {
                is_fragment = true;
                html.push(c);
            }
            '#' | '%' | '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' | '[' | ']' => percent_encode(c, html),
            _ if c.is_whitespace() || is_forbidden(c) || c.is_control() || is_private(c) => percent_encode(c, html),
            _ => html.push(c),
        }
    }
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

fn is_percent_encoded(text: &str) -> bool {
    matches!(text.as_bytes(), [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

fn percent_encode(c: char, html: &mut String) {
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        write!(html, "%{byte:02X}").expect("a String takes whatever is written to it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut html = String::new();
        escape(text, &mut html);
        html
    }

    fn address(text: &str) -> String {
        let mut html = String::new();
        escape_address(text, &mut html);
        html
    }

    #[test]
    fn markup_is_escaped_and_chinese_is_not() {
        assert_eq!(escaped("<a href=\"x\">甲，乙&丙</a>"), "&lt;a href=&quot;x&quot;&gt;甲，乙&amp;丙&lt;/a&gt;");
    }

    #[test]
    fn forbidden_characters_are_left_out() {
        assert_eq!(escaped("甲\u{b}乙\u{0}\u{7f}\u{85}\u{fdd0}\u{fffe}\u{1ffff}丙\r\n\t𠮷é\u{fffd}"), "甲乙丙\n\t𠮷é\u{fffd}");
    }

    #[test]
    fn addresses_keep_chinese_and_encode_what_is_not_allowed() {
        assert_eq!(address("附件 1.pdf?a=1&b='2'#一-总体"), "附件%201.pdf?a=1&amp;b=&#39;2&#39;#一-总体");
        assert_eq!(address("100%/a%20b/[1]#a#b\\"), "100%25/a%20b/%5B1%5D#a%23b%5C");
        assert_eq!(address("http://[::1]/[2]"), "http://[::1]/%5B2%5D");
    }
}
