//! Who serves whom at the least cost once it is settled which sites are open: a transport problem.
//!
//! Everybody begins at the cheapest open site. Sites with too much then pass demand on along shortest paths between
//! *sites* (an arc from a to b is the client of a that loses least by moving to b), so that the graph has as many nodes
//! as there are open sites, whatever the number of clients. As the start is optimal without capacities and each path is
//! a shortest one, the end is optimal (successive shortest paths: Ahuja, Magnanti and Orlin 1993, section 9.7).

use crate::problem::siting::{CapacitatedLocation, Portion};

/// Amounts below this part of a demand are rounding.
const DUST_SHARE: f64 = 1e-9;

/// The problem by unit of demand.
pub(super) struct Units {
    pub sites_count: usize,
    pub demands: Vec<f64>,
    pub capacities: Vec<f64>,
    pub opening_costs: Vec<f64>,
    /// Cost of a unit, a row of sites for each client; the whole cost where the demand is 0.
    pub costs: Vec<f64>,
    pub demand: f64,
    dust: f64,
}

impl Units {
    pub(super) fn of(problem: &CapacitatedLocation) -> Self {
        let demands = problem.demands().to_vec();
        let mut costs = Vec::with_capacity(demands.len() * problem.sites_count());
        for (client, demand) in demands.iter().enumerate() {
            let unit = if *demand > 0.0 { *demand } else { 1.0 };
            costs.extend(problem.serving_costs(client).iter().map(|cost| cost / unit));
        }
        let demand = demands.iter().sum();
        let largest = demands.iter().copied().fold(0.0, f64::max);
        Self {
            sites_count: problem.sites_count(),
            demands,
            capacities: problem.capacities().to_vec(),
            opening_costs: problem.opening_costs().to_vec(),
            costs,
            demand,
            dust: DUST_SHARE * largest,
        }
    }

    pub(super) fn costs(&self, client: usize) -> &[f64] {
        &self.costs[client * self.sites_count..(client + 1) * self.sites_count]
    }
}

/// Amounts of all clients at open sites.
pub(super) struct Transport<'a> {
    units: &'a Units,
    open: Vec<usize>,
    /// For each open site who it serves with how much.
    served: Vec<Vec<(usize, f64)>>,
    load: Vec<f64>,
}

/// Opening and serving costs of these open sites; infinite where they cannot hold the demand, or if the cost is seen
/// to reach `cutoff`.
pub(super) fn cost(units: &Units, open: &[usize], cutoff: f64) -> f64 {
    solve(units, open, cutoff).map_or(f64::INFINITY, |transport| transport.cost())
}

/// The portions of the best transport; `None` where the sites cannot hold the demand.
pub(super) fn portions(units: &Units, open: &[usize]) -> Option<Vec<Portion>> {
    let transport = solve(units, open, f64::INFINITY)?;
    let mut portions = Vec::new();
    for (place, site) in transport.open.iter().enumerate() {
        let of =
            |(client, amount): &(usize, f64)| Portion { client: *client as u32, site: *site as u32, amount: *amount };
        portions.extend(transport.served[place].iter().map(of));
    }
    portions.sort_by_key(|portion| (portion.client, portion.site));
    Some(portions)
}

fn solve<'a>(units: &'a Units, open: &[usize], cutoff: f64) -> Option<Transport<'a>> {
    let capacity: f64 = open.iter().map(|site| units.capacities[*site]).sum();
    if capacity < units.demand || open.is_empty() {
        return None;
    }
    let mut transport = Transport::cheapest(units, open);
    if transport.cost() >= cutoff {
        return None;
    }
    transport.relieve();
    Some(transport)
}

/// The cheapest client to move from one site to another: what a unit loses, and who.
type Arc = (f64, usize);

impl<'a> Transport<'a> {
    fn cheapest(units: &'a Units, open: &[usize]) -> Self {
        let mut made =
            Self { units, open: open.to_vec(), served: vec![Vec::new(); open.len()], load: vec![0.0; open.len()] };
        for (client, demand) in units.demands.iter().enumerate().filter(|(_, demand)| **demand > 0.0) {
            let costs = units.costs(client);
            let place = (0..open.len()).min_by(|a, b| costs[open[*a]].total_cmp(&costs[open[*b]]));
            let place = place.expect("a site is open");
            made.served[place].push((client, *demand));
            made.load[place] += demand;
        }
        made
    }

