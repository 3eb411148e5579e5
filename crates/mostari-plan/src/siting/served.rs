//! Which clients list a site: the legs of a [`Reach`] turned round, and plans made from open sites.

use crate::problem::siting::{Goal, Reach, Siting, SitingPlan};

/// A client that lists a site, and how far it travels there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller {
    pub client: u32,
    pub travel: u32,
}

/// For each site the clients that list it, by client.
#[derive(Debug, Clone)]
pub(super) struct Callers {
    starts: Vec<usize>,
    callers: Vec<Caller>,
}

impl Callers {
    /// Only legs of at most `travel_max`.
    pub(super) fn within(reach: &Reach, travel_max: u32) -> Self {
        let legs = |client: usize| reach.legs(client).iter().take_while(|leg| leg.travel <= travel_max);
        let mut starts = vec![0; reach.sites_count() + 1];
        for client in 0..reach.clients_count() {
            legs(client).for_each(|leg| starts[leg.site as usize + 1] += 1);
        }
        for site in 0..reach.sites_count() {
            starts[site + 1] += starts[site];
        }
        let mut next = starts.clone();
        let mut callers = vec![Caller { client: 0, travel: 0 }; starts[reach.sites_count()]];
        for client in 0..reach.clients_count() {
            for leg in legs(client) {
                let at = &mut next[leg.site as usize];
                callers[*at] = Caller { client: client as u32, travel: leg.travel };
                *at += 1;
            }
        }
        Self { starts, callers }
    }

    pub(super) fn of(&self, site: u32) -> &[Caller] {
        &self.callers[self.starts[site as usize]..self.starts[site as usize + 1]]
    }
}

/// The plan with these sites open; every client goes to its nearest one. `bound` is left equal to the objective.
pub(super) fn plan_of(problem: &Siting, mut open: Vec<u32>) -> SitingPlan {
    open.sort_unstable();
    let reach = problem.reach();
    let mut is_open = vec![false; reach.sites_count()];
    open.iter().for_each(|site| is_open[*site as usize] = true);
    let radius = if let Goal::Cover { radius, .. } = problem.goal() { radius } else { u32::MAX };
    let mut serves = Vec::with_capacity(reach.clients_count());
    let mut objective = 0_u64;
    for (client, people) in problem.people().iter().enumerate() {
        let within = reach.legs(client).iter().take_while(|leg| leg.travel <= radius);
        let mut near = within.filter(|leg| is_open[leg.site as usize]);
        let first = near.next();
        let travel = first.map_or(reach.beyond(client), |leg| leg.travel);
        match problem.goal() {
            Goal::Median => objective += u64::from(*people) * u64::from(travel),
            Goal::Center => objective = objective.max(u64::from(travel)),
            Goal::Cover { once_permille, .. } => {
                let permille = match (first, near.next()) {
                    (None, _) => 0,
                    (Some(_), None) => once_permille,
                    (Some(_), Some(_)) => 1000,
                };
                objective += u64::from(*people) * u64::from(permille);
            }
        }
        serves.push(first.map(|leg| leg.site));
    }
    SitingPlan { open, serves, objective, bound: objective }
}
