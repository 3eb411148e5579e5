//! What a client contributes when the promise "each client is served by an open site" is relaxed at a price.
//!
//! Given a price for each client every site has a score of its own, and the best set of sites is that of the least
//! scores: a bound on every plan. Both the p-median and covering are of this form; only the client's part differs.

use crate::problem::siting::{Goal, Leg, Siting};

/// A problem with some sites settled (open or closed for good), as short lists of what is left.
#[derive(Debug, Clone)]
pub(super) struct Relaxed {
    kind: Kind,
    /// Clients with at least one person.
    people: Vec<f64>,
    starts: Vec<usize>,
    /// Travel (p-median) of each leg to a site that is not closed.
    legs: Vec<Leg>,
    /// Most that a price can be worth.
    pub(super) price_max: Vec<f64>,
    /// Sites that may be open.
    pub(super) allowed: Vec<u32>,
    /// Sites that must be open.
    pub(super) forced: Vec<u32>,
    sites_count: usize,
    open_count: usize,
    /// What is lost if nothing at all is lost but what no price can change.
    constant: f64,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Median,
    Cover { once: f64 },
}

/// What the relaxation says at given prices.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// No plan costs less.
    pub bound: f64,
    /// Score of each site (0 where it may not be open).
    pub scores: Vec<f64>,
    /// The sites of the least scores with the forced ones.
    pub chosen: Vec<u32>,
    /// Largest score of a chosen site that is not forced; the least score of one that is left out.
    pub last_in: f64,
    pub first_out: f64,
}

impl Relaxed {
    /// Nothing settled but the kept sites. The cost of a plan is people x travel, or people x the thousandths in which
    /// they are not covered.
    pub(super) fn of(problem: &Siting) -> Self {
        let reach = problem.reach();
        let (kind, radius) = match problem.goal() {
            Goal::Median | Goal::Center => (Kind::Median, u32::MAX),
            Goal::Cover { radius, once_permille } => (Kind::Cover { once: f64::from(once_permille) }, radius),
        };
        let mut made = Self {
            kind,
            people: Vec::new(),
            starts: vec![0],
            legs: Vec::new(),
            price_max: Vec::new(),
            allowed: (0..reach.sites_count() as u32).collect(),
            forced: problem.kept().to_vec(),
            sites_count: reach.sites_count(),
            open_count: problem.open_count(),
            constant: 0.0,
        };
        for (client, people) in problem.people().iter().enumerate().filter(|(_, people)| **people > 0) {
            made.people.push(f64::from(*people));
            made.legs.extend(reach.legs(client).iter().take_while(|leg| leg.travel <= radius));
            made.starts.push(made.legs.len());
            made.price_max.push(match kind {
                Kind::Median => f64::from(reach.beyond(client)),
                Kind::Cover { once } => once.max(500.0),
            });
        }
        if let Kind::Cover { .. } = kind {
            made.constant = 1000.0 * made.people.iter().sum::<f64>();
        }
        made
    }

    pub(super) fn sites_count(&self) -> usize {
        self.sites_count
    }

    pub(super) fn open_count(&self) -> usize {
        self.open_count
    }

    pub(super) fn clients_count(&self) -> usize {
        self.people.len()
    }

    fn legs(&self, client: usize) -> &[Leg] {
        &self.legs[self.starts[client]..self.starts[client + 1]]
    }

    /// The same with more sites settled; `closed` are left out of all lists, and of the p-median also every leg that
    /// is longer than one to a forced site.
    pub(super) fn settle(&self, forced: &[u32], closed: &[u32]) -> Self {
        let mut state = vec![None; self.sites_count];
        self.allowed.iter().for_each(|site| state[*site as usize] = Some(false));
        forced.iter().for_each(|site| state[*site as usize] = Some(true));
        closed.iter().for_each(|site| state[*site as usize] = None);
        let mut made = Self { starts: vec![0], legs: Vec::new(), forced: forced.to_vec(), ..self.clone() };
        made.allowed.retain(|site| state[*site as usize].is_some());
        for client in 0..self.clients_count() {
            for leg in self.legs(client) {
                let Some(is_forced) = state[leg.site as usize] else { continue };
                made.legs.push(*leg);
                if is_forced && matches!(self.kind, Kind::Median) {
                    made.price_max[client] = made.price_max[client].min(f64::from(leg.travel));
                    break;
                }
            }
            made.starts.push(made.legs.len());
        }
        made
    }

