//! Does a choice of things keep every budget? Written from the rules, apart from the search.

use crate::problem::knapsack::{Knapsack, KnapsackPlan};

/// A rule of choosing under budgets. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KnapsackRule {
    /// Every chosen thing exists and stands once, in order.
    Things,
    /// No budget is overspent.
    Budget,
    /// The stated value is that of the things.
    Value,
    /// The stated bounds are not below the value.
    Bound,
}

impl KnapsackRule {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 4] = [Self::Things, Self::Budget, Self::Value, Self::Bound];

    /// Its code, with a heading in `docs/siting.md`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Things => "KNP-001",
            Self::Budget => "KNP-002",
            Self::Value => "KNP-003",
            Self::Bound => "KNP-004",
        }
    }
}

/// A rule that an answer breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnapsackViolation {
    /// The rule.
    pub rule: KnapsackRule,
    /// What is wrong, with numbers of things and budgets from 0.
    pub message: String,
}

/// Every violation; none if the plan keeps the rules.
pub fn check_knapsack(plan: &KnapsackPlan, problem: &Knapsack) -> Vec<KnapsackViolation> {
    let mut found = Vec::new();
    let mut add = |rule, message| found.push(KnapsackViolation { rule, message });
    let things_count = problem.values().len();
    let mut is_chosen = vec![false; things_count];
    for thing in &plan.chosen {
        match is_chosen.get_mut(*thing as usize) {
            None => add(KnapsackRule::Things, format!("thing {thing} does not exist")),
            Some(known) if *known => add(KnapsackRule::Things, format!("thing {thing} stands twice")),
            Some(known) => *known = true,
        }
    }
    if plan.chosen.windows(2).any(|pair| pair[0] > pair[1]) {
        add(KnapsackRule::Things, "the things are not in order".to_owned());
    }
    let sum = |of: &[u32]| -> u64 {
        of.iter().zip(&is_chosen).filter(|(_, is_chosen)| **is_chosen).map(|(one, _)| u64::from(*one)).sum()
    };
    for (budget, capacity) in problem.capacities().iter().enumerate() {
        let spent = sum(problem.weights(budget));
        if spent > *capacity {
            add(KnapsackRule::Budget, format!("{spent} of {capacity} of budget {budget} is spent"));
        }
    }
    let value = sum(problem.values());
    if value != plan.value {
        add(KnapsackRule::Value, format!("the plan states a value of {}; it is {value}", plan.value));
    }
    if plan.bound < plan.value || plan.relaxed.is_nan() || plan.relaxed < plan.value as f64 * (1.0 - 1e-9) - 1e-6 {
        let message = format!("the value {} is above a bound ({}, {})", plan.value, plan.bound, plan.relaxed);
        add(KnapsackRule::Bound, message);
    }
    found
}
