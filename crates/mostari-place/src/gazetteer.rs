//! The areas of a mission as a tree, and the search for the area under a point.

use geo_types::{MultiPolygon, Point};
use mostari_model::{AreaId, Finding, Snapshot};

/// Position of an area in its gazetteer. Areas stand in the order of level, then id: the same in every run.
pub type AreaIndex = usize;

/// An area with its place in the tree.
#[derive(Debug, Clone)]
pub struct AreaNode {
    /// Its id.
    pub id: AreaId,
    /// Its name.
    pub name: String,
    /// Other spellings.
    pub other_names: Vec<String>,
    /// 0 = country.
    pub level: u8,
    /// The unit above, if any.
    pub parent: Option<AreaIndex>,
    /// The boundary in degrees, WGS 84; `None` if unknown.
    pub shape: Option<MultiPolygon<f64>>,
    /// A point inside the boundary, for labels and distances.
    pub inside: Option<Point<f64>>,
    /// Surface in square metres (geodesic), if the boundary is known.
    pub area_m2: Option<f64>,
    /// Latest total population: people and the position of its dataset in the snapshot.
    pub people: Option<(u64, u32)>,
    /// Position of its dataset in the snapshot.
    pub dataset: u32,
}

/// The areas of a mission.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer {
    /// All areas, ordered by level, then id.
    pub areas: Vec<AreaNode>,
}

impl Gazetteer {
    /// Builds the tree; areas that stand twice, lack a parent or have no boundary are reported.
    pub fn of(_snapshot: &Snapshot) -> (Self, Vec<Finding>) {
        (Self::default(), Vec::new())
    }

    /// The position of an id.
    pub fn index_of(&self, _id: &AreaId) -> Option<AreaIndex> {
        None
    }

    /// The finest area that contains a point (longitude, latitude).
    pub fn locate(&self, _longitude: f64, _latitude: f64) -> Option<AreaIndex> {
        None
    }

    /// The area itself and those above it, finest first.
    pub fn upward(&self, area: AreaIndex) -> impl Iterator<Item = AreaIndex> + '_ {
        std::iter::successors(Some(area), |i| self.areas[*i].parent)
    }

    /// Areas that have nothing below them: where assessments and plans happen.
    pub fn leaves(&self) -> impl Iterator<Item = AreaIndex> + '_ {
        0..self.areas.len()
    }
}
