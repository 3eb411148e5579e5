//! Real boundaries, events and tables. Skipped with one line where the data are absent.
#![allow(clippy::unwrap_used, reason = "a test that meets other data than expected should stop there")]

use geo::Intersects;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon};
use mostari_model::{
    Activities, Activity, Area, Areas, Date, Event, FoodPhase, FoodPhases, Mission, PlaceRef, Population, Snapshot,
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

/// How each name that is not spelled alike is to be matched: looked up one by one (censuses of 1991 and 2013; the municipalities of
/// Republika Srpska dropped `Bosanski` after 1992; Kneževo was Skender Vakuf). `?` where a person must say: the boundary file calls
/// two municipalities Novi Grad, has `Kupres` for the one in Republika Srpska, calls Novo Goražde by its seat Ustiprača, and
/// Višegrad `Republika Srpska`.
const BOSNIAN_NAMES: &[(&str, &str)] = &[
    ("Bosanska Gradiška/Gradiška", "Gradiška"),
    ("Bosanska Kostajnica/Kostajnica", "Kostajnica"),
    ("Bosanska/Kozarska Dubica", "Kozarska Dubica"),
    ("Bosanski Brod", "Brod"),
    ("Bosanski Novi/Novi", "?"),
    ("Bosanski Šamac/Šamac", "Šamac"),
    ("Brčko distrikt Bosne i Hercegovine", "Brcko District"),
    ("Centar (Sarajevo)", "Centar"),
    ("Doboj Istok", "Doboj East"),
    ("Gornji Vakuf/Uskoplje", "Gornji Vakuf-Uskoplje"),
    ("Krupa na Uni", "Kupra na Uni"),
    ("Kupres", "?"),
    ("Kupres (RS)", "?"),
    ("Novi Grad (Sarajevo)", "?"),
    ("Novo Goražde", "?"),
    ("Prozor", "Prozor-Rama"),
    ("Skender Vakuf/Kneževo", "Kneževo"),
    ("Trnovo", "Trnovo (BiH)"),
    ("Ustikolina", "Foča-Ustikolina"),
    ("Višegrad", "?"),
];

#[test]
fn bosnian_census_rows_find_their_municipalities() {
    let Some(folder) = data("bosnia") else { return };
    let mut snapshot = bosnia(&folder);
    let mut csv = csv::Reader::from_path(folder.join("population-1991-2013.csv")).unwrap();
    for (line, record) in csv.records().enumerate() {
        let record = record.unwrap();
        snapshot.tables.populations.push(Population {
            place: PlaceRef { name: record[0].to_owned(), ..PlaceRef::default() },
            date: Some(Date::constant(2013, 1, 1)),
            group: "total".to_owned(),
            people: record[2].parse().ok(),
            row: row_of(line),
            ..Population::default()
        });
    }
    let placed = place(&snapshot);
    print_doubtful(&placed.gazetteer, &placed.matches);
    for m in &placed.matches {
        let listed = BOSNIAN_NAMES.iter().find(|(name, _)| *name == m.place.name).map(|(_, area)| *area);
        let found = m.found.area().map_or("?", |area| &placed.gazetteer.areas[area].name);
        assert_eq!(found, listed.unwrap_or(&m.place.name), "{}", m.place.name);
    }
    let found = placed.populations.iter().flatten().count();
    assert_eq!((found, placed.populations.len()), (136, 142));
    let people = |name: &str| placed.gazetteer.areas.iter().find(|area| area.name == name).unwrap().people;
    assert_eq!(people("Foča-Ustikolina"), Some((1_933, 0)));
    assert_eq!(people("Kupres"), None, "it is asked, not guessed");
}

fn west_africa(folder: &Path) -> Snapshot {
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
    snapshot
}

#[test]
fn west_african_activities_find_their_districts() {
    let Some(folder) = data("westafrica") else { return };
    let mut snapshot = west_africa(&folder);
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
    // Whatever the code said, the area has the name of the row, but for three spellings.
    let mut spelled_otherwise = Vec::new();
    for m in &placed.matches {
        let area = m.found.area().map(|area| placed.gazetteer.areas[area].name.clone());
        if area.as_ref() != Some(&m.place.name) {
            spelled_otherwise.push((m.place.name.clone(), area, m.rows));
        }
    }
    let pair = |name: &str, area: &str, rows| (name.to_owned(), Some(area.to_owned()), rows);
    let expect =
        [pair("River Ghee", "River Gee", 29), pair("Telemele", "Telimele", 22), pair("Western Area", "Western", 13)];
    spelled_otherwise.sort();
    assert_eq!(spelled_otherwise, expect);
    assert_eq!((placed.activities.iter().flatten().count(), placed.activities.len()), (1_201, 1_201));
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
    for m in &placed.matches {
        let Some(area) = m.found.area() else { continue };
        let node = &placed.gazetteer.areas[area];
        let plain = |name: &str| name.to_lowercase().replace(['-', ' '], "");
        assert_eq!(plain(&node.name), plain(&m.place.name), "{}", m.place.to_words());
        let above = node.parent.map(|above| plain(&placed.gazetteer.areas[above].name)).unwrap_or_default();
        let stated = plain(&m.place.parent_name);
        assert!(above == stated || node.level == 1, "{} is below {above}", m.place.to_words());
    }
    let found = placed.food_phases.iter().flatten().count();
    let references = placed.matches.iter().filter(|m| m.found.area().is_some()).count();
    println!("{found} of {} rows, {references} of {} references", placed.food_phases.len(), placed.matches.len());
    assert_eq!((found, placed.food_phases.len()), (6_782, 7_146));
}

#[test]
fn afghan_food_security_areas_are_matched_to_provinces_by_name() {
    let (Some(folder), Some(codes)) = (data("afghanistan"), data("formats/pcodes")) else { return };
    let mut snapshot = mission("AFG");
    let mut csv = csv::Reader::from_path(codes.join("global-pcodes-adm-1-2.csv")).unwrap();
    for (line, record) in csv.records().enumerate() {
        let record = record.unwrap();
        if &record[0] == "AFG" {
            let (code, name, parent_code) = (record[2].to_owned(), record[3].to_owned(), record[4].to_owned());
            let (level, country, row) = (record[1].parse().ok(), "AFG".to_owned(), row_of(line));
            snapshot.tables.areas.push(Area { code, name, parent_code, level, country, row, ..Area::default() });
        }
    }
    let mut csv = csv::Reader::from_path(folder.join("ipc_afg_area_long.csv")).unwrap();
    for (line, record) in csv.records().enumerate() {
        let record = record.unwrap();
        let (country, parent_name, name) = (record[1].to_owned(), record[3].to_owned(), record[4].to_owned());
        let place = PlaceRef { country, parent_name, name, ..PlaceRef::default() };
        snapshot.tables.food_phases.push(FoodPhase { place, row: row_of(line), ..FoodPhase::default() });
    }
    let placed = place(&snapshot);
    print_doubtful(&placed.gazetteer, &placed.matches);
    let found = placed.food_phases.iter().flatten().count();
    println!("{found} of {} rows", placed.food_phases.len());
    for m in placed.matches.iter().filter(|m| m.place.name.contains("Urban") || m.place.name.contains("c_")) {
        assert_eq!(m.found.area(), None, "a part of a province is not the province: {}", m.place.name);
    }
    assert!(placed.food_phases.iter().flatten().all(|area| placed.gazetteer.areas[*area].level == 1));
}

/// The first area of a level whose polygon contains or touches a point: the slow way, without any index.
fn by_every_polygon(gazetteer: &Gazetteer, level: u8, longitude: f64, latitude: f64) -> Option<usize> {
    let point = Point::new(longitude, latitude);
    let hit = |shape: &MultiPolygon<f64>| {
        use geo::BoundingRect;
        shape.bounding_rect().is_some_and(|bounds| bounds.intersects(&point)) && shape.intersects(&point)
    };
    (0..gazetteer.areas.len())
        .find(|area| gazetteer.areas[*area].level == level && gazetteer.areas[*area].shape.as_ref().is_some_and(hit))
}

/// Checks each event against every polygon; gives the number inside, near, and outside.
fn check_events(snapshot: &Snapshot, level: u8) -> (usize, usize, usize) {
    let placed = place(snapshot);
    let events = &snapshot.tables.events;
    let mut counts = (0, 0, 0);
    let mut known: BTreeMap<(u64, u64), Option<usize>> = BTreeMap::new();
    for (i, event) in placed.events.iter().enumerate() {
        let (longitude, latitude) = (events.longitude[i].unwrap(), events.latitude[i].unwrap());
        let key = (longitude.to_bits(), latitude.to_bits());
        let slow = *known.entry(key).or_insert_with(|| by_every_polygon(&placed.gazetteer, level, longitude, latitude));
        assert_eq!(placed.gazetteer.locate(longitude, latitude), slow, "event {i}");
        match (slow, event.under_point) {
            (Some(slow), under) => {
                assert_eq!(under, Some(slow));
                counts.0 += 1;
            }
            (None, Some(_)) => counts.1 += 1,
            (None, None) => counts.2 += 1,
        }
        if let Some(area) = event.under_point {
            let expect = match events.where_precision[i] {
                Some(1 | 2) => area,
                Some(3) => {
                    placed.gazetteer.upward(area).find(|up| placed.gazetteer.areas[*up].level == 2).unwrap_or(area)
                }
                Some(4) => placed.gazetteer.upward(area).find(|up| placed.gazetteer.areas[*up].level <= 1).unwrap(),
                _ => placed.gazetteer.root_of(area),
            };
            assert_eq!(event.credited, (events.where_precision[i] != Some(7)).then_some(expect), "event {i}");
        }
    }
    let by_code = mostari_model::count_by_code(&placed.findings);
    println!("{counts:?}: inside, near, outside; {by_code:?}; {:?}", placed.counts[0]);
    for finding in placed.findings.iter().filter(|f| f.code == "PLC-021").take(5) {
        println!("{finding}");
    }
    assert_eq!(by_code.get("PLC-020").copied().unwrap_or(0), counts.1 as u64);
    let not_placed = placed.events.iter().filter(|event| event.credited.is_none()).count() as u64;
    let reported = ["PLC-021", "PLC-023"].iter().map(|code| by_code.get(*code).copied().unwrap_or(0)).sum::<u64>();
    assert_eq!(not_placed, reported, "every event without an area is reported");
    counts
}

#[test]
fn bosnian_events_lie_where_every_polygon_says() {
    let Some(folder) = data("bosnia") else { return };
    let mut snapshot = bosnia(&folder);
    let mut csv = csv::Reader::from_path(folder.join("ucdp-ged251-1992-1995.csv")).unwrap();
    let header = csv.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|header| header == name).unwrap();
    let (id, precision, latitude, longitude) =
        (column("id"), column("where_prec"), column("latitude"), column("longitude"));
    for (line, record) in csv.records().enumerate() {
        let record = record.unwrap();
        snapshot.tables.events.push(Event {
            event_id: record[id].to_owned(),
            where_precision: record[precision].parse().ok(),
            latitude: record[latitude].parse().ok(),
            longitude: record[longitude].parse().ok(),
            row: row_of(line),
            ..Event::default()
        });
    }
    assert_eq!(snapshot.tables.events.len(), 9_204);
    let (inside, near, outside) = check_events(&snapshot, 3);
    assert_eq!(inside + near + outside, 9_204);
}

