//! G707–G709: is everything that is passed on safe to open from a government's own address, and can it be fetched by its name?
//!
//! Source: 《政府网站发展指引》 on the security of content; OWASP, unrestricted file upload. A page or a script among the
//! attachments runs with the rights of the whole portal when a reader opens it. Pictures are looked into as far as they are
//! text. Silent about what is inside documents and archives: that is for the portal's own scanner.

use super::Subject;
use super::plain::span_of;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::markdown::{LinkKind, Outline};
use crate::names::Words;
use crate::plan::Passed;
use crate::source::{Place, Span};

/// What browsers run, or servers.
const ACTIVE: &[&str] = &[
    "html", "htm", "xhtml", "xht", "shtml", "mht", "mhtml", "js", "mjs", "wasm", "swf", "xml", "xsl", "xslt", "php", "jsp", "jspx", "asp",
    "aspx", "cgi", "pl", "py", "sh", "htaccess",
];

/// What a reader's computer runs.
const PROGRAMS: &[&str] = &[
    "exe", "msi", "bat", "cmd", "com", "scr", "pif", "vbs", "vbe", "wsf", "wsh", "hta", "ps1", "lnk", "reg", "jar", "apk", "app", "dmg",
    "iso", "dll", "cpl", "url", "chm", "docm", "xlsm", "pptm", "dotm", "xltm",
];

pub(super) fn check(subject: Subject, found: &mut Diagnostics) {
    for one in &subject.plan.attachments {
        found.extend(dangerous(subject, one));
        found.extend(name(one));
    }
    for unit in &subject.archive.units {
        elsewhere(subject, &unit.file, &unit.body.outline, found);
        unit.reports.iter().for_each(|report| elsewhere(subject, &report.file, &report.body.outline, found));
        unit.pages.iter().for_each(|page| elsewhere(subject, &page.file, &page.body.outline, found));
    }
}

fn start_of(one: &Passed) -> Place {
    Place { file: one.file.clone(), span: Span { start: 0, end: 0, line: 1 } }
}

fn name_of(one: &Passed) -> &str {
    one.file.rsplit('/').next().unwrap_or(&one.file)
}

/// G708.
fn dangerous(subject: Subject, one: &Passed) -> Option<Diagnostic> {
    let name = name_of(one);
    let kind = name.rsplit_once('.').map_or("", |(_, kind)| kind).to_ascii_lowercase();
    let (zh, en) = if ACTIVE.contains(&kind.as_str()) {
        (format!("{name} 打开时会在门户网站的网址下运行"), format!("opened, {name} runs with the rights of the portal"))
    } else if PROGRAMS.contains(&kind.as_str()) {
        (format!("{name} 是程序或带宏的文件，会在读者的电脑上运行"), format!("{name} is a program, or a document that holds one"))
    } else if kind == "svg" && subject.sources.text(&one.file).is_some_and(is_active_svg) {
        (format!("图片 {name} 里有脚本或外部内容"), format!("the picture {name} holds a script, or loads from elsewhere"))
    } else {
        return None;
    };
    Some(Diagnostic::error("G708", start_of(one), Words::new(zh, en)).with_help(Words::new(
        "网页另存为 PDF；程序和带宏的文件换成 PDF、docx、xlsx、csv；SVG 重新导出，不带脚本。一定要发布的，在 site.yaml 的 checks 里把 G708 改为 warning，并请网站管理员把它作为下载文件发送。",
        "Print pages to PDF; give documents without macros; export the SVG again without scripts. If it must be published, set G708 to `warning` under `checks:` and have the server send it as a download.",
    )))
}

