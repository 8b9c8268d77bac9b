//! PDF files with a text layer: characters with their places, and the ruled tables rebuilt from their lines.
//!
//! 1. [`content`] runs a page's instructions into glyphs and rules; [`font`] says which characters they are;
//! 2. [`ruled`] makes grids of the rules; [`lines`] makes lines of the glyphs outside them.
//!
//! A scanned page has no text: it is refused with a clear message, never guessed at. Nothing in a PDF is run.

mod content;
mod font;
mod lines;
mod ruled;

use std::io::Read;

use flate2::read::ZlibDecoder;
use hayro_syntax::{LoadPdfError, Pdf};

use super::Unreadable;
use super::document::{Block, Document, Kind};

const MOST_PAGES: usize = 400;
const MOST_GLYPHS: usize = 600_000;

/// A character on a page; `y` grows upwards.
#[derive(Clone, Copy, Debug)]
struct Glyph {
    c: char,
    x: f64,
    y: f64,
    width: f64,
    size: f64,
}

/// A straight line, horizontal or vertical.
#[derive(Clone, Copy, Debug)]
struct Rule {
    x0: f64,
    y0: f64,
    x1: f64,
    y1: f64,
}

/// What is on a page.
#[derive(Default)]
struct Page {
    glyphs: Vec<Glyph>,
    rules: Vec<Rule>,
    /// Characters that no table of the file explains.
    unknown: usize,
    /// Characters drawn invisibly: a machine's reading of a scan.
    invisible: usize,
}

pub(super) fn read(bytes: &[u8], name: &str) -> Result<Document, Unreadable> {
    refuse_bombs(bytes)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|why| match why {
        LoadPdfError::Decryption(_) => Unreadable::new("文件有密码，不能导入", "this file is protected by a password"),
        LoadPdfError::Invalid => Unreadable::new("文件已损坏，不是可以识别的 PDF", "this file is damaged or not a PDF"),
    })?;
    let mut document = Document::new(name, Kind::Pdf);
    let mut fonts = font::Fonts::default();
    let (mut known, mut unknown, mut invisible) = (0, 0, 0);
    for (number, page) in pdf.pages().iter().take(MOST_PAGES).enumerate() {
        let page = content::read(page, &mut fonts);
        known += page.glyphs.len();
        unknown += page.unknown;
        invisible += page.invisible;
        if known > MOST_GLYPHS {
            return Err(Unreadable::new("文件的文字太多，不能导入", "this file has more text than a report can hold"));
        }
        blocks(page, number as u32 + 1, &mut document);
    }
    if known < 20 {
        return Err(match unknown > known {
            true => Unreadable::new(
                "文件里的文字没有字符对照表，无法读出；请用原来的 Word 文件导入",
                "the text of this file has no character map and cannot be read; import the Word file instead",
            ),
            false => Unreadable::new(
                "这个文件里没有文字（可能是扫描件），请用有文字的 PDF、Word 或网页导入",
                "no text in this file (a scan, perhaps); import a PDF with text, or the Word file or page",
            ),
        });
    }
    // Every figure of a scan is a machine's guess at its picture.
    if invisible * 2 > known {
        return Err(Unreadable::new(
            "这是扫描件，文字是机器识别的，数字不可靠，请用原来的 Word 文件导入",
            "this is a scan with machine-read text, whose figures cannot be relied on; import the Word file instead",
        ));
    }
    if unknown * 50 > known {
        document.fields.push((super::front::UNKNOWN_CHARACTERS.into(), unknown.to_string()));
    }
    Ok(document)
}

fn blocks(page: Page, number: u32, document: &mut Document) {
    let (grids, rest) = ruled::grids(&page.glyphs, &page.rules, number);
    let lines = lines::lines(&rest, number, &mut document.dropped);
    let mut all: Vec<(f64, Block)> = grids.into_iter().map(|(top, grid)| (top, Block::Grid(grid))).collect();
    all.extend(lines.into_iter().map(|(top, line)| (top, Block::Line(line))));
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    document.blocks.extend(all.into_iter().map(|(_, block)| block));
}

/// Unpacks every compressed stream against a budget before the file is opened, for the reader of PDF files has none.
fn refuse_bombs(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut budget: u64 = 400 << 20;
    let (mut at, mut streams) = (0, 0);
    while let Some(found) = super::decode::find(&bytes[at..], b"stream") {
        let keyword = at + found;
        at = keyword + 6;
        if bytes[..keyword].ends_with(b"end") {
            continue;
        }
        streams += 1;
        let head = &bytes[keyword.saturating_sub(600)..keyword];
        let head = &head[head.windows(3).rposition(|window| window == b"obj").map_or(0, |at| at + 3)..];
        let count = |name: &[u8]| head.windows(name.len()).filter(|window| *window == name).count();
        let packed = count(b"/FlateDecode") + count(b"/Fl ") + count(b"/LZWDecode");
        let start = at + bytes[at..].iter().take(2).filter(|b| matches!(b, b'\r' | b'\n')).count();
        let mut unpacked = ZlibDecoder::new(&bytes[start..]).take(budget + 1);
        let size = std::io::copy(&mut unpacked, &mut std::io::sink()).unwrap_or_else(|_| budget + 1 - unpacked.limit());
        if packed > 1 || streams > 50_000 || size > budget.min(200 << 20) {
            return Err(Unreadable::new("文件解压后过大，不能导入", "this file unpacks to more than a report can hold"));
        }
        budget -= size;
    }
    Ok(())
}
