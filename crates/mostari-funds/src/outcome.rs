//! What the ledger answers to a statement: what it did, or why it did nothing.

use crate::findings as cards;
use crate::lot::Portion;
use crate::{AccountId, BudgetId, EntryId, GrantId, LogId, UnitId};
use mostari_model::{AreaId, Date, Finding, FindingCard, PartyId, TransactionType};
use serde::{Deserialize, Serialize};

/// What became of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "became", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// It stands; nothing moved.
    Done,
    /// It moved something.
    Posted(Posting),
    /// It reserved something, which waits.
    Held(Hold),
    /// It was said before, with the same content: here is the answer of then.
    Exists {
        /// Index of the entry that said it first.
        first: u64,
        /// What was answered.
        answer: Box<Outcome>,
    },
    /// It changed nothing.
    Refused(Box<Refusal>),
}

impl Outcome {
    /// The refusal, if it is one; of a retry that of the first time.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Exists { answer, .. } => answer.refusal(),
            _ => None,
        }
    }

    /// What it moved, if it did; of a retry nothing.
    pub fn legs(&self) -> &[Leg] {
        match self {
            Self::Posted(posting) => &posting.legs,
            _ => &[],
        }
    }
}

impl From<Refusal> for Outcome {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

/// What was moved, and when it was booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The day of booking: the day on which it happened, or that of its record if the period of the former was closed.
    pub booked: Date,
    /// What moved.
    pub legs: Vec<Leg>,
}

/// What was reserved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// What waits to move. Lots that are still to be made are not named yet.
    pub legs: Vec<Leg>,
    /// The last day on which it may be carried out.
    pub expires: Date,
    /// Whether a second signature is needed first, and whose.
    pub needs: Signature,
}

/// Whose second signature a movement needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signature {
    /// Nobody's.
    None,
    /// That of another signer.
    OtherSigner,
    /// That of another party.
    OtherParty,
}

/// One debit and one credit of the same amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Account that gave.
    pub debit: AccountId,
    /// Account that got.
    pub credit: AccountId,
    /// How much, in smallest parts.
    pub amount: u64,
    /// Which lots; none between memorandum accounts.
    pub lots: Vec<Portion>,
    /// Its type in the words of IATI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<TransactionType>,
    /// Whether it takes back what a movement of this type brought.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub taken_back: bool,
    /// The grant line that it counts towards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantId>,
    /// By how much it exceeds what its grant line allowed, by a signed override.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub excess: u64,
}

fn is_zero(amount: &u64) -> bool {
    *amount == 0
}

macro_rules! refusals {
    ($($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $field_doc:literal])* $field:ident: $kind:ty),* $(,)? } = $card:ident, $words:literal;)*) => {
        /// Why a statement was refused.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
        #[serde(tag = "because", rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Refusal {
            $($(#[doc = $doc])* #[error($words)] $name { $($(#[doc = $field_doc])* $field: $kind),* },)*
        }

        impl Refusal {
            /// The card with its stable code and hint.
            pub fn card(&self) -> &'static FindingCard {
                match self {
                    $(Self::$name { .. } => cards::$card,)*
                }
            }
        }
    };
}

