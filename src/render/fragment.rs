//! One report as a block of HTML to paste into the editor of a portal's content system.
//!
//! It is made by the same views and templates as the page (`fragment.html` of the theme), and then bared:
//!
//! 1. classes, ids and everything else that means something only on our pages goes away; what was for screen readers alone too;
//! 2. each element gets its look as an inline style, which an editor keeps and other style sheets seldom undo;
//! 3. links become whole addresses, or text where the site's address is not known; pictures become links, so that nothing is loaded.
//!
//! In: HTML of our own making, whose tags are closed and whose attributes stand in double quotes. Out: HTML.

use crate::archive::{Report, Unit};
use crate::diagnostic::Diagnostic;
use crate::plan::{self, Kind, Planned};

use super::Renderer;
use super::html::{escape, escaped};
use super::link::Links;

impl Renderer<'_> {
    /// A report for an editor. What the template does wrong is a diagnostic at its place.
    pub fn fragment(&self, unit: &Unit, report: &Report) -> Result<String, Diagnostic> {
        let planned = Planned { url: plan::report_url(unit, report.year), kind: Kind::Report(unit.id, report.year) };
        let links = Links::of(&planned, self.config);
        let html = self.fill("fragment.html", self.report_head(unit, report, &links), &self.report_view(unit, report, &links))?;
        let html = String::from_utf8(html).expect("what templates are given is text, and so are they");
        let base = links.absolute(&planned.url);
        let picture = |text: &str| self.words().say("picture", &[("text", &text)]);
        Ok(Baring { out: String::with_capacity(html.len() * 3), open: vec![], hidden: 0, base, picture: &picture }.bare(&html))
    }
}

/// The look of everything inside.
const WHOLE: &str = "font-family:SimSun,'宋体',serif;font-size:16px;line-height:1.8;color:#000;background:#fff;text-align:left";
const LINK: &str = "color:#000;background:none;border:0;text-decoration:underline";
const CELL: &str = "border:1px solid #000;padding:4px 6px;vertical-align:middle;color:#000;background:#fff;font-weight:normal;font-size:14px;line-height:1.5;text-indent:0;width:auto;height:auto";

/// An element of our pages as it is in a fragment.
enum Kept {
    /// Only what is in it.
    Inside,
    /// Nothing of it.
    Gone,
    As(&'static str, String),
}

/// A tag, its name and attributes read.
struct Tag<'h> {
    name: &'h str,
    attributes: Vec<(&'h str, &'h str)>,
}

impl<'h> Tag<'h> {
    fn get(&self, name: &str) -> Option<&'h str> {
        self.attributes.iter().find(|(one, _)| *one == name).map(|(_, value)| *value)
    }

    fn has(&self, class: &str) -> bool {
        self.get("class").is_some_and(|classes| classes.split(' ').any(|one| one == class))
    }

    /// `td class="zero" colspan="2"`
    fn read(inside: &'h str) -> Tag<'h> {
        let (name, mut rest) = inside.split_once([' ', '\n']).unwrap_or((inside, ""));
        let mut attributes = vec![];
        loop {
            rest = rest.trim_start();
            let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
            if end == 0 {
                break;
            }
            let (key, after) = rest.split_at(end);
            match after.strip_prefix("=\"").and_then(|value| value.split_once('"')) {
                Some((value, after)) => {
                    attributes.push((key, value));
                    rest = after;
                }
                None => {
                    attributes.push((key, ""));
                    rest = after.trim_start_matches('=');
                }
            }
        }
        Tag { name: name.trim_end_matches('/'), attributes }
    }
}

/// The work on one fragment.
struct Baring<'b> {
    out: String,
    /// How each open element ends; `None` for those whose tags are left out.
    open: Vec<(String, Option<&'static str>)>,
    /// How many of the open elements hide what is in them.
    hidden: usize,
    /// The address of the report's page.
    base: Option<String>,
    /// What stands for a picture with this description.
    picture: &'b dyn Fn(&str) -> String,
}

const VOID: [&str; 5] = ["br", "hr", "img", "wbr", "col"];

