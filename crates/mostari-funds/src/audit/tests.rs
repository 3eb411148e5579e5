//! Every question finds a bug that is planted by hand, and nothing before.

use super::*;
use crate::outcome::{Leg, Outcome};
use crate::statement::{Move, Standing, Statement};
use crate::{Recorded, Strength, aid, synthetic};
use jiff::civil::date;
use mostari_model::{AidActivity, AidTransaction, Counterparty, Label, Money, Organisation, PartyId, TransactionType};

fn world() -> Ledger {
    synthetic::history(synthetic::Shape { seed: 7, postings: 4_000, ..Default::default() }).1
}

/// Plants a bug in a sound ledger; the question must find it.
fn check(invariant: u8, plant: impl FnOnce(&mut Ledger)) {
    let query = &QUERIES[usize::from(invariant) - 1];
    let mut ledger = world();
    assert_eq!(query.ask(&ledger), [], "before the bug was planted");
    plant(&mut ledger);
    let found = query.ask(&ledger);
    assert!(!found.is_empty(), "I{invariant} does not see the bug");
    assert_eq!(found[0].to_finding().code, format!("FND-2{invariant:02}"));
}

/// The first recorded entry that fits.
fn first(ledger: &mut Ledger, fits: impl Fn(&Recorded) -> bool) -> &mut Recorded {
    ledger.history.iter_mut().find(|recorded| fits(recorded)).expect("the world has one")
}

/// The first posted leg that fits.
fn leg(ledger: &mut Ledger, fits: impl Fn(&Leg) -> bool) -> &mut Leg {
    let legs = ledger.history.iter_mut().flat_map(|recorded| match &mut recorded.outcome {
        Outcome::Posted(posting) => posting.legs.as_mut_slice(),
        _ => &mut [],
    });
    legs.into_iter().find(|leg| fits(leg)).expect("the world has one")
}

fn is_posted(recorded: &Recorded) -> bool {
    matches!(recorded.outcome, Outcome::Posted(_))
}

#[test]
fn the_questions_are_the_eighteen_invariants_in_order() {
    let numbers: Vec<u8> = QUERIES.iter().map(|query| query.invariant).collect();
    assert_eq!(numbers, (1..=18).collect::<Vec<u8>>());
    assert_eq!(audit(&world()), []);
}

#[test]
fn i1_a_total_that_nobody_moved_is_found() {
    check(1, |ledger| ledger.state.accounts.values_mut().next().unwrap().debits_posted += 1);
}

#[test]
fn i1_a_credit_of_another_unit_is_found() {
    check(1, |ledger| leg(ledger, |leg| leg.credit.as_str() == "project-1").credit = "camp-node-0".into());
}

#[test]
fn i2_an_amount_of_nothing_is_found() {
    check(2, |ledger| leg(ledger, |_| true).amount = 0);
}

#[test]
fn i2_a_scale_that_is_not_the_standards_is_found() {
    check(2, |ledger| ledger.state.units.get_mut(&"EUR".into()).unwrap().digits = 3);
}

#[test]
fn i3_a_movement_between_two_units_is_found() {
    check(3, |ledger| leg(ledger, |leg| leg.credit.as_str() == "project-1").credit = "programme-xaf-0".into());
}

#[test]
fn i3_an_exchange_that_was_valued_anew_is_found() {
    check(3, |ledger| leg(ledger, |leg| leg.debit.as_str() == "bank-XAF").amount += 1_000_000);
}

#[test]
fn i4_a_grant_that_spends_what_it_was_not_given_is_found() {
    let disbursed = |leg: &Leg| leg.grant.is_some() && leg.kind == Some(TransactionType::Disbursement);
    check(4, |ledger| leg(ledger, disbursed).amount += 1_000_000_000_000);
}

#[test]
fn i4_an_excess_without_a_second_party_is_found() {
    check(4, |ledger| leg(ledger, |leg| leg.grant.is_some() && leg.kind.is_some()).excess = 1);
}

#[test]
fn i5_a_controlled_account_below_zero_is_found() {
    check(5, |ledger| leg(ledger, |leg| leg.debit.as_str().starts_with("programme-")).amount += 1_000_000_000_000);
}

