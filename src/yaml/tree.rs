//! YAML as a tree that remembers where everything stood.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span as Mark};

use super::rows::{Keyed, Rows, Taken, items};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names::Words;
use crate::source::{Place, Span, newlines};

/// More than any report needs; a "billion laughs" document stops here.
const MOST_NODES: usize = 200_000;
/// Deeper than any report needs.
const DEEPEST: usize = 48;

/// A value and where it stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'a> {
    pub span: Span,
    pub value: Value<'a>,
}

/// What stands there. Scalars are text: what kind of figure or date a text is, its reader decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// `quoted` texts are never null and never a figure's blank.
    Scalar {
        text: Cow<'a, str>,
        quoted: bool,
    },
    List(Vec<Node<'a>>),
    Map(Vec<(Key<'a>, Node<'a>)>),
}

/// A key of a map. Keys that are not scalars are refused by [`parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct Key<'a> {
    pub text: Cow<'a, str>,
    pub span: Span,
}

impl<'a> Node<'a> {
    /// `~`, `null`, or nothing at all after the colon.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, quoted: false } if matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The text of a scalar that is not null.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    pub fn map(&self) -> Option<&[(Key<'a>, Node<'a>)]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    pub fn list(&self) -> Option<&[Node<'a>]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }
}

/// Parses the YAML at `range` of a file. `None`, with a diagnostic, where it is not YAML; an empty
/// document is an empty map.
pub fn parse<'a>(file: &Arc<str>, text: &'a str, range: Range<usize>, found: &mut Diagnostics) -> Option<Node<'a>> {
    let source = Source { file, text, start: range.start, yaml: &text[range] };
    let mut with_rows = Diagnostics::default();
    if let Ok(node) = document(source, &Rows::of(source.yaml), &mut with_rows) {
        found.extend(with_rows);
        return Some(node);
    }
    match document(source, &Rows::none(source.yaml), found) {
        Ok(node) => Some(node),
        Err(stop) => {
            let place = Place { file: file.clone(), span: stop.span };
            let diagnostic = explain(text, place, &stop.info);
            found.push(diagnostic);
            None
        }
    }
}

/// The YAML at a place of a file.
#[derive(Clone, Copy)]
struct Source<'a, 's> {
    file: &'s Arc<str>,
    /// All of the file, and where in it the YAML begins.
    text: &'a str,
    start: usize,
    yaml: &'a str,
}

fn document<'a>(source: Source<'a, '_>, rows: &Rows, found: &mut Diagnostics) -> Result<Node<'a>, Stop> {
    let offsets = Offsets { source, rows, at: 0, characters: 0, place: source.start, line: line_of(source.text, source.start) };
    let parser = Parser::new_from_str(&rows.text);
    let mut builder = Builder { source, found, rows, taken: 0, parser, offsets, anchors: HashMap::new(), nodes: 0 };
    let node = builder.document()?;
    if builder.taken < rows.taken.len() { Err(Stop { info: "not all rows are values".into(), span: node.span }) } else { Ok(node) }
}

/// Why reading stopped, and where.
struct Stop {
    info: Cow<'static, str>,
    span: Span,
}

/// `'a`: of the file; `'r`: of the same YAML with words in the place of rows.
struct Builder<'a, 'r, 'f> {
    source: Source<'a, 'f>,
    found: &'f mut Diagnostics,
    rows: &'r Rows,
    /// How many of the words in the place of rows were found.
    taken: usize,
    parser: Parser<'r, saphyr_parser::StrInput<'r>>,
    offsets: Offsets<'a, 'r, 'f>,
    anchors: HashMap<usize, Node<'a>>,
    nodes: usize,
}

