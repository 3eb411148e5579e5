//! A fund ledger goes out as IATI and comes in again: what the file carries is the same ledger.
//!
//! Which digest is meant, and what IATI does not carry, is said in `docs/formats/iati.md`.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_formats::{read_iati, write_iati};
use mostari_funds::{
    AccountCard, AccountKind, Entry, Ledger, Move, Outcome, Plain, Standing, Statement, Transfer, Unit, UnitKind, Use,
    aid, sums,
};
use mostari_model::{
    AidActivity, AidTransaction, Clearance, Counterparty, Date, Label, Money, Organisation, Participation, Period,
    TransactionType,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

const FIRST_DAY: Date = Date::constant(2026, 1, 1);
const CURRENCIES: [(&str, u8); 3] = [("EUR", 2), ("XAF", 0), ("KWD", 3)];
/// Two donors, an agency and two organisations that it pays.
const PARTIES: [&str; 5] = ["XM-DONOR-1", "XM-DONOR-2", "XM-AGENCY", "XM-NGO-1", "XM-NGO-2"];
const GRANTS: [(&str, usize, usize); 3] = [("clinics", 0, 2), ("roads", 1, 2), ("wells", 2, 3)];

/// What may happen to a movement after it was stated.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Then {
    Posted,
    PostedInPart,
    Voided,
    Reversed,
}

/// A movement of any type between two parties.
#[derive(Debug, Clone)]
struct Step {
    kind: TransactionType,
    currency: &'static str,
    giver: usize,
    getter: usize,
    amount: u64,
    is_taken_back: bool,
    grant: Option<usize>,
    day: i64,
    then: Then,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let parts = (
        prop::sample::select(&TransactionType::ALL[..]),
        prop::sample::select(&CURRENCIES[..]),
        0..PARTIES.len(),
        1..PARTIES.len(),
        prop_oneof![1_u64..50_000, Just(i64::MAX as u64 / 1_000)],
        prop::bool::weighted(0.2),
        prop::option::weighted(0.3, 0..GRANTS.len()),
        0_i64..360,
        prop::sample::select(&[Then::Posted, Then::Posted, Then::PostedInPart, Then::Voided, Then::Reversed][..]),
    );
    let step = parts.prop_map(|(kind, (currency, _), giver, away, amount, is_taken_back, grant, day, then)| Step {
        kind,
        currency,
        giver,
        getter: (giver + away) % PARTIES.len(),
        amount,
        is_taken_back,
        grant,
        day,
        then,
    });
    prop::collection::vec(step, 1..60)
}

/// A ministry's ledger and the way to speak to it.
struct Desk {
    ledger: Ledger,
}

impl Desk {
    /// Units, accounts with their activities, grants: nothing has moved, but each party has something.
    fn open() -> Self {
        let mut desk = Self { ledger: Ledger::new() };
        desk.say(Statement::OpenPeriod { period: Period { from: FIRST_DAY, to: Date::constant(2026, 12, 31) } });
        desk.say(Statement::SetStanding {
            payee: "builder".into(),
            standing: Standing::Released,
            reason: "in the register".to_owned(),
        });
        for party in PARTIES {
            desk.say(Statement::Activity { activity: Box::new(activity(party)) });
        }
        for (unit, digits) in CURRENCIES {
            desk.say(Statement::OpenUnit(Unit {
                unit: unit.into(),
                kind: UnitKind::Money,
                digits,
                four_eyes_from: None,
            }));
            desk.account("world", unit, AccountKind::Outside, "XM-WORLD", "");
            desk.account("builder", unit, AccountKind::Payee, "builder", "");
            for party in PARTIES {
                desk.account(party, unit, AccountKind::Programme, party, &format!("{party}-1"));
                desk.account(&format!("{party}-word"), unit, AccountKind::Promise, party, &format!("{party}-1"));
                let plain = Plain::new(format!("world:{unit}"), format!("{party}:{unit}"), 100_000);
                desk.transfer(0, Plain { kind: Some(TransactionType::IncomingFunds), ..plain }, None);
            }
        }
        for (grant, donor, receiver) in GRANTS {
            let (donor, receiver) = (PARTIES[donor].into(), PARTIES[receiver].into());
            desk.say(Statement::OpenGrant { grant: grant.into(), unit: "EUR".into(), donor, receiver });
        }
        desk
    }

    fn say(&mut self, statement: Statement) -> Outcome {
        self.say_on(FIRST_DAY, statement)
    }

    fn say_on(&mut self, happened: Date, statement: Statement) -> Outcome {
        let index = self.ledger.size();
        self.ledger.apply(&Entry {
            index,
            id: format!("e{index}").into(),
            log: "ministry".into(),
            by: "key-1".into(),
            party: "ministry".into(),
            recorded: FIRST_DAY,
            happened,
            label: Label::public(),
            statement,
        })
    }

    fn account(&mut self, name: &str, unit: &str, kind: AccountKind, owner: &str, activity: &str) {
        self.say(Statement::OpenAccount(Box::new(AccountCard {
            account: format!("{name}:{unit}").into(),
            unit: unit.into(),
            kind,
            owner: owner.into(),
            home: "ministry".into(),
            area: None,
            activity: activity.to_owned(),
        })));
    }

