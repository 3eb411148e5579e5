//! Every row of a snapshot in its area.

mod events;
mod points;
mod references;
#[cfg(test)]
mod tests;

use crate::{AreaIndex, Gazetteer, Match};
use mostari_model::{Finding, FindingCard, PlaceRef, Snapshot};
use references::Resolved;

/// Where an event lies and where it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlacedEvent {
    /// The finest area that contains the point, however imprecise the point is; within [`crate::TOLERANCE_M`] of all areas the
    /// nearest one, which is reported.
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

/// How many rows of a table have an area. The rows without one are those of its findings of severity error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedCount {
    /// Kind of table.
    pub table: &'static str,
    /// All rows.
    pub rows: u64,
    /// Rows that have an area.
    pub placed: u64,
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
    /// Needs. A row without any place is the national row of its file and lies in the mission's country.
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
    /// Where rows have points, only the references of rows without one are listed.
    pub matches: Vec<PlaceMatch>,
    /// Rows with and without an area, table by table in the order above.
    pub counts: Vec<PlacedCount>,
    /// What could not be placed, or only with doubt.
    pub findings: Vec<Finding>,
}

/// Places every row of a snapshot.
pub fn place(snapshot: &Snapshot) -> Placed {
    let (gazetteer, findings) = Gazetteer::of(snapshot);
    let mut placer = Placer { snapshot, gazetteer, matches: Vec::new(), findings };
    let tables = &snapshot.tables;
    let mut placed = Placed {
        events: placer.events(),
        facilities: placer.points_of("facilities", &tables.facilities),
        populations: placer.populations(),
        needs: placer.needs(),
        food_phases: placer.places_of("food_phases", &tables.food_phases),
        displacements: placer.places_of("displacements", &tables.displacements),
        activities: placer.places_of("activities", &tables.activities),
        proposals: placer.points_of("proposals", &tables.proposals),
        figures: placer.places_of("figures", &tables.figures),
        ..Placed::default()
    };
    placed.gazetteer = placer.gazetteer;
    placed.matches = placer.matches;
    placed.findings = placer.findings;
    placed.counts = count(&placed);
    placed
}

fn count(placed: &Placed) -> Vec<PlacedCount> {
    let of = |table, areas: &[Option<AreaIndex>]| PlacedCount {
        table,
        rows: areas.len() as u64,
        placed: areas.iter().flatten().count() as u64,
    };
    let credited = placed.events.iter().filter(|event| event.credited.is_some()).count() as u64;
    vec![
        PlacedCount { table: "events", rows: placed.events.len() as u64, placed: credited },
        of("facilities", &placed.facilities),
        of("populations", &placed.populations),
        of("needs", &placed.needs),
        of("food_phases", &placed.food_phases),
        of("displacements", &placed.displacements),
        of("activities", &placed.activities),
        of("proposals", &placed.proposals),
        of("figures", &placed.figures),
    ]
}

/// The work at hand.
struct Placer<'a> {
    snapshot: &'a Snapshot,
    gazetteer: Gazetteer,
    matches: Vec<PlaceMatch>,
    findings: Vec<Finding>,
}

impl Placer<'_> {
    fn report(&mut self, card: &'static FindingCard, dataset: u32, row: u32, message: String) {
        let finding = self.finding(card, dataset, row, message);
        self.findings.push(finding);
    }

    /// A finding about a row of a dataset.
    fn finding(&self, card: &'static FindingCard, dataset: u32, row: u32, message: String) -> Finding {
        let file = self.snapshot.datasets.get(dataset as usize).map_or("", |dataset| &dataset.file);
        Finding::new(card, message).in_file(file).at_row(row.into())
    }

    /// Places each row by its reference.
    fn places_of(&mut self, table: &'static str, rows: &impl references::HasPlaces) -> Vec<Option<AreaIndex>> {
        let (places, row, dataset) = rows.columns();
        let resolved = Resolved::of(&self.gazetteer, places, row, dataset, |_| true);
        let areas = places.codes().iter().map(|code| resolved.area(*code)).collect();
        self.keep(table, resolved);
        areas
    }
}
