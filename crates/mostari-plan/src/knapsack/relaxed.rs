//! The linear relaxation of a knapsack, and the solver on a part of it.

use crate::problem::knapsack::Knapsack;
use mostari_milp::{Kind, Limits, MilpError, Model, Sense, Variable, solve};

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

/// What the solver says of a problem with some things settled as the relaxation has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proof {
    /// Nothing better than the best choice is worth more.
    pub bound: u64,
    /// A better choice, if one was found.
    pub better: Option<Vec<bool>>,
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
    /// Things of which a choice of at least `value` may have either.
    pub(super) fn undecided(&self, value: u64) -> Vec<usize> {
        let least = value as f64 - 1e-6 - 1e-10 * self.value;
        (0..self.regrets.len()).filter(|thing| self.value - self.regrets[*thing] >= least).collect()
    }

    /// Things by how little it costs to choose them otherwise than the relaxation.
    pub(super) fn nearest(&self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.regrets.len()).collect();
        order.sort_by(|a, b| self.regrets[*a].total_cmp(&self.regrets[*b]).then(a.cmp(b)));
        order.truncate(count);
        order
    }
}

/// Looks for a choice better than the best one. Things of which no choice as good
/// differs from the relaxation are settled.
pub(super) fn prove(problem: &Knapsack, relaxation: &Relaxation, best: &[bool], nodes_max: u32, seed: u32) -> Proof {
    let value: u64 = (0..best.len()).filter(|thing| best[*thing]).map(|thing| u64::from(problem.values()[thing])).sum();
    let mut fixed: Vec<Option<f64>> = relaxation.values.iter().map(|value| Some(value.round())).collect();
    relaxation.undecided(value).into_iter().for_each(|thing| fixed[thing] = None);
    let (model, variables) = program(problem, Kind::Integer, &|thing| fixed[thing]);
    let start = best.iter().map(|is_chosen| f64::from(u8::from(*is_chosen))).collect();
    let limits = Limits { nodes: Some(nodes_max), warm_start: Some(start), ..Limits::exact(seed) };
    match solve(&model, &limits) {
        Ok(solution) => {
            let chosen = variables.iter().map(|variable| solution.is_one(*variable)).collect();
            let is_better = solution.objective > value as f64 + 0.5;
            Proof { bound: super::whole(solution.bound).max(value), better: is_better.then_some(chosen) }
        }
        // The best choice is feasible here, so that only a limit or a defect of the solver ends like this.
        Err(_) => Proof { bound: u64::MAX, better: None },
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