    fn transfer(&mut self, day: i64, plain: Plain, pending_until: Option<Date>) -> Outcome {
        let happened = FIRST_DAY + jiff::Span::new().days(day);
        let moves = vec![Move::Plain(plain)];
        self.say_on(happened, Statement::Transfer(Transfer { moves, pending_until, override_reason: None }))
    }

    /// Carries out a step as far as the ledger lets it.
    fn take(&mut self, step: &Step) {
        let name = |end: usize, kind: &str| format!("{}{kind}:{}", PARTIES[end], step.currency);
        let (giver, getter) = match step.kind.code() {
            1 | 9 => (format!("world:{}", step.currency), name(step.getter, "")),
            3 | 7 => (name(step.giver, ""), name(step.getter, "")),
            2 | 10..=13 => (name(step.giver, "-word"), name(step.getter, "-word")),
            _ => (name(step.giver, ""), format!("builder:{}", step.currency)),
        };
        let (debit, credit) = if step.is_taken_back { (getter, giver) } else { (giver, getter) };
        let plain = Plain {
            kind: Some(step.kind),
            taken_back: step.is_taken_back,
            grant: step.grant.map(|grant| GRANTS[grant].0.into()),
            purpose: Some(Use::default()),
            ..Plain::new(debit, credit, step.amount)
        };
        let waits = matches!(step.then, Then::PostedInPart | Then::Voided).then(|| Date::constant(2026, 12, 31));
        let of = format!("e{}", self.ledger.size()).into();
        if self.transfer(step.day, plain, waits).refusal().is_some() {
            return;
        }
        match step.then {
            Then::Posted => Outcome::Done,
            Then::PostedInPart => self.say(Statement::Post { of, amount: Some(1.max(step.amount / 2)) }),
            Then::Voided => self.say(Statement::Void { of, reason: "not needed".to_owned() }),
            Then::Reversed => self.say(Statement::Reverse { of, reason: "typed wrongly".to_owned() }),
        };
    }

    /// Carries in what somebody else publishes.
    fn carry_in(&mut self, reported: &[AidActivity]) {
        for entry in aid::entries(aid::from_aid(reported).0, &carrier(), self.ledger.size()) {
            self.ledger.apply(&entry);
        }
    }
}

/// The least that IATI wants to know of an activity.
fn activity(party: &str) -> AidActivity {
    let reporting = Organisation { id: party.to_owned(), name: format!("The {party}"), kind: "22".to_owned() };
    AidActivity {
        id: format!("{party}-1"),
        titles: vec![("en".to_owned(), "Clinics & wells".to_owned())],
        descriptions: vec![(String::new(), "Built again".to_owned())],
        reporting: reporting.clone(),
        status: 2,
        start_planned: Some(FIRST_DAY),
        participations: vec![Participation {
            role: 4,
            party: Counterparty { organisation: reporting, activity: String::new() },
        }],
        ..AidActivity::default()
    }
}

fn carrier() -> aid::Carrier {
    aid::Carrier {
        log: "ministry".into(),
        by: "key-1".into(),
        party: "ministry".into(),
        recorded: FIRST_DAY,
        label: Label::public(),
        prefix: "iati-".to_owned(),
    }
}

/// The ledger that an import of these activities gives: its digest is the one that must survive.
fn import(activities: &[AidActivity]) -> Ledger {
    let period = Period { from: FIRST_DAY, to: Date::constant(2026, 12, 31) };
    let mut statements = vec![Statement::OpenPeriod { period }];
    statements.extend(aid::from_aid(activities).0);
    Ledger::replay(aid::entries(statements, &carrier(), 0))
}

fn export(ledger: &Ledger) -> Vec<AidActivity> {
    let (activities, findings) = aid::to_aid(ledger, &Clearance::none());
    assert_eq!(findings, [], "nothing is left out");
    activities
}

fn through_xml(activities: &[AidActivity]) -> Vec<AidActivity> {
    let file = write_iati(activities, None).unwrap();
    let (read, findings) = read_iati(file.as_bytes());
    // `AID-037`: a day to come, which is no fault of the file.
    let faults: Vec<_> = findings.iter().filter(|finding| finding.code != "AID-037").collect();
    assert!(faults.is_empty(), "{faults:?}");
    read
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn import_of_our_own_export_gives_the_same_ledger_digest(steps in steps()) {
        let mut desk = Desk::open();
        steps.iter().for_each(|step| desk.take(step));
        let sent = export(&desk.ledger);
        let got = through_xml(&sent);
        prop_assert_eq!(&got, &sent, "every transaction comes back word for word");
        let imported = import(&got);
        prop_assert_eq!(imported.refused().count(), 0);
        prop_assert_eq!(imported.state_digest(), import(&sent).state_digest());
        prop_assert_eq!(export(&imported), sent, "export after import changes nothing any more");
        check_sums(&desk.ledger, &imported);
    }

    #[test]
    fn what_others_report_without_value_dates_comes_back_with_them_and_gives_the_same_digest(
        days in prop::collection::vec((1_u8..=13, -5_000_i64..5_000, prop::option::of(0_i64..360)), 0..20),
    ) {
        let transactions = days.into_iter().map(|(code, minor, value_day)| reported(code, minor, value_day));
        let foreign = AidActivity { transactions: transactions.collect(), ..activity("XM-OTHER") };
        let mut desk = Desk::open();
        desk.carry_in(&[foreign]);
        let sent = export(&desk.ledger);
        let got = through_xml(&sent);
        prop_assert_eq!(import(&got).state_digest(), import(&sent).state_digest());
        prop_assert_eq!(through_xml(&export(&import(&got))), got.clone());
        let mut dated = sent;
        for transaction in dated.iter_mut().flat_map(|activity| &mut activity.transactions) {
            transaction.value_date = transaction.value_date.or(Some(transaction.date));
        }
        prop_assert_eq!(got, dated, "nothing else changed");
    }
}

