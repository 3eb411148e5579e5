//! Findings of the untagged tables: `ING-050` to `ING-099`.

use mostari_model::FindingCard;

/// The cards, in the order of their codes.
pub(crate) const FINDINGS: &[&FindingCard] = &[];