    /// Bound, scores and chosen sites at these prices (per person, 0 to `price_max`).
    pub(super) fn answer(&self, prices: &[f64]) -> Answer {
        let mut scores = vec![0.0; self.sites_count];
        let mut bound = self.constant;
        for (client, price) in prices.iter().enumerate() {
            let people = self.people[client];
            match self.kind {
                Kind::Median => {
                    bound += people * price;
                    for leg in self.legs(client) {
                        let travel = f64::from(leg.travel);
                        if travel >= *price {
                            break;
                        }
                        scores[leg.site as usize] += people * (travel - price);
                    }
                }
                Kind::Cover { once } => {
                    let (_, worth) = covered(once, *price);
                    bound -= people * worth;
                    self.legs(client).iter().for_each(|leg| scores[leg.site as usize] -= people * price);
                }
            }
        }
        self.choose(bound, scores)
    }

    fn choose(&self, bound: f64, scores: Vec<f64>) -> Answer {
        let mut is_forced = vec![false; self.sites_count];
        self.forced.iter().for_each(|site| is_forced[*site as usize] = true);
        let mut free: Vec<u32> = self.allowed.iter().copied().filter(|site| !is_forced[*site as usize]).collect();
        let wanted = (self.open_count - self.forced.len()).min(free.len());
        let by_score = |a: &u32, b: &u32| scores[*a as usize].total_cmp(&scores[*b as usize]).then(a.cmp(b));
        let mut first_out = f64::INFINITY;
        if wanted < free.len() {
            let (_, next, _) = free.select_nth_unstable_by(wanted, by_score);
            first_out = scores[*next as usize];
        }
        free.truncate(wanted);
        let last_in = free.iter().map(|site| scores[*site as usize]).fold(f64::NEG_INFINITY, f64::max);
        let chosen: Vec<u32> = self.forced.iter().copied().chain(free).collect();
        let bound = bound + chosen.iter().map(|site| scores[*site as usize]).sum::<f64>();
        Answer { bound, scores, chosen, last_in, first_out }
    }

    /// Prices of the same clients, none above what it can be worth here.
    pub(super) fn within_range(&self, prices: &[f64]) -> Vec<f64> {
        prices.iter().zip(&self.price_max).map(|(price, max)| price.min(*max)).collect()
    }

    /// Prices that suit a set of open sites: half way from the nearest to the second nearest; half of what one more
    /// cover is worth.
    pub(super) fn first_prices(&self, is_open: &[bool]) -> Vec<f64> {
        let price = |client: usize| {
            let mut open = self.legs(client).iter().filter(|leg| is_open[leg.site as usize]);
            let (first, second) = (open.next(), open.next());
            let max = self.price_max[client];
            match self.kind {
                Kind::Median => {
                    let travel = |leg: Option<&Leg>| leg.map_or(max, |leg| f64::from(leg.travel));
                    ((travel(first) + travel(second)) / 2.0).min(max)
                }
                Kind::Cover { once } => match (first, second) {
                    (None, _) => once.min(max),
                    (Some(_), None) => once / 2.0,
                    (Some(_), Some(_)) => (1000.0 - once).max(0.0) / 2.0,
                },
            }
        };
        (0..self.clients_count()).map(price).collect()
    }

    /// Where each price should move (per person): up where too few chosen sites serve, down where too many do; and
    /// the squared length of the subgradient in that measure.
    pub(super) fn direction(&self, prices: &[f64], chosen: &[u32], direction: &mut [f64]) -> f64 {
        let mut is_chosen = vec![false; self.sites_count];
        chosen.iter().for_each(|site| is_chosen[*site as usize] = true);
        let mut square = 0.0;
        for (client, price) in prices.iter().enumerate() {
            let legs = self.legs(client).iter();
            let served = match self.kind {
                Kind::Median => legs
                    .take_while(|leg| f64::from(leg.travel) < *price)
                    .filter(|leg| is_chosen[leg.site as usize])
                    .count() as f64,
                Kind::Cover { .. } => legs.filter(|leg| is_chosen[leg.site as usize]).count() as f64,
            };
            let wanted = match self.kind {
                Kind::Median => 1.0,
                Kind::Cover { once } => covered(once, *price).0,
            };
            let move_by = wanted - served;
            // At the end of its range a price cannot move on.
            let stays = (move_by > 0.0 && *price >= self.price_max[client]) || (move_by < 0.0 && *price <= 0.0);
            direction[client] = if stays { 0.0 } else { move_by };
            square += self.people[client] * direction[client] * direction[client];
        }
        square
    }
}

/// How often a person is covered at a price for each time, and what that is worth beyond the price.
fn covered(once: f64, price: f64) -> (f64, f64) {
    let (one, two) = (once - price, 1000.0 - 2.0 * price);
    match (one.max(two) > 0.0, two >= one) {
        (false, _) => (0.0, 0.0),
        (true, true) => (2.0, two),
        (true, false) => (1.0, one),
    }
}
