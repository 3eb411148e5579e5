//! Why a table cannot be released.

use super::CellId;

/// Why disclosure control refused, each with a stable code and a hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DisclosureError {
    /// A name stands twice on an axis.
    #[error("`{name}` stands twice among the names of one axis")]
    TwiceOnAxis {
        /// The name.
        name: String,
    },
    /// A name is on no axis of the frame.
    #[error("`{name}` is no {axis} of this frame")]
    NotOnAxis {
        /// `area`, `sector` or `period`.
        axis: &'static str,
        /// The name.
        name: String,
    },
    /// A released table lacks a cell of its own layout, or has another one.
    #[error("the released table `{table}` does not have the cells that its layout promises")]
    Torn {
        /// Its id.
        table: String,
    },
    /// Sums beyond 64 bits.
    #[error("the values are too large to add")]
    Overflow,
    /// Earlier releases show so much that hiding all of this one would not protect these cells.
    #[error("{} small cells cannot be protected, the first at {}", .cells.len(), .cells[0])]
    Unprotectable {
        /// The cells, never empty.
        cells: Vec<CellId>,
    },
    /// A group has other parts than in an earlier table.
    #[error("`{name}` has other parts than in an earlier release")]
    GroupChanged {
        /// The group.
        name: String,
    },
    /// Two periods share some days.
    #[error("the periods {one} and {other} share days and are not the same")]
    PeriodsOverlap {
        /// One of them.
        one: String,
        /// The other.
        other: String,
    },
    /// The check of the protection, written apart from it, does not agree.
    #[error("the protected table does not pass its own check: {reason}")]
    CheckFailed {
        /// What it found.
        reason: String,
    },
}

impl DisclosureError {
    /// Every code, for the test that each has its heading in the docs.
    pub const CODES: &[&str] =
        &["POL-010", "POL-011", "POL-012", "POL-013", "POL-014", "POL-015", "POL-016", "POL-017"];

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TwiceOnAxis { .. } => "POL-010",
            Self::NotOnAxis { .. } => "POL-011",
            Self::Torn { .. } => "POL-012",
            Self::Overflow => "POL-013",
            Self::Unprotectable { .. } => "POL-014",
            Self::CheckFailed { .. } => "POL-015",
            Self::PeriodsOverlap { .. } => "POL-016",
            Self::GroupChanged { .. } => "POL-017",
        }
    }

    /// What a person can do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::TwiceOnAxis { .. } => "give every area, sector and period one name",
            Self::NotOnAxis { .. } => "name leaves and groups as the frame spells them",
            Self::Torn { .. } => "read the earlier release again from the record",
            Self::Overflow => "state amounts in a larger unit",
            Self::Unprotectable { .. } => {
                "what was released before already shows too much; leave this table unreleased"
            }
            Self::PeriodsOverlap { .. } => "release a period that was released before, or one that begins after it",
            Self::GroupChanged { .. } => "release it for the areas as they were, or leave it unreleased",
            Self::CheckFailed { .. } => "this is a fault of Mostari: please report it; nothing was released",
        }
    }
}
