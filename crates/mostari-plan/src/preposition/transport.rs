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
    /// Cheapest move from node to node, and the area it moves.
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
            self.find_ways();
            for node in over {
                while self.excess(node) > self.nothing && self.push(node) {}
            }
        }
        self.find_ways();
    }

    /// Pushes what it can along the way of a node; whether that was anything.
    fn push(&mut self, from: usize) -> bool {
        let mut amount = self.excess(from);
        let mut node = from;
        while self.towards[node] != usize::MAX {
            let next = self.towards[node];
            let area = self.move_area[node * self.nodes + next] as usize;
            amount = amount.min(self.amounts[area * self.nodes + node]).min(self.room[area * self.nodes + next]);
            node = next;
        }
        amount = amount.min(-self.excess(node));
        if amount <= self.nothing {
            return false;
        }
        node = from;
        while self.towards[node] != usize::MAX {
            let next = self.towards[node];
            let area = self.move_area[node * self.nodes + next] as usize;
            self.change(area, node, -amount);
            self.change(area, next, amount);
            self.touch(area);
            // Also where the last of an area has left.
            self.is_dirty[node] = true;
            node = next;
        }
        true
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
            let row = node * self.nodes..(node + 1) * self.nodes;
            let (move_cost, move_area) = (&mut self.move_cost[row.clone()], &mut self.move_area[row]);
            move_cost.fill(f64::INFINITY);
            for &area in &self.serves[node] {
                let at = area as usize * self.nodes;
                let from = self.costs.of[at + node];
                let (costs, room) = (&self.costs.of[at..at + self.nodes], &self.room[at..at + self.nodes]);
                for next in 0..self.nodes {
                    let extra = costs[next] - from;
                    if extra < move_cost[next] && room[next] > self.nothing {
                        move_cost[next] = extra;
                        move_area[next] = area;
                    }
                }
            }
        }
    }

    /// Shortest ways from every node to one with something left (Dijkstra backwards, costs reduced by the last ways).
    fn find_ways(&mut self) {
        self.refresh();
        let nodes = self.nodes;
        let mut further = vec![f64::INFINITY; nodes];
        let mut is_done = vec![false; nodes];
        self.towards.fill(usize::MAX);
        for (node, further) in further.iter_mut().enumerate() {
            if self.excess(node) < -self.nothing {
                *further = 0.0;
            }
        }
        let kept: Vec<f64> = self.away.iter().map(|cost| if cost.is_finite() { *cost } else { 0.0 }).collect();
        loop {
            let open = (0..nodes).filter(|&node| !is_done[node] && further[node].is_finite());
            let Some(next) = open.min_by(|&a, &b| further[a].total_cmp(&further[b])) else { break };
            is_done[next] = true;
            for node in (0..nodes).filter(|&node| !is_done[node]) {
                let reduced = (self.move_cost[node * nodes + next] - kept[node] + kept[next]).max(0.0);
                if further[next] + reduced < further[node] {
                    further[node] = further[next] + reduced;
                    self.towards[node] = next;
                }
            }
        }
        self.away = kept.iter().zip(&further).map(|(kept, further)| kept + further).collect();
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
