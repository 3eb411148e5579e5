//! States, handover, checks, promises.

use super::*;
use proptest::prelude::*;

#[test]
fn a_clinic_goes_from_need_to_use() {
    let register = operating().register();
    assert_eq!(register.refused().count(), 0, "{:?}", register.refused().next());
    let clinic = register.project(&p()).unwrap();
    assert_eq!((clinic.state, clinic.since), (State::Operating, day("2024-03-15")));
    assert_eq!(clinic.title(), "Clinic in Gornja Luka");
    assert_eq!(clinic.scores[0].score_hundredths, 7_150);
    assert_eq!((clinic.oc4ids().code(), clinic.iati().code()), ("maintenance", 3));
    // The need has its own entry; all others are in the history.
    assert_eq!(clinic.history.len(), register.log().len() - 1);
}

#[test]
fn a_skipped_step_is_refused_listed_and_kept_in_the_history() {
    let mut scribe = nominated();
    scribe.say("municipality", "2023-04-01", Statement::Implementing { project: p() });
    assert_eq!(scribe.last_refused(), ["PRJ-001"]);
    let register = scribe.register();
    let clinic = register.project(&p()).unwrap();
    assert_eq!(
        (clinic.state, clinic.history.last().unwrap().refused.as_slice()),
        (State::Nominated, &["PRJ-001".to_owned()][..])
    );
    let words = register.findings(day("2023-05-01"))[0].to_string();
    assert_eq!(
        words,
        "error[PRJ-001]: municipality/1 by municipality: clinic is nominated; implementing cannot follow, only screened, suspended, cancelled"
    );
}

#[test]
fn what_nobody_stated_cannot_be_spoken_of() {
    let mut scribe = Scribe::default();
    scribe.say("municipality", "2023-04-01", Statement::Screened { project: p() });
    assert_eq!(scribe.last_refused(), ["PRJ-002"]);
    scribe.say("municipality", "2023-04-01", confirm("beds-1", 4));
    assert_eq!(scribe.last_refused(), ["PRJ-002"]);
}

#[test]
fn an_id_is_given_once() {
    let mut scribe = nominated();
    let again = scribe.entries[1].statement.clone();
    scribe.say("ministry", "2023-04-01", again);
    assert_eq!(scribe.last_refused(), ["PRJ-003"]);
}

#[test]
fn a_suspended_project_resumes_where_it_was_stopped() {
    let mut scribe = contracted();
    let suspended = Statement::Suspended { project: p(), reason: "shelling".to_owned() };
    scribe.say("municipality", "2023-07-01", suspended);
    let register = scribe.register();
    let clinic = register.project(&p()).unwrap();
    assert_eq!((clinic.oc4ids().code(), clinic.iati().code()), ("implementation", 6));
    scribe.say("municipality", "2023-08-01", Statement::Resumed { project: p() });
    assert_eq!(scribe.register().project(&p()).unwrap().state, State::Contracted);
    scribe.say("municipality", "2023-08-02", Statement::Resumed { project: p() });
    assert_eq!(scribe.last_refused(), ["PRJ-001"]);
}

/// Accepts a built clinic on some terms; the codes with which that is refused.
#[track_caller]
fn check_terms(change: impl Fn(&mut HandoverTerms), is_signed: bool, expect: &[&str]) {
    let mut terms = terms();
    change(&mut terms);
    let mut scribe = built();
    let entry = prepare(&mut scribe, terms);
    if is_signed {
        sign(&mut scribe, "municipality", &entry);
    }
    accept(&mut scribe);
    assert_eq!(scribe.last_refused(), expect);
    let state = if expect.is_empty() { State::Accepted } else { State::MechanicallyComplete };
    assert_eq!(scribe.register().project(&p()).unwrap().state, state);
}

#[test]
fn nothing_is_accepted_without_each_part_of_a_handover() {
    check_terms(|_| {}, true, &[]);
    check_terms(|_| {}, false, &["PRJ-020"]);
    check_terms(|terms| terms.running_cost_year = None, true, &["PRJ-021"]);
    check_terms(|terms| terms.budget_line = " ".to_owned(), true, &["PRJ-022"]);
    check_terms(|terms| terms.assets.clear(), true, &["PRJ-023"]);
    check_terms(|terms| terms.defects = None, true, &["PRJ-024"]);
    check_terms(|terms| terms.training = None, true, &["PRJ-025"]);
    check_terms(|terms| terms.defects = Some(Vec::new()), true, &[]);
    let nothing = |terms: &mut HandoverTerms| {
        let owner = terms.owner.clone();
        *terms = serde_json::from_value(serde_json::json!({ "owner": owner })).unwrap();
    };
    check_terms(nothing, false, &["PRJ-020", "PRJ-021", "PRJ-022", "PRJ-023", "PRJ-024", "PRJ-025"]);
}