#[test]
fn central_african_events_all_lie_in_a_subprefecture() {
    let Some(folder) = data("car") else { return };
    let mut snapshot = mission("CAF");
    for level in 1..=2 {
        cod(&folder.join(format!("CAF_adm{level}.geojson")), level, "CAF", &mut snapshot.tables.areas);
    }
    let json: Value = serde_json::from_slice(&fs::read(folder.join("ucdp-ged231.geojson")).unwrap()).unwrap();
    for (i, feature) in json["features"].as_array().unwrap().iter().enumerate() {
        let at = &feature["geometry"]["coordinates"];
        let precision = &feature["properties"]["where_prec"];
        snapshot.tables.events.push(Event {
            where_precision: precision.as_i64().or_else(|| precision.as_str()?.parse().ok()),
            longitude: at[0].as_f64(),
            latitude: at[1].as_f64(),
            row: i as u32 + 1,
            ..Event::default()
        });
    }
    assert_eq!(check_events(&snapshot, 2), (1_848, 0, 0));
}

/// Points spread evenly and the same in every run (Roberts' R2 sequence).
fn spread(bounds: geo_types::Rect<f64>, count: usize) -> (Vec<f64>, Vec<f64>) {
    let at = |i: usize, step: f64| (0.5 + i as f64 * step).fract();
    let x = |i| bounds.min().x + bounds.width() * at(i, 0.754_877_666_246_693);
    let y = |i| bounds.min().y + bounds.height() * at(i, 0.569_840_290_998_053);
    ((0..count).map(x).collect(), (0..count).map(y).collect())
}

