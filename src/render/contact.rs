//! The contact block for templates.

use serde::Serialize;

use crate::contact::{Contact, Field};
use crate::theme::Wording;

/// One line of a contact block.
#[derive(Serialize)]
pub struct Line {
    /// `phone`, `email`, …: the class of the line.
    pub id: &'static str,
    pub label: String,
    /// The text as written, cut where a link begins or ends.
    pub parts: Vec<Part>,
}

/// A piece of a line; `href` is empty where it is only text.
#[derive(Serialize, Debug, PartialEq)]
pub struct Part {
    pub text: String,
    pub href: String,
}

/// The lines that were filled in.
pub fn lines(contact: &Contact, words: &Wording) -> Vec<Line> {
    let line = |(field, entry): (Field, &crate::contact::Entry)| Line {
        id: field.id(),
        label: words.get(&format!("contact_{}", field.id())).to_string(),
        parts: parts(field, &entry.text),
    };
    contact.lines().map(line).collect()
}

fn parts(field: Field, text: &str) -> Vec<Part> {
    let link_of = match field {
        Field::Phone => phone,
        Field::Email => email,
        Field::Website => website,
        _ => return vec![Part { text: text.to_string(), href: String::new() }],
    };
    let mut parts = vec![];
    for piece in
        text.split_inclusive(['、', '，', ',', '；', ';', '/', '／']).fold(vec![], |pieces, piece| join_address(pieces, piece, field))
    {
        match link_of(&piece) {
            Some((end, href)) => {
                let start = piece.len() - piece.trim_start().len();
                push(&mut parts, &piece[..start], String::new());
                push(&mut parts, &piece[start..end], href);
                push(&mut parts, &piece[end..], String::new());
            }
            None => push(&mut parts, &piece, String::new()),
        }
    }
    parts
}

/// A slash divides two phone numbers, but not an address of the web.
fn join_address(mut pieces: Vec<String>, piece: &str, field: Field) -> Vec<String> {
    match pieces.last_mut() {
        Some(last) if field == Field::Website => last.push_str(piece),
        _ => pieces.push(piece.to_string()),
    }
    pieces
}

fn push(parts: &mut Vec<Part>, text: &str, href: String) {
    if !text.is_empty() {
        parts.push(Part { text: text.to_string(), href });
    }
}

/// Where the number at the beginning ends, and its link. Digits, `+` and `-` only; what follows (an extension in words,
/// hours in brackets) is not part of the number.
fn phone(piece: &str) -> Option<(usize, String)> {
    let start = piece.len() - piece.trim_start().len();
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ');
    let length = piece[start..].find(|c| !of_number(c)).unwrap_or(piece.len() - start);
    let number = piece[start..start + length].trim_end();
    let digits: String = number.chars().filter(|&c| c != ' ').collect();
    let enough = digits.chars().filter(char::is_ascii_digit).count() >= 3;
    enough.then(|| (start + number.len(), format!("tel:{digits}")))
}

fn email(piece: &str) -> Option<(usize, String)> {
    let address = piece.trim_start();
    let start = piece.len() - address.len();
    let address = address.trim_end_matches(['、', '，', ',', '；', ';', '/', '／', ' ']);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@');
    let (name, host) = address.split_once('@')?;
    let whole = address.chars().all(plain) && !name.is_empty() && host.contains('.') && !host.contains('@');
    whole.then(|| (start + address.len(), format!("mailto:{address}")))
}

fn website(piece: &str) -> Option<(usize, String)> {
    let address = piece.trim();
    let web = address.starts_with("https://") || address.starts_with("http://");
    let clean = !address.contains(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\' | '`' | '{' | '}' | '|' | '^' | '[' | ']')
    });
    let start = piece.len() - piece.trim_start().len();
    (web && clean).then(|| (start + address.len(), address.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(field: Field, text: &str) -> Vec<String> {
        parts(field, text).into_iter().map(|part| part.href).filter(|href| !href.is_empty()).collect()
    }

    #[test]
    fn each_number_of_a_phone_line_is_a_link_of_its_own() {
        assert_eq!(links(Field::Phone, "0000-8065938、8065939"), ["tel:0000-8065938", "tel:8065939"]);
        assert_eq!(links(Field::Phone, "+86 10 6600 0000（工作日 8:30）"), ["tel:+861066000000"]);
        assert_eq!(links(Field::Phone, "请到窗口咨询"), Vec::<String>::new());
    }

    #[test]
    fn only_addresses_become_links() {
        assert_eq!(links(Field::Email, "a.b@example.org"), ["mailto:a.b@example.org"]);
        assert_eq!(links(Field::Email, "a@b.cn?subject=x"), Vec::<String>::new());
        assert_eq!(links(Field::Website, "https://www.example.org/a/b"), ["https://www.example.org/a/b"]);
        assert_eq!(links(Field::Website, "javascript:alert(1)"), Vec::<String>::new());
    }
}
