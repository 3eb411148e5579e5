//! The adversary: who holds every release, how far can they narrow each cell?
//!
//! Written apart from the suppressor, with two instruments that err on opposite sides, so that nothing lies between:
//!
//! - [`bounds`] solves linear programs in exact integers. What it says of a cell is **true of every table** that could
//!   have led to the releases: a leak that it reports is one.
//! - [`check_evidence`] looks at two whole-number tables for each small cell and recomputes every released number from
//!   them. If they fit, **nobody can exclude either**: a protection that it confirms is one, also against somebody who
//!   uses that people come in whole numbers.

mod evidence;
mod simplex;
mod system;

pub use evidence::check_evidence;
pub use system::{AttackError, Bounds, Observed, Question, bounds};

use super::{DisclosureError, Frame, Need, ReleasedTable, Rule, Table};
use sensitive::Sensitive;

mod sensitive;

/// A small cell that the releases give away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// The cell.
    pub cell: super::CellId,
    /// The release, counted from 0, whose values are meant.
    pub release: usize,
    /// Its true value.
    pub value: u64,
    /// What the adversary derives.
    pub bounds: Bounds,
    /// How open it should have been.
    pub need: Need,
}

impl Leak {
    /// Whether the adversary knows the very number.
    pub fn is_exact(&self) -> bool {
        self.bounds.high == Some(self.bounds.low)
    }
}

/// Attacks all releases at once and lists every small cell that can be narrowed further than the rule allows, with the
/// number of cells attacked.
///
/// `truths` say which cells are small and which leaves were corrected; the numbers that the adversary computes with are
/// the released ones only.
///
/// # Errors
/// [`AttackError`].
pub fn leaks(
    frame: &Frame,
    releases: &[&ReleasedTable],
    truths: &[&Table],
    rule: &Rule,
) -> Result<(usize, Vec<Leak>), AttackError> {
    let corrections = super::Corrections::between(truths);
    let sensitive = Sensitive::of(frame, releases, truths, rule)?;
    let questions: Vec<Question> = sensitive.iter().map(|found| found.question.clone()).collect();
    let found = bounds(&Observed { frame, releases, corrections: &corrections }, &questions)?;
    let leaks = sensitive.into_iter().zip(found).filter_map(|(sensitive, bounds)| {
        let Sensitive { cell, release, value, need, .. } = sensitive;
        let open = need.is_met(value, bounds.low, bounds.high);
        (!open).then_some(Leak { cell, release, value, bounds, need })
    });
    Ok((questions.len(), leaks.collect()))
}

impl From<DisclosureError> for AttackError {
    fn from(source: DisclosureError) -> Self {
        Self::Input(source)
    }
}
