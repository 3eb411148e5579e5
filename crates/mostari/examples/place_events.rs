//! Times placing and counting alone, for `make bench`: points to areas, then events and deaths by area and month.
//!
//! usage: place_events EVENTS.csv AREAS.geojson; prints one JSON object.

use mostari_formats::Input;
use mostari_model::{Mission, Month, Snapshot};
use mostari_place::Gazetteer;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::time::Instant;

fn main() {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let mut snapshot = Snapshot::empty(Mission { name: "bench".into(), country: "BIH".into() });
    for file in &files {
        let bytes = std::fs::read(file).expect("the file can be read");
        let input = Input { name: file, bytes: &bytes, siblings: &[] };
        let (_, reading) = mostari_formats::read(&input, None).expect("a reader fits");
        reading.tables.into_iter().for_each(|table| snapshot.tables.append(table));
    }
    let start = Instant::now();
    let counts = count(&snapshot);
    let seconds = start.elapsed().as_secs_f64();
    let (events, deaths) = counts.values().fold((0, 0), |sum, group| (sum.0 + group.0, sum.1 + group.1));
    println!(r#"{{"place_s":{seconds},"events":{events},"deaths":{deaths},"groups":{}}}"#, counts.len());
}

/// Events and best deaths by area and month, of events that lie in an area: what the peers count.
fn count(snapshot: &Snapshot) -> BTreeMap<(usize, Month), (i64, i64)> {
    let (gazetteer, _) = Gazetteer::of(snapshot);
    let events = &snapshot.tables.events;
    let row = |i: usize| {
        let area = gazetteer.locate(events.longitude[i]?, events.latitude[i]?)?;
        Some(((area, Month::of(events.date_start[i]?)), events.deaths_best[i].unwrap_or(0)))
    };
    let add = |mut groups: BTreeMap<_, (i64, i64)>, (key, deaths): (_, i64)| {
        let group = groups.entry(key).or_default();
        *group = (group.0 + 1, group.1 + deaths);
        groups
    };
    let merge = |mut all: BTreeMap<_, (i64, i64)>, part: BTreeMap<_, (i64, i64)>| {
        for (key, (count, deaths)) in part {
            let group = all.entry(key).or_default();
            *group = (group.0 + count, group.1 + deaths);
        }
        all
    };
    (0..events.len()).into_par_iter().filter_map(row).fold(BTreeMap::new, add).reduce(BTreeMap::new, merge)
}
