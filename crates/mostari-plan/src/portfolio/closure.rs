//! The best closed set of a small graph: which steps to take if taking one obliges to take others.
//!
//! A largest-weight closure is a smallest cut (Picard 1976, doi:10.1287/mnsc.22.11.1268), found here by augmenting
//! along shortest paths in layers (Dinic 1970).

use std::collections::VecDeque;

/// Residues below this are rounding.
const EPSILON: f64 = 1e-9;

/// What cannot be cut.
const ENDLESS: f64 = f64::INFINITY;

/// A graph of obligations: who takes `from` takes `to`.
#[derive(Debug, Clone)]
pub(super) struct Obligations {
    nodes: usize,
    edges: Vec<(usize, usize)>,
}

#[derive(Debug, Clone, Copy)]
struct Arc {
    to: usize,
    residue: f64,
}

/// A flow network; the arc back of arc `a` is `a ^ 1`.
struct Network {
    arcs: Vec<Arc>,
    at: Vec<Vec<usize>>,
}

impl Obligations {
    pub fn new(nodes: usize, edges: Vec<(usize, usize)>) -> Self {
        Self { nodes, edges }
    }

    /// The closed set of the largest weight, as one flag for each node. Weights are finite; one of the largest is taken.
    pub fn best(&self, weights: &[f64]) -> Vec<bool> {
        let (source, sink) = (self.nodes, self.nodes + 1);
        let mut network = Network { arcs: Vec::new(), at: vec![Vec::new(); self.nodes + 2] };
        for (node, weight) in weights.iter().enumerate() {
            match *weight {
                gain if gain > 0.0 => network.join(source, node, gain),
                loss if loss < 0.0 => network.join(node, sink, -loss),
                _ => {}
            }
        }
        for (from, to) in &self.edges {
            network.join(*from, *to, ENDLESS);
        }
        let smallest = EPSILON * weights.iter().map(|weight| weight.abs()).fold(0.0, f64::max);
        let reached = network.cut(source, sink, smallest);
        (0..self.nodes).map(|node| reached[node].is_some()).collect()
    }
}

impl Network {
    fn join(&mut self, from: usize, to: usize, capacity: f64) {
        self.at[from].push(self.arcs.len());
        self.arcs.push(Arc { to, residue: capacity });
        self.at[to].push(self.arcs.len());
        self.arcs.push(Arc { to: from, residue: 0.0 });
    }

    /// Sends as much as can be sent; then the layers that are still reached from the source are its side of the cut.
    fn cut(&mut self, source: usize, sink: usize, smallest: f64) -> Vec<Option<usize>> {
        loop {
            let layers = self.layers(source, smallest);
            if layers[sink].is_none() {
                return layers;
            }
            let mut tried = vec![0; self.at.len()];
            while self.send(source, sink, ENDLESS, &layers, &mut tried, smallest) > 0.0 {}
        }
    }

    fn layers(&self, source: usize, smallest: f64) -> Vec<Option<usize>> {
        let mut layers = vec![None; self.at.len()];
        layers[source] = Some(0);
        let mut open = VecDeque::from([source]);
        while let Some(node) = open.pop_front() {
            for Arc { to, residue } in self.at[node].iter().map(|arc| self.arcs[*arc]) {
                if residue > smallest && layers[to].is_none() {
                    layers[to] = layers[node].map(|layer: usize| layer + 1);
                    open.push_back(to);
                }
            }
        }
        layers
    }

    /// Sends along one path of rising layers; arcs that lead nowhere are not tried again.
    fn send(
        &mut self,
        node: usize,
        sink: usize,
        most: f64,
        layers: &[Option<usize>],
        tried: &mut [usize],
        smallest: f64,
    ) -> f64 {
        if node == sink {
            return most;
        }
        while let Some(&arc) = self.at[node].get(tried[node]) {
            let Arc { to, residue } = self.arcs[arc];
            if residue > smallest && layers[to] == layers[node].map(|layer| layer + 1) {
                let sent = self.send(to, sink, most.min(residue), layers, tried, smallest);
                if sent > 0.0 {
                    self.arcs[arc].residue -= sent;
                    self.arcs[arc ^ 1].residue += sent;
                    return sent;
                }
            }
            tried[node] += 1;
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn weight_of(chosen: &[bool], weights: &[f64]) -> f64 {
        chosen.iter().zip(weights).filter(|(is_in, _)| **is_in).map(|(_, weight)| weight).sum()
    }

    #[test]
    fn a_loss_is_taken_if_what_it_opens_is_worth_it() {
        let graph = Obligations::new(3, vec![(1, 0), (2, 0)]);
        assert_eq!(graph.best(&[-5.0, 3.0, 3.0]), [true; 3]);
        assert_eq!(graph.best(&[-5.0, 3.0, 1.0]), [false; 3]);
    }

    proptest! {
        #[test]
        fn no_closed_set_is_better(
            weights in proptest::collection::vec(-20_i32..20, 8),
            edges in proptest::collection::vec((0..8_usize, 0..8_usize), 0..14),
        ) {
            let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
            let is_closed = |chosen: &[bool]| edges.iter().all(|(from, to)| !chosen[*from] || chosen[*to]);
            let sets = (0_u32..1 << 8).map(|set| (0..8).map(|i| set >> i & 1 == 1).collect::<Vec<bool>>());
            let best = sets.filter(|set| is_closed(set)).map(|set| weight_of(&set, &weights)).fold(0.0, f64::max);
            let chosen = Obligations::new(8, edges.clone()).best(&weights);
            prop_assert!(is_closed(&chosen));
            prop_assert_eq!(weight_of(&chosen, &weights), best);
        }
    }
}