impl<'a, 'r> Builder<'a, 'r, '_> {
    fn document(&mut self) -> Result<Node<'a>, Stop> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_), _) => {}
                (Event::StreamEnd | Event::DocumentEnd, span) => return Ok(Node { span, value: Value::Map(vec![]) }),
                (event, span) => {
                    let node = self.node(event, span, 0)?;
                    self.end()?;
                    return Ok(node);
                }
            }
        }
    }

    /// What follows the first document: nothing, or a mistake worth telling.
    fn end(&mut self) -> Result<(), Stop> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentEnd, _) => {}
                (_, span) => return Err(Stop { info: "a second document begins here".into(), span }),
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'r>, Span), Stop> {
        match self.parser.next_event() {
            Some(Ok((event, mark))) => Ok((event, self.offsets.span(mark))),
            Some(Err(error)) => Err(self.stop(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn stop(&mut self, error: &ScanError) -> Stop {
        Stop { info: error.info().to_string().into(), span: self.offsets.span(Mark::empty(*error.marker())) }
    }

    fn node(&mut self, event: Event<'r>, span: Span, depth: usize) -> Result<Node<'a>, Stop> {
        self.allow(1, span, depth)?;
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let node = match self.taken(span) {
                    Some(Taken::Row(row)) => self.row(row, span.line, depth)?,
                    Some(Taken::Group { rows, end }) => self.group(rows, *end, span, depth)?,
                    None => Node { span, value: Value::Scalar { quoted: style != ScalarStyle::Plain, text: self.written(text) } },
                };
                Ok(self.remember(anchor, node))
            }
            Event::SequenceStart(anchor, _) => {
                let (items, end) = self.items(depth)?;
                Ok(self.remember(anchor, Node { span: to(span, end), value: Value::List(items) }))
            }
            Event::MappingStart(anchor, _) => {
                let (entries, end) = self.entries(depth)?;
                Ok(self.remember(anchor, Node { span: to(span, end), value: Value::Map(entries) }))
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            _ => Err(Stop { info: "a value is missing here".into(), span }),
        }
    }

    /// So many more nodes at this depth.
    fn allow(&mut self, nodes: usize, span: Span, depth: usize) -> Result<(), Stop> {
        self.nodes += nodes;
        if self.nodes > MOST_NODES || depth > DEEPEST {
            return Err(Stop { info: "nested too deeply, or too large".into(), span });
        }
        Ok(())
    }

    /// What was taken out next, if that is what the parser found there.
    fn taken(&mut self, span: Span) -> Option<&'r Taken> {
        let next = self.rows.taken.get(self.taken)?;
        let is_its_word = self.span(next.range(), span.line) == span;
        self.taken += usize::from(is_its_word);
        is_its_word.then_some(next)
    }

    fn row(&mut self, row: &Range<usize>, line: u32, depth: usize) -> Result<Node<'a>, Stop> {
        let items = items(&self.source.yaml[row.clone()]).map(|(at, text)| Node {
            span: self.span(row.start + at..row.start + at + text.len(), line),
            value: Value::Scalar { text: Cow::Borrowed(text), quoted: false },
        });
        let items: Vec<_> = items.collect();
        let span = self.span(row.clone(), line);
        self.allow(items.len(), span, depth + 1)?;
        Ok(Node { span, value: Value::List(items) })
    }

    fn group(&mut self, rows: &[Keyed], end: usize, start: Span, depth: usize) -> Result<Node<'a>, Stop> {
        let mut entries = Vec::with_capacity(rows.len());
        for (line, Keyed { key, row }) in (start.line..).zip(rows) {
            self.allow(1, start, depth + 1)?;
            let value = self.row(row, line, depth + 1)?;
            let key = Key { text: Cow::Borrowed(&self.source.yaml[key.clone()]), span: self.span(key.clone(), line) };
            self.add(key, value, &mut entries);
        }
        let span = to(start, self.span(end..end, start.line));
        Ok(Node { span, value: Value::Map(entries) })
    }

    /// A range of the YAML, which has one line.
    fn span(&self, range: Range<usize>, line: u32) -> Span {
        Span { start: (self.source.start + range.start) as u32, end: (self.source.start + range.end) as u32, line }
    }

    /// A text of the parser's as a text of the file.
    fn written(&self, text: Cow<'r, str>) -> Cow<'a, str> {
        let Cow::Borrowed(text) = text else { return Cow::Owned(text.into_owned()) };
        let start = (text.as_ptr() as usize).wrapping_sub(self.rows.text.as_ptr() as usize);
        let place = (start < self.rows.text.len()).then(|| self.rows.place(start));
        match place.and_then(|place| self.source.yaml.get(place..place + text.len())) {
            Some(same) if same == text => Cow::Borrowed(same),
            _ => Cow::Owned(text.to_string()),
        }
    }

    fn remember(&mut self, anchor: usize, node: Node<'a>) -> Node<'a> {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        node
    }

    /// A copy of what was anchored, standing where the alias stands.
    fn alias(&mut self, anchor: usize, span: Span) -> Result<Node<'a>, Stop> {
        let Some(mut node) = self.anchors.get(&anchor).cloned() else {
            return Err(Stop { info: "this alias names nothing".into(), span });
        };
        self.nodes += count(&node);
        if self.nodes > MOST_NODES {
            return Err(Stop { info: "nested too deeply, or too large".into(), span });
        }
        node.span = span;
        Ok(node)
    }

    fn items(&mut self, depth: usize) -> Result<(Vec<Node<'a>>, Span), Stop> {
        let mut items = vec![];
        loop {
            match self.next()? {
                (Event::SequenceEnd, span) => return Ok((items, span)),
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn entries(&mut self, depth: usize) -> Result<(Vec<(Key<'a>, Node<'a>)>, Span), Stop> {
        let mut entries: Vec<(Key<'a>, Node<'a>)> = vec![];
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, span) => return Ok((entries, span)),
                (Event::Scalar(text, ..), span) => Key { text: self.written(text), span },
                (_, span) => return Err(Stop { info: "a key must be a plain word".into(), span }),
            };
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            self.add(key, value, &mut entries);
        }
    }

    /// Unless there is one of this key.
    fn add(&mut self, key: Key<'a>, value: Node<'a>, entries: &mut Vec<(Key<'a>, Node<'a>)>) {
        match entries.iter().find(|(earlier, _)| earlier.text == key.text) {
            Some((earlier, _)) => self.twice(earlier.span, &key),
            None => entries.push((key, value)),
        }
    }

    fn twice(&mut self, first: Span, key: &Key) {
        let name = &key.text;
        let place = |span| Place { file: self.source.file.clone(), span };
        self.found.push(
            Diagnostic::error(
                "G902",
                place(key.span),
                Words::new(format!("“{name}”写了两次，不知道该用哪一个"), format!("`{name}` is given twice; which one counts?")),
            )
            .with_label(place(first), Words::new("第一次写在这里", "first given here"))
            .with_help(Words::new("核对后删去其中一个。", "Check both and delete one of them.")),
        );
    }
}

