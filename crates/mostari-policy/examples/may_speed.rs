//! How long one answer takes with a hundred policies. Goal: at most 50 microseconds at the 99th percentile.
//!
//! Each question is asked several times. The first line takes every answer; the second, for each question, its fastest
//! answer, which a busy machine disturbs less.
//!
//! `cargo run --release -p mostari-policy --example may_speed`

use mostari_model::{Clearance, PartyId};
use mostari_policy::actions::*;
use std::time::Instant;

const POLICIES: usize = 100;
const ROUNDS: usize = 20;
const REPEATS: usize = 7;

fn main() {
    measure("further policies spread over actions and roles", |number| {
        (Action::ALL[number % Action::ALL.len()], Role::ALL[number % Role::ALL.len()])
    });
    measure("all further policies for one action and one role", |_| (Action::Export, Role::Auditor));
}

fn measure(what: &str, scope: impl Fn(usize) -> (Action, Role)) {
    println!("{what}:");
    let shipped = Policies::shipped().names().len();
    let own: String = (shipped..POLICIES)
        .map(|number| {
            let (action, role) = scope(number);
            format!(
                "@id(\"district-{number}\") permit (principal in Role::\"{role}\", action == Action::\"{action}\", resource)
                 when {{ resource.originator == \"district {number}\" && resource.label.contains(\"civil-{number}\") }};\n"
            )
        })
        .collect();
    let policies = Policies::shipped_and(&own).expect("the policies are well formed");
    let (mut nanoseconds, mut fastest) = (Vec::new(), Vec::new());
    let mut allowed = 0_u64;
    for round in 0..ROUNDS {
        for (number, (action, kind)) in
            Action::ALL.iter().flat_map(|action| EntryKind::ALL.iter().map(move |kind| (*action, *kind))).enumerate()
        {
            for role in Role::ALL {
                let (actor, resource) = question(round + number, *role, kind);
                let repeats: Vec<u128> = (0..REPEATS)
                    .map(|_| {
                        let start = Instant::now();
                        allowed += u64::from(policies.may(&actor, action, &resource).allowed);
                        start.elapsed().as_nanos()
                    })
                    .collect();
                fastest.extend(repeats.iter().min());
                nanoseconds.extend(repeats);
            }
        }
    }
    println!("  {} policies, {} answers, {allowed} of them yes", policies.names().len(), nanoseconds.len());
    tell("every answer", nanoseconds);
    tell("fastest of each question", fastest);
}

fn tell(what: &str, mut nanoseconds: Vec<u128>) {
    nanoseconds.sort_unstable();
    let at = |share: f64| nanoseconds[((nanoseconds.len() - 1) as f64 * share) as usize] as f64 / 1_000.0;
    println!(
        "{what}: p50 {:.1} us, p99 {:.1} us, p99.9 {:.1} us, slowest {:.1} us",
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
