//! Hot spots of deaths: the local statistic Gi* of Getis and Ord, with permutation and false-discovery control.

use crate::events::{EventCounts, Tally};
use crate::findings::WITHOUT_NEIGHBOUR;
use crate::permutation::two_sided_p;
use crate::sheet::{Known, Sheet};
use crate::weights::Weights;
use crate::{Ground, Indicator, rejected};
use mostari_model::{About, Confidence, Direction, Finding, IndicatorValue, Kind, Unit};
use mostari_place::AreaIndex;
use rayon::prelude::*;

static ABOUT: About = About {
    id: "hot-spots",
    kind: Kind::Indicator,
    name: "Hot spots of conflict deaths",
    summary: "Where do areas with many deaths lie together, beyond what chance would put beside each other?",
    unit: "standard score",
    range: "below 0: fewer deaths here and around than elsewhere; above 0: more",
    direction: Direction::HigherIsWorse,
    source: "Ord and Getis 1995, doi:10.1111/j.1538-4632.1995.tb00912.x, equation 14 (Gi*); Anselin 1995 \
             (conditional permutation); Benjamini and Hochberg 1995 (false-discovery rate)",
    method: "Gi* of the best estimate of deaths in twelve months over leaf areas, binary queen contiguity with the \
             area itself; 999 conditional permutations with a fixed seed for each area; significant where the \
             Benjamini-Hochberg procedure rejects at 5 percent.",
    protection: "Areas only. It says where deaths lie together, not who caused them or who is at risk.",
};

/// Share of false discoveries that is accepted among the areas called significant.
const FALSE_DISCOVERY_RATE: f64 = 0.05;

/// See [`ABOUT`].
pub(crate) struct HotSpots;

impl Indicator for HotSpots {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let mut sheet = Sheet::new(ground, &ABOUT, Unit::ZScore);
        let counts = ground.events();
        let leaves = ground.leaves();
        let unknown = |sheet: &mut Sheet<'_>, because: &str| {
            leaves.iter().for_each(|area| sheet.unknown(*area, "", ground.year(), because));
        };
        if counts.covered_days.0 == 0 {
            unknown(&mut sheet, "no event data cover these twelve months");
            return sheet.finish();
        }
        let weights = weights(ground, &leaves);
        let deaths: Vec<f64> = leaves.iter().map(|area| deaths_of(counts, *area)).collect();
        let Some(scores) = getis_ord_star(&weights, &deaths) else {
            unknown(&mut sheet, "every area has the same number of deaths: there is nothing to compare");
            return sheet.finish();
        };
        write(&mut sheet, ground, counts, &leaves, &weights, &deaths, &scores);
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        let leaves = ground.leaves();
        let mut findings = ground.events().findings.clone();
        let alone = weights(ground, &leaves).neighbours.into_iter().zip(leaves).filter(|(near, _)| near.is_empty());
        findings.extend(alone.map(|(_, area)| {
            let node = &ground.placed.gazetteer.areas[area];
            let why = if node.shape.is_some() { "touches no other area" } else { "has no boundary" };
            Finding::new(WITHOUT_NEIGHBOUR, format!("{} ({}) {why}", node.name, node.id))
        }));
        findings
    }
}

fn weights(ground: &Ground<'_>, leaves: &[AreaIndex]) -> Weights {
    let shapes: Vec<_> = leaves.iter().map(|area| ground.placed.gazetteer.areas[*area].shape.as_ref()).collect();
    Weights::queen(&shapes)
}

fn deaths_of(counts: &EventCounts, area: AreaIndex) -> f64 {
    let mut sum = Tally::default();
    counts.areas[area].year.values().for_each(|tally| sum.add(tally));
    sum.deaths_best as f64
}

/// The standard score Gi* of each area: how far the sum over the area and its neighbours lies from what it would be
/// if the values were dealt out at random. `None` if all values are equal.
///
/// With W the number of neighbours and itself, m and s the mean and (population) standard deviation of all n values:
/// (sum - W m) / (s sqrt((n W - W²) / (n - 1))).
///
/// # Source
/// Ord and Getis 1995, doi:10.1111/j.1538-4632.1995.tb00912.x, equation 14, with binary weights.
pub fn getis_ord_star(weights: &Weights, values: &[f64]) -> Option<Vec<f64>> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n;
    if values.len() < 2 || variance <= 0.0 {
        return None;
    }
    let score = |(area, near): (usize, &Vec<usize>)| {
        let weight = near.len() as f64 + 1.0;
        let sum = values[area] + near.iter().map(|other| values[*other]).sum::<f64>();
        let spread = (variance * (n * weight - weight * weight) / (n - 1.0)).sqrt();
        // An area that touches all others has the whole as its neighbourhood: no spread, no deviation.
        if spread > 0.0 { (sum - weight * mean) / spread } else { 0.0 }
    };
    Some(weights.neighbours.iter().enumerate().map(score).collect())
}

