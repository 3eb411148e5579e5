//! Handing a model to HiGHS and reading the answer back, status by status.

use crate::model::{Kind, Model, Row, Sense, Variable};
use highs::{HighsModelStatus, HighsSolutionStatus, RowProblem, SolvedModel};

/// When to stop. Infinite or `None` limits do not bind.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Stop once (bound - objective) / objective is proven to be at most this.
    pub gap: f64,
    /// Most nodes of the search tree: the same on every machine. The search may end a few nodes later.
    pub nodes: Option<u32>,
    /// Most seconds of wall time. A result that was cut off by time may differ from run to run.
    pub seconds: f64,
    /// Seed of the solver's random choices.
    pub seed: u32,
    /// Values of all variables to start from; ignored by the solver if they are not feasible.
    pub warm_start: Option<Vec<f64>>,
}

impl Limits {
    /// To proven optimality, however long it takes.
    pub fn exact(seed: u32) -> Self {
        Self { gap: 0.0, nodes: None, seconds: f64::INFINITY, seed, warm_start: None }
    }
}

/// What ended the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoppedBy {
    /// Proven within the gap.
    Gap,
    /// The limit on nodes.
    Nodes,
    /// The limit on seconds: another run may differ.
    Time,
}

/// Prices of a linear program, in the order of rows and variables.
#[derive(Debug, Clone, PartialEq)]
pub struct Duals {
    /// What the objective gains for one more unit of each row's bound.
    pub rows: Vec<f64>,
    /// What the objective gains for one more unit of each variable.
    pub variables: Vec<f64>,
}

/// A feasible solution and how good it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// Values of the variables, in their order. Integer variables hold whole numbers exactly.
    pub values: Vec<f64>,
    /// Value of the objective.
    pub objective: f64,
    /// No solution can be better than this.
    pub bound: f64,
    /// |bound - objective| / |objective|; 0 if both are 0.
    pub gap: f64,
    /// What ended the search.
    pub stopped_by: StoppedBy,
    /// Prices; `None` if a variable is an integer.
    pub duals: Option<Duals>,
}

impl Solution {
    /// The value of a variable.
    pub fn value(&self, variable: Variable) -> f64 {
        self.values[variable.0]
    }

    /// Whether a binary variable is 1.
    pub fn is_one(&self, variable: Variable) -> bool {
        self.values[variable.0] > 0.5
    }

    /// The price of a row, if this was a linear program.
    pub fn price(&self, row: Row) -> Option<f64> {
        self.duals.as_ref().map(|duals| duals.rows[row.0])
    }
}

/// Why there is no solution.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MilpError {
    /// Proven: no values satisfy all rows.
    #[error("no values satisfy all rows")]
    Infeasible,
    /// The objective grows without end.
    #[error("the objective grows without end")]
    Unbounded,
    /// A limit struck before any solution was found.
    #[error("no solution was found before the limit ({0:?}) struck")]
    NothingFound(StoppedBy),
    /// The solver failed: a defect of the model or of the solver.
    #[error("the solver failed: {0}")]
    Solver(String),
}

/// Solves a model within limits.
///
/// # Errors
/// [`MilpError::Infeasible`] and [`MilpError::Unbounded`] are proven; [`MilpError::NothingFound`] says
/// that a limit struck first; [`MilpError::Solver`] is a defect.
pub fn solve(model: &Model, limits: &Limits) -> Result<Solution, MilpError> {
    if model.variables.is_empty() {
        return solve_empty(model);
    }
    let solved = run(model, limits, "choose")?;
    match solved.status() {
        HighsModelStatus::Infeasible => Err(MilpError::Infeasible),
        HighsModelStatus::Unbounded => Err(MilpError::Unbounded),
        // Presolve saw that it is one of the two; without presolve the solver says which.
        HighsModelStatus::UnboundedOrInfeasible => match run(model, limits, "off")?.status() {
            HighsModelStatus::Infeasible => Err(MilpError::Infeasible),
            HighsModelStatus::Unbounded => Err(MilpError::Unbounded),
            other => Err(MilpError::Solver(format!("unbounded or infeasible, then {other:?}"))),
        },
        HighsModelStatus::Optimal => read(model, &solved, StoppedBy::Gap),
        HighsModelStatus::ReachedTimeLimit => read(model, &solved, StoppedBy::Time),
        // HiGHS reports its limit on nodes as a limit on solutions; we set no other.
        HighsModelStatus::ReachedSolutionLimit => read(model, &solved, StoppedBy::Nodes),
        other => Err(MilpError::Solver(format!("{other:?}"))),
    }
}