fn to(start: Span, end: Span) -> Span {
    Span { end: end.end.max(start.end), ..start }
}

fn count(node: &Node) -> usize {
    1 + match &node.value {
        Value::Scalar { .. } => 0,
        Value::List(items) => items.iter().map(count).sum(),
        Value::Map(entries) => entries.iter().map(|(_, node)| count(node)).sum(),
    }
}

/// saphyr counts characters, and a lone carriage return as a line; we count bytes of the file, and its newlines.
/// Marks come nearly in order, so the walk is short.
struct Offsets<'a, 'r, 'f> {
    source: Source<'a, 'f>,
    rows: &'r Rows,
    /// Byte offset of character number `characters` of the parser's text.
    at: usize,
    characters: usize,
    /// The same byte in the file, and the line it is on.
    place: usize,
    line: u32,
}

impl Offsets<'_, '_, '_> {
    fn span(&mut self, mark: Mark) -> Span {
        let start = self.byte(mark.start.index());
        let line = self.line;
        let end = self.byte(mark.end.index());
        let written = self.source.text[start..end].trim_end();
        Span { start: start as u32, end: (start + written.len()) as u32, line }
    }

    fn byte(&mut self, character: usize) -> usize {
        let text = &self.rows.text;
        if character < self.characters {
            let back = text[..self.at].char_indices().rev().nth(self.characters - character - 1);
            self.at = back.map_or(0, |(at, _)| at);
        } else {
            let (rest, ahead) = (&text[self.at..], character - self.characters);
            // Keys and figures mostly are.
            let is_ascii = rest.as_bytes().get(..ahead).is_some_and(<[u8]>::is_ascii);
            self.at += if is_ascii { ahead } else { rest.char_indices().nth(ahead).map_or(rest.len(), |(at, _)| at) };
        }
        self.characters = character;
        let (before, bytes) = (self.place, self.source.text.as_bytes());
        self.place = self.source.start + self.rows.place(self.at);
        match self.place < before {
            true => self.line -= newlines(&bytes[self.place..before]),
            false => self.line += newlines(&bytes[before..self.place]),
        }
        self.place
    }
}

