//! Against every order by dynamic programming, against the checker, and with every rule broken once.

use super::*;
use crate::check::survey::check;
use crate::problem::Breach;
use crate::problem::survey::{DoubtfulCandidate, Flight, Kind};
use crate::synthetic::Draws;
use proptest::prelude::*;

/// Candidates on a square of 40 km, drones and teams; every fourth candidate can be looked at by both.
fn invented(candidates: usize, flights: usize, hours_max: f64, seed: u64) -> SurveyProblem {
    let mut draws = Draws(seed);
    let places: Vec<(f64, f64)> =
        (0..=candidates).map(|_| (draws.between(0.0, 40.0), draws.between(0.0, 40.0))).collect();
    let kind = |id: &str, speed: f64| Kind {
        id: id.into(),
        travel_time_h: places
            .iter()
            .map(|a| places.iter().map(|b| (a.0 - b.0).hypot(a.1 - b.1) / speed).collect())
            .collect(),
    };
    let mut problem = SurveyProblem {
        candidates: Vec::new(),
        looks: Vec::new(),
        kinds: vec![kind("drone", 60.0), kind("team", 30.0)],
        flights: Vec::new(),
    };
    for at in 0..candidates {
        let bad = draws.between(0.1, 0.9);
        problem.candidates.push(DoubtfulCandidate {
            id: format!("candidate-{at}"),
            chances: vec![bad, 1.0 - bad],
            worth: vec![-draws.between(10.0, 100.0), draws.between(10.0, 100.0)],
        });
        for kind in 0..if at % 4 == 0 { 2 } else { 1 } {
            let right = if kind == 0 { draws.between(0.6, 0.9) } else { draws.between(0.85, 1.0) };
            problem.looks.push(Look {
                id: format!("look-{at}-{kind}"),
                candidate: at as u32,
                kind,
                place: at as u32,
                hours: if kind == 0 { 0.1 } else { 0.4 },
                results: vec![vec![right, 1.0 - right], vec![1.0 - right, right]],
            });
        }
    }
    for at in 0..flights {
        let kind = (at % 2) as u32;
        let base = candidates as u32;
        problem.flights.push(Flight { id: format!("flight-{at}"), kind, base, hours_max });
    }
    problem
}

fn solved() -> (SurveyProblem, SurveyPlan) {
    let problem = invented(24, 3, 1.6, 5);
    let plan = solve(&problem, &Effort { rounds: 60, seed: 1 }, &mut || false).unwrap();
    (problem, plan)
}

/// The most that flights can be worth: shortest tours through every set of looks, then every way to share the sets.
fn by_hand(problem: &SurveyProblem, prizes: &[f64]) -> f64 {
    let count = problem.looks.len();
    let sets = 1_usize << count;
    let is_allowed = |set: usize| {
        let mut seen = std::collections::BTreeSet::new();
        (0..count).filter(|look| set >> look & 1 == 1).all(|look| seen.insert(problem.looks[look].candidate))
    };
    let prize = |set: usize| (0..count).filter(|look| set >> look & 1 == 1).map(|look| prizes[look]).sum::<f64>();
    let mut best = vec![0.0; sets];
    for flight in &problem.flights {
        let reached = reached(problem, flight);
        let mut next = best.clone();
        for all in (0..sets).filter(|&all| is_allowed(all)) {
            let mut part = all;
            while part > 0 {
                if reached[part] {
                    next[all] = f64::max(next[all], best[all & !part] + prize(part));
                }
                part = (part - 1) & all;
            }
        }
        best = next;
    }
    (0..sets).filter(|&all| is_allowed(all)).map(|all| best[all]).fold(0.0, f64::max)
}

