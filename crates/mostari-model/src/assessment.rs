//! Indicator values: numbers that show their unit, their sources and their doubt.

use crate::{AreaId, DatasetId, Date, Digest, Finding, Label, Month, Period};
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, collections::HashMap, fmt};

/// What a value counts or measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Unit {
    /// Events.
    Events,
    /// Deaths.
    Deaths,
    /// People.
    People,
    /// A part of a whole, 0 to 1; shown as percent.
    Share,
    /// Square metres.
    SquareMetres,
    /// Metres.
    Metres,
    /// People for each facility.
    PeoplePerFacility,
    /// Facilities.
    Facilities,
    /// Organisations.
    Organisations,
    /// A standard score.
    ZScore,
    /// Severity phase 1 to 5.
    Phase,
    /// Deaths per 100,000 people.
    DeathsPer100k,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Events => "events",
            Self::Deaths => "deaths",
            Self::People => "people",
            Self::Share => "share",
            Self::SquareMetres => "m2",
            Self::Metres => "m",
            Self::PeoplePerFacility => "people per facility",
            Self::Facilities => "facilities",
            Self::Organisations => "organisations",
            Self::ZScore => "z-score",
            Self::Phase => "phase",
            Self::DeathsPer100k => "deaths per 100 000 people",
        })
    }
}

/// How sure we are, in a word; the reason stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Not assessed: the value is unknown.
    None,
    /// Could well be wrong.
    Poor,
    /// Usable with care.
    Fair,
    /// As good as such data get.
    Good,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "none",
            Self::Poor => "poor",
            Self::Fair => "fair",
            Self::Good => "good",
        })
    }
}

/// One number about one area in one period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndicatorValue {
    /// Which area.
    pub area: AreaId,
    /// Id of the indicator.
    pub indicator: String,
    /// Which part of it: a type of violence, a kind of facility, a sector; empty for the whole.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub part: String,
    /// When.
    pub period: Period,
    /// The number; `None` is unknown.
    pub value: Option<f64>,
    /// Lower end of the interval or bound, in the same unit.
    pub low: Option<f64>,
    /// Upper end of the interval or bound, in the same unit.
    pub high: Option<f64>,
    /// Unit.
    pub unit: Unit,
    /// How sure.
    pub confidence: Confidence,
    /// Why not surer; what the bounds mean; why it is unknown.
    pub doubt: String,
    /// Datasets that it was computed from.
    pub sources: Vec<DatasetId>,
}

/// All indicator values of one snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Digest of the snapshot.
    pub snapshot: Digest,
    /// The day that it speaks of: nothing later than this day was used.
    pub as_of: Date,
    /// Version of the engine.
    pub engine: String,
    /// Label of everything that was used.
    pub label: Label,
    /// Ids of the indicators that were asked for, in order.
    pub indicators: Vec<String>,
    /// Values ordered by indicator, part, area (in the gazetteer's order), period.
    pub values: Vec<IndicatorValue>,
    /// What the engine wants a person to know.
    pub findings: Vec<Finding>,
}

impl Assessment {
    /// The digest of its canonical bytes: same snapshot, parameters and engine, same digest.
    pub fn digest(&self) -> Digest {
        Digest::of_value(self)
    }

    /// Its latest values, to look many of them up.
    pub fn latest(&self) -> LatestValues<'_> {
        let mut latest: HashMap<_, &IndicatorValue> = HashMap::new();
        let age = |value: &IndicatorValue| (value.period.to, Reverse(value.period.from));
        for value in &self.values {
            let place = latest.entry((value.indicator.as_str(), value.part.as_str(), &value.area)).or_insert(value);
            if age(value) >= age(place) {
                *place = value;
            }
        }
        LatestValues(latest)
    }

    /// The month that it ends with.
    pub fn as_of_month(&self) -> Month {
        Month::of(self.as_of)
    }
}

/// The latest value of each indicator, part and area; of several that end on the same day (a month, and the year that
/// it ends) the one over the longest period.
#[derive(Debug, Clone, Default)]
pub struct LatestValues<'a>(HashMap<(&'a str, &'a str, &'a AreaId), &'a IndicatorValue>);

impl<'a> LatestValues<'a> {
    /// The latest value of an indicator and part for an area, if the assessment holds one.
    pub fn get(&self, indicator: &str, part: &str, area: &AreaId) -> Option<&'a IndicatorValue> {
        self.0.get(&(indicator, part, area)).copied()
    }
}