fn line_of(text: &str, offset: usize) -> u32 {
    newlines(&text.as_bytes()[..offset]) + 1
}

/// A parser's complaint in words for someone who has never seen YAML. The line itself usually shows the slip.
fn explain(text: &str, place: Place, info: &str) -> Diagnostic {
    let slip = slip_near(text, place.span);
    let place = Place { span: slip.as_ref().map_or(place.span, |slip| slip.span), ..place };
    let diagnostic = Diagnostic::error(
        "G901",
        place,
        Words::new("这里的格式读不懂，无法继续读这份文件的数据部分", format!("the data part of this file cannot be read: {info}")),
    );
    match slip {
        Some(slip) => diagnostic.with_here(slip.what).with_help(slip.help),
        None => diagnostic.with_help(Words::new(
            "检查这一行和上一行：冒号后面要有一个空格，缩进用空格并且与同级的行对齐，引号和括号要成对。",
            "Check this line and the one above: a space after each colon, equal indentation by spaces, quotes and brackets in pairs.",
        )),
    }
}

struct Slip {
    span: Span,
    what: Words,
    help: Words,
}

/// Looks for a well-known slip on the line of the complaint and the two lines above it.
fn slip_near(text: &str, span: Span) -> Option<Slip> {
    let last = span.line as usize;
    let mut lines = text.split_inclusive('\n').scan(0usize, |start, line| {
        let at = *start;
        *start += line.len();
        Some((at, line))
    });
    let near: Vec<(usize, usize, &str)> =
        lines.by_ref().enumerate().map(|(i, (at, line))| (i + 1, at, line)).skip(last.saturating_sub(3)).take(3).collect();
    near.iter().rev().find_map(|&(number, at, line)| slip_on(number as u32, at, line))
}

