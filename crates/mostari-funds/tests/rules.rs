//! The rules of the ledger, one sentence each.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use jiff::civil::date;
use mostari_funds::{
    AccountCard, AccountKind, Dispatch, Earmark, Entry, Exchange, Ledger, LossCause, Move, Outcome, Plain, Rate,
    Refusal, Signature, Standing, Statement, Strength, Transfer, Unit, UnitKind, Use, audit,
};
use mostari_model::{Date, Label, Period, TransactionType};

/// A ledger in which people speak one after the other.
struct Desk {
    ledger: Ledger,
    by: &'static str,
    party: &'static str,
    log: &'static str,
    recorded: Date,
    happened: Date,
}

impl Desk {
    fn new() -> Self {
        let day = date(2026, 3, 10);
        let ledger = Ledger::new();
        let mut desk = Self { ledger, by: "clerk", party: "agency", log: "hq", recorded: day, happened: day };
        let unit = |unit: &str, kind, digits, four_eyes_from| {
            Statement::OpenUnit(Unit { unit: unit.into(), kind, digits, four_eyes_from })
        };
        desk.ok(unit("EUR", UnitKind::Money, 2, Some(1_000_000)));
        desk.ok(unit("XAF", UnitKind::Money, 0, None));
        desk.ok(unit("diesel-l", UnitKind::Goods, 0, None));
        desk.ok(Statement::OpenPeriod { period: march() });
        for (account, unit, kind) in [
            ("world", "EUR", AccountKind::Outside),
            ("donor", "EUR", AccountKind::Donor),
            ("clinic", "EUR", AccountKind::Project),
            ("builder", "EUR", AccountKind::Payee),
            ("words", "EUR", AccountKind::Promise),
            ("word-to", "EUR", AccountKind::Promise),
            ("bank-eur", "EUR", AccountKind::Exchange),
            ("bank-xaf", "XAF", AccountKind::Exchange),
            ("rounding", "XAF", AccountKind::Rounding),
            ("programme-xaf", "XAF", AccountKind::Programme),
            ("wells", "diesel-l", AccountKind::Outside),
            ("depot", "diesel-l", AccountKind::Stock),
            ("truck", "diesel-l", AccountKind::Transit),
            ("camp", "diesel-l", AccountKind::Delivered),
            ("looted", "diesel-l", AccountKind::Loss(LossCause::Looting)),
        ] {
            desk.ok(desk.card(account, unit, kind, "hq"));
        }
        desk.ok(desk.card("escrow", "EUR", AccountKind::Escrow, "node"));
        let (grant, unit, donor, receiver) = ("grant".into(), "EUR".into(), "donor".into(), "agency".into());
        desk.ok(Statement::OpenGrant { grant, unit, donor, receiver });
        desk
    }

    fn card(&self, account: &str, unit: &str, kind: AccountKind, home: &str) -> Statement {
        let (unit, owner, home) = (unit.into(), account.into(), home.into());
        let account = account.into();
        Statement::OpenAccount(
            AccountCard { account, unit, kind, owner, home, area: None, activity: String::new() }.into(),
        )
    }

    /// Says something; the id of its entry is its index.
    fn say(&mut self, statement: Statement) -> Outcome {
        let index = self.ledger.size();
        self.ledger.apply(&Entry {
            index,
            id: index.to_string().into(),
            log: self.log.into(),
            by: self.by.into(),
            party: self.party.into(),
            recorded: self.recorded,
            happened: self.happened,
            label: Label::public(),
            statement,
        })
    }

    /// Says something that must be accepted; gives its id.
    fn ok(&mut self, statement: Statement) -> String {
        let id = self.ledger.size().to_string();
        let outcome = self.say(statement);
        assert!(outcome.refusal().is_none(), "{outcome:?}");
        id
    }

    /// Says something that must be refused under this code, and change nothing.
    fn refused(&mut self, code: &str, statement: Statement) -> Refusal {
        let before: Vec<_> = self.ledger.accounts().map(|(_, account)| account.clone()).collect();
        let outcome = self.say(statement);
        let refusal = outcome.refusal().unwrap_or_else(|| panic!("{outcome:?}")).clone();
        assert_eq!(refusal.card().code, code, "{refusal}");
        assert!(before.iter().eq(self.ledger.accounts().map(|(_, account)| account)), "it changed something");
        refusal
    }

