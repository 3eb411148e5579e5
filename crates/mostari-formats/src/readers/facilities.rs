//! Facilities and settlements as GeoJSON, tagged as OpenStreetMap does (HOT exports).

use crate::{
    Container, Fit, Probe, ReadError, Reader, Reading,
    findings::geo as cards,
    geojson_file::{self, Feature, Given},
    geometry::{Bulk, Takes, settle},
    readers::{
        facility_kinds::{is_kind_key, is_military, kind, status, word},
        properties::{bad, count, text},
    },
};
use geo::InteriorPoint;
use geo_types::{Geometry, Point};
use mostari_model::{About, Direction, Facilities as Table, Facility, Finding, Kind, PlaceRef, Severity};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, btree_map::Entry};

const ID_NAMES: [&str; 5] = ["osmid", "@id", "id", "facilityid", "globalid"];
/// Greatest load that a sign at a bridge is believed to permit, in tonnes; more is a slip of the pen.
const LOAD_T_MAX: f64 = 1_000.0;

/// The reader.
pub(crate) struct Facilities;

static ABOUT: About = About {
    id: "facilities",
    kind: Kind::Reader,
    name: "Facilities and settlements",
    summary: "Reads hospitals, schools, water points, power, bridges, settlements and other places from OpenStreetMap exports.",
    unit: "facilities",
    range: "any number of points or polygons",
    direction: Direction::Neutral,
    source: "OpenStreetMap map features (wiki.openstreetmap.org/wiki/Map_features) as exported by HOT (export.hotosm.org)",
    method: "A table maps tags to kinds of two steps; of a polygon a point inside it is taken; ids that stand twice count once.",
    protection: "Only what is public already; no list of protected sites, military ones are left out; names of persons are not read.",
};

impl Reader for Facilities {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        let Container::GeoJson { properties, geometries } = &probe.container else { return Fit::No };
        let has_lines_only = !geometries.is_empty() && geometries.iter().all(|kind| kind.contains("Line"));
        if has_lines_only {
            return Fit::No;
        }
        let is_osm = properties.iter().any(|name| matches!(name.as_str(), "osm_id" | "osm_type" | "@id"));
        let is_tagged = properties.iter().any(|name| is_kind_key(name) || name == "tags");
        match (is_osm, is_tagged) {
            (true, true) => Fit::Yes,
            (false, true) => Fit::Maybe,
            _ => Fit::No,
        }
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        let file = geojson_file::read(probe.text())?;
        let bulk = Bulk::of(file.features.iter().filter_map(|feature| match &feature.geometry {
            Given::Shape(shape) => Some(shape),
            _ => None,
        }));
        let mut findings = file.findings;
        let mut facilities = Table::default();
        let mut first_rows: BTreeMap<String, u32> = BTreeMap::new();
        for feature in file.features {
            if let Some(facility) = facility(feature, bulk.as_ref(), &mut first_rows, &mut findings) {
                facilities.push(facility);
            }
        }
        Ok(Reading { tables: vec![facilities.into()], findings, rows: file.rows })
    }
}

