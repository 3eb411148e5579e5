//! Classes of a map and their legend: shares by colour, quantities by size, a word for each.
//!
//! Colours are ColorBrewer 2.0 (Cynthia Brewer, Apache-2.0): `OrRd`, `Blues` and `RdBu` with five classes.

use crate::{text, topic::Topic};
use maud::{Markup, html};
use mostari_model::Unit;
use mostari_place::AreaIndex;

/// Colour classes of a sequential map; ColorBrewer's five keep apart in print and for the colour-blind.
const CLASSES: usize = 5;

/// Critical values of a standard normal for 95 % and 99 %, two-sided: the usual classes of Gi* maps
/// (Ord and Getis 1995, doi:10.1111/j.1538-4632.1995.tb00912.x).
const Z_95: f64 = 1.96;
const Z_99: f64 = 2.58;

/// How a map shows a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scale {
    /// By colour: classes from these lower ends upward, and one for zero where zero is met.
    Colour { from: Vec<f64>, zero: bool, ramp: Ramp },
    /// By size: a circle whose surface is in proportion to the value; the largest stands for `most`.
    Size { most: f64 },
}

/// Which colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ramp {
    /// Darker is worse.
    Worse,
    /// Darker is better.
    Better,
    /// Cold to hot, pale between.
    Both,
}

impl Ramp {
    fn letter(self) -> char {
        match self {
            Self::Worse => 'w',
            Self::Better => 'b',
            Self::Both => 'z',
        }
    }
}

impl Scale {
    /// The scale that fits a topic's unit and its values in these areas.
    pub(crate) fn of(topic: &Topic<'_>, areas: &[AreaIndex]) -> Self {
        let values: Vec<f64> = areas.iter().filter_map(|area| topic.known(*area)).collect();
        let ramp = if topic.low_is_worse() { Ramp::Better } else { Ramp::Worse };
        match topic.unit {
            Unit::Deaths
            | Unit::Events
            | Unit::People
            | Unit::Facilities
            | Unit::Organisations
            | Unit::SquareMetres => Self::Size { most: values.iter().copied().fold(0.0, f64::max) },
            Unit::ZScore => {
                let from = vec![f64::NEG_INFINITY, -Z_99, -Z_95, Z_95, Z_99];
                Self::Colour { from, zero: false, ramp: Ramp::Both }
            }
            Unit::Phase => Self::Colour { from: vec![1.0, 2.0, 3.0, 4.0, 5.0], zero: false, ramp },
            unit => Self::Colour { from: breaks(&values, unit), zero: values.contains(&0.0), ramp },
        }
    }

    /// The CSS class of an area's fill.
    pub(crate) fn fill(&self, value: Option<f64>) -> String {
        match (self, value) {
            (_, None) => "na".to_owned(),
            (Self::Size { .. }, Some(0.0)) => "zero".to_owned(),
            (Self::Size { .. }, Some(_)) => "base".to_owned(),
            (Self::Colour { zero: true, .. }, Some(0.0)) => "zero".to_owned(),
            (Self::Colour { from, ramp, .. }, Some(value)) => {
                let class = from.iter().filter(|low| **low <= value).count().max(1);
                format!("{}{}", ramp.letter(), class_step(class, from.len()))
            }
        }
    }

    /// The radius of an area's circle, as a part of the largest; `None` where there is none to draw.
    pub(crate) fn radius(&self, value: Option<f64>) -> Option<f64> {
        match self {
            Self::Size { most } if *most > 0.0 => value.filter(|v| *v > 0.0).map(|v| (v / most).sqrt()),
            _ => None,
        }
    }
}

/// Spreads fewer than five classes over the five colours, so that the last one is always the darkest.
fn class_step(class: usize, classes: usize) -> usize {
    CLASSES + class - classes.min(CLASSES)
}

/// Lower ends of at most five classes with as many areas in each, rounded to two figures as shown; zero is apart.
fn breaks(values: &[f64], unit: Unit) -> Vec<f64> {
    let mut positive: Vec<f64> = values.iter().copied().filter(|v| *v > 0.0).collect();
    positive.sort_by(f64::total_cmp);
    let mut from = vec![0.0];
    for class in 1..CLASSES {
        let Some(at) = positive.get(class * positive.len() / CLASSES) else { break };
        let rounded = two_figures(*at);
        let differs = from.iter().all(|low| text::number(*low, unit) != text::number(rounded, unit));
        if differs && positive.first().is_some_and(|least| rounded > *least) && rounded <= positive[positive.len() - 1]
        {
            from.push(rounded);
        }
    }
    from
}

fn two_figures(value: f64) -> f64 {
    // Reading back the shortest text gives 0.3, where multiplying by powers of ten gives 0.30000000000000004.
    format!("{value:.1e}").parse().unwrap_or(value)
}

