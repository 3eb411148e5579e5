//! How likely each area is visited in a shift: at least its least, at most its most, the rest by weight.

use super::PresenceError;
use crate::problem::presence::PresenceProblem;

/// Chances by area with as many visits as there are, or as the areas allow if that is fewer.
///
/// Above the least, chances grow in proportion to the weight until they reach the most: every area with a weight keeps
/// a chance of its own, and none is certain that must not be.
pub(super) fn of_shift(problem: &PresenceProblem, shift: usize, visits: u32) -> Result<Vec<f64>, PresenceError> {
    let least: f64 = problem.areas.iter().map(|area| area.visit_least).sum();
    let most: f64 = problem.areas.iter().map(|area| area.visit_most).sum();
    let out_of_reach = || PresenceError::Visits { shift: problem.shifts[shift].clone(), visits, least, most };
    let visits_count = f64::from(visits).min((most + 1e-9).floor());
    if visits_count < least - 1e-9 {
        return Err(out_of_reach());
    }
    let weights: Vec<f64> = problem.areas.iter().map(|area| area.weights[shift]).collect();
    // Areas without a weight get what the others cannot take.
    let floor = weights.iter().copied().fold(0.0, f64::max).max(1.0) * 1e-9;
    let at = |scale: f64| -> Vec<f64> {
        problem
            .areas
            .iter()
            .zip(&weights)
            .map(|(area, weight)| (area.visit_least + scale * (weight + floor)).min(area.visit_most))
            .collect()
    };
    let (mut low, mut high) = (0.0, 1.0 / floor);
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if at(middle).iter().sum::<f64>() < visits_count { low = middle } else { high = middle }
    }
    let mut chances = at(high);
    settle(problem, &mut chances, visits_count);
    Ok(chances)
}

/// Puts what rounding left over where there is room for it, so that the chances have a whole sum.
fn settle(problem: &PresenceProblem, chances: &mut [f64], visits_count: f64) {
    let mut over = chances.iter().sum::<f64>() - visits_count;
    for (area, chance) in problem.areas.iter().zip(chances) {
        let to = (*chance - over).clamp(area.visit_least, area.visit_most);
        over -= *chance - to;
        *chance = to;
        if over == 0.0 {
            break;
        }
    }
}