impl Baring<'_> {
    fn bare(mut self, html: &str) -> String {
        self.out.push_str(&format!("<div style=\"{WHOLE}\">\n"));
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            self.text(&rest[..at]);
            let Some((inside, after)) = rest[at + 1..].split_once('>') else { break };
            match inside.strip_prefix('/') {
                Some(name) => self.close(name.trim()),
                None if inside.starts_with('!') => {}
                None => self.open(&Tag::read(inside)),
            }
            rest = after;
        }
        self.out.push_str("</div>\n");
        self.out
    }

    /// Lines that held only tags leave no empty ones behind.
    fn text(&mut self, text: &str) {
        if self.hidden > 0 || (text.trim().is_empty() && (self.out.ends_with('\n') || !text.contains('\n') && text.is_empty())) {
            return;
        }
        self.out.push_str(text);
    }

    fn open(&mut self, tag: &Tag) {
        if VOID.contains(&tag.name) {
            if self.hidden == 0 {
                self.void(tag);
            }
            return;
        }
        let kept = if self.hidden > 0 { Kept::Gone } else { self.kept(tag) };
        let end = match kept {
            Kept::Inside => None,
            Kept::Gone => {
                self.hidden += 1;
                self.open.push((tag.name.to_string(), Some("")));
                return;
            }
            Kept::As(name, attributes) => {
                self.out.push_str(&format!("<{name}{attributes}>"));
                Some(name)
            }
        };
        self.open.push((tag.name.to_string(), end));
    }

    fn close(&mut self, name: &str) {
        if self.open.last().is_none_or(|(open, _)| open != name) {
            return;
        }
        match self.open.pop() {
            Some((_, Some(""))) => self.hidden -= 1,
            Some((_, Some(end))) => self.out.push_str(&format!("</{end}>")),
            _ => {}
        }
    }

    fn void(&mut self, tag: &Tag) {
        match tag.name {
            "br" => self.out.push_str("<br>"),
            "img" => {
                let text = (self.picture)(&unescaped(tag.get("alt").unwrap_or_default()));
                match self.address(tag.get("src").unwrap_or_default()) {
                    Some(address) => self.out.push_str(&format!("<a href=\"{address}\" style=\"{LINK}\">{}</a>", escaped(&text))),
                    None => escape(&mut self.out, &text),
                }
            }
            "hr" => self.out.push_str("<hr style=\"border:0;border-top:1px solid #000;margin:12px 0\">"),
            _ => {}
        }
    }

    fn is_in(&self, name: &str) -> bool {
        self.open.iter().any(|(open, _)| open == name)
    }

    fn kept(&self, tag: &Tag) -> Kept {
        if tag.has("visually-hidden") || matches!(tag.name, "script" | "style" | "nav" | "svg" | "template" | "form" | "button" | "input") {
            return Kept::Gone;
        }
        let styled = |name, style: &str| Kept::As(name, format!(" style=\"{style}\""));
        match tag.name {
            "h1" => styled(
                "h1",
                "margin:16px 0 24px;padding:0;border:0;background:none;font-size:24px;line-height:1.5;font-weight:bold;text-align:center;text-indent:0;color:#000",
            ),
            "h2" => styled(
                "h2",
                "margin:20px 0 10px;padding:0;border:0;background:none;font-size:18px;line-height:1.6;font-weight:bold;text-align:left;text-indent:0;color:#000",
            ),
            "h3" | "h4" | "h5" | "h6" => styled(
                "h3",
                "margin:14px 0 6px;padding:0;border:0;background:none;font-size:16px;line-height:1.6;font-weight:bold;text-align:left;text-indent:0;color:#000",
            ),
            "p" if tag.has("line") || tag.has("table-note") || tag.has("missing-table") || self.is_in("li") => styled(
                "p",
                "margin:4px 0;padding:0;text-indent:0;line-height:1.8;color:#000;background:none;border:0;font-size:16px;text-align:left",
            ),
            "p" => styled(
                "p",
                "margin:8px 0;padding:0;text-indent:2em;line-height:1.8;color:#000;background:none;border:0;font-size:16px;text-align:left",
            ),
            "table" => styled(
                "table",
                "border-collapse:collapse;border-spacing:0;border:1px solid #000;width:100%;margin:10px 0;background:#fff;color:#000;font-size:14px;table-layout:auto",
            ),
            "caption" => styled(
                "caption",
                "display:table-caption;caption-side:top;background:none;border:0;padding:6px 0;margin:0;font-weight:bold;font-size:14px;text-align:left;color:#000",
            ),
            "thead" => Kept::As("thead", String::new()),
            "tbody" => Kept::As("tbody", String::new()),
            "tr" => styled("tr", "background:#fff;border:0"),
            "td" | "th" => Kept::As(if tag.name == "td" { "td" } else { "th" }, cell(tag)),
            "ul" => styled("ul", "margin:8px 0;padding:0 0 0 2em;list-style:disc outside"),
            "ol" => Kept::As(
                "ol",
                format!("{} style=\"margin:8px 0;padding:0 0 0 2em;list-style:decimal outside\"", kept_attributes(tag, &["start"])),
            ),
            "li" => styled(
                "li",
                "margin:2px 0;padding:0;line-height:1.8;text-indent:0;list-style:inherit;color:#000;background:none;border:0;font-size:16px;text-align:left",
            ),
            "blockquote" => styled("blockquote", "margin:8px 2em;padding:0;border:0;background:none"),
            "pre" => styled("pre", "margin:8px 0;padding:0;white-space:pre-wrap;background:none;border:0"),
            "code" => styled("code", "font-family:monospace;background:none;color:#000"),
            "strong" | "b" => styled("strong", "font-weight:bold"),
            "em" | "i" => styled("em", "font-style:italic"),
            "del" | "s" => styled("del", "text-decoration:line-through"),
            "sup" => styled("sup", "vertical-align:super;font-size:75%;line-height:0"),
            "sub" => styled("sub", "vertical-align:sub;font-size:75%;line-height:0"),
            "span" if tag.has("table-unit") => styled("span", "float:right;font-weight:normal;color:#000"),
            "a" => match tag.get("href").and_then(|href| self.address(href)) {
                Some(address) => Kept::As("a", format!(" href=\"{address}\" style=\"{LINK}\"")),
                None => Kept::Inside,
            },
            _ => Kept::Inside,
        }
    }

    /// A whole address, as it may stand in an attribute; `None` for places on the page, and where the site's address is not known.
    fn address(&self, href: &str) -> Option<String> {
        if href.is_empty() || href.starts_with('#') {
            return None;
        }
        if ["https://", "http://", "mailto:", "tel:"]
            .iter()
            .any(|start| href.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start)))
        {
            return Some(href.to_string());
        }
        let base = self.base.as_deref()?;
        let host_end = base.find("://").map_or(0, |at| at + 3);
        let (host, path) = base.split_at(base[host_end..].find('/').map_or(base.len(), |at| host_end + at));
        if href.starts_with('/') {
            return Some(format!("{}{href}", escaped(host)));
        }
        let mut parts: Vec<&str> = path.split('/').collect();
        parts.pop();
        let (way, place) = href.find(['?', '#']).map_or((href, ""), |at| href.split_at(at));
        for part in way.split('/') {
            match part {
                "." => {}
                ".." if parts.len() > 1 => drop(parts.pop()),
                ".." => {}
                part => parts.push(part),
            }
        }
        let address = format!("{host}{}{place}", parts.join("/"));
        Some(address.strip_suffix("index.html").map_or(address.clone(), str::to_string))
    }
}