#[test]
fn a_clinic_without_any_handover_cannot_be_accepted_or_used() {
    let mut scribe = built();
    accept(&mut scribe);
    assert_eq!(scribe.last_refused(), ["PRJ-002"]);
    scribe.say("municipality", "2024-03-15", Statement::Operating { project: p() });
    assert_eq!(scribe.last_refused(), ["PRJ-001"]);
}

#[test]
fn only_the_owner_signs_and_only_the_terms_that_it_names() {
    let mut scribe = built();
    let entry = prepare(&mut scribe, terms());
    sign(&mut scribe, "builder", &entry);
    assert_eq!(scribe.last_refused(), ["PRJ-026"]);
    sign(&mut scribe, "municipality", "builder/0");
    assert_eq!(scribe.last_refused(), ["PRJ-002"]);
    sign(&mut scribe, "municipality", &entry);
    assert!(scribe.last_refused().is_empty());
}

#[test]
fn checks_are_due_12_and_24_calendar_months_after_the_signature() {
    let register = operating().register();
    let due: Vec<String> =
        register.checks(day("2025-03-01")).iter().map(|c| format!("{} {}", c.due, c.is_overdue)).collect();
    assert_eq!(due, ["2025-02-28 true", "2026-02-28 false"]);
    assert!(!register.checks(day("2025-02-28"))[0].is_overdue, "it is due on that day, not past it");
    let codes = |on: &str| mostari_model::count_by_code(&register.findings(day(on)));
    assert_eq!(codes("2025-03-01").get("PRJ-029"), Some(&1));
    assert_eq!(codes("2026-03-01").get("PRJ-029"), Some(&2));
    let all = checks_due(day("2023-08-31")).map(|(_, due)| due.to_string());
    assert_eq!(all, ["2024-08-31", "2025-08-31"]);
    assert_eq!(checks_due(day("2022-02-28")).map(|(_, due)| due.to_string()), ["2023-02-28", "2024-02-28"]);
}

#[test]
fn a_check_counts_from_its_day_and_not_by_who_built() {
    let mut scribe = operating();
    scribe.say("monitor", "2025-02-27", check(CheckAge::Months12, Functioning::Yes));
    assert_eq!(scribe.last_refused(), ["PRJ-027"]);
    scribe.say("builder", "2025-03-02", check(CheckAge::Months12, Functioning::Yes));
    assert_eq!(scribe.last_refused(), ["PRJ-010"]);
    scribe.say("monitor", "2025-03-02", check(CheckAge::Months12, Functioning::Partly));
    scribe.say("monitor", "2026-03-02", check(CheckAge::Months24, Functioning::Yes));
    assert!(scribe.last_refused().is_empty());
    let register = scribe.register();
    assert_eq!(register.project(&p()).unwrap().iati().code(), 4, "nothing is left to examine");
    assert!(register.checks(day("2027-01-01")).iter().all(|check| !check.is_overdue));
}

#[test]
fn a_project_that_was_not_handed_over_has_no_checks() {
    let mut scribe = built();
    scribe.say("monitor", "2026-03-02", check(CheckAge::Months12, Functioning::Yes));
    assert_eq!(scribe.last_refused(), ["PRJ-001"]);
    assert!(scribe.register().checks(day("2026-03-02")).is_empty());
}

#[test]
fn a_transfer_without_a_signature_is_a_state_of_its_own_and_is_checked_all_the_same() {
    let mut scribe = built();
    let (to, reason) = ("municipality".into(), "the force leaves".to_owned());
    scribe.say("force", "2024-02-01", Statement::TransferredUnilaterally { project: p(), to, reason });
    let register = scribe.register();
    let clinic = register.project(&p()).unwrap();
    assert_eq!((clinic.state, clinic.oc4ids().code()), (State::TransferredUnilaterally, "completion"));
    assert_eq!(register.checks(day("2024-06-01"))[0].due, day("2025-02-01"));
    assert!(register.findings(day("2024-06-01")).iter().any(|finding| finding.code == "PRJ-028"));
    // The owner may still sign.
    let entry = prepare(&mut scribe, terms());
    sign(&mut scribe, "municipality", &entry);
    accept(&mut scribe);
    let register = scribe.register();
    assert_eq!(register.project(&p()).unwrap().state, State::Accepted);
    assert_eq!(register.checks(day("2024-06-01"))[0].due, day("2025-02-28"));
}

