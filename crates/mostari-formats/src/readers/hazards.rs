//! Hazard areas and accident reports as GeoJSON, in the states of IMAS land release.

use crate::{
    Container, Fit, Probe, ReadError, Reader, Reading,
    findings::geo as cards,
    geojson_file::{self, Feature, Given},
    geometry::{Bulk, Takes, settle},
    plain_name,
    readers::properties::{date, number, text},
};
use mostari_model::{About, Direction, Finding, Hazard, Hazards, Kind, Table};
use serde_json::{Map, Value};

/// Names of the property that holds the state, in plain form (lower case, letters and digits).
const STATE_NAMES: [&str; 10] = [
    "typearea",
    "state",
    "status",
    "hazardstatus",
    "hazardtype",
    "areatype",
    "areastatus",
    "landstatus",
    "classification",
    "type",
];
/// Names of the property that holds the kind of hazard.
const KIND_NAMES: [&str; 5] = ["hazardkind", "contamination", "contaminationtype", "devicetype", "ordnance"];
const ID_NAMES: [&str; 6] = ["hazardid", "areaid", "imsmaid", "localid", "id", "objectid"];
const AREA_NAMES: [&str; 5] = ["aream2", "areasqm", "areasize", "sizem2", "areasquaremetres"];
const DATE_NAMES: [&str; 6] = ["date", "reportdate", "statusdate", "dateofreport", "statuschangeddate", "surveydate"];
/// Features that detection looks at.
const HEAD_FEATURES: usize = 20;

/// The words that files use for a state, in plain form, and ours: IMAS 04.10 and 07.11, the categories of IMSMA, and
/// the legends of national mine-action centres. A lifted minefield is one whose mines were taken out.
const STATES: [(&str, &str); 38] = [
    ("suspected", "suspected"),
    ("suspectedhazardousarea", "suspected"),
    ("suspectedhazardarea", "suspected"),
    ("suspectedminefield", "suspected"),
    ("suspectedarea", "suspected"),
    ("suspectarea", "suspected"),
    ("sha", "suspected"),
    ("dangerousarea", "suspected"),
    ("confirmed", "confirmed"),
    ("confirmedhazardousarea", "confirmed"),
    ("confirmedhazardarea", "confirmed"),
    ("confirmedminefield", "confirmed"),
    ("minefield", "confirmed"),
    ("minedarea", "confirmed"),
    ("defineddangerousarea", "confirmed"),
    ("cha", "confirmed"),
    ("cancelled", "cancelled"),
    ("canceled", "cancelled"),
    ("cancelledarea", "cancelled"),
    ("cancelledareas", "cancelled"),
    ("discredited", "cancelled"),
    ("reduced", "reduced"),
    ("reducedarea", "reduced"),
    ("reducedareas", "reduced"),
    ("areareduction", "reduced"),
    ("cleared", "cleared"),
    ("clearedarea", "cleared"),
    ("clearedareas", "cleared"),
    ("clearance", "cleared"),
    ("clearedminefield", "cleared"),
    ("completed", "cleared"),
    ("liftedminefield", "cleared"),
    ("liftedminefields", "cleared"),
    ("incident", "incident"),
    ("incidents", "incident"),
    ("accident", "incident"),
    ("accidents", "incident"),
    ("mineaccident", "incident"),
];

/// The words that files use for what lies there, in plain form, and ours.
const KINDS: [(&str, &str); 12] = [
    ("mines", "mines"),
    ("mine", "mines"),
    ("apmines", "mines"),
    ("avmines", "mines"),
    ("landmines", "mines"),
    ("minefield", "mines"),
    ("clustermunitions", "cluster munitions"),
    ("clustermunition", "cluster munitions"),
    ("cm", "cluster munitions"),
    ("uxo", "other explosive ordnance"),
    ("erw", "other explosive ordnance"),
    ("eo", "other explosive ordnance"),
];

/// The reader.
pub(crate) struct HazardAreas;

static ABOUT: About = About {
    id: "hazards",
    kind: Kind::Reader,
    name: "Hazard areas",
    summary: "Reads areas with explosive hazards, released land and accident reports from GeoJSON.",
    unit: "hazard areas",
    range: "any number of features; states suspected, confirmed, cancelled, reduced, cleared, incident",
    direction: Direction::Neutral,
    source: "IMAS 07.11 Land release (2nd ed., 2019), clauses 4 to 7; IMAS 05.10 Information management, annex B",
    method: "States are recognised by a table of synonyms; invalid polygons are repaired by the even-odd rule and reported, \
             features without geometry are kept without a shape and reported.",
    protection: "Victims and other persons in the file are not read; accident reports keep place and date only.",
};

