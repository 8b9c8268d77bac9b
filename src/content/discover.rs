//! Which file is what: by its name and place below `content/`.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::front_matter::{self, File, ReportOrPage};
use super::prose::name_of;
use super::{Attachment, Documents};
use crate::cache::{Cache, Mixer};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::forms::Catalog;
use crate::names::Words;
use crate::source::{Content, FileText, Place, Sources, Span};

const TOP: &str = "content/";

/// What is let in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Scope {
    /// What may be published; drafts are left out, and whatever is wrong with them.
    #[default]
    Published,
    /// Drafts too, for their author.
    WithDrafts,
}

/// Reads everything below `content/`; every file is looked at, whatever is wrong with the others.
pub fn discover(sources: &Sources, catalog: &Catalog, scope: Scope, cache: &Cache, found: &mut Diagnostics) -> Documents {
    let files: Vec<(&Arc<str>, &Content)> = sources.below(TOP).collect();
    let layout = Layout::of(&files);
    let with = With { sources, catalog, scope, cache };
    let read = files.par_iter().map(|(path, content)| {
        let mut found = Diagnostics::default();
        (layout.read(path, content, with, &mut found), found)
    });
    let mut documents = Documents::default();
    let read = read.collect::<Vec<_>>();
    let drafts = Drafts::of(scope, read.iter().filter_map(|(document, _)| document.as_ref()));
    for ((document, its_own), (path, _)) in read.into_iter().zip(&files) {
        if drafts.hold(path) {
            continue;
        }
        found.extend(its_own);
        match document {
            Some(Document::Unit(unit)) => documents.units.push(unit),
            Some(Document::Other(ReportOrPage::Report(report))) => documents.reports.push(report),
            Some(Document::Other(ReportOrPage::Page(page))) => documents.pages.push(page),
            Some(Document::Attachment(attachment)) => documents.attachments.push(attachment),
            None => {}
        }
    }
    if !layout.units.contains("") {
        found.push(no_root());
    }
    documents
}

fn no_root() -> Diagnostic {
    let place = Place { file: "content/_index.md".into(), span: Span { start: 0, end: 0, line: 1 } };
    Diagnostic::new(Severity::Error, "G908", Some(place), Words::new("缺少 content/_index.md", "content/_index.md is missing")).with_help(
        Words::new(
            "它写明本机关的名称（title）和联系方式（contact）；运行 gongkai init 可以新建。",
            "It holds the body's title and contact; `gongkai init` makes one.",
        ),
    )
}

/// What reading a document takes beside its text.
#[derive(Clone, Copy)]
struct With<'a> {
    sources: &'a Sources,
    catalog: &'a Catalog,
    scope: Scope,
    cache: &'a Cache,
}

enum Document {
    Unit(Arc<super::Unit>),
    Other(ReportOrPage),
    Attachment(Attachment),
}

impl Document {
    /// What a draft takes out: its file, or all that lies in its folder.
    fn draft(&self) -> Option<String> {
        let in_folder =
            |file: &str, folder: &Option<String>| folder.as_ref().map_or_else(|| file.to_string(), |folder| format!("{TOP}{folder}/"));
        match self {
            // The root unit is the site itself, and cannot be left out.
            Document::Unit(unit) if unit.draft && !unit.directory.is_empty() => Some(format!("{TOP}{}/", unit.directory)),
            Document::Other(ReportOrPage::Report(report)) if report.draft => Some(in_folder(&report.file, &report.folder)),
            Document::Other(ReportOrPage::Page(page)) if page.draft => Some(in_folder(&page.file, &page.folder)),
            _ => None,
        }
    }
}

/// Files and folders that are not for the public yet.
struct Drafts(Vec<String>);

impl Drafts {
    fn of<'d>(scope: Scope, documents: impl Iterator<Item = &'d Document>) -> Drafts {
        match scope {
            Scope::Published => Drafts(documents.filter_map(Document::draft).collect()),
            Scope::WithDrafts => Drafts(vec![]),
        }
    }

    fn hold(&self, path: &str) -> bool {
        self.0.iter().any(|draft| path == draft || (draft.ends_with('/') && path.starts_with(draft.as_str())))
    }
}

/// Directories below `content/` by what they are; the root is `""`.
struct Layout {
    /// Those with an `_index.md`.
    units: BTreeSet<String>,
    /// Those with an `index.md`: a report or page with its attachments.
    folders: BTreeSet<String>,
}

impl Layout {
    fn of(files: &[(&Arc<str>, &Content)]) -> Layout {
        let with =
            |name: &str| files.iter().filter(|(path, _)| name_of(path) == name).map(|(path, _)| directory_of(path).to_string()).collect();
        Layout { units: with("_index.md"), folders: with("index.md") }
    }

    fn read(&self, path: &Arc<str>, content: &Content, with: With, found: &mut Diagnostics) -> Option<Document> {
        let size = match content {
            Content::Text(text) if path.ends_with(".md") => return self.document(path, text, with, found),
            Content::NotUtf8 { valid } => return refuse(path, not_utf8(path, *valid), found),
            Content::Link => return refuse(path, a_link(path), found),
            Content::Text(text) => text.len() as u64,
            Content::InMemory(bytes) => bytes.len() as u64,
            Content::OnDisk { size, .. } => *size,
        };
        if is_nearly_markdown(path) {
            return refuse(path, nearly_markdown(path), found);
        }
        if path.contains(char::REPLACEMENT_CHARACTER) {
            return refuse(path, unreadable_name(path), found);
        }
        Some(Document::Attachment(Attachment { file: path.clone(), size }))
    }

