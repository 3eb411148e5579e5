//! Rows placed by their coordinates, else by what their file calls the place.

use super::{Placer, references::Resolved};
use crate::{
    AreaIndex, Gazetteer, TOLERANCE_M,
    findings::{BAD_COORDINATES, POINT_NEAR, POINT_OUTSIDE, POINT_SWAPPED},
};
use mostari_model::{Facilities, Finding, Places, Proposals};
use rayon::prelude::*;

/// What became of a row's coordinates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Found {
    /// In this area.
    In(AreaIndex),
    /// Outside, but nearer to this area than the tolerance; the distance in metres.
    Near(AreaIndex, f64),
    /// Outside; the nearest area, if any has a boundary.
    Outside(Option<(AreaIndex, f64)>),
    /// Outside, but in this area if longitude and latitude are exchanged.
    Swapped(AreaIndex),
    /// No coordinates.
    NotGiven,
    /// Numbers that are no longitude and latitude, or only one of the two.
    Bad,
}

impl Found {
    pub(super) fn area(self) -> Option<AreaIndex> {
        match self {
            Self::In(area) | Self::Near(area, _) => Some(area),
            Self::Outside(_) | Self::Swapped(_) | Self::NotGiven | Self::Bad => None,
        }
    }

    /// Whether only the reference can place the row.
    pub(super) fn needs_reference(self) -> bool {
        matches!(self, Self::NotGiven | Self::Bad)
    }
}

/// Finds the area of every point, on all cores, in their order.
pub(super) fn find_all(gazetteer: &Gazetteer, longitude: &[Option<f64>], latitude: &[Option<f64>]) -> Vec<Found> {
    longitude.par_iter().zip(latitude).map(|(longitude, latitude)| find(gazetteer, *longitude, *latitude)).collect()
}

fn find(gazetteer: &Gazetteer, longitude: Option<f64>, latitude: Option<f64>) -> Found {
    let (longitude, latitude) = match (longitude, latitude) {
        (Some(longitude), Some(latitude)) => (longitude, latitude),
        (None, None) => return Found::NotGiven,
        _ => return Found::Bad,
    };
    if !((-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude)) {
        return Found::Bad;
    }
    if let Some(area) = gazetteer.locate(longitude, latitude) {
        return Found::In(area);
    }
    match gazetteer.nearest(longitude, latitude) {
        Some((area, distance_m)) if distance_m <= TOLERANCE_M => Found::Near(area, distance_m),
        nearest => match gazetteer.locate(latitude, longitude) {
            Some(area) => Found::Swapped(area),
            None => Found::Outside(nearest),
        },
    }
}

/// Tables whose rows have a point and a reference.
pub(super) trait HasPoints {
    fn coordinates(&self) -> (&[Option<f64>], &[Option<f64>]);
    fn references(&self) -> (&Places, &[u32], &[u32]);
}

macro_rules! has_points {
    ($($table:ty),*) => {$(
        impl HasPoints for $table {
            fn coordinates(&self) -> (&[Option<f64>], &[Option<f64>]) {
                (&self.longitude, &self.latitude)
            }

            fn references(&self) -> (&Places, &[u32], &[u32]) {
                (&self.place, &self.row, &self.dataset)
            }
        }
    )*};
}
has_points!(Facilities, Proposals);

impl Placer<'_> {
    /// Places each row by its point, else by its reference.
    pub(super) fn points_of(&mut self, table: &'static str, rows: &impl HasPoints) -> Vec<Option<AreaIndex>> {
        let (longitude, latitude) = rows.coordinates();
        let (places, row, dataset) = rows.references();
        let found = find_all(&self.gazetteer, longitude, latitude);
        let resolved = Resolved::of(&self.gazetteer, places, row, dataset, |i| found[i].needs_reference());
        let mut areas = Vec::with_capacity(found.len());
        for (i, found) in found.into_iter().enumerate() {
            self.findings.extend(self.point_finding(found, (longitude[i], latitude[i]), dataset[i], row[i]));
            let by_reference = || resolved.area(places.codes()[i]);
            areas.push(if found.needs_reference() { by_reference() } else { found.area() });
        }
        self.keep(table, resolved);
        areas
    }

    /// The finding about a point that lies in no area or is none.
    pub(super) fn point_finding(
        &self,
        found: Found,
        at: (Option<f64>, Option<f64>),
        dataset: u32,
        row: u32,
    ) -> Option<Finding> {
        let words = |number: Option<f64>| number.map_or("nothing".to_owned(), |number| number.to_string());
        let point = format!("longitude {}, latitude {}", words(at.0), words(at.1));
        let far = |metres: f64| format!("{:.1} km", metres / 1000.0);
        let (card, message) = match found {
            Found::In(_) | Found::NotGiven => return None,
            Found::Near(area, distance_m) => {
                (POINT_NEAR, format!("{point} is {} outside {}", far(distance_m), self.gazetteer.describe(area)))
            }
            Found::Outside(Some((area, distance_m))) => {
                let area = self.gazetteer.describe(area);
                (POINT_OUTSIDE, format!("{point} is {} from the nearest area, {area}", far(distance_m)))
            }
            Found::Outside(None) => (POINT_OUTSIDE, format!("{point}: no area has a boundary")),
            Found::Swapped(area) => {
                let area = self.gazetteer.describe(area);
                (POINT_SWAPPED, format!("{point} is far from every area; the other way round it is in {area}"))
            }
            Found::Bad => (BAD_COORDINATES, point),
        };
        Some(self.finding(card, dataset, row, message))
    }
}
