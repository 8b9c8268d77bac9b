//! `checks:` and `deadlines:` of `site.yaml`: what each check counts for, and where.
//!
//! Whether the codes, units and levels named exist is asked by the checks, which know them.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// What a check's findings count for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Setting {
    Off,
    Note,
    Warning,
    Error,
}

/// `checks: {G204: off, units: {fuyuan: {G505: note}}, jump: {factor: 5, floor: 20}}`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Checks {
    /// By code, for the whole archive.
    pub codes: BTreeMap<String, Setting>,
    /// By unit path, then code: for the unit and those below it; the nearest one counts.
    pub units: BTreeMap<String, BTreeMap<String, Setting>>,
    pub jump: Jump,
}

/// What counts as a jump from one year to the next.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Jump {
    /// More than this many times as much, or as little.
    pub factor: u32,
    /// Figures that are below this in both years are small, and jump without meaning anything.
    pub floor: u32,
}

impl Default for Jump {
    fn default() -> Jump {
        Jump { factor: 5, floor: 20 }
    }
}

/// A month and a day: `01-31`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DayOfYear {
    pub month: i8,
    pub day: i8,
}

impl DayOfYear {
    /// Two digits, a hyphen, two digits; 29 February is not a day of every year.
    pub fn parse(text: &str) -> Option<DayOfYear> {
        let (month, day) = text.split_once('-')?;
        let number = |part: &str| (part.len() == 2).then(|| part.parse::<i8>().ok())?;
        let (month, day) = (number(month)?, number(day)?);
        jiff::civil::Date::new(2023, month, day).is_ok().then_some(DayOfYear { month, day })
    }
}

impl<'de> Deserialize<'de> for DayOfYear {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DayOfYear, D::Error> {
        let text = String::deserialize(deserializer)?;
        DayOfYear::parse(&text).ok_or_else(|| de::Error::custom(format!("`{text}` is not a day of the year, such as 01-31")))
    }
}

impl<'de> Deserialize<'de> for Checks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Checks, D::Error> {
        struct OfChecks;
        impl<'de> Visitor<'de> for OfChecks {
            type Value = Checks;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("codes with `off`, `note`, `warning` or `error`, and `units` or `jump`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Checks, A::Error> {
                let mut checks = Checks::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "units" => checks.units = map.next_value()?,
                        "jump" => checks.jump = map.next_value()?,
                        _ => {
                            let setting = map.next_value()?;
                            if checks.codes.insert(key.clone(), setting).is_some() {
                                return Err(de::Error::custom(format!("duplicate entry with key \"{key}\"")));
                            }
                        }
                    }
                }
                Ok(checks)
            }
        }
        deserializer.deserialize_map(OfChecks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_the_year_exists_in_every_year() {
        assert_eq!(DayOfYear::parse("01-31"), Some(DayOfYear { month: 1, day: 31 }));
        for slip in ["1-31", "02-29", "13-01", "01-32", "0131", "-1-02", ""] {
            assert_eq!(DayOfYear::parse(slip), None, "{slip}");
        }
    }
}
