//! A small mission for the tests.

#![allow(dead_code, reason = "each file of tests uses its part")]

use jiff::Timestamp;
use mostari_model::{Event, Events, Label, PlaceRef};
use mostari_record::{DatasetDraft, Mission, Original};

/// 2024-06-19T19:22:45Z.
pub const AT: Timestamp = Timestamp::constant(1_718_824_965, 0);

/// An empty mission in a folder that vanishes.
pub fn mission() -> (tempfile::TempDir, Mission) {
    let dir = tempfile::tempdir().unwrap();
    let mission = Mission::init(dir.path().join("mission"), "Srednja Bosna", "BIH", AT).unwrap();
    (dir, mission)
}

/// A few events, the first without a date.
pub fn events_of(rows: u32) -> Events {
    let event = |i: u32| Event {
        event_id: format!("e{i}"),
        kind: "state-based".into(),
        date_start: (i > 0).then(|| jiff::civil::date(1993, 11, 9)),
        longitude: Some(17.81),
        latitude: Some(43.337),
        place: PlaceRef { name: "Mostar".into(), ..PlaceRef::default() },
        deaths_best: Some(i64::from(i)),
        row: i + 2,
        ..Event::default()
    };
    (0..rows).map(event).collect()
}

/// A dataset whose file has this text, which is stored.
pub fn draft(mission: &Mission, text: &str, rows: u32) -> DatasetDraft {
    DatasetDraft {
        file: "events.csv".into(),
        source: "UCDP GED 25.1".into(),
        licence: "CC BY 4.0".into(),
        label: Label::public(),
        reader: "ged-csv".into(),
        file_digest: mission.store_original(&Original::of(text.as_bytes())).unwrap(),
        rows: u64::from(rows),
        tables: vec![events_of(rows).into()],
        findings: Vec::new(),
    }
}
