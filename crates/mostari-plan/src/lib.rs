//! Assessment, candidates and means to a checked, explained plan.
//!
//! [`nominate`] proposes candidates by rule, a [`Problem`] holds all that a plan is a function of, [`plan`] makes
//! the plan with a reason for everything left out, and [`check::check`], written apart, re-derives every rule.

pub mod check;
mod explain;
mod findings;
mod gather;
pub mod instances;
pub mod knapsack;
mod nominate;
mod portfolio;
pub mod problem;
pub mod siting;
pub mod synthetic;

pub use findings::FINDINGS;
pub use nominate::nominate;
pub use portfolio::{
    ABOUT, Cause, Front, FrontPoint, PlanError, PlanLimits, REASONS_OF_LARGE, Size, front, naive, plan, size,
};
pub use problem::{Parameters, Parts, Problem, ProblemError};