fn write(
    sheet: &mut Sheet<'_>,
    ground: &Ground<'_>,
    counts: &EventCounts,
    leaves: &[AreaIndex],
    weights: &Weights,
    deaths: &[f64],
    scores: &[f64],
) {
    // An area without neighbours is no cluster: it is left out of the tests, so that it costs the others nothing.
    let tested: Vec<usize> = (0..leaves.len()).filter(|i| !weights.neighbours[*i].is_empty()).collect();
    let p_of = |i: &usize| {
        let near: Vec<f64> = weights.neighbours[*i].iter().map(|other| deaths[*other]).collect();
        let others: Vec<f64> = (0..deaths.len()).filter(|other| other != i).map(|other| deaths[other]).collect();
        two_sided_p(deaths[*i], &near, &others, ground.placed.gazetteer.areas[leaves[*i]].id.as_str())
    };
    let p_values: Vec<f64> = tested.par_iter().map(p_of).collect();
    let significant = rejected(&p_values, FALSE_DISCOVERY_RATE);
    for ((i, p), significant) in tested.iter().zip(&p_values).zip(&significant) {
        let (word, covered) = (if *significant { "significant" } else { "not significant" }, counts.covered_days);
        let (confidence, gap) = match (covered.0 < covered.1, significant) {
            (true, _) => (Confidence::Poor, format!("; the source covers {} of {} days", covered.0, covered.1)),
            (false, true) => (Confidence::Good, String::new()),
            (false, false) => (Confidence::Fair, String::new()),
        };
        let doubt = format!(
            "p = {p:.3} (two-sided, 999 permutations); {word} at a false-discovery rate of 5 percent over {} areas{gap}; \
             deaths known no finer than an area above are left out",
            tested.len()
        );
        let (value, sources) = (Some(scores[*i]), &counts.covering);
        let known = Known { value, low: None, high: None, confidence, doubt, sources };
        sheet.write(leaves[*i], "", ground.year(), known);
    }
    for i in (0..leaves.len()).filter(|i| weights.neighbours[*i].is_empty()) {
        sheet.unknown(leaves[i], "", ground.year(), "no neighbouring area is known: a cluster cannot be told here");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;

    /// Ten areas in a row; the third to fifth have seen many deaths.
    fn row() -> World {
        let mut world = World::row(10, "1995-12-31");
        world.add_event("1995-01-01", 0, Some(10));
        for (area, deaths) in [(3, 60), (4, 80), (5, 70), (8, 1), (10, 0)] {
            world.add_event("1995-12-31", deaths, Some(area));
        }
        world
    }

    #[test]
    fn the_middle_of_the_deadly_areas_has_the_highest_score() {
        let world = row();
        let values = world.assess(&HotSpots);
        let highest = values.iter().max_by(|a, b| a.value.unwrap().total_cmp(&b.value.unwrap())).unwrap();
        assert_eq!(highest.area.as_str(), "A4");
        assert!(values.iter().all(|value| value.doubt.contains("p = ")));
    }

    #[test]
    fn a_hand_computed_score() {
        // Three in a row, values 0, 0, 3: mean 1, variance 2; the middle touches all, so its score is 0;
        // the last: (3 - 2) / sqrt(2 (3*2 - 4) / 2) = 1 / sqrt 2.
        let weights = Weights { neighbours: vec![vec![1], vec![0, 2], vec![1]] };
        let scores = getis_ord_star(&weights, &[0.0, 0.0, 3.0]).unwrap();
        assert_eq!(scores[1], 0.0);
        assert!((scores[2] - 0.5f64.sqrt()).abs() < 1e-15 && (scores[0] + 2.0f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn an_island_is_unknown_and_reported() {
        let mut world = row();
        world.add_area("A11", 1, Some(0), Some(crate::world::square(50.0, 0.0, 1.0)));
        let value = world.value(&HotSpots, "A11", "");
        assert_eq!((value.value, value.confidence), (None, Confidence::None));
        assert_eq!(world.codes(&HotSpots), ["ASM-008"]);
    }

    #[test]
    fn without_deaths_there_is_nothing_to_compare() {
        let mut world = World::row(3, "1995-12-31");
        world.add_event("1995-01-01", 0, Some(1));
        assert_eq!(world.value(&HotSpots, "A1", "").value, None);
    }
}