    fn as_of(&mut self, by: &'static str, party: &'static str) -> &mut Self {
        (self.by, self.party) = (by, party);
        self
    }

    fn balance(&self, account: &str) -> i64 {
        self.ledger.account(&account.into()).unwrap().balance()
    }

    /// Gives the donor's account a lot.
    fn give(&mut self, amount: u64, earmark: Earmark) -> String {
        self.ok(moves(Plain { earmark: Some(earmark), ..Plain::new("world", "donor", amount) }))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(audit(&self.ledger), []);
        }
    }
}

fn march() -> Period {
    Period { from: date(2026, 3, 1), to: date(2026, 3, 31) }
}

fn moves(plain: Plain) -> Statement {
    all(vec![Move::Plain(plain)])
}

fn all(moves: Vec<Move>) -> Statement {
    Statement::Transfer(Transfer { moves, pending_until: None, override_reason: None })
}

fn until(day: Date, plain: Plain) -> Statement {
    Statement::Transfer(Transfer { moves: vec![Move::Plain(plain)], pending_until: Some(day), override_reason: None })
}

fn health() -> Option<Use> {
    Some(Use { sector: "health".into(), area: Some("village".into()), purpose: String::new() })
}

fn to_clinic(amount: u64) -> Plain {
    Plain { purpose: health(), ..Plain::new("donor", "clinic", amount) }
}

fn earmarked(sector: &str, strength: Strength) -> Earmark {
    Earmark { sectors: [sector.to_owned()].into(), strength, ..Default::default() }
}

#[test]
fn a_debit_names_the_lots_that_it_used_the_first_to_expire_first() {
    let mut desk = Desk::new();
    desk.give(100, Earmark::default());
    desk.give(100, Earmark { expires: Some(date(2026, 4, 1)), ..Default::default() });
    let outcome = desk.say(moves(to_clinic(150)));
    let lots: Vec<_> = outcome.legs()[0].lots.iter().map(|it| (it.lot.to_string(), it.amount)).collect();
    assert_eq!(lots, [("L1".to_owned(), 100), ("L0".to_owned(), 50)]);
}

#[test]
fn a_hard_earmark_forbids_another_use_and_says_which_lots_are_left() {
    let mut desk = Desk::new();
    desk.give(100, earmarked("roads", Strength::Hard));
    let deviation = Some("the road is gone".to_owned());
    let refusal = desk.refused("FND-011", moves(Plain { deviation, ..to_clinic(60) }));
    assert!(matches!(refusal, Refusal::EarmarkForbids { permitted: 0, lots, .. } if lots[0].amount == 100));
}

#[test]
fn a_soft_earmark_gives_way_to_a_stated_reason() {
    let mut desk = Desk::new();
    desk.give(100, earmarked("roads", Strength::Soft));
    desk.refused("FND-011", moves(to_clinic(60)));
    let deviation = Some("the road is gone".to_owned());
    desk.ok(moves(Plain { deviation, ..to_clinic(60) }));
}

#[test]
fn expired_money_goes_back_and_nowhere_else() {
    let mut desk = Desk::new();
    desk.give(100, Earmark { expires: Some(date(2026, 3, 10)), ..Default::default() });
    desk.happened = date(2026, 3, 11);
    desk.refused("FND-011", moves(to_clinic(60)));
    desk.ok(moves(Plain::new("donor", "world", 100)));
}

#[test]
fn nobody_spends_what_is_not_there_or_is_reserved() {
    let mut desk = Desk::new();
    desk.give(100, Earmark::default());
    desk.refused("FND-010", moves(to_clinic(101)));
    desk.ok(until(date(2026, 3, 20), to_clinic(70)));
    let refusal = desk.refused("FND-010", moves(to_clinic(31)));
    assert!(matches!(refusal, Refusal::InsufficientFunds { wanted: 31, available: 30, .. }));
}

