//! GeoJSON (RFC 7946), read feature by feature: a feature that is wrong never loses the next one.

use crate::{ReadError, findings::geo as cards, projection::Projection, text};
use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use mostari_model::Finding;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The features of a file, with what was wrong with the file or with an element of the list.
#[derive(Debug)]
pub(crate) struct Features {
    pub(crate) features: Vec<Feature>,
    pub(crate) findings: Vec<Finding>,
    /// Elements of the list, features or not.
    pub(crate) rows: u64,
}

/// One feature; `row` is its position in the list, from 1.
#[derive(Debug)]
pub(crate) struct Feature {
    pub(crate) row: u32,
    pub(crate) properties: Map<String, Value>,
    pub(crate) geometry: Given,
}

/// What stands in the place of a geometry.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Given {
    /// A geometry with at least one position.
    Shape(Geometry<f64>),
    /// Nothing: `null`, or a geometry without positions. The text says which.
    Nothing(String),
    /// Something that is no geometry; the text says why.
    Bad(String),
}

/// Reads every feature; coordinates are in WGS 84 afterwards.
///
/// # Errors
/// [`ReadError::Refused`] if the text is no JSON, holds no features, or is in a reference system that we do not know.
pub(crate) fn read(text: &str) -> Result<Features, ReadError> {
    let refuse = |message: String| ReadError::Refused(Box::new(Finding::new(cards::NOT_FEATURES, message)));
    let json: Value = serde_json::from_str(text)
        .map_err(|error| refuse(format!("the file is not JSON from start to end: {error}")))?;
    let Value::Object(mut file) = json else { return Err(refuse("the file is JSON without features".to_owned())) };
    let mut findings = Vec::new();
    let projection = projection_of(file.get("crs"))?;
    let is_single = file.get("type").is_some_and(|kind| kind == "Feature");
    let list = match file.remove("features") {
        Some(Value::Array(list)) => list,
        None if is_single => vec![Value::Object(file)],
        _ => return Err(refuse("the file is JSON without a list `features`".to_owned())),
    };
    let rows = list.len() as u64;
    let mut features = Vec::with_capacity(list.len());
    for (element, row) in list.into_iter().zip(1..) {
        if element.get("geometry").is_some_and(has_open_ring) {
            let message = "a ring of the polygon does not end where it began";
            findings.push(Finding::new(cards::RING_NOT_CLOSED, message).at_row(row.into()).in_column("geometry"));
        }
        match feature(element, row) {
            Ok(feature) => features.push(feature),
            Err(why) => findings.push(Finding::new(cards::BAD_FEATURE, why).at_row(row.into())),
        }
    }
    if let Some(projection) = projection {
        findings.push(Finding::new(cards::REPROJECTED, format!("coordinates brought from {projection} to WGS 84")));
        for feature in &mut features {
            if let Given::Shape(shape) = &mut feature.geometry
                && let Err(why) = projection.to_wgs84(shape)
            {
                feature.geometry = Given::Bad(why);
            }
        }
    }
    Ok(Features { features, findings, rows })
}

/// The first features of a file, as far as they can be read; for detection only.
pub(crate) fn head(bytes: &[u8], count: usize) -> Vec<Feature> {
    let mut values = Vec::new();
    let mut json = serde_json::Deserializer::from_slice(text::without_mark(bytes));
    // It ends with an error as soon as there are enough features, so that the rest is never looked at.
    let _ = Head { values: &mut values, count }.deserialize(&mut json);
    values.into_iter().zip(1..).filter_map(|(value, row)| feature(value, row).ok()).collect()
}

/// Collects the first elements of `features`.
struct Head<'a> {
    values: &'a mut Vec<Value>,
    count: usize,
}

impl<'de> DeserializeSeed<'de> for Head<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Head<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a feature collection")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "features" {
                return map.next_value_seed(Head { values: self.values, count: self.count });
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while self.values.len() < self.count {
            let Some(value) = list.next_element()? else { return Ok(()) };
            self.values.push(value);
        }
        Err(A::Error::custom("enough"))
    }
}

