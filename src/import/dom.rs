//! A page as a tree: what html5ever builds it into. Nodes in one list, so that no depth is ever recursed into.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use html5ever::interface::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, local_name, ns, parse_document};

use super::Unreadable;

/// The number of a node.
pub(super) type Id = usize;

pub(super) struct Node {
    pub parent: Option<Id>,
    pub children: Vec<Id>,
    pub data: Data,
    depth: usize,
}

pub(super) enum Data {
    Element { name: QualName, attributes: Vec<(String, String)> },
    Text(String),
    Other,
}

/// A page.
pub(super) struct Dom {
    pub nodes: Vec<Node>,
}

/// More than any report page has.
const MOST_NODES: usize = 2_000_000;
const DEEPEST: usize = 600;
/// In one tag. The parser compares each attribute with all before it.
const MOST_ATTRIBUTES: usize = 5000;

/// Parses a page in pieces, and stops at one that is built to be slow.
pub(super) fn parse(text: &str) -> Result<Dom, Unreadable> {
    if has_endless_tag(text) {
        return Err(too_large());
    }
    let mut parser = parse_document(Sink::new(), ParseOpts::default());
    let mut rest = text;
    while !rest.is_empty() {
        let mut cut = rest.len().min(16 << 10);
        while !rest.is_char_boundary(cut) {
            cut += 1;
        }
        parser.process(StrTendril::from_slice(&rest[..cut]));
        rest = &rest[cut..];
        let sink = &parser.tokenizer.sink.sink;
        if sink.deepest.get() > DEEPEST || sink.nodes.borrow().len() > MOST_NODES {
            return Err(too_large());
        }
    }
    Ok(parser.finish())
}

fn too_large() -> Unreadable {
    Unreadable::new("网页的结构过深或过大，不能导入", "this page is nested too deeply or too large to import")
}

/// Whether a tag has more words outside quotation marks than any page's.
fn has_endless_tag(text: &str) -> bool {
    let (mut inside, mut quote, mut words) = (false, None, 0);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match (inside, quote) {
            (false, _) => {
                inside = byte == b'<' && bytes.peek().is_some_and(u8::is_ascii_alphabetic);
                words = 0;
            }
            (true, Some(open)) if byte == open => quote = None,
            (true, Some(_)) => {}
            (true, None) => match byte {
                b'"' | b'\'' => quote = Some(byte),
                b'>' => inside = false,
                b if b.is_ascii_whitespace() || b == b'/' => words += 1,
                _ => {}
            },
        }
        if words > MOST_ATTRIBUTES {
            return true;
        }
    }
    false
}

impl Dom {
    /// The name of an element, empty for other nodes.
    pub fn name(&self, id: Id) -> &str {
        match &self.nodes[id].data {
            Data::Element { name, .. } => &name.local,
            _ => "",
        }
    }

    pub fn attribute(&self, id: Id, wanted: &str) -> Option<&str> {
        match &self.nodes[id].data {
            Data::Element { attributes, .. } => attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str()),
            _ => None,
        }
    }

    /// A node and all below it, in the order of the page.
    pub fn below(&self, id: Id) -> impl Iterator<Item = Id> {
        let mut stack = vec![id];
        std::iter::from_fn(move || {
            let next = stack.pop()?;
            stack.extend(self.nodes[next].children.iter().rev());
            Some(next)
        })
    }
}

/// What the parser holds of a node.
#[derive(Clone)]
struct Handle {
    id: Id,
    name: Rc<QualName>,
}

struct Sink {
    nodes: RefCell<Vec<Node>>,
    deepest: Cell<usize>,
}

impl Sink {
    fn new() -> Sink {
        let document = Node { parent: None, children: vec![], data: Data::Other, depth: 0 };
        Sink { nodes: RefCell::new(vec![document]), deepest: Cell::new(0) }
    }

    fn make(&self, data: Data) -> Id {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node { parent: None, children: vec![], data, depth: 0 });
        nodes.len() - 1
    }

    fn nameless(&self, data: Data) -> Handle {
        Handle { id: self.make(data), name: Rc::new(QualName::new(None, ns!(), local_name!(""))) }
    }

    /// Puts a child at a place among its parent's children.
    fn insert(&self, parent: Id, at: usize, child: NodeOrText<Handle>) {
        let id = match child {
            NodeOrText::AppendNode(handle) => handle.id,
            NodeOrText::AppendText(text) => {
                let mut nodes = self.nodes.borrow_mut();
                let before = at.checked_sub(1).and_then(|at| nodes[parent].children.get(at).copied());
                if let Some(Data::Text(known)) = before.map(|id| &mut nodes[id].data) {
                    return known.push_str(&text);
                }
                drop(nodes);
                self.make(Data::Text(text.to_string()))
            }
        };
        let mut nodes = self.nodes.borrow_mut();
        let depth = nodes[parent].depth + 1;
        self.deepest.set(self.deepest.get().max(depth));
        let at = at.min(nodes[parent].children.len());
        nodes[parent].children.insert(at, id);
        nodes[id].parent = Some(parent);
        nodes[id].depth = depth;
    }

    fn place_of(&self, id: Id) -> Option<(Id, usize)> {
        let nodes = self.nodes.borrow();
        let parent = nodes[id].parent?;
        Some((parent, nodes[parent].children.iter().rposition(|&child| child == id)?))
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Dom;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Dom {
        Dom { nodes: self.nodes.into_inner() }
    }

    fn get_document(&self) -> Handle {
        Handle { id: 0, name: Rc::new(QualName::new(None, ns!(), local_name!(""))) }
    }

    /// Templates are not part of the page; what is in one is built and never looked at.
    fn get_template_contents(&self, _: &Handle) -> Handle {
        self.nameless(Data::Other)
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.id == y.id
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Handle {
        let attributes = attributes.into_iter().map(|one| (one.name.local.to_string(), one.value.to_string())).collect();
        Handle { id: self.make(Data::Element { name: name.clone(), attributes }), name: Rc::new(name) }
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.nameless(Data::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.nameless(Data::Other)
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        let end = self.nodes.borrow()[parent.id].children.len();
        self.insert(parent.id, end, child);
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        if let Some((parent, at)) = self.place_of(sibling.id) {
            self.insert(parent, at, child);
        }
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        match self.place_of(element.id) {
            Some((parent, at)) => self.insert(parent, at, child),
            None => self.append(previous, child),
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        if let Some((parent, at)) = self.place_of(target.id) {
            let mut nodes = self.nodes.borrow_mut();
            nodes[parent].children.remove(at);
            nodes[target.id].parent = None;
        }
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let mut nodes = self.nodes.borrow_mut();
        let children = std::mem::take(&mut nodes[node.id].children);
        let depth = nodes[new_parent.id].depth + 1;
        for &child in &children {
            nodes[child].parent = Some(new_parent.id);
            nodes[child].depth = depth;
        }
        nodes[new_parent.id].children.extend(children);
    }

    fn add_attrs_if_missing(&self, target: &Handle, new: Vec<Attribute>) {
        if let Data::Element { attributes, .. } = &mut self.nodes.borrow_mut()[target.id].data {
            for one in new {
                let name = one.name.local.to_string();
                if !attributes.iter().any(|(known, _)| *known == name) {
                    attributes.push((name, one.value.to_string()));
                }
            }
        }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
}
