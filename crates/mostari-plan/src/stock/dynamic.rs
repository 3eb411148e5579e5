//! Backwards through the periods of one part: what each state costs from then on, and what is best to do in it.

use super::grid::Grid;
use crate::problem::stock::{Action, Part};

/// A value has to be better by this share to replace an action that does less.
const TIE_SHARE: f64 = 1e-12;

/// The probability that a part fails in a period, and from it how many of several fail.
pub(super) struct Chances {
    original: f64,
    printed: f64,
}

impl Chances {
    /// From rates: a part that runs all the time fails with 1 - exp(-rate).
    pub fn new(failure_rate: f64, printed_failure_rate: f64) -> Self {
        Self { original: -f64::exp_m1(-failure_rate), printed: -f64::exp_m1(-printed_failure_rate) }
    }

    /// Of an original part, and of a printed one.
    pub fn both(&self) -> (f64, f64) {
        (self.original, self.printed)
    }

    /// At the likely rates of a part.
    pub fn likely(part: &Part) -> Self {
        Self::new(part.failure_rate.likely, part.printed_failure_rate.likely)
    }
}

/// How many of 0 up to `most` fail: one row a number of parts.
struct Binomials(Vec<Vec<f64>>);

impl Binomials {
    fn new(chance: f64, most: usize) -> Self {
        let mut rows = vec![vec![1.0]];
        for parts in 1..=most {
            let last: &Vec<f64> = &rows[parts - 1];
            let at = |failed: usize| last.get(failed).copied().unwrap_or(0.0);
            let before = |failed: usize| if failed == 0 { 0.0 } else { at(failed - 1) };
            rows.push((0..=parts).map(|failed| at(failed) * (1.0 - chance) + before(failed) * chance).collect());
        }
        Self(rows)
    }
}

/// Values and actions of one part, by period and number of the state.
pub(super) struct Table {
    /// One more than there are periods: the last holds 0, all is settled on the way there.
    pub values: Vec<Vec<f64>>,
    pub actions: Vec<Vec<Action>>,
}

impl Table {
    /// Expected cost from the start on.
    pub fn start(&self, grid: &Grid<'_>) -> f64 {
        self.values[0][grid.start]
    }
}

/// Solves the part at these prices of an hour, or follows `fixed` actions.
pub(super) fn backwards(grid: &Grid<'_>, chances: &Chances, prices: &[f64], fixed: Option<&[Vec<Action>]>) -> Table {
    let futures = Futures::new(grid, chances);
    let mut values = vec![vec![0.0; grid.len()]; grid.periods + 1];
    let mut actions = vec![vec![Action::default(); grid.len()]; grid.periods];
    for period in (0..grid.periods).rev() {
        let entries = Entries::new(grid, period + 1, &values[period + 1]);
        let hour_cost = prices[period] * grid.part.print_hours;
        for &number in &grid.valid {
            let (action, value) = match fixed {
                Some(fixed) => {
                    let action = fixed[period][number];
                    (action, priced(grid, &entries, &futures, number, action, hour_cost))
                }
                None => best(grid, &entries, &futures, number, hour_cost),
            };
            values[period][number] = value;
            actions[period][number] = action;
        }
    }
    Table { values, actions }
}

/// Least expected cost for each number of prints from 0 on, hours free, with the shipment that goes best with it.
pub(super) fn by_prints(grid: &Grid<'_>, futures: &Futures, entries: &Entries, number: usize) -> Vec<(Action, f64)> {
    let (net, _, pipe) = grid.read(number);
    let (prints, expedites) = grid.most(net, pipe);
    (0..=prints)
        .map(|print| {
            let options = (0..=expedites).map(|expedite| action(print, expedite));
            least(options.map(|action| (action, priced(grid, entries, futures, number, action, 0.0))))
        })
        .collect()
}

fn best(grid: &Grid<'_>, entries: &Entries, futures: &Futures, number: usize, hour_cost: f64) -> (Action, f64) {
    let (net, _, pipe) = grid.read(number);
    let (prints, expedites) = grid.most(net, pipe);
    let options = (0..=expedites).flat_map(|expedite| (0..=prints).map(move |print| action(print, expedite)));
    least(options.map(|action| (action, priced(grid, entries, futures, number, action, hour_cost))))
}

fn action(print: i32, expedite: i32) -> Action {
    Action { print_count: print as u16, expedite_count: expedite as u16 }
}

/// The first of those that no other beats by more than rounding.
fn least(options: impl Iterator<Item = (Action, f64)>) -> (Action, f64) {
    let better = |kept: (Action, f64), next: (Action, f64)| {
        let margin = TIE_SHARE * kept.1.abs();
        if next.1 < kept.1 - margin { next } else { kept }
    };
    options.reduce(better).expect("doing nothing is always an option")
}

fn priced(grid: &Grid<'_>, entries: &Entries, futures: &Futures, number: usize, action: Action, hour_cost: f64) -> f64 {
    let (net, printed, pipe) = grid.read(number);
    let ahead = entries.of(pipe, action);
    let now = grid.cost(net, action) + f64::from(action.print_count) * hour_cost;
    now + futures.expect(grid, ahead, net, printed, i32::from(action.print_count))
}