/// The projection that a pre-2016 `crs` member names; `None` for WGS 84, which RFC 7946 section 4 prescribes.
fn projection_of(crs: Option<&Value>) -> Result<Option<Projection>, ReadError> {
    let Some(name) = crs.and_then(|crs| crs.get("properties")?.get("name")?.as_str()) else { return Ok(None) };
    Projection::of_name(name).map_err(|why| {
        let message = format!("the reference system `{name}` cannot be read: {why}");
        ReadError::Refused(Box::new(Finding::new(cards::UNKNOWN_CRS, message).in_column("crs")))
    })
}

fn feature(element: Value, row: u32) -> Result<Feature, String> {
    let Value::Object(mut element) = element else {
        return Err(format!("element {row} is not an object"));
    };
    if element.get("type").is_some_and(|kind| kind != "Feature") {
        return Err(format!("element {row} is a {}, not a Feature", element.get("type").unwrap_or(&Value::Null)));
    }
    let properties = match element.remove("properties") {
        Some(Value::Object(properties)) => properties,
        None | Some(Value::Null) => Map::new(),
        Some(other) => return Err(format!("the properties of feature {row} are {other}, not an object")),
    };
    let geometry = match element.remove("geometry") {
        None | Some(Value::Null) => Given::Nothing("the geometry is null".to_owned()),
        Some(geometry) => given(&geometry),
    };
    Ok(Feature { row, properties, geometry })
}

/// The geometry of a JSON value.
pub(crate) fn given(geometry: &Value) -> Given {
    match shape(geometry) {
        Ok(Some(shape)) => Given::Shape(shape),
        Ok(None) => {
            let kind = geometry.get("type").and_then(Value::as_str).unwrap_or_default();
            Given::Nothing(format!("the {kind} has no coordinates"))
        }
        Err(why) => Given::Bad(why),
    }
}

/// The geometry, or `None` if it has no positions.
fn shape(geometry: &Value) -> Result<Option<Geometry<f64>>, String> {
    let kind = geometry.get("type").and_then(Value::as_str).ok_or("the geometry has no type")?;
    if kind == "GeometryCollection" {
        return Err("a GeometryCollection is no single shape".to_owned());
    }
    let coordinates = geometry.get("coordinates").unwrap_or(&Value::Null);
    let Value::Array(list) = coordinates else { return Err(format!("the {kind} has no list of coordinates")) };
    if list.is_empty() {
        return Ok(None);
    }
    let shape = match kind {
        "Point" => Geometry::Point(Point(position(coordinates)?)),
        "MultiPoint" => Geometry::MultiPoint(MultiPoint(line(coordinates)?.0.into_iter().map(Point).collect())),
        "LineString" => Geometry::LineString(line(coordinates)?),
        "MultiLineString" => Geometry::MultiLineString(MultiLineString(each(list, line)?)),
        "Polygon" => Geometry::Polygon(polygon(coordinates)?),
        "MultiPolygon" => Geometry::MultiPolygon(MultiPolygon(each(list, polygon)?)),
        other => return Err(format!("`{other}` is not a type of geometry")),
    };
    Ok((!is_empty(&shape)).then_some(shape))
}

fn is_empty(shape: &Geometry<f64>) -> bool {
    match shape {
        Geometry::LineString(line) => line.0.is_empty(),
        Geometry::MultiLineString(lines) => lines.0.iter().all(|line| line.0.is_empty()),
        Geometry::Polygon(polygon) => polygon.exterior().0.is_empty(),
        Geometry::MultiPolygon(polygons) => polygons.0.iter().all(|polygon| polygon.exterior().0.is_empty()),
        _ => false,
    }
}

fn each<T>(list: &[Value], one: fn(&Value) -> Result<T, String>) -> Result<Vec<T>, String> {
    list.iter().map(one).collect()
}

fn array(value: &Value) -> Result<&[Value], String> {
    value
        .as_array()
        .map(Vec::as_slice)
        .ok_or_else(|| format!("`{}` stands where a list of positions should", cut(value)))
}

