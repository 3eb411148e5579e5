//! Large portfolios: prices on money, weeks and floors split the program into small parts.
//!
//! With a price on every row that projects share, each candidate (with those that wait for each other) is on its own:
//! a closure problem, solved exactly ([`super::closure`]). The sum over all parts, plus what the shared means are worth
//! at these prices, is a bound on every plan (Lagrangian relaxation: Geoffrion 1974). The prices of the least bound are
//! found by cutting planes (Kelley 1960), with each question asked between the best prices known and those of the
//! cuts (in-out separation: Wentges 1997; Ben-Ameur and Neto 2007), which needs some dozens of rounds, not thousands. At the
//! least bound it equals that of the program's linear relaxation, because the parts are integral by themselves.
//!
//! The months in which the priced parts wanted to start are those that a good plan uses: the program of these alone is
//! small, and its best plan is feasible for the whole.

use super::PlanError;
use super::closure::Obligations;
use super::grid::Grid;
use super::model::Program;
use mostari_milp::{Kind, Limits, Model, Sense, Variable, solve};
use std::collections::{BTreeMap, BTreeSet};

/// Most rounds of prices. The bound holds after any of them.
const ROUNDS_MAX: usize = 200;
/// Stop once the bound is within this part of itself of the least one.
const CLOSE: f64 = 1e-4;
/// How far a question stays with the best prices known: the rest of the way goes to those of the cuts.
const INNER: f64 = 0.8;
/// Most pairs of candidate and month that the small program may have.
const PAIRS_MAX: usize = 30_000;
/// Added to the bound for the rounding of its sums and of the cuts below them, as a part of it.
const ROUNDING: f64 = 1e-7;

/// What prices say about a program.
pub(super) struct Priced {
    /// No plan is better than this.
    pub bound: f64,
    /// Months in which each candidate was wanted at some of the last prices.
    pub starts: Vec<Vec<usize>>,
}

/// Prices the shared rows of a program.
///
/// # Errors
/// [`PlanError::Solver`] if a small linear program fails.
pub(super) fn price(grid: &Grid<'_>, program: &Program) -> Result<Priced, PlanError> {
    let relaxation = Relaxation::of(grid, program);
    let mut cuts = vec![relaxation.answer(&vec![0.0; relaxation.links.len()])];
    let unit = cuts[0].bound.max(f64::MIN_POSITIVE);
    let (mut best, mut center) = (cuts[0].bound, vec![0.0; relaxation.links.len()]);
    for _ in 0..ROUNDS_MAX {
        let (least, prices) = cheapest(&cuts, unit)?;
        if best - least <= CLOSE * best {
            break;
        }
        let between = center.iter().zip(&prices).map(|(inner, outer)| INNER * inner + (1.0 - INNER) * outer).collect();
        for question in [between, prices.clone()] {
            let answer = relaxation.answer(&question);
            let (improves, cuts_off) = (answer.bound < best, answer.value_at(&prices) > least * (1.0 + CLOSE));
            if improves {
                (best, center) = (answer.bound, question);
            }
            cuts.push(answer);
            if improves || cuts_off {
                break;
            }
        }
    }
    Ok(Priced { bound: best * (1.0 + ROUNDING), starts: relaxation.wanted(&cuts) })
}

/// A row that projects share, as `sum of terms <= limit`, both divided by a scale.
struct Link {
    terms: Vec<(Variable, f64)>,
    limit: f64,
}

/// Candidates that no row but the links joins to others.
enum Part {
    /// One candidate.
    Alone(usize),
    /// Some that wait for each other: their steps, which of them are barred, and what obliges to what.
    Web { steps: Vec<Variable>, barred: Vec<bool>, obligations: Obligations },
}

/// The program without its links.
struct Relaxation<'p> {
    program: &'p Program,
    parts: Vec<Part>,
    links: Vec<Link>,
}

/// What the parts want at some prices.
struct Answer {
    /// Benefit of what they want, without prices.
    benefit: f64,
    /// What is left of each link, as a part of its scale; below 0 if they want too much.
    left: Vec<f64>,
    /// The bound at these prices.
    bound: f64,
    /// By candidate, the position of its start.
    starts: Vec<Option<usize>>,
}

impl Answer {
    /// What this answer is worth at other prices: no more than the bound there.
    fn value_at(&self, prices: &[f64]) -> f64 {
        self.benefit + prices.iter().zip(&self.left).map(|(price, left)| price * left).sum::<f64>()
    }
}

