//! Every row of a snapshot in its area.

use crate::{AreaIndex, Gazetteer, Match};
use mostari_model::{Finding, PlaceRef, Snapshot};

/// Where an event lies and where it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlacedEvent {
    /// The finest area that contains the point, however imprecise the point is.
    pub under_point: Option<AreaIndex>,
    /// The area to which the event is credited, given its stated precision: a leaf, or an area above it.
    pub credited: Option<AreaIndex>,
}

/// A distinct place reference, what it means, and how many rows use it.
#[derive(Debug, Clone)]
pub struct PlaceMatch {
    /// As the file names it.
    pub place: PlaceRef,
    /// Kind of table it stands in.
    pub table: &'static str,
    /// What it means.
    pub found: Match,
    /// Rows that use it.
    pub rows: u64,
    /// First row of the file that uses it, and its dataset's position.
    pub first: (u32, u32),
}

/// Areas in a tree and the area of every row: one entry per row of the snapshot's table of the same name.
#[derive(Debug, Clone, Default)]
pub struct Placed {
    /// The areas.
    pub gazetteer: Gazetteer,
    /// Events.
    pub events: Vec<PlacedEvent>,
    /// Facilities, by point, else by reference.
    pub facilities: Vec<Option<AreaIndex>>,
    /// Populations.
    pub populations: Vec<Option<AreaIndex>>,
    /// Needs.
    pub needs: Vec<Option<AreaIndex>>,
    /// Food security phases.
    pub food_phases: Vec<Option<AreaIndex>>,
    /// Displacements (the place where people are).
    pub displacements: Vec<Option<AreaIndex>>,
    /// Activities.
    pub activities: Vec<Option<AreaIndex>>,
    /// Proposals, by point, else by reference.
    pub proposals: Vec<Option<AreaIndex>>,
    /// Figures.
    pub figures: Vec<Option<AreaIndex>>,
    /// Every distinct reference and what became of it, in order of table, then first appearance.
    pub matches: Vec<PlaceMatch>,
    /// What could not be placed, or only with doubt.
    pub findings: Vec<Finding>,
}

/// Places every row of a snapshot.
pub fn place(_snapshot: &Snapshot) -> Placed {
    Placed::default()
}
