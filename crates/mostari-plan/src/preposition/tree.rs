//! The tree of depots that are open or closed: best bound first, cuts at its nodes, depots to branch on chosen by what
//! branching on them has gained (pseudo-costs with a first try; Achterberg, Koch and Martin 2005,
//! doi:10.1016/j.orl.2004.04.002).

use super::PrepositionError;
use super::master::{Proposed, Range};
use super::search::Search;

/// A part that is this close to 0 or 1 is whole.
const WHOLE: f64 = 1e-6;

/// Times that cuts are sought at a node before it branches, at most.
const CUT_ROUNDS_MAX: u32 = 6;

/// Part of what is left to the cutoff that a round of cuts has to gain to be followed by another.
const CUT_GAIN_MIN: f64 = 0.05;

/// Depots that are tried at a node because nothing is known of them, at most.
const TRIES_MAX: usize = 8;

/// Visits to nodes from one program of whole depots to the next.
const WHOLE_EVERY: u32 = 20;

/// Nodes of the solver's own tree of such a program; what is left open at the limit shows in the bound.
const NODES_MAX: u32 = 1_000;

struct Node {
    range: Range,
    bound: f64,
    /// Depot, direction and length of the last branch.
    branch: Option<(usize, bool, f64)>,
}

/// What branching on a depot has gained, per part of a depot: sum and count, closed and open.
#[derive(Clone, Copy, Default)]
struct Gains([(f64, f64); 2]);

impl Gains {
    fn add(&mut self, is_open: bool, gain: f64) {
        let (sum, count) = &mut self.0[usize::from(is_open)];
        *sum += gain;
        *count += 1.0;
    }

    fn mean(&self, is_open: bool) -> Option<f64> {
        let (sum, count) = self.0[usize::from(is_open)];
        (count > 0.0).then(|| sum / count)
    }
}

/// Grows the tree until the gap is closed; the bound of the search is the least of what is left.
pub(super) fn grow(search: &mut Search<'_, '_>) -> Result<(), PrepositionError> {
    let depots = search.stage.problem.depots.len();
    let mut nodes = vec![Node { range: Range::free(depots), bound: search.bound, branch: None }];
    let mut gains = vec![Gains::default(); depots];
    let mut root = nodes[0].range.clone();
    let (mut pruned, mut count) = (f64::INFINITY, 0);
    dive(search)?;
    while !nodes.is_empty() {
        let at = (0..nodes.len()).min_by(|&a, &b| nodes[a].bound.total_cmp(&nodes[b].bound)).expect("not empty");
        search.raise(nodes[at].bound.min(pruned));
        if search.bound >= search.cutoff() || search.is_over() {
            return Ok(());
        }
        count += 1;
        if count % WHOLE_EVERY == 0 && search.stage.problem.scenarios.len() > 1 {
            whole(search, &mut root)?;
            continue;
        }
        let node = nodes.swap_remove(at);
        match visit(search, node, &mut gains)? {
            Visited::Closed(bound) => pruned = pruned.min(bound),
            Visited::Branched(children) => nodes.extend(children),
        }
    }
    search.raise(pruned);
    Ok(())
}

/// All whole depots by the solver, with the cuts so far: a plan that no dive finds, and a bound for the whole tree.
fn whole(search: &mut Search<'_, '_>, root: &mut Range) -> Result<(), PrepositionError> {
    let relaxed = search.propose(root)?;
    tighten(root, &relaxed, search.cutoff());
    let proposed = search.propose_whole(root, NODES_MAX)?;
    search.raise(proposed.bound);
    if search.bound < search.cutoff() {
        search.stock(&proposed.decision)?;
    }
    Ok(())
}

enum Visited {
    /// Nothing better is in it; its bound.
    Closed(f64),
    Branched([Node; 2]),
}

fn visit(search: &mut Search<'_, '_>, mut node: Node, gains: &mut [Gains]) -> Result<Visited, PrepositionError> {
    let mut rounds = 0;
    let mut last = node.bound;
    let mut seen: Option<Vec<bool>> = None;
    loop {
        let proposed = search.propose(&node.range)?;
        search.forget_idle();
        if let Some((depot, is_open, length)) = node.branch.take() {
            gains[depot].add(is_open, (proposed.bound - node.bound).max(0.0) / length);
        }
        node.bound = node.bound.max(proposed.bound);
        if node.bound >= search.cutoff() || search.is_over() {
            return Ok(Visited::Closed(node.bound));
        }
        tighten(&mut node.range, &proposed, search.cutoff());
        if is_whole(&proposed) {
            let open: Vec<bool> = proposed.decision.open.iter().map(|open| *open > 0.5).collect();
            if seen.as_ref() == Some(&open) {
                // The best stock for them is known as well as it will be.
                return Ok(Visited::Closed(node.bound));
            }
            search.stock(&proposed.decision)?;
            seen = Some(open);
            continue;
        }
        let gained = node.bound - last;
        if rounds > 0 && (rounds >= CUT_ROUNDS_MAX || gained < CUT_GAIN_MIN * (search.cutoff() - last)) {
            return Ok(Visited::Branched(branch(search, node, &proposed, gains)?));
        }
        last = node.bound;
        rounds += 1;
        search.look(&proposed.decision);
    }
}

