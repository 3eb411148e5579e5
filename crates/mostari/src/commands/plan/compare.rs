//! `mostari plan compare`: how two plans differ.

use crate::terminal::{Terminal, count};
use crate::{Answer, args, failure::Failure, session::Session};
use mostari_model::{Chosen, Money, PartyId, Plan, ProjectId};
use serde_json::json;
use std::collections::BTreeMap;

pub fn run(args: &args::ComparePlans, terminal: &Terminal) -> Result<Answer, Failure> {
    let session = Session::open_with_areas(&args.folder, &args.reader.clearance, terminal)?;
    let (one, other) = (session.plan(Some(&args.one))?, session.plan(Some(&args.other))?);
    let (of_one, of_other) = (by_project(&one), by_project(&other));
    let only = |these: &BTreeMap<&ProjectId, &Chosen>, those: &BTreeMap<&ProjectId, &Chosen>| {
        these.keys().filter(|id| !those.contains_key(*id)).map(|id| (*id).clone()).collect::<Vec<ProjectId>>()
    };
    let (leaves, enters) = (only(&of_one, &of_other), only(&of_other, &of_one));
    let moved: Vec<(&ProjectId, i32)> = of_one
        .iter()
        .filter_map(|(id, before)| Some((*id, of_other.get(id)?.start - before.start)))
        .filter(|(_, months)| *months != 0)
        .collect();
    let more = difference(&paid(&one), &paid(&other));
    leaves.iter().for_each(|id| terminal.say(format!("- {id}")));
    enters.iter().for_each(|id| terminal.say(format!("+ {id}")));
    for (id, months) in &moved {
        let way = if *months > 0 { "later" } else { "earlier" };
        terminal.say(format!("~ {id}: {} months {way}", months.abs()));
    }
    for (donor, amount) in &more {
        let way = if amount.minor < 0 { "less" } else { "more" };
        terminal.say(format!("`{donor}` pays {} {way}", Money::new(amount.minor.abs(), amount.currency)));
    }
    let apart = other.objective - one.objective;
    terminal.say(format!(
        "{} leave, {} enter, {} move; {} {} severity-weighted person-months",
        leaves.len(),
        enters.len(),
        moved.len(),
        count(apart.abs().round() as u64),
        if apart < 0.0 { "fewer" } else { "more" }
    ));
    terminal.json(&json!({
        "one": one.digest(), "other": other.digest(), "leaves": leaves, "enters": enters,
        "moved": moved.iter().map(|(id, months)| json!({"project": id, "months": months})).collect::<Vec<_>>(),
        "pays_more": more, "objective": [one.objective, other.objective],
    }));
    Ok(Answer::Done)
}

fn by_project(plan: &Plan) -> BTreeMap<&ProjectId, &Chosen> {
    plan.chosen.iter().map(|chosen| (&chosen.project, chosen)).collect()
}

fn paid(plan: &Plan) -> BTreeMap<PartyId, Money> {
    let mut paid: BTreeMap<PartyId, Money> = BTreeMap::new();
    for payment in plan.chosen.iter().flat_map(|chosen| &chosen.payers) {
        let sum = paid.entry(payment.donor.clone()).or_insert(Money::new(0, payment.amount.currency));
        sum.minor = sum.minor.saturating_add(payment.amount.minor);
    }
    paid
}

/// By how much more each donor pays in the other plan; below zero for less.
fn difference(one: &BTreeMap<PartyId, Money>, other: &BTreeMap<PartyId, Money>) -> BTreeMap<PartyId, Money> {
    let of = |paid: &BTreeMap<PartyId, Money>, donor: &PartyId| paid.get(donor).map_or(0, |amount| amount.minor);
    let all = one.iter().chain(other);
    let apart =
        all.map(|(donor, amount)| (donor.clone(), Money::new(of(other, donor) - of(one, donor), amount.currency)));
    apart.filter(|(_, amount)| amount.minor != 0).collect()
}
