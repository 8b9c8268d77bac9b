//! stub
use std::borrow::Cow;
use std::ops::Range;
#[derive(Default, Debug, Clone)]
pub struct Prose {
    pub preamble: String,
    pub sections: Vec<Section>,
    pub links: Vec<Link>,
    pub problems: Vec<Problem>,
}
#[derive(Debug, Clone)]
pub struct Section {
    pub heading: Heading,
    pub html: String,
    pub headings: Vec<Heading>,
    pub range: Range<usize>,
}
#[derive(Debug, Clone)]
pub struct Heading {
    pub level: u8,
    pub id: String,
    pub text: String,
    pub html: String,
    pub range: Range<usize>,
}
#[derive(Debug, Clone)]
pub struct Link {
    pub kind: LinkKind,
    pub destination: String,
    pub text: String,
    pub range: Range<usize>,
}
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LinkKind {
    Link,
    Image,
}
#[derive(Debug, Clone)]
pub struct Problem {
    pub kind: ProblemKind,
    pub range: Range<usize>,
}
#[derive(Debug, Clone)]
pub enum ProblemKind {
    RawHtml,
    RefusedLink { destination: String },
    ListFromYear,
    Unclosed,
}
pub struct Unknown {
    pub name: String,
    pub range: Range<usize>,
}
pub struct Filled<'a> {
    pub text: Cow<'a, str>,
    pub unknown: Vec<Unknown>,
}
impl Filled<'_> {
    pub fn original(&self, r: Range<usize>) -> Range<usize> {
        r
    }
}
pub fn fill<'a>(text: &'a str, _: &dyn Fn(&str) -> Option<String>) -> Filled<'a> {
    Filled { text: Cow::Borrowed(text), unknown: vec![] }
}
pub fn render(_: &str, _: &dyn Fn(LinkKind, &str) -> String) -> Prose {
    Prose::default()
}
