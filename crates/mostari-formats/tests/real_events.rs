//! Real event files of UCDP; skipped where the data are absent.

use mostari_formats::{Input, Reading, read};
use mostari_model::{Events, Table, count_by_code};
use std::{collections::BTreeMap, path::PathBuf};

/// Reads a file under the data folder; `None`, with one line said, if it is not there.
fn events_of(path: &str) -> Option<(Events, Reading)> {
    let root = std::env::var_os("MOSTARI_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    let Ok(bytes) = std::fs::read(root.join(path)) else {
        println!("skipped: no `{path}` under {}", root.display());
        return None;
    };
    let (about, mut reading) = read(&Input { name: path, bytes: &bytes, siblings: &[] }, None).expect("reads");
    assert_eq!(about.id, "ucdp-ged");
    let Some(Table::Events(events)) = reading.tables.pop() else { panic!("no events in {path}") };
    Some((events, reading))
}

/// How many events have each precision of place.
fn by_precision(events: &Events) -> BTreeMap<i64, usize> {
    let mut counts = BTreeMap::new();
    events.where_precision.iter().for_each(|precision| *counts.entry(precision.unwrap_or(0)).or_default() += 1);
    counts
}

#[test]
fn bosnia_has_9204_events_and_62715_deaths_in_the_best_estimate() {
    let Some((events, reading)) = events_of("bosnia/ucdp-ged251-1992-1995.csv") else { return };
    assert_eq!((events.len(), reading.rows), (9_204, 9_204));
    assert_eq!(events.deaths_best.iter().flatten().sum::<i64>(), 62_715);
    assert_eq!(by_precision(&events), BTreeMap::from([(1, 6_644), (2, 2_560)]));
    assert!(reading.findings.is_empty(), "{:?}", count_by_code(&reading.findings));
}

#[test]
fn the_central_african_republic_has_1848_events_each_at_its_precision() {
    let Some((events, reading)) = events_of("car/ucdp-ged231.geojson") else { return };
    assert_eq!((events.len(), reading.rows), (1_848, 1_848));
    assert_eq!(events.deaths_best.iter().flatten().sum::<i64>(), 14_948);
    let expect = BTreeMap::from([(1, 1_214), (2, 374), (3, 149), (4, 54), (5, 28), (6, 29)]);
    assert_eq!(by_precision(&events), expect);
    // Twenty events have estimates that are out of order in the source.
    assert_eq!(count_by_code(&reading.findings), BTreeMap::from([("ING-012".to_owned(), 20)]));
}
