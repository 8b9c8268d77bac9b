//! The sections of a report: headings in their accepted wordings, and what must stand below them.

use super::file::SectionFile;
use super::form::{Misfit, Table};
use super::keys::normalised;

/// A section of the report with its official heading.
#[derive(Debug)]
pub struct Section {
    pub id: String,
    pub heading: String,
    /// All accepted headings, normalised and without their number.
    accepted: Vec<String>,
    /// The number of the table that stands at its end.
    pub table: Option<usize>,
    /// It must say something in words; "无" is not enough.
    pub needs_text: bool,
    /// Words that must occur in it.
    pub must_mention: Vec<String>,
}

impl Section {
    pub(super) fn compile(file: &SectionFile, tables: &[Table]) -> Result<Section, Misfit> {
        let find = |id: &String| {
            let at = tables.iter().position(|table| table.id == *id);
            at.ok_or_else(|| Misfit::new("sections", id, "不是这个格式里的表", "is not a table of this form"))
        };
        Ok(Section {
            id: file.id.clone(),
            heading: file.heading.clone(),
            accepted: std::iter::once(&file.heading).chain(&file.also).map(|heading| normalised(divided(heading).1)).collect(),
            table: file.table.as_ref().map(find).transpose()?,
            needs_text: file.needs_text,
            must_mention: file.must_mention.clone(),
        })
    }

    /// Whether a heading of the prose is this section's, in any accepted wording and whatever its number.
    pub fn accepts(&self, heading: &str) -> bool {
        let heading = normalised(divided(heading).1);
        self.accepted.contains(&heading)
    }
}

/// The number that a heading begins with ("四、", "4."), if it has one.
pub fn section_number(heading: &str) -> Option<usize> {
    let number = divided(heading).0?;
    match number.parse() {
        Ok(number) => Some(number),
        Err(_) => numeral(number),
    }
}

/// A heading's number and the rest.
fn divided(heading: &str) -> (Option<&str>, &str) {
    let heading = heading.trim();
    match heading.split_once(['、', '.', '．']) {
        Some((number, rest)) if !number.is_empty() && number.chars().all(|c| NUMERALS.contains(&c) || c.is_ascii_digit()) => {
            (Some(number), rest)
        }
        _ => (None, heading),
    }
}

const NUMERALS: [char; 10] = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];

/// One to nineteen.
fn numeral(text: &str) -> Option<usize> {
    let mut digits = text.chars().map(|c| NUMERALS.iter().position(|&numeral| numeral == c).map(|at| at + 1));
    match (digits.next()??, digits.next(), digits.next()) {
        (one, None, _) => Some(one),
        (10, Some(Some(ones)), None) if ones < 10 => Some(10 + ones),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_headings_are_read_in_chinese_and_in_digits() {
        let numbers = ["四、其他", "4. 其他", "十二、其他", "（四）其他", "其他", "四十、其他"].map(section_number);
        assert_eq!(numbers, [Some(4), Some(4), Some(12), None, None, None]);
    }
}
