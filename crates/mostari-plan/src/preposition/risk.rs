//! The mean of all scenarios and the mean of the worst (Rockafellar and Uryasev 2000, doi:10.21314/JOR.2000.038).

use crate::problem::preposition::PrepositionProblem;

/// By scenario, its weight in the mean of the worst: the worst first, until their probability is the tail.
pub(super) fn tail_weights(problem: &PrepositionProblem, costs: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..costs.len()).collect();
    order.sort_by(|&a, &b| costs[b].total_cmp(&costs[a]).then(a.cmp(&b)));
    let mut left = problem.tail_share;
    let mut weights = vec![0.0; costs.len()];
    for at in order {
        let taken = problem.scenarios[at].probability.min(left);
        weights[at] = taken / problem.tail_share;
        left -= taken;
    }
    weights
}

/// Mean of all, and of the worst.
pub(super) fn means(problem: &PrepositionProblem, costs: &[f64]) -> (f64, f64) {
    let mean = problem.scenarios.iter().zip(costs).map(|(scenario, cost)| scenario.probability * cost).sum();
    let tail = tail_weights(problem, costs).iter().zip(costs).map(|(weight, cost)| weight * cost).sum();
    (mean, tail)
}

/// Mean of all + weight x mean of the worst.
pub(super) fn measure(problem: &PrepositionProblem, costs: &[f64]) -> f64 {
    let (mean, tail) = means(problem, costs);
    mean + problem.risk_weight * tail
}
