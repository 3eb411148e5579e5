//! Everything that has a card or a code, gathered from all crates: for `mostari list` and for the tidy test.

use crate::failure::Failure;
use mostari_model::{About, FindingCard};

/// The cards of every reader, indicator and planner, in the order in which they are tried or shown.
pub fn cards() -> Vec<&'static About> {
    let readers = mostari_formats::all().iter().map(|reader| reader.about());
    let indicators = mostari_assess::all().iter().map(|indicator| indicator.about());
    let planners = [&mostari_plan::ABOUT];
    readers.chain(indicators).chain(planners).collect()
}

/// The cards of every finding code.
pub fn finding_cards() -> Vec<&'static FindingCard> {
    [
        mostari_formats::FINDINGS,
        mostari_place::FINDINGS,
        mostari_record::FINDINGS,
        mostari_assess::FINDINGS,
        mostari_plan::FINDINGS,
        mostari_funds::FINDINGS,
        mostari_projects::FINDINGS,
    ]
    .concat()
}

/// The codes of errors, which are no findings.
pub fn error_codes() -> Vec<&'static str> {
    [
        Failure::CODES,
        mostari_record::RecordError::CODES,
        mostari_serve::ServeError::CODES,
        mostari_policy::actions::PolicyError::CODES,
        mostari_policy::disclosure::DisclosureError::CODES,
    ]
    .concat()
}