/// Whether a picture that is text can run something, or asks others for something.
fn is_active_svg(text: &str) -> bool {
    let lower: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c.to_ascii_lowercase() }).collect();
    let handler = lower.match_indices(" on").any(|(at, _)| {
        let name = lower[at + 3..].bytes().take_while(u8::is_ascii_lowercase).count();
        name > 1 && lower[at + 3 + name..].trim_start().starts_with('=')
    });
    let marks = ["<script", "<foreignobject", "javascript:", "<!entity", "<iframe", "<embed", "<object", "@import", "<?xml-stylesheet"];
    let loads = ["href=\"http", "href='http", "href=\"//", "href='//", "url(http", "url(\"http", "url('http", "url(//"];
    let close: String = lower.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    handler || marks.iter().chain(&loads).any(|mark| close.contains(mark))
}

/// G709.
fn name(one: &Passed) -> Option<Diagnostic> {
    let name = name_of(one);
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}');
    let refused = |c: char| c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '%' | '#');
    let stem = name.split('.').next().unwrap_or(name).to_ascii_uppercase();
    let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || stem
            .strip_prefix("COM")
            .or(stem.strip_prefix("LPT"))
            .is_some_and(|number| number.len() == 1 && number != "0" && number.bytes().all(|b| b.is_ascii_digit()));
    let (zh, en) = if name.contains(turns) {
        ("附件名里有看不见的字符，显示的名称和扩展名可能是假的", "the file's name has invisible characters and may not be what it seems")
    } else if name.contains(refused) || name.ends_with(['.', ' ']) || name.starts_with(' ') || device || name.len() > 200 {
        ("附件名里有 Windows 服务器或网址不接受的写法", "the file's name does not work on every server or in an address")
    } else {
        return None;
    };
    let shown: String = name.chars().map(|c| if turns(c) || c.is_control() { '\u{fffd}' } else { c }).collect();
    Some(Diagnostic::warning("G709", start_of(one), Words::new(format!("{zh}：{shown}"), format!("{en}: {shown}"))).with_help(Words::new(
        "改一个简单的文件名，用汉字、字母、数字、“-”和“_”，例如 附件1.pdf，正文里的链接一起改。",
        "Give it a plain name of letters, digits, `-` and `_`, and change the links to it.",
    )))
}

/// G707.
fn elsewhere(subject: Subject, file: &std::sync::Arc<str>, outline: &Outline, found: &mut Diagnostics) {
    let is_elsewhere = |destination: &str| {
        let start = destination.trim_start().get(..8).unwrap_or(destination).to_ascii_lowercase();
        start.starts_with("http://") || start.starts_with("https://")
    };
    for link in outline.links.iter().filter(|link| link.kind == LinkKind::Image && is_elsewhere(&link.destination)) {
        let text = subject.sources.text(file).unwrap_or_default();
        let place = Place { file: file.clone(), span: span_of(text.as_bytes(), link.range.clone()) };
        let message = Words::new(
            format!("图片在别的网站上，页面只放一个链接：{}", link.destination),
            format!("this image lies on another site; the page only links to it: {}", link.destination),
        );
        found.push(Diagnostic::warning("G707", place, message).with_help(Words::new(
            "把图片下载下来放到报告旁边，链接写成文件名。别的网站的图会失效，还会让对方知道谁在看。",
            "Put the image beside the report and name the file. Other sites' images vanish, and tell them who reads.",
        )));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_can_do_something_is_known() {
        let plain = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"><style>.a{fill:url(#g)}</style><text font-size=\"3\">one on = 1</text><a xlink:href=\"#x\"/></svg>";
        assert!(!is_active_svg(plain));
        for bad in [
            "<svg onload=\"x\">",
            "<svg\nOnClick = 'x'>",
            "<svg><SCRIPT>",
            "<a href=\"java\nscript:x\">",
            "<image href=\"https://example.org/a.png\"/>",
            "<use xlink:href='//example.org/a.svg#b'/>",
            "<style>@import 'x'</style>",
            "<foreignObject>",
            "<!DOCTYPE svg [<!ENTITY a 'b'>]>",
        ] {
            assert!(is_active_svg(bad), "{bad}");
        }
    }
}
