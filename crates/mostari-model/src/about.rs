//! The card that every reader, indicator and planner carries.

use serde::Serialize;

/// What a card describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Bytes to tables.
    Reader,
    /// Snapshot to indicator values.
    Indicator,
    /// Problem to plan.
    Planner,
}

/// Whether a larger value is better for the people who live there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More is better.
    HigherIsBetter,
    /// More is worse.
    HigherIsWorse,
    /// Neither; it describes.
    Neutral,
}

/// One card feeds `mostari list`, the docs, the API and the map legend.
///
/// A test walks every `all()` list and asks that no field is empty and each id unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct About {
    /// Stable id, lower case with dashes, used in commands and in the record.
    pub id: &'static str,
    /// Reader, indicator or planner.
    pub kind: Kind,
    /// What a person calls it.
    pub name: &'static str,
    /// One sentence: what it answers.
    pub summary: &'static str,
    /// Unit of the result, in words.
    pub unit: &'static str,
    /// Lowest and highest possible value, in words.
    pub range: &'static str,
    /// Which way is better.
    pub direction: Direction,
    /// Paper, standard or handbook with section.
    pub source: &'static str,
    /// How it is computed, in one or two sentences.
    pub method: &'static str,
    /// How persons and communities are protected in the result.
    pub protection: &'static str,
}

impl About {
    /// The text fields with their names, for the test that none is empty.
    pub fn texts(&self) -> [(&'static str, &'static str); 8] {
        [
            ("id", self.id),
            ("name", self.name),
            ("summary", self.summary),
            ("unit", self.unit),
            ("range", self.range),
            ("source", self.source),
            ("method", self.method),
            ("protection", self.protection),
        ]
    }
}
