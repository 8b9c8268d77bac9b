//! `appearance:` of `site.yaml`: the accent colour, the logo, and what stands in the header and at the foot of every page.
//!
//! Whether the logo is there and the colour can be read is asked by the theme; whether a link leads to a page, by the checks.

use std::fmt;

use serde::Deserialize;

use crate::names::UrlPath;

/// What a site changes of its theme without a template of its own.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Appearance {
    /// `#1a4a86`: links, headings' marks, bars.
    pub accent: Option<String>,
    /// A file of the theme's `assets/`.
    pub logo: Option<String>,
    /// Links beside the site's title.
    pub header: Vec<Line>,
    /// Lines at the foot of every page.
    pub footer: Vec<Line>,
}

/// A text, with or without a link.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub label: String,
    /// A whole address, or a path of the site (`guide/`).
    pub url: Option<String>,
}

/// Where a line leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target<'a> {
    /// Another site, a mailbox, a telephone.
    Outside(&'a str),
    Own(UrlPath),
}

impl Line {
    /// `None` without a link. An address of any other kind than a page's, a mailbox's or a telephone's is a path of the
    /// site, which then leads nowhere: nothing that a browser would run gets through.
    pub fn target(&self) -> Option<Target<'_>> {
        let url = self.url.as_deref()?.trim();
        let outside = ["https://", "http://", "mailto:", "tel:"].iter().any(|start| url.starts_with(start));
        Some(if outside { Target::Outside(url) } else { Target::Own(UrlPath::new(url)) })
    }
}

/// A colour by the strength of its red, green and blue light.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// `#1a4a86` or `#148`.
    pub fn parse(text: &str) -> Option<Colour> {
        let digits = text.trim().strip_prefix('#').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        let single = |at: usize| u8::from_str_radix(&digits[at..at + 1], 16).ok().map(|one| one * 17);
        match digits.len() {
            6 => Some(Colour([part(0)?, part(2)?, part(4)?])),
            3 => Some(Colour([single(0)?, single(1)?, single(2)?])),
            _ => None,
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Colour([red, green, blue]) = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_six_or_three_digits() {
        assert_eq!(Colour::parse("#1a4a86"), Some(Colour([0x1a, 0x4a, 0x86])));
        assert_eq!(Colour::parse("#148"), Some(Colour([0x11, 0x44, 0x88])));
        for wrong in ["1a4a86", "#1a4a8", "#12", "blue", "#ggg", "#中文"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_a_browser_would_run_is_a_path_that_leads_nowhere() {
        let target = |url: &str| Line { label: "x".into(), url: Some(url.into()) }.target().map(|one| matches!(one, Target::Outside(_)));
        assert_eq!(target("https://www.example.org/"), Some(true));
        assert_eq!(target("javascript:alert(1)"), Some(false));
        assert_eq!(target("/guide/"), Some(false));
        assert_eq!(target("//example.org"), Some(false));
    }
}
