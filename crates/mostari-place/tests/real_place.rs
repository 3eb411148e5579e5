//! Real boundaries, events and tables. Skipped with one line where the data are absent.

use geo::Intersects;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon};
use mostari_model::{
    Activities, Activity, Area, Areas, Date, Event, Events, FoodPhase, FoodPhases, Mission, PlaceRef, Population,
    Populations, Snapshot,
};
use mostari_place::{Gazetteer, Match, PlaceMatch, place};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

fn data(folder: &str) -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var("MOSTARI_DATA").unwrap_or_else(|_| default.to_owned());
    let folder = Path::new(&root).join(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: {} is absent", folder.display());
    None
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}

/// A GeoJSON geometry of polygons, read with the least that these files need.
fn shape(geometry: &Value) -> Option<Geometry<f64>> {
    let point = |at: &Value| Coord { x: at[0].as_f64().unwrap(), y: at[1].as_f64().unwrap() };
    let ring = |ring: &Value| LineString::from_iter(ring.as_array().unwrap().iter().map(point));
    let polygon = |rings: &Value| {
        let mut rings = rings.as_array().unwrap().iter().map(ring);
        Polygon::new(rings.next().unwrap(), rings.collect())
    };
    match geometry["type"].as_str()? {
        "Polygon" => Some(polygon(&geometry["coordinates"]).into()),
        "MultiPolygon" => Some(MultiPolygon::from_iter(geometry["coordinates"].as_array()?.iter().map(polygon)).into()),
        _ => None,
    }
}

/// Reads a COD-AB file of one level (`admin2Pcode` and so on).
fn cod(path: &Path, level: u8, country: &str, areas: &mut Areas) {
    let json: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    for (i, feature) in json["features"].as_array().unwrap().iter().enumerate() {
        let at = |key: String| text(&feature["properties"][key]);
        let first = |keys: [String; 3]| keys.into_iter().map(at).find(|found| !found.is_empty()).unwrap_or_default();
        let above = level - 1;
        let name_of =
            |level: u8| [format!("admin{level}Name_fr"), format!("admin{level}Name_en"), format!("admin{level}Name")];
        areas.push(Area {
            code: at(format!("admin{level}Pcode")),
            name: first(name_of(level)),
            other_names: at(format!("admin{level}Name")),
            level: Some(level.into()),
            parent_code: at(format!("admin{above}Pcode")),
            parent_name: first(name_of(above)),
            country: country.to_owned(),
            shape: shape(&feature["geometry"]),
            row: i as u32 + 1,
            ..Area::default()
        });
    }
}

fn mission(country: &str) -> Snapshot {
    Snapshot::empty(Mission { name: "test".to_owned(), country: country.to_owned() })
}

fn bosnia(folder: &Path) -> Snapshot {
    let mut snapshot = mission("BIH");
    let json: Value = serde_json::from_slice(&fs::read(folder.join("municipalities-adm3.geojson")).unwrap()).unwrap();
    for (i, feature) in json["features"].as_array().unwrap().iter().enumerate() {
        snapshot.tables.areas.push(Area {
            code: text(&feature["properties"]["shapeID"]),
            name: text(&feature["properties"]["shapeName"]),
            level: Some(3),
            country: "BIH".to_owned(),
            shape: shape(&feature["geometry"]),
            row: i as u32 + 1,
            ..Area::default()
        });
    }
    snapshot
}

fn central_african_republic(folder: &Path) -> Snapshot {
    let mut snapshot = mission("CAF");
    for level in 1..=3 {
        cod(&folder.join(format!("CAF_adm{level}.geojson")), level, "CAF", &mut snapshot.tables.areas);
    }
    snapshot
}

fn row_of(line: usize) -> u32 {
    u32::try_from(line).unwrap() + 2
}

fn print_doubtful(gazetteer: &Gazetteer, matches: &[PlaceMatch]) {
    for m in matches {
        match &m.found {
            Match::Exact { .. } => {}
            Match::Likely { area, because } => {
                println!("likely  {:4} {} = {}: {because}", m.rows, m.place.to_words(), gazetteer.describe(*area));
            }
            Match::Ask { candidates, because } => {
                let named: Vec<_> =
                    candidates.iter().map(|c| format!("{} {:.2}", gazetteer.describe(c.area), c.score)).collect();
                println!("ask     {:4} {}: {because} {named:?}", m.rows, m.place.to_words());
            }
        }
    }
}

#[test]
fn bosnian_census_rows_find_their_municipalities() {
    let Some(folder) = data("bosnia") else { return };
    let mut snapshot = bosnia(&folder);
    let mut csv = csv::Reader::from_path(folder.join("population-1991-2013.csv")).unwrap();
    let mut populations = Populations::default();
    for (line, record) in csv.records().enumerate() {
        let record = record.unwrap();
        populations.push(Population {
            place: PlaceRef { name: record[0].to_owned(), ..PlaceRef::default() },
            date: Some(Date::constant(2013, 1, 1)),
            group: "total".to_owned(),
            people: record[2].parse().ok(),
            row: row_of(line),
            ..Population::default()
        });
    }
    snapshot.tables.populations = populations;
    let placed = place(&snapshot);
    print_doubtful(&placed.gazetteer, &placed.matches);
    let found = placed.populations.iter().flatten().count();
    println!("{found} of {}", placed.populations.len());
}

#[test]
fn west_african_activities_find_their_districts() {
    let Some(folder) = data("westafrica") else { return };
    let mut snapshot = mission("LBR");
    for (file, level, country) in [
        ("GIN_adm2", 2, "GIN"),
        ("LBR_adm1", 1, "LBR"),
        ("LBR_adm2", 2, "LBR"),
        ("SLE_adm1", 1, "SLE"),
        ("SLE_adm2", 2, "SLE"),
        ("SLE_adm3", 3, "SLE"),
    ] {
        cod(&folder.join(format!("{file}.geojson")), level, country, &mut snapshot.tables.areas);
    }
    let json: Value = serde_json::from_slice(&fs::read(folder.join("3w.json")).unwrap()).unwrap();
    let mut activities = Activities::default();
    for (i, row) in json.as_array().unwrap().iter().enumerate() {
        let (country, code, name) = (text(&row["Country"]), text(&row["Pcode"]), text(&row["Region"]));
        let place = PlaceRef { country, code, name, ..PlaceRef::default() };
        activities.push(Activity { place, row: i as u32 + 1, ..Activity::default() });
    }
    snapshot.tables.activities = activities;
    let placed = place(&snapshot);
    print_doubtful(&placed.gazetteer, &placed.matches);
    println!("{} of {}", placed.activities.iter().flatten().count(), placed.activities.len());
}

#[test]
fn central_african_food_security_areas_are_matched() {
    let Some(folder) = data("car") else { return };
    let mut snapshot = central_african_republic(&folder);
    let mut csv = csv::Reader::from_path(folder.join("ipc-area-long.csv")).unwrap();
    let mut phases = FoodPhases::default();
    for (line, record) in csv.records().enumerate() {
        let record = record.unwrap();
        let (country, parent_name, name) = (record[1].to_owned(), record[3].to_owned(), record[4].to_owned());
        let place = PlaceRef { country, parent_name, name, ..PlaceRef::default() };
        phases.push(FoodPhase { place, row: row_of(line), ..FoodPhase::default() });
    }
    snapshot.tables.food_phases = phases;
    let placed = place(&snapshot);
    print_doubtful(&placed.gazetteer, &placed.matches);
    println!("{} of {}", placed.food_phases.iter().flatten().count(), placed.food_phases.len());
}
