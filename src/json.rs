//! JSON written piece by piece into a text, for what stands on every page and must cost next to nothing there.
//!
//! In: keys of our own, texts of anybody. Out: JSON that may stand in a file or in a `script` element of a page: nothing
//! in it can end the element, begin a comment, or break a line for a script. What it says is left to others.

use crate::characters::first;

/// An object being written; what is empty is left out.
pub struct Object<'o> {
    out: &'o mut String,
    empty: bool,
}

impl Object<'_> {
    /// Adds a whole object to a text.
    pub fn put(out: &mut String, fill: impl FnOnce(&mut Object)) {
        out.push('{');
        Object::put_members(out, fill);
        out.push('}');
    }

    /// What stands between the braces, for an object that is too large to be written at once.
    pub fn put_members(out: &mut String, fill: impl FnOnce(&mut Object)) {
        fill(&mut Object { out, empty: true });
    }

    /// A text; nothing where it is empty.
    pub fn text(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            string(self.key(key), text);
        }
    }

    pub fn number(&mut self, key: &str, number: u64) {
        self.key(key).push_str(itoa::Buffer::new().format(number));
    }

    pub fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object)) {
        Object::put(self.key(key), fill);
    }

    /// `{"@id": …}`; nothing where there is no address.
    pub fn reference(&mut self, key: &str, id: &str) {
        if !id.is_empty() {
            self.object(key, |object| object.text("@id", id));
        }
    }

    /// A list; nothing where it has no items.
    pub fn list<T>(&mut self, key: &str, items: impl IntoIterator<Item = T>, mut put: impl FnMut(&mut String, T)) {
        let mut items = items.into_iter().peekable();
        if items.peek().is_none() {
            return;
        }
        let out = self.key(key);
        out.push('[');
        while let Some(item) = items.next() {
            put(out, item);
            if items.peek().is_some() {
                out.push(',');
            }
        }
        out.push(']');
    }

    /// The text behind a key.
    fn key(&mut self, key: &str) -> &mut String {
        if !self.empty {
            self.out.push(',');
        }
        self.empty = false;
        string(self.out, key);
        self.out.push(':');
        self.out
    }
}

/// Adds a text in quotes.
pub fn string(out: &mut String, text: &str) {
    let special = |c: char| matches!(c, '"' | '\\' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}') || c.is_control();
    out.push('"');
    let mut rest = text;
    while let Some(at) = first(rest, begins_special) {
        out.push_str(&rest[..at]);
        let c = rest[at..].chars().next().expect("a character was found there");
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if special(c) => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
        rest = &rest[at + c.len_utf8()..];
    }
    out.push_str(rest);
    out.push('"');
}

/// Whether a special character may begin so in UTF-8: bytes are looked through faster than characters.
#[inline]
fn begins_special(byte: u8) -> bool {
    let is_sign = (byte == b'"') | (byte == b'\\') | (byte == b'<') | (byte == b'>') | (byte == b'&');
    is_sign | (byte <= 0x1f) | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xe2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_a_text_or_of_the_element_around_it() {
        let hostile = "</script><!--\"\\\u{0}\n\u{2028}\u{2029}&amp;<script>\u{7f}\u{85}’{{ x }}";
        let mut out = String::new();
        Object::put(&mut out, |object| object.text(hostile, hostile));
        assert!(!out.contains(['<', '>', '&', '\n', '\u{2028}', '\u{2029}', '\u{0}']), "{out}");
        let read: serde_json::Value = serde_json::from_str(&out).expect("it is JSON");
        assert_eq!(read[hostile], hostile);
    }

    #[test]
    fn what_is_empty_is_left_out() {
        let mut out = String::new();
        Object::put(&mut out, |object| {
            object.text("a", "");
            object.reference("b", "");
            object.list("c", Vec::<&str>::new(), string);
            object.list("d", ["x", "y"], string);
            object.number("e", 3);
        });
        assert_eq!(out, r#"{"d":["x","y"],"e":3}"#);
    }
}
