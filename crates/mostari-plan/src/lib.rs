//! Assessment, candidates and means to a checked, explained plan.
//!
//! [`nominate`] proposes candidates by rule, a [`Problem`] holds all that a plan is a function of, [`plan`] makes
//! the plan with a reason for everything left out, and [`check::check`], written apart, re-derives every rule.
//!
//! Beside the portfolio: [`siting`] (where clinics, depots and posts stand), [`knapsack`] (choice under several
//! budgets), [`stock`] (print, ship or wait), [`preposition`] (goods laid in before it is known where),
//! [`presence`] (teams by post and shift, visits drawn) and [`survey`] (where the next look is worth most). Each has
//! its data in [`problem`] and its rules in [`check`]. [`mission`] asks them about a record.

pub mod check;
mod explain;
mod findings;
mod gather;
pub mod instances;
pub mod knapsack;
pub mod mission;
mod nominate;
mod portfolio;
pub mod preposition;
pub mod presence;
pub mod problem;
pub mod siting;
pub mod stock;
pub mod survey;
pub mod synthetic;

pub use findings::FINDINGS;
pub use nominate::nominate;
pub use portfolio::{
    ABOUT, Cause, Front, FrontPoint, PlanError, PlanLimits, REASONS_OF_LARGE, Size, front, naive, plan, size,
};
pub use problem::{Parameters, Parts, Problem, ProblemError};
