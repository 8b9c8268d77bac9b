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
        return Err(old_office(&extension));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return zipped(bytes, &extension);
    }
    if let Some(refused) = other(bytes, &extension) {
        return Err(refused);
    }
    if matches!(extension.as_str(), "htm" | "html" | "xhtml" | "shtml") || looks_like_html(bytes) {
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

/// Files of Word, WPS and Excel before 2007: a container of their own, whose figures nobody could vouch for.
fn old_office(extension: &str) -> Unreadable {
    match extension {
        "xls" | "et" => Unreadable::new(
            format!(
                "这是旧版 Excel 或 WPS 表格文件（.{extension}）。用 Excel 或 WPS 打开，选“文件”“另存为”，类型选“Excel 工作簿（*.xlsx）”，再导入另存的文件"
            ),
            format!("this is an old spreadsheet (.{extension}); open it in Excel or WPS, save it as .xlsx and import that"),
        ),
        "doc" | "wps" | "dot" => Unreadable::new(
            format!(
                "这是旧版 Word 或 WPS 文件（.{extension}）。用 Word 或 WPS 打开，选“文件”“另存为”，类型选“Word 文档（*.docx）”，再导入另存的文件"
            ),
            format!("this is an old Word or WPS file (.{extension}); open it, save it as .docx and import that"),
        ),
        _ => Unreadable::new(
            "这是旧版 Word、Excel 或 WPS 文件，或者是加了密码的文件。打开后另存为 .docx 或 .xlsx（去掉密码），再导入另存的文件",
            "this is an old Word, Excel or WPS file, or one with a password; save it as .docx or .xlsx without a password and import that",
        ),
    }
}

fn zipped(bytes: &[u8], extension: &str) -> Result<Kind, Unreadable> {
    match extension {
        "xlsx" | "xlsm" => Ok(Kind::Excel),
        "docx" | "docm" => Ok(Kind::Word),
        "ofd" => Err(Unreadable::new(
            "这是 OFD 版式文件，还不能读。用 OFD 阅读器打开，选“另存为”或“导出”PDF，再导入那个 PDF；有原来的 Word 文件就更好",
            "OFD files cannot be read; open it in an OFD reader, export it as PDF and import that, or the Word file it was made from",
        )),
        "odt" | "ods" => Err(Unreadable::new(
            "这是 OpenDocument 文件，还不能读。打开后另存为 .docx 或 .xlsx，再导入",
            "OpenDocument files cannot be read; save it as .docx or .xlsx and import that",
        )),
        "xlsb" => Err(Unreadable::new(
            "这是 Excel 二进制工作簿，请另存为 .xlsx 再导入",
            "this is a binary workbook; save it as .xlsx and import that",
        )),
        "zip" => Err(Unreadable::new(
            "这是压缩包，请先解压，再导入里面的文件",
            "this is an archive of files; unpack it and import what is in it",
        )),
        _ if find(bytes, b"xl/workbook.xml").is_some() => Ok(Kind::Excel),
        _ => Ok(Kind::Word),
    }
}

/// What else offices keep reports as, and what to do with it.
fn other(bytes: &[u8], extension: &str) -> Option<Unreadable> {
    let pictures: [(&[u8], &str); 5] =
        [(b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"BM", "BMP"), (b"II*\0", "TIFF")];
    let is_picture = |(magic, name): &&(&[u8], &str)| bytes.starts_with(magic) && (*name != "BMP" || extension == "bmp");
    if let Some((_, what)) = pictures.iter().find(is_picture) {
        return Some(Unreadable::new(
            format!("这是 {what} 图片，里面没有可以读的文字。请用原来的 Word、网页或者文字版 PDF 导入；图片可以放在报告旁边"),
            format!("this is a {what} picture and has no text to read; import the Word file, the page or a PDF with text"),
        ));
    }
    if bytes.starts_with(b"Rar!") || bytes.starts_with(b"7z\xbc\xaf") {
        return Some(Unreadable::new(
            "这是压缩包，请先解压，再导入里面的文件",
            "this is an archive of files; unpack it and import what is in it",
        ));
    }
    if bytes.starts_with(b"{\\rtf") {
        return Some(Unreadable::new(
            "这是 RTF 文件（扩展名可能是 .doc）。用 Word 打开，另存为“Word 文档（*.docx）”，再导入",
            "this is an RTF file (perhaps named .doc); open it in Word, save it as .docx and import that",
        ));
    }
    let start: Vec<u8> = bytes.iter().take(2048).copied().collect();
    if matches!(extension, "mht" | "mhtml") || bytes.starts_with(b"MIME-Version:") {
        return Some(Unreadable::new(
            "这是单个文件的网页（.mht）。用浏览器打开，另存为“网页，全部”（.html），再导入；或者用 Word 打开，另存为 .docx",
            "this is a web archive (.mht); open it in a browser and save it as a complete page (.html), or in Word and save it as .docx",
        ));
    }
    (find(&start, b"progid=\"Word.Document\"").is_some() || find(&start, b"<w:wordDocument").is_some()).then(|| {
        Unreadable::new(
            "这是 Word 2003 的 XML 文件。用 Word 打开，另存为“Word 文档（*.docx）”，再导入",
            "this is a Word 2003 XML file; open it in Word, save it as .docx and import that",
        )
    })
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
