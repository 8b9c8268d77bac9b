//! Figures in sentences that a unit may want to follow over the years: 通过政府网站发布政府信息195条.
//!
//! Proposed, never written as figures: the name of an indicator ties a series together, and only a person knows what
//! last year's was called. The writer puts them in comments, ready to be taken.

use super::document::{At, Line, plain};

/// An indicator that could be.
#[derive(Clone, PartialEq, Debug)]
pub struct Proposal {
    pub name: String,
    /// `195 条`.
    pub value: String,
    /// The words around it.
    pub source: String,
    pub at: At,
}

const UNITS: [&str; 12] = ["条次", "人次", "条", "件", "篇", "次", "期", "个", "场", "项", "份", "部"];
const MOST: usize = 30;

pub(super) fn propose(paragraphs: &[(Line, bool)]) -> Vec<Proposal> {
    let mut found: Vec<Proposal> = vec![];
    for (line, before_sections) in paragraphs {
        if *before_sections {
            continue;
        }
        let text: String = plain(&line.text).chars().filter(|c| !c.is_whitespace()).collect();
        for clause in text.split(['。', '；', '，', ',', ';', '、', '（', '）', '(', ')', '：']) {
            let proposal = one(clause, line.at).filter(|new| !found.iter().any(|old| old.name == new.name));
            found.extend(proposal);
        }
    }
    found.truncate(MOST);
    found
}

/// The only figure with a unit at the end of a clause.
fn one(clause: &str, at: At) -> Option<Proposal> {
    let start = clause.find(|c: char| c.is_ascii_digit())?;
    let mut from = start;
    // A year at the beginning is no figure.
    if let Some(rest) = clause[start..].find('年').filter(|_| super::front::year_in(&clause[start..]).is_some()) {
        let after = start + rest + '年'.len_utf8();
        from = after + clause[after..].find(|c: char| c.is_ascii_digit())?;
    }
    let digits: String = clause[from..].chars().take_while(|c| c.is_ascii_digit()).collect();
    let behind = &clause[from + digits.len()..];
    let behind = behind.strip_prefix(['余', '多']).unwrap_or(behind);
    let unit = UNITS.into_iter().find(|unit| behind.starts_with(unit))?;
    let name = clause[..from].rsplit('年').next().unwrap_or("").trim_start_matches("度");
    let name =
        ["总计数量为", "总计数量", "总量为", "数量为", "量为", "共计", "累计", "共有", "合计", "总计", "达到", "共", "为", "达", "了"]
            .iter()
            .fold(name, |name, end| name.strip_suffix(end).unwrap_or(name));
    let name = ["通过", "其中", "全年", "在", "共"].iter().fold(name, |name, start| name.strip_prefix(start).unwrap_or(name));
    let plausible = (4..=24).contains(&name.chars().count())
        && !name.contains(|c: char| c.is_ascii_digit() || c == '月' || c == '%')
        && digits.len() <= 9
        && !digits.starts_with('0');
    plausible.then(|| Proposal { name: name.to_string(), value: format!("{digits} {unit}"), source: clause.to_string(), at })
}
