//! The second stage: one good, what is left in the depots, and areas that need it; exact, with prices.
//!
//! Few depots serve many areas, so paths are sought on the depots alone: from one depot to another leads the area
//! whose goods can be moved there at the least extra cost. Every area first takes from the cheapest; then what is too
//! much for a depot is pushed along shortest paths to depots with something left, or is not met. Shortest paths keep
//! the flow optimal at each step (successive shortest paths, Jewell 1958; potentials by Edmonds and Karp 1972,
//! doi:10.1145/321694.321699).

/// Shares of the largest supply or need below which an amount is nothing.
const NOTHING_SHARE: f64 = 1e-11;

/// Costs of one good. Node `depots` stands for need that is not met.
#[derive(Debug, Clone)]
pub(super) struct Costs {
    pub depots: usize,
    /// By area and node.
    pub of: Vec<f64>,
    /// By area and node.
    pub can: Vec<bool>,
    /// By area, nodes from the cheapest.
    pub order: Vec<Vec<u16>>,
}

impl Costs {
    pub fn new(depots: usize, of: Vec<f64>, can: Vec<bool>) -> Self {
        let nodes = depots + 1;
        let order = of
            .chunks(nodes)
            .map(|row| {
                let mut order: Vec<u16> = (0..nodes as u16).collect();
                order.sort_by(|&a, &b| row[usize::from(a)].total_cmp(&row[usize::from(b)]).then(b.cmp(&a)));
                order
            })
            .collect();
        Self { depots, of, can, order }
    }

    fn nodes(&self) -> usize {
        self.depots + 1
    }
}

/// What is sent, what it costs, and prices that prove it.
pub(super) struct Flow {
    /// By area and node.
    pub amounts: Vec<f64>,
    pub cost: f64,
    /// By area.
    pub need_prices: Vec<f64>,
    /// By depot; `None` where nothing is left and nothing leaves, so that several prices would do.
    pub stock_prices: Vec<Option<f64>>,
}

/// Sends `supply` to `need`. An area takes at most `shares[depot]` of its need from a depot; links in `closed` carry
/// nothing.
pub(super) fn send(costs: &Costs, supply: &[f64], need: &[f64], shares: &[f64], closed: &[bool]) -> Flow {
    let mut market = Market::new(costs, supply, need, shares, closed);
    market.fill();
    market.push_all();
    market.read(need)
}

struct Market<'a> {
    costs: &'a Costs,
    nodes: usize,
    supply: Vec<f64>,
    load: Vec<f64>,
    amounts: Vec<f64>,
    /// What a link may still carry, by area and node.
    room: Vec<f64>,
    /// By node, areas that it serves.
    serves: Vec<Vec<u32>>,
    /// Cheapest move, by node that takes over and node that gives, and the area it moves.
    move_cost: Vec<f64>,
    move_area: Vec<u32>,
    is_dirty: Vec<bool>,
    /// By node, the cost of pushing a unit away; infinite if nothing can be.
    away: Vec<f64>,
    towards: Vec<usize>,
    nothing: f64,
}

impl<'a> Market<'a> {
    fn new(costs: &'a Costs, supply: &[f64], need: &[f64], shares: &[f64], closed: &[bool]) -> Self {
        let nodes = costs.nodes();
        let largest = supply.iter().chain(need).copied().fold(0.0, f64::max);
        let mut room = vec![0.0; need.len() * nodes];
        for (area, &need) in need.iter().enumerate() {
            for (node, share) in shares.iter().enumerate() {
                let at = area * nodes + node;
                if costs.can[at] && !closed[at] {
                    room[at] = share.min(1.0) * need;
                }
            }
            room[area * nodes + costs.depots] = need;
        }
        let mut supply = supply.to_vec();
        supply.push(f64::INFINITY);
        Self {
            costs,
            nodes,
            supply,
            load: vec![0.0; nodes],
            amounts: vec![0.0; room.len()],
            room,
            serves: vec![Vec::new(); nodes],
            move_cost: vec![f64::INFINITY; nodes * nodes],
            move_area: vec![0; nodes * nodes],
            is_dirty: vec![true; nodes],
            away: vec![0.0; nodes],
            towards: vec![usize::MAX; nodes],
            nothing: largest * NOTHING_SHARE,
        }
    }

    /// Every area takes from the cheapest, as if depots had enough.
    fn fill(&mut self) {
        for area in 0..self.costs.order.len() {
            let mut left = self.room[area * self.nodes + self.costs.depots];
            for &node in &self.costs.order[area] {
                let node = usize::from(node);
                let amount = left.min(self.room[area * self.nodes + node]);
                if amount > 0.0 {
                    self.change(area, node, amount);
                    left -= amount;
                }
                if left <= 0.0 {
                    break;
                }
            }
        }
    }

    fn change(&mut self, area: usize, node: usize, amount: f64) {
        let at = area * self.nodes + node;
        let served = self.amounts[at] > self.nothing;
        self.amounts[at] += amount;
        self.room[at] -= amount;
        self.load[node] += amount;
        match (served, self.amounts[at] > self.nothing) {
            (false, true) => self.serves[node].push(area as u32),
            (true, false) => self.serves[node].retain(|&other| other as usize != area),
            _ => {}
        }
    }

    fn excess(&self, node: usize) -> f64 {
        self.load[node] - self.supply[node]
    }

