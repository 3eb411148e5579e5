//! Rates whose denominators drift: both parts are always shown, and what a change of the denominator did is told apart.

use mostari_model::{EntryId, Month};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A rate of one month with its two parts: never the per cent alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Figure {
    /// The month that it describes.
    pub month: Month,
    /// How many have it.
    pub numerator: u64,
    /// Of how many; never 0.
    pub denominator: u64,
    /// Name and version of the way of counting.
    pub method: String,
}

impl Figure {
    /// The rate in hundredths of a per cent, rounded half up; `None` if the denominator is 0.
    ///
    /// ```
    /// use mostari_projects::Figure;
    /// let figure = Figure { month: "2002-08".parse().unwrap(), numerator: 1, denominator: 3, method: String::new() };
    /// assert_eq!(figure.rate_bp(), Some(3_333));
    /// ```
    pub fn rate_bp(&self) -> Option<u64> {
        rate_bp(self.numerator, self.denominator)
    }
}

/// `150984/256312 = 58.91 %`.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rate_bp() {
            Some(bp) => write!(f, "{}/{} = {}.{:02} %", self.numerator, self.denominator, bp / 100, bp % 100),
            None => write!(f, "{}/{}", self.numerator, self.denominator),
        }
    }
}

fn rate_bp(numerator: u64, denominator: u64) -> Option<u64> {
    let (numerator, denominator) = (u128::from(numerator), u128::from(denominator));
    let rounded = (numerator * 20_000 + denominator).checked_div(denominator * 2)?;
    u64::try_from(rounded).ok()
}

/// A figure that was replaced. Both stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restatement {
    /// The entry that replaces it.
    pub entry: EntryId,
    /// As it stood.
    pub old: Figure,
    /// As it stands.
    pub new: Figure,
    /// Why.
    pub reason: String,
}

/// The figures of one series and part, in the order of their months, and every restatement in the order of the log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// What stands, with the entry that says so; one figure a month.
    pub figures: Vec<(EntryId, Figure)>,
    /// What was replaced.
    pub restatements: Vec<Restatement>,
}

/// What moved a rate from one figure to a later one, in hundredths of a per cent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// The earlier figure.
    pub from: Figure,
    /// The later figure.
    pub to: Figure,
    /// The rate of the later numerator over the earlier denominator: what the rate would be, had nothing else moved.
    pub at_old_denominator_bp: u64,
    /// The part of the change that the numerator made.
    pub by_numerator_bp: i64,
    /// The part of the change that the denominator made.
    pub by_denominator_bp: i64,
    /// The reason that a restatement gives for the new denominator; `None` if nobody gave one.
    pub explained: Option<String>,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signed = |bp: i64| format!("{}{}.{:02}", if bp < 0 { "-" } else { "+" }, bp.abs() / 100, bp.abs() % 100);
        let (numerator, denominator) = (signed(self.by_numerator_bp), signed(self.by_denominator_bp));
        write!(
            f,
            "{} -> {}: {numerator} points by the numerator, {denominator} by the denominator",
            self.from, self.to
        )?;
        match &self.explained {
            Some(reason) => write!(f, " ({reason})"),
            None => write!(f, " (nobody says why)"),
        }
    }
}

impl Series {
    /// The figure that stands for a month.
    pub fn figure(&self, month: Month) -> Option<&Figure> {
        self.figures.iter().map(|(_, figure)| figure).find(|figure| figure.month == month)
    }

    /// Puts a figure in its place; the month must be free.
    pub(crate) fn insert(&mut self, entry: EntryId, figure: Figure) {
        let at = self.figures.partition_point(|(_, held)| held.month < figure.month);
        self.figures.insert(at, (entry, figure));
    }

    /// Puts the new figure beside or in the place of the old one, which stays among the restatements.
    pub(crate) fn restate(&mut self, restatement: Restatement) {
        self.figures.retain(|(_, held)| held.month != restatement.new.month);
        self.insert(restatement.entry.clone(), restatement.new.clone());
        self.restatements.push(restatement);
    }

    /// Each step from one month's figure to the next whose denominator differs.
    pub fn drifts(&self) -> Vec<Drift> {
        let pairs = self.figures.windows(2).map(|pair| (&pair[0].1, &pair[1].1));
        pairs
            .filter(|(from, to)| from.denominator != to.denominator)
            .filter_map(|(from, to)| self.drift(from, to))
            .collect()
    }

    /// What moved the rate between two figures; `None` if a denominator is 0.
    pub fn drift(&self, from: &Figure, to: &Figure) -> Option<Drift> {
        let (before, after) = (from.rate_bp()?, to.rate_bp()?);
        let between = rate_bp(to.numerator, from.denominator)?;
        let change = |from: u64, to: u64| i64::try_from(i128::from(to) - i128::from(from)).ok();
        let speaks_of = |r: &&Restatement| r.old.denominator == from.denominator && r.new.denominator == to.denominator;
        Some(Drift {
            from: from.clone(),
            to: to.clone(),
            at_old_denominator_bp: between,
            by_numerator_bp: change(before, between)?,
            by_denominator_bp: change(between, after)?,
            explained: self.restatements.iter().rev().find(speaks_of).map(|r| r.reason.clone()),
        })
    }
}
