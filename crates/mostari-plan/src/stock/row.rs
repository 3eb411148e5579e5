//! Wait, print, expedite: thresholds in the number of machines that wait.

use super::grid::Grid;
use crate::problem::stock::{Action, Thresholds};

/// By period, the thresholds where nothing is printed or under way.
pub(super) fn thresholds(grid: &Grid<'_>, actions: &[Vec<Action>]) -> Vec<Thresholds> {
    let pipe = grid.under_way.iter().position(|&parts| parts == 0).expect("nothing under way is a way to be");
    let from = |actions: &[Action], least: u8| {
        (1..=grid.machines).find(|&waiting| class(actions[grid.number(-waiting, 0, pipe)]) >= least).map(|w| w as u32)
    };
    let of = |actions: &Vec<Action>| Thresholds {
        act_from_waiting_count: from(actions, 1),
        expedite_from_waiting_count: from(actions, 2),
    };
    actions.iter().map(of).collect()
}

/// Rows of states that differ in the number of waiting machines alone, and how many of them are out of order.
pub(super) fn order(grid: &Grid<'_>, actions: &[Vec<Action>]) -> (u64, u64) {
    let (mut rows, mut out_of_order) = (0, 0);
    for actions in actions {
        for pipe in 0..grid.pipes.len() {
            for printed in 0..grid.machines {
                rows += 1;
                let most = grid.machines - printed;
                let at = |waiting: i32| class(actions[grid.number(-waiting, printed, pipe)]);
                let is_ordered = (1..most).all(|waiting| at(waiting) <= at(waiting + 1));
                out_of_order += u64::from(!is_ordered);
            }
        }
    }
    (rows, out_of_order)
}

/// 0 wait, 1 print alone, 2 expedite.
fn class(action: Action) -> u8 {
    match action {
        Action { expedite_count: 1.., .. } => 2,
        Action { print_count: 1.., .. } => 1,
        Action { .. } => 0,
    }
}
