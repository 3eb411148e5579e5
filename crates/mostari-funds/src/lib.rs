//! mod tour
mod account;
pub mod aid;
mod audit;
pub mod chain;
mod declare;
mod findings;
mod goods;
mod grant;
mod id;
mod ledger;
mod lot;
mod outcome;
mod state;
mod statement;
pub mod synthetic;
mod total;
mod transfer;
mod waiting;

pub use account::{AMOUNT_MAX, Account, AccountCard, AccountKind, LossCause, Unit, UnitKind};
pub use audit::{QUERIES, Query, Violation, audit};
pub use findings::FINDINGS;
pub use goods::{Consignment, overdue};
pub use grant::{Grant, STEPS, step_of};
pub use id::{AccountId, BudgetId, EntryId, GrantId, LogId, LotId, SignerId, UnitId};
pub use ledger::{Ledger, Recorded};
pub use lot::{Areas, Earmark, Held, Holdings, Lot, Portion, Strength, Use};
pub use outcome::{Hold, Leg, Outcome, Posting, Refusal, Signature};
pub use statement::{
    Budget, Dispatch, Entry, Exchange, Move, Plain, Rate, Reported, Standing, Statement, Total, Transfer,
};
pub use total::{Sums, sums};
pub use transfer::{RESIDUE_SHARE, rate_between_units};
pub use waiting::{APPROVAL_DAYS, Waiting};
