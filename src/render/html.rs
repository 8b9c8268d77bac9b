//! HTML written by hand: escaping, and the type that says "this is HTML already".

use std::fmt::Write;

use minijinja::value::Value;
use serde::{Serialize, Serializer};

pub use crate::theme::escape;

/// HTML that a template shows as it is. Everything else is escaped.
#[derive(Clone, Debug)]
pub struct Html(Value);

impl Default for Html {
    /// Empty, which counts as false in a template.
    fn default() -> Html {
        Html::from(String::new())
    }
}

impl From<String> for Html {
    fn from(html: String) -> Html {
        Html(Value::from_safe_string(html))
    }
}

impl Serialize for Html {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// A text of an author as HTML.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape(&mut out, text);
    out
}

/// Adds formatted markup of our own.
macro_rules! put {
    ($out:expr, $($text:tt)*) => {
        $crate::render::html::write_all($out, format_args!($($text)*))
    };
}
pub(super) use put;

/// Memory takes every text, so there is nothing to report.
pub fn write_all(out: &mut String, text: std::fmt::Arguments) {
    out.write_fmt(text).expect("memory takes every text");
}

/// A name as part of an id: ids of forms and tables are the author's, and may hold anything.
pub fn id_part(name: &str) -> String {
    name.replace(|c: char| !c.is_alphanumeric() && c != '_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_an_author_is_markup() {
        assert_eq!(escaped("<a href='x\">&"), "&lt;a href=&#39;x&quot;&gt;&amp;");
        assert_eq!(escaped("一、总体情况"), "一、总体情况");
    }
}
