//! Siting and knapsacks: random problems against every plan by hand and against the checker, planted violations, and
//! the instances of the OR-Library where they are at hand.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_plan::check::knapsack::{KnapsackRule, check_knapsack};
use mostari_plan::check::siting::{SitingRule, check_location, check_siting};
use mostari_plan::knapsack::{self, choose};
use mostari_plan::problem::knapsack::{Knapsack, KnapsackPlan};
use mostari_plan::problem::siting::{CapacitatedLocation, Goal, Leg, LocationPlan, Portion, Reach, Siting, SitingPlan};
use mostari_plan::siting::{Limits, forcing_prices, locate, search, site};
use proptest::prelude::*;

/// Lists of legs (with what is missing from a full matrix), people, sites to open, kept ones.
fn siting(goal: impl Strategy<Value = Goal>) -> impl Strategy<Value = Siting> {
    (3_usize..8, 2_usize..10, goal).prop_flat_map(|(sites_count, clients_count, goal)| {
        let lists = prop::collection::vec(
            prop::collection::vec(prop::option::weighted(0.8, 0_u32..12), sites_count),
            clients_count,
        );
        let beyond = prop::collection::vec(12_u32..18, clients_count);
        let people = prop::collection::vec(0_u32..6, clients_count);
        let kept = prop::option::of(0..sites_count as u32);
        (lists, beyond, people, 1_usize..4, kept).prop_map(move |(lists, beyond, people, open_count, kept)| {
            let lists = lists.into_iter().zip(beyond).map(|(row, beyond)| {
                let legs = row.into_iter().zip(0..).filter_map(|(travel, site)| Some(Leg { travel: travel?, site }));
                (legs.collect(), beyond)
            });
            let reach = Reach::from_lists(sites_count, lists).unwrap();
            Siting::new(reach, people, open_count, kept.into_iter().collect(), goal).unwrap()
        })
    })
}

fn goals() -> impl Strategy<Value = Goal> {
    let cover = (2_u32..10, prop::sample::select(vec![300_u32, 500, 700, 1000]));
    prop_oneof![
        Just(Goal::Median),
        Just(Goal::Center),
        cover.prop_map(|(radius, once_permille)| Goal::Cover { radius, once_permille }),
    ]
}

/// The best objective over every set of sites that holds the kept ones and `with`.
fn best_by_hand(problem: &Siting, with: Option<u32>) -> u64 {
    let sites_count = problem.reach().sites_count();
    let must: u32 = problem.kept().iter().copied().chain(with).map(|site| 1 << site).fold(0, |a, b| a | b);
    let sets = (0_u32..1 << sites_count).filter(|set| set & must == must);
    let sets = sets.filter(|set| set.count_ones() as usize == problem.open_count());
    let objectives = sets.map(|set| objective_by_hand(problem, set));
    match problem.goal() {
        Goal::Cover { .. } => objectives.max().unwrap(),
        Goal::Median | Goal::Center => objectives.min().unwrap(),
    }
}

