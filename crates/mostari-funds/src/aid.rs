//! Aid activities to statements and back: the thirteen types of IATI, one movement each.
//!
//! What a publisher reports is a claim, so it moves between memorandum accounts of kind `Reported`: one account for each
//! activity, currency and step (pledge, commitment, guarantee, funds), against one for each type. Nothing is added
//! across steps. A negative amount takes back what a movement of its type brought: the same accounts, the other way.

use crate::account::{AMOUNT_MAX, AccountCard, AccountKind, Unit, UnitKind};
use crate::findings as cards;
use crate::ledger::Ledger;
use crate::outcome::{Leg, Outcome};
use crate::statement::{Entry, Move, Plain, Reported, Statement, Transfer};
use crate::{AccountId, LogId, SignerId, UnitId};
use mostari_model::{
    AidActivity, AidTransaction, Clearance, Counterparty, Currency, Date, Digest, Finding, Label, Money, Organisation,
    PartyId, TransactionType,
};
use std::collections::{BTreeMap, BTreeSet};

/// Which step of the money a type speaks of; amounts of different steps are never added.
const fn step_word(kind: TransactionType) -> &'static str {
    match kind {
        TransactionType::OutgoingPledge | TransactionType::IncomingPledge => "pledge",
        TransactionType::OutgoingCommitment | TransactionType::IncomingCommitment => "commitment",
        TransactionType::CreditGuarantee => "guarantee",
        _ => "funds",
    }
}

/// Whether the type brings something to the reporting activity.
const fn brings(kind: TransactionType) -> bool {
    kind.is_incoming() || matches!(kind, TransactionType::SaleOfEquity)
}