/// Solves the linear relaxation (integers may take any value) for several values of one variable, each from the basis
/// of the one before, which takes a fraction of the time. Infeasible values end the list.
///
/// # Errors
/// [`MilpError::Unbounded`]; [`MilpError::Solver`] is a defect.
pub fn relaxed_over(model: &Model, variable: Variable, values: &[f64]) -> Result<Vec<Solution>, MilpError> {
    let mut relaxed = model.relaxed();
    let (mut solver, columns) = load(&relaxed)?;
    set_options(&mut solver, &Limits::exact(1), "choose")?;
    let mut solutions = Vec::with_capacity(values.len());
    for value in values {
        solver.change_column_bounds(columns[variable.0], *value..=*value);
        (relaxed.variables[variable.0].lower, relaxed.variables[variable.0].upper) = (*value, *value);
        let solved = solver.try_solve().map_err(|status| failed("run", status))?;
        match solved.status() {
            HighsModelStatus::Optimal => solutions.push(read(&relaxed, &solved, StoppedBy::Gap)?),
            HighsModelStatus::Infeasible | HighsModelStatus::UnboundedOrInfeasible => return Ok(solutions),
            HighsModelStatus::Unbounded => return Err(MilpError::Unbounded),
            other => return Err(MilpError::Solver(format!("{other:?}"))),
        }
        solver = highs::Model::from(solved);
    }
    Ok(solutions)
}

fn solve_empty(model: &Model) -> Result<Solution, MilpError> {
    match model.rows.iter().all(|row| row.lower <= 0.0 && 0.0 <= row.upper) {
        true => Ok(Solution {
            values: Vec::new(),
            objective: 0.0,
            bound: 0.0,
            gap: 0.0,
            stopped_by: StoppedBy::Gap,
            duals: None,
        }),
        false => Err(MilpError::Infeasible),
    }
}

fn run(model: &Model, limits: &Limits, presolve: &str) -> Result<SolvedModel, MilpError> {
    let (mut solver, _) = load(model)?;
    set_options(&mut solver, limits, presolve)?;
    if let Some(values) = &limits.warm_start {
        solver.try_set_solution(Some(values), None, None, None).map_err(|status| failed("warm start", status))?;
    }
    solver.try_solve().map_err(|status| failed("run", status))
}

fn load(model: &Model) -> Result<(highs::Model, Vec<highs::Col>), MilpError> {
    let mut problem = RowProblem::default();
    let columns: Vec<highs::Col> = model
        .variables
        .iter()
        .map(|v| problem.add_column_with_integrality(v.cost, v.lower..=v.upper, v.kind == Kind::Integer))
        .collect();
    for row in &model.rows {
        problem.add_row(row.lower..=row.upper, row.terms.iter().map(|(v, coefficient)| (columns[v.0], *coefficient)));
    }
    let sense = match model.sense {
        Sense::Maximise => highs::Sense::Maximise,
        Sense::Minimise => highs::Sense::Minimise,
    };
    let mut solver = problem.try_optimise(sense).map_err(|status| failed("load", status))?;
    solver.make_quiet();
    Ok((solver, columns))
}

fn set_options(solver: &mut highs::Model, limits: &Limits, presolve: &str) -> Result<(), MilpError> {
    let mut options = || -> Result<(), highs::TrySetOptionError> {
        solver.try_set_option("threads", 1)?;
        solver.try_set_option("parallel", "off")?;
        solver.try_set_option("presolve", presolve)?;
        solver.try_set_option("random_seed", (limits.seed & 0x7fff_ffff) as i32)?;
        solver.try_set_option("mip_rel_gap", limits.gap)?;
        solver.try_set_option("time_limit", limits.seconds)?;
        let nodes = limits.nodes.map_or(i32::MAX, |nodes| i32::try_from(nodes).unwrap_or(i32::MAX));
        solver.try_set_option("mip_max_nodes", nodes)
    };
    options().map_err(|error| MilpError::Solver(format!("{error:?}")))
}

fn failed(step: &str, status: highs::HighsStatus) -> MilpError {
    MilpError::Solver(format!("{step}: {status:?}"))
}

