//! Does an answer to a siting problem keep every rule? Written from the rules, apart from the search.

use crate::problem::siting::{CapacitatedLocation, Goal, LocationPlan, Siting, SitingPlan};

/// Sums of amounts and costs may differ by this part of their size, for rounding.
const TOLERANCE: f64 = 1e-6;

/// A rule of siting. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SitingRule {
    /// Every open site exists and stands once, in order.
    Sites,
    /// As many sites are open as asked for.
    Count,
    /// Kept sites are open.
    Kept,
    /// The plan says of each client, and of no other, who serves it.
    Clients,
    /// Who serves is open.
    Open,
    /// Who serves can be reached, within the radius where there is one.
    Reachable,
    /// No open site is nearer, and nobody is left whom an open site could serve.
    Nearest,
    /// The stated objective or cost is that of the plan.
    Objective,
    /// The stated bound is not worse than the plan itself.
    Bound,
    /// Amounts are positive, between a client and a site that exist, and stand once.
    Portions,
    /// Each client gets what it needs, no less and no more.
    Demand,
    /// No site serves more than it can.
    Capacity,
}

impl SitingRule {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 12] = [
        Self::Sites,
        Self::Count,
        Self::Kept,
        Self::Clients,
        Self::Open,
        Self::Reachable,
        Self::Nearest,
        Self::Objective,
        Self::Bound,
        Self::Portions,
        Self::Demand,
        Self::Capacity,
    ];

    /// Its code, with a heading in `docs/siting.md`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Sites => "SIT-001",
            Self::Count => "SIT-002",
            Self::Kept => "SIT-003",
            Self::Clients => "SIT-004",
            Self::Open => "SIT-005",
            Self::Reachable => "SIT-006",
            Self::Nearest => "SIT-007",
            Self::Objective => "SIT-008",
            Self::Bound => "SIT-009",
            Self::Portions => "SIT-010",
            Self::Demand => "SIT-011",
            Self::Capacity => "SIT-012",
        }
    }
}

/// A rule that an answer breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitingViolation {
    /// The rule.
    pub rule: SitingRule,
    /// What is wrong, with numbers of sites and clients from 0.
    pub message: String,
}

/// What was found so far.
struct Report(Vec<SitingViolation>);

impl Report {
    fn add(&mut self, rule: SitingRule, message: String) {
        self.0.push(SitingViolation { rule, message });
    }
}

/// Every violation of a plan for a [`Siting`] problem; none if it keeps the rules.
pub fn check_siting(plan: &SitingPlan, problem: &Siting) -> Vec<SitingViolation> {
    let mut report = Report(Vec::new());
    let is_open = check_sit_001_sites(&plan.open, problem.reach().sites_count(), &mut report);
    check_sit_002_count(plan, problem, &mut report);
    check_sit_003_kept(&is_open, problem, &mut report);
    check_sit_004_clients(plan, problem, &mut report);
    for (client, site) in plan.serves.iter().enumerate().take(problem.reach().clients_count()) {
        check_served(client, *site, &is_open, problem, &mut report);
    }
    check_sit_008_objective(plan, &is_open, problem, &mut report);
    let is_beyond = match problem.goal() {
        Goal::Cover { .. } => plan.bound < plan.objective,
        Goal::Median | Goal::Center => plan.bound > plan.objective,
    };
    if is_beyond {
        let message = format!("the plan itself, {}, is better than its bound {}", plan.objective, plan.bound);
        report.add(SitingRule::Bound, message);
    }
    report.0
}

fn check_sit_001_sites(open: &[u32], sites_count: usize, report: &mut Report) -> Vec<bool> {
    let mut is_open = vec![false; sites_count];
    for site in open {
        match is_open.get_mut(*site as usize) {
            None => report.add(SitingRule::Sites, format!("site {site} does not exist")),
            Some(known) if *known => report.add(SitingRule::Sites, format!("site {site} stands twice")),
            Some(known) => *known = true,
        }
    }
    if open.windows(2).any(|pair| pair[0] > pair[1]) {
        report.add(SitingRule::Sites, "the open sites are not in order".to_owned());
    }
    is_open
}

fn check_sit_002_count(plan: &SitingPlan, problem: &Siting, report: &mut Report) {
    if plan.open.len() != problem.open_count() {
        report.add(SitingRule::Count, format!("{} sites are open, not {}", plan.open.len(), problem.open_count()));
    }
}

fn check_sit_003_kept(is_open: &[bool], problem: &Siting, report: &mut Report) {
    for site in problem.kept().iter().filter(|site| !is_open[**site as usize]) {
        report.add(SitingRule::Kept, format!("site {site} is kept and not open"));
    }
}

fn check_sit_004_clients(plan: &SitingPlan, problem: &Siting, report: &mut Report) {
    let clients_count = problem.reach().clients_count();
    if plan.serves.len() != clients_count {
        report.add(SitingRule::Clients, format!("{} clients in the plan, {clients_count} in all", plan.serves.len()));
    }
}

