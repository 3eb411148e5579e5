//! Hides what must be hidden, and proves of each small cell that it stays open.

use super::{
    CellId, DisclosureError, Frame, Layout, Need, ReleasedCell, ReleasedTable, Rule, Shown, Table, attack,
    ground::{Ground, Target},
    moves::{Changes, Move, Search},
};
use serde::{Deserialize, Serialize};

/// A release that was made before, with the true table that it was made from (the originator's own snapshot of then).
#[derive(Debug, Clone, Copy)]
pub struct Earlier<'a> {
    /// What was true.
    pub truth: &'a Table,
    /// What was shown.
    pub shown: &'a ReleasedTable,
}

/// A table that may be released, and what it cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protected {
    /// What to release.
    pub table: ReleasedTable,
    /// How much of the table is hidden.
    pub price: Price,
    /// For each protected cell two other true tables that would have led to the very same releases. Confidential.
    pub evidence: Vec<Evidence>,
}

/// How much is hidden, and how much the rule alone would hide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Price {
    /// Cells of the table that are known.
    pub cells: u64,
    /// Of these, not zero: only they can be small.
    pub cells_not_zero: u64,
    /// Cells hidden for their own sake.
    pub hidden_primary: u64,
    /// Cells hidden to protect others.
    pub hidden_secondary: u64,
    /// The sum of all cells, totals included.
    pub value: u64,
    /// What of it is hidden for its own sake.
    pub value_primary: u64,
    /// What of it is hidden to protect others.
    pub value_secondary: u64,
}

/// Two other truths, by their differences from the truth: one with less in the protected cell, one with more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The protected cell.
    pub cell: CellId,
    /// The leaf cells that it sums, each with its version (see [`super::Corrections`]).
    pub leaves: Vec<(CellId, u32)>,
    /// How open it must stay.
    pub need: Need,
    /// The truth with less in the cell.
    pub low: Vec<Shift>,
    /// The truth with more in it.
    pub high: Vec<Shift>,
}

/// A changed leaf value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// The leaf cell.
    pub leaf: CellId,
    /// How often it had been corrected.
    pub version: u32,
    /// By how much it differs from the truth.
    pub by: i64,
}

/// Hides what the rule hides and nothing more. **Not protected:** hidden cells follow from totals and from other
/// releases. It exists so that the price of protection, and the attack, can be measured against it.
///
/// # Errors
/// [`DisclosureError::NotOnAxis`], [`DisclosureError::Overflow`].
pub fn mask(frame: &Frame, layout: &Layout, truth: &Table, rule: &Rule) -> Result<ReleasedTable, DisclosureError> {
    Ok(told(&Ground::new(frame, rule, &[], layout, truth)?, layout, 0))
}