#[test]
fn i5_a_reservation_that_was_lost_is_found() {
    check(5, |ledger| {
        let held = |it: &&mut crate::Account| it.debits_pending > 0;
        ledger.state.accounts.values_mut().find(held).unwrap().debits_pending -= 1;
    });
}

#[test]
fn i6_a_lot_that_is_used_out_of_order_is_found() {
    check(6, |ledger| {
        let chosen = leg(ledger, |leg| leg.lots.len() > 1 && leg.debit.as_str().starts_with("donor-"));
        chosen.lots.reverse();
    });
}

#[test]
fn i6_an_earmark_that_was_widened_is_found() {
    check(6, |ledger| {
        let narrow = ledger.state.lots.iter_mut().find(|lot| lot.earmark.strength == Strength::Hard).unwrap();
        narrow.earmark.strength = Strength::Soft;
    });
}

#[test]
fn i6_a_use_that_the_earmark_forbids_is_found() {
    check(6, |ledger| {
        for recorded in &mut ledger.history {
            if let Statement::Transfer(transfer) = &mut recorded.entry.statement {
                for one in &mut transfer.moves {
                    if let Move::Plain(plain) = one {
                        plain.earmark = plain
                            .earmark
                            .take()
                            .map(|earmark| crate::Earmark { sectors: ["weapons".to_owned()].into(), ..earmark });
                    }
                }
            }
        }
    });
}

#[test]
fn i6_a_lot_of_which_more_is_held_than_came_in_is_found() {
    check(6, |ledger| ledger.state.lots[0].issued -= 1);
}

#[test]
fn i7_a_part_that_exceeds_its_whole_is_found() {
    check(7, |ledger| {
        let stated = first(ledger, |it| {
            it.outcome == Outcome::Done && matches!(&it.entry.statement, Statement::Budget(it) if it.parent.is_some())
        });
        if let Statement::Budget(budget) = &mut stated.entry.statement {
            budget.allocation = u64::MAX / 4;
        }
    });
}

#[test]
fn i8_an_id_that_stands_for_two_things_is_found() {
    check(8, |ledger| {
        let id = ledger.history[0].entry.id.clone();
        ledger.history.last_mut().unwrap().entry.id = id;
    });
}

#[test]
fn i9_a_statement_that_was_changed_after_it_was_posted_is_found() {
    check(9, |ledger| {
        let posted = first(ledger, |it| is_posted(it) && matches!(it.entry.statement, Statement::Transfer(_)));
        if let Statement::Transfer(transfer) = &mut posted.entry.statement
            && let Move::Plain(plain) = &mut transfer.moves[0]
        {
            plain.amount += 1;
        }
    });
}

#[test]
fn i9_a_second_reversal_is_found() {
    check(9, |ledger| {
        let is_reversal = |it: &Recorded| is_posted(it) && matches!(it.entry.statement, Statement::Reverse { .. });
        let mut again = first(ledger, is_reversal).clone();
        again.entry.index = ledger.state.size;
        again.entry.id = "again".into();
        ledger.state.size += 1;
        ledger.history.push(again);
    });
}

#[test]
fn i9_an_entry_that_is_missing_at_the_end_is_found() {
    check(9, |ledger| drop(ledger.history.pop()));
}

#[test]
fn i10_a_posting_in_a_closed_period_is_found() {
    check(10, |ledger| {
        if let Outcome::Posted(posting) = &mut first(ledger, is_posted).outcome {
            posting.booked = date(1995, 12, 14);
        }
    });
}

#[test]
fn i11_a_large_movement_signed_by_its_maker_is_found() {
    check(11, |ledger| {
        let approved = |it: &Recorded| is_posted(it) && matches!(it.entry.statement, Statement::Approve { .. });
        first(ledger, approved).entry.by = "clerk".into();
    });
}

#[test]
fn i12_a_deliverer_who_confirms_is_found() {
    check(12, |ledger| {
        let confirmed =
            |it: &Recorded| is_posted(it) && matches!(it.entry.statement, Statement::ConfirmDelivery { .. });
        first(ledger, confirmed).entry.party = "carrier".into();
    });
}