#[test]
fn what_is_pending_is_posted_in_part_voided_or_expires() {
    let mut desk = Desk::new();
    desk.give(100, Earmark::default());
    let of = desk.ok(until(date(2026, 3, 20), to_clinic(70))).into();
    desk.ok(Statement::Post { of, amount: Some(50) });
    assert_eq!((desk.balance("clinic"), desk.balance("donor")), (50, 50));
    let of = desk.ok(until(date(2026, 3, 20), to_clinic(50))).into();
    desk.ok(Statement::Void { of, reason: "the builder left".into() });
    let of = mostari_funds::EntryId::from(desk.ok(until(date(2026, 3, 20), to_clinic(50))));
    desk.recorded = date(2026, 3, 21);
    desk.ok(Statement::OpenPeriod { period: march() });
    assert_eq!(desk.ledger.history().last().unwrap().expired, std::slice::from_ref(&of));
    desk.refused("FND-022", Statement::Post { of, amount: None });
    desk.ok(moves(to_clinic(50)));
}

#[test]
fn linked_moves_happen_together_or_not_at_all() {
    let mut desk = Desk::new();
    desk.give(100, Earmark::default());
    let back = |amount| Move::Plain(Plain::new("clinic", "donor", amount));
    desk.refused("FND-010", all(vec![Move::Plain(to_clinic(80)), back(30), back(51)]));
    desk.ok(all(vec![Move::Plain(to_clinic(80)), back(30), back(50)]));
    assert_eq!(desk.balance("donor"), 100);
}

#[test]
fn a_large_transfer_waits_for_somebody_else() {
    let mut desk = Desk::new();
    let outcome = desk.say(moves(Plain::new("world", "donor", 1_000_000)));
    assert!(matches!(outcome, Outcome::Held(hold) if hold.needs == Signature::OtherSigner));
    let of = mostari_funds::EntryId::from((desk.ledger.size() - 1).to_string());
    desk.refused("FND-014", Statement::Approve { of: of.clone() });
    desk.refused("FND-015", Statement::Post { of: of.clone(), amount: None });
    desk.as_of("treasurer", "agency").ok(Statement::Approve { of });
    assert_eq!(desk.balance("donor"), 1_000_000);
}

#[test]
fn splitting_a_large_transfer_into_linked_moves_does_not_help() {
    let mut desk = Desk::new();
    let part = |amount| Move::Plain(Plain::new("world", "donor", amount));
    assert!(matches!(desk.say(all(vec![part(500_000), part(500_000)])), Outcome::Held(_)));
}

fn step(kind: TransactionType, amount: u64) -> Plain {
    let grant = Some("grant".into());
    let plain = match kind {
        TransactionType::Disbursement => to_clinic(amount),
        _ => Plain::new("words", "word-to", amount),
    };
    Plain { kind: Some(kind), grant, ..plain }
}

#[test]
fn a_grant_disburses_at_most_what_was_committed_unless_a_second_party_signs() {
    let mut desk = Desk::new();
    desk.give(1_000, Earmark::default());
    desk.refused("FND-017", moves(step(TransactionType::OutgoingCommitment, 1)));
    desk.ok(moves(step(TransactionType::OutgoingPledge, 500)));
    desk.ok(moves(step(TransactionType::OutgoingCommitment, 400)));
    desk.ok(moves(step(TransactionType::Disbursement, 400)));
    desk.refused("FND-017", moves(step(TransactionType::Disbursement, 1)));
    let of = mostari_funds::EntryId::from(desk.ok(Statement::Transfer(Transfer {
        moves: vec![Move::Plain(step(TransactionType::Disbursement, 50))],
        pending_until: None,
        override_reason: Some("snow is coming".to_owned()),
    })));
    desk.as_of("treasurer", "agency").refused("FND-016", Statement::Approve { of: of.clone() });
    desk.as_of("desk-officer", "donor").ok(Statement::Approve { of });
    let (_, grant) = desk.ledger.grants().next().unwrap();
    assert_eq!((grant.posted, grant.excess), ([500, 400, 450, 0], [0, 50, 0]));
}

#[test]
fn what_was_committed_is_not_taken_back_once_it_is_disbursed() {
    let mut desk = Desk::new();
    desk.give(1_000, Earmark::default());
    desk.ok(moves(step(TransactionType::OutgoingPledge, 500)));
    let commitment = desk.ok(moves(step(TransactionType::OutgoingCommitment, 400))).into();
    desk.ok(moves(step(TransactionType::Disbursement, 10)));
    desk.refused("FND-017", Statement::Reverse { of: commitment, reason: "a wish".into() });
    let back = Plain { taken_back: true, ..step(TransactionType::OutgoingCommitment, 501) };
    desk.refused("FND-019", moves(back));
}

