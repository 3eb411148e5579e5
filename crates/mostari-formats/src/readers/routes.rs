//! Roads and other ways as GeoJSON lines.

use crate::{
    Container, Fit, Probe, ReadError, Reader, Reading,
    findings::geo as cards,
    geojson_file::{self, Feature, Given},
    geometry::{Bulk, Takes, settle},
    readers::properties::text,
};
use mostari_model::{About, Direction, Finding, Kind, Route, Routes as Table};
use std::collections::BTreeMap;

const ID_NAMES: [&str; 5] = ["osmid", "@id", "id", "routeid", "objectid"];
const KIND_NAMES: [&str; 5] = ["highway", "railway", "waterway", "roadclass", "fclass"];
const NAME_NAMES: [&str; 4] = ["name", "name:en", "roadname", "ref"];
const STATUS_NAMES: [&str; 4] = ["status", "roadstatus", "accessibility", "access"];

/// The words that files use for the state of a road, and ours (OSM `access`, Logistics Cluster access maps).
const STATES: [(&str, &str); 14] = [
    ("open", "open"),
    ("yes", "open"),
    ("permissive", "open"),
    ("accessible", "open"),
    ("closed", "closed"),
    ("no", "closed"),
    ("not accessible", "closed"),
    ("blocked", "closed"),
    ("restricted", "restricted"),
    ("private", "restricted"),
    ("permit", "restricted"),
    ("destination", "restricted"),
    ("accessible with caution", "restricted"),
    ("partially accessible", "restricted"),
];

/// The reader.
pub(crate) struct Routes;

static ABOUT: About = About {
    id: "routes",
    kind: Kind::Reader,
    name: "Roads and other ways",
    summary: "Reads roads, railways and waterways as lines from OpenStreetMap exports and road-condition layers.",
    unit: "route segments",
    range: "any number of lines; states open, closed, restricted, or not said",
    direction: Direction::Neutral,
    source: "OpenStreetMap keys highway, surface, access (wiki.openstreetmap.org/wiki/Key:highway); Logistics Cluster access maps",
    method: "The kind is the file's own word; states are recognised by a table of synonyms; ids that stand twice count once.",
    protection: "Public ways only; no movement of any person or vehicle.",
};

impl Reader for Routes {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        let Container::GeoJson { geometries, .. } = &probe.container else { return Fit::No };
        let is_line = |kind: &String| kind.contains("Line");
        if geometries.is_empty() || !geometries.iter().any(is_line) {
            return Fit::No;
        }
        let has_kind = KIND_NAMES.iter().any(|name| probe.has_columns(&[name]));
        if has_kind && geometries.iter().all(is_line) { Fit::Yes } else { Fit::Maybe }
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        let file = geojson_file::read(probe.text())?;
        let bulk = Bulk::of(file.features.iter().filter_map(|feature| match &feature.geometry {
            Given::Shape(shape) => Some(shape),
            _ => None,
        }));
        let mut findings = file.findings;
        let mut routes = Table::default();
        let mut first_rows: BTreeMap<String, u32> = BTreeMap::new();
        for feature in file.features {
            let route = route(feature, bulk.as_ref(), &mut findings);
            if !route.route_id.is_empty() {
                if let Some(first) = first_rows.get(&route.route_id) {
                    let message = format!("`{}` stands at feature {first} already", route.route_id);
                    findings.push(Finding::new(cards::FEATURE_TWICE, message).at_row(route.row.into()));
                    continue;
                }
                first_rows.insert(route.route_id.clone(), route.row);
            }
            routes.push(route);
        }
        Ok(Reading { tables: vec![routes.into()], findings, rows: file.rows })
    }
}

fn route(feature: Feature, bulk: Option<&Bulk>, findings: &mut Vec<Finding>) -> Route {
    let Feature { row, properties, geometry } = feature;
    let of = |names: &[&str]| text(&properties, names).unwrap_or_default();
    let word = of(&STATUS_NAMES).to_lowercase();
    let status = STATES.iter().find(|(synonym, _)| *synonym == word).map_or("", |(_, status)| status);
    if status.is_empty() && !word.is_empty() {
        let message = format!("`{word}` is no state of a road that we know");
        findings.push(Finding::new(cards::BAD_VALUE, message).at_row(row.into()).in_column("status"));
    }
    Route {
        route_id: of(&ID_NAMES),
        kind: of(&KIND_NAMES),
        name: of(&NAME_NAMES),
        status: status.to_owned(),
        surface: of(&["surface"]),
        shape: settle(geometry, row, Takes::Lines, bulk, findings).shape,
        row,
        dataset: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Input;

    /// Features of one line each: kind and status of each row, and the codes.
    fn check(properties: &[&str], geometry: &str, expect: &[(&str, &str)], codes: &[&str]) {
        let features: Vec<String> = properties
            .iter()
            .map(|properties| format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#))
            .collect();
        let file = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
        let probe = Probe::of(&Input { name: "x", bytes: file.as_bytes(), siblings: &[] }).unwrap();
        let reading = Routes.read(&probe).unwrap();
        let mostari_model::Table::Routes(table) = &reading.tables[0] else { panic!("routes") };
        let got: Vec<_> = table.iter().map(|route| (route.kind, route.status)).collect();
        assert_eq!(got, expect.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>());
        assert_eq!(reading.findings.iter().map(|finding| &*finding.code).collect::<Vec<_>>(), codes);
    }

    const LINE: &str = r#"{"type":"LineString","coordinates":[[18.4,43.9],[18.5,43.9]]}"#;

    #[test]
    fn a_road_has_a_kind_and_a_state_of_three() {
        check(&[r#"{"osm_id":1,"highway":"primary","access":"private"}"#], LINE, &[("primary", "restricted")], &[]);
        check(&[r#"{"osm_id":1,"highway":"track","bridge":"yes"}"#], LINE, &[("track", "")], &[]);
    }

    #[test]
    fn a_state_that_we_do_not_know_is_told_and_a_segment_counts_once() {
        let one = r#"{"osm_id":1,"highway":"track","status":"muddy"}"#;
        check(&[one, one], LINE, &[("track", "")], &["GEO-025", "GEO-025", "GEO-023"]);
    }

    #[test]
    fn a_point_is_no_road() {
        let point = r#"{"type":"Point","coordinates":[18.4,43.9]}"#;
        check(&[r#"{"highway":"crossing"}"#], point, &[("crossing", "")], &["GEO-007"]);
    }
}
