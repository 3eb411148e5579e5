//! The chain of one id, in both directions, and its gaps.

use super::*;
use std::collections::BTreeSet;

fn ledger(payment: &str, delivery: Option<&str>, minor: i64) -> LedgerPayment {
    let (payment, delivery, date) = (payment.into(), delivery.map(Into::into), day("2023-12-01"));
    LedgerPayment { payment, delivery, amount: euro(minor), date }
}

fn links() -> Vec<FundLink> {
    let link = FundLink::new("fund-a".into(), Some(p())).with_committed(euro(2_000_000));
    vec![link.with_payment(ledger("pay-1", Some("beds-1"), 1_200_000))]
}

fn ids(trace: &Trace) -> Vec<String> {
    let words = |step: &TraceStep| step.links.iter().map(|link| link.id.clone()).collect::<Vec<_>>().join(" ");
    trace.steps.iter().map(words).collect()
}

fn codes(gaps: &[Gap]) -> Vec<&str> {
    gaps.iter().map(|gap| gap.finding.code.as_ref()).collect()
}

const CHAIN: [&str; 9] = [
    "need-1",
    "nomination-1",
    "clinic",
    "fund-a",
    "pay-1",
    "beds-1",
    "visit-1",
    "handover-1",
    "clinic +12 months clinic +24 months",
];

#[test]
fn any_id_of_a_chain_leads_to_the_whole_chain() {
    let register = operating().register();
    let entries = ["municipality/0", "builder/1", "donor/1", "monitor/0", "municipality/6"];
    for id in CHAIN[..8].iter().copied().chain(["clinic +12 months"]).chain(entries) {
        let trace = trace(&register, &links(), id, day("2024-06-01")).unwrap();
        let mut expect = CHAIN.map(str::to_owned);
        if id == "clinic +12 months" {
            expect[8] = id.to_owned();
        }
        assert_eq!(ids(&trace), expect, "from {id}");
        assert!(trace.gaps.is_empty(), "{:?}", trace.gaps);
        assert!(trace.steps.iter().flat_map(|step| &step.links).any(|link| link.is_asked));
    }
}

#[test]
fn every_entry_leads_to_what_it_speaks_of() {
    let scribe = operating();
    let register = scribe.register();
    for entry in &scribe.entries {
        let trace = trace(&register, &links(), entry.id.as_str(), day("2024-06-01")).unwrap();
        assert!(ids(&trace)[2].contains("clinic"), "{}", entry.id);
    }
}

#[test]
fn what_stands_beside_the_id_is_not_in_its_chain() {
    let mut scribe = built();
    scribe.say("builder", "2024-01-05", report("pumps-1", 2));
    let mut links = links();
    links.push(FundLink::new("fund-a".into(), Some("bridge".into())).with_payment(ledger("pay-9", None, 7)));
    let register = scribe.register();
    let ids = |id| ids(&trace(&register, &links, id, day("2024-06-01")).unwrap());
    assert_eq!(ids("beds-1")[5], "beds-1");
    assert_eq!(ids("clinic")[5], "beds-1 pumps-1");
    // The fund pays a bridge too, which is none of the clinic's chain; asked by itself, the fund shows both.
    assert_eq!(ids("clinic")[4], "pay-1");
    assert_eq!(ids("fund-a")[4], "pay-1 pay-9");
}

#[test]
fn an_id_that_nothing_has_is_said_to_be_unknown() {
    let error = trace(&operating().register(), &links(), "clinc", day("2024-06-01")).unwrap_err();
    assert_eq!((error.to_string(), error.code()), ("nothing here has the id `clinc`".to_owned(), "PRJ-070"));
}

#[test]
fn a_chain_says_in_words_what_it_lacks() {
    let mut scribe = Scribe::default();
    let (nomination, title, kind, area) = ("n-1".into(), "A clinic".to_owned(), String::new(), "XA01".into());
    let nominated = Nominated { nomination, project: p(), needs: Vec::new(), title, kind, area };
    scribe.say("municipality", "2023-03-10", Statement::Nominated(nominated));
    let trace = trace(&scribe.register(), &[], "clinic", day("2024-06-01")).unwrap();
    let missing: Vec<&str> = trace.steps.iter().filter_map(|step| step.missing.as_deref()).collect();
    assert_eq!(
        missing,
        [
            "no need is stated",
            "no fund stands behind it",
            "nothing is paid",
            "nothing is delivered",
            "nobody has gone to see it",
            "nobody has taken it over",
            "no check on its use is due yet"
        ]
    );
    assert_eq!(codes(&trace.gaps), ["PRJ-071"]);
}

