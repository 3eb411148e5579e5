//! Coordinates that cannot be, or are not likely to be, where they say.

use geo::{BoundingRect, CoordsIter};
use geo_types::{Coord, Geometry};

/// Fewer places than this make no majority.
const MAJORITY_PLACES_MIN: usize = 8;
/// How far the bulk of a file reaches beyond its quartiles, in interquartile ranges; Tukey's "far out" fence
/// (Exploratory Data Analysis, 1977, section 2D).
const FENCE: f64 = 3.0;
/// The least reach in degrees, for files whose places lie close together.
const REACH_DEG_MIN: f64 = 0.5;

/// Why a position is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// No such place on earth.
    OutOfRange,
    /// Not where the file's other places lie, but there when longitude and latitude change places.
    Swapped,
    /// 0, 0.
    Zero,
}

/// Where most places of a file lie: a box that a minority of errors cannot stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bulk {
    low: Coord<f64>,
    high: Coord<f64>,
}

impl Bulk {
    /// The box of the shapes' middles, or `None` if there are too few to speak of a majority.
    pub(crate) fn of<'a>(shapes: impl Iterator<Item = &'a Geometry<f64>>) -> Option<Self> {
        let middles: Vec<Coord<f64>> = shapes.filter_map(middle).filter(|c| is_on_earth(*c)).collect();
        if middles.len() < MAJORITY_PLACES_MIN {
            return None;
        }
        let (x, y) = (fences(middles.iter().map(|c| c.x)), fences(middles.iter().map(|c| c.y)));
        Some(Self { low: Coord { x: x.0, y: y.0 }, high: Coord { x: x.1, y: y.1 } })
    }

    fn holds(&self, c: Coord<f64>) -> bool {
        (self.low.x..=self.high.x).contains(&c.x) && (self.low.y..=self.high.y).contains(&c.y)
    }
}

/// What is doubtful about the position of a shape.
pub(crate) fn doubt(shape: &Geometry<f64>, bulk: Option<&Bulk>) -> Option<Doubt> {
    let middle = middle(shape)?;
    let turned = Coord { x: middle.y, y: middle.x };
    let looks_swapped = bulk.is_some_and(|bulk| !bulk.holds(middle) && bulk.holds(turned));
    if shape.coords_iter().any(|c| !is_on_earth(c)) {
        let fits_turned = shape.coords_iter().all(|c| is_on_earth(Coord { x: c.y, y: c.x }));
        return Some(if fits_turned && bulk.is_none_or(|bulk| bulk.holds(turned)) {
            Doubt::Swapped
        } else {
            Doubt::OutOfRange
        });
    }
    if middle.x == 0.0 && middle.y == 0.0 && shape.coords_iter().count() == 1 {
        return Some(Doubt::Zero);
    }
    looks_swapped.then_some(Doubt::Swapped)
}

fn middle(shape: &Geometry<f64>) -> Option<Coord<f64>> {
    shape.bounding_rect().map(|rect| rect.center())
}

fn is_on_earth(c: Coord<f64>) -> bool {
    (-180.0..=180.0).contains(&c.x) && (-90.0..=90.0).contains(&c.y)
}

fn fences(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let (low, high) = (values[values.len() / 4], values[values.len() * 3 / 4]);
    let reach = (FENCE * (high - low)).max(REACH_DEG_MIN);
    (low - reach, high + reach)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::Point;

    /// Ten places around Sarajevo and one more.
    fn check(x: f64, y: f64, expect: Option<Doubt>) {
        let mut shapes: Vec<Geometry<f64>> =
            (0..10).map(|i| Point::new(18.0 + f64::from(i) * 0.1, 43.5 + f64::from(i % 3) * 0.2).into()).collect();
        shapes.push(Point::new(x, y).into());
        assert_eq!(doubt(&shapes[10], Bulk::of(shapes.iter()).as_ref()), expect);
    }

    #[test]
    fn a_place_among_the_others_is_in_no_doubt() {
        check(18.4, 43.9, None);
    }

    #[test]
    fn a_place_that_fits_only_when_turned_is_swapped() {
        check(43.9, 18.4, Some(Doubt::Swapped));
    }

    #[test]
    fn a_far_place_that_does_not_fit_turned_either_is_just_far() {
        check(-71.0, -30.0, None);
    }

    #[test]
    fn zero_and_beyond_the_pole_are_no_places() {
        check(0.0, 0.0, Some(Doubt::Zero));
        check(18.4, 439.0, Some(Doubt::OutOfRange));
        check(200.0, 20.0, Some(Doubt::OutOfRange));
    }

    #[test]
    fn a_latitude_beyond_the_pole_is_swapped_even_without_a_majority() {
        let shape = Geometry::from(Point::new(12.0, 120.0));
        assert_eq!(doubt(&shape, None), Some(Doubt::Swapped));
    }
}
