//! Conditions: what people decided about a plan beside its means (`conditions.toml`).
//!
//! ```toml
//! required = ["clinic-new:north"]       # in the plan, whatever else has to leave
//!
//! [[alternative]]                       # at most one of these is done
//! id = "crossing-at-north"
//! projects = ["bridge-repair:north", "ferry:north"]
//!
//! [[after]]                             # starts only when one of these is complete, and so many months later
//! id = "clinic-needs-a-crossing"
//! project = "clinic-new:north"
//! any = ["bridge-repair:north", "ferry:north"]
//! lag_months = 1
//!
//! [[bundle]]                            # all of these or none
//! id = "school-with-water"
//! projects = ["school-new:north", "water-point:north"]
//!
//! [[owner]]                             # pays the running cost after handover
//! id = "municipality-north"
//! running_budget = { 2026 = 40000 }     # by calendar year, in major units
//!
//! [[running]]                           # what it costs the owner
//! id = "clinics-are-run-by-north"
//! owner = "municipality-north"
//! kinds = ["clinic-new"]
//! areas = ["north"]
//! cost_per_year = 12000
//!
//! [[weight]]                            # what a community voted for counts more
//! id = "assembly-of-north"
//! sectors = ["water"]
//! areas = ["north"]
//! factor = 1.3
//! ```

use crate::{AreaId, Currency, Money, PartyId, ProjectId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The largest factor of a weight: a community may make something count ten times, and not drown all else.
const FACTOR_MAX: f64 = 10.0;

/// What people decided about a plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// Projects that are in the plan, whatever else has to leave.
    pub required: Vec<ProjectId>,
    /// Of which projects at most one is done.
    #[serde(rename = "alternative")]
    pub alternatives: Vec<Together>,
    /// Which projects are done all or none.
    #[serde(rename = "bundle")]
    pub bundles: Vec<Together>,
    /// What waits for one of several.
    pub after: Vec<After>,
    /// Who pays the running cost.
    #[serde(rename = "owner")]
    pub owners: Vec<Owner>,
    /// What is run by whom, and for how much.
    pub running: Vec<Running>,
    /// What counts more, or less.
    #[serde(rename = "weight")]
    pub weights: Vec<Weight>,
}

/// Projects that a condition joins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Together {
    /// Unique id of the condition.
    pub id: String,
    /// The projects: two or more.
    pub projects: Vec<ProjectId>,
}

/// A project that waits for one of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// Unique id of the condition.
    pub id: String,
    /// What waits.
    pub project: ProjectId,
    /// Any one of these must be complete.
    pub any: Vec<ProjectId>,
    /// Whole months between the end of that one and the start of this.
    #[serde(default)]
    pub lag_months: u32,
}

/// Whoever runs what was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// Unique id.
    pub id: PartyId,
    /// Calendar year (as text, a TOML key) to what it can spend on running, in major units. What is not named is not there.
    pub running_budget: BTreeMap<String, i64>,
}

/// Which projects an owner runs. Each list that is not empty narrows it; all empty means every project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Running {
    /// Unique id of the condition.
    pub id: String,
    /// Who pays.
    pub owner: PartyId,
    /// Which.
    #[serde(flatten)]
    pub which: Which,
    /// Running cost of each from the month after its completion, in major units a year; each month a twelfth.
    pub cost_per_year: i64,
}

/// A factor on the benefit of some projects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    /// Unique id: who decided it, and when.
    pub id: String,
    /// Which.
    #[serde(flatten)]
    pub which: Which,
    /// By how much their benefit is multiplied: above 0, at most 10.
    pub factor: f64,
}

/// Some of the projects. Each list that is not empty narrows it; all empty means every project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Which {
    /// By id.
    pub projects: Vec<ProjectId>,
    /// By kind.
    pub kinds: Vec<String>,
    /// By sector.
    pub sectors: Vec<String>,
    /// By area; an area covers everything below it.
    pub areas: Vec<AreaId>,
}

/// Why conditions cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConditionsError {
    /// Two conditions, or two owners, share an id.
    #[error("`{0}` stands twice in the conditions")]
    Twice(String),
    /// A condition names a project that is no candidate.
    #[error("condition `{condition}`: `{project}` is no candidate")]
    Project {
        /// The condition.
        condition: String,
        /// What it names.
        project: ProjectId,
    },
    /// A running cost is put on somebody who is no owner.
    #[error("condition `{condition}`: `{owner}` is not among the owners")]
    Owner {
        /// The condition.
        condition: String,
        /// What it names.
        owner: PartyId,
    },
    /// A number or a list makes no sense.
    #[error("condition `{condition}`: {what}")]
    Value {
        /// The condition.
        condition: String,
        /// What is wrong.
        what: &'static str,
    },
}

