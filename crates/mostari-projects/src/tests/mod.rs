//! A clinic in Gornja Luka, from need to use, and what can go wrong on the way.

mod deliveries;
mod edits;
mod figures;
mod life;
mod logs;
mod pages;
mod places;
mod real_places;
mod traces;

use crate::*;
use mostari_model::{Date, Money, ProjectId};
use std::collections::BTreeMap;

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn euro(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().unwrap())
}

pub(crate) fn beds(amount: u64) -> Quantity {
    Quantity { goods: Goods::new("bed", "pieces"), amount }
}

pub(crate) fn text(value: &str) -> FieldValue {
    FieldValue::Text(value.to_owned())
}

/// Writes entries: each party has a log of its own, and the clock goes on by a second with each entry.
#[derive(Default)]
pub(crate) struct Scribe {
    pub entries: Vec<Entry>,
    lengths: BTreeMap<String, u64>,
}

impl Scribe {
    /// A party says something on a day; gives the entry's id, `party/index`.
    pub fn say(&mut self, party: &str, happened: &str, statement: Statement) -> String {
        let index = self.lengths.entry(party.to_owned()).or_default();
        let id = format!("{party}/{index}");
        let seconds = 1_700_000_000 + self.entries.len() as i64;
        self.entries.push(Entry {
            log: party.to_owned(),
            index: *index,
            id: id.as_str().into(),
            by: format!("key of {party}"),
            party: party.into(),
            recorded: jiff::Timestamp::from_second(seconds).unwrap(),
            happened: day(happened),
            label: Default::default(),
            after: Vec::new(),
            statement,
        });
        *index += 1;
        id
    }

    pub fn register(&self) -> Register {
        Register::replay(self.entries.iter().cloned())
    }

    /// The codes with which the last entry is refused.
    pub fn last_refused(&self) -> Vec<String> {
        let last = self.entries.last().unwrap();
        let register = self.register();
        let logged = register.log().iter().find(|logged| logged.entry.id == last.id).unwrap();
        logged.refused.iter().map(|finding| finding.code.to_string()).collect()
    }
}

pub(crate) fn p() -> ProjectId {
    "clinic".into()
}

pub(crate) fn terms() -> HandoverTerms {
    HandoverTerms {
        owner: "municipality".into(),
        running_cost_year: Some(euro(4_800_000)),
        budget_line: "2025/health/07".to_owned(),
        assets: vec![beds(40)],
        defects: Some(vec![Defect {
            name: "roof drips".to_owned(),
            mended_by: "builder".into(),
            due: Some(day("2024-04-30")),
        }]),
        training: Some(vec![Training { subject: "generator".to_owned(), people: 4 }]),
    }
}

pub(crate) fn report(delivery: &str, amount: u64) -> Statement {
    let (delivery, deliverer) = (delivery.into(), "builder".into());
    Statement::DeliveryReported { delivery, project: p(), deliverer, quantity: beds(amount) }
}

pub(crate) fn confirm(delivery: &str, amount: u64) -> Statement {
    Statement::DeliveryConfirmed { delivery: delivery.into(), quantity: beds(amount) }
}

pub(crate) fn verify(delivery: &str, visit: &str, amount: u64) -> Statement {
    Statement::DeliveryVerified { delivery: delivery.into(), visit: visit.into(), quantity: beds(amount) }
}

pub(crate) fn pay(delivery: &str, payment: &str, minor: i64, amount: u64) -> Statement {
    let (delivery, fund, payment) = (delivery.into(), "fund-a".into(), payment.into());
    Statement::DeliveryPaid { delivery, fund, payment, amount: euro(minor), quantity: beds(amount) }
}

pub(crate) fn visit(visit: &str) -> Statement {
    let words = "seen with the nurse on duty".to_owned();
    Statement::Visited(Visited { visit: visit.into(), project: p(), at: None, found: true, words })
}

pub(crate) fn check(age: CheckAge, functioning: Functioning) -> Statement {
    Statement::FunctionChecked { project: p(), age, functioning, words: "looked at wards and pump".to_owned() }
}

/// Need and nomination.
pub(crate) fn nominated() -> Scribe {
    let mut scribe = Scribe::default();
    let (sector, people, words) = ("health".to_owned(), Some(9_200), "no clinic within 20 km".to_owned());
    let need = NeedStated { need: "need-1".into(), area: "XA01".into(), sector, people, words };
    scribe.say("village", "2023-03-01", Statement::NeedStated(need));
    let nominated = Nominated {
        nomination: "nomination-1".into(),
        project: p(),
        needs: vec!["need-1".into()],
        title: "Clinic in Gornja Luka".to_owned(),
        kind: "clinic-new".to_owned(),
        area: "XA01".into(),
    };
    scribe.say("municipality", "2023-03-10", Statement::Nominated(nominated));
    scribe
}

/// On to the contract.
pub(crate) fn contracted() -> Scribe {
    let mut scribe = nominated();
    let mut say = |day: &str, statement| scribe.say("municipality", day, statement);
    say("2023-04-01", Statement::Screened { project: p() });
    let method = "weights v3".to_owned();
    say("2023-04-10", Statement::Appraised { project: p(), score_hundredths: 7_150, method });
    say("2023-04-20", Statement::Approved { project: p(), decision: "council 14/2023".to_owned() });
    scribe.say(
        "donor",
        "2023-05-01",
        Statement::Funded { project: p(), fund: "fund-a".into(), coverage: Coverage::Full },
    );
    let (contractor, contract) = ("builder".into(), "C-7".to_owned());
    let complete_by = Some(day("2024-01-31"));
    scribe.say("municipality", "2023-06-01", Statement::Contracted { project: p(), contractor, contract, complete_by });
    scribe
}

/// On to the end of the work, with one delivery that is reported, confirmed, seen and paid.
pub(crate) fn built() -> Scribe {
    let mut scribe = contracted();
    scribe.say("builder", "2023-06-15", Statement::Implementing { project: p() });
    scribe.say("builder", "2023-11-01", report("beds-1", 40));
    scribe.say("municipality", "2023-11-03", confirm("beds-1", 40));
    scribe.say("monitor", "2023-11-20", visit("visit-1"));
    scribe.say("monitor", "2023-11-20", verify("beds-1", "visit-1", 38));
    scribe.say("donor", "2023-12-01", pay("beds-1", "pay-1", 1_200_000, 40));
    scribe.say("builder", "2024-01-20", Statement::MechanicallyComplete { project: p() });
    scribe
}

/// The terms of a handover, prepared by the builder; gives the entry's id.
pub(crate) fn prepare(scribe: &mut Scribe, terms: HandoverTerms) -> String {
    let statement = Statement::HandoverPrepared { handover: "handover-1".into(), project: p(), terms };
    scribe.say("builder", "2024-02-20", statement)
}

pub(crate) fn sign(scribe: &mut Scribe, party: &str, terms: &str) {
    let statement = Statement::HandoverSigned { handover: "handover-1".into(), terms: terms.into() };
    scribe.say(party, "2024-02-29", statement);
}

pub(crate) fn accept(scribe: &mut Scribe) {
    let statement = Statement::Accepted { project: p(), handover: "handover-1".into() };
    scribe.say("municipality", "2024-03-01", statement);
}

/// On to use.
pub(crate) fn operating() -> Scribe {
    let mut scribe = built();
    let entry = prepare(&mut scribe, terms());
    sign(&mut scribe, "municipality", &entry);
    accept(&mut scribe);
    scribe.say("municipality", "2024-03-15", Statement::Operating { project: p() });
    scribe
}