/// The statements that say what activities report, and what could not be said.
///
/// Two activities with one identifier: the first counts. Amounts of 0, and those that 63 bits do not hold, move nothing.
/// Each of these is a finding; so is an activity that pays out more than it committed or received.
pub fn from_aid(activities: &[AidActivity]) -> (Vec<Statement>, Vec<Finding>) {
    let (mut statements, mut findings) = (Vec::new(), Vec::new());
    let (mut units, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for activity in activities {
        if activity.id.trim().is_empty() {
            let name = activity.titles.first().map_or("", |(_, title)| title.as_str());
            findings.push(Finding::new(cards::AID_NAMELESS, format!("the activity `{name}`")));
            continue;
        }
        if !ids.insert(activity.id.clone()) {
            let message = format!("`{}` stands twice; the second one was not used", activity.id);
            findings.push(Finding::new(cards::AID_TWICE, message));
            continue;
        }
        state_activity(activity, &mut units, &mut statements, &mut findings);
    }
    (statements, findings)
}

fn state_activity(
    activity: &AidActivity,
    units: &mut BTreeSet<Currency>,
    statements: &mut Vec<Statement>,
    findings: &mut Vec<Finding>,
) {
    let card = AidActivity { transactions: Vec::new(), ..activity.clone() };
    statements.push(Statement::Activity { activity: Box::new(card) });
    let mut accounts = BTreeSet::new();
    for (position, transaction) in activity.transactions.iter().enumerate() {
        let amount = transaction.amount;
        let about = |card, words: &str| {
            let at = position + 1;
            Finding::new(card, format!("transaction {at} of `{}` {words}: {amount}", activity.id))
        };
        if amount.minor == 0 {
            findings.push(about(cards::AID_ZERO, "moves nothing"));
            continue;
        }
        if amount.minor.unsigned_abs() > AMOUNT_MAX {
            findings.push(about(cards::AID_TOO_LARGE, "does not fit"));
            continue;
        }
        if units.insert(amount.currency) {
            statements.push(open_currency(amount.currency));
        }
        let pair = pair_of(&activity.id, transaction);
        for account in [&pair.0, &pair.1] {
            if accounts.insert(account.clone()) {
                statements.push(open_account(account, activity, amount.currency));
            }
        }
        statements.push(move_of(activity, transaction, pair));
    }
    findings.extend(unsupported(activity));
}

fn open_currency(currency: Currency) -> Statement {
    let digits = u8::try_from(currency.minor_digits()).expect("currencies have at most 4 digits");
    Statement::OpenUnit(Unit { unit: currency.as_str().into(), kind: UnitKind::Money, digits, four_eyes_from: None })
}

fn open_account(account: &AccountId, activity: &AidActivity, currency: Currency) -> Statement {
    let owner = match activity.reporting.id.is_empty() {
        true => PartyId::new(&activity.reporting.name),
        false => PartyId::new(&activity.reporting.id),
    };
    Statement::OpenAccount(Box::new(AccountCard {
        account: account.clone(),
        unit: currency.as_str().into(),
        kind: AccountKind::Reported,
        owner,
        home: LogId::new(IMPORT_LOG),
        area: None,
        activity: activity.id.clone(),
    }))
}

/// The home that accounts of reported activities name; any log may carry claims in.
const IMPORT_LOG: &str = "reported";

/// The accounts that a transaction debits and credits.
fn pair_of(activity: &str, transaction: &AidTransaction) -> (AccountId, AccountId) {
    let (kind, unit) = (transaction.kind, transaction.amount.currency);
    let own = AccountId::new(format!("aid:{activity}:{unit}:{}", step_word(kind)));
    let other = AccountId::new(format!("aid:{activity}:{unit}:type-{}", kind.code()));
    match brings(kind) != (transaction.amount.minor < 0) {
        true => (other, own),
        false => (own, other),
    }
}

fn move_of(activity: &AidActivity, transaction: &AidTransaction, (debit, credit): (AccountId, AccountId)) -> Statement {
    let plain = Plain {
        kind: Some(transaction.kind),
        taken_back: transaction.amount.minor < 0,
        aid: Some(Box::new(Reported { activity: activity.id.clone(), transaction: transaction.clone() })),
        ..Plain::new(debit, credit, transaction.amount.minor.unsigned_abs())
    };
    Statement::Transfer(Transfer { moves: vec![Move::Plain(plain)], pending_until: None, override_reason: None })
}

/// More disbursed and expended than committed, or than came in, where either is stated: a claim worth asking about.
fn unsupported(activity: &AidActivity) -> Vec<Finding> {
    let mut sums: BTreeMap<Currency, BTreeMap<u8, i128>> = BTreeMap::new();
    for transaction in &activity.transactions {
        let sum = sums.entry(transaction.amount.currency).or_default().entry(transaction.kind.code()).or_default();
        *sum += i128::from(transaction.amount.minor);
    }
    let mut findings = Vec::new();
    for (currency, by_type) in sums {
        let of = |kind: TransactionType| by_type.get(&kind.code()).copied();
        let out = of(TransactionType::Disbursement).unwrap_or(0) + of(TransactionType::Expenditure).unwrap_or(0);
        for (base, words) in
            [(TransactionType::OutgoingCommitment, "committed"), (TransactionType::IncomingFunds, "came in")]
        {
            if let Some(base) = of(base).filter(|base| *base < out) {
                let message =
                    format!("`{}` pays out {out} {currency} cents or parts, {words} were {base}", activity.id);
                findings.push(Finding::new(cards::AID_UNSUPPORTED, message));
            }
        }
    }
    findings
}

/// Who carries statements into the record, and when.
#[derive(Debug, Clone)]
pub struct Carrier {
    /// The log.
    pub log: LogId,
    /// Who signs.
    pub by: SignerId,
    /// For which party.
    pub party: PartyId,
    /// The day of the record.
    pub recorded: Date,
    /// Who may read it.
    pub label: Label,
    /// Begins each id.
    pub prefix: String,
}

/// Entries for statements, from an index on. A reported transaction happened on its own date, all else on the day of
/// the record. Ids are made of what is stated, so that a file which is carried in twice is posted once; a transaction
/// that stands twice in one file is posted twice.
pub fn entries(statements: Vec<Statement>, carrier: &Carrier, first: u64) -> Vec<Entry> {
    let dated = |statement: &Statement| match statement {
        Statement::Transfer(transfer) => match transfer.moves.as_slice() {
            [Move::Plain(Plain { aid: Some(reported), .. })] => reported.transaction.date,
            _ => carrier.recorded,
        },
        _ => carrier.recorded,
    };
    let mut times_said: BTreeMap<Digest, u64> = BTreeMap::new();
    let carry = |(index, statement): (u64, Statement)| {
        let digest = Digest::of_value(&statement);
        let times = times_said.entry(digest).and_modify(|times| *times += 1).or_insert(1);
        Entry {
            index,
            id: format!("{}{digest}-{times}", carrier.prefix).into(),
            log: carrier.log.clone(),
            by: carrier.by.clone(),
            party: carrier.party.clone(),
            recorded: carrier.recorded,
            happened: dated(&statement),
            label: carrier.label.clone(),
            statement,
        }
    };
    (first..).zip(statements).map(carry).collect()
}

/// The activities of a ledger as far as a reader may see them, by identifier, with their transactions in the order of
/// the record.
///
/// A reported transaction comes out word for word. A movement between the ledger's own accounts comes out at the
/// account that gives (or, for incoming types, gets) if that belongs to an activity, and a disbursement or
/// reimbursement also as incoming funds at the receiver's activity. What is not money, of no activity, or not for this
/// reader, is counted in a finding.
pub fn to_aid(ledger: &Ledger, reader: &Clearance) -> (Vec<AidActivity>, Vec<Finding>) {
    let mut activities = stated_activities(ledger, reader);
    let (mut hidden, mut goods, mut homeless) = (0_u64, 0_u64, 0_u64);
    for recorded in ledger.history() {
        let Outcome::Posted(posting) = &recorded.outcome else { continue };
        let original = match &recorded.entry.statement {
            Statement::Post { of, .. } | Statement::Approve { of } => ledger.answer(of),
            _ => None,
        };
        let entry = original.map_or(&recorded.entry, |it| &it.entry);
        if !entry.label.join(&recorded.entry.label).is_readable_by(reader) {
            hidden += 1;
            continue;
        }
        if let Some(reported) = reported_of(entry) {
            match activities.get_mut(&reported.activity) {
                Some(activity) => activity.transactions.push(reported.transaction.clone()),
                None => hidden += 1,
            }
            continue;
        }
        for leg in &posting.legs {
            match publish(ledger, leg, entry.happened, &mut activities) {
                Published::AsIs => {}
                Published::NotMoney => goods += 1,
                Published::Nowhere => homeless += 1,
            }
        }
    }
    let count = |card, count: u64| (count > 0).then(|| Finding::new(card, format!("{count} postings")));
    let findings = [
        count(cards::NOT_FOR_THIS_READER, hidden),
        count(cards::NOT_MONEY, goods),
        count(cards::NO_ACTIVITY, homeless),
    ];
    (activities.into_values().collect(), findings.into_iter().flatten().collect())
}

/// The latest card of each activity that the reader may see.
fn stated_activities(ledger: &Ledger, reader: &Clearance) -> BTreeMap<String, AidActivity> {
    let mut activities = BTreeMap::new();
    for recorded in ledger.history() {
        if let (Statement::Activity { activity }, Outcome::Done) = (&recorded.entry.statement, &recorded.outcome)
            && recorded.entry.label.is_readable_by(reader)
        {
            activities.insert(activity.id.clone(), activity.as_ref().clone());
        }
    }
    activities
}

fn reported_of(entry: &Entry) -> Option<&Reported> {
    match &entry.statement {
        Statement::Transfer(transfer) => match transfer.moves.as_slice() {
            [Move::Plain(Plain { aid: Some(reported), .. })] => Some(reported),
            _ => None,
        },
        _ => None,
    }
}

/// What became of a movement in an export.
enum Published {
    /// It stands there, or has no type and is nobody's business.
    AsIs,
    NotMoney,
    /// Neither of its accounts belongs to an activity.
    Nowhere,
}

/// Writes a movement between own accounts into the activities at its two ends.
fn publish(ledger: &Ledger, leg: &Leg, date: Date, activities: &mut BTreeMap<String, AidActivity>) -> Published {
    let (Some(kind), Some(debit), Some(credit)) = (leg.kind, ledger.account(&leg.debit), ledger.account(&leg.credit))
    else {
        return Published::AsIs;
    };
    let Some(currency) = currency_of(ledger, &debit.card.unit) else { return Published::NotMoney };
    // What is taken back runs the other way: its giver is who gets.
    let (giver, getter) = if leg.taken_back { (&credit.card, &debit.card) } else { (&debit.card, &credit.card) };
    let end = |card: &AccountCard| Counterparty {
        organisation: Organisation { id: card.owner.to_string(), ..Organisation::default() },
        activity: card.activity.clone(),
    };
    let minor = i64::try_from(leg.amount).expect("amounts are checked against AMOUNT_MAX");
    let transaction = |kind: TransactionType| AidTransaction {
        reference: String::new(),
        kind,
        date,
        amount: Money::new(if leg.taken_back { -minor } else { minor }, currency),
        // The amount is of that day in its own currency, and IATI wants it said.
        value_date: Some(date),
        provider: Some(end(giver)),
        receiver: Some(end(getter)),
        description: String::new(),
        sector: String::new(),
        country: String::new(),
    };
    let own = if brings(kind) { getter } else { giver };
    let is_passed_on = matches!(kind, TransactionType::Disbursement | TransactionType::Reimbursement);
    let mut became = Published::Nowhere;
    for (card, kind) in [(own, Some(kind)), (getter, is_passed_on.then_some(TransactionType::IncomingFunds))] {
        if let (Some(kind), Some(activity)) = (kind, activities.get_mut(&card.activity)) {
            activity.transactions.push(transaction(kind));
            became = Published::AsIs;
        }
    }
    became
}

fn currency_of(ledger: &Ledger, unit: &UnitId) -> Option<Currency> {
    let unit = ledger.unit(unit).filter(|unit| unit.kind == UnitKind::Money)?;
    unit.unit.as_str().parse().ok()
}