refusals! {
    /// The id was used for another statement.
    ExistsDifferent {
        /// Index of the entry that used it first.
        first: u64,
    } = EXISTS_DIFFERENT, "the id was used by entry {first} for something else";
    /// The index is not beyond the last one.
    OutOfOrder {
        /// The least index that would do.
        least: u64,
    } = OUT_OF_ORDER, "the index is below {least}";
    /// The unit was not opened.
    UnitUnknown {
        /// The unit.
        unit: UnitId,
    } = UNIT_UNKNOWN, "the unit `{unit}` was not opened";
    /// A currency with digits that are not those of ISO 4217, or a code that is none.
    ScaleWrong {
        /// The unit.
        unit: UnitId,
        /// The digits of the standard, if it is a currency.
        digits: Option<u32>,
    } = SCALE_WRONG, "`{unit}` does not have the scale that its kind asks for";
    /// The account was not opened.
    AccountUnknown {
        /// The account.
        account: AccountId,
    } = ACCOUNT_UNKNOWN, "the account `{account}` was not opened";
    /// Something of this name stands already and says something else.
    DeclaredDifferently {
        /// The name.
        name: String,
    } = DECLARED_DIFFERENTLY, "`{name}` was stated before, and differently";
    /// An amount of nothing, or one that 63 bits do not hold.
    AmountWrong {
        /// The amount.
        amount: u64,
    } = AMOUNT_WRONG, "{amount} is no amount: it must be more than 0 and fit 63 bits";
    /// A total would not fit.
    Overflow {
        /// What the total is of.
        of: String,
    } = OVERFLOW, "the total of `{of}` would not fit 63 bits";
    /// The two sides do not count the same.
    WrongUnit {
        /// What was counted.
        got: UnitId,
        /// What should be.
        expected: UnitId,
    } = WRONG_UNIT, "`{got}` was stated where `{expected}` is counted";
    /// Too little is there.
    InsufficientFunds {
        /// The account.
        account: AccountId,
        /// What was asked for.
        wanted: u64,
        /// What is there and not reserved.
        available: u64,
    } = INSUFFICIENT_FUNDS, "`{account}` has {available} free, asked for were {wanted}";
    /// Enough is there, but not for this use.
    EarmarkForbids {
        /// The account.
        account: AccountId,
        /// What was asked for.
        wanted: u64,
        /// What may be used so.
        permitted: u64,
        /// The first lots that may not, in the order of use, and what of them is free: at most [`crate::LOTS_NAMED`].
        lots: Vec<Portion>,
        /// How many more lots may not.
        more: u64,
    } = EARMARK_FORBIDS, "of `{account}` only {permitted} may be used so, asked for were {wanted}";
    /// No open period contains the day.
    PeriodClosed {
        /// The day on which it happened.
        happened: Date,
        /// The day on which it was recorded.
        recorded: Date,
    } = PERIOD_CLOSED, "neither {happened} nor {recorded} lies in an open period";
    /// The period overlaps another, ends before it begins, or is not there to be closed.
    PeriodWrong {
        /// Its first day.
        from: Date,
        /// Its last day.
        to: Date,
    } = PERIOD_WRONG, "the period from {from} to {to} does not fit those that are there";
    /// The second signature is the first one's.
    SameSigner {
        /// The entry that waits.
        of: EntryId,
    } = SAME_SIGNER, "`{of}` must be approved by somebody other than who made it";
    /// The second signature is missing.
    NotApproved {
        /// The entry that waits.
        of: EntryId,
    } = NOT_APPROVED, "`{of}` lacks its second signature";
    /// The second signature is of the same party.
    SameParty {
        /// The entry that waits.
        of: EntryId,
    } = SAME_PARTY, "`{of}` must be approved by another party";
    /// Pledge >= commitment >= disbursed >= expended would not hold.
    GrantExceeded {
        /// The grant line.
        grant: GrantId,
        /// What the lower step would come to.
        would_be: u64,
        /// What the step above allows.
        allowed: u64,
    } = GRANT_EXCEEDED, "`{grant}` would come to {would_be}, the step above allows {allowed}";
    /// No such grant line.
    GrantUnknown {
        /// The grant line.
        grant: GrantId,
    } = GRANT_UNKNOWN, "the grant line `{grant}` was not opened, or the movement has no type";
    /// More would be taken back than was brought.
    TakenBackTooMuch {
        /// The grant line.
        grant: GrantId,
        /// What was brought.
        brought: u64,
        /// What would be taken back.
        wanted: u64,
    } = TAKEN_BACK_TOO_MUCH, "{wanted} would be taken back from `{grant}`, which was brought {brought}";
    /// The children's allocations exceed the parent's.
    BudgetExceeded {
        /// The parent.
        budget: BudgetId,
        /// Its allocation.
        allocation: u64,
        /// What the children come to in its unit.
        children: u64,
    } = BUDGET_EXCEEDED, "the parts of `{budget}` come to {children}, it has {allocation}";
    /// The parent is unknown, the tree would bite its tail, or the rate into the parent's unit is missing.
    BudgetWrong {
        /// The node.
        budget: BudgetId,
    } = BUDGET_WRONG, "`{budget}` cannot stand there in the budget tree";
    /// Nothing of this id waits.
    NotWaiting {
        /// The id.
        of: EntryId,
    } = NOT_WAITING, "nothing waits under `{of}`";
    /// A part can be posted only of a single move.
    PartWrong {
        /// The entry that waits.
        of: EntryId,
    } = PART_WRONG, "`{of}` cannot be posted in this part";
    /// Nothing of this id was posted.
    NotReversible {
        /// The id.
        of: EntryId,
    } = NOT_REVERSIBLE, "`{of}` moved nothing that could be reversed";
    /// It was reversed before.
    AlreadyReversed {
        /// The id.
        of: EntryId,
        /// The entry that reversed it.
        by: EntryId,
    } = ALREADY_REVERSED, "`{of}` was reversed by `{by}`";
    /// The rate does not give the amount.
    RateWrong {
        /// What was stated.
        gets: u64,
        /// What the rate gives, if it gives anything.
        computed: Option<u64>,
    } = RATE_WRONG, "the stated rate does not give {gets}";
    /// Accounts of this kind do not take part in such a movement.
    KindWrong {
        /// The account.
        account: AccountId,
    } = KIND_WRONG, "`{account}` is not an account for such a movement";
    /// The payee may not be paid.
    PayeeBlocked {
        /// The payee.
        payee: PartyId,
        /// Whether it was suspended; otherwise it was never released.
        suspended: bool,
    } = PAYEE_BLOCKED, "`{payee}` may not be paid";
    /// Nobody releases himself.
    OwnStanding {
        /// The payee.
        payee: PartyId,
    } = OWN_STANDING, "`{payee}` speaks of its own standing";
    /// No such dispatch.
    DispatchUnknown {
        /// The id.
        dispatch: EntryId,
    } = DISPATCH_UNKNOWN, "nothing was dispatched under `{dispatch}`";
    /// The deliverer confirms, or somebody else reports for the deliverer.
    DelivererWrong {
        /// The dispatch.
        dispatch: EntryId,
    } = DELIVERER_WRONG, "who delivers `{dispatch}` reports it, and somebody else confirms it";
    /// More arrived or was lost than is on the way.
    MoreThanDispatched {
        /// The dispatch.
        dispatch: EntryId,
        /// What was stated.
        wanted: u64,
        /// What is still on the way.
        on_the_way: u64,
    } = MORE_THAN_DISPATCHED, "{wanted} was stated for `{dispatch}`, on the way are {on_the_way}";
    /// The account is at home in another log.
    AnotherHome {
        /// The account.
        account: AccountId,
        /// Its home.
        home: LogId,
    } = ANOTHER_HOME, "`{account}` may be debited only from its home log `{home}`";
    /// The total is another one.
    TotalWrong {
        /// The sum of the public postings.
        public: i64,
        /// The sum of the others.
        restricted: i64,
    } = TOTAL_WRONG, "public postings come to {public}, the others to {restricted}";
    /// The movement is not the reported transaction.
    AidDiffers {
        /// The activity.
        activity: String,
    } = AID_DIFFERS, "the movement differs from the transaction that `{activity}` reports";
    /// The use must be stated.
    PurposeMissing {
        /// The account that it reaches.
        account: AccountId,
    } = PURPOSE_MISSING, "what reaches `{account}` needs a stated use";
    /// No move, or no reason.
    Empty {
        /// What is missing.
        what: String,
    } = EMPTY, "there is no {what}";
    /// The two accounts are one.
    SameAccount {
        /// The account.
        account: AccountId,
    } = SAME_ACCOUNT, "`{account}` stands on both sides";
    /// The area would lie in itself.
    AreaCircle {
        /// The area.
        area: AreaId,
    } = AREA_CIRCLE, "`{area}` would lie in itself";
    /// A pending movement that ends before it begins.
    ExpiryPassed {
        /// The stated last day.
        expires: Date,
    } = EXPIRY_PASSED, "{expires} is past";
}

impl Refusal {
    /// The refusal as a finding, with its code and hint.
    pub fn to_finding(&self) -> Finding {
        Finding::new(self.card(), self.to_string())
    }
}
