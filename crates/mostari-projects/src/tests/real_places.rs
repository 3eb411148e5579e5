//! Real pharmacies of Bosnia and Herzegovina on real boundaries. Skipped with one line where the data are absent.

use super::*;
use geo::{Distance, Haversine};
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use mostari_model::{Area, Mission, Snapshot};
use mostari_place::Gazetteer;
use serde_json::Value;
use std::{fs, path::Path};

fn json(file: &str) -> Option<Value> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var("MOSTARI_DATA").unwrap_or_else(|_| default.to_owned());
    let path = Path::new(&root).join(file);
    if !path.is_file() {
        println!("skipped: {} is absent", path.display());
        return None;
    }
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn shape(geometry: &Value) -> Geometry<f64> {
    let point = |at: &Value| Coord { x: at[0].as_f64().unwrap(), y: at[1].as_f64().unwrap() };
    let ring = |ring: &Value| LineString::from_iter(ring.as_array().unwrap().iter().map(point));
    let polygon = |rings: &Value| {
        let mut rings = rings.as_array().unwrap().iter().map(ring);
        Polygon::new(rings.next().unwrap(), rings.collect())
    };
    match geometry["type"].as_str() {
        Some("Polygon") => polygon(&geometry["coordinates"]).into(),
        _ => MultiPolygon::from_iter(geometry["coordinates"].as_array().unwrap().iter().map(polygon)).into(),
    }
}

fn municipalities(json: &Value) -> Gazetteer {
    let mut snapshot = Snapshot::empty(Mission { name: "test".into(), country: "BIH".into() });
    for (row, feature) in json["features"].as_array().unwrap().iter().enumerate() {
        let text = |key: &str| feature["properties"][key].as_str().unwrap_or_default().to_owned();
        let (code, name, country) = (text("shapeID"), text("shapeName"), "BIH".to_owned());
        let (level, row, shape) = (Some(3), row as u32 + 1, Some(shape(&feature["geometry"])));
        snapshot.tables.areas.push(Area { code, name, level, country, shape, row, ..Area::default() });
    }
    Gazetteer::of(&snapshot).0
}

/// All points of the map, and the pharmacies among them that lie in a municipality, each with its municipality.
fn points(json: &Value, gazetteer: &Gazetteer) -> (Vec<Point>, Vec<PlaceClaim>) {
    let (mut points, mut claims) = (Vec::new(), Vec::new());
    for feature in json["features"].as_array().unwrap() {
        let at = &feature["geometry"]["coordinates"];
        let at = Point { longitude: at[0].as_f64().unwrap(), latitude: at[1].as_f64().unwrap() };
        points.push(at);
        let area = gazetteer.locate(at.longitude, at.latitude);
        if let (Some("pharmacy"), Some(area)) = (feature["properties"]["amenity"].as_str(), area) {
            let (id, site) = (feature["properties"]["osm_id"].to_string(), String::new());
            let area = Some(gazetteer.areas[area].id.clone());
            claims.push(PlaceClaim { id, site, at: Some(at), area, is_visited: false });
        }
    }
    (points, claims)
}

#[test]
fn faults_planted_among_real_pharmacies_are_found_and_no_others() {
    let (Some(areas), Some(map)) = (json("bosnia/municipalities-adm3.geojson"), json("bosnia/osm-points-2019.geojson"))
    else {
        return;
    };
    let gazetteer = municipalities(&areas);
    let (points, mut claims) = points(&map, &gazetteer);
    // Every tenth loses its coordinates, the next one has them exchanged: 44 east, 18 north is in Arabia.
    for (i, claim) in claims.iter_mut().enumerate() {
        claim.at = match (i % 10, claim.at) {
            (0, _) => None,
            (1, Some(at)) => Some(Point { longitude: at.latitude, latitude: at.longitude }),
            (_, at) => at,
        };
    }
    let rules = PlaceRules::default();
    let metres = |a: Point, b: Point| {
        let point = |at: Point| geo_types::Point::new(at.longitude, at.latitude);
        Haversine.distance(point(a), point(b))
    };
    let buildings = Buildings { points: Points::new(points.iter().copied()), mapped: None };
    let ground = Ground { gazetteer: &gazetteer, country: "BIH", buildings: Some(&buildings) };
    let report = judge_places(&claims, &ground, &rules);
    println!("{} pharmacies, {} points: {:?}", claims.len(), points.len(), report.counts);
    for (i, (claim, place)) in claims.iter().zip(&report.places).enumerate() {
        let mut expect = Vec::new();
        match (i % 10, claim.at) {
            (0, _) | (_, None) => expect.push(PlaceRule::Missing),
            (1, _) => expect.push(PlaceRule::OutsideCountry),
            // Each pharmacy is itself a point of the map, so that one stands there; more than one is counted by hand.
            (_, Some(at)) => {
                let is_there =
                    |other: &PlaceClaim| other.at.is_some_and(|other| metres(at, other) <= rules.same_place_m);
                expect.extend((claims.iter().filter(|c| is_there(c)).count() > 1).then_some(PlaceRule::Shared));
                let near = points.iter().filter(|point| metres(at, **point) <= rules.near_m).count();
                expect.extend((near > 1).then_some(PlaceRule::NotToldApart));
            }
        }
        assert_eq!(place.doubts.iter().map(|doubt| doubt.rule).collect::<Vec<_>>(), expect, "{}", claim.id);
    }
    assert!(report.counts[&PlaceRule::NotToldApart] > 0 && claims.len() > 100);
}
