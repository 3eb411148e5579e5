//! A choice that keeps all budgets, and the moves that make it better.

use crate::problem::knapsack::Knapsack;
use crate::siting::draws::Draws;

/// Things by what they are worth against what they take at the prices of the relaxation.
pub(super) struct Order {
    best_first: Vec<usize>,
    place: Vec<usize>,
    /// Weights of each thing, one a budget.
    weights: Vec<i64>,
    budgets_count: usize,
}

impl Order {
    pub(super) fn new(problem: &Knapsack, prices: &[f64]) -> Self {
        let things_count = problem.values().len();
        let budgets_count = prices.len();
        let mut weights = Vec::with_capacity(things_count * budgets_count);
        for thing in 0..things_count {
            weights.extend((0..budgets_count).map(|budget| i64::from(problem.weights(budget)[thing])));
        }
        let efficiency = |thing: usize| {
            let taken = &weights[thing * budgets_count..(thing + 1) * budgets_count];
            let paid: f64 = taken.iter().zip(prices).map(|(weight, price)| *weight as f64 * price).sum();
            f64::from(problem.values()[thing]) / paid.max(1e-9)
        };
        let mut best_first: Vec<usize> = (0..things_count).collect();
        best_first.sort_by(|a, b| efficiency(*b).total_cmp(&efficiency(*a)).then(a.cmp(b)));
        let mut place = vec![0; things_count];
        best_first.iter().enumerate().for_each(|(at, thing)| place[*thing] = at);
        Self { best_first, place, weights, budgets_count }
    }

    /// How many things near the edge are moved.
    pub(super) fn core_count(&self) -> usize {
        const CORE_MIN: usize = 50;
        (self.best_first.len() / 5).max(CORE_MIN)
    }
}

/// A choice of things within all budgets.
#[derive(Debug, Clone)]
pub(super) struct Packing {
    chosen: Vec<bool>,
    /// What is left of each budget.
    left: Vec<i64>,
    value: u64,
}

impl Packing {
    /// Exactly these things.
    pub(super) fn of(problem: &Knapsack, chosen: &[bool]) -> Self {
        let left = problem.capacities().iter().map(|budget| i64::try_from(*budget).unwrap_or(i64::MAX)).collect();
        let mut made = Self { chosen: vec![false; chosen.len()], left, value: 0 };
        (0..chosen.len()).filter(|thing| chosen[*thing]).for_each(|thing| made.flip(problem, thing));
        made
    }

    /// Things in their order as long as they fit.
    pub(super) fn filled(problem: &Knapsack, order: &Order) -> Self {
        let mut made = Self::of(problem, &vec![false; problem.values().len()]);
        made.fill(problem, order);
        made
    }

    pub(super) fn value(&self) -> u64 {
        self.value
    }

    pub(super) fn chosen(&self) -> &[bool] {
        &self.chosen
    }

    fn flip(&mut self, problem: &Knapsack, thing: usize) {
        let sign = if self.chosen[thing] { 1 } else { -1 };
        for (budget, left) in self.left.iter_mut().enumerate() {
            *left += sign * i64::from(problem.weights(budget)[thing]);
        }
        let value = u64::from(problem.values()[thing]);
        self.value = if self.chosen[thing] { self.value - value } else { self.value + value };
        self.chosen[thing] = !self.chosen[thing];
    }

    fn fill(&mut self, problem: &Knapsack, order: &Order) {
        for thing in &order.best_first {
            let weights = &order.weights[thing * order.budgets_count..(thing + 1) * order.budgets_count];
            if !self.chosen[*thing] && weights.iter().zip(&self.left).all(|(weight, left)| weight <= left) {
                self.flip(problem, *thing);
            }
        }
    }