fn read(model: &Model, solved: &SolvedModel, stopped_by: StoppedBy) -> Result<Solution, MilpError> {
    if solved.primal_solution_status() != HighsSolutionStatus::Feasible {
        return Err(MilpError::NothingFound(stopped_by));
    }
    let is_mip = model.variables.iter().any(|v| v.kind == Kind::Integer);
    let columns = solved.get_solution();
    let values: Vec<f64> = model
        .variables
        .iter()
        .zip(columns.columns())
        .map(|(variable, value)| if variable.kind == Kind::Integer { value.round() } else { *value })
        .collect();
    // Summed here, in the order of the variables, so that the objective belongs to the rounded values.
    let objective: f64 = model.variables.iter().zip(&values).map(|(v, value)| v.cost * value).sum();
    let info = |name: &std::ffi::CStr| solved.double_info_value(name).map_err(|status| failed("read", status));
    let bound = if is_mip { info(c"mip_dual_bound")? } else { objective };
    let bound = match model.sense {
        Sense::Maximise => bound.max(objective),
        Sense::Minimise => bound.min(objective),
    };
    let duals = (!is_mip && stopped_by == StoppedBy::Gap)
        .then(|| Duals { rows: columns.dual_rows().to_vec(), variables: columns.dual_columns().to_vec() });
    let gap = relative_gap(objective, bound);
    Ok(Solution { values, objective, bound, gap, stopped_by, duals })
}

