//! The states of one part, numbered densely.

use super::{STATES_MAX, StockError};
use crate::problem::stock::{Action, Part, State};

/// The states of one part. Number of a state: shipments under way, then printed parts, then net count.
pub(super) struct Grid<'a> {
    pub part: &'a Part,
    pub periods: usize,
    pub machines: i32,
    /// Largest net count; what is under way counts with it.
    pub net_max: i32,
    /// Every way that shipments can be under way.
    pub pipes: Vec<Vec<u32>>,
    /// By position in `pipes`, parts under way.
    pub under_way: Vec<i32>,
    /// By position in `pipes` and parts ordered: what arrives next, and what is under way then.
    pub onwards: Vec<Vec<(i32, usize)>>,
    /// Numbers of the states that can be, in the order of [`State`].
    pub valid: Vec<usize>,
    /// Number of the state at the start.
    pub start: usize,
}

impl<'a> Grid<'a> {
    pub fn new(part: &'a Part, periods: usize) -> Result<Self, StockError> {
        validate(part)?;
        let machines = part.machines_count as i32;
        let first: u32 = part.in_transit_counts.iter().sum();
        let held = (part.stock_count + first).max(part.stock_max_count + part.machines_count);
        let net_max = held.max(part.in_transit_max_count) as i32;
        let mut pipes = vec![Vec::new()];
        for _ in 1..part.expedite_lead_periods {
            pipes = pipes.iter().flat_map(|pipe| longer(pipe, part.in_transit_max_count)).collect();
            if pipes.len() > STATES_MAX {
                return Err(StockError::TooManyStates { part: part.id.clone(), states: pipes.len() });
            }
        }
        let states = pipes.len() * (machines + 1) as usize * (machines + net_max + 1) as usize;
        if states > STATES_MAX {
            return Err(StockError::TooManyStates { part: part.id.clone(), states });
        }
        let under_way = pipes.iter().map(|pipe| pipe.iter().sum::<u32>() as i32).collect();
        let onwards = pipes.iter().map(|pipe| onwards(pipe, &pipes, part.in_transit_max_count)).collect();
        let mut grid =
            Self { part, periods, machines, net_max, pipes, under_way, onwards, valid: Vec::new(), start: 0 };
        let pipe = grid.pipes.iter().position(|pipe| *pipe == part.in_transit_counts).expect("validated");
        let net = part.stock_count as i32 - part.waiting_count as i32;
        grid.start = grid.number(net, part.printed_count as i32, pipe);
        grid.valid = grid.every_valid();
        Ok(grid)
    }

    /// Numbers of states, valid or not.
    pub fn len(&self) -> usize {
        self.pipes.len() * self.layer()
    }

    /// States of one way to be under way.
    pub fn layer(&self) -> usize {
        (self.machines + 1) as usize * self.width()
    }

    pub fn width(&self) -> usize {
        (self.machines + self.net_max + 1) as usize
    }

    pub fn number(&self, net: i32, printed: i32, pipe: usize) -> usize {
        pipe * self.layer() + self.within(net, printed)
    }

    /// Position within a layer.
    pub fn within(&self, net: i32, printed: i32) -> usize {
        printed as usize * self.width() + (net + self.machines) as usize
    }

    /// Net count, printed parts and position in `pipes` of a state.
    pub fn read(&self, number: usize) -> (i32, i32, usize) {
        let (pipe, within) = (number / self.layer(), number % self.layer());
        ((within % self.width()) as i32 - self.machines, (within / self.width()) as i32, pipe)
    }

    /// Whether the convoy comes at the start of a period; at the end of the horizon everything is settled.
    pub fn is_resupplied(&self, period: usize) -> bool {
        let (first, every) = (self.part.resupply_first_period as usize, self.part.resupply_every_periods as usize);
        period == self.periods || (period >= first && (period - first).is_multiple_of(every))
    }

    /// Net count after the convoy, and the parts that it brought.
    pub fn resupply(&self, net: i32, printed: i32, under_way: i32) -> (i32, i32) {
        let without = net - printed;
        let after = without.max((self.part.stock_max_count as i32 - under_way).max(0));
        (after, after - without)
    }

