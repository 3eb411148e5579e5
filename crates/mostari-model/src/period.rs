//! Dates, months and periods. Civil dates only: a day in the record has no time zone.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A civil date.
pub type Date = jiff::civil::Date;

/// A calendar month, counted from January of year 0 so that months can be subtracted.
///
/// ```
/// use mostari_model::Month;
/// let m: Month = "1995-11".parse().unwrap();
/// assert_eq!((m + 2).to_string(), "1996-01");
/// assert_eq!((m + 2) - m, 2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

/// Not a month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a month: write `2024-06`")]
pub struct MonthError(String);

impl Month {
    /// The month of a year, 1 to 12.
    ///
    /// # Errors
    /// [`MonthError`] if the month is not 1 to 12 or the year not 0 to 9999.
    pub fn new(year: i32, month: u32) -> Result<Self, MonthError> {
        match (0..=9999).contains(&year) && (1..=12).contains(&month) {
            true => Ok(Self(year * 12 + month as i32 - 1)),
            false => Err(MonthError(format!("{year}-{month}"))),
        }
    }

    /// The month that a date lies in.
    pub fn of(date: Date) -> Self {
        Self(i32::from(date.year()) * 12 + i32::from(date.month()) - 1)
    }

    /// Its year.
    pub const fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// Its number in the year, 1 to 12.
    pub const fn month(self) -> u32 {
        self.0.rem_euclid(12) as u32 + 1
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        Date::constant(self.year() as i16, self.month() as i8, 1)
    }

    /// Its last day.
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }
}

impl std::ops::Add<i32> for Month {
    type Output = Self;

    fn add(self, months: i32) -> Self {
        Self(self.0 + months)
    }
}

impl std::ops::Sub for Month {
    type Output = i32;

    fn sub(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl FromStr for Month {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, MonthError> {
        let bad = || MonthError(text.to_owned());
        let (year, month) = text.split_once('-').ok_or_else(bad)?;
        if year.len() != 4 || month.len() != 2 {
            return Err(bad());
        }
        Self::new(year.parse().map_err(|_| bad())?, month.parse().map_err(|_| bad())?).map_err(|_| bad())
    }
}

impl Serialize for Month {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A closed span of days: both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Period {
    /// One month.
    pub fn month(month: Month) -> Self {
        Self { from: month.first_day(), to: month.last_day() }
    }

    /// `count` whole months that end with the month of `last`.
    pub fn months_until(last: Month, count: i32) -> Self {
        Self { from: (last + (1 - count)).first_day(), to: last.last_day() }
    }

    /// One day.
    pub const fn day(date: Date) -> Self {
        Self { from: date, to: date }
    }

    /// Whether the day lies in it.
    pub fn contains(&self, date: Date) -> bool {
        self.from <= date && date <= self.to
    }
}

/// `2024-06` for a whole month, `2024-06-01` for a day, `2024-01-01/2024-06-30` otherwise.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = Month::of(self.from);
        if self.from == self.to {
            write!(f, "{}", self.from)
        } else if *self == Self::month(month) {
            write!(f, "{month}")
        } else {
            write!(f, "{}/{}", self.from, self.to)
        }
    }
}
