//! Findings of the geographic files: `GEO-…`.

use mostari_model::FindingCard;

/// The cards, in the order of their codes.
pub(crate) const FINDINGS: &[&FindingCard] = &[];