impl Conditions {
    /// Whether nothing was decided.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Checks what TOML cannot: ids, years, numbers, and that every project that is named is a candidate.
    ///
    /// # Errors
    /// The first [`ConditionsError`] in the order of the file.
    pub fn validate(&self, candidates: &BTreeSet<&ProjectId>) -> Result<(), ConditionsError> {
        let mut seen = BTreeSet::new();
        let owners = self.owners.iter().map(|owner| owner.id.as_str());
        if let Some(id) = owners.chain(self.ids()).find(|id| !seen.insert(*id)) {
            return Err(ConditionsError::Twice(id.to_owned()));
        }
        let known = |condition: &str, projects: &[ProjectId]| {
            let unknown = projects.iter().find(|project| !candidates.contains(project));
            unknown.map_or(Ok(()), |project| {
                Err(ConditionsError::Project { condition: condition.to_owned(), project: project.clone() })
            })
        };
        known("required", &self.required)?;
        for Together { id, projects } in self.alternatives.iter().chain(&self.bundles) {
            known(id, projects)?;
            if projects.iter().collect::<BTreeSet<_>>().len() < 2 {
                return Err(value(id, "it joins fewer than two projects"));
            }
        }
        for After { id, project, any, .. } in &self.after {
            known(id, std::slice::from_ref(project))?;
            known(id, any)?;
            if any.is_empty() || any.contains(project) {
                return Err(value(id, "a project waits for one or more others"));
            }
        }
        self.owners.iter().try_for_each(Owner::validate)?;
        self.running.iter().try_for_each(|running| self.validate_running(running))?;
        for Weight { id, which, factor } in &self.weights {
            known(id, &which.projects)?;
            if !(*factor > 0.0 && *factor <= FACTOR_MAX) {
                return Err(value(id, "a factor is above 0 and at most 10"));
            }
        }
        self.running.iter().try_for_each(|running| known(&running.id, &running.which.projects))
    }

    fn ids(&self) -> impl Iterator<Item = &str> {
        let together = self.alternatives.iter().chain(&self.bundles).map(|it| it.id.as_str());
        let after = self.after.iter().map(|it| it.id.as_str());
        let running = self.running.iter().map(|it| it.id.as_str());
        together.chain(after).chain(running).chain(self.weights.iter().map(|it| it.id.as_str()))
    }

    fn validate_running(&self, running: &Running) -> Result<(), ConditionsError> {
        if !(0..=1_000_000_000_000).contains(&running.cost_per_year) {
            return Err(value(&running.id, "a running cost is 0 to 10^12 a year"));
        }
        match self.owners.iter().any(|owner| owner.id == running.owner) {
            true => Ok(()),
            false => Err(ConditionsError::Owner { condition: running.id.clone(), owner: running.owner.clone() }),
        }
    }
}

impl Owner {
    /// What it can spend on running in a calendar year.
    ///
    /// # Panics
    /// Never after [`Conditions::validate`], which bounds budgets.
    pub fn budget_in(&self, year: i32, currency: Currency) -> Money {
        let major = self.running_budget.get(&year.to_string()).copied().unwrap_or(0);
        Money::from_major(major, currency).expect("validated to fit")
    }

    fn validate(&self) -> Result<(), ConditionsError> {
        for (year, major) in &self.running_budget {
            if year.len() != 4 || year.parse::<u16>().is_err() {
                return Err(value(self.id.as_str(), "a year has four digits"));
            }
            if !(0..=1_000_000_000_000).contains(major) {
                return Err(value(self.id.as_str(), "a budget is 0 to 10^12"));
            }
        }
        Ok(())
    }
}

fn value(condition: &str, what: &'static str) -> ConditionsError {
    ConditionsError::Value { condition: condition.to_owned(), what }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(conditions: Conditions) -> Result<(), ConditionsError> {
        let candidates = ["bridge", "ferry", "clinic"].map(ProjectId::from);
        conditions.validate(&candidates.iter().collect())
    }

    fn together(id: &str, projects: &[&str]) -> Together {
        Together { id: id.into(), projects: projects.iter().map(|id| ProjectId::from(*id)).collect() }
    }

    #[test]
    fn a_condition_names_candidates_only() {
        let wrong = Conditions { bundles: vec![together("b", &["clinic", "palace"])], ..Conditions::default() };
        let expect = ConditionsError::Project { condition: "b".into(), project: "palace".into() };
        assert_eq!(check(wrong), Err(expect));
        let right = Conditions { bundles: vec![together("b", &["clinic", "ferry"])], ..Conditions::default() };
        assert_eq!(check(right), Ok(()));
    }

    #[test]
    fn ids_are_unique_over_all_kinds_of_condition() {
        let alternatives = vec![together("x", &["bridge", "ferry"])];
        let bundles = vec![together("x", &["clinic", "ferry"])];
        let twice = Conditions { alternatives, bundles, ..Conditions::default() };
        assert_eq!(check(twice), Err(ConditionsError::Twice("x".into())));
    }

    #[test]
    fn nothing_waits_for_itself_and_no_weight_is_zero() {
        let (id, project, any) = ("a".to_owned(), "clinic".into(), vec!["clinic".into()]);
        let circle = Conditions { after: vec![After { id, project, any, lag_months: 0 }], ..Conditions::default() };
        assert!(matches!(check(circle), Err(ConditionsError::Value { .. })));
        let weight = Weight { id: "w".into(), which: Which::default(), factor: 0.0 };
        assert!(matches!(
            check(Conditions { weights: vec![weight], ..Conditions::default() }),
            Err(ConditionsError::Value { .. })
        ));
    }
}