/// Rules 005 to 007: who serves one client.
fn check_served(client: usize, site: Option<u32>, is_open: &[bool], problem: &Siting, report: &mut Report) {
    let radius = if let Goal::Cover { radius, .. } = problem.goal() { radius } else { u32::MAX };
    let mut travel_of_site = None;
    let mut nearest = None;
    for leg in problem.reach().legs(client) {
        if Some(leg.site) == site {
            travel_of_site = Some(leg.travel);
        }
        if is_open[leg.site as usize] && leg.travel <= radius && nearest.is_none_or(|travel| leg.travel < travel) {
            nearest = Some(leg.travel);
        }
    }
    let Some(site) = site else {
        if let Some(travel) = nearest {
            report.add(SitingRule::Nearest, format!("client {client} is left, {travel} from an open site"));
        }
        return;
    };
    if !is_open.get(site as usize).copied().unwrap_or(false) {
        report.add(SitingRule::Open, format!("client {client} goes to site {site}, which is not open"));
    }
    match travel_of_site {
        None => report.add(SitingRule::Reachable, format!("client {client} cannot reach site {site}")),
        Some(travel) if travel > radius => {
            report.add(SitingRule::Reachable, format!("client {client} is {travel} from site {site}, not {radius}"));
        }
        Some(travel) if nearest.is_some_and(|nearest| nearest < travel) => {
            report.add(SitingRule::Nearest, format!("client {client} goes to site {site}, which is not the nearest"));
        }
        Some(_) => {}
    }
}

fn check_sit_008_objective(plan: &SitingPlan, is_open: &[bool], problem: &Siting, report: &mut Report) {
    let reach = problem.reach();
    let (mut sum, mut longest) = (0_u128, 0_u64);
    for (client, people) in problem.people().iter().enumerate() {
        let open = reach.legs(client).iter().filter(|leg| is_open[leg.site as usize]);
        let travel = open.clone().map(|leg| leg.travel).min().unwrap_or(reach.beyond(client));
        longest = longest.max(u64::from(travel));
        sum += u128::from(*people)
            * match problem.goal() {
                Goal::Cover { radius, once_permille } => match open.filter(|leg| leg.travel <= radius).count() {
                    0 => 0,
                    1 => u128::from(once_permille),
                    _ => 1000,
                },
                Goal::Median | Goal::Center => u128::from(travel),
            };
    }
    let found = if problem.goal() == Goal::Center { u128::from(longest) } else { sum };
    if found != u128::from(plan.objective) {
        report.add(SitingRule::Objective, format!("the plan states {}; it is {found}", plan.objective));
    }
}

/// Every violation of a plan for sites with capacities; none if it keeps the rules.
pub fn check_location(plan: &LocationPlan, problem: &CapacitatedLocation) -> Vec<SitingViolation> {
    let mut report = Report(Vec::new());
    let (sites_count, clients_count) = (problem.sites_count(), problem.clients_count());
    let is_open = check_sit_001_sites(&plan.open, sites_count, &mut report);
    let mut given = vec![0.0; clients_count];
    let mut served = vec![0.0; sites_count];
    let mut cost: f64 = (0..sites_count).filter(|site| is_open[*site]).map(|site| problem.opening_costs()[site]).sum();
    let mut pairs = std::collections::BTreeSet::new();
    for portion in &plan.portions {
        let (client, site, amount) = (portion.client as usize, portion.site as usize, portion.amount);
        let is_known = client < clients_count && site < sites_count;
        if !is_known || !amount.is_finite() || amount <= 0.0 || !pairs.insert((client, site)) {
            let message = format!("{amount} of client {client} from site {site} makes no sense, or stands twice");
            report.add(SitingRule::Portions, message);
            continue;
        }
        if !is_open[site] {
            report.add(SitingRule::Open, format!("client {client} is served by site {site}, which is not open"));
        }
        given[client] += amount;
        served[site] += amount;
        cost += problem.serving_costs(client)[site] * amount / problem.demands()[client];
    }
    for (client, (given, demand)) in given.iter().zip(problem.demands()).enumerate() {
        if (given - demand).abs() > TOLERANCE * demand.max(1.0) {
            report.add(SitingRule::Demand, format!("client {client} gets {given} of {demand}"));
        }
    }
    for (site, (served, capacity)) in served.iter().zip(problem.capacities()).enumerate() {
        if *served > capacity + TOLERANCE * capacity.max(1.0) {
            report.add(SitingRule::Capacity, format!("site {site} serves {served} and can serve {capacity}"));
        }
    }
    if (cost - plan.cost).abs().is_nan() || (cost - plan.cost).abs() > TOLERANCE * cost.max(1.0) {
        report.add(SitingRule::Objective, format!("the plan states a cost of {}; it is {cost}", plan.cost));
    }
    if plan.bound.is_nan() || plan.bound > plan.cost + TOLERANCE * plan.cost.max(1.0) {
        report.add(SitingRule::Bound, format!("the plan costs {}, less than its bound {}", plan.cost, plan.bound));
    }
    report.0
}
