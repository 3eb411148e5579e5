//! Multidimensional knapsack instances of the OR-Library (Chu and Beasley 1998, doi:10.1023/A:1009642405419).

use super::{InstanceError, words::Words};
use crate::problem::knapsack::Knapsack;

/// One instance of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnapsackInstance {
    /// The problem.
    pub problem: Knapsack,
    /// The value that the file itself states; `None` if it states 0 (unknown).
    pub stated: Option<u64>,
}

/// Reads the number of instances, then for each `things budgets value`, the values, a row of weights for each budget,
/// and the budgets.
///
/// # Errors
/// [`InstanceError`] with the line.
pub fn read_knapsacks(text: &str) -> Result<Vec<KnapsackInstance>, InstanceError> {
    let mut words = Words::new(text);
    let count: usize = words.number("the number of instances")?;
    let mut instances = Vec::new();
    for _ in 0..count {
        let things_count: usize = words.number("the number of things")?;
        let budgets_count: usize = words.number("the number of budgets")?;
        let stated = words.decimal("the best known value, or 0")?;
        let values = words.numbers(things_count, "a value")?;
        let weights = words.numbers(things_count * budgets_count, "a weight")?;
        let capacities = words.numbers(budgets_count, "a budget")?;
        let problem = Knapsack::new(values, weights, capacities)?;
        instances.push(KnapsackInstance { problem, stated: (stated > 0.0).then_some(stated as u64) });
    }
    words.end()?;
    Ok(instances)
}

/// Reads the table of best values: lines such as `5.100-00  24381` (budgets, things, number). A name that stands twice
/// is first the best value, then the relaxation, which is left out.
///
/// # Errors
/// [`InstanceError`] with the line, if a name is followed by no whole number.
pub fn read_knapsacks_best(text: &str) -> Result<Vec<(String, u64)>, InstanceError> {
    let mut best: Vec<(String, u64)> = Vec::new();
    let mut names = std::collections::BTreeSet::new();
    for (row, line) in text.lines().zip(1..) {
        let mut words = row.split_whitespace();
        let Some(name) = words.next().filter(|name| is_name(name) && !names.contains(*name)) else { continue };
        let value = words.next().unwrap_or_default();
        let wrong = |_| InstanceError::Word { line, found: value.to_owned(), expected: "a best value" };
        best.push((name.to_owned(), value.parse().map_err(wrong)?));
        names.insert(name);
    }
    Ok(best)
}

/// Whether a word looks like `5.100-00`.
fn is_name(word: &str) -> bool {
    let Some((shape, number)) = word.split_once('-') else { return false };
    let Some((budgets, things)) = shape.split_once('.') else { return false };
    [number, budgets, things].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_two_instances_is_read() {
        let read = read_knapsacks("2\n2 1 0\n5 6\n1 2\n2\n1 2 9\n9\n1\n1\n1 1\n").unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].problem.weights(0), read[0].stated), (&[1, 2][..], None));
        assert_eq!((read[1].problem.capacities(), read[1].stated), (&[1, 1][..], Some(9)));
    }

    #[test]
    fn a_file_that_ends_early_is_refused() {
        let error = read_knapsacks("1\n2 1 0\n5 6\n1 2\n").unwrap_err();
        assert_eq!(error, InstanceError::Ends { line: 4, expected: "a budget" });
    }

    #[test]
    fn the_table_gives_the_best_value_and_not_the_relaxation() {
        let table = "Problem Name  Best\n\n5.100-00  24381\n\nrelaxation\n5.100-00 24585.9\n";
        assert_eq!(read_knapsacks_best(table).unwrap(), [("5.100-00".to_owned(), 24381)]);
    }
}
