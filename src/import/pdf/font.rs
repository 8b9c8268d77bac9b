//! Which characters the codes of a font stand for, and how wide they are.

use std::collections::HashMap;
use std::rc::Rc;

use hayro_syntax::object::{Array, Dict, Name, Object, Stream};

use crate::import::labels::ideograph;

/// Fonts already read, by object number.
#[derive(Default)]
pub(super) struct Fonts {
    known: HashMap<i32, Rc<Font>>,
}

/// How codes are cut from a string.
#[derive(Clone, Copy, PartialEq)]
enum Codes {
    One,
    Two,
    /// GBK: one byte or two.
    Gbk,
    /// Two bytes that are UTF-16 themselves.
    Utf16,
}

pub(super) struct Font {
    codes: Codes,
    unicode: HashMap<u32, String>,
    widths: HashMap<u32, f64>,
    default_width: f64,
}

/// A code of a shown string.
pub(super) struct Shown {
    /// Empty where nothing says what it is.
    pub text: String,
    /// In text space units.
    pub width: f64,
    pub is_space: bool,
}

impl Fonts {
    pub fn get(&mut self, dict: &Dict) -> Rc<Font> {
        let id = dict.obj_id().map(|id| id.obj_number);
        if let Some(known) = id.and_then(|id| self.known.get(&id)) {
            return known.clone();
        }
        let font = Rc::new(Font::read(dict));
        if let Some(id) = id {
            self.known.insert(id, font.clone());
        }
        font
    }
}

impl Font {
    fn read(dict: &Dict) -> Font {
        let mut font = Font { codes: Codes::One, unicode: HashMap::new(), widths: HashMap::new(), default_width: 500.0 };
        let composite = dict.get::<Name>("Subtype").is_some_and(|name| &*name == b"Type0");
        if composite {
            font.codes = match dict.get::<Name>("Encoding") {
                Some(name) if name.starts_with(b"GB") => Codes::Gbk,
                Some(name) if name.starts_with(b"Uni") => Codes::Utf16,
                _ => Codes::Two,
            };
            font.default_width = 1000.0;
            if let Some(below) = dict.get::<Array>("DescendantFonts").and_then(|fonts| fonts.iter::<Dict>().next()) {
                font.default_width = below.get::<f64>("DW").unwrap_or(1000.0);
                font.cid_widths(below.get::<Array>("W"));
            }
        } else {
            font.simple(dict);
        }
        if let Some(data) = dict.get::<Stream>("ToUnicode").and_then(|stream| stream.decoded().ok().map(|data| data.into_owned())) {
            font.map_unicode(&data);
        }
        font
    }

    fn cid_widths(&mut self, array: Option<Array>) {
        let items: Vec<Object> = array.iter().flat_map(|array| array.iter::<Object>()).take(70_000).collect();
        let number = |object: &Object| object.clone().into_f32().map(f64::from);
        let mut at = 0;
        while at + 1 < items.len() {
            let Some(first) = number(&items[at]) else { return };
            match &items[at + 1] {
                Object::Array(widths) => {
                    for (offset, width) in widths.iter::<f64>().enumerate().take(70_000) {
                        self.widths.insert(first as u32 + offset as u32, width);
                    }
                    at += 2;
                }
                last => {
                    let (Some(last), Some(width)) = (number(last), items.get(at + 2).and_then(number)) else { return };
                    for code in (first as u32..=last as u32).take(70_000) {
                        self.widths.insert(code, width);
                    }
                    at += 3;
                }
            }
        }
    }

    fn simple(&mut self, dict: &Dict) {
        let first = dict.get::<i32>("FirstChar").unwrap_or(0).max(0) as u32;
        for (offset, width) in dict.get::<Array>("Widths").iter().flat_map(|array| array.iter::<f64>()).enumerate().take(256) {
            self.widths.insert(first + offset as u32, width);
        }
        for code in 0x20..0x7f {
            self.unicode.insert(code, char::from(code as u8).to_string());
        }
        let Some(differences) = dict.get::<Dict>("Encoding").and_then(|encoding| encoding.get::<Array>("Differences")) else { return };
        let mut code = 0;
        for object in differences.iter::<Object>().take(2000) {
            match object {
                Object::Number(number) => code = number.as_i64().max(0) as u32,
                Object::Name(name) => {
                    match named(name.as_str()) {
                        Some(c) => self.unicode.insert(code, c.to_string()),
                        None => self.unicode.remove(&code),
                    };
                    code += 1;
                }
                _ => {}
            }
        }
    }

    /// The table that says what codes mean: `beginbfchar` and `beginbfrange`.
    fn map_unicode(&mut self, data: &[u8]) {
        let mut tokens = Tokens { data, at: 0 };
        let mut pending: Vec<Token> = vec![];
        while let Some(token) = tokens.next() {
            match token {
                Token::Word(word) => {
                    match word.as_slice() {
                        b"endbfchar" => self.characters(&pending),
                        b"endbfrange" => self.ranges(&pending),
                        _ => {}
                    }
                    pending.clear();
                }
                other if pending.len() < 200_000 => pending.push(other),
                _ => return,
            }
        }
    }

    fn characters(&mut self, tokens: &[Token]) {
        for pair in tokens.chunks(2) {
            if let [Token::Hex(code), Token::Hex(text)] = pair {
                self.unicode.insert(number(code), utf_16(text));
            }
        }
    }

