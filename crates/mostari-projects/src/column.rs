//! Columns that cannot be summed across: a claim, a confirmation, a verification and a payment are four different things.
//!
//! The stage is part of the type, and adding is defined within a stage only:
//!
//! ```compile_fail
//! use mostari_projects::{Reported, Tally, Verified};
//! let claimed: Tally<Reported> = Tally::default();
//! let seen: Tally<Verified> = Tally::default();
//! let both = claimed + seen; // error: expected `Tally<Reported>`
//! ```
//!
//! ```
//! use mostari_projects::{Goods, Reported, Tally};
//! let tents = |count| Tally::<Reported>::of(Goods::new("tent", "pieces"), count);
//! assert_eq!((tents(40) + tents(2)).to_string(), "42 pieces of tent");
//! ```

use mostari_model::{Currency, Money};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{collections::BTreeMap, fmt, marker::PhantomData, ops::Add};

mod sealed {
    pub trait Sealed {}
}

/// What a column stands for. The list is closed.
pub trait Stage: sealed::Sealed {
    /// The heading of the column.
    const NAME: &'static str;
}

macro_rules! stages {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {}

        impl sealed::Sealed for $name {}
        impl Stage for $name {
            const NAME: &'static str = $word;
        }
    )*};
}

stages! {
    /// The deliverer says that it was delivered.
    Reported = "reported";
    /// Somebody else says that it arrived.
    Confirmed = "confirmed";
    /// An independent visitor saw it.
    Verified = "verified";
    /// It was paid for.
    Paid = "paid";
    /// Money that somebody means to give.
    Pledged = "pledged";
    /// Money that somebody is bound to give.
    Committed = "committed";
    /// Money that was placed at a receiver's disposal.
    Disbursed = "disbursed";
    /// Money that was spent on goods and services.
    Expended = "expended";
}

/// What is counted, and in which unit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Goods {
    /// The thing: `school desk`, `culvert`.
    pub item: String,
    /// Its unit: `pieces`, `m`, `kg`.
    pub unit: String,
}

impl Goods {
    /// A thing in its unit.
    pub fn new(item: impl Into<String>, unit: impl Into<String>) -> Self {
        Self { item: item.into(), unit: unit.into() }
    }
}

/// A number of goods: whole units only, so that sums are exact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Quantity {
    /// What.
    #[serde(flatten)]
    pub goods: Goods,
    /// How many units.
    pub amount: u64,
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} of {}", self.amount, self.goods.unit, self.goods.item)
    }
}

/// One column of goods. Different goods are never added up.
pub struct Tally<S> {
    amounts: BTreeMap<Goods, u64>,
    stage: PhantomData<S>,
}

/// One column of money in **minor units**. Different currencies are never added up.
pub struct Amounts<S> {
    amounts: BTreeMap<Currency, i64>,
    stage: PhantomData<S>,
}

macro_rules! column {
    ($column:ident, $key:ty, $number:ty) => {
        impl<S> Clone for $column<S> {
            fn clone(&self) -> Self {
                Self { amounts: self.amounts.clone(), stage: PhantomData }
            }
        }

        impl<S> Default for $column<S> {
            fn default() -> Self {
                Self { amounts: BTreeMap::new(), stage: PhantomData }
            }
        }

        impl<S> PartialEq for $column<S> {
            fn eq(&self, other: &Self) -> bool {
                self.amounts == other.amounts
            }
        }

        impl<S> Eq for $column<S> {}

        impl<S: Stage> fmt::Debug for $column<S> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {:?}", S::NAME, self.amounts)
            }
        }

        /// Adds within the column.
        ///
        /// # Panics
        /// If an amount outgrows its integer, rather than be wrong.
        impl<S> Add for $column<S> {
            type Output = Self;

            fn add(mut self, other: Self) -> Self {
                for (key, amount) in other.amounts {
                    self.put(key, amount);
                }
                self
            }
        }

        impl<S> $column<S> {
            fn put(&mut self, key: $key, amount: $number) {
                let held = self.amounts.entry(key).or_default();
                *held = held.checked_add(amount).expect("more of one thing than a count can hold");
            }

            /// Whether nothing stands in it.
            pub fn is_empty(&self) -> bool {
                self.amounts.is_empty()
            }
        }
    };
}

column!(Tally, Goods, u64);
column!(Amounts, Currency, i64);

impl<S> Tally<S> {
    /// A column with one kind of goods.
    pub fn of(goods: Goods, amount: u64) -> Self {
        Self { amounts: BTreeMap::from([(goods, amount)]), stage: PhantomData }
    }

    /// How much of one kind of goods stands in this column; `None` if nobody said anything of them.
    pub fn amount(&self, goods: &Goods) -> Option<u64> {
        self.amounts.get(goods).copied()
    }