/// By set of looks, whether a flight can take them all (Held and Karp).
fn reached(problem: &SurveyProblem, flight: &Flight) -> Vec<bool> {
    let count = problem.looks.len();
    let ways = &problem.kinds[flight.kind as usize].travel_time_h;
    let mut least = vec![vec![f64::INFINITY; count]; 1 << count];
    let mut reached = vec![false; 1 << count];
    for set in 1_usize..1 << count {
        for last in (0..count).filter(|last| set >> last & 1 == 1) {
            let look = &problem.looks[last];
            if look.kind != flight.kind {
                continue;
            }
            let before = set & !(1 << last);
            let here = if before == 0 {
                ways[flight.base as usize][look.place as usize]
            } else {
                (0..count)
                    .filter(|from| before >> from & 1 == 1)
                    .map(|from| least[before][from] + ways[problem.looks[from].place as usize][look.place as usize])
                    .fold(f64::INFINITY, f64::min)
            };
            least[set][last] = here + look.hours;
            reached[set] |= least[set][last] + ways[look.place as usize][flight.base as usize] <= flight.hours_max;
        }
    }
    reached
}

#[test]
fn flights_are_worth_what_the_best_are_and_the_bound_is_not_below() {
    let (mut exact_count, mut gap_max) = (0, 0.0_f64);
    for seed in 0..12 {
        let problem = invented(8, 1 + seed as usize % 3, 1.3, seed);
        let plan = solve(&problem, &Effort::default(), &mut || false).unwrap();
        let prizes: Vec<f64> = plan.looks.iter().map(|look| look.worth).collect();
        let best = by_hand(&problem, &prizes);
        assert!(plan.worth <= best + 1e-9 && best <= plan.bound + 1e-9, "{} {best} {}", plan.worth, plan.bound);
        exact_count += u32::from(plan.worth >= best - 1e-9);
        gap_max = gap_max.max(1.0 - plan.worth / best.max(1e-9));
        assert_eq!(check(&plan, &problem), []);
    }
    println!("{exact_count} of 12 best, largest shortfall {gap_max}");
    assert!(exact_count >= 11, "{exact_count} of 12 are the best");
}

#[test]
fn a_single_flight_of_fourteen_looks_is_the_best() {
    for seed in 20..23 {
        let mut problem = invented(14, 1, 1.5, seed);
        problem.looks.retain(|look| look.kind == 0);
        let plan = solve(&problem, &Effort::default(), &mut || false).unwrap();
        let reached = reached(&problem, &problem.flights[0]);
        let worth = |set: usize| (0..14).filter(|at| set >> at & 1 == 1).map(|at| plan.looks[at].worth).sum::<f64>();
        let best = (0..1_usize << 14).filter(|&set| reached[set]).map(worth).fold(0.0, f64::max);
        assert!((plan.worth - best).abs() <= 1e-9 * best.max(1.0), "{} of {best}, seed {seed}", plan.worth);
        assert!(plan.bound >= best - 1e-9);
    }
}

#[test]
fn a_look_that_cannot_change_the_decision_is_worth_nothing() {
    let mut problem = invented(1, 1, 9.0, 1);
    problem.looks.truncate(1);
    // Worth 1 if things are well and -1 if not; well with 0.8. A look that is right with 0.9 tells.
    problem.candidates[0].worth = vec![-1.0, 1.0];
    problem.candidates[0].chances = vec![0.2, 0.8];
    let worth_of =
        |problem: &SurveyProblem| solve(problem, &Effort::default(), &mut || false).unwrap().looks[0].clone();
    problem.looks[0].results = vec![vec![0.9, 0.1], vec![0.1, 0.9]];
    let look = worth_of(&problem);
    // After "bad" (0.26): 0.08 / 0.26 well, so not funded: spares 0.18 - 0.08 = 0.10.
    assert!((look.worth - 0.10).abs() <= 1e-12 && look.funds_now && (look.change_chance - 0.26).abs() <= 1e-12);
    problem.looks[0].results = vec![vec![0.6, 0.4], vec![0.4, 0.6]];
    assert_eq!(worth_of(&problem).worth, 0.0);
}

