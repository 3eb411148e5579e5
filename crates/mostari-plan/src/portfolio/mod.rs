//! The portfolio planner: which projects, when, paid by whom, done by whom, over the months of the means.
//!
//! [`grid`] puts the problem in numbers, [`model`] states it to the solver, [`prices`] makes a large one small,
//! [`money`] and [`crews`] say who pays and works, `crate::explain` says why the others are not in it.

mod closure;
mod crews;
mod front;
mod grid;
mod model;
mod money;
mod prices;
mod search;

pub use front::{Front, FrontPoint, front};
pub(crate) use grid::{Grid, Group, Relaxed};
pub(crate) use model::{Extra, Fairness, Program, Question, Starts, Taken};

use crate::explain::{Explained, explain, smallest_cause};
use crate::problem::Problem;
use mostari_milp::{Limits, MilpError, solve};
use mostari_model::{
    About, Answered, AreaId, Chosen, Digest, Direction, Kind, NotChosen, Plan, ReasonGroup, StoppedBy,
};
use std::collections::BTreeMap;

/// The planner's card.
pub const ABOUT: About = About {
    id: "portfolio",
    kind: Kind::Planner,
    name: "Portfolio over months",
    summary: "Which projects to do, from which month, paid and done by whom, so that most is served where need is worst",
    unit: "severity-weighted person-months of service",
    range: "0 and more",
    direction: Direction::HigherIsBetter,
    source: "Mixed-integer program of our own, docs/decisions/0009-portfolio-model.md; solved by HiGHS (Huangfu and Hall 2018, doi:10.1007/s12532-017-0130-5)",
    method: "Maximises people x severity x months of service in the horizon x probability of completion, under budgets, \
             earmarks, weeks of capabilities, caveats, precedence and a floor for every area; bound and gap are proven.",
    protection: "Areas and counts only; a caveat that the reader may not see is called a restriction of a contributor.",
};

/// When the search for a plan stops.
#[derive(Debug, Clone, Copy)]
pub struct PlanLimits {
    /// Stop once the plan is proven to be within this of the best possible.
    pub gap: f64,
    /// Most nodes of the search tree: the same on every machine.
    pub nodes: Option<u32>,
    /// Most seconds for the search; explaining comes on top. A plan that was cut off by time says so.
    pub seconds: f64,
    /// A clock that the caller lends, in seconds from any moment: engines have none. Without one the steps of the search between
    /// two runs of the solver are counted, not timed, and only the solver keeps to the limit on seconds.
    pub clock: Option<fn() -> f64>,
    /// Most projects whose absence is explained by solving again, those with the largest possible benefit first; `None`
    /// = all, or [`REASONS_OF_LARGE`] in a large portfolio. The others are said not to be examined.
    pub reasons: Option<usize>,
}

impl Default for PlanLimits {
    fn default() -> Self {
        Self { gap: 0.01, nodes: Some(20_000), seconds: f64::INFINITY, clock: None, reasons: None }
    }
}

/// How many reasons a portfolio of more than 20,000 pairs of candidate and month gets unless more are asked for: each
/// takes about a second there.
pub const REASONS_OF_LARGE: usize = 50;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// No plan gives every area its floor.
    #[error(
        "no plan gives every area {:.1} % of what is possible there; {:.2} % is feasible, and more than {:.2} % is not{}",
        asked * 100.0, feasible * 100.0, bound * 100.0, together(cause)
    )]
    FloorTooHigh {
        /// The floor that was asked for.
        asked: f64,
        /// A floor that a plan was found for.
        feasible: f64,
        /// No floor above this is feasible.
        bound: f64,
        /// A smallest set of groups of rules that cannot hold together; empty if it was not found.
        cause: Vec<Cause>,
    },
    /// What people decided cannot be done within the means.
    #[error("no plan keeps every rule{}", together(cause))]
    Infeasible {
        /// A smallest set of groups of rules that cannot hold together: without any one of them they can. Empty if it was not found.
        cause: Vec<Cause>,
    },
    /// The limit struck before any plan was found.
    #[error("no plan was found before the limit struck; allow more seconds or nodes")]
    NothingFound,
    /// Earmarks or caveats overlap in too many ways.
    #[error(
        "earmarks or caveats overlap in more than 4 096 ways; name fewer donors or parties with restrictions of their own"
    )]
    TooManyCombinations,
    /// More donors or parties than the planner takes.
    #[error("the planner takes at most {} donors and as many parties", grid::MEMBERS_MAX)]
    TooManyMembers,
    /// The solver's answer does not hold in whole minor units or weeks: a defect.
    #[error("the solver's plan cannot be paid or staffed exactly; please report this")]
    Rounding,
    /// The solver failed: a defect.
    #[error("the solver failed")]
    Solver(#[source] MilpError),
}

