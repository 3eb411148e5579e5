//! Reported, confirmed, verified, paid: four columns.

use super::*;

fn columns(scribe: &Scribe) -> [String; 5] {
    let columns = scribe.register().project(&p()).unwrap().columns();
    let DeliveryColumns { reported, confirmed, verified, paid, paid_money } = columns;
    [reported.to_string(), confirmed.to_string(), verified.to_string(), paid.to_string(), paid_money.to_string()]
}

fn at_work() -> Scribe {
    let mut scribe = contracted();
    scribe.say("builder", "2023-06-15", Statement::Implementing { project: p() });
    scribe
}

#[test]
fn each_party_fills_its_own_column() {
    let mut scribe = at_work();
    scribe.say("builder", "2023-11-01", report("beds-1", 40));
    scribe.say("builder", "2023-11-09", report("beds-2", 10));
    scribe.say("municipality", "2023-11-03", confirm("beds-1", 36));
    scribe.say("monitor", "2023-11-20", visit("visit-1"));
    scribe.say("monitor", "2023-11-20", verify("beds-1", "visit-1", 35));
    scribe.say("donor", "2023-12-01", pay("beds-1", "pay-1", 600_000, 20));
    scribe.say("donor", "2023-12-09", pay("beds-1", "pay-2", 600_000, 20));
    let beds = |count: u64| format!("{count} pieces of bed");
    assert_eq!(columns(&scribe), [beds(50), beds(36), beds(35), beds(40), "EUR 12 000.00".to_owned()]);
    let findings = scribe.register().findings(day("2024-01-01"));
    let differ: Vec<String> = findings.iter().filter(|f| f.code == "PRJ-013").map(|f| f.message.clone()).collect();
    assert_eq!(differ, ["beds-1: 40 pieces of bed reported by builder; municipality says 36, monitor says 35"]);
}

#[test]
fn of_two_confirmations_the_lesser_counts_and_neither_is_added() {
    let mut scribe = at_work();
    scribe.say("builder", "2023-11-01", report("beds-1", 40));
    scribe.say("municipality", "2023-11-03", confirm("beds-1", 40));
    scribe.say("village", "2023-11-04", confirm("beds-1", 31));
    assert_eq!(columns(&scribe)[1], "31 pieces of bed");
    // A party's later word replaces its earlier one in the column; the history keeps both.
    scribe.say("village", "2023-11-06", confirm("beds-1", 39));
    assert_eq!(columns(&scribe)[1], "39 pieces of bed");
    assert_eq!(
        scribe.register().project(&p()).unwrap().history.iter().filter(|h| h.words.contains("arrived")).count(),
        3
    );
}

#[test]
fn nobody_confirms_its_own_delivery() {
    let mut scribe = at_work();
    scribe.say("builder", "2023-11-01", report("beds-1", 40));
    scribe.say("builder", "2023-11-03", confirm("beds-1", 40));
    assert_eq!(scribe.last_refused(), ["PRJ-010"]);
    // An agency that reports for the builder cannot confirm either, nor can the builder.
    let quantity = beds(3);
    let reported =
        Statement::DeliveryReported { delivery: "beds-2".into(), project: p(), deliverer: "builder".into(), quantity };
    scribe.say("agency", "2023-11-01", reported);
    for party in ["agency", "builder"] {
        scribe.say(party, "2023-11-03", confirm("beds-2", 3));
        assert_eq!(scribe.last_refused(), ["PRJ-010"], "{party}");
    }
    // One key for two parties does not help.
    scribe.say("shell-company", "2023-11-03", confirm("beds-1", 40));
    scribe.entries.last_mut().unwrap().by = "key of builder".to_owned();
    assert_eq!(scribe.last_refused(), ["PRJ-010"]);
    assert_eq!(columns(&scribe)[1], "-");
}

#[test]
fn nothing_is_verified_from_a_desk_or_by_who_built_it() {
    let mut scribe = at_work();
    scribe.say("builder", "2023-11-01", report("beds-1", 40));
    scribe.say("monitor", "2023-11-20", verify("beds-1", "visit-1", 40));
    assert_eq!(scribe.last_refused(), ["PRJ-011"]);
    scribe.say("builder", "2023-11-20", visit("visit-0"));
    assert_eq!(scribe.last_refused(), ["PRJ-010"]);
    scribe.say("monitor", "2023-11-20", visit("visit-1"));
    scribe.say("auditor", "2023-11-21", verify("beds-1", "visit-1", 40));
    assert_eq!(scribe.last_refused(), ["PRJ-011"], "the visit was another's");
    scribe.say("monitor", "2023-11-21", verify("beds-1", "visit-1", 40));
    assert!(scribe.last_refused().is_empty());
}

#[test]
fn other_goods_double_payments_and_impossible_amounts_are_refused() {
    let mut scribe = at_work();
    scribe.say("builder", "2023-11-01", report("beds-1", 40));
    let quantity = Quantity { goods: Goods::new("bed", "boxes"), amount: 4 };
    scribe.say("village", "2023-11-02", Statement::DeliveryConfirmed { delivery: "beds-1".into(), quantity });
    assert_eq!(scribe.last_refused(), ["PRJ-012"]);
    scribe.say("donor", "2023-12-01", pay("beds-1", "pay-1", 600_000, 20));
    scribe.say("donor", "2023-12-01", pay("beds-1", "pay-1", 600_000, 20));
    assert_eq!(scribe.last_refused(), ["PRJ-003"]);
    scribe.say("donor", "2023-12-01", pay("beds-1", "pay-2", 0, 20));
    assert_eq!(scribe.last_refused(), ["PRJ-005"]);
    scribe.say("donor", "2023-12-01", pay("beds-1", "pay-2", i64::MAX, 20));
    assert_eq!(scribe.last_refused(), ["PRJ-006"]);
    scribe.say("builder", "2023-11-01", report("beds-2", u64::MAX));
    assert_eq!(scribe.last_refused(), ["PRJ-006"]);
}

#[test]
fn no_flood_of_large_amounts_makes_a_column_overflow() {
    let mut scribe = at_work();
    for i in 0..1_100 {
        scribe.say("builder", "2023-11-01", report(&format!("beds-{i}"), 1_000_000_000_000_000));
    }
    assert_eq!(scribe.last_refused(), ["PRJ-006"]);
    assert_eq!(columns(&scribe)[0], format!("{} pieces of bed", 10_u64.pow(18)));
}

#[test]
fn nothing_is_delivered_for_what_was_cancelled() {
    let mut scribe = at_work();
    scribe.say("municipality", "2023-07-01", Statement::Cancelled { project: p(), reason: "no water".to_owned() });
    scribe.say("builder", "2023-11-01", report("beds-1", 40));
    assert_eq!(scribe.last_refused(), ["PRJ-001"]);
}