#[test]
fn a_posting_is_reversed_once_by_the_same_lots() {
    let mut desk = Desk::new();
    desk.give(100, Earmark::default());
    let of = mostari_funds::EntryId::from(desk.ok(moves(to_clinic(80))));
    let reverse = |of: &mostari_funds::EntryId| Statement::Reverse { of: of.clone(), reason: "typed wrongly".into() };
    let reversal = mostari_funds::EntryId::from(desk.ok(reverse(&of)));
    assert_eq!((desk.balance("donor"), desk.balance("clinic")), (100, 0));
    desk.refused("FND-025", reverse(&of));
    desk.refused("FND-024", reverse(&reversal));
    let itself = mostari_funds::EntryId::from(desk.ledger.size().to_string());
    desk.refused("FND-024", reverse(&itself));
}

#[test]
fn what_was_spent_since_cannot_be_reversed() {
    let mut desk = Desk::new();
    let of = desk.give(100, Earmark::default()).into();
    desk.ok(moves(to_clinic(80)));
    desk.refused("FND-010", Statement::Reverse { of, reason: "typed wrongly".into() });
}

fn exchange(gives: u64, gets: u64) -> Statement {
    let rate = Rate { numerator: 655_957, denominator: 100_000, source: "BEAC".into(), date: date(2026, 3, 10) };
    let (from, sold_to, bought_from) = ("donor".into(), "bank-eur".into(), "bank-xaf".into());
    let (to, rounding) = ("programme-xaf".into(), "rounding".into());
    all(vec![Move::Exchange(Exchange { from, sold_to, gives, bought_from, to, gets, rate, rounding })])
}

#[test]
fn an_exchange_keeps_its_rate_its_earmarks_and_shows_what_was_rounded() {
    let mut desk = Desk::new();
    desk.give(10_000, earmarked("health", Strength::Hard));
    // 100.00 EUR at 6.55957 XAF for a cent are 65 595; the bank paid 65 590.
    let outcome = desk.say(exchange(10_000, 65_590));
    let amounts: Vec<u64> = outcome.legs().iter().map(|leg| leg.amount).collect();
    assert_eq!(amounts, [10_000, 65_590, 5]);
    assert_eq!((desk.balance("programme-xaf"), desk.balance("rounding")), (65_590, 5));
    let lot = desk.ledger.lot(outcome.legs()[1].lots[0].lot).unwrap();
    assert_eq!(lot.earmark, earmarked("health", Strength::Hard));
}

#[test]
fn an_amount_that_the_rate_does_not_give_is_refused() {
    let mut desk = Desk::new();
    desk.give(10_000, Earmark::default());
    desk.refused("FND-026", exchange(10_000, 65_000));
    desk.refused("FND-009", moves(Plain { purpose: None, ..Plain::new("donor", "programme-xaf", 1) }));
}

#[test]
fn a_closed_period_takes_nothing_and_a_late_entry_keeps_both_dates() {
    let mut desk = Desk::new();
    desk.ok(Statement::ClosePeriod { period: march() });
    desk.refused("FND-012", moves(Plain::new("world", "donor", 1)));
    let april = Period { from: date(2026, 4, 1), to: date(2026, 4, 30) };
    desk.ok(Statement::OpenPeriod { period: april });
    desk.recorded = date(2026, 4, 2);
    let outcome = desk.say(moves(Plain::new("world", "donor", 1)));
    assert!(matches!(outcome, Outcome::Posted(posting) if posting.booked == date(2026, 4, 2)));
    assert_eq!(desk.ledger.history().last().unwrap().entry.happened, date(2026, 3, 10));
    desk.refused(
        "FND-013",
        Statement::OpenPeriod { period: Period { from: date(2026, 4, 30), to: date(2026, 5, 30) } },
    );
}

#[test]
fn a_payee_is_paid_once_another_party_released_it() {
    let mut desk = Desk::new();
    desk.give(100, Earmark::default());
    let pay = || moves(Plain { purpose: health(), ..Plain::new("donor", "builder", 10) });
    let standing = |standing| Statement::SetStanding { payee: "builder".into(), standing, reason: "register".into() };
    desk.refused("FND-028", pay());
    desk.as_of("boss", "builder").refused("FND-029", standing(Standing::Released));
    desk.as_of("clerk", "agency").ok(standing(Standing::Released));
    desk.ok(pay());
    let of =
        desk.ok(until(date(2026, 3, 20), Plain { purpose: health(), ..Plain::new("donor", "builder", 10) })).into();
    desk.ok(standing(Standing::Suspended));
    desk.refused("FND-028", Statement::Post { of, amount: None });
    assert_eq!(desk.balance("builder"), 10);
}

