//! Which unit of the archive a report belongs to, by the name of its public body.

use super::labels::folded;

/// How a name fits the units of an archive. The text is the unit's directory below `content/`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Guess {
    /// The unit has this very name.
    Certain(String),
    /// The only unit whose name contains this one, or is contained in it.
    Likely(String),
    /// None, or more than one.
    Unknown,
}

/// Looks for a body among units given as directory, title and short name.
pub fn guess_unit<'a>(agency: &str, units: impl Iterator<Item = (&'a str, &'a str, Option<&'a str>)> + Clone) -> Guess {
    let agency = folded(agency);
    if agency.is_empty() {
        return Guess::Unknown;
    }
    let same = units.clone().filter(|(_, title, short)| folded(title) == agency || short.is_some_and(|short| folded(short) == agency));
    if let Some(directory) = only(same) {
        return Guess::Certain(directory);
    }
    // 办公室, 人民政府 and the like are said or left out; a name inside another names the same body or one below it.
    let core = core(&agency);
    let alike = units.filter(|(_, title, _)| core.chars().count() >= 3 && self::core(&folded(title)) == core);
    only(alike).map_or(Guess::Unknown, Guess::Likely)
}

fn only<'a>(mut units: impl Iterator<Item = (&'a str, &'a str, Option<&'a str>)>) -> Option<String> {
    let first = units.next()?;
    units.next().is_none().then(|| first.0.to_string())
}

fn core(name: &str) -> String {
    ["人民政府", "办事处", "委员会", "政府", "街道", "办公室"]
        .iter()
        .fold(name.to_string(), |name, end| name.strip_suffix(end).unwrap_or(&name).to_string())
}
