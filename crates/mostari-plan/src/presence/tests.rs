//! Against every roster by hand, against the checker, drawn many times, and with every rule broken once.

use super::*;
use crate::check::presence::{check, check_visits};
use crate::problem::Breach;
use crate::problem::presence::{Post, PresenceArea, Rota, Visits};
use crate::synthetic::Draws;
use proptest::prelude::*;

fn invented(areas: usize, posts: usize, teams_count: u32, seed: u64) -> PresenceProblem {
    let mut draws = Draws(seed);
    let shifts: Vec<String> = ["early", "late", "night"].map(String::from).to_vec();
    let area = |at: usize, draws: &mut Draws| PresenceArea {
        id: format!("area-{at}"),
        weights: shifts.iter().map(|_| draws.between(1.0, 100.0).round()).collect(),
        visit_least: 0.02,
        visit_most: 0.9,
    };
    let areas: Vec<PresenceArea> = (0..areas).map(|at| area(at, &mut draws)).collect();
    let post = |at: usize, draws: &mut Draws| Post {
        id: format!("post-{at}"),
        teams_max_count: 1 + draws.below(3) as u32,
        travel_time_h: areas.iter().map(|_| draws.between(0.1, 2.0)).collect(),
    };
    let posts = (0..posts).map(|at| post(at, &mut draws)).collect();
    let rota = |id: &str, shifts: &[u32]| Rota { id: id.into(), shifts: shifts.to_vec() };
    let rotas = vec![rota("early", &[0]), rota("late", &[1]), rota("night", &[2]), rota("split", &[0, 2])];
    PresenceProblem {
        areas,
        posts,
        shifts,
        rotas,
        teams_count,
        response_limit_h: 1.0,
        busy_share: 0.3,
        backup_least: 0.0,
        visits_per_team: 2,
    }
}

fn solved() -> (PresenceProblem, PresencePlan) {
    let problem = PresenceProblem { backup_least: 0.2, ..invented(10, 6, 9, 4) };
    let plan = solve(&problem, &Limits::exact(1)).unwrap();
    (problem, plan)
}

/// Every way to put teams on rotas and at posts, one by one.
fn by_hand(problem: &PresenceProblem) -> f64 {
    let ways = |most: &[u32], sum: u32| -> Vec<Vec<u32>> {
        most.iter().fold(vec![Vec::new()], |ways, &most| {
            let longer = |way: Vec<u32>| {
                let left = sum - way.iter().sum::<u32>();
                (0..=most.min(left)).map(move |more| way.iter().copied().chain([more]).collect())
            };
            ways.into_iter().flat_map(longer).collect()
        })
    };
    let most: Vec<u32> = problem.posts.iter().map(|post| post.teams_max_count).collect();
    let best_of = |shift: usize, teams: u32| {
        ways(&most, teams)
            .into_iter()
            .map(|standing| {
                let of = |(at, area): (usize, &PresenceArea)| {
                    let covers = problem.posts.iter().zip(&standing).filter(|(post, _)| post.travel_time_h[at] <= 1.0);
                    let teams: u32 = covers.map(|(_, teams)| teams).sum();
                    area.weights[shift] * (1.0 - problem.busy_share.powi(teams as i32))
                };
                problem.areas.iter().enumerate().map(of).sum::<f64>()
            })
            .fold(0.0, f64::max)
    };
    let rotas = vec![problem.teams_count; problem.rotas.len()];
    let value = |teams: Vec<u32>| {
        let on = |shift: usize| {
            let works = problem.rotas.iter().zip(&teams).filter(|(rota, _)| rota.shifts.contains(&(shift as u32)));
            works.map(|(_, teams)| teams).sum::<u32>()
        };
        (0..problem.shifts.len()).map(|shift| best_of(shift, on(shift))).sum::<f64>()
    };
    ways(&rotas, problem.teams_count).into_iter().map(value).fold(0.0, f64::max)
}

#[test]
fn a_roster_is_as_good_as_trying_every_one() {
    for seed in 0..6 {
        let problem = PresenceProblem { visits_per_team: 0, ..invented(5, 3, 3, seed) };
        let mut problem = problem;
        problem.areas.iter_mut().for_each(|area| area.visit_least = 0.0);
        let plan = solve(&problem, &Limits::exact(1)).unwrap();
        let best = by_hand(&problem);
        assert!((plan.expected_weight - best).abs() <= 1e-6 * best, "{} of {best}, seed {seed}", plan.expected_weight);
        assert_eq!(check(&plan, &problem), []);
    }
}

#[test]
fn a_backup_that_is_asked_for_is_there_and_costs_cover() {
    let (problem, plan) = solved();
    assert_eq!(check(&plan, &problem), []);
    let free = solve(&PresenceProblem { backup_least: 0.0, ..problem.clone() }, &Limits::exact(1)).unwrap();
    assert!(free.expected_weight >= plan.expected_weight - 1e-6);
    let much = PresenceProblem { backup_least: 1.0, teams_count: 2, ..problem };
    assert!(matches!(solve(&much, &Limits::exact(1)), Err(PresenceError::BackupOutOfReach { .. })));
}

