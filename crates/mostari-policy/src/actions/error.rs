//! Why a set of policies is refused, or an action.

use super::{Action, EntryKind};

/// Why policies cannot be used, or what they refuse; each with a stable code and a hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Not Cedar.
    #[error("the policies cannot be read: {reason}")]
    Text {
        /// The parser's words.
        reason: String,
    },
    /// A policy without a name cannot be given as a reason.
    #[error("policy {number} has no name of its own: `{name}`")]
    Name {
        /// Its place in the text, from 1.
        number: usize,
        /// The name that is missing (empty) or taken.
        name: String,
    },
    /// A policy speaks of something that there is not.
    #[error("the policies do not fit the schema: {reason}")]
    Schema {
        /// The validator's words.
        reason: String,
    },
    /// The answer is no.
    #[error("`{action}` of this {kind} is not allowed{}{}", if .reasons.is_empty() { "" } else { ": " }, .reasons.join(", "))]
    Denied {
        /// What was asked.
        action: Action,
        /// On what.
        kind: EntryKind,
        /// The policies that forbid it; empty if merely none permits it.
        reasons: Vec<String>,
    },
}

impl PolicyError {
    /// Every code, for the test that each has its heading in the docs.
    pub const CODES: &[&str] = &["POL-001", "POL-002", "POL-003", "POL-004"];

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Text { .. } => "POL-001",
            Self::Name { .. } => "POL-002",
            Self::Schema { .. } => "POL-003",
            Self::Denied { .. } => "POL-004",
        }
    }

    /// What a person can do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Text { .. } => "mend the text at the place that the reason names",
            Self::Name { .. } => "write `@id(\"a-name\")` before every policy, each name once",
            Self::Schema { .. } => "use the attributes and actions of `policies/schema.cedarschema`",
            Self::Denied { .. } => "ask somebody who has the role for it, or the originator for a release",
        }
    }
}