    /// Chooses some things near the edge otherwise, drops what is worth least until all fits, and fills up.
    pub(super) fn shake(&mut self, problem: &Knapsack, order: &Order, core: &[usize], draws: &mut Draws) {
        const SHAKEN_MAX: usize = 5;
        let count = 2 + draws.below(SHAKEN_MAX - 1);
        let forced: Vec<usize> = (0..count).map(|_| draws.one_of(core)).collect();
        forced.iter().for_each(|thing| self.flip(problem, *thing));
        let mut chosen: Vec<usize> = (0..self.chosen.len()).filter(|thing| self.chosen[*thing]).collect();
        chosen.sort_by_key(|thing| (forced.contains(thing), std::cmp::Reverse(order.place[*thing])));
        let mut next = chosen.into_iter();
        while self.left.iter().any(|left| *left < 0) {
            let thing = next.next().expect("nothing chosen is within every budget");
            self.flip(problem, thing);
        }
        self.fill_but(problem, order, &forced);
    }

    /// Fills up, but with none of these unless nothing else fits.
    fn fill_but(&mut self, problem: &Knapsack, order: &Order, not: &[usize]) {
        for thing in order.best_first.iter().filter(|thing| !not.contains(thing)) {
            let weights = &order.weights[thing * order.budgets_count..(thing + 1) * order.budgets_count];
            if !self.chosen[*thing] && weights.iter().zip(&self.left).all(|(weight, left)| weight <= left) {
                self.flip(problem, *thing);
            }
        }
        self.fill(problem, order);
    }

    /// Exchanges one thing for another, one for two, or two for one, while that is worth more.
    pub(super) fn climb(&mut self, problem: &Knapsack, core: &[usize]) {
        while self.exchange(problem, core) {}
    }

    /// The best exchange of one for one, or else the first of two for one or one for two that is worth more.
    fn exchange(&mut self, problem: &Knapsack, core: &[usize]) -> bool {
        let (inside, outside): (Vec<usize>, Vec<usize>) = core.iter().partition(|thing| self.chosen[**thing]);
        let value = |thing: usize| i64::from(problem.values()[thing]);
        let mut best: Option<(i64, usize, usize)> = None;
        for out in &inside {
            for into in &outside {
                let more = value(*into) - value(*out);
                if more > best.map_or(0, |(more, ..)| more) && self.fits(problem, &[*out], &[*into]) {
                    best = Some((more, *out, *into));
                }
            }
        }
        if let Some((_, out, into)) = best {
            self.flip(problem, out);
            self.flip(problem, into);
            return true;
        }
        self.exchange_three(problem, &inside, &outside)
    }

    fn exchange_three(&mut self, problem: &Knapsack, inside: &[usize], outside: &[usize]) -> bool {
        const LOOKED_AT: usize = 16;
        let value = |thing: usize| i64::from(problem.values()[thing]);
        let (inside, outside) = (&inside[..inside.len().min(LOOKED_AT)], &outside[..outside.len().min(LOOKED_AT)]);
        let pairs = |of: &[usize]| -> Vec<[usize; 2]> {
            (0..of.len()).flat_map(|a| (0..a).map(move |b| (a, b))).map(|(a, b)| [of[a], of[b]]).collect()
        };
        for into in pairs(outside) {
            for out in inside {
                if value(into[0]) + value(into[1]) > value(*out) && self.fits(problem, &[*out], &into) {
                    [*out, into[0], into[1]].iter().for_each(|thing| self.flip(problem, *thing));
                    return true;
                }
            }
        }
        for out in pairs(inside) {
            for into in outside {
                if value(*into) > value(out[0]) + value(out[1]) && self.fits(problem, &out, &[*into]) {
                    [*into, out[0], out[1]].iter().for_each(|thing| self.flip(problem, *thing));
                    return true;
                }
            }
        }
        false
    }

    fn fits(&self, problem: &Knapsack, out: &[usize], into: &[usize]) -> bool {
        self.left.iter().enumerate().all(|(budget, left)| {
            let weights = problem.weights(budget);
            let sum = |things: &[usize]| things.iter().map(|thing| i64::from(weights[*thing])).sum::<i64>();
            sum(into) <= left + sum(out)
        })
    }
}
