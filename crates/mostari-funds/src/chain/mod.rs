//! Each unit of money once, from donor to site, though everybody on the way reports it.
//!
//! What one activity pays out and another says it received are paired by reference; a pair is one movement. What enters
//! the set of activities from outside is the total. What could not be paired is shown on both sides and never added.
//!
//! The identity that holds to the cent, for each currency:
//! `counted once = spent + left the set + paid to members who do not confirm it + still held`,
//! where "held" falls below zero for an activity that pays out more than it says it received.

mod flow;
mod pair;
mod place;

use flow::Books;
use mostari_model::{AidActivity, Currency, Date};
use serde::Serialize;
use std::collections::BTreeMap;

pub use pair::{Pair, Rule};
pub use place::{Fate, Place, PlacedAmount};

/// How pairs are made.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Matching {
    /// How many days may lie between the two sides of a movement.
    pub window_days: u32,
}

/// Ninety days: a quarter, the period in which publishers report.
impl Default for Matching {
    fn default() -> Self {
        Self { window_days: 90 }
    }
}

/// A transaction, by its activity and its position in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reference {
    /// Identifier of the activity.
    pub activity: String,
    /// Position among its transactions, from 0.
    pub position: usize,
}

/// One side of a movement whose other side was not found, and why it should be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loose {
    /// The transaction.
    pub entry: Reference,
    /// When, as stated.
    pub date: Date,
    /// How much, in minor units.
    pub amount: i64,
    /// The other end, as the transaction names it.
    pub other: String,
    /// Why it is not counted.
    pub words: &'static str,
}

/// The money of one currency in a set of activities. All sums in minor units; never converted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The currency.
    pub currency: Currency,
    /// What adding up everybody's disbursements and expenditures gives, secondary reporters included.
    #[serde(serialize_with = "as_text")]
    pub naive: i128,
    /// What entered the set from outside: each unit once.
    #[serde(serialize_with = "as_text")]
    pub once: i128,
    /// Where it entered.
    pub entered: Vec<Loose>,
    /// Movements between members, with the rule by which their sides were found.
    pub pairs: Vec<Pair>,
    /// Paid out to a member that does not confirm it. Not added.
    pub residue_out: Vec<Loose>,
    /// Said to be received from a member that does not say it paid, or from nobody. Not added.
    pub residue_in: Vec<Loose>,
    /// Reported by somebody who repeats others. Not added.
    pub secondary: Vec<Loose>,
    /// What became of the money counted once, and where.
    pub placed: Vec<PlacedAmount>,
}

fn as_text<S: serde::Serializer>(amount: &i128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(amount)
}

impl Count {
    /// The sum of what became of the money in one way.
    pub fn sum_of(&self, fate: Fate) -> i128 {
        self.placed.iter().filter(|placed| placed.fate == fate).map(|placed| placed.amount).sum()
    }
}

/// Counts the money of a set of activities once, for each currency.
///
/// The funds are counted: disbursements (3), reimbursements (7) and expenditures (4) out, incoming funds (1) in.
/// Pledges and commitments are words about the same money and are paired by [`pairs`] only.
pub fn count_once(activities: &[AidActivity], matching: Matching) -> Vec<Count> {
    let books = Books::of(activities);
    books.currencies().into_iter().map(|currency| flow::count(&books, currency, matching)).collect()
}

/// All movements between members whose two sides were found: funds (3 and 7 with 1), commitments (2 with 11) and
/// pledges (12 with 13), in the order of the paying side.
pub fn pairs(activities: &[AidActivity], matching: Matching) -> Vec<Pair> {
    let books = Books::of(activities);
    let mut all = Vec::new();
    for currency in books.currencies() {
        for stage in pair::STAGES {
            all.extend(pair::pair(&books.outs(currency, stage.out), &books.ins(currency, stage.into), matching));
        }
    }
    all
}

/// Flows of a member that another member should confirm and does not, older than so many days on `today`.
pub fn unconfirmed(activities: &[AidActivity], matching: Matching, days: u32, today: Date) -> Vec<Loose> {
    let is_old = |loose: &Loose| loose.date.saturating_add(jiff::Span::new().days(i64::from(days))) < today;
    let counts = count_once(activities, matching);
    counts.into_iter().flat_map(|count| count.residue_out.into_iter().chain(count.residue_in)).filter(is_old).collect()
}

/// Sums by place over all fates, for a page about places.
pub fn by_place(count: &Count) -> BTreeMap<Place, i128> {
    let mut places = BTreeMap::new();
    for placed in &count.placed {
        *places.entry(placed.place.clone()).or_default() += placed.amount;
    }
    places
}
