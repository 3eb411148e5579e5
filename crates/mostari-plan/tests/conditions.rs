//! What people decided beside the means holds in every plan; what cannot hold is named, and no more than is needed.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_model::{
    After, Agreed, Conditions, Owner, Plan, ProjectId, ReasonGroup, Rule, Running, Together, Weight, Which,
};
use mostari_plan::check::check;
use mostari_plan::{Parts, PlanError, PlanLimits, Problem, plan, synthetic};
use std::collections::BTreeMap;

fn parts(seed: u64, projects: usize) -> Parts {
    synthetic::parts(synthetic::Shape { projects, months: 18, donors: 3, areas: 4, seed })
}

fn limits() -> PlanLimits {
    PlanLimits { gap: 0.0, nodes: Some(2_000), seconds: f64::INFINITY, clock: None, reasons: None }
}

fn ids(parts: &Parts) -> Vec<ProjectId> {
    let mut ids: Vec<ProjectId> = parts.projects.iter().map(|project| project.id.clone()).collect();
    ids.sort();
    ids
}

fn made(parts: Parts) -> (Problem, Result<Plan, PlanError>) {
    let problem = Problem::new(parts).unwrap();
    let plan = plan(&problem, &limits());
    (problem, plan)
}

fn is_in(plan: &Plan, id: &ProjectId) -> bool {
    plan.chosen.iter().any(|chosen| chosen.project == *id)
}

/// Some of every kind of condition, drawn over the candidates in the order of their ids.
fn drawn(seed: u64, ids: &[ProjectId]) -> Conditions {
    let pick = |k: u64| ids[((seed * 7 + k * 5) % ids.len() as u64) as usize].clone();
    let together = |id: &str, at: u64| Together { id: id.into(), projects: vec![pick(at), pick(at + 1), pick(at + 2)] };
    let years = ["2025", "2026"].map(|year| (year.to_owned(), 30_000 + 10_000 * (seed % 4) as i64));
    Conditions {
        required: Vec::new(),
        alternatives: vec![together("either", 1)],
        bundles: vec![together("all-or-none", 4)],
        after: vec![After { id: "waits".into(), project: pick(8), any: vec![pick(9), pick(10)], lag_months: 2 }],
        owners: vec![Owner { id: "town".into(), running_budget: BTreeMap::from(years) }],
        running: vec![Running {
            id: "town-runs-all".into(),
            owner: "town".into(),
            which: Which::default(),
            cost_per_year: 12_000,
        }],
        weights: vec![Weight {
            id: "vote".into(),
            which: Which { sectors: vec!["health".into()], ..Which::default() },
            factor: 1.5,
        }],
    }
}

#[test]
fn plans_under_drawn_conditions_break_no_rule_and_their_reasons_hold() {
    let mut reasons = 0;
    for seed in 0..20 {
        let mut parts = parts(seed, 12);
        parts.conditions = drawn(seed, &ids(&parts));
        parts.means.parties[0].capabilities[0].lead_months = 3;
        parts.means.donors[0].earmark.until = Some("2026-03".parse().unwrap());
        let (problem, plan) = made(parts);
        let plan = plan.unwrap();
        assert_eq!(check(&plan, &problem).violations, [], "seed {seed}");
        assert!(plan.not_chosen.iter().all(|left_out| left_out.verified), "seed {seed}");
        reasons += plan.not_chosen.len();
    }
    assert!(reasons > 80, "{reasons}");
}

#[test]
fn a_condition_changes_the_plan_as_it_says() {
    let free = made(parts(3, 14)).1.unwrap();
    let left_out = free.not_chosen.iter().find(|left_out| left_out.reason.group == ReasonGroup::Benefit).unwrap();
    let (first, second) = (&free.chosen[0].project, &free.chosen[1].project);

    let mut required = parts(3, 14);
    required.conditions.required = vec![left_out.project.clone()];
    assert!(is_in(&made(required).1.unwrap(), &left_out.project));

    let mut either = parts(3, 14);
    either.conditions.alternatives = vec![Together { id: "x".into(), projects: vec![first.clone(), second.clone()] }];
    let plan = made(either).1.unwrap();
    assert!(!(is_in(&plan, first) && is_in(&plan, second)) && plan.objective < free.objective);

    let mut bundle = parts(3, 14);
    bundle.conditions.bundles =
        vec![Together { id: "x".into(), projects: vec![first.clone(), left_out.project.clone()] }];
    let plan = made(bundle).1.unwrap();
    assert_eq!(is_in(&plan, first), is_in(&plan, &left_out.project));

    let mut heavy = parts(3, 14);
    let which = Which { projects: vec![left_out.project.clone()], ..Which::default() };
    heavy.conditions.weights = vec![Weight { id: "x".into(), which, factor: 10.0 }];
    assert!(is_in(&made(heavy).1.unwrap(), &left_out.project), "ten times its benefit is enough here");
}

