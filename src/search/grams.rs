//! What a text can be found by, each as a number of 16 bits.
//!
//! Pairs of Chinese (Japanese, Korean) characters that stand beside each other, and the characters alone; numbers as
//! a whole, and with the Chinese character or, across brackets and the like, the number that follows (`30号`, `2021〕30`);
//! words of other scripts by their beginnings. Full-width forms are read as half-width ones, capitals as small
//! letters; spaces between Chinese characters and characters that do not show are passed over; everything else, brackets
//! of any kind among them, divides. `1,234` is one number.
//!
//! The script in the browser does the same with a question: `grams` in `search.js`. Two texts may share a number, so
//! what is found by it is looked at again there.

/// How many letters of a word its beginnings have at most.
const BEGINNING: u8 = 8;

/// The Chinese characters in use.
const COMMON: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';

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
    Number(Number),
    /// A number and a space.
    Spaced(u32),
    /// A number and what divides.
    Divided(u32),
}

/// The digits so far.
#[derive(Clone, Copy)]
struct Number {
    alone: u32,
    /// With the number before, where nothing but what divides stands between.
    pair: Option<u32>,
}

/// Collects the grams of one document after the other, each once.
pub struct Grams {
    before: Before,
    /// A bit for each.
    seen: Box<[u64; COUNT / 64]>,
    found: Vec<u16>,
}

impl Grams {
    pub fn new() -> Grams {
        Grams { before: Before::Nothing, seen: Box::new([0; COUNT / 64]), found: vec![] }
    }

    /// Reads on in the same line.
    pub fn read(&mut self, text: &str) {
        for (at, written) in text.char_indices() {
            // Most of a report, and no more need be asked of them.
            if COMMON.contains(&written) {
                self.character(written);
                continue;
            }
            let c = folded(written);
            match class(c) {
                Class::Character => self.character(c),
                Class::Digit => self.digit(c),
                Class::Letter => self.letter(lower(c)),
                Class::Ignored => {}
                Class::Space => self.space(),
                Class::Divider if written == ',' && self.is_in_number(&text[at + 1..]) => {}
                Class::Divider => self.divide(),
            }
        }
    }

    /// As a bracket or the end of a line does.
    pub fn divide(&mut self) {
        self.end_number();
        self.before = match self.before {
            Before::Spaced(number) | Before::Divided(number) => Before::Divided(number),
            _ => Before::Nothing,
        };
    }

    /// Nothing that follows has to do with what was read.
    pub fn end(&mut self) {
        self.end_number();
        self.before = Before::Nothing;
    }

    /// Hands over the grams of what was read, in no order, and begins with the next document.
    pub fn finish(&mut self, take: impl FnOnce(&[u16])) {
        self.end();
        take(&self.found);
        for gram in self.found.drain(..) {
            self.seen[usize::from(gram) / 64] = 0;
        }
    }

    fn character(&mut self, c: char) {
        let alone = step(CHARACTERS, c);
        if let Before::Number(_) = self.before {
            self.end_number();
        }
        if let Before::Character(before) | Before::Spaced(before) = self.before {
            self.add(step(before, c));
        }
        self.add(alone);
        self.before = Before::Character(alone);
    }

    fn digit(&mut self, c: char) {
        let number = match self.before {
            Before::Number(number) => number,
            Before::Divided(before) => Number { alone: NUMBERS, pair: Some(step(before, '|')) },
            _ => Number { alone: NUMBERS, pair: None },
        };
        self.before = Before::Number(Number { alone: step(number.alone, c), pair: number.pair.map(|pair| step(pair, c)) });
    }

    fn space(&mut self) {
        self.end_number();
        // Beside a Chinese character or what divides a space says nothing.
        if let Before::Word(..) = self.before {
            self.before = Before::Nothing;
        }
    }

    /// A number that was being read is whole now; a space may stand behind it.
    fn end_number(&mut self) {
        if let Before::Number(number) = self.before {
            self.add(number.alone);
            if let Some(pair) = number.pair {
                self.add(pair);
            }
            self.before = Before::Spaced(number.alone);
        }
    }

    fn letter(&mut self, c: char) {
        self.end_number();
        let (state, length) = if let Before::Word(state, length) = self.before { (state, length) } else { (WORDS, 0) };
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
        _ if COMMON.contains(&c) => Class::Character,
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
        alike(&["〔2021〕30号", "[2021]30号", "［２０２１］３０号", "(2021) 30 号", "【2021】30 号", "2021、30号"]);
        alike(&["195条", "195 条", "１９５　条"]);
        alike(&["PDF 文件", "ＰＤＦ文件", "pdf文件", "p\u{200b}df文\u{202e}件"]);
        alike(&["公开", "公 开", "公\u{3000}开"]);
        alike(&["1234", "1,234", "１２３４"]);
    }

    #[test]
    fn a_number_is_known_by_what_follows() {
        let holds = |text: &str, part: &str| grams(part).iter().all(|gram| grams(text).contains(gram));
        assert!(holds("云政办〔2021〕30号、共195条", "2021〕30号") && holds("共 195 条", "195条"));
        assert!(!holds("2021年30条195号", "195条") && !holds("〔2021〕31号、〔2020〕30号", "〔2021〕30号"));
        assert!(!holds("2021 30", "2021、30"), "two numbers with a space between are not a pair");
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
