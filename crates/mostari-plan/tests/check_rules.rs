//! Each rule of the checker catches the violation that it is there for: a valid plan, one thing broken, that rule named.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_model::{Caveat, Digest, Money, Plan, ProjectId, Rule};
use mostari_plan::check::check;
use mostari_plan::{Parts, PlanLimits, Problem, plan, synthetic};
use std::sync::OnceLock;

const SHAPE: synthetic::Shape = synthetic::Shape { projects: 30, months: 18, donors: 4, areas: 5, seed: 3 };

fn limits() -> PlanLimits {
    PlanLimits { gap: 0.02, nodes: Some(200), seconds: f64::INFINITY, clock: None, reasons: None }
}

fn valid() -> &'static (Problem, Plan) {
    static VALID: OnceLock<(Problem, Plan)> = OnceLock::new();
    VALID.get_or_init(|| {
        let mut parts = synthetic::parts(SHAPE);
        parts.parameters.floor = 0.02;
        let problem = Problem::new(parts).unwrap();
        let plan = plan(&problem, &limits()).unwrap();
        assert!(plan.chosen.len() >= 5, "{} chosen: too few to break anything", plan.chosen.len());
        (problem, plan)
    })
}

/// Breaks the plan and expects a violation of the rule.
#[track_caller]
fn check_catches(rule: Rule, break_it: impl FnOnce(&mut Plan)) {
    let (problem, plan) = valid();
    let mut broken = plan.clone();
    break_it(&mut broken);
    let violations = check(&broken, problem).violations;
    assert!(violations.iter().any(|v| v.rule == rule), "{rule:?} is not among {violations:#?}");
}

/// Changes the problem, plans nothing anew, and expects a violation of the rule.
#[track_caller]
fn check_catches_against(rule: Rule, change: impl FnOnce(&mut Parts, &Plan)) {
    let (problem, plan) = valid();
    let mut parts = (**problem).clone();
    change(&mut parts, plan);
    let violations = check(plan, &Problem::new(parts).unwrap()).violations;
    assert!(violations.iter().any(|v| v.rule == rule), "{rule:?} is not among {violations:#?}");
}

#[test]
fn a_valid_plan_breaks_no_rule_and_every_rule_was_looked_at() {
    let (problem, plan) = valid();
    let report = check(plan, problem);
    assert_eq!(report.violations, []);
    assert_eq!(report.rules, Rule::ALL);
}

#[test]
fn once_a_project_chosen_twice() {
    check_catches(Rule::Once, |plan| plan.chosen.push(plan.chosen[0].clone()));
}

#[test]
fn once_a_project_that_nobody_proposed() {
    check_catches(Rule::Once, |plan| plan.chosen[0].project = ProjectId::new("palace"));
}

#[test]
fn once_a_candidate_passed_over_in_silence() {
    check_catches(Rule::Once, |plan| drop(plan.not_chosen.pop()));
}

#[test]
fn once_a_plan_for_other_candidates() {
    check_catches(Rule::Once, |plan| plan.projects = Digest::of(b"others"));
}

#[test]
fn horizon_work_that_goes_on_after_the_end() {
    check_catches(Rule::Horizon, |plan| {
        let last = plan.start + plan.months as i32;
        let lasts = plan.chosen[0].end - plan.chosen[0].start;
        (plan.chosen[0].start, plan.chosen[0].end) = (last + (-lasts), last);
    });
}

#[test]
fn horizon_work_cut_short() {
    check_catches(Rule::Horizon, |plan| plan.chosen[0].end = plan.chosen[0].end + (-1));
}

#[test]
fn horizon_work_before_the_earliest_day() {
    check_catches_against(Rule::Horizon, |parts, plan| {
        let chosen = &plan.chosen[0];
        let project = parts.projects.iter_mut().find(|p| p.id == chosen.project).unwrap();
        project.earliest = Some((chosen.start + 1).first_day());
    });
}

#[test]
fn paid_a_cent_short() {
    check_catches(Rule::Paid, |plan| plan.chosen[0].payers[0].amount.minor -= 1);
}

#[test]
fn paid_in_another_currency() {
    check_catches(Rule::Paid, |plan| {
        let amount = plan.chosen[0].payers[0].amount;
        plan.chosen[0].payers[0].amount = Money::new(amount.minor, "USD".parse().unwrap());
    });
}

#[test]
fn paid_with_a_negative_amount_that_another_makes_good() {
    check_catches(Rule::Paid, |plan| {
        let mut extra = plan.chosen[0].payers[0].clone();
        plan.chosen[0].payers[0].amount.minor += 500;
        extra.amount.minor = -500;
        plan.chosen[0].payers.push(extra);
    });
}

#[test]
fn budget_a_donor_that_pays_what_it_does_not_have() {
    check_catches_against(Rule::Budget, |parts, plan| {
        let payment = &plan.chosen[0].payers[0];
        let donor = parts.means.donors.iter_mut().find(|d| d.id == payment.donor).unwrap();
        donor.budget.insert(payment.year.to_string(), payment.amount.minor / 100 - 1);
    });
}

#[test]
fn budget_a_year_that_was_never_promised() {
    check_catches(Rule::Budget, |plan| plan.chosen[0].payers[0].year = 2031);
}

