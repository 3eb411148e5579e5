//! Moves: changes of the unknowns that leave every shown cell as it is.
//!
//! A move takes one leaf up (or down) together with the other corners of a box that has one, two or three axes: the
//! signs alternate, so every sum that holds a whole edge of the box stays the same. Cells that do change must be hidden.
//! This is the hypercube method of complementary suppression (Giessing and Repsilber 2002, in *Inference Control in
//! Statistical Databases*, doi:10.1007/3-540-47804-3_14), taken to several tables at once.

use super::ground::{Ground, Target};
use std::collections::BTreeMap;

/// Changes of unknowns from their true values; what is absent is unchanged.
pub(super) type Changes = BTreeMap<u32, i64>;

/// A move that moves the target by one for each step.
#[derive(Debug, Clone)]
pub(super) struct Move {
    /// Unknowns with +1 or -1.
    pub corners: Vec<(u32, i64)>,
    /// Cells that must be hidden for it.
    pub hides: Vec<u32>,
    /// What hiding them costs.
    pub cost: u64,
    /// Steps that it can be taken, at most as many as were wanted.
    pub steps: i64,
}

impl Move {
    /// Whether the other one is not better.
    pub fn is_no_worse_than(&self, other: &Self) -> bool {
        !other.is_better_than(self)
    }

    /// Whether it costs less for each step; then whether it reaches further.
    fn is_better_than(&self, other: &Self) -> bool {
        let ours = u128::from(self.cost) * other.steps as u128;
        let theirs = u128::from(other.cost) * self.steps as u128;
        (ours, other.steps) < (theirs, self.steps)
    }
}

/// What a shown cell is worth to a reader: large cells more, but by their digits, not by their value.
fn cost_of(value: u64) -> u64 {
    2 + u64::from(value.checked_ilog2().unwrap_or(0))
}

/// Looks for moves of one target.
pub(super) struct Search<'a> {
    pub ground: &'a Ground<'a>,
    /// The release whose cells may still be hidden.
    pub open: usize,
    /// By how much each cell would change in the move at hand; all zero between moves.
    net: Vec<i64>,
    touched: Vec<u32>,
}

impl<'a> Search<'a> {
    pub fn new(ground: &'a Ground<'a>, open: usize) -> Self {
        Self { ground, open, net: vec![0; ground.cells.len()], touched: Vec::new() }
    }

    /// The best move of the target in a direction (+1 up, -1 down) from `state`, of at most `wanted` steps.
    pub fn best(&mut self, target: &Target, direction: i64, state: &Changes, wanted: i64) -> Option<Move> {
        let mut best: Option<Move> = None;
        for area in &target.axes[0] {
            for sector in &target.axes[1] {
                for period in &target.axes[2] {
                    self.best_at(target, [*area, *sector, *period], direction, state, wanted, &mut best);
                    if best.as_ref().is_some_and(|found| found.cost == 0 && found.steps == wanted) {
                        return best;
                    }
                }
            }
        }
        best
    }

    /// Tries every box with one corner at `start` and the opposite one outside the target on each of its axes.
    fn best_at(
        &mut self,
        target: &Target,
        start: [u32; 3],
        direction: i64,
        state: &Changes,
        wanted: i64,
        best: &mut Option<Move>,
    ) {
        let frame = self.ground.frame;
        let lengths = [&frame.areas, &frame.sectors, &frame.periods].map(|axis| axis.leaves().len() as u32);
        for mask in 0..8_u32 {
            let partners: [Vec<u32>; 3] = [0, 1, 2].map(|axis| match mask >> axis & 1 {
                0 => vec![start[axis]],
                _ => (0..lengths[axis]).filter(|leaf| target.axes[axis].binary_search(leaf).is_err()).collect(),
            });
            for &area in &partners[0] {
                for &sector in &partners[1] {
                    for &period in &partners[2] {
                        let corners = corners(start, [area, sector, period], mask, direction);
                        for found in self.moves(target, &corners, state, wanted, best.as_ref()) {
                            if best.as_ref().is_none_or(|held| found.is_better_than(held)) {
                                *best = Some(found);
                            }
                        }
                    }
                }
            }
        }
    }

    /// A box in the version of the target's release, and in all versions at once.
    fn moves(
        &mut self,
        target: &Target,
        corners: &[([u32; 3], i64)],
        state: &Changes,
        wanted: i64,
        held: Option<&Move>,
    ) -> Vec<Move> {
        let ground = self.ground;
        let leaves: Vec<(usize, i64)> =
            corners.iter().map(|(at, sign)| (ground.frame.leaf_index(*at), *sign)).collect();
        let of = &ground.of[target.release];
        let one: Option<Vec<(u32, i64)>> = leaves.iter().map(|(leaf, sign)| Some((of[*leaf]?, *sign))).collect();
        let Some(one) = one else { return Vec::new() };
        let versions = |(leaf, sign): &(usize, i64)| {
            let sign = *sign;
            ground.versions[*leaf].iter().map(move |unknown| (*unknown, sign))
        };
        let all: Vec<(u32, i64)> = leaves.iter().flat_map(versions).collect();
        let mut found = Vec::new();
        if all.len() != one.len() {
            found.extend(self.weigh(all, state, wanted, held));
        }
        found.extend(self.weigh(one, state, wanted, held));
        found
    }

    /// What a move would hide and how far it goes; `None` if it is impossible or certainly worse than `held`.
    fn weigh(&mut self, corners: Vec<(u32, i64)>, state: &Changes, wanted: i64, held: Option<&Move>) -> Option<Move> {
        let ground = self.ground;
        let room = |(unknown, sign): &(u32, i64)| match sign {
            -1 => ground.unknowns[*unknown as usize].value + state.get(unknown).copied().unwrap_or(0),
            _ => i64::MAX,
        };
        let steps = corners.iter().map(room).min().unwrap_or(0).min(wanted);
        if steps < 1 || held.is_some_and(|held| held.cost == 0 && held.steps >= steps) {
            return None;
        }
        for (unknown, sign) in &corners {
            for &cell in &ground.cells_of[*unknown as usize] {
                if !ground.cells[cell as usize].hidden {
                    self.net[cell as usize] += sign;
                    self.touched.push(cell);
                }
            }
        }
        let mut hides = Vec::new();
        let mut possible = true;
        for cell in self.touched.drain(..) {
            if std::mem::take(&mut self.net[cell as usize]) != 0 {
                possible &= ground.cells[cell as usize].release == self.open;
                hides.push(cell);
            }
        }
        let cost = hides.iter().map(|cell| cost_of(ground.cells[*cell as usize].value)).sum();
        possible.then_some(Move { corners, hides, cost, steps })
    }
}

/// The corners of a box with their signs: the start has the direction, and each step along an axis turns it.
fn corners(start: [u32; 3], opposite: [u32; 3], mask: u32, direction: i64) -> Vec<([u32; 3], i64)> {
    (0..8_u32)
        .filter(|at| at & !mask == 0)
        .map(|at| {
            let place = [0, 1, 2].map(|axis| if at >> axis & 1 == 1 { opposite[axis] } else { start[axis] });
            (place, if at.count_ones() % 2 == 0 { direction } else { -direction })
        })
        .collect()
}
