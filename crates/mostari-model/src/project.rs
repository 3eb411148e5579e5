//! Projects: what could be done, what it answers, what it takes.

use crate::{AreaId, DatasetId, Date, Money, PartyId, ProjectId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The observation that a project answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The area observed.
    pub area: AreaId,
    /// Id of the indicator.
    pub indicator: String,
    /// Part of the indicator, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub part: String,
    /// The value that gave rise to the project.
    pub value: f64,
    /// In words: `4 210 people for each health.clinic; the catalogue asks for at most 3 000`.
    pub words: String,
}

/// Who put a project forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Origin {
    /// Proposed by rule from the catalogue and an assessment.
    Rule {
        /// Kind in the catalogue.
        kind: String,
    },
    /// Read from a file (OC4IDS).
    File {
        /// The dataset.
        dataset: DatasetId,
        /// The party that the file names, or empty.
        party: String,
    },
}

/// What a project may cost: a stated spread, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostRange {
    /// Optimistic.
    pub low: Money,
    /// What budgets are checked against.
    pub likely: Money,
    /// Pessimistic.
    pub high: Money,
}

/// Something that could be built, cleared, repaired or supplied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// Unique in a mission.
    pub id: ProjectId,
    /// What a person calls it.
    pub title: String,
    /// Kind in the catalogue.
    pub kind: String,
    /// Sector that earmarks speak of (`health`, `education`, `transport`, `mine-action`, …).
    pub sector: String,
    /// Area that it stands in.
    pub area: AreaId,
    /// Longitude and latitude, if it has a place finer than the area.
    pub point: Option<(f64, f64)>,
    /// Who put it forward.
    pub origin: Origin,
    /// What it answers; empty for projects that a party put forward without saying.
    pub answers: Vec<Answer>,
    /// What it costs.
    pub cost: CostRange,
    /// How long the work takes, in months.
    pub duration_months: u32,
    /// Weeks of each capability that the work takes, spread evenly over its months.
    pub work: BTreeMap<String, f64>,
    /// Projects that must be complete before this one starts.
    pub needs_before: Vec<ProjectId>,
    /// People whom it serves once complete.
    pub people: u64,
    /// How severe the need is that it answers, 1 (minimal) to 5 (catastrophic); weighs the benefit.
    pub severity: f64,
    /// Not before this day.
    pub earliest: Option<Date>,
    /// Parties that may carry it out; empty = any with the capability.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub executors: Vec<PartyId>,
}

/// The status of a project in OC4IDS 0.9, code list `projectStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Oc4idsStatus {
    /// A project is decided to be developed.
    Identification,
    /// Studies, strategy, authorisation of the budget.
    Preparation,
    /// Procurement and works.
    Implementation,
    /// Handover and close-out.
    Completion,
    /// Upkeep and day-to-day running.
    Maintenance,
    /// The asset is being disposed of.
    Decommissioning,
    /// The asset is disposed of.
    Decommissioned,
    /// Given up before close-out.
    Cancelled,
}

impl Oc4idsStatus {
    /// Every status, in the order of the code list.
    pub const ALL: [Self; 8] = [
        Self::Identification,
        Self::Preparation,
        Self::Implementation,
        Self::Completion,
        Self::Maintenance,
        Self::Decommissioning,
        Self::Decommissioned,
        Self::Cancelled,
    ];

    /// The code in the list.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Identification => "identification",
            Self::Preparation => "preparation",
            Self::Implementation => "implementation",
            Self::Completion => "completion",
            Self::Maintenance => "maintenance",
            Self::Decommissioning => "decommissioning",
            Self::Decommissioned => "decommissioned",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of a code, if there is one.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}