impl<'p> Relaxation<'p> {
    fn of(grid: &Grid<'_>, program: &'p Program) -> Self {
        let links = program.links.iter().flat_map(|row| {
            let (lower, terms, upper) = program.model.row(*row);
            let sides = [(upper, 1.0), (-lower, -1.0)];
            sides
                .into_iter()
                .filter(|(limit, _)| limit.is_finite())
                .map(move |(limit, sign)| Link::of(terms, limit, sign))
        });
        Self { program, parts: parts(grid, program), links: links.collect() }
    }

    /// What every part wants at some prices for the links.
    fn answer(&self, prices: &[f64]) -> Answer {
        let model = &self.program.model;
        let mut net: Vec<f64> = (0..model.variables_count()).map(|i| model.variable(i).0).collect();
        for (link, price) in self.links.iter().zip(prices).filter(|(_, price)| **price > 0.0) {
            link.terms.iter().for_each(|(variable, per_unit)| net[variable.index()] -= price * per_unit);
        }
        let mut taken = vec![false; net.len()];
        for part in &self.parts {
            self.take(part, &net, &mut taken);
        }
        let sum = |of: &dyn Fn(usize) -> f64| (0..taken.len()).filter(|i| taken[*i]).map(of).sum::<f64>();
        let used = |link: &Link| {
            link.terms.iter().filter(|(v, _)| taken[v.index()]).map(|(_, per_unit)| per_unit).sum::<f64>()
        };
        let left: Vec<f64> = self.links.iter().map(|link| link.limit - used(link)).collect();
        let worth: f64 = self.links.iter().zip(prices).map(|(link, price)| link.limit * price).sum();
        let start = |steps: &Vec<Variable>| steps.iter().position(|step| taken[step.index()]);
        Answer {
            benefit: sum(&|i| model.variable(i).0),
            left,
            bound: sum(&|i| net[i]) + worth,
            starts: self.program.steps.iter().map(start).collect(),
        }
    }

    fn take(&self, part: &Part, net: &[f64], taken: &mut [bool]) {
        match part {
            Part::Alone(candidate) => {
                let steps = &self.program.steps[*candidate];
                let (mut from, mut best, mut sum) = (steps.len(), 0.0, 0.0);
                for (k, step) in steps.iter().enumerate().rev() {
                    sum += net[step.index()];
                    if sum > best {
                        (from, best) = (k, sum);
                    }
                }
                steps[from..].iter().for_each(|step| taken[step.index()] = true);
            }
            Part::Web { steps, barred, obligations } => {
                let ruin = -1.0 - steps.iter().map(|step| net[step.index()].abs()).sum::<f64>();
                let weight = |(step, barred): (&Variable, &bool)| if *barred { ruin } else { net[step.index()] };
                let weights: Vec<f64> = steps.iter().zip(barred).map(weight).collect();
                for (step, is_in) in steps.iter().zip(obligations.best(&weights)) {
                    taken[step.index()] = is_in;
                }
            }
        }
    }

    /// The starts of the last answers, as many of them as the small program has room for.
    fn wanted(&self, answers: &[Answer]) -> Vec<Vec<usize>> {
        let mut wanted = vec![BTreeSet::new(); self.program.steps.len()];
        let mut pairs = 0;
        for answer in answers.iter().rev() {
            for (candidate, k) in answer.starts.iter().enumerate() {
                pairs += usize::from(k.is_some_and(|k| wanted[candidate].insert(self.program.starts[candidate][k])));
            }
            if pairs > PAIRS_MAX {
                break;
            }
        }
        wanted.into_iter().map(|starts| starts.into_iter().collect()).collect()
    }
}

impl Link {
    fn of(terms: &[(Variable, f64)], limit: f64, sign: f64) -> Self {
        let largest = terms.iter().map(|(_, c)| c.abs()).fold(limit.abs(), f64::max).max(f64::MIN_POSITIVE);
        Self { terms: terms.iter().map(|(v, c)| (*v, sign * c / largest)).collect(), limit: limit / largest }
    }
}

