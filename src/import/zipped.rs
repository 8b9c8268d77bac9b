//! Office files: a ZIP of XML parts, opened with limits, and their XML as a tree.
//!
//! Sizes that a part claims are not believed; what unpacks to more than a report can hold is refused. Entities of a
//! document type are never expanded, outside references never followed.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::Unreadable;

const LARGEST_PART: u64 = 48 << 20;
const MOST_PARTS: usize = 5000;
const MOST_NODES: usize = 3_000_000;
const DEEPEST: usize = 200;

pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Bytes that may still be unpacked.
    budget: u64,
}

fn too_large() -> Unreadable {
    Unreadable::new("文件解压后过大，不能导入", "this file unpacks to more than a report can hold")
}

fn broken(what: impl std::fmt::Display) -> Unreadable {
    Unreadable::new(format!("文件已损坏，无法打开：{what}"), format!("this file is damaged: {what}"))
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Package<'a>, Unreadable> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
        if archive.len() > MOST_PARTS {
            return Err(too_large());
        }
        Ok(Package { archive, budget: 3 * LARGEST_PART })
    }

    pub fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// A part by name; `None` where there is none.
    pub fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Unreadable> {
        let Ok(file) = self.archive.by_name(name) else { return Ok(None) };
        if file.encrypted() {
            return Err(Unreadable::new("文件有密码，不能导入", "this file is protected by a password"));
        }
        let limit = LARGEST_PART.min(self.budget);
        let mut bytes = vec![];
        file.take(limit + 1).read_to_end(&mut bytes).map_err(broken)?;
        if bytes.len() as u64 > limit {
            return Err(too_large());
        }
        self.budget -= bytes.len() as u64;
        Ok(Some(bytes))
    }

    /// An XML part as a tree.
    pub fn xml(&mut self, name: &str) -> Result<Option<Tree>, Unreadable> {
        self.part(name)?.map(|bytes| Tree::parse(&bytes)).transpose()
    }
}

/// An XML document. Names are without their prefixes.
pub(super) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Default)]
struct Node {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Child>,
}

enum Child {
    Node(usize),
    Text(String),
}

impl Tree {
    fn parse(bytes: &[u8]) -> Result<Tree, Unreadable> {
        let text = super::decode::text(bytes, None)?;
        let mut reader = Reader::from_str(&text);
        let mut tree = Tree { nodes: vec![Node::default()] };
        let mut open = vec![0];
        loop {
            match reader.read_event().map_err(broken)? {
                Event::Start(start) => {
                    let id = tree.add(&start, &open)?;
                    open.push(id);
                }
                Event::Empty(start) => {
                    tree.add(&start, &open)?;
                }
                Event::End(_) => {
                    open.pop();
                }
                Event::Text(text) => tree.text(&open, &text.xml10_content()),
                Event::CData(data) => tree.text(&open, &data.xml10_content()),
                Event::GeneralRef(reference) => {
                    let named = match reference.xml10_content().as_ref() {
                        "amp" => Some('&'),
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => reference.resolve_char_ref().ok().flatten(),
                    };
                    if let Some(c) = named {
                        tree.text(&open, c.encode_utf8(&mut [0; 4]));
                    }
                }
                Event::Eof => return Ok(tree),
                _ => {}
            }
            if tree.nodes.len() > MOST_NODES || open.len() > DEEPEST {
                return Err(too_large());
            }
            if open.is_empty() {
                return Err(broken("XML"));
            }
        }
    }

    fn add(&mut self, start: &BytesStart, open: &[usize]) -> Result<usize, Unreadable> {
        let local = |name: &str| name.rsplit(':').next().unwrap_or(name).to_string();
        let mut attributes = vec![];
        for attribute in start.attributes().with_checks(false).take(200) {
            let attribute = attribute.map_err(broken)?;
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_or(String::new(), |value| value.into_owned());
            attributes.push((local(attribute.key.as_ref()), value));
        }
        let id = self.nodes.len();
        self.nodes.push(Node { name: local(start.name().as_ref()), attributes, children: vec![] });
        self.nodes[*open.last().unwrap_or(&0)].children.push(Child::Node(id));
        Ok(id)
    }

    fn text(&mut self, open: &[usize], text: &str) {
        let children = &mut self.nodes[*open.last().unwrap_or(&0)].children;
        match children.last_mut() {
            Some(Child::Text(known)) => known.push_str(text),
            _ => children.push(Child::Text(text.to_string())),
        }
    }

    pub fn root(&self) -> Element<'_> {
        Element { tree: self, id: 0 }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    tree: &'a Tree,
    id: usize,
}

impl<'a> Element<'a> {
    fn node(self) -> &'a Node {
        &self.tree.nodes[self.id]
    }

    pub fn name(self) -> &'a str {
        &self.node().name
    }

    pub fn attribute(self, name: &str) -> Option<&'a str> {
        self.node().attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn children(self) -> impl Iterator<Item = Element<'a>> {
        self.node().children.iter().filter_map(move |child| match child {
            Child::Node(id) => Some(Element { tree: self.tree, id: *id }),
            Child::Text(_) => None,
        })
    }

    pub fn child(self, name: &str) -> Option<Element<'a>> {
        self.children().find(|child| child.name() == name)
    }

    /// Down a path of names.
    pub fn at(self, path: &[&str]) -> Option<Element<'a>> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// The `val` of a child.
    pub fn value(self, path: &[&str]) -> Option<&'a str> {
        self.at(path)?.attribute("val")
    }

    /// Its own text, not that of its children.
    pub fn text(self) -> String {
        let text = |child: &'a Child| if let Child::Text(text) = child { Some(text.as_str()) } else { None };
        self.node().children.iter().filter_map(text).collect()
    }

    /// All elements below, itself included, in document order.
    pub fn below(self) -> impl Iterator<Item = Element<'a>> {
        let mut stack = vec![self];
        std::iter::from_fn(move || {
            let next = stack.pop()?;
            let children: Vec<_> = next.children().collect();
            stack.extend(children.into_iter().rev());
            Some(next)
        })
    }
}

/// What a part refers to, by relationship id: targets inside the package only.
pub(super) fn relations(package: &mut Package, part: &str) -> Result<Vec<(String, String)>, Unreadable> {
    let (directory, name) = part.rsplit_once('/').unwrap_or(("", part));
    let Some(tree) = package.xml(&format!("{directory}/_rels/{name}.rels"))? else { return Ok(vec![]) };
    let inside = tree.root().below().filter(|one| one.name() == "Relationship" && one.attribute("TargetMode") != Some("External"));
    let target = |one: Element| {
        let target = one.attribute("Target")?;
        let path = target.strip_prefix('/').map_or(format!("{directory}/{target}"), str::to_string);
        Some((one.attribute("Id")?.to_string(), path.replace("/../", "/").replace(&format!("{directory}/xl/"), "xl/")))
    };
    Ok(inside.filter_map(target).collect())
}
