//! A plan: what, where, when, who pays, who works, and a verified reason for everything left out.

use crate::{AreaId, Digest, Label, Money, Month, PartyId, ProjectId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Money from one donor's budget of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Who pays.
    pub donor: PartyId,
    /// From the budget of this calendar year.
    pub year: i32,
    /// How much.
    pub amount: Money,
}

/// Weeks of a capability that a party gives to a project in each month of a span. Where one party can do all of
/// the work the span is that of the project; it is shorter where parties must take turns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// Who works.
    pub party: PartyId,
    /// What.
    pub capability: String,
    /// First month.
    pub from: Month,
    /// Last month.
    pub until: Month,
    /// Weeks in each of these months.
    pub weeks_per_month: f64,
}

/// A project in the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// Which.
    pub project: ProjectId,
    /// First month of work.
    pub start: Month,
    /// Last month of work.
    pub end: Month,
    /// Who pays; sums to the likely cost.
    pub payers: Vec<Payment>,
    /// Who works; in each month of the work sums to the same part of each capability.
    pub executors: Vec<Work>,
    /// Severity-weighted person-months, times the probability of completion.
    pub benefit: f64,
    /// Probability that it is completed, given recent insecurity in its area:
    /// exp(-`conflict_hazard` x deaths per 100,000 people and year x years of work). An assumption, stated.
    pub completes: f64,
}

/// Groups of rules that can stand in a project's way; what a reason names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "group", content = "of", rename_all = "kebab-case")]
pub enum ReasonGroup {
    /// No donor's earmark allows it, or those that allow it have nothing left.
    Money(Vec<PartyId>),
    /// Too few weeks of a capability.
    Capability(String),
    /// Caveats of contributors (ids only of those that the reader may see; else empty).
    Caveat(Vec<String>),
    /// Projects that must be complete before.
    Precedence(Vec<ProjectId>),
    /// It does not end within the horizon.
    Horizon,
    /// Conditions that people set, by id: alternatives, bundles, what waits for one of several.
    Condition(Vec<String>),
    /// The owner could not pay the running cost.
    Running(Vec<PartyId>),
    /// Projects that must be in.
    Required(Vec<ProjectId>),
    /// It would displace more than it brings.
    Benefit,
    /// Areas whose share would fall below the floor.
    Floor(Vec<AreaId>),
    /// Nobody looked: more projects were left out than reasons were asked for.
    NotExamined,
}

impl ReasonGroup {
    /// The word under which it stands in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Money(_) => "money",
            Self::Capability(_) => "capability",
            Self::Caveat(_) => "caveat",
            Self::Precedence(_) => "precedence",
            Self::Horizon => "horizon",
            Self::Condition(_) => "condition",
            Self::Running(_) => "running",
            Self::Required(_) => "required",
            Self::Benefit => "benefit",
            Self::Floor(_) => "floor",
            Self::NotExamined => "not-examined",
        }
    }
}

/// Why a project is not in the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// What stands in the way.
    pub group: ReasonGroup,
    /// In a sentence, with figures.
    pub words: String,
    /// Benefit of the plan that was found with it forced in; `None` if there is none.
    pub forced_objective: Option<f64>,
    /// Projects that leave the plan when this one is forced in.
    pub displaces: Vec<ProjectId>,
    /// What would let it in beside everything that is in the plan; each alone is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

/// The least change that lets a project in while everything in the plan keeps its month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What changes.
    pub group: ReasonGroup,
    /// In a sentence, with figures.
    pub words: String,
    /// Calendar year to more money that may be used for anything.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub money: BTreeMap<i32, Money>,
    /// Capability, then month, to more weeks that may be used anywhere.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub weeks: BTreeMap<String, BTreeMap<Month, f64>>,
}

/// A project that is not in the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotChosen {
    /// Which.
    pub project: ProjectId,
    /// Why.
    pub reason: Reason,
    /// Whether re-solving with the project forced in made the reason true.
    pub verified: bool,
}

/// What ended the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoppedBy {
    /// Proven within the gap that was asked for.
    Gap,
    /// The limit on the number of search nodes: the same on every machine.
    Nodes,
    /// The limit on time: another run may differ.
    Time,
    /// A large portfolio: the best plan was found among the months that prices favour; others might hold a better one.
    Prices,
}

/// How an area fares: what share of its severity-weighted needs the plan answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// Benefit of the chosen projects there.
    pub benefit: f64,
    /// Benefit if every candidate there were complete as early as its duration allows.
    pub possible: f64,
}

