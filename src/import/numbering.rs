//! The numbers that Word prints in front of paragraphs: they are in no text, but they are part of the report.

use std::collections::HashMap;

use super::zipped::{Element, Tree};

#[derive(Clone, Default)]
struct Level {
    format: String,
    /// `%1、`, `（%2）`.
    text: String,
    start: u32,
}

#[derive(Default)]
pub(super) struct Numbering {
    /// By list: the levels of its abstract list.
    lists: HashMap<String, (String, HashMap<usize, Level>)>,
    /// By abstract list and level: the last number given.
    counts: HashMap<(String, usize), u32>,
}

impl Numbering {
    pub fn of(tree: Option<&Tree>) -> Numbering {
        let Some(root) = tree.and_then(|tree| tree.root().child("numbering")) else { return Numbering::default() };
        let levels = |list: Element| {
            let level = |one: Element| {
                let at = one.attribute("ilvl")?.parse().ok()?;
                let value = |name: &str| one.value(&[name]).unwrap_or("").to_string();
                Some((at, Level { format: value("numFmt"), text: value("lvlText"), start: value("start").parse().unwrap_or(1) }))
            };
            list.children().filter(|one| one.name() == "lvl").filter_map(level).collect::<HashMap<usize, Level>>()
        };
        let named = |name: &'static str| root.children().filter(move |one| one.name() == name);
        let kinds: HashMap<&str, HashMap<usize, Level>> =
            named("abstractNum").filter_map(|one| Some((one.attribute("abstractNumId")?, levels(one)))).collect();
        let list = |one: Element| {
            let kind = one.value(&["abstractNumId"])?;
            Some((one.attribute("numId")?.to_string(), (kind.to_string(), kinds.get(kind)?.clone())))
        };
        Numbering { lists: named("num").filter_map(list).collect(), counts: HashMap::new() }
    }

    /// What is printed before this paragraph: its number, nothing for a bullet; `None` if it is in no list.
    pub fn next(&mut self, paragraph: Element, _style: Option<&str>) -> Option<String> {
        let list = paragraph.value(&["pPr", "numPr", "numId"]).filter(|id| *id != "0")?;
        let level: usize = paragraph.value(&["pPr", "numPr", "ilvl"]).and_then(|level| level.parse().ok()).unwrap_or(0);
        let (kind, levels) = self.lists.get(list)?;
        let own = levels.get(&level)?;
        if matches!(own.format.as_str(), "bullet" | "none") {
            return Some(String::new());
        }
        for deeper in level + 1..9 {
            self.counts.remove(&(kind.clone(), deeper));
        }
        let count = self.counts.entry((kind.clone(), level)).and_modify(|count| *count += 1).or_insert(own.start);
        let mut text = own.text.replace(&format!("%{}", level + 1), &shown(*count, &own.format));
        for (above, its) in levels.iter().filter(|(above, _)| **above < level) {
            let count = self.counts.get(&(kind.clone(), *above)).copied().unwrap_or(its.start);
            text = text.replace(&format!("%{}", above + 1), &shown(count, &its.format));
        }
        let gap = text.ends_with(|c: char| c.is_ascii());
        Some(if gap { text + " " } else { text })
    }
}

fn shown(number: u32, format: &str) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "ideographDigital"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "chineseLegalSimplified" => chinese(number),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => {
            char::from_u32(0x245f + number).filter(|_| (1..=20).contains(&number)).map_or(number.to_string(), |c| c.to_string())
        }
        "decimalFullWidth" => number.to_string().chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap_or(c)).collect(),
        "lowerLetter" => char::from_u32(0x60 + number).filter(char::is_ascii_lowercase).map_or(number.to_string(), |c| c.to_string()),
        "upperLetter" => char::from_u32(0x40 + number).filter(char::is_ascii_uppercase).map_or(number.to_string(), |c| c.to_string()),
        _ => number.to_string(),
    }
}

/// 1 to 99 as 一 to 九十九.
fn chinese(number: u32) -> String {
    let digit = |digit: u32| "零一二三四五六七八九".chars().nth(digit as usize).map(String::from).unwrap_or_default();
    match (number / 10, number % 10) {
        (0, ones) => digit(ones),
        (1, 0) => "十".into(),
        (1, ones) => format!("十{}", digit(ones)),
        (tens @ 2..=9, 0) => format!("{}十", digit(tens)),
        (tens @ 2..=9, ones) => format!("{}十{}", digit(tens), digit(ones)),
        _ => number.to_string(),
    }
}
