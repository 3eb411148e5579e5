//! Double-entry ledgers of money, goods and weeks: statements to balances, residue and audit.
//!
//! A party states something ([`Statement`]) in an entry of the record ([`Entry`]). [`Ledger::apply`] takes entries in
//! the order of the record and says of each what became of it ([`Outcome`]): it stands, it moved something, it reserved
//! something, it was said before, or it is refused under a stable code ([`Refusal`]) and changed nothing. The ledger is
//! a pure function of its entries: whoever holds the same entries has the same [`Ledger::state_digest`].
//!
//! # The tour
//!
//! | module | concept |
//! | --- | --- |
//! | `account` | units with their scale, accounts with their four totals |
//! | `lot` | earmarked lots: who gave it, what for, until when |
//! | `holdings` | which lots an account holds, and which a debit takes: the first to expire that permits the use |
//! | `statement` | what can be said, and the entry that carries it |
//! | `outcome` | what is answered, and every refusal |
//! | `ledger`, `state` | entries in, balances out; the few ways in which totals change |
//! | `declare` | units, accounts, areas, periods, budgets, standings |
//! | `transfer` | moves, exchanges at a stated rate, reversals |
//! | `waiting` | pending, second signatures, expiry |
//! | `grant` | pledge >= commitment >= disbursed >= expended |
//! | `goods` | dispatched, reported, confirmed by somebody else, lost |
//! | `total` | public totals with a restricted remainder |
//! | [`aid`] | aid activities (IATI) in and out |
//! | [`chain`] | each unit of money once, from donor to site |
//! | [`audit()`] | the eighteen invariants, asked of the history by code of its own |
//! | [`synthetic`] | invented histories for tests and benchmarks |
//!
//! # Conventions
//!
//! All amounts are integers of the unit's smallest part (cents, litres, thousandths of a week), at most [`AMOUNT_MAX`].
//! A movement debits the account that gives and credits the account that gets: a balance is credits less debits.
//! What enters comes from an account of kind [`AccountKind::Outside`] and is a lot of its own. Whether a signature is
//! good, a key valid and a party entitled, the record and the policies have judged before an entry comes here.
//!
//! # Example
//!
//! A donor pays for clinics; the money reaches one, and cannot be used for a road.
//!
//! ```
//! use mostari_funds::*;
//! use mostari_model::{Date, Label, Period};
//!
//! let day = Date::constant(2026, 3, 10);
//! let mut ledger = Ledger::new();
//! let mut say = |statement| {
//!     let index = ledger.size();
//!     ledger.apply(&Entry {
//!         index,
//!         id: format!("entry-{index}").into(),
//!         log: "ministry".into(),
//!         by: "key-1".into(),
//!         party: "ministry".into(),
//!         recorded: day,
//!         happened: day,
//!         label: Label::public(),
//!         statement,
//!     })
//! };
//! say(Statement::OpenUnit(Unit { unit: "EUR".into(), kind: UnitKind::Money, digits: 2, four_eyes_from: None }));
//! say(Statement::OpenPeriod { period: Period { from: Date::constant(2026, 1, 1), to: Date::constant(2026, 12, 31) } });
//! for (account, kind) in [
//!     ("world", AccountKind::Outside),
//!     ("donor", AccountKind::Donor),
//!     ("clinic", AccountKind::Project),
//!     ("road", AccountKind::Project),
//! ] {
//!     say(Statement::OpenAccount(Box::new(AccountCard {
//!         account: account.into(),
//!         unit: "EUR".into(),
//!         kind,
//!         owner: "ministry".into(),
//!         home: "ministry".into(),
//!         area: None,
//!         activity: String::new(),
//!     })));
//! }
//! let transfer = |plain| {
//!     Statement::Transfer(Transfer { moves: vec![Move::Plain(plain)], pending_until: None, override_reason: None })
//! };
//! let for_health = Earmark { sectors: ["health".to_owned()].into(), ..Earmark::default() };
//! say(transfer(Plain { earmark: Some(for_health), ..Plain::new("world", "donor", 500_000) }));
//!
//! let used_for = |sector: &str| Some(Use { sector: sector.to_owned(), ..Use::default() });
//! let paid = say(transfer(Plain { purpose: used_for("health"), ..Plain::new("donor", "clinic", 120_000) }));
//! assert_eq!(paid.legs()[0].lots, [Portion { lot: LotId(0), amount: 120_000 }]);
//!
//! let refused = say(transfer(Plain { purpose: used_for("transport"), ..Plain::new("donor", "road", 1_000) }));
//! assert_eq!(refused.refusal().map(|why| why.card().code), Some("FND-011"));
//!
//! assert_eq!(ledger.account(&"clinic".into()).map(Account::balance), Some(120_000));
//! assert_eq!(audit(&ledger), []);
//! ```

mod account;
pub mod aid;
mod audit;
pub mod chain;
mod declare;
mod findings;
mod goods;
mod grant;
mod holdings;
mod id;
mod ledger;
mod lot;
mod outcome;
mod positions;
mod state;
mod stated;
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
pub use holdings::{Held, Holdings, LOTS_NAMED};
pub use id::{AccountId, BudgetId, EntryId, GrantId, LogId, LotId, SignerId, UnitId};
pub use ledger::{Ledger, Recorded};
pub use lot::{Areas, Earmark, Lot, Portion, Strength, Use};
pub use outcome::{Hold, Leg, Outcome, Posting, Refusal, Signature};
pub use statement::{
    Budget, Dispatch, Entry, Exchange, Move, Plain, Rate, Reported, Standing, Statement, Total, Transfer,
};
pub use total::{Sums, sums};
pub use transfer::{RESIDUE_SHARE, rate_between_units};
pub use waiting::{APPROVAL_DAYS, Waiting};
