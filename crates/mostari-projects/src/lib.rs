//! From nomination to handover: states, deliveries, checks due, location truth, the chain of one id.
//!
//! Parties make [`Statement`]s; a log carries each as an [`Entry`]; a [`Register`] is what follows from a set of entries.
//! Nothing here touches a file or a clock: the day for which checks and promises are asked is an argument.
//!
//! | question | answer |
//! | --- | --- |
//! | where does each project stand, and how did it come there? | [`Register::projects`], [`ProjectRecord`] |
//! | what was reported, confirmed, verified, paid? | [`ProjectRecord::columns`]; the columns cannot be summed across |
//! | which statements are not used, and why? | [`Register::refused`] |
//! | which edits stand against each other? | [`Register::conflicts`] |
//! | what is still owed, and who has to look? | [`Register::promises`], [`Register::checks`] |
//! | is the claimed place true? | [`judge_places`] |
//! | how does this id hang together with the others, and what is missing? | [`trace`], [`gaps`] |
//! | what should a person know? | [`Register::findings`] |

mod advice;
mod book;
mod column;
mod due;
mod edit;
mod figure;
mod findings;
mod gaps;
mod order;
mod points;
mod project;
mod register;
mod state;
mod stated;
mod statement;
#[cfg(test)]
mod tests;
mod trace;
mod truth;
mod words;

pub use book::{AssetRequest, Need};
pub use column::{
    Amounts, Committed, Confirmed, DeliveryColumns, Disbursed, Expended, Goods, MoneyColumns, Paid, Pledged, Quantity,
    Reported, Stage, Tally, Verified,
};
pub use due::{CheckDue, Promise, PromiseKind, checks_due};
pub use edit::{Conflict, Field, Version};
pub use figure::{Drift, Figure, Restatement, Series};
pub use findings::FINDINGS;
pub use gaps::{FundLink, Gap, LedgerPayment, gaps};
pub use mostari_model::Oc4idsStatus;
pub use points::Points;
pub use project::{
    Contract, Delivery, FunctionCheck, Handover, Happening, Location, Payment, ProjectRecord, Score, TITLE, Transfer,
    Visit, Witnessed,
};
pub use register::{Logged, Register};
pub use state::{ActivityStatus, State};
pub use statement::{
    CheckAge, Coverage, Defect, Entry, Exactness, FieldValue, Functioning, HandoverTerms, LocationClaimed,
    LocationMethod, MilitaryAssetRequested, NeedStated, Nominated, Outcome, Point, Statement, Training, Visited,
};
pub use trace::{Link, ProjectSummary, Step, Trace, TraceError, TraceStep, trace};
pub use truth::{
    Buildings, Doubt, Ground, PlaceClaim, PlaceJudgement, PlaceReport, PlaceRule, PlaceRules, PlaceWeights,
    judge_places,
};
