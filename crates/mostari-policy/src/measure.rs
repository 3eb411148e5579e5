//! A measure as its originator holds it: the true table, how its cells hang together, and what was released of it.

use crate::disclosure::{
    Axis, CellId, DisclosureError, Earlier, Frame, Layout, Leaf, Protected, ReleasedTable, Rule, Table, protect,
};
use mostari_model::Period;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Names of groups with the leaves that each sums.
pub type Groups = BTreeMap<String, BTreeSet<String>>;

/// The true table of a measure, of counts. Confidential: it goes into a sealed entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What a release of it tells; the table's id is that of the measure.
    pub layout: Layout,
    /// Areas that sum others: the group and its leaves.
    pub area_groups: Groups,
    /// Sectors that sum others.
    pub sector_groups: Groups,
    /// The days of each period of the layout.
    pub periods: BTreeMap<String, Period>,
    /// The value of each leaf cell that is known.
    pub counts: Vec<Count>,
}

/// A known value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Which cell.
    #[serde(flatten)]
    pub cell: CellId,
    /// How many.
    pub count: u64,
}

/// A measure that was released, with what was shown of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What was true then.
    pub measure: Measure,
    /// What was shown.
    pub table: ReleasedTable,
}

/// The frame of several tables of one measure.
///
/// # Errors
/// [`DisclosureError::GroupChanged`] if a group has other parts than in an earlier table, [`DisclosureError::PeriodsOverlap`]
/// if two periods share days and are not the same: their difference would be a period of its own.
pub fn frame_of<'a>(measures: impl IntoIterator<Item = &'a Measure> + Clone) -> Result<Frame, DisclosureError> {
    let of = |names: fn(&Measure) -> Vec<String>, groups: fn(&Measure) -> &Groups| {
        let all = measures.clone().into_iter().map(|measure| (names(measure), groups(measure)));
        axis(&all.collect::<Vec<_>>())
    };
    let none = BTreeMap::new();
    let mut periods = BTreeMap::new();
    for (name, period) in measures.clone().into_iter().flat_map(|measure| &measure.periods) {
        let overlaps = |(_, other): &(&String, &Period)| other.from <= period.to && period.from <= other.to;
        if let Some((other, _)) = periods.iter().find(|held| held.1 != period && overlaps(held)) {
            return Err(DisclosureError::PeriodsOverlap { one: other.clone(), other: name.clone() });
        }
        periods.insert(name.clone(), *period);
    }
    Ok(Frame {
        areas: of(|m| m.layout.areas.iter().map(ToString::to_string).collect(), |m| &m.area_groups)?,
        sectors: of(|m| m.layout.sectors.clone(), |m| &m.sector_groups)?,
        periods: axis(&[(periods.into_keys().collect(), &none)])?,
    })
}

fn axis(tables: &[(Vec<String>, &Groups)]) -> Result<Axis, DisclosureError> {
    let mut groups: BTreeMap<&String, &BTreeSet<String>> = BTreeMap::new();
    let mut leaves: BTreeSet<&String> = BTreeSet::new();
    for (names, own) in tables {
        leaves.extend(names.iter().filter(|name| !own.contains_key(*name)));
        for (group, parts) in *own {
            leaves.extend(parts);
            if groups.insert(group, parts).is_some_and(|before| before != parts) {
                return Err(DisclosureError::GroupChanged { name: group.clone() });
            }
        }
    }
    if let Some(name) = groups.keys().find(|group| leaves.contains(**group)) {
        return Err(DisclosureError::GroupChanged { name: (*name).clone() });
    }
    let axis = Axis::of_leaves(leaves.into_iter().cloned())?;
    groups.into_iter().try_fold(axis, |axis, (group, parts)| axis.with_group(group, parts))
}

impl Measure {
    /// Its true table.
    pub fn truth(&self) -> Table {
        Table(self.counts.iter().map(|known| (known.cell.clone(), Leaf::count(known.count))).collect())
    }

    /// Makes a table that can be released beside the earlier ones of the same measure, oldest first.
    ///
    /// # Errors
    /// As [`frame_of`] and [`protect`].
    pub fn protect(&self, earlier: &[Shown], rule: &Rule) -> Result<Protected, DisclosureError> {
        let frame = frame_of(earlier.iter().map(|shown| &shown.measure).chain([self]))?;
        let truths: Vec<Table> = earlier.iter().map(|shown| shown.measure.truth()).collect();
        let held = truths.iter().zip(earlier).map(|(truth, shown)| Earlier { truth, shown: &shown.table });
        protect(&frame, &self.layout, &self.truth(), &held.collect::<Vec<_>>(), rule)
    }

    /// The cells that are small themselves; the others that a release hides protect these.
    ///
    /// # Errors
    /// As [`frame_of`].
    pub fn small(&self, rule: &Rule) -> Result<BTreeSet<CellId>, DisclosureError> {
        let masked = crate::disclosure::mask(&frame_of([self])?, &self.layout, &self.truth(), rule)?;
        let hidden = masked.cells.into_iter().filter(|cell| cell.shown == crate::disclosure::Shown::Hidden);
        Ok(hidden.map(|cell| cell.cell).collect())
    }
}