/// What each state costs on the way into a period, before shipments arrive and the convoy comes.
pub(super) struct Entries {
    layers: Vec<Vec<f64>>,
    /// By way to be under way and parts ordered: which layer.
    positions: Vec<Vec<usize>>,
}

impl Entries {
    pub fn new(grid: &Grid<'_>, period: usize, values: &[f64]) -> Self {
        let (mut layers, mut positions) = (Vec::new(), Vec::new());
        let mut made: std::collections::BTreeMap<(i32, usize), usize> = std::collections::BTreeMap::new();
        for options in &grid.onwards {
            let mut row = Vec::with_capacity(options.len());
            for &(arriving, rest) in options {
                let position = *made.entry((arriving, rest)).or_insert_with(|| {
                    layers.push(entry_layer(grid, period, values, arriving, rest));
                    layers.len() - 1
                });
                row.push(position);
            }
            positions.push(row);
        }
        Self { layers, positions }
    }

    fn of(&self, pipe: usize, action: Action) -> &[f64] {
        &self.layers[self.positions[pipe][usize::from(action.expedite_count)]]
    }
}

fn entry_layer(grid: &Grid<'_>, period: usize, values: &[f64], arriving: i32, rest: usize) -> Vec<f64> {
    // A state that cannot be is never read: it stays without a number.
    let mut layer = vec![f64::NAN; grid.layer()];
    for printed in 0..=grid.machines {
        for net in -grid.machines..=(grid.net_max - arriving - grid.under_way[rest]) {
            if printed > grid.machines - (-net).max(0) {
                continue;
            }
            let (number, cost) = enter(grid, period, (net, printed), arriving, rest);
            layer[grid.within(net, printed)] = cost + values[number];
        }
    }
    layer
}

/// The state in which a period begins, and what its convoy costs.
pub(super) fn enter(
    grid: &Grid<'_>,
    period: usize,
    (net, printed): (i32, i32),
    arriving: i32,
    rest: usize,
) -> (usize, f64) {
    if !grid.is_resupplied(period) {
        return (grid.number(net + arriving, printed, rest), 0.0);
    }
    let (after, brought) = grid.resupply(net + arriving, printed, grid.under_way[rest]);
    (grid.number(after, 0, rest), f64::from(brought) * grid.part.resupply_cost)
}

/// How many original and how many printed parts fail.
pub(super) struct Futures {
    original: Binomials,
    printed: Binomials,
}

impl Futures {
    pub fn new(grid: &Grid<'_>, chances: &Chances) -> Self {
        let most = grid.machines as usize;
        Self { original: Binomials::new(chances.original, most), printed: Binomials::new(chances.printed, most) }
    }

    fn rows(&self, grid: &Grid<'_>, net: i32, printed: i32) -> (&[f64], &[f64]) {
        let original = (grid.machines - (-net).max(0) - printed) as usize;
        (&self.original.0[original], &self.printed.0[printed as usize])
    }

    /// Expected cost from the next period on, if so many are printed now.
    fn expect(&self, grid: &Grid<'_>, ahead: &[f64], net: i32, printed: i32, print: i32) -> f64 {
        let (original, of_printed) = self.rows(grid, net, printed);
        let mut sum = 0.0;
        for (failed, chance) in of_printed.iter().enumerate() {
            let failed = failed as i32;
            let top = grid.within(net + print - failed, printed + print - failed);
            let row = &ahead[top + 1 - original.len()..=top];
            sum += chance * original.iter().zip(row.iter().rev()).map(|(chance, value)| chance * value).sum::<f64>();
        }
        sum
    }
}

/// By period, the expected hours of the printers under these actions.
pub(super) fn expected_hours(grid: &Grid<'_>, chances: &Chances, actions: &[Vec<Action>]) -> Vec<f64> {
    let futures = Futures::new(grid, chances);
    let mut hours = vec![0.0; grid.periods];
    let mut here = vec![0.0; grid.len()];
    here[grid.start] = 1.0;
    for (period, actions) in actions.iter().enumerate() {
        let mut next = vec![0.0; grid.len()];
        for &number in &grid.valid {
            let share = here[number];
            if share == 0.0 {
                continue;
            }
            let action = actions[number];
            hours[period] += share * f64::from(action.print_count) * grid.part.print_hours;
            let (net, printed, pipe) = grid.read(number);
            let (arriving, rest) = grid.onwards[pipe][usize::from(action.expedite_count)];
            let print = i32::from(action.print_count);
            let (original, of_printed) = futures.rows(grid, net, printed);
            for (failed_printed, chance_printed) in of_printed.iter().enumerate() {
                for (failed, chance) in original.iter().enumerate() {
                    let (failed_printed, failed) = (failed_printed as i32, failed as i32);
                    let after = (net + print - failed - failed_printed, printed + print - failed_printed);
                    let (number, _) = enter(grid, period + 1, after, arriving, rest);
                    next[number] += share * chance_printed * chance;
                }
            }
        }
        here = next;
    }
    hours
}
