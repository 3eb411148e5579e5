//! How long one answer takes with a hundred policies. Goal: at most 50 microseconds at the 99th percentile.
//!
//! `cargo run --release -p mostari-policy --example may_speed`

use mostari_model::{Clearance, PartyId};
use mostari_policy::actions::*;
use std::time::Instant;

const POLICIES: usize = 100;
const ROUNDS: usize = 20;

fn main() {
    let shipped = Policies::shipped().names().len();
    let own: String = (shipped..POLICIES)
        .map(|number| {
            format!(
                "@id(\"district-{number}\") permit (principal in Role::\"auditor\", action == Action::\"export\", resource)
                 when {{ resource.originator == \"district {number}\" && resource.label.contains(\"civil-{number}\") }};\n"
            )
        })
        .collect();
    let policies = Policies::shipped_and(&own).expect("the policies are well formed");
    let mut nanoseconds = Vec::new();
    let mut allowed = 0_u64;
    for round in 0..ROUNDS {
        for (number, (action, kind)) in
            Action::ALL.iter().flat_map(|action| EntryKind::ALL.iter().map(move |kind| (*action, *kind))).enumerate()
        {
            for role in Role::ALL {
                let (actor, resource) = question(round + number, *role, kind);
                let start = Instant::now();
                let answer = policies.may(&actor, action, &resource);
                nanoseconds.push(start.elapsed().as_nanos());
                allowed += u64::from(answer.allowed);
            }
        }
    }
    nanoseconds.sort_unstable();
    let at = |share: f64| nanoseconds[((nanoseconds.len() - 1) as f64 * share) as usize] as f64 / 1_000.0;
    println!(
        "{} policies, {} answers ({allowed} yes): p50 {:.1} us, p99 {:.1} us, p99.9 {:.1} us, slowest {:.1} us",
        policies.names().len(),
        nanoseconds.len(),
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    );
}

fn question(number: usize, role: Role, kind: EntryKind) -> (Actor, Resource) {
    let parties = ["battalion 2", "clinic network", "ministry of works"];
    let party: PartyId = parties[number % 3].into();
    let actor = Actor {
        key: format!("ed25519:{number}"),
        party: party.clone(),
        domain: Domain::ALL[number % 3],
        roles: [role, Role::Public].into(),
        clearance: Clearance::of(["force", "humanitarian"]),
    };
    let label = ["public", "force", "humanitarian", "force+humanitarian"][number / 3 % 4];
    let resource = Resource {
        kind,
        label: label.parse().expect("a label"),
        originator: parties[number / 2 % 3].into(),
        maker: format!("ed25519:{}", number / 5),
        deliverer: (kind == EntryKind::Delivery).then(|| party.clone()),
    };
    (actor, resource)
}
