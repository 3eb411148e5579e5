//! The areas of a mission as a tree, and the search for the area under a point.

use crate::{countries::country_of, grid::Grid, names::NameIndex, near::Boundaries, tree};
use geo_types::{Coord, MultiPolygon, Point};
use mostari_model::{AreaId, Finding, PlaceRef, Snapshot};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, HashMap},
    sync::OnceLock,
};

/// A point at most this far from the nearest area, in **metres**, is counted there and reported: coasts, border rivers and
/// simplified boundaries. It is the size of a village's surroundings, well below that of a municipality.
pub const TOLERANCE_M: f64 = 5_000.0;

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
    pub(crate) by_id: HashMap<String, AreaIndex>,
    /// The level-0 area of each country, by ISO 3166-1 alpha-3 code.
    pub(crate) roots: BTreeMap<String, AreaIndex>,
    /// For each area whether anything lies below it.
    pub(crate) has_below: Vec<bool>,
    /// Grids of the levels that have boundaries, finest level first.
    pub(crate) grids: Vec<(u8, Grid)>,
    pub(crate) names: NameIndex,
    /// What a person settled: an area, `None` for no area, or the id of an area that is not there.
    pub(crate) settled: HashMap<PlaceRef, Option<Result<AreaIndex, AreaId>>>,
    pub(crate) boundaries: OnceLock<Boundaries>,
}

impl Gazetteer {
    /// Builds the tree; areas that stand twice, lack a parent or have no boundary are reported.
    pub fn of(snapshot: &Snapshot) -> (Self, Vec<Finding>) {
        tree::build(snapshot)
    }

    /// The position of an id; capital and small letters are the same.
    pub fn index_of(&self, id: &AreaId) -> Option<AreaIndex> {
        self.index_of_code(id.as_str())
    }

    pub(crate) fn index_of_code(&self, code: &str) -> Option<AreaIndex> {
        self.by_id.get(&code.to_ascii_uppercase()).copied()
    }

    /// The level-0 area of a country, named by ISO code or name.
    pub fn country(&self, country: &str) -> Option<AreaIndex> {
        self.roots.get(country_of(country)?.iso3).copied()
    }

    /// The finest area that contains a point (longitude, latitude in degrees). On a shared border: the first area in order.
    pub fn locate(&self, longitude: f64, latitude: f64) -> Option<AreaIndex> {
        let point = Coord { x: longitude, y: latitude };
        self.grids.iter().find_map(|(_, grid)| grid.locate(point))
    }

    /// [`Gazetteer::locate`] for many points, on all cores, in their order.
    ///
    /// # Panics
    /// If there are not as many longitudes as latitudes.
    pub fn locate_all(&self, longitudes: &[f64], latitudes: &[f64]) -> Vec<Option<AreaIndex>> {
        assert_eq!(longitudes.len(), latitudes.len(), "each point has a longitude and a latitude");
        longitudes.par_iter().zip(latitudes).map(|(longitude, latitude)| self.locate(*longitude, *latitude)).collect()
    }

    /// The area with the nearest boundary among those with nothing below them, and its distance in **metres**.
    pub fn nearest(&self, longitude: f64, latitude: f64) -> Option<(AreaIndex, f64)> {
        if !(longitude.is_finite() && latitude.is_finite()) {
            return None;
        }
        let shapes = || self.leaves().filter_map(|area| Some((area, self.areas[area].shape.as_ref()?)));
        let boundaries = self.boundaries.get_or_init(|| Boundaries::new(shapes().collect::<Vec<_>>().into_iter()));
        boundaries.nearest(Coord { x: longitude, y: latitude })
    }

    /// The area itself and those above it, finest first.
    pub fn upward(&self, area: AreaIndex) -> impl Iterator<Item = AreaIndex> + '_ {
        std::iter::successors(Some(area), |i| self.areas[*i].parent)
    }

    /// Whether an area is another or lies below it.
    pub fn is_within(&self, area: AreaIndex, above: AreaIndex) -> bool {
        self.upward(area).any(|up| up == above)
    }

    /// The country of an area: the top of its branch.
    pub fn root_of(&self, area: AreaIndex) -> AreaIndex {
        self.upward(area).last().expect("the area itself at least")
    }

    /// Areas that have nothing below them: where assessments and plans happen.
    pub fn leaves(&self) -> impl Iterator<Item = AreaIndex> + '_ {
        (0..self.areas.len()).filter(|area| !self.has_below.get(*area).copied().unwrap_or(false))
    }

    /// `Kenema (SL0102)`.
    pub fn describe(&self, area: AreaIndex) -> String {
        let node = &self.areas[area];
        format!("{} ({})", node.name, node.id)
    }
}