#[test]
fn work_that_starts_by_quarters_starts_with_a_quarter() {
    let mut parts = parts(3, 14);
    parts.parameters.start_every = 3;
    let (problem, plan) = made(parts);
    let plan = plan.unwrap();
    assert_eq!(check(&plan, &problem).violations, []);
    assert!(plan.chosen.iter().all(|chosen| (chosen.start - plan.start) % 3 == 0) && plan.chosen.len() > 2);
    let by_month = Parts { parameters: mostari_plan::Parameters::default(), ..(*problem).clone() };
    let rules = check(&plan, &Problem::new(by_month).unwrap()).violations;
    assert!(rules.iter().any(|violation| violation.rule == Rule::Horizon));
}

#[track_caller]
fn check_catches(rule: Rule, conditions: impl FnOnce(&Plan) -> Conditions) {
    let (problem, plan) = made(parts(3, 14));
    let plan = plan.unwrap();
    let changed = Parts { conditions: conditions(&plan), ..(*problem).clone() };
    let violations = check(&plan, &Problem::new(changed).unwrap()).violations;
    assert!(violations.iter().any(|violation| violation.rule == rule), "{rule:?} is not among {violations:#?}");
}

#[test]
fn the_checker_sees_each_condition_that_a_plan_breaks() {
    let two = |plan: &Plan| vec![plan.chosen[0].project.clone(), plan.chosen[1].project.clone()];
    let mixed = |plan: &Plan| vec![plan.chosen[0].project.clone(), plan.not_chosen[0].project.clone()];
    let joined = |projects| vec![Together { id: "x".into(), projects }];
    check_catches(Rule::Required, |plan| Conditions { required: mixed(plan), ..Conditions::default() });
    check_catches(Rule::Alternatives, |plan| Conditions { alternatives: joined(two(plan)), ..Conditions::default() });
    check_catches(Rule::Bundles, |plan| Conditions { bundles: joined(mixed(plan)), ..Conditions::default() });
    check_catches(Rule::Precedence, |plan| {
        let (project, any) = (plan.chosen[0].project.clone(), vec![plan.not_chosen[0].project.clone()]);
        Conditions { after: vec![After { id: "x".into(), project, any, lag_months: 0 }], ..Conditions::default() }
    });
    check_catches(Rule::Running, |_| {
        let owners = vec![Owner { id: "town".into(), running_budget: BTreeMap::new() }];
        let which = Which::default();
        let running = vec![Running { id: "x".into(), owner: "town".into(), which, cost_per_year: 1 }];
        Conditions { owners, running, ..Conditions::default() }
    });
    check_catches(Rule::Objective, |_| {
        let weights = vec![Weight { id: "x".into(), which: Which::default(), factor: 2.0 }];
        Conditions { weights, ..Conditions::default() }
    });
    check_catches(Rule::Once, |_| {
        let weights = vec![Weight { id: "x".into(), which: Which::default(), factor: 2.0 }];
        Conditions { weights, ..Conditions::default() }
    });
}

#[test]
fn the_checker_sees_money_that_has_expired_and_crews_that_are_not_there_yet() {
    let (problem, plan) = made(parts(3, 14));
    let plan = plan.unwrap();
    let mut expired = (*problem).clone();
    expired.means.donors.iter_mut().for_each(|donor| donor.earmark.until = Some(expired.means.start));
    let rules = |parts: Parts| {
        check(&plan, &Problem::new(parts).unwrap()).violations.iter().map(|v| v.rule).collect::<Vec<_>>()
    };
    assert!(rules(expired).contains(&Rule::Earmark));
    let mut late = (*problem).clone();
    late.means.parties.iter_mut().for_each(|party| party.capabilities[0].lead_months = 18);
    assert!(rules(late).contains(&Rule::Weeks));
}

