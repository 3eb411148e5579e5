//! Which sums are small: counted here once more, apart from the suppressor.

use super::{DisclosureError, Frame, Need, Question, ReleasedTable, Rule, Table};
use crate::disclosure::{CellId, Corrections};
use std::collections::{BTreeMap, BTreeSet};

/// A sum that must stay open.
pub(super) struct Sensitive {
    pub cell: CellId,
    pub release: usize,
    pub value: u64,
    pub need: Need,
    pub question: Question,
}

impl Sensitive {
    /// Every cell of the frame that is small as of some release: whole, within a coverage, or outside it.
    pub fn of(
        frame: &Frame,
        releases: &[&ReleasedTable],
        truths: &[&Table],
        rule: &Rule,
    ) -> Result<Vec<Self>, DisclosureError> {
        let corrections = Corrections::between(truths);
        let versions = Versions::new(&corrections);
        let mut coverages = BTreeSet::new();
        for release in releases {
            coverages.extend(release.layout.covered(frame)?);
        }
        let mut by_leaves: BTreeMap<Question, Self> = BTreeMap::new();
        for cell in frame.cells() {
            let whole = frame.extent(&cell, None)?.leaf_cells(frame);
            let inside = |coverage: &Vec<u32>, leaf: usize| coverage.contains(&frame.coordinates(leaf)[0]);
            let mut parts = vec![whole.clone()];
            for coverage in &coverages {
                let (within, outside) = whole.iter().partition(|leaf| inside(coverage, **leaf));
                parts.extend([within, outside]);
            }
            for part in &parts {
                let leaves: Vec<CellId> = part.iter().map(|leaf| frame.leaf_id(*leaf)).collect();
                for (release, truth) in truths.iter().enumerate() {
                    let Some((value, need)) = small(&leaves, truth, rule) else { continue };
                    let asked = leaves.iter().map(|leaf| (leaf.clone(), versions.at(leaf, release)));
                    let question = Question(asked.collect());
                    let new = Self { cell: cell.clone(), release, value, need, question: question.clone() };
                    let held = by_leaves.entry(question).or_insert(new);
                    held.need = held.need.and(need);
                }
            }
        }
        Ok(by_leaves.into_values().collect())
    }
}

/// The value and need of a sum that the rule protects; `None` if part of it is unknown or it may be shown.
fn small(leaves: &[CellId], truth: &Table, rule: &Rule) -> Option<(u64, Need)> {
    let known: Option<Vec<_>> = leaves.iter().map(|leaf| truth.0.get(leaf)).collect();
    let known = known.filter(|known| !known.is_empty())?;
    let value = known.iter().try_fold(0_u64, |sum, leaf| sum.checked_add(leaf.value))?;
    let mut shares: BTreeMap<&str, u64> = BTreeMap::new();
    for (party, share) in known.iter().flat_map(|leaf| &leaf.contributions) {
        *shares.entry(party.as_str()).or_default() += share;
    }
    Some((value, rule.need(value, &shares)?))
}

/// How often each leaf had been corrected as of each release.
pub(super) struct Versions<'a>(Vec<BTreeMap<&'a CellId, u32>>);

impl<'a> Versions<'a> {
    pub fn new(corrections: &'a Corrections) -> Self {
        let mut so_far: BTreeMap<&CellId, u32> = BTreeMap::new();
        let as_of = corrections.0.iter().map(|corrected| {
            for leaf in corrected {
                *so_far.entry(leaf).or_default() += 1;
            }
            so_far.clone()
        });
        Self(as_of.collect())
    }

    pub fn at(&self, leaf: &CellId, release: usize) -> u32 {
        self.0[release].get(leaf).copied().unwrap_or(0)
    }
}
