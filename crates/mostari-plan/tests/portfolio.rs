//! What the planner promises: valid plans, the same bytes, reasons that hold.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_model::{Capability, Change, Donor, Earmark, Month, Party, Plan, ReasonGroup, Rule};
use mostari_plan::check::check;
use mostari_plan::{Parts, PlanError, PlanLimits, Problem, front, plan, synthetic};

fn shape(seed: u64) -> synthetic::Shape {
    let seed_size = seed as usize;
    synthetic::Shape {
        projects: 8 + seed_size % 9,
        months: 10 + (seed % 8) as u32,
        donors: 2 + seed_size % 4,
        areas: 2 + seed_size % 4,
        seed,
    }
}

fn limits() -> PlanLimits {
    PlanLimits { gap: 0.0, nodes: Some(500), seconds: f64::INFINITY, clock: None, reasons: None }
}

fn plan_of(parts: Parts) -> (Problem, Plan) {
    let problem = Problem::new(parts).unwrap();
    let plan = plan(&problem, &limits()).unwrap();
    (problem, plan)
}

#[test]
fn a_hundred_invented_problems_give_plans_without_violations_and_verified_reasons() {
    for seed in 0..100 {
        let (problem, plan) = plan_of(synthetic::parts(shape(seed)));
        assert_eq!(check(&plan, &problem).violations, [], "seed {seed}");
        for not_chosen in &plan.not_chosen {
            assert!(not_chosen.verified, "seed {seed}: {not_chosen:?}");
        }
    }
}

#[test]
fn a_large_problem_is_planned_by_prices_within_a_small_gap() {
    let shape = synthetic::Shape { projects: 1_200, months: 24, donors: 6, areas: 100, seed: 1 };
    let problem = Problem::new(synthetic::parts(shape)).unwrap();
    let made = plan(&problem, &PlanLimits { gap: 0.01, reasons: Some(3), ..PlanLimits::default() }).unwrap();
    assert_eq!(check(&made, &problem).violations, []);
    assert!(made.gap < 0.03, "{}", made.gap);
    assert_eq!(made.not_chosen.iter().filter(|left_out| left_out.verified).count(), 3);
}

#[test]
fn the_same_problem_gives_the_same_bytes_in_whatever_order_projects_come() {
    let (_, once) = plan_of(synthetic::parts(shape(7)));
    let (_, again) = plan_of(synthetic::parts(shape(7)));
    assert_eq!(once.digest(), again.digest());
    let mut turned = synthetic::parts(shape(7));
    turned.projects.reverse();
    assert_eq!(plan_of(turned).1.digest(), once.digest());
}

#[test]
fn a_plan_reads_back_from_json_with_the_same_digest() {
    let (_, plan) = plan_of(synthetic::parts(shape(5)));
    let text = serde_json::to_string(&plan).unwrap();
    let back: Plan = serde_json::from_str(&text).unwrap();
    assert_eq!(back.digest(), plan.digest());
}

#[test]
fn a_floor_that_cannot_be_is_answered_with_the_largest_that_can() {
    let mut parts = synthetic::parts(shape(11));
    parts.parameters.floor = 1.0;
    let Err(PlanError::FloorTooHigh { asked, feasible, bound, .. }) =
        plan(&Problem::new(parts.clone()).unwrap(), &limits())
    else {
        panic!("a floor of 100 % is not feasible here");
    };
    assert_eq!(asked, 1.0);
    assert!((0.0..1.0).contains(&feasible) && feasible <= bound + 1e-6);
    parts.parameters.floor = feasible;
    let (problem, plan) = plan_of(parts.clone());
    assert_eq!(check(&plan, &problem).violations, []);
    parts.parameters.floor = bound + 0.01;
    assert!(matches!(plan_error(parts), PlanError::FloorTooHigh { .. }));
}

fn plan_error(parts: Parts) -> PlanError {
    plan(&Problem::new(parts).unwrap(), &limits()).unwrap_err()
}

#[test]
fn a_floor_moves_benefit_to_the_area_that_had_least_and_costs_some() {
    let (_, free) = plan_of(synthetic::parts(shape(12)));
    let least = |plan: &Plan| plan.areas.values().map(|a| a.benefit / a.possible).fold(f64::INFINITY, f64::min);
    let mut parts = synthetic::parts(shape(12));
    parts.parameters.floor = 1.0;
    let Err(PlanError::FloorTooHigh { feasible, .. }) = plan(&Problem::new(parts.clone()).unwrap(), &limits()) else {
        panic!("a floor of 100 % is not feasible here");
    };
    parts.parameters.floor = feasible;
    let (_, fair) = plan_of(parts);
    assert!(least(&fair) >= feasible - 1e-5 && least(&fair) >= least(&free) - 1e-5);
    assert!(fair.objective <= free.objective * (1.0 + 1e-9));
}

