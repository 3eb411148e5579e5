//! Transfers and reversals: from what is stated to checked legs.

use crate::account::{AMOUNT_MAX, Account, AccountKind};
use crate::declare::stated;
use crate::holdings::{Wanted, choose};
use crate::ledger::Ledger;
use crate::lot::Earmark;
use crate::outcome::{Leg, Outcome, Posting, Refusal, Signature};
use crate::state::{Issue, Planned, State, legs_of};
use crate::statement::{Entry, Exchange, Move, Plain, Rate, Reported, Statement, Transfer};
use crate::{AccountId, EntryId, UnitId};
use mostari_model::Date;

/// A bank may round what the rate gives by one smallest part and by one in so many.
pub const RESIDUE_SHARE: u64 = 10_000;

/// Who wants to move something, and when.
pub(crate) struct Mover<'a> {
    pub entry: &'a Entry,
    pub overrides: bool,
}

impl Ledger {
    pub(crate) fn transfer(&mut self, entry: &Entry, transfer: &Transfer) -> Result<Outcome, Refusal> {
        if transfer.moves.is_empty() {
            return Err(Refusal::Empty { what: "move".to_owned() });
        }
        if let Some(reason) = &transfer.override_reason {
            stated("reason for the override", reason)?;
        }
        let mover = Mover { entry, overrides: transfer.override_reason.is_some() };
        let needs = self.state.signature_for(&transfer.moves, mover.overrides)?;
        if needs != Signature::None || transfer.pending_until.is_some() {
            return self.hold(&mover, &transfer.moves, needs, transfer.pending_until);
        }
        let booked = self.state.booked(entry.happened, entry.recorded)?;
        let legs = self.state.move_all(&mover, &transfer.moves)?;
        Ok(Outcome::Posted(Posting { booked, legs }))
    }

    /// Takes back what a transfer moved, by the same lots.
    pub(crate) fn reverse(&mut self, entry: &Entry, of: &EntryId, reason: &str) -> Result<Outcome, Refusal> {
        stated("reason", reason)?;
        if let Some(by) = self.state.reversed.get(of) {
            return Err(Refusal::AlreadyReversed { of: of.clone(), by: by.clone() });
        }
        let not_reversible = || Refusal::NotReversible { of: of.clone() };
        let stated = self.answer(of).ok_or_else(not_reversible)?;
        if !matches!(stated.entry.statement, Statement::Transfer(_)) || self.state.has_reversal_waiting(of) {
            return Err(not_reversible());
        }
        let carried_out = self.carried_out.get(of).map_or(stated, |&at| &self.history[at]);
        let Outcome::Posted(posting) = &carried_out.outcome else { return Err(not_reversible()) };
        let legs: Vec<Leg> = posting.legs.iter().rev().map(mirrored).collect();
        let mover = Mover { entry, overrides: false };
        let planned = legs.into_iter().map(|leg| self.state.plan_back(&mover, leg)).collect::<Result<Vec<_>, _>>()?;
        let needs = self.state.signature_for_legs(planned.iter().map(|planned| &planned.leg))?;
        if needs != Signature::None {
            return self.hold_planned(&mover, planned, needs);
        }
        let booked = self.state.booked(entry.happened, entry.recorded)?;
        let legs = legs_of(self.state.commit_all(planned, false)?);
        self.state.reversed.insert(of.clone(), entry.id.clone());
        Ok(Outcome::Posted(Posting { booked, legs }))
    }
}

fn mirrored(leg: &Leg) -> Leg {
    let (debit, credit) = (leg.credit.clone(), leg.debit.clone());
    Leg { debit, credit, taken_back: !leg.taken_back, excess: 0, ..leg.clone() }
}

impl State {
    /// Whose second signature the moves need. Amounts of one unit are added, so that splitting them does not help.
    pub(crate) fn signature_for(&self, moves: &[Move], overrides: bool) -> Result<Signature, Refusal> {
        let amounts = moves.iter().flat_map(|one| match one {
            Move::Plain(plain) => [Some((&plain.debit, plain.amount)), None],
            Move::Exchange(exchange) => {
                [Some((&exchange.from, exchange.gives)), Some((&exchange.bought_from, exchange.gets))]
            }
        });
        let by_amount = self.signature_for_amounts(amounts.flatten())?;
        Ok(if overrides { Signature::OtherParty } else { by_amount })
    }