/// A named group of rules that, with others, allows no plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// Which.
    pub group: ReasonGroup,
    /// In a few words.
    pub words: String,
}

fn together(cause: &[Cause]) -> String {
    match cause {
        [] => String::new(),
        [one] => format!("; alone it is {} that allows none", one.words),
        several => {
            let words: Vec<&str> = several.iter().map(|one| one.words.as_str()).collect();
            format!("; these cannot hold together, and without any one of them they can: {}", words.join("; "))
        }
    }
}

impl From<MilpError> for PlanError {
    fn from(error: MilpError) -> Self {
        match error {
            MilpError::NothingFound(_) => Self::NothingFound,
            other => Self::Solver(other),
        }
    }
}

/// How large the program of a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Binary variables.
    pub variables: usize,
    /// Rows.
    pub rows: usize,
}

/// How large the program of a problem is, before the solver's presolve.
///
/// # Errors
/// [`PlanError::TooManyCombinations`].
pub fn size(problem: &Problem) -> Result<Size, PlanError> {
    let grid = Grid::of(problem, Relaxed::default());
    let program = Program::of(&grid, &Question::whole(&grid, Fairness::Floor(problem.parameters.floor)))?;
    Ok(Size { variables: program.model.variables_count(), rows: program.model.rows_count() })
}

/// Makes a plan and explains it. A function of its arguments, unless the limit on seconds strikes.
///
/// # Errors
/// [`PlanError::FloorTooHigh`] names the largest feasible floor; the others are limits and defects.
pub fn plan(problem: &Problem, limits: &PlanLimits) -> Result<Plan, PlanError> {
    if problem.means.donors.len().max(problem.means.parties.len()) > grid::MEMBERS_MAX {
        return Err(PlanError::TooManyMembers);
    }
    let grid = Grid::of(problem, Relaxed::default());
    let Choice { starts, bound, stopped_by } = keep_what_was_agreed(&grid, choose(&grid, limits)?, limits)?;
    let reasons = limits.reasons.or(grid.is_large().then_some(REASONS_OF_LARGE));
    let explained = explain(&grid, starts, reasons)?;
    assemble(&grid, explained, bound, stopped_by)
}

/// Of all plans that bring nearly as much as the best that was found, one that disturbs least what was agreed; among
/// these nothing is said of which brings most.
fn keep_what_was_agreed(grid: &Grid<'_>, best: Choice, limits: &PlanLimits) -> Result<Choice, PlanError> {
    let Some(agreed) = &grid.problem.agreed else { return Ok(best) };
    let brings = |(i, start): (usize, &Option<usize>)| start.map(|start| grid.benefit(i, start));
    let benefit: f64 = best.starts.iter().enumerate().filter_map(brings).sum();
    let mut question = Question::whole(grid, Fairness::Floor(grid.problem.parameters.floor));
    question.keep = Some(benefit * (1.0 - agreed.give) * (1.0 - ROUNDING));
    let program = Program::of(grid, &question)?;
    let seed = (grid.problem.parameters.seed & 0x7fff_ffff) as u32;
    let search = Limits { gap: limits.gap, nodes: limits.nodes, seconds: limits.seconds, seed, warm_start: None };
    match solve(&program.model, &search) {
        Ok(solution) => Ok(Choice { starts: program.decode(&solution), ..best }),
        // The best plan itself is one of these: only a limit can strike.
        Err(MilpError::NothingFound(_)) => Ok(best),
        Err(error) => Err(error.into()),
    }
}