#[test]
fn a_million_points_are_placed_as_every_polygon_says() {
    for (folder, level) in [("bosnia", 3), ("car", 3)] {
        let Some(path) = data(folder) else { return };
        let snapshot = if folder == "bosnia" { bosnia(&path) } else { central_african_republic(&path) };
        let begun = std::time::Instant::now();
        let (gazetteer, _) = Gazetteer::of(&snapshot);
        let built = begun.elapsed();
        let all = gazetteer.areas.iter().filter_map(|area| area.shape.as_ref()).flat_map(|shape| shape.0.clone());
        let bounds = geo::BoundingRect::bounding_rect(&MultiPolygon::from_iter(all)).unwrap();
        let (longitudes, latitudes) = spread(bounds, 1_000_000);
        let begun = std::time::Instant::now();
        let found = gazetteer.locate_all(&longitudes, &latitudes);
        println!("{folder}: tree {built:?}, a million points {:?}", begun.elapsed());
        for i in (0..found.len()).step_by(2_000) {
            let finest = (1..=level).rev();
            let slow =
                finest.into_iter().find_map(|level| by_every_polygon(&gazetteer, level, longitudes[i], latitudes[i]));
            assert_eq!(found[i], slow, "point {i} of {folder}");
        }
        // Vertices lie on borders, often of three areas.
        for (area, node) in gazetteer.areas.iter().enumerate().filter(|(_, node)| node.level == level) {
            let vertices = node.shape.iter().flat_map(|shape| shape.0.iter().flat_map(|p| p.exterior().coords()));
            for at in vertices.step_by(397) {
                let slow = by_every_polygon(&gazetteer, level, at.x, at.y);
                assert_eq!(gazetteer.locate(at.x, at.y), slow, "a vertex of area {area}");
            }
        }
    }
}