#[test]
fn a_payment_without_a_delivery_and_a_delivery_without_a_payment_are_named() {
    let mut scribe = contracted();
    scribe.say("builder", "2023-06-15", Statement::Implementing { project: p() });
    scribe.say("builder", "2023-11-01", report("beds-1", 40));
    scribe.say("municipality", "2023-11-03", confirm("beds-1", 40));
    scribe.say("builder", "2023-11-05", report("beds-2", 4));
    let link = FundLink::new("fund-a".into(), Some(p())).with_payment(ledger("pay-7", None, 100));
    let found = gaps(&scribe.register(), &[link.with_payment(ledger("pay-8", Some("beds-9"), 100))]);
    let words: Vec<String> = found.iter().map(|gap| format!("{} {}", gap.finding.code, gap.finding.message)).collect();
    assert_eq!(
        words,
        [
            "PRJ-074 beds-1 (40 pieces of bed) arrived and nothing is paid for it",
            "PRJ-077 nobody has gone to see beds-1 (40 pieces of bed)",
            "PRJ-076 nobody but builder says that beds-2 (4 pieces of bed) arrived",
            "PRJ-077 nobody has gone to see beds-2 (4 pieces of bed)",
            "PRJ-073 pay-7 over EUR 1.00 from fund-a on 2023-12-01 pays for no delivery",
            "PRJ-073 pay-8 over EUR 1.00 from fund-a on 2023-12-01 pays for beds-9, which nobody reported",
        ]
    );
}

#[test]
fn money_of_no_project_is_an_orphan_and_can_be_traced_too() {
    let register = operating().register();
    let mut links = links();
    links.push(FundLink::new("fund-b".into(), None).with_payment(ledger("pay-2", None, 5)));
    links.push(FundLink::new("fund-b".into(), Some("bridge".into())).with_payment(ledger("pay-3", None, 5)));
    let mut bulk = FundLink::new("fund-c".into(), None);
    bulk.money.expended = bulk.money.expended + Amounts::of(euro(900));
    links.push(bulk);
    let found = gaps(&register, &links);
    assert_eq!(codes(&found), ["PRJ-075", "PRJ-075", "PRJ-075"]);
    let at: BTreeSet<&str> = found.iter().map(|gap| gap.at.as_str()).collect();
    assert_eq!(at, BTreeSet::from(["pay-2", "pay-3", "fund-c"]));
    let trace = trace(&register, &links, "pay-2", day("2024-06-01")).unwrap();
    assert_eq!(codes(&trace.gaps), ["PRJ-075"]);
    assert_eq!(trace.steps[2].missing.as_deref(), Some("there is no project"));
}

#[test]
fn what_is_stated_as_paid_is_held_against_the_ledger() {
    let register = operating().register();
    assert_eq!(codes(&gaps(&register, &[FundLink::new("fund-a".into(), Some(p()))])), ["PRJ-079"]);
    let link = FundLink::new("fund-a".into(), Some(p())).with_payment(ledger("pay-1", None, 1_100_000));
    assert_eq!(codes(&gaps(&register, &[link])), ["PRJ-080"]);
}

#[test]
fn a_project_at_work_without_fund_or_a_finished_one_without_handover_is_named() {
    assert_eq!(codes(&gaps(&built().register(), &links())), ["PRJ-081"]);
    let mut scribe = contracted();
    scribe.say("builder", "2023-11-01", report("beds-1", 40));
    scribe.say("donor", "2023-12-01", pay("beds-1", "pay-1", 1_200_000, 40));
    assert_eq!(codes(&gaps(&scribe.register(), &links())), ["PRJ-078", "PRJ-077"]);
}

#[test]
fn the_chain_of_a_clinic_can_be_read() {
    let register = operating().register();
    let shown = trace(&register, &links(), "beds-1", day("2025-03-10")).unwrap().to_string();
    let expect = "  need          need-1  health in XA01, 9200 people: no clinic within 20 km
  nomination    2023-03-10  nomination-1  put forward by municipality
  project       2024-03-15  clinic  Clinic in Gornja Luka, in XA01: operating
  fund          fund-a  named as its fund; committed EUR 20 000.00, disbursed EUR 12 000.00
  payment       2023-12-01  pay-1  EUR 12 000.00 stated as paid; EUR 12 000.00 in the ledger
> delivery      2023-11-01  beds-1  40 pieces of bed by builder; municipality confirms 40
  verification  2023-11-20  visit-1  found: seen with the nurse on duty
  handover      2024-02-29  handover-1  signed by its owner, municipality
  check         2025-02-28  clinic +12 months  overdue: nobody has looked
  check         2026-02-28  clinic +24 months  not yet

clinic is operating since 2024-03-15
  reported      40 pieces of bed
  confirmed     40 pieces of bed
  verified      38 pieces of bed
  paid for      40 pieces of bed
  paid          EUR 12 000.00
  pledged       -
  committed     EUR 20 000.00
  disbursed     EUR 12 000.00
  expended      -
  still owed    mend `roof drips` (due 2024-04-30, overdue)
  still owed    look whether it works, 12 months after (due 2025-02-28, overdue)
  still owed    look whether it works, 24 months after (due 2026-02-28)
";
    assert_eq!(shown, expect, "{shown}");
}
