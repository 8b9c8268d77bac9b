//! HTML held small: what stands in the file as well is kept as its place there.
//!
//! In: the HTML of a body and the file it was made from. Out: the same HTML again, or its markup and its texts one by one
//! for those who want the texts. Nearly all of the HTML of a report is its text, so this takes a third of the memory, and a
//! body is parsed once however often it is shown.

use std::ops::Range;

use super::{Outline, Prose, Section};
use crate::source::FileText;

/// A run takes twelve bytes itself.
const SHORTEST: usize = 13;

/// What may stand in the file between two texts: markup, headings, and texts that show otherwise than they are written.
const BETWEEN: usize = 4096;

/// The HTML of a body, beside the file that holds most of it.
#[derive(Clone)]
pub struct Folded {
    file: FileText,
    preamble: Html,
    /// As many as the outline has.
    sections: Box<[Html]>,
    footnotes: Html,
}

/// Each run of text after the markup that stands before it; more markup may follow the last.
#[derive(Clone)]
struct Html {
    markup: Box<str>,
    runs: Box<[Run]>,
}

/// A text within the file.
#[derive(Clone, Copy)]
struct Run {
    /// Bytes of markup between the run before and this one.
    before: u32,
    start: u32,
    length: u32,
}

impl Run {
    fn range(self) -> Range<usize> {
        self.start as usize..(self.start + self.length) as usize
    }
}

impl Folded {
    /// `body`: where the file's body begins.
    pub fn new(prose: &Prose, file: &FileText, body: usize) -> Folded {
        let mut from = body;
        let preamble = Html::new(&prose.preamble, file, &mut from);
        let sections = prose.sections.iter().map(|section| Html::new(&section.html, file, &mut from)).collect();
        // Notes may be written anywhere.
        let footnotes = Html::new(&prose.footnotes, file, &mut { body });
        Folded { file: file.clone(), preamble, sections, footnotes }
    }

    /// The body as HTML. `outline`: its own; the ranges are the outline's, and links and problems are left to it.
    pub fn unfolded(&self, outline: &Outline) -> Prose {
        let section = |(part, html): (&super::Part, &Html)| Section {
            heading: part.heading.clone(),
            html: html.unfolded(&self.file),
            headings: part.headings.clone(),
            range: part.range.clone(),
        };
        Prose {
            preamble: self.preamble.unfolded(&self.file),
            sections: outline.sections.iter().zip(&self.sections).map(section).collect(),
            footnotes: self.footnotes.unfolded(&self.file),
            ..Prose::default()
        }
    }

    /// Of what stands before the first section: markup, and the text after it, each of which may be empty.
    /// A tag or an entity always stands in one piece, and a text has none.
    pub fn preamble(&self) -> impl Iterator<Item = (&str, &str)> {
        self.preamble.pieces(&self.file)
    }

    pub fn sections(&self) -> impl Iterator<Item = impl Iterator<Item = (&str, &str)>> {
        self.sections.iter().map(|html| html.pieces(&self.file))
    }

    pub fn footnotes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.footnotes.pieces(&self.file)
    }
}

/// Where it stands is nobody's business.
impl std::fmt::Debug for Folded {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("Folded")
    }
}

impl Html {
    /// `from`: texts stand in the file in the order of the HTML, so each is looked for behind the one before.
    fn new(html: &str, file: &str, from: &mut usize) -> Html {
        let mut markup = String::new();
        let mut runs = vec![];
        let mut before = 0;
        let mut rest = html;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(length_of_piece(rest));
            rest = after;
            match place(piece, file, *from) {
                Some(start) => {
                    *from = start + piece.len();
                    runs.push(Run { before: (markup.len() - before) as u32, start: start as u32, length: piece.len() as u32 });
                    before = markup.len();
                }
                None => {
                    // Written otherwise (in several lines, say), it took its place all the same.
                    *from += if is_text(piece) { piece.len() / 2 } else { 0 };
                    markup.push_str(piece);
                }
            }
        }
        Html { markup: markup.into(), runs: runs.into() }
    }

    fn unfolded(&self, file: &str) -> String {
        let texts: usize = self.runs.iter().map(|run| run.length as usize).sum();
        let mut html = String::with_capacity(self.markup.len() + texts);
        for (markup, text) in self.pieces(file) {
            html.push_str(markup);
            html.push_str(text);
        }
        html
    }

    fn pieces<'h>(&'h self, file: &'h str) -> impl Iterator<Item = (&'h str, &'h str)> {
        let mut rest = &*self.markup;
        let mut next = move |length: usize| {
            let (markup, after) = rest.split_at(length);
            rest = after;
            markup
        };
        let after_last = self.markup.len() - self.runs.iter().map(|run| run.before as usize).sum::<usize>();
        let runs = self.runs.iter().map(|run| (run.before as usize, &file[run.range()]));
        runs.chain([(after_last, "")]).map(move |(before, text)| (next(before), text))
    }
}

