//! What a party can state to the ledger, and the entry that carries a statement.

use crate::account::{AccountCard, Unit};
use crate::lot::{Earmark, Use};
use crate::{AccountId, BudgetId, EntryId, GrantId, LogId, SignerId, UnitId};
use mostari_model::{AidActivity, AidTransaction, AreaId, Date, Digest, Label, PartyId, Period, TransactionType};
use serde::{Deserialize, Serialize};

/// One entry of the record, as far as the ledger is concerned. Whether the signature is good and the key was valid at
/// this index, the record has judged before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its position in the record; grows from entry to entry, with gaps where others speak.
    pub index: u64,
    /// Chosen by who states it: the same id with the same content is a retry, with other content a mistake.
    pub id: EntryId,
    /// The log that it was written to; only it may debit the accounts whose home it is.
    pub log: LogId,
    /// Who signed.
    pub by: SignerId,
    /// For which party.
    pub party: PartyId,
    /// The day on which it was recorded.
    pub recorded: Date,
    /// The day on which it happened: a claim.
    pub happened: Date,
    /// Who may read it.
    #[serde(default, skip_serializing_if = "Label::is_public")]
    pub label: Label,
    /// What it states.
    pub statement: Statement,
}

impl Entry {
    /// Whether this is the other one said again: everything but its place and day in the record.
    pub fn repeats(&self, other: &Self) -> bool {
        (&self.id, &self.log, &self.by, &self.party, &self.happened, &self.label, &self.statement)
            == (&other.id, &other.log, &other.by, &other.party, &other.happened, &other.label, &other.statement)
    }
}

impl From<&Entry> for Box<Entry> {
    fn from(entry: &Entry) -> Self {
        Self::new(entry.clone())
    }
}

/// What a party states. A refused statement changes nothing.
///
/// Most of what is stated are transfers: what is rare and large lies in a box, so that a long history stays small.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Statement {
    /// Opens a unit of account, with its scale for ever.
    OpenUnit(Unit),
    /// Opens an account.
    OpenAccount(Box<AccountCard>),
    /// Says what an area lies in, so that an earmark for a district permits its villages.
    PlaceArea {
        /// The area.
        area: AreaId,
        /// What it lies in.
        parent: Option<AreaId>,
    },
    /// Opens a grant line: pledge >= commitment >= disbursed >= expended.
    OpenGrant {
        /// Its id.
        grant: GrantId,
        /// What it counts.
        unit: UnitId,
        /// Who gives.
        donor: PartyId,
        /// Who gets.
        receiver: PartyId,
    },
    /// States a node of the budget tree, or states it anew.
    Budget(Box<Budget>),
    /// Opens a period, or opens a closed one again.
    OpenPeriod {
        /// From its first to its last day.
        period: Period,
    },
    /// Closes a period: nothing more is booked in it.
    ClosePeriod {
        /// As it was opened.
        period: Period,
    },
    /// Moves money or goods: all of the moves or none.
    Transfer(Transfer),
    /// Adds the second signature to a transfer, dispatch or reversal that waits for it.
    Approve {
        /// The entry that waits.
        of: EntryId,
    },
    /// Carries out a transfer that was reserved.
    Post {
        /// The entry that reserved it.
        of: EntryId,
        /// How much of it, if not all; the rest is free again. Only for a single move.
        amount: Option<u64>,
    },
    /// Gives up what waits.
    Void {
        /// The entry that waits.
        of: EntryId,
        /// Why.
        reason: String,
    },
    /// Takes a posting back, lot by lot; at most once.
    Reverse {
        /// The transfer.
        of: EntryId,
        /// Why.
        reason: String,
    },
    /// Sends goods on their way.
    Dispatch(Box<Dispatch>),
    /// The deliverer says that something arrived: a claim, which moves nothing.
    ReportDelivery {
        /// The dispatch.
        dispatch: EntryId,
        /// How much, in smallest parts.
        amount: u64,
    },
    /// Somebody else confirms what arrived.
    ConfirmDelivery {
        /// The dispatch.
        dispatch: EntryId,
        /// How much, in smallest parts.
        amount: u64,
    },
    /// States what was lost on the way.
    Lose {
        /// The dispatch.
        dispatch: EntryId,
        /// The loss account; its kind names the cause.
        loss: AccountId,
        /// How much, in smallest parts.
        amount: u64,
    },
    /// Says whether a payee may be paid. Nobody says so of himself; who was never released is not paid.
    SetStanding {
        /// The payee: an organisation.
        payee: PartyId,
        /// Whether it may be paid.
        standing: Standing,
        /// Why.
        reason: String,
    },
    /// States a total that the public can check: what is public adds up to it, with a remainder that is not shown.
    StateTotal(Box<Total>),
    /// Publishes that one side of a flow was not found at the other.
    Discrepancy {
        /// The activity that reports it.
        activity: String,
        /// Position of the transaction among the activity's postings, from 0.
        position: u64,
        /// What is known about it.
        words: String,
    },
    /// States an aid activity, without its transactions.
    Activity {
        /// The activity.
        activity: Box<AidActivity>,
    },
}