fn facility(
    feature: Feature,
    bulk: Option<&Bulk>,
    first_rows: &mut BTreeMap<String, u32>,
    findings: &mut Vec<Finding>,
) -> Option<Facility> {
    let Feature { row, properties, geometry } = feature;
    let tags = flat(properties);
    if is_military(&tags) {
        // Neither name nor id: the finding must not become the list that it prevents.
        findings.push(Finding::new(cards::MILITARY, "the tags tell of military use").at_row(row.into()));
        return None;
    }
    let id = id(&tags);
    let Some((kind, implied)) = kind(&tags) else {
        let keys: Vec<&str> = tags.keys().take(6).map(String::as_str).collect();
        let message = format!("feature `{id}` has only the properties {}", keys.join(", "));
        findings.push(Finding::new(cards::NO_KIND, message).at_row(row.into()));
        return None;
    };
    if !id.is_empty() {
        match first_rows.entry(id.clone()) {
            Entry::Occupied(first) => {
                let message = format!("`{id}` stands at feature {} already", first.get());
                findings.push(Finding::new(cards::FEATURE_TWICE, message).at_row(row.into()));
                return None;
            }
            Entry::Vacant(place) => _ = place.insert(row),
        }
    }
    let stated = status(&tags).unwrap_or_else(|(key, found)| {
        findings.push(bad(key, &Value::String(found), "a working state that we know", row));
        ""
    });
    let point = settle(geometry, row, Takes::Anything, bulk, findings).shape.and_then(|shape| point_in(&shape));
    let is_settlement = kind.starts_with("settlement.");
    Some(Facility {
        facility_id: id,
        name: ["name", "name:en", "int_name"].iter().find_map(|key| word(&tags, key)).unwrap_or_default().to_owned(),
        status: if stated.is_empty() { implied } else { stated }.to_owned(),
        longitude: point.map(|point| point.x()),
        latitude: point.map(|point| point.y()),
        place: place(&tags),
        people: if is_settlement { people(&tags, row, findings) } else { None },
        load_t_max: if kind == "bridge" { load(&tags, row, findings) } else { None },
        kind,
        row,
        dataset: 0,
    })
}

/// The properties with those of a nested object `tags` among them; its own properties come first.
fn flat(mut properties: Map<String, Value>) -> Map<String, Value> {
    let nested = match properties.remove("tags") {
        Some(Value::Object(tags)) => tags,
        Some(Value::String(text)) => serde_json::from_str(&text).unwrap_or_default(),
        _ => return properties,
    };
    for (key, value) in nested {
        properties.entry(key).or_insert(value);
    }
    properties
}

/// `node/51403205` where the type is given, so that a way and a node of one number stay apart.
fn id(tags: &Map<String, Value>) -> String {
    let id = text(tags, &ID_NAMES).unwrap_or_default();
    match word(tags, "osm_type") {
        Some(kind) if !id.is_empty() && !id.contains('/') => format!("{}/{id}", kind.trim_end_matches('s')),
        _ => id,
    }
}

/// The point itself, or a point inside the shape.
fn point_in(shape: &Geometry<f64>) -> Option<Point<f64>> {
    shape.interior_point()
}

fn place(tags: &Map<String, Value>) -> PlaceRef {
    let of = |names: &[&str]| text(tags, names).unwrap_or_default();
    PlaceRef {
        code: of(&["pcode", "admpcode", "ref:pcode"]),
        name: of(&["addr:city", "isin", "addr:place"]),
        ..PlaceRef::default()
    }
}

/// Whole numbers, also with blanks or commas between the thousands.
fn people(tags: &Map<String, Value>, row: u32, findings: &mut Vec<Finding>) -> Option<i64> {
    let before = findings.len();
    let people = count(tags, &["population"], row, findings);
    debug_assert!(findings[before..].iter().all(|finding| finding.severity != Severity::Error));
    people
}