    fn ranges(&mut self, tokens: &[Token]) {
        let mut at = 0;
        while let [Token::Hex(first), Token::Hex(last), rest @ ..] = &tokens[at..] {
            let (first, last) = (number(first), number(last).min(number(first).saturating_add(0xffff)));
            match rest.first() {
                Some(Token::Hex(text)) => {
                    let units: Vec<u16> = text.chunks(2).map(|pair| pair.iter().fold(0, |all, byte| all << 8 | u16::from(*byte))).collect();
                    for code in first..=last {
                        let mut units = units.clone();
                        if let Some(unit) = units.last_mut() {
                            *unit = unit.wrapping_add((code - first) as u16);
                        }
                        self.unicode.insert(code, String::from_utf16_lossy(&units));
                    }
                    at += 3;
                }
                Some(Token::Open) => {
                    let texts = rest[1..].iter().map_while(|token| if let Token::Hex(text) = token { Some(text) } else { None });
                    let mut count = 0;
                    for (code, text) in (first..=last).zip(texts) {
                        self.unicode.insert(code, utf_16(text));
                        count += 1;
                    }
                    at += 3 + count;
                    while at < tokens.len() && !matches!(tokens[at], Token::Close) {
                        at += 1;
                    }
                    at += 1;
                }
                _ => return,
            }
        }
    }

    /// The characters of a shown string.
    pub fn shown(&self, bytes: &[u8]) -> Vec<Shown> {
        let mut out = vec![];
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = match self.codes {
                Codes::One => 1,
                Codes::Gbk if rest[0] < 0x81 => 1,
                _ => 2.min(rest.len()),
            };
            let (code, after) = rest.split_at(length);
            rest = after;
            let value = number(code);
            let text = self.unicode.get(&value).cloned().or_else(|| match self.codes {
                Codes::Gbk => encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(code).map(|text| text.into_owned()),
                Codes::Utf16 => Some(utf_16(code)),
                _ => None,
            });
            let text: String =
                text.unwrap_or_default().chars().filter(|c| !c.is_control() && *c != char::REPLACEMENT_CHARACTER).map(ideograph).collect();
            // Codes of GBK and UTF-16 fonts are not the numbers of their glyphs: their widths are those of the script.
            let width = match self.codes {
                Codes::One | Codes::Two => self.widths.get(&value).copied().unwrap_or(self.default_width),
                _ if text.is_ascii() => 500.0,
                _ => 1000.0,
            };
            out.push(Shown { text, width: width / 1000.0, is_space: length == 1 && code[0] == b' ' });
        }
        out
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |all, byte| all << 8 | u32::from(*byte))
}

fn utf_16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks(2).map(|pair| pair.iter().fold(0, |all, byte| all << 8 | u16::from(*byte))).collect();
    String::from_utf16_lossy(&units)
}

/// The character of a glyph name; only those that figures and plain text need.
fn named(name: &str) -> Option<char> {
    const NAMES: [(&str, char); 24] = [
        ("zero", '0'),
        ("one", '1'),
        ("two", '2'),
        ("three", '3'),
        ("four", '4'),
        ("five", '5'),
        ("six", '6'),
        ("seven", '7'),
        ("eight", '8'),
        ("nine", '9'),
        ("period", '.'),
        ("comma", ','),
        ("hyphen", '-'),
        ("minus", '-'),
        ("plus", '+'),
        ("slash", '/'),
        ("percent", '%'),
        ("parenleft", '('),
        ("parenright", ')'),
        ("space", ' '),
        ("colon", ':'),
        ("at", '@'),
        ("underscore", '_'),
        ("emdash", '—'),
    ];
    if let Some((_, c)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(*c);
    }
    let code = name.strip_prefix("uni").or(name.strip_prefix('u')).filter(|code| (4..=6).contains(&code.len()));
    code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32).or_else(|| {
        let mut chars = name.chars();
        chars.next().filter(|c| c.is_ascii_alphabetic() && chars.next().is_none())
    })
}

enum Token {
    Hex(Vec<u8>),
    Open,
    Close,
    Word(Vec<u8>),
}

struct Tokens<'a> {
    data: &'a [u8],
    at: usize,
}

impl Tokens<'_> {
    fn next(&mut self) -> Option<Token> {
        loop {
            let byte = *self.data.get(self.at)?;
            self.at += 1;
            match byte {
                b'[' => return Some(Token::Open),
                b']' => return Some(Token::Close),
                b'<' if self.data.get(self.at) != Some(&b'<') => return Some(self.hex()),
                b'%' => {
                    while self.data.get(self.at).is_some_and(|b| !matches!(b, b'\n' | b'\r')) {
                        self.at += 1;
                    }
                }
                byte if byte.is_ascii_alphabetic() => {
                    let start = self.at - 1;
                    while self.data.get(self.at).is_some_and(u8::is_ascii_alphanumeric) {
                        self.at += 1;
                    }
                    return Some(Token::Word(self.data[start..self.at].to_vec()));
                }
                _ => {}
            }
        }
    }

    fn hex(&mut self) -> Token {
        let mut digits = vec![];
        while let Some(byte) = self.data.get(self.at) {
            self.at += 1;
            match char::from(*byte).to_digit(16) {
                Some(digit) => digits.push(digit as u8),
                None if *byte == b'>' => break,
                None => {}
            }
        }
        Token::Hex(digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect())
    }
}
