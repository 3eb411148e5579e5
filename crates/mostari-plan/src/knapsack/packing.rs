//! A choice that keeps all budgets, and the moves that make it better.

use crate::problem::knapsack::Knapsack;

/// Things by what they are worth against what they take at the prices of the relaxation.
pub(super) struct Order {
    best_first: Vec<usize>,
    place: Vec<usize>,
    /// Weights of each thing, one a budget: side by side, as moves look at whole things.
    weights: Vec<i64>,
    values: Vec<u64>,
    capacities: Vec<i64>,
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
        let values = problem.values().iter().map(|value| u64::from(*value)).collect();
        let capacities = problem.capacities().iter().map(|budget| i64::try_from(*budget).unwrap_or(i64::MAX));
        Self { best_first, place, weights, values, capacities: capacities.collect() }
    }

    pub(super) fn things_count(&self) -> usize {
        self.values.len()
    }

    fn weights(&self, thing: usize) -> &[i64] {
        let budgets_count = self.capacities.len();
        &self.weights[thing * budgets_count..(thing + 1) * budgets_count]
    }
}

/// A choice of things within all budgets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Packing {
    chosen: Vec<bool>,
    /// What is left of each budget.
    left: Vec<i64>,
    value: u64,
}

impl Packing {
    /// Exactly these things, whether they fit or not.
    pub(super) fn of(order: &Order, chosen: &[bool]) -> Self {
        let mut made = Self { chosen: vec![false; chosen.len()], left: order.capacities.clone(), value: 0 };
        (0..chosen.len()).filter(|thing| chosen[*thing]).for_each(|thing| made.flip(order, thing));
        made
    }

    /// Things in their order as long as they fit.
    pub(super) fn filled(order: &Order) -> Self {
        let mut made = Self::of(order, &vec![false; order.things_count()]);
        made.fill(order);
        made
    }

    /// These things without the worst ones, until all fits; then filled up.
    pub(super) fn repaired(order: &Order, chosen: &[bool]) -> Self {
        let mut made = Self::of(order, chosen);
        let mut worst_first = order.best_first.iter().rev();
        while made.left.iter().any(|left| *left < 0) {
            let thing = *worst_first.next().expect("nothing chosen is within every budget");
            if made.chosen[thing] {
                made.flip(order, thing);
            }
        }
        made.fill(order);
        made
    }

    pub(super) fn value(&self) -> u64 {
        self.value
    }

    pub(super) fn chosen(&self) -> &[bool] {
        &self.chosen
    }

    fn flip(&mut self, order: &Order, thing: usize) {
        let is_chosen = self.chosen[thing];
        for (left, weight) in self.left.iter_mut().zip(order.weights(thing)) {
            *left += if is_chosen { *weight } else { -weight };
        }
        self.value = if is_chosen { self.value - order.values[thing] } else { self.value + order.values[thing] };
        self.chosen[thing] = !is_chosen;
    }

    fn fill(&mut self, order: &Order) {
        for thing in &order.best_first {
            if !self.chosen[*thing] && order.weights(*thing).iter().zip(&self.left).all(|(weight, left)| weight <= left)
            {
                self.flip(order, *thing);
            }
        }
    }

    /// Exchanges one thing for another, or one for two, or two for one, while that is worth more.
    pub(super) fn climb(&mut self, order: &Order, core: &[usize]) {
        while self.exchange(order, core) {
            self.fill(order);
        }
    }

    /// The best exchange of one for one, or else the first of two for one or one for two that is worth more.
    fn exchange(&mut self, order: &Order, core: &[usize]) -> bool {
        let (mut inside, outside): (Vec<usize>, Vec<usize>) = core.iter().partition(|thing| self.chosen[**thing]);
        let mut best: Option<(u64, usize, usize)> = None;
        for out in &inside {
            for into in &outside {
                let more = order.values[*into].saturating_sub(order.values[*out]);
                if more > best.map_or(0, |(more, ..)| more) && self.fits(order, &[*out], &[*into]) {
                    best = Some((more, *out, *into));
                }
            }
        }
        if let Some((_, out, into)) = best {
            self.flip(order, out);
            self.flip(order, into);
            return true;
        }
        inside.sort_by_key(|thing| std::cmp::Reverse(order.place[*thing]));
        self.exchange_three(order, &inside, &outside)
    }

    fn exchange_three(&mut self, order: &Order, inside: &[usize], outside: &[usize]) -> bool {
        const LOOKED_AT: usize = 16;
        let (inside, outside) = (&inside[..inside.len().min(LOOKED_AT)], &outside[..outside.len().min(LOOKED_AT)]);
        let pairs = |of: &[usize]| -> Vec<[usize; 2]> {
            (0..of.len()).flat_map(|a| (0..a).map(move |b| (a, b))).map(|(a, b)| [of[a], of[b]]).collect()
        };
        let value = |thing: usize| order.values[thing];
        for into in pairs(outside) {
            for out in inside {
                if value(into[0]) + value(into[1]) > value(*out) && self.fits(order, &[*out], &into) {
                    [*out, into[0], into[1]].iter().for_each(|thing| self.flip(order, *thing));
                    return true;
                }
            }
        }
        for out in pairs(inside) {
            for into in outside {
                if value(*into) > value(out[0]) + value(out[1]) && self.fits(order, &out, &[*into]) {
                    [*into, out[0], out[1]].iter().for_each(|thing| self.flip(order, *thing));
                    return true;
                }
            }
        }
        false
    }

    fn fits(&self, order: &Order, out: &[usize], into: &[usize]) -> bool {
        (0..self.left.len()).all(|budget| {
            let sum = |things: &[usize]| things.iter().map(|thing| order.weights(*thing)[budget]).sum::<i64>();
            sum(into) <= self.left[budget] + sum(out)
        })
    }
}
