//! G601–G603: is there a citizen's identity card, mobile phone or bank card number in what is published?
//!
//! Source: 《条例》第十五条 (personal privacy), and portal inspections, which look for exactly these. Asked of every Markdown
//! file (front matter too: remarks, notes, names of indicators) and of attachments that are text.
//! Silent where the check digit, the date or the issuer's number does not fit, where digits are part of a longer number or
//! of an address of a page, and, for phones, where the number is the one that the contact block publishes.
//! The number is masked in the message, which travels further than the file.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::Subject;
use super::plain::span_of;
use crate::archive::Unit;
use crate::cache::{Cache, Mixer};
use crate::characters::these_bytes;
use crate::contact::Contact;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names::Words;
use crate::source::{Content, Place, is_plain_text};

/// Told one by one for each file and kind; the rest only by their number.
const SHOWN: usize = 8;

pub(super) fn check(subject: Subject, cache: &Cache, found: &mut Diagnostics) {
    let phones = subject.archive.units.par_iter().map(|unit| cache.get_kept("phones", unit.whole, || public_phones(unit)));
    let phones: Vec<_> = phones.collect();
    let public: BTreeSet<&str> = phones.iter().flat_map(|of_unit| of_unit.iter()).map(String::as_str).collect();
    let known = public.iter().fold(Mixer::new("phones"), |mixer, phone| mixer.text(phone)).finish();
    let told = subject.archive.units.par_iter().map(|unit| {
        let files = published(unit);
        let holds = |file: &&Arc<str>| subject.sources.fingerprint(file).unwrap_or_default();
        let inputs = files.iter().fold(Mixer::new("personal").fingerprint(known), |mixer, file| mixer.text(file).fingerprint(holds(file)));
        cache.get_kept("personal", inputs.finish(), || {
            files.iter().flat_map(|file| of_source(subject, file, &public)).collect::<Diagnostics>()
        })
    });
    told.collect::<Vec<_>>().iter().for_each(|told| found.share(told));
}

fn of_source(subject: Subject, file: &Arc<str>, public: &BTreeSet<&str>) -> Vec<Diagnostic> {
    match subject.sources.get(file) {
        Some(Content::Text(text)) => of_file(file, text.as_bytes(), public),
        Some(Content::InMemory(bytes)) if is_plain_text(file) => of_file(file, bytes, public),
        _ => vec![],
    }
}

/// Every file that a unit's part of the site is made from.
fn published(unit: &Unit) -> Vec<&Arc<str>> {
    let mut files = vec![&unit.file];
    files.extend(unit.reports.iter().map(|report| &report.file));
    files.extend(unit.pages.iter().map(|page| &page.file));
    files.extend(unit.reports.iter().flat_map(|report| &report.attachments).chain(&unit.attachments).map(|one| &one.file));
    files
}

/// Every phone number that a contact block of a unit publishes, digits only.
fn public_phones(unit: &Unit) -> BTreeSet<String> {
    let contacts = std::iter::once(&unit.contact).chain(unit.reports.iter().map(|report| &report.contact));
    let numbers = contacts.flat_map(Contact::lines).flat_map(|(_, entry)| personal(entry.text.as_bytes()));
    numbers.filter(|one| one.kind == Kind::Phone).map(|one| bare_phone(&one.digits).to_string()).collect()
}

/// Without the country's number.
fn bare_phone(digits: &str) -> &str {
    &digits[digits.len().saturating_sub(11)..]
}

/// What a number is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    IdentityCard,
    Phone,
    BankCard,
}

fn of_file(file: &Arc<str>, text: &[u8], public: &BTreeSet<&str>) -> Vec<Diagnostic> {
    let is_told = |one: &Personal| one.kind != Kind::Phone || !public.contains(bare_phone(&one.digits));
    let all: Vec<Personal> = personal(text).into_iter().filter(is_told).collect();
    let mut told = vec![];
    for kind in [Kind::IdentityCard, Kind::Phone, Kind::BankCard] {
        let of_kind: Vec<&Personal> = all.iter().filter(|one| one.kind == kind).collect();
        let rest = of_kind.len().saturating_sub(SHOWN);
        for (at, one) in of_kind.iter().take(SHOWN).enumerate() {
            let more = if at + 1 == SHOWN { rest } else { 0 };
            told.push(tell(Place { file: file.clone(), span: span_of(text, one.range.clone()) }, kind, &one.digits, more));
        }
    }
    told
}