#[test]
fn the_same_problem_gives_the_same_plan_and_a_stop_leaves_one() {
    assert_eq!(solved().1, solved().1);
    let (problem, plan) = solved();
    let stopped = solve(&problem, &Effort::default(), &mut || true).unwrap();
    assert_eq!(check(&stopped, &problem), []);
    assert!(stopped.worth <= plan.worth + 1e-9 || stopped.worth <= stopped.bound);
}

#[test]
fn figures_that_make_no_sense_are_refused() {
    let refused = |change: &dyn Fn(&mut SurveyProblem)| {
        let mut problem = invented(6, 2, 1.0, 1);
        change(&mut problem);
        solve(&problem, &Effort::default(), &mut || false).is_err()
    };
    assert!(!refused(&|_| {}));
    assert!(refused(&|p| p.candidates[0].chances[0] = 2.0));
    assert!(refused(&|p| p.looks[0].results[0][0] = 0.99));
    assert!(refused(&|p| p.looks[0].place = 99));
    assert!(refused(&|p| p.flights[0].hours_max = f64::NAN));
    assert!(refused(&|p| p.kinds[0].travel_time_h[0][1] = 50.0));
    assert!(refused(&|p| p.looks[0].candidate = 99));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn random_plans_break_no_rule(
        seed in 0_u64..1_000_000, candidates in 1_usize..30, flights in 1_usize..5, hours in 0.0_f64..4.0,
    ) {
        let problem = invented(candidates, flights, hours, seed);
        let plan = solve(&problem, &Effort { rounds: 10, seed }, &mut || false).unwrap();
        prop_assert_eq!(check(&plan, &problem), Vec::<Breach>::new());
    }
}

/// Breaks a plan in one way and expects the rule of this code to say so.
#[track_caller]
fn check_catches(code: &str, break_it: impl FnOnce(&mut SurveyPlan, &mut SurveyProblem)) {
    let (mut problem, mut plan) = solved();
    break_it(&mut plan, &mut problem);
    let found = check(&plan, &problem);
    assert!(found.iter().any(|breach| breach.code == code), "{code} is not among {found:#?}");
}

#[test]
fn every_broken_rule_is_caught() {
    let valuable = |plan: &SurveyPlan| plan.looks.iter().position(|look| look.worth > 0.1).unwrap();
    check_catches("SRV-R01", |plan, _| plan.tours.truncate(1));
    check_catches("SRV-R01", |plan, _| plan.tours[0].looks.push(999));
    check_catches("SRV-R02", |plan, _| {
        let first = plan.tours[0].looks[0];
        plan.tours[2].looks.push(first);
    });
    check_catches("SRV-R02", |plan, problem| {
        let (a, b) = (plan.tours[0].looks[0] as usize, plan.tours[0].looks[1] as usize);
        problem.looks[b].candidate = problem.looks[a].candidate;
    });
    check_catches("SRV-R03", |plan, problem| {
        let first = plan.tours[0].looks[0] as usize;
        problem.looks[first].kind = 1;
    });
    check_catches("SRV-R04", |plan, _| plan.tours[0].hours -= 0.1);
    check_catches("SRV-R04", |plan, _| plan.tours[0].looks.swap(0, 1));
    check_catches("SRV-R05", |plan, problem| problem.flights[0].hours_max = plan.tours[0].hours * 0.9);
    check_catches("SRV-R06", |plan, _| {
        let at = valuable(plan);
        plan.looks[at].worth *= 1.1;
    });
    check_catches("SRV-R06", |plan, _| {
        let at = valuable(plan);
        plan.looks[at].funds_now = !plan.looks[at].funds_now;
    });
    check_catches("SRV-R06", |plan, _| {
        let at = valuable(plan);
        plan.looks[at].change_chance += 0.1;
    });
    check_catches("SRV-R07", |plan, _| plan.tours[0].worth += 1.0);
    check_catches("SRV-R07", |plan, _| plan.worth += 1.0);
    check_catches("SRV-R08", |plan, _| plan.bound = plan.worth * 0.9);
    check_catches("SRV-R08", |plan, _| plan.bound *= 100.0);
    check_catches("SRV-R08", |plan, _| plan.gap += 0.1);
}