/// `maxweight`: tonnes if no unit is given (wiki.openstreetmap.org/wiki/Key:maxweight).
fn load(tags: &Map<String, Value>, row: u32, findings: &mut Vec<Finding>) -> Option<f64> {
    let found = word(tags, "maxweight")?;
    let plain = found.trim_end_matches('t').trim();
    let load = plain.parse::<f64>().ok().filter(|load| *load > 0.0 && *load <= LOAD_T_MAX);
    if load.is_none() && !matches!(found, "none" | "unsigned" | "default") {
        findings.push(bad("maxweight", &Value::from(found), "a load in tonnes", row));
    }
    load
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Input;

    /// Features, each properties and geometry: id, kind, status, people and longitude of each row, and the codes.
    fn check(features: &[(&str, &str)], expect: &[&str], codes: &[&str]) {
        let features: Vec<String> = features
            .iter()
            .map(|(properties, geometry)| {
                format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#)
            })
            .collect();
        let file = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
        let probe = Probe::of(&Input { name: "x", bytes: file.as_bytes(), siblings: &[] }).unwrap();
        let reading = Facilities.read(&probe).unwrap();
        let mostari_model::Table::Facilities(table) = &reading.tables[0] else { panic!("facilities") };
        let got: Vec<String> = table
            .iter()
            .map(|f| format!("{} {} {} {:?} {:?}", f.facility_id, f.kind, f.status, f.people, f.longitude))
            .collect();
        assert_eq!(got, expect);
        assert_eq!(reading.findings.iter().map(|finding| &*finding.code).collect::<Vec<_>>(), codes);
    }

    const POINT: &str = r#"{"type":"Point","coordinates":[18.4,43.9]}"#;

    #[test]
    fn a_village_has_people_and_a_hospital_has_none() {
        check(
            &[
                (r#"{"osm_id":1,"osm_type":"nodes","place":"village","population":"1 250"}"#, POINT),
                (r#"{"osm_id":2,"osm_type":"nodes","amenity":"hospital","population":"9"}"#, POINT),
            ],
            &["node/1 settlement.village  Some(1250) Some(18.4)", "node/2 health.hospital  None Some(18.4)"],
            &[],
        );
    }

    #[test]
    fn tags_may_be_nested_and_a_polygon_gives_a_point_inside() {
        let square = r#"{"type":"Polygon","coordinates":[[[18,44],[18.2,44],[18.2,44.2],[18,44.2],[18,44]]]}"#;
        check(
            &[(r#"{"@id":"way/7","tags":{"amenity":"school","disused":"yes"}}"#, square)],
            &["way/7 education.school closed None Some(18.1)"],
            &[],
        );
    }

    #[test]
    fn an_id_counts_once_and_a_bare_name_not_at_all() {
        check(
            &[
                (r#"{"osm_id":1,"amenity":"bank"}"#, POINT),
                (r#"{"osm_id":1,"amenity":"bank"}"#, POINT),
                (r#"{"osm_id":2,"name":"x"}"#, POINT),
            ],
            &["1 bank  None Some(18.4)"],
            &["GEO-023", "GEO-024"],
        );
    }

    #[test]
    fn military_sites_are_left_out_and_the_finding_does_not_name_them() {
        let fort = r#"{"osm_id":71,"amenity":"hospital","name":"Fort 9","tags":{"military":"barracks"}}"#;
        check(
            &[(fort, POINT), (r#"{"osm_id":2,"amenity":"bank","military":"no"}"#, POINT)],
            &["2 bank  None Some(18.4)"],
            &["GEO-047"],
        );
        let mut findings = Vec::new();
        let geometry = Given::Nothing("null".to_owned());
        let feature = Feature { row: 1, properties: serde_json::from_str(fort).unwrap(), geometry };
        assert!(facility(feature, None, &mut BTreeMap::new(), &mut findings).is_none());
        assert!(!format!("{findings:?}").contains("71") && !format!("{findings:?}").contains("Fort"));
    }

    #[test]
    fn a_facility_without_a_usable_point_is_kept_and_reported() {
        check(
            &[
                (r#"{"osm_id":1,"amenity":"bank"}"#, r#"{"type":"Point","coordinates":[0,0]}"#),
                (r#"{"osm_id":2,"amenity":"bank"}"#, r#"{"type":"Point","coordinates":[18,400]}"#),
                (r#"{"osm_id":3,"amenity":"bank"}"#, "null"),
            ],
            &["1 bank  None None", "2 bank  None None", "3 bank  None None"],
            &["GEO-010", "GEO-008", "GEO-003"],
        );
    }

    #[test]
    fn a_population_in_words_is_unknown_and_reported() {
        check(
            &[(r#"{"osm_id":1,"place":"town","population":"many"}"#, POINT)],
            &["1 settlement.town  None Some(18.4)"],
            &["GEO-025"],
        );
    }
}