    fn document(&self, path: &Arc<str>, text: &FileText, with: With, found: &mut Diagnostics) -> Option<Document> {
        let directory = directory_of(path).to_string();
        if name_of(path) == "_index.md" {
            if !directory.is_empty() && !self.units.contains(parent_of(&directory)) {
                found.push(no_unit(path, parent_of(&directory)));
            }
            return Some(Document::Unit(with.unit(path, text, directory, found)));
        }
        let (directory, folder) = match name_of(path) == "index.md" {
            true => (parent_of(&directory).to_string(), Some(directory)),
            false => (directory, None),
        };
        let in_folder = folder.is_none() && self.folders.contains(&directory) && !self.units.contains(&directory);
        if in_folder || !self.units.contains(&directory) {
            found.push(if in_folder { beside_index(path) } else { no_unit(path, &directory) });
            return None;
        }
        Some(Document::Other(with.report_or_page(path, text, (directory, folder), found)))
    }
}

impl With<'_> {
    fn unit(self, path: &Arc<str>, text: &FileText, directory: String, found: &mut Diagnostics) -> Arc<super::Unit> {
        let fingerprint = self.mixer("unit", path).text(&directory).finish();
        let file = File { path, text, fingerprint, directory, folder: None, scope: self.scope };
        let made = self.cache.get_kept_with("unit", fingerprint, &file, || {
            let mut found = Diagnostics::default();
            (Arc::new(front_matter::unit(&file, &mut found)), found)
        });
        found.share(&made.1);
        made.0.clone()
    }

    /// `at`: the unit's directory, and the document's own folder if it has one.
    fn report_or_page(self, path: &Arc<str>, text: &FileText, at: (String, Option<String>), found: &mut Diagnostics) -> ReportOrPage {
        let mixer = self.mixer("report or page", path).text(&at.0).text(at.1.as_deref().unwrap_or("/"));
        let fingerprint = mixer.fingerprint(self.catalog.fingerprint).finish();
        let file = File { path, text, fingerprint, directory: at.0, folder: at.1, scope: self.scope };
        let made = self.cache.get_kept_with("report or page", fingerprint, (&file, self.catalog), || {
            let mut found = Diagnostics::default();
            (front_matter::report_or_page(&file, self.catalog, &mut found), found)
        });
        found.share(&made.1);
        made.0.clone()
    }

    fn mixer(self, kind: &str, path: &str) -> Mixer {
        Mixer::new(kind).text(path).fingerprint(self.sources.fingerprint(path).unwrap_or_default())
    }
}

fn refuse(_: &Arc<str>, diagnostic: Diagnostic, found: &mut Diagnostics) -> Option<Document> {
    found.push(diagnostic);
    None
}

/// Below `content/`, without a slash at the end.
fn directory_of(path: &str) -> &str {
    path[TOP.len()..].rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn parent_of(directory: &str) -> &str {
    directory.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn start_of(path: &Arc<str>) -> Place {
    Place { file: path.clone(), span: Span { start: 0, end: 0, line: 1 } }
}

fn no_unit(path: &Arc<str>, directory: &str) -> Diagnostic {
    let message = Words::new(
        format!("文件夹 content/{directory} 里没有 _index.md，不知道是哪个单位的"),
        format!("content/{directory} has no _index.md, so this file belongs to no unit"),
    );
    Diagnostic::error("G908", start_of(path), message).with_help(Words::new(
        "在这个文件夹里建一个 _index.md，写上单位名称（title）和联系方式（contact）。",
        "Put an _index.md there, with the unit's title and contact.",
    ))
}

fn beside_index(path: &Arc<str>) -> Diagnostic {
    let message = Words::new(
        "这个文件夹的报告是 index.md，旁边的 .md 文件不会发布",
        "the report of this folder is index.md; a second .md file beside it is not published",
    );
    Diagnostic::error("G908", start_of(path), message)
        .with_help(Words::new("把它移到单位的文件夹里，或者删去。", "Move it up into the unit's folder, or delete it."))
}

fn not_utf8(path: &Arc<str>, valid: usize) -> Diagnostic {
    let message = Words::new(
        format!("文件不是 UTF-8 编码，第 {} 个字节起无法识别", valid + 1),
        format!("this file is not UTF-8 from byte {} on", valid + 1),
    );
    Diagnostic::error("G909", start_of(path), message)
        .with_help(Words::new("用记事本打开，“另存为”时把编码选为 UTF-8。", "Save it again as UTF-8."))
}

fn a_link(path: &Arc<str>) -> Diagnostic {
    Diagnostic::warning("G909", start_of(path), Words::new("这是一个符号链接，不会发布", "this is a symbolic link and is not published"))
        .with_help(Words::new("把真正的文件复制到这里。", "Put a copy of the file here."))
}

/// `2020.md.txt`, as Notepad names it, and `2020.MD`.
fn is_nearly_markdown(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    [".md.txt", ".md", ".markdown"].iter().any(|end| lower.ends_with(end))
}

fn nearly_markdown(path: &Arc<str>) -> Diagnostic {
    let name = name_of(path);
    Diagnostic::error(
        "G908",
        start_of(path),
        Words::new(format!("“{name}”不以 .md 结尾，不会当作报告"), format!("`{name}` does not end in .md and is not read as a report")),
    )
    .with_help(Words::new(
        "改名为以 .md 结尾，例如 2020.md（在资源管理器里先打开“显示文件扩展名”）。",
        "Rename it so that it ends in .md, such as 2020.md.",
    ))
}

fn unreadable_name(path: &Arc<str>) -> Diagnostic {
    Diagnostic::error("G909", start_of(path), Words::new("文件名里有无法识别的字符", "the file's name is not UTF-8"))
        .with_help(Words::new("请改一个文件名。", "Rename it."))
}
