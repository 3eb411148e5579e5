//! Tables as the originator holds them, and as they are released.

use super::{DisclosureError, Frame};
use mostari_model::AreaId;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// A cell: a leaf or group of each axis.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellId {
    /// Area or group of areas.
    pub area: AreaId,
    /// Sector or group of sectors.
    pub sector: String,
    /// Period or group of periods.
    pub period: String,
}

impl CellId {
    /// A cell by its three names.
    pub fn new(area: &str, sector: &str, period: &str) -> Self {
        Self { area: area.into(), sector: sector.to_owned(), period: period.to_owned() }
    }
}

impl fmt::Display for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, {}", self.area, self.sector, self.period)
    }
}

/// The true value of a leaf cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Leaf {
    /// The count, or the sum of the contributions.
    pub value: u64,
    /// Who contributed how much to an amount; empty for counts.
    pub contributions: BTreeMap<String, u64>,
}

impl Leaf {
    /// A count.
    pub const fn count(value: u64) -> Self {
        Self { value, contributions: BTreeMap::new() }
    }

    /// An amount from its contributions; those of one party are added.
    ///
    /// # Errors
    /// [`DisclosureError::Overflow`].
    pub fn amount<S: Into<String>>(shares: impl IntoIterator<Item = (S, u64)>) -> Result<Self, DisclosureError> {
        let mut leaf = Self::default();
        for (party, share) in shares {
            let held = leaf.contributions.entry(party.into()).or_default();
            *held = held.checked_add(share).ok_or(DisclosureError::Overflow)?;
            leaf.value = leaf.value.checked_add(share).ok_or(DisclosureError::Overflow)?;
        }
        Ok(leaf)
    }
}

/// The true table, by leaf cells of the frame. What is not in it is unknown, not zero. Confidential: it is never released.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table(pub BTreeMap<CellId, Leaf>);

/// What a release wants to tell: the product of some areas, sectors and periods, leaves or groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Id of the table.
    pub table: String,
    /// Areas and groups of areas.
    pub areas: Vec<AreaId>,
    /// Sectors and groups of sectors.
    pub sectors: Vec<String>,
    /// Periods and groups of periods.
    pub periods: Vec<String>,
    /// If only these areas were covered: a group's cell then sums the covered part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Vec<AreaId>>,
}

impl Layout {
    /// Its cells, by area, sector, period.
    pub fn cells(&self) -> impl Iterator<Item = CellId> {
        self.areas.iter().flat_map(move |area| {
            self.sectors.iter().flat_map(move |sector| {
                self.periods.iter().map(move |period| CellId {
                    area: area.clone(),
                    sector: sector.clone(),
                    period: period.clone(),
                })
            })
        })
    }

    /// The covered leaves of the area axis, ascending; `None` if all are.
    ///
    /// # Errors
    /// [`DisclosureError::NotOnAxis`].
    pub fn covered(&self, frame: &Frame) -> Result<Option<Vec<u32>>, DisclosureError> {
        let Some(coverage) = &self.coverage else { return Ok(None) };
        let mut covered = BTreeSet::new();
        for area in coverage {
            let unknown = || DisclosureError::NotOnAxis { axis: "area", name: area.to_string() };
            covered.extend(frame.areas.leaves_of(area.as_str()).ok_or_else(unknown)?);
        }
        Ok(Some(covered.into_iter().collect()))
    }
}

/// What a release says of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    /// The value.
    Value(u64),
    /// Hidden. Whether for its own sake or to protect another is not told: the difference would be a disclosure.
    Hidden,
    /// Nobody knows: part of the cell was not observed.
    Unknown,
}

/// A released cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedCell {
    /// Which cell.
    #[serde(flatten)]
    pub cell: CellId,
    /// What is said of it.
    pub shown: Shown,
}

/// A table as it is released: every cell of its layout, in the layout's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedTable {
    /// What it tells.
    pub layout: Layout,
    /// Its cells.
    pub cells: Vec<ReleasedCell>,
}

impl ReleasedTable {
    /// How many cells are hidden.
    pub fn hidden_count(&self) -> u64 {
        self.cells.iter().filter(|cell| cell.shown == Shown::Hidden).count() as u64
    }

    /// Whether the cells are those of the layout.
    ///
    /// # Errors
    /// [`DisclosureError::Torn`].
    pub fn check_whole(&self) -> Result<(), DisclosureError> {
        match self.layout.cells().eq(self.cells.iter().map(|released| released.cell.clone())) {
            true => Ok(()),
            false => Err(DisclosureError::Torn { table: self.layout.table.clone() }),
        }
    }
}

/// Which leaf cells were corrected: the n-th set holds those whose value differs from the last one known before the
/// n-th release.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Corrections(pub Vec<BTreeSet<CellId>>);

impl Corrections {
    /// Compares the true tables of successive releases.
    pub fn between(truths: &[&Table]) -> Self {
        let mut known: BTreeMap<&CellId, u64> = BTreeMap::new();
        let sets = truths.iter().map(|truth| {
            let differs = |(id, leaf): (&CellId, &Leaf)| {
                known.get(id).is_some_and(|before| *before != leaf.value).then(|| id.clone())
            };
            let corrected: BTreeSet<CellId> = truth.0.iter().filter_map(differs).collect();
            known.extend(truth.0.iter().map(|(id, leaf)| (id, leaf.value)));
            corrected
        });
        Self(sets.collect())
    }
}
