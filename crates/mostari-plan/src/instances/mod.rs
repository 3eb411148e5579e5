//! Standard instances of the research literature as problems: text in, problem out. For benchmarks, and for people
//! who want only the solver.

mod capacitated;
mod median;
mod multiknapsack;
mod words;

pub use capacitated::{read_capacitated, read_capacitated_best};
pub use median::{MedianInstance, read_centers_best, read_median, read_medians_best};
pub use multiknapsack::{KnapsackInstance, read_knapsacks, read_knapsacks_best};

/// Why an instance cannot be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InstanceError {
    /// The file ends before the instance does.
    #[error("the file ends on line {line}, where {expected} should follow")]
    Ends {
        /// The last line.
        line: usize,
        /// What should follow.
        expected: &'static str,
    },
    /// A word is not what should stand there.
    #[error("line {line}: `{found}` where {expected} should stand")]
    Word {
        /// The line, from 1.
        line: usize,
        /// What stands there.
        found: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// Something follows the end of the instance.
    #[error("line {line}: `{found}` follows the end of the instance")]
    Follows {
        /// The line, from 1.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// Some places cannot reach each other.
    #[error("place {from} cannot reach place {to}")]
    Unconnected {
        /// A place, from 1.
        from: usize,
        /// Another, from 1.
        to: usize,
    },
    /// The numbers make no problem.
    #[error("the numbers make no siting problem")]
    Siting(#[from] crate::problem::siting::SitingError),
    /// The numbers make no problem.
    #[error("the numbers make no knapsack")]
    Knapsack(#[from] crate::problem::knapsack::KnapsackError),
}
