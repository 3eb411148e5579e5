//! Policies of a deployment, and answers that no matrix holds.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_model::{Clearance, Label};
use mostari_policy::actions::*;

fn actor(party: &str, roles: &[Role]) -> Actor {
    Actor {
        key: format!("{party}'s key"),
        party: party.into(),
        domain: Domain::Civil,
        roles: roles.iter().copied().collect(),
        clearance: Clearance::none(),
    }
}

fn entry(kind: EntryKind, originator: &str) -> Resource {
    Resource {
        kind,
        label: Label::public(),
        originator: originator.into(),
        maker: format!("{originator}'s key"),
        deliverer: None,
    }
}

fn refusal(text: &str) -> PolicyError {
    match Policies::from_text(text) {
        Ok(_) => panic!("accepted"),
        Err(refused) => refused,
    }
}

#[test]
fn without_policies_everything_is_denied_and_no_reason_is_named() {
    let none = Policies::from_text("").unwrap();
    let answer = none.may(&actor("town", &[Role::Auditor]), Action::Read, &entry(EntryKind::Project, "town"));
    assert_eq!((answer.allowed, answer.reasons.len()), (false, 0));
}

#[test]
fn an_answer_names_the_policies_that_decided() {
    let policies = Policies::shipped();
    let both = actor("town", &[Role::Approver, Role::Treasurer]);
    let answer = policies.may(&both, Action::Approve, &entry(EntryKind::Transfer, "town"));
    assert!(!answer.allowed);
    assert_eq!(Vec::from_iter(answer.reasons.clone()), ["approver-is-not-maker"]);
    let error = answer.into_result(Action::Approve, EntryKind::Transfer).unwrap_err();
    assert_eq!(error.to_string(), "`approve` of this transfer is not allowed: approver-is-not-maker");
    assert_eq!(error.code(), "POL-004");
}

#[test]
fn holding_two_roles_does_not_open_what_a_forbid_closes() {
    let policies = Policies::shipped();
    let everything = actor("town", Role::ALL);
    let mut delivery = entry(EntryKind::Delivery, "a builder");
    assert!(!policies.may(&everything, Action::ConfirmDelivery, &delivery).allowed, "nobody knows who delivers");
    delivery.deliverer = Some("town".into());
    assert!(!policies.may(&everything, Action::ConfirmDelivery, &delivery).allowed);
    delivery.deliverer = Some("a builder".into());
    assert!(policies.may(&everything, Action::ConfirmDelivery, &delivery).allowed);
}

#[test]
fn a_deployment_adds_policies_but_cannot_open_the_wall() {
    let opened = Policies::shipped_and("@id(\"all-to-all\") permit (principal, action, resource);").unwrap();
    let soldier = Actor {
        domain: Domain::Force,
        clearance: Clearance::of(["force", "humanitarian"]),
        ..actor("battalion", &[Role::Steward])
    };
    let mut clinic = entry(EntryKind::Dataset, "clinic network");
    clinic.label = "humanitarian".parse().unwrap();
    let answer = opened.may(&soldier, Action::Read, &clinic);
    assert_eq!(Vec::from_iter(answer.reasons), ["the-force-touches-nothing-humanitarian"]);
}

#[test]
fn a_forbid_for_one_role_beats_what_another_role_permits() {
    let text =
        "@id(\"trainees-look-on\") forbid (principal in Role::\"field\", action == Action::\"settle\", resource);";
    let policies = Policies::shipped_and(text).unwrap();
    let dataset = entry(EntryKind::Dataset, "town");
    let settle = |roles: &[Role]| policies.may(&actor("town", roles), Action::Settle, &dataset);
    assert!(settle(&[Role::Coordinator]).allowed);
    let both = settle(&[Role::Coordinator, Role::Field]);
    assert_eq!((both.allowed, Vec::from_iter(both.reasons)), (false, vec!["trainees-look-on".to_owned()]));
}

#[test]
fn an_actor_without_any_role_reads_public_data_and_no_more() {
    let policies = Policies::shipped();
    let nobody = actor("town", &[]);
    assert!(policies.may(&nobody, Action::Read, &entry(EntryKind::Project, "town")).allowed);
    assert!(!policies.may(&nobody, Action::Append, &entry(EntryKind::Feedback, "town")).allowed);
}

#[test]
fn a_policy_that_is_no_policy_is_refused() {
    assert_eq!(refusal("permit (everybody);").code(), "POL-001");
}

#[test]
fn a_policy_without_a_name_or_with_a_taken_one_is_refused() {
    let nameless = "permit (principal, action, resource);";
    assert_eq!(refusal(nameless), PolicyError::Name { number: 1, name: String::new() });
    let twice = format!("@id(\"a\") {nameless} @id(\"a\") {nameless}");
    assert_eq!(refusal(&twice), PolicyError::Name { number: 2, name: "a".to_owned() });
}

#[test]
fn a_policy_that_speaks_of_what_there_is_not_is_refused() {
    for condition in ["resource.colour == \"red\"", "principal.clearance > 3"] {
        let text = format!("@id(\"a\") permit (principal, action, resource) when {{ {condition} }};");
        assert_eq!(refusal(&text).code(), "POL-003", "{condition}");
    }
    assert_eq!(refusal("@id(\"a\") permit (principal, action == Action::\"bless\", resource);").code(), "POL-003");
}

#[test]
fn a_policy_that_reads_an_attribute_which_may_be_absent_is_refused() {
    let text = "@id(\"a\") permit (principal, action, resource) when { resource.deliverer == principal.party };";
    assert_eq!(refusal(text).code(), "POL-003");
}
