//! Every code that a reader can report. Codes are stable; `docs/findings/formats.md` has a heading for each.

pub(crate) mod aid;
pub(crate) mod geo;
pub(crate) mod labels;
pub(crate) mod profiles;
pub(crate) mod text;
pub(crate) mod xml;

use mostari_model::{FindingCard, Severity};

/// All cards of this crate: the base and events (`ING-001` on), the geographic files (`GEO`), the untagged
/// profiles (`ING-050` on), aid (`AID`), XML (`XML`), labels (`STG`).
pub const FINDINGS: &[&FindingCard] =
    &joined::<
        {
            text::FINDINGS.len()
                + geo::FINDINGS.len()
                + profiles::FINDINGS.len()
                + aid::FINDINGS.len()
                + xml::FINDINGS.len()
                + labels::FINDINGS.len()
        },
    >(&[text::FINDINGS, geo::FINDINGS, profiles::FINDINGS, aid::FINDINGS, xml::FINDINGS, labels::FINDINGS]);

/// Holds a place while [`joined`] fills its array; never in the result.
static NO_CARD: FindingCard = FindingCard { code: "", severity: Severity::Note, title: "", hint: "" };

/// Joins lists of cards at compile time; `N` must be the sum of their lengths.
const fn joined<const N: usize>(lists: &[&[&'static FindingCard]]) -> [&'static FindingCard; N] {
    let mut all = [&NO_CARD; N];
    let (mut list, mut filled) = (0, 0);
    while list < lists.len() {
        let mut card = 0;
        while card < lists[list].len() {
            all[filled] = lists[list][card];
            filled += 1;
            card += 1;
        }
        list += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::FINDINGS;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_stands_once_and_says_what_to_do() {
        let codes: BTreeSet<_> = FINDINGS.iter().map(|card| card.code).collect();
        assert_eq!(codes.len(), FINDINGS.len());
        assert!(FINDINGS.iter().all(|card| !card.title.is_empty() && !card.hint.is_empty()));
    }
}
