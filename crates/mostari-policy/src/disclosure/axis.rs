//! Areas, sectors and periods with their groups: the frame that all releases of a measure share.

use super::{CellId, DisclosureError};
use std::collections::{BTreeMap, BTreeSet};

/// One axis of the tables: leaves, and groups of leaves. Groups may nest and overlap (a municipality in a district and
/// in a returns zone; a month in a quarter and in a reporting season).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    leaves: Vec<String>,
    /// Leaves of every node, ascending; a leaf is a node of itself.
    nodes: BTreeMap<String, Vec<u32>>,
}

impl Axis {
    /// An axis without groups.
    ///
    /// # Errors
    /// [`DisclosureError::TwiceOnAxis`].
    pub fn of_leaves<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Result<Self, DisclosureError> {
        let mut axis = Self { leaves: Vec::new(), nodes: BTreeMap::new() };
        for name in names {
            let name = name.into();
            let index = u32::try_from(axis.leaves.len()).map_err(|_| DisclosureError::Overflow)?;
            if axis.nodes.insert(name.clone(), vec![index]).is_some() {
                return Err(DisclosureError::TwiceOnAxis { name });
            }
            axis.leaves.push(name);
        }
        Ok(axis)
    }

    /// Adds a group of leaves and earlier groups; a leaf named twice is in it once.
    ///
    /// # Errors
    /// [`DisclosureError::TwiceOnAxis`]; [`DisclosureError::NotOnAxis`] for a part that is not there yet.
    pub fn with_group<S: AsRef<str>>(
        mut self,
        name: impl Into<String>,
        parts: impl IntoIterator<Item = S>,
    ) -> Result<Self, DisclosureError> {
        let name = name.into();
        let mut leaves = BTreeSet::new();
        for part in parts {
            let found = self.leaves_of(part.as_ref());
            let unknown = || DisclosureError::NotOnAxis { axis: "part", name: part.as_ref().to_owned() };
            leaves.extend(found.ok_or_else(unknown)?);
        }
        match self.nodes.contains_key(&name) {
            true => Err(DisclosureError::TwiceOnAxis { name }),
            false => {
                self.nodes.insert(name, leaves.into_iter().collect());
                Ok(self)
            }
        }
    }

    /// The leaves of a leaf or group, ascending, by their position among [`Axis::leaves`].
    pub fn leaves_of(&self, node: &str) -> Option<&[u32]> {
        self.nodes.get(node).map(Vec::as_slice)
    }

    /// The names of the leaves.
    pub fn leaves(&self) -> &[String] {
        &self.leaves
    }

    /// The names of leaves and groups, in order.
    pub fn nodes(&self) -> impl Iterator<Item = &str> {
        self.nodes.keys().map(String::as_str)
    }
}

/// The axes that a measure is told along. All releases that are held against each other share one frame; where the
/// areas changed, the frame holds the finest pieces as leaves, and old and new areas as groups of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Areas.
    pub areas: Axis,
    /// Sectors, or whatever the measure is divided by.
    pub sectors: Axis,
    /// Periods.
    pub periods: Axis,
}

/// What a cell sums: the product of leaves of the three axes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Extent {
    /// Leaves of the area axis, ascending; so are the others.
    pub areas: Vec<u32>,
    /// Leaves of the sector axis.
    pub sectors: Vec<u32>,
    /// Leaves of the period axis.
    pub periods: Vec<u32>,
}

impl Frame {
    /// How many leaf cells there are: areas x sectors x periods.
    pub fn leaf_count(&self) -> usize {
        self.areas.leaves.len() * self.sectors.leaves.len() * self.periods.leaves.len()
    }

    /// The position of a leaf cell among all of them.
    pub fn leaf_index(&self, [area, sector, period]: [u32; 3]) -> usize {
        let (sectors, periods) = (self.sectors.leaves.len(), self.periods.leaves.len());
        (area as usize * sectors + sector as usize) * periods + period as usize
    }

    /// Where a leaf cell stands on the three axes.
    pub fn coordinates(&self, leaf: usize) -> [u32; 3] {
        let (sectors, periods) = (self.sectors.leaves.len(), self.periods.leaves.len());
        [leaf / periods / sectors, leaf / periods % sectors, leaf % periods].map(|i| i as u32)
    }

    /// The name of a leaf cell.
    pub fn leaf_id(&self, leaf: usize) -> CellId {
        let [area, sector, period] = self.coordinates(leaf);
        CellId {
            area: self.areas.leaves[area as usize].as_str().into(),
            sector: self.sectors.leaves[sector as usize].clone(),
            period: self.periods.leaves[period as usize].clone(),
        }
    }

    /// What a cell sums, within `coverage` (leaves of the area axis, ascending) if there is one.
    ///
    /// # Errors
    /// [`DisclosureError::NotOnAxis`].
    pub fn extent(&self, cell: &CellId, coverage: Option<&[u32]>) -> Result<Extent, DisclosureError> {
        let find = |axis: &'static str, of: &Axis, name: &str| {
            let unknown = || DisclosureError::NotOnAxis { axis, name: name.to_owned() };
            of.leaves_of(name).map(<[u32]>::to_vec).ok_or_else(unknown)
        };
        let mut areas = find("area", &self.areas, cell.area.as_str())?;
        areas.retain(|leaf| coverage.is_none_or(|covered| covered.binary_search(leaf).is_ok()));
        let sectors = find("sector", &self.sectors, &cell.sector)?;
        Ok(Extent { areas, sectors, periods: find("period", &self.periods, &cell.period)? })
    }

    /// Every cell that the frame can name.
    pub fn cells(&self) -> impl Iterator<Item = CellId> {
        self.areas.nodes().flat_map(move |area| {
            self.sectors.nodes().flat_map(move |sector| {
                self.periods.nodes().map(move |period| CellId {
                    area: area.into(),
                    sector: sector.to_owned(),
                    period: period.to_owned(),
                })
            })
        })
    }
}

impl Extent {
    /// The positions of the leaf cells that it sums, in `frame`.
    pub fn leaf_cells(&self, frame: &Frame) -> Vec<usize> {
        let mut found = Vec::with_capacity(self.areas.len() * self.sectors.len() * self.periods.len());
        for &area in &self.areas {
            for &sector in &self.sectors {
                found.extend(self.periods.iter().map(|&period| frame.leaf_index([area, sector, period])));
            }
        }
        found
    }

    /// Its leaves on one axis: 0 area, 1 sector, 2 period.
    pub(crate) fn axis(&self, axis: usize) -> &[u32] {
        [&self.areas, &self.sectors, &self.periods][axis]
    }
}