    fn push_all(&mut self) {
        loop {
            let over: Vec<usize> = (0..self.costs.depots).filter(|&node| self.excess(node) > self.nothing).collect();
            if over.is_empty() {
                break;
            }
            self.find_ways(false);
            for node in over {
                while self.excess(node) > self.nothing && self.push(node) {}
            }
        }
        self.find_ways(true);
    }

    /// Pushes what it can along the way of a node; whether that was anything.
    fn push(&mut self, from: usize) -> bool {
        let (moves, end) = self.way(from);
        let mut amount = self.excess(from).min(-self.excess(end));
        for &(area, node, next) in &moves {
            amount = amount.min(self.amounts[area * self.nodes + node]).min(self.room[area * self.nodes + next]);
        }
        if amount <= self.nothing {
            return false;
        }
        for (area, node, next) in moves {
            self.change(area, node, -amount);
            self.change(area, next, amount);
            self.touch(area);
            // Also where the last of an area has left.
            self.is_dirty[node] = true;
        }
        true
    }

    /// Moves from a node on (area, giving and taking node), and where they end. An area that is moved twice running is
    /// moved at once: what little of it the node between serves must not hold it up.
    fn way(&self, from: usize) -> (Vec<(usize, usize, usize)>, usize) {
        let (mut moves, mut node): (Vec<(usize, usize, usize)>, usize) = (Vec::new(), from);
        while self.towards[node] != usize::MAX {
            let next = self.towards[node];
            let area = self.move_area[next * self.nodes + node] as usize;
            match moves.last_mut().filter(|last| last.0 == area) {
                Some(last) => last.2 = next,
                None => moves.push((area, node, next)),
            }
            node = next;
        }
        (moves, node)
    }

    /// The moves of every node that serves an area have changed.
    fn touch(&mut self, area: usize) {
        for node in 0..self.nodes {
            if self.amounts[area * self.nodes + node] > 0.0 {
                self.is_dirty[node] = true;
            }
        }
    }

    fn refresh(&mut self) {
        for node in 0..self.nodes {
            if !std::mem::take(&mut self.is_dirty[node]) {
                continue;
            }
            for next in 0..self.nodes {
                self.move_cost[next * self.nodes + node] = f64::INFINITY;
            }
            for &area in &self.serves[node] {
                let at = area as usize * self.nodes;
                let from = self.costs.of[at + node];
                let (costs, room) = (&self.costs.of[at..at + self.nodes], &self.room[at..at + self.nodes]);
                for (next, (cost, room)) in costs.iter().zip(room).enumerate() {
                    let extra = cost - from;
                    let to = next * self.nodes + node;
                    if extra < self.move_cost[to] && *room > self.nothing {
                        self.move_cost[to] = extra;
                        self.move_area[to] = area;
                    }
                }
            }
        }
    }

    /// Shortest ways to a node with something left, from every node or, unless it `is_last`, from those with too much
    /// (Dijkstra backwards, costs reduced by the last ways).
    fn find_ways(&mut self, is_last: bool) {
        self.refresh();
        let nodes = self.nodes;
        let mut further: Vec<f64> = vec![f64::INFINITY; nodes];
        let mut is_done = vec![false; nodes];
        let is_over: Vec<bool> = (0..nodes).map(|node| self.excess(node) > self.nothing).collect();
        let mut over_left = is_over.iter().filter(|over| **over).count();
        self.towards.fill(usize::MAX);
        for (node, further) in further.iter_mut().enumerate() {
            if self.excess(node) < -self.nothing {
                *further = 0.0;
            }
        }
        let mut farthest = f64::INFINITY;
        loop {
            let (mut next, mut least) = (usize::MAX, f64::INFINITY);
            for (node, (&further, &is_done)) in further.iter().zip(&is_done).enumerate() {
                if further < least && !is_done {
                    (next, least) = (node, further);
                }
            }
            if next == usize::MAX {
                break;
            }
            is_done[next] = true;
            over_left -= usize::from(is_over[next]);
            if over_left == 0 && !is_last {
                farthest = least;
                break;
            }
            let (row, kept) = (&self.move_cost[next * nodes..(next + 1) * nodes], self.away[next]);
            for (node, cost) in row.iter().enumerate() {
                let through = least + (cost - self.away[node] + kept).max(0.0);
                if through < further[node] {
                    further[node] = through;
                    self.towards[node] = next;
                }
            }
        }
        // Whoever is not reached yet is at least as far as the farthest that was.
        self.away.iter_mut().zip(&further).for_each(|(away, further)| *away += further.min(farthest));
    }

    fn read(self, need: &[f64]) -> Flow {
        let (nodes, depots) = (self.nodes, self.costs.depots);
        let need_prices = (0..need.len())
            .map(|area| {
                let at = area * nodes;
                (0..nodes)
                    .filter(|&node| node == depots || self.room[at + node] > self.nothing)
                    .map(|node| self.costs.of[at + node] + if node == depots { 0.0 } else { self.away[node] })
                    .fold(f64::INFINITY, f64::min)
            })
            .collect();
        // A link that cannot be used may cost infinitely much.
        let used = self.amounts.iter().zip(&self.costs.of).filter(|(amount, _)| **amount > 0.0);
        let cost = used.map(|(amount, cost)| amount * cost).sum();
        let stock_prices = self.away[..depots].iter().map(|away| away.is_finite().then_some(*away)).collect();
        Flow { amounts: self.amounts, cost, need_prices, stock_prices }
    }
}