/// A part of a benefit that is no more than the solver's rounding.
const ROUNDING: f64 = 1e-7;

/// A plan, how good any plan can be, and what ended the search.
struct Choice {
    starts: Starts,
    bound: f64,
    stopped_by: StoppedBy,
}

fn choose(grid: &Grid<'_>, limits: &PlanLimits) -> Result<Choice, PlanError> {
    choose_with(grid, limits, grid.problem.parameters.floor)
}

/// The gap that the solver alone reaches on the whole program in the same time: what the planner is compared with.
///
/// # Errors
/// [`PlanError::NothingFound`] if it finds no plan.
pub fn naive(problem: &Problem, limits: &PlanLimits) -> Result<f64, PlanError> {
    let grid = Grid::of(problem, Relaxed::default());
    let program = Program::of(&grid, &Question::whole(&grid, Fairness::Floor(problem.parameters.floor)))?;
    let exact = Limits::exact((problem.parameters.seed & 0x7fff_ffff) as u32);
    let search = Limits { gap: limits.gap, nodes: limits.nodes, seconds: limits.seconds, ..exact };
    Ok(solve(&program.model, &search)?.gap)
}

/// The best plan with a floor that may be another than the problem's.
fn choose_with(grid: &Grid<'_>, limits: &PlanLimits, floor: f64) -> Result<Choice, PlanError> {
    let fairness = Fairness::Floor(floor);
    let program = Program::of(grid, &Question::whole(grid, fairness))?;
    let seed = (grid.problem.parameters.seed & 0x7fff_ffff) as u32;
    let search = Limits { gap: limits.gap, nodes: limits.nodes, seconds: limits.seconds, seed, warm_start: None };
    if grid.is_large()
        && let Some(choice) = choose_by_prices(grid, &program, fairness, &search)?
    {
        return Ok(choice);
    }
    match search::solve(grid, fairness, &program, &search, limits.clock) {
        Ok((starts, solution)) => {
            Ok(Choice { starts, bound: solution.bound, stopped_by: stopped_by(solution.stopped_by) })
        }
        Err(MilpError::Infeasible) => Err(no_plan(grid, floor, &search)?),
        Err(error) => Err(error.into()),
    }
}

