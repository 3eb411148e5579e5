//! Keeping the hours in every future: each period's hours go to the prints that save most per hour.

use super::dynamic::{self, Chances, Entries, Futures, Table};
use super::grid::Grid;
use super::{Effort, StockProblem};
use crate::problem::stock::{Action, Now, Sampled};
use crate::synthetic::Draws;

/// What to do now, and what the whole costs.
pub(super) struct Rationed {
    pub now: Vec<Now>,
    pub sampled: Sampled,
}

/// Plays the plan through drawn futures.
pub(super) fn play(problem: &StockProblem, grids: &[Grid<'_>], tables: &[Table], effort: &Effort) -> Rationed {
    let players: Vec<Player<'_, '_>> = grids.iter().zip(tables).map(|(grid, table)| Player::new(grid, table)).collect();
    let starts: Vec<usize> = grids.iter().map(|grid| grid.start).collect();
    let first = choose(&players, &starts, 0, problem.printer_hours[0]);
    let now = grids
        .iter()
        .zip(&first.actions)
        .map(|(grid, action)| Now { part: grid.part.id.clone(), action: *action })
        .collect();
    let mut costs = Vec::with_capacity(effort.futures_count as usize);
    let mut hours_share_max = 0.0_f64;
    for future in 0..effort.futures_count {
        let mut draws = Draws(effort.seed ^ (u64::from(future) + 1).wrapping_mul(0xd134_2543_de82_ef95));
        let (cost, share) = one_future(problem, &players, &mut draws);
        costs.push(cost);
        hours_share_max = hours_share_max.max(share);
    }
    let count = costs.len() as f64;
    let cost_mean = costs.iter().sum::<f64>() / count;
    let variance = costs.iter().map(|cost| (cost - cost_mean).powi(2)).sum::<f64>() / (count - 1.0);
    let cost_standard_error = (variance / count).sqrt();
    let sampled = Sampled { futures_count: effort.futures_count, cost_mean, cost_standard_error, hours_share_max };
    Rationed { now, sampled }
}

fn one_future(problem: &StockProblem, players: &[Player<'_, '_>], draws: &mut Draws) -> (f64, f64) {
    let mut states: Vec<usize> = players.iter().map(|player| player.grid.start).collect();
    let (mut cost, mut share_max) = (0.0, 0.0_f64);
    for (period, &hours) in problem.printer_hours.iter().enumerate() {
        let chosen = choose(players, &states, period, hours);
        if hours > 0.0 {
            share_max = share_max.max(chosen.hours / hours);
        }
        for ((player, state), action) in players.iter().zip(&mut states).zip(&chosen.actions) {
            let (net, ..) = player.grid.read(*state);
            cost += player.grid.cost(net, *action);
            let (next, resupply) = player.step(*state, *action, period, draws);
            cost += resupply;
            *state = next;
        }
    }
    (cost, share_max)
}

struct Chosen {
    actions: Vec<Action>,
    hours: f64,
}

/// A further print of a part: what it saves per hour.
struct Offer {
    saved_per_hour: f64,
    player: usize,
    level: usize,
}

/// Gives the hours of a period away, the most saving print first.
fn choose(players: &[Player<'_, '_>], states: &[usize], period: usize, hours: f64) -> Chosen {
    let mut actions = Vec::with_capacity(players.len());
    let mut ladders: Vec<Vec<(Action, f64)>> = vec![Vec::new(); players.len()];
    let mut offers: Vec<Offer> = Vec::new();
    for (position, (player, &state)) in players.iter().zip(states).enumerate() {
        let (net, _, pipe) = player.grid.read(state);
        let (prints, expedites) = player.grid.most(net, pipe);
        if prints == 0 && (expedites == 0 || net >= 0) {
            actions.push(player.table.actions[period][state]);
            continue;
        }
        let ladder = dynamic::by_prints(player.grid, &player.futures, &player.entries[period], state);
        actions.push(ladder[0].0);
        offers.extend(offer(player, position, &ladder, 0));
        ladders[position] = ladder;
    }
    let mut left = hours;
    while let Some(at) = best_offer(&offers) {
        let Offer { player: position, level, .. } = offers.swap_remove(at);
        let from = usize::from(actions[position].print_count);
        let needed = (level - from) as f64 * players[position].grid.part.print_hours;
        if needed > left {
            // A shorter step of the same part may still fit.
            let fits = (left / players[position].grid.part.print_hours).floor() as usize;
            let shorter = ladders[position][..=(from + fits).min(level)].to_vec();
            offers.extend(offer(&players[position], position, &shorter, from));
            continue;
        }
        left -= needed;
        actions[position] = ladders[position][level].0;
        offers.extend(offer(&players[position], position, &ladders[position], level));
    }
    Chosen { actions, hours: hours - left }
}

/// The steepest further step on the ladder of a part, if one saves anything.
fn offer(player: &Player<'_, '_>, position: usize, ladder: &[(Action, f64)], from: usize) -> Option<Offer> {
    let steps = (from + 1..ladder.len()).map(|level| {
        let hours = (level - from) as f64 * player.grid.part.print_hours;
        Offer { saved_per_hour: (ladder[from].1 - ladder[level].1) / hours, player: position, level }
    });
    steps.filter(|offer| offer.saved_per_hour > 0.0).reduce(|kept, next| {
        match next.saved_per_hour > kept.saved_per_hour {
            true => next,
            false => kept,
        }
    })
}

fn best_offer(offers: &[Offer]) -> Option<usize> {
    let rank = |a: &Offer, b: &Offer| a.saved_per_hour.total_cmp(&b.saved_per_hour).then(b.player.cmp(&a.player));
    (0..offers.len()).max_by(|&a, &b| rank(&offers[a], &offers[b]))
}

struct Player<'a, 'b> {
    grid: &'a Grid<'b>,
    table: &'a Table,
    futures: Futures,
    entries: Vec<Entries>,
    chances: (f64, f64),
}

impl<'a, 'b> Player<'a, 'b> {
    fn new(grid: &'a Grid<'b>, table: &'a Table) -> Self {
        let chances = Chances::likely(grid.part);
        let entries =
            (0..grid.periods).map(|period| Entries::new(grid, period + 1, &table.values[period + 1])).collect();
        Self { grid, table, futures: Futures::new(grid, &chances), entries, chances: chances.both() }
    }

    /// One period further: the next state and what its convoy costs.
    fn step(&self, state: usize, action: Action, period: usize, draws: &mut Draws) -> (usize, f64) {
        let (net, printed, pipe) = self.grid.read(state);
        let running = self.grid.machines - (-net).max(0) - printed;
        let failed = (0..running).filter(|_| draws.chance(self.chances.0)).count() as i32;
        let failed_printed = (0..printed).filter(|_| draws.chance(self.chances.1)).count() as i32;
        let print = i32::from(action.print_count);
        let after = (net + print - failed - failed_printed, printed + print - failed_printed);
        let (arriving, rest) = self.grid.onwards[pipe][usize::from(action.expedite_count)];
        dynamic::enter(self.grid, period + 1, after, arriving, rest)
    }
}