fn tell(place: Place, kind: Kind, digits: &str, more: usize) -> Diagnostic {
    let (code, zh, en) = match kind {
        Kind::IdentityCard => ("G601", "身份证号码", "an identity card number"),
        Kind::Phone => ("G602", "手机号码", "a mobile phone number"),
        Kind::BankCard => ("G603", "银行卡号", "a bank card number"),
    };
    let masked = masked(digits);
    let (more_zh, more_en) =
        if more > 0 { (format!("；这个文件里还有 {more} 处"), format!("; {more} more in this file")) } else { Default::default() };
    let message = Words::new(format!("这里像是{zh}：{masked}{more_zh}"), format!("this looks like {en}: {masked}{more_en}"));
    let help = match kind {
        Kind::Phone => Words::new(
            "个人手机号不应公开，请删去；如果是对外公布的办公电话，写进 contact 的 phone，这里就不再提示。",
            "Take a private number out. An office's public number belongs under `contact: phone`, and is then no finding.",
        ),
        _ => Words::new(
            "删去，或只留前几位和后几位、中间用 * 代替；已经发布的，请尽快撤下原页面并清除缓存。",
            "Take it out, or mask its middle; if it is already published, withdraw the page.",
        ),
    };
    Diagnostic::error(code, place, message).with_here(Words::new("个人信息", "personal data")).with_help(help)
}

/// The first three and the last four digits.
fn masked(digits: &str) -> String {
    let (start, end) = (digits.len().min(3), digits.len().saturating_sub(4).max(3));
    format!("{}{}{}", &digits[..start], "*".repeat(end - start), &digits[end.min(digits.len())..])
}

/// A personal number, full-width digits made plain; an `X` at the end is kept.
struct Personal {
    kind: Kind,
    digits: String,
    range: Range<usize>,
}

/// Digits that stand together, perhaps with an `X` at the end.
#[derive(Clone)]
struct Run {
    range: Range<usize>,
    /// How many digits, the `X` among them.
    count: usize,
    /// It touches letters, or what addresses of pages are made of.
    joined: bool,
}

