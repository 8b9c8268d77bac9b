//! Numbers as characters that may stand in a script's string as they are: one for small numbers, two below 2116.
//!
//! 46 characters end a number, 46 more say that it goes on, the least digit first. `!` is left to divide lists.

/// Divides lists of numbers.
pub const END: u8 = b'!';

const DIGITS: u32 = 46;

/// The character of each digit: `#` to `~`, with a space for the backslash.
const CHARACTERS: [u8; 2 * DIGITS as usize] = {
    let mut characters = [0; 2 * DIGITS as usize];
    let mut at = 0;
    while at < characters.len() {
        let character = b'#' + at as u8;
        characters[at] = if character == b'\\' { b' ' } else { character };
        at += 1;
    }
    characters
};

/// Adds a number.
pub fn put(mut number: u32, out: &mut Vec<u8>) {
    while number >= DIGITS {
        out.push(CHARACTERS[(DIGITS + number % DIGITS) as usize]);
        number /= DIGITS;
    }
    out.push(CHARACTERS[number as usize]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the script in the browser does it.
    fn read(text: &[u8]) -> u32 {
        let digit = |&byte: &u8| if byte == b' ' { u32::from(b'\\' - b'#') } else { u32::from(byte - b'#') };
        text.iter().rev().map(digit).fold(0, |number, digit| number * DIGITS + digit % DIGITS)
    }

    #[test]
    fn a_number_is_read_back_and_needs_no_escape() {
        for number in (0..3000).chain([45, 46, 2115, 2116, 97_335, 97_336, u32::MAX]) {
            let mut out = vec![];
            put(number, &mut out);
            assert_eq!(read(&out), number);
            assert!(out.iter().all(|byte| (b' '..0x7f).contains(byte) && !matches!(byte, b'"' | b'\\' | b'!')), "{out:?}");
        }
    }
}