/// The legend under a map: every class with its ends and how many areas are in it, the unit, and how classes were made.
pub(crate) fn legend(topic: &Topic<'_>, scale: &Scale, areas: &[AreaIndex]) -> Markup {
    let unknown = areas.iter().filter(|area| topic.known(**area).is_none()).count();
    let zeros = areas.iter().filter(|area| topic.known(**area) == Some(0.0)).count();
    html! {
        p.legend-unit { (text::unit_name(topic.unit)) (how_made(scale)) }
        ul.legend {
            @match scale {
                Scale::Colour { from, zero, ramp } => {
                    @if *zero { (swatch("zero", "0", zeros)) }
                    @for (i, low) in from.iter().enumerate() {
                        @let class = format!("{}{}", ramp.letter(), class_step(i + 1, from.len()));
                        @let count = areas.iter().filter(|a| scale.fill(topic.known(**a)) == class).count();
                        (swatch(&class, &ends(topic.unit, *low, from.get(i + 1).copied()), count))
                    }
                }
                Scale::Size { .. } => {
                    @if zeros > 0 { (swatch("zero", "0", zeros)) }
                }
            }
            @if unknown > 0 { (swatch("na", "not assessed", unknown)) }
        }
    }
}

fn how_made(scale: &Scale) -> &'static str {
    match scale {
        Scale::Colour { ramp: Ramp::Both, .. } => {
            ", standard deviations from what chance would give; a high score alone is no hot spot: whether it stands after false-discovery control is said with each area (`mostari show`)"
        }
        Scale::Colour { .. } => ", by colour; classes of about as many areas each",
        Scale::Size { .. } => ", by the surface of the circle, one an area; the key stands below the map",
    }
}

/// Values of the circles in the key of a map: the largest met, rounded to one figure, its quarter and its twentieth.
pub(crate) fn sizes(most: f64) -> Vec<f64> {
    let top = format!("{most:.0e}").parse::<f64>().unwrap_or(most);
    let mut sizes: Vec<f64> =
        [top, (top / 4.0).round(), (top / 20.0).round()].into_iter().filter(|v| *v > 0.0).collect();
    sizes.dedup();
    sizes
}

fn ends(unit: Unit, low: f64, next: Option<f64>) -> String {
    let n = |value: f64| text::number(value, unit);
    match (unit, next) {
        (Unit::Phase, _) => n(low),
        (Unit::ZScore, Some(next)) if low.is_infinite() => format!("below {}", n(next)),
        (Unit::ZScore, None) => format!("{} and above", n(low)),
        (_, Some(next)) if low == 0.0 => format!("more than 0, below {}", n(next)),
        (_, None) if low == 0.0 => "more than 0".to_owned(),
        (_, Some(next)) => format!("{} to below {}", n(low), n(next)),
        (_, None) => format!("{} and more", n(low)),
    }
}

fn swatch(class: &str, words: &str, areas: usize) -> Markup {
    html! {
        li {
            svg.swatch width="22" height="13" viewBox="0 0 22 13" aria-hidden="true" {
                rect class=(class) x="0.5" y="0.5" width="21" height="12" {}
            }
            (words) span.n { " " (text::many(areas, "area")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(values: &[f64], expect: &[f64]) {
        assert_eq!(breaks(values, Unit::Share), expect);
    }

    #[test]
    fn classes_hold_about_as_many_areas_each() {
        let values: Vec<f64> = (1..=10).map(|i| f64::from(i) / 10.0).collect();
        check(&values, &[0.0, 0.3, 0.5, 0.7, 0.9]);
    }

    #[test]
    fn zeros_do_not_move_the_breaks() {
        check(&[0.0, 0.0, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5], &[0.0, 0.2, 0.3, 0.4, 0.5]);
    }

    #[test]
    fn equal_values_make_one_class() {
        check(&[0.2, 0.2, 0.2], &[0.0]);
        check(&[], &[0.0]);
    }

    #[test]
    fn few_classes_still_end_in_the_darkest_colour() {
        assert_eq!((class_step(1, 5), class_step(5, 5), class_step(1, 1), class_step(2, 2)), (1, 5, 5, 5));
    }

    #[test]
    fn an_unknown_value_is_never_zero() {
        let scale = Scale::Colour { from: vec![0.0], zero: true, ramp: Ramp::Worse };
        assert_eq!(scale.fill(None), "na");
        assert_eq!(scale.fill(Some(0.0)), "zero");
    }

    #[test]
    fn a_circle_of_four_times_the_value_is_twice_as_wide() {
        let scale = Scale::Size { most: 400.0 };
        assert_eq!(scale.radius(Some(100.0)), Some(0.5));
        assert_eq!(scale.radius(Some(0.0)), None);
    }
}
