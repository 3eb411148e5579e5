//! What a look is worth before its result is known.

use crate::problem::survey::{Look, LookWorth, SurveyProblem};

/// Worth and chance of change of a look.
///
/// For each result: the chances of the states after it (Bayes), the decision that is best then, and what it is worth.
/// The mean over the results, less what the best decision is worth now, is never negative.
pub(super) fn worth(problem: &SurveyProblem, look: &Look) -> LookWorth {
    let candidate = &problem.candidates[look.candidate as usize];
    let states = || candidate.chances.iter().zip(&candidate.worth);
    let now: f64 = states().map(|(chance, worth)| chance * worth).sum();
    let funds_now = now > 0.0;
    let (mut gained, mut change_chance) = (0.0, 0.0);
    for told in &look.results {
        let result: f64 = candidate.chances.iter().zip(told).map(|(chance, told)| chance * told).sum();
        let funded: f64 = states().zip(told).map(|((chance, worth), told)| chance * told * worth).sum();
        // Only a result that turns the decision gains: what was to be lost is spared, what was to be missed is had.
        if (funded > 0.0) != funds_now {
            gained += funded.abs();
            change_chance += result;
        }
    }
    LookWorth { worth: gained, funds_now, change_chance }
}