    fn cost(&self) -> f64 {
        let opening: f64 = self.open.iter().map(|site| self.units.opening_costs[*site]).sum();
        let serving = |(site, served): (&usize, &Vec<(usize, f64)>)| -> f64 {
            served.iter().map(|(client, amount)| amount * self.units.costs(*client)[*site]).sum()
        };
        opening + self.open.iter().zip(&self.served).map(serving).sum::<f64>()
    }

    fn capacity(&self, place: usize) -> f64 {
        self.units.capacities[self.open[place]]
    }

    /// Moves demand from sites that have too much along shortest paths, until none has.
    fn relieve(&mut self) {
        let count = self.open.len();
        let mut arcs: Vec<Arc> = vec![(f64::INFINITY, 0); count * count];
        (0..count).for_each(|place| self.renew(place, &mut arcs));
        let dust = self.units.dust;
        loop {
            let too_much = |place: usize| self.load[place] - self.capacity(place);
            let full =
                (0..count).filter(|place| too_much(*place) > dust).max_by(|a, b| too_much(*a).total_cmp(&too_much(*b)));
            let Some(from) = full else { return };
            let Some(path) = self.shortest(from, &arcs) else { return };
            self.pass_on(&path, &mut arcs);
        }
    }

    /// The cheapest client to move from this site to each other one.
    fn renew(&self, place: usize, arcs: &mut [Arc]) {
        let count = self.open.len();
        let row = &mut arcs[place * count..(place + 1) * count];
        row.fill((f64::INFINITY, 0));
        for (at, (client, _)) in self.served[place].iter().enumerate() {
            let costs = self.units.costs(*client);
            let here = costs[self.open[place]];
            for (arc, site) in row.iter_mut().zip(&self.open) {
                let loss = costs[*site] - here;
                if loss < arc.0 {
                    *arc = (loss, at);
                }
            }
        }
        row[place] = (f64::INFINITY, 0);
    }

    /// Shortest path to the site with room that is nearest (Bellman-Ford: arcs may save money, cycles cannot).
    fn shortest(&self, from: usize, arcs: &[Arc]) -> Option<Vec<usize>> {
        let count = self.open.len();
        let mut distance = vec![f64::INFINITY; count];
        let mut before = vec![usize::MAX; count];
        distance[from] = 0.0;
        for _ in 0..count {
            let mut is_changed = false;
            for a in 0..count {
                if distance[a].is_infinite() {
                    continue;
                }
                for b in 0..count {
                    let through = distance[a] + arcs[a * count + b].0;
                    if through < distance[b] - 1e-12 * (1.0 + through.abs()) && b != from {
                        (distance[b], before[b], is_changed) = (through, a, true);
                    }
                }
            }
            if !is_changed {
                break;
            }
        }
        let has_room = |place: &usize| self.capacity(*place) - self.load[*place] > self.units.dust;
        let reached = (0..count).filter(|place| distance[*place].is_finite());
        let end = reached.filter(has_room).min_by(|a, b| distance[*a].total_cmp(&distance[*b]))?;
        let mut path = vec![end];
        while path[path.len() - 1] != from && path.len() <= count {
            path.push(before[path[path.len() - 1]]);
        }
        path.reverse();
        Some(path).filter(|path| path[0] == from)
    }

    /// Moves along a path what its clients, the surplus and the room allow.
    fn pass_on(&mut self, path: &[usize], arcs: &mut [Arc]) {
        let count = self.open.len();
        let (from, end) = (path[0], path[path.len() - 1]);
        let mut amount = (self.load[from] - self.capacity(from)).min(self.capacity(end) - self.load[end]);
        let moved: Vec<(usize, usize, usize)> =
            path.windows(2).map(|step| (step[0], arcs[step[0] * count + step[1]].1, step[1])).collect();
        for (place, at, _) in &moved {
            amount = amount.min(self.served[*place][*at].1);
        }
        // Take first, give later: places in the lists stay valid while nothing is added.
        let mut given = Vec::with_capacity(moved.len());
        for (place, at, to) in &moved {
            let entry = &mut self.served[*place][*at];
            entry.1 -= amount;
            let whole = if entry.1 <= self.units.dust { entry.1 } else { 0.0 };
            entry.1 -= whole;
            given.push((*to, entry.0, amount + whole));
            self.load[*place] -= amount + whole;
        }
        for (to, client, amount) in given {
            self.load[to] += amount;
            match self.served[to].iter_mut().find(|(of, _)| *of == client) {
                Some(entry) => entry.1 += amount,
                None => self.served[to].push((client, amount)),
            }
        }
        for place in path {
            self.served[*place].retain(|(_, amount)| *amount > 0.0);
            self.renew(*place, arcs);
        }
    }
}