    pub(crate) fn signature_for_legs<'a>(&self, legs: impl Iterator<Item = &'a Leg>) -> Result<Signature, Refusal> {
        self.signature_for_amounts(legs.map(|leg| (&leg.debit, leg.amount)))
    }

    fn signature_for_amounts<'a>(
        &self,
        amounts: impl Iterator<Item = (&'a AccountId, u64)>,
    ) -> Result<Signature, Refusal> {
        let mut sums: Vec<(&UnitId, u64)> = Vec::with_capacity(2);
        for (account, amount) in amounts {
            let card = &self.known(account)?.card;
            if card.kind == AccountKind::Reported {
                continue;
            }
            match sums.iter_mut().find(|(unit, _)| **unit == card.unit) {
                Some((_, sum)) => *sum = sum.saturating_add(amount),
                None => sums.push((&card.unit, amount)),
            }
        }
        let is_large = |(unit, sum): &(&UnitId, u64)| {
            self.units.get(*unit).and_then(|unit| unit.four_eyes_from).is_some_and(|from| *sum >= from)
        };
        Ok(if sums.iter().any(is_large) { Signature::OtherSigner } else { Signature::None })
    }

    /// Plans and commits move after move, so that one may use what the one before it brought; all or none.
    fn move_all(&mut self, mover: &Mover<'_>, moves: &[Move]) -> Result<Vec<Leg>, Refusal> {
        let mut done = Vec::with_capacity(moves.len());
        for one in moves {
            let next = self.plan(mover, one);
            if let Err(refusal) = next.and_then(|next| self.commit_after(&mut done, next, mover.overrides)) {
                self.undo_all(&done);
                return Err(refusal);
            }
        }
        Ok(legs_of(done))
    }

    /// Checks a move against the state as it is, and chooses its lots.
    pub(crate) fn plan(&self, mover: &Mover<'_>, one: &Move) -> Result<Vec<Planned>, Refusal> {
        match one {
            Move::Plain(plain) => Ok(vec![self.plan_plain(mover, plain)?]),
            Move::Exchange(exchange) => self.plan_exchange(mover, exchange),
        }
    }

    fn plan_plain(&self, mover: &Mover<'_>, plain: &Plain) -> Result<Planned, Refusal> {
        let (debit, credit) = self.pair(&plain.debit, &plain.credit, plain.amount)?;
        at_home(mover, debit)?;
        let from_outside = debit.card.kind == AccountKind::Outside;
        let kind_wrong = |account: &Account| Refusal::KindWrong { account: account.card.account.clone() };
        for account in [debit, credit] {
            let mixed = debit.card.kind.is_memorandum() != credit.card.kind.is_memorandum();
            if account.card.kind.is_internal() || mixed {
                return Err(kind_wrong(account));
            }
        }
        if plain.earmark.is_some() && !from_outside {
            return Err(kind_wrong(debit));
        }
        if let Some(reported) = &plain.aid {
            self.check_reported(plain, reported, &debit.card.unit)?;
        }
        let leg = Leg {
            debit: plain.debit.clone(),
            credit: plain.credit.clone(),
            amount: plain.amount,
            lots: Vec::new(),
            kind: plain.kind,
            taken_back: plain.taken_back,
            grant: plain.grant.clone(),
            excess: 0,
        };
        self.check_grant(&leg, &debit.card.unit)?;
        if debit.card.kind.is_memorandum() {
            return Ok(Planned { leg, issues: Vec::new() });
        }
        if credit.card.kind.is_use() && plain.purpose.is_none() {
            return Err(Refusal::PurposeMissing { account: plain.credit.clone() });
        }
        if from_outside {
            return self.plan_issue(mover, plain, leg);
        }
        let wanted = Wanted {
            amount: plain.amount,
            purpose: plain.purpose.as_ref(),
            day: mover.entry.happened,
            give_back: matches!(credit.card.kind, AccountKind::Outside | AccountKind::Donor),
            deviates: plain.deviation.as_ref().is_some_and(|reason| !reason.trim().is_empty()),
        };
        Ok(Planned { leg: Leg { lots: self.choose(debit, &wanted)?, ..leg }, issues: Vec::new() })
    }

    /// Something enters the ledger: a lot of its own, which must permit the use that it goes to at once, if it does.
    fn plan_issue(&self, mover: &Mover<'_>, plain: &Plain, leg: Leg) -> Result<Planned, Refusal> {
        let earmark = plain.earmark.clone().unwrap_or_default();
        let permits = plain.purpose.as_ref().is_none_or(|purpose| earmark.permits(purpose, &self.areas));
        if !permits || earmark.is_expired(mover.entry.happened) {
            let (account, wanted) = (plain.debit.clone(), plain.amount);
            return Err(Refusal::EarmarkForbids { account, wanted, permitted: 0, lots: Vec::new(), more: 0 });
        }
        Ok(Planned { leg, issues: vec![Issue { earmark, amount: plain.amount, parent: None }] })
    }

    /// The two accounts of a leg: known, not the same, of one unit, and the amount is one.
    pub(crate) fn pair(
        &self,
        debit: &AccountId,
        credit: &AccountId,
        amount: u64,
    ) -> Result<(&Account, &Account), Refusal> {
        if amount == 0 || amount > AMOUNT_MAX {
            return Err(Refusal::AmountWrong { amount });
        }
        if debit == credit {
            return Err(Refusal::SameAccount { account: debit.clone() });
        }
        let (debit, credit) = (self.known(debit)?, self.known(credit)?);
        match debit.card.unit == credit.card.unit {
            true => Ok((debit, credit)),
            false => Err(Refusal::WrongUnit { got: credit.card.unit.clone(), expected: debit.card.unit.clone() }),
        }
    }

    pub(crate) fn choose(&self, account: &Account, wanted: &Wanted<'_>) -> Result<Vec<crate::Portion>, Refusal> {
        let (id, available) = (&account.card.account, account.available().max(0).unsigned_abs());
        if available < wanted.amount {
            return Err(Refusal::InsufficientFunds { account: id.clone(), wanted: wanted.amount, available });
        }
        choose(&account.holdings, &self.lots, &self.areas, wanted).map_err(|why| Refusal::EarmarkForbids {
            account: id.clone(),
            wanted: wanted.amount,
            permitted: why.permitted,
            lots: why.lots,
            more: why.more as u64,
        })
    }

    /// The movement must be the reported transaction, to the cent.
    fn check_reported(&self, plain: &Plain, reported: &Reported, unit: &UnitId) -> Result<(), Refusal> {
        let transaction = &reported.transaction;
        let same = self.activities.contains_key(&reported.activity)
            && transaction.amount.minor.unsigned_abs() == plain.amount
            && (transaction.amount.minor < 0) == plain.taken_back
            && transaction.amount.currency.as_str() == unit.as_str()
            && Some(transaction.kind) == plain.kind;
        if same { Ok(()) } else { Err(Refusal::AidDiffers { activity: reported.activity.clone() }) }
    }

    fn plan_exchange(&self, mover: &Mover<'_>, exchange: &Exchange) -> Result<Vec<Planned>, Refusal> {
        let (from, sold_to) = self.pair(&exchange.from, &exchange.sold_to, exchange.gives)?;
        let (bought_from, to) = self.pair(&exchange.bought_from, &exchange.to, exchange.gets)?;
        let rounding = self.known(&exchange.rounding)?;
        let is_holding = |kind: AccountKind| kind.is_controlled() && !kind.is_internal();
        let fits = [
            (from, is_holding(from.card.kind)),
            (to, is_holding(to.card.kind) && to.card.kind != AccountKind::Payee),
            (sold_to, sold_to.card.kind == AccountKind::Exchange),
            (bought_from, bought_from.card.kind == AccountKind::Exchange),
            (rounding, rounding.card.kind == AccountKind::Rounding && rounding.card.unit == to.card.unit),
        ];
        if let Some((account, _)) = fits.iter().find(|(_, fits)| !fits) {
            return Err(Refusal::KindWrong { account: account.card.account.clone() });
        }
        if from.card.unit == to.card.unit {
            return Err(Refusal::WrongUnit { got: to.card.unit.clone(), expected: from.card.unit.clone() });
        }
        at_home(mover, from)?;
        stated("source of the rate", &exchange.rate.source)?;
        let computed = computed(exchange)?;
        let day = mover.entry.happened;
        let wanted = Wanted { amount: exchange.gives, purpose: None, day, give_back: false, deviates: false };
        let lots = self.choose(from, &wanted)?;
        let leg = |debit: &AccountId, credit: &AccountId, amount: u64, lots: Vec<crate::Portion>| {
            let (debit, credit) = (debit.clone(), credit.clone());
            Leg { debit, credit, amount, lots, kind: None, taken_back: false, grant: None, excess: 0 }
        };
        let bought = computed.min(exchange.gets);
        let issues = self.apportion(&lots, exchange.gives, bought);
        let last =
            lots.last().map_or_else(Earmark::default, |portion| self.lots[portion.lot.0 as usize].earmark.clone());
        let parent = lots.last().map(|portion| portion.lot);
        let mut planned = vec![
            Planned { leg: leg(&exchange.from, &exchange.sold_to, exchange.gives, lots), issues: Vec::new() },
            Planned { leg: leg(&exchange.bought_from, &exchange.to, bought, Vec::new()), issues },
        ];
        let residue = computed.abs_diff(exchange.gets);
        if residue > 0 {
            let (debit, credit) = match exchange.gets > computed {
                true => (&exchange.rounding, &exchange.to),
                false => (&exchange.bought_from, &exchange.rounding),
            };
            let issues = vec![Issue { earmark: last, amount: residue, parent }];
            planned.push(Planned { leg: leg(debit, credit, residue, Vec::new()), issues });
        }
        Ok(planned)
    }

    /// Splits what was bought over the lots that were sold: cumulative amounts rounded down, so that it adds up.
    fn apportion(&self, sold: &[crate::Portion], gives: u64, bought: u64) -> Vec<Issue> {
        let (mut sold_so_far, mut bought_so_far) = (0_u128, 0_u64);
        let mut issues = Vec::with_capacity(sold.len());
        for portion in sold {
            sold_so_far += u128::from(portion.amount);
            let until =
                u64::try_from(sold_so_far * u128::from(bought) / u128::from(gives)).expect("at most what was bought");
            let amount = until - bought_so_far;
            bought_so_far = until;
            if amount > 0 {
                let earmark = self.lots[portion.lot.0 as usize].earmark.clone();
                issues.push(Issue { earmark, amount, parent: Some(portion.lot) });
            }
        }
        issues
    }

    /// Checks that exactly these lots are still where the leg brought them.
    fn plan_back(&self, mover: &Mover<'_>, leg: Leg) -> Result<Planned, Refusal> {
        let (debit, _) = self.pair(&leg.debit, &leg.credit, leg.amount)?;
        at_home(mover, debit)?;
        let free = |lot| {
            let held = debit.holdings.at(self.places.of(lot));
            held.posted - held.reserved
        };
        if leg.lots.iter().any(|portion| free(portion.lot) < portion.amount) {
            let available = leg.lots.iter().map(|portion| free(portion.lot).min(portion.amount)).sum();
            let (account, wanted) = (leg.debit.clone(), leg.amount);
            return Err(Refusal::InsufficientFunds { account, wanted, available });
        }
        Ok(Planned { leg, issues: Vec::new() })
    }
}