fn reported(code: u8, minor: i64, value_day: Option<i64>) -> AidTransaction {
    AidTransaction {
        reference: format!("{code}-{minor}"),
        kind: TransactionType::from_code(code).unwrap(),
        date: Date::constant(2026, 3, 1),
        amount: Money::new(minor, "EUR".parse().unwrap()),
        value_date: value_day.map(|day| FIRST_DAY + jiff::Span::new().days(day)),
        provider: None,
        receiver: None,
        description: String::new(),
        sector: String::new(),
        country: String::new(),
    }
}

/// The import counts of each type what the ledger counted. What is passed on from one activity to another is reported at
/// both ends: there, once more, as incoming funds.
fn check_sums(ledger: &Ledger, imported: &Ledger) {
    let period = Period { from: FIRST_DAY, to: Date::constant(2026, 12, 31) };
    for (unit, _) in CURRENCIES {
        let of = |ledger: &Ledger, kind| sums(ledger, &unit.into(), kind, period).unwrap().public;
        for kind in TransactionType::ALL {
            let passed_on = match kind {
                TransactionType::IncomingFunds => {
                    of(ledger, TransactionType::Disbursement) + of(ledger, TransactionType::Reimbursement)
                }
                _ => 0,
            };
            assert_eq!(of(imported, kind), of(ledger, kind) + passed_on, "{unit} {kind:?}");
        }
    }
}

/// A property that never meets its case proves nothing.
#[test]
fn the_invented_ledgers_post_all_thirteen_types_in_three_currencies_both_ways_and_on_grants() {
    let mut desk = Desk::open();
    for (kind, day) in TransactionType::ALL.into_iter().zip(1..) {
        for (currency, _) in CURRENCIES {
            let step = Step {
                kind,
                currency,
                giver: 0,
                getter: 2,
                amount: 700,
                is_taken_back: false,
                grant: None,
                day,
                then: Then::Posted,
            };
            desk.take(&step);
            desk.take(&Step { is_taken_back: true, amount: 200, ..step.clone() });
            desk.take(&Step { then: Then::Reversed, ..step.clone() });
            desk.take(&Step { then: Then::PostedInPart, ..step });
        }
    }
    for (kind, giver) in
        [(12, 0), (2, 0), (3, 0), (4, 2)].map(|(code, giver)| (TransactionType::from_code(code).unwrap(), giver))
    {
        desk.take(&Step {
            kind,
            currency: "EUR",
            giver,
            getter: 2,
            amount: 50,
            is_taken_back: false,
            grant: Some(0),
            day: 9,
            then: Then::Posted,
        });
    }
    assert_eq!(desk.ledger.refused().count(), 0);
    let (_, clinics) = desk.ledger.grants().find(|(grant, _)| grant.as_str() == "clinics").unwrap();
    assert_eq!(clinics.posted, [50; 4]);
    let sent = export(&desk.ledger);
    let met: BTreeSet<(u8, &str, bool)> = sent
        .iter()
        .flat_map(|activity| &activity.transactions)
        .map(|it| (it.kind.code(), it.amount.currency.as_str(), it.amount.minor < 0))
        .collect();
    assert_eq!(met.len(), 13 * 3 * 2, "{met:?}");
    assert_eq!(import(&through_xml(&sent)).state_digest(), import(&sent).state_digest());
    check_sums(&desk.ledger, &import(&sent));
}

/// IATI has no word for lots, earmarks, grant lines or what waits, so the whole ledger does not come back.
#[test]
fn an_import_is_a_ledger_of_claims_and_not_the_ledger_itself() {
    let desk = Desk::open();
    let imported = import(&export(&desk.ledger));
    assert_ne!(imported.state_digest(), desk.ledger.state_digest());
    assert!(imported.accounts().all(|(_, account)| account.card.kind == AccountKind::Reported));
    assert_eq!(imported.grants().count(), 0);
}

/// A digest that nothing changes would prove nothing.
#[test]
fn one_cent_more_in_the_file_is_another_digest() {
    let sent = export(&Desk::open().ledger);
    let mut other = through_xml(&sent);
    other[0].transactions[0].amount.minor += 1;
    assert_ne!(import(&through_xml(&other)).state_digest(), import(&sent).state_digest());
}