    /// Most parts that may be printed and expedited.
    pub fn most(&self, net: i32, pipe: usize) -> (i32, i32) {
        let under_way = self.under_way[pipe];
        let room = self.part.in_transit_max_count as i32 - under_way;
        let lacking = self.part.stock_max_count as i32 - net - under_way;
        ((-net).max(0).min(self.part.prints_max_count as i32), room.min(lacking).max(0))
    }

    /// What an action costs at once, machines that wait included, printer hours not.
    pub fn cost(&self, net: i32, action: Action) -> f64 {
        let (print, expedite) = (f64::from(action.print_count), f64::from(action.expedite_count));
        let shipment = if action.expedite_count > 0 { self.part.expedite_shipment_cost } else { 0.0 };
        let waiting = f64::from((-net).max(0)) * self.part.waiting_cost;
        waiting + print * self.part.print_cost + expedite * self.part.expedite_cost + shipment
    }

    pub fn states(&self) -> Vec<State> {
        self.valid.iter().map(|&number| self.state(number)).collect()
    }

    fn state(&self, number: usize) -> State {
        let (net_count, printed, pipe) = self.read(number);
        State { net_count, printed_count: printed as u32, in_transit_counts: self.pipes[pipe].clone() }
    }

    fn every_valid(&self) -> Vec<usize> {
        let can_be = |number: &usize| {
            let (net, printed, pipe) = self.read(*number);
            printed <= self.machines - (-net).max(0) && net + self.under_way[pipe] <= self.net_max
        };
        let mut valid: Vec<usize> = (0..self.len()).filter(can_be).collect();
        valid.sort_by_key(|&number| self.state(number));
        valid
    }
}

fn longer(pipe: &[u32], most: u32) -> impl Iterator<Item = Vec<u32>> {
    let used: u32 = pipe.iter().sum();
    (0..=most - used).map(move |more| pipe.iter().copied().chain([more]).collect())
}

fn onwards(pipe: &[u32], pipes: &[Vec<u32>], most: u32) -> Vec<(i32, usize)> {
    let used: u32 = pipe.iter().sum();
    (0..=most - used)
        .map(|ordered| {
            let all: Vec<u32> = pipe.iter().copied().chain([ordered]).collect();
            let rest = pipes.iter().position(|pipe| pipe[..] == all[1..]).expect("every way is listed");
            (all[0] as i32, rest)
        })
        .collect()
}

fn validate(part: &Part) -> Result<(), StockError> {
    let transit: u32 = part.in_transit_counts.iter().sum();
    let costs =
        [part.print_cost, part.expedite_cost, part.expedite_shipment_cost, part.resupply_cost, part.waiting_cost];
    let ranges = [part.failure_rate, part.printed_failure_rate];
    let is_range = |range: &crate::problem::stock::RateRange| {
        0.0 <= range.low && range.low <= range.likely && range.likely <= range.high && range.high.is_finite()
    };
    let rules = [
        (part.machines_count >= 1 && part.machines_count <= 1_000, "1 to 1,000 machines"),
        (part.stock_count.max(part.stock_max_count) <= 1_000, "at most 1,000 parts in stock"),
        (part.in_transit_max_count <= 1_000, "at most 1,000 parts under way"),
        (part.prints_max_count <= 1_000, "at most 1,000 prints in a period"),
        (part.stock_count == 0 || part.waiting_count == 0, "no machine waits while parts lie in stock"),
        (
            part.waiting_count.saturating_add(part.printed_count) <= part.machines_count,
            "no more machines wait or run on printed parts than there are",
        ),
        (part.expedite_lead_periods >= 1, "an emergency shipment takes at least one period"),
        (part.resupply_every_periods >= 1, "convoys are at least one period apart"),
        (
            part.in_transit_counts.len() + 1 == part.expedite_lead_periods as usize,
            "one figure under way for each period of the lead time but one",
        ),
        (transit <= part.in_transit_max_count, "no more under way than may be"),
        (costs.iter().all(|cost| cost.is_finite() && *cost >= 0.0), "costs are finite and not negative"),
        (part.print_hours.is_finite() && part.print_hours > 0.0, "a print takes more than 0 hours"),
        (ranges.iter().all(is_range), "rates are finite, not negative, low to high"),
    ];
    match rules.iter().find(|(holds, _)| !holds) {
        Some((_, what)) => Err(StockError::Figure { part: part.id.clone(), what }),
        None => Ok(()),
    }
}
