//! Presence: how many teams stand ready at which post in which shift, and which areas are visited when.
//!
//! Cover is expected cover: a team is busy for a share of the time, so that each further team that covers an area adds
//! less (maximal expected covering, Daskin 1983, doi:10.1287/trsc.17.1.48). Rotas give the teams of each shift, with
//! rest kept. Visits are drawn ([`draw`]): what is planned and stated is the probability of a visit in each area, not
//! the visits, so that nothing repeats that could be learned.

mod chances;
mod draw;
mod model;

pub use draw::{Lot, draw, lots};

use crate::problem::presence::{PresencePlan, PresenceProblem};
use mostari_milp::{Limits, MilpError};

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PresenceError {
    /// A figure makes no sense.
    #[error("the problem makes no sense: {what}")]
    Figure {
        /// What is wrong.
        what: &'static str,
    },
    /// No roster gives every shift the backup that is asked for.
    #[error("no roster of {teams} teams gives every shift a backup for {share} of its weight")]
    BackupOutOfReach {
        /// Teams that there are.
        teams: u32,
        /// The share.
        share: f64,
    },
    /// The visits of a shift do not suffice for the least chances, or exceed the most.
    #[error("shift `{shift}` has {visits} visits, its areas need {least} and allow {most}")]
    Visits {
        /// The shift.
        shift: String,
        /// Visits of its teams.
        visits: u32,
        /// Sum of the least chances.
        least: f64,
        /// Sum of the most chances.
        most: f64,
    },
    /// The program could not be solved: a defect, or a limit struck before anything was found.
    #[error("the roster could not be solved")]
    Program {
        /// Why.
        #[source]
        source: MilpError,
    },
}

/// Plans teams and chances of a visit, within the limits of the solver.
///
/// # Errors
/// [`PresenceError::Figure`], [`PresenceError::BackupOutOfReach`] and [`PresenceError::Visits`] say what is wrong with
/// the problem; [`PresenceError::Program`] if the solver found nothing.
pub fn solve(problem: &PresenceProblem, limits: &Limits) -> Result<PresencePlan, PresenceError> {
    validate(problem)?;
    let mut plan = model::roster(problem, limits)?;
    for (shift, cover) in plan.shifts.iter_mut().enumerate() {
        let teams: u32 = cover.teams.iter().sum();
        cover.visit_chances = chances::of_shift(problem, shift, teams * problem.visits_per_team)?;
        cover.visits_count = cover.visit_chances.iter().sum::<f64>().round() as u32;
    }
    Ok(plan)
}

/// Whether a post covers an area.
fn is_covered(problem: &PresenceProblem, post: usize, area: usize) -> bool {
    problem.posts[post].travel_time_h[area] <= problem.response_limit_h
}

fn validate(problem: &PresenceProblem) -> Result<(), PresenceError> {
    let (areas, shifts) = (problem.areas.len(), problem.shifts.len());
    let is_share = |share: f64| (0.0..=1.0).contains(&share);
    let is_area = |area: &crate::problem::presence::PresenceArea| {
        area.weights.len() == shifts
            && area.weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0)
            && is_share(area.visit_least)
            && is_share(area.visit_most)
            && area.visit_least <= area.visit_most
    };
    let is_rota = |rota: &crate::problem::presence::Rota| {
        rota.shifts.windows(2).all(|pair| pair[0] < pair[1]) && rota.shifts.iter().all(|&s| (s as usize) < shifts)
    };
    let rules = [
        (areas >= 1 && shifts >= 1 && !problem.posts.is_empty() && !problem.rotas.is_empty(), "nothing to plan"),
        (problem.areas.iter().all(is_area), "an area has a weight for each shift, and chances from 0 to 1"),
        (problem.posts.iter().all(|post| post.travel_time_h.len() == areas), "a post has a travel time to each area"),
        (problem.rotas.iter().all(is_rota), "shifts of a rota are known and ascending"),
        ((0.0..1.0).contains(&problem.busy_share), "teams are busy for a share from 0 to below 1"),
        (is_share(problem.backup_least), "the share with a backup is from 0 to 1"),
        (problem.teams_count <= 10_000, "at most 10,000 teams"),
        (problem.visits_per_team <= 1_000, "at most 1,000 visits for a team"),
    ];
    match rules.iter().find(|(holds, _)| !holds) {
        Some((_, what)) => Err(PresenceError::Figure { what }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