/// What an earlier plan had agreed, where a new one is to disturb it as little as can be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agreed {
    /// Digest of the earlier plan.
    pub plan: Digest,
    /// What started before this month is under way: it goes on as it is, or is given up. Nothing else starts earlier.
    pub from: Month,
    /// Share of the best possible benefit that may be given up for the sake of what was agreed, 0 to 1.
    pub give: f64,
    /// When each project of the earlier plan was to start.
    pub starts: BTreeMap<ProjectId, Month>,
}

/// A plan for one assessment, one set of candidates and one set of means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Digest of the snapshot.
    pub snapshot: Digest,
    /// Digest of the assessment.
    pub assessment: Digest,
    /// Digest of the candidate projects.
    pub projects: Digest,
    /// Digest of the means.
    pub means: Digest,
    /// Digest of the conditions, if there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Digest>,
    /// Version of the engine.
    pub engine: String,
    /// Label of everything that was used.
    pub label: Label,
    /// Seed of the solver.
    pub seed: u64,
    /// Least share of its possible benefit that every area gets (0 = none); an epsilon-constraint.
    pub floor: f64,
    /// Hazard of not completing for one death per 100,000 people and year in the area; see [`Chosen::completes`].
    pub conflict_hazard: f64,
    /// Work starts only in every so many months of the horizon.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub start_every: u32,
    /// The earlier plan that it was to disturb as little as can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<Agreed>,
    /// First month.
    pub start: Month,
    /// Months.
    pub months: u32,
    /// Sum of the benefits: severity-weighted person-months.
    pub objective: f64,
    /// No plan can be better than this.
    pub bound: f64,
    /// (bound - objective) / objective; 0 if both are 0, 1 if only the objective is.
    pub gap: f64,
    /// What ended the search.
    pub stopped_by: StoppedBy,
    /// In the order of start, then project.
    pub chosen: Vec<Chosen>,
    /// In the order of project.
    pub not_chosen: Vec<NotChosen>,
    /// Every area with a candidate.
    pub areas: BTreeMap<AreaId, Answered>,
}

const fn one() -> u32 {
    1
}

const fn is_one(months: &u32) -> bool {
    *months == 1
}

impl Plan {
    /// The digest of its canonical bytes. Running time is no part of a plan.
    pub fn digest(&self) -> Digest {
        Digest::of_value(self)
    }
}

/// A rule that every plan keeps; each is re-derived by the checker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Each project is known, and chosen at most once; chosen and not chosen together are all candidates.
    Once,
    /// Work lies in the horizon, not before the earliest day, and lasts as long as the project says.
    Horizon,
    /// Payments sum to the likely cost, none is negative.
    Paid,
    /// A donor pays in a year no more than its budget.
    Budget,
    /// A donor pays only what its earmark allows.
    Earmark,
    /// Money is paid in the years of work, in proportion to the months of work.
    Years,
    /// The work of each capability is done in full by parties that may.
    Work,
    /// A party gives in a month no more weeks than it has.
    Weeks,
    /// No party works against a caveat.
    Caveat,
    /// A project starts after those that it needs are complete.
    Precedence,
    /// What must be in is in.
    Required,
    /// What is under way keeps its month, and nothing else starts before the month of the new plan.
    UnderWay,
    /// Of alternatives at most one is done.
    Alternatives,
    /// What belongs together is done all or none.
    Bundles,
    /// No owner pays more for running than it can.
    Running,
    /// Every area gets at least the floor.
    Floor,
    /// Benefits and the objective are what the formula gives; the bound is not below.
    Objective,
}

impl Rule {
    /// Every rule, in the order in which they are checked.
    pub const ALL: [Self; 17] = [
        Self::Once,
        Self::Horizon,
        Self::Paid,
        Self::Budget,
        Self::Earmark,
        Self::Years,
        Self::Work,
        Self::Weeks,
        Self::Caveat,
        Self::Precedence,
        Self::Required,
        Self::UnderWay,
        Self::Alternatives,
        Self::Bundles,
        Self::Running,
        Self::Floor,
        Self::Objective,
    ];
}

/// A rule that a plan breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// Which rule.
    pub rule: Rule,
    /// The project, if it is about one.
    pub project: Option<ProjectId>,
    /// What is wrong, with figures.
    pub message: String,
}

/// What the checker says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// Rules that were checked.
    pub rules: Vec<Rule>,
    /// Violations; empty if the plan holds.
    pub violations: Vec<Violation>,
}
