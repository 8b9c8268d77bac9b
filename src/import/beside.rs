//! The files that belong beside a report: pictures in its text, and what it links to.
//!
//! Readers name them; whoever imports hands in what the source only refers to ([`Imported::supply`]). A picture that
//! nobody has leaves the text, with a doubt: a page with a hole in it is not published.

use super::document::{At, Beside, Document};
use super::doubt::{Doubt, DoubtKind};
use super::front::Imported;
use crate::names::Words;

/// More than any report has.
const MOST: usize = 200;

/// What browsers show.
pub(super) const PICTURES: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "svg"];

/// What offices attach.
#[cfg(feature = "import")]
pub(super) const ATTACHED: [&str; 13] = ["pdf", "ofd", "doc", "docx", "wps", "xls", "xlsx", "et", "ppt", "pptx", "zip", "rar", "csv"];

/// The end of a file's name, in small letters.
pub(super) fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or(String::new(), |(_, end)| end.to_ascii_lowercase())
}

/// The last part of an address as a file is named, without what follows `?` or `#`.
#[cfg(feature = "import")]
pub(super) fn file_name(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    percent_encoding::percent_decode_str(name).decode_utf8_lossy().into_owned()
}

impl Document {
    /// Notes a picture; its name beside the report. `None` where there are too many.
    #[cfg(feature = "import")]
    pub(super) fn picture(&mut self, source: &str, name: &str, bytes: Option<Vec<u8>>) -> Option<String> {
        if let Some(known) = self.images.iter().find(|one| one.source == source) {
            return Some(known.name.clone());
        }
        let name = self.free_name(name)?;
        self.images.push(Beside { name: name.clone(), bytes, source: source.to_string() });
        Some(name)
    }

    /// Notes a file that the report links to.
    #[cfg(feature = "import")]
    pub(super) fn attachment(&mut self, source: &str, name: &str) {
        let known = self.attachments.iter().any(|one| one.source == source);
        if let Some(name) = self.free_name(name).filter(|_| !known) {
            self.attachments.push(Beside { name, bytes: None, source: source.to_string() });
        }
    }

    /// A name that stands in Markdown and in an address as it is, and that no other file has.
    #[cfg(feature = "import")]
    fn free_name(&self, name: &str) -> Option<String> {
        let taken = |name: &str| self.images.iter().chain(&self.attachments).any(|one| one.name.eq_ignore_ascii_case(name));
        let name = safe_name(name);
        let (stem, end) = name.rsplit_once('.').unwrap_or((&name, ""));
        let all = self.images.len() + self.attachments.len();
        let named = |number: usize| if number == 1 { name.clone() } else { format!("{stem}-{number}.{end}") };
        (all < MOST).then(|| (1..=MOST + 1).map(named).find(|name| !taken(name))).flatten()
    }
}

/// A file name that is safe in a folder, an address and Markdown alike.
pub fn safe_name(name: &str) -> String {
    let plain: String = name.trim().chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' }).collect();
    let plain = plain.trim_matches(['-', '.']);
    let long = plain.chars().count().saturating_sub(80);
    let plain: String = plain.chars().skip(long).collect();
    if plain.is_empty() { "file".into() } else { plain }
}

impl Imported {
    /// Hands in the files that the source only refers to, by what it calls them; what nobody has leaves the report.
    pub fn supply(&mut self, find: &mut dyn FnMut(&Beside) -> Option<Vec<u8>>) {
        for one in self.images.iter_mut().chain(&mut self.attachments).filter(|one| one.bytes.is_none()) {
            one.bytes = find(one);
        }
        let (images, missing): (Vec<Beside>, Vec<Beside>) =
            std::mem::take(&mut self.images).into_iter().partition(|one| one.bytes.is_some());
        self.images = images;
        for one in &missing {
            self.without_picture(one);
        }
        let (attachments, missing): (Vec<Beside>, Vec<Beside>) =
            std::mem::take(&mut self.attachments).into_iter().partition(|one| one.bytes.is_some());
        self.attachments = attachments;
        for one in &missing {
            let message = Words::new(
                format!("原件链接的附件“{}”没有随文件一起提供，没有导入", one.name),
                format!("the attachment `{}` that the source links to was not given with it", one.name),
            );
            self.doubts.push(Doubt::new(DoubtKind::Text, message).source(one.source.clone(), At::default()));
        }
    }

    /// Takes a picture that nobody has out of the text.
    fn without_picture(&mut self, picture: &Beside) {
        let end = format!("]({})", picture.name);
        let is_it = |paragraph: &str| paragraph.starts_with("![") && paragraph.ends_with(&end);
        self.body = self.body.split("\n\n").filter(|paragraph| !is_it(paragraph)).collect::<Vec<_>>().join("\n\n");
        let at = self.source.blocks.iter().find_map(|block| match block {
            super::Block::Line(line) if is_it(&line.text) => Some(line.at),
            _ => None,
        });
        let message = Words::new(
            format!("图片“{}”没有随文件一起提供，正文里没有放", picture.name),
            format!("the picture `{}` was not given with the file and is left out of the text", picture.name),
        );
        self.doubts.push(Doubt::new(DoubtKind::Text, message).source(picture.source.clone(), at.unwrap_or_default()));
    }
}

#[cfg(test)]
mod tests {
    use super::safe_name;

    #[test]
    fn names_are_safe_in_folders_addresses_and_markdown() {
        assert_eq!(safe_name("附件 1(终稿).docx"), "附件-1-终稿-.docx");
        assert_eq!(safe_name("..\\..\\a.png"), "a.png");
        assert_eq!(safe_name("///"), "file");
    }
}
