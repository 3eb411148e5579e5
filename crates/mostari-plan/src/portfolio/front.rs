//! What fairness costs: benefit against the share of the worst-off area.

use super::grid::{Grid, Relaxed};
use super::model::{Fairness, Program, Question};
use super::{Choice, PlanError, PlanLimits, choose_with};
use crate::problem::Problem;
use mostari_milp::{Limits, Model, relaxed_over, solve};

/// Points between a floor of nothing and the largest that can be.
#[derive(Debug, Clone, PartialEq)]
pub struct Front {
    /// By rising floor.
    pub points: Vec<FrontPoint>,
}

/// What can be had at one floor.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontPoint {
    /// Least share of its possible benefit that every area gets, 0 to 1.
    pub floor: f64,
    /// No plan brings more benefit with this floor: that of the linear relaxation, or a tighter one that the search proved.
    pub bound: f64,
    /// Benefit of a plan that was found; `None` if none was looked for, or none was found.
    pub benefit: Option<f64>,
}

/// Floors at equal steps from 0 to the largest that the linear relaxation allows, each with its bound; and with a plan, if
/// the limits allow any time for one.
///
/// The bounds are of the program without the demand that projects are done whole: they are optimistic, most so for few
/// projects. Each is solved from the basis of the one before.
///
/// # Errors
/// [`PlanError::Infeasible`] if there is no plan at all; the others are limits and defects.
pub fn front(problem: &Problem, points: usize, limits: &PlanLimits) -> Result<Front, PlanError> {
    let grid = Grid::of(problem, Relaxed::default());
    let program = Program::of(&grid, &Question::whole(&grid, Fairness::Open))?;
    let largest = largest_share(&grid)?;
    let last = points.saturating_sub(1).max(1) as f64;
    // A hair below the largest, which is known to the solver's rounding only.
    let floors: Vec<f64> = (0..points).map(|k| largest * (1.0 - 1e-6) * k as f64 / last).collect();
    let bounds = match program.share {
        Some(share) => relaxed_over(&program.model, share, &floors)?,
        None => Vec::new(),
    };
    if bounds.is_empty() {
        return Err(PlanError::Infeasible { cause: Vec::new() });
    }
    let mut found = Vec::with_capacity(points);
    for (floor, relaxed) in floors.into_iter().zip(bounds) {
        let mut point = FrontPoint { floor, bound: relaxed.objective, benefit: None };
        if limits.seconds > 0.0 {
            point.look_for_a_plan(&grid, limits)?;
        }
        // A plan with this floor is one with every lower floor too.
        point.bound = found.last().map_or(point.bound, |lower: &FrontPoint| point.bound.min(lower.bound));
        found.push(point);
    }
    Ok(Front { points: found })
}

/// The largest share that the linear relaxation gives every area.
fn largest_share(grid: &Grid<'_>) -> Result<f64, PlanError> {
    let program = Program::of(grid, &Question::whole(grid, Fairness::Largest))?;
    let relaxed: Model = program.model.relaxed();
    match solve(&relaxed, &Limits::exact(1)) {
        Ok(solution) => Ok(solution.objective.clamp(0.0, 1.0)),
        Err(mostari_milp::MilpError::Infeasible) => Err(PlanError::Infeasible { cause: Vec::new() }),
        Err(error) => Err(error.into()),
    }
}

impl FrontPoint {
    fn look_for_a_plan(&mut self, grid: &Grid<'_>, limits: &PlanLimits) -> Result<(), PlanError> {
        match choose_with(grid, limits, self.floor) {
            Ok(Choice { starts, bound, .. }) => {
                let brings = |(i, start): (usize, &Option<usize>)| start.map(|start| grid.benefit(i, start));
                self.benefit = Some(starts.iter().enumerate().filter_map(brings).sum());
                self.bound = self.bound.min(bound);
                Ok(())
            }
            // Projects are done whole: the largest floors of the relaxation may have no plan.
            Err(PlanError::FloorTooHigh { .. } | PlanError::NothingFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