/// Makes a table that can be released beside all earlier releases of the same measure.
///
/// No small cell of any of them, nor any small sum of the frame, can be narrowed further than the rule allows by
/// anybody who holds all releases; each is proved by [`Evidence`], which [`attack::check_evidence`] has checked.
///
/// # Errors
/// [`DisclosureError::Unprotectable`] if earlier releases show so much that no choice of hidden cells is known to
/// protect; the other kinds for input that does not fit together.
///
/// # Example
/// ```
/// use mostari_policy::disclosure::*;
/// let frame = Frame {
///     areas: Axis::of_leaves(["A", "B", "C"])?.with_group("all", ["A", "B", "C"])?,
///     sectors: Axis::of_leaves(["health", "water", "roads"])?.with_group("every", ["health", "water", "roads"])?,
///     periods: Axis::of_leaves(["2024-06"])?,
/// };
/// let counts = [[20, 30, 41], [4, 60, 25], [70, 33, 52]];
/// let mut truth = Table::default();
/// for (area, row) in ["A", "B", "C"].iter().zip(counts) {
///     for (sector, count) in ["health", "water", "roads"].iter().zip(row) {
///         truth.0.insert(CellId::new(area, sector, "2024-06"), Leaf::count(count));
///     }
/// }
/// let layout = Layout {
///     table: "people helped".into(),
///     areas: ["A", "B", "C", "all"].map(Into::into).to_vec(),
///     sectors: ["health", "water", "roads", "every"].map(Into::into).to_vec(),
///     periods: vec!["2024-06".into()],
///     coverage: None,
/// };
/// let protected = protect(&frame, &layout, &truth, &[], &Rule::counts())?;
/// // The 4, and three cells so that neither row nor column gives it away.
/// assert_eq!((protected.price.hidden_primary, protected.price.hidden_secondary), (1, 3));
/// # Ok::<(), DisclosureError>(())
/// ```
pub fn protect(
    frame: &Frame,
    layout: &Layout,
    truth: &Table,
    earlier: &[Earlier<'_>],
    rule: &Rule,
) -> Result<Protected, DisclosureError> {
    let mut ground = Ground::new(frame, rule, earlier, layout, truth)?;
    let own: Vec<bool> = ground.cells.iter().map(|cell| cell.hidden).collect();
    let truths: Vec<&Table> = earlier.iter().map(|past| past.truth).chain([truth]).collect();
    let layouts: Vec<&Layout> = earlier.iter().map(|past| &past.shown.layout).chain([layout]).collect();
    let mut evidence = Vec::new();
    let mut open = Vec::new();
    for target in ground.targets(rule, &layouts)? {
        match settle(&mut ground, earlier.len(), &target) {
            Some((low, high)) => evidence.push(spell(&ground, &target, &low, &high)),
            None => open.push(target.cell),
        }
    }
    if !open.is_empty() {
        open.sort();
        open.dedup();
        return Err(DisclosureError::Unprotectable { cells: open });
    }
    let table = told(&ground, layout, earlier.len());
    let releases: Vec<&ReleasedTable> = earlier.iter().map(|past| past.shown).chain([&table]).collect();
    attack::check_evidence(frame, &releases, &truths, rule, &evidence)
        .map_err(|reason| DisclosureError::CheckFailed { reason })?;
    Ok(Protected { price: price(&ground, &own, earlier.len()), table, evidence })
}

/// Extends two other truths until the target lies open between them, hiding cells as needed. `None` if that fails;
/// what was hidden stays so, which is safe.
fn settle(ground: &mut Ground<'_>, release: usize, target: &Target) -> Option<(Changes, Changes)> {
    let (mut low, mut high) = (Changes::new(), Changes::new());
    let (mut below, mut above) = (0_u64, 0_u64);
    let Need { below: below_min, above: above_min, spread } = target.need;
    loop {
        let rest = spread.saturating_sub(below + above);
        let up = above_min.saturating_sub(above).max(rest);
        let down = below_min.saturating_sub(below).max(rest);
        if up == 0 && down == 0 {
            return Some((low, high));
        }
        let wanted = |steps: u64| i64::try_from(steps).unwrap_or(i64::MAX);
        let mut search = Search::new(ground, release);
        let raise = (up > 0).then(|| search.best(target, 1, &high, wanted(up))).flatten();
        let lower = (down > 0).then(|| search.best(target, -1, &low, wanted(down))).flatten();
        let upward = match (&raise, &lower) {
            (Some(raise), Some(lower)) => raise.is_no_worse_than(lower),
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return None,
        };
        let (state, reached, chosen) = match upward {
            true => (&mut high, &mut above, raise?),
            false => (&mut low, &mut below, lower?),
        };
        *reached += chosen.steps.unsigned_abs();
        apply(ground, state, &chosen);
    }
}

fn apply(ground: &mut Ground<'_>, state: &mut Changes, chosen: &Move) {
    for (unknown, sign) in &chosen.corners {
        *state.entry(*unknown).or_default() += sign * chosen.steps;
    }
    for cell in &chosen.hides {
        ground.cells[*cell as usize].hidden = true;
    }
}

fn spell(ground: &Ground<'_>, target: &Target, low: &Changes, high: &Changes) -> Evidence {
    let name = |unknown: u32| {
        let unknown = ground.unknowns[unknown as usize];
        (ground.frame.leaf_id(unknown.leaf), unknown.version)
    };
    let shifts = |changes: &Changes| {
        let changed = changes.iter().filter(|(_, by)| **by != 0);
        changed
            .map(|(unknown, by)| {
                let (leaf, version) = name(*unknown);
                Shift { leaf, version, by: *by }
            })
            .collect()
    };
    Evidence {
        cell: target.cell.clone(),
        leaves: target.unknowns.iter().map(|unknown| name(*unknown)).collect(),
        need: target.need,
        low: shifts(low),
        high: shifts(high),
    }
}

/// The released form of one release's cells; those without a known value are unknown.
fn told(ground: &Ground<'_>, layout: &Layout, release: usize) -> ReleasedTable {
    let unknown = |cell| ReleasedCell { cell, shown: Shown::Unknown };
    let mut cells: Vec<ReleasedCell> = layout.cells().map(unknown).collect();
    for cell in ground.cells.iter().filter(|cell| cell.release == release) {
        cells[cell.position].shown = if cell.hidden { Shown::Hidden } else { Shown::Value(cell.value) };
    }
    ReleasedTable { layout: layout.clone(), cells }
}

fn price(ground: &Ground<'_>, own: &[bool], release: usize) -> Price {
    let mut price = Price::default();
    for (cell, primary) in ground.cells.iter().zip(own).filter(|(cell, _)| cell.release == release) {
        price.cells += 1;
        price.cells_not_zero += u64::from(cell.value > 0);
        price.value = price.value.saturating_add(cell.value);
        if *primary {
            price.hidden_primary += 1;
            price.value_primary = price.value_primary.saturating_add(cell.value);
        } else if cell.hidden {
            price.hidden_secondary += 1;
            price.value_secondary = price.value_secondary.saturating_add(cell.value);
        }
    }
    price
}