/// Changes the first project of a problem so that it cannot be done, and expects the reason.
#[track_caller]
fn check_reason(change: impl FnOnce(&mut Parts), expect: impl Fn(&ReasonGroup, &str) -> bool) {
    let mut parts = synthetic::parts(shape(4));
    parts.projects.sort_by(|a, b| a.id.cmp(&b.id));
    parts.projects[0].needs_before.clear();
    change(&mut parts);
    let id = parts.projects[0].id.clone();
    let (problem, plan) = plan_of(parts);
    assert_eq!(check(&plan, &problem).violations, []);
    let found = plan.not_chosen.iter().find(|n| n.project == id).expect("it cannot be done");
    assert!(found.verified && found.reason.forced_objective.is_none(), "{found:?}");
    assert!(expect(&found.reason.group, &found.reason.words), "{found:?}");
}

#[test]
fn why_not_no_donor_may_pay() {
    check_reason(
        |parts| {
            parts.projects[0].sector = "culture".into();
            let project = &mut parts.projects[0];
            project.kind = "museum".into();
            for donor in &mut parts.means.donors {
                donor.earmark.kinds = vec!["hazard-clear".into(), "bridge-repair".into(), "clinic-new".into()];
            }
        },
        |group, words| {
            *group == ReasonGroup::Money(Vec::new()) && words.starts_with("no donor's earmark allows `museum`")
        },
    );
}

#[test]
fn why_not_it_costs_more_than_all_donors_have() {
    check_reason(
        |parts| parts.projects[0].cost.likely.minor = 100_000_000_000,
        |group, words| {
            matches!(group, ReasonGroup::Money(donors) if !donors.is_empty()) && words.starts_with("it costs EUR")
        },
    );
}

#[test]
fn why_not_nobody_has_the_weeks() {
    check_reason(
        |parts| {
            parts.projects[0].work.insert("diver".into(), 4.0);
        },
        |group, _| *group == ReasonGroup::Capability("diver".into()),
    );
}

fn forbid_everywhere(parts: &mut Parts, label: &str) {
    let kind = parts.projects[0].kind.clone();
    for party in &mut parts.means.parties {
        party.caveats.push(mostari_model::Caveat {
            id: "none-of-this".into(),
            sectors: Vec::new(),
            kinds: vec![kind.clone()],
            areas: Vec::new(),
            from: None,
            until: None,
            label: label.into(),
        });
    }
}

#[test]
fn why_not_every_party_has_a_caveat() {
    check_reason(
        |parts| forbid_everywhere(parts, "public"),
        |group, words| matches!(group, ReasonGroup::Caveat(ids) if !ids.is_empty()) && words.contains("none-of-this"),
    );
}

#[test]
fn why_not_a_caveat_that_the_reader_may_not_see_is_not_named() {
    check_reason(
        |parts| {
            parts.means.parties.iter_mut().for_each(|party| party.caveats.clear());
            forbid_everywhere(parts, "force");
        },
        |group, words| {
            *group == ReasonGroup::Caveat(Vec::new())
                && words.starts_with("a restriction of a contributor forbids it")
                && !words.contains("none-of-this")
        },
    );
}

#[test]
fn why_not_what_it_needs_is_no_candidate() {
    check_reason(
        |parts| parts.projects[0].needs_before = vec!["bridge-of-dreams".into()],
        |group, _| *group == ReasonGroup::Precedence(vec!["bridge-of-dreams".into()]),
    );
}

#[test]
fn why_not_it_does_not_end_in_time() {
    check_reason(
        |parts| parts.projects[0].duration_months = parts.means.months + 1,
        |group, _| *group == ReasonGroup::Horizon,
    );
}

#[test]
fn why_not_it_may_only_start_when_all_is_over() {
    check_reason(
        |parts| parts.projects[0].earliest = Some((parts.means.last_month() + 3).first_day()),
        |group, _| *group == ReasonGroup::Horizon,
    );
}

#[test]
fn forcing_a_project_in_brings_what_its_reason_says() {
    let (problem, chosen) = plan_of(synthetic::parts(shape(9)));
    let benefits = chosen.not_chosen.iter().filter(|n| n.reason.group == ReasonGroup::Benefit);
    for not_chosen in benefits {
        let forced = not_chosen.reason.forced_objective.expect("a plan with it exists");
        assert!(forced <= chosen.objective * (1.0 + 1e-6), "{not_chosen:?}");
        // Nobody may pay for what it displaces, so that the same plan has room for it: it then brings at least that.
        let mut parts = (*problem).clone();
        parts.projects.retain(|p| !not_chosen.reason.displaces.contains(&p.id));
        let room = plan(&Problem::new(parts).unwrap(), &limits()).unwrap();
        assert!(room.objective >= forced * (1.0 - 1e-6), "{not_chosen:?}: {} without them", room.objective);
    }
}

#[test]
fn every_rule_has_its_place_in_the_list() {
    let mut rules = Rule::ALL.to_vec();
    rules.sort_unstable();
    rules.dedup();
    assert_eq!(rules.len(), Rule::ALL.len());
}