fn position(value: &Value) -> Result<Coord<f64>, String> {
    let number = |at: usize| value.get(at).and_then(Value::as_f64).filter(|number| number.is_finite());
    match (value.is_array(), number(0), number(1)) {
        (true, Some(x), Some(y)) => Ok(Coord { x, y }),
        _ => Err(format!("`{}` is not a position of two numbers", cut(value))),
    }
}

fn line(value: &Value) -> Result<LineString<f64>, String> {
    Ok(LineString(each(array(value)?, position)?))
}

/// The rings as they stand; `geo_types` closes those that are open.
fn polygon(value: &Value) -> Result<Polygon<f64>, String> {
    let mut rings = each(array(value)?, line)?.into_iter();
    let exterior = rings.next().unwrap_or_else(|| LineString(Vec::new()));
    Ok(Polygon::new(exterior, rings.filter(|ring| !ring.0.is_empty()).collect()))
}

/// Whether some ring of a polygon has another last position than its first (RFC 7946 section 3.1.6 forbids it).
fn has_open_ring(geometry: &Value) -> bool {
    let is_open = |ring: &Value| ring.as_array().is_some_and(|ring| ring.first() != ring.last());
    let any = |polygon: &Value| polygon.as_array().is_some_and(|rings| rings.iter().any(is_open));
    match (geometry.get("type").and_then(Value::as_str), geometry.get("coordinates")) {
        (Some("Polygon"), Some(rings)) => any(rings),
        (Some("MultiPolygon"), Some(Value::Array(polygons))) => polygons.iter().any(any),
        _ => false,
    }
}

/// The start of a value, for a message.
fn cut(value: &Value) -> String {
    value.to_string().chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(geometry: &str, expect: &str) {
        let given = given(&serde_json::from_str(geometry).unwrap());
        let got = match given {
            Given::Shape(shape) => format!("{shape:?}"),
            Given::Nothing(why) | Given::Bad(why) => why,
        };
        assert_eq!(got, expect);
    }

    #[test]
    fn a_geometry_without_coordinates_is_no_geometry() {
        check(r#"{"type":"MultiPolygon","coordinates":[]}"#, "the MultiPolygon has no coordinates");
        check(r#"{"type":"Polygon","coordinates":[[]]}"#, "the Polygon has no coordinates");
    }

    #[test]
    fn a_height_is_passed_over_and_an_open_ring_closed() {
        check(r#"{"type":"Point","coordinates":[18.4,43.9,511]}"#, "POINT(18.4 43.9)");
        check(
            r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}"#,
            "POLYGON((0.0 0.0,1.0 0.0,1.0 1.0,0.0 0.0))",
        );
    }

    #[test]
    fn what_is_no_geometry_says_why() {
        check(r#"{"type":"Point","coordinates":["18.4",43.9]}"#, "`[\"18.4\",43.9]` is not a position of two numbers");
        check(r#"{"type":"Circle","coordinates":[1,2]}"#, "`Circle` is not a type of geometry");
        check(r#"{"coordinates":[1,2]}"#, "the geometry has no type");
    }

    #[test]
    fn a_broken_element_loses_no_other() {
        let file = r#"{"features":[{"type":"Feature","properties":null,"geometry":null},7,{"type":"Feature"}]}"#;
        let read = read(file).unwrap();
        assert_eq!((read.rows, read.features.len()), (3, 2));
        assert_eq!((read.findings[0].row, &*read.findings[0].code), (Some(2), "GEO-002"));
    }

    #[test]
    fn the_head_is_read_without_the_rest() {
        let cut_off = r#"{"crs":{"a":[1]},"features":[{"properties":{"a":1}},{"properties":{"b":2}},{"prop"#;
        assert_eq!(head(cut_off.as_bytes(), 1).len(), 1);
        assert_eq!(head(cut_off.as_bytes(), 9).len(), 2);
    }

    #[test]
    fn an_open_ring_is_told() {
        let open = r#"{"features":[{"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}}]}"#;
        assert_eq!(read(open).unwrap().findings[0].code, "GEO-026");
    }

    #[test]
    fn a_file_cut_off_is_refused() {
        assert!(read(r#"{"type":"FeatureCollection","features":["#).is_err());
        assert!(read("[]").is_err());
    }
}
