//! Choosing things under several budgets at once (the multidimensional knapsack): plain data of question and answer.

/// A problem that makes sense: whole numbers, each budget with one weight a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knapsack {
    values: Vec<u32>,
    weights: Vec<u32>,
    capacities: Vec<u64>,
}

/// Why a knapsack makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KnapsackError {
    /// The weights are not one for each thing and budget.
    #[error("{found} weights where {expected} are needed")]
    Weights {
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
}

impl Knapsack {
    /// `weights` holds a row of things for each capacity.
    ///
    /// # Errors
    /// [`KnapsackError::Weights`] if there are too few or too many.
    pub fn new(values: Vec<u32>, weights: Vec<u32>, capacities: Vec<u64>) -> Result<Self, KnapsackError> {
        let expected = values.len() * capacities.len();
        match weights.len() == expected {
            true => Ok(Self { values, weights, capacities }),
            false => Err(KnapsackError::Weights { found: weights.len(), expected }),
        }
    }

    /// What each thing is worth.
    pub fn values(&self) -> &[u32] {
        &self.values
    }

    /// What each thing takes of one budget.
    pub fn weights(&self, budget: usize) -> &[u32] {
        &self.weights[budget * self.values.len()..(budget + 1) * self.values.len()]
    }

    /// The budgets.
    pub fn capacities(&self) -> &[u64] {
        &self.capacities
    }
}

/// An answer to a [`Knapsack`].
#[derive(Debug, Clone, PartialEq)]
pub struct KnapsackPlan {
    /// Chosen things, in order.
    pub chosen: Vec<u32>,
    /// What they are worth together.
    pub value: u64,
    /// Proven: nothing is worth more. Equal to `value` where the plan is proven to be best.
    pub bound: u64,
    /// Value of the linear relaxation: a weaker bound, comparable with published ones.
    pub relaxed: f64,
}

impl KnapsackPlan {
    /// (bound - value) / value; 0 if both are 0.
    pub fn gap(&self) -> f64 {
        match self.bound.saturating_sub(self.value) {
            0 => 0.0,
            difference => difference as f64 / self.value as f64,
        }
    }
}