#[test]
fn a_limit_on_reasons_leaves_the_plan_alone_and_says_who_was_not_examined() {
    let problem = Problem::new(synthetic::parts(shape(7))).unwrap();
    let whole = plan(&problem, &limits()).unwrap();
    let short = plan(&problem, &PlanLimits { reasons: Some(1), ..limits() }).unwrap();
    assert!(whole.not_chosen.len() > 1, "the problem leaves several projects out");
    assert_eq!(short.chosen.len() + short.not_chosen.len(), whole.chosen.len() + whole.not_chosen.len());
    let examined = |plan: &Plan| plan.not_chosen.iter().filter(|n| n.reason.group != ReasonGroup::NotExamined).count();
    assert_eq!((examined(&short), examined(&whole)), (1, whole.not_chosen.len()));
    assert!(short.not_chosen.iter().all(|n| n.verified == (n.reason.group != ReasonGroup::NotExamined)));
}

#[test]
fn what_is_said_to_let_a_project_in_does_let_it_in() {
    let (mut by_money, mut by_weeks, mut by_rule) = (0, 0, 0);
    for seed in 0..10 {
        let mut parts = synthetic::parts(shape(seed));
        // Half of the worlds are rich in money, so that they are short of weeks.
        let richer = if seed % 2 == 0 { 1 } else { 20 };
        parts.means.donors.iter_mut().flat_map(|donor| donor.budget.values_mut()).for_each(|major| *major *= richer);
        let (problem, made) = plan_of(parts);
        for left_out in &made.not_chosen {
            for change in &left_out.reason.changes {
                let mut parts = (*problem).clone();
                let all = made.chosen.iter().map(|chosen| &chosen.project).chain([&left_out.project]);
                parts.conditions.required = all.cloned().collect();
                match (change.money.is_empty(), change.weeks.is_empty()) {
                    (true, true) => by_rule += 1,
                    (false, _) => by_money += 1,
                    _ => by_weeks += 1,
                }
                apply(change, &mut parts);
                let problem = Problem::new(parts).unwrap();
                let with = plan(&problem, &PlanLimits { reasons: Some(0), ..limits() });
                let with = with.unwrap_or_else(|error| panic!("seed {seed}: {change:?}: {error}"));
                assert_eq!(check(&with, &problem).violations, [], "seed {seed}: {change:?}");
                assert!(with.objective >= made.objective * (1.0 - 1e-9), "seed {seed}: {change:?}");
            }
        }
    }
    assert!(by_money > 10 && by_weeks > 0 && by_rule > 0, "{by_money} {by_weeks} {by_rule}");
}

/// Makes a change to the means; of a caveat that is not named, all go.
fn apply(change: &Change, parts: &mut Parts) {
    // Budgets are in whole units: rounded up.
    let budget = change.money.iter().map(|(year, more)| (year.to_string(), more.minor / 100 + 1)).collect();
    parts.means.donors.push(Donor { id: "more".into(), name: "More".into(), budget, earmark: Earmark::default() });
    let offer = |(name, months): (&String, &std::collections::BTreeMap<Month, f64>)| Capability {
        name: name.clone(),
        weeks_per_month: 0.0,
        lead_months: 0,
        by_month: months.iter().map(|(month, weeks)| (month.to_string(), *weeks)).collect(),
    };
    parts.means.parties.push(Party {
        id: "more-crews".into(),
        name: "More".into(),
        party_type: "contractor".into(),
        capabilities: change.weeks.iter().map(offer).collect(),
        caveats: Vec::new(),
    });
    if matches!(change.group, ReasonGroup::Caveat(_)) {
        parts.means.parties.iter_mut().for_each(|party| party.caveats.clear());
    }
}

#[test]
fn fairness_has_its_price_on_the_front_and_every_plan_lies_below_its_bound() {
    let shape = synthetic::Shape { projects: 24, months: 12, donors: 3, areas: 2, seed: 9 };
    let problem = Problem::new(synthetic::parts(shape)).unwrap();
    let found = front(&problem, 6, &PlanLimits { gap: 0.01, ..limits() }).unwrap();
    assert_eq!(found.points.len(), 6);
    for pair in found.points.windows(2) {
        assert!(pair[0].floor < pair[1].floor, "{found:?}");
        assert!(pair[0].bound >= pair[1].bound, "{found:?}");
    }
    assert!(found.points.iter().all(|point| point.benefit.is_none_or(|benefit| benefit <= point.bound * (1.0 + 1e-6))));
    assert!(found.points.iter().filter(|point| point.benefit.is_some()).count() >= 4, "{found:?}");
    let free = plan(&problem, &PlanLimits { reasons: Some(0), ..limits() }).unwrap();
    let first = found.points[0].benefit.unwrap();
    assert!((first - free.objective).abs() <= 0.02 * free.objective, "{first} {}", free.objective);
    let quick = front(&problem, 6, &PlanLimits { seconds: 0.0, ..limits() }).unwrap();
    assert!(quick.points.iter().all(|point| point.benefit.is_none()));
}
