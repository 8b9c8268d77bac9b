//! A page's instructions: where each character stands, and which straight lines are drawn.

use std::rc::Rc;

use hayro_syntax::content::{Instruction, UntypedIter};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};
use hayro_syntax::page::{Page as Source, Resources, Rotation};

use super::font::{Font, Fonts};
use super::{Glyph, Page, Rule};

/// `a b c d e f` of a transformation.
type Matrix = [f64; 6];

const SAME: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
const MOST_STEPS: usize = 3_000_000;
const DEEPEST: usize = 12;

/// First `a`, then `b`.
fn then(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

fn apply(m: Matrix, x: f64, y: f64) -> (f64, f64) {
    (x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5])
}

#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    character: f64,
    word: f64,
    scale: f64,
    leading: f64,
    rise: f64,
    invisible: bool,
}

struct Run<'f> {
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
    path: Vec<Rule>,
    point: (f64, f64),
    start: (f64, f64),
    page: Page,
    fonts: &'f mut Fonts,
    steps: usize,
}

pub(super) fn read(source: &Source, fonts: &mut Fonts) -> Page {
    let turned = match source.rotation() {
        Rotation::None => SAME,
        Rotation::Horizontal => [0.0, -1.0, 1.0, 0.0, 0.0, 0.0],
        Rotation::Flipped => [-1.0, 0.0, 0.0, -1.0, 0.0, 0.0],
        Rotation::FlippedHorizontal => [0.0, 1.0, -1.0, 0.0, 0.0, 0.0],
    };
    let state =
        State { matrix: turned, font: None, size: 0.0, character: 0.0, word: 0.0, scale: 1.0, leading: 0.0, rise: 0.0, invisible: false };
    let mut run = Run {
        state,
        saved: vec![],
        text: SAME,
        line: SAME,
        path: vec![],
        point: (0.0, 0.0),
        start: (0.0, 0.0),
        page: Page::default(),
        fonts,
        steps: 0,
    };
    if let Some(data) = source.page_stream() {
        run.instructions(data, source.resources(), 0);
    }
    run.page
}

fn numbers(instruction: &Instruction) -> Vec<f64> {
    instruction.operands().filter_map(|object| object.clone().into_number()).map(|number| number.as_f64()).collect()
}