fn objective_by_hand(problem: &Siting, set: u32) -> u64 {
    let each = (0..problem.reach().clients_count()).map(|client| {
        let mut travels: Vec<u32> =
            problem.reach().legs(client).iter().filter(|leg| set >> leg.site & 1 == 1).map(|leg| leg.travel).collect();
        travels.sort_unstable();
        let travel = u64::from(travels.first().copied().unwrap_or(problem.reach().beyond(client)));
        let people = u64::from(problem.people()[client]);
        match problem.goal() {
            Goal::Median => people * travel,
            Goal::Center => travel,
            Goal::Cover { radius, once_permille } => {
                let within = travels.iter().filter(|travel| **travel <= radius).count();
                people * [0, u64::from(once_permille), 1000][within.min(2)]
            }
        }
    });
    if problem.goal() == Goal::Center { each.max().unwrap() } else { each.sum() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_plan_is_as_good_as_trying_every_set_and_proven(problem in siting(goals())) {
        let plan = site(&problem, &Limits::standard(1), &mut || false);
        prop_assert_eq!(check_siting(&plan, &problem), vec![]);
        prop_assert_eq!(plan.objective, best_by_hand(&problem, None));
        prop_assert_eq!(plan.bound, plan.objective);
    }

    #[test]
    fn the_price_of_a_closed_site_is_what_forcing_it_in_costs(problem in siting(goals())) {
        let limits = Limits { rounds: 20, ..Limits::standard(1) };
        let plan = site(&problem, &limits, &mut || false);
        for price in forcing_prices(&problem, &plan, &limits, &mut || false) {
            let best = best_by_hand(&problem, Some(price.site));
            prop_assert_eq!((price.at_best, price.found), (best, best), "site {}", price.site);
        }
    }

    #[test]
    fn whenever_it_is_stopped_the_bound_holds(problem in siting(goals()), after in 0_u32..40) {
        let mut asked = 0;
        let mut stop = || { asked += 1; asked > after };
        let plan = site(&problem, &Limits::standard(1), &mut stop);
        prop_assert_eq!(check_siting(&plan, &problem), vec![]);
        let best = best_by_hand(&problem, None);
        match problem.goal() {
            Goal::Cover { .. } => prop_assert!(plan.objective <= best && best <= plan.bound),
            Goal::Median | Goal::Center => prop_assert!(plan.bound <= best && best <= plan.objective),
        }
        prop_assert_eq!(check_siting(&search(&problem, 1, 5, &mut || false), &problem), vec![]);
    }

    #[test]
    fn locating_is_as_cheap_as_trying_every_set(problem in location()) {
        let plan = locate(&problem, &Limits::standard(1), &mut || false);
        prop_assert_eq!(check_location(&plan, &problem), vec![]);
        let best = cheapest_by_hand(&problem);
        prop_assert!((plan.cost - best).abs() <= 1e-6 * best.max(1.0), "{} {}", plan.cost, best);
        prop_assert!(plan.gap() <= 2e-7, "{}", plan.gap());
    }

    #[test]
    fn a_choice_is_as_good_as_trying_every_set(problem in a_knapsack()) {
        let plan = choose(&problem, &knapsack::Limits::standard(1), &mut || false).unwrap();
        prop_assert_eq!(check_knapsack(&plan, &problem), vec![]);
        let sum = |of: &[u32], set: u32| -> u64 {
            of.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, one)| u64::from(*one)).sum()
        };
        let budgets = problem.capacities();
        let fits = |set: &u32| (0..budgets.len()).all(|b| sum(problem.weights(b), *set) <= budgets[b]);
        let sets = (0_u32..1 << problem.values().len()).filter(fits);
        let best = sets.map(|set| sum(problem.values(), set)).max().unwrap();
        prop_assert_eq!((plan.value, plan.bound), (best, best));
    }
}

fn a_knapsack() -> impl Strategy<Value = Knapsack> {
    (1_usize..11, 1_usize..4).prop_flat_map(|(things, budgets)| {
        let values = prop::collection::vec(0_u32..40, things);
        let weights = prop::collection::vec(0_u32..30, things * budgets);
        (values, weights, prop::collection::vec(0_u64..80, budgets))
            .prop_map(|(values, weights, capacities)| Knapsack::new(values, weights, capacities).unwrap())
    })
}

fn location() -> impl Strategy<Value = CapacitatedLocation> {
    (2_usize..6, 2_usize..7).prop_flat_map(|(sites, clients)| {
        let capacities = prop::collection::vec(5_u32..40, sites);
        let opening = prop::collection::vec(0_u32..60, sites);
        let demands = prop::collection::vec(0_u32..12, clients);
        let costs = prop::collection::vec(0_u32..50, sites * clients);
        (capacities, opening, demands, costs).prop_filter_map("too little capacity", |(a, b, c, d)| {
            let [a, b, c, d] = [a, b, c, d].map(|list| list.into_iter().map(f64::from).collect());
            CapacitatedLocation::new(a, b, c, d).ok()
        })
    })
}

/// The cheapest set of sites, each with its best transport by a linear program.
fn cheapest_by_hand(problem: &CapacitatedLocation) -> f64 {
    use mostari_milp::{Kind, Limits, Model, Sense, solve};
    let sites_count = problem.sites_count();
    let sets = (1_u32..1 << sites_count).filter_map(|set| {
        let open: Vec<usize> = (0..sites_count).filter(|site| set >> site & 1 == 1).collect();
        let mut model = Model::new(Sense::Minimise);
        let mut loads = vec![Vec::new(); sites_count];
        for (client, demand) in problem.demands().iter().enumerate().filter(|(_, demand)| **demand > 0.0) {
            let mut terms = Vec::new();
            for site in &open {
                let unit = problem.serving_costs(client)[*site] / demand;
                let amount = model.add_variable(unit, 0.0, f64::INFINITY, Kind::Continuous);
                terms.push((amount, 1.0));
                loads[*site].push((amount, 1.0));
            }
            model.add_row(*demand, *demand, &terms);
        }
        for site in &open {
            model.add_row(f64::NEG_INFINITY, problem.capacities()[*site], &loads[*site]);
        }
        let opening: f64 = open.iter().map(|site| problem.opening_costs()[*site]).sum();
        Some(opening + solve(&model, &Limits::exact(1)).ok()?.objective)
    });
    let none = problem.demands().iter().all(|demand| *demand == 0.0).then_some(0.0);
    sets.chain(none).fold(f64::INFINITY, f64::min)
}

