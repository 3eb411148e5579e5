//! Which of many points are near another: a list sorted by latitude, searched in a band.

use crate::Point;
use geo::{Distance, Haversine};

/// Metres for each degree of latitude on the sphere that distances are measured on, rounded down: bands get a bit too wide.
const METRES_PER_DEGREE: f64 = 111_000.0;
/// No two places on the globe are further apart, in metres.
const HALF_ROUND_M: f64 = 20_100_000.0;

/// Great-circle distance in **metres** on a sphere of the Earth's mean radius.
pub(crate) fn distance_m(from: Point, to: Point) -> f64 {
    let point = |at: Point| geo_types::Point::new(at.longitude, at.latitude);
    Haversine.distance(point(from), point(to))
}

/// Points of the globe, to be searched by distance.
#[derive(Debug, Clone, Default)]
pub struct Points {
    /// By latitude, then longitude, then the position in which they were given.
    sorted: Vec<(Point, usize)>,
}

impl Points {
    /// Sorts points. Those that are no place on the globe are left out; see [`Points::len`].
    pub fn new(points: impl IntoIterator<Item = Point>) -> Self {
        let mut sorted: Vec<(Point, usize)> =
            points.into_iter().enumerate().filter(|(_, at)| at.is_valid()).map(|(i, at)| (at, i)).collect();
        sorted.sort_by(|(a, i), (b, j)| {
            a.latitude.total_cmp(&b.latitude).then(a.longitude.total_cmp(&b.longitude)).then(i.cmp(j))
        });
        Self { sorted }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// The points at most `radius_m` metres away: the position in which each was given, and its distance in metres.
    pub fn within(&self, at: Point, radius_m: f64) -> impl Iterator<Item = (usize, f64)> + '_ {
        let reach = radius_m / METRES_PER_DEGREE;
        let from = self.sorted.partition_point(|(point, _)| point.latitude < at.latitude - reach);
        let band = self.sorted[from..].iter().take_while(move |(point, _)| point.latitude <= at.latitude + reach);
        band.map(move |(point, i)| (*i, distance_m(at, *point))).filter(move |(_, distance)| *distance <= radius_m)
    }

    /// The nearest point and its distance in metres; of several at one distance, the one that was given first.
    pub fn nearest(&self, at: Point) -> Option<(usize, f64)> {
        let mut radius_m = 250.0;
        loop {
            let found = self.within(at, radius_m).min_by(|(i, a), (j, b)| a.total_cmp(b).then(i.cmp(j)));
            if found.is_some() || radius_m > HALF_ROUND_M {
                return found;
            }
            radius_m *= 4.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point() -> impl Strategy<Value = Point> {
        (-180.0..180.0, -90.0..90.0).prop_map(|(longitude, latitude)| Point { longitude, latitude })
    }

    #[test]
    fn a_point_across_the_date_line_is_near() {
        let points = Points::new([Point { longitude: 179.9999, latitude: 0.0 }]);
        let (_, distance) = points.nearest(Point { longitude: -179.9999, latitude: 0.0 }).unwrap();
        assert!((20.0..25.0).contains(&distance), "{distance}");
    }

    proptest! {
        #[test]
        fn the_search_finds_what_looking_at_every_point_finds(
            points in prop::collection::vec(point(), 0..60), at in point(), radius_m in 0.0..5_000_000.0
        ) {
            let sorted = Points::new(points.clone());
            let mut found: Vec<usize> = sorted.within(at, radius_m).map(|(i, _)| i).collect();
            found.sort_unstable();
            let slow: Vec<usize> = (0..points.len()).filter(|i| distance_m(at, points[*i]) <= radius_m).collect();
            prop_assert_eq!(found, slow);
            let least = points.iter().map(|point| distance_m(at, *point)).fold(f64::INFINITY, f64::min);
            prop_assert_eq!(sorted.nearest(at).map_or(f64::INFINITY, |(_, distance)| distance), least);
        }
    }
}
