//! Recomputes every released number from two other truths.

use super::sensitive::{Sensitive, Versions};
use crate::disclosure::{CellId, Corrections, Evidence, Frame, ReleasedTable, Rule, Shift, Shown, Table};
use std::collections::BTreeMap;

type Key = (CellId, u32);

/// Whether the evidence shows every small cell to be open.
///
/// For each small cell of each release, and each of its two other truths: no value is negative, every shown cell of
/// every release adds up to the number that was shown, and the cell differs from the truth by as much as it must.
///
/// # Errors
/// In words, what does not hold.
pub fn check_evidence(
    frame: &Frame,
    releases: &[&ReleasedTable],
    truths: &[&Table],
    rule: &Rule,
    evidence: &[Evidence],
) -> Result<(), String> {
    let corrections = Corrections::between(truths);
    let record = Record::new(frame, releases, truths, &Versions::new(&corrections))?;
    let given: BTreeMap<Vec<Key>, &Evidence> = evidence
        .iter()
        .map(|evidence| {
            let mut leaves = evidence.leaves.clone();
            leaves.sort();
            (leaves, evidence)
        })
        .collect();
    let sensitive = Sensitive::of(frame, releases, truths, rule).map_err(|error| error.to_string())?;
    for small in &sensitive {
        let mut leaves = small.question.0.clone();
        leaves.sort();
        let evidence = given.get(&leaves).ok_or_else(|| format!("no evidence for {}", small.cell))?;
        let low = record.difference(&evidence.low, &leaves)?;
        let high = record.difference(&evidence.high, &leaves)?;
        let reach = |difference: i128| u64::try_from(i128::from(small.value) + difference);
        let (Ok(low), Ok(high)) = (reach(low), reach(high)) else {
            return Err(format!("the other truths of {} are out of range", small.cell));
        };
        if !small.need.is_met(small.value, low, Some(high)) {
            return Err(format!("{} is shown to be open only from {low} to {high}", small.cell));
        }
    }
    Ok(())
}

/// The truth by leaf and version, and which shown cells sum each.
struct Record {
    values: BTreeMap<Key, u64>,
    shown_with: BTreeMap<Key, Vec<usize>>,
    shown_names: Vec<String>,
}

impl Record {
    fn new(
        frame: &Frame,
        releases: &[&ReleasedTable],
        truths: &[&Table],
        versions: &Versions<'_>,
    ) -> Result<Self, String> {
        let mut record = Self { values: BTreeMap::new(), shown_with: BTreeMap::new(), shown_names: Vec::new() };
        for (release, truth) in truths.iter().enumerate() {
            for (id, leaf) in &truth.0 {
                let key = (id.clone(), versions.at(id, release));
                if record.values.insert(key, leaf.value).is_some_and(|before| before != leaf.value) {
                    return Err(format!("{id} has two values in one version"));
                }
            }
        }
        for (release, table) in releases.iter().enumerate() {
            let covered = table.layout.covered(frame).map_err(|error| error.to_string())?;
            for released in &table.cells {
                let Shown::Value(value) = released.shown else { continue };
                let extent = frame.extent(&released.cell, covered.as_deref()).map_err(|error| error.to_string())?;
                let mut sum = 0_u128;
                for leaf in extent.leaf_cells(frame) {
                    let id = frame.leaf_id(leaf);
                    let key = (id.clone(), versions.at(&id, release));
                    sum += u128::from(*record.values.get(&key).ok_or_else(|| format!("{id} is shown but unknown"))?);
                    record.shown_with.entry(key).or_default().push(record.shown_names.len());
                }
                if sum != u128::from(value) {
                    return Err(format!("release {release} shows {value} for {}, which is {sum}", released.cell));
                }
                record.shown_names.push(format!("{} of release {release}", released.cell));
            }
        }
        Ok(record)
    }

    /// By how much the other truth differs in the cell, after making sure that nobody could tell it from the truth.
    fn difference(&self, shifts: &[Shift], cell: &[Key]) -> Result<i128, String> {
        let mut in_cell = 0_i128;
        let mut in_shown: BTreeMap<usize, i128> = BTreeMap::new();
        let mut by_leaf: BTreeMap<Key, i128> = BTreeMap::new();
        for shift in shifts {
            *by_leaf.entry((shift.leaf.clone(), shift.version)).or_default() += i128::from(shift.by);
        }
        for (key, by) in by_leaf {
            let value = self.values.get(&key).ok_or_else(|| format!("{} has no such version", key.0))?;
            if i128::from(*value) + by < 0 {
                return Err(format!("{} would be negative", key.0));
            }
            in_cell += if cell.binary_search(&key).is_ok() { by } else { 0 };
            for &shown in self.shown_with.get(&key).into_iter().flatten() {
                *in_shown.entry(shown).or_default() += by;
            }
        }
        match in_shown.iter().find(|(_, by)| **by != 0) {
            Some((shown, by)) => Err(format!("{} would differ by {by}", self.shown_names[*shown])),
            None => Ok(in_cell),
        }
    }
}