/// Five villages in a row, ten minutes apart, sites in all of them; not everybody reaches everything.
fn villages(goal: Goal) -> (Siting, SitingPlan) {
    let lists = (0_u32..5).map(|client| {
        let legs = (0_u32..5).filter(|site| client.abs_diff(*site) < 4);
        (legs.map(|site| Leg { travel: client.abs_diff(site) * 10, site }).collect(), 50)
    });
    let reach = Reach::from_lists(5, lists).unwrap();
    let problem = Siting::new(reach, vec![3, 2, 4, 1, 5], 2, vec![4], goal).unwrap();
    let plan = site(&problem, &Limits::standard(1), &mut || false);
    assert_eq!(check_siting(&plan, &problem), vec![]);
    (problem, plan)
}

/// What the checker says after a change that breaks a rule.
fn broken(goal: Goal, change: impl Fn(&mut SitingPlan)) -> Vec<SitingRule> {
    let (problem, mut plan) = villages(goal);
    change(&mut plan);
    check_siting(&plan, &problem).into_iter().map(|violation| violation.rule).collect()
}

#[test]
fn every_planted_violation_of_a_siting_plan_is_found() {
    const COVER: Goal = Goal::Cover { radius: 10, once_permille: 700 };
    let (_, plan) = villages(Goal::Median);
    assert_eq!((&plan.open[..], plan.objective), (&[1, 4][..], 80));
    type Change = fn(&mut SitingPlan);
    let cases: [(Goal, SitingRule, Change); 18] = [
        (Goal::Median, SitingRule::Sites, |plan| plan.open = vec![1, 9]),
        (Goal::Median, SitingRule::Sites, |plan| plan.open = vec![4, 4]),
        (Goal::Median, SitingRule::Sites, |plan| plan.open.reverse()),
        (Goal::Median, SitingRule::Count, |plan| plan.open.push(5)),
        (Goal::Median, SitingRule::Count, |plan| plan.open.truncate(1)),
        (Goal::Median, SitingRule::Kept, |plan| plan.open = vec![1, 3]),
        (Goal::Median, SitingRule::Clients, |plan| plan.serves.push(Some(4))),
        (Goal::Median, SitingRule::Clients, |plan| plan.serves.truncate(4)),
        (Goal::Median, SitingRule::Open, |plan| plan.serves[0] = Some(0)),
        (Goal::Median, SitingRule::Reachable, |plan| plan.serves[0] = Some(4)),
        (Goal::Median, SitingRule::Nearest, |plan| plan.serves[1] = Some(4)),
        (Goal::Median, SitingRule::Nearest, |plan| plan.serves[2] = None),
        (Goal::Median, SitingRule::Objective, |plan| plan.objective += 1),
        (Goal::Median, SitingRule::Bound, |plan| plan.bound += 1),
        (Goal::Center, SitingRule::Objective, |plan| plan.objective += 10),
        (COVER, SitingRule::Bound, |plan| plan.bound -= 1),
        (COVER, SitingRule::Objective, |plan| plan.objective -= 300),
        // Served from beyond the radius.
        (COVER, SitingRule::Reachable, |plan| plan.serves[2] = Some(4)),
    ];
    for (case, (goal, rule, change)) in cases.into_iter().enumerate() {
        assert!(broken(goal, change).contains(&rule), "case {case}: {rule:?} was not found");
    }
}

