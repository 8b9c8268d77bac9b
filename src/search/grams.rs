//! What a text can be found by, each as a number of 16 bits.
//!
//! Pairs of Chinese (Japanese, Korean) characters that stand beside each other, and the characters alone; numbers as
//! a whole; words of other scripts by their beginnings. Full-width forms are read as half-width ones, capitals as small
//! letters; spaces between Chinese characters and characters that do not show are passed over; everything else, brackets
//! of any kind among them, divides. `1,234` is one number.
//!
//! The script in the browser does the same with a question: `grams` in `search.js`. Two texts may share a number, so
//! what is found by it is looked at again there.

/// How many letters of a word its beginnings have at most.
const BEGINNING: u8 = 8;

/// How many different numbers there are.
pub const COUNT: usize = 1 << 16;

// What each kind of thing is counted from.
const CHARACTERS: u32 = 0;
const WORDS: u32 = 0x5741_0000;
const NUMBERS: u32 = 0x4e55_0000;

/// Mixes a character in. The script does the same in whole numbers of 32 bits.
fn step(state: u32, c: char) -> u32 {
    let mixed = (state ^ u32::from(c)).wrapping_mul(0x9e37_79b1);
    mixed ^ mixed >> 15
}

/// What was read just before.
#[derive(Clone, Copy)]
enum Before {
    Nothing,
    /// A Chinese character, mixed.
    Character(u32),
    /// So many letters of a word.
    Word(u32, u8),
    Number(u32),
}

/// Collects the grams of one document after the other, each once.
pub struct Grams {
    before: Before,
    seen: Vec<u64>,
    found: Vec<u16>,
}

impl Grams {
    pub fn new() -> Grams {
        Grams { before: Before::Nothing, seen: vec![0; COUNT / 64], found: vec![] }
    }

    /// Reads on in the same line.
    pub fn read(&mut self, text: &str) {
        for (at, written) in text.char_indices() {
            let c = folded(written);
            match class(c) {
                Class::Character => self.character(c),
                Class::Digit => self.digit(c),
                Class::Letter => self.letter(lower(c)),
                Class::Ignored => {}
                Class::Space => match self.before {
                    Before::Character(_) => {}
                    _ => self.divide(),
                },
                Class::Divider if written == ',' && self.is_in_number(&text[at + 1..]) => {}
                Class::Divider => self.divide(),
            }
        }
    }

    /// Nothing that follows stands beside what was read.
    pub fn divide(&mut self) {
        if let Before::Number(state) = self.before {
            self.add(state);
        }
        self.before = Before::Nothing;
    }

    /// Hands over the grams of what was read, in no order, and begins with the next document.
    pub fn finish(&mut self, take: impl FnOnce(&[u16])) {
        self.divide();
        take(&self.found);
        for gram in self.found.drain(..) {
            self.seen[usize::from(gram) / 64] = 0;
        }
    }

    fn character(&mut self, c: char) {
        let alone = step(CHARACTERS, c);
        match self.before {
            Before::Character(before) => self.add(step(before, c)),
            Before::Number(state) => self.add(state),
            _ => {}
        }
        self.add(alone);
        self.before = Before::Character(alone);
    }

    fn digit(&mut self, c: char) {
        let state = if let Before::Number(state) = self.before { state } else { NUMBERS };
        self.before = Before::Number(step(state, c));
    }

    fn letter(&mut self, c: char) {
        let (state, length) = match self.before {
            Before::Word(state, length) => (state, length),
            Before::Number(state) => {
                self.add(state);
                (WORDS, 0)
            }
            _ => (WORDS, 0),
        };
        if length == BEGINNING {
            return;
        }
        let state = step(state, c);
        self.add(state);
        self.before = Before::Word(state, length + 1);
    }

    /// Whether a comma that this follows divides thousands: a digit before, three after, and not a fourth.
    fn is_in_number(&self, rest: &str) -> bool {
        let digits = rest.bytes().take(4).take_while(u8::is_ascii_digit).count();
        matches!(self.before, Before::Number(_)) && digits == 3
    }

    fn add(&mut self, state: u32) {
        let gram = state >> 16;
        let (word, bit) = (&mut self.seen[gram as usize / 64], 1 << (gram % 64));
        if *word & bit == 0 {
            *word |= bit;
            self.found.push(gram as u16);
        }
    }
}

/// Full-width forms as half-width ones.
fn folded(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from((c as u32 - 0xfee0) as u8),
        _ => c,
    }
}

/// A small letter, where there is one that is a single character.
fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => c,
    }
}

enum Class {
    /// Chinese, Japanese or Korean: no space tells where a word ends.
    Character,
    Digit,
    Letter,
    Space,
    /// Not seen: joins no less than nothing does.
    Ignored,
    Divider,
}

fn class(c: char) -> Class {
    match c {
        '\u{4e00}'..='\u{9fff}' => Class::Character,
        '0'..='9' => Class::Digit,
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '\u{21}'..='\u{7e}' | '\u{3001}' | '\u{3002}' | '\u{201c}' | '\u{201d}' => Class::Divider, // most of them; the last lines would do, slower
        ' ' | '\t' | '\n' | '\r' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Class::Space,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => {
            Class::Ignored
        }
        '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{30fc}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Class::Character,
        _ if c.is_alphanumeric() => Class::Letter,
        _ => Class::Divider,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grams(text: &str) -> Vec<u16> {
        let mut grams = Grams::new();
        grams.read(text);
        let mut found = vec![];
        grams.finish(|all| found = all.to_vec());
        found.sort_unstable();
        found
    }

    #[track_caller]
    fn alike(texts: &[&str]) {
        for text in texts {
            assert_eq!(grams(text), grams(texts[0]), "{text}");
        }
    }

    #[test]
    fn widths_brackets_capitals_and_spaces_make_no_difference() {
        alike(&["〔2021〕30号", "[2021]30号", "［２０２１］３０号", "(2021) 30 号", "【2021】30 号", "2021 30号"]);
        alike(&["PDF 文件", "ＰＤＦ文件", "pdf文件", "p\u{200b}df文\u{202e}件"]);
        alike(&["公开", "公 开", "公\u{3000}开"]);
        alike(&["1234", "1,234", "１２３４"]);
    }

    #[test]
    fn what_divides_is_no_pair() {
        let pair = grams("公开").into_iter().find(|gram| !grams("公、开").contains(gram));
        assert!(pair.is_some() && grams("公、开").len() == 2);
        assert_ne!(grams("12、345"), grams("12345"));
        assert_ne!(grams("1,2345"), grams("12345"));
    }

    #[test]
    fn a_word_is_found_by_its_beginning_and_a_number_only_as_a_whole() {
        let holds = |text: &str, part: &str| grams(part).iter().all(|gram| grams(text).contains(gram));
        assert!(holds("information", "inform") && holds("information", "information"));
        assert!(!holds("information", "form"));
        assert!(holds("共2021件", "2021") && !holds("共2021件", "202"));
    }

    #[test]
    fn one_document_leaves_nothing_to_the_next() {
        let mut grams = Grams::new();
        grams.read("公");
        grams.finish(|found| assert_eq!(found.len(), 1));
        grams.read("开公");
        grams.finish(|found| assert_eq!(found.len(), 3));
    }
}
