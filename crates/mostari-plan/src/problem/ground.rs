//! Where things stand in a mission, at the level of areas: one point for each smallest area, which areas touch, and
//! which lie below which. Plain data.

use mostari_model::AreaId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A smallest area, known by one point of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The area.
    pub area: AreaId,
    /// Its name.
    pub name: String,
    /// Longitude of a point inside it, in degrees.
    pub longitude: f64,
    /// Latitude of that point, in degrees.
    pub latitude: f64,
    /// Its latest total population; `None` is unknown.
    pub people: Option<u64>,
}

/// The smallest areas of a mission.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ground {
    /// The areas that have a point, in the gazetteer's order.
    pub places: Vec<Place>,
    /// For each place the places that it touches, ascending; all others where no boundary is known at all.
    pub neighbours: Vec<Vec<u32>>,
    /// Whether no boundary is known, so that every place counts as a neighbour of every other.
    pub is_open_ground: bool,
    /// Every area and the one above it.
    pub parents: BTreeMap<AreaId, Option<AreaId>>,
    /// Names of all areas.
    pub names: BTreeMap<AreaId, String>,
    /// Smallest areas without a point, which stand nowhere.
    pub without_point: Vec<AreaId>,
    /// Files that the populations were read from.
    pub people_from: Vec<String>,
}

impl Ground {
    /// What a person calls an area; its code if it has no name.
    pub fn name<'a>(&'a self, area: &'a AreaId) -> &'a str {
        self.names.get(area).filter(|name| !name.is_empty()).map_or(area.as_str(), String::as_str)
    }
}