#[test]
fn every_order_of_the_areas_gives_each_its_stated_chance_exactly() {
    let (_, plan) = solved();
    let mut draws = Draws(9);
    for shift in &plan.shifts {
        let mut order: Vec<usize> = (0..shift.visit_chances.len()).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, draws.below(last + 1));
        }
        let lots = lots(&shift.visit_chances, &order);
        assert!((lots.iter().map(|lot| lot.probability).sum::<f64>() - 1.0).abs() <= 1e-12);
        for (area, chance) in shift.visit_chances.iter().enumerate() {
            let with = lots.iter().filter(|lot| lot.areas.contains(&(area as u32)));
            let sum: f64 = with.map(|lot| lot.probability).sum();
            assert!((sum - chance).abs() <= 1e-9, "{sum}, not {chance}");
        }
        assert!(lots.iter().all(|lot| lot.areas.len() == shift.visits_count as usize));
    }
}

#[test]
fn drawn_visits_are_as_frequent_as_stated_and_do_not_follow_from_each_other() {
    let (problem, plan) = solved();
    let visits = draw(&plan, 20_000, 7);
    assert_eq!(check_visits(&visits, &plan, &problem), []);
    assert_eq!(visits, draw(&plan, 20_000, 7));
    assert_ne!(visits, draw(&plan, 20_000, 8));
}

#[test]
fn visits_that_do_not_suffice_for_the_least_are_refused() {
    let (mut problem, _) = solved();
    problem.areas.iter_mut().for_each(|area| area.visit_least = 0.9);
    problem.visits_per_team = 1;
    assert!(matches!(solve(&problem, &Limits::exact(1)), Err(PresenceError::Visits { .. })));
    problem.busy_share = 1.0;
    assert!(matches!(solve(&problem, &Limits::exact(1)), Err(PresenceError::Figure { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn random_plans_and_draws_break_no_rule(seed in 0_u64..1_000_000, areas in 3_usize..12, teams in 3_u32..9) {
        let mut problem = invented(areas, 4, teams, seed);
        problem.areas.iter_mut().for_each(|area| area.visit_least = 0.0);
        let plan = solve(&problem, &Limits::exact(1)).unwrap();
        prop_assert_eq!(check(&plan, &problem), Vec::<Breach>::new());
        prop_assert_eq!(check_visits(&draw(&plan, 400, seed), &plan, &problem), Vec::<Breach>::new());
    }
}

/// Breaks a plan in one way and expects the rule of this code to say so.
#[track_caller]
fn check_catches(code: &str, break_it: impl FnOnce(&mut PresencePlan, &mut PresenceProblem)) {
    let (mut problem, mut plan) = solved();
    break_it(&mut plan, &mut problem);
    let found = check(&plan, &problem);
    assert!(found.iter().any(|breach| breach.code == code), "{code} is not among {found:#?}");
}

#[test]
fn every_broken_rule_of_a_plan_is_caught() {
    check_catches("PRS-R01", |plan, _| plan.shifts.truncate(1));
    check_catches("PRS-R02", |plan, _| plan.rota_teams[0] += 40);
    check_catches("PRS-R03", |plan, _| plan.rota_teams.fill(0));
    check_catches("PRS-R03", |_, problem| problem.posts.iter_mut().for_each(|post| post.teams_max_count = 0));
    check_catches("PRS-R04", |plan, _| plan.shifts[0].cover[0] += 1);
    check_catches("PRS-R04", |plan, _| plan.shifts[0].expected_weight += 1.0);
    check_catches("PRS-R04", |plan, _| plan.expected_weight += 1.0);
    check_catches("PRS-R05", |plan, _| plan.shifts[0].backup_share += 0.1);
    check_catches("PRS-R05", |_, problem| problem.backup_least = 1.0);
    check_catches("PRS-R06", |plan, _| plan.bound = plan.expected_weight * 0.9);
    check_catches("PRS-R06", |plan, _| plan.gap += 0.1);
    check_catches("PRS-R07", |plan, _| plan.shifts[0].visit_chances[0] = 1.0);
    check_catches("PRS-R07", |plan, _| plan.shifts[0].visit_chances[0] = 0.0);
    check_catches("PRS-R07", |plan, _| plan.shifts[1].visits_count += 1);
    check_catches("PRS-R08", |_, problem| problem.visits_per_team = 0);
}

#[test]
fn every_broken_rule_of_drawn_visits_is_caught() {
    let (problem, plan) = solved();
    let good = draw(&plan, 5_000, 1);
    let catches = |code: &str, break_it: &dyn Fn(&mut Visits)| {
        let mut visits = good.clone();
        break_it(&mut visits);
        let found = check_visits(&visits, &plan, &problem);
        assert!(found.iter().any(|breach| breach.code == code), "{code} is not among {found:#?}");
    };
    catches("PRS-R09", &|visits| visits.rounds[0].truncate(1));
    catches("PRS-R09", &|visits| visits.rounds[3][0].truncate(1));
    catches("PRS-R09", &|visits| visits.rounds[3][0][0] = 77);
    catches("PRS-R09", &|visits| visits.rounds[3][0][1] = visits.rounds[3][0][0]);
    // The same round again and again: the counts of areas give it away.
    catches("PRS-R10", &|visits| {
        let first = visits.rounds[0].clone();
        visits.rounds.fill(first);
    });
    // Each round twice running keeps the counts, but lets the next visit be foreseen.
    catches("PRS-R11", &|visits| {
        let twice = visits.rounds.iter().flat_map(|round| [round.clone(), round.clone()]).collect();
        visits.rounds = twice;
    });
}