#[test]
fn i12_a_delivery_that_nobody_stated_is_found() {
    check(12, |ledger| ledger.state.consignments.values_mut().next().unwrap().confirmed += 1);
}

#[test]
fn i14_what_waits_for_ever_is_found() {
    check(14, |ledger| {
        let held = |it: &Recorded| matches!(it.outcome, Outcome::Held(_));
        if let Outcome::Held(hold) = &mut first(ledger, held).outcome {
            hold.expires = date(1995, 12, 14);
        }
    });
}

#[test]
fn i15_a_payee_who_was_not_released_is_found() {
    check(15, |ledger| {
        for recorded in &mut ledger.history {
            if let Statement::SetStanding { standing, .. } = &mut recorded.entry.statement {
                *standing = Standing::Suspended;
            }
        }
    });
}

#[test]
fn i16_a_total_that_does_not_add_up_is_found() {
    check(16, |ledger| {
        let stated =
            |it: &Recorded| it.outcome == Outcome::Done && matches!(it.entry.statement, Statement::StateTotal(_));
        if let Statement::StateTotal(total) = &mut first(ledger, stated).entry.statement {
            total.restricted += 1;
        }
    });
}

#[test]
fn i17_a_debit_from_another_log_is_found() {
    let moved_now = |it: &Recorded| is_posted(it) && matches!(it.entry.statement, Statement::Transfer(_));
    check(17, |ledger| first(ledger, moved_now).entry.log = "node-1".into());
}

#[test]
fn i18_a_state_that_the_entries_do_not_give_is_found() {
    check(18, |ledger| {
        let standing = ledger.state.standings.get_mut(&PartyId::from("payee-0")).expect("the world has this payee");
        *standing = match standing {
            Standing::Released => Standing::Suspended,
            Standing::Suspended => Standing::Released,
        };
    });
}

#[test]
fn i18_an_answer_that_was_changed_is_found() {
    check(18, |ledger| {
        first(ledger, |it| it.outcome == Outcome::Done).outcome =
            Outcome::Exists { first: 0, answer: Box::new(Outcome::Done) }
    });
}

/// A payment of a donor to an agency that the agency does not report, read in a year later.
fn unconfirmed_payment() -> Ledger {
    let organisation = |id: &str| Organisation { id: id.into(), ..Default::default() };
    let activity = |id: &str, transactions| AidActivity {
        id: id.into(),
        reporting: organisation(id),
        transactions,
        ..Default::default()
    };
    let to = |id: &str| Some(Counterparty { organisation: organisation(id), activity: id.into() });
    let paid = AidTransaction {
        reference: String::new(),
        kind: TransactionType::Disbursement,
        date: date(2025, 1, 10),
        amount: Money::new(100, "EUR".parse().unwrap()),
        value_date: None,
        provider: to("donor"),
        receiver: to("agency"),
        description: String::new(),
        sector: String::new(),
        country: String::new(),
    };
    let (statements, _) = aid::from_aid(&[activity("donor", vec![paid]), activity("agency", Vec::new())]);
    let carrier = aid::Carrier {
        log: "hq".into(),
        by: "clerk".into(),
        party: "ministry".into(),
        recorded: date(2026, 1, 10),
        label: Label::public(),
        prefix: "iati-".to_owned(),
    };
    let period = mostari_model::Period { from: date(2026, 1, 1), to: date(2026, 12, 31) };
    let all = std::iter::once(Statement::OpenPeriod { period }).chain(statements).collect();
    Ledger::replay(aid::entries(all, &carrier, 0))
}

#[test]
fn i13_an_old_flow_without_its_other_side_is_found_until_it_is_published() {
    let mut ledger = unconfirmed_payment();
    assert_eq!(ledger.refused().count(), 0);
    assert_eq!(QUERIES[12].ask(&ledger).len(), 1);
    let mut entry = ledger.history[0].entry.clone();
    (entry.index, entry.id) = (ledger.size(), "said".into());
    let words = "the agency closed its office before it reported".to_owned();
    entry.statement = Statement::Discrepancy { activity: "donor".to_owned(), position: 0, words };
    assert_eq!(ledger.apply(&entry), Outcome::Done);
    assert_eq!(audit(&ledger), []);
}