fn slip_on(number: u32, at: usize, line: &str) -> Option<Slip> {
    let slip = |offset: usize, length: usize, what: Words, help: Words| {
        Some(Slip { span: Span { start: (at + offset) as u32, end: (at + offset + length) as u32, line: number }, what, help })
    };
    let indentation = line.len() - line.trim_start().len();
    if let Some(tab) = line[..indentation].find('\t') {
        return slip(
            tab,
            1,
            Words::new("行首用了制表符（Tab）", "a tab stands at the start of the line"),
            Words::new("行首只能用空格缩进：删去制表符，改用空格。", "Indent with spaces: delete the tab and type spaces instead."),
        );
    }
    if let Some(space) = line[..indentation].find('\u{3000}') {
        return slip(
            space,
            '\u{3000}'.len_utf8(),
            Words::new("行首用了全角空格", "a full-width space stands at the start of the line"),
            Words::new("行首的缩进请改用半角空格。", "Indent with ordinary spaces."),
        );
    }
    if let Some(colon) = line.find('：').filter(|&colon| !line[..colon].contains(": ")) {
        return slip(
            colon,
            '：'.len_utf8(),
            Words::new("这是全角冒号", "this is a full-width colon"),
            Words::new("名称后面要用半角冒号加一个空格，写成“: ”。", "After a key stands an ordinary colon and a space."),
        );
    }
    if let Some(at) = lone_hyphen(line) {
        return slip(
            at,
            1,
            Words::new("单独一个减号读不懂", "a lone hyphen cannot be read"),
            Words::new("不适用的格写成“—”，留空的写成“~”。", "Write `—` for not applicable, `~` for blank."),
        );
    }
    if let Some(at) = [", ,", ",,", "[,"].iter().find_map(|gap| line.find(gap)) {
        return slip(
            at,
            1,
            Words::new("两个逗号之间没有数", "a figure is missing between two commas"),
            Words::new("没有的写 0，原件留空的写 ~。", "Write `0` for none, `~` for a cell left blank."),
        );
    }
    if let Some(colon) = line.find(':').filter(|&colon| line[colon + 1..].starts_with(|c: char| !c.is_whitespace() && c != '/')) {
        return slip(
            colon,
            1,
            Words::new("冒号后面缺一个空格", "a space is missing after this colon"),
            Words::new("名称后面写半角冒号，再空一格。", "After a key stand a colon and a space."),
        );
    }
    if let Some(open) = line.find(['[', '{']).filter(|_| !line.trim_end().ends_with([']', '}', ','])) {
        return slip(
            open,
            1,
            Words::new("这个括号没有合上", "this bracket is not closed"),
            Words::new("在这一行末尾补上对应的半角“]”或“}”。", "Close it with `]` or `}` at the end of the line."),
        );
    }
    None
}

