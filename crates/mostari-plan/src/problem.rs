//! A planning problem: everything that a plan is a function of. Plain data, shared by planner and checker.

mod breach;
pub mod convoys;
pub mod ground;
pub mod knapsack;
pub mod preposition;
pub mod presence;
pub mod siting;
pub mod stock;
pub mod survey;

pub use breach::Breach;

use mostari_model::{
    Agreed, AreaId, Clearance, Conditions, ConditionsError, Digest, Finding, Label, Means, MeansError, Money, PartyId,
    Project, ProjectId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Hazard of not completing for one death per 100,000 people and year: our assumption, to be learned from
/// deliveries. At 0.01, work of one year in an area with 50 deaths per 100,000 people and year is completed
/// with probability exp(-0.5) = 0.61; at 2 deaths it is 0.98.
pub const CONFLICT_HAZARD: f64 = 0.01;

/// What a person chooses about a plan.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// Least share of its possible benefit that every area with candidates gets, 0 to 1; 0 = none.
    pub floor: f64,
    /// Hazard of not completing for one death per 100,000 people and year. [`CONFLICT_HAZARD`] unless stated.
    pub conflict_hazard: f64,
    /// Seed of the solver.
    pub seed: u64,
    /// Work starts only in every so many months of the horizon: 1 = in any, 3 = with a quarter, 12 = once a year.
    pub start_every: u32,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { floor: 0.0, conflict_hazard: CONFLICT_HAZARD, seed: 1, start_every: 1 }
    }
}

/// The parts of a problem that come from elsewhere; [`Problem::new`] checks and orders them.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    /// Digest of the snapshot.
    pub snapshot: Digest,
    /// Digest of the assessment.
    pub assessment: Digest,
    /// Label of the snapshot.
    pub label: Label,
    /// For whom the plan is made: decides which caveats are named.
    pub reader: Clearance,
    /// Candidates, in any order.
    pub projects: Vec<Project>,
    /// Who can pay and work.
    pub means: Means,
    /// Every area and the one above it.
    pub parents: BTreeMap<AreaId, Option<AreaId>>,
    /// Recent deaths per 100,000 people and year, for every area with a candidate.
    pub insecurity: BTreeMap<AreaId, f64>,
    /// What people decided beside the means.
    pub conditions: Conditions,
    /// What an earlier plan agreed, if this one is to disturb it as little as can be.
    pub agreed: Option<Agreed>,
    /// What a person chose.
    pub parameters: Parameters,
    /// What a person should know about the problem: candidates left out, values assumed.
    pub findings: Vec<Finding>,
}

/// A problem that makes sense: candidates in the order of their ids, each in a known area with a known
/// insecurity, paid in the currency of the means.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem(Parts);

/// Why a problem makes no sense.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemError {
    /// The means do not hold together.
    #[error("the means cannot be used")]
    Means(#[from] MeansError),
    /// The conditions do not hold together.
    #[error("the conditions cannot be used")]
    Conditions(#[from] ConditionsError),
    /// Two candidates share an id.
    #[error("project `{0}` stands twice among the candidates")]
    Twice(ProjectId),
    /// A candidate stands in no area that we know.
    #[error("project `{project}`: area `{area}` is not in the gazetteer")]
    Area {
        /// The project.
        project: ProjectId,
        /// What it names.
        area: AreaId,
    },
    /// No insecurity is given for an area with a candidate.
    #[error("area `{0}` has candidates but no recent insecurity")]
    Insecurity(AreaId),
    /// A cost in another currency than the budgets.
    #[error("project `{project}` costs {cost}, and the means are in {currency}")]
    Currency {
        /// The project.
        project: ProjectId,
        /// Its cost.
        cost: Money,
        /// Currency of the means.
        currency: mostari_model::Currency,
    },
    /// A number of a candidate makes no sense.
    #[error("project `{project}`: {what}")]
    Number {
        /// The project.
        project: ProjectId,
        /// What is wrong.
        what: &'static str,
    },
    /// An earmark or a caveat names an area that is not there: it would be switched off in silence.
    #[error("`{who}`: area `{area}` is not in the gazetteer")]
    UnknownArea {
        /// Donor or party.
        who: PartyId,
        /// What it names.
        area: AreaId,
    },
    /// A parameter makes no sense.
    #[error("{0}")]
    Parameter(&'static str),
}

impl Problem {
    /// Checks and orders the parts.
    ///
    /// # Errors
    /// The first [`ProblemError`], in the order of the projects' ids.
    pub fn new(mut parts: Parts) -> Result<Self, ProblemError> {
        parts.means.validate()?;
        let Parameters { floor, conflict_hazard, start_every, .. } = parts.parameters;
        if !(0.0..=1.0).contains(&floor) {
            return Err(ProblemError::Parameter("the floor must be between 0 and 1"));
        }
        if !(conflict_hazard.is_finite() && conflict_hazard >= 0.0) {
            return Err(ProblemError::Parameter("the conflict hazard must be at least 0"));
        }
        if start_every == 0 {
            return Err(ProblemError::Parameter("work starts in every month, or in every so many"));
        }
        parts.projects.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some(pair) = parts.projects.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(ProblemError::Twice(pair[0].id.clone()));
        }
        if parts.agreed.as_ref().is_some_and(|agreed| !(0.0..=1.0).contains(&agreed.give)) {
            return Err(ProblemError::Parameter("what may be given up is a share of 0 to 1"));
        }
        parts.conditions.validate(&parts.projects.iter().map(|project| &project.id).collect())?;
        parts.projects.iter().try_for_each(|project| parts.validate_project(project))?;
        Ok(Self(parts))
    }

    /// The digest of the conditions, if there are any.
    pub fn conditions_digest(&self) -> Option<Digest> {
        (!self.0.conditions.is_empty()).then(|| Digest::of_value(&self.0.conditions))
    }

    /// The digest of the candidates.
    pub fn projects_digest(&self) -> Digest {
        Digest::of_value(&self.0.projects)
    }
}

impl std::ops::Deref for Problem {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Parts {
    fn validate_project(&self, project: &Project) -> Result<(), ProblemError> {
        let id = || project.id.clone();
        let number = |what| Err(ProblemError::Number { project: id(), what });
        if !self.parents.contains_key(&project.area) {
            return Err(ProblemError::Area { project: id(), area: project.area.clone() });
        }
        match self.insecurity.get(&project.area) {
            None => return Err(ProblemError::Insecurity(project.area.clone())),
            Some(rate) if !(rate.is_finite() && *rate >= 0.0) => return number("insecurity must be at least 0"),
            Some(_) => {}
        }
        let (cost, currency) = (project.cost.likely, self.means.currency);
        if cost.currency != currency {
            return Err(ProblemError::Currency { project: id(), cost, currency });
        }
        if cost.minor < 0 {
            return number("the cost must be at least 0");
        }
        if project.duration_months == 0 {
            return number("the work must last at least a month");
        }
        if project.work.values().any(|weeks| !(weeks.is_finite() && *weeks >= 0.0)) {
            return number("weeks of work must be at least 0");
        }
        if !(1.0..=5.0).contains(&project.severity) {
            return number("the severity must be between 1 and 5");
        }
        Ok(())
    }
}
