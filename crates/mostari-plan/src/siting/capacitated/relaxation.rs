//! The bound for sites with capacities: each client's demand has a price, and each site, alone, serves what is worth
//! it, if it is worth being opened.
//!
//! # Source
//! Cornuejols, Sridharan and Thizy 1991, doi:10.1016/0377-2217(91)90261-S (relaxing demand keeps the strong bound);
//! Beasley 1988, doi:10.1016/0377-2217(88)90175-0.

use super::transport::Units;

/// Whether a site is settled in a part of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Free,
    Open,
    Closed,
}

/// What the relaxation says at given prices.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// No plan costs less.
    pub bound: f64,
    /// What each site saves (below 0) or costs if it is open, its opening included.
    pub scores: Vec<f64>,
    /// Share of each site that is open: 0 or 1, and for one site between them.
    pub share: Vec<f64>,
    /// Amount given to each client.
    pub given: Vec<f64>,
    /// What a unit of capacity is worth where all of the chosen is needed.
    pub capacity_price: f64,
}

/// Bound at these prices (of a unit of each client's demand).
///
/// Which sites are opened is a knapsack the other way round: together they must hold all demand. Its relaxation is
/// used, so that one site may be open in part.
pub(super) fn answer(units: &Units, prices: &[f64], states: &[State]) -> Answer {
    let sites_count = units.sites_count;
    let mut scores = vec![f64::INFINITY; sites_count];
    let mut served: Vec<Vec<(usize, f64)>> = vec![Vec::new(); sites_count];
    let mut wanted: Vec<(f64, usize)> = Vec::new();
    for site in (0..sites_count).filter(|site| states[*site] != State::Closed) {
        wanted.clear();
        for (client, price) in prices.iter().enumerate() {
            let gain = price - units.costs[client * sites_count + site];
            if gain > 0.0 && units.demands[client] > 0.0 {
                wanted.push((gain, client));
            }
        }
        scores[site] = units.opening_costs[site] - fill(units, site, &mut wanted, &mut served[site]);
    }
    let demand: f64 = units.demands.iter().zip(prices).map(|(demand, price)| demand * price).sum();
    let (share, capacity_price) = open(units, &scores, states);
    let mut given = vec![0.0; prices.len()];
    let mut bound = demand;
    for site in (0..sites_count).filter(|site| share[*site] > 0.0) {
        bound += share[site] * scores[site];
        served[site].iter().for_each(|(client, amount)| given[*client] += share[site] * amount);
    }
    Answer { bound, scores, share, given, capacity_price }
}

/// Serves the clients that gain most until the capacity ends; returns the gain.
fn fill(units: &Units, site: usize, wanted: &mut [(f64, usize)], served: &mut Vec<(usize, f64)>) -> f64 {
    let mut left = units.capacities[site];
    let all: f64 = wanted.iter().map(|(_, client)| units.demands[*client]).sum();
    if all > left {
        wanted.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    }
    let mut gained = 0.0;
    for (gain, client) in wanted {
        let amount = units.demands[*client].min(left);
        if amount <= 0.0 {
            break;
        }
        gained += *gain * amount;
        left -= amount;
        served.push((*client, amount));
    }
    gained
}

/// The cheapest shares of sites that hold the demand, and the price of a unit of capacity at the edge.
fn open(units: &Units, scores: &[f64], states: &[State]) -> (Vec<f64>, f64) {
    let mut share = vec![0.0; scores.len()];
    let mut lacking = units.demand;
    let mut others: Vec<(f64, usize)> = Vec::new();
    for (site, state) in states.iter().enumerate() {
        let is_open = match state {
            State::Open => true,
            State::Closed => continue,
            State::Free => scores[site] < 0.0,
        };
        if is_open {
            share[site] = 1.0;
            lacking -= units.capacities[site];
        } else if units.capacities[site] > 0.0 {
            others.push((scores[site] / units.capacities[site], site));
        }
    }
    others.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut capacity_price = 0.0;
    for (price, site) in others {
        if lacking <= 0.0 {
            break;
        }
        share[site] = (lacking / units.capacities[site]).min(1.0);
        lacking -= units.capacities[site];
        capacity_price = price;
    }
    (share, capacity_price)
}