impl Reader for HazardAreas {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        let Container::GeoJson { properties, .. } = &probe.container else { return Fit::No };
        if !properties.iter().any(|name| STATE_NAMES.contains(&plain_name(name).as_str())) {
            return Fit::No;
        }
        let head = geojson_file::head(probe.bytes(), HEAD_FEATURES);
        let known = head.iter().filter(|feature| state(&feature.properties).is_ok()).count();
        if known == 0 {
            Fit::No
        } else if known == head.len() {
            Fit::Yes
        } else {
            Fit::Maybe
        }
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        let file = geojson_file::read(probe.text())?;
        let bulk = Bulk::of(file.features.iter().filter_map(|feature| match &feature.geometry {
            Given::Shape(shape) => Some(shape),
            _ => None,
        }));
        let mut findings = file.findings;
        let mut hazards = Hazards::default();
        for feature in file.features {
            if let Some(hazard) = hazard(feature, bulk.as_ref(), &mut findings) {
                hazards.push(hazard);
            }
        }
        Ok(Reading { tables: vec![Table::Hazards(hazards)], findings, rows: file.rows })
    }
}

fn hazard(feature: Feature, bulk: Option<&Bulk>, findings: &mut Vec<Finding>) -> Option<Hazard> {
    let Feature { row, properties, geometry } = feature;
    let state = match state(&properties) {
        Ok(state) => state,
        Err((name, message)) => {
            findings.push(Finding::new(cards::UNKNOWN_STATE, message).at_row(row.into()).in_column(name));
            return None;
        }
    };
    let settled = settle(geometry, row, Takes::PolygonsAndPoints, bulk, findings);
    Some(Hazard {
        hazard_id: text(&properties, &ID_NAMES).unwrap_or_default(),
        state: state.to_owned(),
        kind: kind(&properties).to_owned(),
        shape: settled.shape,
        area_m2: number(&properties, &AREA_NAMES, row, findings),
        date: date(&properties, &DATE_NAMES, row, findings),
        repair: settled.repair.to_owned(),
        row,
        dataset: 0,
    })
}

/// The state, or the property and a message that says what stood there.
fn state(properties: &Map<String, Value>) -> Result<&'static str, (String, String)> {
    let mut unknown = None;
    for name in STATE_NAMES {
        for (key, value) in properties.iter().filter(|(key, _)| plain_name(key) == name) {
            let Some(word) = value.as_str() else { continue };
            if let Some((_, state)) = STATES.iter().find(|(synonym, _)| *synonym == plain_name(word)) {
                return Ok(state);
            }
            unknown.get_or_insert_with(|| (key.clone(), format!("`{word}` is no state of a hazard area that we know")));
        }
    }
    Err(unknown.unwrap_or_else(|| ("state".to_owned(), "the feature does not say its state".to_owned())))
}

fn kind(properties: &Map<String, Value>) -> &'static str {
    let word = plain_name(&text(properties, &KIND_NAMES).unwrap_or_default());
    KINDS.iter().find(|(synonym, _)| *synonym == word).map_or("", |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Input;

    /// One feature with these properties and this geometry: its state, repair, and the codes found.
    fn check(properties: &str, geometry: &str, expect: (&str, &str, &[&str])) {
        let file = format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{properties},"geometry":{geometry}}}]}}"#
        );
        let probe = Probe::of(&Input { name: "x", bytes: file.as_bytes(), siblings: &[] }).unwrap();
        let reading = HazardAreas.read(&probe).unwrap();
        let Table::Hazards(hazards) = &reading.tables[0] else { panic!("hazards") };
        let row = hazards.iter().next().unwrap_or_default();
        let codes: Vec<_> = reading.findings.iter().map(|finding| &*finding.code).collect();
        assert_eq!((row.state.as_str(), row.repair.as_str(), codes.as_slice()), expect);
    }

    const POINT: &str = r#"{"type":"Point","coordinates":[18.4,43.9]}"#;

    #[test]
    fn states_are_known_by_their_synonyms() {
        check(r#"{"typeArea":"Suspected Minefield"}"#, POINT, ("suspected", "", &[]));
        check(r#"{"typeArea":"Lifted Minefields"}"#, POINT, ("cleared", "", &[]));
        check(r#"{"status":"CHA"}"#, POINT, ("confirmed", "", &[]));
        check(r#"{"type":"SHA","status":"Open"}"#, POINT, ("suspected", "", &[]));
    }

    #[test]
    fn an_unknown_state_is_never_guessed() {
        check(r#"{"typeArea":"Blue"}"#, POINT, ("", "", &["GEO-022"]));
    }

    #[test]
    fn a_feature_without_geometry_is_kept_and_reported() {
        check(r#"{"typeArea":"Incidents"}"#, "null", ("incident", "", &["GEO-003"]));
        let empty = r#"{"type":"MultiPolygon","coordinates":[]}"#;
        check(r#"{"typeArea":"Cleared Areas"}"#, empty, ("cleared", "", &["GEO-003"]));
    }

    #[test]
    fn an_invalid_polygon_is_repaired_by_a_stated_method() {
        let bow_tie = r#"{"type":"Polygon","coordinates":[[[18,44],[18.01,44.01],[18.01,44],[18,44.01],[18,44]]]}"#;
        check(r#"{"typeArea":"Cleared Areas"}"#, bow_tie, ("cleared", "even-odd", &["GEO-004"]));
    }
}