/// The best plan among the months that prices favour, with the bound of the prices; `None` if there is none.
fn choose_by_prices(
    grid: &Grid<'_>,
    whole: &Program,
    fairness: Fairness,
    search: &Limits,
) -> Result<Option<Choice>, PlanError> {
    let prices::Priced { bound, starts } = prices::price(grid, whole)?;
    let program = Program::of(grid, &Question::among(grid, starts, fairness))?;
    // Half of the gap is left for the months that were not favoured.
    match solve(&program.model, &Limits { gap: search.gap / 2.0, ..search.clone() }) {
        Ok(solution) => {
            let stopped_by = match solution.stopped_by {
                mostari_milp::StoppedBy::Gap if gap(solution.objective, bound) > search.gap => StoppedBy::Prices,
                other => stopped_by(other),
            };
            Ok(Some(Choice { starts: program.decode(&solution), bound, stopped_by }))
        }
        Err(MilpError::Infeasible) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn stopped_by(limit: mostari_milp::StoppedBy) -> StoppedBy {
    match limit {
        mostari_milp::StoppedBy::Gap => StoppedBy::Gap,
        mostari_milp::StoppedBy::Nodes => StoppedBy::Nodes,
        mostari_milp::StoppedBy::Time => StoppedBy::Time,
    }
}

/// Why there is no plan: what cannot hold together; and if the floor is too high, the largest that is not.
fn no_plan(grid: &Grid<'_>, asked: f64, limits: &Limits) -> Result<PlanError, PlanError> {
    // A floor that nobody asked for is only tried: why it cannot be is not looked for.
    let cause = if asked == grid.problem.parameters.floor { smallest_cause(grid)? } else { Vec::new() };
    let program = Program::of(grid, &Question::whole(grid, Fairness::Largest))?;
    let solution = match solve(&program.model, limits) {
        Err(MilpError::Infeasible) => return Ok(PlanError::Infeasible { cause }),
        solved => solved?,
    };
    // Rounded down, so that the figure that a person types in again is feasible.
    let feasible = (solution.objective * 10_000.0 - 1e-6).floor().max(0.0) / 10_000.0;
    // No share is below 0, whatever the solver's rounding.
    Ok(PlanError::FloorTooHigh { asked, feasible, bound: solution.bound.max(0.0) + 0.0, cause })
}

fn assemble(grid: &Grid<'_>, explained: Explained, bound: f64, stopped_by: StoppedBy) -> Result<Plan, PlanError> {
    let problem = grid.problem;
    let Explained { starts, reasons } = explained;
    let mut payments = money::pay(grid, &starts)?;
    let mut work = crews::assign(grid, &starts)?;
    let mut chosen = Vec::new();
    for (i, start) in starts.iter().enumerate() {
        let Some(start) = *start else { continue };
        chosen.push(Chosen {
            project: problem.projects[i].id.clone(),
            start: grid.month(start),
            end: grid.month(start + grid.candidates[i].duration - 1),
            payers: std::mem::take(&mut payments[i]),
            executors: std::mem::take(&mut work[i]),
            benefit: grid.benefit(i, start),
            completes: grid.candidates[i].completes,
        });
    }
    chosen.sort_by(|a, b| (a.start, &a.project).cmp(&(b.start, &b.project)));
    let objective: f64 = chosen.iter().map(|c| c.benefit).sum();
    let bound = bound.max(objective);
    let not_chosen = reasons
        .into_iter()
        .map(|(i, reason, verified)| NotChosen { project: problem.projects[i].id.clone(), reason, verified })
        .collect();
    let parameters = problem.parameters;
    Ok(Plan {
        snapshot: problem.snapshot,
        assessment: problem.assessment,
        projects: problem.projects_digest(),
        means: Digest::of_value(&problem.means),
        conditions: problem.conditions_digest(),
        engine: concat!("mostari-plan ", env!("CARGO_PKG_VERSION")).to_owned(),
        label: problem.label.clone(),
        seed: parameters.seed,
        floor: parameters.floor,
        conflict_hazard: parameters.conflict_hazard,
        start_every: parameters.start_every,
        agreed: problem.agreed.clone(),
        start: problem.means.start,
        months: problem.means.months,
        objective,
        bound,
        gap: gap(objective, bound),
        stopped_by,
        areas: answered(grid, &starts),
        chosen,
        not_chosen,
    })
}

fn gap(objective: f64, bound: f64) -> f64 {
    match bound - objective {
        apart if apart <= 0.0 => 0.0,
        apart if objective > 0.0 => apart / objective,
        _ => 1.0,
    }
}

fn answered(grid: &Grid<'_>, starts: &Starts) -> BTreeMap<AreaId, Answered> {
    let of_area = |(area, candidates): (&AreaId, Vec<usize>)| {
        let benefit = candidates.iter().filter_map(|i| starts[*i].map(|start| grid.benefit(*i, start))).sum();
        let possible = candidates.iter().map(|i| grid.candidates[*i].possible).sum();
        (area.clone(), Answered { benefit, possible })
    };
    grid.by_area().into_iter().map(of_area).collect()
}
