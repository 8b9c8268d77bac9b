//! What kind of file bytes are, and their text, whatever its encoding.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::Unreadable;
use super::document::Kind;

/// By the first bytes, then by the name.
pub(super) fn kind(bytes: &[u8], name: &str) -> Result<Kind, Unreadable> {
    let extension = name.rsplit_once('.').map_or(String::new(), |(_, end)| end.to_ascii_lowercase());
    if bytes.starts_with(b"%PDF-")
        || bytes.get(..1024.min(bytes.len())).is_some_and(|start| find(start, b"%PDF-").is_some()) && extension == "pdf"
    {
        return Ok(Kind::Pdf);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(Unreadable::new(
            "这是旧版 Word 或 Excel 文件，请另存为 .docx 或 .xlsx 再导入",
            "this is an old Word or Excel file; save it as .docx or .xlsx first",
        ));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return match extension.as_str() {
            "xlsx" | "xlsm" => Ok(Kind::Excel),
            "ofd" => Err(Unreadable::new(
                "不能读 OFD 文件，请转成 PDF 或 Word 再导入",
                "OFD files cannot be read; convert it to PDF or Word first",
            )),
            "docx" | "docm" => Ok(Kind::Word),
            _ if find(bytes, b"xl/workbook.xml").is_some() => Ok(Kind::Excel),
            _ => Ok(Kind::Word),
        };
    }
    for (magic, what) in
        [(&b"\x89PNG"[..], "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"GIF8", "GIF"), (b"{\\rtf", "RTF")]
    {
        if bytes.starts_with(magic) {
            return Err(Unreadable::new(
                format!("这是 {what} 文件，里面没有可以导入的文字"),
                format!("this is a {what} file and has no text to import"),
            ));
        }
    }
    if matches!(extension.as_str(), "htm" | "html" | "xhtml" | "shtml" | "mht") || looks_like_html(bytes) {
        return Ok(Kind::Html);
    }
    if matches!(extension.as_str(), "pdf" | "docx" | "xlsx") {
        let name = extension.to_uppercase();
        return Err(Unreadable::new(
            format!("文件名是 .{extension}，但内容不是 {name}"),
            format!("the file is named .{extension} but is not a {name} file"),
        ));
    }
    Ok(Kind::Text)
}

fn looks_like_html(bytes: &[u8]) -> bool {
    let start: Vec<u8> = bytes.iter().filter(|&&b| b != 0).take(1024).map(u8::to_ascii_lowercase).collect();
    [&b"<!doctype html"[..], b"<html", b"<body", b"<table"].iter().any(|tag| find(&start, tag).is_some())
}

pub(super) fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// Text by its byte order mark, the encoding it declares, or the one that fits without errors.
pub(super) fn text(bytes: &[u8], declared: Option<&'static Encoding>) -> Result<String, Unreadable> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return refuse_binary(text.to_string());
    }
    for encoding in [declared, Some(GB18030), utf_16(bytes)].into_iter().flatten() {
        if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
            return refuse_binary(text.into_owned());
        }
    }
    // A few broken bytes among good ones: what a page with one bad character looks like.
    for encoding in [declared.unwrap_or(UTF_8), UTF_8, GB18030] {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        let broken = text.chars().filter(|&c| c == char::REPLACEMENT_CHARACTER).count();
        if broken * 200 < text.chars().count() {
            return refuse_binary(text.into_owned());
        }
    }
    Err(Unreadable::new("无法识别文件的编码，请另存为 UTF-8 再导入", "the encoding of this file is not known; save it as UTF-8 first"))
}

fn refuse_binary(text: String) -> Result<String, Unreadable> {
    let odd = text.chars().take(4096).filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')).count();
    if odd > 8 {
        return Err(Unreadable::new("这不是文字文件", "this is not a text file"));
    }
    Ok(text)
}

fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).take(512).filter(|&&b| b == 0).count();
    match (zeros(0), zeros(1)) {
        (0, 0) => None,
        (even, odd) if even > odd => Some(UTF_16BE),
        _ => Some(UTF_16LE),
    }
}

/// The text of a page, by the encoding that it declares.
#[cfg(feature = "import")]
pub(super) fn html(bytes: &[u8]) -> Result<String, Unreadable> {
    let head: Vec<u8> = bytes.iter().take(4096).map(u8::to_ascii_lowercase).collect();
    let declared = find(&head, b"charset").and_then(|at| {
        let rest = &head[at + 7..];
        let label: Vec<u8> = rest
            .iter()
            .copied()
            .skip_while(|b| matches!(b, b' ' | b'=' | b'"' | b'\''))
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            .collect();
        Encoding::for_label(&label)
    });
    text(bytes, declared)
}
