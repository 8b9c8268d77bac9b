//! Which single cell explains several broken relations at once.
//!
//! A figure in the wrong cell breaks the relation of its row and that of its column, by the same difference. So a cell
//! is the likely culprit if one other number in it would mend every broken relation it stands in, breaks none that
//! holds, and no other cell does as well. Totals that we added up follow the cell that they were added up from.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Broken, Side};
use crate::content::TableFigures;
use crate::forms::{CellKind, Compare, Instance};

/// Broken relations with one cause.
pub(super) struct Group<'a> {
    pub broken: Vec<Broken<'a>>,
    pub culprit: Option<Culprit>,
}

/// A cell, and the number that would mend its relations.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Culprit {
    pub cell: usize,
    pub should_be: Decimal,
}

/// Takes out what one cell explains, as long as there is such a cell; what is left stands alone.
pub(super) fn groups<'a>(figures: &TableFigures, mut broken: Vec<Broken<'a>>) -> Vec<Group<'a>> {
    let mut groups = vec![];
    while let Some((culprit, explained)) = best(figures, &broken) {
        let (together, rest) = broken.into_iter().partition(|one| explained.iter().any(|other| std::ptr::eq(one.instance, *other)));
        groups.push(Group { broken: together, culprit: Some(culprit) });
        broken = rest;
    }
    groups.extend(broken.into_iter().map(|one| Group { broken: vec![one], culprit: None }));
    groups
}

/// The one cell that explains most, and what it explains; none where two explain as much.
fn best<'a>(figures: &TableFigures, broken: &[Broken<'a>]) -> Option<(Culprit, Vec<&'a Instance>)> {
    if broken.len() < 2 {
        return None;
    }
    let mut best: Option<(Culprit, Vec<&Instance>)> = None;
    let mut tied = false;
    for cell in suspects(figures, broken) {
        let Some(explained) = explained(figures, broken, cell).filter(|(_, explained)| explained.len() >= 2) else { continue };
        match best.as_ref().map_or(0, |(_, most)| most.len()) {
            most if explained.1.len() > most => (best, tied) = (Some(explained), false),
            most if explained.1.len() == most => tied = true,
            _ => {}
        }
    }
    best.filter(|_| !tied)
}

/// Cells that were written as numbers and stand in a broken relation.
fn suspects(figures: &TableFigures, broken: &[Broken]) -> Vec<usize> {
    let mut cells: Vec<usize> = broken.iter().flat_map(|one| one.instance.left.iter().chain(&one.instance.right)).copied().collect();
    cells.sort_unstable();
    cells.dedup();
    cells.retain(|&cell| figures.cell(cell).is_some_and(|cell| !cell.computed && cell.figure.number().is_some()));
    cells
}

fn explained<'a>(figures: &TableFigures, broken: &[Broken<'a>], cell: usize) -> Option<(Culprit, Vec<&'a Instance>)> {
    let weights = follows(figures, cell);
    let mut by: Option<Decimal> = None;
    let mut explained = vec![];
    let relations = figures.table().relations.iter().filter(|relation| relation.compare == Compare::Equal);
    for instance in relations.flat_map(|relation| &relation.instances) {
        let weight = weight(&instance.left, &weights) - weight(&instance.right, &weights);
        if weight.is_zero() {
            continue;
        }
        let Some(one) = broken.iter().find(|one| std::ptr::eq(one.instance, instance)) else {
            if is_known(figures, instance) {
                return None;
            }
            continue;
        };
        let needed = one.difference()?.checked_div(-weight)?;
        if by.is_some_and(|by| by != needed) {
            return None;
        }
        by = Some(needed);
        explained.push(one.instance);
    }
    let should_be = figures.cell(cell)?.figure.number()?.checked_add(by?)?;
    let kind = figures.table().row_of(cell).1.kind;
    let may_stand_there = (kind == CellKind::Signed || should_be >= Decimal::ZERO) && (kind == CellKind::Amount || should_be.is_integer());
    may_stand_there.then_some((Culprit { cell, should_be: should_be.normalize() }, explained))
}

fn is_known(figures: &TableFigures, instance: &Instance) -> bool {
    [&instance.left, &instance.right].iter().all(|cells| Side::of(figures, cells).is_some_and(|side| side.unknown == 0))
}

fn weight(cells: &[usize], weights: &BTreeMap<usize, Decimal>) -> Decimal {
    cells.iter().filter_map(|cell| weights.get(cell)).sum()
}

/// By how much each cell changes when this one changes by one: itself, and the totals added up from it.
fn follows(figures: &TableFigures, cell: usize) -> BTreeMap<usize, Decimal> {
    let mut weights = BTreeMap::from([(cell, Decimal::ONE)]);
    let totals: Vec<&Instance> =
        figures.table().relations.iter().filter(|relation| relation.total).flat_map(|relation| &relation.instances).collect();
    loop {
        let next = totals.iter().find_map(|one| {
            let total = *one.right.first()?;
            let added_up = !weights.contains_key(&total) && figures.cell(total).is_some_and(|cell| cell.computed);
            let by = weight(&one.left, &weights);
            (added_up && !by.is_zero()).then_some((total, by))
        });
        match next {
            Some((total, by)) => weights.insert(total, by),
            None => return weights,
        };
    }
}
