//! The body of a document: figures filled in, Markdown made HTML, problems told at their place.
//!
//! [`Body::read`] makes the HTML and keeps it, folded; that of a body that was remembered is made when it is asked for.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Reader, Scope};
use crate::cache::{Fingerprint, Mixer};
use crate::diagnostic::Diagnostic;
use crate::markdown::{self, Folded, LinkKind, Outline, ProblemKind, Prose};
use crate::names::Words;
use crate::source::{FileText, Span, newlines};

/// The text of a document: where it stands, what there is in it, and how it is shown.
#[derive(Clone, Debug)]
pub struct Body {
    /// The whole file.
    file: FileText,
    /// The body within it.
    pub span: Span,
    /// The page stands one directory below its source (`2020.md` → `2020/`).
    one_deeper: bool,
    /// Of the text and where it stands, without the front matter.
    pub fingerprint: Fingerprint,
    pub outline: Outline,
    html: Option<Folded>,
}

/// What a `{{ name }}` stands for.
pub(super) type Figures<'f> = &'f dyn Fn(&str) -> Option<String>;

impl Body {
    /// Of a document without figures.
    pub(super) fn plain(file: &FileText, span: Span, one_deeper: bool, reader: &mut Reader) -> Body {
        Body::read(Within::of(file, span, one_deeper), &|_| None, &[], reader)
    }

    /// Tells its problems. `known` lists some names of figures for the message.
    pub(super) fn read(within: Within, figure: Figures, known: &[String], reader: &mut Reader) -> Body {
        let filled = markdown::fill(within.text, figure);
        tell_figures(&within, &filled, known, reader);
        let prose = within.html(&filled);
        for problem in &prose.problems {
            let span = within.span(filled.original(problem.range.clone()));
            tell(&problem.kind, span, reader);
        }
        let html = (within.scope == Scope::Published).then(|| within.folded(&prose));
        let Within { file, text, at, one_deeper, .. } = within;
        let place = Mixer::new("body").number(at.start.into()).number(at.line.into());
        let fingerprint = place.fingerprint(Fingerprint::of(text.as_bytes())).finish();
        let outline = prose.outline(&|range| shift(filled.original(range), at.start as usize));
        Body { file: file.clone(), span: at, one_deeper, fingerprint, outline, html }
    }

    /// One that was read before.
    pub(super) fn remembered(file: &FileText, span: Span, one_deeper: bool, fingerprint: Fingerprint, outline: Outline) -> Body {
        Body { file: file.clone(), span, one_deeper, fingerprint, outline, html: None }
    }

    /// Of a document that nobody wrote.
    pub(crate) fn empty() -> Body {
        Body::remembered(&FileText::from(""), Span::default(), false, Fingerprint::default(), Outline::default())
    }

    pub(super) fn html(&self, figure: Figures) -> Cow<'_, Folded> {
        let made = || {
            let within = Within::of(&self.file, self.span, self.one_deeper);
            Cow::Owned(within.folded(&within.html(&markdown::fill(within.text, figure))))
        };
        self.html.as_ref().map_or_else(made, Cow::Borrowed)
    }
}

/// A body that is being read, within its file.
pub(super) struct Within<'a> {
    file: &'a FileText,
    text: &'a str,
    at: Span,
    one_deeper: bool,
    scope: Scope,
}

impl<'a> Within<'a> {
    pub(super) fn of(file: &'a FileText, at: Span, one_deeper: bool) -> Within<'a> {
        Within { file, text: file.get(at.start as usize..at.end as usize).unwrap_or_default(), at, one_deeper, scope: Scope::Published }
    }

    /// Read for this: of what is not published few bodies are ever shown, so that no HTML is kept.
    pub(super) fn read_for(self, scope: Scope) -> Within<'a> {
        Within { scope, ..self }
    }

    fn html(&self, filled: &markdown::Filled) -> Prose {
        let resolve = |_: LinkKind, link: &str| relative(link, self.one_deeper);
        markdown::render(&filled.text, &resolve)
    }

    fn folded(&self, prose: &Prose) -> Folded {
        Folded::new(prose, self.file, self.at.start as usize)
    }

    /// A range of the body as a span of the file.
    fn span(&self, range: std::ops::Range<usize>) -> Span {
        let before = &self.text.as_bytes()[..range.start.min(self.text.len())];
        let line = self.at.line + newlines(before);
        Span { start: self.at.start + range.start as u32, end: self.at.start + range.end as u32, line }
    }
}

