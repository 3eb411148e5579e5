//! What we publish and read back is the same ledger.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use jiff::civil::date;
use mostari_funds::{Ledger, Recorded, Statement, aid, audit};
use mostari_model::{
    AidActivity, AidShare, AidTransaction, Clearance, Counterparty, Currency, Label, Money, Organisation, Period,
    TransactionType,
};
use proptest::prelude::*;

fn carrier(label: &str) -> aid::Carrier {
    aid::Carrier {
        log: "ministry".into(),
        by: "key-1".into(),
        party: "ministry".into(),
        recorded: date(2026, 2, 1),
        label: label.parse::<Label>().unwrap(),
        prefix: "iati-".to_owned(),
    }
}

/// A ledger that holds what these activities report.
fn ledger(activities: &[AidActivity]) -> Ledger {
    let period = Period { from: date(2026, 1, 1), to: date(2026, 12, 31) };
    let mut statements = vec![Statement::OpenPeriod { period }];
    statements.extend(aid::from_aid(activities).0);
    Ledger::replay(aid::entries(statements, &carrier("public"), 0))
}

fn party() -> impl Strategy<Value = Option<Counterparty>> {
    let words = ("[A-C]{0,2}", "[a-z]{0,3}", "(XM-[0-9])?");
    prop::option::of(words.prop_map(|(id, name, activity)| Counterparty {
        organisation: Organisation { id, name, kind: String::new() },
        activity,
    }))
}

fn transaction() -> impl Strategy<Value = AidTransaction> {
    let currency = prop::sample::select(vec!["EUR", "XAF", "KWD"]).prop_map(|code| code.parse::<Currency>().unwrap());
    let amount = prop_oneof![-1_000_i64..1_000, Just(i64::MAX / 64), Just(i64::MIN), Just(0)];
    ((1_u8..=13), amount, currency, party(), party(), "[a-z]{0,4}", 1_i16..365, any::<bool>()).prop_map(
        |(code, minor, currency, provider, receiver, word, day, dated)| AidTransaction {
            reference: word.clone(),
            kind: TransactionType::from_code(code).unwrap(),
            date: date(2025, 1, 1).saturating_add(jiff::Span::new().days(day)),
            amount: Money::new(minor, currency),
            value_date: dated.then(|| date(2025, 6, 30)),
            provider,
            receiver,
            description: word.clone(),
            sector: word,
            country: String::new(),
        },
    )
}

