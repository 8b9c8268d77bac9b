//! G107, G508: what a unit of its level can have, and whether the level is one we know.
//!
//! Source of G107: 立法法 articles 91 and 93 (规章 are made by departments of the State Council, provinces and cities with
//! districts); which rows that concerns is in the form files. Silent where the unit has no level, or one we do not know.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Asked;
use crate::archive::Unit;
use crate::config::DayOfYear;
use crate::content::TableFigures;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::forms::Row;
use crate::names::Words;
use crate::yaml;

/// A level of public body.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// `county`.
    pub id: String,
    /// What it is called in messages.
    pub zh: String,
    #[serde(default)]
    also: Vec<String>,
    /// The last day of the year on which a report is in time.
    pub deadline: Option<DayOfYear>,
}

static LEVELS: LazyLock<Vec<Level>> = LazyLock::new(|| {
    yaml::read(&"src/checks/levels.yaml".into(), include_str!("levels.yaml"), &mut Diagnostics::default()).unwrap_or_default()
});

/// All levels, the highest first.
pub fn levels() -> &'static [Level] {
    &LEVELS
}

/// The level that a word means: its id, or what it is called.
pub fn level(word: &str) -> Option<&'static Level> {
    LEVELS.iter().find(|level| level.id == word || level.zh == word || level.also.iter().any(|also| also == word))
}

impl Level {
    /// Every word for it: the id first.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        [self.id.as_str(), self.zh.as_str()].into_iter().chain(self.also.iter().map(String::as_str))
    }

    /// The level of a unit, if it says one that we know.
    pub fn of(unit: &Unit) -> Option<&'static Level> {
        level(&unit.level.as_ref()?.text)
    }
}

/// G508.
pub(super) fn check_unit(unit: &Unit, found: &mut Diagnostics) {
    let Some(written) = unit.level.as_ref().filter(|written| level(&written.text).is_none()) else { return };
    let zh: Vec<String> = LEVELS.iter().map(|level| format!("{}（{}）", level.id, level.zh)).collect();
    let en: Vec<&str> = LEVELS.iter().map(|level| level.id.as_str()).collect();
    found.push(
        Diagnostic::warning(
            "G508",
            written.place.clone(),
            Words::new(format!("不认识“{}”这个单位级别", written.text), format!("unknown level `{}`", written.text)),
        )
        .with_help(Words::new(
            format!("级别决定公布期限和能不能制定规章。可以写：{}。", zh.join("、")),
            format!("It decides the deadline and who can make regulations. Known: {}.", en.join(", ")),
        )),
    );
}

/// G107.
pub(super) fn check(asked: Asked, found: &mut Diagnostics) {
    let Some(level) = Level::of(asked.unit) else { return };
    for figures in &asked.report.tables {
        let reserved = |row: &&Row| !row.levels.is_empty() && !row.levels.contains(&level.id);
        for row in figures.table().rows.iter().filter(reserved) {
            found.extend(beyond_its_powers(asked, level, figures, row));
        }
    }
}

fn beyond_its_powers(asked: Asked, level: &Level, figures: &TableFigures, row: &Row) -> Option<Diagnostic> {
    let given = figures.row(row).zip(row.first_cell..).filter_map(|((column, cell), number)| Some((column, cell?, number)));
    let filled: Vec<_> = given.filter(|(_, cell, _)| cell.figure.number().is_some_and(|number| !number.is_zero())).collect();
    let (column, first, _) = filled.first()?;
    let who: Vec<&str> = row.levels.iter().map(|id| self::level(id).map_or(id.as_str(), |level| level.zh.as_str())).collect();
    let mut diagnostic = Diagnostic::error(
        "G107",
        asked.report.at(first.span),
        Words::new(
            format!("“{}”的“{}”填了 {}，但{}没有权限，这一行应当都是 0", row.label, column.label, first.figure, level.zh),
            format!("`{}.{}` is {}, but a {} cannot have any: the row should be 0", row.id, column.id, first.figure, level.id),
        ),
    )
    .with_here(Words::new(format!("{}：{}", column.label, first.figure), format!("{}: {}", column.id, first.figure)))
    .with_help(Words::new(
        format!("只有{}才能有。一般的文件请填在规范性文件一行；没有的写 0。", who.join("、")),
        format!("Only {} can. Other documents belong in the row of normative documents.", row.levels.join(", ")),
    ))
    .concerning(filled.iter().map(|(_, _, number)| figures.table().path_of(*number)));
    for (column, cell, _) in &filled[1..] {
        diagnostic = diagnostic.with_label(
            asked.report.at(cell.span),
            Words::new(format!("{}：{}", column.label, cell.figure), format!("{}: {}", column.id, cell.figure)),
        );
    }
    Some(diagnostic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_known_by_id_and_by_name() {
        assert_eq!(levels().len(), 10);
        let id = |word: &str| level(word).map(|level| level.id.as_str());
        assert_eq!([id("county"), id("街道"), id("乡镇"), id("village")], [Some("county"), Some("subdistrict"), Some("town"), None]);
    }
}
