//! The catalogue: kinds of project, what they cost and take, and which observation calls for one.

use crate::Currency;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of project with unit costs, written as TOML by the people who know the prices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Currency of every cost in it.
    pub currency: Currency,
    /// The kinds.
    #[serde(rename = "kind")]
    pub kinds: Vec<ProjectKind>,
}

/// One kind of project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectKind {
    /// Stable id: `clinic-new`, `bridge-repair`, `hazard-clear`.
    pub id: String,
    /// What a person calls it.
    pub title: String,
    /// Sector that earmarks speak of.
    pub sector: String,
    /// Optimistic cost in major units, for one `unit`.
    pub cost_low: f64,
    /// Likely cost in major units, for one `unit`.
    pub cost_likely: f64,
    /// Pessimistic cost in major units, for one `unit`.
    pub cost_high: f64,
    /// What one unit is: `project` (default) or `hectare` (of hazard area).
    #[serde(default = "one_project")]
    pub unit: String,
    /// Months that the work takes.
    pub duration_months: u32,
    /// Weeks of each capability, for one `unit`.
    pub work_weeks: BTreeMap<String, f64>,
    /// Kinds that must be complete before, where a project of that kind is proposed in the same area.
    #[serde(default)]
    pub needs_before: Vec<String>,
    /// Most people that one project can serve; what it serves is the lesser of this and the people in need of it.
    pub serves_people_max: u64,
    /// What calls for a project of this kind.
    pub trigger: Trigger,
    /// Where the unit cost comes from: shown wherever the cost is.
    pub source: String,
}

fn one_project() -> String {
    "project".to_owned()
}

/// The observation that calls for a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "when", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Trigger {
    /// More than `people_max` people for each functional facility of this kind in an area: add one.
    TooFewFacilities {
        /// Facility kind, such as `health.clinic`.
        facility: String,
        /// Standard: most people for one facility.
        people_max: u64,
    },
    /// A facility of this kind is `destroyed`, `partial` or `closed`: rehabilitate it.
    FacilityNotFunctional {
        /// Facility kind, such as `bridge`.
        facility: String,
    },
    /// Suspected or confirmed hazard area within `within_m` metres of a settlement or facility: clear it.
    HazardNearPeople {
        /// Distance in metres.
        within_m: f64,
        /// Hazard features in one area are cleared in projects of at most this many hectares.
        hectares_max: f64,
    },
    /// An indicator's latest value in an area is above a threshold: supply or support there.
    IndicatorAbove {
        /// Indicator id.
        indicator: String,
        /// Part, or empty.
        #[serde(default)]
        part: String,
        /// Threshold in the indicator's unit.
        above: f64,
    },
}

/// Why a catalogue cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// Two kinds share an id.
    #[error("kind `{0}` stands twice in the catalogue")]
    Twice(String),
    /// `needs_before` names a kind that is not there.
    #[error("kind `{kind}` needs `{needs}` before, which is not in the catalogue")]
    UnknownKind {
        /// The kind.
        kind: String,
        /// What it names.
        needs: String,
    },
    /// Kinds wait for each other.
    #[error("kind `{0}` waits for itself, through `needs_before`")]
    Circle(String),
    /// A number makes no sense.
    #[error("kind `{kind}`: {what}")]
    Number {
        /// The kind.
        kind: String,
        /// What is wrong.
        what: &'static str,
    },
}

impl Catalogue {
    /// The kind of this id.
    pub fn kind(&self, id: &str) -> Option<&ProjectKind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }

    /// Checks what TOML cannot: unique ids, known and acyclic `needs_before`, sensible numbers.
    ///
    /// # Errors
    /// The first [`CatalogueError`] in the order of the file.
    pub fn validate(&self) -> Result<(), CatalogueError> {
        let mut seen = BTreeSet::new();
        for kind in &self.kinds {
            if !seen.insert(kind.id.as_str()) {
                return Err(CatalogueError::Twice(kind.id.clone()));
            }
            kind.validate_numbers()?;
            if let Some(needs) = kind.needs_before.iter().find(|id| self.kind(id).is_none()) {
                return Err(CatalogueError::UnknownKind { kind: kind.id.clone(), needs: needs.clone() });
            }
        }
        match self.kinds.iter().find(|kind| self.waits_for_itself(&kind.id)) {
            Some(kind) => Err(CatalogueError::Circle(kind.id.clone())),
            None => Ok(()),
        }
    }

    fn waits_for_itself(&self, id: &str) -> bool {
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = vec![id];
        while let Some(next) = open.pop() {
            for before in self.kind(next).map_or(&[][..], |kind| &kind.needs_before) {
                if before == id {
                    return true;
                }
                if reached.insert(before) {
                    open.push(before);
                }
            }
        }
        false
    }
}

impl ProjectKind {
    fn validate_numbers(&self) -> Result<(), CatalogueError> {
        let fail = |what| Err(CatalogueError::Number { kind: self.id.clone(), what });
        if !(0.0 < self.cost_low && self.cost_low <= self.cost_likely && self.cost_likely <= self.cost_high) {
            return fail("costs must be positive and ordered low <= likely <= high");
        }
        if self.duration_months == 0 {
            return fail("duration_months must be at least 1");
        }
        if !matches!(self.unit.as_str(), "project" | "hectare") {
            return fail("unit must be `project` or `hectare`");
        }
        if self.work_weeks.values().any(|weeks| !(weeks.is_finite() && *weeks >= 0.0)) {
            return fail("work_weeks must be numbers of at least 0");
        }
        match self.trigger {
            Trigger::TooFewFacilities { people_max: 0, .. } => fail("people_max must be at least 1"),
            Trigger::HazardNearPeople { within_m, hectares_max } if !(within_m >= 0.0 && hectares_max > 0.0) => {
                fail("within_m must be at least 0 and hectares_max more than 0")
            }
            Trigger::IndicatorAbove { above, .. } if !above.is_finite() => fail("above must be a number"),
            _ => Ok(()),
        }
    }
}