impl Run<'_> {
    fn instructions(&mut self, data: &[u8], resources: &Resources, depth: usize) {
        let mut all = UntypedIter::new(data);
        while let Some(instruction) = all.next() {
            self.steps += 1;
            if self.steps > MOST_STEPS || self.page.glyphs.len() > super::MOST_GLYPHS {
                return;
            }
            let operator: &[u8] = instruction.operator;
            match operator {
                b"q" if self.saved.len() < 500 => self.saved.push(self.state.clone()),
                b"Q" => self.state = self.saved.pop().unwrap_or_else(|| self.state.clone()),
                b"Do" => self.form(&instruction, resources, depth),
                b"Tf" => {
                    let name = instruction.operands().find_map(|object| object.clone().into_name());
                    let dict: Option<Dict> = name.and_then(|name: Name| resources.get_font(&name));
                    self.state.font = dict.map(|dict| self.fonts.get(&dict));
                    self.state.size = numbers(&instruction).first().copied().unwrap_or(0.0);
                }
                b"Tj" | b"'" | b"\"" => self.show_line(operator, &instruction),
                b"TJ" => self.show_array(&instruction),
                b"m" | b"l" | b"re" | b"h" | b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"n" | b"c" | b"v"
                | b"y" => self.draw(operator, &numbers(&instruction)),
                _ => self.set(operator, &numbers(&instruction)),
            }
        }
    }

    fn form(&mut self, instruction: &Instruction, resources: &Resources, depth: usize) {
        let Some(name) = instruction.operands().find_map(|object| object.clone().into_name()) else { return };
        let Some(form): Option<Stream> = resources.get_x_object(&name).filter(|_| depth < DEEPEST) else { return };
        let is_form = form.dict().get::<Name>("Subtype").is_some_and(|name| &*name == b"Form");
        let Some(data) = is_form.then(|| form.decoded().ok()).flatten() else { return };
        let own = Resources::from_parent(form.dict().get::<Dict>("Resources").unwrap_or_default(), resources.clone());
        let saved = self.state.clone();
        let matrix: Vec<f64> = form.dict().get::<Array>("Matrix").iter().flat_map(|array| array.iter::<f64>()).collect();
        if let Ok(matrix) = Matrix::try_from(matrix) {
            self.state.matrix = then(matrix, self.state.matrix);
        }
        self.instructions(&data, &own, depth + 1);
        self.state = saved;
    }

    fn set(&mut self, operator: &[u8], n: &[f64]) {
        match (operator, n) {
            (b"cm", &[a, b, c, d, e, f]) => self.state.matrix = then([a, b, c, d, e, f], self.state.matrix),
            (b"BT", _) => (self.text, self.line) = (SAME, SAME),
            (b"Tm", &[a, b, c, d, e, f]) => (self.text, self.line) = ([a, b, c, d, e, f], [a, b, c, d, e, f]),
            (b"Td", &[x, y]) => self.next_line(x, y),
            (b"TD", &[x, y]) => {
                self.state.leading = -y;
                self.next_line(x, y);
            }
            (b"T*", _) => self.next_line(0.0, -self.state.leading),
            (b"Tc", &[value]) => self.state.character = value,
            (b"Tw", &[value]) => self.state.word = value,
            (b"Tz", &[value]) => self.state.scale = value / 100.0,
            (b"TL", &[value]) => self.state.leading = value,
            (b"Ts", &[value]) => self.state.rise = value,
            (b"Tr", &[value]) => self.state.invisible = value as i64 == 3,
            _ => {}
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = then([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }

    fn show_line(&mut self, operator: &[u8], instruction: &Instruction) {
        if operator != b"Tj" {
            if let (b"\"", &[word, character]) = (operator, &numbers(instruction)[..]) {
                (self.state.word, self.state.character) = (word, character);
            }
            self.next_line(0.0, -self.state.leading);
        }
        if let Some(text) = instruction.operands().find_map(|object| object.clone().into_string()) {
            self.show(&text);
        }
    }

    fn show_array(&mut self, instruction: &Instruction) {
        let Some(array) = instruction.operands().find_map(|object| object.clone().into_array()) else { return };
        for object in array.iter::<Object>() {
            match object {
                Object::String(text) => self.show(&text),
                Object::Number(number) => self.advance(-number.as_f64() / 1000.0 * self.state.size * self.state.scale),
                _ => {}
            }
        }
    }

    fn advance(&mut self, by: f64) {
        self.text = then([1.0, 0.0, 0.0, 1.0, by, 0.0], self.text);
    }

    fn show(&mut self, text: &PdfString) {
        let Some(font) = self.state.font.clone() else { return };
        for one in font.shown(text) {
            let all = then(
                [self.state.size * self.state.scale, 0.0, 0.0, self.state.size, 0.0, self.state.rise],
                then(self.text, self.state.matrix),
            );
            let ((x, y), (end, _)) = (apply(all, 0.0, 0.0), apply(all, one.width, 0.0));
            let size = (all[2] * all[2] + all[3] * all[3]).sqrt();
            let upright = all[1].abs() < all[0].abs() * 0.2;
            let count = one.text.chars().count().max(1) as f64;
            if one.text.is_empty() {
                self.page.unknown += usize::from(one.width > 0.0);
            }
            for (at, c) in one.text.chars().enumerate().filter(|_| upright && x.is_finite() && y.is_finite()) {
                let width = (end - x) / count;
                self.page.invisible += usize::from(self.state.invisible);
                self.page.glyphs.push(Glyph { c, x: x + width * at as f64, y, width, size });
            }
            let word = if one.is_space { self.state.word } else { 0.0 };
            self.advance((one.width * self.state.size + self.state.character + word) * self.state.scale);
        }
    }

    fn draw(&mut self, operator: &[u8], n: &[f64]) {
        match (operator, n) {
            (b"m", &[x, y]) => (self.point, self.start) = ((x, y), (x, y)),
            (b"l", &[x, y]) => self.side((x, y)),
            (b"h", _) => self.side(self.start),
            (b"re", &[x, y, w, h]) => {
                self.point = (x, y);
                for corner in [(x + w, y), (x + w, y + h), (x, y + h), (x, y)] {
                    self.side(corner);
                }
                self.start = (x, y);
            }
            (b"c", &[.., x, y]) | (b"v", &[.., x, y]) | (b"y", &[.., x, y]) => self.point = (x, y),
            (b"n", _) => self.path.clear(),
            (b"f" | b"F" | b"f*", _) => self.fill(),
            (b"s" | b"b" | b"b*", _) => {
                self.side(self.start);
                self.stroke();
            }
            (b"S" | b"B" | b"B*", _) => self.stroke(),
            _ => {}
        }
    }

    fn side(&mut self, to: (f64, f64)) {
        let ((x0, y0), (x1, y1)) = (apply(self.state.matrix, self.point.0, self.point.1), apply(self.state.matrix, to.0, to.1));
        if self.path.len() < 20_000 && [x0, y0, x1, y1].iter().all(|value| value.is_finite()) {
            self.path.push(Rule { x0: x0.min(x1), y0: y0.min(y1), x1: x0.max(x1), y1: y0.max(y1) });
        }
        self.point = to;
    }

    fn stroke(&mut self) {
        for rule in std::mem::take(&mut self.path) {
            self.rule(rule);
        }
    }

    /// Borders are often drawn as thin filled boxes; a wide box is only a shade.
    fn fill(&mut self) {
        for sides in std::mem::take(&mut self.path).chunks(4) {
            let bounds = sides.iter().copied().reduce(|a, b| Rule {
                x0: a.x0.min(b.x0),
                y0: a.y0.min(b.y0),
                x1: a.x1.max(b.x1),
                y1: a.y1.max(b.y1),
            });
            if let Some(bounds) = bounds {
                self.rule(bounds);
            }
        }
    }

    fn rule(&mut self, rule: Rule) {
        let (wide, high) = (rule.x1 - rule.x0, rule.y1 - rule.y0);
        let (x, y) = ((rule.x0 + rule.x1) / 2.0, (rule.y0 + rule.y1) / 2.0);
        let straight = match (wide < 3.0, high < 3.0) {
            (_, true) if wide >= high => Rule { y0: y, y1: y, ..rule },
            (true, _) => Rule { x0: x, x1: x, ..rule },
            _ => return,
        };
        if self.page.rules.len() < 20_000 {
            self.page.rules.push(straight);
        }
    }
}
