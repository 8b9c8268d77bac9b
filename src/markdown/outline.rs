//! What there is in a body, without its HTML: the sections, the links, and whether it shows the same as another.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Heading, Link, Prose, Section};
use crate::cache::{Fingerprint, Mixer};

/// What is known of a body without its HTML, which is a hundred times larger and soon made again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Outline {
    /// In the order of the text.
    pub sections: Vec<Part>,
    pub links: Vec<Link>,
    /// Of all that is shown of the text.
    pub shown: Fingerprint,
    /// Bytes of HTML.
    pub length: usize,
}

/// A [`Section`] without its HTML.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    pub heading: Heading,
    /// The sub-headings.
    pub headings: Vec<Heading>,
    /// From the heading to the next one.
    pub range: Range<usize>,
}

impl Prose {
    /// What there is, with other ranges: those of the file in place of those of the text that was rendered, say.
    pub fn outline(self, place: &dyn Fn(Range<usize>) -> Range<usize>) -> Outline {
        let length = self.preamble.len() + self.footnotes.len() + self.sections.iter().map(|section| section.html.len()).sum::<usize>();
        let mut shown = Mixer::with_room("prose", length + self.sections.len() * 128).text(&self.preamble).text(&self.footnotes);
        for section in &self.sections {
            [&section.heading.id, &section.heading.html, &section.html].into_iter().for_each(|text| shown.add_text(text));
        }
        let heading = |heading: Heading| Heading { range: place(heading.range), ..heading };
        let part = |section: Section| Part {
            heading: heading(section.heading),
            headings: section.headings.into_iter().map(heading).collect(),
            range: place(section.range),
        };
        Outline {
            sections: self.sections.into_iter().map(part).collect(),
            links: self.links.into_iter().map(|link| Link { range: place(link.range), ..link }).collect(),
            shown: shown.finish(),
            length,
        }
    }
}