/// Names that stand for nothing, and braces that are not closed.
fn tell_figures(within: &Within, filled: &markdown::Filled, known: &[String], reader: &mut Reader) {
    for unknown in &filled.unknown {
        let nearest = known
            .iter()
            .map(|name| (name, strsim::normalized_damerau_levenshtein(name, &unknown.name)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|(_, near)| *near >= 0.5);
        let help = match nearest {
            Some((name, _)) => Words::new(format!("是不是 {{{{ {name} }}}}？"), format!("Did you mean `{{{{ {name} }}}}`?")),
            None => Words::new(
                "双花括号里写 indicators 中的指标名，或表格中的一格，如 requests.received.total。",
                "Between the braces stands the name of an indicator, or a cell such as `requests.received.total`.",
            ),
        };
        let message = Words::new(format!("没有叫“{}”的数", unknown.name), format!("there is no figure called `{}`", unknown.name));
        reader.push(Diagnostic::error("G907", reader.place(within.span(unknown.range.clone())), message).with_help(help));
    }
    for range in &filled.unclosed {
        reader.error("G907", within.span(range.clone()), Words::new("“{{”没有对应的“}}”", "`{{` has no `}}`"));
    }
}

fn shift(range: std::ops::Range<usize>, by: usize) -> std::ops::Range<usize> {
    range.start + by..range.end + by
}

fn tell(problem: &ProblemKind, span: Span, reader: &mut Reader) {
    let warn = |code: &'static str, zh: String, en: String, reader: &mut Reader| reader.warning(code, span, Words::new(zh, en));
    match problem {
        ProblemKind::RawHtml => {
            warn("G911", "正文里的 HTML 代码会原样显示成文字".into(), "HTML in the text is shown as text".into(), reader)
        }
        ProblemKind::RefusedLink { destination } => warn(
            "G912",
            format!("这种链接不能发布，已只保留文字：{destination}"),
            format!("this kind of link is not published, only its text: {destination}"),
            reader,
        ),
        ProblemKind::EmptyLink => {
            warn("G912", "链接没有写地址，已只保留文字".into(), "this link has no address; only its text is kept".into(), reader)
        }
        ProblemKind::ListFromYear => warn(
            "G913",
            "以“年份加点”开头的一行会被当成编号，已按普通段落显示".into(),
            "a line that begins with a year and a dot reads as a numbered list; it is shown as a paragraph".into(),
            reader,
        ),
        ProblemKind::StrayAsterisks => warn(
            "G919",
            "加粗的星号没有成对，会原样显示出来".into(),
            "these asterisks have no partner and are shown as they are".into(),
            reader,
        ),
        ProblemKind::EmptyHeading => warn("G920", "标题是空的，不会显示".into(), "a heading without text is not shown".into(), reader),
        ProblemKind::RefusedId { id } => {
            warn(
                "G920",
                format!("“{id}”不能作标题的锚点，已按标题文字另取"),
                format!("`{id}` cannot be an anchor; another one is made"),
                reader,
            );
        }
        // Markdown would drop what stands there, and it may be a figure.
        ProblemKind::ExtraCells => reader.error(
            "G921",
            span,
            Words::new(
                "表格这一行的格数比表头多，多出的内容显示不出来",
                "this row has more cells than the head of its table; the rest would not be shown",
            ),
        ),
        ProblemKind::UnusedFootnote { label } => {
            warn("G920", format!("正文没有引用脚注“{label}”"), format!("no text refers to the note `{label}`"), reader);
        }
    }
}

/// A link between source files as a link between pages: `2019.md` → `2019/index.html`, and one directory up
/// where the page has a directory of its own.
pub(crate) fn relative(link: &str, one_deeper: bool) -> String {
    let absolute = link.contains(':') || link.starts_with(['/', '#', '?']);
    if absolute {
        return link.to_string();
    }
    let (path, anchor) = link.find('#').map_or((link, ""), |at| link.split_at(at));
    let path = match path.strip_suffix(".md") {
        Some(page) if page.ends_with("_index") => format!("{}index.html", &page[..page.len() - "_index".len()]),
        Some(page) if page.ends_with("/index") || page == "index" => format!("{page}.html"),
        Some(page) => format!("{page}/index.html"),
        None if path.ends_with('/') => format!("{path}index.html"),
        None => path.to_string(),
    };
    let up = if one_deeper && !path.is_empty() { "../" } else { "" };
    format!("{up}{path}{anchor}")
}

/// The name of a file in its directory.
pub(super) fn name_of(file: &Arc<str>) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn links_between_files_become_links_between_pages() {
        assert_eq!(relative("2019.md", true), "../2019/index.html");
        assert_eq!(relative("../qingxi/_index.md#联系", false), "../qingxi/index.html#联系");
        assert_eq!(relative("scan.pdf", false), "scan.pdf");
        assert_eq!(relative("scan.pdf", true), "../scan.pdf");
        assert_eq!(relative("#三", true), "#三");
        assert_eq!(relative("https://www.example.org/a.md", true), "https://www.example.org/a.md");
    }
}