    /// The goods and their amounts, in order.
    pub fn quantities(&self) -> impl Iterator<Item = Quantity> + '_ {
        self.amounts.iter().map(|(goods, amount)| Quantity { goods: goods.clone(), amount: *amount })
    }
}

impl<S> Amounts<S> {
    /// A column with one amount.
    pub fn of(money: Money) -> Self {
        Self { amounts: BTreeMap::from([(money.currency, money.minor)]), stage: PhantomData }
    }

    /// Minor units of one currency; `None` if nobody said anything of it.
    pub fn minor(&self, currency: Currency) -> Option<i64> {
        self.amounts.get(&currency).copied()
    }

    /// Currencies and minor units, in order.
    pub fn minors(&self) -> impl Iterator<Item = (Currency, i64)> + '_ {
        self.amounts.iter().map(|(currency, minor)| (*currency, *minor))
    }
}

impl<S> fmt::Display for Tally<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.quantities().map(|quantity| quantity.to_string()).collect();
        f.pad(&if words.is_empty() { "-".to_owned() } else { words.join(", ") })
    }
}

impl<S> fmt::Display for Amounts<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> =
            self.minors().map(|(currency, minor)| Money::new(minor, currency).to_string()).collect();
        f.pad(&if words.is_empty() { "-".to_owned() } else { words.join(", ") })
    }
}

/// A list of `{"item": …, "unit": …, "amount": …}`.
impl<S> Serialize for Tally<S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        serializer.collect_seq(self.quantities())
    }
}

impl<'de, S> Deserialize<'de> for Tally<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut tally = Self::default();
        for Quantity { goods, amount } in Vec::<Quantity>::deserialize(deserializer)? {
            tally.put(goods, amount);
        }
        Ok(tally)
    }
}

/// A list of `{"currency": …, "minor": …}`.
#[derive(Serialize, Deserialize)]
struct Minor {
    currency: Currency,
    minor: i64,
}

impl<S> Serialize for Amounts<S> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        serializer.collect_seq(self.minors().map(|(currency, minor)| Minor { currency, minor }))
    }
}

impl<'de, S> Deserialize<'de> for Amounts<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut amounts = Self::default();
        for Minor { currency, minor } in Vec::<Minor>::deserialize(deserializer)? {
            amounts.put(currency, minor);
        }
        Ok(amounts)
    }
}

/// What was delivered, column by column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryColumns {
    /// As the deliverers say.
    pub reported: Tally<Reported>,
    /// As somebody else says.
    pub confirmed: Tally<Confirmed>,
    /// As visitors saw.
    pub verified: Tally<Verified>,
    /// As was paid for.
    pub paid: Tally<Paid>,
    /// The money that was paid for it.
    pub paid_money: Amounts<Paid>,
}

/// The money of a project as its ledger knows it, column by column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MoneyColumns {
    /// Meant to be given.
    pub pledged: Amounts<Pledged>,
    /// Bound to be given.
    pub committed: Amounts<Committed>,
    /// At the receiver's disposal.
    pub disbursed: Amounts<Disbursed>,
    /// Spent.
    pub expended: Amounts<Expended>,
}

impl Add for MoneyColumns {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            pledged: self.pledged + other.pledged,
            committed: self.committed + other.committed,
            disbursed: self.disbursed + other.disbursed,
            expended: self.expended + other.expended,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_goods_and_currencies_stay_apart_within_a_column() {
        let tents = Tally::<Reported>::of(Goods::new("tent", "pieces"), 3);
        let pipe = Tally::<Reported>::of(Goods::new("pipe", "m"), 200);
        assert_eq!((tents + pipe).to_string(), "200 m of pipe, 3 pieces of tent");
        let euro = Amounts::<Disbursed>::of(Money::new(150, "EUR".parse().unwrap()));
        let marks = Amounts::<Disbursed>::of(Money::new(-20, "BAM".parse().unwrap()));
        assert_eq!((euro.clone() + marks + euro).to_string(), "BAM -0.20, EUR 3.00");
    }

    #[test]
    fn a_column_reads_back_as_it_was_written() {
        let column = Tally::<Paid>::of(Goods::new("tent", "pieces"), 3);
        let text = serde_json::to_string(&column).unwrap();
        assert_eq!(text, r#"[{"item":"tent","unit":"pieces","amount":3}]"#);
        assert_eq!(serde_json::from_str::<Tally<Paid>>(&text).unwrap(), column);
        let money = Amounts::<Paid>::of(Money::new(7, "EUR".parse().unwrap()));
        let text = serde_json::to_string(&money).unwrap();
        assert_eq!(serde_json::from_str::<Amounts<Paid>>(&text).unwrap(), money);
    }
}
