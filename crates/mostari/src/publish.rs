//! What the record says of projects and money, in the formats that others read: OC4IDS and IATI.

use crate::joined::Joined;
use mostari_formats::{PassportLocation, PassportParty, ProjectPassport};
use mostari_model::{AidTransaction, Counterparty, Date, Organisation, TransactionType};
use mostari_projects::{ProjectRecord, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// Every project as the public may see it. `prefix` is the publisher's OC4IDS prefix (`oc4ids-xxxxxx`), or empty.
pub fn passports(joined: &Joined, prefix: &str) -> Vec<ProjectPassport> {
    joined.register.projects().values().map(|project| passport(joined, project, prefix)).collect()
}

fn passport(joined: &Joined, project: &ProjectRecord, prefix: &str) -> ProjectPassport {
    let needs: Vec<_> = project.needs.iter().filter_map(|id| joined.register.needs().get(id)).collect();
    let sectors: BTreeSet<String> = needs.iter().map(|need| need.stated.sector.clone()).collect();
    let words: Vec<&str> = needs.iter().map(|need| need.stated.words.as_str()).collect();
    let id = project.id.clone();
    // Several needs may speak of the same people: the largest group is served, no more is claimed.
    let people = needs.iter().filter_map(|need| need.stated.people).max();
    ProjectPassport {
        id: if prefix.is_empty() { project.id.to_string() } else { format!("{prefix}-{}", project.id) },
        title: project.title(),
        description: words.join("; "),
        status: project.oc4ids(),
        updated: Some(project.since),
        date_start: first_day(joined, |said| matches!(said, Statement::Implementing { project } if *project == id)),
        date_end: project.contracts.last().and_then(|contract| contract.complete_by),
        project_type: String::new(),
        sectors: sectors.into_iter().filter(|sector| mostari_formats::is_oc4ids_sector(sector)).collect(),
        kind: project.kind.clone(),
        locations: locations(project),
        budget: None,
        budget_approved: None,
        parties: parties(joined, project),
        transactions: transactions(joined, project),
        completed: first_day(
            joined,
            |said| matches!(said, Statement::MechanicallyComplete { project } if *project == id),
        ),
        final_value: None,
        needs_before: Vec::new(),
        people,
    }
}

/// The first day on which a statement of this kind was used.
fn first_day(joined: &Joined, is_meant: impl Fn(&Statement) -> bool) -> Option<Date> {
    let used = joined.register.log().iter().filter(|logged| logged.refused.is_empty());
    used.filter(|logged| is_meant(&logged.entry.statement)).map(|logged| logged.entry.happened).min()
}

/// The area; and the latest point that somebody claims, said to be a claim.
fn locations(project: &ProjectRecord) -> Vec<PassportLocation> {
    let point = project.locations.last().and_then(|location| location.claim.at);
    let claimed = point.map(|at| (at.longitude, at.latitude));
    let description = if claimed.is_some() { "as claimed by the project" } else { "" };
    vec![PassportLocation {
        description: description.to_owned(),
        point: claimed,
        region: project.area.to_string(),
        ..PassportLocation::default()
    }]
}

fn parties(joined: &Joined, project: &ProjectRecord) -> Vec<PassportParty> {
    let mut roles: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    let mut add = |party: &str, role| roles.entry(party.to_owned()).or_default().insert(role);
    for contract in &project.contracts {
        add(contract.contractor.as_str(), "supplier");
    }
    for handover in project.handovers.values() {
        add(handover.terms.owner.as_str(), "publicAuthority");
    }
    let funds = project.funds.keys().map(|fund| fund.as_str());
    for (id, grant) in joined.ledger.grants() {
        if funds.clone().any(|fund| fund == id.as_str()) {
            add(grant.donor.as_str(), "funder");
        }
    }
    let party = |(id, roles): (String, BTreeSet<&str>)| PassportParty {
        name: id.clone(),
        id,
        roles: roles.into_iter().map(str::to_owned).collect(),
    };
    roles.into_iter().map(party).collect()
}

/// The payments that the ledger knows.
fn transactions(joined: &Joined, project: &ProjectRecord) -> Vec<AidTransaction> {
    let own = joined.links.iter().filter(|link| link.project.as_ref() == Some(&project.id));
    let payments = own.flat_map(|link| link.payments.iter().map(move |payment| (link, payment)));
    let side = |name: String| {
        let organisation = Organisation { name, ..Organisation::default() };
        Some(Counterparty { organisation, activity: String::new() })
    };
    payments
        .map(|(link, payment)| AidTransaction {
            reference: payment.payment.to_string(),
            kind: TransactionType::Expenditure,
            date: payment.date,
            amount: payment.amount,
            value_date: None,
            provider: side(link.fund.to_string()),
            receiver: None,
            description: String::new(),
            sector: String::new(),
            country: String::new(),
        })
        .collect()
}