/// Whether a payee may be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It may.
    Released,
    /// It may not, for now.
    Suspended,
}

/// Moves that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// All of them or none, in this order.
    pub moves: Vec<Move>,
    /// If stated, the moves are only reserved: they end by `Post` or `Void`, or after this day by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_until: Option<Date>,
    /// Why a grant line may be exceeded. Needs the second signature of another party, whatever the amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_reason: Option<String>,
}

/// One move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Move {
    /// Within one unit.
    Plain(Plain),
    /// From one unit to another.
    Exchange(Exchange),
}

/// A move within one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plain {
    /// Account that gives.
    pub debit: AccountId,
    /// Account that gets.
    pub credit: AccountId,
    /// How much, in smallest parts; never 0.
    pub amount: u64,
    /// Its type in the words of IATI; `None` for a movement inside an organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<TransactionType>,
    /// Whether it takes back what a movement of this type brought: a negative amount in the publisher's file.
    #[serde(default, skip_serializing_if = "is_false")]
    pub taken_back: bool,
    /// The grant line that it counts towards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantId>,
    /// What it is used for; must be stated where it reaches its use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Use>,
    /// Why a soft earmark is departed from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation: Option<String>,
    /// What it may be used for, where it enters the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earmark: Option<Earmark>,
    /// The reported transaction that it is, word for word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aid: Option<Box<Reported>>,
}

impl Plain {
    /// A move with nothing else said.
    pub fn new(debit: impl Into<AccountId>, credit: impl Into<AccountId>, amount: u64) -> Self {
        Self {
            debit: debit.into(),
            credit: credit.into(),
            amount,
            kind: None,
            taken_back: false,
            grant: None,
            purpose: None,
            deviation: None,
            earmark: None,
            aid: None,
        }
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// A transaction as an activity reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// The activity.
    pub activity: String,
    /// The transaction.
    pub transaction: AidTransaction,
}

/// A move from one unit to another at a stated rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// Account that gives, in the one unit.
    pub from: AccountId,
    /// Exchange account in that unit.
    pub sold_to: AccountId,
    /// How much is given, in smallest parts.
    pub gives: u64,
    /// Exchange account in the other unit.
    pub bought_from: AccountId,
    /// Account that gets, in the other unit.
    pub to: AccountId,
    /// How much the bank paid, in smallest parts.
    pub gets: u64,
    /// The rate.
    pub rate: Rate,
    /// Account for the difference between the rate and what the bank paid.
    pub rounding: AccountId,
}

/// A rate of exchange between smallest parts: `gives x numerator / denominator` is what it comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Smallest parts of the other unit ...
    pub numerator: u64,
    /// ... for so many of the one.
    pub denominator: u64,
    /// Who published it.
    pub source: String,
    /// For which day.
    pub date: Date,
}

impl Rate {
    /// What an amount comes to, rounded down; `None` if that does not fit or the rate is none.
    pub fn of(&self, amount: u64) -> Option<u64> {
        let product = u128::from(amount).checked_mul(u128::from(self.numerator))?;
        u64::try_from(product.checked_div(u128::from(self.denominator))?).ok()
    }
}

/// A node of the budget tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Its id.
    pub budget: BudgetId,
    /// The node above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<BudgetId>,
    /// What it counts.
    pub unit: UnitId,
    /// How much, in smallest parts.
    pub allocation: u64,
    /// The locked rate into the parent's unit, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
}

/// Goods sent on their way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    /// The stock that they leave.
    pub from: AccountId,
    /// The transit account that they are in meanwhile.
    pub transit: AccountId,
    /// Where they are meant to arrive.
    pub to: AccountId,
    /// Who brings them: cannot confirm that they arrived.
    pub deliverer: PartyId,
    /// How much, in smallest parts.
    pub amount: u64,
    /// What they are for.
    pub purpose: Use,
}

/// A total over the postings of one type, unit and span of days, of which a part is not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// What it counts.
    pub unit: UnitId,
    /// Which type.
    pub kind: TransactionType,
    /// Over which days of booking.
    pub period: Period,
    /// The total, in smallest parts; what was taken back is subtracted.
    pub total: i64,
    /// What of it stands in entries that are not public.
    pub restricted: i64,
    /// Commitment to those entries, made by the record.
    pub commitment: Digest,
}
