//! Who pays for what was chosen: one flow of whole minor units for each year, exact.

use super::PlanError;
use super::grid::{Grid, members};
use super::model::Starts;
use mostari_model::{Money, Payment};
use std::collections::{BTreeMap, VecDeque};

/// The payments of each candidate, in the order of year, then donor.
///
/// # Errors
/// [`PlanError::Rounding`] if the donors cannot pay for the starts, which the rows of the program rule out.
pub(crate) fn pay(grid: &Grid<'_>, starts: &Starts) -> Result<Vec<Vec<Payment>>, PlanError> {
    let means = &grid.problem.means;
    let mut payments = vec![Vec::new(); starts.len()];
    for (y, year) in grid.years.iter().enumerate() {
        let budgets: Vec<i64> = grid.budgets.iter().map(|by_year| by_year[y]).collect();
        let (mut amounts, mut donors, mut whose) = (Vec::new(), Vec::new(), Vec::new());
        for (i, start) in starts.iter().enumerate().filter_map(|(i, start)| Some((i, (*start)?))) {
            for span in grid.spans.iter().filter(|span| span.year == y) {
                let amount = grid.payment_in(span, i, start);
                if amount > 0 {
                    amounts.push(amount);
                    donors.push(members(grid.candidates[i].donors & span.live).collect::<Vec<_>>());
                    whose.push(i);
                }
            }
        }
        let paid = share_out(&amounts, &donors, &budgets).ok_or(PlanError::Rounding)?;
        let mut sums: BTreeMap<(usize, usize), i64> = BTreeMap::new();
        for (i, parts) in whose.into_iter().zip(paid) {
            parts.into_iter().for_each(|(donor, minor)| *sums.entry((i, donor)).or_default() += minor);
        }
        for ((i, donor), minor) in sums {
            let (donor, amount) = (means.donors[donor].id.clone(), Money::new(minor, means.currency));
            payments[i].push(Payment { donor, year: *year, amount });
        }
    }
    Ok(payments)
}

/// Shares amounts out over the donors that may pay them, within their budgets; `None` if that cannot be done.
/// First whole amounts to the first donor that can, then by shortest augmenting paths (Edmonds and Karp 1972).
fn share_out(amounts: &[i64], donors: &[Vec<usize>], budgets: &[i64]) -> Option<Vec<Vec<(usize, i64)>>> {
    let mut left = budgets.to_vec();
    let mut paid = vec![vec![0_i64; budgets.len()]; amounts.len()];
    let mut order: Vec<usize> = (0..amounts.len()).collect();
    order.sort_by_key(|i| (donors[*i].len(), std::cmp::Reverse(amounts[*i]), *i));
    let mut open = Vec::new();
    for i in order {
        match donors[i].iter().find(|donor| left[**donor] >= amounts[i]) {
            Some(donor) => {
                left[*donor] -= amounts[i];
                paid[i][*donor] = amounts[i];
            }
            None => open.push(i),
        }
    }
    for i in open {
        let mut missing = amounts[i];
        while missing > 0 {
            missing -= augment(i, missing, donors, &mut left, &mut paid)?;
        }
    }
    let parts = |row: Vec<i64>| row.into_iter().enumerate().filter(|(_, amount)| *amount > 0).collect();
    Some(paid.into_iter().map(parts).collect())
}

/// Moves money along the shortest path from a project to a donor with money left, passing through projects that
/// another donor could pay for. Returns the amount moved.
fn augment(from: usize, most: i64, donors: &[Vec<usize>], left: &mut [i64], paid: &mut [Vec<i64>]) -> Option<i64> {
    let mut reached_by: Vec<Option<usize>> = vec![None; left.len()];
    let mut freed_from: Vec<Option<usize>> = vec![None; paid.len()];
    let mut open = VecDeque::from([from]);
    let mut end = None;
    'search: while let Some(project) = open.pop_front() {
        for &donor in &donors[project] {
            if reached_by[donor].is_some() {
                continue;
            }
            reached_by[donor] = Some(project);
            if left[donor] > 0 {
                end = Some(donor);
                break 'search;
            }
            for other in 0..paid.len() {
                if paid[other][donor] > 0 && other != from && freed_from[other].is_none() {
                    freed_from[other] = Some(donor);
                    open.push_back(other);
                }
            }
        }
    }
    let end = end?;
    let mut path = vec![end];
    let mut amount = most.min(left[end]);
    let mut project = reached_by[end]?;
    while project != from {
        let donor = freed_from[project]?;
        amount = amount.min(paid[project][donor]);
        path.push(donor);
        project = reached_by[donor]?;
    }
    left[end] -= amount;
    for donor in path {
        let project = reached_by[donor]?;
        paid[project][donor] += amount;
        if let Some(previous) = freed_from[project].filter(|_| project != from) {
            paid[project][previous] -= amount;
        }
    }
    Some(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(amounts: &[i64], donors: &[&[usize]], budgets: &[i64], expect: bool) {
        let donors: Vec<Vec<usize>> = donors.iter().map(|d| d.to_vec()).collect();
        let shared = share_out(amounts, &donors, budgets);
        assert_eq!(shared.is_some(), expect);
        let Some(shared) = shared else { return };
        let mut spent = vec![0; budgets.len()];
        for (i, parts) in shared.iter().enumerate() {
            assert_eq!(parts.iter().map(|(_, amount)| amount).sum::<i64>(), amounts[i]);
            for (donor, amount) in parts {
                assert!(donors[i].contains(donor) && *amount > 0);
                spent[*donor] += amount;
            }
        }
        assert!(spent.iter().zip(budgets).all(|(spent, budget)| spent <= budget), "{spent:?}");
    }

    #[test]
    fn one_donor_pays_a_whole_project_where_it_can() {
        check(&[5, 7], &[&[0, 1], &[0, 1]], &[7, 5], true);
        assert_eq!(share_out(&[5], &[vec![0, 1]], &[4, 9]).unwrap(), [[(1, 5)]]);
    }

    #[test]
    fn money_moves_so_that_an_earmarked_project_can_be_paid() {
        check(&[4, 4, 4], &[&[0, 1], &[0], &[1, 2]], &[4, 4, 4], true);
        check(&[9, 6, 3], &[&[0, 1], &[1, 2], &[2]], &[5, 6, 7], true);
    }

    #[test]
    fn more_than_there_is_cannot_be_paid() {
        check(&[4, 5], &[&[0], &[0]], &[8, 100], false);
        check(&[1], &[&[]], &[8], false);
    }
}
