//! A square table of whole numbers between locations.

use crate::problem::ProblemError;
use serde::{Deserialize, Serialize};

/// The largest value that an arc may have, in whatever unit the matrix is in: about a thousand million.
pub const ARC_MAX: i64 = (1 << 30) - 1;

/// A square table: the value of going from one location to another. Not assumed to be symmetric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matrix {
    side: usize,
    values: Vec<i32>,
}

impl Matrix {
    /// From rows one after the other; `side * side` values, each in **[0, [`ARC_MAX`]]**.
    ///
    /// # Errors
    /// [`ProblemError::MatrixShape`] or [`ProblemError::MatrixValue`].
    pub fn new(side: usize, values: &[i64]) -> Result<Self, ProblemError> {
        if values.len() != side * side {
            return Err(ProblemError::MatrixShape { expected: side * side, found: values.len() });
        }
        Self::from_arcs(side, |from, to| values[from * side + to])
    }

    /// From a function of two locations, so that no second table is needed for thousands of them.
    ///
    /// # Errors
    /// [`ProblemError::MatrixValue`].
    pub fn from_arcs(side: usize, arc: impl Fn(usize, usize) -> i64) -> Result<Self, ProblemError> {
        let mut values = Vec::with_capacity(side * side);
        for at in 0..side * side {
            let value = arc(at / side, at % side);
            match i32::try_from(value) {
                Ok(narrow) if (0..=ARC_MAX).contains(&value) => values.push(narrow),
                _ => return Err(ProblemError::MatrixValue { value }),
            }
        }
        Ok(Self { side, values })
    }

    /// The number of locations.
    pub fn side(&self) -> usize {
        self.side
    }

    /// The value of going from one location to another.
    #[inline]
    pub fn get(&self, from: usize, to: usize) -> i64 {
        i64::from(self.values[from * self.side + to])
    }

    /// The largest value.
    pub fn largest(&self) -> i64 {
        i64::from(self.values.iter().copied().max().unwrap_or(0))
    }

    /// Row after row.
    pub(crate) fn values(&self) -> &[i32] {
        &self.values
    }
}
