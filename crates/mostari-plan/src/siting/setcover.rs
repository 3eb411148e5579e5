//! Can so many sites cover everybody within a radius? A set cover, made small by dominance, decided by the solver.

use crate::problem::siting::Siting;
use mostari_milp::{Kind, Limits, MilpError, Model, Sense, solve};

/// Clients x sites beyond which no attempt is made: comparing all pairs would take minutes.
const BITS_MAX: usize = 1 << 24;

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// By these sites.
    Covered(Vec<u32>),
    /// Proven.
    Impossible,
    /// The limit struck.
    Unknown,
}

/// Rows of bits.
struct Bits {
    words: usize,
    bits: Vec<u64>,
}

impl Bits {
    fn new(rows: usize, columns: usize) -> Self {
        let words = columns.div_ceil(64);
        Self { words, bits: vec![0; rows * words] }
    }

    fn set(&mut self, row: usize, column: usize) {
        self.bits[row * self.words + column / 64] |= 1 << (column % 64);
    }

    fn clear(&mut self, row: usize, column: usize) {
        self.bits[row * self.words + column / 64] &= !(1 << (column % 64));
    }

    fn row(&self, row: usize) -> &[u64] {
        &self.bits[row * self.words..(row + 1) * self.words]
    }

    fn is_within(&self, small: usize, large: usize) -> bool {
        self.row(small).iter().zip(self.row(large)).all(|(small, large)| small & !large == 0)
    }

    fn count(&self, row: usize) -> u32 {
        self.row(row).iter().map(|word| word.count_ones()).sum()
    }

    fn ones(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        let bits = |(word, bits): (usize, &u64)| {
            let bits = *bits;
            (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * 64 + bit)
        };
        self.row(row).iter().enumerate().flat_map(bits)
    }
}

/// Decides within a number of nodes.
pub(super) fn decide(problem: &Siting, radius: u32, nodes_max: usize, seed: u64) -> Decision {
    let reach = problem.reach();
    let (clients_count, sites_count) = (reach.clients_count(), reach.sites_count());
    if clients_count * sites_count > BITS_MAX {
        return Decision::Unknown;
    }
    let mut by_client = Bits::new(clients_count, sites_count);
    let mut by_site = Bits::new(sites_count, clients_count);
    let mut needy = Vec::new();
    for client in 0..clients_count {
        let within = reach.legs(client).iter().take_while(|leg| leg.travel <= radius);
        let is_kept = |leg: &&crate::problem::siting::Leg| problem.kept().binary_search(&leg.site).is_ok();
        if reach.beyond(client) <= radius || within.clone().any(|leg| is_kept(&leg)) {
            continue;
        }
        needy.push(client);
        for leg in within {
            by_client.set(client, leg.site as usize);
            by_site.set(leg.site as usize, client);
        }
    }
    let mut useful: Vec<usize> = (0..sites_count).collect();
    while reduce(&mut needy, &mut useful, &mut by_client, &mut by_site) {}
    program(problem, &needy, &useful, &by_client, nodes_max, seed)
}

/// Leaves out a client whose sites include all sites of another, and a site whose clients another one covers too.
fn reduce(needy: &mut Vec<usize>, useful: &mut Vec<usize>, by_client: &mut Bits, by_site: &mut Bits) -> bool {
    let before = (needy.len(), useful.len());
    needy.sort_by_key(|client| (by_client.count(*client), *client));
    let mut kept: Vec<usize> = Vec::new();
    for client in needy.drain(..) {
        match kept.iter().any(|small| by_client.is_within(*small, client)) {
            true => by_client.ones(client).for_each(|site| by_site.clear(site, client)),
            false => kept.push(client),
        }
    }
    *needy = kept;
    useful.sort_by_key(|site| (std::cmp::Reverse(by_site.count(*site)), *site));
    let mut kept: Vec<usize> = Vec::new();
    for site in useful.drain(..) {
        match kept.iter().any(|large| by_site.is_within(site, *large)) {
            true => by_site.ones(site).for_each(|client| by_client.clear(client, site)),
            false => kept.push(site),
        }
    }
    *useful = kept;
    before != (needy.len(), useful.len())
}

/// The least number of sites that covers the rest.
fn program(
    problem: &Siting,
    needy: &[usize],
    useful: &[usize],
    by_client: &Bits,
    nodes_max: usize,
    seed: u64,
) -> Decision {
    let most = problem.open_count() - problem.kept().len();
    let mut place = vec![usize::MAX; problem.reach().sites_count()];
    let mut model = Model::new(Sense::Minimise);
    let mut variables = Vec::new();
    for site in useful {
        place[*site] = variables.len();
        variables.push(model.add_variable(1.0, 0.0, 1.0, Kind::Integer));
    }
    for client in needy {
        let terms: Vec<_> = by_client.ones(*client).map(|site| (variables[place[site]], 1.0)).collect();
        if terms.is_empty() {
            return Decision::Impossible;
        }
        model.add_row(1.0, f64::INFINITY, &terms);
    }
    let all: Vec<_> = variables.iter().map(|variable| (*variable, 1.0)).collect();
    model.add_row(f64::NEG_INFINITY, most as f64, &all);
    // A cover of at most `most` is enough; a smaller one would be no better.
    let limits = Limits { nodes: u32::try_from(nodes_max).ok(), ..Limits::exact(seed as u32) };
    match solve(&model, &limits) {
        Ok(solution) => {
            let picked = useful.iter().zip(&variables).filter(|(_, variable)| solution.is_one(**variable));
            let mut open: Vec<u32> =
                picked.map(|(site, _)| *site as u32).chain(problem.kept().iter().copied()).collect();
            let others = (0..problem.reach().sites_count() as u32).filter(|site| !open.contains(site));
            let others: Vec<u32> = others.take(problem.open_count().saturating_sub(open.len())).collect();
            open.extend(others);
            Decision::Covered(open)
        }
        Err(MilpError::Infeasible) => Decision::Impossible,
        Err(_) => Decision::Unknown,
    }
}