fn relative_gap(objective: f64, bound: f64) -> f64 {
    match (bound - objective).abs() {
        0.0 => 0.0,
        difference => difference / objective.abs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const NONE: f64 = f64::NEG_INFINITY;

    /// Ten things of a value and a weight, and a sack.
    fn knapsack(values: &[f64], weights: &[f64], capacity: f64) -> (Model, Vec<Variable>) {
        let mut model = Model::new(Sense::Maximise);
        let things: Vec<Variable> = values.iter().map(|value| model.add_binary(*value)).collect();
        let terms: Vec<(Variable, f64)> = things.iter().copied().zip(weights.iter().copied()).collect();
        model.add_row(NONE, capacity, &terms);
        (model, things)
    }

    /// Every subset, one by one.
    fn best_by_hand(values: &[f64], weights: &[f64], capacity: f64) -> f64 {
        (0_u32..1 << values.len())
            .map(|set| {
                let sum = |of: &[f64]| (0..of.len()).filter(|i| set >> i & 1 == 1).map(|i| of[i]).sum::<f64>();
                if sum(weights) <= capacity { sum(values) } else { 0.0 }
            })
            .fold(0.0, f64::max)
    }

    #[test]
    fn a_knapsack_is_as_good_as_trying_every_subset() {
        let values = [23.0, 31.0, 29.0, 44.0, 53.0, 38.0, 63.0, 85.0, 89.0, 82.0];
        let weights = [23.0, 31.0, 29.0, 44.0, 53.0, 38.0, 63.0, 85.0, 89.0, 82.0].map(|w| w + 3.0);
        for capacity in [50.0, 165.0, 300.0] {
            let (model, _) = knapsack(&values, &weights, capacity);
            let solution = solve(&model, &Limits::exact(1)).unwrap();
            assert_eq!(solution.objective, best_by_hand(&values, &weights, capacity));
            assert_eq!((solution.gap, solution.stopped_by), (0.0, StoppedBy::Gap));
        }
    }

    #[test]
    fn the_same_model_and_seed_give_the_same_solution() {
        let (model, _) = knapsack(&[5.0, 5.0, 5.0, 5.0], &[2.0, 2.0, 2.0, 2.0], 4.0);
        let limits = Limits::exact(7);
        assert_eq!(solve(&model, &limits), solve(&model, &limits));
    }

    #[test]
    fn rows_that_contradict_are_infeasible() {
        let mut model = Model::new(Sense::Maximise);
        let x = model.add_variable(1.0, 0.0, 10.0, Kind::Integer);
        model.add_row(5.0, f64::INFINITY, &[(x, 2.0)]);
        model.add_row(NONE, 4.0, &[(x, 2.0)]);
        assert_eq!(solve(&model, &Limits::exact(1)), Err(MilpError::Infeasible));
    }

    #[test]
    fn an_endless_objective_is_unbounded() {
        let mut model = Model::new(Sense::Maximise);
        let x = model.add_variable(1.0, 0.0, f64::INFINITY, Kind::Continuous);
        let y = model.add_variable(0.0, 0.0, f64::INFINITY, Kind::Continuous);
        model.add_row(NONE, 1.0, &[(x, 1.0), (y, -1.0)]);
        assert_eq!(solve(&model, &Limits::exact(1)), Err(MilpError::Unbounded));
    }

    #[test]
    fn duals_are_what_one_more_unit_is_worth() {
        // Dantzig's product mix: maximise 3x + 5y, x <= 4, 2y <= 12, 3x + 2y <= 18: (2, 6), 36, prices 0, 3/2, 1.
        let mut model = Model::new(Sense::Maximise);
        let x = model.add_variable(3.0, 0.0, f64::INFINITY, Kind::Continuous);
        let y = model.add_variable(5.0, 0.0, f64::INFINITY, Kind::Continuous);
        let rows = [(4.0, vec![(x, 1.0)]), (12.0, vec![(y, 2.0)]), (18.0, vec![(x, 3.0), (y, 2.0)])]
            .map(|(upper, terms)| model.add_row(NONE, upper, &terms));
        let solution = solve(&model, &Limits::exact(1)).unwrap();
        assert_eq!((solution.value(x), solution.value(y), solution.objective), (2.0, 6.0, 36.0));
        let prices = rows.map(|row| solution.price(row).unwrap());
        for (price, expected) in prices.iter().zip([0.0, 1.5, 1.0]) {
            assert!((price - expected).abs() < 1e-9, "{prices:?}");
        }
    }

    #[test]
    fn a_warm_start_is_kept_when_nothing_better_is_looked_for() {
        let (model, things) = knapsack(&[5.0, 4.0, 3.0], &[4.0, 3.0, 2.0], 5.0);
        let limits = Limits { warm_start: Some(vec![0.0, 1.0, 1.0]), ..Limits::exact(1) };
        let solution = solve(&model, &limits).unwrap();
        assert_eq!(solution.objective, 7.0);
        assert!(!solution.is_one(things[0]) && solution.is_one(things[1]));
    }

    #[test]
    fn a_relaxation_over_several_values_is_that_of_each_alone() {
        let mut model = Model::new(Sense::Maximise);
        let x = model.add_binary(3.0);
        let y = model.add_binary(5.0);
        let share = model.add_variable(0.0, 0.0, 1.0, Kind::Continuous);
        model.add_row(NONE, 1.5, &[(x, 1.0), (y, 1.0)]);
        model.add_row(0.0, f64::INFINITY, &[(x, 1.0), (share, -1.0)]);
        let solutions = relaxed_over(&model, share, &[0.0, 0.8, 1.0, 1.2]).unwrap();
        // At 1.2 there is none: x is at most 1.
        let objectives: Vec<f64> = solutions.iter().map(|solution| solution.objective).collect();
        for (objective, expect) in objectives.iter().zip([6.5, 5.9, 5.5]) {
            assert!((objective - expect).abs() < 1e-9, "{objectives:?}");
        }
        assert_eq!(solutions.len(), 3);
    }

    #[test]
    fn no_time_at_all_is_said_so() {
        let values: Vec<f64> = (0..60).map(|i| f64::from(100 + i * 37 % 61)).collect();
        let weights: Vec<f64> = (0..60).map(|i| f64::from(100 + i * 53 % 59)).collect();
        let (model, _) = knapsack(&values, &weights, 2000.0);
        match solve(&model, &Limits { seconds: 0.0, ..Limits::exact(1) }) {
            Ok(solution) => assert_eq!(solution.stopped_by, StoppedBy::Time),
            Err(error) => assert_eq!(error, MilpError::NothingFound(StoppedBy::Time)),
        }
    }

    #[test]
    fn a_model_without_variables_is_feasible_if_its_rows_allow_nothing() {
        let mut model = Model::new(Sense::Maximise);
        model.add_row(NONE, 1.0, &[]);
        assert_eq!(solve(&model, &Limits::exact(1)).unwrap().objective, 0.0);
        model.add_row(1.0, 2.0, &[]);
        assert_eq!(solve(&model, &Limits::exact(1)), Err(MilpError::Infeasible));
    }
}