/// What the rate gives for what is given, if what the bank paid is that but for rounding.
fn computed(exchange: &Exchange) -> Result<u64, Refusal> {
    let computed = exchange.rate.of(exchange.gives).filter(|computed| (1..=AMOUNT_MAX).contains(computed));
    let near = |computed: &u64| computed.abs_diff(exchange.gets) <= 1 + computed / RESIDUE_SHARE;
    computed.filter(near).ok_or(Refusal::RateWrong { gets: exchange.gets, computed })
}

/// Only entries of its home log may debit an account; claims may be carried in by any.
pub(crate) fn at_home(mover: &Mover<'_>, account: &Account) -> Result<(), Refusal> {
    match account.card.home == mover.entry.log || account.card.kind == AccountKind::Reported {
        true => Ok(()),
        false => Err(Refusal::AnotherHome { account: account.card.account.clone(), home: account.card.home.clone() }),
    }
}

/// A rate between amounts in whole units of both sides, such as 655.957 XAF for 1 EUR.
///
/// `for_one` is the price of one whole unit as digits without the point, `decimals` how many stand after it.
/// `None` if it does not fit.
///
/// ```
/// use mostari_funds::rate_between_units;
/// // 1 EUR (2 digits) = 655.957 XAF (no digits): 100.00 EUR come to 65 595 XAF.
/// let rate = rate_between_units(655_957, 3, 2, 0, "BEAC", "2026-01-05".parse()?).ok_or("too large")?;
/// assert_eq!(rate.of(10_000), Some(65_595));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rate_between_units(
    for_one: u64,
    decimals: u32,
    digits_from: u32,
    digits_to: u32,
    source: &str,
    date: Date,
) -> Option<Rate> {
    let numerator = for_one.checked_mul(10_u64.checked_pow(digits_to)?)?;
    let denominator = 10_u64.checked_pow(decimals.checked_add(digits_from)?)?;
    Some(Rate { numerator, denominator, source: source.to_owned(), date })
}