fn cell(tag: &Tag) -> String {
    let align = match tag {
        _ if tag.has("align-center") => "center",
        _ if tag.has("align-right") => "right",
        _ if tag.has("label") || tag.has("row-group") && !tag.has("vertical") || tag.has("remark") => "left",
        _ if tag.get("scope") == Some("row") && !tag.has("vertical") => "left",
        _ => "center",
    };
    let vertical = if tag.has("vertical") { ";writing-mode:vertical-rl" } else { "" };
    format!("{} style=\"{CELL};text-align:{align}{vertical}\"", kept_attributes(tag, &["colspan", "rowspan", "scope"]))
}

fn kept_attributes(tag: &Tag, names: &[&str]) -> String {
    names.iter().filter_map(|name| Some(format!(" {name}=\"{}\"", tag.get(name)?))).collect()
}

/// The text that was written into an attribute by [`escape`].
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(html: &str, base: Option<&str>) -> String {
        let picture = |text: &str| format!("（图：{text}）");
        Baring { out: String::new(), open: vec![], hidden: 0, base: base.map(str::to_string), picture: &picture }.bare(html)
    }

    #[test]
    fn links_are_whole_or_only_text() {
        let address = |href: &str| {
            let base = Some("https://www.example.org/xxgk/fuyuan/2021/".to_string());
            Baring { out: String::new(), open: vec![], hidden: 0, base, picture: &|_| String::new() }.address(href)
        };
        assert_eq!(address("../2020/index.html#a").as_deref(), Some("https://www.example.org/xxgk/fuyuan/2020/index.html#a"));
        assert_eq!(address("../index.html").as_deref(), Some("https://www.example.org/xxgk/fuyuan/"));
        assert_eq!(address("a%20b.pdf").as_deref(), Some("https://www.example.org/xxgk/fuyuan/2021/a%20b.pdf"));
        assert_eq!(address("../../../../../a").as_deref(), Some("https://www.example.org/a"));
        assert_eq!(address("/other/").as_deref(), Some("https://www.example.org/other/"));
        assert_eq!(address("mailto:a@b.c").as_deref(), Some("mailto:a@b.c"));
        assert_eq!(address("#note"), None);
        assert!(!bare("<p><a href=\"a.pdf\">附件</a></p>", None).contains("<a"));
    }

    #[test]
    fn what_is_only_for_our_pages_goes_away() {
        let html = "<section class=\"x\" id=\"y\"><h2 id=\"a\">一</h2><p>文<span class=\"visually-hidden\">隐<b>藏</b></span>字&lt;b&gt;<br></p><script>x</script><td class=\"zero\" headers=\"a b\" colspan=\"2\">0</td><img src=\"a.png\" alt=\"图&quot;\" loading=\"lazy\"></section>";
        let out = bare(html, None);
        for gone in ["class", "id=", "隐", "藏", "script", "<img", "headers", "section"] {
            assert!(!out.contains(gone), "{gone} in {out}");
        }
        assert!(out.contains("文字&lt;b&gt;<br></p>") && out.contains("<td colspan=\"2\"") && out.contains("（图：图&quot;）"), "{out}");
    }
}
