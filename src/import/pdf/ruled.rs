//! Tables from their rules: where lines cross there are cells, and where a line is missing cells are merged.

use super::lines::{rows, text};
use super::{Glyph, Rule};
use crate::import::document::{At, Grid, GridCell};

/// Rules nearer than this are one.
const NEAR: f64 = 3.0;
const MOST: usize = 400;

/// The tables of a page with the height of their upper edge, and the glyphs outside them.
pub(super) fn grids(glyphs: &[Glyph], rules: &[Rule], page: u32) -> (Vec<(f64, Grid)>, Vec<Glyph>) {
    let mut out = vec![];
    let mut rest = glyphs.to_vec();
    for group in groups(rules) {
        let Some(frame) = Frame::of(&group) else { continue };
        let (inside, outside): (Vec<Glyph>, Vec<Glyph>) = rest.iter().partition(|glyph| frame.holds(glyph));
        let at = At { part: page, line: out.len() as u32 + 1, cell: None };
        let grid = frame.grid(&inside, at);
        if grid.cells.len() >= 2 {
            rest = outside;
            out.push((frame.ys[0], grid));
        }
    }
    (out, rest)
}

/// Rules that touch each other, directly or through others.
fn groups(rules: &[Rule]) -> Vec<Vec<Rule>> {
    let touch = |a: &Rule, b: &Rule| a.x0 <= b.x1 + NEAR && b.x0 <= a.x1 + NEAR && a.y0 <= b.y1 + NEAR && b.y0 <= a.y1 + NEAR;
    let mut left: Vec<Rule> = rules.iter().copied().filter(|rule| rule.x1 - rule.x0 > 2.0 || rule.y1 - rule.y0 > 2.0).take(6000).collect();
    let mut groups = vec![];
    while let Some(first) = left.pop() {
        let mut group = vec![first];
        let mut at = 0;
        while at < group.len() {
            let one = group[at];
            let (near, far): (Vec<Rule>, Vec<Rule>) = left.into_iter().partition(|rule| touch(&one, rule));
            group.extend(near);
            left = far;
            at += 1;
        }
        groups.push(group);
    }
    groups
}

/// The lines of a table: `xs` left to right, `ys` top to bottom.
struct Frame {
    xs: Vec<f64>,
    ys: Vec<f64>,
    across: Vec<Rule>,
    down: Vec<Rule>,
}

fn clusters(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let mut out: Vec<f64> = vec![];
    for value in values {
        match out.last() {
            Some(last) if value - last < NEAR => {}
            _ => out.push(value),
        }
    }
    out
}

impl Frame {
    fn of(rules: &[Rule]) -> Option<Frame> {
        let (across, down): (Vec<Rule>, Vec<Rule>) = rules.iter().partition(|rule| rule.x1 - rule.x0 > rule.y1 - rule.y0);
        let xs = clusters(down.iter().map(|rule| rule.x0).collect());
        let mut ys = clusters(across.iter().map(|rule| rule.y0).collect());
        ys.reverse();
        let fits = (3..MOST).contains(&xs.len()) && (2..MOST).contains(&ys.len());
        fits.then_some(Frame { xs, ys, across, down })
    }

    fn holds(&self, glyph: &Glyph) -> bool {
        let (x, y) = middle(glyph);
        x > self.xs[0] - 1.0 && x < self.xs[self.xs.len() - 1] + 1.0 && y < self.ys[0] + 1.0 && y > self.ys[self.ys.len() - 1] - 1.0
    }

    /// Whether a rule stands between two cells beside each other.
    fn wall(&self, x: f64, y: f64) -> bool {
        self.down.iter().any(|rule| (rule.x0 - x).abs() < NEAR && rule.y0 <= y && y <= rule.y1)
    }

    fn floor(&self, x: f64, y: f64) -> bool {
        self.across.iter().any(|rule| (rule.y0 - y).abs() < NEAR && rule.x0 <= x && x <= rule.x1)
    }

    fn grid(&self, glyphs: &[Glyph], at: At) -> Grid {
        let (columns, rows) = (self.xs.len() - 1, self.ys.len() - 1);
        let middle_x = |column: usize| (self.xs[column] + self.xs[column + 1]) / 2.0;
        let middle_y = |row: usize| (self.ys[row] + self.ys[row + 1]) / 2.0;
        let mut taken = vec![false; rows * columns];
        let mut grid = Grid { at, exact: true, ..Grid::default() };
        for row in 0..rows {
            for column in 0..columns {
                if taken[row * columns + column] {
                    continue;
                }
                let mut wide = 1;
                while column + wide < columns && !taken[row * columns + column + wide] && !self.wall(self.xs[column + wide], middle_y(row))
                {
                    wide += 1;
                }
                let mut high = 1;
                while row + high < rows && (column..column + wide).all(|one| !self.floor(middle_x(one), self.ys[row + high])) {
                    high += 1;
                }
                for down in row..row + high {
                    taken[down * columns + column..down * columns + column + wide].fill(true);
                }
                let bounds = Rule { x0: self.xs[column], x1: self.xs[column + wide], y1: self.ys[row], y0: self.ys[row + high] };
                let at = At { cell: Some((row as u32 + 1, column as u32 + 1)), ..at };
                grid.cells.push(GridCell { row, column, rows: high, columns: wide, text: inside(glyphs, bounds), at });
            }
        }
        grid
    }
}

fn middle(glyph: &Glyph) -> (f64, f64) {
    (glyph.x + glyph.width / 2.0, glyph.y + glyph.size * 0.35)
}

fn inside(glyphs: &[Glyph], bounds: Rule) -> String {
    let within = |glyph: &&Glyph| {
        let (x, y) = middle(glyph);
        x >= bounds.x0 && x < bounds.x1 && y >= bounds.y0 && y < bounds.y1
    };
    let found: Vec<Glyph> = glyphs.iter().filter(within).copied().collect();
    rows(&found).iter().map(|row| text(row)).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
