//! The linear relaxation of a knapsack, and the solver on a part of it.

use crate::problem::knapsack::Knapsack;
use mostari_milp::{Kind, Limits, MilpError, Model, Sense, StoppedBy, Variable, solve};

/// What the relaxation says.
#[derive(Debug, Clone)]
pub(super) struct Relaxation {
    /// Nothing is worth more.
    pub value: f64,
    /// What one more unit of each budget is worth.
    pub prices: Vec<f64>,
    /// Part of each thing that the relaxation takes.
    pub values: Vec<f64>,
    /// What is lost at least if a thing is chosen otherwise than by the relaxation.
    regrets: Vec<f64>,
}

/// What the solver says of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// A better choice, perhaps not the best.
    Better(Vec<bool>),
    /// The best choice of the part, better than the one before.
    Best(Vec<bool>),
    /// Proven: no choice of the part is better.
    NoneBetter,
    /// The limit struck.
    Unknown,
}

/// Solves the relaxation.
pub(super) fn relax(problem: &Knapsack, seed: u32) -> Result<Relaxation, MilpError> {
    let (model, _) = program(problem, Kind::Continuous, &|_| None);
    let solution = solve(&model, &Limits::exact(seed))?;
    let prices: Vec<f64> = match &solution.duals {
        Some(duals) => duals.rows.iter().map(|price| price.max(0.0)).collect(),
        None => vec![0.0; problem.capacities().len()],
    };
    // Any prices give a bound; ours are summed anew, so that the bound does not hang on the solver's tolerance.
    let worth = |thing: usize| {
        let paid: f64 = (0..prices.len()).map(|b| prices[b] * f64::from(problem.weights(b)[thing])).sum();
        f64::from(problem.values()[thing]) - paid
    };
    let worth: Vec<f64> = (0..problem.values().len()).map(worth).collect();
    let budgets: f64 = prices.iter().zip(problem.capacities()).map(|(price, budget)| price * *budget as f64).sum();
    let value = budgets + worth.iter().map(|worth| worth.max(0.0)).sum::<f64>();
    let values: Vec<f64> = worth
        .iter()
        .zip(&solution.values)
        .map(|(worth, value)| if worth.abs() < 1e-7 { *value } else { f64::from(u8::from(*worth > 0.0)) })
        .collect();
    Ok(Relaxation { value, prices, values, regrets: worth.iter().map(|worth| worth.abs()).collect() })
}

impl Relaxation {
    /// Things of which a better choice than `value` may have either.
    pub(super) fn undecided(&self, value: u64) -> Vec<usize> {
        let better = value as f64 + 1.0 - 1e-6 - 1e-10 * self.value;
        (0..self.regrets.len()).filter(|thing| self.value - self.regrets[*thing] >= better).collect()
    }

    /// Things by how little it costs to choose them otherwise than the relaxation.
    pub(super) fn nearest(&self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.regrets.len()).collect();
        order.sort_by(|a, b| self.regrets[*a].total_cmp(&self.regrets[*b]).then(a.cmp(b)));
        order.truncate(count);
        order
    }
}

/// Chooses the things of a part anew, the others as they are, for more than `value`.
pub(super) fn improve(
    problem: &Knapsack,
    chosen: &[bool],
    part: &[usize],
    value: u64,
    nodes_max: u32,
    seed: u32,
) -> Part {
    let mut is_free = vec![false; chosen.len()];
    part.iter().for_each(|thing| is_free[*thing] = true);
    let (mut model, variables) =
        program(problem, Kind::Integer, &|thing| (!is_free[thing]).then(|| f64::from(u8::from(chosen[thing]))));
    let worth: Vec<(Variable, f64)> =
        variables.iter().zip(problem.values()).map(|(variable, value)| (*variable, f64::from(*value))).collect();
    model.add_row(value as f64 + 1.0, f64::INFINITY, &worth);
    match solve(&model, &Limits { nodes: Some(nodes_max), ..Limits::exact(seed) }) {
        Ok(solution) => {
            let chosen = variables.iter().map(|variable| solution.is_one(*variable)).collect();
            if solution.stopped_by == StoppedBy::Gap { Part::Best(chosen) } else { Part::Better(chosen) }
        }
        Err(MilpError::Infeasible) => Part::NoneBetter,
        Err(_) => Part::Unknown,
    }
}

/// The program with some things fixed.
fn program(problem: &Knapsack, kind: Kind, fixed: &dyn Fn(usize) -> Option<f64>) -> (Model, Vec<Variable>) {
    let mut model = Model::new(Sense::Maximise);
    let variables: Vec<Variable> = (0..problem.values().len())
        .map(|thing| {
            let (low, high) = fixed(thing).map_or((0.0, 1.0), |value| (value, value));
            model.add_variable(f64::from(problem.values()[thing]), low, high, kind)
        })
        .collect();
    for (budget, capacity) in problem.capacities().iter().enumerate() {
        let weights = problem.weights(budget).iter().map(|weight| f64::from(*weight));
        let terms: Vec<(Variable, f64)> = variables.iter().copied().zip(weights).collect();
        model.add_row(f64::NEG_INFINITY, *capacity as f64, &terms);
    }
    (model, variables)
}