/// Plants a cause into a problem that has a plan; gives what must be named.
fn plant(kind: u64, parts: &mut Parts, free: &Plan) -> Vec<ReasonGroup> {
    let (first, second) = (free.chosen[0].project.clone(), free.chosen[1].project.clone());
    let required = |id: &ProjectId| ReasonGroup::Required(vec![id.clone()]);
    let condition = |id: &str| ReasonGroup::Condition(vec![id.to_owned()]);
    match kind {
        0 => {
            parts.conditions.required = vec![first.clone(), second.clone()];
            parts.conditions.alternatives =
                vec![Together { id: "either".into(), projects: vec![first.clone(), second.clone()] }];
            vec![required(&first), required(&second), condition("either")]
        }
        1 => {
            // The second waits for the first, which is then complete early enough to cost something.
            parts.conditions.required = vec![second.clone()];
            let after = After { id: "waits".into(), project: second.clone(), any: vec![first.clone()], lag_months: 1 };
            parts.conditions.after = vec![after];
            parts.conditions.owners = vec![Owner { id: "town".into(), running_budget: BTreeMap::new() }];
            let which = Which { projects: vec![first.clone()], ..Which::default() };
            parts.conditions.running =
                vec![Running { id: "runs".into(), owner: "town".into(), which, cost_per_year: 600 }];
            vec![required(&second), condition("waits"), ReasonGroup::Running(vec!["town".into()])]
        }
        2 => {
            parts.conditions.required = vec![first.clone()];
            let project = parts.projects.iter().find(|project| project.id == first).unwrap().clone();
            let capability = project.work.keys().next().unwrap().clone();
            for offer in parts.means.parties.iter_mut().flat_map(|party| &mut party.capabilities) {
                if offer.name == capability {
                    offer.weeks_per_month = 0.01;
                }
            }
            vec![required(&first), ReasonGroup::Capability(capability)]
        }
        _ => {
            parts.conditions.required = vec![first.clone()];
            let project = parts.projects.iter().find(|project| project.id == first).unwrap().clone();
            for donor in &mut parts.means.donors {
                donor.earmark.sectors = vec!["culture".into()];
            }
            // One donor of the sector, and too poor.
            parts.means.donors[0].earmark =
                mostari_model::Earmark { sectors: vec![project.sector], ..Default::default() };
            parts.means.donors[0].budget.values_mut().for_each(|budget| *budget = 1);
            // Without any one of the other earmarks another donor could pay: each of them is needed.
            let money = |donor: &mostari_model::Donor| ReasonGroup::Money(vec![donor.id.clone()]);
            [required(&first)].into_iter().chain(parts.means.donors.iter().map(money)).collect()
        }
    }
}

#[test]
fn a_planted_cause_is_named_and_nothing_else() {
    for seed in 0..20 {
        let mut parts = parts(seed, 8);
        // Nothing waits, so that what is planted is the only cause.
        parts.projects.iter_mut().for_each(|project| project.needs_before.clear());
        let free = plan(&Problem::new(parts.clone()).unwrap(), &PlanLimits { reasons: Some(0), ..limits() }).unwrap();
        let mut expect = plant(seed % 4, &mut parts, &free);
        let (_, plan) = made(parts);
        let Err(PlanError::Infeasible { cause }) = plan else { panic!("seed {seed}: {plan:?}") };
        let mut named: Vec<ReasonGroup> = cause.into_iter().map(|one| one.group).collect();
        named.sort();
        expect.sort();
        assert_eq!(named, expect, "seed {seed}");
    }
}

#[test]
fn a_floor_that_is_too_high_names_the_areas_and_what_they_lack() {
    let mut parts = parts(5, 14);
    parts.parameters.floor = 0.99;
    let (_, plan) = made(parts);
    let Err(PlanError::FloorTooHigh { cause, .. }) = plan else { panic!("{plan:?}") };
    assert!(cause.iter().any(|one| matches!(one.group, ReasonGroup::Floor(_))), "{cause:?}");
    assert!(cause.len() >= 2, "{cause:?}");
}

#[test]
fn a_new_plan_leaves_what_is_under_way_and_disturbs_little_of_the_rest() {
    let (problem, before) = made(parts(3, 24));
    let before = before.unwrap();
    let from = before.start + 6;
    let cut = |mut parts: Parts| {
        for donor in &mut parts.means.donors {
            donor.budget.values_mut().for_each(|major| *major = *major * 7 / 10);
        }
        parts
    };
    let starts = before.chosen.iter().map(|chosen| (chosen.project.clone(), chosen.start)).collect();
    let agreed = Agreed { plan: before.digest(), from, give: 0.05, starts };
    let (_, fresh) = made(cut((*problem).clone()));
    let (again, kept) = made(Parts { agreed: Some(agreed), ..cut((*problem).clone()) });
    let (fresh, kept) = (fresh.unwrap(), kept.unwrap());
    assert_eq!(check(&kept, &again).violations, []);
    let same = |plan: &Plan| {
        let stays = |chosen: &&mostari_model::Chosen| {
            before.chosen.iter().any(|old| old.project == chosen.project && old.start == chosen.start)
        };
        plan.chosen.iter().filter(stays).count()
    };
    assert!(same(&kept) >= same(&fresh) && same(&kept) * 2 > before.chosen.len(), "{} {}", same(&kept), same(&fresh));
    let mut moved = kept.clone();
    let index = moved.chosen.iter().position(|chosen| chosen.start < from).unwrap();
    moved.chosen[index].start = moved.chosen[index].start + 1;
    assert!(check(&moved, &again).violations.iter().any(|violation| violation.rule == Rule::UnderWay));
}
