//! Shapes: whether they are valid, how they are repaired, and whether they lie where they say.

mod position;
mod repair;
mod validity;

pub(crate) use position::{Bulk, Doubt, doubt};
pub(crate) use repair::METHOD;

use crate::{findings::geo as cards, geojson_file::Given};
use geo_types::{Coord, Geometry, MultiPolygon};
use mostari_model::{Finding, FindingCard};
use repair::{Checked, checked};

/// A shape that can be used, and how it was repaired (empty if it was not).
#[derive(Debug, Default)]
pub(crate) struct Settled {
    pub(crate) shape: Option<Geometry<f64>>,
    pub(crate) repair: &'static str,
}

/// Which geometries a table takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Polygons only.
    Polygons,
    /// Polygons and points.
    PolygonsAndPoints,
    /// Lines only.
    Lines,
    /// Anything.
    Anything,
}

/// Settles the shape of one feature: at most one finding says why it was changed or left out.
pub(crate) fn settle(
    given: Given,
    row: u32,
    takes: Takes,
    bulk: Option<&Bulk>,
    findings: &mut Vec<Finding>,
) -> Settled {
    let mut say = |card: &'static FindingCard, message: String| {
        findings.push(Finding::new(card, message).at_row(row.into()).in_column("geometry"));
        Settled::default()
    };
    let shape = match given {
        Given::Shape(shape) => shape,
        Given::Nothing(why) => return say(cards::NO_GEOMETRY, why),
        Given::Bad(why) => return say(cards::BAD_GEOMETRY, why),
    };
    if !is_taken(&shape, takes) {
        let message = format!("the geometry is a {}; {} belong here", word(&shape), takes.words());
        return say(cards::OTHER_GEOMETRY, message);
    }
    if let Some(doubt) = doubt(&shape, bulk) {
        let (card, message) = doubt_words(doubt, &shape);
        return say(card, message);
    }
    let polygons = match shape {
        Geometry::Polygon(polygon) => MultiPolygon(vec![polygon]),
        Geometry::MultiPolygon(polygons) => polygons,
        other => return Settled { shape: Some(other), repair: "" },
    };
    match checked(polygons) {
        Checked::Valid(shape) => Settled { shape: Some(single(shape)), repair: "" },
        Checked::Repaired { shape, fault, at, before_m2, after_m2 } => {
            let message = format!(
                "{fault} at {}; repaired by the {METHOD} rule: outline {before_m2:.0} m2, kept {after_m2:.0} m2",
                lon_lat(at)
            );
            say(cards::REPAIRED, message);
            Settled { shape: Some(single(shape)), repair: METHOD }
        }
        Checked::Hopeless { fault, at, why } => say(cards::NOT_REPAIRED, format!("{fault} at {}: {why}", lon_lat(at))),
    }
}

/// The card and the words for a doubtful position.
pub(crate) fn doubt_words(doubt: Doubt, shape: &Geometry<f64>) -> (&'static FindingCard, String) {
    use geo::CoordsIter;
    let first = shape.coords_iter().next().unwrap_or_default();
    match doubt {
        Doubt::OutOfRange => (cards::OUT_OF_RANGE, format!("`{}` lies outside the world", lon_lat(first))),
        Doubt::Swapped => (
            cards::SWAPPED,
            format!("`{}` lies among the other features only when its numbers change places", lon_lat(first)),
        ),
        Doubt::Zero => (cards::ZERO, "the point is 0, 0".to_owned()),
    }
}

impl Takes {
    fn words(self) -> &'static str {
        match self {
            Self::Polygons => "polygons",
            Self::PolygonsAndPoints => "polygons and points",
            Self::Lines => "lines",
            Self::Anything => "all geometries",
        }
    }
}

fn is_taken(shape: &Geometry<f64>, takes: Takes) -> bool {
    let is_area = matches!(shape, Geometry::Polygon(_) | Geometry::MultiPolygon(_));
    let is_point = matches!(shape, Geometry::Point(_) | Geometry::MultiPoint(_));
    let is_line = matches!(shape, Geometry::LineString(_) | Geometry::MultiLineString(_));
    match takes {
        Takes::Polygons => is_area,
        Takes::PolygonsAndPoints => is_area || is_point,
        Takes::Lines => is_line,
        Takes::Anything => true,
    }
}

fn word(shape: &Geometry<f64>) -> &'static str {
    match shape {
        Geometry::Point(_) => "point",
        Geometry::MultiPoint(_) => "set of points",
        Geometry::LineString(_) | Geometry::MultiLineString(_) => "line",
        _ => "polygon",
    }
}

/// A polygon where there is one, else the multipolygon.
fn single(mut shape: MultiPolygon<f64>) -> Geometry<f64> {
    if shape.0.len() == 1 { Geometry::Polygon(shape.0.remove(0)) } else { Geometry::MultiPolygon(shape) }
}

/// `18.41312, 43.85943`: five digits, about a metre.
fn lon_lat(c: Coord<f64>) -> String {
    format!("{:.5}, {:.5}", c.x, c.y)
}