#[test]
fn open_promises_say_who_owes_what_by_when() {
    let words = |register: &Register, on: &str| -> Vec<String> {
        let late = |promise: &Promise| if promise.is_overdue { " late" } else { "" };
        let by = |promise: &Promise| promise.by.as_ref().map_or("-".to_owned(), |by| by.to_string());
        register.promises(day(on)).iter().map(|p| format!("{} {} {:?}{}", by(p), p.words, p.due, late(p))).collect()
    };
    let promised = contracted().register();
    assert_eq!(words(&promised, "2024-02-01"), ["builder complete the work under C-7 Some(2024-01-31) late"]);
    let mut scribe = operating();
    let owed = words(&scribe.register(), "2024-05-01");
    assert_eq!(owed[0], "builder mend `roof drips` Some(2024-04-30) late");
    assert_eq!(
        owed[1..],
        [
            "- look whether it works, 12 months after Some(2025-02-28)",
            "- look whether it works, 24 months after Some(2026-02-28)"
        ]
    );
    let mended = Statement::DefectMended { handover: "handover-1".into(), defect: "roof drips".to_owned() };
    scribe.say("municipality", "2024-05-02", mended);
    assert_eq!(words(&scribe.register(), "2024-05-03").len(), 2);
}

fn asset(why: &str, until: &str) -> Statement {
    Statement::MilitaryAssetRequested(MilitaryAssetRequested {
        request: "request-1".into(),
        project: Some(p()),
        asset: Goods::new("bridge layer", "weeks"),
        asked_by: "coordinator".into(),
        why_no_civilian: why.to_owned(),
        until: day(until),
        exit_plan: "the ministry's own bridge is due in May".to_owned(),
    })
}

#[test]
fn a_military_asset_is_asked_for_with_a_reason_and_an_end() {
    let mut scribe = nominated();
    scribe.say("coordinator", "2023-04-01", asset(" ", "2023-06-01"));
    assert_eq!(scribe.last_refused(), ["PRJ-005"]);
    scribe.say("coordinator", "2023-04-01", asset("no contractor may enter", "2023-03-01"));
    assert_eq!(scribe.last_refused(), ["PRJ-005"]);
    scribe.say("coordinator", "2023-04-01", asset("no contractor may enter", "2023-06-01"));
    assert!(scribe.last_refused().is_empty());
    let is_past = |scribe: &Scribe| scribe.register().findings(day("2023-06-02")).iter().any(|f| f.code == "PRJ-050");
    assert!(is_past(&scribe));
    scribe.say("coordinator", "2023-06-01", Statement::MilitaryAssetEnded { request: "request-1".into() });
    assert!(!is_past(&scribe));
}

/// Any step, legal or not.
fn step() -> impl Strategy<Value = Statement> {
    let reason = || "a reason".to_owned();
    let fund = |coverage| Statement::Funded { project: p(), fund: "fund-a".into(), coverage };
    prop::sample::select(vec![
        Statement::Screened { project: p() },
        Statement::Appraised { project: p(), score_hundredths: 1, method: "m".to_owned() },
        Statement::Approved { project: p(), decision: reason() },
        fund(Coverage::Partial),
        fund(Coverage::Full),
        Statement::Contracted { project: p(), contractor: "builder".into(), contract: reason(), complete_by: None },
        Statement::Implementing { project: p() },
        Statement::MechanicallyComplete { project: p() },
        Statement::Accepted { project: p(), handover: "handover-1".into() },
        Statement::Operating { project: p() },
        Statement::Suspended { project: p(), reason: reason() },
        Statement::Resumed { project: p() },
        Statement::Cancelled { project: p(), reason: reason() },
        Statement::Abandoned { project: p(), reason: reason() },
        Statement::TransferredUnilaterally { project: p(), to: "municipality".into(), reason: reason() },
    ])
}

proptest! {
    #[test]
    fn no_history_leads_to_use_without_a_signed_handover(steps in prop::collection::vec(step(), 1..60), signs in any::<bool>()) {
        let mut scribe = nominated();
        let entry = prepare(&mut scribe, terms());
        if signs {
            sign(&mut scribe, "municipality", &entry);
        }
        let mut before = scribe.register();
        for step in steps {
            scribe.say("municipality", "2024-01-01", step.clone());
            let mut after = before.clone();
            let refused = after.apply(scribe.entries.last().unwrap().clone());
            let (old, new) = (&before.projects()[&p()], &after.projects()[&p()]);
            let is_back = old.stopped_in == Some(new.state) && matches!(step, Statement::Resumed { .. });
            prop_assert!(old.state == new.state || old.state.may_become(new.state) || is_back);
            prop_assert!(refused.is_empty() || old.state == new.state, "what is refused changes nothing");
            prop_assert!(signs || !matches!(new.state, State::Accepted | State::Operating));
            prop_assert_eq!(new.history.len(), old.history.len() + 1);
            before = after;
        }
    }
}