/// A tag, an entity, or the text up to the next of them.
fn length_of_piece(html: &str) -> usize {
    let end = match html.as_bytes()[0] {
        b'<' => memchr::memchr(b'>', html.as_bytes()).map(|at| at + 1),
        b'&' => memchr::memchr(b';', html.as_bytes()).map(|at| at + 1),
        _ => memchr::memchr2(b'<', b'&', html.as_bytes()),
    };
    end.unwrap_or(html.len())
}

fn is_text(piece: &str) -> bool {
    piece.len() >= SHORTEST && !piece.starts_with(['<', '&'])
}

/// Where a text stands in the file, if it is one and long enough. Mostly that is a few bytes on, so nothing is prepared for
/// the search: it goes by the third byte, which in Chinese says the most.
fn place(piece: &str, file: &str, from: usize) -> Option<usize> {
    let telling = *piece.as_bytes().get(2).filter(|_| is_text(piece))?;
    let end = file.len().min(from + piece.len() + BETWEEN);
    let mut starts = memchr::memchr_iter(telling, file.as_bytes().get(from + 2..end)?).map(|at| from + at);
    starts.find(|&start| file.as_bytes()[start..].starts_with(piece.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::markdown::render;

    fn folded(text: &str) -> (Prose, Folded) {
        let prose = render(text, &|_, address| address.to_string());
        let folded = Folded::new(&prose, &text.into(), 0);
        (prose, folded)
    }

    #[test]
    fn html_is_the_same_after_it_was_folded() {
        let text = "前言里有一段**足够长的文字**，<b>\"A&B\" 与后面的文字也不短</b>。\n\n## 一、总体情况[^1]\n\n第一行的文字在这里\n第二行接着写下去\n\n\
            ### （一）制度建设的情况\n\n| 渠道 | 条 |\n|---|---|\n| 政府门户网站主动公开 | 195 |\n\n[^1]: 注释写在最后面的地方\n\n又一段文字又一段文字。\n";
        let (prose, folded) = folded(text);
        let outline = prose.clone().outline(&|range| range);
        let again = folded.unfolded(&outline);
        assert_eq!((&again.preamble, &again.sections, &again.footnotes), (&prose.preamble, &prose.sections, &prose.footnotes));
        assert!(prose.footnotes.contains("注释写在最后面的地方"));
    }

    #[rustfmt::skip]
    const PIECES: [&str; 24] = [
        "本单位全年主动公开信息", "依申请公开的办理情况如下", "a longer piece of plain text", "&amp;", "<b>", "\"", "**", "~~", "`", "\n", "\n\n", "\n- ", "\n1. ",
        "\n## ", "\n### ", "\n| ", " | ", "\n|---|---|\n", "[^1]", "\n[^1]: ", "[链接的文字在这里](a.md)", "\u{3000}", "　　", "\\",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, rng_seed: RngSeed::Fixed(492), ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_folded_is_unfolded_the_same(pieces in vec(select(&PIECES[..]), 0..40)) {
            let (prose, folded) = folded(&pieces.concat());
            let again = folded.unfolded(&prose.clone().outline(&|range| range));
            prop_assert_eq!((again.preamble, again.sections, again.footnotes), (prose.preamble, prose.sections, prose.footnotes));
        }
    }

    #[test]
    fn a_text_in_several_lines_hides_none_of_those_behind_it() {
        let item = "- 这一条写成了两行，第一行\n  在这里断开，第二行接着写\n- 这一条只有一行，照样找得到\n";
        let (prose, folded) = folded(&item.repeat(2_000));
        assert_eq!(folded.preamble.runs.len(), 2_000);
        assert_eq!(folded.unfolded(&Outline::default()).preamble, prose.preamble);
    }

    #[test]
    fn texts_of_the_file_are_not_kept_again() {
        let (_, folded) = folded("## 一、总体情况\n\n这一段文字在文件里也有，**这几个字也有**，不再另存。\n");
        assert_eq!(&*folded.sections[0].markup, "<p><strong></strong></p>\n");
        let pieces: Vec<_> = folded.sections().next().unwrap().collect();
        assert_eq!(pieces[1], ("<strong>", "这几个字也有"));
        assert_eq!(pieces[3], ("</p>\n", ""));
    }
}
