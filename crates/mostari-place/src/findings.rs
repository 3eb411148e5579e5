//! Every code that placing can report. Codes are stable; `docs/findings.md` has a heading for each.

use mostari_model::FindingCard;

/// All cards of this crate, in the order of their codes.
pub const FINDINGS: &[&FindingCard] = &[];