/// The prices of the least bound that the answers so far allow, and that bound.
fn cheapest(answers: &[Answer], unit: f64) -> Result<(f64, Vec<f64>), PlanError> {
    let mut model = Model::new(Sense::Minimise);
    let bound = model.add_variable(1.0, f64::NEG_INFINITY, f64::INFINITY, Kind::Continuous);
    // A unit of a link is never worth more than everything together.
    let prices: Vec<Variable> =
        answers[0].left.iter().map(|_| model.add_variable(0.0, 0.0, 1.0, Kind::Continuous)).collect();
    for answer in answers {
        let left = prices.iter().zip(&answer.left).filter(|(_, left)| **left != 0.0);
        let mut terms: Vec<(Variable, f64)> = left.map(|(price, left)| (*price, -left)).collect();
        terms.push((bound, 1.0));
        model.add_row(answer.benefit / unit, f64::INFINITY, &terms);
    }
    let solution = solve(&model, &Limits::exact(1))?;
    Ok((solution.objective * unit, prices.iter().map(|price| solution.value(*price) * unit).collect()))
}

/// The candidates in groups that wait for each other.
fn parts(grid: &Grid<'_>, program: &Program) -> Vec<Part> {
    let mut group: Vec<usize> = (0..program.steps.len()).collect();
    for later in 0..group.len() {
        for need in &grid.candidates[later].needs {
            let (a, b) = (root(&mut group, later), root(&mut group, need.candidate));
            group[a.max(b)] = a.min(b);
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for candidate in 0..group.len() {
        members.entry(root(&mut group, candidate)).or_default().push(candidate);
    }
    members.into_values().map(|group| part(grid, program, &group)).collect()
}

fn root(group: &mut [usize], mut i: usize) -> usize {
    while group[i] != i {
        group[i] = group[group[i]];
        i = group[i];
    }
    i
}

fn part(grid: &Grid<'_>, program: &Program, group: &[usize]) -> Part {
    if let [alone] = group {
        return Part::Alone(*alone);
    }
    let steps: Vec<Variable> = group.iter().flat_map(|candidate| program.steps[*candidate].iter().copied()).collect();
    let node: BTreeMap<Variable, usize> = steps.iter().enumerate().map(|(i, step)| (*step, i)).collect();
    let chains = group.iter().flat_map(|candidate| program.steps[*candidate].windows(2).map(|pair| (pair[0], pair[1])));
    let waits =
        group.iter().flat_map(|later| program.waits(grid, *later)).filter_map(|(step, done)| Some((step, done?)));
    let edges = chains.chain(waits).map(|(from, to)| (node[&from], node[&to])).collect();
    let barred = steps.iter().map(|step| program.model.variable(step.index()).1 == 0.0).collect();
    let obligations = Obligations::new(steps.len(), edges);
    Part::Web { steps, barred, obligations }
}

#[cfg(test)]
mod tests {
    use super::super::grid::Relaxed;
    use super::super::model::{Fairness, Question};
    use super::*;
    use crate::problem::Problem;
    use crate::synthetic::{self, Shape};

    /// The bound of the prices, what the best plan brings, and what the best of the wanted months brings.
    fn figures(seed: u64, floor: f64) -> [f64; 3] {
        let mut parts = synthetic::parts(Shape { projects: 40, months: 18, donors: 4, areas: 6, seed });
        parts.parameters.floor = floor;
        let problem = Problem::new(parts).unwrap();
        let grid = Grid::of(&problem, Relaxed::default());
        let best = |question: &Question| {
            let program = Program::of(&grid, question).unwrap();
            solve(&program.model, &Limits::exact(1)).unwrap().objective
        };
        let whole = Question::whole(&grid, Fairness::Floor(floor));
        let Priced { bound, starts } = price(&grid, &Program::of(&grid, &whole).unwrap()).unwrap();
        [bound, best(&whole), best(&Question::among(&grid, starts, Fairness::Floor(floor)))]
    }

    #[test]
    fn no_plan_is_better_than_the_bound_and_the_wanted_months_hold_a_good_one() {
        for seed in 0..6 {
            let [bound, best, wanted] = figures(seed, 0.0);
            assert!(bound >= best * (1.0 - 1e-9), "seed {seed}: {bound} {best}");
            assert!(bound <= best * 1.08, "seed {seed}: {bound} {best}");
            assert!(wanted >= best * 0.93 && wanted <= best * (1.0 + 1e-9), "seed {seed}: {wanted} {best}");
        }
    }

    #[test]
    fn a_floor_has_its_price_too() {
        let [bound, best, _] = figures(3, 0.02);
        assert!(bound >= best * (1.0 - 1e-9) && bound <= best * 1.08, "{bound} {best}");
    }
}