/// Every personal number of a text: of digits that stand together, or in groups with a space or hyphen between.
fn personal(text: &[u8]) -> Vec<Personal> {
    let runs = runs(text);
    let (mut found, mut at) = (vec![], 0);
    while at < runs.len() {
        let mut group = runs[at].clone();
        let mut best = personal_number(&group, text).map(|one| (one, at + 1));
        for next in at + 1..runs.len().min(at + 6) {
            if !is_separator(&text[runs[next - 1].range.end..runs[next].range.start])
                || runs[next - 1].count < 3
                || group.count + runs[next].count > 24
            {
                break;
            }
            group.count += runs[next].count;
            group.range.end = runs[next].range.end;
            group.joined |= runs[next].joined;
            let ends = next + 1 == runs.len() || !is_separator(&text[group.range.end..runs[next + 1].range.start]);
            best = best.or_else(|| ends.then(|| Some((personal_number(&group, text)?, next + 1)))?);
        }
        match best {
            Some((one, next)) => {
                found.push(one);
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

/// One space, full-width space or hyphen.
fn is_separator(between: &[u8]) -> bool {
    matches!(between, b" " | b"-" | b"\xe3\x80\x80" | b"\xc2\xa0")
}

/// The bytes that digits begin with.
const PERHAPS_DIGIT: [bool; 256] = these_bytes(b"0123456789\xef");

/// A single digit is part of no such number and makes no run. A digit has one or three bytes, so of two side by side one
/// begins an even number of bytes from anywhere: only every other byte is looked at.
fn runs(text: &[u8]) -> Vec<Run> {
    let (mut runs, mut at, mut told) = (vec![], 0, 0);
    while at < text.len() {
        if !PERHAPS_DIGIT[usize::from(text[at])] {
            at += 2;
            continue;
        }
        let start = first_digit(text, told..at);
        let (mut end, mut count) = (start, 0);
        while let Some((_, width)) = digit(text, end) {
            end += width;
            count += 1;
        }
        if count >= 2 {
            runs.push(run(text, start..end, count));
        }
        told = end;
        at = end.max(at + 1);
    }
    runs
}

/// Where the digits begin that a part of the text ends with.
fn first_digit(text: &[u8], part: Range<usize>) -> usize {
    let mut start = part.end;
    let before = |start: usize| {
        [1, 3].into_iter().find(|width| start >= part.start + width && digit(text, start - width).is_some_and(|one| one.1 == *width))
    };
    while let Some(width) = before(start) {
        start -= width;
    }
    start
}

fn run(text: &[u8], mut range: Range<usize>, mut count: usize) -> Run {
    // The check digit 10 of an identity card.
    if let Some(cross) = cross(&text[range.end..]).filter(|_| count == 17 || count <= 6) {
        range.end += cross;
        count += 1;
    }
    let before = range.start.checked_sub(1).map(|at| text[at]);
    let after = text.get(range.end).copied();
    let address = |byte: Option<u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'/' | b'=' | b'%' | b'&' | b'#' | b'@'))
    };
    let decimal = before == Some(b'.') || (after == Some(b'.') && text.get(range.end + 1).is_some_and(u8::is_ascii_digit));
    Run { joined: address(before) || address(after) || decimal, range, count }
}

/// The length of an `X`, plain or full-width, that a text begins with.
fn cross(text: &[u8]) -> Option<usize> {
    ["X", "x", "Ｘ", "ｘ"].iter().find(|cross| text.starts_with(cross.as_bytes())).map(|cross| cross.len())
}

/// The digits of a group of runs, without what stands between.
fn digits_of(group: &[u8]) -> String {
    let (mut digits, mut at) = (String::new(), 0);
    while at < group.len() {
        if let Some((digit, width)) = digit(group, at) {
            digits.push(digit as char);
            at += width;
        } else if let Some(width) = cross(&group[at..]) {
            digits.push('X');
            at += width;
        } else {
            at += 1;
        }
    }
    digits
}

/// A digit at a place, plain or full-width, and its length in bytes.
fn digit(text: &[u8], at: usize) -> Option<(u8, usize)> {
    match *text.get(at)? {
        digit @ b'0'..=b'9' => Some((digit, 1)),
        0xef if text.get(at + 1) == Some(&0xbc) => {
            let third = *text.get(at + 2)?;
            (0x90..=0x99).contains(&third).then(|| (third - 0x90 + b'0', 3))
        }
        _ => None,
    }
}

/// What a group of runs is, if it is one; most are too short.
fn personal_number(group: &Run, text: &[u8]) -> Option<Personal> {
    if group.joined || !(11..=19).contains(&group.count) {
        return None;
    }
    let digits = digits_of(&text[group.range.clone()]);
    let kind = kind(&digits, &text[..group.range.start], &text[group.range.end..])?;
    Some(Personal { kind, digits, range: group.range.clone() })
}

fn kind(digits: &str, before: &[u8], after: &[u8]) -> Option<Kind> {
    match digits.len() {
        18 if is_identity_card(digits) => Some(Kind::IdentityCard),
        15 if !digits.contains('X') && is_old_identity_card(digits) => Some(Kind::IdentityCard),
        11 if is_mobile(digits) && !is_counted(after) => Some(Kind::Phone),
        13 if digits.starts_with("86") && is_mobile(&digits[2..]) && before.ends_with(b"+") => Some(Kind::Phone),
        16..=19 if is_bank_card(digits) => Some(Kind::BankCard),
        _ => None,
    }
}

/// GB 11643-1999: 17 digits and a check digit (ISO 7064, MOD 11-2), with a place and a day of birth inside.
fn is_identity_card(digits: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let Some(sum) = digits
        .bytes()
        .take(17)
        .zip(WEIGHTS)
        .try_fold(0, |sum, (digit, weight)| Some(sum + u32::from(digit.checked_sub(b'0').filter(|one| *one <= 9)?) * weight))
    else {
        return false;
    };
    let check = b"10X98765432"[(sum % 11) as usize];
    digits.as_bytes()[17] == check && is_place(digits) && matches!(&digits[6..8], "19" | "20") && is_day(&digits[10..14])
}

/// Fifteen digits, in use until 1999: no check digit, so the place and the day of birth must do.
fn is_old_identity_card(digits: &str) -> bool {
    is_place(digits) && is_day(&digits[8..12])
}

/// The first two digits are those of a province (GB/T 2260).
fn is_place(digits: &str) -> bool {
    matches!(digits[..2].parse(), Ok(11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81 | 82 | 83 | 91))
}

fn is_day(month_and_day: &str) -> bool {
    let (month, day) = month_and_day.split_at(2);
    matches!(month.parse(), Ok(1..=12)) && matches!(day.parse(), Ok(1..=31))
}

fn is_mobile(digits: &str) -> bool {
    digits.starts_with('1') && matches!(digits.as_bytes()[1], b'3'..=b'9') && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Followed by a unit: a figure, not a phone number.
fn is_counted(after: &[u8]) -> bool {
    ["元", "万", "件", "条", "次", "人", "个", "户", "份", "平方", "吨", "%"].iter().any(|unit| after.starts_with(unit.as_bytes()))
}

/// UnionPay (62), Visa (4) and Mastercard (51–55) numbers of their lengths, with the check digit of ISO/IEC 7812 (Luhn).
fn is_bank_card(digits: &str) -> bool {
    let issued = match (digits.len(), &digits[..2]) {
        (16..=19, "62") => true,
        (16, start) => start.starts_with('4') || matches!(start, "51" | "52" | "53" | "54" | "55"),
        _ => false,
    };
    let doubled = |at: usize, digit: u32| if at % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { digit };
    let sum = digits.chars().rev().enumerate().try_fold(0, |sum, (at, c)| Some(sum + doubled(at, c.to_digit(10)?)));
    issued && sum.is_some_and(|sum| sum % 10 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, String)> {
        personal(text.as_bytes()).into_iter().map(|one| (one.kind, masked(&one.digits))).collect()
    }

    #[test]
    fn identity_cards_need_a_fitting_check_digit() {
        let masked = "110***********002X".to_string();
        for text in ["11010519491231002X", "１１０１０５１９４９１２３１００２Ｘ", "110105 19491231 002X", "号码：11010519491231002x。"]
        {
            assert_eq!(kinds(text), [(Kind::IdentityCard, masked.clone())], "{text}");
        }
        for text in ["110105194912310021", "11010519491331002X", "1110105194912310021", "a11010519491231002X", "/11010519491231002X"] {
            assert_eq!(kinds(text), [], "{text}");
        }
        assert_eq!(kinds("130503670401001"), [(Kind::IdentityCard, "130********1001".to_string())]);
        assert_eq!(kinds("130503671401001"), []);
    }

    #[test]
    fn phones_are_eleven_digits_and_no_figure() {
        for text in ["13812345678", "+8613812345678", "138 1234 5678", "138-1234-5678", "电话１３８１２３４５６７８。"] {
            assert_eq!(kinds(text).len(), 1, "{text}");
        }
        for text in
            ["138****5678", "0517-83605210", "12812345678", "13812345678元", "113812345678", "13812345678.5", "art_13812345678.html"]
        {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn bank_cards_need_an_issuer_and_a_check_digit() {
        for text in ["6222021234567890128", "6222 0212 3456 7890 128", "4111111111111111"] {
            assert_eq!(kinds(text).first().map(|one| one.0), Some(Kind::BankCard), "{text}");
        }
        for text in ["6222021234567890129", "1111111111111111", "9111111111111111"] {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn columns_of_figures_are_not_joined() {
        assert_eq!(kinds("13 81 23 45 67 8\n[138, 1234, 5678]\n138,1234,5678"), []);
    }
}