#[test]
fn earmark_money_for_another_sector() {
    check_catches_against(Rule::Earmark, |parts, plan| {
        let payment = &plan.chosen[0].payers[0];
        let donor = parts.means.donors.iter_mut().find(|d| d.id == payment.donor).unwrap();
        donor.earmark.sectors = vec!["culture".into()];
    });
}

#[test]
fn earmark_money_for_another_kind_or_place() {
    check_catches_against(Rule::Earmark, |parts, plan| {
        let payment = &plan.chosen[0].payers[0];
        let donor = parts.means.donors.iter_mut().find(|d| d.id == payment.donor).unwrap();
        donor.earmark.kinds = vec!["museum".into()];
    });
    check_catches_against(Rule::Earmark, |parts, plan| {
        let payment = &plan.chosen[0].payers[0];
        let donor = parts.means.donors.iter_mut().find(|d| d.id == payment.donor).unwrap();
        donor.earmark.areas = vec!["elsewhere".into()];
    });
}

#[test]
fn years_money_moved_to_a_year_without_work() {
    check_catches(Rule::Years, |plan| plan.chosen[0].payers[0].year += 1);
}

#[test]
fn work_that_nobody_does() {
    check_catches(Rule::Work, |plan| plan.chosen[0].executors.clear());
}

#[test]
fn work_by_a_party_that_is_not_there() {
    check_catches(Rule::Work, |plan| plan.chosen[0].executors[0].party = "nobody".into());
}

#[test]
fn work_by_a_party_that_the_project_does_not_name() {
    check_catches_against(Rule::Work, |parts, plan| {
        let project = parts.projects.iter_mut().find(|p| p.id == plan.chosen[0].project).unwrap();
        project.executors = vec!["party-of-choice".into()];
    });
}

#[test]
fn work_of_half_the_weeks() {
    check_catches(Rule::Work, |plan| plan.chosen[0].executors[0].weeks_per_month /= 2.0);
}

#[test]
fn weeks_that_a_party_does_not_have() {
    check_catches_against(Rule::Weeks, |parts, plan| {
        let entry = &plan.chosen[0].executors[0];
        let party = parts.means.parties.iter_mut().find(|p| p.id == entry.party).unwrap();
        let capability = party.capabilities.iter_mut().find(|c| c.name == entry.capability).unwrap();
        capability.by_month.insert(entry.from.to_string(), entry.weeks_per_month / 2.0);
    });
}

#[test]
fn weeks_of_a_capability_that_a_party_lacks() {
    check_catches(Rule::Weeks, |plan| plan.chosen[0].executors[0].capability = "diver".into());
}

#[test]
fn caveat_that_is_broken_in_one_month() {
    check_catches_against(Rule::Caveat, |parts, plan| {
        let entry = &plan.chosen[0].executors[0];
        let party = parts.means.parties.iter_mut().find(|p| p.id == entry.party).unwrap();
        party.caveats.push(Caveat {
            id: "winter".into(),
            sectors: Vec::new(),
            kinds: Vec::new(),
            areas: vec!["land".into()],
            from: Some(entry.until),
            until: Some(entry.until),
            label: "force".into(),
        });
    });
}

#[test]
fn precedence_a_project_that_starts_too_early() {
    // Of the chosen, in the order of start, the last never ends before the first starts.
    check_catches_against(Rule::Precedence, |parts, plan| {
        let later = plan.chosen.last().unwrap().project.clone();
        let first = parts.projects.iter_mut().find(|p| p.id == plan.chosen[0].project).unwrap();
        first.needs_before.push(later);
    });
}

#[test]
fn precedence_a_project_whose_need_is_not_chosen() {
    check_catches_against(Rule::Precedence, |parts, plan| {
        let needed = plan.not_chosen[0].project.clone();
        let project = parts.projects.iter_mut().find(|p| p.id == plan.chosen[0].project).unwrap();
        project.needs_before.push(needed);
    });
}

#[test]
fn floor_an_area_that_is_left_behind() {
    let (problem, _) = valid();
    let area = |id: &ProjectId| problem.projects.iter().find(|p| p.id == *id).unwrap().area.clone();
    check_catches(Rule::Floor, |plan| {
        let left = area(&plan.chosen[0].project);
        plan.chosen.retain(|c| area(&c.project) != left);
        plan.areas.get_mut(&left).unwrap().benefit = 0.0;
    });
}

#[test]
fn floor_a_plan_for_a_lower_floor_than_asked_for() {
    check_catches(Rule::Floor, |plan| plan.floor = 0.0);
}

#[test]
fn floor_shares_that_are_not_what_the_projects_bring() {
    check_catches(Rule::Floor, |plan| plan.areas.values_mut().next().unwrap().benefit += 1.0);
}

#[test]
fn objective_a_benefit_that_is_talked_up() {
    check_catches(Rule::Objective, |plan| plan.chosen[0].benefit *= 1.01);
    check_catches(Rule::Objective, |plan| plan.chosen[0].completes = 1.0);
    check_catches(Rule::Objective, |plan| plan.objective += 10.0);
}

#[test]
fn objective_a_bound_below_the_plan_and_a_gap_that_is_not_theirs() {
    check_catches(Rule::Objective, |plan| plan.bound = plan.objective * 0.9);
    check_catches(Rule::Objective, |plan| plan.gap = 0.5);
}

#[test]
fn objective_another_hazard_than_asked_for() {
    check_catches(Rule::Objective, |plan| plan.conflict_hazard = 0.0);
}