#[test]
fn every_planted_violation_of_a_located_plan_is_found() {
    let costs = vec![10.0, 90.0, 20.0, 80.0, 90.0, 10.0];
    let problem = CapacitatedLocation::new(vec![6.0, 8.0], vec![5.0, 7.0], vec![4.0, 4.0, 3.0], costs).unwrap();
    let plan = locate(&problem, &Limits::standard(1), &mut || false);
    assert_eq!(check_location(&plan, &problem), vec![]);
    // Two units of the second client go over: it loses 15 a unit, the first 20.
    assert_eq!((&plan.open[..], plan.portions.len(), plan.cost.round()), (&[0, 1][..], 4, 82.0));
    type Change = fn(&mut LocationPlan);
    let cases: [(SitingRule, Change); 16] = [
        (SitingRule::Sites, |plan| plan.open.push(7)),
        (SitingRule::Sites, |plan| plan.open.push(1)),
        (SitingRule::Sites, |plan| plan.open.reverse()),
        (SitingRule::Open, |plan| plan.open.truncate(1)),
        (SitingRule::Portions, |plan| plan.portions[0].client = 3),
        (SitingRule::Portions, |plan| plan.portions[0].site = 2),
        (SitingRule::Portions, |plan| plan.portions[0].amount = 0.0),
        (SitingRule::Portions, |plan| plan.portions[0].amount = -4.0),
        (SitingRule::Portions, |plan| plan.portions[0].amount = f64::NAN),
        (SitingRule::Portions, |plan| plan.portions.push(plan.portions[0])),
        (SitingRule::Demand, |plan| plan.portions[0].amount -= 0.1),
        (SitingRule::Demand, |plan| plan.portions.truncate(3)),
        (SitingRule::Capacity, |plan| plan.portions.push(Portion { client: 2, site: 0, amount: 0.5 })),
        (SitingRule::Objective, |plan| plan.cost *= 1.0001),
        (SitingRule::Objective, |plan| plan.cost = f64::NAN),
        (SitingRule::Bound, |plan| plan.bound = plan.cost * 1.001),
    ];
    for (case, (rule, change)) in cases.into_iter().enumerate() {
        let mut plan = plan.clone();
        change(&mut plan);
        let found = check_location(&plan, &problem);
        assert!(found.iter().any(|violation| violation.rule == rule), "case {case}: {rule:?}, found {found:?}");
    }
}

#[test]
fn where_nobody_needs_anything_nothing_is_opened() {
    let problem = CapacitatedLocation::new(vec![5.0], vec![1.0], vec![0.0, 0.0], vec![3.0, 4.0]).unwrap();
    let plan = locate(&problem, &Limits::standard(1), &mut || false);
    assert_eq!((check_location(&plan, &problem), plan.open, plan.cost, plan.bound), (vec![], vec![], 0.0, 0.0));
}

#[test]
fn every_planted_violation_of_a_choice_is_found() {
    let problem = Knapsack::new(vec![60, 50, 40], vec![5, 4, 3, 2, 4, 2], vec![8, 5]).unwrap();
    let plan = choose(&problem, &knapsack::Limits::standard(1), &mut || false).unwrap();
    assert_eq!(check_knapsack(&plan, &problem), vec![]);
    type Change = fn(&mut KnapsackPlan);
    let cases: [(KnapsackRule, Change); 8] = [
        (KnapsackRule::Things, |plan| plan.chosen.push(3)),
        (KnapsackRule::Things, |plan| plan.chosen.push(2)),
        (KnapsackRule::Things, |plan| plan.chosen.reverse()),
        (KnapsackRule::Budget, |plan| plan.chosen = vec![0, 1, 2]),
        (KnapsackRule::Value, |plan| plan.value += 1),
        (KnapsackRule::Value, |plan| plan.chosen.truncate(1)),
        (KnapsackRule::Bound, |plan| plan.bound -= 1),
        (KnapsackRule::Bound, |plan| plan.relaxed = 90.0),
    ];
    for (case, (rule, change)) in cases.into_iter().enumerate() {
        let mut plan = plan.clone();
        change(&mut plan);
        let found = check_knapsack(&plan, &problem);
        assert!(found.iter().any(|violation| violation.rule == rule), "case {case}: {rule:?}, found {found:?}");
    }
}

#[test]
fn every_code_is_unique_and_has_a_heading() {
    let page = include_str!("../../../docs/siting.md");
    let codes = SitingRule::ALL.iter().map(|rule| rule.code()).chain(KnapsackRule::ALL.iter().map(|rule| rule.code()));
    let codes: Vec<&str> = codes.collect();
    for (place, code) in codes.iter().enumerate() {
        assert!(page.contains(&format!("| {code} |")), "{code} is not on the page");
        assert!(!codes[..place].contains(code), "{code} stands twice");
    }
}

#[test]
fn the_same_seed_gives_the_same_plan() {
    let points: Vec<[f64; 2]> =
        (0..120_u32).map(|i| [f64::from(i * 7919 % 1009), f64::from(i * 104_729 % 997)]).collect();
    let reach = mostari_plan::siting::nearest(&points, &points, 60);
    for goal in [Goal::Median, Goal::Center, Goal::Cover { radius: 90, once_permille: 600 }] {
        let problem = Siting::new(reach.clone(), vec![3; 120], 8, vec![17], goal).unwrap();
        let plan = || site(&problem, &Limits { rounds: 30, nodes_max: 50, ..Limits::standard(5) }, &mut || false);
        assert_eq!(plan(), plan());
        assert_eq!(check_siting(&plan(), &problem), vec![]);
    }
}