#[test]
fn goods_arrive_on_the_word_of_somebody_else_or_are_lost_with_a_cause() {
    let mut desk = Desk::new();
    desk.ok(moves(Plain::new("wells", "depot", 500)));
    let (from, transit, to, deliverer) = ("depot".into(), "truck".into(), "camp".into(), "carrier".into());
    let id = desk.ok(Statement::Dispatch(
        Dispatch { from, transit, to, deliverer, amount: 300, purpose: Use::default() }.into(),
    ));
    let dispatch = || id.as_str().into();
    desk.as_of("driver", "carrier").ok(Statement::ReportDelivery { dispatch: dispatch(), amount: 300 });
    desk.refused("FND-031", Statement::ConfirmDelivery { dispatch: dispatch(), amount: 300 });
    desk.as_of("elder", "community").ok(Statement::ConfirmDelivery { dispatch: dispatch(), amount: 220 });
    desk.ok(Statement::Lose { dispatch: dispatch(), loss: "looted".into(), amount: 70 });
    desk.refused("FND-032", Statement::ConfirmDelivery { dispatch: dispatch(), amount: 11 });
    let it = desk.ledger.consignment(&dispatch()).unwrap();
    assert_eq!([it.dispatched, it.reported, it.confirmed, it.lost, it.open()], [300, 300, 220, 70, 10]);
    let balances = ["depot", "truck", "camp", "looted", "wells"].map(|account| desk.balance(account));
    assert_eq!(balances, [200, 10, 220, 70, -500]);
}

#[test]
fn only_the_home_log_spends_from_an_escrow() {
    let mut desk = Desk::new();
    desk.give(100, Earmark::default());
    desk.ok(moves(Plain::new("donor", "escrow", 60)));
    let spend = || moves(Plain { purpose: health(), ..Plain::new("escrow", "clinic", 60) });
    desk.refused("FND-033", spend());
    desk.log = "node";
    desk.refused("FND-033", moves(to_clinic(1)));
    desk.ok(spend());
}

#[test]
fn a_retry_gets_the_first_answer_and_another_statement_under_its_id_is_refused() {
    let mut desk = Desk::new();
    desk.give(100, Earmark::default());
    let said = desk.ledger.history().last().unwrap().entry.as_ref().clone();
    let retry = Entry { index: desk.ledger.size(), recorded: date(2026, 3, 12), ..said.clone() };
    let outcome = desk.ledger.apply(&retry);
    assert!(matches!(outcome, Outcome::Exists { first, answer } if first == said.index && !answer.legs().is_empty()));
    let other = Entry { index: desk.ledger.size(), by: "somebody".into(), ..said };
    assert_eq!(desk.ledger.apply(&other).refusal().unwrap().card().code, "FND-001");
    assert_eq!(desk.balance("donor"), 100);
}

#[test]
fn a_currency_has_the_digits_of_its_standard() {
    let mut desk = Desk::new();
    let unit =
        |unit: &str, kind, digits| Statement::OpenUnit(Unit { unit: unit.into(), kind, digits, four_eyes_from: None });
    desk.ok(unit("KWD", UnitKind::Money, 3));
    desk.refused("FND-004", unit("JPY", UnitKind::Money, 2));
    desk.refused("FND-004", unit("USD", UnitKind::Goods, 0));
    desk.ok(unit("engineer-weeks", UnitKind::Work, 3));
    desk.refused("FND-006", unit("engineer-weeks", UnitKind::Work, 2));
}

#[test]
fn a_total_that_would_not_fit_is_refused() {
    let mut desk = Desk::new();
    desk.ok(desk.card("sea", "diesel-l", AccountKind::Stock, "hq"));
    desk.ok(moves(Plain::new("wells", "sea", i64::MAX as u64)));
    desk.refused("FND-008", moves(Plain::new("wells", "depot", 1)));
    desk.refused("FND-007", moves(Plain::new("wells", "depot", 1 << 63)));
}