fn activities() -> impl Strategy<Value = Vec<AidActivity>> {
    let one = ("(XM-[0-9])?", any::<bool>(), prop::collection::vec(transaction(), 0..12), 1_u8..=6);
    let one = one.prop_map(|(id, is_secondary, transactions, status)| AidActivity {
        id,
        is_secondary,
        status,
        transactions,
        reporting: Organisation { id: "XM".into(), name: "Agency".into(), kind: "40".into() },
        titles: vec![("en".into(), "Bridges".into())],
        sectors: vec![AidShare { vocabulary: "1".into(), code: "21020".into(), basis_points: Some(10_000) }],
        ..Default::default()
    });
    prop::collection::vec(one, 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn export_and_import_give_the_same_ledger(activities in activities()) {
        let once = ledger(&activities);
        prop_assert_eq!(once.refused().count(), 0);
        let (published, findings) = aid::to_aid(&once, &Clearance::none());
        prop_assert_eq!(findings, []);
        let again = ledger(&published);
        prop_assert_eq!(again.state_digest(), once.state_digest());
        prop_assert_eq!(aid::to_aid(&again, &Clearance::none()).0, published);
        let but_pairs = |ledger: &Ledger| audit(ledger).into_iter().filter(|it| it.invariant != 13).collect::<Vec<_>>();
        prop_assert_eq!(but_pairs(&once), []);
    }

    #[test]
    fn every_transaction_is_posted_word_for_word_or_named_by_a_finding(activities in activities()) {
        let (statements, findings) = aid::from_aid(&activities);
        let mut posted = 0;
        for activity in aid::to_aid(&ledger(&activities), &Clearance::none()).0 {
            let original = activities.iter().find(|it| it.id == activity.id).unwrap();
            let movable = |it: &&AidTransaction| it.amount.minor != 0 && it.amount.minor != i64::MIN;
            let expect: Vec<_> = original.transactions.iter().filter(movable).cloned().collect();
            posted += expect.len();
            prop_assert_eq!(&activity.transactions, &expect);
            prop_assert_eq!(&AidActivity { transactions: original.transactions.clone(), ..activity }, original);
        }
        let moves = statements.iter().filter(|it| matches!(it, Statement::Transfer(_))).count();
        prop_assert_eq!(moves, posted);
        let count = |code: &str| findings.iter().filter(|it| it.code == code).count();
        let used: Vec<&AidActivity> = {
            let mut ids = std::collections::BTreeSet::new();
            activities.iter().filter(|it| !it.id.is_empty() && ids.insert(it.id.clone())).collect()
        };
        let of = |minor: i64| used.iter().flat_map(|it| &it.transactions).filter(|it| it.amount.minor == minor).count();
        prop_assert_eq!((count("FND-101"), count("FND-105")), (of(0), of(i64::MIN)));
        prop_assert_eq!(count("FND-102") + count("FND-103") + used.len(), activities.len());
    }
}

fn bridge(transactions: Vec<AidTransaction>) -> AidActivity {
    AidActivity { id: "XM-1".into(), transactions, ..Default::default() }
}

fn paid(minor: i64) -> AidTransaction {
    AidTransaction {
        reference: String::new(),
        kind: TransactionType::Disbursement,
        date: date(2025, 5, 5),
        amount: Money::new(minor, "EUR".parse().unwrap()),
        value_date: None,
        provider: None,
        receiver: None,
        description: String::new(),
        sector: String::new(),
        country: String::new(),
    }
}

#[test]
fn a_negative_amount_moves_the_same_accounts_the_other_way() {
    let ledger = ledger(&[bridge(vec![paid(100), paid(-30)])]);
    let balance = |account: &str| ledger.account(&account.into()).unwrap().balance();
    assert_eq!((balance("aid:XM-1:EUR:funds"), balance("aid:XM-1:EUR:type-3")), (-70, 70));
}

#[test]
fn a_file_that_is_carried_in_twice_is_posted_once_and_a_row_that_stands_twice_is_posted_twice() {
    let activities = [bridge(vec![paid(100), paid(100)])];
    let mut ledger = ledger(&activities);
    let balance = |ledger: &Ledger| ledger.account(&"aid:XM-1:EUR:type-3".into()).unwrap().balance();
    assert_eq!(balance(&ledger), 200);
    for entry in aid::entries(aid::from_aid(&activities).0, &carrier("public"), ledger.size()) {
        ledger.apply(&entry);
    }
    assert_eq!((balance(&ledger), ledger.refused().count()), (200, 0));
}

#[test]
fn what_a_reader_may_not_see_is_not_published_and_counted() {
    let mut ledger = ledger(&[bridge(vec![paid(100)])]);
    let hidden = aid::entries(aid::from_aid(&[bridge(vec![paid(7)])]).0, &carrier("force"), ledger.size());
    hidden.iter().for_each(|entry| drop(ledger.apply(entry)));
    let (public, findings) = aid::to_aid(&ledger, &Clearance::none());
    assert_eq!(public[0].transactions, [paid(100)]);
    assert_eq!(findings[0].code, "FND-106");
    assert_eq!(aid::to_aid(&ledger, &Clearance::of(["force"])).0[0].transactions.len(), 2);
}

#[test]
fn an_activity_that_pays_more_than_it_committed_is_a_finding() {
    let committed = AidTransaction { kind: TransactionType::OutgoingCommitment, ..paid(50) };
    let (_, findings) = aid::from_aid(&[bridge(vec![committed, paid(80)])]);
    assert_eq!(findings.iter().map(|it| it.code.as_ref()).collect::<Vec<_>>(), ["FND-104"]);
}

#[test]
fn a_transaction_happens_on_its_own_date_and_is_booked_in_the_open_period() {
    let ledger = ledger(&[bridge(vec![paid(100)])]);
    let last: &Recorded = ledger.history().last().unwrap();
    assert_eq!(last.entry.happened, date(2025, 5, 5));
    assert!(matches!(&last.outcome, mostari_funds::Outcome::Posted(it) if it.booked == date(2026, 2, 1)));
}