fn is_whole(proposed: &Proposed) -> bool {
    proposed.decision.open.iter().all(|open| *open <= WHOLE || *open >= 1.0 - WHOLE)
}

/// Settles depots that cannot change without reaching the cutoff.
fn tighten(range: &mut Range, proposed: &Proposed, cutoff: f64) {
    for (depot, (open, slope)) in proposed.decision.open.iter().zip(&proposed.slopes).enumerate() {
        let left = cutoff - proposed.bound;
        if *open <= WHOLE && *slope > left {
            range.high[depot] = range.low[depot];
        } else if *open >= 1.0 - WHOLE && -slope > left {
            range.low[depot] = range.high[depot];
        }
    }
}

fn branch(
    search: &mut Search<'_, '_>,
    node: Node,
    proposed: &Proposed,
    gains: &mut [Gains],
) -> Result<[Node; 2], PrepositionError> {
    let open = &proposed.decision.open;
    let depots = &search.stage.problem.depots;
    let first = |depot: usize| open[depot].min(1.0 - open[depot]) * depots[depot].opening_cost;
    let mut parts: Vec<usize> = (0..open.len()).filter(|&d| open[d] > WHOLE && open[d] < 1.0 - WHOLE).collect();
    parts.sort_by(|&a, &b| first(b).total_cmp(&first(a)).then(a.cmp(&b)));
    let is_known = |depot: &usize| gains[*depot].mean(false).is_some() && gains[*depot].mean(true).is_some();
    let unknown: Vec<usize> = parts.iter().copied().filter(|depot| !is_known(depot)).take(TRIES_MAX).collect();
    for depot in unknown {
        let (closed, opened) = search.either(&node.range, depot)?;
        gains[depot].add(false, (closed - proposed.bound).max(0.0) / open[depot]);
        gains[depot].add(true, (opened - proposed.bound).max(0.0) / (1.0 - open[depot]));
    }
    let score = |depot: usize| {
        let gain = |is_open: bool, length: f64| gains[depot].mean(is_open).unwrap_or(0.0) * length;
        gain(false, open[depot]).max(1e-6) * gain(true, 1.0 - open[depot]).max(1e-6)
    };
    let depot = parts.iter().copied().max_by(|&a, &b| score(a).total_cmp(&score(b)).then(b.cmp(&a)));
    let depot = depot.expect("a depot is open in part");
    let child = |is_open: bool| {
        let mut range = node.range.clone();
        let to = f64::from(u8::from(is_open));
        (range.low[depot], range.high[depot]) = (to, to);
        let length = if is_open { 1.0 - open[depot] } else { open[depot] };
        Node { range, bound: node.bound, branch: Some((depot, is_open, length)) }
    };
    Ok([child(false), child(true)])
}

/// Opens and closes the depots for which that is clearest, again and again, until all are whole.
fn dive(search: &mut Search<'_, '_>) -> Result<(), PrepositionError> {
    let mut range = Range::free(search.stage.problem.depots.len());
    loop {
        let proposed = search.propose(&range)?;
        if search.is_over() {
            return Ok(());
        }
        if is_whole(&proposed) {
            return search.stock(&proposed.decision);
        }
        let open = &proposed.decision.open;
        for (depot, open) in open.iter().enumerate() {
            if *open <= WHOLE {
                range.high[depot] = range.low[depot];
            }
        }
        let free = (0..open.len()).filter(|&depot| !range.is_fixed(depot) && open[depot] < 1.0 - WHOLE);
        let most = free.max_by(|&a, &b| open[a].total_cmp(&open[b]).then(b.cmp(&a))).expect("one is open in part");
        for (depot, open) in open.iter().enumerate() {
            if *open >= 1.0 - WHOLE || depot == most {
                range.low[depot] = range.high[depot];
            }
        }
        search.look(&proposed.decision);
    }
}
