//! How severe the need is that a project answers, 1 (minimal) to 5 (catastrophic).
//!
//! The phase of the area (JIAF 2) where the assessment has one, of the area itself or of the nearest one above.
//! Else from the gap that calls for the project: see [`of_ratio`] and the constants of each rule.

use super::Ground;
use mostari_place::AreaIndex;

/// The indicator that gives the severity phase of an area.
pub(crate) const PHASE_INDICATOR: &str = "needs-severity";

/// Least and greatest severity.
pub(crate) const SEVERITY_RANGE: (f64, f64) = (1.0, 5.0);

/// The phase of an area or of the nearest one above that has one.
pub(super) fn of_area(ground: &Ground<'_>, area: AreaIndex) -> Option<f64> {
    let gazetteer = &ground.placed.gazetteer;
    gazetteer
        .upward(area)
        .find_map(|up| ground.latest.get(PHASE_INDICATOR, "", &gazetteer.areas[up].id)?.value)
        .map(|phase| phase.clamp(SEVERITY_RANGE.0, SEVERITY_RANGE.1))
}

/// The severity of a gap, where nothing says the phase: 2 up to twice the standard, 3 up to four times, 4 up to
/// eight times, 5 beyond. An assumption of ours, stated in `docs/means-and-catalogue.md`.
pub(super) fn of_ratio(value: f64, standard: f64) -> f64 {
    match value / standard {
        ratio if ratio <= 2.0 => 2.0,
        ratio if ratio <= 4.0 => 3.0,
        ratio if ratio <= 8.0 => 4.0,
        _ => 5.0,
    }
}

#[cfg(test)]
mod tests {
    use super::of_ratio;

    #[test]
    fn the_wider_the_gap_the_more_severe() {
        let ratios = [1.1, 2.0, 3.0, 5.0, 9.0, f64::INFINITY];
        assert_eq!(ratios.map(|r| of_ratio(r * 3_000.0, 3_000.0)), [2.0, 2.0, 3.0, 4.0, 5.0, 5.0]);
    }
}