/// `[-, 1]`: to YAML the start of a list inside a list.
fn lone_hyphen(line: &str) -> Option<usize> {
    let open = line.find('[')?;
    let items = line[open + 1..].split_inclusive([',', ']']).scan(open + 1, |at, item| {
        let here = *at;
        *at += item.len();
        Some((here, item))
    });
    let mut lone = items.filter(|(_, item)| item.trim_end_matches([',', ']']).trim() == "-");
    lone.next().map(|(at, item)| at + item.find('-').unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use proptest::test_runner::RngSeed;

    use super::*;

    fn parsed(text: &str) -> (Option<Node<'_>>, Vec<String>) {
        let mut found = Diagnostics::default();
        let node = parse(&"a.md".into(), text, 0..text.len(), &mut found);
        let shown = found.iter().map(|d| format!("{}:{} {}", d.code, d.place.as_ref().map_or(0, |p| p.span.line), d.message.en));
        let shown = shown.collect();
        (node, shown)
    }

    #[test]
    fn every_value_knows_its_bytes_and_its_line() {
        let text = "标题: 年报\n表:\n  数: [1, 22, '三']\n";
        let (node, _) = parsed(text);
        let node = node.expect("it is YAML");
        let map = node.map().expect("a map");
        let at = |span: Span| (&text[span.start as usize..span.end as usize], span.line);
        assert_eq!(at(map[0].0.span), ("标题", 1));
        assert_eq!(at(map[0].1.span), ("年报", 1));
        let row = &map[1].1.map().expect("a map")[0].1;
        assert_eq!(at(row.span), ("[1, 22, '三']", 3));
        let cells: Vec<_> = row.list().expect("a list").iter().map(|cell| at(cell.span)).collect();
        assert_eq!(cells, [("1", 3), ("22", 3), ("'三'", 3)]);
    }

    #[test]
    fn a_scalar_keeps_the_text_as_it_was_written() {
        let (node, _) = parsed("a: 1.10\nb: 007\nc: +12\nd: ~\ne:\nf: \"\"\n");
        let node = node.expect("it is YAML");
        let texts: Vec<_> = node.map().expect("a map").iter().map(|(_, value)| (value.text(), value.is_null())).collect();
        assert_eq!(
            texts,
            [(Some("1.10"), false), (Some("007"), false), (Some("+12"), false), (None, true), (None, true), (Some(""), false)]
        );
    }

    #[test]
    fn a_key_given_twice_is_an_error_at_the_second() {
        assert_eq!(parsed("a: 1\nb: 2\na: 3\n").1, ["G902:3 `a` is given twice; which one counts?"]);
    }

    #[rustfmt::skip]
    const LINES: [&str; 24] = [
        "a:\n", "b: \r\n", "  a:\n", "  b:\n", "  a: [1]\n", "  b: [2, ~]\r\n", "  c: [3]\n", "    a: [1]\n", "    b: [2] \n", "    c: [3]\n", " d: [4]\n",
        "  c: 1\n", "- a\n", "- a:\n", "  - b\n", "\n", "  \n", "# c\n", "  # c\n", "a: |\n", "  b: 'c\n", "'\n", "...\n", "?\n",
    ];

    #[rustfmt::skip]
    const PIECES: [&str; 34] = [
        "a: [1, 2]", "b: [0]", "c: [ ~ ,1.10, +3 ]", "d: [1, 2] # [3]", "[1]", "k: ", "- ", "  ", "    ", "\n", "\n", "\n", "\n  ", "\n    ", "\r\n", "# ", "|\n",
        ">\n", "\"", "'", "{", "}", ", ", "[", "]", ": ", "? ", "&x ", "*x", "甲: [7]", "\n---\n", "!t ", "x", "\t",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, rng_seed: RngSeed::Fixed(711), ..ProptestConfig::default() })]

        #[test]
        fn rows_are_what_the_parser_would_make_of_them(
            lines in vec(select(&LINES[..]), 0..8),
            pieces in vec(select(&PIECES[..]), 0..12),
            front in select(&["", "甲\n"][..]),
        ) {
            let text = front.to_string() + &lines.concat() + &pieces.concat();
            let source = Source { file: &"a.md".into(), text: &text, start: front.len(), yaml: &text[front.len()..] };
            let tree = |rows: &Rows| {
                let mut found = Diagnostics::default();
                let node = document(source, rows, &mut found).ok()?;
                Some((node, format!("{found:?}")))
            };
            let with_rows = tree(&Rows::of(source.yaml));
            if with_rows.is_some() {
                prop_assert_eq!(with_rows, tree(&Rows::none(source.yaml)), "{:?}", text);
            }
        }
    }

    #[test]
    fn rows_are_taken_out_of_front_matter_and_not_of_quotations() {
        let at_once = |text: &str| {
            let source = Source { file: &"a.md".into(), text, start: 0, yaml: text };
            document(source, &Rows::of(text), &mut Diagnostics::default()).is_ok()
        };
        assert!(at_once("statistics:\n  requests:\n    received: [1, 0, ~]\r\n    granted: [1.10]\n"));
        assert!(!at_once("note: \"as follows: [1, 2]\n  and so on\"\n"));
        let (node, found) = parsed("note: |\n  as follows: [1, 2]\nrow: [3]\n");
        let node = node.expect("it is YAML");
        let values: Vec<_> = node.map().expect("a map").iter().map(|(_, value)| (value.text(), value.list().map(<[_]>::len))).collect();
        assert_eq!((values, found), (vec![(Some("as follows: [1, 2]\n"), None), (None, Some(1))], vec![]));
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for i in 1..9 {
            let inside = vec![format!("*a{}", i - 1); 10].join(", ");
            text.push_str(&format!("a{i}: &a{i} [{inside}]\n"));
        }
        assert_eq!(parsed(&text).1.len(), 1);
    }
}
